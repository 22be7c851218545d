"""Tickets to a room's socket: 256 random bits, kept hashed in Redis for 30 s, redeemed once.

The ticket is the caller's word to be carried to the socket, sealed with the ticket itself: who reads Redis learns no name, also
not of somebody who was erased meanwhile. Which seat it is, the seats say.
"""

from contextlib import suppress
from hashlib import sha256

import msgspec
from redis.exceptions import RedisError

from game_server.accounts.callers import Caller, require_player
from game_server.services import Services
from game_server.sessions import seats
from rooms.errors import NotFound, Refused, Unauthorized, Unavailable
from rooms.seats import SeatName
from storage import anonymous, sealing


class Ticket(msgspec.Struct, frozen=True):
    """What a ticket stands for."""

    session_id: str
    caller: Caller


async def issue(services: Services, session_id: str, caller: Caller) -> str:
    """A ticket for this caller's seat. Raises NotFound, AdultRequired, ProfileRequired, Unavailable."""
    if await seat_for(services, session_id, caller, refuse=True) is None:
        raise NotFound
    ticket = services.dice.token()
    try:
        word = msgspec.to_builtins(Ticket(session_id, caller))
        blob = msgspec.json.encode(sealing.seal(_sealed_with(services, ticket)[0], word, bound_to=session_id))
        await services.redis.set(_key(ticket), blob, nx=True, ex=services.settings.ticket_s)
    except (RedisError, OSError, TimeoutError) as error:
        raise Unavailable("Tickets cannot be given right now. Please try again in a moment.") from error
    return ticket


async def redeem(services: Services, ticket: str, session_id: str) -> Caller:
    """Whose ticket it is; it is gone afterwards. Raises Unauthorized."""
    try:
        blob = await services.redis.getdel(_key(ticket))
    except (RedisError, OSError, TimeoutError) as error:
        raise Unauthorized from error
    found = _opened(services, ticket, session_id, blob) if blob else None
    if found is None or found.session_id != session_id or not await _still_open(services, found.caller):
        raise Unauthorized
    return found.caller


async def _still_open(services: Services, caller: Caller) -> bool:
    """A login that ended, or an anonymous player revoked, since the ticket was given opens nothing any more."""
    if caller.login is None:
        async with services.database.reading() as connection:
            return await anonymous.is_open(connection, caller.id)
    now = services.clock.now()
    return await services.logins.owner(user_id=caller.id, login_id=caller.login, now=now) is not None


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


def _opened(services: Services, ticket: str, session_id: str, blob: bytes | str) -> Ticket | None:
    for key in _sealed_with(services, ticket):
        with suppress(sealing.Unsealable, msgspec.DecodeError):
            word = sealing.unseal(key, msgspec.json.decode(blob), bound_to=session_id)
            return msgspec.convert(word, type=Ticket)
    return None


def _sealed_with(services: Services, ticket: str) -> tuple[bytes, ...]:
    return services.keys.keyed_hashes(b"ticket", ticket.encode())


def _key(ticket: str) -> str:
    return f"ticket:{sha256(ticket.encode()).hexdigest()}"
