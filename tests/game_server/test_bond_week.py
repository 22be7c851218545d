"""A week in a bond, as two live it over HTTP: let in, asked, done, judged, paid, ruled, limited, paused, left, and erased."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from game_server.timetable import timetable
from tests.support.house import House, Person, let_in, open_house, tell


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    weeks = {"access_token_s": 10**7, "refresh_token_s": 10**7, "limit_other": "100000/60"}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **weeks) as opened:
        yield opened


JOBS = {"make_due_tasks", "remind_of_tasks", "settle_join_requests"}


class Week:
    """Two people, their bond, and the days that go by."""

    def __init__(self, house: House, ana: Person, ben: Person) -> None:
        self.house, self.ana, self.ben, self.bond = house, ana, ben, ""

    async def ask(self, who: Person, call: str, body: Any = None, *, expect: int = 200, **params: Any) -> Any:
        method, path = call.split()
        path = path if path.startswith("/api") else f"/api/bonds/{self.bond}{path}"
        sent = {} if body is None else {"json": body}
        answer = await who.client.request(method, path, params=params, **sent)
        assert answer.status_code == expect, (call, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    async def refused(self, who: Person, call: str, body: Any = None, *, status: int = 409) -> str:
        return str((await self.ask(who, call, body, expect=status))["error"]["code"])

    def in_days(self, days: float) -> str:
        return (self.house.clock.now() + timedelta(days=days)).isoformat()

    async def a_day_later(self) -> None:
        self.house.clock.ahead += timedelta(days=1)
        for job in timetable():
            if job.name in JOBS:
                await job.act(self.house.services)

    async def balance(self) -> int:
        return int((await self.ask(self.ana, "GET /points"))["balances"].get(self.ben.id, 0))


async def someone(house: House, name: str) -> Person:
    made = await let_in(house)
    assert (await tell(made.client, name=name, adult=True)).status_code == 200
    return made


async def test_two_live_a_week(house):  # noqa: PLR0915 - a week is long
    week = Week(house, await someone(house, "Ana"), await someone(house, "Ben"))
    ana, ben = week.ana, week.ben

    # Monday: they find together, each says who they are.
    week.bond = (await week.ask(ana, "POST /api/bonds", {"name": "Ours"}, expect=201))["id"]
    code = (await week.ask(ana, "POST /invite", expect=201))["invite_code"]
    assert (await week.ask(ben, "POST /api/bonds/join", {"invite_code": code}))["status"] == "requested"
    assert await week.refused(ben, "GET /tasks", status=404) == "not_found"
    [request] = (await week.ask(ana, "GET /requests"))["items"]
    assert (await week.ask(ana, f"POST /requests/{request['id']}/approve"))["status"] == "approved"
    await week.ask(ana, "PATCH /me", {"role_in_bond": "dominant"})
    await week.ask(ben, "PATCH /me", {"role_in_bond": "submissive", "safewords": {"slow": "yellow", "stop": "red"}})
    assert (await week.ask(ana, "GET /permissions"))["you"]["leads"] == [ben.id]
    assert {
        one["user_id"]: one["safewords"] for one in (await week.ask(ana, f"GET /api/bonds/{week.bond}"))["members"]
    }[ben.id]["stop"] == "red"

    # A task with proof: begun, handed in, sent back, handed in anew, approved by who may, paid once.
    wanted = {"title": "Tea at eight", "assigned_to": ben.id, "point_value": 10, "proof_required": True}
    task = await week.ask(ana, "POST /tasks", wanted | {"due_date": week.in_days(1)}, expect=201)
    one = f"/tasks/{task['id']}"
    assert await week.refused(ben, f"PATCH {one}", {"point_value": 1000}, status=403) == "not_permitted"
    assert await week.refused(ben, "POST /tasks", wanted, status=403) == "not_permitted"
    await week.ask(ben, f"POST {one}/start", {})
    assert await week.refused(ben, f"POST {one}/submit", {}, status=422) == "proof_required"
    proof = {"proof": {"type": "text", "text": "It was hot, and there was honey."}}
    assert (await week.ask(ben, f"POST {one}/submit", proof))["status"] == "completed"
    assert await week.refused(ben, f"POST {one}/approve", {}, status=403) == "not_permitted"
    await week.ask(ana, f"POST {one}/revise", {"reason": "A little more honey, please."})
    await week.ask(ben, f"POST {one}/submit", proof)
    assert (await week.ask(ana, f"POST {one}/approve", {}))["status"] == "approved"
    assert await week.balance() == 10
    assert await week.refused(ana, f"POST {one}/approve", {}) == "wrong_state"
    assert await week.balance() == 10

    # Tuesday: a rule is in force from the moment it is acknowledged; points buy something kind.
    await week.a_day_later()
    rule = await week.ask(ana, "POST /rules", {"title": "Water before coffee", "assigned_to": ben.id}, expect=201)
    await week.ask(ben, f"POST /rules/{rule['id']}/acknowledge", {})
    reward = {"title": "An evening off", "assigned_to": ben.id, "reward_type": "relational", "point_cost": 8}
    reward = await week.ask(ana, "POST /rewards", reward, expect=201)
    assert (await week.ask(ben, f"POST /rewards/{reward['id']}/redeem", {}))["status"] == "redeemed"
    assert await week.balance() == 2
    assert (await week.ask(ana, f"POST /rewards/{reward['id']}/fulfil", {}))["status"] == "fulfilled"
    dear = {"title": "A weekend away", "assigned_to": ben.id, "reward_type": "relational", "point_cost": 100}
    dear = await week.ask(ana, "POST /rewards", dear, expect=201)
    assert await week.refused(ben, f"POST /rewards/{dear['id']}/redeem", {}) == "not_enough_points"

    # Wednesday: what both like is shown to both, what one never wants is refused to the other, unsaid whose it is.
    await week.a_day_later()
    both = (await week.ask(ana, "POST /boundaries", {"activity_name": "massage", "category": "sensation"}, expect=201))[
        "id"
    ]
    await week.ask(ana, f"PUT /boundaries/{both}/rating", {"rating": "yes"})
    assert (await week.ask(ben, f"GET /boundaries/{both}"))["partner_rating"] is None
    assert (await week.ask(ben, f"PUT /boundaries/{both}/rating", {"rating": "yes"}))["is_mutual"] is True
    never = (await week.ask(ben, "POST /boundaries", {"activity_name": "spanking", "category": "impact"}, expect=201))[
        "id"
    ]
    await week.ask(ben, f"PUT /boundaries/{never}/rating", {"rating": "hard_no"})
    assert (await week.ask(ana, f"GET /boundaries/{never}"))["partner_rating"] is None
    assert await week.refused(
        ana, "POST /tasks", {"title": "A spanking at nine", "assigned_to": ben.id}, status=422
    ) == "limit"  # fmt: skip

    # Thursday: Ben takes a pause. Nothing new reaches him; what he did is still honoured.
    await week.a_day_later()
    done = await week.ask(
        ana, "POST /tasks", {"title": "Post the letter", "assigned_to": ben.id, "point_value": 3}, expect=201
    )
    await week.ask(ben, f"POST /tasks/{done['id']}/submit", {})
    await week.ask(ben, "POST /api/me/submission-state", {"state": "paused", "reason": "A hard day."})
    for refused in ("POST /tasks", "POST /rules"):
        assert await week.refused(ana, refused, {"title": "One more", "assigned_to": ben.id}) == "person_paused"
    assert (await week.ask(ana, f"POST /tasks/{done['id']}/approve", {}))["status"] == "approved"
    assert await week.balance() == 5
    await week.ask(ben, "POST /api/me/submission-state", {"state": "active"})

    # Friday: the whole bond rests, until whoever halted it says so.
    await week.a_day_later()
    assert (await week.ask(ben, "POST /pause"))["status"] == "paused"
    assert await week.refused(ana, "POST /tasks", {"title": "One more", "assigned_to": ben.id}) == "bond_paused"
    assert (await week.ask(ana, "POST /resume"))["status"] == "paused"
    assert (await week.ask(ben, "POST /resume"))["status"] == "active"

    # Saturday: something to do each day comes by itself, one at a time.
    daily = {"title": "Ten minutes outside", "assigned_to": ben.id, "recurring": "daily", "due_date": week.in_days(0.5)}
    await week.ask(ana, "POST /tasks", daily, expect=201)
    await week.a_day_later()
    await week.a_day_later()
    open_ones = (await week.ask(ben, "GET /tasks", status="pending"))["items"]
    assert len([one for one in open_ones if one["title"] == daily["title"]]) == 1

    # Sunday: Ben leaves, alone and at once, and from then on reads nothing; the feed was told in order.
    feed = (await week.ask(ana, "GET /changes", after=0))["items"]
    assert [one["seq"] for one in feed] == sorted({one["seq"] for one in feed})
    await week.ask(ben, "POST /leave")
    for path in ("/permissions", "/tasks", one, "/points", "/changes", "/boundaries", "/settings", "/activity"):
        assert await week.refused(ben, f"GET {path}", status=404) == "not_found"
    assert (await week.ask(ana, f"GET /api/bonds/{week.bond}"))["status"] == "forming"

    # And both can be gone, with everything of theirs.
    for person in (ben, ana):
        await week.ask(person, "DELETE /api/me", expect=204)
    left = await house.database.fetchval("SELECT count(*) FROM bonds")
    assert left == 0
    named: list[str] = [
        row["name"]
        for row in await house.database.fetch(
            "SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'bond_id'"
            " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'users'"
        )
    ]
    rows = {name: await house.database.fetchval(f"SELECT count(*) FROM {name}") for name in named}
    assert {name: count for name, count in rows.items() if count} == {}
