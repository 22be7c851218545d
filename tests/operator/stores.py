"""Debian's PostgreSQL and Redis, reached over TLS only, and PgBouncer before the first."""

import re
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import asyncpg

from storage.binaries import give, guarded, identity_for_postgres
from storage.engines import shared_memory
from tests.operator.authority import Authority
from tests.operator.debian import Programs
from tests.operator.examples import adapted
from tests.operator.service import Service, free_port, plain_environment

ADMINISTRATOR, STAGING, KEYS, OWNER = "attuned_admin", "staging", "attuned_keys", "postgres"
LOGINS = 3
"""Who come through the pooler: the administrator, and the two of run time."""


class Postgres:
    """A cluster with three databases: the server's belongs to an administrator who may create roles and is no superuser, one is
    for people's keys, one to try things, of somebody who may not even create roles."""

    def __init__(self, home: Path, programs: Programs, authority: Authority) -> None:
        self.home, self.data, self.bin, self.authority = home, home / "postgresql", programs.postgres, authority
        self.port = free_port()
        self.passwords = {name: secrets.token_urlsafe(18) for name in (OWNER, ADMINISTRATOR, STAGING, KEYS)}
        self.identity = identity_for_postgres()
        self._create()
        self.service = Service(
            self._command(), home / "postgresql.log", self.port, identity=self.identity, asked=self._takes_connections
        )

    def url(self, login: str, database: str, *, port: int | None = None) -> str:
        """As managed servers give it: with the certificate checked."""
        trust = f"sslmode=verify-full&sslrootcert={quote(str(self.authority.ca))}"
        return f"postgresql://{login}:{self.passwords[login]}@127.0.0.1:{port or self.port}/{database}?{trust}"

    async def furnish(self) -> None:
        """What the operator asks of whoever owns the cluster."""
        owner = await asyncpg.connect(self.url(OWNER, "postgres"))
        try:
            for login, database in ((ADMINISTRATOR, "attuned"), (KEYS, KEYS), (STAGING, STAGING)):
                await owner.execute(f"CREATE ROLE {login} LOGIN PASSWORD '{self.passwords[login]}'")
                await owner.execute(f"CREATE DATABASE {database} OWNER {login}")
            await owner.execute(f"ALTER ROLE {ADMINISTRATOR} CREATEROLE")
        finally:
            await owner.close()

    async def execute(self, sql: str, database: str = "attuned") -> None:
        """As a superuser: what an operator seldom may."""
        owner = await asyncpg.connect(self.url(OWNER, database))
        try:
            await owner.execute(sql)
        finally:
            await owner.close()

    async def connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.url(OWNER, "attuned"))

    def _takes_connections(self) -> bool:
        """It listens while it still recovers."""
        asked = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def _create(self) -> None:
        password = self.home / "password"
        password.write_text(self.passwords[OWNER])
        self.data.mkdir(mode=0o700)
        for path in (password, self.data):
            give(path, self.identity)
        command = [
            str(self.bin / "initdb"), "-D", str(self.data), "-U", OWNER, "-A", "scram-sha-256", "--pwfile", str(password),
            "-E", "UTF8", "--locale=C.UTF-8",
        ]  # fmt: skip
        done = subprocess.run(
            guarded(command, signal.SIGKILL, self.identity), capture_output=True, text=True, check=False, env=plain_environment()
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        password.unlink()
        (self.data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        for source, name in ((self.authority.chain, "server.crt"), (self.authority.key, "server.key")):
            shutil.copy(source, self.data / name)
        give_all(self.data, self.identity)

    def _command(self) -> list[str]:
        told = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "ssl": "on"}
        flags = [flag for name, value in (told | shared_memory()).items() for flag in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.data), *flags]


class Pooler:
    """PgBouncer as in docs/examples/pgbouncer.ini."""

    def __init__(self, home: Path, programs: Programs, postgres: Postgres, authority: Authority) -> None:
        self.port = free_port()
        self._postgres, self._folder = postgres, home / "pgbouncer"
        folder = self._folder
        folder.mkdir(mode=0o700)
        for path in (authority.ca, authority.chain, authority.key):
            shutil.copy(path, folder)
        own = {
            "port=5432": f"port={postgres.port}", "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer": str(folder), "/etc/ssl/attuned": str(folder),
        }  # fmt: skip
        (folder / "pgbouncer.ini").write_text(f"{adapted('pgbouncer.ini', own)}unix_socket_dir =\n")
        command = [str(programs.pgbouncer), str(folder / "pgbouncer.ini")]
        self.service = Service(command, home / "pgbouncer.log", self.port, identity=postgres.identity)

    async def introduce(self) -> None:
        """Write down who may come, as the example says: the logins exist by now."""
        (asked,) = re.findall(r"^; +(SELECT .+)$", adapted("pgbouncer.ini", {}), re.MULTILINE)
        owner = await self._postgres.connect()
        try:
            lines = [row[0] for row in await owner.fetch(asked)]
        finally:
            await owner.close()
        assert len(lines) == LOGINS, lines
        (self._folder / "userlist.txt").write_text("\n".join(lines) + "\n")
        give_all(self._folder, self._postgres.identity)


class Redis:
    """With a password, and TLS where nothing else is spoken; nothing of it is kept on disk."""

    def __init__(self, home: Path, programs: Programs, authority: Authority) -> None:
        self.port = free_port()
        password = secrets.token_urlsafe(18)
        self.url = f"rediss://:{password}@127.0.0.1:{self.port}/0?ssl_ca_certs={quote(str(authority.ca))}"
        folder = home / "redis"
        folder.mkdir(mode=0o700)
        (folder / "redis.conf").write_text(
            f"bind 127.0.0.1\nport 0\ntls-port {self.port}\ntls-auth-clients no\nrequirepass {password}\n"
            f"tls-cert-file {authority.chain}\ntls-key-file {authority.key}\ntls-ca-cert-file {authority.ca}\n"
            f'dir {folder}\nsave ""\nappendonly no\n'
        )
        self.service = Service([str(programs.redis), str(folder / "redis.conf")], home / "redis.log", self.port)


def give_all(folder: Path, identity: str) -> None:
    """What root has put there, too."""
    for path in (folder, *folder.rglob("*")):
        give(path, identity)
