"""The migrations as files: plain SQL with its way back, in order, and the two bundles of them for psql."""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec

from storage.migration_errors import InvalidMigrationFiles

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LOCK = 4_071_973_001  # any number, the same in every runner
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_OLDEST_CODE = re.compile(r"^-- oldest_code: (\d{4})$", re.MULTILINE)
_NO_OTHER_RUNNER = f"""\
DO $$
BEGIN
    IF NOT pg_try_advisory_lock({LOCK}) THEN
        RAISE EXCEPTION 'another migration runner is at work on this database';
    END IF;
END
$$;
"""
AS_MEANT = """\
DO $$
BEGIN
    PERFORM set_config(name, meant, false) FROM pg_settings JOIN (VALUES
        ('default_transaction_isolation', 'read committed'), ('default_transaction_read_only', 'off'),
        ('lock_timeout', '10s'), ('statement_timeout', '0'), ('transaction_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0')
    ) AS wanted (name, meant) USING (name);
END
$$;
"""
"""Whatever is set for the server, the database or the login. A migration must not queue behind a long query: everything else
would queue behind the migration."""


class Migration(msgspec.Struct, frozen=True):
    """One file and its way back."""

    version: int
    name: str
    sql: str
    rollback: str

    @property
    def checksum(self) -> str:
        """What the database remembers of the file, so that a later edit is noticed."""
        return sha256(self.sql.encode()).hexdigest()

    @property
    def oldest_code(self) -> int | None:
        """The newest migration that a program has to know to run on a schema with this one; None: this one."""
        said = _OLDEST_CODE.search(self.sql)
        return int(said[1]) if said else None

    def __str__(self) -> str:
        return f"{self.version:04}_{self.name}"


def load(folder: Path = MIGRATIONS) -> list[Migration]:
    """Every migration in order. Raises InvalidMigrationFiles."""
    found: dict[int, Migration] = {}
    for file in sorted(folder.glob("[0-9]*.sql")):
        matched = _FILE_NAME.fullmatch(file.name)
        back = folder / "rollback" / file.name
        if not matched:
            raise InvalidMigrationFiles(f"{file.name} is not named NNNN_name.sql.")
        if not back.exists():
            raise InvalidMigrationFiles(f"{file.name} has no rollback/{file.name}.")
        version = int(matched[1])
        if version in found:
            raise InvalidMigrationFiles(f"{file.name} and {found[version]}.sql have the same number.")
        found[version] = Migration(version, matched[2], file.read_text("utf-8"), back.read_text("utf-8"))
    if not found:
        raise InvalidMigrationFiles("There are no migrations beside the program: it was not installed whole.")
    return list(found.values())


def bundle(folder: Path = MIGRATIONS) -> None:
    """Write `apply_all.sql` and `rollback_all.sql`, for who migrates with psql."""
    for name, text in bundled(load(folder)).items():
        (folder / name).write_text(text, "utf-8")


def bundled(migrations: Iterable[Migration]) -> dict[str, str]:
    """The two psql files by name, each recording what the runner would record."""
    migrations = list(migrations)
    head = (
        "-- Written by `game-server migrate bundle` for psql; not to be edited.\n\n\\set ON_ERROR_STOP on\n\n"
        + _NO_OTHER_RUNNER
        + AS_MEANT
    )
    forth = [
        f"\nBEGIN;\n\n-- {one}.sql\n\n{one.sql}\nSET ROLE game_owner;\n{record(one)};\nRESET ROLE;\n\nCOMMIT;\n"
        for one in migrations
    ]
    back = [
        f"\nBEGIN;\n\n-- rollback/{one}.sql\n\nSET ROLE game_owner;\n"
        f"DELETE FROM public.schema_migrations WHERE version = {one.version};\nRESET ROLE;\n\n{one.rollback}\nCOMMIT;\n"
        for one in reversed(migrations)
    ]
    return {"apply_all.sql": head + "".join(forth), "rollback_all.sql": head + "".join(back)}


def record(migration: Migration) -> str:
    """What is kept of a file that was applied, as SQL for everybody: names and checksums need no quoting."""
    columns, oldest = ("version, name, checksum", "")
    if migration.oldest_code is not None:  # the column is there from the first file on that says it
        columns, oldest = (f"{columns}, oldest_code", f", {migration.oldest_code}")
    return (
        f"INSERT INTO public.schema_migrations ({columns})\n"
        f"VALUES ({migration.version}, '{migration.name}', '{migration.checksum}'{oldest})"
    )
