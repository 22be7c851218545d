"""Looking into a backup, sealed or plain."""

import io
from collections.abc import Generator, Mapping
from typing import IO

from storage.backup_archive import Part, parts
from storage.backup_sealing import MARK, Damaged, Unsealing, is_sealed


def contents(file: IO[bytes], keys: Mapping[str, bytes]) -> Generator[Part]:
    """What is in it, in its order. Raises Damaged, KeyMissing; the first also at the end, where something was not right."""
    buffered = io.BufferedReader(_Read(file), 1 << 20)
    beginning = buffered.peek(len(MARK) + 1)
    if is_sealed(beginning):
        yield from parts(io.BufferedReader(Unsealing(buffered, keys), 1 << 20))
    elif not beginning:
        raise Damaged("it is empty")
    else:
        yield from parts(buffered)


class _Read(io.RawIOBase):
    """Any file that can be read from front to back."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # what io calls it with
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
