"""The server's HTTP in this process, on real stores, with a clock that a test can move."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
from litestar import Litestar

from game_server.accounts import mail
from game_server.accounts.actions import log_in_again
from game_server.characters.answers import Answers
from game_server.live.hub import EVERYBODY, Kick
from game_server.process.clock import Clock
from game_server.services import Services, open_services
from game_server.settings import Settings
from storage import accounts
from tests.support.databases import login_url
from tests.support.routed import application

PASSWORD = "correct horse"

_numbers = count(1)


class MovableClock(Clock):
    """The real time, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return super().now() + self.ahead


class House(msgspec.Struct, frozen=True):
    """The server with its parts; `database` is the administrator's connection."""

    app: Litestar
    services: Services
    clock: MovableClock
    database: asyncpg.Connection
    kicks: list[Kick]

    def client(self, token: str | None = None, *, address: str = "127.0.0.1") -> httpx.AsyncClient:
        """A client with that token, from that address."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(address, 40000))
        return httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)

    def kicked(self, user_id: str) -> set[str | None]:
        """The logins of somebody whose sockets were told to close; None stands for all of them."""
        return {kick.login for kick in self.kicks if kick.actor == f"user:{user_id}"}

    def mails(self, recipient: str) -> list[EmailMessage]:
        """What the development mailbox holds for somebody, oldest first."""
        files = sorted(mail.mailbox(self.services.settings).glob("*.eml"))
        read: Callable[[bytes], EmailMessage] = lambda data: message_from_bytes(data, policy=policy.default)  # noqa: E731
        return [found for found in (read(file.read_bytes()) for file in files) if found["To"] == recipient]


class Person(msgspec.Struct, frozen=True):
    """Somebody signed up."""

    id: str
    email: str
    access: str
    refresh: str
    client: httpx.AsyncClient


class Guest(msgspec.Struct, frozen=True):
    """Somebody anonymous."""

    id: str
    token: str
    client: httpx.AsyncClient


@asynccontextmanager
async def open_house(database_url: str, redis_url: str, data_dir: Path, **changes: Any) -> AsyncIterator[House]:
    """The server on a migrated database; `changes` are settings. Without a secret among them it has one of its own, so that no
    other house on the run's Redis counts with it."""
    stores: dict[str, Any] = {"database_url": database_url, "redis_url": redis_url}
    if not {"secret_key", "secret_keys"} & {*changes}:
        stores |= {f"database_{kind}_url": login_url(database_url, f"game_{kind}") for kind in ("web", "worker")}
        changes["secret_key"] = sha256(str(data_dir).encode()).hexdigest()
    settings = Settings(data_dir=data_dir, **changes)
    opened = await open_services(msgspec.structs.replace(settings, **stores))
    clock, kicks = MovableClock(), []
    services = msgspec.structs.replace(opened, settings=settings, clock=clock)
    services.hub.listen(EVERYBODY, lambda message: kicks.append(msgspec.json.decode(message, type=Kick)))
    with application(settings, services) as app:
        app.state.services = services
        app.state.answers = Answers(services)
        admin = await asyncpg.connect(database_url)
        try:
            yield House(app, services, clock, admin, kicks)
        finally:
            await admin.close()
            await opened.close()


async def sign_up(house: House, *, key: str | None = None, **fields: Any) -> Person:
    """A new account; `key` is an Idempotency-Key."""
    body = {"email": f"person{next(_numbers)}@example.com", "password": PASSWORD, "adult": True, **fields}
    answer = await house.client().post("/api/auth/register", json=body, headers={"Idempotency-Key": key} if key else {})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return Person(
        made["user"]["id"],
        made["user"]["email"],
        made["access_token"],
        made["refresh_token"],
        house.client(made["access_token"]),
    )


async def let_in(house: House) -> Person:
    """A new account that is signed in, without the work that a password's hash is."""
    services, email, user_id = house.services, f"person{next(_numbers)}@example.com", house.services.dice.uuid()
    async with services.database.as_service() as connection:
        await accounts.create_user(
            connection, user_id=user_id, email=email, display_name=None, password_hash="", now=services.clock.now()
        )
    login = await log_in_again(services, user_id=user_id, instead_of=services.dice.uuid())
    return Person(user_id, email, login.access_token, login.refresh_token, house.client(login.access_token))


async def come_anonymously(house: House) -> Guest:
    """A new anonymous player."""
    answer = await house.client().post("/api/anonymous-sessions", json={"adult": True})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return Guest(made["anonymous_session_id"], made["token"], house.client(made["token"]))


async def tell(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """Name and anatomy."""
    body = {"name": "Kim", "anatomy_self": ["vagina", "breasts"], "anatomy_preference": ["any"], **fields}
    return await client.post("/api/me/demographics", json=body)


def refused_fields(answer: httpx.Response) -> set[str]:
    """The fields that a 422 names."""
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["code"] == "invalid"
    return set(answer.json()["error"]["fields"] or {})
