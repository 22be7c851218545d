"""The passwords of the run-time logins: never computable, and changed only where they must be."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from game_server.process.database_logins import web_url, worker_url
from game_server.settings import Settings
from storage import migrate
from storage.database import UnsafeDatabase, login_password, login_url
from storage.urls import as_login

LOGINS = ("game_web", "game_worker")
SECRET = b"what only this server has"


def computed(role: str) -> str:
    """As anybody can."""
    return hmac.new(b"", f"attuned login {role}".encode(), sha256).hexdigest()


@pytest.fixture
async def admin(database_url):
    """The passwords of the run's other modules are given back at the end: logins belong to the whole server."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()
    await migrate.ensure_logins(database_url)


@pytest.fixture
def bare_url(database_url, monkeypatch) -> str:
    """The administrator's URL without a password; it comes from elsewhere."""
    parts = urlsplit(database_url)
    monkeypatch.setenv("PGPASSWORD", str(parts.password))
    return urlunsplit(parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}"))


async def lets_in(url: str, role: str, password: str) -> bool:
    try:
        connection = await asyncpg.connect(as_login(url, role, password))
    except asyncpg.InvalidPasswordError:
        return False
    await connection.close()
    return True


@pytest.mark.parametrize("role", LOGINS)
@pytest.mark.parametrize("form", ["{user}@{host}", "{user}:@{host}", "{host}"])
def test_nothing_is_derived_from_no_password(role, form):
    url = f"postgresql://{form.format(user='admin', host='h')}/db"
    with pytest.raises(UnsafeDatabase, match="ATTUNED_SECRET_KEY"):
        login_password(url, role)
    assert login_password(url, role, SECRET) != computed(role)


@pytest.mark.parametrize("role", LOGINS)
def test_a_password_in_the_query_counts_as_one(role):
    assert login_password("postgresql://a@h/db?password=p", role) == login_password("postgresql://a:p@h/db", role)


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize("role", LOGINS)
async def test_a_url_without_a_password_gives_no_computable_one(bare_url, role):
    await migrate.ensure_logins(bare_url, SECRET)
    assert not await lets_in(bare_url, role, computed(role))
    assert await lets_in(bare_url, role, login_password(bare_url, role, SECRET))


@pytest.mark.parametrize("role", LOGINS)
async def test_a_computable_password_of_an_earlier_version_is_replaced(admin, bare_url, database_url, role):
    for url, secret in ((bare_url, SECRET), (database_url, b"")):
        await admin.execute(f"ALTER ROLE {role} PASSWORD '{computed(role)}'")
        await migrate.ensure_logins(url, secret)
        assert not await lets_in(url, role, computed(role))


async def test_a_password_that_the_operator_named_is_never_changed(admin, database_url):
    await admin.execute("ALTER ROLE game_web PASSWORD 'of the operator'")
    await migrate.ensure_logins(database_url, named=frozenset(LOGINS))
    assert await lets_in(database_url, "game_web", "of the operator")


async def test_a_computable_password_is_taken_away_also_where_the_operator_named_another_login(admin, database_url):
    await admin.execute(f"ALTER ROLE game_web PASSWORD '{computed('game_web')}'")
    await migrate.ensure_logins(database_url, named=frozenset(LOGINS))
    assert not await lets_in(database_url, "game_web", computed("game_web"))


async def test_a_password_that_is_right_stays_as_it_is(admin, database_url):
    kept = "SELECT array_agg(rolpassword ORDER BY rolname) FROM pg_authid WHERE rolname IN ('game_web', 'game_worker')"
    await migrate.ensure_logins(database_url)
    before = await admin.fetchval(kept)
    await migrate.ensure_logins(database_url)
    assert await admin.fetchval(kept) == before


def test_a_named_url_with_a_computable_password_is_refused():
    for name, url_of in (("web", web_url), ("worker", worker_url)):
        own = f"postgresql://game_{name}:{computed(f'game_{name}')}@h/db"
        with pytest.raises(UnsafeDatabase, match=f"DATABASE_{name.upper()}_URL"):
            url_of(Settings(**{f"database_{name}_url": own}))


def test_every_process_with_the_same_secret_key_derives_the_same_passwords(tmp_path):
    key = "a secret of nobody, long enough for the tests"
    one, other = (
        web_url(Settings(database_url="postgresql://a@h/db", secret_key=key, data_dir=tmp_path / name)) for name in "ab"
    )
    assert one == other != web_url(Settings(database_url="postgresql://a@h/db", secret_key=key[::-1]))


def test_a_password_in_the_url_gives_what_it_gave_in_every_version():
    known = hmac.new(b"p", b"attuned login game_web", sha256).hexdigest()
    assert login_url("postgresql://a:p@h/db", "game_web", SECRET) == f"postgresql://game_web:{known}@h/db"
