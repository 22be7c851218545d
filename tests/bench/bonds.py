"""Bonds at size: lists of one that has been lived in for long among many others, coming back to its feed, five phones that follow
fifty changes a second; and the game beside that, whose acknowledgements are to take as long as without.
"""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
import time
from collections.abc import Sequence

import asyncpg

from tests.bench import report
from tests.bench.bonds_stage import ROUTES, crowd, settle
from tests.bench.couples import begin, open_games
from tests.bench.game import Game
from tests.bench.load import Load, Progress, paced, quantiles
from tests.bench.report import Row
from tests.bench.stage import Stage
from tests.support.bond_phone import BondPhone
from tests.support.bonds import Bond
from tests.support.person import Person

LIST_P99_MS, RESUME_MS = 50.0, 100.0
JOURNAL = "journal_entries"
LACKS = 90
"""Lines that a phone lacks that comes back: as many as are replayed, nearly."""
TOLD = "from the change's request to the event on the last of five phones, ms"


async def lists(bond: Bond, person: Person, rounds: int, told: Progress) -> list[Row]:
    """A page of each tool, from its beginning and from somewhere in it, one request at a time."""
    made = []
    for number, (table, tool) in enumerate(ROUTES.items()):
        took, cursor = [], ""
        for turn in range(rounds):
            began = time.perf_counter()
            page = await person.get(f"{bond.path}/{tool}?limit=50{cursor}")
            took.append(time.perf_counter() - began)
            cursor = f"&cursor={page['next_cursor']}" if page["next_cursor"] and turn % 10 else ""
            told((number + turn / rounds) / len(ROUTES))
        found = quantiles(took)
        problems = [] if found["p99"] < LIST_P99_MS else [f"a page took {found['p99']} ms"]
        made.append(_row(f"list {tool}", {"a page of 50, ms": found, "table": table}, problems))
    return made


async def comes_back(bond: Bond, person: Person, rounds: int) -> Row:
    """Somebody whose phone lacks a hundred lines, again and again."""
    head = (await person.get(f"{bond.path}/changes"))["head"]
    phone = await BondPhone.in_room(person, bond.id)
    replayed, whole = [], []
    for turn in range(rounds):
        await phone.drop()
        phone.seq, phone.epoch = head - LACKS, phone.epoch if turn % 2 else None
        began = time.perf_counter()
        await phone.connect()
        (replayed if phone.mode == "replay" else whole).append(time.perf_counter() - began)
    await phone.close()
    found = quantiles(replayed)
    problems = [] if found["p50"] < RESUME_MS else [f"coming back took {found['p50']} ms"]
    return _row(
        "resume", {f"ticket, socket, {LACKS} lines, ms": found, "the same by snapshot, ms": quantiles(whole)}, problems
    )


class Watched:
    """Five phones, and when the last of them heard of a row's version."""

    def __init__(self, phones: Sequence[BondPhone]) -> None:
        self.phones = phones

    async def heard(self, row_id: str, version: int) -> None:
        for phone in self.phones:
            await phone.until(lambda phone=phone: (phone.row(JOURNAL, row_id) or {}).get("version", 0) >= version)  # type: ignore[misc]


async def follow(bond: Bond, people: Sequence[Person], rate: float, seconds: float, told: Progress) -> Row:
    """Five phones while all five change what they have written in the journal, so many times a second together."""
    entry = {"title": "A day", "content": "It was a good day.", "is_shared": True}
    rows = [await person.post(f"{bond.path}/journal", entry, expect=201) for _ in range(10) for person in people]
    phones = [await BondPhone.in_room(person, bond.id) for person in people]
    watched = Watched(phones)
    took: list[float] = []
    refused: list[str] = []

    async def change(number: int) -> None:
        row = rows[number % len(rows)]
        began = time.perf_counter()
        author = people[number % len(people)]
        answer = await author.http.patch(f"{bond.path}/journal/{row['id']}", json={"title": f"At {began}"})
        if not answer.is_success:
            refused.append(f"{answer.status_code}: {answer.text[:200]}")
            return
        await watched.heard(row["id"], answer.json()["version"])
        took.append(time.perf_counter() - began)

    began, count, under_way = time.perf_counter(), int(rate * seconds), []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        under_way.append(asyncio.ensure_future(change(number)))
        told(number / count)
    await asyncio.wait_for(asyncio.gather(*under_way), 60)
    problems = [f"a phone was closed with {phone.closed}" for phone in phones if phone.closed is not None]
    problems += [f"{len(refused)} changes were refused, one with {refused[0]}"] if refused else []
    for phone in phones:
        await phone.close()
    return _row("five phones", {"changes/s": rate, TOLD: quantiles(took)}, problems)


async def beside(games: Sequence[Game], bond: Bond, people: Sequence[Person], seconds: float, *, changes: float) -> Row:
    """The game at 100 commands a second, without and with so many changes a second in the bond, in turns."""
    alone: list[Load] = []
    with_bond: list[Load] = []
    for _ in range(2):
        alone.append(await paced(games, 100, seconds))
        following = asyncio.ensure_future(follow(bond, people, changes, seconds, lambda _: None))
        with_bond.append(await paced(games, 100, seconds))
        await following
    columns = {
        "changes/s": changes,
        "game's ack alone, ms": [load.ack for load in alone],
        "game's ack beside the bond, ms": [load.ack for load in with_bond],
        "the loader's own loop late, p99 ms": [load.loader.lag_p99_ms for load in (*alone, *with_bond)],
    }
    return _row("game beside", columns, [problem for load in (*alone, *with_bond) for problem in load.problems])


def _row(name: str, columns: dict[str, object], problems: list[str]) -> Row:
    return Row(name=name, durable=True, survives_node_death=True, columns=columns, problems=problems)


def main() -> int:
    chosen = report.options(__doc__, bonds=1000, rows=1000, others=1000, rounds=300, seconds=10.0, rate=50.0, rooms=10)
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            url = stage.serve().url
            connection = await asyncpg.connect(stage.settings.database_url)
            bond, people = await settle(connection, url, chosen.rows)
            games = await open_games(url, chosen.rooms)
            steps.step(f"{chosen.bonds} other bonds with {chosen.others} rows in each of {len(ROUTES)} tools")
            await crowd(connection, bond, chosen.bonds, chosen.others)
            made = await lists(bond, people[1], chosen.rounds, steps.step("Lists"))
            made.append(
                await follow(bond, people, chosen.rate, chosen.seconds, steps.step(f"{chosen.rate:g} changes/s"))
            )
            steps.step("Coming back")
            made.append(await comes_back(bond, people[1], 40))
            steps.step(f"{chosen.rooms} rooms beside")
            await begin(games, (url, url))
            made.append(await beside(games, bond, people, chosen.seconds, changes=chosen.rate))
            await connection.close()
            return made

        rows = report.run(measure())
    return report.show(
        "bonds", rows, chosen, "requests and phones are this same machine's; times are as somebody sees them"
    )


if __name__ == "__main__":
    sys.exit(main())
