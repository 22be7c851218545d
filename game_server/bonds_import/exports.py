"""Tables by themselves, as a dashboard exports them: a file a table, its name the table's, as JSON, JSON lines or CSV."""

import codecs
import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from game_server.bonds_import.bounds import MOST_LINE, MOST_TEXT, NotRead, TooMuch
from game_server.bonds_import.dump_text import Told, lines
from rooms.bonds.dump.kinds import READ

ENDINGS = ("json", "ndjson", "jsonl", "csv")
_CHUNK = 1 << 16


def table_of(name: str) -> tuple[str, str] | None:
    """The known table that a file's name names, and its ending: `tasks.csv`, `public.tasks.json`, `tasks_rows.csv`."""
    stem, _, ending = name.rpartition("/")[2].lower().rpartition(".")
    table = stem.rpartition(".")[2].removesuffix("_rows")
    return (table, ending) if table in READ and ending in ENDINGS else None


def rows(table: str, ending: str, source: BinaryIO) -> Iterator[Told]:
    """The rows of one table. Raises TooMuch, NotRead."""
    match ending:
        case "csv":
            yield from _csv(table, source)
        case "json":
            yield from _json(table, source)
        case _:
            for line in lines(source):
                if line is None or line.strip():
                    yield _line(table, line)


def _line(table: str, line: bytes | None) -> Told:
    if line is None:
        return Told(table, None, "too_long")
    try:
        return _object(table, msgspec.json.decode(line))
    except (msgspec.DecodeError, RecursionError):
        return Told(table, None, "unreadable")


def _object(table: str, value: object) -> Told:
    return Told(table, value) if isinstance(value, dict) else Told(table, None, "unreadable")


class _Pieces:
    """The text of a file, so much of it at a time as one value needs."""

    def __init__(self, table: str, source: BinaryIO) -> None:
        self._table = table
        self._source = source
        self._letters = codecs.getincrementaldecoder("utf-8")()
        self._decoder = json.JSONDecoder()
        self._kept = ""
        self._read = 0

    def more(self) -> bool:
        """Read on, twice as far as before; False at the end. Raises TooMuch, NotRead."""
        said = self._source.read(max(_CHUNK, len(self._kept)))
        self._read += len(said)
        if self._read > MOST_TEXT:
            raise TooMuch("text")
        try:
            self._kept += self._letters.decode(said, final=not said)
        except UnicodeDecodeError:
            raise NotRead(f"The table {self._table} is not UTF-8.") from None
        return bool(said)

    def next(self, between: str) -> str:
        """The character after these."""
        while not (kept := self._kept.lstrip(between)) and self.more():
            pass
        self._kept = kept
        return kept[:1]

    def skip(self) -> None:
        """One character."""
        self._kept = self._kept[1:]

    def value(self) -> Any:
        """The value that begins here. Raises EOFError where it does not end, OverflowError where it is too long."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._kept)
            except RecursionError:
                raise NotRead(f"The table {self._table} is nested too deeply.") from None
            except json.JSONDecodeError:
                if len(self._kept) > MOST_LINE:
                    raise OverflowError from None
                if not self.more():
                    raise EOFError from None
            except ValueError:
                raise NotRead(f"The table {self._table} has a number that is none.") from None
            else:
                self._kept = self._kept[end:]
                return value


def _json(table: str, source: BinaryIO) -> Iterator[Told]:
    """A list of objects, one after the other: never the whole file at once. A file of lines of objects is read as well."""
    pieces = _Pieces(table, source)
    is_list = pieces.next(" \t\r\n\ufeff") == "["
    if is_list:
        pieces.skip()
    while pieces.next(" \t\r\n,") not in ("", "]"):
        try:
            yield _object(table, pieces.value())
        except EOFError:
            yield Told(table, None, "unfinished")
            return
        except OverflowError:
            yield Told(table, None, "too_long")
            return
    if is_list and pieces.next("") != "]":
        yield Told(table, None, "unfinished")


def _csv(table: str, source: BinaryIO) -> Iterator[Told]:
    csv.field_size_limit(MOST_LINE)
    reader = csv.reader(_decoded(lines(source)), strict=True)
    columns: list[str] | None = None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError):
            yield Told(table, None, "unfinished" if columns else "unreadable")
            return
        if columns is None:
            columns = [name.strip() for name in cells]
        elif len(cells) != len(columns):
            if cells:
                yield Told(table, None, "unreadable")
        else:
            yield Told(table, _row(columns, cells))


def _row(columns: list[str], cells: list[str]) -> dict[str, Any]:
    return {name: cell or None for name, cell in zip(columns, cells, strict=True)}


def _decoded(given: Iterable[bytes | None]) -> Iterator[str]:
    first = True
    for line in given:
        if line is None:
            raise csv.Error
        yield line.decode("utf-8-sig" if first else "utf-8")
        first = False
