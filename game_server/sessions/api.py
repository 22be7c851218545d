"""The routes of sessions: open, join, list, read, and tickets to their sockets."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from game_server.accounts.callers import Caller, as_caller, require_adult
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.http.links import Link
from game_server.http.paging import Limit, Page, Place, read_cursor, write_cursor
from game_server.http.text import LONGEST_SESSION_ID, Name, clean_name, clean_session_id, clean_uuid
from game_server.services import Services
from game_server.sessions import notes, rechecks, seats, tickets
from rooms import errors
from rooms.activities.taxonomy import ANY_BODY, BODY_PARTS, body_parts
from rooms.sessions.events import Step
from rooms.sessions.state import Settings
from rooms.sessions.views import Names, resolved, view
from storage import openings

LARGEST_RULES = 4096

Status = Literal["waiting", "active", "completed", "stopped", "abandoned"]
Part = Annotated[str, Meta(max_length=16)]


class GuestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A partner without a phone: everything of theirs lives in this session only. `adult` can only be true."""

    name: Name
    anatomy_self: Annotated[list[Part], Meta(max_length=3)]
    anatomy_preference: Annotated[list[Part], Meta(max_length=4)]
    adult: bool | None = None


class PartnerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Exactly one of the four."""

    connection_id: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None
    user_id: Annotated[str, Meta(max_length=64)] | None = None
    link: bool | None = None
    hosted: GuestBody | None = None


class SessionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new game."""

    partner: PartnerBody
    settings: Settings | None = None


class JoinBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of a session's link."""

    token: Annotated[str, Meta(max_length=1024, pattern="^[^\\x00]*$")]


class TicketBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which room the ticket is for: a session's, or a bond's."""

    session_id: Annotated[str, Meta(max_length=LONGEST_SESSION_ID, pattern="^[^\\x00]*$")] | None = None
    bond_id: Annotated[str, Meta(max_length=64)] | None = None


class JoinView(msgspec.Struct, frozen=True):
    """How the open seat is reached."""

    token: str
    link: str
    qr_svg: str
    words: tuple[str, ...]
    expires_at: datetime


class Opened(msgspec.Struct, frozen=True):
    """A new session."""

    session_id: str
    seat: Literal["A"]
    join: JoinView | None


class Joined(msgspec.Struct, frozen=True):
    """The seat taken, and what both compare."""

    session_id: str
    seat: Literal["B"]
    words: tuple[str, ...]


class Ticket(msgspec.Struct, frozen=True):
    """A way onto the socket, once."""

    ticket: str
    expires_in: int


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """One of the caller's sessions. `partner_user_id`: while the two are connected, to ask them again."""

    session_id: str
    seat: str
    status: str
    joined: bool
    partner_name: str | None
    partner_user_id: str | None
    intimacy_level: str
    current_step: int
    target_activities: int
    created_at: datetime
    completed_at: datetime | None


class Snapshot(msgspec.Struct, frozen=True):
    """The room as the caller's seat sees it. `partner_user_id`, where it is asked for: while the two are connected."""

    seq: int
    state: dict[str, Any]
    partner_user_id: str | msgspec.UnsetType | None = msgspec.UNSET


class TurnView(msgspec.Struct, frozen=True, kw_only=True):
    """One kept card of the turn log."""

    seq: int
    activity_id: int | None
    type: str
    rating: str
    intensity: int
    script: dict[str, Any]
    tags: list[str] | None
    roles: dict[str, Any] | None
    source: str
    created_at: datetime


@post("/api/sessions", status_code=201)
async def open_session(
    data: JSONBody[SessionBody],
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> Opened:
    """Open a game and sit down in seat A."""
    partner, settings = _partner(data.partner), data.settings or Settings()
    if len(msgspec.json.encode(settings.rules)) > LARGEST_RULES:
        raise errors.Invalid(fields={"settings.rules": f"At most {LARGEST_RULES} bytes of JSON."})
    return await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=caller.actor,
        route="POST /api/sessions",
        body=data,
        act=partial(_open, services, caller, settings, partner),
        again=lambda kept: _open_again(services, caller, kept),
        stored=lambda opened: {"session_id": opened.session_id, "link": opened.join is not None},
    )


@post("/api/sessions/{session_id:str}/link", status_code=200)
async def renew_link(
    session_id: FromPath[str], caller: NamedDependency[Caller], services: NamedDependency[Services]
) -> JoinView:
    """A fresh link to the open seat; the old one is void."""
    link = await seats.renew_link(services, clean_session_id(session_id), caller)
    return await _join_view(services, session_id, link)


@post("/api/sessions/{session_id:str}/decline", status_code=204)
async def decline(
    session_id: FromPath[str], caller: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """No, thank you: the partner who was asked says so."""
    await seats.decline(services, clean_session_id(session_id), caller)


@post("/api/sessions/join", status_code=200)
async def join(
    data: JSONBody[JoinBody], caller: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> Joined:
    """Take the open seat with the link's token."""
    await limits.spend(services, request, caller, "claims")
    session_id = await seats.join(services, data.token, caller)
    async with services.database.as_service() as connection:
        link = await openings.link_of(connection, session_id)
    return Joined(session_id, "B", link.words if link else ())


@get("/api/sessions")
async def list_sessions(
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    status: Annotated[Status | None, QueryParameter(description="only these")] = None,
    limit: Limit = 20,
    cursor: Annotated[str | None, QueryParameter(max_length=512, description="next_cursor of the page before")] = None,
) -> Page[SessionView]:
    """The caller's sessions, newest first; those they were asked for too."""
    place = read_cursor(cursor, str)
    before = (place.at, place.id) if place else None
    async with as_caller(services, caller) as connection:
        rows = await openings.list_own(connection, caller.actor, status, before, limit + 1)
    async with services.database.as_service() as connection:
        ids = [row["session_id"] for row in rows]
        names = await openings.names_across(connection, ids, caller.actor)
        connected = await openings.connected_across(connection, ids, caller.actor)
    items = [
        SessionView(**row, partner_name=names.get(row["session_id"]), partner_user_id=connected.get(row["session_id"]))
        for row in rows[:limit]
    ]
    more = len(rows) > limit
    return Page(items, write_cursor(Place(items[-1].created_at, items[-1].session_id)) if more else None)


@get("/api/sessions/{session_id:str}")
async def read_session(
    session_id: FromPath[str],
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    partner: Annotated[bool, QueryParameter(description="say who the partner is, too")] = False,
) -> Snapshot:
    """The snapshot at the log's head, in this seat's view."""
    require_adult(caller)
    feed, _ = await rechecks.checked(services, clean_session_id(session_id))
    seat = feed.room.seat_of(caller.actor)
    if seat is None:
        raise errors.NotFound
    seen = Snapshot(feed.head, view(feed.room.state, seat, feed.room.names))
    if not partner:
        return seen
    async with services.database.reading() as connection:
        connected = await openings.connected_across(connection, [session_id], caller.actor)
    return msgspec.structs.replace(seen, partner_user_id=connected.get(session_id))


@get("/api/sessions/{session_id:str}/activities")
async def read_activities(
    session_id: FromPath[str],
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: Annotated[int | None, QueryParameter(ge=0, le=1_000_000)] = None,
) -> Page[TurnView]:
    """The turn log: one row a card kept, oldest first."""
    require_adult(caller)
    feed, _ = await rechecks.checked(services, clean_session_id(session_id))
    if feed.room.seat_of(caller.actor) is None:
        raise errors.NotFound
    state = feed.room.state
    hidden = state.turn if state.halted and state.turn not in state.completed else None
    async with as_caller(services, caller) as connection:
        rows = await openings.turn_log(connection, session_id, cursor or 0, limit + 1)
    said = feed.room.names, state.settings.language
    items = [_turn_view(dict(row), *said) for row in rows[:limit] if row["seq"] != hidden]
    return Page(items, str(items[-1].seq) if len(rows) > limit else None)


@post("/api/ws-tickets", status_code=200)
async def give_ticket(
    data: JSONBody[TicketBody],
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> Response[Ticket]:
    """A single-use ticket to the room's socket."""
    await limits.spend(services, request, caller, "tickets")
    require_adult(caller)
    if (data.session_id is None) == (data.bond_id is None):
        raise errors.Invalid(fields={"session_id": "One of session_id and bond_id."})
    if data.session_id is not None:
        ticket = await tickets.issue(services, clean_session_id(data.session_id), caller)
    else:
        ticket = await tickets.issue_to_bond(services, clean_uuid(data.bond_id or ""), caller)
    return Response(Ticket(ticket, services.settings.ticket_s), headers={"Cache-Control": "no-store"})


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    own = [open_session, renew_link, decline, join, list_sessions, read_session, read_activities, give_ticket]
    return [*own, *notes.routes()]


async def _open(services: Services, caller: Caller, settings: Settings, partner: seats.Partner) -> Opened:
    session_id, link = await seats.open_session(services, caller, settings, partner)
    return Opened(session_id, "A", await _join_view(services, session_id, link) if link else None)


async def _open_again(services: Services, caller: Caller, kept: Any) -> Opened:
    """A retry: the same session with a fresh link, while the seat is still open."""
    session_id = kept["session_id"]
    if not kept["link"]:
        return Opened(session_id, "A", None)
    try:
        link = await seats.renew_link(services, session_id, caller)
    except errors.WrongState:
        return Opened(session_id, "A", None)
    return Opened(session_id, "A", await _join_view(services, session_id, link))


async def _join_view(services: Services, session_id: str, link: Link) -> JoinView:
    async with services.database.as_service() as connection:
        put = await openings.link_of(connection, session_id)
    if put is None:
        raise errors.NotFound
    return JoinView(link.token, link.link, link.qr_svg, put.words, put.expires_at)


def _turn_view(row: dict[str, Any], names: Names, language: str) -> TurnView:
    """The script as the phones show it: the log keeps it without names."""
    active = (row["roles"] or {}).get("active_player", "A")
    steps = msgspec.convert(row["script"]["steps"], list[Step])
    seen = [{"actor": step.actor, "do": resolved(step, active, names, language)} for step in steps]
    return TurnView(**{**row, "script": {"steps": seen}})


def _partner(body: PartnerBody) -> seats.Partner:
    given = [name for name in body.__struct_fields__ if getattr(body, name) is not None]
    if len(given) != 1 or body.link is False:
        raise errors.Invalid(fields={"partner": "Give exactly one of connection_id, user_id, link: true, hosted."})
    guest = body.hosted
    if guest:
        _refuse_guest(guest)
    return seats.Partner(
        connection_id=body.connection_id,
        user_id=clean_uuid(body.user_id) if body.user_id else None,
        link=bool(body.link),
        hosted=seats.Guest(
            name=clean_name(guest.name, "partner.hosted.name"),
            anatomy_self=_parts(guest.anatomy_self, "partner.hosted.anatomy_self"),
            anatomy_preference=_parts(guest.anatomy_preference, "partner.hosted.anatomy_preference", or_any=True),
        )
        if guest
        else None,
    )


def _refuse_guest(guest: GuestBody) -> None:
    """A card can only fit a body that was told, and only an adult plays."""
    if not guest.anatomy_self:
        raise errors.Invalid(fields={"partner.hosted.anatomy_self": "At least one."})
    if guest.adult is False:
        raise errors.Invalid(fields={"partner.hosted.adult": "This is for adults only: true, or leave it out."})


def _parts(given: list[str], field: str, *, or_any: bool = False) -> tuple[str, ...]:
    """The body parts named; with `or_any` one word for all of them is enough, whatever stands beside it."""
    words, wildcards = {word.strip().lower() for word in given}, ANY_BODY if or_any else ()
    if words.isdisjoint(wildcards) and not words <= set(BODY_PARTS):
        raise errors.Invalid(fields={field: f"Each is one of {', '.join((*BODY_PARTS, *wildcards))}."})
    return body_parts(words, or_any=or_any)
