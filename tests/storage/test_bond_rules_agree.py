"""What both the rules and the database say of bonds, they say alike."""

import json
from itertools import product

import asyncpg
import pytest

from rooms.bonds import people, permissions
from rooms.bonds.people import Member
from rooms.bonds.tasks import MOVES, STATUSES
from tests.storage import bonds_world, rows
from tests.storage.bonds_world import ANA, BEN

ROLES = ("dominant", "submissive", "switch")


@pytest.fixture
async def world(database_url):
    async with rows.undone(database_url) as connection:
        yield await bonds_world.build(connection)


def member(user_id: object, role: people.Role, accepts: list | None) -> Member:
    accepted = None if accepts is None else frozenset(str(one) for one in accepts)
    return Member(
        user_id=str(user_id), role=role, state="active", can_invite=False, can_manage=False, accepts_from=accepted
    )


async def given_roles(world, leader: str, led: str, accepts: list | None) -> tuple[Member, Member]:
    """Ana's and Ben's roles, and by whom Ben lets himself be led."""
    for person, role, by in ((ANA, leader, None), (BEN, led, accepts)):
        await world.speak_as(person)
        await world.connection.execute(
            "UPDATE bond_members SET role_in_bond = $1::text::dynamic_role_enum, accepts_from = $2 WHERE user_id = $3",
            *(role, by, person),
        )
    await world.speak_as(None)
    return member(ANA, leader, None), member(BEN, led, accepts)


async def test_who_leads_whom(world):
    for leader, led, accepts in product(ROLES, ROLES, (None, [], [ANA], [BEN])):
        ana, ben = await given_roles(world, leader, led, accepts)
        for one, other in product((ana, ben), repeat=2):
            said = await world.connection.fetchval(
                "SELECT app.leads($1, $2, $3)", world.bond, *(person.user_id for person in (one, other))
            )
            assert said is people.leads(one, other), (leader, led, accepts)


async def test_which_step_of_a_task_is_whose(world):
    ana, ben = await given_roles(world, "dominant", "submissive", None)
    await world.connection.execute("DELETE FROM suspensions")  # during a pause nothing is given back to be done again
    for who, before, after in product((ana, ben), STATUSES, STATUSES):
        if before == after or before in {"approved", "cancelled"}:
            continue
        legal = any(
            move.to == after and before in move.sources and permissions.may(f"tasks.{command}", who, person=ben)
            for command, move in MOVES.items()
        )
        assert await _goes(world, who, before, after) is legal, (who.role, before, after)


async def _goes(world, who: Member, before: str, after: str) -> bool:
    step = "SELECT app.guard_task_step(jsonb_populate_record(NULL::tasks, $1), jsonb_populate_record(NULL::tasks, $1 || $2))"
    task = {"bond_id": str(world.bond), "assigned_to": str(BEN), "status": before}
    await world.speak_as(who.user_id)
    try:
        async with world.connection.transaction():
            await world.connection.execute(step, json.dumps(task), json.dumps({"status": after}))
    except asyncpg.InsufficientPrivilegeError:
        return False
    return True


async def test_how_many_bonds_somebody_is_in_and_how_many_are_in_a_bond(world):
    connection = world.connection
    assert await connection.fetchval("SELECT app.most_bonds()") == people.MOST_BONDS
    [bounds] = await connection.fetchrow(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'bond_settings_members_between'"
    )
    assert f">= {people.DYAD}" in bounds
    assert f"<= {people.MOST_MEMBERS}" in bounds
