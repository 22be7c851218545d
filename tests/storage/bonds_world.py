"""A bond of two in which each of them has a row in every table of bonds, made from the catalog.

A table's values come from its columns: whoever is named by a foreign key is the person whose row it is, a sealed text says
whose key seals it. What a CHECK asks beyond that stands in `WISHES`; where a new table's rows cannot be made PostgreSQL says why.
"""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import msgspec

from storage import migration_files
from tests.storage import rows

ANA, BEN = rows.user_id(0xA11A), rows.user_id(0xB0B0)
BOTH = (ANA, BEN)
MOMENT = datetime(2026, 11, 28, 20, tzinfo=UTC)
FIRST_OF_BONDS = 32

MADE_BY_ITSELF = ("bonds", "bond_members", "bond_settings", "bond_changes")
"""What founding, joining and the feed make by themselves."""

STATS = {"dominance": 10, "submission": 10, "charisma": 10, "stamina": 10, "creativity": 10, "control": 10}

WISHES: dict[str, list[dict[str, Any]]] = {
    "bond_changes": [{"op": "insert"}],
    "bond_join_requests": [{"status": "approved", "answered_at": MOMENT}],
    "calendar_events": [{"task_id": None}, {"bond_id": None, "task_id": None}, {"event_type": "task_deadline"}],
    "contracts": [{"content_sha256": None, "line_id": "a new one"}],
    "files": [{"content_type": "image/webp"}],
    "image_generations": [{"subject": "pose", "leased_until": None, "finished_at": None}],
    "kinksters": [{"stats": STATS}],
    "messages": [
        {"conversation_id": None, "user_id": None, "role": None},
        {"bond_id": None, "to_user_id": None, "role": "user"},
    ],
    "notion_connections": [{"connected_by": "token"}],
    "notion_pages": [{"page_id": "a page"}],
    "preset_config": [{"stats": STATS, "config": {}}],
    "rewards": [{"assigned_by": "the other"}],
    "scenes": [{"activities": "with both", "status": "done", "logged_at": MOMENT}],
    "tasks": [{"assigned_by": "the other", "approved_by": "the other"}],
}
"""By table: one row for each, with these values instead of those that its columns suggest. None: NULL."""


_PLAIN: dict[str, Any] = {
    "timestamp with time zone": MOMENT,
    "date": MOMENT.date(),
    "time without time zone": MOMENT.time(),
    "boolean": True,
    "text[]": [],
}
"""What stands in a column of this type that has to have something; else 1."""


class Column(msgspec.Struct, frozen=True):
    """A column as the catalog has it; `enum` the first value of its type, `refers` the table it points to; `needed`: an INSERT
    has to say it.
    """

    name: str
    type: str
    not_null: bool
    needed: bool
    enum: str | None
    refers: str | None
    on_delete: str | None


_COLUMNS = """
    SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS not_null,
        a.attnotnull AND NOT a.atthasdef AS needed,
        (SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = a.atttypid ORDER BY e.enumsortorder LIMIT 1) AS enum,
        f.refers, f.on_delete
    FROM pg_attribute a LEFT JOIN LATERAL (
        SELECT c.confrelid::regclass::text AS refers, c.confdeltype::text AS on_delete FROM pg_constraint c
        WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND a.attnum = ANY (c.conkey)
        ORDER BY c.confrelid = 'users'::regclass DESC, cardinality(c.conkey) LIMIT 1
    ) f ON true
    WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
    ORDER BY a.attnum
"""


OF_NOBODY = {"files_to_delete", "ai_spending", "notion_deliveries", "notion_handshakes"}
"""Tables beside them that know no bond and no person."""


def made_by_migrations() -> dict[str, list[str]]:
    """The tables of bonds by the migration that makes them."""
    return {
        str(one): [made for made in re.findall(r"^CREATE TABLE (\w+)", one.sql, re.MULTILINE) if made not in OF_NOBODY]
        for one in migration_files.load()
        if one.version >= FIRST_OF_BONDS
    }


async def columns_of(connection: asyncpg.Connection, table: str) -> list[Column]:
    """As they are after all migrations."""
    return [Column(**dict(row)) for row in await connection.fetch(_COLUMNS, table)]


class World:
    """The bond of Ana and Ben. `rows` are the primary keys of what was put in, by table and person."""

    def __init__(self, connection: asyncpg.Connection, both: tuple[UUID, UUID] = BOTH) -> None:
        self.connection = connection
        self.both = both
        self.tables: dict[str, list[Column]] = {}
        self.first: dict[tuple[str, UUID], asyncpg.Record] = {}
        self.bond: UUID = uuid5(ANA, "the bond")

    async def speak_as(self, person: UUID | None) -> None:
        """From here on this person asks."""
        claims = msgspec.json.encode({"sub": str(person)}).decode() if person else ""
        await self.connection.execute("SELECT set_config('request.jwt.claims', $1, true)", claims)

    def naming(self, table: str) -> list[Column]:
        """Its columns that name a person."""
        return [column for column in self.tables[table] if column.refers == "users" or column.type == "uuid[]"]

    def owner(self, table: str) -> str | None:
        """The column that says whose rows go with whom."""
        return next(
            (
                column.name
                for column in self.tables[table]
                if column.on_delete == "c"
                and (column.refers == "users" or (column.refers, column.name) == ("bond_members", "user_id"))
            ),
            None,
        )

    def in_order(self) -> Iterator[str]:
        """The tables, each after those it points to."""
        left = dict(self.tables)
        while left:
            ready = [
                table
                for table, columns in left.items()
                if not any(column.refers in left and column.refers != table for column in columns)
            ]
            assert ready, f"these point to each other in a circle: {sorted(left)}"
            yield from ready
            left = {table: columns for table, columns in left.items() if table not in ready}

    async def put(self, table: str, person: UUID) -> None:
        """This person's rows."""
        for wishes in WISHES.get(table, [{}]):
            envelope = self.sealed(table, wishes, person)
            values = {
                column.name: envelope if column.type == "jsonb" else self._value(table, column, person)
                for column in self.tables[table]
            }
            values |= {name: self._wished(wish, person) for name, wish in wishes.items()}
            given = {name: value for name, value in values.items() if value is not None}
            row = await rows.insert(self.connection, table, **given)
            self.first.setdefault((table, person), row)

    def _value(self, table: str, column: Column, person: UUID) -> Any:
        """What a column suggests; None where it is better left alone."""
        if column.refers == "users":
            return person
        if column.refers == "bonds":
            return self.bond
        if column.refers and column.refers != table and (column.refers, person) in self.first:
            found = self.first[column.refers, person]
            return found[column.name] if column.name in found and column.name != "id" else found.get("id")
        if column.type == "uuid[]":
            return list(self.both)
        if not column.needed:
            return None
        of_a_kind = {"uuid": uuid5(person, f"{table}.{column.name}"), "text": f"{table} {len(self.first)}"}
        return column.enum or (of_a_kind | _PLAIN).get(column.type, 1)

    def sealed(self, table: str, wishes: dict[str, Any], person: UUID) -> dict[str, str]:
        """An envelope: what is one person's own is sealed with their key, what is shared with the bond's."""
        there = [column for column in self.tables[table] if wishes.get(column.name, column) is not None]
        own = not any(column.refers == "bonds" for column in there)
        own |= self.owner(table) in {column.name for column in there}
        return {"key_id": f"user:{person}" if own else f"bond:{self.bond}", "nonce": "AA==", "ciphertext": "AA=="}

    def _wished(self, wish: Any, person: UUID) -> Any:
        if wish == "the other":
            return next(each for each in self.both if each != person)
        if wish == "a new one":
            return uuid5(person, "a line")
        if wish == "with both":
            with_both = [str(each) for each in self.both]
            return msgspec.json.encode(
                [{"name": self.sealed("scenes", {}, person), "keys": ["massage_receive"], "with": with_both}]
            ).decode()
        return wish


async def build(connection: asyncpg.Connection) -> World:
    """Everything above, on a connection of the administrator's."""
    world = World(connection)
    for table in [table for tables in made_by_migrations().values() for table in tables]:
        world.tables[table] = await columns_of(connection, table)
    await connection.execute("SELECT set_config('app.moment', $1, true)", MOMENT.isoformat())
    for person in BOTH:
        await rows.insert(connection, "users", id=person, email=f"{person}@example.org", display_name="Somebody")
    await _found(world)
    for person in BOTH:
        await world.speak_as(person)
        for table in world.in_order():
            if table not in MADE_BY_ITSELF:
                await world.put(table, person)
    if "contract_signatures" in world.tables:
        await _sign(world)
    await world.speak_as(None)
    await connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return world


async def _found(world: World) -> None:
    """Ana founds it, Ben joins, and each says whose lead they accept."""
    envelope = {"key_id": f"bond:{world.bond}", "nonce": "AA==", "ciphertext": "AA=="}
    sealed = msgspec.json.encode(envelope).decode()
    await world.speak_as(ANA)
    made = await world.connection.fetchval("SELECT app.found_bond($1, $2, $2, 'dyad', true, 20)", world.bond, sealed)
    assert made == world.bond
    await rows.insert(world.connection, "bond_members", bond_id=world.bond, user_id=BEN)
    await world.connection.execute(
        "UPDATE bonds SET invite_code = 'hash', invite_expires_at = $2, invited_by = $3 WHERE id = $1",
        *(world.bond, MOMENT, BEN),
    )
    for person in BOTH:
        await world.speak_as(person)
        await world.connection.execute("UPDATE users SET bond_id = $1 WHERE id = $2", world.bond, person)
        await world.connection.execute(
            "UPDATE bond_members SET accepts_from = $1 WHERE user_id = $2", list(BOTH), person
        )
        row = await world.connection.fetchrow("SELECT * FROM bond_members WHERE user_id = $1", person)
        assert row is not None
        world.first["bond_members", person] = row


async def _sign(world: World) -> None:
    """Both contracts are given to be signed, and both members sign both: they are in force."""
    connection, text = world.connection, "0" * 64
    for person, other in (BOTH, BOTH[::-1]):
        contract = world.first["contracts", person]["id"]
        await rows.insert(connection, "contract_signatures", contract_id=contract, bond_id=world.bond, user_id=other)
    await connection.execute("UPDATE contracts SET status = 'pending_signature', content_sha256 = $1", text)
    for person in BOTH:
        await world.speak_as(person)
        await connection.execute(
            "UPDATE contract_signatures SET status = 'signed', content_sha256 = $1, signed_at = $2 WHERE user_id = $3",
            *(text, MOMENT, person),
        )
    await connection.execute("UPDATE contracts SET status = 'active', signed_at = $1", MOMENT)


@asynccontextmanager
async def commands(world: World, person: UUID) -> AsyncIterator[asyncpg.Connection]:
    """Inside: what a command of this member may do; it stays, as it would once committed."""
    await world.speak_as(person)
    await world.connection.execute("SET LOCAL ROLE bond_writer")
    yield world.connection
    await world.connection.execute("RESET ROLE")
    await world.speak_as(None)


@asynccontextmanager
async def refused(world: World, person: UUID, error: type[Exception]) -> AsyncIterator[asyncpg.Connection]:
    """Inside, PostgreSQL refuses with this error what this member commands; the transaction goes on."""
    async with rows.refused(world.connection, error):
        await world.speak_as(person)
        await world.connection.execute("SET LOCAL ROLE bond_writer")
        yield world.connection


def sealed(world: World) -> dict[str, str]:
    """Words of the bond."""
    return {"key_id": f"bond:{world.bond}", "nonce": "AA==", "ciphertext": "AA=="}


async def at(world: World, moment: datetime) -> None:
    """From here on it is then."""
    await world.connection.execute("SELECT set_config('app.moment', $1, true)", moment.isoformat())


async def leave(world: World, person: UUID) -> None:
    """A membership ends, in whatever way."""
    await world.speak_as(person)
    await world.connection.execute("DELETE FROM bond_members WHERE user_id = $1", person)
    await world.speak_as(None)
