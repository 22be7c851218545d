"""Bonds of a file: each is founded by who founded it there, and the others are asked. No file makes anybody a member."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.bonds import shapes, texts
from game_server.bonds.commands import writing
from game_server.bonds_import.arrivals import Arrival
from game_server.bonds_import.left import ROW_ERRORS, Left, why
from game_server.bonds_import.staging import OWN_YESES, Row, Staged
from game_server.services import Services
from rooms.bonds.dump.kinds import BONDS
from rooms.bonds.dump.values import text_of
from rooms.bonds.people import MOST_BONDS
from storage import bonds, imported

TWO = 2
OVER = ("dissolved", "ended", "archived", "inactive")


class Founded(msgspec.Struct, frozen=True):
    """A bond of the file. `id` is none where it is not here (`code` says why), or would only be made. `members` are here, by
    their ids with us; `founder` is who founded it there; `waits`: somebody who is here may still come. `asked` are all who were
    asked about it, `agreed` who said yes. `closed`: another file than this one was said yes to, so nothing new comes of this one.
    """

    id: UUID | None
    members: frozenset[UUID]
    founder: str | None
    paused: bool = False
    code: str | None = None
    waits: bool = False
    asked: frozenset[UUID] = frozenset()
    agreed: frozenset[UUID] = frozenset()
    closed: bool = False


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
        if bond.id is not None:
            newly, bond = await _asked(what, row, bond, bond.id, dry=dry)
            asked += newly
        here[str(row.id)] = bond
    return here, made, asked


async def _bond(what: _Work, row: Row, founder: Arrival | None, *, dry: bool) -> tuple[Founded, bool]:
    status = row.values.get("status")
    if status in OVER:
        raise Left("bond_over")
    if founder is None:
        raise Left("no_founder")
    async with what.services.database.as_service() as db:
        bond_id = await imported.row_of(db, founder.caller.id, BONDS, row.id)
        members = await imported.members(db, bond_id) if bond_id is not None else set()
    if bond_id is not None and not members:
        raise Left("bond_over")
    paused = status == "paused"
    if bond_id is not None:
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


async def _asked(what: _Work, row: Row, bond: Founded, bond_id: UUID, *, dry: bool) -> tuple[int, Founded]:
    """Whoever was in it there and is here is asked, once: who is not in it here whether they want to be, and everybody whether
    what waits for their own yes may come. How many are asked now, and the bond with what they said.
    """
    said = what.staged.said_of(row)
    async with what.services.database.as_service() as db:
        closed = _is_closed(await imported.answers(db, bond_id), said, bond.members - {_founder(what, row)})
        asked = 0 if dry or closed else await _ask(what, db, row, bond, said)
        answers = await imported.answers(db, bond_id)
        waits = bool(await imported.waiting(db, bond_id))
    return asked, msgspec.structs.replace(
        bond,
        waits=waits,
        asked=frozenset(one.user_id for one in answers),
        agreed=frozenset(one.user_id for one in answers if one.yes and one.file_sha256 == said),
        closed=closed,
    )


def _is_closed(answers: Sequence[imported.Answer], said: bytes, others: AbstractSet[UUID]) -> bool:
    """Did people say yes to something else, or live there who were asked of something else?"""
    agreed_to = {one.file_sha256 for one in answers if one.yes}
    if agreed_to:
        return agreed_to != {said}
    return bool(others) and {one.file_sha256 for one in answers} != {said}


def _founder(what: _Work, row: Row) -> UUID:
    return UUID(what.people[row.owner or ""].caller.id)


async def _ask(what: _Work, db: asyncpg.Connection, row: Row, bond: Founded, said: bytes) -> int:
    """How many are asked now. Who is in it already is asked only what comes in their name."""
    there = str(row.id)
    ratings, messages = (what.staged.counted(table, there) for table in (OWN_YESES, "messages"))
    points = what.staged.counted("points_ledger", there).total()
    asked = 0
    for person in what.staged.members(there):
        arrival = what.people.get(person)
        if arrival is None or bond.id is None:
            continue
        offer = imported.Offer(file_sha256=said, ratings=ratings[person], messages=messages[person], points=points)
        user_id = UUID(arrival.caller.id)
        if user_id not in bond.members or offer.ratings or offer.messages or offer.points:
            asked += await imported.ask(db, bond.id, user_id, offer, what.at)
    return asked


def _type(values: Mapping[str, Any], *, several: bool) -> str:
    said = values.get("bond_type")
    if said in ("polycule", "household", "dynamic"):
        return str(said)
    return "polycule" if several else "dyad"
