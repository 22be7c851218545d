"""The cards that ship with the program, in banks that have an earlier version of them: what moves on and what is left alone."""

import gzip
import json
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest

from game_server.activities.actions import EARLIER_STARTERS, STARTER_BANKS, StarterCounts, load_starter_bank
from game_server.activities.bank_import import import_bank
from game_server.commands.migrating import prepare_database
from game_server.settings import Settings
from rooms.activities.card import Card, Step, activity_uid, tags_of
from rooms.activities.shipped import fingerprint, short
from storage import activities as bank
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database
from tests.support.databases import login_url

DATA = Path(__file__).parents[1] / "data"
BEFORE, LAST, *LATER = (
    json.loads(gzip.decompress((DATA / f"starter_{number}.json.gz").read_bytes())) for number in (1, 2, 3, 4, 5)
)
SHIPPED = [json.loads(file.read_bytes()) for file in STARTER_BANKS]
NOW = {
    "source_version": SHIPPED[0]["source_version"],
    "activities": [row for one in SHIPPED for row in one["activities"]],
}


def uid_of(row: dict[str, Any]) -> str:
    return activity_uid(row["type"], row["script"]["steps"][0]["do"])


OLD = {uid_of(row): row for row in BEFORE["activities"]}
PREVIOUS = {uid_of(row): row for row in LAST["activities"]}
NEW = {uid_of(row): row for row in NOW["activities"]}
KEPT = [uid for uid in OLD if uid in NEW]
DROPPED = [uid for uid in OLD if uid not in NEW]


def as_card(row: dict[str, Any]) -> Card:
    steps = msgspec.convert(row["script"]["steps"], tuple[Step, ...])
    rest = {name: value for name, value in row.items() if name != "script"}
    return msgspec.convert({**rest, "steps": steps, "uid": uid_of(row), "tags": tags_of(row["tags"])}, Card)


@pytest.fixture
async def admin(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """The superuser, in a database with an empty bank."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("DELETE FROM activities")
    yield connection
    await connection.close()


@pytest.fixture
async def database(database_url: str, admin: asyncpg.Connection) -> AsyncIterator[Database]:
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    yield database
    await database.close()


@pytest.fixture
async def old_bank(database: Database, admin: asyncpg.Connection, tmp_path: Path) -> Database:
    """A bank as the first version of the program left it; its tags were lists."""
    await bring(database, tmp_path, BEFORE["activities"], BEFORE["source_version"])
    await admin.execute("UPDATE activities SET tags = tags -> 'themes'")
    return database


async def bring(database: Database, folder: Path, rows: list[dict[str, Any]], version: str | None) -> None:
    """What an operator does with a file of their own."""
    path = folder / "cards.json"
    path.write_text(json.dumps(rows))
    async with database.as_service() as conn:
        report = await import_bank(conn, path, source_version=version)
    assert report.applied, report.refused


async def load(database: Database) -> StarterCounts:
    async with database.as_service() as conn:
        return await load_starter_bank(conn)


async def rows_of(admin: asyncpg.Connection) -> dict[str, asyncpg.Record]:
    return {row["activity_uid"]: row for row in await admin.fetch("SELECT * FROM activities")}


async def test_an_empty_bank_gets_every_card_and_nothing_the_second_time(database: Database):
    assert await load(database) == StarterCounts(inserted=len(NEW))
    async with database.as_service() as conn:
        before = await bank.bank_revision(conn)
    assert await load(database) == StarterCounts()
    async with database.as_service() as conn:
        assert await bank.bank_revision(conn) == before


async def test_the_first_bank_moves_on_whole(old_bank: Database, admin: asyncpg.Connection):
    ids = {uid: row["activity_id"] for uid, row in (await rows_of(admin)).items()}
    assert await load(old_bank) == StarterCounts(
        inserted=len(NEW) - len(KEPT), updated=len(KEPT), archived=len(DROPPED)
    )
    after = await rows_of(admin)
    assert {uid for uid, row in after.items() if row["is_active"]} == set(NEW)
    assert {uid: after[uid]["activity_id"] for uid in ids} == ids
    async with old_bank.as_service() as conn:
        _, cards = await bank.load_bank(conn)
    assert {card.uid: fingerprint(card) for card in cards} == {
        uid: fingerprint(as_card(row)) for uid, row in NEW.items()
    }
    assert {after[uid]["source_version"] for uid in DROPPED} == {f"{NOW['source_version']} retired"}
    assert all(after[uid]["archived_at"] for uid in DROPPED)
    assert await load(old_bank) == StarterCounts()


async def test_the_previous_bank_moves_on_but_for_what_was_edited_in_it(
    database: Database, admin: asyncpg.Connection, tmp_path: Path
):
    await bring(database, tmp_path, LAST["activities"], LAST["source_version"])
    edited = next(uid for uid in PREVIOUS if uid in NEW and PREVIOUS[uid] != NEW[uid])
    await admin.execute("""UPDATE activities SET domains = '["edge"]' WHERE activity_uid = $1""", edited)
    before = await rows_of(admin)
    kept = set(PREVIOUS) & set(NEW)
    assert await load(database) == StarterCounts(
        inserted=len(NEW) - len(kept), updated=len(kept) - 1, archived=len(PREVIOUS) - len(kept)
    )
    after = await rows_of(admin)
    assert after[edited] == before[edited]
    assert {uid for uid, row in after.items() if row["is_active"]} == set(NEW)
    assert {row["source_version"] for uid, row in after.items() if uid in NEW and uid != edited} == {
        NOW["source_version"]
    }
    assert await load(database) == StarterCounts()


async def test_what_an_operator_edited_archived_deleted_or_brought_stays_as_it_is(
    old_bank: Database, admin: asyncpg.Connection, tmp_path: Path
):
    edited, archived, deleted, replaced = KEPT[:4]
    edited_and_dropped, archived_and_dropped = DROPPED[:2]
    await admin.execute("UPDATE activities SET intensity = 2, rating = 'R' WHERE activity_uid = $1", edited)
    await admin.execute(
        """UPDATE activities SET script = jsonb_set(script, '{steps,0,do}', '"Say it in your own words."')
           WHERE activity_uid = $1""",
        edited_and_dropped,
    )
    await admin.execute(
        "UPDATE activities SET is_active = false, archived_at = now() WHERE activity_uid = ANY ($1)",
        [archived, archived_and_dropped],
    )
    await admin.execute("DELETE FROM activities WHERE activity_uid = $1", deleted)
    own = {
        "type": "dare", "rating": "G", "intensity": 1, "domains": ["playful"],
        "script": {"steps": [{"actor": "A", "do": "Juggle three cushions for your partner."}]},
    }  # fmt: skip
    await bring(old_bank, tmp_path, [own, {**OLD[replaced], "domains": ["playful", "verbal"]}], "ours-1")
    before = await rows_of(admin)
    assert await load(old_bank) == StarterCounts(
        inserted=len(NEW) - len(KEPT), updated=len(KEPT) - 4, archived=len(DROPPED) - 2
    )
    after = await rows_of(admin)
    for uid in (edited, archived, replaced, edited_and_dropped, archived_and_dropped, uid_of(own)):
        assert after[uid] == before[uid]
    assert deleted not in after
    assert await load(old_bank) == StarterCounts()


async def test_who_put_our_cards_away_gets_no_new_ones(old_bank: Database, admin: asyncpg.Connection, tmp_path: Path):
    row = {
        "type": "dare", "rating": "G", "intensity": 1, "domains": ["playful"],
        "script": {"steps": [{"actor": "A", "do": "Juggle three cushions for your partner."}]},
    }  # fmt: skip
    await bring(old_bank, tmp_path, [row], None)
    await admin.execute("UPDATE activities SET is_active = false WHERE source_version = 'starter-1'")
    before = await rows_of(admin)
    assert await load(old_bank) == StarterCounts()
    assert await rows_of(admin) == before


async def test_a_card_that_comes_back_into_the_program_comes_back_into_the_bank(
    database: Database, admin: asyncpg.Connection
):
    await load(database)
    uid = next(iter(NEW))
    await admin.execute(
        "UPDATE activities SET is_active = false, source_version = 'starter-1 retired' WHERE activity_uid = $1", uid
    )
    assert await load(database) == StarterCounts(updated=1)
    assert (await rows_of(admin))[uid]["is_active"]


async def test_a_card_deleted_from_this_version_stays_deleted(database: Database, admin: asyncpg.Connection):
    await load(database)
    await admin.execute("DELETE FROM activities WHERE activity_uid = $1", next(iter(NEW)))
    assert await load(database) == StarterCounts()


async def test_preparing_a_database_moves_its_starter_cards_on(
    old_bank: Database, admin: asyncpg.Connection, settings: Settings
):
    await prepare_database(settings, lambda _text: nullcontext())
    assert {uid for uid, row in (await rows_of(admin)).items() if row["is_active"]} == set(NEW)


def test_what_earlier_versions_shipped_is_known_and_this_one_is_another():
    earlier = json.loads(EARLIER_STARTERS.read_bytes())
    for shipped in (BEFORE, LAST, *LATER):
        assert earlier[shipped["source_version"]] == {
            short(uid_of(row)): fingerprint(as_card(row)) for row in shipped["activities"]
        }
    assert NOW["source_version"] not in earlier
    assert NOW["source_version"].startswith("starter-")
