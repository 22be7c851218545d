"""What changed here since its page was written: found by comparing how each row is marked with how its page has it.

Nothing is queued, so nothing can be lost of a queue: a row whose page is not as it is now is found by whoever looks next. Before
a page is written it is read, for somebody may have written there meanwhile.
"""

from uuid import UUID

import msgspec

from game_server.integrations.notion_errors import NotThere
from game_server.notion import arriving, meeting, reading, troubles, weeks
from game_server.notion.meeting import Here
from game_server.notion.work import Work
from rooms.notion import compare, incoming, outgoing
from rooms.notion.property import Kind
from storage import crash, notion_connections, notion_databases, notion_pages, notion_rows, notion_runs
from storage.notion_databases import Database
from storage.notion_pages import Page as Known
from storage.notion_rows import Marked, Progress

AT_ONCE = 50


async def said(work: Work, kind: Kind) -> str:
    """What the feeds and signals say now: while that is the same, no row has changed."""
    async with work.services.database.as_user(work.caller.id) as db:
        heads = await notion_rows.heads(db)
    async with work.services.database.as_service() as db:
        own = await notion_connections.signal(db, work.user_id)
    day = work.around.today if kind.name == "analytics" else None
    return f"{heads}:{own}:{day or ''}"


async def push(work: Work, kind: Kind, database: Database) -> bool:
    """Write what changed, until nothing is left or the time is up; is everything written? Raises NotionFailed, KeysAway, Rest."""
    now_said = await said(work, kind)
    async with work.services.database.as_service() as db:
        waits = await notion_pages.has_due(db, work.user_id, kind.name, work.now())
    if database.looked == now_said and not waits:
        return True
    while True:
        found = await _changed(work, kind)
        await progress(work, kind)
        if not found:
            break
        await _each(work, kind, database, found)
        if work.ends():
            return False
    while gone := await _gone(work, kind):
        for known in gone:
            async with troubles.of(work, known):
                await _withdraw(work, kind, database, known)
        if work.ends():
            return False
    async with work.services.database.as_service() as db:
        await notion_databases.looked(db, work.user_id, kind.name, now_said)
    return True


async def _each(work: Work, kind: Kind, database: Database, found: list[Marked]) -> None:
    rows = await reading.rows(work.services, work.caller, kind, [one.id for one in found], work.around)
    async with work.services.database.as_service() as db:
        known = await notion_pages.of_entities(db, work.user_id, kind.name, list(rows))
    for one in found:
        if one.id not in rows:
            continue  # gone meanwhile
        here = Here(rows[one.id], one.marker)
        page = known.get(one.id)
        async with troubles.of(work, page, here.marker):
            pushed = await (
                _write(work, kind, database, page, here) if page is not None else _begin(work, kind, database, here)
            )
            if pushed:
                async with work.services.database.as_service() as db:
                    await notion_databases.pushed(db, work.user_id, kind.name, work.now())
                    await notion_runs.count(db, work.user_id, kind.name, pushed=1)


async def _begin(work: Work, kind: Kind, database: Database, here: Here) -> bool:
    """A row without a page: that it is to have one is kept before there is one."""
    async with work.services.database.as_service() as db:
        known = await notion_pages.begin(db, work.user_id, kind.name, here.row["id"], None)
    crash.point("before_page_made")
    if known is None:
        return False
    async with troubles.of(work, known, here.marker):
        return (await meeting.make(work, kind, database, known, here)).pushed
    return False


async def _write(work: Work, kind: Kind, database: Database, known: Known, here: Here) -> bool:
    if known.state == "archived":  # its row is there again, and its page in the trash
        async with work.services.database.as_service() as db:
            await notion_pages.change(db, known.id, page_id=None, base={}, refused={}, state="pending", error=None)
        known = msgspec.structs.replace(known, page_id=None, base={}, refused={}, state="pending")
    if known.page_id is None:
        return await _find_or_make(work, kind, database, known, here)
    around = reading.around_row(work.around, here.row)
    mine = outgoing.ours(kind, here.row, around, texts=database.texts)
    if known.state == "synced" and all(
        compare.is_ours_as_agreed(known.base, key, work.hashed(key, value)) for key, value in mine.items()
    ):
        async with work.services.database.as_service() as db:  # nothing of it that a page shows has changed
            await notion_pages.change(db, known.id, pushed=here.marker)
        return False
    page = await arriving.page_of(work, known)
    if page is None:
        return False
    return (await meeting.meet(work, kind, database, known, here, page)).pushed


async def _find_or_make(work: Work, kind: Kind, database: Database, known: Known, here: Here) -> bool:
    """Somebody began to make its page, and perhaps did: is it there?"""
    id_property = database.properties["id"]
    found = await work.notion.find_by_id(str(database.data_source_id), id_property, str(here.row["id"]))
    async with work.services.database.as_service() as db:
        others = await notion_pages.of_pages(db, work.user_id, [page.id for page in found])
    mine = [page for page in found if page.id not in others and not page.in_trash]
    if not mine:
        return (await meeting.make(work, kind, database, known, here)).pushed
    async with work.services.database.as_service() as db:
        await notion_pages.change(db, known.id, page_id=mine[0].id)
    return (await meeting.meet(work, kind, database, known, here, mine[0])).pushed


async def _withdraw(work: Work, kind: Kind, database: Database, known: Known) -> None:
    """The row is gone, or not this person's to see any more: its page goes into the trash, where they find it for some time.
    Where somebody wrote into it since, it stays.
    """
    if known.page_id is None:
        async with work.services.database.as_service() as db:
            await notion_pages.remove(db, known.id)
        return
    try:
        page = await work.notion.page(known.page_id)
    except NotThere:
        page = None
    if page is not None and not page.in_trash:
        theirs = incoming.theirs(kind, page.properties, work.around, ids=database.properties)
        written = [key for key in known.base if key in theirs and kind.by_key[key].way == "both"]
        if not all(
            compare.is_theirs_as_agreed(known.base, key, work.hashed(key, theirs[key]))
            for key in written
            if key not in _ZONED
        ):
            async with work.services.database.as_service() as db:
                await notion_pages.change(db, known.id, state="failed", error="row_gone", look=False)
            return
        await work.notion.trash(known.page_id)
        crash.point("after_trashed")
    await arriving.archive(work, known, arriving.ROW_GONE)


_ZONED = ("when",)
"""What a page says of it depends on the row's own clocks, and there is no row any more."""


async def _changed(work: Work, kind: Kind) -> list[Marked]:
    if kind.name == "analytics":
        return await _changed_weeks(work, kind)
    async with work.services.database.as_user(work.caller.id) as db:
        return await notion_rows.changed(db, kind.name, work.now(), AT_ONCE)


async def _changed_weeks(work: Work, kind: Kind) -> list[Marked]:
    rows = {row["id"]: weeks.marker(row) for row in await weeks.of(work.services, work.caller, work.around)}
    async with work.services.database.as_service() as db:
        known = await notion_pages.of_entities(db, work.user_id, kind.name, list(rows))
    now = work.now()
    return [
        Marked(row_id, marker)
        for row_id, marker in rows.items()
        if row_id not in known
        or (
            known[row_id].due_at <= now
            and known[row_id].state != "archived"
            and (known[row_id].pushed != marker or known[row_id].state == "pending")
        )
    ][:AT_ONCE]


async def _gone(work: Work, kind: Kind) -> list[Known]:
    if kind.name == "analytics":
        return []  # a week that nothing is left of is a week still
    async with work.services.database.as_user(work.caller.id) as db:
        ids: list[UUID] = await notion_rows.gone(db, kind.name, work.now(), AT_ONCE)
    async with work.services.database.as_service() as db:
        found = [await notion_pages.find(db, one) for one in ids]
    return [one for one in found if one is not None]


async def progress(work: Work, kind: Kind) -> Progress:
    """How far it is: said to whoever asked for a run."""
    if kind.name == "analytics":
        rows = await weeks.of(work.services, work.caller, work.around)
        async with work.services.database.as_service() as db:
            known = await notion_pages.of_entities(db, work.user_id, kind.name, [row["id"] for row in rows])
        done = sum(row["id"] in known and known[row["id"]].pushed == weeks.marker(row) for row in rows)
        found = Progress(len(rows), done)
    else:
        async with work.services.database.as_user(work.caller.id) as db:
            found = await notion_rows.progress(db, kind.name)
    async with work.services.database.as_service() as db:
        await notion_runs.progress(db, work.user_id, kind.name, found.in_all, found.done)
    return found
