"""Phones that lose the network: each is cut every 15 s for 2 to 5 s while its couple plays on. What came, what came twice, and
how long until a phone that is back knows everything.
"""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
import time
from collections.abc import Sequence

import msgspec

from tests.bench import report
from tests.bench.couples import begin, open_games
from tests.bench.game import Game
from tests.bench.handset import Handset
from tests.bench.load import Load, Progress, paced, quantiles
from tests.bench.report import Row
from tests.bench.stage import Stage
from tests.bench.wire import HttpRefused

EVERY_S = 15.0
RETRY_S = 0.2
AWAY_S = (2.0, 5.0)


class Cuts(msgspec.Struct):
    """What the cuts led to: seconds until a phone was current again, counted from its first attempt, and failed attempts."""

    current: list[float]
    retries: int = 0


async def cut_again_and_again(game: Game, side: int, url: str, cuts: Cuts, until: float, *, spread: float) -> None:
    """The life of one phone: the first cut at its own moment (`spread`, 0 to 1), then every 15 s. Ends live."""
    phone = game.phones[side]
    await asyncio.sleep(min(EVERY_S * spread + 1, max(0.0, until - time.perf_counter() - 1)))
    while time.perf_counter() + AWAY_S[0] < until:
        began = time.perf_counter()
        phone.cut()
        spread = (spread + 0.382) % 1
        await asyncio.sleep(AWAY_S[0] + (AWAY_S[1] - AWAY_S[0]) * spread)
        await come_back(game, phone, url, cuts)
        await asyncio.sleep(max(0.0, min(began + EVERY_S, until) - time.perf_counter()))


async def come_back(game: Game, phone: Handset, url: str, cuts: Cuts) -> None:
    """Try until it is live again."""
    began = time.perf_counter()
    while True:
        try:
            await phone.connect(url)
        except (OSError, HttpRefused, TimeoutError):
            cuts.retries += 1
            await asyncio.sleep(RETRY_S)
        else:
            cuts.current.append(time.perf_counter() - began)
            game.back(phone)
            return


async def play_cut(
    games: Sequence[Game], url: str, seconds: float, rate: float, progress: Progress
) -> tuple[Load, Cuts]:
    """Play at the rate while every phone is cut again and again."""
    cuts = Cuts([])
    until = time.perf_counter() + seconds
    lives = [
        asyncio.ensure_future(
            cut_again_and_again(
                game, side, url, cuts, until, spread=(0.618 * (2 * at + side)) % 1
            )  # even, never random
        )
        for at, game in enumerate(games)
        for side in (0, 1)
    ]
    load = await paced(games, rate, seconds, progress)
    await asyncio.gather(*lives)
    await asyncio.wait_for(asyncio.gather(*(game.finish() for game in games)), 30)
    return load, cuts


def row(games: Sequence[Game], load: Load, cuts: Cuts) -> Row:
    phones = [phone for game in games for phone in game.phones]
    due = sum(2 * game.head for game in games)
    had = sum(phone.delivered + phone.by_snapshot for phone in phones)
    problems = list(load.problems)
    problems += [] if had == due else [f"{due} events were due, {had} came"]
    problems += (
        [f"{sum(p.missed for p in phones)} events came with a hole before them"]
        if any(p.missed for p in phones)
        else []
    )
    problems += [] if cuts.current else ["no phone was cut: run it for longer"]
    return Row(
        name="ours, 1 process",
        durable=True,
        survives_node_death=True,
        columns={
            "delivered": f"{100 * had / max(1, due):.3f} %",
            "events due": due,
            "of them by snapshot": sum(phone.by_snapshot for phone in phones),
            "duplicates": sum(phone.twice for phone in phones),
            "cuts": len(cuts.current),
            "time to current, ms": quantiles(cuts.current),
            "connects that failed": cuts.retries,
            "commands acknowledged": sum(game.finished for game in games),
            "refused": load.refusals,
            "ack from the intended moment, ms": load.ack,
            "loader's CPU (cores)": load.loader.cpu,
            "loader's lag p99, ms": load.loader.lag_p99_ms,
        },
        problems=problems,
    )


def main() -> int:
    chosen = report.options(__doc__, rooms=25, seconds=60.0, rate=50.0)
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            steps.step(f"Opening {chosen.rooms} rooms")
            url = stage.serve().url
            games = await open_games(url, chosen.rooms)
            await begin(games, (url, url))
            told = steps.step(f"{chosen.rate:g} commands/s, phones cut every {EVERY_S:g} s")
            load, cuts = await play_cut(games, url, chosen.seconds, chosen.rate, told)
            return [row(games, load, cuts)]

        rows = report.run(measure())
    return report.show(
        "resume",
        rows,
        chosen,
        f"each phone is cut without a close frame every {EVERY_S:g} s, for {AWAY_S[0]:g} to {AWAY_S[1]:g} s; "
        "the other seat plays on; a command without an answer is sent again with its id",
        "time to current: from the first attempt to come back (ticket, socket, hello, replay) to `live`",
    )


if __name__ == "__main__":
    sys.exit(main())
