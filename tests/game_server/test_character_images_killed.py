"""Pictures through a real process that is killed while one is drawn: asked for once, failed with a reason, nothing left lying."""

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from game_server.characters import generations
from game_server.files import sweeps
from tests.support.image_provider import ImageProvider
from tests.support.person import Person
from tests.support.server_process import ServerProcess
from tests.support.talks import character


@pytest.fixture(scope="module")
def provider() -> Iterator[ImageProvider]:
    with ImageProvider() as opened:
        yield opened


@pytest.fixture(scope="module")
def settings(settings, provider):
    return msgspec.structs.replace(settings, limit_pictures="100000/60", **provider.settings)


def lying(settings) -> set[Path]:
    return {one for one in (settings.data_dir / "files").rglob("*") if one.is_file()}


@pytest.mark.long
@pytest.mark.parametrize(
    ("point", "asked"), [("after_claim", 0), ("after_drawn", 1), ("before_put", 1), ("after_put", 1)]
)
async def test_who_dies_while_a_picture_is_drawn_never_has_it_drawn_twice(  # noqa: PLR0917 - what pytest gives
    settings, services, sql, provider, tmp_path, point, asked
):
    provider.begin()
    dying = ServerProcess(msgspec.structs.replace(settings, crash_at=point), tmp_path / "log")
    try:
        async with await Person.registered(dying.url, "Ben") as ben:
            before = lying(settings)
            mara = {"id": await character(ben, name="Mara")}
            made = await ben.post("/api/kinksters/generate-avatar", {"kinkster_id": mara["id"]}, expect=202)
            await asyncio.to_thread(dying.process.wait, 30)
            dying.kill()  # its output is closed
            assert len(provider.prompts) == asked
            dying.settings = settings
            dying.restart()
            path = f"/api/generations/{made['generation_id']}"
            found = await ben.get(path)
            assert found["status"] == "running", "whoever drew it may be there still"
            await sql.execute("UPDATE image_generations SET leased_until = now() WHERE status = 'running'")
            await generations.sweep(services)
            found = await ben.get(path)
            assert (found["status"], found["reason"]) == ("failed", "interrupted")
            assert len(provider.prompts) == asked, "nobody asks again for what may have been drawn"
            assert (await ben.get(f"/api/kinksters/{mara['id']}"))["avatar_urls"] == []
            again = await ben.post("/api/kinksters/generate-avatar", {"kinkster_id": mara["id"]}, expect=202)
            path = f"/api/generations/{again['generation_id']}"
            while (found := await ben.get(f"{path}?wait=25"))["status"] in ("pending", "running"):
                pass
            assert found["status"] == "done"
            await sql.execute("UPDATE files_to_delete SET due_at = due_at - interval '2 hours'")
            await sweeps.delete_due(services)
            assert len(lying(settings) - before) == 1
            assert await sql.fetchval("SELECT count(*) FROM files WHERE user_id = $1", uuid.UUID(ben.id)) == 1
            told = dying.log.read_text() + (await ben.http.get("/metrics")).text
            for secret in (*provider.prompts, ben.id, made["generation_id"], found["file_id"]):
                assert secret not in told
    finally:
        dying.stop()
