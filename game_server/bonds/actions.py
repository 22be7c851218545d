"""What people do with bonds themselves. Each function is one thing one person does."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.commands import Asked, run
from game_server.bonds.doing import seen
from game_server.bonds.life import Written
from game_server.bonds.views import BondView, bond_view
from game_server.services import Services
from rooms.bonds.people import MOST_BONDS
from rooms.errors import WrongState
from storage import bonds


class NewBond(msgspec.Struct, frozen=True):
    """What somebody founds."""

    name: str
    description: str | None
    bond_type: str
    is_private: bool


async def found(services: Services, user: Caller, asked: Asked, wanted: NewBond) -> BondView:
    """A new bond, with a key of its own, and the caller its founder. Raises WrongState for who is in 20 already."""

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        bond_id = services.dice.fresh_id()
        key = await services.person_keys.key(texts.bond_owner(bond_id), make=True)
        made = await bonds.found(
            db,
            bond_id=bond_id,
            name=key.seal(wanted.name),
            description=None if wanted.description is None else key.seal(wanted.description),
            bond_type=wanted.bond_type,
            is_private=wanted.is_private,
            most=MOST_BONDS,
        )
        if not made:
            await services.person_keys.forget(texts.bond_owner(bond_id))
            raise WrongState(f"You are in {MOST_BONDS} bonds, which is the most. Leave one first.")
        return bond_id, 1

    async def reader(bond_id: UUID) -> BondView:
        return await read(services, user, bond_id)

    return await run(services, user, asked, act, reader)


async def read(services: Services, user: Caller, bond_id: UUID) -> BondView:
    """A bond of the caller's. Raises NotFound."""
    bond, people = await seen(services, user, bond_id)
    return await bond_view(services, bond, people, user.id)


async def listed(services: Services, user: Caller) -> list[BondView]:
    """All bonds of the caller's."""
    async with services.database.as_user(user.id) as db:
        mine = await bonds.listed(db)
        people = [await bonds.people(db, bond.id) for bond in mine]
    return [await bond_view(services, bond, who, user.id) for bond, who in zip(mine, people, strict=True)]
