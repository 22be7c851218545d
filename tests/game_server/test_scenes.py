"""Scenes over HTTP: planned within everybody's limits, agreed to by all, called off by any, and looked back on by each."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from game_server.bonds import aftercare, scene_limits
from storage import bond_scenes
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

ANA, BEN, CLEO = 0, 1, 2
SPANKING = "spanking_moderate_receive"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> AsyncIterator[Home]:
    """Ana and Ben."""
    made = await moved_in(house, ["dominant", "submissive"])
    yield made
    await house.database.execute("DELETE FROM bonds WHERE id = $1::uuid", made.bond)
    house.clock.ahead = timedelta()


@pytest_asyncio.fixture(loop_scope="module")
async def three(house: House) -> AsyncIterator[Home]:
    """Ana, Ben and Cleo."""
    made = await moved_in(house, ["dominant", "submissive", "switch"])
    yield made
    await house.database.execute("DELETE FROM bonds WHERE id = $1::uuid", made.bond)
    house.clock.ahead = timedelta()


async def planned(home: Home, who: int = ANA, **more: Any) -> Any:
    return await home.post(who, "scenes", {"title": "A quiet evening", **more}, expect=201)


async def agreed(home: Home, scene: Any = None, **more: Any) -> tuple[str, Any]:
    """The path of one that all who take part agreed to, and it."""
    scene = scene or await planned(home, **more)
    path = f"scenes/{scene['id']}"
    for person in scene["participants"]:
        who = [one.id for one in home.people].index(person)
        answer = await home.post(who, f"{path}/confirm", {"version": scene["version"]})
    assert answer["status"] == "agreed"
    return path, answer


async def done(home: Home, **more: Any) -> str:
    path, _ = await agreed(home, **more)
    await home.post(ANA, f"{path}/log", {"duration_minutes": 45})
    return path


async def code(home: Home, who: int, path: str, body: Any = None, verb: str = "POST") -> tuple[int, str | None]:
    """How that is refused; None where it is not."""
    answer = await home.ask(who, verb, path, body)
    return answer.status_code, answer.json()["error"]["code"] if not answer.is_success else None


def activity(home: Home, *people: int, name: str = "A slow massage", **more: Any) -> dict[str, Any]:
    return {"name": name, "with": [home.people[who].id for who in people], **more}


class TestPlanning:
    async def test_a_scene_is_planned_agreed_to_by_both_done_and_looked_back_on(self, home):
        me = {"safewords": {"slow": "yellow", "stop": "red", "nonverbal": "three taps"}, "aftercare_needs": "A blanket"}
        assert (await home.ask(BEN, "PATCH", "me", me)).status_code == 200
        scene = await planned(
            home,
            scene_date=(home.now + timedelta(days=1)).isoformat(),
            duration_minutes=60,
            activities=[activity(home, ANA, BEN, keys=["massage_receive"], notes="With the warm oil")],
            consent_details="Lights stay on",
        )
        [ana, ben] = sorted(scene["safety"], key=lambda card: card["user_id"] == home.people[BEN].id)
        assert ana == {"user_id": home.people[ANA].id, "safewords": None, "aftercare_needs": None}
        assert ben == {"user_id": home.people[BEN].id, **me}
        assert (scene["status"], scene["held"], scene["confirmed_by"], scene["debriefs"]) == ("planned", False, [], [])
        assert scene["activities"] == [activity(home, ANA, BEN, keys=["massage_receive"], notes="With the warm oil")]
        path = f"scenes/{scene['id']}"
        confirm = {"version": scene["version"]}
        first = await home.post(ANA, f"{path}/confirm", confirm)
        assert (first["status"], first["confirmed_by"], first["version"]) == (
            "planned",
            [home.people[ANA].id],
            scene["version"],
        )
        assert await home.post(ANA, f"{path}/confirm", confirm) == first
        last = await home.post(BEN, f"{path}/confirm", confirm)
        assert (last["status"], set(last["confirmed_by"])) == ("agreed", set(last["participants"]))
        assert await home.post(BEN, f"{path}/confirm", confirm) == last
        assert await code(home, BEN, f"{path}/log", {"duration_minutes": 45}) == (422, "invalid")
        await home.later(timedelta(days=1, minutes=1))
        logged = await home.post(BEN, f"{path}/log", {"duration_minutes": 45, "notes": "Slow and warm"})
        assert (logged["status"], logged["duration_minutes"], logged["notes"]) == ("done", 45, "Slow and warm")
        assert logged.pop("prompt") == "aftercare"
        assert await home.post(ANA, f"{path}/log", {"duration_minutes": 50}) == logged
        cared = await home.post(ANA, f"{path}/aftercare", {"provided": True, "notes": "Tea and a blanket"})
        assert (cared["aftercare_provided"], cared["aftercare_notes"]) == (True, "Tea and a blanket")
        assert await home.post(ANA, f"{path}/aftercare", {"provided": True}) == cared
        for command in ("confirm", "unconfirm", "call-off"):
            body = {"version": cared["version"]} if command == "confirm" else None
            assert await code(home, BEN, f"{path}/{command}", body) == (409, "wrong_state"), command
        assert await code(home, ANA, path, {"title": "Another"}, "PATCH") == (409, "wrong_state")
        assert await code(home, ANA, path, verb="DELETE") == (409, "wrong_state")

    async def test_lists_are_by_date(self, home):
        days = {}
        for day in (1, 3, 5):
            at = (home.now + timedelta(days=day)).isoformat()
            days[(await planned(home, scene_date=at))["id"]] = day
        await planned(home)

        async def listed(**asked: Any) -> list[int]:
            found = await home.get(BEN, "scenes", **{name: at.isoformat() for name, at in asked.items()})
            return [days[one["id"]] for one in found["items"]]

        assert await listed(**{"from": home.now + timedelta(days=2)}) == [5, 3]
        assert await listed(to=home.now + timedelta(days=4)) == [3, 1]
        assert await listed(**{"from": home.now + timedelta(days=2), "to": home.now + timedelta(days=4)}) == [3]
        assert len((await home.get(BEN, "scenes"))["items"]) == 4

    async def test_what_is_wrong_with_a_plan_is_said(self, home):
        stranger = "00000000-0000-4000-8000-000000000000"
        for wrong in (
            {"scene_date": (home.now - timedelta(days=1)).isoformat()},
            {"activities": [{"name": "A massage", "keys": ["massage_of_nobody"]}]},
            {"activities": [{"name": "A massage", "with": [stranger]}]},
            {"activities": [{"name": "A massage", "notes": "o" * 4000}] * 8},
            {"activities": [{"name": "A massage"}] * 31},
            {"duration_minutes": 0},
            {"status": "agreed"},
        ):
            assert await code(home, ANA, "scenes", {"title": "An evening", **wrong}) == (422, "invalid"), wrong
        most = [{"name": "ü" * 100, "notes": "ü" * 3900, "keys": ["massage_give"] * 40}] * 7
        assert len((await planned(home, activities=most))["activities"]) == 7

    async def test_changed_it_is_planned_again_and_agreed_to_anew(self, home):
        path, scene = await agreed(home)
        assert await code(home, BEN, path, {"title": "Mine"}, "PATCH") == (403, "not_permitted")
        assert await home.patch(ANA, path, {"title": scene["title"]}) == scene  # nothing changed
        changed = await home.patch(ANA, path, {"notes": "Bring the candles"})
        assert (changed["status"], changed["confirmed_by"]) == ("planned", [])
        assert await code(home, BEN, f"{path}/confirm", {"version": scene["version"]}) == (409, "changed")
        await agreed(home, changed)

    async def test_who_takes_part_agrees_and_nobody_else(self, three):
        scene = await planned(three, CLEO, activities=[activity(three, ANA, BEN)])
        path = f"scenes/{scene['id']}"
        assert scene["participants"] == [three.people[ANA].id, three.people[BEN].id]
        assert len(scene["safety"]) == 2
        for command, body in (
            ("confirm", {"version": scene["version"]}), ("unconfirm", None), ("call-off", None),
            ("log", {"duration_minutes": 5}), ("debrief", {"text": "Mine"}), ("aftercare", {"provided": True}),
        ):  # fmt: skip
            assert await code(three, CLEO, f"{path}/{command}", body) == (403, "not_permitted"), command
        await agreed(three, scene)
        assert (await three.ask(CLEO, "DELETE", path)).status_code == 204

    async def test_whoever_takes_part_takes_back_their_yes_or_calls_it_off_at_any_time(self, home):
        path, scene = await agreed(home)
        for who in (ANA, BEN):
            await home.state(who, "paused")
        await home.pause_bond(ANA)
        back = await home.post(BEN, f"{path}/unconfirm", {"version": scene["version"]})
        assert (back["status"], back["confirmed_by"]) == ("planned", [home.people[ANA].id])
        assert await home.post(BEN, f"{path}/unconfirm", None) == back
        alone = await home.post(ANA, f"{path}/unconfirm", None)
        assert (alone["status"], alone["confirmed_by"]) == ("planned", [])
        off = await home.post(BEN, f"{path}/call-off", {"version": 1})  # as it is, whatever they saw
        assert off["status"] == "called_off"
        assert await home.post(ANA, f"{path}/call-off", None) == off
        assert await code(home, ANA, f"{path}/confirm", {"version": off["version"]}) == (409, "wrong_state")

    async def test_nobody_is_asked_or_bound_during_a_pause(self, home):
        scene = await planned(home)
        path, confirm = f"scenes/{scene['id']}", {"version": scene["version"]}
        await home.state(BEN, "paused")
        assert await code(home, ANA, "scenes", {"title": "Another"}) == (409, "person_paused")
        assert await code(home, ANA, path, {"title": "Another"}, "PATCH") == (409, "person_paused")
        assert await code(home, BEN, f"{path}/confirm", confirm) == (409, "person_paused")
        assert await code(home, ANA, f"{path}/confirm", confirm) == (409, "person_paused")
        assert (await planned(home, BEN, activities=[activity(home, BEN)]))["status"] == "planned"  # for oneself
        await home.state(BEN, "low_energy")
        assert (await planned(home))["prompt"] == "low_energy"
        await home.state(BEN, "active")
        await home.pause_bond(BEN)
        assert await code(home, ANA, "scenes", {"title": "Another"}) == (409, "bond_paused")
        assert await code(home, ANA, f"{path}/confirm", confirm) == (409, "bond_paused")

    async def test_two_yeses_at_once_are_one_scene_agreed_to(self, home):
        scene = await planned(home)
        body = {"version": scene["version"]}
        answers = await asyncio.gather(
            *(home.ask(who, "POST", f"scenes/{scene['id']}/confirm", body) for who in (ANA, BEN) * 3)
        )
        assert {answer.status_code for answer in answers} == {200}
        read = await home.get(ANA, f"scenes/{scene['id']}")
        assert (read["status"], read["version"]) == ("agreed", scene["version"] + 1)


class TestLimits:
    @pytest.mark.parametrize(
        "more",
        [
            {"title": "A spanking at eight"},
            {"consent_details": "A spanking is fine"},
            {"notes": "Then a spanking"},
            {"activities": [{"name": "A spanking"}]},
            {"activities": [{"name": "Something warm", "notes": "It is a spanking"}]},
            {"activities": [{"name": "Something warm", "keys": [SPANKING]}]},
            {"activities": [{"name": "Something warm", "keys": ["spanking_moderate_give"]}]},
        ],
        ids=["title", "details", "notes", "activity", "its notes", "its tag", "its other half"],
    )
    async def test_nothing_that_somebody_never_wants_is_planned_with_them(self, home, more):
        await home.limit(BEN, SPANKING)
        assert await code(home, ANA, "scenes", {"title": "An evening", **more}) == (422, "limit")
        scene = await planned(home)
        assert await code(home, ANA, f"scenes/{scene['id']}", more, "PATCH") == (422, "limit")
        own = await home.post(BEN, "scenes", {"title": "An evening", **more}, expect=201)
        assert own["held"] is False  # whoever holds a limit writes what they like

    async def test_it_is_looked_for_whom_it_is_planned_with(self, three):
        await three.limit(CLEO, SPANKING)
        spanking = activity(three, ANA, BEN, name="A spanking")
        scene = await planned(three, activities=[spanking])
        assert await code(three, ANA, "scenes", {"title": "With all", "activities": [{"name": "A spanking"}]}) == (
            422,
            "limit",
        )
        wider = [spanking, activity(three, ANA, CLEO)]
        assert await code(three, ANA, f"scenes/{scene['id']}", {"activities": wider}, "PATCH") == (422, "limit")

    async def test_what_somebody_is_not_sure_of_is_talked_about_first(self, home):
        row = await home.post(BEN, "boundaries", {"activity_name": "Spanking", "my_rating": "maybe"}, expect=201)
        assert row["my_rating"] == "maybe"
        assert (await planned(home, activities=[{"name": "A spanking"}]))["prompt"] == "talk_first"
        assert "prompt" not in await planned(home)

    async def test_a_new_limit_holds_it_and_nobody_has_agreed_any_more(self, house, home):
        path, scene = await agreed(home, activities=[{"name": "A spanking"}])
        other, _ = await agreed(home, activities=[{"name": "A kiss"}])
        await home.limit(BEN, SPANKING)
        held = await home.get(ANA, path)
        assert (held["held"], held["status"], held["confirmed_by"]) == (True, "planned", [])
        assert held["version"] == scene["version"]  # a private rating touches no shared row
        for who in (ANA, BEN):
            assert await code(home, who, f"{path}/confirm", {"version": held["version"]}) == (422, "limit")
        assert await scene_limits.unsettle(house.services) == 1
        assert await scene_limits.unsettle(house.services) == 0
        await home.say(BEN, "DELETE FROM personal_limits WHERE user_id = $1")
        free = await home.get(BEN, path)
        assert (free["held"], free["status"], free["confirmed_by"]) == (False, "planned", [])  # agreed to anew, or not
        assert (await home.get(BEN, other))["status"] == "agreed"
        await agreed(home, free)

    async def test_only_where_limits_have_changed_is_a_scene_looked_at_again(self, house, home):
        look, (_, scene) = scene_limits.Unsettling(), await agreed(home, activities=[{"name": "A spanking"}])
        assert await look(house.services) == 0
        later = datetime.now(UTC) + timedelta(hours=1)

        async def found(since: datetime | None) -> set[str]:
            async with house.services.database.as_service() as db:
                return {str(one.id) for one in await bond_scenes.agreed(db, since, None, 200)}

        assert scene["id"] in await found(None)
        assert await found(later) == set()
        await home.limit(BEN, SPANKING)
        assert scene["id"] in await found(datetime.now(UTC) - timedelta(minutes=1))
        assert await look(house.services) == 1

    async def test_notes_of_afterwards_pass_the_limits_of_who_reads_them_and_calling_off_passes_everything(self, home):
        path, _ = await agreed(home, activities=[{"name": "A spanking"}])
        await home.limit(BEN, SPANKING)
        assert await code(home, ANA, f"{path}/log", {"duration_minutes": 5, "notes": "A spanking"}) == (422, "limit")
        assert (await home.post(BEN, f"{path}/call-off", None))["status"] == "called_off"


class TestAfterwards:
    async def test_a_debrief_is_ones_own_first_and_shown_by_choice(self, home):
        path = await done(home)
        own = await home.post(BEN, f"{path}/debrief", {"text": "I liked the quiet", "shared": False})
        assert [(one["user_id"], one["text"], one["shared"]) for one in own["debriefs"]] == [
            (home.people[BEN].id, "I liked the quiet", False)
        ]
        assert (await home.get(ANA, path))["debriefs"] == []
        shown = await home.patch(BEN, f"{path}/debrief", {"shared": True})
        assert [one["text"] for one in (await home.get(ANA, path))["debriefs"]] == ["I liked the quiet"]
        assert await home.patch(BEN, f"{path}/debrief", {"shared": True}) == shown
        await home.patch(BEN, f"{path}/debrief", {"text": "I liked the quiet, and you"})
        assert [one["text"] for one in (await home.get(ANA, path))["debriefs"]] == ["I liked the quiet, and you"]
        await home.post(ANA, f"{path}/debrief", {"text": "Me too", "shared": True})
        assert len((await home.get(BEN, path))["debriefs"]) == 2
        await home.patch(BEN, f"{path}/debrief", {"shared": False})
        assert [one["text"] for one in (await home.get(ANA, path))["debriefs"]] == ["Me too"]
        keys = await home.house.database.fetch(
            "SELECT user_id, text ->> 'key_id' AS key FROM scene_debriefs WHERE bond_id = $1::uuid", home.bond
        )
        assert len({row["key"] for row in keys}) == 2  # each their author's own

    async def test_there_is_nothing_to_look_back_on_before_it_is_done(self, home):
        path, _ = await agreed(home)
        assert await code(home, ANA, f"{path}/debrief", {"text": "Nice"}) == (409, "wrong_state")
        assert await code(home, ANA, f"{path}/debrief", {"shared": True}, "PATCH") == (409, "wrong_state")
        assert await code(home, ANA, f"{path}/aftercare", {"provided": True}) == (409, "wrong_state")
        await home.post(ANA, f"{path}/log", {"duration_minutes": 5})
        assert await code(home, ANA, f"{path}/debrief", {"shared": True}, "PATCH") == (404, "not_found")

    async def test_the_next_morning_everybody_who_was_there_is_reminded_once_and_nobody_who_pauses(self, house, three):
        await house.database.execute(
            "UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = $1::uuid", three.people[ANA].id
        )
        await done(three, activities=[activity(three, ANA, BEN)])
        assert await aftercare.remind(house.services) == 0
        await three.later(timedelta(hours=34))  # past ten o'clock of the next day, everywhere
        await three.state(BEN, "paused")
        assert await aftercare.remind(house.services) == 1
        await three.state(BEN, "active")
        assert await aftercare.remind(house.services) == 1
        assert await aftercare.remind(house.services) == 0
        told = await house.database.fetch("SELECT user_id::text, link FROM notifications WHERE kind = 'aftercare'")
        assert {(one["user_id"], one["link"]) for one in told} == {
            (three.people[who].id, f"/bonds/{three.bond}") for who in (ANA, BEN)
        }


class TestLeaving:
    @pytest.mark.parametrize("how", ["leaves", "is erased"])
    async def test_what_is_to_come_is_without_who_left_and_agreed_to_anew(self, three, how):
        named, _ = await agreed(three, activities=[activity(three, ANA, BEN, CLEO), activity(three, ANA, BEN)])
        of_all = await planned(three)
        for who in (ANA, BEN):
            await three.post(who, f"scenes/{of_all['id']}/confirm", {"version": of_all["version"]})
        others, _ = await agreed(three, activities=[activity(three, ANA, BEN)])
        looked_back = await done(three)
        await three.post(CLEO, f"{looked_back}/debrief", {"text": "Goodbye", "shared": True})
        if how == "leaves":
            await three.post(CLEO, "leave", {})
        else:
            await three.house.database.execute("DELETE FROM users WHERE id = $1::uuid", three.people[CLEO].id)
        read = await three.get(ANA, named)
        assert (read["status"], read["confirmed_by"]) == ("planned", [])
        assert [len(one["with"]) for one in read["activities"]] == [2, 2]
        assert (await three.get(ANA, others))["status"] == "agreed"
        everybodys = await three.get(ANA, f"scenes/{of_all['id']}")
        assert (everybodys["status"], everybodys["confirmed_by"], len(everybodys["participants"])) == ("planned", [], 2)
        await agreed(three, everybodys)
        assert (await three.get(ANA, looked_back))["debriefs"] == []
        home = await three.house.database.fetch(
            "SELECT bond_id, scene_id, is_shared FROM scene_debriefs WHERE user_id = $1::uuid", three.people[CLEO].id
        )
        assert [tuple(row) for row in home] == ([(None, None, False)] if how == "leaves" else [])

    async def test_who_comes_later_sees_nothing_of_it_and_is_not_waited_for(self, home):
        scene = await planned(home)
        newcomer = await moved_in(home.house, ["switch"])
        home.people.append(newcomer.people[0])
        await home.later(timedelta(minutes=1))
        await home.join(CLEO, "switch")
        path = f"scenes/{scene['id']}"
        assert await code(home, CLEO, path, verb="GET") == (404, "not_found")
        assert (await home.get(ANA, path))["participants"] == scene["participants"]
        with_them = {"activities": [activity(home, ANA, CLEO)]}
        assert await code(home, ANA, path, with_them, "PATCH") == (422, "invalid")
        await agreed(home, scene)

    async def test_in_a_bond_that_is_over_a_scene_is_read_and_nothing_else(self, home):
        path, _ = await agreed(home)
        await home.post(ANA, "dissolve", {})
        assert (await home.get(BEN, path))["status"] == "agreed"
        for command in ("call-off", "unconfirm"):
            assert await code(home, BEN, f"{path}/{command}") == (409, "wrong_state")


async def test_no_word_of_a_scene_a_contract_or_a_debrief_stands_anywhere_in_plain(house, home, capfd):
    """Every table is read whole, and every line that the server wrote."""
    word, key = "zqcanarywords", {"Idempotency-Key": "canary-1"}
    base = f"/api/bonds/{home.bond}"
    ben = home.people[BEN].client
    texts = {"title": word, "notes": word, "consent_details": word, "activities": [{"name": word, "notes": word}]}
    scene = (await ben.post(f"{base}/scenes", json=texts, headers=key)).json()
    await agreed(home, scene)
    path = f"scenes/{scene['id']}"
    await home.post(BEN, f"{path}/log", {"duration_minutes": 5, "notes": word})
    await home.post(BEN, f"{path}/debrief", {"text": word, "shared": True})
    await home.post(BEN, f"{path}/aftercare", {"provided": True, "notes": word})
    contract = await home.post(ANA, "contracts", {"title": word, "content": word}, expect=201)
    await home.post(ANA, f"contracts/{contract['id']}/request-signatures", None)
    declined = {"reason": word}
    answer = await ben.post(
        f"{base}/contracts/{contract['id']}/decline", json=declined, headers={"Idempotency-Key": "canary-2"}
    )
    assert answer.status_code == 200
    assert await code(home, BEN, f"{path}/debrief", {"text": word * 6000}) == (422, "invalid")
    await home.later(timedelta(hours=34))
    await aftercare.remind(house.services)
    tables = await house.database.fetch(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    for table in tables:
        told = await house.database.fetchval(f"SELECT count(*) FROM {table['name']} t WHERE t::text ILIKE '%{word}%'")
        assert told == 0, table["name"]
    out, err = capfd.readouterr()
    assert word not in out + err
