"""Phones that do not read, do not answer, or are gone without a word: closed in time, and nobody else notices."""

import asyncio
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.faults.nursery import ForkedServer
from tests.faults.proxy import Proxy
from tests.faults.wire import Witness, meeting, verdict
from tests.support.phone import Phone

MOST_GROWTH = 40 * 1024 * 1024


@pytest.fixture
def phone_link():
    """Makes a proxy between a phone and a server."""
    proxies: list[Proxy] = []

    def between(server: ForkedServer) -> Proxy:
        parts = urlsplit(server.url)
        proxies.append(Proxy((parts.hostname or "", parts.port or 0)))
        return proxies[-1]

    yield between
    for proxy in proxies:
        proxy.close()


async def closes(server: ForkedServer, code: int) -> int:
    """How many sockets this server has closed with the code."""
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
        shown = (await http.get("/metrics")).text
    found = re.search(rf'^attuned_closes_total{{code="{code}"}} (\S+)', shown, re.MULTILINE)
    return int(float(found[1])) if found else 0


async def until_closes(server: ForkedServer, code: int) -> None:
    async with asyncio.timeout(60):
        while not await closes(server, code):  # noqa: ASYNC110 - another process counts them
            await asyncio.sleep(0.05)


def resident(server: ForkedServer) -> int:
    """Bytes of memory."""
    pages = int(Path(f"/proc/{server.pid}/statm").read_text().split()[1])
    return pages * 4096


def told(phone: Phone, seat: str, status: str) -> bool:
    return any((f["t"], f.get("seat"), f.get("status")) == ("presence", seat, status) for f in phone.frames)


@pytest.mark.long
async def test_a_phone_that_answers_nothing_is_closed_and_may_resume(serve, sql):
    server = serve(ping_ms=300, dead_ms=1500)
    async with meeting(server) as game:
        game.b.answers_beats = False
        assert await game.b.until_closed() == 4001
        await game.a.until(lambda: told(game.a, "B", "away"))
        game.b.answers_beats = True
        await game.b.connect()
        await game.complete()
        await verdict(sql, game)


@pytest.mark.long
@pytest.mark.parametrize("way", ["both", "from the phone", "to the phone"])
async def test_a_half_open_connection_is_found(serve, sql, phone_link, way):
    server = serve(ping_ms=300, dead_ms=1500)
    link = phone_link(server)
    async with meeting(server) as game:
        await game.b.close()
        game.b.ws_url = f"ws://127.0.0.1:{link.port}"
        await game.b.connect()
        link.blackhole(up=way != "to the phone", down=way != "from the phone")
        await until_closes(server, 4001)
        on = await game.a.command("propose_level", level="X")
        await game.a.until(lambda: told(game.a, "B", "away"))
        link.reset()
        link.heal()
        await game.b.until_closed()
        await game.b.connect()
        assert game.b.mode == "replay"
        await game.b.until_seq(on["seq"])
        await verdict(sql, game)


@pytest.mark.long
async def test_a_phone_that_reads_nothing_is_cut_and_costs_the_others_nothing(serve, sql):
    server = serve(ping_ms=100, dead_ms=60_000)
    async with meeting(server, target_activities=50) as game:
        for _ in range(60):
            await game.a.command("skip", on=game.a.last_seq_of("card_shown", "card_replaced"))
        await game.b.close()
        deaf = await Deaf.comes(game.b)
        before = resident(server)
        async with asyncio.timeout(240):
            while not await closes(server, 4008):
                await deaf.ask_for_everything()
                await game.a.command("propose_level", level="X")
                assert resident(server) - before < MOST_GROWTH
        assert await deaf.is_cut()
        await game.b.connect()
        await game.complete()
        await verdict(sql, game)


@pytest.mark.long
async def test_a_phone_that_stopped_reading_is_cut_before_the_kernel_has_swallowed_a_megabyte_for_it(serve, sql):
    """With the buffers that a phone has by itself: ours are bounded, so that the queue behind them grows old."""
    server = serve(ping_ms=600_000, dead_ms=1_200_000)
    async with meeting(server, target_activities=50) as game:
        await game.b.close()
        deaf = await Deaf.comes(game.b, buffer=None)
        for _ in range(800):
            await game.a.command("skip", on=game.a.last_seq_of("card_shown", "card_replaced"))
        await until_closes(server, 4008)
        assert await deaf.is_cut()
        await game.b.connect()
        await game.complete()
        await verdict(sql, game)


class Deaf:
    """A phone that says hello and then never reads another byte, with a small buffer unless told otherwise."""

    def __init__(self, raw: socket.socket) -> None:
        self._raw = raw
        self._reset = False

    @classmethod
    async def comes(cls, phone: Witness, buffer: int | None = 2048) -> "Deaf":
        ticket = (await phone.person.post("/api/ws-tickets", {"session_id": phone.session_id}))["ticket"]
        parts = urlsplit(phone.ws_url)
        raw = socket.socket()
        if buffer is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, (parts.hostname, parts.port))
        asked = (
            f"GET /ws/sessions/{phone.session_id} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: attuned.v1, ticket.{ticket}\r\n\r\n"
        )
        await loop.sock_sendall(raw, asked.encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += await loop.sock_recv(raw, 1)
        assert b" 101 " in answer.splitlines()[0]
        hello = b'{"t":"hello","epoch":null,"last_seq":0}'
        await loop.sock_sendall(raw, b"\x81" + bytes([0x80 | len(hello)]) + b"\0\0\0\0" + hello)
        return cls(raw)

    async def ask_for_everything(self) -> None:
        """Answer a beat with 0: the server sends the whole log again, at most once a beat."""
        beat = b'{"t":"beat","seq":0}'
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(self._raw, b"\x81" + bytes([0x80 | len(beat)]) + b"\0\0\0\0" + beat)
        except OSError:
            self._reset = True  # whoever asks first is told; the next sees an end like any other

    async def is_cut(self) -> bool:
        """Does it end in a reset? Nobody has read, so there was no way to say why."""
        if self._reset:
            return True
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(60):
                while await loop.sock_recv(self._raw, 1 << 20):
                    pass
        except ConnectionResetError:
            return True
        finally:
            self._raw.close()
        return False
