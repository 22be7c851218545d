"""Broken request bodies are refused as such."""

import httpx
import msgspec
import pytest
from litestar import Litestar, post
from litestar.exceptions import HTTPException
from litestar.params import JSONBody

from game_server import errors
from game_server.http.bodies import JsonRequest
from rooms.errors import Refused


class Thing(msgspec.Struct):
    name: str


@post("/")
async def take(data: JSONBody[Thing]) -> Thing:
    return data


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nope",
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b"[" * 50_000 + b"]" * 50_000,
        b'{"name": ' + b"9" * 5000,
    ],
)
async def test_what_is_not_json_is_400(body):
    app = Litestar(
        [take],
        request_class=JsonRequest,
        exception_handlers={Refused: errors.refused, HTTPException: errors.framework_refused, Exception: errors.failed},
        openapi_config=None,
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        answer = await client.post("/", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_json")
        assert (await client.post("/", json={"name": "Kim"})).status_code == 201
