"""The routes of `/api/me/submission-state`."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, JSONBody

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import shapes, states
from game_server.bonds.commands import asked
from game_server.bonds.states import StateView
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Limit, read_cursor
from game_server.services import Services
from storage.submission_states import State


class DeclareState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A state, and, for oneself alone, why."""

    state: State
    reason: shapes.lines(4000) | None = None  # type: ignore[valid-type]  # made from a number


@get("/api/me/submission-state")
async def read_submission_state(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> StateView:
    """The caller's state and what they declared before."""
    require_adult(user)
    return await states.read(services, user, after=read_cursor(cursor, UUID), limit=limit)


@post("/api/me/submission-state", status_code=200)
async def declare_state(
    data: JSONBody[DeclareState],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> StateView:
    """Declare a state for all one's bonds: nobody else can, and members see it, without the reason."""
    require_adult(user)
    return await states.declare(services, user, asked(request, data), data.state, data.reason)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of the caller's state."""
    return [read_submission_state, declare_state]
