"""Over a Redis Cluster: rooms are entered and played from two processes; a master is lost, with a replica and without."""

import asyncio
import re
import time
from pathlib import Path

import pytest
from redis.crc import key_slot

from tests.faults.test_redis_faults import bells_ring_again, play_on, present, readiness, until_ready
from tests.faults.wire import meeting, verdict
from tests.support.person import Person
from tests.support.redis_nodes import PASSWORD, Nodes


@pytest.fixture
def pair(serve, redis_nodes):
    yield serve(redis_url=redis_nodes.url), serve(redis_url=redis_nodes.url)
    redis_nodes.mend()


@pytest.fixture(scope="module")
def replicated(tmp_path_factory):
    nodes = Nodes(tmp_path_factory.mktemp("replicated") / "nodes", replicated=True)
    yield nodes
    nodes.stop()


def masters_of(nodes, game):
    """The master that has the room, then the others."""
    slot = key_slot(game.session_id.encode())
    return sorted(nodes.masters, key=lambda node: not _has(node, slot))


def _has(node, slot):
    myself = next(line for line in node.ask("CLUSTER", "NODES").splitlines() if "myself" in line)
    ranges = [part.split("-") for part in myself.split()[8:]]
    return any(int(part[0]) <= slot <= int(part[-1]) for part in ranges)


def rights():
    """What docs/operations.md says a user of ours needs."""
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    found = re.search(r"`(~room:[^`]+)`", page)
    assert found
    return found[1].split()


async def test_rooms_are_entered_and_played_over_a_cluster_with_the_rights_that_are_named(serve, sql, redis_nodes):
    for node in redis_nodes.all:
        node.ask("ACL", "SETUSER", "attuned", "on", ">a-word", *rights())
    url = redis_nodes.url.replace(f"://:{PASSWORD}@", "://attuned:a-word@")
    pair = serve(redis_url=url), serve(redis_url=url)
    for server in pair:
        await until_ready(server, (200, "ok"))
    async with meeting(*pair) as first, meeting(*reversed(pair)) as second, meeting(*pair) as third:
        for game in (first, second, third):
            await play_on(game, 2)
            await game.b.until(lambda: present(game.b, "A"))  # noqa: B023 - asked before the next round
            await bells_ring_again(game, pair)
            await verdict(sql, game)
        await first.a.drop()
        await first.a.connect()
        await play_on(first, 2)
        await until_kept(redis_nodes, [game.session_id for game in (first, second, third)])


async def until_kept(nodes, session_ids):
    """Every room's copy, and who is in it, is at the master of its slot."""
    wanted = {f"{kind}:{{{session_id}}}" for session_id in session_ids for kind in ("room", "presence")}
    async with asyncio.timeout(10):
        while not wanted <= {key for node in nodes.masters for key in node.ask("KEYS", "*")}:  # noqa: ASYNC110 - another process says it
            await asyncio.sleep(0.05)


@pytest.mark.long
async def test_a_master_without_a_replica_is_lost_and_comes_back(pair, sql, redis_nodes):
    async with meeting(*pair, target_activities=20) as game:
        await play_on(game, 2)
        victim = masters_of(redis_nodes, game)[0]
        victim.kill()
        for server in pair:
            said = await until_ready(server, (200, "degraded"))
            assert said["checks"]["redis"] in ("part_away", "down")
        await play_on(game, 3)
        for server in pair:  # the others have noticed by now, and serve nothing any more
            while (await readiness(server))[1]["checks"]["redis"] != "down":  # noqa: ASYNC110 - another process says it
                await asyncio.sleep(0.05)
        await play_on(game, 2)
        victim.start()
        await bells_ring_again(game, pair)
        await verdict(sql, game)
        async with meeting(*pair) as another:
            await play_on(another, 1)
    for server in pair:
        told = server.log()
        assert told.count('"redis_node_lost"') == told.count('"redis_node_back"') == 1
        assert f"127.0.0.1:{victim.port}" in told
        assert "Traceback" not in told


@pytest.mark.long
@pytest.mark.parametrize("how", ["kill", "freeze"])
async def test_a_replica_takes_over_from_its_master(serve, sql, replicated, how):
    pair = serve(redis_url=replicated.url), serve(redis_url=replicated.url)
    async with meeting(*pair, target_activities=20) as game:
        await play_on(game, 2)
        victim = masters_of(replicated, game)[0]
        getattr(victim, how)()
        await play_on(game, 3)
        for server in pair:
            assert (await until_ready(server, (200, "degraded")))["degraded"] == ["redis"]
        await bells_ring_again(game, pair)
        async with meeting(*pair) as another:
            await play_on(another, 1)
        await play_on(game, 2)
        victim.mend()
        await bells_ring_again(game, pair)
        await verdict(sql, game)
    replicated.masters, replicated.replicas = _roles(replicated)


def _roles(nodes):
    """The masters as they are now, and the replicas, once the cluster is whole again."""
    while not all(said["role"] == "master" or said["master_link_status"] == "up" for said in _replication(nodes)):
        time.sleep(0.05)
    told = [(node, said["role"] == "master") for node, said in zip(nodes.all, _replication(nodes), strict=True)]
    return [node for node, is_master in told if is_master], [node for node, is_master in told if not is_master]


def _replication(nodes):
    return [node.ask("INFO", "replication") for node in nodes.all]


@pytest.mark.long
async def test_a_slot_moves_in_the_middle_of_a_game(pair, sql, redis_nodes):
    async with meeting(*pair, target_activities=20) as game:
        await play_on(game, 2)
        slot = key_slot(game.session_id.encode())
        home, goal, _ = masters_of(redis_nodes, game)
        names = home.ask("CLUSTER", "MYID"), goal.ask("CLUSTER", "MYID")
        goal.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", names[0])
        home.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", names[1])
        await play_on(game, 2)
        for key in home.ask("CLUSTER", "GETKEYSINSLOT", slot, 100):
            home.ask("MIGRATE", "127.0.0.1", goal.port, key, 0, 5000, "REPLACE", "AUTH", PASSWORD)
        for node in (goal, home):
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", names[1])
        await play_on(game, 2)
        await bells_ring_again(game, pair)
        await verdict(sql, game)


@pytest.mark.long
async def test_the_node_that_redis_url_names_is_lost_and_a_process_is_killed_meanwhile(pair, sql, redis_nodes, serve):
    async with meeting(*pair, target_activities=20) as game:
        await play_on(game, 2)
        redis_nodes.all[0].kill()
        await play_on(game, 2)
        pair[0].kill()
        await game.a.until_closed()
        redis_nodes.mend()
        await until_ready(pair[1], (200, "ok"))
        await game.a.move_to(pair[1])
        await play_on(game, 2)
        await verdict(sql, game)


@pytest.mark.long
async def test_people_come_and_go_while_a_master_is_replaced(serve, replicated):
    """Whoever is refused a ticket gets one within seconds."""
    server = serve(redis_url=replicated.url)
    async with await Person.anonymous(server.url, "Ada") as ada:
        room = await ada.open_room(activity_type="truth", target_activities=5)
        (victim, *_) = replicated.masters
        victim.kill()
        async with asyncio.timeout(20):
            while True:
                answer = await ada.http.post("/api/ws-tickets", json={"session_id": room["session_id"]})
                assert answer.status_code in (200, 201, 503), answer.text
                if (await readiness(server))[1]["status"] == "ok" and answer.is_success:
                    break
        victim.mend()
    replicated.masters, replicated.replicas = _roles(replicated)
