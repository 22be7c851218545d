"""A provider of answers on this machine: a real server that does what a test's script says, and hears who hangs up."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Self

import anyio
import anyio.to_thread
import msgspec

from tests.support.standin import StandIn

Json = dict[str, Any]


class Wait:
    """The answer stops here until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()


class Cut:
    """The line breaks."""


class Raw(msgspec.Struct, frozen=True):
    """Bytes as they are."""

    data: bytes


class Refuse(msgspec.Struct, frozen=True):
    """Another status than 200."""

    status: int
    body: Any = {}
    headers: dict[str, str] = {}


Script = Iterable[str | Wait | Cut | Raw | Json] | Refuse


class Asked(msgspec.Struct, frozen=True):
    """A request; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: Json


class AiStandIn:
    """`scripts` are what the next requests get, in order, and then `otherwise`. `asked` are the requests, `wrong` why they were
    not right, `hung_up` is set when somebody goes in the middle of an answer.
    """

    path = "/"
    key = "ai-key-of-a-test"

    def __init__(self) -> None:
        self.begin()
        self._standin = StandIn(self._serve)
        self.url = self._standin.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._standin.close()

    def begin(self) -> None:
        """As if nobody had asked yet."""
        self.scripts: deque[Script] = deque()
        self.otherwise: Callable[[Json], Script] = lambda _: ["I am glad that you are here. ", "How was your day?"]
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.hung_up = threading.Event()

    def faults_of(self, asked: Asked) -> list[str]:
        """What is not right about a request."""
        raise NotImplementedError

    def events(self, script: Iterable[Any], asked: Asked) -> Iterable[bytes | Wait | Cut]:
        """The events of an answer."""
        raise NotImplementedError

    def refused(self, asked: Asked) -> Refuse | None:
        """What the provider itself does not take."""

    async def _serve(self, scope: Any, receive: Any, send: Any) -> None:
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        asked = Asked(scope["path"], headers, json.loads(body))
        self.asked.append(asked)
        self.wrong += self.faults_of(asked)
        script = self.scripts.popleft() if self.scripts else self.otherwise(asked.body)
        refuse = script if isinstance(script, Refuse) else self.refused(asked)
        if refuse is not None:
            await _answer(send, refuse)
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        async with anyio.create_task_group() as group:
            group.start_soon(self._listen, receive, group)
            await self._tell(script, asked, send)
            group.cancel_scope.cancel()

    async def _listen(self, receive: Any, group: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.hung_up.set()
        group.cancel_scope.cancel()

    async def _tell(self, script: Any, asked: Asked, send: Any) -> None:
        for piece in self.events(script, asked):
            if isinstance(piece, Wait):
                piece.reached.set()
                await anyio.to_thread.run_sync(piece.go.wait, abandon_on_cancel=True)
            elif isinstance(piece, Cut):
                raise ConnectionError
            else:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _answer(send: Any, refuse: Refuse) -> None:
    body = refuse.body if isinstance(refuse.body, bytes) else json.dumps(refuse.body).encode()
    headers = {"content-type": "application/json", **refuse.headers}
    await send(
        {
            "type": "http.response.start",
            "status": refuse.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": body, "more_body": False})
