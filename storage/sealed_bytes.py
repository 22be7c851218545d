"""Bytes sealed in pieces, so that whoever opens them has one piece in memory and not all: AES-256-GCM, each piece with its
number, the last one marked as the last. What was cut off, swapped, or belongs to another place does not open.
"""

import secrets
from collections.abc import AsyncIterator, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.sealing import Unsealable

MARK = b"AT1\n"
SALT_BYTES, TAG_BYTES = 16, 16
HEAD_BYTES = len(MARK) + SALT_BYTES
PIECE = 256 * 1024
SEALED_PIECE = PIECE + TAG_BYTES


def fresh_salt() -> bytes:
    """What a key of its own is made with for each: so that the numbers of pieces never meet under one key."""
    return secrets.token_bytes(SALT_BYTES)


def seal(key: bytes, salt: bytes, data: bytes, *, bound_to: str) -> bytes:
    """All of it, behind a head that holds the salt. `key` is of this salt alone."""
    cipher, pieces = AESGCM(key), [MARK, salt]
    last = max(0, (len(data) - 1) // PIECE)
    view = memoryview(data)
    for number in range(last + 1):
        piece = view[number * PIECE : (number + 1) * PIECE]
        pieces.append(cipher.encrypt(nonce(number, is_last=number == last), piece, bound_to.encode()))
    return b"".join(pieces)


def salt_of(head: bytes) -> bytes:
    """The salt of what begins so. Raises Unsealable."""
    if len(head) < HEAD_BYTES or not head.startswith(MARK):
        raise Unsealable
    return head[len(MARK) : HEAD_BYTES]


async def opened(key: bytes, chunks: AsyncIterator[bytes], *, bound_to: str) -> AsyncIterator[bytes]:
    """What was sealed, in pieces, of what comes behind the head. Raises Unsealable, perhaps after some pieces."""
    cipher, number, held = AESGCM(key), 0, bytearray()
    async for chunk in chunks:
        held += chunk
        for sealed in _full(held):
            yield _piece(cipher, number, sealed, bound_to, is_last=False)
            number += 1
    yield _piece(cipher, number, bytes(held), bound_to, is_last=True)


def _full(held: bytearray) -> Iterator[bytes]:
    """The pieces in it behind which there is something: the last one is known by the end alone."""
    while len(held) > SEALED_PIECE:
        sealed = bytes(held[:SEALED_PIECE])
        del held[:SEALED_PIECE]
        yield sealed


def _piece(cipher: AESGCM, number: int, sealed: bytes, bound_to: str, *, is_last: bool) -> bytes:
    try:
        return cipher.decrypt(nonce(number, is_last=is_last), sealed, bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable from error


def nonce(number: int, *, is_last: bool) -> bytes:
    """Of a piece: its number in eleven bytes, and one byte that is 1 for the last."""
    return number.to_bytes(11) + (b"\1" if is_last else b"\0")
