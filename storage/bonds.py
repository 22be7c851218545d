"""Bonds and their members. What one of them commands runs with their own claims, and functions of the database test who asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from rooms.bonds.people import Member, Role, State

Db = asyncpg.Connection
Envelope = dict[str, Any]


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """A bond as it is kept: name and description are envelopes of its own key."""

    id: UUID
    name: Envelope
    description: Envelope | None
    status: str
    bond_type: str
    is_private: bool
    created_by: UUID | None
    founder_id: UUID | None
    invite_expires_at: datetime | None
    dissolved_at: datetime | None
    head: int
    version: int
    created_at: datetime
    updated_at: datetime


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A member with everything that the process has to know of them, more than other members are shown: whose pause stands, by
    whom they let themselves be led, who voted. Texts are envelopes: of the bond's key, `kink_identity` of their own.
    """

    id: UUID
    user_id: UUID
    display_name: str | None
    dynamic_role: Role | None
    submission_state: State
    kink_identity: Envelope | None
    time_zone: str | None
    role_in_bond: Role
    joined_at: datetime
    nickname: Envelope | None
    safewords: Envelope | None
    aftercare_needs: Envelope | None
    can_invite: bool
    can_manage: bool
    accepts_from: list[UUID] | None
    read_receipts: bool
    presence: bool
    paused_at: datetime | None
    dissolve_vote_at: datetime | None
    version: int
    updated_at: datetime

    def as_member(self, founder_id: UUID | None) -> Member:
        """The same as the rules see them."""
        accepts = self.accepts_from
        return Member(
            user_id=str(self.user_id),
            role=self.role_in_bond,
            state=self.submission_state,
            can_invite=self.can_invite,
            can_manage=self.can_manage,
            accepts_from=None if accepts is None else frozenset(str(one) for one in accepts),
            is_founder=self.user_id == founder_id,
            time_zone=self.time_zone,
        )


_BOND = ", ".join(Bond.__struct_fields__)


async def found(
    db: Db, *, bond_id: UUID, name: Envelope, description: Envelope | None, bond_type: str, is_private: bool, most: int
) -> bool:
    """A new bond, and the caller its first member; False where they are in `most` already."""
    made = await db.fetchval(
        "SELECT app.found_bond($1, $2, $3, $4, $5, $6)", bond_id, name, description, bond_type, is_private, most
    )
    return made is not None


async def hold(db: Db, bond_id: UUID, *, person: UUID | None = None) -> bool:
    """Hold the bond's people, then the bond, until the transaction ends; `person`: and one who comes or goes. False for who is no
    member.
    """
    held: bool
    if person is not None:
        held = await db.fetchval("SELECT app.hold_bond_for($1, $2)", bond_id, person)
    else:
        held = await db.fetchval("SELECT app.hold_bond($1)", bond_id)
    return held


async def find(db: Db, bond_id: UUID) -> Bond | None:
    """A bond of the caller's."""
    row = await db.fetchrow(f"SELECT {_BOND} FROM bonds WHERE id = $1", bond_id)
    return _bond(row) if row else None


async def people(db: Db, bond_id: UUID) -> list[Person]:
    """Who is in a bond of the caller's, the longest first."""
    rows = await db.fetch("SELECT * FROM app.bond_people($1)", bond_id)
    return [Person(**row) for row in rows]


async def whole(db: Db, bond_id: UUID) -> tuple[Bond, list[Person]] | None:
    """A bond of the caller's and who is in it, as `find` and `people` tell them, in one round trip."""
    rows = [tuple(row.values()) for row in await db.fetch(_WHOLE, bond_id)]
    if not rows:
        return None
    bond = Bond(**dict(zip(Bond.__struct_fields__, rows[0], strict=False)))
    persons = [dict(zip(Person.__struct_fields__, row[len(Bond.__struct_fields__) :], strict=True)) for row in rows]
    return bond, [Person(**person) for person in persons if person["user_id"] is not None]


_WHOLE = (
    f"SELECT {', '.join(f'b.{name}' for name in Bond.__struct_fields__)},"
    f" {', '.join(f'p.{name}' for name in Person.__struct_fields__)}"
    " FROM bonds b LEFT JOIN LATERAL app.bond_people(b.id) p ON true WHERE b.id = $1 ORDER BY p.joined_at, p.user_id"
)


async def listed(db: Db) -> list[Bond]:
    """The caller's bonds, newest first."""
    rows = await db.fetch(f"SELECT {_BOND} FROM bonds ORDER BY created_at DESC, id DESC")
    return [_bond(row) for row in rows]


async def change(db: Db, bond_id: UUID, values: Mapping[str, Any]) -> int:
    """Some of name, description (envelopes) and is_private; the bond's version then."""
    changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, 2))
    version: int = await db.fetchval(
        f"UPDATE bonds SET {changes} WHERE id = $1 RETURNING version", bond_id, *values.values()
    )
    return version


async def write_activity(db: Db, bond_id: UUID, user_id: str | None, action: str) -> None:
    """A line in the bond's log; of a pause nobody's."""
    await db.execute(
        "INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES ($1, $2, $3)", bond_id, user_id, action
    )


def _bond(row: asyncpg.Record) -> Bond:
    return Bond(**row)
