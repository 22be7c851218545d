"""Each of a bond's two members is erased, in both orders: nothing names them, what was shared stands, and the bond goes last."""

from uuid import UUID

import asyncpg
import pytest

from tests.storage import bonds_world, rows
from tests.storage.bonds_world import ANA, BEN, World

GOES = {
    "bond_members", "bond_replies", "resources",
    "bond_join_requests", "bond_join_voices", "bond_limit_answers", "suspensions", "task_reminders", "event_reminders",
    "scene_prompts",
    "submission_state_logs", "personal_limits", "boundary_ratings",
    "points_ledger", "point_balances", "task_proof", "rule_acknowledgements",
    "journal_entries", "calendar_feeds", "scene_confirmations", "scene_debriefs", "check_ins", "conversations", "files",
    "kinksters", "kinkster_creation_sessions", "image_generations", "agent_sessions", "scene_compositions", "character_poses",
    "ai_spending_of_people", "user_achievements",
    "notion_connections", "notion_databases", "notion_pages", "notion_conflicts", "notion_runs", "notion_signals",
    "notion_oauth_states",
}  # fmt: skip
"""Whose rows are one person's and go with them (decision 46)."""

STANDS = {
    "bonds", "bond_settings", "bond_activity_log", "bond_changes",
    "boundaries",
    "tasks", "task_templates", "task_series", "rules", "rewards",
    "calendar_events", "event_alarms", "task_pauses", "contracts", "contract_signatures", "scenes",
    "messages", "ai_message_attachments", "achievements", "preset_config",
}  # fmt: skip
"""Whose rows stay for the others, and name nobody who is gone. Of events and messages: those of the bond."""

DEFINITIONS = {"achievements", "preset_config"}
"""What is nobody's: it has no bond and no person."""

OWN_HALF = {"calendar_events": "bond_id IS NULL", "messages": "conversation_id IS NOT NULL"}
"""Tables that hold both kinds: which rows of them are one person's."""

QUEUED = "erased_people"
"""Who is still to be forgotten elsewhere: that table names them until it is done."""

LEDGER = "consent_ledger"
"""Append-only: what was agreed to in which bond, by nobody who could still be named."""


@pytest.fixture
async def world(database_url):
    async with rows.undone(database_url) as connection:
        yield await bonds_world.build(connection)


async def _erase(world: World, person: UUID) -> None:
    """As the server does it: the service deletes the person, and nobody asks."""
    await world.connection.execute("SET LOCAL ROLE game_service")
    assert await world.connection.execute("DELETE FROM users WHERE id = $1", person) == "DELETE 1"
    await world.connection.execute("RESET ROLE; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


async def _naming(connection: asyncpg.Connection, text: str) -> dict[str, int]:
    """By table: in how many rows this stands, in whatever column."""
    tables = await connection.fetch(
        "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    found = {}
    for (table,) in tables:
        found[table] = await connection.fetchval(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, $1) > 0", text)
    return {table: number for table, number in found.items() if number and table != QUEUED}


async def _kept(world: World, table: str, condition: str = "true") -> set[str]:
    """The rows by a key that nothing changes."""
    keys = {"bond_settings": "bond_id", "bond_changes": "bond_id, seq", "bond_replies": "mark"}
    columns = [column.name for column in world.tables[table]]
    key = keys.get(table, "id" if "id" in columns else "t::text")
    return {
        row[0] for row in await world.connection.fetch(f"SELECT concat_ws('/', {key}) FROM {table} t WHERE {condition}")
    }


async def test_of_every_table_it_is_said_whether_its_rows_go_or_stand(world):
    assert set(world.tables) - GOES - STANDS == set()
    assert set() == GOES & STANDS


async def test_each_of_the_two_has_a_row_in_every_table_that_names_people(world):
    for person in (ANA, BEN):
        there = await _naming(world.connection, str(person))
        named = {table for table in world.tables if world.naming(table)}
        assert named - set(there) == set()
    assert {table for table in world.tables if not await _kept(world, table)} == set()


@pytest.mark.parametrize(("first", "second"), [(ANA, BEN), (BEN, ANA)], ids=["the founder first", "the founder last"])
async def test_nothing_names_the_first_and_what_was_shared_stands_until_the_second_goes(world, first, second):
    connection = world.connection
    before = {
        table: await _kept(world, table, f"NOT ({OWN_HALF[table]})" if table in OWN_HALF else "true")
        for table in STANDS & set(world.tables)
    }
    deadlines = await _kept(world, "calendar_events", "task_id IS NOT NULL")
    before["calendar_events"] -= deadlines  # what is called off because its person is gone is due no more
    theirs = {
        table: await _kept(world, table, f"{world.owner(table)} = '{second}'") for table in GOES & set(world.tables)
    }
    assert {table for table, keys in theirs.items() if not keys} == set()
    await _erase(world, first)
    assert await _naming(connection, str(first)) == {}
    assert {table: before[table] - await _kept(world, table) for table in before} == {table: set() for table in before}
    left = {table: await _kept(world, table) for table in theirs}
    assert {table: theirs[table] - left[table] for table in theirs} == {table: set() for table in theirs}
    assert await connection.fetchval("SELECT founder_id FROM bonds WHERE id = $1", world.bond) == second
    await _erase(world, second)
    assert await _naming(connection, str(second)) == {}
    assert set(await _naming(connection, str(world.bond))) <= {LEDGER}
    assert {table for table in world.tables if table not in DEFINITIONS and await _kept(world, table)} == set()
    gone = await connection.fetchval("SELECT count(*) FROM erased_people WHERE person = $1", f"bond:{world.bond}")
    assert gone == 1


async def test_a_message_stays_without_its_text_when_its_sender_is_erased(world):
    if "messages" not in world.tables:
        pytest.fail("there are no messages")
    await _erase(world, ANA)
    found = await world.connection.fetch(
        "SELECT from_user_id, to_user_id, content FROM messages WHERE bond_id = $1", world.bond
    )
    assert {(row["from_user_id"], row["content"] is None) for row in found} == {(None, True), (BEN, False)}


async def test_the_feed_and_the_log_are_append_only_and_hinder_no_erasure(world):
    """What only grows does so by privilege: no command changes or deletes it, and a foreign key forgets who it was."""
    for table in ("bond_changes", "bond_activity_log", "points_ledger"):
        if table not in world.tables:
            continue
        for what in ("UPDATE", "DELETE"):
            for role in ("bond_writer", "authenticated"):
                may = "has_any_column_privilege" if what == "UPDATE" else "has_table_privilege"
                assert await world.connection.fetchval(f"SELECT {may}($1, $2, $3)", role, table, what) is False
    await _erase(world, ANA)
    names = "SELECT count(*) FROM bond_changes WHERE by IS NULL"
    assert await world.connection.fetchval(names) > 0
