"""Ratings of a bond's boundaries, the limits that come of them, and what commands read of people's limits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from rooms.bonds.ratings import Given, Rating
from rooms.sessions.limits import Player
from storage.players import player_of

Db = asyncpg.Connection
Envelope = dict[str, Any]


class Seen(msgspec.Struct, frozen=True):
    """A rating that the caller may know; `shown` says of another's whether they show it."""

    boundary_id: UUID
    user_id: UUID
    rating: Rating
    shown: bool


class Read(msgspec.Struct, frozen=True):
    """What guards somebody in a bond: as in a game, what they rated maybe or no there, and names that no key stands for."""

    user_id: UUID
    player: Player
    rated: tuple[str, ...]
    words: tuple[Envelope, ...]


class PersonalLimit(msgspec.Struct, frozen=True):
    """A limit that came of a hard_no. `words`: an envelope of its owner's key, {} where that is lost."""

    id: UUID
    words: Envelope
    keys: tuple[str, ...]
    boundary_id: UUID | None
    bond_id: UUID | None
    created_at: datetime


# --- ratings -----------------------------------------------------------------------------------------------------------


async def own_rating(db: Db, boundary_id: UUID, user_id: str) -> Given | None:
    """The caller's own."""
    row = await db.fetchrow(
        "SELECT rating::text, shown, yes_at FROM boundary_ratings WHERE boundary_id = $1 AND user_id = $2",
        *(boundary_id, UUID(user_id)),
    )
    return Given(**row) if row else None


async def rate(db: Db, bond_id: UUID, boundary_id: UUID, user_id: str, given: Given) -> None:
    """The caller says this from now on; what others may learn of it follows by triggers."""
    await db.execute(
        "INSERT INTO boundary_ratings (boundary_id, bond_id, user_id, rating, shown, yes_at) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (boundary_id, user_id) DO UPDATE SET rating = excluded.rating, shown = excluded.shown,"
        " yes_at = excluded.yes_at",
        *(boundary_id, bond_id, UUID(user_id), given.rating, given.shown, given.yes_at),
    )


async def soften(db: Db, user_id: str, boundary_id: UUID) -> None:
    """A hard_no of the caller's is a no from now on."""
    await db.execute(
        "UPDATE boundary_ratings SET rating = 'no' WHERE boundary_id = $1 AND user_id = $2 AND rating = 'hard_no'",
        *(boundary_id, UUID(user_id)),
    )


async def seen(db: Db, boundary_ids: Sequence[UUID]) -> list[Seen]:
    """What the caller may know of the ratings of these."""
    return [Seen(**row) for row in await db.fetch("SELECT * FROM app.ratings_seen($1)", list(boundary_ids))]


async def members_of(db: Db, bond_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Who is in these bonds, as whoever asks may see."""
    rows = await db.fetch(
        "SELECT bond_id, array_agg(user_id ORDER BY joined_at, user_id) AS people FROM bond_members"
        " WHERE bond_id = ANY ($1) GROUP BY bond_id",
        list(bond_ids),
    )
    return {row["bond_id"]: row["people"] for row in rows}


# --- limits of one's own -----------------------------------------------------------------------------------------------


async def name_limit(
    db: Db, user_id: str, *, words: Envelope, keys: Sequence[str], boundary_id: UUID, bond_id: UUID
) -> None:
    """A limit of the caller's; the one that they have from this boundary stays."""
    await db.execute(
        "INSERT INTO personal_limits (user_id, words, keys, boundary_id, bond_id) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (user_id, boundary_id) DO NOTHING",
        *(UUID(user_id), words, list(keys), boundary_id, bond_id),
    )


async def take_out(db: Db, user_id: str, *, boundary_id: UUID | None = None, limit_id: UUID | None = None) -> bool:
    """Take a limit of the caller's out: the one from a boundary, or by its id. Was there one?"""
    found = await db.fetchval(
        "DELETE FROM personal_limits WHERE user_id = $1 AND (boundary_id = $2 OR id = $3) RETURNING id",
        *(UUID(user_id), boundary_id, limit_id),
    )
    return found is not None


async def own_limits(db: Db, user_id: str) -> list[PersonalLimit]:
    """The caller's own, newest first."""
    rows = await db.fetch(
        "SELECT id, words, keys, boundary_id, bond_id, created_at FROM personal_limits WHERE user_id = $1"
        " ORDER BY created_at DESC, id DESC",
        UUID(user_id),
    )
    return [PersonalLimit(**dict(row) | {"keys": tuple(row["keys"])}) for row in rows]


async def own_limit(db: Db, user_id: str, limit_id: UUID) -> PersonalLimit | None:
    """One of the caller's own."""
    return next((one for one in await own_limits(db, user_id) if one.id == limit_id), None)


async def has_limit_from(db: Db, user_id: str, boundary_id: UUID) -> bool:
    """Has the caller a limit from this boundary?"""
    found: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM personal_limits WHERE user_id = $1 AND boundary_id = $2)",
        UUID(user_id),
        boundary_id,
    )
    return found


async def hold_rooms(db: Db) -> list[str]:
    """The caller's open games, held until the transaction ends: before any person or bond, as the room writer does."""
    return [row[0] for row in await db.fetch("SELECT app.hold_my_rooms()")]


# --- limits of others --------------------------------------------------------------------------------------------------


async def of_members(db: Db, bond_id: UUID, people: Collection[UUID]) -> list[Read]:
    """What guards these members of a bond of the caller's, inside a command of theirs."""
    return [_read(row) for row in await db.fetch("SELECT * FROM app.limits_of_members($1, $2)", bond_id, list(people))]


async def told_and_limits(
    db: Db, bond_id: UUID, user_id: str, since: datetime, people: Collection[UUID]
) -> tuple[int, list[Read]]:
    """How often the caller was told of a limit there, as `answers_since`, and what guards these members, as `of_members`."""
    rows = await db.fetch(_TOLD_AND_LIMITS, bond_id, UUID(user_id), since, list(people))
    return rows[0]["told"], [_read(row) for row in rows if row["user_id"] is not None]


_TOLD_AND_LIMITS = (
    "SELECT t.told, l.* FROM (SELECT count(*) AS told FROM bond_limit_answers"
    " WHERE bond_id = $1 AND user_id = $2 AND created_at > $3 AND NOT soft) t"
    " LEFT JOIN LATERAL app.limits_of_members($1, $4) l ON true"
)


async def of_bond(db: Db, bond_id: UUID) -> list[Read]:
    """What guards everybody who is in a bond, the longest first, for the server itself: for what is read, and for jobs."""
    rows = await db.fetch(
        "SELECT * FROM app.read_limits($1,"
        " ARRAY(SELECT user_id FROM bond_members WHERE bond_id = $1 ORDER BY joined_at, user_id))",
        bond_id,
    )
    return [_read(row) for row in rows]


async def answers_since(db: Db, bond_id: UUID, user_id: str, since: datetime, *, soft: bool = False) -> int:
    """How often the caller was told of a limit in this bond; `soft`: of something that somebody is not sure of."""
    found: int = await db.fetchval(
        "SELECT count(*) FROM bond_limit_answers WHERE bond_id = $1 AND user_id = $2 AND created_at > $3 AND soft = $4",
        *(bond_id, UUID(user_id), since, soft),
    )
    return found


async def note_answer(db: Db, bond_id: UUID, user_id: str, since: datetime, *, most: int, soft: bool = False) -> None:
    """The caller was told of a limit. What is older goes; more than `most` are not counted."""
    await db.execute("DELETE FROM bond_limit_answers WHERE user_id = $1 AND created_at <= $2", UUID(user_id), since)
    if await answers_since(db, bond_id, user_id, since, soft=soft) < most:
        await db.execute(
            "INSERT INTO bond_limit_answers (bond_id, user_id, soft) VALUES ($1, $2, $3)",
            *(bond_id, UUID(user_id), soft),
        )


def _read(row: asyncpg.Record) -> Read:
    return Read(row["user_id"], player_of(row), tuple(row["rated"]), tuple(row["words"]))
