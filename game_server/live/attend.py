"""Everything that happens to phones without anybody pressing a button: beats, the dead, the slow, presence, catching up.

One ticker a process instead of timers a phone; deadlines are compared, not slept for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

import msgspec
import structlog
from redis.asyncio import Redis

from game_server.live import presence
from game_server.live.area import Watched
from game_server.live.bell import Bell
from game_server.live.feed import Feed, Seated
from game_server.live.hub import EVERYBODY, Hub, Kick
from game_server.live.messages import Beat, Here
from game_server.live.phone import Close
from game_server.live.presence import Mark, Presence
from game_server.live.rooms import Rooms
from game_server.process import gauges, tasks
from game_server.process.clock import Clock, ask_database
from game_server.settings import Settings
from rooms.seats import SeatName
from storage import logins
from storage.database import STORE_ERRORS, Database

log = structlog.get_logger()

TICK_S = 0.5
SWEEP_S = 3.0
POLL_S = 0.9  # so that every second tick polls
CLOCK_S = 5.0

_KICK = msgspec.json.Decoder(Kick)


class Attendant:
    """Keeps this process's phones honest."""

    def __init__(
        self,
        settings: Settings,
        *,
        database: Database,
        connection: Redis,
        hub: Hub,
        rooms: Rooms[Any, Any],
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._database = database
        self._redis = connection
        self._hub = hub
        self._rooms = rooms
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._going: set[asyncio.Task[None]] = set()
        self._swept = self._beaten = self._polled = 0.0
        self._here: dict[tuple[str, SeatName], Mark] = {}
        self._told: dict[tuple[str, SeatName], Mark] = {}
        self._sweeping: set[str] = set()
        self._polling = False
        self._unchecked: set[str] = set()
        self._rechecking: set[str] = set()
        self.on_unchecked: Callable[[str], Awaitable[None]] | None = None
        self._asked_time = 0.0
        self._asking_time: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        hub = self._hub
        hub.listen(EVERYBODY, self._everybody)
        hub.on_reconnect.append(self._everything_again)
        self._rooms.on_presence = self.look
        self._task = tasks.start(self._tick(), name="attendant", vital=True)

    async def stop(self) -> None:
        """End, with what is under way: the stores are given back next."""
        if self._task:
            await tasks.stop(self._task, *self._going)

    def _go(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Beside the ticker, and ended with it."""
        task = tasks.start(work, name=name)
        self._going.add(task)
        task.add_done_callback(self._going.discard)
        return task

    # --- presence ------------------------------------------------------------------------------------------------------

    def arrived(self, room_id: str, seated: Seated) -> None:
        """A phone is live."""
        now = self._now().timestamp()
        number = seated.phone.number
        for seat in self.seats_of(room_id, seated):
            self._here[room_id, seat] = Mark(number, "present", now, now)
            self._hub.queue(_arrive(room_id, seat, number, now))
        self._tell(room_id)

    def gone(self, room_id: str, seated: Seated, *, on_purpose: bool) -> None:
        """A phone dropped, or said goodbye."""
        now = self._now().timestamp()
        mark = Mark(seated.phone.number, "left" if on_purpose else "away", now, now)
        for seat in self.seats_of(room_id, seated):
            here = self._here.get((room_id, seat))
            if here and here.connection != mark.connection:
                continue
            self._here[room_id, seat] = mark
            self._hub.queue(_depart(room_id, seat, mark))
        self._tell(room_id)

    def replaced(self, room_id: str, seated: Seated) -> None:
        """A newer phone took the seat and speaks for it; should it never come to life, what this one said grows old."""
        for seat in self.seats_of(room_id, seated):
            here = self._here.get((room_id, seat))
            if here and here.connection == seated.phone.number:
                del self._here[room_id, seat]

    def seats_of(self, room_id: str, seated: Seated) -> tuple[SeatName, ...]:
        """The seats this phone stands for: its own, and a guest's whom it hosts."""
        feed = self._rooms.known(room_id)
        hosts = feed is not None and seated.seat == "A" and feed.room.seats["B"].hosted
        return (seated.seat, "B") if hosts else (seated.seat,)

    def look(self, room_id: str) -> None:
        """Presence may have changed: tell this process's phones, once for many calls."""
        if room_id not in self._sweeping:
            self._sweeping.add(room_id)
            self._go(self._look(room_id), "presence")

    async def presences(self, room_ids: list[str]) -> dict[str, dict[SeatName, Presence]]:
        """How every seat of these rooms reads now."""
        now = self._now().timestamp()
        away_s = self._settings.away_s
        marks: dict[str, dict[SeatName, Mark]] = {}
        if self._hub.connected:
            try:
                marks = await presence.read(self._redis, room_ids)
            except presence.PresenceErrors as error:
                log.debug("presence_unread", kind=type(error).__name__)
        seats: tuple[SeatName, ...] = ("A", "B")
        return {
            room_id: {seat: presence.reads(self._freshest(room_id, seat, marks, now), now, away_s) for seat in seats}
            for room_id in room_ids
        }

    def _freshest(
        self, room_id: str, seat: SeatName, marks: dict[str, dict[SeatName, Mark]], now: float
    ) -> Mark | None:
        """The newer of Redis's word (its last one, while it has none) and our own; our own live phone beats by itself."""
        where = (room_id, seat)
        own, told = self._here.get(where), marks.get(room_id, {}).get(seat)
        if told is None:
            told = self._told.get(where)  # flushed or away: it grows old unless somebody says it again
        else:
            self._told[where] = told
        if own and (told is None or own.connection == told.connection or own.at >= told.at):
            return Mark(own.connection, own.status, own.at, now) if own.status == "present" else own
        return told

    def _tell(self, room_id: str) -> None:
        self.look(room_id)
        self._rooms.ring(room_id, Bell(by=self._rooms.name, presence=True))

    async def _look(self, room_id: str) -> None:
        self._sweeping.discard(room_id)
        found = await self.presences([room_id])
        self._show(room_id, found[room_id])

    def _show(self, room_id: str, found: dict[SeatName, Presence]) -> None:
        feed = self._rooms.known(room_id)
        for seated in feed.seated if feed else ():
            if seated.phone.seq is None:
                continue
            for seat, reading in found.items():
                self.show(seated, seat, reading)

    @staticmethod
    def show(seated: Seated, seat: SeatName, reading: Presence) -> None:
        """Send a seat's presence when it differs from what this phone was told."""
        if seated.told.get(seat) != reading:
            seated.told[seat] = reading
            seated.phone.send_message(Here(seat=seat, status=reading.status, until=reading.until))

    # --- the ticker ----------------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            due = time.monotonic() + TICK_S
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            gauges.LOOP_LAG_SECONDS.observe(max(0.0, now - due))
            stale = False
            for _, feed in self._rooms.attended():
                stale = stale or feed.stale
                for seated in tuple(feed.seated):
                    self._check(feed, seated, now)
            if not self._polling and (stale or now - self._polled >= POLL_S):
                self._polling, self._polled = True, now
                self._go(self._quiet(self._poll), "poll")
            if now - self._beaten >= presence.BEAT_S:
                self._beaten = now
                self._refresh()
            if now - self._swept >= SWEEP_S:
                self._swept = now
                self._go(self._quiet(self._sweep), "sweep")
            if now - self._asked_time >= CLOCK_S and (self._asking_time is None or self._asking_time.done()):
                self._asked_time = now
                self._asking_time = self._go(self._quiet(partial(ask_database, self._clock, self._database)), "clock")

    def _check(self, feed: Feed[Any, Any], seated: Seated, now: float) -> None:
        phone, settings = seated.phone, self._settings
        if phone.seq is None:
            return
        if why := phone.failing(settings.dead_ms):
            phone.close(why)
        elif feed.room.state.phase == "ended" and now - phone.commanded_at > settings.closed_idle_s:
            phone.close(Close.OVER)
        elif now - phone.beat_at > settings.ping_ms / 1000:
            phone.beat(Beat(head=feed.head, now=self._now()))

    def _refresh(self) -> None:
        now = self._now().timestamp()
        for room_id, feed in self._rooms.attended():
            for seated in feed.seated:
                if seated.phone.seq is None or seated.said_goodbye:
                    continue  # a phone that said goodbye is gone, whatever its line says
                for seat in self.seats_of(room_id, seated):
                    self._hub.queue(_refresh(room_id, seat, seated.phone.number, now))

    async def _sweep(self) -> None:
        attended = [room_id for room_id, _ in self._rooms.attended()]
        if attended:
            for room_id, found in (await self.presences(attended)).items():
                self._show(room_id, found)
        kept = set(attended)
        for marks in (self._here, self._told):
            for where in [where for where in marks if where[0] not in kept]:
                del marks[where]

    async def _poll(self) -> None:
        """What no bell told: events of this process's rooms, seats taken elsewhere or emptied by an erasure, names that went,
        logins that ended, limits that changed. Bells are lost with Redis, and with a process that dies between its commit and
        its bell. One poll at a time.
        """
        try:
            attended, kept = self._rooms.attended(), self._rooms.kind.kept
            held = {seated.login for _, feed in attended for seated in feed.seated if seated.login}
            async with self._database.reading() as connection:
                unchecked = await kept.unchecked(connection)
                gone = await logins.ended(connection, sorted(held)) if held else set()
                found = await kept.watch(connection, [room_id for room_id, _ in attended]) if attended else {}
            # At once, because what was read grows old: whoever sits down while a room is caught up is not in it.
            for room_id, feed in attended:
                self._see_to_phones(feed, found.get(room_id), gone)
                self._see_to_seats(feed, found.get(room_id))
            self._see_to_limits([room_id for room_id, room in found.items() if room.unchecked], unchecked)
            for room_id, feed in attended:
                if room_id in found and (feed.stale or found[room_id].head > feed.head):
                    await self._catch_up(room_id)
        finally:
            self._polling = False

    def _see_to_phones(self, feed: Feed[Any, Any], room: Watched | None, gone: set[str]) -> None:
        for seated in tuple(feed.seated):
            row = room.seats.get(seated.seat) if room else None
            if seated.login in gone or row is None or row.actor != seated.actor:
                seated.phone.close(Close.BAD_TICKET)
            elif room:
                self._rooms.replace(feed, seated.seat, room.fences[seated.seat])

    def _see_to_seats(self, feed: Feed[Any, Any], room: Watched | None) -> None:
        if room and not feed.stale and room.head == feed.head and room.seats != feed.room.seats:
            feed.take_seats(room.seats, feed.room.epoch)

    async def _catch_up(self, room_id: str) -> None:
        """A room whose log cannot be read keeps no other one waiting."""
        try:
            await self._rooms.catch_up(room_id)
        except STORE_ERRORS:
            raise
        except Exception:
            log.exception("room_not_caught_up", session=room_id)

    def _see_to_limits(self, here: list[str], unchecked: list[str]) -> None:
        """Rooms with a phone here at once, however many wait; any other one when it is still there a second later, so that
        the processes that have its phones go first.
        """
        before, self._unchecked = self._unchecked, set(unchecked)
        for room_id in dict.fromkeys((*here, *unchecked)):
            feed = self._rooms.known(room_id)
            if room_id not in self._rechecking and ((feed and feed.seated) or room_id in before):
                self._rechecking.add(room_id)
                self._go(self._recheck(room_id), "recheck")

    async def _recheck(self, room_id: str) -> None:
        try:
            if self.on_unchecked:
                await self.on_unchecked(room_id)
        finally:
            self._rechecking.discard(room_id)

    async def _everything_again(self) -> None:
        """Redis is back: nobody knows what was missed."""
        for room_id, feed in self._rooms.attended():
            feed.stale = True
            for seated in feed.seated:
                if seated.phone.seq is not None and not seated.said_goodbye:
                    self.arrived(room_id, seated)

    async def _quiet(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Stores that are away are nothing new; anything else is logged by whoever runs the task."""
        try:
            await work()
        except (*STORE_ERRORS, *presence.PresenceErrors) as error:  # the next tick tries again
            log.debug("attendant_waits", kind=type(error).__name__)

    def _everybody(self, message: bytes) -> None:
        kick = _KICK.decode(message)
        for _, feed in self._rooms.attended():
            for seated in tuple(feed.seated):
                if seated.actor == kick.actor and kick.login in (None, seated.login):
                    seated.phone.close(Close.BAD_TICKET)

    def _now(self) -> datetime:
        return self._clock.now()


def _arrive(room_id: str, seat: SeatName, number: str, now: float) -> Any:
    return lambda pipeline: presence.arrive(pipeline, room_id, seat, number, now)


def _refresh(room_id: str, seat: SeatName, number: str, now: float) -> Any:
    return lambda pipeline: presence.refresh(pipeline, room_id, seat, number, now)


def _depart(room_id: str, seat: SeatName, mark: Mark) -> Any:
    return lambda pipeline: presence.depart(pipeline, room_id, seat, mark)
