"""`bank`: the activities."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent
from game_server.process.exits import NO

if TYPE_CHECKING:
    from game_server.activities.actions import ImportReport


@click.group()
def bank() -> None:
    """Manage the bank of activities."""


@bank.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do everything, show the counts, take it back.")
@click.option("--source-version", help="The version to note on the cards; otherwise the file's own.")
@click.option("--archive-missing", is_flag=True, help="Archive imported cards that the file no longer has.")
@click.option("--enrichment", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="More fields by uid.")
@as_json
def import_(
    *,
    path: Path,
    dry_run: bool,
    source_version: str | None,
    archive_missing: bool,
    enrichment: Path | None,
    as_json: bool,
) -> None:
    """Import a file of activities, all of it or, with one refused row, nothing.

    \b
    [bold]Example[/]
      game-server bank import cards.json --dry-run
    """
    from game_server.commands import operating

    report = operating.import_file(
        read_settings(),
        path,
        step=silent,
        dry_run=dry_run,
        source_version=source_version,
        archive_missing=archive_missing,
        enrichment=enrichment,
    )
    show(msgspec.to_builtins(report), as_json, lambda: _import_lines(report))
    sys.exit(NO if report.refused else 0)


def _import_lines(report: "ImportReport") -> list[str]:
    remarks = [
        f"{'refused' if one in report.refused else 'note'}, line {one.line}{', ' + one.column if one.column else ''}: "
        f"{one.reason}"
        for one in (*report.refused, *report.notes)
    ]
    if report.refused:
        return [*remarks, f"Nothing was imported: {len(report.refused)} of {report.rows} rows were refused."]
    counts = f"{report.counts.inserted} new, {report.counts.updated} changed, {report.counts.unchanged} as before"
    verb = "would be imported" if report.dry_run else "imported"
    return [*remarks, f"{report.rows} rows {verb}: {counts}, {report.archived} archived."]
