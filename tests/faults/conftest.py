"""Fault tests: stores of their own behind proxies, servers forked from one warm process, everything mended after each test.

The plain run takes a short subset; `--faults` runs all, `--kills N` that many random kills under load. `--every-point` adds what
would make that longer than ten minutes: every command, not only some, with both phones on the process that dies, and at a second
point of a lost race or a refusal.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import nullcontext
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec
import pytest

from game_server.commands.migrating import prepare_database
from game_server.settings import Settings
from tests.faults.nursery import ForkedServer, Nursery, Spares
from tests.faults.proxy import Proxy
from tests.faults.staged import Stage
from tests.faults.stores import BreakableStores
from tests.support.databases import SECRET, await_here
from tests.support.game import generous

KILLS = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--faults", action="store_true", help="run all the fault tests, not only the short ones")
    parser.addoption("--every-point", action="store_true", help="with --faults: die at every point in every way")
    parser.addoption(
        "--kills", type=int, default=0, metavar="N", help=f"random kills under load (with --faults: {KILLS})"
    )
    parser.addoption(
        "--fault-seed", type=int, default=None, metavar="N", help="the seed of the faults, instead of the test's own"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: runs with --faults only")
    config.addinivalue_line("markers", "every_point: runs with --faults --every-point only")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--every-point", default=False):
        spared = [item for item in items if item.get_closest_marker("every_point")]
        items[:] = [item for item in items if not item.get_closest_marker("every_point")]
        config.hook.pytest_deselected(items=spared)
    if config.getoption("--faults", default=False) or config.getoption("--kills", default=0):
        return
    skipped = pytest.mark.skip(reason="a long fault test: --faults")
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(skipped)


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    nursery = Nursery(tmp_path_factory.mktemp("nursery"))
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BreakableStores]:
    stores = BreakableStores(tmp_path_factory.mktemp("broken"))
    await_here(
        prepare_database(Settings(database_url=stores.database_url, secret_key=SECRET), lambda _text: nullcontext())
    )
    yield stores
    stores.stop()


@pytest.fixture(scope="session")
def postgres_link(stores: BreakableStores) -> Iterator[Proxy]:
    """Between the servers and PostgreSQL."""
    yield from _proxied(stores.database_url)


@pytest.fixture(scope="session")
def redis_link(stores: BreakableStores) -> Iterator[Proxy]:
    """Between the servers and Redis."""
    yield from _proxied(stores.redis_url)


@pytest.fixture(scope="session")
def settings(
    stores: BreakableStores, postgres_link: Proxy, redis_link: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    plain = Settings(
        database_url=_through(postgres_link, stores.database_url),
        redis_url=_through(redis_link, stores.redis_url),
        data_dir=tmp_path_factory.mktemp("data"),
        port=0,
        secret_key=SECRET,
        log_format="json",
    )
    return generous(plain, daily_limit=1_000_000, cool_down_s=1)


Serve = Callable[..., ForkedServer]


@pytest.fixture
def serve(nursery: Nursery, settings: Settings, mended: None) -> Iterator[Serve]:
    """Starts servers on the broken stores; `crash_at` is a crash point to be armed, `stage` what their clock and dice
    obey, the rest are settings."""
    servers: list[ForkedServer] = []

    def serve(*, crash_at: str | None = None, stage: Stage | None = None, **changes: Any) -> ForkedServer:
        servers.append(nursery.fork(msgspec.structs.replace(settings, **changes), crash_at=crash_at, stage=stage))
        return servers[-1]

    yield serve
    for server in servers:
        server.kill()
        assert not _errors(server), _errors(server)


@pytest.fixture(scope="module")
def homes(nursery: Nursery, settings: Settings) -> Iterator[tuple[ForkedServer, ForkedServer]]:
    """Two processes that stay."""
    homes = nursery.fork(settings), nursery.fork(settings)
    yield homes
    for home in homes:
        home.kill()


@pytest.fixture(scope="module")
def spares(nursery: Nursery, settings: Settings) -> Iterator[Spares]:
    spares = Spares(nursery, settings)
    yield spares
    spares.close()


@pytest.fixture
def doomed(spares: Spares) -> Iterator[ForkedServer]:
    """A process that is going to die of what its test arms."""
    server = spares.take()
    yield server
    server.kill()
    assert not _errors(server), _errors(server)


@pytest.fixture
def mended(stores: BreakableStores, postgres_link: Proxy, redis_link: Proxy) -> Iterator[None]:
    """Whatever a test broke is whole again after it."""
    yield
    for link in (postgres_link, redis_link):
        link.heal()
    for store in (stores.postgres, stores.redis):
        store.mend()


@pytest.fixture
async def sql(stores: BreakableStores) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection, past the proxy."""
    connection = await asyncpg.connect(stores.database_url)
    yield connection
    connection.terminate()


@pytest.fixture
async def sql_later(stores: BreakableStores) -> AsyncIterator[Callable[[], Awaitable[asyncpg.Connection]]]:
    """The same, opened when asked for: for tests in which PostgreSQL dies."""
    opened: list[asyncpg.Connection] = []

    async def open_now() -> asyncpg.Connection:
        opened.append(await asyncpg.connect(stores.database_url))
        return opened[-1]

    yield open_now
    for connection in opened:
        connection.terminate()


def _errors(server: ForkedServer) -> str:
    """What it should never have said: every fault here is a case that was thought of."""
    bad = ('"level": "error"', '"level": "critical"')
    return "\n".join(line[:1500] for line in server.log().splitlines() if any(sign in line for sign in bad))[:6000]


def _proxied(url: str) -> Iterator[Proxy]:
    parts = urlsplit(url)
    proxy = Proxy((parts.hostname or "", parts.port or 0))
    yield proxy
    proxy.close()


def _through(proxy: Proxy, url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{proxy.port}"))
