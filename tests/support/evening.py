"""An evening of draws without a server: turns, cards and skips of one room over the shipped bank, by one pair of dice."""

import random

import msgspec

from game_server.activities.actions import STARTER_BANKS
from game_server.activities.bank_files import read_rows
from game_server.activities.bank_rows import read_row
from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.activities.language import ENGLISH
from rooms.sessions import events as e
from rooms.sessions.commands import Level
from rooms.sessions.dice import spin_kind
from rooms.sessions.draw import Request, draw
from rooms.sessions.events import ShownCard
from rooms.sessions.fold import evolve
from rooms.sessions.index import Index
from rooms.sessions.limits import YES, Pair, Player, in_bank
from rooms.sessions.state import Settings, opening
from rooms.sessions.weights import Leaning

WILLING = Player(
    anatomy=frozenset(taxonomy.BODY_PARTS), asked=True, answers=dict.fromkeys(taxonomy.PREFERENCE_KEYS, YES)
)
"""Somebody without a limit who wants everything."""


def shipped_bank(language: str = ENGLISH) -> list[Card]:
    """The drawable cards of a language that ship with the program, numbered as they stand in their file."""
    read = [read_row(row, {}).card for file in STARTER_BANKS for row in read_rows(file)[0]]
    cards = [card for card in read if card is not None and in_bank(card) and card.language == language]
    return [msgspec.structs.replace(card, activity_id=number) for number, card in enumerate(cards, start=1)]


class Evening:
    """One game: `turn` and `another` show a card, `done` completes it. `ask` is what was asked of the draw last."""

    def __init__(
        self,
        bank: Index,
        players: Pair,
        *,
        level: Level,
        seed: str,
        target: int = 25,
        leaning: Leaning | None = None,
        apart: bool = False,
        language: str = ENGLISH,
    ) -> None:
        self.bank, self.players, self.leaning = bank, players, leaning
        self.dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
        rules = {"apart": apart, "language": language}
        settings = Settings(intimacy_level=level, target_activities=target, rules=rules)
        self.state = opening("an evening", settings, hosted=False)
        self.ask: Request | None = None

    def turn(self) -> ShownCard:
        """The next turn with its first card, truth or dare as a spin says."""
        number = self.state.turn + 1
        kind = spin_kind(self.dice.random(), self.state.kinds)
        self.state = evolve(self.state, e.TurnBegan(turn=number, active="A" if number % 2 else "B", type=kind))
        card = self._drawn(plain=False)
        self.state = evolve(self.state, e.CardShown(turn=number, card=card, remaining=None))
        return card

    def another(self, *, plain: bool = False) -> ShownCard:
        """Another card instead."""
        card = self._drawn(plain=plain)
        skips = self.state.consecutive_skips + 1
        self.state = evolve(self.state, e.CardReplaced(turn=self.state.turn, card=card, consecutive_skips=skips))
        return card

    def done(self) -> None:
        """The card is kept."""
        self.state = evolve(self.state, e.Completed(turn=self.state.turn))

    def _drawn(self, *, plain: bool) -> ShownCard:
        state = self.state
        assert state.active is not None
        assert state.type is not None
        self.ask = Request(
            active=state.active, type=state.type, level=state.level, step=state.turn,
            target=state.settings.target_activities, shown=state.shown, tired=state.tired_themes,
            tired_acts=state.tired_acts, instead_of=state.card, plain=plain,
            apart=state.settings.rules.get("apart") is True, language=state.settings.language,
        )  # fmt: skip
        return draw(self.ask, self.dice.random(), self.bank, self.players, self.leaning)
