"""What a change in a bond, and a phone's reading of it, may cost: ways to the database, for which others wait for theirs.

A number here may be lowered. Who raises one says in the change why it is worth it: a bond that is busy is beside games.
"""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from game_server.bonds.live.missed import Missed, missed
from storage import bond_feed
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house
from tests.support.noted import noted

TASK, JOURNAL = 14, 11
"""Of a PATCH: who asks, the command's transaction, and its row as its caller then reads it."""

FEED_OF_TASKS, FEED_OF_JOURNAL = 7, 4
"""Of one member's reading, however many lines of that table it finds."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        await opened.services.attendant.stop()  # it asks the database by itself
        yield opened


@pytest.fixture
async def home(house) -> Home:
    """Ana leads Ben."""
    return await moved_in(house, ("dominant", "submissive"))


async def read(home: Home, who: int, after: int) -> Missed:
    """What their phone lacks after that line."""
    found = await missed(home.house.services, home.caller(who), UUID(home.bond), after=after)
    assert found is not None
    return found


async def head(home: Home) -> int:
    return await bond_feed.head(home.house.database, UUID(home.bond))


async def counted(home: Home, path: str, *bodies: Any) -> int:
    """Ways of the last of these changes: the first ones open what is kept open."""
    for body in bodies:
        with noted(home.house) as statements:
            await home.patch(0, path, body)
    return len(statements)


async def test_a_change_and_its_reading_take_no_more_ways_to_the_database_than_they_need(home):
    task = await home.post(0, "tasks", {"title": "Water the ferns", "assigned_to": home.people[1].id}, expect=201)
    path, began = f"tasks/{task['id']}", await head(home)
    assert await counted(home, path, {"title": "Water the roses"}, {"title": "Water the lilies"}) <= TASK
    await read(home, 1, began)
    with noted(home.house) as statements:
        assert len((await read(home, 1, began)).frames) == 2
    assert len(statements) <= FEED_OF_TASKS, statements


async def test_the_same_of_words_that_are_for_nobody(home):
    entry = await home.post(0, "journal", {"title": "A day", "content": "Good.", "is_shared": True}, expect=201)
    path, began = f"journal/{entry['id']}", await head(home)
    assert await counted(home, path, {"title": "A night"}, {"title": "A week"}) <= JOURNAL
    await read(home, 1, began)
    with noted(home.house) as statements:
        assert len((await read(home, 1, began)).frames) == 2
    assert len(statements) <= FEED_OF_JOURNAL, statements
