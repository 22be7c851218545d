"""Standard output and error that nobody reads, that are full, closed or broken: no room waits, nothing ends, it is counted."""

import fcntl
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from game_server.process.outlets import Outlet
from tests.support.game import generous, playing
from tests.support.server_process import PROGRAM, ROOT, ServerProcess, environment

PIPE_BYTES = 4096


@contextmanager
def unread_pipe() -> Iterator[tuple[int, int]]:
    """A small pipe, full to the brim."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    os.write(writing, b"x" * PIPE_BYTES)
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


def told(outlet: Outlet) -> tuple[list[int], threading.Event, list[int]]:
    """Where the outlet's two calls go: the drops, that it flows again, and how many it then said were lost."""
    drops: list[int] = []
    flows, lost = threading.Event(), []
    outlet.on_drop = drops.append

    def on_flow(lines: int) -> None:
        lost.append(lines)
        flows.set()

    outlet.on_flow = on_flow
    return drops, flows, lost


def test_what_is_written_comes_out_in_order():
    reading, writing = os.pipe()
    outlet = Outlet(writing, "a test")
    for number in range(200):
        outlet.write(f"{number}\n")
    assert outlet.drain(10)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read().split() == [str(number) for number in range(200)]


def test_a_pipe_that_nobody_reads_holds_nobody_up_and_says_later_what_was_lost():
    with unread_pipe() as (reading, writing):
        outlet = Outlet(writing, "a test", most_bytes=1000)
        drops, flows, lost = told(outlet)
        for _ in range(50):
            assert outlet.write("y" * 99 + "\n") == 100
        assert sum(drops) == 40
        assert not outlet.drain(0)
        os.read(reading, PIPE_BYTES)
        assert flows.wait(10)
        assert sum(lost) == 40
        assert outlet.drain(10)


def test_a_full_disk_and_a_broken_pipe_are_nobodys_error():
    full = os.open("/dev/full", os.O_WRONLY)
    reading, writing = os.pipe()
    os.close(reading)
    for descriptor in (full, writing):
        outlet = Outlet(descriptor, "a test")
        drops, _, _ = told(outlet)
        outlet.write("a line\n")
        assert outlet.drain(10)
        assert drops == [1]
        os.close(descriptor)
        outlet.write("a line after it was closed\n")
        assert outlet.drain(10)


def test_a_non_blocking_pipe_is_waited_for():
    with unread_pipe() as (reading, writing):
        os.set_blocking(writing, False)
        outlet = Outlet(writing, "a test")
        outlet.write("at last\n")
        os.read(reading, PIPE_BYTES)
        assert outlet.drain(10)
        assert os.read(reading, 100) == b"at last\n"


def test_characters_that_are_no_text_are_escaped_and_never_an_error():
    reading, writing = os.pipe()
    outlet = Outlet(writing, "a test")
    outlet.write("\ud800 …\n")
    assert outlet.drain(10)
    assert os.read(reading, 100) == "\\ud800 …\n".encode()
    os.close(reading)
    os.close(writing)


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings, log_level="debug")


async def fill(server: ServerProcess, requests: int) -> None:
    """Lines for the log: one a request."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        for _ in range(requests):
            assert (await http.get("/health/live")).status_code == 200


@pytest.mark.long
async def test_a_log_that_nobody_reads_stops_no_room_and_is_counted(settings, tmp_path):
    with unread_pipe() as (reading, writing):
        server = ServerProcess(settings, tmp_path / "log", stderr=writing)
        try:
            async with playing(server) as game, httpx.AsyncClient(base_url=server.url) as http:
                text = ""
                while not re.search(r'attuned_log_lines_dropped_total\{stream="stderr"\} [1-9]', text):
                    await fill(server, 500)
                    text = (await http.get("/metrics")).text
                await game.a.command("pause")
                await game.a.command("resume", on=game.a.seq)
                await game.b.command("resume", on=game.b.events("paused")[-1]["seq"])
                await game.agree()
            os.set_blocking(reading, False)
            heard = b""
            while b"log_lines_dropped" not in heard:
                try:
                    heard = heard[-200:] + os.read(reading, 65536)
                except BlockingIOError:
                    await fill(server, 1)
        finally:
            assert server.stop() == 0


async def test_a_log_and_an_output_that_take_nothing_stop_no_start(settings, tmp_path):
    full = os.open("/dev/full", os.O_WRONLY)
    server = ServerProcess(settings, tmp_path / "log", stderr=full)
    os.close(full)
    async with playing(server) as game:
        await game.complete()
    assert server.stop() == 0


@pytest.mark.parametrize(
    "streams",
    [
        "0<&- 1>&- 2>&-",
        *(
            pytest.param(one, marks=pytest.mark.long)
            for one in ("1>/dev/full 2>/dev/full", "1>&- 2>&-", "1>&- 2>/dev/full")
        ),
    ],
)
def test_without_any_output_it_serves_and_stops_cleanly(settings, streams, unused_tcp_port):
    command = f'exec "$@" {streams}'
    program = [*PROGRAM, "serve", "--port", str(unused_tcp_port)]
    process = subprocess.Popen(["/bin/sh", "-c", command, "sh", *program], cwd=ROOT, env=environment(settings))
    with httpx.Client(base_url=f"http://127.0.0.1:{unused_tcp_port}") as http:
        while process.poll() is None:
            try:
                if http.get("/health/ready").status_code == 200:
                    break
            except httpx.TransportError:
                continue
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) == 0


@pytest.mark.parametrize(("arguments", "code"), [(["serve"], 2), (["migrate", "status", "--json"], 2), (["env"], 1)])
def test_a_command_that_cannot_say_its_answer_says_so_by_its_code(settings, arguments, code):
    given = environment(settings) | ({"ATTUNED_NONSENSE": "1"} if arguments == ["serve"] else {})
    full = os.open("/dev/full", os.O_WRONLY)
    done = subprocess.run([*PROGRAM, *arguments], cwd=ROOT, env=given, stdout=full, stderr=full, check=False)
    os.close(full)
    assert done.returncode == code
