"""What the draw leans on beside the limits: both players' surveys, and what they liked in earlier games."""

import asyncpg

from rooms.profiles.profile import Profile
from rooms.seats import SeatName
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


_TASTES = "SELECT * FROM app.draw_tastes($1)"
