"""Google Play's notifications, as Pub/Sub pushes them: who may push, and what is said.

A push is believed only with an OIDC token that Google signed (RS256), for our audience, in the name of our own push account with
its address verified: without the account's check any customer of Google's could push to us. What it says is that something
changed; the state itself is always read from Google.
"""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Meta

from game_server.integrations.play import PurchaseToken
from game_server.integrations.stores import Forged

ISSUERS = ("https://accounts.google.com", "accounts.google.com")
ALGORITHM = "RS256"
LEEWAY_S = 10
LONGEST_TOKEN = 4096
LARGEST_PUSH = 64 * 1024

Text = Annotated[str, Meta(min_length=1, max_length=256)]


class Changed(msgspec.Struct, frozen=True):
    """A subscription is not what it was."""

    purchase_token: str
    kind: int


class Voided(msgspec.Struct, frozen=True):
    """A subscription's order was refunded or charged back."""

    purchase_token: str
    order_id: str | None


class Nothing(msgspec.Struct, frozen=True):
    """A test, or about something that we do not sell; `kind` is its name in the notification."""

    kind: str


class Notification(msgspec.Struct, frozen=True):
    """One push. `id` is Pub/Sub's, the same for every delivery of it; `at` is when it happened, where that is said."""

    id: str
    at: datetime | None
    about: Changed | Voided | Nothing


class _Subscription(msgspec.Struct, rename="camel"):
    purchase_token: PurchaseToken
    notification_type: int = 0


class _VoidedPurchase(msgspec.Struct, rename="camel"):
    purchase_token: PurchaseToken
    order_id: Text | None = None
    product_type: int | None = None


class _Developer(msgspec.Struct, rename="camel"):
    package_name: str
    event_time_millis: int | str | None = None
    subscription_notification: _Subscription | None = None
    voided_purchase_notification: _VoidedPurchase | None = None


class _Message(msgspec.Struct, rename="camel"):
    data: str
    message_id: Text


class _Push(msgspec.Struct):
    message: _Message


_SUBSCRIPTION = 1  # productType of what was voided; 2 is a one-time product
_Millis = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]
_LONGEST_KIND = 64


def key_name(token: str) -> str:
    """The name of the key that a token says it is signed with. Raises Forged."""
    if len(token) > LONGEST_TOKEN:
        raise Forged("token too long")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise Forged("not a token") from error
    if header.get("alg") != ALGORITHM or "crit" in header:
        raise Forged("algorithm")
    name = header.get("kid")
    if not isinstance(name, str):
        raise Forged("no key named")
    return name


def check_token(token: str, key: RSAPublicKey, *, audience: str, account: str, now: datetime) -> None:
    """Is it signed with this key, for us, by our push account, and good now? Raises Forged."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=ISSUERS,
            # Times are compared with our own clock, not the machine's.
            options={
                "require": ["exp", "iat", "aud", "iss"],
                "strict_aud": True,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise Forged(type(error).__name__) from error
    if claims.get("email") != account or claims.get("email_verified") is not True:
        raise Forged("account")
    begins = [claims["iat"], *([claims["nbf"]] if "nbf" in claims else [])]
    if not all(type(moment) in (int, float) for moment in (claims["exp"], *begins)):
        raise Forged("times")
    if claims["exp"] + LEEWAY_S <= now.timestamp() or max(begins) > now.timestamp() + LEEWAY_S:
        raise Forged("not now")


def read_push(body: bytes, package: str) -> Notification:
    """What a push says. Raises Forged where it is none, or about another app."""
    if len(body) > LARGEST_PUSH:
        raise Forged("too large")
    try:
        message = msgspec.json.decode(body, type=_Push).message
        inner = base64.b64decode(message.data, validate=True)
        told = msgspec.json.decode(inner, type=_Developer)
        millis = msgspec.convert(told.event_time_millis, _Millis | None, strict=False)
        names = msgspec.json.decode(inner, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, binascii.Error, ValueError, RecursionError) as error:
        raise Forged("not a notification") from error
    if told.package_name != package:
        raise Forged("another app")
    kinds = [name for name in names if name.endswith("Notification")]
    if len(kinds) != 1:
        raise Forged("not one notification")
    at = datetime.fromtimestamp(millis / 1000, UTC) if millis is not None else None
    return Notification(message.message_id, at, _about(told, kinds[0]))


def _about(told: _Developer, kind: str) -> Changed | Voided | Nothing:
    if told.subscription_notification is not None:
        return Changed(told.subscription_notification.purchase_token, told.subscription_notification.notification_type)
    voided = told.voided_purchase_notification
    if voided is not None and voided.product_type in (None, _SUBSCRIPTION):
        return Voided(voided.purchase_token, voided.order_id)
    return Nothing(kind[:_LONGEST_KIND])
