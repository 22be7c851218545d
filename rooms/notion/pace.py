"""How fast Notion is asked, and how often again: numbers in, numbers out.

It gives a connection so many requests a minute by its plan, all connections of a workspace together so many more, and says with
a 429 or 529 how long to wait. So one bucket a connection is shared by whoever asks for it, and what Notion says counts more.
"""

from typing import Literal

import msgspec

RATE, BURST = 2.5, 5.0
"""Requests a second, and how many at once after a rest."""

FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 3600.0
MOST_TRIES = 8
"""So often one row is tried before it is left for a person to look at."""

REST_S = 5.0
"""Where Notion is busy and does not say for how long."""


class Bucket(msgspec.Struct, frozen=True):
    """What is left of it at a moment, in seconds of a clock that only goes forward. Until `rests` nobody asks."""

    left: float = BURST
    at: float = 0.0
    rests: float = 0.0


def ask(bucket: Bucket, now: float, *, rate: float = RATE, burst: float = BURST) -> tuple[Bucket, float]:
    """One request taken out, and in how many seconds it may be made. Whoever comes later waits behind it."""
    at = max(now, bucket.at)
    left = min(burst, bucket.left + (at - bucket.at) * rate) - 1.0
    return Bucket(left, at, bucket.rests), at - now + max(0.0, -left / rate)


def rest(bucket: Bucket, now: float, seconds: float) -> Bucket:
    """Nobody asks for so long, and then not all at once."""
    rests = max(bucket.rests, now + min(seconds, LONGEST_WAIT_S))
    return Bucket(min(bucket.left, 1.0), max(bucket.at, rests), rests)


Trouble = Literal["limited", "overloaded", "away", "conflict", "refused", "unauthorized"]
"""limited 429, overloaded 529, away: 5xx, no answer, or none that can be read; conflict 409; refused: any other 4xx."""


class Plan(msgspec.Struct, frozen=True):
    """What to do after it. The whole connection rests for `rest_s`; this row is tried again in `again_s`, where it is None never.
    `counts`: it was a try of this row. `broken`: the connection is over until its person connects again.
    """

    again_s: float | None
    rest_s: float = 0.0
    counts: bool = True
    broken: bool = False


def plan(trouble: Trouble, tries: int, *, after_s: float | None = None, dice: float = 0.5) -> Plan:
    """After the try with this number, from 1. What Notion asks us to wait is waited, up to an hour. `dice` in [0, 1) spreads who
    comes back at once. Where Notion is busy it is no row's fault, and counts for none.
    """
    waits = min(FIRST_WAIT_S * 2.0 ** (tries - 1), LONGEST_WAIT_S) * (0.75 + dice / 2)
    match trouble:
        case "unauthorized":
            return Plan(None, broken=True, counts=False)
        case "refused":
            return Plan(None)
        case "limited" | "overloaded":
            pause = min(after_s if after_s is not None else REST_S * (0.75 + dice / 2), LONGEST_WAIT_S)
            return Plan(pause, rest_s=pause, counts=False)
        case "away" | "conflict":
            waits = max(waits, min(after_s or 0.0, LONGEST_WAIT_S))
            rests = min(waits, REST_S) if trouble == "away" else 0.0
            return Plan(None if tries >= MOST_TRIES else waits, rest_s=rests)
