"""How long one draw takes: the rules alone, and with what it reads of two people with a long history in PostgreSQL.

Three sizes: the shipped cards with a short history, 10⁴ cards with 10⁵ rows of history a player, and both ten times as large.
`rules` is the CPU that the draw itself costs (evenly, and leaning to what the two want), `all` is the time that a room's facts
and tastes read from PostgreSQL take with the draw; the bank is loaded before, once for each size.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles

import asyncpg

from game_server.commands.opening import worker_connection
from game_server.services import Services, open_services
from game_server.sessions.facts import Known, inputs_now, known_of, with_known
from rooms.sessions.draw import draw
from rooms.sessions.state import State
from tests.bench import draw_stage, report
from tests.bench.report import Row, Steps
from tests.bench.stage import Stage
from tests.support.evening import shipped_bank

TARGET_MS = 5.0


def timed(work: Iterator[object]) -> list[float]:
    """Milliseconds of CPU that each step of the work takes: others who use the machine do not count."""
    took = []
    while True:
        began = time.thread_time()
        if next(work, None) is None:
            return took
        took.append(1000 * (time.thread_time() - began))


def rules(known: Known, count: int, *, leaning: bool) -> list[float]:
    """The draw itself."""
    dice = random.Random(1)  # noqa: S311 - repeatable on purpose
    asked = draw_stage.requests(count)
    players, lean = known.facts.players, known.leaning if leaning else None
    return timed(draw(request, dice.random(), known.bank, players, lean) for request in asked)


async def everything(services: Services, room: State, count: int) -> list[float]:
    """Facts, tastes and the draw."""
    took = []
    for request in draw_stage.requests(count):
        began = time.perf_counter()
        known = (await known_of(services, [room]))[room.session_id]
        inputs = with_known(inputs_now(services), known)
        assert inputs.draw
        inputs.draw(request, inputs.rolls.card)
        took.append(1000 * (time.perf_counter() - began))
    return took


async def measure(stage: Stage, sizes: list[tuple[int, int]], count: int, told: Steps) -> list[Row]:
    """A row a size; the sizes ascend."""
    connection = await asyncpg.connect(stage.settings.database_url)
    services = await open_services(stage.settings)
    found = []
    try:
        room = await draw_stage.seat_couple(connection)
        for cards, history in sizes:
            told.step(f"{cards:,} cards, {history:,} rows of history a player: writing them")
            async with worker_connection(stage.settings) as writing:
                await draw_stage.write_bank(writing, draw_stage.bank_of(cards))
            await draw_stage.write_history(connection, history)
            began = time.perf_counter()
            known = (await known_of(services, [room]))[room.session_id]
            loaded = time.perf_counter() - began
            told.step(f"{cards:,} cards, {history:,} rows of history a player: drawing")
            await everything(services, room, 20)
            columns = _columns(
                {
                    "rules, evenly": rules(known, count, leaning=False),
                    "rules, leaning": rules(known, count, leaning=True),
                    "all": await everything(services, room, count),
                }
            )
            columns["bank loaded in s"] = round(loaded, 2)
            found.append(_row(f"{len(known.bank.cards):,} cards, {history:,} rows", columns))
    finally:
        await services.close()
        await connection.close()
    return found


def _columns(times: dict[str, list[float]]) -> dict[str, object]:
    columns: dict[str, object] = {}
    summaries: tuple[tuple[str, Callable[[list[float]], float]], ...] = (
        ("median", median),
        ("p99", lambda took: quantiles(took, n=100)[98]),
    )
    for name, took in times.items():
        columns |= {f"{name}, {summary} ms": round(of(took), 3) for summary, of in summaries}
    return columns


def _row(name: str, columns: dict[str, object]) -> Row:
    alone = os.getloadavg()[0] <= (os.cpu_count() or 1)
    judged = (
        "all, p99 ms" if alone else "rules, leaning, p99 ms"
    )  # where others use the machine the clock tells of them
    slow = float(str(columns[judged])) >= TARGET_MS
    problems = [f"{judged} is {columns[judged]}, the target is under {TARGET_MS:g}"] if slow else []
    return Row(name=name, durable=True, survives_node_death=True, columns=columns, problems=problems)


def main() -> int:
    chosen = report.options(__doc__ or "", cards=10_000, history=100_000, times=10, draws=1000)
    sizes = [(len(shipped_bank()), 1000), (chosen.cards, chosen.history)]
    if chosen.times > 1:
        sizes.append((chosen.cards * chosen.times, chosen.history * chosen.times))
    with Stage() as stage, report.steps() as told:
        rows = report.run(measure(stage, sizes, chosen.draws, told))
    return report.show(
        "draw", rows, chosen, f"{chosen.draws:,} draws a number, one at a time, for two who answered the survey"
    )


if __name__ == "__main__":
    sys.exit(main())
