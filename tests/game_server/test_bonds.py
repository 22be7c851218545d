"""Bonds over HTTP: founding one, and the plain life of a tool in it."""

import asyncio
import uuid

import httpx
import pytest

from tests.support.person import Person


@pytest.fixture
async def ana(server):
    async with await Person.registered(server.url, "Ana") as person:
        yield person


@pytest.fixture
async def dora(server):
    async with await Person.registered(server.url, "Dora") as person:
        yield person


async def founded(person: Person, name: str = "Us two", **more: object) -> str:
    made = await person.post("/api/bonds", {"name": name, **more}, expect=201)
    return str(made["id"])


class TestFounding:
    async def test_whoever_founds_a_bond_is_its_first_member_with_every_right(self, ana):
        made = await ana.post("/api/bonds", {"name": "Us two", "description": "Ours\nalone"}, expect=201)
        assert (made["name"], made["description"], made["status"], made["bond_type"], made["is_private"]) == (
            "Us two", "Ours\nalone", "forming", "dyad", True
        )  # fmt: skip
        [member] = made["members"]
        assert (member["user_id"], member["can_invite"], member["can_manage"], member["is_founder"]) == (
            ana.id,
            True,
            True,
            True,
        )
        assert await ana.get(f"/api/bonds/{made['id']}") == made
        assert (await ana.get("/api/bonds"))["items"] == [made]

    async def test_a_bond_is_nothing_to_a_stranger(self, ana, dora):
        bond = await founded(ana)
        for path in (f"/api/bonds/{bond}", f"/api/bonds/{bond}/resources", f"/api/bonds/{uuid.uuid4()}"):
            await dora.get(path, expect=404)
        assert (await dora.get("/api/bonds"))["items"] == []

    async def test_the_same_key_five_times_founds_one_bond(self, ana):
        key = str(uuid.uuid4())
        body = {"name": "Once"}
        answers = await asyncio.gather(
            *(ana.post("/api/bonds", body, expect=201, **{"Idempotency-Key": key}) for _ in range(5))
        )
        assert len({answer["id"] for answer in answers}) == 1
        assert len((await ana.get("/api/bonds"))["items"]) == 1
        refused = await ana.post("/api/bonds", {"name": "Another"}, expect=409, **{"Idempotency-Key": key})
        assert refused["error"]["code"] == "key_reused"


class TestAPlainTool:
    async def test_a_row_is_made_read_changed_and_deleted(self, ana):
        base = f"/api/bonds/{await founded(ana)}/resources"
        made = await ana.post(
            base, {"title": "A book", "url": "https://example.org/book", "tags": ["rope"]}, expect=201
        )
        assert (made["title"], made["resource_type"], made["category"], made["version"]) == (
            "A book",
            "article",
            "other",
            1,
        )
        changed = await ana.patch(f"{base}/{made['id']}", {"title": "Another", "rating": 5, "version": 1})
        assert (changed["title"], changed["rating"], changed["version"], changed["url"]) == (
            "Another",
            5,
            2,
            made["url"],
        )
        assert await ana.get(f"{base}/{made['id']}") == changed
        assert (await ana.get(base, tag="rope"))["items"] == [changed]
        assert (await ana.get(base, tag="wax"))["items"] == []
        assert (await ana.get(base, q="anoth"))["items"] == [changed]
        assert (await ana.http.delete(f"{base}/{made['id']}")).status_code == 204
        await ana.get(f"{base}/{made['id']}", expect=404)

    async def test_an_old_version_changes_nothing_and_shows_the_present_row(self, ana):
        base = f"/api/bonds/{await founded(ana)}/resources"
        made = await ana.post(base, {"title": "One"}, expect=201)
        now = await ana.patch(f"{base}/{made['id']}", {"title": "Two"})
        refused = (await ana.http.patch(f"{base}/{made['id']}", json={"title": "Three", "version": 1})).json()
        assert (refused["error"]["code"], refused["current"]) == ("changed", now)

    async def test_its_texts_are_sealed_where_they_are_kept(self, ana, sql):
        base = f"/api/bonds/{await founded(ana, name='Canary bond')}/resources"
        await ana.post(base, {"title": "Canary title", "url": "https://example.org/canary"}, expect=201)
        kept = await sql.fetch(
            "SELECT to_jsonb(r)::text AS row FROM resources r UNION ALL SELECT to_jsonb(b)::text FROM bonds b"
        )
        assert not any("anary" in row["row"] for row in kept)

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"title": ""},
            {"title": "x" * 201},
            {"title": "a", "url": "javascript:alert(1)"},
            {"title": "a", "rating": 6},
            {"title": "a", "user_id": str(uuid.uuid4())},
        ],
    )
    async def test_what_a_row_cannot_be_is_refused(self, ana, wrong):
        answer: httpx.Response = await ana.http.post(f"/api/bonds/{await founded(ana)}/resources", json=wrong)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "invalid")


class TestRowsOfOnesOwn:
    async def test_what_is_kept_without_a_bond_is_in_no_bond(self, ana, dora):
        bond = f"/api/bonds/{await founded(ana)}/resources"
        mine = await ana.post("/api/resources", {"title": "Alone", "shared_with_partner": True}, expect=201)
        assert mine["bond_id"] is None
        assert (await ana.get("/api/resources"))["items"] == [mine]
        assert (await ana.get(bond))["items"] == []
        await ana.get(f"{bond}/{mine['id']}", expect=404)
        await dora.get(f"/api/resources/{mine['id']}", expect=404)
        changed = await ana.patch(f"/api/resources/{mine['id']}", {"rating": 3})
        assert (changed["rating"], changed["title"]) == (3, "Alone")
        assert (await dora.http.delete(f"/api/resources/{mine['id']}")).status_code == 404
        assert (await ana.http.delete(f"/api/resources/{mine['id']}?version=1")).status_code == 409
        assert (await ana.http.delete(f"/api/resources/{mine['id']}?version=2")).status_code == 204
