"""Pictures are decoded and written anew outside of this process (`recoder.py`), a few at a time: what one of them costs in memory
and time is bounded there, and a decoder that is broken into finds neither keys nor people.

Bodies of uploads wait at the door here, too: so many are read at once, and the others' bytes stay on their lines.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import cast

import msgspec

from game_server.process import recoder

READ_AT_ONCE = 8
"""Each is up to 11 MB of this process's memory."""
DECODED_AT_ONCE = 2
"""Each is up to 0.8 GB of memory of its own, of the largest pictures that are taken; of a phone's about 0.15."""
WAIT_S = 25.0
WITHIN_S = 20.0
LONGEST_HEAD = 256

PROGRAM = [sys.executable, "-I", "-B", str(Path(recoder.__file__))]


class Busy(Exception):
    """Too many wait already."""


class NotAPicture(Exception):
    """No decoder made a picture of it, or not within bounds."""


class TooManyPixels(Exception):
    """It says that it is larger than what is drawn here."""


class Recoded(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as it is kept."""

    content_type: str
    width: int
    height: int
    data: bytes = b""


class Pictures:
    """The two doors, a process's own."""

    def __init__(self) -> None:
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._decoding = asyncio.Semaphore(DECODED_AT_ONCE)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """While a body is in memory. Raises Busy."""
        async with _through(self._reading):
            yield

    @asynccontextmanager
    async def decoding(self) -> AsyncIterator[None]:
        """While a picture is decoded. Raises Busy."""
        async with _through(self._decoding):
            yield


@asynccontextmanager
async def _through(door: asyncio.Semaphore) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(WAIT_S):
            await door.acquire()
    except TimeoutError:
        raise Busy from None
    try:
        yield
    finally:
        door.release()


async def recode(data: bytes) -> Recoded:
    """The picture written anew. Raises NotAPicture, TooManyPixels, OSError."""
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={}, cwd="/", start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(WITHIN_S):
            streams = cast("asyncio.StreamWriter", process.stdin), cast("asyncio.StreamReader", process.stdout)
            _, said = await asyncio.gather(_feed(streams[0], data), _said(streams[1]))
            code = await process.wait()
    except TimeoutError:
        raise NotAPicture from None
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if code == recoder.TOO_MANY_PIXELS:
        raise TooManyPixels
    head, _, written = said.partition(b"\n")
    if code != 0 or not 0 < len(written) <= recoder.LARGEST:
        raise NotAPicture
    return msgspec.structs.replace(msgspec.json.decode(head, type=Recoded), data=written)


async def _feed(stream: asyncio.StreamWriter, data: bytes) -> None:
    with suppress(BrokenPipeError, ConnectionResetError):  # it has seen enough
        stream.write(data)
        await stream.drain()
    stream.close()


async def _said(stream: asyncio.StreamReader) -> bytes:
    """All of it, and no more than it may say. Raises NotAPicture."""
    said = bytearray()
    while piece := await stream.read(65_536):
        said += piece
        if len(said) > recoder.LARGEST + LONGEST_HEAD:
            raise NotAPicture
    return bytes(said)
