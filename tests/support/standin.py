"""A vendor's server as a small real one at a free port of this machine, on a thread and a loop of its own."""

import threading
from types import TracebackType
from typing import Any, Self

import uvicorn


class StandIn:
    """An ASGI application that is served while this is open; `url` is where."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(
            app, host="127.0.0.1", port=0, interface="asgi3", log_config=None, lifespan="off", ws="none"
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, name="stand-in", daemon=True)
        self._thread.start()
        assert self._server.up.wait(20), "the stand-in did not start"
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Stop serving, also whoever waits."""
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(20)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = threading.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.up.set()
