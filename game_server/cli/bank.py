"""`bank`: the activities."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, progress_bar, read_settings, show, silent
from game_server.process.exits import NO

if TYPE_CHECKING:
    from game_server.activities.bank_import import ImportReport

_MOST_LINES = 100
_FEW_LINES = 3  # of those that one note is about


@click.group()
def bank() -> None:
    """Manage the bank of activities."""


@bank.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", help="The sheet of a workbook; otherwise its first.")
@click.option(
    "--enrichment",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON with more of some cards: keys, domains, roles.",
)
@click.option("--dry-run", is_flag=True, help="Do everything, show the counts, take it back.")
@click.option("--source-version", help="The version to note on the cards; otherwise their rows' own, or the file's.")
@click.option("--archive-missing", is_flag=True, help="Archive imported cards that the file no longer has.")
@as_json
def import_(
    *,
    path: Path,
    sheet: str | None,
    enrichment: Path | None,
    dry_run: bool,
    source_version: str | None,
    archive_missing: bool,
    as_json: bool,
) -> None:
    """Import a file of activities (CSV, XLSX or JSON): all of it or, with one refused row, nothing.

    \b
    Cards are told apart by their type and first sentence: what the bank has is
    brought up to date, what it has not is added. Every refused row is named with
    line, column and reason. docs/bank.md says which columns there are.

    \b
    [bold]Examples[/]
      game-server bank import cards.xlsx --sheet Audited --dry-run
      game-server bank import cards.csv --enrichment keys.json
    """
    from game_server.commands import bank as work

    with progress_bar(shown=not as_json) as progress:
        report = work.import_file(
            read_settings(),
            path,
            step=silent,
            progress=progress,
            sheet=sheet,
            dry_run=dry_run,
            source_version=source_version,
            archive_missing=archive_missing,
            enrichment=enrichment,
        )
    show(msgspec.to_builtins(report), as_json, lambda: _import_lines(report))
    sys.exit(NO if report.refused else 0)


@bank.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@as_json
def export(path: Path, force: bool, as_json: bool) -> None:
    """Write the bank into a file, by its name as CSV, XLSX or JSON, that import reads back as it was.

    \b
    Archived cards are in it, and those of yours that wait for approval; what
    couples wrote for themselves and what an AI wrote for one room is not. Exit
    code 1 when rows cannot be read and are missing (validate names them).

    \b
    [bold]Example[/]
      game-server bank export cards.xlsx
    """
    from game_server.commands import bank as work

    with progress_bar(shown=not as_json) as progress:
        found = work.export_file(read_settings(), path, replace=force, step=silent, progress=progress)
    lines = [f"{found.cards} cards written to {path}."]
    lines += [f"Card {number} cannot be read and is not in it." for number in found.unreadable]
    show(msgspec.to_builtins(found), as_json, lambda: lines)
    sys.exit(NO if found.unreadable else 0)


@bank.command()
@click.option(
    "--least", type=click.IntRange(0), default=10, show_default=True, help="Fewer cards than these left is too few."
)
@as_json
def validate(least: int, as_json: bool) -> None:
    """Look the live bank over: its rows, tags and words, and for which couples it runs dry.

    \b
    Cards in use: is every value one that there is, is the uid the card's own,
    do the tags have what the words say (English only)? Then how many cards are
    left at every level, intensity and type for the 64 pairings of bodies, with
    no limits, with each one, with all eight, and after a No to everything.

    \b
    Exit code 1 when a card in use is wrong, or fewer than --least are left
    somewhere. Cards that wait for approval or that nobody tagged are only told.
    """
    from game_server.commands import bank as work

    with progress_bar(shown=not as_json) as progress:
        report = work.validate(read_settings(), least=least, step=silent, progress=progress)
    show(work.report_json(report), as_json, lambda: work.report_lines(report))
    sys.exit(0 if report.fine else NO)


@bank.command()
@click.option("--waiting", is_flag=True, help="Only cards that wait for approval.")
@click.option("--flagged", is_flag=True, help="Only cards in use whose words say more than their tags.")
def review(waiting: bool, flagged: bool) -> None:
    """Walk over the cards that want a person's eye, one by one: those that wait for approval, then those with remarks.

    \b
    A key and Enter decide: a approve, f fix tags, e edit tags, x archive,
    s skip, u undo, q quit, ? help. Every decision is kept at once, and only if
    the card still is as it was shown, so two people may review at the same time.
    Cards that couples wrote for themselves never come here.
    """
    from game_server.commands import bank as work

    both = waiting == flagged
    work.review(
        read_settings(),
        _ask,
        click.echo,
        waiting=waiting or both,
        flagged=flagged or both,
        step=silent,
        showing=lambda: progress_bar(shown=True),
    )


def _ask(prompt: str) -> str | None:
    """A line of the terminal or of a pipe; None at its end and after Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # the event loop's would wait for the line
    try:
        return input(prompt)
    except UnicodeDecodeError:
        return ""
    except (EOFError, KeyboardInterrupt):
        click.echo()
        return None
    finally:
        signal.signal(signal.SIGINT, before)


def _import_lines(report: "ImportReport") -> list[str]:
    remarks = [f"refused, {_place([one.line], one.column)}{one.reason}" for one in report.refused]
    alike: dict[tuple[str, str], list[int]] = {}
    for note in report.notes:
        alike.setdefault((note.column, note.reason), []).append(note.line)
    remarks += [f"note, {_place(lines, column)}{reason}" for (column, reason), lines in alike.items()]
    if len(remarks) > _MOST_LINES:
        remarks[_MOST_LINES:] = [f"… and {len(remarks) - _MOST_LINES} more; --json has them all."]
    if report.refused:
        if not report.rows:
            return [*remarks, "Nothing was imported."]
        refused = len({one.line for one in report.refused})
        return [*remarks, f"Nothing was imported: {refused} of {report.rows} rows were refused."]
    counts = f"{report.counts.inserted} new, {report.counts.updated} changed, {report.counts.unchanged} as before"
    verb = "would be imported" if report.dry_run else "imported"
    return [*remarks, f"{report.rows} rows {verb}: {counts}, {report.archived} archived."]


def _place(lines: list[int], column: str) -> str:
    where = [f"line{'s' if len(lines) > 1 else ''} {_few(lines)}"] if any(lines) else []
    return ", ".join([*where, *([column] if column else [])] or ["the file"]) + ": "


def _few(lines: list[int]) -> str:
    more = f" and {len(lines) - _FEW_LINES} more" if len(lines) > _FEW_LINES else ""
    return ", ".join(map(str, lines[:_FEW_LINES])) + more
