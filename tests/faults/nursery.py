"""Forks servers from a process that has imported everything once, so that a fault test can afford to kill hundreds.

What is forked is `game-server serve` with the environment it is given, as a process of its own. SIGUSR2 arms the crash point
that its order names, or a later `arm`: so it dies in the command under test and not in one that led up to it.
"""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn

import msgspec

from game_server import cli
from game_server.settings import Settings
from storage import crash
from tests.faults import staged
from tests.faults.staged import Stage
from tests.support.server_process import ROOT, environment
from tests.support.warm import serving

LOOK_S = 0.01
START_WITHIN_S = 90


class Nursery:
    """The process that forks. Its servers end with it, and run what stands in `root`."""

    def __init__(self, home: Path, *, root: Path = ROOT) -> None:
        self.home = home
        self._born = 0
        self._orders = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def fork(self, settings: Settings, *, crash_at: str | None = None, stage: Stage | None = None) -> "ForkedServer":
        """A server that is ready; `crash_at` names the point that `arm()` arms, `stage` what its clock and dice obey."""
        return ForkedServer(self, settings, crash_at, stage)

    def born(self, order: dict[str, Any]) -> tuple[int, Path]:
        """Fork one; its process and the file that gets its output."""
        assert self._process.stdin
        assert self._process.stdout
        with self._orders:
            self._born += 1
            out = self.home / f"server-{self._born}"
            self._process.stdin.write(json.dumps({**order, "out": str(out)}) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline()), out

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


class ForkedServer:
    """One server. `url` stays the same over restarts."""

    def __init__(
        self, nursery: Nursery, settings: Settings, crash_at: str | None = None, stage: Stage | None = None
    ) -> None:
        self.settings = settings
        self.crash_at = crash_at
        self._stage = stage
        self.url = ""
        self._nursery = nursery
        self._port = settings.port
        self._start()

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    def _start(self) -> None:
        options = ["serve", "--port", str(self._port)]
        order = {
            "environment": environment(self.settings),
            "options": options,
            "crash_at": self.crash_at,
            "stage": str(self._stage.path) if self._stage else None,
        }
        self.pid, self.out = self._nursery.born(order)
        deadline = time.monotonic() + START_WITHIN_S
        while not (line := self._said("Ready at ")):
            assert self.exit_code() is None, f"The server did not start:\n{self.log()[-3000:]}"
            assert time.monotonic() < deadline, f"The server does not get ready:\n{self.log()[-3000:]}"
            time.sleep(LOOK_S)
        self.url = line.split()[2]
        self._port = int(self.url.rsplit(":", 1)[1])

    def arm(self, point: str | None = None) -> None:
        """From now on the crash point kills it: the one named here, or at its birth."""
        if point:
            _armed_by(self.out).write_text(point)
        os.kill(self.pid, signal.SIGUSR2)
        deadline = time.monotonic() + START_WITHIN_S
        while not self._said("armed"):
            assert time.monotonic() < deadline
            time.sleep(LOOK_S)

    def signal(self, number: signal.Signals) -> None:
        if self.exit_code() is None:
            os.kill(self.pid, number)

    def kill(self) -> int:
        """SIGKILL; the exit code."""
        self.signal(signal.SIGKILL)
        return self.wait()

    def stop(self, within: float = 60) -> int:
        """SIGTERM: drained; the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(within)

    def restart(self) -> None:
        """Start again on the same port, after killing what still runs."""
        self.kill()
        self._start()

    def wait(self, within: float = 60) -> int:
        """Its exit code, negative for the signal that ended it."""
        deadline = time.monotonic() + within
        while (code := self.exit_code()) is None:
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"The server did not end:\n{self.log()[-3000:]}")
            time.sleep(LOOK_S)
        return code

    def exit_code(self) -> int | None:
        try:
            return int(Path(f"{self.out}.ended").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def log(self) -> str:
        """What it has said so far."""
        try:
            return self.out.read_text()
        except FileNotFoundError:
            return ""

    def _said(self, start: str) -> str | None:
        return next((line for line in self.log().splitlines() if line.startswith(start)), None)


class Spares:
    """Servers on these settings for tests that each kill one: the next gets ready while a test plays with the one before."""

    def __init__(self, nursery: Nursery, settings: Settings) -> None:
        self._nursery, self._settings = nursery, settings
        self._thread = ThreadPoolExecutor(1)
        self._next = self._thread.submit(nursery.fork, settings)

    def take(self) -> ForkedServer:
        """A server that is ready."""
        server = self._next.result()
        self._next = self._thread.submit(self._nursery.fork, self._settings)
        return server

    def close(self) -> None:
        self._next.result().kill()
        self._thread.shutdown()


def main() -> None:
    """Fork a server for every order on stdin, and note how each ends, until there is no more stdin."""
    assert Path(serving.__file__).resolve().is_relative_to(Path.cwd().resolve()), (
        "another copy of the program was found"
    )
    running: dict[int, str] = {}  # what gets its output names it: after many a kill its number is given again

    def reap(*_: object) -> None:
        for pid in tuple(running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                note = Path(f"{running.pop(pid)}.ending")
                note.write_text(str(os.waitstatus_to_exitcode(status)))
                note.rename(note.with_suffix(".ended"))

    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        order = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if pid == 0:
            _become(order)
        running[pid] = order["out"]
        print(pid, flush=True)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    for pid in tuple(running):
        os.kill(pid, signal.SIGKILL)


def _become(order: dict[str, Any]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, target in ((0, os.open(os.devnull, os.O_RDONLY)), (1, out), (2, out)):
        os.dup2(target, number)
    signal.signal(signal.SIGUSR2, lambda *_: _arm(order))
    if order["stage"]:
        staged.install(Path(order["stage"]))
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["game-server", *order["options"]]
    code: Any = 0
    try:
        cli.main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - it is the process's last word
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _armed_by(out: Path) -> Path:
    return out.with_name(f"{out.name}.arm")


def _arm(order: dict[str, Any]) -> None:
    later = _armed_by(Path(order["out"]))
    crash.arm(later.read_text() if later.exists() else order["crash_at"])
    os.write(1, b"armed\n")


if __name__ == "__main__":
    assert msgspec
    main()
