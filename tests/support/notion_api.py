"""What the API of the stand-in can be asked: one function a call."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from urllib.parse import unquote

import msgspec

from tests.support.notion_store import Json, Sheet, Table, Workspace, stamp
from tests.support.notion_values import EMPTY, Wrong, told


class Api(Protocol):
    """How it misbehaves."""

    lag: int
    most_results: int


class Request(msgspec.Struct, frozen=True):
    """A request: its body, and what stands behind the question mark."""

    data: Json
    query: dict[str, str]


class Refuse(Exception):
    """An error as the API tells it."""

    def __init__(self, status: int, code: str, message: str = "As it is documented.") -> None:
        self.status, self.code, self.message = status, code, message
        super().__init__(message)


Call = Callable[..., Json]


def _me(_: Api, workspace: Workspace, asked: Request) -> Json:
    owner: Json = {"type": "workspace", "workspace": True}
    if workspace.owned_by_person:
        owner = {"type": "user", "user": {"object": "user", "id": workspace.person_id}}
    bot = {"owner": owner, "workspace_id": workspace.id, "workspace_name": workspace.name}
    return {"object": "user", "id": workspace.bot_id, "type": "bot", "name": "Attuned", "bot": bot}


def _search(_: Api, workspace: Workspace, asked: Request) -> Json:
    _known(asked.data, "filter", "page_size", "start_cursor", "query", "sort")
    if asked.data.get("filter", {}).get("value") not in ("page", "data_source"):
        raise Wrong("body failed validation: body.filter.value should be `page` or `data_source`.")
    found = [one for one in workspace.tables.values() if one.shared and not one.in_trash]
    return _page([workspace.table_told(one) for one in found], asked.data)


def _create_database(_: Api, workspace: Workspace, asked: Request) -> Json:
    _known(asked.data, "parent", "title", "initial_data_source")
    if asked.data["parent"].get("page_id") != workspace.page_id:
        raise Refuse(404, "object_not_found")
    title = "".join(one["text"]["content"] for one in asked.data["title"])
    made = workspace.new_table(workspace.page_id, title, asked.data["initial_data_source"]["properties"])
    return _database_told(made)


def _database(_: Api, workspace: Workspace, asked: Request, identifier: str) -> Json:
    for one in workspace.tables.values():
        if one.database_id == identifier and one.shared:
            return _database_told(one)
    raise Refuse(404, "object_not_found")


def _data_source(_: Api, workspace: Workspace, asked: Request, identifier: str) -> Json:
    return workspace.table_told(_table(workspace, identifier))


def _change_data_source(_: Api, workspace: Workspace, asked: Request, identifier: str) -> Json:
    _known(asked.data, "properties")
    table = _table(workspace, identifier)
    workspace.add_columns(table, asked.data["properties"])
    return workspace.table_told(table)


def _query(notion: Api, workspace: Workspace, asked: Request, identifier: str) -> Json:
    _known(asked.data, "filter", "sorts", "page_size", "start_cursor", "in_trash")
    table = _table(workspace, identifier)
    sheets = [workspace.as_indexed(one, notion.lag) for one in workspace.sheets.values() if one.table == table.id]
    found = [one for one in sheets if one is not None and one.in_trash == asked.data.get("in_trash", False)]
    found = [one for one in found if _passes(table, one, asked.data.get("filter"))]
    if asked.data.get("sorts"):
        found.sort(key=lambda one: stamp(one.edited), reverse=asked.data["sorts"][0]["direction"] == "descending")
    cut = len(found) > notion.most_results
    answer = _page([workspace.page_told(one) for one in found[: notion.most_results]], asked.data)
    state = {"type": "incomplete", "incomplete_reason": "query_result_limit_reached"} if cut else {"type": "complete"}
    return answer | {"request_status": state}


def _find_page(_: Api, workspace: Workspace, asked: Request, identifier: str) -> Json:
    return workspace.page_told(_sheet(workspace, identifier))


def _property(_: Api, workspace: Workspace, asked: Request, identifier: str, called: str) -> Json:
    sheet = _sheet(workspace, identifier)
    columns = workspace.tables[sheet.table].columns
    column = next((one for one in columns.values() if called in (one.id, unquote(one.id))), None)
    if column is None or column.type not in ("title", "rich_text"):
        raise Refuse(404, "object_not_found")
    texts = told(column.type, sheet.values.get(column.id, EMPTY[column.type]))
    items = [{"object": "property_item", "id": column.id, "type": column.type, column.type: one} for one in texts]
    wanted = asked.query | {"page_size": int(asked.query.get("page_size", 100))}
    return _page(items, wanted) | {"type": "property_item"}


def _create_page(_: Api, workspace: Workspace, asked: Request) -> Json:
    _known(asked.data, "parent", "properties")
    table = _table(workspace, asked.data["parent"].get("data_source_id", ""))
    values = workspace.checked(table, asked.data["properties"])
    return workspace.page_told(workspace.new_sheet(table, values, by=workspace.bot_id))


def _change_page(_: Api, workspace: Workspace, asked: Request, identifier: str) -> Json:
    _known(asked.data, "properties", "in_trash")
    sheet = _sheet(workspace, identifier)
    if asked.data.get("in_trash") is not None:
        sheet.in_trash = asked.data["in_trash"]
        workspace.touched(sheet, by=workspace.bot_id, what="page.deleted" if sheet.in_trash else "page.undeleted")
    elif sheet.in_trash:
        raise Wrong("Can't edit block that is archived. You must unarchive the block before editing.")
    if asked.data.get("properties"):
        values = workspace.checked(workspace.tables[sheet.table], asked.data["properties"])
        workspace.write(sheet, values, by=workspace.bot_id)
    return workspace.page_told(sheet)


CALLS: tuple[tuple[str, str, Call], ...] = (
    ("GET", "users/me", _me),
    ("POST", "search", _search),
    ("POST", "databases", _create_database),
    ("GET", "databases/([^/]+)", _database),
    ("GET", "data_sources/([^/]+)", _data_source),
    ("PATCH", "data_sources/([^/]+)", _change_data_source),
    ("POST", "data_sources/([^/]+)/query", _query),
    ("POST", "pages", _create_page),
    ("GET", "pages/([^/]+)", _find_page),
    ("PATCH", "pages/([^/]+)", _change_page),
    ("GET", "pages/([^/]+)/properties/([^/]+)", _property),
)


def called(notion: Api, workspace: Workspace, method: str, path: str, asked: Request) -> Json:
    """The answer to a request. Raises Refuse, Wrong."""
    for wanted, pattern, call in CALLS:
        found = re.fullmatch(pattern, path)
        if found is not None and wanted == method:
            return call(notion, workspace, asked, *(unquote(one) for one in found.groups()))
    raise Refuse(400, "invalid_request_url")


def _known(data: Json, *names: str) -> None:
    for name in data:
        if name not in names:
            raise Wrong(f"body failed validation: body.{name} should be not present.")


def _database_told(table: Table) -> Json:
    return {
        "object": "database",
        "id": table.database_id,
        "title": told("title", [table.title]),
        "parent": {"type": "page_id", "page_id": table.parent},
        "in_trash": table.in_trash,
        "created_time": stamp(table.created),
        "last_edited_time": stamp(table.created),
        "data_sources": [{"id": table.id, "name": table.title}],
    }


def _table(workspace: Workspace, identifier: str) -> Table:
    table = workspace.tables.get(identifier)
    if table is None or not table.shared:
        raise Refuse(
            404, "object_not_found", "Make sure the relevant pages and databases are shared with your integration."
        )
    return table


def _sheet(workspace: Workspace, identifier: str) -> Sheet:
    sheet = workspace.sheets.get(identifier)
    if sheet is None or not workspace.tables[sheet.table].shared:
        raise Refuse(404, "object_not_found")
    return sheet


def _passes(table: Table, sheet: Sheet, wanted: Json | None) -> bool:
    if wanted is None:
        return True
    if wanted.get("timestamp") == "last_edited_time":
        since = datetime.fromisoformat(wanted["last_edited_time"]["on_or_after"])
        return datetime.fromisoformat(stamp(sheet.edited)) >= since
    _, column = table.column(wanted["property"])
    return "".join(sheet.values.get(column.id, [])) == wanted["rich_text"]["equals"]


def _page(items: list[Json], asked: Json) -> Json:
    """A page of a list."""
    size = asked.get("page_size", 100)
    if not 1 <= size <= 100:
        raise Wrong("body failed validation: body.page_size should be ≤ `100`.")
    cursor = asked.get("start_cursor", "cursor-0")
    if not re.fullmatch(r"cursor-\d+", cursor):
        raise Wrong("The start_cursor provided is invalid.")
    begins = int(cursor.removeprefix("cursor-"))
    more = begins + size < len(items)
    return {
        "object": "list",
        "results": items[begins : begins + size],
        "has_more": more,
        "next_cursor": f"cursor-{begins + size}" if more else None,
    }
