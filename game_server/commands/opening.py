"""Opening the stores for a command: start what is embedded or join it, connect, and say in words what does not work."""

import asyncio
import sqlite3
import ssl
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlsplit

import asyncpg
import msgspec
import redis.exceptions
import uvloop

from game_server.process.database_logins import with_logins
from game_server.process.exits import CannotRunError
from game_server.process.keys import with_secret
from game_server.services import Services, open_services
from game_server.settings import Settings
from storage import data_directory, migrate, poolers
from storage.data_directory import DataDirInUse
from storage.database import STORE_ERRORS, Database, UnsafeDatabase
from storage.embedded import Step, Stores
from storage.migration_errors import MigrationError, RolesRefused
from storage.poolers import SharedSessions
from storage.urls import place

JOIN_WITHIN_S = 60

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on the fast event loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@contextmanager
def stores(settings: Settings, step: Step) -> Iterator[tuple[Settings, Stores | None]]:
    """The settings with URLs of stores that run, and the stores when it is this process that runs them.

    What has no URL is started here, or joined where another process of this directory runs it already.
    """
    if not (settings.embedded_database or settings.embedded_redis):
        yield settings, None
        return
    own = Stores(
        settings.data_dir,
        postgres=settings.embedded_database,
        redis=settings.embedded_redis,
        pg_bin=settings.pg_bin,
        redis_bin=settings.redis_bin,
        step=step,
    )
    try:
        own.start()
    except DataDirInUse:
        yield _joined(settings), None
        return
    try:
        yield _with_stores(settings, own.database_url, own.redis_url), own
    finally:
        own.stop()


@contextmanager
def database_only(settings: Settings, step: Step) -> Iterator[Settings]:
    """The same for what needs no Redis: with a database of its own nothing is started."""
    if settings.embedded_database:
        with stores(settings, step) as (opened, _own):
            yield opened
    else:
        yield settings


def administrator(settings: Settings) -> str:
    """The URL that migrations run with. Raises CannotRunError."""
    if settings.database_url is None:
        raise CannotRunError("Migrations need an administrator's DATABASE_URL; only the logins' URLs are set.")
    return settings.database_url


def owners_url(settings: Settings) -> str:
    """Where the tables are asked as their owner, or, where only logins are set, as the server itself. Raises CannotRunError."""
    return settings.database_url or settings.database_worker_url or administrator(settings)


@asynccontextmanager
async def worker_connection(settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """One connection as the server itself, for a command."""
    async with worker_database(settings) as database, database.worker.acquire() as connection:
        yield cast("asyncpg.Connection", connection)


@asynccontextmanager
async def worker_database(settings: Settings) -> AsyncIterator[Database]:
    """The database as the server itself, for a command that asks it now and then."""
    with database_problems(settings.database_worker_url or administrator(settings)):
        known = await with_logins(settings)
        database = await Database.open(
            str(known.database_web_url), str(known.database_worker_url), web_pool=1, worker_pool=2
        )
    try:
        async with database.worker.acquire() as connection:
            with database_problems(settings.database_worker_url or administrator(settings)):
                await migrate.refuse_behind(connection)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def services_for(settings: Settings) -> AsyncIterator[Services]:
    """Open services, closed at the end. Raises CannotRunError when a store does not let us in."""
    with database_problems(settings.database_web_url or settings.database_url or ""):
        services = await open_services(settings)
    try:
        yield services
    finally:
        await services.close()


@contextmanager
def database_problems(url: str) -> Iterator[None]:
    """Turns what goes wrong at the first contact with a store into a sentence; never shows a password."""
    where = place(url)
    try:
        yield
    except RolesRefused as error:
        raise CannotRunError(f"{error}\n\n{error.sql}") from error
    except (UnsafeDatabase, SharedSessions, MigrationError) as error:
        raise CannotRunError(str(error)) from error
    except sqlite3.Error as error:
        raise CannotRunError(
            f"The file of people's keys cannot be used: {error}. Bring it back as it was, or set ATTUNED_PERSON_KEYS to the right"
            " one (without that it is person-keys.sqlite in ATTUNED_DATA_DIR)."
        ) from error
    except redis.exceptions.RedisError as error:
        raise CannotRunError("Redis does not answer. Check REDIS_URL and that it runs.") from error
    except asyncpg.InvalidCatalogNameError as error:
        raise CannotRunError(f"PostgreSQL at {where} has no database {_database(url)!r}. Create it first.") from error
    except STORE_ERRORS as error:
        raise CannotRunError(_why(error, where)) from error


REFUSALS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (
        asyncpg.InvalidAuthorizationSpecificationError,
        (
            "PostgreSQL at {where} refuses the login. Check the password in DATABASE_URL, and that `game-server migrate up` was "
            "run (it makes the logins)."
        ),
    ),
    (
        asyncpg.TooManyConnectionsError,
        (
            "PostgreSQL at {where} has no connection left. Raise its max_connections, or lower ATTUNED_WEB_POOL and "
            "ATTUNED_WORKER_POOL."
        ),
    ),
    (
        poolers.SHARED,
        str(SharedSessions()),
    ),
    (
        asyncpg.ProtocolViolationError,
        "What answers at {where} refuses the connection, as poolers do. It says: {error}.",
    ),
    (
        asyncpg.TargetServerAttributeNotMatched,
        "None of the servers at {where} is one that can be written. Name the primary in DATABASE_URL.",
    ),
    (
        asyncpg.ClientConfigurationError,
        "PostgreSQL at {where} cannot be reached as DATABASE_URL and the PG… variables say: {error}.",
    ),
    (
        (asyncpg.PostgresSyntaxError, asyncpg.UndefinedObjectError, asyncpg.CantChangeRuntimeParamError),
        "PostgreSQL at {where} does not understand the options in DATABASE_URL. It says: {error}.",
    ),
    (
        ssl.SSLCertVerificationError,
        "The certificate of PostgreSQL at {where} is not trusted ({error}). Name its issuer: sslrootcert=FILE.",
    ),
    (
        ssl.SSLError,
        "TLS with PostgreSQL at {where} cannot be had ({error}). Check sslmode and the files that DATABASE_URL names.",
    ),
    (
        TimeoutError,
        (
            "PostgreSQL at {where} does not answer in time. Check DATABASE_URL, that it runs and, where a pooler stands "
            "before it, that its pool has a session for each connection (ATTUNED_WEB_POOL, ATTUNED_WORKER_POOL, a few more)."
        ),
    ),
    (
        asyncpg.CannotConnectNowError,
        (
            "PostgreSQL at {where} takes nobody in just now. It says: {error}. Wait until it has started; its log says how far "
            "it is."
        ),
    ),
    (
        asyncpg.InsufficientPrivilegeError,
        (
            "PostgreSQL at {where} lets this login in and not do what is needed. It says: {error}. Take the administrator's "
            "DATABASE_URL, and the logins that `game-server migrate up` made."
        ),
    ),
    (
        (OSError, asyncpg.PostgresConnectionError, asyncpg.InternalClientError),
        "PostgreSQL does not answer at {where}. Check DATABASE_URL and that it runs.",
    ),
    (
        Exception,
        "PostgreSQL at {where} refuses what every start needs of it. It says: {error}.",
    ),
)
"""What a refusal at the first contact means for the operator; the first that fits."""


def _why(error: Exception, where: str) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used: {error.strerror}. Set ATTUNED_DATA_DIR (ATTUNED_PERSON_KEYS for the keys)."
    if isinstance(error, ConnectionError) and "SSL" in str(error):
        return (
            f"PostgreSQL at {where} speaks no TLS, which sslmode asks for. Switch TLS on there, or take sslmode out of "
            "DATABASE_URL."
        )
    told = str(error).rstrip(".")
    return next(sentence.format(where=where, error=told) for kinds, sentence in REFUSALS if isinstance(error, kinds))


def _database(url: str) -> str:
    return unquote(urlsplit(url).path.removeprefix("/"))


def _joined(settings: Settings) -> Settings:
    deadline = time.monotonic() + JOIN_WITHIN_S
    while True:
        running = data_directory.running(settings.data_dir)
        if running is None:
            raise CannotRunError("The process that ran the stores here has just ended. Start again.")
        joined = _with_stores(settings, running.database_url, running.redis_url)
        if not (joined.embedded_database or joined.embedded_redis):
            return joined
        if running.database_url or running.redis_url:
            raise CannotRunError(
                f"Process {running.pid} runs the stores in {settings.data_dir.absolute()}, but not all that are needed "
                "here. Give this command the same DATABASE_URL and REDIS_URL as that one."
            )
        if time.monotonic() > deadline:
            raise CannotRunError(f"Process {running.pid} has been starting the stores for over {JOIN_WITHIN_S} s.")
        time.sleep(0.1)


def _with_stores(settings: Settings, database_url: str | None, redis_url: str | None) -> Settings:
    """The settings with the URLs of embedded stores, and with the secret that goes with an embedded database."""
    if settings.embedded_database and database_url:
        settings = with_secret(settings)
        return msgspec.structs.replace(settings, database_url=database_url, redis_url=settings.redis_url or redis_url)
    return msgspec.structs.replace(
        settings,
        database_url=database_url if settings.embedded_database else settings.database_url,
        redis_url=redis_url if settings.embedded_redis else settings.redis_url,
    )
