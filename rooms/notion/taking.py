"""What a person would have asked for: of a page's values that changed a PATCH and commands, of a page that is new a row.

Nothing is written here: what comes of it goes through the same commands, rights, pauses and limits as a person's, which may
refuse it still. What they would not even understand has a fault, by the key it stands at.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal

import msgspec

from rooms.bonds.tool import Choice, Code, Day, Flag, Link, Moment, Person, Tags, Text, Whole
from rooms.characters.character import POINTS, Several
from rooms.notion import canonical
from rooms.notion.of_characters import STATS
from rooms.notion.property import Around, Bond, Due, Kind, Property, Value, When

Fault = Literal[
    "needed", "too_long", "too_many", "unknown_option", "unknown_person", "unknown_bond", "not_whole", "out_of_range",
    "not_a_link", "not_a_code", "not_a_date", "points", "read_only", "no_command", "not_today",
]  # fmt: skip
"""needed: it may not be empty. points: the stats are not 60 in all. read_only: this is said in the app. no_command: nothing leads
from what it is to that. The others: the value is none of this form.
"""

_LINK = re.compile(r"https?://[^\s\x00-\x1f\x7f]+")


class Step(msgspec.Struct, frozen=True):
    """A command that brings a value about."""

    key: str
    command: str
    body: Mapping[str, str]


class Taken(msgspec.Struct, frozen=True):
    """What is to be asked for: `values` as a PATCH or a new row has them (moments as datetime, days as date, people and bonds by
    id), then these commands. `faults` by key.
    """

    values: Mapping[str, Any]
    commands: tuple[Step, ...] = ()
    faults: Mapping[str, Fault] = {}


class _Unfit(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)


def changes(
    kind: Kind, ours: Mapping[str, Value], theirs: Mapping[str, Value], keys: Iterable[str], around: Around
) -> Taken:
    """What brings these properties of a row of ours to what a page says of them."""
    values: dict[str, Any] = {}
    steps: list[Step] = []
    faults: dict[str, Fault] = {}
    for key in keys:
        one, value = kind.by_key[key], theirs[key]
        try:
            if one.way != "both" or (one.takes is not None and value not in one.takes):
                raise _Unfit("read_only")  # noqa: TRY301 - as what is called here does
            if one.commands:
                steps.append(_step(one, ours.get(key), value))
            else:
                values |= _columns(one, value, around)
        except _Unfit as unfit:
            faults[key] = unfit.fault
    _count(values, ours, faults)
    return Taken(values, tuple(steps), faults)


def new_row(kind: Kind, theirs: Mapping[str, Value], around: Around) -> Taken:
    """What a page that a person made is as a new row. What only a command says of a row is taken when it is there."""
    values: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for one in kind.properties:
        if one.way == "out" or one.commands:
            continue
        value, needed = theirs.get(one.key), one.needed
        if isinstance(one.form, Bond):
            needed = not kind.personal
            if value is None and needed and len(around.bonds) == 1:
                value = next(iter(around.bonds.values()))
        try:
            if value is None and needed:
                raise _Unfit("needed")  # noqa: TRY301 - as what is called here does
            if value is not None and (one.takes is None or value in one.takes):
                values |= _columns(one, value, around)
        except _Unfit as unfit:
            faults[one.key] = unfit.fault
    said = theirs.get("local_date")
    if kind.name == "check_ins" and around.today is not None and said not in (None, around.today.isoformat()):
        faults["local_date"] = "not_today"
    _count(values, {}, faults)
    return Taken(values, (), faults)


def _step(one: Property, before: Value, value: Value) -> Step:
    command = one.commands.get(value)
    if command is None or before not in command.sources:
        raise _Unfit("no_command")
    return Step(one.key, command.name, command.body)


def _count(values: dict[str, Any], ours: Mapping[str, Value], faults: dict[str, Fault]) -> None:
    """A character's stats are given all at once, and count together: those that are not said stay."""
    said = {key: values.pop(key) for key in STATS if key in values}
    if not said:
        return
    whole = {key: said.get(key, ours.get(key)) for key in STATS}
    known = [points for points in whole.values() if isinstance(points, int)]
    if len(known) == len(STATS) and sum(known) == POINTS:
        values["stats"] = {key.partition(".")[2]: points for key, points in whole.items()}
    else:
        faults.update(dict.fromkeys(said, "points"))


def _columns(one: Property, value: Value, around: Around) -> dict[str, Any]:
    """The columns of ours that a value is. Raises _Unfit."""
    match one.form:
        case Due():
            return _due(one, value, around)
        case When():
            return _when(value, around)
        case _ if value is None:
            if not one.cleared:
                raise _Unfit("needed")
            empty = () if isinstance(one.form, Tags | Several) else None
            return {one.key: empty}
    return {one.key: _fit(one, value, around)}


def _fit(one: Property, value: Value, around: Around) -> Any:  # noqa: C901, PLR0911, PLR0912 - one for each form
    form, text = one.form, str(value)
    match form:
        case Text(most):
            return _short(text, most)
        case Link(most):
            if _LINK.fullmatch(text) is None:
                raise _Unfit("not_a_link")
            return _short(text, most)
        case Code(most, pattern):
            if re.fullmatch(pattern, text, re.ASCII) is None:
                raise _Unfit("not_a_code")
            return _short(text, most)
        case Choice(values):
            if value not in values:
                raise _Unfit("unknown_option")
            return value
        case Whole(least, most):
            if not isinstance(value, int):
                raise _Unfit("not_whole")
            if not least <= value <= most:
                raise _Unfit("out_of_range")
            return value
        case Flag():
            return bool(value)
        case Moment():
            return _moment(text, around.zone, ends=one.day == "ends")
        case Day():
            return canonical.at_day(text, UTC).date()
        case Tags(most, longest):
            return _several(value, most, longest, comma=",")
        case Several(most, longest):
            return _several(value, most, longest)
        case Person():
            return _known(around.people, text, "unknown_person")
        case Bond():
            return _known(around.bonds, text, "unknown_bond")
        case _:
            raise _Unfit("read_only")


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise _Unfit("too_long")
    return text


def _several(value: Value, most: int, longest: int, comma: str = canonical.COMMA) -> tuple[str, ...]:
    words = value if isinstance(value, tuple) else ()
    if len(words) > most:
        raise _Unfit("too_many")
    return tuple(_short(word.replace(canonical.COMMA, comma), longest) for word in words)


def _known(called: Mapping[str, str], name: str, fault: Fault) -> str:
    found = [key for key, one in called.items() if one.casefold() == name.casefold()]
    if not found:
        raise _Unfit(fault)
    return found[0]


def _moment(said: str, zone: tzinfo, *, ends: bool = False) -> datetime:
    try:
        return canonical.at_moment(said) if "T" in said else canonical.at_day(said, zone, ends=ends)
    except (ValueError, OverflowError) as error:
        raise _Unfit("not_a_date") from error


def _next_day(said: str) -> str:
    try:
        return (date.fromisoformat(said) + timedelta(days=1)).isoformat()
    except OverflowError as error:  # after the last one that there is
        raise _Unfit("not_a_date") from error


def _due(one: Property, value: Value, around: Around) -> dict[str, Any]:
    if value is None:
        return {"due_date": None, "all_day": False}
    said = str(value)
    return {"due_date": _moment(said, around.zone, ends=one.day == "ends"), "all_day": "T" not in said}


def _when(value: Value, around: Around) -> dict[str, Any]:
    """Of days the last is one of them, with us an event ends at the moment after it."""
    if value is None:
        raise _Unfit("needed")
    begins, _, ends = str(value).partition("/")
    zone = around.event_zone or around.zone
    all_day = "T" not in begins
    after = None
    if ends and all_day:
        after = _moment(_next_day(ends), zone)
    elif ends:
        after = _moment(ends, zone)
    return {"start_date": _moment(begins, zone), "end_date": after, "all_day": all_day}
