-- Takes back 0009: policies, grants and row-level security. Until it is applied again only the owner reads anything.

SET ROLE game_owner;
SET search_path = public;

DO $unseal$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT p.polname AS policy, p.polrelid::regclass AS name FROM pg_policy p
        JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', found.policy, found.name);
    END LOOP;
    FOR found IN
        SELECT c.oid::regclass AS name, c.relkind = 'S' AS is_sequence FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S')
          AND c.relowner = 'game_owner'::regrole
    LOOP
        IF found.is_sequence THEN
            EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM game_service', found.name);
        ELSE
            EXECUTE format('REVOKE ALL ON TABLE %s FROM anon, authenticated, game_service', found.name);
            EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', found.name);
            EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', found.name);
        END IF;
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace IN ('public'::regnamespace, 'app'::regnamespace, to_regnamespace('auth'))
          AND p.proowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM anon, authenticated, game_service', found.name);
    END LOOP;
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole) THEN
        REVOKE USAGE ON SCHEMA auth FROM authenticated, anon, game_service;
    END IF;
END
$unseal$;

DROP FUNCTION app.let_service(regclass, text[]);
DROP FUNCTION app.seal(regclass);

REVOKE USAGE ON SCHEMA app FROM authenticated, anon, game_service;

RESET search_path;
RESET ROLE;
