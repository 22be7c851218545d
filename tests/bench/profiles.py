"""How long one pair takes: two surveys scored and compared, the median of many rounds. `--json` prints it for machines."""

import argparse
import json
import statistics
import time

from rooms.profiles.compatibility import compatibility
from rooms.profiles.picking import pick_score
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, TOPIC_OF_QUESTION
from rooms.profiles.scoring import score_survey

TARGET_MS = 1.0
ROUNDS = 2000


def answers(shift: int) -> dict[str, object]:
    """A full survey, different for each shift."""
    wishes = [*ACTIVITY_OF_QUESTION, *TOPIC_OF_QUESTION]
    return {
        **{f"A{n}": (n * 3 + shift) % 7 + 1 for n in range(1, 17)},
        **{question: "YMN"[(n * 5 + shift) % 3] for n, question in enumerate(wishes)},
        "C1": ["hardBoundaryAnal", "hardBoundaryImpact"],
        "D1": ["penis"],
        "D2": ["vagina", "breasts"],
    }


def measure() -> dict[str, float]:
    """Median and 99th percentile in milliseconds, of the whole and of each part."""
    card = {
        "preference_keys": ["massage_give", "massage_receive", "roleplay"],
        "domains": ["power", "verbal"],
        "power_role": "top",
        "intensity": 3,
    }
    scoring, comparing, picking, pair = [], [], [], []
    for n in range(ROUNDS):
        one, other = answers(n), answers(n + 3)
        start = time.perf_counter()
        a, b = score_survey(one), score_survey(other)
        scored = time.perf_counter()
        compatibility(a, b)
        compared = time.perf_counter()
        pick_score(card, a, b, seq=n % 25, target=25)
        picked = time.perf_counter()
        scoring.append(scored - start)
        comparing.append(compared - scored)
        picking.append(picked - compared)
        pair.append(compared - start)
    parts = {"pair": pair, "scoring": scoring, "compatibility": comparing, "pick": picking}
    return {
        f"{part}_{name}_ms": round(1000 * value, 4)
        for part, times in parts.items()
        for name, value in (("median", statistics.median(times)), ("p99", statistics.quantiles(times, n=100)[98]))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    as_json = parser.parse_args().json
    result = measure()
    met = result["pair_median_ms"] < TARGET_MS
    if as_json:
        print(json.dumps({"bench": "profiles", "rounds": ROUNDS, "target_ms": TARGET_MS, "met": met, **result}))
        return
    print(f"{'part':<16}{'median ms':>12}{'p99 ms':>12}")
    for part in ("pair", "scoring", "compatibility", "pick"):
        print(f"{part:<16}{result[f'{part}_median_ms']:>12.3f}{result[f'{part}_p99_ms']:>12.3f}")
    print(f"target: scoring and compatibility of one pair under {TARGET_MS} ms: {'met' if met else 'missed'}")


if __name__ == "__main__":
    main()
