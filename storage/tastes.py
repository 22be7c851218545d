"""What the draw leans on beside the limits: both players' surveys, and what they liked in earlier games."""

import asyncpg

from rooms.profiles.profile import Profile
from rooms.sessions.commands import SeatName
from rooms.sessions.weights import Taste, Tastes


async def load_tastes(connection: asyncpg.Connection, session_ids: list[str]) -> dict[str, Tastes]:
    """Both players' tastes by room; a room is in it only if both have answered the survey."""
    found: dict[str, dict[SeatName, Taste]] = {}
    for row in await connection.fetch(_TASTES, session_ids):
        found.setdefault(row["session_id"], {})[row["seat"]] = _taste(row)
    return {session_id: tastes for session_id, tastes in found.items() if len(tastes) == len("AB")}


def _taste(row: asyncpg.Record) -> Taste:
    return Taste(
        profile=Profile(
            arousal_propensity=row["arousal_propensity"],
            power_dynamic=row["power_dynamic"],
            domain_scores=row["domain_scores"],
            activities=row["activities"],
        ),
        liked=row["liked"],
        themes=frozenset(row["themes"]),
        sessions=row["sessions"],
    )


# The last hundred cards count, of which the last thirty say what is new; ten sessions are enough to know somebody.
_TASTES = """
    SELECT t.session_id, t.seat, p.arousal_propensity, p.power_dynamic, p.domain_scores, p.activities, liked.sums AS liked,
        coalesce(lately.themes, '{}') AS themes, played.sessions
    FROM session_seats t
    JOIN profiles p ON p.id = t.profile_id AND p.id <> 0 AND p.profile_version <> 'neutral'
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(said.about, said.total), '{}') AS sums FROM (
            SELECT about, sum(CASE latest.feedback_type WHEN 'like' THEN 1 ELSE -1 END)::integer AS total
            FROM (
                (SELECT h.activity_id, h.feedback_type, h.presented_at, h.id FROM user_activity_history h
                 WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
                UNION ALL
                (SELECT h.activity_id, h.feedback_type, h.presented_at, h.id FROM user_activity_history h
                 WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
                 ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
            ) AS latest
            JOIN activities c ON c.activity_id = latest.activity_id
            CROSS JOIN LATERAL jsonb_array_elements_text(
                coalesce(c.preference_keys, '[]') || coalesce(c.domains, '[]')
            ) AS about
            WHERE latest.feedback_type IN ('like', 'dislike')
            GROUP BY about
        ) AS said
    ) AS liked
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT theme) AS themes FROM (
            (SELECT h.theme_tags FROM user_activity_history h
             WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 30)
            UNION ALL
            (SELECT h.theme_tags FROM user_activity_history h
             WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
             ORDER BY h.presented_at DESC, h.id DESC LIMIT 30)
        ) AS latest
        CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(latest.theme_tags, '[]')) AS theme
    ) AS lately
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS sessions FROM (
            SELECT FROM session_seats earlier
            WHERE (earlier.user_id = t.user_id OR earlier.anonymous_session_id = t.anonymous_session_id)
                AND earlier.session_id <> t.session_id
            LIMIT 10
        ) AS earlier_ones
    ) AS played
    WHERE t.session_id = ANY ($1)
"""
