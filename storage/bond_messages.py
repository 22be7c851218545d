"""What only messages of bonds have: how far their readers are, and what hangs on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Reading(msgspec.Struct, frozen=True):
    """How far the caller read, and how many messages they did not; nobody counts more than a thousand."""

    read_through: datetime | None
    unread: int


class Attachment(msgspec.Struct, frozen=True):
    """A picture of a message. Without a file it was withdrawn, and this is the mark that it was there."""

    id: UUID
    message_id: UUID
    file_id: UUID | None
    content_type: str
    bytes: int


_ATTACHMENT = ", ".join(Attachment.__struct_fields__)


async def read(db: Db, bond_id: UUID, message_id: UUID) -> bool:
    """The caller has read up to this one; False where they see no such message."""
    found: bool = await db.fetchval("SELECT app.read_messages($1, $2)", bond_id, message_id)
    return found


async def reading(db: Db, bond_id: UUID) -> Reading:
    """How far the caller is in a bond of theirs."""
    row: Any = await db.fetchrow("SELECT read_through, unread FROM app.my_reading($1)", bond_id)
    return Reading(row["read_through"], row["unread"] or 0)


async def attachments(db: Db, message_ids: Sequence[UUID]) -> list[Attachment]:
    """What hangs on these messages, in its order."""
    rows = await db.fetch(
        f"SELECT {_ATTACHMENT} FROM ai_message_attachments WHERE message_id = ANY ($1::uuid[]) ORDER BY message_id, place",
        list(message_ids),
    )
    return [Attachment(**row) for row in rows]
