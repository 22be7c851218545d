"""Somebody who answers the survey through the proxy, remembers what was acknowledged, and finds it again whenever they look."""

import asyncio
import random
import ssl
import uuid
from typing import Any, Self

import httpx
import msgspec

from tests.bench.profiles import answers
from tests.support.game import canonical
from tests.support.person import ANATOMY

PASSWORD = "correct horse battery staple"
SAVES = 30
"""So many, then the survey is handed in and somebody else comes."""
AGAIN_S = 0.3


class Kept(msgspec.Struct):
    """A person, and what the server has acknowledged of theirs; `profile` from when the survey was handed in."""

    email: str
    answers: dict[str, Any] = {}
    profile: dict[str, Any] | None = None


class Lost(AssertionError):
    """Something acknowledged is not there, or an answer came that nobody expects."""


class Diarist:
    """One after another, until `over` is set. `kept` are all that came; `saved` counts what was acknowledged."""

    def __init__(self, url: str, seed: str) -> None:
        self.url = url
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self.kept: list[Kept] = []
        self.saved = 0
        self.over = asyncio.Event()

    async def write(self) -> None:
        while not self.over.is_set():
            kept = Kept(f"dia-{uuid.uuid4().hex[:12]}@example.org")
            async with Line(self.url) as line:
                await self._sign_up(line, kept)
                for _ in range(SAVES):
                    await self._save(line, kept)
                    if self.over.is_set():
                        break
                else:
                    await self._hand_in(line, kept)
                await look(line, kept)

    async def _sign_up(self, line: "Line", kept: Kept) -> None:
        body = {"email": kept.email, "password": PASSWORD, "display_name": "Dia", "adult": True}
        made = await line.send("POST", "/api/auth/register", body, key=str(uuid.uuid4()))
        self.kept.append(kept)
        line.use(made)
        await line.send("POST", "/api/me/demographics", {"name": "Dia", **ANATOMY})

    async def _save(self, line: "Line", kept: Kept) -> None:
        """A few answers, some of them changed from before; now and then a look, or a new token."""
        theirs = answers(self.dice.randrange(100))
        given = {question: theirs[question] for question in self.dice.sample(sorted(theirs), 3)}
        await line.send("PATCH", "/api/survey/progress", {"answers": given})
        kept.answers |= given
        self.saved += 1
        if self.dice.random() < 0.3:
            await look(line, kept)
        if self.dice.random() < 0.2:
            await line.refresh()
        await asyncio.sleep(self.dice.uniform(0, 0.3))

    async def _hand_in(self, line: "Line", kept: Kept) -> None:
        """As a phone does that is not sure whether it was heard: again, until it was."""
        given = answers(self.dice.randrange(100))
        told = await line.send("POST", "/api/survey/submit", {"answers": given, "retake": True})
        kept.answers |= given
        kept.profile = told["profile"]
        self.saved += 1


async def look(line: "Line", kept: Kept) -> None:
    """Everything is there. Raises Lost."""
    found = (await line.send("GET", "/api/survey/progress"))["answers"]
    if canonical(found) != canonical(kept.answers):
        raise Lost(f"{kept.email} answered {canonical(kept.answers)} and finds {canonical(found)}")
    if kept.profile:
        profile = await line.send("GET", "/api/profile")
        told = {name: value for name, value in profile.items() if name in kept.profile}
        want = {name: value for name, value in kept.profile.items() if name in profile}
        if canonical(told) != canonical(want):
            raise Lost(f"{kept.email} had the profile {canonical(want)} and finds {canonical(told)}")


async def sign_in_and_look(url: str, kept: Kept) -> None:
    """With nothing but the password. Raises Lost."""
    async with Line(url) as line:
        line.use(await line.send("POST", "/api/auth/login", {"email": kept.email, "password": PASSWORD}))
        await look(line, kept)


class Line:
    """HTTP as a phone speaks it: what was not answered, or answered with "later", is said again."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=30, verify=ssl.create_default_context())
        self._refresh_token = ""

    def use(self, tokens: dict[str, Any]) -> None:
        self._http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self._refresh_token = tokens["refresh_token"]

    async def refresh(self) -> None:
        self.use(await self.send("POST", "/api/auth/refresh", {"refresh_token": self._refresh_token}))

    async def send(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """The body of the answer that counts. Raises Lost for one that no honest caller expects."""
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            try:
                answer = await self._http.request(method, path, json=body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(AGAIN_S)
                continue
            if answer.is_success:
                return answer.json() if answer.content else None
            if answer.status_code < 500 and "Retry-After" not in answer.headers:
                raise Lost(f"{method} {path}: {answer.status_code} {answer.text}")
            await asyncio.sleep(AGAIN_S)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()
