"""What the timetable does in PostgreSQL: the seed's clean-up functions, and the record of every run."""

from datetime import datetime

import asyncpg

from storage.database import SLOW_S


async def now(connection: asyncpg.Connection) -> datetime:
    """What time the database has."""
    told: datetime = await connection.fetchval("SELECT clock_timestamp()")
    return told


async def started(connection: asyncpg.Connection, name: str) -> None:
    await connection.execute(
        "INSERT INTO job_runs (name, last_started_at) VALUES ($1, now())"
        " ON CONFLICT (name) DO UPDATE SET last_started_at = excluded.last_started_at",
        name,
    )


async def finished(connection: asyncpg.Connection, name: str, outcome: str) -> None:
    """`outcome` is `done` or the name of what was raised; never its text."""
    await connection.execute(
        "UPDATE job_runs SET last_finished_at = now(), last_outcome = $2 WHERE name = $1", name, outcome
    )


async def reset_daily_activity_counts(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT reset_daily_activity_counts()", timeout=SLOW_S)


async def expire_pending_connections(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT expire_pending_connections()", timeout=SLOW_S)


async def cleanup_old_anonymous_sessions(connection: asyncpg.Connection, days: int) -> None:
    await connection.execute("SELECT cleanup_old_anonymous_sessions($1)", days, timeout=SLOW_S)
