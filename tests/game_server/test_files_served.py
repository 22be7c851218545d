"""Pictures through a real process: the line's bounds, a kill between two steps, twenty at once, and what its log says."""

import asyncio
import re
import uuid
from pathlib import Path

import httpx
import msgspec
import pytest

from game_server.files import sweeps
from tests.support.person import Person
from tests.support.pictures import noise, picture, seen, upload, uploaded
from tests.support.server_process import ServerProcess

LARGE = 10 * 1024 * 1024


@pytest.fixture(scope="module")
def settings(settings):
    return msgspec.structs.replace(settings, limit_files="100000/60")


@pytest.fixture
async def ana(server):
    async with await Person.registered(server.url, "Ana") as person:
        yield person


def lying(settings) -> set[Path]:
    return {one for one in (settings.data_dir / "files").rglob("*") if one.is_file()}


async def test_what_is_larger_than_a_picture_may_be_is_refused_and_elsewhere_all_is_as_small_as_before(server, ana):
    assert (await upload(ana.http, noise(LARGE - 200_000), "me.png")).status_code == 201
    for size, code in ((LARGE + 1, "too_large"), (LARGE * 2, "too_large")):
        answer = await upload(ana.http, bytes(size))
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, code)
    answer = await ana.http.post("/api/bonds", content=b" " * 2_000_000, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    async with httpx.AsyncClient(base_url=server.url) as nobody:
        assert (await upload(nobody, picture())).status_code == 401


async def test_neither_log_nor_metrics_hold_an_address_or_an_id(server, ana):
    file_id = await uploaded(ana.http)
    where = (await ana.http.get(f"/api/files/{file_id}")).headers["location"]
    assert (await ana.http.get(where)).status_code == 200
    await ana.http.get(where[:-3] + "AAA")
    told = server.log.read_text() + (await ana.http.get("/metrics")).text
    for secret in (file_id, where, where[7:40], ana.id):
        assert secret not in told
    assert re.search(r'attuned_pictures_total\{outcome="kept"\} [1-9]', told)
    assert "/files/{signed}" in told


@pytest.mark.parametrize("point", ["before_put", "after_put"])
async def test_a_kill_between_the_store_and_the_row_leaves_nothing_for_good(settings, services, sql, tmp_path, point):
    dying = ServerProcess(msgspec.structs.replace(settings, crash_at=point), tmp_path / "log")
    try:
        async with await Person.registered(dying.url, "Ben") as ben:
            before = lying(settings)
            with pytest.raises(httpx.HTTPError):
                await upload(ben.http, picture(), **{"Idempotency-Key": str(uuid.uuid4())})
            assert len(lying(settings) - before) == (point == "after_put")
            dying.kill()
            dying.settings = settings
            dying.restart()
            await uploaded(ben.http)
            await sql.execute("UPDATE files_to_delete SET due_at = due_at - interval '2 hours'")
            await sweeps.delete_due(services)
            assert len(lying(settings) - before) == 1
            assert await sql.fetchval("SELECT count(*) FROM files WHERE user_id = $1", uuid.UUID(ben.id)) == 1
    finally:
        dying.stop()


@pytest.mark.long
async def test_twenty_large_pictures_at_once_take_little_of_the_process(server, ana):
    data = noise(LARGE - 200_000)
    ana.http.timeout = httpx.Timeout(180)
    answers = await asyncio.gather(*(upload(ana.http, data, "me.png") for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 503}  # who waits too long is told to come again
    assert any(answer.status_code == 201 for answer in answers)
    seen_all = await asyncio.gather(*(seen(ana.http, a.json()["file_id"]) for a in answers if a.status_code == 201))
    assert {one.status_code for one in seen_all} == {200}
    status = Path(f"/proc/{server.pid}/status").read_text()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak
    assert int(peak[1]) < 400 * 1024
