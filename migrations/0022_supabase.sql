-- Supabase as a sign-in: which accounts and anonymous players are users of it, its sessions beside our own logins, and who is still to
-- be deleted there.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Made from Supabase's claims; the id is the one it has there. Its tokens open no other account.
ALTER TABLE users ADD COLUMN from_supabase boolean NOT NULL DEFAULT false;

-- The user of Supabase's that an anonymous player is. The player's own id is another one, that nobody can take beforehand.
ALTER TABLE anonymous_sessions ADD COLUMN supabase_id uuid CONSTRAINT idx_anonymous_sessions_supabase UNIQUE;

-- A session of Supabase's is a login without a refresh token of ours. `token_until` is when the newest of its access tokens that came
-- here ends: nothing else tells that the session goes on.
ALTER TABLE logins ADD COLUMN token_until timestamptz;

-- Whoever was erased: their tokens are void here, though good until they end (`person_hash` is the SHA-256 of the id); and where they are
-- to be deleted at Supabase too, `auth_id` until that is done.
CREATE TABLE supabase_erasures (
    person_hash text PRIMARY KEY,
    auth_id uuid,
    erased_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    failed_reason text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
COMMENT ON TABLE supabase_erasures IS 'Erased users of Supabase: whose tokens are void, and who is still to be deleted there.';
CREATE INDEX idx_supabase_erasures_due ON supabase_erasures (due_at) WHERE auth_id IS NOT NULL;
SELECT app.seal('supabase_erasures');
SELECT app.let_service('supabase_erasures', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Whoever reads an address's mail is not thereby the one whom Supabase signs in with that address.
CREATE FUNCTION app.refuse_password() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM users WHERE id = NEW.user_id AND from_supabase) THEN
        RAISE EXCEPTION 'no password opens an account that Supabase signs in' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION app.refuse_password() FROM PUBLIC, anon, authenticated, game_service;
CREATE TRIGGER credentials_refuse_password BEFORE INSERT ON credentials
    FOR EACH ROW EXECUTE FUNCTION app.refuse_password();

RESET search_path;
RESET ROLE;
