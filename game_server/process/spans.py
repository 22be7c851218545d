"""The tracer on OpenTelemetry's SDK: spans are queued and sent by a thread of its own, and what is not taken is lost and counted.

A span holds templates of routes, kinds and numbers. Not in it: addresses, parameters of statements, who asked, which room. Of
what a caller sends only `traceparent` is taken over; `tracestate` and `baggage` are free text.
"""

import asyncio
import re
import threading
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from uuid import uuid4  # noqa: TID251 - names this process among others, nothing is drawn from it

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from game_server.process import asked, gauges

log = structlog.get_logger(__name__)

CLOSE_WITHIN_S = 2.0
FAULT = 500

_STATEMENT = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|COMMIT)\b(?:.*?\b(?:FROM|INTO|UPDATE)\s+([a-z_.]+))?", re.DOTALL
)


class Spans:
    """One a process. The rest of what OpenTelemetry lets one set, the SDK reads by itself."""

    def __init__(self, endpoint: str, service: str) -> None:
        ours = version("attuned")
        resource = Resource.create(
            {"service.name": service, "service.version": ours, "service.instance.id": str(uuid4())}
        )
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + "/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(_Noticed(exporter)))
        self._tracer = self._provider.get_tracer("attuned", ours)
        self._named = TraceContextTextMapPropagator()

    def request(self, traceparent: str | None) -> Span:
        carrier = {"traceparent": traceparent} if traceparent else {}
        return self._tracer.start_span("request", self._named.extract(carrier, Context()), kind=SpanKind.SERVER)

    def answered(self, span: Span, *, method: str, route: str, status: int, caller: str) -> None:
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": status,
                "attuned.caller": caller,
            }
        )
        if status >= FAULT:
            span.set_attribute("error.type", str(status))
            span.set_status(StatusCode.ERROR)
        span.end()

    def command(self, name: str) -> "CommandWay":
        return CommandWay(self._tracer, name)

    def queried(self, record: Any) -> None:
        request = asked.current.get()
        found = _STATEMENT.match(record.query)
        if request is None or request.span is None or not request.span.is_recording() or found is None:
            return
        ended = time.time_ns()
        span = self._tracer.start_span(
            " ".join(filter(None, found.groups())),
            set_span_in_context(request.span, Context()),
            kind=SpanKind.CLIENT,
            start_time=ended - int(record.elapsed * 1e9),
            attributes={"db.system.name": "postgresql", "db.operation.name": found[1]},
        )
        if record.exception is not None:
            span.set_attribute("error.type", type(record.exception).__name__)
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    async def close(self) -> None:
        """What a collector that hangs does not take in time is lost."""
        closing = threading.Thread(target=self._provider.shutdown, name="last spans", daemon=True)
        closing.start()
        await asyncio.to_thread(closing.join, CLOSE_WITHIN_S)


class CommandWay:
    """A trace of its own for each command. It names no room and no seat, and is linked to nothing: nothing that we write says who
    skipped, paused or stopped.
    """

    __slots__ = ("_since", "_span", "_tracer")

    def __init__(self, tracer: Tracer, name: str) -> None:
        self._tracer = tracer
        self._since = time.time_ns()
        self._span = tracer.start_span(
            f"command {name}", Context(), start_time=self._since, attributes={"attuned.command": name}
        )

    def reached(self, step: str) -> None:
        now = time.time_ns()
        if self._span.is_recording():
            within = set_span_in_context(self._span, Context())
            self._tracer.start_span(step, within, start_time=self._since).end(now)
        self._since = now

    def end(self, outcome: str) -> None:
        self._span.set_attribute("attuned.outcome", outcome)
        self._span.end()


class _Noticed(SpanExporter):
    """The exporter that says once when the collector does not take spans, and once when it does again."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._told = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            if self._told:
                log.info("traces_taken_again")
            self._told = False
        else:
            gauges.SPANS_LOST.inc(len(spans))
            if not self._told:
                log.warning(
                    "traces_not_taken",
                    setting="OTEL_EXPORTER_OTLP_ENDPOINT",
                    meaning="Spans are lost, and nothing else.",
                )
            self._told = True
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._exporter.force_flush(timeout_millis)
