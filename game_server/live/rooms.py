"""What this process knows of rooms: a `Feed` for each, the bells between processes, and the way to the log."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Generic

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from game_server.live.area import Kind
from game_server.live.bell import Bell, channel
from game_server.live.feed import Called, Feed, Seated
from game_server.live.hub import Hub, Listener
from game_server.live.messages import HaltKind
from game_server.live.phone import Close
from game_server.live.room import L, R
from game_server.process import tasks
from rooms.errors import NotFound
from rooms.seats import SeatName
from storage import crash
from storage.database import STORE_ERRORS, Database

log = structlog.get_logger()

SAVE_EVERY_S = 0.05
SAVED_WITHIN_S = 5.0
"""A room that changes all the time is copied as often as this. An old copy costs whoever opens the room elsewhere a few lines of
the log; a copy costs as much as a command."""

MOST_KNOWN = 5_000
"""Rooms without a phone that are remembered."""


class Rooms(Generic[R, L]):
    """Every room this process has looked at lately."""

    def __init__(self, kind: Kind[R, L], database: Database, hub: Hub, redis: Redis, name: str) -> None:
        self.kind = kind
        self._rules = kind.rules
        self._kept = kind.kept
        self._database = database
        self._redis = redis
        self._hub = hub
        self.name = name
        self._feeds: OrderedDict[str, Feed[R, L]] = OrderedDict()
        self._ears: dict[str, Listener] = {}
        self._halts = 0
        self._unsaved: dict[str, Feed[R, L]] = {}
        self._saving: asyncio.TimerHandle | None = None
        self.on_presence: Callable[[str], None] | None = None

    def attended(self) -> list[tuple[str, Feed[R, L]]]:
        """The rooms with a phone here."""
        return [(room_id, feed) for room_id, feed in self._feeds.items() if feed.seated]

    def known(self, room_id: str) -> Feed[R, L] | None:
        """The room, when this process knows it."""
        return self._feeds.get(room_id)

    async def open(self, room_id: str) -> Feed[R, L]:
        """The room at some head: from memory, the hot copy, or the log. Raises NotFound."""
        feed = self._feeds.get(room_id)
        if feed is not None and not feed.stale:
            self._feeds.move_to_end(room_id)
            return feed
        room = await self._hot_copy(room_id) if feed is None else None
        return self._keep(room_id, room) if room else await self.refresh(room_id)

    async def refresh(self, room_id: str) -> Feed[R, L]:
        """The room at the log's head; phones here get what they lack. Raises NotFound."""
        return (await self.reread(room_id))[0]

    async def reread(self, room_id: str) -> tuple[Feed[R, L], list[L]]:
        """The room at the log's head and the whole log. Raises NotFound."""
        if "\x00" in room_id:
            raise NotFound  # PostgreSQL has no such text, so nobody has such a room
        known = self._feeds.get(room_id)
        before = known.head if known else 0
        async with self._database.reading() as connection:
            loaded = await self._kept.load(connection, room_id)
        if loaded is None:
            raise NotFound
        room, logged = loaded.room, loaded.log
        room = await self._kept.opened(room)
        feed = self._keep(room_id, room)
        feed.take_seats(room.seats, room.epoch)
        feed.advance(logged)
        feed.unchecked = loaded.unchecked
        if room.state.head < before:  # what came while reading is newer, but what was known before must be in the log
            feed.room = room  # a hot copy from before a restore: the log is the truth
        if known and room.state.head > before:  # nobody told us, so perhaps nobody told the others
            self.ring(room_id, Bell(by=self.name, head=room.state.head))
        feed.stale = False
        return feed, logged

    async def replied(self, room_id: str, command_id: str) -> int | None:
        """The seq that this command was answered with; None when it was not. Raises STORE_ERRORS."""
        async with self._database.reading() as connection:
            return await self._kept.replied(connection, room_id, command_id)

    async def take_seat(self, room_id: str, seat: SeatName) -> int:
        """Raise the seat's fence, in the store: the number of a phone that comes now. Raises STORE_ERRORS."""
        async with self._database.as_service() as connection:
            return await self._kept.attach(connection, room_id, seat)

    async def holds(self, room_id: str, seat: SeatName, fence: int) -> bool:
        """Has no newer phone, of whatever process, the seat? Raises STORE_ERRORS."""
        async with self._database.reading() as connection:
            return (await self._kept.fences(connection, [room_id])).get((room_id, seat)) == fence

    async def _hot_copy(self, room_id: str) -> R | None:
        if not self._hub.connected:
            return None
        try:
            return await self._kept.copy(self._redis, room_id)
        except (RedisError, OSError, TimeoutError):
            return None

    def _keep(self, room_id: str, room: R) -> Feed[R, L]:
        feed = self._feeds.get(room_id)
        if feed is None:
            feed = self._feeds[room_id] = Feed(room_id, room, self._rules)
            self._forget_some()
        return feed

    def _forget_some(self) -> None:
        for room_id in list(self._feeds):
            if len(self._feeds) <= MOST_KNOWN:
                return
            feed = self._feeds[room_id]
            if not feed.seated and not feed.turn.taken():
                del self._feeds[room_id]

    async def catch_up(self, room_id: str) -> None:
        """Read what the log has and this process has not; phones get it."""
        feed = self._feeds.get(room_id)
        if feed is None:
            return
        async with self._database.reading() as connection:
            logged = await self._kept.read_log(connection, room_id, feed.head)
            seats = await self._kept.seats(connection, room_id)
        feed.stale = False
        feed.take_seats(seats, feed.room.epoch)
        feed.advance(logged)

    async def _catch_up_now(self, feed: Feed[R, L]) -> None:
        """As a bell asks for. While the log is away the room is behind, and the next poll tries again."""
        try:
            await self.catch_up(feed.id)
        except STORE_ERRORS as error:
            feed.stale = True
            log.warning("catch_up_waits", session=feed.id, kind=type(error).__name__)

    # --- phones --------------------------------------------------------------------------------------------------------

    async def enter(self, room_id: str, seated: Seated) -> None:
        """A phone comes in, not live yet; older phones of its seat are closed. Returns when the bell is subscribed."""
        feed = self._feeds.get(room_id) or await self.open(room_id)  # however old: the log is read once it is in
        self.replace(feed, seated.seat, seated.fence)
        feed.seated.append(seated)
        if room_id not in self._ears:
            self._ears[room_id] = partial(self._rung, room_id)
            self._hub.listen(channel(room_id), self._ears[room_id])
        self.ring(room_id, Bell(by=self.name, fence=(seated.seat, seated.fence)))
        await self._hub.listening(channel(room_id))

    def exit(self, room_id: str, seated: Seated) -> None:
        """A phone is gone."""
        feed = self._feeds.get(room_id)
        if feed is None or seated not in feed.seated:
            return
        feed.seated.remove(seated)
        if not feed.seated and (ear := self._ears.pop(room_id, None)):
            self._hub.unlisten(channel(room_id), ear)
            feed.stale = True  # nobody tells this process any more what happens there

    def replace(self, feed: Feed[R, L], seat: SeatName, fence: int) -> None:
        """Close the phones of this seat that are older than the fence."""
        for seated in feed.take_fence(seat, fence):
            seated.phone.close(Close.REPLACED)

    def ring(self, room_id: str, bell: Bell[L]) -> None:
        """Tell the other processes, soon."""
        self._hub.publish(channel(room_id), msgspec.json.encode(bell))

    def announce(self, feed: Feed[R, L], logged: list[L]) -> None:
        """After a commit: the phones here now, hot copy and other processes off the acknowledgement's path."""
        if not feed.advance(logged):
            feed.stale = True
        self._save_soon(feed)
        if not feed.all_here():
            self._hub.queue(_before_bell)
            self.ring(feed.id, Bell(by=self.name, events=tuple(logged)))

    def _save_soon(self, feed: Feed[R, L]) -> None:
        """Put the room's copy into Redis, soon: rooms take turns, so that no burst of them holds anybody up."""
        self._unsaved[feed.id] = feed
        if self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(SAVE_EVERY_S, self._save_some)

    def _save_some(self) -> None:
        self._saving = None
        for room_id in list(self._unsaved)[: 1 + int(len(self._unsaved) * SAVE_EVERY_S / SAVED_WITHIN_S)]:
            feed = self._unsaved.pop(room_id)
            if not feed.stale:  # who sits there may be somebody who was erased
                self._hub.queue(partial(self._kept.save, room=feed.room))
        if self._unsaved:
            self._saving = asyncio.get_running_loop().call_later(SAVE_EVERY_S, self._save_some)

    async def forget_names(self, room_id: str) -> None:
        """Somebody in this room is erased: every process reads the seats again, the copy in Redis goes.

        Raises RedisError, OSError, TimeoutError where it could not be taken away.
        """
        feed = self._feeds.get(room_id)
        if feed is not None:
            feed.stale = True
        self.ring(room_id, Bell(by=self.name, renamed=True))
        await self._redis.unlink(self._kept.copy_key(room_id))

    def halt(self, feed: Feed[R, L], kind: HaltKind) -> int | None:
        """Both phones hide the card now, before anything is committed; the halt's number. One halt serves all that ask for the
        same before its event; None where nothing will follow.
        """
        if not feed.would_halt(kind):
            return None
        called = feed.called.get(kind)
        if called is not None:
            called.waiting += 1
            return called.number
        self._halts += 1
        feed.called[kind] = Called(self._halts)
        feed.halt((self.name, self._halts), kind)
        self.ring(feed.id, Bell(by=self.name, halt=kind, halt_number=self._halts))
        return self._halts

    def lift(self, feed: Feed[R, L], kind: HaltKind, number: int) -> bool:
        """A command that the halt of this number was called for is answered. When it was the last one and no event came (a
        pause said again after the game went on), the phones get the state, because they hide the card until something follows.
        Did nothing follow?
        """
        called = feed.called.get(kind)
        if called is None or called.number != number:
            return False
        called.waiting -= 1
        if called.waiting:
            return False
        del feed.called[kind]
        if feed.lift((self.name, number)):
            self.ring(feed.id, Bell(by=self.name, lifted=number))
        return True

    def _rung(self, room_id: str, message: bytes) -> None:
        feed = self._feeds.get(room_id)
        bell = self.kind.bell.decode(message)
        if feed is None or bell.by == self.name:
            return
        if bell.halt:
            feed.halt((bell.by, bell.halt_number), bell.halt)
        if bell.lifted is not None:
            feed.lift((bell.by, bell.lifted))
        if bell.fence:
            self.replace(feed, *bell.fence)
            if not feed.stale:  # what was committed here before this bell was rung for nobody
                self.ring(room_id, Bell(by=self.name, head=feed.head))
        if bell.renamed:
            feed.stale = True
        if bell.presence and self.on_presence:
            self.on_presence(room_id)
        if bell.head > feed.head or (bell.events and self._needs_log(feed, bell)):
            tasks.start(self._catch_up_now(feed), name="catch up")

    def _needs_log(self, feed: Feed[R, L], bell: Bell[L]) -> bool:
        """Take the events of a bell; True when the log has to be read: a hole, or somebody new with a name."""
        if any(isinstance(item.event, self._rules.newcomer) for item in bell.events if item.seq > feed.head):
            return True
        return not feed.advance(bell.events)


def _before_bell(_pipeline: object) -> None:
    crash.point("before_bell")
