"""A backup's file: what was put in comes out, in pieces, and nothing else does."""

import io
import os
import tarfile
from collections.abc import Callable

import pytest

from game_server.keeping.reading import contents
from storage import backup_archive
from storage.backup_archive import About, Dumped, Line, Lying, Manifest, Writer, line_of
from storage.backup_sealing import MARK, PIECE, SALT_BYTES, SEALED_PIECE, Damaged, KeyMissing, Sealing, Unsealing

KEY, NAME = bytes(range(32)), "a key"
HEAD = len(MARK) + 1 + len(NAME) + SALT_BYTES
SIZES = (0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7)


def sealed(data: bytes, chunk: int = 100_000) -> bytes:
    out = io.BytesIO()
    sealing = Sealing(out, NAME, KEY)
    for start in range(0, len(data), chunk):
        sealing.write(data[start : start + chunk])
    sealing.end()
    return out.getvalue()


def opened(data: bytes, keys: dict[str, bytes] | None = None) -> bytes:
    return io.BufferedReader(Unsealing(io.BytesIO(data), {NAME: KEY} if keys is None else keys)).read()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_and_ends_where_it_ended(size):
    data = os.urandom(size)
    assert opened(sealed(data)) == data
    assert sealed(data) != sealed(data)


@pytest.mark.parametrize("size", SIZES)
def test_a_file_that_was_cut_anywhere_does_not_open(size):
    whole = sealed(os.urandom(size))
    ends = {
        0,
        5,
        HEAD - 1,
        HEAD,
        HEAD + 1,
        len(whole) - 1,
        len(whole) - 16,
        HEAD + SEALED_PIECE,
        HEAD + 2 * SEALED_PIECE,
    }
    for end in sorted(ends):
        if 0 <= end < len(whole):
            with pytest.raises(Damaged):
                opened(whole[:end])


def test_one_byte_that_was_turned_is_noticed_wherever_it_stands():
    whole = sealed(os.urandom(2 * PIECE + 7))
    for place in (len(MARK) + 1, HEAD - 1, HEAD, HEAD + PIECE, HEAD + SEALED_PIECE + 3, len(whole) - 1):
        turned = bytearray(whole)
        turned[place] ^= 1
        with pytest.raises((Damaged, KeyMissing)):
            opened(bytes(turned))


def test_pieces_that_were_swapped_repeated_left_out_or_added_do_not_open():
    whole = sealed(os.urandom(3 * PIECE + 7))
    head, pieces = whole[:HEAD], [whole[at : at + SEALED_PIECE] for at in range(HEAD, len(whole), SEALED_PIECE)]
    assert len(pieces) == 4
    other = sealed(os.urandom(PIECE + 1))[HEAD : HEAD + SEALED_PIECE]
    first, second, third, last = pieces
    for wrong in (
        [second, first, third, last], [first, first, third, last], [first, third, last], [first, second, third],
        [first, second, third, last, last], [other, second, third, last], [first, second, third, last + b"x"],
    ):  # fmt: skip
        with pytest.raises(Damaged):
            opened(head + b"".join(wrong))


def test_another_key_opens_nothing_and_one_of_another_name_is_named():
    whole = sealed(b"words")
    with pytest.raises(Damaged):
        opened(whole, {NAME: bytes(32)})
    with pytest.raises(KeyMissing, match=NAME):
        opened(whole, {"another": KEY})
    for nothing in (b"", b"PGDMP and so on, which is no backup of ours" * 9):
        with pytest.raises(Damaged):
            opened(nothing)


ABOUT = About(
    id="one", taken_at="2026-11-30T12:00:00+00:00", program="0", postgres=170010, dumped_with="17.10", database="game",
    database_bytes=1, lineage="l", key_store="k", schema={1: "c"}, rows={"users": 1}, objects=True,
)  # fmt: skip
DUMP = os.urandom(backup_archive.PIECE + 5)
OBJECTS = {"ab/one": os.urandom(70_000), "cd/two": b"", "ef/gone": None}


def archive(about: About = ABOUT, dump: bytes = DUMP, objects: dict[str, bytes | None] = OBJECTS) -> bytes:
    out = io.BytesIO()
    writer = Writer(out)
    writer.about(about)
    for start in range(0, len(dump), 1_000_000):
        writer.dump(dump[start : start + 1_000_000])
    writer.end_dump()
    for place, data in objects.items():
        writer.object(place, line_of(place, data), data if about.objects else None)
    writer.end()
    return out.getvalue()


def test_what_was_put_in_comes_out_in_its_order():
    found = list(contents(io.BytesIO(archive()), {}))
    assert found[0] == ABOUT
    assert b"".join(part.data for part in found if isinstance(part, Dumped)) == DUMP
    assert {part.place: part.data for part in found if isinstance(part, Lying)} == {
        place: data for place, data in OBJECTS.items() if data is not None
    }
    assert [(part.place, part.bytes) for part in found if isinstance(part, Line)] == [
        ("ab/one", 70_000), ("cd/two", 0), ("ef/gone", None),
    ]  # fmt: skip
    manifest = found[-1]
    assert isinstance(manifest, Manifest)
    assert (manifest.objects, manifest.objects_bytes, manifest.missing) == (2, 70_000, 1)


def test_a_plain_one_is_a_tar_file_that_anybody_puts_together_by_hand():
    with tarfile.open(fileobj=io.BytesIO(archive())) as tar:
        names = tar.getnames()
        pieces = [tar.extractfile(name).read() for name in names if name.startswith("database/")]
    assert b"".join(pieces) == DUMP
    assert names[0] == "about.json"
    assert names[-1] == "manifest.json"


def without(name: str) -> Callable[[str, bytes], bytes | None]:
    return lambda found, data: None if found == name else data


def changed(name: str, data: bytes) -> Callable[[str, bytes], bytes | None]:
    return lambda found, before: data if found == name else before


@pytest.mark.parametrize(
    "change",
    [
        without("about.json"),
        without("manifest.json"),
        without("database/000001"),
        without("database/000002"),
        without("objects/ab/one"),
        without("listing/000001"),
        changed("database/000002", b"x" * 5),
        changed("objects/ab/one", b"another one"),
        changed("listing/000001", b'{"place": "ab/one", "bytes": 3, "sha256": "x"}\n'),
        changed("listing/000001", b'{"place": "../../etc/passwd", "bytes": 3, "sha256": "x"}\n'),
        changed("manifest.json", b"{}"),
        changed("about.json", b'{"version": 2}'),
        changed("about.json", b"no JSON"),
    ],
)
def test_a_plain_one_that_was_changed_is_none(change):
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(archive())) as before, tarfile.open(fileobj=out, mode="w") as after:
        for member in before:
            data = change(member.name, before.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                after.addfile(member, io.BytesIO(data))
    with pytest.raises(Damaged):
        list(contents(io.BytesIO(out.getvalue()), {}))


def test_a_plain_one_that_was_cut_is_none():
    whole = archive()
    for end in (0, 100, 512, 5_000, backup_archive.PIECE, len(whole) // 2, whole.rindex(b"manifest.json")):
        with pytest.raises(Damaged):
            list(contents(io.BytesIO(whole[:end]), {}))


@pytest.mark.parametrize(
    "name", ["objects/../x", "objects//x", "objects//etc/passwd", "objects/.x", "else", "objects/a/../b"]
)
def test_nothing_in_it_lies_outside_of_where_it_may(name):
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(archive())) as before, tarfile.open(fileobj=out, mode="w") as after:
        for member in before:
            data = before.extractfile(member).read()
            member.name = name if member.name == "objects/ab/one" else member.name
            after.addfile(member, io.BytesIO(data))
    with pytest.raises(Damaged):
        list(contents(io.BytesIO(out.getvalue()), {}))
