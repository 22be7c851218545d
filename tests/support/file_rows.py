"""Whose pictures are whose: rows of route_rows.ROWS. Ben shows one of a task in Ana's bond, Tom in Sam's; one is Sam's alone."""

import uuid

from tests.support.bond_rows import BESIDE, MEMBERS, Cells, Told, bonds
from tests.support.identities import Things, World

OPERATIONS = "POST /api/files · GET /api/files/{file_id} · DELETE /api/files/{file_id}"


async def pictures(world: World) -> Things:
    """One that hangs in each bond, and one of Sam's that hangs on nothing."""
    places = await bonds(world)
    made: Things = {"guessed": str(uuid.uuid4()), "deleted": str(await _picture(world, "self"))}
    for whose, (first, second) in MEMBERS.items():
        made[whose] = str(await _picture(world, second))
        task = await world.house.database.fetchval(
            "INSERT INTO tasks (title, bond_id, assigned_by, assigned_to) VALUES ('{}', $1, $2, $3) RETURNING id",
            *(uuid.UUID(places[whose]), uuid.UUID(world.people[first].id), uuid.UUID(world.people[second].id)),
        )
        await world.house.database.execute(
            "INSERT INTO task_proof (task_id, bond_id, user_id, proof_type, file_id) VALUES ($1, $2, $3, 'photo', $4)",
            *(task, uuid.UUID(places[whose]), uuid.UUID(world.people[second].id), uuid.UUID(made[whose])),
        )
        BESIDE[made[whose]] = {"bond_id": places[whose]}
    await world.house.database.execute("DELETE FROM files WHERE id = $1", uuid.UUID(made["deleted"]))
    return {**made, "stranger's": str(await _picture(world, "stranger"))}


async def _picture(world: World, owner: str) -> uuid.UUID:
    made: uuid.UUID = await world.house.database.fetchval(
        "INSERT INTO files (user_id, place, key_id, content_type, bytes) VALUES ($1, $2, 'none', 'image/jpeg', 1) RETURNING id",
        *(uuid.UUID(world.people[owner].id), uuid.uuid4().hex),
    )
    return made


_SEES: Cells = {(who, whose): 307 for whose, pair in MEMBERS.items() for who in pair} | {
    ("stranger", "stranger's"): 307
}
_TAKES_BACK: Cells = {(second, whose): 204 for whose, (_, second) in MEMBERS.items()} | {
    ("stranger", "stranger's"): 204
}

OF_FILES: dict[tuple[str, str], Told] = {
    ("GET /api/files/{file_id}", "file_id"): (pictures, _SEES, None),
    ("DELETE /api/files/{file_id}", "file_id"): (pictures, _TAKES_BACK, None),
}
