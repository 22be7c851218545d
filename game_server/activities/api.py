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
from game_server.http.paging import Limit, Page
from game_server.services import Services
from rooms.activities import taxonomy
from rooms.activities.card import BodyParts, Card, Step, Tags
from rooms.errors import Invalid


class Script(msgspec.Struct, frozen=True):
    """What a card asks for, unresolved: "A" is the active player, "B" the partner."""

    steps: tuple[Step, ...]


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One card of the bank as a person may read it."""

    activity_id: int | None
    type: str
    rating: str
    intensity: int
    script: Script
    tags: Tags
    power_role: str | None
    preference_keys: tuple[str, ...]
    domains: tuple[str, ...]
    hard_boundaries: tuple[str, ...]
    required_bodyparts: BodyParts
    requires_consent_negotiation: bool
    audience_scope: str


@get("/api/activities")
async def list_activities(
    *,
    services: NamedDependency[Services],
    user: NamedDependency[Caller],
    kind: Annotated[str | None, QueryParameter(name="type")] = None,
    rating: FromQuery[str | None] = None,
    cursor: FromQuery[str | None] = None,
    limit: Limit = 50,
) -> Page[Activity]:
    """Approved, active cards that the caller's limits allow, in a stable order."""
    require_adult(user)
    wrong = _wrong_fields(kind, rating, cursor)
    if wrong:
        raise Invalid(fields=wrong)
    async with services.database.as_user(user.id) as conn:
        page = await actions.list_activities(conn, type_=kind, rating=rating, after=int(cursor or 0), limit=limit)
    return Page(
        items=[shown(card) for card in page.cards],
        next_cursor=None if page.next_after is None else str(page.next_after),
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers of this area."""
    return [list_activities]


def _wrong_fields(kind: str | None, rating: str | None, cursor: str | None) -> dict[str, str]:
    wrong = {}
    if kind is not None and kind not in taxonomy.TYPES:
        wrong["type"] = "This is truth or dare."
    if rating is not None and rating not in taxonomy.RATINGS:
        wrong["rating"] = "This is G, R or X."
    if cursor is not None and not re.fullmatch("[0-9]{1,9}", cursor):  # an activity_id, far from overflowing
        wrong["cursor"] = "Send the next_cursor of the page before."
    return wrong


def shown(card: Card) -> Activity:
    """The card as a person may read it."""
    return Activity(
        activity_id=card.activity_id,
        type=card.type,
        rating=card.rating,
        intensity=card.intensity,
        script=Script(card.steps),
        tags=card.tags,
        power_role=card.power_role,
        preference_keys=card.preference_keys,
        domains=card.domains,
        hard_boundaries=tuple(sorted(card.boundaries)),
        required_bodyparts=card.required_bodyparts,
        requires_consent_negotiation=card.requires_consent_negotiation,
        audience_scope=card.audience_scope,
    )
