"""Texts of another database, read back as they were written there."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms.bonds.dump import copy_text, sql_text, values
from rooms.bonds.dump.kinds import FIFTEEN, KINDS, TAKEN, as_here
from rooms.bonds.dump.reasons import REASONS, sentence

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


def _copied(text: str | None) -> str:
    """As PostgreSQL writes it."""
    if text is None:
        return "\\N"
    for what, written in (
        ("\\", "\\\\"),
        ("\b", "\\b"),
        ("\f", "\\f"),
        ("\n", "\\n"),
        ("\r", "\\r"),
        ("\t", "\\t"),
        ("\v", "\\v"),
    ):
        text = text.replace(what, written)
    return text


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=5))
def test_a_row_of_copy_is_read_as_it_was(cells):
    assert copy_text.cells("\t".join(map(_copied, cells)), len(cells)) == cells


@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_a_row_of_an_insert_is_read_as_it_was_and_ends_where_it_ends(texts):
    literals = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
    statement = f"INSERT INTO public.tasks VALUES ({literals});\n"
    place = sql_text.Place()
    for line in statement.splitlines(keepends=True):
        place.feed(line)
    assert place.at_start
    found = sql_text.insert(statement)
    assert found is not None
    assert list(sql_text.rows(statement, found[3])) == [texts]


@given(st.lists(TEXTS, max_size=5))
def test_an_array_of_texts_is_read_as_it_was(texts):
    written = "{" + ",".join('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts) + "}"
    assert values.array_of(written) == texts


@given(TEXTS)
def test_whatever_stands_there_nothing_fails(text):
    place = sql_text.Place()
    place.feed(text)
    values.list_of(text), values.moment_of(text), values.json_of(text), values.uuid_of(text)
    for begin in ("INSERT INTO tasks VALUES (", "INSERT INTO tasks VALUES ('a', "):
        list(sql_text.rows(begin + text, begin.index("(")))
    with suppress(copy_text.Unreadable):
        copy_text.cells(text, 1)


@pytest.mark.parametrize(
    "written", ["2025-03-01 20:00:00+00", "2025-03-01T20:00:00Z", "2025-03-01 21:00:00+01", "2025-03-01 20:00:00"]
)
def test_a_moment_is_read_as_every_program_writes_it(written):
    assert values.moment_of(written) == datetime(2025, 3, 1, 20, tzinfo=UTC)


def test_the_fifteen_tables_are_known_and_limits_come_first():
    assert len(FIFTEEN) == 15
    assert (TAKEN[0], TAKEN.index("tasks") < TAKEN.index("points_ledger")) == ("boundaries", True)
    assert as_here(KINDS["rules"], {"category": "protocol"})["rule_type"] == "standing"
    assert as_here(KINDS["boundaries"], {"user_rating": "no", "my_rating": "yes"})["my_rating"] == "yes"


def test_every_reason_is_a_sentence():
    assert all(one.endswith(".") for one in (*REASONS.values(), sentence("of_elsewhere")))
