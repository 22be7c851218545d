"""What stands differently on both sides, or was refused here: shown with both sides, and settled by its person."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.places import row_place
from game_server.bonds.tools_api import REFUSED
from game_server.http.paging import Page, Place, write_cursor
from game_server.integrations.notion_connection import NotionConnection
from game_server.notion import asking, connecting, meeting, reading, work
from game_server.notion.asking import NotNow
from game_server.notion.meeting import Here
from game_server.notion.work import Work
from game_server.services import Services
from rooms.errors import AdultsOnly, Busy, Invalid, NotFound, Refused, Unauthorized, WrongState
from rooms.notion import compare, outgoing
from rooms.notion.compare import Side, Strategy
from rooms.notion.kinds import EVERY
from rooms.notion.property import Kind, Value
from storage import notion_conflicts, notion_connections, notion_databases, notion_pages
from storage.notion_conflicts import Conflict
from storage.notion_databases import Database
from storage.notion_pages import Page as Known

Values = dict[str, Value]


class FieldView(msgspec.Struct, frozen=True):
    """One property, as it stands on both sides. `name` is what it is called in Notion at first."""

    field: str
    name: str
    ours: Any
    theirs: Any


class ConflictView(msgspec.Struct, frozen=True, kw_only=True):
    """`title`: what it is about is called so here, where it is here. `reason`: `both_changed`, `edited_by_another`, or the code
    with which Notion's was refused here.
    """

    id: UUID
    kind: str
    entity_id: UUID | None
    page_id: str | None
    title: str | None
    reason: str
    fields: list[FieldView]
    created_at: Any
    version: int


class Settled(msgspec.Struct, frozen=True):
    """What is settled, and what is still open."""

    resolved: list[str]
    open: list[str]


class _Open(msgspec.Struct, frozen=True, kw_only=True):
    """A conflict with all that belongs to it."""

    conflict: Conflict
    kind: Kind
    database: Database
    known: Known
    here: Here | None
    ours: Values
    theirs: Values


async def listed(
    services: Services, user: Caller, *, kind: str | None, after: Place | None, limit: int
) -> Page[ConflictView]:
    """The caller's open ones, newest first. Raises NotConfigured, WrongState, KeysAway."""
    async with services.database.as_user(user.id) as db:
        found = await notion_conflicts.listed(db, kind=kind, after=row_place(after), limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    hand = await _work(services, user) if found else None
    items = [_view(await _opened(hand, one)) for one in found[:limit]] if hand is not None else []
    return Page(items, write_cursor(Place(last.created_at, str(last.id))) if last else None)


async def resolve(
    services: Services, user: Caller, conflict_id: UUID, strategy: Strategy, fields: Mapping[str, Side]
) -> Settled:
    """Ours stands, or Notion's is asked for here as its person would; the page is written soon after. Raises NotFound, Invalid,
    and what the command refuses.
    """
    async with services.database.as_user(user.id) as db:
        conflict = await notion_conflicts.find(db, conflict_id)
    if conflict is None:
        raise NotFound
    hand = await _work(services, user)
    one = await _opened(hand, conflict)
    sides = _sides(one, strategy, fields)
    base = dict(one.known.base)
    base |= {key: hand.hashed(key, one.theirs[key]) for key, side in sides.items() if side == "ours"}
    wanted = [key for key, side in sides.items() if side == "notion"]
    if wanted:
        await _take(hand, one, wanted)
        base |= {key: hand.hashed(key, one.theirs[key]) for key in wanted}
    await _keep(hand, one, base, set(sides))
    left = sorted(set(conflict.fields) - set(sides))
    return Settled(sorted(sides), left)


def _sides(one: _Open, strategy: Strategy, fields: Mapping[str, Side]) -> dict[str, Side]:
    open_ = one.conflict.fields
    if strategy != "merge":
        side: Literal["ours", "notion"] = "ours" if strategy == "prefer_ours" else "notion"
        return dict.fromkeys(open_, side)
    strange = [key for key in fields if key not in open_]
    if strange or not fields:
        raise Invalid(fields=dict.fromkeys(strange or ["fields"], "Nothing is in conflict there."))
    return dict(fields)


async def _take(hand: Work, one: _Open, keys: list[str]) -> None:
    """Raises what the command refuses: all of it, or nothing where it is one."""
    if one.here is None:
        raise WrongState("What this is about is gone.")
    around = reading.around_row(hand.around, one.here.row)
    try:
        answered = await asking.change(hand.asking, one.kind, one.here.row, one.ours, one.theirs, keys, around)
    except NotNow as error:
        raise Busy from error
    if answered.taken:
        base = compare.agreed(one.known.base, one.theirs, hand.hashed, answered.taken)
        async with hand.services.database.as_service() as db:
            await notion_pages.change(db, one.known.id, base=base)
    if answered.refused:
        key, code = next(iter(answered.refused.items()))
        known = _BY_CODE.get(code)
        raise known() if known is not None else Invalid(fields={key: f"Not here: {code}."})


async def _keep(hand: Work, one: _Open, base: dict[str, str], keys: set[str]) -> None:
    """Look at both once more, soon: what is left to write there follows from what they agree on now."""
    left = {key: value for key, value in one.theirs.items() if key not in keys}
    refused = {key: mark for key, mark in one.known.refused.items() if key not in keys}
    sealed = None
    if left:
        key = await texts.ready_key(hand.services, hand.caller)
        sealed = key.seal(msgspec.to_builtins(left))
    async with hand.services.database.as_service() as db:
        await notion_pages.change(
            db,
            one.known.id,
            base=base,
            refused=refused,
            pushed=None,
            state="conflict" if left else "pending",
            look=True,
            tries=0,
            due_at=hand.now(),
        )
        if sealed is None:
            await notion_conflicts.settle(db, one.known.id)
        else:
            await notion_conflicts.keep(db, one.known.id, sorted(left), sealed, one.conflict.reason)
        await notion_connections.wake(db, hand.user_id)


async def _opened(hand: Work, conflict: Conflict) -> _Open:
    kind = EVERY[conflict.kind]
    async with hand.services.database.as_service() as db:
        known = await notion_pages.find(db, conflict.page)
        database = (await notion_databases.of(db, hand.user_id)).get(conflict.kind)
    if known is None or database is None:
        raise NotFound
    here = await meeting.read(hand, kind, known.entity_id) if known.entity_id is not None else None
    ours: Values = {}
    if here is not None:
        around = reading.around_row(hand.around, here.row)
        ours = outgoing.ours(kind, here.row, around, texts=True)
    [said] = await texts.open_each(hand.services, hand.caller.actor, [conflict.theirs])
    theirs: Values = {key: tuple(value) if isinstance(value, list) else value for key, value in (said or {}).items()}
    return _Open(conflict=conflict, kind=kind, database=database, known=known, here=here, ours=ours, theirs=theirs)


def _view(one: _Open) -> ConflictView:
    called = one.kind.by_key
    title = one.ours.get(one.kind.title.key)
    return ConflictView(
        id=one.conflict.id,
        kind=one.conflict.kind,
        entity_id=one.known.entity_id,
        page_id=one.known.page_id,
        title=title if isinstance(title, str) else None,
        reason=one.conflict.reason,
        fields=[
            FieldView(key, called[key].name if key in called else key, one.ours.get(key), one.theirs.get(key))
            for key in one.conflict.fields
        ],
        created_at=one.conflict.created_at,
        version=one.conflict.version,
    )


async def _work(services: Services, user: Caller) -> Work:
    """The caller's connection in hand, for what needs no answer of Notion's."""
    connection, secret = await connecting.require(services, user)
    who = await work.caller_of(services, UUID(user.id))
    if who is None:
        raise Unauthorized
    notion = NotionConnection(connecting.offered(services), secret.token)
    return await work.begun(services, notion, connection, secret, user, who[1], lambda: False)


MAY_REFUSE = (*REFUSED, AdultsOnly)
"""What a command on a person's behalf may refuse."""

_BY_CODE: Mapping[str, type[Refused]] = {one.code: one for one in MAY_REFUSE if one is not Invalid}
