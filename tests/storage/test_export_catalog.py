"""What an export shows of every table is decided in one place, and nothing of the schema is forgotten there."""

import pytest

from storage.export_bonds import SECTIONS
from storage.export_catalog import NOT_SHOWN, SHOWN
from tests.storage.rows import undone
from tests.support import private_columns as private

COLUMNS = """
    SELECT c.relname AS table, a.attname AS column
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
"""


@pytest.fixture(scope="module")
async def schema(database_url) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    async with undone(database_url) as connection:
        for row in await connection.fetch(COLUMNS):
            found.setdefault(row["table"], set()).add(row["column"])
    return found


def test_every_table_is_shown_or_it_is_said_why_not(schema):
    assert {*SHOWN} | {*NOT_SHOWN} == {*schema}
    assert not {*SHOWN} & {*NOT_SHOWN}


def test_every_column_is_shown_or_it_is_said_why_not(schema):
    for table, shown in SHOWN.items():
        assert {*shown.columns} | {*shown.left_out} == schema[table], table
        assert not {*shown.columns} & {*shown.left_out}, table


def test_every_column_is_of_one_kind(schema):
    """What may stand in it: a column that nobody has thought of fails."""
    known = {table: sorted(kinds.columns()) for table, kinds in private.COLUMNS.items()}
    assert known == {table: sorted(columns) for table, columns in schema.items()}
    kinds = {f"{table}.{column}": private.COLUMNS[table].of(column) for table in schema for column in schema[table]}
    assert {name for name in private.TYPED if kinds[name] != "personal"} == set()
    shown = {f"{table}.{column}" for table, columns in SHOWN.items() for column in columns.columns}
    of_bonds = {told.rows.table for told in SECTIONS.values() if told.sealed} | {"bonds"}
    secret = {name for name in shown if kinds[name] == "secret"}
    assert {name for name in secret if name.partition(".")[0] not in of_bonds} == private.OPENED


def test_every_reason_is_a_sentence():
    reasons = [*NOT_SHOWN.values(), *(why for shown in SHOWN.values() for why in shown.left_out.values())]
    assert [why for why in reasons if not (why[0].isupper() and why.endswith(".") and len(why) > 8)] == []


def test_no_column_that_is_called_a_secret_is_shown():
    columns = {column for shown in SHOWN.values() for column in shown.columns}
    named = {one for one in columns if any(word in one for word in ("hash", "token", "secret", "sealed"))}
    assert named == {"token_until", "input_tokens", "output_tokens"}  # a moment, and what a model counts
