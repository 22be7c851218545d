"""Bonds of a file: each is founded by who founded it there, and the others are asked. No file makes anybody a member."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from game_server.bonds import shapes, texts
from game_server.bonds.commands import writing
from game_server.bonds_import.arrivals import Arrival
from game_server.bonds_import.left import ROW_ERRORS, Left, why
from game_server.bonds_import.staging import Row, Staged
from game_server.services import Services
from rooms.bonds.dump.kinds import BONDS
from rooms.bonds.dump.values import text_of
from rooms.bonds.people import MOST_BONDS
from storage import bonds, imported

TWO = 2
OVER = ("dissolved", "ended", "archived", "inactive")


class Founded(msgspec.Struct, frozen=True):
    """A bond of the file. `id` is none where it is not here (`code` says why), or would only be made. `members` are here, by
    their ids with us; `founder` is who founded it there; `waits`: somebody who is here may still come.
    """

    id: UUID | None
    members: frozenset[UUID]
    founder: str | None
    paused: bool = False
    code: str | None = None
    waits: bool = False


class _Work(msgspec.Struct, frozen=True):
    services: Services
    staged: Staged
    people: Mapping[str, Arrival]
    at: datetime


class _New(msgspec.Struct, frozen=True):
    name: shapes.line(200)  # type: ignore[valid-type]  # made from a number
    description: shapes.lines(4000) | None = None  # type: ignore[valid-type]


async def found(
    services: Services, staged: Staged, people: Mapping[str, Arrival], at: datetime, *, dry: bool
) -> tuple[dict[str, Founded], int, int]:
    """The bonds of the file by their ids there, how many of them were made now, and how many people were asked."""
    here: dict[str, Founded] = {}
    made = asked = 0
    what = _Work(services, staged, people, at)
    for row in staged.rows(BONDS):
        founder = people.get(row.owner or "")
        try:
            bond, is_new = await _bond(what, row, founder, dry=dry)
        except ROW_ERRORS as error:
            left = why(error)
            staged.refuse(BONDS, row.id, left.code, left.field)
            if founder is not None or left.code == "bond_over":
                here[str(row.id)] = Founded(None, frozenset(), row.owner, code=left.code)
            continue
        made += is_new
        if bond.id is not None and not dry:
            newly, waits = await _ask(what, row, bond)
            asked += newly
            bond = msgspec.structs.replace(bond, waits=waits)
        here[str(row.id)] = bond
    return here, made, asked


async def _bond(what: _Work, row: Row, founder: Arrival | None, *, dry: bool) -> tuple[Founded, bool]:
    status = row.values.get("status")
    async with what.services.database.as_service() as db:
        bond_id = await imported.row_of(db, BONDS, row.id)
        members = await imported.members(db, bond_id) if bond_id is not None else set()
    if status in OVER or (bond_id is not None and not members):
        raise Left("bond_over")
    if bond_id is None and founder is None:
        raise Left("no_founder")
    paused = status == "paused"
    if bond_id is not None or founder is None:
        return Founded(bond_id, frozenset(members), row.owner, paused), False
    new = msgspec.convert(
        {name: text_of(row.values[name]) for name in ("name", "description") if row.values.get(name)}, _New
    )
    only = frozenset({UUID(founder.caller.id)})
    if dry:
        return Founded(None, only, row.owner, paused), True
    several = len(what.staged.members(str(row.id))) > TWO
    made = await _make(what, founder, row, new, _type(row.values, several=several))
    return Founded(made, only, row.owner, paused), True


async def _make(what: _Work, founder: Arrival, row: Row, new: _New, kind: str) -> UUID:
    """Founded, and noted from where, in one step. Raises Left for who is in as many bonds as one may be."""
    services = what.services
    bond_id = services.dice.fresh_id()
    owner = texts.bond_owner(bond_id)
    key = await services.person_keys.key(owner, make=True)
    async with writing(services, founder.caller, what.at) as db:
        done = await bonds.found(
            db,
            bond_id=bond_id,
            name=key.seal(new.name),
            description=texts.sealed_by(key, new.description),
            bond_type=kind,
            is_private=True,
            most=MOST_BONDS,
        )
        if done:
            await imported.note(db, founder.caller.id, BONDS, row.id, bond_id)
    if not done:
        await services.person_keys.forget(owner)
        raise Left("many_bonds")
    return bond_id


async def _ask(what: _Work, row: Row, bond: Founded) -> tuple[int, bool]:
    """Whoever was in it there, is here and not in it is asked, once. How many are asked now, and whether anybody may come."""
    asked = 0
    async with what.services.database.as_service() as db:
        for person in what.staged.members(str(row.id)):
            arrival = what.people.get(person)
            if arrival is not None and bond.id is not None and UUID(arrival.caller.id) not in bond.members:
                asked += await imported.ask(db, bond.id, UUID(arrival.caller.id), what.at)
        waits = bool(await imported.waiting(db, bond.id)) if bond.id is not None else False
    return asked, waits


def _type(values: Mapping[str, Any], *, several: bool) -> str:
    said = values.get("bond_type")
    if said in ("polycule", "household", "dynamic"):
        return str(said)
    return "polycule" if several else "dyad"
