"""Where a bank runs dry: what is counted is what the draw would let through."""

from itertools import product

import pytest

from rooms.activities import taxonomy
from rooms.activities.card import BodyParts, Card, Step, Tags, activity_uid
from rooms.sessions.coverage import (
    ALL_LIMITS,
    BODIES,
    FEWEST_LEFT,
    NO_LIMITS,
    NO_TO_ALL,
    PLACES,
    Left,
    Place,
    composition,
    coverage,
    limits_of_couples,
)
from rooms.sessions.limits import Player, facts_of, may_be_shown
from tests.support.evening import shipped_bank


@pytest.fixture(scope="module")
def bank() -> list[Card]:
    return shipped_bank()


@pytest.fixture(scope="module")
def found(bank) -> list[Left]:
    return coverage(bank)


def card(text: str, **changes) -> Card:
    values = {"type": "dare", "rating": "R", "intensity": 3, "domains": ("sensual",)} | changes
    return Card(uid=activity_uid(values["type"], text), steps=(Step("A", text),), **values)


def at(found: list[Left], place: Place, limits: str) -> Left:
    (left,) = [one for one in found if (one.place, one.limits) == (place, limits)]
    return left


def test_every_place_of_every_level_is_counted_for_every_couple(found):
    assert len(PLACES) == 18
    assert {(one.place, one.limits) for one in found} == set(
        product(PLACES, [NO_LIMITS, *taxonomy.BOUNDARY_KEYS, ALL_LIMITS, NO_TO_ALL])
    )


@pytest.mark.parametrize("limits", [NO_LIMITS, taxonomy.RESTRAIN, ALL_LIMITS, NO_TO_ALL])
def test_the_count_is_that_of_the_cards_which_may_be_shown(bank, limits):
    bank = bank[::8]
    found, said = coverage(bank), limits_of_couples()[limits]
    for place in (PLACES[0], PLACES[7], PLACES[-2]):
        counts = {}
        cards = [
            facts_of(one)
            for one in bank
            if one.type == place.type and place.window[0] <= one.intensity <= place.window[1]
        ]
        for bodies in product(BODIES, BODIES):
            active, partner = (
                Player(
                    anatomy=body,
                    hard=said.hard,
                    asked=said.asked,
                    answers=said.answers,
                    declined_topics=said.declined_topics,
                )
                for body in bodies
            )
            counts[bodies] = sum(may_be_shown(facts, place.level, active, partner) for facts in cards)
        left = at(found, place, limits)
        assert (left.fewest, left.most) == (min(counts.values()), max(counts.values()))
        assert counts[frozenset(left.active), frozenset(left.partner)] == left.fewest


def test_nobody_runs_dry_over_the_cards_that_ship(found):
    """Also with all eight limits set, and after a No to every question."""
    assert [one for one in found if one.fewest < FEWEST_LEFT] == []


def test_limits_and_bodies_take_away_the_cards_that_they_should():
    place = Place("R", (3, 3), "dare")
    cards = [
        card("Kiss."),
        card("Tie.", hard_boundaries=(taxonomy.RESTRAIN,)),
        card("Touch.", required_bodyparts=BodyParts(partner=("breasts",))),
        card("Talk.", requires_consent_negotiation=True),
        card("Nobody says what it is.", domains=()),
        card("Not looked at yet.", approved=False),
        card("Too much.", rating="X", intensity=4),
    ]
    found = coverage(cards)
    assert at(found, place, NO_LIMITS) == Left(place, NO_LIMITS, 3, (), (), 4, dry=64)
    # Half of the bodies have breasts: the other half of the partners has a card less.
    assert at(coverage(cards, least=4), place, NO_LIMITS).dry == 32
    assert at(found, place, taxonomy.RESTRAIN).most == 3
    assert at(found, place, taxonomy.ANAL).most == 4
    assert at(found, place, ALL_LIMITS).most == 2
    assert at(found, Place("X", (3, 3), "dare"), NO_LIMITS).most == 4
    assert at(found, Place("G", (1, 1), "dare"), NO_LIMITS).most == 0


def test_what_a_bank_is_made_of_is_told_by_rating():
    cards = [
        card("Kiss.", tags=Tags(act="kiss", apart=True)),
        card("Kiss again.", tags=Tags(act="kiss"), intensity_modifiers=("timed",)),
        card("Hold.", tags=Tags(act="hold")),
        card("What is a kiss?", type="truth", tags=Tags(act="explain")),
        card("Gone.", is_active=False),
    ]
    _, made, empty = composition(cards)
    assert (made.rating, made.types, made.apart, made.timed) == ("R", {"truth": 1, "dare": 3}, 1, 1)
    assert made.acts == {"kiss": 2, "hold": 1}
    assert (empty.types, empty.acts) == ({"truth": 0, "dare": 0}, {})
