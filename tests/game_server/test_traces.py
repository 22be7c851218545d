"""Traces for OpenTelemetry: what a request and a command say on their way, and what nothing that is written may say."""

import json
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from structlog.testing import capture_logs

from game_server.process import asked, traces
from game_server.settings import Settings
from tests.support.collector import Collector, attributes
from tests.support.game import generous, playing
from tests.support.person import Person
from tests.support.server_process import ServerProcess

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="module")
def settings(settings, collector) -> Settings:
    return generous(
        settings, log_level="debug", otel_exporter_otlp_endpoint=collector.url, otel_service_name="a-server"
    )


@pytest.fixture(scope="module")
def server(settings, tmp_path_factory) -> Iterator[ServerProcess]:
    soon = {"OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
    server = ServerProcess(settings, tmp_path_factory.mktemp("server") / "log", **soon)
    yield server
    server.stop()


def lines(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


async def test_a_request_goes_on_with_the_trace_that_its_sender_names(server, collector):
    async with await Person.registered(server.url, "Ada") as ada:
        made = await ada.post("/api/partners/connections", {}, expect=201)
        path = f"/api/partners/connections/{made['id']}"
        request = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "a=b", "baggage": "a=b"}
        answer = await ada.http.get(path, headers=request)
        assert answer.status_code == 200
    route = "GET /api/partners/connections/{connection_id}"
    spans = collector.until(route)
    (asking,) = [span for span in spans if span.name == route]
    assert (asking.trace_id.hex(), asking.parent_span_id.hex(), asking.trace_state) == (TRACE, PARENT, "")
    assert attributes(asking) == {
        "http.request.method": "GET",
        "http.route": "/api/partners/connections/{connection_id}",
        "http.response.status_code": 200,
        "attuned.caller": "user",
    }
    statements = [span for span in spans if span.parent_span_id == asking.span_id]
    assert any(span.name.startswith("SELECT ") for span in statements)
    assert {key for span in statements for key in attributes(span)} == {"db.system.name", "db.operation.name"}
    assert collector.service["service.name"] == "a-server"
    told = [line for line in lines(server.log) if line.get("trace_id") == TRACE and line["event"] == "request"]
    assert [line["request_id"] for line in told] == [answer.headers["x-request-id"]]


@pytest.mark.parametrize("traceparent", ["00-nonsense-01", f"00-{'0' * 32}-{PARENT}-01", "x" * 5000, ""])
async def test_what_names_no_trace_begins_one(server, collector, traceparent):
    async with httpx.AsyncClient(base_url=server.url) as http:
        path = f"/nowhere/{uuid.uuid4()}"
        answer = await http.get(path, headers={"traceparent": traceparent, "X-Request-Id": "this.one"})
        assert (answer.status_code, answer.headers["x-request-id"]) == (404, "this.one")
    for span in collector.until("GET unknown"):
        if span.name == "GET unknown":
            assert span.parent_span_id == b""
            assert int(span.trace_id.hex(), 16)


async def test_a_command_tells_how_long_each_step_of_its_way_took_and_nothing_else(server, collector):
    async with playing(server) as game:
        await game.complete()
        await game.a.command("pause")
    spans = collector.until("command complete", "command pause")
    (way,) = [span for span in spans if span.name == "command complete"]
    steps = [span for span in spans if span.parent_span_id == way.span_id]
    assert [step.name for step in sorted(steps, key=lambda span: span.start_time_unix_nano)][-2:] == [
        "committed",
        "told",
    ]
    assert {step.name for step in steps} <= {"informed", "decided", "committed", "told"}
    assert attributes(way) == {"attuned.command": "complete", "attuned.outcome": "answered"}
    (pause,) = [span for span in spans if span.name == "command pause"]
    assert attributes(pause) == {"attuned.command": "pause", "attuned.outcome": "waited for"}
    for span in (way, pause):
        assert (span.parent_span_id, list(span.links), list(span.events)) == (b"", [], [])
    assert len({span.trace_id for span in (way, pause)}) == 2


async def test_nothing_that_is_written_of_an_evening_says_who_it_was(server, collector):
    async with playing(server, people=(Person.registered, Person.registered)) as game:
        await game.complete()
        await game.b.drop()
        await game.b.connect()
        await game.a.command("stop")
        secrets = {game.session_id}
        for phone in game.phones:
            person = phone.person
            token = person.http.headers["Authorization"].partition(" ")[2]
            secrets |= {person.email, person.password, person.id, token, token.rpartition(".")[2]}
            await person.patch("/api/me", {"display_name": f"Zyzzyva {person.name}"})
            await person.get(f"/api/sessions/{game.session_id}")
            await person.get(f"/api/partners/connections/{person.id}", expect=404)
            secrets.add((await person.post("/api/ws-tickets", {"session_id": game.session_id}))["ticket"])
            secrets.add((await person.open_room(activity_type="truth"))["join"]["token"])
        secrets |= {"Zyzzyva"}
        answer = await game.a.person.http.post(
            "/api/auth/login", json={"email": person.email, "password": "wr0ng-canary"}
        )
        secrets |= {"wr0ng-canary"}
        assert answer.status_code == 401
        async with httpx.AsyncClient(base_url=server.url) as http:
            await http.get("/j/canary-of-a-link")
            await http.post("/api/sessions/join?token=canary-of-a-query", json={"token": "canary-of-a-body"})
            numbers = (await http.get("/metrics")).text
    collector.until("command stop", "POST /api/auth/login", "POST /api/sessions/join")
    log = server.log.read_text()
    assert '"event": "phone_gone"' in log
    for secret in secrets | {"canary-of-a"}:
        assert secret not in numbers
        assert secret not in collector.heard
        assert secret not in log or secret == game.session_id


async def test_a_collector_that_takes_nothing_is_said_once_and_holds_nobody_up(server, collector):
    collector.status = 500
    async with httpx.AsyncClient(base_url=server.url) as http:
        for _ in range(3):
            assert (await http.get("/health/live")).status_code == 200
            collector.until_refused()
            collector.refused = 0
        numbers = (await http.get("/metrics")).text
        (lost,) = [line for line in numbers.splitlines() if line.startswith("attuned_spans_lost_total")]
        assert float(lost.rpartition(" ")[2]) > 0
        collector.status = 200
        await http.get("/health/ready")
        collector.until("GET /health/ready")
    assert [line["event"] for line in lines(server.log)].count("traces_not_taken") == 1


def test_without_its_packages_that_is_one_sentence_and_no_traces(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "game_server.process.spans", raising=False)
    with capture_logs() as logs:
        assert traces.opened(Settings(otel_exporter_otlp_endpoint="http://127.0.0.1:4318")) is None
    assert [(line["event"], "attuned[traces]" in line["meaning"]) for line in logs] == [("traces_off", True)]
    assert traces.opened(Settings()) is None


async def test_a_call_to_somebody_else_is_part_of_the_trace(settings):
    tracer = traces.opened(msgspec.structs.replace(settings, otel_exporter_otlp_endpoint="http://127.0.0.1:1"))
    assert tracer
    heard: list[str | None] = []

    def somebody_else(request: httpx.Request) -> httpx.Response:
        heard.append(request.headers.get("traceparent"))
        return httpx.Response(204)

    away = httpx.MockTransport(somebody_else)
    async with httpx.AsyncClient(transport=away, event_hooks=traces.ONWARD) as http:
        await http.get("http://vendor.test/")
        before = asked.current.set(asked.Asked("one", span=tracer.request(f"00-{TRACE}-{PARENT}-01")))
        await http.get("http://vendor.test/")
        asked.current.reset(before)
    await tracer.close()
    first, second = heard
    assert first is None
    assert second
    version, trace, span, flags = second.split("-")
    assert (version, trace, flags, len(span)) == ("00", TRACE, "01", 16)
    assert span != PARENT
