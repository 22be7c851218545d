"""Memory for one idle connection, room and all: the slope of the server's resident memory as phones come in and say nothing."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
from collections.abc import Sequence

from tests.bench import report
from tests.bench.couples import begin, few_at_once, open_games
from tests.bench.game import EchoGame, Game
from tests.bench.handset import Seat
from tests.bench.load import Progress
from tests.bench.report import Row
from tests.bench.stage import Echo, Stage, memory_of

SETTLE_S = 2.0
STEPS = 5


async def slope(name: str, games: Sequence[Game], url: str, pid: int, told: Progress, *, durable: bool) -> Row:
    """Phones come in by fifths; the first fifth warms up, the slope is measured over the others."""
    sizes: list[tuple[int, int]] = []
    share = max(1, len(games) // STEPS)
    for start in range(0, len(games), share):
        await few_at_once(lambda game: game.come_in((url, url)), games[start : start + share])
        await asyncio.sleep(SETTLE_S)
        sizes.append((2 * min(len(games), start + share), memory_of(pid)))
        told(sizes[-1][0] / (2 * len(games)))
    (first, at_first), (last, at_last) = sizes[0], sizes[-1]
    live = sum(phone.live for game in games for phone in game.phones)
    problems = [] if live == 2 * len(games) else [f"only {live} of {2 * len(games)} phones are connected"]
    problems += [] if last > first else ["too few phones for a slope"]
    return Row(
        name=name,
        durable=durable,
        survives_node_death=durable,
        columns={
            "idle connections": live,
            "KB a connection": round((at_last - at_first) / 1024 / max(1, last - first), 1),
            "memory, MB": {str(count): size >> 20 for count, size in sizes},
        },
        problems=problems,
    )


def main() -> int:
    chosen = report.options(__doc__, phones=500)
    rooms = chosen.phones // 2
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            with Echo() as echo:
                seats = [Seat(f"room-{number}") for number in range(rooms)]
                bare: list[Game] = [EchoGame((seat, seat)) for seat in seats]
                told = steps.step("Idle phones in the echo room")
                rows = [await slope("echo room, in memory", bare, echo.url, echo.pid, told, durable=False)]
            steps.step(f"Opening {rooms} rooms")
            opener, server = stage.serve(), stage.serve()
            games = await open_games(opener.url, rooms)
            await begin(games, (opener.url, opener.url))
            for game in games:
                for phone in game.phones:
                    phone.cut()
            opener.stop()
            told = steps.step("Idle phones at ours")
            return [*rows, await slope("ours, 1 process", games, server.url, server.pid, told, durable=True)]

        rows = report.run(measure())
    return report.show(
        "idle",
        rows,
        chosen,
        "resident memory of the server process; ours holds for each connection a seat, its presence and half a room in mid-game",
        "the rooms are opened on another process, so that only connections weigh",
    )


if __name__ == "__main__":
    sys.exit(main())
