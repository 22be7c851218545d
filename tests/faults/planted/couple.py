"""Two people on the planted ground, with phones that do not wait for ever; whatever happens to them, the judge sees it."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import httpx
import msgspec

from tests.faults.case import Case
from tests.faults.judge import Log, judge, read_log
from tests.faults.planted.ground import Ground
from tests.faults.screens import know_who_is_here
from tests.faults.wire import Frame, Noted, Witness
from tests.support.game import Game
from tests.support.person import Person
from tests.support.phone import Refused

PATIENCE_S = 6.0
AT_REST_WITHIN_S = 3.0
PRESENT_WITHIN_S = 1.5
LOOK_S = 0.02


class Impatient(Witness):
    """A phone that is told within seconds, or never."""

    async def command(self, t: str, *, id: str | None = None, within: float = PATIENCE_S, **fields: Any) -> Frame:  # noqa: A002
        return await super().command(t, id=id, within=within, **fields)

    async def until(self, holds: Callable[[], Any], within: float = PATIENCE_S) -> None:
        await super().until(holds, within)

    async def until_seq(self, seq: int, within: float = PATIENCE_S) -> None:
        await super().until_seq(seq, within)

    async def ask(self, t: str, **fields: Any) -> Frame:
        """The reply, be it a refusal."""
        try:
            return await self.command(t, **fields)
        except Refused as refused:
            return refused.frame


class Seen(msgspec.Struct, frozen=True):
    """A phone as it was when everything rested."""

    wire: list[Noted]
    seq: int
    state: dict[str, Any]


class Couple(Game):
    """A room of two and their phones. `earlier` are phones that others have taken over from; `calm`: nothing is made to die."""

    def __init__(self, ground: Ground, a: Impatient, b: Impatient, *, calm: bool = True) -> None:
        super().__init__(a, b)
        self.a, self.b = a, b
        self.ground = ground
        self.calm = calm
        self.earlier: list[Impatient] = []

    @property
    def both(self) -> tuple[Impatient, Impatient]:
        return self.a, self.b

    async def head(self) -> int:
        sql = self.ground.sql
        return int(await sql.fetchval("SELECT head FROM sessions WHERE session_id = $1", self.session_id))

    async def settle(self) -> int:
        """Both phones stand at the log's head."""
        head = await self.head()
        for phone in self.both:
            if phone.closed is None:
                await phone.until_seq(head)
        return head

    def tell(self, t: str, **fields: Any) -> None:
        """Note what happened beside the wires."""
        for phone in self.both:
            phone.wire.append(Noted(phone.connections, "told", {"t": t, **fields}))

    def pass_time(self, seconds: float) -> None:
        """All at once, so that no phone has been heard of for as long."""
        self.ground.stage.pass_time(seconds)
        self.tell("time passed")

    async def answered(self, *asked: "asyncio.Task[Frame]") -> list[Frame]:
        """What these were answered with; everybody has heard of it."""
        replies = await asyncio.gather(*asked)
        await self.settle()
        return replies

    def says(self, phone: Impatient, t: str, **fields: Any) -> "asyncio.Task[Frame]":
        """Say it, and do not wait for the reply."""
        return asyncio.ensure_future(phone.ask(t, **fields))

    async def newer_phone(self, seat: str, *, on: int) -> Impatient:
        """Another phone of this seat, on that server; the one before is still there."""
        old = self.a if seat == "A" else self.b
        server = self.ground.servers[on]
        old.person.http.base_url = httpx.URL(server.url)
        new = await Impatient.in_room(old.person, self.session_id, ws_url=server.ws_url)
        self.earlier.append(old)
        self.a, self.b = (new, self.b) if seat == "A" else (self.a, new)
        self.phones = self.both
        return new

    async def rest(self) -> tuple[Log, list[Seen]]:
        """The log and the phones, once they have had the time to hear of it."""
        head = await self.head()
        for phone in self.both:
            if phone.closed is None:
                with suppress(AssertionError, TimeoutError):
                    await phone.until_seq(head, within=AT_REST_WITHIN_S)
        log = await read_log(self.ground.sql, self.session_id)
        await _until(lambda: not know_who_is_here(Case(log, self.both, [], self.earlier)), PRESENT_WITHIN_S)
        return log, [Seen(list(phone.wire), phone.seq, dict(phone.state)) for phone in self.both]

    async def judged(self) -> Log:
        """Raises Broken."""
        log, seen = await self.rest()
        snapshots = [await self._snapshot(phone) for phone in self.both]
        judge(self.session_id, log, seen, snapshots, earlier=self.earlier, calm=self.calm)
        return log

    async def _snapshot(self, phone: Impatient) -> Frame:
        try:
            snapshot: Frame = await phone.person.get(f"/api/sessions/{self.session_id}")
        except (AssertionError, httpx.HTTPError) as error:
            return {"refused": str(error)}
        return snapshot


@asynccontextmanager
async def meeting(
    ground: Ground,
    *,
    people: tuple[Person, Person] | None = None,
    on: tuple[int, int] = (0, 1),
    calm: bool = True,
    **settings: Any,
) -> AsyncIterator[Couple]:
    """Two in a new room, whose phones are on these servers. Judged when they are done, and when they cannot go on."""
    ada, bo = people or (
        await Person.anonymous(ground.servers[0].url, "Ada"), await Person.anonymous(ground.servers[1].url, "Bo")
    )  # fmt: skip
    ada.http.base_url, bo.http.base_url = (httpx.URL(ground.servers[place].url) for place in on)
    room = await ada.open_room(**{"activity_type": "truth", "target_activities": 5, **settings})
    await bo.join(room["join"]["token"])
    phones = [
        await Impatient.in_room(person, room["session_id"], ws_url=ground.servers[place].ws_url)
        for person, place in zip((ada, bo), on, strict=True)
    ]
    couple = Couple(ground, phones[0], phones[1], calm=calm)
    try:
        try:
            yield couple
        finally:
            await couple.judged()
    finally:
        everybody = (*couple.both, *couple.earlier)
        await asyncio.gather(*(phone.close() for phone in everybody), return_exceptions=True)
        if people is None:
            await asyncio.gather(ada.close(), bo.close())


@asynccontextmanager
async def holding(ground: Ground, table: str, column: str, key: str) -> AsyncIterator[asyncpg.Connection]:
    """A row is locked, so that no commit that needs it comes through; what the connection does is committed at the end."""
    hold = await asyncpg.connect(ground.database_url)
    try:
        async with hold.transaction():
            await hold.execute(f"SELECT FROM {table} WHERE {column}::text = $1 FOR UPDATE", key)
            yield hold
    finally:
        hold.terminate()


async def waiting(ground: Ground, count: int) -> list[int]:
    """The backends that wait for a lock, once they are so many, or after a moment fewer."""
    found: list[int] = []
    for _ in range(round(2 / LOOK_S)):
        rows = await ground.sql.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        found = [row["pid"] for row in rows]
        if len(found) >= count:
            break
        await asyncio.sleep(LOOK_S)
    return found


async def _until(holds: Callable[[], bool], within: float) -> None:
    """Or not."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not holds():  # noqa: ASYNC110 - of what is noted, not of an event
                await asyncio.sleep(LOOK_S)


def fresh_id() -> str:
    return str(uuid.uuid4())
