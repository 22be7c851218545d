"""What the routes of talks answer to whom: rows of route_rows.ROWS. Ana, Ben and Sam have one each, with an answer in it."""

import json
import uuid

from tests.support.bond_rows import Cells, Told
from tests.support.character_rows import OWNERS
from tests.support.identities import Things, World

ONE = "/api/conversations/{conversation_id}"


async def talks(world: World) -> Things:
    """One of each owner's, and one that was deleted."""
    made: Things = {"guessed": str(uuid.uuid4()), "deleted": await _one(world, "self")}
    await world.house.database.execute("DELETE FROM conversations WHERE id = $1", uuid.UUID(made["deleted"]))
    return made | {who: await _one(world, who) for who in OWNERS}


async def _one(world: World, owner: str) -> str:
    """As the administrator: a talk of somebody's."""
    person = uuid.UUID(world.people[owner].id)
    [said] = await world.house.services.person_keys.seal(f"user:{person}", "Good evening.")
    made = await world.house.database.fetchval(
        "INSERT INTO conversations (user_id, title) VALUES ($1, $2::text::jsonb) RETURNING id", person, json.dumps(said)
    )
    await world.house.database.execute(
        "INSERT INTO messages (conversation_id, user_id, role, status, content)"
        " VALUES ($1, $2, 'assistant', 'done', $3::text::jsonb)",
        *(made, person, json.dumps(said)),
    )
    return str(made)


def _owner(status: int) -> Cells:
    return {(who, who): status for who in OWNERS}


OF_TALKS: dict[tuple[str, str], Told] = {
    (f"GET {ONE}", "conversation_id"): (talks, _owner(200), None),
    (f"GET {ONE}/messages", "conversation_id"): (talks, _owner(200), None),
    (f"GET {ONE}/stream", "conversation_id"): (talks, _owner(200), None),
    (f"DELETE {ONE}/stream", "conversation_id"): (talks, _owner(204), None),
    (f"DELETE {ONE}", "conversation_id"): (talks, _owner(204), None),
}

OPERATIONS = " · ".join([
    *(operation for operation, _ in OF_TALKS),
    "GET /api/conversations", "POST /api/kinksters/chat", "POST /api/flowise/chat",
])  # fmt: skip
