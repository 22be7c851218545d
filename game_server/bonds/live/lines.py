"""Bonds with phones in this process, and the way from the feed to those phones.

A `Line` only ever reads forward: whoever has reason to think that something was committed says so, one reading goes on at a time,
and each member's phones get what they lack in the feed's order.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

import msgspec
import structlog

from game_server.bonds.live.bells import Bell, Touched, channel, own_channel
from game_server.bonds.live.follower import Follower
from game_server.bonds.live.messages import Own, Writing
from game_server.bonds.live.missed import Missed, missed
from game_server.live.hub import Listener
from game_server.live.phone import Close, Phone
from game_server.process import tasks
from game_server.services import Services
from storage.database import STORE_ERRORS
from storage.key_rows import KeysAway

log = structlog.get_logger()

AT_ONCE = 4
"""Members for whom is read at the same time, in the whole process; one, while a game goes on in it."""

EVERY_S = 0.1
"""A bond in which much happens is read so often: each reading costs a transaction a member, however many changes it finds."""

RESTS, LATEST_S = 3, 1.0
"""After a reading that took long a bond rests for so many times as long, but is read each second: games go on beside it."""

_BELL = msgspec.json.Decoder(Bell)
_TOUCHED = msgspec.json.Decoder(Touched)


class Line:
    """One bond in this process. `presences`: whether each member shows that they are here, as last read."""

    def __init__(self, bond_id: UUID) -> None:
        self.bond_id = bond_id
        self.followers: list[Follower] = []
        self.members: dict[str, bool] = {}
        self.behind = False
        self.reading = asyncio.Lock()
        self.due: asyncio.TimerHandle | None = None
        self.rests_until = 0.0

    @property
    def live(self) -> list[Follower]:
        """The phones that have had everything up to their number."""
        return [one for one in self.followers if one.live]

    @property
    def told(self) -> int:
        """The number that all live phones here have."""
        return min((one.phone.seq or 0 for one in self.live), default=0)


class Lines:
    """Every bond that a phone here follows."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lines: dict[UUID, Line] = {}
        self._ears: dict[str, Listener] = {}
        self._permits = asyncio.Semaphore(AT_ONCE)
        self.on_presence: Callable[[Line], None] | None = None

    def all(self) -> list[Line]:
        """Those with a phone here."""
        return list(self._lines.values())

    def of(self, bond_id: UUID) -> Line | None:
        """The line of a bond that is followed here."""
        return self._lines.get(bond_id)

    def followers(self) -> list[Follower]:
        """Every phone."""
        return [one for line in self._lines.values() for one in line.followers]

    def phones(self) -> list[Phone]:
        """The same as connections."""
        return [one.phone for one in self.followers()]

    # --- coming and going ------------------------------------------------------------------------------------------------

    async def enter(self, follower: Follower) -> Line:
        """Begin to listen: from here on nothing is missed. It is told what comes once it is live."""
        line = self._lines.setdefault(follower.bond_id, Line(follower.bond_id))
        line.followers.append(follower)
        of_bond, of_own = channel(line.bond_id), own_channel(follower.user_id)
        self._hear(of_bond, partial(self._rung, line.bond_id))
        self._hear(of_own, partial(self._touched, follower.user_id))
        await self._services.hub.listening(of_bond)
        await self._services.hub.listening(of_own)
        return line

    def exit(self, follower: Follower) -> None:
        """It is gone."""
        line = self._lines.get(follower.bond_id)
        if line is None or follower not in line.followers:
            return
        line.followers.remove(follower)
        if not line.followers:
            del self._lines[follower.bond_id]
            self._forget(channel(line.bond_id))
        if all(one.user_id != follower.user_id for one in self.followers()):
            self._forget(own_channel(follower.user_id))

    def _hear(self, name: str, listener: Listener) -> None:
        if name not in self._ears:
            self._ears[name] = listener
            self._services.hub.listen(name, listener)

    def _forget(self, name: str) -> None:
        self._services.hub.unlisten(name, self._ears.pop(name))

    # --- the feed ----------------------------------------------------------------------------------------------------------

    def look(self, line: Line) -> None:
        """Something may have been committed: read it now, or with what else comes meanwhile where that was done just before."""
        line.behind = True
        if line.due is None and not line.reading.locked():
            loop = asyncio.get_running_loop()
            line.due = loop.call_at(max(loop.time(), line.rests_until), self._begin, line)

    def _begin(self, line: Line) -> None:
        line.due = None
        if line.behind and line.followers:
            tasks.start(self._look(line), name="bond line")

    async def _look(self, line: Line) -> None:
        try:
            await self.catch_up(line)
        except (*STORE_ERRORS, KeysAway) as error:  # whoever looks every second looks again
            log.debug("bond_line_waits", kind=type(error).__name__)

    async def catch_up(self, line: Line) -> None:
        """Send every phone here what was committed before this was called. Raises STORE_ERRORS, KeysAway."""
        line.behind = True
        async with line.reading:
            if line.behind:  # whoever read while this waited has begun after it was called
                await self._read(line)
        if line.behind:
            self.look(line)

    async def _read(self, line: Line) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        line.behind = False
        people = {one.user_id for one in line.live}
        told = await asyncio.gather(*(self._tell(line, one) for one in people), return_exceptions=True)
        took = loop.time() - began
        line.rests_until = began + max(EVERY_S, min((1 + RESTS) * took, LATEST_S))
        for failed in told:
            if failed is not None:
                line.behind = True
                raise failed

    @asynccontextmanager
    async def _permit(self) -> AsyncIterator[None]:
        async with self._permits, self._services.precedence.one_by_one():
            yield

    async def _tell(self, line: Line, user_id: str) -> None:
        more = True
        while more:
            theirs = [one for one in line.live if one.user_id == user_id]
            if not theirs:
                return
            after = min(one.phone.seq or 0 for one in theirs)
            found = await missed(self._services, theirs[0].caller, line.bond_id, after=after, permit=self._permit)
            if found is None:
                self.close(theirs, Close.NOT_YOURS)
                return
            send(theirs, found)
            more = found.more

    # --- bells -------------------------------------------------------------------------------------------------------------

    def _rung(self, bond_id: UUID, message: bytes) -> None:
        line = self._lines.get(bond_id)
        if line is None:
            return
        bell = _BELL.decode(message)
        if bell.changed:
            self.look(line)
        if bell.presence and self.on_presence is not None:
            self.on_presence(line)
        if bell.typing is not None:
            self._show_typing(line, bell.typing)
        if bell.close:
            self.close([one for one in line.followers if one.phone.number in bell.close], Close.REPLACED)

    @staticmethod
    def _show_typing(line: Line, user_id: str) -> None:
        for one in line.live:
            if one.user_id != user_id:
                one.phone.send_message(Writing(user_id=user_id))

    def _touched(self, user_id: str, message: bytes) -> None:
        touched = _TOUCHED.decode(message)
        told = Own(table=touched.table, id=touched.id, op=touched.op)
        for one in self.followers():
            if one.user_id == user_id and one.live:
                one.phone.send_message(told)

    @staticmethod
    def close(followers: Iterable[Follower], why: Close) -> None:
        """Close these phones."""
        for one in followers:
            one.phone.close(why)


def send(followers: Iterable[Follower], found: Missed) -> None:
    """What each of these phones lacks of it."""
    for one in followers:
        had = one.phone.seq
        if had is None:
            continue
        for seq, frame in found.frames:
            if seq > had:
                one.phone.send(frame)
        one.phone.seq = max(had, found.head)
