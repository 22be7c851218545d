"""Anonymous players: an id that the client keeps, which is no secret, and the server's token for it, which is."""

import msgspec

from game_server.accounts import tokens
from game_server.services import Services
from rooms.errors import NotFound, Taken
from storage import anonymous


class AnonymousSession(msgspec.Struct, frozen=True):
    """An anonymous player's token; the only time it is shown."""

    anonymous_session_id: str
    token: str
    expires_in: int


async def begin(services: Services, *, session_id: str | None, authorization: str | None) -> AnonymousSession:
    """A new anonymous player (an adult by their word), or a fresh token for the one whose token is sent along.

    Raises Taken for an id that exists, without its own token.
    """
    own = _own_token(services, authorization)
    now = services.clock.now()
    async with services.database.as_service() as connection:
        if own and session_id in (None, own.anonymous_session_id):
            if await anonymous.renew(connection, own.anonymous_session_id, version=own.version, now=now):
                return _session(services, own.anonymous_session_id, own.version)
            if session_id is None:
                raise Taken
        wanted = session_id or services.dice.uuid()
        version = await anonymous.create(connection, wanted, now=now)
    if version is None:
        raise Taken
    return _session(services, wanted, version)


async def begin_again(services: Services, session_id: str) -> AnonymousSession:
    """A fresh token for the retry of `begin`; the one that the lost answer carried is void."""
    async with services.database.as_service() as connection:
        version = await anonymous.replace_tokens(connection, session_id)
    if version is None:
        raise NotFound
    return _session(services, session_id, version)


def _own_token(services: Services, authorization: str | None) -> tokens.AnonymousToken | None:
    scheme, _, token = (authorization or "").partition(" ")
    claims = tokens.verify(services.keys, token.strip(), services.clock.now()) if scheme.lower() == "bearer" else None
    return claims if isinstance(claims, tokens.AnonymousToken) else None


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
