"""Rows of the schema with everything but the interesting left at its default, and the connections tests put them through."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

MOMENT = datetime(2026, 11, 1, 20, tzinfo=UTC)
"""Some moment, where which one does not matter."""

_numbers = count(1)


def user_id(number: int) -> UUID:
    """The same small number is the same person throughout a test."""
    return UUID(int=number)


def bond_id(number: int) -> UUID:
    """The same small number is the same bond throughout a test."""
    return UUID(int=(0xB0 << 120) + number)


def row_id(number: int) -> UUID:
    """The same for a row of any table."""
    return UUID(int=(0xF0 << 120) + number)


async def insert(connection: asyncpg.Connection, table: str, /, **values: Any) -> asyncpg.Record:
    """One row; dicts and lists of JSON go in as JSON. Returns the whole row."""
    ready = [msgspec.json.encode(value).decode() if isinstance(value, dict) else value for value in values.values()]
    slots = ", ".join(f"${place}" for place in range(1, len(ready) + 1))
    columns = ", ".join(f'"{name}"' for name in values)
    row = await connection.fetchrow(f"INSERT INTO {table} ({columns}) VALUES ({slots}) RETURNING *", *ready)
    assert row is not None
    return row


async def user(connection: asyncpg.Connection, number: int, **values: Any) -> UUID:
    await insert(connection, "users", id=user_id(number), email=f"person{number}@example.org", **values)
    return user_id(number)


async def profile(connection: asyncpg.Connection, **owner: Any) -> int:
    """A profile and its submission, of `user_id=` or `anonymous_session_id=`."""
    submission = f"submission-{next(_numbers)}"
    await insert(connection, "survey_submissions", submission_id=submission, payload_json={})
    scores = ("power_dynamic", "arousal_propensity", "domain_scores", "activities", "truth_topics", "boundaries")
    row = await insert(
        connection,
        "profiles",
        submission_id=submission,
        is_anonymous="anonymous_session_id" in owner,
        **owner,
        **{column: {} for column in scores},
    )
    return int(row["id"])


async def anonymous(connection: asyncpg.Connection, session_id: str, **values: Any) -> int:
    """An anonymous person with a profile; the profile's id."""
    profile_id = await profile(connection, anonymous_session_id=session_id)
    await insert(connection, "anonymous_sessions", session_id=session_id, profile_id=profile_id, **values)
    return profile_id


async def activity(connection: asyncpg.Connection, **values: Any) -> int:
    defaults: dict[str, Any] = {"type": "truth", "rating": "G", "intensity": 1, "script": {"steps": []}}
    return int((await insert(connection, "activities", **(defaults | values)))["activity_id"])


async def session(connection: asyncpg.Connection, session_id: str, **values: Any) -> str:
    await insert(connection, "sessions", session_id=session_id, **values)
    return session_id


async def seat(connection: asyncpg.Connection, session_id: str, seat: str, **values: Any) -> None:
    await insert(connection, "session_seats", session_id=session_id, seat=seat, **values)


async def shown(connection: asyncpg.Connection, session_id: str, activity_id: int | None, **values: Any) -> None:
    """One row of history: a card that `user_id=` or `anonymous_session_id=` saw."""
    await insert(
        connection,
        "user_activity_history",
        session_id=session_id,
        activity_id=activity_id,
        **({"activity_type": "truth"} | values),
    )


@asynccontextmanager
async def undone(url: str, role: str | None = None) -> AsyncIterator[asyncpg.Connection]:
    """A connection in one transaction, as `role` from the start, of which nothing stays."""
    connection = await asyncpg.connect(url)
    transaction = connection.transaction()
    await transaction.start()
    try:
        if role:
            await connection.execute(f"SET LOCAL ROLE {role}")
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@asynccontextmanager
async def acting(connection: asyncpg.Connection, role: str, claims: Any = None) -> AsyncIterator[None]:
    """Inside: what a request with these claims may do, as `role`; then back to the administrator, nothing kept."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        await connection.execute(f"SET LOCAL ROLE {role}")
        text = claims if isinstance(claims, str) else msgspec.json.encode(claims or {}).decode()
        await connection.execute("SELECT set_config('request.jwt.claims', $1, true)", text)
        yield
    finally:
        await savepoint.rollback()


@asynccontextmanager
async def refused(connection: asyncpg.Connection, error: type[Exception]) -> AsyncIterator[None]:
    """Inside, PostgreSQL refuses with this error; the transaction goes on."""
    savepoint = connection.transaction()
    await savepoint.start()
    try:
        yield
    except error:
        return
    finally:
        await savepoint.rollback()
    raise AssertionError(f"PostgreSQL did not refuse with {error.__name__}")
