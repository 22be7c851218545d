"""What the timetable does in PostgreSQL: the seed's clean-up functions, and the record of every run."""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from storage.database import SLOW_S


async def now(connection: asyncpg.Connection) -> datetime:
    """What time the database has."""
    told: datetime = await connection.fetchval("SELECT clock_timestamp()")
    return told


class Run(msgspec.Struct, frozen=True):
    """A job's last run: it was due, began, ended and how (`done` or the kind of an error); and when one last went well.

    What began after it ended is under way, or its process died.
    """

    last_due_at: datetime | None
    last_started_at: datetime
    last_finished_at: datetime | None
    last_outcome: str | None
    last_done_at: datetime | None


async def runs(connection: asyncpg.Connection) -> dict[str, Run]:
    """The last run of every job that ever ran."""
    rows = await connection.fetch(
        "SELECT name, last_due_at, last_started_at, last_finished_at, last_outcome, last_done_at FROM job_runs"
    )
    return {name: Run(*rest) for name, *rest in map(tuple, rows)}


async def started(connection: asyncpg.Connection, name: str, due: datetime) -> None:
    """A run begins, that was due at that moment."""
    await connection.execute(
        "INSERT INTO job_runs (name, last_started_at, last_due_at) VALUES ($1, now(), $2) ON CONFLICT (name)"
        " DO UPDATE SET last_started_at = excluded.last_started_at, last_due_at = excluded.last_due_at",
        *(name, due),
    )


async def finished(connection: asyncpg.Connection, name: str, outcome: str) -> None:
    """`outcome` is `done` or the name of what was raised; never its text."""
    await connection.execute(
        "UPDATE job_runs SET last_finished_at = now(), last_outcome = $2,"
        " last_done_at = CASE WHEN $2 = 'done' THEN now() ELSE last_done_at END WHERE name = $1",
        *(name, outcome),
    )


async def done_since(connection: asyncpg.Connection, name: str, within: timedelta) -> bool:
    """Was this done, and not longer ago than that?"""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM job_runs"
        " WHERE name = $1 AND last_outcome = 'done' AND last_finished_at > now() - $2::interval)",
        *(name, within),
    )
    return found


async def rewrite_tables(owner: asyncpg.Connection) -> list[str]:
    """Write every table anew, so that nothing is left of what was deleted; those that were in use and were passed over.

    The connection is an administrator's, outside a transaction.
    """
    await owner.execute("SET lock_timeout = '1s'; SET statement_timeout = '10min'; SET ROLE game_owner")
    tables = await owner.fetch(
        "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind = 'r' AND c.relowner = 'game_owner'::regrole ORDER BY pg_relation_size(c.oid), 1"
    )
    passed_over = []
    for table in tables:
        try:
            await owner.execute(f"VACUUM (FULL) {table['name']}")
        except asyncpg.LockNotAvailableError:
            passed_over.append(table["name"])
    return passed_over


async def reset_daily_activity_counts(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT reset_daily_activity_counts()", timeout=SLOW_S)


async def expire_pending_connections(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT expire_pending_connections()", timeout=SLOW_S)
