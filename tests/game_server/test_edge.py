"""What every answer has, whatever was asked: an id, headers, one shape; HEAD, unknown addresses, foreign hosts and origins."""

import re
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from litestar.routes import HTTPRoute
from structlog.testing import capture_logs

from game_server.process import addresses, origins
from game_server.settings import Settings, SettingsError
from tests.support.house import House, open_house, sign_up

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(
        database_url, redis_url, tmp_path_factory.mktemp("data"), public_url="https://play.example"
    ) as opened:
        yield opened


def readable(house: House) -> list[str]:
    """An address of every route that can be read."""
    routes = [route for route in house.app.routes if isinstance(route, HTTPRoute) and "GET" in route.methods]
    return [
        re.sub(r"\{[^}]*uuid\}", str(uuid.uuid4()), re.sub(r"\{\w+:(str|path)\}", "7", route.path)) for route in routes
    ]


def dressed(answer: httpx.Response) -> None:
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "content-security-policy" in answer.headers
    assert answer.headers["x-request-id"]


def refusal(answer: httpx.Response) -> str:
    """The code of a refusal in the one shape."""
    error = answer.json()["error"]
    assert error.keys() == {"code", "message", "fields", "request_id"}
    assert error["request_id"] == answer.headers["x-request-id"]
    dressed(answer)
    code: str = error["code"]
    return code


async def test_head_is_get_without_its_body_everywhere(house):
    person = await sign_up(house)
    paths = readable(house)
    assert len(paths) > 25
    for path in paths:
        whole, head = await person.client.get(path), await person.client.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        assert head.headers.keys() == whole.headers.keys(), path
        assert head.headers.get("content-type") == whole.headers.get("content-type"), path
        dressed(head)


async def test_head_of_what_cannot_be_read_is_405_and_where_it_can_it_is_offered(house):
    answer = await house.client().head("/api/auth/login")
    assert (answer.status_code, "HEAD" in answer.headers["allow"]) == (405, False)
    answer = await house.client().post("/health/live")
    assert (answer.status_code, refusal(answer)) == (405, "method_not_allowed")
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))
    answer = await house.client().options("/health/live")
    assert {"GET", "HEAD"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize("path", ["/api/partners/remembered/", "/api/me/logins/"])
async def test_one_of_many_whose_id_is_empty_is_none_and_never_all(house, path):
    answer = await house.client().delete(path)
    assert (answer.status_code, refusal(answer)) == (404, "not_found")
    answer = await house.client().delete(path.rstrip("/"))
    assert (answer.status_code, refusal(answer)) == (401, "unauthorized")


@pytest.mark.parametrize(
    "path", ["/api/nothing", "/api/me/nothing/at/all", "/nothing", "/static/none.js", "/%00", "/..%2f.."]
)
async def test_what_does_not_exist_is_told_in_one_shape(house, path):
    answer = await house.client().get(path)
    assert (answer.status_code, refusal(answer)) == (404, "not_found")
    assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/nothing", "/room", "/partners/a/b", "/%F0%9F%92%9E", "/<script>"])
async def test_a_person_with_a_browser_sees_a_kind_page_instead(house, path):
    answer = await house.client().get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "There is nothing at this address" in answer.text
    assert "script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    dressed(answer)


@pytest.mark.parametrize("path", ["/api/nothing", "/static/none.js", "/ws/nothing", "/health/none", "/schema/none"])
async def test_programs_get_json_whatever_they_accept(house, path):
    assert refusal(await house.client().get(path, headers=BROWSER)) == "not_found"


@pytest.mark.parametrize(
    "host", ["foo:abc", "foo:99999", "foo:-1", "a b", "[::1", "foo:1:2", "fo/o", "\xff", "a@b", ""]
)
@pytest.mark.parametrize("path", ["/", "/health/live", "/api/survey", "/nothing"])
async def test_a_host_that_is_none_is_400(house, host, path):
    answer = await house.client().get(path, headers={"Host": host.encode("latin-1")})
    assert (answer.status_code, refusal(answer)) == (400, "bad_request")


@pytest.mark.parametrize("host", ["foo", "foo:80", "[::1]:8000", "192.0.2.1", "a-b.example", "foo:0", "under_score"])
async def test_a_host_of_any_name_is_answered(house, host):
    assert (await house.client().get("/", headers={"Host": host})).status_code == 200


async def chunks() -> AsyncIterator[bytes]:
    yield b'{"adult": true}'


async def test_a_body_of_another_kind_is_415_however_it_is_sent(house):
    for kind in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}):
        for content in (b'{"adult": true}', chunks()):
            answer = await house.client().post("/api/anonymous-sessions", content=content, headers=kind)
            assert (answer.status_code, refusal(answer)) == (415, "unsupported_media_type")
    json = {"Content-Type": "application/json"}
    assert (await house.client().post("/api/anonymous-sessions", content=chunks(), headers=json)).status_code == 201


async def test_who_asks_through_a_proxy_that_nobody_named_is_not_on_this_machine(database_url, redis_url, tmp_path):
    addresses._told.clear()
    async with open_house(database_url, redis_url, tmp_path, limit_login="3/60") as house:
        assert (await house.client().get("/metrics")).status_code == 200
        with capture_logs() as logged:
            for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Proto"):
                assert (await house.client().get("/metrics", headers={name: "203.0.113.9"})).status_code == 404
        assert [one["setting"] for one in logged if one["event"] == "forwarded_header_not_trusted"] == [
            "ATTUNED_TRUSTED_PROXIES"
        ]
        body = {"email": "nobody@example.com", "password": "x"}
        statuses = [
            (
                await house.client().post("/api/auth/login", json=body, headers={"X-Forwarded-For": f"203.0.113.{n}"})
            ).status_code
            for n in range(4)
        ]
        assert statuses == [401] * 3 + [429]
        assert (await house.client().post("/api/auth/login", json=body)).status_code == 401


async def test_an_ipv4_address_is_one_however_the_socket_spells_it(database_url, redis_url, tmp_path):
    async with open_house(
        database_url, redis_url, tmp_path, limit_login="3/60", trusted_proxies=("10.0.0.0/8", "::ffff:192.0.2.0/120")
    ) as house:
        body = {"email": "nobody@example.com", "password": "x"}
        assert (await house.client(address="::ffff:127.0.0.1").get("/metrics")).status_code == 200
        for _ in range(5):
            answer = await house.client(address="::ffff:127.0.0.1").post("/api/auth/login", json=body)
            assert answer.status_code == 401
        for proxy in ("10.0.0.1", "::ffff:10.0.0.1", "192.0.2.7"):
            forwarded = {"X-Forwarded-For": "::ffff:203.0.113.77"}
            answer = await house.client(address=proxy).post("/api/auth/login", json=body, headers=forwarded)
            assert answer.status_code == 401
        assert (await house.client(address="203.0.113.77").post("/api/auth/login", json=body)).status_code == 429
        link_local = await house.client(address="fe80::1%eth0").post("/api/auth/login", json=body)
        assert link_local.status_code == 401


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ATTUNED_TRUSTED_PROXIES", "*"),
        ("ATTUNED_TRUSTED_PROXIES", "proxy.example"),
        ("ATTUNED_TRUSTED_PROXIES", "10.0.0.1, localhost"),
        ("ATTUNED_TRUSTED_PROXIES", "10.0.0.0/40"),
        ("ATTUNED_ALLOWED_ORIGINS", "*"),
        ("ATTUNED_ALLOWED_ORIGINS", "play.example"),
        ("ATTUNED_ALLOWED_ORIGINS", "https://play.example/app"),
        ("ATTUNED_ALLOWED_ORIGINS", "https://play.example:port"),
        ("ATTUNED_PUBLIC_URL", "play.example"),
        ("ATTUNED_PUBLIC_URL", "ftp://play.example"),
    ],
)
def test_a_proxy_or_an_origin_that_is_none_is_named_at_the_start(name, value):
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({name: value})


def test_proxies_and_origins_that_are_some_are_taken():
    given = {
        "ATTUNED_TRUSTED_PROXIES": "10.0.0.1, fd00::/8,192.168.1.7/24",
        "ATTUNED_ALLOWED_ORIGINS": "https://play.example, http://10.0.0.7:8080/",
        "ATTUNED_PUBLIC_URL": "https://play.example/",
    }
    assert Settings.from_environment(given).trusted_proxies == ("10.0.0.1", "fd00::/8", "192.168.1.7/24")


@pytest.mark.parametrize(
    ("origin", "settings", "server", "let_in"),
    [
        (None, {}, ("10.0.0.5", 8000), True),
        ("http://localhost:8000", {}, ("10.0.0.5", 8000), True),
        ("http://127.0.0.1:8000", {}, ("127.0.0.1", 8000), True),
        ("http://[::1]:8000", {}, ("::1", 8000), True),
        ("http://10.0.0.5:8000", {}, ("10.0.0.5", 8000), True),
        ("http://10.0.0.5:8000", {}, ("::ffff:10.0.0.5", 8000), True),
        ("http://10.0.0.5", {}, ("10.0.0.5", 80), True),
        ("https://play.example", {"public_url": "https://play.example/"}, ("10.0.0.5", 8000), True),
        ("https://PLAY.example:443", {"public_url": "https://play.example"}, ("10.0.0.5", 8000), True),
        ("https://other.example", {"allowed_origins": ("https://other.example/",)}, ("10.0.0.5", 8000), True),
        ("http://evil:8000", {}, ("10.0.0.5", 8000), False),
        ("https://localhost:8000", {}, ("127.0.0.1", 8000), False),
        ("http://localhost:8001", {}, ("127.0.0.1", 8000), False),
        ("http://localhost", {}, ("127.0.0.1", 8000), False),
        ("http://10.0.0.6:8000", {}, ("10.0.0.5", 8000), False),
        ("http://play.example", {"public_url": "https://play.example"}, ("10.0.0.5", 8000), False),
        ("https://play.example:8443", {"public_url": "https://play.example"}, ("10.0.0.5", 8000), False),
        ("https://play.example.evil", {"public_url": "https://play.example"}, ("10.0.0.5", 8000), False),
        ("https://a@play.example", {"public_url": "https://play.example"}, ("10.0.0.5", 8000), False),
        ("null", {}, ("127.0.0.1", 8000), False),
        ("", {}, ("127.0.0.1", 8000), False),
        ("file://", {}, ("127.0.0.1", 8000), False),
        ("http://[", {}, ("127.0.0.1", 8000), False),
        ("http://localhost:99999999", {}, ("127.0.0.1", 8000), False),
        ("http://localhost:8000", {}, None, False),
    ],
)
def test_pages_of_our_own_addresses_and_of_the_settings_may_come_and_no_others(origin, settings, server, let_in):
    headers = [(b"host", b"evil:8000")] + ([(b"origin", origin.encode())] if origin is not None else [])
    scope = {"type": "websocket", "scheme": "ws", "headers": headers, "server": server, "client": ("192.0.2.1", 1)}
    assert origins.allowed(scope, Settings(host="10.9.9.9", port=8000, **settings)) is let_in


def test_a_refused_origin_is_told_once_with_the_setting_to_change_and_not_without_end():
    origins._told.clear()
    with capture_logs() as logged:
        for number in range(500):
            scope = {"headers": [(b"origin", b"http://evil%d" % (number // 2))], "server": ("127.0.0.1", 8000)}
            assert not origins.allowed(scope, Settings())
    assert [one["origin"] for one in logged[:3]] == ["http://evil0", "http://evil1", "http://evil2"]
    assert len(logged) == origins.MOST_TOLD
    assert "ATTUNED_ALLOWED_ORIGINS" in logged[0]["setting"]


async def test_many_who_ask_whether_it_is_ready_share_one_look(house):
    count = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
    before = await house.database.fetchval(count)
    client = house.client()
    assert {(await client.get("/health/ready")).status_code for _ in range(300)} == {200}
    await house.database.execute("SELECT pg_stat_force_next_flush()")
    assert await house.database.fetchval(count) - before < 150


async def test_the_description_of_the_api_is_made_once(house, monkeypatch):
    first = await house.client().get("/schema/openapi.json")
    page = await house.client().get("/schema")
    assert first.json()["openapi"].startswith("3.1")
    monkeypatch.delattr(type(house.app), "openapi_schema")
    assert (await house.client().get("/schema/openapi.json")).content == first.content
    assert (await house.client().get("/schema")).content == page.content
