"""The session of an AI that each answer of a character is: who writes it, and what it took.

A session is committed before anybody is asked, and says so until somebody begins it; who writes says again and again that they
are alive. Statements run with their person's rights, and see nothing of anybody else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from storage.ai_spending import settle

Db = asyncpg.Connection

BEGUN_WITHIN = timedelta(minutes=1)
"""So long after its commit an answer may be begun. Until somebody begins it its session is believed in for exactly that long."""

_NOT_BEGUN = f"alive_until = created_at + interval '{BEGUN_WITHIN.total_seconds():.0f} seconds'"


class Left(msgspec.Struct, frozen=True):
    """An answer that was committed and never begun."""

    session_id: UUID
    conversation_id: UUID
    kinkster_id: UUID | None


class Lost(msgspec.Struct, frozen=True):
    """An answer that nobody wrote any more, and is partial now."""

    user_id: UUID
    message_id: UUID


async def count_open(db: Db, user_id: UUID) -> int:
    """How many answers are being written for somebody."""
    found: int = await db.fetchval(
        "SELECT count(*) FROM agent_sessions WHERE user_id = $1 AND ended_at IS NULL", user_id
    )
    return found


async def add(
    db: Db,
    user_id: UUID,
    conversation_id: UUID,
    kinkster_id: UUID | None,
    message_id: UUID,
    *,
    provider: str,
    model: str | None,
    reserved_micros: int,
    alive_until: datetime,
) -> UUID:
    """Somebody is asked for this answer, and may take so much."""
    made: UUID = await db.fetchval(
        "INSERT INTO agent_sessions (user_id, conversation_id, kinkster_id, message_id, provider, model, reserved_micros,"
        " alive_until) VALUES ($1, $2, $3, $4, $5::text::kinkster_provider_enum, $6, $7, $8) RETURNING id",
        *(user_id, conversation_id, kinkster_id, message_id, provider, model, reserved_micros, alive_until),
    )
    return made


async def begin(db: Db, session_id: UUID, alive_until: datetime, *, knows_pause: bool) -> bool | None:
    """Whoever calls this writes it, and nobody else: answers as `still_writing`, with None where it was begun, too."""
    return await _writing(db, session_id, alive_until, knows_pause, where=f" AND {_NOT_BEGUN}")


async def still_writing(db: Db, session_id: UUID, alive_until: datetime, *, knows_pause: bool) -> bool | None:
    """Whoever writes it is alive. Was it asked to stop, or has its person paused since, which it does not know of? None where it
    has ended without them, or is gone.
    """
    return await _writing(db, session_id, alive_until, knows_pause)


async def _writing(
    db: Db,
    session_id: UUID,
    alive_until: datetime,
    knows_pause: bool,
    where: str = "",
) -> bool | None:
    row = await db.fetchrow(
        f"UPDATE agent_sessions SET alive_until = $2 WHERE id = $1 AND ended_at IS NULL{where}"
        " RETURNING stop_asked_at IS NOT NULL OR NOT $3 AND EXISTS ("
        " SELECT FROM users u WHERE u.id = app.uid() AND u.submission_state = 'paused') AS stopped",
        *(session_id, alive_until, knows_pause),
    )
    return row["stopped"] if row else None


async def left(db: Db, message_id: UUID, before: datetime) -> Left | None:
    """The session of an answer of the caller's that was committed before then, and that nobody has begun."""
    row = await db.fetchrow(
        "SELECT id, conversation_id, kinkster_id FROM agent_sessions WHERE message_id = $1 AND user_id = app.uid()"
        f" AND ended_at IS NULL AND created_at < $2 AND {_NOT_BEGUN}",
        *(message_id, before),
    )
    return Left(*row) if row else None


async def give_up(db: Db, session_id: UUID, at: datetime) -> bool:
    """Nobody will begin it, and it cost nothing. False where somebody has, or it is over."""
    row = await db.fetchrow(
        "UPDATE agent_sessions SET outcome = 'answer_lost', ended_at = $2 WHERE id = $1 AND ended_at IS NULL"
        f" AND {_NOT_BEGUN} RETURNING created_at, reserved_micros",
        *(session_id, at),
    )
    if row is None:
        return False
    await settle(db, row["created_at"], row["reserved_micros"], 0)
    return True


async def end_own_lost(db: Db, at: datetime) -> None:
    """Answers of the caller's that nobody writes any more are partial, and what nobody had begun cost nothing."""
    if lost := await end_lost(db, at):
        await free_what_never_began(db, lost)


async def free_what_never_began(db: Db, lost: Sequence[Lost]) -> None:
    """Of lost answers of the caller's those that nobody had begun cost nothing."""
    rows = await db.fetch(
        "UPDATE agent_sessions SET cost_micros = 0 WHERE message_id = ANY ($1::uuid[]) AND user_id = app.uid()"
        f" AND outcome = 'answer_lost' AND cost_micros > 0 AND {_NOT_BEGUN} RETURNING created_at, reserved_micros",
        [one.message_id for one in lost],
    )
    for row in rows:
        await settle(db, row["created_at"], row["reserved_micros"], 0)


async def ask_to_stop(db: Db, message_id: UUID, at: datetime) -> bool:
    """Its person wants no more of this answer. Is somebody writing it?"""
    found = await db.fetchval(
        "UPDATE agent_sessions SET stop_asked_at = coalesce(stop_asked_at, $2) WHERE message_id = $1 AND ended_at IS NULL"
        " RETURNING true",
        *(message_id, at),
    )
    return found or False


async def close(
    db: Db, session_id: UUID, at: datetime, *, outcome: str, tokens: tuple[int, int], cost_micros: int
) -> bool:
    """It is over, once, and took that; the budgets are settled with it. False where it was over, or is gone."""
    row = await db.fetchrow(
        "UPDATE agent_sessions SET outcome = $3, ended_at = $2, input_tokens = $4, output_tokens = $5, cost_micros = $6"
        " WHERE id = $1 AND ended_at IS NULL RETURNING created_at, reserved_micros",
        *(session_id, at, outcome, *tokens, cost_micros),
    )
    if row is None:
        return False
    await settle(db, row["created_at"], row["reserved_micros"], cost_micros)
    return True


async def end_lost(db: Db, at: datetime) -> list[Lost]:
    """Answers that nobody writes any more are partial: the caller's, or for the service everybody's."""
    return [Lost(*row) for row in await db.fetch("SELECT user_id, message_id FROM app.end_lost_answers($1)", at)]
