-- What nobody needs is closed: everybody's rights that PostgreSQL gives by default (temporary tables, large objects, ending other
-- people's sessions) end in this database.

SET ROLE game_owner;

-- Functions of PostgreSQL that everybody may call and nobody here needs: large objects (a place to leave data that no policy
-- guards), and ending or filling what belongs to others.
CREATE FUNCTION app.open_functions() RETURNS SETOF regprocedure
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.oid::regprocedure
    FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace
        AND (p.proname ~ '^lo_' OR p.proname IN (
            'loread', 'lowrite', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_logical_emit_message', 'pg_export_snapshot'
        ))
        AND EXISTS (
            SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE'
        )
$$;

-- Does everybody have this right on the database?
CREATE FUNCTION app.everybody_may(wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        WHERE d.datname = current_database() AND a.grantee = 0 AND a.privilege_type = wanted
    )
$$;

-- Logins that are not ours and keep what they had: they own something here, run the server, watch it, or are connected now.
CREATE FUNCTION app.other_logins() RETURNS SETOF regrole
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT r.oid::regrole
    FROM pg_roles r
    WHERE NOT r.rolsuper AND r.rolname NOT LIKE 'pg\_%'
        AND r.rolname NOT IN ('game_owner', 'game_service', 'game_web', 'game_worker', 'authenticated', 'anon')
        AND (
            r.rolname = current_user OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
            OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND d.datdba = r.oid)
            OR EXISTS (
                SELECT FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = current_database() AND s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
                    AND s.deptype = 'o'
            )
            OR EXISTS (
                SELECT FROM pg_auth_members m JOIN pg_roles given ON given.oid = m.roleid
                WHERE m.member = r.oid AND given.rolname LIKE 'pg\_%'
            )
            OR EXISTS (
                SELECT FROM pg_stat_activity a
                WHERE a.datname = current_database() AND a.usesysid = r.oid AND r.rolcanlogin
            )
        )
$$;

-- Do objects of other programs live here too (Supabase's, another application's)? Then who may connect is not ours to say.
CREATE FUNCTION app.is_shared() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_namespace n
        WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'public', 'app')
            AND n.nspowner <> 'game_owner'::regrole
    ) OR EXISTS (
        SELECT FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relowner <> 'game_owner'::regrole
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    )
$$;

-- Close the database as far as the caller may, each time `migrate up` runs: a restored or copied database has none of this.
-- Returns what stays open, as sentences. Runs with the caller's rights, who is an administrator.
CREATE FUNCTION app.close_database() RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = error
AS $$
DECLARE
    here CONSTANT text := current_database();
    others CONSTANT text := (SELECT string_agg(o::text, ', ') FROM app.other_logins() o);
    shared CONSTANT boolean := app.is_shared();
    called text := (SELECT string_agg(f::text, ', ') FROM app.open_functions() f);
BEGIN
    BEGIN
        IF app.everybody_may('TEMPORARY') THEN
            IF others IS NOT NULL THEN
                EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %s', here, others);
            END IF;
            EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', here);
        END IF;
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM game_web, game_worker, authenticated, anon, game_service', here);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO game_web, game_worker', here);
        IF app.everybody_may('CONNECT') AND NOT shared THEN
            EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', here);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL; -- said below
    END;
    IF called IS NOT NULL THEN
        BEGIN
            IF others IS NOT NULL THEN
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', called, others);
            END IF;
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', called);
        EXCEPTION WHEN insufficient_privilege THEN
            NULL; -- said below
        END;
    END IF;
    IF app.everybody_may('TEMPORARY') THEN
        RETURN NEXT format('every login may make temporary tables. An administrator closes it with: '
            'REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC;', here);
    END IF;
    IF app.everybody_may('CONNECT') AND shared THEN
        RETURN NEXT 'every login of this server may connect, because objects of other programs live here too';
    ELSIF app.everybody_may('CONNECT') THEN
        RETURN NEXT format('every login of this server may connect. An administrator closes it with: '
            'GRANT CONNECT ON DATABASE %1$I TO game_web, game_worker; REVOKE CONNECT ON DATABASE %1$I FROM PUBLIC;', here);
    END IF;
    called := (SELECT string_agg(f::text, ', ') FROM app.open_functions() f);
    IF called IS NOT NULL THEN
        RETURN NEXT format('every login may call what nobody here needs. A superuser closes it with: '
            'REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC;', called);
    END IF;
END
$$;

REVOKE ALL ON FUNCTION app.open_functions(), app.everybody_may(text), app.other_logins(), app.is_shared(), app.close_database()
FROM PUBLIC;

RESET ROLE;

SELECT app.close_database();
