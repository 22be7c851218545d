"""The daily allowance: charged once a turn, given back when nothing came of it, 25 and never 26."""

import pytest

from rooms.sessions.events import CardShown
from tests.rooms.room import Scenario


def test_a_turn_is_charged_when_its_first_card_is_shown():
    room = Scenario().started()
    assert room.used == 0
    assert room.a.shown["remaining"] is None
    room.a.choose()
    assert room.used == 1
    assert room.a.heard[-1]["e"]["remaining"] == room.b.shown["remaining"] == 24
    assert "charged_on" not in room.a.heard[-1]["e"]


def test_replacements_cost_nothing():
    room = Scenario().with_card()
    for _ in range(4):
        room.a.skip()
    assert (room.used, room.a.shown["remaining"]) == (1, 24)


def test_exactly_twenty_five_can_be_reached():
    room = Scenario(activity_type="dare", target_activities=50).started()
    for left in range(24, -1, -1):
        assert room.a.shown["remaining"] == left
        room.a.complete()
    room.expect("completed", "turn_began", "limit_reached")
    assert (room.used, room.phase) == (25, "limit")
    assert room.a.heard[-1]["e"] == {"t": "limit_reached", "resets_at": "2026-05-02T00:00:00Z"}
    assert (room.a.shown["remaining"], room.a.shown["resets_at"]) == (0, "2026-05-02T00:00:00Z")
    room.refuses("limit_reached", room.a.ready)
    assert room.a.shown["turn"] == 26


def test_the_twenty_fifth_card_can_be_finished():
    room = Scenario(target_activities=50)
    room.counts[room.day] = 24
    room.with_card()
    room.b.skip()
    room.a.complete()
    room.expect("completed", "turn_began")
    room.active.choose()
    room.expect("type_chosen", "limit_reached")


def test_an_upgrade_continues_the_same_turn():
    room = limited()
    room.unlimited = True
    room.recheck()
    room.expect("limit_lifted", "card_shown")
    assert room.a.heard[-2]["e"] == {"t": "limit_lifted"}
    assert (room.a.shown["remaining"], room.a.shown["resets_at"], room.a.shown["turn"]) == (None, None, 1)
    assert room.card.type == "dare"


@pytest.mark.parametrize("seat", ["a", "b"])
def test_either_seat_tries_again_after_midnight(seat):
    room = limited()
    getattr(room, seat).room.refuses("limit_reached", getattr(room, seat).ready)
    room.after(hours=4)
    getattr(room, seat).ready()
    room.expect("limit_lifted", "card_shown")
    assert room.a.shown["remaining"] == 24
    assert room.used == 1


def test_trying_again_in_a_game_that_goes_on_changes_nothing():
    room = Scenario().with_card()
    room.a.ready()
    room.expect()
    assert not room.asked_for_draw


def test_nobody_is_charged_when_it_is_unlimited():
    room = Scenario(target_activities=5)
    room.unlimited = True
    room.plays(4).with_card()
    assert (room.used, room.a.shown["remaining"]) == (0, None)
    assert all(shown.charged_on is None for shown in room.events(CardShown))


def test_a_turn_that_began_unlimited_is_not_charged_when_its_card_is_replaced_later():
    room = Scenario(intimacy_level="X")
    room.unlimited = True
    room.rolls = room.rolls.__class__(0.0, 0.0, 0.999)
    room.with_card()
    assert room.card.rating == "X"
    room.unlimited, room.limit = False, 0
    room.a.propose("G")
    room.expect("level_changed", "card_withdrawn", "card_shown")
    assert room.used == 0


def test_a_stopped_turn_is_given_back_and_charged_again_when_it_goes_on():
    room = Scenario().with_card()
    assert room.used == 1
    room.a.stop()
    assert room.used == 0
    assert room.a.shown["remaining"] == 25
    assert room.a.heard[-2]["e"] == {"t": "card_withdrawn", "turn": 1}
    room.after(minutes=10)
    room.both_resume()
    assert (room.used, room.a.shown["remaining"]) == (1, 24)


def test_a_turn_that_was_stopped_at_the_limit_can_be_taken_by_another_game():
    room = Scenario()
    room.counts[room.day] = 24
    room.with_card()
    room.a.stop()
    room.counts[room.day] += 1  # another room of the same account
    room.after(minutes=10)
    room.both_resume()
    room.expect("resumed", "limit_reached")
    assert room.used == 25


def test_a_turn_is_given_back_once():
    room = Scenario().with_card()
    room.a.pause()
    room.a.stop()
    room.b.stop()
    room.after(minutes=11)
    room.b.stop()
    assert room.used == 0
    room.after(minutes=10)
    room.both_resume()
    room.b.stop()
    assert (room.used, room.a.shown["remaining"]) == (0, 25)


def test_nothing_is_given_back_on_another_day_and_the_turn_stays_paid():
    room = Scenario().with_card()
    yesterday = room.day
    room.after(hours=4)
    room.a.stop()
    assert room.counts == {yesterday: 1}
    assert room.a.shown["remaining"] == 24
    room.after(minutes=10)
    room.both_resume()
    room.expect("resumed", "card_shown")
    assert room.counts == {yesterday: 1}
    assert room.a.shown["remaining"] == 25
    room.a.complete()
    room.with_card()
    assert room.used == 1


def test_a_turn_given_back_before_midnight_is_charged_to_the_day_it_goes_on():
    room = Scenario().with_card()
    yesterday = room.day
    room.after(hours=3, minutes=55)
    room.a.stop()
    room.after(minutes=10)
    room.both_resume()
    assert (room.counts[yesterday], room.used) == (0, 1)


def test_a_card_paid_yesterday_that_is_replaced_today_costs_nothing():
    room = Scenario().with_card()
    room.after(hours=4)
    room.b.skip()
    assert room.used == 0
    room.a.complete()
    room.with_card()
    assert room.used == 1


def test_the_database_has_the_last_word_on_the_day():
    """The rules' clock says yesterday, the account says today: the charge names the account's day."""
    room = Scenario().started()
    room.after(hours=4)
    account = room.allowance()
    room.after(hours=-4)
    room.allowance = lambda: account  # type: ignore[method-assign]
    room._account_for = lambda _: None  # type: ignore[method-assign]
    room.a.choose()
    assert room.events(CardShown)[0].charged_on == account.day


def test_what_is_left_is_never_below_nothing():
    room = Scenario()
    room.unlimited = True
    room.with_card()
    room.unlimited, room.limit = False, 5
    room.counts[room.day] = 9
    room.bank = ()
    room.a.stop()
    room.after(minutes=10)
    room.both_resume()
    assert room.a.shown["remaining"] == 0


def test_ending_with_a_card_on_screen_gives_nothing_back():
    room = Scenario().with_card()
    room.a.end()
    room.expect("ended")
    assert room.used == 1


def limited() -> Scenario:
    """Nothing is left today, and the first turn waits."""
    room = Scenario(activity_type="dare")
    room.counts[room.day] = 25
    room.started()
    room.expect("started", "turn_began", "limit_reached")
    return room
