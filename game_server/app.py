"""The only place where the parts are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import format_datetime
from functools import partial
from typing import Any

from litestar import Litestar, Request
from litestar.datastructures import MutableScopeHeaders
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.types import ControllerRouterHandler, ExceptionHandlersMap, Message, Scope

from game_server import errors, timetable, web
from game_server.accounts import api as accounts
from game_server.accounts.callers import provide_caller, provide_user
from game_server.activities import api as activities
from game_server.bonds import api as bonds
from game_server.bonds.live import socket as bonds_live
from game_server.bonds.live.attend import Attendant
from game_server.bonds.live.lines import Lines
from game_server.cards import api as cards
from game_server.characters import api as characters
from game_server.characters.answers import Answers
from game_server.characters.chat_api import provide_answers
from game_server.export import api as export
from game_server.files import api as files
from game_server.http import docs, health, metrics
from game_server.http.bodies import JsonRequest, OnlyJson
from game_server.http.edge import Edge
from game_server.live.draining import drain, send_away
from game_server.notifications import api as notifications
from game_server.notion import api as notion
from game_server.partners import api as partners
from game_server.process import tasks
from game_server.process.parser import LARGEST_BODY
from game_server.process.server import CloseDoors
from game_server.profiles import api as profiles
from game_server.services import Services, open_services
from game_server.sessions import api as sessions
from game_server.sessions import live as sessions_live
from game_server.sessions import rechecks
from game_server.sessions.course import Sessions
from game_server.settings import Settings
from game_server.subscriptions import api as subscriptions
from game_server.web import app_links
from rooms.errors import Refused, Updating
from storage.migrate import Standing


def create_app(settings: Settings, services: Services | None = None, *, routed: Litestar | None = None) -> Litestar:
    """The application on these settings; opens its own services unless they are given. `routed`: what `with_routes` made of
    settings that have the same routes, to become it.
    """
    app = routed or with_routes(settings)
    edge = Edge(app.asgi_handler, settings)
    app.asgi_handler = edge  # outside of Litestar's own: what finds no route passes it too

    @asynccontextmanager
    async def running() -> AsyncIterator[None]:
        own = services or await open_services(settings)
        edge.tracer = own.tracer
        live = _put_together(app, own)
        answers: Answers = app.state.answers
        live.attendant.start()
        try:
            yield
        finally:
            await live.attendant.stop()
            await answers.rest(0)
            if services is None:
                await own.close()

    app.state.running = running
    app.state.look, app.state.reading = health.Look(), metrics.Reading()
    return app


def with_routes(settings: Settings) -> Litestar:
    """Every route and what each request passes, with nothing behind them yet."""
    return Litestar(
        route_handlers=_routes(settings),
        lifespan=[lambda app: app.state.running()],
        before_request=_refuse_unfit,
        before_send=[_tell_the_time],
        dependencies={
            **_IN_HAND,
            "caller": Provide(provide_caller),
            "user": Provide(provide_user),
            "answers": Provide(provide_answers, sync_to_thread=False),
        },
        exception_handlers={NotFoundException: web.unknown, **_REFUSALS},
        middleware=[OnlyJson()],
        openapi_config=docs.config(),
        request_class=JsonRequest,
        logging_config=None,  # logs.py has set them up
        request_max_body_size=LARGEST_BODY,
    )


_REFUSALS: ExceptionHandlersMap = {
    Refused: errors.refused,
    HTTPException: errors.framework_refused,
    Exception: errors.failed,
}


def _in_state(name: str) -> Provide:
    def found(scope: Scope) -> Any:
        return scope["litestar_app"].state[name]

    return Provide(found, sync_to_thread=False)


_IN_HAND = {name: _in_state(name) for name in ("services", "look", "reading")}
"""What handlers ask for, by the name under which the application has it."""


def _routes(settings: Settings) -> list[ControllerRouterHandler]:
    """Every route there is."""
    return [
        *accounts.routes(settings),
        *export.routes(),
        *profiles.routes(),
        *partners.routes(),
        *notifications.routes(),
        *sessions.routes(),
        *activities.routes(),
        *cards.routes(),
        *files.routes(),
        *bonds.routes(),
        *characters.routes(),
        *notion.routes(),
        *subscriptions.routes(),
        *health.routes(),
        *metrics.routes(timetable.lags),
        *docs.routes(),
        *web.routes(settings.page),
        *web.gallery(settings),
        *app_links.routes(settings),
        sessions_live.room_socket,
        bonds_live.bond_socket,
    ]


def _put_together(app: Litestar, own: Services) -> bonds_live.Live:
    """What a room that lives asks of its area, and what routes and the server find in the application."""
    lines = Lines(own)
    answers = Answers(own)

    async def go_away(close_doors: CloseDoors) -> None:
        await answers.rest()
        await drain(own.hub, own.rooms, rest=own.commits.rest, close_doors=close_doors, others=lines.phones)

    app.state.services = own
    app.state.answers = answers
    app.state.sessions = Sessions(own)
    app.state.bonds = live = bonds_live.Live(lines, Attendant(own, lines))
    app.state.drain = go_away
    own.attendant.on_unchecked = partial(_recheck, own)
    own.schema.on_change.append(partial(_send_away, own, lines))
    return live


def create_worker_app(settings: Settings, services: Services) -> Litestar:
    """What a process answers that only runs the timetable: whether it is well, and its numbers."""
    app = Litestar(
        route_handlers=[*health.routes(), *metrics.routes(timetable.lags)],
        before_send=[_tell_the_time],
        dependencies=_IN_HAND,
        exception_handlers={**_REFUSALS},
        openapi_config=None,
        logging_config=None,
    )
    app.state.services = services
    app.state.look, app.state.reading = health.Look(), metrics.Reading()
    app.asgi_handler = Edge(app.asgi_handler, settings)
    return app


async def _tell_the_time(message: Message, scope: Scope) -> None:
    """The Date of every answer is the database's time: phones whose clock is wrong count down by it."""
    if message["type"] == "http.response.start":
        now = _services(scope).clock.now()
        MutableScopeHeaders.from_message(message).setdefault("Date", format_datetime(now, usegmt=True))


async def _recheck(services: Services, session_id: str) -> None:
    if services.schema.fits:
        await rechecks.recheck(services, session_id)


def _send_away(services: Services, lines: Lines, standing: Standing) -> None:
    """Phones find a process that the schema is for, or wait at the door until this one is again."""
    if standing != "ok":
        going = send_away(services.rooms, rest=services.commits.rest, others=lines.phones)
        tasks.start(going, name="send away")


async def _refuse_unfit(request: Request[Any, Any, Any]) -> None:
    """The API on a schema that does not fit. Raises Updating."""
    if request.scope["path"].startswith("/api") and not _services(request.scope).schema.fits:
        raise Updating


def _services(scope: Scope) -> Services:
    services: Services = scope["litestar_app"].state.services
    return services
