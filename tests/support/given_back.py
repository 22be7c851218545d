"""A database whose sessions end at the moment they are given back: what asyncpg then raises is none of its usual errors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from storage.database import Database


class GivenBackBroken(Database):
    """Works, then fails as the pool does when the session is terminated while it is given back."""

    @asynccontextmanager
    async def as_service(self) -> AsyncIterator[asyncpg.Connection]:
        async with super().as_service() as connection:
            yield connection
        raise asyncpg.InternalClientError("PoolConnectionHolder.release() called on a free connection holder")
