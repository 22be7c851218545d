"""What keeps a database from being migrated; each message is for its operator."""


class MigrationError(Exception):
    """A database could not be migrated; the message is for its operator."""


class InvalidMigrationFiles(MigrationError):
    """The files in `migrations/` are incomplete or clash."""


class DatabaseFromTheFuture(MigrationError):
    """The database has versions that this program does not know."""


class MigrationChanged(MigrationError):
    """A file was edited after it had been applied."""


class MigrationFailed(MigrationError):
    """PostgreSQL refused a file; nothing of it stayed."""


class MigrationsBusy(MigrationError):
    """Another runner held the lock for too long."""


class SchemaBehind(MigrationError):
    """The database lacks migrations that this program needs."""

    def __init__(self) -> None:
        super().__init__("The schema of this database is older than this program. Run `game-server migrate up` first.")


class ForeignRecords(MigrationError):
    """The table in which migrations are recorded is another program's."""

    def __init__(self) -> None:
        super().__init__(
            "The table public.schema_migrations of this database is another program's. Create a database for this server alone,"
            " and name it in DATABASE_URL."
        )


class MigrationsSquashed(MigrationError):
    """The database has only some of the migrations that were squashed since."""

    def __init__(self) -> None:
        super().__init__(
            "This database has only a part of the migrations that this program has as fewer files now, or more than those."
            " Upgrade it with the last version that has them all (0001 to 0015), then with this one."
        )


class RolesRefused(MigrationError):
    """This login may not create roles or schemas; `sql` is what an administrator has to run once, in this database."""

    def __init__(self, message: str, sql: str) -> None:
        super().__init__(message)
        self.sql = sql


class RestoreUnderWay(MigrationError):
    """A backup is being brought into this database, or that was broken off."""

    def __init__(self) -> None:
        super().__init__(
            "A restore into this database has begun and not ended: nothing may serve it until it has. Wait for it, or run the"
            " same `game-server restore` again, which goes on where it was; to give it up, drop the database and make it anew."
        )
