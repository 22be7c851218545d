"""The keys of people who are gone: whoever deletes a person leaves a note in the same transaction, and here it is acted on."""

import sqlite3

import structlog

from game_server.services import Services
from storage import erased

log = structlog.get_logger()


async def forget_erased(services: Services) -> int:
    """Delete the keys of everybody who was erased or cleaned up since, with the notes about it; how many.

    What fails is logged and left to the next run: erasing a person never fails for it.
    """
    async with services.database.as_service() as connection:
        gone = await erased.noted(connection)
    if not gone:
        return 0
    try:
        await services.person_keys.forget(*gone)
    except (OSError, sqlite3.Error) as error:
        log.warning("person_keys_left", count=len(gone), kind=type(error).__name__)
        return 0
    async with services.database.as_service() as connection:
        await erased.done(connection, gone)
    return len(gone)
