"""Do the object store and the rows agree? Each object has a row or is noted to go, each row has an object."""

import msgspec

from game_server.services import Services
from storage import files

AT_ONCE = 1_000


class Orphans(msgspec.Struct, frozen=True):
    """`objects` that nothing knows of, and `rows` whose bytes are not there. Numbers: who asks learns of nobody."""

    objects: int
    rows: int


async def count(services: Services) -> Orphans:
    """Reads through the whole store. What comes or goes meanwhile is no orphan. Raises StoreAway."""
    lying = {place async for place in services.objects.places()}
    rows = await _rows(services)
    unknown = list(lying - rows)
    known = await _noted(services, unknown) | (await _rows(services) if unknown else set())
    missing = rows - lying
    still = await _rows(services) if missing else set()
    lost = [place for place in missing & still if not await services.objects.holds(place)]
    return Orphans(objects=len(set(unknown) - known), rows=len(lost))


async def _rows(services: Services) -> set[str]:
    found: set[str] = set()
    last = ""
    async with services.database.reading() as db:
        while places := await files.places(db, last, AT_ONCE):
            found.update(places)
            last = places[-1]
    return found


async def _noted(services: Services, places: list[str]) -> set[str]:
    async with services.database.reading() as db:
        return await files.noted(db, places)
