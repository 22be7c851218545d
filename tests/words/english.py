"""Every sentence that people read, in English, by the catalogue that it belongs to."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from game_server.accounts import letters, mail_told
from game_server.bonds.looking_back_words import SAID as OF_LOOKING_BACK
from game_server.errors import OF_FIELDS, STATUS
from game_server.export.words import SAID as OF_EXPORTS
from game_server.languages.catalogues import Area
from game_server.web import neutral
from game_server.web.notices import SENTENCES
from rooms.bonds import discreet
from rooms.bonds.achievements import ACHIEVEMENTS
from rooms.errors import Refused
from rooms.notifications.kinds import DISCREET, KINDS
from rooms.profiles.survey import SURVEY, in_language
from rooms.sessions.flow import AFTERCARE
from tests.words import javascript
from tests.words.javascript import Said

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "game_server" / "web" / "static" / "js"
TONGUE = MODULES / "ui" / "tongue.js"
REFUSING = ("game_server", "rooms")
"""Packages that refuse things."""

FOR_PROGRAMS = ("process", "live", "http/edge.py", "http/bodies.py", "http/idempotency.py", "integrations")
"""What is refused here is asked by programs, never by a person's own doing."""

OF_FIELDS_FOR_PROGRAMS = (*FOR_PROGRAMS, "http/paging.py", "accounts/anonymous.py", "rooms/sessions/flow.py")
"""The same where a field is what is wrong."""

OWN_CARDS = {
    "rooms/activities/couple_card.py": None,
    "rooms/activities/card.py": ("_problems_of_clock", "_problems_of_sentence"),
}
"""What is wrong with a card is told to whoever wrote it: by these functions of a file, None: by all."""

Where = dict[Said, list[str]]


@cache
def sentences(area: Area) -> Where:
    """Every sentence, with the files that say it."""
    found: Where = {}
    for said, where in sorted(_AREAS[area](), key=lambda one: (one[0].one, one[0].many or "", one[1])):
        if where not in found.setdefault(said, []):
            found[said].append(where)
    return found


def _page() -> Iterator[tuple[Said, str]]:
    for module in sorted(MODULES.rglob("*.js")):
        if module == TONGUE:
            continue
        for one in javascript.said(javascript.tree(module.read_bytes())):
            yield one, module.relative_to(MODULES.parents[1]).as_posix()
    yield from ((Said(one), "rooms/sessions/flow.py") for one in AFTERCARE)
    rooms = (ROOT / "rooms/sessions/flow.py").read_text("utf-8")
    for kind in STATUS:  # a room tells them on its socket, in English
        if f"errors.{kind.__name__}" in rooms:
            yield Said(_sentence(kind)), "rooms/errors.py"
    yield from ((Said(one), where) for one, where in refusals() if where.startswith("rooms/sessions"))


def _server() -> Iterator[tuple[Said, str]]:
    for template in letters.LETTERS.values():
        for one in (template.subject, template.greeting, template.footer, template.button):
            if one:
                yield Said(one), "accounts/letters.py"
    yield from ((Said(one), "accounts/mail_told.py") for one in mail_told.SAID)
    yield from ((Said(one), "accounts/letters.py") for one in (letters.NO_MORE, letters.NAMELESS))
    for words in (DISCREET, *(kind.words for kind in KINDS.values())):
        yield from ((Said(one), "rooms/notifications/kinds.py") for one in (words.title, words.body))
    yield from ((Said(one), "rooms/bonds/discreet.py") for one in discreet.WORDS.values())
    yield from ((Said(one), "bonds/looking_back_words.py") for one in OF_LOOKING_BACK)
    for reached in ACHIEVEMENTS:
        yield from ((Said(one), "rooms/bonds/achievements.py") for one in (reached.title, reached.about))
    for page, found in SENTENCES.items():
        yield from ((Said(one), f"web/{page}") for one in found)
    yield from ((Said(one), where) for one, where in refusals())
    yield from ((Said(one), "game_server/errors.py") for one in OF_FIELDS.values())
    yield from ((Said(one), where) for one, where in _of_fields())
    yield from ((Said(one), where) for where in OWN_CARDS for one in _of_own_cards(where))
    yield from ((Said(one), "export/words.py") for one in OF_EXPORTS)
    yield from ((Said(one), "web/neutral.py") for one in neutral.SAID)


def _survey() -> Iterator[tuple[Said, str]]:
    said: list[str] = []
    in_language(SURVEY, lambda one: said.append(one) or one)
    yield from ((Said(one), "rooms/profiles/questions.py") for one in said)


_AREAS = {"page": _page, "server": _server, "survey": _survey}


@cache
def refusals() -> tuple[tuple[str, str], ...]:
    """The sentence of every refusal that has a status, and those that are written where something is refused."""
    kinds = {kind.__name__ for kind in STATUS}
    found = [(_sentence(kind), "rooms/errors.py") for kind in STATUS]
    for package in REFUSING:
        for file in sorted((ROOT / package).rglob("*.py")):
            where = file.relative_to(ROOT).as_posix()
            if not any(f"/{one}" in f"/{where}" for one in FOR_PROGRAMS):
                found += [(one, where) for one in _messages(file, kinds)]
    return tuple(found)


def _of_own_cards(where: str) -> Iterator[str]:
    tree, only = ast.parse((ROOT / where).read_text("utf-8")), OWN_CARDS[where]
    told = [node for node in tree.body if only is None or (isinstance(node, ast.FunctionDef) and node.name in only)]
    nodes = [node for one in told for node in ast.walk(one)]
    docstrings = {node.value for node in nodes if isinstance(node, ast.Expr)}
    pieces = {piece for node in nodes if isinstance(node, ast.JoinedStr) for piece in node.values}
    for node in nodes:
        words = _written(node) if node not in docstrings | pieces else None
        if words and words.endswith(".") and words.count(" ") > 1:
            yield words


def _of_fields() -> Iterator[tuple[str, str]]:
    """What is written about a field where it is refused, with placeholders for its values."""
    kinds = {kind.__name__ for kind in STATUS}
    for package in REFUSING:
        for file in sorted((ROOT / package).rglob("*.py")):
            where = file.relative_to(ROOT).as_posix()
            if not any(f"/{one}" in f"/{where}" for one in OF_FIELDS_FOR_PROGRAMS):
                yield from ((words, where) for words in _told_of_fields(file, kinds))


def _told_of_fields(file: Path, kinds: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in kinds:
            for one in node.keywords:
                if one.arg == "fields" and isinstance(one.value, ast.Dict):
                    yield from filter(None, map(_written, one.value.values))


def _written(node: ast.AST) -> str | None:
    """A sentence as it stands in the program; what is filled in by its name there, a single constant as {number}."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    filled = [piece.value for piece in node.values if isinstance(piece, ast.FormattedValue)]
    names = [_name(value) or f"value_{number}" for number, value in enumerate(filled)]
    called = iter(["number"] if len(names) == 1 and names[0].isupper() else [name.lower() for name in names])
    return "".join(
        f"{{{next(called)}}}" if isinstance(piece, ast.FormattedValue) else ast.literal_eval(piece)
        for piece in node.values
    )


def _sentence(kind: type[Refused]) -> str:
    return (kind.__doc__ or "").strip()


def _messages(file: Path, kinds: set[str]) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in kinds and node.args:
            message = node.args[0]
            if isinstance(message, ast.Constant) and isinstance(message.value, str):
                yield message.value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
