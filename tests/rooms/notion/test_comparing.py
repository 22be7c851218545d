"""Both sides against what they last agreed on; what a page is; what a database lacks; from when on and how fast it is asked."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.errors import Invalid
from rooms.notion import canonical, marks, pace, pages, schema
from rooms.notion.compare import agreed, compare, intended, resolved
from rooms.notion.kinds import EVERY, KINDS
from rooms.notion.pace import Bucket, ask, plan, rest
from rooms.notion.pages import Page, id_in, is_echo, is_ours_alone, standing
from tests.support.notion_store import Workspace

RESOURCES = KINDS["resources"]
hashed = partial(canonical.digest, b"secret of a test")
NOON = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)


def states(base, ours, theirs):
    return dict(compare(RESOURCES, base, ours, theirs, hashed).states)


class TestCompare:
    @pytest.mark.parametrize(("base", "ours", "theirs"), list(product(("a", "b", None), repeat=3)))
    def test_one_side_changed_is_taken_and_both_are_asked_about(self, base, ours, theirs):
        before = agreed({}, {"title": base}, hashed)
        expected = "same" if ours == theirs else "ours" if theirs == base else "theirs" if ours == base else "conflict"
        found = compare(RESOURCES, before, {"title": ours}, {"title": theirs}, hashed)
        assert found.states == {"title": expected}
        assert found.base == (agreed({}, {"title": ours}, hashed) if ours == theirs else before)

    def test_what_was_never_agreed_on_was_nothing_on_both_sides(self):
        assert states({}, {"title": "a"}, {"title": None}) == {"title": "ours"}
        assert states({}, {"title": None}, {"title": "a"}) == {"title": "theirs"}
        assert states({}, {"title": "a"}, {"title": "b"}) == {"title": "conflict"}
        assert states({}, {"shared_with_partner": True}, {"shared_with_partner": False}) == {
            "shared_with_partner": "ours"
        }

    def test_ours_stands_of_what_goes_out_alone_and_of_what_is_said_once(self):
        kind = KINDS["tasks"]
        ours, theirs = {"point_value": 3, "recurring": "none"}, {"point_value": 9, "recurring": "daily"}
        assert compare(kind, {}, ours, theirs, hashed).push == ("point_value", "recurring")

    @pytest.mark.parametrize("key", ["description", "created_at"])
    def test_what_notion_keeps_otherwise_is_not_pushed_for_ever(self, key):
        kind = KINDS["journal"] if key == "created_at" else RESOURCES
        mine, kept_as = ("2026-11-30T12:00Z", "2026-11-30") if key == "created_at" else ("a\tb", "a b")
        base = agreed({}, {key: mine}, hashed, told={key: kept_as})
        assert compare(kind, base, {key: mine}, {key: kept_as}, hashed).states == {key: "same"}
        assert compare(kind, base, {key: None}, {key: kept_as}, hashed).push == (key,)
        theirs = compare(kind, base, {key: mine}, {key: None}, hashed)
        assert theirs.states == {key: "ours" if key == "created_at" else "theirs"}
        assert compare(kind, base, {key: "x"}, {key: "y"}, hashed).conflicts == (() if key == "created_at" else (key,))
        assert compare(kind, base, {key: "x"}, {key: "x"}, hashed).base == agreed({}, {key: "x"}, hashed)

    def test_a_page_that_was_made_without_words_gets_them_when_its_owner_says_so(self):
        assert states({}, {"title": "a"}, {"title": RESOURCES.neutral}) == {"title": "ours"}
        assert states({}, {"title": None}, {"title": RESOURCES.neutral}) == {"title": "same"}
        assert states({}, {"title": "a"}, {"title": "Another"}) == {"title": "conflict"}

    def test_of_what_changed_between_two_tries_to_make_a_page_nothing_is_agreed_on(self):
        first = intended(None, {"title": "a", "rating": 1}, hashed)
        assert first == agreed({}, {"title": "a", "rating": 1}, hashed)
        second = intended(first, {"title": "b", "rating": 1}, hashed)
        assert states(second, {"title": "b", "rating": None}, {"title": "a", "rating": 1}) == {
            "title": "conflict",
            "rating": "ours",
        }
        assert states(second, {"title": "b"}, {"title": None}) == {"title": "conflict"}

    def test_what_one_side_does_not_have_is_left_alone(self):
        assert states({}, {"title": "a"}, {"description": "b"}) == {}

    def test_each_way_out_of_a_conflict_leaves_none(self):
        base = agreed({}, {"title": "a", "description": None, "rating": 1}, hashed)
        ours, theirs = {"title": "b", "description": "x", "rating": 2}, {"title": "c", "description": "y", "rating": 1}
        found = compare(RESOURCES, base, ours, theirs, hashed)
        assert (found.conflicts, found.push) == (("title", "description"), ("rating",))
        for strategy, expected in (("prefer_ours", "ours"), ("prefer_notion", "theirs")):
            moved = resolved(found, ours, theirs, hashed, strategy)
            assert states(moved, ours, theirs) == {"title": expected, "description": expected, "rating": "ours"}
        moved = resolved(found, ours, theirs, hashed, "merge", {"title": "notion"})
        assert states(moved, ours, theirs) == {"title": "theirs", "description": "conflict", "rating": "ours"}
        for sides in ({"rating": "ours"}, {"nothing": "ours"}, {}):
            with pytest.raises(Invalid):
                resolved(found, ours, theirs, hashed, "merge", sides)

    def test_who_decided_about_other_words_is_asked_again(self):
        base = agreed({}, {"title": "a"}, hashed)
        found = compare(RESOURCES, base, {"title": "b"}, {"title": "c"}, hashed)
        moved = resolved(found, {"title": "b"}, {"title": "c"}, hashed, "prefer_ours")
        assert states(moved, {"title": "b"}, {"title": "d"}) == {"title": "conflict"}

    def test_a_hash_says_nothing_to_who_has_no_key_and_differs_by_property(self):
        assert canonical.digest(b"k", "title", "a") != canonical.digest(b"l", "title", "a")
        assert canonical.digest(b"k", "title", "a") != canonical.digest(b"k", "description", "a")
        assert canonical.digest(b"k", "rating", 1) != canonical.digest(b"k", "rating", True)


class TestPages:
    ID, OTHER, STRANGER = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))

    def stands(self, page_id, says, *, by="person"):
        page = Page(id=page_id, created_time="", last_edited_time="", created_by=by)
        return standing(page, says, bot_id="bot", mapped={"known": self.ID}, rows={self.ID, self.OTHER})

    def test_what_a_page_is(self):
        assert self.stands("known", None) == ("known", self.ID)
        assert self.stands("known", self.OTHER) == ("known", self.ID)
        assert self.stands("p", self.OTHER, by="bot") == ("lost", self.OTHER)
        assert self.stands("p", self.ID) == ("copy", self.ID)
        assert self.stands("p", None) == ("new", None)
        assert self.stands("p", "my own words") == ("new", None)
        assert self.stands("p", None, by="another-bot") == ("new", None)
        assert self.stands("p", None, by="bot") == ("strange", None)
        assert self.stands("p", self.STRANGER) == ("strange", None)

    def test_a_page_that_we_made_twice_goes_only_where_nobody_wrote_into_it(self):
        for created, edited, alone in (("bot", "bot", True), ("bot", "person", False), ("person", "bot", False)):
            page = Page(id="p", created_time="", last_edited_time="", created_by=created, last_edited_by=edited)
            assert is_ours_alone(page, "bot") == alone

    def test_only_what_we_did_alone_is_an_echo(self):
        assert is_echo({"bot": "bot"}, "bot")
        assert not is_echo({"bot": "bot", "p": "person"}, "bot")
        assert not is_echo({"other": "bot"}, "bot")
        assert not is_echo({}, "bot")

    def test_an_id_is_found_in_what_somebody_pasted(self):
        wanted, plain = "0123abcd-89ab-4def-8123-456789abcdef", "0123abcd89ab4def8123456789abcdef"
        for text in (
            wanted,
            plain,
            f"https://www.notion.so/me/Our-Page-{plain}?v=1",
            f" https://app.notion.com/p/{plain}#top ",
        ):
            assert id_in(text) == wanted
        for text in ("", "our page", f"{plain}0", "https://www.notion.so/"):
            assert id_in(text) is None


class TestSchema:
    def properties(self, kind, owner="o"):
        made = Workspace("Ours", lambda: NOON, lambda: 0)
        table = made.new_table(made.page_id, "x", schema.properties_of(kind, owner))
        return made, table, lambda: made.table_told(table)["properties"]

    @pytest.mark.parametrize("kind", EVERY.values(), ids=EVERY)
    def test_a_database_that_we_made_lacks_nothing_and_is_known_by_its_mark(self, kind):
        _, _, told = self.properties(kind)
        assert schema.missing(kind, told()) == ()
        assert set(schema.ids_of(kind, told())) == {*kind.by_key, "id"}
        assert schema.is_marked(kind, "o", told())
        assert not schema.is_marked(kind, "somebody-else", told())
        assert not any(schema.is_marked(other, "o", told()) for other in EVERY.values() if other is not kind)

    def test_what_people_call_otherwise_is_not_missing(self):
        made, table, told = self.properties(RESOURCES)
        ids = schema.ids_of(RESOURCES, told())
        made.human.rename(table.id, "Description", "Words")
        made.human.rename(table.id, "Attuned", "What is this?")
        assert schema.missing(RESOURCES, told(), ids) == ()
        assert schema.is_marked(RESOURCES, "o", told())
        assert [one.name for one in schema.missing(RESOURCES, told())] == ["Description"]

    def test_what_is_gone_or_of_another_type_is_named_and_what_was_agreed_of_it_forgotten(self):
        made, table, told = self.properties(RESOURCES)
        ids = schema.ids_of(RESOURCES, told())
        made.human.drop(table.id, "Description")
        made.human.retype(table.id, "Tags", "rich_text")
        made.human.drop(table.id, "Attuned ID")
        lacking = schema.missing(RESOURCES, told(), ids)
        assert {(one.key, one.name, one.found) for one in lacking} == {
            ("description", "Description", None), ("tags", "Tags", "rich_text"), ("id", "Attuned ID", None),
        }  # fmt: skip
        assert schema.mended(RESOURCES, lacking) == {"Description": {"rich_text": {}}, "Attuned ID": {"rich_text": {}}}
        made.add_columns(table, schema.mended(RESOURCES, lacking))
        after = schema.ids_of(RESOURCES, told(), ids)
        assert set(schema.forgotten(ids, after)) == {"description", "tags"}
        assert [one.key for one in schema.missing(RESOURCES, told(), after)] == ["tags"]


class TestMarks:
    def test_a_run_begins_before_the_last_one_ended_and_its_mark_never_goes_back(self):
        mark = marks.after(None, [NOON, NOON - timedelta(hours=1)])
        assert mark == NOON.replace(second=0)
        assert marks.after(mark, [NOON - timedelta(days=1)]) == mark
        assert marks.after(mark, []) == mark
        assert marks.since(mark) == NOON.replace(second=0) - marks.OVERLAP
        assert (marks.since(None), marks.after(None, [])) == (None, None)
        assert marks.told(NOON) == "2026-11-30T12:00:00Z"

    def test_everything_is_read_now_and_then(self):
        assert marks.is_due(None, NOON)
        assert marks.is_due(NOON - timedelta(days=1), NOON)
        assert not marks.is_due(NOON - timedelta(hours=23), NOON)


class TestPace:
    @given(st.lists(st.floats(0, 5), min_size=1, max_size=80), st.integers(0, 3))
    def test_no_connection_asks_more_often_than_it_may(self, gaps, busy):
        """Whoever asks at whatever moments: in no span of time are there more requests than the burst and the rate give."""
        bucket, now, made = Bucket(), 0.0, []
        for number, gap in enumerate(gaps):
            now += gap
            if number % 7 == busy:
                bucket = rest(bucket, now, 3.0)
            bucket, wait = ask(bucket, now)
            made.append(now + wait)
        for begins in range(len(made)):
            for ends in range(begins, len(made)):
                span = made[ends] - made[begins]
                assert ends - begins + 1 <= pace.BURST + span * pace.RATE + 1.0001

    def test_a_rest_is_everybodys_and_the_first_after_it_do_not_come_at_once(self):
        bucket = rest(Bucket(), 10.0, 30.0)
        bucket, first = ask(bucket, 11.0)
        bucket, second = ask(bucket, 11.0)
        assert first == 29.0
        assert second >= first
        assert rest(Bucket(), 0.0, 1e9).rests == pace.LONGEST_WAIT_S

    def test_each_trouble_has_its_plan(self):
        assert plan("unauthorized", 1) == pace.Plan(None, broken=True, counts=False)
        assert plan("refused", 1).again_s is None
        limited = plan("limited", 7, after_s=90.0)
        assert (limited.again_s, limited.rest_s, limited.counts) == (90.0, 90.0, False)
        assert plan("overloaded", 99).again_s is not None
        waits = [plan("away", tries).again_s for tries in range(1, pace.MOST_TRIES)]
        assert waits == sorted(waits)
        assert plan("away", pace.MOST_TRIES).again_s is None
        assert plan("conflict", 1).rest_s == 0.0
        assert plan("away", 1, after_s=99999.0).again_s == pace.LONGEST_WAIT_S
        assert pages.standing is standing
