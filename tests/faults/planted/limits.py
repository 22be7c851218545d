"""Limits that somebody sets while they play."""

import asyncio
import json

from tests.faults.planted.couple import Couple, Impatient, holding, meeting, waiting
from tests.faults.planted.ground import Ground

FORBIDDEN = "hardBoundaryPublic"


async def limits_on_the_way(ground: Ground) -> None:
    """One of them does not want what the dares are about: with a card up, while paused, and while a card is being drawn."""
    await every_dare_is_about_it(ground)
    async with meeting(ground, activity_type="dare", target_activities=10) as game:
        await surveyed(game)
        await game.ready()
        await forbid(game, game.b)
        await game.judged()
        for _ in range(3):
            await game.a.ask("complete", on=await game.card())
            await game.settle()
    async with meeting(ground, activity_type="dare") as game:
        await surveyed(game)
        await game.ready()
        await game.a.ask("pause")
        await forbid(game, game.b)
        await game.resume()
    async with meeting(ground, activity_type="dare") as game:
        await surveyed(game)
        await game.ready()
        on = await game.card()
        async with holding(ground, "sessions", "session_id", game.session_id) as hold:
            asked = game.says(game.a, "complete", on=on)
            await waiting(ground, 1)
            await hold.execute(_FORBID, game.session_id, "B", json.dumps([FORBIDDEN]))
        game.tell("limits", hard=[FORBIDDEN], seq=on)
        await game.answered(asked)
        await until_checked(game)


_FORBID = """
    UPDATE profiles SET boundaries = jsonb_set(boundaries, '{hard_limits}', $3::jsonb)
    WHERE id = (SELECT profile_id FROM session_seats WHERE session_id = $1 AND seat = $2)
"""


async def every_dare_is_about_it(ground: Ground) -> None:
    await ground.sql.execute("UPDATE activities SET hard_boundaries = $1 WHERE type = 'dare'", json.dumps([FORBIDDEN]))


async def surveyed(game: Couple) -> None:
    """Both have said yes to everything."""
    await game.ground.sql.execute(
        """
        UPDATE profiles SET profile_version = '0.4', boundaries = jsonb_set(boundaries, '{asked}', 'true'), activities = (
            SELECT jsonb_object_agg(key, 1.0) FROM (
                SELECT DISTINCT jsonb_array_elements_text(preference_keys) AS key FROM activities
            ) AS keys
        )
        WHERE id IN (SELECT profile_id FROM session_seats WHERE session_id = $1)
        """,
        game.session_id,
    )


async def forbid(game: Couple, phone: Impatient) -> None:
    await phone.person.patch("/api/profile/boundaries", {"hard_limits": [FORBIDDEN]})
    game.tell("limits", hard=[FORBIDDEN], seq=await game.head())
    await until_checked(game)


async def until_checked(game: Couple) -> None:
    """The room has been looked at since the last change of limits, or should have been."""
    for _ in range(100):
        if not await game.ground.sql.fetchval(
            "SELECT limits_rev <> checked_rev FROM sessions WHERE session_id = $1", game.session_id
        ):
            break
        await asyncio.sleep(0.03)
    await game.settle()
