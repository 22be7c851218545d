"""A bank of cards as sets of bits, so that a draw asks about all of them at once: card n is bit n of every set.

Built once for a bank that then never changes. For everything that a draw asks (a type, an intensity, a theme, a mark of
`limits.py`) it holds the set of the cards that have it; a draw joins and cuts those sets, and takes only the cards it wants to
look at out of what is left. A set of 10⁵ cards is 12 kB, and joining two takes a microsecond.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import TypeVar

from rooms.activities.card import Card
from rooms.activities.language import ENGLISH, codes_of
from rooms.sessions import limits

Bits = int
"""A set of cards, by their places in the index."""

_LOOKED_AT = 32  # bytes of a set at a time
_TRUTH = bytes.maketrans(b"01", b"\x00\x01")
_KEPT = 512  # answers to `allowed`, at most

K = TypeVar("K", bound=Hashable)


class Index:
    """Cards for which `limits.in_bank` is true, and the sets of those with one thing in common."""

    def __init__(self, cards: Iterable[Card] = (), *, of_any_language: bool = False) -> None:
        """`of_any_language`: they come whatever language the game is in."""
        self.cards: tuple[Card, ...] = tuple(cards)
        facts = [limits.facts_of(card) for card in self.cards]
        self._bytes = len(self.cards) // 8 + 1
        self._place = {card.activity_id: place for place, card in enumerate(self.cards) if card.activity_id is not None}
        self.type = self._sets(card.type for card in self.cards)
        self.language = {} if of_any_language else self._sets(card.language for card in self.cards)
        self.intensity = self._sets(card.intensity for card in self.cards)
        self.theme = self._sets(card.theme for card in self.cards)
        self.act = self._sets(card.tags.act for card in self.cards)
        self.apart = self._sets(card.tags.apart for card in self.cards).get(True, 0)
        self.plain = self._sets(limits.is_plain(one) for one in facts).get(True, 0)
        self._marked = self._by_mark([limits.marks_of(one) for one in facts])
        self.allowed: Callable[[int], Bits] = lru_cache(_KEPT)(self._allowed)
        """Forbidden marks in, the cards that carry none of them out."""

    def _allowed(self, forbidden: int) -> Bits:
        out = 0
        for mark, cards in self._marked.items():
            if forbidden & mark:
                out |= cards
        return self.all & ~out

    @property
    def all(self) -> Bits:
        """Every card."""
        return (1 << len(self.cards)) - 1

    def spoken(self, language: str) -> Bits:
        """The cards of a game in this language; where there are none, the English ones, or else all: a game goes on."""
        return self.union(self.language, codes_of(language)) or self.language.get(ENGLISH) or self.all

    def union(self, sets: Mapping[K, Bits], names: Iterable[K]) -> Bits:
        """The cards in any of these sets of the index."""
        joined = 0
        for name in names:
            joined |= sets.get(name, 0)
        return joined

    def numbered(self, activity_ids: Iterable[int]) -> Bits:
        """The cards with these ids; it does not matter whether there are such."""
        return self._set(self._place[number] for number in activity_ids if number in self._place)

    def without(self, cards: Bits, activity_ids: frozenset[int]) -> Bits:
        """Those of a set that have none of these ids. Of the two the fewer are gone through."""
        if cards.bit_count() <= len(activity_ids):
            return cards & ~self.numbered(
                [id_ for card in self.among(cards) if (id_ := card.activity_id) in activity_ids]
            )
        return cards & ~self.numbered(activity_ids)

    def among(self, cards: Bits) -> list[Card]:
        """All cards of a set, in the order of the index."""
        found: list[Card] = []
        for start, part in self._parts(cards):
            if part:
                found += _members(part, self.cards[start : start + _LOOKED_AT * 8])
        return found

    def at(self, cards: Bits, places: Sequence[int]) -> list[Card]:
        """Of a set's cards the first for 0, the second for 1, and so on. The places ascend, and the set has so many."""
        found: list[Card] = []
        passed, wanted, last = 0, 0, len(places)
        for start, part in self._parts(cards):
            if wanted == last:
                break
            upto = passed + part.bit_count()
            if places[wanted] < upto:
                here = _members(part, self.cards[start : start + _LOOKED_AT * 8])
                while wanted < last and places[wanted] < upto:
                    found.append(here[places[wanted] - passed])
                    wanted += 1
            passed = upto
        return found

    def _parts(self, cards: Bits) -> Iterator[tuple[int, Bits]]:
        """A set in pieces, each with the place that it starts at: what is done to a card costs as much in any bank."""
        read = cards.to_bytes(self._bytes, "little")
        for start in range(0, (cards.bit_length() + 7) // 8, _LOOKED_AT):
            yield start * 8, int.from_bytes(read[start : start + _LOOKED_AT], "little")

    def _sets(self, values: Iterable[K]) -> dict[K, Bits]:
        places: dict[K, list[int]] = {}
        for place, value in enumerate(values):
            places.setdefault(value, []).append(place)
        return {value: self._set(those) for value, those in places.items()}

    def _by_mark(self, marks: Sequence[int]) -> dict[int, Bits]:
        """A mark (one bit) → the cards that carry it. Few combinations of marks are on many cards each."""
        found: dict[int, Bits] = {}
        for combined, cards in self._sets(marks).items():
            left = combined
            while left:
                mark = left & -left
                found[mark] = found.get(mark, 0) | cards
                left ^= mark
        return found

    def _set(self, places: Iterable[int]) -> Bits:
        bits = bytearray(self._bytes)
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")


def _members(bits: Bits, cards: Sequence[Card]) -> list[Card]:
    """Those of the cards whose bit is set, the lowest bit being the first card's."""
    return list(compress(cards, format(bits, "b")[::-1].encode().translate(_TRUTH)))
