"""What an operator may change of a card in a review, as one line each: `boundaries +Impact`, `rating X`, `talk yes`, `clock 60`.

The text and the type stay: they are the card's identity, and another text is another card.
"""

import re
from collections.abc import Callable

import msgspec

from rooms.activities import lasting, taxonomy
from rooms.activities.card import BodyParts, Card


class WrongEdit(Exception):
    """The line cannot be understood; the message says why."""


def edited(card: Card, line: str) -> Card:
    """The card with what the line says. Whether it may be like this, `card.problems` knows. Raises WrongEdit."""
    name, _, value = line.strip().partition(" ")
    matching = [field for field in FIELDS if field.startswith(name.casefold())] if name else []
    exact = [field for field in matching if field == name.casefold()] or matching
    if len(exact) != 1:
        raise WrongEdit(f'There is no field "{name[:40]}". These are: {", ".join(FIELDS)}.')
    return FIELDS[exact[0]](card, value.strip())


def _word(attribute: str, allowed: tuple[str, ...], *, upper: bool = False) -> Callable[[Card, str], Card]:
    def change(card: Card, value: str) -> Card:
        word = value.upper() if upper else value.casefold()
        if word not in allowed:
            raise WrongEdit(f"One of {', '.join(allowed)}.")
        return msgspec.structs.replace(card, **{attribute: word})

    return change


def _language(card: Card, value: str) -> Card:
    return msgspec.structs.replace(card, language=value)


def _intensity(card: Card, value: str) -> Card:
    if not re.fullmatch("[1-5]", value):
        raise WrongEdit("A number from 1 to 5.")
    return msgspec.structs.replace(card, intensity=int(value))


def _clock(card: Card, value: str) -> Card:
    """At the step whose words name a time, else at the first one."""
    if value != _NOTHING and not re.fullmatch("[0-9]{1,3}", value):
        raise WrongEdit(f"Seconds, or {_NOTHING}.")
    seconds = None if value == _NOTHING else int(value)
    at = next((number for number, step in enumerate(card.steps) if lasting.times_of(step.do)), 0)
    steps = tuple(
        msgspec.structs.replace(step, duration_s=seconds if number == at else None)
        for number, step in enumerate(card.steps)
    )
    return msgspec.structs.replace(card, steps=steps)


def _negotiation(card: Card, value: str) -> Card:
    return msgspec.structs.replace(card, requires_consent_negotiation=_yes_or_no(value))


def _apart(card: Card, value: str) -> Card:
    return msgspec.structs.replace(card, tags=msgspec.structs.replace(card.tags, apart=_yes_or_no(value)))


def _act(card: Card, value: str) -> Card:
    tags = msgspec.structs.replace(card.tags, act="" if value == _NOTHING else value)
    return msgspec.structs.replace(card, tags=tags)


def _list(attribute: str, known: Callable[[str], str]) -> Callable[[Card, str], Card]:
    def change(card: Card, value: str) -> Card:
        return msgspec.structs.replace(card, **{attribute: _changed(getattr(card, attribute), value, known)})

    return change


def _in_tags(attribute: str, known: Callable[[str], str]) -> Callable[[Card, str], Card]:
    def change(card: Card, value: str) -> Card:
        words = _changed(getattr(card.tags, attribute), value, known)
        return msgspec.structs.replace(card, tags=msgspec.structs.replace(card.tags, **{attribute: words}))

    return change


def _parts(side: str) -> Callable[[Card, str], Card]:
    def change(card: Card, value: str) -> Card:
        parts = {"active": card.required_bodyparts.active, "partner": card.required_bodyparts.partner}
        parts[side] = _changed(parts[side], value, _one_of(taxonomy.BODY_PARTS))
        return msgspec.structs.replace(card, required_bodyparts=BodyParts(**parts))

    return change


_NOTHING = "none"


def _changed(words: tuple[str, ...], value: str, known: Callable[[str], str]) -> tuple[str, ...]:
    """`+a -b` adds and takes away, `a, b` replaces, `none` empties."""
    given = [word for word in re.split(r"[,;\s]+", value) if word]
    if given == [_NOTHING]:
        return ()
    if not given:
        raise WrongEdit("Say what: +word adds one, -word takes one away, words replace all, none empties.")
    signed = [word for word in given if word[0] in "+-"]
    if not signed:
        return tuple(dict.fromkeys(map(known, given)))
    if len(signed) != len(given):
        raise WrongEdit("Either all of them with + or -, or none.")
    kept = list(words)
    for word in signed:
        name = known(word[1:])
        if word[0] == "-" and name not in kept:
            raise WrongEdit(f'"{name}" is not there.')
        kept = [one for one in kept if one != name] + ([name] if word[0] == "+" else [])
    return tuple(kept)


def _one_of(allowed: tuple[str, ...], *, before: str = "") -> Callable[[str], str]:
    """The word as the list has it; case does not count, nor whether it begins with `before`."""
    by_name = {name.casefold(): name for name in allowed}
    by_name |= {name.removeprefix(before).casefold(): name for name in allowed}

    def known(word: str) -> str:
        if word.casefold() not in by_name:
            raise WrongEdit(f'"{word[:40]}" is not known here; use one of {", ".join(allowed)}.')
        return by_name[word.casefold()]

    return known


def _preference(word: str) -> str:
    key = taxonomy.canonical_preference(word)
    if not taxonomy.is_preference(key):
        raise WrongEdit(f'"{word[:40]}" is no key of the survey; docs/tagging-guide.md has them.')
    return key


def _yes_or_no(value: str) -> bool:
    if value.casefold() not in ("yes", "no"):
        raise WrongEdit("yes or no.")
    return value.casefold() == "yes"


FIELDS: dict[str, Callable[[Card, str], Card]] = {
    "rating": _word("rating", taxonomy.RATINGS, upper=True),
    "language": _language,
    "intensity": _intensity,
    "boundaries": _list("hard_boundaries", _one_of(taxonomy.BOUNDARY_KEYS, before="hardBoundary")),
    "limits": _list("hard_limit_keys", _one_of(taxonomy.BOUNDARY_KEYS, before="hardBoundary")),
    "keys": _list("preference_keys", _preference),
    "topics": _in_tags("topics", _one_of(taxonomy.TOPICS)),
    "themes": _in_tags("themes", str.casefold),
    "act": _act,
    "apart": _apart,
    "talk": _negotiation,
    "domains": _list("domains", _one_of(taxonomy.DOMAINS)),
    "modifiers": _list("intensity_modifiers", str.casefold),
    "clock": _clock,
    "role": _word("power_role", taxonomy.POWER_ROLES),
    "audience": _word("audience_scope", taxonomy.AUDIENCES),
    "active": _parts("active"),
    "partner": _parts("partner"),
}
"""The fields by the names that an operator types."""
