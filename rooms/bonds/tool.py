"""What one tool of a bond declares: its fields, who may do what, what is private, how a row is listed. From it follow the routes,
the statements, the rows of the isolation matrix and the page's list and form.

A tool leaves the declaration where a rule spans rows or tables: then it has a file of its own in `game_server/bonds`.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

LONGEST_TITLE, LONGEST_NAME, LONGEST_NOTES, LONGEST_CONTENT = 200, 100, 4000, 60_000


class Text(msgspec.Struct, frozen=True):
    """Words that somebody wrote: sealed before they are kept. `lines`: may it have several?"""

    most: int = LONGEST_NOTES
    lines: bool = True


class Link(msgspec.Struct, frozen=True):
    """The address of a page, http or https: sealed, and never fetched."""

    most: int = 2000


class Code(msgspec.Struct, frozen=True):
    """Something in a form that programs agree on, as a time zone's name: readable. `pattern` is of all of it."""

    most: int
    pattern: str
    example: str


class Codes(msgspec.Struct, frozen=True):
    """Some of them."""

    most: int
    of: Code


class Choice(msgspec.Struct, frozen=True):
    """One of these words."""

    values: tuple[str, ...]


class Whole(msgspec.Struct, frozen=True):
    """A whole number."""

    least: int
    most: int


class Flag(msgspec.Struct, frozen=True):
    """Yes or no."""


class Moment(msgspec.Struct, frozen=True):
    """A point in time."""


class Day(msgspec.Struct, frozen=True):
    """A day of the calendar."""


class Zone(msgspec.Struct, frozen=True):
    """The name of a time zone: readable."""


class Tags(msgspec.Struct, frozen=True):
    """Some words to find a thing by: readable."""

    most: int = 20
    longest: int = 40


class Person(msgspec.Struct, frozen=True):
    """A member of the bond."""


class Reference(msgspec.Struct, frozen=True):
    """Another row, by its id."""


class Digest(msgspec.Struct, frozen=True):
    """The hash of a text, in hex: readable, and of no use without the text."""


class Activities(msgspec.Struct, frozen=True):
    """What is done in a scene, some of {name, keys, with, notes}: name and notes are words, each sealed by itself; keys (tags
    that limits know) and with (members) are readable.
    """

    most: int = 30
    words: tuple[str, ...] = ("name", "notes")


Kind = (
    Text
    | Link
    | Code
    | Codes
    | Choice
    | Whole
    | Flag
    | Moment
    | Day
    | Zone
    | Tags
    | Person
    | Reference
    | Digest
    | Activities
)
SEALED = (Text, Link)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A column. `given` says when a caller may give it: at creation and in a PATCH, once at creation, or never, because commands
    and the server write it. What is `needed` must be given at creation, all else is null or `default` then. `aimed` texts are
    read by the limit filter of whom the row is for.
    """

    name: str
    kind: Kind
    given: Literal["always", "once", "never"] = "always"
    needed: bool = False
    default: Any = None
    nullable: bool = True
    aimed: bool = False

    @property
    def is_sealed(self) -> bool:
        """Is it kept as an envelope?"""
        return isinstance(self.kind, SEALED)


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A question that a list takes: rows whose column equals it, has it among its words, is not before or not after it (`day`: a
    column that is a day), or is `before` it; rows whose column is the caller (`mine`); or, with `true`, rows of which a function
    of the database says so, asked for the id. `sifted` (yes or no) and `shown` (a word) are asked of what is computed at reading.
    `begins` and `ends` are a span of time, given both or not at all, of which the tool's own life makes the list.
    """

    name: str
    column: str
    how: Literal["equals", "has", "from", "until", "before", "mine", "true", "sifted", "shown", "begins", "ends"] = (
        "equals"
    )
    day: bool = False

    @property
    def is_computed(self) -> bool:
        """Is it asked of what the database does not know?"""
        return self.how in ("sifted", "shown")


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """One tool.

    `owner` is the column of who made a row. `audience`: `own` rows are their author's, sealed with the author's key, and seen by
    others only where `shared_by` is true; `shared` rows are the bond's. `person` is the column of whom a row is for. `personal`:
    it also has rows without a bond, at /api/<name>; where it is not `in_bonds` it has no others, and no column for a bond.
    `searched`: texts that `q` looks in. `line` is what a list shows, `label` what the tool is called. Rows whose `archived`
    column is set are in no list, and are not found but by their commands. Where texts are aimed at somebody, what they name
    stands in `limit_keys`, which no row shows.
    """

    name: str
    table: str
    label: str
    line: str
    fields: tuple[Field, ...]
    owner: str
    audience: Literal["own", "shared"]
    shared_by: str | None = None
    person: str | None = None
    personal: bool = False
    in_bonds: bool = True
    filters: tuple[Filter, ...] = ()
    searched: tuple[str, ...] = ()
    removable: bool = True
    editable: bool = True
    archived: str | None = None

    @property
    def aimed(self) -> tuple[str, ...]:
        """The texts that the limit filter reads."""
        return tuple(field.name for field in self.fields if field.aimed)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read, ours of every row first."""
        every = ROW if self.in_bonds else tuple(name for name in ROW if name != "bond_id")
        mine = (*every, self.owner, *(field.name for field in self.fields), *((LIMIT_KEYS,) if self.aimed else ()))
        return tuple(dict.fromkeys(mine))

    @property
    def sealed(self) -> tuple[str, ...]:
        """The columns that hold envelopes."""
        return tuple(field.name for field in self.fields if field.is_sealed)

    @property
    def nested(self) -> Mapping[str, Activities]:
        """The columns that hold envelopes inside of lists."""
        return {field.name: field.kind for field in self.fields if isinstance(field.kind, Activities)}

    @property
    def has_words(self) -> frozenset[str]:
        """The columns that are sealed, whole or in parts."""
        return frozenset((*self.sealed, *self.nested))


ROW = ("id", "bond_id", "version", "created_at", "updated_at")
"""Columns of every row."""

LIMIT_KEYS = "limit_keys"
"""The column of what a row's aimed texts name."""
