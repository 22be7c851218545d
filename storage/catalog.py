"""What a database is made of, as lines that mean the same on every PostgreSQL: set beside those that the migrations make.

Only our schemas are read (an extension's objects are not ours), and only the rights of roles that a request or the service may
take: how an owner's are written down differs between versions.
"""

from collections.abc import Iterable
from pathlib import Path

import asyncpg
import msgspec

from storage import catalog_mends, catalog_spelling
from storage.migration_files import MIGRATIONS

FILE = MIGRATIONS / "catalog.txt"
"""The lines of a database that has every migration; `game-server migrate catalog` writes it."""

ROLES = ("public", "anon", "authenticated", "game_service", "bond_writer")
"""Whose rights are told; `public` is everybody."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table of ours: how many rows PostgreSQL believes it has (None: it has not counted yet), its policies by name, and the
    rights of each role.
    """

    name: str
    rows: int | None
    bytes: int
    secured: bool
    forced: bool
    policies: list[str]
    grants: dict[str, list[str]]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is not as it must be: which check says so, of what, what is wrong, and SQL that mends it (or None)."""

    check: str
    of: str
    wrong: str
    mend: str | None = None


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
    there, meant = ({catalog_spelling.plain(line): line for line in lines} for lines in (found, wanted))
    lines_there, lines_meant = set(there.values()), set(meant.values())
    ours = {_subject(line) for line in lines_meant}
    foreign = {_subject(line) for line in lines_there if line.startswith("table ")} - ours
    missing = sorted(line for spelt, line in meant.items() if spelt not in there)
    extra = sorted(line for spelt, line in there.items() if spelt not in meant and _subject(line) not in foreign)
    mends = [catalog_mends.of_missing(line, lines_there, lines_meant) for line in missing]
    return [
        *(
            Finding(check="missing", of=_subject(line), wrong=line, mend=mend)
            for line, mend in zip(missing, mends, strict=True)
        ),
        *(Finding(check="unexpected", of=_subject(line), wrong=line) for line in extra),
        *(Finding(check="foreign_table", of=name, wrong=f"{name} is no table of ours.") for name in sorted(foreign)),
    ]


def _subject(line: str) -> str:
    """The table, function or type that a line is about."""
    return line.split(" ", 2)[1]


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


OURS = """
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relacl AS acl, c.relowner AS owner,
        c.relrowsecurity AS secured, c.relforcerowsecurity AS forced, c.reloptions AS options, c.reltuples AS tuples
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'app') AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""

FUNCTIONS = """
    SELECT p.oid, n.nspname AS schema, p.proname AS name, p.proacl AS acl, p.proowner AS owner, p.prosecdef AS definer,
        p.proconfig AS config, p.provolatile AS volatile, p.prosrc AS source, l.lanname AS language
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
    WHERE n.nspname IN ('public', 'app')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""

ROLE = "CASE WHEN g.grantee = 0 THEN 'public' ELSE g.grantee::regrole::text END"

_LINES = f"""
WITH ours AS ({OURS}), functions AS ({FUNCTIONS})
SELECT 'table' AS kind, o.name || ' owner ' || o.owner::regrole || CASE WHEN o.secured THEN ' secured' ELSE '' END
    || CASE WHEN o.forced THEN ' forced' ELSE '' END AS what
FROM ours o WHERE o.kind IN ('r', 'p', 'f')
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
SELECT 'rule', o.name || ' ' || pg_get_ruledef(r.oid)
FROM ours o JOIN pg_rewrite r ON r.ev_class = o.oid AND r.rulename <> '_RETURN'
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
SELECT 'execute', f.oid::regprocedure || ' by ' || {ROLE}
FROM functions f, LATERAL aclexplode(coalesce(f.acl, acldefault('f', f.owner))) g WHERE {ROLE} = ANY ($1)
UNION ALL
SELECT 'grant', o.name || ' ' || g.privilege_type || ' to ' || {ROLE} || CASE WHEN g.is_grantable THEN ' grantable' ELSE '' END
FROM ours o, LATERAL aclexplode(o.acl) g WHERE {ROLE} = ANY ($1)
UNION ALL
SELECT 'grant', o.name || ' ' || g.privilege_type || ' (' || a.attname || ') to ' || {ROLE}
FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid, LATERAL aclexplode(a.attacl) g WHERE {ROLE} = ANY ($1)
UNION ALL
SELECT 'schema', n.nspname || ' ' || g.privilege_type || ' to ' || {ROLE}
FROM pg_namespace n, LATERAL aclexplode(n.nspacl) g WHERE n.nspname = 'app' AND {ROLE} = ANY ($1)
"""

_TABLES = f"""
WITH ours AS ({OURS})
SELECT o.name, nullif(o.tuples, -1)::bigint AS rows, pg_total_relation_size(o.oid) AS bytes, o.secured, o.forced
FROM ours o WHERE o.kind IN ('r', 'p') AND o.schema = 'public'
"""

_GRANTS = f"""
WITH ours AS ({OURS}), rights AS (
    SELECT o.name, {ROLE} AS role, g.privilege_type AS right FROM ours o, LATERAL aclexplode(o.acl) g
    UNION
    SELECT o.name, {ROLE}, g.privilege_type || ' (' || a.attname || ')'
    FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid, LATERAL aclexplode(a.attacl) g
)
SELECT name, role, array_agg("right" ORDER BY "right") AS rights FROM rights WHERE role = ANY ($1) GROUP BY 1, 2
"""
