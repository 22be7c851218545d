"""What somebody learns of a partner's one limit by steering what can come, without ever skipping a card.

The attacker says no to everything but one kind (the keys under one boundary), sets the seven other limits, and watches whether
cards of that kind come. They know the bank, the rules and all else about the partner, who is willing but for the one limit, or
without any: two suspicions, as likely as each other before. After each card they weigh both as well as can be done.
"""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from rooms.activities import taxonomy
from rooms.profiles.profile import Profile
from rooms.sessions.draw import SELDOM, Request, candidates, ruled_out
from rooms.sessions.index import Bits, Index
from rooms.sessions.limits import NO, YES, Pair, Player
from rooms.sessions.weights import Leaning, Taste, Tastes
from tests.support.evening import WILLING, Evening

CERTAIN, TEMPERATURE = 0.95, 0.15
TURNS = 50
"""The most that a room allows."""


class Steering(msgspec.Struct):
    """The attack on one boundary: of so many evenings with the limit, and as many without, how many gave it away."""

    boundary: str
    evenings: int
    limit_found: int = 0
    none_found: int = 0
    telling: int = 0

    def row(self) -> dict[str, Any]:
        """As the report shows it: `telling` cards come in an evening in which there is no limit."""
        return {
            "evenings": 2 * self.evenings,
            "limit found": self.limit_found,
            "no limit found": self.none_found,
            "telling cards an evening": round(self.telling / self.evenings, 1),
        }


def attacker_of(boundary: str) -> Player:
    """Yes to the one kind, no to all else."""
    answers = {key: YES if boundary in taxonomy.boundaries_of(key) else NO for key in taxonomy.PREFERENCE_KEYS}
    others = frozenset(taxonomy.BOUNDARY_KEYS) - {boundary}
    return msgspec.structs.replace(WILLING, answers=answers, hard=others)


def pairs_of(boundary: str) -> tuple[Pair, Pair]:
    """Attacker and partner without the limit, and with it."""
    attacker = attacker_of(boundary)
    limited = msgspec.structs.replace(WILLING, hard=frozenset({boundary}))
    return {"A": attacker, "B": WILLING}, {"A": attacker, "B": limited}


def tastes_of(pair: Pair) -> Tastes:
    """What the draw leans on: the answers alone."""
    return {seat: Taste(profile=Profile(activities=dict(player.answers or {}))) for seat, player in pair.items()}


def attack(bank: Index, boundary: str, evenings: int) -> Steering:
    """So many evenings with and without the limit."""
    found = Steering(boundary, evenings)
    worlds = pairs_of(boundary)
    for number in range(evenings):
        for limited, pair in enumerate(worlds):
            leaning = Leaning(tastes_of(pair), TEMPERATURE)
            seed = f"{boundary} {limited} {number}"
            game = Evening(bank, pair, level="X", seed=seed, target=TURNS, leaning=leaning)
            certainty, telling = _watched(game, bank, worlds)
            if limited:
                found.limit_found += certainty >= CERTAIN
            else:
                found.none_found += 1 - certainty >= CERTAIN
                found.telling += telling
    return found


def _watched(game: Evening, bank: Index, worlds: Sequence[Pair]) -> tuple[float, int]:
    """How sure they are of the limit at the end, and how many cards came that the limit rules out."""
    likely, telling = [0.0, 0.0], 0
    for _ in range(TURNS):
        card = game.turn()
        assert game.ask is not None
        shares = [share_of(card.activity_id, game.ask, bank, pair) for pair in worlds]
        likely = [
            so_far + (math.log(share) if share else -math.inf) for so_far, share in zip(likely, shares, strict=True)
        ]
        telling += shares[1] == 0
        game.done()
    highest = max(likely)
    without, limited = (math.exp(one - highest) for one in likely)
    return limited / (without + limited), telling


def share_of(activity_id: int | None, ask: Request, bank: Index, pair: Pair) -> float:
    """How likely this card was for this pair, over all that the first part of the roll can decide."""
    kinds = len(taxonomy.BOUNDARY_KEYS)
    rolls = [((number + 0.5) * SELDOM, SELDOM) for number in range(kinds)] + [(0.999, 1 - kinds * SELDOM)]
    pools: dict[Bits, float] = {}
    for roll, part in rolls:
        choices, _ = candidates(ask, (bank,), pair, ruled_out(ask, roll, pair)[0])
        pool = choices[0] if choices else 0
        pools[pool] = pools.get(pool, 0.0) + part
    return sum(part * _share(activity_id, ask, bank, pair, pool) for pool, part in pools.items())


def _share(activity_id: int | None, ask: Request, bank: Index, pair: Pair, pool: Bits) -> float:
    if not pool:
        return 0.25 if activity_id is None else 0.0  # of the neutral ones, which tell nothing
    cards = bank.among(pool)
    place = next((place for place, card in enumerate(cards) if card.activity_id == activity_id), None)
    if place is None:
        return 0.0
    if ask.plain:
        return 1 / len(cards)
    leaning = Leaning(tastes_of(pair), TEMPERATURE)
    return leaning.shares(cards, ask.active, seq=ask.step, target=ask.target)[place]
