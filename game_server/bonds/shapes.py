"""The bodies and answers of a tool's routes as types, from its declaration: what is checked, and what the API's page shows."""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from game_server.http.text import END
from rooms.bonds.tool import (
    LONGEST_NAME,
    LONGEST_NOTES,
    Activities,
    Choice,
    Code,
    Codes,
    Day,
    Digest,
    Field,
    Flag,
    Link,
    Moment,
    Person,
    Reference,
    Tags,
    Text,
    Tool,
    Whole,
    Zone,
)

_NO_CONTROL = "\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069"  # all but tab and line feed
_NO_BREAK = "\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069"

Version = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Instant = Annotated[datetime, Meta(tz=True)]


def lines(most: int) -> Any:
    """Text with line breaks and tabs, of so many characters at most."""
    return Annotated[str, Meta(min_length=1, max_length=most, pattern=f"^[^{_NO_CONTROL}]*{END}")]


def line(most: int) -> Any:
    """Text in one line."""
    return Annotated[str, Meta(min_length=1, max_length=most, pattern=f"^[^{_NO_BREAK}]*{END}")]


def whole(least: int, most: int) -> Any:
    """A whole number between these."""
    return Annotated[int, Meta(ge=least, le=most)]


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command without a body of its own. `version`: only where the row is still that one."""

    version: Version | None = None


class Because(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command that needs a reason."""

    reason: lines(4000)  # type: ignore[valid-type]  # made from a number
    version: Version | None = None


class SceneActivity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"with_": "with"}):
    """Something that is done in a scene. `keys`: what of the survey's preferences and of limits it is; `with`: who takes part."""

    name: line(LONGEST_NAME)  # type: ignore[valid-type]  # made from a number
    keys: Annotated[list[str], Meta(max_length=40)] = []
    with_: Annotated[list[UUID], Meta(max_length=12)] = []
    notes: lines(LONGEST_NOTES) | None = None  # type: ignore[valid-type]


class ActivityView(msgspec.Struct, frozen=True, rename={"with_": "with"}):
    """The same as members see it; `name` is null where nobody can open it."""

    name: str | None
    keys: list[str]
    with_: list[UUID]
    notes: str | None = None


def given(data: msgspec.Struct) -> dict[str, Any]:
    """The fields of a PATCH that were sent, without its version."""
    sent = {name: getattr(data, name) for name in data.__struct_fields__ if name != "version"}
    return {name: value for name, value in sent.items() if value is not UNSET}


def draft(tool: Tool, more: tuple[tuple[str, Any, Any], ...] = ()) -> type[msgspec.Struct]:
    """What creating a row takes. `more` is what is no column: names, types, and what holds where they are left out."""
    fields: list[Any] = []
    for field in _given(tool, "always", "once"):
        if field.needed:
            fields.append((field.name, _given_type(field)))
        else:
            default = None if isinstance(field.kind, Code) else field.default  # an empty one is none that may be given
            fields.append((field.name, _given_type(field) | None, default))
    fields += more
    return msgspec.defstruct(
        f"New{_title(tool)}",
        fields,
        frozen=True,
        forbid_unknown_fields=True,
        namespace={"__doc__": f"A new row of {tool.name}."},
    )


def patch(tool: Tool) -> type[msgspec.Struct]:
    """What a PATCH takes: a field left out stays, null empties one that may be empty."""
    fields: list[Any] = [
        (
            field.name,
            _given_type(field) | UnsetType | None if field.nullable else _given_type(field) | UnsetType,
            UNSET,
        )
        for field in _given(tool, "always")
    ]
    fields.append(("version", Version | None, None))
    return msgspec.defstruct(
        f"Change{_title(tool)}", fields, frozen=True, forbid_unknown_fields=True, omit_defaults=True,
        namespace={"__doc__": f"What changes of a row of {tool.name}. `version`: only where the row is still that one."},
    )  # fmt: skip


@cache
def row(tool: Tool, extras: tuple[tuple[str, Any], ...] = ()) -> type[msgspec.Struct]:
    """A row as it is answered; `extras` are computed when it is read. `prompt` stands where something should be talked about."""
    fields: list[Any] = [
        ("id", UUID), *([("bond_id", UUID | None)] if tool.in_bonds else []), ("version", int), ("created_at", datetime),
        ("updated_at", datetime),
    ]  # fmt: skip
    if tool.owner not in {field.name for field in tool.fields}:
        fields.append((tool.owner, UUID | None))
    fields += [(field.name, _read_type(field) | None) for field in tool.fields]
    fields += [*extras, ("prompt", str | UnsetType, UNSET)]
    return msgspec.defstruct(
        _title(tool), fields, frozen=True, kw_only=True, namespace={"__doc__": f"A row of {tool.name}."}
    )


def page(tool: Tool, answer: type[msgspec.Struct], beside: tuple[tuple[str, Any], ...]) -> type[msgspec.Struct]:
    """A page of a list with what stands beside its rows."""
    fields: list[Any] = [("items", list[answer]), *beside, ("next_cursor", str | None)]  # type: ignore[valid-type]
    says = f"A page of {tool.name}; `next_cursor` is null on the last."
    return msgspec.defstruct(f"{_title(tool)}Page", fields, frozen=True, kw_only=True, namespace={"__doc__": says})


def _title(tool: Tool) -> str:
    """Other areas have types called like a tool, and one description names them all."""
    return ("Bond" if tool.in_bonds else "Own") + "".join(word.capitalize() for word in tool.name.split("-"))


def _given(tool: Tool, *when: str) -> list[Field]:
    """The fields that a caller may give then, those that must be given first."""
    return sorted((field for field in tool.fields if field.given in when), key=lambda field: not field.needed)


def _given_type(field: Field) -> Any:  # noqa: PLR0911 - one for each kind
    match field.kind:
        case Text(most, several):
            return lines(most) if several else line(most)
        case Link(most):
            return Annotated[str, Meta(max_length=most, pattern=f"^https?://[^\\s\\x00-\\x1f\\x7f]+{END}")]
        case Code():
            return _code(field.kind)
        case Codes(most, of):
            return Annotated[list[_code(of)], Meta(max_length=most)]  # type: ignore[misc]  # made from a declaration
        case Choice(values):
            return Literal[values]
        case Whole(least, most):
            return whole(least, most)
        case Zone():
            return line(64)
        case Tags(most, longest):
            return Annotated[list[line(longest)], Meta(max_length=most)]  # type: ignore[misc]  # made from a number
        case Activities(most):
            return Annotated[list[SceneActivity], Meta(max_length=most)]
        case plain:
            return _PLAIN[type(plain)]


_PLAIN = {Flag: bool, Moment: Instant, Day: date, Person: UUID, Reference: UUID, Digest: str}


def _read_type(field: Field) -> Any:
    match field.kind:
        case Text() | Link() | Code() | Choice() | Digest() | Zone():
            return str
        case Whole():
            return int
        case Tags() | Codes():
            return list[str]
        case Activities():
            return list[ActivityView]
        case _:
            return _given_type(field)


def _code(kind: Code) -> Any:
    return Annotated[str, Meta(min_length=1, max_length=kind.most, pattern=f"^{kind.pattern}{END}")]


def example(tool: Tool, *, changes: bool = False) -> dict[str, Any]:
    """A body that the route takes, as an app would send it."""
    if changes:
        first = next(field for field in _given(tool, "always") if field.is_sealed)
        return {first.name: _example(first), "version": 1}
    return {field.name: _example(field) for field in _given(tool, "always", "once") if _has_example(field)}


def _has_example(field: Field) -> bool:
    """What names something else has none where it can go without, and what is only given where that is there."""
    return (field.needed or not isinstance(field.kind, Reference)) and not (
        isinstance(field.kind, Code) and not field.kind.example
    )


def _example(field: Field) -> Any:  # noqa: C901, PLR0911, PLR0912 - one for each kind
    match field.kind:
        case Text():
            return f"Our {field.name.replace('_', ' ')}"
        case Link():
            return "https://example.org/to-read"
        case Code():
            return field.kind.example
        case Codes():
            return []
        case Choice(values):
            return values[0]
        case Whole(least, _):
            return max(least, 1)
        case Moment():
            return "2040-02-28T20:00:00Z" if field.name.endswith("until") else "2040-01-31T20:00:00Z"
        case Day():
            return "2040-01-31"
        case Zone():
            return "Europe/Berlin"
        case Tags():
            return ["calm"]
        case Activities():
            return [{"name": "A slow massage", "keys": ["massage_receive"], "notes": "With the warm oil"}]
        case Person() | Reference():
            return "00000000-0000-4000-8000-000000000000"
        case _:
            return False
