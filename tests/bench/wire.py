"""The loader's own websocket and HTTP clients, as small as they can be: what they cost would be taken for the server's time.

Frames are masked with a zero key, which the protocol allows and which saves the loader the XOR. Nothing here is compressed.
"""

import asyncio
import base64
import os
import socket
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

CLOSE, PING, PONG = 8, 9, 10
ABNORMAL = 1006
SMALL_SEGMENT = 1400
_MEDIUM, _LARGE = 126, 127


class HttpRefused(Exception):
    """The server answered an HTTP request with an error; `status` is the number, 0 when nobody answered in full."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        super().__init__(f"{status} {body[:300].decode(errors='replace')}")


class Wire(asyncio.Protocol):
    """One websocket. `on_message` gets every text frame as bytes, `on_closed` the close code (1006 when there was none)."""

    def __init__(self, on_message: Callable[[bytes], None], on_closed: Callable[[int], None]) -> None:
        self._on_message = on_message
        self._on_closed = on_closed
        self._rest = b""
        self._code = ABNORMAL
        self._upgraded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, _: Exception | None) -> None:
        if not self._upgraded.done():
            self._upgraded.set_exception(ConnectionError("closed before the upgrade"))
        else:
            self._on_closed(self._code)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._upgraded.done():
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self._upgraded.set_exception(HttpRefused(int(head[9:12]), head))
                self.transport.abort()
                return
            self._upgraded.set_result(None)
        self._rest = self._frames(data)

    def _frames(self, data: bytes) -> bytes:
        """Handle every whole frame; what is left."""
        position, end = 0, len(data)
        while end - position >= 2:
            size, head = data[position + 1], position + 2
            if size == _MEDIUM:
                size, head = int.from_bytes(data[head : head + 2]), head + 2
            elif size == _LARGE:
                size, head = int.from_bytes(data[head : head + 8]), head + 8
            if end < head + size:
                break
            self._frame(data[position] & 15, data[head : head + size])
            position = head + size
        return data[position:]

    def _frame(self, kind: int, payload: bytes) -> None:
        if kind == CLOSE:
            self._code = int.from_bytes(payload[:2]) or ABNORMAL
            self._write(0x80 | CLOSE, payload[:2])
            self.transport.close()
        elif kind == PING:
            self._write(0x80 | PONG, payload)
        else:
            self._on_message(payload)

    async def upgrade(self, host: str, path: str, subprotocols: tuple[str, ...]) -> None:
        """Ask for the websocket. Raises HttpRefused, ConnectionError."""
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}",
            f"Sec-WebSocket-Protocol: {', '.join(subprotocols)}", "", "",
        ]  # fmt: skip
        self.transport.write("\r\n".join(lines).encode())
        await self._upgraded

    def send(self, payload: bytes) -> None:
        """Send a text frame."""
        self._write(0x81, payload)

    def send_bytes(self, payload: bytes) -> None:
        """Send a binary frame."""
        self._write(0x82, payload)

    def _write(self, first: int, payload: bytes) -> None:
        size = len(payload)
        head = bytes((first, 0x80 | size)) if size < _MEDIUM else bytes((first, 0x80 | _MEDIUM)) + size.to_bytes(2)
        self.transport.write(head + b"\0\0\0\0" + payload)


async def open_wire(
    url: str,
    path: str,
    *,
    subprotocols: tuple[str, ...],
    on_message: Callable[[bytes], None],
    on_closed: Callable[[int], None],
    receive_buffer: int | None = None,
) -> Wire:
    """A websocket to `url` (http://host:port). A small receive buffer makes a reader that stops felt at once."""
    parts = urlsplit(url)
    connection = socket.socket()
    connection.setblocking(False)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        # Loopback's huge segments would give the server's side of it megabytes to send into.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_SEGMENT)
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(connection, (parts.hostname, parts.port))
    except OSError:
        connection.close()
        raise
    _, wire = await loop.create_connection(lambda: Wire(on_message, on_closed), sock=connection)
    await wire.upgrade(parts.netloc, path, subprotocols)
    return wire


async def post(url: str, path: str, body: Any, token: str | None = None) -> Any:
    """The JSON answer of one POST on a connection of its own. Raises HttpRefused, OSError."""
    parts = urlsplit(url)
    content = msgspec.json.encode(body)
    lines = [
        f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close", "Content-Type: application/json",
        f"Content-Length: {len(content)}", *([f"Authorization: Bearer {token}"] if token else []), "", "",
    ]  # fmt: skip
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write("\r\n".join(lines).encode() + content)
        head, end, answer = (await reader.read(-1)).partition(b"\r\n\r\n")
    finally:
        writer.close()
    status = int(head[9:12]) if end else 0
    if not 200 <= status < 300:
        raise HttpRefused(status, answer)
    return msgspec.json.decode(answer)
