"""Pictures of characters: asked for once, filtered before anything leaves, hostile until drawn anew, private, gone when told."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from game_server.bonds import waiting
from game_server.bonds.live.bells import Touched, own_channel
from game_server.characters import generations
from game_server.files import orphans, sweeps
from game_server.integrations.ai_images import ImageProvider as Provider
from game_server.integrations.ai_images import open_image_provider
from game_server.integrations.objects import Objects
from game_server.services import Services
from tests.support import image_provider, pictures
from tests.support.bonds_in_house import moved_in
from tests.support.house import House, Person, let_in, open_house
from tests.support.image_provider import ImageProvider, declined, elsewhere
from tests.support.object_store import ObjectStore
from tests.support.pictures import picture, seen
from tests.support.push_server import CUT, HANG, Answer, hangs

FREE = {
    "limit_other": "100000/60",
    "limit_pictures": "100000/60",
    "access_token_s": 10**7,
    "refresh_token_s": 10**7,
}
OPENED: list[Provider] = []
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


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def anew(house: House, provider: ImageProvider) -> AsyncIterator[None]:
    """As if the process had just begun, and nobody had asked yet."""
    provider.begin()
    house.app.state.services = fresh(house)
    yield
    provider.faults.clear()
    provider.release()
    await rested()
    house.app.state.services = house.services
    while OPENED:
        await OPENED.pop().close()


@pytest_asyncio.fixture(loop_scope="module")
async def ana(house: House) -> Person:
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
        *(*map(json.dumps, values), uuid.UUID(owner.id), "31-40", json.dumps(STATS)),
    )
    return str(made)


async def asked(person: Person, kinkster_id: str, **more: Any) -> str:
    """The id of a picture that they asked for."""
    answer = await person.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": kinkster_id, **more})
    assert answer.status_code == 202, answer.text
    assert answer.json().keys() == {"generation_id"}
    return str(answer.json()["generation_id"])


async def drawn(person: Person, kinkster_id: str, **more: Any) -> Any:
    """What became of one that they asked for."""
    return await ended(person, await asked(person, kinkster_id, **more))


async def surveyed(person: Person) -> None:
    """They said what they never want: nothing."""
    answer = await person.client.post("/api/survey/submit", json={"answers": {"A1": 5, "C1": []}})
    assert answer.is_success, answer.text


async def read(person: Person, generation_id: str, **params: Any) -> Any:
    answer = await person.client.get(f"/api/generations/{generation_id}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ended(person: Person, generation_id: str) -> Any:
    """What became of it."""
    for _ in range(3):
        found = await read(person, generation_id, wait=5)
        if found["status"] not in ("pending", "running"):
            return found
    raise AssertionError("it never ended")


async def waits(person: Person, how_many: int) -> None:
    """Until so many requests of theirs wait."""
    while waiting._waiting[person.id] < how_many:  # noqa: ASYNC110 - a number, not an event
        await asyncio.sleep(0)


async def rested() -> None:
    """Until nobody draws any more."""
    names = {"draw pictures", "empty places of files"}
    while left := [one for one in asyncio.all_tasks() if one.get_name() in names]:
        await asyncio.gather(*left)


def fresh(house: House) -> Services:
    """The same services as of a process that has not yet asked anybody."""
    services = house.services
    opened = open_image_provider(services.settings, house.clock.now)
    assert opened is not None
    OPENED.append(opened)
    return msgspec.structs.replace(services, images=opened)


async def faces(house: House, kinkster_id: str) -> list[str]:
    found: list[str] = await house.database.fetchval(
        "SELECT avatar_urls FROM kinksters WHERE id = $1", uuid.UUID(kinkster_id)
    )
    return found


def lying(house: House) -> list[Path]:
    """What lies in the store of these pictures."""
    place = house.services.settings.files_place
    assert isinstance(place, Path)
    return [one for one in (place / "kinkster-avatars").rglob("*") if one.is_file()]


async def swept(house: House) -> int:
    """How much lies there once everything is brought down that is due."""
    await rested()
    await sweeps.delete_due(house.services)
    return len(lying(house))


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


class TestAFace:
    async def test_it_is_asked_for_once_drawn_and_hangs_on_its_character_for_its_owner_alone(
        self, house, ana, provider
    ):
        mara = await character(house, ana)
        heard: list[Touched] = []
        house.services.hub.listen(
            own_channel(ana.id), hear := lambda told: heard.append(msgspec.json.decode(told, type=Touched))
        )
        assert await house.services.hub.listening(own_channel(ana.id))
        found = await drawn(ana, mara, style="ink")
        assert (found["status"], found["subject"], found["style"]) == ("done", "avatar", "ink")
        assert (found["cost_micros"], found["reason"]) == (image_provider.COST, None)
        [prompt] = provider.prompts
        assert "copper red" in prompt
        assert all(one not in prompt for one in ("Mara", "Voss", ana.email, ana.id, mara))
        assert "adult" in prompt
        assert "clothed" in prompt
        opened = await seen(ana.client, found["file_id"])
        assert pictures.read(opened.content).format == "JPEG"
        stranger = await let_in(house)
        assert (await seen(stranger.client, found["file_id"])).status_code == 404
        assert (await stranger.client.get(f"/api/generations/{found['id']}")).status_code == 404
        assert (await stranger.client.delete(f"/api/generations/{found['id']}")).status_code == 404
        assert (await stranger.client.get("/api/generations")).json()["items"] == []
        assert code(await stranger.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": mara})) == (
            404,
            "not_found",
        )
        assert await faces(house, mara) == [f"/api/files/{found['file_id']}"]
        sealed = b"".join(one.read_bytes() for one in lying(house))
        assert opened.content[:100] not in sealed
        assert not provider.refused
        await rested()
        for _ in range(100):
            if Touched("kinksters", uuid.UUID(mara), "update") in heard:
                break
            await asyncio.sleep(0.01)
        house.services.hub.unlisten(own_channel(ana.id), hear)
        one = uuid.UUID(found["id"])
        told = [(said.table, said.op) for said in heard if said.id == one]
        assert told == [("image_generations", op) for op in ("insert", "update", "update")]
        assert Touched("kinksters", uuid.UUID(mara), "update") in heard

    async def test_the_same_request_twice_is_one_picture_and_who_waits_for_what_is_over_waits_not(
        self, house, ana, provider
    ):
        mara, key = await character(house, ana), {"Idempotency-Key": str(uuid.uuid4())}
        told = [
            await ana.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": mara}, headers=key)
            for _ in range(2)
        ]
        assert told[0].json() == told[1].json()
        other = {"kinkster_id": mara, "style": "noir"}
        again = await ana.client.post("/api/kinksters/generate-avatar", json=other, headers=key)
        assert code(again) == (409, "key_reused")
        found = await ended(ana, told[0].json()["generation_id"])
        assert await read(ana, found["id"], wait=25) == found
        await rested()
        assert len(provider.prompts) == 1

    async def test_several_hang_on_a_character_one_is_chosen_and_each_goes_alone_or_with_what_it_hangs_on(
        self, house, ana
    ):
        before, mara = await swept(house), await character(house, ana)
        made = [(await drawn(ana, mara)) for _ in range(3)]
        first, second, third = (f"/api/files/{one['file_id']}" for one in made)
        assert await faces(house, mara) == [first, second, third]
        listed = (await ana.client.get("/api/generations", params={"kinkster_id": mara, "limit": 2})).json()
        rest = (await ana.client.get("/api/generations", params={"cursor": listed["next_cursor"]})).json()
        assert [one["id"] for one in listed["items"] + rest["items"]] == [one["id"] for one in reversed(made)]
        chosen = await ana.client.post(f"/api/kinksters/{mara}/avatar", json={"file_id": made[2]["file_id"]})
        assert chosen.status_code == 204
        assert await faces(house, mara) == [third, first, second]
        other = await character(house, ana)
        wrong = await ana.client.post(f"/api/kinksters/{other}/avatar", json={"file_id": made[2]["file_id"]})
        assert code(wrong) == (404, "not_found")
        assert (await ana.client.delete(f"/api/generations/{made[2]['id']}")).status_code == 204
        assert (await seen(ana.client, made[2]["file_id"])).status_code == 404
        assert (await ana.client.delete(f"/api/files/{made[0]['file_id']}")).status_code == 204
        assert await faces(house, mara) == [second]
        gone = await read(ana, made[0]["id"])
        assert (gone["status"], gone["file_id"]) == ("done", None), "a mark stays"
        assert await swept(house) == before + 1
        await as_owner(house, ana, "DELETE FROM kinksters WHERE id = $1", uuid.UUID(mara))
        assert (await ana.client.get(f"/api/generations/{made[1]['id']}")).status_code == 404
        assert await swept(house) == before
        assert (await orphans.count(house.services)) == orphans.Orphans(objects=0, rows=0)

    async def test_nobody_s_address_but_that_of_a_picture_drawn_here_is_ever_a_face(self, house, ana):
        mara = await character(house, ana)
        for wrong in ("https://example.org/face.png", f"/api/files/{uuid.uuid4()}"):
            with pytest.raises(Exception, match="an avatar is a picture that was drawn here"):
                await as_owner(
                    house, ana, "UPDATE kinksters SET avatar_urls = ARRAY[$2] WHERE id = $1", uuid.UUID(mara), wrong
                )

    async def test_an_erasure_takes_pictures_and_what_is_being_drawn(self, house, provider):
        before, ben = await swept(house), await let_in(house)
        mara = await character(house, ben)
        await drawn(ben, mara)
        assert await swept(house) == before + 1
        provider.faults.append(HANG)
        await asked(ben, mara)
        await hangs(provider)
        assert (await ben.client.delete("/api/me")).status_code == 204
        assert len(lying(house)) == before
        provider.release()
        await rested()
        house.clock.ahead += timedelta(hours=1, seconds=1)  # what was put for nobody is brought down by its note
        assert await swept(house) == before


async def as_owner(house: House, person: Person, statement: str, *values: Any) -> None:
    """What the server writes for somebody, with their rights."""
    async with house.services.database.as_member(person.id, house.clock.now()) as db:
        await db.execute(statement, *values)


class TestWaiting:
    async def test_who_waits_is_woken_by_a_change_and_answered_when_the_time_is_over(self, house, ana, provider):
        mara = await character(house, ana)
        provider.faults.append(HANG)
        one = await asked(ana, mara)
        await hangs(provider)
        now = await read(ana, one, wait=1)
        assert now["status"] == "running"
        assert await read(ana, one, wait=25, version=now["version"] - 1) == now, "it has changed since then"
        later = asyncio.ensure_future(read(ana, one, wait=25, version=now["version"]))
        await waits(ana, 1)
        provider.release()
        assert (await later)["status"] == "done"
        assert not waiting._waiting
        assert code(await ana.client.get(f"/api/generations/{one}", params={"wait": 26})) == (422, "invalid")

    async def test_so_many_wait_at_once_and_the_next_is_answered_as_it_stands(self, house, ana, provider):
        mara = await character(house, ana)
        provider.faults.append(HANG)
        one = await asked(ana, mara)
        await hangs(provider)
        asking = [asyncio.ensure_future(read(ana, one, wait=25)) for _ in range(waiting.MOST_OF_ONE)]
        await waits(ana, waiting.MOST_OF_ONE)
        assert (await read(ana, one, wait=25))["status"] == "running"
        assert (await ana.client.delete(f"/api/generations/{one}")).status_code == 204
        ends = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(end, AssertionError) for end in ends), "there is no such thing any more"
        provider.release()
        await rested()


class TestOnceAndNeverAgain:
    async def test_one_of_a_person_and_so_many_in_all_are_drawn_at_once(self, house, ana, provider):
        people = [ana, *[await let_in(house) for _ in range(generations.AT_ONCE)]]
        theirs = [await character(house, one) for one in people]
        provider.faults.extend([HANG] * (generations.AT_ONCE + 2))
        first = [await asked(ana, theirs[0]), await asked(ana, theirs[0])]
        await hangs(provider)
        assert [(await read(ana, one))["status"] for one in first] == ["running", "pending"]
        others = [await asked(one, mara) for one, mara in zip(people[1:], theirs[1:], strict=True)]
        for _ in range(generations.AT_ONCE - 1):
            await hangs(provider)
        states = [(await read(one, which))["status"] for one, which in zip(people[1:], others, strict=True)]
        assert states == ["running"] * (generations.AT_ONCE - 1) + ["pending"]
        more = {"kinkster_id": theirs[0]}
        at_once = await asyncio.gather(
            *(ana.client.post("/api/kinksters/generate-avatar", json=more) for _ in range(6))
        )
        full = [one for one in at_once if one.status_code != 202]
        assert [code(one) for one in full] == [(409, "wrong_state")] * 4
        provider.faults.clear()
        everybody = [(ana, one) for one in first] + list(zip(people[1:], others, strict=True))
        while {(await read(one, which))["status"] for one, which in everybody} != {"done"}:
            provider.release()
        await rested()
        assert len(provider.prompts) == generations.AT_ONCE + 4

    async def test_whose_lease_ran_out_has_failed_with_a_reason_cost_what_it_may_have_and_is_not_asked_again(
        self, house, ana, provider
    ):
        mara = await character(house, ana)
        await house.database.execute(
            "INSERT INTO image_generations (user_id, kinkster_id, status, leased_until, attempts, reserved_micros)"
            " VALUES ($1, $2, 'running', now(), 1, $3)",
            *(uuid.UUID(ana.id), uuid.UUID(mara), image_provider.COST),
        )  # as a process leaves it that was killed
        await generations.sweep(house.services)
        await rested()
        [found] = (await ana.client.get("/api/generations")).json()["items"]
        assert (found["status"], found["reason"], found["cost_micros"]) == (
            "failed",
            "interrupted",
            image_provider.COST,
        )
        assert provider.prompts == []

    async def test_what_nobody_has_begun_is_begun_by_the_job_and_what_is_too_old_is_not(self, house, ana, provider):
        mara = await character(house, ana)
        off = msgspec.structs.replace(house.services, images=None)
        provider.faults.append(Answer(429, b"", {"retry-after": "100"}))
        one = await asked(ana, mara)
        await rested()
        found = await read(ana, one)
        assert (found["status"], len(provider.prompts)) == ("pending", 1)
        services = fresh(house)
        await generations.sweep(services)
        await rested()
        assert len(provider.prompts) == 1, "not before the time that the provider said"
        house.clock.ahead += timedelta(seconds=101)
        await generations.sweep(services)
        assert (await ended(ana, one))["status"] == "done"
        assert len(provider.prompts) == 2
        provider.faults.append(Answer(429, b"", {"retry-after": "100"}))
        await generations.draw_due(services)
        two = await asked(ana, mara)  # by a process whose provider still rests
        await rested()
        house.clock.ahead += generations.WAITS + timedelta(seconds=1)
        await generations.sweep(off)
        found = await read(ana, two)
        assert (found["status"], found["reason"], found["cost_micros"]) == ("failed", "too_late", 0)

    async def test_who_is_busy_again_and_again_is_given_up_without_cost(self, house, ana, provider):
        mara = await character(house, ana)
        provider.faults.extend([Answer(429, b"", {"retry-after": "0"})] * 9)
        one = await asked(ana, mara)
        for _ in range(generations.MOST_ATTEMPTS):
            await rested()
            house.clock.ahead += timedelta(minutes=2)
            await generations.draw_due(fresh(house))
        found = await ended(ana, one)
        assert (found["status"], found["reason"], found["cost_micros"]) == ("failed", "provider_busy", 0)
        assert len(provider.prompts) == generations.MOST_ATTEMPTS

    @pytest.mark.parametrize(
        ("fault", "status", "reason", "cost"),
        [
            (declined(), "refused", "provider", 0),
            (CUT, "failed", "connection", image_provider.COST),
            (Answer(500, b"oh"), "failed", "provider_failed", image_provider.COST),
            (Answer(200, b"{"), "failed", "no_picture", image_provider.COST),
            (elsewhere("http://127.0.0.1:1/a.png"), "failed", "no_picture", image_provider.COST),
            (Answer(401, {"error": {"code": "invalid_api_key"}}), "failed", "provider_key", 0),
        ],
        ids=["declined", "cut", "broken", "wrong json", "address", "key"],
    )
    async def test_what_is_not_drawn_says_why_and_is_asked_for_once(  # noqa: PLR0917 - what pytest gives
        self, house, ana, provider, fault, status, reason, cost
    ):
        mara = await character(house, ana)
        provider.faults.append(fault)
        found = await drawn(ana, mara)
        await rested()
        assert (found["status"], found["reason"], found["cost_micros"]) == (status, reason, cost)
        assert (found["file_id"], await faces(house, mara)) == (None, [])
        assert len(provider.prompts) == 1

    async def test_what_was_taken_back_while_it_is_drawn_is_thrown_away(self, house, ana, provider):
        before, mara = await swept(house), await character(house, ana)
        provider.faults.append(HANG)
        one = await asked(ana, mara)
        await hangs(provider)
        assert (await ana.client.delete(f"/api/generations/{one}")).status_code == 204
        provider.release()
        assert await swept(house) == before
        assert await faces(house, mara) == []

    async def test_where_nothing_more_can_be_kept_nobody_is_asked_and_nothing_is_paid(self, house, ana, provider):
        async def spent() -> int:
            rows = "SELECT coalesce(sum(spent_micros), 0) FROM ai_spending_of_people WHERE user_id = $1"
            return int(await house.database.fetchval(rows, uuid.UUID(ana.id)))

        mara, before, at = await character(house, ana), await spent(), [0.0]
        with ObjectStore() as store:
            place = msgspec.structs.replace(house.services.settings, files_url=store.files_url).files_place
            services = msgspec.structs.replace(fresh(house), objects=Objects(place, lambda: at[0]))
            house.app.state.services = services
            store.full = True
            refused = await ana.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": mara})
            assert code(refused) == (503, "unavailable")
            store.full, at[0] = False, 31.0
            provider.faults.append(Answer(429, b"", {"retry-after": "1"}))
            one = await asked(ana, mara)
            await rested()
            assert (len(provider.prompts), store.objects) == (1, {})
            store.full = True
            for _ in range(generations.MOST_ATTEMPTS - 1):
                at[0] += 61.0
                house.clock.ahead += timedelta(minutes=11)
                await generations.draw_due(services)
            found = await read(ana, one)
            assert (found["status"], found["reason"], found["cost_micros"]) == ("failed", "store_away", 0)
            assert (len(provider.prompts), await spent()) == (1, before)


class TestWhatTheDatabaseRefuses:
    async def test_a_picture_is_asked_for_first_of_one_s_own_character_and_what_became_of_it_stays(self, house, ana):
        ben = await let_in(house)
        mara, theirs = await character(house, ana), await character(house, ben)
        found = await drawn(ana, mara)
        one, me = uuid.UUID(found["id"]), uuid.UUID(ana.id)
        new = "INSERT INTO image_generations (user_id, kinkster_id, status, leased_until, finished_at) VALUES "
        for statement, values in (
            (new + "($1, $2, 'running', now(), NULL)", (me, uuid.UUID(mara))),
            (new + "($1, $2, 'done', NULL, now())", (me, uuid.UUID(mara))),
            (new + "($1, $2, 'pending', NULL, NULL)", (me, uuid.UUID(theirs))),
            (new + "($1, NULL, 'pending', NULL, NULL)", (uuid.UUID(ben.id),)),
            ("UPDATE image_generations SET status = 'pending', finished_at = NULL WHERE id = $1", (one,)),
            ("UPDATE image_generations SET status = 'failed' WHERE id = $1", (one,)),
            ("UPDATE image_generations SET file_id = NULL WHERE id = $1", (one,)),
            ("UPDATE image_generations SET prompt = NULL WHERE id = $1", (one,)),
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await as_owner(house, ana, statement, *values)
        assert await read(ana, found["id"]) == found
        running = "INSERT INTO image_generations (user_id, status, leased_until) VALUES ($1, 'running', now())"
        await house.database.execute(running, me)
        with pytest.raises(asyncpg.UniqueViolationError):
            await house.database.execute(running, me)
        await house.database.execute("DELETE FROM image_generations WHERE status = 'running'")


class TestWhatAProviderSends:
    @pytest.mark.parametrize(
        "data",
        [
            pictures.png(30_000, 30_000, bytes(30_001)),
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<!doctype html><script>alert(1)</script>",
            picture()[:600],
        ],
        ids=["bomb", "svg", "html", "cut"],
    )
    async def test_what_is_no_picture_is_never_kept(self, house, ana, provider, data):
        before, mara = await swept(house), await character(house, ana)
        provider.draws = lambda prompt: data  # noqa: ARG005
        found = await drawn(ana, mara)
        assert (found["status"], found["reason"]) == ("failed", "no_picture")
        assert await swept(house) == before

    async def test_what_hides_behind_a_picture_does_not_come_along(self, house, ana, provider):
        mara = await character(house, ana)
        provider.draws = lambda prompt: pictures.with_exif() + b"<html><script>alert(1)</script>"  # noqa: ARG005
        opened = await seen(ana.client, (await drawn(ana, mara))["file_id"])
        assert (opened.status_code, opened.headers["content-type"]) == (200, "image/jpeg")
        assert b"script" not in opened.content
        assert pictures.GPS not in opened.content


class TestWhatIsNeverDrawn:
    async def test_minors_force_and_what_its_owner_never_wants_leave_nothing_behind(self, house, provider):
        home = await moved_in(house, ["dominant", "submissive"])
        ana = home.people[0]
        await surveyed(ana)
        await home.limit(0, "hardBoundaryRestrain")
        for looks, why in (
            ({"aesthetic": "a schoolgirl of 15"}, "adults_only"),
            ({"body_type": "teen girl"}, "adults_only"),
            ({"aesthetic": "crying, against her will"}, "limit"),
            ({"fetish_wear": ["wrists bound with rope"]}, "limit"),
        ):
            wrong = await character(house, ana, **looks)
            answer = await ana.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": wrong})
            assert code(answer) == (422, why), looks
        assert provider.prompts == []
        assert (await ana.client.get("/api/generations")).json()["items"] == []
        ben = home.people[1]
        unasked = await character(house, ben, fetish_wear=["wrists bound with rope"])
        answer = await ben.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": unasked})
        assert code(answer) == (422, "limit"), "whoever never said what they never want is not taken at their silence"
        await surveyed(ben)
        fine = await character(house, ben, fetish_wear=["wrists bound with rope"])
        assert (await drawn(ben, fine))["status"] == "done", "the other's limits are not asked, and never told"

    async def test_a_limit_that_comes_while_it_waits_holds_it(self, house, provider):
        home = await moved_in(house, ["dominant", "submissive"])
        ana = home.people[0]
        await surveyed(ana)
        bound = await character(house, ana, aesthetic="tied to a chair with red rope")
        provider.faults.append(HANG)
        first, second = await asked(ana, bound), await asked(ana, bound)
        await hangs(provider)
        await home.limit(0, "hardBoundaryRestrain")
        provider.release()
        assert [(await ended(ana, one))["status"] for one in (first, second)] == ["done", "refused"]
        assert (await read(ana, second))["reason"] == "limit"
        assert len(provider.prompts) == 1

    async def test_what_a_character_wears_elsewhere_is_not_part_of_its_face(self, house, ana, provider):
        mara = await character(house, ana, fetish_wear=["nude"], clothing_style="a green suit")
        assert (await drawn(ana, mara))["status"] == "done"
        [prompt] = provider.prompts
        assert "nude" not in prompt
        assert "a green suit" in prompt


class TestCompositionsAndPoses:
    async def test_they_are_kept_sealed_for_their_owner_and_drawn_without_anybody_s_name(self, house, provider):
        home = await moved_in(house, ["dominant", "submissive"])
        ana, ben = home.people
        await house.database.execute("UPDATE users SET display_name = 'Benedikta' WHERE id = $1", uuid.UUID(ben.id))
        mara, tom = await character(house, ana), await character(house, ana, hair_color="black", name="Tom")
        theirs = await character(house, ben)
        body = {"title": "By the lake", "composition": "Two people by a lake; Benedikta (ben@example.org) waves."}
        made = await ana.client.post("/api/scene-compositions", json=body)
        assert made.status_code == 201, made.text
        composition = made.json()
        assert composition.keys() == {
            *("id", "version", "created_at", "updated_at", "user_id", "title", "composition", "scene_id"),
            "generation_id",
        }
        poses = []
        for who, pose in ((mara, "sits on a stone"), (tom, "stands behind her")):
            draft = {"kinkster_id": who, "name": "One", "pose": pose, "composition_id": composition["id"]}
            answer = await ana.client.post("/api/character-poses", json=draft)
            assert answer.status_code == 201, answer.text
            poses.append(answer.json())
        for wrong in ({"kinkster_id": theirs}, {"composition_id": str(uuid.uuid4())}):
            draft = {"kinkster_id": mara, "name": "One", "pose": "sits", **wrong}
            assert code(await ana.client.post("/api/character-poses", json=draft)) == (422, "invalid")
        path = f"/api/scene-compositions/{composition['id']}"
        told = await ana.client.post(f"{path}/generate", json={"style": "watercolour"})
        assert told.status_code == 202, told.text
        found = await ended(ana, told.json()["generation_id"])
        assert (found["status"], found["subject"], found["style"]) == ("done", "composition", "watercolour")
        [prompt] = provider.prompts
        assert all(
            one in prompt for one in ("by a lake", "sits on a stone", "stands behind her", "copper red", "black")
        )
        assert all(one not in prompt for one in ("Benedikta", "ben@", "example.org", "Tom", "Mara", mara, ana.id))
        now = (await ana.client.get(path)).json()
        assert (now["generation_id"], now["version"]) == (found["id"], composition["version"] + 1)
        told = await ana.client.post(f"/api/character-poses/{poses[0]['id']}/generate")
        assert told.status_code == 202, told.text
        one = await ended(ana, told.json()["generation_id"])
        assert (one["status"], one["subject"], one["kinkster_id"]) == ("done", "pose", mara)
        assert await faces(house, mara) == [], "how somebody stands is no face"
        for who in (ben, await let_in(house)):
            assert (await who.client.get(path)).status_code == 404
            assert (await who.client.post(f"{path}/generate")).status_code == 404
            assert (await who.client.get("/api/scene-compositions")).json()["items"] == []
        stale = await ana.client.patch(path, json={"title": "At sea", "version": 1})
        assert code(stale) == (409, "changed")
        assert (await ana.client.patch(path, json={"title": "At sea", "version": now["version"]})).status_code == 200
        assert [
            one["title"]
            for one in (await ana.client.get("/api/scene-compositions", params={"q": "sea"})).json()["items"]
        ] == ["At sea"]
        row = await house.database.fetchrow("SELECT title::text AS t, composition::text AS c FROM scene_compositions")
        assert "sea" not in row["t"]
        assert "lake" not in row["c"]
        assert (await ana.client.delete(path)).status_code == 204
        left = (await ana.client.get("/api/character-poses")).json()["items"]
        assert {one["composition_id"] for one in left} == {None}
        assert (await read(ana, found["id"]))["file_id"] == found["file_id"], (
            "what was drawn stays among one's pictures"
        )

    async def test_a_scene_of_a_bond_may_be_named_by_who_is_in_it_and_an_explicit_one_is_not_drawn(
        self, house, provider
    ):
        home = await moved_in(house, ["dominant", "submissive"])
        ana, stranger = home.people[0], await let_in(house)
        scene = await home.post(0, "scenes", {"title": "An evening"}, expect=201)
        body = {"title": "One", "composition": "Both are naked on a bed", "scene_id": scene["id"]}
        assert code(await stranger.client.post("/api/scene-compositions", json=body)) == (422, "invalid")
        made = await ana.client.post("/api/scene-compositions", json=body)
        assert made.status_code == 201, made.text
        refused = await ana.client.post(f"/api/scene-compositions/{made.json()['id']}/generate")
        assert code(refused) == (422, "invalid")
        assert provider.prompts == []


class TestWithoutAProvider:
    async def test_nothing_is_drawn_and_that_is_said_and_what_was_drawn_is_there(self, house, ana, provider):
        mara = await character(house, ana)
        found = await drawn(ana, mara)
        offers = (await ana.client.get("/api/kinksters/providers")).json()
        assert (offers["images"], offers["providers"]) == (True, [])
        assert {"painting", "ink"} <= {*offers["styles"]}
        house.app.state.services = msgspec.structs.replace(house.services, images=None)
        answer = await ana.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": mara})
        assert code(answer) == (503, "not_configured")
        offers = (await ana.client.get("/api/kinksters/providers")).json()
        assert (offers["images"], offers["styles"]) == (False, [])
        assert await read(ana, found["id"]) == found
        assert (await seen(ana.client, found["file_id"])).status_code == 200
        assert len(provider.prompts) == 1


class TestWhatIsToldOfIt:
    async def test_no_word_of_what_was_asked_for_is_in_a_log_a_refusal_a_notification_or_readable_in_the_database(
        self, house, ana, provider
    ):
        mark = "quincequartz"
        mara = await character(house, ana, aesthetic=f"{mark} garden")
        with capture_logs() as logs:
            provider.faults.append(declined())
            found = [await drawn(ana, mara) for _ in range(2)]
            await rested()
        assert [one["status"] for one in found] == ["refused", "done"]
        assert all(mark in prompt for prompt in provider.prompts)
        assert mark not in repr(logs)
        assert mark not in json.dumps(found)
        assert mark not in (await ana.client.get("/api/notifications")).text
        for table in ("image_generations", "kinksters", "bond_replies", "idempotency_keys", "notifications", "files"):
            rows = await house.database.fetch(f"SELECT t::text AS row FROM {table} t")
            assert mark not in "".join(row["row"] for row in rows), table


class TestWhatADayMayCost:
    async def test_pictures_are_paid_in_advance_from_the_day_s_budgets_and_what_is_not_drawn_is_given_back(
        self, house, ana, provider
    ):
        async def spent() -> int:
            return int(
                await house.database.fetchval(
                    "SELECT coalesce(sum(spent_micros), 0) FROM ai_spending_of_people WHERE user_id = $1",
                    uuid.UUID(ana.id),
                )
            )

        mara, cost = await character(house, ana), image_provider.COST
        provider.faults.append(HANG)
        first = await asked(ana, mara)
        await hangs(provider)
        second = await asked(ana, mara)
        assert await spent() == 2 * cost, "taken before it is asked for"
        assert (await ana.client.delete(f"/api/generations/{second}")).status_code == 204
        assert await spent() == cost, "given back where it was never asked for"
        provider.release()
        assert (await ended(ana, first))["status"] == "done"
        provider.faults.append(declined())
        await drawn(ana, mara)
        assert await spent() == cost, "nobody pays for a refusal"
        provider.faults.append(CUT)
        await drawn(ana, mara)
        assert await spent() == 2 * cost, "what may have been drawn may have been paid"
        services = house.app.state.services
        for few in ({"characters_person_daily_budget": 0.1}, {"characters_daily_budget": 0.01}):
            settings = msgspec.structs.replace(services.settings, **few)
            house.app.state.services = msgspec.structs.replace(services, settings=settings)
            answer = await ana.client.post("/api/kinksters/generate-avatar", json={"kinkster_id": mara})
            assert code(answer) == (429, "budget_used")
            assert 0 < int(answer.headers["retry-after"]) <= 86_400
        assert await spent() == 2 * cost
        house.app.state.services = services
        house.clock.ahead += timedelta(days=1)
        assert (await drawn(ana, mara))["status"] == "done"
