"""Closed lists that stand in more than one place say the same everywhere."""

import ast
import re
import tomllib
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from game_server.activities import bank_export, bank_rows
from game_server.errors import CODES
from game_server.http.docs import TAGS
from game_server.sessions import explanation
from rooms.activities import taxonomy
from rooms.activities.card import Card, Tags
from rooms.sessions.commands import KINDS, Kind, Level
from rooms.sessions.draw import Relaxed
from rooms.sessions.state import LEVELS
from storage import activities
from tests import thorough

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "game_server/web/static/js"

OF_PROGRAMS = {
    "id_reused", "key_reused", "bad_message", "bad_json", "bad_request", "method_not_allowed", "address_too_long",
    "unsupported_media_type", "headers_too_large", "not_signed",
}  # fmt: skip
"""Codes of faults that only a program can make: the page has no sentence for them."""


def listed(text: str) -> set[str]:
    """`one · another (which is …) · a third.`"""
    return {name.strip().strip(".").strip() for name in re.sub(r"\([^)]*\)", "", text).split("·")}


def test_every_refusal_that_a_person_can_meet_has_a_sentence_in_the_page():
    sentences = (PAGE / "ui/sentences.js").read_text("utf-8")
    assert {code for code in CODES if not re.search(rf"\b{code}\b", sentences)} == OF_PROGRAMS


def test_the_page_asks_about_every_boundary():
    (_, _, after) = (PAGE / "profile/words.js").read_text("utf-8").partition("export const LIMITS = ")
    assert tuple(re.findall(r'\["(\w+)", ', after.partition("]);")[0])) == taxonomy.BOUNDARY_KEYS


def test_the_tagging_guide_lists_the_themes_and_acts():
    guide = (ROOT / "docs/tagging-guide.md").read_text("utf-8")
    (_, _, after) = guide.partition("primary theme): ")
    themes, _, acts = after.partition("\n\nActs of a truth: ")
    truths, _, dares = acts.partition("\nActs of a dare: ")
    assert listed(themes) == set(taxonomy.THEMES)
    assert listed(truths) == set(taxonomy.ACTS["truth"])
    assert listed(dares.partition("\n\n")[0]) == set(taxonomy.ACTS["dare"])


def test_types_and_levels_of_cards_are_those_of_the_game():
    assert taxonomy.TYPES == KINDS == get_args(Kind)
    assert taxonomy.RATINGS == LEVELS == get_args(Level)


def test_operators_are_told_in_words_why_a_card_came():
    assert {*explanation.WORDS} == {None, *get_args(Relaxed)}


def test_every_field_of_a_card_is_kept_written_to_a_file_and_read_from_one():
    """What a file loses in silence may be a limit."""
    fields = {*Card.__struct_fields__} - {"activity_id", "uid", "steps"} | {"script"}
    assert {*activities._WRITTEN} == fields | {"activity_uid"}
    assert {*bank_export.COLUMNS} == fields | {"source_version"}
    assert {*bank_rows._OWN} == fields | {"activity_uid", "source_version"}


def test_every_tag_of_a_card_is_read_from_a_file():
    given = {"themes": ["one"], "act": "one", "topics": ["one"], "apart": True}
    assert bank_rows._tags(given) == msgspec.convert(given, Tags)
    assert {*given} == {*Tags.__struct_fields__}


AREAS = {path.parent.name for path in (ROOT / "game_server").glob("*/api.py")}


def test_the_description_of_the_api_has_a_word_for_every_area_with_routes():
    assert {*TAGS} == AREAS | {"operations"}


def test_a_live_room_may_know_none_of_the_areas():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (of_rooms,) = (one for one in contracts if one["name"] == "a live room knows no area")
    assert {f"game_server.{area}" for area in AREAS} <= {*of_rooms["forbidden_modules"]}


PACKAGES = sorted(
    init.parent.relative_to(ROOT)
    for top in ("game_server", "rooms")
    for init in (ROOT / top).rglob("__init__.py")
    if any(path.name != "__init__.py" for path in init.parent.glob("*.py"))
)
"""Those of storage are one file an area, and so need no list."""


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_the_docstring_of_a_package_names_every_module_of_it(package):
    said = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text("utf-8"))) or ""
    modules = {path.stem for path in (ROOT / package).glob("*.py")} - {"__init__"}
    assert {name for name in modules if not re.search(rf"\b{name}\b", said)} == set()


def test_what_the_daily_run_leaves_out_is_there():
    for file, names in (*thorough.BUT.items(), *thorough.ONLY.items()):
        functions = re.findall(r"def test_(\w+)", (ROOT / "tests" / file).read_text("utf-8"))
        assert [name for name in names if not any(one.startswith(name) for one in functions)] == [], file
