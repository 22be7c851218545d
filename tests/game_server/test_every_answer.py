"""Whatever is sent, wherever to: one shape, a code of the list, never an exception's words; and the headers of every answer."""

import json
import re
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from litestar.routes import HTTPRoute

from game_server.errors import CODES
from game_server.web.assets import built, load
from tests.support.house import House, Person, let_in, open_house, tell
from tests.support.raw import serving, wire

FREE = {f"limit_{name}": "100000/60" for name in ("login", "register", "claims", "tickets", "other")}
METHODS = ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PROPFIND")
GIVES_A_COOKIE = "/api/notion/oauth/"
"""The browser that goes to sign in at Notion is the one that comes back: nothing else knows it by a cookie."""
NOT_OURS = ("server", "x-powered-by", "set-cookie", "access-control-allow-origin", "access-control-allow-credentials")
WORDS_OF_EXCEPTIONS = re.compile(
    r"Traceback|Exception|Error\b|asyncpg|litestar|msgspec|websocket connection|\.py\b", re.IGNORECASE
)
"""What no sentence of ours has in it."""

BODY = b'{"name":"Kim","anatomy_self":["vagina"],"anatomy_preference":["any"]}'
JSON = b"Content-Type: application/json"
FILES = [f"/static/{name}" for name in (*load(), *built().files)]
UPGRADE = (b"Upgrade: websocket", b"Connection: Upgrade")
KEY = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
VERSION = b"Sec-WebSocket-Version: 13"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("data")
    async with open_house(database_url, redis_url, folder, public_url="https://play.example", **FREE) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kim(house) -> Person:
    person = await let_in(house)
    assert (await tell(person.client, adult=True)).status_code == 200
    return person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def url(house) -> AsyncIterator[str]:
    async with serving(house.app) as url:
        yield url


def dressed(path: str, status: int, headers: httpx.Headers | dict[str, str]) -> None:
    for name in ("x-content-type-options", "referrer-policy", "content-security-policy", "x-request-id"):
        assert name in headers, (path, status, name)
    found = {name for name in NOT_OURS if name in headers}
    assert not found - ({"set-cookie"} if path.startswith(GIVES_A_COOKIE) else set()), (path, headers)
    assert not path.startswith("/api") or headers["cache-control"] == kept(path, status), (path, status)


def kept(path: str, status: int) -> str:
    """The survey's questions are the same for all and have an ETag."""
    return "no-cache" if path == "/api/survey" and status == 200 else "no-store"


def in_shape(status: int, body: bytes, request_id: str) -> str:
    """The code of a refusal in the one shape."""
    assert body.startswith(b'{"error":'), (status, body[:200])
    error = json.loads(body)["error"]
    assert error.keys() == {"code", "message", "fields", "request_id"}
    assert error["request_id"] == request_id
    assert CODES[error["code"]] == status
    assert not WORDS_OF_EXCEPTIONS.search(json.dumps([error["message"], error["fields"]])), error
    return str(error["code"])


async def test_every_route_answers_every_method_with_every_header_and_in_one_shape(house):
    client = house.client()
    routes = [route for route in house.app.routes if isinstance(route, HTTPRoute)]
    for route in routes:
        path = re.sub(r"\{\w+:(str|path)\}", "7", re.sub(r"\{\w+:uuid\}", str(uuid.uuid4()), route.path))
        for method in METHODS:
            answer = await client.request(method, path)
            dressed(path, answer.status_code, answer.headers)
            assert answer.headers["strict-transport-security"]
            assert answer.status_code < 500, (method, path)
            is_read = method in ("GET", "HEAD")
            if answer.status_code >= 400 and method != "HEAD":
                in_shape(answer.status_code, answer.content, answer.headers["x-request-id"])
            if method not in route.methods and not (is_read and "GET" in route.methods):
                assert answer.status_code == 405, (method, path)
                assert method not in answer.headers["allow"].split(", ")


async def test_a_route_offers_the_methods_that_it_has(house):
    for route in house.app.routes:
        if isinstance(route, HTTPRoute):
            path = re.sub(r"\{\w+:(str|path)\}", "7", re.sub(r"\{\w+:uuid\}", str(uuid.uuid4()), route.path))
            answer = await house.client().options(path)
            head = {"HEAD"} if "GET" in route.methods else set()
            assert set(answer.headers["allow"].split(", ")) == route.methods | head, path


async def test_every_file_and_page_is_dressed_and_names_no_other_server(house):
    client = house.client()
    pages = [
        route.path
        for route in house.app.routes
        if isinstance(route, HTTPRoute)
        and "GET" in route.methods
        and "{" not in route.path
        and "/api" not in route.path
    ]
    for path in (*FILES, *pages, "/room/7", "/j/7", "/partners/7"):
        answer = await client.get(path)
        dressed(path, answer.status_code, answer.headers)
        if "text/html" in answer.headers.get("content-type", ""):
            assert not re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//", answer.text), path
            assert not re.findall(r"<script(?![^>]*\bsrc=)", answer.text), path


def request(first: bytes, *headers: bytes, body: bytes = b"", length: bool = True) -> bytes:
    own = (b"Content-Length: %d" % len(body),) if body and length else ()
    return b"\r\n".join([first + b" HTTP/1.1", b"Host: here", *headers, *own, b"", b""]) + body


POST = b"POST /api/me/demographics"
WIRE = {
    "a body longer than it may be, told": (request(POST, JSON, b"Content-Length: 2000000"), 413, "too_large"),
    "the same, asking first": (request(POST, JSON, b"Content-Length: 2000000", b"Expect: 100-continue"), 413, "too_large"),
    "an expectation of nobody's": (request(POST, JSON, b"Expect: 200-ok", body=BODY), 200, None),
    "a length below nothing": (request(POST, JSON, b"Content-Length: -3"), 400, "bad_request"),
    "a length in words": (request(POST, JSON, b"Content-Length: many"), 400, "bad_request"),
    "a length of twenty digits": (request(POST, JSON, b"Content-Length: " + b"9" * 20), 400, "bad_request"),
    "a length and chunks": (request(POST, JSON, b"Transfer-Encoding: chunked", body=BODY), 400, "bad_request"),
    "chunks that are none": (
        request(POST, JSON, b"Transfer-Encoding: chunked", body=b"zz\r\nabc\r\n0\r\n\r\n", length=False), 400, "bad_request",
    ),
    "chunks with more to say": (
        request(
            POST, JSON, b"Transfer-Encoding: chunked", body=b"%x;a=b\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), length=False,
        ),
        200, None,
    ),
    "another encoding of the transfer": (request(POST, JSON, b"Transfer-Encoding: identity", body=BODY), 400, "bad_request"),
    "two types": (request(POST, JSON, b"Content-Type: text/plain", body=BODY), 415, "unsupported_media_type"),
    "a type in capitals": (request(POST, JSON.upper(), body=BODY), 200, None),
    "nothing": (request(POST, JSON), 422, "invalid"),
    **{
        f"JSON that is {what}": (request(POST, JSON, body=body), status, code)
        for what, body, status, code in (
            ("null", b"null", 422, "invalid"), ("a list", b"[]", 422, "invalid"), ("a number", b"1", 422, "invalid"),
            ("not a number", b'{"name":NaN}', 400, "bad_json"), ("marked", b"\xef\xbb\xbf" + BODY, 400, "bad_json"),
            ("UTF-16", BODY.decode().encode("utf-16"), 400, "bad_json"),
            ("half a letter", b'{"name":"\\ud800"}', 400, "bad_json"),
            ("deep", b'{"name":' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400, "bad_json"),
            ("a NUL", b'{"name":"\\u0000"}', 422, "invalid"), ("a field of markup", b'{"<script>":1}', 422, "invalid"),
            ("twice the same", b'{"name":"a","name":1}', 422, "invalid"), ("endless", b'{"name":1e400}', 400, "bad_json"),
        )
    },
    "an unknown method": (request(b"FOO /api/me"), 400, "bad_request"),
    "a method in small letters": (request(b"get /api/me"), 400, "bad_request"),
    "another address by a header": (request(b"POST /api/me", b"X-HTTP-Method-Override: DELETE"), 405, "method_not_allowed"),
    "no host": (b"GET /api/nothing HTTP/1.1\r\n\r\n", 404, "not_found"),
    "HTTP/1.0": (b"GET /api/nothing HTTP/1.0\r\n\r\n", 404, "not_found"),
    "no host, and what there is": (b"OPTIONS /api/me HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad_request"),
    "a star": (request(b"GET *"), 404, "not_found"),
    "a proxy's address": (request(b"GET http://evil/api/nothing"), 404, "not_found"),
    "an address that climbs": (request(b"GET /static/%2e%2e/%2e%2e/settings.py"), 404, "not_found"),
    "half an escape": (request(b"GET /api/%zz"), 404, "not_found"),
    "an escape that is no text": (request(b"GET /api/sessions/%ed%a0%80"), 404, "not_found"),
    "a NUL": (request(b"GET /api/me%00"), 404, "not_found"),
    "a list of nobody's limit": (request(b"GET /api/sessions?limit=" + b"9" * 30), 422, "invalid"),
    "a NUL in the query": (request(b"GET /api/sessions?status=%00"), 422, "invalid"),
    "a cursor that is no text": (request(b"GET /api/sessions?cursor=%ff"), 422, "invalid"),
    "an encoding of the content": (request(POST, JSON, b"Idempotency-Key: \xff", body=BODY), 200, None),
    "a key that is none": (request(b"POST /api/sessions", JSON, b"Idempotency-Key: \xff", body=b'{"partner":{"link":true}}'),
                           422, "invalid"),
    "a request id of markup": (request(b"GET /api/nothing", b"X-Request-Id: <script>"), 404, "not_found"),
    "a socket's address without a socket": (request(b"GET /ws/sessions/7"), 405, "method_not_allowed"),
    "a socket of an old version": (
        request(b"GET /ws/sessions/7", *UPGRADE, KEY, b"Sec-WebSocket-Version: 8"), 400, "bad_request",
    ),
    "a socket without a key": (request(b"GET /ws/sessions/7", *UPGRADE, VERSION), 400, "bad_request"),
    "a socket with half a key": (request(b"GET /ws/sessions/7", *UPGRADE, VERSION, b"Sec-WebSocket-Key: x"), 400, "bad_request"),
    "a socket asked for with POST": (request(b"POST /ws/sessions/7", *UPGRADE, VERSION, KEY), 405, "method_not_allowed"),
    "a socket with broken extensions": (
        request(b"GET /ws/sessions/7", *UPGRADE, VERSION, KEY, b"Sec-WebSocket-Extensions: ;;,\x01"), 400, "bad_request",
    ),
    "a socket with broken protocols": (
        request(b"GET /ws/sessions/7", *UPGRADE, VERSION, KEY, b"Sec-WebSocket-Protocol: a b,,"), 400, "bad_request",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WIRE)
async def test_what_is_sent_by_hand_is_answered_in_the_one_shape(url, kim, what):
    data, status, code = WIRE[what]
    first, rest = data.split(b"\r\n", 1)
    async with wire(url) as line:
        line.say(first + b"\r\nAuthorization: Bearer " + kim.access.encode() + b"\r\n" + rest)
        answer = await line.answer()
        dressed(first.split()[1].decode(), answer.status, answer.headers)
        assert answer.status == status, answer.body
        if code:
            assert in_shape(answer.status, answer.body, answer.headers["x-request-id"]) == code
        if status == 400 and b"Sec-WebSocket-Version: 8" in data:
            assert answer.headers["sec-websocket-version"] == "13"


async def test_what_an_address_is_made_of_changes_nothing_of_what_guards_it(house, kim):
    """More slashes and escapes lead to the same route: with the same rules around it."""
    for path in ("//api/me/demographics", "/api//me/demographics", "/api/me/demographics/", "/api/%6de/demographics"):
        sent = await kim.client.post(f"http://localhost{path}", content=BODY, headers={"Content-Type": "text/plain"})
        assert (sent.status_code, sent.json()["error"]["code"]) == (415, "unsupported_media_type"), path
        dressed("/api", sent.status_code, sent.headers)
        nobody = await house.client().post(f"http://localhost{path}", json=json.loads(BODY))
        assert nobody.status_code == 401, path


async def test_no_page_of_another_origin_may_read_an_answer(kim):
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    for method in ("GET", "OPTIONS"):
        answer = await kim.client.request(method, "/api/me", headers=asked)
        assert not [name for name in answer.headers if name.startswith("access-control")]
