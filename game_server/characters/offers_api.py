"""What is done by AIs here: whoever runs the server decides that, and the page asks before it offers anything."""

from typing import get_args

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from game_server.accounts.callers import Caller, require_adult
from game_server.services import Services
from rooms.characters.character import Provider
from rooms.characters.pictures import Style


class Offers(msgspec.Struct, frozen=True):
    """Who can play a character here, whether pictures are drawn, and in which styles. Where nothing is set up there is nobody."""

    providers: list[Provider]
    images: bool
    styles: list[Style]


@get("/api/kinksters/providers")
async def list_offers(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Offers:
    """What AIs do here: who plays characters, and whether anybody draws them."""
    require_adult(user)
    draws = services.images is not None
    return Offers(sorted(services.talkers), draws, list(get_args(Style)) if draws else [])


def routes() -> list[HTTPRouteHandler]:
    """The handler."""
    return [list_offers]
