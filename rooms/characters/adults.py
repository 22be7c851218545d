"""Is everybody in what is said of a character an adult? Every text is read, whatever it is for."""

from collections.abc import Mapping
from typing import Any

from rooms.activities import lexicon
from rooms.activities.minors import suggests_minor
from rooms.characters.character import texts_of

_NAMES = ("name", "display_name", "pronouns", "archetype", "aesthetic", "personality_traits")
"""What somebody is called in a few words: a bare number below 18 in it is an age."""

_NAMED_LIMITS = frozenset(
    (
        "minors", "minor", "underage", "underage people", "anything underage", "children", "kids", "teens", "teenagers", "ageplay",
        "age play", "age regression", "ddlg", "school uniforms", "schoolgirl play", "incest", "little space", "anyone under 18",
        "anything with minors", "anything with children", "minderjahrige", "kinder", "jugendliche", "schuler", "inzest", "windeln",
        "menores", "menores de edad", "ninos", "adolescentes", "incesto", "colegialas", "juego de edad", "altersspiele",
    )
)  # fmt: skip
"""What a character may have as a hard limit: the word alone says that it never happens."""


def fault_in(values: Mapping[str, Any], year: int, beside: Mapping[str, Any] | None = None) -> str | None:
    """The first field that suggests somebody who is no adult; None where none does. `beside`: what the character says already."""
    for field, text in texts_of(values):
        if field == "hard_limits" and lexicon.plain(text).strip(" .!") in _NAMED_LIMITS:
            continue
        if suggests_minor(text, short=field in _NAMES, year=year):
            return field
    names = [text for field, text in texts_of({**(beside or {}), **values}) if field in _NAMES]
    changed = next((field for field, _ in texts_of(values) if field in _NAMES), None)
    return changed if changed and suggests_minor(" \n".join(names), year=year) else None
