"""Notion's API, asked by us: the few calls that a mirror needs, in one version of it, with a budget a connection.

A thin client instead of the library for it (`notion-client` 3.1): that one knows no 529, decides by itself when to ask again and
for how long, which here the outbox does with what it keeps, adds a handler to the log with each client, and answers plain
dictionaries. What is left are a dozen addresses.

Every connection has one budget in this process, whoever asks (`rooms/notion/pace.py`). What Notion says about waiting counts
more: a short wait is waited here and it is asked once more, since nothing was done; a long one is the caller's. Nothing else is
ever asked for twice here. Neither tokens, nor titles, nor contents are logged or stand in an error.
"""

import asyncio
import time
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

import httpx
import msgspec

from game_server.integrations.notion_answers import Grant, GrantTold
from game_server.integrations.notion_errors import Away, Limited, Refused, failure
from game_server.integrations.upstream import trusted, wait_of
from game_server.process.traces import ONWARD
from rooms.notion import pace
from rooms.notion.pace import Bucket

BASE_URL = "https://api.notion.com"
VERSION = "2025-09-03"
"""Of the API: databases with data sources, `in_trash`."""

ANSWERED_IN_S = 60.0
"""So long Notion itself takes at most."""

WAITING = httpx.Timeout(ANSWERED_IN_S, connect=3.0, write=20.0, pool=20.0)
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=30.0)
LARGEST_ANSWER = 48 * 1024 * 1024
"""A hundred pages with long texts, each told twice."""

LARGEST_REQUEST = 500_000
PATIENCE_S = 20.0
"""So long a call waits for its turn, all in all; who would wait longer is told so."""

MOST_BUDGETS = 10_000

Method = Literal["GET", "POST", "PATCH"]
T = TypeVar("T")

_FAILURES = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError)


class Notion:
    """The API at one address, asked at `rate` requests a second for each connection. `seconds` is a clock that only goes forward,
    `sleep` waits; both are the loop's, but in tests.
    """

    def __init__(
        self,
        base_url: str = BASE_URL,
        *,
        now: Callable[[], datetime],
        client_id: str | None = None,
        client_secret: str | None = None,
        rate: float = pace.RATE,
        seconds: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._base = base_url.rstrip("/").removesuffix("/v1")
        self._now, self._seconds, self._sleep = now, seconds, sleep
        self._client_id, self._client_secret, self._rate = client_id, client_secret, rate
        self._budgets: OrderedDict[bytes, Bucket] = OrderedDict()
        self._http = httpx.AsyncClient(
            verify=trusted(),
            timeout=WAITING,
            limits=LIMITS,
            headers={"notion-version": VERSION, "accept-encoding": "identity", "user-agent": "attuned"},
            trust_env=False,
            follow_redirects=False,
            transport=transport,
            event_hooks=ONWARD,
        )

    @property
    def has_oauth(self) -> bool:
        """Can people connect by signing in to Notion?"""
        return self._client_id is not None and self._client_secret is not None

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    # --- being let in --------------------------------------------------------------------------------------------------

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        """Where somebody says that we may. `state` comes back with them."""
        asked = {
            "client_id": self._client_id or "",
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "owner": "user",
            "state": state,
        }
        return f"{self._base}/v1/oauth/authorize?{urlencode(asked)}"

    async def exchange(self, code: str, redirect_uri: str) -> Grant:
        """The tokens for a code, which is good once. Raises NotionFailed."""
        return await self._granted({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri})

    async def refresh(self, refresh_token: str) -> Grant:
        """New tokens for old ones, which are good no more then. Raises NotionFailed."""
        return await self._granted({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def _granted(self, body: dict[str, str]) -> Grant:
        ours = b64encode(f"{self._client_id}:{self._client_secret}".encode()).decode()
        answer = await self._asked("POST", "oauth/token", f"Basic {ours}", msgspec.json.encode(body))
        return read(answer, GrantTold).grant()

    # --- asking --------------------------------------------------------------------------------------------------------

    async def ask(
        self,
        token: str,
        method: Method,
        path: str,
        body: Any = None,
        *,
        sent: Iterable[str] = (),
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> bytes:
        """An answer to a connection's request, in its turn. `sent` are the properties in it; `before` is awaited when its turn
        has come, and may raise. Raises NotionFailed.
        """
        content = b"" if body is None else msgspec.json.encode(body)
        if len(content) > LARGEST_REQUEST:
            raise Refused(413, "too_large")
        whose = sha256(token.encode()).digest()
        left = PATIENCE_S
        while True:
            left -= await self._turn(whose, left)
            if before is not None:
                await before()
            try:
                return await self._asked(method, path, f"Bearer {token}", content, sent)
            except Limited as limited:
                wait = pace.REST_S if limited.after_s is None else limited.after_s
                self._rest(whose, wait)
                if wait >= left:
                    raise
                left -= 1.0  # also where no wait is asked for: it is not asked for ever

    async def _turn(self, whose: bytes, patience: float) -> float:
        """Wait for it, and say how long that was. Raises Limited where it would take longer than that."""
        bucket, wait = pace.ask(
            self._budgets.get(whose, Bucket(at=self._seconds())), self._seconds(), rate=self._rate, burst=2 * self._rate
        )
        if wait > patience:
            raise Limited("own_budget", wait)
        self._keep(whose, bucket)
        if wait > 0.0:
            await self._sleep(wait)
        return wait

    def _rest(self, whose: bytes, seconds: float) -> None:
        bucket = self._budgets.get(whose, Bucket(at=self._seconds()))
        self._keep(whose, pace.rest(bucket, self._seconds(), seconds))

    def _keep(self, whose: bytes, bucket: Bucket) -> None:
        self._budgets[whose] = bucket
        self._budgets.move_to_end(whose)
        if len(self._budgets) > MOST_BUDGETS:
            self._budgets.popitem(last=False)

    async def _asked(
        self, method: Method, path: str, authorization: str, content: bytes, sent: Iterable[str] = ()
    ) -> bytes:
        headers = {"authorization": authorization}
        if content:
            headers["content-type"] = "application/json"
        try:
            async with (
                asyncio.timeout(ANSWERED_IN_S + 5.0),
                self._http.stream(method, f"{self._base}/v1/{path}", headers=headers, content=content) as answer,
            ):
                body = await _whole(answer)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise Away("timeout") from error
        except _FAILURES as error:
            raise Away("connection") from error
        if not answer.is_success:
            after_s = wait_of(answer.headers.get("retry-after", ""), self._now())
            raise failure(answer.status_code, body, after_s, sent)
        return body


def read(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    """An answer as what it has to be. Raises Away where it is none."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Away("unreadable") from None  # the trace would show the answer


async def _whole(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > LARGEST_ANSWER:
            raise Away("too_large")
    return bytes(body)
