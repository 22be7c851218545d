"""The migration runner on real databases, and the same files by psql."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from game_server.commands.migrating import prepare_database
from game_server.process.exits import CannotRunError
from game_server.process.keys import Keys
from game_server.settings import Settings
from storage import migrate, migration_errors, migration_files
from storage.binaries import postgres_binaries
from storage.embedded import Stores
from storage.run_time_logins import Wishes
from tests.storage.everything import everything
from tests.support.databases import SECRET, await_here, drop_roles, login_url, url_of

LAST = migration_files.load()[-1]
BEFORE_BONDS = 31
KEYS = Keys(SECRET).sealing_keys()
WRITERS = """
    SELECT array_agg(member::regrole::text ORDER BY member::regrole::text) FROM (
        SELECT member FROM pg_auth_members WHERE roleid = 'bond_writer'::regrole
            AND member IN (SELECT oid FROM pg_roles WHERE rolcanlogin AND NOT rolsuper)
    ) writers
"""


async def _ask(url: str, sql: str, *values: object) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql, *values)
    finally:
        await connection.close()


@pytest.fixture
def files(tmp_path) -> Path:
    """A copy of the migrations that a test may spoil."""
    return Path(shutil.copytree(migration_files.MIGRATIONS, tmp_path / "migrations"))


async def _up_to(last: migration_files.Migration, files: Path, url: str) -> list[migration_files.Migration]:
    kept = files.parent / str(last)
    shutil.copytree(files, kept)
    for later in [one for one in migration_files.load() if one.version > last.version]:
        (kept / f"{later}.sql").unlink()
    return await migrate.up(url, folder=kept)


def _add(files: Path, name: str, sql: str, rollback: str = "SELECT 1;") -> None:
    (files / f"{name}.sql").write_text(sql)
    (files / "rollback" / f"{name}.sql").write_text(rollback)


class TestUpAndDown:
    async def test_up_down_and_up_again_end_in_the_same_schema(self, empty_database_url):
        heard: list[migration_files.Migration] = []
        applied = await migrate.up(empty_database_url, progress=heard.append)
        assert applied == heard == migration_files.load()
        once = await everything(empty_database_url)
        assert await migrate.up(empty_database_url) == []
        assert await migrate.down(empty_database_url, steps=len(applied)) == applied[::-1]
        assert await migrate.up(empty_database_url) == applied
        assert await everything(empty_database_url) == once

    @pytest.mark.parametrize("newest", [4, pytest.param(99, marks=pytest.mark.long)])
    async def test_each_step_back_leaves_what_was_before_it(self, empty_database_url, files, newest):
        before = []
        every = migration_files.load()
        stepped = every[1:][-newest:]
        await _up_to(every[-len(stepped) - 1], files, empty_database_url)
        for migration in stepped:
            before.append(await everything(empty_database_url))
            assert await _up_to(migration, files, empty_database_url) == [migration]
        for migration in reversed(stepped):
            assert await migrate.down(empty_database_url) == [migration]
            assert await everything(empty_database_url) == before.pop()

    async def test_nothing_of_the_tables_stays_after_the_last_step_back(self, empty_database_url):
        await migrate.up(empty_database_url)
        await migrate.down(empty_database_url, steps=99)
        left = "SELECT count(*) FROM pg_class WHERE relowner = 'game_owner'::regrole"
        assert await _ask(empty_database_url, left) == 0
        assert await _ask(empty_database_url, "SELECT to_regnamespace('app') IS NULL") is True

    async def test_every_file_acts_as_the_owner_and_gives_that_back(self):
        for migration in migration_files.load():
            for sql in (migration.sql, migration.rollback):
                assert len(re.findall("^SET ROLE game_owner;", sql, re.MULTILINE)) == 1, migration
                assert len(re.findall("^RESET ROLE;", sql, re.MULTILINE)) == 1, migration
                assert sql.count("SET search_path = public;") == sql.count("RESET search_path;"), migration


class TestTwoRunners:
    async def test_one_applies_and_the_other_finds_it_done(self, empty_database_url):
        one, other = await asyncio.gather(migrate.up(empty_database_url), migrate.up(empty_database_url))
        assert sorted([len(one), len(other)]) == [0, len(migration_files.load())]

    async def test_one_that_waited_long_enough_says_so(self, empty_database_url):
        holder = await asyncpg.connect(empty_database_url)
        await holder.execute("SELECT pg_advisory_lock($1)", migration_files.LOCK)
        with pytest.raises(migration_errors.MigrationsBusy, match="Another runner"):
            await migrate.up(empty_database_url, lock_deadline=0)
        await holder.close()
        assert await migrate.up(empty_database_url)


class TestRefusals:
    async def test_a_failing_file_leaves_nothing_and_names_its_line(self, empty_database_url, files):
        _add(files, "9000_broken", "CREATE TABLE half (id int);\nSELECT 1;\nSELEKT 1;\n")
        with pytest.raises(migration_errors.MigrationFailed, match="9000_broken, line 3"):
            await migrate.up(empty_database_url, folder=files)
        assert await _ask(empty_database_url, "SELECT to_regclass('half') IS NULL") is True
        state = await migrate.status(empty_database_url, folder=files)
        assert [one.state for one in state.migrations] == ["applied"] * len(migration_files.load()) + ["pending"]
        (files / "9000_broken.sql").write_text("CREATE TABLE half (id int);")
        assert [one.name for one in await migrate.up(empty_database_url, folder=files)] == ["broken"]

    @pytest.mark.parametrize("move", [migrate.up, migrate.down])
    async def test_a_database_from_the_future_is_left_alone(self, empty_database_url, files, move):
        _add(files, "9000_future", "SELECT 1;")
        await migrate.up(empty_database_url, folder=files)
        with pytest.raises(migration_errors.DatabaseFromTheFuture, match="9000"):
            await move(empty_database_url)
        assert (await migrate.status(empty_database_url)).unknown == (9000,)

    @pytest.mark.parametrize("move", [migrate.up, migrate.down])
    async def test_a_file_edited_after_it_was_applied_is_noticed(self, empty_database_url, files, move):
        await migrate.up(empty_database_url)
        with (files / "0002_people.sql").open("a") as file:
            file.write("-- one more word\n")
        with pytest.raises(migration_errors.MigrationChanged, match="0002_people"):
            await move(empty_database_url, folder=files)
        state = await migrate.status(empty_database_url, folder=files)
        assert [one.version for one in state.migrations if one.state == "changed"] == [2]

    @pytest.mark.parametrize(
        ("spoil", "message"),
        [
            (lambda files: (files / "0002-people.sql").write_text(""), "not named"),
            (lambda files: (files / "rollback/0002_people.sql").unlink(), "no rollback"),
            (lambda files: _add(files, "0002_twin", ""), "same number"),
            (shutil.rmtree, "no migrations"),
        ],
    )
    def test_files_that_are_not_whole_are_refused(self, files, spoil, message):
        spoil(files)
        with pytest.raises(migration_errors.InvalidMigrationFiles, match=message):
            migration_files.load(files)


class TestOnABusyDatabase:
    async def test_what_is_set_for_the_database_does_not_count(self, empty_database_url, files):
        name = urlsplit(empty_database_url).path[1:]
        for setting in ("default_transaction_isolation = 'serializable'", "statement_timeout = 200"):
            await _ask(empty_database_url, f'ALTER DATABASE "{name}" SET {setting}')
        _add(files, "9001_slow", "CREATE TABLE public.seen AS SELECT current_setting('transaction_isolation') AS level, "
             "pg_sleep(0.5)::text;")  # fmt: skip
        await migrate.up(empty_database_url, folder=files)
        assert await _ask(empty_database_url, "SELECT level FROM public.seen") == "read committed"

    async def test_a_file_that_lost_against_people_who_play_is_begun_again(self, empty_database_url, files):
        await migrate.up(empty_database_url)
        for table in ("one", "other"):
            await _ask(empty_database_url, f"CREATE TABLE public.{table} ()")
        _add(files, "9001_both", "LOCK TABLE public.one; LOCK TABLE public.other;")
        player = await asyncpg.connect(empty_database_url)
        game = player.transaction()
        await game.start()
        await player.execute("SET LOCAL deadlock_timeout = '60s'; LOCK TABLE public.other")
        migrating = asyncio.create_task(migrate.up(empty_database_url, folder=files))
        while not await player.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await player.execute("LOCK TABLE public.one")  # the migration gives way
        await game.rollback()
        await player.close()
        assert [str(one) for one in await migrating] == ["9001_both"]


class TestManagedDatabase:
    """An administrator's login that owns its database but may create no roles, as hosting companies give."""

    @pytest.fixture
    def limited_url(self, empty_database_url, admin_url) -> Iterator[str]:
        database = urlsplit(empty_database_url).path[1:]
        await_here(_ask(admin_url, "CREATE ROLE limited LOGIN PASSWORD 'limited'"))
        await_here(_ask(admin_url, f'ALTER DATABASE "{database}" OWNER TO limited'))
        parts = urlsplit(empty_database_url)
        host = parts.netloc.rpartition("@")[2]
        yield urlunsplit(parts._replace(netloc=f"limited:limited@{host}"))
        await_here(_ask(admin_url, f'ALTER DATABASE "{database}" OWNER TO CURRENT_USER'))
        await_here(_ask(empty_database_url, "DROP OWNED BY limited"))
        await_here(_ask(admin_url, "DROP ROLE limited"))

    @pytest.mark.usefixtures("template_database")
    async def test_migrating_stops_with_the_sql_for_an_administrator_and_then_works(
        self, limited_url, empty_database_url, admin_url
    ):
        with pytest.raises(migration_errors.RolesRefused, match="administrator") as refused:
            await migrate.up(limited_url)
        connection = await asyncpg.connect(empty_database_url)
        await connection.execute(refused.value.sql)
        await connection.close()
        assert await migrate.up(limited_url) == migration_files.load()
        assert (await migrate.status(limited_url)).at_head
        plain = Settings(database_url=limited_url, secret_key=SECRET)
        with pytest.raises(CannotRunError, match="DATABASE_WEB_URL") as refused_again:
            await prepare_database(plain, lambda _text: nullcontext())
        connection = await asyncpg.connect(empty_database_url)
        await connection.execute(str(refused_again.value).partition("\n\n")[2])
        await prepare_database(plain, lambda _text: nullcontext())
        assert await connection.fetchval("SELECT count(*) FROM activities") > 0
        own = await connection.fetch("SELECT login FROM run_time_logins")
        await connection.close()
        await migrate.down(limited_url, steps=len(migration_files.load()))
        await drop_roles(admin_url, empty_database_url, *(row["login"] for row in own))


class TestAnotherDatabaseOfTheServer:
    """A release refuses a login that is in more roles than it knows, so a newer one of a neighbour leaves it alone."""

    @pytest.fixture
    def admin(self, tmp_path) -> Iterator[str]:
        stores = Stores(tmp_path, redis=False)
        stores.start()
        yield str(stores.database_url)
        stores.stop()

    async def test_its_login_comes_into_no_role_that_its_release_does_not_know(self, admin):
        first, other = url_of(admin, "first"), url_of(admin, "other")
        for url in (first, other):
            await _ask(admin, f"CREATE DATABASE {urlsplit(url).path[1:]}")
        await migrate.up(first)
        await migrate.ensure_logins(first, KEYS, Wishes())
        await migrate.down(first, steps=LAST.version - BEFORE_BONDS)
        await migrate.up(other)
        await migrate.ensure_logins(other, KEYS, Wishes())
        assert await _ask(first, WRITERS) == ["game_worker_other"]
        await migrate.up(first)
        assert await _ask(first, WRITERS) == ["game_worker", "game_worker_other"]


class TestSupabase:
    async def test_its_own_auth_schema_is_left_as_it_is(self, empty_database_url):
        connection = await asyncpg.connect(empty_database_url)
        await connection.execute(
            "CREATE SCHEMA auth; CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'"
        )
        await connection.close()
        theirs = "SELECT proowner::regrole || ' ' || prosrc FROM pg_proc WHERE pronamespace = to_regnamespace('auth')"
        await migrate.up(empty_database_url)
        assert await _ask(empty_database_url, theirs) == "postgres SELECT NULL::uuid"
        await migrate.down(empty_database_url, steps=99)
        assert await _ask(empty_database_url, theirs) == "postgres SELECT NULL::uuid"


class TestStanding:
    async def test_the_service_sees_that_a_migrated_database_fits(self, database_url):
        connection = await asyncpg.connect(login_url(database_url, "game_worker"))
        assert await migrate.standing(connection) == "ok"
        await connection.close()

    async def test_it_is_behind_before_the_last_and_newer_after_an_unknown_migration(self, empty_database_url, files):
        connection = await asyncpg.connect(empty_database_url)
        assert await migrate.standing(connection) == "behind"
        _add(files, "9000_future", "SELECT 1;")
        await migrate.up(empty_database_url, folder=files)
        assert await migrate.standing(connection) == "newer"
        await connection.execute("DELETE FROM schema_migrations WHERE version = 9000")
        assert await migrate.standing(connection) == "ok"
        await connection.execute("UPDATE schema_migrations SET checksum = 'x' WHERE version = 2")
        assert await migrate.standing(connection) == "edited"
        await connection.execute("DELETE FROM schema_migrations WHERE version = $1", LAST.version)
        assert await migrate.standing(connection) == "behind"
        await connection.close()

    @pytest.mark.parametrize(
        ("oldest", "standing"), [(LAST.version, "ok"), (LAST.version - 1, "ok"), (LAST.version + 1, "newer")]
    )
    async def test_a_newer_one_says_which_older_programs_may_run_on_it(
        self, empty_database_url, files, oldest, standing
    ):
        _add(files, "8999_friendly", f"-- oldest_code: {LAST.version:04}\nSELECT 1;")
        _add(files, "9000_future", f"-- What it is for.\n-- oldest_code: {oldest:04}\n\nSELECT 1;")
        await migrate.up(empty_database_url, folder=files)
        connection = await asyncpg.connect(login_url(empty_database_url, "game_worker"))
        assert await migrate.standing(connection) == standing
        await migrate.refuse_behind(connection)
        await connection.close()

    def test_the_files_for_psql_say_it_too(self, files):
        _add(files, "9000_future", "-- oldest_code: 0012\nSELECT 1;")
        assert (
            "checksum, oldest_code)\nVALUES (9000, 'future',"
            in migration_files.bundled(migration_files.load(files))["apply_all.sql"]
        )


FOREIGN = (
    "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)",
    "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)",
    "CREATE VIEW schema_migrations AS SELECT 1 AS version",
)


@pytest.mark.parametrize("made", FOREIGN)
@pytest.mark.parametrize("asked", [migrate.up, migrate.down, migrate.status])
async def test_another_programs_records_are_left_alone(empty_database_url, made, asked):
    await _ask(empty_database_url, made)
    with pytest.raises(migration_errors.ForeignRecords, match="another program"):
        await asked(empty_database_url)
    connection = await asyncpg.connect(empty_database_url)
    assert await migrate.standing(connection) == "behind"
    with pytest.raises(migration_errors.ForeignRecords):
        await migrate.refuse_behind(connection)
    await connection.close()
    assert await _ask(empty_database_url, "SELECT to_regnamespace('app') IS NULL") is True


class TestBundle:
    def _psql(self, url: str, file: Path) -> subprocess.CompletedProcess[str]:
        psql = postgres_binaries(None) / "psql"
        command = [psql, "--no-psqlrc", "--quiet", "--file", file, url]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    def test_the_committed_files_are_what_the_migrations_make(self):
        for name, text in migration_files.bundled(migration_files.load()).items():
            assert (migration_files.MIGRATIONS / name).read_text("utf-8") == text, (
                f"{name}: run `game-server migrate bundle`"
            )

    def test_writing_it_writes_both(self, files):
        for name in ("apply_all.sql", "rollback_all.sql"):
            (files / name).unlink()
        migration_files.bundle(files)
        assert (files / "apply_all.sql").read_text().count("\nCOMMIT;") == len(migration_files.load())
        assert (files / "rollback_all.sql").read_text().count("\nCOMMIT;") == len(migration_files.load())

    async def test_psql_makes_what_the_runner_makes_and_takes_it_back(self, empty_database_url, database_url, files):
        migration_files.bundle(files)
        applied = self._psql(empty_database_url, files / "apply_all.sql")
        assert (applied.returncode, applied.stderr) == (0, "")
        assert await everything(empty_database_url) == await everything(database_url)
        assert (await migrate.status(empty_database_url)).at_head
        assert self._psql(empty_database_url, files / "apply_all.sql").returncode != 0
        assert (await migrate.status(empty_database_url)).at_head
        back = self._psql(empty_database_url, files / "rollback_all.sql")
        assert (back.returncode, back.stderr) == (0, "")
        assert await migrate.up(empty_database_url) == migration_files.load()

    async def test_psql_runs_a_single_file_too(self, empty_database_url):
        for migration in migration_files.load():
            assert self._psql(empty_database_url, migration_files.MIGRATIONS / f"{migration}.sql").stderr == ""
        owners = "SELECT array_agg(DISTINCT relowner::regrole::text) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        assert await _ask(empty_database_url, owners) == ["game_owner"]
