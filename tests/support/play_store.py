"""Google Play as a small real server: a service account's tokens, purchases, acknowledgements, refunds, and signed pushes.

It checks what we send as Google would (the assertion's signature, issuer, scope, audience and times; the access token), keeps the
purchases, and fails on command. `buy` and what follows it change the store; `pushed` is the notification that would tell of it.
"""

import asyncio
import base64
import json
import threading
import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jwt

from tests.support import play_pushes
from tests.support.google_account import GoogleAccount, rsa_key
from tests.support.play_pushes import PACKAGE, Json
from tests.support.standin import StandIn

SCOPE = "https://www.googleapis.com/auth/androidpublisher"
APP = f"/androidpublisher/v3/applications/{PACKAGE}"
API = f"{APP}/purchases"


class PlayStore:
    """The store and its switches. All of it may be used from any thread."""

    def __init__(self) -> None:
        self.account = GoogleAccount("reader", SCOPE)
        self.push_key, self.push_key_id = rsa_key(), "push-1"
        self.purchases: dict[str, Json] = {}
        self.gone: set[str] = set()
        self.broken: set[str] = set()
        """Purchases that Google itself fails over."""
        self.refunded: set[str] = set()
        self.tells_orders = True
        """Whether our account may read orders: a right of its own."""
        self.asked: Counter[str] = Counter()
        self.refused: list[str] = []
        """Why requests of ours were not taken; empty where all were right."""
        self.failing: dict[str, list[int]] = {}
        """Statuses that the next requests get, by what is asked: token, certs, get, acknowledge, order."""
        self.always: dict[str, int] = {}
        self.hanging: set[str] = set()
        self.released = threading.Event()
        self.certs_max_age = 600
        self.acknowledge_is_lost = False
        """It is done and the answer is an error."""
        self.clock = time.time
        self._orders = 0
        self._stand_in = StandIn(self._app)
        self.url = self._stand_in.url

    def close(self) -> None:
        self.released.set()
        self._stand_in.close()

    # --- what a server of ours is told ------------------------------------------------------------------------------

    def account_file(self, folder: Path, **other: Any) -> Path:
        """The service account's JSON."""
        return self.account.file(folder, f"{self.url}/token", **other)

    def settings(self, folder: Path) -> Json:
        """Our settings for this store."""
        return {
            "google_package": PACKAGE,
            "google_service_account_file": self.account_file(folder),
            "google_base_url": self.url,
            "google_push_audience": play_pushes.AUDIENCE,
            "google_push_account": play_pushes.ACCOUNT,
            "google_certs_url": f"{self.url}/certs",
        }

    # --- what happens in the store ----------------------------------------------------------------------------------

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def buy(
        self, account: str | None, *, product: str = "premium", lasts: timedelta = timedelta(days=30), **other: Any
    ) -> str:
        """Somebody buys; the purchase token. `other` are fields of SubscriptionPurchaseV2."""
        token = "play." + base64.urlsafe_b64encode(uuid.uuid4().bytes + uuid.uuid4().bytes).decode().rstrip("=")
        self._orders += 1
        order = f"GPA.{self._orders:04}-{uuid.uuid4().int % 10**8:08}"
        self.purchases[token] = {
            "kind": "androidpublisher#subscriptionPurchaseV2",
            "startTime": _rfc3339(self.now()),
            "regionCode": "DE",
            "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
            "latestOrderId": order,
            "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
            **({"externalAccountIdentifiers": {"obfuscatedExternalAccountId": account}} if account else {}),
            "lineItems": [
                {
                    "productId": product,
                    "expiryTime": _rfc3339(self.now() + lasts),
                    "autoRenewingPlan": {"autoRenewEnabled": True},
                    "offerDetails": {"basePlanId": "base"},
                    "latestSuccessfulOrderId": order,
                }
            ],
            **other,
        }
        return token

    def change(self, token: str, state: str | None = None, *, lasts: timedelta | None = None, renews: bool | None = None,
               **other: Any) -> None:  # fmt: skip
        """A purchase is not what it was: `state` without its prefix, `lasts` from now."""
        purchase = self.purchases[token]
        line = dict(purchase["lineItems"][0])
        if lasts is not None:
            line["expiryTime"] = _rfc3339(self.now() + lasts)
        if renews is not None:
            line["autoRenewingPlan"] = {"autoRenewEnabled": renews}
        changed = {"subscriptionState": f"SUBSCRIPTION_STATE_{state}"} if state else {}
        self.purchases[token] = {**purchase, **changed, "lineItems": [line], **other}

    def renew(self, token: str, lasts: timedelta = timedelta(days=30)) -> str:
        """A new order of the same purchase; its id."""
        purchase = self.purchases[token]
        base, _, number = purchase["latestOrderId"].partition("..")
        order = f"{base}..{int(number) + 1 if number else 0}"
        line = {
            **purchase["lineItems"][0],
            "expiryTime": _rfc3339(self.now() + lasts),
            "latestSuccessfulOrderId": order,
        }
        self.purchases[token] = {
            **purchase, "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE", "latestOrderId": order, "lineItems": [line],
        }  # fmt: skip
        return order

    def exchange(self, old: str, product: str, **other: Any) -> str:
        """An upgrade, a downgrade or a purchase again: a new purchase that is linked to the old one, which ends; its token."""
        before = self.purchases[old]
        account = before.get("externalAccountIdentifiers", {}).get("obfuscatedExternalAccountId")
        token = self.buy(other.pop("account", account), product=product, linkedPurchaseToken=old, **other)
        if self.purchases[token]["subscriptionState"] != "SUBSCRIPTION_STATE_PENDING":
            self.change(old, "EXPIRED", lasts=timedelta(), renews=False)
        return token

    def refund(self, token: str, *, revoked: bool = True, order: str | None = None) -> Json:
        """The last order, or that one, is refunded; what voidedPurchaseNotification says of it."""
        order = order or self.purchases[token]["latestOrderId"]
        self.refunded.add(order)
        if revoked:
            self.change(token, "EXPIRED", lasts=timedelta(), renews=False)
        return {"purchaseToken": token, "orderId": order, "productType": 1, "refundType": 1}

    def acknowledged(self, token: str) -> bool:
        return bool(self.purchases[token]["acknowledgementState"] == "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED")

    # --- what it pushes ---------------------------------------------------------------------------------------------

    def push_token(self, *, key: Any = None, **otherwise: Any) -> str:
        """The token that its pushes come with, or one that is otherwise."""
        return play_pushes.push_token(key or self.push_key, self.push_key_id, now=self.clock(), **otherwise)

    def changed(self, token: str, kind: int = 2, **other: Any) -> Json:
        """A push that says that a subscription is not what it was."""
        return play_pushes.changed(token, self.clock(), kind, **other)

    def pushed_refund(self, refund: Json, **other: Any) -> Json:
        """A push about what `refund` gave."""
        return play_pushes.push(self.clock(), voidedPurchaseNotification=refund, **other)

    # --- the server -------------------------------------------------------------------------------------------------

    async def _app(self, scope: Json, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        path = scope["raw_path"].decode()
        what, answer = self._route(scope["method"], path, headers, body)
        self.asked[what] += 1
        if what in self.hanging:
            await asyncio.to_thread(self.released.wait, 30)
        status, told, more = self._answer(what, answer)
        data = json.dumps(told).encode() if told is not None else b""
        lines = [(b"content-type", b"application/json"), (b"content-length", str(len(data)).encode()), *more]
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": data})

    def _answer(self, what: str, answer: Any) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        failing = self.failing.get(what) or []
        status = failing.pop(0) if failing else self.always.get(what)
        if status is not None and what == "acknowledge" and self.acknowledge_is_lost:
            answer()
        if status is not None:
            more = [(b"retry-after", b"7")] if status == 429 else []
            return status, {"error": {"code": status, "message": "as the test says"}}, more
        return answer()

    def _route(self, method: str, path: str, headers: Json, body: bytes) -> tuple[str, Any]:
        match (method, path):
            case ("POST", "/token"):
                return "token", lambda: self._grant(headers, body)
            case ("GET", "/certs"):
                return "certs", self._certs
            case ("GET", _) if path.startswith(f"{API}/subscriptionsv2/tokens/"):
                token = unquote(path.removeprefix(f"{API}/subscriptionsv2/tokens/"))
                return "get", lambda: self._allowed(headers) or self._get(token)
            case ("POST", _) if path.startswith(f"{API}/subscriptions/") and path.endswith(":acknowledge"):
                product, _, token = path.removeprefix(f"{API}/subscriptions/").partition("/tokens/")
                return (
                    "acknowledge",
                    lambda: (
                        self._allowed(headers)
                        or self._acknowledge(unquote(product), unquote(token.removesuffix(":acknowledge")))
                    ),
                )
            case ("GET", _) if path.startswith(f"{APP}/orders/"):
                return "order", lambda: self._allowed(headers) or self._order(path.removeprefix(f"{APP}/orders/"))
        return "unknown", lambda: self._refuse(404, f"no such route: {method} {path.rpartition('/')[0]}")

    def _refuse(self, status: int, why: str) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        self.refused.append(why)
        return status, {"error": {"code": status, "message": why}}, []

    def _grant(self, headers: Json, body: bytes) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        wrong = self.account.wrong(headers, body, f"{self.url}/token", self.clock())
        return self._refuse(400, wrong) if wrong else (200, self.account.grant(self.clock()), [])

    def _certs(self) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self.push_key.public_key(), as_dict=True)
        keys = [{**jwk, "kid": self.push_key_id, "alg": "RS256", "use": "sig"}]
        return 200, {"keys": keys}, [(b"cache-control", f"public, max-age={self.certs_max_age}".encode())]

    def _allowed(self, headers: Json) -> tuple[int, Any, list[tuple[bytes, bytes]]] | None:
        return None if self.account.takes(headers, self.clock()) else self._refuse(401, "access token")

    def _get(self, token: str) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        if token in self.broken:
            return 500, {"error": {"code": 500, "message": "internalError"}}, []
        if token in self.gone:
            return 410, {"error": {"code": 410, "message": "subscriptionPurchaseNoLongerAvailable"}}, []
        if token not in self.purchases:
            return 404, {"error": {"code": 404, "message": "purchaseTokenNotFound"}}, []
        return 200, self.purchases[token], []

    def _acknowledge(self, product: str, token: str) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        found = self.purchases.get(token)
        if found is None or token in self.gone:
            return 404, {"error": {"code": 404, "message": "purchaseTokenNotFound"}}, []
        if product not in {line["productId"] for line in found["lineItems"]}:
            return self._refuse(400, "acknowledged another product")
        self.purchases[token] = {**found, "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"}
        return 200, {}, []

    def _order(self, order: str) -> tuple[int, Any, list[tuple[bytes, bytes]]]:
        if not self.tells_orders:
            return 403, {"error": {"code": 403, "message": "permissionDenied"}}, []
        return 200, {"orderId": order, "state": "REFUNDED" if order in self.refunded else "PROCESSED"}, []


def _rfc3339(moment: datetime) -> str:
    """As Google writes it, to the nanosecond."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "789Z"
