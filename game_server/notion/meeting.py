"""A row and its page: both beside what they last agreed on, and what follows done on both sides.

Every step is kept when it is done, and whoever comes after a step that was cut does the same again: what is the same on both
sides already is only noted. First what Notion says is asked for here, then the page is told what stands here, then what they
agree on is kept, and beside it, sealed, what of Notion's is not in.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from game_server.bonds import texts
from game_server.notion import asking, reading, weeks
from game_server.notion.reading import Row
from game_server.notion.work import Work
from rooms.notion import compare, incoming, outgoing
from rooms.notion.pages import Page
from rooms.notion.property import Around, Kind
from storage import crash, notion_conflicts, notion_pages, notion_rows
from storage.notion_databases import Database
from storage.notion_pages import Page as Known

ANALYTICS = "analytics"
BOTH_CHANGED, ANOTHER, TOO_LONG = "both_changed", "edited_by_another", "too_long"


class Met(msgspec.Struct, frozen=True):
    """What came of it: was anything written there, was anything taken here?"""

    pushed: bool = False
    pulled: bool = False


class Here(msgspec.Struct, frozen=True):
    """A row as it is here, and how it was marked before it was read."""

    row: Row
    marker: str


async def read(work: Work, kind: Kind, row_id: UUID) -> Here | None:
    """The row as its person sees it now; None where they see none. Raises KeysAway."""
    return (await read_all(work, kind, [row_id])).get(row_id)


async def read_all(work: Work, kind: Kind, row_ids: Sequence[UUID]) -> dict[UUID, Here]:
    """Those of these rows that its person sees. Raises KeysAway."""
    if kind.name == ANALYTICS:
        counted = await reading.rows(work.services, work.caller, kind, row_ids, work.around)
        return {row_id: Here(row, weeks.marker(row)) for row_id, row in counted.items()}
    async with work.services.database.as_user(work.caller.id) as db:
        marked = await notion_rows.marked(db, kind.name, row_ids)
    found = await reading.rows(work.services, work.caller, kind, list(marked), work.around)
    return {row_id: Here(row, marked[row_id]) for row_id, row in found.items()}


class _Sides(msgspec.Struct, frozen=True):
    """What stands here and what a page says, beside what both agreed on."""

    around: Around
    mine: compare.Values
    theirs: compare.Values
    compared: compare.Compared


def differs(  # noqa: PLR0917 - both sides, and what is known of them
    work: Work, kind: Kind, database: Database, known: Known, here: Here, page: Page
) -> bool:
    """Is there anything to be done with them, as a list of pages told this one, perhaps late?"""
    compared = _beside(work, kind, database, known, here, page).compared
    if known.state == "failed" and not known.look:
        return bool(compared.take or compared.conflicts)  # somebody wrote there: else it is left as it is
    same = all(state == "same" for state in compared.states.values())
    return not same or known.state != "synced" or known.look


def _beside(  # noqa: PLR0917 - both sides, and what is known of them
    work: Work, kind: Kind, database: Database, known: Known, here: Here, page: Page
) -> _Sides:
    around = reading.around_row(work.around, here.row)
    mine = outgoing.ours(kind, here.row, around, texts=database.texts)
    theirs = incoming.theirs(kind, page.properties, around, ids=database.properties)
    return _Sides(around, mine, theirs, compare.compare(kind, known.base, mine, theirs, work.hashed))


async def meet(  # noqa: PLR0917 - both sides, and what is known of them
    work: Work, kind: Kind, database: Database, known: Known, here: Here, page: Page
) -> Met:
    """Bring both together. Raises NotionFailed, NotNow, KeysAway."""
    sides = _beside(work, kind, database, known, here, page)
    around, mine, theirs, compared = sides.around, sides.mine, sides.theirs, sides.compared
    refused: dict[str, str] = {}
    pulled = False
    others = _of_another(work, known, page, theirs)
    if compared.take:
        refused, wanted = _refused_before(work, known, here, theirs, compared.take)
        if wanted and work.is_another(page.last_edited_by):
            refused |= dict.fromkeys(wanted, ANOTHER)
        elif wanted:
            answered = await asking.change(work.asking, kind, here.row, mine, theirs, wanted, around)
            crash.point("after_taken")
            refused |= answered.refused
            pulled = bool(answered.taken)
            base = compare.agreed(compared.base, theirs, work.hashed, answered.taken)
            again = await read(work, kind, here.row["id"]) if pulled else here
            if again is None:
                return Met(pulled=pulled)  # it is gone meanwhile: that is found by itself
            here = again
            mine = outgoing.ours(kind, here.row, around, texts=database.texts)
            compared = compare.compare(kind, base, mine, theirs, work.hashed)
    base, edited, faults, pushed = await _push(work, kind, database, known, compared, mine, page, here)
    conflicts = {key: theirs[key] for key in (*compared.conflicts, *compared.take)}
    reason = (
        BOTH_CHANGED if compared.conflicts else next((refused[key] for key in compared.take if key in refused), None)
    )
    codes = {key: refused.get(key) or (ANOTHER if key in others else None) for key in conflicts}
    marks = {key: f"{code} {work.hashed(key, theirs[key])}" for key, code in codes.items() if code is not None}
    await _keep(
        work,
        known,
        conflicts,
        reason or BOTH_CHANGED,
        {
            "page_id": page.id,
            "base": base,
            "refused": marks,
            "pushed": here.marker,
            "edited_at": edited,
            "look": False,
            "tries": 0,
            "state": "conflict" if conflicts else "failed" if faults else "synced",
            "error": reason if conflicts else next(iter(faults.values()), None),
        },
    )
    return Met(pushed=pushed, pulled=pulled)


def _refused_before(
    work: Work, known: Known, here: Here, theirs: Mapping[str, Any], keys: tuple[str, ...]
) -> tuple[dict[str, str], list[str]]:
    """What was refused as it stands there and the row has not changed since: it is not asked for every minute. And the rest.
    What another wrote stays theirs, whoever wrote into the page since, until its owner says so or writes it themselves.
    """
    refused: dict[str, str] = {}
    for key in keys:
        code = _code_before(work, known, theirs, key)
        if code == ANOTHER or (code and known.pushed == here.marker):
            refused[key] = code
    return refused, [key for key in keys if key not in refused]


def _of_another(work: Work, known: Known, page: Page, theirs: Mapping[str, Any]) -> frozenset[str]:
    """What of a page perhaps another wrote, now or when it was looked at before."""
    now = work.is_another(page.last_edited_by)
    return frozenset(key for key in theirs if now or _code_before(work, known, theirs, key) == ANOTHER)


def _code_before(work: Work, known: Known, theirs: Mapping[str, Any], key: str) -> str:
    """Why it was refused, where it stands there as it did then."""
    code, _, said = known.refused.get(key, "").partition(" ")
    return code if code and said == work.hashed(key, theirs[key]) else ""


async def _push(  # noqa: PLR0917 - both sides, and what is known of them
    work: Work,
    kind: Kind,
    database: Database,
    known: Known,
    compared: compare.Compared,
    mine: compare.Values,
    page: Page,
    here: Here,
) -> tuple[dict[str, str], datetime, Mapping[str, str], bool]:
    """Tell the page what stands here: what both agree on then, when it was edited, and what could not be written."""
    entity = str(here.row["id"])
    says = incoming.entity_of(page.properties, ids=database.properties)
    written = outgoing.written(
        kind,
        mine,
        entity_id=entity if says != entity and known.entity_id is not None else None,
        ids=database.properties,
        keys=compared.push,
    )
    kept = page
    if written.properties:
        kept = await work.notion.update_page(page.id, written.properties)
        crash.point("after_pushed")
    told = [key for key in compared.push if key not in written.faults]
    around = reading.around_row(work.around, here.row)
    base = compare.agreed(compared.base, mine, work.hashed, told, told=_told(kind, database, kept, around))
    return base, datetime.fromisoformat(kept.last_edited_time), written.faults, bool(written.properties)


def _told(kind: Kind, database: Database, page: Page, around: Around) -> compare.Values:
    """What Notion made of what it was told; of a long text it says only the beginning, which says nothing."""
    whole = {name: one for name, one in page.properties.items() if not incoming.is_cut(one)}
    return incoming.theirs(kind, whole, around, ids=database.properties)


async def make(work: Work, kind: Kind, database: Database, known: Known, here: Here) -> Met:
    """A page for a row that has none. Raises NotionFailed, KeysAway."""
    around = reading.around_row(work.around, here.row)
    mine = outgoing.ours(kind, here.row, around, texts=database.texts)
    written = outgoing.written(kind, mine, entity_id=str(here.row["id"]), ids=database.properties, new=True)
    before = known.base or None
    async with work.services.database.as_service() as db:
        await notion_pages.change(db, known.id, base=compare.intended(before, mine, work.hashed))
    page = await work.notion.create_page(str(database.data_source_id), written.properties)
    crash.point("after_page_made")
    told = [key for key in mine if key not in written.faults]
    said = _told(kind, database, page, around)
    await _keep(
        work,
        known,
        {},
        BOTH_CHANGED,
        {
            "page_id": page.id,
            "base": compare.agreed({}, mine, work.hashed, told, told=said),
            "refused": {},
            "pushed": here.marker,
            "edited_at": datetime.fromisoformat(page.last_edited_time),
            "look": False,
            "tries": 0,
            "state": "failed" if written.faults else "synced",
            "error": next(iter(written.faults.values()), None),
        },
    )
    return Met(pushed=True)


async def _keep(work: Work, known: Known, conflicts: Mapping[str, Any], reason: str, values: dict[str, Any]) -> None:
    """What both agree on, and what of Notion's is not in: more than is kept stays there alone. Raises KeyGone, KeysAway."""
    sealed = None
    if conflicts:
        key = await texts.ready_key(work.services, work.caller)
        sealed = key.seal(msgspec.to_builtins(dict(conflicts)))
        if len(msgspec.json.encode(sealed)) > notion_conflicts.LARGEST:
            sealed, values = None, {**values, "state": "failed", "error": TOO_LONG}
    said_before = sealed is not None and await _said_before(work, known, conflicts, reason, values["pushed"])
    async with work.services.database.as_service() as db:
        await notion_pages.change(db, known.id, **values)
        if sealed is None:
            await notion_conflicts.settle(db, known.id)
        elif not said_before:
            await notion_conflicts.keep(db, known.id, sorted(conflicts), sealed, reason)
    crash.point("after_met")


async def _said_before(work: Work, known: Known, conflicts: Mapping[str, Any], reason: str, marker: str) -> bool:
    """Is that open already, of the row as it is? Then its version stays, by which its person settles what they see."""
    if known.pushed != marker:
        return False
    async with work.services.database.as_service() as db:
        before = await notion_conflicts.of_page(db, known.id)
    if before is None or before.reason != reason:
        return False
    [theirs] = await texts.open_each(work.services, work.caller.actor, [before.theirs])
    return bool(theirs == msgspec.json.decode(msgspec.json.encode(dict(conflicts))))
