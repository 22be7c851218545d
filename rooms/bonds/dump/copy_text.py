"""The text format of COPY: a row a line, cells between tabs, what is special behind a backslash."""

import re

END = "\\."
"""The line after the last row."""

_HEADER = re.compile(
    r'\s*COPY\s+(?:"?(?P<schema>\w+)"?\.)?"?(?P<table>\w+)"?\s*\((?P<columns>[^()]*)\)\s+FROM\s+stdin\s*;\s*$',
    re.IGNORECASE | re.ASCII,
)
_ANY_HEADER = re.compile(r"\s*COPY\s.*\sFROM\s+stdin\b", re.IGNORECASE | re.ASCII)
_SPECIAL = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.|$)", re.DOTALL)
_LAST_ASCII = 0x7F
_MEANS = dict(zip("bfnrtv", "\b\f\n\r\t\v", strict=True))


class Unreadable(Exception):
    """This is no row."""


def header(line: str) -> tuple[str, str, tuple[str, ...]] | None:
    """The schema, table and columns of a COPY whose rows follow; None where the line is no such statement."""
    found = _HEADER.match(line)
    if found is None:
        return None
    columns = tuple(name.strip().strip('"') for name in found["columns"].split(","))
    return found["schema"] or "public", found["table"], columns


def begins_rows(line: str) -> bool:
    """Do rows follow, in whatever form?"""
    return _ANY_HEADER.match(line) is not None


def cells(line: str, columns: int) -> list[str | None]:
    """The cells of a row, without its line end. Raises Unreadable where they are not so many."""
    found = line.split("\t")
    if len(found) != columns:
        raise Unreadable
    return [None if cell == "\\N" else _text(cell) for cell in found]


def _text(cell: str) -> str:
    return _SPECIAL.sub(_meant, cell) if "\\" in cell else cell


def _meant(found: re.Match[str]) -> str:
    said = found[1]
    if said[:1] == "x" and len(said) > 1:
        return _byte(int(said[1:], 16))
    if said[:1].isdigit() and said[0] in "01234567":
        return _byte(int(said, 8) & 0xFF)
    return _MEANS.get(said, said)


def _byte(number: int) -> str:
    """One byte of a text: what is more than ASCII would be a part of a letter, which nobody writes so."""
    if number > _LAST_ASCII:
        raise Unreadable
    return chr(number)
