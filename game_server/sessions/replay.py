"""`game-server replay`: feed a session's logged inputs to the rules again and compare. It never draws again."""

from datetime import timedelta
from typing import Any

import msgspec

from game_server.services import Services
from rooms.errors import NotFound, Refused
from rooms.sessions import events as e
from rooms.sessions.commands import Abandon, AnyCommand, FromSeat, Join, Level, Recheck
from rooms.sessions.dice import Rolls
from rooms.sessions.draw import Request
from rooms.sessions.events import AnyEvent, ShownCard
from rooms.sessions.flow import Inputs, decide
from rooms.sessions.fold import fold
from rooms.sessions.state import State
from storage import sessions as store
from storage.moves import Cause

_NO_ID = "00000000-0000-0000-0000-000000000000"


async def replay(services: Services, session_id: str) -> str | None:
    """None when the rules lead to the same log again, else the first difference. Raises NotFound."""
    async with services.database.as_service() as connection:
        loaded = await store.load(connection, session_id)
        causes = await store.read_causes(connection, session_id)
    if loaded is None:
        raise NotFound
    room, logged = loaded.room, loaded.log
    state = store.start_of(room)
    starts = [number for number, (_, _, cause) in enumerate(causes) if cause is not None]
    if logged and (not starts or starts[0] != 0):
        return "seq 1: the log does not say what it came from"
    for start, end in zip(starts, [*starts[1:], len(logged)], strict=True):
        events = tuple(item.event for item in logged[start:end])
        cause = msgspec.convert(causes[start][2], Cause)
        if not _is_forgotten(cause):
            difference = _compare(state, start + 1, events, cause)
            if difference:
                return difference
        state = fold(state, events)
    return None


def _is_forgotten(cause: Cause) -> bool:
    """Said by somebody who was erased: that something was said is all the log has of it."""
    return cause.command["t"] == "feedback" and not {"feedback", "executed"} & cause.command.keys()


def _compare(state: State, seq: int, events: tuple[AnyEvent, ...], cause: Cause) -> str | None:
    try:
        again = decide(state, cause.seat or "A", _command(cause.command), _inputs(cause, events)).events
    except (Refused, IndexError) as refusal:
        return f"seq {seq}: {cause.command['t']} is refused now ({type(refusal).__name__})"
    for offset, (was, now) in enumerate(zip(events, again, strict=False)):
        if msgspec.json.encode(was) != msgspec.json.encode(now):
            return f"seq {seq + offset}: {cause.command['t']} led to {_tag(was)}, the rules now say {_tag(now)}"
    if len(events) != len(again):
        return f"seq {seq}: {cause.command['t']} led to {len(events)} events, the rules now say {len(again)}"
    return None


def _command(body: dict[str, Any]) -> AnyCommand:
    if body["t"] in ("join", "recheck", "abandon"):
        return msgspec.convert(body, Join | Recheck | Abandon)
    command: FromSeat = msgspec.convert({"id": _NO_ID, **body}, FromSeat)
    return command


def _inputs(cause: Cause, events: tuple[AnyEvent, ...]) -> Inputs:
    """What was logged; the draw answers with the cards that were dealt then, in their order."""
    dealt = iter([event.card for event in events if isinstance(event, e.CardShown | e.CardReplaced)])
    taken = any(isinstance(event, e.CardWithdrawn | e.CardReplaced) for event in events)

    def draw(_: Request, __: float) -> ShownCard:
        card = next(dealt, None)
        if card is None:
            raise IndexError("one card more than was dealt")
        return card

    def passes(_: ShownCard, __: Level) -> bool:
        return not taken

    return Inputs(
        now=cause.now,
        rolls=Rolls(*cause.rolls),
        cool_down=timedelta(seconds=cause.cool_down_s),
        proposal_life=timedelta(seconds=cause.proposal_s),
        allowance=cause.allowance,
        draw=draw,
        passes=passes,
    )


def _tag(event: AnyEvent) -> str:
    return str(type(event).__struct_config__.tag)
