"""The letters that a text is read by: what looks like a letter is one."""

import unicodedata
from collections.abc import Iterator
from typing import Literal

LONGEST_SIGN = 4
"""Letters that one sign may stand for. Some stand for a phrase of eighteen: read out, a text of them would take minutes to look
through, and they say nothing that is looked for.
"""


_BLANKS = str.maketrans({"\u115f": "", "\u1160": "", "\u3164": " ", "\uffa0": " ", "\u2800": " "})
"""Letters of which nothing is to be seen, or a gap."""


def drawn(text: str) -> str:
    """The text with figures and letters in the place of signs that are drawn around them."""
    return text.translate(_DRAWN)


def without_blanks(text: str) -> str:
    """The text with blanks in the place of letters that look like one."""
    return text.translate(_BLANKS)


def read_out(text: str, form: Literal["NFKC", "NFKD"]) -> str:
    """The text in a normal form; a sign for a whole phrase is a blank."""
    text = drawn(without_blanks(text))
    said = unicodedata.normalize(form, text)
    if len(said) <= 2 * len(text):
        return said
    short = (one if len(unicodedata.normalize(form, one)) <= LONGEST_SIGN else " " for one in text)
    return unicodedata.normalize(form, "".join(short))


def _figures() -> Iterator[tuple[int, str]]:
    """White in black circles and the like, which no normal form reads: a figure, or a number of two."""
    for code in (*range(0x2460, 0x2500), *range(0x2776, 0x2794), *range(0x1F100, 0x1F10D)):
        value = unicodedata.numeric(chr(code), None)
        if value is not None and not unicodedata.decomposition(chr(code)):
            yield code, str(int(value))


_ALPHABETS = (0x1F150, 0x1F170, 0x1F1E6)
"""White letters in black circles, in black squares, and those of flags."""

_DRAWN: dict[int, str] = {
    **dict(_figures()),
    **{first + place: letter for first in _ALPHABETS for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")},
    0x20E3: "",  # a key around the figure before it
}
