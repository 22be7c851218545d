"""A request that is cancelled at any moment, also again while it is undone, leaves its connection as it found it."""

import asyncio
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import asyncpg
import pytest

from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url

MOMENTS = 50


@pytest.fixture
async def database(database_url):
    database = await Database.open(
        login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN), web_pool=1, worker_pool=1
    )
    yield database
    await database.close()


def _ways(database, who):
    """Each kind of transaction, and the pool it is on."""
    return {
        "user": (database.web, lambda: database.as_user(who)),
        "member": (database.members, lambda: database.as_member(who, datetime.now(UTC))),
        "service": (database.worker, database.as_service),
    }


@pytest.mark.parametrize("again", [0, 1])
@pytest.mark.parametrize("of_whom", ["user", "member", "service"])
async def test_nothing_is_left(database, of_whom, again):
    pool, transaction = _ways(database, str(uuid.uuid4()))[of_whom]

    async def request():
        async with transaction() as db:
            await db.fetchval("SELECT count(*) FROM pg_class")

    await request()
    left = []
    for moment in range(MOMENTS):
        asked = asyncio.create_task(request())
        await asyncio.sleep(moment * 0.0001)
        for _ in range(1 + again):
            asked.cancel()
            await asyncio.sleep(0)
        with suppress(asyncio.CancelledError):
            await asked
        async with pool.acquire(timeout=5) as connection:
            is_itself = await connection.fetchval(
                "SELECT current_user = session_user AND coalesce(current_setting('request.jwt.claims', true), '') = ''"
            )
            if connection.is_in_transaction() or not is_itself:
                left.append(moment)
    assert not left


@pytest.mark.parametrize("of_whom", ["user", "member", "service"])
async def test_what_was_not_committed_does_not_pass_for_it(database, of_whom):
    """Somebody caught an error in a transaction, after which PostgreSQL answers its commit with a rollback."""
    _, transaction = _ways(database, str(uuid.uuid4()))[of_whom]

    async def catching():
        async with transaction() as db:
            with suppress(asyncpg.DivisionByZeroError):
                await db.fetchval("SELECT 1 / 0")

    with pytest.raises(asyncpg.InFailedSQLTransactionError):
        await catching()
    async with transaction() as db:
        assert await db.fetchval("SELECT 1") == 1


async def test_whoever_is_cancelled_when_their_turn_comes_keeps_nobody_of_theirs_waiting(database):
    who, at = str(uuid.uuid4()), datetime.now(UTC)
    entered = []

    async def command(name):
        async with database.as_member(who, at):
            entered.append(name)

    async with database.as_member(who, at):
        second = asyncio.create_task(command("second"))
        await asyncio.sleep(0)
    second.cancel()  # in the step in which it gets its turn
    with suppress(asyncio.CancelledError):
        await second
    async with asyncio.timeout(5):
        await command("third")
    assert entered == ["third"]


async def test_a_connection_on_which_nobody_answers_any_more_is_given_back_without_an_error(database):
    """It is closed then, and whoever committed on it has committed."""
    pool = database.worker
    connection = await pool.acquire(timeout=5)
    await pool.expire_connections()
    silent = connection._con._transport
    silent.pause_reading()
    await pool.release(connection, timeout=0.05)
