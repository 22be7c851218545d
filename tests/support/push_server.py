"""A push service's server on this machine, on a thread and a loop of its own, with what it is told to do wrong."""

import asyncio
import contextlib
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import msgspec

Json = dict[str, Any]


class Hand:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


class Answer(msgspec.Struct, frozen=True):
    """What a server says; a `body` that is not bytes goes as JSON."""

    status: int = 200
    body: Any = b""
    headers: dict[str, str] = {}

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Asked(msgspec.Struct, frozen=True):
    """A request; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


CUT = "cut"
"""The connection ends in the middle of a request."""
HANG = "hang"
"""No answer before `release`."""
Fault = Answer | str


class PushServer:
    """Listens at a free port. What is in `faults` happens to the next requests instead of `answer`, in order."""

    tls: ssl.SSLContext | None = None

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.faults: deque[Fault] = deque()
        self.refused: list[str] = []
        """Why requests were not right; empty where all were."""
        self.waiting = threading.Semaphore(0)
        """Released for every request that hangs."""
        self._loop = asyncio.new_event_loop()
        self._released = asyncio.Event()
        self.connected = 0
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)
        self._thread.start()
        assert self._up.wait(20)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def release(self) -> None:
        """Whoever hangs gets an answer."""
        self._loop.call_soon_threadsafe(self._released.set)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def answer(self, asked: Asked) -> Answer:
        """What the service says to a request."""
        raise NotImplementedError

    def no(self, why: str, answer: Answer) -> Answer:
        """A request that is not right."""
        self.refused.append(why)
        return answer

    async def decided(self, asked: Asked) -> Answer | None:
        """The answer, or the next fault; None where the connection is to be cut."""
        fault = self.faults.popleft() if self.faults else None
        if fault == CUT:
            return None
        if fault == HANG:
            self.waiting.release()
            await self._released.wait()
            self._released.clear()
        return fault if isinstance(fault, Answer) else self.answer(asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of HTTP/1.1."""
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.rstrip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, path, _ = first.split()
                answer = await self.decided(Asked(method, path, headers, body))
                if answer is None:
                    return
                told = {
                    "content-length": str(len(answer.content)),
                    "content-type": "application/json",
                    **answer.headers,
                }
                lines = [f"HTTP/1.1 {answer.status} -", *(f"{name}: {value}" for name, value in told.items())]
                writer.write("\r\n".join([*lines, "", ""]).encode() + answer.content)
                await writer.drain()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls))
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        self._loop.run_forever()
        self._loop.remove_reader(
            server.sockets[0].fileno()
        )  # a server that is closed while somebody comes leaves them open
        self._loop.run_until_complete(self._end())
        server.close()
        self._loop.close()

    async def _end(self) -> None:
        """Close what is open, and what has just come."""
        for _ in range(3):
            for _ in range(3):  # what has begun to open is open then, and what was aborted is closed
                await asyncio.sleep(0)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connected += 1
        try:
            await self.serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()


async def hangs(server: PushServer) -> None:
    """Until one more request waits for its answer there."""
    assert await asyncio.to_thread(server.waiting.acquire, timeout=10)
