"""The judge is not blind: every lie that a broken server could tell is found in an otherwise true history."""

import copy
from typing import Any

import pytest

from tests.faults.judge import Broken, Log, Row, judge
from tests.faults.wire import Noted
from tests.support.game import canonical

COMPLETE, PAUSE, RESUME = "id-complete", "id-pause", "id-resume"


class Told:
    """A phone with a made-up wire."""

    def __init__(self, seat: str) -> None:
        self.wire: list[Noted] = [Noted(1, "open", {})]
        self.seq, self.state = 0, {}
        self.say({"t": "hello", "epoch": None, "last_seq": 0})
        self.hear({"t": "welcome"})
        self.hear({"t": "live"})
        self.event(1, {"t": "joined"}, {"seat": seat})
        self.event(2, {"t": "card_shown"}, {"phase": "card"})
        self.say({"t": "complete", "id": COMPLETE})
        self.event(3, {"t": "completed"}, {"phase": "choosing"})
        self.hear({"t": "ack", "id": COMPLETE, "seq": 3})
        self.say({"t": "pause", "id": PAUSE})
        self.event(4, {"t": "paused"}, {"phase": "paused"})
        self.hear({"t": "ack", "id": PAUSE, "seq": 4})
        self.event(5, {"t": "resumed"}, {"phase": "card"})
        self.event(6, {"t": "card_shown"}, {})

    def say(self, frame: dict[str, Any]) -> None:
        self.wire.append(Noted(1, "out", frame))

    def hear(self, frame: dict[str, Any]) -> None:
        self.wire.append(Noted(1, "in", frame, canonical(frame)))

    def event(self, seq: int, e: dict[str, Any], changed: dict[str, Any]) -> None:
        self.hear({"t": "event", "seq": seq, "at": f"t{seq}", "e": e, "set": changed})
        self.state, self.seq = self.state | changed, seq


TRUE_LOG = Log(
    [
        Row(1, "joined", "join"),
        Row(2, "card_shown", None),
        Row(3, "completed", "complete"),
        Row(4, "paused", "pause"),
        Row(5, "resumed", "resume"),
        Row(6, "card_shown", None),
    ],
    {COMPLETE: 3, PAUSE: 4, RESUME: 6},
)


def history() -> tuple[Log, list[Told], list[dict[str, Any]]]:
    phones = [Told("A"), Told("B")]
    return copy.deepcopy(TRUE_LOG), phones, [{"seq": phone.seq, "state": dict(phone.state)} for phone in phones]


def test_a_true_history_passes():
    log, phones, snapshots = history()
    judge("s", log, phones, snapshots)


def lost_ack(log, phones, snapshots):
    del log.replies[COMPLETE]


def other_ack(log, phones, snapshots):
    phones[0].hear({"t": "ack", "id": COMPLETE, "seq": 5})


def early_ack(log, phones, snapshots):
    log.replies["id-x"] = 7
    phones[0].hear({"t": "ack", "id": "id-x", "seq": 7})


def hole_in_the_log(log, phones, snapshots):
    del log.rows[2]


def twice(log, phones, snapshots):
    log.rows[5:] = [Row(6, "completed", "complete"), Row(7, "card_shown", "resume")]
    log.replies[RESUME] = 7


def refused_and_done(log, phones, snapshots):
    phones[1].hear({"t": "refused", "id": RESUME, "code": "stale", "retryable": False})


def event_skipped(log, phones, snapshots):
    phones[0].event(8, {"t": "completed"}, {})


def event_twice(log, phones, snapshots):
    phones[0].event(6, {"t": "card_shown"}, {})


def before_live(log, phones, snapshots):
    phones[0].wire.append(Noted(2, "open", {}))
    phones[0].hear({"t": "presence"})


def other_bytes(log, phones, snapshots):
    phones[0].wire.append(Noted(2, "out", {"t": "hello", "epoch": None, "last_seq": 5}))
    phones[0].event(6, {"t": "card_shown"}, {"turn": 9})


def seats_differ(log, phones, snapshots):
    log.rows.append(Row(7, "completed", "complete"))
    log.replies["id-y"] = 7
    phones[0].event(7, {"t": "completed", "turn": 1}, {})
    phones[1].event(7, {"t": "completed", "turn": 2}, {})


def not_what_was_logged(log, phones, snapshots):
    log.rows[2] = Row(3, "card_replaced", "complete")


def card_after_the_pause(log, phones, snapshots):
    log.rows[4], log.rows[5] = Row(5, "card_shown", "resume"), Row(6, "resumed", None)


def beyond_the_log(log, phones, snapshots):
    for phone in phones:
        phone.event(7, {"t": "completed"}, {})


def another_fold(log, phones, snapshots):
    snapshots[1]["state"]["phase"] = "limit"


LIES = [
    lost_ack, other_ack, early_ack, hole_in_the_log, twice, refused_and_done, event_skipped, event_twice, before_live,
    other_bytes, seats_differ, not_what_was_logged, card_after_the_pause, beyond_the_log, another_fold,
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_every_lie_is_found(lie):
    log, phones, snapshots = history()
    lie(log, phones, snapshots)
    if lie is not another_fold:
        snapshots = [{"seq": phone.seq, "state": phone.state} for phone in phones]
    with pytest.raises(Broken):
        judge("s", log, phones, snapshots)
