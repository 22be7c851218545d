"""APNs: what its server gets and says, and what that means here. The server is tests/support/apns_service.py."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from game_server.integrations.push.apns import Apns, Topic
from game_server.integrations.push.vendor import Delivered, Gone, Refused
from game_server.integrations.upstream import Retry
from tests.support.apns_service import CUT, GOAWAY, KEY_ID, TEAM, TOPIC, ApnsService, reason
from tests.support.fcm_service import FcmService
from tests.support.push_server import HANG, Answer, Hand, hangs
from tests.support.pushes import LINK, MESSAGE, device, while_hanging

TOKEN = "ab" * 32
PHONE = device("ios", TOKEN)


@pytest.fixture
def now():
    return Hand()


@pytest.fixture
def server(now):
    with ApnsService(now) as service:
        yield service


def vendor_of(server, now):
    topic = Topic(topic=TOPIC, team_id=TEAM, key_id=KEY_ID, key=server.key)
    return Apns(server.url, topic, now=now, fresh_id=uuid4, trust=server.trust)


@pytest.fixture
async def apns(server, now) -> AsyncIterator[Apns]:
    vendor = vendor_of(server, now)
    yield vendor
    await vendor.close()


async def test_a_phone_gets_the_text_and_the_link_and_nothing_else(apns, server, now):
    assert await apns.send(PHONE, MESSAGE) == Delivered()
    [sent] = server.sent
    alert = {"title": MESSAGE.title, "body": MESSAGE.body}
    assert sent["payload"] == {"aps": {"alert": alert, "sound": "default"}, "link": LINK}
    assert {name: sent["headers"][name] for name in ("apns-priority", "apns-collapse-id", "apns-expiration")} == {
        "apns-priority": "10",
        "apns-collapse-id": "t-5f0c",
        "apns-expiration": str(int(now().timestamp()) + 600),
    }
    assert server.refused == []


async def test_what_is_not_urgent_makes_no_sound_and_may_wait(apns, server):
    await apns.send(PHONE, msgspec.structs.replace(MESSAGE, priority="normal"))
    assert "sound" not in server.sent[0]["payload"]["aps"]
    assert server.sent[0]["headers"]["apns-priority"] == "5"


async def test_all_go_over_one_connection_that_stays(apns, server):
    for _ in range(3):
        outcomes = await asyncio.gather(*(apns.send(PHONE, MESSAGE) for _ in range(50)))
        assert set(outcomes) == {Delivered()}
    assert server.connected == 1
    assert len({sent["headers"]["apns-id"] for sent in server.sent}) == 150


async def test_the_provider_token_is_the_same_for_forty_five_minutes(apns, server, now):
    for _ in range(10):
        assert await apns.send(PHONE, MESSAGE) == Delivered()
        now.passes(minutes=15)
    assert len(server.provider_tokens) == 4


async def test_a_clock_set_back_makes_a_new_one(apns, server, now):
    server.too_many_updates = False
    await apns.send(PHONE, MESSAGE)
    now.passes(hours=-2)
    assert await apns.send(PHONE, MESSAGE) == Delivered()


async def test_a_token_that_apple_finds_too_old_is_exchanged_once_and_not_again_for_twenty_minutes(apns, server, now):
    server.too_many_updates = False
    await apns.send(PHONE, MESSAGE)
    now.passes(minutes=10)
    server.faults.append(reason(403, "ExpiredProviderToken"))
    assert await apns.send(PHONE, MESSAGE) == Delivered()
    assert len(server.provider_tokens) == 2
    now.passes(minutes=10)
    server.faults.append(reason(403, "ExpiredProviderToken"))
    assert await apns.send(PHONE, MESSAGE) == Refused("ExpiredProviderToken")
    now.passes(minutes=11)
    server.faults.extend([reason(403, "ExpiredProviderToken")] * 2)
    assert await apns.send(PHONE, MESSAGE) == Refused("ExpiredProviderToken")
    assert await apns.send(PHONE, MESSAGE) == Delivered()
    assert len(server.provider_tokens) == 3


async def test_many_who_are_told_at_once_that_it_is_too_old_share_the_new_one(apns, server, now):
    server.too_many_updates = False
    await apns.send(PHONE, MESSAGE)
    now.passes(minutes=30)
    server.faults.extend([reason(403, "ExpiredProviderToken")] * 10)
    outcomes = await asyncio.gather(*(apns.send(PHONE, MESSAGE) for _ in range(10)))
    assert set(outcomes) == {Delivered()}
    assert len(server.provider_tokens) == 2


async def test_another_key_is_used_from_the_next_start(apns, server, now):
    await apns.send(PHONE, MESSAGE)
    server.key = ec.generate_private_key(ec.SECP256R1())
    assert await apns.send(PHONE, MESSAGE) == Refused("InvalidProviderToken")
    started = vendor_of(server, now)
    server.too_many_updates = False
    assert await started.send(PHONE, MESSAGE) == Delivered()
    await started.close()


GONE_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (reason(410, "Unregistered", at=GONE_AT), Gone(GONE_AT)),
        (reason(410, "ExpiredToken"), Gone()),
        (Answer(410), Gone()),
        (Answer(410, {"reason": "Unregistered", "timestamp": 10**30}), Gone()),
        (reason(400, "BadDeviceToken"), Gone()),
        (reason(400, "DeviceTokenNotForTopic"), Gone()),
        (reason(400, "BadTopic"), Refused("BadTopic")),
        (reason(403, "InvalidProviderToken"), Refused("InvalidProviderToken")),
        (reason(413, "PayloadTooLarge"), Refused("PayloadTooLarge")),
        (Answer(404, b"nothing here"), Refused("http_404")),
        (reason(400, "two\0 words"), Refused("http_400")),
        (reason(400, "x" * 65), Refused("http_400")),
        (Answer(302, b"", {"location": "https://127.0.0.1:1/"}), Refused("http_302")),
        (reason(429, "TooManyRequests", retry_after="9"), Retry("http_429", 9.0)),
        (reason(429, "TooManyProviderTokenUpdates"), Retry("TooManyProviderTokenUpdates", 1200.0)),
        (reason(503, "Shutdown"), Retry("http_503")),
        (reason(500, "InternalServerError"), Retry("http_500")),
        (reason(400, "IdleTimeout"), Retry("IdleTimeout")),
        (CUT, Retry("connection")),
    ],
)
async def test_what_the_server_says_is_what_becomes_of_it(apns, server, answer, outcome):
    server.faults.append(answer)
    assert await apns.send(PHONE, MESSAGE) == outcome
    assert await apns.send(PHONE, MESSAGE) == Delivered()


async def test_a_device_that_is_gone_says_since_when(apns, server):
    server.gone[TOKEN] = GONE_AT
    assert await apns.send(PHONE, MESSAGE) == Gone(GONE_AT)


async def test_a_connection_that_the_server_gives_up_is_followed_by_another(apns, server):
    await apns.send(PHONE, MESSAGE)
    server.faults.append(GOAWAY)
    outcomes = [await apns.send(PHONE, MESSAGE) for _ in range(3)]
    assert outcomes[-2:] == [Delivered(), Delivered()]
    assert outcomes[0] in (Delivered(), Retry("connection"))
    assert server.connected == 2


async def test_whoever_waits_on_a_connection_that_breaks_is_told_to_try_again(apns, server):
    server.faults.extend([HANG, CUT])
    first = asyncio.ensure_future(apns.send(PHONE, MESSAGE))
    await hangs(server)
    assert await apns.send(PHONE, MESSAGE) == Retry("connection")
    assert await first == Retry("connection")
    assert await apns.send(PHONE, MESSAGE) == Delivered()


async def test_one_answer_that_does_not_come_holds_nobody_else(apns, server):
    then = apns.send(device("ios", "cd" * 32), MESSAGE)
    assert await while_hanging(server, apns, TOKEN, then) == (Delivered(), Delivered())
    assert server.connected == 1


async def test_an_answer_that_never_comes_is_a_retry_in_time(apns, server, monkeypatch):
    monkeypatch.setattr("game_server.integrations.push.vendor.ANSWERED_IN_S", 0.2)
    server.faults.append(HANG)
    assert await apns.send(PHONE, MESSAGE) == Retry("timeout")
    server.release()
    assert await apns.send(PHONE, MESSAGE) == Delivered()


async def test_a_certificate_that_nobody_trusts_gets_nothing(server, now):
    topic = Topic(topic=TOPIC, team_id=TEAM, key_id=KEY_ID, key=server.key)
    stranger = Apns(server.url, topic, now=now, fresh_id=uuid4)
    assert await stranger.send(PHONE, MESSAGE) == Retry("connection")
    assert server.sent == []
    await stranger.close()


async def test_what_is_larger_than_apple_takes_is_not_sent(apns, server):
    long = msgspec.structs.replace(MESSAGE, body="x" * 5000)
    assert await apns.send(PHONE, long) == Refused("payload_too_large")
    assert server.connected == 0


async def test_on_this_machine_it_may_be_http_2_without_tls(now):
    with ApnsService(now, tls=False) as server:
        vendor = vendor_of(server, now)
        assert await vendor.send(PHONE, MESSAGE) == Delivered()
        assert server.url.startswith("http://")
        await vendor.close()


async def test_a_stand_in_on_this_machine_that_speaks_the_older_http_is_understood(now):
    with FcmService(now) as older:
        topic = Topic(topic=TOPIC, team_id=TEAM, key_id=KEY_ID, key=ec.generate_private_key(ec.SECP256R1()))
        apns = Apns(older.url, topic, now=now, fresh_id=uuid4)
        outcome = await apns.send(PHONE, MESSAGE)
        assert not isinstance(outcome, Retry), outcome
        await apns.close()
