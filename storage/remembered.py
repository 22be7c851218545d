"""The partners people remember: at most ten on each list (a trigger drops the oldest), newest first.

Rows appear on both lists when both accepted and go from both at a disconnect; a list's owner may forget any of them.
"""

from datetime import datetime

import asyncpg
import msgspec

NAMELESS = "Your partner"  # somebody who has not told their name yet
MOST = 10

Db = asyncpg.Connection

_PAIR = "((user_id = $1 AND partner_user_id = $2) OR (user_id = $2 AND partner_user_id = $1))"


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a person's list of partners; `connection_id` is their newest accepted connection."""

    user_id: str
    name: str
    email: str
    last_played_at: datetime
    created_at: datetime
    connection_id: int | None


async def listed(db: Db, user_id: str, *, partner_id: str | None = None) -> list[Remembered]:
    """The user's list of partners, newest first, at most ten; or only the one named."""
    rows = await db.fetch(
        """SELECT r.partner_user_id, r.partner_name, r.partner_email, r.last_played_at, r.created_at,
               (SELECT max(c.id) FROM partner_connections c WHERE c.status = 'accepted'
                AND ((c.requester_user_id = r.user_id AND c.recipient_user_id = r.partner_user_id)
                  OR (c.requester_user_id = r.partner_user_id AND c.recipient_user_id = r.user_id))) AS connection_id
           FROM remembered_partners r WHERE r.user_id = $1 AND ($2::uuid IS NULL OR r.partner_user_id = $2)
           ORDER BY r.last_played_at DESC, r.id DESC LIMIT $3""",
        user_id,
        partner_id,
        MOST,
    )
    return [
        Remembered(
            user_id=str(row["partner_user_id"]),
            name=row["partner_name"],
            email=row["partner_email"],
            last_played_at=row["last_played_at"],
            created_at=row["created_at"],
            connection_id=row["connection_id"],
        )
        for row in rows
    ]


async def forget(db: Db, user_id: str, *, partner_id: str | None = None) -> int:
    """Take one partner, or all, off the user's own list; how many there were."""
    rows = await db.fetch(
        """DELETE FROM remembered_partners WHERE user_id = $1 AND ($2::uuid IS NULL OR partner_user_id = $2)
           RETURNING id""",
        user_id,
        partner_id,
    )
    return len(rows)


async def add_both(db: Db, requester_id: str, recipient_id: str, *, typed_email: str) -> None:
    """Put each on the other's list. An address stands only on the list of the requester, who typed it."""
    await _lock_lists(db, requester_id, recipient_id)
    await db.execute(
        """INSERT INTO remembered_partners AS r (user_id, partner_user_id, partner_name, partner_email)
           SELECT pair.owner, u.id, coalesce(nullif(u.display_name, ''), $4), pair.typed
           FROM (VALUES ($1::uuid, $2::uuid, $3::text), ($2::uuid, $1::uuid, '')) AS pair (owner, partner, typed)
           JOIN users u ON u.id = pair.partner ORDER BY pair.owner
           ON CONFLICT (user_id, partner_user_id) DO UPDATE SET partner_name = excluded.partner_name,
               partner_email = coalesce(nullif(excluded.partner_email, ''), r.partner_email), last_played_at = now()""",
        requester_id,
        recipient_id,
        typed_email,
        NAMELESS,
    )


async def remove_both(db: Db, user_a: str, user_b: str) -> None:
    """Take each off the other's list."""
    await _lock_lists(db, user_a, user_b)
    await db.execute(f"DELETE FROM remembered_partners WHERE {_PAIR}", user_a, user_b)


async def _lock_lists(db: Db, *user_ids: str) -> None:
    # Acceptances and endings of the same people wait for each other here, always in one order, so that none waits in a ring.
    for user_id in sorted(user_ids):
        await db.execute("SELECT pg_advisory_xact_lock(hashtextextended('remembered:' || $1::text, 0))", user_id)
