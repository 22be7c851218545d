"""What lies in a workspace of the stand-in: databases, tables, pages, and a person who edits them."""

import copy
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from tests.support.notion_values import EMPTY, Wrong, by_hand, kept, plain, told

MOST_TOLD = 25
"""Elements of a text that a page tells; the rest is asked for by itself."""

Json = dict[str, Any]


class Column(msgspec.Struct):
    """A property of a table."""

    id: str
    type: str
    options: list[str] = []

    def told(self, name: str) -> Json:
        config: Json = {"options": [{"id": f"o-{one}", "name": one} for one in self.options]}
        inside: Json = config if self.type in ("select", "multi_select") else {}
        return {"id": self.id, "name": name, "type": self.type, self.type: inside}


class Table(msgspec.Struct):
    """A data source in its database."""

    id: str
    database_id: str
    parent: str
    title: str
    columns: dict[str, Column]
    created: datetime
    in_trash: bool = False
    shared: bool = True

    def column(self, called: str) -> tuple[str, Column]:
        """By its name or its id. Raises Wrong."""
        for name, one in self.columns.items():
            if called in (name, one.id):
                return name, one
        raise Wrong(f"{called} is not a property that exists.")


class Sheet(msgspec.Struct):
    """A page of a table; `values` by the id of a property. `past` are what it was at which request, for who is told late."""

    id: str
    table: str
    created: datetime
    created_by: str
    edited: datetime
    edited_by: str
    values: dict[str, Any]
    in_trash: bool = False
    past: list[tuple[int, Any]] = []


class Workspace:
    """One workspace with one connection to it. `page_id` is a page that is shared with the connection; `human` edits by hand.
    `events` are what a webhook would tell, as they happened.
    """

    def __init__(
        self,
        name: str,
        now: Callable[[], datetime],
        count: Callable[[], int],
        fresh: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self.name, self.now, self._count = name, now, count
        self.fresh = lambda: str(fresh())
        self.id, self.bot_id, self.person_id, self.page_id = (self.fresh() for _ in range(4))
        self.token = f"ntn_{uuid.uuid4().hex}"
        self.owned_by_person = False
        self.tables: dict[str, Table] = {}
        self.sheets: dict[str, Sheet] = {}
        self.events: list[Json] = []
        self.human = Human(self)

    # --- tables --------------------------------------------------------------------------------------------------------

    def new_table(self, parent: str, title: str, properties: Json) -> Table:
        """A database with one table. Raises Wrong."""
        table = Table(self.fresh(), self.fresh(), parent, title, {}, self.now())
        self.add_columns(table, properties)
        if sum(one.type == "title" for one in table.columns.values()) != 1:
            raise Wrong("Title is not provided")
        self.tables[table.id] = table
        return table

    def add_columns(self, table: Table, properties: Json) -> None:
        """Properties that a table did not have. Raises Wrong."""
        for name, config in properties.items():
            kinds = [key for key in config if key in EMPTY]
            if len(kinds) != 1 or set(config) - {kinds[0], "type"}:
                raise Wrong(f"body failed validation: body.properties.{name} should be defined.")
            kind, inside = kinds[0], config[kinds[0]]
            if name in table.columns or (kind == "title" and any(one.type == kind for one in table.columns.values())):
                raise Wrong(f"Cannot create property {name}.")
            options = [one["name"] for one in inside.get("options", ())]
            if len(set(options)) != len(options) or any("," in one for one in options):
                raise Wrong(f"Invalid select option: {name}")
            fresh = "title" if kind == "title" else f"%3A{self.fresh()[-6:]}"
            table.columns[name] = Column(fresh, kind, options)

    # --- pages ---------------------------------------------------------------------------------------------------------

    def write(self, sheet: Sheet, values: Json, *, by: str) -> None:
        """Checked values by the id of their property; new options become the property's."""
        table = self.tables[sheet.table]
        for identifier, value in values.items():
            _, column = table.column(identifier)
            if column.type in ("select", "multi_select"):
                for word in [value] if isinstance(value, str) else value or ():
                    if word not in column.options:
                        column.options.append(word)
        sheet.values.update(copy.deepcopy(values))
        self.touched(sheet, by=by, what="page.properties_updated", properties=list(values))

    def new_sheet(self, table: Table, values: Json, *, by: str) -> Sheet:
        """A page."""
        at = self.now()
        sheet = Sheet(self.fresh(), table.id, at, by, at, by, {}, past=[])
        self.sheets[sheet.id] = sheet
        self.write(sheet, values, by=by)
        self.events[-1] |= {"type": "page.created"}
        return sheet

    def touched(self, sheet: Sheet, *, by: str, what: str, properties: list[str] | None = None) -> None:
        """It was changed."""
        sheet.edited, sheet.edited_by = self.now(), by
        past = [one for one in sheet.past if one[0] != self._count()][-20:]
        sheet.past = [
            *past,
            (self._count(), (copy.deepcopy(sheet.values), sheet.edited, sheet.edited_by, sheet.in_trash)),
        ]
        self.events.append({
            "id": self.fresh(),
            "timestamp": stamp(sheet.edited),
            "workspace_id": self.id,
            "workspace_name": self.name,
            "subscription_id": str(uuid.UUID(int=1)),
            "integration_id": str(uuid.UUID(int=2)),
            "authors": [{"id": by, "type": "bot" if by == self.bot_id else "person"}],
            "attempt_number": 1,
            "api_version": "2025-09-03",
            "type": what,
            "entity": {"id": sheet.id, "type": "page"},
            "data": {
                "parent": {"id": self.tables[sheet.table].database_id, "type": "database", "data_source_id": sheet.table},
                "updated_properties": properties or [],
            },
        })  # fmt: skip

    def checked(self, table: Table, properties: Json) -> Json:
        """What a request writes, by the id of the property. Raises Wrong."""
        found = {}
        for called, payload in properties.items():
            name, column = table.column(called)
            found[column.id] = kept(name, column.type, payload)
        return found

    def as_indexed(self, sheet: Sheet, lag: int) -> Sheet | None:
        """The page as a query finds it: as it was so many requests ago; None where it was not there yet."""
        known = [state for count, state in sheet.past if count <= self._count() - lag]
        if not known:
            return None
        values, edited, edited_by, in_trash = known[-1]
        return msgspec.structs.replace(sheet, values=values, edited=edited, edited_by=edited_by, in_trash=in_trash)

    def page_told(self, sheet: Sheet) -> Json:
        """A page as an answer says it."""
        table = self.tables[sheet.table]
        properties = {}
        for name, one in table.columns.items():
            value = told(one.type, sheet.values.get(one.id, EMPTY[one.type]))
            value = value[:MOST_TOLD] if one.type in ("title", "rich_text") else value
            properties[name] = {"id": one.id, "type": one.type, one.type: value}
        return {
            "object": "page",
            "id": sheet.id,
            "created_time": stamp(sheet.created),
            "last_edited_time": stamp(sheet.edited),
            "created_by": {"object": "user", "id": sheet.created_by},
            "last_edited_by": {"object": "user", "id": sheet.edited_by},
            "in_trash": sheet.in_trash,
            "archived": sheet.in_trash,
            "parent": {"type": "data_source_id", "data_source_id": table.id, "database_id": table.database_id},
            "properties": properties,
            "url": f"https://www.notion.so/{sheet.id.replace('-', '')}",
        }

    def table_told(self, table: Table) -> Json:
        """A table as an answer says it."""
        return {
            "object": "data_source",
            "id": table.id,
            "title": told("title", [table.title]),
            "parent": {"type": "database_id", "database_id": table.database_id},
            "database_parent": {"type": "page_id", "page_id": table.parent},
            "created_time": stamp(table.created),
            "last_edited_time": stamp(table.created),
            "in_trash": table.in_trash,
            "properties": {name: one.told(name) for name, one in table.columns.items()},
        }


class Human:
    """Somebody with a browser in a workspace. Tables are called by id, by the title of the database, or by how that begins."""

    def __init__(self, workspace: Workspace) -> None:
        self._of = workspace

    def table(self, called: str) -> Table:
        """The newest table that is called so."""
        found = [one for one in self._of.tables.values() if called in (one.id, one.database_id, one.title)]
        return found[-1]

    def pages(self, table: str) -> list[str]:
        """The ids of its pages that are not in the trash, oldest first."""
        wanted = self.table(table).id
        return [one.id for one in self._of.sheets.values() if one.table == wanted and not one.in_trash]

    def create(self, table: str, values: Json) -> str:
        """A new page; values by the name of their property. Its id."""
        wanted = self.table(table)
        return self._of.new_sheet(wanted, self._by_id(wanted, values), by=self._of.person_id).id

    def edit(self, page: str, name: str, value: Any) -> None:
        """Put another value into a property."""
        sheet = self._of.sheets[page]
        self._of.write(sheet, self._by_id(self._of.tables[sheet.table], {name: value}), by=self._of.person_id)

    def read(self, page: str) -> Json:
        """What stands in a page, by the name of the property."""
        sheet = self._of.sheets[page]
        columns = self._of.tables[sheet.table].columns
        return {name: plain(one.type, sheet.values.get(one.id, EMPTY[one.type])) for name, one in columns.items()}

    def duplicate(self, page: str) -> str:
        """A copy, with everything that stands in it. Its id."""
        sheet = self._of.sheets[page]
        return self._of.new_sheet(self._of.tables[sheet.table], sheet.values, by=self._of.person_id).id

    def trash(self, page: str) -> None:
        """Throw it away."""
        self._of.sheets[page].in_trash = True
        self._of.touched(self._of.sheets[page], by=self._of.person_id, what="page.deleted")

    def restore(self, page: str) -> None:
        """Take it back."""
        self._of.sheets[page].in_trash = False
        self._of.touched(self._of.sheets[page], by=self._of.person_id, what="page.undeleted")

    def rename(self, table: str, name: str, other: str) -> None:
        """Call a property otherwise."""
        columns = self.table(table).columns
        self.table(table).columns = {other if one == name else one: kept for one, kept in columns.items()}

    def drop(self, table: str, name: str) -> None:
        """Delete a property, with all that stands in it."""
        gone = self.table(table).columns.pop(name)
        for sheet in self._of.sheets.values():
            sheet.values.pop(gone.id, None)

    def add(self, table: str, name: str, kind: str) -> None:
        """A new property, with an id of its own."""
        self._of.add_columns(self.table(table), {name: {kind: {}}})

    def retype(self, table: str, name: str, kind: str) -> None:
        """Make another type of it: what stood in it is gone."""
        column = self.table(table).columns[name]
        column.type, column.options = kind, []
        for sheet in self._of.sheets.values():
            sheet.values.pop(column.id, None)

    def unshare(self, table: str) -> None:
        """Take it away from the connection."""
        self.table(table).shared = False

    def _by_id(self, table: Table, values: Json) -> Json:
        found = {}
        for name, value in values.items():
            _, column = table.column(name)
            found[column.id] = by_hand(column.type, value)
        return found


def stamp(at: datetime) -> str:
    """A time as Notion tells it: to the minute."""
    return at.replace(second=0, microsecond=0).isoformat(timespec="milliseconds").replace("+00:00", "Z")
