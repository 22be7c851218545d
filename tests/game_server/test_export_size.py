"""Whoever has played for years takes all of it away, and the server never holds more than a piece of it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from game_server.accounts.callers import authenticate
from game_server.export import as_json, as_page
from game_server.export.document import document
from game_server.export.reader import Reader
from tests.support.house import House, open_house
from tests.support.two_lives import a_game, whole

pytestmark = pytest.mark.long


@pytest.fixture
async def house(database_url, redis_url, tmp_path) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path) as opened:
        yield opened


async def test_a_hundred_thousand_rows_are_taken_away_in_five_minutes_a_piece_at_a_time(house):
    ana, ben = await whole(house, "Ana", "B1a"), await whole(house, "Ben", "B2a")
    game = await a_game(house, ana, ben)
    database, copies = house.database, f"copy of {game} "
    await database.execute("SET session_replication_role = replica")
    await database.execute(
        "INSERT INTO user_activity_history (user_id, session_id, activity_type, presented_at, turn)"
        " SELECT $1, $2, 'truth', now() - n * interval '1 minute', 1 FROM generate_series(1, 60000) n",
        *(UUID(ana.id), game),
    )
    await database.execute(
        "INSERT INTO sessions (session_id, status, current_step, created_at, rules, head)"
        " SELECT $2 || n, 'completed', 25, now() - n * interval '1 hour', rules, 100 FROM sessions, generate_series(1, 400) n"
        " WHERE session_id = $1",
        *(game, copies),
    )
    await database.execute(
        "INSERT INTO session_seats (session_id, seat, actor, user_id, display_name)"
        " SELECT $2 || n, seat, actor, user_id, display_name FROM session_seats, generate_series(1, 400) n WHERE session_id = $1",
        *(game, copies),
    )
    await database.execute(
        "INSERT INTO session_events (session_id, seq, at, type, event) SELECT $2 || n, s, now(), type, event"
        " FROM session_events, generate_series(1, 400) n, generate_series(1, 100) s"
        " WHERE session_id = $1 AND type = 'card_shown'",
        *(game, copies),
    )
    await database.execute("SET session_replication_role = DEFAULT; ANALYZE")
    authorization = f"Bearer {ana.access}"
    for form in (as_json, as_page):
        total = largest = 0
        reader = Reader(house.services, await authenticate(house.services, authorization), authorization)
        async with asyncio.timeout(300):
            async for piece in form.written(await document(reader)):
                total, largest = total + len(piece), max(largest, len(piece))
        assert total > 10_000_000
        assert largest < 500_000
