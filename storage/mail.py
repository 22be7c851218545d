"""The mail outbox: written in the transaction of what a mail is about, sent after it."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from storage.database import SLOW_S

MOST_ATTEMPTS = 8


class Letter(msgspec.Struct, frozen=True):
    """A mail to be sent now; `about` is whose name or doing it carries."""

    id: int
    recipient: str
    template: str
    params: dict[str, Any]
    about: str | None
    attempts: int
    created_at: datetime


async def add(
    connection: asyncpg.Connection, *, recipient: str, template: str, params: dict[str, Any], about: str | None
) -> None:
    """One more mail."""
    await connection.execute(
        "INSERT INTO mail_outbox (recipient, template, params, about) VALUES ($1, $2, $3, $4)",
        *(recipient, template, params, about),
    )


async def next_due(connection: asyncpg.Connection) -> Letter | None:
    """A mail that is due, locked until this transaction ends; what another process sends is passed over."""
    row = await connection.fetchrow(
        "SELECT id, recipient, template, params, about, attempts, created_at FROM mail_outbox"
        " WHERE sent_at IS NULL AND next_attempt_at <= now() AND attempts < $1"
        " ORDER BY next_attempt_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
        MOST_ATTEMPTS,
    )
    return Letter(**row) if row else None


async def sent(connection: asyncpg.Connection, letter_id: int) -> None:
    """It is on its way. What it said (links are secrets) is not kept."""
    await connection.execute(
        "UPDATE mail_outbox SET sent_at = now(), attempts = attempts + 1, params = '{}', failed_reason = NULL WHERE id = $1",
        letter_id,
    )


async def drop(connection: asyncpg.Connection, letter_id: int) -> None:
    """Nothing of it is to be kept."""
    await connection.execute("DELETE FROM mail_outbox WHERE id = $1", letter_id)


async def drop_of(connection: asyncpg.Connection, *, recipient: str, about: str) -> None:
    """Delete what goes to somebody, and what carries their name to others, also where it was sent."""
    await connection.execute("DELETE FROM mail_outbox WHERE recipient = $1 OR about = $2", recipient, about)


async def drop_before(connection: asyncpg.Connection, template: str, before: datetime) -> None:
    """Delete mails of one kind that were queued before that, sent or not."""
    await connection.execute("DELETE FROM mail_outbox WHERE template = $1 AND created_at < $2", template, before)


async def failed(connection: asyncpg.Connection, letter_id: int, reason: str) -> None:
    """Try again later: after 30 s, then twice as long each time, at most an hour."""
    await connection.execute(
        "UPDATE mail_outbox SET attempts = attempts + 1, failed_reason = $2,"
        " next_attempt_at = now() + least(interval '1 hour', interval '30 seconds' * power(2, attempts)) WHERE id = $1",
        *(letter_id, reason),
    )


async def forget_before(connection: asyncpg.Connection, before: datetime) -> int:
    """Delete mails sent, or given up, before that; returns how many."""
    done: str = await connection.execute(
        "DELETE FROM mail_outbox WHERE sent_at < $1 OR (attempts >= $2 AND next_attempt_at < $1)",
        *(before, MOST_ATTEMPTS),
        timeout=SLOW_S,
    )
    return int(done.rpartition(" ")[2])
