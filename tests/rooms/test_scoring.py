"""Answers become exactly the measured profile, and nothing that a client can send makes the scorer fail."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.activities.taxonomy import BOUNDARY_KEYS, PREFERENCE_CATEGORIES, PREFERENCE_KEYS
from rooms.profiles.profile import Profile
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, TOPIC_OF_QUESTION
from rooms.profiles.scoring import declined_items, score_survey

OWN_CASES = Path(__file__).parents[1] / "data" / "profile_cases.json"
ALL_CASES = Path(__file__).parents[3] / "shared" / "vectors" / "profile-scoring.json"

QUESTIONS = ["D1", "D2", "C1", *(f"A{n}" for n in range(1, 17)), *ACTIVITY_OF_QUESTION, *TOPIC_OF_QUESTION]
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["Y", "m", " n ", "7", "nan"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


def assert_profile(case: dict) -> None:
    profile = msgspec.to_builtins(score_survey(case["answers"]))
    for field, expected in case["expected"].items():
        found = profile[field]
        if field == "power_dynamic":
            found = {name: found[name] for name in expected}
        assert found == expected, field


def likert(questions: str, *values: object) -> dict:
    """Answers from "A13 A15" and their values."""
    return dict(zip(questions.split(), values, strict=True))


@pytest.mark.parametrize("case", json.loads(OWN_CASES.read_text())["profiles"])
def test_a_measured_survey_gives_the_measured_profile(case):
    assert_profile(case)


@pytest.mark.skipif(not ALL_CASES.exists(), reason="the full set of measured cases is not here")
def test_every_measured_survey_gives_the_measured_profile():
    for case in json.loads(ALL_CASES.read_text())["profiles"]:
        assert_profile(case)


def test_all_sixes_are_high_in_every_arousal_score():
    arousal = score_survey({f"A{n}": 6 for n in range(1, 17)}).arousal_propensity
    assert (arousal.se, arousal.sis_p, arousal.sis_c) == (0.83, 0.83, 0.83)
    assert (arousal.bands.se, arousal.bands.sis_p, arousal.bands.sis_c) == ("High", "High", "High")


@pytest.mark.parametrize(
    ("leading", "following", "expected"),
    [
        ((6, 5), (3, 4), ("Top", 75, 42, 0.66, "High confidence", 0.75, "lead")),
        ((5, 5), (4, 5), ("Switch", 67, 58, 0.58, "Moderate confidence", 0.67, "both")),
        ((1, 2), (7, 7), ("Bottom", 8, 100, 0.97, "Very high confidence", 1.0, "follow")),
        ((2, 2), (1, 1), ("Versatile/Undefined", 17, 0, 0.17, None, 0.17, "open")),
        ((4, 4), (4, 4), ("Switch", 50, 50, 0.5, "Moderate confidence", 0.5, "both")),
    ],
)
def test_leading_and_following_answers_give_the_orientation(leading, following, expected):
    power = score_survey(likert("A13 A15 A14 A16", *leading, *following)).power_dynamic
    found = (power.orientation, power.top_score, power.bottom_score, power.confidence, power.confidence_band)
    assert (*found, power.intensity, power.preference) == expected


def test_means_are_added_from_left_to_right_before_rounding():
    profile = score_survey(likert("A9 A10 A11 A12", 1, 5, 4, 3))
    assert profile.arousal_propensity.sis_c == 0.37  # 0.38 with a compensated sum


def test_an_unanswered_statement_counts_as_the_lowest_answer():
    assert score_survey({"A1": 7}).arousal_propensity.se == 0.25


@pytest.mark.parametrize("value", [4, 4.0, "4", " 4 ", "4.0"])
def test_a_number_may_come_as_text(value):
    assert score_survey({"A1": value}).arousal_propensity.se == 0.12


def test_a_statement_may_be_answered_between_two_numbers():
    assert score_survey(dict.fromkeys(["A1", "A2", "A3", "A4"], 3.4)).arousal_propensity.se == 0.4


@pytest.mark.parametrize("value", [0, 8, 7.1, 0.9, -3, "8", "", "seven", "nan", float("inf"), True, None, [4], 10**400])
def test_what_is_no_number_from_1_to_7_counts_as_nothing(value):
    assert score_survey({"A1": value}).arousal_propensity.se == 0.0


@pytest.mark.parametrize(
    ("answer", "value"),
    [("Y", 1.0), ("yes", 1.0), (" y ", 1.0), ("M", 0.5), ("Maybe", 0.5), ("\tm\n", 0.5)]
    + [(other, 0.0) for other in ("N", "no", "", "yep", "Y!", True, 1, None, ["Y"], {"Y": "Y"})],
)
def test_a_wish_is_read_whatever_its_case_and_surrounding_space(answer, value):
    assert score_survey({"B19": answer}).activities["dirty_talk"] == value


def test_a_question_ends_in_receive_for_a_and_in_give_for_b():
    profile = score_survey({"B15a": "Y", "B23b": "M"})
    assert profile.activities["restraints_receive"] == 1.0
    assert profile.activities["restraints_give"] == 0.0
    assert profile.activities["begging_give"] == 0.5


def test_the_profile_holds_53_activities_of_which_three_are_never_asked():
    activities = score_survey(dict.fromkeys(ACTIVITY_OF_QUESTION, "Y")).activities
    assert tuple(activities) == PREFERENCE_KEYS
    assert [len(keys) for keys in PREFERENCE_CATEGORIES.values()] == [20, 4, 4, 8, 7, 10]
    assert [key for key, value in activities.items() if value == 0.0] == [
        "posing_watching",
        "dancing_watching",
        "revealing_clothing_watching",
    ]


def test_five_open_topics_of_eight_are_an_openness_of_62():
    topics = score_survey(dict(zip(TOPIC_OF_QUESTION, "YYYYYNNN", strict=True))).truth_topics
    assert topics["openness_score"] == 62
    assert list(topics)[:8] == [
        "past_experiences",
        "fantasies",
        "turn_ons",
        "turn_offs",
        "insecurities",
        "boundaries",
        "future_fantasies",
        "feeling_desired",
    ]


def test_following_spoken_wishes_weighs_twice_in_the_verbal_domain():
    assert score_survey({"B22a": "Y"}).domain_scores["verbal"] == 25
    assert score_survey({"B22b": "Y"}).domain_scores["verbal"] == 12  # 12.5, half to even


def test_one_yes_moves_only_the_domains_it_belongs_to():
    assert score_survey({"B9a": "Y"}).domain_scores == {
        "sensation": 7,
        "connection": 0,
        "power": 0,
        "exploration": 10,
        "verbal": 0,
    }
    assert score_survey({"B33": "Y"}).domain_scores["connection"] == 9


def test_hard_limits_keep_their_order_and_unknown_keys():
    assert score_survey({"C1": ["hardBoundaryPublic", "somethingElse", "hardBoundaryAnal"]}).hard_limits == [
        "hardBoundaryPublic",
        "somethingElse",
        "hardBoundaryAnal",
    ]


def test_hard_limits_may_come_as_one_comma_separated_text():
    assert score_survey({"C1": " hardBoundaryAnal, ,hardBoundaryImpact,"}).hard_limits == [
        "hardBoundaryAnal",
        "hardBoundaryImpact",
    ]


@pytest.mark.parametrize("value", [None, 5, True, {"hardBoundaryAnal": True}, [], "", [3, None]])
def test_what_names_no_limit_sets_none(value):
    assert score_survey({"C1": value}).hard_limits == []


def test_a_maybe_is_a_maybe_item_and_softens_the_limit_it_falls_under():
    profile = score_survey({"B14a": "M", "B3b": "maybe", "B8a": "Y", "B1a": "M"})
    assert profile.maybe_items == ["massage_receive", "biting_moderate_give", "rimming_receive"]
    assert profile.soft_limits == ["hardBoundaryImpact", "hardBoundaryAnal"]


def test_a_hard_limit_is_not_soft_as_well():
    profile = score_survey({"B14a": "M", "B3b": "M", "C1": ["hardBoundaryAnal"]})
    assert profile.soft_limits == ["hardBoundaryImpact"]


def test_only_a_spoken_no_is_declined():
    assert declined_items({"B1a": "N", "B1b": " no ", "B2a": "M", "B2b": "", "B3a": None, "B29": "N"}) == [
        "massage_receive",
        "massage_give",
    ]


def test_anatomy_comes_in_one_order_and_any_means_all_only_in_a_preference():
    anatomy = score_survey({"D1": ["Breasts ", "PENIS", "x"], "D2": "any"}).anatomy
    assert anatomy.anatomy_self == ["penis", "breasts"]
    assert anatomy.anatomy_preference == ["penis", "vagina", "breasts"]
    assert score_survey({"D1": "any", "D2": ["vagina", "All"]}).anatomy.anatomy_self == []
    assert score_survey({"D2": ["vagina", "All"]}).anatomy.anatomy_preference == ["penis", "vagina", "breasts"]


@pytest.mark.parametrize(
    ("question", "tag"),
    [
        ("B2b", "open_to_gentle"),
        ("B5a", "open_to_moderate"),
        ("B10a", "open_to_intense"),
        ("B12b", "open_to_oral"),
        ("B14b", "open_to_anal"),
        ("B16a", "open_to_restraints"),
        ("B17b", "open_to_orgasm_control"),
        ("B18a", "open_to_roleplay"),
        ("B21", "open_to_roleplay"),
        ("B25b", "open_to_display"),
    ],
)
def test_one_maybe_opens_its_tag_and_no_other(question, tag):
    tags = score_survey({question: "M"}).activity_tags
    assert {name for name, is_open in tags.items() if is_open} == {tag, "open_to_group"}


def test_a_stored_profile_reads_back_as_it_was():
    profile = score_survey({"A1": 5, "A13": 6, "B1a": "Y", "B6a": "M", "C1": ["hardBoundaryAnal"], "D1": ["penis"]})
    stored = msgspec.json.decode(msgspec.json.encode(profile))
    assert msgspec.convert(stored, Profile) == profile
    assert Profile(**stored) == profile


@settings(deadline=None, max_examples=100, database=None)
@given(st.dictionaries(st.sampled_from(QUESTIONS) | st.text(), ANYTHING, max_size=40))
def test_whatever_is_answered_the_numbers_stay_in_their_bounds(answers):
    profile = score_survey(answers)
    arousal, power = profile.arousal_propensity, profile.power_dynamic
    assert all(0 <= score <= 1 for score in (arousal.se, arousal.sis_p, arousal.sis_c, power.confidence))
    assert all(0 <= score <= 100 for score in (power.top_score, power.bottom_score, *profile.domain_scores.values()))
    assert set(profile.activities.values()) <= {0.0, 0.5, 1.0}
    assert set(profile.soft_limits) <= set(BOUNDARY_KEYS)
    assert not set(profile.maybe_items) & set(declined_items(answers))
