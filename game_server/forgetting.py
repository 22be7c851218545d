"""On the embedded stores: what was deleted also goes from their files, which no statement of ours touches.

Redis keeps deleted keys in its append-only file until that is rewritten; PostgreSQL keeps dead rows until a table is. On stores
of an operator's own this is theirs to do, as README says.
"""

from urllib.parse import urlsplit

import asyncpg
import structlog

from game_server.services import Services
from storage import data_directory, upkeep
from storage.data_directory import Running

log = structlog.get_logger(__name__)


async def rewrite_append_only_file(services: Services) -> None:
    """Have the embedded Redis write its file anew, in the background. Raises RedisError."""
    running = data_directory.running(services.settings.data_dir)
    if running and _same(running.redis_url, services.settings.redis_url):
        await services.redis.bgrewriteaof()


async def rewrite_tables(services: Services) -> None:
    """Write the embedded PostgreSQL's tables anew, as their owner. Raises asyncpg errors, OSError."""
    running = data_directory.running(services.settings.data_dir)
    url = _administrator(services, running)
    if url is None:
        return
    owner = await asyncpg.connect(url, timeout=5)
    try:
        passed_over = await upkeep.rewrite_tables(owner)
    finally:
        await owner.close()
    if passed_over:
        log.info("tables_in_use_not_rewritten", tables=passed_over)


def _administrator(services: Services, running: Running | None) -> str | None:
    url = services.settings.database_url
    return url if running and _same(running.database_url, url) else None


def _same(one: str | None, other: str | None) -> bool:
    """Do both lead to the same store?"""
    return bool(one and other) and urlsplit(one).netloc == urlsplit(other).netloc
