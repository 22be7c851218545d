"""What a page says, in the form in which it is compared.

A property that is not there, that is of another type by now, or that says what nobody can read is left out: so it is neither
taken for cleared, nor for a change.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any, TypeGuard

from rooms.bonds.tool import Choice, Day, Text
from rooms.characters.character import Several
from rooms.notion import canonical
from rooms.notion.outgoing import ID
from rooms.notion.property import Around, Kind, Property, Value, When

MOST_TOLD = 25
"""References in one property that a page tells; more are asked for by themselves."""

_UNREAD = object()


def theirs(
    kind: Kind, properties: Mapping[str, Any], around: Around, *, ids: Mapping[str, str] | None = None
) -> dict[str, Value]:
    """What the properties of a page say, as it came (by name, each with its id). `ids` are those that we know, by key."""
    found: dict[str, Value] = {}
    for one in kind.properties:
        told = _told(properties, one.key, one.name, ids)
        value: Any = _UNREAD if told is None or told.get("type") != one.type else _read(one, told, around)
        if value is not _UNREAD:
            found[one.key] = value
    return found


def entity_of(properties: Mapping[str, Any], *, ids: Mapping[str, str] | None = None) -> str | None:
    """Which row a page says it is; None where it says none."""
    told = _told(properties, "id", ID, ids)
    return canonical.line(_joined(told.get("rich_text"))) if told is not None else None


def is_cut(told: Mapping[str, Any]) -> bool:
    """Is there perhaps more in a property than its page told?"""
    value = told.get(str(told.get("type")))
    return isinstance(value, list) and (len(value) >= MOST_TOLD or bool(told.get("has_more")))


def _told(
    properties: Mapping[str, Any], key: str, name: str, ids: Mapping[str, str] | None
) -> Mapping[str, Any] | None:
    """By its id where that is known; else, and where it is not there any more, by its name."""
    wanted = (ids or {}).get(key)
    for told in properties.values():
        if wanted is not None and _is_object(told) and told.get("id") == wanted:
            return told
    told = properties.get(name)
    return told if _is_object(told) and (wanted is None or "id" not in told) else None


def _is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _joined(elements: Any) -> str:
    several = elements if isinstance(elements, Sequence) else ()
    return "".join(str(one.get("plain_text") or "") for one in several if _is_object(one))


def _read(one: Property, told: Mapping[str, Any], around: Around) -> Any:  # noqa: PLR0911 - one for each type
    value = told.get(one.type)
    match one.type:
        case "title" | "rich_text":
            return _text(one, _joined(value))
        case "select":
            name = value.get("name") if _is_object(value) else None
            return None if name is None else _chosen(one, str(name))
        case "multi_select":
            return canonical.tags(word.get("name") or "" for word in value or () if _is_object(word))
        case "number":
            return _number(value)
        case "checkbox":
            return bool(value)
        case "date":
            return None if value is None else _date(one, value, around)
        case "url":
            return canonical.line(str(value)) if value is not None else None


def _text(one: Property, text: str) -> Value:
    if isinstance(one.form, Several):
        return canonical.several_of((canonical.lines(text) or "").split("\n"))
    several = not isinstance(one.form, Text) or one.form.lines
    return canonical.lines(text) if several else canonical.line(text)


def _chosen(one: Property, name: str) -> Value:
    """Our word for it, whatever its capitals; what is none of ours as it stands."""
    said = canonical.option(name)
    if said is None or not isinstance(one.form, Choice):
        return said
    meant = said.casefold()
    known = {word: value for value in one.form.values for word in (value, canonical.label(value).casefold())}
    return known.get(meant, said)


def _number(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _UNREAD
    return int(value) if value == int(value) else float(value)


def _date(one: Property, told: Any, around: Around) -> Any:
    """Days and moments as they are said; of a moment only its beginning, but where the property is a span."""
    if not _is_object(told):
        return _UNREAD
    named = told.get("time_zone")
    zone = (around.zones(named) if isinstance(named, str) else None) or around.zone
    begins, ends = (_said(told.get(name), zone) for name in ("start", "end"))
    if begins is None:
        return _UNREAD
    if isinstance(one.form, When):
        same = ends is not None and ("T" in ends) == ("T" in begins)
        return canonical.span(begins, ends if same else None)
    if isinstance(one.form, Day) and "T" in begins:
        return canonical.day(canonical.at_moment(begins), around.zone)
    return begins


def _said(text: Any, zone: tzinfo) -> str | None:
    """A day, or a moment in UTC; None where it is neither."""
    if not isinstance(text, str):
        return None
    try:
        if "T" not in text:
            return date.fromisoformat(text).isoformat()
        at = datetime.fromisoformat(text)
        return canonical.moment(at if at.tzinfo else at.replace(tzinfo=zone).astimezone(UTC))
    except (ValueError, OverflowError):
        return None
