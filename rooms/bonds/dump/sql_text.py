"""Statements in SQL text: where one ends, and what an INSERT of literals says. Everything else is passed over."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rooms.bonds.dump.copy_text import Unreadable

_OPENS = re.compile(r"'|\"|--|/\*|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|;|\S", re.DOTALL)
_ENDS: Mapping[str, re.Pattern[str]] = {
    "'": re.compile(r"'"),
    "E": re.compile(r"\\.|'", re.DOTALL),
    '"': re.compile(r'"'),
    "/*": re.compile(r"/\*|\*/"),
}


class Place:
    """Where in the text one is, line by line: inside of a string, a name, a comment, a body, or of nothing."""

    def __init__(self) -> None:
        self._inside = ""
        self._deep = 0
        self.at_start = True
        """Is what comes next a new statement?"""

    def feed(self, line: str) -> None:
        """Go on over a line, with its end."""
        at = 0
        while at < len(line):
            at = self._out(line, at) if self._inside else self._in(line, at)

    def _in(self, line: str, at: int) -> int:
        found = _OPENS.search(line, at)
        if found is None:
            return len(line)
        said = found[0]
        match said:
            case ";":
                self.at_start = True
            case "--":
                return len(line)
            case "/*":
                self._inside, self._deep = "/*", 1
            case "'" | '"':
                escapes = said == "'" and re.search(r"(?:^|\W)[eE]$", line[max(0, found.start() - 2) : found.start()])
                self._inside, self.at_start = ("E" if escapes else said), False
            case _ if len(said) > 1:
                self._inside, self.at_start = said, False
            case _:
                self.at_start = False
        return found.end()

    def _out(self, line: str, at: int) -> int:
        if self._inside.startswith("$"):
            end = line.find(self._inside, at)
            if end < 0:
                return len(line)
            end, self._inside = end + len(self._inside), ""
            return end
        found = _ENDS[self._inside].search(line, at)
        if found is None:
            return len(line)
        match found[0]:
            case "/*":
                self._deep += 1
            case "*/":
                self._deep -= 1
                if not self._deep:
                    self._inside = ""
            case "'" | '"':  # a doubled one opens the next, which comes to the same
                self._inside = ""
        return found.end()


_NAME = r'(?:"(\w+)"|(\w+))'
_INSERT = re.compile(
    rf"\s*INSERT\s+INTO\s+(?:ONLY\s+)?(?:{_NAME}\.)?{_NAME}\s*(?:\(([^()]*)\))?\s*(?:OVERRIDING\s+\w+\s+VALUE\s*)?VALUES\s*",
    re.IGNORECASE | re.ASCII,
)
_CREATE = re.compile(
    rf"\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:{_NAME}\.)?{_NAME}\s*\(", re.IGNORECASE | re.ASCII
)
_COLUMN = re.compile(rf"\s*{_NAME}\s+\S", re.ASCII)
_NO_COLUMN = {"constraint", "primary", "unique", "foreign", "check", "exclude", "like"}
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[A-Za-z]+", re.ASCII)
_PLAIN = re.compile(r"'((?:[^']++|'')*+)'")
_ESCAPED = re.compile(r"[eE]'((?:[^'\\]++|''|\\.)*+)'", re.DOTALL)
_CAST = re.compile(
    r"\s*::\s*(?:\"?\w+\"?\.)?\"?\w+\"?(?:\s+(?:with|without)\s+time\s+zone|\s+varying)?(?:\(\d+\))?(?:\[\])*",
    re.IGNORECASE | re.ASCII,
)
_SPACE = re.compile(r"\s*")
_MEANS = dict(zip("bfnrt", "\b\f\n\r\t", strict=True))
_AFTER_BACKSLASH = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{1,3}|.)|''", re.DOTALL)


def insert(statement: str) -> tuple[str, str, tuple[str, ...] | None, int] | None:
    """The schema, table and columns of an INSERT with values, and where these begin; None where it is something else."""
    found = _INSERT.match(statement)
    if found is None:
        return None
    schema, table = found[1] or found[2] or "public", found[3] or found[4]
    columns = None if found[5] is None else tuple(name.strip().strip('"') for name in found[5].split(","))
    return schema, table, columns, found.end()


def created(statement: str) -> tuple[str, str, tuple[str, ...]] | None:
    """The schema, table and columns that a CREATE TABLE names, a column a line as pg_dump writes it."""
    found = _CREATE.match(statement)
    if found is None:
        return None
    columns = []
    for line in statement[found.end() :].splitlines():
        name = _COLUMN.match(line)
        if name and (name[1] or name[2]).lower() not in _NO_COLUMN:
            columns.append(name[1] or name[2])
    return found[1] or found[2] or "public", found[3] or found[4], tuple(columns)


def rows(statement: str, at: int) -> Iterator[list[Any] | None]:
    """The rows of values that begin there: literals as Python has them, None for a row in which is anything else. What comes
    after the rows is not read.
    """
    while statement[at : at + 1] == "(":
        values, at = _row(statement, at + 1)
        yield values
        at = _skip(statement, at)
        if statement[at : at + 1] != ",":
            return
        at = _skip(statement, at + 1)


def _row(text: str, at: int) -> tuple[list[Any] | None, int]:
    found: list[Any] = []
    while True:
        at = _skip(text, at)
        try:
            value, at = _value(text, at)
        except Unreadable:
            return None, len(text)
        found.append(value)
        at = _skip(text, at)
        match text[at : at + 1]:
            case ",":
                at += 1
            case ")":
                return found, at + 1
            case _:
                return None, len(text)


def _value(text: str, at: int) -> tuple[Any, int]:
    if plain := _PLAIN.match(text, at):
        value, at = plain[1].replace("''", "'"), plain.end()
    elif escaped := _ESCAPED.match(text, at):
        value, at = _AFTER_BACKSLASH.sub(_meant, escaped[1]), escaped.end()
    elif number := _NUMBER.match(text, at):
        value, at = number[0], number.end()
    elif (word := _WORD.match(text, at)) and word[0].lower() in ("null", "true", "false"):
        value, at = {"null": None, "true": "true", "false": "false"}[word[0].lower()], word.end()
    elif word and word[0].lower() == "array" and text[word.end() : word.end() + 1] == "[":
        value, at = _array(text, word.end() + 1)
    else:
        raise Unreadable
    while cast := _CAST.match(text, at):
        at = cast.end()
    return value, at


def _array(text: str, at: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    at = _skip(text, at)
    if text[at : at + 1] == "]":
        return found, at + 1
    while True:
        if (plain := _PLAIN.match(text, at)) is None:
            raise Unreadable
        found.append(plain[1].replace("''", "'"))
        at = plain.end()
        while cast := _CAST.match(text, at):
            at = cast.end()
        at = _skip(text, at)
        match text[at : at + 1]:
            case ",":
                at = _skip(text, at + 1)
            case "]":
                return found, at + 1
            case _:
                raise Unreadable


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _meant(found: re.Match[str]) -> str:
    said = found[1]
    if said is None:
        return "'"
    if said[0] in "xuU" and len(said) > 1:
        return _letter(int(said[1:], 16))
    if said[0] in "01234567":
        return _letter(int(said, 8) & 0xFF)
    return _MEANS.get(said, said)


def _letter(number: int) -> str:
    try:
        letter = chr(number)
        letter.encode()
    except (ValueError, OverflowError) as error:
        raise Unreadable from error
    return letter
