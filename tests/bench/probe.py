"""What somebody who knows the bank learns of the partner's one hard limit by asking for card after card.

The attacker wants everything, sits out an evening at X and skips: twelve times a turn, 120 times in all. After each card they
ask which limits (each of the eight, or none) could have let it come, out of how many, and weigh all of it as well as can be
done. "Found" is the true limit with a certainty of 95 %. Once without a budget, and once with the one of decision 33: six
replacements a turn and forty a day are as usual, after that cards are plain. No server, no clock: rules and dice alone.
"""

import argparse
import json
import math

import msgspec

from rooms.activities import taxonomy
from rooms.sessions.draw import Request, candidates, ruled_out
from rooms.sessions.events import ShownCard
from rooms.sessions.index import Index
from rooms.sessions.limits import Pair
from rooms.sessions.move import MOST_EXTRA_A_DAY, MOST_EXTRA_A_TURN
from rooms.sessions.neutral import neutral_cards
from tests.support.evening import WILLING, Evening, shipped_bank

TURNS, SKIPS_A_TURN, SKIPS = 25, 12, 120
CERTAIN = 0.95
SUSPECTS = ("", *taxonomy.BOUNDARY_KEYS)
"""What the partner may forbid: nothing, or one of the eight."""

PAIRS: dict[str, Pair] = {
    limit: {"A": WILLING, "B": msgspec.structs.replace(WILLING, hard=frozenset({limit} - {""}))} for limit in SUSPECTS
}


class Attacker:
    """What is known after the cards seen so far: the logarithm of how likely they are under each suspicion."""

    def __init__(self, bank: Index) -> None:
        self.bank = bank
        self.likely = dict.fromkeys(SUSPECTS, 0.0)

    def sees(self, card: ShownCard, evening: Evening) -> None:
        """One more card, out of those that could have come under each suspicion; drawn evenly, which tells most."""
        assert evening.ask is not None
        for limit, likely in self.likely.items():
            if likely > -math.inf:
                pair = PAIRS[limit]
                could = could_come(evening.ask, self.bank, pair)
                self.likely[limit] = likely - math.log(len(could)) if card.activity_id in could else -math.inf

    def certainty(self, limit: str) -> float:
        """How sure they are of this limit, 0 to 1, when every suspicion was as good as any other before."""
        highest = max(self.likely.values())
        weights = {one: math.exp(likely - highest) for one, likely in self.likely.items()}
        return weights[limit] / math.fsum(weights.values())

    @property
    def guess(self) -> str:
        return max(SUSPECTS, key=self.certainty)


def could_come(ask: Request, bank: Index, pair: Pair) -> list[int | None]:
    """The ids of the cards that this request could bring; None for each neutral one."""
    choices, _ = candidates(ask, (bank,), pair, ruled_out(ask, 0.0, pair)[0])
    cards = bank.among(choices[0]) if choices else neutral_cards(ask.type, apart=ask.apart)
    return [card.activity_id for card in cards]


def evening(bank: Index, limit: str, seed: str, *, budget: bool) -> Attacker:
    """One evening with a partner of this limit."""
    attacker = Attacker(bank)
    game = Evening(bank, PAIRS[limit], level="X", seed=seed, target=TURNS)
    skips = usual = 0
    for _ in range(TURNS):
        attacker.sees(game.turn(), game)
        for number in range(min(SKIPS_A_TURN, SKIPS - skips)):
            plain = budget and (number >= MOST_EXTRA_A_TURN or usual >= MOST_EXTRA_A_DAY)
            skips, usual = skips + 1, usual + (not plain)
            attacker.sees(game.another(plain=plain), game)
        game.done()
    return attacker


def measure(each: int, *, budget: bool) -> dict[str, int]:
    """How many of the evenings gave the limit away, and in how many the best guess was right."""
    bank = Index(shipped_bank())
    found = guessed = 0
    for limit in taxonomy.BOUNDARY_KEYS:
        for number in range(each):
            attacker = evening(bank, limit, f"{limit} {number}", budget=budget)
            found += attacker.certainty(limit) >= CERTAIN
            guessed += attacker.guess == limit
    return {"evenings": each * len(taxonomy.BOUNDARY_KEYS), "found": found, "best_guess_right": guessed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=20, help="evenings for each of the eight limits")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    asked = parser.parse_args()
    rows = {name: measure(asked.each, budget=budget) for name, budget in (("without", False), ("with", True))}
    met = rows["with"]["found"] == 0
    if asked.json:
        print(json.dumps({"bench": "probe", "certain": CERTAIN, "met": met, **rows}))
        return
    print(f"{'budget':<10}{'evenings':>10}{'limit found':>14}{'best guess right':>19}")
    for name, row in rows.items():
        print(f"{name:<10}{row['evenings']:>10}{row['found']:>14}{row['best_guess_right']:>19}")
    print(f"target: with the budget the limit is never found ({CERTAIN:.0%} certain): {'met' if met else 'missed'}")


if __name__ == "__main__":
    main()
