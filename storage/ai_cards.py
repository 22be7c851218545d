"""Cards that an AI is asked for: the rooms that may lack one, the day's budget, what was asked and answered, and the card.

What was asked for a room is made of both players' answers. It is written only where both still sit there, and goes with either.
"""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from rooms.activities.card import Card
from storage.activities import add_card
from storage.database import SLOW_S

BOTH_YES = 1.0


class Moved(msgspec.Struct, frozen=True):
    """A game that somebody moved, and when."""

    session_id: str
    moved_at: datetime


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """One call: exactly what was sent, what came back, and what became of it. `failures`: code → a sentence of ours."""

    session_id: str
    activity_type: str
    level: str
    prompt: str
    response: str | None
    took_ms: int
    model: str | None
    failures: dict[str, str]


async def lately(connection: asyncpg.Connection, after: datetime, also: list[str], most: int) -> list[Moved]:
    """Games that somebody moved after that, and some others, the one that has waited longest first; not where one of the two was
    erased.
    """
    rows = await connection.fetch(
        """
        SELECT s.session_id, s.last_active_at AS moved_at FROM sessions s
        WHERE s.status = 'active' AND NOT s.at_limit AND (s.last_active_at > $1 OR s.session_id = ANY ($2))
            AND NOT EXISTS (SELECT FROM session_seats t WHERE t.session_id = s.session_id AND t.actor = 'former')
        ORDER BY s.last_active_at LIMIT $3
        """,
        *(after, also, most),
        timeout=SLOW_S,
    )
    return [Moved(**row) for row in rows]


async def wanted_topics(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, tuple[str, ...]]:
    """By room the truth topics that both players answered Yes; a room where one has no survey is not in it."""
    rows = await connection.fetch(
        """
        SELECT t.session_id, p.truth_topics FROM session_seats t JOIN profiles p ON p.id = t.profile_id
        WHERE t.session_id = ANY ($1) AND p.id <> 0 AND p.profile_version <> 'neutral'
        """,
        session_ids,
    )
    said: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        said.setdefault(row["session_id"], []).append(row["truth_topics"] or {})
    return {
        session_id: tuple(sorted(topic for topic in both[0] if all(one.get(topic) == BOTH_YES for one in both)))
        for session_id, both in said.items()
        if len(both) == len("AB")
    }


async def spend(connection: asyncpg.Connection, a_day: int) -> bool:
    """One call more on the database's UTC day; False where that would be more than so many, and then nothing is written."""
    spent = await connection.fetchval(
        """
        INSERT INTO card_budget AS b (day, asked) SELECT (now() AT TIME ZONE 'UTC')::date, 1 WHERE $1 > 0
        ON CONFLICT (day) DO UPDATE SET asked = b.asked + 1 WHERE b.asked < $1
        RETURNING asked
        """,
        a_day,
    )
    return spent is not None


async def keep(connection: asyncpg.Connection, generation: Generation, card: Card | None) -> bool:
    """Write down the call, and the card for its room, in the connection's transaction. Was the card kept? Not where the bank or
    another room has its text; and nothing at all of a room that is gone, or one of whose players is.
    """
    try:
        async with connection.transaction():
            return await _keep(connection, generation, card)
    except _Gone:
        return False


async def _keep(connection: asyncpg.Connection, generation: Generation, card: Card | None) -> bool:
    """The card first: an import may hold the bank, and nobody's command waits for it meanwhile. Raises _Gone."""
    session_id, failures = generation.session_id, generation.failures
    number = await add_card(connection, card, uid=card.uid) if card else None
    if card and number is None:
        failures = {"known": "The bank or another room has this text."}
    # Whoever is erased locks the room too: either this comes first, and goes with them, or they are seen to be gone.
    await connection.execute("SELECT FROM sessions WHERE session_id = $1 FOR SHARE", session_id)
    both = await connection.fetchval(
        "SELECT count(*) FROM session_seats t WHERE t.session_id = $1 AND t.actor IS DISTINCT FROM 'former'", session_id
    )
    if both != len("AB"):
        raise _Gone
    if number is not None:
        await connection.execute("INSERT INTO room_cards (activity_id, session_id) VALUES ($1, $2)", number, session_id)
    await connection.execute(
        """
        INSERT INTO ai_generation_logs (session_id, activity_type, intimacy_level, prompt_text, response_text,
            generation_time_ms, model_version, was_approved, validation_failures)
        VALUES ($1, $2::activity_type_enum, $3, $4, $5, $6, $7, $8, $9)
        """,
        *(session_id, generation.activity_type, generation.level, generation.prompt, generation.response),
        *(generation.took_ms, generation.model, number is not None, failures or None),
    )
    return number is not None


async def forget_before(connection: asyncpg.Connection, before: datetime) -> None:
    """What was asked and answered before then, and how often on the days before."""
    await connection.execute("DELETE FROM ai_generation_logs WHERE created_at < $1", before)
    await connection.execute("DELETE FROM card_budget WHERE day < ($1::timestamptz AT TIME ZONE 'UTC')::date", before)


class _Gone(Exception):
    """The room is, or one of its players."""
