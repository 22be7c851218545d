"""Ratings of a bond's boundaries, each for oneself, and the limits that come of them: nobody learns of them, everything obeys."""

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from game_server.accounts.actions import log_in_again
from game_server.accounts.callers import Caller
from game_server.bonds import limit_filter
from game_server.bonds.commands import Asked, held, run
from game_server.bonds.life import Life
from rooms.bonds.tool import Field, Text, Tool
from rooms.bonds.tool import Person as Someone
from rooms.errors import Limit
from storage.database import undone_alone
from tests.support.house import House, let_in, open_house


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        yield opened


class Bond:
    """A bond with its people: the founder first."""

    def __init__(self, house, bond_id, people) -> None:
        self.house, self.id, self.people = house, bond_id, people
        self.base = f"/api/bonds/{bond_id}/boundaries"

    async def add(self, who, name="Massage", expect=201, **more):
        return await answer(who.client.post(self.base, json={"activity_name": name, **more}), expect)

    async def rate(self, who, row, rating, expect=200, **more):
        return await answer(who.client.put(f"{self.base}/{row['id']}/rating", json={"rating": rating, **more}), expect)

    async def row(self, who, row, expect=200):
        return await answer(who.client.get(f"{self.base}/{row['id']}"), expect)

    async def listed(self, who, **asked):
        return (await answer(who.client.get(self.base, params=asked), 200))["items"]

    async def head(self):
        return await self.house.database.fetchval("SELECT head FROM bonds WHERE id = $1", uuid.UUID(self.id))

    async def join(self, who):
        await self.house.database.execute(
            "INSERT INTO bond_members (bond_id, user_id) VALUES ($1, $2)", uuid.UUID(self.id), uuid.UUID(who.id)
        )

    async def leave(self, who):
        await self.house.database.execute(
            "DELETE FROM bond_members WHERE bond_id = $1 AND user_id = $2", uuid.UUID(self.id), uuid.UUID(who.id)
        )

    async def aim(self, author, person, *texts):
        """What a command does that is aimed at somebody; the keys that it keeps."""
        services = self.house.services
        caller = Caller("user", author.id, None, adult=True, profile_completed=True, display_name=None, profile_id=None)
        kept = []

        async def act(db, at):
            async with held(services, db, caller, uuid.UUID(self.id), at) as hand:
                kept.append(await limit_filter.check(hand, [hand.people[person.id]], texts))
                kept.append(await limit_filter.discussion(hand, [hand.people[person.id]], kept[0]))
                return hand.bond.id, None

        async def read(_):
            return kept

        return await run(services, caller, Asked(None, "test", None), act, read)


async def answer(sent, expect):
    got = await sent
    assert got.status_code == expect, got.text
    return got.json() if got.content else None


async def limits_of(house, who):
    return await house.database.fetch("SELECT * FROM personal_limits WHERE user_id = $1", uuid.UUID(who.id))


async def a_bond(house, count=2, **more):
    people = [await let_in(house) for _ in range(count)]
    await house.database.execute(
        "UPDATE users SET adult_confirmed_at = now() WHERE id = ANY ($1)", [uuid.UUID(one.id) for one in people]
    )
    made = await answer(people[0].client.post("/api/bonds", json={"name": "Us", **more}), 201)
    bond = Bond(house, made["id"], people)
    for one in people[1:]:
        await bond.join(one)
    return bond


@pytest_asyncio.fixture(loop_scope="module")
async def pair(house):
    """A bond of two, fresh."""
    return await a_bond(house)


class TestRating:
    async def test_nobody_learns_of_a_rating_of_which_they_said_nothing_like_it(self, pair):
        ana, ben = pair.people
        row = await pair.add(ana)
        before, head = await pair.row(ben, row), await pair.head()
        mine = await pair.rate(ana, row, "hard_no")
        assert (mine["my_rating"], mine["is_hard_limit"], mine["version"]) == ("hard_no", True, row["version"])
        assert await pair.row(ben, row) == before
        assert await pair.head() == head
        theirs = await pair.rate(ben, row, "yes")
        assert (theirs["my_rating"], theirs["partner_rating"], theirs["is_mutual"], theirs["is_hard_limit"]) == (
            "yes", None, False, False
        )  # fmt: skip
        assert await pair.head() == head

    async def test_a_match_reaches_both_in_one_event_and_goes_at_once_with_either_yes(self, pair):
        ana, ben = pair.people
        row = await pair.add(ana)
        await pair.rate(ana, row, "yes")
        head = await pair.head()
        await pair.rate(ben, row, "yes")
        assert await pair.head() == head + 1
        for me, other in ((ana, ben), (ben, ana)):
            seen = await pair.row(me, row)
            assert (seen["my_rating"], seen["partner_rating"], seen["is_mutual"], seen["mutual_with"], seen["version"]) == (
                "yes", "yes", True, [other.id], row["version"] + 1
            )  # fmt: skip
            assert [one["id"] for one in await pair.listed(me, mutual="true")] == [row["id"]]
        await pair.rate(ben, row, "maybe")
        assert (await pair.row(ana, row))["partner_rating"] is None
        assert await pair.listed(ana, mutual="true") == []
        assert len(await pair.listed(ana, mutual="false")) == 1

    async def test_back_to_yes_once_in_a_day(self, house, pair):
        ana, _ = pair.people
        row = await pair.add(ana)
        await pair.rate(ana, row, "yes")
        await pair.rate(ana, row, "no")
        refused = await pair.rate(ana, row, "yes", expect=409)
        assert refused["error"]["code"] == "wrong_state"
        assert (await pair.row(ana, row))["my_rating"] == "no"
        house.clock.ahead += timedelta(hours=24)
        try:
            login = await log_in_again(house.services, user_id=ana.id, instead_of=str(uuid.uuid4()))
            later = msgspec.structs.replace(ana, client=house.client(login.access_token))
            assert (await pair.rate(later, row, "yes"))["my_rating"] == "yes"
        finally:
            house.clock.ahead = timedelta()

    async def test_what_is_shown_is_seen_by_the_other_and_hidden_again(self, pair):
        ana, ben = pair.people
        row = await pair.add(ana)
        head = await pair.head()
        await pair.rate(ana, row, "hard_no", shown=True)
        assert await pair.head() == head + 1
        seen = await pair.row(ben, row)
        assert (seen["partner_rating"], seen["is_hard_limit"], seen["my_rating"], seen["shown_by"]) == (
            "hard_no", True, None, [{"user_id": ana.id, "rating": "hard_no"}]
        )  # fmt: skip
        await pair.rate(ana, row, "hard_no")
        seen = await pair.row(ben, row)
        assert (seen["partner_rating"], seen["is_hard_limit"]) == (None, False)
        assert (await pair.row(ana, row))["is_hard_limit"] is True

    async def test_of_three_each_sees_their_own_matches_and_the_row_says_nothing(self, house):
        three = await a_bond(house, 3, bond_type="polycule")
        ana, ben, cleo = three.people
        row = await three.add(ana)
        before, head = await three.row(cleo, row), await three.head()
        await three.rate(ana, row, "yes")
        await three.rate(ben, row, "yes")
        assert (await three.row(ana, row))["mutual_with"] == [ben.id]
        assert (await three.row(cleo, row), await three.head()) == (before, head)
        await three.rate(cleo, row, "yes")
        assert set((await three.row(cleo, row))["mutual_with"]) == {ana.id, ben.id}
        kept = await house.database.fetchrow("SELECT * FROM boundaries WHERE id = $1", uuid.UUID(row["id"]))
        assert (kept["my_rating"], kept["partner_rating"]) == (None, None)
        await three.leave(cleo)
        kept = await house.database.fetchrow("SELECT * FROM boundaries WHERE id = $1", uuid.UUID(row["id"]))
        assert (kept["my_rating"], kept["partner_rating"]) == ("yes", "yes")

    async def test_ratings_are_given_and_changed_by_their_owner_alone(self, house, pair):
        ana, ben = pair.people
        row = await pair.add(ana)
        await pair.rate(ana, row, "no")
        keys = (uuid.UUID(row["id"]), uuid.UUID(pair.id), uuid.UUID(ana.id))
        async with house.services.database.as_member(ben.id, house.clock.now()) as db:
            assert await db.fetch("SELECT * FROM boundary_ratings") == []
            assert await db.execute("UPDATE boundary_ratings SET rating = 'yes'") == "UPDATE 0"
        for statement in (
            "UPDATE boundary_ratings SET rating = 'yes' WHERE boundary_id = $1 AND bond_id = $2 AND user_id = $3",
            "INSERT INTO boundary_ratings (boundary_id, bond_id, user_id, rating) VALUES ($1, $2, $3, 'yes')",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await house.database.execute(statement, *keys)
        stranger = await let_in(house)
        await house.database.execute(
            "UPDATE users SET adult_confirmed_at = now() WHERE id = $1", uuid.UUID(stranger.id)
        )
        await pair.rate(stranger, row, "yes", expect=404)

    async def test_a_retry_of_the_same_rating_is_done_once_and_another_version_is_refused(self, pair):
        ana, ben = pair.people
        row = await pair.add(ana)
        key = {"Idempotency-Key": str(uuid.uuid4())}
        path = f"{pair.base}/{row['id']}/rating"
        first = await answer(ana.client.put(path, json={"rating": "yes"}, headers=key), 200)
        await pair.rate(ana, row, "no")
        again = await answer(ana.client.put(path, json={"rating": "yes"}, headers=key), 200)
        assert (first["my_rating"], again["my_rating"]) == ("yes", "no")
        stale = await pair.rate(ben, row, "yes", expect=409, version=row["version"] + 5)
        assert (stale["error"]["code"], stale["current"]["my_rating"]) == ("changed", None)


class TestRows:
    async def test_a_name_changes_only_while_nobody_else_could_have_rated_it(self, house):
        alone = await a_bond(house, 1)
        [ana] = alone.people
        row = await alone.add(ana, "Ice play", category="sensation")
        assert (row["feeds"], row["category"], row["my_rating"]) == ("text", "sensation", None)
        path = f"{alone.base}/{row['id']}"
        changed = await answer(ana.client.patch(path, json={"activity_name": "Massage", "version": 1}), 200)
        assert (changed["activity_name"], changed["feeds"], changed["version"]) == ("Massage", "draw", 2)
        await alone.rate(ana, row, "hard_no")
        await answer(ana.client.patch(path, json={"activity_name": "Kissing"}), 409)
        ben = await let_in(house)
        await house.database.execute("UPDATE users SET adult_confirmed_at = now() WHERE id = $1", uuid.UUID(ben.id))
        await alone.join(ben)
        other = await alone.add(ana, "Rope")
        refused = await answer(ana.client.patch(f"{alone.base}/{other['id']}", json={"category": "rope"}), 409)
        assert refused["error"]["code"] == "wrong_state"
        refused = await answer(ben.client.patch(f"{alone.base}/{other['id']}", json={"category": "rope"}), 403)
        assert refused["error"]["fields"] == {"permission": "creator"}

    async def test_an_archived_row_is_gone_for_all_and_everybody_keeps_their_limit(self, house, pair):
        ana, ben = pair.people
        row = await pair.add(ana)
        await pair.rate(ben, row, "hard_no")
        assert (await ben.client.delete(f"{pair.base}/{row['id']}")).status_code == 403
        assert (await ana.client.delete(f"{pair.base}/{row['id']}")).status_code == 204
        for who in (ana, ben):
            await pair.row(who, row, expect=404)
            assert await pair.listed(who) == []
        assert len(await limits_of(house, ben)) == 1
        await pair.rate(ana, row, "yes", expect=404)
        await pair.rate(ben, row, "no")
        assert await limits_of(house, ben) == []

    async def test_a_rating_can_be_given_with_the_row(self, house, pair):
        ana, _ = pair.people
        row = await pair.add(ana, "Massage", my_rating="hard_no")
        assert row["my_rating"] == "hard_no"
        assert [one["keys"] for one in await limits_of(house, ana)] == [["massage_give", "massage_receive"]]

    async def test_another_bonds_row_a_guessed_one_and_nonsense_are_not_found_by_any_route(self, house, pair):
        ana, _ = pair.people
        other = await a_bond(house, 1)
        theirs = await other.add(other.people[0])
        for base, row_id in (
            (pair.base, theirs["id"]), (other.base, theirs["id"]), (pair.base, str(uuid.uuid4())), (pair.base, "nonsense"),
        ):  # fmt: skip
            path = f"{base}/{row_id}"
            await answer(ana.client.get(path), 404)
            await answer(ana.client.patch(path, json={"category": "rope"}), 404)
            await answer(ana.client.delete(path), 404)
            await answer(ana.client.put(f"{path}/rating", json={"rating": "yes"}), 404)
        await answer(ana.client.get(other.base), 404)
        await answer(ana.client.post(other.base, json={"activity_name": "Massage"}), 404)
        for limit in (str(uuid.uuid4()), "nonsense"):
            await answer(ana.client.delete(f"/api/me/limits/{limit}"), 404)


class TestPersonalLimits:
    async def test_a_hard_no_is_a_limit_of_its_owners_alone_with_its_words_sealed(self, house, pair):
        ana, ben = pair.people
        row = await pair.add(ben, "Ice Canary")
        await pair.rate(ana, row, "hard_no")
        [limit] = await limits_of(house, ana)
        assert limit["keys"] == []
        assert "anary" not in str(limit)
        [shown] = (await answer(ana.client.get("/api/me/limits"), 200))["items"]
        assert (shown["words"], shown["feeds"], shown["bond_id"], shown["boundary_id"]) == (
            "Ice Canary", "text", pair.id, row["id"]
        )  # fmt: skip
        assert (await answer(ben.client.get("/api/me/limits"), 200))["items"] == []
        await answer(ben.client.delete(f"/api/me/limits/{shown['id']}"), 404)
        await answer(ana.client.delete(f"/api/me/limits/{shown['id']}"), 204)
        assert (await pair.row(ana, row))["my_rating"] == "no"
        assert await limits_of(house, ana) == []

    async def test_it_stays_when_its_owner_leaves_and_when_the_bond_is_gone_and_only_they_take_it_out(
        self, house, pair
    ):
        ana, ben = pair.people
        row = await pair.add(ben, "Massage")
        await pair.rate(ana, row, "hard_no")
        await pair.leave(ana)
        await pair.rate(ana, row, "no", expect=404)
        await house.database.execute("DELETE FROM bonds WHERE id = $1", uuid.UUID(pair.id))
        [limit] = await limits_of(house, ana)
        assert (limit["boundary_id"], limit["bond_id"], limit["keys"]) == (
            None,
            None,
            ["massage_give", "massage_receive"],
        )
        for statement in (
            "DELETE FROM personal_limits WHERE id = $1",
            "UPDATE personal_limits SET keys = '{}' WHERE id = $1",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await house.database.execute(statement, limit["id"])
        async with house.services.database.as_member(ben.id, house.clock.now()) as db:
            assert await db.execute("DELETE FROM personal_limits") == "DELETE 0"
        await answer(ana.client.delete(f"/api/me/limits/{limit['id']}"), 204)
        assert await limits_of(house, ana) == []

    async def test_it_goes_with_its_person(self, house, pair):
        ana, ben = pair.people
        row = await pair.add(ben, "Massage")
        await pair.rate(ana, row, "hard_no", shown=True)
        assert (await pair.row(ben, row))["is_hard_limit"]
        assert (await ana.client.delete("/api/me")).status_code in (200, 204)
        assert await limits_of(house, ana) == []
        assert not (await pair.row(ben, row))["is_hard_limit"]

    async def test_no_change_of_the_profiles_limits_touches_it(self, house, pair):
        ana, _ = pair.people
        anatomy = {"anatomy_self": ["vagina"], "anatomy_preference": ["any"]}
        await answer(ana.client.post("/api/me/demographics", json={"name": "Ana", **anatomy}), 200)
        await pair.rate(ana, await pair.add(ana, "Massage"), "hard_no")
        await answer(ana.client.patch("/api/profile/boundaries", json={"hard_limits": [], "maybe_items": []}), 200)
        assert len(await limits_of(house, ana)) == 1

    async def test_that_limits_changed_stands_in_the_ledger_without_what(self, house, pair):
        ana, _ = pair.people
        row = await pair.add(ana, "Massage")
        await pair.rate(ana, row, "hard_no")
        entries = await house.database.fetch(
            "SELECT l.kind, l.detail FROM consent_ledger l JOIN consent_people p ON p.person = l.person"
            " WHERE p.user_id = $1 AND l.chain LIKE 'limits:%'",
            uuid.UUID(ana.id),
        )
        assert [(one["kind"], one["detail"]) for one in entries] == [("limits_changed", "{}")]

    async def test_ten_phones_at_once_make_one_limit(self, house, pair):
        ana, _ = pair.people
        rows = [await pair.add(ana, name) for name in ("Massage", "Spanking")]
        await asyncio.gather(*(pair.rate(ana, row, "hard_no") for row in rows * 5))
        assert len(await limits_of(house, ana)) == 2

    async def test_the_list_of_cards_obeys(self, house, pair):
        ana, _ = pair.people
        await house.database.execute(
            "UPDATE activities SET preference_keys = '[\"massage_give\"]' WHERE activity_id = ("
            "SELECT max(activity_id) FROM activities WHERE rating = 'G' AND type = 'dare' AND hard_boundaries = '[]'"
            " AND preference_keys = '[]' AND language = 'en')"
        )
        listed = lambda: _listed(ana)  # noqa: E731
        anatomy = {"anatomy_self": ["penis", "vagina", "breasts"], "anatomy_preference": ["any"]}
        await answer(ana.client.post("/api/me/demographics", json={"name": "Ana", **anatomy}), 200)
        assert any("massage_give" in keys for keys in await listed())
        await pair.rate(ana, await pair.add(ana, "Massage"), "hard_no")
        left = await listed()
        assert left
        assert not any("massage_give" in keys for keys in left)


async def _listed(who):
    found = await answer(who.client.get("/api/activities", params={"type": "dare", "limit": 100}), 200)
    return [one["preference_keys"] for one in found["items"]]


class TestFilter:
    async def test_a_text_that_touches_a_limit_of_whoever_it_is_for_is_refused_and_ones_own_is_not(self, pair):
        ana, ben = pair.people
        await pair.rate(ana, await pair.add(ana, "Spanking"), "hard_no")
        with pytest.raises(Limit) as refused:
            await pair.aim(ben, ana, "Ask for a spanking at eight.")
        assert ana.id not in str(refused.value)
        [keys, _] = await pair.aim(ana, ana, "Ask for a spanking at eight.")
        assert "spanking_moderate_receive" in keys
        [keys, _] = await pair.aim(ana, ben, "Spank me at eight.")
        assert "spanking_moderate_give" in keys
        assert await pair.aim(ben, ana, "Water the plants.", None) == [(), None]

    async def test_the_limits_of_the_profile_guard_too(self, pair):
        ana, ben = pair.people
        anatomy = {"anatomy_self": ["vagina"], "anatomy_preference": ["any"]}
        await answer(ana.client.post("/api/me/demographics", json={"name": "Ana", **anatomy}), 200)
        limits = {"hard_limits": ["hardBoundaryImpact"], "soft_limits": ["hardBoundaryRestrain"]}
        await answer(ana.client.patch("/api/profile/boundaries", json=limits), 200)
        with pytest.raises(Limit):
            await pair.aim(ben, ana, "Ask for a spanking at eight.")
        assert (await pair.aim(ben, ana, "Wait for me, with your wrists tied."))[1] == "talk_first"

    async def test_words_without_a_key_guard_the_bond_that_they_were_said_in(self, house, pair):
        ana, ben = pair.people
        other = await a_bond(house, 1)
        await other.join(ana)
        await pair.rate(ana, await pair.add(ana, "Ice play"), "hard_no")
        with pytest.raises(Limit):
            await pair.aim(ben, ana, "Bring cubes", "of ICE")
        assert await other.aim(other.people[0], ana, "Bring ice") == [(), None]
        await pair.leave(ana)
        await pair.join(ana)
        with pytest.raises(Limit):
            await pair.aim(ben, ana, "Bring ice")

    async def test_a_maybe_asks_to_talk_first(self, pair):
        ana, ben = pair.people
        await pair.rate(ana, await pair.add(ana, "Massage"), "maybe")
        assert (await pair.aim(ben, ana, "Ask for a massage."))[1] == "talk_first"
        assert (await pair.aim(ana, ben, "Ask for a massage."))[1] is None

    async def test_after_twelve_limits_in_a_day_whatever_names_anything_is_one(self, house, pair):
        ana, ben = pair.people
        await pair.rate(ana, await pair.add(ana, "Spanking"), "hard_no")
        for _ in range(12):
            assert await pair.aim(ben, ana, "Ask for a massage.")
            with pytest.raises(Limit):
                await pair.aim(ben, ana, "Ask for a spanking.")
        with pytest.raises(Limit):
            await pair.aim(ben, ana, "Ask for a massage.")
        assert await pair.aim(ben, ana, "Water the plants.") == [(), None]
        assert await pair.aim(ben, ben, "Ask for a massage.")
        house.clock.ahead += timedelta(hours=24, minutes=1)
        try:
            assert await pair.aim(ben, ana, "Ask for a massage.")
        finally:
            house.clock.ahead = timedelta()

    async def test_rows_are_held_while_a_limit_hits_them_and_never_those_that_one_wrote_oneself(self, house, pair):
        ana, ben = pair.people
        mine, theirs = uuid.UUID(ana.id), uuid.UUID(ben.id)
        bond = {"bond_id": uuid.UUID(pair.id)}
        spanking = {**bond, "title": "Spanking", "limit_keys": ["spanking_moderate_receive"]}
        rows = [
            {"id": 1, **spanking, "assigned_to": mine, "assigned_by": theirs},
            {"id": 2, **spanking, "assigned_to": mine, "assigned_by": mine},
            {"id": 3, **bond, "assigned_to": theirs, "assigned_by": mine, "title": "Ice", "limit_keys": []},
            {"id": 4, **bond, "assigned_to": None, "created_by": theirs, "title": "Rule", "parts": [{"name": "With ice"}]},
        ]  # fmt: skip
        assert await limit_filter.held(house.services, rows, "assigned_to") == set()
        ice, other = await pair.add(ana, "Ice play"), await pair.add(ana, "Spanking")
        await pair.rate(ana, ice, "hard_no")
        await pair.rate(ana, other, "hard_no")
        assert await limit_filter.held(house.services, rows, "assigned_to") == {1, 4}
        await pair.rate(ana, other, "no")
        assert await limit_filter.held(house.services, rows, "assigned_to") == {4}

    async def test_what_guards_people_is_read_for_commands_in_their_bonds_and_for_nobody_else(self, house, pair):
        ana, ben = pair.people
        await pair.rate(ana, await pair.add(ana, "Spanking"), "hard_no")
        people = [uuid.UUID(ana.id)]
        stranger = await let_in(house)
        for who, found in ((ben, 1), (stranger, 0)):
            async with house.services.database.as_member(who.id, house.clock.now()) as db:
                assert (
                    len(await db.fetch("SELECT * FROM app.limits_of_members($1, $2)", uuid.UUID(pair.id), people))
                    == found
                )
        for name in ("limits_of_members", "read_limits"):
            async with house.services.database.as_user(ben.id) as db:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with undone_alone(db):
                        await db.fetch(f"SELECT * FROM app.{name}($1, $2)", uuid.UUID(pair.id), people)


class TestLife:
    """A tool whose texts are aimed at somebody passes the filter by its declaration."""

    ORDERS = Tool(
        name="orders", table="orders", label="Orders", line="title", owner="created_by", audience="shared", person="to",
        fields=(
            Field(name="title", kind=Text(), aimed=True),
            Field(name="note", kind=Text()),
            Field(name="to", kind=Someone()),
        ),
    )  # fmt: skip

    async def filtered(self, pair, author, values):
        caller = Caller("user", author.id, None, adult=True, profile_completed=True, display_name=None, profile_id=None)
        services = pair.house.services
        async with (
            services.database.as_member(author.id, services.clock.now()) as db,
            held(services, db, caller, uuid.UUID(pair.id), services.clock.now()) as hand,
        ):
            return await Life(self.ORDERS).filtered(hand, None, values), hand.prompts

    async def test_its_row_keeps_what_its_aimed_texts_name_and_its_answer_says_to_talk(self, pair):
        ana, ben = pair.people
        await pair.rate(ana, await pair.add(ana, "Massage"), "no")
        order = {"title": "Ask for a massage.", "note": "A spanking", "to": uuid.UUID(ana.id)}
        assert await self.filtered(pair, ben, order) == ({"limit_keys": ["massage_receive"]}, ["talk_first"])
        assert "limit_keys" in self.ORDERS.columns
        assert await self.filtered(pair, ana, order) == ({"limit_keys": ["massage_receive"]}, [])

    async def test_what_is_for_nobody_by_name_is_for_everybody(self, pair):
        ana, ben = pair.people
        await pair.rate(ana, await pair.add(ana, "Massage"), "hard_no")
        with pytest.raises(Limit):
            await self.filtered(pair, ben, {"title": "Ask for a massage.", "to": None})
        assert await self.filtered(pair, ana, {"title": "Ask for a massage.", "to": None})


class TestPairedWorlds:
    """Two worlds that differ only in what one member said and nobody else said too."""

    async def test_every_byte_that_the_other_gets_is_the_same(self, house):
        worlds = [await self.lived(house, other) for other in (False, True)]
        assert worlds[0] == worlds[1]

    async def lived(self, house, other):
        bond = await a_bond(house)
        ana, ben = bond.people
        names = ("Massage", "Spanking", "Ice play", "Rope", "Kissing", "Blindfold")
        rows = [await bond.add(ben, name) for name in names]
        told = []
        for row, rating in zip(rows, ("yes", "yes", "maybe", "no", "hard_no", "yes"), strict=True):
            told.append(await bond.rate(ben, row, rating))
        await bond.rate(ana, rows[0], "yes")
        said = ("hard_no", "maybe", "yes", "yes", "no") if other else ("no", "hard_no", "hard_no", "no", "maybe")
        for row, rating in zip(rows[1:], said, strict=True):
            await bond.rate(ana, row, rating)
        if other:
            await bond.rate(ana, rows[5], "hard_no")
            await bond.rate(ana, rows[3], "hard_no")
            await bond.rate(ana, rows[3], "no")
        base = f"/api/bonds/{bond.id}"
        told += [
            await answer(ben.client.get(path, params=params), 200)
            for path, params in (
                ("/api/bonds", {}), (base, {}), (f"{base}/boundaries", {}), (f"{base}/boundaries", {"mutual": "true"}),
                (f"{base}/boundaries", {"mutual": "false"}), (f"{base}/resources", {}), ("/api/me/limits", {}),
                *((f"{base}/boundaries/{row['id']}", {}) for row in rows),
            )
        ]  # fmt: skip
        told.append(await bond.rate(ben, rows[5], "no"))
        told.append(await bond.rate(ben, rows[5], "yes", expect=409))
        told.append(
            await answer(ben.client.patch(f"{base}/boundaries/{rows[1]['id']}", json={"category": "rope"}), 409)
        )
        assert (await ben.client.delete(f"{base}/boundaries/{rows[2]['id']}")).status_code == 204
        async with house.services.database.as_user(ben.id) as db:
            told += [
                [str(dict(one)) for one in await db.fetch(f"SELECT * FROM {table} ORDER BY {order}")]
                for table, order in (
                    ("boundaries", "created_at"), ("boundary_ratings", "created_at"), ("personal_limits", "created_at"),
                    ("bond_changes", "seq"), ("bond_activity_log", "created_at"),
                )
            ]  # fmt: skip
        return _anonymous(told, [bond.id, ana.id, ben.id, *(row["id"] for row in rows)])


def _anonymous(told, ids):
    """The same with ids by their place, and without moments and sealed bytes."""
    text = json.dumps(told, sort_keys=True)
    for place, one in enumerate(ids):
        text = text.replace(one, f"id{place}")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)", "moment", text)
    text = re.sub(r'"request_id": "[0-9a-f]*"', "request", text)
    text = re.sub(r"datetime\.datetime\([^)]*\)", "moment", text)
    text = re.sub(r"'(?:nonce|ciphertext|key_id)': '[^']*'", "sealed", text)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", "another", text)


class TestWithoutKeys:
    @pytest.fixture
    def away(self, house):
        """The key store does not answer, from when that is called."""

        def go_away():
            house.services.person_keys.held_back = True

        yield go_away
        house.services.person_keys.held_back = False

    async def test_a_hard_no_is_kept_while_keys_are_away_where_limit_keys_guard(self, house, pair, away):
        ana, ben = pair.people
        row = await pair.add(ana, "Spanking")
        away()
        said = await pair.rate(ben, row, "hard_no")
        assert (said["my_rating"], said["activity_name"]) == ("hard_no", None)
        [limit] = await limits_of(house, ben)
        assert (sorted(limit["keys"]), json.loads(limit["words"])) == (sorted(row["keys"]), {})
        house.services.person_keys.held_back = False
        with pytest.raises(Limit):
            await pair.aim(ana, ben, "A spanking at nine.")
        assert (await answer(ben.client.get("/api/me/limits"), 200))["items"][0]["words"] is None

    async def test_one_that_its_words_alone_guard_says_that_it_was_not_kept(self, house, pair, away):
        ana, ben = pair.people
        row = await pair.add(ana, "Zorbing downhill")
        away()
        refused = await pair.rate(ben, row, "hard_no", expect=503)
        assert refused["error"]["code"] == "keys_unavailable"
        assert await limits_of(house, ben) == []
