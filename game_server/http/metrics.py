"""`/metrics`: what `gauges.py` has counted, for Prometheus, and what is read off when somebody asks: stores, pools, jobs,
outboxes, rooms. With the stores away it answers too, and says so.
"""

import asyncio
import platform
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from hmac import compare_digest
from importlib.metadata import version
from typing import Any, get_args

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from game_server.http.bodies import AnyRequest
from game_server.http.health import Look, Stores, judged
from game_server.process import addresses, gauges
from game_server.services import Services
from rooms.errors import NotFound
from rooms.sessions.state import Phase
from storage import migration_files, outboxes, upkeep
from storage.database import STORE_ERRORS
from storage.outboxes import Depth
from storage.upkeep import Run

FRESH_S = 5.0
WITHIN_S = 1.0

Lags = Callable[[Mapping[str, Run], datetime], dict[str, float]]
"""From the jobs' last runs and the time now: how many seconds ago each should have begun again."""


class Tables(msgspec.Struct, frozen=True):
    """What the database says of jobs and outboxes."""

    runs: dict[str, Run] = {}
    depths: dict[str, Depth] = {}


class Reading:
    """The last one, kept for some seconds: however many ask, the database is asked now and then, and `one` of them is answered
    at a time.
    """

    def __init__(self) -> None:
        self.one = asyncio.Lock()
        self._found = Tables()
        self._until = 0.0

    async def of(self, services: Services) -> Tables:
        """Nothing where the database does not answer."""
        if time.monotonic() >= self._until:
            self._found = await _tables(services)
            self._until = time.monotonic() + FRESH_S
        return self._found


def routes(lags: Lags) -> list[HTTPRouteHandler]:
    """The handlers. They ask for a `look` and a `reading`, which whoever takes them keeps."""

    @get("/metrics", include_in_schema=False)
    async def metrics(
        request: AnyRequest,
        services: NamedDependency[Services],
        look: NamedDependency[Look],
        reading: NamedDependency[Reading],
    ) -> Response[bytes]:
        """For this machine, or with the token of the settings; nobody else learns that it exists."""
        _refuse_strangers(request, services)
        async with reading.one:  # gauges are set, then printed: nobody else in between
            stores = await look.at_stores(services)
            tables = Tables() if not stores.database_up else await reading.of(services)
            _show_process(services, request.app.state.get("bonds"))
            _show_stores(services, stores)
            _show_tables(tables, lags(tables.runs, services.clock.now()))
            # Thousands of lines: in a thread, so that rooms have their turns meanwhile.
            return Response(await asyncio.to_thread(generate_latest, REGISTRY), media_type=CONTENT_TYPE_LATEST)

    gauges.BUILD.info({
        "version": version("attuned"), "python": platform.python_version(), "schema": str(migration_files.load()[-1].version),
    })  # fmt: skip
    return [metrics]


def _refuse_strangers(request: AnyRequest, services: Services) -> None:
    token = services.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    trusted = bool(token) and compare_digest(given.encode(), (token or "").encode())
    if not trusted and not addresses.is_local(request.scope, services.settings):
        raise NotFound


async def _tables(services: Services) -> Tables:
    try:
        async with asyncio.timeout(WITHIN_S), services.database.reading() as connection:
            return Tables(await upkeep.runs(connection), await outboxes.depths(connection))
    except STORE_ERRORS:
        return Tables()


def _show_process(services: Services, bonds: Any) -> None:
    """`bonds`: what serves phones of bonds, where this process does."""
    attended = services.rooms.attended()
    of_bonds = bonds.lines.phones() if bonds else []
    phones = [seated.phone for _, feed in attended for seated in feed.seated] + of_bonds
    gauges.SOCKETS.set(len(phones) - len(of_bonds))
    gauges.BOND_SOCKETS.set(len(of_bonds))
    gauges.QUEUE_FRAMES.set(max((phone.waiting for phone in phones), default=0))
    phases = Counter(feed.room.state.phase for _, feed in attended)
    for phase in get_args(Phase):
        gauges.ROOMS.labels(phase).set(phases[phase])
    for name, use in services.database.use().items():
        gauges.POOL_SIZE.labels(name).set(use.size)
        gauges.POOL_MOST.labels(name).set(use.most)
        gauges.POOL_BUSY.labels(name).set(use.busy)
        gauges.POOL_WAITING.labels(name).set(use.waiting)


def _show_stores(services: Services, stores: Stores) -> None:
    gauges.READY.set(judged(services, stores).status != "unready")
    gauges.DATABASE_UP.set(stores.database_up)
    gauges.REDIS_UP.set(stores.redis_up)
    gauges.KEYS_UP.set(stores.keys)


def _show_tables(tables: Tables, lags: dict[str, float]) -> None:
    """Where nothing could be read, nothing is told: a number of before would look like one of now."""
    for gauge in gauges.OF_TABLES:
        gauge.clear()
    for name in lags.keys() & tables.runs.keys():
        run = tables.runs[name]
        if run.last_started_at:
            gauges.JOB_STARTED.labels(name).set(run.last_started_at.timestamp())
        if run.last_finished_at:
            gauges.JOB_ENDED.labels(name).set(run.last_finished_at.timestamp())
            gauges.JOB_FAILED.labels(name).set(run.last_outcome != "done")
    for name, seconds in lags.items():
        gauges.JOB_LAG.labels(name).set(seconds)
    for name, depth in tables.depths.items():
        gauges.OUTBOX_WAITING.labels(name).set(depth.waiting)
        gauges.OUTBOX_DUE.labels(name).set(depth.due)
        gauges.OUTBOX_FAILED.labels(name).set(depth.failed)
        gauges.OUTBOX_OLDEST.labels(name).set(depth.oldest_s)
        gauges.OUTBOX_GIVEN_UP.labels(name).set(depth.given_up)
