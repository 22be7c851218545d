"""One thing that somebody does with a bond itself: how it was asked, its transaction around it, and the answer after it."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import commands
from game_server.bonds.commands import Asked, Hand, held, run
from game_server.bonds.life import Written
from game_server.http.bodies import AnyRequest
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms.errors import NotFound
from storage import bonds
from storage.bonds import Bond, Person

T = TypeVar("T")


class Doing(msgspec.Struct, frozen=True):
    """Who wants something of which bond, and how they asked. `version`: only where the row is still that one."""

    services: Services
    user: Caller
    bond_id: UUID
    asked: Asked
    version: int | None = None


def doing(services: Services, user: Caller, bond_id: str, request: AnyRequest, data: Any = None) -> Doing:
    """A request for a bond, with its body. Raises AdultRequired, NotFound."""
    require_adult(user)
    version = getattr(data, "version", None)
    return Doing(services, user, UUID(clean_uuid(bond_id)), commands.asked(request, data), version)


async def do(
    what: Doing,
    act: Callable[[Hand], Awaitable[Written]],
    read: Callable[[UUID], Awaitable[T]],
    *,
    person: UUID | None = None,
    dissolved: bool = False,
    at_once: bool = False,
) -> T:
    """`act` with the bond held, once for its key; `at_once` as in `commands.run`.

    Raises NotFound, WrongState, Changed, KeyReused and what `act` raises.
    """

    async def under_the_lock(db: asyncpg.Connection, at: datetime) -> Written:
        async with held(what.services, db, what.user, what.bond_id, at, person=person, dissolved=dissolved) as hand:
            return await act(hand)

    return await run(what.services, what.user, what.asked, under_the_lock, read, at_once=at_once)


async def seen(services: Services, user: Caller, bond_id: UUID) -> tuple[Bond, list[Person]]:
    """A bond of the caller's with its people, nothing held. Raises NotFound."""
    async with services.database.as_user(user.id) as db:
        found = await bonds.whole(db, bond_id)
    if found is None:
        raise NotFound
    return found


async def mine(db: asyncpg.Connection, bond_id: UUID) -> Bond:
    """A bond of the caller's. Raises NotFound."""
    bond = await bonds.find(db, bond_id)
    if bond is None:
        raise NotFound
    return bond
