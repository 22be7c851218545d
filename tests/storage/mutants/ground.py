"""Where mutants grow: an embedded PostgreSQL of their own with one migrated database, so that nothing else is ever touched."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from game_server.commands.migrating import prepare_database
from game_server.settings import Settings
from storage.embedded import Stores
from tests.support import databases


@contextmanager
def prepared(home: Path) -> Iterator[str]:
    """The superuser's URL of a database with every migration."""
    stores = Stores(home / "stores")
    stores.start()
    try:
        url = str(stores.database_url)
        databases.make_logins(url)
        database = databases.create(url, prefix="mutants")
        settings = Settings(database_url=database, secret_key=databases.SECRET)
        databases.await_here(prepare_database(settings, lambda _text: nullcontext()))
        yield database
    finally:
        stores.stop()
