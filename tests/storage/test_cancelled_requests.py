"""A request that is cancelled at any moment, also again while it is undone, leaves its connection as it found it."""

import asyncio
import uuid
from contextlib import suppress
from datetime import UTC, datetime

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


@pytest.mark.parametrize("again", [0, 1])
@pytest.mark.parametrize("of_whom", ["user", "member", "service"])
async def test_nothing_is_left(database, of_whom, again):
    who = str(uuid.uuid4())
    ways = {
        "user": (database.web, lambda: database.as_user(who)),
        "member": (database.members, lambda: database.as_member(who, datetime.now(UTC))),
        "service": (database.worker, database.as_service),
    }
    pool, transaction = ways[of_whom]

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
