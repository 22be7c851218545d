"""`verify`: whatever somebody changed about the database by hand is named."""

import asyncpg
import pytest

from storage import catalog, catalog_rules
from tests.storage import rows

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
    "GRANT UPDATE (subscription_tier) ON users TO other_role": ("grant", "users"),
    "GRANT USAGE ON SEQUENCE profiles_id_seq TO other_role": ("grant", "profiles_id_seq"),
    "GRANT EXECUTE ON FUNCTION app.uid() TO other_role": ("function", "app.uid()"),
    "ALTER FUNCTION app.lineage() SECURITY DEFINER; GRANT EXECUTE ON FUNCTION app.lineage() TO authenticated": (
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


async def test_every_table_is_told_with_its_policies_and_who_may_do_what(admin):
    tables = {table.name: table for table in await catalog.tables(admin)}
    assert tables["users"].grants["authenticated"] == sorted(tables["users"].grants["authenticated"])
    assert {"SELECT", "UPDATE (display_name)"} <= set(tables["users"].grants["authenticated"])
    assert "Users can SELECT their own row" in tables["users"].policies
    assert all(table.secured and table.forced and table.policies for table in tables.values())
