"""How a card was: each seat about cards already resolved, again and again, and only the giver reads it."""

import pytest

from rooms.sessions import commands as c
from tests.rooms.room import Scenario


def test_what_was_said_is_the_givers_alone():
    room = Scenario().plays(1)
    room.a.feedback(1, "dislike", executed=False)
    room.expect("feedback_given")
    assert room.a.heard[-1]["e"] == {
        "t": "feedback_given", "turn": 1, "by": "A", "feedback": "dislike", "executed": False,
    }  # fmt: skip
    assert room.b.heard[-1]["e"] == {"t": "feedback_given", "turn": 1, "by": "A"}
    assert room.a.shown["my_feedback"] == {"1": {"feedback": "dislike", "executed": False}}
    assert room.b.shown["my_feedback"] == {}
    assert room.b.heard[-1]["set"] == {}


def test_each_seat_has_its_own_word():
    room = Scenario().plays(2)
    room.a.feedback(1, "like", executed=True)
    room.b.feedback(1, "neutral", executed=True)
    room.b.feedback(2, "like", executed=False)
    assert room.a.shown["my_feedback"] == {"1": {"feedback": "like", "executed": True}}
    assert room.b.shown["my_feedback"] == {
        "1": {"feedback": "neutral", "executed": True},
        "2": {"feedback": "like", "executed": False},
    }


def test_it_may_be_changed_in_parts():
    room = Scenario().plays(1)
    room.a.feedback(1, "like")
    room.a.feedback(1, executed=True)
    room.a.feedback(1, "dislike")
    assert room.a.shown["my_feedback"] == {"1": {"feedback": "dislike", "executed": True}}


def test_whether_it_was_changed_is_private_too():
    """Saying the same again looks to the partner like saying something else."""
    heard = []
    for second in ("like", "dislike"):
        room = Scenario().plays(1)
        room.a.feedback(1, "like", executed=True)
        room.a.feedback(1, second, executed=True)
        heard.append(room.b.heard)
    assert heard[0] == heard[1]


def test_a_card_that_is_not_done_has_no_feedback():
    room = Scenario().plays(1).with_card()
    for turn in (2, 3, 99):
        room.refuses("no_card", room.a.feedback, turn, "like")
    room.a.stop()
    room.refuses("no_card", room.a.feedback, 2, "like")


def test_there_is_something_to_say_in_every_phase_and_after_the_end():
    room = Scenario().plays(1).with_card()
    room.a.pause()
    room.b.feedback(1, "like", executed=True)
    room.a.stop()
    room.b.feedback(1, "neutral", executed=True)
    room.a.end()
    room.b.feedback(1, "dislike", executed=True)
    room.expect("feedback_given")
    assert room.b.shown["my_feedback"]["1"]["feedback"] == "dislike"
    assert room.phase == "ended"


def test_a_game_that_never_began_has_no_cards_to_speak_of():
    room = Scenario()
    room.refuses("not_started", room.a.feedback, 1, "like")
    room.a.end()
    room.refuses("not_started", room.a.feedback, 1, "like")


def test_saying_nothing_is_no_message():
    room = Scenario().plays(1)
    room.refuses("bad_message", room.a.feedback, 1)


@pytest.mark.parametrize("executed", [True, False, None])
@pytest.mark.parametrize("feedback", ["like", "dislike", "neutral"])
def test_every_word_there_is(feedback, executed):
    room = Scenario().plays(1)
    room.b.says(c.Feedback, turn=1, feedback=feedback, executed=executed)
    assert room.b.shown["my_feedback"] == {"1": {"feedback": feedback, "executed": executed}}
