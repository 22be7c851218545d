"""`/metrics`: what `gauges.py` has counted, for Prometheus."""

from collections import Counter
from hmac import compare_digest
from typing import Any, get_args

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from game_server.process import addresses, gauges
from game_server.services import Services
from rooms.errors import NotFound
from rooms.sessions.state import Phase

Asked = Request[Any, Any, Any]


@get("/metrics", include_in_schema=False)
async def metrics(request: Asked, services: NamedDependency[Services]) -> Response[bytes]:
    """For this machine, or with the token of the settings; nobody else learns that it exists."""
    token = services.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    trusted = bool(token) and compare_digest(given.encode(), (token or "").encode())
    if not trusted and not addresses.is_local(request.scope, services.settings):
        raise NotFound
    _look(services)
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [metrics]


def _look(services: Services) -> None:
    """What is read off when somebody asks, instead of being counted all the time."""
    attended = services.rooms.attended()
    gauges.SOCKETS.set(sum(len(feed.seated) for _, feed in attended))
    gauges.QUEUE_FRAMES.set(max((seated.phone.waiting for _, feed in attended for seated in feed.seated), default=0))
    phases = Counter(feed.room.state.phase for _, feed in attended)
    for phase in get_args(Phase):
        gauges.ROOMS.labels(phase).set(phases[phase])
