"""A card's pick score is exactly the measured one, and every rule behind it can be read here."""

import json
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.activities.taxonomy import PREFERENCE_KEYS
from rooms.profiles.picking import pick_score
from rooms.profiles.profile import ArousalPropensity, PowerDynamic, Profile

OWN_CASES = Path(__file__).parents[1] / "data" / "profile_cases.json"
ALL_CASES = Path(__file__).parents[3] / "shared" / "vectors" / "profile-scoring.json"

SHARES = st.floats(0, 1)
PROFILES = st.builds(
    Profile,
    activities=st.dictionaries(st.sampled_from([*PREFERENCE_KEYS, "confession"]), SHARES, max_size=20),
    domain_scores=st.dictionaries(st.sampled_from(["power", "verbal", "sensation"]), SHARES | st.integers(0, 100)),
    power_dynamic=st.builds(
        PowerDynamic, orientation=st.sampled_from([None, "Top", "Bottom", "Switch", "Versatile/Undefined"])
    ),
    arousal_propensity=st.builds(ArousalPropensity, se=st.none() | SHARES, sis_p=st.none() | SHARES),
)
CARDS = st.fixed_dictionaries(
    {},
    optional={
        "preference_keys": st.none() | st.lists(st.sampled_from([*PREFERENCE_KEYS, "confession"]), max_size=6),
        "domains": st.none() | st.lists(st.sampled_from(["power", "edge", "playful"]), max_size=3),
        "power_role": st.sampled_from([None, "top", "bottom", "switch", "neutral", "odd", 3]),
        "intensity": st.sampled_from([None, "gentle", "odd", 1, 5, True, 2.5]),
        "performance_pressure": st.sampled_from([None, "low", "moderate", "high", 7]),
        "is_performance": st.booleans(),
    },
)


def wishing(**activities: float) -> Profile:
    return Profile(activities=activities)


def orientated(orientation: str | None) -> Profile:
    return Profile(power_dynamic=PowerDynamic(orientation=orientation))


def aroused(se: float | None = None, sis_p: float | None = None) -> Profile:
    return Profile(arousal_propensity=ArousalPropensity(se=se, sis_p=sis_p))


def mutual(keys: list[str], a: Profile, b: Profile) -> float:
    return pick_score({"preference_keys": keys}, a, b).mutual_interest_score


def assert_pick(case: dict) -> None:
    a, b = (msgspec.convert(case[player], Profile) for player in "ab")
    found = pick_score(case["activity"], a, b, **(case["session_context"] or {}))
    assert msgspec.to_builtins(found) == case["expected"]


@pytest.mark.parametrize("case", json.loads(OWN_CASES.read_text())["picks"])
def test_a_measured_card_has_the_measured_score(case):
    assert_pick(case)


@pytest.mark.skipif(not ALL_CASES.exists(), reason="the full set of measured cases is not here")
def test_every_measured_card_has_the_measured_score():
    for case in json.loads(ALL_CASES.read_text())["picks"]:
        assert_pick(case)


def test_a_card_may_be_an_object_or_a_mapping():
    card = {"preference_keys": ["massage_give"], "domains": ["power"], "power_role": "top", "intensity": 3}
    a, b = wishing(massage_give=1.0), orientated("Top")
    assert pick_score(card, a, b, seq=3, target=25) == pick_score(SimpleNamespace(**card), a, b, seq=3, target=25)


def test_a_card_that_says_nothing_is_halfway_wanted_in_any_role():
    score = pick_score({}, Profile(), Profile())
    assert (score.mutual_interest_score, score.power_alignment_score, score.domain_fit_score) == (0.5, 1.0, 0.5)
    assert score.overall_score == 0.65


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [(0.7, 1, 1.0), (0.7, 0.3, 0.6), (0.69, 1, 0.6), (0.5, 0.3, 0.4), (0.7, 0.29, 0.1), (0.69, 0.29, 0.0), (0, 0, 0.0)],
)
def test_a_single_key_counts_by_how_both_like_it(x, y, expected):
    assert mutual(["roleplay"], wishing(roleplay=x), wishing(roleplay=y)) == expected
    assert mutual(["roleplay"], wishing(roleplay=y), wishing(roleplay=x)) == expected


def test_a_key_that_a_player_lacks_counts_half():
    assert mutual(["confession"], wishing(confession=1.0), Profile()) == 0.6


@pytest.mark.parametrize(("receive", "expected"), [(0.7, 1.0), (0.5, 0.8), (0.3, 0.6), (0.2, 0.3)])
def test_the_two_sides_of_an_act_count_together_once(receive, expected):
    a, b = wishing(massage_give=1.0, massage_receive=0.0), wishing(massage_give=0.0, massage_receive=receive)
    assert mutual(["massage_give", "massage_receive"], a, b) == expected
    assert mutual(["massage_give", "massage_receive"], b, a) == expected


def test_a_receiving_key_listed_first_has_counted_on_its_own_already():
    a, b = wishing(massage_give=1.0, massage_receive=0.0), wishing(massage_give=0.0, massage_receive=1.0)
    assert mutual(["massage_receive", "massage_give"], a, b) == 0.55  # .1 alone, then 1.0 together


def test_showing_and_watching_are_two_sides_too():
    a, b = wishing(posing_self=1.0, posing_watching=0.0), wishing(posing_self=0.0, posing_watching=1.0)
    assert mutual(["posing_self", "posing_watching"], a, b) == 1.0
    assert mutual(["posing_watching", "posing_self"], a, b) == 0.55


@pytest.mark.parametrize(
    ("show", "watch"), [("stripping_self", "watching_strip"), ("solo_pleasure_self", "watching_solo_pleasure")]
)
def test_the_two_named_pairs_count_together_in_either_order(show, watch):
    a, b = wishing(**{show: 1.0, watch: 0.0}), wishing(**{show: 0.0, watch: 1.0})
    assert mutual([show, watch], a, b) == 1.0
    assert mutual([watch, show], a, b) == 1.0


@pytest.mark.parametrize("role", [None, "neutral", "none", "switch"])
def test_a_card_without_a_leader_suits_every_pair(role):
    assert pick_score({"power_role": role}, orientated("Top"), orientated("Top")).power_alignment_score == 1.0


@pytest.mark.parametrize(
    ("role", "one", "other", "expected"),
    [
        ("top", "Top", "Bottom", 1.0),
        ("top", "Top", "Switch", 0.95),
        ("top", "Top", "Top", 0.8),
        ("top", "Top", "Versatile/Undefined", 0.8),
        ("top", "Bottom", "Switch", 0.6),
        ("top", "Switch", "Switch", 0.6),
        ("top", None, "Bottom", 0.6),
        ("top", "Bottom", "Bottom", 0.0),
        ("top", "Versatile/Undefined", "Versatile/Undefined", 0.0),
        ("bottom", "Top", "Bottom", 1.0),
        ("bottom", "Bottom", "Switch", 0.95),
        ("bottom", "Bottom", "Bottom", 0.8),
        ("bottom", "Top", "Switch", 0.6),
        ("bottom", "Top", "Top", 0.0),
        ("conductor", "Top", "Bottom", 0.5),
    ],
)
def test_a_led_card_suits_by_who_leads(role, one, other, expected):
    for a, b in ((one, other), (other, one)):
        assert pick_score({"power_role": role}, orientated(a), orientated(b)).power_alignment_score == expected


def test_domains_count_on_either_scale_and_an_unknown_one_half():
    a, b = Profile(domain_scores={"power": 80}), Profile(domain_scores={"power": 0.4})
    assert pick_score({"domains": ["power"]}, a, b).domain_fit_score == 0.6
    assert pick_score({"domains": ["power", "edge"]}, a, b).domain_fit_score == 0.55
    assert pick_score({"domains": ["sensual"]}, a, b).domain_fit_score == 0.5


@pytest.mark.parametrize(
    ("seq", "intensity", "expected"),
    [
        (5, 1, 0.05),  # until .2 the evening calls for 1.5
        (5, 2, 0.05),
        (5, 3, 0.0),
        (5, 4, -0.05),
        (15, 2, 0.05),  # until .6 for 2.5
        (22, 4, 0.05),  # until .88 for 3.5
        (25, 2, 0.05),  # then for 2.5 again
        (25, 1, 0.0),
        (5, "gentle", 0.05),
        (22, "Intense", 0.05),
        (5, "unheard of", 0.05),
        (5, None, 0.05),
        (0, 1, 0.05),
    ],
)
def test_a_card_fits_its_place_in_the_evening(seq, intensity, expected):
    card = {"intensity": intensity}
    assert pick_score(card, Profile(), Profile(), seq=seq, target=25).se_pacing_modifier == expected


@pytest.mark.parametrize(("se", "expected"), [(0.65, 0.02), (0.34, 0.05), (None, 0.05)])
def test_easily_aroused_couples_are_expected_to_go_further(se, expected):
    assert pick_score({"intensity": 1}, aroused(se), aroused(se), seq=1, target=25).se_pacing_modifier == expected


@pytest.mark.parametrize("place", [{}, {"seq": 3}, {"target": 25}, {"seq": 3, "target": 0}])
def test_without_a_place_in_the_evening_pacing_does_not_count(place):
    assert pick_score({"intensity": 5}, Profile(), Profile(), **place).se_pacing_modifier == 0.0


@pytest.mark.parametrize(
    ("card", "sis_p", "expected"),
    [
        ({"performance_pressure": "high"}, 0.65, -0.15),
        ({"performance_pressure": "moderate"}, 0.64, -0.05),
        ({"is_performance": True}, 0.49, 0.0),
        ({"is_performance": True}, None, -0.05),
        ({"performance_pressure": "low", "is_performance": False}, 0.9, 0.0),
        ({}, 0.9, 0.0),
    ],
)
def test_being_put_on_the_spot_costs_when_either_worries(card, sis_p, expected):
    for a, b in ((aroused(sis_p=sis_p), aroused(sis_p=0.1)), (aroused(sis_p=0.1), aroused(sis_p=sis_p))):
        assert pick_score(card, a, b).sisp_modifier == expected


@settings(deadline=None, max_examples=100, database=None)
@given(CARDS, PROFILES, PROFILES, st.none() | st.integers(0, 50), st.none() | st.integers(0, 50))
def test_a_score_stays_in_its_bounds_and_does_not_depend_on_the_order_of_the_two(card, a, b, seq, target):
    score = pick_score(card, a, b, seq=seq, target=target)
    assert 0 <= score.overall_score <= 1
    assert score == pick_score(card, b, a, seq=seq, target=target)
