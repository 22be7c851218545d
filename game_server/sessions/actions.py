"""What a person or a job can do to a room: play a command, end what nobody plays.

One command is decided on the room's last known state, committed with the head it was decided on, and shown after the commit.
Whoever lost the race reads again and decides again. A refusal is only given against the log's head.
"""

import asyncio
from typing import cast

import msgspec
import structlog

from game_server.process import gauges
from game_server.services import Feed, Services
from game_server.sessions.facts import Known, inputs_now, known_of, with_known
from rooms import errors
from rooms.errors import Refused
from rooms.seats import SeatName
from rooms.sessions.commands import Abandon, AnyCommand, FromSeat, Join, Pause, Recheck, Stop, said
from rooms.sessions.flow import Decision, Inputs, NeedsDraw, decide
from rooms.sessions.state import State
from storage import crash
from storage import sessions as store
from storage.commits import Append, Verdict
from storage.database import STORE_ERRORS
from storage.moves import Answer, append_of, logged
from storage.sessions import Logged, Room

log = structlog.get_logger()

TRIES = 3

SERVER_SEAT: SeatName = "A"
"""What the server asks for by itself comes from no seat; the rules do not look at it then."""


class Asked(msgspec.Struct, frozen=True):
    """Who asks for what; `answer` is None for what the server asks, `fence` for what does not come from a socket."""

    seat: SeatName
    command: AnyCommand
    answer: Answer | None = None
    fence: tuple[SeatName, int] | None = None


class Decided(msgspec.Struct, frozen=True):
    """A command with what it leads to and what that was decided on; `known` is None where no card was looked at."""

    decision: Decision
    inputs: Inputs
    known: Known | None

    def append(self, room: Room, asked: Asked) -> Append:
        """What its commit compares and writes."""
        known = self.known
        return append_of(
            room,
            self.decision.after,
            self.decision.events,
            seat=asked.seat,
            command=asked.command,
            inputs=self.inputs,
            facts=known.facts if known else None,
            why=known.leaning.why if known and known.leaning else None,
            answer=asked.answer,
            fence=asked.fence,
        )


async def play(
    services: Services,
    session_id: str,
    seat: SeatName,
    command: FromSeat,
    *,
    fence: tuple[SeatName, int] | None = None,
) -> int:
    """Do what a seat asks; the seq its acknowledgement carries. Raises rooms.errors.Refused (Unavailable: outcome unknown).

    Pause and stop are never refused `busy`, and wait for the commit however long.
    """
    return await play_asked(services, session_id, Asked(seat, command, answer_of(services, seat, command), fence))


async def play_asked(services: Services, session_id: str, asked: Asked) -> int:
    """`play`, of what has its answer's hash already."""
    feed = await _opened(services, session_id)
    if isinstance(asked.command, Pause | Stop):
        return await _played(services, feed, asked, tries=1_000)
    async with feed.turn:
        return await _played(services, feed, asked, tries=TRIES)


async def abandon_idle(services: Services) -> int:
    """End the sessions that nobody has moved for a day; how many."""
    async with services.database.reading() as connection:
        idle = await store.idle_sessions(connection, services.settings.idle_session_s)
    ended = 0
    for session_id in idle:
        try:
            await serve(services, session_id, Abandon())
        except (Refused, *STORE_ERRORS) as error:  # the next run tries it again; the others need not wait for it
            log.warning("not_abandoned", session=session_id, kind=type(error).__name__)
        else:
            ended += 1
    return ended


async def serve(services: Services, session_id: str, command: Recheck | Abandon | Join) -> int:
    """Do what the server itself asks of a room; the head after it."""
    feed = await services.rooms.refresh(session_id)
    async with feed.turn:
        return await _played(services, feed, Asked(SERVER_SEAT, command), tries=20)


def answer_of(services: Services, seat: SeatName, command: FromSeat) -> Answer:
    """The command's id, and the keyed hash of who asked for what: the same id with anything else is refused."""
    body = said(command)
    del body["seat"]
    digest, *others = services.keys.keyed_hashes(seat.encode(), msgspec.json.encode(body, order="deterministic"))
    return Answer(str(command.id), digest.hex(), tuple(other.hex() for other in others))


async def _opened(services: Services, session_id: str) -> Feed:
    try:
        return await services.rooms.open(session_id)
    except STORE_ERRORS as error:
        raise errors.Unavailable from error


async def _played(services: Services, feed: Feed, asked: Asked, *, tries: int) -> int:
    try:
        for _ in range(tries):
            seq = await _try(services, feed, asked)
            if seq is not None:
                return seq
    except STORE_ERRORS as error:
        feed.stale = True  # what was sent may have been committed: read the log before deciding anything again
        log.warning("commit_unknown", session=feed.room.state.session_id, kind=type(error).__name__)
        raise errors.Unavailable from error
    raise errors.Busy


async def _try(services: Services, feed: Feed, asked: Asked) -> int | None:
    """One attempt: the acknowledged seq, or None when the log has moved on and was read again."""
    session_id = feed.room.state.session_id
    if feed.stale:
        await services.rooms.refresh(session_id)
    room = feed.room
    try:
        decided = await _decided(services, room.state, asked)
    except Refused as refusal:
        return await _unchanged(services, feed, room.state.head, asked.answer, refusal)
    if not decided.decision.events and not _leaves_something(feed, asked, decided):
        return await _unchanged(services, feed, room.state.head, asked.answer)
    append = decided.append(room, asked)
    verdict = await _committed(services, feed, append, logged(room.state, decided.decision.events, decided.inputs.now))
    match verdict.outcome:
        case "won":
            return append.head
        case "replied":
            return await _again(services, feed, asked.answer, verdict)
        case "fenced":
            raise errors.Replaced
        case outcome:
            gauges.RETRIES.labels(outcome).inc()
            await services.rooms.refresh(session_id)
            return None


def _leaves_something(feed: Feed, asked: Asked, decided: Decided) -> bool:
    """Is there anything to commit of a command without events: a reply to be kept, or that the room was looked at?"""
    if asked.answer is None:
        return decided.known is not None and decided.known.facts.unchecked
    return not isinstance(asked.command, Pause | Stop) or feed.keeps_halt(asked.seat, asked.answer.command_id)


async def _decided(services: Services, state: State, asked: Asked) -> Decided:
    """What a draw needs is only read when the rules ask for it."""
    inputs = inputs_now(services)
    try:
        return decided_on(state, asked, inputs, None)
    except NeedsDraw:
        known = (await known_of(services, [state])).get(state.session_id)
        if known is None:
            raise errors.NotFound from None
        return decided_on(state, asked, inputs, known)


def decided_on(state: State, asked: Asked, inputs: Inputs, known: Known | None) -> Decided:
    """What the rules make of it. Raises Refused, NeedsDraw where a draw is due and nothing is known."""
    if known:
        inputs = with_known(inputs, known)
    return Decided(decide(state, asked.seat, asked.command, inputs), inputs, known)


async def _committed(services: Services, feed: Feed, append: Append, news: list[Logged]) -> Verdict:
    """The verdict, or TimeoutError: the outcome is then unknown. What was handed over is not taken back, and is announced
    when it commits, also when whoever asked is gone by then."""
    submitted = asyncio.ensure_future(_settled(services, feed, append, news))
    submitted.add_done_callback(_retrieved)
    async with asyncio.timeout(services.settings.command_timeout_s):
        return await asyncio.shield(submitted)


async def _settled(services: Services, feed: Feed, append: Append, news: list[Logged]) -> Verdict:
    crash.point("decided")
    verdict = await services.commits.submit(append)
    if verdict.outcome == "won" and news:
        services.rooms.announce(feed, news)
    return verdict


def _retrieved(submitted: "asyncio.Future[Verdict]") -> None:
    if not submitted.cancelled():
        submitted.exception()


async def _unchanged(
    services: Services, feed: Feed, head: int, answer: Answer | None, refusal: Refused | None = None
) -> int | None:
    """The answer to a command of which nothing is kept: the refusal, or the head.

    It stands only against the log's head, and never against a command that was acknowledged before.
    """
    session_id = feed.room.state.session_id
    async with services.database.reading() as connection:
        if answer is None:
            now, seq, body_hash = (await store.heads(connection, [session_id])).get(session_id), None, None
        else:
            now, seq, body_hash = await store.head_and_reply(connection, session_id, answer.command_id)
    if seq is not None:
        return await _again(services, feed, answer, Verdict("replied", seq, body_hash, now))
    if now != head:
        await services.rooms.refresh(session_id)
        return None
    if refusal is not None:
        raise refusal
    return head


async def _again(services: Services, feed: Feed, answer: Answer | None, verdict: Verdict) -> int:
    """The same id again: the first acknowledgement, after everything it stands for has been sent here."""
    gauges.DUPLICATES.inc()
    if answer is None or verdict.body_hash not in (answer.body_hash, *answer.or_hash):
        raise errors.IdReused
    seq = cast("int", verdict.seq)
    if seq > feed.head:
        await services.rooms.refresh(feed.room.state.session_id)
    return seq
