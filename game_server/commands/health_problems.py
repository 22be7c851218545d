"""What `health` found, in parts, and what of it needs a person: each a sentence, and one that says what to do."""

from collections.abc import Iterator

import msgspec

from game_server.commands.timetable import Told
from game_server.settings import Settings
from storage.outboxes import Depth
from storage.sizes import Backup, Size, Sync, Use

LEAST_FREE = 0.1
MOST_CONNECTIONS = 0.9
OLDEST_TRANSACTION_S = 3600
OLDEST_MESSAGE_S = 1800
LATE_BACKUP_S = 2 * 3600
"""So much later than it should be a backup may be done: it takes its time."""

MAY_WAIT = ("push", "images")
"""Outboxes of what is no more worth telling soon, or waits for a budget: by themselves they empty."""


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A store: where it is, whether it answers, in how many milliseconds, and what is wrong else."""

    name: str
    place: str
    ok: bool
    ms: float
    wrong: str | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The object store: objects and their bytes, as they are kept. `whole`: all of them were counted."""

    objects: int
    bytes: int
    whole: bool


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """A file system, and what of ours lies on it."""

    of: list[str]
    path: str
    free_bytes: int
    total_bytes: int


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """Everything; None where it could not be asked, or is not there."""

    stores: list[Reached]
    disks: list[Disk]
    objects: Kept | None = None
    tables: list[Size] | None = None
    database: Use | None = None
    jobs: Told | None = None
    outboxes: dict[str, Depth] | None = None
    backup: Backup | None = None
    sync: Sync | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is not well, and what to do."""

    of: str
    wrong: str
    do: str


def of(settings: Settings, found: Found) -> list[Problem]:
    """Everything of this that needs a person, the gravest first."""
    return [
        *(
            Problem(of=one.name, wrong=f"The store at {one.place} cannot be used.", do=one.wrong or "")
            for one in found.stores
            if not one.ok
        ),
        *_of_disks(found),
        *_of_backups(settings, found),
        *_of_jobs(found),
        *_of_outboxes(found),
        *_of_use(found),
    ]


def _of_disks(found: Found) -> Iterator[Problem]:
    for disk in found.disks:
        if disk.free_bytes < LEAST_FREE * disk.total_bytes:
            yield Problem(
                of="disk",
                wrong=f"Of the disk with {disk.path} less than {LEAST_FREE:.0%} is free.",
                do="Make room there, or move the data to another disk before it is full.",
            )


def _of_backups(settings: Settings, found: Found) -> Iterator[Problem]:
    if found.database is None or not settings.backup_to:
        return
    hours = settings.backup_every_hours
    last, do = found.backup, "Run `game-server backup` and read what it says; see ATTUNED_BACKUP_TO."
    if last is None or last.done_s_ago is None:
        yield Problem(of="backup", wrong="No backup was ever done.", do=do)
    elif last.done_s_ago > hours * 3600 + LATE_BACKUP_S:
        yield Problem(
            of="backup", wrong=f"The last backup is {last.done_s_ago / 3600:.0f} h old, not {hours} h.", do=do
        )
    if last is not None and last.outcome not in (None, "done"):
        yield Problem(of="backup", wrong=f"The last try to make a backup ended with {last.outcome}.", do=do)


def _of_jobs(found: Found) -> Iterator[Problem]:
    if found.jobs is None:
        return
    if not found.jobs.led:
        yield Problem(
            of="jobs",
            wrong="Nobody runs the timetable.",
            do="Start `game-server worker`, or `game-server serve` on the embedded stores.",
        )
        return
    for names, wrong in ((found.jobs.failed, "did not end well"), (found.jobs.late, "should have begun")):
        if names:
            yield Problem(
                of="jobs",
                wrong=f"{', '.join(names)}: {wrong}.",
                do="`game-server jobs` says since when, the log why; `game-server jobs run NAME` does one now.",
            )


def _of_outboxes(found: Found) -> Iterator[Problem]:
    for name, depth in (found.outboxes or {}).items():
        if name not in MAY_WAIT and depth.due and depth.oldest_s > OLDEST_MESSAGE_S:
            yield Problem(
                of="outboxes",
                wrong=f"{name}: {depth.due} are due and not sent, the oldest for {depth.oldest_s / 60:.0f} min.",
                do="Does the timetable run, and does whoever takes them answer? The log says which and why.",
            )


def _of_use(found: Found) -> Iterator[Problem]:
    use = found.database
    if use is None:
        return
    if use.connections > MOST_CONNECTIONS * use.most_connections:
        yield Problem(
            of="connections",
            wrong=f"{use.connections} of {use.most_connections} connections to PostgreSQL are in use.",
            do="Raise its max_connections, or lower ATTUNED_WEB_POOL and ATTUNED_WORKER_POOL.",
        )
    if use.oldest_transaction_s > OLDEST_TRANSACTION_S:
        yield Problem(
            of="transactions",
            wrong=f"A transaction has been open for {use.oldest_transaction_s / 3600:.1f} h: nothing dead is cleared up.",
            do="SELECT pid, state, xact_start FROM pg_stat_activity ORDER BY xact_start; pg_terminate_backend(pid) ends one.",
        )
