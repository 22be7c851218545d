"""What a server has done once it runs, done before it begins: imports, every route, the lexicon. The nursery begins with it.

Only passwords are hashed at less cost than people's are: thousands of made-up people sign up in a run of the tests.
"""

import gc

from argon2 import PasswordHasher
from litestar import Litestar

from game_server.accounts import passwords
from game_server.app import create_app, with_routes
from game_server.commands import serving
from game_server.services import Services
from game_server.settings import Settings
from rooms.activities import lexicon

__all__ = ["serving"]

_SETTINGS = Settings()
_ROUTED = with_routes(_SETTINGS)
_MADE_OF = (
    "page", "host", "public_url", "trusted_proxies", "lan", "apple_bundle_id", "apns_topic", "apns_team_id",
    "google_package", "google_fingerprints",
)  # fmt: skip
"""The settings that routes are made of."""


def _create_app(settings: Settings, services: Services | None = None) -> Litestar:
    """`create_app`, whose second of work was done before this process was forked, unless its routes are others."""
    same = all(getattr(settings, name) == getattr(_SETTINGS, name) for name in _MADE_OF)
    return create_app(settings, services, routed=_ROUTED if same else None)


serving.create_app = _create_app
lexicon.compile_all()
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
gc.collect()
gc.freeze()  # what a server looks through when it is ready is only what it has made itself
