"""Values as a dump, a JSON or a CSV file writes them, as a tool takes them. What cannot be read is left as it is, for whoever
checks it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rooms.bonds.tool import Activities, Codes, Field, Flag, Kind, Moment, Tags, Text

_TRUE, _FALSE = {"t", "true", "yes", "on", "1"}, {"f", "false", "no", "off", "0"}
_DEEPEST = 100_000
"""So many characters of a value are read as JSON or as an array."""


def uuid_of(value: object) -> UUID | None:
    """An id; None where it is none."""
    if isinstance(value, str) and len(value) in (32, 36):
        try:
            return UUID(value)
        except ValueError:
            return None
    return None


def moment_of(value: object) -> datetime | None:
    """A point in time, UTC where no zone is named; None where it is none."""
    if not isinstance(value, str) or not value[:4].isdigit():
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def flag_of(value: object) -> bool | None:
    """Yes or no; None where it is neither."""
    if isinstance(value, bool):
        return value
    said = str(value).lower()
    return True if said in _TRUE else False if said in _FALSE else None


def text_of(value: object) -> object:
    """A text with the line ends that we keep; none where nothing is written."""
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n") or None


def list_of(value: object) -> object:
    """A list: as JSON has it, or as PostgreSQL writes an array of texts."""
    if not isinstance(value, str):
        return value
    if value.startswith("["):
        return json_of(value)
    return array_of(value) if value.startswith("{") else value


def json_of(value: object) -> object:
    """What a text of JSON says; anything else is left."""
    if not isinstance(value, str) or len(value) > _DEEPEST:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def array_of(text: str) -> object:
    """`{a,"b c"}`: the texts of an array of one dimension. Anything else is left."""
    if len(text) > _DEEPEST or not text.endswith("}"):
        return text
    found: list[str] = []
    word, at, end = "", 1, len(text) - 1
    if end == 1:
        return found
    while at <= end:
        if text[at] == '"':
            at += 1
            while at < end and text[at] != '"':
                at += text[at] == "\\"
                word += text[at]
                at += 1
            at += 1
        elif text[at] in ",}":
            found.append(word)
            word = ""
            at += 1
        elif text[at] == "{":
            return text
        else:
            word += text[at]
            at += 1
    return found


def of(kind: Kind, value: object) -> object:
    """A value as a field of that kind takes it."""
    match kind:
        case Text():
            return text_of(value)
        case Flag():
            return value if (said := flag_of(value)) is None else said
        case Moment():
            return moment_of(value) or value
        case Tags() | Codes():
            return list_of(value)
        case Activities():
            return activities_of(json_of(list_of(value)))
        case _:
            return value


def activities_of(value: object) -> object:
    """A scene's activities: names, or objects of which only name and notes are taken. Anything else is left."""
    if not isinstance(value, list):
        return value
    return [_activity(one) for one in value]


def _activity(one: object) -> object:
    if isinstance(one, str):
        return {"name": one}
    if isinstance(one, Mapping):
        name = one.get("name") or one.get("activity") or one.get("title")
        return {"name": name} | ({"notes": one["notes"]} if one.get("notes") else {})
    return one


def given(fields: tuple[Field, ...], row: Mapping[str, Any]) -> dict[str, Any]:
    """Of a row what these fields take; what is empty is left out."""
    found = {}
    for field in fields:
        value = row.get(field.name)
        if value is not None and (said := of(field.kind, value)) is not None:
            found[field.name] = said
    return found
