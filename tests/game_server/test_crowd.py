"""Connections that never finish a request, more of them than the process may have open: everybody else still gets in."""

import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.support.game import generous, playing
from tests.support.raw import wire
from tests.support.server_process import PROGRAM, ROOT, ServerProcess, environment

FILES = 256


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


class Confined(ServerProcess):
    """A server that may open few files, and no more when it asks."""

    def _start(self) -> subprocess.Popen[str]:
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [
                    "/bin/sh",
                    "-c",
                    f'ulimit -n {FILES} && exec "$@"',
                    "sh",
                    *PROGRAM,
                    "serve",
                    "--port",
                    str(self._port),
                ],
                cwd=ROOT,
                env=environment(self.settings),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdout
        self.url = next(line for line in process.stdout if line.startswith("Ready at ")).split()[2]
        return process


@pytest.fixture
def confined(settings, tmp_path) -> Iterator[ServerProcess]:
    server = Confined(settings, tmp_path / "log")
    yield server
    assert server.stop() == 0


async def test_a_crowd_that_never_finishes_a_request_keeps_nobody_out(confined):
    async with playing(confined) as game, AsyncExitStack() as crowd:
        for _ in range(2 * FILES):
            line = await crowd.enter_async_context(wire(confined.url))
            line.say(b"GET / HTTP/1.1\r\nHost: here\r\n")
        async with httpx.AsyncClient(base_url=confined.url) as http:
            assert (await http.get("/health/ready")).status_code == 200
        await game.complete()
        await game.a.drop()
        await game.a.connect()
        await game.agree()
    assert "accept" not in confined.log.read_text()
