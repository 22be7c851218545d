"""What speaks against restoring a backup: looked for before anything is touched, and said all at once."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import msgspec

from game_server.keeping.keys import named
from game_server.keeping.reading import contents
from game_server.keeping.shelves import Folder, ShelfAway, shelf
from game_server.settings import Settings
from storage import pg_restore
from storage.backup_archive import About, Dumped, Manifest, Part
from storage.backup_sealing import Damaged, KeyMissing
from storage.backups import LIVE_FOR
from storage.key_rows import KeysAway
from storage.migration_files import load
from storage.person_keys import OtherSecret, PersonKeys
from storage.pg_restore import Contents, Listing, RestoreFailed
from storage.pg_tools import Tools, fitting
from storage.restore_target import Target
from storage.store_errors import BinariesMissing

ROOM = 1.2
"""A database takes a little more while it is filled: its log."""


class NotRestored(Exception):
    """It cannot be done, or was not; each of `problems` is a sentence that says why and what to do."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Source(msgspec.Struct, frozen=True):
    """A backup's file, on this machine or in a bucket."""

    text: str

    def open(self) -> IO[bytes]:
        """From its beginning. Raises NotRestored."""
        try:
            if "://" not in self.text:
                path = Path(self.text).expanduser()
                return Folder(path.parent).read(path.name)
            parts = urlsplit(self.text)
            folder, _, name = parts.path.rpartition("/")
            return shelf(urlunsplit(parts._replace(path=folder))).read(name)
        except (ValueError, ShelfAway) as error:
            raise NotRestored(f"The backup cannot be read: {error}") from error


class Seen(msgspec.Struct, frozen=True):
    """A backup that was read from its beginning to its end, and is whole."""

    about: About
    manifest: Manifest
    dump: Contents
    tools: Tools

    @property
    def taken_at(self) -> datetime:
        """Of which moment it is."""
        return datetime.fromisoformat(self.about.taken_at)


class Allowed(msgspec.Struct, frozen=True):
    """What an operator says they know: the backup is older than backups live; people's keys are an older copy than the backup;
    they are lost for good.
    """

    expired: bool = False
    older_keys: bool = False
    keys_lost: bool = False


def look_through(source: Source, keys: Mapping[str, bytes], pg_bin: Path | None) -> Seen:
    """Read all of it. Raises NotRestored where it is not whole, not ours, or does not open."""
    try:
        with source.open() as file, closing(contents(file, keys)) as parts:
            return _seen(parts, pg_bin)
    except Damaged as error:
        raise NotRestored(f"This is no whole backup: {error}. Nothing of it is used.") from error
    except KeyMissing as error:
        raise NotRestored(
            f"The backup is sealed with {named(error.key_name)}, which is not among those that are set here. Nothing of it can be"
            " read without."
        ) from error
    except (ShelfAway, BinariesMissing) as error:
        raise NotRestored(str(error)) from error
    except RestoreFailed as error:
        raise NotRestored(f"The dump in the backup cannot be read. pg_restore says: {error}") from error


def _seen(parts: Iterator[Part], pg_bin: Path | None) -> Seen:
    """Its first part says what it is, its last one that it is whole."""
    about, manifest = next(parts), None
    if not isinstance(about, About):
        raise Damaged("it does not begin as a backup does")
    tools = fitting(pg_bin, int(about.dumped_with.partition(".")[0]), "The dump in the backup")
    with closing(Listing(tools)) as listing:
        for part in parts:
            if isinstance(part, Dumped):
                listing.feed(part.data)
            manifest = part if isinstance(part, Manifest) else manifest
        if manifest is None:
            raise Damaged("its end is missing")
        return Seen(about, manifest, listing.end(), tools)


def of_schema(seen: Seen) -> list[str]:
    """Does this program know the schema that was backed up?"""
    known = {one.version: one.checksum for one in load()}
    newer = sorted(seen.about.schema.keys() - known.keys())
    if newer:
        made_by = (
            f"The backup was made by a newer program ({seen.about.program}): migration {newer[0]:04} is not known here."
        )
        return [f"{made_by} Restore it with that program."]
    edited = [version for version, checksum in seen.about.schema.items() if known[version] != checksum]
    return [f"Migration {edited[0]:04} of the backup is not the one of this program."] if edited else []


def of_age(seen: Seen, now: datetime, allowed: Allowed) -> list[str]:
    """Is it still known who was erased since?"""
    days = (now - seen.taken_at).days
    if now - seen.taken_at <= LIVE_FOR or allowed.expired:
        return []
    old = f"The backup is {days} days old, and none may be kept for more than {LIVE_FOR.days}"
    return [
        f"{old}: who was erased since is not known any more. Take a younger one; only where there is none: --expired."
    ]


def of_target(seen: Seen, target: Target) -> list[str]:
    """Is the database one that this can come into?"""
    found = []
    if target.server < seen.about.postgres // 10_000:
        found.append(
            f"The backup is of PostgreSQL {seen.about.postgres // 10_000}, and this server is {target.server}: restore it into"
            " one that is no older."
        )
    if target.stage is not None and target.backup_id != seen.about.id and target.things:
        found.append(
            "Another backup's restore into this database was broken off. Finish that one, or drop the database and make it anew."
        )
    elif target.stage in (None, "begun") and target.things:
        found.append(
            "The database is not empty. Create one for this, and name it in DATABASE_URL; what is in this one is not touched."
        )
    return found + of_sessions(target)


def of_sessions(target: Target) -> list[str]:
    """Does nobody use it?"""
    if not target.logged_in:
        return []
    open_ = f"{target.logged_in} connections of servers or workers are open to this database"
    return [f"{open_}: stop those first, and start them when this is done."]


async def of_keys(seen: Seen, keys: PersonKeys, allowed: Allowed) -> list[str]:
    """Is the store of people's keys the one that goes with it, and does it know who was erased since?"""
    place = keys.store.place
    if allowed.keys_lost:
        return []
    try:
        identity = await keys.identity()
        knows = await keys.store.knows_backup(seen.about.id)
    except OtherSecret:
        return [f"The keys in {place} are wrapped with another secret than those that are set (ATTUNED_SECRET_KEY)."]
    except KeysAway:
        return [f"The store of people's keys at {place} does not answer (ATTUNED_PERSON_KEYS)."]
    if seen.about.key_store not in (None, identity):
        return [_OTHER_STORE.format(place=place)]
    if not knows and not allowed.older_keys:
        return [_OLDER_STORE.format(place=place)]
    return []


_OTHER_STORE = (
    "The store of people's keys at {place} is not the one that goes with this backup. Bring that back first"
    " (ATTUNED_PERSON_KEYS): without it nothing sealed opens, and who was erased since the backup is not known. Only where it is"
    " gone for good: --keys-lost."
)
_OLDER_STORE = (
    "The store of people's keys at {place} is an older copy than this backup: whom it has no key of may have been erased, or may"
    " have come to theirs since. Take the newest copy that there is. Where this is it: --older-keys, which leaves those out."
)


def of_room(seen: Seen, settings: Settings) -> list[str]:
    """Is there room for what lies on this machine?"""
    needs: dict[Path, int] = {}
    if settings.embedded_database:
        needs[settings.data_dir] = int(seen.about.database_bytes * ROOM)
    if seen.about.objects and isinstance(settings.files_place, Path):
        needs[settings.files_place] = seen.manifest.objects_bytes
    found = []
    for folder, needed in needs.items():
        there = next((one for one in (folder.absolute(), *folder.absolute().parents) if one.exists()), Path("/"))
        free = shutil.disk_usage(there).free
        if free < needed:
            found.append(f"{folder} has room for {free / 1e6:.0f} MB, and this needs {needed / 1e6:.0f} MB.")
    return found


def auth_is_foreign(dump: Contents, target: Target) -> list[str]:
    """What is to come in of the dump: where `auth` is Supabase's, nothing of ours goes there."""
    if not target.foreign_auth:
        return dump.ours
    return [line for line in dump.ours if not pg_restore.is_in_schema(line, "auth")]
