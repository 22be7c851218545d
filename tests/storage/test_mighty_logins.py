"""`serve` refuses logins that could do more than a request or the service may."""

import pytest

from storage.database import WEB_LOGIN, WORKER_LOGIN, Database, UnsafeDatabase
from tests.support import databases


@pytest.fixture
async def database(database_url):
    database = await Database.open(
        *(databases.login_url(database_url, login) for login in (WEB_LOGIN, WORKER_LOGIN)), web_pool=1, worker_pool=1
    )
    yield database
    await database.close()


async def test_the_two_logins_as_they_are_made_are_fine(database):
    await database.verify()


@pytest.mark.parametrize(
    ("done", "undone", "said"),
    [
        ("ALTER ROLE game_web SUPERUSER", "ALTER ROLE game_web NOSUPERUSER", "game_web is a superuser"),
        ("ALTER ROLE game_worker BYPASSRLS", "ALTER ROLE game_worker NOBYPASSRLS", "game_worker may bypass"),
        ("GRANT game_service TO game_web", "REVOKE game_service FROM game_web", "game_web is a member of more roles"),
        ("GRANT game_service TO anon", "REVOKE game_service FROM anon", "game_web is a member of more roles"),
        (
            "ALTER ROLE authenticated BYPASSRLS",
            "ALTER ROLE authenticated NOBYPASSRLS",
            "game_web becomes authenticated, which",
        ),
        ("ALTER ROLE anon SUPERUSER", "ALTER ROLE anon NOSUPERUSER", "game_web becomes anon, which"),
        (
            "ALTER ROLE game_service BYPASSRLS",
            "ALTER ROLE game_service NOBYPASSRLS",
            "game_worker becomes game_service, which",
        ),
    ],
)
async def test_one_that_could_do_more_is_named(database, admin_url, done, undone, said):
    await databases.execute(admin_url, done)
    try:
        with pytest.raises(UnsafeDatabase, match=said):
            await database.verify()
    finally:
        await databases.execute(admin_url, undone)


async def test_one_that_may_not_write_in_bonds_is_told_what_is_missing(database, admin_url):
    await databases.execute(admin_url, "REVOKE bond_writer FROM game_worker")
    try:
        with pytest.raises(UnsafeDatabase, match="GRANT bond_writer TO game_worker"):
            await database.verify()
    finally:
        await databases.execute(admin_url, "GRANT bond_writer TO game_worker")
