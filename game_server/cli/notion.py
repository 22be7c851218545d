"""`notion`: what an operator reads of people's workspaces."""

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent


@click.group()
def notion() -> None:
    """Look at the connections with Notion. docs/notion.md says how it is set up."""


@notion.command()
@click.option("--forget", is_flag=True, help="Then forget them: the right one is set.")
@as_json
def handshakes(*, forget: bool, as_json: bool) -> None:
    """Show the words with which Notion introduced a webhook, to be set as ATTUNED_NOTION_WEBHOOK_TOKEN.

    They are kept only while none is set, and nothing is believed by them.
    """
    from game_server.commands import notion as work

    found = work.handshakes(read_settings(), forget=forget, step=silent)
    show({"handshakes": msgspec.to_builtins(found)}, as_json, lambda: work.lines(found))
