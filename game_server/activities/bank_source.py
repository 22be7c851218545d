"""What every form of a bank file comes down to: rows that know where they stand, or one reason why there are none."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from game_server.activities import bank_cells

MOST_BYTES = 128 * 1024 * 1024
MOST_ROWS = 200_000


class UnreadableFile(Exception):
    """The file cannot be read at all; the message says why and what to do. `line` is 0 when it is about the whole file."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row of a file: the line it starts on (from 1) and its cells by column name."""

    line: int
    cells: dict[str, Any]


class Source(NamedTuple):
    """A file that was read: its rows, the version it states for itself, and sentences on what of it was not read."""

    rows: list[Row]
    version: str | None = None
    notes: tuple[str, ...] = ()


def read_bytes(path: Path, most: int) -> bytes:
    """The file, of `most` bytes at most. Raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = b"" if size > most else file.read(most + 1)
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be opened: {error.strerror}.") from error
    if max(size, len(data)) > most:
        mebibytes = max(size, len(data)) // (1024 * 1024)
        raise UnreadableFile(f"The file has {mebibytes} MiB; {most // (1024 * 1024)} MiB are the most. Split it.")
    return data


def header_of(cells: Sequence[Any], line: int) -> list[str]:
    """The names of the columns. Raises UnreadableFile."""
    header = [bank_cells.text_of(cell) for cell in cells]
    while header and not header[-1]:
        header.pop()
    folded = [name.casefold() for name in header if name]
    twice = sorted({name for name in folded if folded.count(name) > 1})
    if twice:
        raise UnreadableFile(f"The column {twice[0]!r} appears twice in the header.", line=line)
    return header


def by_column(header: list[str], cells: Sequence[Any], line: int) -> dict[str, Any]:
    """A row's cells by the names of their columns. Raises UnreadableFile when one stands under no name."""
    for position, cell in enumerate(cells):
        named = position < len(header) and header[position]
        if not named and not bank_cells.is_blank(cell):
            raise UnreadableFile("This row has more cells than the header has columns; check its quotes.", line=line)
    return {name: cell for name, cell in zip(header, cells, strict=False) if name}
