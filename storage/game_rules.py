"""What an opener wrote into a game's rules: words to a partner, sealed with the opener's key while the game is kept.

What the game itself understands (`apart`, `favourites`, `language`) stays readable; `app.known_rules` in 0005 says the same.
Without the key, once the opener is erased or while the key store is away, the words are not shown; the game goes on.
"""

import re
from contextlib import suppress
from typing import Any

import msgspec

from rooms.sessions.state import Settings
from storage.key_rows import KeysUnavailable
from storage.person_keys import PersonKeys
from storage.sessions import Room

SEALED = "sealed"

_LANGUAGE = re.compile("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def free_words(rules: dict[str, Any]) -> dict[str, Any]:
    """Those of the rules that only people understand."""
    return {key: value for key, value in rules.items() if not _is_known(key, value)}


async def to_keep(keys: PersonKeys, opener: str, settings: Settings) -> dict[str, Any]:
    """The settings as `sessions.rules` keeps them. Raises KeysUnavailable where there are words to seal."""
    free = free_words(settings.rules)
    kept: dict[str, Any] = msgspec.to_builtins(settings)
    if free:
        (envelope,) = await keys.seal(opener, free)
        kept["rules"] = {**{key: value for key, value in settings.rules.items() if key not in free}, SEALED: envelope}
    return kept


async def opened(keys: PersonKeys, room: Room) -> Room:
    """The room with the words of its rules, as far as they can be read."""
    rules = room.state.settings.rules
    if not is_sealed(rules):
        return room
    known = {key: value for key, value in rules.items() if key != SEALED}
    with suppress(KeysUnavailable):
        known = await with_words(keys, str(room.seats["A"].actor), rules)
    return _with_rules(room, known)


def is_sealed(rules: dict[str, Any]) -> bool:
    """Have these rules, as they are kept, words in them that are sealed?"""
    envelope = rules.get(SEALED)
    return isinstance(envelope, dict) and "key_id" in envelope


async def with_words(keys: PersonKeys, opener: str, rules: dict[str, Any]) -> dict[str, Any]:
    """Rules that are sealed, with the words of whoever opened the game. Raises KeysUnavailable."""
    words: dict[str, Any] = await keys.unseal(opener, rules[SEALED])
    return {key: value for key, value in rules.items() if key != SEALED} | words


def without_words_of_erased(room: Room) -> Room:
    """The room; where its opener is nobody any more, without their words."""
    rules = room.state.settings.rules
    if not rules or room.seats["A"].actor != "former":
        return room
    return _with_rules(room, {key: value for key, value in rules.items() if _is_known(key, value)})


def _with_rules(room: Room, rules: dict[str, Any]) -> Room:
    settings = msgspec.structs.replace(room.state.settings, rules=rules)
    return msgspec.structs.replace(room, state=msgspec.structs.replace(room.state, settings=settings))


def _is_known(key: str, value: Any) -> bool:
    if key == "language":
        return isinstance(value, str) and bool(_LANGUAGE.fullmatch(value))
    return key in ("apart", "favourites") and isinstance(value, bool)
