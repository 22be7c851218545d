"""`backup` and `restore`."""

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent, step


@click.command()
@click.option("--to", metavar="FOLDER|URL", help="A folder, or s3://bucket?endpoint=…&region=… [default: ATTUNED_BACKUP_TO, "
    "else backups in the data directory]")  # fmt: skip
@click.option("--plain", is_flag=True, help="Do not seal it: a tar file that anybody can read.")
@click.option(
    "--objects/--no-objects",
    default=None,
    help="Take the pictures along, sealed as they lie there, or list them only [default: along, where they lie in a folder].",
)
@as_json
def backup(to: str | None, plain: bool, objects: bool | None, as_json: bool) -> None:
    """Back up the whole database and what lies in the object store, as of one moment, while people play.

    \b
    One file, sealed with ATTUNED_BACKUP_KEY, or without one by the installation's secret:
    keep that secret somewhere else, for without it nobody opens the file. It appears under
    its name once it is whole. People's keys are not in it, so that who is erased is erased
    in every backup: copy them apart, for 7 days at most.

    \b
    By the timetable: ATTUNED_BACKUP_TO, ATTUNED_BACKUP_EVERY_HOURS, ATTUNED_BACKUP_KEEP_DAYS.
    Back again: game-server restore FILE
    """
    from game_server.commands import backing_up as work

    made, opens = work.back_up(
        read_settings(), to=to, plain=plain, objects=objects, step=silent if as_json else step,
        say=lambda text: click.echo(f"  {text}", err=True),
    )  # fmt: skip
    show({**work.told(made), "opens": opens}, as_json, lambda: work.lines(made, opens))


@click.command()
@click.argument("file", required=False)
@click.option("--check", is_flag=True, help="Only say what the backup is and what speaks against restoring it.")
@click.option("--tables", metavar="A,B,…", help="Only the rows of these tables, into the database that is there.")
@click.option("--kinksters", is_flag=True, help="The same for characters, with how they were made and their avatars.")
@click.option(
    "--recovered", is_flag=True, help="The database came back by other means: only take out who was erased since."
)
@click.option("--expired", is_flag=True, help="It is older than 35 days, and there is no younger one.")
@click.option(
    "--older-keys", is_flag=True, help="People's keys are an older copy than the backup; there is no newer one."
)
@click.option(
    "--keys-lost", is_flag=True, help="People's keys are gone for good: what is sealed with them is given up."
)
@as_json
def restore(
    file: str | None, *, tables: str | None, kinksters: bool, recovered: bool, as_json: bool, **rest: bool
) -> None:
    """Bring a backup back into an empty database: FILE, or s3://bucket/FILE?endpoint=….

    \b
    First everything is looked at, and said at once: the file from its beginning to its
    end, versions, the schema, that the database is empty and nobody uses it, people's
    keys, room. Then all comes back, who was erased since the backup is taken out again,
    and open games get new epochs. Until it is done nothing serves the database; where it
    is broken off, the same command goes on.

    \b
    With --tables or --kinksters rows are added to the database that is there, parents
    before children. A row that is there stays as it is, one whose parent is not there is
    treated as if that had been deleted since, and nobody erased comes back. No backup
    gives anybody's yes again: what was agreed on, signed, shown or allowed is to be said
    anew, so ratings come where they are a no, contracts as drafts, nothing as shared.

    \b
    With --recovered, and no FILE: after a recovery to a point in time or a copy of the
    database, before anything serves it.
    """
    from game_server.commands import restoring as work
    from game_server.keeping.checks import Allowed

    shown = silent if as_json else step
    kinds = [bool(tables or kinksters), recovered, any(rest.values())]
    if sum(kinds) > 1 or (file is None) != recovered:
        raise click.UsageError(
            "Name a FILE, or --recovered; --tables and --kinksters go with none of the other options."
        )
    if file is None:
        erased = work.take_out(read_settings(), step=shown)
        show(msgspec.to_builtins(erased), as_json, lambda: work.erased_lines(erased))
        return
    if tables or kinksters:
        added = work.add_tables(read_settings(), file, tables, kinksters=kinksters, step=shown)
        show(msgspec.to_builtins(added), as_json, lambda: work.added_lines(added))
        return
    only_check = rest.pop("check")
    outcome = work.bring_back(read_settings(), file, Allowed(**rest), only_check=only_check, step=shown)
    show(work.told(outcome), as_json, lambda: work.lines(outcome))
