"""The schema forward and back, with the logins and the starter cards that belong to it."""

from game_server.activities.actions import load_starter_bank
from game_server.commands.opening import administrator, database_problems, run, stores, worker_connection
from game_server.process.database_logins import wishes
from game_server.process.keys import load_keys
from game_server.settings import Settings
from storage import migrate
from storage.embedded import Step
from storage.migrate import Migration, Status


def migrate_up(settings: Settings, *, step: Step) -> list[Migration]:
    """Apply what is pending, with logins and starter cards; what was applied."""
    with stores(settings, step) as (opened, _own):
        return run(prepare_database(opened, step))


def migrate_down(settings: Settings, steps: int, *, step: Step) -> list[Migration]:
    with stores(settings, step) as (opened, _own), database_problems(administrator(opened)):
        return run(migrate.down(administrator(opened), steps=steps))


def migrate_status(settings: Settings, *, step: Step) -> Status:
    with stores(settings, step) as (opened, _own), database_problems(administrator(opened)):
        return run(migrate.status(administrator(opened)))


async def prepare_database(settings: Settings, step: Step) -> list[Migration]:
    """Bring the schema to this version, make the logins, bring the starter cards up to date."""
    url, keys = administrator(settings), load_keys(settings)
    with step("Bringing the schema up to date"), database_problems(url):
        applied = await migrate.up(url)
        await migrate.ensure_logins(url, keys.sealing_keys(), wishes(settings, keys))
    await load_starter_cards(settings, step)
    return applied


async def load_starter_cards(settings: Settings, step: Step) -> None:
    async with worker_connection(settings) as connection:
        with step("Bringing the starter cards up to date"):
            await load_starter_bank(connection)
