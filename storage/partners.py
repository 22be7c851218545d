"""Connections between two people, from the request to its end; the lists of partners are in `remembered.py`.

Every change of a connection is one conditional UPDATE … RETURNING: of any number of callers at the same moment one
wins, the others get None and `find()` tells what they met. Times are the database's, so that several servers agree.
The token is written as its hash and never read back.
"""

from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

from storage import blocked, remembered
from storage.remembered import NAMELESS

Db = asyncpg.Connection


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """One request to connect, and what became of it; `status` is the true one: 'expired' also before the job ran."""

    id: int
    requester_id: str
    recipient_id: str | None
    recipient_email: str
    status: str
    words: tuple[str, ...]
    expires_at: datetime
    created_at: datetime
    updated_at: datetime
    claimed_at: datetime | None
    requester_accepted_at: datetime | None
    recipient_accepted_at: datetime | None
    session_id: str | None
    shunned: bool
    """The requester has blocked the recipient since: to the requester nobody has opened it. A recipient never reads it."""

    def partner_of(self, user_id: str) -> str | None:
        """The other side's user id; None while nobody has claimed the request."""
        return self.recipient_id if user_id == self.requester_id else self.requester_id


class Preview(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a link shows to whoever holds it. `own`: they made it themselves; then `session_id` says for which game."""

    requester_name: str
    expires_at: datetime
    kind: Literal["connection", "game"] = "connection"
    own: bool = False
    session_id: str | None = None


_COLUMNS = """c.id, c.requester_user_id, c.recipient_user_id, c.recipient_email,
    CASE WHEN c.status = 'pending' AND c.expires_at <= now() THEN 'expired' ELSE c.status::text END AS shown_status,
    c.words, c.expires_at, c.created_at, c.updated_at, c.claimed_at, c.requester_accepted_at, c.recipient_accepted_at,
    c.session_id,
    EXISTS (SELECT FROM blocked_people b
            WHERE b.user_id = c.requester_user_id AND b.blocked_user_id = c.recipient_user_id) AS shunned"""

_OPEN = "c.status = 'pending' AND c.expires_at > now()"

# A request of somebody whom this user has blocked is not there for them.
_WELCOME = """NOT EXISTS (
    SELECT FROM blocked_people b WHERE b.user_id = $1 AND b.blocked_user_id = c.requester_user_id)"""
_NOT_SHUNNED = """NOT EXISTS (
    SELECT FROM blocked_people b WHERE b.user_id = $1 AND b.blocked_user_id = c.recipient_user_id)"""

# The owner of a confirmed address needs no token for a request sent to it, until somebody has claimed it.
_ADDRESSED = f"""(c.recipient_user_id IS NULL AND c.recipient_email <> '' AND c.requester_user_id <> $1
    AND c.recipient_email = (SELECT lower(u.email) FROM users u WHERE u.id = $1 AND u.email_confirmed_at IS NOT NULL)
    AND {_WELCOME})"""

_RECIPIENT = f"(c.recipient_user_id = $1 OR {_ADDRESSED})"
_EITHER = f"(c.requester_user_id = $1 OR {_RECIPIENT})"

_PAIR = "((requester_user_id = $1 AND recipient_user_id = $2) OR (requester_user_id = $2 AND recipient_user_id = $1))"


async def create(
    db: Db, *, user_id: str, recipient_email: str, token_hash: str, words: tuple[str, ...], lifetime_s: int
) -> Connection:
    """A new request of this user; `recipient_email` is '' when nobody was named."""
    (row,) = await db.fetch(
        f"""INSERT INTO partner_connections AS c
                (requester_user_id, recipient_email, connection_token, words, expires_at)
            VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
            RETURNING {_COLUMNS}""",
        user_id,
        recipient_email,
        token_hash,
        list(words),
        float(lifetime_s),
    )
    return _connection(row)


async def renew_token(db: Db, connection_id: int, *, user_id: str, token_hash: str) -> Connection | None:
    """Another token for the user's own request; the one before opens nothing any more."""
    row = await db.fetchrow(
        f"""UPDATE partner_connections c SET connection_token = $3 WHERE c.id = $2 AND c.requester_user_id = $1
            RETURNING {_COLUMNS}""",
        user_id,
        connection_id,
        token_hash,
    )
    return _connection(row) if row else None


async def email_of(db: Db, user_id: str) -> str | None:
    """The user's own address, lower-case."""
    email: str | None = await db.fetchval("SELECT lower(email) FROM users WHERE id = $1", user_id)
    return email


async def list_own(db: Db, user_id: str, *, before: int | None, limit: int) -> list[Connection]:
    """The user's connections, in and out, newest first, older than `before`."""
    rows = await db.fetch(
        f"""SELECT {_COLUMNS} FROM partner_connections c
            WHERE {_EITHER} AND ($2::integer IS NULL OR c.id < $2) ORDER BY c.id DESC LIMIT $3""",
        user_id,
        before,
        limit,
    )
    return [_connection(row) for row in rows]


async def find(db: Db, connection_id: int, *, user_id: str) -> Connection | None:
    """One connection, if the user is a side of it."""
    row = await db.fetchrow(
        f"SELECT {_COLUMNS} FROM partner_connections c WHERE c.id = $2 AND {_EITHER}", user_id, connection_id
    )
    return _connection(row) if row else None


async def names(db: Db, user_ids: set[str]) -> dict[str, str]:
    """The display names of these people. Ask only for those the caller may see."""
    rows = await db.fetch(
        "SELECT id, coalesce(nullif(display_name, ''), $2) AS name FROM users WHERE id = ANY($1::uuid[])",
        list(user_ids),
        NAMELESS,
    )
    return {str(row["id"]): row["name"] for row in rows}


async def preview(db: Db, token_hash: str, *, user_id: str | None = None) -> Preview | None:
    """What an open, unclaimed request shows; whoever has claimed it finds it again. Reads only."""
    row = await db.fetchrow(
        f"""SELECT coalesce(nullif(u.display_name, ''), $2) AS name, c.expires_at,
                coalesce(c.requester_user_id = $3::uuid, false) AS own
            FROM partner_connections c JOIN users u ON u.id = c.requester_user_id
            WHERE c.connection_token = $1
                AND (({_OPEN} AND (c.recipient_user_id IS NULL OR c.recipient_user_id = $3::uuid))
                    OR (c.status = 'accepted' AND c.recipient_user_id = $3::uuid))""",
        token_hash,
        NAMELESS,
        user_id,
    )
    return Preview(row["name"], row["expires_at"], own=row["own"]) if row else None


async def claim(db: Db, token_hash: str, *, user_id: str) -> Connection | None:
    """Take the request for this user; again for the same user is the same answer. None: not open to them."""
    row = await db.fetchrow(
        f"""UPDATE partner_connections c SET recipient_user_id = $1, claimed_at = coalesce(c.claimed_at, now())
            WHERE c.connection_token = $2 AND c.requester_user_id <> $1 AND {_WELCOME}
                AND (({_OPEN} AND (c.recipient_user_id IS NULL OR c.recipient_user_id = $1))
                    OR (c.status = 'accepted' AND c.recipient_user_id = $1))
            RETURNING {_COLUMNS}""",
        user_id,
        token_hash,
    )
    return _connection(row) if row else None


async def is_own_request(db: Db, token_hash: str, *, user_id: str) -> bool:
    """Does the token belong to an open request that this user made?"""
    own = await db.fetchval(
        f"SELECT true FROM partner_connections c WHERE c.connection_token = $2 AND c.requester_user_id = $1 AND {_OPEN}",
        user_id,
        token_hash,
    )
    return bool(own)


async def accept(db: Db, connection_id: int, *, user_id: str) -> Connection | None:
    """This side's yes, once, the requester's only after a claim; with the second yes it is accepted and remembered."""
    row = await db.fetchrow(
        f"""UPDATE partner_connections c SET
                requester_accepted_at = CASE WHEN c.requester_user_id = $1 THEN now() ELSE c.requester_accepted_at END,
                recipient_accepted_at = CASE WHEN c.requester_user_id = $1 THEN c.recipient_accepted_at ELSE now() END,
                recipient_user_id = CASE WHEN c.requester_user_id = $1 THEN c.recipient_user_id ELSE $1 END,
                claimed_at = coalesce(c.claimed_at, now()),
                status = CASE WHEN c.requester_user_id = $1 AND c.recipient_accepted_at IS NULL
                        OR c.requester_user_id <> $1 AND c.requester_accepted_at IS NULL
                    THEN c.status ELSE 'accepted' END
            WHERE c.id = $2 AND {_OPEN} AND (
                (c.requester_user_id = $1 AND c.recipient_user_id IS NOT NULL AND c.requester_accepted_at IS NULL
                    AND {_NOT_SHUNNED})
                OR ({_RECIPIENT} AND c.recipient_accepted_at IS NULL))
            RETURNING {_COLUMNS}""",
        user_id,
        connection_id,
    )
    if row is None:
        return None
    connection = _connection(row)
    if connection.status == "accepted":
        await remembered.add_both(
            db, connection.requester_id, str(connection.recipient_id), typed_email=connection.recipient_email
        )
    return connection


async def decline(db: Db, connection_id: int, *, user_id: str) -> Connection | None:
    """The recipient's no to an open request."""
    row = await db.fetchrow(
        f"""UPDATE partner_connections c SET status = 'declined', recipient_user_id = $1
            WHERE c.id = $2 AND {_OPEN} AND {_RECIPIENT} RETURNING {_COLUMNS}""",
        user_id,
        connection_id,
    )
    return _connection(row) if row else None


async def cancel(db: Db, connection_id: int, *, user_id: str) -> Connection | None:
    """The requester takes an open request back."""
    row = await db.fetchrow(
        f"""UPDATE partner_connections c SET status = 'cancelled'
            WHERE c.id = $2 AND {_OPEN} AND c.requester_user_id = $1 RETURNING {_COLUMNS}""",
        user_id,
        connection_id,
    )
    return _connection(row) if row else None


async def disconnect(db: Db, connection_id: int, *, user_id: str) -> Connection | None:
    """End an accepted connection, and with it everything between the two: others accepted, open requests, memories.

    A request that one of them had already said yes to could otherwise bring them together again without a new yes. Nobody asks
    the other to play at the same moment: that waits for this, or is seen by it.
    """
    pair = await db.fetchrow(
        """SELECT requester_user_id AS a, recipient_user_id AS b FROM partner_connections
           WHERE id = $2 AND status = 'accepted' AND (requester_user_id = $1 OR recipient_user_id = $1)""",
        user_id,
        connection_id,
    )
    if pair is None:
        return None
    await blocked.hold_pair(db, str(pair["a"]), str(pair["b"]))
    rows = await db.fetch(
        f"""WITH between AS (
                SELECT id FROM partner_connections WHERE status IN ('accepted', 'pending') AND {_PAIR}
                ORDER BY id FOR UPDATE)
            UPDATE partner_connections c SET
                status = CASE c.status WHEN 'accepted' THEN 'disconnected'::connection_status_enum ELSE 'cancelled' END
            FROM between WHERE c.id = between.id RETURNING {_COLUMNS}""",
        pair["a"],
        pair["b"],
    )
    ended = next((row for row in rows if row["id"] == connection_id), None)
    if ended is None:  # the other side was faster
        return None
    await remembered.remove_both(db, str(pair["a"]), str(pair["b"]))
    return _connection(ended)


# --- for the sessions ----------------------------------------------------------------------------------------------


async def accepted_connection(db: Db, connection_id: int, user_id: str, max_age_s: int) -> Connection | None:
    """A connection of this user, accepted by both within the last seconds, that no session was opened with yet."""
    row = await db.fetchrow(
        f"""SELECT {_COLUMNS} FROM partner_connections c
            WHERE c.id = $2 AND c.status = 'accepted' AND c.session_id IS NULL
                AND (c.requester_user_id = $1 OR c.recipient_user_id = $1)
                AND greatest(c.requester_accepted_at, c.recipient_accepted_at) > now() - make_interval(secs => $3)""",
        user_id,
        connection_id,
        float(max_age_s),
    )
    return _connection(row) if row else None


async def use_connection(db: Db, connection_id: int, session_id: str) -> bool:
    """Spend an accepted connection on this session. False: it was spent, or ended, in the meantime."""
    used = await db.fetchval(
        """UPDATE partner_connections SET session_id = $2
           WHERE id = $1 AND status = 'accepted' AND session_id IS NULL RETURNING true""",
        connection_id,
        session_id,
    )
    return bool(used)


async def are_connected(db: Db, one: str, other: str) -> bool:
    """Are these two connected now? An end of it waits until this transaction has ended."""
    found = await db.fetchval(
        f"SELECT true FROM partner_connections WHERE status = 'accepted' AND {_PAIR} LIMIT 1 FOR SHARE",
        *(one, other),
    )
    return bool(found)


async def may_play(db: Db, user_id: str, other_user_id: str) -> bool:
    """May the user ask that person to play: both accepted each other and neither disconnected, or still remembered."""
    allowed = await db.fetchval(
        f"""SELECT (EXISTS (SELECT FROM partner_connections WHERE status = 'accepted' AND {_PAIR})
            OR EXISTS (SELECT FROM remembered_partners WHERE user_id = $1 AND partner_user_id = $2))
            AND NOT EXISTS (SELECT FROM blocked_people WHERE (user_id = $1 AND blocked_user_id = $2)
                OR (user_id = $2 AND blocked_user_id = $1))""",
        user_id,
        other_user_id,
    )
    return bool(allowed)


def _connection(row: asyncpg.Record) -> Connection:
    return Connection(
        id=row["id"],
        requester_id=str(row["requester_user_id"]),
        recipient_id=str(row["recipient_user_id"]) if row["recipient_user_id"] else None,
        recipient_email=row["recipient_email"],
        status=row["shown_status"],
        words=tuple(row["words"] or ()),
        expires_at=row["expires_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        claimed_at=row["claimed_at"],
        requester_accepted_at=row["requester_accepted_at"],
        recipient_accepted_at=row["recipient_accepted_at"],
        session_id=row["session_id"],
        shunned=row["shunned"],
    )
