"""In which order rows come back: what they belong to is there before them, whatever the catalog is made of."""

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import pg_restore, pg_rows, restore_tables
from storage.restore_order import NoOrder, Order, Reference, order
from storage.restore_tables import BY_THEMSELVES

NAMES = "abcdef"


def link(child: str, parent: str, *, loose: bool = True, on_delete: str = "n") -> Reference:
    return Reference(child, (f"{parent}_id",), parent, ("id",), on_delete, (f"{parent}_id",), loose)


def holds(found: Order, links: list[Reference]) -> bool:
    """Is every parent there first, but for those that are filled in later?"""
    at = {table: place for place, table in enumerate(found.tables)}
    return all(at[one.parent] < at[one.table] for one in links if one not in found.later and one.parent != one.table)


LINKS = st.lists(
    st.builds(
        lambda child, parent, loose: link(child, parent, loose=loose or child <= parent),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.booleans(),
    ),
    max_size=20,
    unique=True,
)


@given(LINKS)
def test_parents_come_first_and_circles_are_opened_where_something_may_be_empty(links):
    found = order(NAMES, links)
    assert sorted(found.tables) == list(NAMES)
    assert holds(found, links)
    assert all(one.loose for one in found.later)
    if holds(Order(sorted(NAMES), []), links):
        assert not found.later


def test_a_circle_in_which_nothing_may_be_empty_has_no_order():
    with pytest.raises(NoOrder):
        order("ab", [link("a", "b", loose=False), link("b", "a", loose=False)])


async def test_tables_that_come_back_by_themselves_have_an_order_and_are_there(database_url):
    connection = await asyncpg.connect(database_url)
    try:
        links = await restore_tables.references(connection, BY_THEMSELVES)
        for name in BY_THEMSELVES:
            assert (await restore_tables.table(connection, name)).key, name
    finally:
        await connection.close()
    found = order(BY_THEMSELVES, links)
    assert holds(found, [one for one in links if one.parent in BY_THEMSELVES])
    assert {(one.table, one.parent) for one in found.later} == {("users", "bonds")}
    at = found.tables.index
    for parent, child in (
        ("task_templates", "tasks"), ("tasks", "task_proof"), ("kinksters", "character_poses"), ("conversations", "messages"),
        ("bonds", "bond_members"), ("bonds", "bond_settings"), ("files", "image_generations"), ("scenes", "scene_debriefs"),
    ):  # fmt: skip
        assert at(parent) < at(child), (parent, child)


def test_of_a_dump_comes_what_is_ours():
    listed = """;
; Archive created at 2026-11-30
5; 2615 2200 SCHEMA - app game_owner
215; 1259 16390 TABLE public users game_owner
216; 1259 16391 TABLE public notes ada
4000; 0 16390 TABLE DATA public users game_owner
4001; 0 0 ACL - SCHEMA public pg_database_owner
4002; 0 0 ACL public TABLE users game_owner
6; 3079 1 EXTENSION - pgcrypto
7; 1255 9 FUNCTION auth uid() game_owner
"""
    found = pg_restore.contents(listed)
    assert [line.split(" ", 3)[3] for line in found.ours] == [
        "TABLE public users game_owner",
        "TABLE DATA public users game_owner",
        "ACL public TABLE users game_owner",
        "FUNCTION auth uid() game_owner",
    ]
    assert found.others == 1
    assert [pg_restore.is_in_schema(line, "auth") for line in found.ours] == [False, False, False, True]
    assert pg_rows.chosen(found.ours, ["users", "notes"]) == ["4000; 0 16390 TABLE DATA public users game_owner"]
