"""Notion's API as a small real server: strict where it is documented to be, and told to misbehave as it is known to.

It keeps pages in memory, tells times to the minute, finds in queries what was written `lag` requests ago and before, tells of
long texts only the beginning, and refuses what is not right in a request, which then stands in `wrong`.
"""

import base64
import hashlib
import hmac
import json
import random
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import anyio.to_thread
import msgspec

from tests.support.notion_api import Refuse, Request, called
from tests.support.notion_store import Json, Workspace
from tests.support.notion_values import Wrong
from tests.support.standin import StandIn

CLIENT_ID, CLIENT_SECRET = "notion-client-of-a-test", "notion-secret-of-a-test"
VERIFICATION_TOKEN = "secret_word-of-a-test"
VERSIONS = ("2025-09-03",)
LARGEST_BODY = 500_000
MOST_RESULTS = 10_000


class Fault(msgspec.Struct, frozen=True):
    """What happens to a request instead. `done`: it is done all the same, and only the answer goes wrong."""

    status: int = 0
    code: str = "service_unavailable"
    after: str | None = None
    cut: bool = False
    done: bool = False
    garbled: bool = False
    only: str = ""


class Notion(StandIn):
    """`workspaces` by token; `asked` are the requests ("PATCH pages"), `wrong` what was not right about them, `faults` happen to
    the next ones, `lag` is how many requests queries are late, `per_minute` how many a token has, with `now` as the clock.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.workspaces: dict[str, Workspace] = {}
        self.codes: dict[str, tuple[Workspace, str]] = {}
        self.refreshing: dict[str, Workspace] = {}
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.faults: deque[Fault] = deque()
        self.lag = 0
        self.most_results = MOST_RESULTS
        self.per_minute: int | None = None
        self.gate: threading.Event | None = None
        """Where it is set, answers wait for it; `arrived` is set when one does."""
        self.arrived = threading.Event()
        self._spent: dict[str, list[datetime]] = {}
        self._lock = threading.RLock()
        super().__init__(self._serve)

    # --- for tests -----------------------------------------------------------------------------------------------------

    def workspace(self, name: str = "Ours") -> Workspace:
        """A new workspace, with a connection to it."""
        made = Workspace(name, lambda: self.now(), lambda: len(self.asked))  # noqa: PLW0108 - a test may set the clock later
        self.workspaces[made.token] = made
        return made

    def let_in(self, workspace: Workspace, redirect_uri: str) -> str:
        """Somebody says yes to us: the code with which their browser comes back."""
        code = f"code-{len(self.codes)}-{workspace.id[:8]}"
        self.codes[code] = (workspace, redirect_uri)
        workspace.owned_by_person = True
        return code

    def next(self, times: int = 1, status: int = 503, **fault: Any) -> None:
        """So many requests are answered so; `cut`, `garbled`, `done`, `after`, `code`, `only` (how the path begins)."""
        self.faults.extend([Fault(status=status, **fault)] * times)

    def revoke(self, workspace: Workspace) -> None:
        """Its token is good for nothing any more."""
        self.workspaces.pop(workspace.token, None)

    def count(self, begins: str) -> int:
        """How many requests began so: "POST pages"."""
        return sum(one.startswith(begins) for one in self.asked)

    @staticmethod
    def signed(event: Json, token: str = VERIFICATION_TOKEN) -> tuple[bytes, dict[str, str]]:
        """A delivery of an event: its body and its headers."""
        body = json.dumps(event).encode()
        mark = hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
        return body, {"content-type": "application/json", "x-notion-signature": f"sha256={mark}"}

    def deliveries(self, workspace: Workspace, seed: int = 0, token: str = VERIFICATION_TOKEN) -> list[Any]:
        """All that happened there, as it comes: some of it twice, in any order."""
        dice = random.Random(seed)  # noqa: S311 - a test's own order
        every = workspace.events + [one | {"attempt_number": 2} for one in workspace.events if dice.random() < 0.3]
        dice.shuffle(every)
        return [self.signed(one, token) for one in every]

    # --- the server ----------------------------------------------------------------------------------------------------

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        gate = self.gate
        if gate is not None:
            self.arrived.set()
            await anyio.to_thread.run_sync(gate.wait, abandon_on_cancel=True)
        with self._lock:
            status, answer, headers, fault = self._answered(scope, bytes(body))
        data = b'{"object": "list", "resul' if fault and fault.garbled else json.dumps(answer).encode()
        if fault and fault.cut:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100000")]})
            raise ConnectionError
        told_headers = {"content-type": "application/json", "content-length": str(len(data)), **headers}
        raw = [(name.encode(), value.encode()) for name, value in told_headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": data})

    def _answered(self, scope: Any, body: bytes) -> tuple[int, Json, dict[str, str], Fault | None]:
        method, path = scope["method"], scope["raw_path"].decode().partition("?")[0].removeprefix("/v1/")
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.asked.append(f"{method} {path}")
        fault = self._fault(path)
        if fault is not None and fault.status and not fault.done:
            after = {} if fault.after is None else {"retry-after": fault.after}
            code = {429: "rate_limited", 529: "service_overload"}.get(fault.status, fault.code)
            return fault.status, _error(fault.status, code, "As the test says."), after, None
        if fault is not None and fault.cut and not fault.done:
            return 200, {}, {}, fault
        try:
            answer = self._routed(method, path, query, headers, body)
        except Wrong as wrong:
            self.wrong.append(f"{method} {path}: {wrong}")
            return 400, _error(400, "validation_error", str(wrong)), {}, None
        except Refuse as refuse:
            after = {"retry-after": "30"} if refuse.status == 429 else {}
            return refuse.status, _error(refuse.status, refuse.code, refuse.message), after, None
        if fault is not None and fault.status and fault.done:
            return fault.status, _error(fault.status, fault.code, "As the test says."), {}, None
        return 200, answer, {}, fault

    def _fault(self, path: str) -> Fault | None:
        if self.faults and path.startswith(self.faults[0].only):
            return self.faults.popleft()
        return None

    def _routed(self, method: str, path: str, query: Any, headers: dict[str, str], body: bytes) -> Json:
        if headers.get("notion-version") not in VERSIONS:
            raise Refuse(400, "missing_version")
        if len(body) > LARGEST_BODY:
            raise Refuse(413, "validation_error", "Payload too large")
        try:
            data = json.loads(body) if body else {}
        except ValueError as error:
            raise Refuse(400, "invalid_json") from error
        if path == "oauth/token":
            return self._granted(headers, data)
        kind, _, token = headers.get("authorization", "").partition(" ")
        workspace = self.workspaces.get(token)
        if kind != "Bearer" or workspace is None:
            raise Refuse(401, "unauthorized", "API token is invalid.")
        self._spend(token)
        return called(self, workspace, method, path, Request(data, query))

    def _spend(self, token: str) -> None:
        if self.per_minute is None:
            return
        now = self.now()
        spent = [one for one in self._spent.get(token, []) if (now - one).total_seconds() < 60]
        if len(spent) >= self.per_minute:
            raise Refuse(429, "rate_limited")
        self._spent[token] = [*spent, now]

    def _granted(self, headers: dict[str, str], data: Json) -> Json:
        right = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if headers.get("authorization") != f"Basic {right}":
            raise Refuse(401, "invalid_client")
        if data.get("grant_type") == "refresh_token":
            workspace = self.refreshing.pop(data.get("refresh_token", ""), None)
        else:
            workspace, wanted = self.codes.pop(data.get("code", ""), (None, None))
            if workspace is not None and wanted != data.get("redirect_uri"):
                raise Refuse(400, "invalid_grant")
        if workspace is None:
            raise Refuse(400, "invalid_grant")
        self.workspaces.pop(workspace.token, None)
        number = len(self.asked)
        workspace.token = f"ntn_{number}_{workspace.id[:8]}"
        self.workspaces[workspace.token] = workspace
        refresh = f"nrt_{number}_{workspace.id[:8]}"
        self.refreshing[refresh] = workspace
        return {
            "access_token": workspace.token,
            "token_type": "bearer",
            "refresh_token": refresh,
            "bot_id": workspace.bot_id,
            "workspace_id": workspace.id,
            "workspace_name": workspace.name,
            "workspace_icon": None,
            "duplicated_template_id": None,
            "owner": {"type": "user", "user": {"object": "user", "id": workspace.person_id}},
        }


def _error(status: int, code: str, message: str) -> Json:
    return {"object": "error", "status": status, "code": code, "message": message, "request_id": "of-a-test"}
