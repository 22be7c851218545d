"""The words that two people compare."""

import re
from itertools import pairwise

from rooms.words import SHOWN, WORDS


def test_there_are_enough_words_that_nobody_meets_three_of_them_by_guessing():
    count = len(WORDS)
    assert count >= 256
    assert SHOWN == 3
    assert count * (count - 1) * (count - 2) > 2**24


def test_every_word_is_short_lower_case_and_there_once():
    assert len(set(WORDS)) == len(WORDS)
    assert [word for word in WORDS if not re.fullmatch(r"[a-z]{3,10}", word)] == []


def test_no_word_is_the_beginning_of_another_so_that_they_are_told_apart_when_spoken():
    ordered = sorted(WORDS)
    assert [(a, b) for a, b in pairwise(ordered) if b.startswith(a)] == []
