"""Scenes that people agreed to, and that a limit came to touch afterwards: nobody has agreed to them any more.

Whoever reads such a scene is told so at once; this makes it last, so that it is not agreed to again by a limit that goes.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from game_server.bonds import limit_filter, texts
from game_server.bonds.one_by_one import OneByOne
from game_server.services import Services
from rooms.bonds.scenes import participants
from rooms.bonds.tools.scenes import SCENES
from storage import bond_scenes, bond_upkeep, upkeep
from storage.bond_rows import Row
from storage.bond_scenes import Agreed

AT_A_TIME = 200
MARGIN = timedelta(minutes=10)
"""A limit stands at the moment at which its transaction began: longer than one takes."""


class Unsettling:
    """The job: at first it looks at every scene that was agreed to, after that at those of whoever has changed their limits
    since.
    """

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    async def __call__(self, services: Services) -> int:
        """How many are planned again."""
        async with services.database.as_service() as db:
            now = await upkeep.now(db)
        before = self._looked_at
        since = before - MARGIN if before is not None and before <= now else None
        undone = await unsettle(services, since)
        self._looked_at = now
        return undone


async def unsettle(services: Services, since: datetime | None = None) -> int:
    """Look at the scenes that were agreed to: at all, or where the limits of somebody in the bond have changed since; how many
    are planned again.
    """
    undone, after, turns = 0, None, OneByOne()
    while True:
        async with services.database.as_service() as db:
            found = await bond_scenes.agreed(db, since, after, AT_A_TIME)
            held = await _held(services, db, found) if found else set()
        undone += sum([await turns.do(_unsettle(services, one)) for one in found if one.id in held])
        if len(found) < AT_A_TIME:
            break
        after = found[-1].id
    turns.over()
    return undone


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
