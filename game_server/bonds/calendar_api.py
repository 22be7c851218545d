"""The routes of calendars as files and as feeds, of a bond and of one's own. Their dates have the routes of every tool."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import calendar_feeds, calendar_files
from game_server.bonds.calendar_feeds import ENDING, CalendarFeed
from game_server.bonds.calendar_files import Imported
from game_server.bonds.commands import asked
from game_server.http import limits
from game_server.http.bodies import TAKES, AnyRequest
from game_server.http.examples import EXAMPLE
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms import errors
from rooms.errors import NotFound

ICALENDAR = "text/calendar"
FILE = {"Content-Disposition": 'attachment; filename="calendar.ics"', "Cache-Control": "no-store"}
FEED = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
REFUSED = (errors.NotFound, errors.NotPermitted, errors.WrongState, errors.Invalid, errors.KeysUnavailable)


class NewFeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`titles`: it says what dates are called. Otherwise only of which kind they are, in neutral words."""

    titles: bool = False


async def _export(services: Services, user: Caller, bond_id: UUID | None) -> Response[bytes]:
    require_adult(user)
    body = await calendar_files.export(services, user, bond_id)
    return Response(body, media_type=ICALENDAR, headers=FILE)


async def _import(services: Services, user: Caller, request: AnyRequest, bond_id: UUID | None) -> Imported:
    require_adult(user)
    await limits.spend(services, request, user, "imports")
    return await calendar_files.take_in(services, user, bond_id, await request.body())


async def _make(
    services: Services, user: Caller, request: AnyRequest, bond_id: UUID | None, data: NewFeed | None
) -> CalendarFeed:
    require_adult(user)
    titles = data is not None and data.titles
    return await calendar_feeds.make(services, user, bond_id, asked(request, data), titles=titles)


async def _revoke(services: Services, user: Caller, bond_id: UUID | None) -> None:
    require_adult(user)
    await calendar_feeds.revoke(services, user, bond_id)


_WRITES: dict[str, Any] = {REFUSES: REFUSED}
_OF_FEED = {REFUSES: (*REFUSED, errors.KeyReused), EXAMPLE: {"titles": False}}
_TAKES = {REFUSES: (*REFUSED, errors.TooLarge, errors.UnsupportedMedia), TAKES: ICALENDAR}


@get("/api/bonds/{bond_id:str}/calendar.ics", media_type=ICALENDAR, opt=_WRITES)
async def export_bond_calendar(
    bond_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> Response[bytes]:
    """A bond's calendar as an iCalendar file."""
    return await _export(services, user, UUID(clean_uuid(bond_id)))


@get("/api/calendar.ics", media_type=ICALENDAR, opt=_WRITES)
async def export_own_calendar(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Response[bytes]:
    """One's own calendar as an iCalendar file."""
    return await _export(services, user, None)


@post("/api/bonds/{bond_id:str}/calendar/import", status_code=200, opt=_TAKES)
async def import_bond_calendar(
    bond_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> Imported:
    """Take in the events of an iCalendar file, of a megabyte and 2,000 events at most. What is there already by its UID is
    changed, where the caller brought it; the same file again changes nothing.
    """
    return await _import(services, user, request, UUID(clean_uuid(bond_id)))


@post("/api/calendar/import", status_code=200, opt=_TAKES)
async def import_own_calendar(
    user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> Imported:
    """The same into one's own calendar."""
    return await _import(services, user, request, None)


@post("/api/bonds/{bond_id:str}/calendar/feed", status_code=201, opt=_OF_FEED)
async def make_bond_feed(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[NewFeed | None] = None,
) -> CalendarFeed:
    """An address at which another program reads the bond's calendar, for the caller alone. The one before is void."""
    return await _make(services, user, request, UUID(clean_uuid(bond_id)), data)


@post("/api/calendar/feed", status_code=201, opt=_OF_FEED)
async def make_own_feed(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[NewFeed | None] = None,
) -> CalendarFeed:
    """The same for one's own calendar."""
    return await _make(services, user, request, None, data)


@delete("/api/bonds/{bond_id:str}/calendar/feed", opt=_WRITES)
async def revoke_bond_feed(
    bond_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """The caller's address of the bond's calendar opens nothing any more."""
    await _revoke(services, user, UUID(clean_uuid(bond_id)))


@delete("/api/calendar/feed", opt=_WRITES)
async def revoke_own_feed(user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """The address of one's own calendar opens nothing any more."""
    await _revoke(services, user, None)


@get("/calendar/{secret:str}", include_in_schema=False)
async def read_feed(
    secret: FromPath[str], services: NamedDependency[Services], request: AnyRequest
) -> Response[bytes | None]:
    """A calendar for another program. Its address is the secret, and stands in no log: a request is told by its route."""
    name = secret.removesuffix(ENDING)
    try:
        body = await calendar_feeds.read(services, name if name != secret else "")
    except NotFound:
        await limits.spend(services, request, None, "feeds")  # whoever guesses is slowed down, whoever knows is not
        raise
    tag = calendar_feeds.etag(body)
    headers = FEED | {"ETag": tag}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if known & {tag, "*"}:
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type=ICALENDAR, headers=headers)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of calendars beside their dates."""
    return [
        *(export_bond_calendar, export_own_calendar, import_bond_calendar, import_own_calendar),
        *(make_bond_feed, make_own_feed, revoke_bond_feed, revoke_own_feed, read_feed),
    ]
