"""`keys`: the secrets, and what hangs on each."""

import sys

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent
from game_server.process.exits import NO


@click.group()
def keys() -> None:
    """Manage the secrets (ATTUNED_SECRET_KEYS) and the keys that answers, notes and bonds are sealed with (ATTUNED_PERSON_KEYS).

    \b
    [bold]A new secret[/], while people play
      1. ATTUNED_SECRET_KEYS=old,new   and restart every process, one after the other
      2. ATTUNED_SECRET_KEYS=new,old   and restart every process again
      3. game-server keys rotate       wraps with the new one what the old one wrapped
      4. game-server keys status       until nothing hangs on the old one (tokens run out by themselves)
      5. ATTUNED_SECRET_KEYS=new       and restart every process
    """


@keys.command(name="status")
@as_json
def keys_status(as_json: bool) -> None:
    """Count what hangs on each secret, at most; exit code 1 while something hangs on another than the first."""
    from game_server.commands import keys as work

    found = work.status(read_settings(), step=silent)
    show({"keys": msgspec.to_builtins(found), "free": work.free(found)}, as_json, lambda: work.lines(found))
    sys.exit(0 if work.free(found) else NO)


@keys.command()
@as_json
def rotate(as_json: bool) -> None:
    """Wrap with the first secret what others have wrapped. May be stopped and run again; people play on meanwhile."""
    from game_server.commands import keys as work

    found = work.rotate(read_settings(), step=silent, say=lambda text: click.echo(text, err=as_json))
    show({"keys": msgspec.to_builtins(found), "free": work.free(found)}, as_json, lambda: work.lines(found))


@keys.command()
@click.argument("url")
@as_json
def move(url: str, as_json: bool) -> None:
    """Move people's keys from this machine's file into a PostgreSQL database of their own, for several machines.

    \b
    Surveys wait (503) from then on until every process was started with
    ATTUNED_PERSON_KEYS set to the same URL; rooms go on. Keep that database out of
    the main backups, and its own for 7 days at most: an erased person's key lives
    as long as they do.
    """
    from game_server.commands import keys as work

    count, place = work.move(read_settings(), url)
    show({"moved": count, "place": place}, as_json, lambda: [
        f"{count} keys were moved to {place}. Now set ATTUNED_PERSON_KEYS to that URL for every process and restart them."
    ])  # fmt: skip


@keys.command()
@click.confirmation_option(prompt="Delete every raw answer, note and bond whose key is not in the present key file?")
@as_json
def lost(as_json: bool) -> None:
    """The key file of before is gone for good: delete what it sealed and go on.

    Raw answers and notes go, bonds with all that is in them, and what people kept of
    their own there; profiles, limits and games stay.
    """
    from game_server.commands import keys as work

    deleted = work.give_up(read_settings(), step=silent)
    show(
        {"deleted": deleted},
        as_json,
        lambda: [f"{deleted} sealed rows were deleted, each bond counted once. People can answer anew."],
    )
