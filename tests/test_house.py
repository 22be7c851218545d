"""The house style that machines can check: lint, format, types, the direction of imports, and what may not be written."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("mypy",),
        ("lint-imports", "--no-cache"),
    ],
    ids=["lint", "format", "types", "imports"],
)
def test_the_checker_has_nothing_to_say(command):
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_every_module_says_what_it_is_and_stays_readable():
    for path in sorted(ROOT.glob("*/**/*.py")):
        if path.parts[len(ROOT.parts)] not in ("game_server", "storage", "rooms"):
            continue
        text = path.read_text()
        assert text.startswith('"""'), f"{path.relative_to(ROOT)} has no docstring"
        assert text.count("\n") <= 500, f"{path.relative_to(ROOT)} has more than 500 lines"
        assert "from __future__" not in text, f"{path.relative_to(ROOT)}: Litestar reads real types"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_a_hash_for_everything_and_names_no_index(name):
    lines = (ROOT / name).read_text().splitlines()
    assert not [
        line for line in lines if "://" in line or line.startswith(("-i", "--index", "--extra-index", "--find"))
    ]
    pinned = [number for number, line in enumerate(lines) if re.match(r"^[a-z0-9]", line)]
    assert pinned
    for number in pinned:
        assert "==" in lines[number], lines[number]
        assert "--hash=sha256:" in lines[number + 1], lines[number]


def test_the_lock_for_tests_holds_everything_that_the_other_one_does_at_the_same_versions():
    def pins(name: str) -> set[str]:
        return {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if re.match(r"^[a-z0-9]", line)}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_setting_up_for_tests_takes_nothing_from_under_a_server_that_runs(tmp_path):
    for name in ("set-up", "pyproject.toml", "requirements-dev.lock", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    kept = tmp_path / ".venv" / "kept"
    kept.parent.mkdir()
    kept.touch()
    (kept.parent / "requirements.lock.stamp").write_text(f"0 0\n{tmp_path.resolve()}\n")
    without_uv = (
        "command() { return 1; }; . ./set-up; set_up_with_pip() { test -e .venv/kept; }; set_up requirements-dev.lock"
    )
    subprocess.run(["sh", "-c", without_uv], cwd=tmp_path, check=True)
    assert kept.exists()


def test_the_shell_commands_are_plain_posix_sh():
    for name in ("run", "test", "set-up"):
        subprocess.run(["sh", "-n", ROOT / name], check=True)
    assert (ROOT / "run").stat().st_mode & 0o111
    assert (ROOT / "test").stat().st_mode & 0o111


ASKED_OF_A_STORE = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "prepare"}
COMPOSED = {
    "game_server/process/leader.py": "one query handed on with its values",
    "storage/agent_sessions.py": "a condition of that module",
    "storage/bond_analytics.py": "conditions of that module",
    "storage/backup_snapshot.py": "counts of tables, put together by the catalog",
    "storage/backups.py": "statements of that module",
    "storage/bond_calendar.py": "columns of a tool and of that module, plain words",
    "storage/bond_rows.py": "tables and columns of rooms/bonds/tools, plain words",
    "storage/bond_members.py": "columns that the fields of a route's type name",
    "storage/bond_settings.py": "the same, and columns of that module",
    "storage/bonds.py": "the same",
    "storage/catalog_rules.py": "the rules of the catalog, constants of that module",
    "storage/couple_cards.py": "the columns of a card",
    "storage/database.py": "whose a transaction is and from when, each in hexadecimal digits",
    "storage/erased.py": "tables and columns of a list in that module",
    "storage/export.py": "columns and tables of storage/export_catalog.py",
    "storage/export_games.py": "columns of storage/export_catalog.py",
    "storage/image_generations.py": "columns of that module, and of a character",
    "storage/key_database.py": "made or not made: two constants",
    "storage/key_file.py": "SQLite's own settings, and statements of that module",
    "storage/kinksters.py": "columns of a character, and conditions of that module",
    "storage/migrate.py": "the files of migrations/",
    "storage/notion_databases.py": "two conditions of that module",
    "storage/notion_pages.py": "columns that its callers in game_server/notion name, and those of its type",
    "storage/notion_rows.py": "tables, conditions and markers of SOURCES in that module, and columns of a character",
    "storage/persons.py": "columns that the fields of a route's type name",
    "storage/proofs.py": "those of proofs_of_….py, references.py and sealed_rows.py beside it: constants, names of the catalog",
    "storage/restore_carefully.py": "tables, columns and values of a list in that module",
    "storage/restore_people.py": "who may have a key: queries of that module",
    "storage/restore_tables.py": "names of tables and columns, from the catalog and quoted",
    "storage/run_time_logins.py": "names of roles, quoted by PostgreSQL's rules",
    "storage/sealed_rows.py": "tables and columns of a list in that module",
    "storage/sizes.py": "names of tables, from the catalog",
    "storage/subscriptions.py": "column names of that module",
    "storage/talks.py": "columns that the fields of its types name, and what its callers may change",
    "storage/upkeep.py": "names of tables, from the catalog",
}
"""Where a statement is put together all the same, and from what: never from what somebody sends."""


def test_no_statement_is_put_together_but_from_names_of_our_own():
    found = {
        path.relative_to(ROOT).as_posix()
        for root in ("game_server", "storage", "rooms")
        for path in sorted((ROOT / root).rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ASKED_OF_A_STORE
        if call.args and not _is_constant(call.args[0])
    }
    assert found == set(COMPOSED)


def _is_constant(node: ast.AST) -> bool:
    """Text as it stands, a constant of a module, or one of these within the other."""
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.upper() == name
        case ast.JoinedStr(values=parts):
            return all(_is_constant(each.value if isinstance(each, ast.FormattedValue) else each) for each in parts)
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return _is_constant(left) and _is_constant(right)
        case ast.Subscript(value=value):
            return _is_constant(value)
        case _:
            return False
