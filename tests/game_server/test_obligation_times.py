"""Tasks in time, with a clock that a test moves: what comes again, what is reminded of, and what a pause does to both."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from game_server.bonds import event_reminders, series, task_reminders
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


async def asked(home: Home, **more: Any) -> Any:
    body = {"title": "Water the plants", "assigned_to": home.people[1].id, **more}
    return await home.post(0, "tasks", body, expect=201)


async def open_tasks(home: Home) -> list[Any]:
    tasks = (await home.get(1, "tasks"))["items"]
    return [task for task in tasks if task["status"] in ("pending", "in_progress")]


async def run(house: House) -> tuple[int, int]:
    return await series.make_due(house.services), await task_reminders.remind(house.services)


@pytest.mark.asyncio(loop_scope="module")
class TestSeries:
    async def test_the_next_is_made_a_day_ahead_and_only_when_none_waits(self, house, home):
        due = home.now + timedelta(days=2)
        first = await asked(home, due_date=due.isoformat(), recurring="daily", point_value=3, reminder_minutes=60)
        await home.later(timedelta(days=2, hours=-1))
        assert await series.make_due(house.services) == 0  # the first still waits
        await home.post(1, f"tasks/{first['id']}/submit", None)
        await home.later(timedelta(hours=1, minutes=1))
        assert await series.make_due(house.services) == 1
        assert await series.make_due(house.services) == 0
        [second] = await open_tasks(home)
        assert (second["title"], second["point_value"], second["series_id"]) == (
            "Water the plants",
            3,
            first["series_id"],
        )
        local = datetime.fromisoformat(second["due_date"]).astimezone(BERLIN)
        assert local.replace(tzinfo=None) == due.astimezone(BERLIN).replace(tzinfo=None) + timedelta(days=1)

    async def test_what_a_pause_skipped_is_never_made_up(self, house, home):
        first = await asked(home, due_date=(home.now + timedelta(hours=30)).isoformat(), recurring="daily")
        await home.post(1, f"tasks/{first['id']}/submit", None)
        await home.state(1, "paused")
        for _ in range(4):
            await home.later(timedelta(days=1))
            assert await series.make_due(house.services) == 0
        await home.state(1, "active")
        assert await series.make_due(house.services) == 0  # the one within a day was skipped, too
        await home.later(timedelta(days=1))
        assert await series.make_due(house.services) == 1
        assert len(await open_tasks(home)) == 1

    async def test_what_a_new_limit_holds_does_not_come(self, house, home):
        due = (home.now + timedelta(hours=30)).isoformat()
        first = await asked(home, title="A spanking at eight", due_date=due, recurring="daily")
        assert first["held"] is False
        await home.limit(1, "spanking_moderate_receive")
        [held] = await open_tasks(home)
        assert held["held"] is True
        await home.later(timedelta(hours=40))
        [held] = await open_tasks(home)
        assert (held["held"], held["overdue"]) == (True, False)
        await home.post(1, f"tasks/{first['id']}/cancel", None)
        assert await series.make_due(house.services) == 0
        assert await open_tasks(home) == []
        refused = await home.post(0, "tasks", {"title": "A spanking", "assigned_to": home.people[1].id}, expect=422)
        assert refused["error"]["code"] == "limit"

    async def test_whoever_it_is_for_ends_it(self, house, home):
        first = await asked(home, due_date=(home.now + timedelta(hours=30)).isoformat(), recurring="weekly")
        await home.post(1, f"tasks/{first['id']}/cancel", {"series": True})
        await home.later(timedelta(days=8))
        assert await series.make_due(house.services) == 0

    async def test_a_changed_task_changes_what_comes_after_it(self, house, home):
        first = await asked(home, due_date=(home.now + timedelta(hours=30)).isoformat(), recurring="daily")
        await home.patch(0, f"tasks/{first['id']}", {"title": "Water them all", "point_value": 2})
        await home.post(1, f"tasks/{first['id']}/submit", None)
        await home.later(timedelta(hours=31))
        assert await series.make_due(house.services) == 1
        [second] = await open_tasks(home)
        assert (second["title"], second["point_value"]) == ("Water them all", 2)


@pytest.mark.asyncio(loop_scope="module")
class TestReminders:
    async def told(self, home: Home) -> list[Any]:
        """Of what they were reminded: that there is something new was told before."""
        return [line for line in await home.notifications(1) if line["kind"] == "task_due"]

    async def test_once_before_it_is_due_in_words_that_say_nothing(self, house, home):
        await asked(home, due_date=(home.now + timedelta(hours=5)).isoformat(), reminder_minutes=60)
        assert await task_reminders.remind(house.services) == 0
        await home.later(timedelta(hours=4, minutes=30))
        assert await task_reminders.remind(house.services) == 1
        assert await task_reminders.remind(house.services) == 0
        [line] = await self.told(home)
        assert line["title"] == "Something is waiting for you."
        assert "plants" not in str(line)

    @pytest.mark.parametrize("why", ["paused", "bond", "held", "done", "gone"])
    async def test_nobody_is_reminded_of_what_is_not_asked_of_them_now(self, house, home, why):
        title = "A spanking at eight"
        task = await asked(
            home, title=title, due_date=(home.now + timedelta(hours=1)).isoformat(), reminder_minutes=120
        )
        match why:
            case "paused":
                await home.state(1, "paused")
            case "bond":
                await home.pause_bond(0)
            case "held":
                await home.limit(1, "spanking_moderate_receive")
            case "done":
                await home.post(1, f"tasks/{task['id']}/submit", None)
            case "gone":
                await home.leave(1)
        assert await task_reminders.remind(house.services) == 0
        assert await self.told(home) == []

    async def test_with_little_energy_one_a_day(self, house, home):
        await home.state(1, "low_energy")
        for _ in range(2):
            await asked(home, due_date=(home.now + timedelta(hours=1)).isoformat(), reminder_minutes=120)
        assert await task_reminders.remind(house.services) == 1

    @pytest.mark.parametrize("first", [task_reminders, event_reminders], ids=["task", "date"])
    async def test_with_little_energy_a_task_and_a_date_are_one_a_day(self, house, home, first):
        await home.state(1, "low_energy")
        soon = (home.now + timedelta(hours=1)).isoformat()
        await asked(home, due_date=soon, reminder_minutes=120)
        date = {"title": "Tea", "start_date": soon, "event_type": "ritual", "reminder_minutes": 120}
        await home.post(0, "calendar", date, expect=201)
        for kind in (first, *{task_reminders, event_reminders} - {first}):
            await kind.remind(house.services)
        told = [line["kind"] for line in await home.notifications(1) if line["kind"] in ("task_due", "event_due")]
        assert told == ["task_due" if first is task_reminders else "event_due"]


@pytest.mark.asyncio(loop_scope="module")
class TestPauses:
    async def test_what_is_due_moves_by_whole_local_days_also_over_a_change_of_clocks(self, home):
        spring = datetime(2027, 3, 26, 19, tzinfo=UTC)  # 20:00 in Berlin, two days before its clocks change
        await home.later(spring - timedelta(days=1) - home.now)
        task = await asked(home, due_date=spring.isoformat())
        await home.state(1, "paused")
        await home.later(timedelta(days=2, hours=3))
        assert (await home.get(1, f"tasks/{task['id']}"))["overdue"] is False
        await home.state(1, "active")
        moved = datetime.fromisoformat((await home.get(1, f"tasks/{task['id']}"))["due_date"])
        assert moved.astimezone(BERLIN) == datetime(2027, 3, 29, 20, tzinfo=BERLIN)

    async def test_two_pauses_at_once_move_it_by_the_time_of_both_once(self, house, home):
        due = home.now + timedelta(days=1)
        task = await asked(home, due_date=due.isoformat())
        await home.state(1, "paused")
        await home.later(timedelta(days=1))
        await home.pause_bond(0)
        await home.later(timedelta(days=1))
        await home.state(1, "active")
        await home.later(timedelta(days=1))
        assert datetime.fromisoformat((await home.get(1, f"tasks/{task['id']}"))["due_date"]) == due
        await home.resume_bond(0)
        moved = datetime.fromisoformat((await home.get(1, f"tasks/{task['id']}"))["due_date"]) - due
        assert round(moved / timedelta(days=1)) in (3, 4)  # three days and the moments between
        assert await house.database.fetchval("SELECT count(*) FROM suspensions") == 0

    async def test_the_feed_does_not_say_whose_pause_of_the_bond_ended(self, house, home):
        await asked(home, due_date=(home.now + timedelta(days=1)).isoformat())
        await home.pause_bond(1)
        await home.later(timedelta(days=1))
        head = await house.database.fetchval("SELECT head FROM bonds WHERE id = $1::uuid", home.bond)
        await home.resume_bond(1)
        changes = await house.database.fetch(
            'SELECT "table", by FROM bond_changes WHERE bond_id = $1::uuid AND seq > $2 ORDER BY seq', home.bond, head
        )
        assert {"tasks", "bonds"} <= {row["table"] for row in changes}
        assert [row["by"] for row in changes] == [None] * len(changes)


@pytest.mark.asyncio(loop_scope="module")
async def test_both_jobs_may_run_in_two_processes_at_once(house, home):
    await asked(home, due_date=(home.now + timedelta(hours=1)).isoformat(), reminder_minutes=120, recurring="daily")
    done = [await run(house), await run(house)]
    assert sum(made for made, _ in done) == 0
    assert sum(told for _, told in done) == 1
