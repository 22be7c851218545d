"""What a database has to look like: made so, found again by its mark, and told what is missing."""

from collections.abc import Mapping
from typing import Any

import msgspec

from rooms.bonds.tool import Choice
from rooms.notion import canonical
from rooms.notion.outgoing import ID
from rooms.notion.property import Kind, Property, Type

MARK = "Attuned"
"""The property that marks a database. Its name may change: its one option is the mark."""


class Missing(msgspec.Struct, frozen=True):
    """A property that is not there, or is of another type than it has to be (`found`)."""

    key: str
    name: str
    type: Type
    found: str | None = None


def mark(kind: Kind, owner: str) -> str:
    """What a database of this kind is known by. `owner` is a short word for whose it is: two in one workspace have two."""
    return f"attuned:{kind.name}:{owner}"


def is_marked(kind: Kind, owner: str, properties: Mapping[str, Any]) -> bool:
    """Is a data source with these properties this one's?"""
    wanted = mark(kind, owner)
    return any(
        option.get("name") == wanted
        for one in properties.values()
        if one.get("type") == "select"
        for option in (one.get("select") or {}).get("options") or ()
    )


def properties_of(kind: Kind, owner: str) -> dict[str, Any]:
    """The properties with which a database of this kind is made."""
    own = {one.name: _configured(one) for one in kind.properties}
    return {**own, ID: {"rich_text": {}}, MARK: {"select": {"options": [{"name": mark(kind, owner)}]}}}


def ids_of(kind: Kind, properties: Mapping[str, Any], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The ids of its properties by key, and of the page's own as `id`: those that are `known` and still there, whatever they are
    called by now, and others by their names. What is of another type is not among them.
    """
    by_id = {one.get("id"): one for one in properties.values()}
    found = {}
    for key, name, type_ in _wanted(kind):
        held = by_id.get((known or {}).get(key)) or properties.get(name)
        if held is not None and held.get("type") == type_ and held.get("id") is not None:
            found[key] = str(held["id"])
    return found


def missing(kind: Kind, properties: Mapping[str, Any], known: Mapping[str, str] | None = None) -> tuple[Missing, ...]:
    """What a data source lacks: nothing where all is there, of its type."""
    found = ids_of(kind, properties, known)
    return tuple(
        Missing(key, name, type_, (properties.get(name) or {}).get("type"))
        for key, name, type_ in _wanted(kind)
        if key not in found
    )


def mended(kind: Kind, lacking: tuple[Missing, ...]) -> dict[str, Any]:
    """The properties that can be added: those whose name is free. A title cannot be, and what is of another type is a person's to
    change: its words would be lost.
    """
    by_key = {one.key: _configured(one) for one in kind.properties} | {"id": {"rich_text": {}}}
    return {one.name: by_key[one.key] for one in lacking if one.found is None and one.type != "title"}


def forgotten(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The keys whose property is another one than it was, or is not there any more: what was agreed on of them has to be
    forgotten in every row, or an empty new property would read as if a person had cleared it.
    """
    return tuple(key for key in before if key != "id" and after.get(key) != before[key])


def _wanted(kind: Kind) -> list[tuple[str, str, Type]]:
    return [*((one.key, one.name, one.type) for one in kind.properties), ("id", ID, "rich_text")]


def _configured(one: Property) -> dict[str, Any]:
    if isinstance(one.form, Choice):
        return {"select": {"options": [{"name": canonical.label(value)} for value in one.form.values]}}
    return {one.type: {"format": "number"} if one.type == "number" else {}}
