"""Dates in bonds and of one's own, over HTTP, with a clock that a test moves."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
import pytest_asyncio

from game_server.bonds import event_reminders, series
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

BERLIN = ZoneInfo("Europe/Berlin")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> AsyncIterator[Home]:
    """Ana, who leads Ben, whose days are Berlin's."""
    made = await moved_in(house, ["dominant", "submissive"])
    await house.database.execute("UPDATE users SET time_zone = 'Europe/Berlin' WHERE id = $1::uuid", made.people[1].id)
    yield made
    await house.database.execute("DELETE FROM bonds WHERE id = $1::uuid", made.bond)
    house.clock.ahead = timedelta()


def event(start: datetime, **more: Any) -> dict[str, Any]:
    return {"title": "Tea in the garden", "start_date": start.isoformat(), **more}


async def dates(home: Home, who: int, begins: datetime, ends: datetime, **more: Any) -> list[Any]:
    return list(
        (await home.get(who, "calendar", **{"from": begins.isoformat(), "to": ends.isoformat()}, **more))["items"]
    )


def starts(items: list[Any]) -> list[datetime]:
    return [datetime.fromisoformat(one["start_date"]) for one in items]


FRIDAY = datetime(2027, 3, 26, 19, tzinfo=UTC)  # 20:00 in Berlin, two days before its clocks change


@pytest.mark.asyncio(loop_scope="module")
class TestDates:
    async def test_what_comes_again_is_spread_over_what_is_asked_for_and_one_can_be_changed(self, home):
        series = await home.post(
            1, "calendar",
            event(FRIDAY, rrule="freq=weekly;byday=FR", event_type="ritual", end_date=(FRIDAY + timedelta(hours=1)).isoformat()),
            expect=201,
        )  # fmt: skip
        assert (series["timezone"], series["rrule"], series["last_date"]) == (
            "Europe/Berlin",
            "FREQ=WEEKLY;BYDAY=FR",
            None,
        )
        found = await dates(home, 0, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=15))
        assert starts(found) == [FRIDAY, FRIDAY + timedelta(days=7, hours=-1), FRIDAY + timedelta(days=14, hours=-1)]
        assert {one["id"] for one in found} == {series["id"]}
        assert found[1]["recurrence_id"] == "20270402T180000Z"
        assert datetime.fromisoformat(found[1]["end_date"]) - starts(found)[1] == timedelta(hours=1)

        name = found[1]["recurrence_id"]
        own = event(FRIDAY + timedelta(days=8), title="A day later", ical_uid=series["ical_uid"], recurrence_id=name)
        await home.post(1, "calendar", own, expect=201)
        assert (await home.post(1, "calendar", own, expect=422))["error"]["fields"].keys() == {"recurrence_id"}
        assert (await home.post(0, "calendar", own, expect=422))["error"]["fields"].keys() == {"recurrence_id"}
        found = await dates(home, 0, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=15))
        assert [one["title"] for one in found] == ["Tea in the garden", "A day later", "Tea in the garden"]

        moved = await home.patch(
            1, f"calendar/{series['id']}",
            {"start_date": (FRIDAY + timedelta(hours=1)).isoformat(), "end_date": None, "exdates": ["20270409T180000Z"]},
        )  # fmt: skip
        assert moved["sequence"] == 1
        found = await dates(home, 0, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=15))
        assert [one["title"] for one in found] == ["Tea in the garden", "A day later", "Tea in the garden"]
        assert found[1]["recurrence_id"] == "20270402T190000Z"

        left_out = await home.patch(1, f"calendar/{series['id']}", {"exdates": [found[2]["recurrence_id"]]})
        assert left_out["exdates"] == ["20270409T190000Z"]
        assert len(await dates(home, 0, FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=15))) == 2
        rows = (await home.get(0, "calendar"))["items"]
        assert [one["title"] for one in rows] == ["A day later", "Tea in the garden"]
        assert (await home.ask(0, "DELETE", f"calendar/{series['id']}")).status_code == 403
        assert (await home.ask(1, "DELETE", f"calendar/{series['id']}")).status_code == 204
        assert (await home.get(0, "calendar"))["items"] == []

    async def test_a_span_is_paged_in_its_order(self, home):
        await home.post(0, "calendar", event(FRIDAY, rrule="FREQ=DAILY;COUNT=9"), expect=201)
        await home.post(0, "calendar", event(FRIDAY + timedelta(days=2, hours=1), title="Once"), expect=201)
        whole, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = await home.get(
                1,
                "calendar",
                **{"from": FRIDAY.isoformat(), "to": (FRIDAY + timedelta(days=30)).isoformat()},
                limit=4,
                **more,
            )
            whole += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert len(whole) == 10
        assert starts(whole) == sorted(starts(whole))
        assert len(await dates(home, 1, FRIDAY, FRIDAY + timedelta(days=30), event_type="scene")) == 0

    async def test_all_day_is_from_midnight_to_midnight_where_it_is(self, home):
        made = await home.post(1, "calendar", event(FRIDAY, all_day=True), expect=201)
        assert starts([made]) == [datetime(2027, 3, 26, tzinfo=BERLIN)]
        until = await home.patch(1, f"calendar/{made['id']}", {"end_date": (FRIDAY + timedelta(days=2)).isoformat()})
        assert datetime.fromisoformat(until["end_date"]) == datetime(2027, 3, 29, tzinfo=BERLIN)
        sunday = datetime(2027, 3, 28, 12, tzinfo=UTC)
        assert len(await dates(home, 0, sunday, sunday + timedelta(hours=1))) == 1
        assert await dates(home, 0, datetime(2027, 3, 29, tzinfo=BERLIN), datetime(2027, 3, 30, tzinfo=BERLIN)) == []

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"rrule": "FREQ=SECONDLY"}, "rrule"),
            ({"rrule": "FREQ=DAILY;COUNT=99999"}, "rrule"),
            ({"rrule": "FREQ=DAILY;UNTIL=20200101"}, "rrule"),
            ({"timezone": "Europe/Atlantis"}, "timezone"),
            ({"timezone": "../etc/passwd"}, "timezone"),
            ({"end_date": (FRIDAY - timedelta(hours=1)).isoformat()}, "end_date"),
            ({"end_date": (FRIDAY + timedelta(days=700)).isoformat()}, "end_date"),
            ({"start_date": "2020-01-01T00:00:00Z"}, "start_date"),
            ({"start_date": "2900-01-01T00:00:00Z"}, "start_date"),
            ({"start_date": "0001-01-01T00:00:00+14:00"}, "start_date"),
            ({"event_type": "task_deadline"}, "event_type"),
            ({"exdates": ["20270402T180000Z"]}, "exdates"),
            ({"recurrence_id": "20270402T180000Z"}, "recurrence_id"),
            ({"ical_uid": "mine"}, "recurrence_id"),
        ],
    )
    async def test_what_is_no_date_is_refused(self, home, wrong, field):
        refused = await home.post(0, "calendar", event(FRIDAY) | wrong, expect=422)
        assert field in str(refused["error"]["fields"])

    async def test_a_birthday_began_long_ago_and_comes_again(self, home):
        await home.post(
            0, "calendar", event(datetime(1990, 2, 28, tzinfo=UTC), rrule="FREQ=YEARLY", all_day=True), expect=201
        )
        assert len(await dates(home, 1, FRIDAY, FRIDAY + timedelta(days=366))) == 1

    @pytest.mark.parametrize(
        "span",
        [{"from": FRIDAY}, {"to": FRIDAY}, {"from": FRIDAY, "to": FRIDAY}, {"from": FRIDAY, "to": FRIDAY + timedelta(days=500)}],
    )  # fmt: skip
    async def test_a_span_has_two_ends_and_a_bound(self, home, span):
        answer = await home.people[0].client.get(
            f"/api/bonds/{home.bond}/calendar", params={name: at.isoformat() for name, at in span.items()}
        )
        assert answer.status_code == 422, answer.text

    async def test_what_is_planned_is_to_be_talked_about_where_a_limit_says_so_and_not_refused(self, home):
        await home.limit(1, "spanking_moderate_receive")
        made = await home.post(
            0, "calendar", event(FRIDAY, title="A spanking at eight", event_type="scene"), expect=201
        )
        assert (made["prompt"], made["held"]) == ("talk_first", False)
        assert "prompt" not in await home.post(1, "calendar", event(FRIDAY, title="A spanking at eight"), expect=201)

    async def test_ones_own_are_nobody_elses(self, home):
        ana, ben = (person.client for person in home.people)
        made = await ana.post(
            "/api/calendar", json=event(FRIDAY, rrule="FREQ=WEEKLY;COUNT=2", timezone="America/New_York")
        )
        assert made.status_code == 201, made.text
        path = f"/api/calendar/{made.json()['id']}"
        span = {"from": FRIDAY.isoformat(), "to": (FRIDAY + timedelta(days=30)).isoformat()}
        found = (await ana.get("/api/calendar", params=span)).json()["items"]
        assert starts(found) == [FRIDAY, FRIDAY + timedelta(days=7)]
        assert (await ben.get("/api/calendar", params=span)).json()["items"] == []
        assert (await ben.get(path)).status_code == 404
        assert (await dates(home, 0, FRIDAY, FRIDAY + timedelta(days=30))) == []
        changed = await ana.patch(path, json={"rrule": None, "version": 1})
        assert (changed.json()["rrule"], changed.json()["last_date"]) == (None, None)
        assert (await ana.patch(path, json={"timezone": "Nowhere"})).status_code == 422
        assert (await ana.delete(path)).status_code == 204


@pytest.mark.asyncio(loop_scope="module")
class TestDeadlines:
    async def asked(self, home: Home, **more: Any) -> Any:
        body = {"title": "Water the plants", "assigned_to": home.people[1].id, **more}
        return await home.post(0, "tasks", body, expect=201)

    async def deadlines(self, home: Home) -> list[Any]:
        rows = (await home.get(1, "calendar", event_type="task_deadline"))["items"]
        return sorted(rows, key=lambda one: one["start_date"])

    async def test_they_come_move_and_go_with_their_task(self, home):
        due = home.now.replace(microsecond=0) + timedelta(days=3)
        task = await self.asked(home, due_date=due.isoformat(), reminder_minutes=60)
        [row] = await self.deadlines(home)
        assert (row["title"], row["task_id"], row["timezone"]) == ("Water the plants", task["id"], "Europe/Berlin")
        assert (starts([row]), row["reminder_minutes"], row["held"]) == ([due], None, False)
        await home.patch(
            0, f"tasks/{task['id']}", {"title": "Water them all", "due_date": (due + timedelta(1)).isoformat()}
        )
        [row] = await self.deadlines(home)
        assert (row["title"], starts([row]), row["sequence"]) == ("Water them all", [due + timedelta(1)], 1)
        await home.post(1, f"tasks/{task['id']}/ask-extension", {"until": (due + timedelta(2)).isoformat()})
        await home.post(0, f"tasks/{task['id']}/answer-extension", {"grant": True})
        assert starts(await self.deadlines(home)) == [due + timedelta(2)]
        await home.post(1, f"tasks/{task['id']}/submit", None)
        await home.post(0, f"tasks/{task['id']}/approve", None)
        assert len(await self.deadlines(home)) == 1  # what was done stays where it was
        second = await self.asked(home, due_date=due.isoformat())
        third = await self.asked(home, due_date=due.isoformat())
        await home.patch(0, f"tasks/{second['id']}", {"due_date": None})
        await home.post(1, f"tasks/{third['id']}/cancel", None)
        assert len(await self.deadlines(home)) == 1
        fourth = await self.asked(home, due_date=due.isoformat())
        assert (await home.ask(0, "DELETE", f"tasks/{fourth['id']}")).status_code == 204
        assert len(await self.deadlines(home)) == 1

    async def test_nothing_but_the_task_changes_them(self, home):
        await self.asked(home, due_date=(home.now + timedelta(days=3)).isoformat())
        [row] = await self.deadlines(home)
        for verb, body in (("PATCH", {"title": "Mine"}), ("DELETE", None)):
            assert (await home.ask(1, verb, f"calendar/{row['id']}", body)).status_code == 403
            answer = await home.ask(0, verb, f"calendar/{row['id']}", body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (409, "wrong_state")

    async def test_what_comes_of_templates_and_of_series_has_them_too(self, house, home):
        due = home.now.replace(microsecond=0) + timedelta(hours=30)
        template = await home.post(0, "task-templates", {"title": "The balcony"}, expect=201)
        body = {"assigned_to": home.people[1].id, "due_date": due.isoformat()}
        await home.post(0, f"task-templates/{template['id']}/use", body)
        first = await self.asked(home, due_date=due.isoformat(), recurring="daily")
        await home.post(1, f"tasks/{first['id']}/submit", None)
        await home.later(timedelta(hours=31))
        assert await series.make_due(house.services) == 1
        titles = sorted(one["title"] for one in await self.deadlines(home))
        assert titles == ["The balcony", "Water the plants", "Water the plants"]

    async def test_a_pause_moves_them_and_who_leaves_takes_them_along(self, home):
        due = home.now.replace(microsecond=0) + timedelta(days=3)
        await self.asked(home, due_date=due.isoformat(), title="A spanking at eight")
        await home.state(1, "paused")
        await home.later(timedelta(hours=30))
        await home.state(1, "active")
        [row] = await self.deadlines(home)
        assert starts([row]) == [due + timedelta(days=2)]
        await home.limit(1, "spanking_moderate_receive")
        [row] = await self.deadlines(home)
        assert row["held"] is True
        await home.leave(1)
        assert (await home.get(0, "calendar"))["items"] == []

    async def test_two_short_pauses_in_a_day_move_what_is_due_by_a_day_and_not_by_two(self, home):
        due = home.now.replace(microsecond=0) + timedelta(days=9)
        task = await self.asked(home, due_date=due.isoformat())
        moved = []
        for hours in (2, 3, 20):
            await home.later(timedelta(minutes=5))
            await home.state(1, "paused")
            await home.later(timedelta(hours=hours))
            await home.state(1, "active")
            found = datetime.fromisoformat((await home.get(1, f"tasks/{task['id']}"))["due_date"])
            moved.append((found - due).days)
        assert moved == [1, 1, 2]  # 2, 5 and 25 hours
        later = (due + timedelta(days=4)).isoformat()
        await home.patch(0, f"tasks/{task['id']}", {"due_date": later})
        await home.state(1, "paused")
        await home.later(timedelta(hours=1))
        await home.state(1, "active")  # said anew, it begins anew
        [row] = await self.deadlines(home)
        assert starts([row]) == [due + timedelta(days=5)]


@pytest.mark.asyncio(loop_scope="module")
class TestReminders:
    async def planned(self, home: Home, **more: Any) -> Any:
        body = event(home.now + timedelta(hours=5), event_type="ritual", reminder_minutes=60) | more
        return await home.post(0, "calendar", body, expect=201)

    async def told(self, home: Home) -> list[list[str]]:
        return [[line["kind"] for line in await home.notifications(who)] for who in (0, 1)]

    async def test_everybody_is_reminded_once_in_words_that_say_nothing(self, house, home):
        await self.planned(home)
        assert await event_reminders.remind(house.services) == 0
        await home.later(timedelta(hours=4, minutes=30))
        assert [await event_reminders.remind(house.services) for _ in range(3)] == [2, 0, 0]
        [line] = await home.notifications(1)
        assert (line["kind"], line["title"]) == ("event_due", "Something is waiting for you.")
        assert "Tea" not in str(line)
        assert await house.database.fetchval("SELECT count(*) FROM event_alarms") == 0

    async def test_a_bond_that_somebody_holds_keeps_no_other_waiting(self, house, home, database_url):
        held, other = home, await moved_in(house, ["dominant", "submissive"])
        for one in (held, other):
            await self.planned(one, start_date=(one.now + timedelta(minutes=30)).isoformat())
        holder = await asyncpg.connect(database_url)
        try:
            async with holder.transaction():
                await holder.execute("SELECT FROM bonds WHERE id = $1 FOR UPDATE", uuid.UUID(held.bond))
                with pytest.raises(asyncpg.LockNotAvailableError):
                    await event_reminders.remind(house.services)
        finally:
            await holder.close()
        assert await self.told(other) == [["event_due"], ["event_due"]]
        assert await self.told(held) == [[], []]
        assert await event_reminders.remind(house.services) == 2
        await house.database.execute("DELETE FROM bonds WHERE id = $1::uuid", other.bond)

    async def test_every_time_of_what_comes_again_but_not_what_is_left_out_or_past(self, house, home):
        start = (home.now + timedelta(hours=5)).replace(microsecond=0)
        made = await self.planned(home, start_date=start.isoformat(), rrule="FREQ=DAILY;COUNT=5", timezone="UTC")
        name = (start + timedelta(days=1)).strftime("%Y%m%dT%H%M%SZ")
        await home.patch(0, f"calendar/{made['id']}", {"exdates": [name]})
        times = []
        for _ in range(7):
            await home.later(timedelta(hours=4, minutes=30))
            times.append(await event_reminders.remind(house.services))
            await home.later(timedelta(hours=19, minutes=30))
        assert times == [2, 0, 2, 2, 2, 0, 0]

    async def test_a_changed_time_is_reminded_of_and_the_same_again_is_not(self, house, home):
        made = await self.planned(home, start_date=(home.now + timedelta(minutes=30)).isoformat())
        assert await event_reminders.remind(house.services) == 2
        await home.patch(0, f"calendar/{made['id']}", {"reminder_minutes": 45})
        assert await event_reminders.remind(house.services) == 0
        await home.patch(0, f"calendar/{made['id']}", {"start_date": (home.now + timedelta(minutes=20)).isoformat()})
        assert await event_reminders.remind(house.services) == 2

    @pytest.mark.parametrize(
        ("kind", "reaches"), [("ritual", False), ("scene", False), ("check_in", False), ("important_date", True)]
    )
    @pytest.mark.parametrize("why", ["person", "bond"])
    async def test_during_a_pause_nothing_presses_and_a_day_to_remember_is_told(self, house, home, kind, reaches, why):
        await self.planned(home, event_type=kind, start_date=(home.now + timedelta(minutes=30)).isoformat())
        if why == "person":
            await home.state(1, "paused")
        else:
            await home.pause_bond(0)
        await event_reminders.remind(house.services)
        assert (await self.told(home))[1] == (["day_due"] if reaches else [])
        assert bool((await self.told(home))[0]) == (reaches or why == "person")

    async def test_what_a_limit_holds_is_not_reminded_of_and_with_little_energy_one_a_day(self, house, home):
        soon = (home.now + timedelta(minutes=30)).isoformat()
        await home.limit(1, "spanking_moderate_receive")
        await self.planned(home, title="A spanking at eight", start_date=soon)
        assert await event_reminders.remind(house.services) == 1
        assert [len(one) for one in await self.told(home)] == [1, 0]  # who planned it learns nothing by what they get
        await home.state(1, "low_energy")
        for _ in range(2):
            await self.planned(home, start_date=soon)
        assert await event_reminders.remind(house.services) == 3
        assert len((await self.told(home))[1]) == 1

    async def test_ones_own_reach_oneself_and_who_has_left_is_told_nothing(self, house, home):
        soon = event(home.now + timedelta(minutes=30), reminder_minutes=60)
        assert (await home.people[1].client.post("/api/calendar", json=soon)).status_code == 201
        await home.post(0, "calendar", soon, expect=201)
        await home.leave(1)
        assert await event_reminders.remind(house.services) == 2
        assert [len(one) for one in await self.told(home)] == [1, 1]
        assert {line["link"] for line in await home.notifications(1)} == {"/bonds"}
