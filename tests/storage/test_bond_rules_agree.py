"""What both the rules and the database say of bonds, they say alike."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import product

import asyncpg
import pytest

from rooms.bonds import contracts, people, permissions, ratings, rewards, scenes
from rooms.bonds.people import Member
from rooms.bonds.tasks import MOVES, STATUSES
from rooms.bonds.tools import TOOLS
from storage import bond_limits
from tests.storage import bonds_world, rows
from tests.storage.bonds_world import ANA, BEN, MOMENT, commands

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


async def test_which_step_of_a_contract_is_whose(world):
    """Ana wrote it; both are its parties where it has any."""
    connection, made = world.connection, world.first["contracts", ANA]["id"]
    steps = {"request-signatures": "pending_signature", "decline": "draft", "withdraw": None}
    for who, before, after in product((ANA, BEN), contracts.STATUSES, contracts.STATUSES):
        if after in (before, "active"):  # that comes of the last signature: test_bond_contracts.py
            continue
        legal = any(
            (to or contracts.withdrawn(before)) == after
            and before in contracts.MOVES[command].sources
            and permissions.may(
                f"contracts.{command}",
                member(who, "switch", None),
                person=None if before == "draft" else member(who, "switch", None),
                creator=str(ANA),
            )
            for command, to in steps.items()
        )
        ends = {"withdrawn", "expired", "superseded"}
        text, signed = (
            None if after == "draft" else "a" * 64,
            None if after in {"draft", "pending_signature"} else MOMENT,
        )
        async with _undone(connection):
            await connection.execute("SET LOCAL session_replication_role = replica")
            await connection.execute(
                f"UPDATE contracts SET {_CONTRACT} WHERE id = $1",
                *(made, before, None if before == "draft" else "a" * 64),
                *(None if before in {"draft", "pending_signature"} else MOMENT, MOMENT if before in ends else None),
            )
            await connection.execute("SET LOCAL session_replication_role = origin")
            goes = await _writes(
                world, who, f"UPDATE contracts SET {_CONTRACT} WHERE id = $1",
                *(made, after, text, signed, MOMENT if after in ends else None),
            )  # fmt: skip
            assert goes is legal, (who == ANA, before, after)


_CONTRACT = "status = $2::text::contract_status_enum, content_sha256 = $3, signed_at = $4, ended_at = $5"


async def test_which_step_of_a_scene_is_whose(world):
    """Ana planned it, for Ben and herself or for Ben alone; those who take part have said yes, or not."""
    connection = world.connection
    steps = {"confirm": "agreed", "unconfirm": "planned", "call-off": "called_off", "log": "done", "edit": "planned"}
    states = product((ANA, BEN), ([ANA, BEN], [BEN]), (True, False), scenes.STATUSES, scenes.STATUSES)
    for who, persons, said, before, after in states:
        if before == after:
            continue
        me, is_in = member(who, "switch", None), who in persons
        legal = any(
            to == after
            and before in scenes.MOVES[command].sources
            and permissions.may(f"scenes.{command}", me, person=me if is_in else None, creator=str(ANA))
            and (command != "confirm" or said)
            for command, to in steps.items()
        )
        async with _undone(connection):
            scene = await rows.insert(
                connection, "scenes", bond_id=world.bond, created_by=ANA, title={}, status=before,
                logged_at=MOMENT if before == "done" else None,
                activities=json.dumps([{"name": {}, "keys": [], "with": [str(one) for one in persons]}]),
            )  # fmt: skip
            for person in persons if said else ():
                await rows.insert(
                    connection,
                    "scene_confirmations",
                    scene_id=scene["id"],
                    bond_id=world.bond,
                    user_id=person,
                    version=1,
                )
            assert await connection.fetchval("SELECT count(*) FROM app.scene_people($1)", scene["id"]) == len(persons)
            goes = await _writes(
                world, who,
                "UPDATE scenes SET status = $2::text::scene_status_enum, logged_at = $3 WHERE id = $1",
                *(scene["id"], after, MOMENT if after == "done" else None),
            )  # fmt: skip
            assert goes is legal, (who == ANA, len(persons), said, before, after)


async def test_who_takes_part_in_a_scene(world):
    connection = world.connection
    came = {
        str(row["user_id"]): row["joined_at"]
        for row in await connection.fetch("SELECT user_id, joined_at FROM bond_members WHERE bond_id = $1", world.bond)
    }
    for named, hours in product(([], [[]], [[ANA]], [[ANA], [BEN]], [[rows.user_id(77)]], [[], [BEN, ANA]]), (-1, 1)):
        activities = [{"name": {}, "keys": [], "with": [str(one) for one in some]} for some in named]
        at = MOMENT + timedelta(hours=hours)
        scene = await rows.insert(
            connection, "scenes", bond_id=world.bond, title={}, activities=json.dumps(activities), created_at=at
        )
        found = await connection.fetch("SELECT * FROM app.scene_people($1)", scene["id"])
        assert {str(row[0]) for row in found} == set(scenes.participants(activities, at, came)), (named, hours)


async def test_which_step_of_a_reward_is_whose(world):
    """Ana gave it to Ben, whom she leads; Cleo leads him, too, and gave him nothing."""
    ana, ben = await given_roles(world, "dominant", "submissive", None)
    cleo = member(await _comes(world, 3, "dominant"), "dominant", None)
    steps = [(command, move) for command, move in rewards.MOVES.items() if move.to is not None]
    for who, before, after in product((ana, ben, cleo), rewards.STATUSES, rewards.STATUSES):
        if before == after:
            continue
        legal = any(
            move.to == after
            and before in move.sources
            and permissions.may(f"rewards.{command}", who, person=ben, creator=ana.user_id)
            for command, move in steps
        )
        if (before, after) == ("available", "withdrawn"):  # one's own gift is not sent back: that is its giver's
            legal = legal and people.leads(who, ben)
        async with _undone(world.connection):
            reward = await rows.insert(
                world.connection,
                "rewards",
                bond_id=world.bond,
                title={},
                assigned_by=ANA,
                assigned_to=BEN,
                status=before,
            )
            goes = await _writes(
                world, who.user_id, "UPDATE rewards SET status = $2::text::reward_status_enum WHERE id = $1",
                *(reward["id"], after),
            )  # fmt: skip
            assert goes is legal, (who.user_id, before, after)


async def test_which_entries_of_the_ledger_are_taken_back(world):
    ana, ben = await given_roles(world, "dominant", "submissive", None)
    connection = world.connection
    await connection.execute("DELETE FROM suspensions")  # during a pause nothing is taken
    given = world.first["points_ledger", BEN]
    kinds = [row[0] for row in await connection.fetch("SELECT unnest(enum_range(NULL::points_kind_enum))::text")]
    assert set(kinds) > rewards.REVERSIBLE
    for who, kind in product((ana, ben), kinds):
        async with _undone(connection):
            entry = await connection.fetchval(
                "SELECT app.write_points($1, $2, 5, $3::text::points_kind_enum, 'manual', NULL, '{}', $4)",
                *(world.bond, BEN, kind, given["id"] if kind == "reversal" else None),
            )
            goes = await _does(world, who.user_id, "SELECT app.reverse_points($1, '{}')", entry)
            legal = kind in rewards.REVERSIBLE and permissions.may("points.reverse", who, person=ben)
            assert goes is legal, (who.role, kind)


async def test_how_many_votes_end_a_bond(world):
    connection = world.connection
    await connection.execute("UPDATE bonds SET bond_type = 'polycule' WHERE id = $1", world.bond)
    for number in range(3, 7):
        everybody = [row[0] for row in await connection.fetch("SELECT user_id FROM bond_members ORDER BY 1")]
        for votes in range(len(everybody) + 1):
            async with _undone(connection):
                for person in everybody[:votes]:
                    await world.speak_as(person)
                    await connection.execute("SELECT app.vote_to_dissolve($1, true)", world.bond)
                status = await connection.fetchval("SELECT status::text FROM bonds WHERE id = $1", world.bond)
                ends = votes >= people.votes_needed(len(everybody))
                assert (status == "dissolved") is ends, (len(everybody), votes)
        await _comes(world, number, "switch")


async def test_for_how_many_there_is_room(world):
    connection = world.connection
    everybody = 2
    for number in (3, 4):
        for kind, agreed in product(("dyad", "polycule"), range(people.DYAD, 6)):
            await connection.execute(
                "UPDATE bonds SET bond_type = $2::text::bond_type_enum WHERE id = $1", world.bond, kind
            )
            await connection.execute("UPDATE bond_settings SET max_members = $1", agreed)
            said = await connection.fetchval("SELECT app.has_room($1)", world.bond)
            assert said is (everybody < min(agreed, people.most_members(kind))), (kind, agreed, everybody)
        await _comes(world, number, "switch")
        everybody += 1


async def test_what_two_learn_of_their_ratings(world):
    """Of every pair of answers the program shows what the database lets it know, and the list's filter finds the same rows."""
    connection, boundary = world.connection, world.first["boundaries", ANA]["id"]
    everything = list(product((None, *ratings.RATINGS), (False, True)))
    for (hers, hers_shown), (his, his_shown) in product(everything, repeat=2):
        said = {ANA: (hers, hers_shown), BEN: (his, his_shown)}
        async with _undone(connection):
            await connection.execute("DELETE FROM boundary_ratings")
            for person, (rating, shown) in said.items():
                if rating is not None:
                    await world.speak_as(person)
                    await rows.insert(
                        connection, "boundary_ratings",
                        boundary_id=boundary, bond_id=world.bond, user_id=person, rating=rating, shown=shown,
                    )  # fmt: skip
            for me, other in ((ANA, BEN), (BEN, ANA)):
                await world.speak_as(me)
                seen = await bond_limits.seen(connection, [boundary])
                mine = next((ratings.Given(one.rating, one.shown) for one in seen if one.user_id == me), None)
                others = [ratings.Shown(str(one.user_id), one.rating) for one in seen if one.user_id != me]
                view = ratings.view(mine, others, {str(one.user_id): one.shown for one in seen}, members=2)
                is_mutual = await connection.fetchval("SELECT app.is_mutual($1)", boundary)
                assert view.is_mutual is is_mutual is (hers == his == "yes"), said
                assert view.my_rating == said[me][0]
                theirs, is_shown = said[other]
                assert view.partner_rating == (theirs if is_shown or is_mutual else None), said


_WRITES = {
    "messages.edit": "UPDATE messages SET content = '{}', edited_at = app.moment()",
    "messages.remove": "UPDATE messages SET content = NULL, unsent_at = app.moment()",
    "boundaries.remove": "UPDATE boundaries SET archived_at = app.moment()",
}
"""What these acts write; others change the first text, and delete the row."""


async def test_who_edits_a_row_and_who_deletes_it(world):
    """Of tools whose rows their creator alone edits; those that have states are asked step by step, above."""
    await given_roles(world, "switch", "switch", None)
    connection = world.connection
    asked = [one for one in TOOLS.values() if permissions.ACTS.get(f"{one.name}.edit") == "creator"]
    for tool in (one for one in asked if one.name not in {"contracts", "scenes", "rewards"}):
        plain = {"edit": f"UPDATE {tool.table} SET {tool.sealed[0]} = '{{}}'", "remove": f"DELETE FROM {tool.table}"}
        for who, maker, act in product((ANA, BEN), (ANA, BEN), plain):
            row, name = world.first[tool.table, maker], f"{tool.name}.{act}"
            async with _undone(connection):
                statement = f"{_WRITES.get(name, plain[act])} WHERE id = $1 RETURNING id"
                goes = await _does(world, who, statement, row["id"])
            me = member(who, "switch", None)
            legal = name in permissions.ACTS and permissions.may(name, me, creator=str(row[tool.owner]))
            assert goes is legal, (name, who == ANA, maker == ANA)


async def _comes(world, number: int, role: str):
    """Somebody joins, who says that of themselves."""
    await rows.user(world.connection, number)
    person = rows.user_id(number)
    await world.connection.execute("UPDATE bonds SET bond_type = 'polycule' WHERE id = $1", world.bond)
    await world.speak_as(person)
    await rows.insert(world.connection, "bond_members", bond_id=world.bond, user_id=person, role_in_bond=role)
    await world.speak_as(None)
    return person


@asynccontextmanager
async def _undone(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """What is done inside is undone."""
    step = connection.transaction()
    await step.start()
    try:
        yield
    finally:
        await step.rollback()


async def _writes(world, who, statement: str, *values: object) -> bool:
    """May they change that row, in a command of theirs?"""
    return await _does(world, who, f"{statement} RETURNING id", *values)


async def _does(world, who, statement: str, *values: object) -> bool:
    """Does something come of it, in a command of theirs?"""
    try:
        async with world.connection.transaction(), commands(world, who) as sql:
            return await sql.fetchval(statement, *values) is not None
    except (asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError):
        return False
