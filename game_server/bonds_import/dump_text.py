"""A dump's text, line by line: rows of COPY and of INSERT, of known tables of the schema `public`. Other SQL is passed over."""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from game_server.bonds_import.bounds import MOST_LINE, MOST_TEXT, TooMuch
from rooms.bonds.dump import copy_text, sql_text
from rooms.bonds.dump.copy_text import Unreadable
from rooms.bonds.dump.kinds import READ

MOST_STATEMENT = 4 * MOST_LINE


class Told(msgspec.Struct, frozen=True):
    """A row of a table, or why there is none."""

    table: str
    row: dict[str, Any] | None
    fault: str | None = None


def lines(source: BinaryIO) -> Iterator[bytes | None]:
    """The lines of a file, each with its end; None in the place of one that is too long. Raises TooMuch."""
    read = 0
    while line := source.readline(MOST_LINE + 1):
        read += len(line)
        if len(line) <= MOST_LINE:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = source.readline(MOST_LINE)
            read += len(line)
            if read > MOST_TEXT:
                raise TooMuch("text")
        yield None
        if read > MOST_TEXT:
            raise TooMuch("text")


class DumpText:
    """One reading of a dump's text."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[str, ...]] = {}
        self._place = sql_text.Place()
        self._statement: list[str] = []
        self._length = 0
        self._is_broken = False

    def rows(self, source: Iterable[bytes | None]) -> Iterator[Told]:
        """What it tells, in its order."""
        given = iter(source)
        for line in given:
            text = None if line is None else self._decoded(line)
            if text is not None and self._place.at_start and not self._statement and copy_text.begins_rows(text):
                yield from self._copied(text, given)
            elif text is not None:
                yield from self._stated(text)
            else:
                self._length = MOST_STATEMENT + 1
        if self._statement:
            yield from self._ended(unfinished=True)

    def _decoded(self, line: bytes) -> str:
        """A line of a statement; what is not UTF-8 in it makes an INSERT none."""
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self._is_broken = True
            return line.decode("utf-8", "replace")

    def _copied(self, header: str, given: Iterator[bytes | None]) -> Iterator[Told]:
        """The rows after a COPY, up to its end."""
        said = copy_text.header(header)
        table = said[1] if said and said[0] == "public" and said[1] in READ else None
        if said is None:
            table = _named(header)
            if table is not None:
                yield Told(table, None, "other_form")
        for line in given:
            if line is not None and line.rstrip(b"\r\n") == copy_text.END.encode():
                return
            if table is not None and said is not None:
                yield _row(table, said[2], line)
        if table is not None:
            yield Told(table, None, "unfinished")

    def _stated(self, text: str) -> Iterator[Told]:
        """Part of a statement: kept while it may be one that is read."""
        began = self._place.at_start and not self._statement
        self._place.feed(text)
        if not began and not self._statement:
            return
        if began and (self._place.at_start and ";" not in text):
            return  # nothing but space and comments
        if began and not _may_be_read(text):
            self._is_broken = False
            return
        self._length += len(text)
        if self._length <= MOST_STATEMENT:
            self._statement.append(text)
        if self._place.at_start:
            yield from self._ended()

    def _ended(self, *, unfinished: bool = False) -> Iterator[Told]:
        statement, length, broken = "".join(self._statement), self._length, self._is_broken
        self._statement, self._length, self._is_broken = [], 0, False
        if (made := sql_text.created(statement)) is not None:
            if made[0] == "public":
                self._columns[made[1]] = made[2]
            return
        said = sql_text.insert(statement)
        if said is None or said[0] != "public" or said[1] not in READ:
            return
        if unfinished or length > MOST_STATEMENT:
            yield Told(said[1], None, "unfinished" if unfinished else "too_long")
            return
        if broken:
            yield Told(said[1], None, "unreadable")
            return
        columns = said[2] or self._columns.get(said[1])
        if columns is None:
            yield Told(said[1], None, "no_columns")
            return
        for values in sql_text.rows(statement, said[3]):
            if values is None or len(values) != len(columns):
                yield Told(said[1], None, "unreadable")
            else:
                yield Told(said[1], dict(zip(columns, values, strict=True)))


def _row(table: str, columns: tuple[str, ...], line: bytes | None) -> Told:
    if line is None:
        return Told(table, None, "too_long")
    if not line.endswith(b"\n"):
        return Told(table, None, "unreadable")
    try:
        cells = copy_text.cells(line.decode("utf-8").rstrip("\n").removesuffix("\r"), len(columns))
    except (UnicodeDecodeError, Unreadable):
        return Told(table, None, "unreadable")
    return Told(table, dict(zip(columns, cells, strict=True)))


def _may_be_read(text: str) -> bool:
    begin = text.lstrip()[:6].upper()
    return begin in ("INSERT", "CREATE")


def _named(header: str) -> str | None:
    """A known table whose rows follow in another form."""
    words = header.replace('"', "").replace("(", " ").split()
    name = words[1].rpartition(".") if len(words) > 1 else ("", "", "")
    return name[2] if name[2] in READ and name[0] in ("", "public") else None
