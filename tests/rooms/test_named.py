"""What a free text names: every limit that two people have words for, in plain prose and in either language."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.activities import lexicon, taxonomy
from rooms.activities.named import Named, named, read

DATA = Path(__file__).parents[1] / "data"


def holds(found: Named, tag: str) -> bool:
    if tag in taxonomy.BOUNDARY_KEYS:
        return tag in found.boundary_keys
    return found.preference_keys.issuperset(lexicon.keys_of(tag))


def test_the_name_of_an_activity_is_a_limit_on_it():
    lines = [line for line in (DATA / "limit_names.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]
    missed = {}
    for name, _, tags in (line.partition(" = ") for line in lines):
        found = named(name)
        missed[name] = [tag for tag in tags.split() if not holds(found, tag)]
    assert {name: tags for name, tags in missed.items() if tags} == {}


def test_a_household_asks_for_nothing_that_is_forbidden():
    text = (DATA / "lexicon_prose.txt").read_text("utf-8").partition("[innocent en]")[2].replace("[innocent de]", "")
    forbidden = {line: named(line).forbidden for line in text.splitlines()}
    assert {line: tags for line, tags in forbidden.items() if tags} == {}


def test_both_directions_of_a_key_are_named_and_the_boundary_that_it_falls_under():
    found = named("Spank me when you come home")
    assert found.preference_keys == {"spanking_moderate_give", "spanking_moderate_receive"}
    assert found.boundary_keys == {taxonomy.IMPACT}


def test_what_has_no_key_in_the_survey_is_known_to_be_intimate():
    for text in ("Vögel {partner}", "Have sex with me in the morning", "Schlaf mit mir"):
        assert named(text).is_intimate, text
        assert named(text).anything, text
    assert not named("Water the plants").anything
    assert named("") == Named()


@pytest.mark.parametrize(
    "text",
    [
        "SPANK ME",
        "sp4nk me",
        "5p@nk me",
        "s p a n k me",
        "S.P.A.N.K. me",
        "s-p-a-n-k me",
        "sp\u00adank me",
        "sp\u200bank me",
        "\uff53\uff50\uff41\uff4e\uff4b me",
        "s\u0440\u0430nk me",
        "spa\u0301nk me",
    ],
)
def test_a_word_is_found_however_its_letters_are_written(text):
    assert named(text).boundary_keys == {taxonomy.IMPACT}


@pytest.mark.parametrize(
    "text",
    ["Meet me at 8 p.m. on the 4th, room 1b", "A4 paper, a USB-C cable and R2D2", "z. B. um 3 Uhr, u. a. am 5.", "$5!"],
)
def test_numbers_and_abbreviations_are_no_hidden_words(text):
    assert named(text) == Named()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("No safeword tonight", "non_consent"),
        ("Go on even if I say no", "non_consent"),
        ("Nimm mich, während ich schlafe", "non_consent"),
        ("Heute gibt es kein Safeword", "non_consent"),
        ("Knie dich hin, auch wenn du nicht willst", "non_consent"),
        ("Take poppers before we start", "drugs"),
        ("Get drunk and strip for me", "drugs"),
        ("Betrinkt euch? Nein: sei betrunken und zieh dich aus", "drugs"),
        ("Nimm Drogen mit mir", "drugs"),
        ("Pretend you are sixteen and kiss me", "minors"),
        ("Trag eine Schuluniform und zieh dich aus", "minors"),
        ("Strip and cut my skin with the knife", "harm"),
        ("Fessle mich und ritz mir in die Haut", "harm"),
        ("Bestiality", "animals"),
    ],
)
def test_what_two_people_may_not_ask_of_each_other_is_told_apart(text, tag):
    assert tag in named(text).forbidden


def test_a_glass_of_wine_and_the_childrens_school_are_no_such_thing():
    for text in ("Have a glass of wine with me", "Take the kids to school", "Hol die Kinder ab", "You must call me"):
        assert named(text).forbidden == frozenset(), text


SPOKEN = st.lists(
    st.sampled_from(
        [
            "spank",
            "s p a n k",
            "sp4nk me",
            "\uff4cick",
            "blindfold",
            "lick",
            "Fessle",
            "16",
            " ",
            ". ",
            "your partner",
            "\u200b",
            "é",
        ]
    ),
    max_size=6,
)


@given(st.one_of(st.text(max_size=60), SPOKEN.map(" ".join)))
def test_what_is_read_once_is_what_was_read_for_each(text):
    assert read(text) == (named(text), lexicon.found(text))
