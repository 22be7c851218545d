"""The thresholds and formulas that compatibility, picking and scoring share, in plain IEEE doubles."""

from collections.abc import Iterable

WANTED = 0.7  # from here on a player wants an activity
CURIOUS = 0.3  # from here to WANTED they are curious about it
OPEN = 0.5  # from here on an answer counts as openness
HIGH, LOW = 0.65, 0.35  # the ends of the middle range of an arousal score
MISSING = 0.5  # a player who did not say counts as halfway


def mean(values: Iterable[float]) -> float:
    """Left-to-right addition from 0.0 and one division.

    Not `sum` or `statistics.fmean`: their compensated sums change the last digit, and with it what rounds up.
    """
    total = 0.0
    count = 0
    for value in values:
        total += value
        count += 1
    return total / count


def normal(domain_score: float) -> float:
    """A domain score on 0..1, whether it is stored on 0..100 or already on 0..1 (exactly 1 reads as 100 %)."""
    return domain_score / 100 if domain_score > 1 else domain_score


def or_halfway(value: float | None) -> float:
    """An arousal score, or the middle where there is none."""
    return MISSING if value is None else value
