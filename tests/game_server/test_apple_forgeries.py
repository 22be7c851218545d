"""Whatever is not Apple's, not about this app, not for this person or not from now is refused, and leaves nothing."""

import base64
import hmac
import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.support.app_store import BUNDLE, AppStore
from tests.support.apple_chain import INTERMEDIATE_MARK, LEAF_MARK, Chain, Signer
from tests.support.house import House, Person, let_in, open_house

PAST, OLD = timedelta(days=-1), timedelta(days=30).total_seconds() * 1000
OF_EVERYTHING = """
    SELECT (SELECT count(*) FROM webhook_events), (SELECT count(*) FROM subscription_lines),
        (SELECT count(*) FROM subscription_transactions), (SELECT count(*) FROM retired_lines),
        (SELECT count(*) FROM users WHERE subscription_tier <> 'free')
"""

Json = dict[str, Any]
Sign = Callable[[AppStore, Json], str]
Says = Callable[[AppStore, str], Json]


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[AppStore]:
    store = AppStore(tmp_path_factory.mktemp("app_store"))
    yield store
    store.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(database_url, redis_url, tmp_path_factory, store) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, tmp_path_factory.mktemp("house"), **store.settings) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def person(house) -> Person:
    return await let_in(house)


# --- forged signatures: the same for whatever is signed ------------------------------------------------------------------


def by_chain(make: Callable[[Chain], Chain]) -> Sign:
    """Signed by another chain than the store's."""
    return lambda store, said: make(store.chain).sign(said)


def leaf(
    by: Callable[[Chain], Signer] = lambda right: right.intermediate,
    *,
    in_chain: bool = False,
    said_ago: float = 0,
    **changes: Any,
) -> Sign:
    """By a leaf that is Apple's but for `changes`, or that somebody else has signed, who then stands in the chain or does not."""

    def sign(store: AppStore, said: Json) -> str:
        signer = by(store.chain)
        made = Signer("Leaf", signer, ca=False, **({"mark": LEAF_MARK} | changes))
        between = signer if in_chain else store.chain.intermediate
        return Chain(store.chain.root, between, made).sign(said | {"signedDate": said["signedDate"] - said_ago})

    return sign


def by_key(algorithm: str, key: Callable[[], Any], **headers: Any) -> Sign:
    """By another key, under the store's chain."""
    return lambda store, said: store.chain.sign(said, algorithm=algorithm, key=key(), headers=headers)


def says_instead(change: Callable[[Json], Json]) -> Sign:
    """Signed rightly, and says something else."""
    return lambda store, said: store.chain.sign(change(said))


def header(**changes: Any) -> Sign:
    """Signed rightly under another header."""

    def sign(store: AppStore, said: Json) -> str:
        return store.chain.sign(said, headers={name: change(store.chain) for name, change in changes.items()})

    return sign


def by_hand(alg: str, signature: bytes = b"") -> Sign:
    """Header and payload as they are, with this algorithm in the header and this signature."""

    def sign(store: AppStore, said: Json) -> str:
        head = {"alg": alg, "typ": "JWT", "x5c": store.chain.x5c}
        return ".".join(_b64(part) for part in (json.dumps(head).encode(), json.dumps(said).encode(), signature))

    return sign


def changed_after(change: Callable[[list[str]], list[str]]) -> Sign:
    """Signed rightly, then changed on its way; parts are header, payload, signature."""
    return lambda store, said: ".".join(change(store.chain.sign(said).split(".")))


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _longer(payload: str) -> str:
    said = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return _b64(json.dumps(said | {"expiresDate": 4102444800000, "environment": "Production"}).encode())


def _hmac(store: AppStore, said: Json, secret: bytes) -> str:
    head = {"alg": "HS256", "typ": "JWT", "x5c": store.chain.x5c}
    text = ".".join(_b64(json.dumps(part).encode()) for part in (head, said))
    return f"{text}.{_b64(hmac.digest(secret, text.encode(), 'sha256'))}"


def _under(chain: Chain, said: Json, *, root: Signer) -> str:
    return chain.sign(said, headers={"x5c": [*chain.x5c[:2], root.x5c]})


def _alone(_: Chain) -> Chain:
    alone = Signer("Leaf", mark=LEAF_MARK)
    return Chain(alone, alone, alone)


def _of_another(store: AppStore, said: Json) -> str:
    head, payload, _ = store.chain.sign(said).split(".")
    return f"{head}.{payload}.{store.chain.sign({'signedDate': said['signedDate']}).split('.')[2]}"


FORGED: dict[str, Sign] = {
    "alg none": by_hand("none"),
    "alg None, as some parsers read it": by_hand("None"),
    "alg HS256 with the leaf's certificate as secret": lambda store, said: _hmac(store, said, store.chain.leaf.pem),
    "alg HS256 with no secret": lambda store, said: _hmac(store, said, b""),
    "alg RS256 by a key of one's own": by_key("RS256", lambda: rsa.generate_private_key(65537, 2048)),
    "alg ES384 by a key of one's own": by_key("ES384", lambda: ec.generate_private_key(ec.SECP384R1())),
    "alg ES256 said, nothing signed": by_hand("ES256"),
    "a signature of nothing but zeros": by_hand("ES256", bytes(64)),
    "a key of one's own under Apple's chain": by_key("ES256", lambda: ec.generate_private_key(ec.SECP256R1())),
    "a whole chain of one's own": by_chain(lambda _: Chain()),
    "a chain of one's own that ends in Apple's root": lambda store, said: _under(Chain(), said, root=store.chain.root),
    "a chain under another root": by_chain(lambda _: Chain(Signer("Another Root"))),
    "signed by itself": by_chain(_alone),
    "a leaf without Apple's mark": leaf(mark=None),
    "a leaf with the intermediate's mark": leaf(mark=INTERMEDIATE_MARK),
    "a leaf that has run out": leaf(until=PAST),
    "a leaf that has run out, under a date when it had not": leaf(said_ago=OLD, until=PAST),
    "a leaf signed by the root itself": leaf(lambda right: right.root),
    "a leaf that another leaf signed": leaf(lambda right: right.leaf, in_chain=True),
    "an intermediate without Apple's mark": leaf(lambda right: Signer("Between", right.root), in_chain=True),
    "an intermediate that may sign nothing": leaf(
        lambda right: Signer("Between", right.root, ca=False, mark=INTERMEDIATE_MARK), in_chain=True
    ),
    "an intermediate that has run out": leaf(
        lambda right: Signer("Between", right.root, mark=INTERMEDIATE_MARK, until=PAST), in_chain=True
    ),
    "the chain the other way round": header(x5c=lambda chain: chain.x5c[::-1]),
    "leaf and intermediate swapped": header(x5c=lambda chain: [chain.x5c[1], chain.x5c[0], chain.x5c[2]]),
    "no chain": header(x5c=lambda _: None),
    "an empty chain": header(x5c=lambda _: []),
    "the leaf alone": header(x5c=lambda chain: chain.x5c[:1]),
    "no root in the chain": header(x5c=lambda chain: chain.x5c[:2]),
    "four certificates": header(x5c=lambda chain: [*chain.x5c, chain.x5c[2]]),
    "certificates that are none": header(x5c=lambda _: ["AAAA", "AAAA", "AAAA"]),
    "a chain that is text": header(x5c=lambda chain: chain.x5c[0]),
    "a key by URL in the header": by_key(
        "ES256", lambda: ec.generate_private_key(ec.SECP256R1()), x5u="http://127.0.0.1/x", x5c=None
    ),
    "a payload changed on its way": changed_after(lambda parts: [parts[0], _longer(parts[1]), parts[2]]),
    "a signature cut short": changed_after(lambda parts: [parts[0], parts[1], parts[2][:-8]]),
    "a signature of another message": _of_another,
    "two parts": changed_after(lambda parts: parts[:2]),
    "four parts": changed_after(lambda parts: [*parts, parts[2]]),
    "signed in the future": says_instead(lambda said: said | {"signedDate": said["signedDate"] + OLD}),
    "signed at no time": says_instead(lambda said: {name: one for name, one in said.items() if name != "signedDate"}),
    "signed long before there was time": says_instead(lambda said: said | {"signedDate": -(10**18)}),
    "signed at a time that is none": says_instead(lambda said: said | {"signedDate": "now"}),
    "a payload that is no object": lambda store, _: jwt.api_jws.encode(
        b"[1]", store.chain.leaf.key, "ES256", headers={"x5c": store.chain.x5c}
    ),
}


# --- rightly signed, and not for us -----------------------------------------------------------------------------------------


def says(**changes: Any) -> Says:
    """A transaction of this person that says something else; None takes a field away."""
    return lambda store, owner: store.transaction(store.buy(owner), **changes)


TRANSACTIONS: dict[str, tuple[Says, str]] = {
    "of another app": (says(bundleId="org.example.other"), "purchase_refused"),
    "of no app": (says(bundleId=None), "purchase_refused"),
    "of the sandbox": (says(environment="Sandbox"), "purchase_refused"),
    "of Xcode": (says(environment="Xcode"), "purchase_refused"),
    "of an environment that is none": (says(environment="production"), "purchase_refused"),
    "of no environment": (says(environment=None), "purchase_refused"),
    "of another person": (says(appAccountToken=str(uuid4())), "purchase_taken"),
    "of nobody": (says(appAccountToken=None), "purchase_refused"),
    "of somebody who is none": (says(appAccountToken="me"), "purchase_refused"),
    "of a product that is not sold": (says(productId="gold"), "purchase_refused"),
    "of no product": (says(productId=None), "purchase_refused"),
    "of something that is bought once": (says(type="Consumable"), "purchase_refused"),
    "without an original transaction": (says(originalTransactionId=None), "purchase_refused"),
    "with a path for an id": (says(originalTransactionId="../../admin"), "purchase_refused"),
    "with a number for an id": (says(originalTransactionId={"$ne": 1}), "purchase_refused"),
    "of a purchase that the store does not have": (says(originalTransactionId="1"), "purchase_refused"),
}
NOTIFICATIONS: dict[str, Json] = {
    "for another app": {"data": {"bundleId": "org.example.other"}},
    "for another app's number": {"data": {"appAppleId": 1}},
    "for no app's number": {"data": {"appAppleId": None}},
    "for the sandbox": {"data": {"environment": "Sandbox"}},
    "for Xcode": {"data": {"environment": "Xcode"}},
    "without data": {"data": None},
    "without an id": {"notificationUUID": None},
    "with an id without end": {"notificationUUID": "x" * 5000},
    "without a type": {"notificationType": None},
    "with a purchase that Apple did not sign": {"data": {"signedTransactionInfo": "x.y.z"}},
    "with a renewal that Apple did not sign": {"data": {"signedRenewalInfo": "x.y.z"}},
}


async def submit(person: Person, signed: Any) -> tuple[int, str]:
    body = {"platform": "ios", "signed_transaction": signed}
    return _code(await person.client.post("/api/subscription/transactions", json=body))


async def tell(house: House, content: bytes) -> tuple[int, str]:
    headers = {"content-type": "application/json"}
    return _code(await house.client().post("/api/webhooks/apple", content=content, headers=headers))


def _code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("error", {}).get("code", "")


@pytest_asyncio.fixture(loop_scope="module")
async def nothing_is_kept(house, store) -> AsyncIterator[None]:
    """And nobody was asked anything, where the signature or what it says was wrong."""
    before = tuple(await house.database.fetchrow(OF_EVERYTHING))
    yield
    assert tuple(await house.database.fetchrow(OF_EVERYTHING)) == before
    assert store.refused == []


def test_there_are_enough_of_them():
    assert 2 * len(FORGED) + len(TRANSACTIONS) + len(NOTIFICATIONS) >= 60


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_transaction_is_refused(house, store, person, forged):
    line = store.buy(person.id)
    asked = len(store.asked)
    assert await submit(person, FORGED[forged](store, store.transaction(line))) == (422, "purchase_refused")
    assert len(store.asked) == asked


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("forged", FORGED)
async def test_a_forged_notification_is_refused(house, store, person, forged):
    said = store.notification(store.buy(person.id), "SUBSCRIBED", "INITIAL_BUY")
    body = {"signedPayload": FORGED[forged](store, said)}
    assert await tell(house, json.dumps(body).encode()) == (403, "not_signed")


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("wrong", TRANSACTIONS)
async def test_a_transaction_that_is_not_for_this_app_or_person_is_refused(store, person, wrong):
    said, code = TRANSACTIONS[wrong]
    assert (await submit(person, store.chain.sign(said(store, person.id))))[1] == code


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("wrong", NOTIFICATIONS)
async def test_a_notification_that_is_not_for_this_app_is_refused(house, store, person, wrong):
    line, changes = store.buy(person.id), NOTIFICATIONS[wrong]
    said = store.notification(line, "SUBSCRIBED", **{k: v for k, v in changes.items() if v is not None})
    said = {name: value for name, value in said.items() if name not in changes or changes[name] is not None}
    assert await tell(house, json.dumps({"signedPayload": store.chain.sign(said)}).encode()) == (403, "not_signed")


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 403), (b"{", 403), (b"[]", 403), (b"null", 403), (b'{"signedPayload": null}', 403), (b"\xff\xfe", 403),
        (b'{"signedPayload": ""}', 403), (b'{"signedPayload": "a.b.c"}', 403), (b'{"payload": "a.b.c"}', 403),
        (b'{"signedPayload": "' + b"a" * 70_000 + b'"}', 413),
    ],
)  # fmt: skip
async def test_what_is_no_notification_is_refused(house, body, status):
    assert (await tell(house, body))[0] == status


@pytest.mark.usefixtures("nothing_is_kept")
@pytest.mark.parametrize("signed", ["a" * 20_000, "a\x00b", "é.é.é", 5, ["a"], {"a": 1}, ""])
async def test_what_is_no_transaction_is_refused(person, signed):
    assert (await submit(person, signed))[0] == 422


@pytest.mark.usefixtures("nothing_is_kept")
async def test_a_notification_with_any_byte_changed_is_refused(house, store, person):
    said = store.notification(store.buy(person.id), "SUBSCRIBED", "INITIAL_BUY")
    signed = store.chain.sign(said)
    changed = set[str]()

    @hypothesis_settings(max_examples=30)
    @given(st.integers(0, len(signed) - 2), st.sampled_from("AZaz09-_."))
    def change(place, letter):
        # The last letter of each part holds bits that nobody reads.
        last = place + 1 == len(signed) or signed[place + 1] == "." or signed[place] == "."
        if not last and signed[place] != letter:
            changed.add(signed[:place] + letter + signed[place + 1 :])

    change()
    for one in changed:
        assert await tell(house, json.dumps({"signedPayload": one}).encode()) == (403, "not_signed")


async def test_a_notification_sent_again_to_another_app_or_later_is_the_same_event(house, store, person):
    line = store.buy(person.id)
    body = json.dumps(store.told(line, "SUBSCRIBED", "INITIAL_BUY")).encode()
    assert (await tell(house, body))[0] == 200
    once = await house.database.fetchval("SELECT count(*) FROM webhook_events")
    for _ in range(5):
        assert (await tell(house, body))[0] == 200
    assert await house.database.fetchval("SELECT count(*) FROM webhook_events") == once
    assert BUNDLE in store.settings.values()
