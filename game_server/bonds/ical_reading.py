"""An iCalendar file (RFC 5545), as anybody may send it: its events, and what of them cannot be read and why.

Everything takes as long as the file has bytes. What can be written in a hostile way is read here: lines, their parameters, nested
parts; alarms, attachments, addresses, methods and descriptions of zones are passed over, and nothing is ever fetched.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from icalendar import vDuration
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from game_server.notifications import zones
from rooms.bonds.tool import LONGEST_NOTES, LONGEST_TITLE
from rooms.bonds.tools.calendar import DEADLINE, EVENT_TYPES, LONGEST_UID, MOST_LEFT_OUT
from rooms.errors import Invalid

LARGEST = 1024 * 1024
MOST_EVENTS = 2000
MOST_NESTED = 8
MOST_LINES = 400
"""Lines of one event that say something to us."""
MOST_PARAMETERS = 16

Why = Literal[
    "unreadable", "no_uid", "no_start", "time_zone", "rule", "too_long", "too_many", "too_far", "twice", "cancelled", "not_yours", "task",
]  # fmt: skip
"""Why an event of a file is not taken. rule: no rule that is kept here. not_yours: an event of another member's has this UID; task:
a task's deadline has. twice: it stood in the file before. cancelled: it is called off, and is of no series in the file.
"""


class When(msgspec.Struct, frozen=True):
    """A moment as a file has it: on the clocks of a zone (None: of whoever reads it), or a day."""

    local: datetime
    zone: str | None
    is_day: bool

    def moment(self, zone: str) -> datetime:
        """In UTC; `zone` is the reader's. Raises OverflowError."""
        return self.local.replace(tzinfo=zones.of(self.zone or zone)).astimezone(UTC)


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a file. `occurs` is which occurrence of its series it is, if it is one."""

    uid: str
    starts: When
    ends: When | None
    long: timedelta | None
    rule: str | None
    left_out: tuple[When, ...]
    occurs: When | None
    title: str
    description: str | None
    location: str | None
    sequence: int
    event_type: str | None
    is_cancelled: bool


class Refusal(msgspec.Struct, frozen=True):
    """An event that is not taken."""

    uid: str
    reason: Why


class File(msgspec.Struct):
    """What was in it."""

    events: list[Incoming]
    refused: list[Refusal]


class _Refused(Exception):
    def __init__(self, reason: Why) -> None:
        self.reason: Why = reason


_Line = tuple[str, dict[str, str], str]


def read(data: bytes) -> File:
    """Raises Invalid for what is no calendar."""
    if len(data) > LARGEST:
        raise Invalid(fields={"calendar": "A megabyte at most."})
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise Invalid(fields={"calendar": "This is no text in UTF-8."}) from error
    file, aliases = File([], []), {}
    components = list(_components(_FOLD.sub("", text)))
    for name, lines in components:
        if name == "VTIMEZONE":
            aliases |= _alias(lines)
    events = [lines for name, lines in components if name == "VEVENT"]
    for number, lines in enumerate(events):
        try:
            if number >= MOST_EVENTS:
                raise _Refused("too_many")
            file.events.append(_event(lines, aliases))
        except _Refused as refused:
            file.refused.append(Refusal(_uid(lines)[:LONGEST_UID], refused.reason))
    return file


# --- lines -------------------------------------------------------------------------------------------------------------

_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_BREAK = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,64})=("[^"]{0,256}"|[^";:]{0,256})')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_KNOWN = frozenset(
    "UID DTSTART DTEND DURATION RRULE RDATE EXRULE EXDATE RECURRENCE-ID SUMMARY DESCRIPTION LOCATION SEQUENCE STATUS X-EVENT-TYPE"  # noqa: SIM905
    " TZID X-LIC-LOCATION".split()
)
_TEXTS = {"SUMMARY": LONGEST_TITLE, "DESCRIPTION": LONGEST_NOTES, "LOCATION": LONGEST_TITLE}


def _components(text: str) -> Iterator[tuple[str, list[str]]]:
    """The parts of a calendar, each with its own lines that we know, of what is nested in it none. Raises Invalid."""
    within: list[str] = []
    lines: list[str] = []
    for line in _BREAK.split(text):
        found = _NAME.match(line)
        if found is None:
            if line.strip() and not within:
                break
            continue
        name = found[0].upper()
        if name == "BEGIN":
            within.append(line[6:].strip().upper()[:64])
            if within[0] != "VCALENDAR" or len(within) > MOST_NESTED:
                raise Invalid(fields={"calendar": "This is no calendar."})
            if len(within) == _OF_CALENDAR:
                lines = []
        elif name == "END":
            if not within or within[-1] != line[4:].strip().upper():
                raise Invalid(fields={"calendar": "This calendar is not whole."})
            if len(within) == _OF_CALENDAR:
                yield within[-1], lines
            within.pop()
        elif len(within) == _OF_CALENDAR and name in _KNOWN:
            lines.append(line)
        elif not within:
            break
    if within or not text.strip().upper().startswith("BEGIN:VCALENDAR"):
        raise Invalid(fields={"calendar": "This is no calendar, or not the whole of one."})


_OF_CALENDAR = 2


def _parts(line: str) -> _Line:
    """Name, parameters and value. Raises _Refused."""
    name = _NAME.match(line)
    place, parameters = name.end() if name else 0, {}
    for _ in range(MOST_PARAMETERS):
        if (found := _PARAMETER.match(line, place)) is None:
            break
        parameters[found[1].upper()] = found[2].strip('"')
        place = found.end()
    if name is None or line[place : place + 1] != ":":
        raise _Refused("unreadable")
    return name[0].upper(), parameters, line[place + 1 :]


def _uid(lines: list[str]) -> str:
    return next((line[4:].strip() for line in lines if line[:4].upper() == "UID:"), "")


def _alias(lines: list[str]) -> dict[str, str]:
    """By the name that a file gives a zone: the one that everybody gives it."""
    found = {}
    for line in lines[:MOST_LINES]:
        name, _, value = line.partition(":")
        found[name.upper()] = value.strip()
    return {found["TZID"]: found["X-LIC-LOCATION"]} if found.keys() >= {"TZID", "X-LIC-LOCATION"} else {}


# --- events ------------------------------------------------------------------------------------------------------------


def _event(lines: list[str], aliases: dict[str, str]) -> Incoming:
    if len(lines) > MOST_LINES or sum(map(len, lines)) > _LONGEST_EVENT:
        raise _Refused("too_long")
    uid = _uid(lines)
    if not uid:
        raise _Refused("no_uid")
    if len(uid) > LONGEST_UID:
        raise _Refused("too_long")
    if _CONTROL.search(uid):
        raise _Refused("unreadable")
    read_lines = [_parts(line) for line in lines]
    once: dict[str, _Line] = {}
    for line in read_lines:
        if line[0] in once and line[0] not in ("EXDATE", "RDATE"):
            raise _Refused("unreadable")
        once[line[0]] = line
    if once.keys() & {"RDATE", "EXRULE"}:
        raise _Refused("rule")
    if "DTSTART" not in once:
        raise _Refused("no_start")
    texts = {name: _text(once[name], most) if name in once else None for name, most in _TEXTS.items()}
    left_out = [one for line in read_lines if line[0] == "EXDATE" for one in _several(line, aliases)]
    if len(left_out) > MOST_LEFT_OUT:
        raise _Refused("too_long")
    return Incoming(
        uid=uid,
        starts=_when(once["DTSTART"], aliases),
        ends=_when(once["DTEND"], aliases) if "DTEND" in once else None,
        long=_duration(once["DURATION"][2]) if "DURATION" in once else None,
        rule=once["RRULE"][2].strip() if "RRULE" in once else None,
        left_out=tuple(left_out),
        occurs=_when(once["RECURRENCE-ID"], aliases) if "RECURRENCE-ID" in once else None,
        title=" ".join((texts["SUMMARY"] or "").split()) or UNTITLED,
        description=texts["DESCRIPTION"],
        location=" ".join((texts["LOCATION"] or "").split()) or None,
        sequence=_number(once),
        event_type=_type(once),
        is_cancelled="STATUS" in once and once["STATUS"][2].strip().upper() == "CANCELLED",
    )


_LONGEST_EVENT = 64 * 1024
UNTITLED = "–"


def _text(line: _Line, most: int) -> str | None:
    if len(line[2]) > 2 * most:
        raise _Refused("too_long")
    plain = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], line[2])
    text = _CONTROL.sub("", plain.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > most:
        raise _Refused("too_long")
    return text or None


def _several(line: _Line, aliases: dict[str, str]) -> list[When]:
    if line[2].count(",") >= MOST_LEFT_OUT:
        raise _Refused("too_long")
    return [_when((line[0], line[1], value), aliases) for value in line[2].split(",")]


def _when(line: _Line, aliases: dict[str, str]) -> When:
    _, parameters, value = line
    value = value.strip().upper()
    form = {8: "%Y%m%d", 15: "%Y%m%dT%H%M%S", 16: "%Y%m%dT%H%M%SZ"}.get(len(value))
    try:
        if form is None or not value.isascii():
            raise _Refused("unreadable")
        local = datetime.strptime(value, form)  # noqa: DTZ007 - its zone stands beside it
    except ValueError as error:
        raise _Refused("unreadable") from error
    if value.endswith("Z"):
        return When(local, "UTC", is_day=False)
    if "T" not in value:
        return When(local, None, is_day=True)
    named = parameters.get("TZID")
    zone = _zone(named, aliases) if named else None
    if named and zone is None:
        raise _Refused("time_zone")
    return When(local, zone, is_day=False)


def _zone(named: str, aliases: dict[str, str]) -> str | None:
    """What everybody calls a zone that programs call in ways of their own, as `/mozilla.org/20050126_1/Europe/Berlin`."""
    parts = named.split("/")
    ends = ("/".join(parts[-number:]) for number in range(min(len(parts), 3), 0, -1))
    for name in (named, WINDOWS_TO_OLSON.get(named), aliases.get(named), *(ends if named.startswith("/") else ())):
        if name and zones.named(name) is not None:
            return name
    return None


def _duration(value: str) -> timedelta:
    try:
        long = vDuration.from_ical(value.strip()) if len(value) <= _LONGEST_DURATION else None
    except ValueError as error:
        raise _Refused("unreadable") from error
    if not isinstance(long, timedelta) or long < timedelta():
        raise _Refused("unreadable")
    return long


_LONGEST_DURATION = 32


def _number(once: dict[str, _Line]) -> int:
    value = once["SEQUENCE"][2].strip() if "SEQUENCE" in once else "0"
    return int(value) if value.isascii() and value.isdigit() and len(value) <= len("999999999") else 0


def _type(once: dict[str, _Line]) -> str | None:
    value = once["X-EVENT-TYPE"][2].strip().lower() if "X-EVENT-TYPE" in once else None
    return value if value in EVENT_TYPES and value != DEADLINE else None
