"""What somebody in a bond says of themselves: their journal, and how they are today."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

Code = tuple[int, str | None]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    weeks = {"access_token_s": 10**8, "refresh_token_s": 10**8, "limit_other": "100000/60"}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **weeks) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> Home:
    return await moved(house, "dominant", "submissive")


async def moved(house: House, *roles: str) -> Home:
    home = await moved_in(house, roles)
    await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE adult_confirmed_at IS NULL")
    return home


@pytest.fixture
def keys_away(house: House) -> Iterator[Any]:
    """Calling it takes the store of keys away."""

    def away() -> None:
        house.services.person_keys.held_back = True

    yield away
    house.services.person_keys.held_back = False


async def code(home: Home, who: int, verb: str, path: str, body: object = None) -> Code:
    answer = await home.ask(who, verb, path, body)
    return answer.status_code, answer.json()["error"]["code"] if answer.is_error else None


class TestAJournal:
    async def write(self, home: Home, who: int, **more: Any) -> Any:
        body = {"title": "Sunday", "content": "We walked\nfor hours.", **more}
        return await home.post(who, "journal", body, expect=201)

    async def test_is_its_authors_alone_until_they_share_it(self, home):
        made = await self.write(home, 0, entry_type="gratitude", tags=["walks"])
        assert (made["title"], made["content"], made["entry_type"], made["tags"], made["is_shared"], made["user_id"]) == (
            "Sunday", "We walked\nfor hours.", "gratitude", ["walks"], False, home.people[0].id
        )  # fmt: skip
        path = f"journal/{made['id']}"
        assert (await home.get(1, "journal"))["items"] == []
        for verb, body in (("GET", None), ("PATCH", {"title": "Mine"}), ("DELETE", None)):
            assert await code(home, 1, verb, path, body) == (404, "not_found"), verb
        shared = await home.patch(0, path, {"is_shared": True})
        assert await home.get(1, path) == shared
        assert (await home.get(1, "journal"))["items"] == [shared]
        assert await code(home, 1, "PATCH", path, {"title": "Mine"}) == (403, "not_permitted")
        assert await code(home, 1, "DELETE", path) == (403, "not_permitted")

    async def test_taking_it_back_works_at_once_also_while_keys_are_away(self, home, keys_away):
        made = await self.write(home, 0, is_shared=True)
        keys_away()
        taken = await home.patch(0, f"journal/{made['id']}", {"is_shared": False})
        assert (taken["is_shared"], taken["content"]) == (False, None)
        assert await code(home, 1, "GET", f"journal/{made['id']}") == (404, "not_found")

    async def test_the_type_shared_shares_it_at_its_beginning_and_says_nothing_of_it_later(self, home):
        made = await self.write(home, 0, entry_type="shared")
        assert made["is_shared"] is True
        path = f"journal/{made['id']}"
        taken = await home.patch(0, path, {"is_shared": False})
        assert (taken["entry_type"], taken["is_shared"]) == ("shared", False)
        private = await self.write(home, 0)
        typed = await home.patch(0, f"journal/{private['id']}", {"entry_type": "shared"})
        assert (typed["entry_type"], typed["is_shared"]) == ("shared", False)
        assert (await home.get(1, "journal"))["items"] == []

    async def test_is_found_by_type_tag_words_and_whose_it_is(self, home):
        walk = await self.write(home, 0, tags=["walks", "spring"], is_shared=True)
        thanks = await self.write(
            home, 0, title="Thanks", content="For the Tea", entry_type="gratitude", is_shared=True
        )
        other = await self.write(home, 1, title=None, content="Mine", is_shared=True)

        async def found(**asked: Any) -> list[str]:
            return [one["id"] for one in (await home.get(0, "journal", **asked))["items"]]

        assert await found() == [other["id"], thanks["id"], walk["id"]]
        assert await found(entry_type="gratitude") == [thanks["id"]]
        assert await found(tag="spring") == [walk["id"]]
        assert await found(q="the tea") == [thanks["id"]]
        assert await found(q="SUNDAY") == [walk["id"]]
        assert await found(mine="true") == [thanks["id"], walk["id"]]
        assert await found(mine="false") == [other["id"]]
        assert await found(mine="true", q="walked", tag="walks") == [walk["id"]]

    async def test_who_came_later_reads_nothing_older(self, house):
        home = await moved(house, "dominant", "submissive", "switch")
        await home.leave(2)
        await self.write(home, 0, is_shared=True)
        await home.later(timedelta(hours=1))
        await home.join(2, "switch")
        new = await self.write(home, 1, is_shared=True)
        assert (await home.get(2, "journal"))["items"] == [new]

    async def test_without_a_bond_it_is_nobody_elses(self, home):
        made = (await home.own(0, "POST", "journal", {"content": "Alone", "tags": ["me"]})).json()
        assert (made["bond_id"], made["content"], made["title"]) == (None, "Alone", None)
        assert (await home.own(0, "GET", "journal", tag="me", q="alone")).json()["items"] == [made]
        assert (await home.own(1, "GET", "journal")).json()["items"] == []
        assert (await home.get(0, "journal"))["items"] == []
        assert (await home.own(1, "GET", f"journal/{made['id']}")).status_code == 404
        assert (await home.ask(0, "GET", f"journal/{made['id']}")).status_code == 404
        changed = (await home.own(0, "PATCH", f"journal/{made['id']}", {"title": "Now"})).json()
        assert (changed["title"], changed["version"]) == ("Now", 2)
        assert (await home.own(0, "PATCH", f"journal/{made['id']}", {"title": "Now"})).json() == changed
        assert (await home.own(0, "DELETE", f"journal/{made['id']}")).status_code == 204

    async def test_goes_home_unshared_with_who_leaves(self, home):
        mine = await self.write(home, 0, is_shared=True)
        theirs = await self.write(home, 1, is_shared=True)
        await home.post(1, "leave", {})
        assert [one["id"] for one in (await home.get(0, "journal"))["items"]] == [mine["id"]]
        [home_again] = (await home.own(1, "GET", "journal")).json()["items"]
        assert (home_again["id"], home_again["is_shared"], home_again["content"]) == (
            theirs["id"],
            False,
            theirs["content"],
        )
        assert await code(home, 1, "GET", "journal") == (404, "not_found")

    async def test_goes_home_when_the_bond_is_over(self, home):
        made = await self.write(home, 0, is_shared=True)
        await home.post(1, "dissolve", {})
        assert (await home.get(1, "journal"))["items"] == []
        assert [one["id"] for one in (await home.own(0, "GET", "journal")).json()["items"]] == [made["id"]]
        assert await code(home, 0, "POST", "journal", {"content": "Late"}) == (409, "wrong_state")

    async def test_an_entry_may_be_long_and_no_filter_reads_it(self, home):
        await home.limit(1, "spanking")
        long = await self.write(home, 0, content="Spanking " + "x" * 59_991, is_shared=True)
        assert len((await home.get(1, f"journal/{long['id']}"))["content"]) == 60_000
        assert await code(home, 0, "POST", "journal", {"content": "x" * 60_001}) == (422, "invalid")


class TestACheckIn:
    async def say(self, home: Home, who: int, status: str, **more: Any) -> Any:
        return await home.post(who, "check-ins", {"status": status, **more}, expect=201)

    async def states(self, home: Home, who: int) -> list[str]:
        me = (await home.own(who, "GET", "me/submission-state")).json()
        return [me["state"], *(one["state"] for one in me["log"])]

    async def test_is_said_once_a_day_and_changed_while_it_is_that_day(self, home):
        first = await self.say(home, 1, "green", notes="Slept well", timezone="Pacific/Auckland")
        there = home.now.astimezone(ZoneInfo("Pacific/Auckland")).date()
        assert (first["status"], first["notes"], first["local_date"], first["timezone"]) == (
            "green", "Slept well", there.isoformat(), "Pacific/Auckland"
        )  # fmt: skip
        again = await self.say(home, 1, "yellow", timezone="Pacific/Auckland")
        assert (again["id"], again["status"], again["notes"], again["version"]) == (
            first["id"],
            "yellow",
            "Slept well",
            2,
        )
        assert await self.say(home, 1, "yellow", timezone="Pacific/Auckland") == again
        changed = await home.patch(1, f"check-ins/{first['id']}", {"notes": None})
        assert (changed["notes"], changed["version"]) == (None, 3)
        assert (await home.get(0, "check-ins"))["items"] == [changed]
        assert await code(home, 0, "PATCH", f"check-ins/{first['id']}", {"status": "green"}) == (403, "not_permitted")
        await home.later(timedelta(days=1))
        late = await code(home, 1, "PATCH", f"check-ins/{first['id']}", {"notes": "Late"})
        assert late == (409, "wrong_state")
        assert (await self.say(home, 1, "green", timezone="Pacific/Auckland"))["id"] != first["id"]

    async def test_the_day_is_that_of_where_its_person_is(self, home):
        """Else that of their account, else UTC; a zone that nobody knows is refused."""
        assert (await self.say(home, 0, "green"))["local_date"] == home.now.date().isoformat()
        await home.own(1, "PATCH", "me", {"time_zone": "Pacific/Kiritimati"})
        day = home.now.astimezone(ZoneInfo("Pacific/Kiritimati")).date()
        made = await self.say(home, 1, "green")
        assert (made["local_date"], made["timezone"]) == (day.isoformat(), "Pacific/Kiritimati")
        for wrong in ("Atlantis/Capital", "../etc", ""):
            assert await code(home, 1, "POST", "check-ins", {"status": "green", "timezone": wrong}) == (422, "invalid")

    async def test_at_once_it_is_one(self, home):
        answers = await asyncio.gather(*(self.say(home, 1, status) for status in ("green", "yellow") * 3))
        assert len({one["id"] for one in answers}) == 1

    async def test_a_red_pauses_its_person_until_they_say_otherwise_and_tells_the_others(self, home):
        task = await home.post(0, "tasks", {"title": "Tea", "assigned_to": home.people[1].id}, expect=201)
        before = len(await home.notifications(0))
        red = await self.say(home, 1, "red", notes="Canary of today")
        assert await self.states(home, 1) == ["paused", "paused"]
        assert await code(home, 0, "PATCH", f"tasks/{task['id']}", {"title": "Coffee"}) == (409, "person_paused")
        told = await home.notifications(0)
        assert [one["kind"] for one in told[: len(told) - before]] == ["bond_check_in"]
        assert told[0]["link"] == f"/bonds/{home.bond}"
        assert [one["kind"] for one in await home.notifications(1)] == ["task_new"]
        # A later word of how they are lifts nothing, and the same again says nothing again.
        for status in ("red", "green", "yellow", "red"):
            assert (await self.say(home, 1, status))["id"] == red["id"]
        await home.later(timedelta(days=1))
        await self.say(home, 1, "green")
        assert await self.states(home, 1) == ["paused", "paused"]
        assert len(await home.notifications(0)) == before + 1
        await home.own(1, "POST", "me/submission-state", {"state": "active"})
        assert await self.states(home, 1) == ["active", "active", "paused"]

    async def test_a_check_in_that_becomes_red_pauses_too(self, home):
        made = await self.say(home, 1, "green")
        await home.patch(1, f"check-ins/{made['id']}", {"status": "red"})
        assert await self.states(home, 1) == ["paused", "paused"]

    async def test_a_red_waits_for_no_key(self, home, keys_away):
        keys_away()
        said = await self.say(home, 1, "red", notes="Not today")
        assert (said["status"], said["notes"]) == ("red", None)
        assert (await self.states(home, 1))[0] == "paused"
        assert await code(home, 0, "POST", "check-ins", {"status": "yellow", "notes": "A little"}) == (
            503, "keys_unavailable"
        )  # fmt: skip

    async def test_nor_for_one_that_is_lost_and_no_other_is_made(self, house, home):
        await self.say(home, 1, "green", notes="Well")
        me = f"user:{home.people[1].id}"
        await house.services.person_keys.forget(me)
        said = await self.say(home, 1, "red", notes="Not today")
        assert (said["status"], said["notes"]) == ("red", None)
        assert not await house.services.person_keys.has(me)
        other = await moved(house, "dominant", "submissive")
        first = await self.say(other, 1, "red", notes="The first word")
        assert first["notes"] == "The first word"

    async def test_two_yellow_days_in_a_row_are_to_be_talked_about(self, home):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        path = f"/api/bonds/{home.bond}/check-ins"
        before = len(await home.notifications(0))
        assert "prompt" not in await self.say(home, 1, "yellow")
        assert len(await home.notifications(0)) == before
        await home.later(timedelta(days=1))
        for _ in range(2):  # the second is a retry, and is answered the same
            second = await home.people[1].client.post(path, json={"status": "yellow"}, headers=key)
            assert (second.status_code, second.json()["prompt"]) == (201, "two_yellow_days")
        told = await home.notifications(0)
        assert [one["kind"] for one in told[: len(told) - before]] == ["bond_check_in"]
        assert await self.states(home, 1) == ["active"]
        await home.later(timedelta(days=2))
        assert "prompt" not in await self.say(home, 1, "yellow")

    async def test_each_bond_sees_its_own_and_of_the_others_only_the_state(self, house, home):
        other = await moved(house, "dominant", "submissive")
        await home.say(1, "INSERT INTO bond_members (user_id, bond_id) VALUES ($1, $2::text::uuid)", other.bond)
        red = await self.say(home, 1, "red")
        assert (await other.get(0, "check-ins"))["items"] == []
        assert (await other.ask(0, "GET", f"check-ins/{red['id']}")).status_code == 404
        members = {one["user_id"]: one for one in (await other.ask(0, "GET", "")).json()["members"]}
        assert members[home.people[1].id]["submission_state"] == "paused"
        assert await other.notifications(0) == []

    async def test_is_found_by_person_and_day(self, home):
        days: list[date] = []
        for status in ("green", "yellow", "green"):
            days.append(date.fromisoformat((await self.say(home, 0, status))["local_date"]))
            await self.say(home, 1, "green")
            await home.later(timedelta(days=1))
        me = home.people[0].id

        async def found(**asked: Any) -> list[str]:
            return [one["local_date"] for one in (await home.get(1, "check-ins", **asked))["items"]]

        assert await found(user_id=me) == [day.isoformat() for day in reversed(days)]
        assert await found(**{"user_id": me, "from": days[1].isoformat()}) == [days[2].isoformat(), days[1].isoformat()]
        assert await found(user_id=me, to=days[1].isoformat()) == [days[1].isoformat(), days[0].isoformat()]
        both = {"user_id": me, "from": days[1].isoformat(), "to": days[1].isoformat()}
        assert await found(**both) == [days[1].isoformat()]
        assert (await home.ask(1, "GET", "check-ins?from=yesterday")).status_code == 422

    async def test_goes_home_with_who_leaves_and_nobody_is_shown_it_again(self, house, home):
        made = await self.say(home, 1, "yellow", notes="A little")
        await home.post(1, "leave", {})
        assert (await home.get(0, "check-ins"))["items"] == []
        kept = await house.database.fetchrow(
            "SELECT bond_id, user_id, is_shared, notes IS NOT NULL AS whole FROM check_ins WHERE id = $1",
            uuid.UUID(made["id"]),
        )
        assert tuple(kept) == (None, uuid.UUID(home.people[1].id), False, True)

    async def test_nobody_says_it_in_a_bond_that_is_over(self, home):
        await home.post(0, "dissolve", {})
        assert await code(home, 1, "POST", "check-ins", {"status": "red"}) == (409, "wrong_state")
        assert await self.states(home, 1) == ["active"]


async def test_two_who_say_red_at_once_in_bonds_that_they_share_wait_for_each_other_and_no_longer(house, home):
    other = await moved(house, "dominant", "submissive")
    for who in (0, 1):
        await home.say(who, "INSERT INTO bond_members (user_id, bond_id) VALUES ($1, $2::text::uuid)", other.bond)
    paths = [f"/api/bonds/{bond}/check-ins" for bond in (home.bond, other.bond)]
    answers = await asyncio.gather(
        *(
            home.people[who].client.post(path, json={"status": "red"})
            for who in (0, 1)
            for path in paths
            for _ in range(3)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
