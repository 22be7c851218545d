"""The ledger of consent: who agreed to what and when. The database writes it, with what it is about; here it is read."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that somebody agreed to, or took back. `chain` says what it is about: account:, limits:, connection: or session:
    and an id.
    """

    chain: str
    number: int
    at: datetime
    kind: str
    detail: dict[str, Any]


class Broken(msgspec.Struct, frozen=True):
    """An entry before which one is missing, or that is not what it was."""

    chain: str
    number: int


async def broken(connection: asyncpg.Connection) -> list[Broken]:
    """Where the chains do not hold; the whole ledger is read."""
    return [Broken(**row) for row in await connection.fetch("SELECT chain, number FROM app.broken_consents()")]


async def of_user(connection: asyncpg.Connection, user_id: str) -> list[Entry]:
    """What somebody with an account has agreed to, oldest first; of pauses and stops nobody can say whose they were."""
    return _entries(await connection.fetch(f"{_OF} WHERE p.user_id = $1 ORDER BY l.at, l.chain, l.number", user_id))


async def of_anonymous(connection: asyncpg.Connection, session_id: str) -> list[Entry]:
    """The same of somebody without one."""
    return _entries(
        await connection.fetch(f"{_OF} WHERE p.anonymous_session_id = $1 ORDER BY l.at, l.chain, l.number", session_id)
    )


_OF = """SELECT l.chain, l.number, l.at, l.kind, l.detail FROM consent_people p JOIN consent_ledger l ON l.person = p.person"""


def _entries(rows: list[asyncpg.Record]) -> list[Entry]:
    return [Entry(**row) for row in rows]
