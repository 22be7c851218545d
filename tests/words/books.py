"""The .po files of the catalogues: read, brought up to date with the English, written, and as the JSON that the program reads."""

import io
from pathlib import Path

import msgspec
from babel.messages import Catalog, pofile

from game_server.languages.catalogues import WORDS, Area, Language
from tests.words import english
from tests.words.english import Where
from tests.words.javascript import Said

SHIPPED: dict[Area, tuple[Language, ...]] = {"page": ("de", "es"), "server": ("de", "es"), "survey": ("de", "es")}
"""What every area is translated into, completely."""

WIDTH = 120
HEADER = b"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def path(area: Area, language: Language, kind: str = "po") -> Path:
    """Where it lies."""
    return WORDS / f"{area}.{language}.{kind}"


def read(area: Area, language: Language) -> Catalog:
    """A catalogue as it lies there; an empty one where there is none."""
    file = path(area, language)
    if not file.exists():
        return _made(language, {})
    with file.open("rb") as opened:
        return pofile.read_po(opened, locale=language)


def renewed(area: Area, language: Language) -> Catalog:
    """The same with the sentences that are said now: what is not said any more is gone, what is new has no translation yet."""
    before, fresh = read(area, language), _made(language, english.sentences(area))
    for message in fresh:
        if message.id and (kept := before.get(message.id[0] if isinstance(message.id, tuple) else message.id)):
            message.string = (
                kept.string if isinstance(kept.id, tuple) == isinstance(message.id, tuple) else message.string
            )
    return fresh


def as_po(catalogue: Catalog) -> bytes:
    """The file's text. No dates: they would differ in every branch."""
    file = io.BytesIO()
    pofile.write_po(file, catalogue, width=WIDTH, omit_header=True, include_lineno=False, sort_output=True)
    return HEADER + file.getvalue()


def as_json(catalogue: Catalog) -> bytes:
    """What the program reads: {english: sentence, or [one, other]}, of what is translated."""
    said = {}
    for message in catalogue:
        if message.id and (several := strings(message.string))[0]:
            said[ids(message.id)[0]] = several if isinstance(message.id, tuple) else several[0]
    lines = [f"{_json(one)}: {_json(said[one])}" for one in sorted(said)]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def ids(given: str | tuple[str, ...] | list[str]) -> list[str]:
    """A sentence, or its singular and plural."""
    return [given] if isinstance(given, str) else [*given]


def strings(given: str | tuple[str, ...] | None) -> list[str]:
    """Its translation, or those of its forms."""
    return ids(given or "")


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _made(language: Language, sentences: Where) -> Catalog:
    # Two forms everywhere: Spanish has a third for whole millions, which nobody counts here.
    catalogue = Catalog(locale=language, charset="utf-8", fuzzy=False)
    catalogue._num_plurals, catalogue._plural_expr = 2, "(n != 1)"
    for said, where in sentences.items():
        catalogue.add(as_id(said), locations=[(one, 0) for one in where])
    return catalogue


def as_id(said: Said) -> str | tuple[str, str]:
    """What gettext calls it."""
    return said.one if said.many is None else (said.one, said.many)
