"""Browsers, by the push service that each of them has chosen (RFC 8030), which learns nothing of what it carries (RFC 8291).

We name ourselves to it by a token of our VAPID key (RFC 8292), made for that service.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from game_server.integrations.push import base64url, subscription
from game_server.integrations.push.public_network import NotPublic, PublicTransport
from game_server.integrations.push.sealed import LARGEST, seal
from game_server.integrations.push.subscription import NotASubscription, Subscription
from game_server.integrations.push.vendor import Delivered, Device, Gone, Message, Outcome, Refused, in_time
from game_server.integrations.upstream import Answer, Unreachable, Upstream
from storage.devices import Platform

GOOD_FOR = timedelta(hours=12)
PADDED_TO = 1024
"""All our messages look as long: a push service cannot tell one kind from another by its size."""

_TAKEN = (200, 201, 202, 204)
_NO_SUCH = (404, 410)


class Vapid(msgspec.Struct, frozen=True):
    """Who we are to push services. `subject` is how to reach us: mailto:… or https://…"""

    key: EllipticCurvePrivateKey
    subject: str

    @property
    def public(self) -> str:
        """What a page subscribes with (`applicationServerKey`): the uncompressed point as base64url."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64url.encoded(point)

    def authorization(self, origin: str, now: datetime) -> str:
        """The header for one push service."""
        claims = {"aud": origin, "exp": int((now + GOOD_FOR).timestamp()), "sub": self.subject}
        return f"vapid t={jwt.encode(claims, self.key, algorithm='ES256')}, k={self.public}"


class WebPush:
    """All push services, for one VAPID key. `stand_in` is one origin on this machine that counts as one."""

    platforms: frozenset[Platform] = frozenset({"web"})

    def __init__(self, vapid: Vapid, now: Callable[[], datetime], stand_in: str | None = None) -> None:
        self._vapid, self._now, self._stand_in = vapid, now, stand_in
        self._upstream = Upstream(transport=PublicTransport(stand_in))

    @property
    def public_key(self) -> str:
        """What a page subscribes with."""
        return self._vapid.public

    async def send(self, device: Device, message: Message) -> Outcome:
        """Hand it over to the push service of this browser."""
        try:
            to = subscription.read(device.token, self._stand_in)
        except NotASubscription:
            return Gone()
        content = shown(message)
        if len(content) > LARGEST:
            return Refused("payload_too_large")
        return await in_time(self._send(to, message, content))

    async def close(self) -> None:
        """Give the connections back."""
        await self._upstream.close()

    async def _send(self, to: Subscription, message: Message, content: bytes) -> Outcome:
        headers = {
            "authorization": self._vapid.authorization(to.origin, self._now()),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(message.ttl_s),
            "urgency": "high" if message.priority == "high" else "normal",
            "topic": message.collapse_key,
        }
        try:
            answer = await self._upstream.post(to.endpoint, headers, seal(content, to.keys, padded_to=PADDED_TO))
        except Unreachable as error:
            if isinstance(error.__cause__, NotPublic):
                return Refused("not_public")
            raise
        return self._outcome(answer)

    def _outcome(self, answer: Answer) -> Outcome:
        if answer.status in _TAKEN:
            return Delivered()
        if answer.status in _NO_SUCH:
            return Gone()
        return answer.not_now(self._now()) or Refused(f"http_{answer.status}")


def shown(message: Message) -> bytes:
    """What the page's service worker shows; `tag` lets a newer one take its place."""
    told = {"title": message.title, "body": message.body, "link": message.link, "tag": message.collapse_key}
    return msgspec.json.encode(told)
