"""The routes under `/api/cards`, and `/api/partners/{user_id}/favourites`."""

from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller, require_adult
from game_server.activities.actions import allowed_to
from game_server.activities.views import Activity, shown
from game_server.cards import actions
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.text import Word, clean_serial, clean_uuid
from game_server.services import Services
from rooms.activities.card import FEWEST_WORDS, LONGEST_CLOCK_S, LONGEST_STEP, MOST_WORDS, SHORTEST_CLOCK_S, Step
from rooms.activities.couple_card import CHECKLIST, Draft, touches
from storage.couple_cards import CoupleCard

Text = Annotated[str, Meta(max_length=2 * LONGEST_STEP, description=f"{FEWEST_WORDS} to {MOST_WORDS} plain words")]


Seconds = Annotated[int, Meta(ge=SHORTEST_CLOCK_S, le=LONGEST_CLOCK_S)]


class NewStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing to do or say; "A" is whoever's turn it is, "B" the other. `duration_s`: the seconds of the card's clock, at one
    step at most; left out, it is the time that the words name, if any.
    """

    actor: Literal["A", "B"]
    do: Text
    duration_s: Seconds | None = None


class NewCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A card for the caller and a connected partner. `tags`: what it touches, of the checklist."""

    partner_user_id: UUID
    type: Literal["truth", "dare"]
    rating: Literal["G", "R", "X"]
    steps: Annotated[list[NewStep], Meta(min_length=1, max_length=2)]
    tags: Annotated[list[Word], Meta(max_length=len(CHECKLIST), description=f"of {', '.join(CHECKLIST)}")] = []


class CardView(msgspec.Struct, frozen=True, kw_only=True):
    """A card of two people as one of them sees it. `tags` is what was ticked and what its words say beside; it is played from
    `approved` on.
    """

    id: int
    partner_user_id: str
    type: str
    rating: str
    steps: tuple[Step, ...]
    tags: tuple[str, ...]
    written_by: Literal["me", "partner"]
    status: Literal["waiting", "approved"]
    created_at: datetime
    approved_at: datetime | None


@post("/api/cards", status_code=201)
async def write_card(
    data: JSONBody[NewCard], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> CardView:
    """Propose a card to a connected partner. It is played when the partner has approved it too."""
    require_adult(user)
    steps = tuple(Step(step.actor, step.do, step.duration_s) for step in data.steps)
    draft = Draft(data.type, data.rating, steps, tuple(data.tags))

    async def propose() -> CardView:
        return _view(await actions.propose(services, user, str(data.partner_user_id), draft), user)

    return await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=user.actor,
        route="POST /api/cards",
        body=data,
        act=propose,
        stored=lambda made: made.id,
        again=partial(_again, services, user),
    )


@get("/api/cards")
async def list_cards(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    *,
    partner_user_id: FromQuery[str | None] = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[CardView]:
    """Cards the caller wrote and cards written for them, newest first; with `partner_user_id` of these two alone."""
    require_adult(user)
    partner = clean_uuid(partner_user_id) if partner_user_id is not None else None
    cards, more = await actions.listed(services, user, partner_id=partner, after=read_cursor(cursor, int), limit=limit)
    return Page([_view(card, user) for card in cards], more)


@post("/api/cards/{card_id:str}/approve", status_code=200)
async def approve_card(
    card_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> CardView:
    """Say yes to a card that the partner wrote."""
    require_adult(user)
    return _view(await actions.approve(services, user, clean_serial(card_id)), user)


@delete("/api/cards/{card_id:str}", status_code=204)
async def remove_card(
    card_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """Take a card back, whoever wrote it: it is gone for both, and comes no more."""
    await actions.remove(services, user, clean_serial(card_id))


@get("/api/partners/{user_id:str}/favourites")
async def list_favourites(
    user_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    *,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[Activity]:
    """Cards that the caller and a connected partner both liked together, inside the caller's own limits."""
    require_adult(user)
    partner, after = clean_uuid(user_id), read_cursor(cursor, int)
    async with services.database.as_user(user.id) as db:
        allows = await allowed_to(db)
    page = await actions.favourites(services, user, partner, allows=allows, after=after, limit=limit)
    return Page([shown(card) for card in page.items], page.next_cursor)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of this area."""
    return [write_card, list_cards, approve_card, remove_card, list_favourites]


async def _again(services: Services, user: Caller, card_id: int) -> CardView:
    return _view(await actions.find(services, user, card_id), user)


def _view(own: CoupleCard, user: Caller) -> CardView:
    return CardView(
        id=own.id,
        partner_user_id=own.partner_of(user.id),
        type=own.card.type,
        rating=own.card.rating,
        steps=own.card.steps,
        tags=touches(own.card),
        written_by="me" if own.writer_id == user.id else "partner",
        status="waiting" if own.approved_at is None else "approved",
        created_at=own.created_at,
        approved_at=own.approved_at,
    )
