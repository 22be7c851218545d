"""What people were told: the list in the app. Telling also queues a push for each device, in the same statement."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from rooms.notifications.kinds import KINDS

MOST_KEPT = 100
"""Lines of one person; older ones go."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody is told. `about` names it ('turn:<session>'): a higher `version` makes the same line new, and
    nothing is told twice. `from_user_id` is whose doing it was; between people of whom one has blocked the other nothing is told.
    `push_link` is where a push leads when that is not `link`; a secret one is sealed. `worth_s`: for how long a push is worth it,
    where its kind does not say that. `row_id`: of what of a bond it is about.
    """

    kind: str
    user_id: str
    from_user_id: str | None
    about: str
    version: int = 0
    link: str
    push_link: str | None = None
    worth_s: float | None = None
    connection_id: int | None = None
    session_id: str | None = None
    bond_id: UUID | None = None
    row_id: UUID | None = None


class Line(msgspec.Struct, frozen=True):
    """A line of the list."""

    id: int
    kind: str
    link: str
    created_at: datetime
    read_at: datetime | None


async def tell(connection: asyncpg.Connection, told: Told) -> bool:
    """Write the line and queue the pushes. False: it had been told, or is not to be."""
    kind = KINDS.get(told.kind)
    worth_s = KINDS[told.kind].worth_s if told.worth_s is None else told.worth_s
    done: bool = await connection.fetchval(
        _TELL,
        *(told.user_id, told.from_user_id, told.kind, told.about, told.version, told.link),
        *(told.connection_id, told.session_id, told.push_link or told.link),
        *(float(worth_s), kind is None or kind.fades),
        *(told.bond_id, told.row_id),
    )
    if done:
        await connection.execute(
            "DELETE FROM notifications WHERE user_id = $1 AND id IN ("
            " SELECT id FROM notifications WHERE user_id = $1 ORDER BY created_at DESC, id DESC OFFSET $2)",
            *(told.user_id, MOST_KEPT),
        )
    return done


# A line's number is drawn: counted up, one's own numbers would tell whether somebody else was told something in between, and so
# whether an address has an account, or its owner has blocked one.
_TELL = """
    WITH line AS (
        INSERT INTO notifications (id, user_id, from_user_id, kind, about, version, link, expires_at)
        SELECT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 13))::bit(52)::bigint,
            u.id, $2, $3, $4, $5, $6, CASE WHEN $11 THEN now() + make_interval(secs => $10) END FROM users u
        WHERE u.id = $1 AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE (b.user_id = $1 AND b.blocked_user_id = $2) OR (b.user_id = $2 AND b.blocked_user_id = $1))
        ON CONFLICT (user_id, about) DO UPDATE SET
            version = excluded.version, kind = excluded.kind, link = excluded.link, expires_at = excluded.expires_at,
            created_at = now(), read_at = NULL
        WHERE notifications.version < excluded.version
        RETURNING user_id
    ), pushes AS (
        INSERT INTO notification_outbox
            (dedup_key, kind, user_id, from_user_id, device_id, connection_id, session_id, version, link, expires_at,
                bond_id, row_id)
        SELECT $4 || ':' || $5 || ':' || d.id, $3, $1, $2, d.id, $7, $8, $5, $9, now() + make_interval(secs => $10),
            $12, $13
        FROM line JOIN push_notification_tokens d USING (user_id)
        ON CONFLICT DO NOTHING
    )
    SELECT EXISTS (SELECT FROM line)
"""


async def listed(
    connection: asyncpg.Connection, user_id: str, *, now: datetime, before: tuple[datetime, int] | None, limit: int
) -> list[Line]:
    """Somebody's list, newest first; runs with their rights."""
    at, number = before or (None, None)
    rows = await connection.fetch(
        "SELECT id, kind, link, created_at, read_at FROM notifications"
        " WHERE user_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::bigint))"
        " AND (expires_at IS NULL OR expires_at > $5) ORDER BY created_at DESC, id DESC LIMIT $4",
        *(user_id, at, number, limit, now),
    )
    return [Line(**row) for row in rows]


async def mark_read(connection: asyncpg.Connection, user_id: str, ids: list[int] | None, now: datetime) -> None:
    """Somebody has read these lines of theirs, or all; runs with their rights."""
    await connection.execute(
        "UPDATE notifications SET read_at = $3"
        " WHERE user_id = $1 AND read_at IS NULL AND ($2::bigint[] IS NULL OR id = ANY ($2))",
        *(user_id, ids, now),
    )


async def forget_between(connection: asyncpg.Connection, one: str, other: str) -> None:
    """What either was told of the other's doing goes, and what was to be sent of it."""
    for table in ("notifications", "notification_outbox"):
        await connection.execute(_FORGET[table], one, other)


_BETWEEN = "(user_id = $1 AND from_user_id = $2) OR (user_id = $2 AND from_user_id = $1)"
_FORGET = {
    "notifications": f"DELETE FROM notifications WHERE {_BETWEEN}",
    "notification_outbox": f"DELETE FROM notification_outbox WHERE {_BETWEEN}",
}


async def take_back(connection: asyncpg.Connection, about: str, from_user_id: str) -> None:
    """Somebody has taken back what was told of it."""
    await connection.execute("DELETE FROM notifications WHERE from_user_id = $2 AND about = $1", about, from_user_id)


async def forget_before(connection: asyncpg.Connection, before: datetime, now: datetime) -> None:
    """Delete lines from before that, and those that say nothing any more."""
    await connection.execute("DELETE FROM notifications WHERE created_at < $1 OR expires_at < $2", before, now)
