"""A file of cards as rows: JSON or CSV in, one `Row` a card out, each knowing the line it came from.

Whatever makes the file as a whole unreadable (too large, not text, a NUL, broken JSON or CSV) raises `UnreadableFile`.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

MOST_BYTES = 32 * 1024 * 1024
MOST_ROWS = 50_000

_BYTE = re.compile(r"\(byte (\d+)\)")


class UnreadableFile(Exception):
    """The file cannot be read at all; the message says why and what to do. `line` is 0 when it is about the whole file."""

    def __init__(self, message: str, *, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Row(msgspec.Struct, frozen=True):
    """One row of a file: the line it starts on (from 1) and its cells by column name."""

    line: int
    cells: dict[str, Any]


class _BankFile(msgspec.Struct, forbid_unknown_fields=True):
    activities: list[msgspec.Raw]
    source_version: str | None = None


def read_rows(path: Path) -> tuple[list[Row], str | None]:
    """The rows of a bank file, and the version it states for itself. Raises UnreadableFile."""
    suffix = path.suffix.lower()
    if suffix not in (".json", ".csv"):
        raise UnreadableFile(
            f'A bank is read from CSV or JSON, not from "{suffix or path.name}". Save the sheet as CSV (UTF-8) or export JSON.'
        )
    data = read_text(path)
    rows, version = _json_rows(data) if suffix == ".json" else (_csv_rows(data), None)
    if not rows:
        raise UnreadableFile("The file holds no cards.")
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(f"The file has {len(rows)} rows; {MOST_ROWS} are the most in one import. Split it.")
    return rows, version


def read_text(path: Path) -> str:
    """The file as text: UTF-8 with or without a byte order mark, of a sane size, without NULs. Raises UnreadableFile."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be opened: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        size = path.stat().st_size // (1024 * 1024)
        raise UnreadableFile(f"The file has {size} MiB; {MOST_BYTES // (1024 * 1024)} MiB are the most. Split it.")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UnreadableFile("The file holds a NUL byte. Save it again as plain UTF-8 text.", line=line)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile("The file is not UTF-8. Save it again with the encoding UTF-8.", line=line) from error


def decode_json(text: str, shape: Any) -> Any:
    """JSON of this shape. Raises UnreadableFile with the line of a syntax error."""
    try:
        return msgspec.json.decode(text, type=shape)
    except msgspec.ValidationError as error:
        raise UnreadableFile(f"The JSON has another shape than a bank file: {error}.") from error
    except msgspec.DecodeError as error:
        position = _BYTE.search(str(error))
        before = text.encode()[: int(position[1])] if position else text.encode()
        raise UnreadableFile("This is not valid JSON.", line=before.count(b"\n") + 1) from error
    except RecursionError as error:
        raise UnreadableFile("The JSON is nested too deeply for a bank file.") from error


def _json_rows(text: str) -> tuple[list[Row], str | None]:
    if text.lstrip().startswith("["):
        raws, version = decode_json(text, list[msgspec.Raw]), None
    else:
        file = decode_json(text, _BankFile)
        raws, version = file.activities, file.source_version
    return list(_located(text.encode(), raws)), version


def _located(data: bytes, raws: list[msgspec.Raw]) -> Iterator[Row]:
    position, line = 0, 1
    for raw in raws:
        start = data.index(bytes(raw), position)
        line += data.count(b"\n", position, start)
        position = start
        cells = decode_json(bytes(raw).decode(), Any)
        if not isinstance(cells, dict):
            raise UnreadableFile("Every card is a JSON object with the columns as its keys.", line=line)
        yield Row(line, cells)


def _csv_rows(text: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if header:
                    rows.append(Row(line, _by_column(header, cells, line)))
                else:
                    header = _header(cells, line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(f"The CSV is broken from here on: {error}.", line=line) from error
    return rows


def _delimiter(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)  # the first wins a tie, so a single column is read with commas


def _header(cells: list[str], line: int) -> list[str]:
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    folded = [name.casefold() for name in header]
    twice = sorted({name for name in folded if folded.count(name) > 1})
    if twice:
        raise UnreadableFile(f"The column {twice[0]!r} appears twice in the header.", line=line)
    return header


def _by_column(header: list[str], cells: list[str], line: int) -> dict[str, Any]:
    if any(cell.strip() for cell in cells[len(header) :]):
        raise UnreadableFile("This row has more cells than the header has columns; check its quotes.", line=line)
    return dict(zip(header, cells, strict=False))
