"""The one form in which a value of either side is compared: plain, and equal where it means the same.

Texts have no control characters and nothing at their end that cannot be seen; what is empty is None. Tags are sorted, moments are
in UTC to the minute, as Notion keeps them, days are days, and what a choice, a person or a bond is called stands for it.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec

from rooms.bonds.tool import Activities, Choice, Code, Day, Flag, Link, Moment, Person, Tags, Text, Whole
from rooms.characters.character import Several
from rooms.notion.property import Around, Bond, Due, Property, Value, When

COMMA = "\u201a"
"""Stands for a comma where Notion takes none: it looks like one."""

LONGEST_OPTION = 100

_BREAKS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LONE = re.compile("[\ud800-\udfff]")
_AROUND_LINES = re.compile(r"[\t ]*\n[\t ]*|\t")


def lines(text: str) -> str | None:
    """A text with line breaks; None where nothing is left to read."""
    clean = _CONTROL.sub("", _BREAKS.sub("\n", _LONE.sub("\ufffd", text)))
    return unicodedata.normalize("NFC", clean).rstrip().lstrip("\n") or None


def line(text: str) -> str | None:
    """A text in one line."""
    clean = lines(text)
    return _AROUND_LINES.sub(" ", clean).strip() or None if clean else None


def option(text: str) -> str | None:
    """What a choice may be called there: in one line, without commas."""
    clean = line(text)
    return clean.replace(",", COMMA)[:LONGEST_OPTION].strip() or None if clean else None


def label(value: str) -> str:
    """What one of our words is called there: `in_progress` is "In progress"."""
    return value.replace("_", " ").capitalize()


def labels(names: Mapping[str, str]) -> dict[str, str]:
    """What each of these is called there, all different; names by id."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for key in sorted(names):
        name = called = option(names[key]) or "?"
        number = 2
        while called.casefold() in taken:
            called = f"{name[: LONGEST_OPTION - 5]} {number}"
            number += 1
        taken.add(called.casefold())
        found[key] = called
    return found


def moment(at: datetime) -> str:
    """In UTC, to the minute."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def day(at: datetime, zone: tzinfo) -> str:
    """The day it is there."""
    return at.astimezone(zone).date().isoformat()


def digest(secret: bytes, key: str, value: Value) -> str:
    """A hash of a value of a property, by a key: it tells nobody else what was said."""
    said = msgspec.json.encode([key, value])
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:32]


def of_row(one: Property, row: Mapping[str, Any], around: Around) -> Value:
    """What a property is to show of a row of ours, its texts opened."""
    form = one.form
    if isinstance(form, Due):
        return _due(row, around)
    if isinstance(form, When):
        return _when(row, around)
    value = row[one.columns[0]]
    if "." in one.key:
        value = _part(value, one.key.partition(".")[2])
    return None if value is None and not isinstance(form, Flag) else _of_value(form, value, around)


def _part(value: Any, name: str) -> Any:
    return None if value is None else value[name] if isinstance(value, Mapping) else getattr(value, name)


def _of_value(form: Any, value: Any, around: Around) -> Value:  # noqa: C901, PLR0911 - one for each form
    match form:
        case Text(_, several):
            return lines(str(value)) if several else line(str(value))
        case Link() | Code():
            return line(str(value))
        case Choice():
            return str(value)
        case Whole():
            return int(value)
        case Flag():
            return bool(value)
        case Moment():
            return moment(_moment(value))
        case Day():
            return _date(value).isoformat()
        case Tags():
            return tags(value)
        case Several():
            return several_of(value)
        case Person():
            return around.people.get(str(value))
        case Bond():
            return around.bonds.get(str(value))
        case Activities():
            return activities(value, around)
    raise TypeError(form)


def tags(several: Any) -> tuple[str, ...] | None:
    """Some words, in order, each once; None for none."""
    return tuple(sorted({word for one in several if (word := option(str(one)))})) or None


def several_of(several: Any) -> tuple[str, ...] | None:
    """Some short texts in the order in which they were said; None for none."""
    return tuple(word for one in several if (word := line(str(one)))) or None


def activities(several: Any, around: Around) -> str | None:
    """What is done in a scene, one after another, to read."""
    said = []
    for one in several:
        who = [around.people[str(person)] for person in one.get("with") or () if str(person) in around.people]
        with_ = f" ({', '.join(who)})" if who else ""
        said.append(f"• {one.get('name') or '…'}{with_}")
        said += [one["notes"]] if one.get("notes") else []
    return lines("\n".join(said))


def _due(row: Mapping[str, Any], around: Around) -> Value:
    if row["due_date"] is None:
        return None
    at = _moment(row["due_date"])
    return day(at, around.zone) if row["all_day"] else moment(at)


def _when(row: Mapping[str, Any], around: Around) -> Value:
    """`begins` or `begins/ends`: days, of which the last is one of them, or moments."""
    zone = around.event_zone or around.zone
    starts, ends = _moment(row["start_date"]), row["end_date"]
    if not row["all_day"]:
        return span(moment(starts), None if ends is None else moment(_moment(ends)))
    first = day(starts, zone)
    last = first if ends is None else day(_moment(ends) - timedelta(minutes=1), zone)
    return span(first, last if last > first else None)


def span(begins: str, ends: str | None) -> str:
    """From then to then; what ends when it begins has no end."""
    return begins if ends is None or ends <= begins else f"{begins}/{ends}"


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def at_day(said: str, zone: tzinfo, *, ends: bool = False) -> datetime:
    """A day as a moment: when it begins there, or its last minute."""
    clock = time(23, 59) if ends else time()
    return datetime.combine(date.fromisoformat(said), clock, zone).astimezone(UTC)


def at_moment(said: str) -> datetime:
    """A moment in this form."""
    return datetime.strptime(said, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
