"""Web Push: what a browser reads, what its push service says, and where we let nobody send us.

The service, and the browser that opens what comes, are tests/support/web_push_service.py.
"""

import ipaddress
import json
import socket
from collections.abc import AsyncIterator

import httpcore
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from game_server.integrations.push.public_address import is_public
from game_server.integrations.push.public_network import NotPublic, PublicNetwork
from game_server.integrations.push.sealed import seal
from game_server.integrations.push.subscription import BrowserKeys, NotASubscription, read
from game_server.integrations.push.vendor import Delivered, Gone, Refused
from game_server.integrations.push.web_push import Vapid, WebPush
from game_server.integrations.upstream import Retry
from tests.support.push_server import CUT, HANG, Answer, Hand
from tests.support.pushes import LINK, MESSAGE, device, while_hanging
from tests.support.web_push_service import SUBJECT, Browser, WebPushService, base64url, unbase64url

ELSEWHERE = "https://push.example.org/send/1"


@pytest.fixture
def now():
    return Hand()


@pytest.fixture
def server(now):
    with WebPushService(now) as service:
        yield service


@pytest.fixture
def vapid():
    return Vapid(ec.generate_private_key(ec.SECP256R1()), SUBJECT)


@pytest.fixture
async def push(server, now, vapid) -> AsyncIterator[WebPush]:
    vendor = WebPush(vapid, now, server.url)
    yield vendor
    await vendor.close()


def elsewhere(server, endpoint=ELSEWHERE):
    """A subscription of a browser at another push service."""
    return json.dumps({**json.loads(server.subscribe()), "endpoint": endpoint})


async def test_a_browser_opens_the_text_and_the_link_and_nothing_else(push, server, vapid):
    subscription = server.subscribe(takes=vapid.public)
    assert await push.send(device("web", subscription), MESSAGE) == Delivered()
    [sent] = server.sent
    assert sent["told"] == {"title": MESSAGE.title, "body": MESSAGE.body, "link": LINK, "tag": "t-5f0c"}
    wanted = {"ttl": "600", "urgency": "high", "topic": "t-5f0c"}
    assert {name: sent["headers"][name] for name in wanted} == wanted
    assert server.refused == []
    assert push.public_key == vapid.public


async def test_a_push_service_sees_no_word_of_it_and_every_message_as_long_as_another(push, server):
    subscription = server.subscribe()
    texts = ("Hi", "Something is waiting for you, " * 10)
    for text in texts:
        await push.send(device("web", subscription), msgspec.structs.replace(MESSAGE, body=text))
    assert [sent["told"]["body"] for sent in server.sent] == list(texts)
    assert len({sent["size"] for sent in server.sent}) == 1


async def test_each_push_service_gets_a_token_made_for_it(push, server, now, vapid):
    with WebPushService(now) as another:
        other = WebPush(vapid, now, another.url)
        for vendor, service in ((push, server), (other, another), (push, server)):
            assert await vendor.send(device("web", service.subscribe()), MESSAGE) == Delivered()
        await other.close()
        assert (len(server.sent), len(another.sent)) == (2, 1)


async def test_after_another_key_browsers_that_took_the_old_one_have_to_subscribe_again(push, server, now, vapid):
    old = server.subscribe(takes=vapid.public)
    key = Vapid(ec.generate_private_key(ec.SECP256R1()), SUBJECT)
    started = WebPush(key, now, server.url)
    assert await started.send(device("web", old), MESSAGE) == Refused("http_403")
    assert await started.send(device("web", server.subscribe(takes=key.public)), MESSAGE) == Delivered()
    await started.close()


async def test_a_browser_that_has_given_up_is_gone(push, server):
    subscription = server.subscribe()
    server.give_up(subscription)
    assert await push.send(device("web", subscription), MESSAGE) == Gone()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200), Delivered()),
        (Answer(404), Gone()),
        (Answer(410, b"gone"), Gone()),
        (Answer(429, b"", {"retry-after": "12"}), Retry("http_429", 12.0)),
        (Answer(503), Retry("http_503")),
        (Answer(400), Refused("http_400")),
        (Answer(401), Refused("http_401")),
        (Answer(413), Refused("http_413")),
        (Answer(301, b"", {"location": "http://127.0.0.1:1/"}), Refused("http_301")),
        (Answer(307, b"", {"location": "http://169.254.169.254/latest"}), Refused("http_307")),
        (Answer(201, b"x" * 1_000_000), Delivered()),
        (CUT, Retry("connection")),
    ],
)
async def test_what_the_service_says_is_what_becomes_of_it(push, server, answer, outcome):
    to = device("web", server.subscribe())
    server.faults.append(answer)
    assert await push.send(to, MESSAGE) == outcome
    assert await push.send(to, MESSAGE) == Delivered()


async def test_one_answer_that_does_not_come_holds_nobody_else(push, server):
    then = push.send(device("web", server.subscribe()), MESSAGE)
    assert await while_hanging(server, push, server.subscribe(), then) == (Delivered(), Delivered())


async def test_an_answer_that_never_comes_is_a_retry_in_time(push, server, monkeypatch):
    monkeypatch.setattr("game_server.integrations.push.vendor.ANSWERED_IN_S", 0.2)
    server.faults.append(HANG)
    assert await push.send(device("web", server.subscribe()), MESSAGE) == Retry("timeout")


# --- where we are not sent -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/1",
        "https://127.0.0.1/1",
        "https://10.1.2.3/1",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/1",
        "https://[::ffff:127.0.0.1]/1",
        "https://[fd00::1]/1",
        "https://[fe80::1%25eth0]/1",
        "https://2130706433/1",
        "https://0x7f.1/1",
        "https://127.1/1",
        "https://localhost/1",
        "https://redis/1",
        "https://metadata.google.internal/1",
        "https://printer.local/1",
        "https://push.example.org:22/1",
        "https://push.example.org:8443/1",
        "https://user:word@push.example.org/1",
        "https://push.example.org\\@127.0.0.1/1",
        "https://push.example.org/1#here",
        "https://push.example.org/ 1",
        "https://push.example.org/\r\nhost:x",
        "https://push.example.org:port/1",
        "https://[/1",
        "https:///1",
        "file:///etc/passwd",
        "gopher://push.example.org/1",
        "https://push.example.org/" + "x" * 1500,
    ],
)  # fmt: skip
async def test_an_endpoint_that_is_no_push_services_is_not_taken_and_not_sent_to(push, server, endpoint):
    token = elsewhere(server, endpoint)
    with pytest.raises(NotASubscription):
        read(token, server.url)
    assert await push.send(device("web", token), MESSAGE) == Gone()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QOPL",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYA%3d",
        "https://fcm.googleapis.com:443/fcm/send/abc",
    ],
)
def test_the_endpoints_of_todays_browsers_are_taken(server, endpoint):
    assert read(elsewhere(server, endpoint)).endpoint == endpoint


@pytest.mark.parametrize(
    ("origin", "endpoint"),
    [
        ("https://fcm.googleapis.com", "https://FCM.googleapis.com:443/x"),
        ("https://a.example.org", "https://a.example.org/x"),
    ],
)
def test_a_token_is_for_the_origin(server, origin, endpoint):
    assert read(elsewhere(server, endpoint)).origin == origin


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.7"], ["8.8.8.8", "192.168.0.1"], ["::1"], ["fd12::1"], ["64:ff9b::7f00:1"], []],
)
async def test_a_public_name_that_means_an_address_of_ours_is_not_sent_to(push, server, addresses, monkeypatch):
    names(monkeypatch, addresses)
    assert await push.send(device("web", elsewhere(server)), MESSAGE) == Refused("not_public")


async def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    asked = names(monkeypatch, ["9.9.9.9", "8.8.8.8"], ["127.0.0.1"])
    network, tried = PublicNetwork(), []

    class Recorder(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, host, port, *_):
            tried.append((host, port))
            raise httpcore.ConnectError("refused")

    network._network = Recorder()
    with pytest.raises(httpcore.ConnectError):
        await network.connect_tcp("push.example.org", 443)
    assert tried == [("9.9.9.9", 443), ("8.8.8.8", 443)]
    assert asked == ["push.example.org"]
    network.close()


async def test_another_port_of_the_stand_in_is_not_reached(server):
    network = PublicNetwork(server.url)
    for host, port in (("127.0.0.1", server.port + 1), ("localhost", server.port), ("127.0.0.1", 443)):
        with pytest.raises(NotPublic):
            await network.connect_tcp(host, port)
    stream = await network.connect_tcp("127.0.0.1", server.port)
    await stream.aclose()
    network.close()


async def test_without_the_setting_nothing_on_this_machine_is_a_push_service(server, now, vapid):
    vendor = WebPush(vapid, now)
    assert await vendor.send(device("web", server.subscribe()), MESSAGE) == Gone()
    assert server.connected == 0
    await vendor.close()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound
        ("100.64.0.1", False),
        ("172.16.0.1", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::ffff:8.8.8.8", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b:1::1", False),
    ],
)
def test_which_addresses_are_the_internets_own(address, public):
    assert is_public(ipaddress.ip_address(address)) is public


# --- what only the browser opens -------------------------------------------------------------------------------------


def test_the_example_of_rfc_8291_comes_out_as_it_stands_there():
    keys = BrowserKeys(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    sealed = seal(
        b"When I grow up, I want to be a watermelon",
        keys,
        ephemeral=private("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=unbase64url("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert base64url(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95b"
        "Qpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    browser = Browser(private("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), unbase64url("BTBZMqHH6r4Tts7J_aSIgg"))
    assert browser.opened(sealed) == b"When I grow up, I want to be a watermelon"


def test_one_changed_byte_and_nothing_opens(server):
    token = server.subscribe()
    [browser] = server.browsers.values()
    sealed = bytearray(seal(b"hello", read(token, server.url).keys))
    assert browser.opened(bytes(sealed)) == b"hello"
    sealed[-1] ^= 1
    with pytest.raises(ValueError, match="cannot be opened"):
        browser.opened(bytes(sealed))


def private(number):
    return ec.derive_private_key(int.from_bytes(unbase64url(number)), ec.SECP256R1())


def names(monkeypatch, *answers):
    """Names mean these addresses, one answer after another; which names were asked for."""
    asked, left = [], list(answers)

    def getaddrinfo(host, port, *_, **__):
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        if not found:
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked
