"""One room in this process: its state at some head, the phones that look at it, and the halts that no event has followed yet.

A `Feed` only ever moves forward, synchronously: whoever brings events (a commit of ours, a bell of another process, a read of
the log) calls `advance`, and what is not the next seq is skipped or reported as a hole. So both phones see one order.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any, Generic

import msgspec

from game_server.live.messages import Halt, HaltKind, Snapshot
from game_server.live.phone import Credits, Phone
from game_server.live.presence import Presence
from game_server.live.room import L, R, Rules, Seat
from game_server.live.turns import Turn
from rooms.seats import SeatName

HaltKey = tuple[str, int]
"""The process that called a halt, and its number there."""

KEPT_HALTS_A_MINUTE = 20
"""Pauses and stops of one seat that change nothing: so many a minute are kept, for a retry to find; more are only answered."""

MOST_ANSWERED = 64
"""Pauses and stops of a room whose answer is remembered: their retries hide nothing."""


class Seated(msgspec.Struct, eq=False, kw_only=True):
    """A phone in a room: which seat, which fence, whose."""

    phone: Phone
    seat: SeatName
    fence: int
    actor: str
    login: str | None
    told: dict[SeatName, Presence] = msgspec.field(default_factory=dict)
    said_goodbye: bool = False


class Called(msgspec.Struct):
    """A halt that this process called: its number, and how many commands wait for what it announced."""

    number: int
    waiting: int = 1


class Feed(Generic[R, L]):
    """One room in this process. `unchecked`: when the log was read last, limits had changed since its card was looked at."""

    def __init__(self, room_id: str, room: R, rules: Rules[R, L]) -> None:
        self.id = room_id
        self.room = room
        self._rules = rules
        self.seated: list[Seated] = []
        self.turn = Turn()
        self.fences: dict[SeatName, int] = {}
        self.stale = False
        self.unchecked = False
        self.called: dict[HaltKind, Called] = {}
        self._halts: dict[HaltKey, HaltKind] = {}  # those that no event has followed yet, whoever called them
        self._kept: dict[SeatName, Credits] = {}
        self._to_keep: deque[str] = deque(maxlen=MOST_ANSWERED)
        self._answered: deque[str] = deque(maxlen=MOST_ANSWERED)

    @property
    def head(self) -> int:
        """The seq of the last event this process has folded in."""
        return self.room.state.head

    @property
    def live(self) -> list[Seated]:
        """The phones that have had everything up to the head."""
        return [seated for seated in self.seated if seated.phone.seq is not None]

    def take_fence(self, seat: SeatName, fence: int) -> list[Seated]:
        """A phone has the seat under this fence, here or elsewhere: the phones here that it takes the place of."""
        self.fences[seat] = max(fence, self.fences.get(seat, 0))
        return [seated for seated in self.seated if seated.seat == seat and seated.fence < fence]

    def all_here(self) -> bool:
        """Is every seat that has a phone at all held by one of this process, as far as it has heard? Then no other process has
        to be told. One that has a phone of the room says so when it comes (`Bell.fence`), and is told the head.
        """
        here = {seated.seat for seated in self.seated if seated.fence >= self.fences.get(seated.seat, 0)}
        return all(seat in here or row.hosted for seat, row in self.room.seats.items())

    def seen(self, seat: SeatName) -> dict[str, Any]:
        """The state at the head as this seat sees it."""
        return self._rules.view(self.room.state, seat, self.room.names)

    # --- seats -----------------------------------------------------------------------------------------------------------

    def take_seats(self, seats: dict[SeatName, Any], epoch: str) -> None:
        """Who sits where, as read again. Where a name is another one (its owner was erased) the phones get the state anew:
        what they folded still says it. What was theirs goes too.
        """
        before = self.room
        now = msgspec.structs.replace(before, seats=seats, epoch=epoch)  # type: ignore[type-var]  # a room is a struct
        self.room = self._rules.cleared(now)
        if any(self._is_renamed(before.seats[seat], row) for seat, row in seats.items()):
            self.show_state()

    def _is_renamed(self, before: Seat, now: Seat) -> bool:
        if before.display_name in (None, now.display_name):
            return False
        return not now.hosted  # a guest's name goes with the game's end, and that event says so

    def show_state(self) -> None:
        """The state at the head to every phone here, in place of what it has."""
        for seated in self.live:
            seated.phone.seq = self.head
            seated.phone.send_message(Snapshot(seq=self.head, state=self.seen(seated.seat)))

    # --- events ----------------------------------------------------------------------------------------------------------

    def advance(self, logged: Iterable[L]) -> bool:
        """Fold in what is new and send it to the phones; False when there is a hole before it."""
        for item in logged:
            if item.seq <= self.head:
                continue
            if item.seq != self.head + 1:
                return False
            self._step(item)
        return True

    def _step(self, item: L) -> None:
        before, after = self.room.state, self._rules.evolve(self.room.state, item.event)
        self.room = msgspec.structs.replace(self.room, state=after)  # type: ignore[type-var]  # a room is a struct
        if after.halted or after.phase == "ended":
            self._halts.clear()
            self.called.clear()
        waiting = [seated for seated in self.seated if seated.phone.seq == item.seq - 1]
        if waiting:
            for_a, for_b = self._rules.frames(item.event, item.at, before, after, self.room.names)
            for seated in waiting:
                seated.phone.seq = item.seq
                seated.phone.send(for_a if seated.seat == "A" else for_b)

    # --- halts -----------------------------------------------------------------------------------------------------------

    def would_halt(self, kind: HaltKind) -> bool:
        """As far as this process knows: would a pause or stop lead to an event?"""
        state = self.room.state
        if state.phase == "ended":
            return False
        return not state.halted or bool(state.resume_wanted) or (kind == "stop" and state.phase == "paused")

    def halt(self, halt: HaltKey, kind: HaltKind) -> None:
        """Both phones hide the card now: one frame a kind, until the event that it announces."""
        announced = kind in self._halts.values()
        self._halts[halt] = kind
        if not announced:
            for seated in self.live:
                self.show_halts(seated, kind)

    def show_halts(self, seated: Seated, *kinds: HaltKind) -> None:
        """Send a phone the halts that no event has followed yet, or just these."""
        for kind in kinds or sorted(set(self._halts.values())):
            seated.phone.send_message(Halt(kind))

    def lift(self, halt: HaltKey) -> bool:
        """A halt was answered and no event came of it: the phones here get the state, unless another one is unanswered or the
        room is halted by now. Was there such a halt?
        """
        if self._halts.pop(halt, None) is None:
            return False
        state = self.room.state
        if not self._halts and not state.halted and state.phase != "ended":
            self.show_state()
        return True

    def answered(self, command_id: str) -> None:
        """This pause or stop has its answer: said again it leads to nothing."""
        if command_id not in self._answered:
            self._answered.append(command_id)

    def was_answered(self, command_id: str) -> bool:
        """Does this process remember the answer to a pause or stop? Others are looked up when they are played."""
        return command_id in self._answered

    def keeps_halt(self, seat: SeatName, command_id: str) -> bool:
        """Is a pause or stop of this seat that changes nothing kept? Beyond so many a minute it is not; one that is tried again,
        because the store was away, is one."""
        if command_id in self._to_keep:
            return True
        kept = self._kept.setdefault(seat, Credits(KEPT_HALTS_A_MINUTE, KEPT_HALTS_A_MINUTE / 60)).spend()
        if kept:
            self._to_keep.append(command_id)
        return kept
