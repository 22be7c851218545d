"""A breaker: whoever does not answer several times in a row is left alone for a while, then asked once to see.

Per process and in memory: it spares both sides, and decides nothing that matters.
"""

from collections.abc import Callable
from math import ceil

FAILURES = 5
REST_S = 30.0


class Breaker:
    """`seconds` is a clock that only goes forward. Ask `closed` before each call and say how it went."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._failures = 0
        self._rests_until = 0.0
        self._trying = False

    @property
    def open(self) -> bool:
        """Is nobody to be asked now?"""
        return self._failures >= FAILURES and (self._trying or self._seconds() < self._rests_until)

    @property
    def rests_s(self) -> int:
        """Seconds until somebody may be asked again, at least 1; 0 where it is closed."""
        return max(1, ceil(self._rests_until - self._seconds())) if self.open else 0

    def begin(self) -> bool:
        """May this call be made? After a rest only one is, until it is known how it went."""
        if self.open:
            return False
        self._trying = self._failures >= FAILURES
        return True

    def went_well(self) -> None:
        """There was an answer."""
        self._failures, self._trying = 0, False

    def failed(self, rest_s: float | None = None) -> bool:
        """There was none; `rest_s` is what was asked for, if anything. Is nobody asked from now on?"""
        self._trying = False
        self._failures = FAILURES if rest_s else self._failures + 1
        if self._failures < FAILURES:
            return False
        self._rests_until = max(self._rests_until, self._seconds() + (rest_s or REST_S))
        return True
