"""The HTTP server around the application: uvicorn, run from our own code so that it can say who has its port, drain
before it goes, and cut a connection that takes nothing any more.

Depends on internals of uvicorn (pinned): `shutdown`, `handle_exit`, and the sans-I/O websocket protocol. What bounds a request
is in `parser.py`, and the straight way of a text frame in `frames.py`.
"""

import asyncio
import errno
import os
import re
import signal
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, cast

import structlog
import uvicorn
from litestar import Litestar
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.datastructures import Headers
from websockets.exceptions import InvalidState
from websockets.frames import CloseCode, Frame
from websockets.http11 import Response
from websockets.server import ServerProtocol

from game_server.process import connections, frames, signals
from game_server.process.connections import Connections
from game_server.process.exits import CannotRunError
from game_server.process.parser import BoundedHttp, refusal
from game_server.settings import Settings
from rooms.errors import BadRequest, Forbidden, MethodNotAllowed, Unavailable

log = structlog.get_logger(__name__)

DRAIN_WITHIN_S = 20
CLOSE_WITHIN_S = 5
LARGEST_FRAME = 8 * 1024
MOST_FRAGMENTS = 64
READ_AT_ONCE = 4 * 1024
"""Bytes of what came from a phone that are taken apart before others have their turn."""
LARGEST_UNREAD = 256 * 1024
"""Bytes of answers to pings that a peer may leave unread."""
TRANSPORT = "attuned.transport"
"""The extension in a websocket's scope that holds its asyncio.Transport: `abort()` cuts, buffers can be measured."""

SEND_TEXTS = "attuned.send_texts"
"""The extension that sends several text frames in one write: `await send_texts([b"…", …])`, which waits for a slow peer."""

SEND_TEXTS_NOW = "attuned.send_texts_now"
"""The same without waiting: `send_texts_now([…])` is False, and sends nothing, where the peer is slow."""


NO_UPGRADE = "This is no upgrade to a socket."
NOT_UPGRADED = {403: Forbidden(), 405: MethodNotAllowed(), 500: Unavailable()}
"""By the status that the parser, or uvicorn, refuses an upgrade with."""

HEAR = "attuned.hear"
"""The extension that gives text frames to a function at once, instead of through a queue and a task that wakes up for each:
`hear(listener)`. A frame is queued as ever where others wait in the queue, or where the listener says False."""


SEND_BUFFER = 32 * 1024
"""Bytes that the kernel takes for a phone (it doubles them). By itself it grows to megabytes, and for so long nobody notices
that the phone has stopped reading."""


CloseDoors = Callable[[], Awaitable[None]]
"""What an application's `state.drain` is given, to be called when nobody new is to be let in."""


class PortTakenError(CannotRunError):
    """The address cannot be bound; the message says who has it and what to do."""


class Handshake(ServerProtocol):
    """The socket's parser, whose refusals of an upgrade look like every other error."""

    def reject(self, status: Any, text: str) -> Response:  # noqa: ARG002 - an exception's words
        known, headers, body = refusal(NOT_UPGRADED.get(status) or BadRequest(NO_UPGRADE))
        return Response(known, known.phrase, Headers({**headers, "Sec-WebSocket-Version": "13"}), body)


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol that also hands its transport to the application, and lets a peer read why it was refused."""

    leave: Callable[[], None] = staticmethod(lambda: None)
    """Gives back the place in the table of connections."""

    _rest = b""
    _listener: Callable[[str], bool] | None = None

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.conn = Handshake(max_size=LARGEST_FRAME, logger=self.logger)

    def data_received(self, data: bytes) -> None:
        """One read may hold tens of thousands of frames: they are taken a piece at a time, the next one when the application has
        read what the last one brought or reads no more, and nothing more is read meanwhile."""
        if not self.handshake_initiated:
            super().data_received(data)
        elif self._rest:
            self._rest += data
        elif (text := frames.whole_text(self.conn, data, READ_AT_ONCE)) is not None:
            self.curr_msg_data_type = "text"
            self.frames = [text]
            self.send_receive_event_to_app()
        else:
            self._rest = data
            self._take()

    def _take(self) -> None:
        piece, self._rest = self._rest[:READ_AT_ONCE], self._rest[READ_AT_ONCE:]
        super().data_received(piece)
        self._go_on()

    def _go_on(self) -> None:
        if not self._rest or self.transport.is_closing():
            return
        if not self.read_paused:
            self.read_paused = True
            self.transport.pause_reading()
        if self._is_read():
            self.loop.call_soon(self._take_more)

    def _take_more(self) -> None:
        if self._rest and self._is_read():
            self._take()
        if not self._rest and self.read_paused and self._is_read():
            self.read_paused = False
            self.transport.resume_reading()

    def _is_read(self) -> bool:
        return self.close_sent or self.queue.empty()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self.close_sent:
            self._go_on()  # it was resumed with a rest, and the peer's close may be behind that

    async def receive(self) -> Any:
        message = await super().receive()
        self._go_on()
        return message

    def connection_lost(self, exc: Exception | None) -> None:
        self._listener = None
        self.leave()
        if self.handshake_complete and self.conn.close_rcvd is None:
            # uvicorn says 1005, which is a close frame without a code; here there was none at all
            self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.ABNORMAL_CLOSURE})
        super().connection_lost(exc)

    def handle_cont(self, event: Frame) -> None:
        """A message in more pieces than its size can explain is an attempt to fill our memory."""
        if len(self.frames) >= MOST_FRAGMENTS:
            self.frames = []
            self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def handle_ping(self) -> None:
        """A peer that asks and asks and reads no answer is cut."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > LARGEST_UNREAD:
            self.transport.abort()

    def send_receive_event_to_app(self) -> None:
        """What is no UTF-8 closes 1007, like every other fault of a client without a trace in our log."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                text = b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.fail(CloseCode.INVALID_DATA, "no UTF-8")
                self.handle_parser_exception()
                return
            if self._listener and self.queue.empty() and self._listener(text):
                self.frames = []
                return
        super().send_receive_event_to_app()

    def _hear(self, listener: Callable[[str], bool]) -> None:
        self._listener = listener

    async def run_asgi(self) -> None:
        extensions = cast("dict[str, Any]", self.scope["extensions"])
        extensions[TRANSPORT] = self.transport
        bound_send_buffer(self.transport)
        extensions[SEND_TEXTS] = self._send_texts
        extensions[SEND_TEXTS_NOW] = self._send_texts_now
        extensions[HEAR] = self._hear
        await super().run_asgi()

    async def _send_texts(self, texts: list[bytes]) -> None:
        """As `send` does frame by frame, with one system call for all. Raises ClientDisconnected."""
        await self.writable.wait()
        self._send_texts_now(texts)

    def _send_texts_now(self, texts: list[bytes]) -> bool:
        if not self.writable.is_set():
            return False
        if self.disconnected or self.close_sent:
            raise ClientDisconnected
        if (whole := frames.text_frames(self.conn, texts)) is not None:
            self.transport.write(whole)
            return True
        try:
            for text in texts:
                self.conn.send_text(text)
        except InvalidState as error:
            raise ClientDisconnected from error
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def handle_parser_exception(self) -> None:
        """Close with the parser's code, then read on for a moment: closing at once over unread data would reset the
        connection, and the peer would never see the code."""
        if self.close_sent:
            return
        close = self.conn.close_sent
        if close is not None:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": close.code, "reason": close.reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.close_timer = self.loop.call_later(1, self.transport.close)
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()


def own_socket(transport: asyncio.BaseTransport) -> socket.socket | None:
    """The transport's socket once more, for options that the loop's own does not take; to be closed. None for Unix sockets."""
    raw = transport.get_extra_info("socket")
    if raw is None or raw.fileno() < 0 or raw.family == socket.AF_UNIX:
        return None
    return socket.socket(fileno=os.dup(raw.fileno()))


def bound_send_buffer(transport: asyncio.BaseTransport) -> None:
    """Let the kernel keep only so much that the peer has not read."""
    found = own_socket(transport)
    if found is not None:
        with found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)


class Server(uvicorn.Server):
    """Says when it listens; on a first signal drains and closes, on a second closes at once."""

    def __init__(self, app: Litestar, settings: Settings, on_started: Callable[[], None] = lambda: None) -> None:
        self._connections = self._table(settings)
        super().__init__(
            uvicorn.Config(
                app,
                ws=SocketProtocol,
                http=cast("Any", partial(BoundedHttp, table=self._connections)),
                loop="uvloop",
                ws_per_message_deflate=False,
                ws_max_size=LARGEST_FRAME,
                ws_ping_interval=None,  # the protocol has beats of its own, answered by the page and not by its browser
                timeout_keep_alive=20,
                timeout_graceful_shutdown=CLOSE_WITHIN_S,
                access_log=False,
                log_config=None,
                server_header=False,
                date_header=False,  # app.py says the time: the database's, not this machine's
                proxy_headers=False,  # addresses.py reads them
            )
        )
        self._app = app
        self._on_started = on_started
        self._draining: asyncio.Task[None] | None = None
        self._stopped_by_signal = False

    @staticmethod
    def _table(settings: Settings) -> Connections:
        return Connections(connections.places(connections.raise_file_limit()), settings)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGHUP too, and no signal a second time while this process is stopping."""
        with super().capture_signals():
            if threading.current_thread() is threading.main_thread():
                for number in signals.obeyed():
                    signal.signal(number, self.handle_exit)
            yield
        if self._stopped_by_signal:
            signals.ignore()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        drain: Callable[[CloseDoors], Awaitable[None]] | None = getattr(self._app.state, "drain", None)
        if drain is not None and not self.force_exit:
            close_doors = partial(self._close_doors, sockets or [])
            self._draining = asyncio.ensure_future(_within(DRAIN_WITHIN_S, drain(close_doors)))
            await asyncio.wait([self._draining])
            if not self._draining.cancelled() and (error := self._draining.exception()):
                log.error("drain_failed", exc_info=error)
        self._connections.is_closing = True
        await super().shutdown(sockets)
        self._stopped_by_signal = bool(self._captured_signals)
        self._captured_signals.clear()  # they were obeyed; raised again they would skip what stops after the server

    async def _close_doors(self, listeners: list[socket.socket]) -> None:
        """Whoever comes now is refused, so that a proxy asks another process at once; who has come gets one more answer."""
        self._connections.is_closing = True
        came = [one for listener in listeners for one in _waiting(listener)]  # closing would reset what they have sent
        for server in self.servers:
            server.close()
        for listener in listeners:
            listener.close()
        for one in came:
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, one)

    def _protocol(self) -> asyncio.Protocol:
        make = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        return make(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        second = self.should_exit
        super().handle_exit(sig, frame)
        if second and sig == signal.SIGINT and self._draining is not None:
            self._draining.cancel()


def _waiting(listener: socket.socket) -> Iterator[socket.socket]:
    """Those whom the kernel has let in and nobody has accepted."""
    while listener.fileno() >= 0:
        try:
            came, _ = listener.accept()
        except OSError:
            return
        came.setblocking(False)
        yield came


async def _within(seconds: float, work: Awaitable[None]) -> None:
    try:
        await asyncio.wait_for(work, seconds)
    except TimeoutError:
        return


def bind(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet; port 0 takes a free one. Raises PortTakenError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise PortTakenError(f"{host} is not an address of this machine. Choose another one with --host.") from None
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(2048)  # now, so that two commands started together cannot both believe that they have it
    except PermissionError:
        bound.close()
        raise PortTakenError(f"Port {port} needs root. Choose one above 1023 with --port.") from None
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise PortTakenError(f"{host} is not an address of this machine. Choose another one with --host.") from None
        who = who_listens(port)
        by = f" by {who}" if who else " by another program"
        raise PortTakenError(
            f"Port {port} on {host} is taken{by}. Stop that, or choose another port: --port {port + 1}"
        ) from None
    bound.setblocking(False)
    return bound


def who_listens(port: int) -> str | None:
    """The program on a port as `name (process 123)`, where the kernel lets us see it."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        fields = [row.split() for row in rows]
        inodes |= {row[9] for row in fields if row[3] == "0A" and int(row[1].rsplit(":", 1)[1], 16) == port}
    for link in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        try:
            found = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
            if found and found[1] in inodes:
                process = link.parents[1]
                return f"{(process / 'comm').read_text().strip()} (process {process.name})"
        except OSError:
            continue
    return None
