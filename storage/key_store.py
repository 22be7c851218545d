"""Which key store the sealed rows of this database need, and whether somebody has such rows."""

import asyncpg

from storage.database import SLOW_S
from storage.profiles import Kind


async def adopt(connection: asyncpg.Connection, store: str) -> str:
    """The store this database belongs to; this one, where it belonged to none."""
    await connection.execute("INSERT INTO key_store (store) VALUES ($1) ON CONFLICT DO NOTHING", store)
    known: str = await connection.fetchval("SELECT store FROM key_store")
    return known


async def is_known(connection: asyncpg.Connection) -> bool:
    """Does this database belong to a store already?"""
    found: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM key_store)")
    return found


async def some_key_ids(connection: asyncpg.Connection) -> list[str]:
    """The keys that some of the sealed rows need, newest first."""
    rows = await connection.fetch(
        "(SELECT answers ->> 'key_id' AS key_id FROM survey_progress WHERE answers ? 'key_id' ORDER BY id DESC LIMIT 100)"
        " UNION (SELECT payload_json ->> 'key_id' FROM survey_submissions WHERE payload_json ? 'key_id'"
        " ORDER BY id DESC LIMIT 100)"
    )
    return [row["key_id"] for row in rows]


async def has_sealed(connection: asyncpg.Connection, kind: Kind, owner: str) -> bool:
    """Has this person anything that only their own key opens?"""
    found: bool = await connection.fetchval(
        "SELECT app.has_sealed($1::uuid, $2)",
        *((owner, None) if kind == "user" else (None, owner)),
    )
    return found


async def give_up(connection: asyncpg.Connection, store: str, held: list[str]) -> int:
    """The keys of before are lost: the database belongs to this store from now on, and what only they opened is deleted. How many
    sealed rows that were.
    """
    given_up: int = await connection.fetchval(
        "WITH progress AS (UPDATE survey_progress SET answers = '{}',"
        " status = CASE status WHEN 'in_progress' THEN 'abandoned' ELSE status END"
        " WHERE answers ? 'key_id' AND answers ->> 'key_id' <> ALL ($1::text[]) RETURNING 1),"
        " submissions AS (UPDATE survey_submissions SET payload_json = '{}'"
        " WHERE payload_json ? 'key_id' AND payload_json ->> 'key_id' <> ALL ($1::text[]) RETURNING 1)"
        " SELECT (SELECT count(*) FROM progress) + (SELECT count(*) FROM submissions)",
        held,
        timeout=SLOW_S,
    )
    await connection.execute(
        "INSERT INTO key_store (store) VALUES ($1) ON CONFLICT (id) DO UPDATE SET store = $1, known_since = now()",
        store,
    )
    return given_up
