"""What a screen of a bond begins with, and what a change of the bond or its people replaces: {bond, members, permissions}."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.bonds.views import bond_view
from game_server.services import Services
from rooms.bonds.permissions import overview
from storage import bonds
from storage.bonds import Bond, Person

CHANGED_BY = ("bonds", "bond_members")
"""Tables whose changes change it."""


async def rows_of(db: asyncpg.Connection, bond_id: UUID) -> tuple[Bond, list[Person]] | None:
    """The bond and its people, for a transaction of one of them; None for who is no member."""
    return await bonds.whole(db, bond_id)


async def standing(services: Services, bond: Bond, people: list[Person], user_id: str) -> dict[str, Any]:
    """As this member sees it. Raises KeysAway."""
    view = await bond_view(services, bond, people, user_id)
    members = {member.user_id: member for member in (person.as_member(bond.founder_id) for person in people)}
    shown = {"bond": view, "members": view.members, "permissions": overview(members[user_id], members)}
    state: dict[str, Any] = msgspec.to_builtins(shown)
    return state
