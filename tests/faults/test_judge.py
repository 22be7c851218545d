"""The judge is not blind: every lie that a broken server could tell is found in an otherwise true history, by the rule for it."""

from typing import Any

import msgspec
import pytest

from tests.faults.judge import CALM, RULES, Broken, Log, Row, judge, judge_account
from tests.faults.told import CARD, DAY, STEPS, Told, at, history, id_of, true_log

HEAD = len(STEPS)
COMPLETE, PAUSE = id_of(6), id_of(12)


def test_a_true_history_passes():
    log, phones, snapshots = history()
    judge("s", log, phones, snapshots, calm=True)


def change(log: Log, seq: int, **fields: Any) -> None:
    log.rows[seq - 1] = msgspec.structs.replace(log.rows[seq - 1], **fields)


def change_event(log: Log, seq: int, **fields: Any) -> None:
    change(log, seq, event={**log.rows[seq - 1].event, **fields})


def more(log: Log, kind: str, asked: str, fields: dict[str, Any], *, by: str | None = "A", **event: Any) -> None:
    """One more command of one event at the end of the log."""
    seq = log.head + 1
    cause = {"command": {"t": asked, **fields}, "seat": by, "now": at(seq)}
    log.rows.append(Row(seq, kind, asked, {"t": kind, **event}, None, cause))
    log.replies[f"id-more-{seq}"] = seq


def hole_in_the_log(log, phones):
    del log.rows[2]


def no_cause(log, phones):
    change(log, 6, asked=None, cause=None)


def lost_ack(log, phones):
    del log.replies[COMPLETE]


def other_ack(log, phones):
    log.replies[COMPLETE] = 9


def early_ack(log, phones):
    log.replies["id-x"] = HEAD + 1
    phones[0].hear({"t": "ack", "id": "id-x", "seq": HEAD + 1})


def nothing_came_of_it(log, phones):
    phones[0].say({"t": "skip", "id": "id-s", "on": 20})
    phones[0].hear({"t": "ack", "id": "id-s", "seq": 18})
    log.replies["id-s"] = 18


def never_completed(log, phones):
    phones[0].say({"t": "complete", "id": "id-c", "on": 8})
    phones[0].hear({"t": "ack", "id": "id-c", "seq": HEAD})
    log.replies["id-c"] = HEAD


def never_ready(log, phones):
    phones[0].say({"t": "ready", "id": "id-r"})
    phones[0].hear({"t": "ack", "id": "id-r", "seq": HEAD})
    log.replies["id-r"] = HEAD


def twice(log, phones):
    more(log, "feedback_given", "feedback", {}, by="A", turn=1)
    del log.replies[f"id-more-{HEAD + 1}"]


def refused_and_done(log, phones):
    log.replies["id-y"] = HEAD
    phones[1].hear({"t": "refused", "id": "id-y", "code": "stale", "retryable": False})


def refused_after_its_ack(log, phones):
    phones[0].say({"t": "complete", "id": COMPLETE, "on": 5})
    phones[0].hear({"t": "refused", "id": COMPLETE, "code": "stale", "retryable": False})


def another_body(log, phones):
    phones[0].say({"t": "propose_level", "id": COMPLETE, "level": "G"})
    phones[0].hear({"t": "ack", "id": COMPLETE, "seq": 8})


def another_seat(log, phones):
    phones[1].say({"t": "complete", "id": COMPLETE, "on": 5})
    phones[1].hear({"t": "ack", "id": COMPLETE, "seq": 8})


def event_skipped(log, phones):
    phones[0].event(HEAD + 2, {"t": "completed"}, {})


def event_twice(log, phones):
    phones[0].event(HEAD, {"t": "card_replaced"}, {})


def before_live(log, phones):
    phones[0].hear({"t": "presence", "seat": "B", "status": "present"})
    phones[0].wire[-1:] = [msgspec.structs.replace(phones[0].wire[0], connection=2), phones[0].wire[-1]]


def beyond_the_log(log, phones):
    for phone in phones:
        phone.event(HEAD + 1, {"t": "completed"}, {})


def other_bytes(log, phones):
    phones[0].say({"t": "hello", "epoch": None, "last_seq": HEAD - 1})
    phones[0].event(HEAD, {"t": "card_replaced"}, {"turn": 9})


def seats_differ(log, phones):
    more(log, "ready", "ready", {})
    phones[0].event(HEAD + 1, {"t": "ready", "by": "A"}, {})
    phones[1].event(HEAD + 1, {"t": "ready", "by": "B"}, {})


def not_what_was_logged(log, phones):
    change(log, 9, type="nudged")


def card_after_the_pause(log, phones):
    more(log, "paused", "pause", {}, by=None)
    more(log, "card_replaced", "skip", {"on": 20}, by=None)


def card_after_the_ack_of_a_pause(log, phones):
    phones[0].say({"t": "pause", "id": "id-p"})
    phones[0].event(HEAD + 1, {"t": "paused"}, {"phase": "paused", "card": None})
    phones[0].hear({"t": "ack", "id": "id-p", "seq": HEAD + 1})
    phones[0].event(HEAD + 2, {"t": "card_replaced", "card": CARD}, {})


def nothing_frozen(log, phones):
    phones[0].say({"t": "pause", "id": "id-p"})
    phones[0].hear({"t": "ack", "id": "id-p", "seq": HEAD})


def card_while_paused(log, phones):
    phones[0].event(HEAD + 1, {"t": "paused"}, {"phase": "paused"})


def resumed_alone(log, phones):
    change(log, 13, type="nudged")


def resumed_by_one_before_the_pause(log, phones):
    change(log, 14, cause={**log.rows[13].cause, "seat": "A"})


def resumed_too_early(log, phones):
    change_event(log, 16, until=at(30))


def level_risen_by_one(log, phones):
    change(log, 11, cause={**log.rows[10].cause, "seat": "A"})


def level_risen_unasked(log, phones):
    change(log, 10, type="level_declined")


def level_risen_late(log, phones):
    change_event(log, 10, until=at(10))


def card_above_the_level(log, phones):
    for phone in phones:
        phone.event(HEAD + 1, {"t": "level_changed", "level": "G"}, {"level": "G"})
    more(log, "level_changed", "propose_level", {}, level="G")


def card_against_a_limit(log, phones):
    phones[1].tell({"t": "limits", "hard": ["kissing"], "seq": 19})


def card_that_stays_against_a_limit(log, phones):
    phones[1].tell({"t": "limits", "hard": ["kissing"], "seq": HEAD})


def old_button(log, phones):
    change(log, 6, cause={**log.rows[5].cause, "command": {"t": "complete", "on": 3}})


def clock_of_no_card(log, phones):
    more(log, "paused", "pause", {}, by=None)
    more(log, "timer_started", "timer", {"on": 20, "action": "start"}, turn=3, until=at(40))


def clock_that_runs_too_long(log, phones):
    change_event(log, 20, card={"steps": [{"actor": "A", "do": "Smile.", "duration_s": 30}]})
    more(log, "timer_started", "timer", {"on": 20, "action": "start"}, turn=3, until=at(40))


def clock_stopped_that_did_not_run(log, phones):
    more(log, "timer_stopped", "timer", {"on": 20, "action": "stop"}, turn=3)


def clock_under_a_pause(log, phones):
    timer = {"turn": 3, "until": at(40)}
    phones[0].event(HEAD + 1, {"t": "paused"}, {"phase": "paused", "card": None, "timer": timer})


def completed_twice(log, phones):
    more(log, "completed", "complete", {}, turn=1)


def turn_passed_over(log, phones):
    change_event(log, 7, turn=3)


def stopped_with_a_card(log, phones):
    change(log, 15, type="nudged")


def on_after_the_end(log, phones):
    more(log, "ended", "end", {})
    more(log, "ready", "ready", {})


def charged_twice(log, phones):
    change_event(log, 15, given_back=None)


def not_given_back(log, phones):
    change_event(log, 15, given_back=None)
    change_event(log, 19, charged_on=None)


def counted_though_paid(log, phones):
    phones[0].tell({"t": "premium", "seq": HEAD})
    phones[0].event(HEAD + 1, {"t": "card_shown", "remaining": 3}, {})


def who_skipped(log, phones):
    change(log, 20, cause={**log.rows[19].cause, "seat": "B"})


def who_skipped_on_the_wire(log, phones):
    for phone in phones:
        phone.event(HEAD + 1, {"t": "card_replaced", "by": "A"}, {})
    more(log, "card_replaced", "skip", {}, by=None)


def partner_feedback(log, phones):
    phones[1].event(HEAD + 1, {"t": "feedback_given", "by": "A", "feedback": "dislike"}, {})


def feedback_on_the_other_screen(log, phones):
    phones[1].state = phones[1].state | {"my_feedback": {"1": {"feedback": "like"}}}


def deaf(log, phones):
    more(log, "ready", "ready", {})


def no_answer(log, phones):
    phones[0].say({"t": "end", "id": "id-e"})


def no_halt_before_it(log, phones):
    phones[0].event(HEAD + 1, {"t": "paused"}, {"phase": "paused", "card": None})


def halt_and_nothing(log, phones):
    phones[0].hear({"t": "halt", "kind": "pause"})


def halt_after_the_commit(log, phones):
    for mark in ("held", "let go"):
        phones[0].tell({"t": mark})


def away_though_here(log, phones):
    phones[0].hear({"t": "presence", "seat": "B", "status": "away"})


LIES = {
    "the log is whole": [hole_in_the_log],
    "the log says what it came from": [no_cause],
    "acknowledged means committed": [lost_ack, other_ack, early_ack],
    "acknowledged means done": [nothing_came_of_it, never_completed, never_ready],
    "one effect a command": [twice],
    "refused means nothing happened": [refused_and_done],
    "an answer stays the same": [refused_after_its_ack, another_body, another_seat],
    "the wire is in order": [event_skipped, event_twice, before_live, beyond_the_log],
    "both phones see the same": [other_bytes, seats_differ, not_what_was_logged],
    "no card in the log while halted": [card_after_the_pause],
    "no card after a halt": [card_after_the_ack_of_a_pause],
    "an acknowledged halt holds": [nothing_frozen],
    "a halted phone shows no card": [card_while_paused],
    "going on takes two, and its time": [resumed_alone, resumed_by_one_before_the_pause, resumed_too_early],
    "going up takes two": [level_risen_by_one, level_risen_unasked, level_risen_late],
    "no card above the level": [card_above_the_level],
    "no card against a limit": [card_against_a_limit, card_that_stays_against_a_limit],
    "buttons belong to what was seen": [old_button],
    "a clock runs with its card": [clock_of_no_card, clock_that_runs_too_long, clock_stopped_that_did_not_run],
    "no clock without a card": [clock_under_a_pause],
    "turns go their way": [completed_twice, turn_passed_over, stopped_with_a_card, on_after_the_end],
    "a turn is paid once": [charged_twice, not_given_back],
    "who pays goes on": [counted_though_paid],
    "nobody is told who said no": [who_skipped, who_skipped_on_the_wire],
    "feedback is its giver's": [partner_feedback, feedback_on_the_other_screen],
    "everything is heard": [deaf],
    "every command is answered": [no_answer],
    "halt comes first": [no_halt_before_it, halt_and_nothing],
    "halt works while commits hang": [halt_after_the_commit],
    "who is here is known": [away_though_here],
}


@pytest.mark.parametrize(("rule", "lie"), [(rule, lie) for rule, lies in LIES.items() for lie in lies])
def test_every_lie_is_found(rule, lie):
    log, phones, _ = history()
    lie(log, phones)
    snapshots = [{"seq": phone.seq, "state": phone.state} for phone in phones]
    with pytest.raises(Broken) as broken:
        judge("s", log, phones, snapshots, calm=True)
    assert rule in broken.value.rules


def test_another_fold_is_found():
    log, phones, snapshots = history()
    snapshots[1]["state"]["phase"] = "limit"
    with pytest.raises(Broken) as broken:
        judge("s", log, phones, snapshots)
    assert broken.value.rules == ("folds agree",)


def older_phone(*, closed: bool, says: bool) -> Told:
    """A phone of seat A that was there before the one in the history."""
    old = Told("A")
    if says:
        old.say({"t": "end", "id": "id-late"})
        old.hear({"t": "ack", "id": "id-late", "seq": HEAD})
    if closed:
        old.wire.append(msgspec.structs.replace(old.wire[0], way="closed"))
    return old


@pytest.mark.parametrize(("closed", "says"), [(False, False), (True, True)])
def test_an_older_phone_that_stays_or_still_plays_is_found(closed, says):
    log, phones, snapshots = history()
    log.replies["id-late"] = HEAD
    with pytest.raises(Broken) as broken:
        judge("s", log, phones, snapshots, earlier=[older_phone(closed=closed, says=says)])
    assert "one phone a seat" in broken.value.rules


def test_every_rule_has_a_lie_that_it_finds():
    assert set(RULES | CALM) == {*LIES, "folds agree", "one phone a seat"}


@pytest.mark.parametrize(("limit", "before", "after"), [(25, 5, 7), (6, 5, 7), (25, 5, 6), (25, 5, 8)])
def test_the_account_is_what_the_logs_have_charged(limit, before, after):
    log = true_log()
    assert sum(row.event.get("charged_on") == DAY for row in log.rows) == 3
    if (limit, after) == (25, 7):
        judge_account(limit, before, after, [log])
        return
    with pytest.raises(Broken):
        judge_account(limit, before, after, [log])
