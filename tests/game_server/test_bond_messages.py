"""Messages of a bond: said, read, changed or taken back for a quarter of an hour."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from game_server.accounts.callers import authenticate
from game_server.bonds import messages
from game_server.bonds.commands import held
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    weeks = {"access_token_s": 10**7, "refresh_token_s": 10**7, "limit_other": "100000/60"}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **weeks) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> Home:
    home = await moved_in(house, ["dominant", "submissive"])
    await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE adult_confirmed_at IS NULL")
    return home


async def said(home: Home, who: int, content: str = "Good morning") -> dict:
    return await home.post(who, "messages", {"content": content}, expect=201)


async def code(home: Home, who: int, verb: str, path: str, body: object = None) -> tuple[int, str | None]:
    answer = await home.ask(who, verb, path, body)
    return answer.status_code, answer.json()["error"]["code"] if answer.is_error else None


async def test_what_one_says_both_read_and_it_is_to_the_other_one(home):
    made = await said(home, 0, "Good\n\tmorning")
    assert (made["content"], made["from_user_id"], made["to_user_id"]) == (
        "Good\n\tmorning", home.people[0].id, home.people[1].id
    )  # fmt: skip
    assert (made["read_at"], made["edited_at"], made["unsent_at"], made["attachments"]) == (None, None, None, [])
    listed = await home.get(1, "messages")
    assert listed == {"items": [made], "next_cursor": None, "unread": 1, "read_through": None}
    assert (await home.get(0, "messages"))["unread"] == 0
    assert await home.get(1, f"messages/{made['id']}") == made


async def test_it_may_be_four_thousand_characters_long_and_no_filter_reads_it(home):
    await home.limit(1, "spanking")
    assert (await said(home, 0, "A spanking " + "x" * 3989))["content"].startswith("A spanking")
    for wrong in ({"content": "x" * 4001}, {"content": ""}, {}, {"content": "x", "from_user_id": home.people[1].id}):
        assert await code(home, 0, "POST", "messages", wrong) == (422, "invalid")


class TestReading:
    async def test_reading_up_to_one_is_ones_own_and_the_sender_sees_when(self, home):
        first, second = await said(home, 0, "One"), await said(home, 0, "Two")
        await home.later(timedelta(minutes=1))
        third = await said(home, 0, "Three")
        read = await home.post(1, f"messages/{second['id']}/read", {})
        assert read["read_at"] is not None
        assert read["version"] == 2
        listed = await home.get(0, "messages")
        assert [one["read_at"] is not None for one in listed["items"]] == [False, True, True]
        mine = await home.get(1, "messages")
        assert (mine["unread"], mine["read_through"]) == (1, second["created_at"])
        assert (await home.get(0, "messages"))["read_through"] is None
        # Again, and an older one: nothing changes.
        assert await home.post(1, f"messages/{second['id']}/read", {}) == read
        await home.post(1, f"messages/{first['id']}/read", {})
        assert (await home.get(1, "messages"))["read_through"] == second["created_at"]
        await home.post(1, f"messages/{third['id']}/read", {})
        assert (await home.get(1, "messages"))["unread"] == 0

    async def test_who_sends_no_receipts_has_read_and_nobody_sees_it(self, home):
        await home.patch(1, "me", {"read_receipts": False})
        made = await said(home, 0)
        assert (await home.post(1, f"messages/{made['id']}/read", {}))["read_at"] is None
        assert (await home.get(1, "messages"))["unread"] == 0
        assert (await home.get(0, f"messages/{made['id']}")) == made

    async def test_where_they_are_three_nothing_says_who_read(self, house):
        home = await moved_in(house, ["dominant", "submissive", "switch"])
        made = await said(home, 0)
        assert made["to_user_id"] is None
        assert (await home.post(1, f"messages/{made['id']}/read", {}))["read_at"] is None
        assert [(await home.get(who, "messages"))["unread"] for who in (0, 1, 2)] == [0, 0, 1]

    async def test_another_bonds_message_is_not_there_to_be_read(self, home, house):
        other = await moved_in(house, ["dominant", "submissive"])
        made = await said(other, 0)
        assert await code(home, 1, "POST", f"messages/{made['id']}/read", {}) == (404, "not_found")

    async def test_who_came_later_reads_nothing_older(self, house):
        home = await moved_in(house, ["dominant", "submissive", "switch"])
        await home.leave(2)
        old = await said(home, 0)
        await home.later(timedelta(hours=1))
        await home.join(2, "switch")
        assert (await home.get(2, "messages"))["items"] == []
        assert (await home.get(2, "messages"))["unread"] == 0
        assert await code(home, 2, "POST", f"messages/{old['id']}/read", {}) == (404, "not_found")
        new = await said(home, 1)
        assert [one["id"] for one in (await home.get(2, "messages"))["items"]] == [new["id"]]


class TestAQuarterOfAnHour:
    async def test_its_sender_changes_it_and_that_shows(self, home):
        made = await said(home, 0, "Godo morning")
        changed = await home.patch(0, f"messages/{made['id']}", {"content": "Good morning", "version": 1})
        assert (changed["content"], changed["version"]) == ("Good morning", 2)
        assert changed["edited_at"] is not None
        assert await home.get(1, f"messages/{made['id']}") == changed
        assert await home.patch(0, f"messages/{made['id']}", {"content": "Good morning"}) == changed
        for body in ({"content": None}, {"content": ""}, {"content": "x" * 4001}, {"read_at": None}):
            assert await code(home, 0, "PATCH", f"messages/{made['id']}", body) == (422, "invalid")

    async def test_its_sender_takes_it_back_and_a_mark_stays(self, home):
        made = await said(home, 0)
        assert (await home.ask(0, "DELETE", f"messages/{made['id']}?version=2")).status_code == 409
        for _ in range(2):
            assert (await home.ask(0, "DELETE", f"messages/{made['id']}")).status_code == 204
        [left] = (await home.get(1, "messages"))["items"]
        assert (left["id"], left["content"], left["version"]) == (made["id"], None, 2)
        assert left["unsent_at"] is not None
        assert (await home.get(1, "messages"))["unread"] == 0
        assert await code(home, 0, "PATCH", f"messages/{made['id']}", {"content": "Back"}) == (409, "wrong_state")

    async def test_whom_it_is_for_changes_nothing_of_it(self, home):
        made = await said(home, 0)
        assert await code(home, 1, "PATCH", f"messages/{made['id']}", {"content": "Else"}) == (403, "not_permitted")
        assert await code(home, 1, "DELETE", f"messages/{made['id']}") == (403, "not_permitted")

    async def test_later_it_stands(self, home):
        made = await said(home, 0)
        await home.later(timedelta(minutes=14, seconds=50))
        await home.patch(0, f"messages/{made['id']}", {"content": "In time"})
        await home.later(timedelta(seconds=11))
        assert await code(home, 0, "PATCH", f"messages/{made['id']}", {"content": "Late"}) == (409, "wrong_state")
        assert await code(home, 0, "DELETE", f"messages/{made['id']}") == (409, "wrong_state")
        assert (await home.get(1, f"messages/{made['id']}"))["content"] == "In time"


class TestLists:
    async def test_newest_first_by_pages_before_a_moment_and_by_words(self, home):
        made = []
        for number in range(5):
            made.append(await said(home, number % 2, f"Message {number}"))
            await home.later(timedelta(seconds=1))
        first = await home.get(1, "messages", limit=2)
        assert first["items"] == [made[4], made[3]]
        second = await home.get(1, "messages", limit=2, cursor=first["next_cursor"])
        assert second["items"] == [made[2], made[1]]
        assert (await home.get(1, "messages", before=made[2]["created_at"]))["items"] == [made[1], made[0]]
        assert (await home.get(1, "messages", q="MESSAGE 3"))["items"] == [made[3]]
        assert (await home.get(1, "messages", q="Message 3", before=made[2]["created_at"]))["items"] == []


class TestPausesAndTheEnd:
    async def test_a_pause_keeps_nobody_from_talking(self, home):
        await home.state(1, "paused")
        await home.pause_bond(0)
        made = await said(home, 0)
        await said(home, 1)
        await home.post(1, f"messages/{made['id']}/read", {})

    async def test_a_bond_that_is_over_is_only_read(self, home):
        made = await said(home, 0)
        await home.post(1, "dissolve", {})
        assert (await home.get(1, "messages"))["items"][0]["content"] == made["content"]
        for verb, path, body in (
            ("POST", "messages", {"content": "Still"}),
            ("POST", f"messages/{made['id']}/read", {}),
            ("PATCH", f"messages/{made['id']}", {"content": "Else"}),
            ("DELETE", f"messages/{made['id']}", None),
        ):
            assert await code(home, 0, verb, path, body) == (409, "wrong_state"), path


async def test_a_picture_that_is_not_there_is_refused(home):
    body = {"content": "Look", "attachments": [str(uuid.uuid4())]}
    assert await code(home, 0, "POST", "messages", body) == (422, "invalid")
    assert (await home.get(0, "messages"))["items"] == []


async def test_another_line_than_http_says_and_reads_by_the_same_functions(home):
    services, me, bond = home.house.services, home.people[1], uuid.UUID(home.bond)
    made = await said(home, 0)
    caller = await authenticate(services, me.client.headers["Authorization"])
    async with (
        services.database.as_member(caller.id, home.now) as db,
        held(services, db, caller, bond, home.now) as hand,
    ):
        row, version = await messages.send(hand, "By the line")
        assert await messages.read_through(hand, uuid.UUID(made["id"])) == (uuid.UUID(made["id"]), 2)
    assert (await home.get(0, f"messages/{row}"))["version"] == version == 1
