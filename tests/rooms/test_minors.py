"""Who is no adult is found in every language of the page and however it is written; who is one is left alone."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game_server.activities.actions import STARTER_BANKS
from rooms.activities.minors import suggests_minor

DATA = Path(__file__).parents[1] / "data"
_, SUGGESTS, INNOCENT = (
    [line for line in part.splitlines() if line]
    for part in (DATA / "minors.txt").read_text("utf-8").replace("[innocent]", "[suggests]").split("[suggests]")
)


def test_what_suggests_a_minor_is_found():
    assert [line for line in SUGGESTS if not suggests_minor(line, year=2026)] == []


def test_what_does_not_is_left_alone():
    assert [line for line in INNOCENT if suggests_minor(line, year=2026)] == []


def test_it_is_found_within_any_text():
    for line in SUGGESTS:
        if line[0].isupper():
            assert suggests_minor(f"She tends a garden. {line} They laugh a lot.", year=2026), line


def test_cards_and_a_household_name_nobody():
    household = (DATA / "lexicon_prose.txt").read_text("utf-8").partition("[innocent en]")[2]
    found = [line for line in household.splitlines() if suggests_minor(line, year=2026) and "Windel" not in line]
    steps = [step["do"] for bank in STARTER_BANKS for card in _cards(bank) for step in card["script"]["steps"]]
    assert len(steps) > 1000
    assert found + [step for step in steps if suggests_minor(step, year=2026)] == []


@pytest.mark.parametrize("name", ["Lena17", "mia_16", "Anna (15)", "Lena 17", "Seventeen", "the kid"])
def test_a_number_in_a_name_is_an_age(name):
    assert suggests_minor(name, short=True)


@pytest.mark.parametrize("name", ["Agent 007", "Room 101", "1950s", "Elf queen", "No. 12", "Nina", "kind", "Nr. 5"])
def test_another_is_none(name):
    assert not suggests_minor(name, short=True)


def test_who_is_born_so_late_is_none_yet():
    assert suggests_minor("born in May 2008", year=2026)
    assert not suggests_minor("born in May 2006", year=2026)
    assert not suggests_minor("born in May 2008")


BETWEEN = st.sampled_from([".", "-", " ", "*", "_", "\u200b", "\u00ad"])
SIGNS = {"e": "3", "o": "0", "i": "1", "a": "@", "s": "$"}


@given(
    st.sampled_from(["teenager", "schoolgirl", "lolita", "underage", "minderjährig", "colegiala"]), BETWEEN, st.data()
)
def test_no_way_to_write_a_word_hides_it(word, between, data):
    apart = between.join(word)
    changed = "".join(
        SIGNS[letter] if letter in SIGNS and 0 < place < len(word) - 1 and data.draw(st.booleans()) else letter
        for place, letter in enumerate(word)
    )
    case = data.draw(st.sampled_from([str.upper, str.title, str.lower]))
    for written in (apart, case(changed), f"a {case(word)}!"):
        assert suggests_minor(f"She is {written}"), written


@given(
    st.integers(10, 17),
    st.sampled_from(["she is {}.", "{} years old", "{}-year-old", "tiene {} años", "{} Jahre alt", "mit {}."]),
)
def test_every_number_of_years_below_18_is_found(years, said):
    assert suggests_minor(said.format(years))
    assert not suggests_minor(said.format(years + 12))


@given(st.text(max_size=400))
def test_any_text_is_read(text):
    assert suggests_minor(text) in (True, False)


def _cards(bank):
    read = json.loads(bank.read_text("utf-8"))
    return read["activities"] if isinstance(read, dict) else read
