"""Couples for the bench `evenings`: who they are, what they have seen, and how they play. All of it from one number.

What the server reads from PostgreSQL before a draw is kept here in a few lines: the last hundred cards of each and what was said
of them. Everything that decides about a card is the program's own.
"""

from collections import Counter, deque
from collections.abc import Iterator
from random import Random

import msgspec

from rooms.activities.card import Card
from rooms.profiles.profile import Profile
from rooms.profiles.scoring import declined_topics, score_survey
from rooms.seats import SeatName
from rooms.sessions.commands import Level
from rooms.sessions.draw import Request
from rooms.sessions.events import ShownCard
from rooms.sessions.index import Index
from rooms.sessions.limits import Player
from rooms.sessions.weights import Leaning, Taste
from storage.players import player_of
from tests.support.evening import Evening
from tests.support.worlds import a_survey

SEATS: tuple[SeatName, SeatName] = ("A", "B")
TURNS, TEMPERATURE = 25, 0.15
REMEMBERED, LATELY, SEASONED = 100, 30, 10
"""Cards that may not come back and whose feedback counts; cards whose themes are no news; sessions that count."""
BODIES = (("penis",), ("vagina", "breasts"))
TEMPERS = ((8, 1, 1), (5, 3, 2), (3, 3, 4), (1, 1, 2))
"""Yes, maybe and no, as likely as this: from open to almost everything to careful."""
OFTEN: tuple[tuple[Level, int], ...] = (("G", 2), ("R", 5), ("X", 3))


class Shown(msgspec.Struct, frozen=True):
    """One card of an evening with what it was asked for and who was there."""

    card: ShownCard
    ask: Request
    instead: bool


class Person:
    """One of the two: answers, limits, and what they have seen."""

    def __init__(self, dice: Random, body: tuple[str, ...], *, surveyed: bool) -> None:
        self.profile: Profile | None = None
        self.row = {"boundaries": {}, "activities": {}, "truth_topics": {}, "profile_version": None}
        if surveyed:
            answers = a_survey(dice, dice.choice(TEMPERS))
            answers |= {"C1": dice.sample(answers["C1"], dice.randint(0, 2)), "D1": list(body)}
            self.profile = score_survey(answers)
            self.row = {
                "profile_version": "0.4",
                "activities": self.profile.activities,
                "truth_topics": self.profile.truth_topics,
                "boundaries": {
                    "asked": True,
                    "hard_limits": self.profile.hard_limits,
                    "soft_limits": self.profile.soft_limits,
                    "maybe_items": self.profile.maybe_items,
                    "declined": self.profile.declined_items,
                    "declined_topics": declined_topics(answers),
                },
            }
        self.row |= {"anatomy": {"anatomy_self": list(body)}, "personal_limits": []}
        self.history: deque[tuple[int | None, str, str | None]] = deque(maxlen=REMEMBERED)

    def player(self) -> Player:
        """What the limits know of them now."""
        return player_of(self.row, recent=[number for number, _, _ in self.history if number is not None])  # type: ignore[arg-type]

    def taste(self, cards: dict[int | None, Card], evenings: int) -> Taste:
        """What the draw leans on for them now."""
        assert self.profile is not None
        liked: Counter[str] = Counter()
        for number, _, said in self.history:
            if said in ("like", "dislike") and number in cards:
                card = cards[number]
                liked.update(dict.fromkeys((*card.preference_keys, *card.domains), 1 if said == "like" else -1))
        themes = frozenset(theme for _, theme, _ in list(self.history)[-LATELY:] if theme)
        return Taste(profile=self.profile, liked=liked, themes=themes, sessions=min(evenings, SEASONED))

    def opinion(self, card: ShownCard, dice: Random) -> str | None:
        """What they say of a card: nothing mostly; a like more often for what they said yes to."""
        answers = [self.profile.activities.get(key, 0.5) if self.profile else 0.5 for key in card.preference_keys]
        wanted = sum(answers) / len(answers) if answers else 0.6
        roll = dice.random()
        if roll < 0.5 * wanted:
            return "like"
        return "dislike" if roll > 0.98 - 0.1 * (1 - wanted) else None


class Couple:
    """Two people and their evenings."""

    def __init__(self, number: int, bank: Index) -> None:
        self.dice = Random(f"couple {number}")  # noqa: S311 - repeatable on purpose
        self.number, self.bank = number, bank
        self.cards = {card.activity_id: card for card in bank.cards}
        self.language = bank.cards[0].language
        first, second = self.dice.choices(BODIES, k=2)
        known = self.dice.choices(((True, True), (True, False), (False, False)), (8, 1, 1))[0]
        self.people = {
            "A": Person(self.dice, first, surveyed=known[0]),
            "B": Person(self.dice, second, surveyed=known[1]),
        }
        self.surveys = sum(known)
        self.bodies = " & ".join(sorted(body[0] for body in (first, second)))
        self.apart = self.dice.random() < 0.08
        self.evenings = 0

    @property
    def kind(self) -> str:
        """Who they are, for the table of what runs dry."""
        known = ("no survey", "one survey", "both surveyed")[self.surveys]
        return "apart" if self.apart else f"{known}, {self.bodies}"

    def evening(self) -> tuple[Evening, Iterator[Shown]]:
        """The next evening, and its cards as they come."""
        levels, often = zip(*OFTEN, strict=True)
        leaning = None
        if self.surveys == len(SEATS):
            tastes = {seat: self.people[seat].taste(self.cards, self.evenings) for seat in SEATS}
            leaning = Leaning(tastes, TEMPERATURE)
        game = Evening(
            self.bank, self._players(), level=self.dice.choices(levels, often)[0], seed=f"{self.number} {self.evenings}",
            target=TURNS, leaning=leaning, apart=self.apart, language=self.language,
        )  # fmt: skip
        self.evenings += 1
        return game, self._cards(game)

    def _cards(self, game: Evening) -> Iterator[Shown]:
        for _ in range(TURNS):
            game.players = self._players()
            card = game.turn()
            yield self._seen(card, game, instead=False)
            while self.dice.random() < self._unwanted(card) and game.state.dealt <= 3:
                self._remember(card, said={})
                game.players = self._players()
                card = game.another()
                yield self._seen(card, game, instead=True)
            self._remember(card, said={seat: self.people[seat].opinion(card, self.dice) for seat in SEATS})
            game.done()

    def _players(self) -> dict[SeatName, Player]:
        return {seat: self.people[seat].player() for seat in SEATS}

    def _seen(self, card: ShownCard, game: Evening, *, instead: bool) -> Shown:
        assert game.ask is not None
        return Shown(card, game.ask, instead)

    def _unwanted(self, card: ShownCard) -> float:
        """How likely it is that they skip it."""
        return 0.05 if card.rating == "G" else 0.12

    def _remember(self, card: ShownCard, said: dict[SeatName, str | None]) -> None:
        for seat in SEATS:
            self.people[seat].history.append((card.activity_id, card.theme, said.get(seat)))
