"""What `evenings` found, in numbers that a page and a machine can read, and in sentences."""

from collections import Counter
from typing import Any

import msgspec

from rooms.activities.card import Card
from tests.bench.evenings_attacker import Steering
from tests.bench.evenings_tally import Dry, Tally, dry


class Result(msgspec.Struct, kw_only=True):
    """Names as in `Tally`, made readable; `bounded` is how many cards under a boundary came an evening, by who was there."""

    couples: int
    evenings: int
    cards: int
    seconds: float
    machine: dict[str, Any]
    violations: list[str]
    early: int
    again: int
    unused: int
    rungs: dict[int, dict[str, int]]
    kinds: str
    balance: dict[int, int]
    intensities: dict[str, dict[str, int]]
    runs: dict[str, dict[int, int]]
    bounded: dict[str, float]
    dry: list[Dry]
    steering: dict[str, dict[str, Any]]

    @property
    def problems(self) -> list[str]:
        """What makes the run a failure."""
        found = []
        if self.violations:
            found.append(f"{len(self.violations)} cards that a limit rules out, the first: {self.violations[0]}")
        leaks = {name: row["limit found"] for name, row in self.steering.items() if row["limit found"]}
        return found + [f"the steering attacker found {name} in {count} evenings" for name, count in leaks.items()]

    def share(self, rung: str) -> float:
        """Of all draws those on this step, in percent."""
        return 100 * sum(shares.get(rung, 0) for shares in self.rungs.values()) / max(1, self.cards)

    def lines(self) -> list[str]:
        """The result in sentences."""
        rungs = ", ".join(
            f"{name} {self.share(name):.2f} %" for name in ("as it should", "theme", "window", "no_repeat", "neutral")
        )
        early, again = (100 * count / max(1, self.cards) for count in (self.early, self.again))
        bounded = ", ".join(f"{who} {count:.1f}" for who, count in self.bounded.items())
        return [
            f"{self.couples:,} couples, {self.evenings:,} evenings, {self.cards:,} cards in {self.seconds:.0f} s",
            f"cards that a limit rules out: {len(self.violations)}",
            f"repeats within a hundred cards: {self.early:,} ({early:.2f} %); cards that came back at all: {again:.1f} %",
            f"the draw gave way: {rungs}",
            f"cards kept: {self.kinds}; cards of the bank that never came: {self.unused}",
            f"cards under a boundary an evening at X: {bounded}",
            *self.dry_lines(),
            *self.steering_lines(),
        ]

    def dry_lines(self, most: int = 8) -> list[str]:
        """What runs dry first."""
        return [
            (
                f"dry: {one.level} {one.type} {one.low} to {one.high}, {one.who}: {100 * one.share:.0f} % of {one.draws:,}, "
                f"{one.written} cards there; write {advice(one)} more"
            )
            for one in self.dry[:most]
        ]

    def steering_lines(self) -> list[str]:
        """What the attacker learned."""
        return [
            f"steering, {name}: limit found in {row['limit found']} of {row['evenings'] // 2} evenings of 50 cards"
            for name, row in self.steering.items()
        ]


def advice(one: Dry) -> int:
    """About how many more cards: as many more as the share of draws that found nothing, to the next five, at least five."""
    more = one.written * one.share / max(0.05, 1 - one.share)
    return max(5, 5 * round(min(more, 60) / 5))


def result_of(
    tally: Tally, steering: list[Steering], cards: tuple[Card, ...], seconds: float, machine: dict[str, Any]
) -> Result:
    """The tally for readers."""
    rungs: dict[int, dict[str, int]] = {}
    for (evening, _, rung), count in sorted(tally.rungs.items()):
        shares = rungs.setdefault(evening, {})
        shares[rung] = shares.get(rung, 0) + count
    intensities: dict[str, dict[str, int]] = {}
    for (level, phase, intensity), count in sorted(tally.intensities.items()):
        intensities.setdefault(f"{level} {phase}", {})[str(intensity)] = count
    runs: dict[str, dict[int, int]] = {}
    for (what, length), count in sorted(tally.runs.items()):
        runs.setdefault(what, {})[length] = count
    return Result(
        couples=tally.couples, evenings=tally.evenings, cards=tally.cards, seconds=seconds, machine=machine,
        violations=tally.violations, early=tally.early, again=tally.again, unused=len(cards) - len(tally.used),
        rungs=rungs, kinds=", ".join(f"{count:,} {kind}s" for kind, count in sorted(tally.kinds.items())),
        balance=dict(sorted(tally.balance.items())), intensities=intensities, runs=runs,
        bounded=_a_game(tally.bounded, tally.games), dry=dry(tally, cards),
        steering={one.boundary.removeprefix("hardBoundary"): one.row() for one in steering},
    )  # fmt: skip


def _a_game(counts: Counter[str], games: Counter[str]) -> dict[str, float]:
    return {who: counts[who] / count for who, count in sorted(games.items())}
