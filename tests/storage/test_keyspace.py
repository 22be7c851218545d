"""Redis as one keyspace: what is asked of a cluster goes where its key is; of a single server, as ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, contextmanager

import pytest
from redis.asyncio.client import Pipeline
from redis.crc import key_slot

from game_server.process import tasks
from game_server.services import _spawn
from storage import slots
from storage.keyspace import Keyspace
from tests.support.redis_nodes import PASSWORD, Nodes, free_port
from tests.support.tls import self_signed, terminated

ROOMS = [f"a-room-{number}" for number in range(40)]


@pytest.fixture
async def keyspace(redis_nodes) -> AsyncIterator[Keyspace]:
    keyspace = Keyspace.at(redis_nodes.url, _spawn)
    await keyspace.find()
    yield keyspace
    await keyspace.aclose()


async def test_a_single_server_is_the_librarys_own_client(redis_url):
    keyspace = Keyspace.at(redis_url, _spawn)
    await keyspace.find()
    assert type(keyspace.pipeline(transaction=False)) is Pipeline
    assert await keyspace.ping()
    assert len(keyspace.samples) == 1
    await keyspace.aclose()


async def test_a_cluster_is_recognised_by_asking_or_by_its_first_moved(redis_nodes):
    keyspace = Keyspace.at(redis_nodes.url, _spawn)
    await asyncio.gather(*(keyspace.set(f"unasked:{{{room}}}", room) for room in ROOMS))
    assert len(keyspace.samples) == 3
    assert [await keyspace.get(f"unasked:{{{room}}}") for room in ROOMS] == [room.encode() for room in ROOMS]
    await keyspace.aclose()


async def test_a_pipelines_answers_come_in_its_order_from_every_node(keyspace):
    async with keyspace.pipeline(transaction=False) as pipeline:
        for room in ROOMS:
            pipeline.eval("return redis.call('SET', KEYS[1], ARGV[1])", 1, f"a:{{{room}}}", room)
            pipeline.get(f"a:{{{room}}}")
            pipeline.publish(f"nobody:{{{room}}}", b"ding")
            pipeline.hset(f"a:{{{room}}}", "not a hash", "x")
        answers = await pipeline.execute(raise_on_error=False)
    assert answers[0::4] == [b"OK"] * len(ROOMS)
    assert answers[1::4] == [room.encode() for room in ROOMS]
    assert all("WRONGTYPE" in str(answer) for answer in answers[3::4])


async def test_keys_and_bell_of_one_room_have_one_slot():
    for room in ROOMS:
        commands = [("HGET", f"room:{{{room}}}", "room"), ("HGETALL", f"presence:{{{room}}}")]
        commands += [("PUBLISH", f"bell:{{{room}}}", b"x"), ("EVAL", "return 1", "1", f"presence:{{{room}}}", "A")]
        assert {slots.slot(command) for command in commands} == {key_slot(room.encode())}
    assert slots.slot(("PING",)) is None


async def test_one_subscription_hears_the_bells_of_all_nodes(keyspace):
    async with keyspace.pubsub() as pubsub:
        await pubsub.subscribe(*(f"bell:{{{room}}}" for room in ROOMS))
        for _ in ROOMS:
            await pubsub.get_message(timeout=5)
        async with keyspace.pipeline(transaction=False) as pipeline:
            for room in ROOMS:
                pipeline.publish(f"bell:{{{room}}}", room)
            await pipeline.execute()
        heard = {(await pubsub.get_message(timeout=5))["data"].decode() for _ in ROOMS}
    assert heard == set(ROOMS)


@contextmanager
def moving(nodes, slot):
    """A slot on its way from its master to the next one."""
    number = next(n for n in range(3) if slot <= nodes.range_of(n)[1])
    home, goal = nodes.masters[number], nodes.masters[(number + 1) % 3]
    names = home.ask("CLUSTER", "MYID"), goal.ask("CLUSTER", "MYID")
    goal.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", names[0])
    home.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", names[1])

    def arrived(name):
        for key in home.ask("CLUSTER", "GETKEYSINSLOT", slot, 10):
            home.ask("MIGRATE", "127.0.0.1", goal.port, key, 0, 5000, "AUTH", PASSWORD)
        for node in (goal, home):
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", name)

    yield lambda: arrived(names[1])
    goal.ask("FLUSHALL")
    for node in nodes.masters:
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", names[0])


async def test_a_slot_is_followed_while_it_moves_and_when_it_has(keyspace, redis_nodes):
    key = "moves:{with-its-slot}"
    with moving(redis_nodes, key_slot(b"with-its-slot")) as arrive:
        assert await keyspace.set(key, 1)  # ASK: it is not at home, so it is made where the slot goes
        assert await keyspace.get(key) == b"1"
        arrive()
        async with keyspace.pipeline(transaction=False) as pipeline:  # MOVED
            assert await pipeline.get(key).get("elsewhere").incr(key).execute() == [b"1", None, 2]
        assert await keyspace.get(key) == b"2"


@pytest.mark.long
async def test_a_cluster_is_reached_over_tls_at_the_addresses_that_it_announces(tmp_path):
    certificate, ports = self_signed(tmp_path / "redis.pem"), [free_port() for _ in range(3)]
    nodes = Nodes(tmp_path / "nodes", announced=ports)
    async with AsyncExitStack() as stack:
        stack.callback(nodes.stop)
        for node, port in zip(nodes.all, ports, strict=True):
            await stack.enter_async_context(terminated(certificate, node.port, port))
        keyspace = Keyspace.at(
            f"rediss://:{PASSWORD}@127.0.0.1:{ports[0]}/0?ssl_ca_certs={certificate}", _spawn
        )  # fmt: skip
        await keyspace.find()
        assert len(keyspace.samples) == 3
        await asyncio.gather(*(keyspace.set(f"tls:{{{room}}}", room) for room in ROOMS))
        assert [await keyspace.get(f"tls:{{{room}}}") for room in ROOMS] == [room.encode() for room in ROOMS]
        assert {slot for node in nodes.all for slot in node.ask("KEYS", "tls:*")} == {f"tls:{{{r}}}" for r in ROOMS}
        await keyspace.aclose()


async def test_nothing_is_left_running_when_it_is_closed(redis_nodes):
    keyspace = Keyspace.at(redis_nodes.url, _spawn)
    await keyspace.find()
    await asyncio.gather(*(keyspace.set(f"closed:{room}", room) for room in ROOMS))
    await keyspace.aclose()
    await asyncio.sleep(0)
    assert not [task for task in tasks._running if task.get_name().startswith("redis")]
