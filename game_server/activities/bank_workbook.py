"""A workbook (XLSX) as rows. It is checked before it is read, and read from a copy of just the parts that were checked."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from game_server.activities import bank_cells, bank_source, bank_xml
from game_server.activities.bank_source import Row, Source, UnreadableFile, by_column, header_of
from game_server.activities.bank_xml import Elements, Marks, SharedTexts, Sheet

MOST_PACKED = 64 * 1024 * 1024
MOST_UNPACKED = 192 * 1024 * 1024
MOST_RATIO = 100
_SMALL = 16 * 1024 * 1024  # bytes: what is no more than this may be packed as tightly as it likes
_MOST_PARTS = 2000

_ROOT, _WORKBOOK, _RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_CHUNK = 1024 * 1024
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how .xls files begin, and workbooks with a password
_LOCKED = "EncryptedPackage".encode("utf-16-le")


def read_workbook(path: Path, sheet: str | None = None) -> Source:
    """The rows of a sheet: the one of this name, or the first that is shown. Raises UnreadableFile."""
    data = bank_source.read_bytes(path, MOST_PACKED)
    _refuse_other_formats(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            _refuse_bombs(packed, len(data))
            return _read(packed, sheet)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UnreadableFile("This is no workbook, or a broken one. Open it and save it again as .xlsx.") from error


def _read(packed: zipfile.ZipFile, wanted: str | None) -> Source:
    file = io.BytesIO()
    sheets, relations, texts = Elements("sheet"), Elements("Relationship"), SharedTexts()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        parts = _Parts(packed, copy)
        parts.take(_ROOT, Elements(""))
        parts.take(_WORKBOOK, sheets)
        parts.take(_RELATIONS, relations)
        for part in bank_xml.parts_of(relations, "sharedStrings")[:1]:
            parts.take(part, texts)
        for part in bank_xml.parts_of(relations, "styles")[:1]:
            parts.take(part, Elements(""))
        listed = bank_xml.sheets_of(sheets, relations)
        sheet = _chosen(listed, wanted)
        marks = Marks(texts.lengths)
        parts.take(sheet.part, marks)
    file.seek(0)
    others = [f'"{other.name}"' for other in listed if other.visible and other is not sheet]
    note = f'Read the sheet "{sheet.name}", not {", ".join(others)}; choose with --sheet.'
    return Source(_rows(_values(file, sheet), marks), notes=(note,) if others and wanted is None else ())


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLD) and _LOCKED in data:
        raise UnreadableFile("The workbook has a password. Save it without one.")
    if data.startswith(_OLD):
        raise UnreadableFile("This is a workbook in the old format (.xls). Save it as .xlsx.")


def _refuse_bombs(packed: zipfile.ZipFile, size: int) -> None:
    parts = packed.infolist()
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if len(names) != len(set(names)) or len(names) > _MOST_PARTS:
        raise UnreadableFile("The workbook is packed as no spreadsheet program packs one. Save it again.")
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile("The workbook has a password. Save it without one.")
    if unpacked > MOST_UNPACKED:
        raise UnreadableFile(
            f"Unpacked the workbook has {unpacked // (1024 * 1024)} MiB; {MOST_UNPACKED // (1024 * 1024)} MiB are the most."
            " Split it."
        )
    if unpacked > max(_SMALL, size * MOST_RATIO):
        raise UnreadableFile("The workbook unpacks to more than 100 times its size. Save it again.")


class _Parts:
    """The parts of a workbook, copied as they are read along: what reads the copy afterwards can meet nothing else."""

    def __init__(self, packed: zipfile.ZipFile, copy: zipfile.ZipFile) -> None:
        self._names = {name.casefold(): name for name in packed.namelist()}
        self._packed = packed
        self._copy = copy

    def take(self, part: str, listener: bank_xml.Listener) -> None:
        name = self._names.get(part.casefold())
        if name is None:
            raise UnreadableFile("This is a packed file, but no workbook. Save the sheet as .xlsx.")
        with self._copy.open(name, "w", force_zip64=True) as copy:
            bank_xml.read_along(part, self._chunks(name, copy), listener)

    def _chunks(self, name: str, copy: IO[bytes]) -> Iterator[bytes]:
        with self._packed.open(name) as original:
            while chunk := original.read(_CHUNK):
                copy.write(chunk)
                yield chunk


def _chosen(sheets: list[Sheet], wanted: str | None) -> Sheet:
    names = ", ".join(f'"{sheet.name}"' for sheet in sheets)
    for sheet in sheets:
        if sheet.name == wanted or (wanted is None and sheet.visible):
            return sheet
    if wanted is None:
        raise UnreadableFile("The workbook has no sheet.")
    raise UnreadableFile(f'The workbook has no sheet "{wanted}", only {names}.')


def _values(copy: io.BytesIO, sheet: Sheet) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the sheet with their numbers, from its first column on."""
    try:
        with CalamineWorkbook.from_filelike(copy) as workbook:
            values = workbook.get_sheet_by_name(sheet.name)
    except CalamineError as error:
        raise UnreadableFile("The workbook is broken. Open it and save it again as .xlsx.") from error
    if values.start is None:
        return
    top, left = values.start
    for number, cells in enumerate(values.to_python(), start=top + 1):
        yield number, [""] * left + cells


def _rows(values: Iterator[tuple[int, list[Any]]], marks: Marks) -> list[Row]:
    rows: list[Row] = []
    header: list[str] = []
    for line, cells in _marked(values, _by_row(marks)):
        if all(map(bank_cells.is_blank, cells)):
            continue
        if header:
            rows.append(Row(line, by_column(header, cells, line)))
        elif any(isinstance(cell, bank_cells.Unusable) for cell in cells):
            raise UnreadableFile("The header holds a formula or an error. Replace it by the column's name.", line=line)
        else:
            header = header_of(cells, line)
    return rows


def _marked(
    values: Iterator[tuple[int, list[Any]]], marked: dict[int, list[tuple[int, bank_cells.Unusable]]]
) -> Iterator[tuple[int, list[Any]]]:
    """The rows with their marks in place of values; a formula that has no value yet may stand where no row is."""
    for line, cells in values:
        yield line, _with_marks(cells, marked.pop(line, []))
    for line in sorted(marked):
        yield line, _with_marks([], marked[line])


def _with_marks(cells: list[Any], marks: list[tuple[int, bank_cells.Unusable]]) -> list[Any]:
    for column, mark in marks:
        cells.extend([""] * (column - len(cells)))
        cells[column - 1] = mark
    return cells


def _by_row(marks: Marks) -> dict[int, list[tuple[int, bank_cells.Unusable]]]:
    marked: dict[int, list[tuple[int, bank_cells.Unusable]]] = {}
    for places, mark in ((marks.errors, bank_cells.ERROR), (marks.formulas, bank_cells.FORMULA)):
        for row, column in sorted(places):
            marked.setdefault(row, []).append((column, mark))
    return marked
