"""The App Store as a small real server: it sells, signs, notifies, answers what it is asked, and fails on command.

It checks our token as Apple would (ES256, key id, issuer, audience, bundle, at most an hour). `buy` and what follows it change
the store; `told` is the notification that would say so.
"""

import json
import time
import uuid
from itertools import count
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.apple_chain import Chain
from tests.support.standin import StandIn

BUNDLE, APP_ID, ISSUER, KEY_ID = "org.example.attuned", 1234567890, str(uuid.uuid4()), "KEY1234567"
DAY = 86_400_000
ACTIVE, EXPIRED, RETRY, GRACE, REVOKED = 1, 2, 3, 4, 5

Json = dict[str, Any]


class Line:
    """One subscription as the store has it."""

    def __init__(self, original: str, token: str | None, product: str, environment: str, *, shared: bool) -> None:
        self.original = self.transaction = original
        self.token, self.product, self.environment, self.shared = token, product, environment, shared
        self.status, self.renews = ACTIVE, True
        self.bought = self.renewed = self.expires = 0
        self.grace: int | None = None
        self.revoked: int | None = None
        self.upgraded = False


class AppStore:
    """The store and its switches."""

    def __init__(self, folder: Path, environment: str = "Production") -> None:
        self.chain, self.environment = Chain(), environment
        self.lines: dict[str, Line] = {}
        self.api_key = ec.generate_private_key(ec.SECP256R1())
        self.roots_file, self.key_file = folder / "roots.pem", folder / "key.p8"
        self.roots_file.write_bytes(self.chain.root.pem)
        self.key_file.write_bytes(self.api_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self.failing: list[tuple[int, int]] = []
        """Status and error code that the next questions are answered with."""
        self.away: tuple[int, int] | None = None
        """The same for every question until it is None again."""
        self.answers_with: bytes | None = None
        self.signs_with: Chain | None = None
        self.asked: list[str] = []
        self.refused: list[str] = []
        """Why questions of ours were not answered; empty where all were right."""
        self._numbers, self._last = count(2_000_000_000_000), 0
        self._stand_in = StandIn(self._app)
        self.url = self._stand_in.url

    @property
    def settings(self) -> Json:
        """What a server needs to sell here."""
        return {
            "apple_bundle_id": BUNDLE, "apple_app_id": APP_ID, "apple_issuer_id": ISSUER, "apple_key_id": KEY_ID,
            "apple_private_key_file": self.key_file, "apple_roots_file": self.roots_file, "apple_base_url": self.url,
            "apple_environment": self.environment,
        }  # fmt: skip

    def close(self) -> None:
        self._stand_in.close()

    # --- what happens in the store -------------------------------------------------------------------------------------

    def buy(
        self,
        token: str | None,
        product: str = "premium",
        *,
        days: float = 30,
        shared: bool = False,
        environment: str | None = None,
    ) -> Line:
        """Somebody buys; the line."""
        line = Line(str(next(self._numbers)), token, product, environment or self.environment, shared=shared)
        line.bought = line.renewed = self.moment()
        line.expires = line.bought + int(days * DAY)
        self.lines[line.original] = line
        return line

    def renew(self, line: Line, *, days: float = 30) -> None:
        line.transaction, line.renewed = str(next(self._numbers)), self.moment()
        line.status, line.renews, line.grace, line.revoked = ACTIVE, True, None, None
        line.expires = line.renewed + int(days * DAY)

    def upgrade(self, line: Line, product: str, *, days: float = 365) -> None:
        """Another product of the group from now on: the same line, a new transaction."""
        self.renew(line, days=days)
        line.product = product

    def cancel(self, line: Line) -> None:
        line.renews = False

    def fail_to_renew(self, line: Line, *, grace_days: float | None = 16) -> None:
        """The payment fails at the end of what was paid; with days of grace, or without."""
        line.expires = self.moment() - 1000
        line.status = RETRY if grace_days is None else GRACE
        line.grace = None if grace_days is None else self.moment() + int(grace_days * DAY)

    def expire(self, line: Line) -> None:
        line.status, line.renews, line.grace, line.expires = EXPIRED, False, None, self.moment() - 1000

    def refund(self, line: Line) -> None:
        """The money goes back; in a family, the sharing ends."""
        line.status, line.revoked, line.renews = REVOKED, self.moment(), False

    def refund_is_reversed(self, line: Line) -> None:
        line.status, line.revoked = ACTIVE, None

    # --- what it signs -------------------------------------------------------------------------------------------------

    def moment(self) -> int:
        """Milliseconds, never twice the same."""
        self._last = max(self._last + 1, int(time.time() * 1000))
        return self._last

    def transaction(self, line: Line, **changes: Any) -> Json:
        """What a signed transaction says; a change to None takes a field away."""
        said = {
            "originalTransactionId": line.original, "transactionId": line.transaction, "bundleId": BUNDLE,
            "productId": line.product, "subscriptionGroupIdentifier": "20000001", "purchaseDate": line.renewed,
            "originalPurchaseDate": line.bought, "expiresDate": line.expires, "quantity": 1,
            "type": "Auto-Renewable Subscription", "appAccountToken": line.token,
            "inAppOwnershipType": "FAMILY_SHARED" if line.shared else "PURCHASED", "signedDate": self.moment(),
            "environment": line.environment, "price": 4990, "currency": "EUR", "storefront": "DEU",
            "transactionReason": "PURCHASE", "revocationDate": line.revoked,
            "isUpgraded": line.upgraded or None,
        } | changes  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def renewal(self, line: Line, **changes: Any) -> Json:
        said = {
            "originalTransactionId": line.original, "autoRenewProductId": line.product, "productId": line.product,
            "autoRenewStatus": int(line.renews), "isInBillingRetryPeriod": line.status in (RETRY, GRACE),
            "gracePeriodExpiresDate": line.grace, "signedDate": self.moment(), "environment": line.environment,
        } | changes  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def signed(self, line: Line, **changes: Any) -> str:
        """The signed transaction that a phone has."""
        return self.chain.sign(self.transaction(line, **changes))

    def notification(self, line: Line, kind: str, subtype: str | None = None, **changes: Any) -> Json:
        """What a notification says, before it is signed; `data` merges into what it says of the purchase."""
        data = {
            "appAppleId": APP_ID, "bundleId": BUNDLE, "bundleVersion": "1", "environment": line.environment,
            "signedTransactionInfo": self.signed(line), "signedRenewalInfo": self.chain.sign(self.renewal(line)),
            "status": line.status,
        } | changes.pop("data", {})  # fmt: skip
        said = {
            "notificationType": kind, "subtype": subtype, "notificationUUID": str(uuid.uuid4()), "version": "2.0",
            "signedDate": self.moment(), "data": {name: value for name, value in data.items() if value is not None},
        } | changes  # fmt: skip
        return {name: value for name, value in said.items() if value is not None}

    def told(self, line: Line, kind: str, subtype: str | None = None, **changes: Any) -> Json:
        """The body of a notification."""
        return {"signedPayload": self.chain.sign(self.notification(line, kind, subtype, **changes))}

    # --- its server ----------------------------------------------------------------------------------------------------

    async def _app(self, scope: Json, _receive: Any, send: Any) -> None:
        asked = scope["path"].rpartition("/")[2]
        self.asked.append(asked)
        status, body = self._answer(scope, asked)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Json, asked: str) -> tuple[int, bytes]:
        wrong = self._wrong(dict(scope["headers"]).get(b"authorization", b"").decode())
        if wrong or not scope["path"].startswith("/inApps/v1/subscriptions/"):
            self.refused.append(wrong or scope["path"])
            return 401, b""
        failure = self.failing.pop(0) if self.failing else self.away
        if failure:
            return failure[0], json.dumps({"errorCode": failure[1], "errorMessage": "as told"}).encode()
        if self.answers_with is not None:
            return 200, self.answers_with
        found = next((line for line in self.lines.values() if asked in (line.original, line.transaction)), None)
        if found is None or found.environment != self.environment:
            return 404, json.dumps({"errorCode": 4040010, "errorMessage": "Transaction id not found."}).encode()
        return 200, json.dumps(self._statuses(found)).encode()

    def _statuses(self, found: Line) -> Json:
        """All that the buyer has: lines that carry the same token."""
        theirs = [one for one in self.lines.values() if one is found or (one.token and one.token == found.token)]
        chain = self.signs_with or self.chain
        return {
            "environment": self.environment, "bundleId": BUNDLE, "appAppleId": APP_ID,
            "data": [{
                "subscriptionGroupIdentifier": "20000001",
                "lastTransactions": [{
                    "originalTransactionId": one.original, "status": one.status,
                    "signedTransactionInfo": chain.sign(self.transaction(one)),
                    "signedRenewalInfo": chain.sign(self.renewal(one)),
                } for one in theirs],
            }],
        }  # fmt: skip

    def _wrong(self, authorization: str) -> str | None:
        try:
            token = authorization.removeprefix("Bearer ")
            claims = jwt.decode(
                token, self.api_key.public_key(), algorithms=["ES256"], audience="appstoreconnect-v1", issuer=ISSUER,
                options={"require": ["exp", "iss", "aud"]},
            )  # fmt: skip
            assert jwt.get_unverified_header(token)["kid"] == KEY_ID, "another key"
            assert claims["bid"] == BUNDLE, "another app"
            assert claims["exp"] <= time.time() + 3600, "for too long"
        except (jwt.InvalidTokenError, AssertionError, KeyError) as error:
            return f"{type(error).__name__}: {error}"
        return None
