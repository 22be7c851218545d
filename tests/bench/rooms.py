"""Durable commands a second at saturation, and the latency of acknowledgement and partner's delivery at a fixed rate: ours, on
real stores, beside a bare echo room in memory on the same framework and server options, in one run.
"""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

from collections import Counter
from collections.abc import Sequence

import msgspec

from tests.bench import report
from tests.bench.couples import begin, open_games
from tests.bench.game import MIX, EchoGame, Game
from tests.bench.handset import Seat
from tests.bench.load import Load, paced, saturate
from tests.bench.report import Row, Steps
from tests.bench.stage import Echo, Stage, cpu_of, cpu_of_children

STORES = ("postgres", "valkey-server")


class Run(msgspec.Struct, frozen=True):
    """What was asked for, and where to say how far it is."""

    rooms: int
    seconds: float
    rate: float
    steps: Steps


async def echo_row(run: Run) -> Row:
    """The ceiling."""
    with Echo() as echo:
        seats = [Seat(f"room-{number}") for number in range(run.rooms)]
        games: list[Game] = [EchoGame((seat, seat)) for seat in seats]
        await begin(games, (echo.url, echo.url))
        return await _measured(run, "echo room, in memory", games, (echo.pid,), durable=False)


async def our_row(run: Run, stage: Stage, processes: int) -> Row:
    """Ours; with two processes the phones of each room sit on different ones."""
    name = "ours, 1 process" if processes == 1 else f"ours, {processes} processes"
    run.steps.step(f"{name}: opening {run.rooms} rooms")
    servers = [stage.serve() for _ in range(processes)]
    games = await open_games(servers[0].url, run.rooms)
    await begin(games, (servers[0].url, servers[-1].url))
    row = await _measured(run, name, games, tuple(server.pid for server in servers), durable=True)
    for server in servers:
        server.stop()
    return row


async def _measured(run: Run, name: str, games: Sequence[Game], pids: tuple[int, ...], *, durable: bool) -> Row:
    at_rate = await paced(games, run.rate, run.seconds, run.steps.step(f"{name}: {run.rate:g} commands/s"))
    before, finished = _cpu(pids, durable=durable), sum(game.finished for game in games)
    full = await saturate(games, run.seconds, run.steps.step(f"{name}: saturation"))
    commands = max(1, sum(game.finished for game in games) - finished)
    used = {part: round(1e6 * (now - before[part]) / commands) for part, now in _cpu(pids, durable=durable).items()}
    return Row(
        name=name,
        durable=durable,
        survives_node_death=durable,
        columns=_columns(run.rate, at_rate, full, used),
        problems=[f"at {run.rate:g}/s: {problem}" for problem in at_rate.problems]
        + [f"at saturation: {problem}" for problem in full.problems],
    )


def _cpu(pids: tuple[int, ...], *, durable: bool) -> dict[str, float]:
    return {"server": cpu_of(*pids), **({name: cpu_of_children(name) for name in STORES} if durable else {})}


def _columns(rate: float, at_rate: Load, full: Load, used: dict[str, int]) -> dict[str, object]:
    return {
        "commands/s at saturation": full.per_second,
        "ack at saturation, ms": full.ack,
        "CPU µs per command": used,
        f"ack at {rate:g}/s, ms": at_rate.ack,
        f"partner's delivery at {rate:g}/s, ms": at_rate.delivery,
        f"sent late at {rate:g}/s, p99 ms": at_rate.late_p99_ms,
        "refused": dict(Counter(full.refusals) + Counter(at_rate.refusals)),
        "commands counted": full.done + at_rate.done,
        "mix at saturation": full.mix,
        "loader's CPU (cores)": {"at rate": at_rate.loader.cpu, "saturation": full.loader.cpu},
        "loader's lag p99, ms": {"at rate": at_rate.loader.lag_p99_ms, "saturation": full.loader.lag_p99_ms},
    }


def main() -> int:
    chosen = report.options(__doc__, rooms=50, seconds=10.0, rate=100.0, processes=1)
    with Stage() as stage, report.steps() as steps:

        async def measure() -> list[Row]:
            run = Run(chosen.rooms, chosen.seconds, chosen.rate, steps)
            rows = [await echo_row(run)]
            for processes in sorted({1, chosen.processes}):
                rows += [await our_row(run, stage, processes)]
            return rows

        rows = report.run(measure())
    mix = ", ".join(f"{MIX.count(kind)} {kind}" for kind in dict.fromkeys(MIX))
    return report.show(
        "rooms",
        rows,
        chosen,
        f"{chosen.rooms} rooms of two phones; of every {len(MIX)} commands {mix}; past a room's last turn a complete is a skip",
        "saturation: every room has always one command under way, counted after 1 s of warm-up; "
        "at the fixed rate latency counts from the intended moment of sending",
    )


if __name__ == "__main__":
    sys.exit(main())
