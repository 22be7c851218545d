"""What the bench `evenings` counts, a card at a time. Tallies of several processes add up to one."""

from collections import Counter

import msgspec

from rooms.activities.card import Card
from rooms.sessions import limits
from rooms.sessions.draw import WINDOWS, game_phase
from rooms.sessions.events import ShownCard
from rooms.sessions.index import Index
from rooms.sessions.limits import Pair
from tests.bench.evenings_couples import REMEMBERED, Couple, Shown
from tests.rooms.plain_gate import reasons_against

RUNGS = (None, "theme", "window", "no_repeat", "neutral")
PHASES = ("warmup", "build", "peak", "afterglow")

Cell = tuple[str, str, int, int, str]
"""Level, type, the window's lowest and highest intensity, who they are."""


class Tally(msgspec.Struct):
    """Counts only.

    `rungs` by evening (from 1), level and rung; `intensities` by level, phase and intensity; `runs` by what ran ("act", "theme")
    and the longest run of an evening; `balance` by the truths of an evening; `cells` by cell and rung. Of games at X, `bounded`
    cards under a boundary by how much both want, in so many `games`.
    """

    couples: int = 0
    evenings: int = 0
    cards: int = 0
    violations: list[str] = []
    early: int = 0
    again: int = 0
    rungs: Counter[tuple[int, str, str]] = msgspec.field(default_factory=Counter)
    intensities: Counter[tuple[str, str, int]] = msgspec.field(default_factory=Counter)
    runs: Counter[tuple[str, int]] = msgspec.field(default_factory=Counter)
    balance: Counter[int] = msgspec.field(default_factory=Counter)
    kinds: Counter[str] = msgspec.field(default_factory=Counter)
    cells: Counter[tuple[Cell, str]] = msgspec.field(default_factory=Counter)
    used: Counter[int] = msgspec.field(default_factory=Counter)
    bounded: Counter[str] = msgspec.field(default_factory=Counter)
    games: Counter[str] = msgspec.field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Take in what another process counted."""
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, mine + theirs)

    def evening(self, kept: list[ShownCard], players: Pair, level: str) -> None:
        """An evening is over; its kept cards in order."""
        self.evenings += 1
        if level == "X":
            both = (players["A"], players["B"]), (players["B"], players["A"])
            narrow = any(limits.is_narrow(limits.forbidden("X", *pair)) for pair in both)
            who = "one wants little" if narrow else "both want much"
            self.games[who] += 1
            self.bounded[who] += sum(bool(card.boundaries) for card in kept)
        self.balance[sum(card.type == "truth" for card in kept)] += 1
        self.kinds.update(card.type for card in kept)
        self.runs["act", longest([card.act for card in kept if card.type == "dare"])] += 1
        self.runs["theme", longest([card.theme for card in kept])] += 1

    def card(self, shown: Shown, evening: int, couple: Couple, players: Pair, seen: list[int]) -> None:
        """A card came; `seen` are those before it, the newest last."""
        card, ask = shown.card, shown.ask
        rung = card.relaxed or "as it should"
        self.cards += 1
        self.rungs[evening, ask.level, rung] += 1
        self.intensities[ask.level, card.phase, card.intensity] += 1
        low, high = WINDOWS[ask.level][game_phase(ask.step, ask.target)]
        self.cells[(ask.level, ask.type, low, high, couple.kind), rung] += 1
        if card.activity_id is None:
            return
        self.used[card.activity_id] += 1
        self.early += card.activity_id in seen[-REMEMBERED:]
        self.again += card.activity_id in seen
        reasons = reasons_against(
            couple.cards[card.activity_id], ask.level, players[card.active], players[card.partner]
        )
        if couple.apart and not couple.cards[card.activity_id].tags.apart:
            reasons.append("they are apart")
        self.violations += [f"card {card.activity_id} at {ask.level}, couple {couple.number}: {why}" for why in reasons]


def longest(names: list[str]) -> int:
    """The longest run of one name; cards that name none end it."""
    best = run = 0
    for place, name in enumerate(names):
        run = run + 1 if place and name and name == names[place - 1] else 1
        best = max(best, run)
    return best


def play(bank: Index, numbers: range, evenings: int) -> Tally:
    """These couples' evenings."""
    tally = Tally()
    for number in numbers:
        couple, seen = Couple(number, bank), list[int]()
        tally.couples += 1
        for evening in range(1, evenings + 1):
            game, cards = couple.evening()
            kept: list[ShownCard] = []
            for shown in cards:
                tally.card(shown, evening, couple, game.players, seen)
                if shown.card.activity_id is not None:
                    seen.append(shown.card.activity_id)
                kept = [*kept[: shown.card.seq_no - 1], shown.card]
            tally.evening(kept, game.players, game.state.settings.intimacy_level)
    return tally


class Dry(msgspec.Struct, frozen=True):
    """A corner of the bank that gives way: for whom, how often of how many draws, and how many cards there are in its window."""

    level: str
    type: str
    low: int
    high: int
    who: str
    draws: int
    short: int
    written: int

    @property
    def share(self) -> float:
        """Of its draws those that had to go beyond the window or repeat."""
        return self.short / self.draws


def dry(tally: Tally, cards: tuple[Card, ...]) -> list[Dry]:
    """What runs dry, the most draws first."""
    totals: Counter[Cell] = Counter()
    short: Counter[Cell] = Counter()
    for (cell, rung), count in tally.cells.items():
        totals[cell] += count
        short[cell] += count if rung in ("window", "no_repeat", "neutral") else 0
    found = [Dry(*cell, totals[cell], count, written(cards, cell)) for cell, count in short.items() if count]
    return sorted(found, key=lambda one: -one.short)


def written(cards: tuple[Card, ...], cell: Cell) -> int:
    """How many cards the bank has for a level, a type and a window, whoever may see them."""
    level, type_, low, high, who = cell
    ratings = "GRX"[: "GRX".index(level) + 1]
    return sum(
        card.type == type_
        and card.rating in ratings
        and low <= card.intensity <= high
        and (who != "apart" or card.tags.apart)
        for card in cards
    )
