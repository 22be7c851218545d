"""Which cards a pair may see: every boundary, every preference key, every role, every level. Nothing unknown passes."""

from itertools import product
from typing import Any

import msgspec
import pytest

from rooms.activities import taxonomy
from rooms.activities.card import BodyParts, Card, Tags
from rooms.sessions.draw import Request, draw
from rooms.sessions.events import ShownCard
from rooms.sessions.index import Index
from rooms.sessions.limits import Player, facts_of, facts_of_shown, in_bank, may_be_shown
from rooms.sessions.state import LEVELS
from tests.rooms.room import make_card

ANATOMY = frozenset(taxonomy.BODY_PARTS)
YES = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 1.0)
WILLING = Player(anatomy=ANATOMY, asked=True, answers=YES)
UNSURVEYED = Player(anatomy=ANATOMY)

# The boundary that a preference key falls under, by the words in it.
FALLS_UNDER = {
    taxonomy.IMPACT: ("spanking", "slapping", "biting"),
    taxonomy.RESTRAIN: ("restraints", "blindfold"),
    taxonomy.BREATH: ("choking",),
    taxonomy.ANAL: ("anal", "rimming"),
    taxonomy.WATERSPORTS: ("watersports",),
}
NEVER_ASKED = {"posing_watching", "dancing_watching", "revealing_clothing_watching"}


def player(**changes: Any) -> Player:
    """Somebody who is willing, with these changes; `answers` are changes of their own."""
    if isinstance(changes.get("answers"), dict):
        changes["answers"] = {**YES, **changes["answers"]}
    return msgspec.structs.replace(WILLING, **changes)


def shown(active: Player, partner: Player, level: str = "X", **card: Any) -> bool:
    """May they see such a card?"""
    return may_be_shown(facts_of(make_card(1, **card)), level, active, partner)  # type: ignore[arg-type]


def dealt(card: Card) -> ShownCard:
    """The card on a screen, however it got there."""
    ask = Request(active="A", type=card.type, level="X", step=1, target=25)  # type: ignore[arg-type]
    neutral = draw(ask, 0.0, Index(), {"A": WILLING, "B": WILLING})
    return msgspec.structs.replace(neutral, relaxed=None, topics=card.tags.topics)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("boundary", taxonomy.BOUNDARY_KEYS)
@pytest.mark.parametrize("field", ["hard_boundaries", "hard_limit_keys"])
def test_a_hard_limit_of_either_always_counts_and_a_soft_one_below_x(field, boundary, level):
    card = {"rating": level, field: (boundary,)}
    assert shown(WILLING, WILLING, level, **card)
    both = frozenset({boundary})
    for limited in (player(hard=both), player(hard=both, soft=both)):
        assert not shown(limited, WILLING, level, **card)
        assert not shown(WILLING, limited, level, **card)
    unsure = player(soft=frozenset({boundary}))
    assert shown(unsure, WILLING, level, **card) == shown(WILLING, unsure, level, **card) == (level == "X")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("boundary", taxonomy.BOUNDARY_KEYS)
def test_other_limits_do_not_count(boundary, level):
    others = frozenset(taxonomy.BOUNDARY_KEYS) - {boundary}
    strict = player(hard=others, soft=others)
    assert shown(strict, strict, level, rating=level, hard_boundaries=(boundary,))


@pytest.mark.parametrize("key", taxonomy.PREFERENCE_KEYS)
def test_a_preference_key_falls_under_its_boundary(key):
    expected = {boundary for boundary, words in FALLS_UNDER.items() if any(word in key for word in words)}
    for boundary, level in product(taxonomy.BOUNDARY_KEYS, ("R", "X")):
        for limited in (player(hard=frozenset({boundary})), player(soft=frozenset({boundary}))):
            bites = boundary in expected and bool(limited.hard or level == "R")
            assert shown(limited, WILLING, level, rating="R", preference_keys=(key,)) != bites
            assert shown(WILLING, limited, level, rating="R", preference_keys=(key,)) != bites


@pytest.mark.parametrize("boundaries", [("hardBoundaryNew",), (taxonomy.ANAL, "hardBoundaryNew"), ("",)])
def test_a_tag_that_nobody_knows_is_not_drawn(boundaries):
    assert not shown(WILLING, WILLING, hard_boundaries=boundaries)
    assert not shown(WILLING, WILLING, hard_limit_keys=boundaries)
    assert not shown(WILLING, WILLING, preference_keys=("tickling_give",))


@pytest.mark.parametrize("kind", ["hard", "soft"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_limit_that_nobody_knows_lets_nothing_through(level, kind):
    strange = player(**{kind: frozenset({"hardBoundaryNew"})})
    assert not shown(strange, WILLING, level)
    assert not shown(WILLING, strange, level)


WATCHING = {"stripping_self": "watching_strip", "solo_pleasure_self": "watching_solo_pleasure"}


def halves(key: str) -> tuple[str, str]:
    """The giving (or showing) and the receiving (or watching) half of what the key names."""
    if key.endswith(("_give", "_receive")):
        stem = key.removesuffix("_give").removesuffix("_receive")
        return f"{stem}_give", f"{stem}_receive"
    if key.endswith("_self"):
        return key, WATCHING.get(key, key.replace("_self", "_watching"))
    if key.endswith("_watching"):
        return key.replace("_watching", "_self"), key
    if key.startswith("watching_"):
        return {watched: own for own, watched in WATCHING.items()}[key], key
    return key, key


def asked_of(key: str, type_: str) -> tuple[str, str]:
    """What a card with this key asks of the active player and of the partner: in a dare the active player gives, in a truth
    the key is the active player's own."""
    giving, receiving = halves(key)
    return (receiving, giving) if type_ == "truth" and key == receiving else (giving, receiving)


@pytest.mark.parametrize("type_", taxonomy.TYPES)
@pytest.mark.parametrize("level", ["R", "X"])
@pytest.mark.parametrize("key", taxonomy.PREFERENCE_KEYS)
def test_a_no_is_a_no_for_the_role_and_a_maybe_is_one_below_x(key, level, type_):
    by_active, by_partner = asked_of(key, type_)
    assert by_active in YES
    assert by_partner in YES
    for answered, value in product(taxonomy.PREFERENCE_KEYS, (0.0, 0.5, 1.0)):
        somebody = player(answers={answered: value})
        enough = value > (0.0 if level == "X" else 0.5) or answered in NEVER_ASKED
        card = {"rating": "R", "type": type_, "preference_keys": (key,)}
        assert shown(somebody, WILLING, level, **card) == (enough or answered != by_active)
        assert shown(WILLING, somebody, level, **card) == (enough or answered != by_partner)


@pytest.mark.parametrize("held", [("restraints_receive",), ("restraints_receive", "restraints_give")])
def test_a_question_about_receiving_is_for_whoever_would_receive(held):
    """ "Would you like your hands to be held?" is nothing to ask of one who never wants that, and something for one who does."""
    question = {"type": "truth", "rating": "X", "preference_keys": ("restraints_receive",)}
    never_held, never_holds = player(answers={"restraints_receive": 0.0}), player(answers={"restraints_give": 0.0})
    assert not shown(never_held, WILLING, **question)
    assert shown(never_holds, WILLING, **question)
    assert not shown(WILLING, never_holds, **question)
    assert shown(WILLING, never_held, **question)
    either_way = question | {"preference_keys": ("restraints_give", "restraints_receive")}
    for unwilling in (never_held, never_holds):
        assert not shown(unwilling, WILLING, **either_way)
        assert not shown(WILLING, unwilling, **either_way)
    tie = {"type": "dare", "rating": "X", "preference_keys": held}
    assert shown(never_held, WILLING, **tie)
    assert not shown(never_holds, WILLING, **tie)
    assert not shown(WILLING, never_held, **tie)
    assert shown(WILLING, never_holds, **tie)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("topic", taxonomy.TOPICS)
def test_a_topic_that_either_declined_keeps_a_card_away_and_no_other_does(topic, level):
    card = {"type": "truth", "rating": level, "tags": Tags(topics=(topic,))}
    others = player(declined_topics=frozenset(taxonomy.TOPICS) - {topic})
    closed = player(declined_topics=frozenset({topic}))
    silent = msgspec.structs.replace(UNSURVEYED, declined_topics=frozenset({topic}))
    assert shown(WILLING, WILLING, level, **card)
    assert shown(others, others, level, **card)
    assert shown(closed, closed, level, type="truth", rating=level)
    for one in (closed, silent):
        assert not shown(one, WILLING, level, **card)
        assert not shown(WILLING, one, level, **card)


def test_a_topic_that_nobody_knows_is_not_drawn():
    assert not shown(WILLING, WILLING, type="truth", tags=Tags(topics=("weather",)))
    on_screen = dealt(make_card(1, type="truth", tags=Tags(topics=("weather",))))
    assert not may_be_shown(facts_of_shown(on_screen), "X", WILLING, WILLING)


@pytest.mark.parametrize("key", sorted(set(taxonomy.PREFERENCE_KEYS) - NEVER_ASKED))
def test_what_was_left_open_is_no_no_but_nobody_gets_it_under_a_boundary(key):
    silent = msgspec.structs.replace(WILLING, answers={})
    assert shown(silent, silent, preference_keys=(key,)) == (not taxonomy.boundaries_of(key))


NOT_ASKED = msgspec.structs.replace(WILLING, asked=False)
NOTHING_BUT_ASKED = Player(anatomy=ANATOMY, asked=True)


@pytest.mark.parametrize("somebody", [UNSURVEYED, NOT_ASKED], ids=["no survey", "a survey without the question"])
@pytest.mark.parametrize("level", LEVELS)
def test_who_was_not_asked_about_limits_gets_nothing_with_a_boundary_and_nothing_to_negotiate(level, somebody):
    for active, partner in ((somebody, WILLING), (WILLING, somebody), (somebody, somebody)):
        assert shown(active, partner, level)
        assert shown(active, partner, level, preference_keys=("massage_give", "massage_receive"))
        assert not shown(active, partner, level, requires_consent_negotiation=True)
        for boundary in taxonomy.BOUNDARY_KEYS:
            assert not shown(active, partner, level, hard_boundaries=(boundary,))
        assert not shown(active, partner, level, preference_keys=("blindfold_give",))
    assert shown(WILLING, WILLING, level, requires_consent_negotiation=True)


def test_who_was_asked_about_limits_alone_gets_what_no_question_of_the_survey_is_about():
    for boundary in taxonomy.BOUNDARY_KEYS:
        assert shown(NOTHING_BUT_ASKED, WILLING, hard_boundaries=(boundary,))
        strict = msgspec.structs.replace(NOTHING_BUT_ASKED, hard=frozenset({boundary}))
        assert not shown(strict, WILLING, hard_boundaries=(boundary,))
    assert shown(NOTHING_BUT_ASKED, WILLING, preference_keys=("massage_give",), requires_consent_negotiation=True)
    assert not shown(NOTHING_BUT_ASKED, WILLING, preference_keys=("blindfold_give",))


def test_a_no_and_a_maybe_count_without_the_question_about_limits():
    never = msgspec.structs.replace(NOT_ASKED, answers={"massage_receive": 0.0, "roleplay": 0.5})
    assert not shown(WILLING, never, preference_keys=("massage_give",))
    assert not shown(WILLING, never, "R", rating="R", preference_keys=("roleplay",))
    assert shown(WILLING, never, "X", rating="R", preference_keys=("roleplay",))


def test_one_survey_still_says_no_for_whoever_answered():
    reluctant = player(answers={"massage_receive": 0.0})
    assert shown(UNSURVEYED, WILLING, preference_keys=("massage_give",))
    assert not shown(UNSURVEYED, reluctant, preference_keys=("massage_give",))
    assert shown(reluctant, UNSURVEYED, preference_keys=("massage_give",))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("rating", LEVELS)
def test_a_rating_is_at_most_the_level(rating, level):
    assert shown(WILLING, WILLING, level, rating=rating) == (LEVELS.index(rating) <= LEVELS.index(level))


def test_body_parts_are_there_on_the_right_side():
    subsets = [frozenset(part for part, on in zip(taxonomy.BODY_PARTS, bits, strict=True) if on)
               for bits in product((False, True), repeat=3)]  # fmt: skip
    for needs_active, needs_partner, active, partner in product(subsets, repeat=4):
        card = make_card(1, needs=(tuple(needs_active), tuple(needs_partner)))
        expected = needs_active <= active and needs_partner <= partner
        assert may_be_shown(facts_of(card), "X", player(anatomy=active), player(anatomy=partner)) == expected


def test_an_unknown_anatomy_has_nothing():
    assert not shown(Player(), WILLING, needs=(("penis",), ()))
    assert shown(Player(), Player())


@pytest.mark.parametrize(
    ("changes", "drawable"),
    [
        ({}, True),
        ({"domains": (), "preference_keys": ("massage_give",), "rating": "R"}, True),
        ({"audience_scope": "couples"}, True),
        ({"audience_scope": "groups"}, False),
        ({"audience_scope": "strangers"}, False),
        ({"domains": ()}, False),
        ({"approved": False}, False),
        ({"is_active": False}, False),
        ({"preference_keys": ("tickling_give",)}, False),
        ({"rating": "XX"}, False),
        ({"rating": "X", "intensity": 9}, False),
        ({"required_bodyparts": BodyParts(("tail",), ())}, False),
        ({"hard_boundaries": ("hardBoundaryNew",)}, False),
    ],
)
def test_only_a_tagged_approved_card_for_couples_is_in_the_bank(changes, drawable):
    assert in_bank(make_card(1, **changes)) == drawable
