"""What the server does with the bank: load the starter cards, list what a caller may see."""

from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg
import msgspec

from game_server.activities.bank_files import read_rows
from game_server.activities.bank_import import read_cards
from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.activities.shipped import Shipped, plan, retired
from rooms.sessions.limits import YES, Player, facts_of, forbidden, in_bank, marks_of
from rooms.sessions.state import LEVELS
from storage import activities as bank

STARTER_BANK = Path(__file__).with_name("starter_bank.json")
STARTER_BANKS = (STARTER_BANK, Path(__file__).with_name("starter_bank_de.json"))
"""A file a language, all of them of one version."""
EARLIER_STARTERS = Path(__file__).with_name("starter_history.json")
_BATCH = 200


class StarterCounts(msgspec.Struct, frozen=True):
    """What loading the starter cards did, in cards."""

    inserted: int = 0
    updated: int = 0
    archived: int = 0


class ActivityPage(msgspec.Struct, frozen=True):
    """One page of the bank; `next_after` is the activity_id to go on from, None at the end."""

    cards: tuple[Card, ...]
    next_after: int | None


async def load_starter_bank(conn: asyncpg.Connection) -> StarterCounts:
    """Bring the cards that ship with the program into the bank: all of them into an empty one, else what moved on since.

    Cards that an operator edited, archived, deleted or brought themselves stay as they are (`shipped` says how that is told).
    """
    version, cards = _starters()
    async with conn.transaction():
        await bank.lock_bank(conn)
        stored = await bank.starter_cards(conn, [card.uid for card in cards])
        planned = plan(version, cards, stored, _earlier_starters(), empty=await bank.is_empty(conn))
        counts = await bank.upsert_cards(conn, planned.write, version)
        if planned.retire:
            await bank.retire_cards(conn, planned.retire, retired(version))
    return StarterCounts(counts.inserted, counts.updated, len(planned.retire))


async def list_activities(
    conn: asyncpg.Connection,
    *,
    type_: str | None,
    rating: str | None,
    languages: Sequence[str] | None,
    after: int,
    limit: int,
) -> ActivityPage:
    """The next cards that the caller's limits allow, in either role; None: of any. The connection acts as the caller."""
    allowed = await allowed_to(conn)
    found: list[Card] = []
    while True:
        cards = await bank.list_activities(
            conn, type_=type_, rating=rating, languages=languages, after=after, limit=_BATCH
        )
        found += [card for card in cards if allowed(card)]
        if len(found) > limit:
            return ActivityPage(tuple(found[:limit]), found[limit - 1].activity_id)
        if len(cards) < _BATCH:
            return ActivityPage(tuple(found), None)
        after = cards[-1].activity_id or after


async def allowed_to(conn: asyncpg.Connection) -> Callable[[Card], bool]:
    """What the caller's limits allow, in either role. The connection acts as the caller."""
    return _allows(await bank.caller_as_player(conn))


def _allows(caller: Player) -> Callable[[Card], bool]:
    """May the caller see the card at its own rating, in one role or the other, with somebody who wants everything?"""
    roles = ((caller, _WILLING), (_WILLING, caller))
    forbid = {level: [forbidden(level, active, partner) for active, partner in roles] for level in LEVELS}

    def allows(card: Card) -> bool:
        if not in_bank(card):
            return False
        marks = marks_of(facts_of(card))
        return any(not marks & out for out in forbid[card.rating])  # type: ignore[index]  # a rating that in_bank knows

    return allows


# What the list leaves out is due to the caller alone.
_WILLING = Player(
    anatomy=frozenset(taxonomy.BODY_PARTS), asked=True, answers=dict.fromkeys(taxonomy.PREFERENCE_KEYS, YES)
)


def _starters() -> tuple[str, list[Card]]:
    """The version and the cards that the program ships, of every language."""
    sources = [read_rows(file) for file in STARTER_BANKS]
    read = [read_cards(source.rows, {}) for source in sources]
    version, *others = {source.version for source in sources}
    if version is None or others or any(one.refused for one in read):
        raise RuntimeError(f"The starter bank is broken: {[one.refused[:1] for one in read]}")
    return version, [card for one in read for card, _ in one.cards]


def _earlier_starters() -> Shipped:
    return msgspec.json.decode(EARLIER_STARTERS.read_bytes(), type=dict[str, dict[str, str]])
