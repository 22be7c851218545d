"""A TCP proxy that breaks on command: between the server and its stores, or between a phone and the server.

It runs on a thread of its own, so that a test may block. Bytes that a hanging link has taken are delivered when it heals, as
TCP would; a lost link never carries another byte, and nobody is told.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal, TypeVar

T = TypeVar("T")

CHUNK = 65536
AFTER_S = 0.2
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # linger, for no time: close() sends RST

Upstream = tuple[str, int] | Path
"""Where it leads: host and port, or a unix socket."""


class Way:
    """One direction of a link: `open` while bytes go through, each `delay` seconds late."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.delay = 0.0


class Proxy:
    """`port` on 127.0.0.1 leads to the upstream. Faults hold for links that exist and for those to come, until `heal()`."""

    def __init__(self, upstream: Upstream) -> None:
        self.upstream = upstream
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._ways = {"up": Way(), "down": Way()}
        self._links: set[Link] = set()
        self._countdown = [0, 0]
        self._server: asyncio.Server | None = None
        self._await(self._listen())

    # --- faults, from any thread -------------------------------------------------------------------------------------

    def blackhole(self, *, up: bool = True, down: bool = True) -> None:
        """Connections stay open and new ones are taken, but nothing goes through: towards the upstream, from it, or both."""
        self._set("up", lambda way: way.open.clear() if up else None)
        self._set("down", lambda way: way.open.clear() if down else None)

    def lose(self) -> None:
        """The links that exist now never carry another byte; new ones work."""
        self._call(lambda: [link.lose() for link in tuple(self._links)])

    def delay(self, seconds: float, *, up: bool = True, down: bool = False) -> None:
        """Every byte is that much late."""
        for name, wanted in (("up", up), ("down", down)):
            if wanted:
                self._set(name, lambda way: setattr(way, "delay", seconds))

    def reset(self) -> None:
        """RST on every link that exists."""
        self._call(lambda: [link.cut(reset=True) for link in tuple(self._links)])

    def reset_at(self, chunk: int, *, deliver: bool) -> None:
        """RST at the n-th chunk towards the upstream from now on, over all links; delivered before that, or not."""

        def armed() -> None:
            self._countdown = [chunk, int(deliver)]

        self._call(armed)

    def reset_happened(self) -> bool:
        """Has the chunk of `reset_at` come?"""
        return self._countdown[0] <= 0

    def refuse(self) -> None:
        """Nobody listens any more, and every link is reset."""
        self._await(self._stop_listening())
        self.reset()

    def heal(self) -> None:
        """As if nothing had happened; what hung goes on."""
        if self._server is None:
            self._await(self._listen())
        self._countdown = [0, 0]
        for name in self._ways:
            self._set(name, _whole)

    def close(self) -> None:
        """End everything."""
        self._await(self._stop_listening())
        self._await(self._end_links())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    # --- on the proxy's own thread -----------------------------------------------------------------------------------

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def _call(self, act: Callable[[], object]) -> None:
        async def called() -> None:
            act()

        self._await(called())

    def _set(self, name: str, change: Callable[[Way], object]) -> None:
        self._call(lambda: change(self._ways[name]))

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._came, "127.0.0.1", self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server:
            self._server.close()
            self._server = None

    async def _end_links(self) -> None:
        while self._links:
            for link in tuple(self._links):
                link.cut(reset=True)
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)  # transports close in the loop's next rounds

    def _counted(self) -> Literal["on", "before", "after"]:
        """One more chunk towards the upstream: does it go on, or is the link cut before or after it?"""
        if self._countdown[0] <= 0:
            return "on"
        self._countdown[0] -= 1
        if self._countdown[0] > 0:
            return "on"
        return "after" if self._countdown[1] else "before"

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if isinstance(self.upstream, Path):
                up_reader, up_writer = await asyncio.open_unix_connection(self.upstream)
            else:
                up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        except OSError:
            _abort(writer, reset=True)
            return
        link = Link((reader, writer), (up_reader, up_writer), self._ways, self._counted)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)
            link.cut()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Link:
    """One connection through the proxy."""

    def __init__(self, client: Ends, upstream: Ends, ways: dict[str, Way], counted: Callable[[], str]) -> None:
        self._client, self._upstream, self._ways, self._counted = client, upstream, ways, counted
        self._lost = False

    async def run(self) -> None:
        """Until either side ends."""
        pumps = [
            asyncio.ensure_future(self._pump(self._client[0], self._upstream[1], self._ways["up"])),
            asyncio.ensure_future(self._pump(self._upstream[0], self._client[1], self._ways["down"])),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)

    def lose(self) -> None:
        self._lost = True

    def cut(self, *, reset: bool = False) -> None:
        for _, writer in (self._client, self._upstream):
            _abort(writer, reset=reset)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        """Bytes in order, each chunk as late as the way says, so that a delay costs time and not throughput."""
        late: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        deliver = asyncio.ensure_future(self._deliver(late, writer, way))
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(CHUNK):
                late.put_nowait((loop.time() + way.delay, data))
                if deliver.done():
                    return
                await way.open.wait()
            late.put_nowait((loop.time() + way.delay, b""))
            await deliver
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            deliver.cancel()
            await asyncio.gather(deliver, return_exceptions=True)

    async def _deliver(
        self, late: "asyncio.Queue[tuple[float, bytes]]", writer: asyncio.StreamWriter, way: Way
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due, data = await late.get()
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            await way.open.wait()
            if not data:
                return
            cut = self._counted() if way is self._ways["up"] else "on"
            if cut == "before":
                self.cut(reset=True)
                return
            if self._lost:
                continue
            writer.write(data)
            await writer.drain()
            if cut == "after":
                _abort(self._client[1], reset=True)  # it is done, and nobody will ever hear of it
                await asyncio.sleep(AFTER_S)
                return


def _whole(way: Way) -> None:
    way.delay = 0.0
    way.open.set()


def _abort(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    raw = writer.get_extra_info("socket")
    if reset and raw is not None and raw.family != socket.AF_UNIX and raw.fileno() >= 0:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    if writer.transport:
        writer.transport.abort()
