"""`verify`: whatever somebody changed about the database by hand is named."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext

import asyncpg
import msgspec
import pytest

from game_server.commands import verifying
from game_server.commands.migrating import prepare_database
from game_server.settings import Settings
from storage import catalog, catalog_rules
from storage.binaries import postgres_binaries
from tests.storage import rows
from tests.support import databases

OTHERS = "CREATE TABLE of_somebody_else (id integer)"
SABOTAGE = {
    'DROP POLICY "Users can SELECT their own row" ON users': ("missing", "users"),
    'ALTER POLICY "Users can SELECT their own row" ON users USING (true)': ("policy", "users"),
    'ALTER POLICY "Users can SELECT their own row" ON users TO PUBLIC': ("policy", "users"),
    "CREATE POLICY more ON users FOR UPDATE TO authenticated USING (id = app.uid())": ("policy", "users"),
    "CREATE POLICY most ON profiles FOR SELECT TO anon USING (id = 1)": ("unexpected", "profiles"),
    "ALTER TABLE profiles NO FORCE ROW LEVEL SECURITY": ("row_security", "profiles"),
    "ALTER TABLE profiles DISABLE ROW LEVEL SECURITY": ("row_security", "profiles"),
    "GRANT UPDATE ON users TO authenticated": ("unexpected", "users"),
    "GRANT UPDATE (subscription_tier) ON users TO authenticated": ("unexpected", "users"),
    "GRANT SELECT ON session_events TO PUBLIC": ("grant", "session_events"),
    "GRANT TRUNCATE ON users TO anon": ("grant", "users"),
    "REVOKE SELECT ON users FROM game_service": ("missing", "users"),
    "GRANT EXECUTE ON FUNCTION app.uid() TO PUBLIC": ("function", "app.uid()"),
    "ALTER FUNCTION app.uid() RESET search_path": ("function", "app.uid()"),
    "ALTER FUNCTION app.uid() SECURITY DEFINER": ("unexpected", "app.uid()"),
    "CREATE OR REPLACE FUNCTION app.uid() RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog AS 'SELECT NULL::uuid'": (
        "unexpected",
        "app.uid()",
    ),
    "ALTER TABLE sessions DISABLE TRIGGER USER": ("unexpected", "sessions"),
    "ALTER TABLE users ALTER COLUMN email DROP NOT NULL": ("missing", "users"),
    "ALTER TABLE users ALTER COLUMN subscription_tier SET DEFAULT 'premium'": ("unexpected", "users"),
    "ALTER TABLE users ADD COLUMN note text": ("unexpected", "users"),
    "ALTER TABLE logins DROP CONSTRAINT logins_user_id_fkey": ("missing", "logins"),
    "ALTER TABLE logins ADD CONSTRAINT later CHECK (id IS NOT NULL) NOT VALID": ("constraint", "logins"),
    "DROP INDEX idx_couple_cards_partner": ("foreign_key", "couple_cards"),
    "CREATE VIEW everything AS SELECT * FROM users": ("view", "everything"),
    "ALTER DEFAULT PRIVILEGES FOR ROLE game_owner IN SCHEMA public GRANT SELECT ON TABLES TO anon": (
        "default_privileges",
        "game_owner",
    ),
    "ALTER DEFAULT PRIVILEGES FOR ROLE game_owner GRANT EXECUTE ON FUNCTIONS TO PUBLIC": (
        "default_privileges",
        "game_owner",
    ),
    "ALTER DEFAULT PRIVILEGES FOR ROLE game_owner IN SCHEMA app GRANT EXECUTE ON FUNCTIONS TO other_role": (
        "default_privileges",
        "game_owner",
    ),
    "GRANT SELECT ON users TO other_role": ("grant", "users"),
    "GRANT UPDATE (founder_id) ON bonds TO bond_writer": ("unexpected", "bonds"),
    "GRANT TRUNCATE ON bond_changes TO bond_writer": ("grant", "bond_changes"),
    "GRANT authenticated, bond_writer TO other_role": ("role", "other_role"),
    "ALTER ROLE bond_writer BYPASSRLS": ("role", "bond_writer"),
    "DROP TRIGGER keep_to_oneself ON bond_members": ("missing", "bond_members"),
    "GRANT UPDATE (subscription_tier) ON users TO other_role": ("grant", "users"),
    "GRANT USAGE ON SEQUENCE profiles_id_seq TO other_role": ("grant", "profiles_id_seq"),
    "GRANT EXECUTE ON FUNCTION app.uid() TO other_role": ("function", "app.uid()"),
    "ALTER FUNCTION app.lineage() SECURITY DEFINER; GRANT EXECUTE ON FUNCTION app.lineage() TO authenticated": (
        "definer",
        "app.lineage()",
    ),
    "ALTER FUNCTION app.lineage() SECURITY DEFINER; GRANT EXECUTE ON FUNCTION app.lineage() TO bond_writer": (
        "definer",
        "app.lineage()",
    ),
    "GRANT CREATE ON SCHEMA public TO anon": ("schema", "public"),
    "GRANT CREATE ON SCHEMA public TO PUBLIC": ("schema", "public"),
    "GRANT CREATE, USAGE ON SCHEMA app TO other_role": ("schema", "app"),
    "ALTER ROLE authenticated BYPASSRLS": ("role", "authenticated"),
    "ALTER ROLE game_service CREATEROLE": ("role", "game_service"),
    "ALTER ROLE game_owner LOGIN": ("role", "game_owner"),
    "GRANT authenticated, game_service TO other_role": ("role", "other_role"),
    "GRANT anon, game_owner TO other_role": ("role", "other_role"),
    "CREATE RULE quietly AS ON DELETE TO session_links DO INSTEAD NOTHING": ("unexpected", "session_links"),
    "CREATE PUBLICATION realtime FOR TABLE session_events": ("publication", "realtime"),
    "CREATE PUBLICATION realtime FOR ALL TABLES": ("publication", "realtime"),
    "CREATE POLICY slow ON profiles FOR SELECT TO authenticated USING (user_id = app.uid())": ("policy", "profiles"),
    "DROP INDEX idx_couple_cards_partner; CREATE INDEX partly ON couple_cards (partner_id) WHERE approved_at IS NULL": (
        "foreign_key",
        "couple_cards",
    ),
    "CREATE MATERIALIZED VIEW everything AS SELECT * FROM users": ("view", "everything"),
    "CREATE TABLE part () INHERITS (users); ALTER TABLE part OWNER TO game_owner": ("row_security", "part"),
    "GRANT pg_read_all_data, pg_execute_server_program TO game_web": ("role", "game_web"),
    "GRANT pg_write_all_data TO authenticated": ("role", "authenticated"),
    "GRANT pg_read_server_files TO other_role; GRANT other_role TO game_service": ("role", "other_role"),
    "ALTER ROLE game_worker CREATEROLE": ("role", "game_worker"),
    "ALTER ROLE game_web SET row_security = off": ("setting", "game_web"),
    "ALTER ROLE game_worker SET search_path = other, public": ("setting", "game_worker"),
    "GRANT CREATE ON SCHEMA public TO authenticated, game_web": ("schema", "public"),
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC": ("default_privileges", "postgres"),
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO game_web": (
        "default_privileges",
        "postgres",
    ),
    OTHERS: ("foreign_table", "of_somebody_else"),
}


@pytest.fixture
async def admin(database_url):
    async with rows.undone(database_url) as connection:
        await connection.execute("CREATE ROLE other_role")
        yield connection


@pytest.fixture(scope="module")
def wanted():
    return catalog.expected()


async def found(sql: asyncpg.Connection, wanted: list[str]) -> set[tuple[str, str]]:
    off = [*await catalog_rules.off(sql), *catalog.differences(await catalog.lines(sql), wanted)]
    return {(one.check, one.of) for one in off}


async def test_what_the_migrations_make_is_what_is_expected_and_nothing_is_off(admin, wanted):
    """After a migration: `game-server migrate catalog`."""
    assert await catalog.lines(admin) == wanted
    assert await found(admin, wanted) == set()


@pytest.mark.parametrize("change", SABOTAGE)
async def test_a_change_by_hand_is_named(admin, wanted, change):
    await admin.execute(change)
    named = await found(admin, wanted)
    assert SABOTAGE[change] in named
    assert change == OTHERS or {of for _, of in named} == {SABOTAGE[change][1]}


async def test_what_is_off_about_roles_comes_with_the_sql_that_mends_it(admin):
    """All at once: each leaves nothing behind."""
    database = await admin.fetchval("SELECT current_database()")
    await admin.execute(
        "GRANT pg_read_all_data, pg_monitor TO game_web; GRANT pg_write_all_data TO anon; ALTER ROLE game_worker CREATEDB;"
        " GRANT CREATE ON SCHEMA public TO authenticated, game_web, PUBLIC; ALTER ROLE game_web SET search_path = other;"
        f" ALTER ROLE game_worker IN DATABASE {database} SET row_security = off;"
        f" ALTER DATABASE {database} SET row_security = off; ALTER ROLE ALL SET synchronous_commit = off;"
        f" GRANT CREATE ON DATABASE {database} TO game_web, PUBLIC;"
        " ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;"
        " ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO PUBLIC"
    )
    off = await catalog_rules.off(admin)
    assert {(one.check, one.of) for one in off} == {
        ("role", "game_web"), ("role", "anon"), ("role", "game_worker"), ("schema", "public"), ("setting", "game_web"),
        ("setting", "game_worker"), ("setting", database), ("database", database), ("default_privileges", "postgres"),
    }  # fmt: skip
    assert {f"{who} may make schemas in it." for who in ("Everybody", "game_web")} <= {one.wrong for one in off}
    for one in off:
        await admin.execute(str(one.mend))
    assert await catalog_rules.off(admin) == []


async def test_a_row_that_somebody_deleted_is_named_and_made_again(admin):
    async def gone() -> list[catalog.Finding]:
        async with rows.acting(admin, "game_service"):
            return await catalog_rules.rows_gone(admin)

    assert await gone() == []
    known = await admin.fetchval("SELECT revision FROM bank_revision")
    await admin.execute("DELETE FROM bank_revision; DELETE FROM database_lineage")
    found = await gone()
    assert [(one.check, one.of) for one in found] == [("row", "bank_revision"), ("row", "database_lineage")]
    for one in found:
        await admin.execute(str(one.mend))
    assert await gone() == []
    assert await admin.fetchval("SELECT revision FROM bank_revision") > known
    assert await admin.fetchval("SELECT renewed FROM app.meet_lineage()")


async def test_what_else_somebody_made_is_told_as_a_fact_and_of_settings_the_name_alone(admin):
    made = ("schema", "extension", "setting")
    assert [one for one in await catalog_rules.facts(admin) if one.kind in made] == []
    await admin.execute(
        "CREATE SCHEMA of_others; CREATE EXTENSION pg_trgm SCHEMA of_others; ALTER ROLE game_web SET work_mem = '77MB'"
    )
    told = {(one.kind, one.of): one.said for one in await catalog_rules.facts(admin)}
    assert told["schema", "of_others"] == "is a schema of postgres, not of ours"
    assert told["extension", "pg_trgm"].endswith("in of_others, not of ours")
    assert told["setting", "game_web"] == "has work_mem set"
    assert await catalog_rules.off(admin) == []


@pytest.mark.parametrize(
    "change", ["DROP CONSTRAINT {name}", "DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK (true)"]
)
async def test_what_mends_a_missing_constraint_makes_it_again(admin, wanted, change):
    """Of every check and foreign key, whether it is gone or another one has its name."""
    for row in await admin.fetch(
        "SELECT conrelid::regclass AS of, conname AS name FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')"
    ):
        await admin.execute(f"ALTER TABLE {row['of']} {change.format(name=row['name'])}")
    off = catalog.differences(await catalog.lines(admin), wanted)
    missing = [one for one in off if one.check == "missing"]
    assert {one.wrong.split()[0] for one in missing} == {"constraint"}
    await admin.execute("; ".join(str(one.mend) for one in missing))
    assert await found(admin, wanted) == set()


async def test_indexes_triggers_and_rights_are_made_again_too(admin, wanted):
    await admin.execute(
        "DROP INDEX idx_sessions_open; DROP INDEX idx_couple_cards_partner; DROP TRIGGER profiles_raise_limits_rev ON profiles;"
        " CREATE INDEX idx_sessions_open ON sessions (created_at); ALTER TABLE activities DISABLE TRIGGER USER;"
        " REVOKE SELECT ON users FROM game_service; REVOKE UPDATE (display_name) ON users FROM authenticated;"
        " REVOKE USAGE ON SEQUENCE profiles_id_seq FROM game_service; REVOKE EXECUTE ON FUNCTION app.uid() FROM authenticated"
    )
    missing = [one for one in catalog.differences(await catalog.lines(admin), wanted) if one.check == "missing"]
    for one in missing:
        await admin.execute(str(one.mend))
    assert await found(admin, wanted) == set()


@pytest.fixture
def restored(settings, admin_url, tmp_path) -> Iterator[Settings]:
    """This module's database, dumped and read back into a new one as docs/operations.md has it."""
    url, programs = databases.create(admin_url, prefix="restored"), postgres_binaries(None)
    dump = tmp_path / "dump"
    subprocess.run([programs / "pg_dump", "-Fc", "-f", dump, str(settings.database_url)], check=True)
    subprocess.run([programs / "pg_restore", "-d", url, dump], check=True)
    yield msgspec.structs.replace(settings, database_url=url)
    databases.drop(url, admin_url)


@pytest.mark.long
def test_a_database_that_was_dumped_and_read_back_is_as_it_was(restored):
    def verified() -> verifying.Verified:
        return verifying.verify(restored, step=lambda _text: nullcontext())

    assert verified().findings == []
    assert "open_database" in {one.kind for one in verified().facts}
    databases.await_here(prepare_database(restored, lambda _text: nullcontext()))
    assert verified().findings == []
    assert "open_database" not in {one.kind for one in verified().facts}
    url = str(restored.database_url)
    databases.await_here(databases.execute(url, "ALTER TABLE sessions DROP CONSTRAINT sessions_status_check"))
    (missing,) = verified().findings
    assert verifying.lines(verified())[-1].endswith("1 thing is off.")
    databases.await_here(databases.execute(url, str(missing.mend)))
    assert verified().findings == []
    databases.await_here(databases.execute(url, "DELETE FROM bank_revision"))
    (gone,) = verified().findings
    assert (gone.check, gone.of) == ("row", "bank_revision")


@pytest.fixture(params=[0, 8999], ids=["this program may run on it", "this program may not"])
async def newer(request, settings) -> AsyncIterator[Settings]:
    """This module's database with a migration of a later release, which changed a good deal."""
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute(
        "INSERT INTO schema_migrations (version, name, checksum, oldest_code) VALUES (9000, 'later', 'x', $1)",
        request.param,
    )
    await connection.execute("ALTER TABLE users ADD later text; CREATE TABLE later_things (id int)")
    yield settings
    await connection.execute("DELETE FROM schema_migrations WHERE version = 9000")
    await connection.execute("ALTER TABLE users DROP later; DROP TABLE later_things")
    await connection.close()


async def test_of_a_newer_schema_that_is_said_and_no_difference(newer):
    """Each would be one between two releases, and what mends it would spoil the newer one."""
    verified = await asyncio.to_thread(verifying.verify, newer, step=lambda _text: nullcontext())
    [only] = verified.findings
    assert (only.of, only.mend) == ("schema_migrations", None)
    assert "newer than this program" in only.wrong
    assert "9000" in only.wrong
    assert [check.name for check in verified.checks if not check.ok] == ["migrations"]


async def test_rows_of_a_table_are_marked_as_about_so_many_or_as_not_counted_yet(admin):
    await admin.execute("CREATE TABLE public.counted (id int); INSERT INTO counted SELECT generate_series(1, 7)")
    assert {one.name: one.rows for one in await catalog.tables(admin)}["counted"] is None
    [counted] = [one for one in await catalog.tables(admin) if one.name == "counted"]
    assert "   ? rows  OPEN" in verifying.lines(verifying.Verified([counted], []))[0]
    await admin.execute("ANALYZE counted")
    [counted] = [one for one in await catalog.tables(admin) if one.name == "counted"]
    assert "  ~7 rows  OPEN" in verifying.lines(verifying.Verified([counted], []))[0]


async def test_every_table_is_told_with_its_policies_and_who_may_do_what(admin):
    tables = {table.name: table for table in await catalog.tables(admin)}
    assert tables["users"].grants["authenticated"] == sorted(tables["users"].grants["authenticated"])
    assert {"SELECT", "UPDATE (display_name)"} <= set(tables["users"].grants["authenticated"])
    assert "Users can SELECT their own row" in tables["users"].policies
    assert all(table.secured and table.forced and table.policies for table in tables.values())
