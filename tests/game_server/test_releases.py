"""A release: the new schema comes in while the old program plays on. One that does not fit is said wherever one looks."""

import httpx
import pytest
from websockets.asyncio.client import connect

from storage import migration_files
from tests.support.game import generous, playing
from tests.support.server_process import ServerProcess

LAST = migration_files.load()[-1].version


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.fixture
async def next_release(sql):
    """Records a migration that this program does not know; taken away at the end."""

    async def record(oldest_code: int | None, checksum: str = "x") -> None:
        await sql.execute(
            "INSERT INTO schema_migrations (version, name, checksum, oldest_code) VALUES (9999, 'next', $1, $2)",
            checksum,
            oldest_code,
        )

    yield record
    await sql.execute("DELETE FROM schema_migrations WHERE version = 9999")


def _database(server: ServerProcess) -> tuple[int, str]:
    answer = httpx.get(f"{server.url}/health/ready")
    return answer.status_code, answer.json()["checks"]["database"]


def _page(server: ServerProcess, path: str = "/") -> httpx.Response:
    return httpx.get(server.url + path, headers={"Accept": "text/html"})


def _until(server: ServerProcess, check: str) -> None:
    """Looks are shared for a second or two: ask until the next one."""
    while _database(server)[1] != check or (_page(server).status_code == 503) is (check == "ok"):
        pass


async def test_the_old_program_plays_on_and_starts_on_a_newer_schema_that_lets_it(
    server, settings, next_release, tmp_path
):
    async with playing(server) as game:
        await game.card()
        await next_release(LAST)
        await game.complete()
        assert _database(server) == (200, "ok")
        late = ServerProcess(settings, tmp_path / "log")
        assert _database(late) == (200, "ok")
        assert late.stop() == 0
        await game.play_to_end()


async def test_a_newer_schema_that_does_not_let_it_is_said_in_readiness_log_and_page(
    server, settings, next_release, tmp_path
):
    await next_release(None)
    late = ServerProcess(settings, tmp_path / "log")
    try:
        for one in (server, late):
            _until(one, "newer")
            assert _database(one) == (503, "newer")
            page = _page(one, f"/j/{'t' * 43}")
            assert page.status_code == 503
            assert "newer than this program" in page.text
            assert page.headers["Retry-After"]
            told = one.log.read_text()
            assert told.count("schema_does_not_fit") == 1
            assert "newer than this program" in told
            assert "older than this program" not in told
    finally:
        late.stop()


async def test_a_program_that_the_schema_is_not_for_touches_nothing_until_it_is_again(
    server, settings, next_release, sql, tmp_path
):
    """Its phones are sent away, its API says so, and afterwards the game goes on where it was."""
    _until(server, "ok")
    async with playing(server) as game:
        await game.complete()
        head = await game.settle()
        await next_release(None)
        for phone in game.phones:
            assert await phone.until_closed() == 1012
        http = game.a.person.http
        for answer in (
            await http.get("/api/profile"),
            await http.post("/api/sessions", json={"activity_type": "truth"}),
            await http.post("/api/auth/login", json={"email": "a@b.example", "password": "12345678"}),
        ):
            assert answer.status_code == 503, answer.text
            assert answer.json()["error"]["code"] == "updating"
            assert answer.headers["Retry-After"] == "10"
        assert (await http.get("/health/live")).status_code == 200
        assert (await _closed_at_the_door(server, game.session_id)) == 1012
        assert await sql.fetchval("SELECT max(seq) FROM session_events WHERE session_id = $1", game.session_id) == head
        await sql.execute("DELETE FROM schema_migrations WHERE version = 9999")
        _until(server, "ok")
        for phone in game.phones:
            await phone.connect()
        await game.play_to_end()


async def _closed_at_the_door(server: ServerProcess, session_id: str) -> int:
    async with connect(f"{server.ws_url}/ws/sessions/{session_id}", subprotocols=["attuned.v1"]) as socket:
        await socket.wait_closed()
        return socket.close_code


async def test_an_edited_and_an_older_schema_are_said_too_until_they_fit_again(server, sql):
    checksum = await sql.fetchval("SELECT checksum FROM schema_migrations WHERE version = $1", LAST)
    for spoilt, check, said in (
        (
            "UPDATE schema_migrations SET checksum = 'x' WHERE version = $1",
            "edited",
            "edited after it had been applied",
        ),
        ("UPDATE schema_migrations SET version = version + 1000 WHERE version = $1", "behind", "migrate up"),
    ):
        async with sql.transaction():
            await sql.execute(spoilt, LAST)
        _until(server, check)
        assert said in _page(server).text
        assert f'"standing": "{check}"' in server.log.read_text()
        await sql.execute(
            "UPDATE schema_migrations SET version = $1, checksum = $2 WHERE version IN ($1, $1 + 1000)", LAST, checksum
        )
        _until(server, "ok")
    assert _page(server).status_code == 200
