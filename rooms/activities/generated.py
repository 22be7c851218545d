"""Whether a card that an AI wrote may be shown to anybody: its word counts for nothing but the text.

`judged` reads the answer as strict JSON, holds it against the order, lets the lexicon have its say (what it finds is added to the
tags) and refuses in doubt. The lexicon knows phrases, not meaning, so beside it stand rules that need no understanding: a
platonic card with any finding goes, a truth above it needs a topic, an explicit dare needs a key, and there are words that no
machine's card may hold. What is left is a card like any other: the draw asks the limits of the two again each time.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta

from rooms.activities import blunt, direction, english, lasting, lexicon, taxonomy
from rooms.activities.card import (
    ACTIVE,
    FEWEST_WORDS,
    MOST_STEPS,
    MOST_WORDS,
    BodyParts,
    Card,
    Step,
    Tags,
    activity_uid,
    problems,
)
from rooms.activities.lexicon import Finding
from rooms.activities.order import Order

Word = Annotated[str, Meta(max_length=64)]
Words = Annotated[tuple[Word, ...], Meta(max_length=20)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field that is not known here might be a limit, so it is refused."""


class _Step(_Strict, frozen=True, forbid_unknown_fields=True):
    actor: Word
    do: Annotated[str, Meta(max_length=600)]
    duration_s: int | None = None


class _Script(_Strict, frozen=True, forbid_unknown_fields=True):
    steps: Annotated[tuple[_Step, ...], Meta(max_length=4)]


class _Tags(_Strict, frozen=True, forbid_unknown_fields=True):
    themes: Words
    act: Word = ""
    topics: Words = ()
    apart: bool = False


class _Parts(_Strict, frozen=True, forbid_unknown_fields=True):
    active: Words = ()
    partner: Words = ()


class Answer(_Strict, frozen=True, forbid_unknown_fields=True):
    """What the model is asked to answer with, and what else a card of the bank has; tags as a plain list are themes."""

    script: _Script
    type: Word
    rating: Word
    intensity: int
    tags: _Tags | Words
    hard_boundaries: Words
    preference_keys: Words
    domains: Words
    required_bodyparts: _Parts
    power_role: Word | None = None
    audience_scope: Word = "couples"
    intensity_modifiers: Words = ()
    requires_consent_negotiation: bool = False


class Judged(msgspec.Struct, frozen=True):
    """The card, or why there is none: code → a sentence. Never both, and no sentence holds words of the answer."""

    card: Card | None
    failures: dict[str, str] = {}


def judged(content: str, order: Order) -> Judged:
    """What may be made of the answer to this order."""
    try:
        answer = msgspec.json.decode(content, type=Answer)
    except msgspec.ValidationError:
        return Judged(None, {"shape": "The answer has not the fields that were asked for, or others beside them."})
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Judged(None, {"json": "The answer is not JSON."})
    card = _card(answer)
    failures = dict(_of_the_text(card))
    if not failures:  # the lexicon takes its time, and is not asked about what is too long or no English
        found = [finding for step in card.steps for finding in lexicon.found(step.do, (lexicon.LANGUAGE,))]
        card = _with_findings(card, found)
        failures = dict(_failures(card, order, found))
    return Judged(None if failures else card, failures)


def _card(answer: Answer) -> Card:
    """As it stands, with our names of keys. Themes and act are for variety alone: what is none of ours is left out. That it can
    be played apart is nothing that the lexicon could confirm.
    """
    tags = answer.tags if isinstance(answer.tags, _Tags) else _Tags(themes=answer.tags)
    steps = lasting.wound(tuple(map(_step, answer.script.steps)))
    parts = answer.required_bodyparts
    return Card(
        uid=activity_uid(answer.type, steps[0].do) if steps else "",
        type=answer.type,
        rating=answer.rating,
        intensity=answer.intensity,
        steps=steps,
        tags=Tags(
            themes=_once(theme for theme in tags.themes if theme in taxonomy.THEMES),
            act=tags.act if tags.act in taxonomy.ACTS.get(answer.type, ()) else "",
            topics=_once(tags.topics),
        ),
        power_role=answer.power_role,
        preference_keys=_once(taxonomy.canonical_preference(key) for key in answer.preference_keys),
        domains=_once(answer.domains),
        requires_consent_negotiation=answer.requires_consent_negotiation,
        audience_scope=answer.audience_scope,
        hard_boundaries=_once(answer.hard_boundaries),
        required_bodyparts=BodyParts(_once(parts.active), _once(parts.partner)),
        source=taxonomy.AI,
    )


def _step(step: _Step) -> Step:
    """With the clock that it was given, if that is what its words say."""
    seconds = step.duration_s if step.duration_s in lasting.times_of(step.do) else None
    return Step(step.actor, step.do.strip(), seconds)


def _with_findings(card: Card, found: list[Finding]) -> Card:
    """The tags that the words force are added, in every direction that they might mean."""
    boundaries = [one.tag for one in found if one.kind == "boundary"]
    keys = [key for one in found if one.kind == "preference" for key in lexicon.keys_of(one.tag)]
    topics = [one.tag for one in found if one.kind == "topic" and card.type == "truth"]
    card = msgspec.structs.replace(
        card,
        hard_boundaries=_once((*card.hard_boundaries, *boundaries)),
        preference_keys=_once((*card.preference_keys, *keys)),
        tags=msgspec.structs.replace(card.tags, topics=_once((*card.tags.topics, *topics))),
    )
    return msgspec.structs.replace(
        card, requires_consent_negotiation=card.requires_consent_negotiation or bool(card.boundaries)
    )


def _failures(card: Card, order: Order, found: list[Finding]) -> Iterator[tuple[str, str]]:
    yield from _of_the_order(card, order)
    if wrong := problems(card):
        yield "card", "Not a card: " + ", ".join(dict.fromkeys(problem.field for problem in wrong)) + "."
    unknown = [key for key in card.preference_keys if not taxonomy.is_preference(key)]
    if unknown or not card.domains:
        yield "lists", "A key or domain is missing or is none of the lists."
    elif card.rating in taxonomy.RATINGS:
        yield from _of_the_words(card, found)


def _of_the_order(card: Card, order: Order) -> Iterator[tuple[str, str]]:
    if card.type != order.type:
        yield "type", f"A {order.type} was asked for."
    if card.audience_scope not in ("couples", "all"):
        yield "audience", "A card for two was asked for."
    if card.rating not in taxonomy.RATINGS[: taxonomy.RATINGS.index(order.level) + 1]:
        yield "level", f"Nothing above {order.level} was asked for."
    if not order.low <= card.intensity <= order.high:
        yield "window", f"An intensity of {order.low} to {order.high} was asked for."
    if card.type == "truth" and card.rating != "G" and not card.tags.topics:
        yield "topic", "A truth above the platonic level names its topic."
    if not card.boundaries.isdisjoint(order.avoid):
        yield "avoid", "It touches a boundary that it was to stay away from."


def _of_the_text(card: Card) -> Iterator[tuple[str, str]]:
    texts = [step.do for step in card.steps]
    if not 1 <= len(texts) <= MOST_STEPS or any(not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS for text in texts):
        yield "words", f"One or two steps of {FEWEST_WORDS} to {MOST_WORDS} words."
    if card.steps and card.steps[0].actor != ACTIVE:
        yield "actor", "The active player begins."
    for code in dict.fromkeys(english.faults(texts)):
        yield code, _SENTENCES[code]
    if any(blunt.WORDS.search(text) for text in texts):
        yield "never", "A word that no machine's card may hold."


def _of_the_words(card: Card, found: list[Finding]) -> Iterator[tuple[str, str]]:
    """What the lexicon and the grammar say, and what they cannot be trusted to say alone."""
    if card.rating == "G" and (found or card.boundaries or card.preference_keys):
        yield "platonic", "A platonic card with anything in it that is not."
    lacks = lexicon.missing(card)
    if lacks:
        yield (
            "lexicon",
            "The words do not fit: " + ", ".join(dict.fromkeys(_name(lack.finding) for lack in lacks)) + ".",
        )
    if direction.breaches(card):
        yield "direction", "Who gives and who receives is not told alike by keys and words."
    if card.type == "dare" and card.rating == "X" and not any(one.kind == "preference" for one in found):
        yield "key", "An explicit dare that the lexicon knows no key of."


def _name(finding: Finding) -> str:
    return f"{finding.kind} {finding.tag}"


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


_SENTENCES = {
    "characters": "Other signs than plain English is written with: markup, a placeholder, another script.",
    "link": "Something like an address.",
    "name": "Something like a name.",
    "language": "Not plain English.",
}
