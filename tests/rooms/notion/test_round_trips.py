"""Every kind's values go to Notion and come back as they were; the stand-in takes what we write as strictly as documented."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rooms.bonds.tool import Field
from rooms.bonds.tools import TOOLS
from rooms.notion import canonical, incoming, outgoing, schema, taking
from rooms.notion.kinds import EVERY, KINDS
from rooms.notion.of_characters import STATS
from rooms.notion.outgoing import pieces, units, written
from rooms.notion.property import Around, Kind
from tests.rooms.notion import values
from tests.rooms.notion.values import AROUND, some
from tests.support.notion_store import Workspace

NOON = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)
BIDIRECTIONAL = ("tasks", "rules", "journal", "calendar", "contracts", "image_generations", "kinksters")


def workspace() -> Workspace:
    return Workspace("Ours", lambda: NOON, lambda: 0)


def through(kind: Kind, said: Any, entity_id: str = "row") -> dict[str, Any]:
    """What a page says after it was written."""
    made = workspace()
    table = made.new_table(made.page_id, kind.called, schema.properties_of(kind, "o"))
    page = written(
        kind, said, entity_id=entity_id, ids=schema.ids_of(kind, made.table_told(table)["properties"]), new=True
    )
    assert not page.faults
    sheet = made.new_sheet(table, made.checked(table, page.properties), by=made.bot_id)
    told = made.page_told(sheet)["properties"]
    for name, one in told.items():  # what the client reads whole
        if incoming.is_cut(one):
            column = table.columns[name]
            told[name] = {**one, column.type: [{"plain_text": text} for text in sheet.values[column.id]]}
    return told


@pytest.mark.parametrize("kind", EVERY.values(), ids=EVERY)
@settings(max_examples=some(8), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_is_written_is_read_as_it_was(kind, data):
    row = data.draw(values.rows(kind))
    said = outgoing.ours(kind, row, AROUND)
    assert set(said) == set(kind.by_key)
    told = through(kind, said)
    assert incoming.theirs(kind, told, AROUND) == said
    assert incoming.entity_of(told) == "row"


@pytest.mark.parametrize("kind", [one for one in KINDS.values() if one.creates], ids=lambda kind: kind.name)
@settings(max_examples=some(8), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_what_is_taken_says_what_the_page_says(kind, data):
    """A row that has the values of a page shows them, whatever it held before."""
    before, after = data.draw(values.rows(kind)), data.draw(values.rows(kind))
    ours, theirs = outgoing.ours(kind, before, AROUND), outgoing.ours(kind, after, AROUND)
    keys = [one.key for one in kind.properties if one.way == "both" and not one.commands and one.takes is None]
    keys = [key for key in keys if ours[key] != theirs[key]]
    taken = taking.changes(kind, ours, theirs, keys, AROUND)
    needed = {one.key for one in kind.properties if not one.cleared}
    assert set(taken.faults) <= {key for key in keys if theirs[key] is None and key in needed}
    now = outgoing.ours(kind, {**before, **taken.values}, AROUND)
    assert {key: now[key] for key in keys if key not in taken.faults} == {
        key: theirs[key] for key in keys if key not in taken.faults
    }


@pytest.mark.parametrize("kind", [one for one in KINDS.values() if one.creates], ids=lambda kind: kind.name)
@settings(max_examples=some(5), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_page_that_a_person_made_becomes_a_row_or_says_what_is_wrong(kind, data):
    theirs = outgoing.ours(kind, data.draw(values.rows(kind)), AROUND)
    made = taking.new_row(kind, theirs, AROUND)
    needed = [one for one in kind.properties if one.needed and one.way != "out" and not one.commands]
    missing = {one.key for one in needed if theirs[one.key] is None}
    assert set(made.faults) == missing
    if not missing:
        for one in needed:
            assert ("stats" if one.key in STATS else one.columns[0]) in made.values
    assert not {"point_value", "point_cost", "status"} & set(made.values) - (
        {"status"} if kind.name == "check_ins" else set()
    )


class TestDeclarations:
    def test_there_are_fifteen_kinds_and_one_beside_them(self):
        assert " ".join(KINDS) == (
            "tasks rules journal calendar contracts image_generations kinksters boundaries rewards points_ledger scenes"
            " resources check_ins messages analytics"
        )
        assert set(EVERY) - set(KINDS) == {"kinksters_community"}

    @pytest.mark.parametrize("kind", EVERY.values(), ids=EVERY)
    def test_each_has_one_title_and_every_name_and_key_once(self, kind):
        assert sum(one.title for one in kind.properties) == 1
        for names in ([one.name for one in kind.properties], [one.key for one in kind.properties]):
            assert len({name.casefold() for name in names}) == len(names)
        assert not {outgoing.ID, schema.MARK} & {one.name for one in kind.properties}

    def test_seven_go_both_ways_and_what_is_counted_goes_out_alone(self):
        both = {name for name, kind in KINDS.items() if any(one.way == "both" for one in kind.properties)}
        assert both >= set(BIDIRECTIONAL)
        assert set(KINDS) - both == {"points_ledger", "analytics"}
        assert not any(one.way != "out" for one in EVERY["kinksters_community"].properties)

    def test_nothing_is_taken_that_a_caller_may_not_give_in_a_patch_but_by_a_command(self):
        for kind in KINDS.values():
            if kind.tool is None:
                continue
            fields: dict[str, Field] = {one.name: one for one in TOOLS[kind.tool].fields}
            for one in kind.properties:
                if one.way == "both" and not one.commands:
                    assert all(fields[name].given == "always" for name in one.columns), (kind.name, one.key)
                elif one.way == "once" and one.key != "bond_id":
                    assert fields[one.key].given == "once", (kind.name, one.key)

    def test_every_word_that_is_sealed_with_us_is_marked_so_and_every_aimed_one(self):
        for kind in KINDS.values():
            if kind.tool is None:
                continue
            tool = TOOLS[kind.tool]
            for one in kind.properties:
                for field in (field for field in tool.fields if field.name in one.columns):
                    assert one.sealed or not field.is_sealed, (kind.name, one.key)
                    assert one.aimed == field.aimed, (kind.name, one.key)

    def test_points_ratings_and_yeses_are_nobodys_to_say_in_a_workspace(self):
        taken = {(kind.name, one.key) for kind in KINDS.values() for one in kind.properties if one.way != "out"}
        assert not {key for _, key in taken} & {"point_value", "point_cost", "points", "partner_rating", "is_mutual"}
        commands = {
            (kind.name, step.name)
            for kind in KINDS.values()
            for one in kind.properties
            for step in one.commands.values()
        }
        assert commands == {
            ("tasks", "start"), ("tasks", "submit"), ("tasks", "cancel"), ("rules", "activate"), ("rules", "deactivate"),
            ("rewards", "fulfil"), ("rewards", "withdraw"), ("scenes", "call-off"), ("boundaries", "rating"),
            ("kinksters", "primary"), ("image_generations", "choose"),
        }  # fmt: skip


class TestTexts:
    @settings(max_examples=60, deadline=None)
    @given(st.text(max_size=200), st.integers(2, 9))
    def test_pieces_are_short_enough_whole_and_all_there(self, text, longest):
        found = list(pieces(text, longest))
        assert "".join(found) == text
        assert all(0 < units(piece) <= longest for piece in found)

    def test_a_piece_is_measured_as_notion_measures_it(self):
        text = "😀" * 1001
        assert [units(piece) for piece in pieces(text)] == [2000, 2]

    def test_what_would_not_fit_is_not_written_and_said(self):
        kind = KINDS["scenes"]
        row = {"activities": [{"name": "x", "keys": [], "with": [], "notes": "😀" * 4000}] * 30}
        said = outgoing.ours(kind, row, AROUND)
        found = written(kind, said)
        assert (found.properties, found.faults) == ({}, {"activities": "too_long"})

    def test_the_longest_text_that_we_keep_fits(self):
        assert len(list(pieces("😀" * 60_000))) == 60

    def test_one_word_of_a_text_is_bold_and_it_reads_as_one(self):
        told = {"Text": {"id": "x", "type": "rich_text", "rich_text": [{"plain_text": "Not "}, {"plain_text": "now"}]}}
        assert incoming.theirs(KINDS["journal"], told, AROUND) == {"content": "Not now"}

    @pytest.mark.parametrize(
        ("text", "kept"),
        [("a\r\nb\rc", "a\nb\nc"), ("a \n\n", "a"), (" \t", None), ("", None), ("e\u0301", "é"), ("a\u202eb", "ab")],
    )
    def test_what_nobody_can_see_is_no_difference(self, text, kept):
        assert canonical.lines(text) == kept


class TestCleared:
    def test_every_form_that_may_be_empty_is_written_empty(self):
        found = written(KINDS["resources"], {"description": None, "url": None, "tags": None, "rating": None})
        assert found.properties == {
            "Description": {"rich_text": []}, "Address": {"url": None}, "Tags": {"multi_select": []},
            "My rating": {"number": None},
        }  # fmt: skip
        assert written(KINDS["tasks"], {"due": None, "proof_type": None}).properties == {
            "Due": {"date": None},
            "Proof": {"select": None},
        }

    def test_what_is_not_there_is_not_cleared(self):
        told = {
            "Title": {"id": "t", "type": "title", "title": []},
            "Tags": {"id": "u", "type": "rich_text", "rich_text": []},
        }
        assert incoming.theirs(KINDS["resources"], told, AROUND) == {"title": None}

    def test_a_property_is_known_by_its_id_whatever_it_is_called(self):
        told = {"Wording": {"id": "d1", "type": "rich_text", "rich_text": [{"plain_text": "Here"}]}}
        kind = KINDS["resources"]
        assert incoming.theirs(kind, told, AROUND, ids={"description": "d1"}) == {"description": "Here"}
        assert incoming.theirs(kind, told, AROUND) == {}

    def test_another_property_with_its_name_is_not_it(self):
        told = {"Description": {"id": "new", "type": "rich_text", "rich_text": []}}
        assert incoming.theirs(KINDS["resources"], told, AROUND, ids={"description": "d1"}) == {}


class TestWithoutTexts:
    @pytest.mark.parametrize("kind", EVERY.values(), ids=EVERY)
    @settings(
        max_examples=some(2), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
    )
    @given(data=st.data())
    def test_no_word_of_anybody_goes_out(self, kind, data):
        row = data.draw(values.rows(kind))
        said = outgoing.ours(kind, row, AROUND, texts=False)
        assert not [key for key in said if kind.by_key[key].sealed]
        new = written(kind, said, entity_id="row", new=True)
        title = new.properties[kind.title.name]["title"]
        assert kind.title.key in said or title[0]["text"]["content"] == kind.neutral


class TestTaking:
    def said(self, kind: str, before: dict[str, Any], after: dict[str, Any]) -> taking.Taken:
        return taking.changes(KINDS[kind], before, after, list(after), AROUND)

    def test_a_status_is_brought_about_by_the_command_a_person_would_give(self):
        for before, after, command in (
            ("pending", "in_progress", "start"), ("in_progress", "completed", "submit"), ("completed", "cancelled", "cancel"),
        ):  # fmt: skip
            taken = self.said("tasks", {"status": before}, {"status": after})
            assert [step.command for step in taken.commands] == [command]
            assert not taken.faults
            assert not taken.values
        for before, after in (
            ("completed", "approved"),
            ("completed", "in_progress"),
            ("approved", "pending"),
            ("pending", None),
        ):
            assert self.said("tasks", {"status": before}, {"status": after}).faults == {"status": "no_command"}

    def test_a_no_is_heard_and_a_yes_is_not(self):
        taken = self.said("boundaries", {"my_rating": "maybe"}, {"my_rating": "hard_no"})
        assert [(step.command, step.body) for step in taken.commands] == [("rating", {"rating": "hard_no"})]
        for after in ("yes", "maybe", None):
            assert self.said("boundaries", {"my_rating": "no"}, {"my_rating": after}).faults == {
                "my_rating": "read_only"
            }

    def test_what_is_shared_is_taken_back_and_never_shared(self):
        assert self.said("journal", {"is_shared": True}, {"is_shared": False}).values == {"is_shared": False}
        assert self.said("journal", {"is_shared": False}, {"is_shared": True}).faults == {"is_shared": "read_only"}

    def test_stats_are_given_together_and_are_sixty(self):
        ours = dict.fromkeys(STATS, 10)
        taken = self.said("kinksters", ours, {"stats.control": 12, "stats.stamina": 8})
        assert taken.values["stats"] == {
            "dominance": 10, "submission": 10, "charisma": 10, "stamina": 8, "creativity": 10, "control": 12,
        }  # fmt: skip
        assert self.said("kinksters", ours, {"stats.control": 12}).faults == {"stats.control": "points"}

    @pytest.mark.parametrize(
        ("kind", "key", "value", "fault"),
        [
            ("tasks", "title", None, "needed"), ("tasks", "title", "x" * 201, "too_long"),
            ("tasks", "priority", "dire", "unknown_option"), ("tasks", "assigned_to", "Somebody", "unknown_person"),
            ("tasks", "reminder_minutes", 2.5, "not_whole"), ("tasks", "reminder_minutes", -1, "out_of_range"),
            ("resources", "url", "ftp://x", "not_a_link"), ("calendar", "rrule", "every day", "not_a_code"),
            ("resources", "tags", tuple(f"t{n}" for n in range(21)), "too_many"), ("calendar", "when", None, "needed"),
            ("tasks", "point_value", 5, "read_only"), ("rules", "assigned_to", "Bo", "read_only"),
        ],
    )  # fmt: skip
    def test_what_is_none_of_its_values_is_said(self, kind, key, value, fault):
        assert self.said(kind, {}, {key: value}).faults == {key: fault}

    def test_a_day_is_a_whole_day_where_its_person_is(self):
        due = self.said("tasks", {}, {"due": "2026-12-01"}).values
        assert due == {"due_date": datetime(2026, 12, 1, 22, 59, tzinfo=UTC), "all_day": True}
        ends = self.said("contracts", {}, {"expires_at": "2026-12-01"}).values
        assert ends == {"expires_at": datetime(2026, 12, 1, 22, 59, tzinfo=UTC)}
        begins = self.said("rules", {}, {"effective_from": "2026-12-01"}).values
        assert begins == {"effective_from": datetime(2026, 11, 30, 23, 0, tzinfo=UTC)}

    def test_an_event_ends_after_its_last_day(self):
        when = self.said("calendar", {}, {"when": "2026-12-01/2026-12-02"}).values
        assert when == {
            "start_date": datetime(2026, 12, 1, 5, tzinfo=UTC),
            "end_date": datetime(2026, 12, 3, 5, tzinfo=UTC),
            "all_day": True,
        }

    def test_a_check_in_of_another_day_is_none(self):
        around = Around(today=NOON.date())
        kind = KINDS["check_ins"]
        assert taking.new_row(kind, {"status": "green", "bond_id": None}, around).faults == {"bond_id": "needed"}
        other = Around(today=NOON.date(), bonds={"b": "Us"})
        assert taking.new_row(kind, {"status": "green", "local_date": "2026-11-29"}, other).faults == {
            "local_date": "not_today"
        }
        assert taking.new_row(kind, {"status": "green"}, other).values == {"status": "green", "bond_id": "b"}

    def test_a_row_in_one_of_several_bonds_says_in_which(self):
        around = Around(bonds={"b": "Us", "c": "Them"}, people={"p": "Bo"})
        theirs = {"title": "Water", "assigned_to": "bo"}
        assert taking.new_row(KINDS["tasks"], theirs, around).faults == {"bond_id": "needed"}
        assert taking.new_row(KINDS["tasks"], {**theirs, "bond_id": "Them"}, around).values["bond_id"] == "c"
        assert taking.new_row(KINDS["journal"], {"content": "Mine"}, around).values == {"content": "Mine"}


def test_two_people_with_one_name_are_called_differently():
    found = canonical.labels({"b": "Robin", "a": "robin", "c": "Ro,bin", "d": ""})
    assert found == {"a": "robin", "b": "Robin 2", "c": f"Ro{canonical.COMMA}bin", "d": "?"}


def test_a_date_that_ends_on_the_last_day_there_is_has_a_fault():
    said = {"title": "Ever after", "when": "9999-12-30/9999-12-31"}
    assert taking.new_row(EVERY["calendar"], said, AROUND).faults == {"when": "not_a_date"}
