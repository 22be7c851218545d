"""The survey handed in: fifty phones at once, in connected couples, so that every submission computes a compatibility too.

Each phone hands in again as soon as it was answered, at a slightly different answer; every answer is checked to be a profile.
"""

import asyncio
import time

import msgspec

from tests.bench import report
from tests.bench.load import Lag, quantiles
from tests.bench.profiles import answers
from tests.bench.report import Row
from tests.bench.stage import Stage
from tests.support.person import Person

TARGET_MS = 200.0


async def couple(url: str, number: int) -> tuple[Person, Person]:
    one, other = await asyncio.gather(Person.registered(url, f"A{number}"), Person.registered(url, f"B{number}"))
    await one.befriend(other)
    return one, other


async def hand_in(person: Person, rounds: int, number: int, took: list[float], problems: list[str]) -> None:
    for turn in range(rounds):
        body = {"answers": answers(number + turn), "retake": True}
        began = time.perf_counter()
        answer = await person.http.post("/api/survey/submit", json=body)
        took.append(time.perf_counter() - began)
        if answer.status_code != 200 or answer.json()["profile"]["profile_version"] != "0.4":
            problems.append(f"{answer.status_code} {answer.text[:100]}")


async def measure(url: str, phones: int, rounds: int, told: report.Steps) -> Row:
    made = told.step(f"{phones} people, in couples")
    people: list[Person] = []
    for number in range(phones // 2):
        people += await couple(url, number)
        made(2 * (number + 1) / phones)
    problems: list[str] = []
    warm: list[float] = []
    told.step("warming up")
    await asyncio.gather(*(hand_in(person, 1, n, warm, problems) for n, person in enumerate(people)))
    told.step(f"{rounds} submissions each, all at once")
    took: list[float] = []
    lag = Lag()
    lag.start()
    began = time.perf_counter()
    await asyncio.gather(*(hand_in(person, rounds, n, took, problems) for n, person in enumerate(people)))
    seconds = time.perf_counter() - began
    loader = lag.stop()
    for person in people:
        await person.close()
    spread = quantiles(took)
    columns = {
        "submissions": len(took),
        "submissions/s": round(len(took) / seconds, 1),
        **{f"{name} ms": round(value, 1) for name, value in spread.items()},
        f"p99 under {TARGET_MS:.0f} ms": spread["p99"] < TARGET_MS,
        "loader": msgspec.to_builtins(loader),
    }
    return Row(name=f"{phones} at once", durable=True, survives_node_death=True, columns=columns, problems=problems[:5])


def main() -> int:
    chosen = report.options(__doc__ or "", phones=50, rounds=10)
    with report.steps() as told, Stage() as stage:
        told.step("starting the stores and a server")
        url = stage.serve().url
        rows = report.run(_both(url, chosen.phones, chosen.rounds, told))
    return report.show("submit", rows, chosen, "closed loop: the next submission follows the answer at once")


async def _both(url: str, phones: int, rounds: int, told: report.Steps) -> list[Row]:
    return [await measure(url, 2, rounds, told), await measure(url, phones, rounds, told)]


if __name__ == "__main__":
    raise SystemExit(main())
