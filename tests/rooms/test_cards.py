"""What a card is, which cards may be shown at all, and what the cards that ship with the program promise."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rooms.activities import lexicon, taxonomy
from rooms.activities.card import (
    BodyParts,
    Card,
    Step,
    Tags,
    activity_uid,
    is_drawable,
    is_platonic,
    problems,
    tags_of,
    unknown_preferences,
)
from rooms.profiles.scoring import score_survey
from rooms.sessions.limits import NEVER_ASKED, in_bank

STARTER_BANK = Path(__file__).parents[2] / "game_server" / "activities" / "starter_bank.json"
MASSAGE = {"massage_give", "massage_receive"}
# Words that this bank has no use for: crude, demeaning, graphic, or about what it keeps out of play.
_UNWELCOME = """
    slut whore bitch cock dick pussy cunt fuck tits ass cum jizz slave worthless pathetic dirty disgusting
    stupid ugly fat hurt pain beat hit punch force forced drunk wine beer vodka whisky champagne drink shot
    video record livestream post stranger's he she him her his hers boyfriend girlfriend husband wife man woman
    boy girl teen child instagram tiktok facebook google netflix spotify
"""
UNWELCOME = frozenset(_UNWELCOME.split())


def card(**changes: Any) -> Card:
    """A harmless dare, with these changes; the uid follows the text unless it is given."""
    values = {
        "type": "dare",
        "rating": "R",
        "intensity": 2,
        "steps": (Step("A", "Kiss your partner."),),
        "domains": ("connection",),
        "tags": Tags(("kissing",), act="kiss"),
    } | changes
    first = values["steps"][0].do if values["steps"] else ""
    return Card(**{"uid": activity_uid(values["type"], first)} | values)


@pytest.fixture(scope="module")
def starter() -> list[Card]:
    cards = []
    for row in msgspec.json.decode(STARTER_BANK.read_bytes())["activities"]:
        steps = msgspec.convert(row.pop("script")["steps"], tuple[Step, ...])
        row |= {"steps": steps, "tags": tags_of(row["tags"]), "uid": activity_uid(row["type"], steps[0].do)}
        cards.append(msgspec.convert(row, Card))
    return cards


# --- identity and vocabulary ---------------------------------------------------------------------------------------


def test_the_uid_is_the_documented_hash():
    expected = "e27743ca10ccd0edc21c2d4497fd3021da5cf35e1e390c962f1b1fbd32d0e87b"
    assert activity_uid("dare", "Give your partner a compliment.") == expected
    assert activity_uid(" DARE ", "  Give your partner a compliment.\n") == expected


def test_the_survey_has_53_preference_keys_in_six_categories():
    assert [len(keys) for keys in taxonomy.PREFERENCE_CATEGORIES.values()] == [20, 4, 4, 8, 7, 10]
    assert len(set(taxonomy.PREFERENCE_KEYS)) == 53
    assert len(taxonomy.BOUNDARY_KEYS) == 8


@pytest.mark.parametrize(
    ("key", "boundaries"),
    [
        ("spanking_moderate_give", {taxonomy.IMPACT}),
        ("slapping_receive", {taxonomy.IMPACT}),
        ("biting_moderate_receive", {taxonomy.IMPACT}),
        ("restraints_give", {taxonomy.RESTRAIN}),
        ("blindfold_receive", {taxonomy.RESTRAIN}),
        ("choking_give", {taxonomy.BREATH}),
        ("anal_fingers_toys_give", {taxonomy.ANAL}),
        ("rimming_receive", {taxonomy.ANAL}),
        ("watersports_give", {taxonomy.WATERSPORTS}),
        ("public_play", {taxonomy.PUBLIC}),
        ("photos_receive", {taxonomy.RECORD}),
        ("humiliation_receive", {taxonomy.DEGRADE}),
        ("massage_give", set()),
        ("oral_sex_receive", set()),
    ],
)
def test_a_preference_falls_under_its_boundaries(key, boundaries):
    assert taxonomy.boundaries_of(key) == boundaries


def test_aliases_keep_their_direction():
    assert taxonomy.canonical_preference("spanking_give") == "spanking_moderate_give"
    assert taxonomy.canonical_preference(" Biting_Receive ") == "biting_moderate_receive"
    assert taxonomy.canonical_preference("hair_pull_give") == "hair_pull_gentle_give"
    assert taxonomy.canonical_preference("hands_on_genitals_receive") == "hands_genitals_receive"
    assert taxonomy.canonical_preference("anal_give") == "anal_fingers_toys_give"
    assert taxonomy.canonical_preference("spanking_hard_give") == "spanking_hard_give"
    assert taxonomy.canonical_preference("knitting") == "knitting"


# --- validation ----------------------------------------------------------------------------------------------------


def test_a_plain_card_has_no_problems():
    assert problems(card()) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"type": "riddle"}, "type"),
        ({"rating": "PG"}, "rating"),
        ({"intensity": 0}, "intensity"),
        ({"intensity": 6}, "intensity"),
        ({"rating": "G", "intensity": 3}, "intensity"),
        ({"rating": "X", "intensity": 1}, "intensity"),
        ({"rating": "G", "intensity": 1, "hard_boundaries": (taxonomy.RECORD,)}, "rating"),
        ({"rating": "G", "intensity": 1, "preference_keys": ("dirty_talk",)}, "rating"),
        ({"steps": ()}, "script"),
        ({"steps": (Step("A", "One."), Step("B", "Two."), Step("A", "Three."))}, "script"),
        ({"steps": (Step("C", "Kiss."),)}, "script.steps[0].actor"),
        ({"steps": (Step("A", "Kiss.", 4),)}, "script.steps[0].duration_s"),
        ({"steps": (Step("A", "Kiss."), Step("B", "Smile.", 601))}, "script.steps[1].duration_s"),
        ({"steps": (Step("A", "Kiss.", 60), Step("B", "Smile.", 60))}, "script"),
        ({"steps": (Step("A", " "),)}, "script.steps[0].do"),
        ({"steps": (Step("A", "Kiss."), Step("B", "No\0."))}, "script.steps[1].do"),
        ({"steps": (Step("A", "Kiss {somebody}."),)}, "script.steps[0].do"),
        ({"steps": (Step("A", "kiss " * 200),)}, "script.steps[0].do"),
        ({"uid": "0" * 64}, "activity_uid"),
        ({"power_role": "boss"}, "power_role"),
        ({"audience_scope": "everyone"}, "audience_scope"),
        ({"source": "internet"}, "source"),
        ({"domains": ("weather",)}, "domains"),
        ({"hard_boundaries": ("hardBoundaryLava",)}, "hard_boundaries"),
        ({"hard_limit_keys": ("Impact",)}, "hard_limit_keys"),
        ({"required_bodyparts": BodyParts(partner=("wings",))}, "required_bodyparts.partner"),
        ({"tags": Tags(("",))}, "tags.themes"),
        ({"tags": Tags(act=" ")}, "tags.act"),
        ({"tags": Tags(topics=("weather",))}, "tags.topics"),
    ],
)
def test_a_wrong_field_is_named(changes, field):
    wrong = card(**changes)
    assert [problem.field for problem in problems(wrong)] == [field]
    assert not is_drawable(wrong)


def test_placeholders_for_both_players_are_fine():
    assert problems(card(steps=(Step("A", "Tell {partner} what {active} dreams of."),))) == []


def test_tags_are_an_object_and_an_older_list_is_its_themes():
    told = {"themes": ["closeness", "slow"], "act": "kiss", "topics": ["turn_ons"], "apart": True}
    assert tags_of(told) == Tags(("closeness", "slow"), "kiss", ("turn_ons",), apart=True)
    assert tags_of(["closeness", "slow"]) == Tags(("closeness", "slow"))
    assert card(tags=tags_of(told)).theme == "closeness"
    assert tags_of({}) == tags_of([]) == Tags()


@pytest.mark.parametrize(
    "value", [7, "kissing", [7], {"themes": "kissing"}, {"topcis": ["turn_ons"]}, {"apart": "yes"}]
)
def test_tags_that_are_not_understood_are_refused(value):
    with pytest.raises(msgspec.ValidationError):
        tags_of(value)


def test_the_topics_are_the_eight_of_the_survey():
    assert tuple(score_survey({}).truth_topics)[: len(taxonomy.TOPICS)] == taxonomy.TOPICS
    assert len(taxonomy.TOPICS) == 8


def test_no_tags_no_card():
    assert not is_drawable(card(domains=(), tags=Tags(("kissing",))))
    assert is_drawable(card(domains=(), tags=Tags(), preference_keys=("dirty_talk",)))
    assert not is_drawable(card(approved=False))
    assert not is_drawable(card(is_active=False))


def test_an_unknown_preference_is_kept_but_never_drawn():
    odd = card(preference_keys=("knitting_give",))
    assert problems(odd) == []
    assert unknown_preferences(odd) == ("knitting_give",)
    assert not is_drawable(odd)


def test_boundaries_come_from_every_tag_that_implies_one():
    many = card(
        hard_boundaries=(taxonomy.PUBLIC,),
        hard_limit_keys=(taxonomy.RECORD,),
        preference_keys=("blindfold_give", "massage_give"),
    )
    assert many.boundaries == {taxonomy.PUBLIC, taxonomy.RECORD, taxonomy.RESTRAIN}


# --- the starter bank ----------------------------------------------------------------------------------------------


def test_every_shipped_card_is_valid_and_drawable(starter):
    assert [(shipped.steps[0].do, problems(shipped)) for shipped in starter if problems(shipped)] == []
    assert all(is_drawable(shipped) and shipped.theme and shipped.domains and shipped.power_role for shipped in starter)
    assert all(in_bank(shipped) for shipped in starter)


def test_shipped_cards_are_all_different(starter):
    assert len({shipped.uid for shipped in starter}) == len(starter)
    texts = Counter(step.do for shipped in starter for step in shipped.steps)
    assert [text for text, times in texts.items() if times > 1] == []


def test_truth_and_dare_are_about_even(starter):
    count = Counter(shipped.type for shipped in starter)
    assert abs(count["truth"] - count["dare"]) <= len(starter) // 20


def test_g_is_platonic_and_long_enough_for_the_longest_game(starter):
    platonic = [shipped for shipped in starter if shipped.rating == "G"]
    assert all(shipped.intensity == 1 and is_platonic(shipped) for shipped in platonic)
    assert not any(shipped.boundaries or set(shipped.preference_keys) - MASSAGE for shipped in platonic)
    count = Counter(shipped.type for shipped in platonic)
    assert min(count["truth"], count["dare"]) >= 90  # four evenings of 25 without a repetition, and some to choose from


def test_every_limit_has_something_to_exclude(starter):
    touched = Counter(boundary for shipped in starter for boundary in shipped.boundaries)
    assert set(touched) == set(taxonomy.BOUNDARY_KEYS)
    implied = [shipped for shipped in starter if shipped.boundaries and not shipped.hard_boundaries]
    assert {boundary for shipped in implied for boundary in shipped.boundaries} >= {
        taxonomy.IMPACT,
        taxonomy.RESTRAIN,
        taxonomy.BREATH,
        taxonomy.ANAL,
        taxonomy.WATERSPORTS,
    }


def test_themes_are_a_short_taxonomy_and_spread(starter):
    used = Counter(shipped.theme for shipped in starter)
    assert set(used) == set(taxonomy.THEMES)
    assert len(taxonomy.THEMES) <= 25
    for rating in taxonomy.RATINGS:
        for type_ in taxonomy.TYPES:
            themes = Counter(shipped.theme for shipped in starter if (shipped.rating, shipped.type) == (rating, type_))
            assert len(themes) >= 15
            assert max(themes.values()) <= themes.total() * 0.18


@pytest.mark.parametrize("rating", taxonomy.RATINGS)
def test_no_act_is_more_than_an_eighth_of_a_level(starter, rating):
    dares = [shipped for shipped in starter if (shipped.rating, shipped.type) == (rating, "dare")]
    assert max(Counter(shipped.tags.act for shipped in dares).values()) <= len(dares) * 0.12
    said = [
        shipped
        for shipped in dares
        if re.search(r"\b(?:kiss|lips)", " ".join(step.do for step in shipped.steps).lower())
    ]
    assert len(said) <= len(dares) * 0.12
    truths = [shipped for shipped in starter if (shipped.rating, shipped.type) == (rating, "truth")]
    assert max(Counter(shipped.tags.act for shipped in truths).values()) <= len(truths) * 0.25


def test_truths_name_what_they_ask_about(starter):
    assert sum(bool(shipped.tags.topics) for shipped in starter if shipped.type == "truth") >= 50


def test_a_dare_that_has_somebody_tell_of_a_topic_names_it_too(starter):
    told = {
        shipped.steps[0].do: {
            finding.tag for step in shipped.steps for finding in lexicon.found(step.do) if finding.kind == "topic"
        }
        for shipped in starter
        if shipped.type == "dare"
    }
    named = {shipped.steps[0].do: set(shipped.tags.topics) for shipped in starter if shipped.type == "dare"}
    assert {text: topics - named[text] for text, topics in told.items() if topics - named[text]} == {}
    assert "fantasies" in named["Tell your partner the beginning of a fantasy in four sentences."]


def test_a_dare_names_both_halves_of_what_it_is_about(starter):
    # The active player does one half and the partner the other; both are told to whoever looks at the bank.
    halves = set(taxonomy.HALVES.values())
    for shipped in (shipped for shipped in starter if shipped.type == "dare"):
        keys = set(shipped.preference_keys)
        asked = {half for half in halves if keys.intersection(half)}
        assert all(keys.issuperset(half) for half in asked if not NEVER_ASKED.intersection(half)), shipped.steps[0].do


def test_the_tone_is_warm_and_the_sentences_short(starter):
    for step in (step for shipped in starter for step in shipped.steps):
        words = set(re.findall(r"[a-z']+", step.do.lower()))
        assert not words & UNWELCOME, step.do
        assert 5 <= len(step.do.split()) <= 30, step.do
        assert step.do[-1] in '.?!…"', step.do
        assert step.do[0].isupper() or step.do[0] == '"', step.do
