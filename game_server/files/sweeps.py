"""What is brought down from the object store, and what the timetable does for files."""

import asyncio
from datetime import timedelta

import structlog

from game_server.integrations.objects import StoreAway
from game_server.process import tasks
from game_server.services import Services
from storage import files
from storage.database import STORE_ERRORS

log = structlog.get_logger()

UNATTACHED_FOR = timedelta(hours=24)
AT_ONCE = 20
MOST_A_RUN = 2_000
SOON_S = 2.0
"""Somebody waits for the answer to an erasure; what a store that hangs keeps is left to the job."""


async def delete_due(services: Services, most: int = MOST_A_RUN) -> int:
    """Empty the places that are due; how many. No transaction is open meanwhile, and what fails is tried again later."""
    done = 0
    while done < most:
        now = services.clock.now()
        async with services.database.as_service() as db:
            places = await files.claim(db, now, AT_ONCE)
        if not places:
            break
        gone = [place for place in places if await _deleted(services, place)]
        async with services.database.as_service() as db:
            await files.deleted(db, gone)
        done += len(gone)
        if len(gone) < len(places):
            break
    return done


def soon(services: Services) -> None:
    """The same, begun now, for what was just committed."""
    tasks.start(_quietly(services), name="empty places of files")


async def at_once(services: Services) -> None:
    """The same, before whoever asked is answered, unless it takes long."""
    try:
        async with asyncio.timeout(SOON_S):
            await delete_due(services)
    except TimeoutError:
        log.warning("files_left_to_the_job")


async def drop_unattached(services: Services) -> None:
    """What was uploaded and hangs on nothing goes after a day."""
    before = services.clock.now() - UNATTACHED_FOR
    async with services.database.as_service() as db:
        await files.drop_unattached(db, before, MOST_A_RUN)
    await delete_due(services)


async def _quietly(services: Services) -> None:
    try:
        await delete_due(services)
    except STORE_ERRORS as error:
        log.warning("files_left_to_the_job", kind=type(error).__name__)


async def _deleted(services: Services, place: str) -> bool:
    try:
        await services.objects.delete(place)
    except StoreAway:
        return False
    return True
