"""Bonds and their people over HTTP: who comes in and by whose yes, who goes, what halts a bond and what ends it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from game_server.bonds import sweeps
from rooms.bonds.people import MOST_BONDS
from storage import bond_upkeep
from tests.support.house import House, Person, let_in, open_house, tell

ONE_KEY = "Idempotency-Key"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    free = {f"limit_{name}": "100000/60" for name in ("invites", "other")}
    for_years = {"access_token_s": 10**8, "refresh_token_s": 10**8}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **free, **for_years) as opened:
        yield opened


@pytest.fixture
def later(house: House):
    """Time goes on, for one test."""

    def later(**how_long: float) -> None:
        house.clock.ahead += timedelta(**how_long)

    before = house.clock.ahead
    yield later
    house.clock.ahead = before


@pytest.fixture
async def ana(house: House) -> Person:
    return await someone(house, "Ana")


@pytest.fixture
async def ben(house: House) -> Person:
    return await someone(house, "Ben")


@pytest.fixture
async def cleo(house: House) -> Person:
    return await someone(house, "Cleo")


async def someone(house: House, name: str) -> Person:
    made = await let_in(house)
    assert (await tell(made.client, name=name, adult=True)).status_code == 200
    return made


async def do(who: Person, call: str, body: Any = None, *, expect: int = 200, **headers: str) -> Any:
    """`POST /api/…` with its answer; without a body, none is sent."""
    method, path = call.split()
    sent = await who.client.request(method, path, **({} if body is None else {"json": body}), headers=headers)
    assert sent.status_code == expect, (call, sent.status_code, sent.text)
    return sent.json() if sent.content else None


async def refused(who: Person, call: str, body: Any = None, *, status: int = 409) -> str:
    return str((await do(who, call, body, expect=status))["error"]["code"])


async def founded(who: Person, **more: Any) -> str:
    return str((await do(who, "POST /api/bonds", {"name": "Ours", **more}, expect=201))["id"])


async def code_of(who: Person, bond: str) -> str:
    return str((await do(who, f"POST /api/bonds/{bond}/invite", expect=201))["invite_code"])


async def asked(who: Person, bond: str, inviter: Person) -> str:
    """Who asks by a code; the id of their request."""
    code = await code_of(inviter, bond)
    assert (await do(who, "POST /api/bonds/join", {"invite_code": code})) == {"bond_id": bond, "status": "requested"}
    [mine] = (await do(who, f"GET /api/bonds/{bond}/requests"))["items"][:1]
    return str(mine["id"])


async def approve(who: Person, bond: str, request: str, *, expect: int = 200) -> Any:
    return await do(who, f"POST /api/bonds/{bond}/requests/{request}/approve", expect=expect)


async def joined(bond: str, newcomer: Person, *members: Person) -> None:
    """Everybody there lets them in."""
    request = await asked(newcomer, bond, members[0])
    for member in members:
        await approve(member, bond, request)
    assert (await do(newcomer, f"GET /api/bonds/{bond}"))["id"] == bond


async def couple(one: Person, other: Person) -> str:
    bond = await founded(one)
    await joined(bond, other, one)
    return bond


async def trio(one: Person, other: Person, third: Person) -> str:
    bond = await founded(one, bond_type="polycule")
    await joined(bond, other, one)
    await joined(bond, third, one, other)
    return bond


async def status_of(who: Person, bond: str) -> str:
    return str((await do(who, f"GET /api/bonds/{bond}"))["status"])


async def log_of(who: Person, bond: str) -> list[str]:
    return [line["action"] for line in (await do(who, f"GET /api/bonds/{bond}/activity"))["items"]]


async def told(who: Person) -> list[str]:
    return [line["kind"] for line in (await do(who, "GET /api/notifications"))["items"]]


class TestCodes:
    async def test_a_code_is_shown_once_in_every_form_and_kept_as_a_hash(self, house, ana):
        bond = await founded(ana)
        made = await do(ana, f"POST /api/bonds/{bond}/invite", {"expires_in_days": 3}, expect=201)
        code = made["invite_code"]
        assert len(code) == 16
        assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        assert made["link"].endswith(f"/bonds/join#{code}")
        assert made["qr_svg"].startswith("<svg")
        kept = await house.database.fetchval("SELECT to_jsonb(b)::text FROM bonds b WHERE id = $1", uuid.UUID(bond))
        assert code not in kept
        assert (await do(ana, f"GET /api/bonds/{bond}"))["invite_expires_at"] == made["expires_at"]

    async def test_case_spaces_and_dashes_count_for_nothing(self, ana, ben):
        bond = await founded(ana)
        code = await code_of(ana, bond)
        typed = f" {code[:4].lower()}-{code[4:8]} {code[8:12].lower()}-{code[12:]} "
        assert (await do(ben, "POST /api/bonds/join", {"invite_code": typed}))["status"] == "requested"

    @pytest.mark.parametrize("spoiled", ["wrong", "malformed", "expired", "revoked", "replaced", "used", "right lost"])
    async def test_a_code_that_is_not_good_any_more_is_a_wrong_code(self, house, later, ana, ben, cleo, *, spoiled):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        await do(ana, f"PATCH /api/bonds/{bond}/members/{ben.id}", {"can_invite": True})
        code = await code_of(ben, bond)
        if spoiled == "wrong":
            code = "A" * 16
        elif spoiled == "malformed":
            code = "no code at all"
        elif spoiled == "expired":
            later(days=8)
        elif spoiled == "revoked":
            await do(ben, f"DELETE /api/bonds/{bond}/invite", expect=204)
        elif spoiled == "replaced":
            await code_of(ana, bond)
        elif spoiled == "used":
            dee = await someone(house, "Dee")
            await do(dee, "POST /api/bonds/join", {"invite_code": code})
            [request] = (await do(ana, f"GET /api/bonds/{bond}/requests"))["items"][:1]
            for member in (ana, ben):
                await approve(member, bond, request["id"])
        else:
            await do(ana, f"PATCH /api/bonds/{bond}/members/{ben.id}", {"can_invite": False})
        assert await refused(cleo, "POST /api/bonds/join", {"invite_code": code}, status=404) == "invalid_token"

    async def test_a_retry_is_shown_the_same_code_and_one_that_is_void_is_not_shown(self, ana):
        bond = await founded(ana)
        key = {ONE_KEY: str(uuid.uuid4())}
        call = f"POST /api/bonds/{bond}/invite"
        answers = [await do(ana, call, {}, expect=201, **key) for _ in range(3)]
        assert answers[0] == answers[1] == answers[2]
        await code_of(ana, bond)
        assert (await do(ana, call, {}, expect=409, **key))["error"]["code"] == "wrong_state"

    async def test_only_who_may_invite_makes_and_revokes_codes(self, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        for call in (f"POST /api/bonds/{bond}/invite", f"DELETE /api/bonds/{bond}/invite"):
            no = await do(ben, call, expect=403)
            assert (no["error"]["code"], no["error"]["fields"]) == ("not_permitted", {"permission": "can_invite"})
            assert await refused(cleo, call, status=404) == "not_found"

    async def test_a_full_bond_has_no_use_for_a_code(self, ana, ben):
        bond = await couple(ana, ben)
        assert await refused(ana, f"POST /api/bonds/{bond}/invite") == "bond_full"

    async def test_guesses_are_limited(self, database_url, redis_url, tmp_path):
        async with open_house(database_url, redis_url, tmp_path, limit_invites="3/3600") as strict:
            eve = await let_in(strict)
            for _ in range(3):
                assert await refused(eve, "POST /api/bonds/join", {"invite_code": "B" * 16}, status=404)
            assert await refused(eve, "POST /api/bonds/join", {"invite_code": "B" * 16}, status=429) == "rate_limited"


class TestComingIn:
    async def test_everybody_is_asked_and_the_last_yes_lets_in(self, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        request = await asked(cleo, bond, ana)
        said = await approve(ana, bond, request)
        assert (said["status"], said["approvals"], said["needed"], said["approved_by_me"]) == ("pending", 1, 2, True)
        await do(cleo, f"GET /api/bonds/{bond}", expect=404)
        done = await approve(ben, bond, request)
        assert (done["status"], done["approvals"], done["needed"]) == ("approved", 2, 2)
        members = (await do(cleo, f"GET /api/bonds/{bond}"))["members"]
        assert [one["display_name"] for one in members] == ["Ana", "Ben", "Cleo"]
        assert (members[2]["can_invite"], members[2]["can_manage"], members[2]["role_in_bond"]) == (
            False,
            False,
            "switch",
        )
        assert (await do(cleo, "GET /api/me"))["bond_id"] == bond

    async def test_one_no_is_enough_and_counts_for_a_day(self, later, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        request = await asked(cleo, bond, ana)
        await approve(ana, bond, request)
        reject = f"POST /api/bonds/{bond}/requests/{request}/reject"
        assert (await do(ben, reject))["status"] == "rejected"
        assert (await do(ana, reject))["status"] == "rejected"  # it holds already
        assert await refused(ana, f"POST /api/bonds/{bond}/requests/{request}/approve") == "wrong_state"
        code = {"invite_code": await code_of(ana, bond)}
        assert await refused(cleo, "POST /api/bonds/join", code) == "wrong_state"
        later(hours=23, minutes=59)
        assert await refused(cleo, "POST /api/bonds/join", code) == "wrong_state"
        later(minutes=2)
        assert (await do(cleo, "POST /api/bonds/join", code))["status"] == "requested"

    async def test_nobody_answers_twice_and_nobody_for_themselves(self, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        request = await asked(cleo, bond, ana)
        approving = f"POST /api/bonds/{bond}/requests/{request}/approve"
        await do(ana, approving)
        assert await refused(ana, approving) == "wrong_state"
        assert await refused(cleo, approving, status=404) == "not_found"
        assert await refused(ben, f"POST /api/bonds/{bond}/requests/{request}/withdraw", status=404) == "not_found"

    async def test_whoever_asks_twice_has_asked_once_and_may_take_it_back(self, ana, ben):
        bond = await founded(ana)
        request = await asked(ben, bond, ana)
        assert await asked(ben, bond, ana) == request
        withdrawing = f"POST /api/bonds/{bond}/requests/{request}/withdraw"
        assert (await do(ben, withdrawing))["status"] == "withdrawn"
        assert (await do(ben, withdrawing))["status"] == "withdrawn"
        assert await refused(ana, f"POST /api/bonds/{bond}/requests/{request}/approve") == "wrong_state"
        assert await asked(ben, bond, ana) != request

    async def test_a_request_runs_out_after_a_fortnight_whatever_the_timetable_did(self, house, later, ana, ben):
        bond = await founded(ana)
        request = await asked(ben, bond, ana)
        later(days=14)
        [seen] = (await do(ana, f"GET /api/bonds/{bond}/requests"))["items"]
        assert seen["status"] == "expired"
        assert await refused(ana, f"POST /api/bonds/{bond}/requests/{request}/approve") == "wrong_state"
        again = await asked(ben, bond, ana)
        assert again != request
        later(days=15)
        await sweeps.settle_requests(house.services)
        kept = await house.database.fetch(
            "SELECT status::text FROM bond_join_requests WHERE bond_id = $1", uuid.UUID(bond)
        )
        assert {row["status"] for row in kept} == {"expired"}

    async def test_a_bond_that_is_not_private_may_be_asked_for_by_its_id(self, house, ana, ben, cleo):
        bond = await founded(ana)
        call = f"POST /api/bonds/{bond}/requests"
        assert await refused(ben, call, {}, status=404) == "not_found"
        await do(ana, f"PATCH /api/bonds/{bond}", {"is_private": False})
        made = await do(ben, call, {"message": "Canary, let me in\nplease"}, expect=201)
        assert (made["status"], made["message"], made["approvals"], made["needed"]) == (
            "pending",
            "Canary, let me in\nplease",
            None,
            None,
        )
        [seen] = (await do(ana, f"GET /api/bonds/{bond}/requests"))["items"]
        assert (seen["message"], seen["display_name"], seen["approvals"], seen["needed"]) == (
            made["message"],
            "Ben",
            0,
            1,
        )
        assert await refused(cleo, f"GET /api/bonds/{bond}/requests", status=404) == "not_found"
        assert await refused(ana, call, {}) == "wrong_state"
        kept = await house.database.fetchval(
            "SELECT message::text FROM bond_join_requests WHERE user_id = $1", uuid.UUID(ben.id)
        )
        assert "anary" not in kept
        assert await refused(cleo, f"POST /api/bonds/{uuid.uuid4()}/requests", {}, status=404) == "not_found"

    async def test_a_single_member_may_let_in_whoever_has_the_code_and_only_while_alone(self, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        settings = f"PATCH /api/bonds/{bond}/settings"
        await do(ana, settings, {"auto_approve_members": True})
        code = {"invite_code": await code_of(ana, bond)}
        assert (await do(ben, "POST /api/bonds/join", code)) == {"bond_id": bond, "status": "active"}
        assert not (await do(ana, f"GET /api/bonds/{bond}/settings"))["auto_approve_members"]
        await do(ana, settings, {"auto_approve_members": True})
        assert await asked(cleo, bond, ana)
        await do(ben, f"POST /api/bonds/{bond}/leave")
        assert not (await do(ana, f"GET /api/bonds/{bond}/settings"))["auto_approve_members"]

    async def test_who_comes_with_a_code_and_is_in_already_is_in(self, ana, ben):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        code = {"invite_code": await code_of(ana, bond)}
        assert (await do(ben, "POST /api/bonds/join", code)) == {"bond_id": bond, "status": "active"}

    async def test_the_same_key_five_times_asks_once(self, house, ana, ben):
        bond = await founded(ana)
        key, code = {ONE_KEY: str(uuid.uuid4())}, {"invite_code": await code_of(ana, bond)}
        answers = await asyncio.gather(*(do(ben, "POST /api/bonds/join", code, **key) for _ in range(5)))
        assert answers == [{"bond_id": bond, "status": "requested"}] * 5
        assert (
            await house.database.fetchval("SELECT count(*) FROM bond_join_requests WHERE bond_id = $1", uuid.UUID(bond))
        ) == 1

    async def test_nobody_is_in_more_than_twenty_bonds(self, house, ana, ben):
        for number in range(MOST_BONDS):
            await founded(ben, name=f"Bond {number}")
        assert await refused(ben, "POST /api/bonds", {"name": "One more"}) == "wrong_state"
        bond = await founded(ana)
        assert await refused(ben, "POST /api/bonds/join", {"invite_code": await code_of(ana, bond)}) == "wrong_state"
        assert await house.database.fetchval("SELECT app.most_bonds()") == MOST_BONDS

    async def test_members_hear_of_a_request_and_who_asked_of_the_answer(self, ana, ben, cleo):
        bond = await founded(ana)
        request = await asked(ben, bond, ana)
        assert await told(ana) == ["bond_request"]
        await approve(ana, bond, request)
        assert await told(ana) == []  # nothing waits any more
        assert await told(ben) == ["bond_joined"]
        other = await founded(ana)
        request = await asked(cleo, other, ana)
        await do(ana, f"POST /api/bonds/{other}/requests/{request}/reject")
        assert await told(cleo) == ["bond_declined"]

    async def test_a_newcomer_reads_neither_log_nor_feed_of_before(self, later, ana, ben):
        bond = await founded(ana)
        await do(ana, f"PATCH /api/bonds/{bond}", {"name": "Renamed"})
        later(minutes=1)
        await joined(bond, ben, ana)
        assert "founded" in await log_of(ana, bond)
        assert set(await log_of(ben, bond)) <= {"asked", "invited", "joined"}
        seen = [one["seq"] for one in (await do(ben, f"GET /api/bonds/{bond}/changes"))["items"]]
        all_of_it = [one["seq"] for one in (await do(ana, f"GET /api/bonds/{bond}/changes"))["items"]]
        assert seen
        assert min(seen) > min(all_of_it)


class TestRaces:
    async def test_the_last_yes_given_by_two_at_once_lets_in_once(self, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        request = await asked(cleo, bond, ana)
        call = f"/api/bonds/{bond}/requests/{request}/approve"
        answers = await asyncio.gather(*(who.client.post(call) for who in (ana, ben, ana, ben)))
        assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409]
        assert len((await do(ana, f"GET /api/bonds/{bond}"))["members"]) == 3

    async def test_of_two_for_the_last_place_one_gets_it(self, ana, ben, cleo):
        bond = await founded(ana)
        code = await code_of(ana, bond)
        requests = []
        for who in (ben, cleo):
            await do(who, "POST /api/bonds/join", {"invite_code": code})
        requests = [one["id"] for one in (await do(ana, f"GET /api/bonds/{bond}/requests"))["items"]]
        calls = [ana.client.post(f"/api/bonds/{bond}/requests/{request}/approve") for request in requests]
        answers = await asyncio.gather(*calls)
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"bond_full"}

    async def test_of_two_with_a_code_that_lets_in_at_once_one_is_in(self, ana, ben, cleo):
        bond = await founded(ana)
        await do(ana, f"PATCH /api/bonds/{bond}/settings", {"auto_approve_members": True})
        code = {"invite_code": await code_of(ana, bond)}
        answers = await asyncio.gather(*(who.client.post("/api/bonds/join", json=code) for who in (ben, cleo)))
        assert sorted(answer.status_code for answer in answers) == [200, 404]
        assert len((await do(ana, f"GET /api/bonds/{bond}"))["members"]) == 2

    async def test_of_two_who_leave_at_once_one_stays_and_may_dissolve(self, ana, ben):
        bond = await couple(ana, ben)
        answers = await asyncio.gather(*(who.client.post(f"/api/bonds/{bond}/leave") for who in (ana, ben)))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        [left] = [answer.json()["error"]["code"] for answer in answers if answer.status_code == 409]
        assert left == "last_member"
        last = next(who for who, answer in zip((ana, ben), answers, strict=True) if answer.status_code == 409)
        assert (await do(last, f"POST /api/bonds/{bond}/dissolve"))["status"] == "dissolved"

    async def test_a_vote_and_a_newcomer_at_once_never_leave_half_a_bond(self, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        request = await asked(cleo, bond, ana)
        await approve(ana, bond, request)
        await asyncio.gather(
            ben.client.post(f"/api/bonds/{bond}/requests/{request}/approve"),
            ana.client.post(f"/api/bonds/{bond}/dissolve", json={"vote": True}),
        )
        now = await do(ana, f"GET /api/bonds/{bond}")
        if len(now["members"]) == 2:
            assert now["status"] == "dissolved"
        else:
            assert (now["status"], now["dissolve_votes"], now["dissolve_needed"]) in (
                ("active", 1, 2),
                ("dissolved", 1, 2),
            )


class TestGoing:
    async def test_leaving_is_at_once_and_what_is_the_bonds_is_seen_no_more(self, ana, ben):
        bond = await couple(ana, ben)
        assert (await do(ben, f"POST /api/bonds/{bond}/leave")) == {"bond_id": bond, "status": "left"}
        for path in ("", "/settings", "/activity", "/changes", "/permissions", "/resources"):
            await do(ben, f"GET /api/bonds/{bond}{path}", expect=404)
        assert (await do(ben, "GET /api/me"))["bond_id"] is None
        assert await status_of(ana, bond) == "forming"
        assert (await log_of(ana, bond))[0] == "left"
        assert await told(ana) == ["bond_changed"]

    async def test_a_retry_of_leaving_with_its_key_is_answered_as_before(self, ana, ben):
        bond = await couple(ana, ben)
        key, call = {ONE_KEY: str(uuid.uuid4())}, f"POST /api/bonds/{bond}/leave"
        assert await do(ben, call, **key) == await do(ben, call, **key)
        await do(ben, call, expect=404)

    async def test_founding_passes_to_who_manages_longest_with_every_right(self, ana, ben, cleo):
        bond = await trio(ana, ben, cleo)
        await do(ana, f"PATCH /api/bonds/{bond}/members/{cleo.id}", {"can_manage": True})
        await do(ana, f"POST /api/bonds/{bond}/leave")
        now = await do(ben, f"GET /api/bonds/{bond}")
        assert now["founder_id"] == cleo.id
        rights = {one["user_id"]: (one["can_invite"], one["can_manage"]) for one in now["members"]}
        assert rights == {ben.id: (False, False), cleo.id: (True, True)}
        await do(cleo, f"POST /api/bonds/{bond}/leave")
        now = await do(ben, f"GET /api/bonds/{bond}")
        assert (now["founder_id"], now["members"][0]["can_manage"]) == (ben.id, True)

    async def test_an_erased_founder_is_followed_as_if_they_had_left(self, ana, ben, cleo):
        bond = await trio(ana, ben, cleo)
        await do(ben, f"PATCH /api/bonds/{bond}/me", {"accepts_from": [ana.id, cleo.id]})
        await do(ana, "DELETE /api/me", expect=204)
        now = await do(ben, f"GET /api/bonds/{bond}")
        assert (now["founder_id"], now["created_by"], now["status"]) == (ben.id, None, "active")
        [me] = [one for one in now["members"] if one["user_id"] == ben.id]
        assert (me["can_manage"], me["accepts_from"]) == (True, [cleo.id])
        assert (await log_of(ben, bond))[0] == "left"

    async def test_who_is_alone_in_a_bond_can_be_erased_and_it_goes_with_them(self, house, ana, ben):
        bond = await founded(ana)
        await asked(ben, bond, ana)
        await do(ana, "DELETE /api/me", expect=204)
        assert not await house.database.fetchval("SELECT count(*) FROM bonds WHERE id = $1", uuid.UUID(bond))
        assert await refused(ben, f"GET /api/bonds/{bond}/requests", status=404) == "not_found"

    async def test_who_asks_and_is_erased_asks_no_more(self, ana, ben):
        bond = await founded(ana)
        await asked(ben, bond, ana)
        await do(ben, "DELETE /api/me", expect=204)
        assert (await do(ana, f"GET /api/bonds/{bond}/requests"))["items"] == []
        assert await told(ana) == []

    async def test_who_waited_only_for_somebody_that_leaves_is_in(self, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        request = await asked(cleo, bond, ana)
        await approve(ana, bond, request)
        await do(ben, f"POST /api/bonds/{bond}/leave")
        members = (await do(cleo, f"GET /api/bonds/{bond}"))["members"]
        assert [one["display_name"] for one in members] == ["Ana", "Cleo"]
        assert await told(cleo) == ["bond_joined"]

    async def test_a_newcomer_has_to_be_asked_too(self, house, ana, ben, cleo):
        bond = await founded(ana, bond_type="polycule")
        await joined(bond, ben, ana)
        dee = await someone(house, "Dee")
        code = await code_of(ana, bond)
        for who in (cleo, dee):
            await do(who, "POST /api/bonds/join", {"invite_code": code})
        by_name = {
            one["display_name"]: one["id"] for one in (await do(ana, f"GET /api/bonds/{bond}/requests"))["items"]
        }
        await approve(ana, bond, by_name["Dee"])
        for who in (ana, ben):
            await approve(who, bond, by_name["Cleo"])
        said = await approve(ben, bond, by_name["Dee"])
        assert (said["status"], said["approvals"], said["needed"]) == ("pending", 2, 3)
        assert (await approve(cleo, bond, by_name["Dee"]))["status"] == "approved"

    async def test_who_manages_removes_others_but_never_the_founder(self, ana, ben, cleo):
        bond = await trio(ana, ben, cleo)
        remove = f"DELETE /api/bonds/{bond}/members/"
        assert await refused(ben, remove + cleo.id, status=403) == "not_permitted"
        await do(ana, f"PATCH /api/bonds/{bond}/members/{ben.id}", {"can_manage": True})
        assert await refused(ben, remove + ana.id, status=403) == "not_permitted"
        stale = await do(ben, f"{remove}{cleo.id}?version=9", expect=409)
        assert (stale["error"]["code"], stale["current"]["user_id"]) == ("changed", cleo.id)
        await do(ben, remove + cleo.id, expect=204)
        await do(cleo, f"GET /api/bonds/{bond}", expect=404)
        assert (await do(cleo, "GET /api/me"))["bond_id"] is None
        assert await refused(ben, remove + cleo.id, status=404) == "not_found"

    async def test_rights_are_the_founders_to_give_and_never_to_oneself(self, ana, ben, cleo):
        bond = await trio(ana, ben, cleo)
        rights = {"can_manage": True, "can_invite": True}
        for who in (ben, cleo):
            assert await refused(who, f"PATCH /api/bonds/{bond}/members/{ben.id}", rights, status=403)
        await do(ana, f"PATCH /api/bonds/{bond}/members/{ben.id}", {"can_manage": True})
        for whose in (ben, cleo):
            assert await refused(ben, f"PATCH /api/bonds/{bond}/members/{whose.id}", rights, status=403)
        assert await refused(ana, f"PATCH /api/bonds/{bond}/members/{ana.id}", {"can_invite": False}, status=403)
        stranger = f"PATCH /api/bonds/{bond}/members/{uuid.uuid4()}"
        assert await refused(ana, stranger, rights, status=404) == "not_found"

    async def test_the_founder_hands_the_bond_on_to_a_member(self, ana, ben, cleo):
        bond = await couple(ana, ben)
        call = f"POST /api/bonds/{bond}/transfer"
        assert await refused(ben, call, {"user_id": ben.id}, status=403) == "not_permitted"
        assert await refused(ana, call, {"user_id": cleo.id}, status=422) == "invalid"
        assert (await do(ana, call, {"user_id": ana.id}))["founder_id"] == ana.id
        now = await do(ana, call, {"user_id": ben.id})
        assert now["founder_id"] == ben.id
        assert all(one["can_manage"] for one in now["members"])
        assert await refused(ana, call, {"user_id": ana.id}, status=403) == "not_permitted"


class TestHalting:
    async def test_anybody_pauses_and_takes_back_their_own_pause_alone(self, ana, ben):
        bond = await couple(ana, ben)
        paused = await do(ana, f"POST /api/bonds/{bond}/pause")
        assert paused["status"] == "paused"
        assert [one.get("paused_by_me") for one in paused["members"]] == [True, None]
        assert [one.get("paused_by_me") for one in (await do(ben, f"GET /api/bonds/{bond}"))["members"]] == [
            None,
            False,
        ]
        assert (await do(ben, f"POST /api/bonds/{bond}/resume"))["status"] == "paused"
        await do(ben, f"POST /api/bonds/{bond}/pause")
        assert (await do(ana, f"POST /api/bonds/{bond}/resume"))["status"] == "paused"
        assert (await do(ben, f"POST /api/bonds/{bond}/resume"))["status"] == "active"
        lines = (await do(ana, f"GET /api/bonds/{bond}/activity"))["items"]
        assert [(one["action"], one["user_id"]) for one in lines[:2]] == [("resumed", None), ("paused", None)]
        changes = (await do(ben, f"GET /api/bonds/{bond}/changes"))["items"]
        assert all(one["by"] is None for one in changes[-2:])

    async def test_a_pause_goes_with_whoever_paused(self, ana, ben, cleo):
        bond = await trio(ana, ben, cleo)
        await do(ben, f"POST /api/bonds/{bond}/pause")
        await do(ben, f"POST /api/bonds/{bond}/leave")
        assert await status_of(ana, bond) == "active"

    async def test_either_of_two_ends_a_bond_and_it_is_read_and_left_for_a_month(self, house, later, ana, ben):
        bond = await couple(ana, ben)
        await do(ana, f"PATCH /api/bonds/{bond}/settings", {"enable_points_system": False})
        call = f"POST /api/bonds/{bond}/dissolve"
        assert (await do(ben, call)) == {"status": "dissolved", "votes": 1, "needed": 1}
        assert (await do(ana, call))["status"] == "dissolved"
        assert await refused(ben, call, {"vote": False}) == "wrong_state"
        assert await status_of(ana, bond) == "dissolved"
        refusing = {
            f"POST /api/bonds/{bond}/invite": None,
            f"PATCH /api/bonds/{bond}": {"name": "Again"},
            f"PATCH /api/bonds/{bond}/me": {"presence": False},
            f"POST /api/bonds/{bond}/pause": None,
            f"POST /api/bonds/{bond}/resources": {"title": "A book"},
            f"DELETE /api/bonds/{bond}/members/{ben.id}": None,
        }
        for wrong, body in refusing.items():
            assert await refused(ana, wrong, body) == "wrong_state", wrong
        await do(ben, f"POST /api/bonds/{bond}/leave")
        later(days=29)
        await sweeps.delete_dissolved(house.services)
        assert await status_of(ana, bond) == "dissolved"
        later(days=2)
        await sweeps.delete_dissolved(house.services)
        await do(ana, f"GET /api/bonds/{bond}", expect=404)
        assert (await do(ana, "GET /api/me"))["bond_id"] is None

    async def test_the_last_one_of_an_ended_bond_leaves_and_it_goes(self, house, ana, ben):
        bond = await couple(ana, ben)
        await do(ana, f"POST /api/bonds/{bond}/dissolve")
        for who in (ana, ben):
            await do(who, f"POST /api/bonds/{bond}/leave")
        assert not await house.database.fetchval("SELECT count(*) FROM bonds WHERE id = $1", uuid.UUID(bond))
        noted = "SELECT count(*) FROM erased_people WHERE person = $1"
        assert await house.database.fetchval(noted, f"bond:{bond}") == 1

    async def test_of_three_two_have_to_want_it_and_one_may_think_again(self, ana, ben, cleo):
        bond = await trio(ana, ben, cleo)
        call = f"POST /api/bonds/{bond}/dissolve"
        assert (await do(ana, call)) == {"status": "active", "votes": 1, "needed": 2}
        assert (await do(ana, call)) == {"status": "active", "votes": 1, "needed": 2}
        assert (await do(ana, call, {"vote": False})) == {"status": "active", "votes": 0, "needed": 2}
        await do(ben, call)
        assert (await do(cleo, call))["status"] == "dissolved"

    @pytest.mark.parametrize("how", ["leave", "remove", "erase"])
    async def test_votes_are_counted_again_when_somebody_goes(self, ana, ben, cleo, how):
        bond = await trio(ana, ben, cleo)
        await do(ben, f"POST /api/bonds/{bond}/dissolve")
        if how == "leave":
            await do(cleo, f"POST /api/bonds/{bond}/leave")
        elif how == "remove":
            await do(ana, f"DELETE /api/bonds/{bond}/members/{cleo.id}", expect=204)
        else:
            await do(cleo, "DELETE /api/me", expect=204)
        assert await status_of(ana, bond) == "dissolved"

    async def test_who_asked_a_bond_that_ends_is_not_kept_waiting(self, ana, ben):
        bond = await founded(ana)
        await asked(ben, bond, ana)
        await do(ana, f"POST /api/bonds/{bond}/dissolve")
        [mine] = (await do(ben, f"GET /api/bonds/{bond}/requests"))["items"]
        assert mine["status"] == "expired"


class TestAgreements:
    async def test_a_bond_is_renamed_by_who_manages(self, ana, ben):
        bond = await couple(ana, ben)
        assert await refused(ben, f"PATCH /api/bonds/{bond}", {"name": "Mine"}, status=403) == "not_permitted"
        before = await do(ana, f"GET /api/bonds/{bond}")
        now = await do(ana, f"PATCH /api/bonds/{bond}", {"name": "Canary", "version": before["version"]})
        assert (now["name"], now["version"]) == ("Canary", before["version"] + 1)
        stale = await do(ana, f"PATCH /api/bonds/{bond}", {"name": "X", "version": before["version"]}, expect=409)
        assert (stale["error"]["code"], stale["current"]) == ("changed", now)
        assert await do(ana, f"PATCH /api/bonds/{bond}", {}) == now

    async def test_a_bond_of_two_stays_one_of_two_and_nobody_is_put_out_by_a_number(self, ana, ben, cleo):
        pair = await founded(ana)
        assert await refused(ana, f"PATCH /api/bonds/{pair}/settings", {"max_members": 3}, status=422) == "invalid"
        bond = await trio(ana, ben, cleo)
        call = f"PATCH /api/bonds/{bond}/settings"
        assert await refused(ana, call, {"max_members": 2}, status=422) == "invalid"
        assert (await do(ana, call, {"max_members": 3}))["max_members"] == 3
        assert await refused(ana, f"POST /api/bonds/{bond}/invite") == "bond_full"
        assert await refused(ben, call, {"max_members": 5}, status=403) == "not_permitted"

    async def test_a_code_is_good_for_as_many_days_as_the_bond_says(self, house, ana):
        bond = await founded(ana)
        await do(ana, f"PATCH /api/bonds/{bond}/settings", {"invite_expires_after_days": 2})
        made = await do(ana, f"POST /api/bonds/{bond}/invite", expect=201)
        days = (house.clock.now() + timedelta(days=2)).date().isoformat()
        assert made["expires_at"].startswith(days)


class TestOnesOwn:
    async def test_what_somebody_says_of_themselves_others_read_and_only_they_write(self, house, ana, ben):
        bond = await couple(ana, ben)
        mine = {
            "nickname": "Canary A", "role_in_bond": "dominant", "aftercare_needs": "Canary tea\nand quiet",
            "safewords": {"slow": "canary", "stop": "red", "nonverbal": "three taps"}, "accepts_from": [],
            "read_receipts": False, "presence": False,
        }  # fmt: skip
        said = await do(ana, f"PATCH /api/bonds/{bond}/me", mine)
        assert {name: said[name] for name in mine} == mine
        [seen] = [one for one in (await do(ben, f"GET /api/bonds/{bond}"))["members"] if one["user_id"] == ana.id]
        private = ("accepts_from", "read_receipts", "presence")
        assert {name: seen[name] for name in mine if name not in private} == {
            name: value for name, value in mine.items() if name not in private
        }
        assert not set(private) & set(seen)
        kept = await house.database.fetchval(
            "SELECT string_agg(to_jsonb(m)::text, '') FROM bond_members m WHERE bond_id = $1", uuid.UUID(bond)
        )
        assert "anary" not in kept

    async def test_what_only_its_owner_reads_moves_neither_version_nor_feed(self, ana, ben):
        bond = await couple(ana, ben)
        before = await do(ben, f"GET /api/bonds/{bond}/changes")
        said = await do(ana, f"PATCH /api/bonds/{bond}/me", {"presence": False, "accepts_from": [ben.id]})
        assert said["version"] == 1
        assert await do(ben, f"GET /api/bonds/{bond}/changes") == before
        await do(ana, f"PATCH /api/bonds/{bond}/me", {"role_in_bond": "submissive", "version": 1})
        after = await do(ben, f"GET /api/bonds/{bond}/changes", expect=200)
        assert [(one["table"], one["op"]) for one in after["items"][len(before["items"]) :]] == [
            ("bond_members", "update")
        ]

    async def test_only_members_can_be_accepted(self, ana, ben, cleo):
        bond = await couple(ana, ben)
        body = {"accepts_from": [cleo.id]}
        assert await refused(ana, f"PATCH /api/bonds/{bond}/me", body, status=422) == "invalid"

    async def test_who_leads_whom_is_in_the_permissions(self, ana, ben):
        bond = await couple(ana, ben)
        await do(ana, f"PATCH /api/bonds/{bond}/me", {"role_in_bond": "dominant"})
        await do(ben, f"PATCH /api/bonds/{bond}/me", {"role_in_bond": "submissive"})
        hers, his = [await do(who, f"GET /api/bonds/{bond}/permissions") for who in (ana, ben)]
        assert hers["you"] == {
            "leads": [ben.id], "led_by": [], "can_invite": True, "can_manage": True, "is_founder": True,
        }  # fmt: skip
        assert hers["acts"]["tasks.create"] == {"who": "leads_or_self", "allowed": True, "people": [ana.id, ben.id]}
        assert his["you"]["led_by"] == [ana.id]
        assert his["acts"]["rewards.create"] == {"who": "leads", "allowed": False, "people": []}
        assert his["acts"]["leave"] == {"who": "member", "allowed": True}
        await do(ben, f"PATCH /api/bonds/{bond}/me", {"accepts_from": []})
        assert (await do(ana, f"GET /api/bonds/{bond}/permissions"))["you"]["leads"] == []


class TestThePerson:
    async def test_a_state_is_declared_for_every_bond_and_its_reason_is_nobodys_business(self, house, later, ana, ben):
        bond = await couple(ana, ben)
        path = "/api/me/submission-state"
        assert await do(ana, f"GET {path}") == {"state": "active", "since": None, "log": [], "next_cursor": None}
        before = await do(ben, f"GET /api/bonds/{bond}/changes")
        said = await do(ana, f"POST {path}", {"state": "paused", "reason": "Canary: a hard week"})
        assert (said["state"], said["log"][0]["reason"]) == ("paused", "Canary: a hard week")
        later(hours=1)
        assert (await do(ana, f"POST {path}", {"state": "paused"})) == said
        [seen] = [one for one in (await do(ben, f"GET /api/bonds/{bond}"))["members"] if one["user_id"] == ana.id]
        assert seen["submission_state"] == "paused"
        after = await do(ben, f"GET /api/bonds/{bond}/changes")
        assert [(one["table"], one["by"]) for one in after["items"][len(before["items"]) :]] == [
            ("bond_members", ana.id)
        ]
        kept = await house.database.fetchval("SELECT string_agg(to_jsonb(l)::text, '') FROM submission_state_logs l")
        assert "anary" not in kept
        later(hours=1)
        lifted = await do(ana, f"POST {path}", {"state": "active"})
        assert [one["state"] for one in lifted["log"]] == ["active", "paused"]
        assert lifted["since"] == lifted["log"][0]["created_at"]
        page = await do(ana, f"GET {path}?limit=1")
        assert len(page["log"]) == 1
        older = await do(ana, f"GET {path}?limit=1&cursor={page['next_cursor']}")
        assert [one["state"] for one in older["log"]] == ["paused"]

    async def test_whoever_lost_their_key_gets_no_other_by_writing_something(self, house, ana, ben):
        bond = await founded(ben)
        await do(ben, f"PATCH /api/bonds/{bond}", {"is_private": False})
        declare, ask = "POST /api/me/submission-state", f"POST /api/bonds/{bond}/requests"
        await do(ana, declare, {"state": "low_energy", "reason": "Tired"})
        await house.services.person_keys.forget(f"user:{ana.id}")
        assert await refused(ana, ask, {"message": "May I?"}, status=503) == "keys_unavailable"
        paused = await do(ana, declare, {"state": "paused", "reason": "Tired"})
        assert (paused["state"], paused["log"][0]["reason"]) == ("paused", None)
        assert not await house.services.person_keys.has(f"user:{ana.id}")

    async def test_the_same_key_five_times_declares_once(self, ana):
        key = {ONE_KEY: str(uuid.uuid4())}
        body = {"state": "low_energy", "reason": "Tired"}
        calls = (do(ana, "POST /api/me/submission-state", body, **key) for _ in range(5))
        answers = await asyncio.gather(*calls)
        assert all(answer == answers[0] for answer in answers)
        assert len(answers[0]["log"]) == 1

    async def test_what_bonds_ask_of_a_person_is_their_own_page(self, house, ana, ben):
        me = await do(ana, "GET /api/me")
        assert [me[name] for name in ("dynamic_role", "kink_identity", "bond_id", "time_zone", "bonds_onboarded")] == [
            None, None, None, None, False,
        ]  # fmt: skip
        said = {"dynamic_role": "dominant", "kink_identity": "Canary rope lover", "time_zone": "Europe/Berlin"}
        now = await do(ana, "PATCH /api/me", said)
        assert {name: now[name] for name in said} == said
        assert not now["bonds_onboarded"]
        bond = await couple(ana, ben)
        now = await do(ana, "GET /api/me")
        assert (now["bond_id"], now["bonds_onboarded"]) == (bond, True)
        seen = (await do(ben, f"GET /api/bonds/{bond}"))["members"][0]
        assert (seen["dynamic_role"], seen["kink_identity"], seen["role_in_bond"]) == (
            "dominant", "Canary rope lover", "dominant",
        )  # fmt: skip
        assert "anary" not in str(
            await house.database.fetchval("SELECT kink_identity::text FROM users WHERE id = $1", uuid.UUID(ana.id))
        )
        assert (await do(ana, "PATCH /api/me", {"kink_identity": None, "bond_id": None}))["kink_identity"] is None

    async def test_a_bond_of_others_is_shown_to_nobody_and_a_zone_has_to_be_one(self, ana, ben):
        bond = await founded(ana)
        for wrong in ({"bond_id": bond}, {"bond_id": str(uuid.uuid4())}, {"time_zone": "Mars/Base"}):
            refusal = await do(ben, "PATCH /api/me", wrong, expect=422)
            assert set(refusal["error"]["fields"]) == set(wrong)
        assert await refused(ben, "PATCH /api/me", {"kink_identity": "x" * 501}, status=422) == "invalid"

    async def test_who_stays_alone_says_so(self, ben):
        assert (await do(ben, "PATCH /api/me", {"bonds_onboarded": True}))["bonds_onboarded"]


class TestTheFeed:
    async def test_pages_follow_each_other_to_the_head(self, ana):
        bond = await founded(ana)
        for number in range(5):
            await do(
                ana,
                f"POST /api/bonds/{bond}/resources",
                {"title": str(number), "shared_with_partner": True},
                expect=201,
            )
        everything = await do(ana, f"GET /api/bonds/{bond}/changes")
        assert everything["items"][-1]["seq"] == everything["head"]
        seen: list[int] = []
        while not seen or seen[-1] < everything["head"]:
            page = await do(ana, f"GET /api/bonds/{bond}/changes?limit=2&after={seen[-1] if seen else 0}")
            seen += [one["seq"] for one in page["items"]]
        assert seen == [one["seq"] for one in everything["items"]]

    async def test_what_is_older_than_kept_is_to_be_read_anew(self, house, later, monkeypatch, ana):
        bond = await founded(ana)
        monkeypatch.setattr(bond_upkeep, "MOST_CHANGES", 2)
        for number in range(4):
            await do(ana, f"PATCH /api/bonds/{bond}", {"name": str(number)})
        head = (await do(ana, f"GET /api/bonds/{bond}/changes"))["head"]
        await sweeps.forget_old(house.services)
        assert await do(ana, f"GET /api/bonds/{bond}/changes?after=1") == {"items": [], "head": head, "reset": True}
        kept = await do(ana, f"GET /api/bonds/{bond}/changes?after={head - 2}")
        assert [one["seq"] for one in kept["items"]] == [head - 1, head]
        later(days=91)
        await sweeps.forget_old(house.services)
        assert (await do(ana, f"GET /api/bonds/{bond}/changes?after={head - 1}"))["reset"]
        assert await do(ana, f"GET /api/bonds/{bond}/changes?after={head}") == {"items": [], "head": head}
        assert (await do(ana, f"GET /api/bonds/{bond}/changes?after={head + 1}"))["reset"]


class TestTheDatabaseRefuses:
    """What a command with a fault could try: everything as the member that it runs for."""

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE bond_members SET can_manage = true WHERE user_id = '{ben}'",
            "UPDATE bond_members SET role_in_bond = 'submissive' WHERE user_id = '{ana}'",
            "UPDATE bond_members SET paused_at = NULL WHERE user_id = '{ana}'",
            "UPDATE bonds SET founder_id = '{ben}'",
            "UPDATE bonds SET status = 'active'",
            "INSERT INTO bond_members (bond_id, user_id) VALUES ('{bond}', '{cleo}')",
            "INSERT INTO bond_join_requests (bond_id, user_id) VALUES ('{bond}', '{cleo}')",
            "UPDATE bond_join_requests SET status = 'approved'",
            "INSERT INTO bond_join_voices (request_id, user_id) SELECT id, '{ana}' FROM bond_join_requests",
            "INSERT INTO submission_state_logs (user_id, state) VALUES ('{ana}', 'paused')",
            "SELECT app.let_in(id) FROM bond_join_requests",
            "SELECT app.dissolve_bond('{bond}')",
            "SELECT app.tell_of_bond('{bond}', ARRAY['{cleo}'::uuid], NULL, 'bond_changed', 'x', 0, true)",
        ],
    )
    async def test_a_member_is_refused(self, house, ana, ben, cleo, sql):
        bond = await couple(ana, ben)
        names = {"ana": ana.id, "ben": ben.id, "cleo": cleo.id, "bond": bond}
        with pytest.raises(Exception, match=r"permission denied|only a member|rights are given|row-level security"):
            async with house.services.database.as_member(ben.id, house.clock.now()) as db:
                await db.execute(sql.format(**names))

    async def test_functions_ask_who_is_asking(self, house, ana, ben, cleo):
        bond, request = uuid.UUID(await couple(ana, ben)), uuid.uuid4()
        async with house.services.database.as_member(cleo.id, house.clock.now()) as db:
            assert await db.fetchval("SELECT app.end_membership($1, $2)", bond, uuid.UUID(ben.id)) == "none"
            assert await db.fetchval("SELECT app.approve_request($1, $2)", bond, request) == "none"
            assert await db.fetchval("SELECT app.reject_request($1, $2)", bond, request) == "none"
            assert not await db.fetchval("SELECT app.transfer_bond($1, $2)", bond, uuid.UUID(cleo.id))
            assert not await db.fetchval("SELECT app.set_invite($1, 'x', now())", bond)
            assert not await db.fetchval("SELECT app.vote_to_dissolve($1, true)", bond)
            assert not await db.fetchval("SELECT app.pause_bond($1, true)", bond)
            assert not await db.fetchval("SELECT app.hold_bond_for($1, $2)", bond, uuid.UUID(cleo.id))
            assert await db.fetchval("SELECT app.feed_begins($1)", bond) is None
            assert await db.fetch("SELECT * FROM app.join_requests($1)", bond) == []
        async with house.services.database.as_member(ben.id, house.clock.now()) as db:
            assert await db.fetchval("SELECT app.end_membership($1, $2)", bond, uuid.UUID(ana.id)) == "forbidden"
            assert not await db.fetchval("SELECT app.set_invite($1, 'x', now())", bond)
