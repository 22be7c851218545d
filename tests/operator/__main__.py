"""./test operator: an operator who never met us, with Debian's programs, in front of people who play and answer all the time.

PostgreSQL, Redis, PgBouncer and nginx of Debian, each over TLS; an administrator who may create roles and nothing else; two
machines, which are folders; units, proxy and pooler as docs/examples has them. The release before this tree is installed, people
come, and then: migrate up while the old release serves, a rolling release, a new secret, a reload of the proxy, a lost Redis, a
lost machine, a restarted PostgreSQL, months that pass. At the end every acknowledged command and every answer is there,
every game is before the judge, and no answer of 500 or more was given that was not announced:

  503 with Retry-After  while Redis or PostgreSQL is away
  502 of the proxy      to a POST or PATCH that was under way on the machine that died

Where the packages are not installed it says so, and that it is skipped (exit code 0).
"""

import argparse
import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from tests.operator import announced, debian
from tests.operator.crowd import Crowd
from tests.operator.estate import Estate
from tests.operator.journal import Journal
from tests.operator.releases import previous_commit
from tests.operator.steps import Operator


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "./test operator", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--couples", type=int, default=3, metavar="N", help="who play (default 3)")
    parser.add_argument("--diarists", type=int, default=2, metavar="N", help="who answer the survey (default 2)")
    parser.add_argument(
        "--since", metavar="COMMIT", help="the release before, where it is not the newest with an older schema"
    )
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="what people press, again")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave everything there: data, logs, configurations"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object for machines")
    return parser.parse_args()


NOT_HERE = 75
"""Exit code: Debian's PostgreSQL or Redis do not start on this machine, so nothing of ours was tried."""


class Result(msgspec.Struct):
    """`announced` counts answers of 500 and more by the step that announced them; `problems` is empty where all went well."""

    since: str | None
    seed: int
    seconds: float
    steps: list[Any]
    moves: int
    answers: int
    games: int
    people: int
    requests: int
    statuses: dict[int, int]
    announced: dict[str, int]
    problems: list[str]


async def evening(home: Path, asked: argparse.Namespace, console: Console) -> Result:
    """One whole run on a folder of its own."""
    began = time.monotonic()
    since = asked.since or previous_commit()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    console.print(f"seed {seed}, the release before is {since[:12] if since else 'not in this history'}, in {home}")
    estate = Estate(home, debian.programs(), since)
    os.environ["SSL_CERT_FILE"] = str(estate.authority.ca)  # what phones trust
    crowd = Crowd(estate.proxy.url, seed, couples=asked.couples, diarists=asked.diarists)
    journal = Journal(console)
    operator = Operator(estate, crowd, journal)
    problems = []
    try:
        await operator.work()
    except Exception as error:  # noqa: BLE001 - whatever it was, what else was found is told too
        console.print(traceback.format_exc(), markup=False, highlight=False)
        problems.append(f"{journal.steps[-1].title}: {type(error).__name__}: {error}")
    finally:
        await crowd.leave()
        estate.stop()
    answers = estate.proxy.answers()
    counts, unannounced = announced.judge(answers, journal.announced)
    return Result(
        since=since, seed=seed, seconds=round(time.monotonic() - began, 1), steps=msgspec.to_builtins(journal.steps),
        moves=crowd.moves, answers=crowd.saved, games=operator.games, people=operator.people, requests=len(answers),
        statuses=dict(sorted(Counter(answer.status for answer in answers).items())), announced=counts,
        problems=[*problems, *unannounced, *estate.complaints()],
    )  # fmt: skip


def shown(result: Result, console: Console) -> None:
    console.print(
        f"{result.seconds:.0f} s: {result.games} games whole, {result.moves} commands acknowledged, {result.people} people with"
        f" {result.answers} saves, {result.requests} requests {result.statuses}"
    )
    for why, count in result.announced.items():
        console.print(f"announced: {count} of “{why}”", markup=False, highlight=False)
    for problem in result.problems[:40]:
        console.print(f"✗ {problem[:3000]}", markup=False, highlight=False, style="red")
    console.print(
        "[bold green]Nothing was lost." if not result.problems else f"[bold red]{len(result.problems)} problems."
    )


def main() -> int:
    asked = options()
    console = Console(stderr=asked.json, width=None if sys.stdout.isatty() else 200, soft_wrap=True)
    if missing := debian.missing():
        console.print(f"./test operator is skipped: on Debian, apt-get install -y {' '.join(missing)}")
        if asked.json:
            print(json.dumps({"skipped": missing}))
        return 0
    with tempfile.TemporaryDirectory(prefix="operator-") as folder:
        home = asked.keep or Path(folder) / "estate"
        home.mkdir(parents=True)
        Path(folder).chmod(0o755)
        result = asyncio.run(evening(home.resolve(), asked, console))
    shown(result, console)
    if asked.json:
        print(msgspec.json.encode(result).decode())
    if result.problems and len(result.steps) <= 1:
        console.print("Debian's stores do not start on this machine: nothing of ours was tried.")
        return NOT_HERE
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
