"""What a bench measures on: real embedded stores in a temporary folder, and server processes with the limits of use lifted.

Durable settings are the product's own. The inbound credits and the limits of requests are settings, lifted here and said in
every result, because a bench is one machine playing everybody.
"""

import os
import signal
import sys
import tempfile
from contextlib import ExitStack, nullcontext
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any, Self

import msgspec

from game_server.commands.migrating import prepare_database
from game_server.settings import Settings
from storage.embedded import Stores
from tests.support.databases import await_here
from tests.support.server_process import ROOT, ServerProcess

MANY = 1_000_000
LIFTED = "inbound credits, request limits and the daily limit are lifted by settings"
_TICK = os.sysconf("SC_CLK_TCK")


class Stage:
    """Stores and server processes, all gone at the end. `with Stage() as stage: stage.serve()`."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self.servers: list[ServerProcess] = []

    def __enter__(self) -> Self:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leave nothing behind
        self.folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        stores = Stores(self.folder / "stores")
        stores.start()
        self._open.callback(stores.stop)
        self.settings = Settings(
            database_url=stores.database_url,
            redis_url=stores.redis_url,
            data_dir=self.folder / "data",
            port=0,
            secret_key="a secret of nobody, long enough for a bench",
            log_format="json",
            log_level="warning",
            access_token_s=86_400,  # filling a database takes longer than a token lives
            daily_limit=MANY,
            credits_burst=MANY,
            credits_per_s=MANY,
            **{f"limit_{name}": f"{MANY}/60" for name in ("login", "register", "claims", "tickets", "other")},  # type: ignore[arg-type]
        )
        await_here(prepare_database(self.settings, lambda _text: nullcontext()))
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.kill()
        self._open.close()

    def serve(self, **changed: Any) -> ServerProcess:
        """One more process of ours on these stores, with these settings changed."""
        settings = msgspec.structs.replace(self.settings, **changed)
        server = ServerProcess(settings, self.folder / f"server-{len(self.servers)}.log", anew=True)
        self.servers.append(server)
        return server

    def log(self) -> str:
        """What the servers had to say (warnings and worse)."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("server-*.log")))


class Echo:
    """The bare echo room in a process of its own."""

    def __init__(self) -> None:
        self.process = Popen([sys.executable, "-m", "tests.bench.echo_room"], cwd=ROOT, stdout=PIPE, text=True)
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError("the echo room did not start")

    @property
    def pid(self) -> int:
        return self.process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def cpu_of(*pids: int) -> float:
    """Seconds of CPU these processes have used so far."""
    return sum(sum(_stat(pid)[1]) for pid in pids)


def cpu_of_children(program: str) -> float:
    """Seconds of CPU that our stores have used so far: `postgres` with its backends, or `valkey-server`."""
    used = 0.0
    mine = {os.getpid()}
    for pid in sorted(int(entry.name) for entry in Path("/proc").glob("[0-9]*")):
        try:
            name, times, parent = _stat(pid)
        except (OSError, ValueError):
            continue  # it ended while we looked
        if parent in mine and name.startswith(program):
            mine.add(pid)
            used += sum(times)
    return used


def _stat(pid: int) -> tuple[str, list[float], int]:
    text = Path(f"/proc/{pid}/stat").read_text()
    name = text[text.index("(") + 1 : text.rindex(")")]
    fields = text[text.rindex(")") + 2 :].split()
    return name, [int(fields[11]) / _TICK, int(fields[12]) / _TICK], int(fields[1])


def memory_of(pid: int) -> int:
    """Resident bytes of a process."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024
