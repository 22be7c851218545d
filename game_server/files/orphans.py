"""Do the object store and the rows agree? Each object has a row or is noted to go, each row has an object.

Of the store eight bytes an object are remembered, of the rows a page: both may be large.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol

import msgspec

from game_server.integrations.objects import Objects
from storage import files
from storage.database import Database

AT_ONCE = 1_000
FEW = 5


class Holding(Protocol):
    """Where rows and objects are."""

    @property
    def database(self) -> Database:
        """The rows."""

    @property
    def objects(self) -> Objects:
        """Their bytes."""


class Orphans(msgspec.Struct, frozen=True):
    """`objects` that nothing knows of, and `rows` whose bytes are not there. Numbers: who asks learns of nobody."""

    objects: int
    rows: int


class Found(msgspec.Struct):
    """The same, with the places of a few of those objects, and the ids of a few of those rows."""

    objects: int = 0
    rows: int = 0
    places: list[str] = []
    ids: list[str] = []


async def count(holding: Holding) -> Orphans:
    """Reads through the whole store. What comes or goes meanwhile is no orphan. Raises StoreAway."""
    found = await look(holding)
    return Orphans(objects=found.objects, rows=found.rows)


async def look(holding: Holding) -> Found:
    """The same, and which a few of them are."""
    found = Found()
    lying = await _lying(holding, found)
    last = ""
    while page := await _page(holding, last):
        last = page[-1].place
        missing = [row for row in page if not _has(lying, row.place)]
        still = await _known(holding, [row.place for row in missing])
        for row in missing:
            if row.place in still and not await holding.objects.holds(row.place):
                found.rows += 1
                found.ids = [*found.ids, str(row.id)][:FEW]
    return found


async def _lying(holding: Holding, found: Found) -> Sequence[int]:
    """Hashes of all places in the store, in order; those that nothing knows of are counted."""
    seen, batch = array("Q"), list[str]()

    async def settle() -> None:
        known = await _known(holding, batch, also_noted=True)
        for place in batch:
            if place not in known and await holding.objects.holds(place):
                found.objects += 1
                found.places = [*found.places, place][:FEW]
        batch.clear()

    async for place in holding.objects.places():
        seen.append(_hash(place))
        batch.append(place)
        if len(batch) >= AT_ONCE:
            await settle()
    await settle()
    return array("Q", sorted(seen))


async def _page(holding: Holding, after: str) -> list[files.Lying]:
    async with holding.database.reading() as db:
        return await files.lying(db, after, AT_ONCE)


async def _known(holding: Holding, places: Sequence[str], *, also_noted: bool = False) -> set[str]:
    if not places:
        return set()
    async with holding.database.reading() as db:
        return await files.known(db, places, also_noted=also_noted)


def _hash(place: str) -> int:
    return int.from_bytes(blake2b(place.encode(), digest_size=8).digest())


def _has(lying: Sequence[int], place: str) -> bool:
    wanted = _hash(place)
    at = bisect_left(lying, wanted)
    return at < len(lying) and lying[at] == wanted
