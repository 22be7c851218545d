"""The survey is complete, kindly worded for anyone, and an answer that cannot be scored is named."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.activities.taxonomy import BOUNDARY_KEYS, PREFERENCE_KEYS
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, TOPIC_OF_QUESTION
from rooms.profiles.survey import QUESTIONS, SURVEY, completion_percentage, validate_answers

IN_CHAPTERS = [question for chapter in SURVEY.chapters for question in chapter.questions]
EVERY_ANSWER = {
    **{f"A{n}": 4 for n in range(1, 17)},
    **dict.fromkeys([*ACTIVITY_OF_QUESTION, *TOPIC_OF_QUESTION], "M"),
    "C1": [],
}


def ids(prefix: str, *numbers: int, sides: str = "ab") -> list[str]:
    return [f"{prefix}{n}{side}" for n in numbers for side in sides]


def test_the_survey_has_nine_chapters_with_75_questions():
    found = {chapter.title: [question.id for question in chapter.questions] for chapter in SURVEY.chapters}
    assert found == {
        "Arousal & Power": [f"A{n}" for n in range(1, 17)],
        "Physical Touch": ids("B", *range(1, 11)),
        "Oral": ids("B", 11, 12),
        "Anal": ids("B", 13, 14),
        "Power Exchange": ids("B", 15, 16, 17, 18),
        "Verbal & Roleplay": ["B19", "B20", "B21", *ids("B", 22, 23)],
        "Display & Performance": [*ids("B", 24, 25), "B26", "B27", "B28"],
        "Truth Topics": [f"B{n}" for n in range(29, 37)],
        "Boundaries & Safety": ["C1"],
    }
    assert len(IN_CHAPTERS) == 75
    assert [question.id for question in SURVEY.before] == ["D1", "D2"]
    assert SURVEY.version == "0.4"


def test_each_question_has_the_kind_of_its_chapter():
    kinds = {"A": "likert7", "B": "ymn", "C": "checklist", "D": "multiselect"}
    assert all(question.kind == kinds[id_[0]] for id_, question in QUESTIONS.items())


def test_a_question_in_two_directions_sets_receive_and_give():
    stems = (
        *("massage", "hair_pull_gentle", "biting_moderate", "spanking_moderate", "hands_genitals", "spanking_hard"),
        *("slapping", "choking", "spitting", "watersports", "oral_sex", "oral_body", "anal_fingers_toys", "rimming"),
        *("restraints", "blindfold", "orgasm_control", "protocols"),
    )
    for number, stem in enumerate(stems, start=1):
        assert ACTIVITY_OF_QUESTION[f"B{number}a"] == f"{stem}_receive"
        assert ACTIVITY_OF_QUESTION[f"B{number}b"] == f"{stem}_give"


def test_the_other_wishes_set_their_own_keys():
    named = {id_: key for id_, key in ACTIVITY_OF_QUESTION.items() if int(re.sub(r"\D", "", id_)) > 18}
    assert named == {
        "B19": "dirty_talk",
        "B20": "moaning",
        "B21": "roleplay",
        "B22a": "commands_receive",
        "B22b": "commands_give",
        "B23a": "begging_receive",
        "B23b": "begging_give",
        "B24a": "stripping_self",
        "B24b": "watching_strip",
        "B25a": "solo_pleasure_self",
        "B25b": "watching_solo_pleasure",
        "B26": "posing_self",
        "B27": "dancing_self",
        "B28": "revealing_clothing_self",
    }
    assert set(ACTIVITY_OF_QUESTION.values()) <= set(PREFERENCE_KEYS)
    assert TOPIC_OF_QUESTION == {
        "B29": "past_experiences",
        "B30": "fantasies",
        "B31": "turn_ons",
        "B32": "turn_offs",
        "B33": "insecurities",
        "B34": "boundaries",
        "B35": "future_fantasies",
        "B36": "feeling_desired",
    }


def test_every_chapter_leads_in_and_no_wording_is_used_twice():
    assert all(chapter.lead_in for chapter in SURVEY.chapters)
    texts = [question.text for question in QUESTIONS.values()]
    assert len(set(texts)) == len(texts)


def test_the_wording_fits_any_gender():
    words = set(re.findall(r"[a-z']+", msgspec.json.encode(SURVEY).decode().lower()))
    assert not words & {"he", "she", "him", "his", "her", "hers", "man", "woman", "men", "women", "husband", "wife"}


def test_the_short_form_is_ten_questions_of_the_survey_with_limits_and_power():
    assert len(set(SURVEY.short_form)) == 10
    assert set(SURVEY.short_form) <= {question.id for question in IN_CHAPTERS}
    assert {"A13", "A14", "A15", "A16", "C1"} <= set(SURVEY.short_form)


def test_the_checklist_offers_the_eight_boundaries():
    assert tuple(option.value for option in QUESTIONS["C1"].options) == BOUNDARY_KEYS
    assert [option.value for option in QUESTIONS["D1"].options] == ["penis", "vagina", "breasts"]


def test_a_full_survey_is_valid_and_complete():
    assert validate_answers({**EVERY_ANSWER, "D1": ["penis"], "D2": []}) == {}
    assert completion_percentage(EVERY_ANSWER) == 100


def test_what_is_left_out_is_not_a_fault():
    assert validate_answers({}) == {}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        *(("A1", answer) for answer in (0, 8, 4.5, 4.0, "4", True, None, [4], float("nan"))),
        *(("B1a", answer) for answer in ("y", " Y", "YES", "X", "", 1, True, None, ["Y"])),
        *(
            ("C1", answer)
            for answer in ("hardBoundaryAnal", ["anal"], ["hardBoundaryAnal"] * 2, [1], [["x"]], None, {})
        ),
        *(("D1", answer) for answer in ("penis", ["Penis"], ["any"], None)),
        *((unknown, "Y") for unknown in ("Z1", "B1", "a1", "")),
    ],
)
def test_an_answer_that_does_not_fit_is_named_with_a_sentence(question, answer):
    faults = validate_answers({"A2": 5, question: answer, "B19": "N"})
    assert list(faults) == [question]
    assert faults[question].endswith(".")


def test_every_bad_answer_is_named():
    assert list(validate_answers({"A1": 9, "A2": 3, "B1a": "?", "C1": ["nope"]})) == ["A1", "B1a", "C1"]


def test_completion_counts_valid_answers_and_rounds_down():
    assert completion_percentage({}) == 0
    assert completion_percentage({"A1": 5}) == 1
    assert completion_percentage({"A1": 9, "D1": ["penis"], "nothing": 1}) == 0
    assert completion_percentage({id_: answer for id_, answer in EVERY_ANSWER.items() if id_ != "B17a"}) == 98


def test_the_survey_can_be_served_as_json():
    served = msgspec.json.decode(msgspec.json.encode(SURVEY))
    assert set(served) == {"version", "before", "chapters", "scales", "short_form"}
    assert served["scales"]["ymn"][0] == {"value": "Y", "label": "Yes"}
    assert len(served["scales"]["likert7"]) == 7


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@settings(deadline=None, max_examples=50, database=None)
@given(st.dictionaries(st.sampled_from(sorted(QUESTIONS)) | st.text(), ANYTHING, max_size=12))
def test_whatever_is_sent_is_judged_without_failing(answers):
    assert set(validate_answers(answers)) <= set(answers)
    assert 0 <= completion_percentage(answers) <= 100
