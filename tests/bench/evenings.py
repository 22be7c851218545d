"""A thousand couples play twenty evenings each over the shipped cards, through the program's own draw.

Prints and draws (a page with charts) what repeats, whether a limit was ever crossed, truth and dare, intensity by part of the
evening, runs of one act, how often each step of giving way was needed, what runs dry first, and what to write next. Beside them
somebody tries to learn the partner's limit by steering what can come. No server, no clock: rules and dice, on all cores.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path

import msgspec

from rooms.activities import taxonomy
from rooms.activities.language import ENGLISH
from rooms.activities.lexicon import LANGUAGES
from rooms.sessions.index import Index
from tests.bench import evenings_attacker, evenings_page, evenings_tally, report
from tests.bench.evenings_attacker import Steering
from tests.bench.evenings_result import Result, result_of
from tests.bench.evenings_tally import Tally
from tests.bench.peers_install import cache as cache_folder
from tests.support.evening import shipped_bank

AT_ONCE = 5
"""Couples a process plays before it says so."""


@cache
def bank(language: str) -> Index:
    """The shipped cards of a language, once a process."""
    return Index(shipped_bank(language))


def played(numbers: range, evenings: int, language: str) -> Tally:
    """These couples' evenings."""
    return evenings_tally.play(bank(language), numbers, evenings)


def attacked(boundary: str, evenings: int, language: str) -> Steering:
    """The attack on one boundary."""
    return evenings_attacker.attack(bank(language), boundary, evenings)


def measure(
    couples: int, evenings: int, attacks: int, told: Callable[[float], None], language: str = ENGLISH
) -> tuple[Tally, list[Steering]]:
    """Everything, on all cores."""
    tally = Tally()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        attacking = taxonomy.BOUNDARY_KEYS if attacks else ()
        steering = [pool.submit(attacked, boundary, attacks, language) for boundary in attacking]
        playing = [pool.submit(played, numbers, evenings, language) for numbers in _portions(couples)]
        waited: list[Future[Tally] | Future[Steering]] = [*steering, *playing]
        for done, _ in enumerate(as_completed(waited), start=1):
            told(done / len(waited))
    for future in playing:
        tally.add(future.result())
    return tally, [future.result() for future in steering]


def _portions(couples: int) -> Iterator[range]:
    for start in range(0, couples, AT_ONCE):
        yield range(start, min(couples, start + AT_ONCE))


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--couples", type=int, default=1000, metavar="N", help="how many (1000)")
    parser.add_argument("--evenings", type=int, default=20, metavar="N", help="of each (20)")
    parser.add_argument(
        "--attacks", type=int, default=20, metavar="N", help="steered evenings a boundary (20); 0: none"
    )
    parser.add_argument("--language", default=ENGLISH, choices=LANGUAGES, help="which of the shipped cards (en)")
    parser.add_argument(
        "--json", metavar="FILE", help="also write the result as JSON; - prints it instead of the lines"
    )
    parser.add_argument(
        "--html", metavar="FILE", type=Path, default=cache_folder() / "evenings.html", help="the page with charts"
    )
    chosen = parser.parse_args()
    if chosen.couples < 1 or chosen.evenings < 1:
        parser.error("at least one couple and one evening")
    return chosen


def main() -> int:
    chosen = options()
    began = time.monotonic()
    with report.steps() as steps:
        tally, steering = measure(
            chosen.couples, chosen.evenings, chosen.attacks,
            steps.step(f"{chosen.couples} couples are playing"), chosen.language,
        )  # fmt: skip
    result = result_of(tally, steering, bank(chosen.language).cards, time.monotonic() - began, report.machine())
    return show(result, chosen.json, chosen.html)


def show(result: Result, json: str | None, html: Path) -> int:
    """Print and write everything; the exit code."""
    written = msgspec.json.format(msgspec.json.encode(result), indent=2)
    if json == "-":
        print(written.decode())
    else:
        print("\n".join(result.lines()))
        if json:
            Path(json).write_bytes(written + b"\n")
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(evenings_page.page(result))
    print(f"The page: {html}", file=sys.stderr)
    for problem in result.problems:
        print(f"INVALID — {problem}", file=sys.stderr)
    return report.INVALID if result.problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
