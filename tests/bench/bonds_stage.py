"""A bond of five that has been lived in for long, among many others: rows made by PostgreSQL, their texts real envelopes."""

import uuid

import asyncpg

from tests.support.bonds import Bond, founded
from tests.support.person import Person

TOOLS = {
    "tasks": (
        {"title": "Water the plants", "due_date": "2040-01-31T20:00:00Z"},
        "title, assigned_by, assigned_to, point_value",
    ),
    "messages": ({"content": "Good night, sleep well"}, "content, from_user_id, to_user_id"),
    "journal_entries": ({"title": "A day", "content": "It was a good day.", "is_shared": True}, "title, content, user_id, is_shared"),  # noqa: E501
    "rules": ({"title": "Kind words first"}, "title, created_by"),
}  # fmt: skip
"""By table: what the first row is made of over HTTP, and the columns that all others have of it."""

ROUTES = {"tasks": "tasks", "messages": "messages", "journal_entries": "journal", "rules": "rules"}


async def settle(connection: asyncpg.Connection, url: str, rows: int) -> tuple[Bond, list[Person]]:
    """Five in one bond, with so many rows in each of these tools."""
    people = [await Person.registered(url, name) for name in ("Ana", "Ben", "Cleo", "Dora", "Eve")]
    bond = await founded(connection, *people)
    for table, (body, columns) in TOOLS.items():
        assigned = {"assigned_to": people[1].id} if table in ("tasks", "rules") else {}
        made = await people[0].post(f"{bond.path}/{ROUTES[table]}", body | assigned, expect=201)
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            f"INSERT INTO {table} (bond_id, created_at, {columns})"
            f" SELECT bond_id, created_at + n * interval '1 millisecond', {columns} FROM {table}, generate_series(1, $2) n"
            " WHERE id = $1",
            *(uuid.UUID(made["id"]), rows - 1),
        )
        await connection.execute("RESET session_replication_role")
    return bond, people


async def crowd(connection: asyncpg.Connection, bond: Bond, bonds: int, rows: int) -> None:
    """So many other bonds with so many rows in each of these tools, of nobody who is there any more."""
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("SET maintenance_work_mem = '1GB'")
    await connection.execute(
        "INSERT INTO bonds (id, name, founder_id)"
        " SELECT lpad(to_hex(n), 32, '0')::uuid, b.name, NULL FROM bonds b, generate_series(1, $2) n WHERE b.id = $1",
        *(bond.uuid, bonds),
    )
    for table, (_, columns) in TOOLS.items():
        indexes = await connection.fetch(_INDEXES, table)
        for index in indexes:  # made anew from all rows at once: ten million single entries would take hours
            await connection.execute(f"DROP INDEX {index['name']}")
        await connection.execute(
            f"INSERT INTO {table} (id, bond_id, created_at, {columns})"
            " SELECT (lpad(to_hex(n), 16, '0') || lpad(to_hex(m), 16, '0'))::uuid, lpad(to_hex(n), 32, '0')::uuid,"
            f" created_at + m * interval '1 minute', {columns}"
            f" FROM (SELECT * FROM {table} WHERE bond_id = $1 LIMIT 1) one, generate_series(1, $2) n, generate_series(1, $3) m",
            *(bond.uuid, bonds, rows),
            timeout=3600,
        )
        for index in indexes:
            await connection.execute(index["made_by"], timeout=3600)
    await connection.execute("RESET session_replication_role")
    for table in ("bonds", *TOOLS):
        await connection.execute(f"VACUUM ANALYZE {table}", timeout=3600)
    await connection.execute(
        "CHECKPOINT", timeout=3600
    )  # gigabytes that are still to be written would stop what is measured


_INDEXES = """\
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made_by
FROM pg_index i WHERE i.indrelid = $1::text::regclass AND NOT i.indisunique"""
