"""What is wrong with a catalogue: a sentence that is not translated, one that nobody says any more, placeholders that differ."""

import re
from collections.abc import Iterator

from babel.messages import Catalog, Message

from game_server.languages.catalogues import Area, Language
from tests.words import books, english

PLACEHOLDER = re.compile(r"\{\w+\}")
ENDS = re.compile(r"[.!?…:]$")
RUN_TOGETHER = re.compile(r"[.!?][A-ZÄÖÜÁÉÍÓÚÑ¿¡]")
"""No space between two sentences: what was pasted twice looks like that."""


def of(area: Area, language: Language) -> list[str]:
    """A line each."""
    found = books.read(area, language)
    said = {books.ids(books.as_id(one))[0]: one for one in english.sentences(area)}
    written = {books.ids(message.id)[0]: message for message in found if message.id}
    where = books.path(area, language).name
    return [
        *(f"{where}: not said any more: {one}" for one in sorted(written.keys() - said.keys())),
        *(f"{where}: not in it: {one}" for one in sorted(said.keys() - written.keys())),
        *(f"{where}: {fault}" for one in sorted(said.keys() & written.keys()) for fault in _of(written[one])),
        *([f"{where}: its JSON is another"] if _json_differs(area, language, found) else []),
    ]


def _of(message: Message) -> Iterator[str]:
    said, given = books.ids(message.id), books.strings(message.string)
    if not all(given) or len(given) != len(said):
        yield f"not translated: {said[0]}"
        return
    for one, other in zip(said, given, strict=True):
        # "In one more minute" needs no number
        missing = {*PLACEHOLDER.findall(one)} ^ {*PLACEHOLDER.findall(other)}
        if missing:
            yield f"{' '.join(sorted(missing))} differ: {other}"
        if ENDS.search(one) and not ENDS.search(other.rstrip("“”")):
            yield f"ends otherwise: {other}"
        if other != other.strip() or "  " in other:
            yield f"a space too many: {other}"
        if RUN_TOGETHER.search(other) and not RUN_TOGETHER.search(one):
            yield f"run together: {other}"


def _json_differs(area: Area, language: Language, found: Catalog) -> bool:
    file = books.path(area, language, "json")
    return not file.exists() or file.read_bytes() != books.as_json(found)
