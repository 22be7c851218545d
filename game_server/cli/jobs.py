"""`jobs`: the timetable."""

import sys

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent
from game_server.process.exits import NO


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def jobs(context: click.Context, as_json: bool) -> None:
    """Show the timetable: how each job ended last, how long it took, how late it began, when it runs next.

    \b
    Exit code 1 where nobody runs the timetable, a job failed, or one is overdue.
    """
    if context.invoked_subcommand is None:
        from game_server.commands import timetable

        found = timetable.told(read_settings(), step=silent)
        show(msgspec.to_builtins(found), as_json, lambda: timetable.lines(found))
        sys.exit(0 if found.healthy else NO)


@jobs.command(name="run")
@click.argument("name")
def run_job(name: str) -> None:
    """Run one job now, unless a process runs it already; exit code 1 where it fails."""
    from game_server.commands import timetable

    outcome = timetable.run_now(read_settings(), name, step=silent)
    click.echo(f"{name}: {outcome}")
    sys.exit(0 if outcome == timetable.DONE else NO)
