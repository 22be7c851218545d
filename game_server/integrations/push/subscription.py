"""A browser's push subscription: where its push service is, and the keys that only the browser can open with. No I/O.

Whoever registers one chooses the address that this server will send to. So it is a public one, https on its usual port;
`public_network.py` looks again at what the name means when something is sent.
"""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from msgspec import Meta

from game_server.integrations.push import base64url
from game_server.integrations.push.public_address import HTTPS_PORT, is_public, is_stand_in

AUTH_BYTES = 16
NOT_PUBLIC = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".onion")

Endpoint = Annotated[str, Meta(min_length=12, max_length=1500, pattern=r"^[\x21-\x7e]+$(?!\n)")]
Base64 = Annotated[str, Meta(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_-]+=*$(?!\n)")]


class NotASubscription(ValueError):
    """The message says what is wrong, in a sentence for whoever registers it, and never what was there."""


class BrowserKeys(msgspec.Struct, frozen=True):
    """`p256dh` is the browser's public key (an uncompressed point of P-256), `auth` 16 bytes; both as base64url."""

    p256dh: Base64
    auth: Base64

    def public(self) -> ec.EllipticCurvePublicKey:
        """The point as a key. Raises ValueError where it is none."""
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64url.decoded(self.p256dh))

    def secret(self) -> bytes:
        """The 16 bytes. Raises ValueError."""
        secret = base64url.decoded(self.auth)
        if len(secret) != AUTH_BYTES:
            raise ValueError("not 16 bytes")
        return secret


class Subscription(msgspec.Struct, frozen=True):
    """What `PushSubscription.toJSON()` gives, of it what is needed."""

    endpoint: Endpoint
    keys: BrowserKeys

    @property
    def origin(self) -> str:
        """Scheme, host and a port that is not the usual one: whom a VAPID token is for."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc.lower().removesuffix(f':{HTTPS_PORT}')}"

    def text(self) -> str:
        """As it is kept: JSON with nothing else in it."""
        return msgspec.json.encode(self).decode()


def read(token: str, stand_in: str | None = None) -> Subscription:
    """A subscription that may be sent to. `stand_in` is one origin more that may be asked. Raises NotASubscription."""
    try:
        found = msgspec.json.decode(token, type=Subscription)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise NotASubscription(
            "Send the JSON text of a PushSubscription: endpoint, keys.p256dh and keys.auth."
        ) from error
    try:
        found.keys.public()
        found.keys.secret()
    except ValueError as error:
        raise NotASubscription("The keys are not those of a browser: a point of P-256, and 16 bytes.") from error
    if not may_be_sent_to(found.endpoint) and not _is_stand_in(found.origin, stand_in):
        raise NotASubscription("The endpoint is not the https address of a push service.")
    return found


def _is_stand_in(origin: str, stand_in: str | None) -> bool:
    try:
        parts = urlsplit(origin)
        return "@" not in parts.netloc and is_stand_in(stand_in, parts.scheme, parts.hostname, parts.port)
    except ValueError:
        return False


def may_be_sent_to(endpoint: str) -> bool:
    """Does it look like a push service's address: https, the usual port, a public name or address, nobody's password?"""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or "@" in parts.netloc or "#" in endpoint or "\\" in endpoint:
        return False
    return port in (None, HTTPS_PORT) and _is_public_host(host)


def _is_public_host(host: str) -> bool:
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        last = host.rpartition(".")[2]
        # A name whose last part is a number is one of the many spellings of an address.
        return "." in host and last[:1].isalpha() and not host.endswith(NOT_PUBLIC)
