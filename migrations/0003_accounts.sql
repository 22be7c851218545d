-- The server's own sign-up and its books: passwords, logins, mails, retries, jobs, keys, and what an erased person leaves.

SET ROLE game_owner;
SET search_path = public;

CREATE TABLE credentials (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    password_hash text NOT NULL,
    failed_count integer NOT NULL DEFAULT 0,
    failed_since timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);

-- `generation` counts refreshes and stands in the access tokens; `used_at` is when anything of the newest generation was
-- first used; `earlier` holds the hashes that came before it, newest first: [{hash, followed_at}].
CREATE TABLE logins (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    refresh_hash text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    generation integer NOT NULL DEFAULT 0,
    issued_at timestamptz,
    used_at timestamptz,
    earlier jsonb NOT NULL DEFAULT '[]'
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_logins_user ON logins (user_id);

CREATE TABLE one_time_tokens (
    token_hash text PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('password_reset', 'confirm_email')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_one_time_tokens_user ON one_time_tokens (user_id);

-- Wrong passwords are counted by a keyed hash of the address, so that an address without an account costs the same statements.
CREATE TABLE login_attempts (
    address text PRIMARY KEY,
    failed_count integer NOT NULL DEFAULT 1,
    failed_since timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_login_attempts_since ON login_attempts (failed_since);

CREATE TABLE mail_outbox (
    id bigserial PRIMARY KEY,
    recipient text NOT NULL,
    template text NOT NULL,
    params jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    failed_reason text,
    -- whose name or doing the mail carries ('user:<uuid>'), so that it goes with them
    about text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_mail_outbox_due ON mail_outbox (next_attempt_at) WHERE sent_at IS NULL;

-- Retries: caller and key are keyed hashes and the kept answer is sealed with the key itself. `person` is the keyed hash of
-- whom the answer is about, where nobody asked.
CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    body_hash text NOT NULL,
    status integer NOT NULL,
    response jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    person text,
    PRIMARY KEY (caller, key)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_idempotency_keys_created ON idempotency_keys (created_at);
CREATE INDEX idx_idempotency_keys_person ON idempotency_keys (person) WHERE person IS NOT NULL;

CREATE TABLE job_runs (
    name text PRIMARY KEY,
    last_started_at timestamptz,
    last_finished_at timestamptz,
    last_outcome text
);

-- Which key store the sealed rows of this database need.
CREATE TABLE key_store (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    store text NOT NULL,
    known_since timestamptz NOT NULL DEFAULT now()
);

-- Whoever is deleted leaves a note of what is outside these tables: the key, hot copies of the rooms, mails in the
-- development mailbox (`mailbox` is a keyed hash of the address). It goes when all of that is gone, also when the process that
-- did it dies in between.
CREATE TABLE erased_people (
    person text PRIMARY KEY, -- 'user:<uuid>' or 'anon:<id>'
    at timestamptz NOT NULL DEFAULT now(),
    rooms text[] NOT NULL DEFAULT '{}',
    mailbox text
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);

CREATE FUNCTION app.note_erased_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    gone jsonb := to_jsonb(OLD);
    who text := CASE TG_TABLE_NAME WHEN 'users' THEN 'user:' || (gone ->> 'id') ELSE 'anon:' || (gone ->> 'session_id') END;
BEGIN
    INSERT INTO erased_people (person, rooms)
    VALUES (who, ARRAY(SELECT seats.session_id FROM session_seats seats WHERE seats.actor = who))
    ON CONFLICT (person) DO UPDATE SET rooms = excluded.rooms;
    RETURN OLD;
END
$$;
-- Before, because the seats are still theirs then.
CREATE TRIGGER users_note_erased BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.note_erased_person();
CREATE TRIGGER anonymous_sessions_note_erased BEFORE DELETE ON anonymous_sessions
    FOR EACH ROW EXECUTE FUNCTION app.note_erased_person();

RESET search_path;
RESET ROLE;
