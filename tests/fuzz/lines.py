"""Bad phones at a real server, and one honest couple beside them: what they send, what comes back, and what must not happen.

A bad phone says a few things at once, then something that has to be answered: an answer comes, or a close with a code of the law.
The couple's game must stay their own: every event of it follows from what they asked.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec

from game_server.live.messages import NotDone, Told, Welcome
from game_server.live.phone import Close
from rooms import errors
from tests.bench.wire import HttpRefused, Wire, post
from tests.fuzz.frames import MARK, PING, PONG, Item, Known, frame, item, uuid_of
from tests.support.game import Game
from tests.support.person import ANATOMY, Person
from tests.support.phone import Phone, Refused

HANG_S = 1.0
"""On a machine that is otherwise idle nobody waits longer; on a busy one as many times that as there is load for each core."""
GIVE_UP_S = 15.0
MOST_AT_ONCE = 8
HONEST = ("Honesta", "Probus")
"""Names that no bad phone may ever read."""

ROOM_CODES = frozenset(
    kind.code
    for kind in (
        errors.NotStarted, errors.NotYourTurn, errors.Stale, errors.NoCard, errors.Paused, errors.CoolingDown,
        errors.NoProposal, errors.LimitReached, errors.SessionOver, errors.NotHosted, errors.Replaced, errors.Busy,
        errors.Unavailable, errors.RateLimited, errors.BadMessage, errors.IdReused,
    )
)  # fmt: skip
CLOSES = frozenset({why.code for why in Close} | {1000, 1002, 1007})
"""Codes that the server may close with of itself."""

_TOLD = msgspec.json.Decoder(Told)
EVENT = {"t", "seq", "at", "e", "set"}
_ON_GOING = {
    Close.FLOODING.code, Close.OVER.code, Close.REPLACED.code, Close.SLOW.code, Close.TRY_LATER.code, Close.NO_HELLO.code,
}  # fmt: skip


class Where(Protocol):
    """A server."""

    @property
    def url(self) -> str: ...
    @property
    def ws_url(self) -> str: ...


class Tally(msgspec.Struct):
    """What came of a run."""

    frames: int = 0
    lines: int = 0
    sent: Counter[str] = msgspec.field(default_factory=Counter)
    replies: Counter[str] = msgspec.field(default_factory=Counter)
    closes: Counter[int] = msgspec.field(default_factory=Counter)
    slowest_answer_s: float = 0.0
    honest_commands: int = 0
    slowest_honest_s: float = 0.0
    honest_over_a_second: int = 0
    problems: list[str] = []


class Line(Wire):
    """One socket of a bad phone: counts what it hears and finds fault with it."""

    def __init__(self, tally: Tally, known: Known) -> None:
        super().__init__(self._heard, self._ended)
        self.tally = tally
        self.known = known
        self.code: int | None = None
        self.changed = asyncio.Event()
        self.pongs = 0
        self.replied: set[str] = set()

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == PONG:
            self.pongs += payload.startswith(b"still there?")
            self.changed.set()
        else:
            super()._frame(kind, payload)

    def _ended(self, code: int) -> None:
        self.code = code
        self.changed.set()

    def _heard(self, payload: bytes) -> None:
        if any(name.encode() in payload for name in HONEST):
            self.tally.problems.append(f"a bad phone was told of the honest couple: {payload[:300]!r}")
        heard = json.loads(payload)
        if heard.get("t") == "event":
            if heard.keys() != EVENT:
                self.tally.problems.append(f"no event of the protocol: {payload[:300]!r}")
        else:
            self._understood(payload)
        if heard["t"] in ("ack", "refused") and heard["id"]:
            if heard["id"] in self.replied and heard["t"] == "ack":
                self.tally.problems.append(f"a second reply: {payload[:300]!r}")
            self.replied.add(heard["id"])
            self.changed.set()
        if heard["t"] in ("event", "snapshot"):
            self.known.seqs = [*self.known.seqs[-20:], heard["seq"]]
        self.tally.replies[heard["t"] if heard["t"] != "refused" else f"refused {heard['code']}"] += 1

    def _understood(self, payload: bytes) -> None:
        try:
            told = _TOLD.decode(payload)
        except msgspec.MsgspecError as error:
            self.tally.problems.append(f"no message of the protocol ({error}): {payload[:300]!r}")
            return
        if isinstance(told, NotDone):
            self._refused(told)
        elif isinstance(told, Welcome):
            self.known.epoch = told.epoch

    def _refused(self, told: NotDone) -> None:
        if told.code not in ROOM_CODES:
            self.tally.problems.append(f"a code that is in no list: {told}")
        if "Error" in told.message or "expected" in told.message.casefold():
            self.tally.problems.append(f"an exception's words: {told}")

    async def until(self, holds: Callable[[], bool]) -> float:
        """Seconds until something is true or the line has ended; GIVE_UP_S when neither came."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(GIVE_UP_S):
                while not holds() and self.code is None:
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return GIVE_UP_S
        return time.monotonic() - began


class BadPhone:
    """One seat that sends whatever its dice say, on one line after the other."""

    def __init__(self, url: str, dice: Random, tally: Tally, most: int) -> None:
        self._url = url
        self._dice = dice
        self._tally = tally
        self._most = most
        self._tokens: list[str] = []
        self._is_hosted = False
        self._left: list[Line] = []
        self._room = ""

    async def run(self) -> None:
        """Until enough frames have been sent, by all of them together, or something was wrong."""
        while self._tally.frames < self._most and not self._tally.problems:
            try:
                self._room = self._room or await self._new_room()
                await self._one_line(self._room)
            except (HttpRefused, ConnectionError, OSError) as error:
                self._tally.problems.append(f"a bad phone was not let in any more: {type(error).__name__} {error}")

    async def _new_room(self) -> str:
        """A game of two seats that are both played badly: by one phone that speaks for both, or by one each."""
        if not self._tokens:
            for _ in range(2):
                made = await post(self._url, "/api/anonymous-sessions", {"adult": True})
                self._tokens.append(made["token"])
                await post(self._url, "/api/me/demographics", {"name": "Bad", **ANATOMY}, made["token"])
        self._is_hosted = self._dice.random() < 0.5
        settings = {"activity_type": self._dice.choice(("truth", "random")), "target_activities": 50}
        partner = {"hosted": {"name": "Worse", **ANATOMY}} if self._is_hosted else {"link": True}
        body = {"partner": partner, "settings": settings}
        opened = await post(self._url, "/api/sessions", body, self._tokens[0])
        if not self._is_hosted:
            await post(self._url, "/api/sessions/join", {"token": opened["join"]["token"]}, self._tokens[1])
        return str(opened["session_id"])

    async def _one_line(self, session_id: str) -> None:
        line = await self._connect(session_id, self._tokens[0 if self._is_hosted else self._dice.randrange(2)])
        self._tally.lines += 1
        try:
            if self._dice.random() < 0.9:
                self._begin(line)
            while line.code is None and self._tally.frames < self._most:
                if not await self._say(line):
                    return
            if line.code is not None:
                self._closed(line, frozenset())
        finally:
            if self._dice.random() < 0.8:
                line.transport.abort()
            else:
                self._left.append(line)  # half open: it neither reads nor goes
                if not line.transport.is_closing():
                    line.transport.pause_reading()

    def leaves(self) -> None:
        """Nothing of it stays."""
        for line in self._left:
            line.transport.abort()

    def _begin(self, line: Line) -> None:
        """As a phone should: hello, and ready for every seat it speaks for."""
        said: list[dict[str, Any]] = [{"t": "hello", "epoch": None, "last_seq": self._dice.choice((0, 1, 10**6))}]
        seats = (None, "B") if self._is_hosted else (None,)
        said += [{"t": "ready", "id": uuid_of(self._dice), "seat": seat} for seat in seats]
        for one in said:
            line.transport.write(frame(json.dumps(one).encode()))

    async def _connect(self, session_id: str, token: str) -> Line:
        ticket = (await post(self._url, "/api/ws-tickets", {"session_id": session_id}, token))["ticket"]
        parts = urlsplit(self._url)
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: Line(self._tally, Known([1])), parts.hostname, parts.port)
        await line.upgrade(parts.netloc, f"/ws/sessions/{session_id}", ("attuned.v1", f"ticket.{ticket}"))
        return line

    async def _say(self, line: Line) -> bool:
        """A few things at once, and what has to follow; False where the line is done with."""
        said: list[Item] = []
        while len(said) < self._dice.randrange(1, MOST_AT_ONCE + 1) and not (
            said and (said[-1].closes or said[-1].abandons)
        ):
            said.append(item(self._dice, line.known))
        for one in said:
            line.transport.write(one.data)
            self._tally.frames += one.frames
            self._tally.sent[one.kind] += one.frames
        if said[-1].abandons:
            return False
        took = await line.until(self._asks(line) if not said[-1].closes else lambda: False)
        self._tally.slowest_answer_s = max(self._tally.slowest_answer_s, took)
        if took >= GIVE_UP_S:
            self._tally.problems.append(
                f"neither answered nor closed in {GIVE_UP_S} s after {[one.kind for one in said]}"
            )
        elif line.code is not None:
            self._closed(line, said[-1].closes)
        return line.code is None

    def _asks(self, line: Line) -> Callable[[], bool]:
        """Is all that was said before done with? By a command, which is answered after them, or only read, by a ping."""
        if self._dice.random() < 0.5:
            id_ = uuid_of(self._dice)
            line.transport.write(frame(json.dumps({"t": "leave", "id": id_}).encode()))
            return lambda: id_ in line.replied
        line.transport.write(frame(b"still there?", PING))
        wanted = line.pongs + 1
        return lambda: line.pongs >= wanted

    def _closed(self, line: Line, asked_for: frozenset[int]) -> None:
        code = line.code or 0
        self._tally.closes[code] += 1
        if code == Close.OVER.code or self._dice.random() < 0.25:
            self._room = ""
        if code not in CLOSES | asked_for and code != 1006:
            self._tally.problems.append(f"closed with {code}, which is in no list")
        if asked_for and code not in asked_for | _ON_GOING | {1006}:
            self._tally.problems.append(f"closed with {code} instead of one of {sorted(asked_for)}")


class Couple:
    """Two who play on beside all this."""

    def __init__(self, game: Game, tally: Tally) -> None:
        self._game = game
        self._tally = tally
        self._head = 0

    @classmethod
    async def sits_down(cls, where: Where, tally: Tally) -> "Couple":
        """In a room of their own, at its first card."""
        ana, ben = [await Person.anonymous(where.url, name) for name in HONEST]
        room = await ana.open_room(activity_type="truth", target_activities=50)
        await ben.join(room["join"]["token"])
        phones = [await Phone.in_room(who, room["session_id"], ws_url=where.ws_url) for who in (ana, ben)]
        game = Game(*phones)
        await game.ready()
        return cls(game, tally)

    async def play(self, until: asyncio.Event) -> None:
        """Skip, pause and resume, propose and decline; each is theirs alone, and quick."""
        game = self._game
        self._head = await game.settle()
        while not until.is_set():
            for phone in game.phones:
                await self._ask(phone, "skip", on=phone.state["card_seq"])
            await self._ask(game.a, "propose_level", level="X")
            await self._ask(game.b, "decline_level", on=self._head)
            await self._ask(game.b, "pause")
            halted = game.b.state["halt_seq"]
            for phone in game.phones:
                await self._ask(phone, "resume", on=halted)
            await asyncio.sleep(0.02)

    async def _ask(self, phone: Phone, t: str, **fields: Any) -> None:
        if phone.seq != self._head:
            self._tally.problems.append(f"an event that the couple did not ask for: {phone.frames[-1]}")
        began = time.monotonic()
        try:
            self._head = (await phone.command(t, within=GIVE_UP_S, **fields))["seq"]
        except (Refused, TimeoutError) as error:
            self._tally.problems.append(f"the couple's {t} went wrong: {type(error).__name__} {error}")
        for one in self._game.phones:
            await one.until_seq(self._head, within=GIVE_UP_S)
        took = time.monotonic() - began
        self._tally.honest_commands += 1
        self._tally.slowest_honest_s = max(self._tally.slowest_honest_s, took)
        self._tally.honest_over_a_second += took > HANG_S

    async def leaves(self) -> None:
        """What both heard is what the server says, and nothing in it is of anybody else's."""
        await self._game.agree()
        heard = json.dumps([phone.frames for phone in self._game.phones])
        if MARK in heard:
            self._tally.problems.append("the honest couple was told what a bad phone said")
        await self._game.close()
        for phone in self._game.phones:
            await phone.person.close()


async def fuzz(
    where: Where, *, frames: int, seed: int, phones: int, told: Callable[[float], None] = lambda _: None
) -> Tally:
    """So many frames of so many bad phones at this server, with the couple beside them."""
    tally, done = Tally(), asyncio.Event()
    couple = await Couple.sits_down(where, tally)
    playing = asyncio.ensure_future(couple.play(done))
    dice = [Random(f"{seed} {number}") for number in range(phones)]  # noqa: S311 - a seed makes the run again
    bad = [BadPhone(where.url, one, tally, frames) for one in dice]
    lines = asyncio.gather(*(phone.run() for phone in bad))
    while not lines.done():
        told(min(1.0, tally.frames / frames))
        await asyncio.wait([lines, playing], timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
        if playing.done() and not lines.done():
            tally.problems.append("the couple's game broke off")
    await lines
    done.set()
    await playing
    await couple.leaves()
    for phone in bad:
        phone.leaves()
    return tally
