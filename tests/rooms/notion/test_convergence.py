"""Random edits on both sides, clears, copies, the trash, deleted and renamed properties, runs cut between any two steps, queries
that are late: both sides end alike, and no word that a person wrote is overwritten before the other side had it.

What counts is written down here a second time, without the code it is about: every edit of a person is `live` until its value
stood on both sides, or the same side wrote another one, or a person decided against it. A live value stands where it was written.
Who puts back what both sides had agreed on before has changed nothing.
"""

from datetime import UTC, datetime
from functools import partial
from itertools import chain, count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rooms.notion import canonical, schema, taking
from rooms.notion.compare import compare, resolved
from rooms.notion.kinds import KINDS
from rooms.notion.of_characters import STATS
from tests.rooms.notion import values
from tests.rooms.notion.mirror import Mirror, Row
from tests.rooms.notion.values import AROUND, some
from tests.support.notion_store import Workspace

NOON = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)
hashed = partial(canonical.digest, b"secret of a test")


def heard(live, where, value):
    """What is live there stands on both sides now; another value that was is lost, and stays live."""
    if where in live and live[where] == value:
        del live[where]


class Sides(RuleBasedStateMachine):
    """One kind, one database, one person on either side."""

    kind_name = "resources"

    @initialize(data=st.data())
    def begin(self, data):
        self.count, numbers = 0, count(1)
        self.kind = KINDS[self.kind_name]
        self.workspace = Workspace("Ours", lambda: NOON, lambda: self.count, lambda: UUID(int=next(numbers)))
        table = self.workspace.new_table(self.workspace.page_id, "x", schema.properties_of(self.kind, "o"))
        defaults = data.draw(values.rows(self.kind))
        self.mirror = Mirror(self.kind, self.workspace, table.id, hashed, defaults)
        self.run = iter(())
        self.agreed: dict[tuple[str, str], list[Any]] = {}
        self.ours_live: dict[tuple[str, str], Any] = {}
        self.theirs_live: dict[tuple[str, str], Any] = {}
        self.told_keys = {one.key for one in self.kind.properties if one.way == "both"}
        some_of = st.lists(st.sampled_from(sorted(self.told_keys)), min_size=2, max_size=4, unique=True)
        self.written_to = sorted({*data.draw(some_of), self.kind.title.key})
        """What people write to again and again; all there is they write to once."""
        self.we_add_a_row(data)
        self.they_add_a_page(data)
        self.it_works_to_the_end()

    # --- people --------------------------------------------------------------------------------------------------------

    def chosen(self, data):
        return self.kind.by_key[data.draw(st.sampled_from(self.written_to))]

    @rule(data=st.data())
    def we_add_a_row(self, data):
        row_id = self.mirror.new_id()
        self.mirror.rows[row_id] = Row(data.draw(values.rows(self.kind)))
        for key in self.told_keys:
            self.ours_live[row_id, key] = self.mirror.ours(row_id)[key]

    @precondition(lambda self: self.mirror.rows)
    @rule(data=st.data())
    def we_edit_a_row(self, data):
        self.we_write(data, data.draw(st.sampled_from(sorted(self.mirror.rows))), self.chosen(data))

    def we_write(self, data, row_id, one):
        if one.commands and one.takes is None:
            return  # a status is not edited, and each of its moves is one of ours
        row = self.mirror.rows[row_id]
        row.values.update(data.draw(values.columns(one)))
        row.version += 1
        for key in STATS if one.key in STATS else (one.key,):
            self.written(self.ours_live, (row_id, key), row_id, self.mirror.ours(row_id)[key])

    def written(self, live, where, row_id, value):
        if value in self.agreed.get((row_id, where[1]), ()):
            live.pop(where, None)
        else:
            live[where] = value

    @rule(data=st.data())
    def they_add_a_page(self, data):
        some = data.draw(st.lists(st.sampled_from(self.kind.properties), max_size=6))
        columns = self.workspace.tables[self.mirror.table_id].columns
        said = {
            one.name: data.draw(values.by_hand(one))
            for one in some
            if one.name in columns and one.type == columns[one.name].type
        }
        page = self.workspace.human.create(self.mirror.table_id, said)
        for one in some:
            self.note(page, one.key)

    @precondition(lambda self: self.workspace.sheets)
    @rule(data=st.data())
    def they_edit_a_page(self, data):
        self.they_write(data, data.draw(st.sampled_from(sorted(self.workspace.sheets))), self.chosen(data))

    def they_write(self, data, page, one):
        columns = self.workspace.tables[self.mirror.table_id].columns
        there = [name for name, column in columns.items() if column.id == self.mirror.ids.get(one.key)]
        if not there or columns[there[0]].type != one.type or one.key in self.busy(page):
            return
        self.workspace.human.edit(page, there[0], data.draw(values.by_hand(one)))
        self.note(page, one.key)

    @precondition(lambda self: self.mirror.mapped)
    @rule(data=st.data())
    def both_write_to_one_place(self, data):
        row_id = data.draw(st.sampled_from(sorted(self.mirror.mapped.values())))
        one = self.chosen(data)
        self.we_write(data, row_id, one)
        self.they_write(data, self.mirror.kept[row_id].page_id, one)

    def busy(self, page):
        """What is being written at this moment: Notion has no way to write only where nobody else did."""
        return self.mirror.writing[1] if self.mirror.writing[0] == page else ()

    def note(self, page, key):
        found = self.mirror.theirs(page)
        if key not in self.told_keys or key not in found:
            return
        if found[key] or page in self.mirror.mapped or self.workspace.sheets[page].created_by == self.workspace.bot_id:
            self.written(self.theirs_live, (page, key), self.mirror.mapped.get(page), found[key])
        else:
            self.theirs_live.pop((page, key), None)  # of a page that is no row yet nothing was said with that

    @precondition(lambda self: self.workspace.sheets)
    @rule(data=st.data())
    def they_copy_a_page(self, data):
        page = data.draw(st.sampled_from(sorted(self.workspace.sheets)))
        copied = self.workspace.human.duplicate(page)
        for key in self.told_keys:
            self.note(copied, key)

    @precondition(lambda self: self.workspace.sheets)
    @rule(data=st.data())
    def they_use_the_trash(self, data):
        page = data.draw(st.sampled_from(sorted(self.workspace.sheets)))
        if self.workspace.sheets[page].in_trash:
            self.workspace.human.restore(page)
        else:
            self.workspace.human.trash(page)

    @rule(data=st.data(), how=st.sampled_from(["rename", "drop", "drop"]))
    def they_change_the_database(self, data, how):
        table = self.workspace.tables[self.mirror.table_id]
        one = data.draw(st.sampled_from([one for one in self.kind.properties if not one.title]))
        there = [name for name, column in table.columns.items() if column.id == self.mirror.ids.get(one.key)]
        if not there:
            return
        if how == "rename":
            self.workspace.human.rename(table.id, there[0], f"{there[0]}'")
            return
        self.workspace.human.drop(table.id, there[0])
        for page in self.workspace.sheets:
            self.theirs_live.pop((page, one.key), None)  # they deleted it themselves

    @precondition(lambda self: self.mirror.mapped)
    @rule(data=st.data())
    def somebody_decides(self, data):
        row_id = data.draw(st.sampled_from(sorted(self.mirror.mapped.values())))
        kept = self.mirror.kept[row_id]
        ours, theirs = self.mirror.ours(row_id), self.mirror.theirs(kept.page_id)
        found = compare(self.kind, kept.base, ours, theirs, hashed)
        if not found.conflicts:
            return
        self.run = iter(())  # what was begun with the old base is compared anew
        self.mirror.writing = ("", frozenset())
        side = data.draw(st.sampled_from(["ours", "notion"]))
        keys = data.draw(st.sets(st.sampled_from(found.conflicts), min_size=1))
        kept.base = resolved(found, ours, theirs, hashed, "merge", dict.fromkeys(keys, side))
        for key in keys:
            if side == "ours":
                self.theirs_live.pop((kept.page_id, key), None)
            else:
                self.ours_live.pop((row_id, key), None)

    # --- the machine ---------------------------------------------------------------------------------------------------

    @rule(steps=st.integers(1, 25))
    def it_works_a_while(self, steps):
        for _ in range(steps):
            self.count += 1
            if next(self.run, self) is self:
                self.run = self.mirror.run()
            self.delivered()
            self.nothing_is_lost()

    @rule()
    def it_works_to_the_end(self):
        for _ in chain(self.run, self.mirror.run()):
            self.count += 1
            self.delivered()
            self.nothing_is_lost()

    @rule()
    def it_stops(self):
        self.run = iter(())
        self.mirror.writing = ("", frozenset())

    @rule(lag=st.integers(0, 30))
    def queries_are_late(self, lag):
        self.mirror.lag = lag

    # --- what holds ----------------------------------------------------------------------------------------------------

    def delivered(self):
        """What stands on both sides was heard."""
        for page_id, row_id in self.mirror.mapped.items():
            ours, theirs = self.mirror.ours(row_id), self.mirror.theirs(page_id)
            for key in self.told_keys & theirs.keys():
                if ours[key] == theirs[key] or self.means_the_same(key, ours[key], theirs[key]):
                    self.agreed.setdefault((row_id, key), []).extend([ours[key], theirs[key]])
                    heard(self.theirs_live, (page_id, key), theirs[key])
                    heard(self.ours_live, (row_id, key), ours[key])

    def means_the_same(self, key, ours, theirs):
        """A day there is a moment with us."""
        if theirs is None or "T" in str(theirs) or self.kind.by_key[key].type != "date":
            return False
        taken = taking.changes(self.kind, {}, {key: theirs}, [key], AROUND).values
        return (
            bool(taken) and canonical.of_row(self.kind.by_key[key], {**self.mirror.defaults, **taken}, AROUND) == ours
        )

    @invariant()
    def nothing_is_lost(self):
        ours = {row_id: self.mirror.ours(row_id) for row_id in {row_id for row_id, _ in self.ours_live}}
        for (row_id, key), value in self.ours_live.items():
            assert ours[row_id][key] == value, (key, value)
        theirs = {page: self.mirror.theirs(page) for page in {page for page, _ in self.theirs_live}}
        for (page, key), value in self.theirs_live.items():
            assert theirs[page].get(key, value) == value, (key, value)

    def teardown(self):
        if not hasattr(self, "mirror"):
            return
        self.run, self.mirror.lag, self.mirror.writing = iter(()), 0, ("", frozenset())
        self.settle()
        self.settled()
        for page_id, row_id in self.mirror.mapped.items():
            kept = self.mirror.kept[row_id]
            ours, theirs = self.mirror.ours(row_id), self.mirror.theirs(page_id)
            found = compare(self.kind, kept.base, ours, theirs, hashed)
            if found.conflicts:
                kept.base = resolved(found, ours, theirs, hashed, "prefer_ours")
                for key in found.conflicts:
                    self.theirs_live.pop((page_id, key), None)
        self.settle()
        assert not self.settled()

    def settle(self):
        for _ in range(4):
            for _ in self.mirror.run():
                self.count += 1
                self.delivered()
                self.nothing_is_lost()

    def settled(self):
        """Every row stands in Notion, and says what it says there: all but conflicts, which are returned, and what is refused."""
        conflicts = []
        pages = self.mirror.mapped
        assert set(pages.values()) == set(self.mirror.rows)
        assert len(pages) == len(self.mirror.rows)
        for page_id, row_id in pages.items():
            kept, sheet = self.mirror.kept[row_id], self.workspace.sheets[page_id]
            if sheet.in_trash:
                continue
            ours, theirs = self.mirror.ours(row_id), self.mirror.theirs(page_id)
            found = compare(self.kind, kept.base, ours, theirs, hashed)
            assert not found.push
            refused = taking.changes(self.kind, ours, theirs, found.take, AROUND)
            assert set(refused.faults) == set(found.take)
            conflicts += found.conflicts
        for sheet in self.workspace.sheets.values():
            if not sheet.in_trash and sheet.id not in pages:
                assert taking.new_row(self.kind, self.mirror.theirs(sheet.id), AROUND).faults
        return conflicts


@pytest.mark.parametrize(("name", "examples"), [("resources", 8), ("tasks", 5), ("calendar", 5), ("kinksters", 2)])
def test_both_sides_end_alike_and_no_word_is_lost(name, examples):
    machine = type(f"Sides_{name}", (Sides,), {"kind_name": name})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=some(examples),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to make one smaller takes minutes
        ),
    )


def test_who_deletes_a_property_there_clears_nothing_here():
    numbers = count(1)
    workspace = Workspace("Ours", lambda: NOON, lambda: 0, lambda: UUID(int=next(numbers)))
    kind = KINDS["resources"]
    table = workspace.new_table(workspace.page_id, "x", schema.properties_of(kind, "o"))
    row = {
        "title": "A book",
        "url": None,
        "resource_type": "book",
        "category": "other",
        "description": "Slow",
        "tags": ["calm"],
    }
    row |= {"shared_with_partner": False, "rating": 5, "bond_id": None}
    mirror = Mirror(kind, workspace, table.id, hashed, row)
    mirror.rows["00000000-0000-4000-8000-000000000001"] = Row(dict(row))

    def settle():
        for _ in range(3):
            for _ in mirror.run():
                pass

    settle()
    workspace.human.drop(table.id, "Description")
    workspace.human.retype(table.id, "Tags", "rich_text")
    settle()
    (page,) = mirror.mapped
    assert workspace.human.read(page)["Description"] == "Slow"
    assert [one.values for one in mirror.rows.values()] == [row]
    workspace.human.retype(table.id, "Tags", "multi_select")
    settle()
    assert [one.values for one in mirror.rows.values()] == [row]
    assert workspace.human.read(page)["Tags"] == ["calm"]
