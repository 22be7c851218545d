"""The data directory of the embedded stores: who holds it, what is kept in it, and whether it can be used at all.

Whoever holds its lock runs the stores; the lock file says who that is and where they listen, so that a second command can
join them or say what runs. Ports and passwords are made once and kept, so that URLs stay the same over restarts.
"""

import errno
import fcntl
import os
import secrets
import shutil
import socket
import stat
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import msgspec

from storage.child import NOBODY
from storage.modes import close_directory
from storage.store_errors import DidNotStart, DiskFull, NotWritable, StoreError

LONGEST_SOCKET_PATH = 107  # bytes, without the closing NUL, in every Unix we run on
PORT_WITHIN_S = 1.0
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


class DataDirectory:
    """One directory, held by this process between `take()` and `release()`."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: int | None = None

    def take(self) -> None:
        """Make and hold it, closed to others. Raises DataDirInUse, NotWritable, OSError."""
        if any(character in str(self.path) for character in "\r\n"):
            raise NotWritable(
                f"{str(self.path)!r} has a line break in it, which PostgreSQL cannot keep. Set ATTUNED_DATA_DIR to another."
            )
        if not self.path.exists():
            self.path.mkdir(mode=0o700, parents=True)
        lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            running = _read(lock)
            os.close(lock)
            raise DataDirInUse(self.path, running) from None
        self._lock = lock
        close_directory(self.path)
        self.say(Running(pid=os.getpid()))

    def say(self, running: Running) -> None:
        """Tell later commands who runs here, and where."""
        if self._lock is None:
            return
        said = msgspec.json.encode(running)
        os.pwrite(self._lock, said, 0)
        os.ftruncate(self._lock, len(said))

    def release(self) -> None:
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def kept(self) -> tuple[Kept, bool]:
        """Ports and passwords of this directory, and whether they are new; a port that was taken is replaced."""
        path = self.path / "stores.json"
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


def running(data_dir: Path) -> Running | None:
    """Who runs the stores of this directory now, or None."""
    try:
        lock = os.open(data_dir / "lock", os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise meaning(error, data_dir) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(lock)
    else:
        return None
    finally:
        os.close(lock)


def serves(data_dir: Path, database_url: str | None) -> bool:
    """Is this database the one that the holder of this directory runs?"""
    found = running(data_dir)
    return found is not None and database_url is not None and found.database_url == database_url


def _read(lock: int) -> Running:
    try:
        return msgspec.json.decode(os.pread(lock, 4096, 0), type=Running)
    except msgspec.DecodeError:  # between taking the lock and writing into it
        return Running(pid=0)


def _free_port(preferred: int) -> int:
    """The port of last time, else a free one. A server that has just gone may take a moment to give its port back."""
    deadline = time.monotonic() + PORT_WITHIN_S
    while preferred and time.monotonic() < deadline:
        if free := _bindable(preferred):
            return free
        time.sleep(0.02)
    if free := _bindable(0):
        return free
    raise DidNotStart("No port is free on 127.0.0.1.")


def _bindable(port: int) -> int | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return None
        bound: int = probe.getsockname()[1]
        return bound


def socket_directory(data_dir: Path) -> Path:
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
    if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and facts.st_mode & 0o077:
        directory.chmod(0o700)
        facts = directory.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (os.geteuid(), NOBODY) or facts.st_mode & 0o077:
        raise NotWritable(f"{directory} must be a directory that only you can enter. Remove it and start again.")


def check_room(data_dir: Path) -> None:
    free = shutil.disk_usage(data_dir).free
    needed = NEEDED_BYTES if not (data_dir / "postgresql").exists() else NEEDED_BYTES // 5
    if free < needed:
        raise DiskFull(
            f"Only {free >> 20} MB are free under {data_dir}; the stores need {needed >> 20} MB. Make room, or set "
            "ATTUNED_DATA_DIR to another disk."
        )


def meaning(error: OSError, data_dir: Path) -> StoreError:
    """The file system's refusal as something to act on."""
    if error.errno == errno.ENOSPC:
        return DiskFull(f"The disk under {data_dir} is full. Make room and start again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return NotWritable(
            f"The data cannot be kept in {data_dir}: {error.filename or data_dir} is not writable for this user. "
            "Run as the user it belongs to, or set ATTUNED_DATA_DIR to a directory of your own."
        )
    return DidNotStart(f"The stores in {data_dir} could not be started: {error.strerror}.")
