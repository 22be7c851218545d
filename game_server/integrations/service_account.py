"""Google's access tokens for a service account: asked for with a signed assertion (RFC 7523), kept until shortly before they end.

PyJWT signs; google-auth would do the same in a thread, with a second HTTP client and look-ups of its own.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from game_server.environment import is_service_address

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTED_FOR = timedelta(hours=1)
RENEW_BEFORE = timedelta(minutes=5)
LONGEST_ANSWER = 64 * 1024


class AccountUnusable(ValueError):
    """The file of the service account does not hold one; the message says what is missing, never what is there."""


class TokenUnavailable(Exception):
    """Google gives no access token now; `reason` is a short code for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ServiceAccount(msgspec.Struct, frozen=True):
    """What of the JSON file is needed. Its token_uri is used as it stands."""

    client_email: str
    private_key: str
    token_uri: str
    private_key_id: str | None = None
    project_id: str | None = None

    def __repr__(self) -> str:
        """Without the key."""
        return f"ServiceAccount({self.client_email})"


class _Granted(msgspec.Struct):
    access_token: str
    expires_in: int = 3600


def read_account(path: Path) -> ServiceAccount:
    """The account in that file. Raises AccountUnusable."""
    try:
        account = msgspec.json.decode(path.read_bytes(), type=ServiceAccount)
    except OSError as error:
        raise AccountUnusable(f"{path} cannot be read ({type(error).__name__})") from error
    except msgspec.MsgspecError as error:
        raise AccountUnusable(
            f"{path} is not a service account's JSON with client_email, private_key and token_uri"
        ) from error
    if not is_service_address(account.token_uri):
        raise AccountUnusable(f"the token_uri in {path} is neither https nor http on this machine")
    _private_key(account)
    return account


class AccessTokens:
    """The tokens of one account for one scope. Callers at once share one request."""

    def __init__(
        self, http: httpx.AsyncClient, account: ServiceAccount, scope: str, now: Callable[[], datetime]
    ) -> None:
        self._http, self._account, self._scope, self._now = http, account, scope, now
        self._key = _private_key(account)
        self._token, self._until = "", datetime.min.replace(tzinfo=now().tzinfo)
        self._failures, self._reason = 0, ""
        self._asking = asyncio.Lock()

    async def token(self) -> str:
        """A token that is good for some minutes. Raises TokenUnavailable."""
        failures = self._failures
        async with self._asking:
            if self._now() >= self._until:
                if failures != self._failures:  # what one of them waited for in vain, the others need not
                    raise TokenUnavailable(self._reason)
                await self._renew()
            return self._token

    async def _renew(self) -> None:
        asked = self._now()
        try:
            granted = await self._ask()
        except TokenUnavailable as error:
            self._failures, self._reason = self._failures + 1, error.reason
            raise
        self._token = granted.access_token
        self._until = asked + max(timedelta(seconds=granted.expires_in) - RENEW_BEFORE, timedelta(seconds=1))

    def forget(self, token: str) -> None:
        """This one was refused: the next caller asks for another."""
        if token == self._token:
            self._until = datetime.min.replace(tzinfo=self._until.tzinfo)

    async def _ask(self) -> _Granted:
        form = {"grant_type": GRANT, "assertion": self._assertion()}
        try:
            answer = await self._http.post(self._account.token_uri, data=form)
        except httpx.HTTPError as error:
            raise TokenUnavailable(type(error).__name__) from error
        if answer.status_code != httpx.codes.OK or len(answer.content) > LONGEST_ANSWER:
            raise TokenUnavailable(f"status {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=_Granted)
        except msgspec.MsgspecError as error:
            raise TokenUnavailable("no token in the answer") from error

    def _assertion(self) -> str:
        issued = self._now()
        claims = {
            "iss": self._account.client_email,
            "scope": self._scope,
            "aud": self._account.token_uri,
            "iat": int(issued.timestamp()),
            "exp": int((issued + ASSERTED_FOR).timestamp()),
        }
        named = {"kid": self._account.private_key_id} if self._account.private_key_id else {}
        return jwt.encode(claims, self._key, algorithm="RS256", headers=named)


def _private_key(account: ServiceAccount) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(account.private_key.encode(), password=None)
    except (ValueError, TypeError) as error:
        raise AccountUnusable("the private_key of the service account is not a PEM key without a password") from error
    if not isinstance(key, RSAPrivateKey):
        raise AccountUnusable("the private_key of the service account is not an RSA key")
    return key
