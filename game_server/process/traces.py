"""Traces for OpenTelemetry, where an endpoint is set and the extra `traces` is installed. Without, nothing of it is imported, and
whoever could trace something finds None in `services.tracer`.
"""

from typing import Any, Protocol

import httpx
import structlog

from game_server.process import asked
from game_server.settings import Settings

log = structlog.get_logger(__name__)

WITHOUT = (
    "OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed, so there are no traces: install the extra `traces` "
    "(pip install 'attuned[traces]')."
)


class Way(Protocol):
    """One command on its way through a room. Says which command and how far, never whose or where."""

    def reached(self, step: str) -> None:
        """It has come so far; a span for the time since the step before."""

    def end(self, outcome: str) -> None:
        """That was its way."""


class Tracer(Protocol):
    """What can be traced."""

    def request(self, traceparent: str | None) -> Any:
        """A span for a request, part of the trace that its sender names."""

    def answered(self, span: Any, *, method: str, route: str, status: int, caller: str) -> None:
        """The request has its answer; its span ends."""

    def command(self, name: str) -> Way:
        """A command of a phone has come, of this kind."""

    def queried(self, record: Any) -> None:
        """A statement that asyncpg tells of, for the request that is being answered; others are not traced."""

    async def close(self) -> None:
        """Send what waits, for a moment."""


def opened(settings: Settings) -> Tracer | None:
    """The tracer of these settings, if they name an endpoint; where its packages are missing that is said."""
    if settings.otel_exporter_otlp_endpoint is None:
        return None
    try:
        from game_server.process.spans import Spans  # noqa: PLC0415 - the packages of an extra
    except ImportError:
        log.warning("traces_off", meaning=WITHOUT)
        return None
    return Spans(settings.otel_exporter_otlp_endpoint, settings.otel_service_name)


def present() -> Any:
    """The place in its trace of the request that is being answered (OpenTelemetry's SpanContext); None without one."""
    request = asked.current.get()
    if request is None or request.span is None:
        return None
    found = request.span.get_span_context()
    return found if found.is_valid else None


async def _carry_on(call: httpx.Request) -> None:
    if (here := present()) is not None:
        call.headers["traceparent"] = f"00-{here.trace_id:032x}-{here.span_id:016x}-{here.trace_flags:02x}"


ONWARD: dict[str, list[Any]] = {"request": [_carry_on]}
"""The `event_hooks` of a client that asks while a request is answered: the call is part of that request's trace. Pushes go
out beside the answer, also to whomever a browser has named, and carry nothing on.
"""
