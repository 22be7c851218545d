"""Mails that others cause, requests to connect: who wants none says so by a link in any of them, with an account or without.

The link holds the hash of the address and a mark of ours, so that nobody refuses for somebody else. A mail program's button posts
to `/u/…` (RFC 8058); the page asks first. Kept is the hash alone.
"""

import hmac
from hashlib import sha256

import asyncpg
import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from litestar.response import Redirect

from game_server.http import limits
from game_server.http.bodies import JsonRequest
from game_server.http.text import Secret
from game_server.process.keys import Keys
from game_server.services import Services
from rooms.errors import InvalidToken
from storage import refused_mail

_PURPOSE = "refuses mail"
_MARK = 32


class RefusalToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of a mail's link about further requests."""

    token: Secret


def token(keys: Keys, address: str) -> str:
    """What a mail to this address carries."""
    return f"{address_hash(address)}.{keys.mark(_PURPOSE, address_hash(address))[:_MARK]}"


async def refuses(connection: asyncpg.Connection, address: str) -> bool:
    """Does this address want no requests?"""
    return await refused_mail.refuses(connection, address_hash(address))


def address_hash(address: str) -> str:
    """What an address is kept as."""
    return sha256(f"attuned refuses mail\n{address}".encode()).hexdigest()


@get("/u/{token:str}", include_in_schema=False)
async def show_refusal(token: FromPath[str]) -> Redirect:
    """The page that asks; nothing is changed by looking."""
    return Redirect(f"/#no-mails={token}" if token.replace(".", "").isalnum() else "/", status_code=303)


@post("/u/{token:str}", status_code=200, include_in_schema=False)
async def refuse_by_button(
    token: FromPath[str], request: JsonRequest, services: NamedDependency[Services]
) -> Response[str]:
    """A mail program's one click: its body is not read."""
    await limits.spend(services, request, None, "other")
    async with services.database.as_service() as connection:
        await refused_mail.refuse(connection, _read(services.keys, token))
    return Response("No more requests go to this address.\n", media_type="text/plain")


@post("/api/mail/refused", status_code=204)
async def refuse_mails(data: JSONBody[RefusalToken], request: JsonRequest, services: NamedDependency[Services]) -> None:
    """No more requests to the address that the mail went to."""
    await limits.spend(services, request, None, "other")
    async with services.database.as_service() as connection:
        await refused_mail.refuse(connection, _read(services.keys, data.token))


@post("/api/mail/allowed", status_code=204)
async def allow_mails(data: JSONBody[RefusalToken], request: JsonRequest, services: NamedDependency[Services]) -> None:
    """Requests may come again."""
    await limits.spend(services, request, None, "other")
    async with services.database.as_service() as connection:
        await refused_mail.allow(connection, _read(services.keys, data.token))


def routes() -> list[HTTPRouteHandler]:
    """For those who get mails."""
    return [show_refusal, refuse_by_button, refuse_mails, allow_mails]


def _read(keys: Keys, token: str) -> str:
    """The hash of the address. Raises InvalidToken."""
    hashed, _, mark = token.partition(".")
    made = (one[:_MARK] for one in keys.marks(_PURPOSE, hashed))
    if not any(hmac.compare_digest(one.encode(), mark.encode("utf-8", "surrogatepass")) for one in made):
        raise InvalidToken("This link is not whole. Take the one of the newest mail.")
    return hashed
