"""How much waits in the tables that something is sent from: each is declared once, here."""

import asyncpg
import msgspec

from storage.webhooks import TRIED

MOST_COUNTED = 5_000
"""Rows of an outbox that are looked at, those due first: whoever asks every few seconds must not cost more the more waits."""


class Outbox(msgspec.Struct, frozen=True, kw_only=True):
    """A table that is filled in the transaction of what a message is about, and emptied by a job. All but the names is SQL:
    which rows are still to be sent, which of those were given up or failed before, since when a row waits, and when it is due.
    """

    name: str
    table: str
    unsent: str
    failed: str
    given_up: str = "expires_at <= now()"
    since: str = "created_at"
    due: str = "due_at"


OUTBOXES = (
    Outbox(name="mail", table="mail_outbox", unsent="sent_at IS NULL", failed="failed_reason IS NOT NULL"),
    Outbox(name="push", table="notification_outbox", unsent="done_at IS NULL", failed="outcome IS NOT NULL"),
    Outbox(
        name="store_events",
        table="webhook_events",
        unsent="processed_at IS NULL",
        failed="attempts > 1",
        given_up=f"received_at <= now() - interval '{TRIED.days} days'",
        since="received_at",
        due="next_attempt_at",
    ),
    Outbox(name="files", table="files_to_delete", unsent="true", failed="attempts > 1", given_up="false"),
    Outbox(
        name="images", table="image_generations", unsent="status = 'pending'", failed="attempts > 0", given_up="false"
    ),
    Outbox(
        name="supabase",
        table="supabase_erasures",
        unsent="auth_id IS NOT NULL",
        failed="failed_reason IS NOT NULL",
        given_up="false",
        since="erased_at",
    ),
)


class Depth(msgspec.Struct, frozen=True):
    """Messages of an outbox: all that wait, those of them whose time has come, those that failed before, the age of the oldest in
    seconds, and how many nobody tries any more. Of more than MOST_COUNTED not all are looked at.
    """

    waiting: int
    due: int
    failed: int
    oldest_s: float
    given_up: int


async def depths(connection: asyncpg.Connection) -> dict[str, Depth]:
    """By the outbox's name. Raises STORE_ERRORS."""
    return {name: Depth(*counts) for name, *counts in await connection.fetch(_DEPTHS)}


def _depth(box: Outbox) -> str:
    waits = f"NOT ({box.given_up})"
    return (
        f"SELECT '{box.name}' AS name, count(*) FILTER (WHERE {waits}) AS waiting,"
        f" count(*) FILTER (WHERE {waits} AND {box.due} <= now()) AS due,"
        f" count(*) FILTER (WHERE {waits} AND {box.failed}) AS failed,"
        f" coalesce(extract(epoch FROM now() - min({box.since}) FILTER (WHERE {waits})), 0)::float8 AS oldest_s,"
        f" count(*) FILTER (WHERE {box.given_up}) AS given_up"
        f" FROM (SELECT * FROM {box.table} WHERE {box.unsent} ORDER BY {box.due} LIMIT {MOST_COUNTED}) looked_at"
    )


_DEPTHS = " UNION ALL ".join(map(_depth, OUTBOXES))
