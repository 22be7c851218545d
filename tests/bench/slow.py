"""Phones that do not read beside phones that do: what not reading costs the others, apart from what the load itself costs.

Four phases in one run, several rounds of them: fast rooms alone; beside rooms whose partners are sent many cards and read them;
beside as many that read nothing; beside as many that read a few KB a second. Only reading differs between the last three.
"""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import asyncio
import time
from statistics import median

import msgspec

from tests.bench import report
from tests.bench.couples import begin, open_games
from tests.bench.game import Game
from tests.bench.handset import Handset
from tests.bench.load import Load, Progress, paced
from tests.bench.report import Row
from tests.bench.stage import Stage, cpu_of, memory_of
from tests.support.server_process import ServerProcess

SMALL_BUFFER = 2304
CARDS_PER_S = 30
LOOK_S = 0.5
SIP_EVERY_S = 2.0

ALONE, READING, DEAF, SIPPING = "alone", "beside readers", "beside deaf phones", "beside slow readers"
PHASES = (ALONE, READING, DEAF, SIPPING)
"""Every round begins with another one of them: rooms and tables grow while the bench runs."""


class Seen(msgspec.Struct, kw_only=True):
    """One phase of one round. Memory of the server in bytes; `cut` are the seconds after which slow phones were cut."""

    load: Load
    cpu: float
    first: int
    most: int
    last: int
    played: int = 0
    taken: int = 0
    cut: list[float] = []
    codes: list[int] = []


class Beside:
    """The rooms beside the fast ones: seat A asks for other cards all the time, seat B reads them, or not, or little."""

    def __init__(self, games: list[Game], phase: str) -> None:
        self.games, self.phase = games, phase
        self.cut: dict[Handset, float] = {}
        self._ports: dict[Handset, int] = {}
        self._began = time.perf_counter()
        self._tasks: list[asyncio.Future[None]] = []

    @property
    def phones(self) -> list[Handset]:
        return [game.phones[1] for game in self.games]

    async def begin(self, url: str) -> None:
        """Seat B comes back with a small buffer, in every phase, and reads from now on as the phase says."""
        for game in self.games:
            phone = game.phones[1]
            phone.cut()
            await phone.gone.wait()
            await phone.connect(url, receive_buffer=SMALL_BUFFER)
            assert phone.wire
            self._ports[phone] = phone.wire.transport.get_extra_info("sockname")[1]
            if self.phase != READING:
                phone.stop_reading()
            phone.delivered = 0
            game.mix = ("skip",)  # cards are the longest events
            phone.live = False  # seat A plays alone: nothing waits for a phone that may not read
        self._before = sum(game.finished for game in self.games)
        self._began = time.perf_counter()
        self._tasks = [asyncio.ensure_future(self._play()), asyncio.ensure_future(self._look())]
        if self.phase == SIPPING:
            self._tasks.append(asyncio.ensure_future(self._sip()))

    async def end(self, seen: Seen) -> None:
        """Stop, and say how it was; a close shows only to whoever reads."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        seen.played = sum(game.finished for game in self.games) - self._before
        seen.taken = sum(phone.delivered for phone in self.phones)
        seen.cut = sorted(round(at, 1) for at in self.cut.values())
        for phone in self.phones:
            if phone in self.cut:
                phone.start_reading()
                await phone.closes_within(3)
                seen.codes.append(phone.closed or 0)
            phone.cut()

    async def _play(self) -> None:
        number = 0
        while True:
            number += 1
            for game in self.games:
                game.play(time.perf_counter())
            await asyncio.sleep(max(0.0, self._began + number / CARDS_PER_S - time.perf_counter()))

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            held = _held()
            for phone, port in self._ports.items():
                if phone not in self.cut and port not in held:
                    self.cut[phone] = time.perf_counter() - self._began

    async def _sip(self) -> None:
        """One bufferful at a time."""
        while True:
            await asyncio.sleep(SIP_EVERY_S)
            for phone in self.phones:
                phone.start_reading()
            await asyncio.sleep(0.001)
            for phone in self.phones:
                if phone.wire and not phone.wire.transport.is_closing():
                    phone.stop_reading()


def _held() -> set[int]:
    """The far ports of all connections that a process of this machine still holds. One that was cut while nobody took its
    bytes is not reset: the kernel keeps it, and it belongs to no process any more."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[2].rpartition(":")[2], 16) for row in rows if row[9] != "0"}


async def watched(server: ServerProcess, fast: list[Game], rate: float, seconds: float, told: Progress) -> Seen:
    """The fast rooms' load, and the server's memory and CPU meanwhile."""
    first, used, began = memory_of(server.pid), cpu_of(server.pid), time.perf_counter()
    work = asyncio.ensure_future(paced(fast, rate, seconds, told))
    most = first
    while not work.done():
        most = max(most, memory_of(server.pid))
        await asyncio.wait([work], timeout=LOOK_S)
    cpu = (cpu_of(server.pid) - used) / (time.perf_counter() - began)
    return Seen(load=await work, cpu=cpu, first=first, most=most, last=memory_of(server.pid))


def row(phase: str, rounds: list[Seen], slow: int) -> Row:
    loads = [seen.load for seen in rounds]
    columns: dict[str, object] = {
        "fast: commands/s": median(load.per_second for load in loads),
        "fast: ack, ms": _middle([load.ack for load in loads]),
        "fast: ack p99 of each round, ms": ", ".join(str(load.ack["p99"]) for load in loads),
        "fast: partner's delivery, ms": _middle([load.delivery for load in loads]),
        "server's CPU (cores)": round(median(seen.cpu for seen in rounds), 2),
        "server's memory, MB": {
            "first": rounds[0].first >> 20, "most": max(seen.most for seen in rounds) >> 20, "last": rounds[-1].last >> 20
        },
        "loader's CPU (cores)": round(median(load.loader.cpu for load in loads), 2),
        "loader's lag p99, ms": round(median(load.loader.lag_p99_ms for load in loads), 2),
    }  # fmt: skip
    problems = [problem for load in loads for problem in load.problems]
    if phase != ALONE:
        columns |= {
            "slow: cards played": ", ".join(str(seen.played) for seen in rounds),
            "slow: events taken": ", ".join(str(seen.taken) for seen in rounds),
            "slow: cut after, s": "; ".join(", ".join(map(str, seen.cut)) or "never" for seen in rounds),
            "slow: close codes (1006: cut)": sorted({code for seen in rounds for code in seen.codes}),
        }
    if phase == DEAF and any(len(seen.cut) < slow for seen in rounds):
        problems.append("not every phone that reads nothing was cut: run it for longer, or that is what is wrong")
    if phase == READING and any(seen.cut for seen in rounds):
        problems.append("a phone that reads was cut")
    return Row(name=phase, durable=True, survives_node_death=True, columns=columns, problems=problems)


def _middle(found: list[dict[str, float]]) -> dict[str, float]:
    """The median of every quantile over the rounds."""
    return {name: round(median(one[name] for one in found), 2) for name in found[0]}


def harm(seen: dict[str, list[Seen]], phase: str) -> str:
    """The fast rooms' p99 beside these, against beside readers: the median of the rounds' own comparisons."""
    pairs = zip(seen[READING], seen[phase], strict=True)
    more = median(other.load.ack["p99"] / reading.load.ack["p99"] - 1 for reading, other in pairs)
    return f"{100 * more:+.0f} %"


def main() -> int:
    chosen = report.options(__doc__, rooms=15, slow=2, rate=30.0, seconds=40.0, rounds=3)
    seen: dict[str, list[Seen]] = {phase: [] for phase in PHASES}
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            server = stage.serve()
            beside_each = chosen.slow * (len(PHASES) - 1) * chosen.rounds
            steps.step(f"Opening {chosen.rooms + beside_each} rooms")
            games = await open_games(server.url, chosen.rooms + beside_each)
            fast, spare = games[: chosen.rooms], games[chosen.rooms :]
            await begin(fast, (server.url, server.url))
            for number in range(chosen.rounds):
                first = number % len(PHASES)
                for phase in PHASES[first:] + PHASES[:first]:
                    told = steps.step(f"Round {number + 1}: {phase}")
                    games, spare = (spare[: chosen.slow], spare[chosen.slow :]) if phase != ALONE else ([], spare)
                    await begin(games, (server.url, server.url))
                    beside = Beside(games, phase)
                    await beside.begin(server.url)
                    found = await watched(server, fast, chosen.rate, chosen.seconds, told)
                    await beside.end(found)
                    seen[phase].append(found)
            return [row(phase, seen[phase], chosen.slow) for phase in PHASES]

        rows = report.run(measure())
    return report.show(
        "slow",
        rows,
        chosen,
        f"beside means: seat B has a receive buffer of {SMALL_BUFFER} bytes, seat A asks for {CARDS_PER_S} other cards a second "
        "in each room; the fast rooms play the usual mix; medians over the rounds",
        f"what not reading costs the others: ack p99 {harm(seen, DEAF)} against beside readers; reading a few KB/s: "
        f"{harm(seen, SIPPING)}",
    )


if __name__ == "__main__":
    sys.exit(main())
