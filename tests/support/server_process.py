"""A real server process for tests: started, killed and started again on the same port, as an operator would."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from game_server.settings import Settings, variable
from tests.support.nursling import Nursling

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "from game_server.cli import main; main()"]


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give a process these settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    for field in msgspec.structs.fields(Settings):
        value = getattr(settings, field.name)
        if value != field.default and value is not None:
            kept[variable(field.name)] = ",".join(value) if isinstance(value, tuple) else str(value)
    return kept


def game_server(settings: Settings, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command with these settings, run to its end."""
    with TemporaryDirectory() as folder:
        said = Path(folder) / "said"
        process = Nursling([*arguments], ROOT, environment(settings) | variables, said)
        with process.stdout:
            answered = process.stdout.read()
        return subprocess.CompletedProcess(arguments, process.wait(120), answered, said.read_text())


class ServerProcess:
    """`game-server serve` on these settings. `url` and `ws_url` stay the same over restarts; output goes to `log`,
    or to the descriptor `stderr`. `variables` are further ones of its environment.

    It is forked from the nursery, or with `anew`, and where `stderr` is given, the program that an operator starts.
    """

    def __init__(
        self,
        settings: Settings,
        log: Path,
        *options: str,
        stderr: int | None = None,
        anew: bool = False,
        **variables: str,
    ) -> None:
        self.variables = variables
        self.anew = anew or stderr is not None
        self.settings = settings
        self.log = log
        self.options = options
        self.stderr = stderr
        self.url = ""
        self._port = settings.port
        self.process = self._start()

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is finished."""
        self._end(signal.SIGKILL)

    def stop(self, within: float = 40) -> int:
        """SIGTERM: drained; the exit code."""
        return self._end(signal.SIGTERM, within)

    def restart(self) -> None:
        """Start again on the same port, after killing what still runs."""
        if self.process.poll() is None:
            self.kill()
        self.process = self._start()

    def _end(self, number: signal.Signals, within: float = 40) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(within)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def _start(self) -> "subprocess.Popen[str] | Nursling":
        arguments = ["serve", "--port", str(self._port), *self.options]
        variables = environment(self.settings) | self.variables
        process: subprocess.Popen[str] | Nursling
        if self.anew:
            with self.log.open("a") as log:
                process = subprocess.Popen(
                    [*PROGRAM, *arguments],
                    cwd=ROOT,
                    env=variables,
                    stdout=subprocess.PIPE,
                    stderr=log if self.stderr is None else self.stderr,
                    text=True,
                )
        else:
            process = Nursling(arguments, ROOT, variables, self.log)
        assert process.stdout
        for line in process.stdout:
            if line.startswith("Ready at "):
                self.url = line.split()[2]
                self._port = int(self.url.rsplit(":", 1)[1])
                return process
        process.wait()
        process.stdout.close()
        raise AssertionError(f"The server did not start:\n{self.log.read_text()[-3000:]}")
