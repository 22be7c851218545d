"""What outside systems have told, each thing once: kept when it arrives, worked off after it.

What a message is about (`reference`) is kept until that is done or given up; its id, so that it is known when it comes again,
for two weeks.
"""

from datetime import datetime, timedelta

import asyncpg
import msgspec

from storage.database import SLOW_S

KEPT = timedelta(days=14)
"""Longer than any of them sends a message again."""
TRIED = timedelta(days=3)
LEASE_S = 30
"""Whoever works on an event has it for so long; when that process dies, the next takes it then."""
LONGEST_WAIT_S = 3600


class Told(msgspec.Struct, frozen=True):
    """An event to be worked off now."""

    id: int
    provider: str
    kind: str
    reference: str | None


async def keep(
    connection: asyncpg.Connection, *, provider: str, event_id: str, kind: str, reference: str | None, at: datetime
) -> int | None:
    """Keep an event; its number, or None where it was told before. Without a reference there is nothing to be done."""
    number: int | None = await connection.fetchval(
        "INSERT INTO webhook_events (provider, event_id, kind, reference, occurred_at, processed_at)"
        " VALUES ($1, $2, $3, $4, $5, CASE WHEN $4::text IS NULL THEN now() END)"
        " ON CONFLICT (provider, event_id) DO NOTHING RETURNING id",
        *(provider, event_id, kind, reference, at),
    )
    return number


async def next_due(connection: asyncpg.Connection, number: int | None = None) -> Told | None:
    """The next event that is due, or this one, taken for LEASE_S; what another process has taken is passed over."""
    row = await connection.fetchrow(
        """
        UPDATE webhook_events e
        SET attempts = e.attempts + 1, next_attempt_at = now() + make_interval(secs => $3)
        WHERE e.id = (
            SELECT d.id FROM webhook_events d
            WHERE d.processed_at IS NULL AND d.next_attempt_at <= now() AND d.received_at > now() - $2::interval
                AND ($1::bigint IS NULL OR d.id = $1)
            ORDER BY d.next_attempt_at, d.id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING e.id, e.provider, e.kind, e.reference
        """,
        *(number, TRIED, LEASE_S),
    )
    return Told(**row) if row else None


async def done(connection: asyncpg.Connection, number: int) -> None:
    """It has been worked off. What it was about is not kept."""
    await connection.execute("UPDATE webhook_events SET processed_at = now(), reference = NULL WHERE id = $1", number)


async def later(connection: asyncpg.Connection, number: int) -> None:
    """It could not be worked off now: again after a while that doubles, to an hour."""
    await connection.execute(
        "UPDATE webhook_events SET next_attempt_at = now() + make_interval(secs => least($2, 5 * 2 ^ least(attempts, 12)))"
        " WHERE id = $1",
        *(number, LONGEST_WAIT_S),
    )


async def forget_old(connection: asyncpg.Connection) -> None:
    """What is older than anybody's patience; what was given up is kept like what is done, without what it was about."""
    await connection.execute(
        "UPDATE webhook_events SET reference = NULL WHERE reference IS NOT NULL AND received_at < now() - $1::interval",
        TRIED,
        timeout=SLOW_S,
    )
    await connection.execute(
        "DELETE FROM webhook_events WHERE received_at < now() - $1::interval", KEPT, timeout=SLOW_S
    )
