"""The survey handed in: fifty phones at once, in connected couples, so that every submission computes a compatibility too.

Three shapes: everybody's first submission in one burst, everybody's retake in one burst, and a closed loop in which each
phone hands in again as soon as it was answered, at a slightly different answer. Connections are open before; every answer
is checked to be a profile. Beside the times stands what the loader, the server and PostgreSQL used of a core.
"""

import asyncio
import time
from collections.abc import Sequence

import msgspec

from rooms.profiles.questions import VERSION
from tests.bench import report
from tests.bench.load import Lag, quantiles
from tests.bench.posts import Answered, Posts, request
from tests.bench.profiles import answers
from tests.bench.report import Row
from tests.bench.stage import Stage, cpu_of, cpu_of_children
from tests.support.person import Person

TARGET_MS = 200.0
PATH = "/api/survey/submit"
AT_ONCE = 8


class Phone(msgspec.Struct):
    """One person's phone: its open connection, and the requests it will send, written out."""

    person: Person
    posts: Posts
    number: int

    def requests(self, rounds: int, *, retake: bool) -> list[bytes]:
        """One request a round, at a slightly different answer each."""
        token = self.person.http.headers["Authorization"].removeprefix("Bearer ")
        return [
            request(self.person.url, PATH, token, {"answers": answers(self.number + turn), "retake": retake})
            for turn in range(rounds)
        ]


async def couples(url: str, phones: int, told: report.Steps) -> list[Phone]:
    """So many people with open connections, two and two connected."""
    made = told.step(f"{phones} people, in couples")
    people: list[Person] = []
    turn = asyncio.Semaphore(AT_ONCE)

    async def couple(number: int) -> None:
        async with turn:
            one, other = await asyncio.gather(
                Person.registered(url, f"A{number}"), Person.registered(url, f"B{number}")
            )
            await one.befriend(other)
        people.extend((one, other))
        made(len(people) / phones)

    await asyncio.gather(*(couple(number) for number in range(phones // 2)))
    return [Phone(person, await Posts.connected(url), number) for number, person in enumerate(people)]


class Measured:
    """Who used how much CPU since."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._lag = Lag()
        self._lag.start()
        self._began = time.perf_counter()
        self._before = self._used()

    def _used(self) -> tuple[float, float]:
        return cpu_of(*(server.pid for server in self._stage.servers)), cpu_of_children("postgres")

    def columns(self, took: Sequence[float]) -> dict[str, object]:
        """The times of these submissions, and the shares of a core meanwhile."""
        seconds = time.perf_counter() - self._began
        server, postgres = (after - before for before, after in zip(self._before, self._used(), strict=True))
        spread = quantiles(took)
        return {
            "submissions": len(took),
            "submissions/s": round(len(took) / seconds, 1),
            **{f"{name} ms": round(value, 1) for name, value in spread.items()},
            f"p99 under {TARGET_MS:.0f} ms": spread["p99"] < TARGET_MS,
            "cores used": {"server": round(server / seconds, 2), "postgres": round(postgres / seconds, 2)},
            "loader": msgspec.to_builtins(self._lag.stop()),
        }


async def measure(stage: Stage, phones: Sequence[Phone], name: str, rounds: int, *, retake: bool = True) -> Row:
    """Everybody hands in so many times, each again as soon as it was answered."""
    written = [phone.requests(rounds, retake=retake) for phone in phones]

    async def hand_in(phone: Phone, requests: Sequence[bytes]) -> list[Answered]:
        return [await phone.posts.send(written_out) for written_out in requests]

    await asyncio.sleep(0.5)  # what was done before has come to rest
    measured = Measured(stage)
    batches = await asyncio.gather(*map(hand_in, phones, written))
    got = [answer for batch in batches for answer in batch]
    columns = measured.columns([answer.seconds for answer in got])
    return Row(name=name, durable=True, survives_node_death=True, columns=columns, problems=_problems(got))


def _problems(got: Sequence[Answered]) -> list[str]:
    wrong = [answer for answer in got if answer.status != 200 or not _is_profile(answer.body)]
    return [f"{answer.status} {answer.body[:100]!r}" for answer in wrong[:5]]


def _is_profile(body: bytes) -> bool:
    return bool(msgspec.json.decode(body)["profile"]["profile_version"] == VERSION)


async def _all(stage: Stage, phones: int, rounds: int, told: report.Steps) -> list[Row]:
    url = stage.servers[0].url
    warm = await couples(url, 2, told)
    told.step("two people alone")
    await measure(stage, warm, "", 1)
    rows = [await measure(stage, warm, "2 in a loop", rounds)]
    everybody = await couples(url, phones, told)
    for name, times, retake in (
        (f"{phones} first, at once", 1, False),
        (f"{phones} retakes, at once", 1, True),
        (f"{phones} in a loop", rounds, True),
    ):
        told.step(name)
        rows.append(await measure(stage, everybody, name, times, retake=retake))
    for phone in (*warm, *everybody):
        phone.posts.close()
        await phone.person.close()
    return rows


def main() -> int:
    chosen = report.options(__doc__ or "", phones=50, rounds=10)
    with report.steps() as told, Stage() as stage:
        told.step("starting the stores and a server")
        stage.serve()
        rows = report.run(_all(stage, chosen.phones, chosen.rounds, told))
    return report.show(
        "submit", rows, chosen, "the loader's connections are open before, its requests written out before it measures"
    )


if __name__ == "__main__":
    raise SystemExit(main())
