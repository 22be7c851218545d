"""Pictures of characters: asked for once, filtered before anything leaves, hostile until written anew, private and gone when told."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from game_server.bonds import texts
from game_server.characters import generations
from game_server.files import orphans, sweeps
from storage import image_generations
from tests.support import image_provider, pictures
from tests.support.house import House, Person, let_in, open_house
from tests.support.image_provider import ImageProvider, declined
from tests.support.pictures import seen
from tests.support.push_server import CUT, HANG, Answer, hangs

FREE = {
    "limit_other": "100000/60",
    "limit_pictures": "100000/60",
    "access_token_s": 10**7,
    "refresh_token_s": 10**7,
}
STATS = dict.fromkeys(("dominance", "submission", "charisma", "stamina", "creativity", "control"), 10)


@pytest.fixture(scope="module")
def provider() -> Iterator[ImageProvider]:
    with ImageProvider() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory, provider: ImageProvider
) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("house")
    async with open_house(database_url, redis_url, folder, **FREE, **provider.settings) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def ana(house: House, provider: ImageProvider) -> Person:
    provider.begin()
    return await let_in(house)


async def character(house: House, owner: Person, **looks: Any) -> str:
    """A character of theirs."""
    key = await house.services.person_keys.key(f"user:{owner.id}", make=True)
    given = {"name": "Mara Voss", "hair_color": "copper red", **looks}
    columns = [*given, "user_id", "age_range", "stats"]
    values = [key.seal(value) for value in given.values()]
    made = await house.database.fetchval(
        f"INSERT INTO kinksters ({', '.join(columns)}) VALUES ({', '.join(f'${n}' for n in range(1, len(columns) + 1))})"
        " RETURNING id",
        *(*[texts_json(one) for one in values], uuid.UUID(owner.id), "31-40", texts_json(STATS)),
    )
    return str(made)


def texts_json(value: Any) -> str:
    import json

    return json.dumps(value)


async def asked(person: Person, kinkster_id: str, **more: Any) -> str:
    """The id of a picture that they asked for."""
    answer = await person.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": kinkster_id, **more})
    assert answer.status_code == 202, answer.text
    assert answer.json().keys() == {"generation_id"}
    return str(answer.json()["generation_id"])


async def ended(person: Person, generation_id: str) -> Any:
    """What became of it."""
    for _ in range(20):
        answer = await person.client.get(f"/api/generations/{generation_id}", params={"wait": 10})
        assert answer.status_code == 200, answer.text
        if answer.json()["status"] not in ("pending", "running"):
            return answer.json()
    raise AssertionError("it never ended")


class TestAFace:
    async def test_it_is_asked_for_once_drawn_and_hangs_on_its_character_for_its_owner_alone(
        self, house, ana, provider
    ):
        mara = await character(house, ana)
        found = await ended(ana, await asked(ana, mara, style="ink"))
        assert (found["status"], found["subject"], found["style"]) == ("done", "avatar", "ink")
        assert found["cost_micros"] == image_provider.COST
        [prompt] = provider.prompts
        assert "copper red" in prompt
        assert "Mara" not in prompt
        assert ana.email not in prompt
        opened = await seen(ana.client, found["file_id"])
        assert pictures.read(opened.content).format == "JPEG"
        stranger = await let_in(house)
        assert (await seen(stranger.client, found["file_id"])).status_code == 404
        assert (await stranger.client.get(f"/api/generations/{found['id']}")).status_code == 404
        row = await house.database.fetchrow("SELECT * FROM kinksters WHERE id = $1", uuid.UUID(mara))
        assert row["avatar_urls"] == [f"/api/files/{found['file_id']}"]
        place = await house.database.fetchval("SELECT place FROM files WHERE id = $1", uuid.UUID(found["file_id"]))
        assert place.startswith("kinkster-avatars/")
        assert not provider.refused
