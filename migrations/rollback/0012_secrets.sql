-- Takes back 0012: the logins are those of before, and what is kept of their passwords goes.

SET ROLE game_owner;
SET search_path = public;

-- Logins that are not ours and keep what they had: they own something here, run the server, watch it, or are connected now.
CREATE OR REPLACE FUNCTION app.other_logins() RETURNS SETOF regrole
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

-- Close the database as far as the caller may, each time `migrate up` runs: a restored or copied database has none of this.
-- Returns what stays open, as sentences. Runs with the caller's rights, who is an administrator.
CREATE OR REPLACE FUNCTION app.close_database() RETURNS SETOF text
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

DROP FUNCTION app.own_logins();
ALTER TABLE key_store DROP COLUMN place, DROP COLUMN held_until;
DROP TABLE secret_keys;
DROP TABLE run_time_logins;

RESET search_path;
RESET ROLE;
