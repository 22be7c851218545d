"""The loader's own keep-alive HTTP client for one request again and again: written out beforehand, judged afterwards.

What it costs is taken from the server's cores, so between two answers it does nothing but write bytes and count lengths.
"""

import asyncio
import time
from typing import cast
from urllib.parse import urlsplit

import msgspec


class Answered(msgspec.Struct, frozen=True):
    """One answer: seconds from the first byte out to the last byte in, status and body."""

    seconds: float
    status: int
    body: bytes


class Posts(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._head = b""
        self._body: list[bytes] = []
        self._missing = 0
        self._began = 0.0
        self._answer: asyncio.Future[Answered] | None = None

    @classmethod
    async def connected(cls, url: str) -> "Posts":
        """A connection to `url` (http://host:port)."""
        parts = urlsplit(url)
        _, made = await asyncio.get_running_loop().create_connection(cls, parts.hostname, parts.port)
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionError("closed before the answer"))

    async def send(self, request: bytes) -> Answered:
        """The answer to a whole request. Raises ConnectionError."""
        self._answer = asyncio.get_running_loop().create_future()
        self._head, self._body, self._missing = b"", [], 0
        self._began = time.perf_counter()
        self._transport.write(request)
        return await self._answer

    def data_received(self, data: bytes) -> None:
        if not self._body:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._head, data = self._head[:end], self._head[end + 4 :]
            self._missing = int(self._head.lower().partition(b"content-length:")[2].split(b"\r", 1)[0])
        self._body.append(data)
        self._missing -= len(data)
        if self._missing == 0 and self._answer and not self._answer.done():
            took = time.perf_counter() - self._began
            self._answer.set_result(Answered(took, int(self._head[9:12]), b"".join(self._body)))

    def close(self) -> None:
        self._transport.close()


def request(url: str, path: str, token: str, body: object) -> bytes:
    """A POST with a JSON body, as it goes over the wire."""
    content = msgspec.json.encode(body)
    lines = (
        f"POST {path} HTTP/1.1", f"Host: {urlsplit(url).netloc}", "Content-Type: application/json",
        f"Content-Length: {len(content)}", f"Authorization: Bearer {token}", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode() + content
