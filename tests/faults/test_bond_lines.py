"""Bonds over sockets while things die: what was acknowledged is there once, every phone comes to the same rows, and one that
hangs costs the others nothing.
"""

import asyncio
import random
import signal
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest
import redis.asyncio as redis

from tests.faults.nursery import ForkedServer
from tests.support.bond_phone import BondPhone
from tests.support.bonds import Bond, founded
from tests.support.person import Person
from tests.support.phone import Refused

SEED = 20_263
POINTS = ("received", "before_commit", "after_commit", "before_ack", "after_ack")


class Two:
    """A bond of two, each with a phone."""

    def __init__(self, bond: Bond, ana: Person, ben: Person, *phones: BondPhone) -> None:
        self.bond, self.ana, self.ben = bond, ana, ben
        self.a, self.b = phones

    async def agree(self) -> None:
        """Both phones know each message as it is read, and there is no other."""
        read = {one["id"]: one for one in (await self.ben.get(f"{self.bond.path}/messages?limit=100"))["items"]}
        head = (await self.ben.get(f"{self.bond.path}/changes"))["head"]
        for phone in (self.a, self.b):
            await phone.until_seq(head)
            known = {id_: row for (table, id_), row in phone.rows.items() if table == "messages"}
            assert {id_: row["version"] for id_, row in known.items()} == {
                id_: one["version"] for id_, one in read.items() if id_ in known
            }
            assert known.keys() == read.keys()


@asynccontextmanager
async def two(sql: asyncpg.Connection, first: ForkedServer, second: ForkedServer) -> AsyncIterator[Two]:
    async with await Person.registered(first.url, "Ana") as ana, await Person.registered(second.url, "Ben") as ben:
        bond = await founded(sql, ana, ben)
        phones = [await BondPhone.in_room(one, bond.id) for one in (ana, ben)]
        yield Two(bond, ana, ben, *phones)
        for phone in phones:
            with suppress(Exception):
                await phone.close()


async def asked_again(phone: BondPhone, server: ForkedServer, frame: dict[str, Any]) -> Any:
    """Until there is an answer, wherever; the phone has come back by then."""
    while True:
        try:
            if phone.closed is not None:
                phone.ws_url = server.ws_url
                await phone.connect()
            return await phone.command("message", id=frame["id"], content=frame["content"])
        except Refused as refused:
            if refused.code not in ("unavailable", "keys_unavailable"):
                raise
        except (ConnectionError, OSError, TimeoutError, AssertionError):
            await phone.until_closed()


@pytest.mark.parametrize("point", [POINTS[2], *(pytest.param(one, marks=pytest.mark.long) for one in POINTS)])
async def test_a_message_whose_process_dies_is_there_once_with_one_answer(homes, doomed, sql, point):
    async with two(sql, *homes) as pair:
        await pair.a.drop()
        pair.a.ws_url = doomed.ws_url
        await pair.a.connect()
        frame = {"id": str(uuid.uuid4()), "content": "Are you there?"}
        doomed.arm(point)
        await pair.a.say({"t": "message", **frame})
        assert doomed.wait() == -signal.SIGKILL
        await pair.a.until_closed()
        heard = [one for one in pair.a.of("ack") if one["id"] == frame["id"]]
        ack = await asked_again(pair.a, homes[0], frame)
        assert heard in ([], [ack])
        assert await asked_again(pair.a, homes[0], frame) == ack
        await pair.agree()
        assert len((await pair.ben.get(f"{pair.bond.path}/messages"))["items"]) == 1


async def test_two_processes_hear_each_other_and_count_sockets_together(homes, sql):
    async with two(sql, *homes) as pair:
        await pair.b.until(lambda: pair.b.here(pair.ana.id) == "present")
        await pair.a.command("typing")
        await pair.b.until(lambda: pair.b.of("typing"))
        more = [await BondPhone.in_room(pair.ana, pair.bond.id, ws_url=homes[place % 2].ws_url) for place in range(5)]
        assert await pair.a.until_closed() == 4409
        assert all(one.closed is None for one in more)
        ack = await pair.b.command("message", content="Hello all of you")
        for one in more:
            await one.until(lambda one=one: one.row("messages", ack["row_id"]))
            await one.close()


@pytest.mark.long
@pytest.mark.parametrize("redis_is", ["flushed", "killed"])
async def test_without_redis_the_feed_goes_on(serve, sql, stores, redis_is):
    async with two(sql, serve(), serve()) as pair:
        if redis_is == "killed":
            stores.redis.kill()
        else:
            async with redis.Redis.from_url(stores.redis_url) as connection:
                await connection.flushall()
        for number in range(5):
            ack = await pair.a.command("message", content=f"Number {number}")
            await pair.b.until(lambda ack=ack: pair.b.row("messages", ack["row_id"]), within=5)
        await pair.agree()


@pytest.mark.long
async def test_kills_at_random_lose_and_double_nothing(serve, sql, request):
    """Both write all the time; one process or the other is killed, five times."""
    dice = random.Random(request.config.getoption("--fault-seed") or SEED)  # noqa: S311
    servers = [serve(), serve()]
    async with two(sql, *servers) as pair:
        done = asyncio.Event()
        said: list[str] = []

        async def write(phone: BondPhone, server: ForkedServer) -> None:
            while not done.is_set():
                frame = {"id": str(uuid.uuid4()), "content": f"Message {len(said)}"}
                ack = await asked_again(phone, server, frame)
                said.append(ack["row_id"])

        writers = [asyncio.ensure_future(write(*pair_)) for pair_ in zip((pair.a, pair.b), servers, strict=True)]
        for _ in range(5):
            enough = len(said) + dice.randint(5, 30)
            while len(said) < enough:
                await asyncio.wait(writers, timeout=0.05)
            victim = dice.choice(servers)
            victim.kill()
            victim.restart()
        done.set()
        await asyncio.wait_for(asyncio.gather(*writers), 60)
        assert len(said) == len(set(said))
        kept = await sql.fetchval("SELECT count(*) FROM messages WHERE bond_id = $1", pair.bond.uuid)
        assert kept == len(said)
        head = (await pair.ana.get(f"{pair.bond.path}/changes"))["head"]
        for phone in (pair.a, pair.b):
            await phone.until_seq(head)


@pytest.mark.long
async def test_a_phone_that_reads_nothing_is_cut_and_the_others_go_on(serve, sql):
    server = serve(dead_ms=60_000)
    async with two(sql, server, server) as pair:
        assert pair.b._socket
        pair.b._reader.cancel()  # it hears nothing any more, and its line stays
        pair.b._socket.transport.pause_reading()
        text = "x" * 1500
        async with asyncio.timeout(120):
            while '"code": 4008' not in server.log():
                await pair.a.command("message", content=text)
        await pair.a.command("message", content="still here")


async def test_a_process_that_goes_away_says_so_and_phones_come_back_elsewhere(serve, homes, sql):
    going = serve()
    async with two(sql, going, homes[0]) as pair:
        going.signal(signal.SIGTERM)
        assert await pair.a.until_closed() == 1012
        assert pair.a.of("draining")
        pair.a.ws_url = homes[0].ws_url
        await pair.a.connect()
        assert pair.a.mode == "replay"
        await pair.a.command("message", content="I am back")
        await pair.agree()
