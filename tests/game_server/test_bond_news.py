"""Who is told what of a bond: in fixed words, once, with a link and nothing else; nothing presses whoever takes a pause."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from game_server.bonds import aftercare, event_reminders
from rooms.bonds.news import NEWS
from rooms.notifications.kinds import KINDS
from storage import pushes as taking
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

TITLE = "Water the ferns zqmarked"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        yield opened


@pytest.fixture
async def home(house) -> Home:
    """Ana leads Ben; both have a phone."""
    home = await moved_in(house, ("dominant", "submissive"))
    for person in home.people:
        body = {"platform": "ios", "token": "ab" * 32}
        await house.database.execute(
            "INSERT INTO push_notification_tokens (user_id, device_token, platform) VALUES ($1::text::uuid, $2, 'ios')",
            *(person.id, f"{body['token']}{person.id}"),
        )
    return home


async def told(home: Home, who: int) -> list[str]:
    """The kinds of what is in their list, newest first."""
    return [line["kind"] for line in await home.notifications(who)]


async def pushes(home: Home, who: int) -> dict[str, bool]:
    """By kind: does what is to be sent to them still stand?"""
    rows = await home.house.database.fetch(
        "SELECT kind, app.news_stands(kind, user_id, bond_id, row_id) AS stands FROM notification_outbox"
        " WHERE user_id = $1::text::uuid AND bond_id = $2::text::uuid ORDER BY id",
        *(home.people[who].id, home.bond),
    )
    return {row["kind"]: row["stands"] for row in rows}


async def a_task(home: Home, **more: Any) -> str:
    made = await home.post(0, "tasks", {"title": TITLE, "assigned_to": home.people[1].id, **more}, expect=201)
    return f"tasks/{made['id']}"


def test_every_news_has_its_words():
    assert {*NEWS} <= {*KINDS}
    assert not {kind: one for kind, one in NEWS.items() if not one.noun.endswith("_news")}


async def test_each_step_of_a_task_tells_whom_it_waits_for_and_a_task_has_one_line(home):
    due = (home.now + timedelta(days=1)).isoformat()
    task = await a_task(home, due_date=due)
    assert (await told(home, 1), await told(home, 0)) == (["task_new"], [])
    until = (home.now + timedelta(days=2)).isoformat()
    for who, command, body, other, kind in (
        (1, "ask-extension", {"until": until}, 0, "extension_asked"),
        (0, "answer-extension", {"grant": True}, 1, "extension_answered"),
        (1, "submit", {"notes": "zqmarked done"}, 0, "task_done"),
        (0, "revise", {"reason": "zqmarked again"}, 1, "task_again"),
        (1, "submit", {}, 0, "task_done"),
        (0, "approve", {}, 1, "task_approved"),
    ):
        await home.later(timedelta(minutes=1))
        before = await told(home, who)
        await home.post(who, f"{task}/{command}", body)
        assert (await told(home, other), await told(home, who)) == ([kind], before), command
    [line] = await home.notifications(1)
    assert line["link"] == f"/bonds/{home.bond}"
    assert (
        await home.house.database.fetchval(
            "SELECT count(*) FROM notifications n, notification_outbox o WHERE (n::text || o::text) LIKE '%zqmarked%'"
        )
        == 0
    )
    assert await pushes(home, 0) == {"extension_asked": False, "task_done": False}
    assert await pushes(home, 1) == {
        "task_new": False, "extension_answered": False, "task_again": False, "task_approved": True,
    }  # fmt: skip


async def test_what_was_called_off_or_was_answered_meanwhile_is_not_sent(home):
    task = await a_task(home)
    assert await pushes(home, 1) == {"task_new": True}
    await home.post(1, f"{task}/cancel", {})
    assert await pushes(home, 1) == {"task_new": False}
    rule = await home.post(0, "rules", {"title": TITLE, "assigned_to": home.people[1].id}, expect=201)
    reward = {"title": TITLE, "assigned_to": home.people[1].id, "reward_type": "verbal"}
    given = await home.post(0, "rewards", reward, expect=201)
    assert await told(home, 1) == ["reward_new", "rule_new", "task_new"]
    assert await pushes(home, 1) == {"task_new": False, "rule_new": True, "reward_new": True}
    await home.post(1, f"rules/{rule['id']}/acknowledge", {})
    await home.post(0, f"rewards/{given['id']}/withdraw", {})
    assert await pushes(home, 1) == {"task_new": False, "rule_new": False, "reward_new": False}
    await home.later(timedelta(minutes=1))
    await home.patch(0, f"rules/{rule['id']}", {"title": "Other words"})
    assert (await pushes(home, 1))["rule_new"] is True
    await home.leave(1)
    assert set((await pushes(home, 1)).values()) == {False}


async def test_reminders_are_void_of_what_was_deleted_during_a_pause_and_once_somebody_has_left(home):
    services = home.house.services
    scene = await home.post(0, "scenes", {"title": TITLE}, expect=201)
    await home.post(0, f"scenes/{scene['id']}/log", {"duration_minutes": 5})
    await home.later(timedelta(hours=34))  # past ten o'clock of the next day
    soon = {"title": TITLE, "start_date": (home.now + timedelta(minutes=30)).isoformat(), "reminder_minutes": 60}
    ritual = await home.post(0, "calendar", soon | {"event_type": "ritual"}, expect=201)
    await home.post(0, "calendar", soon, expect=201)
    await home.house.database.execute("DELETE FROM notification_outbox")
    await event_reminders.remind(services)
    await aftercare.remind(services)

    async def stand() -> set[str]:
        """The kinds of pushes to Ben that still say what is so."""
        async with services.database.as_service() as db:
            due = await taking.take_due(db, ["ios"], now=home.now, lease_until=home.now, most=100)
        return {push.kind for push in due if push.stands and push.user_id == home.people[1].id}

    assert await stand() == {"event_due", "day_due", "aftercare"}
    await home.pause_bond(0)
    assert await stand() == {"day_due"}
    await home.resume_bond(0)
    assert (await home.ask(0, "DELETE", f"calendar/{ritual['id']}")).status_code == 204
    assert await stand() == {"day_due", "aftercare"}
    await home.leave(1)
    assert await stand() == set()


async def test_nothing_rings_that_presses_whoever_takes_a_pause(home):
    task = await a_task(home)
    await home.post(1, f"{task}/submit", {})
    await home.house.database.execute("DELETE FROM notification_outbox")
    await a_task(home)
    await home.state(1, "paused")
    assert await pushes(home, 1) == {"task_new": False}
    await home.house.database.execute("DELETE FROM notification_outbox")
    await home.later(timedelta(minutes=1))
    await home.post(0, "rules", {"title": TITLE}, expect=201)
    assert await pushes(home, 1) == {}
    assert (await told(home, 1))[0] == "rule_new"
    await home.post(0, f"{task}/approve", {})
    assert await pushes(home, 1) == {"task_approved": True}


async def test_who_paused_a_bond_is_told_to_nobody_and_rings_nowhere(home):
    await home.post(1, "pause", {})
    assert (await told(home, 0), await told(home, 1)) == (["bond_paused"], [])
    [line] = await home.house.database.fetch(
        "SELECT * FROM notifications WHERE user_id = $1::text::uuid", home.people[0].id
    )
    assert line["from_user_id"] is None
    assert home.people[1].id not in str(line)
    assert await pushes(home, 0) == {}
    await home.later(timedelta(minutes=1))
    await home.post(0, "pause", {})
    assert await told(home, 1) == []


async def test_between_two_of_whom_one_has_blocked_the_other_nothing_is_told(home):
    await home.say(1, "INSERT INTO blocked_people (user_id, blocked_user_id, name) VALUES ($1, $2::text::uuid, '')",
                   home.people[0].id)  # fmt: skip
    await a_task(home)
    assert (await told(home, 1), await pushes(home, 1)) == ([], {})


async def test_messages_ring_once_until_they_are_read(home):
    async def rung() -> int:
        return await home.house.database.fetchval(
            "SELECT count(*) FROM notification_outbox WHERE user_id = $1::text::uuid AND kind = 'message'",
            home.people[1].id,
        )

    for _ in range(3):
        said = await home.post(0, "messages", {"content": "zqmarked words"}, expect=201)
        await home.later(timedelta(minutes=1))
    assert (await told(home, 1), await rung()) == (["message"], 1)
    assert (await pushes(home, 1))["message"] is True
    await home.post(1, f"messages/{said['id']}/read", {})
    assert (await pushes(home, 1))["message"] is False
    said = await home.post(0, "messages", {"content": "zqmarked more"}, expect=201)
    assert (await told(home, 1), await rung()) == (["message"], 2)
    assert (await pushes(home, 1))["message"] is True
    assert (await home.ask(0, "DELETE", f"messages/{said['id']}")).status_code == 204
    assert (await pushes(home, 1))["message"] is False


async def test_a_list_keeps_a_hundred_lines(home):
    me, database = home.people[1].id, home.house.database
    await database.execute(
        "INSERT INTO notifications (user_id, kind, about, link, created_at)"
        " SELECT $1::text::uuid, 'message', n::text, '/', now() - n * interval '1 minute' FROM generate_series(1, 103) n",
        me,
    )
    await a_task(home)
    assert await database.fetchval("SELECT count(*) FROM notifications WHERE user_id = $1::text::uuid", me) == 100
    assert (await told(home, 1))[0] == "task_new"


async def test_a_contract_and_a_scene_tell_whose_yes_is_asked_for_and_how_it_ended(home):
    made = await home.post(0, "contracts", {"title": TITLE, "content": "zqmarked: we speak kindly."}, expect=201)
    contract = f"contracts/{made['id']}"
    asked = await home.post(0, f"{contract}/request-signatures", None)
    assert await told(home, 1) == ["contract_sign"]
    for who in (1, 0):
        await home.post(who, f"{contract}/sign", {"content_sha256": asked["content_sha256"]})
    assert await told(home, 0) == ["contract_signed"]
    await home.post(1, f"{contract}/withdraw", None)
    assert await told(home, 0) == ["contract_ended"]

    later = (home.now + timedelta(days=1)).isoformat()
    body = {"title": TITLE, "scene_date": later, "activities": [{"name": "A slow walk"}]}
    scene = await home.post(0, "scenes", body, expect=201)
    assert (await told(home, 1))[0] == "scene_confirm"
    for who in (1, 0):
        await home.post(who, f"scenes/{scene['id']}/confirm", {"version": scene["version"]})
    assert (await told(home, 1))[0] == "scene_agreed"
    await home.post(1, f"scenes/{scene['id']}/call-off", None)
    assert (await told(home, 0))[0] == "scene_off"
    assert (await pushes(home, 1))["contract_sign"] is False
