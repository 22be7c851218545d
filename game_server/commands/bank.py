"""What an operator does with the bank: bring a file in, write one out, look it over, review its cards."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import msgspec

from game_server.activities.bank_check import BankReport, check_bank
from game_server.activities.bank_export import CannotExport, Exported, check_name, export_bank
from game_server.activities.bank_import import ImportReport, Progress, import_bank
from game_server.activities.bank_review import Review
from game_server.commands.bank_review import Ask, Conversation, Say, Showing, summary
from game_server.commands.opening import database_only, database_problems, run, worker_connection, worker_database
from game_server.process.exits import CannotRunError
from game_server.settings import Settings
from rooms.activities import taxonomy
from rooms.sessions.coverage import ALL_LIMITS, NO_LIMITS, NO_TO_ALL, PLACES, Left, Made, Place
from storage.embedded import Step

T = TypeVar("T")

_SHOWN = 50
"""Lines of one kind that are shown to people; scripts get all."""


def import_file(settings: Settings, path: Path, *, step: Step, progress: Progress, **options: Any) -> ImportReport:
    """Import a file into the bank; options as `import_bank`."""
    return _with_bank(settings, step, lambda conn: import_bank(conn, path, progress=progress, **options))


def export_file(settings: Settings, path: Path, *, replace: bool, step: Step, progress: Progress) -> Exported:
    """Write the bank into a file."""
    try:
        check_name(path)
        if path.exists() and not replace:
            raise CannotRunError(f"{path} is there already. Name another file, or say --force to replace it.")
        return _with_bank(settings, step, lambda conn: export_bank(conn, path, progress=progress))
    except CannotExport as error:
        raise CannotRunError(str(error)) from error


def validate(settings: Settings, *, least: int, step: Step, progress: Progress) -> BankReport:
    """Look the live bank over."""
    return _with_bank(settings, step, lambda conn: check_bank(conn, least=least, progress=progress))


def review(
    settings: Settings, ask: Ask, say: Say, *, waiting: bool, flagged: bool, step: Step, showing: Showing
) -> None:
    """Walk over the cards that want a person's eye, and say at the end what was decided."""
    with database_only(settings, step) as opened:

        async def walk() -> None:
            async with worker_database(opened) as database:
                reviewed = Review(database)
                try:
                    await Conversation(reviewed, ask, say).hold(waiting=waiting, flagged=flagged, showing=showing)
                finally:
                    say(summary(reviewed))

        with database_problems(_where(opened)):
            run(walk())


def _with_bank(settings: Settings, step: Step, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """Raises CannotRunError, also where somebody else writes the bank for longer than one waits."""
    with database_only(settings, step) as opened:

        async def do_it() -> T:
            async with worker_connection(opened) as connection:
                return await work(connection)

        try:
            with database_problems(_where(opened)):
                return run(do_it())
        except CannotRunError as error:
            if not isinstance(error.__cause__, asyncpg.LockNotAvailableError):
                raise
            raise CannotRunError(
                "Somebody else is writing the bank. Nothing was changed; try again in a moment."
            ) from error


def _where(settings: Settings) -> str:
    return settings.database_worker_url or settings.database_url or ""


# --- a report for people -------------------------------------------------------------------------------------------


def report_json(report: BankReport) -> dict[str, Any]:
    """The report, JSON-ready."""
    found: dict[str, Any] = msgspec.to_builtins(report)
    return {"fine": report.fine, **found, "dry": msgspec.to_builtins(report.dry)}


def report_lines(report: BankReport) -> list[str]:
    """The report: what the bank is made of, how many cards are left where, and what is wrong."""
    counts = f"{report.rows} cards: {report.drawable} may be drawn, {report.archived} archived"
    lines = [f"{counts}; {report.waiting} wait for `game-server bank review`.", ""]
    languages = list(dict.fromkeys(one.language for one in report.made))
    for language in languages:
        lines += [f"In {language}:"] if len(languages) > 1 else []
        lines += [*_made_lines([one for one in report.made if one.language == language]), ""]
        lines += [*_left_lines([left for left in report.coverage if left.language == language]), ""]
    lines += _dry_lines(report)
    for title, marks in (("wrong", report.wrong), ("not drawn", report.notes)):
        shown = [f'{title}: card {one.activity_id} "{one.text[:40]}", {one.field}: {one.reason}' for one in marks]
        lines += _shortened(shown)
    lines.append("Nothing is wrong." if report.fine else _verdict(report))
    return lines


def _made_lines(made: Sequence[Made]) -> list[str]:
    lines = ["rating   truths   dares   apart   timed   acts of its dares"]
    for one in made:
        dares = max(one.types["dare"], 1)
        acts = ", ".join(f"{act or 'none'} {number * 100 / dares:.0f} %" for act, number in list(one.acts.items())[:8])
        lines.append(
            f"{one.rating:<6} {one.types['truth']:>8} {one.types['dare']:>7} {one.apart:>7} {one.timed:>7}   {acts}"
        )
    return lines


def _left_lines(coverage: Sequence[Left]) -> list[str]:
    by_place = {(left.place, left.limits): left for left in coverage}
    lines = [
        "Cards left, for the two bodies that have the fewest",
        "level   intensity   type    no limits   one limit   all eight   no to everything",
    ]
    for place in PLACES:
        none, every, refused = (by_place[place, limits].fewest for limits in (NO_LIMITS, ALL_LIMITS, NO_TO_ALL))
        one = min(by_place[place, key].fewest for key in taxonomy.BOUNDARY_KEYS)
        lines.append(
            f"{place.level:<7} {_window(place):<11} {place.type:<6} {none:>10} {one:>11} {every:>11} {refused:>18}"
        )
    return lines


def _dry_lines(report: BankReport) -> list[str]:
    shown = [
        f"runs dry: {left.place.level} {_window(left.place)} {left.place.type}"
        f" in {left.language} with {left.limits}: {left.fewest} left"
        f" (active {_bodies(left.active)}, partner {_bodies(left.partner)};"
        f" {left.dry} of 64 pairings have fewer than {report.least})"
        for left in report.dry
    ]
    return _shortened(shown)


def _verdict(report: BankReport) -> str:
    return f"{len(report.wrong)} things are wrong, and {len(report.dry)} places run dry."


def _shortened(lines: list[str]) -> list[str]:
    if len(lines) <= _SHOWN:
        return lines
    return [*lines[:_SHOWN], f"… and {len(lines) - _SHOWN} more; --json has them all."]


def _window(place: Place) -> str:
    return "-".join(map(str, dict.fromkeys(place.window)))


def _bodies(parts: tuple[str, ...]) -> str:
    return "+".join(parts) or "none"
