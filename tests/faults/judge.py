"""The judge: what the phones saw on the wire, against the log after the dust has settled. It never asks the server's memory.

Every promise of the room that a fault could break is one check; `judge` raises with all that was found, never with the first.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

import asyncpg
import msgspec

from tests.faults.wire import Frame, Noted
from tests.support.game import canonical

HALTS = ("paused", "stopped")
CARDS = ("card_shown", "card_replaced")
PRIVATE = {"feedback_given": {"feedback", "executed"}}
OWN_VIEW = {"my_feedback", "seat"}
BY_SERVER = {"join", "recheck", "abandon"}


class Witness(Protocol):
    """A phone that remembers its wire, and what it folded."""

    wire: list[Noted]
    seq: int
    state: dict[str, Any]


class Row(msgspec.Struct, frozen=True):
    """One event of the log."""

    seq: int
    type: str
    asked: str | None
    """The command that caused it, on a command's first event."""


class Log(msgspec.Struct, frozen=True):
    """What PostgreSQL holds of a session: the events, and the seq that each command was answered with."""

    rows: list[Row]
    replies: dict[str, int]

    @property
    def head(self) -> int:
        return len(self.rows)


async def read_log(sql: asyncpg.Connection, session_id: str) -> Log:
    events = await sql.fetch(
        "SELECT seq, type, cause -> 'command' ->> 't' AS asked FROM session_events WHERE session_id = $1 ORDER BY seq",
        session_id,
    )
    replies = await sql.fetch("SELECT command_id::text, seq FROM session_replies WHERE session_id = $1", session_id)
    return Log([Row(**dict(row)) for row in events], {row["command_id"]: row["seq"] for row in replies})


class Broken(AssertionError):
    """Promises were broken; every one of them is named."""

    def __init__(self, session_id: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"session {session_id}:\n  " + "\n  ".join(problems[:20]))


def judge(session_id: str, log: Log, players: Sequence[Witness], snapshots: list[Frame]) -> None:
    """Raises Broken. `snapshots` is what GET answers each seat at the end, whose players have heard everything."""
    wires = [player.wire for player in players]
    problems = [
        *_log_is_whole(log),
        *_acks_are_kept(log, wires),
        *_effects_are_single(log),
        *_refused_had_no_effect(log, wires),
        *(problem for wire in wires for problem in _wire_is_in_order(wire, log.head)),
        *_both_saw_the_same(log, wires),
        *(problem for wire in wires for problem in _nothing_after_a_halt(wire)),
        *_log_is_quiet_after_a_halt(log),
        *_folds_agree(players, snapshots),
    ]
    if problems:
        raise Broken(session_id, problems)


def _log_is_whole(log: Log) -> list[str]:
    seqs = [row.seq for row in log.rows]
    return [] if seqs == list(range(1, len(seqs) + 1)) else [f"the log's seqs are {seqs}"]


def _acks_are_kept(log: Log, wires: list[list[Noted]]) -> list[str]:
    """Acknowledged means committed, and every retry gets the first ack."""
    problems = []
    for frame in _heard(wires, "ack"):
        kept = log.replies.get(frame["id"])
        if kept is None:
            problems.append(f"{frame['id']} was acknowledged at {frame['seq']} and is not in the log")
        elif kept != frame["seq"]:
            problems.append(f"{frame['id']} was acknowledged at {frame['seq']}, the log says {kept}")
        if frame["seq"] > log.head:
            problems.append(f"{frame['id']} was acknowledged at {frame['seq']}, the log ends at {log.head}")
    return problems


def _effects_are_single(log: Log) -> list[str]:
    """A command's events end where exactly its reply says: a second effect of one id would end without a reply."""
    starts = [row.seq for row in log.rows if row.asked is not None]
    ends = [start - 1 for start in starts[1:]] + [log.head]
    said = set(log.replies.values())
    by_seq = {row.seq: row for row in log.rows}
    return [
        f"{by_seq[start].asked} had an effect up to {end} that no reply stands for"
        for start, end in zip(starts, ends, strict=True)
        if by_seq[start].asked not in BY_SERVER and end not in said
    ]


def _refused_had_no_effect(log: Log, wires: list[list[Noted]]) -> list[str]:
    acked = {frame["id"] for frame in _heard(wires, "ack")}
    final = {
        frame["id"] for frame in _heard(wires, "refused") if not frame["retryable"] and frame["code"] != "unavailable"
    }
    return [f"{id_} was refused for good and is in the log" for id_ in (final - acked) & set(log.replies)]


def _wire_is_in_order(wire: list[Noted], head: int) -> list[str]:
    """Nothing live before `live`, events without a gap or twin, no ack before its events, nothing beyond the log."""
    problems: list[str] = []
    at, live = 0, False
    for noted in wire:
        frame = noted.frame
        match noted.way, frame.get("t"):
            case "open", _:
                live = False
            case "out", "hello":
                at = frame["last_seq"]
            case "in", "snapshot":
                at = frame["seq"]
            case "in", "event":
                if frame["seq"] != at + 1:
                    problems.append(f"event {frame['seq']} came after {at} on connection {noted.connection}")
                at = frame["seq"]
            case "in", "live":
                live = True
            case "in", "ack" if frame["seq"] > at:
                problems.append(f"the ack of {frame['id']} at {frame['seq']} came when {at} was the last event")
            case "in", "presence" | "halt" | "beat" | "ack" if not live:
                problems.append(f"{frame['t']} came before live on connection {noted.connection}")
    return [*problems, *([f"seq {at} was seen, the log ends at {head}"] if at > head else [])]


def _both_saw_the_same(log: Log, wires: list[list[Noted]]) -> list[str]:
    """One seat gets the same bytes for a seq every time; two seats the same but for what is private."""
    problems: list[str] = []
    public: dict[int, set[str]] = defaultdict(set)
    for wire in wires:
        bytes_of: dict[int, str] = {}
        for noted in wire:
            if noted.way != "in" or noted.frame["t"] != "event":
                continue
            seq = noted.frame["seq"]
            if bytes_of.setdefault(seq, noted.raw) != noted.raw:
                problems.append(f"event {seq} came as {bytes_of[seq]} and as {noted.raw}")
            public[seq].add(_public(noted.frame))
    for seq, forms in public.items():
        if len(forms) > 1:
            problems.append(f"the seats saw event {seq} differently: {sorted(forms)}")
        seen = json.loads(next(iter(forms)))["e"]["t"]
        if seq <= log.head and log.rows[seq - 1].type != seen:
            problems.append(f"event {seq} was seen as {seen}, the log says {log.rows[seq - 1].type}")
    return problems


def _public(frame: Frame) -> str:
    hidden = PRIVATE.get(frame["e"]["t"], set())
    event = {name: value for name, value in frame["e"].items() if name not in hidden}
    changed = {name: value for name, value in frame["set"].items() if name not in OWN_VIEW}
    return canonical({**frame, "e": event, "set": changed})


def _nothing_after_a_halt(wire: list[Noted]) -> list[str]:
    """After the ack of a pause or stop at p no card of a later seq, until both have resumed. An ack may be an old one's again."""
    problems: list[str] = []
    halts = {n.frame["id"] for n in wire if n.way == "out" and n.frame.get("t") in ("pause", "stop")}
    acked: int | None = None
    resumed = 0
    for noted in wire:
        frame: dict[str, Any] = noted.frame
        if noted.way != "in":
            continue
        match frame["t"]:
            case "ack" if frame["id"] in halts and frame["seq"] > resumed:
                acked = frame["seq"]
            case "event" if frame["e"]["t"] == "resumed":
                resumed = max(resumed, frame["seq"])
                acked = None if acked is None or frame["seq"] > acked else acked
            case "event" if acked is not None and frame["seq"] > acked and frame["e"]["t"] in CARDS:
                problems.append(f"a card came at {frame['seq']} after a halt was acknowledged at {acked}")
    return problems


def _log_is_quiet_after_a_halt(log: Log) -> list[str]:
    problems = []
    halted: int | None = None
    for row in log.rows:
        if row.type in HALTS:
            halted = row.seq
        elif row.type in ("resumed", "ended"):
            halted = None
        elif row.type in CARDS and halted is not None:
            problems.append(f"the log has a card at {row.seq}, halted since {halted}")
    return problems


def _folds_agree(players: Sequence[Witness], snapshots: list[Frame]) -> list[str]:
    problems = []
    for player, snapshot in zip(players, snapshots, strict=True):
        folded = canonical({"seq": player.seq, "state": player.state})
        if folded != canonical(snapshot):
            problems.append(f"seat {player.state.get('seat')} folded {folded}, the server says {canonical(snapshot)}")
    return problems


def _heard(wires: list[list[Noted]], kind: str) -> list[Frame]:
    return [noted.frame for wire in wires for noted in wire if noted.way == "in" and noted.frame["t"] == kind]
