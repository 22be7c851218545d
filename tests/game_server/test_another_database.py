"""A replica that lacked something takes over: every game goes on from what the database has, and no phone from what it had."""

from urllib.parse import urlsplit

import asyncpg
import pytest
import redis.asyncio as redis

from storage import hot
from tests.support.databases import url_of
from tests.support.game import generous, playing
from tests.support.server_process import ServerProcess


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.fixture
def servers(settings, tmp_path):
    """Two processes on the same database."""
    pair = [ServerProcess(settings, tmp_path / f"log-{number}") for number in "12"]
    yield pair
    for server in pair:
        server.stop()


class Replica:
    """A copy of a database as it was at some moment, which then takes its place."""

    def __init__(self, admin: asyncpg.Connection, url: str) -> None:
        self._admin = admin
        self._name = urlsplit(url).path[1:]

    async def copy(self) -> None:
        await self._shut()
        await self._admin.execute(f'CREATE DATABASE "{self._name}_copy" TEMPLATE "{self._name}"')
        await self._admin.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true')

    async def take_over(self) -> None:
        await self._shut()
        await self._admin.execute(f'ALTER DATABASE "{self._name}" RENAME TO "{self._name}_lost"')
        await self._admin.execute(f'ALTER DATABASE "{self._name}_copy" RENAME TO "{self._name}"')

    async def forget(self) -> None:
        for name in ("lost", "copy"):
            await self._admin.execute(f'DROP DATABASE IF EXISTS "{self._name}_{name}" WITH (FORCE)')

    async def _shut(self) -> None:
        await self._admin.execute(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false')
        while await self._admin.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1", self._name
        ):
            pass


@pytest.fixture
async def replica(admin_url, settings):
    admin = await asyncpg.connect(url_of(admin_url, "postgres"))
    replica = Replica(admin, settings.database_url)
    yield replica
    await replica.forget()
    await admin.close()


async def test_every_phone_resumes_by_snapshot_and_the_game_goes_on_from_what_is_there(servers, replica, redis_url):
    async with playing(*servers, target_activities=10) as game:
        await game.complete()
        await game.card()
        kept, epoch = await game.settle(), game.a.epoch
        await replica.copy()
        await game.complete()
        await game.complete()
        lost = await game.settle()
        assert lost > kept

        await replica.take_over()
        for phone in game.phones:
            assert await phone.until_closed() == 1012
        for phone in game.phones:
            await phone.connect()
            assert phone.mode == "snapshot"
            assert phone.seq == kept
        assert game.a.epoch == game.b.epoch != epoch
        await game.agree()
        await game.complete()
        await game.complete()
        assert await game.settle() >= lost
        await game.agree()
        async with redis.Redis.from_url(redis_url) as connection:
            copied = await hot.load(connection, game.session_id)
            assert copied is None or copied.epoch == game.a.epoch
        for server in servers:
            assert "another_database" in server.log.read_text()


async def test_the_same_database_again_changes_nothing(servers, replica):
    async with playing(*servers) as game:
        await game.card()
        epoch = game.a.epoch
        await replica.copy()  # every connection is made anew
        await game.complete()
        for phone in game.phones:
            await phone.drop()
            await phone.connect()
            assert (phone.mode, phone.epoch) == ("replay", epoch)
        for server in servers:
            assert "another_database" not in server.log.read_text()
