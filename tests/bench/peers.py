"""Ours beside socket.io, colyseus and Django channels, doing the same work in the same run: a phone says something, the server
tells both phones of the room and acknowledges. What an acknowledgement is worth differs, so it is always shown. The peers are
installed once, at pinned versions, into the user's cache; one that cannot be had is said so. 5 rounds take about 25 minutes.
"""

import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).parents[2])  # run by its path: a bench must not hide the package of the same name

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from rich.console import Console

from tests.bench import peers_page, report
from tests.bench.couples import begin, open_games
from tests.bench.game import Command, EchoGame, Game
from tests.bench.handset import LIVE_WITHIN_S, Frame, Handset, Seat
from tests.bench.load import paced, saturate
from tests.bench.peers_install import SOURCES, NotInstalled, cache
from tests.bench.peers_phones import ColyseusHandset, NumberedHandset, PeerGame, SocketIoHandset
from tests.bench.peers_result import Contestant, Result, Round, Row, facts, table
from tests.bench.peers_servers import Running, serving
from tests.bench.report import INVALID, Steps
from tests.bench.stage import LIFTED, Stage, cpu_of, cpu_of_children
from tests.bench.wire import HttpRefused

_MEMORY = "no: in memory"
CONTESTANTS = (
    Contestant("ours, 1 process", "ours", 1, "yes", "yes"),
    Contestant("ours, 2 processes", "ours", 2, "yes", "yes"),
    Contestant("bare echo room", "echo", 1, _MEMORY, "no"),
    Contestant("socket.io in memory", "socket.io", 1, _MEMORY, "no"),
    Contestant("socket.io + Redis streams", "streams", 1, "no", "no"),
    Contestant("socket.io + Redis streams, 2 processes", "streams", 2, "no", "no"),
    Contestant("colyseus", "colyseus", 1, _MEMORY, "no"),
    Contestant("channels + Redis", "channels", 1, "no", "no"),
    Contestant("channels + Redis, 2 processes", "channels", 2, "no", "no"),
)
NOTES = (
    LIFTED,
    "saturation: every room always has one command under way; at the fixed rate latency counts from the intended moment",
    "with 2 processes the phones of each room sit on different ones; a room of colyseus lives in one process by design",
    "ours plays the mix of ./test bench rooms by the game's rules; everybody else repeats what is said",
    "exactly once on retry and events in order are tried in every round",
    (
        "durable and a node's death are what each promises for an acknowledged command when the process is killed at once; "
        "socket.io's recovery keeps a session when its phone leaves, and a killed process never gets that far"
    ),
)
PHONES: dict[str, type[NumberedHandset]] = {
    "socket.io": SocketIoHandset,
    "streams": SocketIoHandset,
    "colyseus": ColyseusHandset,
    "channels": NumberedHandset,
}


async def measure(stage: Stage, steps: Steps, contestant: Contestant, chosen: argparse.Namespace) -> Round:
    """One round of one contestant on fresh processes and fresh rooms. Raises NotInstalled."""
    name = contestant.name
    steps.step(f"{name}: opening {chosen.rooms} rooms")
    with serving(stage, contestant.kind, contestant.processes) as servers:
        games = await _games(contestant.kind, servers, chosen.rooms)
        await begin(games, (servers.urls[0], servers.urls[-1]))
        at_rate = await paced(games, chosen.rate, chosen.seconds, steps.step(f"{name}: {chosen.rate:g} commands/s"))
        before, finished = _cpu(servers), sum(game.finished for game in games)
        full = await saturate(games, chosen.seconds, steps.step(f"{name}: saturation"))
        commands = max(1, sum(game.finished for game in games) - finished)
        server, postgres, valkey = (
            1e6 * (now - then) / commands for now, then in zip(_cpu(servers), before, strict=True)
        )
        once = await retries_change_nothing(games[0])
        phones = [phone for game in games for phone in game.phones]
        overtaken = sum(phone.overtaken for phone in phones if isinstance(phone, NumberedHandset))
        for phone in phones:
            phone.cut()
    return Round(
        per_second=full.per_second,
        ack_p50=at_rate.ack["p50"],
        ack_p99=at_rate.ack["p99"],
        server_us=round(server, 1),
        postgres_us=round(postgres, 1),
        valkey_us=round(valkey, 1),
        loader_cores=full.loader.cpu,
        once=once,
        overtaken=overtaken,
        problems=[*at_rate.problems, *full.problems],
    )


async def _games(kind: str, servers: Running, rooms: int) -> Sequence[Game]:
    if kind == "ours":
        return await open_games(servers.urls[0], rooms)
    if kind == "echo":
        return [EchoGame((Seat(f"room-{number}"), Seat(f"room-{number}"))) for number in range(rooms)]
    return [PeerGame(f"room-{number}", PHONES[kind]) for number in range(rooms)]


def _cpu(servers: Running) -> tuple[float, float, float]:
    return cpu_of(*servers.pids), cpu_of_children("postgres"), cpu_of_children("valkey-server")


async def retries_change_nothing(game: Game) -> bool:
    """Send a command that is over once more, with its id: the same answer, and no phone hears it again."""
    game.over = lambda _game, _done: None
    game.play(time.perf_counter())
    assert game.under_way
    first = game.under_way
    await game.finish()
    twice = [phone.twice for phone in game.phones]
    again = await _answer(game.phones[first.by], first)
    for _ in game.phones:  # one by each phone, so that everything before has come, whichever process told it
        game.play(time.perf_counter())
        await game.finish()
    return again == first.seq and twice == [phone.twice for phone in game.phones]


async def _answer(phone: Handset, command: Command) -> int:
    """The seq that a command's retry is acknowledged with."""
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    hears = phone.hears

    def listens(frame: Frame, at: float) -> None:
        hears(frame, at)
        if frame.id == command.id and not answered.done():
            answered.set_result(frame.seq)

    phone.hears = listens
    phone.say(command.body)
    try:
        return await asyncio.wait_for(answered, LIVE_WITHIN_S)
    finally:
        phone.hears = hears


async def all_rounds(
    measured: Callable[[Contestant], Awaitable[Round]], contestants: Sequence[Contestant], rounds: int
) -> list[Row]:
    """Everybody once a round, round after round; who cannot be installed or fails is out, and the row says why."""
    rows = {one.name: Row(contestant=one) for one in contestants}
    for number in range(rounds):
        for name, row in rows.items():
            if row.missing:
                continue
            try:
                row.rounds.append(await measured(row.contestant))
            except NotInstalled as error:
                rows[name] = Row(contestant=row.contestant, missing=f"could not be installed: {error}")
            except (OSError, RuntimeError, HttpRefused) as error:
                rows[name] = Row(contestant=row.contestant, missing=f"failed: {error or type(error).__name__}")
        report.console.print(f"round {number + 1} of {rounds} is over")
    return list(rows.values())


def versions() -> dict[str, str]:
    """What the peers are pinned to."""
    pins = dict(msgspec.json.decode((SOURCES / "package.json").read_bytes())["dependencies"])
    for line in (SOURCES / "requirements.in").read_text().split():
        name, _, version = line.partition("==")
        pins[name] = version
    return pins


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="medians of so many")
    parser.add_argument("--seconds", type=float, default=8.0, metavar="N", help="at the rate, and again at saturation")
    parser.add_argument("--rooms", type=int, default=200, metavar="N", help="rooms of two phones")
    parser.add_argument("--rate", type=float, default=100.0, metavar="N", help="commands a second where latency counts")
    parser.add_argument("--only", metavar="WORDS", help="those whose names hold one of these, as in: ours,echo")
    parser.add_argument(
        "--json", metavar="FILE", help="also write the result as JSON; - prints it instead of the table"
    )
    parser.add_argument(
        "--html", metavar="FILE", type=Path, default=cache() / "peers.html", help="the page with charts"
    )
    parser.add_argument(
        "--busy", action="store_true", help="say in every output that others used the machine meanwhile"
    )
    chosen = parser.parse_args()
    words = (chosen.only or "").split(",")
    chosen.contestants = [one for one in CONTESTANTS if any(word.strip() in one.name for word in words)]
    if not chosen.contestants or chosen.rounds < 1:
        parser.error("nobody to measure: the names are " + "; ".join(one.name for one in CONTESTANTS))
    return chosen


def main() -> int:
    chosen = options()
    machine = report.machine()
    with Stage() as stage, report.steps() as steps:
        rows = report.run(all_rounds(lambda one: measure(stage, steps, one, chosen), chosen.contestants, chosen.rounds))
    result = Result(
        rooms=chosen.rooms, seconds=chosen.seconds, rate=chosen.rate, rounds=chosen.rounds, busy=chosen.busy,
        machine=machine, versions=versions(), rows=rows, notes=list(NOTES),
    )  # fmt: skip
    return show(result, chosen.json, chosen.html)


def show(result: Result, json: str | None, html: Path) -> int:
    """Print and write everything; the exit code."""
    written = msgspec.json.format(msgspec.json.encode(result), indent=2)
    if json == "-":
        print(written.decode())
    else:
        out = Console(width=None if sys.stdout.isatty() else 180)
        out.print(table(result))
        for line in facts(result):
            out.print(f"· {line}", markup=False, highlight=False, soft_wrap=True)
        if json:
            Path(json).write_bytes(written + b"\n")
    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(peers_page.page(result))
    print(f"The page: {html}", file=sys.stderr)
    for problem in result.problems():
        print(f"INVALID — {problem}", file=sys.stderr)
    return INVALID if result.problems() else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
