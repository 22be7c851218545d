"""What the judge is shown of one room: its log, and the wire of every phone that was in it."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import asyncpg
import msgspec

from tests.faults.wire import Frame, Noted

HALTS = ("paused", "stopped")
CARDS = ("card_shown", "card_replaced")
BY_SERVER = {"join", "recheck", "abandon"}


class Witness(Protocol):
    """A phone that remembers its wire, and what it folded."""

    wire: list[Noted]
    seq: int
    state: dict[str, Any]


class Row(msgspec.Struct, frozen=True):
    """One event of the log; `by` is the seat that its row names, `cause` stands on a command's first event."""

    seq: int
    type: str
    asked: str | None
    """The command that caused it, on a command's first event."""
    event: Frame = {}
    by: str | None = None
    cause: Frame | None = None

    @property
    def command(self) -> Frame:
        """What was asked, as far as the log says it."""
        return (self.cause or {}).get("command", {})

    @property
    def asker(self) -> str | None:
        """The seat that asked, where the log may say it."""
        return (self.cause or {}).get("seat")


class Log(msgspec.Struct, frozen=True):
    """What PostgreSQL holds of a session: the events, and the seq that each command was answered with."""

    rows: list[Row]
    replies: dict[str, int]

    @property
    def head(self) -> int:
        return len(self.rows)

    @property
    def commands(self) -> list[list[Row]]:
        """The events of each command, in the log's order."""
        found: list[list[Row]] = []
        for row in self.rows:
            if row.asked is not None or not found:
                found.append([])
            found[-1].append(row)
        return found


async def read_log(sql: asyncpg.Connection, session_id: str) -> Log:
    events = await sql.fetch(
        "SELECT seq, type, cause -> 'command' ->> 't' AS asked, event::text, seat, cause::text"
        " FROM session_events WHERE session_id = $1 ORDER BY seq",
        session_id,
    )
    replies = await sql.fetch("SELECT command_id::text, seq FROM session_replies WHERE session_id = $1", session_id)
    rows = [
        Row(row["seq"], row["type"], row["asked"], json.loads(row["event"]), row["seat"], json.loads(row["cause"] or "null"))
        for row in events
    ]  # fmt: skip
    return Log(rows, {row["command_id"]: row["seq"] for row in replies})


class Case(msgspec.Struct, frozen=True):
    """One room before the judge. `earlier` are phones of the same seats that others have replaced."""

    log: Log
    players: Sequence[Witness]
    snapshots: list[Frame]
    earlier: Sequence[Witness] = ()

    @property
    def wires(self) -> list[list[Noted]]:
        return [player.wire for player in (*self.players, *self.earlier)]


Rule = Callable[[Case], list[str]]


class Folded(msgspec.Struct, frozen=True):
    """A screen after a frame of its wire: the state at `seq`."""

    noted: Noted
    seq: int
    state: dict[str, Any]


def folds(wire: list[Noted]) -> Iterator[Folded]:
    """What a phone showed after everything that came in."""
    seq, state = 0, dict[str, Any]()
    for noted in wire:
        frame = noted.frame
        if noted.way == "in" and frame["t"] == "snapshot":
            seq, state = frame["seq"], frame["state"]
        elif noted.way == "in" and frame["t"] == "event":
            seq, state = frame["seq"], (state if frame["seq"] > 1 else {}) | frame["set"]
        if noted.way == "in":
            yield Folded(noted, seq, state)


def heard(wires: list[list[Noted]], kind: str) -> list[Frame]:
    """Every frame of this kind that came in."""
    return [noted.frame for wire in wires for noted in wire if noted.way == "in" and noted.frame["t"] == kind]


def told(wires: list[list[Noted]], kind: str) -> list[Frame]:
    """What became of a request over HTTP, or of the world, as a scene has noted it beside the wire."""
    return [noted.frame for wire in wires for noted in wire if noted.way == "told" and noted.frame["t"] == kind]
