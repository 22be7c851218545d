"""How well two connected people fit: one row a pair, by profile ids, the lower first. See migration 0006 for what is shown.

The pair's lock is taken before either profile is changed; whoever computes under it reads what is committed by then.
"""

from typing import Any

import asyncpg
import msgspec

from rooms.profiles.profile import Profile


class Surveyed(msgspec.Struct, frozen=True):
    """Somebody who has answered the survey."""

    user_id: str
    profile_id: int
    profile: Profile


class Kept(msgspec.Struct, frozen=True):
    """What is kept of a pair: as it is, as it is shown, and whose answers (profile ids) are newer than that."""

    now: dict[str, Any]
    shown: dict[str, Any]
    answered: list[int]


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


async def surveyed(connection: asyncpg.Connection, user_ids: list[str]) -> dict[str, Surveyed]:
    """Those of these people who have answered the survey."""
    rows = await connection.fetch(
        "SELECT user_id::text, id, arousal_propensity, power_dynamic, domain_scores, activities, truth_topics, boundaries"
        " FROM profiles WHERE user_id = ANY ($1::uuid[]) AND profile_version <> 'neutral'",
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
            ),
        )
        for row in rows
    }


async def kept(connection: asyncpg.Connection, a: Surveyed, b: Surveyed) -> Kept | None:
    """What is kept of the pair, with what it would be shown at this moment."""
    row = await connection.fetchrow(
        "SELECT r.details, app.shown_of(r, $3::text::uuid, $4::text::uuid) AS shown FROM compatibility_results r"
        " WHERE r.profile_a_id = $1 AND r.profile_b_id = $2",
        *(a.profile_id, b.profile_id, a.user_id, b.user_id),
    )
    if row is None or row["details"] is None or row["shown"] is None:
        return None
    played = row["shown"] != row["details"]["shown"]
    return Kept(row["details"]["now"], row["shown"], [] if played else row["details"].get("answered", []))


async def save(connection: asyncpg.Connection, a: Surveyed, b: Surveyed, details: Kept) -> None:
    """Keep the pair's result; the columns hold it as it is."""
    raw = details.now["raw"]
    await connection.execute(
        "INSERT INTO compatibility_results AS r (profile_a_id, profile_b_id, compatibility_score, power_complement,"
        " domain_similarity, activity_overlap, truth_overlap, details, computed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())"
        " ON CONFLICT (profile_a_id, profile_b_id) DO UPDATE SET compatibility_score = excluded.compatibility_score,"
        " power_complement = excluded.power_complement, domain_similarity = excluded.domain_similarity,"
        " activity_overlap = excluded.activity_overlap, truth_overlap = excluded.truth_overlap,"
        " details = excluded.details, computed_at = excluded.computed_at",
        *(a.profile_id, b.profile_id, float(details.now["score"]), raw["power_complement"], raw["domain_similarity"]),
        *(raw["activity_overlap"], raw["truth_overlap"], msgspec.to_builtins(details)),
    )


async def shown_profile(connection: asyncpg.Connection, partner: str) -> dict[str, Any] | None:
    """A partner's profile as the caller may see it. Runs with the caller's rights."""
    found: dict[str, Any] | None = await connection.fetchval("SELECT app.partner_profile($1::text::uuid)", partner)
    return found


async def shown_compatibility(connection: asyncpg.Connection, partner: str) -> dict[str, Any] | None:
    """How well the caller and a partner fit, as they may see it. Runs with the caller's rights."""
    found: dict[str, Any] | None = await connection.fetchval(
        "SELECT app.partner_compatibility($1::text::uuid)", partner
    )
    return found
