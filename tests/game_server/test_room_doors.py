"""Who gets into a room's socket, who is sent away and with which code, and what bad input does."""

import asyncio
import json
import time
import uuid

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.support.game import generous, playing
from tests.support.person import Person
from tests.support.phone import Phone, Refused

DEEP = "[" * 4000 + "]" * 4000


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, credits_burst=20, credits_per_s=5, ping_ms=500, hello_s=1)


async def ticket_of(phone):
    return (await phone.person.post("/api/ws-tickets", {"session_id": phone.session_id}))["ticket"]


async def sent_away(server, session_id, *, ticket=None, protocol="attuned.v1", origin=None, **headers):
    """The close code, and the subprotocol that was answered."""
    offered = [name for name in (protocol, ticket and f"ticket.{ticket}") if name]
    async with connect(
        f"{server.ws_url}/ws/sessions/{session_id}",
        subprotocols=offered or None,
        origin=origin,
        additional_headers=headers,
        compression=None,
    ) as socket:
        await socket.wait_closed()
        return socket.close_code, socket.subprotocol


async def test_a_bad_used_or_foreign_ticket_is_closed_4401(server):
    async with playing(server) as game, playing(server, ready=False) as other:
        assert await sent_away(server, game.session_id, ticket="x" * 43) == (4401, "attuned.v1")
        assert (await sent_away(server, game.session_id))[0] == 4401
        assert (await sent_away(server, other.session_id, ticket=await ticket_of(game.a)))[0] == 4401

        ticket = await ticket_of(game.a)
        url = f"{server.ws_url}/ws/sessions/{game.session_id}"
        async with connect(url, subprotocols=["attuned.v1", f"ticket.{ticket}"], compression=None):
            assert (await sent_away(server, game.session_id, ticket=ticket))[0] == 4401


async def test_a_bearer_token_in_the_header_does_instead_of_a_ticket(server):
    async with playing(server) as game:
        header = game.b.person.http.headers["Authorization"]
        url = f"{server.ws_url}/ws/sessions/{game.session_id}"
        async with connect(url, additional_headers={"Authorization": header}, compression=None) as socket:
            assert socket.subprotocol is None
            await socket.send('{"t":"hello","epoch":null,"last_seq":0}')
            assert json.loads(await socket.recv())["seat"] == "B"
        assert (await sent_away(server, game.session_id, Authorization="Bearer nobody"))[0] == 4401


async def test_strangers_and_unknown_rooms_are_closed_4403(server):
    async with playing(server) as game, await Person.anonymous(server.url, "Cy") as cy:
        header = cy.http.headers["Authorization"]
        rooms = (game.session_id, str(uuid.uuid4()), "nothing", "x" * 500, "%00", "a%00b", "%F0%9F%92%9E", "%27")
        for room in rooms:
            assert (await sent_away(server, room, Authorization=header))[0] == 4403


async def test_a_foreign_origin_is_closed_4403_and_the_servers_own_is_let_in(server):
    async with playing(server) as game:
        for origin in ("https://evil.example", "null", server.url + ".evil.example"):
            code, _ = await sent_away(server, game.session_id, ticket=await ticket_of(game.a), origin=origin)
            assert code == 4403
        # no hello follows, so the door was open
        code, _ = await sent_away(server, game.session_id, ticket=await ticket_of(game.a), origin=server.url)
        assert code == 4408


async def test_the_name_that_a_client_gives_the_server_lets_no_page_in(server):
    port = int(server.url.rsplit(":", 1)[1])
    async with playing(server) as game:
        ticket = await ticket_of(game.a)
        async with connect(
            f"ws://evil:{port}/ws/sessions/{game.session_id}",
            host="127.0.0.1",
            port=port,
            origin=f"http://evil:{port}",
            subprotocols=["attuned.v1", f"ticket.{ticket}"],
        ) as socket:
            await socket.wait_closed()
            assert socket.close_code == 4403


NOWHERE = [
    *(
        "sessions/..%2f..",
        "sessions/%2e%2e%2f",
        "sessions/a%2fb",
        "sessions/a/b",
        "sessions/",
        "sessions",
        "sessions/%00/",
    ),
    *("sessions/" + "x" * 3000, "sessions/%ff", "sessions/%", "other", "bonds/7", "", "../api/me", "%00"),
]


@pytest.mark.parametrize("protocol", ["attuned.v1", None])
async def test_an_address_that_is_no_room_is_told_apart_from_a_broken_line(server, protocol):
    offered = [protocol] if protocol else None
    others = ("/", "/health/live", "/api/me", "/static/js/main.js", "/nothing")
    async with await Person.anonymous(server.url, "Cy") as cy:
        header = {"Authorization": cy.http.headers["Authorization"]}
        for path in (*(f"/ws/{path}" for path in NOWHERE), *others):
            url = server.ws_url + path
            async with connect(url, subprotocols=offered, additional_headers=header, compression=None) as socket:
                await socket.wait_closed()
                assert (socket.close_code, socket.subprotocol) == (4403, protocol), path


async def test_only_the_current_protocol_is_spoken_and_the_ticket_never_answered(server):
    async with playing(server) as game:
        old = await sent_away(server, game.session_id, ticket=await ticket_of(game.a), protocol="attuned.v0")
        assert old == (4426, "attuned.v0")
        assert (await sent_away(server, game.session_id, protocol="chat"))[1] == "chat"
        ticket = await ticket_of(game.a)
        assert await sent_away(server, game.session_id, ticket=ticket) == (4408, "attuned.v1")


async def test_no_hello_in_time_is_closed_4408_whatever_else_is_said(server):
    async with playing(server) as game:
        await game.a.close()
        await game.a.open_socket()
        await game.a.say({"t": "ready", "id": str(uuid.uuid4())})
        assert await game.a.until_closed() == 4408
        assert game.a.frames[-1]["code"] == "bad_message"


async def test_a_second_tab_takes_over_and_the_first_is_closed_4409(server):
    async with playing(server) as game:
        second = await Phone.in_room(game.a.person, game.session_id)
        assert await game.a.until_closed() == 4409
        await second.command("complete", on=second.state["card_seq"])
        await game.b.until_seq(second.seq)
        await second.close()


async def test_binary_is_closed_1003_and_an_oversized_frame_1009(server):
    async with playing(server) as game:
        await game.a._socket.send(b"{}")
        assert await game.a.until_closed() == 1003
        await game.a.connect()
        await game.a._socket.send('{"t":"' + "x" * 9000 + '"}')
        assert await game.a.until_closed() == 1009
        await game.a.connect()
        await game.agree()


BAD = {
    "not JSON": "hello",
    "nothing": "",
    "an array": "[]",
    "a number": "17",
    "null": "null",
    "no t": '{"id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11"}',
    "an unknown t": '{"t":"cheat","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11"}',
    "no id": '{"t":"ready"}',
    "an id that is no UUID": '{"t":"ready","id":"1"}',
    "an id of another type": '{"t":"ready","id":{}}',
    "no on": '{"t":"complete","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11"}',
    "a text for a number": '{"t":"complete","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","on":"4"}',
    "a giant number": '{"t":"complete","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","on":' + "9" * 4000 + "}",
    "a number over 64 bits": '{"t":"complete","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","on":18446744073709551616}',
    "an infinite number": '{"t":"complete","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","on":1e999}',
    "a negative number": '{"t":"skip","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","on":-1}',
    "an unknown level": '{"t":"propose_level","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","level":"Q"}',
    "an unknown seat": '{"t":"ready","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","seat":"C"}',
    "a NUL": '{"t":"ready","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a1\\u0000"}',
    "half a surrogate": '{"t":"\\ud800","id":"\\ud800"}',
    "minutes without end": '{"t":"lengthen","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","minutes":99999999}',
    "deep nesting": DEEP,
    "deep nesting inside": '{"t":"ready","id":"8d0f6a53-9f4e-4f0e-8b58-3d3b8f5f7a11","x":' + DEEP[500:-500] + "}",
    "deep nesting as id": '{"t":"ready","id":' + DEEP[500:-500] + "}",
    "a beat without seq": '{"t":"beat"}',
    "a second hello": '{"t":"hello","epoch":null,"last_seq":0}',
}


async def test_bad_messages_are_refused_and_the_socket_stays_open(server):
    async with playing(server, ready=False) as game:
        for number, (what, text) in enumerate(BAD.items(), start=1):
            heard = len(game.a.frames)
            await game.a._socket.send(text)
            await game.a.until(lambda heard=heard: any(f["t"] == "refused" for f in game.a.frames[heard:]))
            refused = next(frame for frame in game.a.frames[heard:] if frame["t"] == "refused")
            assert refused["code"] == "bad_message", what
            assert refused.keys() == {"t", "id", "code", "message", "head", "retryable"}
            if number % 15 == 0:  # refusals are counted too
                await game.a.close()
                await game.a.connect()
        await game.a.command("ready")


async def test_unknown_fields_of_a_command_are_ignored(server):
    async with playing(server, ready=False) as game:
        await game.a.command("ready", colour="blue", on=None)


async def test_a_frame_that_is_no_utf_8_ends_the_connection(server):
    async with playing(server, ready=False) as game:
        async with game.a._socket.send_context():
            game.a._socket.protocol.send_text(b"\xc3\x28")
        assert await game.a.until_closed() == 1007
        await game.a.connect()


async def test_credits_run_out_but_never_for_pause_stop_and_beats(server):
    async with playing(server) as game:
        await asyncio.gather(*(game.a.command("leave") for _ in range(15)))
        codes = []
        for _ in range(10):
            try:
                await game.a.command("feedback", turn=1, feedback="like")
            except Refused as refused:
                codes.append(refused.code)
        assert "rate_limited" in codes
        assert (await game.a.command("pause"))["t"] == "ack"
        for _ in range(30):
            await game.a.say({"t": "beat", "seq": game.a.seq})
        assert (await game.a.command("stop"))["t"] == "ack"
        limited = next(f for f in game.a.frames if f.get("code") == "rate_limited")
        assert limited["retryable"] is True


async def test_twenty_refusals_in_ten_seconds_are_closed_1008(server):
    async with playing(server, ready=False) as game:
        began = time.monotonic()
        for number in range(20):
            try:
                await game.a._socket.send(json.dumps({"t": "nonsense", "id": str(number)}))
            except ConnectionClosed:
                break
        assert await game.a.until_closed() == 1008
        assert time.monotonic() - began < 10
        assert len([f for f in game.a.frames if f["t"] == "refused"]) == 20
        await game.a.connect()


async def test_a_flood_of_commands_is_closed_1008_too(server):
    async with playing(server, ready=False) as game:
        for _ in range(60):
            try:
                await game.a.say({"t": "leave", "id": str(uuid.uuid4())})
            except ConnectionClosed:
                break
        assert await game.a.until_closed() == 1008


async def test_a_phone_that_answers_a_beat_with_a_lower_seq_is_sent_what_it_lacks(server):
    async with playing(server) as game:
        game.a.answers_beats = False
        await game.complete()
        head = await game.settle()
        had = [frame for frame in game.a.frames if frame["t"] == "event" and frame["seq"] > head - 2]
        await game.a.until(lambda: game.a.frames[-1]["t"] == "beat" and game.a.frames[-1]["head"] == head)
        beat = game.a.frames[-1]
        assert beat.keys() == {"t", "head", "now"}

        game.a.seq = head - 2
        await game.a.say({"t": "beat", "seq": head - 2})
        await game.a.until_seq(head)
        again = [frame for frame in game.a.frames if frame["t"] == "event" and frame["seq"] > head - 2]
        assert again == had + had
        await game.agree()
