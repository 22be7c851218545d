"""Sessions over HTTP: opening with every kind of partner, joining by link, being asked, declining, lists and retries."""

import asyncio
import uuid
from email.utils import parsedate_to_datetime

import httpx
import pytest

from game_server.sessions.actions import abandon_idle
from tests.support.game import canonical, generous, playing
from tests.support.person import Person
from tests.support.phone import Phone

GUEST = {"name": "Bo", "anatomy_self": ["penis"], "anatomy_preference": ["any"]}


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.fixture(scope="module")
async def ada(server):
    async with await Person.registered(server.url, "Ada") as ada:
        yield ada


@pytest.fixture(scope="module")
async def bo(server):
    async with await Person.registered(server.url, "Bo") as bo:
        yield bo


@pytest.fixture(scope="module")
async def cy(server):
    async with await Person.anonymous(server.url, "Cy") as cy:
        yield cy


async def opens(person, expect=201, **body):
    return await person.post("/api/sessions", {"partner": {"link": True}, **body}, expect=expect)


async def refused(person, path, body, status):
    return (await person.post(path, body, expect=status))["error"]


@pytest.mark.parametrize(
    ("settings_", "field"),
    [
        ({"target_activities": 4}, "settings.target_activities"),
        ({"target_activities": 51}, "settings.target_activities"),
        ({"bank_ratio": 1.1}, "settings.bank_ratio"),
        ({"intimacy_level": "XX"}, "settings.intimacy_level"),
        ({"activity_type": "both"}, "settings.activity_type"),
        ({"type_choice": "dice"}, "settings.type_choice"),
        ({"turn_order": 1}, "settings.turn_order"),
        ({"rules": []}, "settings.rules"),
        ({"rules": {"x": "y" * 5000}}, "settings.rules"),
        ({"colour": "blue"}, "settings.colour"),
    ],
)
async def test_wrong_settings_are_refused_by_name(ada, settings_, field):
    error = await refused(ada, "/api/sessions", {"partner": {"link": True}, "settings": settings_}, 422)
    assert error["code"] == "invalid"
    assert list(error["fields"]) == [field]


@pytest.mark.parametrize(
    "partner",
    [
        {}, {"link": False}, {"link": True, "hosted": GUEST}, {"user_id": None}, {"hosted": {}},
        {"hosted": {**GUEST, "name": " "}}, {"hosted": {**GUEST, "name": "a\x00b"}},
        {"hosted": {**GUEST, "anatomy_self": ["wings"]}}, {"connection_id": 0}, {"connection_id": 2**40}, "bo", None,
    ],
)  # fmt: skip
async def test_a_partner_is_exactly_one_of_the_four(ada, partner):
    assert (await refused(ada, "/api/sessions", {"partner": partner}, 422))["code"] == "invalid"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"anatomy_self": None}, "anatomy_self"), ({"anatomy_preference": None}, "anatomy_preference"),
        ({"anatomy_self": []}, "anatomy_self"), ({"adult": False}, "adult"), ({"adult": "yes"}, "adult"),
    ],
)  # fmt: skip
async def test_a_hosted_guest_has_a_body_and_is_an_adult(ada, changed, field):
    guest = {key: value for key, value in {**GUEST, **changed}.items() if value is not None}
    error = await refused(ada, "/api/sessions", {"partner": {"hosted": guest}}, 422)
    assert list(error["fields"]) == [f"partner.hosted.{field}"]


async def test_a_hosted_guest_is_nobody_with_an_account_or_a_profile(ada, bo, cy, sql):
    """Whoever is named so has agreed to nothing: nothing comes into their history or their sessions, or out of their profile."""
    for named in (
        {"user_id": bo.id}, {"id": bo.id}, {"actor": f"user:{bo.id}"}, {"profile_id": 1}, {"anonymous_session_id": cy.id},
        {"email": "bo@example.org"},
    ):  # fmt: skip
        error = await refused(ada, "/api/sessions", {"partner": {"hosted": {**GUEST, **named}}}, 422)
        assert list(error["fields"]) == [f"partner.hosted.{next(iter(named))}"]
    for named in ({"user_id": bo.id}, {"anonymous_session_id": cy.id}):
        await refused(ada, "/api/sessions", {"partner": {"hosted": GUEST, **named}}, 422)
    made = await ada.post("/api/sessions", {"partner": {"hosted": {**GUEST, "name": bo.id}}}, expect=201)
    (row,) = await sql.fetch("SELECT * FROM session_seats WHERE session_id = $1 AND seat = 'B'", made["session_id"])
    assert (row["actor"], row["user_id"], row["anonymous_session_id"], row["profile_id"]) == ("hosted", None, None, 0)
    for stranger in (bo, cy):
        await stranger.get(f"/api/sessions/{made['session_id']}", expect=404)


@pytest.mark.parametrize("told", [{}, {"adult": True}, {"adult": None}])
async def test_that_a_guest_is_an_adult_may_be_left_out_and_is_taken(ada, told):
    made = await ada.post("/api/sessions", {"partner": {"hosted": {**GUEST, **told}}}, expect=201)
    assert made["join"] is None


async def test_the_settings_default_and_are_what_the_room_shows(ada):
    room = await opens(ada)
    state = (await ada.get(f"/api/sessions/{room['session_id']}"))["state"]
    assert state["settings"] == {
        "intimacy_level": "R", "activity_type": "random", "type_choice": "player", "turn_order": "alternate",
        "target_activities": 25, "bank_ratio": 0.5, "rules": {},
    }  # fmt: skip
    assert (state["phase"], state["seat"], state["level"], state["target"]) == ("lobby", "A", "R", 25)


async def test_a_link_has_words_a_picture_and_an_end(ada):
    room = await opens(ada, settings={"intimacy_level": "G"})
    join = room["join"]
    assert room.keys() == {"session_id", "seat", "join"}
    assert join.keys() == {"token", "link", "qr_svg", "words", "expires_at"}
    assert join["token"] in join["link"]
    assert "<svg" in join["qr_svg"]
    assert len(join["words"]) == 3
    assert len(join["token"]) == 43


async def test_joining_is_idempotent_for_the_same_caller_and_nobody_else(ada, bo, cy):
    room = await opens(ada)
    token = room["join"]["token"]
    joined = await cy.join(token)
    assert joined == {"session_id": room["session_id"], "seat": "B", "words": room["join"]["words"]}
    assert await cy.join(token) == joined
    head = (await ada.get(f"/api/sessions/{room['session_id']}"))["seq"]
    assert head == 2

    answers = [
        await refused(bo, "/api/sessions/join", {"token": token}, 404),
        await refused(bo, "/api/sessions/join", {"token": "x" * 43}, 404),
        await refused(bo, "/api/sessions/join", {"token": ""}, 404),
    ]
    assert {(error["code"], error["message"]) for error in answers} == {("invalid_token", answers[0]["message"])}
    assert (await refused(bo, "/api/sessions/join", {"token": "a\x00"}, 422))["code"] == "invalid"


async def test_ones_own_an_expired_and_a_finished_rooms_link_are_invalid(ada, cy, sql):
    room = await opens(ada)
    assert (await refused(ada, "/api/sessions/join", {"token": room["join"]["token"]}, 404))["code"] == "invalid_token"
    await sql.execute("UPDATE session_links SET expires_at = now() WHERE session_id = $1", room["session_id"])
    assert (await refused(cy, "/api/sessions/join", {"token": room["join"]["token"]}, 404))["code"] == "invalid_token"

    room = await opens(ada)
    phone = await Phone.in_room(ada, room["session_id"])
    await phone.command("end")
    await phone.close()
    assert (await refused(cy, "/api/sessions/join", {"token": room["join"]["token"]}, 404))["code"] == "invalid_token"


async def test_looking_at_a_link_into_a_game_says_who_asks_and_uses_nothing_up(ada, bo, cy, sql):
    room = await opens(ada)
    looking = ("/api/partners/connections/preview", {"token": room["join"]["token"]})
    asked = {"requester_name": "Ada", "expires_at": room["join"]["expires_at"], "kind": "game"}
    async with httpx.AsyncClient(base_url=ada.http.base_url) as nobody:
        assert (await nobody.post(looking[0], json=looking[1])).json() == asked
    assert await bo.post(*looking) == await cy.post(*looking) == asked
    assert await ada.post(*looking) == {**asked, "own": True, "session_id": room["session_id"]}

    await cy.join(room["join"]["token"])
    assert await cy.post(*looking) == asked
    assert (await refused(bo, *looking, 404))["code"] == "invalid_token"
    late = await opens(ada)
    await sql.execute("UPDATE session_links SET expires_at = now() WHERE session_id = $1", late["session_id"])
    looking = ("/api/partners/connections/preview", {"token": late["join"]["token"]})
    for person in (ada, bo):
        assert (await refused(person, *looking, 404))["code"] == "invalid_token"


async def test_every_answer_tells_the_time_of_the_database(ada, services):
    behind = services.clock.now().replace(microsecond=0)
    answer = await ada.http.get("/api/sessions")
    assert answer.headers.get_list("date") == [answer.headers["date"]]
    assert behind <= parsedate_to_datetime(answer.headers["date"]) <= services.clock.now()


async def test_renewing_a_link_voids_the_old_one(ada, bo, cy):
    room = await opens(ada)
    path = f"/api/sessions/{room['session_id']}/link"
    fresh = await ada.post(path, None)
    assert fresh.keys() == room["join"].keys()
    assert fresh["token"] != room["join"]["token"]
    assert (await refused(cy, "/api/sessions/join", {"token": room["join"]["token"]}, 404))["code"] == "invalid_token"
    assert (await cy.join(fresh["token"]))["words"] == fresh["words"]
    assert (await ada.post(path, None, expect=409))["error"]["code"] == "wrong_state"
    for stranger in (bo, cy):
        assert (await stranger.post(path, None, expect=404))["error"]["code"] == "not_found"


async def test_of_two_who_join_at_once_one_sits_down(server, ada, bo, cy):
    for _ in range(4):
        room = await opens(ada)
        answers = await asyncio.gather(
            *(who.http.post("/api/sessions/join", json={"token": room["join"]["token"]}) for who in (bo, cy))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 404]


async def test_joining_and_renewing_at_the_same_moment_never_fails(ada, cy):
    for _ in range(6):
        room = await opens(ada)
        join, renew = await asyncio.gather(
            cy.http.post("/api/sessions/join", json={"token": room["join"]["token"]}),
            ada.http.post(f"/api/sessions/{room['session_id']}/link"),
        )
        assert (join.status_code, renew.status_code) in ((200, 409), (404, 200))


async def test_a_connection_opens_one_session_and_only_for_its_two_people(server, ada, bo, cy, sql):
    connection_id = int(await ada.befriend(bo))
    async with await Person.registered(server.url, "Dee") as dee:
        await opens(dee, expect=404, partner={"connection_id": connection_id})
    assert (await opens(cy, expect=403, partner={"connection_id": connection_id}))["error"]["code"] == "forbidden"
    room = await opens(ada, partner={"connection_id": connection_id})
    assert room["join"] is None
    again = await opens(bo, expect=409, partner={"connection_id": connection_id})
    assert again["error"]["code"] == "wrong_state"
    found = await bo.get(f"/api/partners/connections/{connection_id}")
    assert found["session_id"] == room["session_id"]


async def test_a_stale_connection_opens_nothing(server, sql):
    async with await Person.registered(server.url, "Eve") as eve, await Person.registered(server.url, "Flo") as flo:
        connection_id = int(await eve.befriend(flo))
        await sql.execute(
            "UPDATE partner_connections SET requester_accepted_at = now() - interval '16 minutes',"
            " recipient_accepted_at = now() - interval '16 minutes', updated_at = now() - interval '16 minutes' WHERE id = $1",
            connection_id,
        )
        await opens(eve, expect=404, partner={"connection_id": connection_id})


async def test_a_remembered_partner_is_asked_again_and_takes_the_seat_by_coming(server):
    async with await Person.registered(server.url, "Gil") as gil, await Person.registered(server.url, "Hal") as hal:
        await opens(gil, expect=404, partner={"user_id": hal.id})
        await opens(gil, expect=404, partner={"user_id": gil.id})
        await opens(gil, expect=404, partner={"user_id": "nobody"})
        await gil.befriend(hal)
        room = await opens(gil, partner={"user_id": hal.id})
        asked = (await hal.get("/api/sessions", status="waiting"))["items"][0]
        assert (asked["session_id"], asked["seat"], asked["joined"]) == (room["session_id"], "B", False)
        assert asked["partner_name"] == "Gil"

        a = await Phone.in_room(gil, room["session_id"])
        assert a.state["seats"]["B"]["name"] is None
        b = await Phone.in_room(hal, room["session_id"])
        await a.until(lambda: a.state["seats"]["B"]["name"] == "Hal")
        assert (await hal.get("/api/sessions"))["items"][0]["joined"] is True
        await a.command("ready")
        await b.command("ready")
        await a.until(lambda: a.state["phase"] == "choosing")
        assert await hal.post(f"/api/sessions/{room['session_id']}/decline", None, expect=409)
        for phone in (a, b):
            await phone.close()

        room = await opens(gil, partner={"user_id": hal.id})
        a = await Phone.in_room(gil, room["session_id"])
        await hal.post(f"/api/sessions/{room['session_id']}/decline", None, expect=204)
        await hal.post(f"/api/sessions/{room['session_id']}/decline", None, expect=204)
        await a.until(lambda: a.state["phase"] == "ended")
        assert a.events("ended")[0]["reason"] == "declined"
        await a.close()


async def test_strangers_find_nothing(ada, bo, cy):
    room = await opens(ada)
    id_ = room["session_id"]
    for path in (f"/api/sessions/{id_}", f"/api/sessions/{id_}/activities"):
        for stranger in (bo, cy):
            assert (await stranger.get(path, expect=404))["error"]["code"] == "not_found"
    for stranger in (bo, cy):
        await stranger.post(f"/api/sessions/{id_}/decline", None, expect=404)
        await stranger.post("/api/ws-tickets", {"session_id": id_}, expect=404)
        assert id_ not in [item["session_id"] for item in (await stranger.get("/api/sessions"))["items"]]
    for nothing in (uuid.uuid4(), "%00", "x" * 200, "..%2f"):
        for path in (f"/api/sessions/{nothing}", f"/api/sessions/{nothing}/activities"):
            await ada.get(path, expect=404)


async def test_nobody_opens_or_joins_without_a_name_an_anatomy_and_being_adult(server, ada):
    room = await opens(ada)
    async with httpx.AsyncClient(base_url=server.url) as http:
        nobody = await http.post("/api/sessions", json={"partner": {"link": True}})
        assert nobody.status_code == 401
        made = (await http.post("/api/anonymous-sessions", json={"adult": True})).json()
        http.headers["Authorization"] = f"Bearer {made['token']}"
        for path, body in (
            ("/api/sessions", {"partner": {"link": True}}),
            ("/api/sessions/join", {"token": room["join"]["token"]}),
        ):
            answer = await http.post(path, json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "profile_required")


async def test_an_idempotency_key_opens_one_room_and_makes_its_link_anew(ada, sql):
    key, body = str(uuid.uuid4()), {"partner": {"link": True}, "settings": {"target_activities": 7}}
    header = {"Idempotency-Key": key}
    first = await ada.post("/api/sessions", body, **header)
    again = await ada.post("/api/sessions", body, **header)
    assert again["session_id"] == first["session_id"]
    assert again["join"]["token"] != first["join"]["token"]
    other = await ada.post("/api/sessions", {"partner": {"link": True}}, expect=409, **header)
    assert other["error"]["code"] == "key_reused"
    stored = await sql.fetch("SELECT to_jsonb(k)::text FROM idempotency_keys k WHERE route = 'POST /api/sessions'")
    assert stored
    for secret in (key, first["session_id"], first["join"]["token"], again["join"]["token"]):
        assert not any(secret in row[0] for row in stored)


async def test_own_sessions_are_listed_newest_first_by_status_and_page(server):
    async with await Person.anonymous(server.url, "Ida") as ida:
        ids = [(await opens(ida))["session_id"] for _ in range(5)]
        seen, cursor = [], None
        while True:
            page = await ida.get("/api/sessions", limit=2, **({"cursor": cursor} if cursor else {}))
            seen += [item["session_id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == ids[::-1]
        assert (await ida.get("/api/sessions", status="completed"))["items"] == []
        await ida.get("/api/sessions", expect=422, status="nothing")
        await ida.get("/api/sessions", expect=422, limit=1000)


async def test_a_session_nobody_moved_for_a_day_is_abandoned(server, sql, services):
    async with playing(server) as game, playing(server) as fresh:
        await sql.execute(
            "UPDATE sessions SET last_active_at = now() - interval '24 hours 1 second' WHERE session_id = $1",
            game.session_id,
        )
        assert await abandon_idle(services) == 1
        await game.a.until(lambda: game.a.state["phase"] == "ended")
        await game.agree()
        assert game.b.events("ended")[0]["reason"] == "abandoned"
        rows = await sql.fetch(
            "SELECT session_id, status FROM sessions WHERE session_id = ANY ($1)", [game.session_id, fresh.session_id]
        )
        assert {row["session_id"]: row["status"] for row in rows} == {
            game.session_id: "abandoned",
            fresh.session_id: "active",
        }


async def test_the_snapshot_is_the_same_from_any_process_and_to_both_but_for_their_own(server):
    async with playing(server, ready=False) as game:
        answers = [await phone.person.get(f"/api/sessions/{game.session_id}") for phone in game.phones]
        states = [{**answer["state"], "seat": "", "my_feedback": {}} for answer in answers]
        assert canonical(states[0]) == canonical(states[1])
