"""On the embedded stores: what was deleted also goes from their files, which no statement of ours touches.

Redis keeps deleted keys in its append-only file until that is rewritten; PostgreSQL keeps dead rows until a table is. On stores
of an operator's own this is theirs to do, as README says.
"""

from urllib.parse import urlsplit

import asyncpg
import structlog
from redis.asyncio import Redis

from game_server.settings import Settings
from storage import data_directory, upkeep
from storage.data_directory import Running

log = structlog.get_logger(__name__)


async def rewrite_append_only_file(settings: Settings, connection: Redis) -> None:
    """Have the embedded Redis write its file anew, in the background. Raises RedisError."""
    running = data_directory.running(settings.data_dir)
    if running and _same(running.redis_url, settings.redis_url):
        await connection.bgrewriteaof()


async def rewrite_tables(settings: Settings) -> None:
    """Write the embedded PostgreSQL's tables anew, as their owner. Raises asyncpg errors, OSError."""
    running = data_directory.running(settings.data_dir)
    url = _administrator(settings, running)
    if url is None:
        return
    owner = await asyncpg.connect(url, timeout=5)
    try:
        passed_over = await upkeep.rewrite_tables(owner)
    finally:
        await owner.close()
    if passed_over:
        log.info("tables_in_use_not_rewritten", tables=passed_over)


def _administrator(settings: Settings, running: Running | None) -> str | None:
    url = settings.database_url
    return url if running and _same(running.database_url, url) else None


def _same(one: str | None, other: str | None) -> bool:
    """Do both lead to the same store?"""
    return bool(one and other) and urlsplit(one).netloc == urlsplit(other).netloc
