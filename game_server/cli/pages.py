"""`settings` and `docs`: what is written down of the program itself."""

import os
import sys

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show
from game_server.process.exits import NO


@click.command(name="settings")
@click.option("--markdown", is_flag=True, help="Print the page docs/settings.md.")
@as_json
def print_settings(markdown: bool, as_json: bool) -> None:
    """Print every setting with its type, its default, what it is for, and what is set here. No secret is shown."""
    from game_server.commands import settings

    if markdown:
        click.echo(settings.markdown(), nl=False)
    else:
        read_settings()
        found = msgspec.to_builtins(settings.told(os.environ))
        show({"settings": found}, as_json, lambda: settings.lines(os.environ))


@click.command(name="docs")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where a page is not what the code says.")
def write_docs(check: bool) -> None:
    """Write what is made from the code in docs/: settings, errors, the protocol's tables and its AsyncAPI document."""
    from game_server.commands import describing

    changed = describing.changed() if check else describing.write()
    click.echo("\n".join(f"docs/{name}" for name in changed) or "Every page is what the code says.")
    sys.exit(NO if check and changed else 0)
