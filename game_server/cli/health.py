"""`health`: how the installation is, and what of it needs a person."""

import sys

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent
from game_server.process.exits import NO


@click.command()
@as_json
def health(as_json: bool) -> None:
    """Show how the installation is: stores, tables, jobs, outboxes, last backup and sync; exit code 1 where it needs a person, 2
    where nothing can be asked (a wrong setting, a store of its own that does not start).

    \b
    Rows and bytes of every table, dead rows, connections, the oldest transaction; objects
    and bytes of the pictures; what waits to be sent; how long each store takes to answer,
    and how much room is left. `~`: PostgreSQL's estimate. Each thing that needs somebody
    comes with what to do: a store that is away or refuses us (and what it says), a job
    that is late, no backup as often as one is to be made, a disk of which less than a tenth
    is free.

    \b
    May be asked while people play, and while a store is away. Changes nothing.
    """
    from game_server.commands import health as work
    from game_server.commands import health_lines

    found = work.health(read_settings(), step=silent)
    show({"ok": found.ok, **msgspec.to_builtins(found)}, as_json, lambda: health_lines.lines(found))
    sys.exit(0 if found.ok else NO)
