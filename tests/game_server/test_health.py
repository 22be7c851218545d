"""`health`: how the installation is, also while a part of it is away, and a sentence for everything that needs a person."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from game_server.commands import health as work
from game_server.commands import health_lines, health_problems, migrating, verifying
from game_server.commands.health import Health
from game_server.commands.health_problems import Disk, Found, Reached
from game_server.commands.timetable import Listed, Told
from game_server.process import leader
from game_server.process.exits import CannotRunError
from game_server.settings import Settings
from game_server.timetable import timetable
from storage import migrate, sizes
from storage.outboxes import Depth
from storage.sizes import Backup, Use
from storage.urls import as_login
from tests.storage import rows
from tests.support.server_process import game_server

AWAY = "127.0.0.1:1"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
CALM = Use(bytes=1, connections=1, most_connections=100, oldest_transaction_s=0.0, dead=0, replica=False)
WELL = Found(stores=[], disks=[], database=CALM, jobs=Told(NOW, led=True, jobs=[]))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def led(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """Somebody runs the timetable of this database, and every job has just ended well."""
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute("SELECT pg_advisory_lock($1)", leader.LEADER_LOCK)
    await connection.executemany(
        "INSERT INTO job_runs (name, last_due_at, last_started_at, last_finished_at, last_done_at, last_outcome)"
        " VALUES ($1, now(), now(), now(), now(), 'done') ON CONFLICT (name) DO NOTHING",
        [(job.name,) for job in timetable()],
    )
    yield connection
    await connection.close()


async def looked(settings: Settings) -> Health:
    return await asyncio.to_thread(work.health, settings, step=lambda _text: nullcontext())


async def test_where_all_is_well_everything_is_told_and_nothing_needs_anybody(settings, led):
    health = await looked(settings)
    assert (health.problems, health.ok) == ([], True)
    found = health.found
    assert [(one.name, one.ok) for one in found.stores] == [
        (name, True) for name in ("database", "redis", "keys", "objects")
    ]
    assert all(one.ms >= 0 for one in found.stores)
    tables = {one.name: one for one in found.tables}
    exact = await led.fetchval("SELECT count(*) FROM activities")
    assert (tables["activities"].rows, tables["activities"].estimated) == (exact, False)
    assert tables["activities"].bytes > 0 < tables["activities"].index_bytes
    assert found.database.connections >= 1
    assert {"mail", "push", "files"} <= found.outboxes.keys()
    assert (found.objects.objects, found.objects.whole) == (0, True)
    told = health_lines.lines(health)
    assert {"Stores", "Disks", "Tables", "Outboxes", "Lately"} <= set(told)
    assert told[-1] == "Nothing needs a person."


async def test_a_large_table_is_not_counted_but_estimated(settings, led, monkeypatch):
    monkeypatch.setattr(sizes, "EXACT_BELOW", 0)
    await led.execute("ANALYZE activities")
    health = await looked(settings)
    [activities] = [one for one in health.found.tables if one.name == "activities"]
    assert (activities.rows, activities.estimated) == (await led.fetchval("SELECT count(*) FROM activities"), True)
    assert any(f"~{activities.rows}" in line for line in health_lines.lines(health))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("redis", {"redis_url": f"redis://{AWAY}/0"}),
        ("keys", {"person_keys": f"postgresql://nobody:no@{AWAY}/keys"}),
        ("objects", {"files_url": f"s3://key:unsaid@bucket?endpoint=http://{AWAY}"}),
        (
            "database",
            dict.fromkeys(("database_url", "database_web_url", "database_worker_url"), f"postgresql://x:y@{AWAY}/x"),
        ),
    ],
)
async def test_a_store_that_is_away_is_named_and_the_rest_is_told(settings, led, name, change):
    health = await looked(msgspec.structs.replace(settings, **change))
    assert [one.of for one in health.problems] == [name]
    assert health.problems[0].do
    assert [one.name for one in health.found.stores if not one.ok] == [name]
    assert "unsaid" not in "".join(health_lines.lines(health))
    if name != "database":
        assert health.found.tables
        assert health.found.jobs


@asynccontextmanager
async def refusing(code: str, says: str) -> AsyncIterator[str]:
    """What a PostgreSQL answers that lets nobody in, at this URL."""
    fields = f"SFATAL\0VFATAL\0C{code}\0M{says}\0\0".encode()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        start = await reader.readexactly(8)
        if start[4:] == (80877103).to_bytes(4, "big"):  # it asks for TLS
            writer.write(b"N")
            start = await reader.readexactly(8)
        writer.write(b"E" + (len(fields) + 4).to_bytes(4, "big") + fields)
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        yield f"postgresql://ada:unsaid@127.0.0.1:{server.sockets[0].getsockname()[1]}/game"


DATABASE = ("database_url", "database_web_url", "database_worker_url")


@pytest.mark.parametrize(
    ("code", "says", "words"),
    [
        ("57P03", "the database system is starting up", ["takes nobody in just now", "is starting up. Wait"]),
        ("53300", "sorry, too many clients already", ["no connection left", "ATTUNED_WEB_POOL"]),
        ("28P01", 'password authentication failed for user "ada"', ["refuses the login", "Check the password in DATABASE_URL"]),
        ("3D000", 'database "game" does not exist', ["has no database 'game'", "Create it"]),
        ("42501", 'permission denied for database "game"', ["permission denied for database", "administrator's"]),
    ],
)  # fmt: skip
async def test_what_postgresql_refuses_is_said_in_words_that_tell_what_to_do(settings, code, says, words):
    async with refusing(code, says) as url:
        health = await looked(msgspec.structs.replace(settings, **dict.fromkeys(DATABASE, url)))
    [problem] = health.problems
    assert problem.of == "database"
    assert [word for word in words if word not in problem.do] == []
    assert "unsaid" not in "".join(health_lines.lines(health))


async def test_what_the_database_of_peoples_keys_refuses_is_said_too(settings, led):
    async with refusing("57P03", "the database system is starting up") as url:
        health = await looked(msgspec.structs.replace(settings, person_keys=url))
    [problem] = health.problems
    assert problem.of == "keys"
    assert "It says: the database system is starting up. Check ATTUNED_PERSON_KEYS" in problem.do


@pytest.mark.parametrize("login", ["database_web_url", "database_worker_url"])
async def test_a_login_of_the_server_that_is_refused_is_said_and_the_tables_are_told(settings, led, login):
    wrong = as_login(settings.database_url, "nobody_of_this_name", "unsaid")
    health = await looked(msgspec.structs.replace(settings, **{login: wrong}))
    [problem] = health.problems
    assert problem.of == "database"
    assert "refuses the login" in problem.do
    assert health.found.tables
    assert health.found.jobs is None


@pytest.mark.parametrize("asks", [migrating.migrate_status, verifying.verify])
async def test_who_only_asks_a_server_that_says_nothing_is_told_so_before_long(settings, monkeypatch, asks):
    """Stopped, or behind a hole: it takes connections and never says a word."""
    monkeypatch.setattr(migrate, "CONTACT_WITHIN_S", 0.1)
    ended = asyncio.Event()

    async def say_nothing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ended.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        url = f"postgresql://ada:unsaid@127.0.0.1:{server.sockets[0].getsockname()[1]}/game"
        silent = msgspec.structs.replace(settings, **dict.fromkeys(DATABASE, url))
        async with asyncio.timeout(30):
            with pytest.raises(CannotRunError, match="does not answer in time"):
                await asyncio.to_thread(asks, silent, step=lambda _text: nullcontext())
        ended.set()


async def test_the_command_says_it_for_people_and_scripts(settings, led):
    told = game_server(settings, "health", "--json")
    assert told.returncode == 0, told.stdout
    answer = json.loads(told.stdout)
    assert (answer["ok"], answer["problems"]) == (True, [])
    assert {"stores", "disks", "objects", "tables", "database", "jobs", "outboxes", "backup", "sync"} == answer[
        "found"
    ].keys()
    said = game_server(msgspec.structs.replace(settings, redis_url=f"redis://{AWAY}/0"), "health")
    assert said.returncode == 1
    assert "redis: The store at" in said.stdout


class TestWhatNeedsAPerson:
    @pytest.mark.parametrize(
        ("found", "of"),
        [
            ({"stores": [Reached(name="redis", place="x", ok=False, ms=1.0, wrong="Look.")]}, "redis"),
            ({"disks": [Disk(of=["data"], path="/x", free_bytes=9, total_bytes=100)]}, "disk"),
            ({"jobs": Told(NOW, led=False, jobs=[])}, "jobs"),
            ({"outboxes": {"mail": Depth(1, 1, 1, 3600.0, 0)}}, "outboxes"),
            ({"database": msgspec.structs.replace(CALM, connections=95)}, "connections"),
            ({"database": msgspec.structs.replace(CALM, oldest_transaction_s=7200.0)}, "transactions"),
        ],
    )
    async def test_each_is_a_sentence_and_what_to_do(self, found, of):
        [problem] = health_problems.of(Settings(), msgspec.structs.replace(WELL, **found))
        assert problem.of == of
        assert problem.wrong.endswith(".")
        assert problem.do

    async def test_what_may_wait_or_is_well_needs_nobody(self):
        calm = {
            "stores": [Reached(name="redis", place="x", ok=True, ms=1.0)],
            "disks": [Disk(of=["data"], path="/x", free_bytes=11, total_bytes=100)],
            "outboxes": {"push": Depth(1, 1, 1, 3600.0, 0), "mail": Depth(1, 0, 1, 3600.0, 0)},
        }
        assert health_problems.of(Settings(), msgspec.structs.replace(WELL, **calm)) == []

    @pytest.mark.parametrize(
        ("state", "overdue", "said"), [("died", 0.0, "did not end well"), ("done", 90.0, "should have begun")]
    )
    async def test_a_job_that_failed_or_is_late_is_named(self, state, overdue, said):
        job = Listed(
            name="send_mail", when="every 10 s", state=state, last_started_at=NOW, last_done_at=None, seconds=None,
            lag_seconds=None, next_run_at=NOW, overdue_seconds=overdue,
        )  # fmt: skip
        [problem] = health_problems.of(Settings(), msgspec.structs.replace(WELL, jobs=Told(NOW, led=True, jobs=[job])))
        assert problem.wrong == f"send_mail: {said}."

    @pytest.mark.parametrize(
        ("done_h_ago", "outcome", "problems"),
        [
            (None, None, 1),
            (10, "done", 0),
            (25, "done", 0),
            (30, "done", 1),
            (10, "StoreAway", 1),
            (30, "StoreAway", 2),
        ],
    )
    async def test_backups_as_often_as_they_are_to_be(self, done_h_ago, outcome, problems):
        hourly = SimpleNamespace(backup_to="file:///backups", backup_every_hours=24)
        done = None if done_h_ago is None else done_h_ago * 3600.0
        last = Backup(done_s_ago=done, tried_s_ago=1.0, outcome=outcome, bytes=1, objects=0, place="x")
        found = msgspec.structs.replace(WELL, backup=last)
        assert len(health_problems.of(hourly, found)) == problems
        never = SimpleNamespace(backup_to=None, backup_every_hours=24)
        assert health_problems.of(never, found) == []


class TestWhatTheTablesSay:
    @pytest.fixture
    async def admin(self, database_url: str) -> AsyncIterator[asyncpg.Connection]:
        async with rows.undone(database_url) as connection:
            yield connection

    async def test_the_last_backup_that_was_done_and_the_last_try(self, admin):
        await admin.execute(
            "CREATE TABLE IF NOT EXISTS backups (id uuid, started_at timestamptz, finished_at timestamptz, outcome text,"
            " place_name text, file_name text, bytes bigint, objects integer)"
        )
        before = await sizes.backup(admin)
        assert (before.done_s_ago, before.outcome) == (None, None)
        for hours, outcome in ((30, "done"), (6, "done"), (1, "StoreAway")):
            began = await admin.fetchval("SELECT clock_timestamp()") - timedelta(hours=hours)
            await admin.execute(
                "INSERT INTO backups (id, started_at, finished_at, outcome, place_name, file_name, bytes, objects)"
                " VALUES (gen_random_uuid(), $1, $1, $2, 'folder', 'file', 7, 2)",
                *(began, outcome),
            )
        last = await sizes.backup(admin)
        assert (round(last.done_s_ago / 3600), round(last.tried_s_ago / 3600)) == (6, 1)
        assert (last.outcome, last.bytes, last.objects, last.place) == ("StoreAway", 7, 2, "folder")

    async def test_how_far_notion_is_where_somebody_has_it(self, admin):
        made: Any = "CREATE TABLE IF NOT EXISTS notion_{}"
        await admin.execute(made.format("connections (state text)"))
        await admin.execute(made.format("pages (state text)"))
        await admin.execute(made.format("databases (last_pull_at timestamptz, last_push_at timestamptz)"))
        found = await sizes.sync(admin)
        assert (found.connected, found.waiting, found.last_s_ago) == (0, 0, None)
