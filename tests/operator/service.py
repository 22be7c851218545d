"""A server program of the operator's: it ends with this process at the latest, and takes no Ctrl-C of its own."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from storage.binaries import guarded

WITHIN_S = 60


class DidNotStart(Exception):
    """A program ended instead of listening, or does not come to it."""


class Service:
    """`command` is ready when it listens at `port` of 127.0.0.1, or `asked` says so; what it says goes to `log`. To be started
    from the main thread, with which it would die."""

    def __init__(
        self,
        command: list[str],
        log: Path,
        port: int,
        *,
        identity: str = "same",
        environment: dict[str, str] | None = None,
        asked: Callable[[], bool] | None = None,
    ) -> None:
        self.command, self.log, self.port = command, log, port
        self._identity, self._environment = identity, environment
        self._is_ready = asked or self._listens
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns at once; `await_ready` may wait on another thread."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                guarded(self.command, signal.SIGKILL, self._identity),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment or plain_environment(),
                start_new_session=True,
            )

    def await_ready(self) -> None:
        """Raises DidNotStart."""
        deadline = time.monotonic() + WITHIN_S
        while not self._is_ready():
            assert self.process
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(f"{' '.join(self.command[:3])} did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.02)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def tell(self, number: signal.Signals) -> None:
        if self.process and self.runs:
            self.process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = WITHIN_S) -> int:
        """The exit code, after it has obeyed."""
        self.tell(number)
        return self.process.wait(within) if self.process else 0

    def kill(self) -> None:
        """SIGKILL, and the processes that it has forked go with it."""
        if self.process and self.runs:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(WITHIN_S)

    def _listens(self) -> bool:
        with socket.socket() as tried:
            tried.settimeout(1)
            return tried.connect_ex(("127.0.0.1", self.port)) == 0


def plain_environment() -> dict[str, str]:
    """Without the caller's PG… variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
