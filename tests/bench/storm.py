"""All phones lose the network in the same moment and all come back in the same moment: how long until each is current."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
import time

from tests.bench import report
from tests.bench.couples import begin, few_at_once, open_games
from tests.bench.game import Game
from tests.bench.load import Lag, paced, quantiles
from tests.bench.report import Row
from tests.bench.resume import Cuts, come_back
from tests.bench.stage import Stage, cpu_of

PLAYED_PER_ROOM = 10


async def storm(games: list[Game], url: str, pid: int, jitter_s: float) -> Row:
    """Cut, wait until the server has noticed, come back; then every room must still play."""
    phones = [(game, phone) for game in games for phone in game.phones]
    before = [phone.seq for _, phone in phones]
    for _, phone in phones:
        phone.cut()
    await asyncio.sleep(2)
    cuts, lag, cpu = Cuts([]), Lag(), cpu_of(pid)
    lag.start()
    began = time.perf_counter()

    async def back(number: int) -> None:
        game, phone = phones[number]
        await asyncio.sleep(jitter_s * number / len(phones))
        await come_back(game, phone, url, cuts)

    await few_at_once(back, range(len(phones)), at_once=len(phones))
    whole = time.perf_counter() - began
    loader, used = lag.stop(), cpu_of(pid) - cpu
    after = await paced(games, 100, max(1.0, len(games) / 100))
    wrong = sum(phone.seq < seq for (_, phone), seq in zip(phones, before, strict=True))
    return Row(
        name="ours, 1 process",
        durable=True,
        survives_node_death=True,
        columns={
            "phones back": len(cuts.current),
            "time to current, ms": quantiles(cuts.current),
            "all of them, s": round(whole, 2),
            "connects that failed and were tried again": cuts.retries,
            "server's CPU, ms a phone": round(1000 * used / len(phones), 2),
            "loader's CPU (cores)": loader.cpu,
            "loader's lag p99, ms": loader.lag_p99_ms,
            "commands played afterwards": after.done,
        },
        problems=after.problems + ([f"{wrong} phones came back to less than they had"] if wrong else []),
    )


def main() -> int:
    chosen = report.options(__doc__, phones=500, jitter=0.0)
    rooms = chosen.phones // 2
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            server = stage.serve()
            steps.step(f"Opening {rooms} rooms")
            games = await open_games(server.url, rooms)
            await begin(games, (server.url, server.url))
            await paced(
                games, 100, PLAYED_PER_ROOM * rooms / 100, steps.step("Playing a little, so that there is a log")
            )
            steps.step(f"{2 * rooms} phones come back at once")
            return [await storm(games, server.url, server.pid, chosen.jitter)]

        rows = report.run(measure())
    return report.show(
        "storm",
        rows,
        chosen,
        "every phone asks for a ticket over HTTP, opens its socket, says hello and hears what it lacks; time from its first try",
        "--jitter N spreads the attempts over N seconds, as well-behaved clients do; 0 is the worst case",
    )


if __name__ == "__main__":
    sys.exit(main())
