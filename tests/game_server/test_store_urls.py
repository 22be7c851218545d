"""The stores are reached by every kind of URL that is understood: through a unix socket, over TLS, with parameters of hosters."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from game_server.services import open_services
from game_server.settings import Settings
from storage import redis_connections
from tests.support.tls import self_signed, terminated


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls") / "redis.pem")


@pytest.fixture
async def tls_port(redis_url, certificate) -> AsyncIterator[int]:
    async with terminated(certificate, urlsplit(redis_url).port) as port:
        yield port


async def _serves(settings: Settings, redis_url: str, kind: type) -> None:
    read = Settings.from_environment({"REDIS_URL": redis_url})
    services = await open_services(msgspec.structs.replace(settings, redis_url=read.redis_url))
    try:
        assert services.redis.connection_pool.connection_class is kind
        assert await services.redis.ping()
        await services.redis.set("reached", kind.__name__)
    finally:
        await services.close()


async def test_redis_is_reached_over_tls(settings, redis_url, tls_port, certificate):
    url = f"rediss://:{urlsplit(redis_url).password}@127.0.0.1:{tls_port}/0?socket_timeout=5&ssl_ca_certs={certificate}"
    await _serves(settings, url, redis_connections.SecureConnection)


async def test_redis_is_reached_over_tls_without_its_certificate_being_known(settings, redis_url, tls_port):
    url = f"redis://:{urlsplit(redis_url).password}@127.0.0.1:{tls_port}?ssl_cert_reqs=CERT_NONE&tls=true"
    await _serves(settings, url, redis_connections.SecureConnection)


async def test_redis_is_reached_through_its_unix_socket(settings, redis_url, stores):
    url = f"unix://:{urlsplit(redis_url).password}@{stores.data_dir}/sockets/valkey.sock?db=0"
    await _serves(settings, url, redis_connections.LocalConnection)


async def test_postgresql_is_reached_through_its_unix_socket_and_by_a_list_of_servers(settings, stores):
    parts = urlsplit(settings.database_url)
    forms = [
        f"postgres://postgres:{parts.password}@{parts.path}?host={stores.data_dir}/sockets&port={parts.port}&pgbouncer=true",
        f"postgresql://postgres:{parts.password}@127.0.0.1:1,127.0.0.1:{parts.port}{parts.path}?connect_timeout=10",
    ]
    for form in forms:
        read = Settings.from_environment({"DATABASE_URL": form})
        services = await open_services(msgspec.structs.replace(settings, database_url=read.database_url))
        async with services.database.as_service() as connection:
            assert await connection.fetchval("SELECT current_user::text") == "game_worker"
        await services.close()
