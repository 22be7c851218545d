"""The schema forward and back, with the logins, the starter cards and the presets of characters that belong to it."""

import msgspec

from game_server.activities.actions import load_starter_bank
from game_server.characters import presets
from game_server.commands.opening import administrator, database_only, database_problems, run, worker_connection
from game_server.process.database_logins import wishes
from game_server.process.keys import SecretMissing, load_keys
from game_server.settings import Settings
from storage import migrate
from storage.embedded import Step
from storage.migrate import Status
from storage.migration_files import Migration


class Brought(msgspec.Struct, frozen=True):
    """What was applied, and what is still to be done about it, where something is."""

    applied: list[Migration]
    waits: str | None = None


def migrate_up(settings: Settings, *, step: Step) -> Brought:
    """Apply what is pending, with logins and starter cards; these wait where there is no secret to seal passwords with."""
    with database_only(settings, step) as opened:
        applied = run(bring_schema(opened, step))
        try:
            run(bring_logins_and_cards(opened, step))
        except SecretMissing as missing:
            return Brought(applied, f"The run-time logins and the starter cards wait for the secret. {missing}")
        return Brought(applied)


def migrate_down(settings: Settings, steps: int, *, step: Step) -> list[Migration]:
    with database_only(settings, step) as opened, database_problems(administrator(opened)):
        return run(migrate.down(administrator(opened), steps=steps))


def migrate_status(settings: Settings, *, step: Step) -> Status:
    with database_only(settings, step) as opened, database_problems(administrator(opened)):
        return run(migrate.status(administrator(opened)))


async def prepare_database(settings: Settings, step: Step) -> list[Migration]:
    """Bring the schema to this version, make the logins, bring the starter cards up to date."""
    applied = await bring_schema(settings, step)
    await bring_logins_and_cards(settings, step)
    return applied


async def bring_schema(settings: Settings, step: Step) -> list[Migration]:
    url = administrator(settings)
    with step("Bringing the schema up to date"), database_problems(url):
        return await migrate.up(url)


async def bring_logins_and_cards(settings: Settings, step: Step) -> None:
    """Raises SecretMissing."""
    url, keys = administrator(settings), load_keys(settings)
    with step("Bringing the logins up to date"), database_problems(url):
        await migrate.ensure_logins(url, keys.sealing_keys(), wishes(settings, keys))
    await load_starter_cards(settings, step)


async def load_starter_cards(settings: Settings, step: Step) -> None:
    async with worker_connection(settings) as connection:
        with step("Bringing the starter cards up to date"):
            await load_starter_bank(connection)
            await presets.bring(connection)
