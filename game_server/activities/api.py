"""GET /api/activities: the bank as the caller's own limits allow it, read only."""

import re
from typing import Annotated

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, QueryParameter

from game_server.accounts.callers import Caller, require_adult
from game_server.activities import actions
from game_server.activities.views import Activity, shown
from game_server.http.paging import Limit, Page
from game_server.services import Services
from rooms.activities import taxonomy
from rooms.activities.language import ENGLISH, codes_of, is_tag
from rooms.errors import Invalid
from storage import activities as bank


class Languages(msgspec.Struct, frozen=True):
    """Codes such as en and de, for `settings.rules.language`."""

    languages: tuple[str, ...]


@get("/api/activities")
async def list_activities(
    *,
    services: NamedDependency[Services],
    user: NamedDependency[Caller],
    kind: Annotated[str | None, QueryParameter(name="type")] = None,
    rating: FromQuery[str | None] = None,
    language: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: Limit = 50,
) -> Page[Activity]:
    """Approved, active cards that the caller's limits allow, in a stable order."""
    require_adult(user)
    wrong = _wrong_fields(kind, rating, language, cursor)
    if wrong:
        raise Invalid(fields=wrong)
    async with services.database.as_user(user.id) as conn:
        page = await actions.list_activities(
            conn,
            type_=kind,
            rating=rating,
            languages=codes_of(language) if language else None,
            after=int(cursor or 0),
            limit=limit,
        )
    return Page(
        items=[shown(card) for card in page.cards],
        next_cursor=None if page.next_after is None else str(page.next_after),
    )


@get("/api/activities/languages")
async def list_languages(*, services: NamedDependency[Services], caller: NamedDependency[Caller]) -> Languages:
    """The languages that a game can be played in: those in which there are cards, English always."""
    require_adult(caller)
    async with services.database.reading() as conn:
        there = await bank.languages(conn)
    return Languages(tuple(dict.fromkeys((ENGLISH, *there))))


def routes() -> list[HTTPRouteHandler]:
    """The handlers of this area."""
    return [list_activities, list_languages]


def _wrong_fields(kind: str | None, rating: str | None, language: str | None, cursor: str | None) -> dict[str, str]:
    wrong = {}
    if kind is not None and kind not in taxonomy.TYPES:
        wrong["type"] = "This is truth or dare."
    if rating is not None and rating not in taxonomy.RATINGS:
        wrong["rating"] = "This is G, R or X."
    if language is not None and not is_tag(language):
        wrong["language"] = "This is a language such as en, de or de-AT."
    if cursor is not None and not re.fullmatch("[0-9]{1,9}", cursor):  # an activity_id, far from overflowing
        wrong["cursor"] = "Send the next_cursor of the page before."
    return wrong
