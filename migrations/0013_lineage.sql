-- Which older programs may run on this schema, and which of a database's copies this is: after a failover to a replica that lacked
-- something, or a restore, what phones have may never have happened here.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- The newest migration that a program has to know to run on a schema with this one; null: it has to know this one. Which it is says
-- the file, in a line of its own.
ALTER TABLE schema_migrations ADD COLUMN oldest_code integer CHECK (oldest_code <= version);

-- The one that was met last: one row.
CREATE TABLE database_lineage (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    lineage text NOT NULL,
    since timestamptz NOT NULL DEFAULT now()
);
SELECT app.seal('database_lineage');
SELECT app.let_service('database_lineage', 'SELECT', 'UPDATE');

-- The server's system identifier, its timeline and the database's own number; null on a replica. A server that does not tell its
-- timeline is known by the others.
CREATE FUNCTION app.lineage() RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    system text := '';
    timeline text := '';
BEGIN
    IF pg_is_in_recovery() THEN
        RETURN NULL;
    END IF;
    BEGIN
        system := (SELECT system_identifier FROM pg_control_system());
    EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_function THEN
        NULL;
    END;
    BEGIN
        timeline := left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
    EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_function THEN
        NULL;
    END;
    RETURN system || '/' || timeline || '/' || (SELECT oid FROM pg_database WHERE datname = current_database());
END
$$;

INSERT INTO database_lineage (lineage) VALUES (coalesce(app.lineage(), ''));

-- Where this is another database than the one met last, every open session gets a new epoch, so that no phone goes on from what it
-- has; `renewed` tells the caller, who did it. Sessions are locked in key order, as commits do.
CREATE FUNCTION app.meet_lineage(OUT lineage text, OUT renewed boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    lineage := app.lineage();
    renewed := false;
    IF lineage IS NULL OR EXISTS (SELECT FROM public.database_lineage l WHERE l.lineage = meet_lineage.lineage) THEN
        RETURN;
    END IF;
    PERFORM FROM public.database_lineage FOR UPDATE;
    IF EXISTS (SELECT FROM public.database_lineage l WHERE l.lineage = meet_lineage.lineage) THEN
        RETURN; -- another connection was first
    END IF;
    PERFORM FROM public.sessions WHERE status IN ('waiting', 'active') ORDER BY session_id FOR UPDATE;
    UPDATE public.sessions SET epoch = gen_random_uuid()::text WHERE status IN ('waiting', 'active');
    UPDATE public.database_lineage l SET lineage = meet_lineage.lineage, since = now();
    renewed := true;
END
$$;

REVOKE ALL ON FUNCTION app.lineage(), app.meet_lineage() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.lineage(), app.meet_lineage() TO game_service;

RESET search_path;
RESET ROLE;
