"""Asking for card after card teaches nobody what the other forbids: after a few the cards are plain (decision 33)."""

from datetime import timedelta

from rooms.sessions.limits import Player
from rooms.sessions.move import MOST_EXTRA_A_DAY, MOST_EXTRA_A_TURN
from tests.rooms.room import Scenario


def plain(room: Scenario) -> list[bool]:
    """For every card that was drawn: had it to be a plain one?"""
    return [request.plain for request in room.requests]


def test_six_cards_after_a_turns_first_are_as_usual_and_then_they_are_plain():
    room = Scenario().with_card()
    for _ in range(9):
        room.a.skip()
    assert plain(room) == [False] * (1 + MOST_EXTRA_A_TURN) + [True] * 3


def test_the_next_turn_begins_anew():
    room = Scenario().with_card()
    for _ in range(9):
        room.b.skip()
    room.a.complete()
    room.with_card()
    room.a.skip()
    assert plain(room)[-2:] == [False, False]


def test_a_card_after_a_stop_counts_as_one_more():
    room = Scenario().with_card()
    for _ in range(MOST_EXTRA_A_TURN):
        room.a.skip()
    room.b.stop()
    room.after(minutes=10)
    room.both_resume()
    assert plain(room)[-1]


def test_a_replacement_after_a_limit_counts_as_one_more():
    room = Scenario().with_card()
    for _ in range(MOST_EXTRA_A_TURN):
        room.a.skip()
    room.players = {**room.players, "B": Player(hard=frozenset({"a limit that nobody understands"}))}
    room.recheck()
    assert "card_replaced" in room.tags
    assert plain(room)[-1]


def test_forty_a_pair_and_day_and_then_only_a_turns_first_card_is_as_usual():
    room = Scenario().with_card()
    room.extra_today = MOST_EXTRA_A_DAY - 1
    room.a.skip()
    room.extra_today = MOST_EXTRA_A_DAY
    room.a.skip()
    room.a.complete()
    room.with_card()
    room.b.skip()
    assert plain(room) == [False, False, True, False, True]


def test_nothing_is_refused_and_the_limit_of_a_day_is_the_days():
    room = Scenario().with_card()
    room.extra_today = 10 * MOST_EXTRA_A_DAY
    for _ in range(20):
        room.a.skip()
        assert room.phase == "card"
    room.now += timedelta(days=1)
    room.extra_today = 0
    room.a.complete()
    room.with_card()
    room.a.skip()
    assert not plain(room)[-1]
