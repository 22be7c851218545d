"""The HTTP server around the application: what we rely on in uvicorn's internals, on a small application of its own."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from litestar import Litestar, WebSocket, websocket
from litestar.exceptions import WebSocketDisconnect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

from game_server.process.server import (
    HEAR,
    MOST_FRAGMENTS,
    READ_AT_ONCE,
    TRANSPORT,
    CloseDoors,
    PortTakenError,
    Server,
    bind,
)
from game_server.settings import Settings


@websocket("/echo")
async def echo(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    try:
        while True:
            text = await socket.receive_text()
            if text == "cut":
                socket.scope["extensions"][TRANSPORT].abort()
            if text == "close":
                await socket.close(code=4000)
                return
            await socket.send_text(text)
    except WebSocketDisconnect:
        return


@websocket("/echo")
async def listen(socket: WebSocket[Any, Any, Any]) -> None:
    """Answers at once what is no question; questions, and what comes behind one, are received."""
    await socket.accept()
    tasks = set()

    def heard(text: str) -> bool:
        if "?" in text:
            return False
        tasks.add(asyncio.ensure_future(socket.send_text(f"heard {text}")))
        return True

    socket.scope["extensions"][HEAR](heard)
    try:
        while True:
            await socket.send_text(f"received {await socket.receive_text()}")
    except WebSocketDisconnect:
        return


@asynccontextmanager
async def serving(app: Litestar) -> AsyncIterator[tuple[str, Server]]:
    listener = bind("127.0.0.1", 0)
    started = asyncio.Event()
    server = Server(app, Settings(), started.set)
    serving = asyncio.ensure_future(server.serve([listener]))
    await started.wait()
    try:
        yield f"ws://127.0.0.1:{listener.getsockname()[1]}/echo", server
    finally:
        server.should_exit = True
        await serving


def an_app() -> Litestar:
    return Litestar([echo], openapi_config=None, logging_config=None)


async def test_frames_travel_without_compression_or_a_server_header():
    async with serving(an_app()) as (url, _), connect(url, compression="deflate") as phone:
        await phone.send("hello")
        assert await phone.recv() == "hello"
        assert phone.response.headers.get("Sec-WebSocket-Extensions") is None
        assert "server" not in phone.response.headers


async def test_the_application_can_cut_a_connection():
    async with serving(an_app()) as (url, _), connect(url) as phone:
        await phone.send("cut")
        with pytest.raises(ConnectionClosedError):
            await phone.recv()
        assert phone.close_code == 1006


@pytest.mark.parametrize("size", [8 * 1024 + 1, 4 * 1024 * 1024])
async def test_a_frame_over_8_kib_is_closed_with_1009_and_the_client_reads_it(size):
    async with serving(an_app()) as (url, _), connect(url) as phone:
        with suppress(ConnectionClosedError):  # the server may close while the rest is still on its way
            await phone.send("x" * size)
        await phone.wait_closed()
        assert phone.close_code == 1009


async def test_a_frame_of_8_kib_passes():
    async with serving(an_app()) as (url, _), connect(url) as phone:
        await phone.send("x" * 8 * 1024)
        assert len(await phone.recv()) == 8 * 1024


async def test_text_that_is_no_utf_8_is_closed_with_1007_and_is_no_error_in_the_log(caplog):
    async with serving(an_app()) as (url, _), connect(url) as phone:
        async with phone.send_context():
            phone.protocol.send_text(b"\xc3\x28")
        await phone.wait_closed()
        assert phone.close_code == 1007
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_message_in_pieces_without_end_is_closed_with_1009():
    async with serving(an_app()) as (url, _), connect(url) as phone:
        await phone.send([b"h".decode(), *("" for _ in range(MOST_FRAGMENTS // 2)), "ello"])
        assert await phone.recv() == "hello"
        with suppress(ConnectionClosedError):
            await phone.send("" for _ in range(10 * MOST_FRAGMENTS))
        await phone.wait_closed()
        assert phone.close_code == 1009


async def test_frames_are_heard_at_once_unless_one_before_them_is_still_to_be_received():
    app = Litestar([listen], openapi_config=None, logging_config=None)
    async with serving(app) as (url, _), connect(url) as phone:
        await phone.send("a")
        await phone.send(["b", "c"])
        assert [await phone.recv() for _ in range(2)] == ["heard a", "heard bc"]
        async with phone.send_context():
            for text in (b"d?", b"e", b"f"):
                phone.protocol.send_text(text)
        assert [await phone.recv() for _ in range(3)] == ["received d?", "received e", "received f"]
        await phone.send("g")
        assert await phone.recv() == "heard g"
        async with phone.send_context():
            phone.protocol.send_text(b"\xc3\x28")
        await phone.wait_closed()
        assert phone.close_code == 1007


async def test_what_is_said_beyond_the_close_is_passed_over_and_the_peers_close_is_found_behind_it():
    async with serving(an_app()) as (url, _), connect(url) as phone:
        async with phone.send_context():
            phone.protocol.send_text(b"close")
            for _ in range(READ_AT_ONCE):
                phone.protocol.send_text(b"x")
        await asyncio.wait_for(phone.wait_closed(), 5)
        assert phone.close_code == 4000


async def test_who_pings_and_reads_no_answer_is_cut():
    async with serving(an_app()) as (url, _), connect(url) as phone:
        phone.transport.pause_reading()
        with suppress(ConnectionError, ConnectionClosedError):
            for _ in range(200_000):
                async with phone.send_context():
                    phone.protocol.send_ping(b"x" * 125)
        phone.transport.resume_reading()
        await phone.wait_closed()
        assert phone.close_code == 1006


async def test_the_application_drains_before_sockets_are_closed_with_1012():
    app = an_app()
    drained = asyncio.Event()

    async def drain(close_doors: CloseDoors) -> None:
        del close_doors
        drained.set()

    app.state.drain = drain
    async with serving(app) as (url, server), connect(url) as phone:
        await phone.send("hello")
        assert await phone.recv() == "hello"
        server.should_exit = True
        with pytest.raises((ConnectionClosedError, ConnectionClosedOK)):
            await phone.recv()
        assert drained.is_set()
        assert phone.close_code == 1012


async def test_a_failing_drain_does_not_keep_the_server_alive():
    app = an_app()

    async def drain(close_doors: CloseDoors) -> None:
        raise RuntimeError("no")

    app.state.drain = drain
    async with serving(app) as (url, _), connect(url):
        pass


ASKED = b"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def answer(line: socket.socket) -> str:
    """Head and body of what comes: an object without others in it."""
    line.setblocking(False)
    read = b""
    while not read.endswith(b"}"):
        more = await asyncio.get_running_loop().sock_recv(line, 4096)
        assert more, f"it was closed after {read!r}"
        read += more
    return read.decode().lower()


async def test_who_has_come_when_the_doors_close_is_answered_and_nobody_new_is_let_in():
    """As behind a proxy that keeps connections open: what it has sent cannot be sent to another process any more."""
    app = an_app()
    answers: list[str] = []

    async def drain(close_doors: CloseDoors) -> None:
        late = socket.create_connection(address)  # the kernel lets it in; nobody has accepted it yet
        late.sendall(ASKED)
        await close_doors()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(address)
        kept.sendall(ASKED)
        answers.extend([await answer(late), await answer(kept)])
        late.close()

    app.state.drain = drain
    async with serving(app) as (url, server):
        address = ("127.0.0.1", int(url.split(":")[2].split("/")[0]))
        kept = socket.create_connection(address)
        kept.sendall(ASKED)
        await answer(kept)
        server.should_exit = True
    kept.close()
    assert len(answers) == 2
    for told in answers:
        assert told.startswith("http/1.1 404")
        assert "connection: close" in told


async def test_a_request_that_meets_the_closing_of_its_connection_is_answered():
    async with serving(an_app()) as (url, server):
        line = socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])))
        for ending in ("shutdown", "timeout_keep_alive_handler"):
            line.sendall(ASKED)
            await answer(line)
            line.sendall(ASKED)
            for connection in server.server_state.connections:
                getattr(connection, ending)()
            assert (await answer(line)).startswith("http/1.1 404"), ending
        line.close()


def test_a_taken_port_names_who_has_it_and_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError, match=rf"Port {port} .* \(process {os.getpid()}\).*--port {port + 1}"):
            bind("127.0.0.1", port)


def test_an_address_of_another_machine_is_said():
    with pytest.raises(PortTakenError, match="not an address of this machine"):
        bind("192.0.2.1", 0)
