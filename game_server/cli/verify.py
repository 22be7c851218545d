"""`verify`: the database, people's keys and their pictures are what they must be."""

import sys
from typing import cast

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, progress_bar, read_settings, show, silent
from game_server.process.exits import NO
from storage.proof_groups import GROUPS, Group


@click.command()
@as_json
@click.option("--verbose", "-v", is_flag=True, help="Name each function that acts as its owner, too.")
@click.option("--quick", is_flag=True, help="Only the schema and the rights: no rows, no keys, no pictures.")
@click.option(
    "--only", "groups", type=click.Choice(GROUPS), multiple=True, metavar="GROUP",
    help=f"Only this group of checks ({', '.join(GROUPS)}); may be said several times.",
)  # fmt: skip
def verify(as_json: bool, verbose: bool, quick: bool, groups: tuple[str, ...]) -> None:
    """Look at everything that must be so of the database, people's keys and their pictures; exit code 1 where something is off.

    \b
    The schema and the rights, set beside what the migrations make: what is missing, what
    somebody added. And what no database of ours may have: a table without forced row-level
    security, a policy or a function for everybody, a right of another role, a foreign key
    without an index. The rows: balances, codes, series, contracts, consent and what follows
    from what. Whoever has sealed rows has a key, every picture its bytes.

    \b
    It says what mends what is off, whom row-level security does not bind, and with -v which
    functions lend the owner's rights. `~`: PostgreSQL's estimate, `?`: it has not counted
    yet. Of rows that are off only ids are told. A schema that is newer than this program is
    said, and nothing more. Changes nothing, and may run while people play; of rows it reads all.
    """
    from game_server.commands import verifying

    if quick and groups:
        raise click.UsageError("--quick names its groups itself: leave out --only.")
    asked = verifying.QUICK if quick else cast("tuple[Group, ...]", groups) or GROUPS
    with progress_bar(shown=not as_json) as progress:
        verified = verifying.verify(read_settings(), step=silent, groups=asked, progress=progress)
    show(
        {"ok": not verified.findings, **msgspec.to_builtins(verified)},
        as_json,
        lambda: verifying.lines(verified, every=verbose),
    )
    sys.exit(NO if verified.findings else 0)
