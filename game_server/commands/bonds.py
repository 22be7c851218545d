"""What an operator does with bonds: bring in what people kept with another program."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from game_server.bonds_import import importing
from game_server.bonds_import.bounds import NotRead, TooMuch
from game_server.bonds_import.importing import Report
from game_server.bonds_import.staging import Refusal, Staged
from game_server.bonds_import.taking import Progress
from game_server.commands.opening import run, services_for, stores
from game_server.process import logs
from game_server.process.exits import CannotRunError
from game_server.profiles.person_key import KeysDoNotFit, check_keys
from game_server.services import Services
from game_server.settings import Settings
from rooms.bonds.dump.reasons import sentence
from storage.database import STORE_ERRORS
from storage.embedded import Step

MOST_LINES = 100


def import_file(
    settings: Settings,
    path: Path,
    *,
    dry_run: bool,
    step: Step,
    progress: Progress,
    tell: Callable[[Report, Iterator[Refusal]], None],
) -> Report:
    """Bring a file in; `tell` is given what came of it, and all that was refused, row by row. Raises CannotRunError."""
    logs.configure(settings)
    try:
        with importing.staged(path, settings.pg_bin, progress) as kept, stores(settings, step) as (opened, _own):

            async def bring_in() -> Report:
                async with services_for(opened) as services:
                    await check_keys(services)
                    return await _brought_in(services, kept, dry=dry_run, progress=progress)

            report = run(bring_in())
            tell(report, kept.refused())
            return report
    except KeysDoNotFit as error:
        raise CannotRunError(str(error)) from error
    except NotRead as error:
        raise CannotRunError(f"{path.name} cannot be read. {error}") from error
    except TooMuch as error:
        raise CannotRunError(f"{path.name} has more {error} than is read. Nothing was changed.") from error
    except OSError as error:
        raise CannotRunError(f"{path.name} cannot be read: {error.strerror}.") from error


async def _brought_in(services: Services, kept: Staged, *, dry: bool, progress: Progress) -> Report:
    try:
        return await importing.bring_in(services, kept, dry=dry, progress=progress)
    except STORE_ERRORS as error:
        raise CannotRunError(
            "The database stopped answering. What was taken until then is noted: import the same file again."
        ) from error


def report_lines(report: Report, refused: Iterator[Refusal]) -> Iterator[str]:
    """What came of it, for people: never a word of what anybody wrote."""
    taken = "would be taken" if report.dry_run else "taken"
    yield f"Rows read: {report.rows}. People of the file who are here: {report.people}."
    if report.dry_run:
        yield f"Bonds that would be founded: {report.bonds}. Limits, pauses and balances are looked at when it is done."
    else:
        yield f"Bonds founded: {report.bonds}. People asked whether they want to be in one: {report.asked}."
    for table, counts in report.tables.items():
        if counts.taken or counts.there:
            yield f"{table:<18} {counts.taken:>8} {taken}, {counts.there} before"
    for why in report.reasons:
        yield f"{why.table:<18} {why.rows:>8} not taken ({why.code}): {why.reason}"
    for number, one in enumerate(refused):
        if number == MOST_LINES:
            yield "… and more: --json names them all."
            return
        yield f"  {one.table} {one.id or '?'}: {one.code}{f', {one.field}' if one.field else ''}"


def as_json(report: Report, refused: Iterator[Refusal]) -> Iterator[str]:
    """The same as one JSON object, in pieces: the list may be long."""
    yield msgspec.json.encode(report).decode()[:-1] + ',"refused":['
    for number, one in enumerate(refused):
        row: dict[str, Any] = {**msgspec.to_builtins(one), "reason": sentence(one.code)}
        yield ("," if number else "") + msgspec.json.encode(row).decode()
    yield "]}"
