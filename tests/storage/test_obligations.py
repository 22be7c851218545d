"""What a command could write if the process forgot every rule: nothing that gives somebody points, approves what is their own, or
asks somebody who pauses. Each refusal beside the same statement by who may.
"""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import asyncpg
import pytest

from tests.storage import rows

ANA, BEN, EVE = (rows.user_id(number) for number in (61, 62, 63))
BOND = uuid.UUID(int=61)
TASK, DONE, REWARD, RULE, SERIES, OWN = (uuid.UUID(int=number) for number in range(71, 77))


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A bond in which Ana leads Ben and Eve, with something of everything; all of it undone at the end."""
    async with rows.undone(database_url) as connection:
        for number in (61, 62, 63):
            await rows.user(connection, number)
        await rows.insert(connection, "bonds", id=BOND, name={}, founder_id=ANA)
        await rows.insert(connection, "bond_settings", bond_id=BOND)
        for person, role in ((ANA, "dominant"), (BEN, "submissive"), (EVE, "submissive")):
            await rows.insert(connection, "bond_members", bond_id=BOND, user_id=person, role_in_bond=role)
        asked = {"bond_id": BOND, "title": {}, "assigned_by": ANA, "assigned_to": BEN}
        await rows.insert(connection, "task_series", id=SERIES, next_on=rows.MOMENT.date(), **asked)
        await rows.insert(connection, "tasks", id=TASK, point_value=5, **asked)
        await rows.insert(connection, "tasks", id=DONE, point_value=5, status="completed", **asked)
        await rows.insert(connection, "tasks", id=OWN, **asked | {"assigned_by": BEN})
        await rows.insert(connection, "rewards", id=REWARD, point_value=7, point_cost=3, **asked)
        await rows.insert(connection, "rules", id=RULE, bond_id=BOND, title={}, assigned_to=BEN, created_by=ANA)
        yield connection


def acting(db: asyncpg.Connection, person: uuid.UUID | None) -> AbstractAsyncContextManager[None]:
    """As a command of theirs, or as a job; what it did is undone."""
    return rows.acting(db, "bond_writer" if person else "game_service", {"sub": str(person)} if person else {})


async def changed(db: asyncpg.Connection, person: uuid.UUID | None, sql: str, *values: Any) -> bool:
    """Did it do anything? A refusal is one of the rights, or of who holds points."""
    async with acting(db, person):
        try:
            done: str = await db.execute(sql, *values)
        except asyncpg.InsufficientPrivilegeError:
            return False
        return not done.endswith(" 0")


NEW_TASK = "INSERT INTO tasks (bond_id, title, assigned_by, assigned_to, point_value) VALUES ($1, '{}', $2, $3, $4)"
OCCURRENCE = (
    "INSERT INTO tasks (bond_id, title, assigned_by, assigned_to, series_id, occurs_on) SELECT bond_id, title, assigned_by,"
    " assigned_to, id, next_on FROM task_series WHERE id = $1"
)
STEP = "UPDATE tasks SET status = $2::text::task_status_enum WHERE id = $1"
EDIT = "UPDATE tasks SET point_value = $2 WHERE id = $1"
GIVE = "SELECT app.give_points($1, $2, $3, '{}')"


async def test_nobody_writes_the_ledger_or_a_balance(db):
    entry = (
        "INSERT INTO points_ledger (bond_id, user_id, points, kind, source_type) VALUES ($1, $2, 5, 'manual', 'manual')"
    )
    balance = "INSERT INTO point_balances (bond_id, user_id, balance) VALUES ($1, $2, 500)"
    for person in (ANA, BEN, None):
        assert not await changed(db, person, entry, BOND, BEN)
        assert not await changed(db, person, balance, BOND, EVE)
        assert not await changed(db, person, "UPDATE point_balances SET balance = 500")
        assert not await changed(db, person, "UPDATE points_ledger SET points = 500")
        assert not await changed(db, person, "DELETE FROM points_ledger")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only added to"):
        await db.execute("UPDATE points_ledger SET points = 500")  # not even who owns the table


async def test_points_are_given_by_who_leads_and_to_nobody_else(db):
    assert await changed(db, ANA, GIVE, BOND, BEN, 5)
    for person, to in ((BEN, BEN), (BEN, EVE), (BEN, ANA), (ANA, ANA)):
        assert not await changed(db, person, GIVE, BOND, to, 5)
    stranger = await rows.user(db, 64)
    assert not await changed(db, ANA, GIVE, BOND, stranger, 5)
    await db.execute("UPDATE bond_settings SET enable_points_system = false WHERE bond_id = $1", BOND)
    assert not await changed(db, ANA, GIVE, BOND, BEN, 5)


async def test_an_approval_is_by_who_leads_and_gives_what_the_task_says_once(db):
    assert not await changed(db, BEN, STEP, DONE, "approved")
    assert not await changed(db, EVE, STEP, DONE, "approved")
    assert not await changed(db, ANA, STEP, TASK, "approved")  # nobody has done it
    async with acting(db, ANA):
        await db.execute(STEP, DONE, "approved")
        [entry] = await db.fetch("SELECT user_id, points, kind::text FROM points_ledger WHERE source_id = $1", DONE)
        assert tuple(entry) == (BEN, 5, "award")
        assert await db.fetchval("SELECT balance FROM point_balances WHERE user_id = $1", BEN) == 12
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="it is over"):
            await db.execute(STEP, DONE, "completed")
    # Whoever was led and leads now approves what was theirs as little as before.
    await db.execute("SELECT set_config('request.jwt.claims', $1, true)", json.dumps({"sub": str(BEN)}))
    await db.execute("UPDATE bond_members SET role_in_bond = 'dominant' WHERE user_id = $1", BEN)
    assert not await changed(db, BEN, STEP, DONE, "approved")


async def test_what_a_task_is_worth_is_not_its_person_s_to_say(db):
    assert await changed(db, ANA, EDIT, TASK, 50)
    for person, task in ((BEN, TASK), (EVE, TASK), (BEN, OWN)):
        assert not await changed(db, person, EDIT, task, 50)
    assert await changed(db, BEN, "UPDATE tasks SET title = '{}', priority = 'high' WHERE id = $1", OWN)
    assert not await changed(db, BEN, "UPDATE tasks SET priority = 'high' WHERE id = $1", TASK)


async def test_who_leads_asks_and_everybody_asks_themselves_without_points(db):
    assert await changed(db, ANA, NEW_TASK, BOND, ANA, BEN, 5)
    assert await changed(db, BEN, NEW_TASK, BOND, BEN, BEN, 0)
    stranger = await rows.user(db, 64)
    for person, by, to, worth in ((BEN, BEN, BEN, 5), (BEN, BEN, ANA, 0), (BEN, ANA, BEN, 0), (ANA, ANA, stranger, 0)):
        assert not await changed(db, person, NEW_TASK, BOND, by, to, worth)
    begun = (
        "INSERT INTO tasks (bond_id, title, assigned_by, assigned_to, status) VALUES ($1, '{}', $2, $3, 'completed')"
    )
    assert not await changed(db, ANA, begun, BOND, ANA, BEN)


@pytest.mark.parametrize("paused", ["the person", "the bond"])
async def test_nothing_is_asked_of_who_pauses_by_commands_or_jobs(db, paused):
    rule = "INSERT INTO rules (bond_id, title, assigned_to, created_by) VALUES ($1, '{}', $2, $3)"
    say = "INSERT INTO rule_acknowledgements (rule_id, bond_id, user_id, text_version) VALUES ($1, $2, $3, 1)"
    asking = [
        (ANA, NEW_TASK, (BOND, ANA, BEN, 5)),
        (ANA, EDIT, (TASK, 50)),
        (ANA, "UPDATE tasks SET due_date = now() WHERE id = $1", (TASK,)),
        (ANA, STEP, (DONE, "in_progress")),
        (None, OCCURRENCE, (SERIES,)),
        (ANA, rule, (BOND, BEN, ANA)),
        (ANA, "UPDATE rules SET title = '{}' WHERE id = $1", (RULE,)),
        (BEN, say, (RULE, BOND, BEN)),
        (ANA, GIVE, (BOND, BEN, -1)),
    ]
    for person, sql, values in asking:
        assert await changed(db, person, sql, *values), sql
    await db.execute("SELECT set_config('request.jwt.claims', $1, true)", json.dumps({"sub": str(BEN)}))
    if paused == "the person":
        await db.execute("UPDATE users SET submission_state = 'paused' WHERE id = $1", BEN)
    else:
        await db.execute("UPDATE bond_members SET paused_at = now() WHERE user_id = $1", BEN)
    for person, sql, values in asking:
        assert not await changed(db, person, sql, *values), sql
    assert await changed(db, BEN, NEW_TASK, BOND, BEN, BEN, 0)
    assert await changed(db, BEN, STEP, TASK, "cancelled")
    assert await changed(db, ANA, STEP, DONE, "approved")


async def test_each_says_yes_to_a_rule_for_themselves(db):
    say = "INSERT INTO rule_acknowledgements (rule_id, bond_id, user_id, text_version) VALUES ($1, $2, $3, $4)"
    assert await changed(db, BEN, say, RULE, BOND, BEN, 1)
    for person, who, words in ((ANA, BEN, 1), (EVE, EVE, 1), (BEN, BEN, 2)):
        assert not await changed(db, person, say, RULE, BOND, who, words)


async def test_a_reward_is_given_by_who_leads_and_redeemed_by_whose_it_is(db):
    give = "INSERT INTO rewards (bond_id, title, assigned_by, assigned_to, point_value) VALUES ($1, '{}', $2, $3, 9)"
    assert await changed(db, ANA, give, BOND, ANA, BEN)
    for person, by, to in ((BEN, BEN, BEN), (BEN, BEN, EVE), (BEN, ANA, BEN)):
        assert not await changed(db, person, give, BOND, by, to)
    step = "UPDATE rewards SET status = $2::text::reward_status_enum WHERE id = $1"
    assert await changed(db, BEN, step, REWARD, "redeemed")
    assert not await changed(db, ANA, step, REWARD, "redeemed")
    assert not await changed(db, BEN, step, REWARD, "withdrawn")
    assert not await changed(db, BEN, "UPDATE rewards SET point_cost = 0 WHERE id = $1", REWARD)
    assert not await changed(db, ANA, "UPDATE rewards SET point_value = 90 WHERE id = $1", REWARD)
    async with acting(db, BEN):
        await db.execute(step, REWARD, "redeemed")
        assert await db.fetchval("SELECT balance FROM point_balances WHERE user_id = $1", BEN) == 4
        assert not await changed(db, BEN, "DELETE FROM rewards WHERE id = $1", REWARD)
        await db.execute(step, REWARD, "withdrawn")
        assert await db.fetchval("SELECT balance FROM point_balances WHERE user_id = $1", BEN) == 7


async def test_nobody_spends_what_they_have_not(db):
    await db.execute("UPDATE rewards SET point_cost = 8 WHERE id = $1", REWARD)
    async with acting(db, BEN):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await db.execute("UPDATE rewards SET status = 'redeemed' WHERE id = $1", REWARD)
        assert refused.value.constraint_name == "point_balances_not_negative"


@pytest.mark.parametrize("way", ["leaves", "is erased"])
async def test_what_was_open_is_called_off_with_who_goes_and_what_was_done_stays(db, way):
    await rows.insert(db, "task_proof", task_id=DONE, bond_id=BOND, user_id=BEN, text={})
    await rows.insert(db, "rule_acknowledgements", rule_id=RULE, bond_id=BOND, user_id=BEN, text_version=1)
    if way == "leaves":
        await db.execute("DELETE FROM bond_members WHERE user_id = $1", BEN)
    else:
        await db.execute("DELETE FROM users WHERE id = $1", BEN)
    kept = {
        row["id"]: row
        for row in await db.fetch("SELECT id, status::text, assigned_to FROM tasks WHERE bond_id = $1", BOND)
    }
    assert {task: row["status"] for task, row in kept.items()} == {
        TASK: "cancelled",
        OWN: "cancelled",
        DONE: "completed",
    }
    assert {row["assigned_to"] for row in kept.values()} == {BEN if way == "leaves" else None}
    assert await db.fetchval("SELECT ended_at IS NOT NULL FROM task_series WHERE id = $1", SERIES)
    for table in ("task_proof", "rule_acknowledgements"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0
    left = await db.fetchval("SELECT count(*) FROM points_ledger WHERE bond_id = $1", BOND)
    assert left == (1 if way == "leaves" else 0)
    assert await db.fetchval("SELECT count(*) FROM rules WHERE id = $1", RULE) == 1
