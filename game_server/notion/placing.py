"""The databases in somebody's workspace: found by their mark wherever they were moved to, else made below a page.

Two at once make one: whoever makes some waits for who does already, and finds what they made.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg

from game_server.accounts.callers import Caller
from game_server.integrations.notion_answers import DataSource
from game_server.integrations.notion_connection import Connection, NotionConnection
from game_server.integrations.notion_errors import NotionFailed, NotThere
from game_server.notion import connecting
from game_server.services import Services
from rooms.errors import Busy
from rooms.notion import schema
from rooms.notion.kinds import EVERY
from rooms.notion.property import Kind
from storage import notion_databases
from storage.notion_databases import Database

TRIES = 20
"""So often a lock is waited for as long as one may be."""

OWNER_DIGITS = 12


def owner(services: Services, user_id: str) -> str:
    """A word for whose a database is: two people may have one workspace."""
    return owners(services, user_id)[0]


def owners(services: Services, user_id: str) -> tuple[str, ...]:
    """The same under every secret of the server's: a database is found also after these were exchanged."""
    return tuple(mark[:OWNER_DIGITS] for mark in services.keys.marks("notion owner", user_id))


async def place_all(services: Services, user: Caller, parent_page_id: str) -> None:
    """Find or make the databases of all kinds. Raises NotConfigured, WrongState, NotionRefused, NotionUnavailable, Busy."""
    _, secret = await connecting.require(services, user)
    notion = NotionConnection(connecting.offered(services), secret.token)
    async with _one_at_a_time(services, user.id):
        try:
            await _place_all(services, user, notion, parent_page_id)
        except NotionFailed as error:
            raise connecting.refused(error) from error


async def missing(services: Services, user: Caller) -> dict[str, list[str]]:
    """The properties that each database lacks; without a database all of them. Raises as above."""
    _, secret = await connecting.require(services, user)
    notion = NotionConnection(connecting.offered(services), secret.token)
    async with services.database.as_service() as db:
        known = await notion_databases.of(db, user.id)
    try:
        return {name: await _missing(notion, kind, known.get(name)) for name, kind in EVERY.items()}
    except NotionFailed as error:
        raise connecting.refused(error) from error


async def _missing(notion: Connection, kind: Kind, known: Database | None) -> list[str]:
    properties: Mapping[str, object] = {}
    held: Mapping[str, str] = {}
    if known is not None and known.data_source_id is not None:
        held = known.properties
        try:
            source = await notion.data_source(known.data_source_id)
            properties = {} if source.in_trash else source.properties
        except NotThere:
            properties = {}
    return [one.name for one in schema.missing(kind, properties, held)]


async def _place_all(services: Services, user: Caller, notion: Connection, parent_page_id: str) -> None:
    found = [source for source in await notion.every_data_source() if not source.in_trash]
    async with services.database.as_service() as db:
        known = await notion_databases.of(db, user.id)
    for name, kind in EVERY.items():
        source = _marked(services, user, kind, found) or await _held(notion, known.get(name))
        if source is None:
            made = await notion.create_database(
                parent_page_id, kind.called, schema.properties_of(kind, owner(services, user.id))
            )
            source = await notion.data_source(made.data_sources[0])
        held = known[name].properties if name in known else {}
        lacking = schema.missing(kind, source.properties, held)
        if added := schema.mended(kind, lacking):
            source = await notion.add_properties(source.id, added)
        async with services.database.as_service() as db:
            await notion_databases.place(
                db,
                UUID(user.id),
                name,
                source.database_id or source.id,
                source.id,
                schema.ids_of(kind, source.properties, held),
            )


def _marked(services: Services, user: Caller, kind: Kind, found: list[DataSource]) -> DataSource | None:
    """The one with the mark; where a person copied it the older one."""
    ours = [
        source
        for source in found
        if any(schema.is_marked(kind, whose, source.properties) for whose in owners(services, user.id))
    ]
    return min(ours, key=lambda source: (source.created_time, source.id), default=None)


async def _held(notion: Connection, known: Database | None) -> DataSource | None:
    """The one that we know: what was just made is perhaps not found yet."""
    if known is None or known.data_source_id is None:
        return None
    try:
        source = await notion.data_source(known.data_source_id)
    except NotThere:
        return None
    return None if source.in_trash else source


_LOCK = "hashtextextended('notion databases of ' || $1, 0)"
_AT_ONCE = asyncio.Semaphore(2)
"""Each holds a connection of the pool while Notion is asked."""

_TURNS: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
"""By person, while they make some here: whoever asks twice waits for themselves, and in nobody's place."""


@asynccontextmanager
async def _one_at_a_time(services: Services, user_id: str) -> AsyncIterator[None]:
    """Inside nobody else makes databases for this person, in any process. Raises Busy."""
    turn = _TURNS.setdefault(user_id, asyncio.Lock())
    async with turn, _AT_ONCE, services.database.reading() as connection:
        for _ in range(TRIES):
            try:
                await connection.execute(f"SELECT pg_advisory_lock({_LOCK})", user_id)
            except asyncpg.LockNotAvailableError:
                continue
            break
        else:
            raise Busy("Your databases are being made just now.")
        try:
            yield
        finally:
            await connection.execute(f"SELECT pg_advisory_unlock({_LOCK})", user_id)
