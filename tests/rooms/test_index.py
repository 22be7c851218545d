"""A bank as sets: the same cards as one by one, whatever is asked."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.activities import taxonomy
from rooms.activities.card import Tags
from rooms.sessions.index import Index
from rooms.sessions.limits import Player, forbidden
from rooms.sessions.state import LEVELS
from tests.rooms.plain_gate import may_see
from tests.rooms.room import make_card
from tests.support.evening import shipped_bank

ANSWERS = st.sampled_from([0.0, 0.5, 1.0])


@pytest.fixture(scope="module")
def bank():
    return Index(shipped_bank())


def ids(cards):
    return [card.activity_id for card in cards]


def profile(dice: random.Random) -> Player:
    """Somebody who answered most of the survey, one way or another."""
    some = dice.choice(((1, 1, 1), (8, 1, 1), (1, 1, 8), (20, 1, 0)))
    left_open = dice.choice((0, 0, 0.2, 1))
    answers = {
        key: dice.choices((1.0, 0.5, 0.0), some)[0] for key in taxonomy.PREFERENCE_KEYS if dice.random() >= left_open
    }
    few = dice.choice((0, 0.1, 0.5))
    return Player(
        anatomy=frozenset(part for part in taxonomy.BODY_PARTS if dice.random() < 0.6),
        hard=frozenset(key for key in taxonomy.BOUNDARY_KEYS if dice.random() < few),
        soft=frozenset(key for key in taxonomy.BOUNDARY_KEYS if dice.random() < few),
        asked=dice.random() < 0.8,
        answers=answers or None,
        declined_topics=frozenset(topic for topic in taxonomy.TOPICS if dice.random() < few),
    )


@given(seed=st.integers(0, 2**64), level=st.sampled_from(LEVELS))
def test_two_people_may_see_the_shipped_cards_that_they_may_see_one_by_one(bank, seed, level):
    """Random pairs: a hundred here, 10⁵ in the nightly profile."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    active, partner = profile(dice), profile(dice)
    found = bank.among(bank.allowed(forbidden(level, active, partner)))
    assert ids(found) == [card.activity_id for card in bank.cards if may_see(card, level, active, partner)]


def test_a_limit_that_nobody_knows_leaves_nothing(bank):
    strange = Player(hard=frozenset({"hardBoundaryNew"}))
    assert bank.allowed(forbidden("X", strange, Player())) == 0


@given(count=st.integers(0, 700), dice=st.randoms(use_true_random=False))
def test_the_cards_of_a_set_are_found_by_their_place_among_them(count, dice):
    index = Index(make_card(number) for number in range(count))
    chosen = sorted(dice.sample(range(count), dice.randint(0, count)))
    cards = index.numbered(chosen)
    assert ids(index.among(cards)) == chosen
    places = sorted(dice.sample(range(len(chosen)), dice.randint(0, len(chosen))))
    assert ids(index.at(cards, places)) == [chosen[place] for place in places]
    gone = frozenset(dice.sample(range(2 * count + 1), dice.randint(0, count)))
    assert ids(index.among(index.without(cards, gone))) == [number for number in chosen if number not in gone]


def test_what_cards_have_in_common_is_a_set():
    index = Index(
        [
            make_card(1, tags=Tags(("touch",), act="kiss", apart=True)),
            make_card(2, type="truth", tags=Tags(("touch", "words"))),
            make_card(3, intensity=2, rating="R", hard_boundaries=(taxonomy.ANAL,)),
        ]
    )
    assert ids(index.among(index.type["dare"])) == [1, 3]
    assert ids(index.among(index.theme["touch"])) == [1, 2]
    assert ids(index.among(index.act["kiss"])) == [1]
    assert ids(index.among(index.apart)) == [1]
    assert ids(index.among(index.plain)) == [1, 2]
    assert ids(index.among(index.union(index.intensity, (2, 3, 4)))) == [3]
    assert index.numbered([7, 8]) == 0


def test_an_empty_bank_has_empty_sets():
    index = Index()
    assert index.allowed(0) == index.plain == index.apart == index.union(index.theme, ["touch"]) == 0
    assert index.among(0) == index.at(0, ()) == []


def test_a_card_without_a_number_is_there_and_is_never_one_that_was_seen():
    index = Index([msgspec.structs.replace(make_card(1), activity_id=None)])
    assert index.without(index.all, frozenset({1})) == index.all
