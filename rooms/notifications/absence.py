"""Did a player see their turn begin? Who did is not called back: a phone laid aside to do what the card says is not absent."""

from typing import Literal

Verdict = Literal["here", "away", "unsure"]

DROPPED_S = 2.0
"""A line that broke is given so long to come back."""

UNHEARD_S = 12.0
"""Nobody has said anything of a phone for so long, though whoever has one says so every few seconds."""


def verdict(*, here: bool, seen_at: float | None, began_at: float, now: float) -> Verdict:
    """`here`: the phone is live; `seen_at`: when it was last (epoch seconds), None where nothing is known of it."""
    if here:
        return "here"
    if seen_at is None:
        return "away" if now - began_at > UNHEARD_S else "unsure"
    if seen_at >= began_at:
        return "here"
    return "away" if now - seen_at >= DROPPED_S else "unsure"
