"""Where many people have played for long, what one person may read is found by index, and who is asking is asked once."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.storage import rows
from tests.support import databases, many_bonds, many_rows, readings
from tests.support.many_rows import Scale
from tests.support.plans import Explained, Plan, asked_each_row, asked_once, looked_up, read_whole

MANY = Scale(people=1000, sessions=5000, cards_each=2, shown=20_000)
FEW = MANY.people // 4
"""More than anybody has of anything, and fewer than there are of anything."""
OF_EVERYBODY = {"activities", *many_bonds.OF_EVERYBODY}
"""The bank is everybody's to read, and so are presets and what may be achieved."""
CLAIMS = {
    "authenticated": {"sub": str(rows.user_id(1)), "role": "authenticated"},
    "anon": {"role": "anon", "anonymous_session_id": "anonymous 1"},
}
READABLE = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND has_any_column_privilege(current_user, oid, 'SELECT')
    ORDER BY relname
"""
WRITABLE = """
    SELECT c.relname, a.attname AS column, has_table_privilege(c.oid, 'DELETE') AS goes
    FROM pg_class c LEFT JOIN LATERAL (
        SELECT attname FROM pg_attribute
        WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND has_column_privilege(c.oid, attnum, 'UPDATE') LIMIT 1
    ) a ON true
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
        AND (a.attname IS NOT NULL OR has_table_privilege(c.oid, 'DELETE'))
    ORDER BY c.relname
"""
"""What the current role may change, a column of it, and whether rows may go."""


@pytest.fixture(scope="module")
def large(database_url) -> set[str]:
    """The tables of this module's database that are large."""
    return databases.await_here(_filled(database_url))


async def _filled(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    try:
        return await many_rows.fill(connection, MANY)
    finally:
        await connection.close()


@pytest.fixture(params=["authenticated", "anon"])
async def caller(request, database_url, large) -> AsyncIterator[asyncpg.Connection]:
    async with rows.undone(database_url) as connection, rows.acting(connection, request.param, CLAIMS[request.param]):
        yield connection


async def test_whatever_is_asked_of_a_table_only_the_callers_rows_are_looked_at(caller, large):
    readable = {row["relname"] for row in await caller.fetch(READABLE)}
    assert readable - large == set(), "tests/support/many_rows.py does not fill it"
    explained = Explained(caller)
    wrong = {}
    for table in sorted(readable - OF_EVERYBODY):
        await explained.fetch(f"SELECT FROM {table}")
        plan = explained.plans[-1]
        if problems := _problems(plan):
            wrong[table] = problems
    assert wrong == {}


async def test_so_it_is_for_what_a_members_command_changes(database_url, large):
    async with (
        rows.undone(database_url) as connection,
        rows.acting(connection, "bond_writer", CLAIMS["authenticated"]),
    ):
        explained = Explained(connection)
        wrong = {}
        for row in await connection.fetch(WRITABLE):
            assert row["relname"] in large
            for statement in _writing(**row):
                await explained.fetch(statement)
                if problems := _problems(explained.plans[-1]):
                    wrong[statement] = problems
    assert explained.plans
    assert wrong == {}


def _writing(relname: str, column: str | None, goes: bool) -> list[str]:
    changes = [f"UPDATE {relname} SET {column} = DEFAULT"] if column else []
    return [*changes, *([f"DELETE FROM {relname}"] if goes else [])]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("name", [*readings.TYPICAL, *readings.OTHERS])
async def test_so_it_is_for_what_the_server_reads_for_somebody(database_url, name):
    reading = (readings.TYPICAL | readings.OTHERS)[name]
    async with (
        rows.undone(database_url) as connection,
        rows.acting(connection, "authenticated", CLAIMS["authenticated"]),
    ):
        explained = Explained(connection)
        await reading(explained, str(rows.user_id(1)))
        assert explained.plans
        assert [_problems(plan) for plan in explained.plans] == [[]] * len(explained.plans)


def _problems(plan: Plan) -> list[str]:
    looked_at = {table: count for table, count in looked_up(plan).items() if count > FEW and table not in OF_EVERYBODY}
    return [
        *(f"{table} is read whole" for table in read_whole(plan) - OF_EVERYBODY),
        *(f"{count} rows of {table} are looked at" for table, count in looked_at.items()),
        *(f"for each row: {condition}" for condition in asked_each_row(plan)),
        *([] if asked_once(plan) else ["nobody asks who is calling"]),
    ]


@pytest.mark.usefixtures("large")
class TestThePlansAreRead:
    """What would be wrong is seen."""

    @pytest.mark.parametrize(
        ("policy", "whole", "each"),
        [
            ("user_id = app.uid()", set(), True),
            ("coalesce(user_id = app.uid(), false)", {"user_activity_history"}, True),
            ("session_id IN (SELECT s.session_id FROM sessions s)", {"user_activity_history"}, False),
            ("user_id = (SELECT app.uid())", set(), False),
        ],
    )
    async def test_by_how_a_policy_is_written(self, database_url, policy, whole, each):
        async with rows.undone(database_url) as connection:
            await connection.execute(
                f'ALTER POLICY "Users can SELECT their own history" ON user_activity_history USING ({policy})'
            )
            async with rows.acting(connection, "authenticated", CLAIMS["authenticated"]):
                explained = Explained(connection)
                await explained.fetch("SELECT FROM user_activity_history")
        (plan,) = explained.plans
        assert read_whole(plan) == whole
        assert bool(asked_each_row(plan)) is each
