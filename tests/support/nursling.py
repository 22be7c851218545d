"""Servers begun without the seconds that Python takes to import them: forked from a process that has done so once a run.

What they are is no different: a process of their own, with the arguments, the environment and the outlets that it is given. Those
whose death a fault test arms come from `tests/faults/nursery.py`.
"""

import atexit
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TextIO

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.support.warm", "tests.support.nursling"])


class Nursling:
    """A `game-server` that runs: of `subprocess.Popen` what a test asks for. What it prints is read from `stdout`, its log
    is the file `stderr`."""

    def __init__(self, arguments: list[str], folder: Path, environment: dict[str, str], stderr: Path) -> None:
        reading, writing = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(
            target=_serve, args=(arguments, folder, environment, writing, stderr), daemon=True
        )
        self._process.start()
        writing.close()
        self.stdout: TextIO = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")
        reading.close()
        assert self._process.pid
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        """Its exit code once it has ended: less than nothing where a signal ended it."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise TimeoutError(f"It still runs after {timeout} s")
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _serve(arguments: list[str], folder: Path, environment: dict[str, str], writing: Connection, stderr: Path) -> None:
    """In the process forked for it: what is the parent's makes way, then all goes as from a shell."""
    from game_server.cli import main  # noqa: PLC0415 - whoever only starts one does not run it

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["game-server", *arguments]
    os.dup2(writing.fileno(), 1)
    writing.close()
    with stderr.open("ab") as log:
        os.dup2(log.fileno(), 2)
    try:
        main()
    finally:
        atexit._run_exitfuncs()  # a forked process leaves without
