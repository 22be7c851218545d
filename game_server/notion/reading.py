"""What somebody's Notion is to show: rows with their texts, read as that person reads them and no more."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.tools import LIVES
from game_server.notifications import zones
from game_server.notion import weeks
from game_server.services import Services
from rooms.characters.character import TEXTS
from rooms.notion import canonical
from rooms.notion.property import Around, Kind
from storage import bond_rows, kinksters, notion_rows

Row = dict[str, Any]


async def around(services: Services, caller: Caller, time_zone: str | None) -> Around:
    """Whose eyes it is seen with: what people and bonds are called for this person. Raises KeysAway."""
    async with services.database.as_user(caller.id) as db:
        people = await notion_rows.people(db)
        envelopes = await notion_rows.bonds(db)
    bonds = {
        str(bond_id): (await texts.open_each(services, texts.bond_owner(bond_id), [name]))[0] or ""
        for bond_id, name in envelopes.items()
    }
    zone = zones.of(time_zone or "UTC")
    return Around(
        zone=zone,
        zones=zones.named,
        people=canonical.labels(people),
        bonds=canonical.labels(bonds),
        today=services.clock.now().astimezone(zone).date(),
    )


def around_row(general: Around, row: Mapping[str, Any]) -> Around:
    """The same for a row that has a zone of its own."""
    named = row.get("timezone")
    return msgspec.structs.replace(general, event_zone=zones.named(named)) if isinstance(named, str) else general


async def rows(
    services: Services, caller: Caller, kind: Kind, row_ids: Sequence[UUID], seen: Around
) -> dict[UUID, Row]:
    """Those of these rows that the caller sees, opened, with what is made of them. What could not be opened is left out of them.
    Raises KeysAway.
    """
    if not row_ids:
        return {}
    if kind.name == "analytics":
        return {row["id"]: row for row in await weeks.of(services, caller, seen) if row["id"] in set(row_ids)}
    found = await _of(services, caller, kind, row_ids)
    return {row["id"]: row | _derived(kind, row, seen) for row in found}


async def _of(services: Services, caller: Caller, kind: Kind, row_ids: Sequence[UUID]) -> list[Row]:
    if kind.table == "kinksters":
        return await _characters(services, caller, row_ids)
    if kind.table == "image_generations":
        return await _pictures(services, caller, row_ids)
    life = LIVES[str(kind.tool)]
    async with services.database.as_user(caller.id) as db:
        kept = await bond_rows.find_some(db, life.tool, row_ids)
        around = await life.around(db, kept)
    opened = await texts.opened(services, life.tool, kept)
    closed = {row["id"]: [name for name in life.tool.sealed if row[name] is not None] for row in kept}
    seen = await life.seen(services, caller, opened, around)
    return [_without(row, [name for name in closed[row["id"]] if row[name] is None]) for row in seen]


async def _characters(services: Services, caller: Caller, row_ids: Sequence[UUID]) -> list[Row]:
    async with services.database.as_user(caller.id) as db:
        kept = await notion_rows.characters(db, kinksters.READ, row_ids)
    return await _opened(services, caller, kept, tuple(TEXTS))


async def _pictures(services: Services, caller: Caller, row_ids: Sequence[UUID]) -> list[Row]:
    async with services.database.as_user(caller.id) as db:
        kept = await notion_rows.pictures(db, row_ids)
    return await _opened(services, caller, kept, ("prompt", "kinkster_name"))


async def _opened(services: Services, caller: Caller, kept: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """Rows of the caller's own, with these texts."""
    said = iter(await texts.open_each(services, caller.actor, [row[name] for row in kept for name in names]))
    opened = [(row, {name: next(said) for name in names}) for row in kept]
    return [
        _without({**row, **words}, [name for name in names if words[name] is None and row[name] is not None])
        for row, words in opened
    ]


def _without(row: Row, names: Sequence[str]) -> Row:
    """Words that nobody can open any more are not said to be empty."""
    return {name: value for name, value in row.items() if name not in names}


def _derived(kind: Kind, row: Row, seen: Around) -> Row:
    """Columns that a page has and no table."""
    match kind.name:
        case "messages":
            return {"from_name": seen.people.get(str(row["from_user_id"]))}
        case "check_ins":
            return {"day": row["local_date"].isoformat()}
        case _:
            return {}
