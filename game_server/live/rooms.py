"""What this process knows of rooms: a `Feed` for each, the bells between processes, and the way to the log."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from game_server.live.feed import Called, Feed, HaltKind, Seated
from game_server.live.hub import Hub, Listener
from game_server.live.phone import Close
from game_server.process import tasks
from rooms.errors import NotFound
from rooms.seats import SeatName
from rooms.sessions import events as e
from storage import game_rules, hot
from storage import sessions as store
from storage.database import Database
from storage.person_keys import PersonKeys
from storage.sessions import Logged, Room

log = structlog.get_logger()

SAVE_EVERY_S = 0.05

MOST_KNOWN = 5_000
"""Rooms without a phone that are remembered."""


class Bell(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one process tells the others about a room; every field may be absent, and all of it may be lost."""

    by: str
    events: tuple[Logged, ...] = ()
    halt: HaltKind | None = None
    halt_number: int = 0
    lifted: int | None = None
    fence: tuple[SeatName, int] | None = None
    presence: bool = False
    renamed: bool = False
    head: int = 0


_BELL = msgspec.json.Decoder(Bell)


class Rooms:
    """Every room this process has looked at lately."""

    def __init__(
        self, database: Database, hub: Hub, redis: Redis, name: str, *, person_keys: PersonKeys | None = None
    ) -> None:
        self._database = database
        self._person_keys = person_keys
        self._redis = redis
        self._hub = hub
        self.name = name
        self._feeds: OrderedDict[str, Feed] = OrderedDict()
        self._ears: dict[str, Listener] = {}
        self._halts = 0
        self._unsaved: dict[str, Feed] = {}
        self._saving: asyncio.TimerHandle | None = None
        self.on_presence: Callable[[str], None] | None = None

    def attended(self) -> list[tuple[str, Feed]]:
        """The rooms with a phone here."""
        return [(session_id, feed) for session_id, feed in self._feeds.items() if feed.seated]

    def known(self, session_id: str) -> Feed | None:
        """The room, when this process knows it."""
        return self._feeds.get(session_id)

    async def open(self, session_id: str) -> Feed:
        """The room at some head: from memory, the hot copy, or the log. Raises NotFound."""
        feed = self._feeds.get(session_id)
        if feed is not None and not feed.stale:
            self._feeds.move_to_end(session_id)
            return feed
        room = await self._hot_copy(session_id) if feed is None else None
        return self._keep(session_id, room) if room else await self.refresh(session_id)

    async def refresh(self, session_id: str) -> Feed:
        """The room at the log's head; phones here get what they lack. Raises NotFound."""
        return (await self.reread(session_id))[0]

    async def reread(self, session_id: str) -> tuple[Feed, list[Logged]]:
        """The room at the log's head and the whole log. Raises NotFound."""
        if "\x00" in session_id:
            raise NotFound  # PostgreSQL has no such text, so nobody has such a room
        known = self._feeds.get(session_id)
        before = known.head if known else 0
        async with self._database.reading() as connection:
            loaded = await store.load(connection, session_id)
        if loaded is None:
            raise NotFound
        room, logged = loaded.room, loaded.log
        if self._person_keys:
            room = await game_rules.opened(self._person_keys, room)
        feed = self._keep(session_id, room)
        feed.take_seats(room.seats, room.epoch)
        feed.advance(logged)
        feed.unchecked = loaded.unchecked
        if room.state.head < before:  # what came while reading is newer, but what was known before must be in the log
            feed.room = room  # a hot copy from before a restore: the log is the truth
        if known and room.state.head > before:  # nobody told us, so perhaps nobody told the others
            self.ring(session_id, Bell(by=self.name, head=room.state.head))
        feed.stale = False
        return feed, logged

    async def _hot_copy(self, session_id: str) -> Room | None:
        if not self._hub.connected:
            return None
        try:
            return await hot.load(self._redis, session_id)
        except (RedisError, OSError, TimeoutError):
            return None

    def _keep(self, session_id: str, room: Room) -> Feed:
        feed = self._feeds.get(session_id)
        if feed is None:
            feed = self._feeds[session_id] = Feed(room)
            self._forget_some()
        return feed

    def _forget_some(self) -> None:
        for session_id in list(self._feeds):
            if len(self._feeds) <= MOST_KNOWN:
                return
            feed = self._feeds[session_id]
            if not feed.seated and not feed.turn.taken():
                del self._feeds[session_id]

    async def catch_up(self, session_id: str) -> None:
        """Read what the log has and this process has not; phones get it."""
        feed = self._feeds.get(session_id)
        if feed is None:
            return
        async with self._database.reading() as connection:
            logged = await store.read_log(connection, session_id, feed.head)
            seats = await store.load_seats(connection, session_id)
        feed.stale = False
        feed.take_seats(seats, feed.room.epoch)
        feed.advance(logged)

    # --- phones --------------------------------------------------------------------------------------------------------

    async def enter(self, session_id: str, seated: Seated) -> None:
        """A phone comes in, not live yet; older phones of its seat are closed. Returns when the bell is subscribed."""
        feed = self._feeds.get(session_id) or await self.open(session_id)  # however old: the log is read once it is in
        self.replace(feed, seated.seat, seated.fence)
        feed.seated.append(seated)
        if session_id not in self._ears:
            self._ears[session_id] = partial(self._rung, session_id)
            self._hub.listen(hot.channel(session_id), self._ears[session_id])
        self.ring(session_id, Bell(by=self.name, fence=(seated.seat, seated.fence)))
        await self._hub.listening(hot.channel(session_id))

    def exit(self, session_id: str, seated: Seated) -> None:
        """A phone is gone."""
        feed = self._feeds.get(session_id)
        if feed is None or seated not in feed.seated:
            return
        feed.seated.remove(seated)
        if not feed.seated and (ear := self._ears.pop(session_id, None)):
            self._hub.unlisten(hot.channel(session_id), ear)
            feed.stale = True  # nobody tells this process any more what happens there

    def replace(self, feed: Feed, seat: SeatName, fence: int) -> None:
        """Close the phones of this seat that are older than the fence."""
        for seated in feed.take_fence(seat, fence):
            seated.phone.close(Close.REPLACED)

    def ring(self, session_id: str, bell: Bell) -> None:
        """Tell the other processes, soon."""
        self._hub.publish(hot.channel(session_id), msgspec.json.encode(bell))

    def announce(self, feed: Feed, logged: list[Logged]) -> None:
        """After a commit: the phones here now, hot copy and other processes off the acknowledgement's path."""
        if not feed.advance(logged):
            feed.stale = True
        self._save_soon(feed)
        if not feed.all_here():
            self.ring(feed.room.state.session_id, Bell(by=self.name, events=tuple(logged)))

    def _save_soon(self, feed: Feed) -> None:
        """Put the room's copy into Redis within a second or so: rooms take turns, so that no burst of them holds anybody up."""
        self._unsaved[feed.room.state.session_id] = feed
        if self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(SAVE_EVERY_S, self._save_some)

    def _save_some(self) -> None:
        self._saving = None
        for session_id in list(self._unsaved)[: 1 + int(len(self._unsaved) * SAVE_EVERY_S)]:
            feed = self._unsaved.pop(session_id)
            if not feed.stale:  # who sits there may be somebody who was erased
                self._hub.queue(partial(hot.save, room=feed.room))
        if self._unsaved:
            self._saving = asyncio.get_running_loop().call_later(SAVE_EVERY_S, self._save_some)

    async def forget_names(self, session_id: str) -> None:
        """Somebody in this room is erased: every process reads the seats again, the copy in Redis goes.

        Raises RedisError, OSError, TimeoutError where it could not be taken away.
        """
        feed = self._feeds.get(session_id)
        if feed is not None:
            feed.stale = True
        self.ring(session_id, Bell(by=self.name, renamed=True))
        await self._redis.unlink(hot.key(session_id))

    def halt(self, feed: Feed, kind: HaltKind) -> int | None:
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
        self.ring(feed.room.state.session_id, Bell(by=self.name, halt=kind, halt_number=self._halts))
        return self._halts

    def lift(self, feed: Feed, kind: HaltKind, number: int) -> bool:
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
            self.ring(feed.room.state.session_id, Bell(by=self.name, lifted=number))
        return True

    def _rung(self, session_id: str, message: bytes) -> None:
        feed = self._feeds.get(session_id)
        bell = _BELL.decode(message)
        if feed is None or bell.by == self.name:
            return
        if bell.halt:
            feed.halt((bell.by, bell.halt_number), bell.halt)
        if bell.lifted is not None:
            feed.lift((bell.by, bell.lifted))
        if bell.fence:
            self.replace(feed, *bell.fence)
            if not feed.stale:  # what was committed here before this bell was rung for nobody
                self.ring(session_id, Bell(by=self.name, head=feed.head))
        if bell.renamed:
            feed.stale = True
        if bell.presence and self.on_presence:
            self.on_presence(session_id)
        if bell.head > feed.head or (bell.events and self._needs_log(feed, bell)):
            tasks.start(self.catch_up(session_id), name="catch up")

    def _needs_log(self, feed: Feed, bell: Bell) -> bool:
        """Take the events of a bell; True when the log has to be read: a hole, or somebody new with a name."""
        if any(isinstance(item.event, e.Joined) for item in bell.events if item.seq > feed.head):
            return True
        return not feed.advance(list(bell.events))
