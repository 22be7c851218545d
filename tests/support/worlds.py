"""Two worlds that a partner must not be able to tell apart: the same person, other in whatever is no yes of both."""

from random import Random
from typing import Any

from rooms.activities.taxonomy import BOUNDARY_KEYS
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, IN_CHAPTERS, TOPIC_OF_QUESTION

Answers = dict[str, Any]

WISHES = {**ACTIVITY_OF_QUESTION, **TOPIC_OF_QUESTION}
_NUMBERS = tuple(question for question in IN_CHAPTERS if question.startswith("A"))
_WATCHED = {"stripping_self": "watching_strip", "solo_pleasure_self": "watching_solo_pleasure"}
_COUNTERPARTS = {
    **_WATCHED,
    **{watched: shown for shown, watched in _WATCHED.items()},
    **{key: key.replace("_give", "_receive") for key in ACTIVITY_OF_QUESTION.values() if key.endswith("_give")},
    **{key: key.replace("_receive", "_give") for key in ACTIVITY_OF_QUESTION.values() if key.endswith("_receive")},
}


def a_survey(dice: Random, weights: tuple[int, int, int]) -> Answers:
    """Every question answered; `weights` are those of yes, maybe and no."""
    numbers = {question: dice.randint(1, 7) for question in _NUMBERS}
    wishes = {question: dice.choices("YMN", weights)[0] for question in WISHES}
    return {**numbers, **wishes, "C1": dice.sample(BOUNDARY_KEYS, 2)}


def another_world(dice: Random, mine: Answers, theirs: Answers) -> Answers:
    """The same person: any other answer where no yes of the partner could meet one, no yes more where it could, other limits
    and other numbers."""
    yes = {key for question, key in WISHES.items() if theirs[question] == "Y"}
    meets = yes | {_COUNTERPARTS.get(key, key) for key in yes}
    changed: Answers = {question: dice.randint(1, 7) for question in _NUMBERS}
    for question, key in WISHES.items():
        if key not in meets:
            changed[question] = dice.choice("YMN")
        elif mine[question] != "Y":
            changed[question] = dice.choice("MN")
    return {**mine, **changed, "C1": dice.sample(BOUNDARY_KEYS, 3)}
