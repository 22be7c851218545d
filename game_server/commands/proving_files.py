"""Do the pictures' rows and the object store agree? What `verify` asks of it."""

import time
from pathlib import Path

import msgspec

from game_server.files import orphans
from game_server.integrations.objects import Objects, StoreAway
from game_server.process.database_logins import with_logins
from game_server.services import open_objects
from game_server.settings import Settings
from storage import files
from storage.database import Database
from storage.proofs import Proof, Proved

BYTES = Proof(
    name="bytes_of_files",
    group="files",
    proves="The bytes of every picture are in the object store",
    sql="",
    mend="Is ATTUNED_FILES_URL the place of before? Bring its copy back. What no copy has: SET ROLE game_owner;"
    " DELETE FROM files WHERE id = '…'; RESET ROLE;",
)
STRAY = Proof(
    name="stray_objects",
    group="files",
    proves="Everything in the object store belongs to a picture, or is noted to go",
    sql="",
    mend="SET ROLE game_owner; INSERT INTO files_to_delete (place, due_at) VALUES ('…', now()) ON CONFLICT DO NOTHING;"
    " RESET ROLE;  (the job empty_places_of_files deletes it)",
)
PROOFS = (BYTES, STRAY)


class _Both(msgspec.Struct, frozen=True):
    database: Database
    objects: Objects


async def prove(settings: Settings) -> list[Proved]:
    """Both, in this order. Raises STORE_ERRORS, SecretMissing, SettingsError."""
    known = await with_logins(settings)
    database = await Database.open(
        str(known.database_web_url), str(known.database_worker_url), web_pool=1, worker_pool=2
    )
    try:
        return await _proven(settings, database)
    finally:
        await database.close()


async def _proven(settings: Settings, database: Database) -> list[Proved]:
    place = settings.files_place
    if isinstance(place, Path) and not place.exists():
        async with database.reading() as db:
            some = await files.lying(db, "", 1)
        why = f"there is no folder {place}"
        return [Proved(proof=proof, unproven=why) if some else Proved(proof=proof, passed_over=why) for proof in PROOFS]
    began = time.monotonic()
    try:
        found = await orphans.look(_Both(database, open_objects(settings)))
    except StoreAway:
        return [Proved(proof=proof, unproven="the object store does not answer") for proof in PROOFS]
    seconds = round(time.monotonic() - began, 3)
    return [
        Proved(proof=BYTES, count=found.rows, sample=found.ids, seconds=seconds),
        Proved(proof=STRAY, count=found.objects, sample=found.places, seconds=seconds),
    ]
