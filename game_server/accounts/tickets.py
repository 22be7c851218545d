"""Tickets to a socket: 256 random bits, kept hashed in Redis for 30 s, redeemed once.

The ticket is the caller's word to be carried to the socket, sealed with the ticket itself: who reads Redis learns no name, also
not of somebody who was erased meanwhile. What the caller may do there, the place says.
"""

from contextlib import suppress
from hashlib import sha256

import msgspec
from redis.exceptions import RedisError

from game_server.accounts.callers import Caller
from game_server.services import Services
from rooms.errors import Unauthorized, Unavailable
from storage import anonymous, sealing


class Ticket(msgspec.Struct, frozen=True):
    """What a ticket stands for. `session_id` is the place: a session, or `bond:` with a bond's id."""

    session_id: str
    caller: Caller


async def issue(services: Services, place: str, caller: Caller) -> str:
    """A ticket for this caller. Raises Unavailable."""
    ticket = services.dice.token()
    try:
        word = msgspec.to_builtins(Ticket(place, caller))
        blob = msgspec.json.encode(sealing.seal(_sealed_with(services, ticket)[0], word, bound_to=place))
        await services.redis.set(_key(ticket), blob, nx=True, ex=services.settings.ticket_s)
    except (RedisError, OSError, TimeoutError) as error:
        raise Unavailable("Tickets cannot be given right now. Please try again in a moment.") from error
    return ticket


async def redeem(services: Services, ticket: str, place: str) -> Caller:
    """Whose ticket it is; it is gone afterwards. Raises Unauthorized."""
    try:
        blob = await services.redis.getdel(_key(ticket))
    except (RedisError, OSError, TimeoutError) as error:
        raise Unauthorized from error
    found = _opened(services, ticket, place, blob) if blob else None
    if found is None or found.session_id != place or not await _still_open(services, found.caller):
        raise Unauthorized
    return found.caller


async def _still_open(services: Services, caller: Caller) -> bool:
    """A login that ended, or an anonymous player revoked, since the ticket was given opens nothing any more."""
    if caller.login is None:
        async with services.database.reading() as connection:
            return await anonymous.is_open(connection, caller.id)
    now = services.clock.now()
    return await services.logins.owner(user_id=caller.id, login_id=caller.login, now=now) is not None


def _opened(services: Services, ticket: str, place: str, blob: bytes | str) -> Ticket | None:
    for key in _sealed_with(services, ticket):
        with suppress(sealing.Unsealable, msgspec.DecodeError):
            word = sealing.unseal(key, msgspec.json.decode(blob), bound_to=place)
            return msgspec.convert(word, type=Ticket)
    return None


def _sealed_with(services: Services, ticket: str) -> tuple[bytes, ...]:
    return services.keys.keyed_hashes(b"ticket", ticket.encode())


def _key(ticket: str) -> str:
    return f"ticket:{sha256(ticket.encode()).hexdigest()}"
