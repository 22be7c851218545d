"""Firebase Cloud Messaging, and Google's tokens for it, as a small real server that checks what it is sent."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.support.google_account import PROJECT, GoogleAccount
from tests.support.push_server import Answer, Asked, Json, PushServer

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
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


class FcmService(PushServer):
    """`sent` is what was taken, by the `message` of the API. Devices in `gone` are not known any more."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.account = GoogleAccount("pusher", SCOPE)
        self.sent: list[Json] = []
        self.gone: set[str] = set()
        self.granted = 0
        self.grants_fail: list[int] = []
        super().__init__(now)

    def account_file(self, folder: Path, **other: Any) -> Path:
        """The service account's JSON."""
        return self.account.file(folder, f"{self.url}/token", **other)

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
        now = self.now().timestamp()
        wrong = self.account.wrong(asked.headers, asked.body, f"{self.url}/token", now)
        if wrong:
            return self.no(wrong, Answer(400, {"error": "invalid_grant"}))
        self.granted += 1
        return Answer(200, self.account.grant(now))

    def _send(self, asked: Asked) -> Answer:
        if not self.account.takes(asked.headers, self.now().timestamp()):
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
