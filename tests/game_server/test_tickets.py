"""Tickets: 256 bits, once, for thirty seconds, for one room, kept as a hash."""

import asyncio
import base64

import pytest
import redis.asyncio as redis

from game_server.accounts import tickets
from rooms.errors import Unauthorized
from tests.support.game import generous, playing
from tests.support.person import Person


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, limit_tickets="40/60")


@pytest.fixture(scope="module")
async def store(redis_url):
    connection = redis.Redis.from_url(redis_url)
    yield connection
    await connection.aclose()


@pytest.fixture(autouse=True)
async def counted_anew(store):
    """What other tests have used of the limits is forgotten."""
    for key in await store.keys("limit:*"):
        await store.delete(key)


async def test_a_ticket_is_256_bits_kept_as_a_hash_for_thirty_seconds(server, store):
    async with playing(server, ready=False) as game:
        before = set(await store.keys("ticket:*"))
        answer = await game.a.person.http.post("/api/ws-tickets", json={"session_id": game.session_id})
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.json().keys() == {"ticket", "expires_in"}
        ticket = answer.json()["ticket"]
        assert len(base64.urlsafe_b64decode(ticket + "=")) == 32
        (key,) = set(await store.keys("ticket:*")) - before
        assert 28_000 < await store.pttl(key) <= 30_000
        stored = key + await store.get(key)
        assert ticket.encode() not in stored


async def test_a_ticket_is_redeemed_once_however_many_try_at_once(server, services):
    async with playing(server, ready=False) as game:
        ticket = await ticket_of(game)
        redeemed = await asyncio.gather(
            *(tickets.redeem(services, ticket, game.session_id) for _ in range(8)), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in redeemed) == ["Caller"] + ["Unauthorized"] * 7


async def test_an_expired_ticket_and_one_for_another_room_are_nobodys(server, services, store):
    async with playing(server, ready=False) as game:
        ticket, before = await ticket_of(game), await store.keys("ticket:*")
        with pytest.raises(Unauthorized):
            await tickets.redeem(services, ticket, "another")
        with pytest.raises(Unauthorized):
            await tickets.redeem(services, ticket, game.session_id)
        late = await ticket_of(game)
        (key,) = set(await store.keys("ticket:*")) - set(before)
        await store.pexpire(key, 0)
        with pytest.raises(Unauthorized):
            await tickets.redeem(services, late, game.session_id)


async def test_a_ticket_of_a_login_that_ended_since_opens_nothing(server, services):
    async with playing(server, people=(Person.registered, Person.anonymous), ready=False) as game:
        ticket = await ticket_of(game)
        await game.a.person.post("/api/auth/logout", None, expect=204)
        with pytest.raises(Unauthorized):
            await tickets.redeem(services, ticket, game.session_id)


async def test_tickets_are_limited(server):
    async with await Person.anonymous(server.url, "Ada") as ada:
        room = await ada.open_room()
        codes = [
            (await ada.http.post("/api/ws-tickets", json={"session_id": room["session_id"]})).status_code
            for _ in range(41)
        ]
        assert codes.count(429) >= 1
        assert codes[-1] == 429


@pytest.mark.parametrize("body", [{}, {"session_id": 7}, {"session_id": "x" * 129}, {"session_id": "a\x00"}])
async def test_a_wrong_body_is_named(server, body):
    async with await Person.anonymous(server.url, "Ada") as ada:
        assert (await ada.post("/api/ws-tickets", body, expect=422))["error"]["fields"]


async def ticket_of(game):
    return (await game.a.person.post("/api/ws-tickets", {"session_id": game.session_id}))["ticket"]
