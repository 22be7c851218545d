"""The keys that somebody else signs with, by name: fetched from their address, kept as long as it says.

A name that is not known is asked for anew, at most every half minute, so that nobody makes us ask by inventing names. While the
address is away the last good set stands in for a day.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import httpx
import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

log = structlog.get_logger()

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)
UNSAID = timedelta(minutes=10)
ASK_AGAIN_AFTER = timedelta(seconds=30)
AFTER_A_FAILURE = timedelta(seconds=2)
STALE_FOR = timedelta(days=1)
LARGEST_SET = 64 * 1024
SMALLEST_KEY = 2048
ASK_WITHIN_S = 10.0

K = TypeVar("K")

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})")


class KeysUnreachable(Exception):
    """There is no set of keys to check with now; `reason` is a short code for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class SigningKeys(Generic[K]):
    """The keys at one address. `read` takes them out of an answer, by name, and gives None where it is no set of keys; they are
    kept for `longest` at most.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        now: Callable[[], datetime],
        read: Callable[[bytes], Mapping[str, K] | None],
        *,
        longest: timedelta = LONGEST,
    ) -> None:
        self._http, self._url, self._now, self._read, self._longest = http, url, now, read, longest
        never = datetime.min.replace(tzinfo=now().tzinfo)
        self._keys: Mapping[str, K] = {}
        self._fetched: datetime | None = None
        self._until = self._not_before = never
        self._failed = ""
        self._asking = asyncio.Lock()

    async def key(self, name: str) -> K | None:
        """The key of that name; None where there is none. Raises KeysUnreachable."""
        if name in self._keys and (self._now() < self._until or (self._asking.locked() and self._stand_in())):
            return self._keys[name]
        async with self._asking:
            now = self._now()
            if (now >= self._until or name not in self._keys) and now >= self._not_before:
                await self._ask(now)
            if self._stand_in() and (name in self._keys or not self._failed):
                return self._keys.get(name)
        raise KeysUnreachable(self._failed)

    @property
    def read_at(self) -> datetime | None:
        """When the set was read last; None: never yet."""
        return self._fetched

    def _stand_in(self) -> bool:
        """May the last good set be used?"""
        return self._fetched is not None and self._now() <= self._fetched + STALE_FOR

    async def _ask(self, now: datetime) -> None:
        self._failed = await self._fetch(now)
        pause = AFTER_A_FAILURE if self._failed and not self._stand_in() else ASK_AGAIN_AFTER
        self._not_before = self._now() + pause
        if self._failed:
            log.warning("signing_keys_unread", host=httpx.URL(self._url).host, reason=self._failed)

    async def _fetch(self, now: datetime) -> str:
        """Ask for the keys; why that failed, or ''."""
        try:
            async with asyncio.timeout(ASK_WITHIN_S):
                status, kept, body = await self._answer()
        except (httpx.HTTPError, TimeoutError) as error:
            return type(error).__name__
        keys = self._read(body) if httpx.codes.is_success(status) and len(body) <= LARGEST_SET else None
        if keys is None:
            return f"no keys in an answer with status {status}"
        self._keys, self._fetched = keys, now
        self._until = now + min(kept_for(kept), self._longest)
        return ""

    async def _answer(self) -> tuple[int, str, bytes]:
        """Status, Cache-Control and what was read of the body: little more than LARGEST_SET, packed as nothing."""
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        body = b""
        async with self._http.stream("GET", self._url, headers=headers) as answer:
            async for part in answer.aiter_raw():
                body += part
                if len(body) > LARGEST_SET:
                    break
            return answer.status_code, answer.headers.get("cache-control", ""), body


def kept_for(cache_control: str) -> timedelta:
    """How long an answer with this header is kept, between a minute and a day."""
    found = _MAX_AGE.search(cache_control.lower())
    return min(max(timedelta(seconds=int(found[1])), SHORTEST), LONGEST) if found else UNSAID


def read_rsa_keys(body: bytes) -> dict[str, RSAPublicKey] | None:
    """The RSA keys of 2048 bits or more in an answer, by name: of a JSON Web Key Set, or of certificates by name as Google's
    older address gives. What else it holds is passed over; None where there is none.
    """
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        return None
    as_set = told.get("keys")
    named = (
        [(one.get("kid"), one) for one in as_set if isinstance(one, dict)]
        if isinstance(as_set, list)
        else list(told.items())
    )
    found = {name: key for name, one in named if isinstance(name, str) and (key := _read(one)) is not None}
    return {name: key for name, key in found.items() if key.key_size >= SMALLEST_KEY} or None


def _read(one: Any) -> RSAPublicKey | None:
    try:
        if isinstance(one, str):
            key: Any = load_pem_x509_certificate(one.encode()).public_key()
        elif one.get("kty") == "RSA" and one.get("use", "sig") == "sig" and one.get("alg", "RS256") == "RS256":
            key = jwt.PyJWK.from_dict(one, algorithm="RS256").key
        else:
            return None
    except (ValueError, AttributeError, jwt.PyJWTError):
        return None
    return key if isinstance(key, RSAPublicKey) else None
