"""What a server has done once it runs, done before it begins: imports, every route, the lexicon. The nursery begins with it."""

import gc

from litestar import Litestar

from game_server.app import create_app
from game_server.commands import serving
from game_server.services import Services
from game_server.settings import Settings
from rooms.activities import lexicon
from tests.support import cheap
from tests.support.routed import give_back, routed

__all__ = ["serving"]


def _create_app(settings: Settings, services: Services | None = None) -> Litestar:
    return create_app(settings, services, routed=routed(settings))


serving.create_app = _create_app
give_back(routed(Settings()), Settings())
lexicon.compile_all()
cheap.hash_at_less_cost()
gc.collect()
gc.freeze()  # what a server looks through when it is ready is only what it has made itself
