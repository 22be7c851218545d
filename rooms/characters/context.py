"""What of a talk is told again to an AI that does not remember it: the newest of it, whole, and no more than fits."""

from collections.abc import Iterable
from typing import Literal

import msgspec

MOST = 12_000
"""Characters."""

MOST_LINES = 60


class Line(msgspec.Struct, frozen=True):
    """What was said, and by whom."""

    role: Literal["user", "assistant"]
    text: str


def newest(lines: Iterable[Line], most: int = MOST) -> list[Line]:
    """Of lines from the newest on those that fit, the oldest first, beginning with the person's words."""
    kept: list[Line] = []
    left = most
    for line in lines:
        left -= len(line.text)
        if left < 0 or len(kept) == MOST_LINES:
            break
        if line.text:
            kept.append(line)
    while kept and kept[-1].role != "user":
        kept.pop()
    return kept[::-1]
