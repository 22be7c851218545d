"""Texts as long as a bond takes them are read while others play: what is read costs no more than its length."""

import pytest

from rooms.bonds.limits import said_in

LONG = 20_000


@pytest.mark.parametrize("words", ["spanking ", "anal ", "spank you ", "x"])
def test_a_text_without_a_full_stop_is_read_like_any_other(words):
    """Reading it anew for each thing that it names took minutes, in which the server did nothing else."""
    once = said_in([words])
    assert said_in([words * (LONG // len(words))]).anything is once.anything


@pytest.mark.parametrize(
    ("text", "gives"),
    [
        ("Receive a spanking", False),
        ("A spanking for your partner", True),
        ("A spanking. Then something for your partner", False),
        ("For your partner: something. You get a spanking", False),
    ],
)
def test_who_it_is_done_to_stands_in_the_sentence_that_names_it(text, gives):
    assert ("spanking_moderate_give" in said_in([text]).keys) is gives
