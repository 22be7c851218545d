"""An operator's walk over the cards that want a person's eye: those that wait for approval, and those in use whose words say more
than their tags.

Every decision is a commit of its own, made only if the card still is as it was shown: two who review at once do not overwrite
one another, and what was decided stays decided whatever comes after.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import asyncpg
import msgspec

from game_server.activities.bank_import import Progress, silently
from rooms.activities.card import Card
from rooms.activities.opinion import opinion
from storage import activities as bank
from storage.activities import Kept
from storage.database import Database

Decision = Literal["approved", "kept", "edited", "archived", "skipped"]
Outcome = Literal["done", "changed", "twice", "busy"]
"""done; the card is not as it was shown any more; the bank has the same card already; an import is writing, nothing was done."""

_STEP = 100  # cards between two reports of progress


class _Past(msgspec.Struct, frozen=True):
    """A decision that can be taken back: where it was made, the card before it, and the row's state after it."""

    position: int
    decision: Decision
    before: Kept
    state: str


class Review:
    """Where the walk is. `counts` are the decisions that stand; `total` is how many cards are on the way, as far as is known."""

    def __init__(self, database: Database) -> None:
        self.counts: Counter[Decision] = Counter()
        self.number = 0
        self._database = database
        self._queue: list[int] = []
        self._position = 0
        self._past: list[_Past] = []

    @property
    def total(self) -> int:
        return len(self._queue)

    async def add_waiting(self) -> int:
        """Put those that wait for approval on the way; how many."""
        async with self._database.reading() as conn:
            return self._add(await bank.waiting_cards(conn))

    async def add_flagged(self, progress: Progress = silently) -> int:
        """Put the cards in use that the second opinion has something to say of on the way; how many."""
        async with self._database.reading() as conn:
            rows = await bank.whole_bank(conn)
        flagged = []
        for number, row in enumerate(rows):
            if number % _STEP == 0:
                progress("Reading what the cards say", number, len(rows))
            if row.card and row.card.approved and wants_an_eye(row.card):
                flagged.append(row.activity_id)
        return self._add(flagged)

    async def next(self) -> Kept | None:
        """The card that the walk is at, as it is now; None at the end. Those that somebody else has settled are passed over."""
        while self._position < len(self._queue):
            async with self._database.reading() as conn:
                kept = await bank.kept_card(conn, self._queue[self._position])
            if kept and kept.card and wants_an_eye(kept.card):
                self.number = self._position + 1
                return kept
            self._position += 1
        return None

    async def decide(self, kept: Kept, decision: Decision, card: Card | None = None) -> Outcome:
        """Commit the decision, with the card as it is to be where it changes. An edited card is shown again."""
        state = kept.state
        if card is not None:
            try:
                async with self._database.as_service() as conn:
                    changed = await bank.change_card(conn, kept, card)
            except asyncpg.UniqueViolationError:
                return "twice"
            except asyncpg.LockNotAvailableError:
                return "busy"
            if changed is None:
                return "changed"
            state = changed
        self._past.append(_Past(self._position, decision, kept, state))
        self.counts[decision] += 1
        if decision != "edited":
            self._position += 1
        return "done"

    async def undo(self) -> Decision | Literal["nothing", "changed", "busy"]:
        """Take back the last decision and go back to its card; which one it was. A card that was changed since stays."""
        if not self._past:
            return "nothing"
        past = self._past[-1]
        if past.state != past.before.state and past.before.card:
            after = msgspec.structs.replace(past.before, state=past.state)
            try:
                async with self._database.as_service() as conn:
                    state = await bank.change_card(conn, after, past.before.card)
            except asyncpg.LockNotAvailableError:
                return "busy"
            if state is None:
                self._past.pop()
                return "changed"
            self._past = [_follow(one, past.before.activity_id, past.before.state, state) for one in self._past]
        self._past.pop()
        self.counts[past.decision] -= 1
        self._position = past.position
        return past.decision

    def _add(self, cards: Sequence[int]) -> int:
        known = set(self._queue)
        new = [card for card in cards if card not in known]
        self._queue += new
        return len(new)


def wants_an_eye(card: Card) -> bool:
    """Is there something for a person to decide?"""
    return card.is_active and (not card.approved or bool(opinion(card)))


def _follow(past: _Past, activity_id: int, old: str, new: str) -> _Past:
    """An undo makes the row's state another: the decision before it on the same card stays one that can be taken back."""
    if past.before.activity_id == activity_id and past.state == old:
        return msgspec.structs.replace(past, state=new)
    return past
