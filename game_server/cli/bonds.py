"""`bonds`: what people keep together."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from game_server.cli.answers import as_json, progress_bar, read_settings, show, silent
from game_server.process.exits import NO

if TYPE_CHECKING:
    from game_server.bonds_import.importing import Report
    from game_server.bonds_import.staging import Refusal


@click.group()
def bonds() -> None:
    """Manage bonds: bring in what people kept with another program."""


@bonds.command(name="import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Read it and say who is here and what has its place; change nothing.")
@as_json
def import_(*, path: Path, dry_run: bool, as_json: bool) -> None:
    """Import what people kept with KINK IT.

    \b
    PATH is a dump of its fifteen tables, as text or in pg_dump's custom format, or
    tables as CSV or JSON in a folder or a ZIP, each file named after its table.

    \b
    Taken is what belongs to people who have confirmed the same e-mail address here.
    A bond is founded by who founded it there; everybody else is asked and, when they
    say yes, let in by its members: then import the same file again. Ratings that say
    yes, messages and points wait for the yes of whose they are. Contracts come as
    drafts, limits first, nothing that touches one. What was taken is known again:
    a file may be imported as often as you like. Nothing of it is executed or fetched.

    \b
    Whatever is not taken is listed by table, id and reason, never by its content;
    exit code 1 when there is any. docs/import.md says what becomes of what.

    \b
    [bold]Examples[/]
      game-server bonds import kink-it-backup.sql --dry-run
      game-server bonds import kink-it-backup.dump --json > report.json
    """
    from game_server.commands import bonds as work

    def tell(report: "Report", refused: "Iterator[Refusal]") -> None:
        if as_json:
            for piece in work.as_json(report, refused):
                click.echo(piece, nl=False)
            click.echo()
        else:
            show(None, as_json, lambda: list(work.report_lines(report, refused)))

    with progress_bar(shown=not as_json) as progress:
        report = work.import_file(read_settings(), path, dry_run=dry_run, step=silent, progress=progress, tell=tell)
    sys.exit(NO if report.reasons else 0)
