"""A file of cards as rows: JSON, CSV or XLSX in, one `Row` a card out, each knowing the line it came from.

Whatever makes the file as a whole unreadable (too large, not text, a NUL, broken JSON or CSV) raises `UnreadableFile`.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from game_server.activities import bank_source
from game_server.activities.bank_source import Row, Source, UnreadableFile, by_column, header_of
from game_server.activities.bank_workbook import read_workbook

_NAMED_DELIMITER = re.compile(r"\"?sep=([,;\t])\"?[,;\t]*\r?\n", re.IGNORECASE)  # a first line for Excel
_BYTE = re.compile(r"\(byte (\d+)\)")


class _BankFile(msgspec.Struct, forbid_unknown_fields=True):
    activities: list[msgspec.Raw]
    source_version: str | None = None


def read_rows(path: Path, sheet: str | None = None) -> Source:
    """What a bank file holds; `sheet` is the one to read of a workbook, by default its first. Raises UnreadableFile."""
    suffix = path.suffix.lower()
    if sheet is not None and suffix != ".xlsx":
        raise UnreadableFile("Only a workbook (.xlsx) has sheets to choose from.")
    match suffix:
        case ".json":
            source = _json_rows(read_text(path))
        case ".csv":
            source = Source(_csv_rows(read_text(path)))
        case ".xlsx":
            source = read_workbook(path, sheet)
        case _:
            raise UnreadableFile(
                f'A bank is read from CSV, XLSX or JSON, not from "{suffix or path.name}". Save it as one of these.'
            )
    if not source.rows:
        raise UnreadableFile("The file holds no cards.")
    if len(source.rows) > bank_source.MOST_ROWS:
        raise UnreadableFile(
            f"The file has {len(source.rows)} rows; {bank_source.MOST_ROWS} are the most in one import. Split it."
        )
    return source


def read_text(path: Path) -> str:
    """The file as text: UTF-8 with or without a byte order mark, of a sane size, without NULs. Raises UnreadableFile."""
    data = bank_source.read_bytes(path, bank_source.MOST_BYTES)
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UnreadableFile("The file holds a NUL byte. Save it again as plain UTF-8 text.", line=line)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            'The file is not UTF-8. Save it again as UTF-8 (in Excel: "CSV UTF-8").', line=line
        ) from error


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


def _json_rows(text: str) -> Source:
    if text.lstrip().startswith("["):
        raws, version = decode_json(text, list[msgspec.Raw]), None
    else:
        file = decode_json(text, _BankFile)
        raws, version = file.activities, file.source_version
    return Source(list(_located(text.encode(), raws)), version)


def _located(data: bytes, raws: list[msgspec.Raw]) -> Iterator[Row]:
    position, counted, line = 0, 0, 1
    for raw in raws:
        start = data.index(bytes(raw), position)
        line += data.count(b"\n", counted, start)
        position, counted = start + len(bytes(raw)), start
        cells = decode_json(bytes(raw).decode(), Any)
        if not isinstance(cells, dict):
            raise UnreadableFile("Every card is a JSON object with the columns as its keys.", line=line)
        yield Row(line, cells)


def _csv_rows(text: str) -> list[Row]:
    named = _NAMED_DELIMITER.match(text)
    text = text[named.end() :] if named else text
    before = 1 if named else 0
    delimiter = named[1] if named else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    header: list[str] = []
    line = before + 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if header:
                    rows.append(Row(line, by_column(header, cells, line)))
                else:
                    header = header_of(cells, line)
            line = before + reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(f"The CSV is broken from here on: {error}.", line=line) from error
    return rows


def _delimiter(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)  # the first wins a tie, so a single column is read with commas
