"""The day after a scene everybody who was in it is reminded of aftercare: once, in words that say nothing."""

from datetime import timedelta

from game_server.bonds.one_by_one import OneByOne
from game_server.notifications import zones
from game_server.notifications.sending import send_soon
from game_server.services import Services
from rooms.bonds.scenes import aftercare_due
from storage import bond_scenes, bond_upkeep, notifications
from storage.bond_scenes import Asked
from storage.notifications import Told

SOONEST, LATEST = timedelta(hours=9), timedelta(days=3)
"""So long after it was logged somebody's next morning may have come, and so long it is worth asking."""


async def remind(services: Services) -> int:
    """Remind everybody whose next morning has come; how many."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        found = await bond_scenes.to_ask(db, now - LATEST, now - SOONEST)
    due = [one for one in found if aftercare_due(one.logged_at, zones.of(one.time_zone or "UTC")) <= now]
    turns = OneByOne()
    told = sum([await turns.do(_remind(services, one)) for one in due])
    if told:
        send_soon(services)
    turns.over()
    return told


async def _remind(services: Services, asked: Asked) -> bool:
    async with services.database.as_service() as db:
        await bond_upkeep.at(db, services.clock.now())
        if not await bond_upkeep.hold(db, asked.bond_id):
            return False
        if not await bond_scenes.note_asked(db, asked.scene_id, asked.user_id):
            return False
        return await notifications.tell(
            db,
            Told(
                kind="aftercare",
                user_id=str(asked.user_id),
                from_user_id=None,
                about=f"aftercare:{asked.scene_id}",
                link=f"/bonds/{asked.bond_id}",
                bond_id=asked.bond_id,
                row_id=asked.scene_id,
            ),
        )
