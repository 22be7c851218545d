"""The stores are reached by every kind of URL that is understood: through a unix socket, over TLS, with parameters of hosters."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from game_server.services import open_services
from game_server.settings import Settings
from storage import hot


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """One file with a key and a certificate for 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a Redis of ours")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "redis.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
async def tls_port(redis_url, certificate) -> AsyncIterator[int]:
    """A port that speaks TLS and passes on to the run's Valkey, as hosters have it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to, back = await asyncio.open_connection("127.0.0.1", urlsplit(redis_url).port)
        await asyncio.gather(pump(reader, back), pump(to, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()


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
    await _serves(settings, url, hot.SecureConnection)


async def test_redis_is_reached_over_tls_without_its_certificate_being_known(settings, redis_url, tls_port):
    url = f"redis://:{urlsplit(redis_url).password}@127.0.0.1:{tls_port}?ssl_cert_reqs=CERT_NONE&tls=true"
    await _serves(settings, url, hot.SecureConnection)


async def test_redis_is_reached_through_its_unix_socket(settings, redis_url, stores):
    url = f"unix://:{urlsplit(redis_url).password}@{stores.data_dir}/sockets/valkey.sock?db=0"
    await _serves(settings, url, hot.LocalConnection)


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
