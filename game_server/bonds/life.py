"""What creating, reading, changing and deleting a row of a tool is. A tool whose rules span rows or tables takes this class and
does otherwise what is otherwise there; its commands are in `commands`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import limit_filter, texts
from game_server.bonds.commands import Hand, require_version
from game_server.bonds.shapes import Plain
from game_server.http.paging import Page, Place
from game_server.services import Services
from rooms.bonds import permissions
from rooms.bonds.people import Member
from rooms.bonds.states import Move, holds
from rooms.bonds.tool import LIMIT_KEYS, Tool
from rooms.errors import NotFound
from storage import bond_rows
from storage.bond_rows import Row

Written = tuple[UUID, int | None]
"""The row that a command made or changed, and its version then."""


class Span(msgspec.Struct, frozen=True):
    """A span of time that is asked for, in this bond or among one's own: `times` by the filters' names, `asked` what else is."""

    bond_id: UUID | None
    times: Mapping[str, datetime]
    asked: Mapping[str, Any]


class Command(msgspec.Struct, frozen=True):
    """A command of a tool: what it does, what it takes, and a row of which tool it answers where that is another. `at_once`: it
    says no, and gives way to nobody's game.
    """

    act: Callable[[Hand, Row, Any], Awaitable[Written]]
    body: type[msgspec.Struct] = Plain
    example: Mapping[str, Any] = {}
    answers: "Life | None" = None
    dissolved: bool = False
    at_once: bool = False


class Life:
    """The life of a plain tool."""

    extras: ClassVar[tuple[tuple[str, Any], ...]] = ()
    """Names and types of what is computed when a row is read."""

    listed_beside: ClassVar[tuple[tuple[str, Any], ...]] = ()
    """Names and types of what stands beside the rows of a list."""

    moves: ClassVar[Mapping[str, Move]] = {}
    """From which states a command leads where; a tool that has no states has none of it."""

    drafted: ClassVar[tuple[tuple[str, Any, Any], ...]] = ()
    """Names, types and defaults of what is given at creation beside the columns."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self.commands: Mapping[str, Command] = {}

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """A new row in a bond. Raises NotPermitted, PersonPaused, BondPaused, Limit."""
        person = self.person(hand, given)
        permissions.require(f"{self.tool.name}.create", hand.me, person=person)
        if person is not None:
            hand.may_ask(person)
        await self.check(hand, None, given)
        keys = await self.filtered(hand, None, given)
        return await self.add(hand, given, keys)

    async def add(self, hand: Hand, given: Mapping[str, Any], more: Mapping[str, Any]) -> Written:
        """Write what was given, texts sealed; `more` are columns that nobody gives."""
        values = {self.tool.owner: UUID(hand.caller.id), "bond_id": hand.bond.id, **self.defaults(given), **more}
        made = await bond_rows.add(
            hand.db, self.tool, await self.sealed(hand.services, hand.caller, hand.bond.id, values)
        )
        return made["id"], made["version"]

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Change some fields. Raises NotPermitted, Changed, WrongState, PersonPaused, BondPaused, Limit."""
        version = given.pop("version", None)
        person = self.person(hand, row)
        self.allow(hand, row, "edit", version)
        self._require_state(row, "edit")
        given = await self.new_in(hand, row, given)
        if not given:
            return row["id"], row["version"]
        if person is not None:
            hand.may_ask(person)
        await self.check(hand, row, given)
        return await self.write(hand, row, {**given, **await self.filtered(hand, row, given)})

    async def new_in(self, hand: Hand, row: Row, given: Mapping[str, Any]) -> dict[str, Any]:
        """What of the given is not so already: who says again what a row says changes nothing."""
        return new_in(row, await self.opened(hand, row), given)

    async def opened(self, hand: Hand, row: Row, *, whole: bool = False) -> Row:
        """A row with its texts, opened once in a command; `whole`: not without those of which the keys are away. Raises KeysAway
        then.
        """
        found = hand.opened.get((row["id"], row["version"]))
        if found is None or (whole and any(found[name] is None and row[name] is not None for name in self.tool.sealed)):
            [found] = await texts.opened(hand.services, self.tool, [row], without=not whole)
            hand.opened[row["id"], row["version"]] = found
        return found

    async def remove(self, hand: Hand, row: Row, version: int | None) -> None:
        """Delete a row. Raises NotPermitted, Changed, WrongState."""
        self.allow(hand, row, "remove", version)
        self._require_state(row, "remove")
        if not await bond_rows.remove(hand.db, self.tool, row["id"]):
            raise NotFound

    async def check(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> None:
        """What of the given is refused: at creation `row` is None. Raises what the tool refuses."""

    def aimed_at(self, hand: Hand, values: Mapping[str, Any]) -> Collection[Member]:
        """Whom a row with these values is aimed at: whom it is for, and everybody where nobody is named."""
        person = self.person(hand, values)
        return [person] if person is not None else list(hand.people.values())

    async def filtered(self, hand: Hand, row: Row | None, given: Mapping[str, Any]) -> dict[str, Any]:
        """The limit filter, over all aimed texts of the row as it is to be: what it keeps beside them. Raises Limit."""
        aimed = self.tool.aimed
        if not aimed or (row is not None and not {*aimed, self.tool.person}.intersection(given)):
            return {}
        before = await self.opened(hand, row, whole=True) if row is not None else {}
        values = {**before, **given}
        people = self.aimed_at(hand, values)
        keys = await limit_filter.check(hand, people, [values.get(name) for name in aimed])
        prompt = await limit_filter.discussion(hand, people, keys)
        if prompt is not None:
            hand.prompts.append(prompt)
        return {LIMIT_KEYS: list(keys)}

    async def ready(self, services: Services, caller: Caller, given: Mapping[str, Any]) -> None:
        """What is made sure before a command's transaction: what seals nothing waits for no key. Raises KeyGone, KeysAway."""
        if self.tool.audience == "own" and self._seals(given):
            await texts.ready(services, caller)

    def halts(self, given: Mapping[str, Any]) -> bool:  # noqa: ARG002 - for others
        """Does a row halt somebody where this is given? Then it gives way to nobody's game."""
        return False

    async def before(self, db: asyncpg.Connection, caller: Caller, bond_id: UUID, given: Mapping[str, Any]) -> None:
        """What creating or changing a row holds before it holds the bond."""

    async def own_values(
        self,
        db: asyncpg.Connection,  # noqa: ARG002 - for others
        caller: Caller,  # noqa: ARG002
        bond_id: UUID | None,  # noqa: ARG002
        row: Row | None,
        given: Mapping[str, Any],
    ) -> dict[str, Any]:
        """What a row of one's own is to hold where this is given; without a row a new one. Raises what the tool refuses."""
        return self.defaults(given) if row is None else dict(given)

    async def own_removed(self, db: asyncpg.Connection, row: Row) -> None:
        """What goes with a row of one's own."""

    async def spanned(
        self, services: Services, caller: Caller, span: Span, *, after: Place | None, limit: int
    ) -> Page[Row]:
        """A page of what lies in a span of time, where the tool has a question for it, in its order. Raises NotFound for who
        is no member, Invalid.
        """
        raise NotImplementedError

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:  # noqa: ARG002 - for others
        """What a caller sees rows with, read by the transaction of theirs that reads the rows."""
        return None

    async def seen(
        self,
        services: Services,  # noqa: ARG002 - for others
        caller: Caller,  # noqa: ARG002
        rows: Sequence[Row],
        around: Any,  # noqa: ARG002
    ) -> list[Row]:
        """Opened rows with what is computed of them, for this caller. `around`: what `around` read beside these, or more."""
        return list(rows)

    async def beside(self, services: Services, caller: Caller, bond_id: UUID) -> dict[str, Any]:  # noqa: ARG002 - for others
        """What stands beside the rows of a list."""
        return {}

    def allow(self, hand: Hand, row: Row, command: str, version: int | None) -> None:
        """May the caller do this with the row, as they know it? Every command asks first. Raises NotPermitted, Changed."""
        creator = _text(row[self.tool.owner])
        permissions.require(f"{self.tool.name}.{command}", hand.me, person=self.person(hand, row), creator=creator)
        require_version(version, row["version"], row["id"])

    def _require_state(self, row: Row, command: str) -> None:
        """Raises WrongState where the row's state does not allow it."""
        if command in self.moves:
            holds(self.moves, command, row["status"])

    def person(self, hand: Hand, row: Mapping[str, Any]) -> Member | None:
        """Whom a row is for; None where nobody is named, or who was named is here no more."""
        column = self.tool.person
        named = row.get(column) if column else None
        return hand.people.get(str(named)) if named is not None else None

    async def write(self, hand: Hand, row: Row, values: Mapping[str, Any]) -> Written:
        """Some columns of a row, texts sealed; what they say already is not written. Raises NotFound where the caller may not."""
        new = await self.new_in(hand, row, values)
        if not new:
            return row["id"], row["version"]
        kept = await self.sealed(hand.services, hand.caller, row["bond_id"], new)
        changed = await bond_rows.change(hand.db, self.tool, row["id"], kept)
        if changed is None:
            raise NotFound
        return changed["id"], changed["version"]

    async def sealed(
        self, services: Services, caller: Caller, bond_id: UUID | None, values: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """The values as they are kept: where there is no text, no key is asked for. Raises KeyGone, KeysAway."""
        if not self._seals(values):
            return values
        return texts.sealed(self.tool, await texts.key_for(services, self.tool, caller, bond_id), values)

    def _seals(self, values: Mapping[str, Any]) -> bool:
        return any(values.get(name) is not None for name in self.tool.has_words)

    def defaults(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What was given, and for what may not be empty its default."""
        return {
            field.name: field.default if given.get(field.name) is None and not field.nullable else given[field.name]
            for field in self.tool.fields
            if field.name in given
        }


def new_in(row: Row, plain: Row, given: Mapping[str, Any]) -> dict[str, Any]:
    """What of the given a row does not say already; `plain` is the same opened. A text that could not be opened is there."""

    def says(name: str, value: Any) -> bool:
        return name in plain and plain[name] == value and (value is None) == (row[name] is None)

    return {name: value for name, value in given.items() if not says(name, value)}


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
