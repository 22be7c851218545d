"""`migrate`: the schema."""

import sys

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent, step
from game_server.process.exits import NO


@click.group()
def migrate() -> None:
    """Bring the database's schema forward or back (DATABASE_URL, as an administrator)."""


@migrate.command()
@as_json
def up(as_json: bool) -> None:
    """Apply what is pending, make the logins, bring the starter cards up to date.

    \b
    Safe to run twice and from two places at once. Each file is one transaction;
    what fails leaves nothing of itself.
    """
    from game_server.commands import migrating

    brought = migrating.migrate_up(read_settings(), step=silent if as_json else step)
    names = [str(migration) for migration in brought.applied]
    waits = [brought.waits] if brought.waits else []
    show(
        {"applied": names, "waits": brought.waits},
        as_json,
        lambda: ([f"Applied {name}." for name in names] or ["Everything was applied before."]) + waits,
    )


@migrate.command()
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True, help="How many migrations to take back.")
@click.option("--yes", is_flag=True, help="Do not ask. Tables that go take their rows with them.")
@as_json
def down(steps: int, yes: bool, as_json: bool) -> None:
    """Take back the last migrations, newest first. Their data is lost."""
    from game_server.commands import migrating

    if not yes:
        click.confirm(f"Take back {steps} migration(s), with the data they hold?", abort=True, err=True)
    undone = [str(migration) for migration in migrating.migrate_down(read_settings(), steps, step=silent)]
    show({"undone": undone}, as_json, lambda: [f"Took back {name}." for name in undone] or ["Nothing is applied."])


@migrate.command()
@as_json
def status(as_json: bool) -> None:
    """Say what is applied, pending, changed or unknown; exit code 1 unless everything is applied."""
    from game_server.commands import migrating

    found = migrating.migrate_status(read_settings(), step=silent)
    lines = [f"{one.version:04}_{one.name}: {one.state}" for one in found.migrations]
    lines += [f"{version:04}: unknown to this version of the program" for version in found.unknown]
    show({"at_head": found.at_head, **msgspec.to_builtins(found)}, as_json, lambda: lines)
    sys.exit(0 if found.at_head else NO)


@migrate.command(name="bundle")
def write_bundle() -> None:
    """Write migrations/apply_all.sql and rollback_all.sql, for who migrates with psql."""
    from storage.migration_files import bundle

    bundle()
    click.echo("Wrote migrations/apply_all.sql and migrations/rollback_all.sql.")


@migrate.command(name="catalog")
def write_catalog() -> None:
    """Write migrations/catalog.txt, what the migrations make of an empty database: `verify` sets databases beside it."""
    from game_server.commands import verifying

    count = verifying.write_catalog(step=step)
    click.echo(f"Wrote migrations/catalog.txt with {count} lines.")
