"""What came from another program: who of it is here, which rows were taken as which, and whom it asks to be in a bond."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_requests import Asking

Db = asyncpg.Connection


class Here(msgspec.Struct, frozen=True):
    """Somebody whose address is confirmed."""

    id: UUID
    email: str
    display_name: str | None
    adult: bool


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A bond that somebody was in elsewhere, and `member`: is in here; `name` is an envelope of the bond's key. With their yes
    come `ratings` with yes or maybe and `messages` in their name, and with everybody's entries of `points`.
    """

    id: UUID
    bond_id: UUID
    name: dict[str, Any]
    member: bool
    ratings: int
    messages: int
    points: int
    status: str
    created_at: datetime
    answered_at: datetime | None


async def people(db: Db, emails: Sequence[str]) -> list[Here]:
    """Those of these addresses, as they are kept, that are confirmed: for the server itself."""
    rows = await db.fetch(
        "SELECT id, email, display_name, adult_confirmed_at IS NOT NULL AS adult FROM users"
        " WHERE email = ANY ($1::text[]) AND email_confirmed_at IS NOT NULL",
        list(emails),
    )
    return [Here(**row) for row in rows]


async def row_of(db: Db, user_id: str, table: str, source_id: UUID) -> UUID | None:
    """As which row this one was taken for somebody: for the server itself."""
    found: UUID | None = await db.fetchval(
        "SELECT row_id FROM imported_rows WHERE user_id = $1 AND source_table = $2 AND source_id = $3",
        *(UUID(user_id), table, source_id),
    )
    return found


async def members(db: Db, bond_id: UUID) -> set[UUID]:
    """Who is in a bond, and nobody in one that is over or gone: for the server itself."""
    rows = await db.fetch(
        "SELECT m.user_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id"
        " WHERE m.bond_id = $1 AND b.status <> 'dissolved'",
        bond_id,
    )
    return {row["user_id"] for row in rows}


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a file has that waits for somebody's own yes: `ratings` and `messages` in their name, `points` in the bond."""

    file_sha256: bytes
    ratings: int
    messages: int
    points: int


class Answer(msgspec.Struct, frozen=True):
    """Who was asked about a bond, whether they said yes, and to which file; None where nobody noted it."""

    user_id: UUID
    yes: bool
    file_sha256: bytes | None


async def ask(db: Db, bond_id: UUID, user_id: UUID, offer: Offer, at: datetime) -> bool:
    """Ask somebody whether they want to be in it, and have there what this file has of theirs; False where they were asked. For
    the server itself.
    """
    made = await db.fetchval(
        "SELECT app.ask_of_import($1, $2, $3, $4, $5, $6, $7)",
        *(bond_id, user_id, offer.file_sha256, offer.ratings, offer.messages, offer.points, at),
    )
    return bool(made)


async def answers(db: Db, bond_id: UUID) -> list[Answer]:
    """Everybody who was asked about a bond: for the server itself."""
    rows = await db.fetch(
        "SELECT user_id, status = 'accepted' AS yes, file_sha256 FROM imported_memberships WHERE bond_id = $1", bond_id
    )
    return [Answer(**row) for row in rows]


async def waiting(db: Db, bond_id: UUID) -> set[UUID]:
    """Who may still come: asked and without an answer, or waiting to be let in. For the server itself."""
    rows = await db.fetch(
        "SELECT i.user_id FROM imported_memberships i WHERE i.bond_id = $1"
        " AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = i.bond_id AND m.user_id = i.user_id)"
        " AND (i.status = 'pending' OR EXISTS (SELECT FROM bond_join_requests r WHERE r.bond_id = i.bond_id"
        " AND r.user_id = i.user_id AND r.status = 'pending'))",
        bond_id,
    )
    return {row["user_id"] for row in rows}


async def taken(db: Db, user_id: str, table: str, source_ids: Iterable[UUID]) -> dict[UUID, UUID | None]:
    """Which of these were taken for somebody, and as which rows; None: refused for good. For the server itself."""
    rows = await db.fetch(
        "SELECT source_id, row_id FROM imported_rows"
        " WHERE user_id = $1 AND source_table = $2 AND source_id = ANY ($3::uuid[])",
        *(UUID(user_id), table, list(source_ids)),
    )
    return {row["source_id"]: row["row_id"] for row in rows}


async def note(db: Db, user_id: str, table: str, source_id: UUID, row_id: UUID | None) -> None:
    """It was taken for this person as this row, or refused for good: in the transaction of who it is taken as."""
    await db.execute("SELECT app.note_import($1, $2, $3, $4)", UUID(user_id), table, source_id, row_id)


async def mine(db: Db) -> list[Asked]:
    """What the caller is asked, newest first."""
    rows = await db.fetch(
        "SELECT id, bond_id, name, member, ratings, messages, points, status, created_at, answered_at FROM app.my_imported()"
    )
    return [Asked(**row) for row in rows]


async def accept(db: Db, import_id: UUID, new_id: UUID) -> Asking:
    """The caller's yes, which is a request to be let in."""
    [row] = await db.fetch("SELECT outcome, request_id, in_bond FROM app.accept_import($1, $2)", import_id, new_id)
    return Asking(**row)


async def refuse(db: Db, import_id: UUID) -> bool:
    """The caller's no; False where there is nothing to say it to."""
    done: bool = await db.fetchval("SELECT app.refuse_import($1)", import_id)
    return done
