"""New rooms in PostgreSQL: the session's row, its two seats, and the link to the open one."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from rooms.sessions.state import Settings
from storage.partners import Preview
from storage.remembered import NAMELESS


class NewSession(msgspec.Struct, frozen=True, kw_only=True):
    """A room to be made; `rules` are the settings as they are kept. Seat B is asked for (a user), a guest of seat A's phone, or
    open.
    """

    session_id: str
    settings: Settings
    rules: dict[str, Any]
    opener_user_id: str | None
    opener_anonymous_id: str | None
    opener_actor: str
    opener_name: str | None
    opener_profile_id: int
    asked_user_id: str | None
    guest_name: str | None
    guest_anatomy: dict[str, list[str]] | None


class UsedLink(msgspec.Struct, frozen=True):
    """A link that opened a seat; `already` when this caller had used it before."""

    session_id: str
    words: tuple[str, ...]
    already: bool


class PutLink(msgspec.Struct, frozen=True):
    """A link as it is stored."""

    words: tuple[str, ...]
    expires_at: datetime


async def insert(connection: asyncpg.Connection, new: NewSession) -> None:
    """The row and both seats."""
    await _hold_profile(connection, new.opener_profile_id)
    await connection.execute(
        """
        INSERT INTO sessions
            (session_id, player_a_profile_id, primary_user_id, primary_profile_id, partner_user_id,
             session_owner_user_id, partner_anonymous_name, partner_anonymous_anatomy, intimacy_level, activity_type,
             target_activities, bank_ratio, rules, status)
        VALUES ($1, $2, $3::uuid, $2, $4::uuid, $3::uuid, $5, $6, $7, $8, $9, $10, $11, 'waiting')
        """,
        new.session_id,
        new.opener_profile_id,
        new.opener_user_id,
        new.asked_user_id,
        new.guest_name,
        new.guest_anatomy,
        new.settings.intimacy_level,
        new.settings.activity_type,
        new.settings.target_activities,
        new.settings.bank_ratio,
        new.rules,
    )
    hosted = new.guest_name is not None
    actor = "hosted" if hosted else f"user:{new.asked_user_id}" if new.asked_user_id else None
    await connection.execute(
        """
        INSERT INTO session_seats
            (session_id, seat, actor, user_id, anonymous_session_id, profile_id, display_name, hosted, asked_at, joined_at)
        VALUES
            ($1, 'A', $2, $3::uuid, $4, $5, $6, false, NULL, now()),
            ($1, 'B', $7, $8::uuid, NULL, 0, NULL, $9,
             CASE WHEN $8::uuid IS NOT NULL THEN now() END, CASE WHEN $9 THEN now() END)
        """,
        new.session_id,
        new.opener_actor,
        new.opener_user_id,
        new.opener_anonymous_id,
        new.opener_profile_id,
        new.opener_name,
        actor,
        new.asked_user_id,
        hosted,
    )


async def put_link(
    connection: asyncpg.Connection, session_id: str, token_hash: str, words: tuple[str, ...], expires_at: datetime
) -> None:
    """The only link to the open seat; an older one is void."""
    await connection.execute(
        """
        INSERT INTO session_links (session_id, token_hash, words, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (session_id) DO UPDATE
        SET token_hash = excluded.token_hash, words = excluded.words, expires_at = excluded.expires_at, created_at = now()
        WHERE session_links.used_by IS NULL
        """,
        session_id,
        token_hash,
        list(words),
        expires_at,
    )


async def is_used(connection: asyncpg.Connection, connection_id: int, user_id: str) -> bool:
    """Was a session opened already with this connection of theirs?"""
    found: bool = await connection.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM partner_connections c
            WHERE c.id = $1 AND c.session_id IS NOT NULL AND $2::uuid IN (c.requester_user_id, c.recipient_user_id)
        )
        """,
        connection_id,
        user_id,
    )
    return found


async def link_of(connection: asyncpg.Connection, session_id: str) -> PutLink | None:
    """The session's link, if it has one."""
    row = await connection.fetchrow("SELECT words, expires_at FROM session_links WHERE session_id = $1", session_id)
    return PutLink(tuple(row["words"]), row["expires_at"]) if row else None


async def use_link(connection: asyncpg.Connection, token_hash: str, actor: str) -> UsedLink | None:
    """Spend the link for this person, once; the same person again gets the same answer. Locks the room first."""
    session_id = await connection.fetchval("SELECT session_id FROM session_links WHERE token_hash = $1", token_hash)
    if session_id is None:
        return None
    await lock(connection, session_id)
    row = await connection.fetchrow(
        """
        UPDATE session_links SET used_by = $2, used_at = now()
        WHERE token_hash = $1 AND used_by IS NULL AND expires_at > now()
        RETURNING session_id, words
        """,
        token_hash,
        actor,
    )
    if row:
        return UsedLink(row["session_id"], tuple(row["words"]), already=False)
    row = await connection.fetchrow(
        "SELECT session_id, words FROM session_links WHERE token_hash = $1 AND used_by = $2", token_hash, actor
    )
    return UsedLink(row["session_id"], tuple(row["words"]), already=True) if row else None


async def preview(connection: asyncpg.Connection, token_hash: str, *, actor: str | None) -> Preview | None:
    """What the link to an open seat shows; whoever has taken the seat with it finds it again. Reads only.

    Between people of whom one has blocked the other it is no link.
    """
    row = await connection.fetchrow(
        """
        SELECT coalesce(nullif(a.display_name, ''), $2) AS name, l.expires_at, l.session_id,
            coalesce(a.actor = $3, false) AS own
        FROM session_links l
        JOIN sessions s ON s.session_id = l.session_id
        JOIN session_seats a ON a.session_id = l.session_id AND a.seat = 'A'
        WHERE l.token_hash = $1 AND (
            l.used_by = $3
            OR (l.used_by IS NULL AND l.expires_at > now() AND s.status IN ('waiting', 'active')))
            AND NOT EXISTS (
                SELECT FROM blocked_people b
                WHERE (b.user_id = a.user_id AND 'user:' || b.blocked_user_id = $3)
                    OR (b.blocked_user_id = a.user_id AND 'user:' || b.user_id = $3)
            )
        """,
        token_hash,
        NAMELESS,
        actor,
    )
    if row is None:
        return None
    session_id = row["session_id"] if row["own"] else None
    return Preview(row["name"], row["expires_at"], kind="game", own=row["own"], session_id=session_id)


async def is_opener(connection: asyncpg.Connection, session_id: str, actor: str) -> bool:
    """Does this person sit in seat A?"""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM session_seats WHERE session_id = $1 AND seat = 'A' AND actor = $2)",
        session_id,
        actor,
    )
    return found


async def opener_of(connection: asyncpg.Connection, session_id: str) -> str | None:
    """The user in seat A; None for somebody without an account."""
    found: str | None = await connection.fetchval(
        "SELECT user_id::text FROM session_seats WHERE session_id = $1 AND seat = 'A'", session_id
    )
    return found


async def lock(connection: asyncpg.Connection, session_id: str) -> None:
    """Nothing else happens in this room until the transaction ends."""
    await connection.execute("SELECT FROM sessions WHERE session_id = $1 FOR UPDATE", session_id)


async def seat_partner(
    connection: asyncpg.Connection, session_id: str, actor: str, display_name: str | None, profile_id: int
) -> None:
    """Put this person into seat B, which the caller has made sure is theirs to take."""
    await _hold_profile(connection, profile_id)
    kind, _, owner = actor.partition(":")
    user_id = owner if kind == "user" else None
    await connection.execute(
        """
        UPDATE session_seats
        SET actor = $2, user_id = $3::uuid, anonymous_session_id = $4, profile_id = $5, display_name = $6,
            joined_at = now()
        WHERE session_id = $1 AND seat = 'B' AND joined_at IS NULL
        """,
        session_id,
        actor,
        user_id,
        None if user_id else owner,
        profile_id,
        display_name,
    )
    await connection.execute(
        """
        UPDATE sessions SET partner_user_id = $2::uuid, partner_profile_id = $3, player_b_profile_id = $3
        WHERE session_id = $1
        """,
        session_id,
        user_id,
        profile_id,
    )


async def _hold_profile(connection: asyncpg.Connection, profile_id: int) -> None:
    """Who is changing this profile tells the rooms of its person, and does not see a seat that is not committed. So the seat
    waits for them, and the next one for the seat.
    """
    await connection.execute("SELECT FROM profiles WHERE id = $1 FOR SHARE", profile_id)


async def list_own(
    connection: asyncpg.Connection, actor: str, status: str | None, before: tuple[datetime, str] | None, limit: int
) -> list[asyncpg.Record]:
    """Sessions in which this person has a seat, newest first; runs as that person."""
    return await connection.fetch(
        """
        SELECT s.session_id, s.status, s.created_at, s.completed_at, s.intimacy_level, s.current_step,
            s.target_activities, mine.seat, mine.joined_at IS NOT NULL AS joined
        FROM session_seats mine JOIN sessions s USING (session_id)
        WHERE mine.actor = $1 AND ($2::text IS NULL OR s.status = $2)
            AND ($3::timestamptz IS NULL OR (s.created_at, s.session_id::text) < ($3, $4))
        ORDER BY s.created_at DESC, s.session_id::text DESC LIMIT $5
        """,
        actor,
        status,
        before[0] if before else None,
        before[1] if before else None,
        limit,
    )


async def names_across(connection: asyncpg.Connection, session_ids: list[str], actor: str) -> dict[str, str | None]:
    """Whom this person plays with in these sessions; the other's seat row is the server's to read."""
    rows = await connection.fetch(
        """
        SELECT t.session_id, CASE WHEN t.hosted THEN s.partner_anonymous_name ELSE t.display_name END AS name
        FROM session_seats t JOIN sessions s USING (session_id)
        WHERE t.session_id = ANY ($1) AND t.actor IS DISTINCT FROM $2
        """,
        session_ids,
        actor,
    )
    return {row["session_id"]: row["name"] for row in rows}


async def connected_across(connection: asyncpg.Connection, session_ids: list[str], actor: str) -> dict[str, str]:
    """With whom of these sessions this person is connected now: the partner's id, which each then has anyway."""
    rows = await connection.fetch(
        """
        SELECT t.session_id, t.user_id::text
        FROM session_seats mine JOIN session_seats t ON t.session_id = mine.session_id AND t.seat <> mine.seat
        WHERE mine.session_id = ANY ($1) AND mine.actor = $2 AND t.user_id IS NOT NULL AND EXISTS (
            SELECT FROM partner_connections c WHERE c.status = 'accepted'
                AND ((c.requester_user_id = mine.user_id AND c.recipient_user_id = t.user_id)
                    OR (c.requester_user_id = t.user_id AND c.recipient_user_id = mine.user_id))
        )
        """,
        session_ids,
        actor,
    )
    return {row["session_id"]: row["user_id"] for row in rows}


async def turn_log(connection: asyncpg.Connection, session_id: str, after: int, limit: int) -> list[asyncpg.Record]:
    """The kept cards, oldest first."""
    return await connection.fetch(
        """
        SELECT seq, activity_id, type, rating, intensity, script, tags, roles, source, created_at
        FROM session_activities WHERE session_id = $1 AND seq > $2 ORDER BY seq LIMIT $3
        """,
        session_id,
        after,
        limit,
    )
