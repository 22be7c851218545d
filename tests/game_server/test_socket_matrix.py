"""Every message of a phone, every field of it that names something, with what is another's, used, guessed or of another moment.

The table is FIELDS: a new message or a new field needs a line there, and a test of this file that tries it.
"""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, get_args

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from game_server.live.messages import Heard
from rooms.sessions.commands import FromSeat
from tests.support.game import Game, playing
from tests.support.house import House, open_house
from tests.support.person import Person
from tests.support.phone import Frame, Phone, Refused
from tests.support.raw import serving

FREE = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "tickets", "other")}
AT_ONCE_S = 1.0
"""A change of rights is felt on open sockets within so long."""

COMMANDS = {kind.__struct_config__.tag: kind for kind in get_args(FromSeat)}
OTHERS = {kind.__struct_config__.tag: kind for kind in get_args(Heard)}
VALUES: dict[str, Any] = {
    "type": "random", "turn": 1, "feedback": "like", "executed": True, "level": "X", "minutes": 5, "action": "start",
}  # fmt: skip
"""Fields that name nothing: words, numbers of turns and minutes, with one that is allowed."""

FIELDS = {
    "id": "a name among the seat's own commands: used by the other seat, for something else, in another room",
    "seat": "the other seat, which has a phone of its own",
    "on": "an event: of long ago, of another kind, of another room, to come",
    "seq": "the same, in a beat: never more than this line has had",
    "epoch": "the log's: another room's, none",
    "last_seq": "an event: to come, below nothing",
}
"""What names something, and what of another's is tried in its place."""

BY_PHASE = {
    "lobby": {
        "choose": "not_started", "complete": "not_started", "skip": "not_started", "feedback": "not_started",
        "accept_level": "no_proposal", "decline_level": "no_proposal", "resume": "stale", "lengthen": "stale",
        "timer": "not_started",
    },
    "card": {
        "ready": "ack", "choose": "stale", "complete": "stale", "skip": "stale", "feedback": "no_card",
        "accept_level": "no_proposal", "decline_level": "no_proposal", "resume": "stale", "lengthen": "stale",
        "timer": "stale",
    },
    "paused": {
        "ready": "paused", "choose": "paused", "complete": "paused", "skip": "paused", "feedback": "no_card",
        "accept_level": "no_proposal", "decline_level": "no_proposal", "resume": "stale", "lengthen": "stale",
        "timer": "paused",
    },
    "ended": dict.fromkeys(set(COMMANDS) - {"feedback"}, "session_over"),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[House]:
    generous = {"credits_burst": 1000, "credits_per_s": 1000}
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("data"), **FREE, **generous) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(house) -> AsyncIterator[Any]:
    """The server, in this process."""
    async with serving(house.app) as url:
        yield SimpleNamespace(url=url, ws_url=url.replace("http", "ws", 1))


def said(t: str, *, on: int = 1, **fields: Any) -> Frame:
    """A command with something allowed in every field."""
    names = [name for name in COMMANDS[t].__struct_fields__ if name not in ("id", "seat")]
    values = {name: on if name == "on" else VALUES[name] for name in names}
    if t == "choose":
        values["type"] = "truth"
    return {"t": t, "id": str(uuid.uuid4()), **values, **fields}


async def answered(phone: Phone, message: Frame) -> str:
    """`ack`, or the code of a refusal."""
    try:
        await phone.command(message.pop("t"), **message)
    except Refused as refused:
        return refused.code
    return "ack"


# --- the gates --------------------------------------------------------------------------------------------------------


def test_every_field_of_every_message_names_nothing_or_is_tried():
    found = {name for kind in (*COMMANDS.values(), *OTHERS.values()) for name in kind.__struct_fields__}
    assert found - FIELDS.keys() - VALUES.keys() == set(), (
        "a field without a line in FIELDS: what of another's is tried?"
    )
    assert FIELDS.keys() | VALUES.keys() == found, "a line in FIELDS that no message has"


def test_every_command_has_a_row_in_every_phase():
    always = {"propose_level", "pause", "stop", "leave", "end"}
    for phase, row in BY_PHASE.items():
        missing = COMMANDS.keys() - row.keys() - always - ({"ready"} if phase == "lobby" else set()) - {"feedback"}
        assert missing == set(), f"a command that {phase} says nothing of: what is it answered there?"


# --- what another's is worth ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", BY_PHASE)
async def test_a_command_of_another_moment_is_refused_by_its_code_and_changes_nothing(here, phase):
    async with playing(here, ready=phase != "lobby") as game:
        if phase == "paused":
            await game.a.command("pause")
        if phase == "ended":
            await game.a.command("end")
        head = await game.settle()
        answers = {t: await answered(game.a, said(t)) for t in BY_PHASE[phase]}
        assert answers == BY_PHASE[phase]
        assert await game.settle() == head
        await game.agree()


async def test_nobody_speaks_for_a_seat_that_has_its_own_phone(here):
    async with playing(here, ready=False) as game:
        head = await game.settle()
        for t in COMMANDS:
            for phone, other in ((game.a, "B"), (game.b, "A")):
                assert await answered(phone, said(t, seat=other)) == "not_hosted", t
        assert await game.settle() == head
        assert await answered(game.a, said("ready", seat="A")) == "ack"


async def test_an_event_of_another_room_of_long_ago_or_to_come_is_stale_for_every_button(here):
    async with playing(here) as game, playing(here) as other:
        for _ in range(12):
            await other.a.command("skip", on=await other.card())
        elsewhere, own, began = await other.card(), await game.card(), game.a.last_seq_of("turn_began")
        assert elsewhere != own
        for t in ("complete", "skip", "timer"):
            for seq in (elsewhere, began, 1, own + 1, 2**31 - 1):
                assert await answered(game.b, said(t, on=seq)) == "stale", (t, seq)
        proposed = (await game.a.command("propose_level", level="X"))["seq"]
        for t in ("accept_level", "decline_level"):
            for seq in (own, elsewhere, proposed + 1):
                assert await answered(game.b, said(t, on=seq)) == "stale", (t, seq)
        assert await answered(game.b, said("decline_level", on=proposed)) == "ack"
        paused = (await game.a.command("pause"))["seq"]
        for seq in (own, elsewhere, paused + 1):
            assert await answered(game.b, said("resume", on=seq)) == "stale", seq
        await game.resume()
        assert await answered(game.b, said("complete", on=game.b.state["card_seq"])) == "ack"


async def test_an_id_is_its_seats_its_commands_and_its_rooms(here):
    async with playing(here) as game, playing(here) as other:
        own = said("complete", on=await game.card())
        assert await answered(game.a, dict(own)) == "ack"
        assert await answered(game.b, dict(own)) == "id_reused"
        assert await answered(game.a, {**own, "on": own["on"] + 1}) == "id_reused"
        assert await answered(game.a, {**said("leave"), "id": own["id"]}) == "id_reused"
        assert await answered(other.a, {**own, "on": await other.card()}) == "ack"
        assert await answered(game.a, dict(own)) == "ack"
        for t in ("skip", "pause", "stop"):  # of these nobody's seat is kept, and yet they are somebody's
            unsigned = said(t, on=await game.card()) if t == "skip" else said(t)
            assert await answered(game.a, dict(unsigned)) == "ack"
            assert await answered(game.b, dict(unsigned)) == "id_reused", t
            if t == "pause":
                await game.resume()


async def test_a_beat_that_claims_another_event_gets_no_more_than_its_own(here):
    async with playing(here) as game:
        heard = len(game.a.frames)
        for seq in (-(2**63), -1, 2**53, 2**63 - 1, 10**30):
            await game.a.say({"t": "beat", "seq": seq})
        await game.a.command("leave")
        assert {frame["t"] for frame in game.a.frames[heard:]} <= {"ack", "presence", "refused", "beat"}
        assert (await game.b.person.get(f"/api/sessions/{game.session_id}"))["seq"] == game.b.seq


async def test_a_hello_of_another_log_is_given_its_own_rooms_snapshot(here):
    async with playing(here) as game, playing(here) as other:
        for epoch, last_seq in ((other.a.epoch, 3), (game.a.epoch, 10**9), (game.a.epoch, -5), ("", 0), ("\0", 2)):
            phone = Phone(game.a.person, game.session_id)
            await phone.open_socket()
            await phone.say({"t": "hello", "epoch": epoch, "last_seq": last_seq})
            await phone.until(lambda phone=phone: phone._live)
            assert phone.mode == "snapshot"
            assert phone.state == (await game.a.person.get(f"/api/sessions/{game.session_id}"))["state"]
            await phone.close()


# --- whose room, whose ticket -----------------------------------------------------------------------------------------


async def sent_away(here: Any, room: str, *, ticket: str | None = None, token: str | None = None) -> int:
    """The code that the server closes with; 4408 is the door's: nobody said hello."""
    offered = ["attuned.v1", *([f"ticket.{ticket}"] if ticket else [])]
    headers = {"Authorization": token} if token else None
    url = f"{here.ws_url}/ws/sessions/{room}"
    async with connect(url, subprotocols=offered, additional_headers=headers, compression=None) as socket:
        await socket.send('{"t":"hello","epoch":null,"last_seq":0}')
        try:
            async with asyncio.timeout(10):
                return 200 if json.loads(await socket.recv())["t"] == "welcome" else 0
        except Exception:  # noqa: BLE001 - closed
            return socket.close_code or 1006


async def a_ticket(person: Person, room: str) -> str:
    return str((await person.post("/api/ws-tickets", {"session_id": room}))["ticket"])


async def test_a_room_opens_to_its_two_and_to_nobody_else_by_token_or_ticket(here):
    people = [await Person.registered(here.url, name) for name in ("Ana", "Ben", "Fay", "Sam")]
    ana, ben, fay, sam = people
    rooms = []
    for one, other in ((ana, ben), (ana, fay), (sam, ben)):
        opened = await one.open_room()
        await other.join(opened["join"]["token"])
        rooms.append(opened["session_id"])
    seated = [{ana, ben}, {ana, fay}, {sam, ben}]
    nowhere = [
        str(uuid.uuid4()),
        rooms[0].upper(),
        rooms[0] + "0",
        f"{rooms[0]}%00",
        "1",
        "-1",
        "9" * 40,
        "%F0%9F%92%9E",
    ]
    for person in people:
        header = person.http.headers["Authorization"]
        assert await sent_away(here, str(uuid.uuid4()), token=header) == 4403
        for room, own in zip(rooms, seated, strict=True):
            assert await sent_away(here, room, token=header) == (200 if person in own else 4403)
            asked = await person.http.post("/api/ws-tickets", json={"session_id": room})
            assert asked.status_code == (200 if person in own else 404)
    for room in nowhere:
        assert await sent_away(here, room, token=ana.http.headers["Authorization"]) == 4403, room
    ticket = await a_ticket(ana, rooms[0])
    assert await sent_away(here, rooms[1], ticket=ticket) == 4401  # her own room too, but not this ticket's
    assert await sent_away(here, rooms[0], ticket=ticket) == 4401  # and used by that
    for person in people:
        await person.close()


# --- rights that change while a socket is open ------------------------------------------------------------------------

RIGHTS: dict[str, Any] = {
    "logout": lambda person: person.http.post("/api/auth/logout"),
    "erased": lambda person: person.http.delete("/api/me"),
    "anonymous erased": lambda person: person.http.delete("/api/anonymous-sessions"),
}


@pytest.mark.parametrize("how", RIGHTS)
async def test_an_open_socket_closes_with_the_rights_hears_nothing_after_and_no_ticket_of_before_opens(here, how):
    kind = Person.anonymous if how == "anonymous erased" else Person.registered
    async with playing(here, people=(kind, Person.anonymous)) as game:
        ticket, header = await a_ticket(game.a.person, game.session_id), game.a.person.http.headers["Authorization"]
        assert (await RIGHTS[how](game.a.person)).is_success
        assert await game.a.until_closed() in (4401, 4409)
        heard = len(game.a.frames)
        await game.b.command("pause")
        assert len(game.a.frames) == heard
        assert game.b.closed is None
        assert await sent_away(here, game.session_id, ticket=ticket) == 4401
        assert await sent_away(here, game.session_id, token=header) == 4401


@pytest.mark.long
@pytest.mark.parametrize("how", RIGHTS)
async def test_it_closes_within_a_second_of_the_acknowledgement(here, how):
    kind = Person.anonymous if how == "anonymous erased" else Person.registered
    for _ in range(10):
        async with playing(here, people=(kind, Person.anonymous), ready=False) as game:
            assert (await RIGHTS[how](game.a.person)).is_success
            began = time.monotonic()
            await game.a.until_closed()
            assert time.monotonic() - began < AT_ONCE_S


@asynccontextmanager
async def other_login(person: Person) -> AsyncIterator[httpx.AsyncClient]:
    """The same person on another phone."""
    async with httpx.AsyncClient(base_url=person.url, timeout=30) as client:
        answer = await client.post("/api/auth/login", json={"email": person.email, "password": person.password})
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@pytest.mark.long
@pytest.mark.parametrize("how", ["this login", "all others", "a new password"])
async def test_a_login_ended_on_another_phone_closes_this_one(here, how):
    async with playing(here, people=(Person.registered, Person.anonymous)) as game:
        person = game.a.person
        async with other_login(person) as elsewhere:
            listed = (await elsewhere.get("/api/me/logins")).json()["items"]
            (login,) = [one["id"] for one in listed if not one["current"]]
            done = await {
                "this login": lambda: elsewhere.delete(f"/api/me/logins/{login}"),
                "all others": lambda: elsewhere.delete("/api/me/logins"),
                "a new password": lambda: elsewhere.post(
                    "/api/me/password", json={"current": person.password, "new": "a new battery staple"}
                ),
            }[how]()
            assert done.is_success, done.text
            assert await game.a.until_closed() == 4401
            assert game.b.closed is None


@pytest.mark.long
async def test_blocking_ends_the_room_that_both_sit_in_at_once(here):
    async with await Person.registered(here.url, "Ana") as ana, await Person.registered(here.url, "Ben") as ben:
        await ana.befriend(ben)
        room = await ana.open_room(activity_type="truth")
        await ben.join(room["join"]["token"])
        game = Game(*[await Phone.in_room(person, room["session_id"]) for person in (ana, ben)])
        await game.ready()
        await ana.post(f"/api/partners/blocked/{ben.id}", None)
        await game.b.until(lambda: game.b.state["phase"] == "ended")
        assert await answered(game.b, said("ready")) == "session_over"
        await game.close()


@pytest.mark.long
async def test_a_disconnect_ends_what_a_partner_may_read_and_a_running_game_goes_on(here):
    """A game is its two players'; who wants it to end says `end` or `stop`, or blocks. New ones need a new connection."""
    async with await Person.registered(here.url, "Ana") as ana, await Person.registered(here.url, "Ben") as ben:
        connection = await ana.befriend(ben)
        room = await ana.open_room(partner={"user_id": ben.id})
        game = Game(*[await Phone.in_room(person, room["session_id"]) for person in (ana, ben)])
        await game.ready()
        await ana.post(f"/api/partners/connections/{connection}/disconnect", None)
        assert (await ben.http.get(f"/api/partners/{ana.id}/profile")).status_code == 404
        asked = await ben.http.post("/api/sessions", json={"partner": {"user_id": ana.id}})
        assert asked.status_code == 404
        stopped = await game.b.command("stop")
        await game.a.until_seq(stopped["seq"])
        await game.close()
