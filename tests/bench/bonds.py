"""Bonds at size: lists of one that has been lived in for long among many others, coming back to its feed, five phones that follow
fifty changes a second; and the game beside that, whose acknowledgements are to take as long as without.
"""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
import gc
import time
from collections.abc import Sequence
from typing import Any

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
ROUNDS_BESIDE = 3
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


class Followers:
    """Five phones of a bond, and what their people have written in the journal, ready to be changed."""

    def __init__(self, bond: Bond, people: Sequence[Person], phones: list[BondPhone], rows: list[Any]) -> None:
        self._bond = bond
        self._people = people
        self.phones = phones
        self._rows = rows
        self.took: list[float] = []
        self.refused: list[str] = []

    @classmethod
    async def of(cls, bond: Bond, people: Sequence[Person]) -> "Followers":
        """All of that made; nothing of it belongs to what is measured."""
        entry = {"title": "A day", "content": "It was a good day.", "is_shared": True}
        rows = [await person.post(f"{bond.path}/journal", entry, expect=201) for _ in range(10) for person in people]
        return cls(bond, people, [await BondPhone.in_room(person, bond.id) for person in people], rows)

    async def change(self, number: int) -> None:
        """One entry, and how long it took until the last phone has heard of it."""
        row, author = self._rows[number % len(self._rows)], self._people[number % len(self._people)]
        began = time.perf_counter()
        answer = await author.http.patch(f"{self._bond.path}/journal/{row['id']}", json={"title": f"At {began}"})
        if not answer.is_success:
            self.refused.append(f"{answer.status_code}: {answer.text[:200]}")
            return
        version = answer.json()["version"]
        for phone in self.phones:
            await phone.until(lambda phone=phone: (phone.row(JOURNAL, row["id"]) or {}).get("version", 0) >= version)  # type: ignore[misc]
        self.took.append(time.perf_counter() - began)

    async def close(self) -> list[str]:
        """What went wrong."""
        problems = [f"a phone was closed with {phone.closed}" for phone in self.phones if phone.closed is not None]
        for phone in self.phones:
            await phone.close()
        return problems + (
            [f"{len(self.refused)} changes were refused, one with {self.refused[0]}"] if self.refused else []
        )


async def changing(followers: Followers, rate: float, seconds: float, told: Progress = lambda _: None) -> None:
    """All five change what they have written, so many times a second together."""
    began, count, under_way = time.perf_counter(), int(rate * seconds), []
    for number in range(count):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        under_way.append(asyncio.ensure_future(followers.change(number)))
        told(number / count)
    await asyncio.wait_for(asyncio.gather(*under_way), 60)


async def follow(bond: Bond, people: Sequence[Person], rate: float, seconds: float, told: Progress) -> Row:
    """Five phones while all of that changes."""
    followers = await Followers.of(bond, people)
    await changing(followers, rate, seconds, told)
    return _row("five phones", {"changes/s": rate, TOLD: quantiles(followers.took)}, await followers.close())


async def beside(games: Sequence[Game], bond: Bond, people: Sequence[Person], seconds: float, *, changes: float) -> Row:
    """The game at 100 commands a second, without and with so many changes a second in the bond, in turns."""
    alone: list[Load] = []
    with_bond: list[Load] = []
    followers = await Followers.of(bond, people)
    gc.collect()
    gc.freeze()  # a loader that looks through all it has would be counted as the server's
    for _ in range(ROUNDS_BESIDE):
        alone.append(await paced(games, 100, seconds))
        following = asyncio.ensure_future(changing(followers, changes, seconds))
        with_bond.append(await paced(games, 100, seconds))
        await following
    wrong = await followers.close()
    columns = {
        "changes/s": changes,
        "game's ack alone, ms": [load.ack for load in alone],
        "game's ack beside the bond, ms": [load.ack for load in with_bond],
        "the loader's own loop late, p99 ms": [load.loader.lag_p99_ms for load in (*alone, *with_bond)],
    }
    wrong += [problem for load in (*alone, *with_bond) for problem in load.problems]
    return _row("game beside", columns, wrong)


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
