"""The embedded stores: a real PostgreSQL and a real Valkey as children of this process, data in one directory.

Whoever holds the directory's lock runs the stores; the lock file says who that is and where they listen, so that a
second command can join them or say what runs. Ports and passwords are made once and kept, so that URLs stay the same
over restarts. The children die with this process, whatever kills it (storage/child.py), and are started again when they
die alone. Start them from the main thread: the kernel ties their life to the thread that forked them.
"""

import asyncio
import errno
import fcntl
import logging
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from hashlib import sha256
from pathlib import Path

import msgspec

from storage.binaries import guarded, postgres_binaries, valkey_binary
from storage.engines import Engine, Postgres, Valkey, left_behind
from storage.store_errors import DidNotStart, DiskFull, NotWritable, StoreError, Unreadable, explain, said_since

logger = logging.getLogger(__name__)

Step = Callable[[str], AbstractContextManager[None]]
"""Shows one thing being done while it is being done, and how long it took."""

LONGEST_SOCKET_PATH = 107  # bytes, without the closing NUL, in every Unix we run on
START_WITHIN_S = 60
STOP_WITHIN_S = 20
LARGEST_LOG = 10 * 1024 * 1024
NEEDED_BYTES = 150 * 1024 * 1024  # a new cluster takes 40 MB and its first write-ahead files 16 to 80


class Running(msgspec.Struct, frozen=True):
    """What the holder of a data directory says about itself; the URLs are the administrator's, null while it starts."""

    pid: int
    database_url: str | None = None
    redis_url: str | None = None
    url: str | None = None


class DataDirInUse(StoreError):
    """Another process runs the stores of this directory; `running` says which."""

    code = "data_dir_in_use"

    def __init__(self, data_dir: Path, running: Running) -> None:
        self.running = running
        where = f", at {running.url}" if running.url else ""
        super().__init__(f"The stores in {data_dir} are already run by process {running.pid}{where}.")


class Kept(msgspec.Struct, frozen=True):
    """What is made once for a data directory and stays: ports, and passwords that nobody has to know."""

    postgres_port: int
    postgres_password: str
    redis_port: int
    redis_password: str


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
        self.data_dir = data_dir.resolve()
        self.wanted = (postgres, redis)
        self.binaries = (pg_bin, redis_bin)
        self.step = step
        self.database_url: str | None = None
        self.redis_url: str | None = None
        self._children: list[_Child] = []
        self._lock: int | None = None

    def start(self) -> None:
        """Take the directory and start what is wanted, making it first where there is nothing. Raises StoreError."""
        try:
            self._take()
            self._start()
        except OSError as error:
            self.stop()
            raise _meaning(error, self.data_dir) from error
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        _check_room(self.data_dir)
        _end_left_behind(self.data_dir / "postgresql", self.data_dir / "postgresql" / "postmaster.pid")
        _end_left_behind(self.data_dir / "valkey", self.data_dir / "valkey" / "valkey.pid")
        sockets = _socket_directory(self.data_dir)
        kept, is_new = self._kept()
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
        self._say(Running(pid=os.getpid(), database_url=self.database_url, redis_url=self.redis_url, url=url))

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
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def _take(self) -> None:
        if not self.data_dir.exists():
            self.data_dir.mkdir(mode=0o700, parents=True)
        lock = os.open(self.data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = _read(lock)
            os.close(lock)
            raise DataDirInUse(self.data_dir, running) from None
        self._lock = lock
        self._say(Running(pid=os.getpid()))

    def _say(self, running: Running) -> None:
        if self._lock is None:
            return
        said = msgspec.json.encode(running)
        os.pwrite(self._lock, said, 0)
        os.ftruncate(self._lock, len(said))

    def _kept(self) -> tuple[Kept, bool]:
        """Ports and passwords of this directory, and whether they are new; a port that was taken is replaced."""
        path = self.data_dir / "stores.json"
        try:
            kept, is_new = msgspec.json.decode(path.read_bytes(), type=Kept), False
        except (FileNotFoundError, msgspec.DecodeError):
            is_new = True
            kept = Kept(
                postgres_port=0,
                postgres_password=secrets.token_urlsafe(24),
                redis_port=0,
                redis_password=secrets.token_urlsafe(24),
            )
        ports = {"postgres_port": _free_port(kept.postgres_port), "redis_port": _free_port(kept.redis_port)}
        kept = msgspec.structs.replace(kept, **ports)
        path.touch(mode=0o600)
        path.write_bytes(msgspec.json.encode(kept))
        return kept, is_new


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


def running(data_dir: Path) -> Running | None:
    """Who runs the stores of this directory now, or None."""
    try:
        lock = os.open(data_dir / "lock", os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _meaning(error, data_dir) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(lock)
    else:
        return None
    finally:
        os.close(lock)


def _read(lock: int) -> Running:
    try:
        return msgspec.json.decode(os.pread(lock, 4096, 0), type=Running)
    except msgspec.DecodeError:  # between taking the lock and writing into it
        return Running(pid=0)


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


def _free_port(preferred: int) -> int:
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            free: int = probe.getsockname()[1]
            return free
    raise DidNotStart("No port is free on 127.0.0.1.")


def _socket_directory(data_dir: Path) -> Path:
    """Where the unix sockets are: in the data directory, or in a short private place when its path is too long."""
    inside = data_dir / "sockets"
    short = Path(tempfile.gettempdir(), f"attuned-{os.geteuid()}-{sha256(os.fsencode(data_dir)).hexdigest()[:12]}")
    for directory in (inside, short):
        if len(os.fsencode(directory / ".s.PGSQL.65535.lock")) <= LONGEST_SOCKET_PATH:
            directory.mkdir(mode=0o700, exist_ok=True)
            _require_private(directory)
            return directory
    raise DidNotStart(
        f"{data_dir} and {short} are both too long for a unix socket ({LONGEST_SOCKET_PATH} bytes). Set TMPDIR or "
        "ATTUNED_DATA_DIR to a shorter path."
    )


def _require_private(directory: Path) -> None:
    facts = directory.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (os.geteuid(), 65534) or facts.st_mode & 0o077:
        raise NotWritable(f"{directory} must be a directory that only you can enter. Remove it and start again.")


def _check_room(data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free
    needed = NEEDED_BYTES if not (data_dir / "postgresql").exists() else NEEDED_BYTES // 5
    if free < needed:
        raise DiskFull(
            f"Only {free >> 20} MB are free under {data_dir}; the stores need {needed >> 20} MB. Make room, or set "
            "ATTUNED_DATA_DIR to another disk."
        )


def _meaning(error: OSError, data_dir: Path) -> StoreError:
    """The file system's refusal as something to act on."""
    if error.errno == errno.ENOSPC:
        return DiskFull(f"The disk under {data_dir} is full. Make room and start again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return NotWritable(
            f"The data cannot be kept in {data_dir}: {error.filename or data_dir} is not writable for this user. "
            "Run as the user it belongs to, or set ATTUNED_DATA_DIR to a directory of your own."
        )
    return DidNotStart(f"The stores in {data_dir} could not be started: {error.strerror}.")
