"""Answers while they are written, whoever listens: by one task each, in the process that was asked.

pieces of the provider → sentences that may be said → the row, sealed → whoever follows

Nothing is shown that is not kept already, so that whoever lost the line reads the same from the row. Before anybody is asked the
writer says that it writes this one, which one alone can; then again and again that it is alive. What it does not end itself,
because its process was killed, is ended by whoever comes next; what it never began is begun by them (`left`).
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import aclosing
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from game_server.accounts.callers import Caller
from game_server.bonds.live.bells import touch
from game_server.files import actions as files
from game_server.integrations.ai.talker import Ask, Ended, NoAnswer, Picture, Said, Talker
from game_server.process import gauges, tasks
from game_server.services import Services
from rooms.characters.guard import Guard
from rooms.characters.guard import Said as Judged
from rooms.characters.person import Person
from rooms.characters.talk import LONGEST_ANSWER, WHOLE, Outcome, status_of
from rooms.errors import Refused
from rooms.prices import TOKENS_OF_A_PICTURE, Price, most_tokens_of
from storage import agent_sessions, crash, talks
from storage import files as rows_of_files
from storage.database import STORE_ERRORS
from storage.person_keys import DataKey

log = structlog.get_logger()

LONGEST_S = 120.0
"""An answer that is not at its end by then breaks off."""

BEAT_S = 2.0
BETWEEN_S = 0.25
ALIVE_FOR = timedelta(seconds=20)
FINISH_WITHIN_S = 5.0
"""A process that goes away lets answers end for so long."""

MOST_HEARD = 2 * LONGEST_ANSWER
"""Characters of a provider's, said or withheld: one that says more has said enough."""

AT_ONCE = 1_000
"""Characters that are read off the loop in one go, which nothing can break off."""

TRIES_TO_END, BETWEEN_TRIES_S = 5, 1.0

MOST_KEPT_TOKENS = 8_000
"""What goes on from an answer there carries all of that talk along: from so many on it begins anew with the newest of it."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is to be written: for whom, where, by whom, and what is asked."""

    user: Caller
    person: Person
    conversation_id: UUID
    answer_id: UUID
    session_id: UUID
    persona: str
    talker: Talker
    ask: Ask
    pictures: tuple[UUID, ...]
    price: Price
    key: DataKey


class Writing:
    """An answer that this process writes. `shown` is what is kept of it."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.shown = ""
        self.text = ""
        self.raw = 0
        self.ended: Ended | None = None
        self.taken = True
        self.broken_by: Outcome = "answer_cut"
        self.reading: asyncio.Task[Outcome] | None = None
        self.more = asyncio.Event()
        self.over = False
        self._heard: list[asyncio.Event] = []

    def stop(self, why: Outcome) -> None:
        """No more of it."""
        if self.reading is not None and not self.reading.done():
            self.broken_by = why
            self.reading.cancel()

    def listen(self) -> asyncio.Event:
        """Set whenever more is kept, and at the end."""
        event = asyncio.Event()
        self._heard.append(event)
        return event

    def leave(self, event: asyncio.Event) -> None:
        """Nobody listens to that one."""
        self._heard.remove(event)

    def tell(self) -> None:
        """There is more."""
        for event in self._heard:
            event.set()


class Answers:
    """Those of this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._open: dict[UUID, Writing] = {}
        self._writers: set[asyncio.Task[None]] = set()

    def of(self, answer_id: UUID) -> Writing | None:
        """The answer, where it is written here."""
        return self._open.get(answer_id)

    def start(self, turn: Turn) -> None:
        """Write this one, unless it is being written."""
        if turn.answer_id in self._open:
            return
        writing = self._open[turn.answer_id] = Writing(turn)
        task = tasks.start(self._write(writing), name="answer")
        self._writers.add(task)
        task.add_done_callback(self._writers.discard)

    async def rest(self, within_s: float = FINISH_WITHIN_S) -> None:
        """Let what is written come to its end for so long; then it breaks off, and what there is of it is kept."""
        if self._writers:
            await asyncio.wait(self._writers, timeout=within_s)
        for writing in list(self._open.values()):
            writing.stop("answer_lost")
        if self._writers:
            await asyncio.wait(self._writers, timeout=FINISH_WITHIN_S)

    async def _write(self, writing: Writing) -> None:
        gauges.ANSWERS_OPEN.inc()
        try:
            match await self._begun(writing):
                case True:
                    await self._answer(writing)
                case False:
                    writing.taken = False
                    await self._end(writing, "answer_stopped")
        finally:
            del self._open[writing.turn.answer_id]
            gauges.ANSWERS_OPEN.dec()
            writing.tell()

    async def _begun(self, writing: Writing) -> bool | None:
        """Is it to be asked for, by this process? False where it was stopped by now, None where another has begun or ended it, or
        that cannot be known.
        """
        turn, now = writing.turn, self._services.clock.now()
        try:
            async with self._services.database.as_member(turn.user.id, now) as db:
                stopped = await agent_sessions.begin(
                    db, turn.session_id, now + ALIVE_FOR, knows_pause=turn.person.is_paused
                )
        except STORE_ERRORS as error:  # whoever follows it begins it, or it is ended in time
            log.warning("answer_not_begun", kind=type(error).__name__)
            return None
        if stopped is False:
            crash.point("answer_begun")
        return None if stopped is None else not stopped

    async def _answer(self, writing: Writing) -> None:
        writing.reading = tasks.start(self._read(writing), name="read answer")
        saving = tasks.start(self._save_again_and_again(writing), name="save answer")
        outcome: Outcome = "answer_lost"
        try:
            await asyncio.wait([writing.reading])
            outcome = writing.broken_by if writing.reading.cancelled() else _result(writing.reading)
        finally:
            # Not cancelled: it may be in the middle of a transaction, and something below may not hear of a cancellation.
            writing.over = True
            writing.more.set()
            await asyncio.wait([saving])
            await self._end(writing, outcome)

    async def _read(self, writing: Writing) -> Outcome:
        """What the provider says, as far as it may be said."""
        turn = writing.turn
        guard = Guard(turn.person, year=self._services.clock.now().year)
        try:
            async with asyncio.timeout(LONGEST_S):
                ask = msgspec.structs.replace(turn.ask, pictures=await self._pictures(turn))
                return await self._heard(writing, guard, ask)
        except TimeoutError:
            return "answer_cut"
        except NoAnswer as error:
            writing.taken = error.taken or writing.raw > 0
            return error.why
        finally:
            _say(writing, guard.end())

    async def _heard(self, writing: Writing, guard: Guard, ask: Ask) -> Outcome:
        began, heard, provider = time.monotonic(), 0, writing.turn.talker.provider
        async with aclosing(writing.turn.talker.answer(ask)) as pieces:  # type: ignore[type-var]  # it is a generator
            async for piece in pieces:
                match piece:
                    case Said(text):
                        writing.raw += len(text.encode())
                        first, heard = not writing.text, heard + len(text)
                        for part in _parts(text[:MOST_HEARD]):
                            # Off the loop: it reads closely, and at the first time of a process puts its phrases together.
                            _say(writing, await asyncio.to_thread(guard.feed, part))
                            if len(writing.text) > LONGEST_ANSWER:
                                break
                        if first and writing.text:
                            gauges.ANSWER_FIRST_SECONDS.labels(provider).observe(time.monotonic() - began)
                    case Ended():
                        writing.ended = piece
                        return "full" if piece.full else "done"
                if len(writing.text) > LONGEST_ANSWER or heard > MOST_HEARD:
                    return "full"
        return "answer_cut"

    async def _pictures(self, turn: Turn) -> tuple[Picture, ...]:
        """The bytes of what the person attached; what they took back meanwhile is not sent. Raises NoAnswer."""
        found = []
        for file_id in turn.pictures:
            async with self._services.database.as_user(turn.user.id) as db:
                file = await rows_of_files.to_see(db, file_id)
            if file is None:
                continue
            try:
                pieces = [piece async for piece in await files.read(self._services, file)]
            except Refused:
                raise NoAnswer("provider_unavailable", taken=False) from None
            found.append(Picture(file.content_type, b"".join(pieces)))
        return tuple(found)

    async def _save_again_and_again(self, writing: Writing) -> None:
        while not writing.over:
            try:
                async with asyncio.timeout(BEAT_S):
                    await writing.more.wait()
            except TimeoutError:
                pass
            if writing.over:
                return
            writing.more.clear()
            try:
                await self._save(writing)
            except STORE_ERRORS as error:  # the next one, or the end, saves it
                log.warning("answer_not_saved", kind=type(error).__name__)
            await asyncio.sleep(BETWEEN_S)

    async def _save(self, writing: Writing) -> None:
        """Keep what there is, say that it is written, and hear whether it is to go on."""
        turn, text, now = writing.turn, writing.text, self._services.clock.now()
        async with self._services.database.as_member(turn.user.id, now) as db:
            stopped = await agent_sessions.still_writing(
                db, turn.session_id, now + ALIVE_FOR, knows_pause=turn.person.is_paused
            )
            there = stopped is not None
            if there and text != writing.shown:
                there = await talks.grow(db, turn.answer_id, turn.key.seal(text))
        if not there:  # deleted, erased, or given up by others
            writing.stop("answer_lost")
        elif text != writing.shown:
            writing.shown = text
            self._touched(writing)
            crash.point("answer_grown")
        if stopped:
            writing.stop("answer_stopped")

    async def _end(self, writing: Writing, outcome: Outcome) -> None:
        """Keep the end and settle what it cost. Where the database is away for long, whoever comes next ends it."""
        for _ in range(TRIES_TO_END):
            try:
                await self._settle(writing, outcome)
            except STORE_ERRORS as error:
                log.warning("answer_not_ended", kind=type(error).__name__)
                await asyncio.sleep(BETWEEN_TRIES_S)
            else:
                return

    async def _settle(self, writing: Writing, outcome: Outcome) -> None:
        turn, text, now = writing.turn, writing.text, self._services.clock.now()
        tokens, cost = _took(writing)
        async with self._services.database.as_member(turn.user.id, now) as db:
            closed = await agent_sessions.close(
                db, turn.session_id, now, outcome=outcome, tokens=tokens, cost_micros=cost
            )
            if closed:
                await talks.end(db, turn.answer_id, status_of(outcome, text), turn.key.seal(text) if text else None)
                if writing.ended is not None and writing.ended.id is not None:
                    kept = writing.ended.id if tokens[0] <= MOST_KEPT_TOKENS else None
                    await talks.go_on_from(db, turn.conversation_id, turn.persona, kept)
        writing.shown = text
        self._touched(writing)
        provider = turn.talker.provider
        gauges.ANSWERS.labels(provider, outcome).inc()
        if outcome not in WHOLE and outcome != "answer_stopped":
            log.warning("answer_failed", provider=provider, reason=outcome)
        gauges.ANSWER_COST_MICROS.labels(provider).inc(cost)

    def _touched(self, writing: Writing) -> None:
        touch(self._services, writing.turn.user.id, "messages", writing.turn.answer_id, "update")
        writing.tell()


def _parts(text: str) -> Iterator[str]:
    return (text[start : start + AT_ONCE] for start in range(0, len(text), AT_ONCE))


def _say(writing: Writing, judged: list[Judged]) -> bool:
    """Take up what may be said. Was there anything?"""
    before = len(writing.text)
    for one in judged:
        if one.withheld is not None:
            log.info("answer_withheld", reason=one.withheld)
            gauges.ANSWERS_WITHHELD.labels(one.withheld).inc()
        writing.text += one.text
    if len(writing.text) > before:
        writing.more.set()
    return len(writing.text) > before


def _took(writing: Writing) -> tuple[tuple[int, int], int]:
    """How many tokens, and what they cost: what the provider counted, else as many as there can have been."""
    turn, ended = writing.turn, writing.ended
    if not writing.taken:
        return (0, 0), 0
    tokens_in = ended.input_tokens if ended is not None else None
    tokens_out = ended.output_tokens if ended is not None else None
    # Of an answer that was stopped more may have been thought than was heard.
    uncounted = turn.ask.most_tokens if ended is None else writing.raw // 2 + 1
    counted = (
        most_tokens_in(turn.ask, len(turn.pictures)) if tokens_in is None else tokens_in,
        uncounted if tokens_out is None else tokens_out,
    )
    return counted, turn.price.micros(*counted)


def most_tokens_in(ask: Ask, pictures: int) -> int:
    """How many tokens a question is at most."""
    told = (ask.instructions, ask.message, *(line.text for line in ask.before))
    kept = MOST_KEPT_TOKENS if ask.continues else 0
    return sum(map(most_tokens_of, told)) + pictures * TOKENS_OF_A_PICTURE + kept


def _result(reading: "asyncio.Task[Outcome]") -> Outcome:
    """How it ended; a fault of ours has been logged."""
    return "answer_cut" if reading.exception() else reading.result()
