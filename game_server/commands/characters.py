"""What an operator does with system characters: bring a file in, list them, remove one."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import asyncpg

from game_server.characters import system
from game_server.characters.system import Brought
from game_server.commands.opening import database_only, run, worker_connection
from game_server.process.clock import Clock
from game_server.settings import Settings
from storage.embedded import Step
from storage.kinkster_presets import SystemCharacter

T = TypeVar("T")


def import_file(settings: Settings, path: Path, *, step: Step) -> Brought:
    """Bring the characters of a file in: all of them or, with one that is refused, none."""
    found, refused = system.read(path.read_bytes(), Clock().now().year)
    if refused:
        return Brought(0, 0, refused)
    return _with_database(settings, step, lambda db: system.bring(db, found))


def listed(settings: Settings, *, step: Step) -> list[SystemCharacter]:
    """Every one that is there."""
    return _with_database(settings, step, system.listed)


def remove(settings: Settings, key: str, *, step: Step) -> bool:
    """Was there one?"""
    return _with_database(settings, step, lambda db: system.remove(db, key))


def _with_database(settings: Settings, step: Step, work: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    with database_only(settings, step) as opened:

        async def do_it() -> T:
            async with worker_connection(opened) as connection:
                return await work(connection)

        return run(do_it())


def import_lines(brought: Brought) -> list[str]:
    """What an import did, for people."""
    if brought.refused:
        return [*(f"{one.key}: {one.reason}" for one in brought.refused), "Nothing was changed."]
    return [f"{brought.written} written, {brought.unchanged} as they were."]


def list_lines(found: list[SystemCharacter]) -> list[str]:
    """Those that are there, for people."""
    if not found:
        return ["There are no system characters. `game-server characters import FILE` brings some."]
    return [f"{one.system_key:<24} {one.name:<24} {one.role:<11} {one.age_range:<6} {one.provider}" for one in found]
