"""Nobody may do more than the program does: the service's rights, everybody's rights, and what stays on a connection."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import asyncpg
import pytest

from game_server.process.keys import Keys
from storage import migrate, restore_target
from storage.database import WEB_LOGIN, WORKER_LOGIN, Database, undone_alone
from storage.run_time_logins import Wishes
from tests.storage import rows
from tests.support import databases, statements
from tests.support.databases import SECRET, login_url

OWNERS_OWN = (
    {("schema_migrations", command) for command in ("INSERT", "DELETE")}
    | {  # migrations write it, as the owner
        ("run_time_logins", command)
        for command in ("SELECT", "INSERT", "UPDATE")  # the same, and whoever begins to serve
    }
    | {  # `verify` says it to an administrator
        ("bank_revision", "INSERT"),
        ("database_lineage", "INSERT"),
    }
)
LOGINS = (WEB_LOGIN, WORKER_LOGIN)


@pytest.fixture
async def admin(database_url):
    async with rows.undone(database_url) as connection:
        yield connection


@pytest.fixture
async def database(database_url):
    database = await Database.open(
        login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN), web_pool=1, worker_pool=1
    )
    yield database
    await database.close()


@pytest.fixture(scope="module")
def fresh_url(admin_url) -> Iterator[str]:
    """The superuser's URL of a database that was just migrated; nobody changes it."""
    url = databases.create(admin_url, prefix="fresh")
    databases.await_here(migrate.up(url))
    yield url
    databases.drop(url, admin_url)


@pytest.fixture
def copy_url(admin_url, template_database) -> Iterator[str]:
    """The superuser's URL of a copy: PostgreSQL copies no rights on the database itself."""
    url = databases.create(admin_url, prefix="copy", template=template_database)
    yield url
    databases.drop(url, admin_url)


async def _granted(connection: asyncpg.Connection) -> set[tuple[str, str]]:
    rows = await connection.fetch(
        """
        SELECT c.relname AS name, p.command
        FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p (command)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relowner = 'game_owner'::regrole
            AND (has_table_privilege('game_service', c.oid, p.command)
                OR p.command = 'SELECT' AND has_any_column_privilege('game_service', c.oid, p.command))
        """
    )
    return {(row["name"], row["command"]) for row in rows}


async def _granted_by_columns(connection: asyncpg.Connection, role: str) -> set[tuple[str, str]]:
    """Also where it is some columns only."""
    rows = await connection.fetch(
        """
        SELECT c.relname AS name, p.command
        FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p (command)
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relowner = 'game_owner'::regrole
            AND CASE WHEN p.command IN ('DELETE', 'TRUNCATE', 'TRIGGER') THEN has_table_privilege($1, c.oid, p.command)
                ELSE has_any_column_privilege($1, c.oid, p.command) END
        """,
        role,
    )
    return {(row["name"], row["command"]) for row in rows}


async def _granted_to_members(connection: asyncpg.Connection) -> set[tuple[str, str]]:
    return await _granted_by_columns(connection, "bond_writer")


async def test_the_service_has_no_right_that_no_statement_of_the_program_uses(admin):
    assert await _granted(admin) - await statements.done_by_the_program(admin) == set()


async def test_the_service_has_every_right_that_the_programs_statements_use(admin):
    done = await statements.done_by_the_program(admin)
    granted = await _granted_by_columns(admin, "game_service") | await _granted_to_members(admin)
    assert done - granted - OWNERS_OWN == set()


@pytest.mark.parametrize("role", ["game_service", "bond_writer"])
async def test_every_policy_of_a_role_of_the_server_goes_with_a_right(admin, role):
    found = await admin.fetch(
        """
        SELECT p.polrelid::regclass::text AS name,
            CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END AS command
        FROM pg_policy p WHERE $1::regrole = ANY (p.polroles) AND p.polcmd <> '*'
        """,
        role,
    )
    policies = {(row["name"], row["command"]) for row in found}
    if role == "game_service":
        assert policies - await _granted_by_columns(admin, role) == set()
    else:
        assert policies == await _granted_to_members(admin)


async def test_the_service_counts_only_where_it_may_insert(admin):
    found = await admin.fetch(
        """
        SELECT s.relname AS name
        FROM (SELECT * FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace) s
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.deptype IN ('a', 'i')
            AND d.refclassid = 'pg_class'::regclass
        WHERE has_sequence_privilege('game_service', s.oid, 'USAGE') <> has_table_privilege('game_service', d.refobjid, 'INSERT')
        """
    )
    assert [row["name"] for row in found] == []


@pytest.mark.parametrize("role", LOGINS)
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TEMP TABLE users (id uuid)",
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, '\\x00')",
        "SELECT lo_put(1, 0, '\\x00')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_export(1, '/tmp/x')",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_ls_dir('.')",
        "SELECT pg_stat_file('PG_VERSION')",
        "COPY (SELECT 1) TO '/tmp/x'",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "SELECT pg_logical_emit_message(false, 'x', 'y')",
        "ALTER ROLE game_worker PASSWORD NULL; ALTER ROLE game_web PASSWORD NULL",
        "CREATE ROLE mine",
        "SET ROLE game_owner",
    ],
)
async def test_a_run_time_login_can_leave_nothing_behind(fresh_url, role, sql):
    async with (
        rows.undone(login_url(fresh_url, role)) as connection,
        rows.refused(connection, asyncpg.InsufficientPrivilegeError),
    ):
        await connection.execute(sql)


async def test_another_login_of_the_same_server_does_not_get_in(fresh_url, admin_url):
    try:
        await _execute(admin_url, "CREATE ROLE elsewhere LOGIN PASSWORD 'elsewhere'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="CONNECT"):
            await asyncpg.connect(
                fresh_url.replace("//postgres:", "//elsewhere:").replace(_password(fresh_url), "elsewhere")
            )
    finally:
        await _execute(admin_url, "DROP ROLE elsewhere")


async def test_a_copy_of_the_database_is_closed_when_it_is_migrated(copy_url):
    assert await _may_make_temporary_tables(copy_url)
    assert await migrate.up(copy_url) == []
    assert not await _may_make_temporary_tables(copy_url)


async def test_a_database_with_other_programs_objects_keeps_them_working_and_says_what_stays_open(
    empty_database_url, admin_url, caplog
):
    await _execute(admin_url, "CREATE ROLE neighbour LOGIN PASSWORD 'neighbour'")
    try:
        await _execute(empty_database_url, "CREATE SCHEMA theirs AUTHORIZATION neighbour")
        await migrate.up(empty_database_url)
        await migrate.up(empty_database_url)
        assert "objects of other programs live here too" in caplog.text
        caplog.clear()
        await restore_target.begin(empty_database_url, "a backup")
        await restore_target.end(empty_database_url, "another")
        await migrate.up(empty_database_url)
        assert caplog.text.count("objects of other programs") == 1, "a restore says it once"
        theirs = empty_database_url.replace("//postgres:", "//neighbour:")
        await _execute(theirs.replace(_password(empty_database_url), "neighbour"), "CREATE TEMP TABLE kept (id int)")
        assert not await _may_make_temporary_tables(empty_database_url)
    finally:
        await _execute(empty_database_url, "DROP OWNED BY neighbour")
        await _execute(admin_url, "DROP ROLE neighbour")


async def test_a_temporary_table_shadows_nothing_and_does_not_stay(database, database_url):
    # This module's database is a copy, open as PostgreSQL makes it.
    async with database.web.acquire() as connection:
        await connection.execute("CREATE TEMP TABLE users (id uuid); SET ROLE anon; SET search_path = pg_temp, public")
        backend = connection.get_server_pid()
    async with database.web.acquire() as connection:
        assert connection.get_server_pid() == backend
        assert await connection.fetchval("SELECT to_regclass('pg_temp.users')::text") is None
        assert await connection.fetchval("SELECT current_user::text") == "game_web"
        await connection.execute("CREATE TEMP TABLE users (id uuid)")
        assert await connection.fetchval("SELECT 'users'::regclass = 'public.users'::regclass") is True


async def test_a_request_whose_commit_is_refused_leaves_nothing_on_its_connection(database):
    # This module's database is a copy, open as PostgreSQL makes it.
    backends = []

    async def refused():
        async with database.as_user(str(rows.user_id(101))) as connection:
            backends.append(connection.get_server_pid())
            await connection.execute("SELECT pg_advisory_lock(7); SELECT set_config('request.jwt.claims', 'x', false)")
            await connection.execute("CREATE TEMP TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            await connection.execute("INSERT INTO once VALUES (1), (1)")

    with pytest.raises(asyncpg.UniqueViolationError):
        await refused()
    async with database.web.acquire() as connection:
        assert [connection.get_server_pid()] == backends
        assert await connection.fetchval("SELECT current_user::text") == "game_web"
        assert not await connection.fetchval("SELECT current_setting('request.jwt.claims', true)")
        assert await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7") == 0


async def test_whoever_is_called_like_a_statement_is_called_so_and_nothing_else(database):
    for name in ("', true); RESET ROLE; --", "\\'; RESET ROLE; --", 'ä"\\', "$$"):
        async with database.as_anonymous(name) as connection:
            assert await connection.fetchval("SELECT current_user::text") == "anon"
            claims = json.loads(await connection.fetchval("SELECT current_setting('request.jwt.claims')"))
            assert claims["anonymous_session_id"] == name


async def test_a_step_that_fails_is_undone_alone(database):
    async with database.as_member(str(rows.user_id(101)), datetime.now(UTC)) as connection:
        await connection.execute("SET LOCAL lock_timeout = '7s'")
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with undone_alone(connection):
                await connection.execute("SET LOCAL lock_timeout = '8s'; SELECT 1 / 0")
        assert await connection.fetchval("SHOW lock_timeout") == "7s"
        async with undone_alone(connection):
            await connection.execute("SET LOCAL lock_timeout = '9s'")
        assert await connection.fetchval("SHOW lock_timeout") == "9s"


@pytest.mark.parametrize("role", LOGINS)
async def test_what_a_login_sets_for_itself_has_no_effect_and_ends_with_the_next_migration(database_url, role):
    own = login_url(database_url, role)
    await _execute(
        own, f"ALTER ROLE {role} SET search_path = pg_temp, public; ALTER ROLE {role} SET row_security = off"
    )
    try:
        database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
        async with (database.web if role == WEB_LOGIN else database.worker).acquire() as connection:
            assert await connection.fetchval("SHOW search_path") == "public, pg_temp"
            assert await connection.fetchval("SHOW row_security") == "on"
        await database.close()
    finally:
        await migrate.ensure_logins(database_url, Keys(SECRET).sealing_keys(), Wishes())
    kept = "SELECT count(*) FROM pg_db_role_setting WHERE setrole IN ('game_web'::regrole, 'game_worker'::regrole)"
    async with rows.undone(database_url) as connection:
        assert await connection.fetchval(kept) == 0


async def test_no_session_compiles_its_plans(database_url):
    """What a draw asks is planned by index alone, which looks expensive enough to be compiled: for a second, each time."""
    database = await Database.open(login_url(database_url, WEB_LOGIN), login_url(database_url, WORKER_LOGIN))
    for pool in (database.web, database.worker):
        async with pool.acquire() as connection:
            assert await connection.fetchval("SHOW jit") == "off"
    await database.close()


async def _may_make_temporary_tables(url: str) -> bool:
    async with rows.undone(url) as connection:
        may: bool = await connection.fetchval(
            "SELECT has_database_privilege('game_web', current_database(), 'TEMPORARY')"
        )
        return may


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _password(url: str) -> str:
    return url.split(":")[2].partition("@")[0]
