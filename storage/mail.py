"""The mail outbox: written in the transaction of what a mail is about, sent after it.

A mail is claimed for a while and sent outside of any transaction; what is not marked as sent by then is due again.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.database import SLOW_S

CLAIMED_FOR = timedelta(minutes=5)
"""Longer than a mail server may take for one."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)

_COLUMNS = """
    id, recipient, template, params, about, attempts, created_at, message_id, coalesce(
        (SELECT u.language FROM users u WHERE u.email = m.recipient), m.language,
        (SELECT u.language FROM users u WHERE u.id = CASE WHEN m.about LIKE 'user:%' THEN substr(m.about, 6)::uuid END), 'en'
    ) AS language
"""


class Letter(msgspec.Struct, frozen=True):
    """A claimed mail; `about` is whose name or doing it carries, `attempts` counts this one and tells one claim from the next.

    `language` is that of the recipient's account, else what the mail was queued in, else that of whoever caused it.
    """

    id: int
    recipient: str
    template: str
    params: dict[str, Any]
    about: str | None
    attempts: int
    created_at: datetime
    message_id: UUID
    language: str


class GivenUp(msgspec.Struct, frozen=True):
    """A mail whose time is over; the reason is that of the last attempt, None where there was none."""

    id: int
    template: str
    failed_reason: str | None


async def add(
    connection: asyncpg.Connection,
    *,
    recipient: str,
    template: str,
    params: dict[str, Any],
    about: str | None,
    good_for: timedelta,
    language: str | None = None,
) -> None:
    """One more mail, of use for so long; `language` is for who has no account."""
    await connection.execute(
        "INSERT INTO mail_outbox (recipient, template, params, about, expires_at, next_attempt_at, language)"
        " VALUES ($1, $2, $3, $4, now() + $5::interval, 'infinity', $6)",
        *(recipient, template, params, about, good_for, language),
    )


async def claim(connection: asyncpg.Connection) -> Letter | None:
    """A mail that is due, for CLAIMED_FOR nobody else's."""
    row = await connection.fetchrow(
        "UPDATE mail_outbox m SET attempts = attempts + 1, due_at = now() + $1::interval, next_attempt_at = 'infinity'"
        " WHERE id = (SELECT id FROM mail_outbox WHERE sent_at IS NULL AND due_at <= now() AND expires_at > now()"
        f" ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}",
        CLAIMED_FOR,
    )
    return Letter(**row) if row else None


async def rewrite(
    connection: asyncpg.Connection, letter_id: int, *, template: str, params: dict[str, Any], good_for: timedelta
) -> None:
    """What was only asked for has become a letter; every further attempt sends that one."""
    await connection.execute(
        "UPDATE mail_outbox SET template = $2, params = $3, expires_at = now() + $4::interval WHERE id = $1",
        *(letter_id, template, params, good_for),
    )


async def sent(connection: asyncpg.Connection, letter_id: int) -> None:
    """It is on its way. What it said (links are secrets) is not kept."""
    await connection.execute(
        "UPDATE mail_outbox SET sent_at = now(), params = '{}', failed_reason = NULL WHERE id = $1", letter_id
    )


async def failed(connection: asyncpg.Connection, letter: Letter, reason: str) -> None:
    """Try again later, each time after twice as long; unless somebody else has claimed it meanwhile."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(letter.attempts - 1, 10))
    await connection.execute(
        "UPDATE mail_outbox SET failed_reason = $3, due_at = now() + $4::interval"
        " WHERE id = $1 AND attempts = $2 AND sent_at IS NULL",
        *(letter.id, letter.attempts, reason, pause),
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


async def give_up(connection: asyncpg.Connection) -> list[GivenUp]:
    """Delete, and return, what could not be sent while it was of use."""
    rows = await connection.fetch(
        "DELETE FROM mail_outbox WHERE sent_at IS NULL AND expires_at <= now() RETURNING id, template, failed_reason"
    )
    return [GivenUp(**row) for row in rows]


async def forget_before(connection: asyncpg.Connection, before: datetime) -> int:
    """Delete mails sent before that; returns how many."""
    done: str = await connection.execute("DELETE FROM mail_outbox WHERE sent_at < $1", before, timeout=SLOW_S)
    return int(done.rpartition(" ")[2])


# --- for operators -------------------------------------------------------------------------------------------------


class Waiting(msgspec.Struct, frozen=True):
    """Unsent mails of one kind: how many, since when the oldest, and why the last one failed (None: not tried yet)."""

    template: str
    count: int
    oldest: datetime
    failed_reason: str | None


async def waiting(connection: asyncpg.Connection) -> list[Waiting]:
    """What has not gone out yet, by kind; no addresses."""
    rows = await connection.fetch(
        "SELECT template, count(*) AS count, min(created_at) AS oldest,"
        " (array_agg(failed_reason ORDER BY due_at DESC) FILTER (WHERE failed_reason IS NOT NULL))[1] AS failed_reason"
        " FROM mail_outbox WHERE sent_at IS NULL GROUP BY template ORDER BY template"
    )
    return [Waiting(**row) for row in rows]


async def sealed_with(connection: asyncpg.Connection) -> dict[str, int]:
    """How many waiting mails can be read with each secret only, by its name."""
    rows = await connection.fetch(
        "SELECT params ->> 'key_id' AS key_id, count(*) AS count FROM mail_outbox"
        " WHERE sent_at IS NULL AND params ? 'ciphertext' GROUP BY 1"
    )
    return {row["key_id"]: row["count"] for row in rows}
