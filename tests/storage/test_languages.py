"""The language of a card in its table: what rows of before have, and that older programs do not deal what they cannot tell."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from rooms.activities.card import Card, Step, activity_uid, tags_of
from storage import activities as bank
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url

ROLLBACK = Path(__file__).parents[2] / "migrations" / "rollback" / "0031_languages.sql"
FORWARD = ROLLBACK.parents[1] / ROLLBACK.name
TEXT = "Jongliere drei Kissen."
CARD = Card(
    uid=activity_uid("dare", TEXT), type="dare", language="de", rating="G", intensity=1, steps=(Step("A", TEXT),),
    domains=("playful",),
)  # fmt: skip


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM activities")
    yield connection
    await connection.close()


@pytest.fixture
async def database(database_url: str, admin: asyncpg.Connection) -> AsyncIterator[Database]:
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield database
    await database.close()


async def tags(admin: asyncpg.Connection) -> dict:
    return json.loads(await admin.fetchval("SELECT tags FROM activities WHERE activity_uid = $1", CARD.uid))


async def test_a_row_that_says_nothing_is_english(admin: asyncpg.Connection, database: Database):
    await admin.execute(
        """INSERT INTO activities (activity_uid, type, rating, intensity, script, tags)
           VALUES ('x', 'dare', 'G', 1, '{"steps": [{"actor": "A", "do": "Wink."}]}', '["games"]')"""
    )
    assert await admin.fetchrow("SELECT language, tags ->> 0 AS first FROM activities") == ("en", "games")
    async with database.reading() as conn:
        assert await bank.languages(conn) == ("en",)


async def test_an_older_program_refuses_a_card_that_is_not_english(admin: asyncpg.Connection, database: Database):
    async with database.as_service() as conn:
        assert (await bank.upsert_cards(conn, [CARD], None)).inserted == 1
        assert (await bank.upsert_cards(conn, [CARD], None)).unchanged == 1
        _, (read,) = await bank.load_bank(conn)
    assert msgspec.structs.replace(read, activity_id=None) == CARD
    with pytest.raises(msgspec.ValidationError):
        tags_of(await tags(admin))  # all that a program without the column has
    await admin.execute("""UPDATE activities SET tags = '["games"]'""")  # as older programs write them
    assert await tags(admin) == {"themes": ["games"], "language": "de"}
    await admin.execute("UPDATE activities SET language = 'en'")
    assert await tags(admin) == {"themes": ["games"]}


@pytest.mark.parametrize("code", ["DE", "german", "de-at", ""])
async def test_a_language_is_a_short_code(admin: asyncpg.Connection, code: str):
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute(
            "INSERT INTO activities (activity_uid, type, rating, intensity, script, language)"
            " VALUES ('y', 'dare', 'G', 1, '{}', $1)",
            code,
        )


async def test_taken_back_and_brought_again_the_languages_are_what_they_were(
    admin: asyncpg.Connection, database: Database
):
    async with database.as_service() as conn:
        await bank.upsert_cards(conn, [CARD], None)
    await admin.execute(ROLLBACK.read_text())
    assert (await tags(admin))["language"] == "de"
    await admin.execute(FORWARD.read_text())
    async with database.reading() as conn:
        assert await bank.languages(conn) == ("de",)
