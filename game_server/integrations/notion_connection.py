"""What one connection to Notion can be asked: a protocol, and the real one over `notion.py`."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import msgspec

from game_server.integrations.notion import Method, Notion, read
from game_server.integrations.notion_answers import (
    Database,
    DatabaseTold,
    DataSource,
    DataSources,
    ItemTold,
    ListTold,
    Me,
    Pages,
    PageTold,
    SourceTold,
    UserTold,
)
from rooms.notion import incoming, marks
from rooms.notion.pages import Page

MOST_AT_ONCE = 100
PAGES_AT_ONCE = 50
"""Texts are long, and each stands in an answer twice."""

MOST_LISTS = 100
"""So many answers one list has at most: a cursor that leads in a circle is not followed for ever."""


class Connection(Protocol):
    """Everything raises NotionFailed (`notion_errors.py`)."""

    async def me(self) -> Me:
        """Who we are there."""

    async def data_sources(self, cursor: str | None = None) -> DataSources:
        """The tables that are shared with us, a page of them."""

    async def every_data_source(self) -> tuple[DataSource, ...]:
        """All of them."""

    async def database(self, database_id: str) -> Database:
        """One database."""

    async def create_database(self, parent_page_id: str, title: str, properties: Mapping[str, Any]) -> Database:
        """A new one below a page, with one table that has these properties."""

    async def data_source(self, data_source_id: str) -> DataSource:
        """One table."""

    async def add_properties(self, data_source_id: str, properties: Mapping[str, Any]) -> DataSource:
        """A table with these properties, too."""

    async def query(
        self,
        data_source_id: str,
        *,
        since: datetime | None = None,
        cursor: str | None = None,
        size: int = PAGES_AT_ONCE,
    ) -> Pages:
        """A table's pages, or those that changed since then, whoever changed longest ago first. Texts are whole."""

    async def find_by_id(self, data_source_id: str, id_property: str, entity_id: str) -> tuple[Page, ...]:
        """Its pages that say they are this row. What was just written is perhaps not found yet."""

    async def page(self, page_id: str) -> Page:
        """One page, its texts whole; also one in the trash."""

    async def create_page(self, data_source_id: str, properties: Mapping[str, Any]) -> Page:
        """A new page of a table."""

    async def update_page(self, page_id: str, properties: Mapping[str, Any]) -> Page:
        """A page after these properties of it were written."""

    async def trash(self, page_id: str) -> Page:
        """A page put into the trash, from which people can take it back."""


class NotionConnection:
    """A connection by its token. `before` is awaited before each request, and may raise."""

    def __init__(self, notion: Notion, token: str, before: Callable[[], Awaitable[None]] | None = None) -> None:
        self._notion, self._token, self._before = notion, token, before

    async def _ask(self, method: Method, path: str, body: Any = None, *, sent: Iterable[str] = ()) -> bytes:
        return await self._notion.ask(self._token, method, path, body, sent=sent, before=self._before)

    async def me(self) -> Me:
        """Who we are there."""
        return read(await self._ask("GET", "users/me"), UserTold).me()

    async def data_sources(self, cursor: str | None = None) -> DataSources:
        """The tables that are shared with us, a page of them."""
        body = {"filter": {"property": "object", "value": "data_source"}, "page_size": MOST_AT_ONCE}
        told = await self._list("search", body, cursor)
        found = (read(one, SourceTold) for one in told.results)
        return DataSources(tuple(one.data_source() for one in found if one.object == "data_source"), told.cursor())

    async def every_data_source(self) -> tuple[DataSource, ...]:
        """All of them."""
        found: list[DataSource] = []
        cursor: str | None = None
        for _ in range(MOST_LISTS):
            told = await self.data_sources(cursor)
            found += told.items
            cursor = told.next_cursor
            if cursor is None:
                break
        return tuple(found)

    async def database(self, database_id: str) -> Database:
        """One database."""
        return read(await self._ask("GET", f"databases/{_part(database_id)}"), DatabaseTold).database()

    async def create_database(self, parent_page_id: str, title: str, properties: Mapping[str, Any]) -> Database:
        """A new one below a page, with one table that has these properties."""
        body = {
            "parent": {"type": "page_id", "page_id": parent_page_id},
            "title": [{"type": "text", "text": {"content": title}}],
            "initial_data_source": {"properties": properties},
        }
        return read(await self._ask("POST", "databases", body), DatabaseTold).database()

    async def data_source(self, data_source_id: str) -> DataSource:
        """One table."""
        answer = await self._ask("GET", f"data_sources/{_part(data_source_id)}")
        return read(answer, SourceTold).data_source()

    async def add_properties(self, data_source_id: str, properties: Mapping[str, Any]) -> DataSource:
        """A table with these properties, too."""
        path, body = f"data_sources/{_part(data_source_id)}", {"properties": properties}
        answer = await self._ask("PATCH", path, body, sent=properties)
        return read(answer, SourceTold).data_source()

    async def query(
        self,
        data_source_id: str,
        *,
        since: datetime | None = None,
        cursor: str | None = None,
        size: int = PAGES_AT_ONCE,
    ) -> Pages:
        """A table's pages, or those that changed since then, whoever changed longest ago first. Texts are whole."""
        body: dict[str, Any] = {
            "sorts": [{"timestamp": "last_edited_time", "direction": "ascending"}],
            "page_size": size,
        }
        if since is not None:
            told_at = {"on_or_after": marks.told(since)}
            body["filter"] = {"timestamp": "last_edited_time", "last_edited_time": told_at}
        told = await self._list(f"data_sources/{_part(data_source_id)}/query", body, cursor)
        pages = [await self._whole(one) for one in told.results]
        incomplete = told.request_status is not None and told.request_status.type == "incomplete"
        return Pages(tuple(pages), told.cursor(), incomplete)

    async def find_by_id(self, data_source_id: str, id_property: str, entity_id: str) -> tuple[Page, ...]:
        """Its pages that say they are this row. What was just written is perhaps not found yet."""
        body = {"filter": {"property": id_property, "rich_text": {"equals": entity_id}}, "page_size": MOST_AT_ONCE}
        told = await self._list(f"data_sources/{_part(data_source_id)}/query", body, None)
        return tuple([await self._whole(one) for one in told.results])

    async def page(self, page_id: str) -> Page:
        """One page, its texts whole; also one in the trash."""
        return await self._whole(msgspec.Raw(await self._ask("GET", f"pages/{_part(page_id)}")))

    async def create_page(self, data_source_id: str, properties: Mapping[str, Any]) -> Page:
        """A new page of a table."""
        parent = {"type": "data_source_id", "data_source_id": data_source_id}
        body = {"parent": parent, "properties": properties}
        return read(await self._ask("POST", "pages", body, sent=properties), PageTold).page()

    async def update_page(self, page_id: str, properties: Mapping[str, Any]) -> Page:
        """A page after these properties of it were written."""
        return await self._patched(page_id, {"properties": properties}, properties)

    async def trash(self, page_id: str) -> Page:
        """A page put into the trash, from which people can take it back."""
        return await self._patched(page_id, {"in_trash": True}, {})

    # --- parts ---------------------------------------------------------------------------------------------------------

    async def _patched(self, page_id: str, body: Mapping[str, Any], sent: Mapping[str, Any]) -> Page:
        answer = await self._ask("PATCH", f"pages/{_part(page_id)}", body, sent=sent)
        return read(answer, PageTold).page()

    async def _list(self, path: str, body: Mapping[str, Any], cursor: str | None) -> ListTold:
        asked = dict(body) if cursor is None else {**body, "start_cursor": cursor}
        return read(await self._ask("POST", path, asked), ListTold)

    async def _whole(self, told: msgspec.Raw) -> Page:
        """A page with all of its texts: of a property with many elements it tells only the first."""
        page = read(told, PageTold).page()
        properties = dict(page.properties)
        for name, one in page.properties.items():
            kind = one.get("type")
            if kind in ("title", "rich_text") and incoming.is_cut(one) and "id" in one:
                properties[name] = {**one, kind: await self._elements(page.id, str(one["id"]))}
        return msgspec.structs.replace(page, properties=properties)

    async def _elements(self, page_id: str, property_id: str) -> list[Any]:
        """All elements of a text. Its id may be written for addresses already, and is taken as it is."""
        found: list[Any] = []
        cursor: str | None = None
        path = f"pages/{_part(page_id)}/properties/{quote(property_id, safe='%')}"
        for _ in range(MOST_LISTS):
            asked = urlencode({"page_size": MOST_AT_ONCE, **({"start_cursor": cursor} if cursor else {})})
            told = read(await self._ask("GET", f"{path}?{asked}"), ListTold)
            items = [read(one, ItemTold) for one in told.results]
            found += [element for one in items if (element := one.title or one.rich_text) is not None]
            cursor = told.cursor()
            if cursor is None:
                break
        return found


def _part(identifier: str) -> str:
    return quote(identifier, safe="")
