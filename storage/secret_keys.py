"""Which secret keys have signed and hashed what is kept here, and how much of it still counts. Keys go by their public names."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from storage.database import SLOW_S


class Signed(msgspec.Struct, frozen=True):
    """What may hang on one key, at most: what was made while some process signed with it and is not void yet."""

    key_id: str
    signs_until: datetime
    refresh_tokens: int
    anonymous_tokens: int
    open_rooms: int
    retries: int
    calendar_feeds: int
    bond_codes: int


async def note(connection: asyncpg.Connection, key_ids: Sequence[str], *, now: datetime, until: datetime) -> None:
    """The first of these signs until then. Before the first note of all any of them may have signed."""
    await connection.execute(
        "INSERT INTO secret_keys AS k (key_id, signs_since, signs_until)"
        " SELECT o.key_id, CASE WHEN e.known THEN $2::timestamptz END, CASE o.at WHEN 1 THEN $3 ELSE $2::timestamptz END"
        " FROM unnest($1::text[]) WITH ORDINALITY AS o (key_id, at), (SELECT EXISTS (SELECT FROM secret_keys) AS known) e"
        " WHERE o.at = 1 OR NOT e.known"
        " ON CONFLICT (key_id) DO UPDATE SET signs_until = greatest(k.signs_until, excluded.signs_until)",
        *(list(key_ids), now, until),
    )


async def signed(
    connection: asyncpg.Connection, *, now: datetime, anonymous_for: timedelta, retries_for: timedelta
) -> list[Signed]:
    """Every key that was ever noted, oldest first. Anonymous tokens and retries are good for so long after they were made."""
    rows = await connection.fetch(
        """
        SELECT k.key_id, k.signs_until,
            (SELECT count(*) FROM logins WHERE ended_at IS NULL AND expires_at > $1 AND token_until IS NULL
                AND coalesce(issued_at, created_at) BETWEEN w.since AND k.signs_until) AS refresh_tokens,
            (SELECT count(*) FROM anonymous_sessions WHERE revoked_at IS NULL AND supabase_id IS NULL
                AND k.signs_until > $1 - $2::interval
                AND created_at <= k.signs_until AND last_accessed_at >= w.since) AS anonymous_tokens,
            (SELECT count(*) FROM sessions WHERE status IN ('waiting', 'active')
                AND created_at <= k.signs_until AND last_active_at >= w.since) AS open_rooms,
            (SELECT count(*) FROM idempotency_keys
                WHERE created_at BETWEEN greatest(w.since, $1 - $3::interval) AND k.signs_until) AS retries,
            h.feeds AS calendar_feeds, h.codes AS bond_codes
        FROM secret_keys k, LATERAL (SELECT coalesce(k.signs_since, '-infinity') AS since) w,
            LATERAL app.hang_on_secret(k.key_id, w.since, k.signs_until, $1) h
        ORDER BY w.since, k.key_id
        """,
        *(now, anonymous_for, retries_for),
        timeout=SLOW_S,
    )
    return [Signed(**row) for row in rows]
