"""Firebase Cloud Messaging, and Google's tokens for it, as a small real server that checks what it is sent."""

import json
import re
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.push_server import Answer, Asked, Json, PushServer

PROJECT = "attuned-example"
ACCOUNT = "pusher@attuned-example.iam.gserviceaccount.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"

MESSAGE = {"token", "notification", "data", "android"}
ANDROID = {"priority", "ttl", "collapseKey", "notification"}


def problem(status: int, name: str, code: str | None = None, field: str | None = None, **headers: str) -> Answer:
    """An error as FCM words it: `code` is its own, `field` what was not understood."""
    details: list[Json] = [{"@type": FCM_ERROR, "errorCode": code}] if code else []
    if field:
        details.append({"@type": BAD_REQUEST, "fieldViolations": [{"field": field, "description": "as the test says"}]})
    error = {"code": status, "message": "as the test says", "status": name, "details": details}
    return Answer(status, {"error": error}, {name.replace("_", "-"): value for name, value in headers.items()})


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FcmService(PushServer):
    """`sent` is what was taken, by the `message` of the API. Devices in `gone` are not known any more."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.key = _key()
        self.key_id = "key-1"
        self.sent: list[Json] = []
        self.gone: set[str] = set()
        self.good: set[str] = set()
        """Access tokens that are taken."""
        self.granted = 0
        self.grants_fail: list[int] = []
        super().__init__(now)

    def account_file(self, folder: Path, **other: Any) -> Path:
        """The service account's JSON."""
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        told = {
            "type": "service_account", "project_id": PROJECT, "client_email": ACCOUNT, "private_key": key,
            "private_key_id": self.key_id, "token_uri": f"{self.url}/token", **other,
        }  # fmt: skip
        path = folder / f"fcm-{uuid.uuid4().hex[:8]}.json"
        path.write_text(json.dumps(told))
        return path

    def settings(self, folder: Path) -> Json:
        """Our settings for this service."""
        return {"fcm_base_url": self.url, "fcm_service_account_file": self.account_file(folder)}

    def answer(self, asked: Asked) -> Answer:
        if (asked.method, asked.path) == ("POST", f"/v1/projects/{PROJECT}/messages:send"):
            return self._send(asked)
        return self.no(f"no such route: {asked.method} {asked.path}", problem(404, "NOT_FOUND"))

    async def decided(self, asked: Asked) -> Answer | None:
        """Faults are of messages; tokens have their own."""
        if asked.path == "/token":
            return Answer(self.grants_fail.pop(0)) if self.grants_fail else self._grant(asked)
        return await super().decided(asked)

    def _grant(self, asked: Asked) -> Answer:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}
        try:
            header = jwt.get_unverified_header(form["assertion"])
            claims = jwt.decode(
                form["assertion"], self.key.public_key(), algorithms=["RS256"], audience=f"{self.url}/token", issuer=ACCOUNT,
                options={"require": ["iss", "scope", "aud", "exp", "iat"], "verify_exp": False, "verify_iat": False},
            )  # fmt: skip
        except (KeyError, jwt.InvalidTokenError) as error:
            return self.no(f"assertion: {error!r}", Answer(400, {"error": "invalid_grant"}))
        now = self.now().timestamp()
        in_time = abs(now - claims["iat"]) < 60 and now < claims["exp"] <= claims["iat"] + 3600
        right = header.get("kid") == self.key_id and claims["scope"] == SCOPE and form.get("grant_type") == GRANT
        if not (right and in_time and asked.headers["content-type"] == "application/x-www-form-urlencoded"):
            return self.no(f"grant: {claims}", Answer(400, {"error": "invalid_grant"}))
        self.granted += 1
        token = f"ya29.{uuid.uuid4().hex}"
        self.good.add(token)
        return Answer(200, {"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _send(self, asked: Asked) -> Answer:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self.good:
            return problem(401, "UNAUTHENTICATED")
        told = json.loads(asked.body)
        message, android = told.get("message", {}), told.get("message", {}).get("android", {})
        wrong = [name for name, right in {
            "body": set(told) == {"message"} and set(message) <= MESSAGE and set(android) <= ANDROID,
            "content-type": asked.headers.get("content-type") == "application/json",
            "message.token": isinstance(message.get("token"), str),
            "message.data": all(isinstance(value, str) for value in message.get("data", {}).values()),
            "message.android.ttl": re.fullmatch(r"\d+(\.\d{1,9})?s", android.get("ttl", "0s")),
            "message.android.priority": android.get("priority") in ("HIGH", "NORMAL"),
            "message.android.collapse_key": 0 < len(android.get("collapseKey", "")) <= 64,
            "message": len(asked.body) <= 4096,
        }.items() if not right]  # fmt: skip
        if wrong:
            return self.no(f"message: {wrong}", problem(400, "INVALID_ARGUMENT", field=wrong[0]))
        if message["token"] in self.gone:
            return problem(404, "NOT_FOUND", "UNREGISTERED")
        self.sent.append(message)
        return Answer(200, {"name": f"projects/{PROJECT}/messages/{len(self.sent)}"})
