"""Supabase as a sign-in: its access tokens are believed here, and its users deleted where they were erased here.

Nothing is asked at the start. While the key set is away, tokens that need it cannot be checked; those signed with the project's
secret can.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx
import msgspec

from game_server.integrations.signing_keys import SigningKeys
from game_server.integrations.supabase_token import (
    BadToken,
    Claims,
    SigningKey,
    read_claims,
    read_header,
    read_signing_keys,
)
from game_server.process.clock import Clock
from game_server.process.traces import ONWARD
from game_server.settings import Settings

TIMEOUT = httpx.Timeout(5, connect=3, pool=3)
LIMITS = httpx.Limits(max_connections=10, max_keepalive_connections=2)
KEYS_FOR = timedelta(minutes=10)
"""As Supabase's own clients: a key that was revoked counts for no longer. While the set cannot be fetched the last one stands in
for a day, for whoever is here already: they may be in the middle of a game, and the id of their session is known to nobody else.
"""
LETS_IN_FOR = timedelta(minutes=30)
"""For so long after it was fetched a set lets in somebody new, or a new session of somebody known: whoever has a key that was
revoked meanwhile could call themselves anybody.
"""
ANSWER_WITHIN_S = 10.0
LARGEST_REFUSAL = 4096
MOST_KNOWN = 20_000
AT_ONCE = 4
AWAY = frozenset({401, 403, 429, 502, 503, 504})
"""The key is wrong, or nothing behind the address answers. A 500 may be about one user."""


class NotDeleted(Exception):
    """A user could not be deleted at Supabase; `reason` is a short code for the log, `away` says that nobody could be."""

    def __init__(self, reason: str, *, away: bool) -> None:
        self.reason, self.away = reason, away
        super().__init__(reason)


class _Refusal(msgspec.Struct):
    error_code: str | None = None
    msg: str | None = None


class Supabase:
    """The project that these settings name. `confirms_email`: it signs nobody in before they confirmed their address."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        url: str,
        *,
        secret: str | None = None,
        service_key: str | None = None,
        confirms_email: bool = False,
        now: Callable[[], datetime],
    ) -> None:
        self.confirms_email = confirms_email
        self._http, self._service_key = http, service_key
        self._auth = f"{url.rstrip('/')}/auth/v1"
        self._secret = SigningKey("HS256", secret.encode()) if secret is not None else None
        self._keys = SigningKeys(http, f"{self._auth}/.well-known/jwks.json", now, read_signing_keys, longest=KEYS_FOR)
        self._known: OrderedDict[str, datetime] = OrderedDict()
        self.few = asyncio.Semaphore(AT_ONCE)
        """For who writes down a token that is new here: they wait for each other, and shall not hold every connection."""

    @property
    def deletes(self) -> bool:
        """Can users be deleted there?"""
        return self._service_key is not None

    async def claims(self, token: str, now: datetime) -> Claims:
        """What a token says, once it is verified. Raises BadToken, KeysUnreachable."""
        header = read_header(token)
        key = await self._key(header.algorithm, header.key_name)
        if key is None or key.algorithm != header.algorithm:
            raise BadToken("key")
        claims = read_claims(token, key, issuer=self._auth, now=now)
        return claims if key is self._secret or self._lets_in(now) else msgspec.structs.replace(claims, lets_in=False)

    def _lets_in(self, now: datetime) -> bool:
        read_at = self._keys.read_at
        return read_at is not None and now <= read_at + LETS_IN_FOR

    async def _key(self, algorithm: str, name: str | None) -> SigningKey | None:
        if algorithm == "HS256":
            return self._secret
        return await self._keys.key(name) if name is not None and algorithm in ("ES256", "RS256") else None

    def is_newer(self, claims: Claims) -> bool:
        """Was no token of its session noted here that is good for as long?"""
        return claims.until > self._known.get(claims.login_id, datetime.min.replace(tzinfo=claims.until.tzinfo))

    def note(self, claims: Claims) -> None:
        """This one was written down."""
        self._known[claims.login_id] = claims.until
        self._known.move_to_end(claims.login_id)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    async def delete_user(self, auth_id: str) -> None:
        """Delete a user, with what Supabase keeps of them. May be done twice. Raises NotDeleted."""
        key = self._service_key or ""
        headers = {"apikey": key, "authorization": f"Bearer {key}", "accept-encoding": "identity"}
        url = f"{self._auth}/admin/users/{quote(auth_id)}"
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S), self._http.stream("DELETE", url, headers=headers) as answer:
                gone = answer.is_success or await _is_gone(answer)
        except (httpx.HTTPError, TimeoutError) as error:
            raise NotDeleted(type(error).__name__, away=True) from error
        if not gone:
            raise NotDeleted(f"status {answer.status_code}", away=answer.status_code in AWAY)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()


def open_supabase(settings: Settings, clock: Clock) -> Supabase | None:
    """The project of these settings; None where they name none."""
    if settings.supabase_url is None:
        return None
    # No proxy of the environment: the service's key goes to the address that was set, or nowhere.
    trust = httpx.create_ssl_context()
    return Supabase(
        httpx.AsyncClient(timeout=TIMEOUT, limits=LIMITS, verify=trust, trust_env=False, event_hooks=ONWARD),
        settings.supabase_url,
        secret=settings.supabase_jwt_secret,
        service_key=settings.supabase_service_role_key,
        confirms_email=settings.supabase_confirms_email,
        now=clock.now,
    )


async def _is_gone(answer: httpx.Response) -> bool:
    """Supabase's own word that it knows no such user; a 404 may come from anything in between."""
    if answer.status_code != httpx.codes.NOT_FOUND:
        return False
    body = b""
    async for part in answer.aiter_raw():
        body += part
        if len(body) > LARGEST_REFUSAL:
            return False
    try:
        told = msgspec.json.decode(body, type=_Refusal)
    except msgspec.MsgspecError:
        return False
    return told.error_code == "user_not_found" or told.msg == "User not found"
