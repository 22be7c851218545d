"""The bank in PostgreSQL: what is loaded, what an upsert changes, and what a caller may read of it."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from rooms.activities.card import BodyParts, Card, Step, Tags, activity_uid
from rooms.sessions.limits import Player
from storage import activities as bank
from storage.activities import UpsertCounts
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url


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


def card(text: str, **changes: Any) -> Card:
    values = {
        "type": "dare",
        "rating": "R",
        "intensity": 2,
        "steps": (Step("A", text), Step("B", "Smile.")),
        "tags": Tags(("kissing",)),
        "domains": ("sensual",),
        "preference_keys": ("massage_give", "massage_receive"),
        "power_role": "neutral",
        "hard_boundaries": ("hardBoundaryPublic",),
        "required_bodyparts": BodyParts(partner=("breasts",)),
        "audience_scope": "couples",
    } | changes
    return Card(uid=activity_uid(values["type"], text), **values)


async def save(database: Database, *cards: Card, version: str | None = "v1") -> UpsertCounts:
    async with database.as_service() as conn:
        return await bank.upsert_cards(conn, cards, version)


async def load(database: Database) -> tuple[int, tuple[Card, ...]]:
    async with database.as_service() as conn:
        return await bank.load_bank(conn)


def without_id(card: Card) -> Card:
    return Card(**{name: getattr(card, name) for name in Card.__struct_fields__} | {"activity_id": None})


async def test_a_card_comes_back_as_it_was_saved(database: Database):
    saved = card("Kiss your partner.", requires_consent_negotiation=True, intensity_modifiers=("slow",))
    assert await save(database, saved) == UpsertCounts(inserted=1)
    _, cards = await load(database)
    assert [without_id(loaded) for loaded in cards] == [saved]
    assert cards[0].activity_id


async def test_an_empty_bank_says_so_and_still_has_a_revision(database: Database):
    async with database.as_service() as conn:
        assert await bank.is_empty(conn)
    revision, cards = await load(database)
    assert cards == ()
    await save(database, card("Kiss your partner."))
    async with database.as_service() as conn:
        assert not await bank.is_empty(conn)
        assert await bank.bank_revision(conn) > revision
        assert (await bank.load_bank(conn))[0] == await bank.bank_revision(conn)


async def test_an_upsert_counts_what_it_did_and_keeps_ids(database: Database):
    first, second, third = (card(text) for text in ("Kiss your partner.", "Hug your partner.", "Hold hands."))
    await save(database, first, second)
    ids = {loaded.uid: loaded.activity_id for loaded in (await load(database))[1]}
    changed = card("Hug your partner.", intensity=3)
    assert await save(database, first, changed, third) == UpsertCounts(inserted=1, updated=1, unchanged=1)
    after = {loaded.uid: loaded for loaded in (await load(database))[1]}
    assert after[changed.uid].intensity == 3
    assert {uid: after[uid].activity_id for uid in ids} == ids
    assert await save(database, first, changed, third) == UpsertCounts(unchanged=3)


async def test_only_active_approved_shared_cards_are_loaded(database: Database):
    await save(
        database,
        card("Kiss your partner."),
        card("Not approved.", approved=False),
        card("In the archive.", is_active=False),
        card("Ours alone.", source="user_submitted"),
    )
    assert [loaded.steps[0].do for loaded in (await load(database))[1]] == ["Kiss your partner."]


async def test_missing_cards_are_archived_and_come_back_with_the_next_import(database: Database):
    kept, dropped = card("Kiss your partner."), card("Hug your partner.")
    written = card("Written by a machine.", source="ai_generated")
    await save(database, kept, dropped, written)
    async with database.as_service() as conn:
        assert await bank.archive_missing(conn, [kept.uid]) == 1
        row = await conn.fetchrow("SELECT is_active, archived_at FROM activities WHERE activity_uid = $1", dropped.uid)
    assert not row["is_active"]
    assert row["archived_at"]
    assert {loaded.uid for loaded in (await load(database))[1]} == {kept.uid, written.uid}
    assert await save(database, dropped) == UpsertCounts(updated=1)
    assert dropped.uid in {loaded.uid for loaded in (await load(database))[1]}


async def test_one_card_that_the_database_refuses_takes_all_of_them_back(database: Database):
    with pytest.raises(asyncpg.CheckViolationError):
        await save(database, card("Kiss your partner."), card("Fly.", intensity=9))
    assert (await load(database))[1] == ()


async def test_a_row_broken_by_hand_is_left_out(database: Database, admin: asyncpg.Connection):
    await save(database, card("Kiss your partner."), card("Broken."), card("Also broken."))
    await admin.execute(
        """UPDATE activities SET script = '{"steps": []}' WHERE script @> '{"steps":[{"do":"Broken."}]}'"""
    )
    await admin.execute('UPDATE activities SET tags = \'7\' WHERE script @> \'{"steps":[{"do":"Also broken."}]}\'')
    assert [loaded.steps[0].do for loaded in (await load(database))[1]] == ["Kiss your partner."]


async def test_tags_of_an_older_bank_are_themes(database: Database, admin: asyncpg.Connection):
    await save(database, card("Kiss your partner.", tags=Tags(("kissing",), act="kiss", topics=("turn_ons",))))
    (loaded,) = (await load(database))[1]
    assert loaded.tags == Tags(("kissing",), act="kiss", topics=("turn_ons",))
    await admin.execute('UPDATE activities SET tags = \'["kissing", "slow"]\'')
    (loaded,) = (await load(database))[1]
    assert (loaded.tags, loaded.theme) == (Tags(("kissing", "slow")), "kissing")


async def test_null_columns_are_read_as_their_defaults(database: Database, admin: asyncpg.Connection):
    await admin.execute(
        """INSERT INTO activities (type, rating, intensity, script)
           VALUES ('truth', 'G', 1, '{"steps":[{"actor":"A","do":"Say hello."}]}')"""
    )
    (loaded,) = (await load(database))[1]
    assert loaded.uid == activity_uid("truth", "Say hello.")
    assert (loaded.tags, loaded.domains, loaded.power_role) == (Tags(), (), None)


async def test_a_signed_in_person_pages_through_shared_cards_only(database: Database):
    await save(database, *(card(f"Kiss number {number}.") for number in range(5)), card("Hidden.", approved=False))
    await save(database, card("Say it.", type="truth"), card("Deep kiss.", rating="X", intensity=4))
    async with database.as_user("7d9f0e9e-1111-4222-8333-444455556666") as conn:
        first = await bank.list_activities(conn, type_="dare", rating="R", languages=None, after=0, limit=3)
        rest = await bank.list_activities(
            conn, type_="dare", rating="R", languages=None, after=first[-1].activity_id, limit=3
        )
        everything = await bank.list_activities(conn, type_=None, rating=None, languages=None, after=0, limit=100)
    assert [loaded.steps[0].do for loaded in (*first, *rest)] == [f"Kiss number {number}." for number in range(5)]
    assert len(everything) == 7


async def test_a_caller_without_a_profile_was_asked_nothing(database: Database):
    async with database.as_user("7d9f0e9e-1111-4222-8333-444455556666") as conn:
        assert await bank.caller_as_player(conn) == Player()


@pytest.mark.parametrize(
    "write",
    ["INSERT INTO activities DEFAULT VALUES", "UPDATE activities SET is_active = false", "DELETE FROM activities"],
)
async def test_nobody_but_the_service_writes_the_bank(database: Database, write: str):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.as_user("7d9f0e9e-1111-4222-8333-444455556666") as conn:
            await conn.execute(write)
