"""What a server has done once it runs, done before it begins: imports, every route, the lexicon. The nursery begins with it.

Only passwords are hashed at less cost than people's are: thousands of made-up people sign up in a run of the tests.
"""

from argon2 import PasswordHasher

from game_server.accounts import passwords
from game_server.app import create_app
from game_server.commands import serving
from game_server.settings import Settings
from rooms.activities import lexicon

__all__ = ["serving"]

create_app(
    Settings(database_url="postgresql://nobody@localhost/nothing", redis_url="redis://localhost", secret_key="-" * 40)
)
lexicon.compile_all()
passwords._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
