"""Anonymous players: an id that the client keeps, which is no secret, and the server's token for it, which is."""

import re
from datetime import timedelta

import msgspec

from game_server.accounts import tokens
from game_server.http.idempotency import HEADER
from game_server.services import Services
from rooms.errors import Invalid, KeyReused, Taken
from storage import anonymous, erased, supabase

KEY_GOOD_FOR = timedelta(minutes=10)
SECRET_BITS = 128
FEWEST_CHARACTERS = 8
"""Different ones in a key; of 22 or more that are random there are fewer once in millions of keys."""

_HEX = re.compile("[0-9a-fA-F]+")
_HEX_BITS, _BASE64_BITS = 4, 6


class AnonymousSession(msgspec.Struct, frozen=True):
    """An anonymous player's token; the only time it is shown."""

    anonymous_session_id: str
    token: str
    expires_in: int


async def begin(services: Services, *, session_id: str | None, authorization: str | None) -> AnonymousSession:
    """A new anonymous player (an adult by their word), or a fresh token for the one whose token is sent along.

    Raises Taken for an id that exists, without its own token.
    """
    own = own_token(services, authorization)
    now = services.clock.now()
    async with services.database.as_service() as connection:
        if own and session_id in (None, own.anonymous_session_id):
            if await anonymous.renew(connection, own.anonymous_session_id, version=own.version, now=now):
                return _session(services, own.anonymous_session_id, own.version)
            if session_id is None:
                raise Taken
        wanted = session_id or services.dice.uuid()
        if session_id is not None and services.supabase is not None:
            await supabase.hold(connection, wanted)  # it may be the id of somebody whom Supabase signs in just now
        version = await anonymous.create(connection, wanted, version=services.dice.version(), now=now)
        if session_id is not None and await erased.is_noted(connection, f"anon:{wanted}"):
            raise Taken  # rolled back: what is still to go of who had this id would take the new one's key with it
    if version is None:
        raise Taken
    return _session(services, wanted, version)


async def begin_again(services: Services, session_id: str) -> AnonymousSession:
    """A fresh token for the retry of `begin`; the one that the lost answer carried is void. Raises KeyReused once that was used:
    whoever has it needs no key any more, and nobody else may become them by one.
    """
    async with services.database.as_service() as connection:
        version = await anonymous.replace_unused_token(connection, session_id)
    if version is None:
        raise KeyReused(
            "This Idempotency-Key has done its work: the token it led to was used. Send that token to renew it."
        )
    return _session(services, session_id, version)


def own_token(services: Services, authorization: str | None) -> tokens.AnonymousToken | None:
    """The anonymous token of an Authorization header, if it is one of ours."""
    scheme, _, token = (authorization or "").partition(" ")
    claims = tokens.verify(services.keys, token.strip(), services.clock.now()) if scheme.lower() == "bearer" else None
    return claims if isinstance(claims, tokens.AnonymousToken) else None


def secret_key(key: str | None) -> str | None:
    """An Idempotency-Key of somebody who has no token yet: it alone finds the answer, and the answer is an identity.

    So it has to have room for 128 random bits, and to look as if it had them. Raises Invalid.
    """
    if key is None:
        return None
    digits = key.replace("-", "")
    bits = len(digits) * _HEX_BITS if _HEX.fullmatch(digits) else len(key) * _BASE64_BITS
    if bits < SECRET_BITS or len(set(digits)) < FEWEST_CHARACTERS:
        raise Invalid(
            fields={HEADER: "At least 128 random bits here: 32 hexadecimal digits, or 22 characters of base64url."}
        )
    return key


def _session(services: Services, session_id: str, version: int) -> AnonymousSession:
    lifetime = services.settings.anonymous_token_s
    token = tokens.issue_anonymous(
        services.keys,
        anonymous_session_id=session_id,
        version=version,
        now=services.clock.now(),
        lifetime_s=lifetime,
    )
    return AnonymousSession(session_id, token, lifetime)
