"""`characters`: those that are everybody's."""

import sys
from pathlib import Path

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent
from game_server.process.exits import NO


@click.group()
def characters() -> None:
    """Manage system characters: everybody signed in can talk with them and copy them, nobody changes them."""


@characters.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def import_(*, path: Path, as_json: bool) -> None:
    """Import a file of characters (JSON): all of it or, with one that is refused, nothing.

    \b
    The file is a list of objects, each with a "key" (small letters, digits and
    dashes) and the fields of POST /api/kinksters; name, age_range and stats are
    needed. What a key says is replaced, other characters stay. Whoever is no
    adult in any word is refused. docs/characters.md has an example.

    \b
    [bold]Example[/]
      game-server characters import house.json
    """
    from game_server.commands import characters as work

    brought = work.import_file(read_settings(), path, step=silent)
    show(msgspec.to_builtins(brought), as_json, lambda: work.import_lines(brought))
    sys.exit(NO if brought.refused else 0)


@characters.command(name="list")
@as_json
def list_(*, as_json: bool) -> None:
    """List the system characters by their keys."""
    from game_server.commands import characters as work

    found = work.listed(read_settings(), step=silent)
    show({"characters": msgspec.to_builtins(found)}, as_json, lambda: work.list_lines(found))


@characters.command()
@click.argument("key")
@as_json
def remove(*, key: str, as_json: bool) -> None:
    """Remove a system character. What people talked about with it stays theirs.

    Exit code 1 when there is none with this key.
    """
    from game_server.commands import characters as work

    gone = work.remove(read_settings(), key, step=silent)
    show({"key": key, "removed": gone}, as_json, lambda: ["Removed." if gone else f"There is no character {key}."])
    sys.exit(0 if gone else NO)
