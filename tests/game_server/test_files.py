"""Pictures: what comes is written anew and sealed, who may see it is asked twice, and nothing stays of what is gone."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from game_server.files import orphans, sweeps
from game_server.integrations.objects import Objects
from storage import files
from tests.support import pictures
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, let_in, open_house
from tests.support.object_store import ObjectStore
from tests.support.pictures import picture, seen, upload, uploaded

FREE = {"limit_other": "100000/60", "limit_files": "100000/60", "access_token_s": 10**7, "refresh_token_s": 10**7}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **FREE) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house) -> Home:
    """Ana leads Ben."""
    return await moved_in(house, ["dominant", "submissive"])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ana(house):
    return await let_in(house)


def folder(house: House) -> Path:
    place = house.services.settings.files_place
    assert isinstance(place, Path)
    return place


def lying(house: House) -> list[bytes]:
    """What lies in the store."""
    return [one.read_bytes() for one in folder(house).rglob("*") if one.is_file()]


async def begun() -> None:
    """Until what was begun after a commit is over."""
    await asyncio.gather(*(one for one in asyncio.all_tasks() if one.get_name() == "empty places of files"))


async def swept(house: House) -> list[bytes]:
    """What lies there once everything is brought down that is due."""
    await begun()
    await sweeps.delete_due(house.services)
    return lying(house)


async def shown(home: Home, file_id: str, **proof: object) -> tuple[str, str]:
    """A task of Ben's that is done, with this photo; its path and the proof's id."""
    task = await home.post(0, "tasks", {"title": "Water the plants", "assigned_to": home.people[1].id}, expect=201)
    path = f"tasks/{task['id']}"
    done = await home.post(1, f"{path}/submit", {"proof": {"type": "photo", "file_id": file_id, **proof}})
    [one] = done["proof"]
    assert (one["type"], one["file_id"]) == ("photo", file_id)
    return path, one["id"]


class TestWhatComesIn:
    async def test_a_picture_is_kept_without_what_was_beside_its_pixels_upright_and_sealed(self, house, ana):
        before = lying(house)
        answer = await upload(ana.client, pictures.with_exif(orientation=6), "holiday in Rome.jpg")
        assert answer.status_code == 201
        kept = answer.json()
        assert kept.keys() == {"file_id", "content_type", "bytes"}
        opened = await seen(ana.client, kept["file_id"])
        assert (opened.status_code, len(opened.content)) == (200, kept["bytes"])
        shown = pictures.read(opened.content)
        assert (shown.format, shown.size) == ("JPEG", (48, 64))
        assert not shown.getexif()
        assert "icc_profile" not in shown.info
        assert pictures.GPS not in opened.content
        [sealed] = [one for one in lying(house) if one not in before]
        assert opened.content[:200] not in sealed
        assert opened.content[-200:] not in sealed
        row = await house.database.fetchrow("SELECT * FROM files WHERE id = $1", uuid.UUID(kept["file_id"]))
        assert (row["width"], row["height"], row["bytes"]) == (48, 64, kept["bytes"])

    @pytest.mark.parametrize(
        ("data", "form", "size"),
        [
            (picture("PNG"), "JPEG", (64, 48)),
            (picture("WEBP"), "JPEG", (64, 48)),
            (picture("AVIF"), "JPEG", (64, 48)),
            (picture(mode="CMYK"), "JPEG", (64, 48)),
            (picture("PNG", mode="1"), "JPEG", (64, 48)),
            (picture("PNG", mode="RGBA"), "JPEG", (64, 48)),
            (picture("PNG", mode="P", transparency=3), "WEBP", (64, 48)),
            (picture("GIF", save_all=True, append_images=[pictures.read(picture())] * 3), "JPEG", (64, 48)),
            (picture() + b"<html><script>alert(1)</script></html>", "JPEG", (64, 48)),
            (picture(size=(5000, 100)), "JPEG", (4096, 82)),
        ],
        ids=["png", "webp", "avif", "cmyk", "one bit", "opaque alpha", "palette", "moving", "polyglot", "wide"],
    )
    async def test_every_form_becomes_one_still_picture(self, ana, data, form, size):
        file_id = await uploaded(ana.client, data)
        opened = await seen(ana.client, file_id)
        made = pictures.read(opened.content)
        assert (made.format, made.size, getattr(made, "n_frames", 1)) == (form, size, 1)
        assert opened.headers["content-type"] == f"image/{form.lower()}"
        assert b"script" not in opened.content

    async def test_sixteen_bits_of_grey_keep_their_shades(self, ana):
        grey = pictures.Image.new("I;16", (8, 8), 0x8080)
        opened = await seen(ana.client, await uploaded(ana.client, pictures.written(grey, "PNG")))
        assert abs(pictures.read(opened.content).convert("L").getpixel((4, 4)) - 128) < 4

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            (pictures.png(30_000, 30_000, bytes(30_001)), "too many pixels"),
            (pictures.png(17_000, 10, bytes(17_001 * 10)), "too many pixels"),
            (pictures.gif_with_a_huge_frame(), "too many pixels"),
            (pictures.png(3000, 3000, bytes(100)), "no picture"),
            (picture()[:600], "no picture"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no picture"),
            (b"<!doctype html><script>alert(1)</script>", "no picture"),
            (picture("TIFF"), "no picture"),
            (picture("BMP"), "no picture"),
            (picture("PDF"), "no picture"),
            (b"\xff\xd8\xff\xe0" + bytes(400), "no picture"),
        ],
        ids=["bomb", "long", "frame", "no rows", "cut", "svg", "html", "tiff", "bmp", "pdf", "zeros"],
    )
    async def test_what_is_no_picture_or_a_bomb_is_refused_whatever_it_is_called(self, house, ana, data, told):
        before = len(lying(house))
        answer = await upload(ana.client, data, "me.jpg", "image/jpeg")
        assert answer.status_code == 422
        error = answer.json()["error"]
        assert error["code"] == "invalid"
        assert told in error["fields"]["file"]
        assert len(lying(house)) == before

    async def test_its_name_and_its_type_are_believed_by_nobody(self, ana):
        answer = await upload(ana.client, picture("PNG"), "../../etc/passwd\x00.html", "text/html")
        assert (answer.status_code, answer.json()["content_type"]) == (201, "image/jpeg")

    async def test_a_form_that_is_none_or_too_much_is_refused(self, ana):
        async def told(**sent: object) -> tuple[int, str]:
            answer = await ana.client.post("/api/files", **sent)
            return answer.status_code, answer.json()["error"]["code"]

        one = ("me.jpg", picture(), "image/jpeg")
        assert await told() == (400, "bad_request")
        assert await told(json={"file": "x"}) == (415, "unsupported_media_type")
        assert await told(content=b"x", headers={"Content-Type": "multipart/form-data"}) == (400, "bad_request")
        torn = {"Content-Type": "multipart/form-data; boundary=ab"}
        assert await told(content=b'--ab\r\nContent-Disposition: form-data; name="file"', headers=torn) == (400, "bad_request")
        assert await told(files={"picture": one}) == (422, "invalid")
        assert await told(files=[("file", one), ("file", one)]) == (422, "invalid")
        assert await told(files={"file": ("me.jpg", b"", "image/jpeg")}) == (422, "invalid")
        assert await told(files={"file": ("me.jpg", bytes(10 * 1024 * 1024 + 1), "image/jpeg")}) == (413, "too_large")
        assert await told(files={"file": ("me.jpg", bytes(12 * 1024 * 1024), "image/jpeg")}) == (413, "too_large")

    async def test_the_same_upload_twice_is_one_picture(self, house, ana):
        key, data = {"Idempotency-Key": str(uuid.uuid4())}, picture()
        first, again = await upload(ana.client, data, **key), await upload(ana.client, data, **key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json() == again.json()
        other = await upload(ana.client, picture(), **key)
        assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")

    async def test_so_many_an_hour(self, house):
        settings = msgspec.structs.replace(house.services.settings, limit_files="2/3600")
        eager = await let_in(house)
        house.app.state.services = msgspec.structs.replace(house.services, settings=settings)
        try:
            answers = [(await upload(eager.client, picture())).status_code for _ in range(3)]
        finally:
            house.app.state.services = house.services
        assert answers == [201, 201, 429]


class TestWhoSees:
    async def test_an_address_is_one_person_s_for_five_minutes_and_nothing_keeps_what_it_shows(self, house, ana):
        file_id = await uploaded(ana.client)
        sent = await ana.client.get(f"/api/files/{file_id}")
        assert sent.status_code == 307
        assert sent.headers["cache-control"] == "private, no-store"
        where = sent.headers["location"]
        assert where.startswith("/files/")
        opened = await house.client().get(where)
        assert opened.status_code == 200
        assert opened.headers["cache-control"] == "private, no-store"
        assert opened.headers["x-content-type-options"] == "nosniff"
        assert opened.headers["content-disposition"] == 'inline; filename="picture.jpg"'
        assert "sandbox" in opened.headers["content-security-policy"]
        for wrong in (where[:-1] + ("A" if where[-1] != "A" else "B"), where[:40], "/files/x", "/files/💞", where + "A" * 4000):
            assert (await house.client().get(wrong)).status_code in (404, 414), wrong
        house.clock.ahead += timedelta(minutes=5, seconds=1)
        assert (await house.client().get(where)).status_code == 404

    async def test_a_partner_sees_it_from_when_it_hangs_until_it_is_withdrawn_and_a_mark_stays(self, house, home):
        (ana, ben), stranger = home.people, await let_in(house)
        file_id = await uploaded(ben.client)
        assert (await seen(ana.client, file_id)).status_code == 404
        path, _ = await shown(home, file_id)
        opened = await seen(ana.client, file_id)
        assert opened.status_code == 200
        assert opened.content == (await seen(ben.client, file_id)).content
        assert (await seen(stranger.client, file_id)).status_code == 404
        assert (await ana.client.delete(f"/api/files/{file_id}")).status_code == 404
        where = (await ana.client.get(f"/api/files/{file_id}")).headers["location"]
        before = len(await swept(house))
        assert (await ben.client.delete(f"/api/files/{file_id}")).status_code == 204
        assert (await house.client().get(where)).status_code == 404
        for who in (ana, ben):
            assert (await seen(who.client, file_id)).status_code == 404
        assert len(await swept(house)) == before - 1
        [mark] = (await home.get(0, path))["proof"]
        assert (mark["type"], mark["file_id"], mark["text"]) == ("photo", None, None)
        assert (await ben.client.delete(f"/api/files/{file_id}")).status_code == 404

    async def test_who_came_later_and_who_left_see_nothing_of_it(self, house, home):
        ben = home.people[1]
        await house.database.execute("UPDATE bonds SET bond_type = 'polycule' WHERE id = $1", uuid.UUID(home.bond))
        await house.database.execute("UPDATE bond_settings SET max_members = 12 WHERE bond_id = $1", uuid.UUID(home.bond))
        file_id = await uploaded(ben.client)
        await shown(home, file_id)
        house.clock.ahead += timedelta(seconds=2)
        home.people.append(await let_in(house))
        await home.join(2, "switch")
        assert (await seen(home.people[2].client, file_id)).status_code == 404
        where = (await home.people[0].client.get(f"/api/files/{file_id}")).headers["location"]
        await home.leave(0)
        assert (await house.client().get(where)).status_code == 404
        assert (await seen(home.people[0].client, file_id)).status_code == 404
        assert (await seen(ben.client, file_id)).status_code == 200

    async def test_a_photo_is_attached_once_and_by_its_uploader_alone(self, house, home):
        ana, ben = home.people
        of_ana, of_ben = await uploaded(ana.client), await uploaded(ben.client)
        await shown(home, of_ben)
        task = await home.post(0, "tasks", {"title": "More", "assigned_to": ben.id}, expect=201)
        withdrawn = await uploaded(ben.client)
        await ben.client.delete(f"/api/files/{withdrawn}")
        for wrong in (of_ana, of_ben, withdrawn, str(uuid.uuid4())):
            body = {"proof": {"type": "photo", "file_id": wrong}}
            answer = await home.ask(1, "POST", f"tasks/{task['id']}/submit", body)
            assert answer.status_code == 422, wrong
            assert answer.json()["error"]["fields"] == {"proof.file_id": "There is no such file."}
        video = {"proof": {"type": "video", "file_id": await uploaded(ben.client), "text": "https://example.org/v"}}
        assert (await home.ask(1, "POST", f"tasks/{task['id']}/submit", video)).status_code == 422

    async def test_one_photo_for_two_tasks_at_once_hangs_on_one(self, home):
        ben = home.people[1]
        file_id = await uploaded(ben.client)
        asked = {"title": "One of two", "assigned_to": ben.id}
        tasks = [await home.post(0, "tasks", asked, expect=201) for _ in range(2)]
        body = {"proof": {"type": "photo", "file_id": file_id}}
        answers = await asyncio.gather(*(home.ask(1, "POST", f"tasks/{one['id']}/submit", body) for one in tasks))
        assert sorted(answer.status_code for answer in answers) == [200, 422]


class TestWhatGoes:
    async def test_what_is_taken_back_left_or_ended_leaves_nothing_in_the_store(self, house):
        async def gone(file_id: str) -> None:
            row = await house.database.fetchval("SELECT 1 FROM files WHERE id = $1", uuid.UUID(file_id))
            assert row is None
            assert len(await swept(house)) == before

        for end in ("proof", "task", "leave", "dissolve", "erase"):
            home = await moved_in(house, ["dominant", "submissive"])
            before = len(await swept(house))
            ben = home.people[1]
            file_id = await uploaded(ben.client)
            path, proof = await shown(home, file_id)
            assert len(lying(house)) == before + 1
            if end == "proof":
                assert (await home.ask(1, "DELETE", f"{path}/proof/{proof}")).status_code == 204
            elif end == "task":
                await house.database.execute("DELETE FROM tasks WHERE bond_id = $1", uuid.UUID(home.bond))
            elif end == "leave":
                await home.leave(1)
            elif end == "dissolve":
                await house.database.execute(
                    "UPDATE bonds SET status = 'dissolved', dissolved_at = now() WHERE id = $1", uuid.UUID(home.bond)
                )
            else:
                assert (await ben.client.delete("/api/me")).status_code == 204
                assert len(lying(house)) == before, "an erasure empties the store before it is answered"
            await gone(file_id)

    async def test_what_hangs_on_nothing_goes_after_a_day(self, house, home):
        ben = home.people[1]
        hanging, loose = await uploaded(ben.client), await uploaded(ben.client)
        await shown(home, hanging)
        house.clock.ahead += timedelta(hours=25)
        fresh = await uploaded(ben.client)
        await sweeps.drop_unattached(house.services)
        assert [(await seen(ben.client, one)).status_code for one in (hanging, loose, fresh)] == [200, 404, 200]
        assert await orphans.count(house.services) == orphans.Orphans(objects=0, rows=0)

    async def test_bytes_without_a_row_are_brought_down_and_counted_and_a_row_without_bytes_is_counted(self, house, ana):
        services = house.services
        await sweeps.delete_due(services)
        now = services.clock.now()
        async with services.database.as_service() as db:
            await files.note(db, "aa/put-and-died", now + timedelta(hours=1), now)
        await services.objects.put("aa/put-and-died", b"x")
        assert await orphans.count(services) == orphans.Orphans(objects=0, rows=0)
        await sweeps.delete_due(services)
        assert await services.objects.holds("aa/put-and-died")
        house.clock.ahead += timedelta(hours=1, seconds=1)
        await sweeps.delete_due(services)
        assert not await services.objects.holds("aa/put-and-died")
        await services.objects.put("aa/nobody's", b"x")
        file_id = await uploaded(ana.client)
        place = await house.database.fetchval("SELECT place FROM files WHERE id = $1", uuid.UUID(file_id))
        (folder(house) / place).unlink()
        assert await orphans.count(services) == orphans.Orphans(objects=1, rows=1)
        assert (await seen(ana.client, file_id)).status_code == 404
        await services.objects.delete("aa/nobody's")
        await ana.client.delete(f"/api/files/{file_id}")

    async def test_another_object_in_its_place_or_a_cut_one_opens_for_nobody(self, house, ana):
        one, other = await uploaded(ana.client), await uploaded(ana.client)
        places = [
            folder(house) / await house.database.fetchval("SELECT place FROM files WHERE id = $1", uuid.UUID(file_id))
            for file_id in (one, other)
        ]
        first, second = (place.read_bytes() for place in places)
        for wrong in (second, first[:-1], first[:10], b"", first[:-1] + bytes([first[-1] ^ 1])):
            places[0].write_bytes(wrong)
            assert (await seen(ana.client, one)).status_code == 404
        places[0].write_bytes(first)
        assert (await seen(ana.client, one)).status_code == 200


class TestAStoreElsewhere:
    async def test_a_bucket_keeps_sealed_bytes_signs_and_is_missed_politely(self, database_url, redis_url, tmp_path):
        with ObjectStore() as store:
            async with open_house(database_url, redis_url, tmp_path, files_url=store.files_url, **FREE) as house:
                ana = await let_in(house)
                data = picture(size=(900, 700))
                file_id = await uploaded(ana.client, data)
                opened = await seen(ana.client, file_id)
                assert pictures.read(opened.content).size == (900, 700)
                [sealed] = store.objects.values()
                assert opened.content[:100] not in sealed
                assert (await orphans.count(house.services)).objects == 0
                store.fails = 503
                answer = await upload(ana.client, picture())
                assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
                assert (await seen(ana.client, file_id)).status_code == 503
                assert (await ana.client.delete(f"/api/files/{file_id}")).status_code == 204
                await begun()
                assert len(store.objects) == 1
                store.fails = None
                house.clock.ahead += timedelta(hours=2)
                objects = Objects(house.services.settings.files_place)  # whose breaker has seen nothing
                services = msgspec.structs.replace(house.services, objects=objects)
                await sweeps.delete_due(services)
                assert store.objects == {}
                assert store.unsigned == []

    async def test_a_folder_that_takes_nothing_more_refuses_and_loses_nothing(self, database_url, redis_url, tmp_path):
        async with open_house(database_url, redis_url, tmp_path, **FREE) as house:
            ana = await let_in(house)
            kept = await uploaded(ana.client)
            [path] = [one for one in folder(house).rglob("*") if one.is_file()]
            for number in range(256):  # nothing can be made in any of its folders
                if not (place := folder(house) / f"{number:02x}").exists():
                    place.write_bytes(b"")
            path.parent.rename(folder(house) / "kept")
            path.parent.write_bytes(b"")
            for _ in range(2):
                answer = await upload(ana.client, picture())
                assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
            path.parent.unlink()
            (folder(house) / "kept").rename(path.parent)
            assert (await seen(ana.client, kept)).status_code == 200
            assert await house.database.fetchval("SELECT count(*) FROM files WHERE user_id = $1", uuid.UUID(ana.id)) == 1
