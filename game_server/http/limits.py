"""Limits of use: so many requests in so many seconds, per caller and per address, counted in Redis.

While Redis is away this process counts for itself. When that table is full too, login and pairing are refused (they
guard secrets) and everything else is allowed. Redis sees keyed hashes, never an address or a name.
"""

import asyncio
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import msgspec
import structlog
from litestar.connection import ASGIConnection
from redis.exceptions import RedisError

from game_server.process import addresses
from game_server.services import Services
from game_server.settings import Settings
from rooms.errors import RateLimited
from storage import data_directory
from storage.counts import Counted

log = structlog.get_logger()

GUARDING = frozenset({"login", "register", "claims", "invites"})
"""These limits guard secrets: where counting is impossible they refuse."""

MOST_LOCAL = 20_000
COUNT_WITHIN_S = 0.5
"""Nobody waits longer for a count: a Redis that has just begun to hang must not keep a new limit from being heard."""

Connection = ASGIConnection[Any, Any, Any, Any]


class Acting(Protocol):
    """Anybody who has a name in the log: `user:<uuid>` or `anon:<id>`."""

    @property
    def actor(self) -> str: ...


class Limit(msgspec.Struct, frozen=True):
    """At most `count` in `seconds`."""

    count: int
    seconds: int


class LocalCounts:
    """This process's own windows, for while Redis is away; bounded."""

    def __init__(self, most: int = MOST_LOCAL) -> None:
        self._most = most
        self._windows: dict[str, tuple[int, datetime]] = {}

    def count(self, key: str, seconds: int, now: datetime) -> Counted | None:
        """Count one more; None when there is no room to count."""
        count, began = self._windows.get(key, (0, now))
        if (now - began).total_seconds() >= seconds:
            count, began = 0, now
        if key not in self._windows and len(self._windows) >= self._most:
            self._drop_older_than(3600, now)
            if len(self._windows) >= self._most:
                return None
        self._windows[key] = (count + 1, began)
        return Counted(count + 1, int((seconds - (now - began).total_seconds()) * 1000))

    def _drop_older_than(self, seconds: int, now: datetime) -> None:
        self._windows = {k: w for k, w in self._windows.items() if (now - w[1]).total_seconds() < seconds}


_local = LocalCounts()


async def spend(
    services: Services, request: Connection | str | None, caller: Acting | str | None, limit_name: str
) -> None:
    """Count one use for the caller and for the address; raise RateLimited over `settings.limit_<name>`.

    `request` is the connection, the address itself, or None where addresses do not count; `caller` a Caller, any stable name,
    or None.
    """
    limit = parse_limit(getattr(services.settings, f"limit_{limit_name}"))
    subjects = [f"{limit_name} by {caller if isinstance(caller, str) else caller.actor}"] if caller else []
    if request is not None and _limited_by_address(request, services.settings):
        address = request if isinstance(request, str) else addresses.client(request.scope, services.settings)
        subjects.append(f"{limit_name} at {addresses.network(address)}")
    for subject in subjects:
        counted = await count(services, subject, limit.seconds)
        if counted is None and limit_name not in GUARDING:
            continue
        if counted is None or counted.count > limit.count:
            raise RateLimited(retry_after=1 + counted.left_ms // 1000 if counted else limit.seconds)


async def count(services: Services, subject: str, seconds: int) -> Counted | None:
    """One more of a subject in its window; None when neither Redis nor this process can count it.

    It is counted under each secret, so that processes between two of them count the same.
    """
    marks = services.keys.keyed_hashes(b"limit", subject.encode())
    counted = [await _count(services, "limit:" + urlsafe_b64encode(mark[:18]).decode(), seconds) for mark in marks]
    known = [one for one in counted if one is not None]
    return max(known, key=lambda one: one.count) if len(known) == len(counted) else None


async def _count(services: Services, key: str, seconds: int) -> Counted | None:
    if services.hub.connected:  # else the hub knows already that Redis is away, or hangs
        try:
            async with asyncio.timeout(COUNT_WITHIN_S):
                return await services.counts.one_more(key, seconds)
        except (RedisError, OSError, TimeoutError) as error:
            log.debug("limits_counted_locally", kind=type(error).__name__)
    return _local.count(key, seconds, services.clock.now())


@cache
def parse_limit(text: str) -> Limit:
    """`"10/900"` as ten in 900 seconds. Raises ValueError for anything else."""
    number, _, seconds = text.partition("/")
    limit = Limit(int(number), int(seconds))
    if limit.count < 1 or limit.seconds < 1:
        raise ValueError("a limit is count/seconds, both at least 1")
    return limit


def _limited_by_address(request: Connection | str, settings: Settings) -> bool:
    """A unix socket has no address; on one's own machine everybody is 127.0.0.1, unless it comes through a proxy."""
    address = request if isinstance(request, str) else addresses.client(request.scope, settings)
    found = addresses.parse(address)
    if found is None:
        return False
    local = found.is_loopback if isinstance(request, str) else addresses.is_local(request.scope, settings)
    if settings.limit_loopback or not local:
        return True
    return not (settings.embedded_database or _are_own_stores(settings.data_dir, settings.database_url))


@cache
def _are_own_stores(data_dir: Path, database_url: str | None) -> bool:
    # Once the embedded stores run, the settings hold their URL as if somebody had set it.
    return data_directory.serves(data_dir, database_url)
