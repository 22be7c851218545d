"""What people who are gone leave outside the tables: their keys, their mails on this disk, and the hot copies of their rooms.

Whoever deletes a person leaves a note in the same transaction, and here it is acted on; each step may be done twice.
"""

import asyncio

import structlog
from redis.exceptions import RedisError

from game_server.accounts import development_mailbox
from game_server.services import Services
from storage import erased
from storage.erased import Note
from storage.key_rows import KeysUnavailable

log = structlog.get_logger()

AT_ONCE = 500

REDIS_WITHIN_S = 1.0
"""Somebody waits for the answer to an erasure; what a Redis that hangs keeps is left to the next run."""


async def forget_erased(services: Services) -> int:
    """Delete what is left of everybody who was erased or cleaned up since, with the notes about it; how many are done.

    What fails is logged and left to the next run: erasing a person never fails for it, and a store that is away keeps nothing in
    the others.
    """
    done, last = 0, ""
    while True:
        async with services.database.reading() as connection:
            notes = await erased.noted(connection, last, AT_ONCE)
        if not notes:
            return done
        last = notes[-1].person
        without_keys = await _keys_forgotten(services, notes)
        gone = [note.person for note in notes if await _forgotten(services, note)]
        if without_keys and gone:
            async with services.database.as_service() as connection:
                await erased.done(connection, gone)
            done += len(gone)


async def _keys_forgotten(services: Services, notes: list[Note]) -> bool:
    try:
        await services.person_keys.forget(*(note.person for note in notes))
    except KeysUnavailable as error:
        log.warning("person_keys_left", count=len(notes), kind=type(error).__name__)
        return False
    return True


async def _forgotten(services: Services, note: Note) -> bool:
    """Nothing of this person is left in the mailbox and in Redis."""
    try:
        await asyncio.to_thread(development_mailbox.forget, services.settings, services.keys, note.person, note.mailbox)
        async with asyncio.timeout(REDIS_WITHIN_S):
            for session_id in note.rooms:
                await services.rooms.forget_names(session_id)
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("erasure_left", kind=type(error).__name__)
        return False
    return True
