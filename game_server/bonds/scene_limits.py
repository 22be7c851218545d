"""Scenes that people agreed to, and that a limit came to touch afterwards: nobody has agreed to them any more.

Whoever reads such a scene is told so at once; this makes it last, so that it is not agreed to again by a limit that goes.
"""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec

from game_server.bonds import limit_filter, texts
from game_server.services import Services
from rooms.bonds.scenes import participants
from rooms.bonds.tools.scenes import SCENES
from storage import bond_scenes, bond_upkeep
from storage.bond_rows import Row
from storage.bond_scenes import Agreed

AT_A_TIME = 200


async def unsettle(services: Services) -> int:
    """Look at every scene that was agreed to; how many are planned again."""
    undone, after = 0, None
    while True:
        async with services.database.as_service() as db:
            found = await bond_scenes.agreed(db, after, AT_A_TIME)
            held = await _held(services, db, found) if found else set()
        undone += sum([await _unsettle(services, one) for one in found if one.id in held])
        if len(found) < AT_A_TIME:
            return undone
        after = found[-1].id


async def _unsettle(services: Services, scene: Agreed) -> bool:
    """In one transaction, with everybody of the bond held: as it is then."""
    async with services.database.as_service() as db:
        await bond_upkeep.at(db, services.clock.now())
        if not await bond_upkeep.hold(db, scene.bond_id):
            return False
        now = await bond_scenes.one_agreed(db, scene.id)
        if now is None or not await _held(services, db, [now]):
            return False
        return await bond_scenes.unsettle(db, scene.id)


async def _held(services: Services, db: asyncpg.Connection, found: Sequence[Agreed]) -> set[UUID]:
    came = await bond_scenes.came(db, list({one.bond_id for one in found}))
    rows: list[Row] = [msgspec.structs.asdict(one) | _NEVER_SAID for one in found]
    opened = await texts.opened(services, SCENES, rows)
    return await limit_filter.held_by(
        services,
        db,
        [row | {"people": participants(row["activities"], row["created_at"], came[row["bond_id"]])} for row in opened],
        "people",
    )


_NEVER_SAID = {"aftercare_notes": None}
"""A text of scenes that there is only afterwards."""
