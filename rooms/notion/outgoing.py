"""What of a row of ours Notion is shown, and how it wants it written.

A text is written in elements of 2,000 UTF-16 units, as Notion counts, at most a hundred a property: nothing is ever cut off. What
would need more is not written at all, and said (`too_long`).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from rooms.bonds.tool import Choice
from rooms.notion import canonical
from rooms.notion.property import Around, Kind, Property, Value

LONGEST_ELEMENT, MOST_ELEMENTS, MOST_OPTIONS, LONGEST_LINK = 2000, 100, 100, 2000

ID = "Attuned ID"
"""The property of every page that says which row it is."""

Payload = dict[str, Any]


class Written(msgspec.Struct, frozen=True):
    """Properties as a request has them, and by key why others are not among them."""

    properties: Payload
    faults: Mapping[str, str]


def ours(kind: Kind, row: Mapping[str, Any], around: Around, *, texts: bool = True) -> dict[str, Value]:
    """What the properties are to show of a row, its texts opened and a column each. What the row does not have is left out, and
    so are all words where these stay with us.
    """
    return {
        one.key: canonical.of_row(one, row, around)
        for one in kind.properties
        if (texts or not one.sealed) and all(column in row for column in one.columns)
    }


def written(
    kind: Kind,
    values: Mapping[str, Value],
    *,
    entity_id: str | None = None,
    ids: Mapping[str, str] | None = None,
    keys: Iterable[str] | None = None,
    new: bool = False,
) -> Written:
    """These values as properties of a page: all, or those of these `keys`. Properties are called by their ids where these are
    known, so that people may rename them. With `entity_id` the page says which row it is; a `new` one has a title in any case.
    """
    called = ids or {}
    properties: Payload = {}
    faults: dict[str, str] = {}
    chosen = set(values if keys is None else keys)
    for one in kind.properties:
        if one.key in chosen and one.key in values:
            value, fault = _payload(one, values[one.key])
            if fault is None:
                properties[called.get(one.key, one.name)] = value
            else:
                faults[one.key] = fault
    if entity_id is not None:
        properties[called.get("id", ID)] = {"rich_text": _elements(entity_id)}
    if new and kind.title.key not in values:
        properties[called.get(kind.title.key, kind.title.name)] = {"title": _elements(kind.neutral)}
    return Written(properties, faults)


def pieces(text: str, longest: int = LONGEST_ELEMENT) -> Iterator[str]:
    """A text in pieces of so many UTF-16 units at most, no character cut in two."""
    begins, units = 0, 0
    for at, character in enumerate(text):
        wide = 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004 - beyond it a character takes two units
        if units + wide > longest:
            yield text[begins:at]
            begins, units = at, 0
        units += wide
    if units:
        yield text[begins:]


def units(text: str) -> int:
    """How long a text is, as Notion counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _elements(text: str | None) -> list[Payload]:
    return [{"type": "text", "text": {"content": piece}} for piece in pieces(text or "")]


def _payload(one: Property, value: Value) -> tuple[Payload, str | None]:
    """A property's value, or why it cannot be written."""
    fault = None
    shown: Any = value
    match one.type:
        case "title" | "rich_text":
            text = "\n".join(value) if isinstance(value, tuple) else value
            assert text is None or isinstance(text, str), text  # noqa: S101 - the form has no other
            shown = _elements(text)
            fault = "too_long" if len(shown) > MOST_ELEMENTS else None
        case "select":
            shown = None if value is None else {"name": _called(one, str(value))}
        case "multi_select":
            several = value if isinstance(value, tuple) else ()
            shown = [{"name": word} for word in several]
            fault = "too_many" if len(several) > MOST_OPTIONS else None
        case "date":
            shown = None if value is None else _date(str(value))
        case "url":
            fault = "too_long" if value is not None and units(str(value)) > LONGEST_LINK else None
        case _:
            pass
    return {one.type: shown}, fault


def _called(one: Property, value: str) -> str:
    return canonical.label(value) if isinstance(one.form, Choice) else value


def _date(value: str) -> Payload:
    begins, _, ends = value.partition("/")
    return {"start": begins, "end": ends or None}
