"""What rows are called here, for whoever looks at how their pages stand."""

from collections.abc import Sequence
from uuid import UUID

from game_server.accounts.callers import Caller
from game_server.notion import reading, work
from game_server.services import Services
from rooms.notion.kinds import EVERY
from storage.key_rows import KeysAway
from storage.notion_pages import Page


async def of(services: Services, user: Caller, pages: Sequence[Page]) -> dict[UUID, str]:
    """By the page's id, of those whose row is here and can be opened for its person now; none while keys are away."""
    kinds = {one.kind for one in pages if one.entity_id is not None}
    who = await work.caller_of(services, UUID(user.id)) if kinds else None
    if who is None:
        return {}
    caller, zone = who
    found: dict[UUID, str] = {}
    try:
        seen = await reading.around(services, caller, zone)
        for kind in kinds:
            known = {one.entity_id: one.id for one in pages if one.kind == kind and one.entity_id is not None}
            rows = await reading.rows(services, caller, EVERY[kind], list(known), seen)
            titles = {known[row_id]: row.get(EVERY[kind].title.key) for row_id, row in rows.items()}
            found |= {page_id: title for page_id, title in titles.items() if isinstance(title, str)}
    except KeysAway:
        return {}
    return found
