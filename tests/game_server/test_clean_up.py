"""Whoever plays without an account and was away for 90 days goes like somebody who erases themselves, and nobody else does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio

from game_server.accounts import erasure
from game_server.accounts.erasure import erase_idle_players
from tests.support.house import Guest, House, come_anonymously, open_house, tell

DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="10000/60") as opened:
        yield opened


async def player(house: House, away: timedelta) -> Guest:
    """Somebody with a profile and a survey under way, last here so long ago."""
    guest = await come_anonymously(house)
    await tell(guest.client, name="Wanderer")
    assert (await guest.client.patch("/api/survey/progress", json={"answers": {"A1": 5}})).status_code == 200
    await last_here(house, guest, away)
    return guest


async def last_here(house: House, guest: Guest, away: timedelta) -> None:
    await house.database.execute(
        "UPDATE anonymous_sessions SET last_accessed_at = $2 WHERE session_id = $1", guest.id, house.clock.now() - away
    )


async def left(house: House, guest: Guest) -> dict[str, int]:
    """How many rows name them, by table; and their key."""
    there = {}
    for table, columns in await tables(house):
        named = " OR ".join(f"{column}::text LIKE '%' || $1 || '%'" for column in columns)
        there[table] = await house.database.fetchval(f"SELECT count(*) FROM {table} WHERE {named}", guest.id)
    there["keys"] = int(await house.services.person_keys.has(f"anon:{guest.id}"))
    return {table: count for table, count in there.items() if count}


async def tables(house: House) -> list[tuple[str, list[str]]]:
    rows = await house.database.fetch(
        "SELECT attrelid::regclass::text AS table, array_agg(quote_ident(attname)) AS columns FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1 ORDER BY 1"
    )
    return [(row["table"], row["columns"]) for row in rows]


async def test_after_ninety_days_and_not_before(house, monkeypatch):
    """However many they are: a few at a time."""
    monkeypatch.setattr(erasure, "AT_ONCE", 2)
    gone = [await player(house, 90 * DAY + timedelta(hours=number)) for number in range(1, 6)]
    kept = [await player(house, 90 * DAY - timedelta(hours=1)), await player(house, timedelta())]
    assert {"anonymous_sessions", "profiles", "survey_progress", "survey_submissions", "keys"} <= {
        *await left(house, gone[0])
    }
    before = await house.database.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    assert await erase_idle_players(house.services) == 5
    assert [await left(house, guest) for guest in gone] == [{}] * 5
    assert all([await left(house, guest) for guest in kept])
    assert [(await guest.client.get("/api/profile")).status_code for guest in (gone[0], kept[0])] == [401, 200]
    after = await house.database.fetchval("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
    assert after - before >= len(gone) // 2  # a transaction for each few
    assert await erase_idle_players(house.services) == 0


async def test_the_partner_keeps_the_game_and_a_key_that_is_away_goes_later(house):
    gone, partner = await player(house, timedelta()), await player(house, timedelta())
    opened = await gone.client.post(
        "/api/sessions", json={"partner": {"link": True}, "settings": {"rules": {"note": "NOTE"}}}
    )
    room = opened.json()
    assert (await partner.client.post("/api/sessions/join", json={"token": room["join"]["token"]})).status_code == 200
    await last_here(house, gone, 91 * DAY)
    assert await erase_idle_players(house.services) == 0, "they sit in a game that is played"
    await house.database.execute(
        "UPDATE sessions SET last_active_at = now() - interval '91 days' WHERE session_id = $1", room["session_id"]
    )
    house.services.person_keys.held_back = True
    try:
        assert await erase_idle_players(house.services) == 1
    finally:
        house.services.person_keys.held_back = False
    assert await left(house, gone) == {"erased_people": 1, "keys": 1}
    assert await erase_idle_players(house.services) == 0
    assert await left(house, gone) == {}
    (kept,) = (await partner.client.get("/api/sessions")).json()["items"]
    assert (kept["session_id"], kept["partner_name"]) == (room["session_id"], None)


async def test_whoever_comes_back_at_that_moment_stays(house, database_url):
    """Their request moves `last_accessed_at` while the clean-up waits for the same row."""
    back, gone = await player(house, 92 * DAY), await player(house, 91 * DAY)
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("UPDATE anonymous_sessions SET last_accessed_at = now() WHERE session_id = $1", back.id)
            running = asyncio.ensure_future(erase_idle_players(house.services))
            async with asyncio.timeout(20):
                while not await house.database.fetchval(  # noqa: ASYNC110 - only PostgreSQL knows
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
                ):
                    await asyncio.sleep(0.02)
        assert await running == 1
    finally:
        await other.close()
    assert (await back.client.get("/api/profile")).status_code == 200
    assert await left(house, gone) == {}


@pytest.mark.long
async def test_thousands_go_while_somebody_plays(house):
    """Nobody waits for all of them: each few are a transaction of its own."""
    await house.database.execute(
        "INSERT INTO anonymous_sessions (session_id, last_accessed_at)"
        " SELECT gen_random_uuid()::text, now() - interval '100 days' FROM generate_series(1, 3000)"
    )
    here = await player(house, timedelta())
    running = asyncio.ensure_future(erase_idle_players(house.services))
    while not running.done():
        assert (await here.client.patch("/api/survey/progress", json={"answers": {"A1": 4}})).status_code == 200
        await asyncio.sleep(0)
    assert await running == 3000
    assert not await house.database.fetchval("SELECT count(*) FROM erased_people")
