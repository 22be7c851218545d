"""A key that is missing or wrong for a living person is an error that says so: never an empty answer, never a new key."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import msgspec
import pytest
import pytest_asyncio

from game_server.commands.keys import move
from game_server.process.exits import CannotRunError
from game_server.profiles import key_file_in_use
from game_server.profiles.person_key import KeysDoNotFit, check_keys, give_up_lost_keys
from game_server.settings import Settings
from rooms.activities.taxonomy import BOUNDARY_KEYS
from storage.key_file import KeyFile
from storage.person_keys import OtherSecret, PersonKeys
from tests.support import databases
from tests.support.databases import SECRET, login_url
from tests.support.house import PASSWORD, House, Person, come_anonymously, open_house, sign_up, tell
from tests.support.server_process import ServerProcess, game_server

OTHER_SECRET = "another secret, just as long as the first"
ANSWERS = {"A1": 5, "B1a": "Y"}
LIMIT = BOUNDARY_KEYS[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("houses")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, folder / "one", secret_key=SECRET) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def elsewhere(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[House]:
    """Another process with the same secret and a key file of its own."""
    async with open_house(database_url, redis_url, folder / "two", secret_key=SECRET) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def disguised(database_url: str, redis_url: str, folder: Path, house: House) -> AsyncIterator[House]:
    """Another process with the same key file and another secret."""
    keys = str(house.services.settings.person_key_file)
    own = {f"database_{kind}_url": login_url(database_url, f"game_{kind}") for kind in ("web", "worker")}
    async with open_house(
        database_url, redis_url, folder / "three", secret_key=OTHER_SECRET, person_keys=keys, **own
    ) as opened:
        yield opened


async def answered(house: House) -> Person:
    person = await sign_up(house)
    await tell(person.client)
    saved = await person.client.patch("/api/survey/progress", json={"answers": ANSWERS})
    assert saved.status_code == 200, saved.text
    return person


async def at(house: House, person: Person) -> httpx.AsyncClient:
    answer = await house.client().post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
    return house.client(answer.json()["access_token"])


async def refused_everywhere(client: httpx.AsyncClient) -> None:
    for answer in (
        await client.get("/api/survey/progress"),
        await client.patch("/api/survey/progress", json={"answers": {"A2": 1}}),
        await client.post("/api/survey/submit", json={"answers": {"A2": 1}}),
        await tell(client),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "keys_unavailable"), answer.text
        assert int(answer.headers["Retry-After"]) > 0
        assert "Nothing is lost" in answer.json()["error"]["message"]


@pytest.mark.parametrize("submitted", [False, True])
async def test_a_process_with_another_key_file_says_so_and_overwrites_nothing(house, elsewhere, submitted):
    person = await answered(house)
    if submitted:
        assert (await person.client.post("/api/survey/submit", json={"answers": {}})).status_code == 200
    client = await at(elsewhere, person)
    for answer in (
        await client.patch("/api/survey/progress", json={"answers": {"A2": 1}}),
        await client.post("/api/survey/submit", json={"answers": {"A2": 1}, "retake": True}),
        await tell(client),
        await client.get("/api/survey/progress"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "keys_unavailable"), answer.text
    assert f"user:{person.id}" not in await elsewhere.services.person_keys.people()
    kept = (await person.client.get("/api/survey/progress")).json()["answers"]
    assert {question: kept[question] for question in ANSWERS} == ANSWERS


async def test_a_limit_never_waits_for_a_key_and_a_locked_survey_does_not_undo_it(house, elsewhere):
    person = await sign_up(house)
    await tell(person.client)
    await person.client.patch("/api/survey/progress", json={"answers": {**ANSWERS, "C1": []}})
    client = await at(elsewhere, person)
    assert (await client.patch("/api/profile/boundaries", json={"hard_limits": [LIMIT]})).status_code == 200
    assert (await person.client.get("/api/survey/progress")).json()["answers"] == ANSWERS
    assert (await person.client.post("/api/survey/submit", json={})).status_code == 200
    assert (await person.client.get("/api/profile")).json()["boundaries"]["hard_limits"] == [LIMIT]


async def test_with_another_secret_every_route_of_the_survey_says_so_and_nobody_gets_a_key(house, disguised):
    person = await answered(house)
    await refused_everywhere(await at(disguised, person))
    guest = await come_anonymously(disguised)
    await refused_everywhere_but_reading(guest.client)
    assert f"anon:{guest.id}" not in await disguised.services.person_keys.people()
    assert (await person.client.get("/api/survey/progress")).json()["answers"] == ANSWERS


async def refused_everywhere_but_reading(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/survey/progress")).status_code == 200
    for answer in (await client.patch("/api/survey/progress", json={"answers": {"A2": 1}}), await tell(client)):
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "keys_unavailable"), answer.text


async def test_a_start_with_other_keys_or_another_secret_is_refused(house, elsewhere, disguised):
    await answered(house)
    with pytest.raises(
        KeysDoNotFit, match="another key store"
    ):  # it was never said whose this database is, but it shows
        await check_keys(elsewhere.services)
    await check_keys(house.services)
    await check_keys(house.services)
    with pytest.raises(KeysDoNotFit, match="another key store"):
        await check_keys(elsewhere.services)
    with pytest.raises(KeysDoNotFit, match="another secret"):
        await check_keys(disguised.services)


async def test_serve_names_the_file_and_what_to_do(house, database_url, redis_url, tmp_path):
    await answered(house)
    await check_keys(house.services)
    settings = Settings(data_dir=tmp_path, port=0, database_url=database_url, redis_url=redis_url, secret_key=SECRET)
    with pytest.raises(AssertionError, match="set ATTUNED_PERSON_KEYS to the one that the other processes use"):
        ServerProcess(settings, tmp_path / "log")
    both = msgspec.structs.replace(settings, person_keys=str(house.services.settings.person_key_file))
    ServerProcess(both, tmp_path / "log").stop()


async def test_where_the_keys_are_lost_for_good_what_they_sealed_is_given_up_and_the_rest_stays(house, elsewhere):
    person = await answered(house)
    await person.client.post("/api/survey/submit", json={})
    before = (await person.client.get("/api/profile")).json()
    await check_keys(house.services)
    assert await give_up_lost_keys(elsewhere.services) >= 2
    await check_keys(elsewhere.services)
    client = await at(elsewhere, person)
    assert (await client.get("/api/survey/progress")).json()["answers"] == {}
    assert (await client.get("/api/profile")).json() == before
    assert (await client.patch("/api/survey/progress", json={"answers": {"A1": 2}})).status_code == 200
    with pytest.raises(KeysDoNotFit):
        await check_keys(house.services)
    await give_up_lost_keys(house.services)


async def live_in_a_bond(house: House) -> tuple[Person, str]:
    """Somebody with texts of their own and a bond with some."""
    person = await sign_up(house)
    bond = (await person.client.post("/api/bonds", json={"name": "Us"})).json()["id"]
    for method, path, body in (
        ("POST", f"/api/bonds/{bond}/resources", {"title": "Shown", "shared_with_partner": True}),
        ("POST", "/api/resources", {"title": "Mine"}),
        ("POST", f"/api/bonds/{bond}/boundaries", {"activity_name": "Ropes", "my_rating": "hard_no"}),
        ("PATCH", "/api/me", {"kink_identity": "Curious"}),
        ("POST", "/api/me/submission-state", {"state": "low_energy", "reason": "A long week"}),
    ):
        answer = await person.client.request(method, path, json=body)
        assert answer.status_code in {200, 201}, answer.text
    return person, bond


async def test_what_lost_keys_sealed_of_bonds_goes_too_and_a_limit_stays(house, elsewhere):
    person, bond = await live_in_a_bond(house)
    await house.database.execute("DELETE FROM key_store")
    with pytest.raises(KeysDoNotFit, match="another key store"):
        await check_keys(elsewhere.services)
    assert await give_up_lost_keys(elsewhere.services) >= 5
    client = await at(elsewhere, person)
    assert (await client.get("/api/bonds")).json()["items"] == []
    assert (await client.get(f"/api/bonds/{bond}")).status_code == 404
    assert (await client.get("/api/resources")).json()["items"] == []
    me = (await client.get("/api/me")).json()
    state = (await client.get("/api/me/submission-state")).json()
    assert (me["kink_identity"], me["bond_id"], state["state"]) == (None, None, "low_energy")
    assert await house.database.fetchval(
        "SELECT count(*) FROM personal_limits WHERE user_id = $1::uuid AND words = '{}'", person.id
    ) == 1  # fmt: skip
    again = (await client.post("/api/bonds", json={"name": "Us again"})).json()["id"]
    made = await client.post(f"/api/bonds/{again}/resources", json={"title": "New"})
    assert (made.status_code, made.json()["title"]) == (201, "New")
    await give_up_lost_keys(house.services)


async def test_a_state_is_declared_without_a_key_and_a_request_makes_no_second_one(house, elsewhere):
    person, _bond = await live_in_a_bond(house)
    other = await sign_up(elsewhere)
    made = await other.client.post("/api/bonds", json={"name": "Open", "bond_type": "household", "is_private": False})
    client = await at(elsewhere, person)
    asked = await client.post(f"/api/bonds/{made.json()['id']}/requests", json={"message": "May I?"})
    assert (asked.status_code, asked.json()["error"]["code"]) == (503, "keys_unavailable"), asked.text
    paused = await client.post("/api/me/submission-state", json={"state": "paused", "reason": "Enough"})
    assert paused.status_code in {200, 201}, paused.text
    assert (paused.json()["state"], paused.json()["log"][0]["reason"]) == ("paused", None)
    assert f"user:{person.id}" not in await elsewhere.services.person_keys.people()


async def test_a_bond_is_paused_and_resumed_while_its_texts_cannot_be_opened(house):
    person, bond = await live_in_a_bond(house)
    house.services.person_keys.held_back = True
    try:
        for command, status in (("pause", "paused"), ("resume", "forming")):
            answer = await person.client.post(f"/api/bonds/{bond}/{command}")
            assert answer.status_code == 200, answer.text
            assert (answer.json()["status"], answer.json()["name"]) == (status, None)
        refused = await person.client.get(f"/api/bonds/{bond}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "keys_unavailable")
    finally:
        house.services.person_keys.held_back = False


async def test_while_the_key_file_is_away_rooms_go_on_and_readiness_says_so(database_url, redis_url, tmp_path):
    async with open_house(database_url, redis_url, tmp_path, secret_key=SECRET) as house:
        person = await answered(house)
        path = house.services.settings.person_key_file
        path.rename(path.with_suffix(".away"))
        ready = (await house.client().get("/health/ready")).json()
        assert (ready["status"], "keys" in ready["degraded"]) == ("degraded", True)
        stranger = await come_anonymously(house)
        assert (await tell(stranger.client)).status_code == 503
        assert (await person.client.post("/api/sessions", json={"partner": {"link": True}})).status_code == 201
        path.with_suffix(".away").rename(path)
        assert (await tell(stranger.client)).status_code == 200


async def test_an_older_file_with_keys_of_ours_gets_an_id_and_one_of_somebody_elses_does_not(tmp_path):
    ours, path = {"ours": bytes(range(32))}, tmp_path / "keys.sqlite"
    keys = PersonKeys(KeyFile(path), ours)
    (envelope,) = await keys.seal("user:1", ANSWERS)
    await keys.close()
    with sqlite3.connect(path) as older:
        older.execute("DROP TABLE store")
    older.close()
    stranger = PersonKeys(KeyFile(path), {"theirs": bytes(32)})
    with pytest.raises(OtherSecret):
        await stranger.identity()
    await stranger.close()
    again = PersonKeys(KeyFile(path), ours)
    assert await again.identity() == await again.identity()
    assert await again.unseal("user:1", envelope) == ANSWERS
    await again.close()


async def test_a_copy_of_the_key_file_is_refused_while_the_first_is_used_and_taken_when_it_is_not(
    database_url, redis_url, tmp_path, house
):
    await give_up_lost_keys(house.services)
    await check_keys(house.services)
    (tmp_path / "copy").mkdir()
    path = house.services.settings.person_key_file
    for name in (path.name, f"{path.name}-wal"):
        shutil.copy(path.with_name(name), tmp_path / "copy" / name)
    async with open_house(database_url, redis_url, tmp_path / "copy", secret_key=SECRET) as second:
        beating = asyncio.ensure_future(_beat(house))
        with pytest.raises(KeysDoNotFit, match="game-server keys move"):
            await check_keys(second.services)
        beating.cancel()
        second.clock.ahead = key_file_in_use.HELD_FOR * 2
        await check_keys(second.services)
        second.clock.ahead *= 0
        going_on = asyncio.ensure_future(key_file_in_use.go_on_holding(house.services, every_s=0))
        while not house.services.person_keys.held_back:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        going_on.cancel()
        assert "keys" in (await house.client().get("/health/ready")).json()["degraded"]
        assert (await tell((await come_anonymously(house)).client)).status_code == 503
        house.services.person_keys.held_back = False


async def _beat(house: House) -> None:
    while True:
        await check_keys(house.services)
        await asyncio.sleep(0.05)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def keys_url(admin_url: str) -> AsyncIterator[str]:
    url = await databases.made(admin_url, "person_keys_of_their_own")
    yield url
    await databases.gone(url, admin_url)


async def test_keys_in_a_database_serve_two_machines_and_while_it_is_away_only_surveys_wait(
    database_url, redis_url, admin_url, keys_url, tmp_path
):
    settings = {"secret_key": SECRET, "person_keys": keys_url}
    async with (
        open_house(database_url, redis_url, tmp_path / "one", **settings) as one,
        open_house(database_url, redis_url, tmp_path / "two", **settings) as other,
    ):
        await give_up_lost_keys(one.services)
        for each in (one, other):
            await check_keys(each.services)
        person = await answered(one)
        client = await at(other, person)
        assert (await client.get("/api/survey/progress")).json()["answers"] == ANSWERS
        await databases.rename(admin_url, keys_url, "away_for_a_while")
        await refused_everywhere(client)
        assert (await other.client().get("/health/ready")).json()["degraded"] == ["keys"]
        assert (await client.post("/api/sessions", json={"partner": {"link": True}})).status_code == 201
        assert (await client.patch("/api/profile/boundaries", json={"hard_limits": [LIMIT]})).status_code == 200
        known, one.services.person_keys.store.expected = one.services.person_keys.store.expected, None
        await check_keys(one.services)  # who starts now serves rooms, and will ask that store only that was known
        assert known
        assert one.services.person_keys.store.expected == known
        await databases.rename(admin_url, databases.url_of(admin_url, "away_for_a_while"), "person_keys_of_their_own")
        other.services.person_keys.store._away_until = 0.0  # a second later
        assert (await client.get("/api/survey/progress")).json()["answers"] == ANSWERS


def test_keys_move_from_the_file_into_a_database_by_a_command(tmp_path, keys_url, admin_url):
    path = tmp_path / "person-keys.sqlite"
    databases.await_here(_sealed(path))
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(CannotRunError, match="does not begin with"):
        move(settings, "mysql://h/d")
    target = databases.create(admin_url, prefix="moved_keys")
    moved = game_server(settings, "keys", "move", target)
    assert moved.returncode == 0, moved.stderr
    assert "1 keys were moved" in moved.stdout
    with pytest.raises(CannotRunError, match="moved before"):
        move(settings, target)
    databases.drop(target, admin_url)


async def test_who_starts_with_a_file_whose_keys_were_moved_is_told_so(tmp_path, house):
    path = tmp_path / "person-keys.sqlite"
    await _sealed(path)
    file = KeyFile(path)

    async def take(*_moved: object) -> None:
        pass

    await file.hand_over(take)
    await file.close()
    keys = PersonKeys(KeyFile(path), {"ours": bytes(range(32))})
    with pytest.raises(KeysDoNotFit, match="have been moved: set ATTUNED_PERSON_KEYS"):
        await check_keys(msgspec.structs.replace(house.services, person_keys=keys))
    await keys.close()


async def _sealed(path: Path) -> None:
    keys = PersonKeys(KeyFile(path), {"ours": bytes(range(32))})
    await keys.seal("user:1", ANSWERS)
    await keys.close()
