"""Phones that stop reading beside phones that do: what the others' latency and the server's memory make of it."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import msgspec

from tests.bench import report
from tests.bench.couples import begin, open_games
from tests.bench.game import Game
from tests.bench.load import Load, paced
from tests.bench.report import Row
from tests.bench.stage import Stage, memory_of
from tests.support.server_process import ServerProcess

SMALL_BUFFER = 2304
SLOW_PER_S = 30
LOOK_S = 0.5


class Memory(msgspec.Struct):
    """The server's resident bytes: at first, the most, at last."""

    first: int
    most: int
    last: int


async def watched(pid: int, work: "asyncio.Future[Load]") -> tuple[Load, Memory]:
    """The load's outcome, and the server's memory meanwhile."""
    memory = Memory(memory_of(pid), 0, 0)
    while not work.done():
        memory.most = max(memory.most, memory_of(pid))
        await asyncio.wait([work], timeout=LOOK_S)
    memory.last = memory_of(pid)
    return await work, memory


async def stop_reading(games: list[Game], url: str) -> None:
    """Seat B of each of these rooms comes back with a small buffer, and then takes nothing any more."""
    for game in games:
        phone = game.phones[1]
        phone.cut()
        await phone.gone.wait()
        await phone.connect(url, receive_buffer=SMALL_BUFFER)
        phone.stop_reading()
        game.mix = ("skip",)  # cards are the longest events
        phone.live = False  # seat A plays alone: nothing waits for a phone that does not read


async def crowd(games: list[Game], seconds: float) -> int:
    """Seat A of the slow rooms presses buttons, so that there is something not to read; how many were acknowledged."""
    before = sum(game.finished for game in games)
    for _ in range(int(seconds * SLOW_PER_S)):
        for game in games:
            game.play(time.perf_counter())
        await asyncio.sleep(1 / SLOW_PER_S)
    return sum(game.finished for game in games) - before


def row(name: str, load: Load, memory: Memory, **more: object) -> Row:
    return Row(
        name=name,
        durable=True,
        survives_node_death=True,
        columns={
            "fast: commands/s": load.per_second,
            "fast: ack, ms": load.ack,
            "fast: partner's delivery, ms": load.delivery,
            "server's memory, MB": {
                "first": memory.first >> 20, "most": memory.most >> 20, "last": memory.last >> 20
            },
            "loader's CPU (cores)": load.loader.cpu,
            "loader's lag p99, ms": load.loader.lag_p99_ms,
            **more,
        },
        problems=list(load.problems),
    )  # fmt: skip


async def beside_slow(server: ServerProcess, slow: list[Game], fast: Coroutine[Any, Any, Load], seconds: float) -> Row:
    """The fast rooms' load while the slow rooms' partners read nothing."""
    await stop_reading(slow, server.url)
    crowded = asyncio.ensure_future(crowd(slow, seconds))
    load, memory = await watched(server.pid, asyncio.ensure_future(fast))
    played = await crowded
    phones = [game.phones[1] for game in slow]
    for phone in phones:
        phone.start_reading()  # a close shows only to whoever reads
    closed = [phone for phone in phones if await phone.closes_within(3)]
    found = row(
        f"beside {len(slow)} that do not read",
        load,
        memory,
        **{
            "slow: commands played to them": played,
            "slow: closed by the server": f"{len(closed)} of {len(slow)}",
            "slow: close codes (1006: cut)": sorted({phone.closed or 0 for phone in closed}),
            "slow: events they never took": sum(game.head - game.phones[1].seq for game in slow),
        },
    )
    if len(closed) < len(slow):
        found.problems.append(
            "not every phone that does not read was closed: run it for longer, or that is what is wrong"
        )
    return found


def main() -> int:
    chosen = report.options(__doc__, rooms=15, slow=2, rate=30.0, seconds=35.0)
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            server = stage.serve()
            steps.step(f"Opening {chosen.rooms + chosen.slow} rooms")
            games = await open_games(server.url, chosen.rooms + chosen.slow)
            await begin(games, (server.url, server.url))
            fast, slow = games[: chosen.rooms], games[chosen.rooms :]
            told = steps.step("Everybody reads")
            alone = asyncio.ensure_future(paced(fast, chosen.rate, chosen.seconds, told))
            load, memory = await watched(server.pid, alone)
            told = steps.step(f"{chosen.slow} phones do not read")
            load_beside = paced(fast, chosen.rate, chosen.seconds, told)
            with_slow = await beside_slow(server, slow, load_beside, chosen.seconds)
            return [row("everybody reads", load, memory), with_slow]

        rows = report.run(measure())
    return report.show(
        "slow",
        rows,
        chosen,
        f"a slow phone has a receive buffer of {SMALL_BUFFER} bytes and reads nothing, while its partner asks for "
        f"{SLOW_PER_S} other cards a second; other rooms play the usual mix",
    )


if __name__ == "__main__":
    sys.exit(main())
