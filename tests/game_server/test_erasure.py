"""Whoever is erased leaves nothing: marks in every field of theirs are looked for in every table, Redis key and file of ours."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import msgspec
import pytest
import pytest_asyncio

from game_server.accounts import mail
from game_server.bonds import shapes
from game_server.bonds.task_templates import ANYBODY
from game_server.process import forgetting
from game_server.profiles.erasure import forget_erased
from rooms.bonds.permissions import ACTS
from rooms.bonds.tool import Text, Tool
from rooms.bonds.tools import TOOLS
from storage import hot, surveys
from storage.key_rows import KeyGone
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, come_anonymously, let_in, open_house, sign_up, tell

KEY = "1b1c3a52-4f0c-4a8e-8f8e-3c1f7f0a9d11"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


async def in_tables(house: House, marks: Iterable[str]) -> set[str]:
    """Which marks stand in which tables, as their owner sees them."""
    tables = await house.database.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    found = set()
    for table in tables:
        text = "\n".join(row[0] for row in await house.database.fetch(f"SELECT t::text FROM {table['name']} t"))
        found |= {f"{table['name']}: {mark}" for mark in marks if mark in text}
    return found


async def in_redis(house: House, marks: Iterable[str]) -> set[str]:
    """Which marks stand in which keys of Redis, by name or value."""
    redis, found = house.services.redis, set()
    readers = {b"string": redis.get, b"hash": redis.hgetall, b"set": redis.smembers}
    async for key in redis.scan_iter():
        kind = await redis.type(key)
        value = await readers[kind](key) if kind in readers else ""
        text = f"{key!r} {value!r}"
        found |= {f"{key!r}: {mark}" for mark in marks if mark in text}
    return found


def in_files(folder: Path, marks: Iterable[str]) -> set[str]:
    """Which marks stand in which files below a folder, by name or content."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {
        f"{file.name}: {mark}" for file in files for mark in marks if mark.encode() in file.read_bytes() + bytes(file)
    }


async def found(house: House, marks: list[str]) -> set[str]:
    folder = house.services.settings.data_dir
    return await in_tables(house, marks) | await in_redis(house, marks) | in_files(folder, marks)


async def open_game(client: httpx.AsyncClient, other: httpx.AsyncClient | None, **body: Any) -> str:
    answer = await client.post("/api/sessions", json={"partner": {"link": True}, **body})
    assert answer.status_code == 201, answer.text
    if other:
        joined = await other.post("/api/sessions/join", json={"token": answer.json()["join"]["token"]})
        assert joined.status_code == 200, joined.text
    return str(answer.json()["session_id"])


async def live(house: House, client: httpx.AsyncClient, partner: httpx.AsyncClient) -> list[str]:
    """Games with words and without, with a partner, with a guest, and one opened by the partner; with hot copies."""
    words = {"rules": {"note": "RULESMARK", "apart": True}}
    guest = {"hosted": {"name": "GUESTMARK", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}}
    games = [
        await open_game(client, partner),
        await open_game(partner, client),
        await open_game(client, partner, settings=words),
        await open_game(client, None, partner=guest),
    ]
    async with asyncio.timeout(10):
        while not all([await house.services.redis.exists(hot.key(game)) for game in games[:2]]):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await client.patch("/api/survey/progress", json={"answers": {"A1": 5}})
    ticket = await client.post("/api/ws-tickets", json={"session_id": games[0]})
    assert ticket.status_code == 200
    return games


async def test_nothing_of_an_erased_person_is_left(house):
    marks = [
        "canary@example.com",
        "CANARY",
        "GENDERMARK",
        "PUSHMARK",
        "DEVICEMARK",
        "GUESTMARK",
        "RULESMARK",
        "friendmark",
    ]
    person = await sign_up(house, key=KEY, email="canary@example.com", display_name="CANARY")
    partner = await sign_up(house)
    await tell(person.client, name="CANARY", gender="GENDERMARK")
    await tell(partner.client)
    await person.client.patch("/api/me", json={"notification_preferences": {"x": "PUSHMARK"}})
    await person.client.post("/api/devices", json={"platform": "ios", "token": "DEVICEMARK"})
    for client, address in ((person.client, "friendmark@example.com"), (partner.client, person.email)):
        asked = await client.post("/api/partners/connections", json={"recipient_email": address})
        assert asked.status_code == 201
    asked = await person.client.post("/api/partners/connections", json={"recipient_email": partner.email})
    await house.client().post("/api/auth/password-reset", json={"email": person.email})
    await house.client().post("/api/auth/login", json={"email": person.email, "password": "wrong horse"})
    games = await live(house, person.client, partner.client)

    marks += [person.id, KEY]
    there = await found(house, marks)
    for place in ("users: canary@example.com", "session_seats: CANARY", "mail_outbox: friendmark"):
        assert place in there
    assert {mark for mark in marks if any(place.endswith(mark) for place in there)} == {*marks} - {"RULESMARK", KEY}
    assert len(house.mails(partner.email)) == 2

    assert (await person.client.delete("/api/me")).status_code == 204
    assert await found(house, marks) == set()
    assert len(house.mails(partner.email)) == 1
    kept = await house.database.fetch("SELECT session_id, rules::text FROM sessions ORDER BY created_at")
    assert [row["session_id"] for row in kept] == games[:3]
    assert json.loads(kept[2]["rules"])["rules"] == {"apart": True}
    snapshot = (await partner.client.get(f"/api/sessions/{games[2]}")).json()["state"]
    assert snapshot["settings"]["rules"] == {"apart": True}
    assert "CANARY" not in json.dumps(snapshot)


async def test_an_anonymous_player_erases_themselves_and_their_token_is_void_at_once(house):
    marks = ["WANDERER", "GENDERMARK", "GUESTMARK", "RULESMARK", KEY[::-1]]
    begun = await house.client().post(
        "/api/anonymous-sessions", json={"adult": True}, headers={"Idempotency-Key": KEY[::-1]}
    )
    token, guest_id = begun.json()["token"], begun.json()["anonymous_session_id"]
    client, partner = house.client(token), await come_anonymously(house)
    await tell(client, name="WANDERER", gender="GENDERMARK")
    await tell(partner.client)
    games = await live(house, client, partner.client)
    marks.append(guest_id)
    there = await found(house, marks)
    assert {mark for mark in marks if any(place.endswith(mark) for place in there)} == {*marks} - {
        "RULESMARK",
        KEY[::-1],
    }

    assert (await client.delete("/api/anonymous-sessions")).status_code == 204
    assert await found(house, marks) == set()
    assert (await client.get("/api/history")).status_code == 401
    again = await house.client().post(
        "/api/anonymous-sessions", json={"adult": True}, headers={"Idempotency-Key": KEY[::-1]}
    )
    assert again.json()["anonymous_session_id"] != guest_id
    seats = await house.database.fetch(
        "SELECT actor, display_name, fence FROM session_seats WHERE session_id = $1 ORDER BY seat", games[0]
    )
    assert tuple(seats[0]) == ("former", None, 1)
    assert (await partner.client.get("/api/sessions")).json()["items"][-1]["partner_name"] is None


async def test_the_token_of_somebody_erased_stays_void_when_the_id_is_somebody_elses(house):
    guest = await come_anonymously(house)
    assert (await guest.client.delete("/api/anonymous-sessions")).status_code == 204
    again = await house.client().post("/api/anonymous-sessions", json={"adult": True, "session_id": guest.id})
    assert (again.status_code, again.json()["anonymous_session_id"]) == (201, guest.id)
    assert (await guest.client.get("/api/history")).status_code == 401
    renewed = await guest.client.post("/api/anonymous-sessions", json={"adult": True, "session_id": guest.id})
    assert (renewed.status_code, renewed.json()["error"]["code"]) == (409, "taken")


async def test_an_account_is_not_erased_as_an_anonymous_player(house):
    person = await sign_up(house)
    answer = await person.client.delete("/api/anonymous-sessions")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
    assert (await house.client().delete("/api/anonymous-sessions")).status_code == 401


async def test_the_words_of_a_games_rules_are_sealed_while_they_are_kept(house):
    ann, bo = await sign_up(house), await come_anonymously(house)
    await tell(ann.client)
    await tell(bo.client)
    rules = {
        "note": "no shoes in bed",
        "sealed": {"key_id": "mine"},
        "apart": "yes",
        "favourites": True,
        "language": "de-AT",
    }
    game = await open_game(ann.client, bo.client, settings={"rules": rules})
    stored = json.loads(await house.database.fetchval("SELECT rules::text FROM sessions WHERE session_id = $1", game))
    assert set(stored["rules"]) == {"favourites", "language", "sealed"}
    assert await found(house, ["no shoes"]) == set()
    for client in (ann.client, bo.client):
        assert (await client.get(f"/api/sessions/{game}")).json()["state"]["settings"]["rules"] == rules


async def test_where_the_process_dies_after_the_commit_the_timetable_finishes(house):
    person, partner = await sign_up(house, display_name="CANARY2"), await sign_up(house)
    await tell(person.client, name="CANARY2")
    await tell(partner.client)
    await person.client.post("/api/partners/connections", json={"recipient_email": partner.email})
    await live(house, person.client, partner.client)
    await house.database.execute("DELETE FROM mail_outbox")
    await house.database.execute("DELETE FROM users WHERE id = $1", UUID(person.id))  # and nothing of what follows it
    assert await in_redis(house, [person.id])
    assert await forget_erased(house.services) == 1
    assert await in_redis(house, [person.id, "CANARY2"]) == set()
    assert in_files(house.services.settings.data_dir, [person.id, "CANARY2"]) == set()
    assert not await house.database.fetchval("SELECT count(*) FROM erased_people")


async def test_an_erasure_succeeds_while_redis_is_away_and_the_note_stays(house):
    person = await sign_up(house)
    await tell(person.client)
    await open_game(person.client, None)
    away, rooms = msgspec.structs.replace(house.services, redis=Away()), house.services.rooms
    house.app.state.services, rooms._redis, kept = away, Away(), rooms._redis
    try:
        assert (await person.client.delete("/api/me")).status_code == 204
    finally:
        house.app.state.services, rooms._redis = house.services, kept
    assert await house.database.fetchval("SELECT count(*) FROM users WHERE id = $1", UUID(person.id)) == 0
    assert await forget_erased(house.services) == 1


async def test_while_the_keys_are_away_everything_else_goes_and_the_key_when_they_are_back(house):
    person = await sign_up(house, display_name="KEYLESS")
    await tell(person.client, name="KEYLESS")
    await person.client.post("/api/partners/connections", json={"recipient_email": "friend@example.com"})
    partner = await sign_up(house)
    await tell(partner.client)
    await live(house, person.client, partner.client)
    keys, actor = house.services.person_keys, f"user:{person.id}"
    keys.held_back = True
    try:
        assert (await person.client.delete("/api/me")).status_code == 204
        assert (await person.client.get("/api/me")).status_code == 401
        assert await in_tables(house, [person.id, person.email, "KEYLESS"]) == {f"erased_people: {person.id}"}
        assert await in_redis(house, [person.id, "KEYLESS"]) == set()
        assert await forget_erased(house.services) == 0
    finally:
        keys.held_back = False
    assert await keys.has(actor)
    assert await forget_erased(house.services) == 1
    assert not await keys.has(actor)
    assert await found(house, [person.id, person.email, "KEYLESS"]) == set()


@pytest.mark.parametrize("come", [sign_up, come_anonymously])
async def test_what_was_under_way_at_the_erasure_leaves_no_key_of_nobody(house, come):
    """It may have been let in before, and seals its answers after the key was looked for."""
    person = await come(house)
    actor = ("anon:" if come is come_anonymously else "user:") + person.id
    assert (await person.client.delete("/api/anonymous-sessions" if actor[0] == "a" else "/api/me")).status_code == 204
    with pytest.raises(KeyGone):
        await house.services.person_keys.seal(actor, {"A1": 5})
    assert not await house.services.person_keys.has(actor)


async def hand_in(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/api/survey/submit", json={"answers": {"A1": 5, "B1a": "Y", "C1": []}})


@pytest.mark.parametrize(("write", "held"), [(tell, "profile of "), (hand_in, "survey:")])
async def test_what_was_under_way_at_the_erasure_leaves_no_row_of_nobody(house, database_url, write, held):
    """No foreign key holds an anonymous player's profile to them, and no clean-up looks for it."""
    guest, other = await come_anonymously(house), await asyncpg.connect(database_url)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

    async def until(come: int, erasing: asyncio.Future[httpx.Response] | None = None) -> None:
        async with asyncio.timeout(20):
            while not (erasing and erasing.done()) and await house.database.fetchval(waiting) < come:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    try:
        async with other.transaction():
            await other.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"{held}{guest.id}")
            writing = asyncio.ensure_future(write(guest.client))
            await until(1)
            erasing = asyncio.ensure_future(guest.client.delete("/api/anonymous-sessions"))
            await until(2, erasing)
        assert (await erasing).status_code == 204
        assert (await writing).status_code in (200, 201, 401)
    finally:
        await other.close()
    assert await in_tables(house, [guest.id]) == set()
    assert not await house.services.person_keys.has(f"anon:{guest.id}")


@pytest.mark.parametrize("come", [sign_up, come_anonymously])
async def test_answers_that_come_after_the_erasure_are_not_kept(house, come):
    person = await come(house)
    kind = "anonymous" if come is come_anonymously else "user"
    assert (await person.client.delete("/api/me" if kind == "user" else "/api/anonymous-sessions")).status_code == 204
    told = {"version": "0.4", "answers": {}, "current_question": None, "percentage": 0, "now": house.clock.now()}
    async with house.services.database.as_service() as connection:
        assert await surveys.save(connection, kind, person.id, **told) is None
    assert await in_tables(house, [person.id]) == set()


class Words:
    """Free texts with a mark in each that nobody else says."""

    def __init__(self) -> None:
        self.marks: list[str] = []

    def __call__(self, of: str) -> str:
        self.marks.append(f"zq{len(self.marks):03}{of.replace('_', '')}")
        return self.marks[-1]

    def body(self, tool: Tool, person: str) -> dict[str, Any]:
        """What a new row may be made of: the example of the tool's, each of its texts a mark."""
        texts = {field.name: field.kind for field in tool.fields if field.is_sealed}
        given = json.loads(json.dumps(shapes.example(tool)).replace(ANYBODY, person))
        for name in texts.keys() & given.keys():
            given[name] = self(name) if isinstance(texts[name], Text) else f"https://example.com/{self(name)}"
        return given


async def _once(request: httpx.Request) -> None:
    """With a key, so that what is kept for retries is there to be looked through."""
    if request.method == "POST":
        request.headers["Idempotency-Key"] = str(uuid4())


async def a_week_in_a_bond(home: Home, words: Words) -> None:
    """Every free text of every tool that is declared, of what members say of themselves, and of what follows a task."""
    (ana, ben), bond = home.people, home.bond
    for person in home.people:
        person.client.event_hooks["request"].append(_once)
        await person.client.post("/api/devices", json={"platform": "ios", "token": f"{person.id}".replace("-", "") * 2})
        said = await person.client.patch("/api/me", json={"kink_identity": words("identity")})
        assert said.status_code == 200, said.text
        state = await person.client.post("/api/me/submission-state", json={"state": "active", "reason": words("state")})
        assert state.status_code in (200, 201), state.text
    named = await ana.client.patch(f"/api/bonds/{bond}", json={"name": words("name"), "description": words("about")})
    assert named.status_code == 200, named.text
    for who in (0, 1):
        safewords = {name: words(name) for name in ("slow", "stop", "nonverbal")}
        mine = {"nickname": words("nick"), "safewords": safewords, "aftercare_needs": words("care")}
        await home.patch(who, "me", mine)
    made = {}
    for name, tool in TOOLS.items():
        if f"{name}.create" in ACTS:
            made[name] = await home.post(0, name, words.body(tool, ben.id), expect=201)
            await home.get(1, name)
            if tool.searched:
                await home.get(0, name, q=words.marks[-1])
        if tool.personal:
            own = await ben.client.post(f"/api/{name}", json=words.body(tool, ben.id))
            assert own.status_code == 201, own.text
    task = f"tasks/{made['tasks']['id']}"
    await home.post(1, f"{task}/ask-extension", {"until": "2041-01-31T20:00:00Z", "reason": words("extension")})
    await home.post(0, f"{task}/answer-extension", {"grant": True})
    shown = {"notes": words("notes"), "proof": {"type": "text", "text": words("proof")}}
    await home.post(1, f"{task}/submit", shown)
    await home.post(0, f"{task}/revise", {"reason": words("revise")})
    refused = await home.ask(1, "POST", f"{task}/approve", {"note": words("refused")})
    assert refused.status_code in (400, 403, 422)
    rated = await home.ask(1, "PUT", f"boundaries/{made['boundaries']['id']}/rating", {"rating": "hard_no"})
    assert rated.status_code == 200, rated.text
    stranger = await let_in(home.house)
    await ana.client.patch(f"/api/bonds/{bond}", json={"is_private": False})
    await stranger.client.post(f"/api/bonds/{bond}/requests", json={"message": words("message")})
    await stranger.client.delete("/api/me")


async def test_what_is_written_in_a_bond_is_nowhere_in_plain_and_with_its_people_gone_nothing_of_it_is_left(
    house, capsys
):
    home, words = await moved_in(house, ("dominant", "submissive")), Words()
    capsys.readouterr()
    await a_week_in_a_bond(home, words)
    assert len(words.marks) > 40
    assert await found(house, words.marks) == set()
    said = capsys.readouterr()
    assert [mark for mark in words.marks if mark in said.out + said.err] == []
    taken = (await home.people[0].client.get("/api/me/export")).text
    assert sum(mark in taken for mark in words.marks) > 20  # they are there, for who may read them

    for person in home.people:
        assert (await person.client.delete("/api/me")).status_code == 204
    await forget_erased(house.services)
    ids = [home.bond, *(person.id for person in home.people)]
    left = await found(house, [*words.marks, *ids])
    assert {place for place in left if not place.startswith("consent_ledger:")} == set()
    assert not [owner for owner in await house.services.person_keys.people() if owner.partition(":")[2] in ids]


async def test_an_id_is_nobodys_while_something_is_still_to_go_of_who_had_it(house):
    """Else what goes later, the key, would be the new one's."""
    guest, keys = await come_anonymously(house), house.services.person_keys
    await tell(guest.client)
    again = {"adult": True, "session_id": guest.id}
    keys.held_back = True
    try:
        assert (await guest.client.delete("/api/anonymous-sessions")).status_code == 204
        refused = await house.client().post("/api/anonymous-sessions", json=again)
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "taken")
    finally:
        keys.held_back = False
    assert await forget_erased(house.services) == 1
    begun = await house.client().post("/api/anonymous-sessions", json=again)
    assert begun.status_code == 201
    assert (await tell(house.client(begun.json()["token"]))).status_code == 200
    assert await forget_erased(house.services) == 0
    assert await keys.has(f"anon:{guest.id}")


async def test_both_of_a_couple_erase_themselves_at_the_same_moment(house):
    """Whatever locks they take from each other, and with an erasure sent twice."""
    for _ in range(2):
        one, other = await let_in(house), await let_in(house)
        for person in (one, other):
            await tell(person.client, adult=True)
        made = (await one.client.post("/api/partners/connections", json={})).json()
        await other.client.post("/api/partners/connections/claim", json={"token": made["token"]})
        for person in (other, one):
            await person.client.post(f"/api/partners/connections/{made['id']}/accept")
        for writer, partner in ((one, other), (other, one)):
            step = {"actor": "A", "do": "Tell your partner what made you laugh this week."}
            card = {"partner_user_id": partner.id, "type": "truth", "rating": "G", "steps": [step]}
            assert (await writer.client.post("/api/cards", json=card)).status_code == 201
            assert (await writer.client.post("/api/partners/connections", json={})).status_code == 201
        rooms = [await open_game(one.client, other.client), await open_game(other.client, one.client)]
        answers = await asyncio.gather(*(person.client.delete("/api/me") for person in (one, other, one, other)))
        assert [answer.status_code for answer in answers[:2]] == [204, 204]
        assert {answer.status_code for answer in answers[2:]} <= {204, 401}
        assert await found(house, [one.id, other.id, one.email, other.email, *rooms]) <= {
            f"consent_ledger: {room}" for room in rooms
        }


async def test_a_database_that_goes_away_after_the_commit_takes_nothing_back(house):
    person = await sign_up(house)
    await tell(person.client)
    services = house.services
    house.app.state.services = msgspec.structs.replace(services, database=LostOnceGone(house, person.id))
    try:
        assert (await person.client.delete("/api/me")).status_code == 204
    finally:
        house.app.state.services = services
    assert await services.person_keys.has(f"user:{person.id}")
    assert await forget_erased(services) == 1
    assert not await services.person_keys.has(f"user:{person.id}")


async def test_mails_from_before_they_were_marked_go_too(house):
    person = await sign_up(house)
    folder = mail.mailbox(house.services.settings)
    for name, to in (
        ("1-confirm_email", person.email),
        ("2-connection_request", "lou@example.com"),
        ("3-other", "lou@x.com"),
    ):
        (folder / f"{name}.eml").write_text(f"To: {to}\nSubject: x\n\nx")
    assert (await person.client.delete("/api/me")).status_code == 204
    assert {file.name for file in folder.glob("[123]-*")} == {"3-other.eml"}


async def test_the_receipt_is_never_in_the_development_mailbox_and_is_not_kept(house):
    person = await sign_up(house)
    async with house.services.database.as_service() as connection:
        await mail.queue(house.services, connection, person.email, "erased", {})
    before = len(house.mails(person.email))
    await mail.send_due(house.services)
    assert len(house.mails(person.email)) == before
    assert not await house.database.fetchval("SELECT count(*) FROM mail_outbox WHERE template = 'erased'")


async def test_deleted_things_leave_the_files_of_the_embedded_stores(house, stores):
    services = msgspec.structs.replace(
        house.services,
        settings=msgspec.structs.replace(
            house.services.settings,
            data_dir=stores.data_dir,
            database_url=stores.database_url and await own_url(house, stores.database_url),
            redis_url=stores.redis_url,
        ),
    )
    await services.redis.set("APPENDMARK", "APPENDMARK")
    await services.redis.delete("APPENDMARK")
    before = await house.database.fetchval("SELECT pg_relation_filenode('users')")
    await forgetting.rewrite_append_only_file(services.settings, services.redis)
    await forgetting.rewrite_tables(services.settings)
    assert await house.database.fetchval("SELECT pg_relation_filenode('users')") != before
    async with asyncio.timeout(30):
        while in_files(stores.data_dir / "valkey", ["APPENDMARK"]):  # noqa: ASYNC110 - Valkey writes in the background
            await asyncio.sleep(0.05)


async def own_url(house: House, admin_url: str) -> str:
    return f"{admin_url.rpartition('/')[0]}/{await house.database.fetchval('SELECT current_database()')}"


class LostOnceGone:
    """A database that answers no reads from when somebody's account is gone."""

    def __init__(self, house: House, user_id: str) -> None:
        self._house, self._user_id = house, UUID(user_id)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house.services.database, name)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        if not await self._house.database.fetchval("SELECT count(*) FROM users WHERE id = $1", self._user_id):
            raise OSError
        async with self._house.services.database.reading() as connection:
            yield connection


class Away:
    """A Redis that does not answer."""

    def __getattr__(self, name: str) -> Any:
        async def refuse(*_: object, **__: object) -> None:
            raise OSError

        return refuse
