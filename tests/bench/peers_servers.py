"""The contestants' server processes: started for one measurement, and gone after it whatever happens."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

import msgspec

from tests.bench import peers_install
from tests.bench.peers_install import NODE, SOURCES
from tests.bench.stage import Stage
from tests.support.server_process import ROOT


class Running(msgspec.Struct, frozen=True):
    """Where the processes of one contestant are."""

    urls: tuple[str, ...]
    pids: tuple[int, ...]


@contextmanager
def serving(stage: Stage, kind: str, processes: int) -> Iterator[Running]:
    """So many processes of that kind; killed at the end. Raises NotInstalled."""
    with ExitStack() as ends:
        if kind == "ours":
            servers = [stage.serve() for _ in range(processes)]
            for server in servers:
                ends.callback(server.kill)
            yield Running(tuple(server.url for server in servers), tuple(server.pid for server in servers))
            for server in servers:  # drained after a round that went well: the next one finds nothing of it
                server.stop()
            return
        command, folder = _command(kind, stage)
        started = [
            ends.enter_context(_process(command, folder, stage.folder / f"{kind}.log")) for _ in range(processes)
        ]
        yield Running(tuple(url for url, _ in started), tuple(pid for _, pid in started))


def _command(kind: str, stage: Stage) -> tuple[list[str | Path], Path]:
    redis = str(stage.settings.redis_url)
    if kind == "echo":
        return [sys.executable, "-m", "tests.bench.echo_room"], ROOT
    if kind == "channels":
        return [peers_install.python(), SOURCES / "channels_room.py", redis], ROOT
    packages = peers_install.node_packages()
    if kind == "colyseus":
        return [NODE, SOURCES / "colyseus.js"], packages
    return [NODE, SOURCES / "socketio.js", *([redis] if kind == "streams" else [])], packages


@contextmanager
def _process(command: list[str | Path], folder: Path, log: Path) -> Iterator[tuple[str, int]]:
    """One process that prints where it listens as its first line."""
    with log.open("a") as errors, Popen(command, cwd=folder, stdout=PIPE, stderr=errors, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            if not url.startswith("http"):
                raise RuntimeError(f"it did not start: {log.read_text()[-400:]}")
            yield url, process.pid
        finally:
            process.kill()
