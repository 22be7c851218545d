"""The run-time logins: random passwords that every process can read and nobody compute, changed only where they must be."""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from game_server.process.database_logins import with_logins
from game_server.process.keys import Keys
from game_server.settings import Settings
from storage import login_passwords, migrate, migration_errors, run_time_logins
from storage.database import Database, UnsafeDatabase
from storage.run_time_logins import Wishes
from storage.urls import as_login, password_of, user_of
from tests.support import databases

LOGINS = ("game_web", "game_worker")
KEYS = Keys(databases.SECRET).sealing_keys()


def computed(role: str) -> str:
    """As anybody can."""
    return hmac.new(b"", f"attuned login {role}".encode(), sha256).hexdigest()


async def told(url: str, sql: str, *values: object) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql, *values)
    finally:
        await connection.close()


async def execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def lets_in(url: str) -> bool:
    try:
        await told(url, "SELECT 1")
    except asyncpg.InvalidPasswordError:
        return False
    return True


async def stored(url: str, *logins: str) -> object:
    sql = "SELECT array_agg(rolpassword ORDER BY rolname) FROM pg_authid WHERE rolname = ANY ($1)"
    return await told(url, sql, list(logins))


@pytest.fixture
def fresh_url(admin_url, template_database) -> Iterator[str]:
    """A migrated database that has no logins yet, beside the run's others, whose logins are the usual ones."""
    url = databases.create(admin_url, prefix="alone", template=template_database)
    databases.await_here(execute(url, "DELETE FROM run_time_logins; SELECT app.close_database()"))
    name = urlsplit(url).path[1:]
    yield url
    databases.drop(url, admin_url)
    for kind in LOGINS:
        databases.await_here(execute(admin_url, f'DROP ROLE IF EXISTS "{kind}_{name}"'))


@pytest.fixture
def stranger(monkeypatch, fresh_url, admin_url) -> Iterator[str]:
    """The same for a superuser with another password, from which the usual logins' were not derived."""
    databases.await_here(execute(admin_url, "CREATE ROLE stranger SUPERUSER LOGIN PASSWORD 'of its own'"))
    yield as_login(fresh_url, "stranger", "of its own")
    databases.await_here(execute(admin_url, "REASSIGN OWNED BY stranger TO CURRENT_USER; DROP ROLE stranger"))


async def urls(url: str) -> dict[str, str]:
    return {str(kind): own for kind, own in (await login_passwords.urls_of(url, KEYS)).items()}


async def test_logins_of_an_earlier_version_keep_their_passwords_which_are_written_down(fresh_url):
    before = await stored(fresh_url, *LOGINS)
    await migrate.ensure_logins(fresh_url, KEYS, Wishes())
    assert await stored(fresh_url, *LOGINS) == before
    assert await urls(fresh_url) == {kind: databases.login_url(fresh_url, f"game_{kind}") for kind in ("web", "worker")}


async def test_logins_that_somebody_else_uses_are_left_alone_and_this_database_gets_its_own(stranger, fresh_url):
    before = await stored(fresh_url, *LOGINS)
    await migrate.ensure_logins(stranger, KEYS, Wishes())
    assert await stored(fresh_url, *LOGINS) == before
    own = await urls(stranger)
    name = urlsplit(fresh_url).path[1:]
    assert [user_of(url) for url in own.values()] == [f"game_web_{name}", f"game_worker_{name}"]
    database = await Database.open(own["web"], own["worker"], web_pool=1, worker_pool=1)
    await database.verify()
    await database.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT"):
        await told(databases.login_url(fresh_url, "game_web"), "SELECT 1")


async def test_their_passwords_are_random_made_once_and_in_no_row_or_statement(stranger, fresh_url):
    await migrate.ensure_logins(stranger, KEYS, Wishes())
    own, rows = await urls(stranger), "SELECT string_agg(l::text, ' ') FROM run_time_logins l"
    passwords = {password_of(url) for url in own.values()}
    assert len(passwords) == 2
    written = str(await told(fresh_url, rows))
    assert not any(password in written for password in passwords)
    await migrate.ensure_logins(stranger, KEYS, Wishes())
    assert await urls(stranger) == own


async def test_a_changed_password_of_the_administrator_changes_nothing(stranger, fresh_url):
    await migrate.ensure_logins(stranger, KEYS, Wishes())
    own = await urls(stranger)
    await execute(fresh_url, "ALTER ROLE stranger PASSWORD 'another'")
    renewed = as_login(fresh_url, "stranger", "another")
    await migrate.ensure_logins(renewed, KEYS, Wishes())
    assert await urls(renewed) == own
    assert await lets_in(own["web"])


@pytest.mark.parametrize("kind", ["web", "worker"])
async def test_a_computable_password_of_an_earlier_version_is_replaced(stranger, fresh_url, kind):
    role, before = f"game_{kind}", await stored(fresh_url, f"game_{kind}")
    await execute(fresh_url, f"ALTER ROLE {role} PASSWORD '{computed(role)}'")
    try:
        await migrate.ensure_logins(stranger, KEYS, Wishes())
        assert not await lets_in(as_login(fresh_url, role, computed(role)))
        assert user_of((await urls(stranger))[kind]) == role
    finally:
        await execute(fresh_url, f"ALTER ROLE {role} PASSWORD '{before[0]}'; COMMENT ON ROLE {role} IS NULL")


async def test_names_and_urls_of_the_operator_stand(fresh_url, admin_url):
    await execute(fresh_url, "CREATE ROLE of_operator LOGIN PASSWORD 'of the operator' IN ROLE game_service")
    before = await stored(fresh_url, *LOGINS, "of_operator")
    try:
        await migrate.ensure_logins(fresh_url, KEYS, Wishes(named={"worker": "of_operator"}, names={"web": "chosen"}))
        assert await stored(fresh_url, *LOGINS, "of_operator") == before
        own = await urls(fresh_url)
        assert [*own] == ["web"]
        assert user_of(own["web"]) == "chosen"
        assert await lets_in(as_login(fresh_url, "of_operator", "of the operator"))
        assert await told(fresh_url, "SELECT pg_has_role('of_operator', 'bond_writer', 'MEMBER')")
    finally:
        await databases.drop_roles(admin_url, fresh_url, "of_operator", "chosen")


async def test_a_password_that_was_changed_by_hand_is_left_and_this_database_gets_another_login(stranger, fresh_url):
    await migrate.ensure_logins(stranger, KEYS, Wishes(names={"web": "chosen"}))
    try:
        await execute(fresh_url, "ALTER ROLE chosen PASSWORD 'by hand'")
        before = await stored(fresh_url, "chosen")
        with pytest.raises(UnsafeDatabase, match="ATTUNED_WEB_LOGIN"):
            await migrate.ensure_logins(stranger, KEYS, Wishes(names={"web": "chosen"}))
        await migrate.ensure_logins(stranger, KEYS, Wishes())
        assert await stored(fresh_url, "chosen") == before
        assert user_of((await urls(stranger))["web"]) == f"game_web_{urlsplit(fresh_url).path[1:]}"
    finally:
        await databases.drop_roles(fresh_url, fresh_url, "chosen")


async def test_with_another_secret_nothing_is_changed_but_where_the_old_one_is_lost(stranger, fresh_url):
    await migrate.ensure_logins(stranger, KEYS, Wishes())
    before, other = await urls(stranger), Keys("another secret, just as long as the first").sealing_keys()
    with pytest.raises(UnsafeDatabase, match="sealed with another secret"):
        await migrate.ensure_logins(stranger, other, Wishes())
    with pytest.raises(UnsafeDatabase, match="ATTUNED_SECRET_KEY of before"):
        await login_passwords.urls_of(stranger, other)
    assert await lets_in(before["web"])
    await migrate.ensure_logins(stranger, other, Wishes(lost=True))
    assert not await lets_in(before["web"])
    assert await lets_in((await login_passwords.urls_of(stranger, other))["web"])


async def test_a_restored_database_gets_its_logins_where_they_are_missing(stranger, fresh_url):
    await migrate.ensure_logins(stranger, KEYS, Wishes())
    own = await urls(stranger)
    await databases.drop_roles(fresh_url, fresh_url, *map(user_of, own.values()))
    await migrate.ensure_logins(stranger, KEYS, Wishes())
    assert await urls(stranger) == own
    database = await Database.open(own["web"], own["worker"], web_pool=1, worker_pool=1)
    await database.close()


def test_a_name_that_is_too_long_for_postgresql_ends_in_a_hash():
    assert run_time_logins.suffixed("game_web", "night") == "game_web_night"
    one, other = (run_time_logins.suffixed("game_web", "n" * 60 + end) for end in "ab")
    assert one != other
    assert len(one) < run_time_logins.LONGEST_NAME


async def test_a_named_url_with_a_computable_password_is_refused():
    for name in ("web", "worker"):
        own = f"postgresql://game_{name}:{computed(f'game_{name}')}@h/db"
        with pytest.raises(UnsafeDatabase, match=f"DATABASE_{name.upper()}_URL"):
            await with_logins(Settings(**{f"database_{name}_url": own}))


class TestAdministratorsOfOneServer:
    """Two databases of one server, each with an administrator that may create roles, but is no superuser."""

    @pytest.fixture
    def administered(self, admin_url) -> Iterator[list[str]]:
        found = []
        for name in ("one", "other"):
            url = databases.create(admin_url, prefix=name)
            databases.await_here(execute(admin_url, f"CREATE ROLE admin_{name} LOGIN CREATEROLE PASSWORD '{name}'"))
            databases.await_here(execute(admin_url, f'ALTER DATABASE "{urlsplit(url).path[1:]}" OWNER TO admin_{name}'))
            found.append(as_login(url, f"admin_{name}", name))
        yield found
        for url, name in zip(found, ("one", "other"), strict=True):
            own = [f"{login}_{urlsplit(url).path[1:]}" for login in LOGINS]
            databases.drop(url, admin_url)
            databases.await_here(databases.drop_roles(admin_url, admin_url, *own, f"admin_{name}"))

    async def prepared(self, url: str, admin_url: str) -> int:
        """`migrate up` as often as it takes, with the SQL it prints run by a superuser; how often it printed some."""
        superuser = urlunsplit(urlsplit(admin_url)._replace(path=urlsplit(url).path))
        for printed in range(4):
            try:
                await migrate.up(url)
                await migrate.ensure_logins(url, KEYS, Wishes())
            except migration_errors.RolesRefused as refused:
                await execute(superuser, refused.sql)
            else:
                return printed
        raise AssertionError("it prints SQL for ever")

    async def test_each_has_logins_of_its_own_after_the_printed_sql_was_run(self, administered, admin_url):
        usual = await stored(admin_url, *LOGINS)
        for url in administered:
            assert await self.prepared(url, admin_url) == 2
            assert await self.prepared(url, admin_url) == 0
        assert await stored(admin_url, *LOGINS) == usual
        users = []
        for url in administered:
            own = await urls(url)
            users += map(user_of, own.values())
            database = await Database.open(own["web"], own["worker"], web_pool=1, worker_pool=1)
            await database.verify()
            await database.close()
        assert len({*users}) == 4
