"""Redis away, empty, silent or slow: games go on, the partner on another process hears, and everything heals by itself."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest
import redis.asyncio as redis

from tests.faults.nursery import ForkedServer
from tests.faults.wire import meeting, verdict
from tests.support.game import Game


@pytest.fixture
def pair(serve):
    """Two processes; a room's phones sit on different ones."""
    return serve(), serve()


async def readiness(server: ForkedServer) -> tuple[int, dict[str, Any]]:
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        answer = await http.get("/health/ready")
    return answer.status_code, answer.json()


async def until_ready(server: ForkedServer, wanted: tuple[int, str], within: float = 60) -> dict[str, Any]:
    """Wait until readiness says this; what it says then."""
    async with asyncio.timeout(within):
        while True:
            status, said = await readiness(server)
            if (status, said["status"]) == wanted:
                return said
            await asyncio.sleep(0.05)


async def play_on(game: Game, turns: int) -> None:
    """Cards completed by both in turns; each is acked, and heard by the other phone."""
    for turn in range(turns):
        ack = await game.complete(game.phones[turn % 2])
        for phone in game.phones:
            await phone.until_seq(ack["seq"])


async def bells_ring_again(game: Game, pair: tuple[ForkedServer, ForkedServer]) -> None:
    """Both are ready, and a halt, which only a bell carries, reaches the other process."""
    for server in pair:
        await until_ready(server, (200, "ok"))
    heard = len(game.b.frames)
    ack = await game.a.command("pause")
    await game.b.until(lambda: any(frame["t"] == "halt" for frame in game.b.frames[heard:]))
    await game.b.until_seq(ack["seq"])
    await game.resume()


async def through(
    pair: tuple[ForkedServer, ForkedServer],
    sql: Any,
    breaks: Callable[[], object],
    mends: Callable[[], object],
    said: tuple[int, str] | None,
) -> None:
    """A game before, during and after."""
    async with meeting(*pair, target_activities=20) as game:
        await play_on(game, 2)
        breaks()
        await play_on(game, 3)
        if said:
            for server in pair:
                assert (await until_ready(server, said))["degraded"] == ["redis"]
        await play_on(game, 3)
        mends()
        await play_on(game, 2)
        await bells_ring_again(game, pair)
        await play_on(game, 2)
        assert not [frame for phone in game.phones for frame in phone.frames if frame["t"] == "refused"]
        await verdict(sql, game)


async def test_redis_killed_and_started_empty(pair, sql, stores):
    def back() -> None:
        stores.redis.forget()
        stores.redis.start()

    await through(pair, sql, stores.redis.kill, back, (200, "degraded"))


async def test_flushall_in_mid_game(pair, sql, stores):
    connection = redis.Redis.from_url(stores.redis_url)
    async with meeting(*pair) as game:
        for turn in range(4):
            await connection.flushall()
            ack = await game.complete(game.phones[turn % 2])
            await connection.flushall()
            for phone in game.phones:
                await phone.until_seq(ack["seq"])
        await game.a.drop()
        await connection.flushall()
        await game.a.connect()
        await bells_ring_again(game, pair)
        await verdict(sql, game)
    await connection.aclose()


@pytest.mark.long
async def test_nobody_seems_to_leave_when_redis_is_flushed(pair, stores):
    connection = redis.Redis.from_url(stores.redis_url)
    async with meeting(*pair) as game:
        await game.b.until(lambda: present(game.b, "A"))
        await game.a.until(lambda: present(game.a, "B"))
        heard = [len(phone.frames) for phone in game.phones]
        for _ in range(40):
            await connection.flushall()
            await asyncio.sleep(0.15)  # longer than the sweep's period altogether
        for phone, since in zip(game.phones, heard, strict=True):
            assert not [frame for frame in phone.frames[since:] if frame["t"] == "presence"]
    await connection.aclose()


def present(phone: Any, seat: str) -> bool:
    return any(f["t"] == "presence" and f["seat"] == seat and f["status"] == "present" for f in phone.frames)


@pytest.mark.long
async def test_redis_frozen(pair, sql, stores):
    await through(pair, sql, stores.redis.freeze, stores.redis.thaw, (200, "degraded"))


@pytest.mark.long
async def test_redis_behind_a_hole(pair, sql, redis_link):
    await through(pair, sql, redis_link.blackhole, redis_link.heal, (200, "degraded"))


@pytest.mark.long
async def test_redis_whose_answers_are_lost(pair, sql, redis_link):
    await through(pair, sql, lambda: redis_link.blackhole(up=False), redis_link.heal, (200, "degraded"))


@pytest.mark.long
async def test_redis_connections_that_carry_nothing_any_more(pair, sql, redis_link):
    await through(pair, sql, redis_link.lose, lambda: None, None)


@pytest.mark.long
async def test_redis_slow_by_two_seconds(pair, sql, redis_link):
    await through(pair, sql, lambda: redis_link.delay(2), redis_link.heal, None)


@pytest.mark.long
async def test_redis_slow_by_one_second(pair, sql, redis_link):
    await through(pair, sql, lambda: redis_link.delay(0.5, down=True), redis_link.heal, None)


@pytest.mark.long
async def test_redis_connections_reset_again_and_again(pair, sql, redis_link):
    async with meeting(*pair) as game:
        for turn in range(6):
            redis_link.reset()
            ack = await game.complete(game.phones[turn % 2])
            for phone in game.phones:
                await phone.until_seq(ack["seq"])
        await bells_ring_again(game, pair)
        await verdict(sql, game)


@pytest.mark.long
async def test_one_process_loses_redis_and_the_other_does_not(*, nursery, settings, stores, serve, sql, redis_link):
    """A split: one side's bells are lost, and its fences and moves are found all the same."""
    near, far = nursery.fork(settings_on(settings, stores.redis_url)), serve()
    try:
        async with meeting(near, far, target_activities=20) as game:
            redis_link.refuse()
            await play_on(game, 4)
            assert (await until_ready(far, (200, "degraded")))["degraded"] == ["redis"]
            assert (await readiness(near))[1]["status"] == "ok"
            redis_link.heal()
            await bells_ring_again(game, (near, far))
            await verdict(sql, game)
    finally:
        near.kill()


def settings_on(settings, redis_url):
    return msgspec.structs.replace(settings, redis_url=redis_url)
