"""A secret is exchanged for another while people play: what the old one signed, hashed and wrapped counts
until nothing hangs on it.

Four processes as a roll passes through them: the old secret alone, the new one last, the new one first, the new one alone.
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from game_server.accounts import signing, tickets
from game_server.accounts.callers import Caller
from game_server.commands import keys as work
from game_server.process.exits import CannotRunError
from game_server.profiles.person_key import check_keys
from game_server.settings import Settings
from tests.support.databases import SECRET as OLD
from tests.support.game import playing
from tests.support.house import PASSWORD, House, come_anonymously, open_house, sign_up, tell
from tests.support.server_process import ServerProcess, game_server

NEW = "the secret that takes its place and is just as long"
STEPS = {"old": (OLD,), "last": (OLD, NEW), "first": (NEW, OLD), "new": (NEW,)}
FREE = {"limit_register": "1000/60", "limit_login": "1000/60", "limit_other": "100000/60"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("rolled")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def houses(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[dict[str, House]]:
    async with (
        open_house(database_url, redis_url, folder, secret_keys=STEPS["old"], **FREE) as old,
        open_house(database_url, redis_url, folder, secret_keys=STEPS["last"], **FREE) as last,
        open_house(database_url, redis_url, folder, secret_keys=STEPS["first"], **FREE) as first,
    ):
        yield {"old": old, "last": last, "first": first}


async def refreshed(house: House, token: str) -> str:
    answer = await house.client().post("/api/auth/refresh", json={"refresh_token": token})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["refresh_token"])


async def test_logins_go_on_and_a_lost_answer_to_a_refresh_is_given_again(houses):
    person = await sign_up(houses["old"])
    guest = await come_anonymously(houses["old"])
    for name in ("last", "first"):
        assert (await houses[name].client(person.access).get("/api/me")).status_code == 200
        assert (await houses[name].client(guest.token).get("/api/survey/progress")).status_code == 200
    successor = await refreshed(houses["last"], person.refresh)
    assert await refreshed(houses["first"], person.refresh) == successor
    newer = await refreshed(houses["first"], successor)
    assert await refreshed(houses["last"], successor) == newer
    assert len(houses["first"].services.keys.jwks["keys"]) == 2
    assert (await houses["old"].client(person.access).get("/api/me")).status_code == 200


@pytest.mark.parametrize(("before", "after"), [("old", "last"), ("last", "first"), ("first", "last")])
async def test_an_honest_retry_of_a_request_gets_its_answer(houses, before, after):
    key = str(uuid.uuid4())
    person = await sign_up(houses[before], key=key, email=f"{key}@example.com")
    body = {"email": person.email, "password": PASSWORD, "adult": True}
    again = await houses[after].client().post("/api/auth/register", json=body, headers={"Idempotency-Key": key})
    assert (again.status_code, again.json()["user"]["id"]) == (201, person.id)
    other = (
        await houses[after]
        .client()
        .post("/api/auth/register", json={**body, "password": "another one"}, headers={"Idempotency-Key": key})
    )
    assert other.json()["error"]["code"] == "key_reused"


async def test_one_request_sent_to_two_processes_at_once_is_done_once(houses):
    person = await sign_up(houses["old"])
    clients = [houses[name].client(person.access) for name in ("last", "first") * 4]
    await tell(clients[0])
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answers = await asyncio.gather(
        *(client.post("/api/sessions", json={"partner": {"link": True}}, headers=key) for client in clients)
    )
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert len({answer.json()["session_id"] for answer in answers if answer.status_code == 201}) == 1
    assert len((await clients[0].get("/api/sessions")).json()["items"]) == 1


async def test_wrong_passwords_count_on_both_sides(houses):
    person = await sign_up(houses["old"])
    wrong = {"email": person.email, "password": "not this one"}
    for number in range(10):
        house = houses[("last", "first")[number % 2]]
        assert (await house.client().post("/api/auth/login", json=wrong)).status_code == 401
    for name in ("old", "last", "first"):
        right = {**wrong, "password": PASSWORD}
        assert (await houses[name].client().post("/api/auth/login", json=right)).status_code == 429


async def test_a_ticket_opens_the_room_on_either_side(houses):
    person = await sign_up(houses["old"])
    await tell(person.client)
    made = (await person.client.post("/api/sessions", json={"partner": {"link": True}})).json()["session_id"]
    caller = Caller("user", person.id, None, True, False, "Kim", None)
    for before, after in (("last", "first"), ("first", "last")):
        ticket = await tickets.issue(houses[before].services, made, caller)
        blob = await houses[after].services.redis.getdel(tickets._key(ticket))
        word = tickets._opened(houses[after].services, ticket, made, blob)
        assert word is not None
        assert word.caller == caller


async def test_an_erased_persons_mails_and_retries_go_whichever_secret_named_them(houses, folder):
    key = str(uuid.uuid4())
    person = await sign_up(houses["old"], key=key, email=f"{key}@example.com")
    assert houses["old"].mails(person.email)
    rows = await houses["first"].database.fetchval("SELECT count(*) FROM idempotency_keys")
    assert (await houses["first"].client(person.access).delete("/api/me")).status_code == 204
    assert not houses["old"].mails(person.email)
    assert await houses["first"].database.fetchval("SELECT count(*) FROM idempotency_keys") == rows - 1


@pytest.fixture(scope="module")
def rolled(settings, folder) -> Settings:
    """Settings of processes on the same key file, with the secrets of a step put in."""
    return msgspec.structs.replace(settings, secret_key=None, data_dir=folder, credits_burst=1000, credits_per_s=1000)


def at(step: str, rolled: Settings) -> Settings:
    return msgspec.structs.replace(rolled, secret_keys=STEPS[step])


@pytest.mark.long
async def test_a_command_that_is_sent_again_gets_the_same_ack_from_a_process_with_the_new_secret(rolled, tmp_path):
    last, first = (ServerProcess(at(step, rolled), tmp_path / step) for step in ("last", "first"))
    try:
        async with playing(last) as game:
            on, id_ = await game.card(), str(uuid.uuid4())
            ack = await game.a.command("complete", id=id_, on=on)
            for server in (first, last):
                await game.a.drop()
                game.a.ws_url = server.ws_url
                await game.a.connect()
                assert await game.a.command("complete", id=id_, on=on) == ack
    finally:
        for server in (last, first):
            server.stop()


async def test_what_opens_calendars_and_bonds_is_counted_until_it_is_known_by_the_new_secret(houses, rolled):
    person = await sign_up(houses["old"])
    for name in ("old", "last", "first"):
        await signing.note(houses[name].services)
    old = houses["old"].services.keys.kid

    async def hanging() -> dict[str, int]:
        found = {one.key_id: one.needed for one in await status(at("first", rolled))}
        return {name: found[old].get(name, 0) for name in ("calendar feeds", "bond codes")}

    assert await hanging() == {"calendar feeds": 0, "bond codes": 0}
    client = person.client
    bond = (await client.post("/api/bonds", json={"name": "Us"})).json()["id"]
    assert (await client.post(f"/api/bonds/{bond}/invite", json={})).status_code == 201
    url = (await client.post("/api/calendar/feed", json={})).json()["url"]
    assert await hanging() == {"calendar feeds": 1, "bond codes": 1}
    assert (await houses["first"].client().get(url[url.index("/calendar/") :])).status_code == 200
    assert (await client.delete(f"/api/bonds/{bond}/invite")).status_code in (200, 204)
    assert await hanging() == {"calendar feeds": 0, "bond codes": 0}
    assert (await client.delete("/api/calendar/feed")).status_code == 204


@pytest.mark.long
async def test_the_old_secret_goes_when_nothing_hangs_on_it_and_every_answer_is_kept(houses, rolled, folder):
    first = houses["first"]
    people = [await sign_up(houses[name]) for name in ("old", "last", "first")]
    for person in people:
        await tell(person.client)
        await person.client.patch("/api/survey/progress", json={"answers": {"A1": 5}})
    for name in ("old", "last", "first"):
        await signing.note(houses[name].services)
    found = await status(at("first", rolled))
    old, new = houses["old"].services.keys.kid, first.services.keys.kid
    assert not work.free(found)
    assert [one.key_id for one in found] == [new, old]
    assert found[1].login_passwords == 2
    for hanging in ("person keys", "refresh tokens", "anonymous tokens", "open rooms", "retries"):
        assert found[1].needed[hanging]

    playing_on = asyncio.ensure_future(_save_for_ever(houses, people))
    turned = await asyncio.to_thread(game_server, at("first", rolled), "keys", "rotate", "--json")
    playing_on.cancel()
    assert turned.returncode == 0, turned.stderr
    assert "wrapped anew" in turned.stderr
    hangs = {one["key_id"]: one for one in json.loads(turned.stdout)["keys"]}
    assert (hangs[old]["person_keys"], hangs[old]["login_passwords"]) == (0, 0)

    # What is left runs out by itself: a month and more later the old secret may go.
    await first.database.execute(
        "UPDATE secret_keys SET signs_until = now() - interval '91 days' WHERE key_id = $1", old
    )
    found = await status(at("first", rolled))
    assert work.free(found)
    assert work.lines(found)[1] == f"{old}  opens: nothing hangs on it: it may go"
    own = {"database_url": rolled.database_url, "redis_url": rolled.redis_url}
    async with open_house(**own, data_dir=folder, secret_keys=STEPS["new"], **FREE) as house:
        for person in people:
            answer = await house.client().post("/api/auth/login", json={"email": person.email, "password": PASSWORD})
            client = house.client(answer.json()["access_token"])
            kept = await client.get("/api/survey/progress")
            assert kept.status_code == 200, kept.text
            assert kept.json()["answers"]["A1"] in range(1, 8)
        await check_keys(house.services)
    with pytest.raises(CannotRunError, match="sealed with another secret"):
        await status(at("old", rolled))


async def status(settings: Settings) -> list[work.Hanging]:
    """As the command does, on a loop of its own."""
    return await asyncio.to_thread(work.status, settings, step=lambda _text: nullcontext())


async def _save_for_ever(houses: dict[str, House], people: list) -> None:
    """People answer on both sides of the roll."""
    while True:
        for name, person in zip(("last", "first", "last"), people, strict=True):
            client = houses[name].client(person.access)
            for value in (1, 7):
                saved = await client.patch("/api/survey/progress", json={"answers": {"A1": value}})
                assert saved.status_code == 200, saved.text
