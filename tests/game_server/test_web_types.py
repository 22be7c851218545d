"""The page's modules: their JSDoc types hold under TypeScript's strict check, and their own tests pass on Node."""

import json
from pathlib import Path

import pytest

from game_server.live.phone import Close
from rooms.notion.kinds import KINDS
from tests.web.node import ROOT, node, packages

WEB = ROOT / "game_server" / "web"


@pytest.fixture(scope="module")
def compiler(request) -> Path:
    """TypeScript's compiler."""
    return packages(request.config.cache) / "typescript" / "bin" / "tsc"


def test_every_module_of_the_page_passes_the_strict_type_check(compiler):
    checked = node(compiler, "-p", WEB / "tsconfig.json")
    assert checked.returncode == 0, checked.stdout


def test_the_check_would_find_a_wrong_type(compiler, tmp_path):
    wrong = tmp_path / "wrong.js"
    wrong.write_text("/** @type {number} */\nexport const seq = 'one';\n")
    checked = node(compiler, "--allowJs", "--checkJs", "--strict", "--noEmit", wrong)
    assert "TS2322" in checked.stdout


def test_the_modules_do_what_their_own_tests_say():
    files = sorted((ROOT / "tests" / "web").glob("*.test.mjs"))
    assert files
    ran = node("--test", *files)
    assert ran.returncode == 0, ran.stdout


def test_the_page_knows_the_close_codes_as_the_server_means_them():
    table = (WEB / "static" / "js" / "room" / "closecodes.js").as_uri()
    told = node("--input-type=module", "-e", f"console.log(JSON.stringify((await import('{table}')).CLOSE_CODES))")
    assert told.returncode == 0, told.stderr
    meant = {str(each.code): {"name": each.reason, "action": each.action} for each in Close}
    assert json.loads(told.stdout) == meant


def test_every_field_that_both_sides_may_change_has_a_word_of_the_page():
    table = (WEB / "static" / "js" / "notion" / "fields.js").as_uri()
    told = node("--input-type=module", "-e", f"console.log(JSON.stringify((await import('{table}')).CALLED))")
    assert told.returncode == 0, told.stderr
    assert {*json.loads(told.stdout)} == {
        one.name for kind in KINDS.values() for one in kind.properties if one.way == "both"
    }


def test_no_module_reaches_for_anything_from_elsewhere():
    for file in (WEB / "static").rglob("*"):
        if file.suffix not in (".js", ".css", ".html"):
            continue
        text = file.read_text()
        assert "https://" not in text, file.name
        namespace = "http://www.w3.org/2000/svg"  # a name, not a request
        assert text.count("http://") == text.count(namespace), file.name
        assert "innerHTML" not in text, file.name
        assert "style=" not in text, file.name


def test_the_lock_file_names_no_registry():
    assert "resolved" not in (WEB / "package-lock.json").read_text()
