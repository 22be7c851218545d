"""Where a plant grows: two servers of the copy that has the bug, on a database of their own, each behind its own links.

PostgreSQL and Valkey are shared by all the plants of a run, and nothing in them is: a database a plant, rooms a game.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import msgspec

from game_server.commands.migrating import prepare_database
from game_server.settings import Settings
from storage.embedded import Stores
from tests.faults.nursery import ForkedServer, Nursery
from tests.faults.planted.plant import Plant
from tests.faults.proxy import Proxy
from tests.faults.staged import Stage
from tests.support import databases
from tests.support.game import generous

COOL_DOWN_S = 20
PROPOSAL_S = 30
COMMIT_WITHIN_S = 1
"""After so long a commit's outcome counts as unknown; by default it is five seconds."""


class Soil:
    """The stores of a run, and a migrated database to be cloned."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._stores = Stores(home / "stores")
        self._stores.start()
        assert self._stores.database_url
        assert self._stores.redis_url
        self.admin_url, self.redis_url = self._stores.database_url, self._stores.redis_url
        template = databases.create(self.admin_url, prefix="template")
        databases.await_here(
            prepare_database(Settings(database_url=template, secret_key=databases.SECRET), lambda _text: nullcontext())
        )
        self.template = template.rpartition("/")[2]

    def stop(self) -> None:
        self._stores.stop()


class Ground(msgspec.Struct, frozen=True):
    """`redis` are the links of the first and of the second server."""

    servers: tuple[ForkedServer, ForkedServer]
    redis: tuple[Proxy, Proxy]
    stage: Stage
    database_url: str
    sql: asyncpg.Connection

    def complaints(self) -> list[str]:
        """What the servers have said that they should never say."""
        lines = [line for server in self.servers for line in server.log().splitlines()]
        return [line[:1000] for line in lines if '"level": "error"' in line or '"level": "critical"' in line]


@asynccontextmanager
async def ground_of(soil: Soil, plant: Plant) -> AsyncIterator[Ground]:
    """The plant, grown: servers that are ready, and their database. Raises plant.Outgrown."""
    root = await asyncio.to_thread(plant.grown, soil.home)
    nursery = Nursery(_folder(root / "nursery"), root=root)
    database_url = await asyncio.to_thread(databases.create, soil.admin_url, prefix="plant", template=soil.template)
    sql = await asyncpg.connect(database_url)
    links = tuple(_link(soil.redis_url) for _ in range(2))
    stage = Stage(root / "stage")
    stage.stand_at(datetime.now(UTC).replace(microsecond=0))
    servers: list[ForkedServer] = []
    try:
        for statement in plant.statements():
            await sql.execute(statement)
        for link in links:
            settings = _settings(soil, database_url, link, root)
            servers.append(await asyncio.to_thread(nursery.fork, settings, stage=stage))
        yield Ground((servers[0], servers[1]), (links[0], links[1]), stage, database_url, sql)
    finally:
        for server in servers:
            await asyncio.to_thread(server.kill)
        for link in links:
            await asyncio.to_thread(link.close)
        await sql.close()
        await asyncio.to_thread(nursery.close)
        await asyncio.to_thread(databases.drop, database_url, soil.admin_url)


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _link(url: str) -> Proxy:
    parts = urlsplit(url)
    return Proxy((parts.hostname or "", parts.port or 0))


def _settings(soil: Soil, database_url: str, link: Proxy, root: Path) -> Settings:
    parts = urlsplit(soil.redis_url)
    through = parts._replace(netloc=f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{link.port}").geturl()
    plain = Settings(
        database_url=database_url,
        redis_url=through,
        data_dir=root / "data",
        port=0,
        secret_key=databases.SECRET,
        log_format="json",
    )
    return generous(
        plain, cool_down_s=COOL_DOWN_S, proposal_s=PROPOSAL_S, pairing_s=3600, command_timeout_s=COMMIT_WITHIN_S
    )
