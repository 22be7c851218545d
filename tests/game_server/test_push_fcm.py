"""FCM: what its server gets and says, and what that means here. The server is tests/support/fcm_service.py."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime

import pytest

from game_server.integrations import upstream
from game_server.integrations.push.fcm import Fcm
from game_server.integrations.push.vendor import Delivered, Gone, Refused
from game_server.integrations.service_account import read_account
from game_server.integrations.upstream import Retry
from tests.support.fcm_service import FcmService, problem
from tests.support.google_account import rsa_key
from tests.support.push_server import CUT, HANG, Answer, Hand, hangs
from tests.support.pushes import LINK, MESSAGE, device, while_hanging

PHONE = device("android", "phone:1")


@pytest.fixture(scope="module")
def now():
    return Hand()


@pytest.fixture(scope="module")
def service(now):
    with FcmService(now) as service:
        yield service


@pytest.fixture(scope="module")
def account(service, tmp_path_factory):
    return read_account(service.account_file(tmp_path_factory.mktemp("fcm")))


@pytest.fixture
def server(service):
    service.faults.clear()
    service.sent.clear()
    service.refused.clear()
    service.granted = 0
    return service


@pytest.fixture(scope="module")
async def fcm(service, account, now) -> AsyncIterator[Fcm]:
    vendor = Fcm(service.url, account, now)
    yield vendor
    await vendor.close()


@pytest.fixture
async def started(server, account, now) -> AsyncIterator[Fcm]:
    """One that has asked for no token yet: to read the account's key takes a tenth of a second."""
    vendor = Fcm(server.url, account, now)
    yield vendor
    await vendor.close()


async def test_a_phone_gets_the_text_and_the_link_and_nothing_else(server, fcm):
    assert await fcm.send(PHONE, MESSAGE) == Delivered()
    assert server.sent == [
        {
            "token": "phone:1",
            "notification": {"title": MESSAGE.title, "body": MESSAGE.body},
            "data": {"link": LINK},
            "android": {
                "priority": "HIGH",
                "ttl": "600s",
                "collapseKey": "t-5f0c",
                "notification": {"tag": "t-5f0c", "visibility": "PRIVATE"},
            },
        }
    ]
    assert server.refused == []


async def test_one_access_token_does_for_all_who_send_at_once_and_until_it_nears_its_end(started, server, now):
    assert set(await asyncio.gather(*(started.send(PHONE, MESSAGE) for _ in range(20)))) == {Delivered()}
    now.passes(minutes=50)
    assert await started.send(PHONE, MESSAGE) == Delivered()
    assert server.granted == 1
    now.passes(minutes=6)
    assert await started.send(PHONE, MESSAGE) == Delivered()
    assert server.granted == 2


async def test_a_token_that_is_not_taken_any_more_is_exchanged_once(started, server):
    await started.send(PHONE, MESSAGE)
    server.account.access.clear()
    assert await started.send(PHONE, MESSAGE) == Delivered()
    assert server.granted == 2
    server.faults.extend([problem(401, "UNAUTHENTICATED")] * 2)
    assert await started.send(PHONE, MESSAGE) == Refused("unauthenticated")


async def test_a_new_key_of_the_account_is_used_from_the_next_start(started, server, now, tmp_path, monkeypatch):
    assert await started.send(PHONE, MESSAGE) == Delivered()
    monkeypatch.setattr(server.account, "key", rsa_key())
    monkeypatch.setattr(server.account, "key_id", "account-2")
    server.account.access.clear()
    assert await started.send(PHONE, MESSAGE) == Retry("no_access_token")
    restarted = Fcm(server.url, read_account(server.account_file(tmp_path)), now)
    assert await restarted.send(PHONE, MESSAGE) == Delivered()
    await restarted.close()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (problem(404, "NOT_FOUND", "UNREGISTERED"), Gone()),
        (problem(404, "NOT_FOUND"), Gone()),
        (problem(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), Gone()),
        (problem(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), Gone()),
        (problem(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", field="message.token"), Gone()),
        (problem(400, "INVALID_ARGUMENT", field="message.token"), Gone()),
        (problem(400, "INVALID_ARGUMENT", field="message.android.ttl"), Refused("invalid_argument")),
        (problem(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", field="message.data[0].value"), Refused("invalid_argument")),
        (problem(403, "PERMISSION_DENIED"), Refused("permission_denied")),
        (problem(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", retry_after="7"), Retry("http_429", 7.0)),
        (problem(503, "UNAVAILABLE", "UNAVAILABLE"), Retry("http_503")),
        (problem(500, "INTERNAL", retry_after="soon"), Retry("http_500")),
        (Answer(404, b"<html>another server's page</html>"), Refused("http_404")),
        (Answer(400, b"["), Refused("http_400")),
        (problem(403, "NO\0", "no such code"), Refused("http_403")),
        (Answer(302, b"", {"location": "http://127.0.0.1:1/"}), Refused("http_302")),
        (Answer(502, b"x" * 100_000), Retry("http_502")),
        (CUT, Retry("connection")),
    ],
)  # fmt: skip
async def test_what_the_server_says_is_what_becomes_of_it(server, fcm, answer, outcome):
    server.faults.append(answer)
    assert await fcm.send(PHONE, MESSAGE) == outcome
    assert await fcm.send(PHONE, MESSAGE) == Delivered()


async def test_a_wait_may_be_told_as_a_date_and_is_an_hour_at_most(fcm, server, now):
    for told, wait in ((timedelta(seconds=90), 90), (timedelta(days=2), 3600), (timedelta(days=-1), 0)):
        date = format_datetime(now() + told)
        server.faults.append(problem(503, "UNAVAILABLE", retry_after=date))
        outcome = await fcm.send(PHONE, MESSAGE)
        assert outcome == Retry("http_503", pytest.approx(wait, abs=1))


async def test_without_an_access_token_it_is_tried_later(started, server):
    server.grants_fail.extend([503, 400])
    for _ in range(2):
        assert await started.send(PHONE, MESSAGE) == Retry("no_access_token")
    assert await started.send(PHONE, MESSAGE) == Delivered()


async def test_one_answer_that_does_not_come_holds_nobody_else(fcm, server):
    await fcm.send(PHONE, MESSAGE)
    then = fcm.send(device("android", "phone:2"), MESSAGE)
    assert await while_hanging(server, fcm, "phone:1", then) == (Delivered(), Delivered())


async def test_more_than_may_ask_at_once_wait_for_their_turn(server, account, now, monkeypatch):
    monkeypatch.setattr(upstream, "MOST_AT_ONCE", 2)
    vendor, before = Fcm(server.url, account, now), server.connected
    server.faults.extend([HANG, HANG])
    sending = [asyncio.ensure_future(vendor.send(PHONE, MESSAGE)) for _ in range(20)]
    for _ in range(2):
        await hangs(server)
    assert server.sent == []
    server.release()
    assert set(await asyncio.gather(*sending)) == {Delivered()}
    assert server.connected - before <= 2
    await vendor.close()


async def test_a_server_that_is_not_there_is_asked_later(account, now):
    vendor = Fcm("http://127.0.0.1:1", account, now)
    assert await vendor.send(PHONE, MESSAGE) == Retry("connection")
    await vendor.close()
