"""Making a backup: the database by pg_dump and what the object store holds, of one moment, sealed, whole or not at all.

People's keys are not looked at but for the store's name: it is told that a backup begins, so that a copy of it from before is
known for what it is when the backup is restored.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, aclosing, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import msgspec
import structlog

from game_server.integrations.objects import Missing, Objects, StoreAway
from game_server.keeping import keys
from game_server.keeping.reading import contents
from game_server.keeping.shelves import Folder, Shelf, ShelfAway, ShelfFull, name_of
from game_server.process.keys import SecretMissing
from game_server.settings import Settings
from storage import backup_snapshot, backups, crash, pg_dump
from storage.backup_archive import About, Manifest, Writer, line_of
from storage.backup_sealing import Damaged, Sealing
from storage.backup_snapshot import Held, NotOurs, Snapshot
from storage.database import STORE_ERRORS
from storage.key_rows import KeysAway
from storage.person_keys import OtherSecret, PersonKeys
from storage.pg_dump import DumpFailed
from storage.pg_tools import Tools, fitting
from storage.store_errors import BinariesMissing

log = structlog.get_logger()

SAY_EVERY_S = 2.0
CHUNK = 1024 * 1024

T = TypeVar("T")
Say = Callable[[str], None]


class NoBackup(Exception):
    """None was made; `code` is stable, and the message says why and what to do. Nothing of it is left."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Ground(msgspec.Struct, frozen=True):
    """What one is made of: the settings, with an administrator's DATABASE_URL, and the two stores beside the database."""

    settings: Settings
    person_keys: PersonKeys
    objects: Objects


class Wish(msgspec.Struct, frozen=True):
    """Where it is put, whether it is sealed, and whether objects of the object store come along: None, where that is a folder."""

    shelf: Shelf
    sealed: bool = True
    with_objects: bool | None = None


class Made(msgspec.Struct, frozen=True):
    """A backup that was written and read back."""

    id: str
    name: str
    place: str
    bytes: int
    sealed: bool
    about: About
    manifest: Manifest


async def make(ground: Ground, wish: Wish, backup_id: UUID, say: Say) -> Made:
    """One backup. Raises NoBackup."""
    try:
        _refuse_together(ground, wish)
        async with backup_snapshot.held(_administrator(ground.settings)) as held:
            snapshot = held.snapshot
            tools = fitting(ground.settings.pg_bin, snapshot.server // 10_000, "The server")
            about = _about(ground, wish, snapshot, tools, str(backup_id))
            await _note(ground, snapshot, str(backup_id))
            name = name_of(snapshot.taken_at, str(backup_id), sealed=wish.sealed)
            return await _Work(ground, wish, held, tools, about, name, say).recorded(backup_id)
    except SecretMissing as error:
        raise NoBackup("no_secret", str(error)) from error
    except NotOurs as error:
        raise NoBackup("no_schema", str(error)) from error
    except BinariesMissing as error:
        raise NoBackup("no_tools", str(error)) from error
    except DumpFailed as error:
        raise NoBackup("dump_failed", f"PostgreSQL's pg_dump did not do it. It says: {error}") from error
    except ShelfFull as error:
        raise NoBackup("no_room", str(error)) from error
    except ShelfAway as error:
        raise NoBackup("place_away", str(error)) from error
    except Damaged as error:
        raise NoBackup(
            "not_as_written", f"What was written could not be read back: {error}. It was deleted."
        ) from error
    except StoreAway as error:
        raise NoBackup("objects_away", "The object store (ATTUNED_FILES_URL) does not answer.") from error
    except STORE_ERRORS as error:
        raise NoBackup("database_away", f"PostgreSQL did not answer to the end ({type(error).__name__}).") from error


class _Work(msgspec.Struct, frozen=True):
    """One that is being made."""

    ground: Ground
    wish: Wish
    held: Held
    tools: Tools
    about: About
    name: str
    say: Say

    async def recorded(self, backup_id: UUID) -> Made:
        """Make it, with its row in `backups`."""
        url, outcome, size, count = _administrator(self.ground.settings), "ended", 0, None
        await backups.began(url, backup_id, at=self.held.snapshot.taken_at, place=self.wish.shelf.shown, file=self.name)
        try:
            manifest = await self._written()
            self.say("reading it back")
            size = await asyncio.to_thread(self._read_back, manifest)
            count, outcome = manifest.objects, backups.DONE
        except Exception as error:
            outcome = type(error).__name__
            raise
        finally:
            try:
                await backups.ended(url, backup_id, outcome, size=size or None, objects=count)
            except STORE_ERRORS as error:
                log.warning("backup_not_recorded", kind=type(error).__name__)
        return Made(str(backup_id), self.name, self.wish.shelf.shown, size, self.wish.sealed, self.about, manifest)

    async def _written(self) -> Manifest:
        async with _aside(self.wish.shelf.put(self.name)) as out:
            sealing = Sealing(out, *keys.sealing(self.ground.settings)) if self.wish.sealed else None
            writer = Writer(sealing or out)
            writer.about(self.about)
            await self._dump(writer)
            crash.point("backup_dumped")
            await self._objects(writer)
            manifest = await asyncio.to_thread(writer.end)
            if sealing:
                await asyncio.to_thread(sealing.end)
            return manifest

    async def _dump(self, writer: Writer) -> None:
        tell, done, snapshot = _Now(self.say), 0, self.held.snapshot
        async with aclosing(pg_dump.dumped(self.tools, _administrator(self.ground.settings), snapshot)) as chunks:
            async for chunk in chunks:
                await asyncio.to_thread(writer.dump, chunk)
                done += len(chunk)
                tell(f"{_megabytes(done)} of the database, which takes {_megabytes(snapshot.database_bytes)} there")
        await asyncio.to_thread(writer.end_dump)

    async def _objects(self, writer: Writer) -> None:
        tell, done, whole = _Now(self.say), 0, self.held.snapshot.rows.get("files", 0)
        async for place in self.held.places():
            data = await _object(self.ground.objects, place)
            line = line_of(place, data)
            await asyncio.to_thread(writer.object, place, line, data if self.about.objects else None)
            done += 1
            tell(f"{done} of {whole} objects")

    def _read_back(self, manifest: Manifest) -> int:
        """Is what lies there what was written? How many bytes; where it is not it is deleted. Raises Damaged, ShelfAway."""
        shelf = self.wish.shelf
        found = None
        try:
            with shelf.read(self.name) as file:
                for part in contents(file, keys.opening(self.ground.settings)):
                    found = part if isinstance(part, Manifest) else found
        finally:
            if found != manifest:
                shelf.delete(self.name)
        if found != manifest:
            raise Damaged("it is another one")
        return next(one.bytes for one in shelf.lying() if one.name == self.name)


async def _object(objects: Objects, place: str) -> bytes | None:
    """What lies there: None where its row went since. Raises StoreAway."""
    try:
        return b"".join([piece async for piece in await objects.get(place)])
    except Missing:
        return None


async def _note(ground: Ground, snapshot: Snapshot, backup_id: str) -> None:
    """Tell the store of people's keys. Raises NoBackup where it is not the one that goes with this database."""
    try:
        identity = await ground.person_keys.identity()
        if snapshot.key_store not in (None, identity):
            raise NoBackup("other_keys", _OTHER_KEYS.format(place=ground.person_keys.store.place))
        await ground.person_keys.store.note_backup(backup_id)
    except OtherSecret as error:
        raise NoBackup("other_keys", _OTHER_KEYS.format(place=ground.person_keys.store.place)) from error
    except KeysAway as error:
        raise NoBackup(
            "keys_away",
            f"The store of people's keys at {ground.person_keys.store.place} does not answer: it has to know of each backup.",
        ) from error


_OTHER_KEYS = (
    "The store of people's keys at {place} is not the one that this database belongs to, or wrapped with another secret: see what"
    " `game-server serve` says of it. A backup without its keys would be of little use."
)


def _refuse_together(ground: Ground, wish: Wish) -> None:
    """Raises NoBackup where a backup would lie with what it must be apart from."""
    if not isinstance(wish.shelf, Folder):
        return
    folder, settings = wish.shelf.path.resolve(), ground.settings
    if settings.person_key_url is None and folder in settings.person_key_file.absolute().resolve().parents:
        raise NoBackup(
            "beside_keys",
            f"{settings.person_key_file} is in {folder}: whoever copies that folder would copy people's keys with the backup, and"
            " erasing somebody would be worth nothing. Name another folder.",
        )
    files = settings.files_place
    if isinstance(files, Path) and (files.resolve() == folder or files.resolve() in folder.parents):
        raise NoBackup("among_files", f"{folder} is where pictures are kept (ATTUNED_FILES_URL). Name another folder.")


def _about(ground: Ground, wish: Wish, snapshot: Snapshot, tools: Tools, backup_id: str) -> About:
    in_folder = ground.objects.folder is not None
    return About(
        id=backup_id,
        taken_at=snapshot.taken_at.isoformat(),
        program=version("attuned"),
        postgres=snapshot.server,
        dumped_with=tools.version,
        database=snapshot.database,
        database_bytes=snapshot.database_bytes,
        lineage=snapshot.lineage,
        key_store=snapshot.key_store,
        schema=snapshot.schema,
        rows=snapshot.rows,
        left_out=snapshot.left_out,
        objects=in_folder if wish.with_objects is None else wish.with_objects,
    )


def _administrator(settings: Settings) -> str:
    if settings.database_url is None:
        raise NoBackup(
            "no_administrator", "Backups need an administrator's DATABASE_URL; only the logins' URLs are set."
        )
    return settings.database_url


class _Now:
    """Says how far something is, now and then."""

    def __init__(self, say: Say) -> None:
        self._say, self._last = say, time.monotonic()

    def __call__(self, text: str) -> None:
        if time.monotonic() - self._last >= SAY_EVERY_S:
            self._last = time.monotonic()
            self._say(text)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB"


@asynccontextmanager
async def _aside(manager: AbstractContextManager[T]) -> AsyncIterator[T]:
    """A context that waits for a disk or a network where it begins and ends: in a thread."""
    entered = await asyncio.to_thread(manager.__enter__)
    try:
        yield entered
    except BaseException as error:
        if not manager.__exit__(type(error), error, error.__traceback__):
            raise
    else:
        await asyncio.to_thread(manager.__exit__, None, None, None)
