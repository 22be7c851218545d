"""The load: closed loop for saturation, open loop from intended send times for latency, and what the loader itself did."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress

import msgspec

from tests.bench.game import Done, Game

FINISH_WITHIN_S = 20.0
WARM_UP_S = 1.0

Progress = Callable[[float], None]
"""Told how much is done, from 0 to 1."""


class Loader(msgspec.Struct, frozen=True):
    """What the loader used of its core, and how late its own loop was (milliseconds)."""

    cpu: float
    lag_p99_ms: float
    lag_max_ms: float


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """One phase's outcome. Latencies in milliseconds; `problems` make the run invalid."""

    seconds: float
    done: int
    per_second: float
    ack: dict[str, float]
    delivery: dict[str, float]
    refusals: dict[str, int]
    mix: dict[str, int]
    loader: Loader
    late_p99_ms: float
    problems: list[str]


class Lag:
    """How late the loop wakes up, measured all the time, and the process's CPU over the same time."""

    def __init__(self) -> None:
        self._late: list[float] = []
        self._task: asyncio.Task[None] | None = None
        self._began = (time.perf_counter(), time.process_time())

    def start(self) -> None:
        self._late.clear()
        self._began = (time.perf_counter(), time.process_time())
        self._task = asyncio.ensure_future(self._watch())

    def stop(self) -> Loader:
        if self._task:
            self._task.cancel()
        wall, cpu = time.perf_counter() - self._began[0], time.process_time() - self._began[1]
        late = quantiles(self._late)
        return Loader(round(cpu / wall, 2), late["p99"], late["max"])

    async def _watch(self) -> None:
        while True:
            due = time.perf_counter() + 0.01
            await asyncio.sleep(0.01)
            self._late.append(max(0.0, time.perf_counter() - due))


async def saturate(games: Sequence[Game], seconds: float, progress: Progress = lambda _: None) -> Load:
    """Every room has always a command under way; counted after a warm-up."""
    done: list[Done] = []
    ends = time.perf_counter() + WARM_UP_S + seconds

    def again(game: Game, finished: Done) -> None:
        done.append(finished)
        now = time.perf_counter()
        if now < ends:
            game.waiting.append(now)

    phase = _Phase(games, again)
    for game in games:
        game.play(time.perf_counter())
    await _watched(WARM_UP_S, progress, 0.0, WARM_UP_S / (WARM_UP_S + seconds))
    done.clear()
    phase.lag.start()
    began = time.perf_counter()
    await _watched(seconds, progress, WARM_UP_S / (WARM_UP_S + seconds), 1.0)
    counted, took = tuple(done), time.perf_counter() - began
    return await phase.over(counted, took)


async def paced(games: Sequence[Game], rate: float, seconds: float, progress: Progress = lambda _: None) -> Load:
    """So many commands a second over all rooms in turn, whatever the server does; latency counts from the intended moment."""
    done: list[Done] = []
    phase = _Phase(games, lambda _, finished: done.append(finished))
    phase.lag.start()
    began = time.perf_counter()
    count = int(rate * seconds)
    for number in range(count):
        intended = began + number / rate
        if (ahead := intended - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        games[number % len(games)].play(intended)
        if number % 50 == 0:
            progress(number / count)
    load = await phase.over(done, time.perf_counter() - began)
    if len(done) < count:
        load.problems.append(f"{count - len(done)} of {count} commands were never answered")
    return load


class _Phase:
    """One stretch of load on some rooms: what was there before, and the judgement after."""

    def __init__(self, games: Sequence[Game], over: Callable[[Game, Done], None]) -> None:
        self.games = games
        self.lag = Lag()
        self._before = [(game.head, [phone.delivered for phone in game.phones]) for game in games]
        for game in games:
            game.over = over
            game.refusals.clear()

    async def over(self, done: Sequence[Done], took: float) -> Load:
        """Wait for what is under way, then judge: each phone must have each event exactly once."""
        loader = self.lag.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(game.finish() for game in self.games)), FINISH_WITHIN_S)
        refusals: Counter[str] = Counter()
        for game in self.games:
            refusals.update(game.refusals)
        return Load(
            seconds=round(took, 2),
            done=len(done),
            per_second=round(len(done) / took, 1),
            ack=quantiles([one.acked - one.intended for one in done]),
            delivery=quantiles([one.delivered - one.intended for one in done if one.delivered]),
            refusals=dict(refusals),
            mix=dict(Counter(one.kind for one in done)),
            loader=loader,
            late_p99_ms=quantiles([one.sent - one.intended for one in done])["p99"],
            problems=self._problems(len(done), refusals),
        )

    def _problems(self, done: int, refusals: Counter[str]) -> list[str]:
        problems = [] if done else ["nothing was acknowledged"]
        if sum(refusals.values()) > done / 100:
            problems.append(f"more than one in a hundred was refused: {dict(refusals)}")
        lost = more = 0
        for game, (head, delivered) in zip(self.games, self._before, strict=True):
            for phone, before in zip(game.phones, delivered, strict=True):
                lacks = (game.head - head) - (phone.delivered - before)
                lost += max(0, lacks)
                more += max(0, -lacks) + phone.twice
        if lost:
            problems.append(f"{lost} events were not delivered")
        if more:
            problems.append(f"{more} events more were delivered than sent")
        return problems


async def _watched(seconds: float, progress: Progress, start: float, end: float) -> None:
    began = time.perf_counter()
    while (gone := time.perf_counter() - began) < seconds:
        progress(start + (end - start) * gone / seconds)
        await asyncio.sleep(min(0.1, seconds - gone))


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """p50, p99 and the worst of seconds, in milliseconds; zeros when there are none."""
    ordered = sorted(values) or [0.0]
    at = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {name: round(1000 * ordered[min(len(ordered) - 1, int(len(ordered) * q))], 2) for name, q in at.items()}
