"""The routes of Notion."""

from litestar.handlers import HTTPRouteHandler

from game_server.notion import connecting_api, flowing_api, pages_api


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [*connecting_api.routes(), *flowing_api.routes(), *pages_api.routes()]
