"""What operators can watch, and who may not."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import msgspec
import pytest
from structlog.testing import capture_logs

from game_server import timetable
from game_server.commands import serving
from game_server.settings import Settings
from storage import outboxes
from storage.database import Database, Use
from storage.outboxes import Depth
from storage.upkeep import Run
from tests.support.databases import login_url
from tests.support.game import generous, playing
from tests.support.person import Person
from tests.support.server_process import PROGRAM, ROOT, environment


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, metrics_token="a token for the watchers", trusted_proxies=("127.0.0.1",))


def value(text: str, name: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))


async def test_a_game_can_be_watched_in_numbers(server):
    async with playing(server) as game, httpx.AsyncClient(base_url=server.url) as http:
        await game.complete()
        await game.b.drop()
        await game.b.connect()
        text = (await http.get("/metrics")).text
    assert value(text, "attuned_connects_total") == 3
    assert value(text, 'attuned_resumes_total{mode="replay"}') == 1
    assert value(text, 'attuned_ack_seconds_count{command="complete"}') == 1
    assert value(text, "attuned_commit_seconds_count") > 0
    assert value(text, "attuned_sockets") == 2
    assert value(text, "attuned_rooms{") == 1
    for name in ("bell_seconds", "loop_lag_seconds", "queue_frames", "retries", "refusals", "closes", "resume_seconds"):
        assert f"# TYPE attuned_{name}" in text


async def test_numbers_hold_no_ids_and_no_names(server):
    async with playing(server) as game, httpx.AsyncClient(base_url=server.url) as http:
        text = (await http.get("/metrics")).text
        assert game.session_id not in text
        for phone in game.phones:
            assert phone.person.name not in text.replace("attuned", "")


async def test_from_elsewhere_the_numbers_need_their_token(server):
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    async with httpx.AsyncClient(base_url=server.url) as http:
        assert (await http.get("/metrics", headers=elsewhere)).status_code == 404
        wrong = {**elsewhere, "Authorization": "Bearer another token, as long as it"}
        assert (await http.get("/metrics", headers=wrong)).status_code == 404
        right = {**elsewhere, "Authorization": "Bearer a token for the watchers"}
        assert (await http.get("/metrics", headers=right)).status_code == 200


async def until(server_url: str, metric: str, least: float) -> str:
    """Ask until a number is there; the whole text."""
    async with asyncio.timeout(20), httpx.AsyncClient(base_url=server_url) as http:
        while value(text := (await http.get("/metrics")).text, metric) < least:
            assert "attuned_build_info" in text
    return text


async def test_requests_are_counted_and_timed_by_their_routes_template(server):
    secret = str(uuid.uuid4())
    async with await Person.anonymous(server.url, "Ada") as ada, httpx.AsyncClient(base_url=server.url) as http:
        before = (await http.get("/metrics")).text
        await ada.get(f"/api/sessions/{secret}", expect=404)
        await http.get(f"/j/{secret}")
        await http.get(f"/{secret}/{secret}")
        await http.request("PROPFIND", "/")
        text = (await http.get("/metrics")).text
    for labels in (
        '{method="GET",route="/api/sessions/{session_id}",status="404"}',
        '{method="GET",route="/j/{token}",status="200"}',
        '{method="GET",route="unknown",status="404"}',
        '{method="other",route="unknown",status="405"}',
    ):
        name = f"attuned_http_requests_total{labels}"
        assert value(text, name) == value(before, name) + 1, name
    assert value(text, 'attuned_http_request_seconds_count{method="GET",route="/j/{token}"}') >= 1
    assert secret not in text
    assert "_created" not in text


async def test_every_end_of_a_socket_is_counted_by_its_code(server):
    async with playing(server) as game:
        before = (await game.a.person.http.get("/metrics")).text
        await game.b.drop()
        await game.a.close()
    text = await until(
        server.url, 'attuned_closes_total{code="1006"}', value(before, 'attuned_closes_total{code="1006"}') + 1
    )
    text = await until(
        server.url, 'attuned_closes_total{code="1000"}', value(before, 'attuned_closes_total{code="1000"}') + 1
    )
    assert 'attuned_closes_total{code="4410"} 0' in text


async def test_a_code_that_a_phone_makes_up_is_no_series_of_its_own(server):
    async with playing(server) as game:
        await game.b.drop()
        socket = await game.b.open_socket()
        await socket.close(4242)
        text = await until(server.url, 'attuned_closes_total{code="other"}', 1)
    assert 'code="4242"' not in text


@asynccontextmanager
async def away(database_url: str, admin_url: str) -> AsyncIterator[None]:
    """This database lets nobody in."""
    name = database_url.rpartition("/")[2]
    outside = await asyncpg.connect(admin_url)
    try:
        await outside.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await outside.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        yield
    finally:
        await outside.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await outside.close()


async def test_stores_pools_jobs_and_outboxes_are_told_and_a_database_that_is_away(server, database_url, admin_url):
    async with (
        await Person.anonymous(server.url, "Ada") as ada,
        httpx.AsyncClient(base_url=server.url, timeout=30) as http,
    ):
        text = (await http.get("/metrics")).text
        for name in ("ready", "database_up", "redis_up", "keys_up"):
            assert value(text, f"attuned_{name} ") == 1, name
        assert value(text, 'attuned_pool_size{pool="worker"}') == value(text, 'attuned_pool_most{pool="worker"}') == 8
        assert value(text, "attuned_pool_waiting") == 0
        assert value(text, 'attuned_outbox_waiting{outbox="mail"}') == 0
        async with away(database_url, admin_url):
            answer = await ada.http.get("/api/sessions")
            assert answer.status_code == 503
            async with asyncio.timeout(20):
                while value(text := (await http.get("/metrics")).text, "attuned_database_up "):
                    pass
        assert value(text, "attuned_ready ") == 0
        assert value(text, "attuned_redis_up ") == 1
        assert value(text, 'attuned_http_requests_total{method="GET",route="/api/sessions",status="503"}') == 1
        assert not re.search(r"^attuned_(job|outbox)_\w+\{", text, re.MULTILINE)
        await until(server.url, "attuned_ready ", 1)


async def test_a_pool_says_who_waits_for_a_connection(database_url):
    web, worker = (login_url(database_url, f"game_{kind}") for kind in ("web", "worker"))
    database = await Database.open(web, worker, web_pool=1, worker_pool=1)

    async def ask() -> None:
        async with database.reading():
            pass

    async with database.reading():
        asking = asyncio.ensure_future(ask())
        await asyncio.sleep(0)
        assert database.use()["worker"] == Use(size=1, most=1, busy=1, waiting=1)
    await asking
    assert database.use()["worker"] == Use(size=1, most=1, busy=0, waiting=0)
    await database.close()


async def test_an_outbox_says_what_waits_since_when_and_what_was_given_up(database_url):
    sql = await asyncpg.connect(database_url)
    await sql.execute(
        "INSERT INTO mail_outbox (recipient, template, created_at, due_at, expires_at, failed_reason, sent_at) VALUES"
        " ('a@example.org', 'erased', now() - interval '3 hours', now() + interval '1 hour', 'infinity', 'x', NULL),"
        " ('b@example.org', 'erased', now() - interval '1 hour', now(), now() + interval '1 day', NULL, NULL),"
        " ('c@example.org', 'erased', now() - interval '1 day', now(), now(), 'x', NULL),"
        " ('d@example.org', 'erased', now() - interval '1 day', now(), now() + interval '1 day', NULL, now())"
    )
    try:
        found, *others = (await outboxes.depths(sql)).values()
    finally:
        await sql.execute("DELETE FROM mail_outbox")
        await sql.close()
    assert others == [Depth(waiting=0, due=0, failed=0, oldest_s=0, given_up=0)] * 5
    assert 3 * 3600 <= found.oldest_s < 4 * 3600
    assert msgspec.structs.replace(found, oldest_s=0) == Depth(waiting=2, due=1, failed=1, oldest_s=0, given_up=1)


def test_a_job_is_late_by_the_time_since_it_should_have_begun_again():
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)

    def lag(name: str, started: datetime, outcome: str = "done") -> float:
        return timetable.lags({name: Run(None, started, started, outcome, None)}, sunday)[name]

    assert lag("send_mail", sunday - timedelta(seconds=4)) == 0
    assert lag("send_mail", sunday - timedelta(hours=1)) == 3590
    assert lag("reset_daily_activity_counts", sunday.replace(hour=0)) == 0
    assert lag("reset_daily_activity_counts", sunday - timedelta(days=1)) == 12 * 3600
    # made up on Thursday, and due again on Sunday at 4 all the same: a week is promised
    assert lag("rewrite_tables", sunday - timedelta(days=3)) == 8 * 3600
    assert lag("rewrite_tables", sunday.replace(hour=4)) == 0
    assert lag("rewrite_tables", sunday - timedelta(days=3), "OSError") == 71 * 3600
    assert timetable.lags({}, sunday) == {}


@contextmanager
def working(settings: Settings) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of `worker`, and what it says at its start."""
    process = subprocess.Popen(
        [*PROGRAM, "worker"], cwd=ROOT, env=environment(settings), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    said = ""
    while "The timetable is watched" not in said:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        said += line
    try:
        yield process, said
    finally:
        process.kill()
        process.communicate()


async def test_the_worker_says_how_it_is(settings):
    with working(msgspec.structs.replace(settings, worker_port=0)) as (process, said):
        url = re.findall(r"http://127\.0\.0\.1:\d+", said)[0]
        async with httpx.AsyncClient(base_url=url) as http:
            assert (await http.get("/health/live")).json() == {"status": "ok"}
            assert (await http.get("/health/ready")).json()["checks"]["database"] == "ok"
            assert (await http.get("/api/me")).status_code == 404
            assert (await http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 404
        text = await until(url, "attuned_timetable_led ", 1)
        assert value(text, "attuned_database_up ") == 1
        process.send_signal(signal.SIGTERM)
        process.communicate()
        assert process.returncode == 0


def test_where_its_port_is_taken_the_worker_says_so_and_works(settings):
    with socket.create_server(("127.0.0.1", 0)) as taken, capture_logs() as logs:
        port = taken.getsockname()[1]
        assert serving.listen_beside(msgspec.structs.replace(settings, worker_port=port)) is None
    assert [(line["event"], line["port"]) for line in logs] == [("worker_does_not_listen", port)]
    assert str(os.getpid()) in logs[0]["taken_by"]
    assert serving.listen_beside(msgspec.structs.replace(settings, worker_listens=False)) is None
