"""Reading for one export: short transactions, with the caller's rights or as the service, for as long as the caller is let in."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import asyncpg

from game_server.accounts.callers import Caller, as_caller, authenticate
from game_server.services import Services
from storage import export
from storage.export import Item, List

LOOKED_EVERY = timedelta(seconds=1)


class Reader:
    """`authorization` is the header that the caller came with."""

    def __init__(self, services: Services, caller: Caller, authorization: str | None) -> None:
        self.services = services
        self.caller = caller
        self._authorization = authorization
        self._looked_at = services.clock.now()

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.services.clock.now()

    def own(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """With the caller's rights."""
        return as_caller(self.services, self.caller)

    def service(self) -> AbstractAsyncContextManager[asyncpg.Connection]:
        """As the service: every statement names whose rows it wants."""
        return self.services.database.reading()

    async def still(self) -> None:
        """A login that ended meanwhile, or a person who was erased, gets no more. Raises Unauthorized."""
        if self.now - self._looked_at >= LOOKED_EVERY:
            self._looked_at = self.now
            await authenticate(self.services, self._authorization)

    async def pages(self, wanted: List) -> AsyncIterator[list[Item]]:
        """The caller's rows of a list, page by page."""
        after = None
        while True:
            await self.still()
            async with self.own() if wanted.rights == "own" else self.service() as connection:
                items, after = await export.page(connection, wanted, self.caller.kind, self.caller.id, after)
            yield items
            if after is None:
                return
