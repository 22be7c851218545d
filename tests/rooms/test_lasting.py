"""The time that a card's words name, and the clock that it has for it."""

import pytest

from rooms.activities.card import Card, Step, activity_uid
from rooms.activities.lasting import complaints, times_of, wound
from rooms.activities.opinion import mended, opinion

NAMED = {
    "Hold hands for one minute.": 60,
    "Rub their shoulders for a minute.": 60,
    "Hug for twenty seconds.": 20,
    "Hum for 45 seconds.": 45,
    "Look into their eyes for half a minute.": 30,
    "Hold a one-minute speech.": 60,
    "Give them a two-minute massage.": 120,
    "A 90-second song, please.": 90,
    "Sell it in thirty dazzling seconds.": 30,
    "Listen for a whole minute before you answer.": 60,
    "Let it last a whole minute.": 60,
    "Spend Five Minutes under one blanket.": 300,
    "Give your partner three minutes of your hands.": 180,
}
NO_TIME = [
    "Dance for one slow song.",
    "Breathe together for ten slow breaths.",
    "What did you think in the very first minute?",
    "Tell what you have been thinking about for the last five minutes.",
    "Show a little more skin than a minute ago.",
    "Plan the first ten minutes of your next night away.",
    "Up to the last second before it, write every second line, and take a second one.",
    "What would you do with the first hour?",
    "Plan two hours for the two of you.",
    "Blink for two seconds.",
    "Play for ninety minutes.",
    "Your partner's hands are warm.",
]


def card(*steps: Step) -> Card:
    return Card(
        uid=activity_uid("dare", steps[0].do),
        type="dare",
        rating="G",
        intensity=1,
        steps=steps,
        domains=("connection",),
    )


@pytest.mark.parametrize(("text", "seconds"), NAMED.items())
def test_a_time_in_words_is_read(text, seconds):
    assert times_of(text) == (seconds,)


@pytest.mark.parametrize("text", NO_TIME)
def test_what_no_clock_can_tell_is_no_time(text):
    assert times_of(text) == ()


def test_the_first_time_that_the_words_name_winds_the_clock_of_its_step():
    steps = (Step("A", "Smile."), Step("B", "Hum for one minute, or for thirty seconds."))
    assert wound(steps) == (steps[0], Step("B", steps[1].do, 60))
    assert wound(steps[:1]) == steps[:1]
    given = (Step("A", "Hum for one minute.", 90),)
    assert wound(given) == given


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((Step("A", "Hum for one minute."),), "The words name 60 seconds, and the step has no clock."),
        ((Step("A", "Hum for one minute.", 90),), "The words name 60 seconds, the clock runs for 90 seconds."),
        ((Step("A", "Hum a song.", 90),), "The step has a clock, and its words name no time."),
        (
            (Step("A", "Hum for one minute."), Step("B", "Smile.", 60)),
            "The step has a clock, and its words name no time.",
        ),
    ],
)
def test_words_and_clock_that_differ_are_told(steps, words):
    said = complaints(card(*steps))
    assert [problem.message for problem in said] == [words]
    assert set(said) <= set(opinion(card(*steps)))
    assert said[0].field.endswith(".duration_s")


@pytest.mark.parametrize(
    "steps",
    [
        (Step("A", "Hum a song."),),
        (Step("A", "Hum for one minute.", 60),),
        (Step("A", "Look at them for half a minute.", 30), Step("B", "Or talk for half a minute instead.")),
        (Step("A", "Summe eine halbe Minute lang.", 30),),
        (Step("A", "Tararea durante dos minutos.", 120),),
        (Step("A", "Summe 90 s lang.", 90),),
    ],
)
def test_words_and_clock_that_agree_are_fine(steps):
    assert complaints(card(*steps)) == ()


def test_what_is_mended_gets_the_clock_that_its_words_name():
    better = mended(card(Step("A", "Hum for one minute.")))
    assert better.steps == (Step("A", "Hum for one minute.", 60),)
    assert opinion(better) == ()
