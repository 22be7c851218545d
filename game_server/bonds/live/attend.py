"""Everything that happens to phones of bonds without anybody pressing a button: beats, the dead, the slow, memberships and logins
that ended, what no bell told, and who is here. One ticker a process.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import structlog

from game_server.bonds.live import presences
from game_server.bonds.live.bells import Bell, ring
from game_server.bonds.live.follower import Follower
from game_server.bonds.live.lines import Line, Lines
from game_server.bonds.live.messages import Here
from game_server.bonds.live.presences import Marks
from game_server.live.hub import EVERYBODY, Kick
from game_server.live.messages import Beat
from game_server.live.phone import Close
from game_server.live.presence import BEAT_S, Mark, Presence, PresenceErrors
from game_server.process import tasks
from game_server.services import Services
from storage import bond_watch, logins
from storage.bond_watch import Watched
from storage.database import STORE_ERRORS

log = structlog.get_logger()

TICK_S = 0.5
POLL_S = 0.9
"""So that every second tick polls."""
SWEEP_S = 3.0
MOST_SOCKETS = 5
"""Of one person in one bond."""

_KICK = msgspec.json.Decoder(Kick)


class Attendant:
    """Keeps this process's phones of bonds honest."""

    def __init__(self, services: Services, lines: Lines) -> None:
        self._services = services
        self._lines = lines
        self._marks: dict[UUID, Marks] = {}
        self._database = ""
        self._task: asyncio.Task[None] | None = None
        self._going: set[asyncio.Task[Any]] = set()
        self._polled = self._swept = self._beaten = 0.0
        self._busy: set[str] = set()

    def start(self) -> None:
        """Begin."""
        self._services.hub.listen(EVERYBODY, self._everybody)
        self._services.hub.on_reconnect.append(self._everything_again)
        self._lines.on_presence = lambda line: self._go(f"presence {line.bond_id}", partial(self._sweep, [line]))
        self._task = tasks.start(self._tick(), name="bond attendant", vital=True)

    async def stop(self) -> None:
        """End, with what is under way."""
        if self._task:
            await tasks.stop(self._task, *self._going)

    # --- coming and going ------------------------------------------------------------------------------------------------

    async def arrived(self, line: Line, follower: Follower) -> None:
        """A phone is live: it is told who is here, the others that it is, and one too many of its person's is closed."""
        self._say(follower)
        ring(self._services, line.bond_id, Bell(presence=True))
        await self._quiet(partial(self._sweep, [line]))
        self._close_oldest(line, follower)

    def gone(self, follower: Follower) -> None:
        """A phone is gone."""
        now = self._services.clock.now().timestamp()
        self._services.hub.queue(lambda pipeline: presences.depart(pipeline, follower, now))
        ring(self._services, follower.bond_id, Bell(presence=True))

    def _close_oldest(self, line: Line, follower: Follower) -> None:
        """The newest MOST_SOCKETS stay, wherever they are."""
        since = {one.phone.number: one.since for one in line.followers if one.user_id == follower.user_id}
        marks = self._marks.get(line.bond_id)
        if marks is not None:
            known = marks.connections.get(follower.user_id, {})
            since |= {number: mark.at for number, mark in known.items() if number not in since}
        extra = tuple(sorted(since, key=lambda number: (since[number], number))[:-MOST_SOCKETS])
        if not extra:
            return
        self._lines.close([one for one in line.followers if one.phone.number in extra], Close.REPLACED)
        ring(self._services, line.bond_id, Bell(close=extra))
        self._services.hub.queue(lambda pipeline: presences.forget(pipeline, line.bond_id, follower.user_id, extra))

    def _say(self, follower: Follower) -> None:
        now = self._services.clock.now().timestamp()
        self._services.hub.queue(lambda pipeline: presences.say(pipeline, follower, now))

    # --- the ticker --------------------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            for line in self._lines.all():
                for follower in tuple(line.followers):
                    self._check(line, follower, now)
            if now - self._polled >= POLL_S:
                self._polled = now
                self._go("poll", self._poll)
            if now - self._beaten >= BEAT_S:
                self._beaten = now
                for follower in self._lines.followers():
                    if follower.live:
                        self._say(follower)
            if now - self._swept >= SWEEP_S:
                self._swept = now
                self._go("sweep", partial(self._sweep, self._lines.all()))

    def _check(self, line: Line, follower: Follower, now: float) -> None:
        phone, settings = follower.phone, self._services.settings
        if phone.seq is None:
            return
        if why := phone.failing(settings.dead_ms):
            phone.close(why)
        elif now - phone.beat_at > settings.ping_ms / 1000:
            phone.beat(Beat(head=max(line.told, phone.seq), now=self._services.clock.now()))

    def _go(self, name: str, work: Callable[[], Awaitable[Any]]) -> None:
        """Beside the ticker, one of a name at a time, and ended with it."""
        if name in self._busy:
            return
        self._busy.add(name)
        task = tasks.start(self._quiet(work), name=f"bonds: {name.partition(' ')[0]}")
        self._going.add(task)

        def over(_: object) -> None:
            self._going.discard(task)
            self._busy.discard(name)

        task.add_done_callback(over)

    async def _quiet(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Stores that are away are nothing new: the next tick tries again."""
        try:
            await work()
        except (*STORE_ERRORS, *PresenceErrors) as error:
            log.debug("bond_attendant_waits", kind=type(error).__name__)

    # --- what no bell told -----------------------------------------------------------------------------------------------

    async def _poll(self) -> None:
        lines = self._lines.all()
        if not lines:
            return
        held = {one.caller.login for line in lines for one in line.followers if one.caller.login}
        async with self._services.database.reading() as db:
            database = await bond_watch.lineage(db)
            gone = await logins.ended(db, sorted(held)) if held else set()
            found = await bond_watch.watch(db, [line.bond_id for line in lines])
        another, self._database = self._database not in ("", database), database
        for line in lines:
            if another:  # what these phones have may never have been here
                self._lines.close(line.followers, Close.RESTARTING)
            self._see_to(line, found.get(line.bond_id), gone)

    def _see_to(self, line: Line, bond: Watched | None, gone: Collection[str]) -> None:
        for one in tuple(line.followers):
            if one.caller.login in gone:
                one.phone.close(Close.BAD_TICKET)
            elif bond is None or one.user_id not in bond.members:
                one.phone.close(Close.NOT_YOURS)
        if bond is None:
            return
        if dict(bond.members) != line.members:
            line.members = dict(bond.members)
            self._go(f"presence {line.bond_id}", partial(self._sweep, [line]))
        if line.behind or (line.live and line.told < bond.head):
            self._lines.look(line)

    def _everybody(self, message: bytes) -> None:
        kick = _KICK.decode(message)
        for one in self._lines.followers():
            if one.caller.actor == kick.actor and kick.login in (None, one.caller.login):
                one.phone.close(Close.BAD_TICKET)

    async def _everything_again(self) -> None:
        """Redis is back: nobody knows what was missed."""
        for line in self._lines.all():
            self._lines.look(line)
            for one in line.live:
                self._say(one)

    # --- who is here -------------------------------------------------------------------------------------------------------

    async def _sweep(self, lines: list[Line]) -> None:
        if not lines:
            return
        now = self._services.clock.now().timestamp()
        if self._services.hub.connected:
            self._marks |= await presences.read(self._services.redis, [line.bond_id for line in lines])  # type: ignore[arg-type]
        for line in lines:
            self._show(line, now)
        for bond_id in [one for one in self._marks if self._lines.of(one) is None]:
            del self._marks[bond_id]

    def _show(self, line: Line, now: float) -> None:
        marks = self._with_ours(line, now)
        away_s = self._services.settings.away_s
        for user_id, shows in line.members.items():
            reading = presences.reads(marks, user_id, now, away_s) if shows else presences.HIDDEN
            for one in line.live:
                self._told(one, user_id, reading)

    @staticmethod
    def _told(follower: Follower, user_id: str, reading: Presence) -> None:
        """Say it where this phone was told otherwise."""
        if follower.told.get(user_id) != reading:
            follower.told[user_id] = reading
            here = Here(seat=user_id, user_id=user_id, status=reading.status, until=reading.until)
            follower.phone.send_message(here)

    def _with_ours(self, line: Line, now: float) -> Marks:
        """What Redis says, and of the phones here what this process knows by itself."""
        said = self._marks.get(line.bond_id, Marks({}, {}))
        connections = {user_id: dict(marks) for user_id, marks in said.connections.items()}
        here = {one.phone.number for one in line.live}
        for one in line.live:
            mark = Mark(one.phone.number, "present", one.since, now)
            connections.setdefault(one.user_id, {})[one.phone.number] = mark
        for user_id, marks in connections.items():
            dead = [n for n, mark in marks.items() if n not in here and now - mark.beat > presences.FORGOTTEN_S]
            if dead:
                self._services.hub.queue(partial(_forget, line.bond_id, user_id, dead))
        if long_gone := [user_id for user_id, mark in said.went.items() if now - mark.at > presences.FORGOTTEN_S]:
            self._services.hub.queue(lambda pipeline: presences.forget_who_went(pipeline, line.bond_id, long_gone))
        return Marks(connections, said.went)


def _forget(bond_id: UUID, user_id: str, numbers: list[str], pipeline: Any) -> None:
    presences.forget(pipeline, bond_id, user_id, numbers)
