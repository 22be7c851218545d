"""How Google is asked and its signatures are checked: what is fetched once and kept, and what is asked again, and how often."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from game_server.integrations.play import SCOPE, NoSuchPurchase, Play
from game_server.integrations.sealed_reference import SealedElsewhere, SealedReferences
from game_server.integrations.service_account import AccessTokens, AccountUnusable, TokenUnavailable, read_account
from game_server.integrations.signing_keys import KeysUnreachable, SigningKeys, kept_for, read_rsa_keys
from game_server.integrations.stores import StoreAway
from game_server.settings import Settings, SettingsError
from tests.support.google_account import rsa_key
from tests.support.person import NO_TLS
from tests.support.play_pushes import PACKAGE
from tests.support.play_store import PlayStore

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Watch:
    """The time, moved by hand; the store goes by it too."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC) + self.ahead


@pytest.fixture(scope="module")
def shop() -> Iterator[PlayStore]:
    store = PlayStore()
    yield store
    store.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def play(shop, watch) -> Iterator[PlayStore]:
    shop.clock = lambda: watch.now().timestamp()
    shop.asked.clear()
    shop.refused.clear()
    yield shop
    shop.failing.clear()
    shop.always.clear()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield client


@pytest.fixture
def tokens(play, watch, http, tmp_path) -> AccessTokens:
    return AccessTokens(http, read_account(play.account_file(tmp_path)), SCOPE, watch.now)


@pytest.fixture
def api(play, http, tokens) -> Play:
    return Play(http, tokens, package=PACKAGE, base_url=play.url)


@pytest.fixture
def keys(play, watch, http) -> SigningKeys[rsa.RSAPublicKey]:
    return SigningKeys(http, f"{play.url}/certs", watch.now, read_rsa_keys)


# --- access tokens -----------------------------------------------------------------------------------------------------


async def test_callers_at_once_share_one_access_token_until_shortly_before_its_end(play, watch, tokens):
    assert len(set(await asyncio.gather(*(tokens.token() for _ in range(20))))) == 1
    watch.ahead = 50 * MINUTE
    first = await tokens.token()
    assert play.asked["token"] == 1
    watch.ahead = 56 * MINUTE
    assert await tokens.token() != first
    assert (play.asked["token"], play.refused) == (2, [])


async def test_an_access_token_that_google_takes_no_more_is_exchanged_once(play, api):
    bought = play.buy(None)
    await api.subscription(bought)
    play.account.access.clear()
    await api.subscription(bought)
    assert play.asked["token"] == 2
    play.always["get"] = 401
    with pytest.raises(StoreAway):
        await api.subscription(bought)
    assert play.asked["get"] == 5


async def test_callers_at_once_share_a_failure_and_the_next_one_asks_again(play, tokens):
    play.failing["token"] = [500]
    told = await asyncio.gather(*(tokens.token() for _ in range(20)), return_exceptions=True)
    assert {type(one) for one in told} == {TokenUnavailable}
    assert play.asked["token"] == 1
    assert await tokens.token()


@pytest.mark.parametrize("fault", [400, 401, 429, 500, 200])
async def test_without_an_access_token_nothing_is_asked(play, tokens, api, fault):
    play.always["token"] = fault  # 200 with an answer that holds no token
    with pytest.raises(TokenUnavailable):
        await tokens.token()
    with pytest.raises(StoreAway):
        await api.subscription(play.buy(None))
    assert play.asked["get"] == 0
    play.always.clear()
    assert await tokens.token()


def pem(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_a_service_account_is_understood_or_it_is_said_what_is_wrong(play, tmp_path, monkeypatch):
    files = {
        "cannot be read": tmp_path / "missing.json",
        "not a service account": tmp_path / "list.json",
        "not a PEM key": play.account_file(tmp_path, private_key="secret words"),
        "not an RSA key": play.account_file(tmp_path, private_key=pem(ec.generate_private_key(ec.SECP256R1()))),
        "neither https": play.account_file(tmp_path, token_uri="http://oauth.example.org/token"),
    }
    files["not a service account"].write_text("[]")
    for why, path in files.items():
        with pytest.raises(AccountUnusable, match=why) as wrong:
            read_account(path)
        assert "secret words" not in str(wrong.value)
    account = read_account(play.account_file(tmp_path, token_uri="https://oauth.example.org/token"))
    assert "PRIVATE" not in repr(account)


def test_settings_that_google_needs_together_are_set_together(play, tmp_path):
    told = {f"ATTUNED_{name.upper()}": str(value) for name, value in play.settings(tmp_path).items()}
    assert Settings.from_environment(told).google_package == PACKAGE
    for missing, beside in (("PACKAGE", "SERVICE_ACCOUNT_FILE"), ("SERVICE_ACCOUNT_FILE", "PACKAGE"),
                            ("PUSH_ACCOUNT", "PUSH_AUDIENCE")):  # fmt: skip
        some = {name: value for name, value in told.items() if name != f"ATTUNED_GOOGLE_{missing}"}
        with pytest.raises(SettingsError, match=f"needs ATTUNED_GOOGLE_{missing}") as wrong:
            Settings.from_environment(some)
        assert beside in str(wrong.value)
    for name in ("BASE_URL", "CERTS_URL"):
        with pytest.raises(SettingsError, match=name):
            Settings.from_environment({**told, f"ATTUNED_GOOGLE_{name}": "http://play.example.org"})


# --- the API -----------------------------------------------------------------------------------------------------------


async def test_what_google_answers_is_told_apart(play, api):
    gone = play.buy(None)
    play.gone.add(gone)
    for token in (gone, "never.bought"):
        with pytest.raises(NoSuchPurchase):
            await api.subscription(token)
    for status, kind in ((400, NoSuchPurchase), (403, StoreAway), (429, StoreAway), (500, StoreAway), (302, StoreAway)):
        play.failing["get"] = [status]
        with pytest.raises(kind):
            await api.subscription(gone)
    play.failing["get"] = [200]  # with an answer that is no purchase's: nothing is in it
    assert (await api.subscription(gone)).line_items == ()
    assert play.refused == []


async def test_a_google_that_does_not_answer_is_away(play, tokens):
    await tokens.token()
    play.hanging.add("get")
    async with httpx.AsyncClient(timeout=0.2, verify=NO_TLS) as impatient:
        api = Play(impatient, tokens, package=PACKAGE, base_url=play.url)
        with pytest.raises(StoreAway, match="ReadTimeout"):
            await api.subscription(play.buy(None))
    play.hanging.clear()
    play.released.set()
    play.released.clear()
    async with httpx.AsyncClient(verify=NO_TLS) as elsewhere:
        with pytest.raises(StoreAway, match="ConnectError"):
            await Play(elsewhere, tokens, package=PACKAGE, base_url="http://127.0.0.1:9").subscription("token")


# --- the keys that Google signs with -----------------------------------------------------------------------------------


async def test_keys_are_kept_as_long_as_google_says(play, watch, keys):
    assert all(await asyncio.gather(*(keys.key("push-1") for _ in range(20))))
    watch.ahead = timedelta(seconds=play.certs_max_age - 5)
    await keys.key("push-1")
    assert play.asked["certs"] == 1
    watch.ahead = timedelta(seconds=play.certs_max_age + 5)
    await keys.key("push-1")
    assert play.asked["certs"] == 2


async def test_a_name_that_nobody_knows_is_asked_for_at_most_every_half_minute(play, watch, keys):
    assert await keys.key("push-1")
    assert not any(await asyncio.gather(*(keys.key(f"invented-{number}") for number in range(50))))
    assert play.asked["certs"] == 1
    watch.ahead = timedelta(seconds=31)
    assert not any(await asyncio.gather(*(keys.key(f"invented-{number}") for number in range(50))))
    assert play.asked["certs"] == 2


async def test_a_new_key_is_found_before_the_old_ones_are_due(play, watch, keys):
    assert await keys.key("push-1")
    old, play.push_key, play.push_key_id = (play.push_key, play.push_key_id), rsa_key(), "push-2"
    try:
        watch.ahead = timedelta(seconds=31)
        assert await keys.key("push-2")
        assert await keys.key("push-1") is None
    finally:
        play.push_key, play.push_key_id = old


async def test_the_last_good_keys_stand_in_for_a_day(play, watch, keys):
    assert await keys.key("push-1")
    play.always["certs"] = 500
    watch.ahead = 23 * HOUR
    assert await keys.key("push-1")
    watch.ahead = 25 * HOUR
    with pytest.raises(KeysUnreachable, match="500"):
        await keys.key("push-1")
    asked = play.asked["certs"]
    with pytest.raises(KeysUnreachable):
        await keys.key("push-1")
    assert play.asked["certs"] == asked
    play.always.clear()
    watch.ahead += timedelta(seconds=3)
    assert await keys.key("push-1")


def test_what_an_answer_says_of_how_long_it_is_kept():
    assert kept_for("public, max-age=19702, must-revalidate, no-transform") == timedelta(seconds=19702)
    assert kept_for("max-age=0") == MINUTE
    assert kept_for("s-maxage=5") == 10 * MINUTE
    assert kept_for("max-age=999999999") == DAY
    assert kept_for("") == kept_for("no-store") == 10 * MINUTE


def test_only_rsa_keys_for_signatures_of_enough_bits_are_taken():
    key = rsa_key()
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the one that is refused
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    curve = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
    told = [
        {**jwk, "kid": "right"}, jwk, {**jwk, "kid": 7}, {**jwk, "kid": "sealing", "use": "enc"},
        {**jwk, "kid": "other", "alg": "RS512"}, {**curve, "kid": "curve"}, {"kid": "secret", "kty": "oct", "k": "AAAA"},
        {**jwk, "kid": "broken", "n": "!"}, "no key", None,
        {**jwt.algorithms.RSAAlgorithm.to_jwk(small.public_key(), as_dict=True), "kid": "small"},
    ]  # fmt: skip
    assert set(read_rsa_keys(json.dumps({"keys": told}).encode())) == {"right"}
    for nothing in (b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": []}', b"\xff"):
        assert read_rsa_keys(nothing) is None


def test_certificates_by_name_are_keys_too():
    key, name = rsa_key(), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "federated-signon")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 7, now, now + DAY).sign(key, SHA256())
    told = {"one": made.public_bytes(Encoding.PEM).decode(), "two": "no certificate"}
    assert read_rsa_keys(json.dumps(told).encode()) == {"one": key.public_key()}


# --- what is kept of a token -------------------------------------------------------------------------------------------


def test_a_sealed_reference_opens_with_its_secret_and_for_its_purpose_only():
    first, second = {"a": b"1" * 32}, {"b": b"2" * 32}
    sealed = SealedReferences(first, str, "google").seal("token")
    assert "token" not in sealed
    both = SealedReferences({**second, **first}, str, "google")
    again = both.again(sealed)
    assert both.again(again) is None
    assert SealedReferences(second, str, "google").open(again) == "token"
    assert SealedReferences(second, str, "google").again(sealed) is None
    assert SealedReferences({**second, **first}, str, "google").open(sealed) == "token"
    for wrong in (SealedReferences(second, str, "google"), SealedReferences(first, str, "other")):
        with pytest.raises(SealedElsewhere):
            wrong.open(sealed)
    for text in ("", "{}", "token", sealed[:-3], sealed.replace('"a"', '"b"')):
        with pytest.raises(SealedElsewhere):
            SealedReferences({**first, **second}, str, "google").open(text)
