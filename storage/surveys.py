"""Surveys in the making: answers come and go as sealed envelopes, nothing here reads them."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from storage.database import SLOW_S
from storage.profiles import OWNER, Kind

Envelope = dict[str, Any]

_LIMITS_MOVED = "limits_moved"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody has come; `answers` is sealed."""

    id: int
    survey_version: str
    status: str
    current_question: str | None
    completion_percentage: int
    answers: Envelope
    started_at: datetime
    last_saved_at: datetime
    completed_at: datetime | None


_COLUMNS = (
    "id, survey_version, status::text AS status, current_question, completion_percentage, answers, started_at,"
    " last_saved_at, completed_at"
)


async def lock_owner(connection: asyncpg.Connection, owner: str) -> None:
    """Two phones of one person wait for each other here, until the end of the transaction."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('survey:' || $1::text, 0))", owner)


async def latest(connection: asyncpg.Connection, kind: Kind, owner: str, version: str) -> Progress | None:
    """The survey under way, else the last one completed. Runs as its owner or as the service."""
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM survey_progress WHERE {OWNER[kind]} AND survey_version = $2"
        " AND status <> 'abandoned' ORDER BY status = 'in_progress' DESC, id DESC LIMIT 1",
        *(owner, version),
    )
    return Progress(**row) if row else None


async def completed(connection: asyncpg.Connection, kind: Kind, owner: str) -> Envelope | None:
    """The sealed answers of the survey completed last. Runs as its owner or as the service."""
    found: Envelope | None = await connection.fetchval(
        f"SELECT answers FROM survey_progress WHERE {OWNER[kind]} AND status = 'completed' ORDER BY id DESC LIMIT 1",
        owner,
    )
    return found


async def under_way(connection: asyncpg.Connection, kind: Kind, owner: str, version: str) -> Progress | None:
    """The survey under way."""
    found = await latest(connection, kind, owner, version)
    return found if found and found.status == "in_progress" else None


async def save(
    connection: asyncpg.Connection,
    kind: Kind,
    owner: str,
    *,
    version: str,
    answers: Envelope,
    current_question: str | None,
    percentage: int,
    now: datetime,
) -> Progress | None:
    """Keep the survey under way, begun now where there is none. The owner is locked. None: they were erased meanwhile."""
    row = await connection.fetchrow(
        "UPDATE survey_progress SET answers = $3, current_question = $4, completion_percentage = $5, last_saved_at = $6"
        f" WHERE {OWNER[kind]} AND survey_version = $2 AND status = 'in_progress' RETURNING {_COLUMNS}",
        *(owner, version, answers, current_question, percentage, now),
    )
    if row is None:
        row = await connection.fetchrow(
            _BEGIN[kind] + f" RETURNING {_COLUMNS}", *(owner, version, answers, current_question, percentage, now)
        )
    return Progress(**row) if row else None


# No foreign key holds an anonymous player's rows to them: what is written after an erasure would stay for good.
_INTO = "survey_version, answers, current_question, completion_percentage, started_at, last_saved_at)"
_BEGIN: dict[Kind, str] = {
    "user": f"INSERT INTO survey_progress (user_id, {_INTO} SELECT id, $2, $3, $4, $5, $6, $6"
    " FROM users WHERE id = $1 FOR KEY SHARE",
    "anonymous": f"INSERT INTO survey_progress (anonymous_session_id, {_INTO} SELECT session_id, $2, $3, $4, $5, $6, $6"
    " FROM anonymous_sessions WHERE session_id = $1 FOR KEY SHARE",
}


async def mark_limits_moved(connection: asyncpg.Connection, progress_id: int) -> None:
    """Limits were set by hand while these answers could not be opened; saving them anew takes the mark off."""
    await connection.execute(
        "UPDATE survey_progress SET answers = answers || jsonb_build_object($2::text, true) WHERE id = $1",
        *(progress_id, _LIMITS_MOVED),
    )


def limits_moved(envelope: Envelope) -> bool:
    """Does what these sealed answers say about limits count no more?"""
    return bool(envelope.get(_LIMITS_MOVED))


async def abandon_old(connection: asyncpg.Connection, days: int) -> int:
    """Give up what nobody has touched for so long; how many."""
    count: int = await connection.fetchval("SELECT app.abandon_old_surveys($1)", days, timeout=SLOW_S)
    return count
