"""Does the database's schema fit this program? Looked at when somebody asks; what is wrong is logged when it changes."""

import asyncio
import time

import structlog

from storage import migrate
from storage.database import STORE_ERRORS, Database
from storage.migrate import Standing

log = structlog.get_logger(__name__)

LATELY_S = 2.0
WITHIN_S = 0.5


class Schema:
    """The standing as last seen; fitting until somebody looked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._standing: Standing = "ok"
        self._looked_at = 0.0
        self._one = asyncio.Lock()

    async def look(self) -> Standing:
        """As it is now. Raises STORE_ERRORS."""
        async with self._database.reading() as connection:
            found = await migrate.standing(connection)
        if found != self._standing:
            if found == "ok":
                log.info("schema_fits")
            else:
                log.error("schema_does_not_fit", standing=found, meaning=migrate.MEANING[found])
        self._standing, self._looked_at = found, time.monotonic()
        return found

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
