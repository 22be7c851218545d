"""What an answer of an AI costs, by a table that an operator writes: `gpt-5=1.25/10` is units of a currency for a million tokens
that go in, and that come out; `flowise=0.01` is so much for each answer. `*` is whatever is not named.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

MICROS = 1_000_000

_LINE = re.compile(
    r"(?P<name>[\w.:/*-]{1,128})=(?P<first>\d{1,6}(\.\d{1,6})?)(/(?P<second>\d{1,6}(\.\d{1,6})?))?", re.ASCII
)

DEAREST = 100.0
"""A unit for each answer: of what no table names, nothing is asked for by mistake."""


class Price(msgspec.Struct, frozen=True):
    """In a currency's units: for a million tokens in, for a million out, and for each answer."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0
    each: float = 0.0

    def micros(self, tokens_in: int, tokens_out: int) -> int:
        """What an answer of so many tokens costs, in millionths of a unit."""
        return round(tokens_in * self.tokens_in + tokens_out * self.tokens_out + self.each * MICROS)


def read(lines: Iterable[str]) -> dict[str, Price]:
    """The table. Raises ValueError with the first line that is none."""
    found = {}
    for line in lines:
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise ValueError(line)
        first, second = float(parts["first"]), parts["second"]
        found[parts["name"]] = Price(each=first) if second is None else Price(first, float(second))
    return found


def price_of(table: Mapping[str, Price], name: str) -> Price:
    """What this one costs; of what is not in the table, and where there is no `*`, so much that nobody asks it unseen."""
    return table.get(name) or table.get("*") or Price(each=DEAREST)


def most_tokens_of(text: str) -> int:
    """How many tokens a text is at most, in whatever language: it is counted where no provider counted."""
    return len(text.encode()) // 2 + 1


TOKENS_OF_A_PICTURE = 2_000
