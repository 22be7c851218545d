"""What whoever runs the server learns of each request: an id that goes through, and one line that says what and not who."""

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from game_server.process import asked, logs, tasks
from tests.support.house import House, come_anonymously, open_house, sign_up


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(database_url: str, redis_url: str, tmp_path_factory) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("data")) as opened:
        yield opened


@contextmanager
def told() -> Iterator[list[dict[str, Any]]]:
    """The lines about requests."""
    lines: list[dict[str, Any]] = []
    with capture_logs() as captured:
        yield lines
    lines += [line for line in captured if line["event"] == "request"]


@pytest.mark.parametrize(
    "given", ["7", "4f1c2d7a90b84f62", "1f5f0bfb-e29a-4126-b168-a231617e025f", "Root=1-67891233-abcdef.012", "x" * 64]
)
async def test_the_id_that_a_proxy_gave_goes_through(house, given):
    with told() as lines:
        answer = await house.client().get("/api/me", headers={"X-Request-Id": given})
    assert answer.headers["x-request-id"] == answer.json()["error"]["request_id"] == given
    assert [line["request_id"] for line in lines] == [given]


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "ada@example.org", "<b>", "1,2", "\u00e9", "a/b"])
async def test_what_is_no_id_is_replaced(house, given):
    with told() as lines:
        answer = await house.client().get("/api/me", headers={"X-Request-Id": given.encode("latin-1")})
    mine = answer.headers["x-request-id"]
    assert uuid.UUID(mine)
    assert answer.json()["error"]["request_id"] == mine
    assert [line["request_id"] for line in lines] == [mine]


async def test_two_ids_are_none(house):
    answer = await house.client().get("/api/me", headers=[("X-Request-Id", "one"), ("X-Request-Id", "two")])
    assert uuid.UUID(answer.headers["x-request-id"])


async def test_one_line_says_what_was_asked_by_which_kind_of_caller_and_never_by_whom(house):
    person, anonymous = await sign_up(house), await come_anonymously(house)
    with told() as lines:
        await person.client.get(f"/api/sessions/{person.id}?secret=1")
        await anonymous.client.get("/api/me")
        await house.client().get(f"/j/{person.id}")
        await house.client().get(f"/{person.id}")
        await house.client().request("BREW", f"/{person.id}")
    known = [(line["method"], line["route"], line["status"], line["caller"]) for line in lines]
    assert known == [
        ("GET", "/api/sessions/{session_id}", 404, "user"),
        ("GET", "/api/me", 403, "anonymous"),
        ("GET", "/j/{token}", 200, "nobody"),
        ("GET", "unknown", 404, "nobody"),
        ("other", "unknown", 404, "nobody"),
    ]
    for line in lines:
        assert line.keys() == {"event", "log_level", "method", "route", "status", "ms", "caller", "request_id"}
        assert line["log_level"] == "info"
        assert person.id not in str(line)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics", "/static/icon.svg"])
async def test_what_is_asked_all_the_time_is_not_in_the_way(house, path):
    with told() as lines:
        await house.client().get(path)
    assert [line["log_level"] for line in lines] == ["debug"]


async def test_whatever_is_logged_for_a_request_says_which_one_it_was_and_what_runs_beside_it_does_not():
    heard: list[Any] = []

    async def note() -> None:
        heard.append(logs.for_which_request(None, "info", {"event": "beside"}))

    before = asked.current.set(asked.Asked("the.one"))
    assert logs.for_which_request(None, "info", {"event": "a line"}) == {"event": "a line", "request_id": "the.one"}
    await tasks.start(note(), name="beside")
    assert asked.current.get()
    asked.current.reset(before)
    assert heard == [{"event": "beside"}]
