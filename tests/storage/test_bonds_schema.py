"""Bonds' tables against tests/data/bonds_seed.json, which was read from the reference of their databases (bonds_seed.py)."""

import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from storage import migration_files
from tests.storage import bonds_world, rows
from tests.storage.bonds_seed import read_document

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT.parent / "shared/seeds/kink-it-database-context.md"
SEED: dict[str, Any] = json.loads((ROOT / "tests/data/bonds_seed.json").read_text("utf-8"))
DATABASES: dict[str, Any] = SEED["databases"]

MADE_BY: dict[int, set[str]] = {
    32: {"bonds", "bond_members", "bond_settings", "bond_activity_log", "bond_changes", "bond_replies", "resources"},
    33: {"bond_join_requests", "bond_join_voices", "submission_state_logs"},
    34: {"personal_limits", "boundaries", "boundary_ratings", "bond_limit_answers"},
    35: {
        "tasks", "task_templates", "task_proof", "task_series", "rules", "rule_acknowledgements", "rewards", "points_ledger",
        "point_balances", "task_reminders", "suspensions",
    },
    36: {
        "journal_entries", "calendar_events", "calendar_feeds", "contracts", "contract_signatures", "scenes",
        "scene_confirmations", "scene_debriefs", "check_ins", "messages", "conversations", "ai_message_attachments", "files",
        "kinksters", "kinkster_creation_sessions", "preset_config", "image_generations", "agent_sessions",
        "scene_compositions", "character_poses", "achievements", "user_achievements",
    },
    39: {"scene_prompts"},
    40: {"event_alarms", "event_reminders", "task_pauses"},
    46: {"ai_spending_of_people"},
    50: {
        "notion_connections", "notion_databases", "notion_pages", "notion_conflicts", "notion_runs", "notion_signals",
        "notion_oauth_states",
    },
}  # fmt: skip
"""Which migration makes which table."""

PEOPLE = "users"
"""Where the reference keeps people's fields in `profiles`: decision 1."""

NAMED_ELSEWHERE = {"conversations", "image_generations", "preset_config", "agent_sessions"}
"""Tables that the reference names only where it speaks of what a database is integrated with."""

REFERS = {
    "users": {"bond_id": "bonds"},
    "bonds": {"created_by": "users"},
    "tasks": {"bond_id": "bonds", "assigned_by": "users", "assigned_to": "users"},
    "rules": {"bond_id": "bonds", "assigned_to": "users", "created_by": "users"},
    "journal_entries": {"bond_id": "bonds", "user_id": "users"},
    "calendar_events": {"bond_id": "bonds", "created_by": "users"},
    "rewards": {"bond_id": "bonds", "assigned_by": "users", "assigned_to": "users"},
    "points_ledger": {"bond_id": "bonds", "user_id": "users"},
    "boundaries": {"bond_id": "bonds"},
    "contracts": {"bond_id": "bonds", "created_by": "users"},
    "contract_signatures": {"contract_id": "contracts"},
    "scenes": {"bond_id": "bonds", "created_by": "users"},
    "resources": {"user_id": "users", "bond_id": "bonds"},
    "check_ins": {"bond_id": "bonds", "user_id": "users"},
    "messages": {
        "bond_id": "bonds",
        "from_user_id": "users",
        "to_user_id": "users",
        "conversation_id": "conversations",
    },
    "ai_message_attachments": {"message_id": "messages"},
    "kinksters": {"user_id": "users", "preset_id": "preset_config"},
    "bond_members": {"bond_id": "bonds", "user_id": "users"},
    "task_proof": {"task_id": "tasks"},
}
"""What the reference's integration points are as foreign keys."""

OWN_UNSEALED = {
    "bond_join_requests",
    "bond_replies",
    "calendar_feeds",
    "agent_sessions",
    "notion_connections",
    "notion_databases",
    "notion_oauth_states",
    "notion_pages",
    "notion_runs",
    "notion_signals",
    "ai_spending_of_people",
    "user_achievements",
    "bond_limit_answers",
    "task_reminders",
    "event_reminders",
    "scene_prompts",
    "suspensions",
    "bond_join_voices",
}
"""Rows of one person's with nothing in them that their own key seals."""


def _here(table: str) -> str:
    """The table; skips where the migration that makes it is not there yet."""
    wanted = next((version for version, tables in MADE_BY.items() if table in tables), 0)
    if wanted and wanted not in {one.version for one in migration_files.load()}:
        pytest.skip(f"{wanted:04} is not here yet")
    return table


def _our(table: str) -> str:
    return PEOPLE if table == "profiles" else table


@pytest.fixture
async def catalog(database_url):
    async with rows.undone(database_url) as connection:
        yield connection


@pytest.mark.skipif(not DOCUMENT.exists(), reason="the reference itself is not beside the project")
def test_the_list_is_what_the_reference_says():
    assert read_document(DOCUMENT.read_text("utf-8")) == SEED


def test_the_reference_has_fifteen_databases():
    assert len(DATABASES) == 15
    assert len(SEED["verification"]) == 3
    assert {table for of in DATABASES.values() for table in of["related"]} | NAMED_ELSEWHERE <= set().union(
        *MADE_BY.values()
    )


def test_every_table_of_bonds_is_made_by_the_migration_it_is_expected_of():
    for name, tables in bonds_world.made_by_migrations().items():
        assert set(tables) <= MADE_BY.get(int(name[:4]), set()), name
    there = {int(name[:4]): set(tables) for name, tables in bonds_world.made_by_migrations().items()}
    assert {version: MADE_BY[version] - there[version] for version in there if version in MADE_BY} == {
        version: set() for version in there if version in MADE_BY
    }


@pytest.mark.parametrize("table", DATABASES)
async def test_a_table_has_the_key_fields_of_the_reference(catalog, table):
    found = await catalog.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped",
        _here(_our(table)),
    )
    assert set(DATABASES[table]["fields"]) - {row["attname"] for row in found} == set()


@pytest.mark.parametrize(
    "table", sorted({table for of in DATABASES.values() for table in of["related"]} | NAMED_ELSEWHERE)
)
async def test_a_related_table_is_there(catalog, table):
    assert await catalog.fetchval("SELECT to_regclass($1) IS NOT NULL", f"public.{_here(table)}") is True


@pytest.mark.parametrize(
    ("table", "field"), [(table, field) for table, of in DATABASES.items() for field in of["enums"]]
)
async def test_an_enum_begins_with_the_values_of_the_reference(catalog, table, field):
    found = await catalog.fetch(
        """
        SELECT e.enumlabel FROM pg_attribute a JOIN pg_enum e ON e.enumtypid = a.atttypid
        WHERE a.attrelid = $1::regclass AND a.attname = $2 ORDER BY e.enumsortorder
        """,
        *(_here(_our(table)), field),
    )
    wanted = DATABASES[table]["enums"][field]
    values = [row["enumlabel"] for row in found]
    if field.endswith("_rating"):  # ours: who has not rated yet
        values = [value for value in values if value != "none"]
    assert values[: len(wanted)] == wanted


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, of in REFERS.items() for column in of])
async def test_a_point_of_integration_is_a_foreign_key(catalog, table, column):
    found = await catalog.fetch(
        """
        SELECT c.confrelid::regclass::text AS refers FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
        WHERE c.conrelid = $1::regclass AND c.contype = 'f' AND a.attname = $2
        """,
        *(_here(table), column),
    )
    assert REFERS[table][column] in {row["refers"] for row in found}


async def test_the_parts_of_a_field_are_those_of_the_reference(catalog):
    """A character's stats: six, from 1 to 20, and sixty points in all."""
    person, parts = await rows.user(catalog, 1), DATABASES["kinksters"]["parts"]["stats"]
    even = dict.fromkeys(parts, 10)
    one, other, third, *_ = parts
    await _character(catalog, person, even)
    await _character(catalog, person, even | {one: 20, other: 1, third: 9})
    few = {part: 12 for part in parts if part != one}
    for wrong in (
        even | {one: 11}, even | {one: 21, other: 1, third: 8}, even | {one: 0, other: 20}, even | {one: 10.5, other: 9.5},
        even | {one: "10"}, even | {"luck": 0}, few, {},
    ):  # fmt: skip
        async with rows.refused(catalog, asyncpg.CheckViolationError):
            await _character(catalog, person, wrong)


async def _character(connection: asyncpg.Connection, person: Any, stats: dict[str, Any]) -> None:
    await rows.insert(connection, "kinksters", user_id=person, name={}, age_range="31-40", stats=stats)


class TestVerification:
    """The reference's own procedures, as they are written there."""

    @pytest.fixture
    def existence(self) -> str:
        return str(SEED["verification"][0])

    @pytest.fixture
    def row_security(self) -> str:
        return str(SEED["verification"][1])

    async def test_every_main_table_exists(self, catalog, existence):
        found = [row["table_name"] for row in await catalog.fetch(existence)]
        assert found == sorted(_main_tables())

    async def test_row_security_is_on_for_each(self, catalog, row_security):
        found = {row["tablename"]: row["rowsecurity"] for row in await catalog.fetch(row_security)}
        assert found == dict.fromkeys(_main_tables(), True)

    async def test_its_foreign_keys_are_found(self, catalog):
        found = {
            (row["table_name"], row["column_name"], row["foreign_table_name"])
            for row in await catalog.fetch(SEED["verification"][2])
        }
        there = {table for tables in bonds_world.made_by_migrations().values() for table in tables} | {PEOPLE}
        wanted = {
            (table, column, of) for table, keys in REFERS.items() for column, of in keys.items() if table in there
        }
        assert wanted - found == set()


def _main_tables() -> set[str]:
    """The reference's fifteen: those whose migration is here."""
    here = {one.version for one in migration_files.load()}
    late = {table for version, tables in MADE_BY.items() if version not in here for table in tables}
    return set(DATABASES) - late


async def test_every_table_that_a_persons_own_key_seals_is_asked_before_a_new_key_is_made(catalog):
    """In app.has_sealed, or in a function it asks: else somebody whose key was lost gets another, and old rows stay shut."""
    world = await bonds_world.build(catalog)
    bodies = await catalog.fetch("SELECT prosrc FROM pg_proc WHERE proname LIKE 'has\\_sealed%'")
    asked = " ".join(row["prosrc"] for row in bodies)
    own = {table for table in world.tables if world.owner(table) and not _is_the_bonds(world, table)} - OWN_UNSEALED
    assert {table for table in own if f"FROM {table} " not in asked} == set()


def _is_the_bonds(world: bonds_world.World, table: str) -> bool:
    """What has no row without a bond is sealed with the bond's key, where anything is."""
    return any(column.refers == "bonds" and column.not_null for column in world.tables[table])
