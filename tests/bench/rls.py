"""What row-level security costs a read: typical GETs of a signed-in person, as the server runs them, beside the same statements
as the owner of everything.

A request takes a connection, begins a transaction, becomes `authenticated` with the person's claims, reads through the policies
and leaves nothing behind; the owner's statement runs bare. Both take turns, each time for another person, in a database with a
million rows of history. Below stands by which indexes each is found: a table that is read whole makes the run invalid.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import asyncpg

from game_server.process.database_logins import with_logins
from storage.database import Database
from tests.bench import report
from tests.bench.load import quantiles
from tests.bench.report import Row
from tests.bench.stage import Stage
from tests.storage import rows
from tests.support import many_rows
from tests.support.many_rows import Scale
from tests.support.plans import Explained, asked_each_row, nodes, read_whole
from tests.support.readings import TYPICAL, Reading

TARGET_MS = 1.0
WARM = 50


async def measure(name: str, request: Database, owner: Database, rounds: int, people: int) -> tuple[Row, str]:
    """One reading, both ways in turns; and by which indexes it is found."""
    took: dict[str, list[float]] = {"round trip": [], "owner": [], "request": []}
    problems = []
    for turn in range(WARM + rounds):
        person = str(rows.user_id(1 + turn * 7919 % people))
        _, nothing_s = await _timed(owner.reading(), _nothing, person)
        bare, bare_s = await _timed(owner.reading(), TYPICAL[name], person)
        found, found_s = await _timed(request.as_user(person), TYPICAL[name], person)
        if found != bare:
            problems.append(f"{person} reads something else than the owner does")
        if turn >= WARM:
            took["round trip"].append(nothing_s)
            took["owner"].append(bare_s)
            took["request"].append(found_s)
    indexes, wrong = await _plans(request, TYPICAL[name])
    row = Row(
        name=name, durable=True, survives_node_death=True, columns=_columns(took), problems=(wrong + problems)[:5]
    )
    return row, f"{name}: {', '.join(indexes)}"


async def _nothing(connection: asyncpg.Connection, _person: str) -> object:
    """What it takes to ask at all, on this machine at this moment."""
    return await connection.fetchval("SELECT 1")


async def _timed(
    opened: AbstractAsyncContextManager[asyncpg.Connection], reading: Reading, person: str
) -> tuple[object, float]:
    began = time.perf_counter()
    async with opened as connection:
        found = await reading(connection, person)
    return found, time.perf_counter() - began


def _columns(took: dict[str, list[float]]) -> dict[str, object]:
    round_trip, owner, request = (_milliseconds(took[who]) for who in ("round trip", "owner", "request"))
    added = request["p50"] - owner["p50"]
    return {
        "round trip p50 ms": round(round_trip["p50"], 2),
        **{f"owner {name} ms": round(value, 2) for name, value in owner.items()},
        **{f"request {name} ms": round(value, 2) for name, value in request.items()},
        "added p50 ms": round(added, 2),
        f"at most {TARGET_MS:g} ms": added <= TARGET_MS,
    }


def _milliseconds(took: Sequence[float]) -> dict[str, float]:
    spread = quantiles(took)
    return {name: spread[name] for name in ("p50", "p99")}


async def _plans(request: Database, reading: Reading) -> tuple[list[str], list[str]]:
    """The indexes by which its statements find rows, and what is wrong about how they do."""
    person = str(rows.user_id(1))
    async with request.as_user(person) as connection:
        explained = Explained(connection)
        await reading(explained, person)
    used = dict.fromkeys(node["Index Name"] for plan in explained.plans for node in nodes(plan) if "Index Name" in node)
    wrong = [f"{table} is read whole" for plan in explained.plans for table in sorted(read_whole(plan))]
    return [*used], wrong + [f"for each row: {asked}" for plan in explained.plans for asked in asked_each_row(plan)]


async def _all(stage: Stage, scale: Scale, rounds: int, told: report.Steps) -> list[tuple[Row, str]]:
    known = await with_logins(stage.settings)
    admin = str(stage.settings.database_url)
    told.step(f"{scale.shown} rows of history, {scale.sessions} games of {scale.people} people")
    connection = await asyncpg.connect(admin)
    await many_rows.fill(connection, scale)
    await connection.execute("VACUUM (ANALYZE)")
    await connection.close()
    request = await Database.open(
        str(known.database_web_url), str(known.database_worker_url), web_pool=1, worker_pool=1
    )
    owner = await Database.open(str(known.database_web_url), admin, web_pool=1, worker_pool=1)
    try:
        measured = []
        for name in TYPICAL:
            told.step(name)
            await asyncio.sleep(0.2)  # what was done before has come to rest
            measured.append(await measure(name, request, owner, rounds, scale.people))
        return measured
    finally:
        await request.close()
        await owner.close()


def main() -> int:
    chosen = report.options(
        __doc__ or "", rounds=2000, history=1_000_000, sessions=100_000, cards_each=10, people=20_000
    )
    scale = Scale(people=chosen.people, sessions=chosen.sessions, cards_each=chosen.cards_each, shown=chosen.history)
    with report.steps() as told, Stage() as stage:
        measured = report.run(_all(stage, scale, chosen.rounds, told))
    notes = ("one caller at a time; statements are prepared, as the server's are", *(plan for _, plan in measured))
    return report.show("rls", [row for row, _ in measured], chosen, *notes)


if __name__ == "__main__":
    raise SystemExit(main())
