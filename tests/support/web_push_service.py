"""A browser's push service, and the browser behind it that opens what comes: a small real server that checks what it is sent."""

import base64
import json
import os
import re
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import jwt
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.support.push_server import Answer, Asked, Json, PushServer

SUBJECT = "mailto:push@example.org"
DAY_S = 24 * 3600


class Browser(msgspec.Struct, frozen=True):
    """Who has subscribed: its keys, and whose pushes it takes (the VAPID public key), None for anybody's."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes
    takes: str | None = None

    @property
    def public(self) -> bytes:
        return point(self.key.public_key())

    def opened(self, body: bytes) -> bytes:
        """RFC 8291 and RFC 8188 from the browser's side, written from the RFCs and not from what seals. Raises ValueError."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, record = body[21 : 21 + length], body[21 + length :]
        if size < 18 or len(record) > size:
            raise ValueError("more than one record")
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        material = _expand(_extract(self.auth, shared), b"WebPush: info\x00" + self.public + sender, 32)
        pseudo = _extract(salt, material)
        key = _expand(pseudo, b"Content-Encoding: aes128gcm\x00", 16)
        nonce = _expand(pseudo, b"Content-Encoding: nonce\x00", 12)
        try:
            padded = AESGCM(key).decrypt(nonce, record, None)
        except InvalidTag as error:
            raise ValueError("cannot be opened") from error
        content = padded.rstrip(b"\x00")
        if content[-1:] != b"\x02":
            raise ValueError("no last record")
        return content[:-1]


class WebPushService(PushServer):
    """`sent` is what was taken: headers, the opened text as `told`, and the size of the body."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.browsers: dict[str, Browser] = {}
        self.sent: list[Json] = []
        self.gone: set[str] = set()
        """Paths of subscriptions that were given up."""
        super().__init__(now)

    def subscribe(self, takes: str | None = None) -> str:
        """A new browser subscribes: the JSON text of its PushSubscription."""
        browser = Browser(ec.generate_private_key(ec.SECP256R1()), os.urandom(16), takes)
        path = f"/push/{uuid.uuid4().hex}"
        self.browsers[path] = browser
        keys = {"p256dh": base64url(browser.public), "auth": base64url(browser.auth)}
        return json.dumps({"endpoint": self.url + path, "expirationTime": None, "keys": keys})

    def give_up(self, subscription: str) -> None:
        """The browser does not want any more."""
        self.gone.add(json.loads(subscription)["endpoint"].removeprefix(self.url))

    def settings(self, folder: Path) -> Json:
        """Our settings for this service, with a VAPID key of their own."""
        return {
            "vapid_key_file": vapid_file(folder),
            "vapid_subject": SUBJECT,
            "web_push_stand_in": self.url,
        }

    def answer(self, asked: Asked) -> Answer:
        if asked.path in self.gone or asked.path not in self.browsers:
            return Answer(410)
        browser, headers = self.browsers[asked.path], asked.headers
        wrong = [name for name, right in {
            "method": asked.method == "POST",
            "ttl": headers.get("ttl", "").isdigit(),
            "urgency": headers.get("urgency") in ("very-low", "low", "normal", "high"),
            "topic": re.fullmatch(r"[A-Za-z0-9_-]{1,32}", headers.get("topic", "")),
            "content-encoding": headers.get("content-encoding") == "aes128gcm",
            "size": len(asked.body) <= 4096,
        }.items() if not right]  # fmt: skip
        if wrong:
            return self.no(f"request: {wrong}", Answer(400))
        if (why := self._wrong_vapid(headers.get("authorization", ""), browser)) is not None:
            return self.no(why, Answer(403))
        try:
            told = json.loads(browser.opened(asked.body))
        except ValueError as error:
            return self.no(f"body: {error}", Answer(400))
        self.sent.append({"headers": headers, "told": told, "size": len(asked.body)})
        return Answer(201, b"", {"location": f"{self.url}/message/{len(self.sent)}"})

    def _wrong_vapid(self, authorization: str, browser: Browser) -> str | None:
        found = re.fullmatch(r"vapid t=([\w.-]+), ?k=([\w-]+)", authorization)
        if found is None:
            return "no vapid"
        token, public = found.groups()
        try:
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(public))
            claims = jwt.decode(
                token, key, algorithms=["ES256"], audience=self.url, options={"require": ["aud", "exp", "sub"],
                                                                              "verify_exp": False},
            )  # fmt: skip
        except (ValueError, jwt.InvalidTokenError) as error:
            return f"vapid: {error!r}"
        if not 0 < claims["exp"] - self.now().timestamp() <= DAY_S or not claims["sub"].startswith("mailto:"):
            return f"vapid: {claims}"
        return "another server's" if browser.takes not in (None, public) else None


def vapid_file(folder: Path) -> Path:
    """A key of ours for push services, as openssl writes it."""
    path = folder / f"vapid-{uuid.uuid4().hex[:8]}.pem"
    key = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    return path


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _extract(salt: bytes, secret: bytes) -> bytes:
    digest = HMAC(salt, SHA256())
    digest.update(secret)
    return digest.finalize()


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    return HKDFExpand(SHA256(), length, info).derive(key)
