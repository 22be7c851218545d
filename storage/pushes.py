"""The outbox of pushes: written by `notifications.tell`, or by `ask` for an address; taken a few at a time, and settled.

Whoever takes a row moves `due_at` on, which is their lease: the row comes again where they die before they settle it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from rooms.seats import SeatName
from storage.devices import Platform

LEASE_S = 30.0
AT_ONCE_OF_ONE = 5
"""So many pushes of one person are taken together."""
LOOKED_AT = 200


class Asked(msgspec.Struct, frozen=True):
    """A request to an address. `user_id` is whose that is: an account with the address confirmed; None for nobody's."""

    id: int
    connection_id: int
    from_user_id: str
    user_id: str | None
    link: str


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A push that is due. `stands`: what it tells is still so, and for this device; `preferences`, `language`: as
    they are kept; `seat` is whoever it goes to in the session that it is about.
    """

    id: int
    kind: str
    user_id: str
    device_id: int
    platform: Platform
    token: str
    session_id: str | None
    seat: SeatName | None
    connection_id: int | None
    bond_id: UUID | None
    row_id: UUID | None
    link: str
    attempts: int
    expires_at: datetime
    preferences: dict[str, Any]
    language: str
    stands: bool


async def ask(
    connection: asyncpg.Connection, *, connection_id: int, token_hash: str, from_user_id: str, link: str, worth_s: float
) -> None:
    """Write down that somebody was asked by address. The same for every address."""
    await connection.execute(
        "INSERT INTO notification_outbox (dedup_key, kind, from_user_id, connection_id, link, expires_at)"
        " VALUES ($1, 'connection_request', $2, $3, $4, now() + make_interval(secs => $5)) ON CONFLICT DO NOTHING",
        *(_request_key(token_hash), from_user_id, connection_id, link, float(worth_s)),
    )


def _request_key(token_hash: str) -> str:
    return f"request:{token_hash}"


async def take_asked(connection: asyncpg.Connection, most: int) -> list[Asked]:
    """Requests by address, with whose address it is; gone from the outbox when this transaction ends. A link that was made
    anew is asked anew, and the one before is void.
    """
    rows = await connection.fetch(
        """
        WITH taken AS (
            SELECT o.id FROM notification_outbox o
            WHERE o.device_id IS NULL AND o.done_at IS NULL AND o.due_at <= now()
            ORDER BY o.due_at, o.id LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        DELETE FROM notification_outbox o USING taken WHERE o.id = taken.id
        RETURNING o.id, o.connection_id, o.from_user_id::text, o.link, (
            SELECT u.id::text FROM partner_connections c
            JOIN users u ON u.email = c.recipient_email AND u.email_confirmed_at IS NOT NULL
            WHERE c.id = o.connection_id AND o.dedup_key = 'request:' || c.connection_token AND c.status = 'pending'
                AND c.expires_at > now() AND c.recipient_user_id IS NULL AND u.id <> c.requester_user_id
        ) AS user_id
        """,
        most,
    )
    return [Asked(**row) for row in rows]


async def take_due(
    connection: asyncpg.Connection,
    platforms: list[str],
    *,
    now: datetime,
    lease_until: datetime,
    most: int,
    but: Iterable[str] = (),
) -> list[Due]:
    """Pushes that are due on these platforms, until `lease_until` nobody else's; few of one person, and none of these people."""
    rows = await connection.fetch(_TAKE_DUE, platforms, now, lease_until, most, [*but])
    return [Due(**row) for row in rows]


# What it tells may have changed since, and so may whose the device is.
_STANDS = """
    d.user_id = o.user_id
    AND (d.login_id IS NULL OR EXISTS (
        SELECT FROM logins l WHERE l.id = d.login_id AND l.ended_at IS NULL AND l.expires_at > $2))
    AND NOT EXISTS (
        SELECT FROM blocked_people b WHERE (b.user_id = o.user_id AND b.blocked_user_id = o.from_user_id)
            OR (b.user_id = o.from_user_id AND b.blocked_user_id = o.user_id))
    AND CASE o.kind
        WHEN 'connection_request' THEN EXISTS (
            SELECT FROM partner_connections c WHERE c.id = o.connection_id AND c.status = 'pending'
                AND c.expires_at > now() AND c.recipient_user_id IS NULL)
        WHEN 'connection_claimed' THEN EXISTS (
            SELECT FROM partner_connections c WHERE c.id = o.connection_id AND c.status = 'pending'
                AND c.expires_at > now() AND c.requester_accepted_at IS NULL)
        WHEN 'connection_accepted' THEN EXISTS (
            SELECT FROM partner_connections c WHERE c.id = o.connection_id AND c.status = 'accepted')
        WHEN 'session_asked' THEN EXISTS (
            SELECT FROM sessions s JOIN session_seats t USING (session_id)
            WHERE s.session_id = o.session_id AND s.status = 'waiting' AND t.user_id = o.user_id AND t.joined_at IS NULL)
        WHEN 'task_due' THEN NOT EXISTS (
            SELECT FROM users u WHERE u.id = o.user_id AND u.submission_state = 'paused')
        WHEN 'event_due' THEN NOT EXISTS (
            SELECT FROM users u WHERE u.id = o.user_id AND u.submission_state = 'paused')
            AND (o.bond_id IS NULL OR NOT app.is_suspended(o.bond_id, o.user_id))
            AND (o.row_id IS NULL OR EXISTS (SELECT FROM calendar_events e WHERE e.id = o.row_id))
        WHEN 'day_due' THEN o.row_id IS NULL OR EXISTS (SELECT FROM calendar_events e WHERE e.id = o.row_id)
        WHEN 'aftercare' THEN NOT EXISTS (
            SELECT FROM users u WHERE u.id = o.user_id AND u.submission_state = 'paused')
            AND (o.bond_id IS NULL OR NOT app.is_suspended(o.bond_id, o.user_id))
        WHEN 'card_waiting' THEN EXISTS (
            SELECT FROM couple_cards w
            WHERE w.writer_id = o.from_user_id AND w.partner_id = o.user_id AND w.approved_at IS NULL)
        WHEN 'bond_request' THEN EXISTS (
            SELECT FROM bond_join_requests r JOIN bond_members m ON m.bond_id = r.bond_id
            WHERE r.user_id = o.from_user_id AND m.user_id = o.user_id AND r.status = 'pending' AND r.expires_at > $2)
        WHEN 'your_turn' THEN EXISTS (
            SELECT FROM sessions s WHERE s.session_id = o.session_id AND s.status = 'active') AND NOT EXISTS (
            SELECT FROM session_events e WHERE e.session_id = o.session_id AND e.seq > o.version
                AND e.type IN ('completed', 'turn_began', 'limit_reached', 'paused', 'stopped', 'ended'))
        ELSE true
    END AND (o.bond_id IS NULL OR app.news_stands(o.kind, o.user_id, o.bond_id, o.row_id))
"""

_TAKE_DUE = f"""
    WITH first AS (
        SELECT q.id, q.user_id, q.due_at FROM notification_outbox q JOIN push_notification_tokens p ON p.id = q.device_id
        WHERE q.done_at IS NULL AND q.due_at <= $2 AND p.platform = ANY ($1::text[]::platform_enum[])
            AND q.user_id <> ALL ($5::text[]::uuid[])
        ORDER BY q.due_at, q.id LIMIT {LOOKED_AT}
    ), fair AS (
        SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY due_at, id) AS place FROM first
    ), due AS (
        SELECT q.id FROM notification_outbox q JOIN fair ON fair.id = q.id AND fair.place <= {AT_ONCE_OF_ONE}
        WHERE q.done_at IS NULL AND q.due_at <= $2
        ORDER BY q.due_at, q.id LIMIT $4 FOR UPDATE OF q SKIP LOCKED
    )
    UPDATE notification_outbox o SET due_at = $3, attempts = o.attempts + 1
    FROM due, push_notification_tokens d, users u
    WHERE o.id = due.id AND d.id = o.device_id AND u.id = o.user_id
    RETURNING o.id, o.kind, o.user_id::text, o.device_id, d.platform::text, d.device_token AS token, o.session_id,
        o.connection_id, o.bond_id, o.row_id, o.link, o.attempts, o.expires_at,
        u.notification_preferences AS preferences, u.language,
        (SELECT t.seat FROM session_seats t WHERE t.session_id = o.session_id AND t.user_id = o.user_id LIMIT 1) AS seat,
        {_STANDS} AS stands
"""


async def done(connection: asyncpg.Connection, push_id: int, outcome: str, now: datetime) -> None:
    """It is with the vendor, or given up; where it led to is not kept."""
    await connection.execute(
        "UPDATE notification_outbox SET done_at = $3, outcome = $2, link = '' WHERE id = $1", push_id, outcome, now
    )


async def later(connection: asyncpg.Connection, push_id: int, outcome: str, due_at: datetime) -> None:
    """It is due again then; `outcome` says why it was not sent."""
    await connection.execute(
        "UPDATE notification_outbox SET due_at = $3, outcome = $2 WHERE id = $1", push_id, outcome, due_at
    )


async def forget_expired(connection: asyncpg.Connection, now: datetime) -> None:
    """Delete what is not worth sending any more, sent or not."""
    await connection.execute("DELETE FROM notification_outbox WHERE expires_at < $1", now)
