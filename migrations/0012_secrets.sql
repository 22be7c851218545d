-- Secrets that are kept and exchanged: the passwords of the two run-time logins, which belong to this database; which secret key
-- signs since when; and which machine uses the file of people's keys.

SET ROLE game_owner;
SET search_path = public;

-- The logins by which this database is used at run time. `sealed` is the password under the key `key_id`, which is no secret;
-- null where the operator named the login with its own. `confirmed` once PostgreSQL let the login in with it.
CREATE TABLE run_time_logins (
    kind text PRIMARY KEY CHECK (kind IN ('web', 'worker')),
    login text NOT NULL,
    key_id text,
    sealed jsonb,
    confirmed boolean NOT NULL DEFAULT false,
    made_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((key_id IS NULL) = (sealed IS NULL))
);
SELECT app.seal('run_time_logins');

-- Since when and until when some process signs with which secret key, by its public name; renewed while it does. NULL: since
-- before this was written down.
CREATE TABLE secret_keys (
    key_id text PRIMARY KEY,
    signs_since timestamptz,
    signs_until timestamptz NOT NULL
);
SELECT app.seal('secret_keys');
SELECT app.let_service('secret_keys', 'SELECT', 'INSERT', 'UPDATE');

-- Where the key file is that is in use (a hash: this boot of a machine, and the file), and until when that is said.
ALTER TABLE key_store ADD COLUMN place text, ADD COLUMN held_until timestamptz;

-- The names of the logins above that exist; those of every version before, where none is written down.
CREATE FUNCTION app.own_logins() RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text[] := ARRAY(SELECT l.login FROM public.run_time_logins l JOIN pg_roles r ON r.rolname = l.login ORDER BY l.login);
BEGIN
    RETURN CASE WHEN found = '{}' THEN ARRAY['game_web', 'game_worker'] ELSE found END;
END
$$;

-- Logins that are not ours and keep what they had: they own something here, run the server, watch it, or are connected now.
CREATE OR REPLACE FUNCTION app.other_logins() RETURNS SETOF regrole
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT r.oid::regrole
    FROM pg_roles r
    WHERE NOT r.rolsuper AND r.rolname NOT LIKE 'pg\_%'
        AND r.rolname NOT IN ('game_owner', 'game_service', 'game_web', 'game_worker', 'authenticated', 'anon')
        AND r.rolname <> ALL (app.own_logins())
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
    own CONSTANT text := (SELECT string_agg(quote_ident(l), ', ') FROM unnest(app.own_logins()) l);
    not_own CONSTANT text := (
        SELECT string_agg(quote_ident(r.rolname), ', ') FROM pg_roles r
        WHERE r.rolname IN ('game_web', 'game_worker') AND r.rolname <> ALL (app.own_logins())
    );
    called text := (SELECT string_agg(f::text, ', ') FROM app.open_functions() f);
BEGIN
    BEGIN
        IF app.everybody_may('TEMPORARY') THEN
            IF others IS NOT NULL THEN
                EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %s', here, others);
            END IF;
            EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', here);
        END IF;
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM %s, authenticated, anon, game_service', here, own);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', here, own);
        IF not_own IS NOT NULL THEN
            EXECUTE format('REVOKE ALL ON DATABASE %I FROM %s', here, not_own);
        END IF;
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
            'GRANT CONNECT ON DATABASE %1$I TO %2$s; REVOKE CONNECT ON DATABASE %1$I FROM PUBLIC;', here, own);
    END IF;
    called := (SELECT string_agg(f::text, ', ') FROM app.open_functions() f);
    IF called IS NOT NULL THEN
        RETURN NEXT format('every login may call what nobody here needs. A superuser closes it with: '
            'REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC;', called);
    END IF;
END
$$;

REVOKE ALL ON FUNCTION app.own_logins(), app.other_logins(), app.close_database() FROM PUBLIC;

RESET search_path;
RESET ROLE;
