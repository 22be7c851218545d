"""How the cards that ship with the program move on in a bank that has them already (decision 60).

A starter card is told by its `source_version`; it is still ours while its content is what some version of the program shipped,
told by a fingerprint. What an operator edited, archived or deleted stays as they left it, and so do all other cards.
"""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from rooms.activities.card import Card
from rooms.activities.language import ENGLISH

_OURS = "starter-"
_RETIRED = " retired"
_SHORT = 16  # hexadecimal characters: enough to tell a few hundred cards apart
# Fields that a version ships. Fixed, so that a fingerprint stays what it is when cards get new fields.
_CONTENT = (
    "type",
    "rating",
    "intensity",
    "steps",
    "power_role",
    "preference_keys",
    "domains",
    "intensity_modifiers",
    "requires_consent_negotiation",
    "audience_scope",
    "hard_boundaries",
    "hard_limit_keys",
    "required_bodyparts",
    "source",
    "approved",
)
_TAGS = ("themes", "act", "topics", "apart")

Shipped = Mapping[str, Mapping[str, str]]
"""What earlier versions shipped: by `source_version`, the fingerprint by the short uid."""


class Stored(msgspec.Struct, frozen=True):
    """A card of the bank, archived ones included. `card` is None when the row cannot be read, which is somebody's edit too."""

    uid: str
    card: Card | None
    source_version: str | None


class Plan(msgspec.Struct, frozen=True):
    """What to do: cards to insert or update, uids to archive."""

    write: tuple[Card, ...]
    retire: tuple[str, ...]


def short(uid: str) -> str:
    """The uid as `Shipped` names it."""
    return uid[:_SHORT]


def fingerprint(card: Card) -> str:
    """What tells whether the card's content is as it was shipped; whether it is archived does not count."""
    parts = msgspec.to_builtins(card)
    content = {name: parts[name] for name in _CONTENT} | {"tags": {name: parts["tags"][name] for name in _TAGS}}
    if card.language != ENGLISH:  # of an English card it is what it was before there were others
        content["language"] = card.language
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()[:_SHORT]


def retired(version: str) -> str:
    """The `source_version` of a card that this version no longer ships."""
    return version + _RETIRED


def plan(version: str, cards: Sequence[Card], bank: Sequence[Stored], earlier: Shipped, *, empty: bool) -> Plan:
    """What brings the bank from what earlier versions shipped to these cards.

    `bank` holds its starter cards and those with the uid of one of `cards`; `empty` is whether it has no card at all.
    """
    current = {card.uid: card for card in cards}
    stored = {row.uid: row for row in bank}
    untouched = {row.uid: row.card for row in bank if row.card and _is_untouched(row, row.card, earlier, current)}
    # Who archived or replaced all of our cards wants no new ones; and what a bank was given once and has not, was deleted.
    welcome = empty or any(card.is_active for card in untouched.values())
    given = _given(version, current, bank, earlier)
    write = tuple(
        card
        for card in cards
        if (
            card.uid in untouched and not _is_current(version, card, stored[card.uid])
            if card.uid in stored
            else welcome and short(card.uid) not in given
        )
    )
    retire = tuple(uid for uid, card in untouched.items() if card.is_active and uid not in current)
    return Plan(write, retire)


def _is_current(version: str, card: Card, row: Stored) -> bool:
    return row.source_version == version and row.card is not None and fingerprint(row.card) == fingerprint(card)


def _is_untouched(row: Stored, card: Card, earlier: Shipped, current: Mapping[str, Card]) -> bool:
    version = row.source_version or ""
    if not version.startswith(_OURS):
        return False
    if not card.is_active and not version.endswith(_RETIRED):
        return False  # archived, and not by us
    now = fingerprint(card)
    if row.uid in current and now == fingerprint(current[row.uid]):
        return True
    return any(cards.get(short(row.uid)) == now for cards in earlier.values())


def _given(version: str, current: Mapping[str, Card], bank: Sequence[Stored], earlier: Shipped) -> set[str]:
    """Short uids of everything that this bank was given, by the versions of the starter cards in it."""
    versions = {(row.source_version or "").removesuffix(_RETIRED) for row in bank}
    given = {uid for one in versions for uid in earlier.get(one, ())}
    return given | {short(uid) for uid in current} if version in versions else given
