"""Surveys in the making and submitted: answers come and go as sealed envelopes, nothing here reads them."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from storage.accounts import Anatomy
from storage.profiles import Boundaries, Kind

Envelope = dict[str, Any]

_OWNER: dict[Kind, str] = {"user": "user_id = $1::text::uuid", "anonymous": "anonymous_session_id = $1::text"}


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


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands who hands a survey in; `profile_id` and what belongs to it is None where there is no profile."""

    profile_id: int | None
    submission_id: str | None
    neutral: bool | None
    boundaries: Boundaries | None
    anatomy: Anatomy | None
    under_way: Envelope | None
    name: str | None
    demographics: dict[str, Any]


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
        f"SELECT {_COLUMNS} FROM survey_progress WHERE {_OWNER[kind]} AND survey_version = $2"
        " AND status <> 'abandoned' ORDER BY status = 'in_progress' DESC, id DESC LIMIT 1",
        *(owner, version),
    )
    return Progress(**row) if row else None


async def under_way(connection: asyncpg.Connection, kind: Kind, owner: str, version: str) -> Progress | None:
    """The survey under way."""
    found = await latest(connection, kind, owner, version)
    return found if found and found.status == "in_progress" else None


async def lock_standing(connection: asyncpg.Connection, kind: Kind, owner: str, version: str) -> Standing:
    """Where somebody stands, their profile locked until this transaction ends. The owner is locked."""
    row = await connection.fetchrow(
        f"""
        WITH own AS MATERIALIZED (
            SELECT id, submission_id, profile_version, boundaries, anatomy FROM profiles WHERE {_OWNER[kind]} FOR UPDATE
        )
        SELECT own.id AS profile_id, own.submission_id, own.profile_version = 'neutral' AS neutral, own.boundaries,
            own.anatomy, told.display_name AS name, told.demographics,
            (SELECT answers FROM survey_progress WHERE {_OWNER[kind]} AND survey_version = $2 AND status = 'in_progress')
                AS under_way
        FROM {"users" if kind == "user" else "anonymous_sessions"} told LEFT JOIN own ON true
        WHERE told.{"id" if kind == "user" else "session_id"}::text = $1
        """,
        *(owner, version),
    )
    if row is None:
        raise LookupError(owner)
    return msgspec.convert(dict(row), Standing)


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
) -> Progress:
    """Keep the survey under way, begun now where there is none. The owner is locked."""
    row = await connection.fetchrow(
        "UPDATE survey_progress SET answers = $3, current_question = $4, completion_percentage = $5, last_saved_at = $6"
        f" WHERE {_OWNER[kind]} AND survey_version = $2 AND status = 'in_progress' RETURNING {_COLUMNS}",
        *(owner, version, answers, current_question, percentage, now),
    )
    if row is None:
        column = "user_id" if kind == "user" else "anonymous_session_id"
        row = await connection.fetchrow(
            f"INSERT INTO survey_progress ({column}, survey_version, answers, current_question, completion_percentage,"
            f" started_at, last_saved_at) VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING {_COLUMNS}",
            *(owner, version, answers, current_question, percentage, now),
        )
    assert row is not None  # noqa: S101 - RETURNING gives the row
    return Progress(**row)


async def complete(
    connection: asyncpg.Connection,
    kind: Kind,
    owner: str,
    *,
    version: str,
    answers: Envelope,
    percentage: int,
    now: datetime,
    submission_id: str,
) -> None:
    """The survey under way is done with these answers, and the submission came from it. One completed earlier goes."""
    column = "user_id" if kind == "user" else "anonymous_session_id"
    await connection.execute(
        f"""
        WITH done AS (
            UPDATE survey_progress SET answers = $3, current_question = NULL, completion_percentage = $4,
                last_saved_at = $5, status = 'completed', completed_at = $5
            WHERE {_OWNER[kind]} AND survey_version = $2 AND status = 'in_progress' RETURNING id
        ), at_once AS (
            INSERT INTO survey_progress ({column}, survey_version, answers, completion_percentage, started_at,
                last_saved_at, status, completed_at)
            SELECT $1::text::{"uuid" if kind == "user" else "text"}, $2, $3, $4, $5, $5, 'completed', $5
            WHERE NOT EXISTS (SELECT FROM done) RETURNING id
        ), replaced AS (
            DELETE FROM survey_progress WHERE {_OWNER[kind]} AND status = 'completed'
        )
        UPDATE survey_submissions SET survey_progress_id = coalesce((SELECT id FROM done), (SELECT id FROM at_once))
        WHERE submission_id = $6
        """,
        *(owner, version, answers, percentage, now, submission_id),
    )


async def abandon_old(connection: asyncpg.Connection, days: int) -> int:
    """Give up what nobody has touched for so long; how many."""
    count: int = await connection.fetchval("SELECT app.abandon_old_surveys($1)", days)
    return count
