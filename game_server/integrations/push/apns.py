"""iPhones and iPads, by the Apple Push Notification service: HTTP/2 only, one connection that stays.

Apple wants a provider token kept for 20 to 60 minutes: an older one is refused, and so is who makes new ones all the time.
"""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import jwt
import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from game_server.integrations.push.vendor import Delivered, Device, Gone, Message, Outcome, Refused, in_time
from game_server.integrations.upstream import Answer, Retry, Upstream
from storage.devices import Platform

log = structlog.get_logger()

KEPT_FOR = timedelta(minutes=45)
SOONEST = timedelta(minutes=20)
LARGEST_PAYLOAD = 4096
TRIES = 2

_OK, _BAD_REQUEST, _FORBIDDEN, _GONE = 200, 400, 403, 410
_NO_DEVICE = ("BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken")


class Topic(msgspec.Struct, frozen=True):
    """Whose app, and the key that speaks for it."""

    topic: str
    team_id: str
    key_id: str
    key: EllipticCurvePrivateKey


class ProviderToken:
    """The JWT that every request carries; the same one until it is 45 minutes old."""

    def __init__(self, topic: Topic, now: Callable[[], datetime]) -> None:
        self._topic, self._now = topic, now
        self._text = ""
        self._made = self._demanded = datetime.min.replace(tzinfo=UTC)

    def current(self) -> str:
        """The token to send. Where the clock was set back behind its making, a new one."""
        if not timedelta() <= self._now() - self._made < KEPT_FOR:
            self._make()
        return self._text

    def renewed(self, expired: str) -> bool:
        """Apple says that this one is too old: is there another now? Out of its time one is made every 20 minutes at most."""
        if expired != self._text:
            return True
        if abs(self._now() - self._demanded) < SOONEST:
            return False
        self._demanded = self._now()
        self._make()
        return True

    def _make(self) -> None:
        self._made = self._now()
        claims = {"iss": self._topic.team_id, "iat": int(self._made.timestamp())}
        self._text = jwt.encode(claims, self._topic.key, algorithm="ES256", headers={"kid": self._topic.key_id})


class _Problem(msgspec.Struct):
    reason: str = ""
    timestamp: int | None = None


class Apns:
    """The service for one app. `trust` is for a server whose certificate no public authority has signed."""

    platforms: frozenset[Platform] = frozenset({"ios"})

    def __init__(
        self,
        base_url: str,
        topic: Topic,
        *,
        now: Callable[[], datetime],
        fresh_id: Callable[[], UUID],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._upstream = Upstream(base_url, http2=True, trust=trust)
        self._provider = ProviderToken(topic, now)
        self._topic, self._now, self._fresh_id = topic.topic, now, fresh_id

    async def send(self, device: Device, message: Message) -> Outcome:
        """Hand it over. A provider token that Apple finds too old is exchanged once."""
        payload = msgspec.json.encode(shown(message))
        if len(payload) > LARGEST_PAYLOAD:
            return Refused("payload_too_large")
        return await in_time(self._send(device, message, payload))

    async def close(self) -> None:
        """Give the connection back."""
        await self._upstream.close()

    async def _send(self, device: Device, message: Message, payload: bytes) -> Outcome:
        headers = self._headers(message)
        outcome: Outcome = Refused("ExpiredProviderToken")
        for _ in range(TRIES):
            token = self._provider.current()
            path = f"/3/device/{quote(device.token, safe='')}"
            answer = await self._upstream.post(path, {**headers, "authorization": f"bearer {token}"}, payload)
            outcome = self._outcome(answer)
            expired = isinstance(outcome, Refused) and outcome.reason == "ExpiredProviderToken"
            if not expired or not self._provider.renewed(token):
                break
        return outcome

    def _headers(self, message: Message) -> dict[str, str]:
        return {
            "apns-topic": self._topic,
            "apns-push-type": "alert",
            "apns-id": str(self._fresh_id()),
            "apns-priority": "10" if message.priority == "high" else "5",
            "apns-expiration": str(int(self._now().timestamp()) + message.ttl_s),
            "apns-collapse-id": message.collapse_key,
        }

    def _outcome(self, answer: Answer) -> Outcome:
        if answer.status == _OK:
            return Delivered()
        problem = _told(answer)
        if problem.reason in _NO_DEVICE or answer.status == _GONE:
            if problem.reason == "DeviceTokenNotForTopic":
                log.warning("apns_token_of_another_app", setting="ATTUNED_APNS_TOPIC")
            return Gone(_moment(problem.timestamp))
        if problem.reason == "TooManyProviderTokenUpdates":
            return Retry(problem.reason, SOONEST.total_seconds())
        if problem.reason == "IdleTimeout":
            return Retry(problem.reason)
        return answer.not_now(self._now()) or Refused(answer.code(problem.reason))


def shown(message: Message) -> dict[str, Any]:
    """The payload. What is not urgent makes no sound."""
    alert: dict[str, Any] = {"alert": {"title": message.title, "body": message.body}}
    if message.priority == "high":
        alert["sound"] = "default"
    return {"aps": alert, "link": message.link}


def _told(answer: Answer) -> _Problem:
    try:
        return msgspec.json.decode(answer.body, type=_Problem)
    except msgspec.MsgspecError:
        return _Problem()


def _moment(timestamp: int | None) -> datetime | None:
    """Milliseconds of the epoch."""
    try:
        return None if timestamp is None else datetime.fromtimestamp(timestamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
