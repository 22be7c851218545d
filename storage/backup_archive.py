"""What a backup holds, as one tar file that is written and read from front to back in constant memory:

    about.json           what it is of: when, which schema, which database, how many rows
    database/000001 …    pg_dump's custom format, in pieces: put together they are the dump
    objects/<place>      what lay in the object store, as it lay there: sealed
    listing/000001 …     a line for each object: place, bytes, SHA-256; or that it was not there
    manifest.json        counts and checksums of all that, last: without it the file is not whole

Whoever reads it is given each part as soon as it has been read, and hears at the end whether all of it was right.
"""

import hashlib
import io
import re
import tarfile
from collections.abc import Iterator
from typing import IO

import msgspec

from storage.backup_sealing import Damaged, Takes

VERSION = 1
PIECE = 4 * 1024 * 1024
LARGEST_OBJECT = 64 * 1024 * 1024
LINES = 1024 * 1024
PLACE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What was known when the backup began. Moments are ISO 8601, `schema` the applied migrations by number with their checksums,
    `rows` how many each table had, `objects` whether the store's objects are in here or only their listing.
    """

    version: int = VERSION
    id: str
    taken_at: str
    program: str
    postgres: int
    dumped_with: str
    database: str
    database_bytes: int
    lineage: str
    key_store: str | None
    schema: dict[int, str]
    rows: dict[str, int]
    left_out: list[str] = []
    objects: bool


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in it, counted while it was written. `objects` counts those that lay there, `missing` those that did not."""

    id: str
    dump_bytes: int
    dump_sha256: str
    objects: int
    objects_bytes: int
    missing: int
    listing_sha256: str


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """An object as it lay in the store; without bytes where there was none."""

    place: str
    bytes: int | None = None
    sha256: str | None = None


class Dumped(msgspec.Struct, frozen=True):
    """A piece of the dump."""

    data: bytes


class Lying(msgspec.Struct, frozen=True):
    """An object."""

    place: str
    data: bytes


Part = About | Dumped | Lying | Line | Manifest


class Writer:
    """Puts a backup together, in the order of its methods."""

    def __init__(self, out: Takes) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]  # noqa: SIM115
        self._id = ""
        self._dump, self._dump_hash, self._dumped, self._pieces = bytearray(), hashlib.sha256(), 0, 0
        self._lines, self._listing_hash, self._listings = bytearray(), hashlib.sha256(), 0
        self._objects = self._objects_bytes = self._missing = 0

    def about(self, about: About) -> None:
        """First of all."""
        self._id = about.id
        self._add("about.json", msgspec.json.encode(about))

    def dump(self, data: bytes) -> None:
        """More of the dump."""
        self._dump += data
        self._dump_hash.update(data)
        self._dumped += len(data)
        while len(self._dump) >= PIECE:
            self._add_dumped(bytes(self._dump[:PIECE]))
            del self._dump[:PIECE]

    def end_dump(self) -> None:
        """That was the whole dump."""
        if self._dump:
            self._add_dumped(bytes(self._dump))
            self._dump.clear()

    def object(self, place: str, line: Line, data: bytes | None) -> None:
        """An object with its line, and its bytes where these are to be in here."""
        if data is not None:
            self._add(f"objects/{place}", data)
        if line.bytes is None:
            self._missing += 1
        else:
            self._objects, self._objects_bytes = self._objects + 1, self._objects_bytes + line.bytes
        told = msgspec.json.encode(line) + b"\n"
        self._lines += told
        self._listing_hash.update(told)
        if len(self._lines) >= LINES:
            self._add_lines()

    def end(self) -> Manifest:
        """That was all."""
        self._add_lines()
        manifest = Manifest(
            id=self._id,
            dump_bytes=self._dumped,
            dump_sha256=self._dump_hash.hexdigest(),
            objects=self._objects,
            objects_bytes=self._objects_bytes,
            missing=self._missing,
            listing_sha256=self._listing_hash.hexdigest(),
        )
        self._add("manifest.json", msgspec.json.encode(manifest))
        self._tar.close()
        return manifest

    def _add_dumped(self, data: bytes) -> None:
        self._pieces += 1
        self._add(f"database/{self._pieces:06}", data)

    def _add_lines(self) -> None:
        self._listings += 1
        self._add(f"listing/{self._listings:06}", bytes(self._lines))
        self._lines.clear()

    def _add(self, name: str, data: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))


def line_of(place: str, data: bytes | None) -> Line:
    """What the listing says of an object."""
    return Line(place) if data is None else Line(place, len(data), hashlib.sha256(data).hexdigest())


def parts(source: IO[bytes]) -> Iterator[Part]:
    """What is in a backup, in its order, held against its manifest at the end. Raises Damaged, also in the middle."""
    reader = _Reader()
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                yield from reader.read(tar, member)
    except (tarfile.TarError, EOFError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Damaged("it was cut off, or is none of ours") from error
    if reader.manifest is None:
        raise Damaged("its end is missing")
    while source.read(PIECE):  # what a seal proves of the end, it proves when that was read
        pass


class _Reader:
    """What was read so far."""

    def __init__(self) -> None:
        self.manifest: Manifest | None = None
        self._about: About | None = None
        self._dump, self._dumped, self._pieces = hashlib.sha256(), 0, 0
        self._listing, self._listings, self._seen = hashlib.sha256(), 0, hashlib.sha256()
        self._listed = hashlib.sha256()
        self._objects = self._missing = self._objects_bytes = 0

    def read(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Part]:
        data = _bytes_of(tar, member)
        folder, _, rest = member.name.partition("/")
        if self.manifest is not None or (self._about is None) != (member.name == "about.json"):
            raise Damaged("its parts are not in their order")
        match folder:
            case "about.json":
                self._about = _about(data)
                yield self._about
            case "database":
                yield self._dump_piece(rest, data)
            case "objects":
                yield self._lying(rest, data)
            case "listing":
                yield from self._lines(rest, data)
            case "manifest.json":
                self.manifest = msgspec.json.decode(data, type=Manifest)
                self._compare(self.manifest)
                yield self.manifest
            case _:
                raise Damaged("there is something in it that no backup has")

    def _dump_piece(self, number: str, data: bytes) -> Dumped:
        self._pieces += 1
        if number != f"{self._pieces:06}":
            raise Damaged("a piece of the database is missing")
        self._dump.update(data)
        self._dumped += len(data)
        return Dumped(data)

    def _lying(self, place: str, data: bytes) -> Lying:
        if not PLACE.fullmatch(place):
            raise Damaged("an object in it has a place that no object has")
        self._seen.update(msgspec.json.encode(line_of(place, data)))
        return Lying(place, data)

    def _lines(self, number: str, data: bytes) -> Iterator[Line]:
        self._listings += 1
        if number != f"{self._listings:06}":
            raise Damaged("a part of the listing is missing")
        self._listing.update(data)
        for told in data.splitlines():
            line = msgspec.json.decode(told, type=Line)
            if not PLACE.fullmatch(line.place):
                raise Damaged("an object in it has a place that no object has")
            if line.bytes is None:
                self._missing += 1
            else:
                self._objects, self._objects_bytes = self._objects + 1, self._objects_bytes + line.bytes
                self._listed.update(msgspec.json.encode(line))
            yield line

    def _compare(self, manifest: Manifest) -> None:
        if self._about is None or self._about.id != manifest.id:
            raise Damaged("its end belongs to another backup")
        if (self._dumped, self._dump.hexdigest()) != (manifest.dump_bytes, manifest.dump_sha256):
            raise Damaged("the database in it is not the one that was written")
        counted = (self._objects, self._objects_bytes, self._missing, self._listing.hexdigest())
        if counted != (manifest.objects, manifest.objects_bytes, manifest.missing, manifest.listing_sha256):
            raise Damaged("the listing of objects in it is not the one that was written")
        if self._about.objects and self._seen.digest() != self._listed.digest():
            raise Damaged("an object in it is not the one that was written")


def _about(data: bytes) -> About:
    known = msgspec.json.decode(data, type=_Versioned)
    if known.version > VERSION:
        raise Damaged("it was written by a newer program: restore it with that")
    return msgspec.json.decode(data, type=About)


class _Versioned(msgspec.Struct, frozen=True):
    version: int


def _bytes_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member) if member.isfile() and member.size <= LARGEST_OBJECT else None
    if file is None:
        raise Damaged("there is something in it that no backup has")
    return file.read()
