"""A collector of traces: takes OTLP over HTTP as OpenTelemetry's own does, and can be told to refuse."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Collector:
    """Use as `with Collector() as collector`; `url` is what OTEL_EXPORTER_OTLP_ENDPOINT names. With `status` at something else
    than 200 it refuses what comes.
    """

    def __init__(self) -> None:
        self.status = 200
        self.refused = 0
        self.spans: list[Span] = []
        self.service: dict[str, Any] = {}
        self.heard = ""
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def until(self, *names: str, within: float = 20) -> list[Span]:
        """Wait until spans of all these names have come; all spans so far."""
        with self._changed:
            came = self._changed.wait_for(lambda: set(names) <= {span.name for span in self.spans}, within)
            assert came, f"{set(names) - {span.name for span in self.spans}} did not come"
            return list(self.spans)

    def until_refused(self, within: float = 20) -> None:
        """Wait until something was refused."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.refused, within)

    def take(self, path: str, kind: str | None, body: bytes) -> int:
        """One request; the status it gets."""
        with self._changed:
            self._changed.notify_all()
            if self.status != 200:
                self.refused += 1
                return self.status
            if path != "/v1/traces" or kind != "application/x-protobuf":
                return 415
            request = ExportTraceServiceRequest.FromString(body)
            self.heard += str(request)
            for resource in request.resource_spans:
                self.service = {one.key: one.value.string_value for one in resource.resource.attributes}
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
            return 200

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        collector = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = collector.take(self.path, self.headers["Content-Type"], body)
                answer = ExportTraceServiceResponse().SerializeToString()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        return Handler

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="collector", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def attributes(span: Span) -> dict[str, Any]:
    """What a span says, as plain values."""
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}
