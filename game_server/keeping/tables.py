"""Rows of some tables out of a backup into a database that is there, and the pictures that came with them."""

from collections.abc import Generator

import asyncpg
import msgspec

from game_server.keeping import keys
from game_server.keeping.checks import NotRestored, Seen, Source
from game_server.keeping.reading import contents
from game_server.services import Services
from game_server.settings import Settings
from storage import files, pg_rows, restore_carefully, restore_tables
from storage.backup_archive import Dumped, Lying
from storage.embedded import Step
from storage.restore_carefully import A_YES
from storage.restore_order import NoOrder
from storage.restore_tables import BY_THEMSELVES, PEOPLE, Came

KINKSTERS = ("kinksters", "kinkster_creation_sessions", "files")
AVATARS = "EXISTS (SELECT FROM pg_temp.staged_kinksters k WHERE '/api/files/' || s.id = ANY (k.avatar_urls))"
"""Of the files only those that a character wears."""
WENT = (
    "NOT EXISTS (SELECT FROM public.bond_activity_log a WHERE a.bond_id = s.bond_id AND a.user_id = s.user_id"
    " AND a.action IN ('left', 'removed') AND a.created_at >= s.joined_at)"
)
"""Of memberships not those that ended since: no backup makes anybody a member again."""
AT_ONCE = 500


class Wanted(msgspec.Struct, frozen=True):
    """Which tables, and by table which rows of it where not all."""

    tables: tuple[str, ...]
    only: dict[str, str] = {}


class Added(msgspec.Struct, frozen=True):
    """What came, by table, and how many objects were put back."""

    tables: list[Came]
    objects: int


def wanted(text: str | None, *, kinksters: bool) -> Wanted:
    """As an operator says it. Raises NotRestored."""
    named = tuple(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))
    if yeses := [name for name in named if name in A_YES]:
        raise NotRestored(
            *(
                f"{name}: a row of it is somebody's yes, which they may have taken back since: {A_YES[name]}."
                for name in yeses
            )
        )
    if unknown := [name for name in named if name not in BY_THEMSELVES]:
        raise NotRestored(
            f"{', '.join(unknown)}: no table that is restored by itself. A game's log, consents, what waits to be sent and what"
            f" the program keeps for itself come with the whole database only. Those that are: {', '.join(BY_THEMSELVES)}."
        )
    if not kinksters:
        return Wanted(named)
    return Wanted(
        (*named, *(name for name in KINKSTERS if name not in named)), {} if "files" in named else {"files": AVATARS}
    )


async def add(services: Services, source: Source, seen: Seen, wish: Wanted, step: Step) -> Added:
    """Bring them in, all or none; then the objects that the new files name. Raises NotRestored, and what the stores raise."""
    url = str(services.settings.database_url)
    connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute("SET search_path = public, pg_temp; SET statement_timeout = 0")
        with step("Reading the tables"):
            staged = await _staged(connection, services.settings, source, seen, wish)
        erased = {name: await _left_out(connection, services, name) for name in PEOPLE if name in staged}
        for name, condition in {**wish.only, "bond_members": WENT, **restore_carefully.ONLY}.items():
            if name in staged:
                await restore_tables.keep_only(connection, name, condition)
        for name, columns in staged.items():
            await restore_carefully.take_back(connection, name, columns)
        with step("Bringing the rows in"):
            async with connection.transaction():
                await connection.execute("SET LOCAL ROLE game_owner")
                came = await restore_tables.bring_in(connection, staged, erased)
                if "files" in staged:
                    await files.keep_named(connection)
                await connection.execute("UPDATE public.database_lineage SET restored = $1", services.dice.token())
        with step("Putting objects back"):
            objects = await _objects(services, source) if "files" in staged else 0
    except NoOrder as error:
        raise NotRestored(f"These tables hang on each other in a circle: {error}.") from error
    finally:
        await connection.close()
    return Added(came, objects)


async def _staged(
    connection: asyncpg.Connection, settings: Settings, source: Source, seen: Seen, wish: Wanted
) -> dict[str, tuple[str, ...]]:
    """The rows put aside, by table with the columns that the backup has. Raises NotRestored."""
    staged: dict[str, tuple[str, ...]] = {}
    listed = pg_rows.chosen(seen.dump.ours, wish.tables)
    for found in pg_rows.rows(seen.tools, listed, _dump(source, settings)):
        known = await restore_tables.table(connection, found.table)
        if lost := [name for name in found.columns if name not in known.columns]:
            raise NotRestored(
                f"{found.table} has no {', '.join(lost)} any more: restore the whole backup into another database, and bring"
                " it up to date there."
            )
        await restore_tables.stage(connection, known, found.columns, found.lines)
        staged[found.table] = found.columns
    if missing := [name for name in wish.tables if name not in staged]:
        raise NotRestored(f"The backup has no table {', '.join(missing)}.")
    return staged


def _dump(source: Source, settings: Settings) -> Generator[bytes]:
    with source.open() as file:
        for part in contents(file, keys.opening(settings)):
            if isinstance(part, Dumped):
                yield part.data


async def _left_out(connection: asyncpg.Connection, services: Services, name: str) -> int:
    """How many of the rows that were put aside are of people who were erased: they do not come. Raises KeysAway."""
    last, count = "", 0
    while people := await restore_tables.staged_people(connection, name, last, AT_ONCE):
        erased = await services.person_keys.erased(people)
        if name == "bonds":
            erased |= await services.person_keys.without_key(people)
        await restore_tables.leave_out(connection, name, sorted(erased))
        last, count = people[-1].partition(":")[2], count + len(erased)
    return count


async def _objects(services: Services, source: Source) -> int:
    """Those that a row names and the store lacks. Raises StoreAway."""
    put = 0
    with source.open() as file:
        for part in contents(file, keys.opening(services.settings)):
            if isinstance(part, Lying) and await _is_lacking(services, part.place):
                await services.objects.put(part.place, part.data)
                put += 1
    return put


async def _is_lacking(services: Services, place: str) -> bool:
    async with services.database.as_service() as connection:
        named = await files.is_named(connection, place)
    return named and not await services.objects.holds(place)
