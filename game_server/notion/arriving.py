"""Pages of which we know no row: new ones that a person made become rows, what we made twice goes, all else is left alone."""

from datetime import datetime
from uuid import UUID

from game_server.integrations.notion_errors import NotThere
from game_server.notion import asking, meeting
from game_server.notion.work import Work
from rooms.errors import Refused
from rooms.notion import compare, incoming, pages, taking
from rooms.notion.pages import Page
from rooms.notion.property import Kind
from storage import crash, notion_pages
from storage.notion_databases import Database
from storage.notion_pages import Page as Known

ROW_GONE = "row_gone"
"""Its row was not its person's to see: should it be again, it gets another page."""


async def is_to_be_looked_at(work: Work, kind: Kind, page: Page, says: str) -> bool:
    """May something follow from a page that says this row? Not where it is none of this person's."""
    standing, _ = await _standing(work, kind, page, says)
    return standing != "strange"


async def arrived(work: Work, kind: Kind, database: Database, page: Page, known: Known | None) -> bool:
    """A page as it is now. Did it bring something here? Raises NotionFailed, NotNow, KeysAway."""
    says = incoming.entity_of(page.properties, ids=database.properties)
    standing, entity = await _standing(work, kind, page, says)
    ours_alone = pages.is_ours_alone(page, work.bot_id)
    if standing == "strange":
        return False
    if standing == "lost" and entity is not None:
        return await _adopt(work, kind, database, page, UUID(entity))
    if standing == "copy" and ours_alone:
        await work.notion.trash(page.id)
        return False
    if standing == "copy" and page.created_by == work.bot_id:
        await _failed(work, kind, page, known, "copy")  # we made it twice, and somebody wrote into it since
        return False
    return await take_in(work, kind, database, page, known)


async def take_in(work: Work, kind: Kind, database: Database, page: Page, known: Known | None) -> bool:
    """A page that a person made becomes a row, where it may. Raises NotionFailed, NotNow, KeysAway."""
    theirs = incoming.theirs(kind, page.properties, work.around, ids=database.properties)
    code = "read_only" if not kind.creates else None
    if work.is_another(page.created_by) or work.is_another(page.last_edited_by):
        code = meeting.ANOTHER
    row = taking.new_row(kind, theirs, work.around)
    code = code or next(iter(row.faults.values()), None)
    if code is not None:
        await _failed(work, kind, page, known, code)
        return False
    if known is None:
        async with work.services.database.as_service() as db:
            known = await notion_pages.begin(db, work.user_id, kind.name, None, page.id)
        if known is None:
            return False
    try:
        entity = await asking.create(work.asking, kind, row.values, page.id)
    except Refused as refused:
        await _failed(work, kind, page, known, refused.code)
        return False
    crash.point("after_row_made")
    await _belongs(work, kind, known, entity, compare.agreed({}, theirs, work.hashed))
    here = await meeting.read(work, kind, entity)
    async with work.services.database.as_service() as db:
        fresh = await notion_pages.find(db, known.id)
    if here is not None and fresh is not None:
        await meeting.meet(work, kind, database, fresh, here, page)
    return True


async def page_of(work: Work, known: Known) -> Page | None:
    """A row's page as it is now; where it is there no more, that is noted. Raises NotionFailed."""
    try:
        page = await work.notion.page(str(known.page_id))
    except NotThere:
        await archive(work, known, "page_gone")
        return None
    if page.in_trash:
        await archive(work, known, "page_trashed")
        return None
    return page


async def archive(work: Work, known: Known, code: str) -> None:
    """Its page is not there any more: the row stays, and nothing is written there."""
    async with work.services.database.as_service() as db:
        values = {"pushed": None} if code == ROW_GONE else {}
        await notion_pages.change(db, known.id, state="archived", error=code, look=False, **values)


async def _adopt(work: Work, kind: Kind, database: Database, page: Page, entity: UUID) -> bool:
    """A page that we made and did not note, or of before: it is the row's."""
    async with work.services.database.as_service() as db:
        known = (await notion_pages.of_entities(db, work.user_id, kind.name, [entity])).get(entity)
        if known is None:
            known = await notion_pages.begin(db, work.user_id, kind.name, entity, page.id)
        elif known.page_id is None:
            await notion_pages.change(db, known.id, page_id=page.id)
    here = await meeting.read(work, kind, entity)
    if known is None or here is None:
        return False
    return (await meeting.meet(work, kind, database, known, here, page)).pulled


async def _standing(work: Work, kind: Kind, page: Page, says: str | None) -> tuple[pages.Standing, str | None]:
    row_id = _row_id(says)
    if row_id is None:
        return pages.standing(page, says, bot_id=work.bot_id, mapped={}, rows=())
    there = await meeting.read(work, kind, UUID(row_id))
    async with work.services.database.as_service() as db:
        known = (await notion_pages.of_entities(db, work.user_id, kind.name, [UUID(row_id)])).get(UUID(row_id))
    mapped = {known.page_id: row_id} if known is not None and known.page_id is not None else {}
    return pages.standing(page, says, bot_id=work.bot_id, mapped=mapped, rows={row_id} if there is not None else set())


def _row_id(says: str | None) -> str | None:
    try:
        return str(UUID(says)) if says is not None else None
    except ValueError:
        return None


async def _belongs(work: Work, kind: Kind, known: Known, entity: UUID, base: dict[str, str]) -> None:
    """From now on the page is this row's. What the scan for rows without pages began meanwhile goes."""
    async with work.services.database.as_service() as db:
        other = (await notion_pages.of_entities(db, work.user_id, kind.name, [entity])).get(entity)
        if other is not None and other.id != known.id and other.page_id is None:
            await notion_pages.remove(db, other.id)
        await notion_pages.change(db, known.id, entity_id=entity, base=base, state="pending", error=None)
    crash.point("after_row_noted")


async def _failed(work: Work, kind: Kind, page: Page, known: Known | None, code: str) -> None:
    """It stays what it is, a page of a person's, with a word why it is no row."""
    async with work.services.database.as_service() as db:
        if known is None:
            known = await notion_pages.begin(db, work.user_id, kind.name, None, page.id)
        if known is not None:
            edited = datetime.fromisoformat(page.last_edited_time)
            await notion_pages.change(db, known.id, state="failed", error=code, edited_at=edited, look=False)
