"""What an operator does with the bank: bring a file into it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from game_server.activities.bank_import import ImportReport, Progress, import_bank
from game_server.commands.opening import database_only, run, worker_connection
from game_server.process.exits import CannotRunError
from game_server.settings import Settings
from storage.embedded import Step

T = TypeVar("T")


def import_file(settings: Settings, path: Path, *, step: Step, progress: Progress, **options: Any) -> ImportReport:
    """Import a file into the bank; options as `import_bank`."""
    return _with_bank(settings, step, lambda conn: import_bank(conn, path, progress=progress, **options))


def _with_bank(settings: Settings, step: Step, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    """Raises CannotRunError, also where somebody else writes the bank for longer than one waits."""
    with database_only(settings, step) as opened:

        async def do_it() -> T:
            async with worker_connection(opened) as connection:
                return await work(connection)

        try:
            return run(do_it())
        except asyncpg.LockNotAvailableError as error:
            raise CannotRunError(
                "Somebody else is writing the bank. Nothing was changed; try again in a moment."
            ) from error
