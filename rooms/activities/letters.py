"""The letters that a text is read by: what looks like a letter is one."""

import unicodedata
from typing import Literal

LONGEST_SIGN = 4
"""Letters that one sign may stand for. Some stand for a phrase of eighteen: read out, a text of them would take minutes to look
through, and they say nothing that is looked for.
"""


_BLANKS = str.maketrans({"\u115f": "", "\u1160": "", "\u3164": " ", "\uffa0": " ", "\u2800": " "})
"""Letters of which nothing is to be seen, or a gap."""


def without_blanks(text: str) -> str:
    """The text with blanks in the place of letters that look like one."""
    return text.translate(_BLANKS)


def read_out(text: str, form: Literal["NFKC", "NFKD"]) -> str:
    """The text in a normal form; a sign for a whole phrase is a blank."""
    text = without_blanks(text)
    said = unicodedata.normalize(form, text)
    if len(said) <= 2 * len(text):
        return said
    short = (one if len(unicodedata.normalize(form, one)) <= LONGEST_SIGN else " " for one in text)
    return unicodedata.normalize(form, "".join(short))
