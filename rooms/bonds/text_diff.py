"""What changed from one text to another: by lines, and inside of changed lines by words."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

MOST_LINES, MOST_WORDS = 1500, 6000
"""So many lines of either text, and so many words of all changed ones, are compared one by one; beyond that what differs is shown
whole, because comparing takes their product in time.
"""

Op = Literal["same", "added", "removed"]


class Piece(msgspec.Struct, frozen=True):
    """A stretch of both texts, of the later (added) or of the earlier (removed). Those that are the same or removed make up the
    earlier text, in order; those that are the same or added the later one.
    """

    op: Op
    text: str


def diff(before: str, after: str) -> list[Piece]:
    """From the earlier to the later text."""
    words_left = MOST_WORDS
    found: list[Piece] = []
    for tag, old, new in _lines(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if tag == "equal":
            found.append(Piece("same", "".join(old)))
            continue
        old_words, new_words = _WORD.findall("".join(old)), _WORD.findall("".join(new))
        words_left -= max(len(old_words), len(new_words))
        if words_left < 0:
            found += _pieces("replace", old, new)
        else:
            for one, gone, come in _blocks(old_words, new_words):
                found += _pieces(one, gone, come)
    return _joined(found)


Block = tuple[str, Sequence[str], Sequence[str]]


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Stretches that are equal in both, or not; the lines with which both begin and end are not looked through."""
    begin = _alike(old, new)
    end = _alike(old[begin:][::-1], new[begin:][::-1])
    old_middle, new_middle = old[begin : len(old) - end], new[begin : len(new) - end]
    yield "equal", old[:begin], new[:begin]
    if max(len(old_middle), len(new_middle)) > MOST_LINES:
        yield "replace", old_middle, new_middle
    else:
        yield from _blocks(old_middle, new_middle)
    yield "equal", old[len(old) - end :], new[len(new) - end :]


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        yield tag, old[a:b], new[c:d]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many of the first of both are the same."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _pieces(tag: str, old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    if tag == "equal":
        return [Piece("same", "".join(old))]
    ops: tuple[tuple[Op, Sequence[str]], ...] = (("removed", old), ("added", new))
    return [Piece(op, "".join(words)) for op, words in ops if words]


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours of one kind are one."""
    found: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if found and found[-1].op == piece.op:
            found[-1] = Piece(piece.op, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


_WORD = re.compile(r"\w+|\s+|[^\w\s]")
