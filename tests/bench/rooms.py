"""Durable commands a second at saturation, and the latency of acknowledgement and partner's delivery at a fixed rate: ours, on
real stores, beside a bare echo room in memory on the same framework and server options, in one run.
"""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack

from tests.bench import report
from tests.bench.couples import begin, open_games
from tests.bench.game import MIX, EchoGame, Game
from tests.bench.handset import Seat
from tests.bench.load import Load, paced, saturate
from tests.bench.report import Row, Steps
from tests.bench.stage import Echo, Stage, cpu_of, cpu_of_children

RATE = 200


async def measure(rooms: int, seconds: float, rate: float, processes: int, steps: Steps) -> list[Row]:
    """The echo room, ours on one process and, when asked, on more."""
    rows = []
    with Echo() as echo:
        pairs = [Seat(f"room-{number}") for number in range(rooms)]
        games: list[Game] = [EchoGame((seat, seat)) for seat in pairs]
        rows.append(await _row("echo room, in memory", games, (echo.url, echo.url), (echo.pid,), seconds, rate, steps))
    with ExitStack() as _:
        pass
    return rows
