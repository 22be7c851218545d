"""What PostgreSQL writes one way before a dump and another way after it is compared in one spelling."""

import pytest

from storage import catalog
from storage.catalog_spelling import plain

BEFORE = "CHECK (((r)::text = ANY ((ARRAY['G'::character varying, 'it''s (R'::character varying])::text[])))"
AFTER = "CHECK (((r)::text = ANY (ARRAY[('G'::character varying)::text, ('it''s (R'::character varying)::text])))"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BEFORE, AFTER),
        (BEFORE.replace(", 'it''s (R'::character varying", ""), AFTER.replace(", ('it''s (R'::character varying)::text", "")),
        ("WHEN ((((a = 1) OR (b = 2)) OR (c = 3)))", "WHEN (((a = 1) OR (b = 2) OR (c = 3)))"),
        ("WHERE ((((a = 1) AND b) AND (c = 3)) OR d)", "WHERE (((a = 1) AND b AND (c = 3)) OR d)"),
        ("(a OR (b OR (c OR d)))", "(a OR b OR c OR d)"),
    ],
)  # fmt: skip
def test_both_spellings_are_one(one, other):
    assert plain(one) == plain(other)
    assert catalog.differences([f"constraint t c {one}"], [f"constraint t c {other}"]) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BEFORE, AFTER.replace("'G'", "'X'")),
        (BEFORE, AFTER.replace("ANY", "ALL")),
        (BEFORE, AFTER.replace("'G'::character varying", "lower('G'::character varying)")),
        ("((a OR b) AND c)", "(a OR b AND c)"),
        ("((a AND b) OR c)", "(a AND (b OR c))"),
        ("(NOT (a OR b) OR c)", "(NOT a OR b OR c)"),
        ("(f(a OR b) OR c)", "(fa OR b OR c)"),
        ("(a OR b) = c OR d", "a OR b = c OR d"),
        ("x = (a OR b) OR c", "x = a OR b OR c"),
        ("((a = ' OR ') = b)", "(a = ' OR ' = b)"),
        ("(') OR (' OR (a AND b))", "(') OR (' OR a AND b)"),
    ],
)
def test_what_means_something_else_stays_different(one, other):
    assert plain(one) != plain(other)


@pytest.mark.parametrize("line", ["table t owner game_owner", "a OR (b", "a) OR b", "it's OR (so"])
def test_what_has_no_other_spelling_or_is_no_expression_is_left_as_it_is(line):
    assert plain(line) == line


def test_of_what_the_migrations_make_no_two_lines_become_one():
    wanted = catalog.expected()
    assert len({plain(line) for line in wanted}) == len(wanted)
