"""The judge: what the phones saw on the wire, against the log after the dust has settled. It never asks the server's memory.

Every promise of the room that a fault could break is one rule; `judge` raises with all that was found, never with the first.
What the wire and the log say of each other stands here, the rest with its subject.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tests.faults import answers, clocks, consent, screens
from tests.faults.case import BY_SERVER, CARDS, Case, Log, Row, Rule, Witness, heard, read_log
from tests.faults.wire import Frame, Noted
from tests.support.game import canonical, told

__all__ = ["CALM", "RULES", "Broken", "Log", "Row", "judge", "judge_account", "read_log"]

PRIVATE = {"feedback_given": {"feedback", "executed"}}
OWN_VIEW = {"my_feedback", "seat"}


class Broken(AssertionError):
    """Promises were broken; every one of them is named. `rules` are the names of those that found it."""

    def __init__(self, what: str, problems: dict[str, list[str]]) -> None:
        self.rules = tuple(problems)
        self.problems = [problem for found in problems.values() for problem in found]
        super().__init__(f"{what}:\n  " + "\n  ".join(self.problems[:20]))


def judge(
    session_id: str,
    log: Log,
    players: Sequence[Witness],
    snapshots: list[Frame],
    *,
    earlier: Sequence[Witness] = (),
    calm: bool = False,
) -> None:
    """Raises Broken. `snapshots` is what GET answers each seat at the end, whose players have heard everything; `earlier` are
    phones that theirs have replaced. Where nothing broke (`calm`) a little more can be asked.
    """
    case = Case(log, players, snapshots, earlier)
    rules = RULES | CALM if calm else RULES
    found = {name: problems for name, rule in rules.items() if (problems := rule(case))}
    if found:
        raise Broken(f"session {session_id}", found)


def judge_account(limit: int, before: int, after: int, logs: Sequence[Log]) -> None:
    """The opener's count of the day, before and after these rooms. Raises Broken."""
    charged = sum(consent.charged(log.rows) for log in logs)
    problems = []
    if before + charged > limit:
        problems.append(f"{before + charged} cards on a day of {limit}")
    if after != before + charged:
        problems.append(f"the account says {after}, the logs say {before + charged}")
    if problems:
        raise Broken("the account", {"the day's cards are counted": problems})


def _log_is_whole(case: Case) -> list[str]:
    seqs = [row.seq for row in case.log.rows]
    return [] if seqs == list(range(1, len(seqs) + 1)) else [f"the log's seqs are {seqs}"]


def _acks_are_kept(case: Case) -> list[str]:
    """Acknowledged means committed, and every retry gets the first ack."""
    log, problems = case.log, []
    for frame in heard(case.wires, "ack"):
        kept = log.replies.get(frame["id"])
        if kept is None:
            said = [(round(at, 2), what) for at, what in _said_of(case.wires, frame["id"])]
            problems.append(f"{frame['id']} was acknowledged at {frame['seq']} and is not in the log: {said}")
        elif kept != frame["seq"]:
            problems.append(f"{frame['id']} was acknowledged at {frame['seq']}, the log says {kept}")
        if frame["seq"] > log.head:
            problems.append(f"{frame['id']} was acknowledged at {frame['seq']}, the log ends at {log.head}")
    return problems


def _said_of(wires: list[list[Noted]], id_: str) -> list[tuple[float, Frame]]:
    """Everything on the wires about one command, and when."""
    return [(noted.moment, noted.frame) for wire in wires for noted in wire if noted.frame.get("id") == id_]


def _effects_are_single(case: Case) -> list[str]:
    """A command's events end where exactly its reply says: a second effect of one id would end without a reply."""
    said = set(case.log.replies.values())
    return [
        f"{events[0].asked} had an effect up to {events[-1].seq} that no reply stands for"
        for events in case.log.commands
        if events[0].asked and events[0].asked not in BY_SERVER and events[-1].seq not in said
    ]


def _refused_had_no_effect(case: Case) -> list[str]:
    acked = {frame["id"] for frame in heard(case.wires, "ack")}
    final = {
        frame["id"]
        for frame in heard(case.wires, "refused")
        if not frame["retryable"] and frame["code"] != "unavailable"
    }
    return [f"{id_} was refused for good and is in the log" for id_ in (final - acked) & set(case.log.replies)]


def _wires_are_in_order(case: Case) -> list[str]:
    return [problem for wire in case.wires for problem in _is_in_order(wire, case.log.head)]


def _is_in_order(wire: list[Noted], head: int) -> list[str]:
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


def _both_saw_the_same(case: Case) -> list[str]:
    """One seat gets the same bytes for a seq every time; two seats the same but for what is private."""
    log = case.log
    problems: list[str] = []
    public: dict[int, set[str]] = defaultdict(set)
    for wire in case.wires:
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


def _nothing_comes_after_a_halt(case: Case) -> list[str]:
    return [problem for wire in case.wires for problem in _nothing_after_a_halt(wire)]


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


def _everything_was_heard(case: Case) -> list[str]:
    return [
        f"seat {player.state.get('seat')} stands at {player.seq}, the log ends at {case.log.head}"
        for player in case.players
        if player.seq < case.log.head
    ]


def _folds_agree(case: Case) -> list[str]:
    problems = []
    for player, snapshot in zip(case.players, case.snapshots, strict=True):
        folded = canonical({"seq": player.seq, "state": player.state})
        if folded != told(snapshot):
            problems.append(f"seat {player.state.get('seat')} folded {folded}, the server says {told(snapshot)}")
    return problems


RULES: dict[str, Rule] = {
    "the log is whole": _log_is_whole,
    "the log says what it came from": consent.says_what_it_came_from,
    "acknowledged means committed": _acks_are_kept,
    "acknowledged means done": answers.stand_for_something,
    "one effect a command": _effects_are_single,
    "refused means nothing happened": _refused_had_no_effect,
    "an answer stays the same": answers.stay_the_same,
    "one phone a seat": answers.go_to_one_phone_a_seat,
    "the wire is in order": _wires_are_in_order,
    "both phones see the same": _both_saw_the_same,
    "no card after a halt": _nothing_comes_after_a_halt,
    "no card in the log while halted": consent.is_quiet_after_a_halt,
    "an acknowledged halt holds": screens.are_halted_when_the_ack_says_so,
    "a halted phone shows no card": screens.show_nothing_while_halted,
    "going on takes two, and its time": consent.resumes_take_two,
    "going up takes two": consent.going_up_takes_two,
    "no card above the level": screens.show_no_card_above_the_level,
    "no card against a limit": screens.show_nothing_forbidden,
    "buttons belong to what was seen": consent.buttons_belong_to_what_was_seen,
    "a clock runs with its card": clocks.run_with_their_card,
    "no clock without a card": clocks.show_none_without_a_card,
    "turns go their way": consent.turns_go_their_way,
    "a turn is paid once": consent.turns_are_paid_once,
    "who pays goes on": screens.go_on_when_somebody_pays,
    "nobody is told who said no": consent.says_not_who_said_no,
    "feedback is its giver's": screens.keep_feedback_to_its_giver,
    "everything is heard": _everything_was_heard,
    "folds agree": _folds_agree,
}

CALM: dict[str, Rule] = {
    "every command is answered": answers.come_at_all,
    "halt comes first": screens.halt_before_the_event,
    "halt works while commits hang": screens.halt_while_commits_hang,
    "who is here is known": screens.know_who_is_here,
}
"""What holds where no store and no process fails."""
