-- Everybody gets back what PostgreSQL gives by default, and the service its rights on whole tables.

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
SET search_path = public;

DROP FUNCTION app.close_database(), app.is_shared(), app.other_logins(), app.everybody_may(text), app.open_functions();

SELECT app.let_service('activities', 'DELETE');
SELECT app.let_service('credentials', 'DELETE');
SELECT app.let_service('job_runs', 'DELETE');
SELECT app.let_service('partner_connections', 'DELETE');
SELECT app.let_service('session_links', 'DELETE');
SELECT app.let_service('session_seats', 'DELETE');
-- Rights stand in the order in which they were given: the service's first.
REVOKE SELECT ON push_notification_tokens, subscription_transactions FROM authenticated;
SELECT app.let_service('ai_generation_logs', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('push_notification_tokens', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('subscription_transactions', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('survey_baseline', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT SELECT ON push_notification_tokens, subscription_transactions TO authenticated;

DO $numbers$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND c.relowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO game_service', found.name);
    END LOOP;
END
$numbers$;

RESET search_path;
RESET ROLE;
