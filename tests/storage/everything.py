"""Everything a database is made of, to set one beside another on the same PostgreSQL.

More than `storage/catalog.py` has: owners' own rights, default privileges and the schema `auth`, which differ between versions of
PostgreSQL and installations, and whole functions instead of their hashes, so that a test shows what differs.
"""

import asyncpg

EVERYTHING = """
SELECT 'column' AS kind, c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
    || ' ' || coalesce(nullif(a.attacl::text, '{}'), '') AS what
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace::regnamespace::text IN ('public', 'app', 'auth') AND c.relkind = 'r'
UNION ALL SELECT 'relation', relname || ' ' || relkind::text || ' ' || relowner::regrole
    || ' ' || relrowsecurity || relforcerowsecurity
    || ' ' || coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))::text
FROM pg_class WHERE relnamespace::regnamespace::text IN ('public', 'app', 'auth')
UNION ALL SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index
    JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace
UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', pg_get_functiondef(oid) || ' ' || proowner::regrole || coalesce(proacl::text, '') FROM pg_proc
    WHERE pronamespace::regnamespace::text IN ('public', 'app', 'auth')
UNION ALL SELECT 'policy', tablename || ' ' || policyname || ' ' || cmd || ' ' || roles::text || ' ' || coalesce(qual, '') || ' '
    || coalesce(with_check, '') FROM pg_policies
UNION ALL SELECT 'enum', enumtypid::regtype || ' ' || enumlabel FROM pg_enum
UNION ALL SELECT 'schema', nspname || ' ' || nspowner::regrole || ' ' || coalesce(nspacl, acldefault('n', nspowner))::text
    FROM pg_namespace WHERE nspname IN ('public', 'app', 'auth')
UNION ALL SELECT 'default privileges', defaclrole::regrole || ' ' || defaclacl::text FROM pg_default_acl
ORDER BY kind, what
"""


async def everything(url: str) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(url)
    try:
        return [(row["kind"], row["what"]) for row in await connection.fetch(EVERYTHING)]
    finally:
        await connection.close()
