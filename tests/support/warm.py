"""What a server has done once it runs, done before it begins: imports, every route, the lexicon. The nursery begins with it."""

from game_server.app import create_app
from game_server.commands import serving
from game_server.settings import Settings
from rooms.activities import lexicon

__all__ = ["serving"]

create_app(
    Settings(database_url="postgresql://nobody@localhost/nothing", redis_url="redis://localhost", secret_key="-" * 40)
)
lexicon.compile_all()
