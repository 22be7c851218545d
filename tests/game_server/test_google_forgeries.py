"""Nobody becomes premium by a forged notification or somebody else's purchase: each is refused, and nothing of it is kept."""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support import play_pushes
from tests.support.google_account import rsa_key
from tests.support.house import House, Person
from tests.support.play_house import arrive, kept, open_play_house, push, submit, tier
from tests.support.play_pushes import envelope
from tests.support.play_store import PlayStore

OTHER_KEY = rsa_key()
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def play() -> Iterator[PlayStore]:
    store = PlayStore()
    yield store
    store.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(play, database_url, redis_url, tmp_path_factory) -> AsyncIterator[House]:
    async with open_play_house(play, database_url, redis_url, tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ann(house) -> Person:
    return await arrive(house)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bob(house) -> Person:
    return await arrive(house)


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(play: PlayStore, alg: str) -> str:
    return f"{_part({'alg': alg, 'kid': play.push_key_id})}.{play.push_token().split('.')[1]}."


def _signed_with_the_public_key(play: PlayStore) -> str:
    public = play.push_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{_part({'alg': 'HS256', 'kid': play.push_key_id})}.{play.push_token().split('.')[1]}"
    return f"{text}.{base64.urlsafe_b64encode(hmac.digest(public, text.encode(), 'sha256')).decode().rstrip('=')}"


def _tampered(play: PlayStore) -> str:
    header, payload, signature = play.push_token(email="other@example.org").split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return f"{header}.{_part({**claims, 'email': play_pushes.ACCOUNT})}.{signature}"


def _own_key_inside(play: PlayStore) -> str:
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(OTHER_KEY.public_key(), as_dict=True)
    return play.push_token(key=OTHER_KEY, headers={"jwk": jwk, "kid": "mine", "jku": "https://example.org/keys"})


TOKENS: dict[str, Callable[[PlayStore], str]] = {
    "no token at all": lambda _: " ",
    "no JWT": lambda _: "believe-me",
    "no algorithm": lambda play: _unsigned(play, "none"),
    "no algorithm, written otherwise": lambda play: _unsigned(play, "nOnE"),
    "signed with the public key as a secret": _signed_with_the_public_key,
    "another key under the right name": lambda play: play.push_token(key=OTHER_KEY),
    "a key that Google does not have": lambda play: play.push_token(headers={"kid": "unknown"}),
    "no name of a key": lambda play: play.push_token(headers={"kid": None}),
    "a key brought along": _own_key_inside,
    "another algorithm with the right key": lambda play: play.push_token(alg="RS512"),
    "a padding that Google does not use": lambda play: play.push_token(alg="PS256"),
    "an elliptic curve": lambda play: play.push_token(key=ec.generate_private_key(ec.SECP256R1()), alg="ES256"),
    "an extension that must be understood": lambda play: play.push_token(headers={"crit": ["exp"]}),
    "another issuer": lambda play: play.push_token(iss="https://accounts.example.org"),
    "an issuer that only begins so": lambda play: play.push_token(iss="https://accounts.google.com.example.org"),
    "no issuer": lambda play: play.push_token(iss=None),
    "another audience": lambda play: play.push_token(aud="https://other.example.org/api/webhooks/google"),
    "several audiences": lambda play: play.push_token(aud=[play_pushes.AUDIENCE, "https://other.example.org"]),
    "no audience": lambda play: play.push_token(aud=None),
    "another account of Google's": lambda play: play.push_token(email="somebody@gmail.com"),
    "the account in other letters": lambda play: play.push_token(email=play_pushes.ACCOUNT.upper()),
    "no account": lambda play: play.push_token(email=None),
    "an address that is not verified": lambda play: play.push_token(email_verified=False),
    "verified in words": lambda play: play.push_token(email_verified="true"),
    "nothing said of verification": lambda play: play.push_token(email_verified=None),
    "expired": lambda play: play.push_token(iat=int(play.clock()) - 7200, exp=int(play.clock()) - 60),
    "without an end": lambda play: play.push_token(exp=None),
    "an end in words": lambda play: play.push_token(exp="tomorrow"),
    "issued tomorrow": lambda play: play.push_token(iat=int(play.clock()) + 86400, exp=int(play.clock()) + 90000),
    "issued at no time": lambda play: play.push_token(iat=None),
    "not good before tomorrow": lambda play: play.push_token(nbf=int(play.clock()) + 86400),
    "changed after it was signed": _tampered,
    "without its signature": lambda play: play.push_token().rpartition(".")[0] + ".",
    "half of its signature": lambda play: play.push_token()[:-170],
    "endless": lambda play: play.push_token(more="x" * 5000),
}


@pytest.mark.parametrize("forged", TOKENS)
async def test_a_push_is_believed_only_with_google_s_token_for_us(house, play, ann, forged):
    before = await kept(house.database)
    bought = play.buy(ann.id)
    answer = await push(house, play, play.changed(bought), token=TOKENS[forged](play))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_signed"), answer.text
    assert await kept(house.database) == before


@pytest.mark.parametrize("header", ["", "Basic dXNlcjpwYXNz", "Bearer", "Token {}", "{}"])
async def test_the_token_comes_as_a_bearer_s(house, play, ann, header):
    before = await kept(house.database)
    answer = await push(house, play, play.changed(play.buy(ann.id)), Authorization=header.format(play.push_token()))
    assert answer.status_code == 403, answer.text
    assert await kept(house.database) == before


def _data(value: Any) -> str:
    return base64.b64encode(value if isinstance(value, bytes) else json.dumps(value).encode()).decode()


def _without(body: Any, name: str) -> Any:
    return {**body, "message": {key: value for key, value in body["message"].items() if key != name}}


def _told(play: PlayStore, **told: Any) -> Any:
    return play_pushes.push(play.clock(), **told)


BODIES: dict[str, Callable[[PlayStore, str], Any]] = {
    "about another app": lambda play, bought: play.changed(bought, package="org.example.other"),
    "about an app in other letters": lambda play, bought: play.changed(bought, package="org.example.Attuned"),
    "about no app": lambda play, bought: play.changed(bought, packageName=None),
    "no JSON": lambda *_: b"purchase",
    "nothing": lambda *_: b"{}",
    "a list": lambda *_: b"[]",
    "no end of lists": lambda *_: b"[" * 30_000,
    "not UTF-8": lambda *_: b'{"message": "\xff\xfe"}',
    "no message": lambda *_: {"subscription": "projects/x/subscriptions/y"},
    "no data": lambda play, bought: _without(play.changed(bought), "data"),
    "data that is no base64": lambda play, _: envelope("{not base64}", play.clock()),
    "data with something between": lambda play, bought: envelope(
        "\n".join(play.changed(bought)["message"]["data"]), play.clock()
    ),
    "data that is a number": lambda play, _: envelope(17, play.clock()),
    "data that is no JSON": lambda play, _: envelope(_data(b"premium please"), play.clock()),
    "data that is a list": lambda play, _: envelope(_data([]), play.clock()),
    "no id": lambda play, bought: _without(play.changed(bought), "messageId"),
    "an empty id": lambda play, bought: {"message": {**play.changed(bought)["message"], "messageId": ""}},
    "an endless id": lambda play, bought: play.changed(bought, message_id="7" * 300),
    "a moment before time": lambda play, bought: play.changed(bought, eventTimeMillis="-1"),
    "a moment after time": lambda play, bought: play.changed(bought, eventTimeMillis="9" * 30),
    "a moment in words": lambda play, bought: play.changed(bought, eventTimeMillis="now"),
    "nothing that happened": lambda play, _: _told(play),
    "two things that happened": lambda play, bought: play.changed(bought, testNotification={"version": "1.0"}),
    "no purchase token": lambda play, _: _told(play, subscriptionNotification={"notificationType": 2}),
    "an empty purchase token": lambda play, _: play.changed(""),
    "a purchase token with a line's end": lambda play, bought: play.changed(bought + "\n"),
    "a way out of the path": lambda play, _: play.changed(".."),
    "an endless purchase token": lambda play, _: play.changed("x" * 3000),
    "an endless order": lambda play, bought: play.pushed_refund({"purchaseToken": bought, "orderId": "G" * 300}),
    "a refund without a purchase": lambda play, _: _told(play, voidedPurchaseNotification={"orderId": "GPA.1"}),
}


@pytest.mark.parametrize("forged", BODIES)
async def test_a_push_is_taken_in_only_where_it_is_a_notification_of_our_app(house, play, ann, forged):
    before = await kept(house.database)
    answer = await push(house, play, BODIES[forged](play, play.buy(ann.id)))
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not_signed"), answer.text
    assert await kept(house.database) == before


async def test_a_push_that_is_too_large_is_not_read(house, play, ann):
    before = await kept(house.database)
    answer = await push(house, play, play.changed(play.buy(ann.id), developerPayload="x" * 80_000))
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert await kept(house.database) == before


Bought = Callable[[PlayStore, str, str], tuple[str, dict[str, Any]]]
SUBMISSIONS: dict[str, tuple[Bought, int]] = {
    "another person's": (lambda play, _, bob: (play.buy(bob), {}), 409),
    "a stranger's": (lambda play, *_: (play.buy(NOBODY), {}), 409),
    "nobody's": (lambda play, *_: (play.buy(None), {}), 409),
    "a name that is no account": (lambda play, *_: (play.buy("ann"), {}), 409),
    "the account in other letters": (lambda play, ann, _: (play.buy(ann.upper()), {}), 409),
    "the account and more": (lambda play, ann, _: (play.buy(f" {ann}"), {}), 409),
    "another product than was bought": (lambda play, ann, _: (play.buy(ann), {"product_id": "premium_annual"}), 422),
    "a product that is not sold": (lambda play, ann, _: (play.buy(ann, product="gems"), {"product_id": "gems"}), 422),
    "sold as what it is not": (lambda play, ann, _: (play.buy(ann, product="gems"), {}), 422),
    "a purchase that nobody made": (lambda *_: ("play.never-bought", {}), 422),
    "a tester's": (lambda play, ann, _: (play.buy(ann, testPurchase={}), {}), 422),
    "a way out of the path": (lambda *_: ("..", {}), 422),
    "two ways out": (lambda *_: ("../../../../orders/GPA.1", {}), 422),
    "no token": (lambda *_: ("", {}), 422),
    "a token with a space": (lambda *_: ("a b", {}), 422),
    "an endless token": (lambda *_: ("x" * 3000, {}), 422),
    "the other store's": (lambda play, ann, _: (play.buy(ann), {"signed_transaction": "a.b.c"}), 422),
    "as an iPhone": (lambda play, ann, _: (play.buy(ann), {"platform": "ios"}), 422),
    "as a browser": (lambda play, ann, _: (play.buy(ann), {"platform": "web"}), 422),
    "with a tier of one's own": (lambda play, ann, _: (play.buy(ann), {"tier": "premium"}), 422),
    "for somebody else": (lambda play, ann, bob: (play.buy(ann), {"user_id": bob}), 422),
}


@pytest.mark.parametrize("forged", SUBMISSIONS)
async def test_a_purchase_counts_only_for_whom_it_was_made_and_as_what_was_bought(house, play, ann, bob, forged):
    before = await kept(house.database)
    made, status = SUBMISSIONS[forged]
    token, other = made(play, ann.id, bob.id)
    answer = await submit(ann, token, **other)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] in ("purchase_taken", "purchase_refused", "invalid")
    assert token == "" or token not in answer.text
    assert await kept(house.database) == before
    assert await tier(ann) == "free"


async def test_a_purchase_of_before_two_months_is_none(house, play, ann):
    before = await kept(house.database)
    token = play.buy(ann.id)
    play.gone.add(token)
    assert (await submit(ann, token)).json()["error"]["code"] == "purchase_refused"
    assert await kept(house.database) == before


async def test_without_an_account_nothing_can_be_submitted(house, play, ann):
    body = {"platform": "android", "product_id": "premium", "purchase_token": play.buy(ann.id)}
    assert (await house.client().post("/api/subscription/transactions", json=body)).status_code == 401


async def test_what_is_right_in_all_of_it_is_taken_in(house, play, ann, bob):
    """The same ways as above, so that a refusal there is for what is wrong there."""
    assert (await push(house, play, play.changed(play.buy(bob.id)))).status_code == 200
    assert await tier(bob) == "premium"
    assert (await submit(ann, play.buy(ann.id))).status_code == 200
    assert await tier(ann) == "premium"
    assert play.refused == []
