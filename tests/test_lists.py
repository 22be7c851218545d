"""Closed lists that stand in more than one place say the same everywhere."""

import ast
import re
from pathlib import Path

import pytest

from game_server.errors import CODES
from rooms.activities import taxonomy

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
