"""Whose pictures of characters, compositions and poses are whose: rows of route_rows.ROWS. Each has some of their own."""

import json
import uuid
from typing import Any

from tests.support.bond_rows import Cells, Told
from tests.support.identities import Things, World

GENERATIONS, COMPOSITIONS, POSES = "/api/generations", "/api/scene-compositions", "/api/character-poses"
OWNERS = ("self", "partner", "stranger")

OPERATIONS = (
    "POST /api/kinksters/generate-avatar · POST /api/kinksters/{kinkster_id}/avatar · GET /api/generations ·"
    " GET /api/kinksters/providers ·"
    " GET /api/generations/{generation_id} · DELETE /api/generations/{generation_id} · "
) + " · ".join(
    f"GET {path} · POST {path} · GET {path}/{{row_id}} · PATCH {path}/{{row_id}} · DELETE {path}/{{row_id}} ·"
    f" POST {path}/{{row_id}}/generate"
    for path in (COMPOSITIONS, POSES)
)

_BY_TESTS = "test_character_images.py: of one's own, and of any other a word"
ELSEWHERE = {
    ("POST /api/kinksters/generate-avatar", "kinkster_id"): _BY_TESTS,
    ("POST /api/kinksters/{kinkster_id}/avatar", "kinkster_id"): _BY_TESTS,
    ("POST /api/kinksters/{kinkster_id}/avatar", "file_id"): _BY_TESTS,
    (f"POST {COMPOSITIONS}/{{row_id}}/generate", "row_id"): _BY_TESTS,
    (f"POST {POSES}/{{row_id}}/generate", "row_id"): _BY_TESTS,
    (f"POST {COMPOSITIONS}", "scene_id"): _BY_TESTS,
    (f"POST {POSES}", "kinkster_id"): _BY_TESTS,
    (f"POST {POSES}", "composition_id"): _BY_TESTS,
    (f"PATCH {POSES}/{{row_id}}", "composition_id"): _BY_TESTS,
    ("GET /api/generations", "kinkster_id"): "a filter of one's own list",
    (f"GET {COMPOSITIONS}", "scene_id"): "a filter of one's own list",
    (f"GET {POSES}", "kinkster_id"): "a filter of one's own list",
    (f"GET {POSES}", "composition_id"): "a filter of one's own list",
}


class Kept:
    """A row of one table of each of some people."""

    def __init__(self, table: str) -> None:
        self.table = table

    async def made(self, world: World) -> Things:
        """By whose it is."""
        found = {"guessed": str(uuid.uuid4()), "deleted": str(await self._row(world, "self"))}
        await world.house.database.execute(f"DELETE FROM {self.table} WHERE id = $1", uuid.UUID(found["deleted"]))
        return {**found, **{who: str(await self._row(world, who)) for who in OWNERS}}

    async def _row(self, world: World, who: str) -> uuid.UUID:
        owner = world.people[who].id
        [sealed] = await world.house.services.person_keys.seal(f"user:{owner}", "By the lake")
        texts = {
            "image_generations": (),
            "scene_compositions": ("title", "composition"),
            "character_poses": ("name", "pose"),
        }
        names = texts[self.table]
        columns = ", ".join(("user_id", *names))
        values = ", ".join(("$1", *(f"${place}::text::jsonb" for place, _ in enumerate(names, 2))))
        made: uuid.UUID = await world.house.database.fetchval(
            f"INSERT INTO {self.table} ({columns}) VALUES ({values}) RETURNING id",
            *(uuid.UUID(owner), *(json.dumps(sealed) for _ in names)),
        )
        return made


def _theirs(status: int) -> Cells:
    return {(who, who): status for who in OWNERS}


def _of(path: str, table: str, body: dict[str, Any]) -> dict[tuple[str, str], Told]:
    made = Kept(table).made
    return {
        (f"GET {path}/{{row_id}}", "row_id"): (made, _theirs(200), None),
        (f"PATCH {path}/{{row_id}}", "row_id"): (made, _theirs(200), body),
        (f"DELETE {path}/{{row_id}}", "row_id"): (made, _theirs(204), None),
    }


_GENERATION = f"{GENERATIONS}/{{generation_id}}"
OF_IMAGES: dict[tuple[str, str], Told] = {
    (f"GET {_GENERATION}", "generation_id"): (Kept("image_generations").made, _theirs(200), None),
    (f"DELETE {_GENERATION}", "generation_id"): (Kept("image_generations").made, _theirs(204), None),
    **_of(COMPOSITIONS, "scene_compositions", {"title": "At sea"}),
    **_of(POSES, "character_poses", {"name": "Another"}),
}
