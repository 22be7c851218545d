"""Who is asking: a signed-in person, an anonymous one, or nobody. The id comes from the token, never from the request.

Every request asks the database once whether the login is still open (or the anonymous token's version is current), so
a change of rights takes effect at once and not when a token runs out.
"""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, Literal

import asyncpg
import msgspec
from litestar import Request
from litestar.di import NamedDependency

from game_server.accounts import supabase, tokens
from game_server.http import limits
from game_server.process import asked
from game_server.services import Services
from rooms.errors import AdultRequired, Forbidden, ProfileRequired, Refused, Unauthorized
from storage import anonymous

SEEN_EVERY = timedelta(days=1)
"""How often an anonymous player's `last_accessed_at` moves; the clean-up after 90 days reads it."""


class Caller(msgspec.Struct, frozen=True):
    """A verified caller. `login` is the login's id, also of a session of Supabase's; an anonymous player has none."""

    kind: Literal["user", "anonymous"]
    id: str
    login: str | None
    adult: bool
    profile_completed: bool
    display_name: str | None
    profile_id: int | None

    @property
    def actor(self) -> str:
        """The name in seats and logs: `user:<uuid>` or `anon:<id>`."""
        return f"user:{self.id}" if self.kind == "user" else f"anon:{self.id}"


async def authenticate(services: Services, authorization: str | None) -> Caller:
    """The caller of an Authorization header: with a token of ours, or of Supabase's. Raises Unauthorized, and what
    `supabase.read_token` raises.
    """
    scheme, _, token = (authorization or "").partition(" ")
    claims: tokens.UserToken | tokens.AnonymousToken | None = None
    if scheme.lower() == "bearer":
        claims = tokens.verify(services.keys, token.strip(), services.clock.now())
        claims = claims or await supabase.read_token(services, token.strip())
    if isinstance(claims, tokens.UserToken):
        caller = await _user(services, claims)
    elif isinstance(claims, tokens.AnonymousToken):
        caller = await _anonymous(services, claims)
    else:
        raise Unauthorized
    asked.recognised(caller.kind)
    return caller


async def provide_caller(request: Request[Any, Any, Any], services: NamedDependency[Services]) -> Caller:
    """Dependency `caller`: a user or an anonymous player, within the general limit."""
    try:
        caller = await authenticate(services, request.headers.get("authorization"))
    except Refused:
        await limits.spend(services, request, None, "other")
        raise
    await limits.spend(services, request, caller, "other")
    return caller


async def provide_user(caller: NamedDependency[Caller]) -> Caller:
    """Dependency `user`: a signed-in person. Raises Forbidden for anonymous players."""
    if caller.kind != "user":
        raise Forbidden(
            "This needs an account. You can sign up without losing anything: anonymous games stay separate."
        )
    return caller


async def provide_anonymous(caller: NamedDependency[Caller]) -> Caller:
    """Dependency `guest`: an anonymous player. Raises Forbidden for accounts."""
    if caller.kind != "anonymous":
        raise Forbidden("This is for players without an account; an account is erased by DELETE /api/me.")
    return caller


def require_adult(caller: Caller) -> None:
    """Raises AdultRequired until the caller has said so."""
    if not caller.adult:
        raise AdultRequired


def require_player(caller: Caller) -> int:
    """The caller's profile id. Raises AdultRequired, then ProfileRequired: nobody plays without name and anatomy."""
    require_adult(caller)
    if not caller.profile_completed or caller.profile_id is None:
        raise ProfileRequired
    return caller.profile_id


def as_caller(services: Services, caller: Caller) -> AbstractAsyncContextManager[asyncpg.Connection]:
    """A transaction with the caller's own rights, for reads."""
    if caller.kind == "user":
        return services.database.as_user(caller.id)
    return services.database.as_anonymous(caller.id)


async def _user(services: Services, claims: tokens.UserToken) -> Caller:
    found = await services.logins.owner(
        user_id=claims.user_id, login_id=claims.login_id, now=services.clock.now(), generation=claims.generation
    )
    if found is None:
        raise Unauthorized
    return Caller(
        kind="user",
        id=claims.user_id,
        login=claims.login_id,
        adult=found.adult,
        profile_completed=found.profile_completed,
        display_name=found.display_name,
        profile_id=found.profile_id,
    )


async def _anonymous(services: Services, claims: tokens.AnonymousToken) -> Caller:
    now = services.clock.now()
    async with services.database.reading() as connection:
        found = await anonymous.player(connection, claims.anonymous_session_id, version=claims.version)
        if found is None:
            raise Unauthorized
        if (found.first_use or found.last_accessed_at < now - SEEN_EVERY) and not await anonymous.touch(
            connection, claims.anonymous_session_id, version=claims.version, now=now
        ):
            raise Unauthorized
    return Caller(
        kind="anonymous",
        id=claims.anonymous_session_id,
        login=None,
        adult=found.adult,
        profile_completed=found.profile_completed,
        display_name=found.display_name,
        profile_id=found.profile_id,
    )
