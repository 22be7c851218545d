"""`mail`: where mails go."""

import msgspec
import rich_click as click

from game_server.cli.answers import as_json, read_settings, show, silent


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def mail(context: click.Context, as_json: bool) -> None:
    """Say where mails go and what waits; show the development mailbox where it is used."""
    if context.invoked_subcommand is None:
        from game_server.commands import mailing

        found = mailing.told(read_settings(), step=silent)
        show(msgspec.to_builtins(found), as_json, lambda: mailing.lines(found))


@mail.command(name="test")
@click.argument("address")
def test_mail(address: str) -> None:
    """Send a mail to an address by the SMTP server of the settings, and say how that went."""
    from game_server.commands import mailing

    click.echo(mailing.send_test(read_settings(), address))
