"""The XML inside a workbook, read before anything else may: what a sheet's values do not tell, and what would burst memory.

The reader of workbooks gives a formula as its last value, makes room for every place up to the last cell and repeats a shared
text for each cell that names it. So this reads along first: a stream, no declared entities, and counts that stop in time.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import PurePosixPath
from xml.parsers import expat

import msgspec

from game_server.activities.bank_source import UnreadableFile

MOST_PLACES = 6_000_000
"""Rows times columns, up to the last cell with a value."""
MOST_TEXT = 192 * 1024 * 1024
"""Characters of shared texts, counted for each cell that shows one."""

MOST_MARKED = 100_000
"""Formulas and errors in one sheet."""
_MOST_ELEMENTS = 5000

Place = tuple[int, int]
"""Row and column of a cell, from 1."""

_NUMBER = re.compile("[1-9][0-9]{0,6}", re.ASCII)
_PLACE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_LONGEST_NUMBER = 9  # digits
_VALUES = frozenset({"f", "v", "is"})


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a workbook: its name, the part of the file that holds it, and whether it is shown."""

    name: str
    part: str
    visible: bool


class Marks:
    """What the XML of one sheet says of its cells. Millions of them pass: one call an element, and no more."""

    def __init__(self, text_lengths: list[int]) -> None:
        self.formulas: set[Place] = set()
        self.errors: set[Place] = set()
        self._lengths = text_lengths
        self._text = 0
        self._row = self._column = self._last_row = self._last_column = 0
        self._shared = False
        self._index: str | None = None  # what was heard of the number of a shared text
        self._over = False  # rules and charts after the cells have formulas of their own

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self._index is not None:
            self._count(self._index)
            self._index = None
        if self._over:
            return
        if tag == "c":
            place = attributes.get("r")
            self._column = self._column + 1 if place is None and self._row else self._column_of(str(place))
            kind = attributes.get("t")
            self._shared = kind == "s"
            if kind == "e":
                self._mark(self.errors)
        elif tag in _VALUES and self._column:
            if tag == "f":
                self._mark(self.formulas)
            elif self._shared and tag == "v":
                self._index = ""
            if self._row > self._last_row or self._column > self._last_column:
                self._reach()
        elif tag == "row":
            row = attributes.get("r")
            self._row = self._row + 1 if row is None else self._row_of(row)
            self._column = 0

    def text(self, words: str) -> None:
        if self._index is not None:
            self._index += words

    def end(self, tag: str) -> None:
        if tag[-9:] == "sheetData":
            self._over = True

    # Where a place is written in another way than spreadsheet programs do, the reader of workbooks may take it for any other.

    def _row_of(self, number: str) -> int:
        if not _NUMBER.fullmatch(number):
            raise UnreadableFile(
                f'There is no row "{number[:20]}". Open the workbook and save it again.', line=self._row
            )
        return int(number)

    def _column_of(self, place: str) -> int:
        match = _PLACE.fullmatch(place)
        if match is None or int(match[2]) != self._row:
            raise UnreadableFile(
                f'A cell of row {self._row} says that it is "{place[:20]}". Open the workbook and save it again.',
                line=self._row,
            )
        return _column(match[1])

    def _mark(self, places: set[Place]) -> None:
        places.add((self._row, self._column))
        if len(places) > MOST_MARKED:
            raise UnreadableFile(
                f"The sheet has more than {MOST_MARKED} formulas or errors. Save it with its values only.",
                line=self._row,
            )

    def _reach(self) -> None:
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)
        if self._last_row * self._last_column > MOST_PLACES:
            place = place_name((self._last_row, self._last_column))
            raise UnreadableFile(
                f"The sheet goes as far as {place}: too far for a bank. Delete what stands out there.", line=self._row
            )

    def _count(self, index: str) -> None:
        number = int(index) if index.isdecimal() and len(index) <= _LONGEST_NUMBER else len(self._lengths)
        if number >= len(self._lengths):
            raise UnreadableFile("A cell names a text that the workbook does not have. Save it again.", line=self._row)
        self._text += self._lengths[number]
        if self._text > MOST_TEXT:
            raise UnreadableFile("The sheet shows more text than a bank can have. Split it.", line=self._row)


class SharedTexts:
    """The lengths of the texts that cells name by number."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag == "si":
            self.lengths.append(0)
            if len(self.lengths) > MOST_PLACES:
                raise UnreadableFile("The workbook has more texts than a bank can have. Split it.")

    def text(self, words: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(words)


class Elements:
    """The attributes of every element with this tag, by their names without a prefix."""

    def __init__(self, tag: str) -> None:
        self.found: list[dict[str, str]] = []
        self._tag = tag

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == self._tag:
            self.found.append({_local(name): value for name, value in attributes.items()})
            if len(self.found) > _MOST_ELEMENTS:
                raise UnreadableFile("The workbook has more sheets than a bank can have. Save the one sheet by itself.")

    def text(self, words: str) -> None:
        pass


Listener = Marks | SharedTexts | Elements


def read_along(part: str, chunks: Iterable[bytes], listener: Listener) -> None:
    """Let the listener hear the XML as it comes. Raises UnreadableFile for what is not plain XML."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    start = listener.start
    parser.StartElementHandler = lambda tag, attributes: start(_local(tag) if ":" in tag else tag, attributes)
    parser.CharacterDataHandler = listener.text
    if isinstance(listener, Marks):
        parser.EndElementHandler = listener.end
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: an encoding that is none
        raise UnreadableFile(f"The workbook is broken ({part}). Open it and save it again.") from error


def sheets_of(sheets: Elements, relations: Elements) -> list[Sheet]:
    """The sheets as the workbook lists them, of `sheet` in its own part and `Relationship` in its relations."""
    targets = {found.get("Id", ""): found.get("Target", "") for found in relations.found}
    return [
        Sheet(
            found.get("name", ""),
            _part(targets.get(found.get("id", ""), "")),
            found.get("state", "visible") == "visible",
        )
        for found in sheets.found
    ]


def parts_of(relations: Elements, kind: str) -> list[str]:
    """The parts that the workbook names as of this kind: "styles"."""
    return [
        _part(found.get("Target", "")) for found in relations.found if found.get("Type", "").rpartition("/")[2] == kind
    ]


def place_name(place: Place) -> str:
    """The place as a sheet names it: "C7"."""
    row, column = place
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@cache
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _refuse_doctype(*_declared: object) -> None:
    raise UnreadableFile("The workbook declares a document type, which no spreadsheet program does. Save it again.")
