"""What of a talk is told again, how an answer stands, and what it costs."""

import pytest

from rooms import prices
from rooms.characters.context import Line, newest
from rooms.characters.talk import LONGEST_TITLE, status_of, title_of


def lines(*said: str) -> list[Line]:
    """The newest first; the person and the character take turns, the character was last."""
    return [Line("assistant" if place % 2 == 0 else "user", text) for place, text in enumerate(said)]


def test_the_newest_is_told_whole_and_begins_with_the_person():
    assert [one.text for one in newest(lines("c" * 4, "b" * 4, "a" * 4), most=8)] == ["b" * 4, "c" * 4]
    assert [one.text for one in newest(lines("d" * 4, "c" * 4, "b" * 4, "a" * 4), most=12)] == ["c" * 4, "d" * 4]
    assert newest(lines("c" * 9, "b"), most=8) == []
    assert newest([], most=8) == []
    assert [one.text for one in newest(lines("", "b", "", "a"))] == ["a", "b"]


def test_an_answer_is_refused_only_where_nothing_came_of_it():
    assert status_of("done", "x") == status_of("full", "x") == status_of("safety", "x") == "done"
    assert status_of("provider_refused", "") == "refused"
    assert status_of("provider_refused", "x") == status_of("answer_cut", "") == "partial"


def test_a_talk_is_called_by_its_first_words():
    assert title_of("Good\nevening,  you.") == "Good evening, you."
    assert len(title_of("x" * 500)) == LONGEST_TITLE


def test_prices_are_read_and_what_is_not_named_is_too_dear_to_be_asked():
    table = prices.read(("gpt-5=1.25/10", "flowise=0.01", "*=2/8"))
    assert prices.price_of(table, "gpt-5").micros(1_000_000, 100_000) == 2_250_000
    assert prices.price_of(table, "flowise").micros(5, 5) == 10_000
    assert prices.price_of(table, "new").micros(1_000_000, 0) == 2_000_000
    assert prices.price_of({}, "new").micros(0, 0) == 100 * prices.MICROS
    for line in ("gpt-5=", "gpt-5=a/b", "=1/2", "gpt-5=1/2/3", "gpt-5=-1/2", "gpt-5=1e9/1"):
        with pytest.raises(ValueError, match="="):
            prices.read((line,))


@pytest.mark.parametrize("text", ["", "plain words", "ünïcödé", "你好世界", "🙂" * 20])
def test_tokens_are_never_counted_too_few(text):
    assert prices.most_tokens_of(text) >= len(text) / 4
