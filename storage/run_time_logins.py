"""The two run-time logins of a database: their passwords, and that no settings of their own stay with them."""

import logging
import secrets

import asyncpg

from storage import scram
from storage.database import WEB_LOGIN, WORKER_LOGIN, computable_password, login_password
from storage.urls import as_login

logger = logging.getLogger(__name__)


class PasswordsRefused(Exception):
    """This administrator may not set passwords; `sql` is what one who may has to run."""

    def __init__(self) -> None:
        super().__init__(
            "This login may not set passwords. Have an administrator run the SQL below with passwords of your own,"
            " then set DATABASE_WEB_URL and DATABASE_WORKER_URL to log in with them."
        )
        self.sql = "".join(f"ALTER ROLE {role} PASSWORD '…';\n" for role in (WEB_LOGIN, WORKER_LOGIN))


async def ensure(admin_url: str, secret: bytes = b"", named: frozenset[str] = frozenset()) -> None:
    """Give each login its derived password where it has none, another one, or one that anybody can compute.

    `secret` takes the place of a password that `admin_url` does not carry. The `named` logins keep the password that the
    operator gave them; a computable one that is still there is taken away. Raises PasswordsRefused, UnsafeDatabase.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        for role in (WEB_LOGIN, WORKER_LOGIN):
            try:
                if role in named:
                    await _take_computable_away(connection, admin_url, role)
                else:
                    await _give(connection, admin_url, role, login_password(admin_url, role, secret))
            except asyncpg.InsufficientPrivilegeError:
                raise PasswordsRefused from None
            await _reset(connection, role)
    finally:
        await connection.close()


async def _give(connection: asyncpg.Connection, admin_url: str, role: str, password: str) -> None:
    kept = await _kept(connection, role)
    if kept is not None:
        if not scram.is_of(kept, password, role):
            await _set(connection, role, password)
        return
    if not await _can_log_in(as_login(admin_url, role, password)):
        await _set(connection, role, password)
    elif await _can_log_in(as_login(admin_url, role, secrets.token_hex())):  # no password is asked for on this way in
        try:
            await _set(connection, role, password)  # on another it may be
        except asyncpg.InsufficientPrivilegeError:
            logger.warning("PostgreSQL lets %s in without asking for its password here, which could not be set.", role)


async def _take_computable_away(connection: asyncpg.Connection, admin_url: str, role: str) -> None:
    computable = computable_password(role)
    kept = await _kept(connection, role)
    if kept is None:
        has = await _can_log_in(as_login(admin_url, role, computable))
        has = has and not await _can_log_in(as_login(admin_url, role, secrets.token_hex()))
    else:
        has = scram.is_of(kept, computable, role)
    if has:
        await connection.execute(f"ALTER ROLE {role} PASSWORD NULL")
        logger.warning("%s had a password that anybody could compute: it was taken away.", role)


async def _reset(connection: asyncpg.Connection, role: str) -> None:
    """A login may change settings of its own, which PostgreSQL cannot forbid: what is set so ends with the next `migrate up`."""
    rows = await connection.fetch(
        "SELECT d.datname FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase"
        " WHERE s.setrole = $1::regrole AND (s.setdatabase = 0 OR d.datname = current_database())",
        role,
    )
    for row in rows:
        where = "" if row["datname"] is None else " IN DATABASE " + await connection.fetchval(
            "SELECT quote_ident($1)", row["datname"]
        )  # fmt: skip
        try:
            await connection.execute(f"ALTER ROLE {role}{where} RESET ALL")
        except asyncpg.InsufficientPrivilegeError:
            logger.warning(
                "Settings are kept for %s that this administrator may not take back: see pg_db_role_setting.", role
            )


async def _kept(connection: asyncpg.Connection, role: str) -> str | None:
    """What PostgreSQL keeps of the role's password, "" for none; None where this administrator may not see it."""
    if not await connection.fetchval("SELECT has_table_privilege('pg_authid', 'SELECT')"):
        return None
    kept: str | None = await connection.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = $1", role)
    return kept or ""


async def _set(connection: asyncpg.Connection, role: str, password: str) -> None:
    await connection.execute(f"ALTER ROLE {role} PASSWORD '{scram.verifier(password)}'")


async def _can_log_in(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    await connection.close()
    return True
