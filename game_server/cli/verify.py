"""`verify`: the database is what it must be."""

import sys

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent
from game_server.process.exits import NO


@click.command()
@as_json
def verify(as_json: bool) -> None:
    """Look at every table, policy, right, function and login of the database; exit code 1 where something is off.

    \b
    Set beside what the migrations make: what is missing, what somebody added. And what no
    database of ours may have: a table without forced row-level security, a policy or a
    function for everybody, a right of another role, a foreign key without an index. It says
    which SQL mends what is off, whom row-level security does not bind, and which functions
    lend the owner's rights. Changes nothing.
    """
    from game_server.commands import verifying

    verified = verifying.verify(read_settings(), step=silent)
    show({"ok": not verified.findings, **msgspec.to_builtins(verified)}, as_json, lambda: verifying.lines(verified))
    sys.exit(NO if verified.findings else 0)
