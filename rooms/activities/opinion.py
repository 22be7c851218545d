"""A second opinion on a card: everything that a person should look at before others see it, or go on seeing it."""

from collections.abc import Iterable

import msgspec

from rooms.activities import direction, lasting, lexicon, taxonomy
from rooms.activities.card import Card, Problem, is_platonic, is_tagged, problems, unknown_preferences
from rooms.activities.notation import Kind


def opinion(card: Card) -> tuple[Problem, ...]:
    """What is wrong with the card; where nothing is, what its words say that its tags do not (English only)."""
    wrong = problems(card)
    if wrong:
        return tuple(wrong)
    said = [Problem(f"script.steps[{lack.step}]", lack.message) for lack in lexicon.missing(card)]
    return tuple(dict.fromkeys((*said, *direction.breaches(card), *lasting.complaints(card))))


def undrawn(card: Card) -> tuple[Problem, ...]:
    """Why the card waits in the bank for somebody to tag it: nothing is wrong with it, and nobody is shown it."""
    found = [
        Problem("preference_keys", f'"{key}" is not in the survey: the card is not drawn.')
        for key in unknown_preferences(card)
    ]
    if not is_tagged(card):
        found.append(Problem("domains", "Neither domains nor preference keys: the card is not drawn."))
    return tuple(found)


def mended(card: Card) -> Card:
    """The card with the tags that its words force: boundaries, keys in both directions, topics, and the level that these need;
    and with a clock where they name a time and it has none.

    What no tag can answer for, a forbidden phrasing or the wrong direction, stays.
    """
    found = [lack.finding for lack in lexicon.missing(card)]
    keys = [key for one in found if one.kind == "preference" for key in lexicon.keys_of(one.tag)]
    tags = msgspec.structs.replace(card.tags, topics=_with(card.tags.topics, _tags(found, "topic")))
    card = msgspec.structs.replace(
        card,
        hard_boundaries=_with(card.hard_boundaries, _tags(found, "boundary")),
        preference_keys=_with(card.preference_keys, keys),
        tags=tags,
        steps=lasting.wound(card.steps),
    )
    ratings = [card.rating, *_tags(found, "level"), *(() if is_platonic(card) else ("R",))]
    rating = max(ratings, key=taxonomy.RATINGS.index)
    return card if rating == card.rating else msgspec.structs.replace(card, rating=rating, intensity=_LOWEST[rating])


_LOWEST = {"G": 1, "R": 2, "X": 2}
"""The intensity of a card that is lifted to this rating."""


def _tags(found: Iterable[lexicon.Finding], kind: Kind) -> list[str]:
    return [one.tag for one in found if one.kind == kind]


def _with(some: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*some, *more)))
