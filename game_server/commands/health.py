"""How an installation is: its stores, what is in them, what was done lately, and what needs a person. What `health` asks.

Each part is asked by itself: what is away makes nothing else unknown. Nothing is changed.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import msgspec

from game_server.commands import health_problems, timetable
from game_server.commands.health_problems import Disk, Found, Kept, Problem, Reached
from game_server.commands.opening import database_problems, owners_url, run, stores, worker_database
from game_server.integrations.objects import Objects, StoreAway
from game_server.process import tasks
from game_server.process.exits import CannotRunError
from game_server.services import open_key_store, open_objects
from game_server.settings import Settings, SettingsError
from storage import disks, outboxes, redis_trouble, sizes, urls
from storage.database import STORE_ERRORS
from storage.embedded import Step
from storage.key_rows import KeysUnavailable
from storage.keyspace import Keyspace
from storage.redis_connections import REDIS_ERRORS

WITHIN_S = 5.0
LISTED_WITHIN_S = 30.0
"""So long the object store is counted through; what of a larger one was not come to is not told."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, and what of it needs a person: nothing does, where that is empty."""

    found: Found
    problems: list[Problem]

    @property
    def ok(self) -> bool:
        """May everybody sleep?"""
        return not self.problems


def health(settings: Settings, *, step: Step) -> Health:
    """Ask everything. Raises CannotRunError where nothing can be asked at all."""
    with stores(settings, step) as (opened, _own):
        return run(_health(settings, opened))


async def _health(asked: Settings, settings: Settings) -> Health:
    reached = [
        await _reached("database", _place(settings), lambda: _ask_database(settings)),
        await _reached("redis", _redis_place(settings), lambda: _ask_redis(settings)),
        await _reached("keys", _keys_place(settings), lambda: _ask_keys(settings)),
        await _reached("objects", _objects_place(settings), lambda: _ask_objects(settings)),
    ]
    up = {one.name for one in reached if one.ok}
    kept = await _counted_objects(settings) if "objects" in up else None
    found = Found(stores=reached, objects=kept, disks=_disks(asked))
    if "database" in up:
        found = await _of_tables(settings, await _of_server(settings, found))
    return Health(found=found, problems=health_problems.of(asked, found))


async def _of_server(settings: Settings, found: Found) -> Found:
    """What is asked as the server itself, whose logins may be refused where the administrator's is not."""
    try:
        with database_problems(settings.database_worker_url or owners_url(settings)):
            async with worker_database(settings) as database, database.reading() as as_server:
                return msgspec.structs.replace(
                    found,
                    jobs=await timetable.at(as_server),
                    outboxes=await outboxes.depths(as_server),
                    backup=await sizes.backup(as_server),
                    sync=await sizes.sync(as_server),
                )
    except CannotRunError as refused:
        return _refused(found, refused)


async def _of_tables(settings: Settings, found: Found) -> Found:
    """What is asked as the owner of the tables, where that may be."""
    try:
        with database_problems(owners_url(settings)):
            async with _connected(owners_url(settings)) as connection:
                tables, use = await sizes.tables(connection), await sizes.use(connection)
                return msgspec.structs.replace(found, tables=tables, database=use)
    except CannotRunError as refused:
        return _refused(found, refused)


def _refused(found: Found, why: CannotRunError) -> Found:
    """PostgreSQL answers, and the same cannot be used: told once, as it was refused first."""
    stores = [
        msgspec.structs.replace(one, ok=False, wrong=str(why)) if one.name == "database" and one.ok else one
        for one in found.stores
    ]
    return msgspec.structs.replace(found, stores=stores)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url, timeout=WITHIN_S)
    try:
        yield connection
    finally:
        await connection.close(timeout=WITHIN_S)


async def _reached(name: str, place: str, ask: Callable[[], Awaitable[str | None]]) -> Reached:
    """Whether it answers, and how long that took; `ask` says what is wrong."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(WITHIN_S):
            wrong = await ask()
    except TimeoutError:
        wrong = f"It does not answer within {WITHIN_S:g} s. Check that it runs, and what lies between."
    return Reached(
        name=name, place=place, ok=wrong is None, ms=round((time.monotonic() - began) * 1000, 1), wrong=wrong
    )


async def _ask_database(settings: Settings) -> str | None:
    url = owners_url(settings)
    try:
        with database_problems(url):
            async with _connected(url) as connection:
                await connection.fetchval("SELECT 1")
    except CannotRunError as refused:
        return str(refused)
    return None


async def _ask_redis(settings: Settings) -> str | None:
    connection = Keyspace.at(str(settings.redis_url), lambda name, work: tasks.start(work, name=name))
    try:
        await connection.ping()
    except REDIS_ERRORS as error:
        return redis_trouble.MEANING[redis_trouble.why(error)]
    finally:
        await connection.aclose()
    return None


async def _ask_keys(settings: Settings) -> str | None:
    if settings.person_key_url is None and not settings.person_key_file.exists():
        return None  # it is made when somebody first seals something
    try:
        store = open_key_store(settings)
    except (OSError, sqlite3.Error) as error:
        return f"{type(error).__name__}: check ATTUNED_PERSON_KEYS."
    try:
        return None if await store.answers() else await _no_keys(settings)
    except KeysUnavailable:
        return "Its keys cannot be read: check ATTUNED_PERSON_KEYS."
    finally:
        await store.close()


async def _no_keys(settings: Settings) -> str:
    try:
        if settings.person_key_url:
            async with _connected(settings.person_key_url):
                pass
    except asyncpg.PostgresError as refused:
        return f"PostgreSQL there refuses us. It says: {refused}. Check ATTUNED_PERSON_KEYS."
    except STORE_ERRORS:
        pass
    return "It does not answer: check ATTUNED_PERSON_KEYS and that it runs."


async def _ask_objects(settings: Settings) -> str | None:
    place = settings.files_place
    if isinstance(place, Path) and not place.exists():
        return None  # it is made by whoever serves
    try:
        await open_objects(settings).holds("is/it-there")
    except (StoreAway, SettingsError):
        return "It does not answer: check ATTUNED_FILES_URL, who we are to it, and that it runs."
    return None


async def _counted_objects(settings: Settings) -> Kept:
    place = settings.files_place
    if isinstance(place, Path) and not place.exists():
        return Kept(objects=0, bytes=0, whole=True)
    count = size = 0
    whole = True
    try:
        async with asyncio.timeout(LISTED_WITHIN_S):
            async for _, each in Objects(place).sizes():
                count, size = count + 1, size + each
    except (TimeoutError, StoreAway):
        whole = False
    return Kept(objects=count, bytes=size, whole=whole)


def _disks(settings: Settings) -> list[Disk]:
    """Those that something of ours lies on, each once."""
    wanted = [("data", settings.data_dir)] if settings.embedded_database or settings.embedded_redis else []
    if settings.person_key_url is None:
        wanted.append(("keys", settings.person_key_file))
    if isinstance(settings.files_place, Path):
        wanted.append(("pictures", settings.files_place))
    found: dict[int, Disk] = {}
    for name, path in wanted:
        one = disks.at(path)
        if one is not None and one.device in found:
            known = found[one.device]
            found[one.device] = msgspec.structs.replace(known, of=[*known.of, name])
        elif one is not None:
            found[one.device] = Disk(of=[name], path=str(path), free_bytes=one.free, total_bytes=one.total)
    return list(found.values())


def _place(settings: Settings) -> str:
    return urls.place(settings.database_url or settings.database_worker_url or "")


def _redis_place(settings: Settings) -> str:
    return urls.place(settings.redis_url or "")


def _keys_place(settings: Settings) -> str:
    return urls.place(settings.person_key_url) if settings.person_key_url else str(settings.person_key_file)


def _objects_place(settings: Settings) -> str:
    place = settings.files_place
    return str(place) if isinstance(place, Path) else f"bucket {place.name}"
