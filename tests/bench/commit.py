"""What a room's commit costs PostgreSQL: batches of accepted commands straight against it, in two databases side by side.

`before` has the first ten migrations and takes a batch as they do, as one jsonb; `now` has them all and what `storage.commits`
sends. Rounds alternate, every commit is durable (synchronous_commit is on), and every command must win. CPU is that of the
backend; wall includes the write to disk.
"""

import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec

from game_server.process.keys import Keys
from storage import commits, migrate
from storage.commits import Append
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from storage.run_time_logins import Wishes
from tests.bench import report
from tests.bench.appends import KINDS, Kind, Table, tables
from tests.bench.report import Row
from tests.bench.stage import Stage
from tests.support.databases import SECRET, login_url

BATCHES = (1, 8, 64)
BEFORE = 10
SAME = {"status": "active", "level": "R", "skip_count": 0, "truth": 1, "dare": 0, "step": 1}
Send = Callable[[asyncpg.Connection, list[Append]], Awaitable[list[str]]]


class Contender(msgspec.Struct):
    """One database with its rooms and how a batch is sent to it. `used`: of every round CPU, wall and WAL of a command."""

    administrator: asyncpg.Connection
    database: Database
    connection: Any
    backend: int
    rooms: list[Table]
    send: Send
    used: dict[tuple[Kind, int], list[tuple[float, float, float]]] = {}


async def _as_before(connection: asyncpg.Connection, batch: list[Append]) -> list[str]:
    rows = await connection.fetch("SELECT * FROM app.append_commands($1::text::jsonb)", _one_json(batch))
    return [row["outcome"] for row in rows]


def _one_json(batch: list[Append]) -> str:
    """What the tenth migration's function takes: the session's row with every command, a card as turn and as history."""
    rows = []
    for place, item in enumerate(batch):
        row = msgspec.json.decode(msgspec.json.encode(item)) | {"i": place}
        row.setdefault("session", SAME)
        if item.shown:
            card = row["shown"]
            row["turn"] = card | {"seq": card["turn"]}
        rows.append(row)
    return msgspec.json.encode(rows).decode()


async def _as_now(connection: asyncpg.Connection, batch: list[Append]) -> list[str]:
    return [verdict.outcome for verdict in await commits.append(connection, batch)]


async def contender(url: str, name: str, folder: Path, send: Send, rooms: int) -> Contender:
    """A new database on this server, migrated by the files of the folder."""
    administrator = await asyncpg.connect(url)
    await administrator.execute(f"CREATE DATABASE {name}")
    await administrator.close()
    here = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    await migrate.up(here, folder=folder)
    await migrate.ensure_logins(here, Keys(SECRET).sealing_keys(), Wishes())
    own = await asyncpg.connect(here)
    made = await tables(own, rooms)
    database = await Database.open(login_url(here, WEB_LOGIN), login_url(here, WORKER_LOGIN), web_pool=1, worker_pool=1)
    worker = await database.worker.acquire()
    return Contender(own, database, worker, worker.get_server_pid(), made, send, {})


async def round_of(one: Contender, kind: Kind, size: int, seconds: float) -> None:
    """Commit batches of this kind for so long."""
    day = await one.connection.fetchval("SELECT (now() AT TIME ZONE 'UTC')::date::text")
    cpu = wall = 0.0
    done = at = 0
    wal = await _wal(one.connection)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        batch = [one.rooms[(at + place) % len(one.rooms)].next(kind, day) for place in range(size)]
        at += size
        began, before = time.perf_counter(), _cpu(one.backend)
        outcomes = await one.send(one.connection, batch)
        cpu, wall = cpu + _cpu(one.backend) - before, wall + time.perf_counter() - began
        if outcomes != ["won"] * size:
            raise RuntimeError(f"not every {kind} won: {sorted(set(outcomes))}")
        done += size
    used = (await _wal(one.connection) - wal) / done
    one.used.setdefault((kind, size), []).append((1e6 * cpu / done, 1e6 * wall / done, used))


async def _wal(connection: asyncpg.Connection) -> int:
    return int(await connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


def _cpu(pid: int) -> float:
    """Seconds a process has used, to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


async def measure(url: str, folder: Path, chosen: Any, told: report.Steps) -> list[Row]:
    made = told.step("Two databases with rooms that have been played in")
    both = {
        "before": await contender(url, "before", folder, _as_before, chosen.rooms),
        "now": await contender(url, "now", migrate.MIGRATIONS, _as_now, chosen.rooms),
    }
    made(1.0)
    for one in both.values():
        for kind in ("complete", *KINDS):  # a card first: the other kinds need one
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
    chosen = report.options(__doc__ or "", rooms=200, seconds=0.5, rounds=5)
    with TemporaryDirectory() as kept, Stage() as stage, report.steps() as told:
        folder = Path(shutil.copytree(migrate.MIGRATIONS, Path(kept) / "migrations"))
        for later in [one for one in migrate.load() if one.version > BEFORE]:
            (folder / f"{later}.sql").unlink()
        assert stage.settings.database_url
        rows = report.run(measure(stage.settings.database_url, folder, chosen, told))
    return report.show(
        "commit", rows, chosen, f"{chosen.rooms} rooms; a batch's size stands behind its kind; µs and bytes a command, "
        "medians of the rounds; CPU is the backend's",
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
