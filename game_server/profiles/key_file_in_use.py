"""A key file is for one machine: who uses it says so in the database, and another machine, or a copy of the file, is refused.

Both would make keys that the other does not have, and what is sealed with them would be lost to the other.
"""

import asyncio
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import structlog

from game_server.services import Services
from storage import key_store
from storage.database import STORE_ERRORS
from storage.key_file import KeyFile

log = structlog.get_logger()

HELD_FOR = timedelta(seconds=30)
AGAIN_S = 10.0
LOOK_S = 0.5

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class FileUsedElsewhere(Exception):
    """Another machine, or another copy of the file, is in use."""


async def hold(services: Services) -> None:
    """At the start: from now on the file is used here. Whoever used it elsewhere has ended, which takes a moment to be sure of.

    Raises FileUsedElsewhere when they have not.
    """
    place = place_of(services)
    if place is None:
        return
    first = await _held_elsewhere(services, place)
    if first is None:
        return
    log.warning("person_keys_held_elsewhere", wait_s=round((first - services.clock.now()).total_seconds()))
    while (until := await _held_elsewhere(services, place)) is not None:
        if until > first:
            raise FileUsedElsewhere
        await asyncio.sleep(LOOK_S)


async def go_on_holding(services: Services, *, every_s: float = AGAIN_S) -> None:
    """The same again and again; while it is used elsewhere no key is read or made here. Until cancelled."""
    place = place_of(services)
    while place is not None:
        await asyncio.sleep(every_s)
        try:
            elsewhere = await _held_elsewhere(services, place) is not None
        except STORE_ERRORS:
            continue
        if elsewhere and not services.person_keys.held_back:
            log.error("person_keys_used_elsewhere")
        services.person_keys.held_back = elsewhere


def place_of(services: Services) -> str | None:
    """Where the file is: this boot of this machine, and the file itself. None where keys are in a database."""
    store = services.person_keys.store
    if not isinstance(store, KeyFile):
        return None
    facts = store.path.stat()
    return sha256(f"{_boot()} {facts.st_dev} {facts.st_ino}".encode()).hexdigest()


def _boot() -> str:
    return _BOOT.read_text().strip() if _BOOT.exists() else ""


async def _held_elsewhere(services: Services, place: str) -> datetime | None:
    now = services.clock.now()
    async with services.database.as_service() as connection:
        return await key_store.hold(connection, place, now=now, until=now + HELD_FOR)
