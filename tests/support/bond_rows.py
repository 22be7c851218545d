"""Whose bonds are whose, and what every route of them answers to whom: rows of route_rows.ROWS.

Ana with Ben, Sam with Tom. What a path names beside the field that is tried is what goes with it: a request's bond, a bond's row.
"""

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.identities import Things, World

BESIDE: dict[str, dict[str, str]] = {}
"""By an id of a thing: what else stands in its path. Of one that never was, what stands there for Ana's."""

MEMBERS = {"ours": ("self", "partner"), "foreign": ("stranger", "theirs")}
"""The founder first, who alone has rights."""

Cells = dict[tuple[str, str], int]


def both(status: int = 200) -> Cells:
    """Every member alike."""
    return {(who, whose): status for whose, pair in MEMBERS.items() for who in pair}


def founder(status: int, other: int = 403) -> Cells:
    """The founder; the other member is refused, and is asked first, because it may be possible once."""
    cells: Cells = {}
    for whose, (one, second) in MEMBERS.items():
        cells |= {(second, whose): other, (one, whose): status}
    return cells


async def bonds(world: World) -> Things:
    """A bond of each pair with room for a third, in it something that its founder shows, and one that is gone."""
    database = world.house.database
    await database.execute("DELETE FROM bonds")
    BESIDE.clear()
    made: Things = {"guessed": str(uuid.uuid4()), "deleted": str(uuid.uuid4())}
    for whose, pair in MEMBERS.items():
        first, second = (uuid.UUID(world.people[who].id) for who in pair)
        bond = await database.fetchval(
            "INSERT INTO bonds (name, bond_type, created_by, founder_id) VALUES ('{}', 'polycule', $1, $1) RETURNING id",
            first,
        )
        await database.execute("INSERT INTO bond_settings (bond_id, max_members) VALUES ($1, 12)", bond)
        for who, has_rights in ((first, True), (second, False)):
            await database.execute(
                "INSERT INTO bond_members (bond_id, user_id, can_invite, can_manage) VALUES ($1, $2, $3, $3)",
                *(bond, who, has_rights),
            )
        row = await _resource(world, first, bond)
        made[whose] = str(bond)
        BESIDE[str(bond)] = {"user_id": str(second), "row_id": row}
    BESIDE[""] = {"bond_id": made["ours"], **BESIDE[made["ours"]]}
    return made


def rows_in(places: Things) -> Things:
    """The row that each of these bonds has, and one that never was, and one that is gone."""
    made = {"guessed": str(uuid.uuid4()), "deleted": str(uuid.uuid4())}
    for whose in MEMBERS:
        made[whose] = BESIDE[places[whose]]["row_id"]
        BESIDE[made[whose]] = {**BESIDE[places[whose]], "bond_id": places[whose]}
    return made


async def rows(world: World) -> Things:
    """What the founders show in their bonds."""
    return rows_in(await bonds(world))


async def own_rows(world: World) -> Things:
    """What some keep for themselves, in no bond; and what Ana shows in one."""
    places = await rows(world)
    made = {name: places[name] for name in ("guessed", "deleted")} | {"in a bond": places["ours"]}
    for who in ("self", "stranger"):
        made[who] = await _resource(world, uuid.UUID(world.people[who].id), None)
    return made


async def requests(world: World) -> Things:
    """Fay asks both."""
    places = await bonds(world)
    made = {"guessed": str(uuid.uuid4()), "deleted": str(uuid.uuid4())}
    for whose in MEMBERS:
        made[whose] = str(
            await world.house.database.fetchval(
                "INSERT INTO bond_join_requests (bond_id, user_id) VALUES ($1, $2) RETURNING id",
                *(uuid.UUID(places[whose]), uuid.UUID(world.people["former"].id)),
            )
        )
        BESIDE[made[whose]] = {"bond_id": places[whose]}
        BESIDE[places[whose]]["request_id"] = made[whose]
    BESIDE[""] |= {"request_id": made["ours"]}
    return made


async def imports(world: World) -> Things:
    """A file asks Fay of both."""
    places = await bonds(world)
    made = {"guessed": str(uuid.uuid4()), "deleted": str(uuid.uuid4())}
    for whose in MEMBERS:
        made[whose] = str(
            await world.house.database.fetchval(
                "INSERT INTO imported_memberships (bond_id, user_id) VALUES ($1, $2) RETURNING id",
                *(uuid.UUID(places[whose]), uuid.UUID(world.people["former"].id)),
            )
        )
    return made


async def asked_bonds(world: World) -> Things:
    """The bonds that Fay asks."""
    places = await requests(world)
    return {name: BESIDE[places[name]]["bond_id"] for name in MEMBERS} | {"guessed": str(uuid.uuid4())}


async def people(world: World) -> Things:
    """Everybody, as members of Ana's bond or not."""
    await bonds(world)
    return await world.users()


async def _resource(world: World, owner: uuid.UUID, bond: uuid.UUID | None) -> str:
    [title] = await world.house.services.person_keys.seal(f"user:{owner}", "Something to read")
    return str(
        await world.house.database.fetchval(
            "INSERT INTO resources (title, user_id, bond_id, shared_with_partner)"
            " VALUES ($1::text::jsonb, $2, $3, $4) RETURNING id",
            *(json.dumps(title), owner, bond, bond is not None),
        )
    )


Make = Callable[[World], Awaitable[Things]]
Told = tuple[Make, Cells, dict[str, Any] | Callable[[str], dict[str, Any]] | None]


def _fay(status: int) -> Cells:
    return {("former", whose): status for whose in MEMBERS}


_LEAVES = {
    (who, whose): status
    for whose, pair in MEMBERS.items()
    for who, status in zip(reversed(pair), (200, 409), strict=True)
}

BONDS = "/api/bonds/{bond_id}"
OF_BONDS: dict[str, Told] = {
    f"GET {BONDS}": (bonds, both(), None),
    f"PATCH {BONDS}": (bonds, founder(200), {"is_private": True}),
    f"GET {BONDS}/settings": (bonds, both(), None),
    f"PATCH {BONDS}/settings": (bonds, founder(200), {"enable_points_system": True}),
    f"POST {BONDS}/invite": (bonds, founder(201), {}),
    f"DELETE {BONDS}/invite": (bonds, founder(204), None),
    f"GET {BONDS}/requests": (asked_bonds, both() | _fay(200), None),
    f"POST {BONDS}/requests": (bonds, both(409), {}),
    f"PATCH {BONDS}/me": (bonds, both(), {"presence": True}),
    f"POST {BONDS}/leave": (bonds, _LEAVES, {}),
    f"POST {BONDS}/transfer": (bonds, founder(200), lambda id_: {"user_id": BESIDE.get(id_, BESIDE[""])["user_id"]}),
    f"POST {BONDS}/pause": (bonds, both(), {}),
    f"POST {BONDS}/resume": (bonds, both(), {}),
    f"POST {BONDS}/dissolve": (bonds, both(), {}),
    f"GET {BONDS}/permissions": (bonds, both(), None),
    f"GET {BONDS}/activity": (bonds, both(), None),
    f"GET {BONDS}/changes": (bonds, both(), None),
    f"GET {BONDS}/resources": (bonds, both(), None),
    f"POST {BONDS}/resources": (bonds, both(201), {"title": "Something to read"}),
    f"PATCH {BONDS}/members/{{user_id}}": (bonds, founder(200), {"can_invite": True}),
    f"DELETE {BONDS}/members/{{user_id}}": (bonds, {
        ("partner", "ours"): 204, ("self", "ours"): 404, ("theirs", "foreign"): 204, ("stranger", "foreign"): 404,
    }, None),
    f"POST {BONDS}/requests/{{request_id}}/approve": (asked_bonds, both(), {}),
    f"POST {BONDS}/requests/{{request_id}}/reject": (asked_bonds, both(), {}),
    f"POST {BONDS}/requests/{{request_id}}/withdraw": (asked_bonds, _fay(200), {}),
    f"GET {BONDS}/resources/{{row_id}}": (bonds, both(), None),
    f"PATCH {BONDS}/resources/{{row_id}}": (bonds, founder(200), {"rating": 3}),
    f"DELETE {BONDS}/resources/{{row_id}}": (bonds, founder(204), None),
}  # fmt: skip
"""By operation: how the bonds are made, what their members are answered, and the body."""

OF_ROWS: dict[tuple[str, str], Told] = {
    (f"PATCH {BONDS}/members/{{user_id}}", "user_id"): (people, {
        ("partner", "self"): 403, ("partner", "partner"): 403, ("self", "self"): 403, ("self", "partner"): 200,
    }, {"can_invite": True}),
    (f"DELETE {BONDS}/members/{{user_id}}", "user_id"): (people, {
        ("partner", "self"): 403, ("partner", "partner"): 204, ("self", "partner"): 404, ("self", "self"): 409,
    }, None),
    (f"POST {BONDS}/requests/{{request_id}}/approve", "request_id"): (requests, both(), {}),
    (f"POST {BONDS}/requests/{{request_id}}/reject", "request_id"): (requests, both(), {}),
    (f"POST {BONDS}/requests/{{request_id}}/withdraw", "request_id"): (requests, _fay(200), {}),
    ("POST /api/me/imports/{import_id}/accept", "import_id"): (imports, _fay(200), None),
    ("POST /api/me/imports/{import_id}/refuse", "import_id"): (imports, _fay(200), None),
    (f"GET {BONDS}/resources/{{row_id}}", "row_id"): (rows, both(), None),
    (f"PATCH {BONDS}/resources/{{row_id}}", "row_id"): (rows, founder(200), {"rating": 3}),
    (f"DELETE {BONDS}/resources/{{row_id}}", "row_id"): (rows, founder(204), None),
    ("GET /api/resources/{row_id}", "row_id"): (own_rows, {(who, who): 200 for who in ("self", "stranger")}, None),
    ("PATCH /api/resources/{row_id}", "row_id"): (
        own_rows, {(who, who): 200 for who in ("self", "stranger")}, {"rating": 3}
    ),
    ("DELETE /api/resources/{row_id}", "row_id"): (own_rows, {(who, who): 204 for who in ("self", "stranger")}, None),
}  # fmt: skip
"""The same for what stands in a path after the bond."""
