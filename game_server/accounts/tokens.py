"""The signed tokens: a user's access token, of Supabase's shape, and the long-lived one of an anonymous player.

One algorithm (ES256), pinned, and our own keys only. The two kinds have different audiences and roles, so neither ever passes as
the other; what a token claims is only believed after the database said that its login or version is still good.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

import jwt
import msgspec

from game_server.process.keys import Keys

ISSUER = "attuned"
USER_AUDIENCE = "authenticated"
ANONYMOUS_AUDIENCE = "anon"
ALGORITHM = "ES256"
LEEWAY_S = 10
LONGEST = 4096

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class UserToken(msgspec.Struct, frozen=True):
    """What a user's verified access token says; `generation` counts the refreshes of its login up to this token."""

    user_id: str
    login_id: str
    generation: int


class AnonymousToken(msgspec.Struct, frozen=True):
    """What an anonymous player's verified token says; it is good while the row has the same version."""

    anonymous_session_id: str
    version: int


def issue_user(
    keys: Keys, *, user_id: str, login_id: str, email: str, now: datetime, lifetime_s: int, generation: int = 0
) -> str:
    """A user's access token."""
    return _sign(
        keys,
        now,
        lifetime_s,
        {
            "aud": USER_AUDIENCE,
            "sub": user_id,
            "role": "authenticated",
            "session_id": login_id,
            "gen": generation,
            "email": email,
            "is_anonymous": False,
        },
    )


def issue_anonymous(keys: Keys, *, anonymous_session_id: str, version: int, now: datetime, lifetime_s: int) -> str:
    """An anonymous player's token. It has no subject: there is no path from here to an account."""
    return _sign(
        keys,
        now,
        lifetime_s,
        {
            "aud": ANONYMOUS_AUDIENCE,
            "role": "anon",
            "anonymous_session_id": anonymous_session_id,
            "ver": version,
            "is_anonymous": True,
        },
    )


def verify(keys: Keys, token: str, now: datetime) -> UserToken | AnonymousToken | None:
    """What a token of ours says, or None: forged, expired, of another key, kind, audience or issuer.

    Its times are compared with our own clock and never with the machine's. `iat` is no reason to refuse: whoever issued a token
    may have had a clock that was ahead.
    """
    if len(token) > LONGEST:
        return None
    try:
        claims = _signed(keys, token)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    if not isinstance(claims["exp"], int) or claims["exp"] + LEEWAY_S <= now.timestamp():
        return None
    return _user(claims) or _anonymous(claims)


def names_our_key(keys: Keys, token: str) -> bool:
    """Does it say that one of our keys signed it? Then it is nobody else's to believe, good or not."""
    if len(token) > LONGEST:
        return False
    try:
        kid = jwt.get_unverified_header(token).get("kid")
    except (jwt.PyJWTError, ValueError, RecursionError):
        return False
    return kid is not None and keys.verifying(kid) is not None


@lru_cache(maxsize=4096)
def _signed(keys: Keys, token: str) -> dict[str, Any]:
    """The claims of a token with our signature; what raises is not remembered. Its times are not looked at here."""
    key = keys.verifying(jwt.get_unverified_header(token).get("kid"))
    if key is None:
        raise jwt.InvalidKeyError
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=[USER_AUDIENCE, ANONYMOUS_AUDIENCE],
        issuer=ISSUER,
        options={
            "require": ["exp", "iat", "aud", "iss"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_nbf": False,
        },
    )
    return claims


def _sign(keys: Keys, now: datetime, lifetime_s: int, claims: dict[str, Any]) -> str:
    issued = int(now.timestamp())
    times = {"iss": ISSUER, "iat": issued, "exp": issued + lifetime_s}
    return jwt.encode({**times, **claims}, keys.signing, algorithm=ALGORITHM, headers={"kid": keys.kid})


def _user(claims: dict[str, Any]) -> UserToken | None:
    if claims["aud"] != USER_AUDIENCE or claims.get("role") != "authenticated" or claims.get("is_anonymous"):
        return None
    user_id, login_id, generation = claims.get("sub"), claims.get("session_id"), claims.get("gen", 0)
    if not (
        isinstance(user_id, str)
        and isinstance(login_id, str)
        and _UUID.fullmatch(user_id)
        and _UUID.fullmatch(login_id)
        and type(generation) is int
        and 0 <= generation < 2**31
    ):
        return None
    return UserToken(user_id, login_id, generation)


def _anonymous(claims: dict[str, Any]) -> AnonymousToken | None:
    if claims["aud"] != ANONYMOUS_AUDIENCE or claims.get("role") != "anon" or "sub" in claims:
        return None
    session_id, version = claims.get("anonymous_session_id"), claims.get("ver")
    if not (isinstance(session_id, str) and _UUID.fullmatch(session_id) and type(version) is int):
        return None
    return AnonymousToken(session_id, version)
