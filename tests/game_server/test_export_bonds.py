"""Whoever is in bonds takes away what they wrote there, what is about them and what they may read, opened; nothing of others'."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from game_server.accounts.callers import authenticate
from game_server.export import as_json, as_page
from game_server.export.document import document
from game_server.export.reader import Reader
from tests.storage import rows
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

EXPORT = "/api/me/export"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(
        database_url,
        redis_url,
        tmp_path_factory.mktemp("house"),
        limit_other="100000/60",
        limit_exports="1000/3600",
    ) as opened:
        yield opened


@pytest.fixture
async def home(house) -> Home:
    return await moved_in(house, ("dominant", "submissive"))


async def exported(home: Home, who: int) -> Any:
    answer = await home.people[who].client.get(EXPORT)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def wrote(home: Home, who: int, table: str, *, of_bond: bool = False, **values: Any) -> UUID:
    """A row of theirs with these texts, sealed as they are kept: with the bond's key or their own."""
    me, keys = home.people[who].id, home.house.services.person_keys
    key = await keys.key(f"bond:{home.bond}" if of_bond else f"user:{me}", make=True)
    ready = {name: key.seal(value) if isinstance(value, str) and value.startswith("zq") else value
             for name, value in values.items()}  # fmt: skip
    async with home.house.database.transaction():
        await home.house.database.execute("SET LOCAL session_replication_role = replica")
        row = await rows.insert(home.house.database, table, created_at=home.now, **ready)
    return row["id"]


async def a_life(home: Home) -> None:
    """Something of each in some of the tools, each text with whose it is in it."""
    bond, ids = UUID(home.bond), [UUID(person.id) for person in home.people]
    for who, name in enumerate(("ana", "ben")):
        mine = {"user_id": ids[who]}
        await wrote(home, who, "journal_entries", **mine, content=f"zq {name} alone")
        await wrote(home, who, "journal_entries", **mine, bond_id=bond, content=f"zq {name} showed", is_shared=True)
        await wrote(home, who, "check_ins", **mine, bond_id=bond, status="green", notes=f"zq {name} is well",
                    local_date=home.now.date())  # fmt: skip
        await wrote(home, who, "scene_debriefs", **mine, bond_id=bond, text=f"zq {name} afterwards")
        await wrote(home, who, "submission_state_logs", **mine, state="active", reason=f"zq {name} reason")
        await wrote(home, who, "personal_limits", **mine, words=f"zq {name} limit")
        await wrote(home, who, "messages", of_bond=True, bond_id=bond, from_user_id=ids[who], content=f"zq {name} said")
        await wrote(home, who, "conversations", **mine, title=f"zq {name} chat")
    await home.post(0, "tasks", {"title": "zq ana task", "assigned_to": home.people[1].id}, expect=201)
    rated = await home.post(0, "boundaries", {"activity_name": "zq boundary", "category": "other"}, expect=201)
    for who, rating in ((0, "maybe"), (1, "no")):
        answer = await home.ask(who, "PUT", f"boundaries/{rated['id']}/rating", {"rating": rating})
        assert answer.status_code == 200, answer.text
    words = {"nickname": "zq nickname", "safewords": {"stop": "zq stop"}, "aftercare_needs": "zq blanket"}
    await home.patch(1, "me", words)


SHARED = {"ana showed", "ben showed", "ana is well", "ben is well", "ana said", "ben said", "ana task", "boundary",
          "nickname", "stop", "blanket"}  # fmt: skip
OWN = ("alone", "afterwards", "reason", "limit", "chat")


def said(text: str) -> set[str]:
    """What was written, of a text."""

    return set(re.findall(r"zq ([a-z ]+?)(?=[\"<])", text))


async def test_ones_own_and_what_is_shared_is_in_it_and_nothing_private_of_the_others(home):
    await a_life(home)
    for who, name in enumerate(("ana", "ben")):
        for form in ("json", "html"):
            answer = await home.people[who].client.get(EXPORT, params={"format": form})
            assert said(answer.text) == SHARED | {f"{name} {what}" for what in OWN}, form
    hers, his = await exported(home, 0), await exported(home, 1)
    assert [one["rating"] for one in hers["boundary_ratings"]] == ["maybe"]
    assert [one["rating"] for one in his["boundary_ratings"]] == ["no"]
    assert {one["is_mutual"] for one in hers["boundaries"]} == {False}
    [bond] = hers["bonds"]
    assert (bond["name"], len(bond["members"]), bond["settings"]["max_members"]) == ("Ours", 2, 2)
    assert [one["safewords"] for one in bond["members"]] == [None, {"stop": "zq stop"}]
    assert [one["cannot_be_opened"] for one in (*hers["journal"], *hers["tasks"])] == [[]] * 4


async def test_who_paused_is_in_ones_own_and_not_in_anybody_elses(home):
    await home.post(1, "pause", {})
    hers, his = await exported(home, 0), await exported(home, 1)
    assert his["memberships"][0]["paused_at"] is not None
    assert hers["memberships"][0]["paused_at"] is None
    assert "paused_at" not in str(hers["bonds"])
    [paused] = [one for one in hers["bond_log"] if one["action"] == "paused"]
    assert paused["user_id"] is None


async def test_what_a_lost_key_sealed_is_said_to_be_and_the_rest_is_there(home):
    await a_life(home)
    await home.house.services.person_keys.forget(f"bond:{home.bond}", f"user:{home.people[1].id}")
    found = await exported(home, 0)
    [task], [bond] = found["tasks"], found["bonds"]
    assert (task["title"], task["status"], task["cannot_be_opened"]) == (None, "pending", ["title"])
    assert (bond["name"], bond["cannot_be_opened"]) == (None, ["name"])
    journal = {one["content"]: one["cannot_be_opened"] for one in found["journal"]}
    assert journal == {"zq ana alone": [], "zq ana showed": [], None: ["content"]}
    page = await home.people[0].client.get(EXPORT, params={"format": "html"})
    assert page.text.rstrip().endswith("</html>")


async def test_a_bond_that_is_over_is_in_it_and_one_that_was_left_is_not_but_for_what_went_home(home):
    await a_life(home)
    await home.post(0, "dissolve", {"vote": True})
    over = await exported(home, 1)
    assert over["bonds"][0]["status"] == "dissolved"
    assert {"ana task", "ana said"} <= said(str(over).replace("'", '"'))
    await home.post(1, "leave", {})
    left = await exported(home, 1)
    assert (left["bonds"], left["tasks"], left["messages"]) == ([], [], [])
    assert {one["content"] for one in left["journal"]} == {"zq ben alone", "zq ben showed"}
    assert {one["notes"] for one in left["check_ins"]} == {"zq ben is well"}


async def test_whoever_came_later_has_of_words_only_those_since(house):
    home = await moved_in(house, ("dominant", "submissive", "submissive"))
    await home.leave(2)
    await a_life(home)
    await home.later(timedelta(minutes=1))
    await home.join(2, "submissive")
    found = await exported(home, 2)
    assert (found["messages"], found["journal"], found["check_ins"]) == ([], [], [])
    assert [one["title"] for one in found["tasks"]] == ["zq ana task"]


async def test_long_texts_are_read_a_few_at_a_time(home):
    """Forty entries of sixty thousand characters: no piece is more than some of them."""
    me, text = home.people[0].id, "zq " + "long words " * 5_400
    for _ in range(40):
        await wrote(home, 0, "journal_entries", user_id=UUID(me), content=text)
    authorization = home.people[0].client.headers["Authorization"]
    for form in (as_json, as_page):
        reader = Reader(home.house.services, await authenticate(home.house.services, authorization), authorization)
        sizes = [len(piece) async for piece in form.written(await document(reader))]
        assert sum(sizes) > 40 * 59_000
        assert max(sizes) < 500_000
