"""What `health` found, for people: a small table a part, then what needs somebody."""

from collections.abc import Iterable, Iterator, Sequence

from game_server.commands.health import Health
from game_server.commands.health_problems import Disk, Found, Kept, Reached
from storage.outboxes import Depth
from storage.sizes import Size

_UNITS = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))
_SPANS = ((86_400, "d"), (3600, "h"), (60, "min"))


def lines(health: Health) -> list[str]:
    """`~` before a number: about so many."""
    found = health.found
    told = [
        *_table("Stores", map(_store, found.stores)),
        *_table("Disks", map(_disk, found.disks)),
        *_table("Tables", _tables(found.tables or [])),
        *_table("Outboxes", (_outbox(name, depth) for name, depth in (found.outboxes or {}).items())),
        *_table("Lately", _lately(found)),
    ]
    if health.ok:
        return [*told, "Nothing needs a person."]
    return [*told, *(line for one in health.problems for line in (f"{one.of}: {one.wrong}", f"    {one.do}"))]


def _table(title: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """Columns as wide as they have to be; numbers to the right."""
    cells = [list(row) for row in rows]
    if not cells:
        return []
    widths = [max(len(row[at]) for row in cells) for at in range(len(cells[0]))]
    told = (
        "  ".join(
            cell.rjust(width) if cell[:1].isdigit() or cell[:1] == "~" else cell.ljust(width)
            for cell, width in zip(row, widths, strict=True)
        )
        for row in cells
    )
    return [title, *(f"  {line}".rstrip() for line in told), ""]


def _store(one: Reached) -> list[str]:
    return [one.name, "ok" if one.ok else "UNUSABLE", f"{one.ms:.1f} ms", one.place]


def _disk(one: Disk) -> list[str]:
    share = one.free_bytes / one.total_bytes if one.total_bytes else 0.0
    return [", ".join(one.of), f"{_bytes(one.free_bytes)} free of {_bytes(one.total_bytes)} ({share:.0%})", one.path]


def _tables(sizes: Sequence[Size]) -> Iterator[list[str]]:
    if sizes:
        yield ["", "rows", "table", "indexes", "toast", "dead"]
    for one in sizes:
        rows = f"{'~' if one.estimated else ''}{one.rows}"
        yield [one.name, rows, _bytes(one.bytes), _bytes(one.index_bytes), _bytes(one.toast_bytes), str(one.dead)]


def _outbox(name: str, depth: Depth) -> list[str]:
    counts = f"{depth.waiting} waiting, {depth.due} due, {depth.failed} failed before, {depth.given_up} given up"
    return [name, counts, f"oldest {span(depth.oldest_s)}" if depth.waiting else ""]


def _lately(found: Found) -> Iterator[list[str]]:
    if found.database is not None:
        use = found.database
        connections = f"{use.connections} of {use.most_connections} connections"
        oldest = f"oldest transaction {span(use.oldest_transaction_s)}"
        yield ["database", f"{_bytes(use.bytes)}, {use.dead} dead rows, {connections}, {oldest}"]
    if found.objects is not None:
        yield ["pictures", _objects(found.objects)]
    if found.jobs is not None:
        jobs = found.jobs
        yield ["jobs", f"{len(jobs.jobs)}, {len(jobs.late)} late, {len(jobs.failed)} failed or never run"]
    known = found.database is not None
    yield ["last backup", _backup(found) if known else "not known while the database cannot be used"]
    yield ["last sync", _sync(found) if known else "not known while the database cannot be used"]


def _objects(kept: Kept) -> str:
    return f"{'' if kept.whole else 'more than '}{kept.objects} objects, {_bytes(kept.bytes)}"


def _backup(found: Found) -> str:
    last = found.backup
    if last is None or last.done_s_ago is None:
        return "none"
    size = "" if last.bytes is None else f", {_bytes(last.bytes)}"
    objects = "" if last.objects is None else f" and {last.objects} objects"
    return f"{span(last.done_s_ago)} ago{size}{objects}, {last.place}"


def _sync(found: Found) -> str:
    sync = found.sync
    if sync is None or not sync.connected:
        return "nobody has Notion connected"
    when = "never" if sync.last_s_ago is None else f"{span(sync.last_s_ago)} ago"
    return (
        f"{when}; {sync.connected} connected, {sync.broken} broken, {sync.waiting} pages wait, {sync.failed} failed,"
        f" {sync.conflicts} in conflict"
    )


def _bytes(count: int) -> str:
    for size, unit in _UNITS:
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"


def span(seconds: float) -> str:
    """A length of time in its largest whole unit."""
    for unit, name in _SPANS:
        if seconds >= 2 * unit:
            return f"{seconds // unit:.0f} {name}"
    return f"{max(0, round(seconds))} s"
