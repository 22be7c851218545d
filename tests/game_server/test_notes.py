"""A note to oneself: its writer's alone, sealed with their key, gone with them and with the game."""

from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import pytest
import pytest_asyncio
from asyncpg import InsufficientPrivilegeError

from game_server.sessions.notes import LONGEST
from storage import key_store
from tests.support.house import House, come_anonymously, let_in, open_house, tell

GUEST = {"name": "Bo", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}
WORDS = "Slower next time.\nThe kitchen!"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_claims="1000/60") as opened:
        yield opened


async def player(house, kind, name):
    person = await (let_in if kind == "user" else come_anonymously)(house)
    assert (await tell(person.client, name=name, adult=True)).status_code == 200
    return person


async def in_one_room(house, one="user", other="anonymous"):
    """Two who sit in a room, and the path of their notes."""
    ana, ben = await player(house, one, "Ana"), await player(house, other, "Ben")
    opened = (await ana.client.post("/api/sessions", json={"partner": {"link": True}})).json()
    joined = await ben.client.post("/api/sessions/join", json={"token": opened["join"]["token"]})
    assert joined.status_code == 200, joined.text
    return ana, ben, f"/api/sessions/{opened['session_id']}/note"


async def write(person, path, text=WORDS, status=200):
    answer = await person.client.put(path, json={"text": text})
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(person, path):
    answer = await person.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()["text"]


def actor(person):
    return f"user:{person.id}" if hasattr(person, "refresh") else f"anon:{person.id}"


async def rows_of(house, path):
    return await house.database.fetch("SELECT * FROM session_notes WHERE session_id = $1", path.split("/")[3])


@pytest.mark.parametrize(("one", "other"), [("user", "user"), ("user", "anonymous"), ("anonymous", "user")])
async def test_each_has_one_and_sees_nothing_of_the_others(house, one, other):
    ana, ben, path = await in_one_room(house, one, other)
    assert [await read(person, path) for person in (ana, ben)] == [None, None]
    first = await write(ana, path)
    assert first["text"] == WORDS
    assert await read(ben, path) is None
    await write(ben, path, "Mine")
    again = await write(ana, path, "  Anders:\r\nlangsamer  ")
    assert again["text"] == "Anders:\nlangsamer" == await read(ana, path)
    assert again["updated_at"] > first["updated_at"]
    assert (await ana.client.delete(path)).status_code == 204
    assert [await read(person, path) for person in (ana, ben)] == [None, "Mine"]
    assert (await ana.client.delete(path)).status_code == 204


async def test_what_is_kept_of_it_is_sealed_with_its_writers_key(house):
    ana, _, path = await in_one_room(house)
    await write(ana, path)
    (row,) = await rows_of(house, path)
    assert "Slower" not in str(dict(row))
    envelope = {**msgspec.json.decode(row["words"]), "key_id": row["key_id"]}
    assert await house.services.person_keys.unseal(actor(ana), envelope) == WORDS
    async with house.services.database.reading() as service:
        assert await key_store.has_sealed(service, "user", ana.id)


async def test_the_process_that_plays_the_room_cannot_read_one(house):
    ana, _, path = await in_one_room(house)
    await write(ana, path)
    for sql in (
        "SELECT words FROM session_notes",
        "SELECT * FROM session_notes",
        "UPDATE session_notes SET words = words",
    ):
        async with house.services.database.reading() as service:
            with pytest.raises(InsufficientPrivilegeError):
                await service.fetch(sql)


@pytest.mark.parametrize("text", ["", "   \n ", "x" * (LONGEST + 1), "a\x00b", "a\x1bb"])
async def test_what_is_no_note_is_refused(house, text):
    ana, _, path = await in_one_room(house)
    assert "text" in (await write(ana, path, text, status=422))["error"]["fields"]
    assert await rows_of(house, path) == []


async def test_the_longest_note_in_the_widest_letters_is_kept(house):
    ana, _, path = await in_one_room(house)
    await write(ana, path, "💛" * LONGEST)
    assert await read(ana, path) == "💛" * LONGEST


async def test_who_does_not_sit_there_has_none_and_gets_no_key(house):
    _, _, path = await in_one_room(house)
    stranger = await player(house, "anonymous", "Cy")
    assert (await stranger.client.get(path)).status_code == 404
    assert (await stranger.client.delete(path)).status_code == 404
    await write(stranger, path, status=404)
    await write(stranger, "/api/sessions/nowhere/note", status=404)
    asked, asks = await player(house, "user", "Dan"), await player(house, "user", "Eve")
    opened = (await asks.client.post("/api/sessions", json={"partner": {"hosted": GUEST}})).json()
    await write(asked, f"/api/sessions/{opened['session_id']}/note", status=404)


async def test_a_guest_without_a_phone_has_none(house):
    ana = await player(house, "user", "Ana")
    opened = (await ana.client.post("/api/sessions", json={"partner": {"hosted": GUEST}})).json()
    path = f"/api/sessions/{opened['session_id']}/note"
    await write(ana, path)
    assert [row["seat"] for row in await rows_of(house, path)] == ["A"]


@pytest.mark.parametrize("kind", ["user", "anonymous"])
async def test_it_goes_with_its_writer_and_the_partners_stays(house, kind):
    ana, ben, path = await in_one_room(house, kind, "user")
    await write(ana, path)
    await write(ben, path, "Mine")
    gone = await ana.client.delete("/api/me" if kind == "user" else "/api/anonymous-sessions")
    assert gone.status_code == 204, gone.text
    assert [row["user_id"] for row in await rows_of(house, path)] == [UUID(ben.id)]
    assert await read(ben, path) == "Mine"


async def test_it_goes_with_the_session(house):
    ana, ben, path = await in_one_room(house, "user", "user")
    for person in (ana, ben):
        await write(person, path)
        assert (await person.client.delete("/api/me")).status_code == 204
    assert await rows_of(house, path) == []


async def test_an_export_holds_ones_own_notes_opened(house):
    ana, ben, path = await in_one_room(house)
    await write(ana, path)
    await write(ben, path, "Mine")
    for person, words in ((ana, WORDS), (ben, "Mine")):
        (kept,) = (await person.client.get("/api/me/export")).json()["notes"]
        assert (kept["words"], kept["session_id"]) == (words, path.split("/")[3])
        assert {*kept} == {"session_id", "words", "created_at", "updated_at"}


async def test_a_key_that_is_away_is_told_and_none_is_made_anew(house):
    ana, _, path = await in_one_room(house)
    await write(ana, path)
    house.services.person_keys.held_back = True
    try:
        assert (await ana.client.get(path)).status_code == 503
        await write(ana, path, "Again", status=503)
        assert (await ana.client.delete(path)).status_code == 204  # what one takes back needs no key
    finally:
        house.services.person_keys.held_back = False


async def test_a_partner_to_play_with_again_is_told_while_the_two_are_connected(house):
    ana, ben, path = await in_one_room(house, "user", "user")
    session = path.removesuffix("/note")

    async def told(person):
        (listed,) = (await person.client.get("/api/sessions")).json()["items"]
        assert (await person.client.get(session)).json().keys() == {"seq", "state"}
        one = (await person.client.get(f"{session}?partner=true")).json()
        assert listed["partner_user_id"] == one["partner_user_id"]
        return one["partner_user_id"]

    assert [await told(person) for person in (ana, ben)] == [None, None]
    made = (await ana.client.post("/api/partners/connections", json={})).json()
    await ben.client.post("/api/partners/connections/claim", json={"token": made["token"]})
    for person in (ben, ana):
        await person.client.post(f"/api/partners/connections/{made['id']}/accept")
    assert [await told(person) for person in (ana, ben)] == [ben.id, ana.id]
    await ben.client.post(f"/api/partners/connections/{made['id']}/disconnect")
    assert [await told(person) for person in (ana, ben)] == [None, None]
