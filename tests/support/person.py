"""A person as the HTTP API knows them: signs up or plays anonymously, pairs, opens and joins rooms."""

import ssl
import uuid
from typing import Any, Self

import httpx

ANATOMY = {"anatomy_self": ["penis", "vagina", "breasts"], "anatomy_preference": ["penis", "vagina", "breasts"]}

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Where nothing is encrypted: a client would read the machine's certificates, which takes longer than what it asks."""


class Person:
    """One caller with one token. Use as `async with await Person.registered(url, "Ada") as ada`, or `close()`."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        self.name = name
        self.id = ""
        self.email = ""
        self.password = "correct horse battery staple"
        self.http = httpx.AsyncClient(base_url=url, timeout=30, verify=NO_TLS if url.startswith("http://") else True)

    @classmethod
    async def registered(cls, url: str, name: str, **demographics: Any) -> Self:
        """Someone with an account and a completed profile."""
        person = cls(url, name)
        person.email = f"{name.lower()}-{uuid.uuid4().hex[:12]}@example.org"
        answer = await person.post(
            "/api/auth/register",
            {"email": person.email, "password": person.password, "display_name": name, "adult": True},
            expect=201,
        )
        person.id = answer["user"]["id"]
        person.use(answer["access_token"])
        await person.complete(**demographics)
        return person

    @classmethod
    async def anonymous(cls, url: str, name: str, **demographics: Any) -> Self:
        """Someone without an account, with a completed profile."""
        person = cls(url, name)
        answer = await person.post("/api/anonymous-sessions", {"adult": True}, expect=201)
        person.id = answer["anonymous_session_id"]
        person.use(answer["token"])
        await person.complete(**demographics)
        return person

    def use(self, token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {token}"

    async def complete(self, **demographics: Any) -> None:
        await self.post("/api/me/demographics", {"name": self.name, **ANATOMY, **demographics})

    async def befriend(self, other: "Person") -> int:
        """Connect the two by link, words compared on both sides; the connection's id."""
        made = await self.post("/api/partners/connections", {}, expect=201)
        claimed = await other.post("/api/partners/connections/claim", {"token": made["token"]})
        assert claimed["words"] == made["words"]
        for side in (other, self):
            await side.post(f"/api/partners/connections/{made['id']}/accept", None)
        return int(made["id"])

    async def open_room(self, *, partner: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
        """A new session; the partner comes by link when nothing else is said."""
        return await self.post(
            "/api/sessions", {"settings": settings, "partner": partner or {"link": True}}, expect=201
        )  # fmt: skip

    async def join(self, token: str) -> dict[str, Any]:
        return await self.post("/api/sessions/join", {"token": token})

    async def get(self, path: str, *, expect: int = 200, **params: Any) -> Any:
        # None, not none of them: an empty mapping takes away what the path asks for itself.
        return _body(await self.http.get(path, params=params or None), expect)

    async def post(self, path: str, body: Any, *, expect: int | None = None, **headers: str) -> Any:
        """The answer's JSON. Any success will do unless one status is expected."""
        sent = (
            await self.http.post(path, json=body, headers=headers) if body is not None else await self.http.post(path)
        )
        return _body(sent, expect)

    async def patch(self, path: str, body: Any, *, expect: int | None = None) -> Any:
        return _body(await self.http.patch(path, json=body), expect)

    async def delete(self, path: str, *, expect: int | None = None) -> Any:
        return _body(await self.http.delete(path), expect)

    async def close(self) -> None:
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _body(answer: httpx.Response, expect: int | None) -> Any:
    right = answer.is_success if expect is None else answer.status_code == expect
    assert right, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None
