-- Takes back 0010: everybody gets back what PostgreSQL gives by default.

DO $open$
DECLARE
    given record;
BEGIN
    BEGIN
        EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
        FOR given IN
            SELECT p.oid::regprocedure AS name FROM pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::regnamespace
                AND (p.proname ~ '^lo_' AND p.proname NOT IN ('lo_import', 'lo_export') OR p.proname IN (
                    'loread', 'lowrite', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_logical_emit_message',
                    'pg_export_snapshot'
                ))
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', given.name);
        END LOOP;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL; -- what this administrator could not close it need not open
    END;
END
$open$;

SET ROLE game_owner;

DROP FUNCTION app.close_database(), app.is_shared(), app.other_logins(), app.everybody_may(text), app.open_functions();

RESET ROLE;
