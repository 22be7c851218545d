"""The HTTP parser with bounds: how long an address, how many and how large the headers, how much body, how many requests at
once, and how long any of it may take. What is refused here has the shape of every other error.

Depends on internals of uvicorn's httptools protocol (pinned): `data_received`, the parser's callbacks, `cycle`, `pipeline`,
`flow`, `timeout_keep_alive_handler`, `on_response_complete`, `handle_websocket_upgrade`.
"""

import asyncio
import select
import uuid
from http import HTTPStatus
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from game_server import errors
from game_server.process import gauges
from game_server.process.connections import Connections
from rooms.errors import AddressTooLong, BadRequest, HeadersTooLarge, Refused, TooLarge, TooSlow, Unavailable

LARGEST_BODY = 1024 * 1024
LARGEST_RAW_BODY = 2 * LARGEST_BODY
"""With what chunks add to it."""
ROOMY = {("POST", "/api/files"): (12 * LARGEST_BODY, 90.0)}
"""Where more is taken: how much with its chunks, and how many seconds it may take; how much without, its handler says."""
LONGEST_ADDRESS = 4 * 1024
LONGEST_HEADER = 8 * 1000
"""Name and value; the websocket parser, which reads them again, takes 8 KiB a line."""
MOST_HEADERS = 100
LARGEST_HEAD = 24 * 1024
MOST_PIPELINED = 16
HEAD_WITHIN_S = 10.0
BODY_WITHIN_S = 30.0
LOOK_EVERY_S = 10.0
GONE_WITHIN_LOOKS = 12
LINGER_S = 1.0


class BoundedHttp(HttpToolsProtocol):
    """One connection until it ends or becomes a socket."""

    def __init__(self, *args: Any, table: Connections, **named: Any) -> None:
        super().__init__(*args, **named)
        self._table = table
        self._address = ""
        self._refusal: Refused | None = None
        self._in_head = True
        self._size = 0  # bytes of the head, or of the body with its chunks
        self._largest = LARGEST_RAW_BODY
        self._began_here = False  # the head began inside the data that is being read
        self._deadline: asyncio.TimerHandle | None = None
        self._look: asyncio.TimerHandle | None = None
        self._looks = 0
        self._unread = 0

    # --- coming and going ----------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        if not self._table.enter(self._address):
            self._refuse(Unavailable("There are too many connections. Please try again in a moment."))
            return
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_timers()
        self._table.leave(self._address, self)
        super().connection_lost(exc)

    def cut(self) -> None:
        """Give the place to somebody else."""
        self.transport.abort()

    # --- reading -------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._refusal is not None or self.transport.is_closing():
            self._pass_over(data)
            return
        self._unset_keepalive_if_required()
        if self._deadline is None:
            self._await_head()
        self._began_here = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade() and self._refusal is None:
                self._hand_over()
                return
            if self.cycle is not None:
                self.cycle.keep_alive = False  # what comes after it cannot be read as HTTP any more
        except httptools.HttpParserError:
            self._refuse(self._refusal or BadRequest())
            return
        if not self._began_here:
            self._size += len(data)
        if self._size > (LARGEST_HEAD if self._in_head else self._largest):
            self._refuse(HeadersTooLarge() if self._in_head else TooLarge())

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MOST_PIPELINED:
            self._stop_reading(BadRequest("There are too many requests at once on this connection."))
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if not url.isascii():
            self._stop_reading(BadRequest("The address holds characters that have to be percent-encoded."))
        if len(self.url) > LONGEST_ADDRESS:
            self._stop_reading(AddressTooLong())

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer: nobody asked for it, and it must not become a header of the request
        super().on_header(name, value)
        if len(self.headers) > MOST_HEADERS or len(name) + len(value) > LONGEST_HEADER:
            self._stop_reading(HeadersTooLarge())

    def on_headers_complete(self) -> None:
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > LARGEST_HEAD:
            self._stop_reading(HeadersTooLarge())
        super().on_headers_complete()
        if self._table.is_closing and self.cycle is not None:
            self.cycle.keep_alive = False  # said in the answer, so that a proxy sends nothing more here
        self._in_head, self._size, self._began_here = False, 0, True
        asked = (self.scope.get("method", ""), self.scope.get("path", ""))  # neither is known yet of an upgrade
        self._largest, within_s = ROOMY.get(asked, (LARGEST_RAW_BODY, BODY_WITHIN_S))
        self._expect(within_s)
        self._table.works(self)

    def on_message_complete(self) -> None:
        self._in_head, self._size, self._began_here = True, 0, True
        self._forget_deadline()
        super().on_message_complete()

    def _stop_reading(self, why: Refused) -> None:
        """From inside the parser, which turns it into the HttpParserError that `data_received` answers."""
        self._refusal = why
        raise why

    def _unsupported_upgrade_warning(self) -> None:
        """Anybody could fill the log with it; the request is answered as if it had not asked."""

    def _hand_over(self) -> None:
        """To the socket's protocol, which keeps this connection's place in the table."""
        self._forget_timers()
        self.handle_websocket_upgrade()
        successor = cast("Any", self.transport.get_protocol())
        successor.leave = lambda: self._table.leave(self._address, self)
        if not successor.handshake_initiated and not self.transport.is_closing():  # it waits for more, and without end
            self.transport.write(_answer(BadRequest("This is no upgrade to a socket.")))
            self.transport.close()
        if self.transport.is_closing():
            self._watch_writing()

    # --- time ----------------------------------------------------------------------------------------------------------

    def _await_head(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self._table.waits(self)
        self._expect(HEAD_WITHIN_S)

    def _expect(self, seconds: float) -> None:
        self._forget_deadline()
        self._deadline = self.loop.call_later(seconds, self._too_late, seconds)

    def _too_late(self, seconds: float) -> None:
        if self.flow.read_paused:  # it is we who do not read
            self._expect(seconds)
        elif self._in_head and not self._size:
            self.transport.close()  # it never said anything: browsers open connections in advance
        else:
            self._refuse(TooSlow())

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _forget_timers(self) -> None:
        self._forget_deadline()
        self._unset_keepalive_if_required()
        if self._look is not None:
            self._look.cancel()
            self._look = None

    # --- writing -------------------------------------------------------------------------------------------------------

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._watch_writing()
        elif not self.pipeline and self._in_head:
            self._table.waits(self)

    def timeout_keep_alive_handler(self) -> None:
        if _has_unread(self.transport):
            return
        super().timeout_keep_alive_handler()
        self._watch_writing()

    def shutdown(self) -> None:
        if _has_unread(self.transport):
            return  # a request that was on its way: it gets its answer, and that is the last
        super().shutdown()
        if self.transport.is_closing():
            self._watch_writing()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._look is not None and not self.transport.is_closing():
            self._look.cancel()
            self._look = None

    def _watch_writing(self) -> None:
        """A peer that takes nothing, or takes it by the byte, is cut: `close` alone would wait for it for ever."""
        if self._look is None:
            self._looks, self._unread = 0, self.transport.get_write_buffer_size()
            self._look = self.loop.call_later(LOOK_EVERY_S, self._look_at_writing)

    def _look_at_writing(self) -> None:
        self._look = None
        unread = self.transport.get_write_buffer_size()
        self._looks += 1
        if not unread and not self.transport.is_closing():
            return
        if unread >= self._unread or self._looks >= GONE_WITHIN_LOOKS:
            gauges.CONNECTIONS_CUT.inc()
            self.transport.abort()
            return
        self._unread = unread
        self._look = self.loop.call_later(LOOK_EVERY_S, self._look_at_writing)

    # --- refusing ------------------------------------------------------------------------------------------------------

    def _refuse(self, why: Refused) -> None:
        """Answer and close, where an answer can be told apart from another one that is under way."""
        self._refusal, self._size = why, 0
        self._forget_deadline()
        cycle = self.cycle
        unanswered = cycle is not None and not cycle.response_complete
        if unanswered and (self._in_head or cycle.response_started or self.pipeline):
            self.transport.abort()
            return
        if unanswered:
            cycle.disconnected = True
            cycle.message_event.set()
        if self._in_head or unanswered:
            self.transport.write(_answer(why))
        self._linger()

    def _linger(self) -> None:
        """Say that this is the end and read on for a moment: closing at once over unread data would reset the connection, and
        the peer would never see the answer."""
        self._unset_keepalive_if_required()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._deadline = self.loop.call_later(LINGER_S, self._close)

    def _pass_over(self, data: bytes) -> None:
        """What still comes of something refused."""
        self._size += len(data)
        if self._size > self._largest:
            self.transport.abort()

    def _close(self) -> None:
        self.transport.close()
        self._watch_writing()


def _has_unread(transport: asyncio.BaseTransport) -> bool:
    """Has the kernel something of the peer's (or its end) that nobody has read yet?"""
    raw = transport.get_extra_info("socket")
    if raw is None or raw.fileno() < 0:
        return False
    look = select.poll()
    look.register(raw.fileno(), select.POLLIN)
    return bool(look.poll(0))


def _answer(why: Refused) -> bytes:
    status, headers, body = refusal(why)
    lines = (f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {status.phrase}\r\n{''.join(lines)}\r\n".encode() + body


def refusal(why: Refused) -> tuple[HTTPStatus, dict[str, str], bytes]:
    """What is refused before there is a request, as every other error looks; the connection ends with it."""
    number, body = errors.plain(why, request_id := uuid.uuid4().hex)  # noqa: TID251 - names it, nothing is drawn from it
    status = HTTPStatus(number)
    gauges.REQUESTS_UNREADABLE.labels(str(number)).inc()
    again = {"retry-after": str(errors.AGAIN_IN_S)} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return (
        status,
        {
            "content-type": "application/json",
            "content-length": str(len(body)),
            "x-request-id": request_id,
            **again,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
            "connection": "close",
        },
        body,
    )
