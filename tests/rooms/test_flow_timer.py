"""The card's clock: started and stopped by either, the same on both phones, and gone with its card."""

from datetime import timedelta

import msgspec
import pytest

from rooms.activities.card import Step
from rooms.sessions import events as e
from rooms.sessions.state import State
from tests.rooms.room import EVENING, Scenario, make_card, reread


def timed(seconds: int = 60, **settings) -> Scenario:
    """A card with a clock is on both screens."""
    room = Scenario(activity_type="dare", intimacy_level="G", **settings)
    room.bank = [
        make_card(number, steps=(Step("A", f"Number {number}: hold hands."), Step("B", "Smile.", seconds)))
        for number in range(1, 9)
    ]
    return room.started()


def clocks(room: Scenario) -> list[object]:
    return [speaker.shown["timer"] for speaker in (room.a, room.b)]


RUNNING = [{"turn": 1, "until": "2026-05-01T20:01:00Z"}] * 2
RESTING = [None, None]


def test_the_card_says_how_long_its_clock_runs_and_only_at_that_step():
    room = timed()
    steps = room.a.shown["card"]["script"]["steps"]
    assert [set(step) for step in steps] == [{"actor", "do"}, {"actor", "do", "duration_s"}]
    assert steps[1]["duration_s"] == 60
    assert clocks(room) == RESTING


@pytest.mark.parametrize("seat", ["a", "b"])
def test_either_seat_starts_it_and_either_stops_it(seat):
    room = timed()
    getattr(room, seat).timer()
    room.expect("timer_started")
    assert room.b.heard[-1]["e"] == {"t": "timer_started", "turn": 1, "until": "2026-05-01T20:01:00Z"}
    assert clocks(room) == RUNNING
    room.a.timer("stop")
    room.expect("timer_stopped")
    assert room.b.heard[-1]["e"] == {"t": "timer_stopped", "turn": 1}
    assert clocks(room) == RESTING


def test_a_second_start_and_a_second_stop_change_nothing():
    room = timed()
    room.a.timer("stop")
    room.expect()
    room.a.timer()
    room.after(seconds=30)
    room.b.timer()
    room.expect()
    assert clocks(room) == RUNNING
    room.a.timer("stop")
    room.b.timer("stop")
    room.expect()


def test_a_clock_that_ran_out_rests_until_somebody_starts_it_anew():
    room = timed()
    room.a.timer()
    room.after(seconds=60)
    room.b.timer("stop")
    room.expect()
    assert clocks(room) == RUNNING  # that it ran out is no event
    room.b.timer()
    room.expect("timer_started")
    assert clocks(room) == [{"turn": 1, "until": "2026-05-01T20:02:00Z"}] * 2


def test_a_clock_in_its_last_instant_still_runs():
    room = timed()
    room.a.timer()
    room.after(seconds=59, microseconds=999_999)
    room.b.timer()
    room.expect()


def test_a_card_without_a_clock_has_none_to_start():
    room = Scenario().with_card()
    for action in ("start", "stop"):
        room.refuses("no_card", room.a.timer, action)


def test_a_button_of_an_older_card_is_stale():
    room = timed()
    older = room.state.card_seq
    room.a.skip()
    room.refuses("stale", room.a.timer, "start", older)
    room.refuses("stale", room.b.timer, "stop", older)
    room.a.complete()
    room.refuses("stale", room.a.timer, "start", older)


def test_whatever_takes_or_changes_the_card_takes_its_clock():
    ways = {
        "completed": lambda room: room.b.complete(),
        "card_replaced": lambda room: room.b.skip(),
        "paused": lambda room: room.b.pause(),
        "stopped": lambda room: room.b.stop(),
        "ended": lambda room: room.b.end(),
    }
    for way, act in ways.items():
        room = timed()
        room.a.timer()
        act(room)
        assert way in room.tags
        assert clocks(room) == RESTING, way
        assert room.state.timer is None


def test_a_card_that_a_limit_takes_away_takes_its_clock():
    room = timed()
    room.a.timer()
    room.bank = [make_card(20, steps=(Step("A", "Hum a song.", 90),))]
    room._passes = lambda *_: False
    room.recheck()
    room.expect("card_replaced")
    assert clocks(room) == RESTING


def test_a_lower_level_withdraws_the_card_and_its_clock():
    room = Scenario(activity_type="dare")
    bold = make_card(1, rating="R", intensity=2, steps=(Step("A", "Stroke their hair.", 60),))
    room.bank = [bold, make_card(2)]
    room.started()
    room.a.timer()
    room.expect("timer_started")
    room.b.propose("G")
    assert "card_withdrawn" in room.tags
    assert clocks(room) == RESTING


def test_what_does_not_touch_the_card_leaves_its_clock_alone():
    room = timed()
    room.a.timer()
    room.b.propose("R")
    room.a.decline()
    room.a.leave()
    room.recheck()
    assert clocks(room) == RUNNING


def test_under_a_pause_there_is_no_clock_and_after_it_the_clock_starts_anew():
    room = timed()
    room.a.timer()
    room.after(seconds=20)
    room.b.pause()
    for action in ("start", "stop"):
        room.refuses("paused", room.a.timer, action)
    room.after(minutes=3)
    room.both_resume()
    assert clocks(room) == RESTING
    room.b.timer()
    assert room.state.timer is not None
    assert room.state.timer.until == EVENING + timedelta(minutes=4, seconds=20)


def test_a_guest_without_a_phone_has_the_hosts_clock():
    room = timed(hosted=True)
    room.b.timer()
    room.a.timer()
    room.expect()
    assert room.a.shown["timer"] == RUNNING[0]


def test_the_running_clock_survives_the_hot_copy():
    room = timed()
    room.a.timer()
    assert reread(room.state) == room.state


def test_a_hot_copy_and_a_log_of_before_there_were_clocks_are_read_as_they_were():
    room = timed()
    older = msgspec.to_builtins(room.state)
    del older["timer"]
    older["card"]["steps"] = [{"actor": step["actor"], "do": step["do"]} for step in older["card"]["steps"]]
    state = msgspec.json.decode(msgspec.json.encode(older), type=State)
    assert (state.timer, state.card and state.card.clock_s) == (None, None)
    assert msgspec.json.decode(b'{"actor":"A","do":"Smile."}', type=e.Step) == e.Step("A", "Smile.")


def test_a_step_without_a_clock_is_written_as_it_was_before_there_were_clocks():
    for step in (e.Step("A", "Smile."), Step("A", "Smile.")):
        assert msgspec.json.encode(step) == b'{"actor":"A","do":"Smile."}'
        assert msgspec.to_builtins(step) == {"actor": "A", "do": "Smile."}
