"""What a room's commit costs PostgreSQL: batches of accepted commands straight against it.

With `--change FILE` a second database gets the SQL of that file, run as its owner, and both are measured in turns: what would it
bring? Every commit is durable (synchronous_commit is on), and every command must win. CPU is that of the backend; wall includes
the write to disk.
"""

import sys
import time
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec

from game_server.process.keys import Keys
from storage import commits, login_passwords, migrate
from storage.database import Database
from storage.run_time_logins import Wishes
from tests.bench import report
from tests.bench.appends import KINDS, Kind, Table, tables
from tests.bench.report import Row
from tests.bench.stage import Stage
from tests.support.databases import SECRET

BATCHES = (1, 8, 64)
KEYS = Keys(SECRET).sealing_keys()


class Contender(msgspec.Struct):
    """One database with its rooms. `used`: of every round CPU, wall and WAL of a command."""

    administrator: asyncpg.Connection
    database: Database
    connection: Any
    backend: int
    rooms: list[Table]
    used: dict[tuple[Kind, int], list[tuple[float, float, float]]] = {}


async def contender(url: str, name: str, rooms: int, change: str = "") -> Contender:
    """A new database on this server."""
    administrator = await asyncpg.connect(url)
    await administrator.execute(f"CREATE DATABASE {name}")
    await administrator.close()
    here = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    await migrate.up(here)
    await migrate.ensure_logins(here, KEYS, Wishes())
    own = await asyncpg.connect(here)
    if change:
        await own.execute(f"SET ROLE game_owner; SET search_path = public; {change}; RESET search_path; RESET ROLE")
    made = await tables(own, rooms)
    logins = {str(kind): login for kind, login in (await login_passwords.urls_of(here, KEYS)).items()}
    database = await Database.open(logins["web"], logins["worker"], web_pool=1, worker_pool=1)
    worker = await database.worker.acquire()
    return Contender(own, database, worker, worker.get_server_pid(), made, {})


async def first_cards(one: Contender) -> None:
    """A card in every room, however slow the machine is."""
    day = await _day(one.connection)
    for start in range(0, len(one.rooms), max(BATCHES)):
        batch = [room.next("complete", day) for room in one.rooms[start : start + max(BATCHES)]]
        await commits.append(one.connection, batch)


async def round_of(one: Contender, kind: Kind, size: int, seconds: float) -> None:
    """Commit batches of this kind for so long."""
    day = await _day(one.connection)
    cpu = wall = 0.0
    done = at = 0
    wal = await _wal(one.connection)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        batch = [one.rooms[(at + place) % len(one.rooms)].next(kind, day) for place in range(size)]
        at += size
        began, before = time.perf_counter(), _cpu(one.backend)
        outcomes = [verdict.outcome for verdict in await commits.append(one.connection, batch)]
        cpu, wall = cpu + _cpu(one.backend) - before, wall + time.perf_counter() - began
        if outcomes != ["won"] * size:
            raise RuntimeError(f"not every {kind} won: {sorted(set(outcomes))}")
        done += size
    used = (await _wal(one.connection) - wal) / done
    one.used.setdefault((kind, size), []).append((1e6 * cpu / done, 1e6 * wall / done, used))


async def _day(connection: asyncpg.Connection) -> str:
    return str(await connection.fetchval("SELECT (now() AT TIME ZONE 'UTC')::date::text"))


async def _wal(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


def _cpu(pid: int) -> float:
    """Seconds a process has used, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


async def measure(url: str, chosen: Any, change: str, told: report.Steps) -> list[Row]:
    made = told.step("Rooms that have been played in")
    both = {"now": await contender(url, "now", chosen.rooms)}
    if change:
        both["changed"] = await contender(url, "changed", chosen.rooms, change)
    made(1.0)
    for one in both.values():
        await first_cards(one)  # the other kinds need one
        for kind in KINDS:
            await round_of(one, kind, 8, 0.3)
        one.used.clear()
        await one.administrator.execute("ANALYZE")  # as autovacuum would; plans are made anew
    on = told.step("Committing")
    for number in range(chosen.rounds):
        for size in BATCHES:
            for kind in KINDS:
                for one in both.values():
                    await round_of(one, kind, size, chosen.seconds)
        on((number + 1) / chosen.rounds)
    rows = [Row(name=name, durable=True, survives_node_death=True, columns=_columns(one)) for name, one in both.items()]
    for one in both.values():
        await one.database.worker.release(one.connection)
        await one.database.close()
        await one.administrator.close()
    return rows


def _columns(one: Contender) -> dict[str, Any]:
    return {
        f"{kind}, {size} at once": "CPU {:.0f} wall {:.0f} WAL {:.0f}".format(*map(median, zip(*rounds, strict=True)))
        for (kind, size), rounds in one.used.items()
    }


def main() -> int:
    chosen = report.options(__doc__ or "", rooms=200, seconds=0.5, rounds=5, change="")
    change = Path(chosen.change).read_text() if chosen.change else ""
    with Stage() as stage, report.steps() as told:
        assert stage.settings.database_url
        rows = report.run(measure(stage.settings.database_url, chosen, change, told))
    return report.show(
        "commit", rows, chosen, f"{chosen.rooms} rooms; a batch's size stands behind its kind; µs and bytes a command, "
        "medians of the rounds; CPU is the backend's",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
