"""The notation of the lexicon's phrases, and what they become: regular expressions over a text in small letters without accents.

A phrase ends with ";", a space is any run of other characters in a sentence, " ?" an optional one, " .. " a gap of at most six
words, "~" stands for the endings of an English word, <name> for a class of `CLASSES`; the rest is a regular expression. A line
break is nothing, so that a long phrase may go on in the next line.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from rooms.activities import phrases, phrases_de, prose, prose_de

Kind = Literal["boundary", "preference", "topic", "level", "forbidden", "direction"]

_CLASSES = {**phrases.CLASSES, **phrases_de.CLASSES, **prose.CLASSES, **prose_de.CLASSES}
_BETWEEN = r"[^\w.!?;]+"
_GAP = rf"(?:{_BETWEEN}[\w']+){{0,6}}?{_BETWEEN}"
_ENDINGS = r"(?:\w?(?:s|es|d|ed|ing|ings|er|ers))?"
_TOKENS = re.compile(r" \.\. |<(\w+)>| \?| |~")


class Phrases:
    """Any of the phrases, as whole words. They are compiled when a text is first looked through: all of them take a second,
    for which no start of a process has to wait.
    """

    def __init__(self, lines: str) -> None:
        self._lines = lines

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        listed = [phrase.strip() for phrase in _joined(self._lines).split(";")]
        wanted = "|".join(_TOKENS.sub(_expanded, phrase) for phrase in listed if phrase)
        return re.compile(rf"(?<!\w)(?:{wanted})(?!\w)")


Rules = tuple[tuple[Kind, str, Phrases], ...]


def _joined(lines: str) -> str:
    return re.sub(r"\n\s*", "", lines)


def _expanded(token: re.Match[str]) -> str:
    if token[1]:
        return f"(?:{_TOKENS.sub(_expanded, _joined(_CLASSES[token[1]]))})"
    return {" .. ": _GAP, " ": _BETWEEN, " ?": f"(?:{_BETWEEN})?", "~": _ENDINGS}[token[0]]


def rules(kind: Kind, *tables: Mapping[str, str]) -> Rules:
    """One rule a tag, with its phrases of every table, so that a word is found once."""
    tags = dict.fromkeys(tag for table in tables for tag in table)
    return tuple((kind, tag, Phrases("".join(table.get(tag, "") for table in tables))) for tag in tags)
