"""A true history that nobody played: a log, and two phones that saw all of it. What lies are told in."""

import copy
from typing import Any

from tests.faults.judge import Log, Row
from tests.faults.wire import Frame, Noted
from tests.support.game import canonical

DAY = "2026-05-01"
CARD = {"rating": "R", "tags": ["kissing"]}


def at(minute: int) -> str:
    return f"{DAY}T20:{minute:02}:00Z"


Step = tuple[str | None, str | None, Frame, Frame, Frame]

# Whose command it was, what was asked, its fields, the event that it led to, what that changes on both screens.
STEPS: list[Step] = [
    ("A", "join", {}, {"t": "joined", "seat": "A"}, {"phase": "lobby", "settings": {"intimacy_level": "R"}, "level": "R"}),
    ("B", "join", {}, {"t": "joined", "seat": "B"}, {}),
    ("B", "ready", {}, {"t": "started"}, {}),
    (None, None, {}, {"t": "turn_began", "turn": 1}, {"phase": "choosing"}),
    (None, None, {}, {"t": "card_shown", "turn": 1, "card": CARD, "charged_on": DAY}, {"phase": "card", "card": CARD}),
    ("A", "complete", {"on": 5}, {"t": "completed", "turn": 1}, {"phase": "choosing", "card": None}),
    (None, None, {}, {"t": "turn_began", "turn": 2}, {}),
    (None, None, {}, {"t": "card_shown", "turn": 2, "card": CARD, "charged_on": DAY}, {"phase": "card", "card": CARD}),
    ("A", "feedback", {"turn": 1, "feedback": "like"}, {"t": "feedback_given", "turn": 1, "by": "A", "feedback": "like"}, {}),
    ("A", "propose_level", {}, {"t": "level_proposed", "level": "X", "by": "A", "until": at(20)}, {}),
    ("B", "accept_level", {"on": 10}, {"t": "level_changed", "level": "X"}, {"level": "X"}),
    (None, "pause", {}, {"t": "paused"}, {"phase": "paused", "card": None}),
    ("A", "resume", {"on": 12}, {"t": "resume_wanted", "by": "A"}, {}),
    ("B", "resume", {"on": 12}, {"t": "resumed"}, {"phase": "card", "card": CARD}),
    (None, "stop", {}, {"t": "card_withdrawn", "turn": 2, "given_back": DAY}, {"phase": "choosing", "card": None}),
    (None, None, {}, {"t": "stopped", "until": at(16)}, {"phase": "stopped"}),
    ("A", "resume", {"on": 16}, {"t": "resume_wanted", "by": "A"}, {}),
    ("B", "resume", {"on": 16}, {"t": "resumed"}, {"phase": "choosing"}),
    (None, None, {}, {"t": "card_shown", "turn": 2, "card": CARD, "charged_on": DAY}, {"phase": "card", "card": CARD}),
    (None, "skip", {"on": 19}, {"t": "card_replaced", "turn": 2, "card": CARD}, {}),
]  # fmt: skip
HALTS = ("pause", "stop")
HIDDEN = {"charged_on", "given_back"}


def id_of(start: int) -> str:
    """The command whose first event is this one."""
    return f"id-{start}"


class Told:
    """A phone with a made-up wire: each step is asked by who asked it, and heard."""

    def __init__(self, seat: str) -> None:
        self.seat, self.connection = seat, 1
        self.wire: list[Noted] = []
        self.seq, self.state = 0, dict[str, Any]()
        self.open(1)
        self.hear({"t": "presence", "seat": "A", "status": "present"})
        self.hear({"t": "presence", "seat": "B", "status": "present"})
        answer: Frame | None = None
        for seq, (by, asked, fields, event, changed) in enumerate(STEPS, start=1):
            if asked:
                self._ack(answer)
                answer = self._ask(seq, by or "A", asked, fields)
            if asked in HALTS:
                self.hear({"t": "halt", "kind": asked})
            self.event(seq, self._seen(event), {**changed, **({"seat": seat} if seq == 1 else {}), **self._own(event)})
        self._ack(answer)

    def _own(self, event: Frame) -> Frame:
        mine = event["t"] == "feedback_given" and event["by"] == self.seat
        return {"my_feedback": {"1": {"feedback": "like"}}} if mine else {}

    def _seen(self, event: Frame) -> Frame:
        private = {"feedback"} if event["t"] == "feedback_given" and event["by"] != self.seat else set[str]()
        return {name: value for name, value in event.items() if name not in HIDDEN | private}

    def _ask(self, seq: int, by: str, asked: str, fields: Frame) -> Frame | None:
        if by != self.seat or asked == "join":
            return None
        self.say({"t": asked, "id": id_of(seq), **fields})
        return {"t": "ack", "id": id_of(seq)}

    def _ack(self, answer: Frame | None) -> None:
        if answer:
            self.hear({**answer, "seq": self.seq})

    def open(self, connection: int) -> None:
        self.connection = connection
        self.wire.append(Noted(connection, "open", {}))
        self.say({"t": "hello", "epoch": None, "last_seq": self.seq})
        self.hear({"t": "welcome", "seat": self.seat})
        self.hear({"t": "live"})

    def say(self, frame: Frame) -> None:
        self.wire.append(Noted(self.connection, "out", frame))

    def hear(self, frame: Frame) -> None:
        self.wire.append(Noted(self.connection, "in", frame, canonical(frame)))

    def tell(self, frame: Frame) -> None:
        self.wire.append(Noted(self.connection, "told", frame))

    def event(self, seq: int, e: Frame, changed: Frame) -> None:
        self.hear({"t": "event", "seq": seq, "at": f"t{seq}", "e": e, "set": changed})
        self.state, self.seq = self.state | changed, seq


def true_log() -> Log:
    rows, replies = [], {}
    start = 0
    for seq, (by, asked, fields, event, _) in enumerate(STEPS, start=1):
        start = seq if asked else start
        replies[id_of(start)] = seq
        cause = {"command": {"t": asked, **fields}, "seat": by, "now": at(seq)} if asked else None
        rows.append(Row(seq, event["t"], asked, copy.deepcopy(event), event.get("by") or event.get("seat"), cause))
    return Log(rows, {id_: seq for id_, seq in replies.items() if id_ not in ("id-1", "id-2")})


def history() -> tuple[Log, list[Told], list[Frame]]:
    """Log, phones and snapshots, to be spoiled."""
    phones = [Told("A"), Told("B")]
    return true_log(), phones, [{"seq": phone.seq, "state": copy.deepcopy(phone.state)} for phone in phones]
