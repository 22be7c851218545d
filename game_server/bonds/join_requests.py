"""Asking to be let into a bond, and what its members answer: every one's yes lets in, one no does not."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import invites, texts
from game_server.bonds.commands import Asked, Hand, require_version, run
from game_server.bonds.doing import Doing, do, mine
from game_server.bonds.life import Written
from game_server.bonds.places import row_place
from game_server.http.paging import Page, Place, write_cursor
from game_server.notifications import actions as notifications
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.people import MOST_BONDS
from rooms.errors import BondFull, Busy, InvalidToken, NotFound, Refused, WrongState
from storage import bond_requests, bonds
from storage.bond_requests import Asking, JoinRequest


class JoinedBond(msgspec.Struct, frozen=True):
    """What a code led to."""

    bond_id: UUID
    status: Literal["active", "requested"]


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """A request. How many of the members have said yes (`approvals` of `needed`), members see; who has, nobody but oneself."""

    id: UUID
    bond_id: UUID
    user_id: UUID
    display_name: str | None
    message: str | None
    status: str
    approvals: int | None
    needed: int | None
    approved_by_me: bool
    expires_at: datetime
    version: int
    created_at: datetime
    updated_at: datetime


async def join(services: Services, user: Caller, asked: Asked, typed: str) -> JoinedBond:
    """Come with a code. Raises InvalidToken alike for a wrong, an expired and a revoked one; BondFull, WrongState."""
    code = invites.cleaned(typed)
    if code is None:
        raise InvalidToken(_VOID)

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        made = await bond_requests.ask(db, services.dice.fresh_id(), codes=invites.hashes(services, code))
        if made.outcome == "none" or made.in_bond is None:
            raise InvalidToken(_VOID)
        if made.outcome == "member":
            return made.in_bond, None
        return asked_for(made), None

    async def read(row_id: UUID) -> JoinedBond:
        async with services.database.as_user(user.id) as db:
            bond_id = await bond_requests.bond_of(db, row_id) or row_id
            is_member = await bonds.find(db, bond_id) is not None
        return JoinedBond(bond_id, "active" if is_member else "requested")

    joined = await run(services, user, asked, act, read)
    notifications.send_soon(services)
    return joined


async def ask(what: Doing, message: str | None) -> RequestView:
    """Ask for a bond that is not private, by its id. Raises NotFound, WrongState, BondFull, KeyGone, KeysAway."""
    key = None if message is None else await texts.ready_key(what.services, what.user)

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        words = key.seal(message) if key else None
        made = await bond_requests.ask(db, what.services.dice.fresh_id(), bond_id=what.bond_id, message=words)
        if made.outcome == "none":
            raise NotFound
        if made.outcome == "member":
            raise WrongState("You are in this bond already.")
        return asked_for(made), None

    view = await run(what.services, what.user, what.asked, act, _reader(what))
    notifications.send_soon(what.services)
    return view


async def approve(what: Doing, request_id: UUID) -> RequestView:
    """The caller's yes; the last one lets in. Raises NotFound, WrongState, BondFull, Changed."""

    async def act(hand: Hand) -> Written:
        await _current(hand, "requests.approve", request_id, what.version)
        _require(await bond_requests.approve(hand.db, what.bond_id, request_id))
        return request_id, None

    view = await _answered(what, request_id, act)
    notifications.send_soon(what.services)
    return view


async def reject(what: Doing, request_id: UUID) -> RequestView:
    """The caller's no, which is everybody's. Raises NotFound, WrongState, Changed."""

    async def act(hand: Hand) -> Written:
        await _current(hand, "requests.reject", request_id, what.version)
        _require(await bond_requests.reject(hand.db, what.bond_id, request_id))
        return request_id, None

    return await _answered(what, request_id, act)


async def withdraw(what: Doing, request_id: UUID) -> RequestView:
    """Take one's own back. Raises NotFound, WrongState, Changed."""

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        found = await bond_requests.find(db, what.bond_id, request_id)
        if found is None or str(found.user_id) != what.user.id:
            raise NotFound
        require_version(what.version, found.version, request_id)
        _require(await bond_requests.withdraw(db, what.bond_id, request_id))
        return request_id, None

    return await run(what.services, what.user, what.asked, act, _reader(what))


async def listed(
    services: Services, user: Caller, bond_id: UUID, *, after: Place | None, limit: int
) -> Page[RequestView]:
    """Requests for a bond, newest first: all that members see, or one's own. Raises NotFound for who has neither."""
    place = row_place(after)
    async with services.database.as_user(user.id) as db:
        found = await bond_requests.listed(db, bond_id, after=place, limit=limit + 1)
        if not found and place is None:
            await mine(db, bond_id)
    page = [await _view(services, one) for one in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return Page(page, write_cursor(Place(last.created_at, str(last.id))) if last else None)


_VOID = "This code is wrong, expired or revoked. Ask for a new one."


def asked_for(made: Asking) -> UUID:
    """The request that was made, or was there. Raises what keeps somebody from asking."""
    refused: dict[str, Refused] = {
        "wait": WrongState("They said no less than a day ago. Ask again later."),
        "many": WrongState(f"You are in {MOST_BONDS} bonds, which is the most. Leave one first."),
        "full": BondFull(),
        "busy": Busy(),
    }
    if made.outcome in refused:
        raise refused[made.outcome]
    if made.request_id is None:
        raise NotFound
    return made.request_id


def _require(answered: str) -> None:
    match answered:
        case "none":
            raise NotFound
        case "over":
            raise WrongState("This request has had that answer, or is over.")
        case "full":
            raise BondFull
        case "many":
            raise WrongState("This person is in as many bonds as one may be.")
        case "busy":
            raise Busy
        case _:
            return


async def _current(hand: Hand, act: str, request_id: UUID, version: int | None) -> None:
    permissions.require(act, hand.me)
    found = await bond_requests.find(hand.db, hand.bond.id, request_id)
    if found is None:
        raise NotFound
    require_version(version, found.version, request_id)


async def _answered(
    what: Doing,
    request_id: UUID,
    act: Callable[[Hand], Awaitable[Written]],
) -> RequestView:
    """A member's answer: who asks is held with the bond. Raises NotFound."""
    async with what.services.database.as_user(what.user.id) as db:
        asker = await bond_requests.asker(db, what.bond_id, request_id)
    if asker is None:
        raise NotFound
    return await do(what, act, _reader(what), person=asker)


def _reader(what: Doing) -> Callable[[UUID], Awaitable[RequestView]]:
    async def read(request_id: UUID) -> RequestView:
        async with what.services.database.as_user(what.user.id) as db:
            found = await bond_requests.find(db, what.bond_id, request_id)
        if found is None:
            raise NotFound
        return await _view(what.services, found)

    return read


async def _view(services: Services, found: JoinRequest) -> RequestView:
    """Whether it has run out is believed as the clock says, whatever the timetable did."""
    waits = found.status == "pending"
    [message] = await texts.open_each(services, f"user:{found.user_id}", [found.message])
    return RequestView(
        id=found.id,
        bond_id=found.bond_id,
        user_id=found.user_id,
        display_name=found.display_name,
        message=message,
        status="expired" if waits and found.expires_at <= services.clock.now() else found.status,
        approvals=found.approvals,
        needed=found.members if waits else found.approvals,
        approved_by_me=found.approved_by_me,
        expires_at=found.expires_at,
        version=found.version,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )
