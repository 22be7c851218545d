"""Which secret signs here is written down while it does, so that an operator can see what still hangs on one before it goes."""

import asyncio
from datetime import timedelta

from game_server.services import Services
from storage import secret_keys
from storage.database import STORE_ERRORS

NOTED_FOR = timedelta(seconds=60)
AGAIN_S = 20.0


async def note(services: Services) -> None:
    """At the start, before anything is signed."""
    now = services.clock.now()
    async with services.database.as_service() as connection:
        await secret_keys.note(connection, services.keys.kids, now=now, until=now + NOTED_FOR)


async def go_on_noting(services: Services) -> None:
    """The same again and again, until cancelled. While the database is away nothing of ours is kept there either."""
    while True:
        await asyncio.sleep(AGAIN_S)
        try:
            await note(services)
        except STORE_ERRORS:
            continue
