"""An iCalendar file (RFC 5545), as anybody may send it: its events, and what of them cannot be read and why.

Alarms, attachments, addresses, methods and descriptions of zones are passed over, and nothing is ever fetched.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from icalendar import vDuration
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from game_server.bonds.ical_lines import CONTROL, Line, components, parts
from game_server.notifications import zones
from rooms.bonds.tool import LONGEST_NOTES, LONGEST_TITLE
from rooms.bonds.tools.calendar import DEADLINE, EVENT_TYPES, LONGEST_UID, MOST_LEFT_OUT

MOST_EVENTS = 2000
MOST_LINES = 400
"""Lines of one event that say something to us."""

Why = Literal[
    "unreadable", "no_uid", "no_start", "time_zone", "rule", "too_long", "too_many", "too_far", "twice", "cancelled",
    "not_yours", "task",
]  # fmt: skip
"""Why an event of a file is not taken. rule: no rule that is kept here. not_yours: an event of another member's has this UID;
task: a task's deadline has. twice: it stood in the file before. cancelled: it is called off, and is of no series in the file.
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


def read(data: bytes) -> File:
    """Raises Invalid for what is no calendar."""
    file = File([], [])
    aliases: dict[str, str] = {}
    found = components(data)
    for name, lines in found:
        if name == "VTIMEZONE":
            aliases |= _alias(lines)
    for number, lines in enumerate(lines for name, lines in found if name == "VEVENT"):
        try:
            file.events.append(_event(lines, aliases, number))
        except _Refused as refused:
            file.refused.append(Refusal(_uid(lines)[:LONGEST_UID], refused.reason))
    return file


# --- parts -------------------------------------------------------------------------------------------------------------

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
SEVERAL = frozenset({"EXDATE", "RDATE"})
"""What may stand in an event more than once."""
_TEXTS = {"SUMMARY": LONGEST_TITLE, "DESCRIPTION": LONGEST_NOTES, "LOCATION": LONGEST_TITLE}


def _uid(lines: list[str]) -> str:
    found = next((line[4:].strip() for line in lines if line[:4].upper() == "UID:"), "")
    return _ESCAPED.sub(r"\1", found)


def _whole(lines: list[str]) -> tuple[str, list[Line]]:
    """The UID of an event and its lines taken apart, where they can be and are not too many."""
    uid = _uid(lines)
    if len(lines) > MOST_LINES or sum(map(len, lines)) > _LONGEST_EVENT or len(uid) > LONGEST_UID:
        raise _Refused("too_long")
    if not uid:
        raise _Refused("no_uid")
    found = [line for line in map(parts, lines) if line is not None]
    if len(found) < len(lines) or CONTROL.search(uid):
        raise _Refused("unreadable")
    return uid, found


def _alias(lines: list[str]) -> dict[str, str]:
    """By the name that a file gives a zone: the one that everybody gives it."""
    found = {}
    for line in lines[:MOST_LINES]:
        name, _, value = line.partition(":")
        found[name.upper()] = value.strip()
    return {found["TZID"]: found["X-LIC-LOCATION"]} if found.keys() >= {"TZID", "X-LIC-LOCATION"} else {}


def _event(lines: list[str], aliases: dict[str, str], number: int) -> Incoming:
    if number >= MOST_EVENTS:
        raise _Refused("too_many")
    uid, every = _whole(lines)
    once = {line[0]: line for line in every}
    if len(once) < len(every) - sum(line[0] in SEVERAL for line in every) + len(once.keys() & SEVERAL):
        raise _Refused("unreadable")
    if once.keys() & {"RDATE", "EXRULE"}:
        raise _Refused("rule")
    if "DTSTART" not in once:
        raise _Refused("no_start")
    texts = {name: _text(once[name], most) if name in once else None for name, most in _TEXTS.items()}
    left_out = [one for line in every if line[0] == "EXDATE" for one in _several(line, aliases)]
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
UNTITLED = "..."


def _text(line: Line, most: int) -> str | None:
    if len(line[2]) > 2 * most:
        raise _Refused("too_long")
    plain = _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], line[2])
    text = CONTROL.sub("", plain.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > most:
        raise _Refused("too_long")
    return text or None


def _several(line: Line, aliases: dict[str, str]) -> list[When]:
    if line[2].count(",") >= MOST_LEFT_OUT:
        raise _Refused("too_long")
    return [_when((line[0], line[1], value), aliases) for value in line[2].split(",")]


def _when(line: Line, aliases: dict[str, str]) -> When:
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
            return str(name)
    return None


def _duration(value: str) -> timedelta:
    try:
        long = vDuration.from_ical(value.strip()) if len(value) <= _LONGEST_DURATION else None  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise _Refused("unreadable") from error
    if not isinstance(long, timedelta) or long < timedelta():
        raise _Refused("unreadable")
    return long


_LONGEST_DURATION = 32


def _number(once: dict[str, Line]) -> int:
    value = once["SEQUENCE"][2].strip() if "SEQUENCE" in once else "0"
    return int(value) if value.isascii() and value.isdigit() and len(value) <= len("999999999") else 0


def _type(once: dict[str, Line]) -> str | None:
    value = once["X-EVENT-TYPE"][2].strip().lower() if "X-EVENT-TYPE" in once else None
    return value if value in EVENT_TYPES and value != DEADLINE else None
