"""The bench `evenings` in small: its couples play, nothing crosses a limit, and its page is written."""

import re

import msgspec
import pytest

from rooms.activities import taxonomy
from rooms.sessions.index import Index
from tests.bench import evenings, evenings_attacker, evenings_tally
from tests.bench.charts import bars, stacks
from tests.bench.evenings_page import RUNGS, page
from tests.bench.evenings_result import Result, advice, result_of
from tests.bench.evenings_tally import Dry, longest
from tests.support.evening import shipped_bank


@pytest.fixture(scope="module")
def bank():
    return Index(shipped_bank())


@pytest.fixture(scope="module")
def tally(bank):
    return evenings_tally.play(bank, range(3), 2)


def test_couples_play_their_evenings_and_no_card_is_ruled_out(tally):
    assert (tally.couples, tally.evenings, tally.violations) == (3, 6, [])
    assert (
        sum(tally.kinds.values())
        == 6 * 25
        == sum(truths * count for truths, count in tally.balance.items()) + tally.kinds["dare"]
    )
    assert sum(tally.rungs.values()) == tally.cards >= 6 * 25


def test_the_same_couple_plays_the_same_evenings_and_tallies_add_up(bank, tally):
    added = evenings_tally.Tally()
    for number in range(3):
        added.add(evenings_tally.play(bank, range(number, number + 1), 2))
    assert msgspec.to_builtins(added.rungs.total()) == tally.cards
    assert (added.rungs, added.used, added.cells) == (tally.rungs, tally.used, tally.cells)


def test_whoever_steers_for_an_evening_finds_no_limit(bank):
    found = evenings_attacker.attack(bank, taxonomy.RESTRAIN, 1)
    assert (found.limit_found, found.evenings) == (0, 1)


def test_the_result_is_a_page_and_json_and_says_what_fails(bank, tally, tmp_path, capsys):
    steering = [evenings_attacker.Steering(taxonomy.ANAL, 2, limit_found=1)]
    result = result_of(tally, steering, bank.cards, 1.0, {"cores": 2})
    result.dry.append(Dry("R", "truth", 2, 3, "<apart>", 10, 5, 40))
    assert "&lt;apart&gt;" in page(result)
    assert evenings.show(result, "-", tmp_path / "page.html") == 1
    told = capsys.readouterr()
    assert msgspec.json.decode(told.out, type=Result).cards == tally.cards
    assert "found Anal in 1 evenings" in told.err
    assert "<svg" in (tmp_path / "page.html").read_text()


def test_no_name_and_no_legend_of_a_chart_sticks_out():
    longest = "R truth 2 to 3, both surveyed, vagina & vagina"
    drawn = bars([(longest, 1, "1")], "a chart") + stacks([(longest, [1] * 5)], RUNGS, "a chart")
    ends = [float(x) for x in re.findall(r'<text x="([\d.]+)" y="\d+" text-anchor="end">R truth', drawn)]
    assert len(ends) == 2
    assert min(ends) >= 7.5 * len(longest)
    begins = {name: float(x) for x, name in re.findall(r'<text x="([\d.]+)" y="\d+">([a-z_ ]+)</text>', drawn)}
    assert set(RUNGS) <= set(begins)
    assert max(begins[name] + 7.5 * len(name) for name in RUNGS) <= 760


def test_runs_and_advice():
    assert longest(["kiss", "kiss", "hug", "", "", ""]) == 2
    assert longest([]) == 0
    assert advice(Dry("R", "truth", 2, 3, "all", 100, 50, 40)) == 40
    assert advice(Dry("R", "truth", 2, 3, "all", 100, 1, 40)) == 5
