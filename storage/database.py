"""The two pools: requests run as `authenticated` or `anon` on one, the server itself as `game_service` on the other, and on it
what a member of a bond commands, as `bond_writer` with the member's claims.

The two logins can never become each other: `game_web` is a member of the clients' roles only, `game_worker` of
`game_service` and `bond_writer` only. Claims are set for one transaction (SET LOCAL), so that nothing stays on a pooled
connection.
"""

import asyncio
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from hashlib import sha256
from typing import Any, cast
from weakref import WeakValueDictionary

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from storage import poolers
from storage.lineage import Lineage

CLOSE_WITHIN_S = 3.0
LOCK_WITHIN_S = 1.2
MEMBERS_POOL = 4
"""Connections for members' commands: those of one bond wait for each other, and no card that somebody plays waits with them."""

WAIT_FOR_FIRST_S = 3.5
"""How long a member's command waits for another of the bond, or a retry for the first: less than an answer may take."""

ANSWER_WITHIN_S = 4.0
"""A statement that takes longer was sent into the void: longer than a few waits for locks, shorter than anybody's patience."""

SLOW_S = 10.0
"""For the timetable's sweeps, which may touch many rows; the server itself ends every statement then."""

STORE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What a store that is away raises. InternalClientError is what asyncpg makes of a session that is terminated while it is being
given back.
"""

WEB_LOGIN, WORKER_LOGIN = "game_web", "game_worker"
CLIENT_ROLES = ("authenticated", "anon")
WORKER_ROLES = ("game_service", "bond_writer")


class Use(msgspec.Struct, frozen=True):
    """A pool now: connections that are open, may be, are in use; and how many wait for one."""

    size: int
    most: int
    busy: int
    waiting: int


_waiting: Counter[asyncpg.Pool] = Counter()
"""Who has asked a pool for a connection and has none yet."""


class UnsafeDatabase(Exception):
    """The database is set up in a way that breaks a promise; the message says which and what to do."""


def derived_password(secret: bytes, role: str) -> str:
    """What earlier versions gave a run-time login: derived from the administrator's password or a secret of the server's."""
    return hmac.new(secret, f"attuned login {role}".encode(), sha256).hexdigest()


def computable_password(role: str) -> str:
    """The same where there was neither: anybody can compute it."""
    return derived_password(b"", role)


class Database:
    """The pools on one database. `open()` it, use the `as_…` context managers, `close()` it."""

    def __init__(
        self, web: asyncpg.Pool, worker: asyncpg.Pool, members: asyncpg.Pool, lineage: Lineage | None = None
    ) -> None:
        self.web = web
        self.worker = worker
        self.members = members
        self.lineage = lineage or Lineage()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    async def open(
        cls,
        web_url: str,
        worker_url: str,
        *,
        web_pool: int = 8,
        worker_pool: int = 8,
        queried: Callable[[Any], None] | None = None,
    ) -> "Database":
        """Connect both pools. `queried` hears of every statement, as asyncpg's query loggers do. Raises OSError or asyncpg errors
        when the database cannot be reached, SharedSessions.
        """
        await _refuse_shared(worker_url)
        lineage = Lineage()

        async def prepare_web(connection: asyncpg.Connection) -> None:
            await _prepare(connection)
            if queried is not None:
                connection.add_query_logger(queried)

        async def prepare_worker(connection: asyncpg.Connection) -> None:
            await prepare_web(connection)
            await lineage.meet(connection)

        of_server = {
            "init": prepare_worker, "reset": _nothing_to_reset, "connection_class": _Ours, **_SESSION,
        }  # fmt: skip
        web = await asyncpg.create_pool(
            web_url,
            min_size=1,
            max_size=web_pool,
            init=prepare_web,
            reset=_leave_nothing,
            connection_class=_Forgetful,
            **_SESSION,
        )
        try:
            worker = await asyncpg.create_pool(
                worker_url,
                min_size=worker_pool,  # all of them, kept: a burst after a calm is no moment to log in
                max_size=worker_pool,
                max_inactive_connection_lifetime=0,
                **of_server,
            )
            members = await asyncpg.create_pool(worker_url, min_size=0, max_size=MEMBERS_POOL, **of_server)
        except BaseException:
            web.terminate()
            raise
        return cls(web, worker, members, lineage)

    async def close(self) -> None:
        """Give every connection back; what hangs is cut."""
        for pool in (self.web, self.worker, self.members):
            try:
                async with asyncio.timeout(CLOSE_WITHIN_S):
                    await pool.close()
            except TimeoutError:
                pool.terminate()
            _waiting.pop(pool, None)

    def use(self) -> dict[str, Use]:
        """How the pools are used at this moment."""
        pools = (("web", self.web), ("worker", self.worker), ("members", self.members))
        return {name: _use(pool) for name, pool in pools}

    @asynccontextmanager
    async def as_user(self, user_id: str) -> AsyncIterator[asyncpg.Connection]:
        """One transaction as `authenticated` with this user's claims."""
        async with self._as_client("authenticated", {"sub": user_id, "role": "authenticated"}) as connection:
            yield connection

    @asynccontextmanager
    async def as_anonymous(self, anonymous_session_id: str) -> AsyncIterator[asyncpg.Connection]:
        """One transaction as `anon` with this anonymous player's verified id."""
        claims = {"role": "anon", "anonymous_session_id": anonymous_session_id}
        async with self._as_client("anon", claims) as connection:
            yield connection

    @asynccontextmanager
    async def as_service(self) -> AsyncIterator[asyncpg.Connection]:
        """One transaction as the server itself."""
        async with _transaction(self.worker) as connection:
            yield connection

    @asynccontextmanager
    async def as_member(
        self, user_id: str, at: datetime, *, at_once: bool = False
    ) -> AsyncIterator[asyncpg.Connection]:
        """One transaction as `bond_writer` with this user's claims: what they command in their bonds, at that moment.

        One of theirs at a time: whoever sends hundreds at once waits for themselves, and nobody's bond waits with them.
        `at_once`: what halts waits only for what else of theirs does.
        """
        claims = {"sub": user_id, "role": "bond_writer"}
        more = {"app.moment": at.isoformat(), "lock_timeout": f"{WAIT_FOR_FIRST_S * 1000:.0f}"}
        turn = f"{user_id} at once" if at_once else user_id
        async with self._turn(turn), _become(self.members, "bond_writer", claims, more) as connection:
            yield connection
            await connection.execute("COMMIT")

    @asynccontextmanager
    async def _turn(self, whose: str) -> AsyncIterator[None]:
        """Raises TimeoutError where those before take as long as a connection may."""
        lock = self._turns.setdefault(whose, asyncio.Lock())
        # Python 3.11's wait_for may swallow who cancels, and keep the lock.
        async with asyncio.timeout(_SESSION["timeout"]):
            await lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[asyncpg.Connection]:
        """The server itself, without a transaction around: for reads of which each stands alone."""
        async with connected(self.worker) as connection:
            yield connection

    @asynccontextmanager
    async def _as_client(self, role: str, claims: dict[str, str]) -> AsyncIterator[asyncpg.Connection]:
        async with _become(self.web, role, claims) as connection:
            yield connection
            await cast("_Forgetful", connection).commit_and_forget()

    async def verify(self) -> None:
        """Refuse a database whose logins are too mighty or whose commits are not durable. Raises UnsafeDatabase."""
        for pool, allowed in ((self.web, CLIENT_ROLES), (self.worker, WORKER_ROLES)):
            async with pool.acquire() as connection:
                problems = await connection.fetchval(_LOGIN_PROBLEMS, list(allowed))
                if problems:
                    raise UnsafeDatabase(problems)
        async with self.worker.acquire() as connection:
            if missing := await connection.fetchval(_NO_WRITER):
                raise UnsafeDatabase(missing)
            off = await connection.fetch(
                "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
                " AND setting = 'off'"
            )
        if off:
            names = ", ".join(row["name"] for row in off)
            raise UnsafeDatabase(f"{names} is off: an acknowledged move could be lost. Switch it on.")


@asynccontextmanager
async def connected(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the pool. Raises STORE_ERRORS."""
    _waiting[pool] += 1
    try:
        connection = await pool.acquire(timeout=5)
    finally:
        _waiting[pool] -= 1
    try:
        async with _heard(pool, connection):
            yield cast("asyncpg.Connection", connection)
    finally:
        await pool.release(connection)


def _use(pool: asyncpg.Pool) -> Use:
    size = pool.get_size()
    return Use(size, pool.get_max_size(), size - pool.get_idle_size(), _waiting[pool])


@asynccontextmanager
async def _transaction(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """The same inside one transaction; a connection on which nobody answers is given up before it is asked to roll back."""
    async with connected(pool) as connection, connection.transaction(), _heard(pool, connection):
        yield connection


@asynccontextmanager
async def _become(
    pool: asyncpg.Pool, role: str, claims: Mapping[str, str], more: Mapping[str, str] = {}
) -> AsyncIterator[asyncpg.Connection]:
    """A transaction as this role with these claims, begun in one round trip; its body ends with the commit, in one more. A step
    within it is `undone_alone`: asyncpg does not know that it was begun.
    """
    local = {"role": role, "request.jwt.claims": msgspec.json.encode(claims).decode(), **more}
    begin = "BEGIN; SELECT " + ", ".join(f"set_config('{name}', {_text(value)}, true)" for name, value in local.items())
    async with connected(pool) as connection:
        try:
            async with _heard(pool, connection):
                await connection.execute(begin)
                yield connection
        except TimeoutError:
            raise  # it was cut
        except BaseException:
            await connection.execute("ROLLBACK")
            raise


@asynccontextmanager
async def undone_alone(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """A step of a transaction: what it wrote is undone where it fails, and the rest stays."""
    await connection.execute("SAVEPOINT step")
    try:
        yield
    except BaseException:
        await connection.execute("ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step")
        raise
    await connection.execute("RELEASE SAVEPOINT step")


def _text(value: str) -> str:
    """As it stands in a statement: in digits, which end no text and begin no statement, whatever somebody is called."""
    return f"convert_from(decode('{value.encode().hex()}', 'hex'), 'UTF8')"


@asynccontextmanager
async def _heard(pool: asyncpg.Pool, connection: PoolConnectionProxy | asyncpg.Connection) -> AsyncIterator[None]:
    """A connection on which nobody answers is cut, not asked to roll back. Where one was lost without a word others may have
    been: the pool makes all of them anew, so that the fault costs one wait and not one for each.
    """
    try:
        yield
    except TimeoutError:
        connection.terminate()
        await pool.expire_connections()
        raise


async def _nothing_to_reset(_: object) -> None:
    """The server's own connections never hold anything of a caller; a round trip less for each use."""


class _Ours(asyncpg.Connection):
    """A connection on which nothing passes for committed that was not."""

    __slots__ = ()

    async def execute(self, query: str, *args: object, timeout: float | None = None) -> str:  # noqa: ASYNC109 - asyncpg's
        """Raises InFailedSQLTransactionError for a commit that PostgreSQL answers with a rollback: an error before it was caught
        by somebody, and what else they wrote is undone with it.
        """
        answer: str = await super().execute(query, *args, timeout=timeout)
        if answer == "ROLLBACK" and query.startswith("COMMIT"):
            raise asyncpg.InFailedSQLTransactionError("the transaction had failed before its commit")
        return answer

    async def close(self, *, timeout: float | None = None) -> None:  # noqa: ASYNC109 - asyncpg's
        """Where nobody answers it is cut, which is no fault of what was committed on it."""
        with suppress(TimeoutError):
            await super().close(timeout=timeout)


class _Forgetful(_Ours):
    """A request's connection, and whether it has forgotten what it was when it is given back."""

    __slots__ = ("forgot",)

    async def commit_and_forget(self) -> None:
        """Both in one round trip. Where the commit is refused, nothing is forgotten yet; and the SELECT is refused in a
        transaction that has failed, where the commit's own answer would be lost among those behind it.
        """
        await self.execute(f"SELECT; COMMIT; {_FORGET}")
        self.forgot = True

    async def forget(self) -> None:
        """Where that was not done yet, and it counts for one time."""
        if not getattr(self, "forgot", False):
            await self.execute(_FORGET)
        self.forgot = False


async def _leave_nothing(connection: asyncpg.Connection) -> None:
    """A request's connection forgets what it was: role, settings, temporary tables, cursors, locks. DISCARD ALL, but for the
    prepared statements, which hold nothing of a caller.
    """
    if isinstance(connection, _Forgetful):
        await connection.forget()


async def _refuse_shared(url: str) -> None:
    connection = await asyncpg.connect(url, statement_cache_size=0, timeout=5)
    try:
        await poolers.refuse_shared(url, connection)
    finally:
        connection.terminate()


async def _prepare(connection: asyncpg.Connection) -> None:
    await connection.execute(_AS_MEANT)
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )


_SESSION: dict[str, Any] = {
    "timeout": 5,
    "command_timeout": ANSWER_WITHIN_S,
    "server_settings": {"application_name": "attuned"},  # the only one that poolers let through
}

_MEANT = {
    "lock_timeout": f"{LOCK_WITHIN_S * 1000:.0f}",
    "statement_timeout": f"{SLOW_S * 1000:.0f}",
    "idle_in_transaction_session_timeout": "15000",
    "timezone": "UTC",
    # What a draw asks is planned by index alone, which looks expensive: it would be compiled, for a second, each time.
    "jit": "off",
    # Whatever is set for the login or the database: our tables before temporary ones of the same name, and policies on.
    "search_path": "public, pg_temp",
    "row_security": "on",
    "default_transaction_read_only": "off",
    "default_transaction_isolation": "read committed",
}

_AS_MEANT = "SELECT " + ", ".join(
    f"pg_catalog.set_config('{name}', '{value}', false)" for name, value in _MEANT.items()
)

_FORGET = (
    "RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP;"
    f" DISCARD SEQUENCES; {_AS_MEANT}"
)

_NO_WRITER = """
    SELECT format('the login %I may not write in bonds. Run `game-server migrate up`, or: GRANT bond_writer TO %I',
        current_user, current_user)
    FROM pg_roles w WHERE w.rolname = 'bond_writer' AND NOT pg_has_role(w.oid, 'MEMBER')
"""
"""Nothing where there are no bonds yet: that is said of the schema."""

_LOGIN_PROBLEMS = """
    SELECT CASE
        WHEN r.rolsuper THEN format('the login %I is a superuser', current_user)
        WHEN r.rolbypassrls THEN format('the login %I may bypass row-level security', current_user)
        WHEN EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) THEN format('the login %I owns tables', current_user)
        WHEN EXISTS (
            SELECT FROM pg_roles other
            WHERE other.oid <> r.oid AND other.rolname <> ALL ($1::text[]) AND other.rolname NOT LIKE 'pg\\_%'
              AND pg_has_role(r.oid, other.oid, 'MEMBER')
        ) THEN format('the login %I is a member of more roles than %s', current_user, array_to_string($1::text[], ', '))
        ELSE (
            SELECT format('the login %I becomes %s, which row-level security does not bind', current_user, min(other.rolname))
            FROM pg_roles other
            WHERE other.rolname = ANY ($1::text[]) AND (other.rolsuper OR other.rolbypassrls)
            HAVING count(*) > 0
        )
    END
    FROM pg_roles r WHERE r.rolname = current_user
"""
