"""Rights: each that somebody lacks given, and each that somebody has taken away."""

from collections.abc import Iterator

import asyncpg

from tests.storage.mutants.mutant import Mutant, quoted

GRANTEES = ("anon", "authenticated", "game_service", "bond_writer", "game_web", "PUBLIC")
CLIENTS = ("anon", "authenticated", "bond_writer")
WHOLE = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

_TABLES = """
SELECT c.relname::text AS table, grantee, command, CASE WHEN grantee <> 'PUBLIC'
    THEN has_table_privilege(grantee, c.oid, command) ELSE false END AS has
FROM pg_class c, unnest($1::text[]) AS grantee, unnest($2::text[]) AS command
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1, 2, 3
"""
_COLUMNS = """
SELECT c.relname::text AS table, a.attname::text AS column, grantee, command,
    has_column_privilege(grantee, c.oid, a.attnum, command) AS has,
    has_table_privilege(grantee, c.oid, command) AS whole
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
    unnest($1::text[]) AS grantee, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE']) AS command
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1, 2, 3, 4
"""
_SEQUENCES = """
SELECT c.relname::text AS sequence, grantee, command, has_sequence_privilege(grantee, c.oid, command) AS has
FROM pg_class c, unnest(ARRAY['anon', 'authenticated', 'game_service', 'bond_writer']) AS grantee,
    unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS command
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' ORDER BY 1, 2, 3
"""


async def of_tables(connection: asyncpg.Connection) -> list[Mutant]:
    """Whole tables, for every grantee."""
    found = await connection.fetch(_TABLES, list(GRANTEES), list(WHOLE))
    return [_changed(f"public.{row['table']}", row["table"], row, "table") for row in found]


async def of_columns(connection: asyncpg.Connection) -> list[Mutant]:
    """Single columns, for the roles of clients and members; what is granted by the column alone is taken away too."""
    found = await connection.fetch(_COLUMNS, list(CLIENTS))
    alone = [row for row in found if not row["whole"]]
    return [
        _changed(f"public.{row['table']}", row["table"], row, "column", f" ({quoted(row['column'])})") for row in alone
    ]


async def of_sequences(connection: asyncpg.Connection) -> list[Mutant]:
    found = await connection.fetch(_SEQUENCES)
    return [_changed(f"SEQUENCE public.{row['sequence']}", row["sequence"], row, "sequence") for row in found]


def _changed(on: str, of: str, row: asyncpg.Record, what: str, columns: str = "") -> Mutant:
    right = f"{row['command']}{columns}"
    told = right.replace('"', "")
    if row["has"]:
        sql = f"REVOKE {right} ON {on} FROM {row['grantee']}"
        return Mutant(f"right to a {what} taken", f"{told} on {of} from {row['grantee']}", sql, frozenset({of}))
    sql = f"GRANT {right} ON {on} TO {row['grantee']}"
    return Mutant(f"right to a {what} given", f"{told} on {of} to {row['grantee']}", sql, frozenset({of}))


def of_roles() -> Iterator[Mutant]:
    """Roles that become mightier, and places that open; all of it is the database's, not a table's."""
    of = frozenset({"the database"})
    for role in ("authenticated", "anon", "game_service", "bond_writer", "game_web"):
        for attribute in ("SUPERUSER", "BYPASSRLS"):
            everywhere = frozenset({"users", "profiles"})
            yield Mutant("role made mighty", f"{role} {attribute}", f"ALTER ROLE {role} {attribute}", everywhere)
    for member, role in (
        ("game_web", "game_service"), ("game_web", "game_worker"), ("game_web", "game_owner"), ("game_worker", "game_owner"),
        ("game_worker", "authenticated"), ("authenticated", "game_service"), ("anon", "game_service"),
        ("game_service", "game_owner"), ("bond_writer", "game_service"), ("bond_writer", "game_owner"),
        ("game_web", "bond_writer"), ("authenticated", "bond_writer"),
    ):  # fmt: skip
        yield Mutant("role made a member", f"{member} of {role}", f"GRANT {role} TO {member}", of | {"users"})
    for grantee in (*CLIENTS, "game_service", "game_web", "PUBLIC"):
        for schema in ("public", "app"):
            yield Mutant("place opened", f"{schema} for {grantee}", f"GRANT CREATE ON SCHEMA {schema} TO {grantee}", of)
        for right in ("CREATE", "TEMPORARY"):
            sql = f"DO $$ BEGIN EXECUTE format('GRANT {right} ON DATABASE %I TO {grantee}', current_database()); END $$"
            yield Mutant("place opened", f"{right} on the database for {grantee}", sql, of)
