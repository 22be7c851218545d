"""What the bench `draw` draws from is a bank, and its requests are those of evenings."""

from rooms.sessions.index import Index
from rooms.sessions.limits import in_bank
from tests.bench.draw import timed
from tests.bench.draw_stage import bank_of, requests


def test_a_grown_bank_can_be_drawn_from_and_no_card_is_there_twice():
    cards = bank_of(1500)
    assert all(in_bank(card) for card in cards)
    assert len({card.uid for card in cards}) == len({card.activity_id for card in cards}) == 1500
    assert len(Index(cards).cards) == 1500


def test_every_step_of_the_work_is_timed():
    assert len(timed(iter(requests(60)))) == 60
    assert {request.step for request in requests(60)} == set(range(1, 26))
