"""What of docs/ is made from the code: whole pages, and in pages written by hand what stands between two marks.

<!-- made: closes -->
…
<!-- end -->
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import msgspec
from prometheus_client import Metric
from prometheus_client.metrics import MetricWrapperBase

from game_server.bonds.live import messages as of_bonds
from game_server.commands import asyncapi, settings
from game_server.commands.timetable import when
from game_server.errors import CODES, STATUS
from game_server.live.phone import Close
from game_server.process import gauges
from game_server.process.exits import CannotRunError
from game_server.timetable import timetable
from rooms.sessions.commands import Command

DOCS = Path(__file__).parents[2] / "docs"
WHAT_TO_DO = {
    "reconnect": "connect again with backoff, and resume",
    "new_ticket": "once more with a new ticket, then stop",
    "stop": "stop",
}
SUFFIX = {"counter": "_total", "histogram": "_bucket, _sum, _count", "gauge": "", "info": "_info"}

_BLOCK = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def write() -> list[str]:
    """Bring the pages up to date; the names of those that changed. Raises CannotRunError where there is no docs/."""
    names = changed()
    pages = _pages()
    for name in names:
        (DOCS / name).write_text(pages[name], "utf-8")
    return names


def changed() -> list[str]:
    """The pages that do not say what the code says. Raises CannotRunError where there is no docs/."""
    if not DOCS.is_dir():
        raise CannotRunError(f"There is no {DOCS}: this is for the folder of the sources.")
    return [name for name, text in _pages().items() if _present(name) != text]


def _present(name: str) -> str | None:
    path = DOCS / name
    return path.read_text("utf-8") if path.exists() else None


def _pages() -> dict[str, str]:
    written = {path.name: path.read_text("utf-8") for path in sorted(DOCS.glob("*.md"))}
    return {
        "settings.md": settings.markdown(),
        "asyncapi.json": msgspec.json.format(msgspec.json.encode(asyncapi.document()), indent=1).decode() + "\n",
        **{name: _filled(text) for name, text in written.items() if _BLOCK.search(text)},
    }


def _filled(text: str) -> str:
    return _BLOCK.sub(lambda found: found[1] + "\n".join(TABLES[found[2]]()) + "\n" + found[3], text)


def _table(*head: str) -> list[str]:
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]


def _closes() -> list[str]:
    rows = [f"| {one.code} | `{one.reason}` | {WHAT_TO_DO[one.action]} |" for one in Close]
    return [*_table("Code", "Reason", "What the client does"), *rows]


def _errors() -> list[str]:
    kinds = {kind.code: kind for kind in STATUS}
    rows = []
    for code, status in sorted(CODES.items()):
        kind = kinds.get(code)
        sentence = (
            " ".join((kind.__doc__ or "").split()) if kind else "Something went wrong on our side; the log has it."
        )
        rows.append(f"| `{code}` | {status} | {'yes' if kind and kind.retryable else ''} | {sentence} |")
    return [*_table("Code", "HTTP", "Try again", "What it says"), *rows]


def _heard() -> list[str]:
    return _messages(asyncapi.HEARD, said=True)


def _told() -> list[str]:
    return _messages(asyncapi.TOLD)


def _bond_heard() -> list[str]:
    return _messages(get_args(of_bonds.Heard), said=True)


def _bond_told() -> list[str]:
    return _messages(get_args(of_bonds.Told))


def _messages(kinds: Iterable[asyncapi.Kind], *, said: bool = False) -> list[str]:
    return [*_table("`t`", "Fields", "Meaning"), *(_row(kind, said=said) for kind in kinds)]


def _events() -> list[str]:
    return [*_table("`e.t`", "Fields", "Meaning"), *map(_row, sorted(asyncapi.told_events(), key=asyncapi.tag))]


def _row(kind: asyncapi.Kind, *, said: bool = False) -> str:
    """`?` marks what a phone may leave out of what is `said`; what it is told is always there."""
    left_out = {"id", "seat"} if issubclass(kind, Command) else set()
    fields = [
        f"`{field.encode_name}`" + "?" * (said and not field.required)
        for field in msgspec.structs.fields(kind)
        if field.name not in left_out
    ]
    return f"| `{asyncapi.tag(kind)}` | {' '.join(fields)} | {' '.join((kind.__doc__ or '').split())} |"


def _metrics() -> list[str]:
    rows = [
        f"| `{metric.name}{'' if metric.type == 'histogram' else SUFFIX[metric.type]}` | {metric.type} | {metric.documentation} |"
        for metric in _described()
    ]
    return [*_table("Name", "Type", "What"), *rows]


def metric_names() -> set[str]:
    """Every name that /metrics shows of ours."""
    return set(metric_labels())


def metric_labels() -> dict[str, tuple[str, ...]]:
    """Those names, with the labels that each has of its own."""
    return {
        f"{described.name}{suffix}": tuple(metric._labelnames)  # noqa: SLF001 - nothing public tells them
        for metric in _metrics_of_ours()
        for described in metric.describe()
        for suffix in SUFFIX[described.type].split(", ")
    }


def _described() -> Iterator[Metric]:
    for metric in _metrics_of_ours():
        yield from metric.describe()


def _metrics_of_ours() -> Iterator[MetricWrapperBase]:
    return (metric for metric in vars(gauges).values() if isinstance(metric, MetricWrapperBase))


def _jobs() -> list[str]:
    return [*_table("Job", "When (UTC)"), *(f"| `{job.name}` | {when(job)} |" for job in timetable())]


TABLES = {
    "closes": _closes, "errors": _errors, "heard": _heard, "told": _told, "events": _events, "bond_heard": _bond_heard,
    "bond_told": _bond_told, "metrics": _metrics, "jobs": _jobs,
}  # fmt: skip
"""What may stand between two marks, by the name in the first."""
