"""Characters of one's own, those of everybody, presets, and the wizard."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from game_server.bonds.live.bells import Touched, own_channel
from game_server.characters import system
from game_server.characters.presets import shipped
from rooms.characters.character import MOST_CHARACTERS
from tests.support.house import House, Person, open_house, sign_up

STATS = {"dominance": 10, "submission": 10, "charisma": 10, "stamina": 10, "creativity": 10, "control": 10}
ALL = {
    "name": "Mira", "display_name": "Mira of the Workshop", "role": "dominant", "pronouns": "she/her",
    "archetype": "A calm lead",
    "bio": "She restores furniture.\nSlowly.", "backstory": "Born by the sea.", "personality_traits": ["patient", "exact"],
    "top_kinks": ["praise"], "hard_limits": ["minors", "animals"], "soft_limits": ["crowds"], "experience_level": "advanced",
    "body_type": "broad", "height": "1,70 m", "build": "strong", "hair_color": "grey", "hair_style": "short",
    "eye_color": "green", "skin_tone": "brown", "facial_hair": "none", "age_range": "41-50", "clothing_style": "linen",
    "favorite_colors": ["indigo"],
    "fetish_wear": ["long gloves"], "aesthetic": "evening light", "stats": STATS, "provider": "flowise",
    "openai_model": "a-model", "openai_instructions": "Short sentences.", "flowise_chatflow_id": "flow-1",
}  # fmt: skip
LEAST: dict[str, Any] = {"name": "Mira", "age_range": "31-40", "stats": STATS}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    weeks = {"access_token_s": 10**8, "refresh_token_s": 10**8, "limit_other": "100000/60", "limit_register": "1000/60"}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **weeks) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def ana(house: House) -> Person:
    return await sign_up(house)


@pytest_asyncio.fixture(loop_scope="module")
async def ben(house: House) -> Person:
    return await sign_up(house)


async def ask(
    person: Person, verb: str, path: str = "", body: Any = None, *, key: str | None = None, **params: Any
) -> Any:
    """What they are answered at /api/kinksters."""
    sent = {} if body is None else {"json": body}
    headers = {"Idempotency-Key": key} if key else {}
    return await person.client.request(verb, f"/api/kinksters{path}", headers=headers, params=params, **sent)


async def made(person: Person, **more: Any) -> Any:
    answer = await ask(person, "POST", body={**LEAST, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def code(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json()["error"]["code"] if answer.is_error else None


def refused(answer: httpx.Response) -> tuple[str, set[str]]:
    error = answer.json()["error"]
    return error["code"], set(error["fields"] or {})


class TestOnesOwn:
    async def test_all_that_is_said_is_kept_and_sealed(self, house, ana):
        row = (await ask(ana, "POST", body=ALL)).json()
        assert {name: row[name] for name in ALL} == ALL
        assert row["user_id"] == ana.id
        assert (row["is_system"], row["is_primary"], row["version"], row["avatar_urls"]) == (False, False, 1, [])
        assert (await ask(ana, "GET", f"/{row['id']}")).json() == row
        kept = await house.database.fetchval(
            "SELECT to_jsonb(k)::text FROM kinksters k WHERE id = $1", uuid.UUID(row["id"])
        )
        for word in (
            "Mira",
            "furniture",
            "sea",
            "patient",
            "praise",
            "animals",
            "crowds",
            "linen",
            "indigo",
            "gloves",
            "Short",
        ):
            assert word not in kept, word

    async def test_a_change_changes_what_it_says_and_null_empties(self, ana):
        row = await made(ana, bio="One", personality_traits=["warm"])
        changed = (
            await ask(ana, "PATCH", f"/{row['id']}", {"bio": None, "personality_traits": [], "archetype": "New"})
        ).json()
        assert (changed["bio"], changed["personality_traits"], changed["archetype"]) == (None, [], "New")
        assert (changed["name"], changed["version"]) == ("Mira", 2)
        again = (await ask(ana, "PATCH", f"/{row['id']}", {"archetype": "New", "version": 2})).json()
        assert again["version"] == 2
        stale = await ask(ana, "PATCH", f"/{row['id']}", {"bio": "x", "version": 1})
        assert code(stale) == (409, "changed")
        assert stale.json()["current"] == again
        assert code(await ask(ana, "DELETE", f"/{row['id']}", version=1)) == (409, "changed")
        assert (await ask(ana, "DELETE", f"/{row['id']}", version=2)).status_code == 204
        assert code(await ask(ana, "GET", f"/{row['id']}")) == (404, "not_found")

    async def test_nobody_elses_is_there(self, ana, ben):
        row = await made(ana)
        for verb, path, body in (
            ("GET", "", None), ("PATCH", "", {"bio": "x"}), ("DELETE", "", None), ("POST", "/primary", None),
            ("POST", "/duplicate", None),
        ):  # fmt: skip
            assert code(await ask(ben, verb, f"/{row['id']}{path}", body)) == (404, "not_found"), verb
        assert row["id"] not in [one["id"] for one in (await ask(ben, "GET")).json()["items"]]

    async def test_a_key_makes_one(self, ana):
        key = str(uuid.uuid4())
        one = (await ask(ana, "POST", body=LEAST, key=key)).json()
        assert (await ask(ana, "POST", body=LEAST, key=key)).json() == one
        assert code(await ask(ana, "POST", body={**LEAST, "name": "Another"}, key=key)) == (409, "key_reused")

    async def test_lists_come_in_pages_newest_first(self, ana):
        rows = [await made(ana, name=f"Person {word}") for word in ("a", "b", "c")]
        first = (await ask(ana, "GET", limit=2, mine=True)).json()
        rest = (await ask(ana, "GET", limit=2, mine=True, cursor=first["next_cursor"])).json()
        assert [one["name"] for one in first["items"] + rest["items"]] == ["Person c", "Person b", "Person a"]
        assert rest["next_cursor"] is None
        assert len({one["id"] for one in first["items"] + rest["items"]}) == len(rows)

    async def test_points_are_dealt_out_whole(self, ana):
        for stats in (STATS | {"control": 9}, STATS | {"control": 11}):
            assert refused(await ask(ana, "POST", body={**LEAST, "stats": stats})) == ("invalid", {"stats"})
        for stats in (STATS | {"control": 0, "stamina": 20}, STATS | {"control": 21}, {"control": 20}):
            assert code(await ask(ana, "POST", body={**LEAST, "stats": stats}))[0] == 422
        row = await made(ana)
        assert refused(await ask(ana, "PATCH", f"/{row['id']}", {"stats": STATS | {"control": 9}})) == (
            "invalid",
            {"stats"},
        )

    async def test_what_it_needs_is_named(self, ana):
        assert refused(await ask(ana, "POST", body={})) == ("invalid", {"name", "age_range", "stats"})
        assert code(await ask(ana, "POST", body={**LEAST, "age_range": "16-20"}))[0] == 422
        assert code(await ask(ana, "POST", body={**LEAST, "avatar_urls": ["https://example.org/x.png"]}))[0] == 422
        assert code(await ask(ana, "PATCH", f"/{(await made(ana))['id']}", {"name": None}))[0] == 422

    async def test_there_are_so_many_at_most_also_at_once(self, house, ana):
        await made(ana)
        await house.database.execute(
            "INSERT INTO kinksters (user_id, name, age_range, stats)"
            " SELECT $1, '{}', '31-40', $2::text::jsonb FROM generate_series(3, $3)",
            *(uuid.UUID(ana.id), json.dumps(STATS), MOST_CHARACTERS),
        )
        answers = await asyncio.gather(*(ask(ana, "POST", body=LEAST) for _ in range(3)))
        assert sorted(code(one) for one in answers) == [(201, None), (409, "wrong_state"), (409, "wrong_state")]

    async def test_it_waits_for_keys_and_is_not_made_without(self, house, ana):
        house.services.person_keys.held_back = True
        try:
            assert code(await ask(ana, "POST", body=LEAST)) == (503, "keys_unavailable")
        finally:
            house.services.person_keys.held_back = False


class TestOnesPhones:
    async def test_are_told_and_nobody_elses(self, house, ana, ben):
        heard: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
        others: list[bytes] = []
        hub, mine, theirs = house.services.hub, own_channel(ana.id), own_channel(ben.id)

        def hear(message: bytes) -> None:
            told = msgspec.json.decode(message, type=Touched)
            heard.put_nowait((told.table, str(told.id), told.op))

        hub.listen(mine, hear)
        hub.listen(theirs, others.append)
        for channel in (mine, theirs):
            while not await hub.listening(channel):
                pass

        async def next_told() -> tuple[str, str, str]:
            return await asyncio.wait_for(heard.get(), 20)

        row, other = await made(ana), await made(ana)
        assert [await next_told(), await next_told()] == [("kinksters", one["id"], "insert") for one in (row, other)]
        await ask(ana, "PATCH", f"/{row['id']}", {"bio": "x"})
        assert await next_told() == ("kinksters", row["id"], "update")
        for one in (row, other):
            await ask(ana, "POST", f"/{one['id']}/primary")
        told = [await next_told() for _ in range(3)]
        assert told == [("kinksters", one["id"], "update") for one in (row, other, row)]
        await ask(ana, "DELETE", f"/{row['id']}")
        assert await next_told() == ("kinksters", row["id"], "delete")
        await ask(ana, "PUT", "/creation-session", {"step": 2, "draft": LEAST})
        assert (await next_told())[::2] == ("kinkster_creation_sessions", "update")
        finished = (await ask(ana, "PUT", "/creation-session", {"finish": True})).json()
        found = {await next_told(), await next_told()}
        assert ("kinksters", finished["kinkster_id"], "insert") in found
        assert others == []
        hub.unlisten(mine, hear)
        hub.unlisten(theirs, others.append)


class TestAdults:
    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("name", "Lena, 16"),
            ("display_name", "lena17"),
            ("archetype", "sch00lgirl"),
            ("bio", "She is s e v e n t e e n years old."),
            ("bio", "Sie ist Schülerin und 16 Jahre alt."),
            ("backstory", "Una colegiala que tiene dieciséis años."),
            ("personality_traits", ["warm", "t33n"]),
            ("top_kinks", ["ageplay"]),
            ("hard_limits", ["none, she is 15"]),
            ("soft_limits", ["being called underage"]),
            ("body_type", "prepubescent"),
            ("height", "of a child, like a little girl"),
            ("clothing_style", "Schuluniform"),
            ("fetish_wear", ["school uniform"]),
            ("aesthetic", "barely legal"),
            ("pronouns", "she, 14"),
            ("openai_instructions", "Speak as if you were fourteen."),
            ("eye_color", "blue, like a schoolgirl"),
        ],
    )
    async def test_no_text_says_otherwise(self, ana, field, text):
        assert refused(await ask(ana, "POST", body={**LEAST, field: text})) == ("adults_only", {field})
        row = await made(ana)
        assert refused(await ask(ana, "PATCH", f"/{row['id']}", {field: text})) == ("adults_only", {field})
        assert refused(await ask(ana, "PUT", "/creation-session", {"step": 2, "draft": {field: text}})) == (
            "adults_only",
            {field},
        )
        assert (await ask(ana, "GET", "/creation-session")).json()["draft"] is None

    async def test_two_fields_do_not_say_it_together(self, ana):
        row = await made(ana, archetype="Lena is")
        assert refused(await ask(ana, "PATCH", f"/{row['id']}", {"aesthetic": "17"})) == ("adults_only", {"aesthetic"})

    async def test_a_limit_may_be_named(self, ana):
        row = await made(ana, hard_limits=["Minors", "age play", "animals"])
        assert row["hard_limits"] == ["Minors", "age play", "animals"]


class TestThePrimaryOne:
    async def test_there_is_one(self, house, ana):
        first, second = await made(ana), await made(ana)
        assert (await ask(ana, "POST", f"/{first['id']}/primary")).json()["is_primary"] is True
        again = (await ask(ana, "POST", f"/{first['id']}/primary")).json()
        assert again["version"] == 2
        assert (await ask(ana, "POST", f"/{second['id']}/primary", {"version": 1})).json()["is_primary"] is True
        assert (await ask(ana, "GET", f"/{first['id']}")).json()["is_primary"] is False
        answers = await asyncio.gather(*(ask(ana, "POST", f"/{one['id']}/primary") for one in (first, second) * 4))
        assert {one.status_code for one in answers} == {200}
        primary = await house.database.fetchval(
            "SELECT count(*) FROM kinksters WHERE user_id = $1 AND is_primary", uuid.UUID(ana.id)
        )
        assert primary == 1
        assert code(await ask(ana, "POST", f"/{first['id']}/primary", {"version": 1})) == (409, "changed")


class TestACopy:
    async def test_says_the_same_under_its_own_name(self, ana):
        row = (await ask(ana, "POST", body=ALL)).json()
        await ask(ana, "POST", f"/{row['id']}/primary")
        copy = await ask(ana, "POST", f"/{row['id']}/duplicate", {"name": "Second"})
        assert copy.status_code == 201
        said = copy.json()
        assert {name: said[name] for name in ALL} == {**ALL, "name": "Second"}
        assert (said["is_primary"], said["version"]) == (False, 1)
        assert said["id"] != row["id"]


class TestEverybodys:
    async def bring(self, house: House, *rows: Any) -> Any:
        found, wrong = system.read(json.dumps(rows).encode(), 2026)
        if wrong:
            return wrong
        async with house.services.database.as_service() as db:
            return await system.bring(db, found)

    async def test_everybody_reads_and_copies_them_and_nobody_changes_them(self, house, ana, ben):
        brought = await self.bring(house, {"key": "host", **ALL})
        assert (brought.written, brought.refused) == (1, [])
        [row] = (await ask(ana, "GET", mine=False)).json()["items"]
        assert {name: row[name] for name in ALL} == ALL
        assert (row["user_id"], row["is_system"]) == (None, True)
        assert (await ask(ben, "GET", f"/{row['id']}")).json() == row
        assert row["id"] in [one["id"] for one in (await ask(ben, "GET")).json()["items"]]
        assert (await ask(ben, "GET", mine=True)).json()["items"] == []
        for verb, path, body in (("PATCH", "", {"bio": "x"}), ("DELETE", "", None), ("POST", "/primary", None)):
            assert code(await ask(ana, verb, f"/{row['id']}{path}", body)) == (403, "not_permitted"), verb
        copy = (await ask(ana, "POST", f"/{row['id']}/duplicate")).json()
        assert {name: copy[name] for name in ALL} == ALL
        assert copy["user_id"] == ana.id
        assert (await ask(ana, "PATCH", f"/{copy['id']}", {"bio": "Mine"})).json()["bio"] == "Mine"

        again = await self.bring(house, {"key": "host", **ALL})
        assert (again.written, again.unchanged) == (0, 1)
        await self.bring(house, {"key": "host", **LEAST, "name": "Other"})
        changed = (await ask(ana, "GET", f"/{row['id']}")).json()
        assert (changed["name"], changed["bio"], changed["role"], changed["version"]) == ("Other", None, "switch", 2)
        async with house.services.database.as_service() as db:
            assert [one.system_key for one in await system.listed(db)] == ["host"]
            assert await system.remove(db, "host")
            assert not await system.remove(db, "host")
        assert code(await ask(ana, "GET", f"/{row['id']}")) == (404, "not_found")

    async def test_a_file_is_taken_whole_or_not_at_all(self, house):
        good = {"key": "good", **LEAST}
        for bad, reason in (
            ({"key": "teen", **LEAST, "bio": "She is 16."}, "bio"),
            ({"key": "few", **LEAST, "stats": STATS | {"control": 5}}, "stats"),
            ({"key": "Large", **LEAST}, "regex"),
            ({"key": "good", **LEAST}, "this key"),
            ({"key": "bare", "name": "x"}, "age_range"),
            ({"key": "more", **LEAST, "age": 40}, "age"),
        ):
            [wrong] = await self.bring(house, good, bad)
            assert reason in wrong.reason
        async with house.services.database.as_service() as db:
            assert await system.listed(db) == []


class TestPresets:
    async def test_they_obey_the_points_and_speak_the_readers_language(self, ana):
        items = (await ask(ana, "GET", "/presets")).json()["items"]
        assert {one["preset_key"] for one in items} == {one["preset_key"] for one in shipped()}
        for one in items:
            assert sum(one["stats"].values()) == 60
        english = {one["preset_key"]: one["config"]["bio"] for one in items}
        for language in ("de", "es"):
            await ana.client.patch("/api/me", json={"language": language})
            other = {
                one["preset_key"]: one["config"]["bio"] for one in (await ask(ana, "GET", "/presets")).json()["items"]
            }
            assert all(other[key] != english[key] for key in english)

    async def test_a_character_begins_from_one(self, ana):
        for preset in (await ask(ana, "GET", "/presets")).json()["items"]:
            body = {**preset["config"], "name": preset["name"], "role": preset["role"], "stats": preset["stats"]}
            assert (await ask(ana, "POST", body={**body, "preset_id": preset["id"]})).status_code == 201
        row = (await ask(ana, "POST", body={"preset_id": preset["id"], "name": "Mine"})).json()
        assert (row["name"], row["bio"], row["stats"]) == ("Mine", preset["config"]["bio"], preset["stats"])
        assert row["preset_id"] == preset["id"]
        assert refused(await ask(ana, "POST", body={**LEAST, "preset_id": str(uuid.uuid4())})) == (
            "invalid",
            {"preset_id"},
        )


class TestTheWizard:
    async def test_goes_on_where_one_was(self, house, ana, ben):
        begun = (await ask(ana, "GET", "/creation-session")).json()
        assert begun == {"step": 1, "draft": None, "kinkster_id": None, "version": None}
        draft = {"name": "Mira", "bio": None, "personality_traits": ["warm"], "stats": STATS | {"control": 1}}
        saved = (await ask(ana, "PUT", "/creation-session", {"step": 3, "draft": draft})).json()
        assert saved == {"step": 3, "draft": draft, "kinkster_id": None, "version": 1}
        assert (await ask(ana, "GET", "/creation-session")).json() == saved
        assert (await ask(ben, "GET", "/creation-session")).json()["draft"] is None
        kept = await house.database.fetchval(
            "SELECT draft::text FROM kinkster_creation_sessions WHERE user_id = $1", uuid.UUID(ana.id)
        )
        assert "Mira" not in kept
        stale = await ask(ana, "PUT", "/creation-session", {"step": 4, "draft": {}, "version": 7})
        assert (code(stale), stale.json()["current"]) == ((409, "changed"), saved)

    async def test_finishing_makes_the_character_once_and_clears_it(self, ana):
        await ask(ana, "PUT", "/creation-session", {"step": 5, "draft": {**LEAST, "bio": None}})
        key = str(uuid.uuid4())
        done = [(await ask(ana, "PUT", "/creation-session", {"finish": True}, key=key)).json() for _ in range(2)]
        assert done[0] == done[1]
        assert (done[0]["step"], done[0]["draft"]) == (1, None)
        row = (await ask(ana, "GET", f"/{done[0]['kinkster_id']}")).json()
        assert (row["name"], row["stats"]) == ("Mira", STATS)
        assert len((await ask(ana, "GET", mine=True)).json()["items"]) == 1

    async def test_what_is_missing_is_said_and_nothing_is_lost(self, ana):
        await ask(ana, "PUT", "/creation-session", {"step": 2, "draft": {"name": "Mira"}})
        assert refused(await ask(ana, "PUT", "/creation-session", {"finish": True})) == (
            "invalid",
            {"age_range", "stats"},
        )
        assert (await ask(ana, "GET", "/creation-session")).json()["draft"] == {"name": "Mira"}
        cleared = (await ask(ana, "PUT", "/creation-session", {"step": 1, "draft": None})).json()
        assert cleared["draft"] is None
