"""A server's clock and dice in the hands of a test: three numbers in a file that the test writes and the server reads.

The clock and the dice are what the server's actions get from outside (`services.py`); a forked server may be given these
instead. Or its machine's wall clock is wrong: `time.time()` and `datetime.now()` are then ahead or behind for every module of
the process. Everything else is as in production, and monotonic time stays the machine's.
"""

import math
import os
import struct
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path

from game_server import services
from game_server.process.clock import Clock
from game_server.process.dice import Dice

_NUMBERS = struct.Struct("<ddd")
_UNSET = math.nan

READERS = ("game_server", "storage", "rooms", "jwt", "apscheduler", "redis", "litestar", "asyncpg")
"""Modules that could look at a clock."""


class Stage:
    """The test's side: what a server that was given `path` reads as the time and as every roll of its dice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._at, self._ahead_s, self._roll = _UNSET, 0.0, _UNSET
        self._write()

    def stand_at(self, at: datetime) -> None:
        """Time stands still."""
        self._at = at.timestamp()
        self._write()

    def pass_time(self, seconds: float) -> None:
        """Time that stands still moves on by so much."""
        self._at += seconds
        self._write()

    def jump(self, ahead_s: float) -> None:
        """The wall clock of the server's machine is so much ahead from now on, or behind when negative."""
        self._ahead_s = ahead_s
        self._write()

    def roll(self, roll: float) -> None:
        """Every throw shows this number of [0, 1) from now on."""
        self._roll = roll
        self._write()

    def _write(self) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT)
        os.pwrite(descriptor, _NUMBERS.pack(self._at, self._ahead_s, self._roll), 0)
        os.close(descriptor)


def _numbers(path: Path) -> tuple[float, float, float]:
    at, ahead_s, roll = _NUMBERS.unpack(path.read_bytes())
    return at, ahead_s, roll


class StagedClock(Clock):
    """The time that the stage says."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._zero = time.time() - time.monotonic()  # what this machine says when the process begins

    def now(self) -> datetime:
        at, _, __ = _numbers(self._path)
        return super().now() if math.isnan(at) else datetime.fromtimestamp(at, UTC)


class StagedDice(Dice):
    """Rolls and choices that the stage says; secrets and ids stay random."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def roll(self) -> float:
        _, __, roll = _numbers(self._path)
        return super().roll() if math.isnan(roll) else roll

    def choose(self, options: tuple[str, ...], count: int) -> tuple[str, ...]:
        first = int(self.roll() * (len(options) - count))
        return options[first : first + count]


class _EveryMoment(type):
    """Moments that others have made are moments."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, datetime)


class WrongWall:
    """A machine whose wall clock says what the stage says."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._true = time.time

    def time(self) -> float:
        """`time.time()`."""
        return self._true() + _numbers(self._path)[1]

    def hang(self) -> Callable[[], None]:
        """In this process from now on, until what is returned takes it down."""
        wall = self

        class Wrong(datetime, metaclass=_EveryMoment):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.fromtimestamp(wall.time(), tz)

            @classmethod
            def fromtimestamp(cls, timestamp: float, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.fromtimestamp(timestamp, tz)

        modules = [module for name, module in sys.modules.items() if name.startswith(READERS)]
        readers = [module for module in modules if getattr(module, "datetime", None) is datetime]

        def put(clock: Callable[[], float], moments: type[datetime]) -> None:
            time.time = clock
            for module in readers:
                setattr(module, "datetime", moments)  # noqa: B010 - a module has any attribute

        put(self.time, Wrong)
        return partial(put, self._true, datetime)


def install(path: Path) -> None:
    """In a forked server, before it starts."""
    WrongWall(path).hang()
    setattr(services, "Clock", partial(StagedClock, path))  # noqa: B010 - a type may not be assigned to
    setattr(services, "Dice", partial(StagedDice, path))  # noqa: B010 - the same
