"""What a database is made of, as lines that mean the same on every PostgreSQL: set beside those that the migrations make.

Only our schemas are read (an extension's objects are not ours), and only the rights of roles that a request or the service may
take: how an owner's are written down differs between versions.
"""

from collections.abc import Iterable
from pathlib import Path

import asyncpg
import msgspec

from storage.migration_files import MIGRATIONS

FILE = MIGRATIONS / "catalog.txt"
"""The lines of a database that has every migration; `game-server migrate catalog` writes it."""

ROLES = ("public", "anon", "authenticated", "game_service", "bond_writer")
"""Whose rights are told; `public` is everybody."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table of ours: how many rows PostgreSQL believes it has, its policies by name, and the rights of each role."""

    name: str
    rows: int
    bytes: int
    secured: bool
    forced: bool
    policies: list[str]
    grants: dict[str, list[str]]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it must be: which check says so, of what, and what is wrong."""

    check: str
    of: str
    wrong: str


async def lines(connection: asyncpg.Connection) -> list[str]:
    """Everything there is, sorted: `kind what`."""
    async with connection.transaction():
        await connection.execute("SET LOCAL search_path = pg_catalog")  # so that every name is written whole
        rows = await connection.fetch(_LINES, list(ROLES))
    return sorted(" ".join(f"{row['kind']} {row['what']}".split()) for row in rows)


def expected(file: Path = FILE) -> list[str]:
    """The lines that the migrations make."""
    return file.read_text(encoding="utf-8").splitlines()


def write(found: Iterable[str], file: Path = FILE) -> None:
    """Keep these as the expected ones."""
    file.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")


def differences(found: Iterable[str], wanted: Iterable[str]) -> list[Finding]:
    """What is there too much and too little. A table that we know nothing about is told once, not by each of its columns."""
    there, wanted = set(found), set(wanted)
    ours = {_subject(line) for line in wanted}
    foreign = {_subject(line) for line in there if line.startswith("table ")} - ours
    extra = [line for line in sorted(there - wanted) if _subject(line) not in foreign]
    return [
        *(Finding(check="missing", of=_subject(line), wrong=line) for line in sorted(wanted - there)),
        *(Finding(check="unexpected", of=_subject(line), wrong=line) for line in extra),
        *(Finding(check="foreign_table", of=name, wrong=f"{name} is no table of ours.") for name in sorted(foreign)),
    ]


def _subject(line: str) -> str:
    """The table, function or type that a line is about."""
    return line.split(" ", 2)[1]


async def off(connection: asyncpg.Connection) -> list[Finding]:
    """What no database of ours may have, whatever the migrations say."""
    rows = await connection.fetch(_OFF)
    return [Finding(check=row["check"], of=row["of"], wrong=row["wrong"]) for row in rows]


async def tables(connection: asyncpg.Connection) -> list[Table]:
    """Every table of ours, by name."""
    found = {row["name"]: row for row in await connection.fetch(_TABLES)}
    policies: dict[str, list[str]] = {}
    for row in await connection.fetch(
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2"
    ):
        policies.setdefault(row["tablename"], []).append(row["policyname"])
    grants: dict[str, dict[str, list[str]]] = {}
    for row in await connection.fetch(_GRANTS, list(ROLES)):
        grants.setdefault(row["name"], {})[row["role"]] = row["rights"]
    return [_table(row, policies.get(name, []), grants.get(name, {})) for name, row in sorted(found.items())]


def _table(row: asyncpg.Record, policies: list[str], grants: dict[str, list[str]]) -> Table:
    return msgspec.convert({**dict(row), "policies": policies, "grants": grants}, Table)


_OURS = """
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relacl AS acl, c.relowner AS owner,
        c.relrowsecurity AS secured, c.relforcerowsecurity AS forced, c.reloptions AS options, c.reltuples AS tuples
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'app') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""

_FUNCTIONS = """
    SELECT p.oid, n.nspname AS schema, p.proname AS name, p.proacl AS acl, p.proowner AS owner, p.prosecdef AS definer,
        p.proconfig AS config, p.provolatile AS volatile, p.prosrc AS source, l.lanname AS language
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname IN ('public', 'app')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""

_ROLE = "CASE WHEN g.grantee = 0 THEN 'public' ELSE g.grantee::regrole::text END"

_LINES = f"""
WITH ours AS ({_OURS}), functions AS ({_FUNCTIONS})
SELECT 'table' AS kind, o.name || ' owner ' || o.owner::regrole || CASE WHEN o.secured THEN ' secured' ELSE '' END
    || CASE WHEN o.forced THEN ' forced' ELSE '' END AS what
FROM ours o WHERE o.kind IN ('r', 'p')
UNION ALL
SELECT 'view', o.name || ' ' || coalesce(o.options::text, '') || ' ' || pg_get_viewdef(o.oid)
FROM ours o WHERE o.kind IN ('v', 'm')
UNION ALL
SELECT 'column', o.name || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE o.kind IN ('r', 'p')
UNION ALL
SELECT 'constraint', o.name || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index', o.name || ' ' || pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
FROM ours o JOIN pg_index i ON i.indrelid = o.oid
UNION ALL
SELECT 'trigger', o.name || ' ' || pg_get_triggerdef(t.oid) || CASE WHEN t.tgenabled = 'O' THEN '' ELSE ' NOT ENABLED' END
FROM ours o JOIN pg_trigger t ON t.tgrelid = o.oid AND NOT t.tgisinternal
UNION ALL
SELECT 'policy', p.tablename || ' "' || p.policyname || '" ' || lower(p.permissive) || ' ' || p.cmd || ' ' || p.roles::text
    || coalesce(' using ' || p.qual, '') || coalesce(' check ' || p.with_check, '')
FROM pg_policies p WHERE p.schemaname = 'public'
UNION ALL
SELECT 'enum', t.typname || ' ' || string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
WHERE n.nspname IN ('public', 'app') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
GROUP BY t.oid, t.typname
UNION ALL
SELECT 'function', f.oid::regprocedure || ' returns ' || pg_get_function_result(f.oid) || ' ' || f.language
    || ' ' || f.volatile::text || CASE WHEN f.definer THEN ' definer' ELSE '' END || ' owner ' || f.owner::regrole
    || coalesce(' ' || f.config::text, '') || ' source ' || md5(f.source)
FROM functions f
UNION ALL
SELECT 'execute', f.oid::regprocedure || ' by ' || {_ROLE}
FROM functions f, LATERAL aclexplode(coalesce(f.acl, acldefault('f', f.owner))) g WHERE {_ROLE} = ANY ($1)
UNION ALL
SELECT 'grant', o.name || ' ' || g.privilege_type || ' to ' || {_ROLE} || CASE WHEN g.is_grantable THEN ' grantable' ELSE '' END
FROM ours o, LATERAL aclexplode(o.acl) g WHERE {_ROLE} = ANY ($1)
UNION ALL
SELECT 'grant', o.name || ' ' || g.privilege_type || ' (' || a.attname || ') to ' || {_ROLE}
FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid, LATERAL aclexplode(a.attacl) g WHERE {_ROLE} = ANY ($1)
UNION ALL
SELECT 'schema', n.nspname || ' ' || g.privilege_type || ' to ' || {_ROLE}
FROM pg_namespace n, LATERAL aclexplode(n.nspacl) g WHERE n.nspname = 'app' AND {_ROLE} = ANY ($1)
"""

_OFF = f"""
WITH ours AS ({_OURS}), functions AS ({_FUNCTIONS})
SELECT 'row_security' AS check, o.name AS of, 'Row-level security is not on and forced.' AS wrong
FROM ours o WHERE o.kind IN ('r', 'p') AND NOT (o.secured AND o.forced)
UNION ALL
SELECT 'view', o.name, 'The view reads with the rights of its owner.'
FROM ours o WHERE o.kind IN ('v', 'm') AND NOT coalesce('security_invoker=true' = ANY (o.options), false)
UNION ALL
SELECT 'policy', p.tablename, 'The policy "' || p.policyname || '" is for everybody.'
FROM pg_policies p WHERE p.schemaname = 'public' AND 'public' = ANY (p.roles)
UNION ALL
SELECT 'policy', p.tablename, 'The policy "' || p.policyname || '" lets clients at every row.'
FROM pg_policies p WHERE p.schemaname = 'public' AND p.roles && ARRAY['anon', 'authenticated']::name[]
    AND 'true' IN (p.qual, p.with_check)
UNION ALL
SELECT 'policy', p.tablename, 'The policy "' || p.policyname || '" does not check what is written.'
FROM pg_policies p WHERE p.schemaname = 'public' AND p.cmd IN ('INSERT', 'UPDATE', 'ALL') AND p.with_check IS NULL
UNION ALL
SELECT 'grant', o.name, initcap({_ROLE}) || ' has the right to ' || lower(g.privilege_type) || '.'
FROM ours o, LATERAL aclexplode(o.acl) g
WHERE g.grantee = 0
    OR {_ROLE} IN ('anon', 'authenticated') AND g.privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN')
UNION ALL
SELECT 'function', f.oid::regprocedure::text, 'Everybody may call it.'
FROM functions f, LATERAL aclexplode(coalesce(f.acl, acldefault('f', f.owner))) g WHERE g.grantee = 0
UNION ALL
SELECT 'function', f.oid::regprocedure::text, 'Its search_path is not fixed.'
FROM functions f WHERE NOT EXISTS (SELECT FROM unnest(f.config) c WHERE c LIKE 'search_path=%')
UNION ALL
SELECT 'foreign_key', o.name, 'No index starts with the columns of ' || k.conname || '.'
FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype = 'f'
WHERE NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = o.oid AND i.indisvalid
        AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
        AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] <@ k.conkey)
UNION ALL
SELECT 'constraint', o.name, k.conname || ' was never checked against the rows that are there.'
FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid AND NOT k.convalidated
UNION ALL
SELECT 'default_privileges', d.defaclrole::regrole::text, 'What it makes from now on is open to ' || {_ROLE} || '.'
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, LATERAL aclexplode(d.defaclacl) g
WHERE coalesce(n.nspname, 'public') IN ('public', 'app') AND d.defaclrole::regrole::text = 'game_owner'
    AND {_ROLE} IN ('public', 'anon', 'authenticated')
ORDER BY 1, 2, 3
"""

_TABLES = f"""
WITH ours AS ({_OURS})
SELECT o.name, greatest(o.tuples, 0)::bigint AS rows, pg_total_relation_size(o.oid) AS bytes, o.secured, o.forced
FROM ours o WHERE o.kind IN ('r', 'p') AND o.schema = 'public'
"""

_GRANTS = f"""
WITH ours AS ({_OURS}), rights AS (
    SELECT o.name, {_ROLE} AS role, g.privilege_type AS right FROM ours o, LATERAL aclexplode(o.acl) g
    UNION
    SELECT o.name, {_ROLE}, g.privilege_type || ' (' || a.attname || ')'
    FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid, LATERAL aclexplode(a.attacl) g
)
SELECT name, role, array_agg("right" ORDER BY "right") AS rights FROM rights WHERE role = ANY ($1) GROUP BY 1, 2
"""
