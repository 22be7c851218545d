"""Two profiles fit exactly as measured, in either order, and a limit can only ever lower the score."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.activities.taxonomy import BOUNDARY_KEYS
from rooms.profiles.compatibility import compatibility, interpret
from rooms.profiles.profile import ArousalPropensity, PowerDynamic, Profile
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, TOPIC_OF_QUESTION
from rooms.profiles.scoring import score_survey

OWN_CASES = Path(__file__).parents[1] / "data" / "profile_cases.json"
ALL_CASES = Path(__file__).parents[3] / "shared" / "vectors" / "profile-scoring.json"

STATEMENTS = [f"A{n}" for n in range(1, 17)]
WISHES = [*ACTIVITY_OF_QUESTION, *TOPIC_OF_QUESTION]
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(STATEMENTS, st.integers(1, 7)),
        **dict.fromkeys(WISHES, st.sampled_from("YMN")),
        "C1": st.lists(st.sampled_from(BOUNDARY_KEYS), unique=True),
    },
)


def everything(wish: str, statement: int | None = None, **more: object) -> dict:
    """Every wish answered alike, every statement too when a number is given."""
    statements = {} if statement is None else dict.fromkeys(STATEMENTS, statement)
    return {**dict.fromkeys(WISHES, wish), **statements, **more}


def leading(**answers: object) -> dict:
    return {"A13": 7, "A15": 7, **answers}


def following(**answers: object) -> dict:
    return {"A14": 7, "A16": 7, **answers}


def compared(a: dict, b: dict):
    return compatibility(score_survey(a), score_survey(b))


def orientated(orientation: str | None, **parts: object) -> Profile:
    return Profile(power_dynamic=PowerDynamic(orientation=orientation), **parts)


def assert_pair(case: dict) -> None:
    found = msgspec.to_builtins(compared(case["a"], case["b"]))
    raw = found.pop("raw")
    assert found == case["expected"]
    assert raw == pytest.approx(case["raw"], abs=1e-8)


@pytest.mark.parametrize("case", json.loads(OWN_CASES.read_text())["pairs"])
def test_a_measured_pair_has_the_measured_compatibility(case):
    assert_pair(case)


@pytest.mark.skipif(not ALL_CASES.exists(), reason="the full set of measured cases is not here")
def test_every_measured_pair_has_the_measured_compatibility():
    for case in json.loads(ALL_CASES.read_text())["pairs"]:
        assert_pair(case)


def test_two_empty_surveys_fit_at_84():
    assert compared({}, {}).score == 84


def test_two_who_say_yes_to_everything_fit_at_96():
    assert compared(everything("Y", 7), everything("Y", 7)).score == 96


def test_two_who_say_maybe_to_everything_fit_at_87():
    assert compared(everything("M", 4), everything("M", 4)).score == 87


def test_all_yes_with_all_maybe_fit_at_72():
    assert compared(everything("Y", 7), everything("M", 4)).score == 72


@pytest.mark.parametrize("pole", [leading, following])
def test_two_of_the_same_pole_who_share_two_gentle_wishes_fit_at_24(pole):
    assert compared(pole(B1a="Y", B2a="Y"), pole(B1a="Y", B2a="Y")).score == 24


def test_one_who_leads_and_one_who_follows_with_every_wish_fit_at_91():
    assert compared(leading(**everything("Y")), following(**everything("Y"))).score == 91


def test_two_limits_on_one_side_cost_forty_points():
    limits = ["hardBoundaryAnal", "hardBoundaryImpact"]
    result = compared(leading(**everything("Y", C1=limits)), following(**everything("Y")))
    assert (result.score, result.conflicts, result.blocked_limits) == (51, 2, limits)
    assert result.interpretation == "Lower compatibility"


def test_a_limit_named_twice_is_one_conflict():
    assert compared({"C1": ["hardBoundaryAnal"] * 2}, {"B13a": "Y", "B14b": "Y"}).conflicts == 1


def test_a_limit_on_each_side_is_a_conflict_on_each_side():
    one = {"C1": ["hardBoundaryBreath"], "B8a": "Y"}
    assert compared(one, one).conflicts == 2


def test_a_maybe_is_no_conflict_and_an_unknown_limit_blocks_nothing_known():
    assert compared({"C1": ["hardBoundaryAnal"]}, {"B13a": "M"}).conflicts == 0
    result = compared({"C1": ["made_up", "hardBoundaryAnal"]}, everything("Y"))
    assert result.conflicts == 1
    assert result.blocked_limits == ["hardBoundaryAnal", "made_up"]


def test_wishes_outside_the_survey_can_touch_a_limit():
    result = compatibility(
        Profile(hard_limits=["hardBoundaryRecord", "hardBoundaryPublic"]), Profile(activities={"private_photos": 0.7})
    )
    assert result.conflicts == 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Top", "Bottom", 100),
        ("Switch", "Switch", 85),
        (None, "Switch", 85),
        ("Versatile/Undefined", "Versatile/Undefined", 75),
        ("Versatile", "Versatile/Undefined", 75),
        ("Switch", "Top", 75),
        ("Versatile/Undefined", "Switch", 75),
        ("Versatile/Undefined", "Bottom", 60),
        ("Top", "Top", 50),
        ("Bottom", "Bottom", 50),
    ],
)
def test_orientations_complement_each_other(one, other, expected):
    assert compatibility(orientated(one), orientated(other)).breakdown.power_complement == expected
    assert compatibility(orientated(other), orientated(one)).breakdown.power_complement == expected


@pytest.mark.parametrize(
    ("se", "expected"),
    [((0.65, 0.9), 3), ((0.65, 0.64), 2), ((0.35, 0.7), 2), ((0.34, 0.99), 0), ((0.64, 0.64), 0), ((None, 0.7), 2)],
)
def test_shared_excitation_adds_a_little(se, expected):
    a, b = (Profile(arousal_propensity=ArousalPropensity(se=value)) for value in se)
    assert compatibility(a, b).breakdown.se_modifier == expected


@pytest.mark.parametrize(
    ("sis_c", "expected"),
    [((0.1, 0.51), -2), ((0.1, 0.5), 0), ((0.35, 0.65), 2), ((0.34, 0.5), 0), ((None, None), 2)],
)
def test_like_caution_adds_and_unlike_caution_costs(sis_c, expected):
    a, b = (Profile(arousal_propensity=ArousalPropensity(sis_c=value)) for value in sis_c)
    assert compatibility(a, b).arousal_alignment.sisc_modifier == expected


def test_domain_scores_count_the_same_on_both_scales():
    small, large = (
        Profile(domain_scores={"power": 0.4, "verbal": 1}),
        Profile(domain_scores={"power": 40, "verbal": 100}),
    )
    assert compatibility(small, large).raw.domain_similarity == 1.0


def test_who_leads_and_who_follows_need_only_both_be_halfway_open_to_explore():
    top = orientated("Top", domain_scores={"exploration": 50, "verbal": 100})
    bottom = orientated("Bottom", domain_scores={"exploration": 100, "verbal": 25})
    assert compatibility(top, bottom).breakdown.domain_similarity == 90


def test_what_the_one_gives_and_the_other_receives_meets():
    top, bottom = (
        orientated(pole, activities=wishes)
        for pole, wishes in (
            ("Top", {"oral_sex_give": 1.0, "oral_sex_receive": 0.0}),
            ("Bottom", {"oral_sex_give": 1.0, "oral_sex_receive": 1.0}),
        )
    )
    # Oral: primary 1 of 1, secondary .5 of 1; the other five categories hold no keys and count half.
    expected = (0.5 * 5 + 0.8 + 0.2 * 0.5) / 6
    assert compatibility(top, bottom).raw.activity_overlap == pytest.approx(expected)
    assert compatibility(bottom, top).raw.activity_overlap == pytest.approx(expected)


def test_who_watches_and_who_shows_meet():
    top = orientated("Top", activities={"watching_strip": 1.0, "posing_self": 1.0})
    bottom = orientated("Bottom", activities={"stripping_self": 1.0, "posing_watching": 0.0})
    # Primary 1 of 1 (the strip); secondary .5 of 1 (nobody watches the top pose).
    expected = (0.5 * 5 + (0.8 + 0.2 * 0.5) / (0.8 + 0.2)) / 6
    assert compatibility(top, bottom).raw.activity_overlap == pytest.approx(expected)


def test_mutual_and_growing_wishes_are_told_apart():
    result = compared({"B1a": "Y", "B19": "Y", "B20": "M", "B21": "Y"}, {"B1a": "Y", "B19": "M", "B20": "Y"})
    assert result.mutual_activities == ["massage_receive"]
    assert result.growth_opportunities == ["dirty_talk", "moaning"]


def test_mutual_topics_come_in_the_surveys_order():
    result = compared({"B36": "Y", "B29": "M", "B30": "Y"}, {"B36": "M", "B29": "Y"})
    assert result.mutual_truth_topics == ["past_experiences", "feeling_desired"]


def test_two_profiles_that_say_nothing_can_be_compared():
    assert 0 <= compatibility(Profile(), Profile()).score <= 100


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (85, "Exceptional"),
        (84, "High"),
        (70, "High"),
        (69, "Moderate"),
        (55, "Moderate"),
        (54, "Lower"),
        (40, "Lower"),
        (39, "Challenging"),
        (0, "Challenging"),
    ],
)
def test_the_score_has_words(score, word):
    assert interpret(score) == f"{word} compatibility"


@settings(deadline=None, max_examples=50, database=None)
@given(ANSWERS, ANSWERS)
def test_the_order_of_the_two_does_not_matter(one, other):
    forth, back = compared(one, other), compared(other, one)
    assert 0 <= forth.score <= 100
    for field in forth.__struct_fields__:
        if field != "arousal_alignment":
            assert getattr(forth, field) == getattr(back, field)
    assert (forth.arousal_alignment.se_a, forth.arousal_alignment.sisc_b) == (
        back.arousal_alignment.se_b,
        back.arousal_alignment.sisc_a,
    )


@settings(deadline=None, max_examples=50, database=None)
@given(ANSWERS, ANSWERS, st.sampled_from(BOUNDARY_KEYS))
def test_one_more_limit_never_raises_the_score(one, other, limit):
    stricter = {**one, "C1": [*one.get("C1", []), limit]}
    before, after = compared(one, other), compared(stricter, other)
    assert after.score <= before.score
    assert after.conflicts >= before.conflicts
