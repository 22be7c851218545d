"""Somebody who is blocked reaches the other on no way, and is told nothing: what they ask is answered as ever."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from game_server.partners import blocking
from game_server.sessions.actions import play
from rooms.sessions.commands import Ready
from storage import blocked, partners
from tests.support.house import House, open_house, sign_up, tell


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("house"), limit_register="1000/60", limit_claims="1000/60",
        limit_other="100000/60",
    ) as opened:  # fmt: skip
        yield opened


async def person(house, name):
    made = await sign_up(house)
    await tell(made.client, name=name)
    await house.database.execute("UPDATE users SET email_confirmed_at = now() WHERE id = $1", made.id)
    return made


async def ask(one, **body):
    made = await one.client.post("/api/partners/connections", json=body)
    assert made.status_code == 201, made.text
    return made.json()


def claim(one, token):
    return one.client.post("/api/partners/connections/claim", json={"token": token})


def accept(one, connection):
    return one.client.post(f"/api/partners/connections/{connection}/accept")


async def connect(one, other):
    made = await ask(one)
    assert (await claim(other, made["token"])).status_code == 200
    for side in (other, one):
        assert (await accept(side, made["id"])).status_code == 200
    return made["id"]


async def couple(house):
    """Ann and Bob, connected, and a stranger to both."""
    ann, bob = await person(house, "Ann"), await person(house, "Bob")
    return ann, bob, await connect(ann, bob)


async def block(one, other):
    blocked = await one.client.post(f"/api/partners/blocked/{other.id}")
    assert blocked.status_code == 201, blocked.text
    return blocked.json()


async def listed(one, path="/api/partners/connections"):
    return (await one.client.get(path)).json()["items"]


async def waits_for_the_pair(house):
    """Until some transaction waits for what another holds of two people."""
    async with asyncio.timeout(10):
        while not await house.database.fetchval(  # noqa: ASYNC110
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'advisory')"
        ):
            await asyncio.sleep(0.01)


async def unchecked(house, session):
    return await house.database.fetchval(
        "SELECT limits_rev <> checked_rev FROM sessions WHERE session_id = $1", session["session_id"]
    )


async def _nothing(*_):
    pass


def statuses(items):
    return {each["id"]: each["status"] for each in items}


class TestTheList:
    async def test_it_names_whom_one_blocked_and_ends_what_is_between_them(self, house):
        ann, bob, connection = await couple(house)
        line = await block(ann, bob)
        assert (line["user_id"], line["name"]) == (bob.id, "Bob")
        assert await listed(ann, "/api/partners/blocked") == [line]
        assert await listed(bob, "/api/partners/blocked") == []
        for side in (ann, bob):
            assert statuses(await listed(side))[connection] == "disconnected"
            assert await listed(side, "/api/partners/remembered") == []
        for view in ("profile", "compatibility"):
            assert (await bob.client.get(f"/api/partners/{ann.id}/{view}")).status_code == 404

    async def test_again_is_the_same_and_taking_somebody_off_connects_nobody(self, house):
        ann, bob, connection = await couple(house)
        assert await block(ann, bob) == await block(ann, bob)
        assert (await ann.client.delete(f"/api/partners/blocked/{bob.id}")).status_code == 204
        assert (await ann.client.delete(f"/api/partners/blocked/{bob.id}")).status_code == 404
        assert await listed(ann, "/api/partners/blocked") == []
        assert statuses(await listed(ann))[connection] == "disconnected"
        assert await connect(bob, ann)

    async def test_only_people_one_has_met_can_be_blocked_so_nobody_learns_a_name_by_it(self, house):
        ann, stranger = await person(house, "Ann"), await person(house, "Cleo")
        for id_ in (stranger.id, ann.id, "00000000-0000-0000-0000-000000000000", "x"):
            assert (await ann.client.post(f"/api/partners/blocked/{id_}")).status_code == 404

    async def test_it_comes_in_pages_newest_first(self, house):
        ann = await person(house, "Ann")
        others = [await person(house, name) for name in ("Bea", "Cleo", "Dana")]
        for other in others:
            await connect(ann, other)
            await block(ann, other)
        first = (await ann.client.get("/api/partners/blocked?limit=2")).json()
        rest = (await ann.client.get(f"/api/partners/blocked?limit=2&cursor={first['next_cursor']}")).json()
        assert [each["name"] for each in (*first["items"], *rest["items"])] == ["Dana", "Cleo", "Bea"]
        assert rest["next_cursor"] is None

    async def test_a_line_goes_with_either_person(self, house):
        ann, bob, _ = await couple(house)
        await block(ann, bob)
        await bob.client.delete("/api/me")
        assert await listed(ann, "/api/partners/blocked") == []

    async def test_the_database_shows_it_to_nobody_else(self, house):
        ann, bob, _ = await couple(house)
        await block(ann, bob)
        async with house.services.database.as_user(bob.id) as db:
            assert await db.fetch("SELECT * FROM blocked_people") == []


class TestReachingNobody:
    async def test_a_request_by_mail_is_answered_as_ever_and_neither_mailed_nor_listed(self, house):
        ann, bob, _ = await couple(house)
        stranger = await person(house, "Cleo")
        await block(ann, bob)
        before, mails = await listed(ann), [len(house.mails(each.email)) for each in (ann, stranger)]
        asked = await ask(bob, recipient_email=ann.email)
        other = await ask(bob, recipient_email=stranger.email)
        assert {**asked, "id": 0}.keys() == other.keys()
        assert asked["status"] == other["status"] == "pending"
        assert await listed(ann) == before
        assert [len(house.mails(each.email)) for each in (ann, stranger)] == [mails[0], mails[1] + 1]
        for step in ("accept", "decline"):
            assert (await ann.client.post(f"/api/partners/connections/{asked['id']}/{step}")).status_code == 404
        assert statuses(await listed(bob))[asked["id"]] == "pending"
        async with house.services.database.as_user(ann.id) as db:
            assert await db.fetch("SELECT id FROM partner_connections WHERE id = $1", asked["id"]) == []

    async def test_a_link_of_theirs_opens_nothing_for_the_one_who_blocked(self, house):
        ann, bob, _ = await couple(house)
        await block(ann, bob)
        refused = await claim(ann, (await ask(bob))["token"])
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "invalid_token")

    async def test_a_link_they_get_hold_of_looks_opened_to_them_and_unopened_to_its_owner(self, house):
        ann, bob, _ = await couple(house)
        await block(ann, bob)
        mine = await ask(ann)
        waiting = (await ann.client.get(f"/api/partners/connections/{mine['id']}")).json()
        claimed = await claim(bob, mine["token"])
        assert (claimed.status_code, claimed.json()["words"]) == (200, mine["words"])
        assert (await accept(bob, mine["id"])).json()["accepted_by_me"] is True
        assert (await ann.client.get(f"/api/partners/connections/{mine['id']}")).json() == waiting
        refused = await accept(ann, mine["id"])
        assert (refused.status_code, refused.json()["error"]["message"]) == (409, "Nobody has opened your link yet.")
        theirs = (await bob.client.get(f"/api/partners/connections/{mine['id']}")).json()
        assert (theirs["status"], theirs["claimed"], theirs["accepted_by_me"]) == ("pending", True, True)

    async def test_their_no_to_it_is_not_told_either(self, house):
        ann, bob, _ = await couple(house)
        await block(ann, bob)
        mine = await ask(ann)
        waiting = (await ann.client.get(f"/api/partners/connections/{mine['id']}")).json()
        await claim(bob, mine["token"])
        assert (await bob.client.post(f"/api/partners/connections/{mine['id']}/decline")).status_code == 200
        assert (await ann.client.get(f"/api/partners/connections/{mine['id']}")).json() == waiting

    async def test_an_open_request_ends_as_requests_end(self, house):
        ann, bob, _ = await couple(house)
        theirs, mine = await ask(bob), await ask(ann)
        assert (await claim(ann, theirs["token"])).status_code == (await claim(bob, mine["token"])).status_code == 200
        await block(ann, bob)
        seen = statuses(await listed(bob))
        assert (seen[theirs["id"]], seen[mine["id"]]) == ("declined", "cancelled")

    async def test_asking_to_play_is_answered_as_after_any_ending(self, house):
        ann, bob, connection = await couple(house)
        cleo, dan, ended = await couple(house)
        await block(ann, bob)
        await cleo.client.post(f"/api/partners/connections/{ended}/disconnect")
        answers = []
        for asking, other, of in ((bob, ann, connection), (dan, cleo, ended)):
            for partner in ({"user_id": other.id}, {"connection_id": of}):
                answer = await asking.client.post("/api/sessions", json={"partner": partner, "settings": {}})
                answers.append((answer.status_code, answer.json()["error"]["code"]))
        assert answers[:2] == answers[2:]
        assert await listed(ann, "/api/sessions") == []

    @pytest.mark.parametrize("opener", ["ann", "bob"])
    async def test_neither_sits_down_at_the_others_open_seat(self, house, opener):
        ann, bob, _ = await couple(house)
        await block(ann, bob)
        one, other = (ann, bob) if opener == "ann" else (bob, ann)
        room = (await one.client.post("/api/sessions", json={"partner": {"link": True}, "settings": {}})).json()
        refused = await other.client.post("/api/sessions/join", json={"token": room["join"]["token"]})
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "invalid_token")
        shown = await other.client.post("/api/partners/connections/preview", json={"token": room["join"]["token"]})
        assert (shown.status_code, shown.json()["error"]["code"]) == (404, "invalid_token")
        stranger = await person(house, "Cleo")
        assert (
            await stranger.client.post("/api/sessions/join", json={"token": room["join"]["token"]})
        ).status_code == 200

    async def test_the_rooms_they_share_end_and_say_nothing_of_why(self, house):
        ann, bob, _ = await couple(house)
        asked = (await bob.client.post("/api/sessions", json={"partner": {"user_id": ann.id}, "settings": {}})).json()
        room = (await ann.client.post("/api/sessions", json={"partner": {"link": True}, "settings": {}})).json()
        await bob.client.post("/api/sessions/join", json={"token": room["join"]["token"]})
        for seat in ("A", "B"):
            await play(house.services, room["session_id"], seat, Ready(id=house.services.dice.fresh_id()))
        await block(ann, bob)
        for session in (asked, room):
            state = (await bob.client.get(f"/api/sessions/{session['session_id']}")).json()["state"]
            assert (state["phase"], state["reason"]) == ("ended", "abandoned")

    async def test_the_rooms_end_also_where_the_process_dies_right_after_its_commit(self, house, monkeypatch):
        ann, bob, _ = await couple(house)
        asked = (await bob.client.post("/api/sessions", json={"partner": {"user_id": ann.id}, "settings": {}})).json()
        with monkeypatch.context() as dead:
            dead.setattr(blocking, "recheck", _nothing)
            await block(ann, bob)
        assert await unchecked(house, asked) is True
        state = (await bob.client.get(f"/api/sessions/{asked['session_id']}")).json()["state"]
        assert (state["phase"], state["reason"]) == ("ended", "abandoned")

    async def test_nobody_is_asked_to_play_at_the_moment_of_blocking(self, house):
        ann, bob, _ = await couple(house)
        async with house.services.database.as_service() as db:
            await blocked.hold_pair(db, ann.id, bob.id)
            asking = asyncio.ensure_future(
                bob.client.post("/api/sessions", json={"partner": {"user_id": ann.id}, "settings": {}})
            )
            await waits_for_the_pair(house)
            await blocked.add(db, ann.id, bob.id, "Bob")
        assert (await asking).status_code == 404
        assert await listed(ann, "/api/sessions") == []

    async def test_nobody_is_asked_to_play_at_the_moment_of_a_disconnect(self, house):
        ann, bob, connection = await couple(house)
        async with house.services.database.as_service() as db:
            assert await partners.disconnect(db, connection, user_id=ann.id)
            asking = asyncio.ensure_future(
                bob.client.post("/api/sessions", json={"partner": {"connection_id": connection}, "settings": {}})
            )
            await waits_for_the_pair(house)
        assert (await asking).status_code == 404
        assert await listed(ann, "/api/sessions") == []

    async def test_who_blocked_may_still_be_reached_by_everybody_else(self, house):
        ann, bob, _ = await couple(house)
        cleo = await person(house, "Cleo")
        await block(ann, bob)
        assert await connect(cleo, ann)
        asked = await ask(cleo, recipient_email=ann.email)
        assert asked["id"] in statuses(await listed(ann))
