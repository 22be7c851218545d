"""An iCalendar file as its lines (RFC 5545 §3.1): parts, each with its own lines, names and parameters. Hostile files are read in
as long as they have bytes; what we do not know is passed over.
"""

import re
from collections.abc import Iterator

from rooms.errors import Invalid

LARGEST = 1024 * 1024
MOST_NESTED = 8
MOST_PARAMETERS = 16

Line = tuple[str, dict[str, str], str]
"""Name, parameters and value."""

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""All but tab and line feed."""

KNOWN = frozenset((
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID", "SUMMARY", "DESCRIPTION",
    "LOCATION", "SEQUENCE", "STATUS", "X-EVENT-TYPE", "TZID", "X-LIC-LOCATION",
))  # fmt: skip

_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_BREAK = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,64})=("[^"]{0,256}"|[^";:]{0,256})')
_OF_CALENDAR = 2


def components(data: bytes) -> list[tuple[str, list[str]]]:
    """The parts of a file's calendars, each with its own lines that we know, of what is nested in it none. Raises Invalid."""
    if len(data) > LARGEST:
        raise Invalid(fields={"calendar": "A megabyte at most."})
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise Invalid(fields={"calendar": "This is no text in UTF-8."}) from error
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise Invalid(fields={"calendar": "This is no calendar."})
    return list(_components(_BREAK.split(_FOLD.sub("", text.strip()))))


def _components(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    within: list[str] = []
    mine: list[str] = []
    for line in lines:
        found = _NAME.match(line)
        name = found[0].upper() if found else ""
        if name == "BEGIN":
            within.append(_value(line))
            if len(within) == _OF_CALENDAR:
                mine = []
        elif name == "END":
            if not within or within[-1] != _value(line):
                raise Invalid(fields={"calendar": "This calendar is not whole."})
            if len(within) == _OF_CALENDAR:
                yield within[-1], mine
            within.pop()
        elif len(within) == _OF_CALENDAR and name in KNOWN:
            mine.append(line)
        if len(within) > MOST_NESTED or (within and within[0] != "VCALENDAR"):
            raise Invalid(fields={"calendar": "This is no calendar."})
    if within:
        raise Invalid(fields={"calendar": "This calendar is not whole."})


def parts(line: str) -> Line | None:
    """A line of ours taken apart; None for what is none."""
    name = _NAME.match(line)
    if name is None:
        return None
    place, parameters = name.end(), {}
    for _ in range(MOST_PARAMETERS):
        if (found := _PARAMETER.match(line, place)) is None:
            break
        parameters[found[1].upper()] = found[2].strip('"')
        place = found.end()
    return (name[0].upper(), parameters, line[place + 1 :]) if line[place : place + 1] == ":" else None


def _value(line: str) -> str:
    return line.partition(":")[2].strip().upper()[:64]
