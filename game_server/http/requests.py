"""A request as whoever runs the server sees it: its id, a count, its time, a line in the log, a span. It goes by its route's
template and never by its path, because ids and tokens stand there.
"""

import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import structlog
from litestar.types import Scope

from game_server.process import asked, gauges
from game_server.process.asked import Asked
from game_server.process.traces import Tracer

log = structlog.get_logger()

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
QUIET = ("/health/", "/metrics", "/static/")
"""Asked for all the time, or many times for one page: in the log only where everything is."""

UNKNOWN = "unknown"
"""All that finds no route is one."""

_ID = re.compile(r"[A-Za-z0-9._=-]{1,64}")
LONGEST_TRACEPARENT = 256


class Answer(msgspec.Struct):
    """What became of a request; a fault until something else is known."""

    status: int = 500


def id_of(scope: Scope) -> str:
    """The one in `X-Request-Id`, as a proxy in front or a client gives it, where it has one form of ids; else a new one."""
    given = _header(scope, b"x-request-id")
    return given if given and _ID.fullmatch(given) else uuid.uuid4().hex  # noqa: TID251 - names it, nothing is drawn from it


@contextmanager
def followed(scope: Scope, method: str, request_id: str, tracer: Tracer | None) -> Iterator[Answer]:
    """Whatever runs inside runs for this request; afterwards it is counted and told."""
    began, answer, request = time.monotonic(), Answer(), Asked(request_id)
    if tracer is not None:
        traceparent = _header(scope, b"traceparent")
        request.span = tracer.request(traceparent if traceparent and len(traceparent) <= LONGEST_TRACEPARENT else None)
    before = asked.current.set(request)
    gauges.REQUESTS_OPEN.inc()
    try:
        yield answer
    finally:
        gauges.REQUESTS_OPEN.dec()
        known, route = method if method in METHODS else "other", str(scope.get("path_template") or UNKNOWN)
        _told(known, route, request, answer, time.monotonic() - began)
        if tracer is not None:
            tracer.answered(request.span, method=known, route=route, status=answer.status, caller=request.caller)
        asked.current.reset(before)


def _told(method: str, route: str, request: Asked, answer: Answer, seconds: float) -> None:
    gauges.REQUESTS.labels(method, route, str(answer.status)).inc()
    gauges.REQUEST_SECONDS.labels(method, route).observe(seconds)
    say = log.debug if route.startswith(QUIET) else log.info
    say(
        "request", method=method, route=route, status=answer.status, ms=round(seconds * 1000, 1),
        caller=request.caller, request_id=request.request_id,
    )  # fmt: skip


def _header(scope: Scope, name: bytes) -> str | None:
    """What stands in a header that is there once."""
    given = [value for header, value in scope["headers"] if header == name]
    return given[0].decode("latin-1") if len(given) == 1 else None
