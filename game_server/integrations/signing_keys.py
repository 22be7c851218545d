"""The keys that a vendor signs with, by name: fetched from its address, kept as long as it says.

A name that is not known is asked for anew, at most every half minute, so that nobody makes us ask by inventing names. While the
vendor is away the last good set stands in for a day.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=1)
UNSAID = timedelta(minutes=10)
ASK_AGAIN_AFTER = timedelta(seconds=30)
AFTER_A_FAILURE = timedelta(seconds=2)
STALE_FOR = timedelta(days=1)
LARGEST_SET = 64 * 1024
SMALLEST_KEY = 2048

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})")


class KeysUnreachable(Exception):
    """There is no set of keys to check with now; `reason` is a short code for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class SigningKeys:
    """The RSA keys at one address: a JSON Web Key Set, or certificates by name as Google's older address gives."""

    def __init__(self, http: httpx.AsyncClient, url: str, now: Callable[[], datetime]) -> None:
        self._http, self._url, self._now = http, url, now
        never = datetime.min.replace(tzinfo=now().tzinfo)
        self._keys: Mapping[str, RSAPublicKey] = {}
        self._fetched = self._until = self._not_before = never
        self._asking = asyncio.Lock()

    async def key(self, name: str) -> RSAPublicKey | None:
        """The key of that name; None where the vendor has none. Raises KeysUnreachable."""
        if name in self._keys and self._now() < self._until:
            return self._keys[name]
        async with self._asking:
            now = self._now()
            wanted = now >= self._until or name not in self._keys
            failed = await self._fetch(now) if wanted and now >= self._not_before else "asked just now"
            if self._keys and self._now() <= self._fetched + STALE_FOR:
                return self._keys.get(name)
        raise KeysUnreachable(failed)

    async def _fetch(self, now: datetime) -> str:
        """Ask for the keys; why that failed, or ''."""
        try:
            answer = await self._http.get(self._url)
        except httpx.HTTPError as error:
            return type(error).__name__
        finally:
            self._not_before = self._now() + AFTER_A_FAILURE
        keys = read_keys(answer.content) if answer.is_success and len(answer.content) <= LARGEST_SET else {}
        if not keys:
            return f"no keys in an answer with status {answer.status_code}"
        self._keys, self._fetched = keys, now
        self._until = now + kept_for(answer.headers.get("cache-control", ""))
        self._not_before = now + ASK_AGAIN_AFTER
        return ""


def kept_for(cache_control: str) -> timedelta:
    """How long an answer with this header is kept, between a minute and a day."""
    found = _MAX_AGE.search(cache_control.lower())
    return min(max(timedelta(seconds=int(found[1])), SHORTEST), LONGEST) if found else UNSAID


def read_keys(body: bytes) -> dict[str, RSAPublicKey]:
    """The RSA keys of 2048 bits or more in an answer, by name; what else it holds is passed over."""
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}
    as_set = told.get("keys")
    named = (
        [(one.get("kid"), one) for one in as_set if isinstance(one, dict)]
        if isinstance(as_set, list)
        else list(told.items())
    )
    found = {name: key for name, one in named if isinstance(name, str) and (key := _read(one)) is not None}
    return {name: key for name, key in found.items() if key.key_size >= SMALLEST_KEY}


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
