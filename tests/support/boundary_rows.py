"""What the routes of boundaries and of one's own limits answer to whom: rows of route_rows.ROWS."""

import json
import uuid

from tests.support import bond_rows
from tests.support.bond_rows import BESIDE, BONDS, MEMBERS, Told, both, founder, rows_in
from tests.support.identities import Things, World


async def bonds(world: World) -> Things:
    """The bonds, in each an activity of its founder's that nobody has rated."""
    made = await bond_rows.bonds(world)
    for whose, (first, _) in MEMBERS.items():
        await world.house.services.person_keys.key(f"bond:{made[whose]}", make=True)
        BESIDE[made[whose]]["row_id"] = str(
            await world.house.database.fetchval(
                "INSERT INTO boundaries (activity_name, bond_id, created_by) VALUES ('{}', $1, $2) RETURNING id",
                *(uuid.UUID(made[whose]), uuid.UUID(world.people[first].id)),
            )
        )
    BESIDE[""] = {"bond_id": made["ours"], **BESIDE[made["ours"]]}
    return made


async def rows(world: World) -> Things:
    """These activities."""
    return rows_in(await bonds(world))


async def limits(world: World) -> Things:
    """A limit of Ana's and one of Sam's, which only they name: the database believes nobody else."""
    database = world.house.database
    made: Things = {"guessed": str(uuid.uuid4()), "deleted": str(uuid.uuid4())}
    for who in ("self", "stranger"):
        owner = world.people[who].id
        async with database.transaction():
            await database.execute("SELECT set_config('request.jwt.claims', $1, true)", json.dumps({"sub": owner}))
            made[who] = str(
                await database.fetchval(
                    "INSERT INTO personal_limits (user_id, words) VALUES ($1, '{}') RETURNING id", uuid.UUID(owner)
                )
            )
    return made


_LIST, _ROW = f"{BONDS}/boundaries", f"{BONDS}/boundaries/{{row_id}}"

OF_BOUNDARIES: dict[tuple[str, str], Told] = {
    (f"GET {_LIST}", "bond_id"): (bonds, both(), None),
    (f"POST {_LIST}", "bond_id"): (bonds, both(201), {"activity_name": "Massage"}),
    **{
        (f"{verb} {path}", field): (things, cells, body)
        for field, things in (("bond_id", bonds), ("row_id", rows))
        for verb, path, cells, body in (
            ("GET", _ROW, both(), None),
            ("PATCH", _ROW, founder(409), {"category": "rope"}),
            ("PUT", f"{_ROW}/rating", both(), {"rating": "no"}),
            ("DELETE", _ROW, founder(204), None),
        )
    },
    ("DELETE /api/me/limits/{limit_id}", "limit_id"): (limits, {(who, who): 204 for who in ("self", "stranger")}, None),
}  # fmt: skip
"""By operation and field: how things are made, what is answered to whom, and the body."""
