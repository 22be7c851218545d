"""What the routes of characters answer to whom: rows of route_rows.ROWS. Ana, Ben and Sam have one each."""

import json
import uuid

from tests.support.bond_rows import Cells, Told
from tests.support.identities import Things, World

STATS = {"dominance": 10, "submission": 10, "charisma": 10, "stamina": 10, "creativity": 10, "control": 10}
OWNERS = ("self", "partner", "stranger")
ONE = "/api/kinksters/{kinkster_id}"


async def characters(world: World) -> Things:
    """One of each owner's, and one that was deleted."""
    made: Things = {"guessed": str(uuid.uuid4()), "deleted": await _one(world, "self")}
    await world.house.database.execute("DELETE FROM kinksters WHERE id = $1", uuid.UUID(made["deleted"]))
    return made | {who: await _one(world, who) for who in OWNERS}


async def _one(world: World, owner: str) -> str:
    """As the administrator: a character of somebody's."""
    [name] = await world.house.services.person_keys.seal(f"user:{world.people[owner].id}", "Mira")
    made = await world.house.database.fetchval(
        "INSERT INTO kinksters (user_id, name, age_range, stats)"
        " VALUES ($1, $2::text::jsonb, '31-40', $3::text::jsonb) RETURNING id",
        *(uuid.UUID(world.people[owner].id), json.dumps(name), json.dumps(STATS)),
    )
    return str(made)


def _owner(status: int) -> Cells:
    return {(who, who): status for who in OWNERS}


OF_CHARACTERS: dict[tuple[str, str], Told] = {
    (f"GET {ONE}", "kinkster_id"): (characters, _owner(200), None),
    (f"PATCH {ONE}", "kinkster_id"): (characters, _owner(200), {"archetype": "A calm lead"}),
    (f"POST {ONE}/primary", "kinkster_id"): (characters, _owner(200), {}),
    (f"POST {ONE}/duplicate", "kinkster_id"): (characters, _owner(201), {}),
    (f"DELETE {ONE}", "kinkster_id"): (characters, _owner(204), None),
}

OPERATIONS = " · ".join([
    *(operation for operation, _ in OF_CHARACTERS),
    "GET /api/kinksters", "POST /api/kinksters", "GET /api/kinksters/presets", "GET /api/kinksters/creation-session",
    "PUT /api/kinksters/creation-session",
])  # fmt: skip
