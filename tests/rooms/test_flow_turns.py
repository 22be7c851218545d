"""The game itself: turns, who is active, truth or dare, cards done and replaced, stale buttons, the end at the target."""

from collections import Counter
from fractions import Fraction
from math import floor

import pytest

from rooms.sessions.dice import Rolls, pick, spin_active, spin_kind
from rooms.sessions.draw import WINDOWS, game_phase
from rooms.sessions.state import LEVELS
from tests.rooms.room import Scenario, cards_of, plain_bank


def test_the_active_seat_chooses_and_gets_its_card():
    room = Scenario().started()
    assert room.a.heard[-1]["e"] == {"t": "turn_began", "turn": 1, "active": "A", "type": None}
    room.refuses("not_your_turn", room.b.choose)
    room.a.choose("dare")
    room.expect("type_chosen", "card_shown")
    assert room.b.heard[-2]["e"] == {"t": "type_chosen", "turn": 1, "type": "dare", "by": "player"}
    shown = room.b.heard[-1]["e"]
    assert set(shown) == {"t", "turn", "card", "remaining"}
    assert set(shown["card"]) == {
        "activity_id", "type", "rating", "intensity", "script", "active", "partner", "tags", "source", "phase", "seq_no",
    }  # fmt: skip
    assert (shown["card"]["type"], shown["card"]["active"], shown["card"]["seq_no"]) == ("dare", "A", 1)


@pytest.mark.parametrize(("roll", "type_"), [(0.0, "truth"), (0.499, "truth"), (0.5, "dare"), (0.999, "dare")])
def test_random_is_the_dice_own_choice(roll, type_):
    room = Scenario().started()
    room.rolls = Rolls(0.0, roll, 0.0)
    room.a.choose("random")
    assert room.a.heard[-2]["e"] == {"t": "type_chosen", "turn": 1, "type": type_, "by": "spin"}


@pytest.mark.parametrize("type_", ["truth", "dare"])
def test_a_session_of_one_type_deals_at_once(type_):
    room = Scenario(activity_type=type_).started()
    room.expect("started", "turn_began", "card_shown")
    assert room.card.type == type_
    room.refuses("stale", room.a.choose)
    room.a.complete()
    room.expect("completed", "turn_began", "card_shown")


def test_where_the_spin_chooses_a_turn_begins_with_its_type():
    room = Scenario(type_choice="spin").started()
    room.expect("started", "turn_began", "card_shown")
    assert room.a.heard[-2]["e"]["type"] == "truth"


@pytest.mark.parametrize("roll", [0.0, 0.9])
def test_a_spin_never_makes_four_of_one_type_in_a_row(roll):
    room = Scenario(type_choice="spin", target_activities=50).started()
    room.unlimited = True
    room.rolls = Rolls(0.0, roll, 0.0)
    while room.phase != "ended":
        room.a.complete()
    kinds = [card.type for card in cards_of(room)]
    assert len(kinds) == 50
    assert all(len(set(kinds[at : at + 4])) == 2 for at in range(47))


def test_a_spin_is_even_however_the_row_stands():
    """Over all equally likely rolls and rows of up to nine spins, truths and dares are as many."""
    rows: list[tuple[str, ...]] = [()]
    for _ in range(9):
        rows = [(*row, spin_kind(roll, row)) for row in rows for roll in (0.25, 0.75)]
    count = Counter(kind for row in rows for kind in row)
    assert count["truth"] == count["dare"]


def test_the_dice_are_fair_coins_and_picks_stay_inside():
    rolls = [number / 1000 for number in range(1000)]
    assert Counter(map(spin_active, rolls)) == {"A": 500, "B": 500}
    assert Counter(pick(roll, 7) for roll in rolls).keys() == set(range(7))
    assert pick(1 - 2**-53, 3) == 2


def test_turns_alternate():
    room = Scenario(type_choice="spin", target_activities=6).started()
    while room.phase != "ended":
        room.b.complete()
    assert [card.active for card in cards_of(room)] == ["A", "B", "A", "B", "A", "B"]


def test_the_turn_may_be_spun():
    room = Scenario(type_choice="spin", turn_order="spin", target_activities=6)
    room.rolls = Rolls(0.7, 0.0, 0.0)
    room.started()
    for roll in (0.1, 0.2, 0.9, 0.6, 0.3):
        room.rolls = Rolls(roll, 0.0, 0.0)
        room.a.complete()
    assert [card.active for card in cards_of(room)] == ["B", "A", "A", "B", "B", "A"]


@pytest.mark.parametrize("seat", ["a", "b"])
def test_either_seat_says_done_and_twice_counts_once(seat):
    room = Scenario().with_card()
    on = room.a.shown["card_seq"]
    getattr(room, seat).complete()
    room.expect("completed", "turn_began")
    room.a.complete(on)
    room.expect()
    room.b.complete(on)
    room.expect()
    assert room.a.shown["turn"] == 2


def test_the_second_of_two_phones_that_finish_the_last_card_at_once_is_not_refused():
    room = Scenario(target_activities=5).plays(4).with_card()
    on = room.a.shown["card_seq"]
    room.a.complete(on)
    assert room.phase == "ended"
    room.b.complete(on)
    room.expect()


def test_a_done_that_was_pressed_before_a_pause_still_counts_once():
    room = Scenario().with_card()
    on = room.a.shown["card_seq"]
    room.a.complete()
    room.b.pause()
    room.b.complete(on)
    room.expect()


def test_nobody_completes_or_skips_a_card_they_never_saw():
    room = Scenario().with_card()
    first = room.a.shown["card_seq"]
    room.a.skip()
    room.expect("card_replaced")
    for stale in (first, first - 1, first + 100):
        room.refuses("stale", room.b.complete, stale)
        room.refuses("stale", room.b.skip, stale)
    second = room.a.shown["card_seq"]
    assert second == room.state.head
    room.a.complete(second)
    room.refuses("stale", room.b.skip, second)
    room.refuses("stale", room.b.complete, first)
    room.refuses("no_card", room.b.complete, room.state.head)


def test_a_choice_belongs_to_its_turn():
    room = Scenario().started()
    first = room.a.shown["turn_seq"]
    room.a.choose()
    room.refuses("stale", room.a.choose, on=first)
    room.a.complete()
    room.refuses("stale", room.b.choose, on=first)
    room.b.choose()
    room.expect("type_chosen", "card_shown")


def test_a_card_that_came_back_after_a_stop_is_another_one():
    room = Scenario().with_card()
    old = room.a.shown["card_seq"]
    room.a.stop()
    room.after(minutes=10)
    room.both_resume()
    room.refuses("stale", room.a.complete, old)
    room.refuses("stale", room.a.skip, old)
    room.a.complete()


def test_a_pause_keeps_the_card_and_its_buttons():
    room = Scenario().with_card()
    card, on = room.a.shown["card"], room.a.shown["card_seq"]
    room.b.pause()
    room.both_resume()
    room.expect("resumed")
    assert (room.a.shown["card"], room.a.shown["card_seq"], room.phase) == (card, on, "card")
    room.b.complete(on)


def test_a_choice_can_be_made_after_a_pause_with_the_button_from_before():
    room = Scenario().started()
    on = room.a.shown["turn_seq"]
    room.b.pause()
    room.both_resume()
    room.expect("resumed")
    assert room.phase == "choosing"
    room.a.choose(on=on)
    room.expect("type_chosen", "card_shown")


def test_skipping_brings_another_card_of_the_same_type_to_the_same_turn():
    room = Scenario().with_card("dare")
    before = room.card
    room.b.skip()
    assert room.card != before
    assert (room.card.type, room.card.active, room.card.seq_no) == ("dare", "A", 1)
    assert (room.a.shown["turn"], room.used) == (1, 1)
    assert set(room.a.heard[-1]["e"]) == {"t", "turn", "card", "consecutive_skips"}


def test_three_in_a_row_raise_a_nudge_and_a_completed_card_starts_the_count_again():
    room = Scenario().with_card()
    told = []
    for _ in range(7):
        room.b.skip()
        told.append(room.tags)
    plain, nudged = ("card_replaced",), ("card_replaced", "nudged")
    assert told == [plain, plain, nudged, plain, plain, nudged, plain]
    assert room.a.shown["consecutive_skips"] == 7
    assert room.a.heard[-2]["e"] == {"t": "nudged", "options": ["lower_level", "review_boundaries", "continue"]}
    room.a.complete()
    assert room.a.shown["consecutive_skips"] == 0
    room.with_card()
    room.a.skip()
    room.expect("card_replaced")


def test_a_card_does_not_come_twice_in_a_session():
    room = Scenario(target_activities=20).plays(3)
    for _ in range(5):
        room.with_card()
        room.b.skip()
        room.a.complete()
    shown = [card.activity_id for card in cards_of(room)]
    assert len(shown) == len(set(shown)) == 13


@pytest.mark.parametrize("target", range(5, 51))
def test_the_game_ends_after_exactly_its_target(target):
    room = Scenario(activity_type="dare", target_activities=target).started()
    room.unlimited = True
    steps = [room.a.shown["step"]]
    while room.phase != "ended":
        room.a.complete()
        steps.append(room.a.shown["step"])
    assert steps == [*range(1, target + 1), target]
    assert room.a.heard[-1]["e"]["reason"] == "target"
    assert room.a.shown["summary"]["kept"] == room.a.shown["summary"]["dare"] == target
    assert [card.phase for card in cards_of(room)] == [game_phase(step, target) for step in range(1, target + 1)]


@pytest.mark.parametrize("target", range(5, 51))
def test_the_phases_are_cut_where_the_contract_cuts_them(target):
    cuts = [floor(Fraction(share, 100) * target) for share in (20, 60, 88)]
    for step in range(1, target + 1):
        expected = ("warmup", "build", "peak", "afterglow")[sum(step > cut for cut in cuts)]
        assert game_phase(step, target) == expected
    assert game_phase(target, target) == "afterglow"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("target", [5, 25, 50])
def test_intensities_follow_the_window_and_no_rating_is_above_the_level(level, target):
    room = Scenario(activity_type="truth", intimacy_level=level, target_activities=target)
    room.bank, room.unlimited = plain_bank(each=55), True
    room.started()
    for step in range(1, target + 1):
        room.rolls = Rolls(0.0, 0.0, (step * 0.37) % 1)
        low, high = WINDOWS[level][game_phase(step, target)]
        assert low <= room.card.intensity <= high
        assert LEVELS.index(room.card.rating) <= LEVELS.index(level)
        assert room.card.relaxed is None
        room.b.complete()


def test_the_windows_are_those_of_the_contract():
    assert {level: list(windows.values()) for level, windows in WINDOWS.items()} == {
        "G": [(1, 1)] * 4,
        "R": [(1, 2), (2, 3), (3, 3), (2, 2)],
        "X": [(2, 3), (3, 4), (4, 5), (3, 3)],
    }


def test_the_summary_counts_what_was_kept_and_whole_minutes():
    room = Scenario(target_activities=5).started()
    for type_ in ("truth", "dare", "dare"):
        room.with_card(type_)
        room.after(seconds=61)
        room.a.complete()
    room.with_card()
    room.b.end()
    assert room.a.heard[-1]["e"] == {
        "t": "ended",
        "reason": "ended",
        "summary": {"kept": 3, "truth": 1, "dare": 2, "minutes": 3},
    }
    assert room.a.shown["summary"] == {"kept": 3, "truth": 1, "dare": 2, "minutes": 3}
    assert (room.a.shown["phase"], room.a.shown["card"]) == ("ended", None)


def test_a_clock_that_jumps_back_makes_no_negative_minutes():
    room = Scenario().with_card()
    room.after(hours=-2)
    room.a.end()
    assert room.a.shown["summary"]["minutes"] == 0
