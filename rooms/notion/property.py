"""What a property of a Notion database is to us: its name there, what of a row it shows, and which way it goes."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, tzinfo
from typing import Literal

import msgspec

from rooms.bonds.tool import Activities, Choice, Code, Day, Field, Flag, Link, Moment, Person, Tags, Text, Whole
from rooms.characters.character import Several


class Due(msgspec.Struct, frozen=True):
    """Until when: two columns, a moment and whether the whole day counts."""


class When(msgspec.Struct, frozen=True):
    """From when to when: start, end, whether it takes all day; days are those of the row's own zone."""


class Bond(msgspec.Struct, frozen=True):
    """In which bond a row is."""


Form = (
    Text | Link | Code | Choice | Whole | Flag | Moment | Day | Tags | Person | Activities | Several | Due | When | Bond
)
Type = Literal["title", "rich_text", "number", "select", "multi_select", "checkbox", "date", "url"]
Way = Literal["both", "once", "out"]
Value = str | int | float | bool | tuple[str, ...] | None
"""A value in the form in which it is compared (`canonical`): plain, immutable, equal where it means the same."""

TYPES: Mapping[type, Type] = {
    Text: "rich_text", Link: "url", Code: "rich_text", Choice: "select", Whole: "number", Flag: "checkbox", Moment: "date",
    Day: "date", Tags: "multi_select", Person: "select", Activities: "rich_text", Several: "rich_text", Due: "date",
    When: "date", Bond: "select",
}  # fmt: skip
"""What each is in Notion; a title is a text."""

COLUMNS: Mapping[type, tuple[str, ...]] = {
    Due: ("due_date", "all_day"),
    When: ("start_date", "end_date", "all_day"),
}
"""Where a property shows more than one column."""


class Command(msgspec.Struct, frozen=True):
    """What a person would do to bring a value about, and from which values that is done."""

    name: str
    sources: tuple[Value, ...]
    body: Mapping[str, str] = {}


class Property(msgspec.Struct, frozen=True, kw_only=True):
    """One property. `key` is what it is compared and kept by: its column, or one value of it (`stats.control`).

    `way`: `both` is taken from either side; `once` only from a page that a person made there, when it becomes a row; `out` is
    ours alone, and written over. `sealed`: words that people wrote, and names, which go out only where their owner said so.
    `aimed`: words for somebody, which the limit filter reads. `needed`: a new row has it. `cleared`: it may be empty. `takes`: of
    all values only these are taken. `commands`: by value, what brings it about where no PATCH does. `day`: which end of a day is
    meant where Notion has a day and we a moment.
    """

    name: str
    key: str
    form: Form
    way: Way = "out"
    title: bool = False
    sealed: bool = False
    aimed: bool = False
    needed: bool = False
    cleared: bool = True
    takes: tuple[Value, ...] | None = None
    commands: Mapping[Value, Command] = {}
    day: Literal["begins", "ends"] = "begins"

    @property
    def type(self) -> Type:
        """What it is in Notion."""
        return "title" if self.title else TYPES[type(self.form)]

    @property
    def columns(self) -> tuple[str, ...]:
        """What of a row it shows."""
        return COLUMNS.get(type(self.form), (self.key.partition(".")[0],))


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """One of the fifteen. `called` is what its database is called first (people may call it otherwise), `neutral` what stands as
    the title of a page whose words stay with us. `tool` is the tool whose commands change its rows, where that is one.
    `audience`: rows are one person's own, or the bond's. `creates`: a page that a person made there may become a row; `personal`:
    also one of nobody's bond.
    """

    name: str
    called: str
    neutral: str
    table: str
    tool: str | None
    audience: Literal["own", "shared"]
    creates: bool
    personal: bool = False
    properties: tuple[Property, ...]

    @property
    def by_key(self) -> Mapping[str, Property]:
        """Its properties by what they are kept by."""
        return {one.key: one for one in self.properties}

    @property
    def title(self) -> Property:
        """The one that is a page's title."""
        return next(one for one in self.properties if one.title)


def _no_zone(name: str) -> tzinfo | None:  # noqa: ARG001 - it finds none
    return None


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """Whose eyes it is seen with. `zone` is that of their clocks, `event_zone` that of a row which has one of its own, `today`
    the day it is for them; `people` and `bonds` are by id what each is called there, all different (`canonical.labels`).
    """

    zone: tzinfo = UTC
    event_zone: tzinfo | None = None
    today: date | None = None
    people: Mapping[str, str] = {}
    bonds: Mapping[str, str] = {}
    zones: Callable[[str], tzinfo | None] = _no_zone


def of_field(field: Field, name: str, *, way: Way | None = None, **more: object) -> Property:
    """A property that shows a field of a tool, and obeys it: what a caller may give goes both ways, what they may give at
    creation `once`, all else out.
    """
    assert isinstance(field.kind, Form), field.kind  # noqa: S101 - declarations are written here, not given
    ways: Mapping[str, Way] = {"always": "both", "once": "once", "never": "out"}
    known = {
        "sealed": field.is_sealed or isinstance(field.kind, Activities | Person | Tags),
        "aimed": field.aimed,
        "needed": field.needed,
        "cleared": field.nullable,
    }
    return Property(name=name, key=field.name, form=field.kind, way=way or ways[field.given], **{**known, **more})  # type: ignore[arg-type]
