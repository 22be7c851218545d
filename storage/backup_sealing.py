"""A stream sealed in pieces, for files that are larger than memory: AES-256-GCM, each piece with its number, the last one marked
as the last. A file that was cut, in which a byte was turned or a piece stands elsewhere, or that belongs to another key, does not
open.

The head, which every piece is bound to: MARK, a length and so many bytes of the name of the key, SALT_BYTES of salt. Behind it
pieces of PIECE bytes, the last one shorter or as long, each with its 16 bytes of proof. The key of a file is HKDF-SHA256 of the
named key, the salt and INFO; the nonce of a piece is its number in eleven bytes and one byte that is 1 for the last.
"""

import io
import secrets
from collections.abc import Mapping
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.sealed_bytes import nonce

MARK = b"ATTUNED BACKUP 1\n"
INFO = b"attuned backup file"
SALT_BYTES, TAG_BYTES = 16, 16
PIECE = 1024 * 1024
SEALED_PIECE = PIECE + TAG_BYTES


class Takes(Protocol):
    """Whatever bytes can be written to."""

    def write(self, data: bytes, /) -> object: ...


class Damaged(Exception):
    """This is no whole backup as it was written; the message says what is wrong with it."""


class KeyMissing(Exception):
    """It is sealed with a key that is not among ours."""

    def __init__(self, key_name: str) -> None:
        self.key_name = key_name
        super().__init__(key_name)


class Sealing:
    """Writes into `out` what is written here, sealed. Without `end` it does not open."""

    def __init__(self, out: Takes, key_name: str, key: bytes) -> None:
        name, salt = key_name.encode(), secrets.token_bytes(SALT_BYTES)
        self._out, self._head = out, MARK + bytes([len(name)]) + name + salt
        self._cipher, self._number, self._held = _cipher(key, salt), 0, bytearray()
        out.write(self._head)

    def write(self, data: bytes, /) -> int:
        """Take bytes; what fills a piece goes on."""
        self._held += data
        while len(self._held) > PIECE:  # the last piece is known by the end alone
            piece = bytes(self._held[:PIECE])
            del self._held[:PIECE]
            self._seal(piece, is_last=False)
        return len(data)

    def end(self) -> None:
        """That was all."""
        self._seal(bytes(self._held), is_last=True)
        self._held.clear()

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(nonce(self._number, is_last=is_last), piece, self._head))
        self._number += 1


class Unsealing(io.RawIOBase):
    """Reads what was sealed out of `source`. Raises KeyMissing at once, Damaged also in the middle."""

    def __init__(self, source: IO[bytes], keys: Mapping[str, bytes]) -> None:
        name, salt, self._head = head_of(source)
        if name not in keys:
            raise KeyMissing(name)
        self._source, self._cipher = source, _cipher(keys[name], salt)
        self._number, self._held, self._next = 0, b"", _full(source, SEALED_PIECE)
        if not self._next:  # an empty one has a piece too
            raise Damaged("it ends where it begins")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what io calls it with
        """The next bytes, none at the end."""
        while not self._held and self._next:
            self._open_next()
        taken = min(len(buffer), len(self._held))
        buffer[:taken] = self._held[:taken]
        self._held = self._held[taken:]
        return taken

    def _open_next(self) -> None:
        sealed, self._next = self._next, _full(self._source, SEALED_PIECE)
        try:
            self._held = self._cipher.decrypt(nonce(self._number, is_last=not self._next), sealed, self._head)
        except (InvalidTag, ValueError) as error:
            raise Damaged("it was cut off, or changed after it had been written") from error
        self._number += 1


def head_of(source: IO[bytes]) -> tuple[str, bytes, bytes]:
    """The name of the key, the salt, and the whole head. Raises Damaged."""
    mark = _full(source, len(MARK) + 1)
    if not is_sealed(mark):
        raise Damaged("it does not begin as a backup does")
    name = _full(source, mark[-1])
    salt = _full(source, SALT_BYTES)
    if len(name) < mark[-1] or len(salt) < SALT_BYTES:
        raise Damaged("it ends where it begins")
    return name.decode(errors="replace"), salt, mark + name + salt


def is_sealed(beginning: bytes) -> bool:
    """Does a file that begins so hold something sealed?"""
    return len(beginning) > len(MARK) and beginning.startswith(MARK)


def _full(source: IO[bytes], count: int) -> bytes:
    """So many bytes, fewer only at the end: a source may give them in pieces."""
    found = source.read(count)
    while len(found) < count and (more := source.read(count - len(found))):
        found += more
    return found


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=INFO).derive(key))
