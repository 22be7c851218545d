"""Tables, functions, the ledger's constraints and triggers, and what is new."""

from collections.abc import Iterator

import asyncpg

from tests.storage.mutants.mutant import Mutant, quoted

_TABLES = "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_FUNCTIONS = """
SELECT p.oid::regprocedure::text AS name, p.prosecdef AS definer, p.prorettype = 'trigger'::regtype AS of_a_trigger,
    array(
        SELECT role FROM unnest(ARRAY['anon', 'authenticated', 'game_service', 'bond_writer']) AS role
        WHERE has_function_privilege(role, p.oid, 'EXECUTE')
    ) AS callers,
    array(SELECT DISTINCT t.tgrelid::regclass::text FROM pg_trigger t WHERE t.tgfoid = p.oid) AS seen_on
FROM pg_proc p WHERE p.pronamespace::regnamespace::text IN ('public', 'app', 'auth') ORDER BY 1
"""
_CONSTRAINTS = """
SELECT conname::text AS name, conrelid::regclass::text AS table, contype::text AS kind FROM pg_constraint
WHERE conrelid IN ('consent_ledger'::regclass, 'consent_people'::regclass) AND contype IN ('c', 'f', 'p', 'u') ORDER BY 1
"""
_TRIGGERS = """
SELECT t.tgname::text AS name, t.tgrelid::regclass::text AS table FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND (p.prosecdef OR p.proname = ANY ($1)) ORDER BY 1, 2
"""
_REFUSING = ("refuse_change_of_log", "keep_to_oneself", "keep_state_own")
"""Functions of triggers with the rights of who acts, that guard somebody."""

_LEDGER = frozenset({"consent_ledger", "consent_people", "session_events", "room_cards"})
_ROLES = ("anon", "authenticated", "game_service", "bond_writer")


async def of_tables(connection: asyncpg.Connection) -> list[Mutant]:
    """Without row security, without it for the owner, of the service, and with one more policy beside the others."""
    return [mutant for row in await connection.fetch(_TABLES) for mutant in _of_table(row["name"])]


def _of_table(name: str) -> Iterator[Mutant]:
    of, table = frozenset({name}), f"public.{name}"
    yield Mutant("row security off", name, f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", of)
    yield Mutant("FORCE off", name, f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY", of)
    for owner in ("game_service", "authenticated"):
        yield Mutant("owner changed", f"{name} of {owner}", f"ALTER TABLE {table} OWNER TO {owner}", of)
    for role in ("anon", "authenticated", "bond_writer"):
        for command, clause in (
            ("SELECT", "USING"),
            ("INSERT", "WITH CHECK"),
            ("UPDATE", "USING"),
            ("DELETE", "USING"),
        ):
            sql = f"CREATE POLICY one_more ON {table} FOR {command} TO {role} {clause} (true)"
            yield Mutant("policy added", f"{name}, {command} to {role}", sql, of)


async def of_functions(connection: asyncpg.Connection) -> list[Mutant]:
    """For everybody to call, for nobody, with another's rights, and with the caller's search path where it is a definer's."""
    return [mutant for row in await connection.fetch(_FUNCTIONS) for mutant in _of_function(row)]


def _of_function(row: asyncpg.Record) -> Iterator[Mutant]:
    name = row["name"]
    of = _LEDGER | set(row["seen_on"]) if row["of_a_trigger"] and row["definer"] else frozenset({name})
    for grantee in ("PUBLIC", *(role for role in _ROLES if role not in row["callers"])):
        sql = f"GRANT EXECUTE ON FUNCTION {name} TO {grantee}"
        yield Mutant("function opened", f"{name} to {grantee}", sql, frozenset({name}))
    for caller in row["callers"]:
        yield Mutant("function closed", f"{name} to {caller}", f"REVOKE EXECUTE ON FUNCTION {name} FROM {caller}", of)
    if row["definer"]:
        yield Mutant("definer made invoker", name, f"ALTER FUNCTION {name} SECURITY INVOKER", of)
        yield Mutant("search path let go", name, f"ALTER FUNCTION {name} RESET search_path", of)
    elif row["callers"]:
        yield Mutant("invoker made definer", name, f"ALTER FUNCTION {name} SECURITY DEFINER", of)


async def of_the_ledger(connection: asyncpg.Connection) -> list[Mutant]:
    """Its constraints; and the triggers that write it or the feed of a bond, guard somebody, or act as the owner: dropped and
    switched off.
    """
    found = []
    for row in await connection.fetch(_CONSTRAINTS):
        sql = f"ALTER TABLE {row['table']} DROP CONSTRAINT {quoted(row['name'])}"
        found.append(Mutant("constraint dropped", row["name"], sql, _LEDGER))
    for row in await connection.fetch(_TRIGGERS, list(_REFUSING)):
        name, table, of = row["name"], row["table"], _LEDGER | {row["table"]}
        told = name if name.startswith(f"{table}_") else f"{name} of {table}"
        found.append(Mutant("trigger dropped", told, f"DROP TRIGGER {name} ON {table}", of))
        found.append(Mutant("trigger switched off", told, f"ALTER TABLE {table} DISABLE TRIGGER {name}", of))
    return found


def of_new_things() -> Iterator[Mutant]:
    """What a migration could add and forget to guard."""
    of = frozenset({"the database"})
    for kind, made in (
        ("TABLE", "AS SELECT * FROM public.users"), ("VIEW", "AS SELECT * FROM public.users"),
        ("VIEW", "WITH (security_barrier) AS SELECT * FROM public.profiles"),
        ("MATERIALIZED VIEW", "AS SELECT * FROM public.profiles"), ("SEQUENCE", ""),
    ):  # fmt: skip
        sql = f"CREATE {kind} public.fresh {made}; GRANT SELECT ON public.fresh TO authenticated"
        yield Mutant("something new", f"{kind.lower()} {made.rpartition('.')[2]}".strip(), sql, of)
    body = "LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.users'"
    yield Mutant("something new", "function over users", f"CREATE FUNCTION public.fresh() RETURNS bigint {body}", of)
