"""Limits of use: per caller and per address, in Redis, and in this process while Redis is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio
import redis.asyncio as redis

from game_server.http import limits
from game_server.http.limits import LocalCounts, parse_limit
from game_server.process import tasks
from game_server.services import Services
from rooms.errors import RateLimited
from storage.counts import Counts
from tests.support.house import House, come_anonymously, open_house

HERE, THERE = "203.0.113.7", "203.0.113.8"


@pytest_asyncio.fixture(loop_scope="module")
async def house(database_url: str, redis_url: str, tmp_path) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path, limit_login="3/60", limit_other="6/60", trusted_proxies=("10.0.0.0/8",)
    ) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def without_redis(house) -> AsyncIterator[Services]:
    nowhere = redis.Redis(port=1, socket_connect_timeout=0.2)
    counts = Counts(nowhere, lambda name, work: tasks.start(work, name=name))
    yield msgspec.structs.replace(house.services, redis=nowhere, counts=counts)
    await nowhere.aclose()


async def try_login(house, address=HERE, **headers: str):
    body = {"email": "nobody@example.com", "password": "x"}
    return await house.client(address=address).post("/api/auth/login", json=body, headers=headers)


async def test_over_the_limit_of_an_address_is_429_with_a_time_to_wait(house):
    assert [(await try_login(house)).status_code for _ in range(3)] == [401] * 3
    answer = await try_login(house)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert (await try_login(house, THERE)).status_code == 401


async def test_ones_own_machine_is_not_limited_on_the_embedded_default(house):
    assert {(await try_login(house, "127.0.0.1")).status_code for _ in range(5)} == {401}
    assert {(await try_login(house, "::1")).status_code for _ in range(5)} == {401}


async def test_loopback_is_limited_where_a_setting_says_so(database_url, redis_url, tmp_path):
    async with open_house(database_url, redis_url, tmp_path, limit_login="3/60", limit_loopback=True) as strict:
        assert [(await try_login(strict, "127.0.0.1")).status_code for _ in range(4)] == [401] * 3 + [429]


async def test_a_household_of_ipv6_addresses_is_one(house):
    statuses = [(await try_login(house, f"2001:db8:1:2::{number}")).status_code for number in range(1, 5)]
    assert statuses == [401] * 3 + [429]
    assert (await try_login(house, "2001:db8:1:3::1")).status_code == 401


async def test_only_a_configured_proxy_is_believed_about_addresses(house):
    for number in range(3):
        await try_login(house, HERE, **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert (await try_login(house, HERE, **{"X-Forwarded-For": "198.51.100.9"})).status_code == 429
    for _ in range(3):
        await try_login(house, "10.0.0.1", **{"X-Forwarded-For": f"1.2.3.4, {THERE}, 10.0.0.2"})
    # What stands left of the first address that is no proxy is the client's own invention.
    assert (await try_login(house, "10.0.0.1", **{"X-Forwarded-For": f"5.6.7.8, {THERE}"})).status_code == 429
    assert (await try_login(house, "10.0.0.1", **{"X-Forwarded-For": "5.6.7.8"})).status_code == 401


async def test_a_caller_is_limited_everywhere(house):
    guest = await come_anonymously(house)
    statuses = [
        (await house.client(guest.token, address=f"198.51.100.{number}").get("/api/history")).status_code
        for number in range(7)
    ]
    assert statuses == [200] * 6 + [429]


async def test_wrong_tokens_are_limited_too(house):
    statuses = [(await house.client("x", address=HERE).get("/api/history")).status_code for _ in range(7)]
    assert statuses == [401] * 6 + [429]


async def test_redis_never_sees_an_address_or_a_name(house):
    await try_login(house, "198.51.100.77")
    keys = [key.decode() for key in await house.services.redis.keys("limit:*")]
    assert keys
    assert not any("198.51" in key or "nobody" in key for key in keys)
    left = [await house.services.redis.pttl(key) for key in keys]  # in seconds the last half of one would be 0
    assert all(0 <= ms <= 86_400_000 for ms in left if ms != -2), "each ends by itself (some have just now)"


async def test_while_redis_is_away_this_process_counts(without_redis):
    for _ in range(3):
        await limits.spend(without_redis, HERE, None, "login")
    with pytest.raises(RateLimited):
        await limits.spend(without_redis, HERE, None, "login")


async def test_a_redis_that_has_just_begun_to_hang_keeps_nobody_waiting(house, monkeypatch):
    guest = await come_anonymously(house)
    monkeypatch.setattr(house.services.counts, "one_more", lambda *_: asyncio.sleep(10))
    async with asyncio.timeout(3):
        assert (await guest.client.get("/api/history")).status_code == 200


async def test_where_counting_is_impossible_secrets_are_guarded_and_reads_go_on(without_redis, monkeypatch):
    monkeypatch.setattr(limits, "_local", LocalCounts(most=0))
    with pytest.raises(RateLimited):
        await limits.spend(without_redis, HERE, None, "claims")
    await limits.spend(without_redis, HERE, None, "other")


def test_a_local_window_ends_and_the_table_stays_small():
    counts, now = LocalCounts(most=2), datetime(2026, 1, 1, tzinfo=UTC)
    assert counts.count("a", 60, now).count == 1
    assert counts.count("a", 60, now + timedelta(seconds=59)).count == 2
    assert counts.count("a", 60, now + timedelta(seconds=60)).count == 1
    assert counts.count("b", 60, now).count == 1
    assert counts.count("c", 60, now + timedelta(seconds=1)) is None
    assert counts.count("c", 60, now + timedelta(hours=2)).count == 1


@pytest.mark.parametrize("text", ["", "10", "10/0", "0/10", "ten/10", "-1/5"])
def test_a_limit_that_is_none_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - int's own words, or ours
        parse_limit(text)
