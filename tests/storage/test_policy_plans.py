"""Where many people have played for long, what one person may read is found by index, and who is asking is asked once."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest

from rooms.bonds.tools import TOOLS
from storage import bond_messages, bond_rows
from storage.bond_places import Place
from tests.storage import rows
from tests.support import databases, many_bonds, many_rows, readings
from tests.support.many_rows import Scale
from tests.support.plans import Explained, Plan, asked_each_row, asked_once, looked_up, nodes, read_whole

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


LONG = {
    "journal": (
        "INSERT INTO journal_entries (bond_id, user_id, content, created_at, is_shared)",
        "'{}', at, n % 2 = 0",
    ),
    "check-ins": (
        "INSERT INTO check_ins (bond_id, user_id, status, created_at, local_date)",
        "'green', at, current_date - 10 - n",
    ),
    "messages": ("INSERT INTO messages (bond_id, from_user_id, content, created_at)", "'{}', at"),
}
"""A thousand rows of one bond, half of each of its two."""

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
ASKED: dict[str, dict[str, Any]] = {
    "journal": {"tag": "walks", "mine": True},
    "check-ins": {"user_id": str(rows.user_id(2)), "from": MOMENT.date()},
    "messages": {"before": MOMENT},
}


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("name", LONG)
async def test_a_page_of_a_long_list_is_read_by_an_index(database_url, name):
    tool, (insertion, values) = TOOLS[name], LONG[name]
    index = f"idx_{tool.table}_bond"
    async with rows.undone(database_url) as connection:
        await connection.execute("SET LOCAL session_replication_role = replica")
        bond = await connection.fetchval("SELECT id FROM bonds ORDER BY id LIMIT 1")
        await connection.execute(
            f"{insertion} SELECT '{bond}', m.user_id, {values} FROM generate_series(1, 500) n,"
            " LATERAL (SELECT now() - n * interval '1 hour') moments (at),"
            f" (SELECT user_id FROM bond_members WHERE bond_id = '{bond}') m"
        )
        await connection.execute(f"ANALYZE {tool.table}")
        async with rows.acting(connection, "authenticated", CLAIMS["authenticated"]):
            explained = Explained(connection)
            for after in (None, Place(MOMENT, rows.user_id(1))):
                await bond_rows.listed(explained, tool, bond, asked={}, after=after, limit=51)  # type: ignore[arg-type]
            in_bond = list(explained.plans)
            await bond_rows.listed(explained, tool, bond, asked=ASKED[name], after=None, limit=51)  # type: ignore[arg-type]
            await bond_rows.listed(explained, tool, None, asked={}, after=None, limit=51)  # type: ignore[arg-type]
            if name == "messages":
                await bond_messages.attachments(explained, [rows.user_id(1)])  # type: ignore[arg-type]
    for plan in in_bond:
        assert index in {node.get("Index Name") for node in nodes(plan)}
    assert [(read_whole(plan), asked_each_row(plan)) for plan in explained.plans] == [(set(), [])] * len(
        explained.plans
    )


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
