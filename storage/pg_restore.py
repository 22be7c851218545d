"""A dump in pg_dump's custom format, read from front to back: what is in it, and bringing that into a database at once.

pg_restore makes a script of it and psql runs that, so that all of it is there at the end or nothing, and what an older server
does not know can be left out on the way.
"""

import io
import os
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from storage.pg_dump import last_words
from storage.pg_tools import Tools, address, environment

OWNER = "game_owner"
CHUNK = 1024 * 1024
NEWER_THAN_15 = b"SET transaction_timeout = 0;\n"
"""What every pg_restore since 17 writes, and no server before 17 knows."""
KNOWS_IT = 17
NOT_COUNTED = ("SCHEMA", "ACL", "COMMENT", "DEFAULT", "ENCODING", "STDSTRINGS", "SEARCHPATH", "DATABASE", "EXTENSION")


class RestoreFailed(Exception):
    """PostgreSQL did not take it, and has nothing of it; the message is its own words."""


class Contents(msgspec.Struct, frozen=True):
    """What a dump holds: the lines of pg_restore's list that are ours, and how many objects of others there are."""

    ours: list[str]
    others: int


class Listing:
    """pg_restore reading what is in a dump: it is fed the dump's beginning until it has seen enough."""

    def __init__(self, tools: Tools) -> None:
        self._out, self._said = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - closed in `end`
        self._process = subprocess.Popen(
            [tools.program("pg_restore"), "--list"], stdin=subprocess.PIPE, stdout=self._out, stderr=self._said
        )

    def feed(self, data: bytes) -> None:
        """More of it."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            try:
                self._process.stdin.write(data)
            except BrokenPipeError:  # it has seen enough
                with suppress(BrokenPipeError):
                    self._process.stdin.close()

    def end(self) -> Contents:
        """What it found. Raises RestoreFailed."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        if self._process.wait():
            raise RestoreFailed(last_words(self._said))
        self._out.seek(0)
        return contents(self._out.read().decode())

    def close(self) -> None:
        """Give everything back, whatever happened."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._out, self._said):
            with suppress(BrokenPipeError):
                if file is not None:
                    file.close()


def contents(listed: str) -> Contents:
    """Ours is what belongs to the owner; the schemas themselves are made with the roles."""
    lines = [line for line in listed.splitlines() if line and not line.startswith(";")]
    ours = [line for line in lines if line.endswith(f" {OWNER}") and _kind(line) != "SCHEMA"]
    others = [line for line in lines if not line.endswith(f" {OWNER}") and _kind(line) not in NOT_COUNTED]
    return Contents(ours, len(others))


def is_in_schema(line: str, schema: str) -> bool:
    """Is this line of the list about something in that schema?"""
    return f" {schema} " in line


def _kind(line: str) -> str:
    """`TABLE` of `215; 1259 16390 TABLE public users game_owner`."""
    return line.split(" ", 4)[3]


class Restoring:
    """A dump on its way into an empty database. `feed` it all, then `end`; with anything else than that nothing of it stays."""

    def __init__(self, tools: Tools, url: str, listed: list[str], *, server: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="attuned-restore-")
        self._server = server
        chosen = Path(self._folder.name, "list")
        chosen.write_text("\n".join(listed) + "\n")
        self._said = [tempfile.TemporaryFile(dir=self._folder.name) for _ in ("pg_restore", "psql")]  # noqa: SIM115
        self._reading = subprocess.Popen(
            [tools.program("pg_restore"), f"--use-list={chosen}", f"--role={OWNER}", "--no-tablespaces", "--file=-"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said[0],
        )  # fmt: skip
        self._writing = subprocess.Popen(
            [tools.program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", address(url)],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self._said[1], env=environment(url, os.environ),
        )  # fmt: skip
        self._pump = threading.Thread(target=self._pumped, name="restore", daemon=True)
        self._pump.start()

    def feed(self, data: bytes) -> None:
        """More of the dump. Raises RestoreFailed."""
        try:
            _in(self._reading).write(data)
        except BrokenPipeError:
            raise self._failed() from None

    def end(self, last: str) -> None:
        """That was all: `last` is run in the same transaction, and it is committed. Raises RestoreFailed."""
        try:
            with suppress(BrokenPipeError):
                _in(self._reading).close()
            self._pump.join()
            if self._reading.wait() or self._writing.poll() is not None:
                raise self._failed()
            try:
                _in(self._writing).write(f"\n{last}\nCOMMIT;\n".encode())
                _in(self._writing).close()
            except BrokenPipeError:
                raise self._failed() from None
            if self._writing.wait():
                raise self._failed()
        finally:
            self.stop()

    def stop(self) -> None:
        """Away with what still runs: without COMMIT psql leaves nothing."""
        for process in (self._reading, self._writing):
            if process.poll() is None:
                process.kill()
            process.wait()
        for file in self._said:
            file.close()
        self._folder.cleanup()

    def _pumped(self) -> None:
        target = _in(self._writing)
        if not isinstance(source := self._reading.stdout, io.BufferedReader):
            return
        with suppress(BrokenPipeError, ValueError):  # it has failed, and says why at the end
            target.write(b"BEGIN;\n")
            head = b""
            while len(head) < CHUNK and (data := source.read1(CHUNK)):
                head += data
            target.write(head if self._server >= KNOWS_IT else head.replace(NEWER_THAN_15, b"", 1))
            while data := source.read1(CHUNK):
                target.write(data)
            target.flush()
        for _ in iter(lambda: source.read(CHUNK), b""):
            pass

    def _failed(self) -> RestoreFailed:
        self._writing.kill()
        self._reading.kill()
        self._pump.join(10)
        for process in (self._writing, self._reading):
            process.wait()
        words = [last_words(file) for file in reversed(self._said)]
        return RestoreFailed(next((said for said in words if said != "nothing"), "nothing"))


def _in(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdin is None:
        raise ValueError
    return process.stdin
