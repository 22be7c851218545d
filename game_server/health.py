"""Is the process alive, and does it deliver? Ready means: not draining, PostgreSQL answers with the schema at head, and a
probe published to Redis came back through the subscription. Redis itself away is degraded, not unready: moves still commit.
"""

import asyncio
from typing import Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from redis.exceptions import RedisError

from game_server.services import Services
from storage import migrate
from storage.database import STORE_ERRORS

WITHIN_S = 1.5

Check = Literal["ok", "away", "behind", "draining", "silent"]


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(msgspec.Struct, frozen=True):
    """Whether to send people here, and why not."""

    status: Literal["ok", "degraded", "unready"]
    degraded: list[str]
    checks: dict[str, Check]


@get("/health/live", sync_to_thread=False)
def live() -> Live:
    """The process only."""
    return Live()


@get("/health/ready")
async def ready(services: NamedDependency[Services]) -> Response[Ready]:
    """Delivery, not a port."""
    database, redis = await asyncio.gather(_database(services), _redis(services))
    server: Check = "draining" if services.hub.draining else "ok"
    checks: dict[str, Check] = {"server": server, "database": database, "redis": redis}
    unready = server != "ok" or database != "ok" or redis == "silent"
    degraded = ["redis"] if redis == "away" else []
    if not services.person_keys.answers():  # surveys wait, rooms do not
        degraded.append("keys")
    status: Literal["ok", "degraded", "unready"] = "unready" if unready else "degraded" if degraded else "ok"
    return Response(
        Ready(status, degraded, checks),
        status_code=503 if unready else 200,
        media_type="application/health+json",
        headers={"Cache-Control": "no-store"},
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [live, ready]


async def _database(services: Services) -> Check:
    try:
        async with asyncio.timeout(WITHIN_S), services.database.as_service() as connection:
            return "ok" if await migrate.at_head(connection) else "behind"
    except STORE_ERRORS:
        return "away"


async def _redis(services: Services) -> Check:
    """Its probe came back: ok. It answers, but the probe is lost: silent. It does not answer: away."""
    if services.hub.delivers():
        return "ok"
    try:
        async with asyncio.timeout(WITHIN_S):
            await services.redis.ping()
    except (RedisError, OSError, TimeoutError):
        return "away"
    return "silent"
