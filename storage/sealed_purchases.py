"""What a store is asked by where that is sealed, and with which key: JSON with the key's name in `key`.

It stands in lines, and in notifications that wait.
"""

import asyncpg
import msgspec

from storage.database import SLOW_S

BATCH = 500

_SEALED = (
    "(SELECT 'line' AS kind, line_id AS id, reference FROM subscription_lines WHERE platform = 'android'"
    " UNION ALL SELECT 'event', id::text, reference FROM webhook_events WHERE provider = 'google' AND reference IS NOT NULL)"
)


class Sealed(msgspec.Struct, frozen=True):
    """One of them; kind and id say which."""

    kind: str
    id: str
    reference: str


async def counted(connection: asyncpg.Connection) -> dict[str, int]:
    """How many are sealed with which key."""
    rows = await connection.fetch(
        f"""SELECT substring(reference FROM '"key":"([^"]*)"') AS key_id, count(*) FROM {_SEALED} sealed GROUP BY 1""",
        timeout=SLOW_S,
    )
    return {row["key_id"]: row["count"] for row in rows}


async def after(connection: asyncpg.Connection, last: Sealed | None) -> list[Sealed]:
    """The next of them, in order of kind and id."""
    rows = await connection.fetch(
        f"SELECT kind, id, reference FROM {_SEALED} sealed WHERE (kind, id) > ($1, $2) ORDER BY kind, id LIMIT $3",
        *(*((last.kind, last.id) if last else ("", "")), BATCH),
        timeout=SLOW_S,
    )
    return [Sealed(**row) for row in rows]


async def exchange(connection: asyncpg.Connection, old: Sealed, new: str) -> None:
    """Another reference in its place, unless it has been written since."""
    if old.kind == "line":
        await connection.execute(
            "UPDATE subscription_lines SET reference = $3 WHERE platform = 'android' AND line_id = $1 AND reference = $2",
            *(old.id, old.reference, new),
        )
    else:
        await connection.execute(
            "UPDATE webhook_events SET reference = $3 WHERE id = $1::text::bigint AND reference = $2",
            *(old.id, old.reference, new),
        )
