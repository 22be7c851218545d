"""What somebody's profile says to the limits: one reading, for the draw in a room and for the list of the bank."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from rooms.activities.taxonomy import PREFERENCE_KEYS
from rooms.sessions.limits import MAYBE, NO, Player


def player_of(row: asyncpg.Record, *, recent: Sequence[int] = ()) -> Player:
    """The player of a row with a profile's boundaries, activities, truth_topics, profile_version and anatomy (all null where
    there is none) and the keys of `personal_limits`, which count beside the profile's. `recent` are the cards that may not come
    back yet, the one seen last at the end.
    """
    boundaries: dict[str, Any] = row["boundaries"] or {}
    surveyed = row["profile_version"] not in (None, "neutral")
    own = frozenset(row["personal_limits"])
    never = own.intersection(PREFERENCE_KEYS)
    return Player(
        anatomy=frozenset((row["anatomy"] or {}).get("anatomy_self", ())),
        hard=frozenset(boundaries.get("hard_limits", ())) | (own - never),
        soft=frozenset(boundaries.get("soft_limits", ())),
        asked=boundaries.get("asked") is True,
        answers=_answers(row["activities"] if surveyed else {}, boundaries) | dict.fromkeys(never, NO)
        if surveyed or _maybe(boundaries)
        else None,
        never=never,
        declined_topics=_declined_topics(row["truth_topics"] if surveyed else {}, boundaries),
        recent=frozenset(recent),
        last_seen={activity: order for order, activity in enumerate(recent, start=1)},
    )


def _answers(scores: dict[str, float], boundaries: dict[str, Any]) -> dict[str, float]:
    """What was answered: a 0 is a No only where it was declined, and what its owner calls a maybe is at most one."""
    declined = boundaries.get("declined")
    if declined is not None:
        scores = {key: score for key, score in scores.items() if score > NO or key in declined}
    return scores | {key: min(MAYBE, scores.get(key, MAYBE)) for key in _maybe(boundaries)}


def _maybe(boundaries: dict[str, Any]) -> Sequence[str]:
    maybe: Sequence[str] = boundaries.get("maybe_items", ())
    return maybe


def _declined_topics(scores: dict[str, float], boundaries: dict[str, Any]) -> frozenset[str]:
    """The topics answered No. An older profile does not say what was left open: there every 0 is a No."""
    declined = boundaries.get("declined_topics")
    if declined is not None:
        return frozenset(declined)
    return frozenset(topic for topic, score in scores.items() if score == NO and topic != "openness_score")
