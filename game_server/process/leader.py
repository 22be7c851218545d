"""Which process runs the timetable, the one whose session holds an advisory lock; and which jobs run just now, each by a lock of
its own.

The locks belong to that session: when its process dies, PostgreSQL gives them to the next.
"""

import asyncio
from zlib import crc32

import asyncpg
import structlog

from storage.database import STORE_ERRORS

log = structlog.get_logger(__name__)

LEADER_LOCK = 0x617474756E6564  # "attuned"
JOB_LOCKS = 0x6A6F6273  # "jobs"


class Leader:
    """A session that may hold these locks; several jobs use it at once."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection, self._one_at_a_time = connection, asyncio.Lock()

    async def lead(self) -> bool:
        """Is the timetable ours now?"""
        return await self._ask("SELECT pg_try_advisory_lock($1)", LEADER_LOCK)

    async def is_alive(self) -> None:
        """Raises STORE_ERRORS when the session is gone, and with it every lock."""
        await self._ask("SELECT true")

    async def take(self, job: str) -> bool:
        """May this session run that job? Nobody else may meanwhile."""
        return await self._ask("SELECT pg_try_advisory_lock($1, $2)", JOB_LOCKS, lock_of(job))

    async def give(self, job: str) -> None:
        """It is done. A session that is gone holds nothing anyway."""
        try:
            await self._ask("SELECT pg_advisory_unlock($1, $2)", JOB_LOCKS, lock_of(job))
        except STORE_ERRORS as error:
            log.debug("job_lock_gone", job=job, kind=type(error).__name__)

    async def _ask(self, query: str, *values: int) -> bool:
        async with self._one_at_a_time:
            answer: bool = await self._connection.fetchval(query, *values)
        return answer


def lock_of(job: str) -> int:
    """The number of a job's lock, as PostgreSQL takes it."""
    return crc32(job.encode()) - 2**31


async def held(connection: asyncpg.Connection, jobs: list[str]) -> tuple[bool, set[str]]:
    """Does any process of this database run the timetable, and which of these jobs run just now?"""
    rows = await connection.fetch(
        "SELECT classid::bigint AS high, objid::bigint AS low, objsubid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    single = {(row["high"] << 32) + row["low"] for row in rows if row["objsubid"] == 1}
    pairs = {row["low"] for row in rows if row["objsubid"] != 1 and row["high"] == JOB_LOCKS}
    return LEADER_LOCK in single, {job for job in jobs if lock_of(job) % 2**32 in pairs}
