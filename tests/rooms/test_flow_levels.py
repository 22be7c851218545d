"""Going up takes two, going down takes one; and limits bite now."""

from datetime import datetime

import msgspec
import pytest

from rooms.activities import taxonomy
from rooms.sessions.limits import Player
from tests.rooms.phases import card, choosing, cooled, limit, lobby, paused, stopped
from tests.rooms.room import OPEN_TO_ALL, Scenario, canonical, make_card

ALL_YES = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 1.0)
SURVEYED = Player(anatomy=OPEN_TO_ALL.anatomy, asked=True, answers=ALL_YES)


def test_up_waits_for_the_other_seat():
    room = Scenario().started()
    room.b.propose("X")
    room.expect("level_proposed")
    told = room.a.heard[-1]["e"]
    assert (told["level"], told["by"]) == ("X", "B")
    assert (datetime.fromisoformat(told["until"]) - room.now).total_seconds() == 120
    assert room.a.shown["level"] == "R"
    assert room.a.shown["proposal"]["seq"] == room.state.head
    room.refuses("not_your_turn", room.b.accept)
    room.a.accept()
    room.expect("level_changed")
    assert room.b.shown["level"] == "X"
    assert room.b.shown["proposal"] is None


@pytest.mark.parametrize("seat", ["a", "b"])
def test_a_proposal_is_declined_or_taken_back(seat):
    room = Scenario().started()
    room.a.propose("X")
    on = room.a.shown["proposal"]["seq"]
    getattr(room, seat).decline()
    room.expect("level_declined")
    assert room.a.heard[-1]["e"] == {"t": "level_declined"}
    room.refuses("no_proposal", room.b.accept, on)
    assert room.a.shown["level"] == "R"


def test_a_proposal_lapses_after_two_minutes():
    room = Scenario().started()
    room.a.propose("X")
    room.after(minutes=1, seconds=59)
    room.refuses("not_your_turn", room.a.accept)
    room.after(seconds=1)
    room.refuses("no_proposal", room.b.accept)
    room.refuses("no_proposal", room.b.decline)
    room.b.propose("X")
    room.expect("level_proposed")


@pytest.mark.parametrize("halt", ["pause", "stop"])
def test_a_proposal_lapses_at_a_pause_or_stop(halt):
    room = Scenario().started()
    room.a.propose("X")
    on = room.a.shown["proposal"]["seq"]
    getattr(room.b, halt)()
    assert room.a.shown["proposal"] is None
    room.refuses("no_proposal", room.b.accept, on)
    room.after(minutes=10)
    room.both_resume()
    room.refuses("no_proposal", room.b.accept, on)


def test_a_proposal_lapses_at_any_change_of_level():
    room = Scenario().started()
    room.a.propose("X")
    on = room.a.shown["proposal"]["seq"]
    room.a.propose("G")
    room.expect("level_changed")
    room.refuses("no_proposal", room.b.accept, on)
    assert room.a.shown["level"] == "G"


@pytest.mark.parametrize("newer", ["a", "b"])
def test_a_newer_proposal_replaces_it_and_nobody_consents_to_what_they_did_not_read(newer):
    room = Scenario(intimacy_level="G").started()
    room.a.propose("R")
    old = room.a.shown["proposal"]["seq"]
    getattr(room, newer).propose("X")
    for seat in (room.a, room.b):
        room.refuses("stale", seat.accept, old)
        room.refuses("stale", seat.decline, old)
    getattr(room, "b" if newer == "a" else "a").accept()
    assert room.a.shown["level"] == "X"


def test_a_card_that_is_done_leaves_a_proposal_open():
    room = Scenario().with_card()
    room.a.propose("X")
    room.b.complete()
    room.a.choose() if room.state.active == "A" else room.b.choose()
    room.b.accept()
    room.expect("level_changed")


def test_going_up_leaves_the_card_where_it_is():
    room = Scenario().with_card()
    before = room.a.shown["card_seq"]
    room.a.propose("X")
    room.b.accept()
    assert (room.a.shown["card_seq"], room.phase) == (before, "card")


@pytest.mark.parametrize(
    "phase", [lobby, choosing, card, paused, stopped, cooled, limit], ids=lambda phase: phase.__name__
)
@pytest.mark.parametrize("seat", ["a", "b"])
def test_going_down_takes_one_in_every_phase(phase, seat):
    room = phase()
    before = room.phase
    getattr(room, seat).propose("G")
    room.expect("level_changed")
    assert room.a.heard[-1]["e"] == {"t": "level_changed", "level": "G"}
    assert (room.a.shown["level"], room.phase) == ("G", before)


def bold_room() -> Scenario:
    """At X with a card rated X on screen; below it there are milder ones."""
    room = Scenario(intimacy_level="X")
    room.bank = [
        make_card(1, type="truth", rating="X", intensity=2),
        make_card(2, type="truth", rating="R", intensity=2),
        make_card(3, type="truth", rating="G", intensity=1),
        make_card(4, type="truth", rating="R", intensity=1),
    ]
    room.with_card()
    assert room.card.rating == "X"
    return room


def test_lowering_replaces_a_card_above_the_new_level_at_no_cost():
    room = bold_room()
    room.b.propose("R")
    room.expect("level_changed", "card_withdrawn", "card_shown")
    assert room.card.rating != "X"
    assert room.used == 1
    assert room.a.shown["remaining"] == 24
    assert room.a.shown["turn"] == 1


def test_lowering_leaves_a_card_that_is_mild_enough():
    room = bold_room()
    room.b.propose("R")
    before = room.a.shown["card_seq"]
    room.a.propose("R")
    room.expect()
    room.a.propose("G")
    if room.a.shown["card_seq"] == before:
        room.expect("level_changed")
    assert room.card.rating == "G"


def test_lowering_in_a_pause_withdraws_and_the_new_card_waits_for_both():
    room = bold_room()
    room.a.pause()
    room.b.propose("R")
    room.expect("level_changed", "card_withdrawn")
    assert (room.phase, room.a.shown["card"], room.used) == ("paused", None, 0)
    room.a.resume()
    room.expect("resume_wanted")
    room.b.resume()
    room.expect("resumed", "card_shown")
    assert room.card.rating != "X"
    assert room.used == 1


def test_lowering_also_takes_a_card_whose_soft_limits_bite_below_x():
    room = Scenario(intimacy_level="X")
    room.bank = [
        make_card(1, type="truth", rating="R", intensity=2, hard_boundaries=(taxonomy.IMPACT,)),
        make_card(2, type="truth", rating="R", intensity=2),
    ]
    room.players = {
        "A": SURVEYED,
        "B": msgspec.structs.replace(SURVEYED, soft=frozenset({taxonomy.IMPACT})),
    }
    room.with_card()
    assert room.card.activity_id == 1
    room.a.propose("R")
    room.expect("level_changed", "card_withdrawn", "card_shown")
    assert room.card.activity_id == 2


# --- limits bite now ------------------------------------------------------------------------------------------------------


def risky_room() -> Scenario:
    """A card with a boundary is on screen, and a plain one is left."""
    room = Scenario()
    room.bank = [
        make_card(1, type="truth", rating="R", intensity=2, hard_boundaries=(taxonomy.ANAL,)),
        make_card(2, type="truth", rating="R", intensity=2),
    ]
    room.players = {"A": SURVEYED, "B": SURVEYED}
    return room.with_card()


def say_no(room: Scenario) -> None:
    room.players = {**room.players, "B": msgspec.structs.replace(SURVEYED, hard=frozenset({taxonomy.ANAL}))}


def test_a_card_that_no_longer_passes_is_replaced_at_no_cost():
    room = risky_room()
    say_no(room)
    room.recheck()
    room.expect("card_replaced")
    assert room.card.activity_id == 2
    assert (room.used, room.a.shown["remaining"], room.phase) == (1, 24, "card")


def test_a_limit_looks_like_a_skip_to_the_last_byte_the_nudge_too():
    """Nobody learns that a limit changed: what both phones hear is what they hear when one of them skips."""
    heard = []
    for goes in ("skip", "limit"):
        room = Scenario()
        risky, plain = {"hard_boundaries": (taxonomy.ANAL,)}, {}
        room.bank = [
            make_card(number, type="truth", rating="R", intensity=2, **tags)
            for number, tags in enumerate((risky, risky, risky, plain), start=1)
        ]
        room.players = {"A": SURVEYED, "B": SURVEYED}
        room.with_card()
        room.a.skip()
        room.a.skip()
        assert room.card.activity_id == 3
        if goes == "skip":
            room.b.skip()
        else:
            say_no(room)
            room.recheck()
        room.expect("card_replaced", "nudged")
        assert room.card.activity_id == 4
        heard.append(canonical([room.a.heard, room.b.heard, room.a.shown, room.b.shown]))
    assert heard[0] == heard[1]


def test_a_card_that_still_passes_stays():
    room = risky_room()
    room.recheck()
    room.expect()


def test_while_paused_nothing_is_said_and_the_second_resume_brings_another_card():
    room = risky_room()
    first = room.card
    room.a.pause()
    say_no(room)
    room.recheck()
    room.expect()
    assert (room.phase, room.a.shown["card"], room.used) == ("paused", None, 1)
    room.both_resume()
    room.expect("resumed", "card_replaced")
    assert room.card.activity_id == 2
    assert room.used == 1
    resumed, replaced = room.b.heard[-2:]
    assert "card" not in resumed["set"]
    assert resumed["e"] == {"t": "resumed"}
    assert (replaced["e"]["consecutive_skips"], room.phase) == (1, "card")
    assert str(first.steps[0].do) not in str(room.a.heard[-2:]) + str(room.b.heard[-2:])


def test_a_limit_taken_back_before_both_resumed_leaves_the_card():
    room = risky_room()
    first = room.card
    room.a.pause()
    say_no(room)
    room.recheck()
    room.players = {"A": SURVEYED, "B": SURVEYED}
    room.recheck()
    room.both_resume()
    room.expect("resumed")
    assert room.card == first
    assert room.a.heard[-1]["set"]["card"]["activity_id"] == first.activity_id


def test_the_second_resume_looks_at_the_card_also_when_nobody_rechecked_the_room():
    room = risky_room()
    room.a.pause()
    say_no(room)
    room.both_resume()
    room.expect("resumed", "card_replaced")
    assert room.card.activity_id == 2


def test_a_limit_that_changes_while_a_level_is_proposed_leaves_the_proposal_open():
    room = risky_room()
    room.a.propose("X")
    say_no(room)
    room.recheck()
    room.expect("card_replaced")
    room.b.accept()
    room.expect("level_changed")


def test_a_lost_body_part_takes_the_card_away():
    room = Scenario()
    room.bank = [make_card(1, type="truth", needs=((), ("breasts",))), make_card(2, type="truth")]
    room.with_card()
    room.players = {**room.players, "B": Player()}
    room.recheck()
    room.expect("card_replaced")
    assert room.card.activity_id == 2


def test_a_neutral_card_may_stay_whatever_the_limits_are():
    room = Scenario()
    room.bank = []
    room.with_card()
    assert room.card.relaxed == "neutral"
    room.players = {**room.players, "A": Player(hard=frozenset({"a limit of another version"}))}
    room.recheck()
    room.expect()
    room.a.propose("G")
    room.expect("level_changed")


def test_buttons_of_a_card_that_went_are_stale():
    room = risky_room()
    old = room.a.shown["card_seq"]
    say_no(room)
    room.recheck()
    room.refuses("stale", room.a.complete, old)
    room.refuses("stale", room.b.skip, old)
