"""`verify`: whatever somebody changed about the database by hand is named."""

import asyncpg
import pytest

from storage import catalog
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
    OTHERS: ("foreign_table", "of_somebody_else"),
}


@pytest.fixture
async def admin(database_url):
    async with rows.undone(database_url) as connection:
        yield connection


@pytest.fixture(scope="module")
def wanted():
    return catalog.expected()


async def found(sql: asyncpg.Connection, wanted: list[str]) -> set[tuple[str, str]]:
    off = [*await catalog.off(sql), *catalog.differences(await catalog.lines(sql), wanted)]
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
