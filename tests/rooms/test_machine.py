"""Random histories of two seats, with the contract's promises checked after every step.

Phones press twice, late and at once, drop and come back at any point, pause and stop; limits, levels and subscriptions
change; days go by. What must hold is written here a second time, without the code it is about.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from game_server.sessions.replay import _compare
from rooms.activities import taxonomy
from rooms.activities.card import Card, Step, Tags
from rooms.errors import Refused
from rooms.seats import SeatName
from rooms.sessions import commands as c
from rooms.sessions import events as e
from rooms.sessions.dice import Rolls
from rooms.sessions.events import ShownCard
from rooms.sessions.fold import evolve
from rooms.sessions.frames import frame
from rooms.sessions.limits import Player
from rooms.sessions.state import State
from rooms.sessions.views import view
from storage.moves import Cause, append_of
from storage.sessions import Room, SeatRow
from tests.rooms.room import SEATS, WORDS, Moment, Scenario, canonical, make_card, reread

CODES = {
    "not_started", "not_your_turn", "stale", "no_card", "paused", "cooling_down", "no_proposal", "limit_reached",
    "session_over", "bad_message",
}  # fmt: skip
PARTS = frozenset(taxonomy.BODY_PARTS)
BOUNDARIES = (taxonomy.ANAL, taxonomy.IMPACT)
CLOCKS_S = (5, 60, 600)
KEYS = ("massage_give", "massage_receive", "roleplay")
TOPICS = ("turn_ons",)
YES = dict.fromkeys(taxonomy.PREFERENCE_KEYS, 1.0)


def clock_of(number: int) -> int | None:
    """The seconds of the card's clock, by its number: every second card has one."""
    return CLOCKS_S[number // 2 % 3] if number % 2 else None


def small_bank(clock: Callable[[int], int | None] = clock_of) -> tuple[Card, ...]:
    """Both types, three levels, with every kind of reason not to be shown."""
    kinds: list[dict[str, Any]] = [
        {"rating": "G"},
        {"rating": "R", "intensity": 2},
        {"rating": "R", "intensity": 3, "hard_boundaries": BOUNDARIES[:1]},
        {"rating": "R", "intensity": 2, "preference_keys": KEYS[:1]},
        {"rating": "R", "intensity": 1, "preference_keys": KEYS[1:]},
        {"rating": "X", "intensity": 3, "hard_limit_keys": BOUNDARIES[1:]},
        {"rating": "X", "intensity": 4, "needs": (("penis",), ())},
        {"rating": "X", "intensity": 5, "requires_consent_negotiation": True},
        {"rating": "R", "intensity": 2, "topics": TOPICS},
    ]
    cards = [{**kind, "type": type_} for type_ in ("truth", "dare") for kind in kinds for _ in range(2)]
    return tuple(
        make_card(
            number,
            tags=Tags((f"theme {number % 3}",), f"act {number % 4}", card.pop("topics", ())),
            steps=(Step("A", f"Number {number}: smile."), Step("B", "Smile.", clock(number))),
            **card,
        )
        for number, card in enumerate(cards, start=1)
    )


BANK = small_bank()
ALL_TIMED = small_bank(lambda _: 60)

players = st.builds(
    Player,
    anatomy=st.sampled_from([frozenset(), frozenset({"penis"}), PARTS]),
    hard=st.frozensets(st.sampled_from(BOUNDARIES)),
    soft=st.frozensets(st.sampled_from(BOUNDARIES)),
    asked=st.booleans(),
    declined_topics=st.sampled_from([frozenset(), frozenset(TOPICS)]),
    answers=st.one_of(
        st.none(),
        st.dictionaries(st.sampled_from(KEYS), st.sampled_from([0.0, 0.5, 1.0])).map(lambda some: {**YES, **some}),
    ),
)
chances = st.floats(0, 1, exclude_max=True, width=32)
rolls = st.builds(Rolls, chances, chances, chances)
levels = st.sampled_from(["G", "R", "X"])
sessions = st.fixed_dictionaries(
    {
        "intimacy_level": levels,
        "activity_type": st.sampled_from(["random", "random", "truth", "dare"]),
        "type_choice": st.sampled_from(["player", "spin"]),
        "turn_order": st.sampled_from(["alternate", "spin"]),
        "target_activities": st.integers(5, 50),
    }
)
seats = st.sampled_from(SEATS)
words = st.sampled_from(["like", "dislike", "neutral"])
ANYTHING = [
    c.Ready, c.Choose, c.Complete, c.Skip, c.Feedback, c.ProposeLevel, c.AcceptLevel, c.DeclineLevel, c.Pause, c.Stop, c.Resume,
    c.Lengthen, c.Timer, c.Leave,
]  # fmt: skip
LIKELY: dict[str, list[type[c.Command]]] = {
    "lobby": [c.Ready],
    "choosing": [c.Choose, c.Choose, c.ProposeLevel, c.AcceptLevel, c.Pause],
    "card": [c.Skip, c.Complete, c.Timer, c.Timer, c.ProposeLevel, c.AcceptLevel, c.Pause, c.Stop],
    "paused": [c.Resume, c.Resume, c.Stop, c.Pause, c.ProposeLevel],
    "stopped": [c.Resume, c.Resume, c.Pause, c.Stop, c.Lengthen],
    "limit": [c.Ready, c.Pause, c.ProposeLevel],
    "ended": [c.Feedback],
}


def allowed(card: ShownCard, level: str, people: dict[SeatName, Player]) -> bool:
    """The rules of the draw, said again: by which of them may this card not be here?"""
    if card.relaxed == "neutral":
        return True
    active, partner = people[card.active], people[card.partner]
    limits = active.hard | partner.hard | (frozenset() if level == "X" else active.soft | partner.soft)
    enough = 0.5 if level == "X" else 1.0
    giving = ("massage_give", "massage_receive")
    asked = {
        "massage_give": giving,
        "massage_receive": giving if card.type == "dare" else giving[::-1],
        "roleplay": ("roleplay", "roleplay"),
    }
    wishes = [(person, key) for pair in map(asked.__getitem__, card.preference_keys)
              for person, key in zip((active, partner), pair, strict=True)]  # fmt: skip
    return (
        "GRX".index(card.rating) <= "GRX".index(level)
        and not limits & set(card.boundaries)
        and set(card.needs_active) <= active.anatomy
        and all(person.answers is None or person.answers[key] >= enough for person, key in wishes)
        and ((active.asked and partner.asked) or not (card.boundaries or card.negotiated))
        and not set(card.topics) & (active.declined_topics | partner.declined_topics)
    )


def last_seq(room: Scenario, *kinds: type) -> int:
    """Where the newest of these events stands; 1 when there is none."""
    return next((moment.seq for moment in reversed(room.log) if isinstance(moment.event, kinds)), 1)


BUTTONS: dict[type, tuple[type, ...]] = {
    c.Choose: (e.TurnBegan,),
    c.Complete: (e.CardShown, e.CardReplaced),
    c.Skip: (e.CardShown, e.CardReplaced),
    c.Timer: (e.CardShown, e.CardReplaced),
    c.AcceptLevel: (e.LevelProposed,),
    c.DeclineLevel: (e.LevelProposed,),
    c.Resume: (e.Paused, e.Stopped),
}


def fitting(room: Scenario, data: st.DataObject) -> type[c.Command]:
    """A kind of command: mostly one that people would send now."""
    likely = LIKELY[room.phase]
    return data.draw(st.sampled_from(likely if data.draw(st.integers(0, 3)) else ANYTHING))


def build(room: Scenario, kind: type[c.Command], data: st.DataObject) -> c.Command:
    """A command of this kind; its button is mostly the newest, sometimes an old or an invented one."""
    fields: dict[str, Any] = {"id": room.fresh_id()}
    if kind in BUTTONS:
        newest = last_seq(room, *BUTTONS[kind])
        fields["on"] = data.draw(st.sampled_from([newest] * 6 + [max(1, newest - 1), 1, room.state.head, 999]))
    if kind is c.Choose:
        fields["type"] = data.draw(st.sampled_from(["truth", "dare", "random"]))
    elif kind is c.Feedback:
        fields |= {
            "turn": data.draw(st.integers(1, 6)),
            "feedback": data.draw(words),
            "executed": data.draw(st.booleans()),
        }
    elif kind is c.ProposeLevel:
        fields["level"] = data.draw(levels)
    elif kind is c.Lengthen:
        fields["minutes"] = data.draw(st.integers(1, 30))
    elif kind is c.Timer:
        fields["action"] = data.draw(st.sampled_from(["start", "start", "stop"]))
    return kind(**fields)


class TwoSeats(RuleBasedStateMachine):
    """A room, its two phones, and the account that pays."""

    room: Scenario

    @initialize(
        session=sessions,
        form=st.sampled_from(["playing"] * 4 + ["lobby", "link", "hosted"]),
        people=st.tuples(players, players),
        used=st.sampled_from([0, 0, 20, 25]),
        limit=st.sampled_from([25, 25, 3]),
    )
    def open(self, session: dict[str, Any], form: str, people: tuple[Player, Player], used: int, limit: int) -> None:
        self.room = Scenario(hosted=form == "hosted", joined=form != "link", words=WORDS, **session)
        self.room.bank, self.room.limit = BANK, limit
        self.room.players = dict(zip(SEATS, people, strict=True))
        self.room.counts = {self.room.day: min(used, limit)}
        self.counts = Counter(self.room.counts)  # what the account has had, by the log and by other rooms
        self.folded = self.room.start
        self.said: list[tuple[SeatName, c.Command]] = []
        self.checked = 0
        if form == "playing":
            self.room.started()
        self.halted = False
        self.fine: set[SeatName] = set()
        self.screen: ShownCard | None = None
        self.clock: e.TimerStarted | None = None
        self.paid: Counter[int] = Counter()

    # --- what happens --------------------------------------------------------------------------------------------------

    def ask(self, seat: SeatName, command: c.Command) -> None:
        """One command; a refusal has a code of the contract and changes nothing."""
        room = self.room
        if not room.state.seat(seat).taken:
            return
        before = (room.state, len(room.log), dict(room.counts))
        refused = None
        try:
            room.play(seat, command)
        except Refused as refusal:
            refused = refusal.code
        if refused is None:
            self.said.append((seat, command))
            return
        assert refused in CODES
        assert refused == "session_over" or not isinstance(command, c.Pause | c.Stop)
        assert (room.state, len(room.log), room.counts) == before

    @rule(data=st.data(), dice=rolls, sentences=st.integers(1, 5))
    def talk(self, data: st.DataObject, dice: Rolls, sentences: int) -> None:
        """Either seat says something, a few times."""
        self.room.rolls = dice
        for _ in range(sentences):
            seat = data.draw(seats)
            self.ask(seat, build(self.room, fitting(self.room, data), data))

    @rule(data=st.data())
    def press_both_at_once(self, data: st.DataObject) -> None:
        command = build(self.room, fitting(self.room, data), data)
        for seat in data.draw(st.permutations(SEATS)):
            self.ask(seat, msgspec.structs.replace(command, id=self.room.fresh_id()))

    @rule(data=st.data(), turns=st.integers(1, 12))
    def play_on(self, data: st.DataObject, turns: int) -> None:
        """A stretch of undisturbed play, so that histories get far."""
        room = self.room
        for _ in range(turns):
            if room.phase == "lobby":
                self.ask("A", c.Ready(id=room.fresh_id()))
                self.ask("B", c.Ready(id=room.fresh_id()))
            elif room.phase == "choosing" and room.state.active:
                self.ask(room.state.active, build(room, c.Choose, data))
            elif room.phase == "card":
                self.ask("A", c.Complete(id=room.fresh_id(), on=room.state.card_seq))

    @precondition(lambda self: self.room.state.halted)
    @rule(first=seats)
    def go_on(self, first: SeatName) -> None:
        """The cool-down runs out and both are fine."""
        self.room.after(minutes=45)
        for seat in (first, "B" if first == "A" else "A"):
            self.ask(seat, c.Resume(id=self.room.fresh_id(), on=max(1, self.room.state.halt_seq)))  # type: ignore[arg-type]

    @precondition(lambda self: self.room.state.halted)
    @rule(first=seats, again=st.sampled_from([c.Pause, c.Stop]))
    def think_again(self, first: SeatName, again: type[c.Command]) -> None:
        """One is fine to go on, the other halts once more and only then is fine."""
        second: SeatName = "B" if first == "A" else "A"
        for seat, kind in ((first, c.Resume), (second, again), (second, c.Resume)):
            self.room.after(minutes=45)
            button = {"on": max(1, self.room.state.halt_seq)} if kind is c.Resume else {}
            self.ask(seat, kind(id=self.room.fresh_id(), **button))

    @precondition(lambda self: self.said)
    @rule(data=st.data())
    def press_again(self, data: st.DataObject) -> None:
        """Any button that was accepted before, under a new id."""
        seat, command = data.draw(st.sampled_from(self.said))
        self.ask(seat, msgspec.structs.replace(command, id=self.room.fresh_id()))

    @rule(seconds=st.sampled_from([1, 60, 119, 120, 600, 3600, 4 * 3600, 24 * 3600]))
    def wait(self, seconds: int) -> None:
        self.room.after(seconds=seconds)

    @rule(seat=seats, player=players)
    def change_limits(self, seat: SeatName, player: Player) -> None:
        self.room.players = {**self.room.players, seat: player}
        self.room.recheck()

    @rule(unlimited=st.booleans())
    def subscribe_or_lapse(self, unlimited: bool) -> None:
        self.room.unlimited = unlimited
        self.room.recheck()

    @rule(more=st.booleans())
    def play_elsewhere(self, more: bool) -> None:
        """The account has a card in another room, or gets one back."""
        room = self.room
        mine = room.state.charged_on == room.day
        step = 1 if more and room.used < room.limit else -1 if not more and room.used > mine else 0
        room.counts[room.day] = room.used + step
        self.counts[room.day] += step

    @rule()
    def arrive(self) -> None:
        if self.room.phase != "ended":
            self.room.join()

    @precondition(lambda self: len(self.room.log) > 40)
    @rule(seat=seats, abandoned=st.booleans())
    def end(self, seat: SeatName, abandoned: bool) -> None:
        if abandoned:
            self.room.serve(c.Abandon())
        else:
            self.ask(seat, c.End(id=self.room.fresh_id()))

    @rule(seat=seats, data=st.data())
    def reconnect(self, seat: SeatName, data: st.DataObject) -> None:
        """From any cut: the snapshot there and the events since, made from the log alone, are the snapshot at the head."""
        room = self.room
        cut = data.draw(st.integers(0, room.state.head))
        state, shown, heard = room.start, {}, []
        for moment in room.log:
            before = state
            if moment.seq == cut + 1:
                shown = wire(view(before, seat, room.names))
            state = evolve(state, moment.event)
            if moment.seq > cut:
                told = frame(moment.event, moment.inputs.now, before, state, room.names, seat=seat)
                heard.append(msgspec.json.decode(told))
                shown.update(heard[-1]["set"])
        speaker = room.a if seat == "A" else room.b
        assert heard == speaker.heard[cut:]
        if cut < room.state.head:
            assert canonical(shown) == canonical(room.snapshot(seat))

    # --- what must hold --------------------------------------------------------------------------------------------------

    @invariant()
    def keep_the_promises(self) -> None:
        for moment in self.room.log[self.checked :]:
            self.watch(moment)
        self.checked = len(self.room.log)
        self.number_the_log_without_a_gap()
        self.stand_where_the_log_says()
        self.show_at_most_the_one_card_that_these_two_may_see()
        self.count_to_the_limit_and_not_beyond()
        self.leave_no_proposal_open_in_a_halt()
        self.show_both_the_same_clock()

    def watch(self, moment: Moment) -> None:  # noqa: C901 - a line or two for each kind of event
        """One new event, against what has been before it."""
        event, room = moment.event, self.room
        self.folded = evolve(self.folded, event)
        self.wind(moment)
        match event:
            case e.Paused() | e.Stopped():
                self.halted, self.fine = True, set()
            case e.ResumeWanted():
                assert self.halted
                self.fine.add(moment.seat)
            case e.Resumed():
                assert self.fine | {moment.seat} >= {seat for seat in SEATS if room.state.seat(seat).taken}
                self.halted = False
            case e.CardShown():
                assert self.screen is None
                self.screen = event.card
                self.paid[event.turn] += event.charged_on is not None
                self.counts[event.charged_on or ""] += event.charged_on is not None
            case e.CardReplaced():
                assert self.screen is not None
                assert (event.card.type, event.card.active) == (self.screen.type, self.screen.active)
                self.screen = event.card
            case e.CardWithdrawn():
                assert self.screen is not None
                self.screen = None
                self.paid[event.turn] -= event.given_back is not None
                self.counts[event.given_back or ""] -= event.given_back is not None
                assert event.given_back in (None, moment.inputs.now.date().isoformat())
            case e.Completed():
                assert self.screen is not None
                self.screen = None
            case e.Ended():
                self.screen = None
            case e.LevelProposed() | e.TypeChosen() | e.TurnBegan() | e.LimitLifted() | e.LimitReached():
                assert not self.halted
        if isinstance(event, e.CardShown | e.CardReplaced):
            assert not self.halted
        assert set(self.paid.values()) <= {0, 1}

    def wind(self, moment: Moment) -> None:
        """The card's clock: who starts it finds it at rest, and whatever takes the card or changes it takes the clock."""
        event, now = moment.event, moment.inputs.now
        runs = self.clock is not None and now < self.clock.until
        match event:
            case e.TimerStarted():
                assert self.screen is not None
                assert not self.halted
                assert not runs
                [seconds] = [step.duration_s for step in self.screen.steps if step.duration_s]
                assert event.until - now == timedelta(seconds=seconds)
                self.clock = event
            case e.TimerStopped():
                assert runs
                self.clock = None
            case (
                e.Completed()
                | e.CardReplaced()
                | e.CardShown()
                | e.CardWithdrawn()
                | e.Paused()
                | e.Stopped()
                | e.Ended()
            ):
                self.clock = None

    def number_the_log_without_a_gap(self) -> None:
        heads = (self.room.state.head, len(self.room.log), len(self.room.a.heard), len(self.room.b.heard))
        assert len(set(heads)) == 1
        if self.room.log:
            assert self.room.log[-1].seq == self.room.a.heard[-1]["seq"] == self.room.b.heard[-1]["seq"] == heads[0]

    def stand_where_the_log_says(self) -> None:
        assert self.folded == self.room.state

    def show_at_most_the_one_card_that_these_two_may_see(self) -> None:
        room = self.room
        assert room.state.card == self.screen
        assert self.screen is None or room.phase in ("card", "paused")
        assert (room.phase == "card") <= (self.screen is not None)
        if self.screen:
            assert allowed(self.screen, room.state.level, room.players)

    def count_to_the_limit_and_not_beyond(self) -> None:
        room = self.room
        assert {day: count for day, count in self.counts.items() if count} == {
            day: count for day, count in room.counts.items() if count
        }
        assert all(0 <= count <= room.limit for count in self.counts.values())

    def show_both_the_same_clock(self) -> None:
        room = self.room
        clock = None if self.clock is None else {"turn": self.clock.turn, "until": self.clock.until}
        assert wire(room.state.timer) == wire(clock)
        for speaker in (room.a, room.b):
            assert speaker.shown.get("timer") == wire(clock)
        assert clock is None or (room.phase == "card" and self.clock.turn == room.state.turn)

    def leave_no_proposal_open_in_a_halt(self) -> None:
        assert not (self.room.state.halted and self.room.state.proposal)
        assert self.room.state.halted == (self.halted and self.room.phase != "ended")

    def teardown(self) -> None:
        if hasattr(self, "room"):
            numbers = list(range(1, self.room.state.head + 1))
            assert [moment.seq for moment in self.room.log] == numbers
            assert [frame["seq"] for frame in self.room.a.heard] == numbers
            assert fold(self.room.start, self.room.log) == self.room.state == reread(self.room.state)
            assert replayed(self.room) is None


def wire(value: Any) -> Any:
    """As it arrives."""
    return msgspec.json.decode(msgspec.json.encode(value))


def fold(state: State, log: list[Moment]) -> State:
    for moment in log:
        state = evolve(state, moment.event)
    return state


def replayed(room: Scenario) -> str | None:
    """Feed what was logged to the rules again, as `game-server replay` does: the first difference."""
    seated = {
        name: SeatRow(
            seat=name, actor=None, user_id=None, anonymous_session_id=None, display_name=None, hosted=False, joined=True
        )
        for name in SEATS
    }
    state, at = room.start, 0
    while at < len(room.log):
        first = room.log[at]
        group = [moment for moment in room.log[at:] if moment.inputs is first.inputs]
        events = tuple(moment.event for moment in group)
        after = fold(state, group)
        append = append_of(
            Room(state=state, epoch="e", status="active", seats=seated), after, events,
            seat=first.seat, command=first.command, inputs=first.inputs,
        )  # fmt: skip
        assert (append.expected, append.head) == (state.head, after.head)
        assert [row.cause is not None for row in append.events] == [True] + [False] * (len(group) - 1)
        cause = msgspec.json.decode(append.events[0].cause, type=Cause)
        difference = _compare(state, first.seq, events, cause)
        if difference:
            return difference
        state, at = after, at + len(group)
    return None


TestTwoSeats = TwoSeats.TestCase


# --- two worlds that differ in one player's private data --------------------------------------------------------------------

quiet = st.lists(
    st.tuples(
        seats,
        st.sampled_from(
            [
                c.Ready,
                c.Choose,
                c.Complete,
                c.Complete,
                c.Skip,
                c.Feedback,
                c.Pause,
                c.Stop,
                c.Resume,
                c.Lengthen,
                c.Timer,
                c.Leave,
            ]
        ),
        st.integers(1, 3),
        st.booleans(),
    ),
    max_size=40,
)


@given(
    session=sessions,
    history=quiet,
    own=players,
    private=st.tuples(players, players),
    said=st.tuples(st.lists(words, min_size=40, max_size=40), st.lists(words, min_size=40, max_size=40)),
    whose=seats,
    dice=st.lists(rolls, min_size=40, max_size=40),
)
def test_one_players_private_data_changes_no_byte_for_the_other_except_which_cards_come(
    *, session, history, own, private, said, whose, dice
):
    other: SeatName = "B" if whose == "A" else "A"
    heard = []
    for player, answers in zip(private, said, strict=True):
        room = Scenario(**session)
        room.bank = ALL_TIMED  # whether there is a clock to start is the card's
        room.players = {whose: player, other: own}
        room.started()
        for number, (seat, kind, turn, later) in enumerate(history):
            if later:
                room.after(minutes=7)
            room.rolls = dice[number]
            ask_quietly(room, seat, kind, turn, answers[number] if seat == whose else "like")
        speaker = room.a if other == "A" else room.b
        heard.append(msgspec.json.encode([without_cards(frame) for frame in speaker.heard]))
    assert heard[0] == heard[1]


def ask_quietly(room: Scenario, seat: SeatName, kind: type[c.Command], turn: int, word: str) -> None:
    """A command with the newest button, without a look at its outcome."""
    fields: dict[str, Any] = {"id": room.fresh_id()}
    if kind in BUTTONS:
        fields["on"] = last_seq(room, *BUTTONS[kind])
    if kind is c.Choose:
        fields["type"] = "random"
    elif kind is c.Feedback:
        fields |= {"turn": turn, "feedback": word, "executed": word == "like"}
    elif kind is c.Lengthen:
        fields["minutes"] = turn
    elif kind is c.Timer:
        fields["action"] = "stop" if turn == 1 else "start"
    try:
        room.play(seat, kind(**fields))
    except Refused:
        return


def without_cards(frame: dict[str, Any]) -> dict[str, Any]:
    """The frame, with the cards left blank."""
    return {
        **frame,
        "e": {field: value for field, value in frame["e"].items() if field != "card"},
        "set": {field: value for field, value in frame["set"].items() if field != "card"},
    }
