"""`serve`, `worker` and `env`: what runs, and where its stores are."""

import shlex
import sys

import rich_click as click

from game_server.cli.answers import as_json, fail, read_settings, show, step
from game_server.process import outlets, signals
from game_server.process.exits import NO
from storage import data_directory


@click.command()
@click.option("--host", help="Address to listen on.  [dim]default: 127.0.0.1 (ATTUNED_HOST)[/]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 takes a free one.  [dim]default: 8000 (PORT)[/]")
@click.option("--lan", is_flag=True, help="Listen in the local network, link to that address and show it as a QR code.")
@click.option("--prepare", is_flag=True, help="Also migrate, load the starter cards and run the timetable in here.")
def serve(host: str | None, port: int | None, lan: bool, prepare: bool) -> None:
    """Serve the API, the rooms and the page.

    \b
    On the stores that come with the install it starts them, migrates, loads the
    starter cards and runs the timetable; where another process in this folder runs
    them already, it joins: any number may serve the same rooms.

    \b
    With DATABASE_URL and REDIS_URL it uses those and expects `migrate up` and
    `worker` to be run beside it.

    \b
    [bold]Examples[/]
      game-server serve --port 8001                a second process beside one that runs
      PORT=80 game-server serve --host 0.0.0.0     behind a platform's router
    """
    outlets.take_over()
    signals.take_over()
    from game_server.commands import serving

    settings = read_settings(host=host, port=port, lan=lan or None)
    sys.exit(serving.serve(settings, prepare=prepare, step=step, say=click.echo))


@click.command()
def worker() -> None:
    """Run the timetable: daily resets, expiry, clean-up, mail. `game-server jobs` shows it.

    \b
    Run as many as you like: one works at a time, and another takes over within
    seconds when it dies. `serve` on the embedded stores runs the timetable itself.
    """
    outlets.take_over()
    signals.take_over()
    from game_server.commands import serving

    sys.exit(serving.worker(read_settings(), step=step, say=click.echo))


@click.command()
@as_json
def env(as_json: bool) -> None:
    """Print DATABASE_URL and REDIS_URL of the embedded stores that run, as an administrator.

    \b
    [bold]Examples[/]
      eval "$(game-server env)" && psql "$DATABASE_URL"
      game-server env --json
    """
    settings = read_settings()
    running = data_directory.running(settings.data_dir)
    if running is None:
        fail(f"No embedded stores run in {settings.data_dir.absolute()}. Start them with ./run, or name another "
              "directory with ATTUNED_DATA_DIR.", NO)  # fmt: skip
    urls = {"DATABASE_URL": running.database_url, "REDIS_URL": running.redis_url}
    urls = {name: url for name, url in urls.items() if url}
    if not urls:
        fail(f"The stores in {settings.data_dir.absolute()} are being started by process {running.pid}; try again.", NO)
    show(urls, as_json, lambda: [f"{name}={shlex.quote(url or '')}" for name, url in urls.items()])
