"""A mirror as plain as can be, over the pure part: what the program does with tables, workers and a network, step by step.

Between any two steps a person may write on either side, or everything may stop: a run is a generator, and whoever drops it has
nothing but what is kept in `rows` and `kept`.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from rooms.notion import incoming, outgoing, schema, taking
from rooms.notion.compare import agreed, compare, intended
from rooms.notion.outgoing import written
from rooms.notion.pages import Page, is_ours_alone, standing
from rooms.notion.property import Kind, Value
from tests.rooms.notion.values import AROUND
from tests.support.notion_store import Json, Sheet, Workspace
from tests.support.notion_values import Wrong


class Row(msgspec.Struct):
    """A row of ours."""

    values: dict[str, Any]
    version: int = 1


class Kept(msgspec.Struct):
    """What is kept of a row that stands in Notion, or is about to (no page yet)."""

    page_id: str | None
    base: dict[str, str]


class Mirror:
    """`defaults` is a row of which a new one says only some."""

    def __init__(self, kind: Kind, workspace: Workspace, table_id: str, hashed: Any, defaults: dict[str, Any]) -> None:
        self.kind, self.workspace, self.table_id, self.hashed, self.defaults = (
            kind,
            workspace,
            table_id,
            hashed,
            defaults,
        )
        self.rows: dict[str, Row] = {}
        self.kept: dict[str, Kept] = {}
        self.ids: dict[str, str] = {}
        self.lag = 0
        self.made = 0
        self.writing: tuple[str, frozenset[str]] = ("", frozenset())
        """The page and the properties that are about to be written: what is written there in this moment by hand is lost."""

    # --- looking -------------------------------------------------------------------------------------------------------

    def ours(self, row_id: str) -> dict[str, Value]:
        return outgoing.ours(self.kind, self.rows[row_id].values, AROUND)

    def theirs(self, page_id: str) -> dict[str, Value]:
        return incoming.theirs(self.kind, self.told(self.workspace.sheets[page_id]), AROUND, ids=self.ids)

    def told(self, sheet: Sheet) -> Json:
        """The properties of a page, its texts whole."""
        told = self.workspace.page_told(sheet)["properties"]
        for one in told.values():
            if incoming.is_cut(one):
                one[one["type"]] = [{"plain_text": text} for text in sheet.values[one["id"]]]
        return told

    def new_id(self) -> str:
        self.made += 1
        return f"00000000-0000-4000-8000-{self.made:012d}"

    # --- a run ---------------------------------------------------------------------------------------------------------

    def run(self) -> Iterator[None]:
        yield from self._mend()
        yield from self._discover()
        for row_id in list(self.rows):
            if row_id not in self.mapped.values():
                yield from self._create(row_id)
        for row_id in list(self.mapped.values()):
            yield from self._settle(row_id)

    @property
    def mapped(self) -> dict[str, str]:
        """Rows by their pages."""
        return {one.page_id: row_id for row_id, one in self.kept.items() if one.page_id is not None}

    def _mend(self) -> Iterator[None]:
        table = self.workspace.tables[self.table_id]
        told = self.workspace.table_told(table)["properties"]
        yield
        lacking = schema.missing(self.kind, told, self.ids)
        free = {name: one for name, one in schema.mended(self.kind, lacking).items() if name not in table.columns}
        if free:
            self.workspace.add_columns(table, free)
            yield
        told = self.workspace.table_told(table)["properties"]
        yield
        found = schema.ids_of(self.kind, told, self.ids)
        for key in schema.forgotten(self.ids, found):  # in one transaction
            for one in self.kept.values():
                one.base.pop(key, None)
        self.ids = found
        yield

    def _discover(self) -> Iterator[None]:
        table = self.workspace.tables[self.table_id]
        found = [
            self.workspace.as_indexed(one, self.lag)
            for one in list(self.workspace.sheets.values())
            if one.table == table.id
        ]
        yield
        for indexed in [one for one in found if one is not None and not one.in_trash]:
            sheet = self.workspace.sheets[indexed.id]  # a query finds it, and what it says is read itself
            if sheet.in_trash:
                continue
            page = Page(
                id=sheet.id,
                created_time="",
                last_edited_time="",
                created_by=sheet.created_by,
                last_edited_by=sheet.edited_by,
            )
            says = incoming.entity_of(self.told(sheet), ids=self.ids)
            bot_id = self.workspace.bot_id
            what, row_id = standing(page, says, bot_id=bot_id, mapped=self.mapped, rows=set(self.rows))
            if what == "lost" and row_id is not None:
                self._adopt(row_id, sheet.id)
            elif what == "copy" and is_ours_alone(page, bot_id):
                sheet.in_trash = True
            elif what in ("new", "copy"):
                self._take(sheet.id)
            yield

    def _adopt(self, row_id: str, page_id: str) -> None:
        self.kept.setdefault(row_id, Kept(None, {})).page_id = page_id

    def _take(self, page_id: str) -> None:
        """A page as a new row: the row, and that it stands there, in one transaction."""
        theirs = self.theirs(page_id)
        made = taking.new_row(self.kind, theirs, AROUND)
        if made.faults:
            return
        row_id = self.new_id()
        self.rows[row_id] = Row({**self.defaults, **made.values})
        self.kept[row_id] = Kept(page_id, {})

    def _create(self, row_id: str) -> Iterator[None]:
        told = self.workspace
        for sheet in list(told.sheets.values()):
            indexed = told.as_indexed(sheet, self.lag)
            if indexed is None or sheet.in_trash or sheet.id in self.mapped:
                continue
            if incoming.entity_of(self.told(sheet), ids=self.ids) == row_id:
                self._adopt(row_id, sheet.id)
                return
        yield
        if "id" not in self.ids:
            return
        values = {key: value for key, value in self.ours(row_id).items() if key in self.ids}
        before = self.kept.get(row_id)
        self.kept[row_id] = Kept(None, intended(None if before is None else before.base, values, self.hashed))
        yield
        page = written(self.kind, values, entity_id=row_id, ids=self.ids, new=True)
        table = told.tables[self.table_id]
        try:
            checked = told.checked(table, page.properties)
        except Wrong:  # a property was deleted meanwhile: the next run sees that
            return
        sheet = told.new_sheet(table, checked, by=told.bot_id)
        yield
        self.kept[row_id] = Kept(sheet.id, agreed({}, values, self.hashed))
        yield

    def _settle(self, row_id: str) -> Iterator[None]:
        kept, row = self.kept[row_id], self.rows[row_id]
        assert kept.page_id is not None
        sheet = self.workspace.sheets[kept.page_id]
        if sheet.in_trash:
            return
        ours, theirs, version = self.ours(row_id), self.theirs(kept.page_id), row.version
        found = compare(self.kind, kept.base, ours, theirs, self.hashed)
        kept.base = dict(found.base)
        yield
        taken = taking.changes(self.kind, ours, theirs, found.take, AROUND)
        keys = [key for key in found.take if key not in taken.faults]
        if keys:
            if row.version != version:  # somebody wrote meanwhile: `changed`, and the next run compares again
                return
            row.values.update(taken.values)
            row.values.update({step.key: theirs[step.key] for step in taken.commands})
            row.version += 1
            taken_as = {key: self.ours(row_id)[key] for key in keys}
            yield
            kept.base = agreed(kept.base, {**ours, **taken_as}, self.hashed, keys, told=theirs)
            yield
        says = incoming.entity_of(self.told(sheet), ids=self.ids)
        if found.push or says != row_id:
            yield from self._push(row_id, sheet, ours, found.push)

    def _push(self, row_id: str, sheet: Sheet, ours: dict[str, Value], push: tuple[str, ...]) -> Iterator[None]:
        kept = self.kept[row_id]
        assert kept.page_id is not None
        fresh = self.theirs(kept.page_id)  # read once more: since it was compared somebody may have written there
        again = compare(self.kind, kept.base, ours, fresh, self.hashed)
        keys = [key for key in push if again.states.get(key) == "ours"]
        self.writing = (sheet.id, frozenset(keys))
        yield
        entity = {"entity_id": row_id} if "id" in self.ids else {}
        page = written(self.kind, ours, ids=self.ids, keys=keys, **entity)
        try:
            checked = self.workspace.checked(self.workspace.tables[self.table_id], page.properties)
        except Wrong:  # as above
            return
        finally:
            self.writing = ("", frozenset())
        if sheet.in_trash:
            return
        self.workspace.write(sheet, checked, by=self.workspace.bot_id)
        told = self.theirs(kept.page_id)  # the answer says how it stands there
        yield
        kept.base = agreed(kept.base, ours, self.hashed, keys, told=told)
        yield
