"""Changing one's debrief of a scene, or whom one shows it to."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import patch
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import debriefs, shapes, texts
from game_server.bonds.commands import asked, held, run
from game_server.bonds.debriefs import ChangeDebrief
from game_server.bonds.life import Written
from game_server.bonds.scenes import Scenes
from game_server.http.bodies import AnyRequest
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms import errors
from rooms.bonds.scenes import MOVES
from rooms.bonds.states import holds
from rooms.bonds.tools.scenes import SCENES
from rooms.errors import NotFound
from storage import bond_rows
from storage.bond_rows import Row

LIFE = Scenes(SCENES)
SCENE: Any = shapes.row(SCENES, Scenes.extras)
"""The same answer as the tool's other routes give."""

_OPT = {REFUSES: (errors.AdultRequired, errors.NotPermitted, errors.Changed, errors.WrongState)}


@patch("/api/bonds/{bond_id:str}/scenes/{row_id:str}/debrief", opt=_OPT)
async def change_debrief(  # noqa: PLR0917 - what the route names, and who asks
    bond_id: FromPath[str],
    row_id: FromPath[str],
    data: JSONBody[ChangeDebrief],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> SCENE:
    """Scenes: change one's own debrief, or who reads it: by `shared` everybody who took part, or nobody."""
    require_adult(user)
    bond, which = UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id))
    await texts.ready(services, user)

    async def act(db: asyncpg.Connection, at: datetime) -> Written:
        async with held(services, db, user, bond, at) as hand:
            row = await _found(db, bond, which)
            LIFE.allow(hand, row, "debrief", data.version)
            holds(MOVES, "debrief", row["status"])
            await debriefs.write(hand, which, text=data.text, shared=data.shared)
            return row["id"], row["version"]

    async def read(_: UUID) -> Any:
        async with services.database.as_user(user.id) as db:
            row = await _found(db, bond, which)
        [view] = await LIFE.seen(services, user, await texts.opened(services, SCENES, [row]))
        return msgspec.convert(view, SCENE, strict=False)

    return await run(services, user, asked(request, data), act, read)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of what stands beside scenes."""
    return [change_debrief]


async def _found(db: asyncpg.Connection, bond_id: UUID, row_id: UUID) -> Row:
    """Raises NotFound."""
    row = await bond_rows.find(db, SCENES, row_id)
    if row is None or row["bond_id"] != bond_id:
        raise NotFound
    return row
