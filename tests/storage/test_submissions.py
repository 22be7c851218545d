"""The desk where surveys are handed in: one at a time of those who are connected, whatever becomes of them meanwhile."""

import asyncio
import uuid

import pytest

from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from storage.submissions import Desk
from tests.support.databases import login_url


@pytest.fixture
async def database(database_url):
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield database
    await database.close()


async def test_somebody_who_is_erased_between_two_of_their_submissions_leaves_nobody_waiting(database):
    desk = Desk(database.worker, lambda _name, work: asyncio.ensure_future(work))
    gone = str(uuid.uuid4())
    inside, leave = asyncio.Event(), asyncio.Event()

    async def hand_in() -> None:
        async with desk.turn("user", gone) as standing:
            assert standing is None
            inside.set()
            await leave.wait()

    first = asyncio.ensure_future(hand_in())
    await inside.wait()
    others = [asyncio.ensure_future(hand_in()) for _ in range(2)]
    leave.set()
    await asyncio.wait_for(asyncio.gather(first, *others), 30)
