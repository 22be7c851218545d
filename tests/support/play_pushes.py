"""Google Play's notifications as Pub/Sub pushes them: bodies, and the OIDC tokens they come with, right or forged."""

import base64
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import jwt

PACKAGE = "org.example.attuned"
AUDIENCE = "https://play.example.org/api/webhooks/google"
ACCOUNT = "push@attuned-example.iam.gserviceaccount.com"

Json = dict[str, Any]


def push_token(
    key: Any, kid: str | None, *, now: float, alg: str = "RS256", headers: Json | None = None, **claims: Any
) -> str:
    """The token of a push, right in all that is not given otherwise; a claim or a header that is None is left out."""
    told = {
        "iss": "https://accounts.google.com", "aud": AUDIENCE, "email": ACCOUNT, "email_verified": True,
        "iat": int(now), "exp": int(now) + 3600, "sub": "113774264463038321964", "azp": "113774264463038321964", **claims,
    }  # fmt: skip
    named = {"kid": kid, **(headers or {})}
    return jwt.encode(_without_none(told), key, algorithm=alg, headers=_without_none(named))


def push(now: float, *, package: str = PACKAGE, message_id: str | None = None, **told: Any) -> Json:
    """The body of a push that says this."""
    inner = {"version": "1.0", "packageName": package, "eventTimeMillis": str(int(now * 1000)), **told}
    return envelope(base64.b64encode(json.dumps(_without_none(inner)).encode()).decode(), now, message_id=message_id)


def envelope(data: Any, now: float, *, message_id: str | None = None) -> Json:
    """What Pub/Sub puts around the data."""
    return {
        "message": {
            "data": data,
            "messageId": message_id or str(uuid.uuid4().int % 10**16),
            "publishTime": datetime.fromtimestamp(now, UTC).isoformat(),
            "attributes": {},
        },
        "subscription": "projects/attuned-example/subscriptions/play",
    }


def changed(token: str, now: float, kind: int = 2, **other: Any) -> Json:
    """The body of a push about a subscription."""
    told = {"version": "1.0", "notificationType": kind, "purchaseToken": token}
    return push(now, subscriptionNotification=told, **other)


def _without_none(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}
