"""What the peers' bench found: one `Row` a contestant, the median over its rounds, and the table of all."""

from collections.abc import Sequence
from statistics import median
from typing import Any

import msgspec
from rich.table import Table


class Contestant(msgspec.Struct, frozen=True):
    """Who is measured, and what an acknowledgement is worth there."""

    name: str
    kind: str
    processes: int
    durable: str
    survives: str


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement. Milliseconds; CPU in µs a command; `once` says that a retry changed nothing (asked, not believed);
    `overtaken` counts events that came after a later one."""

    per_second: float
    ack_p50: float
    ack_p99: float
    server_us: float
    postgres_us: float
    valkey_us: float
    loader_cores: float
    once: bool
    overtaken: int
    problems: list[str] = []


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A contestant with all its rounds; `missing` says why there are none."""

    contestant: Contestant
    rounds: list[Round] = []
    missing: str = ""

    def median(self, name: str) -> float:
        """Of that number over the rounds."""
        return float(median(getattr(one, name) for one in self.rounds))

    def once(self) -> str:
        """Did a retry in no round change anything?"""
        return "yes" if all(one.once for one in self.rounds) else "no"

    def in_order(self) -> str:
        """Did every phone hear every event before the later ones?"""
        overtaken = sum(one.overtaken for one in self.rounds)
        return f"no: {overtaken} overtaken" if overtaken else "yes"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run, as it is written as JSON. `busy`: others used the machine meanwhile, so no number is a record."""

    rooms: int
    seconds: float
    rate: float
    rounds: int
    busy: bool
    machine: dict[str, Any]
    versions: dict[str, str]
    rows: list[Row]
    notes: list[str]

    def problems(self) -> list[str]:
        """What makes the run invalid; a peer that could not be had does not."""
        return [f"{row.contestant.name}: {text}" for row in self.rows for one in row.rounds for text in one.problems]


COLUMNS = (
    ("per_second", "commands/s", "{:,.0f}"),
    ("ack_p50", "ack p50, ms", "{:.1f}"),
    ("ack_p99", "ack p99, ms", "{:.1f}"),
    ("server_us", "server µs", "{:.0f}"),
    ("postgres_us", "PostgreSQL µs", "{:.0f}"),
    ("valkey_us", "Valkey µs", "{:.0f}"),
    ("loader_cores", "loader cores", "{:.2f}"),
)
"""Field, heading and format of every number that is shown."""
PROMISES = ("durable", "survives a node's death", "exactly once on retry", "events in order")


def cells(row: Row) -> list[str]:
    """A row of the table after its name: promises, then numbers; a missing one says why in the first number's place."""
    tried = [row.once(), row.in_order()] if row.rounds else ["not measured"] * 2
    promised = [row.contestant.durable, row.contestant.survives, *tried]
    if not row.rounds:
        return [*promised, row.missing or "not measured", *[""] * (len(COLUMNS) - 1)]
    return [*promised, *(form.format(row.median(name)) for name, _, form in COLUMNS)]


def table(result: Result) -> Table:
    """Everybody beside everybody."""
    shown = Table(title=title(result), show_lines=False)
    shown.add_column("", min_width=12)
    for name in PROMISES:
        shown.add_column(name)
    for _, heading, _ in COLUMNS:
        shown.add_column(heading, justify="right")
    for row in result.rows:
        shown.add_row(row.contestant.name, *cells(row))
    return shown


def title(result: Result) -> str:
    """What the numbers are."""
    return f"peers: {result.rooms} rooms of two phones, medians of {result.rounds} rounds, ack at {result.rate:g}/s"


def facts(result: Result) -> Sequence[str]:
    """The lines below the table: machine, versions, notes."""
    about = result.machine
    return (
        *(["BUSY MACHINE: others used these cores meanwhile; compare within this run only"] if result.busy else []),
        (
            f"{about['cpu']}, {about['cores']} cores, {about['memory_gb']} GB, {about['system']}, {about['at']}, "
            f"load average before {about['load_average'][0]}"
        ),
        ", ".join(f"{name} {version}" for name, version in result.versions.items()),
        *result.notes,
    )
