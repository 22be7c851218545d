-- Takes back what 0001 made in this database. The roles stay: other databases of the cluster may use them.

SET ROLE game_owner;

DO $auth$
BEGIN
    -- On Supabase the schema is not ours.
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole) THEN
        DROP FUNCTION auth.uid();
        DROP SCHEMA auth;
    END IF;
END
$auth$;

DROP FUNCTION app.anonymous_session_id();
DROP FUNCTION app.uid();
DROP FUNCTION app.claims();
DROP TABLE public.schema_migrations;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
DROP SCHEMA app;

RESET ROLE;

REVOKE USAGE, CREATE ON SCHEMA public FROM game_owner;
