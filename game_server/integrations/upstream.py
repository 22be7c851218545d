"""A vendor's server: a client that lives as long as the process, bounded in time, size and how many ask at once.

No redirects, no proxies of the environment, no cookies that matter: what is sent goes to the address that was set, or nowhere.
"""

import asyncio
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, partial

import anyio
import h2.exceptions
import httpx
import msgspec

WAITING = httpx.Timeout(8.0, connect=3.0)
IDLE_S = 600.0
MOST_AT_ONCE = 64
LARGEST_ANSWER = 16 * 1024
LONGEST_WAIT_S = 3600.0

_FAILURES = (
    httpx.HTTPError,
    httpx.StreamError,
    h2.exceptions.H2Error,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
    OSError,
)
"""What a broken connection can look like; httpx lets some of what is below it through."""

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""There was no connection yet, or none free."""

_CODE = re.compile(r"[A-Za-z0-9_]{1,64}")

_NOT_NOW = (408, 425, 429)
_SERVER_ERRORS = 500


@cache
def trusted(http2: bool = False) -> ssl.SSLContext:
    """The public authorities, or those of SSL_CERT_FILE: read once. What is spoken is part of it, so there are two."""
    context = httpx.create_ssl_context()
    context.set_alpn_protocols(["h2"] if http2 else ["http/1.1"])
    return context


class Retry(msgspec.Struct, frozen=True):
    """Not now: the network, the vendor's server, or too many at once. `after_s` is what the vendor asked for, None where it said
    nothing; `reason` is a short code for the log.
    """

    reason: str
    after_s: float | None = None


class Unreachable(Exception):
    """There is no answer; `reason` is a short code for the log. Not `sent`: the server surely has nothing of the request."""

    def __init__(self, reason: str, *, sent: bool = True) -> None:
        self.reason, self.sent = reason, sent
        super().__init__(reason)


class Answer(msgspec.Struct, frozen=True):
    """What came back; header names in lower case, of a long body the beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def not_now(self, now: datetime) -> Retry | None:
        """A Retry where the server is busy or broken, with what it asks us to wait."""
        if self.status not in _NOT_NOW and self.status < _SERVER_ERRORS:
            return None
        return Retry(f"http_{self.status}", wait_of(self.headers.get("retry-after", ""), now))

    def code(self, told: str) -> str:
        """What the server calls it, where that is a word and no more; else its status. It is logged and kept."""
        return told if _CODE.fullmatch(told) else f"http_{self.status}"


class Upstream:
    """A server at one address; where `base_url` is empty, at those that are asked for. Of an answer `largest` bytes are read."""

    def __init__(
        self,
        base_url: str = "",
        *,
        http2: bool = False,
        trust: ssl.SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        waiting: httpx.Timeout = WAITING,
        largest: int = LARGEST_ANSWER,
    ) -> None:
        self._opened = partial(_client, base_url, trust=trust, transport=transport, waiting=waiting)
        self._largest = largest
        self.http = self._opened(http2=http2)
        # Without TLS nobody can be asked what is spoken: a stand-in on this machine may know the older HTTP only.
        self._perhaps_older = http2 and base_url.startswith("http://")
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)

    async def post(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Send it once. Raises Unreachable."""
        try:
            return await self._posted(url, headers, content)
        except httpx.TimeoutException as error:
            raise Unreachable("timeout", sent=not isinstance(error, _NOT_SENT)) from error
        except httpx.InvalidURL as error:
            raise Unreachable("address", sent=False) from error
        except _FAILURES as error:
            raise Unreachable("connection", sent=not isinstance(error, _NOT_SENT)) from error

    async def _posted(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        try:
            async with self._turn, self.http.stream("POST", url, headers=headers, content=content) as answer:
                self._perhaps_older = False
                return Answer(answer.status_code, answer.headers, await _beginning(answer, self._largest))
        except (httpx.ProtocolError, httpx.NetworkError):
            if not self._perhaps_older:
                raise
        self._perhaps_older = False
        older, self.http = self.http, self._opened(http2=False)
        await older.aclose()
        return await self._posted(url, headers, content)

    async def close(self) -> None:
        """Give the connections back."""
        await self.http.aclose()


def _client(
    base_url: str,
    *,
    http2: bool,
    trust: ssl.SSLContext | None,
    transport: httpx.AsyncBaseTransport | None,
    waiting: httpx.Timeout,
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=base_url,
        http1=not http2,
        http2=http2,
        verify=trust or trusted(http2),
        timeout=waiting,
        limits=httpx.Limits(max_connections=MOST_AT_ONCE, keepalive_expiry=IDLE_S),
        headers={"accept-encoding": "identity", "user-agent": "attuned"},
        transport=transport,
        trust_env=False,
    )


def wait_of(told: str, now: datetime) -> float | None:
    """Retry-After, as seconds or as a date, in seconds from now, at most an hour; None where it says neither."""
    if told.isascii() and told.isdigit():
        seconds = float(told)
    else:
        try:
            at = parsedate_to_datetime(told)
        except ValueError:
            return None
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now.timestamp()
    return min(max(seconds, 0.0), LONGEST_WAIT_S)


async def _beginning(answer: httpx.Response, largest: int) -> bytes:
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > largest:
            del body[largest:]
            break
    return bytes(body)
