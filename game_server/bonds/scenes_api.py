"""Changing one's debrief of a scene, or whom one shows it to."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from litestar import patch
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import answers, debriefs, texts
from game_server.bonds.commands import asked, held
from game_server.bonds.debriefs import ChangeDebrief
from game_server.bonds.life import Written
from game_server.bonds.obligations import same
from game_server.bonds.tools import LIVES
from game_server.http.bodies import AnyRequest
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms import errors
from rooms.bonds.scenes import MOVES
from rooms.bonds.states import holds
from rooms.bonds.tools.scenes import SCENES

LIFE = LIVES["scenes"]
SCENE: Any = answers.kind_of(LIFE)

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
            row = await answers.find(db, SCENES, bond, which)
            LIFE.allow(hand, row, "debrief", data.version)
            holds(MOVES, "debrief", row["status"])
            await debriefs.write(hand, which, text=data.text, shared=data.shared)
            return same(row)

    return await answers.answered(LIFE, services, user, asked(request, data), bond, act)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of what stands beside scenes."""
    return [change_debrief]
