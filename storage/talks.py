"""Talks with characters: conversations and what is said in them.

Statements run with their person's rights (`Database.as_user`, `as_member`), which see and write nothing of anybody else. Texts
come and go as envelopes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_places import Place
from storage.files import Attachable

Db = asyncpg.Connection
Envelope = dict[str, Any]
Status = Literal["streaming", "done", "partial", "refused"]


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """A talk. `persona`: a keyed hash of who answered last; what was said before `context_from` is told to nobody any more."""

    id: UUID
    kinkster_id: UUID | None
    title: Envelope | None
    provider: str
    openai_previous_response_id: str | None
    flowise_session_id: str | None
    persona: str | None
    context_from: datetime | None
    last_message_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said. `status`: of an answer how far it is."""

    id: UUID
    conversation_id: UUID
    role: Literal["user", "assistant"]
    content: Envelope | None
    status: Status | None
    created_at: datetime
    updated_at: datetime
    version: int


class Said(msgspec.Struct, frozen=True):
    """A message in a list; `safety`: it is the safety card."""

    message: Message
    safety: bool


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is, and what it took."""

    message: Message
    outcome: str | None
    input_tokens: int
    output_tokens: int
    cost_micros: int


_AFTER = "interval '1 millisecond'"
"""An answer comes so long after the words of the same command (`app.come_after`)."""

_CONVERSATION = ", ".join(f"{name}::text" if name == "provider" else name for name in Conversation.__struct_fields__)
_MESSAGE = "m.id, m.conversation_id, m.role::text, m.content, m.status::text, m.created_at, m.updated_at, m.version"


# --- conversations -----------------------------------------------------------------------------------------------------


async def find(db: Db, conversation_id: UUID, *, hold: bool = False) -> Conversation | None:
    """One of the caller's; held, nobody else begins an answer in it meanwhile."""
    row = await db.fetchrow(
        f"SELECT {_CONVERSATION} FROM conversations WHERE id = $1 AND user_id = app.uid()"
        + (" FOR NO KEY UPDATE" if hold else ""),
        conversation_id,
    )
    return Conversation(**row) if row else None


async def listed(db: Db, *, after: Place | None, limit: int) -> list[Conversation]:
    """The caller's, the newest first."""
    rows = await db.fetch(
        f"SELECT {_CONVERSATION} FROM conversations WHERE user_id = app.uid()"
        " AND ($1::timestamptz IS NULL OR (created_at, id) < ($1, $2::uuid)) ORDER BY created_at DESC, id DESC LIMIT $3",
        *(after.at if after else None, after.id if after else None, limit),
    )
    return [Conversation(**row) for row in rows]


async def begin(db: Db, user_id: UUID, kinkster_id: UUID, provider: str) -> Conversation:
    """A new one of the caller's."""
    row: Any = await db.fetchrow(
        "INSERT INTO conversations (user_id, kinkster_id, provider) VALUES ($1, $2, $3::text::kinkster_provider_enum)"
        f" RETURNING {_CONVERSATION}",
        *(user_id, kinkster_id, provider),
    )
    return Conversation(**row)


async def go_on(db: Db, conversation_id: UUID, at: datetime, changes: Mapping[str, Any]) -> None:
    """Something is said in it now, and with that these columns change."""
    casts = {"provider": "::text::kinkster_provider_enum"}
    named = "".join(f", {name} = ${place}{casts.get(name, '')}" for place, name in enumerate(changes, 3))
    await db.execute(
        f"UPDATE conversations SET last_message_at = $2{named} WHERE id = $1", conversation_id, at, *changes.values()
    )


async def go_on_from(db: Db, conversation_id: UUID, persona: str, response_id: str | None) -> None:
    """The next question goes on from this answer, or from none, unless somebody else answers by then."""
    await db.execute(
        "UPDATE conversations SET openai_previous_response_id = $3 WHERE id = $1 AND persona = $2",
        *(conversation_id, persona, response_id),
    )


async def delete(db: Db, conversation_id: UUID) -> bool:
    """With all that was said in it. Was there one?"""
    gone = await db.fetchval(
        "DELETE FROM conversations WHERE id = $1 AND user_id = app.uid() RETURNING true", conversation_id
    )
    return gone or False


# --- messages ----------------------------------------------------------------------------------------------------------


async def said(db: Db, conversation_id: UUID, *, after: Place | None, limit: int) -> list[Said]:
    """What was said in a talk of the caller's, the newest first."""
    rows = await db.fetch(
        f"SELECT {_MESSAGE}, coalesce(s.outcome = 'safety', false) AS safety FROM messages m"
        " LEFT JOIN agent_sessions s ON s.message_id = m.id WHERE m.conversation_id = $1 AND m.user_id = app.uid()"
        " AND ($2::timestamptz IS NULL OR (m.created_at, m.id) < ($2, $3::uuid))"
        " ORDER BY m.created_at DESC, m.id DESC LIMIT $4",
        *(conversation_id, after.at if after else None, after.id if after else None, limit),
    )
    found = [dict(row) for row in rows]
    return [Said(safety=row.pop("safety"), message=Message(**row)) for row in found]


async def told_again(db: Db, conversation_id: UUID, since: datetime | None, most: int) -> list[Message]:
    """What of it may be told again, the newest first: what has text, and is neither a safety card nor what asked for it."""
    rows = await db.fetch(
        f"SELECT {_MESSAGE} FROM messages m WHERE m.conversation_id = $1 AND m.user_id = app.uid()"
        " AND m.content IS NOT NULL AND m.status IS DISTINCT FROM 'refused' AND ($2::timestamptz IS NULL OR m.created_at >= $2)"
        " AND NOT EXISTS (SELECT FROM messages c JOIN agent_sessions s ON s.message_id = c.id AND s.outcome = 'safety'"
        " WHERE c.conversation_id = m.conversation_id AND (c.id = m.id"
        f" OR m.role = 'user' AND c.created_at = m.created_at + {_AFTER}))"
        " ORDER BY m.created_at DESC, m.id DESC LIMIT $3",
        *(conversation_id, since, most),
    )
    return [Message(**row) for row in rows]


async def texts(db: Db, conversation_id: UUID, *, first: int, last: int) -> list[Envelope]:
    """What was said first and last in a talk of the caller's, by either: so many of each, the oldest first, each once."""
    of_it = (
        "SELECT id, created_at, content FROM messages"
        " WHERE conversation_id = $1 AND user_id = app.uid() AND content IS NOT NULL"
    )
    rows = await db.fetch(
        f"SELECT content FROM (({of_it} ORDER BY created_at, id LIMIT $2)"
        f" UNION ({of_it} ORDER BY created_at DESC, id DESC LIMIT $3)) AS said ORDER BY created_at, id",
        *(conversation_id, first, last),
    )
    return [row["content"] for row in rows]


async def say(db: Db, conversation_id: UUID, user_id: UUID, content: Envelope) -> UUID:
    """The person says it."""
    made: UUID = await db.fetchval(
        "INSERT INTO messages (conversation_id, user_id, role, content) VALUES ($1, $2, 'user', $3) RETURNING id",
        *(conversation_id, user_id, content),
    )
    return made


async def attach(db: Db, message_id: UUID, user_id: UUID, pictures: Sequence[Attachable]) -> None:
    """Hang these on what the person says, in their order."""
    await db.executemany(
        "INSERT INTO ai_message_attachments (message_id, user_id, file_id, place, content_type, bytes)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        [(message_id, user_id, one.id, number, one.content_type, one.bytes) for number, one in enumerate(pictures, 1)],
    )


async def open_answer(db: Db, conversation_id: UUID) -> UUID | None:
    """The answer that is being written."""
    found: UUID | None = await db.fetchval(
        "SELECT id FROM messages WHERE conversation_id = $1 AND status = 'streaming'", conversation_id
    )
    return found


async def answering(db: Db, conversation_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The answers that are being written in these talks, by talk."""
    rows = await db.fetch(
        "SELECT conversation_id, id FROM messages WHERE conversation_id = ANY ($1::uuid[]) AND status = 'streaming'",
        list(conversation_ids),
    )
    return {row["conversation_id"]: row["id"] for row in rows}


async def begin_answer(
    db: Db, conversation_id: UUID, user_id: UUID, *, status: Status, content: Envelope | None
) -> tuple[UUID, int]:
    """The answer's row: its id and version."""
    row: Any = await db.fetchrow(
        "INSERT INTO messages (conversation_id, user_id, role, status, content)"
        " VALUES ($1, $2, 'assistant', $3::text::message_status_enum, $4) RETURNING id, version",
        *(conversation_id, user_id, status, content),
    )
    return row["id"], row["version"]


async def grow(db: Db, message_id: UUID, content: Envelope) -> bool:
    """So much of the answer is there. False where it has ended, or is gone."""
    done = await db.fetchval(
        "UPDATE messages SET content = $2 WHERE id = $1 AND status = 'streaming' RETURNING true", message_id, content
    )
    return done or False


async def end(db: Db, message_id: UUID, status: Status, content: Envelope | None) -> bool:
    """The answer is at its end. False where it was already, or is gone."""
    done = await db.fetchval(
        "UPDATE messages SET content = $2, status = $3::text::message_status_enum, partial = $3::text = 'partial'"
        " WHERE id = $1 AND status = 'streaming' RETURNING true",
        *(message_id, content, status),
    )
    return done or False


async def standing(db: Db, message_id: UUID) -> Standing | None:
    """An answer of the caller's, with what it took."""
    row: Any = await db.fetchrow(
        f"SELECT {_MESSAGE}, s.outcome, coalesce(s.input_tokens, 0) AS input_tokens,"
        " coalesce(s.output_tokens, 0) AS output_tokens, coalesce(s.cost_micros, 0) AS cost_micros"
        " FROM messages m LEFT JOIN agent_sessions s ON s.message_id = m.id"
        " WHERE m.id = $1 AND m.user_id = app.uid() AND m.role = 'assistant'",
        message_id,
    )
    if row is None:
        return None
    values = dict(row)
    took = {name: values.pop(name) for name in ("outcome", "input_tokens", "output_tokens", "cost_micros")}
    return Standing(message=Message(**values), **took)


async def last_answer(db: Db, conversation_id: UUID) -> UUID | None:
    """The newest answer of a talk of the caller's."""
    found: UUID | None = await db.fetchval(
        "SELECT id FROM messages WHERE conversation_id = $1 AND user_id = app.uid() AND role = 'assistant'"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        conversation_id,
    )
    return found
