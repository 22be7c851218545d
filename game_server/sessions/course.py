"""What `sessions` brings to live rooms: what is done there, and how a phone's command is decided, committed and told on the
straight way.

Pause and stop wait for their answer (`play`), and what the server asks by itself comes through `actions.py`, which is also the
way aside: it reads the log, waits, and tries again.
"""

from collections.abc import Callable

import msgspec
import structlog

from game_server.live.engine import Aside, Engine, NeedsFacts
from game_server.live.turns import Turn
from game_server.process import gauges
from game_server.services import Feed, Services
from game_server.sessions import actions, rechecks
from game_server.sessions.facts import Known, inputs_now
from game_server.sessions.kept import KeptFacts
from rooms import errors
from rooms.errors import Refused
from rooms.seats import SeatName
from rooms.sessions.commands import FromSeat
from rooms.sessions.flow import Inputs, NeedsDraw
from storage import batches, crash
from storage.commits import Append, Verdict
from storage.database import STORE_ERRORS
from storage.moves import logged
from storage.sessions import Logged

log = structlog.get_logger()


class Ask(msgspec.Struct, eq=False, kw_only=True):
    """A phone's command, and where its one reply goes: `played` with the seq of its ack, or `refused`."""

    feed: Feed
    asked: actions.Asked
    inputs: Inputs
    played: Callable[[int], None]
    refused: Callable[[Refused], None]
    replied: bool = False

    def ack(self, seq: int) -> None:
        """It was played."""
        if not self.replied:
            self.replied = True
            self.played(seq)

    def refuse(self, refusal: Refused) -> None:
        """It was not."""
        if not self.replied:
            self.replied = True
            self.refused(refusal)


class Move(msgspec.Struct, frozen=True):
    """A decided command: what is committed, and the events that the phones get then."""

    append: Append
    news: list[Logged]


class Sessions:
    """The area: what is done in its rooms (`live.area.Play`), and the straight way there (`live.engine.Area`)."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept = KeptFacts(services)
        self._engine: Engine[Ask, Known, Move, Verdict] = Engine(
            self,
            within_s=services.settings.command_timeout_s,
            precedence=services.precedence,
            tracer=services.tracer,
        )

    # --- asked ---------------------------------------------------------------------------------------------------------

    def arrived(
        self,
        feed: Feed,
        seat: SeatName,
        command: FromSeat,
        *,
        fence: tuple[SeatName, int],
        played: Callable[[int], None],
        refused: Callable[[Refused], None],
    ) -> None:
        if not self._services.schema.fits:
            refused(errors.Unavailable())
            return
        self._engine.arrived(
            Ask(
                feed=feed,
                asked=actions.Asked(seat, command, actions.answer_of(self._services, seat, command), fence),
                inputs=inputs_now(self._services),
                played=played,
                refused=refused,
            )
        )

    async def play(self, room_id: str, seat: SeatName, command: FromSeat, *, fence: tuple[SeatName, int]) -> int:
        if not self._services.schema.fits:
            raise errors.Unavailable
        tracer = self._services.tracer
        way = tracer.command(_kind(command)) if tracer else None
        try:
            return await actions.play(self._services, room_id, seat, command, fence=fence)
        finally:
            if way:
                way.end("waited for")

    async def checked(self, room_id: str) -> tuple[Feed, list[Logged]]:
        return await rechecks.checked(self._services, room_id)

    # --- the straight way ----------------------------------------------------------------------------------------------

    def name(self, ask: Ask) -> str:
        return _kind(ask.asked.command)

    def turn(self, ask: Ask) -> Turn:
        return ask.feed.turn

    def decide(self, ask: Ask, facts: Known | None) -> Move:
        feed, room = ask.feed, ask.feed.room
        if feed.stale:
            raise Aside
        try:
            decided = actions.decided_on(room.state, ask.asked, ask.inputs, facts)
        except NeedsDraw:
            raise NeedsFacts from None
        except Refused:
            raise Aside from None  # a refusal stands only against the log's head
        self._kept.went_on(room.state, decided.decision.after, ask.inputs.now)
        return Move(decided.append(room, ask.asked), logged(room.state, decided.decision.events, ask.inputs.now))

    async def facts(self, asks: list[Ask]) -> list[Known | None]:
        rooms = [ask.feed.room.state for ask in asks]
        found = await self._kept.known_of(rooms)
        return [found.get(room.session_id) for room in rooms]

    def commit(self, decided: Move, answer: batches.Answer[Verdict]) -> None:
        crash.point("decided")
        self._services.commits.hand(decided.append, answer)

    def told(self, ask: Ask, decided: Move, verdict: Verdict) -> bool:
        match verdict.outcome:
            case "won":
                if decided.news:
                    self._services.rooms.announce(ask.feed, decided.news)
                ask.ack(decided.append.head)
            case "fenced":
                ask.refuse(errors.Replaced())
            case "replied":
                return False
            case outcome:
                gauges.RETRIES.labels(outcome).inc()
                ask.feed.stale = True
                return False
        return True

    def unknown(self, ask: Ask, error: BaseException | None) -> None:
        ask.feed.stale = True  # read the log before deciding anything again
        if error is None or isinstance(error, STORE_ERRORS):
            kind = type(error).__name__ if error else "late"
            log.warning("commit_unknown", session=ask.feed.room.state.session_id, kind=kind)
        else:
            log.error("command_failed", session=ask.feed.room.state.session_id, exc_info=error)
        ask.refuse(errors.Unavailable())

    async def aside(self, ask: Ask) -> None:
        crash.point("aside")
        session_id = ask.feed.room.state.session_id
        try:
            seq = await actions.play_asked(self._services, session_id, ask.asked)
        except Refused as refusal:
            ask.refuse(refusal)
        except Exception as error:
            log.exception(
                "command_failed", session=session_id, command=type(ask.asked.command).__name__, exc_info=error
            )
            ask.refuse(errors.Unavailable())
        else:
            ask.ack(seq)


def _kind(command: object) -> str:
    return type(command).__name__.lower()
