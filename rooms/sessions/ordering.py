"""Which cards a room should have from an AI for its next turn, and whether one that came may be kept for it.

Asked for ahead: for the turn after the card on screen, or the one whose card is still to be chosen for. Nothing while the game is
not played, and nothing that could not be judged: the lexicon reads English and cannot tell what may be played apart. What is
asked for is never more than both players want; the limits judge every card again when it is drawn.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.activities.generated import Judged, judged
from rooms.activities.language import primary_of
from rooms.activities.lexicon import LANGUAGE
from rooms.activities.order import Order
from rooms.seats import SeatName
from rooms.sessions import limits
from rooms.sessions.commands import KINDS, Kind, Level
from rooms.sessions.draw import WINDOWS, GamePhase, game_phase
from rooms.sessions.limits import YES, Pair, Player
from rooms.sessions.state import State, other

Choose = Callable[[tuple[str, ...], int], tuple[str, ...]]
"""That many different ones of these, by the dice."""

MOST_KEYS = 4
"""A prompt names so many of the keys that both want: enough for one card, and little to know the two by."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One card for one turn: `order` is what a provider reads, the rest is what its answer is judged by. `wishes` are all the
    keys that both want in these roles, `topics` the truth topics that both do.
    """

    active: SeatName
    level: Level
    wishes: frozenset[str]
    topics: frozenset[str]
    order: Order


def wanted(
    state: State, players: Pair, topics: tuple[str, ...], made: Iterable[Card], choose: Choose
) -> tuple[Wanted, ...]:
    """What this room lacks. `topics` are the truth topics that both answered Yes, `made` the cards that were made for it."""
    if not _is_asked_for(state):
        return ()
    unused = [card for card in made if card.source == taxonomy.AI and card.activity_id not in state.shown]
    next_ones = _Next(state, players)
    return tuple(
        one
        for kind, active in next_ones.sorts()
        if not any(next_ones.takes(card, kind, active) for card in unused)
        if (one := next_ones.order(kind, active, topics, choose)) is not None
    )


def judged_for(content: str, one: Wanted, players: Pair) -> Judged:
    """What a provider answered, as a card for this room or why not."""
    found = judged(content, one.order)
    if found.card is None:
        return found
    failures = {}
    if not (one.wishes.issuperset(found.card.preference_keys) and one.topics.issuperset(found.card.tags.topics)):
        failures["keys"] = "It is about something that not both have asked for."
    if not limits.in_bank(found.card) or not limits.may_be_shown(
        limits.facts_of(found.card), one.level, players[one.active], players[other(one.active)]
    ):
        failures["limits"] = "These two may not see it."
    return Judged(None if failures else found.card, failures)


def _is_asked_for(state: State) -> bool:
    settings = state.settings
    return (
        state.started
        and state.phase in ("card", "choosing")
        and _turn(state) <= settings.target_activities
        and settings.bank_ratio < 1
        and not settings.apart
        and primary_of(settings.language) == LANGUAGE
    )


def _turn(state: State) -> int:
    """The turn that the next card belongs to."""
    is_due = state.phase == "choosing" and state.card is None and state.turn not in state.completed
    return state.turn if is_due else state.turn + 1


class _Next:
    """The next turn of a room, and what could be dealt in it."""

    def __init__(self, state: State, players: Pair) -> None:
        self._state, self._players, self._turn = state, players, _turn(state)
        self._phase: GamePhase = game_phase(self._turn, state.settings.target_activities)
        self._low, self._high = WINDOWS[state.level][self._phase]

    def sorts(self) -> Iterator[tuple[Kind, SeatName]]:
        """Every type and active player that it can have."""
        state, settings = self._state, self._state.settings
        kinds: tuple[Kind, ...] = KINDS if settings.activity_type == "random" else (settings.activity_type,)
        seats: tuple[SeatName, ...] = ("A" if self._turn % 2 else "B",)
        if self._turn == state.turn and state.active is not None:
            seats = (state.active,)
            kinds = (state.type,) if state.type else kinds
        elif settings.turn_order == "spin":
            seats = ("A", "B")
        return ((kind, seat) for kind in kinds for seat in seats)

    def takes(self, card: Card, kind: Kind, active: SeatName) -> bool:
        """May this card come then?"""
        players = self._players[active], self._players[other(active)]
        fits = card.type == kind and self._low <= card.intensity <= self._high
        return fits and limits.may_be_shown(limits.facts_of(card), self._state.level, *players)

    def order(self, kind: Kind, active: SeatName, topics: tuple[str, ...], choose: Choose) -> Wanted | None:
        """None where nothing could come of it: a truth above the platonic level needs a topic that both want."""
        level, banned = self._state.level, _banned(self._players, self._state.level)
        wishes = _wishes(kind, self._players[active], self._players[other(active)], banned) if level != "G" else ()
        if level == "X" and not wishes:
            level = "R"  # an explicit dare would have to name a key
        asks = kind == "truth" and level != "G"
        if asks and not topics:
            return None
        keys = _few(wishes, choose)
        order = Order(
            type=kind,
            level=level,
            low=self._low,
            high=self._high,
            phase=self._phase,
            keys=keys,
            avoid=_avoided(keys),
            topic=choose(topics, 1)[0] if asks else None,
            themes=tuple(theme for theme in dict.fromkeys(self._state.themes[-4:]) if theme in taxonomy.THEMES),
        )
        return Wanted(
            active=active, level=self._state.level, wishes=frozenset(wishes), topics=frozenset(topics), order=order
        )


def _banned(players: Pair, level: Level) -> frozenset[str]:
    """The limits of both as one: all boundaries where one of them was never asked."""
    if not all(player.asked for player in players.values()):
        return frozenset(taxonomy.BOUNDARY_KEYS)
    hard = frozenset().union(*(player.hard for player in players.values()))
    soft = frozenset().union(*(player.soft for player in players.values()))
    return hard if level == "X" else hard | soft


def _wishes(kind: Kind, active: Player, partner: Player, banned: frozenset[str]) -> tuple[str, ...]:
    """The keys that both want, in a card's roles and within their limits, in the survey's order."""
    return tuple(
        key
        for key in taxonomy.PREFERENCE_KEYS
        for mine, theirs in [
            taxonomy.HALVES.get(key, (key, key)) if kind == "dare" else (key, taxonomy.counterpart(key))
        ]
        if _wants(active, mine) and _wants(partner, theirs) and banned.isdisjoint(taxonomy.boundaries_of(key))
    )


def _wants(player: Player, key: str) -> bool:
    """Of what nobody is asked nobody has said Yes: a key with such a half would tell what one of them answered."""
    return (player.answers or {}).get(key) == YES


def _few(wishes: tuple[str, ...], choose: Choose) -> tuple[str, ...]:
    """Some of them, in the survey's order again."""
    chosen = choose(wishes, min(MOST_KEYS, len(wishes)))
    return tuple(key for key in wishes if key in chosen)


def _avoided(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Every boundary but those that the keys fall under. So all limits of both are in it, and nobody can tell which they are, nor
    whose: a limit looks like what nobody asked for.
    """
    opened = frozenset().union(*map(taxonomy.boundaries_of, keys))
    return tuple(key for key in taxonomy.BOUNDARY_KEYS if key not in opened)
