"""The two seats that every live room has, whatever is played in it."""

from typing import Literal

SeatName = Literal["A", "B"]

SEATS: tuple[SeatName, ...] = ("A", "B")
"""In their order."""
