"""PostgreSQL has no room left: nothing is acknowledged, both phones still halt, and all goes on when there is room again."""

import os
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest

from game_server.commands.migrating import prepare_database
from game_server.settings import Settings
from storage.embedded import Stores
from tests.support.databases import await_here
from tests.support.game import Game, generous, playing
from tests.support.phone import Refused
from tests.support.server_process import ServerProcess

pytestmark = pytest.mark.long

DISK = "330m"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own; skipped where this process may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("a small disk cannot be mounted by this user")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def server(small_disk, tmp_path, redis_url):
    stores = Stores(small_disk / "data", redis=False)
    stores.start()
    settings = Settings(
        database_url=stores.database_url,
        redis_url=redis_url,
        data_dir=tmp_path / "own",
        port=0,
        secret_key="a secret of nobody, long enough for the tests",
        log_format="json",
    )
    await_here(prepare_database(settings, lambda _text: nullcontext()))
    server = ServerProcess(generous(settings), tmp_path / "log")
    yield server
    server.stop()
    stores.stop()


def fill(ballast: Path) -> None:
    """Take the last byte of the disk."""
    descriptor = os.open(ballast, os.O_WRONLY | os.O_CREAT)
    for size in (65536, 512):
        try:
            while os.write(descriptor, b"x" * size):
                pass
        except OSError:
            continue
    os.close(descriptor)


async def play_until_refused(game: Game) -> tuple[str, int]:
    """The refusal's code and the last acknowledged seq: the pages that are there still take a few moves."""
    acked = game.a.seq
    for number in range(200):
        feedback = ("like", "dislike", "neutral")[number % 3]
        try:
            acked = (await game.a.command("feedback", turn=1, feedback=feedback))["seq"]
        except Refused as refused:
            return refused.code, acked
    return "never refused", acked


async def test_a_full_disk_refuses_moves_and_never_a_halt(server, small_disk):
    async with playing(server) as game:
        await game.complete()
        ballast = small_disk / "ballast"
        fill(ballast)
        code, acked = await play_until_refused(game)
        assert code == "unavailable"
        await game.b.say({"t": "pause", "id": "5f0c3e52-6f53-4b43-9f0e-1a2b3c4d5e6f"})
        for phone in game.phones:
            await phone.until(lambda phone=phone: any(frame["t"] == "halt" for frame in phone.frames))
        assert game.a.state["phase"] != "paused"
        ballast.unlink()
        for phone in game.phones:
            await phone.until(lambda phone=phone: phone.state["phase"] == "paused", within=60)
        assert game.a.seq == acked + 1
        await game.agree()
