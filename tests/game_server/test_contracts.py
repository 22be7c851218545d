"""Contracts over HTTP: written, signed by all, in force, ended by any of them at once."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from game_server.bonds import sweeps
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House, open_house

NOTICE = "No legal force. Either of you ends it at once, alone and without a reason."
ANA, BEN, CLEO = 0, 1, 2

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), limit_other="100000/60") as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> AsyncIterator[Home]:
    """Ana and Ben."""
    made = await moved_in(house, ["dominant", "submissive"])
    yield made
    house.clock.ahead = timedelta()


@pytest_asyncio.fixture(loop_scope="module")
async def three(house: House) -> AsyncIterator[Home]:
    """Ana, Ben and Cleo."""
    made = await moved_in(house, ["dominant", "submissive", "switch"])
    yield made
    house.clock.ahead = timedelta()


async def written(home: Home, who: int = ANA, **more: Any) -> Any:
    body = {"title": "Our evenings", "content": "We talk first.\nThen we play.", **more}
    return await home.post(who, "contracts", body, expect=201)


async def given(home: Home, **more: Any) -> tuple[str, str]:
    """The path of one that waits for signatures, and its hash."""
    path = f"contracts/{(await written(home, **more))['id']}"
    return path, (await home.post(ANA, f"{path}/request-signatures", None))["content_sha256"]


async def in_force(home: Home, path: str | None = None, **more: Any) -> str:
    """The path of one that everybody signed."""
    if path is None:
        path, fingerprint = await given(home, **more)
    else:
        fingerprint = (await home.post(ANA, f"{path}/request-signatures", None))["content_sha256"]
    for who in range(len(home.people)):
        answer = await home.post(who, f"{path}/sign", {"content_sha256": fingerprint})
    assert answer["status"] == "active"
    return path


async def code(home: Home, who: int, path: str, body: Any = None, verb: str = "POST") -> tuple[int, str | None]:
    """How that is refused; None where it is not."""
    answer = await home.ask(who, verb, path, body)
    return answer.status_code, answer.json()["error"]["code"] if not answer.is_success else None


async def consents(home: Home) -> list[tuple[str, bool]]:
    """What the ledger has of the bond's contracts, and whether somebody stands there."""
    rows = await home.house.database.fetch(
        "SELECT kind, person IS NOT NULL AS named FROM consent_ledger WHERE chain = $1 ORDER BY number",
        f"bond:{home.bond}",
    )
    return [(row["kind"], row["named"]) for row in rows if row["kind"].startswith("contract")]


class TestSigning:
    async def test_a_draft_is_written_frozen_signed_by_both_and_in_force_with_the_last(self, home):
        until = (home.now + timedelta(days=90)).isoformat()
        draft = await written(home, expires_at=until)
        assert (draft["status"], draft["version_number"], draft["line_id"]) == ("draft", 1, draft["id"])
        assert (draft["notice"], draft["parties"], draft["content_sha256"]) == (NOTICE, [], None)
        path = f"contracts/{draft['id']}"
        asked = await home.post(ANA, f"{path}/request-signatures", {"version": draft["version"]})
        assert asked["status"] == "pending_signature"
        canonical = {
            "title": "Our evenings",
            "content": "We talk first.\nThen we play.",
            "version_number": 1,
            "expires_at": asked["expires_at"],
            "parties": sorted(person.id for person in home.people),
        }
        spelled = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert asked["content_sha256"] == hashlib.sha256(spelled.encode()).hexdigest()
        assert await home.post(ANA, f"{path}/request-signatures", None) == asked  # nothing changed
        sign = {"content_sha256": asked["content_sha256"]}
        first = await home.post(ANA, f"{path}/sign", sign)
        assert (first["status"], {one["status"] for one in first["parties"]}) == (
            "pending_signature",
            {"signed", "pending"},
        )
        assert await code(home, ANA, f"{path}/sign", sign) == (409, "wrong_state")
        last = await home.post(BEN, f"{path}/sign", sign)
        assert (last["status"], last["signed_at"] is not None, last["ended_at"]) == ("active", True, None)
        signatures = (await home.get(BEN, f"{path}/signatures"))["items"]
        assert {(one["user_id"], one["status"], one["content_sha256"]) for one in signatures} == {
            (person.id, "signed", asked["content_sha256"]) for person in home.people
        }
        assert await consents(home) == [
            ("contract_signed", True),
            ("contract_signed", True),
            ("contract_in_force", False),
        ]

    async def test_another_hash_is_another_text_and_frozen_is_frozen(self, home):
        path, fingerprint = await given(home)
        answer = await home.ask(BEN, "POST", f"{path}/sign", {"content_sha256": "0" * 64})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "changed")
        assert answer.json()["current"]["content_sha256"] == fingerprint
        assert await code(home, ANA, path, {"title": "Another"}, "PATCH") == (409, "wrong_state")
        assert await code(home, ANA, path, verb="DELETE") == (409, "wrong_state")
        await home.house.database.execute(  # a text that was exchanged behind the server's back is not signed
            "ALTER TABLE contracts DISABLE TRIGGER keep_contract; UPDATE contracts SET version_number = 7 WHERE id = '"
            + path.split("/")[1] + "'; ALTER TABLE contracts ENABLE TRIGGER keep_contract"
        )  # fmt: skip
        assert await code(home, BEN, f"{path}/sign", {"content_sha256": fingerprint}) == (409, "changed")

    async def test_a_draft_is_its_creators_and_one_alone_signs_nothing(self, house, home):
        path = f"contracts/{(await written(home))['id']}"
        for verb, sub, body in (
            ("PATCH", "", {"title": "Mine"}),
            ("DELETE", "", None),
            ("POST", "/request-signatures", None),
        ):
            assert await code(home, BEN, path + sub, body, verb) == (403, "not_permitted"), verb
        past = (home.now - timedelta(days=1)).isoformat()
        assert await code(home, ANA, path, {"expires_at": past}, "PATCH") == (422, "invalid")
        assert await code(home, ANA, "contracts", {"title": "A", "content": "B", "expires_at": past}) == (
            422,
            "invalid",
        )
        changed = await home.patch(ANA, path, {"content": "We talk.", "version": 1})
        assert changed["content"] == "We talk."
        assert await home.patch(ANA, path, {"content": "We talk."}) == changed
        alone = await moved_in(house, ["switch"])
        lonely = f"contracts/{(await written(alone))['id']}"
        assert await code(alone, ANA, f"{lonely}/request-signatures") == (409, "wrong_state")
        assert (await home.ask(ANA, "DELETE", path)).status_code == 204
        assert await code(home, ANA, path, verb="GET") == (404, "not_found")

    async def test_its_time_must_lie_ahead_when_it_is_given_and_when_it_is_signed(self, home):
        soon = (home.now + timedelta(hours=2)).isoformat()
        late = f"contracts/{(await written(home, expires_at=soon))['id']}"
        path, fingerprint = await given(home, expires_at=soon)
        await home.later(timedelta(hours=3))
        assert await code(home, ANA, f"{late}/request-signatures") == (422, "invalid")
        assert await code(home, BEN, f"{path}/sign", {"content_sha256": fingerprint}) == (409, "wrong_state")

    async def test_nobody_signs_while_they_pause_or_the_bond_does(self, home):
        path, fingerprint = await given(home)
        sign = {"content_sha256": fingerprint}
        await home.state(BEN, "paused")
        assert await code(home, BEN, f"{path}/sign", sign) == (409, "person_paused")
        await home.post(ANA, f"{path}/sign", sign)
        await home.state(BEN, "active")
        await home.pause_bond(ANA)
        assert await code(home, BEN, f"{path}/sign", sign) == (409, "bond_paused")
        await home.resume_bond(ANA)
        assert (await home.post(BEN, f"{path}/sign", sign))["status"] == "active"

    async def test_two_last_signatures_at_once_and_one_key_five_times_are_one_contract_in_force(self, home):
        path, fingerprint = await given(home)
        keys = [str(uuid.uuid4()) for _ in home.people]
        answers = await asyncio.gather(
            *(
                home.people[who].client.post(
                    f"/api/bonds/{home.bond}/{path}/sign",
                    json={"content_sha256": fingerprint},
                    headers={"Idempotency-Key": keys[who]},
                )
                for who in (ANA, BEN) * 3
            )
        )
        assert {answer.status_code for answer in answers} == {200}
        assert (await home.get(ANA, path))["status"] == "active"
        assert [kind for kind, _ in await consents(home)].count("contract_in_force") == 1


class TestEnding:
    async def test_either_ends_it_at_once_also_while_both_and_the_bond_pause_and_whatever_version_they_saw(self, home):
        path = await in_force(home)
        for who in (ANA, BEN):
            await home.state(who, "paused")
        await home.pause_bond(ANA)
        ended = await home.post(BEN, f"{path}/withdraw", {"version": 1})
        assert (ended["status"], ended["ended_at"] is not None) == ("withdrawn", True)
        assert await home.post(ANA, f"{path}/withdraw", None) == ended
        assert (await consents(home))[-1] == ("contract_ended", False)
        assert await code(home, BEN, f"{path}/decline") == (409, "wrong_state")
        assert await code(home, BEN, f"{path}/sign", {"content_sha256": ended["content_sha256"]}) == (
            409,
            "wrong_state",
        )

    async def test_declined_it_is_a_draft_again_with_the_reason_and_without_signatures(self, home):
        path, fingerprint = await given(home)
        await home.post(ANA, f"{path}/sign", {"content_sha256": fingerprint})
        await home.state(BEN, "paused")
        declined = await home.post(BEN, f"{path}/decline", {"reason": "Not the second line"})
        assert (declined["status"], declined["content_sha256"]) == ("draft", None)
        [one] = (await home.get(ANA, f"{path}/signatures"))["items"]
        assert (one["user_id"], one["status"], one["reason"]) == (
            home.people[BEN].id,
            "declined",
            "Not the second line",
        )
        assert await home.post(BEN, f"{path}/decline", None) == declined
        await home.state(BEN, "active")
        assert (await home.patch(ANA, path, {"content": "We talk first."}))["content"] == "We talk first."
        await in_force(home, path)

    async def test_taken_back_before_all_signed_it_is_a_draft_and_nothing_was_signed(self, home):
        path, fingerprint = await given(home)
        await home.post(ANA, f"{path}/sign", {"content_sha256": fingerprint})
        back = await home.post(ANA, f"{path}/withdraw", None)
        assert (back["status"], back["parties"]) == ("draft", [])
        assert await home.post(BEN, f"{path}/withdraw", None) == back
        assert (await consents(home)) == [("contract_signed", True)]

    async def test_time_ends_it_at_once_for_whoever_reads_and_the_timetable_makes_it_last(self, house, home):
        until = home.now + timedelta(days=1)
        path = await in_force(home, expires_at=until.isoformat())
        await home.later(timedelta(days=1, minutes=1))
        read = await home.get(BEN, path)
        assert (read["status"], datetime.fromisoformat(read["ended_at"])) == ("expired", until)
        assert [one["status"] for one in (await home.get(ANA, "contracts", status="expired"))["items"]] == ["expired"]
        assert (await home.get(ANA, "contracts", status="active"))["items"] == []
        assert await code(home, BEN, f"{path}/withdraw") == (409, "wrong_state")
        for _ in range(2):
            await sweeps.expire_contracts(house.services)
        made = await home.get(BEN, path)
        assert (made["status"], made["ended_at"], made["version"]) == ("expired", read["ended_at"], read["version"] + 1)
        assert [kind for kind, _ in await consents(home)].count("contract_ended") == 1


class TestVersions:
    async def test_a_new_version_supersedes_the_one_before_in_the_moment_it_is_in_force(self, home):
        first = await in_force(home)
        second = await home.post(BEN, f"{first}/new-version", None)
        assert (second["status"], second["version_number"], second["created_by"]) == ("draft", 2, home.people[BEN].id)
        assert second["line_id"] == first.split("/")[1]
        assert await code(home, ANA, f"{first}/new-version") == (409, "wrong_state")
        assert await code(home, ANA, f"contracts/{second['id']}/new-version") == (409, "wrong_state")
        path = f"contracts/{second['id']}"
        await home.patch(BEN, path, {"content": "We talk first.\nThen we play slowly.\nThen we rest."})
        fingerprint = (await home.post(BEN, f"{path}/request-signatures", None))["content_sha256"]
        await home.post(BEN, f"{path}/sign", {"content_sha256": fingerprint})
        assert (await home.get(ANA, first))["status"] == "active"
        await home.post(ANA, f"{path}/sign", {"content_sha256": fingerprint})
        assert ((await home.get(ANA, first))["status"], (await home.get(ANA, path))["status"]) == (
            "superseded",
            "active",
        )
        kinds = [kind for kind, _ in await consents(home)][3:]
        assert kinds == ["contract_signed", "contract_signed", "contract_ended", "contract_in_force"]

        told = await home.get(ANA, f"{path}/diff", against=first.split("/")[1])
        pieces = [(one["op"], one["text"]) for one in told["content"]]
        assert pieces == [
            ("same", "We talk first.\nThen we play"), ("added", " slowly"), ("same", "."), ("added", "\nThen we rest."),
        ]  # fmt: skip
        assert [one["op"] for one in told["title"]] == ["same"]
        assert await home.get(BEN, f"{path}/diff") == told
        assert [one["op"] for one in (await home.get(BEN, f"{first}/diff"))["content"]] == ["added"]
        assert await code(home, ANA, f"{path}/diff?against={uuid.uuid4()}", verb="GET") == (404, "not_found")
        assert await code(home, ANA, f"{path}/diff?against=this", verb="GET") == (422, "invalid")

    async def test_the_last_signature_of_who_came_later_supersedes_what_they_never_saw(self, home):
        first = await in_force(home)
        newcomer = await moved_in(home.house, ["switch"])
        home.people.append(newcomer.people[0])
        await home.later(timedelta(minutes=1))
        await home.join(CLEO, "switch")
        assert await code(home, CLEO, first, verb="GET") == (404, "not_found")
        old = await written(home)
        await home.later(timedelta(minutes=1))
        second = f"contracts/{(await home.post(ANA, f'{first}/new-version', None))['id']}"
        await in_force(home, second)  # Cleo signs last
        assert (await home.get(ANA, first))["status"] == "superseded"
        assert len((await home.get(ANA, f"{second}/signatures"))["items"]) == 3
        assert (await home.get(CLEO, f"contracts/{old['id']}"))["status"] == "draft"
        third = await home.post(CLEO, f"{second}/new-version", None)
        assert third["version_number"] == 3

    async def test_who_came_after_a_draft_was_begun_could_not_read_what_they_sign(self, home):
        path = f"contracts/{(await written(home))['id']}"
        newcomer = await moved_in(home.house, ["switch"])
        home.people.append(newcomer.people[0])
        await home.later(timedelta(minutes=1))
        await home.join(CLEO, "switch")
        assert await code(home, ANA, f"{path}/request-signatures") == (409, "wrong_state")


class TestLeaving:
    @pytest.mark.parametrize("how", ["leaves", "is erased", "the bond is dissolved"])
    async def test_what_somebody_is_party_of_ends_when_they_are_gone_and_what_waits_is_a_draft(self, three, how):
        active, (pending, fingerprint) = await in_force(three), await given(three)
        await three.post(ANA, f"{pending}/sign", {"content_sha256": fingerprint})
        match how:
            case "leaves":
                await three.post(CLEO, "leave", {})
            case "is erased":
                await three.house.database.execute("DELETE FROM users WHERE id = $1::uuid", three.people[CLEO].id)
            case _:
                for who in (ANA, BEN):
                    await three.post(who, "dissolve", {})
        assert (await three.get(ANA, active))["status"] == "withdrawn"
        draft = await three.get(BEN, pending)
        assert (draft["status"], draft["parties"], draft["content_sha256"]) == ("draft", [], None)
        assert (await consents(three))[-1][0] == "contract_ended"
        parties = (await three.get(BEN, active))["parties"]
        assert (None in {one["user_id"] for one in parties}) is (how == "is erased")
        if how == "the bond is dissolved":
            assert await code(three, ANA, f"{pending}/request-signatures") == (409, "wrong_state")


async def test_contracts_name_limits_and_are_not_refused_for_that_but_talked_about(home):
    await home.limit(BEN, "spanking_moderate_receive")
    draft = await written(home, content="A spanking is never part of it.")
    assert draft["prompt"] == "talk_first"
    path = f"contracts/{draft['id']}"
    assert (await home.patch(ANA, path, {"title": "Our quiet evenings"})).get("prompt") is None
    assert (await home.post(ANA, f"{path}/request-signatures", None))["prompt"] == "talk_first"
    assert "prompt" not in await written(home)
    own = await written(home, BEN, content="No spanking for me.")
    assert "prompt" not in own  # what one writes of oneself
