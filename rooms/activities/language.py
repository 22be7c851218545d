"""Which language a card is written in, and which cards a game that is played in one has.

A card's language is a code such as "de" or "pt-BR" (`activities.language`); a game's is whatever `rules.language` says, in any
case and with any parts behind it ("de-AT", "DE-at-1996").
"""

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

ENGLISH = "en"
"""Of every card and every game that says nothing else."""

_CODE = re.compile("[a-z]{2}(-[A-Z]{2})?")
_TAG = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REGION = re.compile("[A-Z]{2}")


def is_language(code: str) -> bool:
    """May a card have this as its language?"""
    return bool(_CODE.fullmatch(code))


def is_tag(value: Any) -> TypeGuard[str]:
    """Is this the name of a language, as the rules of a game may say it?"""
    return isinstance(value, str) and bool(_TAG.fullmatch(value))


def played(rules: Mapping[str, Any]) -> str:
    """The language of a game with these rules; English where they name none."""
    language = rules.get("language")
    return language if is_tag(language) else ENGLISH


def codes_of(tag: str) -> tuple[str, ...]:
    """The languages of the cards that a game in this one has, the nearest first: "de-at" has those of de-AT and of de."""
    primary, *parts = tag.split("-")
    regions = [part.upper() for part in parts if _REGION.fullmatch(part.upper())]
    return (*(f"{primary.lower()}-{region}" for region in regions[:1]), primary.lower())


def primary_of(tag: str) -> str:
    """The language without where it is spoken."""
    return codes_of(tag)[-1]
