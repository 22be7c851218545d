"""The world as it stands in the database: every table that the catalog knows, its rows by key, and what an attempt is made of."""

import asyncpg

from tests.storage.matrix.rule import Rule
from tests.storage.matrix.rules import RULES
from tests.storage.matrix.world import Row, Table, World

RELATIONS = """
SELECT c.relname AS name, c.relkind::text AS kind FROM pg_class c
WHERE c.relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname
"""
_COLUMNS = """
SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
    array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) AS types,
    array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum = ANY (i.indkey)) AS keys,
    array_agg(a.attname::text) FILTER (WHERE a.attgenerated <> '') AS computed,
    array_agg(a.attname::text ORDER BY a.attname = 'created_at' DESC, a.attnum DESC) FILTER (
        WHERE a.attgenerated = '' AND NOT EXISTS (
            SELECT FROM pg_index u WHERE u.indrelid = c.oid AND u.indisunique AND a.attnum = ANY (u.indkey)
        )
    ) AS plain
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') GROUP BY c.relname
"""


async def survey(connection: asyncpg.Connection, world: World) -> dict[str, Table]:
    """Every table of the catalog, with its rows; those without a rule too. Kept in `world.tables`."""
    for row in await connection.fetch(_COLUMNS):
        table = Table(name=row["name"], keys=row["keys"] or row["columns"], columns=row["columns"])
        table.types = dict(zip(row["columns"], row["types"], strict=True))
        table.computed = frozenset(row["computed"] or ())
        table.touched = (row["plain"] or row["columns"])[0]
        world.tables[table.name] = table
        await _look(connection, world, table, RULES.get(table.name, Rule()))
    return world.tables


async def _look(connection: asyncpg.Connection, world: World, table: Table, rule: Rule) -> None:
    told = {
        "/".join(str(row[key]) for key in table.keys): Row("/".join(str(row[key]) for key in table.keys), **known)
        for row, known in world.told.get(table.name, ())
    }
    found = await connection.fetch(
        f"""SELECT {table.key} AS key, ctid::text AS place, row_to_json(t)::text AS json, ({rule.goes}) AS goes,
        ({rule.service_takes}) AS taken FROM public.{table.name} t"""
    )
    for row in found:
        key = row["key"]
        table.rows[key] = told.get(key, Row(key))
        table.places[key] = row["place"]
        table.entered[key] = row["json"]
    table.goes = frozenset(row["key"] for row in found if row["goes"])
    table.service_takes = frozenset(row["key"] for row in found if row["goes"] and row["taken"])
    literals = ", ".join(
        f"""coalesce((SELECT format('%L', "{column}"::text) FROM public.{table.name} WHERE "{column}" IS NOT NULL LIMIT 1),
        'NULL')"""
        for column in table.columns
    )
    table.values = dict(zip(table.columns, (await connection.fetchrow(f"SELECT {literals}")).values(), strict=True))
