"""The house at a port of this machine: browsers come in, and a test moves the clock."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar

from game_server.process import server
from game_server.settings import Settings
from tests.support.house import House, open_house


@asynccontextmanager
async def open_served_house(database_url: str, redis_url: str, data_dir: Path, **changes: Any) -> AsyncIterator[House]:
    """As `open_house`, and `services.settings.base_url` is where it answers."""
    with server.bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        async with open_house(database_url, redis_url, data_dir, port=port, **changes) as house:
            serving = _Server(house.app, house.services.settings)
            task = asyncio.ensure_future(serving.serve([listener]))
            await asyncio.wait(
                [task, waiting := asyncio.ensure_future(serving.up.wait())], return_when="FIRST_COMPLETED"
            )
            waiting.cancel()
            try:
                yield house
            finally:
                serving.should_exit = serving.force_exit = True
                await task


class _Server(server.Server):
    """Signals stay the test run's."""

    def __init__(self, app: Litestar, settings: Settings) -> None:
        self.up = asyncio.Event()
        super().__init__(app, settings, self.up.set)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
