"""The routes of notifications: the devices that somebody is reached at, and the list of what they were told."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.http.paging import Limit, Page, Place, read_cursor, write_cursor
from game_server.http.text import clean_serial
from game_server.integrations.push.vendors import checked
from game_server.languages import choice
from game_server.languages.catalogues import Language
from game_server.notifications.told import words
from game_server.process import addresses
from game_server.services import Services
from rooms.errors import NotFound
from storage import accounts, devices, notifications
from storage.devices import DeviceRow, Platform

Serial = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a push to a browser is sealed with; base64url."""

    p256dh: Annotated[str, Meta(min_length=1, max_length=128)]
    auth: Annotated[str, Meta(min_length=1, max_length=64)]


class PushSubscription(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What `PushSubscription.toJSON()` gives."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=1536)]
    keys: Keys
    expiration_time: float | None = None


class RegisterDevice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A push token: of APNs or FCM as it came; a browser's subscription as an object, or as its JSON text."""

    platform: Platform
    token: Annotated[str, Meta(min_length=1, max_length=2048, pattern="^[^\\x00]*$")] | PushSubscription


class WebKey(msgspec.Struct, frozen=True):
    """What a page subscribes with (`applicationServerKey`); null where pushes to browsers are not set up."""

    public_key: str | None


class NotificationView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the caller was told. `link` is a path of the page."""

    id: int
    kind: str
    title: str
    body: str
    link: str
    created_at: datetime
    read_at: datetime | None


class MarkRead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which have been read; without `ids` all."""

    ids: Annotated[list[Serial], Meta(max_length=100)] | None = None


@post("/api/devices", status_code=201)
async def register_device(
    data: JSONBody[RegisterDevice],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> DeviceRow:
    """Be reached on this device. Again is the same device; whoever else had its token has it no more."""
    here = addresses.is_local(request.scope, services.settings)
    token = checked(data.platform, _text(data.token), services.settings, here=here)

    async def register() -> DeviceRow:
        async with services.database.as_service() as connection:
            return await devices.register(connection, user.id, login_id=user.login, platform=data.platform, token=token)

    return await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=user.actor,
        route="POST /api/devices",
        body=data,
        act=register,
    )


@get("/api/devices")
async def list_devices(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Page[DeviceRow]:
    """The caller's devices, newest first, twenty at most."""
    async with services.database.as_user(user.id) as connection:
        return Page(await devices.listed(connection, user.id), None)


@get("/api/devices/web-key")
async def read_web_key(user: NamedDependency[Caller], services: NamedDependency[Services]) -> WebKey:  # noqa: ARG001 - signed in
    """The key that a browser subscribes with."""
    return WebKey(services.push.web_key)


@delete("/api/devices/{device_id:str}", status_code=204)
async def remove_device(
    device_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """No more pushes to this device."""
    async with services.database.as_service() as connection:
        if not await devices.remove(connection, user.id, clean_serial(device_id)):
            raise NotFound


@get("/api/notifications")
async def list_notifications(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[NotificationView]:
    """What the caller was told, newest first, a hundred at most."""
    place = read_cursor(cursor, int)
    before = (place.at, int(place.id)) if place else None
    async with services.database.as_user(user.id) as connection:
        language = choice.of_account(await accounts.language_of(connection, user.id) or choice.ENGLISH)
        found = await notifications.listed(
            connection, user.id, now=services.clock.now(), before=before, limit=limit + 1
        )
    items = [_view(line, language) for line in found[:limit]]
    more = len(found) > limit
    return Page(items, write_cursor(Place(items[-1].created_at, str(items[-1].id))) if more else None)


@post("/api/notifications/read", status_code=204)
async def mark_read(
    data: JSONBody[MarkRead], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """The caller has read these, or all."""
    async with services.database.as_user(user.id) as connection:
        await notifications.mark_read(connection, user.id, data.ids, services.clock.now())


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [
        register_device,
        list_devices,
        read_web_key,
        remove_device,
        list_notifications,
        mark_read,
    ]


def _view(line: notifications.Line, language: Language) -> NotificationView:
    shown = words(line.kind, "normal", language)
    return NotificationView(
        id=line.id,
        kind=line.kind,
        title=shown.title,
        body=shown.body,
        link=line.link,
        created_at=line.created_at,
        read_at=line.read_at,
    )


def _text(token: str | PushSubscription) -> str:
    if isinstance(token, str):
        return token
    return msgspec.json.encode({"endpoint": token.endpoint, "keys": token.keys}).decode()
