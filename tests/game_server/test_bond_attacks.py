"""What somebody in a bond tries who means ill: to stop the others, to look for their limits, to put words into their mouths."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from game_server.bonds import event_reminders, series
from storage import bond_tasks
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    weeks = {"access_token_s": 10**7, "refresh_token_s": 10**7, "limit_other": "100000/60"}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **weeks) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> Home:
    """Somebody who leads, and somebody who is led."""
    home = await moved_in(house, ["dominant", "submissive"])
    await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE adult_confirmed_at IS NULL")
    return home


class TestDatesThatNoCalendarHas:
    @pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "2999-01-01T00:00:00Z"])
    async def test_one_so_far_away_that_a_pause_moves_it_out_of_the_calendar_is_refused(self, home, moment):
        mine = {"title": "Far away", "assigned_to": home.people[1].id}
        for path, body in (
            ("tasks", {**mine, "due_date": moment}),
            ("tasks", {**mine, "due_date": moment, "recurring": "daily"}),
            ("rules", {"title": "Far away", "effective_until": moment}),
        ):
            refused = await home.ask(1, "POST", path, body)
            assert (refused.status_code, refused.json()["error"]["code"]) == (422, "invalid"), refused.text
        await home.state(1, "paused")
        await home.state(1, "active")
        assert (await home.get(0, "tasks"))["items"] == []

    async def test_as_a_filter_it_is_refused_too(self, home):
        for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
            for path in ("messages?before=", "scenes?from=", "scenes?to=", "calendar?to=2030-01-01T00:00:00Z&from="):
                refused = await home.ask(0, "GET", path + moment.replace("+", "%2B"))
                assert (refused.status_code, refused.json()["error"]["code"]) == (422, "invalid"), path
        far = "calendar?from=9999-12-30T00:00:00Z&to=9999-12-31T00:00:00Z"
        assert (await home.ask(0, "GET", far)).status_code == 422


class TestANameThatOthersRated:
    async def test_who_comes_back_has_said_nothing_to_what_it_is_called_now(self, home):
        row = await home.post(0, "boundaries", {"activity_name": "Massage"}, expect=201)
        place = f"boundaries/{row['id']}"
        await rated(home, 1, place, "yes")
        await home.leave(1)
        await home.patch(0, place, {"activity_name": "Spanking"})
        await home.join(1, "submissive")
        assert (await rated(home, 0, place, "yes"))["is_mutual"] is False
        assert (await home.get(1, place))["my_rating"] is None

    async def test_their_limit_stays_under_the_words_that_they_meant_and_they_name_another(self, home):
        row = await home.post(0, "boundaries", {"activity_name": "Spanking"}, expect=201)
        place = f"boundaries/{row['id']}"
        await rated(home, 1, place, "hard_no")
        await home.leave(1)
        await home.patch(0, place, {"activity_name": "Wax play"})
        await home.join(1, "submissive")
        await rated(home, 1, place, "hard_no")
        limits = (await home.people[1].client.get("/api/me/limits")).json()["items"]
        assert sorted(limit["words"] for limit in limits) == ["Spanking", "Wax play"]


class TestLookingForWhatSomebodyIsNotSureOf:
    async def test_after_twelve_times_everything_is_to_be_talked_about(self, home):
        row = await home.post(1, "boundaries", {"activity_name": "Spanking"}, expect=201)
        await rated(home, 1, f"boundaries/{row['id']}", "maybe")
        for number in range(12):
            assert await asked(home, f"A spanking {number}") == "talk_first"
        assert await asked(home, "Tie my wrists") == "talk_first"
        assert await asked(home, "Water the plants") is None


class TestLookingForLimitsByWhatOneGets:
    async def test_rules_from_before_somebody_came_tell_nothing_of_their_limits_until_they_say_yes(self, house):
        home = await moved_in(house, ["dominant"])
        home.people += (await moved_in(house, ["submissive"])).people
        await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE adult_confirmed_at IS NULL")
        made = [await home.post(0, "rules", {"title": title}, expect=201) for title in ("A spanking", "Tie my wrists")]
        await home.limit(1, "spanking_moderate_receive")
        await home.later(timedelta(minutes=1))
        await home.join(1, "submissive")
        rules = [f"rules/{one['id']}" for one in made]
        assert [(await home.get(0, one))["held"] for one in rules] == [False, False]
        refused = await home.ask(1, "POST", f"{rules[0]}/acknowledge")
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "limit")
        said = await home.post(1, f"{rules[1]}/acknowledge", None)
        assert (said["held"], said["in_force_for"]) == (False, [home.people[1].id])
        await home.limit(1, "restraints_receive")
        now = await home.get(1, rules[1])
        assert (now["held"], now["in_force_for"]) == (True, [])

    async def test_who_has_left_and_wrote_down_everything_tells_nobody_what_another_never_wants(self, house):
        home = await moved_in(house, ["dominant", "switch", "submissive"])
        await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE adult_confirmed_at IS NULL")
        when = (home.now + timedelta(hours=2)).isoformat()
        for title in ("A spanking", "Tea"):
            body = {"title": title, "start_date": when, "event_type": "scene", "reminder_minutes": 180}
            await home.post(1, "calendar", body, expect=201)
        await home.limit(2, "spanking_moderate_receive")
        await home.leave(1)
        assert "SUMMARY:A spanking" in (await home.ask(0, "GET", "calendar.ics")).text
        assert "SUMMARY:A spanking" not in (await home.ask(2, "GET", "calendar.ics")).text
        await event_reminders.remind(house.services)
        assert [len(await home.notifications(who)) for who in (0, 2)] == [2, 1]


class TestLookingForLimitsThatWordsAloneGuard:
    async def test_after_twenty_four_times_nothing_at_all_gets_through_for_a_day(self, home):
        row = await home.post(1, "boundaries", {"activity_name": "Ice play"}, expect=201)
        await rated(home, 1, f"boundaries/{row['id']}", "hard_no")
        person = home.people[1].id
        for number in range(24):
            assert await asked(home, f"Water the plants {number}") is None
            refused = await home.ask(0, "POST", "tasks", {"title": f"Ice {number}", "assigned_to": person})
            assert refused.json()["error"]["code"] == "limit"
        refused = await home.ask(0, "POST", "tasks", {"title": "Water the plants", "assigned_to": person})
        assert refused.json()["error"]["code"] == "limit"
        await home.post(0, "tasks", {"title": "Water the plants", "assigned_to": home.people[0].id}, expect=201)
        await home.later(timedelta(hours=24, minutes=1))
        assert await asked(home, "Water the plants") is None

    async def test_what_is_refused_anyway_is_not_looked_up(self, home):
        """Or somebody could ask with a picture that there is not, and leave no trace of what they tried."""
        row = await home.post(0, "boundaries", {"activity_name": "Ice play"}, expect=201)
        await rated(home, 0, f"boundaries/{row['id']}", "hard_no")
        task = await home.post(0, "tasks", {"title": "Water", "assigned_to": home.people[1].id}, expect=201)
        body = {"notes": "Ice play", "proof": {"type": "photo", "file_id": str(uuid.uuid4())}}
        refused = await home.ask(1, "POST", f"tasks/{task['id']}/submit", body)
        assert refused.json()["error"]["code"] == "invalid"


async def test_a_template_that_was_changed_meanwhile_is_shown_and_not_used(home):
    made = await home.post(0, "task-templates", {"title": "Plants"}, expect=201)
    body = {"assigned_to": home.people[1].id, "version": 2}
    stale = await home.ask(0, "POST", f"task-templates/{made['id']}/use", body)
    assert (stale.status_code, stale.json()["current"]) == (409, made)


async def test_the_address_of_a_video_is_one_address(home):
    task = await home.post(1, "tasks", {"title": "Film it", "assigned_to": home.people[1].id}, expect=201)
    for address in ("https://one.example\nhttp://two.example", "https://one.example and more", "https://"):
        proof = {"type": "video", "text": address}
        assert (await home.ask(1, "POST", f"tasks/{task['id']}/submit", {"proof": proof})).status_code == 422
    await home.post(1, f"tasks/{task['id']}/submit", {"proof": {"type": "video", "text": "https://one.example/v?1"}})


async def test_one_members_flood_holds_up_nobody_elses_bond(house, home):
    """Their own commands wait for each other; the few connections of all members are there for the others."""
    other = await moved_in(house, ["dominant"])
    await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE adult_confirmed_at IS NULL")
    async with house.database.transaction():
        await house.database.execute("SELECT FROM bonds WHERE id = $1 FOR UPDATE", uuid.UUID(home.bond))
        flood = [asyncio.create_task(home.ask(0, "POST", "resources", {"title": "More"})) for _ in range(40)]
        while not await house.database.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):
            pass  # the first of them waits for the bond
        assert (await other.ask(0, "POST", "resources", {"title": "Calm"})).status_code == 201
    assert (await flood[0]).status_code == 201
    for one in flood:
        one.cancel()
    await asyncio.gather(*flood, return_exceptions=True)


class TestWhatComesAgain:
    async def test_also_the_servers_own_login_asks_nobody_during_a_pause(self, house, home):
        due = (home.now + timedelta(days=1)).isoformat()
        body = {"title": "Again", "assigned_to": home.people[1].id, "due_date": due, "recurring": "daily"}
        first = await home.post(0, "tasks", body, expect=201)
        await home.post(1, f"tasks/{first['id']}/submit", None)
        await home.state(1, "paused")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="during a pause"):
            async with house.services.database.as_service() as db:
                await bond_tasks.occur(db, uuid.UUID(first["series_id"]), home.now.date(), home.now + timedelta(days=1))

    async def test_what_somebody_asked_of_themselves_and_who_leads_them_made_worth_points_goes_on(self, house, home):
        due = (home.now + timedelta(days=1)).isoformat()
        body = {"title": "Mine", "assigned_to": home.people[1].id, "due_date": due, "recurring": "daily"}
        first = await home.post(1, "tasks", body, expect=201)
        await home.patch(0, f"tasks/{first['id']}", {"point_value": 5})
        await home.post(1, f"tasks/{first['id']}/submit", None)
        await home.later(timedelta(days=1))
        assert await series.make_due(house.services) == 1


async def rated(home: Home, who: int, place: str, rating: str) -> Any:
    answer = await home.ask(who, "PUT", f"{place}/rating", {"rating": rating})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def asked(home: Home, title: str) -> str | None:
    made = await home.post(0, "tasks", {"title": title, "assigned_to": home.people[1].id}, expect=201)
    return made.get("prompt")
