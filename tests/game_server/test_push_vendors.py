"""Which push services the settings name, what is said of a file that cannot be used, and which tokens are taken."""

import asyncio
import json
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from game_server.integrations.push.vendor import Delivered
from game_server.integrations.push.vendors import checked, open_vendors
from game_server.process import logs
from game_server.settings import Settings, SettingsError, variable
from rooms.errors import Invalid
from tests.support.apns_service import ApnsService
from tests.support.fcm_service import FcmService
from tests.support.push_server import HANG, Hand, hangs
from tests.support.pushes import MESSAGE, device
from tests.support.web_push_service import WebPushService, base64url

PEM = (Encoding.PEM, PrivateFormat.PKCS8)


@pytest.fixture
def now():
    return Hand()


def settings_of(told):
    return Settings.from_environment({variable(name): str(value) for name, value in told.items()})


def opened(told, now):
    return open_vendors(settings_of(told), now=now, fresh_id=uuid4)


async def test_nothing_is_on_where_nothing_is_set(now):
    assert opened({}, now) == {}


async def test_each_vendor_that_is_set_up_reaches_its_phones(now, tmp_path):
    with FcmService(now) as fcm, ApnsService(now, tls=False) as apns, WebPushService(now) as web:
        told = {**fcm.settings(tmp_path), **apns.settings(tmp_path), **web.settings(tmp_path)}
        vendors = opened(told, now)
        tokens = {"android": "a:1", "ios": "ab" * 32, "web": web.subscribe()}
        for platform, token in tokens.items():
            kept = checked(platform, token, settings_of(told), here=True)
            assert await vendors[platform].send(device(platform, kept), MESSAGE) == Delivered()
            assert vendors[platform].platforms == {platform}
        assert (len(fcm.sent), len(apns.sent), len(web.sent)) == (1, 1, 1)
        for vendor in vendors.values():
            await vendor.close()


async def test_a_vendor_without_an_answer_holds_none_of_the_others(now, tmp_path):
    with FcmService(now) as fcm, ApnsService(now, tls=False) as apns:
        vendors = opened({**fcm.settings(tmp_path), **apns.settings(tmp_path)}, now)
        fcm.faults.append(HANG)
        waiting = asyncio.ensure_future(vendors["android"].send(device("android", "a:1"), MESSAGE))
        await hangs(fcm)
        assert await vendors["ios"].send(device("ios", "ab" * 32), MESSAGE) == Delivered()
        assert not waiting.done()
        fcm.release()
        assert await waiting == Delivered()
        for vendor in vendors.values():
            await vendor.close()


def p256(curve=None):
    return ec.generate_private_key(curve or ec.SECP256R1())


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "key"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


NOT_KEYS = {
    "nothing in it": b"",
    "words": b"the key is under the mat",
    "a broken PEM": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "a password": p256().private_bytes(*PEM, BestAvailableEncryption(b"sesame")),
    "another curve": p256(ec.SECP384R1()).private_bytes(*PEM, NoEncryption()),
    "another kind": rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(*PEM, NoEncryption()),
    "too short a number": b"AAAA",
    "no number of the curve": base64url(b"\xff" * 32).encode(),
}


@pytest.mark.parametrize("held", NOT_KEYS.values(), ids=NOT_KEYS.keys())
def test_a_key_file_that_cannot_be_used_is_named_with_its_setting_and_nothing_of_it_is_shown(now, tmp_path, held):
    path = written(tmp_path, held)
    told = {
        "vapid_key_file": path, "vapid_subject": "mailto:a@example.org", "apns_key_file": path, "apns_key_id": "K",
        "apns_team_id": "T", "apns_topic": "org.example", "fcm_service_account_file": path,
    }  # fmt: skip
    with pytest.raises(SettingsError) as refused:
        opened(told, now)
    named = [problem.partition(":")[0] for problem in refused.value.problems]
    assert named == ["ATTUNED_FCM_SERVICE_ACCOUNT_FILE", "ATTUNED_APNS_KEY_FILE", "ATTUNED_VAPID_KEY_FILE"]
    assert all(str(path) in problem for problem in refused.value.problems)
    assert not held or held.decode() not in str(refused.value)


def test_a_service_account_has_to_name_its_project(now, tmp_path):
    with FcmService(now) as fcm, pytest.raises(SettingsError, match="names no project_id"):
        opened({"fcm_service_account_file": fcm.account_file(tmp_path, project_id="")}, now)


async def test_a_vapid_key_may_be_the_number_that_tools_of_the_web_write(now, tmp_path):
    key = p256()
    number = base64url(key.private_numbers().private_value.to_bytes(32))
    told = {"vapid_key_file": written(tmp_path, number + "\n"), "vapid_subject": "https://example.org"}
    vendors = opened(told, now)
    assert list(vendors) == ["web"]
    await vendors["web"].close()


def test_no_library_that_carries_it_tells_the_log_where_to():
    assert {"httpx", "httpcore", "hpack"} <= logs.QUIET


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("web_push_stand_in", "https://push.example.org"),
        ("web_push_stand_in", "http://10.0.0.1:80"),
        ("web_push_stand_in", "http://127.0.0.1"),
        ("web_push_stand_in", "http://127.0.0.1:4711/"),
        ("web_push_stand_in", "127.0.0.1:4711"),
        ("vapid_subject", "someone@example.org"),
        ("vapid_subject", "mailto: <a@example.org>"),
        ("fcm_base_url", "http://fcm.example.org"),
        ("apns_base_url", "http://10.0.0.1:80"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(name, value):
    with pytest.raises(SettingsError, match=variable(name)):
        settings_of({name: value})


def test_a_browsers_token_is_kept_in_one_form(now, tmp_path):
    with WebPushService(now) as web:
        settings = settings_of(web.settings(tmp_path))
        told = json.loads(web.subscribe())
        kept = checked("web", json.dumps({"more": [1], **told}, indent=2), settings, here=False)
        assert json.loads(kept) == {"endpoint": told["endpoint"], "keys": told["keys"]}
        assert checked("web", kept, settings, here=False) == kept


BROWSER = {"p256dh": base64url(b"\x04" + b"\x01" * 64), "auth": base64url(b"\x01" * 16)}


@pytest.mark.parametrize(
    ("platform", "token"),
    [
        ("ios", ""),
        ("ios", "../../other"),
        ("ios", "ab cd"),
        ("ios", "."),
        ("ios", "a" * 201),
        ("android", ""),
        ("android", "two words"),
        ("android", "a\n"),
        ("android", "ä"),
        ("android", "a" * 1025),
        ("web", ""),
        ("web", "abc"),
        ("web", "[" * 100_000),
        ("web", "{}"),
        ("web", json.dumps({"endpoint": "https://push.example.org/1"})),
        ("web", json.dumps({"endpoint": "https://push.example.org/1", "keys": {"p256dh": "A" * 87, "auth": "A" * 22}})),
        ("web", json.dumps({"endpoint": "https://push.example.org/1", "keys": BROWSER})),
        ("web", json.dumps({"endpoint": "https://push.example.org/1", "keys": {**BROWSER, "auth": "A" * 20}})),
    ],
    ids=str,
)
def test_what_is_no_token_is_refused_and_not_repeated(platform, token):
    with pytest.raises(Invalid) as refused:
        checked(platform, token, Settings(), here=True)
    assert list(refused.value.fields) == ["token"]
    assert len(token) < 4 or token not in str(refused.value.fields)


HERE = "http://127.0.0.1:4711/push"


@pytest.mark.parametrize(
    ("environ", "taken"),
    [
        ({}, True),
        ({"ATTUNED_HOST": "0.0.0.0"}, False),  # noqa: S104 - everybody reaches it
        ({"ATTUNED_LAN": "true"}, False),
        ({"ATTUNED_PUBLIC_URL": "https://play.example.org"}, False),
        ({"ATTUNED_TRUSTED_PROXIES": "127.0.0.1"}, False),
        ({"DATABASE_URL": "postgresql://a:b@db.example.org/attuned"}, False),
    ],
)
def test_a_push_service_on_this_machine_is_taken_only_where_nobody_else_can_reach_us(now, environ, taken):
    with WebPushService(now) as web:
        told = json.dumps({**json.loads(web.subscribe()), "endpoint": HERE})
    settings = Settings.from_environment(environ)
    if taken:
        assert json.loads(checked("web", told, settings, here=True))["endpoint"] == HERE
    with pytest.raises(Invalid):  # through a proxy that nobody told us of
        checked("web", told, settings, here=taken is False)


@pytest.mark.parametrize(
    "endpoint", ["https://127.0.0.1/x", "http://127.0.0.1/x", "http://127.0.0.2:1/x", "http://10.0.0.1:1/"]
)
def test_an_install_to_try_things_on_takes_no_other_address(now, endpoint):
    with WebPushService(now) as web:
        told = json.dumps({**json.loads(web.subscribe()), "endpoint": endpoint})
    with pytest.raises(Invalid):
        checked("web", told, Settings.from_environment({}), here=True)
