"""Does the database's schema fit this program? Looked at again and again, and when somebody asks; what is wrong is logged when it
changes. A program that the schema is not for touches nothing: what it would write, the newer one may not understand.
"""

import asyncio
import time
from collections.abc import Callable

import asyncpg
import structlog

from game_server.process import tasks
from storage import migrate
from storage.database import STORE_ERRORS, Database
from storage.database_trouble import MEANING, Trouble, why
from storage.migrate import Standing

log = structlog.get_logger(__name__)

LATELY_S = 2.0
WITHIN_S = 0.5
WITHOUT_DATABASE = "Nothing is saved without PostgreSQL; pause and stop still hide the card."


class Schema:
    """The standing as last seen; fitting until somebody looked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._standing: Standing = "ok"
        self._looked_at = 0.0
        self._troubled: Trouble | None = None
        self._one = asyncio.Lock()
        self._watch: asyncio.Task[None] | None = None
        self.on_change: list[Callable[[Standing], object]] = []

    @property
    def fits(self) -> bool:
        """May this program use the database, as last seen?"""
        return self._standing == "ok"

    def start(self) -> None:
        """Begin to look by itself."""
        self._watch = tasks.start(self._look_again(), name="schema", vital=True)

    async def stop(self) -> None:
        """End."""
        if self._watch:
            await tasks.stop(self._watch)

    async def look(self) -> Standing:
        """As it is now. Raises STORE_ERRORS, also where all that can be done is to read."""
        async with self._database.reading() as connection:
            found = await migrate.standing(connection)
            if await connection.fetchval("SELECT pg_is_in_recovery()"):
                raise asyncpg.ReadOnlySQLTransactionError(MEANING["read_only"])
        if found != self._standing:
            if found == "ok":
                log.info("schema_fits")
            else:
                log.error("schema_does_not_fit", standing=found, meaning=migrate.MEANING[found])
        before, self._standing, self._looked_at = self._standing, found, time.monotonic()
        if found != before:
            for told in self.on_change:
                told(found)
        return found

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LATELY_S)
            try:
                await self.look()
            except STORE_ERRORS as error:
                self._tell(why(error))
            else:
                self._tell(None)

    def _tell(self, trouble: Trouble | None) -> None:
        """Once until it is over, or is another one."""
        if trouble and trouble != self._troubled:
            log.warning("database_lost", why=trouble, meaning=f"{WITHOUT_DATABASE} {MEANING[trouble]}")
        elif self._troubled and not trouble:
            log.info("database_back")
        self._troubled = trouble

    async def lately(self) -> Standing:
        """As it was some seconds ago at most, or longer where the database does not answer at once."""
        async with self._one:
            if time.monotonic() - self._looked_at >= LATELY_S:
                try:
                    async with asyncio.timeout(WITHIN_S):
                        return await self.look()
                except STORE_ERRORS:
                    self._looked_at = time.monotonic()
            return self._standing
