"""Every tool as a page or an app needs it to show list, form and buttons: fields with their kinds and bounds, filters, commands
with what they take and from which states they lead. Made from the declarations, the same for everybody, and nobody's.
"""

from collections.abc import Mapping
from typing import Any, cast

import msgspec
from msgspec import UNSET, UnsetType

from game_server.bonds.life import Command, Life
from game_server.bonds.tools import LIVES
from rooms.bonds.permissions import ACTS, Who
from rooms.bonds.tool import Choice, Field, Kind, Text, Tool

_PLAIN: Mapping[type[msgspec.inspect.Type], str] = {
    msgspec.inspect.BoolType: "flag", msgspec.inspect.DateTimeType: "moment", msgspec.inspect.DateType: "day",
}  # fmt: skip
"""What a body's type is as a kind; of what is not here no form asks."""


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field of a row, or of a command's body. `kind` is the name of a `Kind` in small letters, or `group`: several `fields` in
    one. What is left out does not count for its kind.
    """

    name: str
    kind: str
    given: str = "always"
    needed: bool = False
    nullable: bool = True
    default: Any = None
    most: int | UnsetType = UNSET
    least: int | UnsetType = UNSET
    longest: int | UnsetType = UNSET
    lines: bool | UnsetType = UNSET
    values: tuple[str, ...] | UnsetType = UNSET
    fields: tuple["Given", ...] | UnsetType = UNSET


class Asks(msgspec.Struct, frozen=True, omit_defaults=True):
    """A filter of a list: `kind` of what it takes."""

    name: str
    kind: str
    values: tuple[str, ...] | UnsetType = UNSET


class Does(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command: what it takes beside `version`, and a row of which tool it answers where that is another."""

    body: tuple[Given, ...]
    answers: str | UnsetType = UNSET


class Leads(msgspec.Struct, frozen=True, omit_defaults=True):
    """From which states a command is legal, and where it leads."""

    sources: tuple[str, ...]
    to: str | None = None


class Declared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A tool. `table` is how the feed calls it; `acts` has every act of it and who may do it, which `GET …/permissions` says for
    one member.
    """

    name: str
    table: str
    line: str
    owner: str
    audience: str
    shared_by: str | None = None
    person: str | None = None
    personal: bool = False
    creatable: bool = False
    editable: bool = False
    removable: bool = False
    searched: bool = False
    fields: tuple[Given, ...]
    filters: tuple[Asks, ...]
    commands: dict[str, Does]
    moves: dict[str, Leads] = {}
    acts: dict[str, Who]


def declared() -> dict[str, Declared]:
    """All tools by name."""
    return {name: _tool(life) for name, life in LIVES.items()}


def _tool(life: Life) -> Declared:
    tool = life.tool
    acts = {act.split(".")[1]: who for act, who in ACTS.items() if act.split(".")[0] == tool.name}
    return Declared(
        name=tool.name,
        table=tool.table,
        line=tool.line,
        owner=tool.owner,
        audience=tool.audience,
        shared_by=tool.shared_by,
        person=tool.person,
        personal=tool.personal,
        creatable="create" in acts,
        editable=tool.editable,
        removable=tool.removable,
        searched=bool(tool.searched),
        fields=tuple(_field(one) for one in tool.fields),
        filters=tuple(_filter(tool, one.name, one.column, one.how) for one in tool.filters),
        commands={name: _command(tool, one) for name, one in life.commands.items()},
        moves={name: Leads(tuple(sorted(one.sources)), one.to) for name, one in life.moves.items()},
        acts=acts,
    )


def _field(field: Field) -> Given:
    return Given(
        name=field.name,
        kind=_name(field.kind),
        given=field.given,
        needed=field.needed,
        nullable=field.nullable,
        default=field.default,
        **_bounds(field.kind),
    )


def _name(kind: Kind) -> str:
    return type(kind).__name__.lower()


def _bounds(kind: Kind) -> dict[str, Any]:
    bounds = msgspec.structs.asdict(kind)
    return {name: bounds[name] for name in bounds if name in Given.__struct_fields__}


def _filter(tool: Tool, name: str, column: str, how: str) -> Asks:
    if how in ("true", "sifted", "mine"):
        return Asks(name, "flag")
    if how in ("from", "until"):
        return Asks(name, "moment")
    if column == tool.owner:
        return Asks(name, "person")
    kind = next((one.kind for one in tool.fields if one.name == column), Text())
    if isinstance(kind, Choice):
        return Asks(name, "choice", kind.values)
    return Asks(name, _name(kind))


def _command(tool: Tool, command: Command) -> Does:
    answered = tool if command.answers is None else command.answers.tool
    taken = cast("msgspec.inspect.StructType", msgspec.inspect.type_info(command.body))
    body = tuple(_given(one, answered.person) for one in taken.fields if one.name != "version")
    return Does(body, UNSET if command.answers is None else answered.name)


def _given(field: msgspec.inspect.Field, person: str | None) -> Given:
    """What a body's type says of a field. What has no kind here is a reference, which no form shows."""
    kind, nullable = field.type, False
    if isinstance(kind, msgspec.inspect.UnionType):
        nullable = any(isinstance(one, msgspec.inspect.NoneType) for one in kind.types)
        kind = next(one for one in kind.types if not isinstance(one, msgspec.inspect.NoneType))
    default = None if field.default is msgspec.NODEFAULT else field.default
    about: dict[str, Any] = {"name": field.name, "needed": field.required, "nullable": nullable, "default": default}
    match kind:
        case msgspec.inspect.StructType(fields=inside):
            return Given(kind="group", fields=tuple(_given(one, person) for one in inside), **about)
        case msgspec.inspect.LiteralType(values=values):
            return Given(kind="choice", values=tuple(str(one) for one in values), **about)
        case msgspec.inspect.StrType(max_length=most, pattern=pattern):
            several = (
                pattern is not None and "\\x0b" in pattern
            )  # a text in one line forbids the line feed before it, too
            return Given(kind="text", most=UNSET if most is None else most, lines=several, **about)
        case msgspec.inspect.IntType(ge=least, le=most):
            return Given(kind="whole", least=_or_unset(least), most=_or_unset(most), **about)
        case msgspec.inspect.UUIDType() if field.name == person:
            return Given(kind="person", **about)
        case _:
            return Given(kind=_PLAIN.get(type(kind), "reference"), **about)


def _or_unset(bound: int | None) -> int | UnsetType:
    return UNSET if bound is None else bound
