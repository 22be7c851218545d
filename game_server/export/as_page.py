"""An export as a page to read: one file that needs nothing else, opens from a disk, and holds no script.

Everything in it is text that somebody typed or the server wrote, and all of it is escaped. A list of plain rows is a table; what
has parts is told part by part.
"""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from typing import Any

import msgspec

from game_server.export import words
from game_server.export.document import Document, Section
from game_server.export.words import Words
from game_server.languages.catalogues import Language
from storage.export import Item
from storage.export_bonds import SECTIONS

SLICE = 50
"""Rows that are written without letting anybody else have a turn."""

_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}"
    "h1,h2{line-height:1.2}h2{margin-top:2.5rem}"
    "dl{display:grid;grid-template-columns:minmax(6rem,14rem) minmax(0,1fr);gap:.25rem 1rem;margin:0}"
    "dt{opacity:.75}dd{margin:0;overflow-wrap:anywhere}"
    "article{border:1px solid #8886;border-radius:.75rem;padding:.75rem 1rem;margin:.75rem 0}"
    "table{border-collapse:collapse;display:block;overflow-x:auto}"
    "td,th{border-bottom:1px solid #8884;padding:.25rem .75rem .25rem 0;text-align:left;vertical-align:top}"
    "td{min-width:5rem;overflow-wrap:normal}th{font-weight:600;white-space:nowrap}.quiet{opacity:.75}"
    "@media(max-width:34rem){dl{display:block}dd{margin-bottom:.5rem}}"
)
_POLICY = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
_HEAD = (
    "<!doctype html>\n<html lang={language}>\n<head>\n<meta charset=utf-8>\n"
    f'<meta http-equiv=Content-Security-Policy content="{_POLICY}">\n'
    "<meta name=viewport content='width=device-width'>\n<meta name=referrer content=no-referrer>\n"
    "<title>{title}</title>\n"
    f"<style>{_STYLE}</style>\n</head>\n<body>\n"
)

NOTHING = "\u2013"

_WITH_PARTS = frozenset(
    {"games", "connections", "survey_handed_in", "survey_begun", "cards_written_together", "bonds"}
    | {name for name, told in SECTIONS.items() if told.sealed}
)
"""Sections whose items are more than a row."""


async def written(document: Document, language: Language = "en") -> AsyncIterator[bytes]:
    """The pieces."""
    said = Words(language)
    title, kept = said.say(words.TITLE), said.say(words.KEPT, moment=_moment(document.made_at))
    yield _HEAD.replace("{language}", language).replace("{title}", escape(title)).encode()
    yield f"<h1>{escape(title)}</h1>\n<p>{escape(kept)}</p>\n".encode()
    for section in document.sections:
        title, about = said.title(section.name)
        yield f"<section>\n<h2>{escape(title)}</h2>\n<p class=quiet>{escape(about)}</p>\n".encode()
        async for piece in _section(section, said):
            yield piece.encode()
        yield b"</section>\n"
    yield b"</body>\n</html>\n"


async def _section(section: Section, said: Words) -> AsyncIterator[str]:
    if section.pages is None:
        yield _shown(section.once, said) if section.once else _none(said)
        return
    head = ""
    async for items in section.pages:
        for number in range(0, len(items), SLICE):
            some = items[number : number + SLICE]
            if section.name in _WITH_PARTS:
                yield "".join(f"<article>{_shown(item, said)}</article>\n" for item in some)
            else:
                yield ("" if head else f"<table>\n{_head(some[0], said)}") + "".join(_row(item, said) for item in some)
            head = "there"
            await asyncio.sleep(0)
    if not head:
        yield _none(said)
    elif section.name not in _WITH_PARTS:
        yield "</table>\n"


def _none(said: Words) -> str:
    return f"<p>{escape(said.say(words.NOTHING))}</p>\n"


def _head(item: Item, said: Words) -> str:
    return f"<tr>{''.join(f'<th>{escape(said.label(name))}' for name in item)}</tr>\n"


def _row(item: Item, said: Words) -> str:
    return f"<tr>{''.join(f'<td>{_shown(value, said, name)}' for name, value in item.items())}</tr>\n"


def _shown(value: Any, said: Words, name: str = "") -> str:
    """A value as HTML."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return escape(said.say(words.YES if value else words.NO))
        case datetime():
            return _moment(value)
        case dict():
            return _parts(value, said) if value else NOTHING
        case list() | tuple():
            return _list(list(value), said) if value else NOTHING
        case _:
            return escape(said.say(str(value)) if name == _WHY else str(value))


def _parts(item: Item, said: Words) -> str:
    pairs: Iterable[tuple[str, Any]] = (
        (name, said.answers(value) if name == "answers" and isinstance(value, dict) else value)
        for name, value in item.items()
        if name != _RULES
    )
    shown = "".join(f"<dt>{escape(said.label(name))}<dd>{_folded(name, value, said)}" for name, value in pairs)
    return f"<dl>{shown}{_rules(item[_RULES], said) if item.get(_RULES) else ''}</dl>"


_RULES, _WHY = "rules", "why"


def _rules(value: Any, said: Words) -> str:
    """What an opener wrote into a game: whatever it was, as it was written."""
    return f"<dt>{escape(said.label(_RULES))}<dd><code>{escape(msgspec.json.encode(value).decode())}</code>"


def _folded(name: str, value: Any, said: Words) -> str:
    """A log is long, and closed until somebody wants to read it."""
    if name == "log" and isinstance(value, list) and value:
        count = said.say(words.ENTRIES, count=len(value))
        return f"<details><summary>{escape(count)}</summary>{_shown(value, said)}</details>"
    return _shown(value, said)


def _list(items: list[Any], said: Words) -> str:
    if all(isinstance(item, dict) and item.keys() == items[0].keys() for item in items):
        return f"<table>{_head(items[0], said)}{''.join(_row(item, said) for item in items)}</table>"
    return ", ".join(_shown(item, said) for item in items)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
