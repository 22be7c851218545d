"""Behind PgBouncer: session mode is as good as none, transaction mode is refused in one sentence at the start."""

from urllib.parse import urlsplit

import msgspec
import pytest

from storage.database import Database
from storage.urls import as_login
from tests.support import databases, pgbouncer
from tests.support.databases import login_url
from tests.support.game import generous, playing
from tests.support.server_process import ServerProcess, game_server

pytestmark = pytest.mark.skipif(pgbouncer.PROGRAM is None, reason="no PgBouncer here: install Debian's pgbouncer")


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.fixture
def in_session_mode(settings):
    """Settings that lead through a pooler as it comes, in session mode."""
    with pgbouncer.before(settings.database_url, "session") as url:
        yield msgspec.structs.replace(settings, database_url=url)


async def test_in_session_mode_it_prepares_serves_and_plays(in_session_mode, tmp_path):
    server = ServerProcess(in_session_mode, tmp_path / "log", "--prepare")
    try:
        async with playing(server) as game:
            await game.play_to_end()
            await game.agree()
        assert "timetable_led_here" in server.log.read_text()
    finally:
        assert server.stop() == 0


async def test_in_session_mode_every_statement_runs_under_our_settings(in_session_mode):
    url = in_session_mode.database_url
    database = await Database.open(login_url(url, "game_web"), login_url(url, "game_worker"), web_pool=1, worker_pool=1)
    told = "SELECT array_agg(setting ORDER BY name) FROM pg_settings WHERE name IN ('lock_timeout', 'search_path', 'TimeZone')"
    meant = {"1200", "public, pg_temp", "UTC"}
    for _ in range(2):  # after it was given back, too
        async with database.web.acquire() as connection:
            assert set(await connection.fetchval(told)) == meant
            await connection.execute("SET search_path = pg_catalog")
    async with database.reading() as connection:
        assert set(await connection.fetchval(told)) == meant
    await database.close()


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("transaction", {}),
        pytest.param("transaction", {"server_round_robin": "1", "min_pool_size": "3"}, marks=pytest.mark.long),
        pytest.param("transaction", {"default_pool_size": "1"}, marks=pytest.mark.long),
        ("statement", {}),
    ],
)
def test_where_transactions_share_sessions_it_is_refused_in_one_sentence(settings, mode, options):
    with pgbouncer.before(settings.database_url, mode, **options) as url:
        for command in (["migrate", "up"], ["serve"]):
            refused = game_server(msgspec.structs.replace(settings, database_url=url), *command)
            assert refused.returncode == 2, (command, refused.stderr)
            assert "session mode" in refused.stderr
            assert "Traceback" not in refused.stderr


@pytest.fixture
def administered(admin_url):
    """An empty database of an administrator who may create roles and is no superuser, by the superuser's URL."""
    url = databases.create(admin_url, prefix="pooled")
    name = urlsplit(url).path[1:]
    databases.await_here(databases.execute(admin_url, f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'its own'"))
    databases.await_here(databases.execute(admin_url, f"ALTER DATABASE {name} OWNER TO {name}"))
    yield url
    databases.drop(url, admin_url)
    for role in (f"game_web_{name}", f"game_worker_{name}", name):
        databases.await_here(databases.execute(admin_url, f"DROP ROLE IF EXISTS {role}"))


@pytest.mark.long
def test_an_administrator_who_may_not_see_passwords_migrates_through_it(settings, administered):
    """Whether a login has its password is tried out; a pooler refuses a wrong one in words of its own."""
    with pgbouncer.before(administered, "session") as url:
        own = msgspec.structs.replace(settings, database_url=as_login(url, urlsplit(url).path[1:], "its own"))
        for _ in range(3):  # the server's roles are not this one's to grant: that SQL is printed
            done = game_server(own, "migrate", "up")
            _, _, printed = done.stderr.partition("\n\n")
            if not printed:
                break
            databases.await_here(databases.execute(administered, printed))
        assert done.returncode == 0, done.stderr
        assert game_server(own, "migrate", "up").returncode == 0


def test_a_pooler_without_a_place_says_so(settings):
    with pgbouncer.before(settings.database_url, "session", max_client_conn="1") as url:
        refused = game_server(msgspec.structs.replace(settings, database_url=url), "serve")
        assert refused.returncode == 2
        assert "no more connections allowed" in refused.stderr
        assert "Traceback" not in refused.stderr
