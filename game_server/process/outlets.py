"""Standard output and standard error that never make anybody wait: a thread writes, what does not fit is counted and dropped.

A pipe that nobody reads takes 64 KiB and then blocks its writer for ever, a full disk refuses every line, a log shipper that
died breaks the pipe. None of that may stop a room. `serve` and `worker` put an outlet in the place of both streams at their
start, so that everything goes through it: our log, the libraries', warnings, what the command says, a last traceback.
"""

import atexit
import io
import os
import select
import sys
import threading
import time
from collections import deque
from collections.abc import Callable

MOST_BYTES = 1024 * 1024
FLUSH_WITHIN_S = 1.0
LOOK_AGAIN_MS = 250


class Outlet(io.TextIOBase):
    """Text in, bytes out of a descriptor, in order, by a thread of its own. Writing to it never waits and never fails.

    `on_drop` hears of every line that was dropped, `on_flow` how many they were when lines get through again. `logs.py` sets
    both; this module imports nothing of ours, so that a command which only prints does not wait for it.
    """

    def __init__(self, descriptor: int, name: str, *, most_bytes: int = MOST_BYTES) -> None:
        self._descriptor = descriptor
        self.stream = name
        self._most_bytes = most_bytes
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._dropped = 0
        self._changed = threading.Condition()
        self.on_drop: Callable[[int], object] = _nobody
        self.on_flow: Callable[[int], object] = _nobody
        threading.Thread(target=self._write_out, name=f"outlet {name}", daemon=True).start()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Always this; what is no text even so is escaped."""
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """Nothing that is said fails for its characters."""
        return "backslashreplace"

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """Does a person look at it?"""
        return os.isatty(self._descriptor)

    def fileno(self) -> int:
        """The descriptor, for whoever asks about it."""
        return self._descriptor

    def write(self, text: str, /) -> int:
        """Take a text, or drop it where a mebibyte waits already."""
        data = text.encode("utf-8", "backslashreplace")
        with self._changed:
            if self._bytes + len(data) > self._most_bytes:
                self._drop(1)
            else:
                self._waiting.append(data)
                self._bytes += len(data)
                self._changed.notify_all()
        return len(text)

    def flush(self) -> None:
        """Nothing to do: the thread writes as fast as it can."""

    def drain(self, within: float = FLUSH_WITHIN_S) -> bool:
        """Wait until all of it is out, for so many seconds at most."""
        deadline = time.monotonic() + within
        with self._changed:
            return self._changed.wait_for(lambda: not self._bytes, max(0.0, deadline - time.monotonic()))

    def _drop(self, lines: int) -> None:
        self._dropped += lines
        self.on_drop(lines)

    def _write_out(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                data = b"".join(self._waiting)
                lines = len(self._waiting)
                self._waiting.clear()
            written = self._written(data)
            with self._changed:
                self._bytes -= len(data)
                if not written:
                    self._drop(lines)
                lost, self._dropped = (self._dropped, 0) if written else (0, self._dropped)
                self._changed.notify_all()
            if lost:
                self.on_flow(lost)

    def _written(self, data: bytes) -> bool:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:  # somebody who shares it made it non-blocking
                poll = select.poll()
                poll.register(self._descriptor, select.POLLOUT)
                poll.poll(LOOK_AGAIN_MS)
            except OSError:  # full, closed, broken: perhaps the next one gets through
                return False
        return True


def take_over() -> None:
    """From now on standard output and error are outlets."""
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        if isinstance(getattr(sys, name), Outlet):
            continue
        outlet = Outlet(descriptor, name)
        setattr(sys, name, outlet)
        atexit.register(outlet.drain)


def stand_in() -> None:
    """A descriptor 0, 1 or 2 that is closed at the start would be given to the next file or socket that is opened, and what
    we print would go there: put /dev/null in its place."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != descriptor:
                os.dup2(opened, descriptor)
                os.close(opened)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - open as long as the process
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - the same


def give_up(descriptor: int) -> None:
    """It takes nothing: what waits in its buffer must not fail again when the process ends and change the exit code."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def taken() -> list[Outlet]:
    """Those of this process."""
    return [stream for stream in (sys.stdout, sys.stderr) if isinstance(stream, Outlet)]


def _nobody(_lines: int) -> None:
    """Nobody counts."""
