"""A person's own key: made when they first seal something, and never again for who has sealed things already.

A key that is missing or wrong for a living person is an error that says so. To read their answers as empty, or to make them a
new key, would let the next save take the place of what is only locked.
"""

import structlog

from game_server.accounts.callers import Caller
from game_server.services import Services
from storage import key_store
from storage.key_store import has_sealed
from storage.person_keys import KeyGone, OtherSecret, PersonKeys

log = structlog.get_logger()


class KeysDoNotFit(Exception):
    """This process must not serve with these keys; the message says why and what to do."""


async def hold_key(services: Services, caller: Caller) -> None:
    """Before the caller seals something: their key is here, or they have sealed nothing yet. Raises KeyGone, KeysAway."""
    if services.person_keys.has(caller.actor):
        return
    async with services.database.reading() as connection:
        sealed = await has_sealed(connection, caller.kind, caller.id)
    # Looked for again: a request beside this one may have made the key, and sealed with it, since.
    if sealed and not services.person_keys.has(caller.actor):
        log.error("person_key_missing", kind=caller.kind)
        raise KeyGone


async def check_keys(services: Services) -> None:
    """At the start: these keys are ours and this database's. Raises KeysDoNotFit."""
    keys = services.person_keys
    try:
        identity = keys.identity()
    except OtherSecret as error:
        raise KeysDoNotFit(
            f"The keys in {keys.path} are wrapped with another secret. Nothing is lost: start with the ATTUNED_SECRET_KEY (or "
            "the secret.key in the data directory) of before, or set ATTUNED_PERSON_KEYS to the file that goes with this one. "
            "Only where that secret is gone for good: move the file away, then `game-server keys lost` deletes what it sealed."
        ) from error
    async with services.database.as_service() as connection:
        needed = [] if await key_store.is_known(connection) else await key_store.some_key_ids(connection)
        if (needed and not any(map(keys.holds, needed))) or await key_store.adopt(connection, identity) != identity:
            raise KeysDoNotFit(_elsewhere(keys))


async def give_up_lost_keys(services: Services) -> int:
    """The keys of before are lost for good: go on with these. How many sealed rows were deleted. Raises KeysDoNotFit."""
    keys = services.person_keys
    try:
        identity = keys.identity()
    except OtherSecret as error:
        raise KeysDoNotFit(
            f"The keys in {keys.path} are wrapped with another secret: move that file away first."
        ) from error
    async with services.database.as_service() as connection:
        return await key_store.give_up(connection, identity, keys.key_ids())


def _elsewhere(keys: PersonKeys) -> str:
    return (
        f"What people answered here is sealed with keys that are in another key file than {keys.path}. Nothing is lost: set "
        "ATTUNED_PERSON_KEYS to the file that the other processes use, or that this database was used with before. "
        "Only where it is gone for good: `game-server keys lost` deletes what it sealed (raw answers; profiles and limits stay)."
    )
