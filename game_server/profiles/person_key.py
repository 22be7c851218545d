"""A person's own key: made when they first seal something, and never again for who has sealed things already.

A key that is missing or wrong for a living person is an error that says so. To read their answers as empty, or to make them a
new key, would let the next save take the place of what is only locked.
"""

import structlog

from game_server.accounts.callers import Caller
from game_server.profiles import key_file_in_use
from game_server.profiles.key_file_in_use import FileUsedElsewhere
from game_server.services import Services
from storage import key_store
from storage.key_database import KeyDatabase, NoKeyDatabase
from storage.key_file import KeyFile
from storage.key_rows import KeyGone, KeysAway
from storage.key_store import has_sealed
from storage.person_keys import OtherSecret, PersonKeys

log = structlog.get_logger()


class KeysDoNotFit(Exception):
    """This process must not serve with these keys; the message says why and what to do."""


async def hold_key(services: Services, caller: Caller) -> None:
    """Before the caller seals something: their key is here, or they have sealed nothing yet. Raises KeyGone, KeysAway."""
    if await services.person_keys.has(caller.actor):
        return
    async with services.database.reading() as connection:
        sealed = await has_sealed(connection, caller.kind, caller.id)
    # Looked for again: a request beside this one may have made the key, and sealed with it, since.
    if sealed and not await services.person_keys.has(caller.actor):
        log.error("person_key_missing", kind=caller.kind)
        raise KeyGone


async def check_keys(services: Services) -> None:
    """At the start: these keys are ours, this database's, and nobody else's. Raises KeysDoNotFit."""
    keys = services.person_keys
    async with services.database.reading() as connection:
        known = await key_store.known(connection)
    try:
        identity = await _identity(keys)
    except KeysAway as error:
        if not isinstance(keys.store, KeyDatabase) or known is None:
            raise KeysDoNotFit(why_away(keys)) from error
        keys.store.expected = known  # what answers later has to be that one
        log.warning("person_keys_away", place=keys.store.place)
        return
    async with services.database.as_service() as connection:
        needed = await key_store.some_key_ids(connection) if known is None else []
        fits = not needed or await keys.holds(needed)
        if not fits or await key_store.adopt(connection, identity) != identity:
            raise KeysDoNotFit(_elsewhere(keys))
    if isinstance(keys.store, KeyDatabase):
        keys.store.expected = identity
    try:
        await key_file_in_use.hold(services)
    except FileUsedElsewhere as error:
        raise KeysDoNotFit(
            f"Another machine uses these keys, or another copy of {keys.store.place}: keys that one makes the other would not"
            " have. A file is for one machine; for several run `game-server keys move postgresql://…` on that one, and set"
            " ATTUNED_PERSON_KEYS to that database everywhere."
        ) from error


async def give_up_lost_keys(services: Services) -> int:
    """The keys of before are lost for good: go on with these. How many sealed rows were deleted. Raises KeysDoNotFit."""
    keys = services.person_keys
    try:
        identity = await keys.identity()
        held = await keys.key_ids()
    except OtherSecret as error:
        raise KeysDoNotFit(
            f"The keys in {keys.store.place} are wrapped with another secret: move that store away first."
        ) from error
    except KeysAway as error:
        raise KeysDoNotFit(why_away(keys)) from error
    async with services.database.as_service() as connection:
        return await key_store.give_up(connection, identity, held)


async def _identity(keys: PersonKeys) -> str:
    """The store's. Raises KeysDoNotFit, KeysAway."""
    try:
        return await keys.identity()
    except NoKeyDatabase as error:
        raise KeysDoNotFit(str(error)) from error
    except OtherSecret as error:
        raise KeysDoNotFit(
            f"The keys in {keys.store.place} are wrapped with another secret. Nothing is lost: start with the ATTUNED_SECRET_KEY"
            " (or the secret.key in the data directory) of before, or set ATTUNED_PERSON_KEYS to the store that goes with this"
            " one. Only where that secret is gone for good: move the store away, then `game-server keys lost` deletes what it"
            " sealed."
        ) from error


def why_away(keys: PersonKeys) -> str:
    """Why the keys cannot be used, and what to do."""
    if isinstance(keys.store, KeyFile) and keys.store.moved:
        return (
            f"The keys that were in {keys.store.place} have been moved: set ATTUNED_PERSON_KEYS to the database that"
            " `game-server keys move` was told."
        )
    return f"The key store at {keys.store.place} does not answer. Check ATTUNED_PERSON_KEYS and that it runs."


def _elsewhere(keys: PersonKeys) -> str:
    return (
        f"What people answered here is sealed with keys that are in another key store than {keys.store.place}. Nothing is lost:"
        " set ATTUNED_PERSON_KEYS to the one that the other processes use, or that this database was used with before."
        " Only where it is gone for good: `game-server keys lost` deletes what it sealed (raw answers, notes,"
        " bonds; profiles and limits stay)."
    )
