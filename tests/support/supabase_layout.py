"""A PostgreSQL set up as Supabase sets its own up: whom it logs in, what it has in `auth`, what it opens by default.

The superuser is `supabase_admin`. Whoever has the project gets `postgres`, which is none: it makes roles and databases, and
row-level security does not bind it. What it makes in `public` is open to whoever comes by way of PostgREST (`authenticator`,
which becomes `anon`, `authenticated` or `service_role`), and each change of the schema calls a function in `extensions`.
"""

from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import asyncpg

from storage.embedded import Stores
from storage.urls import as_login
from tests.support import databases

PASSWORD = "of the project"
API_ROLES = ("anon", "authenticated", "service_role")

_BEFORE = f"CREATE ROLE passing SUPERUSER LOGIN PASSWORD '{PASSWORD}'"
"""Nobody may rename themselves."""
_RENAMED = "ALTER ROLE postgres RENAME TO supabase_admin"

_ROLES = f"""
DROP ROLE passing;
CREATE ROLE postgres LOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS PASSWORD '{PASSWORD}';
GRANT pg_read_all_data, pg_monitor, pg_signal_backend TO postgres;
CREATE ROLE anon;
CREATE ROLE authenticated;
CREATE ROLE service_role BYPASSRLS;
CREATE ROLE authenticator LOGIN NOINHERIT PASSWORD '{PASSWORD}';
GRANT anon, authenticated, service_role TO authenticator;
CREATE ROLE supabase_auth_admin LOGIN NOINHERIT CREATEROLE;
CREATE ROLE supabase_storage_admin LOGIN NOINHERIT CREATEROLE;
CREATE ROLE supabase_replication_admin LOGIN REPLICATION;
CREATE ROLE supabase_read_only_user LOGIN BYPASSRLS IN ROLE pg_read_all_data;
CREATE ROLE dashboard_user CREATEDB CREATEROLE REPLICATION;
CREATE ROLE pgbouncer LOGIN;
GRANT anon, authenticated, service_role TO supabase_storage_admin;
"""

_ADMINISTERED = "GRANT anon, authenticated, service_role TO postgres WITH ADMIN OPTION"
"""From PostgreSQL 16 on; before it, whoever makes roles may give them."""

_DATABASE = f"""
CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA public, extensions TO postgres, {", ".join(API_ROLES)};
ALTER ROLE postgres SET search_path = "$user", public, extensions;

CREATE FUNCTION extensions.tell_postgrest() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    command record;
BEGIN
    FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
        IF command.command_tag IN ('CREATE TABLE', 'ALTER TABLE', 'CREATE FUNCTION') THEN
            NOTIFY pgrst, 'reload schema';
        END IF;
    END LOOP;
END
$$;
CREATE EVENT TRIGGER tell_postgrest ON ddl_command_end EXECUTE FUNCTION extensions.tell_postgrest();

CREATE PUBLICATION supabase_realtime;
ALTER PUBLICATION supabase_realtime OWNER TO postgres;

CREATE SCHEMA auth;
GRANT ALL ON SCHEMA auth TO supabase_auth_admin;
GRANT USAGE ON SCHEMA auth TO postgres, {", ".join(API_ROLES)};
CREATE TABLE auth.users (id uuid PRIMARY KEY, email varchar(255) UNIQUE, is_anonymous boolean NOT NULL DEFAULT false);
CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (auth.jwt() ->> 'sub')::uuid $$;
CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT auth.jwt() ->> 'role' $$;
ALTER TABLE auth.users OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.jwt() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.uid() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.role() OWNER TO supabase_auth_admin;
GRANT ALL ON auth.users TO postgres, dashboard_user;

CREATE SCHEMA storage AUTHORIZATION supabase_storage_admin;
CREATE TABLE storage.objects (id uuid PRIMARY KEY, owner_id text);
ALTER TABLE storage.objects OWNER TO supabase_storage_admin;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA storage TO postgres, {", ".join(API_ROLES)};
GRANT ALL ON storage.objects TO postgres, {", ".join(API_ROLES)};
"""

_OPEN_BY_DEFAULT = "".join(
    f"ALTER DEFAULT PRIVILEGES FOR ROLE {maker} IN SCHEMA public GRANT ALL ON {kind} TO postgres, {', '.join(API_ROLES)};"
    for maker in ("postgres", "supabase_admin")
    for kind in ("TABLES", "FUNCTIONS", "SEQUENCES")
)


class SupabaseLayout:
    """A server of its own, laid out like that. `with SupabaseLayout(folder) as laid_out`."""

    def __init__(self, folder: Path, *, pg_bin: Path | None = None) -> None:
        self._stores = Stores(folder, redis=False, pg_bin=pg_bin)

    def __enter__(self) -> Self:
        self._stores.start()
        bootstrap = str(self._stores.database_url)
        try:
            databases.await_here(self._lay_out(bootstrap))
        except BaseException:
            self._stores.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stores.stop()

    async def _lay_out(self, bootstrap: str) -> None:
        await databases.execute(bootstrap, _BEFORE)
        await databases.execute(as_login(bootstrap, "passing", PASSWORD), _RENAMED)
        self.superuser_url = bootstrap.replace("//postgres:", "//supabase_admin:")
        self.version = await self._told("SHOW server_version_num")
        await databases.execute(self.superuser_url, _ROLES)
        if self.version >= "16":
            await databases.execute(self.superuser_url, _ADMINISTERED)
        await self._fill(self.superuser_url)

    async def _fill(self, superuser_url: str) -> None:
        """One database of it."""
        name = urlsplit(superuser_url).path[1:]
        await databases.execute(
            superuser_url, f'ALTER DATABASE "{name}" OWNER TO postgres; {_DATABASE}{_OPEN_BY_DEFAULT}'
        )

    async def another(self, name: str) -> str:
        """One more database laid out like this one; its superuser's URL."""
        url = await databases.made(self.superuser_url, name)
        await self._fill(url)
        return url

    @property
    def project_url(self) -> str:
        """What Supabase gives out as the connection string."""
        return self.of("postgres")

    def of(self, login: str) -> str:
        """The URL of `postgres` or `authenticator`."""
        return as_login(self.superuser_url, login, PASSWORD)

    async def _told(self, sql: str) -> str:
        connection = await asyncpg.connect(self.superuser_url)
        try:
            return str(await connection.fetchval(sql))
        finally:
            await connection.close()
