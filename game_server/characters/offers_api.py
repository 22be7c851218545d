"""What there is of characters here: the page shows nothing that nobody is there for."""

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from game_server.accounts.callers import Caller, require_adult
from game_server.integrations.ai.talker import Provider
from game_server.services import Services


class OffersView(msgspec.Struct, frozen=True):
    """`providers`: who can play a character, nobody where there are none. `images`: does anybody draw them?"""

    providers: list[Provider]
    images: bool


@get("/api/kinksters/providers")
async def list_providers(user: NamedDependency[Caller], services: NamedDependency[Services]) -> OffersView:
    """Who plays characters here, and whether they can be drawn: what the operator has set up."""
    require_adult(user)
    return OffersView(sorted(services.talkers, reverse=True), services.images is not None)


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [list_providers]
