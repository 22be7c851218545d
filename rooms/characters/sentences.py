"""Text that comes in pieces, cut into sentences: English, German and Spanish, each with the space that follows it."""

import re
from collections.abc import Iterator

LONGEST = 1000
"""Characters without an end of a sentence: then it is cut, at a space where there is one."""

_ABBREVIATIONS = frozenset(
    # as words stand before their full stop
    "mr mrs ms mx dr prof st jr sr vs etc eg ie e.g i.e approx no nr bzw ca z.b u.a d.h o.ä usw evtl ggf vgl hr fr inkl sog"  # noqa: SIM905 - read as words
    " sra srta ud uds d dña p.ej ej aprox núm pág a.m p.m z d".split()
)
_END = re.compile(r"[.!?\u2026]+[\"'\u201d\u2019\u00bb)\]*_]*\s+|\n+\s*")
_LAST_WORD = re.compile(r"[\w.]+$")


class Sentences:
    """What came and is no whole sentence yet."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that are whole with this piece. A space ends one, so that 3.5 is not two."""
        self._rest += piece
        while (end := _end_of(self._rest)) is not None:
            sentence, self._rest = self._rest[:end], self._rest[end:]
            yield sentence

    def end(self) -> Iterator[str]:
        """What is left."""
        rest, self._rest = self._rest, ""
        if rest:
            yield rest


def _end_of(text: str) -> int | None:
    """Where the first sentence ends that something follows."""
    for match in _END.finditer(text, 0, LONGEST + 1):
        if "\n" in match[0] or not _goes_on(text[: match.start()], match[0], text[match.end() : match.end() + 1]):
            return match.end()
    if len(text) <= LONGEST:
        return None
    space = text.rfind(" ", LONGEST // 2, LONGEST)
    return space + 1 if space > 0 else LONGEST


def _goes_on(before: str, stop: str, after: str) -> bool:
    """Is this full stop that of an abbreviation, of a date, or of an initial?"""
    if not stop.startswith(".") or stop.startswith(".."):
        return False
    word = _LAST_WORD.search(before)
    if word is None:
        return False
    last = word[0].casefold().strip(".")
    return last in _ABBREVIATIONS or (last.isdigit() and len(last) <= 2 and not after.isupper()) or _is_initial(word[0])


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isalpha() and word not in ("I", "a", "y", "o", "A", "O")
