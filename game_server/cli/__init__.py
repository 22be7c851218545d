"""`game-server …`: the command line. Exit codes: 0 done, 1 the answer is no, 2 it cannot be done as asked, 3 already runs.

Commands only read options, print and choose an exit code; the work is in `game_server/commands`, which each command imports
for itself so that `--help` and `env` answer at once. A group of commands is a file: `processes.py` (serve, worker, env),
`rooms.py` (room, replay, explain-pick), `pages.py` (settings, docs), and by their names `migrate.py`, `keys.py`, `jobs.py`,
`mail.py`, `bank.py`, `characters.py`, `notion.py` and `verify.py`. What they have in common is in `answers.py`.
"""

import rich_click as click

from game_server.cli import bank, characters, jobs, keys, mail, migrate, notion, pages, processes, rooms, verify
from game_server.cli.answers import fail
from game_server.process import outlets
from game_server.process.exits import CANNOT, CannotRunError
from game_server.settings import SettingsError
from storage.store_errors import StoreError

HELP = click.RichHelpConfiguration(
    text_markup="rich", max_width=100, show_arguments=True, padding_helptext_first_line=(0, 0, 1, 0)
)


def main() -> None:
    """The console script: what is expected to go wrong becomes a sentence and an exit code."""
    outlets.stand_in()
    try:
        group(standalone_mode=True)
    except CannotRunError as error:
        fail(str(error), error.exit_code)
    except (SettingsError, StoreError) as error:
        fail(str(error), CANNOT)


@click.rich_config(help_config=HELP)
@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="attuned", prog_name="game-server")
def group() -> None:
    """The server for live play between two phones.

    \b
    [bold]Start here[/]
      game-server serve            everything on this machine, at http://127.0.0.1:8000
      game-server serve --lan      the same for a second phone in your network, with a QR code
      game-server env              the URLs of the stores that run, for psql and friends

    \b
    Without DATABASE_URL and REDIS_URL the stores that come with the install are
    used, with their data in ./.data (ATTUNED_DATA_DIR). Settings are environment
    variables; a wrong or unknown one is named at the start.
    """


for command in (
    processes.serve,
    processes.worker,
    processes.env,
    pages.print_settings,
    pages.write_docs,
    jobs.jobs,
    mail.mail,
    migrate.migrate,
    verify.verify,
    bank.bank,
    characters.characters,
    notion.notion,
    keys.keys,
    rooms.replay,
    rooms.room,
    rooms.explain_pick,
):
    group.add_command(command)
