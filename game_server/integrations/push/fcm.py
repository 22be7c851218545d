"""Android phones, by Firebase Cloud Messaging's HTTP v1.

What is sent is shown by Android itself, also where the app does not run, and hides on a lock screen that hides content. The only
data beside it is where a tap leads.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from game_server.integrations.push.vendor import Delivered, Device, Gone, Message, Outcome, Refused, in_time
from game_server.integrations.service_account import AccessTokens, ServiceAccount, TokenUnavailable
from game_server.integrations.upstream import Answer, Retry, Upstream
from storage.devices import Platform

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
TRIES = 2

_OK, _UNAUTHORIZED = 200, 401
_NO_SUCH = (404, 410)
_NOT_OURS = frozenset({"UNREGISTERED", "SENDER_ID_MISMATCH"})
_TOKEN_FIELD = frozenset({"message.token"})


class _Violation(msgspec.Struct):
    field: str = ""


class _Detail(msgspec.Struct, rename="camel"):
    error_code: str = ""
    field_violations: tuple[_Violation, ...] = ()


class _Problem(msgspec.Struct):
    status: str = ""
    details: tuple[_Detail, ...] = ()


class _Body(msgspec.Struct):
    error: _Problem = msgspec.field(default_factory=_Problem)


class Fcm:
    """The API for one project. `account` names a project_id."""

    platforms: frozenset[Platform] = frozenset({"android"})

    def __init__(self, base_url: str, account: ServiceAccount, now: Callable[[], datetime]) -> None:
        self._upstream = Upstream(base_url)
        self._tokens = AccessTokens(self._upstream.http, account, SCOPE, now)
        self._path = f"/v1/projects/{account.project_id}/messages:send"
        self._now = now

    async def send(self, device: Device, message: Message) -> Outcome:
        """Hand it over. An access token that is not taken any more is exchanged once."""
        return await in_time(self._send(msgspec.json.encode({"message": shown(device.token, message)})))

    async def close(self) -> None:
        """Give the connections back."""
        await self._upstream.close()

    async def _send(self, content: bytes) -> Outcome:
        for _ in range(TRIES):
            try:
                token = await self._tokens.token()
            except TokenUnavailable:
                return Retry("no_access_token")
            headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
            answer = await self._upstream.post(self._path, headers, content)
            if answer.status != _UNAUTHORIZED:
                return Delivered() if answer.status == _OK else answer.not_now(self._now()) or _refusal(answer)
            self._tokens.forget(token)
        return Refused("unauthenticated")


def shown(token: str, message: Message) -> dict[str, Any]:
    """The `message` of the API. The tag lets a newer one take the place of what is shown, the collapse key of what waits."""
    return {
        "token": token,
        "notification": {"title": message.title, "body": message.body},
        "data": {"link": message.link},
        "android": {
            "priority": "HIGH" if message.priority == "high" else "NORMAL",
            "ttl": f"{message.ttl_s}s",
            "collapseKey": message.collapse_key,
            "notification": {"tag": message.collapse_key, "visibility": "PRIVATE"},
        },
    }


def _refusal(answer: Answer) -> Outcome:
    """Gone only where the token is to blame: an INVALID_ARGUMENT can be about any field, and then no device is."""
    try:
        problem = msgspec.json.decode(answer.body, type=_Body).error
    except msgspec.MsgspecError:
        return Refused(f"http_{answer.status}")
    codes = {detail.error_code for detail in problem.details if detail.error_code}
    fields = {violation.field for detail in problem.details for violation in detail.field_violations}
    blamed = ("INVALID_ARGUMENT" in codes and fields <= _TOKEN_FIELD) or fields == _TOKEN_FIELD
    if codes & _NOT_OURS or blamed or (answer.status in _NO_SUCH and problem.status):
        return Gone()
    return Refused(answer.code(min(codes, default=problem.status)).lower())
