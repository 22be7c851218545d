"""A connection on which nobody says anything, or nothing whole, against the program as an operator starts it: a scan of ports,
the probe of a load balancer, a browser that speaks TLS to the plain port. It is closed before
long, and the log has no error of it.
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import msgspec
import pytest

from game_server.process import connections
from game_server.settings import Settings
from tests.support.raw import wire
from tests.support.server_process import ServerProcess

TLS_HELLO = bytes.fromhex("160301020001 0001fc0303") + bytes(range(200))
BOUND_S = 60
"""However slow the machine is; the deadlines themselves are those of test_parser.py."""

UPGRADE = (
    b"GET /ws/sessions/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nHost: here\r\n"
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
)
SAID = {
    "nothing": b"",
    "half a request line": b"GET /health",
    "a line and no end of the head": b"GET /health/live HTTP/1.1\r\nHost: here\r\n",
    "half an upgrade": UPGRADE,
    "half a body": (
        b"POST /api/auth/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    ),
    "a TLS hello": TLS_HELLO,
    "a proxy's own line": b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
    "a mail program": b"EHLO here\r\n",
    "zeros": bytes(100),
}


@pytest.fixture
async def answered(server: ServerProcess) -> AsyncIterator[str]:
    """The server's URL. Afterwards it answers, and its log has no line of an error and nothing that is no line of it."""
    before = len(server.log.read_bytes())
    yield server.url
    async with wire(server.url) as line:
        line.say(b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await line.answer()).status == 200
    said = server.log.read_bytes()[before:].decode()
    assert "Traceback" not in said
    assert [line for line in said.splitlines() if json.loads(line)["level"] not in ("debug", "info")] == []


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    return msgspec.structs.replace(settings, log_format="json")


async def left(url: str, said: bytes) -> bytes:
    """What somebody who said that, and says no more, is answered until the server closes."""
    async with asyncio.timeout(BOUND_S), wire(url) as line:
        line.say(said)
        return await line.ended()


async def test_who_says_nothing_or_nothing_whole_is_closed(answered):
    answers = dict(zip(SAID, await asyncio.gather(*(left(answered, said) for said in SAID.values())), strict=True))
    assert answers.pop("nothing") == b""
    statuses = {name: answer.split(b"\r\n")[0].partition(b" ")[2] for name, answer in answers.items()}
    slow, bad = b"408 Request Timeout", b"400 Bad Request"
    assert statuses == {
        "half a request line": slow,
        "a line and no end of the head": slow,
        "half an upgrade": slow,
        "half a body": slow,
        "a TLS hello": bad,
        "a proxy's own line": bad,
        "a mail program": bad,
        "zeros": bad,
    }


async def test_a_socket_that_shows_no_ticket_and_says_nothing_is_closed(answered):
    whole = UPGRADE + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    assert (await left(answered, whole)).startswith(b"HTTP/1.1 101")


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
async def test_a_probe_that_opens_and_goes_leaves_nothing_in_the_log(answered, said, reset):
    parts = urlsplit(answered)
    for _ in range(20):
        with socket.create_connection((parts.hostname, parts.port)) as probe:
            probe.sendall(SAID[said])
            if reset:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def test_who_says_that_it_has_said_all_is_closed(answered):
    """The peer's end of half a request: nothing more can come."""
    async with asyncio.timeout(BOUND_S), wire(answered) as line:
        line.say(SAID["half a request line"])
        line.writer.write_eof()
        await line.ended()


async def test_many_who_say_nothing_keep_nobody_else_out(answered):
    async with asyncio.timeout(BOUND_S), asyncio.TaskGroup() as group:
        for _ in range(2 * connections.FEWEST):
            group.create_task(left(answered, b""))
        async with wire(answered) as line:
            line.say(b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n")
            assert (await line.answer()).status == 200
