"""Whom people have blocked, and what ends with it. For whoever is blocked everything looks as if nobody answered.

The rules of who reaches whom stand where people reach each other (`partners.py`, sessions); here is the list, and the one
question they ask. A name on it is the one that person had then.
"""

from datetime import datetime

import asyncpg
import msgspec

from storage.remembered import NAMELESS

Db = asyncpg.Connection


class Blocked(msgspec.Struct, frozen=True):
    """One line of somebody's list."""

    user_id: str
    name: str
    created_at: datetime


async def name_of_known(db: Db, user_id: str, other_id: str) -> str | None:
    """What somebody is called whom the user has met: by a request, as a partner, or in a room. None: not met, or nobody."""
    name: str | None = await db.fetchval(
        """SELECT coalesce(nullif(u.display_name, ''), $3) FROM users u
           WHERE u.id = $2::text::uuid AND u.id <> $1::text::uuid AND (
               EXISTS (SELECT FROM partner_connections c WHERE c.requester_user_id = u.id AND (
                   c.recipient_user_id = $1::text::uuid OR c.recipient_email <> '' AND c.recipient_email = (
                       SELECT lower(me.email) FROM users me WHERE me.id = $1::text::uuid AND me.email_confirmed_at IS NOT NULL)))
               OR EXISTS (SELECT FROM partner_connections c
                          WHERE c.requester_user_id = $1::text::uuid AND c.recipient_user_id = u.id)
               OR EXISTS (SELECT FROM remembered_partners r WHERE r.user_id = $1::text::uuid AND r.partner_user_id = u.id)
               OR EXISTS (SELECT FROM session_seats mine JOIN session_seats theirs USING (session_id)
                          WHERE mine.user_id = $1::text::uuid AND theirs.user_id = u.id))""",
        *(user_id, other_id, NAMELESS),
    )
    return name


async def add(db: Db, user_id: str, other_id: str, name: str) -> Blocked:
    """Block somebody; again is the same line."""
    (row,) = await db.fetch(
        """WITH made AS (
               INSERT INTO blocked_people (user_id, blocked_user_id, name) VALUES ($1, $2, $3)
               ON CONFLICT DO NOTHING RETURNING name, created_at)
           SELECT name, created_at FROM made
           UNION ALL SELECT name, created_at FROM blocked_people WHERE user_id = $1 AND blocked_user_id = $2 LIMIT 1""",
        *(user_id, other_id, name),
    )
    return Blocked(other_id, row["name"], row["created_at"])


async def remove(db: Db, user_id: str, other_id: str) -> bool:
    """Take somebody off the list. False: not on it."""
    found = await db.fetchval(
        "DELETE FROM blocked_people WHERE user_id = $1 AND blocked_user_id = $2 RETURNING true", user_id, other_id
    )
    return bool(found)


async def listed(db: Db, user_id: str, *, before: tuple[datetime, str] | None, limit: int) -> list[Blocked]:
    """Whom the user has blocked, newest first. Runs with the user's rights."""
    at, other_id = before or (None, None)
    rows = await db.fetch(
        """SELECT blocked_user_id, name, created_at FROM blocked_people
           WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, blocked_user_id) < ($2, $3::text::uuid))
           ORDER BY created_at DESC, blocked_user_id DESC LIMIT $4""",
        *(user_id, at, other_id, limit),
    )
    return [Blocked(str(row["blocked_user_id"]), row["name"], row["created_at"]) for row in rows]


async def are_apart(db: Db, one: str, other: str) -> bool:
    """Has either of the two blocked the other?"""
    found: bool = await db.fetchval(
        """SELECT EXISTS (SELECT FROM blocked_people
           WHERE (user_id = $1 AND blocked_user_id = $2) OR (user_id = $2 AND blocked_user_id = $1))""",
        *(one, other),
    )
    return found


async def withhold_mail(db: Db, requester_id: str, address: str) -> None:
    """Take back what this transaction queued for an address whose owner has blocked the requester.

    Queued and taken back, so that a request costs the same whether or not it reaches anybody.
    """
    await db.execute(
        """DELETE FROM mail_outbox
           WHERE recipient = $2 AND template = 'connection_request' AND created_at = now() AND EXISTS (
               SELECT FROM users u JOIN blocked_people b ON b.user_id = u.id AND b.blocked_user_id = $1
               WHERE lower(u.email) = $2)""",
        *(requester_id, address),
    )


async def end_everything(db: Db, user_id: str, other_id: str) -> None:
    """End what is between the two, each in the way in which it ends anyway: disconnected, cancelled, declined."""
    await db.execute(
        """WITH between AS (
               SELECT id FROM partner_connections
               WHERE status IN ('accepted', 'pending') AND (
                   (requester_user_id = $1 AND recipient_user_id = $2) OR (requester_user_id = $2 AND recipient_user_id = $1))
               ORDER BY id FOR UPDATE)
           UPDATE partner_connections c SET status = CASE
               WHEN c.status = 'accepted' THEN 'disconnected'::connection_status_enum
               WHEN c.requester_user_id = $1 THEN 'cancelled' ELSE 'declined' END
           FROM between WHERE c.id = between.id""",
        *(user_id, other_id),
    )


async def sit_together(db: Db, session_id: str) -> bool:
    """Has one of the two in this room blocked the other?"""
    found: bool = await db.fetchval(
        """SELECT EXISTS (
               SELECT FROM session_seats one
               JOIN session_seats other ON other.session_id = one.session_id AND other.seat <> one.seat
               JOIN blocked_people b ON b.user_id = one.user_id AND b.blocked_user_id = other.user_id
               WHERE one.session_id = $1)""",
        session_id,
    )
    return found


async def hold_pair(db: Db, one: str, other: str) -> None:
    """Until this transaction ends nobody else opens a room for these two, blocks or disconnects."""
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", " ".join(sorted((one, other))))


async def rooms_of_both(db: Db, one: str, other: str) -> list[str]:
    """The open rooms in which both have a seat."""
    rows = await db.fetch(
        """SELECT a.session_id FROM session_seats a
           JOIN session_seats b ON b.session_id = a.session_id AND b.seat <> a.seat
           JOIN sessions s ON s.session_id = a.session_id AND s.status IN ('waiting', 'active')
           WHERE a.user_id = $1 AND b.user_id = $2 ORDER BY a.session_id""",
        *(one, other),
    )
    return [row["session_id"] for row in rows]
