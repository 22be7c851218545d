"""The routes under /api/partners that connect people: requests, their links, the two yeses, the remembered partners."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Annotated, TypeVar

import msgspec
from litestar import Response, delete, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from game_server.accounts import mail
from game_server.accounts.callers import Caller, authenticate
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.http.paging import Limit, Page
from game_server.http.text import END, Email, clean_email, clean_serial, clean_uuid
from game_server.notifications import actions as notifications
from game_server.partners import actions, blocked_api
from game_server.partners.actions import Claimed
from game_server.partners.views import ConnectionView, seen_by
from game_server.partners.watch import LONGEST_S, changed
from game_server.services import Services
from rooms.errors import NotFound
from storage import partners, remembered
from storage.partners import Preview
from storage.remembered import Remembered

Wait = Annotated[int, QueryParameter(ge=0, le=LONGEST_S, description="seconds to wait for a change")]
Cursor = Annotated[
    str | None, QueryParameter(pattern=f"^[0-9]{{1,9}}{END}", description="next_cursor of the page before")
]
T = TypeVar("T", bound=msgspec.Struct)


class ConnectionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to ask; without an address the link alone decides."""

    recipient_email: Email | None = None


class TokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a link. What has the wrong shape is a wrong token like any other."""

    token: Annotated[str, Meta(max_length=1024, pattern="^[^\\x00]*$")]


class ConnectionCreated(msgspec.Struct, frozen=True):
    """A new request, with the only copy of its link."""

    id: int
    token: str
    link: str
    words: tuple[str, ...]
    qr_svg: str
    expires_at: datetime
    status: str


@post("/api/partners/connections", status_code=201)
async def create_connection(
    data: JSONBody[ConnectionRequest],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> Response[ConnectionCreated]:
    """Ask somebody for a connection, by link and, if an address is given, by mail."""
    email = clean_email(data.recipient_email, "recipient_email") if data.recipient_email else None
    made = await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=user.actor,
        route="POST /api/partners/connections",
        body=data,
        act=partial(actions.invite, services, user, email),
        again=lambda kept: actions.invite_again(services, user, kept["id"]),
        stored=lambda made: {"id": made.connection.id},
    )
    created = ConnectionCreated(
        id=made.connection.id,
        token=made.link.token,
        link=made.link.link,
        words=made.connection.words,
        qr_svg=made.link.qr_svg,
        expires_at=made.connection.expires_at,
        status=made.connection.status,
    )
    # Mails and pushes go after the answer, which takes as long for an address that gets none.
    return Response(created, background=BackgroundTask(_tell_soon, services))


@get("/api/partners/connections")
async def list_connections(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    *,
    limit: Limit = 50,
    cursor: Cursor = None,
    wait: Wait = 0,
) -> Response[Page[ConnectionView]]:
    """Own requests and connections, in and out, newest first."""

    async def read() -> Page[ConnectionView]:
        async with services.database.as_user(user.id) as db:
            found = await partners.list_own(db, user.id, before=int(cursor) if cursor else None, limit=limit + 1)
        page = found[:limit]
        return Page(await seen_by(services, user.id, page), str(page[-1].id) if len(found) > limit else None)

    return await _when_changed(services, user, request, read, wait)


@get("/api/partners/connections/{connection_id:str}")
async def read_connection(
    connection_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    wait: Wait = 0,
) -> Response[ConnectionView]:
    """One own request or connection, with its status of this moment."""

    async def read() -> ConnectionView:
        async with services.database.as_user(user.id) as db:
            found = await partners.find(db, clean_serial(connection_id), user_id=user.id)
        if found is None:
            raise NotFound
        return (await seen_by(services, user.id, [found]))[0]

    return await _when_changed(services, user, request, read, wait)


@post("/api/partners/connections/preview", status_code=200)
async def preview_connection(
    data: JSONBody[TokenRequest], services: NamedDependency[Services], request: AnyRequest
) -> Preview:
    """Who asks, and for what; for whoever holds the link, and nothing is used up. A signed-in caller sees it as theirs."""
    await limits.spend(services, request, None, "other")
    authorization = request.headers.get("authorization")
    caller = await authenticate(services, authorization) if authorization else None
    return await actions.preview(services, data.token, caller)


@post("/api/partners/connections/claim", status_code=200)
async def claim_connection(
    data: JSONBody[TokenRequest],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> Claimed:
    """Open the link for this account, once."""
    await limits.spend(services, request, user, "claims")
    return await actions.claim(services, user, data.token)


@post("/api/partners/connections/{connection_id:str}/accept", status_code=200)
async def accept_connection(
    connection_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> ConnectionView:
    """The words are the same: yes."""
    done = await actions.accept(services, user, clean_serial(connection_id))
    return (await seen_by(services, user.id, [done]))[0]


@post("/api/partners/connections/{connection_id:str}/decline", status_code=200)
async def decline_connection(
    connection_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> ConnectionView:
    """No, says the recipient."""
    done = await actions.decline(services, user, clean_serial(connection_id))
    return (await seen_by(services, user.id, [done]))[0]


@post("/api/partners/connections/{connection_id:str}/cancel", status_code=200)
async def cancel_connection(
    connection_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> ConnectionView:
    """The requester takes it back."""
    done = await actions.cancel(services, user, clean_serial(connection_id))
    return (await seen_by(services, user.id, [done]))[0]


@post("/api/partners/connections/{connection_id:str}/disconnect", status_code=200)
async def disconnect_connection(
    connection_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> ConnectionView:
    """Either ends it, at once."""
    done = await actions.disconnect(services, user, clean_serial(connection_id))
    return (await seen_by(services, user.id, [done]))[0]


@get("/api/partners/remembered")
async def list_remembered(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Page[Remembered]:
    """The partners remembered, newest first, ten at most."""
    async with services.database.as_user(user.id) as db:
        return Page(await remembered.listed(db, user.id), None)


@get("/api/partners/remembered/{user_id:str}")
async def read_remembered(
    user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> Remembered:
    """One remembered partner."""
    async with services.database.as_user(user.id) as db:
        found = await remembered.listed(db, user.id, partner_id=clean_uuid(user_id))
    if not found:
        raise NotFound
    return found[0]


@delete("/api/partners/remembered", status_code=204)
async def forget_all(user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """Empty the own list. Connections stay."""
    await actions.forget(services, user, None)


@delete("/api/partners/remembered/{user_id:str}", status_code=204)
async def forget_one(
    user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """Take one partner off the own list. The connection stays."""
    await actions.forget(services, user, clean_uuid(user_id))


def routes() -> list[HTTPRouteHandler]:
    """The handlers of this area."""
    return [
        create_connection,
        list_connections,
        read_connection,
        preview_connection,
        claim_connection,
        accept_connection,
        decline_connection,
        cancel_connection,
        disconnect_connection,
        list_remembered,
        read_remembered,
        forget_all,
        forget_one,
        *blocked_api.routes(),
    ]


async def _tell_soon(services: Services) -> None:
    notifications.send_soon(services)
    await mail.send_soon(services)


async def _when_changed(
    services: Services, user: Caller, request: AnyRequest, read: Callable[[], Awaitable[T]], wait: int
) -> Response[T]:
    seen = await changed(services, user, request, read, wait)
    return Response(seen.answer, headers={"ETag": seen.etag})
