"""A Redis that cannot be used says which of the ways it is: one line in the log, one word in readiness, over by itself."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from game_server.http.health import _redis
from game_server.live.hub import Hub
from game_server.services import _spawn
from storage.keyspace import Keyspace
from storage.redis_trouble import MEANING
from tests.support.redis_nodes import PASSWORD, Node, Nodes, free_port, until
from tests.support.tls import self_signed, terminated

BELLS_ONLY = "user bells on >pw &* +@connection +@pubsub +cluster|slots"


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("alone") / "node", "maxmemory-policy noeviction", BELLS_ONLY)
    yield node
    node.kill()


@asynccontextmanager
async def hearing(url):
    """A hub on the Redis at this URL."""
    keyspace = Keyspace.at(url, _spawn)
    hub = Hub(keyspace, "of a test")
    await hub.start()
    yield hub
    await hub.stop()
    await keyspace.aclose()


async def said(hub, word):
    """Wait until readiness says this."""
    async with asyncio.timeout(20):
        while await _redis(hub, hub._redis) != word:  # noqa: ASYNC110 - the stores change by themselves
            await asyncio.sleep(0.02)


def told(logs):
    return [(line["event"], line.get("why")) for line in logs if line["event"].startswith("redis")]


async def test_what_is_wrong_from_the_start_is_one_line_that_names_it(node, tmp_path):
    certificate = self_signed(tmp_path / "redis.pem")
    async with terminated(certificate, node.port) as tls_port:
        plain = await asyncio.start_server(without_tls, "127.0.0.1", 0)
        async with plain:
            await each_is_told(node, tls_port, certificate, plain.sockets[0].getsockname()[1])


async def without_tls(_reader, writer):
    writer.write(b"-ERR no such thing\r\n")
    writer.close()
    await writer.wait_closed()


async def each_is_told(node, tls_port, certificate, no_tls_port):
    plain, tls = f"127.0.0.1:{node.port}/0", f"127.0.0.1:{tls_port}/0"
    wrong = {
        f"redis://127.0.0.1:{free_port()}/0": "away",
        f"redis://{plain}": "refused",
        f"redis://:not-the-password@{plain}": "refused",
        f"redis://nobody:x@{plain}": "refused",
        f"redis://:{PASSWORD}@127.0.0.1:{node.port}/99": "no_database",
        f"rediss://:{PASSWORD}@{tls}": "untrusted",
        f"rediss://:{PASSWORD}@localhost:{tls_port}/0?ssl_ca_certs={certificate}": "untrusted",
        f"rediss://:{PASSWORD}@127.0.0.1:{no_tls_port}/0": "no_tls",
        f"redis://bells:pw@{plain}": "forbidden",
    }

    async def look(url, word):
        async with hearing(url) as hub:
            await said(hub, word)
            await asyncio.sleep(0.4)  # it is tried again, and not told again
            await said(hub, word)

    with capture_logs() as logs:
        await asyncio.gather(*(look(url, word) for url, word in wrong.items()))
    assert sorted(why for _, why in told(logs)) == sorted(wrong.values())
    for line in logs:
        assert line["log_level"] != "error"
        assert PASSWORD not in str(line)
        assert "not-the-password" not in str(line)
        if "why" in line:
            assert MEANING[line["why"]] in line["meaning"]


@pytest.mark.long
async def test_a_full_redis_and_one_that_only_reads_are_told_and_are_over_by_themselves(node):
    with capture_logs() as logs:
        async with hearing(node.url) as hub:
            await said(hub, "ok")
            for breaks, mends, word in (
                (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0"), "full"),
                (("REPLICAOF", "127.0.0.1", free_port()), ("REPLICAOF", "NO", "ONE"), "read_only"),
            ):
                node.ask(*breaks)
                await said(hub, word)
                node.ask(*mends)
                await said(hub, "ok")
    assert told(logs) == [
        ("redis_refuses", "full"), ("redis_back", None), ("redis_refuses", "read_only"), ("redis_back", None),
    ]  # fmt: skip


@pytest.mark.long
async def test_a_cluster_without_all_its_slots_is_down_until_it_has_them(tmp_path):
    nodes = Nodes(tmp_path / "nodes")
    victim = nodes.masters[1]
    try:
        with capture_logs() as logs:
            async with hearing(nodes.url) as hub:
                await said(hub, "ok")
                nodes.masters[0].ask("CLUSTER", "DELSLOTS", 7)
                await said(hub, "down")
                nodes.masters[0].ask("CLUSTER", "ADDSLOTS", 7)
                await said(hub, "ok")
                victim.kill()
                await said(hub, "down")
                victim.start()
                until(nodes.whole)
                await said(hub, "ok")
    finally:
        nodes.stop()
    assert [line for line in told(logs) if line[1] == "down"] == [("redis_refuses", "down")] * 2
    assert [event for event, _ in told(logs)].count("redis_node_lost") == 1
