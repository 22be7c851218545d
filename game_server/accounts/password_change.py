"""Another password, by who is signed in and knows the present one: `POST /api/me/password`.

A stolen token is not enough, and cannot guess: wrong passwords count here as they do where one signs in, and lock both.
"""

from typing import Annotated

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta

from game_server.accounts import passwords
from game_server.accounts.actions import begin_attempt, counted_by
from game_server.accounts.callers import Caller
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.http.idempotency import HEADER, idempotent
from game_server.http.text import Password, new_password
from game_server.services import Services
from rooms.errors import Busy, NoPassword, Unauthorized, WrongPassword
from storage import credentials, logins


class ChangePassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present password, as it is typed, and the one to take its place."""

    current: Annotated[str, Meta(min_length=1, max_length=256, pattern="^[^\\x00]*$")]
    new: Password


@post("/api/me/password", status_code=204)
async def change_password(
    data: JSONBody[ChangePassword],
    request: AnyRequest,
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
) -> None:
    """Change the caller's password. Every other login ends, and its sockets close."""
    await limits.spend(services, request, user, "login")
    new = new_password(data.new, "new")
    await idempotent(
        services,
        key=request.headers.get(HEADER),
        caller=user.actor,
        route="POST /api/me/password",
        body=data,
        act=lambda: change(services, user, current=data.current, new=new),
    )


async def change(services: Services, user: Caller, *, current: str, new: str) -> None:
    """The caller's new password, in its one form. Raises WrongPassword, NoPassword, LockedOut; Busy where it was changed at the
    same moment.
    """
    async with services.database.as_service() as connection:
        known = await credentials.password_of(connection, user.id)
    if known is None:  # erased since the request was let in
        raise Unauthorized
    email, password_hash = known
    if password_hash is None:
        raise NoPassword
    await begin_attempt(services, email)
    if await passwords.opened_by(current, password_hash) is None:
        raise WrongPassword(fields={"current": "This is not the password of this account."})
    new_hash, now = await passwords.hash_password(new), services.clock.now()
    async with services.database.as_service() as connection:
        if not await credentials.exchange_password(connection, user.id, password_hash, new_hash, now=now):
            raise Busy("The password was changed at the same moment. Please try again.")
        await credentials.forgive_failures(connection, counted_by(services, email))
        ended = await logins.end_all(connection, user.id, now=now, but=user.login)
    for login_id in ended:
        await services.hub.kick_actor(user.actor, login=login_id)


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [change_password]
