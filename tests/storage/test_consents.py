"""Nobody changes what stands in the ledger of consent, and whoever could is found out."""

import asyncpg
import pytest

from storage import consents
from tests.storage import rows

CHAIN = "connection:1"


@pytest.fixture
async def admin(database_url):
    async with rows.undone(database_url) as connection:
        yield connection


@pytest.fixture
async def written(admin):
    """Three entries of one chain, and one of another."""
    who = await rows.user(admin, 1)
    person = await admin.fetchval("SELECT app.consent_person($1, NULL)", who)
    for chain, kind, of in (
        (CHAIN, "connection_accepted", person),
        (CHAIN, "connection_accepted", None),
        ("session:1", "paused", None),
        (CHAIN, "connection_ended", None),
    ):
        await admin.execute("SELECT app.append_consent($1, $2, $3, '{}')", chain, kind, of)
    return admin


async def test_entries_follow_from_one_another(written):
    assert await consents.broken(written) == []
    numbers = await written.fetch("SELECT number FROM consent_ledger WHERE chain = $1 ORDER BY number", CHAIN)
    assert [row["number"] for row in numbers] == [1, 2, 3]


@pytest.mark.parametrize(
    "change", ["UPDATE consent_ledger SET kind = 'x'", "DELETE FROM consent_ledger", "TRUNCATE consent_ledger"]
)
async def test_not_even_an_administrator_changes_them_by_mistake(written, change):
    async with rows.refused(written, asyncpg.RestrictViolationError):
        await written.execute(change)


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE consent_ledger SET kind = 'connection_ended' WHERE chain = $1 AND number = 2", [2]),
        ("UPDATE consent_ledger SET at = at - interval '1 microsecond' WHERE chain = $1 AND number = 1", [1]),
        ('UPDATE consent_ledger SET detail = \'{"level": "X"}\' WHERE chain = $1 AND number = 3', [3]),
        ("UPDATE consent_ledger SET person = gen_random_uuid() WHERE chain = $1 AND number = 1", [1]),
        ("UPDATE consent_ledger SET hash = sha256('x') WHERE chain = $1 AND number = 2", [2, 3]),
        ("DELETE FROM consent_ledger WHERE chain = $1 AND number = 2", [3]),
    ],
)
async def test_whoever_takes_the_guard_away_and_changes_one_is_found_out(written, change, at):
    await written.execute("ALTER TABLE consent_ledger DISABLE TRIGGER USER")
    await written.execute(change, CHAIN)
    assert [(one.chain, one.number) for one in await consents.broken(written)] == [(CHAIN, number) for number in at]


@pytest.mark.parametrize("kind", ["paused", "stopped"])
async def test_of_a_pause_or_a_stop_nobody_stands_there(admin, kind):
    async with rows.refused(admin, asyncpg.CheckViolationError):
        await admin.execute("SELECT app.append_consent('session:1', $1, gen_random_uuid(), '{}')", kind)


@pytest.mark.parametrize("table", ["consent_ledger", "consent_people"])
async def test_no_role_but_the_owner_writes_it(admin, table):
    """Every role there is, of which none may act as the owner."""
    found = await admin.fetch(
        "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND NOT pg_has_role(oid, 'game_owner', 'MEMBER') AND rolname !~ '^pg_'"
    )
    roles = {row["rolname"] for row in found}
    assert roles >= {"anon", "authenticated", "game_service", "game_web", "game_worker"}
    for role in roles:
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            assert not await admin.fetchval("SELECT has_table_privilege($1, $2, $3)", role, table, right), (role, right)
    reads = [role for role in ("anon", "authenticated", "game_service")
             if await admin.fetchval("SELECT has_table_privilege($1, $2, 'SELECT')", role, table)]  # fmt: skip
    assert reads == ["game_service"]


async def test_who_is_erased_leaves_entries_that_are_nobodys(written):
    await written.execute("DELETE FROM users WHERE id = $1", rows.user_id(1))
    assert await written.fetchval("SELECT count(*) FROM consent_people") == 0
    assert await written.fetchval("SELECT count(*) FROM consent_ledger") == 4
    assert await consents.broken(written) == []


async def test_whoever_goes_through_their_limits_leaves_one_entry_a_minute(admin):
    for _ in range(3):
        await admin.execute("SELECT app.append_consent('limits:1', 'limits_changed', NULL, '{}')")
        await admin.execute("SELECT app.append_consent('session:2', 'paused', NULL, '{}')")
    found = await admin.fetch("SELECT kind, count(*) FROM consent_ledger GROUP BY kind ORDER BY kind")
    assert [tuple(row) for row in found] == [("limits_changed", 1), ("paused", 3)]
