"""What a file of another program asks somebody: whether they want to be in a bond here that they were in there, and whether what
the file says in their name may come. Until the bond's members let them in they see of it what it is called, and no more.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.commands import Asked, run
from game_server.bonds.join_requests import asked_for
from game_server.bonds.life import Written
from game_server.notifications import actions as notifications
from game_server.services import Services
from rooms.errors import NotFound
from storage import imported


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """A bond that one was in elsewhere. `accepted` waits for its members, `over` is a yes that was not answered with theirs, or a
    membership that ended. What it is called is null while its key is away. `member`: they are in it here, and are asked only what
    comes in their name: `ratings` with yes or maybe, `messages`, and (with everybody's yes) entries of `points`.
    """

    id: UUID
    bond_id: UUID
    name: str | None
    member: bool
    ratings: int
    messages: int
    points: int
    status: Literal["pending", "accepted", "refused", "over"]
    created_at: datetime
    answered_at: datetime | None


class Answered(msgspec.Struct, frozen=True):
    """What one said; `active` where one is in the bond already."""

    id: UUID
    status: Literal["pending", "accepted", "refused", "over", "active"]


async def listed(services: Services, user: Caller) -> list[ImportView]:
    """What the caller is asked, newest first."""
    async with services.database.as_user(user.id) as db:
        found = await imported.mine(db)
    return [await _view(services, one) for one in found]


async def accept(services: Services, user: Caller, asked: Asked, import_id: UUID) -> Answered:
    """The caller's yes: they ask to be let in, and what the file says in their name may come. Raises NotFound, WrongState,
    BondFull.
    """

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        made = await imported.accept(db, import_id, services.dice.fresh_id())
        if made.outcome == "none":
            raise NotFound
        if made.outcome != "member":
            asked_for(made)
        return import_id, None

    answered = await run(services, user, asked, act, _reader(services, user))
    notifications.send_soon(services)
    return answered


async def refuse(services: Services, user: Caller, asked: Asked, import_id: UUID) -> Answered:
    """The caller's no. Nobody is told. Raises NotFound."""

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        if not await imported.refuse(db, import_id):
            raise NotFound
        return import_id, None

    return await run(services, user, asked, act, _reader(services, user))


def _reader(services: Services, user: Caller) -> Callable[[UUID], Awaitable[Answered]]:
    async def read(import_id: UUID) -> Answered:
        async with services.database.as_user(user.id) as db:
            found = [one for one in await imported.mine(db) if one.id == import_id]
        return msgspec.convert({"id": import_id, "status": found[0].status if found else "active"}, Answered)

    return read


async def _view(services: Services, one: imported.Asked) -> ImportView:
    [name] = await texts.open_each(services, texts.bond_owner(one.bond_id), [one.name])
    return msgspec.convert({**msgspec.structs.asdict(one), "name": name}, ImportView)
