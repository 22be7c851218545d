"""A card of the activity bank: its parts, its identity, and what must be true before anybody sees it."""

import hashlib
import re
from typing import Any

import msgspec

from rooms.activities import taxonomy
from rooms.activities.language import ENGLISH, is_language

ACTIVE = "A"  # in the bank A is the active player and B the partner; a room's views turn them into seats
PARTNER = "B"
MOST_STEPS = 2
SHORTEST_CLOCK_S, LONGEST_CLOCK_S = 5, 600
LONGEST_STEP = 600  # characters: what a phone shows without scrolling far
FEWEST_WORDS, MOST_WORDS = 3, 35
"""Of a step that a couple or an AI writes; the bank's are read by two people instead."""

_PLACEHOLDER = re.compile(r"\{[^{}]*\}|[{}]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # all but the line break
_PLACEHOLDERS = frozenset({"{active}", "{partner}"})


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing to do or say; `actor` is "A" (the active player) or "B" (the partner).

    `duration_s`: the seconds that the card's clock runs, at one of its steps at most. Without one it is not written at all, so
    that a script of before there were clocks, and its fingerprint, is what it was.
    """

    actor: str
    do: str
    duration_s: int | None = None


class BodyParts(msgspec.Struct, frozen=True):
    """The anatomy a card needs on each side; empty means that it works for everybody."""

    active: tuple[str, ...] = ()
    partner: tuple[str, ...] = ()


class Tags(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a card is about besides its limits: themes (the first is the primary one), the one act, the survey's truth topics.

    `apart`: it can be played with nobody in the same room. A field that is not known here might be a limit, so it is refused.
    """

    themes: tuple[str, ...] = ()
    act: str = ""
    topics: tuple[str, ...] = ()
    apart: bool = False


def tags_of(value: Any) -> Tags:
    """The tags of a JSON value; a plain list, as banks had it before, is a list of themes. Raises msgspec.ValidationError."""
    return msgspec.convert({"themes": value} if isinstance(value, list | tuple) else value, Tags)


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the bank as the draw sees it. `hard_boundaries` and `hard_limit_keys` are two columns for one thing: what is in
    either counts (`boundaries`).
    """

    activity_id: int | None = None
    uid: str
    type: str
    language: str = ENGLISH
    rating: str
    intensity: int
    steps: tuple[Step, ...]
    tags: Tags = Tags()
    power_role: str | None = None
    preference_keys: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    intensity_modifiers: tuple[str, ...] = ()
    requires_consent_negotiation: bool = False
    audience_scope: str = "all"
    hard_boundaries: tuple[str, ...] = ()
    hard_limit_keys: tuple[str, ...] = ()
    required_bodyparts: BodyParts = BodyParts()
    source: str = "bank"
    approved: bool = True
    is_active: bool = True

    @property
    def theme(self) -> str:
        """The primary theme, empty when the card names none."""
        return self.tags.themes[0] if self.tags.themes else ""

    @property
    def boundaries(self) -> frozenset[str]:
        """Every boundary the card touches: those it names and those its preference keys fall under."""
        implied = (taxonomy.boundaries_of(key) for key in self.preference_keys)
        return frozenset(self.hard_boundaries).union(self.hard_limit_keys, *implied)

    @property
    def performance_pressure(self) -> str | None:
        """How much a dare puts somebody on the spot: "high" where they are looked at, "moderate" where they act a part or on
        command. A truth asks for words only."""
        if self.type != "dare":
            return None
        if taxonomy.PERFORMED.intersection(self.preference_keys) or self.tags.act in taxonomy.PERFORMING_ACTS:
            return "high"
        return "moderate" if taxonomy.SPOKEN_FOR.intersection(self.preference_keys) else None


class Problem(msgspec.Struct, frozen=True):
    """Why a card may not enter the bank: the field and a sentence for whoever wrote it."""

    field: str
    message: str


def activity_uid(type_: str, first_step: str) -> str:
    """The card's identity: SHA-256 over its type and the text of its first step."""
    return hashlib.sha256(f"{type_.strip().lower()}|{first_step.strip()}".encode()).hexdigest()


def is_platonic(card: Card) -> bool:
    """Whether the card may be rated G: no boundary and no sexual preference key."""
    return not card.boundaries and not taxonomy.SEXUAL_KEYS.intersection(card.preference_keys)


def unknown_preferences(card: Card) -> tuple[str, ...]:
    """Preference keys outside the survey: kept and reported by an import, and never drawn."""
    return tuple(key for key in card.preference_keys if not taxonomy.is_preference(key))


def is_tagged(card: Card) -> bool:
    """Whether anybody said what the card is about. Free themes alone do not: no limit can be read from them."""
    return bool(card.domains or card.preference_keys)


def is_drawable(card: Card) -> bool:
    """Whether the card may be shown to anybody at all; it fails closed on whatever it does not understand."""
    return card.is_active and card.approved and is_tagged(card) and not unknown_preferences(card) and not problems(card)


def problems(card: Card) -> list[Problem]:
    """Everything wrong with the card, in the order of its fields; empty when it may enter the bank."""
    return [*_problems_of_text(card), *_problems_of_level(card), *_problems_of_lists(card)]


def _problems_of_text(card: Card) -> list[Problem]:
    found = []
    if not 1 <= len(card.steps) <= MOST_STEPS:
        found.append(Problem("script", f"A card has one or two steps, this one has {len(card.steps)}."))
    for number, step in enumerate(card.steps):
        if step.actor not in (ACTIVE, PARTNER):
            found.append(Problem(f"script.steps[{number}].actor", 'The actor is "A" (active) or "B" (the partner).'))
        found.extend(Problem(f"script.steps[{number}].do", message) for message in _problems_of_sentence(step.do))
    found.extend(_problems_of_clock(card.steps))
    if card.steps and card.uid != activity_uid(card.type, card.steps[0].do):
        found.append(Problem("activity_uid", "The uid is not the one of this type and first step; leave it out."))
    return found


def _problems_of_clock(steps: tuple[Step, ...]) -> list[Problem]:
    found = [
        Problem(
            f"script.steps[{number}].duration_s",
            f"A clock runs for {SHORTEST_CLOCK_S} to {LONGEST_CLOCK_S} seconds, not {step.duration_s}.",
        )
        for number, step in enumerate(steps)
        if step.duration_s is not None and not SHORTEST_CLOCK_S <= step.duration_s <= LONGEST_CLOCK_S
    ]
    if sum(step.duration_s is not None for step in steps) > 1:
        found.append(Problem("script", "A card has one clock: give one of its steps a duration_s, not both."))
    return found


def _problems_of_sentence(text: str) -> list[str]:
    found = []
    if not text.split():
        found.append("The step has no words.")
    if len(text) > LONGEST_STEP:
        found.append(f"The step has {len(text)} characters, {LONGEST_STEP} are the most.")
    if _CONTROL.search(text):
        found.append("The step holds control characters, for example a NUL; remove them.")
    if not _PLACEHOLDERS.issuperset(_PLACEHOLDER.findall(text)):
        found.append("The only placeholders are {active} and {partner}.")
    return found


def _problems_of_level(card: Card) -> list[Problem]:
    checks = [
        _one_of("type", card.type, taxonomy.TYPES),
        _one_of("rating", card.rating, taxonomy.RATINGS),
        _one_of("audience_scope", card.audience_scope, taxonomy.AUDIENCES),
        _one_of("source", card.source, taxonomy.SOURCES),
    ]
    if card.power_role is not None:
        checks.append(_one_of("power_role", card.power_role, taxonomy.POWER_ROLES))
    found = [problem for problem in checks if problem]
    if not is_language(card.language):
        found.append(
            Problem("language", "A language is two small letters, such as en or de, or with a country: pt-BR.")
        )
    allowed = taxonomy.INTENSITIES.get(card.rating, range(1, 6))
    if card.intensity not in allowed:
        message = f"The intensity at {card.rating} is {allowed[0]} to {allowed[-1]}, not {card.intensity}."
        found.append(Problem("intensity", message))
    if card.rating == "G" and not is_platonic(card):
        found.append(Problem("rating", "G is platonic: a card with a boundary or a sexual preference is R or X."))
    return found


def _problems_of_lists(card: Card) -> list[Problem]:
    lists = (
        ("domains", card.domains, taxonomy.DOMAINS),
        ("hard_boundaries", card.hard_boundaries, taxonomy.BOUNDARY_KEYS),
        ("hard_limit_keys", card.hard_limit_keys, taxonomy.BOUNDARY_KEYS),
        ("tags.topics", card.tags.topics, taxonomy.TOPICS),
        ("required_bodyparts.active", card.required_bodyparts.active, taxonomy.BODY_PARTS),
        ("required_bodyparts.partner", card.required_bodyparts.partner, taxonomy.BODY_PARTS),
    )
    checks = (_one_of(field, value, allowed) for field, values, allowed in lists for value in values)
    found = [problem for problem in checks if problem]
    words = (("tags.themes", card.tags.themes), ("intensity_modifiers", card.intensity_modifiers))
    for field, values in (*words, ("tags.act", (card.tags.act,) if card.tags.act else ())):
        if not all(value.strip() and value.isprintable() for value in values):
            found.append(Problem(field, "Every entry is a short printable word."))
    return found


def _one_of(field: str, value: str, allowed: tuple[str, ...]) -> Problem | None:
    if value in allowed:
        return None
    shown = value if value.isprintable() else ascii(value)
    return Problem(field, f'"{shown[:60]}" is not known here; use one of {", ".join(allowed)}.')
