"""The survey as one value to serve, the strict check of answers before scoring, and how far somebody has come."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from rooms.profiles.questions import BEFORE, CHAPTERS, SCALES, SHORT_FORM, VERSION, Chapter, Option, Question

Say = Callable[[str], str]
"""A sentence, in another language than the English that it is given in."""


class Survey(msgspec.Struct, frozen=True):
    """The whole survey: `before` is asked with the name, `scales` are the answers of the kinds likert7 and ymn."""

    version: str
    before: tuple[Question, ...]
    chapters: tuple[Chapter, ...]
    scales: dict[str, tuple[Option, ...]]
    short_form: tuple[str, ...]


SURVEY = Survey(version=VERSION, before=BEFORE, chapters=CHAPTERS, scales=SCALES, short_form=SHORT_FORM)


def in_language(survey: Survey, say: Say) -> Survey:
    """The same survey in other words: ids, keys and values stay."""
    return Survey(
        version=survey.version,
        before=_asked(survey.before, say),
        chapters=tuple(
            Chapter(say(one.title), say(one.lead_in), _asked(one.questions, say)) for one in survey.chapters
        ),
        scales={kind: _labelled(options, say) for kind, options in survey.scales.items()},
        short_form=survey.short_form,
    )


def _asked(questions: tuple[Question, ...], say: Say) -> tuple[Question, ...]:
    return tuple(
        msgspec.structs.replace(
            one, text=say(one.text), note=one.note and say(one.note), options=_labelled(one.options, say)
        )
        for one in questions
    )


def _labelled(options: tuple[Option, ...], say: Say) -> tuple[Option, ...]:
    return tuple(Option(one.value, say(one.label)) for one in options)


_IN_CHAPTERS = tuple(question for chapter in CHAPTERS for question in chapter.questions)
_VALUES = {kind: frozenset(option.value for option in options) for kind, options in SCALES.items()}
QUESTIONS = {question.id: question for question in (*BEFORE, *_IN_CHAPTERS)}


def validate_answers(answers: Mapping[str, Any]) -> dict[str, str]:
    """Names each answer that is present but invalid, with a sentence that says what would be valid.

    Stricter than the scorer: no numeric strings, no lower case, no unknown keys. A question left out is fine.
    """
    faults = {}
    for id_, answer in answers.items():
        question = QUESTIONS.get(id_)
        if question is None:
            faults[id_] = f"Survey {VERSION} has no question with this id; leave it out."
        elif not _CHECKS[question.kind](question, answer):
            faults[id_] = _expected(question)
    return faults


def completion_percentage(answers: Mapping[str, Any]) -> int:
    """How many of the 75 questions have a valid answer, in whole percent; 100 only when all of them do.

    D1 and D2 do not count here: they are asked before the survey, often elsewhere.
    """
    answered = sum(
        question.id in answers and _CHECKS[question.kind](question, answers[question.id]) for question in _IN_CHAPTERS
    )
    return 100 * answered // len(_IN_CHAPTERS)


def _on_scale(question: Question, answer: Any) -> bool:
    return type(answer) is int and answer in _VALUES[question.kind]


def _one_word(question: Question, answer: Any) -> bool:
    return isinstance(answer, str) and answer in _VALUES[question.kind]


def _some_options(question: Question, answer: Any) -> bool:
    if not isinstance(answer, list | tuple) or not all(isinstance(item, str) for item in answer):
        return False
    return len(set(answer)) == len(answer) and {option.value for option in question.options}.issuperset(answer)


_CHECKS: dict[str, Callable[[Question, Any], bool]] = {
    "likert7": _on_scale,
    "ymn": _one_word,
    "checklist": _some_options,
    "multiselect": _some_options,
}


def _expected(question: Question) -> str:
    if question.kind == "likert7":
        return f"{question.id} takes a whole number from 1 to 7; leave it out to skip it."
    if question.kind == "ymn":
        return f"{question.id} takes Y, M or N; leave it out to skip it."
    values = ", ".join(str(option.value) for option in question.options)
    return f"{question.id} takes a list of any of {values}, each at most once."
