"""The Apple Push Notification service as a small real server: HTTP/2, with TLS or without, that checks what it is sent."""

import asyncio
import json
import re
import ssl
import tempfile
import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded

from tests.support.certificates import Issuer
from tests.support.push_server import CUT, Answer, Asked, Json, PushServer

TOPIC, TEAM, KEY_ID = "org.example.attuned", "TEAM123456", "KEY1234567"
GOAWAY = "goaway"
"""The connection is given up before this request: it was not looked at."""
REQUIRED = {"apns-topic", "apns-push-type", "apns-priority", "apns-expiration", "apns-collapse-id", "apns-id"}
OLDEST_S, SOONEST_S = 3600, 20 * 60


def reason(status: int, name: str, *, at: datetime | None = None, **headers: str) -> Answer:
    """An error as APNs words it; `at` is since when a device is gone."""
    told: Json = {"reason": name} | ({"timestamp": int(at.timestamp() * 1000)} if at else {})
    return Answer(status, told, {name.replace("_", "-"): value for name, value in headers.items()})


class ApnsService(PushServer):
    """`sent` is what was taken: headers, payload and the device. Devices in `gone` are not known since then."""

    def __init__(self, now: Callable[[], datetime], *, tls: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.sent: list[Json] = []
        self.gone: dict[str, datetime] = {}
        self.provider_tokens: list[str] = []
        """Every other one that came, in their order."""
        self.too_many_updates = True
        """Is a new token before its time refused?"""
        self._certificate = _certificate() if tls else None
        self.tls = self._certificate[0] if self._certificate else None
        super().__init__(now)

    @property
    def trust(self) -> ssl.SSLContext | None:
        """What a client has to trust."""
        return ssl.create_default_context(cadata=self._certificate[1]) if self._certificate else None

    def key_file(self, folder: Path) -> Path:
        """The .p8 that Apple gives."""
        path = folder / f"apns-{uuid.uuid4().hex[:8]}.p8"
        path.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return path

    def settings(self, folder: Path) -> Json:
        """Our settings for this service."""
        return {
            "apns_base_url": self.url,
            "apns_key_file": self.key_file(folder),
            "apns_key_id": KEY_ID,
            "apns_team_id": TEAM,
            "apns_topic": TOPIC,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of HTTP/2."""
        secured = writer.get_extra_info("ssl_object")
        if secured is not None and secured.selected_alpn_protocol() != "h2":
            self.refused.append("not HTTP/2")
            return
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        streams: dict[int, tuple[dict[str, str], bytearray]] = {}
        writer.write(connection.data_to_send())
        async with asyncio.TaskGroup() as answering:
            while data := await reader.read(65536):
                for event in connection.receive_data(data):
                    match event:
                        case RequestReceived(headers=headers, stream_id=stream):
                            streams[stream] = (dict(headers), bytearray())
                        case DataReceived(data=part, stream_id=stream, flow_controlled_length=length):
                            streams[stream][1].extend(part)
                            connection.acknowledge_received_data(length, stream)
                        case StreamEnded(stream_id=stream):
                            headers, body = streams.pop(stream)
                            asked = Asked(headers[":method"], headers[":path"], headers, bytes(body))
                            answering.create_task(self._answered(connection, writer, stream, asked))
                        case ConnectionTerminated():
                            return
                writer.write(connection.data_to_send())

    async def _answered(
        self, connection: H2Connection, writer: asyncio.StreamWriter, stream: int, asked: Asked
    ) -> None:
        if self.faults and self.faults[0] == GOAWAY:
            self.faults.popleft()
            connection.close_connection(last_stream_id=max(stream - 2, 0), additional_data=b'{"reason":"Shutdown"}')
            writer.write(connection.data_to_send())
            return
        answer = await self.decided(asked)
        if answer is None:
            writer.transport.abort()
            return
        told = {":status": str(answer.status), "apns-id": asked.headers.get("apns-id", ""), **answer.headers}
        connection.send_headers(stream, list(told.items()), end_stream=not answer.content)
        if answer.content:
            connection.send_data(stream, answer.content, end_stream=True)
        writer.write(connection.data_to_send())

    def answer(self, asked: Asked) -> Answer:
        device = re.fullmatch(r"/3/device/([0-9a-f]{64,200})", asked.path)
        wrong = self._wrong_token(asked.headers.get("authorization", "")) or _wrong_headers(asked.headers)
        if wrong:
            return self.no(f"{wrong.body}", wrong)
        if asked.method != "POST" or not asked.path.startswith("/3/device/"):
            return self.no(f"{asked.method} {asked.path}", reason(404, "BadPath"))
        if len(asked.body) > 4096:
            return self.no("payload", reason(413, "PayloadTooLarge"))
        if device is None:
            return reason(400, "BadDeviceToken")
        if device[1] in self.gone:
            return reason(410, "Unregistered", at=self.gone[device[1]])
        self.sent.append({"device": device[1], "headers": asked.headers, "payload": json.loads(asked.body)})
        return Answer()

    def _wrong_token(self, authorization: str) -> Answer | None:
        scheme, _, token = authorization.partition(" ")
        if scheme != "bearer":
            return reason(403, "MissingProviderToken")
        try:
            header = jwt.get_unverified_header(token)
            claims = jwt.decode(token, self.key.public_key(), algorithms=["ES256"], options={"verify_iat": False})
        except jwt.InvalidTokenError:
            return reason(403, "InvalidProviderToken")
        if header.get("kid") != KEY_ID or set(claims) != {"iss", "iat"} or claims["iss"] != TEAM:
            return reason(403, "InvalidProviderToken")
        if type(claims["iat"]) is not int or not -60 <= self.now().timestamp() - claims["iat"] <= OLDEST_S:
            return reason(403, "ExpiredProviderToken")
        if not self.provider_tokens or self.provider_tokens[-1] != token:
            before = [jwt.decode(one, options={"verify_signature": False})["iat"] for one in self.provider_tokens[-1:]]
            if self.too_many_updates and before and claims["iat"] - before[0] < SOONEST_S:
                return reason(429, "TooManyProviderTokenUpdates")
            self.provider_tokens.append(token)
        return None


def _wrong_headers(headers: dict[str, str]) -> Answer | None:
    if missing := REQUIRED - set(headers):
        return reason(400, f"Missing {missing}")
    checks = {
        "TopicDisallowed": headers["apns-topic"] == TOPIC,
        "InvalidPushType": headers["apns-push-type"] == "alert",
        "BadPriority": headers["apns-priority"] in ("10", "5"),
        "BadExpirationDate": headers["apns-expiration"].isdigit(),
        "BadCollapseId": 0 < len(headers["apns-collapse-id"].encode()) <= 64,
        "BadMessageId": re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers["apns-id"]),
    }
    return next((reason(400, name) for name, right in checks.items() if not right), None)


def _certificate() -> tuple[ssl.SSLContext, str]:
    """A server's context for this machine's address, and the certificate that signed its own, as PEM."""
    with tempfile.TemporaryDirectory() as folder:
        issuer = Issuer(Path(folder))
        context = issuer.server("127.0.0.1")
        context.set_alpn_protocols(["h2"])
        return context, issuer.file.read_text()


__all__ = ["CUT", "GOAWAY", "KEY_ID", "TEAM", "TOPIC", "ApnsService", "reason"]
