"""A bug that is planted: the text that makes it, put into a copy of the program or into a function of the database.

A change names the definition it is in (a function, `Class.method`, a class or a constant) and a text that occurs there once; in
which file the definition stands does not matter, so modules may move. What no longer fits is told with both, and nothing runs.
"""

import ast
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from tests.support.server_process import ROOT

PACKAGES = ("game_server", "storage", "rooms")
COPIED = (*PACKAGES, "migrations")


class Outgrown(AssertionError):
    """The program has changed and a plant's text does not fit any more."""


class Change(msgspec.Struct, frozen=True):
    """In the Python definition of this name, `before` becomes `after`."""

    within: str
    before: str
    after: str


class SqlChange(msgspec.Struct, frozen=True):
    """In the newest definition of this database function, `before` becomes `after`."""

    function: str
    before: str
    after: str


class Plant(msgspec.Struct, frozen=True):
    """One bug. `harm` is what goes wrong for the couple, `scene` in what they do it shows."""

    name: str
    harm: str
    scene: str
    changes: tuple[Change | SqlChange, ...] = ()

    def grown(self, home: Path) -> Path:
        """A copy of the program with the bug in it, in a new folder of `home`. Raises Outgrown."""
        root = home / self.name.replace(" ", "-")
        for package in COPIED:
            shutil.copytree(ROOT / package, root / package)
        (root / "tests").symlink_to(ROOT / "tests")
        for path, text in self.texts(root).items():
            path.write_text(text)
        return root

    def fit(self) -> None:
        """Raises Outgrown."""
        self.texts(ROOT)
        self.statements()

    def texts(self, root: Path) -> dict[Path, str]:
        """The changed files of the program in `root`. Raises Outgrown."""
        found: dict[Path, str] = {}
        for change in self.changes:
            if isinstance(change, Change):
                path, first, last = _place(self, change, root, found)
                lines = (found.get(path) or path.read_text()).splitlines(keepends=True)
                text = "".join(lines[first:last]).replace(change.before, change.after)
                found[path] = "".join([*lines[:first], text, *lines[last:]])
        return found

    def statements(self) -> list[str]:
        """What replaces functions of the database. Raises Outgrown."""
        found: dict[str, str] = {}
        for change in self.changes:
            if isinstance(change, SqlChange):
                text = found.get(change.function) or newest_function(self, change)
                if (times := text.count(change.before)) != 1:
                    raise Outgrown(
                        f"“{self.name}” does not fit: in {change.function} this stands {times} times:\n{change.before}"
                    )
                found[change.function] = text.replace(change.before, change.after)
        return list(found.values())


def _place(plant: Plant, change: Change, root: Path, texts: dict[Path, str]) -> tuple[Path, int, int]:
    """File, first line and the line after the last one of the definition that holds the text, once."""
    places, seen = [], []
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*.py")):
        text = texts.get(path) or path.read_text()
        for first, last in _definitions(text).get(change.within, ()):
            times = "".join(text.splitlines(keepends=True)[first:last]).count(change.before)
            seen.append(f"{times} times in {path.relative_to(root)}")
            places += [(path, first, last)] * times
    if len(places) != 1:
        where = ", ".join(seen) or "nowhere, as no such thing is defined"
        raise Outgrown(
            f"“{plant.name}” does not fit: in {change.within} this must stand once and stands {where}:\n{change.before}"
        )
    return places[0]


@cache
def _definitions(text: str) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, node in _named(ast.parse(text), ""):
        found[name].append((node.lineno - 1, node.end_lineno or node.lineno))
    return found


def _named(tree: ast.AST, prefix: str) -> Iterator[tuple[str, ast.stmt]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _named(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((prefix + target.id, node) for target in targets if isinstance(target, ast.Name))


def newest_function(plant: Plant, change: SqlChange) -> str:
    """The statement that last defined it in the migrations. Raises Outgrown."""
    begins = re.compile(rf"^CREATE (OR REPLACE )?FUNCTION {re.escape(change.function)}\(", re.MULTILINE)
    newest = ""
    for path in sorted((ROOT / "migrations").glob("[0-9]*.sql")):
        text = path.read_text()
        for found in begins.finditer(text):
            end = text.index("\n$$;", found.start()) + len("\n$$;")
            newest = "CREATE OR REPLACE FUNCTION " + text[found.start() : end].partition("FUNCTION ")[2]
    if not newest:
        raise Outgrown(f"“{plant.name}” does not fit: no migration defines {change.function}")
    return newest
