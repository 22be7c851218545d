"""Pause and stop are rights: in any phase, for both phones, without a name; and going on takes everybody."""

from datetime import datetime, timedelta

import msgspec
import pytest

from rooms.errors import Refused
from rooms.sessions.commands import Pause, Skip, Stop
from rooms.sessions.flow import AFTERCARE, Inputs
from storage.moves import append_of
from storage.sessions import Room, SeatRow
from tests.rooms.phases import card, choosing, limit, lobby
from tests.rooms.room import Scenario, Speaker, canonical


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("phase", [lobby, choosing, card, limit], ids=lambda phase: phase.__name__)
@pytest.mark.parametrize("seat", ["a", "b"])
def test_a_pause_freezes_both_phones_and_says_nothing_else(phase, seat):
    room = phase()
    getattr(room, seat).pause()
    assert room.a.heard[-1] == room.b.heard[-1]
    assert room.a.heard[-1]["e"] == {"t": "paused"}
    assert room.a.shown["phase"] == room.b.shown["phase"] == "paused"


@pytest.mark.parametrize("seat", ["a", "b"])
def test_a_stop_takes_the_card_shows_aftercare_and_starts_a_cool_down(seat):
    room = Scenario().with_card()
    getattr(room, seat).stop()
    room.expect("card_withdrawn", "stopped")
    assert room.a.heard[-2]["e"] == {"t": "card_withdrawn", "turn": 1}
    stopped = room.b.heard[-1]["e"]
    assert set(stopped) == {"t", "until", "aftercare"}
    assert stopped["aftercare"] == room.a.shown["aftercare"] == list(AFTERCARE)
    assert (instant(stopped["until"]) - room.now).total_seconds() == 600
    assert room.a.shown["card"] is None


@pytest.mark.parametrize("halt", ["pause", "stop"])
def test_no_card_comes_before_both_have_resumed(halt):
    room = Scenario().with_card()
    getattr(room.a, halt)()
    room.after(minutes=30)
    for seat in (room.a, room.b):
        room.refuses("paused", seat.complete)
        room.refuses("paused", seat.skip)
        room.refuses("paused", seat.choose)
        room.refuses("paused", seat.ready)
        room.refuses("paused", seat.propose, "X")
    room.b.resume()
    room.expect("resume_wanted")
    assert room.a.shown["resume_wanted"] == ["B"]
    room.refuses("paused", room.a.skip)
    room.b.resume()
    room.expect()
    room.a.resume()
    room.expect(*(("resumed",) if halt == "pause" else ("resumed", "card_shown")))
    assert room.a.shown["resume_wanted"] == []
    assert room.a.shown["halt_seq"] is None


def test_a_new_pause_clears_earlier_resumes():
    room = Scenario().with_card()
    room.a.pause()
    first = room.a.shown["halt_seq"]
    room.a.resume()
    room.b.pause()
    room.expect("paused")
    assert room.a.shown["resume_wanted"] == []
    room.refuses("stale", room.b.resume, first)
    room.b.resume()
    room.expect("resume_wanted")
    room.a.resume()
    room.expect("resumed")


def test_pausing_or_stopping_again_changes_nothing_while_nobody_has_resumed():
    room = Scenario().with_card()
    room.a.pause()
    room.b.pause()
    room.expect()
    room.a.stop()
    room.b.stop()
    room.expect()
    room.b.pause()
    room.expect()
    assert room.phase == "stopped"


def test_a_stop_in_a_pause_is_a_stop_and_takes_the_card():
    room = Scenario().with_card()
    room.a.pause()
    room.a.resume()
    room.b.stop()
    room.expect("card_withdrawn", "stopped")
    assert room.a.shown["resume_wanted"] == []
    room.refuses("cooling_down", room.a.resume)


def test_a_pause_after_a_stop_keeps_the_cool_down_and_clears_the_resumes():
    room = Scenario().with_card()
    room.a.stop()
    until = room.a.shown["cool_down_until"]
    room.after(minutes=10)
    room.a.resume()
    room.b.pause()
    room.expect("paused")
    assert (room.a.shown["phase"], room.a.shown["cool_down_until"]) == ("stopped", until)
    assert room.a.shown["resume_wanted"] == []
    room.a.end()
    assert room.a.heard[-1]["e"]["reason"] == "stopped"


def test_a_second_stop_when_somebody_wants_to_go_on_starts_another_cool_down():
    room = Scenario().with_card()
    room.a.stop()
    room.after(minutes=11)
    room.a.resume()
    room.b.stop()
    room.expect("stopped")
    assert room.a.shown["resume_wanted"] == []
    room.refuses("cooling_down", room.a.resume)
    room.after(minutes=10)
    room.both_resume()
    room.expect("resumed", "card_shown")


def test_a_resume_belongs_to_the_newest_halt():
    room = Scenario().with_card()
    room.a.pause()
    pause = room.a.shown["halt_seq"]
    room.b.stop()
    stop = room.a.shown["halt_seq"]
    room.after(minutes=10)
    room.refuses("stale", room.a.resume, pause)
    room.a.resume(stop)
    room.b.resume(stop)
    room.refuses("stale", room.a.resume, stop)


def test_a_cool_down_is_lengthened_and_never_shortened():
    room = Scenario().with_card()
    room.a.stop()
    first = instant(room.a.shown["cool_down_until"])
    room.b.lengthen(1)
    room.expect("cool_down_set")
    second = instant(room.a.shown["cool_down_until"])
    assert (second - first).total_seconds() == 60
    room.after(minutes=10, seconds=30)
    room.refuses("cooling_down", room.b.resume)
    room.after(minutes=1)
    room.a.resume()
    room.b.lengthen(5)
    assert instant(room.a.shown["cool_down_until"]) == room.now + (second - first) * 5
    room.refuses("cooling_down", room.b.resume)
    room.after(minutes=5)
    room.b.resume()
    room.expect("resumed", "card_shown")
    assert room.a.shown["cool_down_until"] is None
    assert room.a.shown["aftercare"] is None


def test_a_cool_down_reaches_an_hour_ahead_at_most():
    room = Scenario().with_card()
    room.a.stop()
    for _ in range(5):
        room.b.lengthen(10)
    assert instant(room.a.shown["cool_down_until"]) == room.now + timedelta(minutes=60)
    room.a.lengthen(10)
    room.expect()
    room.after(minutes=3)
    room.a.lengthen(1440)
    assert instant(room.a.shown["cool_down_until"]) == room.now + timedelta(minutes=60)


def test_a_cool_down_set_longer_than_an_hour_is_not_shortened():
    room = Scenario().with_card()
    room.cool_down = timedelta(hours=2)
    room.a.stop()
    before = room.a.shown["cool_down_until"]
    room.b.lengthen(10)
    room.expect()
    assert room.a.shown["cool_down_until"] == before


@pytest.mark.parametrize("halt", ["pause", "stop"])
def test_nothing_of_a_card_is_in_either_view_while_the_game_is_halted(halt):
    room = Scenario().with_card()
    card = room.a.shown["card"]
    getattr(room.b, halt)()
    for phone in (room.a, room.b):
        assert phone.shown["card"] is None
        assert card["script"]["steps"][0]["do"] not in str(room.snapshot(phone.name))
    if halt == "pause":
        room.both_resume()
        assert room.a.shown["card"] == room.b.shown["card"] == card


def test_there_is_no_cool_down_to_lengthen_in_a_pause():
    room = Scenario().with_card()
    room.a.pause()
    room.refuses("stale", room.a.lengthen)


def test_a_stop_that_ends_the_game_says_so():
    room = Scenario().with_card()
    room.b.stop()
    room.a.end()
    room.expect("ended")
    assert room.a.shown["summary"]["kept"] == 0
    assert room.a.heard[-1]["e"]["reason"] == "stopped"
    assert room.a.shown["cool_down_until"] is None
    assert room.a.shown["aftercare"] is None


def test_ending_a_paused_game_is_an_ordinary_end():
    room = Scenario().plays(2).with_card()
    room.a.pause()
    room.b.end()
    assert room.a.heard[-1]["e"]["reason"] == "ended"


def test_a_paused_choice_goes_on_as_a_choice():
    room = Scenario().started()
    room.b.stop()
    room.expect("stopped")
    room.after(minutes=10)
    room.both_resume()
    room.expect("resumed")
    assert room.phase == "choosing"


def test_after_a_stop_the_same_turn_gets_a_new_card_of_its_type():
    room = Scenario().with_card("dare")
    before = room.card
    room.a.stop()
    room.after(minutes=10)
    room.both_resume()
    room.expect("resumed", "card_shown")
    assert room.card.activity_id != before.activity_id
    assert (room.card.type, room.card.active, room.a.shown["turn"]) == ("dare", "A", 1)


@pytest.mark.parametrize("phase", [lobby, choosing, card, limit], ids=lambda phase: phase.__name__)
@pytest.mark.parametrize("command", ["skip", "pause", "stop"])
def test_what_is_kept_and_shown_is_the_same_whichever_seat_asked(phase, command):
    """Events, views and what the commit writes: not a byte tells the seats apart, the command's own id aside."""
    kept = []
    for seat in ("a", "b"):
        room = phase()
        speaker: Speaker = getattr(room, seat)
        before = room.state
        try:
            getattr(speaker, command)()
        except Refused as refusal:
            kept.append(refusal.code.encode())
            continue
        kept.append(
            canonical([room.a.heard[-2:], room.b.heard[-2:], room.a.shown, room.b.shown]) + written(room, before)
        )
    assert kept[0] == kept[1]


def written(room: Scenario, before: object) -> bytes:
    """What the commit of the last command holds."""
    last = room.log[-1]
    seats = {
        name: SeatRow(
            seat=name, actor=f"user:{name}", user_id=name, anonymous_session_id=None, display_name=name, hosted=False,
            joined=True,
        )
        for name in ("A", "B")
    }  # fmt: skip
    append = append_of(
        Room(state=before, epoch="e", status="active", seats=seats),  # type: ignore[arg-type]
        room.state, room.last, seat=last.seat, command=last.command, inputs=last.inputs,
    )  # fmt: skip
    assert isinstance(last.command, Skip | Pause | Stop)
    assert isinstance(last.inputs, Inputs)
    return msgspec.json.encode(append)
