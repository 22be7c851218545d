"""A rolling restart of two processes under load: each is told to end, drained and started again while couples play on both."""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
import time
from collections import Counter

import msgspec

from tests.bench import report
from tests.bench.couples import begin, open_games
from tests.bench.game import Game
from tests.bench.load import Load, paced, quantiles
from tests.bench.report import Row
from tests.bench.resume import Cuts, come_back
from tests.bench.stage import Stage
from tests.support.server_process import ServerProcess

LOOK_S = 0.05
BEFORE_S = 3.0


class Moves(msgspec.Struct):
    """How phones got from a process that ends to the other: close codes, seconds away, attempts."""

    codes: Counter[int]
    away: list[float]
    cuts: Cuts


async def follow(game: Game, side: int, urls: list[str], moves: Moves, *, spread: float) -> None:
    """A phone that goes to the other process whenever its own closes, at its moment (`spread`, 0 to 1) of the window it was
    told. Until cancelled.
    """
    phone, at = game.phones[side], side
    while True:
        await phone.gone.wait()
        moves.codes[phone.closed or 0] += 1
        closed_at, window = phone.closed_at, phone.drain_ms / 1000
        await asyncio.sleep(window * spread)
        at = 1 - at
        await come_back(game, phone, urls[at], moves.cuts)
        moves.away.append(time.perf_counter() - closed_at)


async def roll(servers: list[ServerProcess], pause_s: float) -> list[float]:
    """End and start one after the other; the seconds each was away."""
    took = []
    await asyncio.sleep(BEFORE_S)
    for server in servers:
        began = time.perf_counter()
        code = await asyncio.to_thread(server.stop)
        if code:
            raise RuntimeError(f"a drained process ended with {code}")
        await asyncio.to_thread(server.restart)
        took.append(time.perf_counter() - began)
        await asyncio.sleep(pause_s)
    return took


def row(games: list[Game], load: Load, moves: Moves, took: list[float]) -> Row:
    phones = [phone for game in games for phone in game.phones]
    due = sum(2 * game.head for game in games)
    had = sum(phone.delivered + phone.by_snapshot for phone in phones)
    never = sum(not phone.live for phone in phones)
    problems = list(load.problems)
    problems += [] if had == due else [f"{due} events were due, {had} came"]
    problems += [f"{never} phones never came back"] if never else []
    problems += [] if moves.away else ["no phone had to move: run it for longer"]
    return Row(
        name="ours, 2 processes",
        durable=True,
        survives_node_death=True,
        columns={
            "commands acknowledged": load.done,
            "events lost": due - had,
            "duplicates": sum(phone.twice for phone in phones),
            "phones never back": never,
            "phones moved": len(moves.away),
            "close codes": {str(code): count for code, count in moves.codes.items()},
            "time to current from the first attempt, ms": quantiles(moves.cuts.current),
            "away, with the window it was told, ms": quantiles(moves.away),
            "connects that failed and were tried again": moves.cuts.retries,
            "ack from the intended moment, ms": load.ack,
            "refused": load.refusals,
            "each process was away, s": " and ".join(f"{seconds:.1f}" for seconds in took),
            "loader's CPU (cores)": load.loader.cpu,
            "loader's lag p99, ms": load.loader.lag_p99_ms,
        },
        problems=problems,
    )


def main() -> int:
    chosen = report.options(__doc__, rooms=25, rate=50.0, pause=6.0, seconds=40.0)
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            servers = [stage.serve(), stage.serve()]
            urls = [server.url for server in servers]
            steps.step(f"Opening {chosen.rooms} rooms on two processes")
            games = await open_games(urls[0], chosen.rooms)
            await begin(games, (urls[0], urls[1]))
            moves = Moves(Counter(), [], Cuts([]))
            follows = [
                asyncio.ensure_future(follow(game, side, urls, moves, spread=(0.618 * (2 * at + side)) % 1))
                for at, game in enumerate(games)
                for side in (0, 1)
            ]
            rolling = asyncio.ensure_future(roll(servers, chosen.pause))
            told = steps.step(f"{chosen.rate:g} commands/s while one process after the other restarts")
            load = await paced(games, chosen.rate, chosen.seconds, told)
            took = await rolling
            await asyncio.wait_for(asyncio.gather(*(game.finish() for game in games)), 30)
            for task in follows:
                task.cancel()
            return [row(games, load, moves, took)]

        rows = report.run(measure())
    return report.show(
        "restart",
        rows,
        chosen,
        "SIGTERM, drain, start on the same port, one process after the other; a phone that is closed waits within the window it "
        "was told and goes to the other process; a command without an answer is sent again with its id",
    )


if __name__ == "__main__":
    sys.exit(main())
