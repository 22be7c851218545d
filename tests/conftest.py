"""Real stores for every test: one embedded PostgreSQL and one Valkey per run, a database per test module.

Fixtures that need no store must not ask for one: tests/rooms stays pure and starts nothing.
"""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from game_server.commands.migrating import prepare_database
from game_server.services import Services, open_services
from game_server.settings import Settings
from storage.embedded import Stores
from tests import thorough
from tests.support import cheap, databases
from tests.support.redis_nodes import Nodes
from tests.support.server_process import ServerProcess

# Briefly and repeatably by default; 10^5 histories with `--hypothesis-profile=nightly`.
hypothesis_settings.register_profile("rooms", max_examples=50, stateful_step_count=40, deadline=None, derandomize=True)
hypothesis_settings.register_profile(
    "nightly",
    max_examples=100_000,
    stateful_step_count=80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

TESTS = Path(__file__).parent
MEMORY_OF_STORES = 4 << 30
"""Bytes: databases of a few dozen MB each, and their log."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accounts", type=int, default=10, metavar="N", help="accounts that use up a day's cards in 60 rooms at once"
    )
    parser.addoption("--thorough", action="store_true", help="all but the long ones: what is in tests/thorough.py, too")
    parser.addoption(
        "--leave-out", action="store_true", help="set by itself where no test is named: workers are told so"
    )


def pytest_configure(config: pytest.Config) -> None:
    """A profile named on the command line stays."""
    asked = config.option
    if config.args_source == pytest.Config.ArgsSource.TESTPATHS and not (
        asked.thorough or asked.keyword or asked.markexpr
    ):
        asked.leave_out = True
    config.addinivalue_line("markers", "long: with the fault tests only, or where its file is named")
    cheap.hash_at_less_cost()
    if not config.getoption("--hypothesis-profile", None):
        hypothesis_settings.load_profile("rooms")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Not even read."""
    if not (config.getoption("--leave-out") and collection_path.is_relative_to(TESTS)):
        return None
    return thorough.is_left_out_whole(collection_path.relative_to(TESTS).as_posix()) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """See tests/thorough.py."""
    if config.getoption("--leave-out"):
        spared = {item for item in items if thorough.left_out(item.path.relative_to(TESTS).as_posix(), item.name)}
        config.hook.pytest_deselected(items=[*spared])
        items[:] = [item for item in items if item not in spared]


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    """The run's own PostgreSQL and Valkey, in memory where there is some: no test waits for a disk."""
    with TemporaryDirectory(prefix="attuned-tests-", dir=_memory()) as folder:
        stores = Stores(Path(folder) / "stores")
        stores.start()
        databases.make_logins(str(stores.database_url))
        yield stores
        stores.stop()


def _memory() -> Path | None:
    memory = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_OF_STORES else None


@pytest.fixture(scope="session")
def admin_url(stores: Stores) -> str:
    """The superuser's URL of the run's PostgreSQL."""
    assert stores.database_url
    return stores.database_url


@pytest.fixture(scope="session")
def redis_url(stores: Stores) -> str:
    assert stores.redis_url
    return stores.redis_url


@pytest.fixture(scope="session")
def redis_nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """A Redis Cluster of three masters. Whoever breaks it mends it."""
    nodes = Nodes(tmp_path_factory.mktemp("cluster") / "nodes")
    yield nodes
    nodes.stop()


@pytest.fixture
def empty_database_url(admin_url: str) -> Iterator[str]:
    """The superuser's URL of a database with nothing in it."""
    url = databases.create(admin_url, prefix="empty")
    yield url
    databases.drop(url, admin_url)


@pytest.fixture(scope="session")
def template_database(admin_url: str) -> str:
    """The name of a migrated database with the starter cards, to be cloned; nobody connects to it."""
    url = databases.create(admin_url, prefix="template")

    databases.await_here(
        prepare_database(Settings(database_url=url, secret_key=databases.SECRET), lambda _text: nullcontext())
    )
    return url.rpartition("/")[2]


@pytest.fixture(scope="module")
def database_url(admin_url: str, template_database: str) -> Iterator[str]:
    """The superuser's URL of this module's own migrated database."""
    url = databases.create(admin_url, prefix="module", template=template_database)
    yield url
    databases.drop(url, admin_url)


@pytest.fixture(scope="module")
def settings(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a server on this module's database, at a free port. A module may define its own fixture on top.

    The run's modules share one Redis and one address, so nobody is limited unless a module says so.
    """
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        data_dir=tmp_path_factory.mktemp("data"),
        port=0,
        secret_key=databases.SECRET,
        log_format="json",
        notion_base_url="http://127.0.0.1:9",  # nobody is there: no test asks the real one
        **{f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "invites", "tickets", "other")},
    )


@pytest.fixture(scope="module")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One real server process for the module."""
    server = ServerProcess(settings, tmp_path_factory.mktemp("server") / "log")
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def services(settings: Settings) -> AsyncIterator[Services]:
    """Services in the test's own process, on the same stores and keys as `server`."""
    services = await open_services(settings)
    yield services
    await services.close()
