"""A backup that an operator asks for."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from game_server.commands.opening import administrator, database_only, database_problems, run
from game_server.integrations.objects import Objects
from game_server.keeping import keys
from game_server.keeping.making import Ground, Made, NoBackup, Wish, make
from game_server.keeping.shelves import Shelf, shelf
from game_server.process import logs
from game_server.process.dice import Dice
from game_server.process.exits import CannotRunError
from game_server.process.keys import load_keys
from game_server.services import open_key_store
from game_server.settings import Settings
from storage import crash
from storage.embedded import Step
from storage.person_keys import PersonKeys

Say = Callable[[str], None]


def back_up(
    settings: Settings, *, to: str | None, plain: bool, objects: bool | None, step: Step, say: Say
) -> tuple[Made, str]:
    """Make one: what it is, and what opens it, for people. Raises CannotRunError."""
    logs.configure(settings)
    if settings.crash_at:
        crash.arm(settings.crash_at)
    wish = Wish(place(settings, to), sealed=not plain, with_objects=objects)
    with database_only(settings, step) as opened:

        async def make_it() -> Made:
            async with ground(opened) as made_of:
                return await make(made_of, wish, UUID(Dice().uuid()), say)

        try:
            with database_problems(administrator(opened)):
                made = run(make_it())
        except NoBackup as error:
            raise CannotRunError(str(error)) from error
        return made, "It is not sealed: anybody can read it." if plain else keys.needed(opened)


def place(settings: Settings, to: str | None) -> Shelf:
    """Where it is put: as asked, else ATTUNED_BACKUP_TO, else the folder `backups` in the data directory."""
    text = to or settings.backup_to or str(settings.data_dir.absolute() / "backups")
    try:
        return shelf(text)
    except ValueError as error:
        raise CannotRunError(f"--to: {error}.") from error


@asynccontextmanager
async def ground(settings: Settings) -> AsyncIterator[Ground]:
    """What a backup is made of, opened for a command."""
    person_keys = PersonKeys(open_key_store(settings), load_keys(settings).wrapping_keys())
    try:
        yield Ground(settings, person_keys, Objects(settings.files_place))
    finally:
        await person_keys.close()


def told(made: Made) -> dict[str, Any]:
    """For scripts."""
    return {
        "id": made.id, "name": made.name, "place": made.place, "bytes": made.bytes, "sealed": made.sealed,
        "taken_at": made.about.taken_at, "rows": sum(made.about.rows.values()), "tables": len(made.about.rows),
        "objects": made.manifest.objects, "objects_bytes": made.manifest.objects_bytes, "missing": made.manifest.missing,
        "with_objects": made.about.objects, "left_out": made.about.left_out,
    }  # fmt: skip


def lines(made: Made, opens: str) -> list[str]:
    """For people."""
    manifest, about = made.manifest, made.about
    kept = "with their bytes" if about.objects else "listed only: copy the bucket too"
    found = [
        f"{made.place.rstrip('/')}/{made.name}",
        f"{made.bytes / 1e6:.1f} MB, written and read back, as of {about.taken_at}.",
        f"{sum(about.rows.values())} rows of {len(about.rows)} tables, {manifest.objects} objects ({kept}).",
    ]
    if manifest.missing:
        found.append(f"{manifest.missing} objects that rows name did not lie in the store: deleted meanwhile, or lost.")
    if about.left_out:
        found.append(f"Schemas of others were left out: {', '.join(about.left_out)}.")
    return [
        *found,
        opens,
        "People's keys are not in it: keep a copy of them apart, 7 days at most (docs/operations.md, Keeping and recovering).",
    ]
