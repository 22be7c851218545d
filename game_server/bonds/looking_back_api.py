"""The routes by which a member looks back on a bond: in numbers, as a table for a spreadsheet, as a page to read or print, and by
what was reached.
"""

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import achievements, analytics, report, spreadsheet
from game_server.bonds.achievements import AchievementView
from game_server.bonds.analytics import Analytics, Asked
from game_server.bonds.views import bond_view
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Limit, Page, Place, read_cursor, write_cursor
from game_server.http.text import clean_uuid
from game_server.languages.catalogues import Catalogue, catalogue
from game_server.languages.choice import of_header
from game_server.services import Services
from rooms.errors import NotFound

CSV, HTML = "text/csv", "text/html"
First = Annotated[date | None, QueryParameter(name="from", description="the first day; else the last three months")]
Last = Annotated[date | None, QueryParameter(description="the last day; else today")]
Zone = Annotated[str | None, QueryParameter(max_length=64, description="whose days; else the account's")]
KEPT_NOWHERE = {"Cache-Control": "private, no-store", "Vary": "Accept-Language"}


@get("/api/bonds/{bond_id:str}/analytics")
async def read_analytics(  # noqa: PLR0917 - what is asked
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    from_: First = None,
    to: Last = None,
    timezone: Zone = None,
) -> Analytics:
    """What the caller looks back on, in numbers. Tasks, moods, points, rules and words, by people, weeks and months, of 400
    days at most. It holds nothing that the lists do not show to them.
    """
    require_adult(user)
    return await analytics.read(services, user, UUID(clean_uuid(bond_id)), Asked(from_, to, timezone))


@get("/api/bonds/{bond_id:str}/analytics.csv", media_type=CSV)
async def read_spreadsheet(  # noqa: PLR0917 - what is asked
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    from_: First = None,
    to: Last = None,
    timezone: Zone = None,
) -> Response[bytes]:
    """The same as a table for a spreadsheet: a line for each week and member."""
    require_adult(user)
    gathered = await analytics.gather(services, user, UUID(clean_uuid(bond_id)), Asked(from_, to, timezone))
    view = await bond_view(services, gathered.bond, gathered.people, user.id)
    body = await asyncio.to_thread(spreadsheet.written, gathered, view, _said(request))
    return Response(body, media_type=CSV, headers=_file(gathered.last, "csv"))


@get("/api/bonds/{bond_id:str}/report.html", media_type=HTML)
async def read_report(  # noqa: PLR0917 - what is asked
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    from_: First = None,
    to: Last = None,
    timezone: Zone = None,
) -> Response[bytes]:
    """The same as a page to read or print: one file that needs nothing else and holds no script."""
    require_adult(user)
    which, said = UUID(clean_uuid(bond_id)), _said(request)
    gathered = await analytics.gather(services, user, which, Asked(from_, to, timezone))
    view = await bond_view(services, gathered.bond, gathered.people, user.id)
    found = await achievements.listed(services, user, which, said)
    body = await asyncio.to_thread(report.written, gathered, view, found, said)
    return Response(
        body, media_type=HTML, headers=_file(gathered.last, "html") | {"Content-Security-Policy": report.POLICY}
    )


@get("/api/bonds/{bond_id:str}/achievements")
async def list_bond_achievements(  # noqa: PLR0917 - what is asked
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[AchievementView]:
    """Achievements: what there is to reach, in its order, and which members did."""
    require_adult(user)
    after = read_cursor(cursor, UUID)
    found = await achievements.listed(services, user, UUID(clean_uuid(bond_id)), _said(request))
    begins = 0
    if after is not None:
        begins = next((place for place, one in enumerate(found, 1) if str(one.id) == after.id), len(found))
    items = found[begins : begins + limit]
    more = begins + limit < len(found)
    return Page(items, write_cursor(Place(items[-1].created_at, str(items[-1].id))) if more else None)


@get("/api/bonds/{bond_id:str}/achievements/{row_id:str}")
async def get_bond_achievement(
    bond_id: FromPath[str],
    row_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> AchievementView:
    """Achievements: one."""
    require_adult(user)
    which = UUID(clean_uuid(row_id))
    for one in await achievements.listed(services, user, UUID(clean_uuid(bond_id)), _said(request)):
        if one.id == which:
            return one
    raise NotFound


def _said(request: AnyRequest) -> Catalogue:
    return catalogue("server", of_header(request.headers.get("Accept-Language")))


def _file(day: date, ending: str) -> dict[str, str]:
    """A name that says nothing of what is in it."""
    return KEPT_NOWHERE | {"Content-Disposition": f'attachment; filename="looking-back-{day:%Y-%m-%d}.{ending}"'}


def routes() -> list[HTTPRouteHandler]:
    """The handlers of looking back."""
    return [read_analytics, read_spreadsheet, read_report, list_bond_achievements, get_bond_achievement]
