"""What the roles of a database may and must not, past its tables: predefined roles, settings, the database itself; and what else
there is. SQL for storage/catalog_rules.py; $1 is storage/catalog.py's ROLES.
"""

from storage.catalog import ROLE

ADMINISTERS = """(r.rolsuper OR r.rolcreaterole OR r.rolname = current_user
    OR r.oid = (SELECT datdba FROM pg_database WHERE datname = current_database()))"""
"""Whoever runs the server or owns the database may give themselves anything."""

TAKEN = f"""
    SELECT r.oid, r.rolname, r.rolcanlogin FROM pg_roles r
    WHERE r.rolname = ANY ($1) OR r.rolname IN ('game_owner', 'game_web', 'game_worker')
        OR shobj_description(r.oid, 'pg_authid') = 'Attuned: run-time login of ' || current_database()
        OR r.rolcanlogin AND NOT {ADMINISTERS} AND EXISTS (
            SELECT FROM pg_roles served WHERE served.rolname IN ('anon', 'authenticated', 'bond_writer', 'game_service')
                AND pg_has_role(r.oid, served.oid, 'MEMBER'))
"""
"""Whom requests and jobs act as, and every login that may: the run-time logins, whatever they are called here."""

_HARMFUL = """(split_part(c, '=', 1) IN ('row_security', 'search_path', 'role', 'session_replication_role', 'synchronous_commit',
        'default_transaction_read_only') OR c LIKE 'request.%')
    AND lower(c) NOT IN ('row_security=on', 'synchronous_commit=on', 'session_replication_role=origin',
        'default_transaction_read_only=off')
    AND NOT (s.setrole = 0 AND c LIKE 'search_path=%')"""
"""A search_path for the whole database is usual, and the server sets its own. Values are never told: some are secrets."""

_SETTINGS = """pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
    LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
WHERE (s.setdatabase = 0 OR d.datname = current_database())
    AND (s.setrole = 0 OR s.setrole IN (SELECT oid FROM taken))"""

OF_TAKEN = f"""
WITH taken AS ({TAKEN})
SELECT 'role' AS check, m.rolname AS of,
    format('It may do what the whole server''s %s may.', string_agg(DISTINCT p.rolname, ', ' ORDER BY p.rolname)) AS wrong,
    format('REVOKE %s FROM %I;', string_agg(DISTINCT p.rolname, ', ' ORDER BY p.rolname), m.rolname) AS mend
FROM pg_auth_members e JOIN pg_roles p ON p.oid = e.roleid AND starts_with(p.rolname::text, 'pg_')
    JOIN pg_roles m ON m.oid = e.member AND NOT starts_with(m.rolname::text, 'pg_')
WHERE m.oid IN (SELECT oid FROM taken) OR EXISTS (
    SELECT FROM taken t JOIN pg_roles r USING (oid)
    WHERE NOT r.rolsuper AND pg_has_role(t.oid, m.oid, 'MEMBER'))
    AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = m.oid AND {ADMINISTERS})
GROUP BY m.rolname
UNION ALL
SELECT 'setting', coalesce(r.rolname, current_database()),
    format('%s is set for %s.', split_part(c, '=', 1),
        CASE WHEN s.setrole = 0 THEN 'everybody who comes here' ELSE 'whoever logs in as it' END),
    CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN format('ALTER ROLE ALL RESET %s;', split_part(c, '=', 1))
        WHEN s.setrole = 0 THEN format('ALTER DATABASE %I RESET %s;', d.datname, split_part(c, '=', 1))
        ELSE format('ALTER ROLE %I%s RESET %s;', r.rolname, ' IN DATABASE ' || quote_ident(d.datname), split_part(c, '=', 1)) END
FROM {_SETTINGS} AND {_HARMFUL}
UNION ALL
SELECT 'database', d.datname, format('%s may make schemas in it.', CASE g.grantee WHEN 0 THEN 'Everybody' ELSE {ROLE} END),
    format('REVOKE CREATE ON DATABASE %I FROM %s;', d.datname, {ROLE})
FROM pg_database d, LATERAL aclexplode(d.datacl) g
WHERE d.datname = current_database() AND g.privilege_type = 'CREATE' AND g.grantee <> d.datdba
    AND (g.grantee = 0 OR g.grantee IN (SELECT oid FROM taken))
UNION ALL
SELECT 'default_privileges', d.defaclrole::regrole::text,
    format('What it makes from now on is open to %s.', CASE g.grantee WHEN 0 THEN 'everybody' ELSE {ROLE} END),
    format('ALTER DEFAULT PRIVILEGES FOR ROLE %s%s REVOKE ALL ON %s FROM %s;', d.defaclrole::regrole,
        ' IN SCHEMA ' || quote_ident(n.nspname),
        CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'n' THEN 'SCHEMAS' ELSE 'FUNCTIONS' END,
        {ROLE})
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, LATERAL aclexplode(d.defaclacl) g
WHERE coalesce(n.nspname, 'public') IN ('public', 'app') AND d.defaclrole <> 'game_owner'::regrole
    AND (g.grantee = 0 AND d.defaclobjtype IN ('r', 'S', 'n') OR d.defaclobjtype IN ('r', 'S', 'f', 'n') AND g.grantee IN (
        SELECT oid FROM taken WHERE rolname <> ALL ($1) AND rolname <> 'game_owner'))
GROUP BY d.defaclrole, n.nspname, d.defaclobjtype, g.grantee
"""
"""Functions are everybody's by PostgreSQL's own default: that is nobody's doing. What Supabase opens to clients is a fact."""

KNOWN = f"""
WITH taken AS ({TAKEN})
SELECT 'setting' AS kind, coalesce(r.rolname, current_database()) AS of,
    'has ' || string_agg(split_part(c, '=', 1), ', ' ORDER BY c) || ' set' AS said
FROM {_SETTINGS} AND NOT ({_HARMFUL})
GROUP BY 2
UNION ALL
SELECT 'open_database', d.datname, 'lets every login of the server '
    || string_agg(CASE g.privilege_type WHEN 'CONNECT' THEN 'connect' ELSE 'make temporary tables' END, ' and '
        ORDER BY g.privilege_type)
    || ': `game-server migrate up` closes it where it may'
FROM pg_database d, LATERAL aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
WHERE d.datname = current_database() AND g.grantee = 0 AND g.privilege_type IN ('CONNECT', 'TEMPORARY')
GROUP BY d.datname
UNION ALL
SELECT 'schema', n.nspname, format('is a schema of %s, not of ours', n.nspowner::regrole)
FROM pg_namespace n
WHERE n.nspname NOT IN ('public', 'app', 'information_schema') AND NOT starts_with(n.nspname::text, 'pg_')
    AND NOT (n.nspname = 'auth' AND n.nspowner = 'game_owner'::regrole)
UNION ALL
SELECT 'extension', e.extname, format('is an extension (%s) in %s, not of ours', e.extversion, e.extnamespace::regnamespace)
FROM pg_extension e WHERE e.extname <> 'plpgsql'
ORDER BY 1, 2
"""
