"""Is the process alive, and does it deliver? Ready means: not draining, PostgreSQL answers with a schema that fits, and a
probe published to Redis came back through the subscription. Redis itself away is degraded, not unready: moves still commit.

Anybody may ask, as often as they like: all who ask within a second share one look at the stores.
"""

import asyncio
import time
from typing import Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec

from game_server.live.hub import Hub
from game_server.services import Services
from storage import database_trouble, redis_trouble
from storage.database import STORE_ERRORS
from storage.keyspace import Keyspace
from storage.redis_connections import REDIS_ERRORS

WITHIN_S = 1.5
FRESH_S = 1.0

Check = Literal["ok", "away", "behind", "newer", "edited", "restoring", "draining", "silent"]
DatabaseCheck = Check | database_trouble.Trouble
RedisCheck = Check | redis_trouble.Trouble


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(msgspec.Struct, frozen=True):
    """Whether to send people here, and why not."""

    status: Literal["ok", "degraded", "unready"]
    degraded: list[str]
    checks: dict[str, DatabaseCheck | RedisCheck]


@get("/health/live", sync_to_thread=False)
def live() -> Live:
    """The process only."""
    return Live()


class Stores(msgspec.Struct, frozen=True):
    """What a look at them found; `keys`: people's keys can be read."""

    database: DatabaseCheck
    redis: RedisCheck
    keys: bool

    @property
    def database_up(self) -> bool:
        """Does it answer, whatever schema it has?"""
        return self.database in ("ok", "behind", "newer", "edited", "restoring")

    @property
    def redis_up(self) -> bool:
        """Does it answer, also where the probe was lost?"""
        return self.redis in ("ok", "silent")


class Look:
    """The last look at the stores, kept for a second; who comes while one is taken waits for it."""

    def __init__(self) -> None:
        self._found: Stores | None = None
        self._at = 0.0
        self._one = asyncio.Lock()

    async def at_stores(self, services: Services) -> Stores:
        """As they are now, or were a moment ago."""
        async with self._one:
            if self._found is None or time.monotonic() - self._at >= FRESH_S:
                found = await asyncio.gather(
                    _database(services), _redis(services.hub, services.redis), services.person_keys.answers()
                )
                self._found = Stores(*found)
                self._at = time.monotonic()
            return self._found


def judged(services: Services, stores: Stores) -> Ready:
    """What that means for whoever wants to be served."""
    server: Check = "draining" if services.hub.draining else "ok"
    checks: dict[str, DatabaseCheck | RedisCheck] = {
        "server": server,
        "database": stores.database,
        "redis": stores.redis,
    }
    unready = server != "ok" or stores.database != "ok" or stores.redis == "silent"
    degraded = ["redis"] if stores.redis not in ("ok", "silent") else []
    if not stores.keys:  # surveys wait, rooms do not
        degraded.append("keys")
    return Ready("unready" if unready else "degraded" if degraded else "ok", degraded, checks)


@get(
    "/health/ready",
    media_type="application/health+json",
    responses={503: ResponseSpec(Ready, description="It cannot serve.", media_type="application/health+json")},
)
async def ready(services: NamedDependency[Services], look: NamedDependency[Look]) -> Response[Ready]:
    """Delivery, not a port."""
    found = judged(services, await look.at_stores(services))
    return Response(
        found,
        status_code=503 if found.status == "unready" else 200,
        media_type="application/health+json",
        headers={"Cache-Control": "no-store"},
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers. They ask for a `look`, which whoever takes them keeps."""
    return [live, ready]


async def _database(services: Services) -> DatabaseCheck:
    try:
        async with asyncio.timeout(WITHIN_S):
            return await services.schema.look()
    except STORE_ERRORS as error:
        return database_trouble.why(error)


async def _redis(hub: Hub, connection: Keyspace) -> RedisCheck:
    """Its probe came back: ok, or why nothing can be written. It answers, but the probe is lost: silent. Else why not."""
    if hub.delivers():
        return hub.trouble or "ok"
    try:
        async with asyncio.timeout(WITHIN_S):
            await connection.ping()
    except REDIS_ERRORS as error:
        return redis_trouble.why(error)
    return "silent"
