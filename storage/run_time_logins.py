"""The two run-time logins of a database: made where they are missing, with random passwords, and never taken from others.

Logins belong to the whole server. One that exists is used where it is this database's by what is written down here or beside it
(its comment), where nobody has given it a password, or where it has the one that earlier versions derived for it;
else this database gets logins of its own, named after it. A password is changed only where it is new, or anybody can compute it.
"""

import logging
import secrets
from collections.abc import Iterable, Mapping
from hashlib import sha256

import asyncpg
import msgspec

from storage import login_passwords, scram
from storage.database import WEB_LOGIN, WORKER_LOGIN, UnsafeDatabase, computable_password, derived_password
from storage.login_passwords import Kept, Kind
from storage.urls import as_login, password_of

logger = logging.getLogger(__name__)

LONGEST_NAME = 63  # bytes, in every PostgreSQL as it is built
_NOTE = "Attuned: run-time login of "


class _Login(msgspec.Struct, frozen=True):
    usual: str
    attributes: str
    member_of: tuple[str, ...]


_LOGINS: Mapping[Kind, _Login] = {
    "web": _Login(WEB_LOGIN, "LOGIN NOINHERIT", ("authenticated", "anon")),
    "worker": _Login(WORKER_LOGIN, "LOGIN INHERIT", ("game_service", "bond_writer")),
}


class LoginsRefused(Exception):
    """This administrator may not make the logins or set their passwords; `sql` is what one who may has to run."""

    def __init__(self, sql: str) -> None:
        super().__init__(
            "This login may not make the run-time logins, or not set their passwords. Have an administrator run the SQL below,"
            " then migrate again (or set DATABASE_WEB_URL and DATABASE_WORKER_URL, to log in by your own)."
        )
        self.sql = sql


class Wishes(msgspec.Struct, frozen=True):
    """What settings say: `named` logins come with URLs of the operator's and keep their passwords, `names` are wanted for ours.
    `former` are secrets that passwords were derived from before. With `lost` what no key opens any more is made anew.
    """

    named: Mapping[Kind, str] = {}
    names: Mapping[Kind, str] = {}
    former: tuple[bytes, ...] = ()
    lost: bool = False


async def existing(connection: asyncpg.Connection) -> set[str]:
    """Which of the usual logins this server has."""
    usual = [login.usual for login in _LOGINS.values()]
    rows = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])", usual)
    return {row["rolname"] for row in rows}


async def note(connection: asyncpg.Connection, logins: Iterable[str]) -> None:
    """These were made for this database: say so beside them, for the other databases of this server."""
    for login in logins:
        await connection.execute(await _comment(connection, login))


def notes(database: str, logins: Iterable[str]) -> str:
    """The same as SQL for an administrator."""
    return "".join(f"COMMENT ON ROLE {_quoted(login)} IS {_literal(_NOTE + database)};\n" for login in logins)


def usual() -> tuple[str, ...]:
    """The names where nobody else has them."""
    return tuple(login.usual for login in _LOGINS.values())


async def ensure(admin_url: str, keys: Mapping[str, bytes], wishes: Wishes) -> bool:
    """Make both logins fit to log in with what is kept of them, sealed with the first of `keys`; are they other than the usual?

    Raises LoginsRefused, UnsafeDatabase.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        work = _Work(connection, admin_url, keys, wishes)
        for kind in _LOGINS:
            await work.ensure(kind)
        if work.refused:
            raise LoginsRefused("".join(work.refused))
        return bool({one.login for one in (await login_passwords.kept(connection)).values()} - {*usual()})
    finally:
        await connection.close()


class _Work:
    """One run on one database; `refused` collects what this administrator may not do."""

    def __init__(
        self, connection: asyncpg.Connection, admin_url: str, keys: Mapping[str, bytes], wishes: Wishes
    ) -> None:
        self.refused: list[str] = []
        self._connection = connection
        self._admin_url = admin_url
        self._keys = keys
        self._wishes = wishes

    async def ensure(self, kind: Kind) -> None:
        """One of the two."""
        usual, named = _LOGINS[kind].usual, self._wishes.named.get(kind)
        if named:
            await login_passwords.keep(self._connection, Kept(kind, named, confirmed=True))
            for role in {usual, named}:
                await self._take_computable_away(role)
            if grants := await self._grants(kind, named):  # a release may need a role that the one before did not
                await self._run(grants)
            await self._reset(named)
            return
        known = (await login_passwords.kept(self._connection)).get(kind)
        wanted = self._wishes.names.get(kind)
        if known is None or known.sealed is None or wanted not in (None, known.login):
            known = await self._adopted(kind, wanted or usual) or await self._new(kind, tried=())
        await self._fit(known, tried=())
        await self._reset((await login_passwords.kept(self._connection))[kind].login)

    async def _fit(self, known: Kept, tried: tuple[str, ...]) -> None:
        """Let this login in with its password; where it has another one that is somebody's, take another login."""
        try:
            password = login_passwords.opened(self._keys, known)
        except login_passwords.SealedElsewhere:
            if not self._wishes.lost:
                raise
            password = secrets.token_urlsafe(32)
            known = login_passwords.sealed(self._keys, known.kind, known.login, password, confirmed=False)
        exists = await self._exists(known.login)
        fits = await self._fits(known.login, password) if exists else False
        if exists and fits is False and known.confirmed and not await self._is_computable(known.login):
            logger.warning("%s has another password than is kept here: it is left alone.", known.login)
            await self._fit(await self._new(known.kind, (*tried, known.login)), (*tried, known.login))
            return
        statements = await self._statements(
            known, password, exists=exists, fits=fits is True or (known.confirmed and fits is None)
        )
        if not exists or known != (await login_passwords.kept(self._connection)).get(known.kind):
            await login_passwords.keep(self._connection, msgspec.structs.replace(known, confirmed=False))
        if await self._run(statements):
            await login_passwords.keep(self._connection, msgspec.structs.replace(known, confirmed=True))

    async def _statements(self, known: Kept, password: str, *, exists: bool, fits: bool) -> list[str]:
        """What is still to be done for this login."""
        role = _quoted(known.login)
        found = [] if exists else [f"CREATE ROLE {role} {_LOGINS[known.kind].attributes}"]
        found += await self._grants(known.kind, known.login)
        if not fits:
            found += [
                f"ALTER ROLE {role} PASSWORD '{scram.verifier(password)}'",
                await _comment(self._connection, known.login),
            ]
        return found

    async def _grants(self, kind: Kind, login: str) -> list[str]:
        """What this login is still to be a member of."""
        missing = await self._connection.fetch(
            "SELECT r FROM unnest($2::text[]) AS r WHERE NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles l"
            " ON l.oid = m.member WHERE l.rolname = $1 AND m.roleid = r::regrole)",
            *(login, list(_LOGINS[kind].member_of)),
        )
        return [f"GRANT {row['r']} TO {_quoted(login)}" for row in missing]

    async def _run(self, statements: list[str]) -> bool:
        """All of them or none; False where they are left to another administrator."""
        try:
            async with self._connection.transaction():
                for statement in statements:
                    await self._connection.execute(statement)
        except asyncpg.InsufficientPrivilegeError:
            self.refused += [f"{statement};\n" for statement in statements]
            return False
        return True

    async def _adopted(self, kind: Kind, login: str) -> Kept | None:
        """A login with the password that an earlier version derived: it stays, so that processes of that version go on."""
        own = password_of(self._admin_url).encode()
        for secret in (own, *self._wishes.former):
            derived = derived_password(secret, login)
            if secret and await self._exists(login) and await self._fits(login, derived):
                return login_passwords.sealed(self._keys, kind, login, derived, confirmed=True)
        return None

    async def _new(self, kind: Kind, tried: tuple[str, ...]) -> Kept:
        """A random password for a login that nobody else uses. Raises UnsafeDatabase."""
        usual, wanted = _LOGINS[kind].usual, self._wishes.names.get(kind)
        database = await self._connection.fetchval("SELECT current_database()")
        for login in [wanted] if wanted else [usual, suffixed(usual, database)]:
            if login not in tried and await self._is_free(login):
                return login_passwords.sealed(self._keys, kind, login, secrets.token_urlsafe(32), confirmed=False)
        raise UnsafeDatabase(
            f"The login {wanted or suffixed(usual, database)} exists with a password that is not known here. Name another one"
            f" with ATTUNED_{kind.upper()}_LOGIN, or give it a password of your own and name it in DATABASE_{kind.upper()}_URL."
        )

    async def _is_free(self, login: str) -> bool:
        if not await self._exists(login):
            return True
        said = await self._connection.fetchval(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1", login
        )
        if said and said.startswith(_NOTE):
            return bool(said == _NOTE + await self._connection.fetchval("SELECT current_database()"))
        return await self._stored(login) == "" or await self._is_computable(login)

    async def _exists(self, login: str) -> bool:
        return bool(await self._connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", login))

    async def _fits(self, login: str, password: str) -> bool | None:
        """Is this its password? None where nobody is asked for one on this way in, and this administrator cannot see it."""
        stored = await self._stored(login)
        if stored is not None:
            return scram.is_of(stored, password, login)
        if not await _lets_in(as_login(self._admin_url, login, password)):
            return False
        return None if await _lets_in(as_login(self._admin_url, login, secrets.token_hex())) else True

    async def _is_computable(self, login: str) -> bool:
        return await self._fits(login, computable_password(login)) is True

    async def _take_computable_away(self, login: str) -> None:
        computable = await self._exists(login) and await self._is_computable(login)
        if computable and await self._run([f"ALTER ROLE {_quoted(login)} PASSWORD NULL"]):
            logger.warning("%s had a password that anybody could compute: it was taken away.", login)

    async def _stored(self, login: str) -> str | None:
        """What PostgreSQL keeps of its password, "" for none; None where this administrator may not see it."""
        if not await self._connection.fetchval("SELECT has_table_privilege('pg_authid', 'SELECT')"):
            return None
        stored = await self._connection.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = $1", login)
        return str(stored or "")

    async def _reset(self, login: str) -> None:
        """A login may change settings of its own, which PostgreSQL cannot forbid: they end with the next `migrate up`."""
        rows = await self._connection.fetch(
            "SELECT quote_ident(d.datname) AS database FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
            " LEFT JOIN pg_database d ON d.oid = s.setdatabase"
            " WHERE r.rolname = $1 AND (s.setdatabase = 0 OR d.datname = current_database())",
            login,
        )
        for row in rows:
            where = f" IN DATABASE {row['database']}" if row["database"] else ""
            try:
                await self._connection.execute(f"ALTER ROLE {_quoted(login)}{where} RESET ALL")
            except asyncpg.InsufficientPrivilegeError:
                logger.warning(
                    "Settings are kept for %s that this administrator may not take back: see pg_db_role_setting.", login
                )


def suffixed(usual: str, database: str) -> str:
    """The name of a login for one database; where that is too long for PostgreSQL, with a hash for its end."""
    name = f"{usual}_{database}"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"{usual}_{sha256(database.encode()).hexdigest()[:16]}"


async def _comment(connection: asyncpg.Connection, login: str) -> str:
    return notes(await connection.fetchval("SELECT current_database()"), [login]).rstrip(";\n")


async def _lets_in(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    except asyncpg.ProtocolViolationError as error:  # so poolers refuse a wrong password
        if "authentication failed" not in str(error):
            raise
        return False
    except asyncpg.InsufficientPrivilegeError:
        return True  # the password was right; the database is closed to it as yet
    await connection.close()
    return True


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
