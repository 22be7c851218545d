"""The embedded stores: a real PostgreSQL and a real Valkey as children of this process, data in one directory.

The children die with this process, whatever kills it (storage/child.py), and are started again when they die alone. Start
them from the main thread: the kernel ties their life to the thread that forked them.
"""

import asyncio
import logging
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from storage.binaries import guarded, postgres_binaries, valkey_binary
from storage.data_directory import DataDirectory, Running, check_room, meaning, socket_directory
from storage.engines import Engine, Postgres, Valkey, left_behind
from storage.store_errors import DidNotStart, Unreadable, explain, said_since

logger = logging.getLogger(__name__)

Step = Callable[[str], AbstractContextManager[None]]
"""Shows one thing being done while it is being done, and how long it took."""

START_WITHIN_S = 60
STOP_WITHIN_S = 20
LARGEST_LOG = 10 * 1024 * 1024


class Stores:
    """The embedded stores of one data directory. `start()`, `supervise()` while serving, `stop()`."""

    def __init__(
        self,
        data_dir: Path,
        *,
        postgres: bool = True,
        redis: bool = True,
        pg_bin: Path | None = None,
        redis_bin: Path | None = None,
        step: Step = lambda _text: nullcontext(),
    ) -> None:
        self._directory = DataDirectory(data_dir)
        self.data_dir = self._directory.path
        self.wanted = (postgres, redis)
        self.binaries = (pg_bin, redis_bin)
        self.step = step
        self.database_url: str | None = None
        self.redis_url: str | None = None
        self._children: list[_Child] = []

    def start(self) -> None:
        """Take the directory and start what is wanted, making it first where there is nothing. Raises StoreError."""
        try:
            self._directory.take()
            self._start()
        except OSError as error:
            self.stop()
            raise meaning(error, self.data_dir) from error
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        check_room(self.data_dir)
        _end_left_behind(self.data_dir / "postgresql", self.data_dir / "postgresql" / "postmaster.pid")
        _end_left_behind(self.data_dir / "valkey", self.data_dir / "valkey" / "valkey.pid")
        sockets = socket_directory(self.data_dir)
        kept, is_new = self._directory.kept()
        if self.wanted[0]:
            binaries = postgres_binaries(self.binaries[0])
            postgres = Postgres(self.data_dir, sockets, kept.postgres_port, kept.postgres_password, binaries)
            if is_new and postgres.data.exists():
                postgres.set_password()
            self._bring_up(postgres)
            self.database_url = postgres.url
        if self.wanted[1]:
            binary = valkey_binary(self.binaries[1])
            valkey = Valkey(self.data_dir, sockets, kept.redis_port, kept.redis_password, binary)
            self._bring_up(valkey)
            self.redis_url = valkey.url
        self.announce(None)

    def _bring_up(self, engine: Engine) -> None:
        if engine.log.exists() and engine.log.stat().st_size > LARGEST_LOG:
            engine.log.replace(engine.log.with_suffix(".log.1"))
        engine.log.touch(mode=0o600)
        if not engine.data.exists():
            with self.step(f"Making {engine.data}"):
                engine.create()
        engine.configure()
        child = _Child(engine)
        self._children.append(child)
        try:
            with self.step(f"Starting {engine.title}"):
                child.start()
                child.wait_until_ready()
        except Unreadable:
            if not engine.rebuildable:
                raise
            self._children.remove(child)
            aside = engine.data.with_name(f"{engine.data.name}.unreadable-{time.time_ns()}")
            with self.step(f"{engine.title} cannot read its data, which can be rebuilt: moving it to {aside}"):
                engine.data.rename(aside)
            self._bring_up(engine)

    def announce(self, url: str | None) -> None:
        """Tell later commands where the stores are, and where this process serves."""
        self._directory.say(Running(pid=os.getpid(), database_url=self.database_url, redis_url=self.redis_url, url=url))

    async def supervise(self) -> None:
        """Start again what dies, at once the first time, then ever slower up to 5 s; runs until cancelled."""
        while True:
            for child in self._children:
                child.restart_if_dead()
            await asyncio.sleep(0.2)

    def stop(self) -> None:
        """Stop what runs, cleanly, and give the directory back. May be called twice."""
        for child in reversed(self._children):
            child.ask_to_stop()
        while self._children:
            self._children.pop().wait_until_stopped()
        self._directory.release()


class _Child:
    """One engine's process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._log_start = 0
        self._wait = 0.0

    def start(self) -> None:
        command = guarded(self.engine.command(), self.engine.stop_signal, self.engine.identity)
        with self.engine.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.engine.environment(),
                start_new_session=True,  # a Ctrl-C is for the server, which stops its stores last
            )
        self._began = time.monotonic()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while not self.engine.ready(self._pid):
            if self._ended():
                said = said_since(self.engine.log, self._log_start)
                raise explain(self.engine.title, said, self.engine.log)
            if time.monotonic() > deadline:
                raise DidNotStart(f"{self.engine.title} was not ready after {START_WITHIN_S} s; see {self.engine.log}.")
            time.sleep(0.01)

    def restart_if_dead(self) -> None:
        now = time.monotonic()
        if not self._ended():
            if now - self._began > 10:  # noqa: PLR2004 - it stays up: the next death is a first one again
                self._wait = 0.0
            return
        if now - self._began >= self._wait and not left_behind(self.engine.data, self.engine.pid_file):
            logger.warning("%s ended and is started again", self.engine.title)
            self._wait = min(self._wait * 2 or 0.25, 5.0)
            self.start()

    def ask_to_stop(self) -> None:
        if not self._ended():
            os.kill(self._pid, self.engine.stop_signal)

    def wait_until_stopped(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def _pid(self) -> int:
        return self._process.pid if self._process else 0

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None


def _end_left_behind(data: Path, pid_file: Path) -> None:
    """Wait for the server of a process that was killed a moment ago; it is already on its way out."""
    deadline = time.monotonic() + STOP_WITHIN_S
    for pid in left_behind(data, pid_file):
        _signal(pid, signal.SIGINT)
    while still := left_behind(data, pid_file):
        if time.monotonic() > deadline:
            for pid in still:
                _signal(pid, signal.SIGKILL)
        time.sleep(0.02)


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
