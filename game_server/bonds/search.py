"""One page of a tool's list: by its columns in SQL, by words only after opening, because the database cannot read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.doing import mine
from game_server.bonds.life import Life, Span
from game_server.bonds.places import row_place
from game_server.http.paging import Page, Place, write_cursor
from game_server.services import Services
from storage import bond_places, bond_rows
from storage.bond_rows import Row

MOST_OPENED = 2000
"""Rows that one page looks into; it may be empty and still have a next one."""

AT_A_TIME = 200


class Search(msgspec.Struct, frozen=True):
    """What is looked for: in this bond, or among one's own rows; by filters, by words, by what is computed, in a span."""

    bond_id: UUID | None
    asked: Mapping[str, Any]
    words: str | None
    sifted: Mapping[str, bool | str] = {}
    span: Mapping[str, datetime] = {}


async def page_of(
    life: Life, services: Services, caller: Caller, search: Search, *, after: Place | None, limit: int
) -> Page[Row]:
    """Rows that the caller may see, newest first, opened; of a span of time what its tool makes of it. Raises NotFound for who is
    no member, Invalid.
    """
    if search.span:
        span = Span(search.bond_id, search.span, search.asked)
        return await life.spanned(services, caller, span, after=after, limit=limit)
    place = row_place(after)
    if search.words is None and not search.sifted:
        rows, around = await _rows(life, services, caller, search, place, limit=limit + 1)
        kept = await texts.opened(services, life.tool, rows[:limit])
        more = rows[limit - 1] if len(rows) > limit else None
        return Page(await life.seen(services, caller, kept, around), _cursor(more))
    found: list[Row] = []
    looked = 0
    while len(found) < limit and looked < MOST_OPENED:
        rows, around = read = await _rows(life, services, caller, search, place, limit=AT_A_TIME)
        fitting = await _fitting(life, services, caller, search, read)
        found += (taken := fitting[: limit - len(found)])
        looked += len(rows)
        last = taken[-1] if taken and len(found) == limit else rows[-1] if rows else None
        if last is None or (len(rows) < AT_A_TIME and last["id"] == rows[-1]["id"]):
            return Page(found, None)
        place = bond_places.Place(last["created_at"], last["id"])
    return Page(found, write_cursor(Place(place.at, str(place.id))) if place else None)


async def _fitting(
    life: Life, services: Services, caller: Caller, search: Search, read: tuple[list[Row], Any]
) -> list[Row]:
    """Those that hold the words, and of which is true what is asked."""
    rows, around = read
    opened = await texts.opened(services, life.tool, rows)
    if search.words is not None:
        wanted = search.words.casefold()
        opened = [
            row for row in opened if any(wanted in str(row[name] or "").casefold() for name in life.tool.searched)
        ]
    seen = await life.seen(services, caller, opened, around)
    return [row for row in seen if all(row[name] == value for name, value in search.sifted.items())]


async def _rows(
    life: Life, services: Services, caller: Caller, search: Search, place: bond_places.Place | None, *, limit: int
) -> tuple[list[Row], Any]:
    async with services.database.as_user(caller.id) as db:
        if search.bond_id is not None:
            await mine(db, search.bond_id)
        rows = await bond_rows.listed(db, life.tool, search.bond_id, asked=search.asked, after=place, limit=limit)
        return rows, await life.around(db, rows)


def _cursor(row: Row | None) -> str | None:
    return write_cursor(Place(row["created_at"], str(row["id"]))) if row else None
