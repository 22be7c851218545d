"""Backups by the timetable, where ATTUNED_BACKUP_TO says where to, and how long they live."""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog

from game_server.keeping.making import Ground, NoBackup, Wish, make
from game_server.keeping.shelves import Shelf, ShelfAway, expired, shelf
from game_server.services import Services
from storage import backups

log = structlog.get_logger()

LOOKED_AT = 1_000
AGAIN_AFTER = timedelta(hours=1)
"""After one that failed, unless they are made more often."""


async def back_up_when_due(services: Services) -> None:
    """Make one where the last good one is old enough, and let go of those that are too old. Raises NoBackup, ShelfAway."""
    settings = services.settings
    if settings.backup_to is None:
        return
    place = shelf(settings.backup_to)
    try:
        if await _is_due(services, place):
            await _make(services, place)
    finally:
        await let_go(services, place)


async def let_go(services: Services, place: Shelf) -> list[str]:
    """Delete what is too old there; its names. Raises ShelfAway."""
    settings, now = services.settings, services.clock.now()
    async with services.database.as_service() as connection:
        known = await backups.newest(connection, LOOKED_AT)
    bad = {one.file_name for one in known if one.outcome != backups.DONE}
    lying = await asyncio.to_thread(place.lying)
    good = {one.name for one in lying} - bad  # a database that was restored does not know of the backup it came from
    old = expired(lying, good, now, keep=timedelta(days=settings.backup_keep_days), longest=backups.LIVE_FOR)
    for name in old:
        await asyncio.to_thread(place.delete, name)
        log.info("backup_expired", name=name)
    if settings.database_url is not None:
        await backups.forget(settings.database_url, old, now - backups.LIVE_FOR)
    return old


async def _is_due(services: Services, place: Shelf) -> bool:
    every, now = timedelta(hours=services.settings.backup_every_hours), services.clock.now()
    async with services.database.as_service() as connection:
        known = [one for one in await backups.newest(connection, LOOKED_AT) if one.place_name == place.shown]
    done = next((one for one in known if one.outcome == backups.DONE), None)
    if done is not None and now - done.started_at < every:
        return False
    return not known or known[0] is done or now - known[0].started_at >= min(every, AGAIN_AFTER)


async def _make(services: Services, place: Shelf) -> None:
    ground = Ground(services.settings, services.person_keys, services.objects)
    try:
        made = await make(ground, Wish(place), UUID(services.dice.uuid()), lambda _text: None)
    except NoBackup as error:
        log.error("no_backup", code=error.code, why=str(error))  # noqa: TRY400 - the sentence says it
        raise
    except ShelfAway as error:
        log.error("no_backup", code="place_away", why=str(error))  # noqa: TRY400 - as above
        raise
    log.info("backed_up", name=made.name, place=made.place, bytes=made.bytes, objects=made.manifest.objects)
