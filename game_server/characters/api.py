"""The routes of characters that an AI plays."""

from litestar.handlers import HTTPRouteHandler

from game_server.characters import characters_api, chat_api, images_api, offers_api


def routes() -> list[HTTPRouteHandler]:
    """The handlers of this area."""
    return [*characters_api.routes(), *chat_api.routes(), *images_api.routes(), *offers_api.routes()]
