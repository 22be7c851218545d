"""Tickets to a room's socket. Which seat a caller has, the seats say."""

from uuid import UUID

from game_server.accounts import tickets
from game_server.accounts.callers import Caller, require_player
from game_server.services import Services
from game_server.sessions import seats
from rooms.errors import NotFound, Refused
from rooms.seats import SeatName
from storage import bonds


async def issue(services: Services, session_id: str, caller: Caller) -> str:
    """A ticket for this caller's seat. Raises NotFound, AdultRequired, ProfileRequired, Unavailable."""
    if await seat_for(services, session_id, caller, refuse=True) is None:
        raise NotFound
    return await tickets.issue(services, session_id, caller)


async def issue_to_bond(services: Services, bond_id: str, caller: Caller) -> str:
    """A ticket to a bond of this caller's. Raises NotFound, Unavailable."""
    if caller.kind != "user":
        raise NotFound
    async with services.database.as_user(caller.id) as db:
        if await bonds.find(db, UUID(bond_id)) is None:
            raise NotFound
    return await tickets.issue(services, f"bond:{bond_id}", caller)


async def seat_for(services: Services, session_id: str, caller: Caller, *, refuse: bool = False) -> SeatName | None:
    """The caller's seat, None when there is none. A partner who was asked takes the seat by coming.

    With `refuse` a caller who may not sit down yet is told why; otherwise there is no seat.
    """
    known = services.rooms.known(session_id)
    if known and (seat := known.room.seat_of(caller.actor)) and known.room.seats[seat].joined:
        return seat  # a seat once taken stays its owner's, however long ago this process looked
    try:
        feed = await services.rooms.open(session_id)
        if feed.room.seat_of(caller.actor) is None:
            feed = await services.rooms.refresh(session_id)
    except NotFound:
        return None
    seat = feed.room.seat_of(caller.actor)
    if seat is None or feed.room.seats[seat].joined:
        return seat
    try:
        require_player(caller)
    except Refused:
        if refuse:
            raise
        return None
    await seats.take(services, session_id, caller)
    return seat
