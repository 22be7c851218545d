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
from storage.export import Item

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
    "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
    f'<meta http-equiv=Content-Security-Policy content="{_POLICY}">\n'
    "<meta name=viewport content='width=device-width'>\n<meta name=referrer content=no-referrer>\n"
    f"<title>Your data</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
)

NOTHING = "\u2013"

_WITH_PARTS = frozenset({"games", "connections", "survey_handed_in", "survey_begun", "cards_written_together"})
"""Sections whose items are more than a row."""


async def written(document: Document) -> AsyncIterator[bytes]:
    """The pieces."""
    yield _HEAD.encode()
    yield (
        f"<h1>Your data</h1>\n<p>Everything that is kept about you, as it was on {_moment(document.made_at)}."
        " This file is yours alone: whoever has it can read it.</p>\n"
    ).encode()
    for section in document.sections:
        title, about = words.TITLES[section.name]
        yield f"<section>\n<h2>{escape(title)}</h2>\n<p class=quiet>{escape(about)}</p>\n".encode()
        async for piece in _section(section):
            yield piece.encode()
        yield b"</section>\n"
    yield b"</body>\n</html>\n"


async def _section(section: Section) -> AsyncIterator[str]:
    if section.pages is None:
        yield _shown(section.once) if section.once else _NONE
        return
    head = ""
    async for items in section.pages:
        for number in range(0, len(items), SLICE):
            some = items[number : number + SLICE]
            if section.name in _WITH_PARTS:
                yield "".join(f"<article>{_shown(item)}</article>\n" for item in some)
            else:
                yield ("" if head else f"<table>\n{_head(some[0])}") + "".join(map(_row, some))
            head = "there"
            await asyncio.sleep(0)
    if not head:
        yield _NONE
    elif section.name not in _WITH_PARTS:
        yield "</table>\n"


_NONE = "<p>Nothing.</p>\n"


def _head(item: Item) -> str:
    return f"<tr>{''.join(f'<th>{escape(words.label(name))}' for name in item)}</tr>\n"


def _row(item: Item) -> str:
    return f"<tr>{''.join(f'<td>{_shown(value)}' for value in item.values())}</tr>\n"


def _shown(value: Any) -> str:
    """A value as HTML."""
    match value:
        case None | "":
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _moment(value)
        case dict():
            return _parts(value) if value else NOTHING
        case list() | tuple():
            return _list(list(value)) if value else NOTHING
        case _:
            return escape(str(value))


def _parts(item: Item) -> str:
    pairs: Iterable[tuple[str, Any]] = (
        (words.label(name), words.answers(value) if name == "answers" and isinstance(value, dict) else value)
        for name, value in item.items()
        if name != _RULES
    )
    shown = "".join(f"<dt>{escape(name)}<dd>{_folded(name, value)}" for name, value in pairs)
    return f"<dl>{shown}{_rules(item[_RULES]) if item.get(_RULES) else ''}</dl>"


_RULES = "rules"


def _rules(value: Any) -> str:
    """What an opener wrote into a game: whatever it was, as it was written."""
    return f"<dt>{escape(words.label(_RULES))}<dd><code>{escape(msgspec.json.encode(value).decode())}</code>"


def _folded(name: str, value: Any) -> str:
    """A log is long, and closed until somebody wants to read it."""
    if name == "Log" and isinstance(value, list) and value:
        return f"<details><summary>{len(value)} entries</summary>{_shown(value)}</details>"
    return _shown(value)


def _list(items: list[Any]) -> str:
    if all(isinstance(item, dict) and item.keys() == items[0].keys() for item in items):
        return f"<table>{_head(items[0])}{''.join(map(_row, items))}</table>"
    return ", ".join(map(_shown, items))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
