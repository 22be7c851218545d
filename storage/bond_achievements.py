"""What there is to reach in bonds, who did, and what of a member's own rows it is found out of."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Defined(msgspec.Struct, frozen=True):
    """Something that there is to reach."""

    id: UUID
    code: str
    category: str
    threshold: int
    place: int
    created_at: datetime


class Reached(msgspec.Struct, frozen=True):
    """Somebody has it."""

    achievement_id: UUID
    user_id: UUID
    reached_at: datetime


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What a member's own rows amount to; `rules` since when each of their yeses stands, `came` when they came, and
    `others_came` the first of who is there with them.
    """

    tasks_approved: int
    contracts: int
    scenes_with_aftercare: int
    debriefs_shared: int
    gratitude_shared: int
    points_earned: int
    rewards_given: int
    rules: list[datetime]
    came: datetime
    others_came: datetime | None


async def defined(db: Db) -> list[Defined]:
    """All of it, in the order in which it is shown."""
    rows = await db.fetch(
        "SELECT id, code, category, threshold, place, created_at FROM achievements ORDER BY place, id"
    )
    return [Defined(**row) for row in rows]


async def reached(db: Db, bond_id: UUID) -> list[Reached]:
    """Who has what in a bond of the caller's, the first first."""
    rows = await db.fetch(
        "SELECT achievement_id, user_id, reached_at FROM user_achievements WHERE bond_id = $1 ORDER BY reached_at, id",
        bond_id,
    )
    return [Reached(**row) for row in rows]


async def codes_of(db: Db, bond_id: UUID, user_id: str) -> frozenset[str]:
    """What the caller has in a bond."""
    rows = await db.fetch(
        "SELECT a.code FROM user_achievements u JOIN achievements a ON a.id = u.achievement_id"
        " WHERE u.user_id = $1 AND u.bond_id = $2",
        *(UUID(user_id), bond_id),
    )
    return frozenset(row["code"] for row in rows)


async def totals(db: Db, bond_id: UUID, user_id: str) -> Totals | None:
    """Of the caller, in a bond of theirs; None for who is no member."""
    row = await db.fetchrow(_TOTALS, bond_id, UUID(user_id))
    return Totals(**row) if row else None


async def add(db: Db, bond_id: UUID, user_id: str, codes: Collection[str]) -> int:
    """The caller has reached these; how many of them are new."""
    rows = await db.fetch(
        "INSERT INTO user_achievements (user_id, bond_id, achievement_id)"
        " SELECT $1, $2, a.id FROM achievements a WHERE a.code = ANY ($3::text[]) ORDER BY a.place"
        " ON CONFLICT (user_id, bond_id, achievement_id) DO NOTHING RETURNING id",
        *(UUID(user_id), bond_id, sorted(codes)),
    )
    return len(rows)


async def stirred(db: Db, since: datetime) -> list[tuple[UUID, UUID]]:
    """Members of bonds that are not over, in which something happened since then: bond and person, for the server."""
    rows = await db.fetch(
        "SELECT m.bond_id, m.user_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id AND b.status <> 'dissolved'"
        " WHERE m.bond_id IN (SELECT c.bond_id FROM bond_changes c WHERE c.at >= $1) ORDER BY m.bond_id, m.user_id",
        since,
    )
    return [(row["bond_id"], row["user_id"]) for row in rows]


_EARNED = "kind IN ('award', 'grant') OR kind = 'manual' AND points > 0 OR kind = 'reversal' AND points < 0"
"""Points that came, without what was counted wrongly; what was spent was earned all the same."""

_TOTALS = f"""
    SELECT
        (SELECT count(*) FROM tasks t WHERE t.assigned_to = $2 AND t.bond_id = $1 AND t.status = 'approved') AS tasks_approved,
        (SELECT count(*) FROM contracts c WHERE c.bond_id = $1 AND c.signed_at IS NOT NULL AND c.id IN (
            SELECT s.contract_id FROM contract_signatures s WHERE s.user_id = $2 AND s.status = 'signed'
        )) AS contracts,
        (SELECT count(*) FROM scenes s WHERE s.bond_id = $1 AND s.status = 'done' AND s.aftercare_provided
            AND CASE WHEN jsonb_path_exists(s.activities, '$[*].with[*]')
                THEN s.activities @> jsonb_build_array(jsonb_build_object('with', jsonb_build_array($2::uuid)))
                ELSE m.joined_at <= s.created_at END) AS scenes_with_aftercare,
        (SELECT count(*) FROM scene_debriefs d WHERE d.user_id = $2 AND d.bond_id = $1 AND d.is_shared) AS debriefs_shared,
        (SELECT count(*) FROM journal_entries j
            WHERE j.user_id = $2 AND j.bond_id = $1 AND j.is_shared AND j.entry_type = 'gratitude') AS gratitude_shared,
        (SELECT coalesce(sum(p.points), 0) FROM points_ledger p
            WHERE p.user_id = $2 AND p.bond_id = $1 AND ({_EARNED})) AS points_earned,
        (SELECT count(*) FROM rewards r WHERE r.assigned_by = $2 AND r.bond_id = $1) AS rewards_given,
        ARRAY(SELECT a.updated_at FROM rule_acknowledgements a JOIN rules r ON r.id = a.rule_id
            WHERE a.user_id = $2 AND a.bond_id = $1 AND NOT a.declined AND a.text_version = r.text_version AND r.active) AS rules,
        m.joined_at AS came,
        (SELECT min(o.joined_at) FROM bond_members o WHERE o.bond_id = $1 AND o.user_id <> $2) AS others_came
    FROM bond_members m WHERE m.bond_id = $1 AND m.user_id = $2
"""
