"""Whole evenings over the cards that ship with the program: what comes after what, and what a stranger could learn of it."""

import pytest

from rooms.activities import taxonomy
from rooms.sessions.commands import Level
from rooms.sessions.events import ShownCard
from rooms.sessions.index import Index
from tests.bench import probe
from tests.support.evening import WILLING, Evening, shipped_bank

EVENINGS = 60


@pytest.fixture(scope="module")
def bank():
    return Index(shipped_bank())


def played(bank, level: Level, number: int) -> list[ShownCard]:
    """The cards of one evening without a skip."""
    evening = Evening(bank, {"A": WILLING, "B": WILLING}, level=level, seed=f"{level} {number}")
    cards = []
    for _ in range(25):
        cards.append(evening.turn())
        evening.done()
    return cards


@pytest.mark.parametrize("level", taxonomy.RATINGS)
def test_no_evening_has_a_theme_or_an_act_three_times_in_a_row(bank, level):
    for number in range(EVENINGS):
        cards = played(bank, level, number)
        assert all(card.relaxed is None for card in cards)
        for three in zip(cards, cards[1:], cards[2:], strict=False):
            assert len({card.theme for card in three}) > 1
            dares = [card for card in three if card.type == "dare"]
            assert len(dares) < 3 or len({card.act for card in dares}) == 3 or not dares[0].act


@pytest.mark.parametrize("level", ["R", "X"])
def test_kisses_seldom_follow_each_other(bank, level):
    """Of all evenings at most one in twenty has a card with a kiss in its words three times in a row."""
    in_a_row = 0
    for number in range(EVENINGS):
        kisses = ["kiss" in " ".join(step.do.lower() for step in card.steps) for card in played(bank, level, number)]
        in_a_row += any(all(three) for three in zip(kisses, kisses[1:], kisses[2:], strict=False))
    assert in_a_row <= EVENINGS // 20


def test_the_budget_keeps_a_limit_from_who_asks_for_card_after_card(bank):
    """One evening a limit; the benchmark `probe` plays 160."""
    sure = {
        budget: [
            probe.evening(bank, limit, f"{limit} 0", budget=budget).certainty(limit) for limit in taxonomy.BOUNDARY_KEYS
        ]
        for budget in (True, False)
    }
    assert max(sure[True]) < probe.CERTAIN
    assert sum(sure[True]) < sum(sure[False])
