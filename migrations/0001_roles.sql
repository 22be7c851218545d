-- Who exists in the database, the schemas, and how a row learns who is asking.
--
--   game_owner     owns every object; nobody logs in as it, migrations SET ROLE to it
--   game_service   what the room writer, login and the jobs may do (no BYPASSRLS)
--   authenticated  a signed-in person's request          (the names Supabase uses)
--   anon           an anonymous person's request
--   game_web       login of the request pool: may become authenticated or anon, is nothing by itself
--   game_worker    login of the writer pool: a member of game_service
--
-- Roles belong to the whole cluster, so each is created only where it is missing, and the rollback leaves them.

DO $roles$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('game_owner', 'NOLOGIN NOINHERIT'),
            ('game_service', 'NOLOGIN NOINHERIT'),
            ('authenticated', 'NOLOGIN NOINHERIT'),
            ('anon', 'NOLOGIN NOINHERIT'),
            ('game_web', 'LOGIN NOINHERIT'),
            ('game_worker', 'LOGIN INHERIT')
        ) AS roles (name, attributes)
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name);
        BEGIN
            EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster was migrated at the same moment
        END;
    END LOOP;
END
$roles$;

DO $memberships$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('authenticated', 'game_web'),
            ('anon', 'game_web'),
            ('game_service', 'game_worker')
        ) AS memberships (role, member)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_auth_members m
            WHERE m.roleid = wanted.role::regrole AND m.member = wanted.member::regrole
        );
        BEGIN
            EXECUTE format('GRANT %I TO %I', wanted.role, wanted.member);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- as above
        END;
    END LOOP;
    -- An administrator who is no superuser must be a member of game_owner to hand objects to it.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
        AND NOT pg_has_role(current_user, 'game_owner', 'USAGE') THEN
        EXECUTE format('GRANT game_owner TO %I', current_user);
    END IF;
END
$memberships$;

DO $schemas$
BEGIN
    IF NOT has_schema_privilege('game_owner', 'public', 'CREATE') THEN
        GRANT USAGE, CREATE ON SCHEMA public TO game_owner;
    END IF;
    IF has_schema_privilege('public', 'public', 'CREATE') THEN -- so it was before PostgreSQL 15
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
    IF to_regnamespace('app') IS NULL THEN
        CREATE SCHEMA app AUTHORIZATION game_owner;
    END IF;
    IF to_regnamespace('auth') IS NULL THEN -- Supabase has it
        CREATE SCHEMA auth AUTHORIZATION game_owner;
    END IF;
END
$schemas$;

-- What stands above this line may need an administrator: where a managed database refuses it, the runner prints it.

SET ROLE game_owner;

-- Functions are callable by whom they are granted to, by nobody else. Set before the first one is made.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE TABLE IF NOT EXISTS public.schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- The verified claims of this transaction (SET LOCAL request.jwt.claims), or NULL: what is not JSON is nobody.
CREATE FUNCTION app.claims() RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    claims jsonb;
BEGIN
    claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    RETURN CASE WHEN jsonb_typeof(claims) = 'object' THEN claims END;
EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
    RETURN NULL;
END
$$;

-- The signed-in person, or NULL: a malformed id is nobody.
CREATE FUNCTION app.uid() RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (app.claims() ->> 'sub')::uuid;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN NULL;
END
$$;

-- The anonymous person, or NULL. Claims with a subject are a signed-in person's: there is no path between the two.
CREATE FUNCTION app.anonymous_session_id() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT claims ->> 'anonymous_session_id'
    FROM app.claims() AS claims
    WHERE claims ->> 'sub' IS NULL
      AND jsonb_typeof(claims -> 'anonymous_session_id') = 'string'
      AND length(claims ->> 'anonymous_session_id') BETWEEN 1 AND 128
$$;

-- Supabase has its own auth.uid(), in a schema that is not ours; bare PostgreSQL gets one, so that the same SQL runs on
-- both. Asked of the catalog, because game_owner may not look into Supabase's schema.
DO $auth$
BEGIN
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole)
        AND NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace('auth') AND proname = 'uid') THEN
        CREATE FUNCTION auth.uid() RETURNS uuid
        LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
        AS 'SELECT app.uid()';
    END IF;
END
$auth$;

RESET ROLE;
