"""Who gives and who receives: keys, steps and words of a card say the same."""

from typing import Any

import pytest

from rooms.activities import taxonomy
from rooms.activities.card import Card, Step, activity_uid
from rooms.activities.direction import breaches


def card(type_: str, keys: str, *steps: str) -> Card:
    """A card with these keys; a step is "A: …" or "B: …"."""
    told = tuple(Step(step[0], step[3:]) for step in steps)
    return Card(
        uid=activity_uid(type_, told[0].do), type=type_, rating="X", intensity=3, steps=told,
        preference_keys=tuple(keys.split()),
    )  # fmt: skip


def fields(*of: Any) -> list[str]:
    return [problem.field for problem in breaches(card(*of))]


def both(stem: str) -> str:
    return f"{stem}_give {stem}_receive"


@pytest.mark.parametrize(
    ("stem", "text"),
    [
        ("massage", "Which part of you is asking for your partner's hands tonight, and how firm should they be?"),
        ("oral_body", "If your partner kissed you from head to toe, where should they linger longest?"),
        ("oral_body", "Where on your body should your partner's mouth go first tonight, and where last?"),
        ("begging", 'What should your partner do to make you say "please", and mean it?'),
        (
            "orgasm_control",
            "How long do you like to be kept waiting at the very edge, and how should your partner know?",
        ),
        ("hands_genitals", "Describe the touch that undoes you: how slow, how firm, and for how long?"),
        ("blindfold", "With a scarf over your eyes and your partner close by, what would you hope for?"),
        (
            "restraints",
            "Would you like your hands to be held or tied loosely? Tell your partner what would make it safe.",
        ),
        ("choking", "How do you feel about a hand resting at your throat, with no pressure at all?"),
    ],
)
def test_a_question_about_receiving_names_the_receiving_half_alone(stem, text):
    for wrong in (both(stem), f"{stem}_give"):
        assert fields("truth", wrong, f"A: {text}") == ["preference_keys"]
    assert fields("truth", f"{stem}_receive", f"A: {text}") == []


@pytest.mark.parametrize(
    ("stem", "text"),
    [
        ("massage", "Would you enjoy giving a long, slow massage, and where would you begin?"),
        ("restraints", "Would you like to tie your partner loosely, and what would you do next?"),
        ("oral_body", "Where on your partner would you begin, and where would you take longest?"),
    ],
)
def test_a_question_about_giving_names_the_giving_half_alone(stem, text):
    for wrong in (both(stem), f"{stem}_receive"):
        assert fields("truth", wrong, f"A: {text}") == ["preference_keys"]
    assert fields("truth", f"{stem}_give", f"A: {text}") == []


@pytest.mark.parametrize(
    ("stem", "text"),
    [
        ("commands", "Would you rather lead or be led tonight? Tell your partner what the first instruction would be."),
        ("commands", "Which would excite you more tonight: giving the orders, or following your partner's?"),
        (
            "spanking_moderate",
            "Are playful spanks a yes, a no or a maybe for you? Tell your partner, and where the line is.",
        ),
    ],
)
def test_a_question_about_either_way_may_name_both(stem, text):
    assert fields("truth", both(stem), f"A: {text}") == []


def test_a_question_about_being_watched_names_what_one_shows():
    watched = "A: Would you let your partner watch you when you follow your own rhythm?"
    assert fields("truth", "solo_pleasure_self watching_solo_pleasure", watched) == ["preference_keys"]
    assert fields("truth", "solo_pleasure_self", watched) == []
    watching = "A: Would you enjoy watching your partner undress, and to which music?"
    assert fields("truth", "stripping_self", watching) == ["preference_keys"]
    assert fields("truth", "watching_strip", watching) == []


@pytest.mark.parametrize("key", sorted(taxonomy.HALVES))
def test_a_dare_names_the_half_of_whoever_is_active(key):
    giving, receiving = taxonomy.HALVES[key]
    text = "A: Take your time, gently."
    assert fields("dare", giving, text) == fields("dare", f"{giving} {receiving}", text) == []
    assert fields("dare", receiving, text) == ["preference_keys"]


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        (both("massage"), ("A: Let your partner rub your shoulders for two minutes.",)),
        (both("massage"), ("A: Ask your partner to massage you, slowly.",)),
        (both("massage"), ("A: Lie down and breathe.", "B: Massage their back for two minutes.")),
        (both("massage"), ("B: Massage your partner's back for two minutes.",)),
        (both("oral_body"), ("A: Close your eyes.", "B: Kiss their neck, three times.")),
        (both("oral_body"), ("A: Take turns: a kiss for a kiss.",)),
        (both("hands_genitals"), ("A: Touch each other slowly for one minute.",)),
        (both("commands"), ("A: For one minute do whatever your partner says.",)),
        (both("begging"), ("A: Beg your partner for a kiss.",)),
        (both("restraints"), ("A: Enjoy being tied for as long as you like.",)),
    ],
)
def test_a_dare_in_which_the_active_player_receives_is_told(keys, steps):
    assert "script" in fields("dare", keys, *steps)


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        (
            both("massage"),
            ("A: Massage your partner's neck for two minutes.", "B: Steer with two words: softer, firmer."),
        ),
        (both("commands"), ("A: Tell your partner how you want to be kissed: three instructions.", "B: Follow them.")),
        (
            both("begging"),
            ("A: Hold back your next kiss until your partner asks for it.", "B: Ask as sweetly as you can."),
        ),
        (both("oral_body"), ("A: Ask your partner for three places on their body, and kiss each one.",)),
        (both("oral_body"), ("A: Kiss one place for every year you have known each other.", "B: Name one more.")),
        ("stripping_self watching_strip", ("A: Undress for your partner, slowly.", "B: Look, and say one kind word.")),
        ("dirty_talk", ("A: Let your partner whisper one thing to you.",)),
        ("", ("A: Ask your partner to hold you.",)),
    ],
)
def test_a_dare_in_which_the_active_player_gives_is_fine(keys, steps):
    assert fields("dare", keys, *steps) == []
