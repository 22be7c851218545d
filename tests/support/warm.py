"""What a server has done once it runs, done before it begins: imports, every route, the lexicon. The nursery begins with it.

Only passwords are hashed at less cost than people's are: thousands of made-up people sign up in a run of the tests.
"""

import gc

from argon2 import PasswordHasher
from litestar import Litestar

from game_server.accounts import passwords
from game_server.app import create_app
from game_server.commands import serving
from game_server.services import Services
from game_server.settings import Settings
from rooms.activities import lexicon
from tests.support.routed import give_back, routed

__all__ = ["serving"]


def _create_app(settings: Settings, services: Services | None = None) -> Litestar:
    return create_app(settings, services, routed=routed(settings))


serving.create_app = _create_app
give_back(routed(Settings()), Settings())
lexicon.compile_all()
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
gc.collect()
gc.freeze()  # what a server looks through when it is ready is only what it has made itself
