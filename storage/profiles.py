"""Profiles (name, anatomy, limits, and what a survey derives) and the history of the cards somebody was shown."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

import asyncpg
import msgspec

from storage.accounts import Anatomy

Kind = Literal["user", "anonymous"]

OWNER: dict[Kind, str] = {"user": "user_id = $1::text::uuid", "anonymous": "anonymous_session_id = $1::text"}
"""Whose row it is, in SQL, where $1 is a user's id or an anonymous player's."""

_COLUMNS = (
    "id, profile_version, survey_version, boundaries, anatomy, power_dynamic, arousal_propensity, domain_scores,"
    " activities, truth_topics, activity_tags, created_at, updated_at,"
    " coalesce(boundaries -> 'declined', '[]') AS declined_items, answered"
)


class Boundaries(msgspec.Struct, frozen=True):
    """Never (hard), with care (soft), and activities answered maybe.

    `asked`: the owner was asked about hard limits and answered, if only with "none of these" (decision 27).
    """

    hard_limits: tuple[str, ...] = ()
    soft_limits: tuple[str, ...] = ()
    maybe_items: tuple[str, ...] = ()
    asked: bool = False

    @classmethod
    def of(cls, hard: Iterable[str], soft: Iterable[str], maybe: Iterable[str], *, asked: bool) -> "Boundaries":
        """What is never is not with care as well."""
        never = tuple(hard)
        return cls(never, tuple(key for key in soft if key not in never), tuple(maybe), asked)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A profile as its owner sees it; the derived objects are empty until there is a survey.

    `answered`: the questions it comes from; None where that was not kept yet.
    """

    id: int
    profile_version: str
    survey_version: str
    boundaries: Boundaries
    anatomy: Anatomy
    power_dynamic: dict[str, Any]
    arousal_propensity: dict[str, Any]
    domain_scores: dict[str, Any]
    activities: dict[str, Any]
    truth_topics: dict[str, Any]
    activity_tags: Any
    declined_items: tuple[str, ...] = ()
    answered: tuple[str, ...] | None = None
    created_at: datetime
    updated_at: datetime


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A card that somebody was shown."""

    id: int
    session_id: str
    activity_id: int | None
    activity_type: str
    was_skipped: bool
    feedback_type: str | None
    feedback_executed: bool | None
    presented_at: datetime
    theme_tags: list[str] | None


async def profile_of(connection: asyncpg.Connection, kind: Kind, owner: str) -> Profile | None:
    """Somebody's own profile. Runs as its owner or as the service."""
    row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM profiles WHERE {OWNER[kind]}", owner)
    return msgspec.convert(dict(row), Profile) if row else None


async def save_anatomy(
    connection: asyncpg.Connection, kind: Kind, owner: str, anatomy: Anatomy, *, payload: dict[str, Any]
) -> tuple[int, bool]:
    """Give somebody's profile this anatomy; makes a neutral profile where there is none, from this sealed payload.

    Its id, and whether it was there.
    """
    # One phone of a person after the other: the rows of profile, submission and account would be locked crosswise.
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"profile of {owner}")
    found = await connection.fetchval(
        f"UPDATE profiles SET anatomy = $2 WHERE {OWNER[kind]} RETURNING id", owner, msgspec.to_builtins(anatomy)
    )
    if found is not None:
        await connection.execute(
            "UPDATE survey_submissions SET payload_json = $2 WHERE submission_id = 'neutral:' || $1::text",
            *(owner, payload),
        )
        return found, True
    await connection.execute(
        "INSERT INTO survey_submissions (submission_id, respondent_id, payload_json)"
        " VALUES ('neutral:' || $1::text, $1::text, $2)"
        " ON CONFLICT (submission_id) DO UPDATE SET payload_json = excluded.payload_json",
        *(owner, payload),
    )
    user_id, session_id = (owner, None) if kind == "user" else (None, owner)
    row = await connection.fetchrow(
        "INSERT INTO profiles AS p (user_id, anonymous_session_id, is_anonymous, submission_id, profile_version,"
        " power_dynamic, arousal_propensity, domain_scores, activities, truth_topics, boundaries, anatomy)"
        " VALUES ($1, $2, $3, $4, 'neutral', '{}', '{}', '{}', '{}', '{}', $5, $6)"
        " ON CONFLICT (submission_id) DO UPDATE SET anatomy = excluded.anatomy RETURNING p.id, p.xmax <> 0 AS was_there",
        *(user_id, session_id, kind == "anonymous", f"neutral:{owner}"),
        *(msgspec.to_builtins(Boundaries()), msgspec.to_builtins(anatomy)),
    )
    assert row is not None  # noqa: S101 - an upsert always returns its row
    return row["id"], row["was_there"]


async def complete_user(
    connection: asyncpg.Connection, user_id: str, *, name: str, demographics: dict[str, Any], adult_at: datetime | None
) -> bool | None:
    """A user has given name and anatomy. True when they are an adult by their word, None where there is no such user."""
    found: bool | None = await connection.fetchval(
        "UPDATE users SET display_name = $2, demographics = jsonb_strip_nulls(demographics || $3),"
        " profile_completed = true, adult_confirmed_at = coalesce(adult_confirmed_at, $4)"
        " WHERE id = $1 RETURNING adult_confirmed_at IS NOT NULL",
        *(user_id, name, demographics, adult_at),
    )
    return found


async def complete_anonymous(
    connection: asyncpg.Connection,
    session_id: str,
    *,
    profile_id: int,
    name: str,
    demographics: dict[str, Any],
    adult_at: datetime | None,
) -> bool | None:
    """The same of an anonymous player."""
    found: bool | None = await connection.fetchval(
        "UPDATE anonymous_sessions SET profile_id = $2, display_name = $3,"
        " demographics = jsonb_strip_nulls(demographics || $4), profile_completed = true,"
        " adult_confirmed_at = coalesce(adult_confirmed_at, $5)"
        " WHERE session_id = $1 RETURNING adult_confirmed_at IS NOT NULL",
        *(session_id, profile_id, name, demographics, adult_at),
    )
    return found


async def lock_boundaries(connection: asyncpg.Connection, kind: Kind, owner: str) -> tuple[int, Boundaries] | None:
    """Somebody's profile id and limits, locked until this transaction ends; None when there is no profile."""
    row = await connection.fetchrow(f"SELECT id, boundaries FROM profiles WHERE {OWNER[kind]} FOR NO KEY UPDATE", owner)
    return (row["id"], msgspec.convert(row["boundaries"], Boundaries)) if row else None


async def save_boundaries(connection: asyncpg.Connection, profile_id: int, boundaries: Boundaries) -> None:
    """Change somebody's limits; a trigger tells their open rooms in this transaction."""
    await connection.execute(
        "UPDATE profiles SET boundaries = boundaries || $2 WHERE id = $1", profile_id, msgspec.to_builtins(boundaries)
    )


async def history(
    connection: asyncpg.Connection, kind: Kind, owner: str, *, before: tuple[datetime, int] | None, limit: int
) -> list[Shown]:
    """The cards somebody was shown, newest first, those before (presented_at, id) where that is given."""
    at, row_id = before or (None, None)
    rows = await connection.fetch(
        "SELECT id, session_id, activity_id, activity_type::text, was_skipped, feedback_type::text, feedback_executed,"
        f" presented_at, theme_tags FROM user_activity_history WHERE {OWNER[kind]}"
        " AND ($2::timestamptz IS NULL OR (presented_at, id) < ($2, $3::bigint))"
        " ORDER BY presented_at DESC, id DESC LIMIT $4",
        *(owner, at, row_id, limit),
    )
    return [msgspec.convert(dict(row), Shown) for row in rows]
