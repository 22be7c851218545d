"""The bank as a file, in our own columns, that an import reads back as it was."""

import csv
import io
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import asyncpg
import msgspec
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from game_server.activities.bank_import import Progress, silently
from rooms.activities.card import Card
from storage import activities as bank

COLUMNS = (
    "type",
    "language",
    "rating",
    "intensity",
    "script",
    "tags",
    "power_role",
    "preference_keys",
    "domains",
    "intensity_modifiers",
    "requires_consent_negotiation",
    "audience_scope",
    "hard_boundaries",
    "hard_limit_keys",
    "required_bodyparts",
    "source",
    "approved",
    "is_active",
    "source_version",
)
_WIDTHS = {"script": 90, "tags": 50, "preference_keys": 40, "hard_boundaries": 30}  # characters
_LONGEST_CELL = 32_767  # characters: what a cell of a workbook holds
_SPECIAL = frozenset(",;")
_FIRST = frozenset("=+-@'[{")

Row = dict[str, Any]


class CannotExport(Exception):
    """The file cannot be written; the message says why."""


class Exported(msgspec.Struct, frozen=True):
    """How many cards were written, and the activity_ids of rows that cannot be read and are therefore not in the file."""

    cards: int
    unreadable: tuple[int, ...]


async def export_bank(conn: asyncpg.Connection, path: Path, *, progress: Progress = silently) -> Exported:
    """Write the bank into a file, by its name as CSV, XLSX or JSON; a file of this name is replaced when the new one is whole.

    The connection is in no transaction. Raises CannotExport.
    """
    write = _writer(path)
    progress("Reading the bank", 0, 0)
    kept = await bank.whole_bank(conn)
    progress(f"Writing {path.name}", 0, 0)
    rows = [_row(row.card, row.source_version) for row in kept if row.card]
    try:
        _replace(path, write, rows)
    except OSError as error:
        raise CannotExport(f"{path} cannot be written: {error.strerror}.") from error
    return Exported(len(rows), tuple(row.activity_id for row in kept if row.card is None))


def check_name(path: Path) -> None:
    """Raises CannotExport when the name says no form that there is."""
    _writer(path)


def _writer(path: Path) -> Callable[[IO[bytes], Sequence[Row]], None]:
    writers = {".csv": write_csv, ".xlsx": write_xlsx, ".json": write_json}
    try:
        return writers[path.suffix.lower()]
    except KeyError:
        raise CannotExport("The file's name says its form: .csv, .xlsx or .json.") from None


def _replace(path: Path, write: Callable[[IO[bytes], Sequence[Row]], None], rows: Sequence[Row]) -> None:
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    part = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            write(file, rows)
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _row(card: Card, version: str | None) -> Row:
    values = msgspec.to_builtins(card)
    return {**values, "script": {"steps": values["steps"]}, "source_version": version}


# --- the three forms -----------------------------------------------------------------------------------------------


def write_json(file: IO[bytes], rows: Sequence[Row]) -> None:
    """One card a line, so that two exports can be compared; what is as if it were left out is left out."""
    file.write(b'{"activities": [\n')
    for number, row in enumerate(rows):
        stated = {name: row[name] for name in COLUMNS if row[name] != _IF_LEFT_OUT.get(name)}
        file.write(b",\n" if number else b"")
        file.write(msgspec.json.encode(stated))
    file.write(b"\n]}\n")


def write_csv(file: IO[bytes], rows: Sequence[Row]) -> None:
    """UTF-8 with a byte order mark, by which spreadsheet programs know it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_flag(value) if isinstance(value, bool) else value for value in _cells(row)])
    text.flush()
    text.detach()


def write_xlsx(file: IO[bytes], rows: Sequence[Row]) -> None:
    """One sheet; texts stay texts, whatever they begin with. Raises OSError."""
    try:
        with tempfile.TemporaryDirectory() as folder:  # or what it is put together from stays behind on a full disk
            packed = _packed(rows, folder)
    except FileCreateError as error:
        raise OSError(getattr(error.args[0], "errno", None), getattr(error.args[0], "strerror", str(error))) from error
    file.write(packed.getbuffer())


class _Packed(io.BytesIO):
    """Stays open: a workbook that failed leaves a ZipFile behind, which complains on standard error where it is closed first."""

    def close(self) -> None:
        pass


def _packed(rows: Sequence[Row], folder: str) -> io.BytesIO:
    file = _Packed()
    with xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder}) as book:
        sheet = book.add_worksheet("Cards")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, _WIDTHS.get(name, 14))
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(_cells(row)):
                if isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, int):
                    sheet.write_number(number, column, value)
                elif value:
                    if len(value) > _LONGEST_CELL:
                        raise CannotExport("A card is too long for a workbook. Export CSV or JSON.")
                    sheet.write_string(number, column, value)
        sheet.autofilter(0, 0, len(rows), len(COLUMNS) - 1)
    return file


def _cells(row: Row) -> list[str | int | bool]:
    return [_cell(row[name]) for name in COLUMNS]


def _cell(value: Any) -> str | int | bool:
    if value is None:
        return ""
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    if isinstance(value, list | tuple):
        plain = all(map(_is_plain, value))
        return "; ".join(value) if plain else msgspec.json.encode(value).decode()
    return value  # type: ignore[no-any-return]  # a word, a number or a flag


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _is_plain(word: str) -> bool:
    """Does it stand for itself in a list with semicolons?"""
    return word == word.strip() != "" and word[0] not in _FIRST and _SPECIAL.isdisjoint(word)


_IF_LEFT_OUT = _row(Card(uid="", type="", rating="", intensity=0, steps=()), None)
