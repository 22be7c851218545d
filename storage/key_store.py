"""Which key store the sealed rows of this database need, and whether somebody has such rows."""

from datetime import datetime

import asyncpg

from storage.database import SLOW_S
from storage.profiles import Kind


async def adopt(connection: asyncpg.Connection, store: str) -> str:
    """The store this database belongs to; this one, where it belonged to none."""
    await connection.execute("INSERT INTO key_store (store) VALUES ($1) ON CONFLICT DO NOTHING", store)
    known: str = await connection.fetchval("SELECT store FROM key_store")
    return known


async def known(connection: asyncpg.Connection) -> str | None:
    """The store this database belongs to already."""
    found: str | None = await connection.fetchval("SELECT store FROM key_store")
    return found


async def hold(connection: asyncpg.Connection, place: str, *, now: datetime, until: datetime) -> datetime | None:
    """Say that the store's file is used at this place until then. None when it is; else until when another place says so."""
    held = await connection.fetchval(
        "UPDATE key_store SET place = $1, held_until = $3 WHERE held_until IS NULL OR held_until < $2 OR place = $1"
        " RETURNING true",
        *(place, now, until),
    )
    return None if held else await connection.fetchval("SELECT held_until FROM key_store")


async def some_key_ids(connection: asyncpg.Connection) -> list[str]:
    """The keys that some of the sealed rows need, newest first."""
    rows = await connection.fetch(
        "(SELECT answers ->> 'key_id' AS key_id FROM survey_progress WHERE answers ? 'key_id' ORDER BY id DESC LIMIT 100)"
        " UNION (SELECT payload_json ->> 'key_id' FROM survey_submissions WHERE payload_json ? 'key_id'"
        " ORDER BY id DESC LIMIT 100)"
        " UNION (SELECT key_id FROM session_notes ORDER BY created_at DESC LIMIT 100)"
        " UNION (SELECT words ->> 'key_id' FROM personal_limits WHERE words ? 'key_id' ORDER BY created_at DESC LIMIT 100)"
        " UNION SELECT app.some_keys_of_words()"
        " UNION (SELECT theirs ->> 'key_id' FROM notion_conflicts ORDER BY created_at DESC LIMIT 100)"
        " UNION (SELECT name ->> 'key_id' FROM bonds ORDER BY created_at DESC LIMIT 100)"
        " UNION (SELECT title ->> 'key_id' FROM resources ORDER BY created_at DESC LIMIT 100)"
        " UNION (SELECT kink_identity ->> 'key_id' FROM users WHERE kink_identity IS NOT NULL"
        " ORDER BY created_at DESC LIMIT 100)"
        " UNION (SELECT message ->> 'key_id' FROM bond_join_requests WHERE message IS NOT NULL"
        " ORDER BY created_at DESC LIMIT 100)"
        " UNION (SELECT reason ->> 'key_id' FROM submission_state_logs WHERE reason IS NOT NULL"
        " ORDER BY created_at DESC LIMIT 100)"
    )
    return [row["key_id"] for row in rows]


async def has_sealed(connection: asyncpg.Connection, kind: Kind, owner: str) -> bool:
    """Has this person anything that only their own key opens?"""
    found: bool = await connection.fetchval(
        "SELECT app.has_sealed($1::uuid, $2) OR app.has_sealed_of_notion($1::uuid)",
        *((owner, None) if kind == "user" else (None, owner)),
    )
    return found


async def give_up(connection: asyncpg.Connection, store: str, held: list[str]) -> int:
    """The keys of before are lost: the database belongs to this store from now on, and what only they opened is deleted, a bond
    with all that is in it; of a limit the keys stay. How many sealed rows that were, each bond one.
    """
    given_up: int = await connection.fetchval("SELECT app.give_up_bonds($1)", held, timeout=SLOW_S)
    given_up += await connection.fetchval(
        "WITH progress AS (UPDATE survey_progress SET answers = '{}',"
        " status = CASE status WHEN 'in_progress' THEN 'abandoned' ELSE status END"
        " WHERE answers ? 'key_id' AND answers ->> 'key_id' <> ALL ($1::text[]) RETURNING 1),"
        " submissions AS (UPDATE survey_submissions SET payload_json = '{}'"
        " WHERE payload_json ? 'key_id' AND payload_json ->> 'key_id' <> ALL ($1::text[]) RETURNING 1),"
        " notes AS (DELETE FROM session_notes WHERE key_id <> ALL ($1::text[]) RETURNING 1),"
        " requests AS (DELETE FROM bond_join_requests WHERE message ->> 'key_id' <> ALL ($1::text[]) RETURNING 1),"
        " states AS (DELETE FROM submission_state_logs WHERE reason ->> 'key_id' <> ALL ($1::text[]) RETURNING 1),"
        " conflicts AS (DELETE FROM notion_conflicts WHERE theirs ->> 'key_id' <> ALL ($1::text[]) RETURNING 1),"
        " limits AS (UPDATE personal_limits SET words = '{}'"
        " WHERE words ? 'key_id' AND words ->> 'key_id' <> ALL ($1::text[]) RETURNING 1)"
        " SELECT (SELECT count(*) FROM progress) + (SELECT count(*) FROM submissions) + (SELECT count(*) FROM notes)"
        " + (SELECT count(*) FROM requests) + (SELECT count(*) FROM states) + (SELECT count(*) FROM limits)"
        " + (SELECT count(*) FROM conflicts)"
        " + app.give_up_words($1)",
        held,
        timeout=SLOW_S,
    )
    await connection.execute(
        "INSERT INTO key_store (store) VALUES ($1) ON CONFLICT (id) DO UPDATE SET store = $1, known_since = now(),"
        " place = NULL, held_until = NULL",
        store,
    )
    return given_up
