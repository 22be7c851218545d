"""Tasks, rules, rewards and points over HTTP: who may what, in which state, and what follows of it."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.bonds import code, founded
from tests.support.person import Person


@pytest.fixture
async def ana(server):
    async with await Person.registered(server.url, "Ana") as person:
        yield person


@pytest.fixture
async def ben(server):
    async with await Person.registered(server.url, "Ben") as person:
        yield person


@pytest.fixture
async def dora(server):
    async with await Person.registered(server.url, "Dora") as person:
        yield person


@pytest.fixture
async def bond(ana, ben, sql):
    """Ana leads Ben."""
    return await founded(sql, ana, ben)


def soon(**more: float) -> str:
    return (datetime.now(UTC) + timedelta(**(more or {"days": 1}))).isoformat()


class TestTasks:
    async def test_a_task_is_asked_done_shown_and_approved_and_its_points_come_once(self, ana, ben, bond):
        task = await bond.task(ana, point_value=5, proof_required=True, due_date=soon())
        assert (task["status"], task["held"], task["overdue"], task["proof"]) == ("pending", False, False, [])
        path = f"{bond.path}/tasks/{task['id']}"
        assert (await ben.post(f"{path}/start", None))["status"] == "in_progress"
        assert await code(ben, f"{path}/submit", {}) == (422, "proof_required")
        done = await ben.post(f"{path}/submit", {"notes": "All of it", "proof": {"type": "photo", "text": "Look"}})
        assert (done["status"], done["notes"], done["proof"][0]["text"]) == ("completed", "All of it", "Look")
        assert await code(ben, f"{path}/approve") == (403, "not_permitted")
        approved = await ana.post(f"{path}/approve", {"version": done["version"]})
        assert (approved["status"], approved["approved_by"]) == ("approved", ana.id)
        page = await ben.get(f"{bond.path}/points")
        assert page["balances"] == {ben.id: 5}
        [entry] = page["items"]
        assert (entry["points"], entry["kind"], entry["source_type"], entry["source_id"]) == (
            5,
            "award",
            "task",
            task["id"],
        )

    async def test_five_approvals_at_once_are_one_and_four_refusals(self, ana, ben, bond):
        path = await bond.completed(ana, ben, point_value=3)
        answers = await asyncio.gather(*(ana.http.post(f"{path}/approve", json={}) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
        assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"wrong_state"}
        assert await bond.balance(ben) == 3

    async def test_the_same_key_five_times_is_five_equal_answers(self, ana, ben, bond):
        path = await bond.completed(ana, ben, point_value=3)
        key = {"Idempotency-Key": str(uuid.uuid4())}
        answers = await asyncio.gather(*(ana.post(f"{path}/approve", {}, expect=200, **key) for _ in range(5)))
        assert all(answer == answers[0] for answer in answers)
        assert await bond.balance(ben) == 3

    @pytest.mark.parametrize("who", ["ben", "dora"])
    async def test_who_does_not_lead_somebody_asks_them_nothing(self, ana, ben, dora, bond, who):
        asking = {"ben": ben, "dora": dora}[who]
        status = {"ben": (403, "not_permitted"), "dora": (404, "not_found")}[who]
        assert await code(asking, f"{bond.path}/tasks", {"title": "Do it", "assigned_to": ana.id}) == status

    async def test_a_stranger_is_asked_nothing_and_told_nothing(self, ana, dora, bond):
        body = {"title": "Do it", "assigned_to": dora.id, "due_date": soon(), "reminder_minutes": 2000}
        assert await code(ana, f"{bond.path}/tasks", body) == (422, "invalid")
        assert (await dora.get("/api/notifications"))["items"] == []

    async def test_one_s_own_task_brings_no_points_and_one_s_points_are_not_one_s_to_raise(self, ana, ben, bond):
        assert await code(ben, f"{bond.path}/tasks", {"title": "Mine", "assigned_to": ben.id, "point_value": 5}) == (
            403, "not_permitted",
        )  # fmt: skip
        own = await bond.task(ben)
        assert await code(ben, f"{bond.path}/tasks/{own['id']}", {"point_value": 5}, "PATCH") == (403, "not_permitted")
        assert (await ben.patch(f"{bond.path}/tasks/{own['id']}", {"title": "Another"}))["title"] == "Another"
        asked = await bond.task(ana, point_value=1)
        assert await code(ben, f"{bond.path}/tasks/{asked['id']}", {"point_value": 50}, "PATCH") == (
            403,
            "not_permitted",
        )

    async def test_nobody_approves_their_own_also_after_changing_their_own_role(self, ana, ben, bond, sql):
        path = await bond.completed(ana, ben, point_value=3)
        await bond.become(sql, ben, "dominant")
        await bond.become(sql, ana, "submissive")
        assert await code(ben, f"{path}/approve") == (403, "not_permitted")
        assert await code(ana, f"{path}/approve") == (403, "not_permitted")  # who leads nobody approves nothing
        assert await bond.balance(ben) == 0

    async def test_a_date_of_the_past_is_refused_on_every_path(self, ana, ben, bond):
        past = soon(days=-1)
        body = {"title": "Do it", "assigned_to": ben.id}
        assert await code(ana, f"{bond.path}/tasks", {**body, "due_date": past}) == (422, "invalid")
        task = await bond.task(ana, due_date=soon())
        path = f"{bond.path}/tasks/{task['id']}"
        assert await code(ana, path, {"due_date": past}, "PATCH") == (422, "invalid")
        assert await code(ben, f"{path}/ask-extension", {"until": past, "reason": "Work"}) == (422, "invalid")
        template = await ana.post(f"{bond.path}/task-templates", {"title": "Again"}, expect=201)
        use = f"{bond.path}/task-templates/{template['id']}/use"
        assert await code(ana, use, {"assigned_to": ben.id, "due_date": past}) == (422, "invalid")
        rule = {"title": "A rule", "assigned_to": ben.id, "effective_from": past}
        assert await code(ana, f"{bond.path}/rules", rule) == (422, "invalid")

    async def test_more_time_is_asked_for_and_granted(self, ana, ben, bond):
        task = await bond.task(ana, due_date=soon(days=1))
        path, until = f"{bond.path}/tasks/{task['id']}", soon(days=2)
        assert await code(ana, f"{path}/answer-extension", {"grant": True}) == (409, "wrong_state")
        assert await code(ben, f"{path}/ask-extension", {"until": task["due_date"], "reason": "x"}) == (422, "invalid")
        asked = await ben.post(f"{path}/ask-extension", {"until": until, "reason": "Work"})
        assert (asked["extension_requested"], asked["extension_reason"]) == (True, "Work")
        assert await ben.post(f"{path}/ask-extension", {"until": until, "reason": "Work"}) == asked
        granted = await ana.post(f"{path}/answer-extension", {"grant": True})
        assert (granted["extension_requested"], granted["due_date"]) == (False, asked["extension_until"])
        assert await code(ana, f"{path}/answer-extension", {"grant": False}) == (409, "wrong_state")

    async def test_a_revision_keeps_its_reason_and_calling_off_is_the_person_s_own(self, ana, ben, bond):
        path = await bond.completed(ana, ben)
        revised = await ana.post(f"{path}/revise", {"reason": "Once more"})
        assert (revised["status"], revised["revise_reason"]) == ("in_progress", "Once more")
        assert await ana.post(f"{path}/revise", {"reason": "Once more"}) == revised
        assert await code(ana, f"{path}/revise", {"reason": "And again"}) == (409, "wrong_state")
        cancelled = await ben.post(f"{path}/cancel", None)
        assert cancelled["status"] == "cancelled"
        assert await ana.post(f"{path}/cancel", {}) == cancelled
        assert await code(ben, f"{path}/start") == (409, "wrong_state")

    async def test_what_nobody_began_is_deleted_by_who_asked(self, ana, ben, bond):
        task = await bond.task(ana)
        path = f"{bond.path}/tasks/{task['id']}"
        assert await code(ben, path, None, "DELETE") == (403, "not_permitted")
        assert await code(ana, f"{path}?version=7", None, "DELETE") == (409, "changed")
        await ana.delete(path, expect=204)
        begun = await bond.task(ana)
        await ben.post(f"{bond.path}/tasks/{begun['id']}/start", None)
        assert await code(ana, f"{bond.path}/tasks/{begun['id']}", None, "DELETE") == (409, "wrong_state")

    async def test_a_proof_is_taken_back_by_who_showed_it(self, ana, ben, bond):
        path = await bond.completed(ana, ben, proof="Here")
        [proof] = (await ana.get(path))["proof"]
        assert await code(ana, f"{path}/proof/{proof['id']}", None, "DELETE") == (403, "not_permitted")
        await ben.delete(f"{path}/proof/{proof['id']}", expect=204)
        assert (await ana.get(path))["proof"] == []
        assert await code(ben, f"{path}/proof/{proof['id']}", None, "DELETE") == (404, "not_found")

    async def test_a_template_is_used_for_somebody(self, ana, ben, bond):
        body = {"title": "Tidy up", "point_value": 4, "recurring": "weekly", "priority": "high"}
        template = await ben.post(f"{bond.path}/task-templates", body, expect=201)
        use = f"{bond.path}/task-templates/{template['id']}/use"
        assert await code(ben, use, {"assigned_to": ana.id, "due_date": soon()}) == (403, "not_permitted")
        assert await code(ana, use, {"assigned_to": ben.id}) == (422, "invalid")  # what comes again begins at some time
        task = await ana.post(use, {"assigned_to": ben.id, "due_date": soon()}, expect=200)
        assert (task["title"], task["point_value"], task["recurring"], task["priority"], task["template_id"]) == (
            "Tidy up", 4, "weekly", "high", template["id"],
        )  # fmt: skip
        own = await ben.post(use, {"assigned_to": ben.id, "due_date": soon()})
        assert own["point_value"] == 0
        assert await code(ana, f"{bond.path}/task-templates/{template['id']}", {"title": "x"}, "PATCH") == (
            403,
            "not_permitted",
        )

    async def test_a_template_of_another_bond_is_none(self, ana, dora, bond):
        other = await dora.post("/api/bonds", {"name": "Elsewhere"}, expect=201)
        template = await dora.post(f"/api/bonds/{other['id']}/task-templates", {"title": "Again"}, expect=201)
        answers = []
        for which in (template["id"], str(uuid.uuid4())):
            body = {"title": "Do it", "assigned_to": bond.led, "template_id": which}
            answers.append((await ana.http.post(f"{bond.path}/tasks", json=body)).json()["error"]["fields"])
        assert answers == [{"template_id": "There is no such template here."}] * 2

    async def test_lists_are_filtered(self, ana, ben, bond, sql):
        asked, own = await bond.task(ana, due_date=soon()), await bond.task(ben)
        await sql.execute("UPDATE tasks SET due_date = now() - interval '1 hour' WHERE id = $1", uuid.UUID(asked["id"]))

        async def ids(**filters: Any) -> list[str]:
            return [row["id"] for row in (await ben.get(f"{bond.path}/tasks", **filters))["items"]]

        assert await ids(assigned_by=ana.id) == [asked["id"]]
        assert await ids(status="pending", assigned_to=ben.id) == [own["id"], asked["id"]]
        assert await ids(overdue="true") == [asked["id"]]
        assert await ids(overdue="false") == [own["id"]]
        assert await ids(q="nothing like it") == []


class TestRefusals:
    async def test_they_come_in_the_order_of_the_contract(self, ana, ben, bond, sql):
        task = await bond.task(ana)
        path, stale = f"{bond.path}/tasks/{task['id']}", {"title": "A spanking at eight", "version": 7}
        limiting = {"title": "A spanking at eight"}
        await bond.limit(sql, ben, "spanking_moderate_receive")
        assert await code(ana, path, limiting, "PATCH") == (422, "limit")
        await bond.pause_all(sql, ana)
        assert await code(ana, path, limiting, "PATCH") == (409, "bond_paused")
        await bond.pause(sql, ben)
        assert await code(ana, path, limiting, "PATCH") == (409, "person_paused")
        await ben.post(f"{path}/cancel", None)
        assert await code(ana, path, limiting, "PATCH") == (409, "wrong_state")
        assert await code(ana, path, stale, "PATCH") == (409, "changed")
        assert await code(ben, path, stale, "PATCH") == (403, "not_permitted")
        assert await code(ana, f"{bond.path}/tasks/{uuid.uuid4()}", stale, "PATCH") == (404, "not_found")

    async def test_a_limit_keeps_away_every_text_that_is_aimed_at_its_person_and_none_of_their_own(
        self, ana, ben, bond, sql
    ):
        await bond.limit(sql, ben, "spanking_moderate_receive")
        text, for_ben = {"title": "A spanking at eight"}, {"assigned_to": ben.id}
        template = await ana.post(f"{bond.path}/task-templates", text, expect=201)  # aimed at nobody until it is used
        done = await bond.completed(ana, ben)
        for way, body in (
            ("tasks", {**text, **for_ben}),
            (f"task-templates/{template['id']}/use", for_ben),
            ("rules", {**text, **for_ben}),
            ("rules", text),
            ("rewards", {**text, **for_ben}),
            ("points", {"user_id": ben.id, "points": 1, "reason": "For a spanking"}),
        ):
            assert await code(ana, f"{bond.path}/{way}", body) == (422, "limit"), way
        assert await code(ana, f"{done}/revise", {"reason": "A spanking, too"}) == (422, "limit")
        await ben.post(f"{bond.path}/tasks", {**text, **for_ben}, expect=201)
        assert (await ben.post(f"{bond.path}/rules", {**text, **for_ben}, expect=201))["held"] is False


class TestPauses:
    @pytest.mark.parametrize("paused", ["person", "bond"])
    async def test_nothing_is_asked_of_who_pauses_on_any_path(self, ana, ben, bond, sql, paused):
        task = await bond.task(ana, due_date=soon(), point_value=2)
        path, done = f"{bond.path}/tasks/{task['id']}", await bond.completed(ana, ben)
        template = await ana.post(f"{bond.path}/task-templates", {"title": "Again"}, expect=201)
        rule = await ana.post(f"{bond.path}/rules", {"title": "A rule", "assigned_to": ben.id}, expect=201)
        await ana.post(f"{bond.path}/rules/{rule['id']}/deactivate", None)
        await ana.post(f"{bond.path}/points", {"user_id": ben.id, "points": 5, "reason": "So kind"}, expect=201)
        pause = bond.pause if paused == "person" else bond.pause_all
        await pause(sql, ben)
        refused = (409, f"{paused}_paused")
        for way, body, verb in (
            (f"{bond.path}/tasks", {"title": "Do it", "assigned_to": ben.id}, "POST"),
            (path, {"title": "More"}, "PATCH"),
            (f"{done}/revise", {"reason": "Again"}, "POST"),
            (f"{bond.path}/task-templates/{template['id']}/use", {"assigned_to": ben.id}, "POST"),
            (f"{bond.path}/rules", {"title": "Another", "assigned_to": ben.id}, "POST"),
            (f"{bond.path}/rules/{rule['id']}", {"title": "Stricter"}, "PATCH"),
            (f"{bond.path}/rules/{rule['id']}/activate", {}, "POST"),
            (f"{bond.path}/points", {"user_id": ben.id, "points": -1, "reason": "No"}, "POST"),
        ):
            assert await code(ana, way, body, verb) == refused, way
        assert await code(ben, f"{bond.path}/rules/{rule['id']}/acknowledge") == refused
        # What is their own, and what takes nothing from them, goes on.
        await ben.post(f"{bond.path}/tasks", {"title": "For me", "assigned_to": ben.id}, expect=201)
        await ana.post(f"{done}/approve", None, expect=200)
        await ana.post(f"{bond.path}/rewards", {"title": "A bath", "assigned_to": ben.id}, expect=201)
        await ben.post(f"{bond.path}/rules/{rule['id']}/decline", None, expect=200)
        assert (await ben.post(f"{path}/cancel", None))["status"] == "cancelled"

    async def test_nothing_is_late_during_a_pause_and_what_is_due_moves_by_it(self, ana, ben, bond, sql):
        task = await bond.task(ana, due_date=soon(hours=1))
        path = f"{bond.path}/tasks/{task['id']}"
        await sql.execute(
            "UPDATE tasks SET created_at = now() - interval '9 days' WHERE id = $1", uuid.UUID(task["id"])
        )
        await bond.pause(sql, ben)
        await sql.execute("UPDATE suspensions SET since = now() - interval '30 hours'")
        await sql.execute("UPDATE tasks SET due_date = now() - interval '1 hour' WHERE id = $1", uuid.UUID(task["id"]))
        before = await ben.get(path)
        assert before["overdue"] is False
        await bond.resume(sql, ben)
        after = await ben.get(path)
        moved = datetime.fromisoformat(after["due_date"]) - datetime.fromisoformat(before["due_date"])
        assert (moved, after["overdue"]) == (timedelta(days=2), False)

    async def test_low_energy_is_said_and_refuses_nothing(self, ana, ben, bond, sql):
        await bond.pause(sql, ben, "low_energy")
        assert (await bond.task(ana))["prompt"] == "low_energy"
        assert "prompt" not in await bond.task(ben)


class TestRules:
    async def test_a_rule_binds_who_said_yes_to_its_words(self, ana, ben, bond):
        rule = await ana.post(f"{bond.path}/rules", {"title": "Good night at ten"}, expect=201)
        path = f"{bond.path}/rules/{rule['id']}"
        assert (rule["active"], rule["in_force_for"], rule["assigned_to"]) == (True, [], None)
        assert (await ben.post(f"{path}/acknowledge", None))["in_force_for"] == [ben.id]
        same = await ana.patch(path, {"title": "Good night at ten"})
        assert (same["in_force_for"], same["version"]) == ([ben.id], rule["version"])
        changed = await ana.patch(path, {"title": "Good night at nine"})
        assert (changed["in_force_for"], changed["acknowledged_by"]) == ([], [])
        await ben.post(f"{path}/acknowledge", {"version": changed["version"]})
        assert (await ana.post(f"{path}/deactivate", None))["in_force_for"] == []
        assert (await ana.post(f"{path}/activate", None))["in_force_for"] == [ben.id]
        declined = await ben.post(f"{path}/decline", None)
        assert (declined["in_force_for"], declined["declined_by"]) == ([], [ben.id])

    async def test_a_rule_for_somebody_is_made_by_who_leads_them_and_answered_by_them(self, ana, ben, bond):
        assert await code(ben, f"{bond.path}/rules", {"title": "x", "assigned_to": ana.id}) == (403, "not_permitted")
        rule = await ana.post(f"{bond.path}/rules", {"title": "x", "assigned_to": ben.id}, expect=201)
        path = f"{bond.path}/rules/{rule['id']}"
        assert await code(ana, f"{path}/acknowledge") == (403, "not_permitted")
        assert await code(ben, path, {"title": "y"}, "PATCH") == (403, "not_permitted")
        assert await code(ben, f"{path}/deactivate") == (403, "not_permitted")
        own = await ben.post(f"{bond.path}/rules", {"title": "Mine", "assigned_to": ben.id}, expect=201)
        assert (await ben.patch(f"{bond.path}/rules/{own['id']}", {"title": "Mine too"}))["title"] == "Mine too"

    async def test_outside_of_its_window_it_binds_nobody(self, ana, ben, bond, sql):
        body = {
            "title": "A week",
            "assigned_to": ben.id,
            "effective_from": soon(days=1),
            "effective_until": soon(days=2),
        }
        rule = await ana.post(f"{bond.path}/rules", body, expect=201)
        path = f"{bond.path}/rules/{rule['id']}"
        assert (await ben.post(f"{path}/acknowledge", None))["in_force_for"] == []
        await sql.execute(
            "UPDATE rules SET effective_from = now() - interval '1 day' WHERE id = $1", uuid.UUID(rule["id"])
        )
        assert (await ben.get(path))["in_force_for"] == []  # its time is another than the one they said yes to
        assert (await ben.post(f"{path}/acknowledge", None))["in_force_for"] == [ben.id]
        wrong = {"title": "x", "effective_from": soon(days=2), "effective_until": soon(days=1)}
        assert await code(ana, f"{bond.path}/rules", wrong) == (422, "invalid")


class TestRewardsAndPoints:
    async def test_a_reward_grants_at_once_and_costs_when_it_is_redeemed(self, ana, ben, bond):
        body = {"title": "A bath", "assigned_to": ben.id, "point_value": 10, "point_cost": 4}
        assert await code(ben, f"{bond.path}/rewards", {**body, "assigned_to": ben.id}) == (403, "not_permitted")
        reward = await ana.post(f"{bond.path}/rewards", body, expect=201)
        path = f"{bond.path}/rewards/{reward['id']}"
        assert await bond.balance(ben) == 10
        assert await code(ana, f"{path}/redeem") == (403, "not_permitted")
        assert (await ben.post(f"{path}/redeem", None))["status"] == "redeemed"
        assert await bond.balance(ben) == 6
        assert await code(ben, f"{path}/redeem") == (409, "wrong_state")
        assert await code(ana, path, None, "DELETE") == (409, "wrong_state")
        assert (await ben.post(f"{path}/withdraw", None))["status"] == "withdrawn"
        assert await bond.balance(ben) == 10
        assert (await ben.post(f"{path}/withdraw", None))["status"] == "withdrawn"
        assert await bond.balance(ben) == 10

    async def test_what_somebody_has_not_is_not_spent(self, ana, ben, bond):
        reward = await ana.post(
            f"{bond.path}/rewards", {"title": "A trip", "assigned_to": ben.id, "point_cost": 4}, expect=201
        )
        path = f"{bond.path}/rewards/{reward['id']}"
        assert await code(ben, f"{path}/redeem") == (409, "not_enough_points")
        assert await code(ben, f"{path}/withdraw") == (403, "not_permitted")
        await ana.post(f"{bond.path}/points", {"user_id": ben.id, "points": 4, "reason": "So kind"}, expect=201)
        await ben.post(f"{path}/redeem", None, expect=200)
        fulfilled = await ana.post(f"{path}/fulfil", None)
        assert fulfilled["status"] == "fulfilled"
        assert await ana.post(f"{path}/fulfil", None) == fulfilled
        assert await code(ben, f"{path}/withdraw") == (409, "wrong_state")

    async def test_an_entry_is_taken_back_once_and_never_below_nothing(self, ana, ben, bond):
        given = await ana.post(f"{bond.path}/points", {"user_id": ben.id, "points": 4, "reason": "So kind"}, expect=201)
        path = f"{bond.path}/points/{given['id']}"
        assert await code(ben, f"{path}/reverse", {"reason": "No"}) == (403, "not_permitted")
        back = await ana.post(f"{path}/reverse", {"reason": "A slip"})
        assert (back["points"], back["kind"], back["reverses"], back["reason"]) == (
            -4,
            "reversal",
            given["id"],
            "A slip",
        )
        assert await ana.post(f"{path}/reverse", {"reason": "Once more"}) == back
        assert await code(ana, f"{bond.path}/points/{back['id']}/reverse", {"reason": "x"}) == (409, "wrong_state")
        assert await bond.balance(ben) == 0
        taken = {"user_id": ben.id, "points": -1, "reason": "x"}
        assert await code(ana, f"{bond.path}/points", taken) == (409, "not_enough_points")
        assert await code(ben, f"{bond.path}/points", {**taken, "user_id": ana.id, "points": 5}) == (
            403,
            "not_permitted",
        )
        assert await code(ana, f"{bond.path}/points", {**taken, "user_id": ana.id, "points": 5}) == (
            403,
            "not_permitted",
        )

    async def test_switched_off_there_are_none(self, ana, ben, bond, sql):
        reward = await ana.post(f"{bond.path}/rewards", {"title": "x", "assigned_to": ben.id}, expect=201)
        done = await bond.completed(ana, ben, point_value=9)
        await sql.execute("UPDATE bond_settings SET enable_points_system = false, enable_rewards_system = false")
        points = {"user_id": ben.id, "points": 4, "reason": "So kind"}
        assert await code(ana, f"{bond.path}/points", points) == (409, "wrong_state")
        assert await code(ana, f"{bond.path}/rewards", {"title": "x", "assigned_to": ben.id}) == (409, "wrong_state")
        assert await code(ben, f"{bond.path}/rewards/{reward['id']}/redeem") == (409, "wrong_state")
        await ana.post(f"{done}/approve", None, expect=200)
        assert await bond.balance(ben) == 0


class TestGoing:
    async def test_who_goes_is_asked_nothing_more_and_sees_nothing(self, ana, ben, bond, sql):
        task = await bond.task(ana, due_date=soon(), recurring="daily")
        shown = await bond.completed(ana, ben, proof="Look")
        rule = await ana.post(f"{bond.path}/rules", {"title": "For all"}, expect=201)
        await ben.post(f"{bond.path}/rules/{rule['id']}/acknowledge", None)
        template = await ben.post(f"{bond.path}/task-templates", {"title": "Again"}, expect=201)
        await bond.leave(sql, ben)
        assert (await ana.get(f"{bond.path}/tasks/{task['id']}"))["status"] == "cancelled"
        assert (await ana.get(shown))["proof"] == []
        assert (await ana.get(f"{bond.path}/rules/{rule['id']}"))["acknowledged_by"] == []
        assert (await ana.get(f"{bond.path}/task-templates/{template['id']}"))["title"] == "Again"
        assert (
            await sql.fetchval("SELECT count(*) FROM task_series WHERE ended_at IS NULL AND bond_id = $1", bond.uuid)
            == 0
        )
        for way in (f"{bond.path}/tasks", shown, f"{bond.path}/points"):
            answer: httpx.Response = await ben.http.get(way)
            assert answer.status_code == 404

    async def test_an_erased_person_s_rows_stay_without_them(self, ana, ben, bond):
        path = await bond.completed(ana, ben, point_value=3)
        await ana.post(f"{path}/approve", None)
        await ben.delete("/api/me", expect=204)
        left = await ana.get(path)
        assert (left["status"], left["assigned_to"], left["assigned_by"]) == ("approved", None, ana.id)
        assert (await ana.get(f"{bond.path}/points")) == {"items": [], "balances": {}, "next_cursor": None}
