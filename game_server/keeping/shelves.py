"""Where backups lie: a folder, or a bucket that speaks S3. One appears there whole, under its name, or not at all."""

import fcntl
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Protocol

import msgspec
import obstore
from obstore.exceptions import BaseError

from game_server import file_places
from game_server.file_places import Bucket
from game_server.integrations.objects import bucket_store
from storage.backup_sealing import Takes

NAME = re.compile(r"attuned-(\d{8}T\d{6}Z)-[0-9a-f]{8}\.(backup|tar)")
_UNFINISHED = re.compile(r"\.attuned-.*\.unfinished")


class ShelfFull(Exception):
    """There is no room for it; the message says where."""


class ShelfAway(Exception):
    """It cannot be written or read there; the message says why."""


class Lying(msgspec.Struct, frozen=True):
    """A backup that lies there."""

    name: str
    bytes: int

    @property
    def taken_at(self) -> datetime:
        """As its name says."""
        return datetime.strptime(self.name.split("-")[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


class Shelf(Protocol):
    """What both can do. Raises ShelfFull, ShelfAway."""

    shown: str
    """For people: never who and with what."""

    @contextmanager
    def put(self, name: str) -> Iterator[Takes]:
        """What is written is there when this ends well, and nothing of it otherwise."""

    def read(self, name: str) -> IO[bytes]:
        """What lies there under that name."""

    def lying(self) -> list[Lying]:
        """Our backups, oldest first."""

    def delete(self, name: str) -> None:
        """It is there no more."""


def name_of(taken_at: datetime, backup_id: str, *, sealed: bool) -> str:
    """What a backup is called."""
    return f"attuned-{taken_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{backup_id[:8]}.{'backup' if sealed else 'tar'}"


def shelf(text: str) -> Shelf:
    """A folder's path, file:///…, or s3://…. Raises ValueError."""
    if "://" not in text:
        return Folder(Path(text).expanduser().absolute())
    place = file_places.read(text)
    return Folder(place) if isinstance(place, Path) else InBucket(place)


def expired(lying: list[Lying], good: set[str], now: datetime, *, keep: timedelta, longest: timedelta) -> list[str]:
    """Which are to go: what is older than `keep`; of the good ones the newest stays all the same until it is `longest` old, for
    no younger one would open.
    """
    whole = [one for one in lying if one.name in good]
    last = max(whole, key=lambda one: one.taken_at).name if whole else None
    return [
        one.name for one in lying if now - one.taken_at >= longest or (now - one.taken_at >= keep and one.name != last)
    ]


class Folder:
    """A folder of this machine, or one that is mounted here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = str(path)

    @contextmanager
    def put(self, name: str) -> Iterator[Takes]:
        unfinished = self.path / f".{name}.unfinished"
        with self._told():
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._clear()
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                fcntl.flock(
                    file, fcntl.LOCK_EX | fcntl.LOCK_NB
                )  # whoever clears away knows by it that this is under way
                yield _Whole(file)
                with self._told():
                    os.fsync(file.fileno())
                    unfinished.rename(self.path / name)
                    self._sync()
        except OSError as error:
            raise self._meaning(error) from error
        finally:
            unfinished.unlink(missing_ok=True)

    def read(self, name: str) -> IO[bytes]:
        with self._told():
            return (self.path / name).open("rb")

    def lying(self) -> list[Lying]:
        if not self.path.exists():
            return []
        with self._told():
            found = [Lying(one.name, one.stat().st_size) for one in self.path.iterdir() if NAME.fullmatch(one.name)]
        return sorted(found, key=lambda one: one.name)

    def delete(self, name: str) -> None:
        with self._told():
            (self.path / name).unlink(missing_ok=True)
            self._sync()

    def _clear(self) -> None:
        """Away with what those left that died while they wrote: nobody holds it."""
        for one in self.path.iterdir():
            if not _UNFINISHED.fullmatch(one.name):
                continue
            with suppress(OSError), one.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                one.unlink()

    def _sync(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._meaning(error) from error

    def _meaning(self, error: OSError) -> Exception:
        return meaning(error, self.path)


def meaning(error: OSError, path: Path) -> ShelfFull | ShelfAway:
    """What the system's refusal means for who keeps backups there."""
    if error.errno in FULL:
        return ShelfFull(f"There is no room in {path} ({error.strerror}): nothing of this backup stays there.")
    return ShelfAway(f"{path} cannot be used: {error.strerror}.")


FULL = (28, 27, 122)
"""ENOSPC, EFBIG, EDQUOT"""


class _Whole:
    """Writes every byte: a raw file may take a part of them."""

    def __init__(self, file: io.FileIO) -> None:
        self._file = file

    def write(self, data: bytes, /) -> int:
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        return len(data)


class InBucket:
    """A bucket. An upload that died leaves no object; its parts go by the bucket's own rule for incomplete uploads."""

    def __init__(self, bucket: Bucket) -> None:
        self._store = bucket_store(bucket)
        self.shown = f"s3://{bucket.name}" + (f"/{bucket.prefix}" if bucket.prefix else "")
        self._no_bucket = f"There is no bucket s3://{bucket.name}: make it, or name another one."

    @contextmanager
    def put(self, name: str) -> Iterator[Takes]:
        with self._told(self._no_bucket):
            writer = obstore.open_writer(self._store, name, attributes={"Content-Type": "application/octet-stream"})
            yield _InTold(writer, self)
            writer.close()  # what was not closed was never there

    def read(self, name: str) -> IO[bytes]:
        with self._told():
            found = obstore.get(self._store, name)
        return io.BufferedReader(_Streamed(found.stream(min_chunk_size=1 << 20), self), 1 << 20)

    def lying(self) -> list[Lying]:
        with self._told(self._no_bucket):
            found = [Lying(one["path"], one["size"]) for batch in obstore.list(self._store) for one in batch]
        return sorted((one for one in found if NAME.fullmatch(one.name)), key=lambda one: one.name)

    def delete(self, name: str) -> None:
        with self._told():
            obstore.delete(self._store, name)

    @contextmanager
    def _told(self, missing: str | None = None) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise ShelfAway(missing or f"There is no such backup in {self.shown}.") from None
        except (BaseError, OSError) as error:  # its words name hosts and keys
            raise ShelfAway(f"{self.shown} does not answer as it should ({type(error).__name__}).") from None


class _InTold:
    def __init__(self, writer: Takes, shelf: InBucket) -> None:
        self._writer, self._shelf = writer, shelf

    def write(self, data: bytes, /) -> int:
        with self._shelf._told(self._shelf._no_bucket):  # noqa: SLF001 - one thing in two classes
            self._writer.write(data)
        return len(data)


class _Streamed(io.RawIOBase):
    """An object as a file that is read from front to back."""

    def __init__(self, pieces: Iterator[object], shelf: InBucket) -> None:
        self._pieces, self._shelf, self._held = iter(pieces), shelf, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what io calls it with
        if not self._held:
            with self._shelf._told():  # noqa: SLF001 - as above
                self._held = memoryview(bytes(next(self._pieces, b"")))  # type: ignore[call-overload]
        taken = min(len(buffer), len(self._held))
        buffer[:taken] = self._held[:taken]
        self._held = self._held[taken:]
        return taken
