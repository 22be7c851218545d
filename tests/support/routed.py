"""Applications whose routes were made before: Litestar looks at each of some hundred handlers for a second of a core."""

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Litestar
from litestar.datastructures import State

from game_server.app import create_app, with_routes
from game_server.services import Services
from game_server.settings import Settings

_MADE_OF = (
    "page", "host", "public_url", "trusted_proxies", "lan", "apple_bundle_id", "apns_topic", "apns_team_id",
    "google_package", "google_fingerprints",
)  # fmt: skip
"""The settings that routes are made of."""

_free: dict[tuple[object, ...], list[Litestar]] = {}


def routed(settings: Settings) -> Litestar:
    """Routes for these settings, with nothing behind them, that nobody else uses."""
    free = _free.get(_key(settings))
    return free.pop() if free else with_routes(settings)


def give_back(app: Litestar, settings: Settings) -> None:
    """Nobody uses what `routed` gave out any more, and nothing stands behind it."""
    _free.setdefault(_key(settings), []).append(app)


def _key(settings: Settings) -> tuple[object, ...]:
    return tuple(getattr(settings, name) for name in _MADE_OF)


@contextmanager
def application(settings: Settings, services: Services) -> Iterator[Litestar]:
    """`create_app`, on routes that another test had before."""
    app = routed(settings)
    bare = app.asgi_handler
    try:
        yield create_app(settings, services, routed=app)
    finally:
        app.asgi_handler, app.state = bare, State()
        give_back(app, settings)
