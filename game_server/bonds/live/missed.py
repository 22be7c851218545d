"""Lines of a bond's feed as one member gets them: read with their own rights, so that what they may not see is not there."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import cache
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET

from game_server.accounts.callers import Caller
from game_server.bonds import shapes, texts
from game_server.bonds.life import Life
from game_server.bonds.live.messages import Changed, Event
from game_server.bonds.live.standing import CHANGED_BY, rows_of, standing
from game_server.bonds.tools import LIVES
from game_server.services import Services
from storage import bond_feed, bond_rows, bond_satellites
from storage.bond_feed import Change
from storage.bonds import Bond, Person

MOST_LINES = 100
"""Lines that are read at once."""

LONGEST_TEXT = 2048
"""Characters of a text in an event; the whole of it is read over HTTP."""


Permit = Callable[[], AbstractAsyncContextManager[None]]
"""What a step of a reading waits for before it works, and gives back after it."""


class Missed(msgspec.Struct, frozen=True):
    """What a member lacks: frames by number, up to `head`; `more`: there are more than these."""

    frames: Sequence[tuple[int, bytes]]
    head: int
    more: bool


class _Rows(msgspec.Struct, frozen=True):
    """Of one table: rows, and what they are seen with."""

    read: list[dict[str, Any]]
    around: Any = None


class _Found(msgspec.Struct, frozen=True):
    """What one transaction read; the bond and its people where they have changed."""

    head: int
    changes: list[Change]
    whole: tuple[Bond, list[Person]] | None
    rows: Mapping[str, _Rows]


async def missed(
    services: Services, caller: Caller, bond_id: UUID, *, after: int, permit: Permit = nullcontext
) -> Missed | None:
    """What came after that number; None where the caller is no member any more. Each of its two steps has a `permit` while it
    works: not while it gives way, or nobody else's could begin meanwhile. Raises KeysAway, STORE_ERRORS.
    """
    await services.precedence.give_way()
    async with permit():
        found = await _read(services, caller, bond_id, after)
    if found is None:
        return None
    await services.precedence.give_way()
    async with permit():
        shown = await _shown(services, caller, found)
    head = found.changes[-1].seq if found.changes else found.head
    frames = [(change.seq, msgspec.json.encode(_event(change, shown))) for change in found.changes]
    return Missed(frames, head, more=head < found.head)


async def _read(services: Services, caller: Caller, bond_id: UUID, after: int) -> _Found | None:
    async with services.database.as_user(caller.id) as db:
        news = await bond_feed.news(db, bond_id, after=after, limit=MOST_LINES)
        if news is None:
            return None
        head, changes = news
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for change in changes:
            wanted[change.table].add(change.id)
        whole = None if wanted.keys().isdisjoint(CHANGED_BY) else await rows_of(db, bond_id)
        return _Found(head, changes, whole, {table: await _rows(db, table, ids) for table, ids in wanted.items()})


async def _rows(db: asyncpg.Connection, table: str, ids: Iterable[UUID]) -> _Rows:
    life = _lives().get(table)
    if life is None:
        return _Rows(await bond_satellites.find_some(db, table, list(ids)))
    found = await bond_rows.find_some(db, life.tool, list(ids))
    hidden = life.tool.archived
    shown = [row for row in found if hidden is None or row[hidden] is None]
    return _Rows(shown, await life.around(db, shown))


class _Shown(msgspec.Struct, frozen=True):
    """What the events say: rows by table and id, which of them are cut, and the state that some lines changed."""

    rows: Mapping[tuple[str, UUID], Any]
    cut: frozenset[tuple[str, UUID]]
    state: Mapping[str, Any]


async def _shown(services: Services, caller: Caller, found: _Found) -> _Shown:
    rows: dict[tuple[str, UUID], Any] = {}
    cut = set()
    state: dict[str, Any] = {}
    if found.whole is not None:
        bond, people = found.whole
        state = await standing(services, bond, people, caller.id)
        rows["bonds", bond.id] = {name: value for name, value in state["bond"].items() if name != "members"}
        for person, member in zip(people, state["members"], strict=True):
            rows["bond_members", person.id] = member
    for table, some in found.rows.items():
        life = _lives().get(table)
        for row in some.read if life is None else await _seen(services, caller, life, some):
            where = (table, UUID(str(row["id"])))
            rows[where], is_cut = cut_texts(row)
            if is_cut:
                cut.add(where)
    return _Shown(rows, frozenset(cut), state)


async def _seen(services: Services, caller: Caller, life: Life, some: _Rows) -> list[dict[str, Any]]:
    """As its list answers them."""
    answer = shapes.row(life.tool, life.extras)
    seen = await life.seen(services, caller, await texts.opened(services, life.tool, some.read), some.around)
    return [msgspec.to_builtins(msgspec.convert(row, answer, strict=False)) for row in seen]


def cut_texts(row: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The row with its long texts cut, and whether one was."""
    short = {
        name: value[:LONGEST_TEXT] if isinstance(value, str) and len(value) > LONGEST_TEXT else value
        for name, value in row.items()
    }
    return short, any(short[name] is not value for name, value in row.items())


def _event(change: Change, shown: _Shown) -> Event:
    where = (change.table, change.id)
    row = shown.rows.get(where)
    told = Changed(
        table=change.table,
        id=change.id,
        op=change.op,  # type: ignore[arg-type]  # one of the three: a CHECK of its table
        row=None if change.op == "delete" else row,
        by=change.by,
        cut=True if where in shown.cut and change.op != "delete" else UNSET,
    )
    return Event(seq=change.seq, at=change.at, e=told, set=dict(shown.state) if change.table in CHANGED_BY else {})


@cache
def _lives() -> Mapping[str, Life]:
    return {life.tool.table: life for life in LIVES.values()}
