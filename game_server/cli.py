"""`game-server …`: the command line. Exit codes: 0 done, 1 the answer is no, 2 it cannot be done as asked, 3 already runs.

Commands only read options, print and choose an exit code; the work is in the modules they call, which each command
imports for itself so that `--help` and `env` answer at once.
"""

import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import rich_click as click

from game_server.process import outlets, signals
from game_server.process.exits import CANNOT, NO, CannotRunError
from game_server.settings import Settings, SettingsError
from storage import data_directory
from storage.store_errors import StoreError

if TYPE_CHECKING:
    from game_server.activities.actions import ImportReport

HELP = click.RichHelpConfiguration(
    text_markup="rich", max_width=100, show_arguments=True, padding_helptext_first_line=(0, 0, 1, 0)
)

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for scripts.")


def main() -> None:
    """The console script: what is expected to go wrong becomes a sentence and an exit code."""
    outlets.stand_in()
    try:
        group(standalone_mode=True)
    except CannotRunError as error:
        _fail(str(error), error.exit_code)
    except (SettingsError, StoreError) as error:
        _fail(str(error), CANNOT)


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


@group.command()
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


@group.command()
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
        _fail(f"No embedded stores run in {settings.data_dir.absolute()}. Start them with ./run, or name another "
              "directory with ATTUNED_DATA_DIR.", NO)  # fmt: skip
    urls = {"DATABASE_URL": running.database_url, "REDIS_URL": running.redis_url}
    urls = {name: url for name, url in urls.items() if url}
    if not urls:
        _fail(
            f"The stores in {settings.data_dir.absolute()} are being started by process {running.pid}; try again.", NO
        )
    _show(urls, as_json, lambda: [f"{name}={shlex.quote(url or '')}" for name, url in urls.items()])


@group.command(name="settings")
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
        _show({"settings": found}, as_json, lambda: settings.lines(os.environ))


@group.command(name="docs")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 where a page is not what the code says.")
def write_docs(check: bool) -> None:
    """Write what is made from the code in docs/: settings, errors, the protocol's tables and its AsyncAPI document."""
    from game_server.commands import describing

    changed = describing.changed() if check else describing.write()
    click.echo("\n".join(f"docs/{name}" for name in changed) or "Every page is what the code says.")
    sys.exit(NO if check and changed else 0)


@group.command()
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


@group.group(invoke_without_command=True)
@as_json
@click.pass_context
def jobs(context: click.Context, as_json: bool) -> None:
    """Show the timetable: how each job ended last, how long it took, how late it began, when it runs next.

    \b
    Exit code 1 where nobody runs the timetable, a job failed, or one is overdue.
    """
    if context.invoked_subcommand is None:
        from game_server.commands import timetable

        found = timetable.told(read_settings(), step=_silent)
        _show(msgspec.to_builtins(found), as_json, lambda: timetable.lines(found))
        sys.exit(0 if found.healthy else NO)


@jobs.command(name="run")
@click.argument("name")
def run_job(name: str) -> None:
    """Run one job now, unless a process runs it already; exit code 1 where it fails."""
    from game_server.commands import timetable

    outcome = timetable.run_now(read_settings(), name, step=_silent)
    click.echo(f"{name}: {outcome}")
    sys.exit(0 if outcome == timetable.DONE else NO)


@group.group(invoke_without_command=True)
@as_json
@click.pass_context
def mail(context: click.Context, as_json: bool) -> None:
    """Say where mails go and what waits; show the development mailbox where it is used."""
    if context.invoked_subcommand is None:
        from game_server.commands import mailing

        found = mailing.told(read_settings(), step=_silent)
        _show(msgspec.to_builtins(found), as_json, lambda: mailing.lines(found))


@mail.command(name="test")
@click.argument("address")
def test_mail(address: str) -> None:
    """Send a mail to an address by the SMTP server of the settings, and say how that went."""
    from game_server.commands import mailing

    click.echo(mailing.send_test(read_settings(), address))


@group.group()
def migrate() -> None:
    """Bring the database's schema forward or back (DATABASE_URL, as an administrator)."""


@migrate.command()
@as_json
def up(as_json: bool) -> None:
    """Apply what is pending, make the logins, bring the starter cards up to date.

    \b
    Safe to run twice and from two places at once. Each file is one transaction;
    what fails leaves nothing of itself.
    """
    from game_server.commands import migrating

    brought = migrating.migrate_up(read_settings(), step=_silent if as_json else step)
    names = [str(migration) for migration in brought.applied]
    waits = [brought.waits] if brought.waits else []
    _show(
        {"applied": names, "waits": brought.waits},
        as_json,
        lambda: ([f"Applied {name}." for name in names] or ["Everything was applied before."]) + waits,
    )


@migrate.command()
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True, help="How many migrations to take back.")
@click.option("--yes", is_flag=True, help="Do not ask. Tables that go take their rows with them.")
@as_json
def down(steps: int, yes: bool, as_json: bool) -> None:
    """Take back the last migrations, newest first. Their data is lost."""
    from game_server.commands import migrating

    if not yes:
        click.confirm(f"Take back {steps} migration(s), with the data they hold?", abort=True, err=True)
    undone = [str(migration) for migration in migrating.migrate_down(read_settings(), steps, step=_silent)]
    _show({"undone": undone}, as_json, lambda: [f"Took back {name}." for name in undone] or ["Nothing is applied."])


@migrate.command()
@as_json
def status(as_json: bool) -> None:
    """Say what is applied, pending, changed or unknown; exit code 1 unless everything is applied."""
    from game_server.commands import migrating

    found = migrating.migrate_status(read_settings(), step=_silent)
    lines = [f"{one.version:04}_{one.name}: {one.state}" for one in found.migrations]
    lines += [f"{version:04}: unknown to this version of the program" for version in found.unknown]
    _show({"at_head": found.at_head, **msgspec.to_builtins(found)}, as_json, lambda: lines)
    sys.exit(0 if found.at_head else NO)


@migrate.command(name="bundle")
def write_bundle() -> None:
    """Write migrations/apply_all.sql and rollback_all.sql, for who migrates with psql."""
    from storage.migrate import bundle

    bundle()
    click.echo("Wrote migrations/apply_all.sql and migrations/rollback_all.sql.")


@group.group()
def bank() -> None:
    """Manage the bank of activities."""


@bank.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do everything, show the counts, take it back.")
@click.option("--source-version", help="The version to note on the cards; otherwise the file's own.")
@click.option("--archive-missing", is_flag=True, help="Archive imported cards that the file no longer has.")
@click.option("--enrichment", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="More fields by uid.")
@as_json
def import_(
    *,
    path: Path,
    dry_run: bool,
    source_version: str | None,
    archive_missing: bool,
    enrichment: Path | None,
    as_json: bool,
) -> None:
    """Import a file of activities, all of it or, with one refused row, nothing.

    \b
    [bold]Example[/]
      game-server bank import cards.json --dry-run
    """
    from game_server.commands import operating

    report = operating.import_file(
        read_settings(),
        path,
        step=_silent,
        dry_run=dry_run,
        source_version=source_version,
        archive_missing=archive_missing,
        enrichment=enrichment,
    )
    _show(msgspec.to_builtins(report), as_json, lambda: _import_lines(report))
    sys.exit(NO if report.refused else 0)


def _import_lines(report: "ImportReport") -> list[str]:
    remarks = [
        f"{'refused' if one in report.refused else 'note'}, line {one.line}{', ' + one.column if one.column else ''}: "
        f"{one.reason}"
        for one in (*report.refused, *report.notes)
    ]
    if report.refused:
        return [*remarks, f"Nothing was imported: {len(report.refused)} of {report.rows} rows were refused."]
    counts = f"{report.counts.inserted} new, {report.counts.updated} changed, {report.counts.unchanged} as before"
    verb = "would be imported" if report.dry_run else "imported"
    return [*remarks, f"{report.rows} rows {verb}: {counts}, {report.archived} archived."]


@group.group()
def keys() -> None:
    """Manage the secrets (ATTUNED_SECRET_KEYS) and the keys that people's raw answers are sealed with (ATTUNED_PERSON_KEYS).

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

    found = work.status(read_settings(), step=_silent)
    _show({"keys": msgspec.to_builtins(found), "free": work.free(found)}, as_json, lambda: work.lines(found))
    sys.exit(0 if work.free(found) else NO)


@keys.command()
@as_json
def rotate(as_json: bool) -> None:
    """Wrap with the first secret what others have wrapped. May be stopped and run again; people play on meanwhile."""
    from game_server.commands import keys as work

    found = work.rotate(read_settings(), step=_silent, say=lambda text: click.echo(text, err=as_json))
    _show({"keys": msgspec.to_builtins(found), "free": work.free(found)}, as_json, lambda: work.lines(found))


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
    _show({"moved": count, "place": place}, as_json, lambda: [
        f"{count} keys were moved to {place}. Now set ATTUNED_PERSON_KEYS to that URL for every process and restart them."
    ])  # fmt: skip


@keys.command()
@click.confirmation_option(prompt="Delete every raw answer whose key is not in the present key file?")
@as_json
def lost(as_json: bool) -> None:
    """The key file of before is gone for good: delete what it sealed and go on. Profiles, limits and games stay."""
    from game_server.commands import keys as work

    deleted = work.give_up(read_settings(), step=_silent)
    _show({"deleted": deleted}, as_json, lambda: [f"{deleted} sealed rows were deleted. People can answer anew."])


@group.command()
@click.argument("session_id")
@as_json
def replay(session_id: str, as_json: bool) -> None:
    """Feed a session's logged inputs to the rules again: `identical`, or the first difference (exit code 1)."""
    from game_server.commands import operating

    difference = operating.replay_session(read_settings(), session_id, step=_silent)
    _show(
        {"session_id": session_id, "identical": difference is None, "difference": difference},
        as_json,
        lambda: [difference or "identical"],
    )
    sys.exit(0 if difference is None else NO)


@group.command()
@click.argument("session_id")
@as_json
def room(session_id: str, as_json: bool) -> None:
    """Look into a room: state, seats, sockets, presence and the course of its log. Names and texts stay masked."""
    from game_server.commands import operating

    found = operating.inspect_session(read_settings(), session_id, step=_silent)
    _show(found, as_json, lambda: operating.room_lines(found))


@group.command(name="explain-pick")
@click.argument("session_id")
@click.argument("turn", type=click.IntRange(1, 2**31 - 1))
@as_json
def explain_pick(session_id: str, turn: int, as_json: bool) -> None:
    """Say why the card of a turn was chosen: seats instead of names, sums instead of anybody's answers."""
    from game_server.commands import operating
    from game_server.sessions.explanation import lines

    told = operating.explain_pick(read_settings(), session_id, turn, step=_silent)
    _show(told, as_json, lambda: lines(told))


def read_settings(**options: Any) -> Settings:
    return Settings.from_environment(os.environ, **options)


@contextmanager
def step(text: str) -> Iterator[None]:
    """`Starting PostgreSQL … 0.3 s`, shown while it happens."""
    began = time.monotonic()
    click.echo(f"{text} … ", nl=False)
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        click.echo("failed")
        raise
    click.echo(f"{time.monotonic() - began:.1f} s")


@contextmanager
def _silent(_text: str) -> Iterator[None]:
    yield


def _show(value: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:
    try:
        click.echo(json.dumps(value) if as_json else "\n".join(lines()))
    except BrokenPipeError:
        raise  # whoever reads has seen enough: click ends the command for that
    except OSError as error:
        outlets.give_up(1)
        _fail(f"The answer could not be written: {error.strerror}.", CANNOT)


def _fail(message: str, code: int) -> NoReturn:
    try:
        click.echo(message, err=True)
    except OSError:  # nobody hears the sentence; the exit code says it too
        outlets.give_up(2)
    sys.exit(code)
