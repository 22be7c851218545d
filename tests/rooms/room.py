"""A language for dialogues with a room: what a seat says, and what is expected to come of it.

    room = Scenario(type_choice="spin")
    room.a.ready()
    room.b.ready()
    room.expect("started", "turn_began", "card_shown")

Clock, dice, account, players and bank are plain attributes that a test sets. What the database does for a command is modelled
here in a few lines (a charge, a turn given back), and each seat has a phone that folds what it hears, as a client does: after
every command both phones show, byte for byte, what a snapshot would show.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec
import pytest

from rooms.activities.card import BodyParts, Card, Step, Tags, activity_uid
from rooms.errors import Refused
from rooms.seats import SeatName
from rooms.sessions import commands as c
from rooms.sessions import draw as draws
from rooms.sessions import limits
from rooms.sessions.commands import AnyCommand
from rooms.sessions.dice import Rolls
from rooms.sessions.draw import Request
from rooms.sessions.events import AnyEvent, CardReplaced, CardShown, CardWithdrawn, Joined, ShownCard
from rooms.sessions.flow import Allowance, Inputs, NeedsDraw, decide
from rooms.sessions.fold import evolve
from rooms.sessions.frames import frames
from rooms.sessions.index import Index
from rooms.sessions.limits import Player
from rooms.sessions.state import Settings, State, opening
from rooms.sessions.views import view
from tests.rooms.plainly import frame_of

EVENING = datetime(2026, 5, 1, 20, 0, tzinfo=UTC)
WORDS = ("harbour", "linen", "cello")
SEATS: tuple[SeatName, ...] = ("A", "B")
_STATE = msgspec.json.Decoder(State)
_EVENT = msgspec.json.Decoder(AnyEvent)


def make_card(number: int, **changes: Any) -> Card:
    """A harmless dare of the bank, with these changes."""
    values: dict[str, Any] = {
        "activity_id": number,
        "type": "dare",
        "rating": "G",
        "intensity": 1,
        "steps": (Step("A", f"Number {number}: give your partner a smile."),),
        "domains": ("connection",),
        "tags": Tags((f"theme {number}",)),
    } | changes
    parts = values.pop("needs", None)
    if parts:
        values["required_bodyparts"] = BodyParts(*parts)
    return Card(uid=activity_uid(values["type"], values["steps"][0].do), **values)


def plain_bank(each: int = 30) -> tuple[Card, ...]:
    """For both types and every rating and intensity so many cards that nothing has to be relaxed."""
    number = 0
    cards = []
    for type_ in ("truth", "dare"):
        for rating, intensity in [("G", 1), ("R", 1), ("R", 2), ("R", 3), ("X", 2), ("X", 3), ("X", 4), ("X", 5)]:
            for _ in range(each):
                number += 1
                cards.append(make_card(number, type=type_, rating=rating, intensity=intensity))
    return tuple(cards)


BANK = Index(plain_bank())
OPEN_TO_ALL = Player(anatomy=frozenset({"penis", "vagina", "breasts"}))


class Moment(msgspec.Struct, frozen=True):
    """One logged event with what its command was decided on."""

    seq: int
    event: AnyEvent
    inputs: Inputs
    seat: SeatName
    command: AnyCommand


class Speaker:
    """One seat: everything it can say. `on` is what its phone shows, unless it is given."""

    def __init__(self, room: "Scenario", name: SeatName) -> None:
        self.room = room
        self.name = name
        self.heard: list[dict[str, Any]] = []
        self.shown: dict[str, Any] = {}

    def says(self, command: type[c.Command], **fields: Any) -> tuple[str, ...]:
        """Ask the room for something; the events it led to, by name. Raises Refused."""
        return self.room.play(self.name, command(id=self.room.fresh_id(), **fields))

    def on(self, given: int | None, field: str) -> int:
        """The seq that a button belongs to."""
        return given if given is not None else (self.shown.get(field) or 10_000)

    def ready(self):
        return self.says(c.Ready)

    def choose(self, type_: str = "truth", on: int | None = None):
        return self.says(c.Choose, type=type_, on=self.on(on, "turn_seq"))

    def complete(self, on: int | None = None):
        return self.says(c.Complete, on=self.on(on, "card_seq"))

    def skip(self, on: int | None = None):
        return self.says(c.Skip, on=self.on(on, "card_seq"))

    def feedback(self, turn: int, feedback: str | None = None, executed: bool | None = None):
        return self.says(c.Feedback, turn=turn, feedback=feedback, executed=executed)

    def propose(self, level: str):
        return self.says(c.ProposeLevel, level=level)

    def accept(self, on: int | None = None):
        return self.says(c.AcceptLevel, on=self._proposal(on))

    def decline(self, on: int | None = None):
        return self.says(c.DeclineLevel, on=self._proposal(on))

    def pause(self):
        return self.says(c.Pause)

    def stop(self):
        return self.says(c.Stop)

    def resume(self, on: int | None = None):
        return self.says(c.Resume, on=self.on(on, "halt_seq"))

    def lengthen(self, minutes: int = 5):
        return self.says(c.Lengthen, minutes=minutes)

    def timer(self, action: str = "start", on: int | None = None):
        return self.says(c.Timer, action=action, on=self.on(on, "card_seq"))

    def leave(self):
        return self.says(c.Leave)

    def end(self):
        return self.says(c.End)

    def _proposal(self, on: int | None) -> int:
        proposal = self.shown.get("proposal") or {}
        return on if on is not None else proposal.get("seq", 10_000)


class Scenario:
    """A room with both seats taken, unless told otherwise; keywords that are settings of a session are its settings."""

    def __init__(
        self, *, hosted: bool = False, joined: bool = True, words: tuple[str, ...] | None = None, **settings: Any
    ) -> None:
        self.start = opening("a room", Settings(**settings), hosted=hosted)
        self.state = self.start
        self.words = words
        self.now = EVENING
        self.rolls = Rolls(0.0, 0.0, 0.0)
        self.cool_down = timedelta(minutes=10)
        self._index = BANK
        self.players: dict[SeatName, Player] = {"A": OPEN_TO_ALL, "B": OPEN_TO_ALL}
        self.names: dict[SeatName, str | None] = {"A": "Ann", "B": "Bo"}
        self.limit = 25
        self.unlimited = False
        self.extra_today = 0
        self.counts: dict[str, int] = {}
        self.log: list[Moment] = []
        self.last: tuple[AnyEvent, ...] = ()
        self.asked_for_draw = False
        self.requests: list[Request] = []
        self._ids = 0
        self.a, self.b = Speaker(self, "A"), Speaker(self, "B")
        self.serve(c.Join(seat="A"))
        if joined or hosted:
            self.join()

    # --- the world ---------------------------------------------------------------------------------------------------

    @property
    def bank(self) -> tuple[Card, ...]:
        """The cards that can come."""
        return self._index.cards

    @bank.setter
    def bank(self, cards: Iterable[Card]) -> None:
        self._index = Index(cards)

    @property
    def day(self) -> str:
        """Today, UTC."""
        return self.now.date().isoformat()

    @property
    def used(self) -> int:
        """How many cards the opener's account has had today."""
        return self.counts.get(self.day, 0)

    def after(self, **time: float) -> None:
        """Time passes."""
        self.now += timedelta(**time)

    def fresh_id(self) -> uuid.UUID:
        self._ids += 1
        return uuid.UUID(int=self._ids)

    def join(self) -> tuple[str, ...]:
        """The partner takes seat B."""
        return self.serve(c.Join(seat="B", words=self.words))

    def serve(self, command: c.FromServer) -> tuple[str, ...]:
        """What the server asks by itself."""
        return self.play("A", command)

    def recheck(self) -> tuple[str, ...]:
        """Somebody's limits, profile or subscription changed."""
        return self.serve(c.Recheck())

    # --- one command ---------------------------------------------------------------------------------------------------

    def play(self, seat: SeatName, command: AnyCommand) -> tuple[str, ...]:
        """Decide, commit, deliver; the names of the events. Raises Refused, and then nothing has changed."""
        inputs = Inputs(now=self.now, rolls=self.rolls, cool_down=self.cool_down)
        self.asked_for_draw = False
        try:
            decision = decide(self.state, seat, command, inputs)
        except NeedsDraw:
            self.asked_for_draw = True
            inputs = msgspec.structs.replace(
                inputs,
                allowance=self.allowance(),
                draw=self._draw,
                passes=self._passes,
                extra_today=self.extra_today,
            )
            decision = decide(self.state, seat, command, inputs)
        self.last = decision.events
        for event in self.last:
            self._append(event, inputs, seat, command)
        assert self.state == decision.after
        for speaker in (self.a, self.b):
            assert canonical(speaker.shown) == canonical(self.snapshot(speaker.name))
        return self.tags

    def allowance(self) -> Allowance:
        """The account as the database would report it now."""
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return Allowance(used=self.used, limit=self.limit, unlimited=self.unlimited, day=self.day, resets_at=midnight)

    def _draw(self, request: Request, roll: float) -> ShownCard:
        self.requests.append(request)
        return draws.draw(request, roll, self._index, self.players)

    def _passes(self, card: ShownCard, level: c.Level) -> bool:
        active, partner = self.players[card.active], self.players[card.partner]
        return limits.may_be_shown(limits.facts_of_shown(card), level, active, partner)

    def _append(self, event: AnyEvent, inputs: Inputs, seat: SeatName, command: AnyCommand) -> None:
        event = _EVENT.decode(msgspec.json.encode(event))  # as it comes back from the log
        before, self.state = self.state, evolve(self.state, event)
        self.log.append(Moment(self.state.head, event, inputs, seat, command))
        self._account_for(event)
        told = frames(event, inputs.now, before, self.state, self.names)
        for speaker, frame in zip((self.a, self.b), told, strict=True):
            assert frame == frame_of(event, inputs.now, before, self.state, self.names, seat=speaker.name)
            heard = msgspec.json.decode(frame)
            speaker.heard.append(heard)
            speaker.shown.update(heard["set"])

    def _account_for(self, event: AnyEvent) -> None:
        """What the commit does to the opener's count."""
        if isinstance(event, CardShown) and event.charged_on:
            assert event.charged_on == self.day
            assert self.used < self.limit
            self.counts[self.day] = self.used + 1
        if isinstance(event, CardWithdrawn) and event.given_back == self.day:
            self.counts[self.day] = max(0, self.used - 1)

    # --- what came of it -----------------------------------------------------------------------------------------------

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the last command's events."""
        return tuple(tag(event) for event in self.last)

    @property
    def card(self) -> ShownCard:
        """The card on screen."""
        assert self.state.card is not None
        return self.state.card

    @property
    def phase(self) -> str:
        return self.state.phase

    def snapshot(self, seat: SeatName) -> dict[str, Any]:
        """The state at the head as this seat would get it."""
        return view(self.state, seat, self.names)

    def expect(self, *tags: str) -> None:
        """The last command led to exactly these events."""
        assert self.tags == tags

    def refuses(self, code: str, asking: Callable[..., object], *args: Any, **fields: Any) -> None:
        """The command is refused with this code, and changes nothing."""
        before = (self.state, len(self.log), dict(self.counts))
        with pytest.raises(Refused) as refusal:
            asking(*args, **fields)
        assert refusal.value.code == code
        assert (self.state, len(self.log), self.counts) == before

    def events(self, kind: type[AnyEvent]) -> list[Any]:
        """Everything of one kind in the log."""
        return [moment.event for moment in self.log if isinstance(moment.event, kind)]

    # --- ways to get somewhere -------------------------------------------------------------------------------------------

    def started(self) -> "Scenario":
        """Both are ready."""
        self.a.ready()
        self.b.ready()
        return self

    def with_card(self, type_: str = "truth") -> "Scenario":
        """A card is on both screens."""
        if not self.state.started:
            self.started()
        if self.phase == "choosing":
            self.active.choose(type_)
        assert self.phase == "card", self.phase
        return self

    @property
    def active(self) -> Speaker:
        """Whose turn it is."""
        return self.a if self.state.active == "A" else self.b

    @property
    def passive(self) -> Speaker:
        """Whose turn it is not."""
        return self.b if self.state.active == "A" else self.a

    def plays(self, turns: int, type_: str = "truth") -> "Scenario":
        """So many turns are completed."""
        for _ in range(turns):
            self.with_card(type_)
            self.a.complete()
        return self

    def both_resume(self) -> tuple[str, ...]:
        """Each seat is fine to go on."""
        self.a.resume()
        return self.b.resume() if self.state.halted else self.tags


def tag(event: AnyEvent) -> str:
    """The event's name on the wire."""
    return cast("str", type(event).__struct_config__.tag)


def canonical(value: Any) -> bytes:
    """Canonical JSON."""
    return msgspec.json.encode(value, order="sorted")


def reread(state: State) -> State:
    """The state as it comes back from the hot copy."""
    return _STATE.decode(msgspec.json.encode(state))


def cards_of(room: Scenario) -> list[ShownCard]:
    """Every card that was on screen, in order."""
    return [moment.event.card for moment in room.log if isinstance(moment.event, CardShown | CardReplaced)]


def joined_of(room: Scenario) -> list[Joined]:
    """Who sat down."""
    return room.events(Joined)
