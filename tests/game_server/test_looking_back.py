"""Looking back on a bond over HTTP: numbers that hold what the lists show and no more, files that carry nothing along, and what
was reached, which is found by whoever comes next and stays.
"""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from game_server.bonds import achievements
from game_server.bonds.report import POLICY
from game_server.bonds.spreadsheet import plain
from game_server.notion import weeks
from rooms.bonds.achievements import ACHIEVEMENTS
from rooms.notion.property import Around
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANA, BEN, CLEO = 0, 1, 2
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOT_THERE = (404, "not_found")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    weeks = {"access_token_s": 10**8, "refresh_token_s": 10**8, "limit_other": "100000/60", "limit_exports": "1000/60"}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **weeks) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> AsyncIterator[Home]:
    """Ana leads Ben. It is noon, in the middle of a week, so that an hour earlier or later is the same day."""
    now = house.services.clock.now()
    house.clock.ahead += (9 - now.weekday()) * DAY + (12 - now.hour) * HOUR
    made = await moved_in(house, ["dominant", "submissive"])
    yield made
    await house.database.execute("DELETE FROM bonds WHERE id = $1::uuid", made.bond)
    house.clock.ahead = timedelta()


async def task(home: Home, due: timedelta | None = DAY, **more: Any) -> str:
    """The path of a new one, for Ben."""
    when = {} if due is None else {"due_date": (home.now + due).isoformat()}
    body = {"title": "Water the plants", "assigned_to": home.people[BEN].id, **when, **more}
    return f"tasks/{(await home.post(ANA, 'tasks', body, expect=201))['id']}"


async def done(home: Home, due: timedelta | None = DAY, after: timedelta | None = None, **more: Any) -> str:
    path = await task(home, due, **more)
    if after is not None:
        await home.later(after)
    await home.post(BEN, f"{path}/submit", {})
    return path


async def numbers(home: Home, who: int = ANA, **asked: Any) -> Any:
    return await home.get(who, "analytics", **asked)


async def declare(home: Home, who: int, state: str) -> None:
    answer = await home.people[who].client.post("/api/me/submission-state", json={"state": state})
    assert answer.status_code == 200, answer.text


async def check_in(home: Home, who: int, status: str = "green") -> None:
    await home.post(who, "check-ins", {"status": status}, expect=201)


async def refused(home: Home, who: int, path: str) -> tuple[int, str | None]:
    answer = await home.ask(who, "GET", path)
    return answer.status_code, answer.json()["error"]["code"] if answer.is_error else None


def of(answer: Any, home: Home, who: int) -> Any:
    [found] = [one for one in answer["members"] if one["user_id"] == home.people[who].id]
    return found


async def reached(home: Home, who: int, by: int | None = None) -> set[str]:
    """The codes that `by` has, as `who` is told."""
    person = home.people[who if by is None else by].id
    items = (await home.get(who, "achievements"))["items"]
    return {one["code"] for one in items if person in [each["user_id"] for each in one["reached"]]}


class TestTasks:
    async def test_are_counted_by_who_did_them_and_by_their_date(self, home):
        await done(home)
        await done(home, HOUR, after=2 * HOUR)
        await done(home, None)
        await task(home, HOUR)
        for gone in (await task(home, HOUR), await task(home, HOUR)):
            await home.post(BEN, f"{gone}/cancel", {})
        await task(home, 3 * DAY)
        await home.later(2 * HOUR)
        told = {
            "done": 3, "still_open": 1, "completion_rate": 75, "with_date": 2, "on_time": 1, "on_time_rate": 50,
        }  # fmt: skip
        for who in (ANA, BEN):
            answer = await numbers(home, who)
            assert answer["together"]["tasks"] == of(answer, home, BEN)["tasks"] == told
            assert of(answer, home, ANA)["tasks"]["done"] == 0
            assert answer["weeks"][-1]["tasks"] == answer["months"][-1]["tasks"] == told

    async def test_a_date_in_a_pause_binds_nobody(self, home):
        in_pause, not_done = await task(home, DAY), await task(home, DAY)
        await home.later(12 * HOUR)
        await declare(home, BEN, "paused")
        await home.later(2 * DAY)
        assert (await numbers(home))["together"]["tasks"]["still_open"] == 0
        await home.post(BEN, f"{in_pause}/submit", {})
        answer = (await numbers(home))["together"]["tasks"]
        assert (answer["with_date"], answer["on_time"], answer["still_open"]) == (1, 1, 0)
        await declare(home, BEN, "active")
        await home.post(BEN, f"{not_done}/submit", {})
        answer = (await numbers(home))["together"]["tasks"]
        assert (answer["with_date"], answer["on_time"]) == (2, 2)

    async def test_a_week_in_notion_says_what_its_person_looks_back_on(self, home):
        """The date in a pause that was not kept, a task without a date, half a percent, and points that were taken again."""
        kept, not_kept = await task(home, DAY), await task(home, DAY)
        await done(home, None)
        for _ in range(5):
            await done(home, 5 * DAY)
        await home.later(12 * HOUR)
        await declare(home, BEN, "paused")
        await home.later(2 * DAY)
        await home.post(BEN, f"{kept}/submit", {})
        await declare(home, BEN, "active")
        await check_in(home, BEN, "yellow")
        late = await task(home, HOUR)
        await home.later(2 * HOUR)
        await home.post(BEN, f"{late}/submit", {})
        await home.later(2 * DAY)
        await task(home, HOUR)
        await home.later(2 * HOUR)
        body = {"user_id": home.people[BEN].id, "points": 5, "reason": "Thank you"}
        given = await home.post(ANA, "points", body, expect=201)
        await home.post(ANA, f"points/{given['id']}/reverse", {"reason": "Not so"})
        assert not_kept

        rows = await weeks.of(home.house.services, home.caller(BEN), Around(zone=ZoneInfo("UTC")))
        told = {one["begins"]: one for one in (await numbers(home, BEN))["weeks"]}  # Ana did nothing
        assert [row["begins"].isoformat() for row in rows] == list(told)
        for row in rows:
            tasks, moods, points = (
                told[row["begins"].isoformat()][name] for name in ("tasks", "moods", "points_given")
            )
            assert row | {
                "tasks_due": tasks["done"] + tasks["still_open"], "tasks_done": tasks["done"],
                "tasks_on_time": tasks["on_time"], "completion_rate": tasks["completion_rate"],
                "on_time_rate": tasks["on_time_rate"], "points": points, "green_days": moods["green"],
                "yellow_days": moods["yellow"], "red_days": moods["red"],
            } == row  # fmt: skip
        assert [sum(row[name] for row in rows) for name in ("tasks_done", "yellow_days", "points")] == [8, 1, 0]

    async def test_a_pause_of_the_bond_is_one_of_everybodys(self, home):
        path = await task(home, DAY)
        await home.post(ANA, "pause", {})
        await home.later(2 * DAY)
        await home.post(BEN, f"{path}/submit", {})
        assert (await numbers(home))["together"]["tasks"]["on_time_rate"] == 100

    async def test_who_was_sent_back_to_it_is_told_neither_that_it_was_by_its_date_nor_that_it_was_not(self, home):
        path = await done(home)
        await home.later(2 * DAY)
        await home.post(ANA, f"{path}/revise", {"reason": "The balcony, too"})
        await home.post(BEN, f"{path}/submit", {})
        answer = (await numbers(home))["together"]["tasks"]
        assert (answer["done"], answer["with_date"], answer["on_time_rate"]) == (1, 0, None)

    async def test_what_a_limit_holds_is_counted_as_the_list_says(self, home):
        path = await task(home, HOUR, title="Ask for a spanking")
        await home.later(2 * HOUR)
        assert (await numbers(home))["together"]["tasks"]["still_open"] == 1
        await home.limit(BEN, "spanking_moderate_receive")
        assert (await home.get(ANA, path))["held"] is True
        for who in (ANA, BEN):
            assert (await numbers(home, who))["together"]["tasks"]["still_open"] == 0


class TestWords:
    async def test_of_a_journal_only_ones_own_is_counted_and_what_is_shared(self, home):
        for more in ({}, {}, {"is_shared": True}):
            await home.post(BEN, "journal", {"content": "Mine", **more}, expect=201)
        await home.post(ANA, "journal", {"content": "Mine", "entry_type": "gratitude"}, expect=201)
        assert (await numbers(home, ANA))["journal"] == {"own": 1, "shared": 1}
        assert (await numbers(home, BEN))["journal"] == {"own": 3, "shared": 0}
        assert [(await numbers(home, who))["weeks"][-1]["journal"] for who in (ANA, BEN)] == [2, 3]

    async def test_messages_are_counted_without_those_that_were_taken_back(self, home):
        for content in ("One", "Two", "Three"):
            last = await home.post(ANA, "messages", {"content": content}, expect=201)
        await home.ask(ANA, "DELETE", f"messages/{last['id']}")
        answer = await numbers(home, BEN)
        assert (answer["together"]["messages"], of(answer, home, ANA)["messages"]) == (2, 2)


class TestMoodsAndPoints:
    async def test_moods_are_those_that_were_said_in_this_bond(self, home):
        await check_in(home, BEN, "yellow")
        await check_in(home, ANA)
        await home.later(DAY)
        await check_in(home, BEN)
        answer = await numbers(home)
        assert of(answer, home, BEN)["moods"] == {"green": 1, "yellow": 1, "red": 0}
        assert answer["together"]["moods"] == {"green": 2, "yellow": 1, "red": 0}

    async def test_points_are_what_came_and_went_and_what_there_is(self, home):
        path = await done(home, point_value=30)
        await home.post(ANA, f"{path}/approve", {})
        body = {"title": "A film", "assigned_to": home.people[BEN].id, "point_cost": 20, "point_value": 5}
        reward = await home.post(ANA, "rewards", body, expect=201)
        await home.post(BEN, f"rewards/{reward['id']}/redeem", {})
        assert of(await numbers(home), home, BEN)["points"] == {"given": 35, "spent": 20, "balance": 15}
        await home.post(BEN, f"rewards/{reward['id']}/withdraw", {})
        assert of(await numbers(home), home, BEN)["points"] == {"given": 35, "spent": 0, "balance": 35}

    async def test_rules_are_those_in_force_now(self, home):
        rule = await home.post(
            ANA, "rules", {"title": "Say good night", "assigned_to": home.people[BEN].id}, expect=201
        )
        assert of(await numbers(home), home, BEN)["rules_in_force"] == 0
        await home.post(BEN, f"rules/{rule['id']}/acknowledge", {})
        assert of(await numbers(home), home, BEN)["rules_in_force"] == 1
        await declare(home, BEN, "paused")
        assert of(await numbers(home), home, BEN)["rules_in_force"] == 0


class TestStreaks:
    async def test_are_ones_own_and_no_pause_breaks_them(self, home):
        for _ in range(2):
            await check_in(home, BEN)
            await home.later(DAY)
        await declare(home, BEN, "paused")
        await home.later(3 * DAY)
        assert (await numbers(home, BEN))["streaks"]["check_ins"] == {"now": 2, "longest": 2}
        await declare(home, BEN, "active")
        await check_in(home, BEN)
        assert (await numbers(home, BEN))["streaks"]["check_ins"] == {"now": 3, "longest": 3}
        await home.later(2 * DAY)
        assert (await numbers(home, BEN))["streaks"]["check_ins"] == {"now": 0, "longest": 3}
        assert (await numbers(home, ANA))["streaks"]["check_ins"] == {"now": 0, "longest": 0}
        assert set(of(await numbers(home, ANA), home, BEN)) == {
            "user_id", "tasks", "moods", "points", "rules_in_force", "messages",
        }  # fmt: skip

    async def test_tasks_by_their_date_follow_on_in_the_order_in_which_they_were_done(self, home):
        await done(home)
        await done(home, HOUR, after=2 * HOUR)
        for _ in range(2):
            await done(home)
        assert (await numbers(home, BEN))["streaks"]["on_time"] == {"now": 2, "longest": 2}


class TestWhichDays:
    async def test_are_days_where_the_caller_lives(self, home):
        await done(home)
        noon = home.now.date()
        for zone, day in (("UTC", noon), ("Pacific/Kiritimati", noon + DAY), ("Pacific/Pago_Pago", noon)):
            answer = await numbers(home, timezone=zone)
            assert (answer["time_zone"], answer["to"]) == (zone, day.isoformat())
        await home.people[ANA].client.patch("/api/me", json={"time_zone": "Pacific/Kiritimati"})
        assert (await numbers(home))["to"] == (noon + DAY).isoformat()

    async def test_begin_with_ones_own_coming(self, home):
        await done(home)
        answer = await numbers(home)
        assert answer["from"] == home.now.date().isoformat()
        await home.later(10 * DAY)
        answer = await numbers(home, **{"from": (home.now - 300 * DAY).date().isoformat()})
        assert answer["from"] == (home.now - 10 * DAY).date().isoformat()

    async def test_are_four_hundred_at_most_and_in_order(self, home):
        await home.later(500 * DAY)
        today = home.now.date()
        for asked, field in (
            ({"from": today - 400 * DAY, "to": today}, "from"),
            ({"from": today, "to": today - DAY}, "to"),
            ({"timezone": "Nowhere/At_All"}, "timezone"),
            ({"from": date.min}, "from"),
        ):
            answer = await home.people[ANA].client.get(f"/api/bonds/{home.bond}/analytics", params=asked)
            assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field]), asked
        answer = await numbers(home, **{"from": today - 399 * DAY, "to": today})
        assert (answer["from"], len(answer["weeks"]) in (57, 58)) == ((today - 399 * DAY).isoformat(), True)
        for asked in ({"to": date.min}, {"to": date.max}, {"from": date.max}, {"from": date.max, "to": date.max}):
            assert len((await numbers(home, **asked))["weeks"]) <= 15

    async def test_nobody_else_is_told_anything(self, house, home):
        stranger = await moved_in(house, ["switch"])
        stranger.bond = home.bond
        for path in ("analytics", "analytics.csv", "report.html", "achievements", "onboarding"):
            assert await refused(stranger, 0, path) == NOT_THERE


class TestFiles:
    async def test_names_are_text_in_both_and_nothing_else(self, home):
        evil = '=HYPERLINK("http://x")<script>alert(1)</script>'
        assert (await home.ask(BEN, "PATCH", "me", {"nickname": evil})).status_code == 200
        await done(home, point_value=5)
        await check_in(home, BEN)
        table = await home.ask(ANA, "GET", "analytics.csv")
        lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
        assert table.headers["content-type"].startswith("text/csv")
        assert [line[2] for line in lines[1:]] == [f"'{evil}" if n % 2 else lines[1][2] for n in range(len(lines) - 1)]
        assert all(not cell.startswith(tuple("=+-@\t\r")) for line in lines for cell in line)
        page = (await home.ask(ANA, "GET", "report.html")).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page

    @pytest.mark.parametrize("sign", "=+-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b")
    async def test_no_cell_begins_like_a_formula_however_wide_its_sign(self, sign):
        for before in ("", " ", "\u3000", "\u200b\ufeff "):
            assert plain(f"{before}{sign}1") == f"'{before}{sign}1"
        assert plain(f"1{sign}1") == f"1{sign}1"

    async def test_a_line_of_the_table_is_a_week_of_a_member(self, home):
        await done(home)
        table = (await home.ask(BEN, "GET", "analytics.csv")).content.decode("utf-8-sig")
        head, *lines = csv.reader(io.StringIO(table))
        assert head[:4] == ["From", "To", "Who", "Tasks done"]
        assert [line[3] for line in lines] == ["0", "1"]

    async def test_the_page_holds_no_script_and_fetches_nothing(self, home):
        for status in ("green", "yellow"):
            await done(home, point_value=10)
            await check_in(home, BEN, status)
            await home.later(7 * DAY)
        answer = await home.ask(ANA, "GET", "report.html")
        assert answer.headers["content-security-policy"] == POLICY
        assert "default-src 'none'" in POLICY
        assert answer.headers["cache-control"] == "private, no-store"
        assert re.fullmatch(r'attachment; filename="looking-back-[\d-]+\.html"', answer.headers["content-disposition"])
        page = answer.text
        assert not re.search(r"<script|javascript:|\bon\w+=|<iframe|<link|<img|url\(|@import|style=", page)
        assert page.count("<svg") == page.count("<figure") == page.count("<title id=")
        assert page.count("<figure") == page.count("</table></div>\n</figure>") >= 2

    async def test_they_speak_the_language_that_is_asked_for(self, home):
        client = home.people[ANA].client
        for language, words in (("de", "Rückblick"), ("es", "Mirar atrás"), ("en", "Looking back")):
            asked = {"Accept-Language": language}
            page = await client.get(f"/api/bonds/{home.bond}/report.html", headers=asked)
            assert f"<h1>{words}</h1>" in page.text
            assert f"<html lang={language}>" in page.text

    async def test_it_is_read_while_a_bond_is_paused_and_when_it_is_over(self, home):
        await done(home)
        await home.post(BEN, "pause", {})
        assert (await home.ask(ANA, "GET", "report.html")).status_code == 200
        await home.post(BEN, "dissolve", {})
        answer = await numbers(home)
        assert answer["together"]["tasks"]["done"] == 1
        assert (await home.ask(ANA, "GET", "achievements")).status_code == 200


class TestAchievements:
    async def test_the_database_has_what_the_program_knows(self, house):
        found = await house.database.fetch("SELECT code, category, threshold FROM achievements ORDER BY place")
        assert [tuple(row) for row in found] == [(one.code, one.category, one.threshold) for one in ACHIEVEMENTS]

    async def test_are_found_when_their_person_looks_and_the_others_see_them(self, home):
        path = await done(home, point_value=100)
        assert await reached(home, ANA, by=BEN) == set()
        await home.post(ANA, f"{path}/approve", {})
        assert await reached(home, ANA, by=BEN) == set()
        assert await reached(home, BEN) == {"task_first", "points_hundred"}
        assert await reached(home, ANA, by=BEN) == {"task_first", "points_hundred"}

    async def test_or_by_the_timetable_once(self, house, home):
        path = await done(home)
        await home.post(ANA, f"{path}/approve", {})
        assert await achievements.sweep(house.services) >= 1
        assert await reached(home, ANA, by=BEN) == {"task_first"}
        assert await achievements.sweep(house.services) == 0

    async def test_spending_takes_nothing_of_them(self, home):
        person = home.people[BEN].id
        reward = await home.post(
            ANA, "rewards", {"title": "A film", "assigned_to": person, "point_cost": 80, "point_value": 0}, expect=201
        )
        for _ in range(2):
            await home.post(ANA, "points", {"user_id": person, "points": 50, "reason": "Just so"}, expect=201)
            if (await home.get(ANA, "points"))["balances"][person] >= 80:
                await home.post(BEN, f"rewards/{reward['id']}/redeem", {})
        assert "points_hundred" in await reached(home, BEN)
        assert {"reward_first"} == await reached(home, ANA)

    async def test_of_a_journal_only_what_is_shared_counts_and_stays_when_it_is_taken_back(self, home):
        entry = await home.post(BEN, "journal", {"content": "Thank you", "entry_type": "gratitude"}, expect=201)
        assert await reached(home, BEN) == set()
        await home.patch(BEN, f"journal/{entry['id']}", {"is_shared": True})
        assert await reached(home, BEN) == {"gratitude_first"}
        await home.patch(BEN, f"journal/{entry['id']}", {"is_shared": False})
        assert await reached(home, BEN) == {"gratitude_first"}

    async def test_a_week_of_check_ins_with_a_pause_in_it_is_a_week(self, home):
        for number in range(7):
            await check_in(home, BEN)
            await home.later(DAY)
            if number == 3:
                assert "check_in_week" not in await reached(home, BEN)
                await declare(home, BEN, "paused")
                await home.later(4 * DAY)
                await declare(home, BEN, "active")
        assert await reached(home, BEN) == {"check_in_first", "check_in_week"}

    async def test_an_anniversary_is_of_being_there_with_somebody(self, house, home):
        await home.later(40 * DAY)
        assert await reached(home, ANA) == await reached(home, BEN) == {"together_month"}
        alone = await moved_in(house, ["switch"])
        await alone.later(40 * DAY)
        assert await reached(alone, 0) == set()
        await house.database.execute("DELETE FROM bonds WHERE id = $1::uuid", alone.bond)

    async def test_who_leaves_keeps_them_and_they_are_in_the_export(self, house, home):
        path = await done(home)
        await home.post(ANA, f"{path}/approve", {})
        await reached(home, BEN)
        assert (await home.ask(BEN, "POST", "leave", {})).status_code == 200
        [kept] = await house.database.fetch(
            "SELECT bond_id, is_shared FROM user_achievements WHERE user_id = $1::uuid", home.people[BEN].id
        )
        assert tuple(kept) == (None, False)
        assert await reached(home, ANA, by=BEN) == set()
        export = (await home.people[BEN].client.get("/api/me/export")).json()
        assert [one["achievement"] for one in export["achievements"]] == ["task_first"]

    async def test_nothing_new_is_reached_in_a_bond_that_is_over(self, house, home):
        path = await done(home)
        await home.post(ANA, f"{path}/approve", {})
        await home.post(ANA, "dissolve", {})
        assert await reached(home, BEN) == set()
        await achievements.sweep(house.services)
        assert (
            await house.database.fetchval("SELECT count(*) FROM user_achievements WHERE bond_id = $1::uuid", home.bond)
            == 0
        )

    async def test_the_list_has_pages_and_each_a_place_of_its_own(self, home):
        found: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await home.get(ANA, "achievements", limit=10, **cursor)
            found += page["items"]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert [one["code"] for one in found] == [one.code for one in ACHIEVEMENTS]
        assert await home.get(ANA, f"achievements/{found[3]['id']}") == found[3]
        assert await refused(home, ANA, f"achievements/{home.bond}") == NOT_THERE
        assert await refused(home, ANA, "achievements?cursor=nothing") == (422, "invalid")


class TestTheBeginning:
    async def test_what_one_may_do_first_is_ones_own_list(self, home):
        async def left(who: int) -> list[str]:
            return [one["step"] for one in (await home.get(who, "onboarding"))["steps"] if not one["done"]]

        assert await left(BEN) == ["role", "safewords", "aftercare", "boundary", "check_in"]
        await home.people[BEN].client.patch("/api/me", json={"dynamic_role": "submissive"})
        me = {"safewords": {"stop": "red"}, "aftercare_needs": "A blanket"}
        assert (await home.ask(BEN, "PATCH", "me", me)).status_code == 200
        row = await home.post(ANA, "boundaries", {"activity_name": "A blindfold", "category": "sensation"}, expect=201)
        await home.ask(BEN, "PUT", f"boundaries/{row['id']}/rating", {"rating": "maybe"})
        await check_in(home, BEN)
        assert await left(BEN) == []
        assert await left(ANA) == ["role", "safewords", "aftercare", "boundary", "check_in"]
