"""What people changed in a database there: asked for from where it was read to, page by page, each beside its row.

A list may be late and a page in it older than what we wrote ourselves, so that whatever seems to differ is read once more by
itself before anything follows from it. How far it was read is kept after each list; whoever comes after reads on.
"""

from collections.abc import Sequence
from datetime import datetime

from game_server.integrations.notion_errors import NotThere, Refused
from game_server.notion import arriving, meeting, troubles
from game_server.notion.work import Work
from rooms.notion import incoming, marks, schema
from rooms.notion.pages import Page
from rooms.notion.property import Kind
from storage import crash, notion_databases, notion_pages, notion_runs
from storage.notion_databases import Database
from storage.notion_pages import Page as Known

GONE_FOR_S = 600.0
FROM = "from "
"""Before a moment: a list had more than it tells, and is asked for again from there."""


async def pull(work: Work, kind: Kind, database: Database) -> bool:
    """Read on, until nothing is left or the time is up; is everything read? Raises NotionFailed, KeysAway, Rest."""
    found = await _checked(work, kind, database)
    if found is None:
        return True
    database, begun = found, work.now()
    if database.pulled_to is None and marks.is_due(database.whole_at, begun):
        async with work.services.database.as_service() as db:
            await notion_databases.pull_whole(db, work.user_id, kind.name, begun)
        database = await _again(work, kind)
    cursor, since = _from(database)
    while True:
        try:
            told = await work.notion.query(str(database.data_source_id), since=since, cursor=cursor)
        except Refused:
            if cursor is None:
                raise
            cursor = None  # what it led to is over: everything from there once more
            continue
        pulled = await _all(work, kind, database, told.items)
        cursor = told.next_cursor
        mark = marks.after(database.mark, [datetime.fromisoformat(page.last_edited_time) for page in told.items])
        goes_on = cursor
        if cursor is None and told.incomplete and mark is not None and mark != since:
            since, goes_on = mark, f"{FROM}{mark.isoformat()}"
        async with work.services.database.as_service() as db:
            await notion_databases.pulled(db, work.user_id, kind.name, mark, goes_on)
            await notion_runs.count(db, work.user_id, kind.name, seen=len(told.items), pulled=pulled)
        crash.point("after_list_read")
        if goes_on is None:
            await _ended(work, kind, begun)
            return True
        if work.ends():
            return False
        database = await _again(work, kind)


async def look(work: Work, kind: Kind, database: Database) -> int:
    """Pages that somebody said changed, and those whose trouble may be over: how many. Raises NotionFailed, KeysAway, Rest."""
    async with work.services.database.as_service() as db:
        found = await notion_pages.to_look_at(db, work.user_id, kind.name, work.now(), 50)
    for known in found:
        async with troubles.of(work, known):
            await _look_at(work, kind, database, known)
    return len(found)


async def _look_at(work: Work, kind: Kind, database: Database, known: Known) -> None:
    page = await arriving.page_of(work, known)
    if page is None:
        return
    if known.entity_id is None:
        await arriving.take_in(work, kind, database, page, known)
    else:
        here = await meeting.read(work, kind, known.entity_id)
        if here is not None:
            await meeting.meet(work, kind, database, known, here, page)
        else:
            async with work.services.database.as_service() as db:
                await notion_pages.change(db, known.id, look=False)


async def _all(work: Work, kind: Kind, database: Database, items: Sequence[Page]) -> int:
    """Every page of a list beside its row; how many brought something here."""
    async with work.services.database.as_service() as db:
        known = await notion_pages.of_pages(db, work.user_id, [page.id for page in items])
        await notion_pages.seen(db, work.user_id, list(known), work.now())
    ids = [one.entity_id for one in known.values() if one.entity_id is not None]
    rows = await meeting.read_all(work, kind, ids)
    pulled = 0
    for page in items:
        mapped = known.get(page.id)
        async with troubles.of(work, mapped):
            if mapped is None or mapped.entity_id is None:
                pulled += await _strange(work, kind, database, page, mapped)
            elif mapped.entity_id in rows and meeting.differs(
                work, kind, database, mapped, rows[mapped.entity_id], page
            ):
                pulled += await _known(work, kind, database, mapped)
    return pulled


async def _known(work: Work, kind: Kind, database: Database, known: Known) -> bool:
    """A page whose list says that it differs, as it is now."""
    page = await arriving.page_of(work, known)
    if page is None:
        return False
    here = await meeting.read(work, kind, known.entity_id) if known.entity_id else None
    return here is not None and (await meeting.meet(work, kind, database, known, here, page)).pulled


async def _strange(work: Work, kind: Kind, database: Database, page: Page, known: Known | None) -> bool:
    """A page of which we know no row: one that a person made, or that we made and did not note."""
    if known is not None and known.state in ("failed", "archived") and known.edited_at == _edited(page):
        return False  # it was looked at as it is
    if known is not None and known.state == "pending" and known.due_at > work.now():
        return False
    says = incoming.entity_of(page.properties, ids=database.properties)
    if known is None and says is not None and not await arriving.is_to_be_looked_at(work, kind, page, says):
        return False
    try:
        fresh = await work.notion.page(page.id)
    except NotThere:
        return False
    if fresh.in_trash:
        return False
    return await arriving.arrived(work, kind, database, fresh, known)


async def _checked(work: Work, kind: Kind, database: Database) -> Database | None:
    """The database as it is there now; None where it is gone. Of properties that are other ones now nothing was agreed on."""
    try:
        source = await work.notion.data_source(str(database.data_source_id))
    except NotThere:
        source = None
    again = work.later(GONE_FOR_S)
    async with work.services.database.as_service() as db:
        if source is None or source.in_trash:
            await notion_databases.failed(db, work.user_id, kind.name, "database_gone", again)
            await notion_runs.end(db, work.user_id, kind.name, work.now(), "database_gone")
            return None
        ids = schema.ids_of(kind, source.properties, database.properties)
        if "id" not in ids or kind.title.key not in ids:
            await notion_databases.failed(db, work.user_id, kind.name, "property_missing", again)
            await notion_runs.end(db, work.user_id, kind.name, work.now(), "property_missing")
            return None
        if ids != database.properties:
            if lost := schema.forgotten(database.properties, ids):
                await notion_pages.forget_agreed(db, work.user_id, kind.name, lost)
            await notion_databases.called(db, work.user_id, kind.name, ids)
    return await _again(work, kind)


async def _ended(work: Work, kind: Kind, begun: datetime) -> None:
    database = await _again(work, kind)
    async with work.services.database.as_service() as db:
        if database.whole_from is not None:
            await notion_pages.look_for_unseen(db, work.user_id, kind.name, database.whole_from)
        again = work.later(work.services.settings.notion_poll_s)
        await notion_databases.pulled_all(db, work.user_id, kind.name, begun, again)


async def _again(work: Work, kind: Kind) -> Database:
    async with work.services.database.as_service() as db:
        found = (await notion_databases.of(db, work.user_id)).get(kind.name)
    if found is None:
        raise troubles.Disconnected
    return found


def _from(database: Database) -> tuple[str | None, datetime | None]:
    """Where in a list, and from when on."""
    since = None if database.whole_from is not None else marks.since(database.mark)
    if database.pulled_to is not None and database.pulled_to.startswith(FROM):
        return None, datetime.fromisoformat(database.pulled_to.removeprefix(FROM))
    return database.pulled_to, since


def _edited(page: Page) -> datetime:
    return datetime.fromisoformat(page.last_edited_time)
