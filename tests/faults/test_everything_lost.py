"""A backup is taken while people play and live together, they go on, somebody is erased, and then everything is lost but the
backup, the keys and the secret. It is brought back, and dies in the middle of that too.

The judge looks at the games as ever, with the wires cut where the log ends that was backed up: what came after it never was.
"""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from game_server.settings import Settings
from storage.engines import left_behind
from tests.faults.judge import judge, read_log
from tests.faults.players import Couple, Player
from tests.support import pictures
from tests.support.bonds import Bond, founded
from tests.support.game import generous
from tests.support.person import Person
from tests.support.server_process import ServerProcess, game_server

pytestmark = pytest.mark.long

SEED = 20_264
COUPLES = 3
LOST = ("postgresql", "valkey", "files", "stores.json", "lock", "sockets")
"""What is gone with the disk; the secret and people's keys are brought back from their own copies."""


class Lives:
    """Ana and Ben in a bond, Cleo in one with Ben, and couples who play."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.couples = [Couple(number, SEED, [server.url]) for number in range(COUPLES)]
        self.said: list[tuple[float, str]] = []
        self._playing: list[asyncio.Future[None]] = []

    async def come(self, sql: asyncpg.Connection) -> None:
        self.ana, self.ben, self.cleo = [
            await Person.registered(self.server.url, name) for name in ("Ana", "Ben", "Cleo")
        ]
        self.guest = await Person.anonymous(self.server.url, "Gil")
        self.bond: Bond = await founded(sql, self.ana, self.ben)
        self.hers: Bond = await founded(sql, self.cleo, self.ben)
        await self.cleo.post(f"{self.hers.path}/journal", {"title": "Mine", "content": "CLEOSWORDS"})
        self.photos = [await pictures.uploaded(person.http) for person in (self.ben, self.cleo)]
        for couple in self.couples:
            await couple.come()
        self._playing = [asyncio.ensure_future(couple.play()) for couple in self.couples]
        self._playing.append(asyncio.ensure_future(self._talk()))

    async def _talk(self) -> None:
        """Ana says one thing after the other; what was answered is kept with its moment."""
        for number in range(100_000):
            words = f"Number {number}"
            await self.ana.post(f"{self.bond.path}/messages", {"content": words})
            self.said.append((time.monotonic(), words))
            await asyncio.sleep(0.05)

    async def moves(self, more: int) -> None:
        """Until so many more were acknowledged."""
        goal = self._acknowledged() + more
        async with asyncio.timeout(120):
            while self._acknowledged() < goal:  # noqa: ASYNC110 - they play by themselves
                await asyncio.sleep(0.1)

    def _acknowledged(self) -> int:
        return sum(noted.frame.get("t") == "ack" for player in self.players for noted in player.wire)

    @property
    def players(self) -> list[Player]:
        return [player for couple in self.couples for game in couple.games for player in game]

    async def break_off(self) -> None:
        """Nobody is there any more."""
        for task in self._playing:
            task.cancel()
        await asyncio.gather(*self._playing, return_exceptions=True)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return generous(
        Settings(data_dir=tmp_path / "home", port=0, daily_limit=1_000_000, cool_down_s=1, log_format="json")
    )


@asynccontextmanager
async def looking(home: Settings) -> AsyncIterator[asyncpg.Connection]:
    url = json.loads(game_server(home, "env", "--json").stdout)["DATABASE_URL"]
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


async def aside(home: Settings, *arguments: str, **variables: str) -> Any:
    """A command, while everybody plays on."""
    return await asyncio.to_thread(game_server, home, *arguments, **variables)


def lose(home: Settings) -> None:
    for name in ("postgresql", "valkey"):  # they die a moment after the process that ran them
        data = home.data_dir / name
        while left_behind(data, data / ("postmaster.pid" if name == "postgresql" else "valkey.pid")):
            time.sleep(0.05)
    for name in LOST:
        path = home.data_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def cut(player: Player, moment: float, head: int) -> None:
    """What came behind the end of the log that was backed up never was; what came before the moment must be in it."""
    beyond = (
        place
        for place, noted in enumerate(player.wire)
        if noted.moment >= moment and noted.way == "in" and noted.frame.get("seq", 0) > head
    )
    del player.wire[next(beyond, len(player.wire)) :]
    player._unanswered.clear()
    player.state = {}  # what it showed last may be of a moment that never was; seq and epoch it remembers


async def test_everything_is_lost_and_comes_back_as_it_was_at_the_backup_without_who_was_erased_since(home, tmp_path):
    shelf, log = tmp_path / "shelf", tmp_path / "log"
    server = ServerProcess(home, log, "--prepare")
    lives = Lives(server)
    async with looking(home) as sql:
        await lives.come(sql)
        await lives.moves(60)
        before, epochs = time.monotonic(), {player.session_id: player.epoch for player in lives.players}
        made = await aside(home, "backup", "--to", str(shelf), "--json")
        assert made.returncode == 0, made.stderr
        backup = json.loads(made.stdout)
        await lives.moves(60)
        assert (await lives.cleo.http.delete("/api/me")).status_code == 204
        assert (await lives.guest.http.delete("/api/anonymous-sessions")).status_code == 204
        await lives.moves(10)
    server.kill()
    await lives.break_off()
    await asyncio.to_thread(lose, home)

    file = str(shelf / backup["name"])
    for point in ("restore_begun", "restore_feeding", "restore_loaded", "restore_erased"):
        died = await aside(home, "restore", file, ATTUNED_CRASH_AT=point)
        assert died.returncode == -9, (point, died.stdout, died.stderr)
        refused = await aside(home, "migrate", "up")
        assert refused.returncode == 2, point
        assert "A restore into this database has begun" in refused.stderr
    done = await aside(home, "restore", file, "--json")
    assert done.returncode == 0, done.stderr
    restored = json.loads(done.stdout)["restored"]
    assert restored["objects"] + restored["lacking"] == 1
    assert restored["lacking"] == 0
    assert (await aside(home, "verify")).returncode == 0

    again = ServerProcess(home, log, "--prepare")
    try:
        await _is_as_it_was(home, lives, again, before, epochs)
    finally:
        again.stop()
        for person in (lives.ana, lives.ben, lives.cleo, lives.guest):
            await person.close()


async def _is_as_it_was(
    home: Settings, lives: Lives, server: ServerProcess, before: float, epochs: dict[str, str | None]
) -> None:
    for person in (lives.ana, lives.ben, lives.cleo, lives.guest, *(one for c in lives.couples for one in c._people)):
        person.http.base_url = httpx.URL(server.url)
    async with looking(home) as sql:
        await _erased_stay_erased(home, sql, lives)
        assert {words for moment, words in lives.said if moment < before} <= await _read(lives)
        assert (await pictures.seen(lives.ben.http, lives.photos[0])).headers["content-type"] == "image/jpeg"
        resumed = 0
        for couple in lives.couples:
            games = [game for game in couple.games if game[0].session_id in epochs]
            assert games, "all of this couple's games began after the backup"
            for game in games:
                head = (await read_log(sql, game[0].session_id)).head
                for player in game:
                    player.urls, player.over = [server.url], False
                    cut(player, before, head)
                resumed += await _judged(sql, game, epochs)
            await couple.leave()
        assert resumed >= 2


async def _read(lives: Lives) -> set[str]:
    """What was said in the bond."""
    read: set[str] = set()
    cursor: dict[str, str] = {}
    while True:
        page = await lives.ben.get(f"{lives.bond.path}/messages", limit=100, **cursor)
        read |= {one["content"] for one in page["items"]}
        if not page.get("next_cursor"):
            return read
        cursor = {"cursor": page["next_cursor"]}


async def _judged(sql: asyncpg.Connection, game: tuple[Player, Player], epochs: dict[str, str | None]) -> bool:
    """A game as it came back, played on where it was open. Was it?"""
    session_id = game[0].session_id
    row = await sql.fetchrow("SELECT epoch, status::text FROM sessions WHERE session_id = $1", session_id)
    assert row is not None, session_id
    is_open: bool = row["status"] == "active"
    if is_open:
        assert row["epoch"] != epochs[session_id]
        await _played_on(game)
    log = await read_log(sql, session_id)
    for player in game:
        async with asyncio.timeout(60):
            await player.settle(log.head)
    judge(session_id, log, game, [await player.person.get(f"/api/sessions/{session_id}") for player in game])
    return is_open


async def _played_on(game: tuple[Player, Player]) -> None:
    """Both come back by a snapshot, and play a little."""
    before = [len(player.wire) for player in game]
    for player in game:
        player.finish.clear()
    runs = [asyncio.ensure_future(player.run()) for player in game]
    async with asyncio.timeout(60):
        while not all(map(_has_moved, game, before)):
            await asyncio.sleep(0.05)
            for run in runs:
                if run.done():
                    run.result()
    for player in game:
        player.finish.set()
    async with asyncio.timeout(60):
        await asyncio.gather(*runs)
    for player, count in zip(game, before, strict=True):
        told = [noted.frame["t"] for noted in player.wire[count:] if noted.way == "in"]
        assert next(kind for kind in told if kind in ("snapshot", "event")) == "snapshot"


def _has_moved(player: Player, since: int) -> bool:
    return player.state.get("phase") == "ended" or sum(n.frame.get("t") == "ack" for n in player.wire[since:]) > 2


async def _erased_stay_erased(home: Settings, sql: asyncpg.Connection, lives: Lives) -> None:
    tables = await sql.fetch(
        "SELECT oid::regclass::text AS t FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    for table in tables:
        text = "\n".join(row[0] for row in await sql.fetch(f"SELECT t::text FROM {table['t']} t"))
        for person in (lives.cleo, lives.guest):
            assert str(person.id) not in text, table["t"]
    for person in (lives.cleo, lives.guest):
        assert (await person.http.get("/api/survey/progress")).status_code == 401
        for file in home.data_dir.glob("person-keys.sqlite*"):
            assert str(person.id).encode() not in file.read_bytes()
    with suppress(FileNotFoundError):
        assert not [one for one in (home.data_dir / "files").rglob("*") if one.is_file()][1:]
