"""Notion and the server, both ways, over a stand-in of Notion's API."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from game_server.notion import hearing
from rooms.notion.kinds import EVERY, KINDS
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House
from tests.support.notion import Notion
from tests.support.notion_house import Mirrored, a_task, connected, flowing, notion_house

STATS = {"dominance": 10, "submission": 10, "charisma": 10, "stamina": 10, "creativity": 10, "control": 10}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def notion() -> AsyncIterator[Notion]:
    with Notion() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory, notion: Notion
) -> AsyncIterator[House]:
    async with notion_house(database_url, redis_url, tmp_path_factory.mktemp("house"), notion) as opened:
        notion.now = lambda: opened.clock.now()  # noqa: PLW0108 - it may be set
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> Home:
    """Ana leads Ben."""
    return await moved_in(house, ("dominant", "submissive"))


@pytest_asyncio.fixture(loop_scope="module")
async def ana(house: House, notion: Notion, home: Home) -> AsyncIterator[Mirrored]:
    """And has a Notion of her own."""
    yield await connected(house, notion, home.people[0])
    assert notion.wrong == []


@pytest_asyncio.fixture(loop_scope="module")
async def ben(house: House, notion: Notion, home: Home) -> Mirrored:
    return await connected(house, notion, home.people[1])


class TestBothWays:
    async def test_a_task_goes_there_and_what_is_edited_there_comes_back(self, home, ana, notion):
        task = await a_task(home)
        await ana.sync()
        assert ana.read("Tasks") == []  # nothing flows that nobody asked for
        [run] = await ana.switch_on("tasks")
        await ana.sync()
        [page] = ana.workspace.human.pages("Tasks")
        assert ana.workspace.human.read(page)["Task"] == "Water the plants"
        assert ana.workspace.human.read(page)["Attuned ID"] == task["id"]
        done = (await ana.client.get(f"/api/notion/runs/{run}", params={"wait": 1})).json()
        assert (done["state"], done["total"], done["done"], done["pushed"]) == ("done", 1, 1, 1)

        ana.workspace.human.edit(page, "Task", "Water all the plants")
        ana.workspace.human.edit(page, "Status", "Cancelled")
        await ana.sync()
        now = await home.get(0, f"tasks/{task['id']}")
        assert (now["title"], now["status"]) == ("Water all the plants", "cancelled")
        status = await ana.kind("tasks")
        assert (status["synced"], status["conflicts"], status["failed"], status["error"]) == (1, 0, 0, None)
        before = len(notion.asked)
        await ana.sync()
        assert not any(one.startswith(("PATCH", "POST pages")) for one in notion.asked[before:])

    async def test_what_changes_here_is_written_there_and_what_is_emptied_is_emptied(self, home, ana):
        task, page = await flowing(ana, home, description="x" * 3500)
        assert ana.workspace.human.read(page)["Description"] == "x" * 3500
        await home.patch(0, f"tasks/{task['id']}", {"description": None, "priority": "high"})
        await ana.sync()
        there = ana.workspace.human.read(page)
        assert (there["Description"] or None, there["Priority"]) == (None, "High")
        ana.workspace.human.edit(page, "Description", "Again")
        await ana.sync()
        ana.workspace.human.edit(page, "Description", "")
        await ana.sync()
        assert (await home.get(0, f"tasks/{task['id']}"))["description"] is None

    async def test_a_list_that_is_late_takes_nothing_back(self, home, ana, notion):
        task, page = await flowing(ana, home)
        notion.lag = 6
        try:
            await home.patch(0, f"tasks/{task['id']}", {"title": "Another title"})
            await ana.sync(3)
        finally:
            notion.lag = 0
        assert (await home.get(0, f"tasks/{task['id']}"))["title"] == "Another title"
        assert ana.workspace.human.read(page)["Task"] == "Another title"

    async def test_two_partners_with_two_workspaces_never_fight(self, home, ana, ben):
        task, page = await flowing(ana, home)
        _, other = (await ben.switch_on("tasks")), None
        await ben.sync()
        [other] = ben.workspace.human.pages("Tasks")
        ana.workspace.human.edit(page, "Task", "From Ana's side")
        await ana.sync()
        await ben.sync()
        assert ben.workspace.human.read(other)["Task"] == "From Ana's side"
        ben.workspace.human.edit(other, "Status", "In progress")
        ben.workspace.human.edit(other, "Task", "Ben may not call it otherwise")
        await ben.sync()
        await ana.sync()
        assert ana.workspace.human.read(page)["Status"] == "In progress"
        assert ana.workspace.human.read(page)["Task"] == "From Ana's side"
        assert [(one["reason"], [field["field"] for field in one["fields"]]) for one in await ben.conflicts()] == [
            ("not_permitted", ["title"])
        ]
        assert ben.workspace.human.read(other)["Task"] == "Ben may not call it otherwise"
        assert await ana.conflicts() == []
        assert (await home.get(1, f"tasks/{task['id']}"))["status"] == "in_progress"


class TestConflicts:
    async def test_both_changed_is_kept_and_settled_by_its_person(self, home, ana):
        task, page = await flowing(ana, home, description="One")
        human = ana.workspace.human
        await home.patch(0, f"tasks/{task['id']}", {"title": "Ours", "description": "Ours, too"})
        human.edit(page, "Task", "Theirs")
        human.edit(page, "Description", "Theirs, too")
        human.edit(page, "Priority", "Urgent")
        await ana.sync()
        [conflict] = await ana.conflicts()
        assert (conflict["reason"], conflict["title"]) == ("both_changed", "Ours")
        assert {one["field"]: (one["ours"], one["theirs"]) for one in conflict["fields"]} == {
            "title": ("Ours", "Theirs"), "description": ("Ours, too", "Theirs, too"),
        }  # fmt: skip
        assert (await home.get(0, f"tasks/{task['id']}"))["priority"] == "urgent"  # the rest flows
        kept = await ana.house.database.fetchval("SELECT string_agg(c::text, '') FROM notion_conflicts c")
        assert "Theirs" not in kept
        await ana.sync(2)
        assert await ana.conflicts() == [conflict]  # by its version what was seen is settled
        assert (human.read(page)["Task"], (await home.get(0, f"tasks/{task['id']}"))["title"]) == ("Theirs", "Ours")

        path = f"/api/notion/conflicts/{conflict['id']}/resolve"
        body = {"strategy": "merge", "fields": {"title": "ours"}}
        answer = await ana.client.post(path, json=body)
        assert answer.json() == {"resolved": ["title"], "open": ["description"]}
        await ana.sync()
        assert human.read(page)["Task"] == "Ours"
        [conflict] = await ana.conflicts()
        strange = await ana.client.post(path, json=body)
        assert (strange.status_code, strange.json()["error"]["code"]) == (422, "invalid")
        answer = await ana.client.post(path, json={"strategy": "prefer_notion"})
        assert answer.status_code == 200, answer.text
        assert (await home.get(0, f"tasks/{task['id']}"))["description"] == "Theirs, too"
        await ana.sync()
        assert await ana.conflicts() == []
        assert (await ana.kind("tasks"))["synced"] == 1

    async def test_what_is_refused_here_stays_there_with_its_code_and_keeps_nothing_else_out(self, home, ana):
        task, page = await flowing(ana, home)
        await home.limit(1, "hardBoundaryImpact")
        ana.workspace.human.edit(page, "Task", "Twenty strokes with the cane")
        ana.workspace.human.edit(page, "Priority", "Low")
        await ana.sync(2)
        now = await home.get(0, f"tasks/{task['id']}")
        assert (now["title"], now["priority"]) == ("Water the plants", "low")
        [conflict] = await ana.conflicts()
        assert conflict["reason"] == "limit"
        assert ana.workspace.human.read(page)["Task"] == "Twenty strokes with the cane"
        path = f"/api/notion/conflicts/{conflict['id']}/resolve"
        refused = await ana.client.post(path, json={"strategy": "prefer_notion"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "limit")
        assert home.people[1].id not in refused.text
        assert (await ana.client.post(path, json={"strategy": "prefer_ours"})).status_code == 200
        await ana.sync()
        assert ana.workspace.human.read(page)["Task"] == "Water the plants"
        assert await ana.conflicts() == []

    async def test_nobody_who_pauses_is_asked_for_more_from_there(self, home, ana):
        task, page = await flowing(ana, home)
        await home.state(1, "paused")
        await home.patch(0, f"tasks/{task['id']}", {})
        ana.workspace.human.edit(page, "Task", "More")
        ana.workspace.human.create("Tasks", {"Task": "Even more", "For": "Somebody"})
        await ana.sync()
        assert [one["reason"] for one in await ana.conflicts()] == ["person_paused"]
        assert (await home.get(0, f"tasks/{task['id']}"))["title"] == "Water the plants"
        assert len((await home.get(0, "tasks"))["items"]) == 1


class TestPages:
    async def test_a_page_that_a_person_made_becomes_a_row_once(self, ana):
        await ana.switch_on("journal")
        human = ana.workspace.human
        page = human.create("Journal", {"Title": "Today", "Text": "Quiet", "Tags": ["calm"]})
        await ana.sync(2)
        [entry] = (await ana.client.get("/api/journal")).json()["items"]
        assert (entry["title"], entry["content"], entry["tags"], entry["is_shared"]) == (
            "Today", "Quiet", ["calm"], False,
        )  # fmt: skip
        assert human.read(page)["Attuned ID"] == entry["id"]
        copy = human.duplicate(page)
        human.edit(copy, "Text", "Quiet, twice")
        await ana.sync(2)
        texts = {one["content"] for one in (await ana.client.get("/api/journal")).json()["items"]}
        assert texts == {"Quiet", "Quiet, twice"}
        assert human.read(copy)["Attuned ID"] != entry["id"]
        assert len(human.pages("Journal")) == 2

        empty = human.create("Journal", {"Title": "Without a word"})
        await ana.sync()
        [failed] = await ana.pages(state="failed")
        assert (failed["page_id"], failed["error"], failed["entity_id"], failed["title"]) == (
            empty,
            "needed",
            None,
            None,
        )
        human.edit(empty, "Text", "Now with some")
        await ana.sync()
        assert await ana.pages(state="failed") == []
        assert len((await ana.client.get("/api/journal")).json()["items"]) == 3

    async def test_the_trash_deletes_nothing_here_and_what_goes_here_goes_into_the_trash(self, home, ana, notion):
        task, page = await flowing(ana, home)
        human = ana.workspace.human
        human.trash(page)
        await hear(ana, notion)
        await ana.sync()
        assert (await ana.kind("tasks"))["archived"] == 1
        await home.patch(0, f"tasks/{task['id']}", {"title": "Still here"})
        await ana.sync()
        assert human.read(page)["Task"] == "Water the plants"
        human.restore(page)
        await ana.sync(2)
        assert human.read(page)["Task"] == "Still here"
        answer = await ana.client.delete(f"/api/bonds/{home.bond}/tasks/{task['id']}")
        assert answer.status_code == 204
        await ana.sync()
        assert human.pages("Tasks") == []
        assert [one["error"] for one in await ana.pages(state="archived")] == ["row_gone"]

    async def test_an_answer_that_is_lost_makes_no_second_page(self, home, ana, notion):
        await a_task(home)
        await ana.switch_on("tasks")
        notion.next(1, 503, only="pages", done=True)
        await ana.sync(3)
        assert len(ana.workspace.human.pages("Tasks")) == 1
        assert (await ana.kind("tasks"))["synced"] == 1

    async def test_a_row_that_notion_does_not_take_is_left_with_its_code_until_somebody_asks(self, home, ana, notion):
        task, page = await flowing(ana, home)
        notion.next(2, 400, only=f"pages/{page}", code="validation_error")
        await home.patch(0, f"tasks/{task['id']}", {"title": "Other"})
        await ana.sync(2)
        [failed] = await ana.pages(state="failed")
        assert (failed["error"], failed["entity_id"], failed["title"]) == ("validation_error", task["id"], "Other")
        await ana.switch_on("tasks")
        await ana.sync()
        assert ana.workspace.human.read(page)["Task"] == "Other"
        assert (await ana.kind("tasks"))["failed"] == 0


async def hear(mirrored: Mirrored, notion: Notion, seed: int = 1) -> None:
    """Everything that happened in a workspace is told, some of it twice."""
    for body, headers in notion.deliveries(mirrored.workspace, seed):
        answer = await mirrored.house.client().post("/api/webhooks/notion", content=body, headers=headers)
        assert answer.status_code == 200, answer.text


class TestHearing:
    async def test_what_is_told_is_signed_heard_once_and_only_says_where_to_look(self, house, home, ana, notion):
        task, page = await flowing(ana, home)
        await hear(ana, notion)  # our own doing: there is nothing to look for
        looks = "SELECT count(*) FROM notion_pages WHERE look AND user_id = $1::text::uuid"
        assert await house.database.fetchval(looks, ana.person.id) == 0
        ana.workspace.human.edit(page, "Task", "Told by a webhook")
        event = ana.workspace.events[-1]
        body, headers = notion.signed(event)
        bad = await house.client().post("/api/webhooks/notion", content=body + b" ", headers=headers)
        assert (bad.status_code, bad.json()["error"]["code"]) == (403, "not_signed")
        forged = json.dumps({"verification_token": "secret_of_somebody_else"}).encode()
        again = await house.client().post("/api/webhooks/notion", content=forged, headers=headers)
        assert again.status_code == 200
        assert await house.database.fetchval("SELECT count(*) FROM notion_handshakes") == 0
        for _ in range(2):
            told = await house.client().post("/api/webhooks/notion", content=body, headers=headers)
            assert told.status_code == 200
        assert await house.database.fetchval(looks, ana.person.id) == 1
        await ana.sync()
        assert (await home.get(0, f"tasks/{task['id']}"))["title"] == "Told by a webhook"
        strange = {**event, "id": "another", "entity": {"id": "nobodys", "type": "page"}, "workspace_id": "elsewhere"}
        body, headers = notion.signed(strange)
        assert (await house.client().post("/api/webhooks/notion", content=body, headers=headers)).status_code == 200

    async def test_before_a_word_is_set_it_is_kept_for_the_operator_and_nothing_is_believed(
        self, database_url, redis_url, tmp_path, notion
    ):
        async with notion_house(database_url, redis_url, tmp_path, notion, notion_webhook_token=None) as house:
            event, headers = notion.signed({"id": "e", "type": "page.created", "entity": {"id": "p", "type": "page"}})
            refused = await house.client().post("/api/webhooks/notion", content=event, headers=headers)
            assert refused.status_code == 403
            word = json.dumps({"verification_token": "secret_first"}).encode()
            for _ in range(8):
                sent = await house.client().post("/api/webhooks/notion", content=word, headers=headers)
                assert sent.status_code == 200
            kept = await house.database.fetch("SELECT sealed FROM notion_handshakes")
            assert len(kept) == 5
            assert not any("secret_first" in row["sealed"] for row in kept)
            opened = hearing.handshakes(house.services.keys)
            assert {opened.open(row["sealed"]) for row in kept} == {"secret_first"}
            await house.database.execute("DELETE FROM notion_handshakes")


class TestAllKinds:
    async def test_each_of_the_fifteen_stands_there_and_only_what_its_person_reads(self, house, home, ana, ben):
        words: list[str] = []

        def word(of: str) -> str:
            words.append(f"zq{len(words):03}{of}")
            return words[-1]

        second = home.people[1].id
        await home.post(0, "tasks", {"title": word("task"), "assigned_to": second}, expect=201)
        await home.post(0, "rules", {"title": word("rule")}, expect=201)
        reward = {"title": word("reward"), "assigned_to": second, "point_value": 5}
        await home.post(0, "rewards", reward, expect=201)
        await home.post(0, "contracts", {"title": word("contract"), "content": word("text")}, expect=201)
        await home.post(0, "scenes", {"title": word("scene")}, expect=201)
        boundary = await home.post(0, "boundaries", {"activity_name": word("boundary")}, expect=201)
        await home.post(0, "calendar", {"title": word("date"), "start_date": "2040-01-31T20:00:00Z", "timezone": "UTC"}, expect=201)  # fmt: skip # noqa: E501
        await home.post(0, "messages", {"content": word("message")}, expect=201)
        await home.post(0, "check-ins", {"status": "green", "notes": word("checkin")}, expect=201)
        for path, body in (
            ("journal", {"content": word("entry")}),
            ("resources", {"title": word("resource")}),
            (
                "kinksters",
                {"name": word("name"), "bio": word("bio"), "age_range": "31-40", "stats": STATS, "is_public": True},
            ),
        ):
            made = await ana.client.post(f"/api/{path}", json=body)
            assert made.status_code == 201, made.text
        theirs = [word(one) for one in ("private", "shown", "checkin")]
        await ben.client.post("/api/journal", json={"content": theirs[0]})
        await home.post(1, "journal", {"content": theirs[1], "entry_type": "shared"}, expect=201)
        await home.post(1, "check-ins", {"status": "green", "notes": theirs[2]}, expect=201)
        await home.ask(1, "PUT", f"boundaries/{boundary['id']}/rating", {"rating": "maybe"})
        await house.database.execute(
            "INSERT INTO image_generations (user_id, subject, status, style, finished_at, failed_reason)"
            " VALUES ($1::text::uuid, 'avatar', 'failed', 'ink', now(), 'provider')",
            ana.person.id,
        )
        await ana.switch_on(*KINDS)
        await ana.sync(3)
        status = await ana.status()
        assert {name: kind["synced"] for name, kind in status["kinds"].items() if kind["synced"] == 0} == {}
        assert status["community"]["synced"] == 1
        assert [kind["error"] for kind in status["kinds"].values() if kind["error"]] == []
        assert {kind["failed"] + kind["pending"] + kind["conflicts"] for kind in status["kinds"].values()} == {0}
        there = json.dumps([ana.read(kind.called) for kind in EVERY.values()])
        assert [one for one in words if one not in there] == theirs
        assert "Maybe" not in json.dumps(ana.read("What we want and what we do not"))
        community = json.dumps(ana.read(EVERY["kinksters_community"].called))
        assert words[-5] in community  # its bio
        [character] = (await ana.client.get("/api/kinksters", params={"mine": True})).json()["items"]
        await ana.client.patch(f"/api/kinksters/{character['id']}", json={"is_public": False})
        await ana.sync()
        assert ana.read(EVERY["kinksters_community"].called) == []
        await ana.client.patch(f"/api/kinksters/{character['id']}", json={"is_public": True})
        await ana.sync()
        assert len(ana.read(EVERY["kinksters_community"].called)) == 1
        assert len(ana.read("Characters")) == 1

    async def test_without_words_none_goes_there(self, home, ana):
        await a_task(home, title="zqsecret", description="zqsecret")
        entry = await ana.client.post("/api/journal", json={"content": "zqsecret", "tags": ["zqsecret"]})
        await ana.switch_on("tasks", "journal", texts=False)
        await ana.sync(2)
        kinds = (await ana.status())["kinds"]
        assert (kinds["tasks"]["on"], kinds["tasks"]["texts"], kinds["tasks"]["synced"]) == (True, False, 1)
        there = json.dumps([ana.read("Tasks"), ana.read("Journal")])
        assert "zqsecret" not in there
        assert home.people[1].id not in there
        assert [one["Priority"] for one in ana.read("Tasks")] == ["Medium"]
        assert [one["Task"] for one in ana.read("Tasks")] == ["Task"]
        await ana.switch_on("tasks", texts=True)
        await ana.sync(2)
        assert [one["Task"] for one in ana.read("Tasks")] == ["zqsecret"]
        assert entry.status_code == 201
        assert (await ana.client.delete("/api/notion/sync/tasks")).status_code == 204
        await a_task(home, title="After that")
        ana.workspace.human.edit(ana.workspace.human.pages("Tasks")[0], "Task", "Nor back")
        await ana.sync(2)
        assert [one["Task"] for one in ana.read("Tasks")] == ["Nor back"]
        assert {one["title"] for one in (await home.get(0, "tasks"))["items"]} == {"zqsecret", "After that"}
        assert not (await ana.kind("tasks"))["on"]


class TestPace:
    async def test_it_rests_where_it_is_told_to_and_goes_on(self, house, home, ana, notion):
        task, page = await flowing(ana, home)
        await home.patch(0, f"tasks/{task['id']}", {"title": "Later"})
        notion.next(1, 429, after="3600")
        await ana.sync()
        status = await ana.status()
        assert (status["connected"], status["error"]) == (True, "limited")
        assert status["waits_until"] is not None
        asked = len(notion.asked)
        await ana.sync()
        assert len(notion.asked) == asked
        assert ana.workspace.human.read(page)["Task"] == "Water the plants"
        ana.house.clock.ahead += timedelta(hours=1)
        house.services.notion._budgets.clear()  # whose seconds no test moves
        await ana.sync()
        assert ana.workspace.human.read(page)["Task"] == "Later"
        assert (await ana.status())["error"] is None

    async def test_a_row_is_tried_some_times_and_then_left(self, home, ana, notion):
        task, page = await flowing(ana, home)
        await home.patch(0, f"tasks/{task['id']}", {"title": "Never"})
        notion.next(20, 502, only=f"pages/{page}")
        for _ in range(12):
            ana.house.clock.ahead += timedelta(hours=1)
            await ana.sync()
        notion.faults.clear()
        [failed] = await ana.pages(state="failed")
        assert failed["entity_id"] == task["id"]
        assert (await ana.kind("tasks"))["failed"] == 1
        asked = len(notion.asked)
        await ana.sync()
        assert not any(page in one for one in notion.asked[asked:])
