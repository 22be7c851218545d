"""How rolls become choices. A roll is a number in [0, 1) that the shell threw and the log keeps."""

import msgspec

from rooms.seats import SeatName
from rooms.sessions.commands import Kind

LONGEST_RUN = 3
"""A spin never makes more than this many of one type in a row."""


class Rolls(msgspec.Struct, frozen=True):
    """The throws one command may use."""

    active: float
    kind: float
    card: float


def spin_active(roll: float) -> SeatName:
    """Either seat, evenly."""
    return "A" if roll < 0.5 else "B"  # noqa: PLR2004 - a fair coin


def spin_kind(roll: float, kinds: tuple[Kind, ...]) -> Kind:
    """Truth or dare, evenly, but never a fourth of the same in a row."""
    last = kinds[-LONGEST_RUN:]
    if len(last) == LONGEST_RUN and len(set(last)) == 1:
        return "dare" if last[0] == "truth" else "truth"
    return "truth" if roll < 0.5 else "dare"  # noqa: PLR2004 - a fair coin


def pick(roll: float, count: int) -> int:
    """An index below count."""
    return min(int(roll * count), count - 1)
