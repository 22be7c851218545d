"""How well two connected people fit: one row a pair, by profile ids, the lower first. See migration 0006 for what is shown.

The pair's lock is taken before either profile is changed; whoever computes under it reads what is committed by then.
"""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from rooms.profiles.profile import Profile


class Surveyed(msgspec.Struct, frozen=True):
    """Somebody who has answered the survey."""

    user_id: str
    profile_id: int
    profile: Profile


async def hold_pairs(connection: asyncpg.Connection, user_id: str) -> list[str]:
    """The people this user is connected with now, each pair locked until this transaction ends.

    Always in one order, so that nobody waits in a ring.
    """
    rows = await connection.fetch(
        """
        SELECT partner,
            pg_advisory_xact_lock(hashtextextended('compatibility:' || least(partner, $1) || greatest(partner, $1), 0))
        FROM (
            SELECT DISTINCT CASE WHEN requester_user_id::text = $1 THEN recipient_user_id ELSE requester_user_id END::text
                AS partner
            FROM partner_connections
            WHERE status = 'accepted' AND $1::text::uuid IN (requester_user_id, recipient_user_id)
        ) AS connected
        ORDER BY least(partner, $1), greatest(partner, $1)
        """,
        user_id,
    )
    return [row["partner"] for row in rows]


async def surveyed(connection: asyncpg.Connection, user_ids: list[str], *, held: bool = False) -> dict[str, Surveyed]:
    """Those of these people who have answered the survey; held: their profiles stay so until this transaction ends."""
    rows = await connection.fetch(
        "SELECT user_id::text, id, arousal_propensity, power_dynamic, domain_scores, activities, truth_topics, boundaries,"
        " answered FROM profiles WHERE user_id = ANY ($1::uuid[]) AND profile_version <> 'neutral'"
        f" ORDER BY id {'FOR SHARE' if held else ''}",
        user_ids,
    )
    return {
        row["user_id"]: Surveyed(
            row["user_id"],
            row["id"],
            Profile(
                arousal_propensity=row["arousal_propensity"],
                power_dynamic=row["power_dynamic"],
                domain_scores=row["domain_scores"],
                activities=row["activities"],
                truth_topics=row["truth_topics"],
                hard_limits=row["boundaries"].get("hard_limits", []),
                declined_items=row["boundaries"].get("declined", []),
                answered=row["answered"],
            ),
        )
        for row in rows
    }


async def is_due(connection: asyncpg.Connection, user_id: str, partner: str, at: datetime) -> bool:
    """Is a reading of these two to be made at that moment?"""
    found: bool | None = await connection.fetchval(
        "SELECT app.is_reading_due(least(one.id, other.id), greatest(one.id, other.id), $3)"
        " FROM profiles one JOIN profiles other ON other.user_id = $2::text::uuid WHERE one.user_id = $1::text::uuid",
        *(user_id, partner, at),
    )
    return bool(found)


async def keep(connection: asyncpg.Connection, a: Surveyed, b: Surveyed, result: dict[str, Any], at: datetime) -> None:
    """Keep what a pair's profiles give now, and make the reading of it that is due, if one is. The pair is held."""
    await connection.execute("SELECT app.keep_compatibility($1, $2, $3, $4)", a.profile_id, b.profile_id, result, at)


async def shown_profile(connection: asyncpg.Connection, partner: str) -> dict[str, Any] | None:
    """What a partner's profile opens to the caller now; None unless connected. Runs with the caller's rights.

    {user_id, name, sharing, demographics, yes, topics, power}.
    """
    found: dict[str, Any] | None = await connection.fetchval("SELECT app.partner_profile($1::text::uuid)", partner)
    return found


async def shown_compatibility(connection: asyncpg.Connection, partner: str) -> dict[str, Any] | None:
    """What the caller may see of how a partner fits; None unless connected. Runs with the caller's rights.

    {sharing}, and where there is a reading and the partner shares it {enough, mutual, mutual_topics, orientations}.
    """
    found: dict[str, Any] | None = await connection.fetchval(
        "SELECT app.partner_compatibility($1::text::uuid)", partner
    )
    return found
