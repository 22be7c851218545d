"""A whole backup into an empty database, and what lay in the object store back to where it lay.

First everything is looked at, then a mark is made in the database, which nothing serves as long as it is there. All rows come in
in one transaction; then the schema is brought up to date, the logins are made, who was erased since is taken out, the objects of
those who are left are put back, and the mark goes: the database is another one than was met before, so that phones start over.
Whatever dies in between, the same restore goes on.
"""

import hashlib
from collections.abc import Generator, Iterator
from contextlib import closing

import msgspec

from game_server.keeping import checks, keys
from game_server.keeping.checks import Allowed, NotRestored, Seen, Source
from game_server.keeping.reading import contents
from game_server.keeping.replay import Replayed, erase_again
from game_server.process.database_logins import wishes
from game_server.process.keys import load_keys
from game_server.profiles.person_key import check_keys, give_up_lost_keys
from game_server.services import Services, open_services
from game_server.settings import Settings
from storage import backup_snapshot, crash, files, migrate, restore_target
from storage.backup_archive import Dumped, Line, Lying, Part
from storage.embedded import Step
from storage.pg_restore import RestoreFailed, Restoring
from storage.restore_target import FILLED, Target, administering

RECOVERED = "recovered by other means"


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was brought back: rows, objects, and how many objects the store lacks; who is out again; how many sealed rows were
    given up with keys that are lost; how much of others in the dump was left out.
    """

    rows: int
    objects: int
    lacking: int
    erased: Replayed
    given_up: int
    others: int


class Plan(msgspec.Struct, frozen=True):
    """What the checks found: the backup, the database that it comes into, and what the operator allowed."""

    source: Source
    seen: Seen
    target: Target
    allowed: Allowed


async def restore(settings: Settings, plan: Plan, step: Step) -> Restored:
    """All of it, after the checks. Raises NotRestored, and what the stores raise."""
    url, seen, target, allowed = str(settings.database_url), plan.seen, plan.target, plan.allowed
    if target.stage is None:
        await restore_target.begin(url, seen.about.id)
    crash.point("restore_begun")
    with closing(_parts(plan.source, settings)) as parts:
        if target.stage in (None, "begun"):
            with step("Bringing the database back"):
                await migrate.make_roles(url)
                _load(url, parts, seen, target)
        if target.stage != "loaded":
            await _require_all(url, seen)
            await restore_target.loaded(url)
        crash.point("restore_loaded")
        with step("Bringing the schema up to date"):
            rows = await _brought_up(url)
        kept = load_keys(settings)
        with step("Making the logins"):
            await migrate.ensure_logins(url, kept.sealing_keys(), wishes(settings, kept, lost=allowed.keys_lost))
        services = await open_services(settings, restoring=True)
        try:
            with step("Taking out who was erased since"):
                given_up = await give_up_lost_keys(services) if allowed.keys_lost else 0
                erased = Replayed(0, 0) if allowed.keys_lost else await erase_again(services, url)
            crash.point("restore_erased")
            with step("Putting objects back"):
                objects, lacking = await _objects(services, parts)
            again = services.dice.token()
        finally:
            await services.close()
    await restore_target.end(url, again)
    await migrate.up(url)  # closes the database to everybody but its own logins
    return Restored(
        rows=rows, objects=objects, lacking=lacking, erased=erased, given_up=given_up, others=seen.dump.others
    )


async def recovered(settings: Settings, step: Step) -> Replayed:
    """The database came back by other means: who was erased since is taken out, and phones start over. Raises KeysDoNotFit, and
    what the stores raise.
    """
    url = str(settings.database_url)
    await restore_target.begin(url, RECOVERED)
    services = await open_services(settings, restoring=True)
    try:
        await check_keys(services)
        with step("Taking out who was erased since"):
            erased = await erase_again(services, url)
        again = services.dice.token()
    finally:
        await services.close()
    await restore_target.end(url, again)
    await migrate.up(url)
    return erased


def _parts(source: Source, settings: Settings) -> Generator[Part]:
    with source.open() as file:
        yield from contents(file, keys.opening(settings))


def _load(url: str, parts: Iterator[Part], seen: Seen, target: Target) -> None:
    """The dump, in one transaction. Raises NotRestored."""
    restoring = Restoring(seen.tools, url, checks.auth_is_foreign(seen.dump, target), server=target.server)
    fed = 0
    try:
        for part in parts:
            if isinstance(part, Dumped):
                restoring.feed(part.data)
                crash.point("restore_feeding")
                fed += len(part.data)
            if fed == seen.manifest.dump_bytes:
                break
        restoring.end(FILLED)
    except RestoreFailed as error:
        raise NotRestored(
            f"PostgreSQL did not take what is in the backup, and has nothing of it. It says: {error}"
        ) from error
    finally:
        restoring.stop()


async def _require_all(url: str, seen: Seen) -> None:
    """Every row is there that was backed up, and no other. Raises NotRestored."""
    async with administering(url) as connection:
        rows = await backup_snapshot.counted(connection)
    if off := [name for name in {*rows} | {*seen.about.rows} if rows.get(name) != seen.about.rows.get(name)]:
        raise NotRestored(
            f"{', '.join(sorted(off))}: not as many rows came in as were backed up. Drop the database, make it anew, and begin"
            " again; if that happens twice, take another backup."
        )


async def _brought_up(url: str) -> int:
    """The newest schema, and statistics for it; how many rows there are. Raises MigrationError."""
    await migrate.up(url, restoring=True)
    async with administering(url) as connection:
        await connection.execute("ANALYZE")
        return sum((await backup_snapshot.counted(connection)).values())


async def _objects(services: Services, parts: Iterator[Part]) -> tuple[int, int]:
    """Put back what rows need and the store lacks; how many were put, and how many are lacking all the same. Raises StoreAway."""
    put = lacking = 0
    for part in parts:
        if isinstance(part, Lying) and await _is_needed(services, part.place):
            if not await _lies_there(services, part):
                await services.objects.put(part.place, part.data)
                put += 1
        elif isinstance(part, Line) and await _is_needed(services, part.place):
            lacking += not await services.objects.holds(part.place)
    return put, lacking


async def _is_needed(services: Services, place: str) -> bool:
    """Does a row name it? Those of erased people are gone."""
    async with services.database.as_service() as connection:
        return await files.is_named(connection, place)


async def _lies_there(services: Services, part: Lying) -> bool:
    if not await services.objects.holds(part.place):
        return False
    lying = hashlib.sha256()
    async for piece in await services.objects.get(part.place):
        lying.update(piece)
    return lying.digest() == hashlib.sha256(part.data).digest()
