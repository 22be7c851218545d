"""Supabase's access tokens: what one says of itself, and what it says once its signature, its times and its audience are right.

A token is signed with ES256 or RS256 by a key of the project's key set, which alone says which of the two goes with its name, or
with HS256 where the project's secret is set here. The token's header only chooses among these. What people can write into a token
themselves (`user_metadata`) is not read.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, get_args
from uuid import UUID, uuid5

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from game_server.integrations.signing_keys import SMALLEST_KEY

AUDIENCE = ROLE = "authenticated"
LEEWAY = timedelta(seconds=10)
LONGEST_LIFE = timedelta(days=7)
"""Supabase issues none that are good for longer. Whoever is erased is kept out for so long, whatever tokens they hold."""
LONGEST_TOKEN = 8000

Algorithm = Literal["ES256", "RS256", "HS256"]
Provider = Literal["email", "google", "apple", "facebook"]

_LOGINS = UUID("5c6c3b0e-5f0b-4d0a-9a63-6f3d7c3b2a10")


class BadToken(Exception):
    """This is no token of Supabase's that counts here; `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class SigningKey(msgspec.Struct, frozen=True, eq=False):
    """A key and the one algorithm that goes with it."""

    algorithm: Algorithm
    key: Any


class Header(msgspec.Struct, frozen=True):
    """What a token says that it is signed with; nothing of it is believed yet."""

    algorithm: str
    key_name: str | None


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """Whom Supabase signed in. `login_id` names its session among our logins, and is never the id of one of our own; `email` is
    as it was written, None where there is none; `signed_in_at` is when the person did something for it, not when it was
    renewed. Without `lets_in` it opens only what was opened before: a session that is known here, a player who is.
    """

    id: str
    login_id: str
    anonymous: bool
    email: str | None
    provider: Provider
    signed_in_at: datetime
    until: datetime
    lets_in: bool = True


def read_header(token: str) -> Header:
    """Raises BadToken."""
    if len(token) > LONGEST_TOKEN:
        raise BadToken("too long")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadToken("not a token") from error
    if "crit" in header or "cty" in header or not isinstance(header.get("alg"), str):
        raise BadToken("header")
    return Header(header["alg"], header.get("kid"))


def read_claims(token: str, key: SigningKey, *, issuer: str, now: datetime) -> Claims:
    """What a token says that is signed with this key and good now. Raises BadToken."""
    try:
        claims = _signed(token, key, issuer)
    except (jwt.PyJWTError, ValueError, RecursionError, TypeError) as error:
        raise BadToken(type(error).__name__) from error
    until, signed_in_at = _times(claims, now)
    user_id, anonymous, email = claims["sub"], claims.get("is_anonymous", False), claims.get("email")
    if claims.get("role") != ROLE or not isinstance(anonymous, bool):
        raise BadToken("role")
    if "client_id" in claims:
        raise BadToken("issued to another application")
    if not _is_id(user_id):
        raise BadToken("subject")
    session = claims.get("session_id")
    # Each token is a session of its own where none is named, as by who signs tokens with the project's secret themselves.
    named = session if _is_id(session) else f"{claims.get('iat')} {claims['exp']}"
    return Claims(
        id=user_id,
        login_id=str(uuid5(_LOGINS, f"{user_id} {named}")),
        anonymous=anonymous,
        email=email if isinstance(email, str) and email else None,
        provider=_provider(claims.get("app_metadata")),
        signed_in_at=signed_in_at,
        until=until,
    )


def read_signing_keys(body: bytes) -> dict[str, SigningKey] | None:
    """The keys of a JSON Web Key Set that sign tokens here: P-256 and RSA of 2048 bits or more. What else it holds is passed
    over, and a set may be empty; None where it is none.
    """
    try:
        told = msgspec.json.decode(body, type=dict[str, Any]).get("keys")
    except msgspec.MsgspecError:
        return None
    if not isinstance(told, list):
        return None
    found: dict[str, SigningKey] = {}
    for one in told:
        if isinstance(one, dict) and isinstance(name := one.get("kid"), str) and (key := _signing_key(one)):
            found.setdefault(name, key)
    return found


def _signing_key(told: dict[str, Any]) -> SigningKey | None:
    algorithm: Algorithm = "ES256" if told.get("kty") == "EC" else "RS256"
    if (
        told.get("kty") not in ("EC", "RSA")
        or told.get("alg", algorithm) != algorithm
        or told.get("use", "sig") != "sig"
    ):
        return None
    if "key_ops" in told and not (isinstance(told["key_ops"], list) and "verify" in told["key_ops"]):
        return None
    try:
        key = jwt.PyJWK.from_dict({name: told[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in told},
                                  algorithm=algorithm).key  # fmt: skip
    except (ValueError, TypeError, AttributeError, jwt.PyJWTError):
        return None
    on_curve = isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    long_enough = isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_KEY
    return SigningKey(algorithm, key) if on_curve or long_enough else None


@lru_cache(maxsize=4096)
def _signed(token: str, key: SigningKey, issuer: str) -> dict[str, Any]:
    """The claims under a right signature; what raises is not remembered. Its times are not looked at: they are compared with our
    own clock and never with the machine's.
    """
    claims: dict[str, Any] = jwt.decode(
        token,
        key.key,
        algorithms=[key.algorithm],
        audience=AUDIENCE,
        issuer=issuer,
        options={
            "require": ["exp", "sub", "aud", "iss"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    return claims


def _times(claims: dict[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """Until when it is good, and when its person signed in. Raises BadToken where that is not now."""
    at, leeway, life = now.timestamp(), LEEWAY.total_seconds(), LONGEST_LIFE.total_seconds()
    until, begins = claims["exp"], [claims[name] for name in ("iat", "nbf") if name in claims]
    if not all(type(moment) in (int, float) and abs(moment) < 2**40 for moment in (until, *begins)):
        raise BadToken("times")
    if until + leeway <= at or any(moment > at + leeway for moment in begins):
        raise BadToken("not now")
    issued = claims.get("iat", 0)
    if until - (issued or at) > life + leeway:
        raise BadToken("good for too long")
    methods = claims.get("amr")
    moments = [one.get("timestamp") for one in methods if isinstance(one, dict)] if isinstance(methods, list) else []
    signed_in = max([moment for moment in moments if type(moment) is int and 0 <= moment <= issued], default=issued)
    return datetime.fromtimestamp(until, UTC) + LEEWAY, datetime.fromtimestamp(signed_in, UTC)


def _is_id(value: object) -> bool:
    """A UUID in the form in which Supabase writes them."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _provider(app_metadata: object) -> Provider:
    """How somebody signs in, as far as our table knows it; only Supabase writes this part of a token."""
    named = app_metadata.get("provider") if isinstance(app_metadata, dict) else None
    return next((known for known in get_args(Provider) if known == named), "email")
