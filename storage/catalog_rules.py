"""What no database of ours may have, whatever the migrations say; and what of a database its operator should know.

storage/catalog.py sets a database beside what the migrations make. Here stands what neither a migration nor a managed database's
defaults may bring: rights of others, rights past row-level security, what is slow for everybody.
"""

from collections.abc import Iterable

import asyncpg
import msgspec

from storage.catalog import FUNCTIONS, OURS, ROLE, ROLES, Finding
from storage.catalog_roles import ADMINISTERS, KNOWN, OF_TAKEN, TAKEN


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is as it may be and should be known: of what kind, of what, and what is said of it."""

    kind: str
    of: str
    said: str


async def off(connection: asyncpg.Connection) -> list[Finding]:
    """Everything that is off, by check and subject."""
    found = [msgspec.convert(row, Finding) for row in await _read(connection, _OFF)]
    return sorted(found, key=lambda one: (one.check, one.of, one.wrong))


async def rows_gone(service: asyncpg.Connection) -> list[Finding]:
    """Rows without which a trigger or a function changes nothing, and nobody is told; with the rights of the service, since
    row-level security may hide them from an administrator.
    """
    return [msgspec.convert(dict(row), Finding) for row in await service.fetch(_ROWS)]


async def facts(connection: asyncpg.Connection) -> list[Fact]:
    """Whom row-level security does not bind, which functions lend the owner's rights, and what others open by default."""
    return [msgspec.convert(row, Fact) for row in await _read(connection, _FACTS)]


async def _read(connection: asyncpg.Connection, queries: Iterable[str]) -> list[dict[str, str | None]]:
    async with connection.transaction():
        await connection.execute("SET LOCAL search_path = pg_catalog")  # so that every name is written whole
        return [
            dict(row) for sql in queries for row in await connection.fetch(sql, *([list(ROLES)] if "$1" in sql else []))
        ]


_CLIENTS = "('anon', 'authenticated')"
_ASKED = "('anon', 'authenticated', 'bond_writer')"
"""Those of whom row security asks who they are."""

_OF_TABLES = f"""
WITH ours AS ({OURS})
SELECT 'row_security' AS check, o.name AS of, 'Row-level security is not on and forced.' AS wrong,
    format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;', o.oid::regclass) AS mend
FROM ours o WHERE o.kind IN ('r', 'p') AND NOT (o.secured AND o.forced)
UNION ALL
SELECT 'view', o.name, 'The view reads with the rights of its owner.',
    CASE WHEN o.kind = 'v' THEN format('ALTER VIEW %s SET (security_invoker = true);', o.oid::regclass) END
FROM ours o WHERE o.kind IN ('v', 'm') AND NOT coalesce('security_invoker=true' = ANY (o.options), false)
UNION ALL
SELECT 'foreign_key', o.name, 'No index starts with the columns of ' || k.conname || '.', NULL
FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype = 'f'
WHERE NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = o.oid AND i.indisvalid
        AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] @> k.conkey
        AND (i.indkey::smallint[])[0:cardinality(k.conkey) - 1] <@ k.conkey
        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) IN (
            SELECT format('(%I IS NOT NULL)', a.attname) FROM pg_attribute a
            WHERE a.attrelid = o.oid AND a.attnum = ANY (k.conkey))))
UNION ALL
SELECT 'constraint', o.name, k.conname || ' was never checked against the rows that are there.',
    format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', o.oid::regclass, k.conname)
FROM ours o JOIN pg_constraint k ON k.conrelid = o.oid AND NOT k.convalidated
UNION ALL
SELECT 'publication', p.pubname,
    format('It gives the rows of %s tables of ours to whoever subscribes, %s among them.', count(*), min(p.tablename)),
    CASE WHEN bool_or(b.puballtables) THEN format('DROP PUBLICATION %I;', p.pubname)
        ELSE format('ALTER PUBLICATION %I DROP TABLE %s;', p.pubname,
            string_agg(o.oid::regclass::text, ', ' ORDER BY o.name)) END
FROM pg_publication_tables p JOIN pg_publication b USING (pubname)
    JOIN ours o ON o.schema = p.schemaname AND o.name = p.tablename
GROUP BY p.pubname
"""

_OF_POLICIES = """
WITH policies AS (SELECT * FROM pg_policies WHERE schemaname IN ('public', 'app'))
SELECT 'policy' AS check, p.tablename AS of, 'The policy "' || p.policyname || '" is for everybody.' AS wrong, NULL AS mend
FROM policies p WHERE 'public' = ANY (p.roles)
UNION ALL
SELECT 'policy', p.tablename, 'The policy "' || p.policyname || '" lets clients at every row.', NULL
FROM policies p WHERE p.roles && ARRAY['anon', 'authenticated']::name[]
    AND 'true' IN (p.qual, p.with_check)
UNION ALL
SELECT 'policy', p.tablename, 'The policy "' || p.policyname || '" does not check what is written.', NULL
FROM policies p WHERE p.cmd IN ('INSERT', 'UPDATE', 'ALL') AND p.with_check IS NULL
UNION ALL
SELECT 'policy', p.tablename,
    'The policy "' || p.policyname || '" asks who is calling for each row: (SELECT app.uid()) asks once.', NULL
FROM policies p WHERE concat(p.qual, p.with_check) ~ '(?<!SELECT )(app|auth)\\.(uid|anonymous_session_id|claims|jwt)\\(\\)'
"""

_OF_RIGHTS = f"""
WITH ours AS ({OURS}), functions AS ({FUNCTIONS}), given AS (
    SELECT o.oid, o.name, o.kind, o.owner, g.grantee, {ROLE} AS role, g.privilege_type AS right
    FROM ours o, LATERAL aclexplode(o.acl) g
    UNION
    SELECT o.oid, o.name, o.kind, o.owner, g.grantee, {ROLE}, g.privilege_type
    FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid, LATERAL aclexplode(a.attacl) g
)
SELECT 'grant' AS check, g.name AS of,
    format('%s may %s.', CASE g.grantee WHEN 0 THEN 'Everybody' ELSE g.role END,
        string_agg(lower(g.right), ', ' ORDER BY g.right)) AS wrong,
    format('REVOKE ALL ON %s %s FROM %s;', CASE g.kind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, g.oid::regclass, g.role) AS mend
FROM given g
WHERE g.grantee <> g.owner AND (
    g.grantee = 0 OR NOT g.role = ANY ($1)
    OR g.owner <> 'game_owner'::regrole
    OR g.role IN {_ASKED} AND g.right IN ('TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN')
)
GROUP BY g.oid, g.name, g.kind, g.grantee, g.role
UNION ALL
SELECT 'function', f.oid::regprocedure::text,
    format('%s may call it.', CASE WHEN g.grantee = 0 THEN 'Everybody' ELSE {ROLE} END),
    format('REVOKE ALL ON FUNCTION %s FROM %s;', f.oid::regprocedure, {ROLE})
FROM functions f, LATERAL aclexplode(coalesce(f.acl, acldefault('f', f.owner))) g
WHERE g.grantee <> f.owner AND (g.grantee = 0 OR NOT {ROLE} = ANY ($1) OR f.owner <> 'game_owner'::regrole)
UNION ALL
SELECT 'function', f.oid::regprocedure::text, 'Its search_path is not fixed.',
    format('ALTER FUNCTION %s SET search_path = pg_catalog, public, pg_temp;', f.oid::regprocedure)
FROM functions f WHERE NOT EXISTS (SELECT FROM unnest(f.config) c WHERE c LIKE 'search_path=%')
UNION ALL
SELECT 'definer', f.oid::regprocedure::text, 'Clients act as its owner by calling it, and it does not ask who they are.', NULL
FROM functions f
WHERE f.definer AND f.source !~ 'app\\.(uid|anonymous_session_id|is_connected|my_bonds|my_open_bonds)\\(' AND EXISTS (
    SELECT FROM aclexplode(coalesce(f.acl, acldefault('f', f.owner))) g WHERE g.grantee = 0 OR {ROLE} IN {_ASKED})
UNION ALL
SELECT 'schema', n.nspname, format('%s may make objects in it.', {ROLE}),
    format('REVOKE CREATE ON SCHEMA %I FROM %s;', n.nspname, {ROLE})
FROM pg_namespace n, LATERAL aclexplode(n.nspacl) g LEFT JOIN pg_roles r ON r.oid = g.grantee
WHERE n.nspname IN ('public', 'app') AND g.privilege_type = 'CREATE' AND g.grantee <> n.nspowner
    AND {ROLE} NOT IN ('game_owner', 'pg_database_owner') AND NOT coalesce({ADMINISTERS}, false)
"""

_OF_ROLES = f"""
WITH taken AS ({TAKEN})
SELECT 'role' AS check, r.rolname AS of, format('It has %s, and must not.', a.attribute) AS wrong,
    format('ALTER ROLE %I NO%s;', r.rolname, a.attribute) AS mend
FROM pg_roles r, LATERAL (VALUES
    (r.rolsuper, 'SUPERUSER'), (r.rolbypassrls, 'BYPASSRLS'), (r.rolcreaterole, 'CREATEROLE'), (r.rolcreatedb, 'CREATEDB'),
    (r.rolreplication, 'REPLICATION'), (r.rolcanlogin, 'LOGIN')
) a (is_so, attribute)
WHERE a.is_so AND (r.rolname = ANY ($1) OR r.rolname = 'game_owner'
    OR a.attribute <> 'LOGIN' AND r.oid IN (SELECT oid FROM taken))
UNION ALL
SELECT DISTINCT 'role', r.rolname,
    format('It may become %s and %s: a request could take rights that are the server''s.', client.rolname, mighty.rolname), NULL
FROM pg_roles r JOIN pg_roles client ON client.rolname IN {_CLIENTS} AND pg_has_role(r.oid, client.oid, 'MEMBER')
    JOIN pg_roles mighty ON mighty.rolname IN ('game_service', 'game_owner', 'bond_writer')
        AND pg_has_role(r.oid, mighty.oid, 'MEMBER')
WHERE NOT {ADMINISTERS}
UNION ALL
SELECT 'default_privileges', 'game_owner', format('What it makes from now on is open to %s.', {ROLE}),
    format('ALTER DEFAULT PRIVILEGES FOR ROLE game_owner%s REVOKE ALL ON %s FROM %s;', ' IN SCHEMA ' || quote_ident(n.nspname),
        CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' ELSE 'TYPES' END, {ROLE})
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, LATERAL aclexplode(d.defaclacl) g
WHERE coalesce(n.nspname, 'public') IN ('public', 'app') AND d.defaclrole = 'game_owner'::regrole
    AND d.defaclobjtype IN ('r', 'S', 'f') AND g.grantee <> d.defaclrole
UNION ALL
SELECT 'default_privileges', 'game_owner', 'Functions that it makes from now on may be called by everybody.',
    'ALTER DEFAULT PRIVILEGES FOR ROLE game_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;'
WHERE NOT EXISTS (
    SELECT FROM pg_default_acl WHERE defaclrole = 'game_owner'::regrole AND defaclnamespace = 0 AND defaclobjtype = 'f')
"""

_OFF = (_OF_TABLES, _OF_POLICIES, _OF_RIGHTS, _OF_ROLES, OF_TAKEN)

_ROWS = """
SELECT 'row' AS check, 'bank_revision' AS of,
    'Its row is gone: processes do not hear of changes of the bank, and go on dealing archived cards.' AS wrong,
    'SET ROLE game_owner; INSERT INTO public.bank_revision (revision) VALUES (extract(epoch FROM now()) * 1000); RESET ROLE;'
        AS mend
WHERE NOT EXISTS (SELECT FROM public.bank_revision)
UNION ALL
SELECT 'row', 'database_lineage', 'Its row is gone: a restored database is not told from the one that was there before.',
    'SET ROLE game_owner; INSERT INTO public.database_lineage (lineage) VALUES (''''); RESET ROLE;'
WHERE NOT EXISTS (SELECT FROM public.database_lineage)
"""
"""A revision that no process can have seen: each loads the bank anew. An unknown lineage: open games get a new epoch."""

_FACTS = (
    f"""
WITH ours AS ({OURS})
SELECT 'past_row_security' AS kind, r.rolname AS of, CASE
    WHEN r.rolsuper THEN 'is a superuser'
    WHEN pg_has_role(r.oid, 'game_owner', 'MEMBER') THEN 'may become game_owner'
    ELSE 'is not bound by row-level security (BYPASSRLS)' END AS said
FROM pg_roles r
WHERE r.rolname <> 'game_owner' AND (
    r.rolsuper OR pg_has_role(r.oid, 'game_owner', 'MEMBER')
    OR r.rolbypassrls AND EXISTS (
        SELECT FROM ours o WHERE o.kind IN ('r', 'p') AND has_any_column_privilege(r.oid, o.oid, 'SELECT')))
ORDER BY 2
""",
    f"""
WITH functions AS ({FUNCTIONS})
SELECT 'definer' AS kind, f.oid::regprocedure::text AS of, coalesce('acts as its owner for ' || (
    SELECT string_agg({ROLE}, ', ' ORDER BY {ROLE}) FROM aclexplode(coalesce(f.acl, acldefault('f', f.owner))) g
    WHERE g.grantee <> f.owner
), 'acts as its owner, for triggers alone') AS said
FROM functions f WHERE f.definer
ORDER BY 2
""",
    f"""
SELECT 'open_by_default' AS kind, d.defaclrole::regrole::text AS of,
    format('opens what it makes in public to %s', string_agg(DISTINCT {ROLE}, ', ')) AS said
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, LATERAL aclexplode(d.defaclacl) g
WHERE coalesce(n.nspname, 'public') = 'public' AND d.defaclobjtype IN ('r', 'S', 'f')
    AND d.defaclrole <> 'game_owner'::regrole AND g.grantee <> d.defaclrole
GROUP BY d.defaclrole
ORDER BY 2
""",
    KNOWN,
)
