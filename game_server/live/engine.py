"""The way of a command in a live room, from the phone that asks to both that hear of it; one engine a process and area.

    arrived ──▶ decided ──▶ committed ──▶ told
                 │    ▲
                 └ facts: read for all that need them in one statement

`arrived` takes the room's turn and decides from memory, without waiting. What was decided goes into the shared commit; who lost
the race, was refused, or cannot be decided from memory leaves the straight way for `aside`, which reads the log and waits.
Nothing here knows an area: an `Area` brings what is its own.
"""

import asyncio
import time
from collections import deque
from typing import Any, Generic, Protocol, TypeVar

import structlog

from game_server.live.turns import Turn
from game_server.process import tasks
from game_server.process.precedence import Precedence
from game_server.process.traces import Tracer, Way
from storage import crash
from storage.batches import Answer, Batches

log = structlog.get_logger()

DECIDED_AT_ONCE = 8
"""Decisions on facts that came together, before others have their turn: a first draw from ten thousand cards takes 6 ms, and
sixty-four rooms may be due for one after an edit of the bank."""

Ask = TypeVar("Ask")
"""What somebody asks of a room."""
Facts = TypeVar("Facts")
"""What a decision may need from the store."""
Decided = TypeVar("Decided")
"""What was decided, ready to be committed."""
Verdict = TypeVar("Verdict")
"""What became of it."""


class NeedsFacts(Exception):
    """The decision waits for facts."""


class Aside(Exception):
    """This cannot be decided from memory, or is refused by it: somebody who may wait has to look."""


class Area(Protocol[Ask, Facts, Decided, Verdict]):
    """What an area brings to the engine: load, decide, commit, tell."""

    def name(self, ask: Ask) -> str:
        """The kind of command, for traces."""

    def turn(self, ask: Ask) -> Turn:
        """The room's."""

    def decide(self, ask: Ask, facts: Facts | None) -> Decided:
        """From memory and these facts. Raises NeedsFacts, Aside."""

    async def facts(self, asks: list[Ask]) -> list[Facts | None]:
        """In one statement; None for a room that is gone."""

    def commit(self, decided: Decided, answer: Answer[Verdict]) -> None:
        """Hand it to the shared commit."""

    def told(self, ask: Ask, decided: Decided, verdict: Verdict) -> bool:
        """The phones here get what won, and whoever asked the answer, unless they had one (`unknown`). False: it lost."""

    def unknown(self, ask: Ask, error: BaseException | None) -> None:
        """Nobody knows what became of it: say so to whoever asked."""

    async def aside(self, ask: Ask) -> None:
        """The slow way, to its end; whoever asked is answered."""


class _Going(Generic[Ask, Facts, Decided, Verdict]):
    """A command on its way. The batches that it is in give it their answers."""

    __slots__ = ("ask", "decided", "due", "engine", "turn", "waits", "way")

    def __init__(
        self, engine: "Engine[Ask, Facts, Decided, Verdict]", ask: Ask, turn: Turn, due: float, way: Way | None
    ) -> None:
        self.engine = engine
        self.ask = ask
        self.turn = turn
        self.due = due
        self.decided: Decided | None = None
        self.waits = True
        self.way = way

    def done(self) -> bool:
        """What was handed over is seen through, also when whoever asked is gone."""
        return False

    def set_result(self, result: Any, /) -> None:
        """The facts, or the verdict."""
        try:
            if self.decided is None:
                self.engine.informed(self, result)
            else:
                self.engine.committed(self, self.decided, result)
        except Exception as error:
            log.exception("way_broken", exc_info=error)
            self.engine.failed(self, error)

    def set_exception(self, exception: BaseException, /) -> None:
        """What the store said instead."""
        self.engine.failed(self, exception)


class Engine(Generic[Ask, Facts, Decided, Verdict]):
    """`within_s`: whoever asked is told after so long that the outcome is unknown. `precedence` hears of every command."""

    def __init__(
        self,
        area: Area[Ask, Facts, Decided, Verdict],
        *,
        within_s: float,
        precedence: Precedence,
        tracer: Tracer | None = None,
    ) -> None:
        self._area = area
        self._precedence = precedence
        self._tracer = tracer
        self._within_s = within_s
        self._facts: Batches[Ask, Facts | None] = Batches(
            "facts", area.facts, _spawn, begun_within_s=None, most=64, at_once=DECIDED_AT_ONCE
        )
        self._under_way: deque[_Going[Ask, Facts, Decided, Verdict]] = deque()
        self._watch: asyncio.TimerHandle | None = None

    def arrived(self, ask: Ask) -> None:
        """Somebody asks something of a room; they are answered through the area, now or later."""
        crash.point("arrived")
        turn = self._area.turn(ask)
        if not turn.take():
            self._step_aside(ask)
            return
        way = self._tracer.command(self._area.name(ask)) if self._tracer else None
        going = _Going(self, ask, turn, time.monotonic() + self._within_s, way)
        self._under_way.append(going)
        self._precedence.entered()
        if self._watch is None:
            self._watch = asyncio.get_running_loop().call_later(self._within_s, self._expire)
        try:
            self.decided(going, None)
        except Exception as error:
            log.exception("not_decided", exc_info=error)
            self.failed(going, error)

    def decided(self, going: _Going[Ask, Facts, Decided, Verdict], facts: Facts | None) -> None:
        """Decide, from memory or with the facts that came; then into the shared commit."""
        if not going.waits:
            return
        try:
            going.decided = self._area.decide(going.ask, facts)
        except NeedsFacts:
            self._facts.hand(going.ask, going)
        except Aside:
            self._leave(going, "aside")
            self._step_aside(going.ask)
        else:
            if going.way:
                going.way.reached("decided")
            self._area.commit(going.decided, going)

    def informed(self, going: _Going[Ask, Facts, Decided, Verdict], facts: Facts | None) -> None:
        """The facts came; those of a room that is gone never will."""
        if facts is not None:
            if going.way:
                going.way.reached("informed")
            self.decided(going, facts)
        elif going.waits:
            self._leave(going, "aside")
            self._step_aside(going.ask)

    def committed(self, going: _Going[Ask, Facts, Decided, Verdict], decided: Decided, verdict: Verdict) -> None:
        """The verdict came: tell, and let the next one have its turn. A win is told however late."""
        if going.way:
            going.way.reached("committed")
        won = self._area.told(going.ask, decided, verdict)
        if going.way:
            going.way.reached("told")
        if going.waits:
            self._leave(going, "answered" if won else "aside")
            if not won:
                self._step_aside(going.ask)

    def failed(self, going: _Going[Ask, Facts, Decided, Verdict], error: BaseException | None) -> None:
        """What was sent may have been committed."""
        if going.waits:
            self._leave(going, "unknown")
            try:
                self._area.unknown(going.ask, error)
            except Exception as broken:  # of one command: those that are watched with it are told too
                log.exception("unknown_not_told", exc_info=broken)

    def _leave(self, going: _Going[Ask, Facts, Decided, Verdict], outcome: str) -> None:
        going.waits = False
        self._precedence.left()
        if going.way:
            going.way.end(outcome)
            going.way = None
        going.turn.give_back()
        while self._under_way and not self._under_way[0].waits:
            self._under_way.popleft()

    def _expire(self) -> None:
        now = time.monotonic()
        while self._under_way and (self._under_way[0].due <= now or not self._under_way[0].waits):
            late = self._under_way.popleft()
            if late.waits:
                self.failed(late, None)
        self._watch = None
        if self._under_way:
            self._watch = asyncio.get_running_loop().call_later(self._under_way[0].due - now, self._expire)

    def _step_aside(self, ask: Ask) -> None:
        tasks.start(self._aside(ask), name="aside")

    async def _aside(self, ask: Ask) -> None:
        way = self._tracer.command(self._area.name(ask)) if self._tracer else None
        await self._area.aside(ask)
        if way:
            way.end("answered aside")


def _spawn(name: str, work: Any) -> object:
    return tasks.start(work, name=name)
