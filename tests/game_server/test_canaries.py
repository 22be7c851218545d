"""What people entrust to the server comes out nowhere but where it has to: marked secrets, put in by real use, looked for in
everything that is written, answered, pushed, mailed, kept or handed out.
"""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx
import msgspec
import pytest
import redis.asyncio

from game_server.settings import Settings
from storage.embedded import Stores
from tests.support.apns_service import ApnsService
from tests.support.canaries import Evening, Vendors
from tests.support.card_provider import CardProvider
from tests.support.certificates import Issuer
from tests.support.collector import Collector
from tests.support.fcm_service import FcmService
from tests.support.game import generous
from tests.support.mail_server import HOST, MailServer, open_mail_server
from tests.support.play_store import PlayStore
from tests.support.private_columns import COLUMNS, TYPED
from tests.support.server_process import PROGRAM, ROOT, ServerProcess, environment
from tests.support.supabase_project import SupabaseProject
from tests.support.web_push_service import WebPushService

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as opened:
        yield opened


@pytest.fixture(scope="module")
def issuer(tmp_path_factory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
async def mails(issuer) -> AsyncIterator[MailServer]:
    async with open_mail_server(issuer.server(HOST)) as opened:
        yield opened


@pytest.fixture(scope="module")
def vendors(mails) -> Iterator[Vendors]:
    def now() -> datetime:
        return datetime.now(UTC)

    play, project = PlayStore(), SupabaseProject()
    with (
        FcmService(now) as fcm,
        ApnsService(now, tls=False) as apns,
        WebPushService(now) as web,
        CardProvider() as cards,
    ):
        yield Vendors(fcm, apns, web, cards, play, project, mails)
    play.close()
    project.close()


@pytest.fixture(scope="module")
def settings(settings, collector, vendors, mails, tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("vendors")
    told = {
        **vendors.fcm.settings(folder), **vendors.apns.settings(folder), **vendors.web.settings(folder),
        **vendors.cards.settings, **vendors.play.settings(folder),
    }  # fmt: skip
    mail = {"smtp_url": mails.url, "mail_from": "Attuned <hello@play.example.org>"}
    traces = {"otel_exporter_otlp_endpoint": collector.url, "otel_service_name": "canaries"}
    limits = {f"limit_{name}": "100000/60" for name in ("exports", "purchases", "sharing")}
    return generous(settings, daily_limit=500, log_level="debug", **told, **mail, **traces, **limits)


@pytest.fixture(scope="module")
def server(settings, issuer, tmp_path_factory) -> Iterator[ServerProcess]:
    told = {"OTEL_BSP_SCHEDULE_DELAY": "50", "SSL_CERT_FILE": str(issuer.file)}
    server = ServerProcess(settings, tmp_path_factory.mktemp("server") / "log", **told)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def timetable(settings, issuer, server, tmp_path_factory) -> Iterator[Path]:
    """The process that runs it: mails, pushes, cards by an AI; its log."""
    log = tmp_path_factory.mktemp("worker") / "log"
    with log.open("w") as output:
        worker = subprocess.Popen(
            [*PROGRAM, "worker"], cwd=ROOT, stdout=output, stderr=output,
            env=environment(settings) | {"SSL_CERT_FILE": str(issuer.file)},
        )  # fmt: skip
        yield log
        worker.terminate()
        worker.wait(40)


@pytest.fixture(scope="module")
def beside(settings, vendors, server, tmp_path_factory) -> Iterator[ServerProcess]:
    """Another process on the same stores, for whom Supabase signs in."""
    own = msgspec.structs.replace(settings, port=0, **vendors.project.settings())
    server = ServerProcess(own, tmp_path_factory.mktemp("beside") / "log")
    yield server
    server.stop()


@pytest.fixture(scope="module")
async def evening(server, beside, timetable, vendors, database_url) -> AsyncIterator[Evening]:
    evening = Evening(server.url, beside.url, vendors)
    admin = await asyncpg.connect(database_url)
    try:
        await spend(evening, admin)
        yield evening
    finally:
        await evening.close()
        await admin.close()


async def spend(evening: Evening, admin: asyncpg.Connection) -> None:
    await evening.arrive()
    await evening.meet()
    await evening.play()
    await evening.go_on()
    await evening.err()
    async with asyncio.timeout(60):
        while not evening.vendors.fcm.sent:  # noqa: ASYNC110 - the timetable sends
            await asyncio.sleep(0.1)
    # Something breaks inside, with all of that at hand.
    await admin.execute("REVOKE SELECT ON notifications, users FROM authenticated")
    for person in (evening.ana, evening.ben):
        for path in ("/api/me", "/api/notifications"):
            assert (await person.http.get(path)).status_code >= 500
    await admin.execute("GRANT SELECT ON users, notifications TO authenticated")


async def test_what_was_typed_stands_where_it_has_to_and_in_no_other_column(evening, sql):
    """Read as a backup has it. The positive control is in it: every column that takes words has some."""
    found: dict[str, set[str]] = {}
    for table in COLUMNS:
        for row in await sql.fetch(f"SELECT t.* FROM {table} t"):
            for column, value in row.items():
                if what := evening.canaries.found(str(value)):
                    found.setdefault(f"{table}.{column}", set()).update(what)
    kinds = {name: COLUMNS[name.partition(".")[0]].of(name.partition(".")[2]) for name in found}
    assert {name: found[name] for name, kind in kinds.items() if kind != "personal"} == {}
    assert TYPED - {*found} == set()
    never = {
        one for one in evening.canaries.known.values() if "password" in one or "ticket" in one or "access token" in one
    }
    assert [(name, what & never) for name, what in found.items() if what & never] == []


def lines(log: Path) -> str:
    text = log.read_text()
    assert '"level": "debug"' in text or '"event"' in text
    return text


async def test_no_log_metric_or_trace_says_any_of_it(evening, server, beside, timetable, collector):
    collector.until("POST /api/auth/login")
    for process in (server, beside):
        async with httpx.AsyncClient(base_url=process.url) as http:
            numbers = (await http.get("/metrics")).text
        assert "attuned_" in numbers
        assert evening.canaries.found(lines(process.log)) == set()
        assert evening.canaries.found(numbers) == set()
    assert evening.canaries.found(collector.heard) == set()
    assert evening.canaries.found(lines(timetable)) == set()


async def test_the_stores_logs_say_none_of_it(evening, stores: Stores):
    for engine in ("postgresql", "valkey"):
        logs = [file for file in (stores.data_dir / engine).rglob("*.log") if file.is_file()] or [
            *stores.data_dir.rglob(f"{engine}*.log")
        ]
        assert logs
        for log in logs:
            assert evening.canaries.found(log.read_text(errors="replace")) == set()


async def test_redis_holds_no_more_than_the_card_that_a_room_shows(evening, settings):
    """The hot copy of a room has the card on its screen; no names, no rules, no tokens."""
    connection = redis.asyncio.Redis.from_url(settings.redis_url)
    readers = {b"string": connection.get, b"hash": connection.hgetall, b"set": connection.smembers}
    seen = {}
    async for key in connection.scan_iter():
        kind = await connection.type(key)
        value = await readers[kind](key) if kind in readers else await connection.dump(key)
        if what := evening.canaries.found(f"{key!r} {value!r}"):
            seen[key.decode().partition(":")[0]] = what
    await connection.aclose()
    assert {prefix: what - {"couple card", "AI answer"} for prefix, what in seen.items()} in ({}, {"room": set()})


async def test_no_error_says_anything_and_no_address_holds_a_secret(evening):
    for answer in evening.answers:
        # What stands behind a # goes to no server and into no Referer: that is how a mailed link reaches the page.
        told = {
            name: value.partition("/#")[0] if name == "location" else value for name, value in answer.headers.items()
        }
        assert evening.canaries.found(json.dumps(told)) == set(), answer.asked
        if answer.status >= 400:
            assert evening.canaries.found(answer.body) == set(), (answer.asked, answer.body)
            assert set(json.loads(answer.body)) == {"error"}
    asked = {(answer.asked, answer.status) for answer in evening.answers if answer.status >= 400}
    assert len(asked) >= 15


PARTNERS = {"ana's name", "couple card", "AI answer", "rules", "connection token"}
"""What Ben was told of Ana's: her name, what both play with, and the link that she sent him."""


async def test_the_partner_is_told_the_name_and_what_both_play_with(evening):
    own = {what for what in evening.canaries.known.values() if what.startswith("ben")}
    told = "".join(answer.body for answer in evening.answers if answer.who == "ben")
    heard = json.dumps(evening.game.b.frames)
    assert evening.canaries.found(told) - own <= PARTNERS
    assert evening.canaries.found(heard) - own <= PARTNERS
    assert "ana's name" in evening.canaries.found(heard)


SCREENS = (
    "/api/partners/connections",
    "/api/partners/remembered",
    "/api/partners/blocked",
    "/api/sessions",
    "/api/cards",
)
SECRETS = ("token", "password", "android", "iphone", "browser", "ticket", "key")


async def test_an_export_holds_ones_own_and_of_others_what_ones_screens_show(evening):
    for person, partner in ((evening.ana, evening.ben), (evening.ben, evening.ana)):
        screens = [json.dumps(await person.get(path)) for path in (*SCREENS, f"/api/partners/{partner.id}/profile")]
        shown = evening.canaries.found("".join(screens))
        mine = {f"{person.name}'s {what}" for what in ("name", "gender", "e-mail", "preference")} | {
            "couple card",
            "rules",
        }
        for form in ("json", "html"):
            found = evening.canaries.found((await person.http.get("/api/me/export", params={"format": form})).text)
            assert [what for what in found - shown if what.startswith(("ana", "ben", "guest", "member")) and
                    not what.startswith(person.name)] == [], form  # fmt: skip
            assert [what for what in found if what.endswith(SECRETS)] == []
            assert mine <= found


async def test_pushes_and_mails_carry_a_link_and_no_word_of_anybody(evening, vendors):
    sent = json.dumps([vendors.fcm.sent, vendors.apns.sent, [one["told"] for one in vendors.web.sent]])
    devices = {what for what in evening.canaries.known.values() if what.endswith(("android", "iphone"))}
    assert evening.canaries.found(sent) - devices <= {"connection token"}
    assert len(vendors.mails.taken) >= len("ab")
    for mail in vendors.mails.taken:
        found = evening.canaries.found(mail.data.decode()) | evening.canaries.found(mail.text)
        to = evening.canaries.found(mail.recipient)
        links = {what for what in found if what.endswith("mailed token")} | {"connection token"}
        assert found - to - links <= {"ana's name"}, mail.text


async def test_what_an_ai_is_asked_names_nobody(evening, vendors):
    assert vendors.cards.bodies
    for body in vendors.cards.bodies:
        assert evening.canaries.found(body) == set()
        assert [one for one in evening.ids.values() if one in body] == []


async def test_when_all_have_erased_themselves_nothing_of_them_is_left_anywhere(evening, sql, settings, vendors):
    """The last test here. Each by the route, in the middle of a game; what is done later is done by the timetable."""
    for person in evening.people:
        path = "/api/anonymous-sessions" if person is evening.guest else "/api/me"
        await person.delete(path, expect=204)
    for name, of in evening.ids.items():
        evening.canaries.note(f"{name}'s id", of)
    async with asyncio.timeout(60):
        while await sql.fetchval(  # noqa: ASYNC110 - the timetable does it
            "SELECT (SELECT count(*) FROM erased_people) + (SELECT count(*) FROM mail_outbox)"
            " + (SELECT count(*) FROM supabase_erasures WHERE auth_id IS NOT NULL)"
        ):
            await asyncio.sleep(0.2)
    left = {
        f"{table}.{column}": what
        for table in COLUMNS
        for row in await sql.fetch(f"SELECT t.* FROM {table} t")
        for column, value in row.items()
        if (what := evening.canaries.found(str(value)))
    }
    assert left == {"consent_ledger.chain": {"room's id"}}  # that a game was agreed to and stopped, by nobody any more
    connection = redis.asyncio.Redis.from_url(settings.redis_url)
    kept = [
        f"{key!r} {await connection.dump(key)!r}" async for key in connection.scan_iter() if b"presence:" not in key
    ]
    await connection.aclose()
    assert evening.canaries.found("".join(kept)) == set()  # presence: which connections were in a room, for a day
    files = [file for file in settings.data_dir.rglob("*") if file.is_file()]
    assert [file.name for file in files if evening.canaries.found(file.read_bytes().decode(errors="replace"))] == []
    assert evening.ids["member"] not in vendors.project.users
