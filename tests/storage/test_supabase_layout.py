"""The same migrations on a PostgreSQL laid out as Supabase's: what is open there by default is closed for our tables, and what is
Supabase's own stays as it is.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from game_server.commands import verifying
from game_server.commands.migrating import bring_logins_and_cards, prepare_database
from game_server.process.database_logins import with_logins
from game_server.process.exits import CannotRunError
from game_server.settings import Settings
from storage import accounts, catalog, migrate, migration_files
from storage.database import Database
from storage.urls import as_login
from tests.storage import rows
from tests.support import databases
from tests.support.server_process import game_server
from tests.support.supabase_layout import API_ROLES, SupabaseLayout

pytestmark = pytest.mark.long

OTHERS = sorted(Path("/usr/lib/postgresql").glob("1[56]/bin"))
"""Debian's, which may be there; the embedded one is newer."""
ANNA, BEA = rows.user_id(1), rows.user_id(2)
REFUSED = asyncpg.InsufficientPrivilegeError

THEIRS = """
    SELECT concat_ws(' ', 'function', p.oid::regprocedure, p.proowner::regrole, p.prosrc, p.proacl) AS what
    FROM pg_proc p WHERE p.pronamespace IN ('auth'::regnamespace, 'extensions'::regnamespace)
    UNION ALL SELECT 'table ' || c.oid::regclass || ' ' || c.relowner::regrole || ' ' || coalesce(c.relacl::text, '')
    FROM pg_class c WHERE c.relnamespace IN ('auth'::regnamespace, 'storage'::regnamespace)
    UNION ALL SELECT 'schema ' || nspname || ' ' || nspowner::regrole || ' ' || nspacl::text
    FROM pg_namespace WHERE nspname IN ('auth', 'storage', 'extensions')
    UNION ALL SELECT 'default ' || defaclrole::regrole || ' ' || defaclobjtype::text || ' ' || defaclacl::text
    FROM pg_default_acl WHERE defaclrole <> coalesce(to_regrole('game_owner')::oid, 0)
    ORDER BY what
"""
OPEN = """
    SELECT c.oid::regclass || ' ' || r.rolname || ' ' || p.name AS what
    FROM pg_class c, pg_roles r, (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) p (name)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND r.rolname = ANY ($1)
        AND has_any_column_privilege(r.oid, c.oid, p.name)
    UNION ALL
    SELECT c.oid::regclass || ' ' || r.rolname || ' ' || p.name
    FROM pg_class c, pg_roles r, (VALUES ('DELETE'), ('TRUNCATE'), ('TRIGGER')) p (name)
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND r.rolname = ANY ($1)
        AND has_table_privilege(r.oid, c.oid, p.name)
    UNION ALL
    SELECT c.oid::regclass || ' ' || r.rolname || ' ' || p.name
    FROM (SELECT * FROM pg_class WHERE relkind = 'S') c, pg_roles r, (VALUES ('USAGE'), ('SELECT'), ('UPDATE')) p (name)
    WHERE c.relnamespace = 'public'::regnamespace AND r.rolname = ANY ($1) AND has_sequence_privilege(r.oid, c.oid, p.name)
    UNION ALL
    SELECT f.oid::regprocedure || ' ' || r.rolname || ' EXECUTE'
    FROM pg_proc f, pg_roles r
    WHERE f.pronamespace IN ('public'::regnamespace, to_regnamespace('app')) AND r.rolname = ANY ($1)
        AND has_function_privilege(r.oid, f.oid, 'EXECUTE')
"""


def silent(_text: str) -> Any:
    return nullcontext()


@pytest.fixture(scope="module", params=[None, *OTHERS], ids=lambda path: path.parent.name if path else "embedded")
def layout(request, tmp_path_factory) -> Iterator[SupabaseLayout]:
    with SupabaseLayout(tmp_path_factory.mktemp("supabase") / "stores", pg_bin=request.param) as laid_out:
        yield laid_out


@pytest.fixture(scope="module")
def theirs(layout) -> list[str]:
    """What is Supabase's, before we came."""
    return databases.await_here(_told(layout.superuser_url, THEIRS))


@pytest.fixture(scope="module")
def settings(layout, theirs) -> Settings:
    """Of a project that was migrated from nothing, with two people in it."""
    settings = Settings(database_url=layout.project_url, secret_key=databases.SECRET)
    assert databases.await_here(prepare_database(settings, silent)) == migration_files.load()
    databases.await_here(_people(layout.superuser_url))
    return settings


async def _people(url: str) -> None:
    connection = await asyncpg.connect(url)
    for number in (1, 2):
        await rows.user(connection, number)
        profile = await rows.profile(connection, user_id=rows.user_id(number))
        game = await rows.session(
            connection, f"of {number}", primary_user_id=rows.user_id(number), primary_profile_id=profile
        )
        await rows.seat(connection, game, "A", actor=f"user:{rows.user_id(number)}", user_id=rows.user_id(number))
    await connection.close()


async def _told(url: str, sql: str, *values: object) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [row["what"] for row in await connection.fetch(sql, *values)]
    finally:
        await connection.close()


@asynccontextmanager
async def postgrest(layout: SupabaseLayout, role: str, claims: dict[str, Any]) -> AsyncIterator[asyncpg.Connection]:
    """One request as PostgREST makes it: its own login, in a transaction the role of the token, and the token's claims."""
    connection = await asyncpg.connect(layout.of("authenticator"))
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(f"SET LOCAL ROLE {role}")
        await connection.execute(
            "SELECT set_config('request.jwt.claims', $1, true)", msgspec.json.encode(claims).decode()
        )
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


def token_of(person: UUID) -> dict[str, Any]:
    """What a token of Supabase's says."""
    return {
        "iss": "https://project.supabase.co/auth/v1", "sub": str(person), "aud": "authenticated", "role": "authenticated",
        "email": "person1@example.org", "session_id": str(rows.user_id(9)), "is_anonymous": False,
        "app_metadata": {"provider": "email"}, "user_metadata": {"anonymous_session_id": "kim"},
    }  # fmt: skip


async def test_migrating_again_changes_nothing(layout, settings):
    before = await _told(layout.superuser_url, THEIRS)
    assert await prepare_database(settings, silent) == []
    assert await _told(layout.superuser_url, THEIRS) == before


async def test_the_schema_is_the_same_as_everywhere(settings):
    connection = await asyncpg.connect(settings.database_url)
    assert await catalog.lines(connection) == catalog.expected()
    await connection.close()


async def test_what_is_supabases_own_is_left_as_it_is(layout, settings, theirs):
    assert await _told(layout.superuser_url, THEIRS) == theirs
    assert any(line.startswith("function auth.uid() supabase_auth_admin") for line in theirs)
    async with postgrest(layout, "authenticated", token_of(ANNA)) as request:
        assert await request.fetchval("SELECT auth.uid() = app.uid()")


async def test_nothing_is_open_that_the_migrations_do_not_grant(layout, settings):
    granted = {
        f"{line.split()[1]} {line.split()[-1]}"
        for line in catalog.expected()
        if line.startswith(("grant ", "execute "))
    }
    found = await _told(settings.database_url, OPEN, [*API_ROLES, "authenticator", "pgbouncer", "supabase_auth_admin"])
    ours = {f"{what.split()[0].removeprefix('public.')} {what.split()[1]}" for what in found}
    assert {what for what in found if " anon " not in what and " authenticated " not in what} == set()
    assert {what.removeprefix("public.") for what in granted if what.endswith((" anon", " authenticated"))} >= ours


async def test_the_servers_own_requests_work(settings):
    known = await with_logins(settings)
    database = await Database.open(
        str(known.database_web_url), str(known.database_worker_url), web_pool=1, worker_pool=1
    )
    try:
        await database.verify()
        async with database.as_user(str(ANNA)) as connection:
            found = await accounts.account(connection, str(ANNA))
            assert found
            assert found.email == "person1@example.org"
            assert await accounts.account(connection, str(BEA)) is None
        async with database.as_service() as connection:
            assert await connection.fetchval("SELECT count(*) FROM users") == 2
    finally:
        await database.close()


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("SELECT id FROM users", [ANNA]),
        ("SELECT user_id FROM profiles", [ANNA]),
        ("SELECT session_id FROM sessions", ["of 1"]),
        ("SELECT user_id FROM session_seats", [ANNA]),
        ("SELECT activity_id FROM activities WHERE NOT approved", []),
    ],
)
async def test_a_request_by_way_of_postgrest_reads_what_the_policies_say(layout, settings, sql, told):
    async with postgrest(layout, "authenticated", token_of(ANNA)) as request:
        assert [row[0] for row in await request.fetch(sql)] == told


@pytest.mark.usefixtures("settings")
class TestByWayOfPostgrest:
    async def test_one_without_a_person_reads_the_bank_and_nothing_else(self, layout):
        async with postgrest(layout, "anon", {"role": "anon", "iss": "supabase"}) as request:
            assert await request.fetchval("SELECT count(*) FROM activities") > 0
            for table in ("profiles", "sessions", "session_activities", "anonymous_sessions"):
                assert await request.fetch(f"SELECT FROM {table}") == []

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT FROM users",
            "SELECT FROM credentials",
            "SELECT FROM session_events",
            "UPDATE users SET subscription_tier = 'premium'",
            "SELECT nextval('profiles_id_seq')",
            "SELECT app.lineage()",
        ],
    )
    async def test_the_key_that_row_security_does_not_bind_has_no_rights_here(self, layout, sql):
        async with postgrest(layout, "service_role", {"role": "service_role"}) as request:
            with pytest.raises(REFUSED):
                await request.fetch(sql)

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE users SET subscription_tier = 'premium'",
            "INSERT INTO sessions (session_id) VALUES ('mine')",
            "DELETE FROM users",
            "SELECT FROM session_events",
            "SELECT set_anonymous_session_context('kim')",
            "SET ROLE game_service",
            "CREATE TABLE public.mine ()",
        ],
    )
    async def test_a_person_writes_what_they_may_and_nothing_else(self, layout, sql):
        async with postgrest(layout, "authenticated", token_of(ANNA)) as request:
            assert await request.execute("UPDATE users SET display_name = 'Anna'") == "UPDATE 1"
            with pytest.raises(REFUSED):
                await request.execute(sql)


class TestVerify:
    @pytest.fixture
    def by_hand(self, settings) -> Iterator[Callable[[str], None]]:
        """Whoever has the project, at work by hand; what they make is gone afterwards."""

        def run(sql: str) -> None:
            databases.await_here(databases.execute(str(settings.database_url), sql))

        yield run
        run("DROP TABLE IF EXISTS notes; DROP FUNCTION IF EXISTS everybody()")
        run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM service_role")

    def test_nothing_is_off(self, settings):
        verified = verifying.verify(settings, step=silent)
        assert verified.findings == []
        told = {(fact.kind, fact.of) for fact in verified.facts}
        assert {("past_row_security", "postgres"), ("past_row_security", "supabase_read_only_user")} <= told
        assert {("open_by_default", "postgres"), ("open_by_default", "supabase_admin")} <= told
        assert ("past_row_security", "service_role") not in told

    def test_a_table_made_later_by_hand_is_named_with_who_may_read_it(self, settings, by_hand):
        by_hand("CREATE TABLE notes (id integer)")
        found = _found(settings)
        assert {one.check for one in found} == {"foreign_table", "row_security", "grant"}
        assert {one.of for one in found} == {"notes"}
        open_to = {one.mend for one in found if one.check == "grant"}
        assert open_to == {f"REVOKE ALL ON TABLE public.notes FROM {role};" for role in API_ROLES}

    def test_so_is_a_function(self, settings, by_hand):
        by_hand(
            "CREATE FUNCTION everybody() RETURNS SETOF uuid LANGUAGE sql SECURITY DEFINER AS 'SELECT id FROM users'"
        )
        found = _found(settings)
        assert {one.of for one in found} == {"public.everybody()"}
        assert {one.check for one in found} == {"function", "definer", "unexpected"}

    @pytest.mark.parametrize(
        ("opened", "check", "closes"),
        [
            (
                "GRANT SELECT ON ALL TABLES IN SCHEMA public TO service_role",
                "grant",
                "REVOKE ALL ON TABLE public.session_events FROM service_role;",
            ),
            (
                "ALTER PUBLICATION supabase_realtime ADD TABLE session_events, users",
                "publication",
                "ALTER PUBLICATION supabase_realtime DROP TABLE public.session_events, public.users;",
            ),
        ],
    )
    def test_what_the_usual_advice_opens_is_named_with_the_sql_that_closes_it(
        self, settings, by_hand, opened, check, closes
    ):
        by_hand(opened)
        found = _found(settings)
        assert {one.check for one in found} == {check}
        assert closes in [one.mend for one in found]
        by_hand(" ".join(str(one.mend) for one in found))
        assert _found(settings) == []

    def test_the_command_says_it_and_fails(self, settings, by_hand):
        assert game_server(settings, "verify").returncode == 0
        by_hand("GRANT SELECT ON users TO service_role")
        said, told = game_server(settings, "verify"), game_server(settings, "verify", "--json")
        assert (said.returncode, told.returncode) == (1, 1)
        assert (
            "grant: users: service_role may select.\n    REVOKE ALL ON TABLE public.users FROM service_role;"
            in said.stdout
        )
        assert "postgres may become game_owner" in said.stdout
        assert [one["of"] for one in json.loads(told.stdout)["findings"]] == ["users"]


def _found(settings: Settings) -> list[catalog.Finding]:
    return verifying.verify(settings, step=silent).findings


class TestAnAdministratorWhoMayNotMakeRoles:
    @pytest.fixture
    async def another(self, layout) -> AsyncIterator[tuple[str, str]]:
        """The superuser's URL of a database laid out the same, and its owner's, who makes no roles."""
        url = await layout.another("second")
        await databases.execute(
            url, "CREATE ROLE limited LOGIN PASSWORD 'limited'; ALTER DATABASE second OWNER TO limited"
        )
        yield url, as_login(url, "limited", "limited")
        await databases.gone(url, layout.superuser_url)
        await databases.execute(layout.superuser_url, "DROP ROLE limited")

    async def test_gets_the_sql_that_somebody_else_has_to_run(self, another):
        url, limited_url = another
        settings = Settings(database_url=limited_url, secret_key=databases.SECRET)
        with pytest.raises(CannotRunError) as refused:
            await prepare_database(settings, silent)
        await databases.execute(url, _sql(refused.value))
        assert await migrate.up(limited_url) == migration_files.load()
        with pytest.raises(CannotRunError) as refused:
            await bring_logins_and_cards(settings, silent)
        await databases.execute(url, _sql(refused.value))
        await bring_logins_and_cards(settings, silent)
        found = await _told(limited_url, OPEN, ["service_role", "authenticator"])
        assert found == []


def _sql(refused: CannotRunError) -> str:
    """What is printed below the sentence."""
    return str(refused).partition("\n\n")[2]


async def test_rolling_back_leaves_what_was_there_before(layout, settings, theirs):
    await migrate.down(settings.database_url, steps=len(migration_files.load()))
    assert await _told(layout.superuser_url, THEIRS) == theirs
    left = "SELECT relname AS what FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    assert await _told(layout.superuser_url, left) == []
    assert await migrate.up(settings.database_url) == migration_files.load()
