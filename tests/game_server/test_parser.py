"""What a connection may send and how long it may take: tried by hand, on a small application."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from litestar import Litestar, Request, get, post
from litestar.exceptions import HTTPException

from game_server import errors
from game_server.http.bodies import JsonRequest
from game_server.process import connections, parser
from game_server.settings import Settings
from rooms.errors import Refused
from tests.support.raw import Wire, serving, wire

GET = b"GET /there HTTP/1.1\r\nHost: here\r\n"


@get("/there", sync_to_thread=False)
def there() -> dict[str, str]:
    return {"is": "something"}


@get("/heard", sync_to_thread=False)
def heard(request: Request[Any, Any, Any]) -> list[str]:
    return [name for name, _ in request.scope["headers"] for name in [name.decode()]]


@get("/much", sync_to_thread=False)
def much() -> bytes:
    return b"x" * 20_000_000


@post("/take")
async def take(request: Request[Any, Any, Any]) -> int:
    return len(await request.body())


def an_app() -> Litestar:
    return Litestar(
        [there, heard, much, take],
        openapi_config=None,
        logging_config=None,
        request_class=JsonRequest,
        request_max_body_size=parser.LARGEST_BODY,
        exception_handlers={Refused: errors.refused, HTTPException: errors.framework_refused, Exception: errors.failed},
    )


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async with serving(an_app()) as url:
        yield url


async def refused(url: str, data: bytes) -> tuple[int, str]:
    """The status and code of the only answer, after which the connection ends."""
    async with wire(url) as line:
        line.say(data)
        answer = await line.answer()
        assert answer.headers["connection"] == "close"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert json.loads(answer.body)["error"].keys() == {"code", "message", "fields", "request_id"}
        assert await line.ended() == b""
        return answer.status, answer.code


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\nHost: here\r\n\r\n", 414, "address_too_long"),
        (b"GET /" + b"a" * 50_000, 414, "address_too_long"),
        (GET + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431, "headers_too_large"),
        (GET + b"X: " + b"a" * 30_000, 431, "headers_too_large"),
        (GET + b"a" * 30_000, 431, "headers_too_large"),
        (GET + b"X: a\r\n" * 100 + b"\r\n", 431, "headers_too_large"),
        (GET + b"".join(b"X%d: %s\r\n" % (n, b"a" * 6000) for n in range(5)) + b"\r\n", 431, "headers_too_large"),
        (b"GET /\xff HTTP/1.1\r\nHost: here\r\n\r\n", 400, "bad_request"),
        (b"hello\r\n\r\n", 400, "bad_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400, "bad_request"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "bad_request"),
        (GET + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "bad_request"),
    ],
)
async def test_what_is_too_long_or_no_http_is_refused_in_the_shape_of_every_error(url, data, status, code):
    assert await refused(url, data) == (status, code)


UPGRADE = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
READ = 403
"""The small application has no socket: it was read whole, and the application was asked."""
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (GET + UPGRADE + KEY + b"Content-Length: 10\r\n\r\n", 400),
        (GET + UPGRADE + KEY + b"Transfer-Encoding: chunked\r\n\r\n", 400),
        (GET + UPGRADE + b"\r\n", 400),
        (GET.replace(b"GET", b"POST") + UPGRADE + KEY + b"\r\n", 405),
        (GET + UPGRADE + KEY + b"X: \xc3\x28\r\n\r\n", READ),
        (GET + UPGRADE + KEY + b"X: " + b"a" * 7900 + b"\r\n\r\n", READ),
        (b"GET /" + b"a" * 4000 + b" HTTP/1.1\r\nHost: here\r\n" + UPGRADE + KEY + b"\r\n", READ),
        (GET + UPGRADE + KEY + b"X: a\r\n" * 95 + b"\r\n", READ),
        (b"CONNECT there:80 HTTP/1.1\r\nHost: there:80\r\n\r\n", 400),
    ],
)
async def test_an_upgrade_is_made_or_refused_and_never_kept_waiting(url, data, status):
    async with wire(url) as line:
        line.say(data)
        assert (await line.answer()).status == status


async def test_an_upgrade_to_something_else_is_answered_and_closed(url):
    async with wire(url) as line:
        line.say(GET + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n\r\n")
        assert (await line.answer()).status == 200
        assert await line.ended() == b""


async def test_what_is_just_within_the_bounds_is_answered(url):
    async with wire(url) as line:
        line.say(GET + b"X: " + b"a" * 7000 + b"\r\n" + b"Y: a\r\n" * 90 + b"\r\n")
        assert (await line.answer()).status == 200
        line.say(GET + b"\r\n")
        assert (await line.answer()).status == 200


async def sent_until_cut(line: Wire, pieces: list[bytes]) -> int:
    """How many of them were sent before the server cut the connection."""
    for number, piece in enumerate(pieces):
        try:
            line.say(piece)
            await line.writer.drain()
            await asyncio.sleep(0)
        except ConnectionError:
            return number
    return len(pieces)


async def test_headers_without_end_take_no_memory(url):
    async with wire(url) as line:
        line.say(GET)
        assert await sent_until_cut(line, [b"X: " + b"a" * 1000 + b"\r\n"] * 50_000) < 50_000


async def test_trailers_of_a_chunked_body_become_no_headers(url):
    async with wire(url) as line:
        line.say(
            b"GET /heard HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: me\r\n\r\n"
        )
        assert json.loads((await line.answer()).body) == ["host", "transfer-encoding"]


async def test_a_body_without_end_is_cut(url):
    for path in (b"/take", b"/there"):
        async with wire(url) as line:
            line.say(b"POST " + path + b" HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n")
            chunk = b"8000\r\n" + b"a" * 0x8000 + b"\r\n"
            assert await sent_until_cut(line, [chunk] * 1000) < 1000


async def test_many_requests_at_once_are_answered_in_order_but_not_without_end(url):
    async with wire(url) as line:
        line.say((GET + b"\r\n") * 10)
        assert [(await line.answer()).status for _ in range(10)] == [200] * 10
        line.say((GET + b"\r\n") * 5000)
        assert (await line.ended()).count(b"HTTP/1.1 200") < 100


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that a test can wait for."""
    monkeypatch.setattr(parser, "HEAD_WITHIN_S", 0.2)
    monkeypatch.setattr(parser, "BODY_WITHIN_S", 0.2)
    monkeypatch.setattr(parser, "LINGER_S", 0.1)
    monkeypatch.setattr(parser, "LOOK_EVERY_S", 0.2)


async def dribbled(line: Wire, data: bytes) -> None:
    """A byte now and then, until the server has had enough."""
    while not line.reader.at_eof() and not line.writer.is_closing():
        line.say(data)
        try:
            await line.writer.drain()
        except ConnectionError:
            return
        await asyncio.sleep(0.02)


async def test_a_request_that_never_gets_whole_is_408_and_closed(url, hasty):
    for start, more in (
        (GET, b"X: a\r\n"),
        (b"", b"G"),
        (b"POST /take HTTP/1.1\r\nHost: here\r\nContent-Length: 500000\r\n\r\n", b"a"),
        (b"POST /take HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    ):
        async with wire(url) as line:
            line.say(start)
            sending = asyncio.ensure_future(dribbled(line, more))
            answer = await line.answer()
            if start or answer.status != 400:  # "GGGG…" may be no method any more
                assert (answer.status, answer.code) == (408, "request_timeout")
            assert await line.ended() == b""
            sending.cancel()


async def test_a_connection_that_says_nothing_is_closed_without_a_word(url, hasty):
    async with wire(url) as line:
        assert await line.ended() == b""


async def test_the_second_request_of_a_connection_has_a_deadline_too(url, hasty):
    async with wire(url) as line:
        line.say(GET + b"\r\n")
        assert (await line.answer()).status == 200
        line.say(GET)
        assert (await line.answer()).status == 408


async def test_a_body_that_ends_early_is_no_error_in_the_log(url, caplog):
    for body in (b"Content-Length: 100\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"):
        async with wire(url) as line:
            line.say(b"POST /take HTTP/1.1\r\nHost: here\r\n" + body)
            await line.writer.drain()
    async with wire(url) as line:
        line.say(GET + b"\r\n")
        await line.answer()
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


async def test_who_takes_nothing_of_the_answer_is_cut(url, hasty, monkeypatch):
    cut = asyncio.Event()
    monkeypatch.setattr(parser.gauges.CONNECTIONS_CUT, "inc", cut.set)
    async with wire(url) as line:
        line.writer.transport.pause_reading()
        line.say(GET.replace(b"/there", b"/much") + b"\r\n")
        await cut.wait()
        line.writer.transport.resume_reading()
        assert len(await line.ended()) < 20_000_000


async def test_who_waits_longest_makes_room_for_a_newcomer(monkeypatch):
    monkeypatch.setattr(connections, "places", lambda _files: 4)
    async with serving(an_app()) as url, AsyncExitStack() as open_lines:
        lines = [await open_lines.enter_async_context(wire(url)) for _ in range(4)]
        for line in lines:
            line.say(GET)
        lines[0].say(b"\r\n")
        assert (await lines[0].answer()).status == 200  # it begins to wait anew, behind the others
        for _ in range(3):
            newcomer = await open_lines.enter_async_context(wire(url))
            newcomer.say(GET + b"\r\n")
            assert (await newcomer.answer()).status == 200
        for line in lines[1:]:
            assert await line.ended() == b""
        lines[0].say(GET + b"\r\n")
        assert (await lines[0].answer()).status == 200


def test_one_address_has_its_share_and_no_more():
    class Line:
        def cut(self) -> None: ...

    table = connections.Connections(100, Settings(connections_per_address=2, trusted_proxies=("9.9.9.9",)))
    for one, same, other in (
        ("1.1.1.1", "::ffff:1.1.1.1", "1.1.1.2"),
        ("2606:4700::1", "2606:4700::2", "2606:4700:0:1::1"),
    ):
        assert [table.enter(address) for address in (one, same, one)] == [True, True, False]
        assert table.enter(other)
        table.leave(one, Line())
        table.leave(same, Line())
        assert table.enter(one)
    for whoever in ("127.0.0.1", "10.0.0.7", "fd00::7", "9.9.9.9", ""):
        assert [table.enter(whoever) for _ in range(3)] == [True] * 3


def test_the_limit_of_open_files_is_raised_as_far_as_it_may_be():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    low = min(hard, 512) if hard != resource.RLIM_INFINITY else 512
    resource.setrlimit(resource.RLIMIT_NOFILE, (low, hard))
    try:
        assert connections.raise_file_limit() >= low
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        assert raised == (
            connections.WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, connections.WANTED_FILES)
        )
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert [connections.places(files) for files in (64, 256, 1024, 65536)] == [32, 96, 864, 65376]
