"""One page of a tool's list: by its columns in SQL, by words only after opening, because the database cannot read them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.life import Life
from game_server.http.paging import Page, Place, write_cursor
from game_server.services import Services
from storage import bond_rows
from storage.bond_rows import Row

MOST_OPENED = 2000
"""Rows that one page looks into; it may be empty and still have a next one."""

AT_A_TIME = 200


class Search(msgspec.Struct, frozen=True):
    """What is looked for: in this bond, or among one's own rows; by filters, and by words."""

    bond_id: UUID | None
    asked: Mapping[str, Any]
    words: str | None


async def page_of(
    life: Life, services: Services, caller: Caller, search: Search, *, after: Place | None, limit: int
) -> Page[Row]:
    """Rows that the caller may see, newest first, opened."""
    place = bond_rows.Place(after.at, UUID(after.id)) if after else None
    if search.words is None:
        rows = await _rows(life, services, caller, search, place, limit=limit + 1)
        kept = await texts.opened(services, life.tool, rows[:limit])
        more = rows[limit - 1] if len(rows) > limit else None
        return Page(await life.seen(services, caller, kept), _cursor(more))
    found: list[Row] = []
    wanted, looked = search.words.casefold(), 0
    while len(found) < limit and looked < MOST_OPENED:
        rows = await _rows(life, services, caller, search, place, limit=AT_A_TIME)
        last: Row | None = None
        for row in await texts.opened(services, life.tool, rows):
            last = row
            if any(wanted in str(row[name] or "").casefold() for name in life.tool.searched):
                found.append(row)
                if len(found) == limit:
                    break
        looked += len(rows)
        if last is None or (len(rows) < AT_A_TIME and last["id"] == rows[-1]["id"]):
            return Page(await life.seen(services, caller, found), None)
        place = bond_rows.Place(last["created_at"], last["id"])
    return Page(
        await life.seen(services, caller, found), write_cursor(Place(place.at, str(place.id))) if place else None
    )


async def _rows(
    life: Life, services: Services, caller: Caller, search: Search, place: bond_rows.Place | None, *, limit: int
) -> list[Row]:
    async with services.database.as_user(caller.id) as db:
        return await bond_rows.listed(db, life.tool, search.bond_id, asked=search.asked, after=place, limit=limit)


def _cursor(row: Row | None) -> str | None:
    return write_cursor(Place(row["created_at"], str(row["id"]))) if row else None
