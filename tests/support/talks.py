"""People who talk with characters, as an app does: what is said, and the events that come."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec

from tests.support.person import Person

STATS = {"dominance": 10, "submission": 10, "charisma": 10, "stamina": 10, "creativity": 10, "control": 10}
CHAT, FLOWISE = "/api/kinksters/chat", "/api/flowise/chat"

Json = dict[str, Any]


class Heard(msgspec.Struct):
    """What came of an answer: its text, its last event, and the ids of the events."""

    text: str = ""
    last: Json = {}
    ids: list[str] = []

    @property
    def done(self) -> bool:
        return self.last.get("done") is True

    @property
    def code(self) -> str | None:
        return self.last["error"]["code"] if "error" in self.last else None


async def character(person: Person, **more: Any) -> str:
    """A new one of theirs: its id."""
    body = {"name": "Rowan", "age_range": "31-40", "stats": STATS, "bio": "Calm and kind.", **more}
    return str((await person.post("/api/kinksters", body, expect=201))["id"])


async def hear(answer: httpx.Response) -> Heard:
    """All of it."""
    heard = Heard()
    async for event in events(answer, heard):
        heard.text += event.get("text", "")
        heard.last = event
    return heard


async def events(answer: httpx.Response, heard: Heard | None = None) -> AsyncIterator[Json]:
    """Each as it comes."""
    assert answer.status_code == 200, await answer.aread()
    assert answer.headers["content-type"].startswith("text/event-stream")
    async for line in answer.aiter_lines():
        if line.startswith("id: ") and heard is not None:
            heard.ids.append(line[4:])
        if line.startswith("data: "):
            yield json.loads(line[6:])


@asynccontextmanager
async def saying(
    person: Person, kinkster_id: str, message: str, *, path: str = CHAT, key: str | None = None, **more: Any
) -> AsyncIterator[httpx.Response]:
    """Say it; the answer is a stream."""
    headers = {"Idempotency-Key": key} if key else {}
    body = {"kinkster_id": kinkster_id, "message": message, **more}
    async with person.http.stream("POST", path, json=body, headers=headers) as answer:
        yield answer


async def say(person: Person, kinkster_id: str, message: str, **more: Any) -> Heard:
    """Say it and hear all of the answer."""
    async with saying(person, kinkster_id, message, **more) as answer:
        return await hear(answer)


async def refused(person: Person, kinkster_id: str, message: str, **more: Any) -> tuple[int, str]:
    """How that is refused."""
    async with saying(person, kinkster_id, message, **more) as answer:
        await answer.aread()
        return answer.status_code, answer.json()["error"]["code"]


async def follow(person: Person, conversation_id: str, last: str | None = None) -> Heard:
    """The newest answer once more, or from there on."""
    headers = {"Last-Event-ID": last} if last else {}
    async with person.http.stream("GET", f"/api/conversations/{conversation_id}/stream", headers=headers) as answer:
        return await hear(answer)


async def said(person: Person, conversation_id: str) -> list[Json]:
    """What stands in the talk, the oldest first."""
    return list(reversed((await person.get(f"/api/conversations/{conversation_id}/messages"))["items"]))
