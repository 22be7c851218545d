"""What the draws of a room have to know, kept from one to the next.

To read all of it costs more than the draw and its commit. So it is read in full now and then, and in between each draw asks what
may have changed (`storage/draw_changes.py`): limits, people, the bank, the account and its day as they are now, and whether the
last card that either of the two has seen is the one that was dealt here. What changed is read anew; what was dealt here since is
added. The commit compares what it compares for every draw, and who loses there goes aside, where everything is read.

Two rooms of one person whose cards come at the same moment may miss each other's: so nothing is kept for more than `MOST_DRAWS`.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

import msgspec

from game_server.services import Services
from game_server.sessions.facts import Known, known, load_beside
from rooms.seats import SEATS, SeatName
from rooms.sessions.limits import Player
from rooms.sessions.state import State
from storage import crash
from storage import sessions as store
from storage.draw_changes import Changes, load_changes
from storage.sessions import Facts

MOST_DRAWS = 12
"""Draws on one reading: as many cards, at most, may be missing from what counts over all rooms of the two."""

MOST_ELSEWHERE = 2
"""Cards that another process dealt, by which a room counts as one that plays there too: nothing that is kept here would hold."""

MOST_ROOMS = 2_000
KEPT_S = 600
"""What was read is forgotten after so long, or where its game ends: what people said of themselves is not kept for nothing."""

MOST_SEEN = 100
"""Cards of which a player's history says when they were seen, as `app.draw_facts` has them."""


class _Reading(msgspec.Struct):
    """What was read of a room, with what was dealt there since. `card_seq` is the card that its last draw led to, `elsewhere` how
    often it was another one; `lineage` the database that it was read of.
    """

    facts: Facts
    changes: Changes
    card_seq: int
    read_at: float
    elsewhere: int
    lineage: str | None
    draws: int = 0

    def holds(self, room: State, now: Changes) -> bool:
        """May this room draw on it, as things are now?"""
        then = self.changes
        return (
            self.draws < MOST_DRAWS
            and room.last_card_seq == self.card_seq
            and not (now.own_cards or then.own_cards)
            and (now.limits_rev, now.allowance.day) == (then.limits_rev, then.allowance.day)
            and (now.whose, now.profiles, now.latest) == (then.whose, then.profiles, then.latest)
        )

    def facts_now(self, now: Changes) -> Facts:
        """The facts as they are now."""
        return msgspec.structs.replace(
            self.facts, unchecked=now.unchecked, bank_revision=now.bank_revision, allowance=now.allowance
        )

    def drew(self, after: State, at: datetime) -> None:
        """The draw's card is in both histories, once it is committed; after a turn's first it is an extra one."""
        card = after.card
        if card is None:
            return
        facts, then = self.facts, self.changes
        seen = card.bank_id
        self.facts = msgspec.structs.replace(
            facts,
            extra_today=facts.extra_today + (after.dealt > 1),
            players={
                seat: player if whose is None or seen is None else with_seen(player, seen)
                for (seat, player), whose in zip(_by_seat(facts), then.whose, strict=True)
            },
        )
        latest = tuple(None if whose is None else at for whose in then.whose)
        self.changes = msgspec.structs.replace(then, latest=latest)
        self.card_seq = after.last_card_seq
        self.draws += 1


class KeptFacts:
    """What this process has read of rooms in which it drew lately."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._readings: OrderedDict[str, _Reading] = OrderedDict()
        self._forgets: asyncio.TimerHandle | None = None

    async def known_of(self, rooms: Sequence[State]) -> dict[str, Known]:
        """What draws in these rooms have to know; a room that is gone is not in it. Raises STORE_ERRORS."""
        services = self._services
        daily_limit = services.settings.daily_limit
        async with services.database.reading() as connection:
            crash.point("facts")
            lineage = services.database.lineage.met
            asked = [room.session_id for room in rooms if self._is_of_here(room)]
            changes = await load_changes(connection, asked, daily_limit) if asked else {}
            found = {
                room.session_id: reading.facts_now(changes[room.session_id])
                for room in rooms
                if (reading := self._holding(room, changes)) is not None
            }
            anew = [room.session_id for room in rooms if room.session_id not in found]
            read = await store.load_facts(connection, anew, daily_limit) if anew else {}
            beside = await load_beside(connection, {**found, **read}, rooms)
        for room in rooms:
            if room.session_id in read and room.session_id in changes:
                self._keep(room, read[room.session_id], changes[room.session_id], lineage)
        return await known(services, {**found, **read}, beside)

    def went_on(self, room: State, after: State, at: datetime) -> None:
        """A decision in this room leads to this state, if it is committed; with a draw, if there is another card."""
        reading = self._readings.get(room.session_id)
        if after.phase == "ended":
            self._readings.pop(room.session_id, None)
        elif reading is not None and after.last_card_seq != room.last_card_seq:
            reading.drew(after, at)

    def _is_of_here(self, room: State) -> bool:
        reading = self._readings.get(room.session_id)
        return reading is None or reading.elsewhere < MOST_ELSEWHERE

    def _holding(self, room: State, changes: dict[str, Changes]) -> _Reading | None:
        reading, now = self._readings.get(room.session_id), changes.get(room.session_id)
        if reading is None or now is None or reading.lineage != self._services.database.lineage.met:
            return None  # where another database took over, the same numbers may stand for something else
        return reading if reading.holds(room, now) else None

    def _keep(self, room: State, facts: Facts, changes: Changes, lineage: str | None) -> None:
        """`changes` were asked before the facts were read: what changed in between is found at the next draw."""
        before = self._readings.get(room.session_id)
        elsewhere = before.elsewhere + (before.card_seq != room.last_card_seq) if before else 0
        self._readings[room.session_id] = _Reading(
            facts, changes, room.last_card_seq, time.monotonic(), elsewhere, lineage
        )
        self._readings.move_to_end(room.session_id)
        while len(self._readings) > MOST_ROOMS:
            self._readings.popitem(last=False)
        if self._forgets is None:
            self._forget_in(KEPT_S)

    def _forget_in(self, seconds: float) -> None:
        self._forgets = asyncio.get_running_loop().call_later(seconds, self._forget_old)

    def _forget_old(self) -> None:
        """By a timer: also where nobody draws here any more. The oldest reading is first."""
        since = time.monotonic() - KEPT_S
        self._forgets = None
        while self._readings:
            oldest = next(iter(self._readings.values())).read_at
            if oldest > since:
                self._forget_in(oldest - since)
                return
            self._readings.popitem(last=False)


def with_seen(player: Player, card: int) -> Player:
    """The same player, who has just seen this card."""
    last_seen = dict(player.last_seen)
    order = max(last_seen.values(), default=0) + 1
    last_seen.pop(card, None)
    last_seen[card] = order
    if len(last_seen) > MOST_SEEN:
        del last_seen[next(iter(last_seen))]
    return msgspec.structs.replace(player, recent=frozenset(last_seen), last_seen=last_seen)


def _by_seat(facts: Facts) -> list[tuple[SeatName, Player]]:
    return [(seat, facts.players[seat]) for seat in SEATS]
