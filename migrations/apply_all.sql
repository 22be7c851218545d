-- Written by `game-server migrate bundle` for psql; not to be edited.

\set ON_ERROR_STOP on

DO $$
BEGIN
    IF NOT pg_try_advisory_lock(4071973001) THEN
        RAISE EXCEPTION 'another migration runner is at work on this database';
    END IF;
END
$$;
DO $$
BEGIN
    PERFORM set_config(name, meant, false) FROM pg_settings JOIN (VALUES
        ('default_transaction_isolation', 'read committed'), ('default_transaction_read_only', 'off'),
        ('lock_timeout', '10s'), ('statement_timeout', '0'), ('transaction_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0')
    ) AS wanted (name, meant) USING (name);
END
$$;

BEGIN;

-- 0001_roles.sql

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

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (1, 'roles', 'b34282e429bc2a2b6ed12c12ce420982deeafb658807bc2023366e32d4b3cf3e');
RESET ROLE;

COMMIT;

BEGIN;

-- 0002_people.sql

-- The game's people: who they are, what they answered, what they bought. The first of the files that make the schema as the
-- product's schema reference names it; in every table the reference's columns stand first and ours after them.
--
-- Where the reference lists both UNIQUE (or PRIMARY KEY) and a named index on the same column, the constraint carries
-- the index's name: one index, not two of the same. Every foreign key has an index.
--
-- Everything that a client's words can make larger has a bound, and the database refuses first. Merging makes a small request
-- into a large row: bounds are on what is stored, not on what is sent. The numbers are far above what the program writes.
--
-- Dead rows of what is private are cleared away soon, also where the table is large and little else happens in it: hence the
-- settings for autovacuum, here and in the files after this one.

SET ROLE game_owner;
SET search_path = public;

-- Enums: the reference's values first, ours after them.

CREATE TYPE auth_provider_enum AS ENUM ('email', 'google', 'apple', 'facebook');
CREATE TYPE subscription_tier_enum AS ENUM ('free', 'premium');
CREATE TYPE profile_sharing_enum AS ENUM ('all_responses', 'overlapping_only', 'demographics_only');
CREATE TYPE survey_status_enum AS ENUM ('in_progress', 'completed', 'abandoned');
CREATE TYPE connection_status_enum AS ENUM ('pending', 'accepted', 'declined', 'expired', 'disconnected', 'cancelled');
CREATE TYPE platform_enum AS ENUM ('ios', 'android', 'web');
CREATE TYPE intimacy_level_enum AS ENUM ('G', 'R', 'X');
CREATE TYPE activity_type_enum AS ENUM ('truth', 'dare');
CREATE TYPE feedback_type_enum AS ENUM ('like', 'dislike', 'neutral');
CREATE TYPE subscription_status_enum AS ENUM ('active', 'expired', 'canceled', 'refunded');
CREATE TYPE audience_scope_enum AS ENUM ('couples', 'groups', 'all');

-- Functions that several tables' triggers share.

CREATE FUNCTION update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

-- Allowances are counted by the UTC day.
CREATE FUNCTION app.utc_midnight() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' $$;

-- What an account has used of the present UTC day.
CREATE FUNCTION app.used_today(used integer, reset_at timestamptz) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN CASE WHEN reset_at >= app.utc_midnight() THEN used ELSE 0 END;
END
$$;

-- People

CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL CONSTRAINT idx_users_email UNIQUE,
    auth_provider auth_provider_enum NOT NULL DEFAULT 'email',
    display_name text,
    demographics jsonb NOT NULL DEFAULT '{}',
    subscription_tier subscription_tier_enum NOT NULL DEFAULT 'free',
    subscription_expires_at timestamptz,
    daily_activity_count integer NOT NULL DEFAULT 0 CHECK (daily_activity_count >= 0),
    daily_activity_reset_at timestamptz DEFAULT now(),
    profile_sharing_setting profile_sharing_enum NOT NULL DEFAULT 'overlapping_only',
    notification_preferences jsonb NOT NULL DEFAULT '{}',
    profile_completed boolean NOT NULL DEFAULT false,
    onboarding_completed boolean NOT NULL DEFAULT false,
    last_login_at timestamptz,
    oauth_metadata jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    email_confirmed_at timestamptz,
    adult_confirmed_at timestamptz,
    CONSTRAINT users_notification_preferences_bounded CHECK (octet_length(notification_preferences::text) <= 4096),
    CONSTRAINT users_demographics_bounded CHECK (octet_length(demographics::text) <= 4096),
    CONSTRAINT users_display_name_bounded CHECK (char_length(display_name) <= 256),
    CONSTRAINT users_email_bounded CHECK (char_length(email) <= 320)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_users_subscription_tier ON users (subscription_tier);
CREATE INDEX idx_users_profile_completed ON users (profile_completed);
CREATE TRIGGER update_users_updated_at BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- May this person play one more card today? What was counted before today's UTC midnight counts as nothing. Runs with
-- the caller's rights: a stranger's id is FALSE.
CREATE FUNCTION check_daily_activity_limit(user_uuid uuid, daily_limit integer DEFAULT 25) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce((
        SELECT (u.subscription_tier = 'premium' AND coalesce(u.subscription_expires_at > now(), true))
            OR CASE WHEN coalesce(u.daily_activity_reset_at, '-infinity') < app.utc_midnight() THEN 0
                    ELSE u.daily_activity_count END < daily_limit
        FROM users u WHERE u.id = user_uuid
    ), false)
$$;

CREATE TABLE push_notification_tokens (
    id serial PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_token text NOT NULL CONSTRAINT idx_push_tokens_device UNIQUE,
    platform platform_enum NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_push_tokens_user ON push_notification_tokens (user_id);
CREATE TRIGGER update_push_notification_tokens_updated_at BEFORE UPDATE ON push_notification_tokens
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Survey and profiles

CREATE TABLE survey_progress (
    id serial PRIMARY KEY,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    anonymous_session_id text,
    survey_version text NOT NULL DEFAULT '0.4',
    status survey_status_enum NOT NULL DEFAULT 'in_progress',
    current_question text,
    completion_percentage integer NOT NULL DEFAULT 0 CHECK (completion_percentage BETWEEN 0 AND 100),
    answers jsonb NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL DEFAULT now(),
    last_saved_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    CONSTRAINT survey_progress_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = 1),
    CONSTRAINT survey_progress_answers_bounded CHECK (octet_length(answers::text) <= 65536),
    CONSTRAINT survey_progress_current_question_bounded CHECK (char_length(current_question) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_survey_progress_user_id ON survey_progress (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_survey_progress_anonymous ON survey_progress (anonymous_session_id)
    WHERE anonymous_session_id IS NOT NULL;
CREATE UNIQUE INDEX idx_survey_progress_one_open ON survey_progress (user_id, survey_version)
    WHERE status = 'in_progress';
CREATE UNIQUE INDEX idx_survey_progress_one_open_anonymous ON survey_progress (anonymous_session_id, survey_version)
    WHERE status = 'in_progress';
CREATE INDEX idx_survey_progress_open ON survey_progress (last_saved_at) WHERE status = 'in_progress';

-- Answers nobody has touched for so long are given up; returns how many.
CREATE FUNCTION app.abandon_old_surveys(days integer) RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH abandoned AS (
        UPDATE survey_progress SET status = 'abandoned', answers = '{}'
        WHERE status = 'in_progress' AND last_saved_at < now() - make_interval(days => days)
        RETURNING 1
    )
    SELECT count(*)::integer FROM abandoned
$$;

CREATE TABLE survey_submissions (
    id serial PRIMARY KEY,
    submission_id varchar(128) NOT NULL CONSTRAINT idx_submission_id UNIQUE,
    respondent_id varchar(128),
    name varchar(256),
    sex varchar(32),
    sexual_orientation varchar(64),
    version varchar(16),
    survey_version text NOT NULL DEFAULT '0.4',
    -- A person's progress goes with the person; it must not be held back by the submission made from it.
    survey_progress_id integer REFERENCES survey_progress (id) ON DELETE SET NULL,
    payload_json jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT survey_submissions_payload_bounded CHECK (octet_length(payload_json::text) <= 262144)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_created_at ON survey_submissions (created_at DESC);
CREATE INDEX idx_survey_submissions_version ON survey_submissions (survey_version);
CREATE INDEX idx_survey_submissions_respondent_id ON survey_submissions (respondent_id);
CREATE INDEX idx_survey_submissions_progress ON survey_submissions (survey_progress_id);

CREATE TABLE profiles (
    id serial PRIMARY KEY,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    is_anonymous boolean NOT NULL DEFAULT false,
    anonymous_session_id text,
    submission_id varchar(128) NOT NULL CONSTRAINT idx_profiles_submission_id UNIQUE
        REFERENCES survey_submissions (submission_id),
    profile_version varchar(16) NOT NULL DEFAULT '0.4',
    survey_version text NOT NULL DEFAULT '0.4',
    last_accessed_at timestamptz DEFAULT now(),
    power_dynamic jsonb NOT NULL,
    arousal_propensity jsonb NOT NULL,
    domain_scores jsonb NOT NULL,
    activities jsonb NOT NULL,
    truth_topics jsonb NOT NULL,
    boundaries jsonb NOT NULL,
    anatomy jsonb NOT NULL DEFAULT '{}',
    activity_tags jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- Which questions somebody has answered: a score of 0 does not tell. NULL: handed in before this was kept.
    answered jsonb,
    -- Profile 0 stands for people who are not here: open and hosted seats, and those who were erased.
    CONSTRAINT profiles_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = CASE WHEN id = 0 THEN 0 ELSE 1 END),
    CONSTRAINT profiles_boundaries_bounded CHECK (octet_length(boundaries::text) <= 65536),
    CONSTRAINT profiles_anatomy_bounded CHECK (octet_length(anatomy::text) <= 4096)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE UNIQUE INDEX idx_profiles_user_id ON profiles (user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX idx_profiles_anonymous_session ON profiles (anonymous_session_id)
    WHERE anonymous_session_id IS NOT NULL;
CREATE INDEX idx_profiles_is_anonymous ON profiles (is_anonymous);
CREATE TRIGGER update_profiles_updated_at BEFORE UPDATE ON profiles
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- A profile and the answers it was made from are one thing: they go together.
CREATE FUNCTION app.delete_profile_submission() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM survey_submissions WHERE submission_id = OLD.submission_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER profiles_delete_submission AFTER DELETE ON profiles
    FOR EACH ROW EXECUTE FUNCTION app.delete_profile_submission();

INSERT INTO survey_submissions (submission_id, payload_json) VALUES ('neutral:former-partner', '{}');
INSERT INTO profiles (id, submission_id, profile_version,
                      power_dynamic, arousal_propensity, domain_scores, activities, truth_topics, boundaries)
VALUES (0, 'neutral:former-partner', 'neutral', '{}', '{}', '{}', '{}', '{}',
        '{"hard_limits": [], "soft_limits": [], "maybe_items": []}');

CREATE FUNCTION app.keep_former_partner() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'profile 0, the former partner, always exists' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER profiles_keep_former_partner BEFORE DELETE ON profiles
    FOR EACH ROW WHEN (OLD.id = 0) EXECUTE FUNCTION app.keep_former_partner();
CREATE TRIGGER profiles_keep_former_partner_id BEFORE UPDATE OF id ON profiles
    FOR EACH ROW WHEN (OLD.id = 0 AND NEW.id <> 0) EXECUTE FUNCTION app.keep_former_partner();

-- Anonymous people: each has what a user has of it, a name, an anatomy, an age statement, a daily count.

CREATE TABLE anonymous_sessions (
    session_id text PRIMARY KEY,
    profile_id integer REFERENCES profiles (id) ON DELETE CASCADE,
    device_fingerprint jsonb,
    last_accessed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    display_name text,
    demographics jsonb NOT NULL DEFAULT '{}',
    profile_completed boolean NOT NULL DEFAULT false,
    adult_confirmed_at timestamptz,
    token_version integer NOT NULL DEFAULT 1,
    revoked_at timestamptz,
    daily_activity_count integer NOT NULL DEFAULT 0 CHECK (daily_activity_count >= 0),
    daily_activity_reset_at timestamptz DEFAULT now(),
    -- When the newest token was first used: from then on no key fetches it again.
    token_used_at timestamptz,
    CONSTRAINT anonymous_sessions_demographics_bounded CHECK (octet_length(demographics::text) <= 4096),
    CONSTRAINT anonymous_sessions_display_name_bounded CHECK (char_length(display_name) <= 256),
    CONSTRAINT anonymous_sessions_id_bounded CHECK (char_length(session_id) <= 128),
    CONSTRAINT anonymous_sessions_fingerprint_bounded CHECK (octet_length(device_fingerprint::text) <= 4096)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_anonymous_sessions_profile ON anonymous_sessions (profile_id);
CREATE INDEX idx_anonymous_sessions_last_accessed ON anonymous_sessions (last_accessed_at);

-- An anonymous person is one id: what hangs on it by text goes with it, as a user's rows do by foreign key.
CREATE FUNCTION app.forget_anonymous_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM profiles WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM survey_progress WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM survey_submissions WHERE respondent_id = OLD.session_id;
    DELETE FROM user_activity_history WHERE anonymous_session_id = OLD.session_id;
    UPDATE session_links SET used_by = 'former' WHERE used_by = 'anon:' || OLD.session_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER anonymous_sessions_forget AFTER DELETE ON anonymous_sessions
    FOR EACH ROW EXECUTE FUNCTION app.forget_anonymous_session();

-- Deletes anonymous people nobody has heard of for `days`, with profile, answers and history; returns how many.
-- Games they played stay with their partner. A job calls it.
CREATE FUNCTION cleanup_old_anonymous_sessions(days integer DEFAULT 90) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    cleaned integer;
BEGIN
    IF days IS NULL OR days < 0 THEN
        RAISE EXCEPTION 'days must be 0 or more' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    DELETE FROM anonymous_sessions WHERE last_accessed_at < now() - make_interval(days => days);
    GET DIAGNOSTICS cleaned = ROW_COUNT;
    RETURN cleaned;
END
$$;

-- The id a client keeps is no secret: it counts only if this transaction's verified claims say the same.
CREATE FUNCTION set_anonymous_session_context(id text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF id IS NULL OR id IS DISTINCT FROM app.anonymous_session_id() THEN
        RAISE EXCEPTION 'this anonymous session is not the caller''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- Both kinds of people

-- Starts a new UTC day for whoever played on an earlier one; returns how many. A job calls it. It never touches a row
-- that was charged today, and a row without a count needs no reset: an old count is worth nothing anyway.
CREATE FUNCTION reset_daily_activity_counts() RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH reset_users AS (
        UPDATE users SET daily_activity_count = 0, daily_activity_reset_at = now()
        WHERE daily_activity_count <> 0
          AND coalesce(daily_activity_reset_at, '-infinity') < app.utc_midnight()
        RETURNING 1
    ), reset_anonymous AS (
        UPDATE anonymous_sessions SET daily_activity_count = 0, daily_activity_reset_at = now()
        WHERE daily_activity_count <> 0
          AND coalesce(daily_activity_reset_at, '-infinity') < app.utc_midnight()
        RETURNING 1
    )
    SELECT ((SELECT count(*) FROM reset_users) + (SELECT count(*) FROM reset_anonymous))::integer
$$;

-- Has this person anything that only their own key opens?
CREATE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    )
$$;

-- Subscriptions: a renewal is a new row with the store's new transaction id.

CREATE TABLE subscription_transactions (
    id serial PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    platform platform_enum NOT NULL,
    platform_transaction_id text NOT NULL CONSTRAINT idx_subscription_platform_tx UNIQUE,
    subscription_tier text NOT NULL,
    amount numeric(10, 2) NOT NULL,
    currency text NOT NULL DEFAULT 'USD',
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    auto_renew boolean NOT NULL DEFAULT true,
    status subscription_status_enum NOT NULL DEFAULT 'active',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- `web` is a platform of devices; nothing is bought there.
    CONSTRAINT subscription_transactions_from_a_store CHECK (platform <> 'web')
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_subscription_user ON subscription_transactions (user_id);
CREATE INDEX idx_subscription_expires ON subscription_transactions (expires_at) WHERE status = 'active';
CREATE TRIGGER update_subscription_transactions_updated_at BEFORE UPDATE ON subscription_transactions
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Legacy: deprecated, nothing writes it.

CREATE TABLE survey_baseline (
    id serial PRIMARY KEY,
    submission_id varchar(128),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER update_survey_baseline_updated_at BEFORE UPDATE ON survey_baseline
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (2, 'people', 'eb14e6fe3175ab18ae9e07093d3e8bef453871e024eaadf4658c804d9856b247');
RESET ROLE;

COMMIT;

BEGIN;

-- 0003_accounts.sql

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

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (3, 'accounts', 'b2636687c63ad6271b605a170b8c68d9966f213432edec58c5c652345a702061');
RESET ROLE;

COMMIT;

BEGIN;

-- 0004_bank.sql

-- The activity bank.

SET ROLE game_owner;
SET search_path = public;

CREATE TABLE activities (
    activity_id serial PRIMARY KEY,
    type varchar(16) NOT NULL CHECK (type IN ('truth', 'dare')),
    rating varchar(1) NOT NULL CHECK (rating IN ('G', 'R', 'X')),
    intensity integer NOT NULL CHECK (intensity BETWEEN 1 AND 5),
    script jsonb NOT NULL,
    tags jsonb,
    source varchar(32) NOT NULL DEFAULT 'bank',
    approved boolean NOT NULL DEFAULT true,
    hard_limit_keys jsonb,
    power_role varchar(16) CHECK (power_role IN ('top', 'bottom', 'switch', 'neutral')),
    preference_keys jsonb,
    domains jsonb,
    intensity_modifiers jsonb,
    requires_consent_negotiation boolean DEFAULT false,
    audience_scope audience_scope_enum NOT NULL DEFAULT 'all',
    hard_boundaries jsonb NOT NULL DEFAULT '[]',
    required_bodyparts jsonb NOT NULL DEFAULT '{"active":[],"partner":[]}',
    activity_uid varchar(64) CONSTRAINT idx_activities_activity_uid UNIQUE,
    source_version varchar(32),
    is_active boolean NOT NULL DEFAULT true,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_activity_lookup ON activities (type, rating, intensity, approved);
CREATE INDEX idx_activities_type ON activities (type);
CREATE INDEX idx_activities_rating ON activities (rating);
CREATE INDEX idx_activities_intensity ON activities (intensity);
CREATE INDEX idx_activities_power_role ON activities (power_role);
CREATE INDEX idx_activities_audience_scope ON activities (audience_scope);
CREATE INDEX idx_activities_is_active ON activities (is_active);
CREATE TRIGGER update_activities_updated_at BEFORE UPDATE ON activities
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- The bank's revision moves with any change of it, so that a process knows its copy is old by reading one row.
CREATE TABLE bank_revision (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    revision bigint NOT NULL DEFAULT 0
);
INSERT INTO bank_revision DEFAULT VALUES;

CREATE FUNCTION app.raise_bank_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE bank_revision SET revision = revision + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER activities_raise_bank_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON activities
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_bank_revision();

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (4, 'bank', '525c014961fa45792037a39de84339073ac8502ccb89ea2ed5b884055a8b6f52');
RESET ROLE;

COMMIT;

BEGIN;

-- 0005_rooms.sql

-- Rooms: the game, its seats, its log, the replies, the turns and what each player was shown.
--
-- A recheck is data: what changes about people is compared with what their room was last looked at with, so that whoever looks
-- next finds it, also when the process that took the change is gone. `limits_rev` moves with the change, in its transaction.

SET ROLE game_owner;
SET search_path = public;

-- Erasing one player leaves the game to the other: player columns fall back to profile 0, people to NULL.
-- `head` is the last seq of the log, `epoch` moves on a restore; `limits_rev` moves when a player's limits do, `checked_rev` is the
-- limits_rev of the last commit that looked at the card on screen (or drew it). `at_limit`: the day's cards are used up, and an
-- upgrade would go on at once.
CREATE TABLE sessions (
    session_id varchar(128) PRIMARY KEY,
    player_a_profile_id integer NOT NULL DEFAULT 0 REFERENCES profiles (id) ON DELETE SET DEFAULT,
    player_b_profile_id integer NOT NULL DEFAULT 0 REFERENCES profiles (id) ON DELETE SET DEFAULT,
    primary_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    primary_profile_id integer REFERENCES profiles (id) ON DELETE SET NULL,
    partner_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    partner_profile_id integer REFERENCES profiles (id) ON DELETE SET NULL,
    partner_anonymous_name text,
    partner_anonymous_anatomy jsonb,
    intimacy_level intimacy_level_enum NOT NULL DEFAULT 'R',
    skip_count integer NOT NULL DEFAULT 0 CHECK (skip_count >= 0),
    session_owner_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    connection_confirmed_at timestamptz,
    rating varchar(1) NOT NULL DEFAULT 'R',
    activity_type varchar(16) NOT NULL DEFAULT 'random' CHECK (activity_type IN ('random', 'truth', 'dare')),
    target_activities integer NOT NULL DEFAULT 25 CHECK (target_activities > 0),
    bank_ratio double precision NOT NULL DEFAULT 0.5 CHECK (bank_ratio BETWEEN 0 AND 1),
    truth_so_far integer NOT NULL DEFAULT 0 CHECK (truth_so_far >= 0),
    dare_so_far integer NOT NULL DEFAULT 0 CHECK (dare_so_far >= 0),
    current_step integer NOT NULL DEFAULT 0 CHECK (current_step >= 0),
    status varchar(32) NOT NULL DEFAULT 'active'
        CHECK (status IN ('waiting', 'active', 'completed', 'stopped', 'abandoned')),
    rules jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    epoch text NOT NULL DEFAULT gen_random_uuid()::text,
    head integer NOT NULL DEFAULT 0 CHECK (head >= 0),
    limits_rev integer NOT NULL DEFAULT 0,
    last_active_at timestamptz NOT NULL DEFAULT now(),
    checked_rev integer NOT NULL DEFAULT 0,
    at_limit boolean NOT NULL DEFAULT false,
    CONSTRAINT sessions_rules_bounded CHECK (octet_length(rules::text) <= 8192),
    CONSTRAINT sessions_partner_anonymous_name_bounded CHECK (char_length(partner_anonymous_name) <= 256),
    CONSTRAINT sessions_partner_anonymous_anatomy_bounded CHECK (octet_length(partner_anonymous_anatomy::text) <= 4096)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_sessions_primary_user ON sessions (primary_user_id);
CREATE INDEX idx_sessions_partner_user ON sessions (partner_user_id);
CREATE INDEX idx_sessions_intimacy_level ON sessions (intimacy_level);
CREATE INDEX idx_sessions_owner_user ON sessions (session_owner_user_id);
CREATE INDEX idx_sessions_player_a_profile ON sessions (player_a_profile_id);
CREATE INDEX idx_sessions_player_b_profile ON sessions (player_b_profile_id);
CREATE INDEX idx_sessions_primary_profile ON sessions (primary_profile_id);
CREATE INDEX idx_sessions_partner_profile ON sessions (partner_profile_id);
-- The job that marks idle rooms abandoned looks only at open ones.
-- Not on last_active_at: every move changes that, and would have to touch the index.
CREATE INDEX idx_sessions_open ON sessions (created_at) WHERE status IN ('waiting', 'active');
CREATE INDEX idx_sessions_unchecked ON sessions (session_id)
    WHERE limits_rev <> checked_rev AND status IN ('waiting', 'active');
CREATE INDEX idx_sessions_at_limit ON sessions (session_id) WHERE at_limit AND status IN ('waiting', 'active');

-- The older column repeats the newer one; nobody has to remember to write both.
CREATE FUNCTION app.rating_follows_level() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.rating := NEW.intimacy_level;
    RETURN NEW;
END
$$;
CREATE TRIGGER sessions_rating_follows_level BEFORE INSERT OR UPDATE OF intimacy_level, rating ON sessions
    FOR EACH ROW EXECUTE FUNCTION app.rating_follows_level();

CREATE TABLE session_seats (
    session_id varchar(128) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    seat text NOT NULL CHECK (seat IN ('A', 'B')),
    -- 'user:<uuid>', 'anon:<id>', 'hosted', 'former' (was erased); NULL: open to anyone with the link
    actor text,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    anonymous_session_id text REFERENCES anonymous_sessions (session_id) ON DELETE SET NULL,
    profile_id integer NOT NULL DEFAULT 0 REFERENCES profiles (id) ON DELETE SET DEFAULT,
    display_name text,
    hosted boolean NOT NULL DEFAULT false,
    fence bigint NOT NULL DEFAULT 0,
    asked_at timestamptz,
    joined_at timestamptz,
    PRIMARY KEY (session_id, seat),
    CONSTRAINT session_seats_display_name_bounded CHECK (char_length(display_name) <= 256)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_session_seats_user ON session_seats (user_id);
CREATE INDEX idx_session_seats_anonymous ON session_seats (anonymous_session_id);
CREATE INDEX idx_session_seats_profile ON session_seats (profile_id);
CREATE INDEX idx_session_seats_actor ON session_seats (actor) WHERE actor IS NOT NULL;

-- An erased person leaves a seat that is nobody's, without a name. It must not become open to the next with the link. Its fence
-- rises: what its phones have sent is refused, and every process closes them when it looks.
CREATE FUNCTION app.empty_seat_of_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.actor := 'former';
    NEW.display_name := NULL;
    NEW.fence := OLD.fence + 1;
    RETURN NEW;
END
$$;
CREATE TRIGGER session_seats_empty_of_erased BEFORE UPDATE OF user_id, anonymous_session_id ON session_seats
    FOR EACH ROW WHEN (
        (OLD.user_id IS NOT NULL AND NEW.user_id IS NULL AND NEW.actor = 'user:' || OLD.user_id)
        OR (OLD.anonymous_session_id IS NOT NULL AND NEW.anonymous_session_id IS NULL
            AND NEW.actor = 'anon:' || OLD.anonymous_session_id)
    ) EXECUTE FUNCTION app.empty_seat_of_erased();

-- What the opener wrote into a game's rules goes with the opener; what the game itself understands stays.
CREATE FUNCTION app.known_rules(settings jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT settings || jsonb_build_object('rules', coalesce((
        SELECT jsonb_object_agg(rule.key, rule.value) FROM jsonb_each(settings -> 'rules') AS rule
        WHERE (rule.key IN ('apart', 'favourites') AND jsonb_typeof(rule.value) = 'boolean')
           OR (rule.key = 'language' AND rule.value #>> '{}' ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$')
    ), '{}'))
$$;

-- A game whose last player was erased is nobody's: it goes, with its log.
CREATE FUNCTION app.delete_deserted_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE sessions s
    SET rules = app.known_rules(s.rules)
    WHERE s.session_id = NEW.session_id AND NEW.seat = 'A' AND jsonb_typeof(s.rules -> 'rules') = 'object';
    DELETE FROM sessions s
    WHERE s.session_id = NEW.session_id
      AND NOT EXISTS (
        SELECT FROM session_seats seats
        WHERE seats.session_id = NEW.session_id AND num_nonnulls(seats.user_id, seats.anonymous_session_id) > 0
      );
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_delete_deserted AFTER UPDATE OF user_id, anonymous_session_id ON session_seats
    FOR EACH ROW WHEN (NEW.actor = 'former') EXECUTE FUNCTION app.delete_deserted_session();

-- Limits bite now: a player's open rooms learn in the same transaction that what a card was drawn on has changed.
CREATE FUNCTION app.raise_limits_rev() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- Locked in key order, as the room writer does.
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id IN (
        SELECT s.session_id FROM sessions s
        WHERE s.status IN ('waiting', 'active')
          AND s.session_id IN (SELECT seats.session_id FROM session_seats seats WHERE seats.profile_id = NEW.id)
        ORDER BY s.session_id
        FOR NO KEY UPDATE OF s
    );
    RETURN NULL;
END
$$;
-- Everything of a profile that decides which cards its person may see.
CREATE TRIGGER profiles_raise_limits_rev
    AFTER UPDATE OF boundaries, activities, truth_topics, anatomy, profile_version ON profiles
    FOR EACH ROW WHEN (
        (OLD.boundaries, OLD.activities, OLD.truth_topics, OLD.anatomy, OLD.profile_version)
        IS DISTINCT FROM (NEW.boundaries, NEW.activities, NEW.truth_topics, NEW.anatomy, NEW.profile_version)
    ) EXECUTE FUNCTION app.raise_limits_rev();

-- A person who was erased takes their profile from the seat: nobody knows any more what they would see.
CREATE FUNCTION app.raise_limits_rev_of_seat() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id = NEW.session_id AND status IN ('waiting', 'active');
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_raise_limits_rev AFTER UPDATE ON session_seats
    FOR EACH ROW WHEN (OLD.profile_id <> 0 AND NEW.profile_id <> OLD.profile_id)
    EXECUTE FUNCTION app.raise_limits_rev_of_seat();

-- The log of a room. What would say who skipped, paused or stopped carries no seat.
CREATE TABLE session_events (
    session_id varchar(128) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    seq integer NOT NULL CHECK (seq >= 1),
    at timestamptz NOT NULL,
    type text NOT NULL,
    seat text,
    event jsonb NOT NULL,
    cause jsonb,
    PRIMARY KEY (session_id, seq),
    FOREIGN KEY (session_id, seat) REFERENCES session_seats (session_id, seat) MATCH SIMPLE ON DELETE CASCADE,
    CONSTRAINT session_events_unattributed CHECK (
        type NOT IN ('card_replaced', 'nudged', 'paused', 'stopped', 'card_withdrawn') OR seat IS NULL
    )
);
CREATE INDEX idx_session_events_seat ON session_events (session_id, seat) WHERE seat IS NOT NULL;

CREATE FUNCTION app.refuse_change_of_log() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER session_events_append_only BEFORE UPDATE ON session_events
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change_of_log();

-- One reply a command, for the life of the session: a retry gets the same.
CREATE TABLE session_replies (
    session_id varchar(128) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    command_id uuid NOT NULL,
    body_hash bytea NOT NULL,
    seq integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (session_id, command_id)
);

CREATE TABLE session_links (
    session_id varchar(128) PRIMARY KEY REFERENCES sessions (session_id) ON DELETE CASCADE,
    token_hash text NOT NULL UNIQUE,
    words text[] NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_by text,
    used_at timestamptz
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);

CREATE TABLE session_activities (
    session_id varchar(128) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    seq integer NOT NULL CHECK (seq >= 1),
    activity_id integer REFERENCES activities (activity_id) ON DELETE SET NULL,
    type varchar(16) NOT NULL CHECK (type IN ('truth', 'dare')),
    rating varchar(1) NOT NULL CHECK (rating IN ('G', 'R', 'X')),
    intensity integer NOT NULL CHECK (intensity BETWEEN 1 AND 5),
    script jsonb NOT NULL,
    tags jsonb,
    roles jsonb,
    source varchar(32) NOT NULL,
    template_id integer,
    checks jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idx_session_seq PRIMARY KEY (session_id, seq)
);
CREATE INDEX idx_session_activities_activity ON session_activities (activity_id);

CREATE TABLE user_activity_history (
    id bigserial PRIMARY KEY,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    anonymous_session_id text,
    session_id text NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    activity_id integer REFERENCES activities (activity_id) ON DELETE SET NULL,
    activity_type activity_type_enum NOT NULL,
    was_skipped boolean NOT NULL DEFAULT false,
    feedback_type feedback_type_enum,
    feedback_executed boolean,
    presented_at timestamptz NOT NULL DEFAULT now(),
    theme_tags jsonb DEFAULT '[]',
    -- Which turn a shown card belonged to: feedback is about a turn.
    turn integer,
    CONSTRAINT user_activity_history_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = 1)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_activity_history_user_presented ON user_activity_history (user_id, presented_at DESC);
CREATE INDEX idx_activity_history_anon_presented ON user_activity_history (anonymous_session_id, presented_at DESC);
-- The last hundred by (presented_at, id), also where an import gave many rows the same time.
CREATE INDEX idx_activity_history_user_latest ON user_activity_history (user_id, presented_at DESC, id DESC)
    WHERE user_id IS NOT NULL;
CREATE INDEX idx_activity_history_anon_latest ON user_activity_history (anonymous_session_id, presented_at DESC, id DESC)
    WHERE anonymous_session_id IS NOT NULL;
CREATE INDEX idx_activity_history_session ON user_activity_history (session_id);
CREATE INDEX idx_activity_history_activity ON user_activity_history (activity_id);

-- What one person must not see again yet: a card comes back after one year or after a hundred other cards, whichever
-- comes first. Runs with the caller's rights, so nobody learns another person's history through it.
CREATE FUNCTION get_excluded_activities_for_user(user_uuid uuid, anon_id text) RETURNS TABLE (activity_id integer)
LANGUAGE sql STABLE ROWS 100 SET search_path = pg_catalog, public, pg_temp
SET enable_sort = off -- the index gives the order; after an import, before ANALYZE, the planner would sort it all
AS $$
    SELECT DISTINCT latest.activity_id
    FROM (
        (SELECT h.activity_id, h.presented_at FROM user_activity_history h
         WHERE h.user_id = user_uuid
         ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
        UNION ALL
        (SELECT h.activity_id, h.presented_at FROM user_activity_history h
         WHERE user_uuid IS NULL AND h.anonymous_session_id = anon_id
         ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
    ) AS latest
    WHERE latest.activity_id IS NOT NULL AND latest.presented_at > now() - interval '1 year'
$$;

CREATE TABLE ai_generation_logs (
    id bigserial PRIMARY KEY,
    session_id text REFERENCES sessions (session_id) ON DELETE CASCADE,
    activity_type activity_type_enum NOT NULL,
    intimacy_level text NOT NULL,
    prompt_text text NOT NULL,
    response_text text,
    generation_time_ms integer,
    model_version text,
    was_approved boolean NOT NULL DEFAULT false,
    validation_failures jsonb,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_ai_logs_session ON ai_generation_logs (session_id);
CREATE INDEX idx_ai_logs_created ON ai_generation_logs (created_at DESC);

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (5, 'rooms', 'f8c40da7874e876bbd02ffc8f85e86806d98f7cd121230b4b70992c4b23830da');
RESET ROLE;

COMMIT;

BEGIN;

-- 0006_partners.sql

-- Partners: pairing, whom somebody remembers, whom somebody has blocked, and what two connected people are shown of how they fit.
--
-- A reading holds what both said yes to, and what each said yes to for a partner with whom that is shared. It is made when
-- there is none, when the second of the two has answered anew, or when a game both sat in has started; at most once in 24
-- hours. It outlives the connection, so that nobody gets another by ending and making it again, and goes with either person.
-- So nobody learns the other's answers by changing their own and looking again.

SET ROLE game_owner;
SET search_path = public;

-- Pairing: `connection_token` holds the SHA-256 of the token; each side accepts once after comparing the words.
CREATE TABLE partner_connections (
    id serial PRIMARY KEY,
    requester_user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    recipient_email text NOT NULL,
    recipient_user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    status connection_status_enum NOT NULL DEFAULT 'pending',
    connection_token text NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL DEFAULT now() + interval '5 minutes',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    words text[],
    claimed_at timestamptz,
    requester_accepted_at timestamptz,
    recipient_accepted_at timestamptz,
    session_id varchar(128) REFERENCES sessions (session_id) ON DELETE SET NULL,
    CONSTRAINT partner_connections_not_oneself CHECK (requester_user_id <> recipient_user_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_partner_connections_requester ON partner_connections (requester_user_id);
CREATE INDEX idx_partner_connections_recipient_email ON partner_connections (recipient_email);
CREATE INDEX idx_partner_connections_recipient_user ON partner_connections (recipient_user_id);
CREATE INDEX idx_partner_connections_expires ON partner_connections (expires_at) WHERE status = 'pending';
CREATE TRIGGER update_partner_connections_updated_at BEFORE UPDATE ON partner_connections
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE INDEX idx_partner_connections_session ON partner_connections (session_id);

-- Expires what nobody accepted in time; returns how many. A job calls it.
CREATE FUNCTION expire_pending_connections() RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH expired AS (
        UPDATE partner_connections SET status = 'expired'
        WHERE status = 'pending' AND expires_at <= now()
        RETURNING 1
    )
    SELECT count(*)::integer FROM expired
$$;

CREATE TABLE remembered_partners (
    id serial PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    partner_user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    partner_name text NOT NULL,
    partner_email text NOT NULL,
    last_played_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, partner_user_id),
    CONSTRAINT remembered_partners_not_oneself CHECK (user_id <> partner_user_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_remembered_partners_user ON remembered_partners (user_id);
CREATE INDEX idx_remembered_partners_last_played ON remembered_partners (user_id, last_played_at DESC);
CREATE INDEX idx_remembered_partners_partner ON remembered_partners (partner_user_id);

-- Keeps the ten partners played with last.
CREATE FUNCTION enforce_remembered_partners_limit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- Two additions at once must see each other, or eleven stay.
    PERFORM FROM users WHERE id = NEW.user_id FOR NO KEY UPDATE;
    DELETE FROM remembered_partners
    WHERE user_id = NEW.user_id
      AND id IN (
        SELECT id FROM remembered_partners WHERE user_id = NEW.user_id
        ORDER BY last_played_at DESC, id DESC OFFSET 10
      );
    RETURN NULL;
END
$$;
CREATE TRIGGER trigger_enforce_remembered_partners_limit AFTER INSERT ON remembered_partners
    FOR EACH ROW EXECUTE FUNCTION enforce_remembered_partners_limit();

-- Whom somebody has blocked. `name` is what they were called then: today's is none of the blocker's business.
CREATE TABLE blocked_people (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    blocked_user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, blocked_user_id),
    CONSTRAINT blocked_people_not_oneself CHECK (user_id <> blocked_user_id)
);
CREATE INDEX idx_blocked_people_blocked ON blocked_people (blocked_user_id);

-- That the rooms of the two end is data too: they are unchecked from this commit on, whoever looks next ends them.
CREATE FUNCTION app.raise_limits_rev_of_apart() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id IN (
        SELECT s.session_id FROM session_seats mine
        JOIN session_seats theirs ON theirs.session_id = mine.session_id AND theirs.user_id = NEW.blocked_user_id
        JOIN sessions s ON s.session_id = mine.session_id AND s.status IN ('waiting', 'active')
        WHERE mine.user_id = NEW.user_id
        ORDER BY s.session_id
        FOR NO KEY UPDATE OF s
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER blocked_people_raise_limits_rev AFTER INSERT ON blocked_people
    FOR EACH ROW EXECUTE FUNCTION app.raise_limits_rev_of_apart();

-- How two people fit

-- The exact result of two profiles, one row a pair, the lower profile id first; the server's alone. `details` is
-- {now, submission_a, submission_b}.
CREATE TABLE compatibility_results (
    id serial PRIMARY KEY,
    profile_a_id integer REFERENCES profiles (id) ON DELETE CASCADE,
    profile_b_id integer REFERENCES profiles (id) ON DELETE CASCADE,
    compatibility_score double precision NOT NULL,
    power_complement double precision,
    domain_similarity double precision,
    activity_overlap double precision,
    truth_overlap double precision,
    details jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    computed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT compatibility_results_one_a_pair UNIQUE (profile_a_id, profile_b_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_compatibility_results_profile_a ON compatibility_results (profile_a_id);
CREATE INDEX idx_compatibility_results_profile_b ON compatibility_results (profile_b_id);

-- It goes with the connection.
CREATE FUNCTION app.delete_compatibility_of_pair() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM compatibility_results r
    USING profiles one, profiles other
    WHERE one.user_id = OLD.requester_user_id AND other.user_id = OLD.recipient_user_id
      AND r.profile_a_id = least(one.id, other.id) AND r.profile_b_id = greatest(one.id, other.id)
      AND NOT EXISTS (
        SELECT FROM partner_connections c
        WHERE c.status = 'accepted'
          AND (c.requester_user_id, c.recipient_user_id) IN (
            (OLD.requester_user_id, OLD.recipient_user_id), (OLD.recipient_user_id, OLD.requester_user_id)
          )
      );
    RETURN NULL;
END
$$;
CREATE TRIGGER partner_connections_delete_compatibility AFTER UPDATE OF status OR DELETE ON partner_connections
    FOR EACH ROW WHEN (OLD.status = 'accepted') EXECUTE FUNCTION app.delete_compatibility_of_pair();

CREATE TABLE compatibility_readings (
    profile_a_id integer NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    profile_b_id integer NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
    -- the surveys it was made of: an answer is new when its submission is another
    submission_a text NOT NULL,
    submission_b text NOT NULL,
    reading jsonb NOT NULL, -- {a, b: {yes, topics, power}, overlap, mutual: [{key, gives: a|b|both}], mutual_topics, enough}
    made_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (profile_a_id, profile_b_id),
    CONSTRAINT compatibility_readings_lower_first CHECK (profile_a_id < profile_b_id)
);
CREATE INDEX idx_compatibility_readings_profile_b ON compatibility_readings (profile_b_id);

-- Has a game started since then in which these two both sat? (No room waits a month for its start.)
CREATE FUNCTION app.have_started_since(one uuid, other uuid, since timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat <> a.seat
        JOIN sessions s ON s.session_id = a.session_id AND s.created_at > since - interval '30 days'
        JOIN session_events e ON e.session_id = a.session_id AND e.type = 'started' AND e.at > since
        WHERE a.user_id = one AND b.user_id = other
    )
$$;

-- May these two profiles (the lower id first) have a new reading at that moment?
CREATE FUNCTION app.is_reading_due(a integer, b integer, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT kept.made_at IS NULL OR (
        kept.made_at <= at - interval '24 hours'
        AND ((one.submission_id <> kept.submission_a AND other.submission_id <> kept.submission_b)
            OR app.have_started_since(one.user_id, other.user_id, kept.made_at))
    )
    FROM profiles one
    JOIN profiles other ON other.id = b AND other.profile_version <> 'neutral'
    LEFT JOIN compatibility_readings kept ON kept.profile_a_id = a AND kept.profile_b_id = b
    WHERE one.id = a AND one.profile_version <> 'neutral'
$$;

-- Make the reading that is due, of the result as it was computed last. The pair is locked.
CREATE FUNCTION app.settle_reading(a integer, b integer, at timestamptz) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO compatibility_readings AS kept (profile_a_id, profile_b_id, submission_a, submission_b, reading, made_at)
    SELECT a, b, r.details ->> 'submission_a', r.details ->> 'submission_b', r.details -> 'now' -> 'reading', at
    FROM compatibility_results r
    WHERE r.profile_a_id = a AND r.profile_b_id = b AND r.details -> 'now' ? 'reading' AND app.is_reading_due(a, b, at)
    ON CONFLICT (profile_a_id, profile_b_id) DO UPDATE SET submission_a = excluded.submission_a,
        submission_b = excluded.submission_b, reading = excluded.reading, made_at = excluded.made_at
$$;

-- Keep how well a pair fits. A reading that was due before is made of what stood before. The pair is locked.
CREATE FUNCTION app.keep_compatibility(a integer, b integer, result jsonb, at timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    one profiles;
    other profiles;
    before jsonb;
BEGIN
    -- Whoever is erased, or ends the connection, at this moment goes first or waits: nothing of a pair outlives it.
    SELECT * INTO one FROM profiles p WHERE p.id = a FOR KEY SHARE;
    SELECT * INTO other FROM profiles p WHERE p.id = b FOR KEY SHARE;
    PERFORM FROM partner_connections c
    WHERE c.status = 'accepted' AND ((c.requester_user_id = one.user_id AND c.recipient_user_id = other.user_id)
        OR (c.requester_user_id = other.user_id AND c.recipient_user_id = one.user_id))
    FOR SHARE;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    -- A game has started since the last reading: that one is of the answers before these.
    SELECT r.details INTO before FROM compatibility_results r WHERE r.profile_a_id = a AND r.profile_b_id = b;
    PERFORM app.settle_reading(a, b, at) FROM compatibility_readings kept
    WHERE kept.profile_a_id = a AND kept.profile_b_id = b AND (before ->> 'submission_a' <> kept.submission_a
            AND before ->> 'submission_b' <> kept.submission_b
        OR app.have_started_since(one.user_id, other.user_id, kept.made_at));

    INSERT INTO compatibility_results AS r (profile_a_id, profile_b_id, compatibility_score, power_complement,
        domain_similarity, activity_overlap, truth_overlap, details, computed_at)
    VALUES (a, b, (result ->> 'score')::double precision, (result -> 'raw' ->> 'power_complement')::double precision,
        (result -> 'raw' ->> 'domain_similarity')::double precision,
        (result -> 'raw' ->> 'activity_overlap')::double precision,
        (result -> 'raw' ->> 'truth_overlap')::double precision,
        jsonb_build_object('now', result, 'submission_a', one.submission_id, 'submission_b', other.submission_id),
        clock_timestamp())
    ON CONFLICT (profile_a_id, profile_b_id) DO UPDATE SET compatibility_score = excluded.compatibility_score,
        power_complement = excluded.power_complement, domain_similarity = excluded.domain_similarity,
        activity_overlap = excluded.activity_overlap, truth_overlap = excluded.truth_overlap,
        details = excluded.details, computed_at = excluded.computed_at;
    PERFORM app.settle_reading(a, b, at);
END
$$;

-- What a partner may see. Each is one function that asks about the caller itself; NULL unless connected now. Everything
-- comes from the stored reading, and the sharing setting is that of this moment: derived things only, never a single answer, a
-- limit, a "maybe" or an inhibition score.

-- Is the caller connected with this person at this moment?
CREATE FUNCTION app.is_connected(partner uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM partner_connections c
        WHERE c.status = 'accepted'
          AND ((c.requester_user_id = app.uid() AND c.recipient_user_id = partner)
            OR (c.requester_user_id = partner AND c.recipient_user_id = app.uid()))
    )
$$;

CREATE FUNCTION app.reading_with(partner uuid, OUT reading jsonb, OUT mine text, OUT theirs text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT kept.reading,
        CASE WHEN me.id = pair.a THEN 'a' ELSE 'b' END, CASE WHEN me.id = pair.a THEN 'b' ELSE 'a' END
    FROM profiles me
    JOIN profiles them ON them.user_id = partner
    CROSS JOIN LATERAL (SELECT least(me.id, them.id) AS a, greatest(me.id, them.id) AS b) AS pair
    LEFT JOIN compatibility_readings kept ON kept.profile_a_id = pair.a AND kept.profile_b_id = pair.b
    WHERE me.user_id = app.uid()
$$;

CREATE FUNCTION app.partner_profile(partner uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT jsonb_build_object(
        'user_id', u.id,
        'name', u.display_name,
        'sharing', u.profile_sharing_setting,
        'demographics', jsonb_build_object(
            'gender', u.demographics -> 'gender',
            'sexual_orientation', u.demographics -> 'orientation',
            'relationship_structure', u.demographics -> 'relationship_structure'
        ),
        'yes', CASE u.profile_sharing_setting
            WHEN 'all_responses' THEN r.reading -> r.theirs -> 'yes'
            WHEN 'overlapping_only' THEN r.reading -> 'overlap' END,
        'topics', CASE u.profile_sharing_setting
            WHEN 'all_responses' THEN r.reading -> r.theirs -> 'topics'
            WHEN 'overlapping_only' THEN r.reading -> 'mutual_topics' END,
        'power', CASE u.profile_sharing_setting WHEN 'all_responses' THEN r.reading -> r.theirs -> 'power' END
    )
    FROM users u LEFT JOIN LATERAL app.reading_with(u.id) AS r ON true
    WHERE u.id = partner AND app.is_connected(partner)
$$;

CREATE FUNCTION app.partner_compatibility(partner uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT jsonb_build_object('sharing', u.profile_sharing_setting) || CASE WHEN u.profile_sharing_setting = 'demographics_only' OR r.reading IS NULL THEN '{}' ELSE jsonb_build_object(
        'enough', r.reading -> 'enough',
        'mutual', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('key', entry -> 'key', 'gives',
                CASE entry ->> 'gives' WHEN r.mine THEN 'me' WHEN r.theirs THEN 'partner' ELSE 'both' END
            ) ORDER BY place), '[]')
            FROM jsonb_array_elements(r.reading -> 'mutual') WITH ORDINALITY AS entries (entry, place)
        ),
        'mutual_topics', r.reading -> 'mutual_topics',
        'orientations', CASE
            WHEN u.profile_sharing_setting = 'all_responses' AND me.profile_sharing_setting = 'all_responses'
                AND jsonb_typeof(r.reading -> 'a' -> 'power') = 'object' AND jsonb_typeof(r.reading -> 'b' -> 'power') = 'object'
            THEN jsonb_build_array(r.reading -> 'a' -> 'power' -> 'orientation', r.reading -> 'b' -> 'power' -> 'orientation')
        END
    ) END
    FROM users u
    JOIN users me ON me.id = app.uid()
    LEFT JOIN LATERAL app.reading_with(u.id) AS r ON true
    WHERE u.id = partner AND app.is_connected(partner)
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (6, 'partners', 'e9e509367b58d2525803a85f43f26ecc73643b02f86dcdf8a3ff3aa25998f3dd');
RESET ROLE;

COMMIT;

BEGIN;

-- 0007_submit.sql

-- A survey handed in, in two statements: what it rests on is read without a lock, and it is written only where all of that
-- still stands. Between the two the server scores, compares and seals, and holds neither a lock nor a connection.
--
-- Locks are taken in one order, all of a batch: owners, pairs of connected people, profiles, open rooms. Every condition is
-- read under those locks by a later statement, which sees what was committed meanwhile.

SET ROLE game_owner;

-- The versions of everything a submission rests on: the caller's own profile, the survey under way, and every connected
-- person with the profile they have answered. A row's version is the transaction that wrote it.
CREATE FUNCTION app.submission_rests_on(whose uuid, nameless text, version text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    IF whose IS NULL THEN
        RETURN jsonb_build_object(
            'profile', (SELECT p.xmin::text FROM profiles p WHERE p.anonymous_session_id = nameless),
            'under_way', (SELECT s.id || ' ' || s.xmin FROM survey_progress s
                WHERE s.anonymous_session_id = nameless AND s.survey_version = version AND s.status = 'in_progress'),
            'partners', '{}'::jsonb
        );
    END IF;
    RETURN jsonb_build_object(
        'profile', (SELECT p.xmin::text FROM profiles p WHERE p.user_id = whose),
        'under_way', (SELECT s.id || ' ' || s.xmin FROM survey_progress s
            WHERE s.user_id = whose AND s.survey_version = version AND s.status = 'in_progress'),
        'partners', (
            SELECT coalesce(jsonb_object_agg(connected.partner, (
                SELECT p.xmin::text FROM profiles p
                WHERE p.user_id = connected.partner AND p.profile_version <> 'neutral'
            )), '{}')
            FROM (
                SELECT c.recipient_user_id AS partner FROM partner_connections c
                WHERE c.requester_user_id = whose AND c.status = 'accepted'
                UNION
                SELECT c.requester_user_id FROM partner_connections c
                WHERE c.recipient_user_id = whose AND c.status = 'accepted'
            ) AS connected
        )
    );
END
$$;

-- Where somebody stands who hands a survey in, all of one moment: what they told, their profile, the survey under way, the
-- profiles of connected people who have answered (with what a reading needs to know of a partner), and the versions of all that.
-- NULL when there is no such person.
CREATE FUNCTION app.survey_standing(whose uuid, nameless text, version text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    seen jsonb := app.submission_rests_on(whose, nameless, version);
    told jsonb;
    own jsonb;
BEGIN
    IF whose IS NULL THEN
        SELECT jsonb_build_object('name', a.display_name, 'demographics', a.demographics) INTO told
        FROM anonymous_sessions a WHERE a.session_id = nameless;
    ELSE
        SELECT jsonb_build_object('name', u.display_name, 'demographics', u.demographics) INTO told
        FROM users u WHERE u.id = whose;
    END IF;
    IF seen ->> 'profile' IS NOT NULL THEN
        SELECT jsonb_build_object('profile_id', p.id, 'submission_id', p.submission_id,
            'neutral', p.profile_version = 'neutral', 'boundaries', p.boundaries, 'anatomy', p.anatomy)
        INTO own FROM profiles p WHERE p.user_id = whose OR p.anonymous_session_id = nameless;
    END IF;
    RETURN told || coalesce(own, '{}') || jsonb_build_object(
        'seen', seen,
        'under_way', (SELECT s.answers FROM survey_progress s
            WHERE s.id = split_part(seen ->> 'under_way', ' ', 1)::integer),
        'partners', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('profile_id', p.id, 'profile', jsonb_build_object(
                'arousal_propensity', p.arousal_propensity, 'power_dynamic', p.power_dynamic,
                'domain_scores', p.domain_scores, 'activities', p.activities, 'truth_topics', p.truth_topics,
                'hard_limits', coalesce(p.boundaries -> 'hard_limits', '[]'),
                'declined_items', coalesce(p.boundaries -> 'declined', '[]'), 'answered', p.answered
            ))), '[]')
            FROM jsonb_each(seen -> 'partners') AS partner
            JOIN profiles p ON p.user_id = partner.key::uuid AND p.profile_version <> 'neutral'
        )
    );
END
$$;

-- Everything one submission writes: the submission, the profile from it, the survey completed, the account, and the
-- compatibilities. Called by submit_surveys under its locks. An earlier submission goes, an earlier completed survey too.
CREATE FUNCTION app.write_submission(item jsonb, OUT profile_id integer, OUT made timestamptz, OUT moved timestamptz)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    whose uuid := item ->> 'user_id';
    nameless text := item ->> 'anonymous_session_id';
    owner text := coalesce(whose::text, nameless);
    submission text := item ->> 'submission_id';
    columns jsonb := item -> 'columns';
    seen jsonb := item -> 'seen';
    done integer;
BEGIN
    -- The survey under way is completed; else one completed earlier gives its place.
    IF seen ->> 'under_way' IS NOT NULL THEN
        UPDATE survey_progress
        SET answers = item -> 'answers', current_question = NULL,
            completion_percentage = (item ->> 'percentage')::integer, last_saved_at = (item ->> 'at')::timestamptz,
            status = 'completed', completed_at = (item ->> 'at')::timestamptz
        WHERE id = split_part(seen ->> 'under_way', ' ', 1)::integer
        RETURNING id INTO STRICT done;
    ELSE
        UPDATE survey_progress
        SET survey_version = item ->> 'version', answers = item -> 'answers',
            completion_percentage = (item ->> 'percentage')::integer, started_at = (item ->> 'at')::timestamptz,
            last_saved_at = (item ->> 'at')::timestamptz, completed_at = (item ->> 'at')::timestamptz
        WHERE id = (SELECT max(s.id) FROM survey_progress s
            WHERE (s.user_id = whose OR s.anonymous_session_id = nameless) AND s.status = 'completed')
        RETURNING id INTO done;
        IF done IS NULL THEN
            INSERT INTO survey_progress (user_id, anonymous_session_id, survey_version, answers, completion_percentage,
                started_at, last_saved_at, status, completed_at)
            VALUES (whose, nameless, item ->> 'version', item -> 'answers', (item ->> 'percentage')::integer,
                (item ->> 'at')::timestamptz, (item ->> 'at')::timestamptz, 'completed', (item ->> 'at')::timestamptz)
            RETURNING id INTO done;
        END IF;
    END IF;
    INSERT INTO survey_submissions (submission_id, respondent_id, version, survey_version, payload_json,
        survey_progress_id)
    VALUES (submission, owner, item ->> 'version', item ->> 'version', item -> 'payload', done);

    IF seen ->> 'profile' IS NULL THEN
        INSERT INTO profiles AS p (user_id, anonymous_session_id, is_anonymous, submission_id, profile_version,
            survey_version, power_dynamic, arousal_propensity, domain_scores, activities, truth_topics, boundaries, anatomy,
            activity_tags, answered)
        VALUES (whose, nameless, whose IS NULL, submission, item ->> 'version', item ->> 'version',
            columns -> 'power_dynamic', columns -> 'arousal_propensity', columns -> 'domain_scores',
            columns -> 'activities', columns -> 'truth_topics', columns -> 'boundaries', columns -> 'anatomy',
            columns -> 'activity_tags', columns -> 'answered')
        RETURNING p.id, p.created_at, p.updated_at INTO profile_id, made, moved;
    ELSE
        UPDATE profiles p
        SET submission_id = submission, profile_version = item ->> 'version', survey_version = item ->> 'version',
            power_dynamic = columns -> 'power_dynamic', arousal_propensity = columns -> 'arousal_propensity',
            domain_scores = columns -> 'domain_scores', activities = columns -> 'activities',
            truth_topics = columns -> 'truth_topics', boundaries = columns -> 'boundaries',
            anatomy = columns -> 'anatomy', activity_tags = columns -> 'activity_tags',
            answered = columns -> 'answered'
        WHERE p.id = (item ->> 'profile_id')::integer
        RETURNING p.id, p.created_at, p.updated_at INTO STRICT profile_id, made, moved;
        DELETE FROM survey_submissions
        WHERE submission_id = item ->> 'instead_of' AND respondent_id = owner;
    END IF;

    DELETE FROM survey_progress s
    WHERE (s.user_id = whose OR s.anonymous_session_id = nameless) AND s.status = 'completed' AND s.id <> done;
    UPDATE users SET onboarding_completed = true WHERE id = whose AND NOT onboarding_completed;
    UPDATE anonymous_sessions a SET profile_id = write_submission.profile_id
    WHERE a.session_id = nameless AND a.profile_id IS NULL;

    PERFORM app.keep_compatibility(
        least(profile_id, (fit ->> 'profile_id')::integer), greatest(profile_id, (fit ->> 'profile_id')::integer),
        fit -> 'result', (item ->> 'at')::timestamptz
    ) FROM jsonb_array_elements(item -> 'fits') AS fit;
END
$$;

-- A batch of surveys handed in by different people. One row each: `outcome` is stored, or moved where something it rests on
-- is another by now, and then nothing of it was written. `playing`: has the profile a seat in an open room?
CREATE FUNCTION app.submit_surveys(batch jsonb)
RETURNS TABLE (i integer, outcome text, profile_id integer, created_at timestamptz, updated_at timestamptz, playing boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    item jsonb;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('survey:' || owner, 0))
    FROM (SELECT coalesce(x ->> 'user_id', x ->> 'anonymous_session_id') AS owner FROM jsonb_array_elements(batch) x
          ORDER BY 1) AS owners;
    PERFORM pg_advisory_xact_lock(hashtextextended('compatibility:' || one || other, 0))
    FROM (SELECT DISTINCT least(partner, x ->> 'user_id') AS one, greatest(partner, x ->> 'user_id') AS other
          FROM jsonb_array_elements(batch) x, jsonb_object_keys(x -> 'seen' -> 'partners') AS partner ORDER BY 1, 2) AS pairs;
    PERFORM FROM profiles p
    WHERE p.id IN (SELECT (x ->> 'profile_id')::integer FROM jsonb_array_elements(batch) x)
    ORDER BY p.id FOR NO KEY UPDATE;
    PERFORM FROM sessions s
    WHERE s.status IN ('waiting', 'active') AND s.session_id IN (
        SELECT seats.session_id FROM jsonb_array_elements(batch) x
        JOIN session_seats seats ON seats.profile_id = (x ->> 'profile_id')::integer
    )
    ORDER BY s.session_id FOR NO KEY UPDATE;

    FOR item IN
        SELECT x FROM jsonb_array_elements(batch) x ORDER BY x ->> 'user_id', x ->> 'anonymous_session_id'
    LOOP
        i := item -> 'i';
        outcome := 'moved';
        profile_id := NULL;
        playing := false;
        IF item -> 'seen' = app.submission_rests_on(
            (item ->> 'user_id')::uuid, item ->> 'anonymous_session_id', item ->> 'version'
        ) THEN
            outcome := 'stored';
            SELECT w.profile_id, w.made, w.moved INTO profile_id, created_at, updated_at
            FROM app.write_submission(item) AS w;
            playing := EXISTS (
                SELECT FROM session_seats t JOIN sessions s USING (session_id)
                WHERE t.profile_id = submit_surveys.profile_id AND s.status IN ('waiting', 'active')
            );
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;

RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (7, 'submit', '66be876fed76f03964c461ec733cdc77fcdf7ff6144f2b65666f0a2593e2d54a');
RESET ROLE;

COMMIT;

BEGIN;

-- 0008_commit.sql

-- The room's commit: a batch of accepted commands of different rooms, each of which wins or loses alone.
--
-- Locks are taken in key order (sessions, then the accounts that pay), so that two batches cannot deadlock. Every condition is
-- read under those locks by a later statement, which sees what was committed meanwhile: the head, the seat's fence, limits_rev,
-- the account's count, the card's own row. What fails a condition writes nothing and says why. The batch is taken apart once, and
-- what no command brings costs nothing.
--
-- In plpgsql, because only there are plans kept. They are made once, while tables may still be small and without looking at
-- the arrays' lengths: so scans of whole tables are forbidden.

SET ROLE game_owner;

-- One accepted command: what it must find (expected, fence, limits_rev, card, charge) and what it writes. What it lacks is null.
CREATE TYPE app.room_command AS (
    i integer, session_id text, expected integer, head integer, seat text, fence bigint, limits_rev integer, card integer,
    command_id uuid, body_hash text, reply_seq integer, events jsonb, session jsonb, account jsonb, charge jsonb,
    given_back date, turn jsonb, drop_turn integer, skipped_turn integer, shown jsonb, feedback jsonb
);

-- What became of it: won, replied (with the first reply's seq and hash), fenced, head, limits, card or charge; `head` is the
-- log's head before it.
CREATE TYPE app.room_verdict AS (i integer, outcome text, seq integer, body_hash text, head integer);

CREATE FUNCTION app.append_commands(batch jsonb) RETURNS SETOF app.room_verdict
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    commands app.room_command[];
    verdicts app.room_verdict[];
    won app.room_command[];
BEGIN
    commands := ARRAY(SELECT c FROM jsonb_populate_recordset(NULL::app.room_command, batch) c);
    PERFORM FROM sessions s
    WHERE s.session_id = ANY (ARRAY(SELECT c.session_id FROM unnest(commands) c))
    ORDER BY s.session_id FOR UPDATE;
    IF batch @? '$[*].account' THEN
        PERFORM FROM users u
        WHERE u.id = ANY (ARRAY(SELECT (c.account ->> 'user_id')::uuid FROM unnest(commands) c))
        ORDER BY u.id FOR UPDATE;
        PERFORM FROM anonymous_sessions a
        WHERE a.session_id = ANY (ARRAY(SELECT c.account ->> 'anonymous_session_id' FROM unnest(commands) c))
        ORDER BY a.session_id FOR UPDATE;
    END IF;

    SELECT array_agg(ROW(v.i, v.outcome, v.seq, v.body_hash, v.head)::app.room_verdict),
        array_agg(v.c) FILTER (WHERE v.outcome = 'won')
    INTO verdicts, won
    FROM (
        SELECT c, c.i, r.seq, encode(r.body_hash, 'hex') AS body_hash, s.head,
            CASE
                WHEN r.session_id IS NOT NULL THEN 'replied'
                WHEN c.fence IS NOT NULL AND c.fence IS DISTINCT FROM place.fence THEN 'fenced'
                WHEN s.head IS DISTINCT FROM c.expected THEN 'head'
                WHEN c.limits_rev IS NOT NULL AND s.limits_rev IS DISTINCT FROM c.limits_rev THEN 'limits'
                WHEN c.card IS NOT NULL AND NOT EXISTS (
                    SELECT FROM activities a WHERE a.activity_id = c.card AND a.approved AND a.is_active
                ) THEN 'card'
                WHEN c.charge IS NOT NULL AND NOT coalesce((
                    (c.charge ->> 'day')::date = (now() AT TIME ZONE 'UTC')::date
                    AND (c.charge ->> 'seen')::integer < (c.charge ->> 'limit')::integer
                    AND (c.charge ->> 'seen')::integer = coalesce(
                        (SELECT app.used_today(u.daily_activity_count, u.daily_activity_reset_at)
                         FROM users u WHERE u.id = (c.account ->> 'user_id')::uuid),
                        (SELECT app.used_today(n.daily_activity_count, n.daily_activity_reset_at)
                         FROM anonymous_sessions n WHERE n.session_id = c.account ->> 'anonymous_session_id')
                    )
                ), false) THEN 'charge'
                ELSE 'won'
            END AS outcome
        FROM unnest(commands) c
        LEFT JOIN sessions s ON s.session_id = c.session_id
        LEFT JOIN session_seats place ON place.session_id = c.session_id AND place.seat = c.seat
        LEFT JOIN session_replies r ON r.session_id = c.session_id AND r.command_id = c.command_id
    ) AS v;
    RETURN QUERY SELECT * FROM unnest(verdicts);
    IF won IS NOT NULL THEN
        PERFORM app.write_rooms(won);
        IF batch @? '$[*].turn' OR batch @? '$[*].drop_turn' THEN
            PERFORM app.write_cards(won);
        END IF;
        IF batch @? '$[*].feedback' THEN
            PERFORM app.write_feedback(won);
        END IF;
        IF batch @? '$[*].account' THEN
            PERFORM app.write_accounts(won);
        END IF;
        IF batch @? '$[*].session.completed_at ? (@ != null)' THEN
            PERFORM app.note_played(won);
        END IF;
    END IF;
END
$$;

-- The log, the replies, and what the log derives into the session's row. The session's end clears what a guest told. A command
-- that was decided on the limits says as of which; a recheck that changes nothing writes only that.
CREATE FUNCTION app.write_rooms(won app.room_command[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    INSERT INTO session_events (session_id, seq, at, type, seat, event, cause)
    SELECT c.session_id, (ev ->> 'seq')::integer, (ev ->> 'at')::timestamptz, ev ->> 'type', ev ->> 'seat',
        ev -> 'event', nullif(ev -> 'cause', 'null')
    FROM unnest(won) c, jsonb_array_elements(c.events) ev;

    INSERT INTO session_replies (session_id, command_id, body_hash, seq)
    SELECT c.session_id, c.command_id, decode(c.body_hash, 'hex'), c.reply_seq
    FROM unnest(won) c WHERE c.command_id IS NOT NULL;

    UPDATE sessions s
    SET head = c.head,
        status = c.session ->> 'status',
        intimacy_level = (c.session ->> 'level')::intimacy_level_enum,
        rating = c.session ->> 'level',
        skip_count = (c.session ->> 'skip_count')::integer,
        truth_so_far = (c.session ->> 'truth')::integer,
        dare_so_far = (c.session ->> 'dare')::integer,
        current_step = (c.session ->> 'step')::integer,
        connection_confirmed_at = coalesce(s.connection_confirmed_at, (c.session ->> 'confirmed_at')::timestamptz),
        completed_at = coalesce(s.completed_at, (c.session ->> 'completed_at')::timestamptz),
        at_limit = coalesce((c.session ->> 'at_limit')::boolean, false),
        checked_rev = coalesce(c.limits_rev, s.checked_rev),
        partner_anonymous_name = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_name END,
        partner_anonymous_anatomy = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_anatomy END,
        last_active_at = now()
    FROM unnest(won) c
    WHERE s.session_id = c.session_id AND c.session IS NOT NULL;

    IF EXISTS (SELECT FROM unnest(won) c WHERE c.session IS NULL AND c.limits_rev IS NOT NULL) THEN
        UPDATE sessions s SET checked_rev = c.limits_rev
        FROM unnest(won) c
        WHERE s.session_id = c.session_id AND c.session IS NULL AND c.limits_rev IS NOT NULL;
    END IF;
END
$$;

-- Cards shown, replaced and taken away: the turn log, and one row of history a card and player. Whose history it is, the seats
-- say now: a guest has none, and whoever was erased meanwhile has none any more.
CREATE FUNCTION app.write_cards(won app.room_command[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    DELETE FROM session_activities t
    USING unnest(won) c
    WHERE t.session_id = c.session_id AND t.seq = c.drop_turn;

    INSERT INTO session_activities
        (session_id, seq, activity_id, type, rating, intensity, script, tags, roles, source, template_id, checks)
    SELECT c.session_id, (c.turn ->> 'seq')::integer, (c.turn ->> 'activity_id')::integer, c.turn ->> 'type',
        c.turn ->> 'rating', (c.turn ->> 'intensity')::integer, c.turn -> 'script', c.turn -> 'tags', c.turn -> 'roles',
        c.turn ->> 'source', (c.turn ->> 'activity_id')::integer, c.turn -> 'checks'
    FROM unnest(won) c WHERE c.turn IS NOT NULL
    ON CONFLICT (session_id, seq) DO UPDATE SET
        activity_id = excluded.activity_id, type = excluded.type, rating = excluded.rating,
        intensity = excluded.intensity, script = excluded.script, tags = excluded.tags, roles = excluded.roles,
        source = excluded.source, template_id = excluded.template_id, checks = excluded.checks, created_at = now();

    UPDATE user_activity_history h
    SET was_skipped = true
    FROM unnest(won) c
    WHERE c.skipped_turn IS NOT NULL AND h.session_id = c.session_id AND h.turn = c.skipped_turn AND NOT h.was_skipped
        AND NOT EXISTS (
            SELECT FROM user_activity_history later
            WHERE later.session_id = h.session_id AND later.turn = h.turn AND later.id > h.id
                AND later.user_id IS NOT DISTINCT FROM h.user_id
                AND later.anonymous_session_id IS NOT DISTINCT FROM h.anonymous_session_id
        );

    INSERT INTO user_activity_history
        (user_id, anonymous_session_id, session_id, activity_id, activity_type, presented_at, theme_tags, turn)
    SELECT seat.user_id, seat.anonymous_session_id, c.session_id, (c.shown ->> 'activity_id')::integer,
        (c.shown ->> 'type')::activity_type_enum, (c.shown ->> 'at')::timestamptz, c.shown -> 'themes',
        (c.shown ->> 'turn')::integer
    FROM unnest(won) c
    JOIN session_seats seat ON seat.session_id = c.session_id
    WHERE c.shown IS NOT NULL AND num_nonnulls(seat.user_id, seat.anonymous_session_id) = 1;
END
$$;

-- What a seat says of a card goes into its own player's history.
CREATE FUNCTION app.write_feedback(won app.room_command[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    UPDATE user_activity_history h
    SET feedback_type = (c.feedback ->> 'feedback')::feedback_type_enum,
        feedback_executed = (c.feedback ->> 'executed')::boolean
    FROM unnest(won) c, session_seats seat
    WHERE c.feedback IS NOT NULL AND seat.session_id = c.session_id AND seat.seat = c.feedback ->> 'seat'
        AND h.id = (
            SELECT max(last.id) FROM user_activity_history last
            WHERE last.session_id = c.session_id AND last.turn = (c.feedback ->> 'turn')::integer AND NOT last.was_skipped
                AND (last.user_id = seat.user_id OR last.anonymous_session_id = seat.anonymous_session_id)
        );
END
$$;

-- One more on the accounts that pay, one less on those that get a turn back: on the day it was charged, never below nothing.
CREATE FUNCTION app.write_accounts(won app.room_command[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    midnight timestamptz := app.utc_midnight();
    today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    UPDATE users u
    SET daily_activity_count = CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count ELSE 0 END + 1,
        daily_activity_reset_at = CASE
            WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_reset_at ELSE now() END
    FROM unnest(won) c
    WHERE u.id = (c.account ->> 'user_id')::uuid AND c.charge IS NOT NULL;

    UPDATE anonymous_sessions n
    SET daily_activity_count = CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count ELSE 0 END + 1,
        daily_activity_reset_at = CASE
            WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_reset_at ELSE now() END
    FROM unnest(won) c
    WHERE n.session_id = c.account ->> 'anonymous_session_id' AND c.charge IS NOT NULL;

    UPDATE users u
    SET daily_activity_count = greatest(0, u.daily_activity_count - 1)
    FROM unnest(won) c
    WHERE u.id = (c.account ->> 'user_id')::uuid AND u.daily_activity_reset_at >= midnight AND c.given_back = today;

    UPDATE anonymous_sessions n
    SET daily_activity_count = greatest(0, n.daily_activity_count - 1)
    FROM unnest(won) c
    WHERE n.session_id = c.account ->> 'anonymous_session_id' AND n.daily_activity_reset_at >= midnight
        AND c.given_back = today;
END
$$;

-- The people a finished game was played with move to the top of each other's lists.
CREATE FUNCTION app.note_played(won app.room_command[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    UPDATE remembered_partners p
    SET last_played_at = now()
    FROM unnest(won) c
    JOIN session_seats a ON a.session_id = c.session_id AND a.seat = 'A'
    JOIN session_seats b ON b.session_id = c.session_id AND b.seat = 'B'
    WHERE c.session ->> 'completed_at' IS NOT NULL AND (c.session ->> 'step')::integer > 0
        AND ((p.user_id = a.user_id AND p.partner_user_id = b.user_id)
            OR (p.user_id = b.user_id AND p.partner_user_id = a.user_id));
END
$$;

RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (8, 'commit', '9ecb0ab427b6499f3b497bcbf7885110024257f3e46afd89a8fa367621eacfa1');
RESET ROLE;

COMMIT;

BEGIN;

-- 0009_access.sql

-- Who may read and write what. The database itself refuses; the code above it is the second line.
--
-- 1. Every table: nothing for PUBLIC and the clients' roles but what is granted below, row-level security enabled and
--    forced, one policy for the owner (without it a definer function or a foreign key's action sees no rows).
-- 2. The service's rights, table by table.
-- 3. What a signed-in or anonymous person may read and write of their own. A policy is a right only where a grant goes
--    with it: clients write four columns of users, everything else goes through the server's commands.
--
-- Policies ask for the caller in the set form (SELECT app.uid()): once a statement, not once a row.

SET ROLE game_owner;
SET search_path = public;

-- 1. Seal. A later migration that makes a table seals it with the same call.

CREATE FUNCTION app.seal(sealed regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON TABLE %s FROM PUBLIC, anon, authenticated, game_service', sealed);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', sealed);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', sealed);
    EXECUTE format('CREATE POLICY "The owner sees every row" ON %s TO game_owner USING (true) WITH CHECK (true)', sealed);
END
$$;

-- The service reads, and writes by the commands given ('INSERT, UPDATE, DELETE' or fewer): a grant and a policy each.
CREATE FUNCTION app.let_service(served regclass, VARIADIC commands text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    command text;
BEGIN
    FOREACH command IN ARRAY commands LOOP
        EXECUTE format('GRANT %s ON TABLE %s TO game_service', command, served);
        EXECUTE format(
            'CREATE POLICY %I ON %s FOR %s TO game_service %s %s',
            'The service may ' || lower(command), served, command,
            CASE WHEN command <> 'INSERT' THEN 'USING (true)' END,
            CASE WHEN command IN ('INSERT', 'UPDATE') THEN 'WITH CHECK (true)' END
        );
    END LOOP;
END
$$;

DO $seal$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relowner = 'game_owner'::regrole
    LOOP
        PERFORM app.seal(found.name);
    END LOOP;
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND c.relowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM PUBLIC, anon, authenticated', found.name);
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace IN ('public'::regnamespace, 'app'::regnamespace) AND p.proowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, anon, authenticated, game_service', found.name);
    END LOOP;
END
$seal$;

GRANT USAGE ON SCHEMA app TO authenticated, anon, game_service;

-- 2. The service: the room writer, login and the jobs. Its rights are those its statements use; a later migration that brings
-- another statement gives the right with it.

DO $service$
DECLARE
    served text;
    found record;
BEGIN
    FOREACH served IN ARRAY ARRAY[
        'users', 'survey_submissions', 'survey_progress', 'profiles', 'anonymous_sessions',
        'remembered_partners', 'sessions', 'session_activities', 'user_activity_history', 'compatibility_results',
        'logins', 'login_attempts', 'one_time_tokens', 'mail_outbox', 'idempotency_keys'
    ] LOOP
        PERFORM app.let_service(served::regclass, 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
    END LOOP;
    FOREACH served IN ARRAY ARRAY[
        'partner_connections', 'session_seats', 'session_links', 'activities', 'credentials', 'job_runs',
        'compatibility_readings', 'key_store'
    ] LOOP
        PERFORM app.let_service(served::regclass, 'SELECT', 'INSERT', 'UPDATE');
    END LOOP;
    PERFORM app.let_service('blocked_people', 'SELECT', 'INSERT', 'DELETE');
    PERFORM app.let_service('erased_people', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
    -- Append-only by privilege too: a log or a reply goes only with its session.
    PERFORM app.let_service('session_events', 'SELECT', 'INSERT');
    PERFORM app.let_service('session_replies', 'SELECT', 'INSERT');
    PERFORM app.let_service('bank_revision', 'SELECT', 'UPDATE');
    -- Readiness asks whether the migrations are at head.
    PERFORM app.let_service('schema_migrations', 'SELECT');
    FOR found IN -- the numbers of tables into which it writes
        SELECT s.oid::regclass AS name
        FROM pg_class s
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
            AND d.deptype IN ('a', 'i')
        WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace AND s.relowner = 'game_owner'::regrole
            AND has_table_privilege('game_service', d.refobjid, 'INSERT')
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO game_service', found.name);
    END LOOP;
END
$service$;

GRANT EXECUTE ON FUNCTION
    app.claims(), app.uid(), app.anonymous_session_id(), app.utc_midnight(), app.used_today(integer, timestamptz),
    check_daily_activity_limit(uuid, integer),
    reset_daily_activity_counts(),
    get_excluded_activities_for_user(uuid, text),
    expire_pending_connections(),
    cleanup_old_anonymous_sessions(integer),
    app.abandon_old_surveys(integer), app.has_sealed(uuid, text), app.known_rules(jsonb),
    app.submission_rests_on(uuid, text, text), app.survey_standing(uuid, text, text), app.write_submission(jsonb),
    app.submit_surveys(jsonb),
    app.have_started_since(uuid, uuid, timestamptz), app.is_reading_due(integer, integer, timestamptz),
    app.settle_reading(integer, integer, timestamptz), app.keep_compatibility(integer, integer, jsonb, timestamptz),
    app.append_commands(jsonb), app.write_rooms(app.room_command[]), app.write_cards(app.room_command[]),
    app.write_feedback(app.room_command[]), app.write_accounts(app.room_command[]), app.note_played(app.room_command[])
TO game_service;

-- 3. People

GRANT EXECUTE ON FUNCTION
    app.claims(), app.uid(), app.utc_midnight(),
    check_daily_activity_limit(uuid, integer),
    get_excluded_activities_for_user(uuid, text),
    app.partner_profile(uuid), app.partner_compatibility(uuid)
TO authenticated;
GRANT EXECUTE ON FUNCTION
    app.claims(), app.anonymous_session_id(),
    get_excluded_activities_for_user(uuid, text),
    set_anonymous_session_context(text)
TO anon;

DO $auth$
BEGIN
    -- Supabase grants its own.
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole) THEN
        REVOKE ALL ON FUNCTION auth.uid() FROM PUBLIC;
        GRANT USAGE ON SCHEMA auth TO authenticated, anon, game_service;
        GRANT EXECUTE ON FUNCTION auth.uid() TO authenticated, anon, game_service;
    END IF;
END
$auth$;
GRANT EXECUTE ON FUNCTION app.uid() TO anon; -- auth.uid() asks it

-- users

GRANT SELECT ON users TO authenticated;
GRANT UPDATE (display_name, demographics, profile_sharing_setting, notification_preferences) ON users TO authenticated;
CREATE POLICY "Users can SELECT their own row" ON users FOR SELECT TO authenticated
    USING (id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own row" ON users FOR UPDATE TO authenticated
    USING (id = (SELECT app.uid())) WITH CHECK (id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own row" ON users FOR INSERT TO authenticated
    WITH CHECK (id = (SELECT app.uid()));

-- profiles: a partner's is shown by one function over derived columns, never by a row

GRANT SELECT ON profiles TO authenticated, anon;
CREATE POLICY "Users can SELECT their own profile" ON profiles FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own profile" ON profiles FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own profile" ON profiles FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own profile" ON profiles FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can INSERT their own profile" ON profiles FOR INSERT TO anon
    WITH CHECK (is_anonymous AND anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can UPDATE their own profile" ON profiles FOR UPDATE TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()))
    WITH CHECK (is_anonymous AND anonymous_session_id = (SELECT app.anonymous_session_id()));

-- survey_submissions: found through the own profile. respondent_id alone would let an anonymous id that copies a user's
-- id pass for that user.

CREATE POLICY "Users can SELECT their own submissions" ON survey_submissions FOR SELECT TO authenticated
    USING (submission_id IN (SELECT p.submission_id FROM profiles p WHERE p.user_id = (SELECT app.uid())));
CREATE POLICY "Users can INSERT their own submissions" ON survey_submissions FOR INSERT TO authenticated
    WITH CHECK (respondent_id = (SELECT app.uid())::text);
CREATE POLICY "Anonymous people can SELECT their own submissions" ON survey_submissions FOR SELECT TO anon
    USING (submission_id IN (
        SELECT p.submission_id FROM profiles p WHERE p.anonymous_session_id = (SELECT app.anonymous_session_id())
    ));

-- survey_progress

GRANT SELECT ON survey_progress TO authenticated, anon;
CREATE POLICY "Users can SELECT their own progress" ON survey_progress FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own progress" ON survey_progress FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own progress" ON survey_progress FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own progress" ON survey_progress FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can INSERT their own progress" ON survey_progress FOR INSERT TO anon
    WITH CHECK (anonymous_session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can UPDATE their own progress" ON survey_progress FOR UPDATE TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()))
    WITH CHECK (anonymous_session_id = (SELECT app.anonymous_session_id()));

-- anonymous_sessions

GRANT SELECT ON anonymous_sessions TO anon;
CREATE POLICY "Anonymous people can SELECT their own session" ON anonymous_sessions FOR SELECT TO anon
    USING (session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can INSERT their own session" ON anonymous_sessions FOR INSERT TO anon
    WITH CHECK (session_id = (SELECT app.anonymous_session_id()));
CREATE POLICY "Anonymous people can UPDATE their own session" ON anonymous_sessions FOR UPDATE TO anon
    USING (session_id = (SELECT app.anonymous_session_id()))
    WITH CHECK (session_id = (SELECT app.anonymous_session_id()));

-- partner_connections: either side, and whoever has confirmed the e-mail that a pending request was sent to

GRANT SELECT (id, requester_user_id, recipient_email, recipient_user_id, status, expires_at, created_at, updated_at,
              words, claimed_at, requester_accepted_at, recipient_accepted_at, session_id)
    ON partner_connections TO authenticated;
CREATE POLICY "Users can SELECT connections they are a side of" ON partner_connections FOR SELECT TO authenticated
    USING (requester_user_id = (SELECT app.uid()) OR recipient_user_id = (SELECT app.uid()));
-- A request of somebody whom the owner of the address has blocked does not reach them.
CREATE POLICY "Users can SELECT requests to their confirmed e-mail" ON partner_connections FOR SELECT TO authenticated
    USING (
        status = 'pending' AND recipient_user_id IS NULL AND expires_at > now()
        AND lower(recipient_email) = (
            SELECT lower(u.email) FROM users u WHERE u.id = (SELECT app.uid()) AND u.email_confirmed_at IS NOT NULL
        )
        AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE b.user_id = (SELECT app.uid()) AND b.blocked_user_id = partner_connections.requester_user_id
        )
    );
CREATE POLICY "Users can INSERT requests of their own" ON partner_connections FOR INSERT TO authenticated
    WITH CHECK (
        requester_user_id = (SELECT app.uid()) AND recipient_user_id IS NULL AND status = 'pending'
        AND num_nonnulls(claimed_at, requester_accepted_at, recipient_accepted_at) = 0
    );

-- remembered_partners: rows appear when both accepted, so nobody makes one

GRANT SELECT ON remembered_partners TO authenticated;
CREATE POLICY "Users can SELECT the partners they remember" ON remembered_partners FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can DELETE the partners they remember" ON remembered_partners FOR DELETE TO authenticated
    USING (user_id = (SELECT app.uid()));

-- blocked_people: one's own list; whether somebody is on another's is nobody's to read

GRANT SELECT ON blocked_people TO authenticated;
CREATE POLICY "Users can SELECT whom they blocked" ON blocked_people FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));

-- push_notification_tokens

GRANT SELECT ON push_notification_tokens TO authenticated;
CREATE POLICY "Users can SELECT their own devices" ON push_notification_tokens FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own devices" ON push_notification_tokens FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE their own devices" ON push_notification_tokens FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Users can DELETE their own devices" ON push_notification_tokens FOR DELETE TO authenticated
    USING (user_id = (SELECT app.uid()));

-- sessions: who takes part is said by the seats (and the reference's columns), never by a profile's id.
-- limits_rev is not readable: it would tell a partner that the other's limits changed.

GRANT SELECT (session_id, seat, actor, user_id, anonymous_session_id, profile_id, display_name, hosted, asked_at, joined_at)
    ON session_seats TO authenticated, anon;
CREATE POLICY "Users can SELECT their own seat" ON session_seats FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own seat" ON session_seats FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));

GRANT SELECT (session_id, player_a_profile_id, player_b_profile_id, primary_user_id, primary_profile_id,
              partner_user_id, partner_profile_id, partner_anonymous_name, partner_anonymous_anatomy, intimacy_level,
              skip_count, session_owner_user_id, connection_confirmed_at, rating, activity_type, target_activities,
              bank_ratio, truth_so_far, dare_so_far, current_step, status, rules, created_at, completed_at,
              epoch, head, last_active_at)
    ON sessions TO authenticated, anon;
CREATE POLICY "Users can SELECT sessions they participate in" ON sessions FOR SELECT TO authenticated
    USING (
        primary_user_id = (SELECT app.uid()) OR partner_user_id = (SELECT app.uid())
        OR session_id IN (SELECT seats.session_id FROM session_seats seats WHERE seats.user_id = (SELECT app.uid()))
    );
CREATE POLICY "Users can INSERT sessions they own" ON sessions FOR INSERT TO authenticated
    WITH CHECK (session_owner_user_id = (SELECT app.uid()) AND primary_user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE sessions they own" ON sessions FOR UPDATE TO authenticated
    USING (session_owner_user_id = (SELECT app.uid())) WITH CHECK (session_owner_user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT sessions they participate in" ON sessions FOR SELECT TO anon
    USING (session_id IN (
        SELECT seats.session_id FROM session_seats seats
        WHERE seats.anonymous_session_id = (SELECT app.anonymous_session_id())
    ));

-- session_activities: of the sessions that the caller's policies on sessions show; `checks` is the server's

GRANT SELECT (session_id, seq, activity_id, type, rating, intensity, script, tags, roles, source, template_id, created_at)
    ON session_activities TO authenticated, anon;
CREATE POLICY "Users can SELECT activities of their sessions" ON session_activities FOR SELECT TO authenticated
    USING (session_id IN (SELECT s.session_id FROM sessions s));
CREATE POLICY "Anonymous people can SELECT activities of their sessions" ON session_activities FOR SELECT TO anon
    USING (session_id IN (SELECT s.session_id FROM sessions s));

-- activities: the approved bank; what a couple wrote for itself is theirs alone

GRANT SELECT ON activities TO authenticated, anon;
CREATE POLICY "Users can SELECT approved activities" ON activities FOR SELECT TO authenticated, anon
    USING (approved AND is_active AND source <> 'user_submitted');

-- user_activity_history

GRANT SELECT ON user_activity_history TO authenticated, anon;
CREATE POLICY "Users can SELECT their own history" ON user_activity_history FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can INSERT their own history" ON user_activity_history FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT app.uid()) AND session_id IN (SELECT s.session_id FROM sessions s));
CREATE POLICY "Users can UPDATE their own history" ON user_activity_history FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT their own history" ON user_activity_history FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));

-- subscription_transactions

GRANT SELECT ON subscription_transactions TO authenticated;
CREATE POLICY "Users can SELECT their own purchases" ON subscription_transactions FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));

-- compatibility_results, compatibility_readings: nobody's to read; a partner is shown what functions derive from them

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (9, 'access', '00c45ca8d094c039660f616d9d7876d25f5255b9eebe67a7d1c24b17341ee19d');
RESET ROLE;

COMMIT;

BEGIN;

-- 0010_closed.sql

-- What nobody needs is closed: everybody's rights that PostgreSQL gives by default (temporary tables, large objects, ending other
-- people's sessions) end in this database.

SET ROLE game_owner;

-- Functions of PostgreSQL that everybody may call and nobody here needs: large objects (a place to leave data that no policy
-- guards), and ending or filling what belongs to others.
CREATE FUNCTION app.open_functions() RETURNS SETOF regprocedure
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.oid::regprocedure
    FROM pg_proc p
    WHERE p.pronamespace = 'pg_catalog'::regnamespace
        AND (p.proname ~ '^lo_' OR p.proname IN (
            'loread', 'lowrite', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_logical_emit_message', 'pg_export_snapshot'
        ))
        AND EXISTS (
            SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE'
        )
$$;

-- Does everybody have this right on the database?
CREATE FUNCTION app.everybody_may(wanted text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
        WHERE d.datname = current_database() AND a.grantee = 0 AND a.privilege_type = wanted
    )
$$;

-- Logins that are not ours and keep what they had: they own something here, run the server, watch it, or are connected now.
CREATE FUNCTION app.other_logins() RETURNS SETOF regrole
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

-- Do objects of other programs live here too (Supabase's, another application's)? Then who may connect is not ours to say.
CREATE FUNCTION app.is_shared() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_namespace n
        WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'public', 'app')
            AND n.nspowner <> 'game_owner'::regrole
    ) OR EXISTS (
        SELECT FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relowner <> 'game_owner'::regrole
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    )
$$;

-- Close the database as far as the caller may, each time `migrate up` runs: a restored or copied database has none of this.
-- Returns what stays open, as sentences. Runs with the caller's rights, who is an administrator.
CREATE FUNCTION app.close_database() RETURNS SETOF text
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

REVOKE ALL ON FUNCTION app.open_functions(), app.everybody_may(text), app.other_logins(), app.is_shared(), app.close_database()
FROM PUBLIC;

RESET ROLE;

SELECT app.close_database();

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (10, 'closed', '69da2938e73808402cb2bf0a49b459c274622ea8b4e597111d5252276c1bf41a');
RESET ROLE;

COMMIT;

BEGIN;

-- 0011_live_rooms.sql

-- The live room for less: its commit, and what its draws read. A batch comes as typed rows, so that nothing is taken apart twice;
-- what no command brings is an empty array and costs nothing; what only moves the head writes only the head.
--
-- The rules are those of 0008. Locks are taken in key order (sessions, then the accounts that pay), so that two batches cannot
-- deadlock. Every condition is read under those locks by a later statement, which sees what was committed meanwhile: the head,
-- the seat's fence, limits_rev, the account's count, the card's own row. What fails a condition writes nothing and says why.
--
-- Plans are kept and made once, perhaps while a table is empty. So scans of whole tables are forbidden, and what one command looks
-- up is a subquery of its own: a join with an empty table may be planned as a read of the whole index, and stays so as it fills.
--
-- What 0008 made stays for the processes of the release before, which play on while this is brought in; the next release drops it.

SET ROLE game_owner;
SET search_path = public;

-- One accepted command: what it must find (expected, fence, limits_rev, card, charge) and what it leaves. What it lacks is null.
-- `moves`: it has events; `changes`: and they change what the session's row says besides its head.
CREATE TYPE app.live_command AS (
    session_id text, expected integer, head integer, moves boolean, changes boolean, seat text, fence bigint, limits_rev integer, card integer,
    command_id uuid, body_hash bytea, reply_seq integer, user_id uuid, anonymous_session_id text,
    charge_day date, charge_seen integer, charge_limit integer, given_back date
);

-- What goes with a command, `i` being its place in the batch, from 1. JSON comes as the text it is, and is parsed once, where it
-- is stored.
CREATE TYPE app.live_event AS (
    i integer, session_id text, seq integer, at timestamptz, type text, seat text, event text, cause text
);
CREATE TYPE app.live_change AS (
    i integer, session_id text, status text, level text, skip_count integer, truth integer, dare integer,
    step integer, at_limit boolean, confirmed_at timestamptz, completed_at timestamptz
);
CREATE TYPE app.live_card AS (
    i integer, session_id text, seq integer, activity_id integer, type text, rating text, intensity integer, script text,
    tags text, roles text, source text, checks text, shown_at timestamptz, themes text
);
CREATE TYPE app.live_turn AS (i integer, session_id text, turn integer);
CREATE TYPE app.live_feedback AS (
    i integer, session_id text, turn integer, seat text, feedback text, executed boolean
);

-- One batch. What became of each command, in the batch's order: won, replied (with the first reply's seq and hash), fenced, head,
-- limits, card or charge; `heads` are the logs' heads before it.
CREATE FUNCTION app.append_commands(
    commands app.live_command[], events app.live_event[], changes app.live_change[], cards app.live_card[],
    dropped app.live_turn[], skipped app.live_turn[], feedback app.live_feedback[], users uuid[], guests text[],
    OUT outcomes text[], OUT seqs integer[], OUT hashes text[], OUT heads integer[]
)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    won boolean[];
    midnight timestamptz := app.utc_midnight();
BEGIN
    PERFORM FROM sessions s
    WHERE s.session_id = ANY (ARRAY(SELECT c.session_id FROM unnest(commands) c))
    ORDER BY s.session_id FOR UPDATE;
    IF users <> '{}' THEN
        PERFORM FROM users u WHERE u.id = ANY (users) ORDER BY u.id FOR UPDATE;
    END IF;
    IF guests <> '{}' THEN
        PERFORM FROM anonymous_sessions a WHERE a.session_id = ANY (guests) ORDER BY a.session_id FOR UPDATE;
    END IF;

    SELECT array_agg(v.outcome), array_agg(v.seq), array_agg(v.body_hash), array_agg(v.head), array_agg(v.outcome = 'won')
    INTO outcomes, seqs, hashes, heads, won
    FROM (
        SELECT reply.seq, encode(reply.body_hash, 'hex') AS body_hash, room.head,
            CASE
                WHEN reply.seq IS NOT NULL THEN 'replied'
                WHEN c.fence IS NOT NULL AND c.fence IS DISTINCT FROM (
                    SELECT place.fence FROM session_seats place WHERE place.session_id = c.session_id AND place.seat = c.seat
                ) THEN 'fenced'
                WHEN room.head IS DISTINCT FROM c.expected THEN 'head'
                WHEN c.limits_rev IS NOT NULL AND room.limits_rev IS DISTINCT FROM c.limits_rev THEN 'limits'
                WHEN c.card IS NOT NULL AND NOT EXISTS (
                    SELECT FROM activities a WHERE a.activity_id = c.card AND a.approved AND a.is_active
                ) THEN 'card'
                WHEN c.charge_day IS NOT NULL AND NOT coalesce((
                    c.charge_day = (now() AT TIME ZONE 'UTC')::date AND c.charge_seen < c.charge_limit
                    AND c.charge_seen = coalesce(
                        (SELECT CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count ELSE 0 END
                         FROM users u WHERE u.id = c.user_id),
                        (SELECT CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count ELSE 0 END
                         FROM anonymous_sessions n WHERE n.session_id = c.anonymous_session_id)
                    )
                ), false) THEN 'charge'
                ELSE 'won'
            END AS outcome
        FROM unnest(commands) WITH ORDINALITY AS c
        LEFT JOIN LATERAL (
            SELECT s.head, s.limits_rev FROM sessions s WHERE s.session_id = c.session_id OFFSET 0
        ) AS room ON true
        LEFT JOIN LATERAL (
            SELECT r.seq, r.body_hash FROM session_replies r
            WHERE r.session_id = c.session_id AND r.command_id = c.command_id OFFSET 0
        ) AS reply ON true
        ORDER BY c.ordinality
    ) AS v;
    IF NOT true = ANY (won) THEN
        RETURN;
    END IF;
    PERFORM app.write_rooms(commands, events, changes, won);
    IF cards <> '{}' OR dropped <> '{}' THEN
        PERFORM app.write_cards(cards, dropped, skipped, won);
    END IF;
    IF feedback <> '{}' THEN
        PERFORM app.write_feedback(feedback, won);
    END IF;
    IF users <> '{}' OR guests <> '{}' THEN
        PERFORM app.write_accounts(commands, users <> '{}', guests <> '{}', won);
    END IF;
    IF EXISTS (SELECT FROM unnest(changes) c WHERE c.completed_at IS NOT NULL) THEN
        PERFORM app.note_played(changes, won);
    END IF;
END
$$;

-- What follows writes the winners' part of a batch, under the locks and with the planner's settings of append_commands.

-- The log, the replies, and what the log derives into the session's row. The session's end clears what a guest told. A command
-- that was decided on the limits says as of which; a recheck that changes nothing writes only that.
CREATE FUNCTION app.write_rooms(
    commands app.live_command[], events app.live_event[], changes app.live_change[], won boolean[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO session_events (session_id, seq, at, type, seat, event, cause)
    SELECT e.session_id, e.seq, e.at, e.type, e.seat, e.event::jsonb, e.cause::jsonb FROM unnest(events) e WHERE won[e.i];

    INSERT INTO session_replies (session_id, command_id, body_hash, seq)
    SELECT c.session_id, c.command_id, c.body_hash, c.reply_seq
    FROM unnest(commands) WITH ORDINALITY AS c WHERE won[c.ordinality] AND c.command_id IS NOT NULL;

    IF changes <> '{}' THEN
        UPDATE sessions s
        SET head = c.head,
            status = n.status,
            intimacy_level = n.level::intimacy_level_enum,
            skip_count = n.skip_count,
            truth_so_far = n.truth,
            dare_so_far = n.dare,
            current_step = n.step,
            connection_confirmed_at = coalesce(s.connection_confirmed_at, n.confirmed_at),
            completed_at = coalesce(s.completed_at, n.completed_at),
            at_limit = n.at_limit,
            checked_rev = coalesce(c.limits_rev, s.checked_rev),
            partner_anonymous_name = CASE WHEN n.completed_at IS NULL THEN s.partner_anonymous_name END,
            partner_anonymous_anatomy = CASE WHEN n.completed_at IS NULL THEN s.partner_anonymous_anatomy END,
            last_active_at = now()
        FROM unnest(changes) n, LATERAL (SELECT (commands[n.i]).head, (commands[n.i]).limits_rev) AS c
        WHERE s.session_id = n.session_id AND won[n.i];
    END IF;
    IF cardinality(changes) < cardinality(commands) THEN
        UPDATE sessions s
        SET head = c.head,
            checked_rev = coalesce(c.limits_rev, s.checked_rev),
            last_active_at = CASE WHEN c.moves THEN now() ELSE s.last_active_at END
        FROM unnest(commands) WITH ORDINALITY AS c
        WHERE s.session_id = c.session_id AND won[c.ordinality] AND NOT c.changes
            AND (c.moves OR c.limits_rev IS NOT NULL);
    END IF;
END
$$;

-- Cards shown, replaced and taken away: the turn log, and one row of history a card and player. Whose history it is, the seats
-- say now: a guest has none, and whoever was erased meanwhile has none any more.
CREATE FUNCTION app.write_cards(
    cards app.live_card[], dropped app.live_turn[], skipped app.live_turn[], won boolean[]
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF dropped <> '{}' THEN
        DELETE FROM session_activities t
        USING unnest(dropped) d
        WHERE t.session_id = d.session_id AND t.seq = d.turn AND won[d.i];
    END IF;
    IF cards = '{}' THEN
        RETURN;
    END IF;

    INSERT INTO session_activities
        (session_id, seq, activity_id, type, rating, intensity, script, tags, roles, source, template_id, checks)
    SELECT k.session_id, k.seq, k.activity_id, k.type, k.rating, k.intensity, k.script::jsonb, k.tags::jsonb,
        k.roles::jsonb, k.source, k.activity_id, k.checks::jsonb
    FROM unnest(cards) k WHERE won[k.i]
    ON CONFLICT (session_id, seq) DO UPDATE SET
        activity_id = excluded.activity_id, type = excluded.type, rating = excluded.rating,
        intensity = excluded.intensity, script = excluded.script, tags = excluded.tags, roles = excluded.roles,
        source = excluded.source, template_id = excluded.template_id, checks = excluded.checks, created_at = now();

    IF skipped <> '{}' THEN
        UPDATE user_activity_history h
        SET was_skipped = true
        FROM unnest(skipped) d
        WHERE h.session_id = d.session_id AND h.turn = d.turn AND won[d.i] AND NOT h.was_skipped
            AND NOT EXISTS (
                SELECT FROM user_activity_history later
                WHERE later.session_id = h.session_id AND later.turn = h.turn AND later.id > h.id
                    AND later.user_id IS NOT DISTINCT FROM h.user_id
                    AND later.anonymous_session_id IS NOT DISTINCT FROM h.anonymous_session_id
            );
    END IF;

    INSERT INTO user_activity_history
        (user_id, anonymous_session_id, session_id, activity_id, activity_type, presented_at, theme_tags, turn)
    SELECT seat.user_id, seat.anonymous_session_id, k.session_id, k.activity_id, k.type::activity_type_enum, k.shown_at,
        k.themes::jsonb, k.seq
    FROM unnest(cards) k
    JOIN session_seats seat ON seat.session_id = k.session_id
    WHERE won[k.i] AND num_nonnulls(seat.user_id, seat.anonymous_session_id) = 1;
END
$$;

-- What a seat says of a card goes into its own player's history.
CREATE FUNCTION app.write_feedback(feedback app.live_feedback[], won boolean[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE user_activity_history h
    SET feedback_type = f.feedback::feedback_type_enum, feedback_executed = f.executed
    FROM unnest(feedback) f, session_seats seat
    WHERE won[f.i] AND seat.session_id = f.session_id AND seat.seat = f.seat
        AND h.id = (
            SELECT max(last.id) FROM user_activity_history last
            WHERE last.session_id = f.session_id AND last.turn = f.turn AND NOT last.was_skipped
                AND (last.user_id = seat.user_id OR last.anonymous_session_id = seat.anonymous_session_id)
        );
END
$$;

-- One more on the accounts that pay, one less on those that get a turn back: on the day it was charged, never below nothing.
CREATE FUNCTION app.write_accounts(commands app.live_command[], of_users boolean, of_guests boolean, won boolean[])
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    midnight timestamptz := app.utc_midnight();
    today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    IF of_users THEN
        UPDATE users u
        SET daily_activity_count = greatest(0,
                CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count ELSE 0 END
                + (c.charge_day IS NOT NULL)::integer - coalesce(c.given_back = today, false)::integer),
            daily_activity_reset_at = CASE
                WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_reset_at ELSE now() END
        FROM unnest(commands) WITH ORDINALITY AS c
        WHERE u.id = c.user_id AND won[c.ordinality]
            AND (c.charge_day IS NOT NULL OR c.given_back = today AND u.daily_activity_reset_at >= midnight);
    END IF;
    IF of_guests THEN
        UPDATE anonymous_sessions n
        SET daily_activity_count = greatest(0,
                CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count ELSE 0 END
                + (c.charge_day IS NOT NULL)::integer - coalesce(c.given_back = today, false)::integer),
            daily_activity_reset_at = CASE
                WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_reset_at ELSE now() END
        FROM unnest(commands) WITH ORDINALITY AS c
        WHERE n.session_id = c.anonymous_session_id AND won[c.ordinality]
            AND (c.charge_day IS NOT NULL OR c.given_back = today AND n.daily_activity_reset_at >= midnight);
    END IF;
END
$$;

-- The people a finished game was played with move to the top of each other's lists.
CREATE FUNCTION app.note_played(changes app.live_change[], won boolean[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE remembered_partners p
    SET last_played_at = now()
    FROM unnest(changes) c
    JOIN session_seats a ON a.session_id = c.session_id AND a.seat = 'A'
    JOIN session_seats b ON b.session_id = c.session_id AND b.seat = 'B'
    WHERE won[c.i] AND c.completed_at IS NOT NULL AND c.step > 0
        AND ((p.user_id = a.user_id AND p.partner_user_id = b.user_id)
            OR (p.user_id = b.user_id AND p.partner_user_id = a.user_id));
END
$$;

GRANT EXECUTE ON FUNCTION
    app.append_commands(
        app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[], app.live_turn[],
        app.live_feedback[], uuid[], text[]
    ),
    app.write_rooms(app.live_command[], app.live_event[], app.live_change[], boolean[]),
    app.write_cards(app.live_card[], app.live_turn[], app.live_turn[], boolean[]),
    app.write_feedback(app.live_feedback[], boolean[]),
    app.write_accounts(app.live_command[], boolean, boolean, boolean[]),
    app.note_played(app.live_change[], boolean[])
TO game_service;

-- What draws in these rooms have to know, a row a seat; a function, because to plan it anew costs ten times the reading.
-- `recent` are the last hundred cards of whoever sits there, the one seen last first.
CREATE FUNCTION app.draw_facts(rooms text[]) RETURNS TABLE (
    session_id text, limits_rev integer, unchecked boolean, extra_today bigint, bank_revision bigint, day text,
    resets_at timestamptz, used integer, seat text, boundaries jsonb, activities jsonb, truth_topics jsonb,
    profile_version text, anatomy jsonb, premium boolean, recent integer[]
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    midnight timestamptz := app.utc_midnight();
BEGIN
    RETURN QUERY
    WITH room AS MATERIALIZED (
        SELECT s.session_id::text, s.limits_rev, s.limits_rev <> s.checked_rev AS unchecked, s.partner_anonymous_anatomy,
            (SELECT revision FROM bank_revision) AS bank_revision,
            to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
            midnight + interval '1 day' AS resets_at,
            coalesce(
                CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count END,
                CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count END, 0
            ) AS used,
            (SELECT count(*) - count(DISTINCT (h.session_id, h.turn)) FROM (
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE h.user_id = a.user_id AND h.presented_at >= midnight
                UNION ALL
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE a.user_id IS NULL AND h.anonymous_session_id = a.anonymous_session_id
                    AND h.presented_at >= midnight
            ) AS h
            JOIN session_seats together ON together.session_id = h.session_id AND together.actor = b.actor) AS extra_today
        FROM sessions s
        LEFT JOIN session_seats a ON a.session_id = s.session_id AND a.seat = 'A'
        LEFT JOIN session_seats b ON b.session_id = s.session_id AND b.seat = 'B'
        LEFT JOIN users u ON u.id = a.user_id
        LEFT JOIN anonymous_sessions n ON n.session_id = a.anonymous_session_id
        WHERE s.session_id = ANY (rooms)
    )
    SELECT room.session_id, room.limits_rev, room.unchecked, room.extra_today, room.bank_revision, room.day,
        room.resets_at, room.used,
        t.seat, p.boundaries, p.activities, p.truth_topics,
        p.profile_version::text,
        CASE WHEN t.hosted THEN room.partner_anonymous_anatomy ELSE p.anatomy END AS anatomy,
        coalesce(u.subscription_tier = 'premium' AND coalesce(u.subscription_expires_at > now(), true), false) AS premium,
        array_remove(CASE WHEN t.user_id IS NOT NULL THEN ARRAY(
            SELECT h.activity_id FROM user_activity_history h
            WHERE h.user_id = t.user_id AND h.presented_at > now() - interval '1 year'
            ORDER BY h.presented_at DESC, h.id DESC LIMIT 100
        ) ELSE ARRAY(
            SELECT h.activity_id FROM user_activity_history h
            WHERE h.anonymous_session_id = t.anonymous_session_id AND h.presented_at > now() - interval '1 year'
            ORDER BY h.presented_at DESC, h.id DESC LIMIT 100
        ) END, NULL) AS recent
    FROM room
    JOIN session_seats t ON t.session_id = room.session_id
    LEFT JOIN profiles p ON p.id = t.profile_id AND p.id <> 0
    LEFT JOIN users u ON u.id = t.user_id;
END
$$;

-- What the draw leans on beside the limits, a row a seat of somebody who answered the survey. The last hundred cards count, of
-- which the last thirty say what is new; ten sessions are enough to know somebody.
CREATE FUNCTION app.draw_tastes(rooms text[]) RETURNS TABLE (
    session_id text, seat text, arousal_propensity jsonb, power_dynamic jsonb, domain_scores jsonb, activities jsonb,
    liked jsonb, themes text[], sessions integer
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT t.session_id::text, t.seat, p.arousal_propensity, p.power_dynamic, p.domain_scores, p.activities, liked.sums AS liked,
        coalesce(lately.themes, '{}') AS themes, played.sessions
    FROM session_seats t
    JOIN profiles p ON p.id = t.profile_id AND p.id <> 0 AND p.profile_version <> 'neutral'
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_object_agg(said.about, said.total), '{}') AS sums FROM (
            SELECT about, sum(CASE latest.feedback_type WHEN 'like' THEN 1 ELSE -1 END)::integer AS total
            FROM (
                (SELECT h.activity_id, h.feedback_type, h.presented_at, h.id FROM user_activity_history h
                 WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
                UNION ALL
                (SELECT h.activity_id, h.feedback_type, h.presented_at, h.id FROM user_activity_history h
                 WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
                 ORDER BY h.presented_at DESC, h.id DESC LIMIT 100)
            ) AS latest
            JOIN activities c ON c.activity_id = latest.activity_id
            CROSS JOIN LATERAL jsonb_array_elements_text(
                coalesce(c.preference_keys, '[]') || coalesce(c.domains, '[]')
            ) AS about
            WHERE latest.feedback_type IN ('like', 'dislike')
            GROUP BY about
        ) AS said
    ) AS liked
    CROSS JOIN LATERAL (
        SELECT array_agg(DISTINCT theme) AS themes FROM (
            (SELECT h.theme_tags FROM user_activity_history h
             WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 30)
            UNION ALL
            (SELECT h.theme_tags FROM user_activity_history h
             WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
             ORDER BY h.presented_at DESC, h.id DESC LIMIT 30)
        ) AS latest
        CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(latest.theme_tags, '[]')) AS theme
    ) AS lately
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS sessions FROM (
            SELECT FROM session_seats earlier
            WHERE (earlier.user_id = t.user_id OR earlier.anonymous_session_id = t.anonymous_session_id)
                AND earlier.session_id <> t.session_id
            LIMIT 10
        ) AS earlier_ones
    ) AS played
    WHERE t.session_id = ANY (rooms);
END
$$;

GRANT EXECUTE ON FUNCTION app.draw_facts(text[]), app.draw_tastes(text[]) TO game_service;

-- The older column repeats the newer one: asked only where they are not alike.
DROP TRIGGER sessions_rating_follows_level ON sessions;
CREATE TRIGGER sessions_rating_follows_level BEFORE INSERT OR UPDATE OF intimacy_level, rating ON sessions
    FOR EACH ROW WHEN (NEW.rating IS DISTINCT FROM NEW.intimacy_level::text)
    EXECUTE FUNCTION app.rating_follows_level();

-- A seat goes only with its session, and so does the log: that the seat is one of the two is enough. A foreign key to it costs
-- more than the row.
ALTER TABLE session_events
    DROP CONSTRAINT session_events_session_id_seat_fkey,
    ADD CONSTRAINT session_events_seat_known CHECK (seat IN ('A', 'B'));
DROP INDEX idx_session_events_seat;

-- A card's row is changed soon after it came (skipped, feedback): there is room for that on its page, and no index is touched.
ALTER TABLE user_activity_history SET (fillfactor = 85);

-- Feedback and skips look up a turn of a game.
CREATE INDEX idx_activity_history_turn ON user_activity_history (session_id, turn);
DROP INDEX idx_activity_history_session;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (11, 'live_rooms', '562fec6fb7f1facccf56035890140d4ce99d1cd3113d7bfe942dcc1a4e122977');
RESET ROLE;

COMMIT;

BEGIN;

-- 0012_secrets.sql

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

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum)
VALUES (12, 'secrets', 'f32a656837d4156c20e78df0a2b3c0c08f78338de219eff1b28ac17301122be7');
RESET ROLE;

COMMIT;

BEGIN;

-- 0013_lineage.sql

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

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (13, 'lineage', 'a9101c5b0fabf8e78f944e2b24ae656114a629244511605ce53bd0fc94d69eec', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0014_subscriptions.sql

-- What people bought in the stores, and what the stores tell about it.
--
-- A store tells only that something changed: that is kept once (webhook_events), and then the store is asked. What it answers is
-- the line's snapshot (subscription_lines), which only a newer answer replaces; beside it stands a row for each of the line's
-- transactions, as before (subscription_transactions). users.subscription_tier and subscription_expires_at follow in the same
-- transaction. Only the service writes any of it.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- One row a purchase that renews: Apple's original transaction, Google's purchase token (as its hash). `reference` is what the
-- store is asked by, and for nobody else to read. `as_of` is the moment of the store's answer, `read_at` when it was last asked.
CREATE TABLE subscription_lines (
    platform platform_enum NOT NULL,
    line_id text NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reference text NOT NULL,
    transaction_id text NOT NULL,
    product_id text NOT NULL,
    tier subscription_tier_enum NOT NULL,
    state text NOT NULL CONSTRAINT subscription_lines_state_known CHECK (
        state IN ('active', 'canceled', 'grace', 'retry', 'paused', 'pending', 'expired', 'refunded', 'revoked', 'retired')
    ),
    shared boolean NOT NULL,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    grace_until timestamptz,
    environment text NOT NULL CONSTRAINT subscription_lines_environment_known CHECK (environment IN ('production', 'sandbox')),
    as_of timestamptz NOT NULL,
    read_at timestamptz NOT NULL DEFAULT now(),
    renews boolean NOT NULL,
    amount numeric(10, 2) NOT NULL,
    currency text NOT NULL,
    retires text,
    acknowledged_at timestamptz,
    PRIMARY KEY (platform, line_id),
    CONSTRAINT subscription_lines_from_a_store CHECK (platform <> 'web'),
    CONSTRAINT subscription_lines_reference_bounded CHECK (octet_length(reference) <= 4096)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_subscription_lines_user ON subscription_lines (user_id);
CREATE INDEX idx_subscription_lines_read ON subscription_lines (read_at);
CREATE INDEX idx_subscription_lines_unacknowledged ON subscription_lines (read_at) WHERE acknowledged_at IS NULL;

-- Lines whose place another line took, known or not: they never give anything again.
CREATE TABLE retired_lines (
    platform platform_enum NOT NULL,
    line_id text NOT NULL,
    retired_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (platform, line_id)
);

-- Which line a transaction belongs to; null for rows of the older system.
ALTER TABLE subscription_transactions ADD COLUMN line_id text, ADD COLUMN product_id text;
CREATE INDEX idx_subscription_line ON subscription_transactions (platform, line_id);

-- What outside systems have told, each thing once. Of the message itself only what is asked about is kept, until it has been.
CREATE TABLE webhook_events (
    id bigserial PRIMARY KEY,
    provider text NOT NULL,
    event_id text NOT NULL,
    kind text NOT NULL,
    reference text,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    processed_at timestamptz,
    CONSTRAINT webhook_events_once UNIQUE (provider, event_id),
    CONSTRAINT webhook_events_reference_bounded CHECK (octet_length(reference) <= 4096)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_webhook_events_due ON webhook_events (next_attempt_at) WHERE processed_at IS NULL;
CREATE INDEX idx_webhook_events_received ON webhook_events (received_at);

SELECT app.seal('subscription_lines');
SELECT app.let_service('subscription_lines', 'SELECT', 'INSERT', 'UPDATE');
SELECT app.seal('retired_lines');
SELECT app.let_service('retired_lines', 'SELECT', 'INSERT');
SELECT app.seal('webhook_events');
SELECT app.let_service('webhook_events', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('subscription_transactions', 'SELECT', 'INSERT', 'UPDATE');
REVOKE ALL ON SEQUENCE webhook_events_id_seq FROM PUBLIC, anon, authenticated;
GRANT USAGE ON SEQUENCE webhook_events_id_seq, subscription_transactions_id_seq TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (14, 'subscriptions', '931d2c30fbc9faa3dc5e68ea0973dce3b545e9fef03c9870db8b6086d7a13631', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0015_notifications.sql

-- Reaching people who are not looking: the list in the app, and the outbox of what goes to their phones and browsers.
--
-- What happened writes one line into the list and one row a device into the outbox, in its own transaction; whoever sends takes
-- rows that are due, a few seconds at a time, and writes down what became of them. So nothing is lost with a process, and no
-- row is with two of them at once.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- A phone gets no more once the login it registered with has ended. `device_token` stands in an index, and a browser's is JSON.
ALTER TABLE push_notification_tokens
    ADD COLUMN login_id uuid REFERENCES logins (id) ON DELETE CASCADE,
    ADD CONSTRAINT push_notification_tokens_bounded CHECK (octet_length(device_token) <= 2048);
CREATE INDEX idx_push_tokens_login ON push_notification_tokens (login_id);

SELECT app.let_service('push_notification_tokens', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT USAGE ON SEQUENCE push_notification_tokens_id_seq TO game_service;
-- Its own devices are read by their number and kind: the token is the server's.
REVOKE SELECT ON push_notification_tokens FROM authenticated;
GRANT SELECT (id, user_id, platform, created_at, updated_at) ON push_notification_tokens TO authenticated;

-- One line for each thing that was told (`about`, like 'request:12'); what happens to it again, told by a higher `version`,
-- makes the same line new. `from_user_id` is whose doing it was: nobody's name stands here, and the line goes with either person.
CREATE TABLE notifications (
    id bigserial PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    from_user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    about text NOT NULL,
    version bigint NOT NULL DEFAULT 0,
    link text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    expires_at timestamptz, -- from then on it says nothing any more, and is not shown
    CONSTRAINT notifications_one_line UNIQUE (user_id, about)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_notifications_list ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX idx_notifications_from ON notifications (from_user_id) WHERE from_user_id IS NOT NULL;
CREATE INDEX idx_notifications_created ON notifications (created_at);

SELECT app.seal('notifications');
SELECT app.let_service('notifications', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT USAGE ON SEQUENCE notifications_id_seq TO game_service;
GRANT SELECT (id, user_id, kind, link, created_at, read_at, expires_at), UPDATE (read_at) ON notifications TO authenticated;
CREATE POLICY "Users can SELECT what they were told" ON notifications FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Users can UPDATE what they have read" ON notifications FOR UPDATE TO authenticated
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));

-- A row a device and thing told. Without a device it is a request to an address: whose that is, is looked up after the answer,
-- which so costs the same for an address that has no account. Whoever takes a row moves `due_at` on, so that it comes again where
-- they die; `done_at` when the vendor has it or it is given up. `link` may hold a secret and is emptied then.
CREATE TABLE notification_outbox (
    id bigserial PRIMARY KEY,
    dedup_key text NOT NULL CONSTRAINT notification_outbox_once UNIQUE,
    kind text NOT NULL,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    from_user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    device_id integer REFERENCES push_notification_tokens (id) ON DELETE CASCADE,
    connection_id integer REFERENCES partner_connections (id) ON DELETE CASCADE,
    session_id text, -- no foreign key: its lock would stand in the way of the room's commits
    version bigint NOT NULL DEFAULT 0,
    link text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    outcome text,
    done_at timestamptz,
    CONSTRAINT notification_outbox_whose CHECK ((user_id IS NULL) = (device_id IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_notification_outbox_due ON notification_outbox (due_at) WHERE done_at IS NULL;
CREATE INDEX idx_notification_outbox_expires ON notification_outbox (expires_at);
CREATE INDEX idx_notification_outbox_user ON notification_outbox (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_notification_outbox_from ON notification_outbox (from_user_id) WHERE from_user_id IS NOT NULL;
CREATE INDEX idx_notification_outbox_device ON notification_outbox (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX idx_notification_outbox_connection ON notification_outbox (connection_id) WHERE connection_id IS NOT NULL;

SELECT app.seal('notification_outbox');
SELECT app.let_service('notification_outbox', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT USAGE ON SEQUENCE notification_outbox_id_seq TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (15, 'notifications', '2e0e62d87a4ed43fe536eb6ca4b2fbfe60641e974218b2013cd94cd5ac68c0a8', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0016_mail.sql

-- Mails by SMTP: claimed for a while instead of locked while a server talks, each with the moment after which it is no use any more;
-- sign-ups that wait for their address to be confirmed; addresses that want no requests; and of jobs what an operator asks.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- due_at takes the place of next_attempt_at, which says 'infinity' in what is queued from now on: programs before this one cannot read
-- its sealed params and pass over it. message_id is the same however often a mail is sent.
ALTER TABLE mail_outbox
    ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN expires_at timestamptz NOT NULL DEFAULT now() + interval '1 day',
    ADD COLUMN message_id uuid NOT NULL DEFAULT gen_random_uuid();
CREATE INDEX idx_mail_outbox_open ON mail_outbox (due_at) WHERE sent_at IS NULL;

-- No account yet: whoever reads the address's mail makes one of it. Several may wait for one address, each with its own password, so
-- that nobody gets into an account by having asked for it first.
CREATE TABLE sign_ups (
    token_hash text PRIMARY KEY,
    email text NOT NULL,
    password_hash text NOT NULL,
    display_name text,
    adult_confirmed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_sign_ups_email ON sign_ups (email);
CREATE INDEX idx_sign_ups_expires ON sign_ups (expires_at);
SELECT app.seal('sign_ups');
SELECT app.let_service('sign_ups', 'SELECT', 'INSERT', 'DELETE');

-- By the SHA-256 of the address and not by a keyed hash: a no outlives every secret of the server's.
CREATE TABLE refused_mail (
    address_hash text PRIMARY KEY,
    refused_at timestamptz NOT NULL DEFAULT now()
);
SELECT app.seal('refused_mail');
SELECT app.let_service('refused_mail', 'SELECT', 'INSERT', 'DELETE');

-- When the last run was due (it began at last_started_at), and when one last succeeded.
ALTER TABLE job_runs
    ADD COLUMN last_due_at timestamptz,
    ADD COLUMN last_done_at timestamptz;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (16, 'mail', 'f39526ebb6d8bc1cfd7a30972ecec53fcf588eb07725b6c15d72f18f46ee4e35', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0017_google.sql

-- What Google Play says apart from a purchase's state: that an order was refunded.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Transactions whose money went back while their line goes on, as Google tells it: the line gives nothing until it has another
-- transaction. They go with their line, and that with its person.
CREATE TABLE voided_transactions (
    platform platform_enum NOT NULL,
    line_id text NOT NULL,
    transaction_id text NOT NULL,
    voided_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (platform, line_id, transaction_id),
    FOREIGN KEY (platform, line_id) REFERENCES subscription_lines (platform, line_id) ON DELETE CASCADE
);
SELECT app.seal('voided_transactions');
SELECT app.let_service('voided_transactions', 'SELECT', 'INSERT');

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (17, 'google', 'fb0fcaf6a985225b9fe95be2b2fba21503f39508109212f92d47b099e11bfd9a', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0018_couple_cards.sql

-- Cards that a couple writes for itself, and how a card that only one room may see comes into a draw beside the bank.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- The card itself is a row of `activities` (source 'user_submitted', without a uid: its text is no identity between couples); here
-- is whose it is. Its writer approves it by writing, the partner with `approved_at`. It goes with either person.
CREATE TABLE couple_cards (
    activity_id integer PRIMARY KEY REFERENCES activities (activity_id) ON DELETE CASCADE,
    writer_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    partner_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    approved_at timestamptz,
    CONSTRAINT couple_cards_not_oneself CHECK (writer_id <> partner_id)
);
COMMENT ON TABLE couple_cards IS 'Whose a card with the source user_submitted is, and when the partner approved it.';
CREATE INDEX idx_couple_cards_writer ON couple_cards (writer_id, created_at DESC, activity_id DESC);
CREATE INDEX idx_couple_cards_partner ON couple_cards (partner_id, created_at DESC, activity_id DESC);
CREATE INDEX idx_couple_cards_pair ON couple_cards (least(writer_id, partner_id), greatest(writer_id, partner_id));

SELECT app.seal('couple_cards');
SELECT app.let_service('couple_cards', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Both read their cards while they are connected: afterwards each has only what was played.
GRANT SELECT ON couple_cards TO authenticated;
CREATE POLICY "Users can SELECT cards of theirs and a connected partner's" ON couple_cards FOR SELECT TO authenticated
    USING (
        (writer_id = (SELECT app.uid()) OR partner_id = (SELECT app.uid()))
        AND EXISTS (
            SELECT FROM partner_connections c
            WHERE c.status = 'accepted'
                AND ((c.requester_user_id = couple_cards.writer_id AND c.recipient_user_id = couple_cards.partner_id)
                    OR (c.requester_user_id = couple_cards.partner_id AND c.recipient_user_id = couple_cards.writer_id))
        )
    );
CREATE POLICY "Users can SELECT activities of their own" ON activities FOR SELECT TO authenticated
    USING (source = 'user_submitted' AND activity_id IN (SELECT k.activity_id FROM couple_cards k));

-- Of the bank the service deletes nothing: it archives. What a couple wrote goes.
GRANT DELETE ON activities TO game_service;
CREATE POLICY "The service may delete what a couple wrote" ON activities FOR DELETE TO game_service
    USING (source = 'user_submitted');

-- The open rooms of these two are to be looked at again: a card of theirs may be gone from under them.
CREATE FUNCTION app.recheck_rooms_of(one uuid, other uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id IN (
        SELECT s.session_id FROM session_seats mine
        JOIN session_seats theirs ON theirs.session_id = mine.session_id AND theirs.user_id = other
        JOIN sessions s ON s.session_id = mine.session_id AND s.status IN ('waiting', 'active')
        WHERE mine.user_id = one
        ORDER BY s.session_id
        FOR NO KEY UPDATE OF s
    )
$$;

CREATE FUNCTION app.forget_couple_card() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL THEN -- before the card, as a room's commit holds the two in this order
        PERFORM app.recheck_rooms_of(OLD.writer_id, OLD.partner_id);
    END IF;
    DELETE FROM activities WHERE activity_id = OLD.activity_id AND source = 'user_submitted';
    RETURN NULL;
END
$$;
CREATE TRIGGER couple_cards_forget AFTER DELETE ON couple_cards FOR EACH ROW EXECUTE FUNCTION app.forget_couple_card();

-- The log is append-only, and what a couple wrote is not one person's to keep: a game in which such a card was shown goes with its log
-- as soon as one of the two is erased.
CREATE FUNCTION app.delete_couples_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM sessions s
    WHERE s.session_id = NEW.session_id AND EXISTS (
        SELECT FROM session_events e
        WHERE e.session_id = NEW.session_id AND e.type IN ('card_shown', 'card_replaced')
            AND e.event #>> '{card,source}' = 'user_submitted'
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_delete_couples AFTER UPDATE OF user_id ON session_seats
    FOR EACH ROW WHEN (NEW.actor = 'former') EXECUTE FUNCTION app.delete_couples_session();

-- Whoever is connected no more plays none of these cards any more, also where a room is open.
CREATE FUNCTION app.withhold_couple_cards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM couple_cards k
        WHERE least(k.writer_id, k.partner_id) = least(OLD.requester_user_id, OLD.recipient_user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(OLD.requester_user_id, OLD.recipient_user_id)
            AND k.approved_at IS NOT NULL
    ) THEN
        PERFORM app.recheck_rooms_of(OLD.requester_user_id, OLD.recipient_user_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER partner_connections_withhold_cards AFTER UPDATE OF status OR DELETE ON partner_connections
    FOR EACH ROW WHEN (OLD.status = 'accepted') EXECUTE FUNCTION app.withhold_couple_cards();

-- Has this room cards beside the bank? Asked with the facts of every draw, so it is one look at an index.
CREATE FUNCTION app.has_own_cards(room text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
        JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
        WHERE a.session_id = room AND a.seat = 'A' AND k.approved_at IS NOT NULL
    );
END
$$;

-- The cards that only these rooms may see, ready to be drawn: what its two players wrote and both approved, while they are
-- connected.
CREATE FUNCTION app.draw_own_cards(rooms text[]) RETURNS TABLE (
    session_id text, activity_id integer, activity_uid text, type text, rating text, intensity integer, script jsonb, tags jsonb,
    power_role text, preference_keys jsonb, domains jsonb, intensity_modifiers jsonb, requires_consent_negotiation boolean,
    audience_scope text, hard_boundaries jsonb, hard_limit_keys jsonb, required_bodyparts jsonb, source text, approved boolean,
    is_active boolean
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT a.session_id::text, c.activity_id, c.activity_uid::text, c.type::text, c.rating::text, c.intensity, c.script, c.tags,
        c.power_role::text, c.preference_keys, c.domains, c.intensity_modifiers, c.requires_consent_negotiation,
        c.audience_scope::text, c.hard_boundaries, c.hard_limit_keys, c.required_bodyparts, c.source::text, c.approved,
        c.is_active
    FROM session_seats a
    JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
    JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
        AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
    JOIN activities c ON c.activity_id = k.activity_id
    WHERE a.session_id = ANY (rooms) AND a.seat = 'A' AND k.approved_at IS NOT NULL AND c.approved AND c.is_active
        AND EXISTS (
            SELECT FROM partner_connections p
            WHERE p.status = 'accepted'
                AND ((p.requester_user_id = a.user_id AND p.recipient_user_id = b.user_id)
                    OR (p.requester_user_id = b.user_id AND p.recipient_user_id = a.user_id))
        )
    ORDER BY a.session_id, c.activity_id;
END
$$;

GRANT EXECUTE ON FUNCTION
    app.recheck_rooms_of(uuid, uuid), app.has_own_cards(text), app.draw_own_cards(text[])
TO game_service;

-- A process loads the bank anew when it has changed: not when a couple writes a card, nor when a card of another source waits to be
-- approved.
CREATE FUNCTION app.raise_revision_of_bank() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    is_of_bank boolean := false;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        is_of_bank := EXISTS (
            SELECT FROM after WHERE source = 'bank' OR (approved AND is_active AND source <> 'user_submitted')
        );
    END IF;
    IF TG_OP <> 'INSERT' AND NOT is_of_bank THEN
        is_of_bank := EXISTS (
            SELECT FROM before WHERE source = 'bank' OR (approved AND is_active AND source <> 'user_submitted')
        );
    END IF;
    IF is_of_bank THEN
        UPDATE bank_revision SET revision = revision + 1;
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER activities_raise_bank_revision ON activities;
CREATE TRIGGER activities_raise_bank_revision AFTER TRUNCATE ON activities
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_bank_revision();
CREATE TRIGGER activities_raise_revision_by_insert AFTER INSERT ON activities REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_revision_of_bank();
CREATE TRIGGER activities_raise_revision_by_update AFTER UPDATE ON activities
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_revision_of_bank();
CREATE TRIGGER activities_raise_revision_by_delete AFTER DELETE ON activities REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_revision_of_bank();

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (18, 'couple_cards', '7323dce7b744c283ec34d5257cb22c16602de8601c6704416aeb24a172549004', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0019_ai_cards.sql

-- Cards that an AI wrote for one room: which room, how often it may be asked a day, and that nothing of it outlives its people.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- The card itself is a row of `activities` (source 'ai_generated', not approved: for nobody else, until an operator approves it);
-- here is for which room it was made. It goes with the room.
CREATE TABLE room_cards (
    activity_id integer PRIMARY KEY REFERENCES activities (activity_id) ON DELETE CASCADE,
    session_id varchar(128) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
COMMENT ON TABLE room_cards IS 'For which room a card with the source ai_generated was made.';
CREATE INDEX idx_room_cards_session ON room_cards (session_id, activity_id DESC);

SELECT app.seal('room_cards');
SELECT app.let_service('room_cards', 'SELECT', 'INSERT');

-- How often a provider was asked on a UTC day, by all processes together.
CREATE TABLE card_budget (
    day date PRIMARY KEY,
    asked integer NOT NULL CHECK (asked >= 0)
);
COMMENT ON TABLE card_budget IS 'How many cards were asked of the AI on each UTC day, by all processes together.';

SELECT app.seal('card_budget');
SELECT app.let_service('card_budget', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

SELECT app.let_service('ai_generation_logs', 'SELECT', 'INSERT', 'DELETE');
GRANT USAGE ON SEQUENCE ai_generation_logs_id_seq TO game_service;
ALTER TABLE ai_generation_logs
    ADD CONSTRAINT ai_generation_logs_bounded CHECK (
        octet_length(prompt_text) <= 65536 AND octet_length(response_text) <= 65536
        AND octet_length(model_version) <= 256 AND octet_length(validation_failures::text) <= 8192
    );

-- A card that nobody approved for others goes with the room that it was made for. As the owner: it runs where a room is deleted,
-- whoever deletes it.
CREATE FUNCTION app.forget_room_card() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM activities WHERE activity_id = OLD.activity_id AND source = 'ai_generated' AND NOT approved;
    RETURN NULL;
END
$$;
CREATE TRIGGER room_cards_forget AFTER DELETE ON room_cards FOR EACH ROW EXECUTE FUNCTION app.forget_room_card();

-- What was asked for a room was made of both players' answers: it goes with either of them, although the game stays with the other.
-- The room is locked first, so that what is written about it at this moment is written before, and goes too, or not at all.
CREATE FUNCTION app.forget_what_was_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM sessions WHERE session_id = NEW.session_id FOR UPDATE;
    DELETE FROM room_cards WHERE session_id = NEW.session_id;
    DELETE FROM ai_generation_logs WHERE session_id = NEW.session_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_forget_asked AFTER UPDATE OF user_id, anonymous_session_id ON session_seats
    FOR EACH ROW WHEN (NEW.actor = 'former') EXECUTE FUNCTION app.forget_what_was_asked();

-- Has this room cards beside the bank? Asked with the facts of every draw, so it is two looks at an index.
CREATE OR REPLACE FUNCTION app.has_own_cards(room text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM room_cards r WHERE r.session_id = room) OR EXISTS (
        SELECT FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
        JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
        WHERE a.session_id = room AND a.seat = 'A' AND k.approved_at IS NOT NULL
    );
END
$$;

-- The same with what was made for these rooms, the newest dozen: those before were shown, or were for another level or phase.
-- Such a card is approved for its room by its validation, and the limits are asked again for every draw.
CREATE OR REPLACE FUNCTION app.draw_own_cards(rooms text[]) RETURNS TABLE (
    session_id text, activity_id integer, activity_uid text, type text, rating text, intensity integer, script jsonb, tags jsonb,
    power_role text, preference_keys jsonb, domains jsonb, intensity_modifiers jsonb, requires_consent_negotiation boolean,
    audience_scope text, hard_boundaries jsonb, hard_limit_keys jsonb, required_bodyparts jsonb, source text, approved boolean,
    is_active boolean
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH own AS (
        SELECT a.session_id, k.activity_id
        FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
        JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
        WHERE a.session_id = ANY (rooms) AND a.seat = 'A' AND k.approved_at IS NOT NULL
            AND EXISTS (
                SELECT FROM partner_connections p
                WHERE p.status = 'accepted'
                    AND ((p.requester_user_id = a.user_id AND p.recipient_user_id = b.user_id)
                        OR (p.requester_user_id = b.user_id AND p.recipient_user_id = a.user_id))
            )
        UNION ALL
        SELECT made.session_id, made.activity_id
        FROM unnest(rooms) AS room
        CROSS JOIN LATERAL (
            SELECT r.session_id, r.activity_id FROM room_cards r
            WHERE r.session_id = room ORDER BY r.activity_id DESC LIMIT 12
        ) AS made
    )
    SELECT own.session_id::text, c.activity_id, c.activity_uid::text, c.type::text, c.rating::text, c.intensity, c.script, c.tags,
        c.power_role::text, c.preference_keys, c.domains, c.intensity_modifiers, c.requires_consent_negotiation,
        c.audience_scope::text, c.hard_boundaries, c.hard_limit_keys, c.required_bodyparts, c.source::text, true,
        c.is_active
    FROM own JOIN activities c ON c.activity_id = own.activity_id
    WHERE c.is_active AND c.approved = (c.source = 'user_submitted')
    ORDER BY own.session_id, c.activity_id;
END
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (19, 'ai_cards', '49cdaa4dfc96f4a4e3c42ec3114695b55ebfbbe92bb5b4fb0dab3c6b13546420', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0020_favourites.sql

-- The cards that two players have both liked: what a game with `rules.favourites` begins with.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- By room the cards that its two liked in games of theirs, each by the last they said of it: of the last thousand cards of each,
-- so that a long history costs no more than a short one. What was liked with somebody else is nobody's business here.
CREATE FUNCTION app.draw_favourites(rooms text[]) RETURNS TABLE (session_id text, activities integer[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT both_liked.session_id::text, array_agg(both_liked.activity_id) AS activities
    FROM (
        SELECT t.session_id, said.activity_id
        FROM session_seats t
        JOIN session_seats across ON across.session_id = t.session_id AND across.seat <> t.seat
        CROSS JOIN LATERAL (
            SELECT DISTINCT ON (latest.activity_id) latest.activity_id, latest.feedback_type
            FROM (
                (SELECT h.* FROM user_activity_history h
                 WHERE h.user_id = t.user_id ORDER BY h.presented_at DESC, h.id DESC LIMIT 1000)
                UNION ALL
                (SELECT h.* FROM user_activity_history h
                 WHERE t.user_id IS NULL AND h.anonymous_session_id = t.anonymous_session_id
                 ORDER BY h.presented_at DESC, h.id DESC LIMIT 1000)
            ) AS latest
            JOIN session_seats together ON together.session_id = latest.session_id AND together.actor = across.actor
            WHERE latest.activity_id IS NOT NULL AND latest.feedback_type IS NOT NULL
            ORDER BY latest.activity_id, latest.presented_at DESC, latest.id DESC
        ) AS said
        WHERE t.session_id = ANY (rooms) AND said.feedback_type = 'like'
        GROUP BY t.session_id, said.activity_id
        HAVING count(*) = 2
    ) AS both_liked
    GROUP BY both_liked.session_id;
END
$$;
GRANT EXECUTE ON FUNCTION app.draw_favourites(text[]) TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (20, 'favourites', '5c854a05ca41bdd19000d920c0a22eacc3a3782cf302b50e6fb7784192fd653c', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0021_batch_locks.sql

-- A batch holds its rooms and payers against changes, not against what refers to them.
-- oldest_code: 0011
--
-- Two batches of two processes whose players sit in each other's rooms waited for each other: a row of history refers to its player
-- (KEY SHARE), whom the other batch held FOR UPDATE. No key of these rows ever changes.

SET ROLE game_owner;

DO $$
BEGIN
    EXECUTE replace(
        pg_get_functiondef(
            'app.append_commands(app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[],'
            ' app.live_turn[], app.live_feedback[], uuid[], text[])'::regprocedure
        ),
        'FOR UPDATE;', 'FOR NO KEY UPDATE;'
    );
END
$$;

RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (21, 'batch_locks', 'a9875c86f032041068f75b8d64d2a2d421fdda9b5ee5e9daa6bb3ea03eae7945', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0022_supabase.sql

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

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (22, 'supabase', '2367860a2b1118676a6c71d93b75a71bae5a9bb7e4c239503e23fc335af70780', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0024_consent_ledger.sql

-- Who agreed to what, and when: entries that nobody changes any more, each holding the hash of the one before.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Who an entry's `person` is. It goes with its person; the entries stay, and are nobody's then.
CREATE TABLE consent_people (
    person uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid CONSTRAINT idx_consent_people_user UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    anonymous_session_id text CONSTRAINT idx_consent_people_anonymous UNIQUE
        REFERENCES anonymous_sessions (session_id) ON DELETE CASCADE,
    CONSTRAINT consent_people_one CHECK (num_nonnulls(user_id, anonymous_session_id) = 1)
);
COMMENT ON TABLE consent_people IS 'The random ids under which people stand in consent_ledger.';

-- A chain is a session's, a connection's, or what one person said of themselves (account:, limits:), so that whoever adds to it holds
-- the row that the entry is about, and nobody waits. Without a name; of a pause or a stop without the seat.
CREATE TABLE consent_ledger (
    chain text NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    at timestamptz NOT NULL,
    kind text NOT NULL,
    person uuid,
    detail jsonb NOT NULL,
    previous bytea,
    hash bytea NOT NULL,
    PRIMARY KEY (chain, number),
    CONSTRAINT consent_ledger_linked CHECK ((number = 1) = (previous IS NULL)),
    CONSTRAINT consent_ledger_bounded CHECK (octet_length(detail::text) <= 1024 AND char_length(chain) <= 160),
    CONSTRAINT consent_ledger_unattributed CHECK (kind NOT IN ('paused', 'stopped') OR person IS NULL)
);
COMMENT ON TABLE consent_ledger IS 'Consent as it was given and taken back: append-only, a chain of hashes for each thing it is about.';
CREATE INDEX idx_consent_ledger_person ON consent_ledger (person) WHERE person IS NOT NULL;

SELECT app.seal('consent_people');
SELECT app.let_service('consent_people', 'SELECT');
SELECT app.seal('consent_ledger');
SELECT app.let_service('consent_ledger', 'SELECT');

CREATE TRIGGER consent_ledger_append_only BEFORE UPDATE OR DELETE ON consent_ledger
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change_of_log();
CREATE TRIGGER consent_ledger_never_emptied BEFORE TRUNCATE ON consent_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change_of_log();

CREATE FUNCTION app.consent_hash(
    previous bytea, chain text, number integer, at timestamptz, kind text, person uuid, detail jsonb
) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sha256(coalesce(previous, '') || convert_to(concat_ws(E'\n',
        chain, number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), kind, coalesce(person::text, ''), detail
    ), 'UTF8'))
$$;

CREATE FUNCTION app.append_consent(of_chain text, of_kind text, of_person uuid, details jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    last_one consent_ledger;
    next_number integer;
BEGIN
    SELECT * INTO last_one FROM consent_ledger WHERE chain = of_chain ORDER BY number DESC LIMIT 1;
    IF last_one.kind = of_kind AND of_kind = 'limits_changed' AND last_one.at > now() - interval '1 minute' THEN
        RETURN; -- somebody goes through their limits: one entry says so
    END IF;
    next_number := coalesce(last_one.number, 0) + 1;
    INSERT INTO consent_ledger (chain, number, at, kind, person, detail, previous, hash)
    VALUES (of_chain, next_number, now(), of_kind, of_person, details, last_one.hash,
        app.consent_hash(last_one.hash, of_chain, next_number, now(), of_kind, of_person, details));
END
$$;

-- The random id of somebody; null for nobody, and for who is being erased.
CREATE FUNCTION app.consent_person(of_user uuid, of_anonymous text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    found uuid;
BEGIN
    IF of_user IS NOT NULL THEN
        INSERT INTO consent_people (user_id) SELECT u.id FROM users u WHERE u.id = of_user ON CONFLICT DO NOTHING;
        SELECT p.person INTO found FROM consent_people p WHERE p.user_id = of_user;
    ELSIF of_anonymous IS NOT NULL THEN
        INSERT INTO consent_people (anonymous_session_id)
            SELECT a.session_id FROM anonymous_sessions a WHERE a.session_id = of_anonymous ON CONFLICT DO NOTHING;
        SELECT p.person INTO found FROM consent_people p WHERE p.anonymous_session_id = of_anonymous;
    END IF;
    RETURN found;
END
$$;

-- The functions below write for whoever changes what they stand on, requests included, and can only be called by their triggers.

CREATE FUNCTION app.note_account_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(NEW.id, NULL);
BEGIN
    IF NEW.adult_confirmed_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.adult_confirmed_at IS NULL) THEN
        PERFORM app.append_consent('account:' || who, 'adult_stated', who, '{}');
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.profile_sharing_setting IS DISTINCT FROM OLD.profile_sharing_setting THEN
        PERFORM app.append_consent(
            'account:' || who, 'sharing_changed', who, jsonb_build_object('to', NEW.profile_sharing_setting)
        );
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_note_first_consent AFTER INSERT ON users
    FOR EACH ROW WHEN (NEW.adult_confirmed_at IS NOT NULL) EXECUTE FUNCTION app.note_account_consent();
CREATE TRIGGER users_note_consent AFTER UPDATE OF adult_confirmed_at, profile_sharing_setting ON users
    FOR EACH ROW WHEN (
        NEW.adult_confirmed_at IS NOT NULL AND OLD.adult_confirmed_at IS NULL
        OR NEW.profile_sharing_setting IS DISTINCT FROM OLD.profile_sharing_setting
    ) EXECUTE FUNCTION app.note_account_consent();

CREATE FUNCTION app.note_anonymous_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(NULL, NEW.session_id);
BEGIN
    PERFORM app.append_consent('account:' || who, 'adult_stated', who, '{}');
    RETURN NULL;
END
$$;
CREATE TRIGGER anonymous_sessions_note_first_consent AFTER INSERT ON anonymous_sessions
    FOR EACH ROW WHEN (NEW.adult_confirmed_at IS NOT NULL) EXECUTE FUNCTION app.note_anonymous_consent();
CREATE TRIGGER anonymous_sessions_note_consent AFTER UPDATE OF adult_confirmed_at ON anonymous_sessions
    FOR EACH ROW WHEN (NEW.adult_confirmed_at IS NOT NULL AND OLD.adult_confirmed_at IS NULL)
    EXECUTE FUNCTION app.note_anonymous_consent();

-- That limits changed, and not to what: that stands in the profile alone.
CREATE FUNCTION app.note_limits_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(NEW.user_id, NEW.anonymous_session_id);
BEGIN
    IF who IS NOT NULL THEN
        PERFORM app.append_consent('limits:' || who, 'limits_changed', who, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER profiles_note_first_consent AFTER INSERT ON profiles
    FOR EACH ROW WHEN (NEW.boundaries ->> 'asked' = 'true') EXECUTE FUNCTION app.note_limits_consent();
CREATE TRIGGER profiles_note_consent AFTER UPDATE OF boundaries ON profiles
    FOR EACH ROW WHEN (NEW.boundaries IS DISTINCT FROM OLD.boundaries) EXECUTE FUNCTION app.note_limits_consent();

CREATE FUNCTION app.note_connection_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_chain text := 'connection:' || OLD.id;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'accepted' THEN
        PERFORM app.append_consent(of_chain, 'connection_accepted', app.consent_person(NEW.requester_user_id, NULL), '{}');
        PERFORM app.append_consent(of_chain, 'connection_accepted', app.consent_person(NEW.recipient_user_id, NULL), '{}');
    ELSE
        PERFORM app.append_consent(of_chain, 'connection_ended', NULL, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER partner_connections_note_consent AFTER UPDATE OF status ON partner_connections
    FOR EACH ROW WHEN ((OLD.status = 'accepted') <> (NEW.status = 'accepted')) EXECUTE FUNCTION app.note_connection_consent();
CREATE TRIGGER partner_connections_note_last_consent AFTER DELETE ON partner_connections
    FOR EACH ROW WHEN (OLD.status = 'accepted') EXECUTE FUNCTION app.note_connection_consent();

-- A game starts when both agree to the level it has then; a level goes up when both want it.
CREATE FUNCTION app.note_room_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_chain text := 'session:' || NEW.session_id;
    player session_seats;
    level_before text;
BEGIN
    IF NEW.type = 'started' THEN
        FOR player IN SELECT * FROM session_seats t WHERE t.session_id = NEW.session_id ORDER BY t.seat LOOP
            PERFORM app.append_consent(
                of_chain, 'agreed', app.consent_person(player.user_id, player.anonymous_session_id),
                (SELECT jsonb_build_object('level', s.intimacy_level) FROM sessions s WHERE s.session_id = NEW.session_id)
            );
        END LOOP;
    ELSIF NEW.type = 'level_changed' THEN
        SELECT l.detail ->> 'level' INTO level_before FROM consent_ledger l
        WHERE l.chain = of_chain AND l.detail ? 'level' ORDER BY l.number DESC LIMIT 1;
        PERFORM app.append_consent(
            of_chain,
            CASE WHEN strpos('GRX', NEW.event ->> 'level') > strpos('GRX', coalesce(level_before, 'G')) THEN 'level_raised'
                ELSE 'level_lowered' END,
            NULL, jsonb_build_object('level', NEW.event ->> 'level')
        );
    ELSE
        PERFORM app.append_consent(of_chain, NEW.type, NULL, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_events_note_consent AFTER INSERT ON session_events
    FOR EACH ROW WHEN (NEW.type IN ('started', 'level_changed', 'paused', 'stopped', 'resumed'))
    EXECUTE FUNCTION app.note_room_consent();

-- The entries at which a chain is broken: one is missing before it, or it is not what it was.
CREATE FUNCTION app.broken_consents() RETURNS TABLE (chain text, number integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT l.chain, l.number
    FROM (
        SELECT e.*, lag(e.number, 1, 0) OVER of_chain AS number_before, lag(e.hash) OVER of_chain AS hash_before
        FROM consent_ledger e WINDOW of_chain AS (PARTITION BY e.chain ORDER BY e.number)
    ) l
    WHERE l.number <> l.number_before + 1 OR l.previous IS DISTINCT FROM l.hash_before
        OR l.hash <> app.consent_hash(l.previous, l.chain, l.number, l.at, l.kind, l.person, l.detail)
    ORDER BY l.chain, l.number
$$;

GRANT EXECUTE ON FUNCTION
    app.broken_consents(), app.consent_hash(bytea, text, integer, timestamptz, text, uuid, jsonb)
TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (24, 'consent_ledger', 'f9251a000a1494669a510b5fbf68af80ee39a46d28b539ec4fff875818db9001', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0025_cards_of_today.sql

-- What a draw has to know, for less: a room's extra cards of today are counted a game at a time, so that whoever played fifty cards
-- today costs a draw one look at who sat there instead of fifty.
-- oldest_code: 0011

SET ROLE game_owner;

DO $$
DECLARE
    source text := pg_get_functiondef('app.draw_facts(text[])'::regprocedure);
    began integer := strpos(source, '(SELECT count(*) - count(DISTINCT (h.session_id, h.turn))');
    ended integer := strpos(source, 'AS extra_today');
BEGIN
    IF began = 0 OR ended < began THEN
        RAISE EXCEPTION 'app.draw_facts is not as 0011 left it';
    END IF;
    EXECUTE overlay(source PLACING
        '(SELECT coalesce(sum(game.extra), 0)::bigint FROM (
                SELECT h.session_id, count(*) - count(DISTINCT h.turn) AS extra FROM user_activity_history h
                WHERE h.user_id = a.user_id AND h.presented_at >= midnight
                GROUP BY h.session_id
                UNION ALL
                SELECT h.session_id, count(*) - count(DISTINCT h.turn) FROM user_activity_history h
                WHERE a.user_id IS NULL AND h.anonymous_session_id = a.anonymous_session_id
                    AND h.presented_at >= midnight
                GROUP BY h.session_id
            ) AS game
            JOIN session_seats together ON together.session_id = game.session_id AND together.actor = b.actor) '
        FROM began FOR ended - began);
END
$$;

RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (25, 'cards_of_today', 'affdb265c4fe1d5186139a83d8fe3a52a681bdd676acdbaddc9901e93b351e07', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0027_own_rows.sql

-- What a request may read of games and of waiting requests is found by index: as the policies stood, the turn log of one game was
-- read beside every session there is.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- IN (SELECT …) in a policy becomes a filter for every row; an array, made once a statement, is looked up in an index.

ALTER POLICY "Users can SELECT sessions they participate in" ON sessions
    USING (
        primary_user_id = (SELECT app.uid()) OR partner_user_id = (SELECT app.uid())
        OR session_id = ANY (ARRAY(SELECT seats.session_id FROM session_seats seats WHERE seats.user_id = (SELECT app.uid())))
    );
ALTER POLICY "Anonymous people can SELECT sessions they participate in" ON sessions
    USING (session_id = ANY (ARRAY(
        SELECT seats.session_id FROM session_seats seats
        WHERE seats.anonymous_session_id = (SELECT app.anonymous_session_id())
    )));

ALTER POLICY "Users can SELECT activities of their sessions" ON session_activities
    USING (session_id = ANY (ARRAY(SELECT s.session_id FROM sessions s)));
ALTER POLICY "Anonymous people can SELECT activities of their sessions" ON session_activities
    USING (session_id = ANY (ARRAY(SELECT s.session_id FROM sessions s)));

-- The policy "Users can SELECT requests to their confirmed e-mail" asks for the address in lower case.
CREATE INDEX idx_partner_connections_addressed ON partner_connections (lower(recipient_email))
    WHERE status = 'pending' AND recipient_user_id IS NULL;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (27, 'own_rows', '6ca6c71cae768fb2519535f7e867ca4ff591e618f7d68ae5155ccc3ed7a0c202', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0028_nothing_of_the_erased.sql

-- What an erased person said of a card goes out of the games that their partner keeps. What an anonymous player left hangs on them by
-- key, as an account's rows do.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- That somebody said something stays in the log, without what: a phone that resumes counts events. Nothing else in it ever changes.
CREATE FUNCTION app.refuse_change_of_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    forgotten session_events := OLD;
BEGIN
    forgotten.event := OLD.event - 'feedback' - 'executed';
    forgotten.cause := OLD.cause #- '{command,feedback}' #- '{command,executed}';
    IF OLD.type = 'feedback_given' AND NEW IS NOT DISTINCT FROM forgotten AND EXISTS (
        SELECT FROM session_seats t WHERE t.session_id = OLD.session_id AND t.seat = OLD.seat AND t.actor = 'former'
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER session_events_append_only ON session_events;

UPDATE session_events e
SET event = e.event - 'feedback' - 'executed',
    cause = e.cause #- '{command,feedback}' #- '{command,executed}'
FROM session_seats t
WHERE t.session_id = e.session_id AND t.seat = e.seat AND t.actor = 'former' AND e.type = 'feedback_given';

-- No statement changes the log, however few rows it finds; what a trigger would change in it is looked at row by row.
CREATE TRIGGER session_events_append_only BEFORE UPDATE ON session_events
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION app.refuse_change_of_log();
CREATE TRIGGER session_events_forget_only BEFORE UPDATE ON session_events
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change_of_event();

-- As its owner: the service may only add to the log. What may be changed in it, the trigger above says.
CREATE FUNCTION app.forget_feedback_of_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE session_events e
    SET event = e.event - 'feedback' - 'executed',
        cause = e.cause #- '{command,feedback}' #- '{command,executed}'
    WHERE e.session_id = NEW.session_id AND e.type = 'feedback_given' AND e.seat = NEW.seat;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_forget_feedback AFTER UPDATE OF user_id, anonymous_session_id ON session_seats
    FOR EACH ROW WHEN (NEW.actor = 'former') EXECUTE FUNCTION app.forget_feedback_of_seat();

-- A request that was under way at an erasure could leave these for good: no key held them. They are nobody's.
DELETE FROM profiles p WHERE p.anonymous_session_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM anonymous_sessions a WHERE a.session_id = p.anonymous_session_id);
DELETE FROM survey_progress s WHERE s.anonymous_session_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM anonymous_sessions a WHERE a.session_id = s.anonymous_session_id);
-- Deferred: app.forget_anonymous_session, which deletes them, runs after a key of the same table would have looked.
ALTER TABLE profiles ADD CONSTRAINT profiles_anonymous_session_id_fkey
    FOREIGN KEY (anonymous_session_id) REFERENCES anonymous_sessions (session_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE survey_progress ADD CONSTRAINT survey_progress_anonymous_session_id_fkey
    FOREIGN KEY (anonymous_session_id) REFERENCES anonymous_sessions (session_id)
    DEFERRABLE INITIALLY DEFERRED;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (28, 'nothing_of_the_erased', '09496509ea141c28f7d6a57f2650eb8c4996eb0d9d7a972f86528a777809a4ec', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0029_notes.sql

-- A note that a player writes to themselves about an evening: sealed with their own key, and nobody else's to read.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- `words` is the sealed text; `key_id` says which key opens it, so that the service can tell whether that key is still there without
-- reading anything. It goes with its writer, and with the session.
CREATE TABLE session_notes (
    session_id varchar(128) NOT NULL,
    seat text NOT NULL,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    anonymous_session_id text REFERENCES anonymous_sessions (session_id) ON DELETE CASCADE,
    key_id text NOT NULL,
    words jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (session_id, seat),
    FOREIGN KEY (session_id, seat) REFERENCES session_seats (session_id, seat) ON DELETE CASCADE,
    CONSTRAINT session_notes_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = 1),
    CONSTRAINT session_notes_words_bounded CHECK (octet_length(words::text) <= 24576)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE session_notes IS 'What a player wrote to themselves about a session, sealed with their own key.';
COMMENT ON COLUMN session_notes.words IS 'The sealed text: {nonce, ciphertext}. Its writer alone reads it, the service only writes it.';
CREATE TRIGGER update_session_notes_updated_at BEFORE UPDATE ON session_notes
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE INDEX idx_session_notes_user ON session_notes (user_id, created_at, session_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_session_notes_anonymous ON session_notes (anonymous_session_id, created_at, session_id)
    WHERE anonymous_session_id IS NOT NULL;

SELECT app.seal('session_notes');
SELECT app.let_service('session_notes', 'INSERT', 'UPDATE', 'DELETE');
-- All but the words: the process that plays a room keeps what it is given, and cannot look.
GRANT SELECT (session_id, seat, user_id, anonymous_session_id, key_id, created_at, updated_at) ON session_notes TO game_service;
CREATE POLICY "The service may select" ON session_notes FOR SELECT TO game_service USING (true);

GRANT SELECT ON session_notes TO authenticated, anon;
CREATE POLICY "Users can SELECT notes to themselves" ON session_notes FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "Anonymous people can SELECT notes to themselves" ON session_notes FOR SELECT TO anon
    USING (anonymous_session_id = (SELECT app.anonymous_session_id()));

-- A note, too, is something that only their own key opens.
CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    )
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (29, 'notes', '648119183f3f682feb891ba086837f7eebb8c10cf10472247efce06ff20a0058', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0030_languages.sql

-- The language that somebody reads: mails and notifications come in it. One of those that the program ships; which, it knows itself.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE users
    ADD COLUMN language text NOT NULL DEFAULT 'en'
        CONSTRAINT users_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$');
GRANT UPDATE (language) ON users TO authenticated;

-- What they signed up in, until there is an account.
ALTER TABLE sign_ups
    ADD COLUMN language text NOT NULL DEFAULT 'en'
        CONSTRAINT sign_ups_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$');

-- For a mail to who has no account, or has it no more. NULL: that of whoever caused it.
ALTER TABLE mail_outbox
    ADD COLUMN language text
        CONSTRAINT mail_outbox_language_is_a_tag CHECK (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$');

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (30, 'languages', 'e84838bffa78f4b124b214386fc9db13066eaa8fb2bc142c239184ffae896d83', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0031_languages.sql

-- The language of a card: a game is played in one.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE activities ADD COLUMN language text NOT NULL DEFAULT 'en'
    CONSTRAINT activities_language_code CHECK (language ~ '^[a-z]{2}(-[A-Z]{2})?$');
COMMENT ON COLUMN activities.language IS 'What the card is written in: en, de, pt-BR. A game draws cards of one language.';

-- A program older than the column would deal a card of any language to everybody. It refuses tags with a field that it does not know,
-- so a card that is not English says its language there as well.
CREATE FUNCTION app.tell_language() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    told jsonb := coalesce(NEW.tags, '{}');
BEGIN
    IF jsonb_typeof(told) = 'array' THEN
        told := jsonb_build_object('themes', told); -- as banks had them before
    END IF;
    IF NEW.language <> 'en' THEN
        NEW.tags := told || jsonb_build_object('language', NEW.language);
    ELSIF told ? 'language' THEN
        NEW.tags := told - 'language';
    END IF;
    RETURN NEW;
END
$$;

-- Where 0031 was taken back once, the tags still know.
UPDATE activities SET language = tags ->> 'language'
WHERE tags ->> 'language' ~ '^[a-z]{2}(-[A-Z]{2})?$' AND tags ->> 'language' <> 'en';

CREATE TRIGGER activities_tell_language BEFORE INSERT OR UPDATE OF language, tags ON activities
    FOR EACH ROW EXECUTE FUNCTION app.tell_language();

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (31, 'languages', '563295f1fed4caf73fe1d1253ce3dcd422f7b8719240bafbfa43b59ca18ded08', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0032_bonds.sql

-- Bonds: two people or more who live a dynamic keep it in one place. Here is the ground: who is in a bond, who writes in it, the
-- feed of what changed, and how every table after this one is closed. The tools' tables come in the files after it.
-- oldest_code: 0011
--
--   bond_writer    what a member's commands run as, with the member's own claims: it sees and writes what that member may. The
--                  worker's login takes it on for one transaction (SET LOCAL ROLE); by itself it is nobody, for it has no claims.

DO $roles$
DECLARE
    worker text := 'game_worker';
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bond_writer') THEN
        BEGIN
            CREATE ROLE bond_writer NOLOGIN NOINHERIT;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster was migrated at the same moment
        END;
    END IF;
    -- This database's own login, and no other's: a release that another database still has refuses a login which is in more roles
    -- than it knows.
    IF to_regclass('public.run_time_logins') IS NOT NULL THEN
        SELECT coalesce(max(l.login), worker) INTO worker FROM public.run_time_logins l WHERE l.kind = 'worker';
    END IF;
    IF EXISTS (
        SELECT FROM pg_roles r WHERE r.rolname = worker AND (
            coalesce(shobj_description(r.oid, 'pg_authid'), '') NOT LIKE 'Attuned: run-time login of %'
            OR shobj_description(r.oid, 'pg_authid') = 'Attuned: run-time login of ' || current_database()
        )
    ) AND NOT EXISTS (
        SELECT FROM pg_auth_members m WHERE m.roleid = 'bond_writer'::regrole AND m.member = to_regrole(quote_ident(worker))
    ) THEN
        BEGIN
            EXECUTE format('GRANT bond_writer TO %I', worker);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- as above
        END;
    END IF;
END
$roles$;

SET ROLE game_owner;
SET search_path = public;

GRANT USAGE ON SCHEMA app TO bond_writer;
GRANT EXECUTE ON FUNCTION app.claims(), app.uid() TO bond_writer;

-- Enums: the reference's values first, ours after them.

CREATE TYPE dynamic_role_enum AS ENUM ('dominant', 'submissive', 'switch');
CREATE TYPE submission_state_enum AS ENUM ('active', 'low_energy', 'paused');
CREATE TYPE bond_status_enum AS ENUM ('forming', 'active', 'paused', 'dissolved');
CREATE TYPE bond_type_enum AS ENUM ('dyad', 'polycule', 'household', 'dynamic');
CREATE TYPE resource_type_enum AS ENUM ('article', 'video', 'book', 'tool', 'other');
CREATE TYPE resource_category_enum AS ENUM ('education', 'safety', 'technique', 'community', 'legal', 'other');

-- The moment of a command is given with it (SET LOCAL app.moment), so that a week can be lived in a test, and a process whose
-- clock is the database's asks once. What nobody gave a moment for, an erasure or an operator's statement, has its own.
CREATE FUNCTION app.moment() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(nullif(current_setting('app.moment', true), '')::timestamptz, statement_timestamp())
$$;

-- The bonds, and who is in them

CREATE TABLE bonds (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name jsonb NOT NULL,
    invite_code text CONSTRAINT idx_bonds_invite_code UNIQUE,
    status bond_status_enum NOT NULL DEFAULT 'forming',
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    description jsonb,
    bond_type bond_type_enum NOT NULL DEFAULT 'dyad',
    is_private boolean NOT NULL DEFAULT true,
    founder_id uuid REFERENCES users (id) ON DELETE SET NULL,
    invite_expires_at timestamptz,
    invited_by uuid REFERENCES users (id) ON DELETE SET NULL,
    dissolved_at timestamptz,
    head bigint NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT bonds_texts_bounded CHECK (octet_length(name::text) <= 4096 AND octet_length(description::text) <= 65536),
    CONSTRAINT bonds_code_expires CHECK ((invite_code IS NULL) = (invite_expires_at IS NULL)),
    CONSTRAINT bonds_dissolved_once CHECK ((status = 'dissolved') = (dissolved_at IS NOT NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bonds IS 'A bond: what two people or more share. Its texts are sealed with its own key.';
COMMENT ON COLUMN bonds.invite_code IS 'The keyed hash of the code; the code itself is shown once and kept nowhere.';
COMMENT ON COLUMN bonds.head IS 'The number of the newest row of bond_changes.';
CREATE INDEX idx_bonds_created_by ON bonds (created_by);
CREATE INDEX idx_bonds_founder ON bonds (founder_id);
CREATE INDEX idx_bonds_invited_by ON bonds (invited_by);
CREATE INDEX idx_bonds_dissolved ON bonds (dissolved_at) WHERE status = 'dissolved';

-- Who is in a bond. A membership that ends is deleted: from that moment its person sees nothing.
CREATE TABLE bond_members (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_bond_members_id UNIQUE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role_in_bond dynamic_role_enum NOT NULL DEFAULT 'switch',
    joined_at timestamptz NOT NULL DEFAULT app.moment(),
    nickname jsonb,
    safewords jsonb,
    aftercare_needs jsonb,
    can_invite boolean NOT NULL DEFAULT false,
    can_manage boolean NOT NULL DEFAULT false,
    accepts_from uuid[],
    read_receipts boolean NOT NULL DEFAULT true,
    presence boolean NOT NULL DEFAULT true,
    paused_at timestamptz,
    dissolve_vote_at timestamptz,
    read_through timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (bond_id, user_id),
    CONSTRAINT bond_members_texts_bounded CHECK (
        octet_length(nickname::text) <= 4096 AND octet_length(safewords::text) <= 16384
        AND octet_length(aftercare_needs::text) <= 65536
    ),
    CONSTRAINT bond_members_accepts_few CHECK (cardinality(accepts_from) <= 12)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_members IS 'Who is in a bond now, and what they say of themselves there.';
COMMENT ON COLUMN bond_members.accepts_from IS 'By whom its owner lets themselves be led; null: by everybody whose role leads theirs.';
COMMENT ON COLUMN bond_members.paused_at IS 'Since when this member''s pause of the bond stands. Whose it is, nobody else reads.';
CREATE INDEX idx_bond_members_user ON bond_members (user_id, bond_id);

CREATE TABLE bond_settings (
    bond_id uuid PRIMARY KEY REFERENCES bonds (id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_bond_settings_id UNIQUE,
    auto_approve_members boolean NOT NULL DEFAULT false,
    max_members integer NOT NULL DEFAULT 2,
    invite_expires_after_days integer NOT NULL DEFAULT 7,
    enable_points_system boolean NOT NULL DEFAULT true,
    enable_rewards_system boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT bond_settings_members_between CHECK (max_members BETWEEN 2 AND 12),
    CONSTRAINT bond_settings_days_between CHECK (invite_expires_after_days BETWEEN 1 AND 30)
);
COMMENT ON TABLE bond_settings IS 'What a bond''s members agreed on about how it works.';

-- What somebody keeps of a bond: kept for its members, and nobody else's.
CREATE TABLE bond_activity_log (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    action text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT bond_activity_log_action_bounded CHECK (char_length(action) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_activity_log IS 'What happened to a bond itself: who came, left, changed its settings. Of a pause nobody''s name.';
CREATE INDEX idx_bond_activity_log_bond ON bond_activity_log (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_bond_activity_log_user ON bond_activity_log (user_id);

-- The feed: what of a bond's shared rows changed, in order. It points to rows and holds nothing of them.
CREATE TABLE bond_changes (
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    seq bigint NOT NULL,
    "table" text NOT NULL,
    id uuid NOT NULL,
    op text NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
    by uuid REFERENCES users (id) ON DELETE SET NULL,
    at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (bond_id, seq)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_changes IS 'The feed of a bond: its shared rows as they came, changed and went.';
CREATE INDEX idx_bond_changes_by ON bond_changes (by);
CREATE INDEX idx_bond_changes_at ON bond_changes (at);

-- A command that was done already: which row its answer is, and nothing of the row.
CREATE TABLE bond_replies (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    mark text NOT NULL,
    route text NOT NULL,
    body_hash text NOT NULL,
    row_id uuid,
    version integer,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (user_id, mark),
    CONSTRAINT bond_replies_bounded CHECK (char_length(mark) <= 128 AND char_length(route) <= 256 AND char_length(body_hash) <= 128)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_replies IS 'Keys and ids of commands that were done, as keyed hashes; a retry reads the row again.';
CREATE INDEX idx_bond_replies_created_at ON bond_replies (created_at);

-- People: the reference's profiles fields

ALTER TABLE users
    ADD COLUMN dynamic_role dynamic_role_enum,
    ADD COLUMN submission_state submission_state_enum NOT NULL DEFAULT 'active',
    ADD COLUMN bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    ADD COLUMN kink_identity jsonb,
    ADD COLUMN time_zone text,
    ADD COLUMN bonds_onboarded boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT users_time_zone_bounded CHECK (char_length(time_zone) <= 64),
    ADD CONSTRAINT users_kink_identity_bounded CHECK (octet_length(kink_identity::text) <= 8192);
COMMENT ON COLUMN users.kink_identity IS 'Sealed with its owner''s key.';
CREATE INDEX idx_users_bond ON users (bond_id) WHERE bond_id IS NOT NULL;

-- Who is asking, in the form that a statement asks once.

CREATE FUNCTION app.my_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

-- Those in which anything may still be written.
CREATE FUNCTION app.my_open_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.bond_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id
    WHERE m.user_id = (SELECT app.uid()) AND b.status <> 'dissolved'
$$;

-- Since when: a newcomer reads nothing older.
CREATE FUNCTION app.my_bonds_since() RETURNS TABLE (bond_id uuid, joined_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id, m.joined_at FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

-- Everybody in a bond as its members' process has to know them (a person's state and whose lead they accept decide what may be
-- written to them); what of it members are shown, the process says. Nothing to who is no member.
CREATE FUNCTION app.bond_people(of_bond uuid) RETURNS TABLE (
    id uuid, user_id uuid, display_name text, dynamic_role text, submission_state text, kink_identity jsonb, time_zone text,
    role_in_bond text, joined_at timestamptz, nickname jsonb, safewords jsonb, aftercare_needs jsonb, can_invite boolean,
    can_manage boolean, accepts_from uuid[], read_receipts boolean, presence boolean, paused_at timestamptz,
    dissolve_vote_at timestamptz, version integer, updated_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.id, m.user_id, u.display_name, u.dynamic_role::text, u.submission_state::text, u.kink_identity, u.time_zone,
        m.role_in_bond::text, m.joined_at, m.nickname, m.safewords, m.aftercare_needs, m.can_invite,
        m.can_manage, m.accepts_from, m.read_receipts, m.presence, m.paused_at,
        m.dissolve_vote_at, m.version, m.updated_at
    FROM bond_members m JOIN users u ON u.id = m.user_id
    WHERE m.bond_id = of_bond AND of_bond IN (SELECT app.my_bonds())
    ORDER BY m.joined_at, m.user_id
$$;

-- Every command begins here: the people it depends on are held, by id, then the bond; what was read before is read again under it.
-- KEY SHARE and not SHARE, so that a card that somebody plays meanwhile waits for nothing, and an erasure waits for this; who pauses
-- holds all their bonds (hold_myself), who names a limit theirs. False for who is no member.
CREATE FUNCTION app.hold_bond(of_bond uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    member uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid()) THEN
        RETURN false;
    END IF;
    FOR member IN SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond ORDER BY m.user_id LOOP
        PERFORM FROM users u WHERE u.id = member FOR KEY SHARE;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    RETURN EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid());
END
$$;

-- The caller's own row, before what is theirs alone changes for all their bonds (a pause), then these bonds, by id. NO KEY UPDATE:
-- whoever holds one of these bonds already may still write a row that names the caller, and need not wait for who waits for them.
CREATE FUNCTION app.hold_myself() RETURNS SETOF uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM users u WHERE u.id = app.uid() FOR NO KEY UPDATE;
    RETURN QUERY
    SELECT b.id FROM bonds b
    WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = app.uid())
    ORDER BY b.id FOR UPDATE;
END
$$;

-- What every table of bonds has: a version, the moment of its change, and its line in the feed

CREATE FUNCTION app.next_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := app.moment();
    RETURN NEW;
END
$$;

CREATE FUNCTION app.append_change(of_bond uuid, of_table text, row_id uuid, what text, who uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    next_seq bigint;
BEGIN
    UPDATE bonds b SET head = b.head + 1 WHERE b.id = of_bond RETURNING b.head INTO next_seq;
    IF next_seq IS NOT NULL THEN -- else the bond itself is going, and its feed with it
        INSERT INTO bond_changes (bond_id, seq, "table", id, op, by)
        VALUES (of_bond, next_seq, of_table, row_id, what, (SELECT u.id FROM users u WHERE u.id = who));
    END IF;
END
$$;

-- A row's line in the feed. TG_ARGV[0] names the column without which a row is its author's alone: to share it is an insert for the
-- others, to take it back a delete.
CREATE FUNCTION app.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    before_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    bond_before uuid := (before_row ->> 'bond_id')::uuid;
    bond_after uuid := (after_row ->> 'bond_id')::uuid;
BEGIN
    IF TG_NARGS > 0 THEN
        bond_before := CASE WHEN (before_row ->> TG_ARGV[0])::boolean THEN bond_before END;
        bond_after := CASE WHEN (after_row ->> TG_ARGV[0])::boolean THEN bond_after END;
    END IF;
    IF bond_before IS NOT NULL AND bond_before IS DISTINCT FROM bond_after THEN
        PERFORM app.append_change(bond_before, TG_TABLE_NAME, (before_row ->> 'id')::uuid, 'delete', app.uid());
    END IF;
    IF bond_after IS NOT NULL THEN
        PERFORM app.append_change(
            bond_after, TG_TABLE_NAME, (after_row ->> 'id')::uuid,
            CASE WHEN bond_before = bond_after THEN 'update' ELSE 'insert' END, app.uid()
        );
    END IF;
    RETURN NULL;
END
$$;

-- How a policy says: those made since they came to their bonds. By the bonds' ids first, which an index answers; since when they are
-- there is then asked of these rows alone.
CREATE FUNCTION app.seen_since(seen regclass, made name DEFAULT 'created_at') RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT format('bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (SELECT FROM app.my_bonds_since() mine'
        ' WHERE mine.bond_id = %1$s.bond_id AND mine.joined_at <= %1$s.%2$I)', seen, made)
$$;

-- A table whose rows all members see (with `since`: those made since they came), and may write by the commands named; which of
-- them may, the command knows. `edits` are the columns that may change. Nobody enters a row as made by somebody else, nor changes
-- one that they do not see.
CREATE FUNCTION app.share_in_bond(shared regclass, commands text, edits text DEFAULT NULL, since boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    seen text := CASE WHEN since
        THEN app.seen_since(shared)
        ELSE 'bond_id = ANY (ARRAY(SELECT app.my_bonds()))' END;
    open text := 'bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))';
    has_maker boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = shared AND attname = 'created_by' AND NOT attisdropped);
BEGIN
    PERFORM app.seal(shared);
    EXECUTE format('GRANT SELECT ON %s TO authenticated, bond_writer', shared);
    EXECUTE format('CREATE POLICY "Members can SELECT rows of their bonds" ON %s FOR SELECT TO authenticated, bond_writer USING (%s)',
        shared, seen);
    PERFORM app.let_write_in_bond(
        shared, commands, edits, open || CASE WHEN since THEN ' AND ' || seen ELSE '' END, open,
        open || CASE WHEN has_maker THEN ' AND created_by = (SELECT app.uid())' ELSE '' END
    );
    EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON %s'
        ' FOR EACH ROW EXECUTE FUNCTION app.note_change()', shared);
END
$$;

-- A table whose rows are their author's (`user_id`); with `shared_by` others of the bond see those where that column is true.
CREATE FUNCTION app.keep_own(own regclass, commands text, edits text DEFAULT NULL, shared_by text DEFAULT NULL, since boolean DEFAULT false)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    mine text := 'user_id = (SELECT app.uid())';
    has_bond boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = own AND attname = 'bond_id' AND NOT attisdropped);
    others text := CASE
        WHEN shared_by IS NULL THEN ''
        WHEN since THEN format(' OR (%I AND %s)', shared_by, app.seen_since(own))
        ELSE format(' OR (%I AND bond_id = ANY (ARRAY(SELECT app.my_bonds())))', shared_by) END;
    open text := mine || CASE WHEN has_bond
        THEN ' AND (bond_id IS NULL OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())))' ELSE '' END;
BEGIN
    PERFORM app.seal(own);
    EXECUTE format('GRANT SELECT ON %s TO authenticated, bond_writer', own);
    EXECUTE format('CREATE POLICY "People can SELECT rows of theirs" ON %s FOR SELECT TO authenticated, bond_writer USING (%s%s)',
        own, mine, others);
    PERFORM app.let_write_in_bond(own, commands, edits, open, open, open);
    IF shared_by IS NOT NULL THEN
        EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON %s'
            ' FOR EACH ROW EXECUTE FUNCTION app.note_change(%L)', own, shared_by);
    END IF;
END
$$;

-- `held` are the rows that may change or go, `kept` those that may stand after a change, `entered` those that may come.
CREATE FUNCTION app.let_write_in_bond(written regclass, commands text, edits text, held text, kept text, entered text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF commands LIKE '%INSERT%' THEN
        EXECUTE format('GRANT INSERT ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may INSERT" ON %s FOR INSERT TO bond_writer WITH CHECK (%s)', written, entered);
    END IF;
    IF edits IS NOT NULL THEN
        EXECUTE format('GRANT UPDATE (%s) ON %s TO bond_writer', edits, written);
        EXECUTE format('CREATE POLICY "A member''s command may UPDATE" ON %s FOR UPDATE TO bond_writer USING (%s) WITH CHECK (%s)',
            written, held, kept);
    END IF;
    IF commands LIKE '%DELETE%' THEN
        EXECUTE format('GRANT DELETE ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may DELETE" ON %s FOR DELETE TO bond_writer USING (%s)', written, held);
    END IF;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = written AND attname = 'version' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER next_version BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION app.next_version()', written);
    END IF;
END
$$;

-- Bonds and members: closed by hand, because only commands write them

SELECT app.seal('bonds');
SELECT app.let_service('bonds', 'SELECT');
GRANT SELECT (id, name, status, created_by, created_at, updated_at, description, bond_type, is_private, founder_id, invite_expires_at,
    dissolved_at, head, version) ON bonds TO authenticated, bond_writer;
GRANT UPDATE (name, description, is_private) ON bonds TO bond_writer;
CREATE POLICY "Members can SELECT their bonds" ON bonds FOR SELECT TO authenticated, bond_writer
    USING (id = ANY (ARRAY(SELECT app.my_bonds())));
CREATE POLICY "A member's command may UPDATE" ON bonds FOR UPDATE TO bond_writer
    USING (id = ANY (ARRAY(SELECT app.my_open_bonds()))) WITH CHECK (id = ANY (ARRAY(SELECT app.my_open_bonds())));

SELECT app.seal('bond_members');
SELECT app.let_service('bond_members', 'SELECT');
-- Not what only its owner is to know: who paused, who voted, whose lead somebody accepts, whether they send receipts, how far they read.
GRANT SELECT (id, bond_id, user_id, role_in_bond, joined_at, nickname, safewords, aftercare_needs, can_invite, can_manage, created_at,
    updated_at, version) ON bond_members TO authenticated, bond_writer;
GRANT UPDATE (role_in_bond, nickname, safewords, aftercare_needs, can_invite, can_manage, accepts_from, read_receipts, presence,
    read_through) ON bond_members TO bond_writer;
CREATE POLICY "Members can SELECT the members of their bonds" ON bond_members FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())));
CREATE POLICY "A member's command may UPDATE" ON bond_members FOR UPDATE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))) WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));

-- What somebody says of themselves nobody else writes, and nobody gives themselves rights: also not by a command that has a fault.
-- What follows from who came or went is written by triggers, one deeper: the rights of a founder, and who is gone leads nobody.
CREATE FUNCTION app.keep_to_oneself() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    IF (OLD.role_in_bond, OLD.nickname, OLD.safewords, OLD.aftercare_needs, OLD.accepts_from, OLD.read_receipts, OLD.presence,
            OLD.paused_at, OLD.dissolve_vote_at, OLD.read_through)
        IS DISTINCT FROM (NEW.role_in_bond, NEW.nickname, NEW.safewords, NEW.aftercare_needs, NEW.accepts_from, NEW.read_receipts,
            NEW.presence, NEW.paused_at, NEW.dissolve_vote_at, NEW.read_through)
        AND OLD.user_id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a member themselves says this of them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (OLD.can_invite, OLD.can_manage) IS DISTINCT FROM (NEW.can_invite, NEW.can_manage) AND (
        OLD.user_id = app.uid()
        OR NOT EXISTS (SELECT FROM bonds b WHERE b.id = OLD.bond_id AND b.founder_id = app.uid())
    ) THEN
        RAISE EXCEPTION 'rights are given by the founder, and never to oneself' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_to_oneself BEFORE UPDATE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.keep_to_oneself();

-- What others do not read of a member changes neither its version nor the feed.
CREATE TRIGGER next_version BEFORE UPDATE ON bond_members FOR EACH ROW
    WHEN ((OLD.role_in_bond, OLD.nickname, OLD.safewords, OLD.aftercare_needs, OLD.can_invite, OLD.can_manage)
        IS DISTINCT FROM (NEW.role_in_bond, NEW.nickname, NEW.safewords, NEW.aftercare_needs, NEW.can_invite, NEW.can_manage))
    EXECUTE FUNCTION app.next_version();
CREATE TRIGGER note_change_of_member AFTER UPDATE ON bond_members FOR EACH ROW WHEN (OLD.version <> NEW.version)
    EXECUTE FUNCTION app.note_change();
CREATE TRIGGER note_change AFTER INSERT OR DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.note_change();

CREATE TRIGGER next_version BEFORE UPDATE ON bonds FOR EACH ROW
    WHEN ((OLD.name, OLD.description, OLD.status, OLD.is_private, OLD.founder_id)
        IS DISTINCT FROM (NEW.name, NEW.description, NEW.status, NEW.is_private, NEW.founder_id))
    EXECUTE FUNCTION app.next_version();

-- The bond's own line in the feed; a change of its state is nobody's, for it may be a pause.
CREATE FUNCTION app.note_bond_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_change(NEW.id, 'bonds', NEW.id, 'update', CASE WHEN NEW.status = OLD.status THEN app.uid() END);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_change AFTER UPDATE ON bonds FOR EACH ROW WHEN (OLD.version <> NEW.version)
    EXECUTE FUNCTION app.note_bond_change();

-- What follows from who is in a bond and whose pause stands, whoever changed it and in whatever way: its state, its codes, its
-- founder. A bond without anybody goes, and its key with it.
CREATE FUNCTION app.settle_bond(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    bond bonds;
    members integer;
    paused boolean;
    next_founder uuid;
BEGIN
    SELECT * INTO bond FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    IF bond.id IS NULL THEN
        RETURN;
    END IF;
    SELECT count(*), coalesce(bool_or(m.paused_at IS NOT NULL), false) INTO members, paused
        FROM bond_members m WHERE m.bond_id = of_bond;
    IF members = 0 THEN
        IF current_setting('app.erasing', true) = 'on' THEN
            RETURN; -- it goes once its last member is gone: app.end_bonds_of_erased
        END IF;
        DELETE FROM bonds b WHERE b.id = of_bond;
        RETURN;
    END IF;
    SELECT m.user_id INTO next_founder FROM bond_members m WHERE m.bond_id = of_bond
        ORDER BY m.user_id <> coalesce(bond.founder_id, m.user_id) OR bond.founder_id IS NULL, m.can_manage DESC, m.joined_at, m.user_id LIMIT 1;
    UPDATE bonds b SET
        founder_id = next_founder,
        status = CASE WHEN b.status = 'dissolved' THEN b.status
            WHEN paused THEN 'paused' WHEN members > 1 THEN 'active' ELSE 'forming' END
        WHERE b.id = of_bond AND (b.founder_id, b.status) IS DISTINCT FROM (
            next_founder, CASE WHEN b.status = 'dissolved' THEN b.status
                WHEN paused THEN 'paused'::bond_status_enum WHEN members > 1 THEN 'active' ELSE 'forming' END
        );
    UPDATE bond_members m SET can_invite = true, can_manage = true
        WHERE m.bond_id = of_bond AND m.user_id = next_founder AND NOT (m.can_invite AND m.can_manage);
END
$$;

-- Whoever comes or goes voids the open code, and what a single member said of who may come without being asked for: that was said
-- in another company.
CREATE FUNCTION app.settle_members() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_bond uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.bond_id ELSE NEW.bond_id END;
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        UPDATE bonds b SET invite_code = NULL, invite_expires_at = NULL, invited_by = NULL
            WHERE b.id = of_bond AND b.invite_code IS NOT NULL;
        UPDATE bond_settings t SET auto_approve_members = false WHERE t.bond_id = of_bond AND t.auto_approve_members;
    END IF;
    IF TG_OP = 'DELETE' THEN
        UPDATE bond_members m SET accepts_from = array_remove(m.accepts_from, OLD.user_id)
            WHERE m.bond_id = of_bond AND OLD.user_id = ANY (m.accepts_from);
    END IF;
    PERFORM app.settle_bond(of_bond);
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_members AFTER INSERT OR DELETE OR UPDATE OF paused_at ON bond_members
    FOR EACH ROW EXECUTE FUNCTION app.settle_members();

-- An erased person leaves their bonds first, in the order in which commands hold them, while everything of theirs still says so.
CREATE FUNCTION app.leave_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM bonds b WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = OLD.id) ORDER BY b.id FOR UPDATE;
    DELETE FROM bond_members m WHERE m.user_id = OLD.id;
    RETURN OLD;
END
$$;
CREATE TRIGGER users_leave_bonds BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.leave_bonds_of_erased();

-- A bond that is empty then goes after its last member and not before: its end would change the very row that is being deleted
-- (users.bond_id), and the deletion fail. By their names these come before everything else here, and after the foreign keys.
CREATE FUNCTION app.begin_erasing() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.erasing', 'on', true);
    RETURN OLD;
END
$$;
CREATE TRIGGER users_begin_erasing BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.begin_erasing();

CREATE FUNCTION app.end_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM set_config('app.erasing', '', true);
    DELETE FROM bonds b WHERE b.founder_id IS NULL AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = b.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_end_bonds AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.end_bonds_of_erased();

-- Like an erased person's, the key of a bond that is gone is forgotten by who comes next to these notes.
CREATE FUNCTION app.note_ended_bond() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO erased_people (person, rooms) VALUES ('bond:' || OLD.id, '{}') ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER bonds_note_ended AFTER DELETE ON bonds FOR EACH ROW EXECUTE FUNCTION app.note_ended_bond();

-- A person's state is theirs alone to declare, in whatever role a statement runs.
CREATE FUNCTION app.keep_state_own() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a person themselves declares their state' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER users_keep_state_own BEFORE UPDATE OF submission_state ON users FOR EACH ROW
    WHEN (OLD.submission_state <> NEW.submission_state) EXECUTE FUNCTION app.keep_state_own();

GRANT SELECT (id, display_name, dynamic_role, submission_state, bond_id, kink_identity, time_zone, bonds_onboarded, adult_confirmed_at)
    ON users TO bond_writer;
GRANT UPDATE (dynamic_role, submission_state, bond_id, kink_identity, time_zone, bonds_onboarded) ON users TO bond_writer;
CREATE POLICY "A person's command may SELECT their own row" ON users FOR SELECT TO bond_writer USING (id = (SELECT app.uid()));
CREATE POLICY "A person's command may UPDATE their own row" ON users FOR UPDATE TO bond_writer
    USING (id = (SELECT app.uid())) WITH CHECK (id = (SELECT app.uid()));

-- A change of name, role, kink_identity or state is one of the member's in each of their bonds.
CREATE FUNCTION app.note_change_of_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    member record;
BEGIN
    FOR member IN SELECT m.id, m.bond_id FROM bond_members m WHERE m.user_id = NEW.id ORDER BY m.bond_id LOOP
        PERFORM app.append_change(member.bond_id, 'bond_members', member.id, 'update', NEW.id);
    END LOOP;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_note_change AFTER UPDATE OF display_name, dynamic_role, submission_state, kink_identity ON users FOR EACH ROW
    WHEN ((OLD.display_name, OLD.dynamic_role, OLD.submission_state, OLD.kink_identity)
        IS DISTINCT FROM (NEW.display_name, NEW.dynamic_role, NEW.submission_state, NEW.kink_identity))
    EXECUTE FUNCTION app.note_change_of_person();

-- Settings, log, feed, replies

SELECT app.share_in_bond('bond_settings', '',
    'auto_approve_members, max_members, invite_expires_after_days, enable_points_system, enable_rewards_system');
SELECT app.let_service('bond_settings', 'SELECT');

SELECT app.seal('bond_activity_log');
GRANT SELECT ON bond_activity_log TO authenticated, bond_writer;
GRANT INSERT ON bond_activity_log TO bond_writer;
CREATE POLICY "Members can SELECT what happened since they came" ON bond_activity_log FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = bond_activity_log.bond_id AND mine.joined_at <= bond_activity_log.created_at
    ));
CREATE POLICY "A member's command may INSERT" ON bond_activity_log FOR INSERT TO bond_writer
    WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND coalesce(user_id = (SELECT app.uid()), true));

SELECT app.seal('bond_changes');
SELECT app.let_service('bond_changes', 'SELECT', 'DELETE');
GRANT SELECT ON bond_changes TO authenticated, bond_writer;
CREATE POLICY "Members can SELECT the feed since they came" ON bond_changes FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine WHERE mine.bond_id = bond_changes.bond_id AND mine.joined_at <= bond_changes.at
    ));

SELECT app.seal('bond_replies');
SELECT app.let_service('bond_replies', 'SELECT', 'DELETE');
GRANT SELECT, INSERT ON bond_replies TO bond_writer;
GRANT UPDATE (row_id, version) ON bond_replies TO bond_writer;
CREATE POLICY "A person's command may SELECT their own" ON bond_replies FOR SELECT TO bond_writer USING (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may INSERT their own" ON bond_replies FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may UPDATE their own" ON bond_replies FOR UPDATE TO bond_writer
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));

-- Founding: whoever does so is its first member. At most `most` bonds a person; null where these are.
CREATE FUNCTION app.found_bond(
    new_id uuid, sealed_name jsonb, sealed_description jsonb, of_type bond_type_enum, private boolean, most integer
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me users;
BEGIN
    SELECT * INTO me FROM users u WHERE u.id = app.uid() FOR UPDATE;
    IF me.id IS NULL OR (SELECT count(*) FROM bond_members m WHERE m.user_id = me.id) >= most THEN
        RETURN NULL;
    END IF;
    INSERT INTO bonds (id, name, description, bond_type, is_private, created_by, founder_id)
        VALUES (new_id, sealed_name, sealed_description, of_type, private, me.id, me.id);
    INSERT INTO bond_settings (bond_id, max_members) VALUES (new_id, CASE WHEN of_type = 'dyad' THEN 2 ELSE 12 END);
    INSERT INTO bond_members (bond_id, user_id, role_in_bond, can_invite, can_manage)
        VALUES (new_id, me.id, coalesce(me.dynamic_role, 'switch'), true, true);
    INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (new_id, me.id, 'founded');
    UPDATE users u SET bond_id = coalesce(u.bond_id, new_id), bonds_onboarded = u.bonds_onboarded OR u.dynamic_role IS NOT NULL
        WHERE u.id = me.id;
    RETURN new_id;
END
$$;

-- The first tool: what somebody keeps to read, and may show

CREATE TABLE resources (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    url jsonb,
    resource_type resource_type_enum NOT NULL DEFAULT 'article',
    category resource_category_enum NOT NULL DEFAULT 'other',
    description jsonb,
    tags text[] NOT NULL DEFAULT '{}',
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    shared_with_partner boolean NOT NULL DEFAULT false,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    rating integer CHECK (rating BETWEEN 1 AND 5),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT resources_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(url::text) <= 16384 AND octet_length(description::text) <= 65536
        AND cardinality(tags) <= 20 AND octet_length(tags::text) <= 4096
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE resources IS 'What somebody keeps to read; its texts are sealed with their own key, also while it is shared.';
CREATE INDEX idx_resources_user ON resources (user_id, created_at DESC, id DESC);
CREATE INDEX idx_resources_bond ON resources (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
SELECT app.keep_own('resources', 'INSERT, DELETE',
    'title, url, resource_type, category, description, tags, shared_with_partner, rating', 'shared_with_partner');
SELECT app.let_service('resources', 'SELECT');

GRANT EXECUTE ON FUNCTION app.moment(), app.my_bonds(), app.my_open_bonds(), app.my_bonds_since(), app.bond_people(uuid)
TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.hold_bond(uuid), app.hold_myself(),
    app.found_bond(uuid, jsonb, jsonb, bond_type_enum, boolean, integer)
TO bond_writer;
GRANT EXECUTE ON FUNCTION app.moment(), app.settle_bond(uuid) TO game_service;

-- Has this person anything that only their own key opens?
CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (32, 'bonds', 'c0594d2d6c445b85ab6fd56819befc83c3fd5d6ce39ec6340fc150432263034d', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0033_bond_people.sql

-- Who comes into a bond and who goes, by what everybody in it says; and what state somebody is in, which only they say.
--
-- A code or the id of a bond that is not private lets somebody ask; every member's yes lets them in, one no does not. What follows
-- from who is there (voices, votes, the founder, the codes) is counted by triggers, so that leaving, removing and erasing end alike.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE join_request_status_enum AS ENUM ('pending', 'approved', 'rejected', 'withdrawn', 'expired');

CREATE TABLE bond_join_requests (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status join_request_status_enum NOT NULL DEFAULT 'pending',
    message jsonb,
    expires_at timestamptz NOT NULL DEFAULT app.moment() + interval '14 days',
    answered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT bond_join_requests_bounded CHECK (octet_length(message::text) <= 65536),
    CONSTRAINT bond_join_requests_answered CHECK ((status = 'pending') = (answered_at IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_join_requests IS 'Who asks to be let into a bond. What they write with it is sealed with their own key.';
CREATE UNIQUE INDEX idx_bond_join_requests_pending ON bond_join_requests (bond_id, user_id) WHERE status = 'pending';
CREATE INDEX idx_bond_join_requests_bond ON bond_join_requests (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_bond_join_requests_user ON bond_join_requests (user_id, bond_id);
CREATE INDEX idx_bond_join_requests_expires ON bond_join_requests (expires_at) WHERE status = 'pending';
CREATE INDEX idx_bond_join_requests_answered ON bond_join_requests (answered_at);

CREATE TABLE bond_join_voices (
    request_id uuid NOT NULL REFERENCES bond_join_requests (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (request_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_join_voices IS 'Which members have said yes to a request. How many is shown, never who.';
CREATE INDEX idx_bond_join_voices_user ON bond_join_voices (user_id);

CREATE TABLE submission_state_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state submission_state_enum NOT NULL,
    reason jsonb,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT submission_state_logs_bounded CHECK (octet_length(reason::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE submission_state_logs IS 'What state somebody declared, when, and why, sealed: for nobody but themselves.';
CREATE INDEX idx_submission_state_logs_user ON submission_state_logs (user_id, created_at DESC, id DESC);

SELECT app.seal('bond_join_requests');
SELECT app.let_service('bond_join_requests', 'SELECT', 'DELETE');
GRANT SELECT ON bond_join_requests TO authenticated, bond_writer;
-- A member sees those that wait, and those that were answered since they came.
CREATE POLICY "People can SELECT requests of theirs and of their bonds" ON bond_join_requests
    FOR SELECT TO authenticated, bond_writer
    USING (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = bond_join_requests.bond_id AND coalesce(bond_join_requests.answered_at >= mine.joined_at, true)
    ));
SELECT app.seal('bond_join_voices');
SELECT app.let_service('bond_join_voices', 'SELECT');
SELECT app.keep_own('submission_state_logs', 'INSERT');
SELECT app.let_service('submission_state_logs', 'SELECT', 'DELETE');

-- Nobody's name stands at an answer: who said no, or yes last, is nobody's business.
CREATE FUNCTION app.note_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM app.append_change(OLD.bond_id, 'bond_join_requests', OLD.id, 'delete', NULL);
    ELSE
        PERFORM app.append_change(
            NEW.bond_id, 'bond_join_requests', NEW.id, lower(TG_OP), CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id END
        );
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON bond_join_requests FOR EACH ROW EXECUTE FUNCTION app.note_request();
CREATE TRIGGER note_change_gone AFTER DELETE ON bond_join_requests FOR EACH ROW WHEN (OLD.status = 'pending')
    EXECUTE FUNCTION app.note_request();
CREATE TRIGGER next_version BEFORE UPDATE ON bond_join_requests FOR EACH ROW EXECUTE FUNCTION app.next_version();

-- Bonds of one person.
CREATE FUNCTION app.most_bonds() RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT 20 $$;

-- Holding and telling

-- Everybody in a bond and one more, by id, then the bond. That one may come or go: their bonds are counted, and theirs changes.
CREATE FUNCTION app.hold_people(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN
        SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond UNION SELECT person ORDER BY 1
    LOOP
        IF one = person THEN
            PERFORM FROM users u WHERE u.id = one FOR NO KEY UPDATE;
        ELSE
            PERFORM FROM users u WHERE u.id = one FOR KEY SHARE;
        END IF;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
END
$$;

-- How a member's command begins that lets a person in or out. False for who is no member.
CREATE FUNCTION app.hold_bond_for(of_bond uuid, person uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid()) THEN
        RETURN false;
    END IF;
    PERFORM app.hold_people(of_bond, person);
    RETURN EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid());
END
$$;

-- A line in these people's lists, and with `pushed` one to each of their devices, in fixed words that name nobody. A person's own
-- doing they are not told, and between people of whom one has blocked the other nothing is.
CREATE FUNCTION app.tell_of_bond(
    of_bond uuid, people uuid[], who uuid, of_kind text, of_about text, of_version bigint, pushed boolean
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH line AS (
        INSERT INTO notifications AS n (id, user_id, from_user_id, kind, about, version, link, created_at)
        SELECT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 13))::bit(52)::bigint,
            u.id, who, of_kind, of_about, of_version, '/bonds/' || of_bond, app.moment()
        FROM users u
        WHERE u.id = ANY (people) AND u.id IS DISTINCT FROM who AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE (b.user_id = u.id AND b.blocked_user_id = who) OR (b.user_id = who AND b.blocked_user_id = u.id)
        )
        ON CONFLICT (user_id, about) DO UPDATE SET
            version = excluded.version, kind = excluded.kind, created_at = excluded.created_at, read_at = NULL
        WHERE n.version < excluded.version
        RETURNING n.user_id
    )
    INSERT INTO notification_outbox (dedup_key, kind, user_id, from_user_id, device_id, version, link, created_at, due_at, expires_at)
    SELECT of_about || ':' || of_version || ':' || d.id, of_kind, d.user_id, who, d.id, of_version, '/bonds/' || of_bond,
        app.moment(), app.moment(), app.moment() + interval '24 hours'
    FROM line JOIN push_notification_tokens d USING (user_id)
    WHERE pushed
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION app.members_of(of_bond uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT coalesce(array_agg(m.user_id), '{}') FROM bond_members m WHERE m.bond_id = of_bond $$;

-- Letting in

CREATE FUNCTION app.has_room(of_bond uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT (SELECT count(*) FROM bond_members m WHERE m.bond_id = of_bond)
        < least(t.max_members, CASE WHEN b.bond_type = 'dyad' THEN 2 ELSE 12 END)
    FROM bonds b JOIN bond_settings t ON t.bond_id = b.id
    WHERE b.id = of_bond
$$;

-- What the members of a bond are told of somebody who asks, under one name: whoever asks again on the same day rings once.
CREATE FUNCTION app.request_told(of_bond uuid, person uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT 'bond_request:' || of_bond || ':' || person $$;

-- An answered request is over, and what its bond's members were told of it goes.
CREATE FUNCTION app.answer_request(of_request uuid, answer join_request_status_enum) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    DELETE FROM notifications n USING bond_join_requests r
        WHERE r.id = of_request AND n.from_user_id = r.user_id AND n.about = app.request_told(r.bond_id, r.user_id);
    UPDATE bond_join_requests r SET status = answer, answered_at = app.moment() WHERE r.id = of_request;
$$;

-- Something that members share has changed: a line in their lists, by the one name that the bond has, and no push.
CREATE FUNCTION app.tell_members(of_bond uuid, who uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT app.tell_of_bond(of_bond, app.members_of(of_bond), who, 'bond_changed', 'bond_changed:' || of_bond,
        extract(epoch FROM app.moment())::bigint, false)
$$;

-- Whoever asks becomes a member, if there is room, and for them in one more bond. The bond is held; their own row is too, unless
-- somebody else's going brought this about: then nobody waits for it, and the timetable comes back.
CREATE FUNCTION app.let_in(of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked bond_join_requests;
    newcomer users;
BEGIN
    SELECT * INTO asked FROM bond_join_requests r WHERE r.id = of_request AND r.status = 'pending';
    SELECT * INTO newcomer FROM users u WHERE u.id = asked.user_id FOR NO KEY UPDATE SKIP LOCKED;
    IF newcomer.id IS NULL THEN
        RETURN 'busy';
    ELSIF NOT app.has_room(asked.bond_id) THEN
        RETURN 'full';
    ELSIF (SELECT count(*) FROM bond_members m WHERE m.user_id = newcomer.id) >= app.most_bonds() THEN
        RETURN 'many';
    END IF;
    PERFORM app.answer_request(asked.id, 'approved');
    INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (asked.bond_id, newcomer.id, 'joined');
    UPDATE users u SET bond_id = coalesce(u.bond_id, asked.bond_id), bonds_onboarded = u.bonds_onboarded OR u.dynamic_role IS NOT NULL
        WHERE u.id = newcomer.id;
    PERFORM app.tell_of_bond(
        asked.bond_id, ARRAY[newcomer.id], NULLIF(app.uid(), newcomer.id), 'bond_joined', 'bond_joined:' || asked.bond_id,
        extract(epoch FROM app.moment())::bigint, app.uid() IS DISTINCT FROM newcomer.id
    );
    INSERT INTO bond_members (bond_id, user_id, role_in_bond)
        VALUES (asked.bond_id, newcomer.id, coalesce(newcomer.dynamic_role, 'switch'));
    RETURN 'in';
END
$$;

-- Requests that everybody there has said yes to, since whoever had not is gone. One let in is one more to be asked for the next.
CREATE FUNCTION app.settle_requests(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked uuid;
BEGIN
    FOR asked IN
        SELECT r.id FROM bond_join_requests r JOIN bonds b ON b.id = r.bond_id
        WHERE r.bond_id = of_bond AND r.status = 'pending' AND r.expires_at > app.moment() AND b.status <> 'dissolved'
            AND EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond)
            AND NOT EXISTS (
                SELECT FROM bond_members m WHERE m.bond_id = of_bond AND NOT EXISTS (
                    SELECT FROM bond_join_voices v WHERE v.request_id = r.id AND v.user_id = m.user_id
                )
            )
        ORDER BY r.created_at, r.id
    LOOP
        EXIT WHEN app.let_in(asked) = 'in';
    END LOOP;
END
$$;

-- By a code (its hashes, under each of the server's secrets) or by the id of a bond that is not private. Whoever asks twice has
-- asked once; a no counts for a day. A single member may have said that who has the code need not be asked for.
CREATE FUNCTION app.ask_to_join(
    new_id uuid, codes text[], of_bond uuid, sealed_message jsonb, OUT outcome text, OUT request_id uuid, OUT in_bond uuid
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    bond bonds;
    is_member boolean;
    may boolean;
BEGIN
    outcome := 'none';
    in_bond := CASE WHEN codes IS NULL THEN of_bond ELSE (SELECT b.id FROM bonds b WHERE b.invite_code = ANY (codes) LIMIT 1) END;
    IF me IS NULL OR in_bond IS NULL THEN
        RETURN;
    END IF;
    PERFORM app.hold_people(in_bond, me);
    SELECT * INTO bond FROM bonds b WHERE b.id = in_bond;
    is_member := EXISTS (SELECT FROM bond_members m WHERE m.bond_id = in_bond AND m.user_id = me);
    may := CASE
        WHEN bond.id IS NULL THEN false
        WHEN codes IS NOT NULL THEN bond.status <> 'dissolved' AND app.code_is_good(bond, codes)
        ELSE is_member OR (NOT bond.is_private AND bond.status <> 'dissolved')
    END;
    IF NOT may THEN
        RETURN;
    ELSIF is_member THEN
        outcome := 'member';
        RETURN;
    END IF;
    UPDATE bond_join_requests r SET status = 'expired', answered_at = app.moment()
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending' AND r.expires_at <= app.moment();
    SELECT r.id INTO request_id FROM bond_join_requests r
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending';
    IF request_id IS NULL THEN
        outcome := app.may_not_ask(in_bond, me);
        IF outcome IS NOT NULL THEN
            RETURN;
        END IF;
        request_id := new_id;
        INSERT INTO bond_join_requests (id, bond_id, user_id, message) VALUES (new_id, in_bond, me, sealed_message);
        INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (in_bond, me, 'asked');
    END IF;
    outcome := 'asked';
    IF codes IS NOT NULL AND cardinality(app.members_of(in_bond)) = 1
        AND (SELECT t.auto_approve_members FROM bond_settings t WHERE t.bond_id = in_bond) THEN
        PERFORM app.tell_members(in_bond, me);
        outcome := app.let_in(request_id);
    ELSE
        PERFORM app.tell_of_bond(in_bond, app.members_of(in_bond), me, 'bond_request', app.request_told(in_bond, me),
            extract(epoch FROM app.moment())::bigint / 86400, true);
    END IF;
END
$$;

-- Given by somebody who may still invite, and not expired.
CREATE FUNCTION app.code_is_good(bond bonds, codes text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce(bond.invite_code = ANY (codes) AND bond.invite_expires_at > app.moment(), false) AND EXISTS (
        SELECT FROM bond_members m WHERE m.bond_id = bond.id AND m.user_id = bond.invited_by AND (m.can_invite OR m.can_manage)
    )
$$;

-- Why somebody may not ask now; null where they may.
CREATE FUNCTION app.may_not_ask(of_bond uuid, person uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM bond_join_requests r WHERE r.bond_id = of_bond AND r.user_id = person AND r.status = 'rejected'
                AND r.answered_at > app.moment() - interval '24 hours'
        ) THEN 'wait'
        WHEN (SELECT count(*) FROM bond_members m WHERE m.user_id = person) >= app.most_bonds() THEN 'many'
        WHEN NOT app.has_room(of_bond) THEN 'full'
    END
$$;

-- A member's yes; the last of them lets in. The bond and who asks are held.
CREATE FUNCTION app.approve_request(of_bond uuid, of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    waits boolean;
BEGIN
    SELECT r.status = 'pending' AND r.expires_at > app.moment() INTO waits FROM bond_join_requests r
        WHERE r.id = of_request AND r.bond_id = of_bond
            AND EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = me);
    IF waits IS NULL THEN
        RETURN 'none';
    ELSIF NOT waits OR EXISTS (SELECT FROM bond_join_voices v WHERE v.request_id = of_request AND v.user_id = me) THEN
        RETURN 'over';
    ELSIF NOT app.has_room(of_bond) THEN
        RETURN 'full';
    END IF;
    INSERT INTO bond_join_voices (request_id, user_id) VALUES (of_request, me);
    IF EXISTS (
        SELECT FROM bond_members m WHERE m.bond_id = of_bond AND NOT EXISTS (
            SELECT FROM bond_join_voices v WHERE v.request_id = of_request AND v.user_id = m.user_id
        )
    ) THEN
        UPDATE bond_join_requests r SET updated_at = app.moment() WHERE r.id = of_request;
        RETURN 'said';
    END IF;
    PERFORM app.tell_members(of_bond, me);
    RETURN app.let_in(of_request);
END
$$;

-- A member's no, or the asker's own. The bond and who asks are held.
CREATE FUNCTION app.reject_request(of_bond uuid, of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked bond_join_requests;
BEGIN
    SELECT * INTO asked FROM bond_join_requests r WHERE r.id = of_request AND r.bond_id = of_bond
        AND EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid());
    IF asked.id IS NULL THEN
        RETURN 'none';
    ELSIF asked.status = 'rejected' THEN
        RETURN 'same';
    ELSIF asked.status <> 'pending' OR asked.expires_at <= app.moment() THEN
        RETURN 'over';
    END IF;
    PERFORM app.answer_request(asked.id, 'rejected');
    INSERT INTO bond_activity_log (bond_id, action) VALUES (of_bond, 'request_rejected');
    PERFORM app.tell_of_bond(of_bond, ARRAY[asked.user_id], NULL, 'bond_declined', 'bond_declined:' || asked.id, 0, false);
    RETURN 'done';
END
$$;

CREATE FUNCTION app.withdraw_request(of_bond uuid, of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked bond_join_requests;
BEGIN
    IF NOT EXISTS (SELECT FROM bond_join_requests r WHERE r.id = of_request AND r.bond_id = of_bond AND r.user_id = app.uid()) THEN
        RETURN 'none';
    END IF;
    PERFORM app.hold_people(of_bond, app.uid());
    SELECT * INTO asked FROM bond_join_requests r WHERE r.id = of_request;
    IF asked.status = 'withdrawn' THEN
        RETURN 'same';
    ELSIF asked.id IS NULL OR asked.status <> 'pending' OR asked.expires_at <= app.moment() THEN
        RETURN 'over';
    END IF;
    PERFORM app.answer_request(asked.id, 'withdrawn');
    RETURN 'done';
END
$$;

-- Requests to a bond as its members see them (those that wait, and those answered since they came), or as who asked sees their own.
-- How many have said yes is for members; who has, nobody but oneself.
CREATE FUNCTION app.join_requests(of_bond uuid) RETURNS TABLE (
    id uuid, bond_id uuid, user_id uuid, display_name text, status text, message jsonb, expires_at timestamptz,
    created_at timestamptz, updated_at timestamptz, version integer, approvals integer, members integer, approved_by_me boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH mine AS (SELECT m.joined_at FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid())
    SELECT r.id, r.bond_id, r.user_id, u.display_name, r.status::text, r.message, r.expires_at, r.created_at, r.updated_at, r.version,
        CASE WHEN EXISTS (SELECT FROM mine) THEN (SELECT count(*) FROM bond_join_voices v WHERE v.request_id = r.id)::integer END,
        CASE WHEN EXISTS (SELECT FROM mine) THEN cardinality(app.members_of(of_bond)) END,
        EXISTS (SELECT FROM bond_join_voices v WHERE v.request_id = r.id AND v.user_id = app.uid())
    FROM bond_join_requests r JOIN users u ON u.id = r.user_id
    WHERE r.bond_id = of_bond AND (
        r.user_id = app.uid() OR EXISTS (SELECT FROM mine WHERE coalesce(r.answered_at >= mine.joined_at, true))
    )
$$;

-- Codes

-- The hash of a new code, or none: then the one before is void.
CREATE FUNCTION app.set_invite(of_bond uuid, code_hash text, until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    had_one boolean;
BEGIN
    SELECT b.invite_code IS NOT NULL INTO had_one FROM bonds b WHERE b.id = of_bond AND b.status <> 'dissolved' AND EXISTS (
        SELECT FROM bond_members m WHERE m.bond_id = b.id AND m.user_id = app.uid() AND (m.can_invite OR m.can_manage)
    );
    IF had_one IS NULL THEN
        RETURN false;
    END IF;
    UPDATE bonds b SET invite_code = code_hash, invite_expires_at = until,
        invited_by = CASE WHEN code_hash IS NOT NULL THEN app.uid() END WHERE b.id = of_bond;
    IF code_hash IS NOT NULL OR had_one THEN
        INSERT INTO bond_activity_log (bond_id, user_id, action)
            VALUES (of_bond, app.uid(), CASE WHEN code_hash IS NULL THEN 'invite_revoked' ELSE 'invited' END);
    END IF;
    RETURN true;
END
$$;

-- Is this the code that is open now? For a retry, which is shown the same code again.
CREATE FUNCTION app.invite_stands(of_bond uuid, codes text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM bonds b WHERE b.id = of_bond AND b.invite_code = ANY (codes) AND b.id IN (SELECT app.my_bonds()))
$$;

-- Going, handing on, ending

-- By oneself always, but for a sole member, whose bond is dissolved instead; somebody else by who manages, and never the founder.
-- The bond and who goes are held. What of theirs goes with them follows from the row that is deleted.
CREATE FUNCTION app.end_membership(of_bond uuid, of_person uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me bond_members;
    bond bonds;
BEGIN
    SELECT * INTO me FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid();
    SELECT * INTO bond FROM bonds b WHERE b.id = of_bond;
    IF me.user_id IS NULL OR NOT of_person = ANY (app.members_of(of_bond)) THEN
        RETURN 'none';
    ELSIF of_person <> me.user_id AND (NOT me.can_manage OR coalesce(bond.founder_id = of_person, false)) THEN
        RETURN 'forbidden';
    ELSIF bond.status <> 'dissolved' AND cardinality(app.members_of(of_bond)) = 1 THEN
        RETURN 'last';
    END IF;
    PERFORM app.tell_members(of_bond, me.user_id);
    INSERT INTO bond_activity_log (bond_id, user_id, action)
        VALUES (of_bond, of_person, CASE WHEN of_person = me.user_id THEN 'left' ELSE 'removed' END);
    UPDATE users u SET bond_id = NULL WHERE u.id = of_person AND u.bond_id = of_bond;
    DELETE FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = of_person;
    RETURN 'done';
END
$$;

-- To another member, by the founder, whose rights stay. The bond is held.
CREATE FUNCTION app.transfer_bond(of_bond uuid, to_person uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bonds b WHERE b.id = of_bond AND b.founder_id = app.uid() AND b.status <> 'dissolved')
        OR NOT to_person = ANY (app.members_of(of_bond)) THEN
        RETURN false;
    END IF;
    IF to_person <> app.uid() THEN
        UPDATE bond_members m SET can_invite = true, can_manage = true WHERE m.bond_id = of_bond AND m.user_id = to_person;
        UPDATE bonds b SET founder_id = to_person WHERE b.id = of_bond;
        INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (of_bond, to_person, 'transferred');
    END IF;
    RETURN true;
END
$$;

-- Over for everybody: read, exported and left for thirty days.
CREATE FUNCTION app.dissolve_bond(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked uuid;
BEGIN
    UPDATE bonds b SET status = 'dissolved', dissolved_at = app.moment(), invite_code = NULL, invite_expires_at = NULL, invited_by = NULL
        WHERE b.id = of_bond AND b.status <> 'dissolved';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR asked IN SELECT r.id FROM bond_join_requests r WHERE r.bond_id = of_bond AND r.status = 'pending' LOOP
        PERFORM app.answer_request(asked, 'expired');
    END LOOP;
    INSERT INTO bond_activity_log (bond_id, action) VALUES (of_bond, 'dissolved');
    IF app.uid() IS NOT NULL THEN -- an erasure holds nobody else's row, and tells nobody
        PERFORM app.tell_members(of_bond, app.uid());
    END IF;
END
$$;

-- The sole one's vote, either's of two, more than half of more.
CREATE FUNCTION app.settle_votes(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    members integer;
    votes integer;
    needed integer;
BEGIN
    SELECT count(*), count(m.dissolve_vote_at) INTO members, votes FROM bond_members m WHERE m.bond_id = of_bond;
    needed := CASE WHEN members <= 2 THEN 1 ELSE members / 2 + 1 END;
    IF members > 0 AND votes >= needed THEN
        PERFORM app.dissolve_bond(of_bond);
    END IF;
END
$$;

-- The caller's vote, or that they take it back. The bond is held.
CREATE FUNCTION app.vote_to_dissolve(of_bond uuid, yes boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE bond_members m SET dissolve_vote_at = CASE WHEN yes THEN coalesce(m.dissolve_vote_at, app.moment()) END
        WHERE m.bond_id = of_bond AND m.user_id = app.uid() AND m.bond_id IN (SELECT app.my_open_bonds());
    IF FOUND THEN
        PERFORM app.settle_votes(of_bond);
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- The caller's pause of a bond, or that they take it back. Only what became of the bond is written down, and nobody's name at it.
CREATE FUNCTION app.pause_bond(of_bond uuid, yes boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    before_it bond_status_enum;
    after_it bond_status_enum;
BEGIN
    SELECT b.status INTO before_it FROM bonds b WHERE b.id = of_bond AND b.id IN (SELECT app.my_open_bonds());
    IF before_it IS NULL THEN
        RETURN false;
    END IF;
    UPDATE bond_members m SET paused_at = CASE WHEN yes THEN coalesce(m.paused_at, app.moment()) END
        WHERE m.bond_id = of_bond AND m.user_id = app.uid();
    SELECT b.status INTO after_it FROM bonds b WHERE b.id = of_bond;
    IF before_it <> after_it THEN
        INSERT INTO bond_activity_log (bond_id, action) VALUES (of_bond, CASE WHEN yes THEN 'paused' ELSE 'resumed' END);
    END IF;
    RETURN true;
END
$$;

-- What is counted anew whenever somebody comes or goes.
CREATE FUNCTION app.settle_voices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_bond uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.bond_id ELSE NEW.bond_id END;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM bond_join_voices v USING bond_join_requests r
            WHERE v.request_id = r.id AND r.bond_id = of_bond AND v.user_id = OLD.user_id;
    END IF;
    PERFORM app.settle_votes(of_bond);
    PERFORM app.settle_requests(of_bond);
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_voices AFTER INSERT OR DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.settle_voices();

-- An erased person's requests go first, too, with the bonds that they are made to held in the same order as everything else.
CREATE OR REPLACE FUNCTION app.leave_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM bonds b WHERE b.id IN (
        SELECT m.bond_id FROM bond_members m WHERE m.user_id = OLD.id
        UNION SELECT r.bond_id FROM bond_join_requests r WHERE r.user_id = OLD.id
    ) ORDER BY b.id FOR UPDATE;
    DELETE FROM bond_join_requests r WHERE r.user_id = OLD.id;
    INSERT INTO bond_activity_log (bond_id, action) SELECT m.bond_id, 'left' FROM bond_members m WHERE m.user_id = OLD.id;
    DELETE FROM bond_members m WHERE m.user_id = OLD.id;
    RETURN OLD;
END
$$;

-- The feed as it is kept: the first number that is still there. None for who is no member.
CREATE FUNCTION app.feed_begins(of_bond uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce((SELECT min(c.seq) FROM bond_changes c WHERE c.bond_id = of_bond), b.head + 1)
    FROM bonds b WHERE b.id = of_bond AND b.id IN (SELECT app.my_bonds())
$$;

-- What the timetable does. `of_bond` by `of_bond`, each in a transaction of its own.

CREATE FUNCTION app.settle_due_requests(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked uuid;
BEGIN
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    FOR asked IN
        SELECT r.id FROM bond_join_requests r
        WHERE r.bond_id = of_bond AND r.status = 'pending' AND r.expires_at <= app.moment()
    LOOP
        PERFORM app.answer_request(asked, 'expired');
    END LOOP;
    PERFORM app.settle_requests(of_bond);
END
$$;

-- People are held before the bond, as everywhere: it may be the one that they see first.
CREATE FUNCTION app.delete_dissolved(of_bond uuid, before timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN SELECT u.id FROM users u WHERE u.bond_id = of_bond ORDER BY u.id LOOP
        PERFORM FROM users u WHERE u.id = one FOR NO KEY UPDATE;
    END LOOP;
    DELETE FROM bonds b WHERE b.id = of_bond AND b.status = 'dissolved' AND b.dissolved_at < before;
    RETURN FOUND;
END
$$;

GRANT EXECUTE ON FUNCTION app.join_requests(uuid), app.feed_begins(uuid), app.invite_stands(uuid, text[])
TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.hold_bond_for(uuid, uuid), app.ask_to_join(uuid, text[], uuid, jsonb),
    app.approve_request(uuid, uuid), app.reject_request(uuid, uuid), app.withdraw_request(uuid, uuid),
    app.set_invite(uuid, text, timestamptz), app.end_membership(uuid, uuid), app.transfer_bond(uuid, uuid),
    app.vote_to_dissolve(uuid, boolean), app.pause_bond(uuid, boolean)
TO bond_writer;
GRANT EXECUTE ON FUNCTION app.settle_due_requests(uuid), app.delete_dissolved(uuid, timestamptz) TO game_service;

-- Has this person anything that only their own key opens?
CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
      OR EXISTS (SELECT FROM bond_join_requests r WHERE r.user_id = owner_user AND r.message IS NOT NULL)
      OR EXISTS (SELECT FROM submission_state_logs l WHERE l.user_id = owner_user AND l.reason IS NOT NULL)
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (33, 'bond_people', 'bc7013f32b8e6d526fe4d8457af24ab696baeb4048f5c7d85f7761be0e1154df', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0034_bond_limits.sql

-- What people of a bond say to single activities, each for themselves; what of it is mutual; and the limits that come of a
-- hard_no, which guard their person everywhere, also in games.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE boundary_rating_enum AS ENUM ('yes', 'maybe', 'no', 'hard_no');
CREATE TYPE boundary_category_enum AS ENUM ('impact', 'rope', 'sensation', 'power_exchange', 'roleplay', 'other');

-- What is rated

CREATE TABLE boundaries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    activity_name jsonb NOT NULL,
    category boundary_category_enum NOT NULL DEFAULT 'other',
    my_rating boundary_rating_enum,
    partner_rating boundary_rating_enum,
    is_hard_limit boolean NOT NULL DEFAULT false,
    is_soft_limit boolean NOT NULL DEFAULT false,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    keys text[] NOT NULL DEFAULT '{}',
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT boundaries_in_bond UNIQUE (id, bond_id),
    CONSTRAINT boundaries_bounded CHECK (octet_length(activity_name::text) <= 4096 AND cardinality(keys) <= 80),
    CONSTRAINT boundaries_show_matches CHECK (my_rating = 'yes' AND partner_rating = 'yes')
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE boundaries IS 'Activities that a bond''s members rate. What of the ratings stands here is what all of them may know.';
COMMENT ON COLUMN boundaries.my_rating IS 'Its creator''s, where two are in the bond and both said yes; else null.';
COMMENT ON COLUMN boundaries.is_hard_limit IS 'Somebody has shown a hard_no.';
COMMENT ON COLUMN boundaries.is_soft_limit IS 'Somebody has shown a maybe or a no, and nobody a hard_no.';
COMMENT ON COLUMN boundaries.keys IS 'What the name says to the limits: preference keys, else boundary keys. Without any only its words guard.';
CREATE INDEX idx_boundaries_bond ON boundaries (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_boundaries_created_by ON boundaries (created_by);

-- The truth: each writes only their own, and reads only their own here.
CREATE TABLE boundary_ratings (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_boundary_ratings_id UNIQUE,
    boundary_id uuid NOT NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rating boundary_rating_enum NOT NULL,
    shown boolean NOT NULL DEFAULT false,
    yes_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (boundary_id, user_id),
    CONSTRAINT boundary_ratings_of_one_bond FOREIGN KEY (boundary_id, bond_id) REFERENCES boundaries (id, bond_id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE boundary_ratings IS 'What each member says to an activity. Others learn of it only what both said yes to, and what its owner shows.';
COMMENT ON COLUMN boundary_ratings.yes_at IS 'When it last became a yes: it may do so once in a day.';
CREATE INDEX idx_boundary_ratings_of_boundary ON boundary_ratings (boundary_id, bond_id);
CREATE INDEX idx_boundary_ratings_bond ON boundary_ratings (bond_id);
CREATE INDEX idx_boundary_ratings_user ON boundary_ratings (user_id);

-- What somebody never wants to meet, beside the limits of their profile.
CREATE TABLE personal_limits (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    words jsonb NOT NULL,
    keys text[] NOT NULL DEFAULT '{}',
    boundary_id uuid REFERENCES boundaries (id) ON DELETE SET NULL,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT personal_limits_once UNIQUE (user_id, boundary_id),
    CONSTRAINT personal_limits_bounded CHECK (octet_length(words::text) <= 4096 AND cardinality(keys) <= 80)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE personal_limits IS 'Limits that came of a hard_no: their owner''s alone, beyond the bond they came from.';
COMMENT ON COLUMN personal_limits.words IS 'Sealed with its owner''s key. Where there are no keys they guard the texts of the bond.';
COMMENT ON COLUMN personal_limits.keys IS 'Preference keys, of which both directions count as No, or boundary keys: they guard everywhere, games included.';
CREATE INDEX idx_personal_limits_boundary ON personal_limits (boundary_id) WHERE boundary_id IS NOT NULL;
CREATE INDEX idx_personal_limits_bond ON personal_limits (bond_id) WHERE bond_id IS NOT NULL;

-- How often somebody was told of a limit lately: whoever tries words until one goes through is told nothing any more.
CREATE TABLE bond_limit_answers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    soft boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment()
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_limit_answers IS 'Texts that met somebody''s limit, by who wrote them: the last day''s, without the text.';
COMMENT ON COLUMN bond_limit_answers.soft IS 'Was it only something of which somebody is not sure?';
CREATE INDEX idx_bond_limit_answers_bond ON bond_limit_answers (bond_id, user_id, created_at);
CREATE INDEX idx_bond_limit_answers_user ON bond_limit_answers (user_id);

SELECT app.share_in_bond('boundaries', 'INSERT', 'activity_name, category, keys, archived_at');
SELECT app.let_service('boundaries', 'SELECT');
SELECT app.keep_own('boundary_ratings', 'INSERT', 'rating, shown, yes_at');
SELECT app.let_service('boundary_ratings', 'SELECT');

-- By hand: its owner takes a limit out also where the bond is over, or they are in it no more.
SELECT app.seal('personal_limits');
SELECT app.let_service('personal_limits', 'SELECT');
GRANT SELECT ON personal_limits TO authenticated, bond_writer;
GRANT INSERT, DELETE ON personal_limits TO bond_writer;
GRANT UPDATE (words) ON personal_limits TO game_service;
CREATE POLICY "People can SELECT rows of theirs" ON personal_limits FOR SELECT TO authenticated, bond_writer
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may INSERT their own" ON personal_limits FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may DELETE their own" ON personal_limits FOR DELETE TO bond_writer
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "The service may empty words whose key is lost" ON personal_limits FOR UPDATE TO game_service
    USING (true) WITH CHECK (words = '{}');
CREATE TRIGGER next_version BEFORE UPDATE ON personal_limits FOR EACH ROW EXECUTE FUNCTION app.next_version();

SELECT app.seal('bond_limit_answers');
GRANT SELECT, INSERT, DELETE ON bond_limit_answers TO bond_writer;
CREATE POLICY "A person's command may SELECT their own" ON bond_limit_answers FOR SELECT TO bond_writer
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may INSERT their own" ON bond_limit_answers FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()) AND bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
CREATE POLICY "A person's command may DELETE their own" ON bond_limit_answers FOR DELETE TO bond_writer
    USING (user_id = (SELECT app.uid()));

-- Who rates: in whatever role a statement runs, a person themselves.
CREATE FUNCTION app.keep_rating_own() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.user_id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a person themselves rates for them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_rating_own BEFORE INSERT OR UPDATE ON boundary_ratings FOR EACH ROW EXECUTE FUNCTION app.keep_rating_own();

-- Who names a limit and takes it out, likewise; it only goes with its person. A definer, because a role may not see that they are gone.
CREATE FUNCTION app.keep_limit_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    owner_of_it uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.keys) IS DISTINCT FROM (OLD.user_id, OLD.keys) OR (
        TG_OP <> 'UPDATE' AND owner_of_it IS DISTINCT FROM app.uid()
        AND EXISTS (SELECT FROM users u WHERE u.id = owner_of_it)
    ) THEN
        RAISE EXCEPTION 'only a person themselves names their limits, and takes them out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER keep_limit_own BEFORE INSERT OR UPDATE OR DELETE ON personal_limits
    FOR EACH ROW EXECUTE FUNCTION app.keep_limit_own();

-- What of the ratings all may know: of one boundary or of all in a bond. With `touched` the rows are new in the feed in any case,
-- because something of a rating is shown now, or is shown no more. What changes nothing else touches no row.
CREATE FUNCTION app.derive_boundaries(of_bond uuid, of_boundary uuid, touched boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE boundaries b
    SET my_rating = derived.both, partner_rating = derived.both,
        is_hard_limit = derived.hard, is_soft_limit = derived.soft AND NOT derived.hard
    FROM (
        SELECT one.id,
            CASE WHEN count(*) = 2 AND count(*) FILTER (WHERE r.rating = 'yes') = 2 THEN 'yes'::boundary_rating_enum END AS both,
            coalesce(bool_or(r.shown AND r.rating = 'hard_no'), false) AS hard,
            coalesce(bool_or(r.shown AND r.rating IN ('maybe', 'no')), false) AS soft
        FROM boundaries one
        JOIN bond_members m ON m.bond_id = one.bond_id
        LEFT JOIN boundary_ratings r ON r.boundary_id = one.id AND r.user_id = m.user_id
        WHERE one.bond_id = of_bond AND coalesce(one.id = of_boundary, true)
        GROUP BY one.id
    ) derived
    WHERE b.id = derived.id AND (
        touched OR (b.my_rating, b.partner_rating, b.is_hard_limit, b.is_soft_limit)
            IS DISTINCT FROM (derived.both, derived.both, derived.hard, derived.soft AND NOT derived.hard)
    )
$$;

CREATE FUNCTION app.follow_rating() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.derive_boundaries(
        NEW.bond_id, NEW.boundary_id,
        (CASE WHEN TG_OP = 'UPDATE' AND OLD.shown THEN OLD.rating END) IS DISTINCT FROM (CASE WHEN NEW.shown THEN NEW.rating END)
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_rating AFTER INSERT OR UPDATE ON boundary_ratings FOR EACH ROW EXECUTE FUNCTION app.follow_rating();

-- With whoever comes or goes other ratings are those of two.
CREATE FUNCTION app.follow_members_of_boundaries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.derive_boundaries(CASE WHEN TG_OP = 'DELETE' THEN OLD.bond_id ELSE NEW.bond_id END, NULL, false);
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_members_of_boundaries AFTER INSERT OR DELETE ON bond_members
    FOR EACH ROW EXECUTE FUNCTION app.follow_members_of_boundaries();

-- Under a new name nobody has said anything who is gone: what they said was said to another one. Their limits stay, under the words
-- that they meant.
CREATE FUNCTION app.forget_ratings_of_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM boundary_ratings r WHERE r.boundary_id = NEW.id
        AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = NEW.bond_id AND m.user_id = r.user_id);
    UPDATE personal_limits l SET boundary_id = NULL WHERE l.boundary_id = NEW.id
        AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = NEW.bond_id AND m.user_id = l.user_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_ratings_of_gone AFTER UPDATE OF activity_name ON boundaries FOR EACH ROW
    WHEN (OLD.activity_name <> NEW.activity_name) EXECUTE FUNCTION app.forget_ratings_of_gone();

-- A new row is nobody's match yet, whatever a command says.
CREATE FUNCTION app.begin_unrated() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.my_rating := NULL;
    NEW.partner_rating := NULL;
    NEW.is_hard_limit := false;
    NEW.is_soft_limit := false;
    RETURN NEW;
END
$$;
CREATE TRIGGER begin_unrated BEFORE INSERT ON boundaries FOR EACH ROW EXECUTE FUNCTION app.begin_unrated();

-- The ratings that the caller may know: their own, what others show, and the others' yes to what they said yes to themselves.
CREATE FUNCTION app.ratings_seen(of_boundaries uuid[]) RETURNS TABLE (boundary_id uuid, user_id uuid, rating text, shown boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT r.boundary_id, r.user_id, r.rating::text, r.shown AND (r.user_id = app.uid() OR r.rating <> 'yes')
    FROM boundary_ratings r
    JOIN bond_members m ON m.bond_id = r.bond_id AND m.user_id = r.user_id
    WHERE r.boundary_id = ANY (of_boundaries) AND r.bond_id IN (SELECT app.my_bonds()) AND (
        r.user_id = app.uid() OR r.shown OR r.rating = 'yes' AND EXISTS (
            SELECT FROM boundary_ratings mine
            WHERE mine.boundary_id = r.boundary_id AND mine.user_id = app.uid() AND mine.rating = 'yes'
        )
    )
    ORDER BY r.boundary_id, m.joined_at, r.user_id
$$;

-- Has the caller said yes, and another who is in the bond?
CREATE FUNCTION app.is_mutual(of_boundary uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM boundary_ratings mine
        JOIN boundary_ratings theirs ON theirs.boundary_id = mine.boundary_id AND theirs.user_id <> mine.user_id
        JOIN bond_members m ON m.bond_id = theirs.bond_id AND m.user_id = theirs.user_id
        WHERE mine.boundary_id = of_boundary AND mine.user_id = app.uid() AND mine.rating = 'yes' AND theirs.rating = 'yes'
            AND mine.bond_id IN (SELECT app.my_bonds())
    )
$$;

-- What the limits of these people say in a bond: their profiles, the keys of their own limits wherever they come from, the words
-- that guard this bond only, and what they rated maybe or no in it. A row a person.
CREATE FUNCTION app.read_limits(of_bond uuid, of_people uuid[]) RETURNS TABLE (
    user_id uuid, profile_version text, boundaries jsonb, activities jsonb, truth_topics jsonb, anatomy jsonb,
    personal_limits text[], words jsonb[], rated text[]
)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT who.id, p.profile_version::text, p.boundaries, p.activities, p.truth_topics, p.anatomy,
        ARRAY(SELECT DISTINCT unnest(l.keys) FROM personal_limits l WHERE l.user_id = who.id),
        ARRAY(
            SELECT l.words FROM personal_limits l
            WHERE l.user_id = who.id AND l.bond_id = of_bond AND l.keys = '{}' AND l.words <> '{}' ORDER BY l.created_at, l.id
        ),
        ARRAY(
            SELECT DISTINCT unnest(b.keys) FROM boundary_ratings r JOIN boundaries b ON b.id = r.boundary_id
            WHERE r.user_id = who.id AND r.bond_id = of_bond AND r.rating IN ('maybe', 'no')
        )
    FROM unnest(of_people) AS who (id) LEFT JOIN profiles p ON p.user_id = who.id
$$;

-- The same for a command that is aimed at them: of who is in this open bond with the caller, and of nobody else.
CREATE FUNCTION app.limits_of_members(of_bond uuid, of_people uuid[]) RETURNS TABLE (
    user_id uuid, profile_version text, boundaries jsonb, activities jsonb, truth_topics jsonb, anatomy jsonb,
    personal_limits text[], words jsonb[], rated text[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT * FROM app.read_limits(of_bond, ARRAY(
        SELECT m.user_id FROM bond_members m
        WHERE m.bond_id = of_bond AND m.user_id = ANY (of_people) AND of_bond IN (SELECT app.my_open_bonds())
    ))
$$;

-- For a draw: what the person in this seat never wants to meet, by their own limits. Beside app.draw_facts, not in it: what that
-- returns may not change while programs that have prepared it are running.
CREATE FUNCTION app.limits_in_seat(room text, of_seat text) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT unnest(l.keys) FROM session_seats t JOIN personal_limits l ON l.user_id = t.user_id
        WHERE t.session_id = room AND t.seat = of_seat
    );
END
$$;

-- The caller's open games, held before what will change their limits holds anybody: the room writer holds a game before its people.
CREATE FUNCTION app.hold_my_rooms() RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.session_id::text FROM sessions s
    WHERE s.status IN ('waiting', 'active')
        AND s.session_id IN (SELECT t.session_id FROM session_seats t WHERE t.user_id = app.uid())
    ORDER BY s.session_id FOR NO KEY UPDATE OF s
$$;

-- Limits bite now, as those of a profile do (0005).
CREATE FUNCTION app.raise_limits_rev_of_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
BEGIN
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id IN (
        SELECT s.session_id FROM sessions s
        WHERE s.status IN ('waiting', 'active')
            AND s.session_id IN (SELECT t.session_id FROM session_seats t WHERE t.user_id = who)
        ORDER BY s.session_id
        FOR NO KEY UPDATE OF s
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER personal_limits_raise_limits_rev AFTER INSERT ON personal_limits
    FOR EACH ROW WHEN (NEW.keys <> '{}') EXECUTE FUNCTION app.raise_limits_rev_of_person();
CREATE TRIGGER personal_limits_raise_limits_rev_at_end AFTER DELETE ON personal_limits
    FOR EACH ROW WHEN (OLD.keys <> '{}') EXECUTE FUNCTION app.raise_limits_rev_of_person();

-- That limits changed stands in the ledger, as with those of a profile (0024), and not to what.
CREATE FUNCTION app.note_personal_limits_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id ELSE OLD.user_id END, NULL);
BEGIN
    IF who IS NOT NULL THEN
        PERFORM app.append_consent('limits:' || who, 'limits_changed', who, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER personal_limits_note_consent AFTER INSERT OR DELETE ON personal_limits
    FOR EACH ROW EXECUTE FUNCTION app.note_personal_limits_consent();

GRANT EXECUTE ON FUNCTION app.ratings_seen(uuid[]), app.is_mutual(uuid) TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.limits_of_members(uuid, uuid[]), app.hold_my_rooms() TO bond_writer;
GRANT EXECUTE ON FUNCTION app.read_limits(uuid, uuid[]), app.limits_in_seat(text, text) TO game_service;

-- Has this person anything that only their own key opens?
CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
      OR EXISTS (SELECT FROM bond_join_requests r WHERE r.user_id = owner_user AND r.message IS NOT NULL)
      OR EXISTS (SELECT FROM submission_state_logs l WHERE l.user_id = owner_user AND l.reason IS NOT NULL)
      OR EXISTS (SELECT FROM personal_limits l WHERE l.user_id = owner_user AND l.words <> '{}')
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (34, 'bond_limits', 'bd1d08270082352eb3e66daec2839fc8aa4e33086c8ffe7bb5c47eca845a43c7', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0035_bond_obligations.sql

-- What people in a bond ask of each other: tasks, rules, rewards, points. Who may ask whom for what is the process's to refuse, with
-- words; here it is impossible: nobody gives themselves points, approves what was theirs to do, or is asked while they pause.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Enums: the reference's values first, ours after them.

CREATE TYPE task_status_enum AS ENUM ('pending', 'in_progress', 'completed', 'approved', 'cancelled');
CREATE TYPE task_priority_enum AS ENUM ('low', 'medium', 'high', 'urgent');
CREATE TYPE task_recurring_enum AS ENUM ('none', 'daily', 'weekly', 'monthly');
CREATE TYPE proof_type_enum AS ENUM ('text', 'photo', 'video');
CREATE TYPE rule_type_enum AS ENUM ('standing', 'situational', 'temporary', 'optional');
CREATE TYPE reward_type_enum AS ENUM ('verbal', 'points', 'relational', 'achievement');
CREATE TYPE reward_status_enum AS ENUM ('available', 'redeemed', 'fulfilled', 'withdrawn');
CREATE TYPE points_source_enum AS ENUM ('task', 'reward', 'manual');
CREATE TYPE points_kind_enum AS ENUM ('award', 'grant', 'redeem', 'refund', 'manual', 'reversal');

-- Tasks

CREATE TABLE task_templates (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    priority task_priority_enum NOT NULL DEFAULT 'medium',
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    proof_required boolean NOT NULL DEFAULT false,
    proof_type proof_type_enum,
    recurring task_recurring_enum NOT NULL DEFAULT 'none',
    reminder_minutes integer CHECK (reminder_minutes BETWEEN 0 AND 20160),
    all_day boolean NOT NULL DEFAULT false,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT task_templates_bounded CHECK (octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_templates IS 'Tasks to be given again and again; texts sealed with the bond''s key.';
CREATE INDEX idx_task_templates_bond ON task_templates (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_task_templates_created_by ON task_templates (created_by);

-- What comes again: a line of occurrences, of which at most one waits. `day` is the day of the month where it is monthly.
CREATE TABLE task_series (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    priority task_priority_enum NOT NULL DEFAULT 'medium',
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    proof_required boolean NOT NULL DEFAULT false,
    proof_type proof_type_enum,
    reminder_minutes integer CHECK (reminder_minutes BETWEEN 0 AND 20160),
    all_day boolean NOT NULL DEFAULT false,
    limit_keys text[] NOT NULL DEFAULT '{}',
    assigned_by uuid REFERENCES users (id) ON DELETE SET NULL,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    template_id uuid REFERENCES task_templates (id) ON DELETE SET NULL,
    recurring task_recurring_enum NOT NULL DEFAULT 'daily' CHECK (recurring <> 'none'),
    time_zone text NOT NULL DEFAULT 'UTC' CHECK (char_length(time_zone) <= 64),
    local_time time NOT NULL DEFAULT '12:00',
    day integer NOT NULL DEFAULT 1 CHECK (day BETWEEN 1 AND 31),
    next_on date NOT NULL,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT task_series_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_series IS 'What recurring tasks are made from; texts sealed with the bond''s key.';
CREATE INDEX idx_task_series_bond ON task_series (bond_id);
CREATE INDEX idx_task_series_assigned_by ON task_series (assigned_by);
CREATE INDEX idx_task_series_assigned_to ON task_series (assigned_to);
CREATE INDEX idx_task_series_template ON task_series (template_id);
CREATE INDEX idx_task_series_next ON task_series (next_on) WHERE ended_at IS NULL;

CREATE TABLE tasks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    status task_status_enum NOT NULL DEFAULT 'pending',
    priority task_priority_enum NOT NULL DEFAULT 'medium',
    due_date timestamptz,
    assigned_by uuid REFERENCES users (id) ON DELETE SET NULL,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    proof_required boolean NOT NULL DEFAULT false,
    proof_type proof_type_enum,
    recurring task_recurring_enum NOT NULL DEFAULT 'none',
    series_id uuid REFERENCES task_series (id) ON DELETE SET NULL,
    occurs_on date,
    template_id uuid REFERENCES task_templates (id) ON DELETE SET NULL,
    reminder_minutes integer CHECK (reminder_minutes BETWEEN 0 AND 20160),
    all_day boolean NOT NULL DEFAULT false,
    extension_requested boolean NOT NULL DEFAULT false,
    extension_reason jsonb,
    extension_until timestamptz,
    revise_reason jsonb,
    notes jsonb,
    limit_keys text[] NOT NULL DEFAULT '{}',
    started_at timestamptz,
    completed_at timestamptz,
    approved_at timestamptz,
    approved_by uuid REFERENCES users (id) ON DELETE SET NULL,
    cancelled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT tasks_occur_once UNIQUE (series_id, occurs_on),
    CONSTRAINT tasks_approved_by_another CHECK (approved_by <> assigned_to),
    CONSTRAINT tasks_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND octet_length(notes::text) <= 65536
        AND octet_length(extension_reason::text) <= 65536 AND octet_length(revise_reason::text) <= 65536
        AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE tasks IS 'What one asks of another, or of themselves; texts sealed with the bond''s key.';
COMMENT ON COLUMN tasks.limit_keys IS 'The keys of limits that its title and description name, whoever''s they are or nobody''s.';
CREATE INDEX idx_tasks_bond ON tasks (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_tasks_assigned_to ON tasks (assigned_to, bond_id) WHERE assigned_to IS NOT NULL;
CREATE INDEX idx_tasks_assigned_by ON tasks (assigned_by);
CREATE INDEX idx_tasks_approved_by ON tasks (approved_by);
CREATE INDEX idx_tasks_template ON tasks (template_id);
CREATE INDEX idx_tasks_due ON tasks (due_date) WHERE status IN ('pending', 'in_progress') AND reminder_minutes IS NOT NULL;
CREATE UNIQUE INDEX idx_tasks_one_waits ON tasks (series_id) WHERE status = 'pending' AND series_id IS NOT NULL;

CREATE TABLE task_proof (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id uuid NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    proof_type proof_type_enum NOT NULL DEFAULT 'text',
    text jsonb,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT task_proof_bounded CHECK (octet_length(text::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_proof IS 'What somebody shows of a task of theirs: it goes with them. Sealed with the bond''s key.';
CREATE INDEX idx_task_proof_task ON task_proof (task_id, created_at);
CREATE INDEX idx_task_proof_bond ON task_proof (bond_id);
CREATE INDEX idx_task_proof_user ON task_proof (user_id, bond_id);

CREATE TABLE task_reminders (
    task_id uuid NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    due_date timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sent_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (task_id, due_date)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_reminders IS 'Who was reminded of what: once for a due date.';
CREATE INDEX idx_task_reminders_user ON task_reminders (user_id, sent_at);

-- Rules

CREATE TABLE rules (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    rule_type rule_type_enum NOT NULL DEFAULT 'standing',
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    for_all boolean NOT NULL DEFAULT false,
    active boolean NOT NULL DEFAULT true,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    effective_from timestamptz,
    effective_until timestamptz,
    limit_keys text[] NOT NULL DEFAULT '{}',
    text_version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT rules_window CHECK (effective_from < effective_until),
    CONSTRAINT rules_for_one_or_all CHECK (NOT for_all OR assigned_to IS NULL),
    CONSTRAINT rules_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE rules IS 'What holds in a bond, for whoever said yes to it; texts sealed with the bond''s key.';
COMMENT ON COLUMN rules.for_all IS 'For everybody, said at its creation: a rule whose person was erased is nobody''s and not everybody''s.';
COMMENT ON COLUMN rules.text_version IS 'Which words and which time somebody said yes to.';
CREATE INDEX idx_rules_bond ON rules (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_rules_assigned_to ON rules (assigned_to);
CREATE INDEX idx_rules_created_by ON rules (created_by);

CREATE TABLE rule_acknowledgements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    rule_id uuid NOT NULL REFERENCES rules (id) ON DELETE CASCADE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    text_version integer NOT NULL,
    declined boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT rule_acknowledgements_one_a_person UNIQUE (rule_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE rule_acknowledgements IS 'Each one''s own yes or no to the words of a rule.';
CREATE INDEX idx_rule_acknowledgements_bond ON rule_acknowledgements (bond_id);
CREATE INDEX idx_rule_acknowledgements_user ON rule_acknowledgements (user_id, bond_id);

-- Rewards and points

CREATE TABLE rewards (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    description jsonb,
    reward_type reward_type_enum NOT NULL DEFAULT 'verbal',
    point_value integer NOT NULL DEFAULT 0 CHECK (point_value BETWEEN 0 AND 10000),
    point_cost integer NOT NULL DEFAULT 0 CHECK (point_cost BETWEEN 0 AND 100000),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    assigned_by uuid REFERENCES users (id) ON DELETE SET NULL,
    assigned_to uuid REFERENCES users (id) ON DELETE SET NULL,
    status reward_status_enum NOT NULL DEFAULT 'available',
    limit_keys text[] NOT NULL DEFAULT '{}',
    redeemed_at timestamptz,
    fulfilled_at timestamptz,
    withdrawn_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT rewards_from_another CHECK (assigned_by <> assigned_to),
    CONSTRAINT rewards_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND cardinality(limit_keys) <= 200
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE rewards IS 'What somebody gives another; texts sealed with the bond''s key.';
COMMENT ON COLUMN rewards.point_value IS 'What it grants when it is given.';
COMMENT ON COLUMN rewards.point_cost IS 'What it takes when it is redeemed.';
CREATE INDEX idx_rewards_bond ON rewards (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_rewards_assigned_to ON rewards (assigned_to);
CREATE INDEX idx_rewards_assigned_by ON rewards (assigned_by);

CREATE TABLE points_ledger (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    points integer NOT NULL CHECK (points <> 0),
    reason jsonb,
    kind points_kind_enum NOT NULL,
    source_type points_source_enum NOT NULL,
    source_id uuid,
    reverses uuid CONSTRAINT points_ledger_reversed_once UNIQUE REFERENCES points_ledger (id) ON DELETE CASCADE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT points_ledger_bounded CHECK (octet_length(reason::text) <= 65536),
    CONSTRAINT points_ledger_reversal CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
    CONSTRAINT points_ledger_source CHECK (source_type <> 'manual' OR source_id IS NULL)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE points_ledger IS 'Every change of somebody''s points. Nothing of it changes; what was wrong is reversed by another entry.';
CREATE UNIQUE INDEX idx_points_ledger_once ON points_ledger (source_type, source_id, user_id, kind)
    WHERE source_id IS NOT NULL;
CREATE INDEX idx_points_ledger_bond ON points_ledger (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_points_ledger_user ON points_ledger (user_id, bond_id);
CREATE INDEX idx_points_ledger_created_by ON points_ledger (created_by);

CREATE TABLE point_balances (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_point_balances_id UNIQUE,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    balance integer NOT NULL DEFAULT 0 CONSTRAINT point_balances_not_negative CHECK (balance >= 0),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (bond_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE point_balances IS 'The sum of somebody''s entries in points_ledger.';
CREATE INDEX idx_point_balances_user ON point_balances (user_id);

-- Since when nothing is asked of a member, because they pause or the bond does: one pause where both overlap, so that what was due
-- moves by as long as it could not be asked for, once.
CREATE TABLE suspensions (
    bond_id uuid NOT NULL,
    user_id uuid NOT NULL,
    since timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (bond_id, user_id),
    CONSTRAINT suspensions_of_members FOREIGN KEY (bond_id, user_id) REFERENCES bond_members (bond_id, user_id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE suspensions IS 'Since when nothing may be asked of a member, whoever''s pause it is.';

-- Who sees and who writes

SELECT app.share_in_bond('task_templates', 'INSERT, DELETE',
    'title, description, priority, point_value, proof_required, proof_type, recurring, reminder_minutes, all_day');
SELECT app.share_in_bond('task_series', 'INSERT', 'title, description, priority, point_value, proof_required, proof_type, '
    'reminder_minutes, all_day, limit_keys, assigned_to, ended_at');
SELECT app.share_in_bond('tasks', 'INSERT, DELETE', 'title, description, status, priority, due_date, assigned_to, point_value, '
    'proof_required, proof_type, reminder_minutes, all_day, extension_requested, extension_reason, extension_until, revise_reason, '
    'notes, limit_keys');
SELECT app.share_in_bond('task_proof', 'INSERT, DELETE', NULL, true);
SELECT app.share_in_bond('rules', 'INSERT, DELETE',
    'title, description, rule_type, active, effective_from, effective_until, limit_keys');
SELECT app.share_in_bond('rule_acknowledgements', 'INSERT', 'text_version, declined');
SELECT app.share_in_bond('rewards', 'INSERT, DELETE', 'title, description, reward_type, point_cost, status, limit_keys');
SELECT app.share_in_bond('points_ledger', '', NULL, true);
SELECT app.share_in_bond('point_balances', '');
SELECT app.seal('suspensions');
SELECT app.seal('task_reminders');
SELECT app.let_service('task_reminders', 'SELECT', 'INSERT');
SELECT app.let_service('tasks', 'SELECT', 'INSERT');
SELECT app.let_service('task_series', 'SELECT', 'UPDATE');

-- What commands and their triggers ask

CREATE FUNCTION app.leads(of_bond uuid, leader uuid, led uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM bond_members l JOIN bond_members f ON f.bond_id = l.bond_id AND f.user_id <> l.user_id
        WHERE l.bond_id = of_bond AND l.user_id = leader AND f.user_id = led
        AND l.role_in_bond IN ('dominant', 'switch') AND f.role_in_bond IN ('submissive', 'switch')
        AND (f.accepts_from IS NULL OR leader = ANY (f.accepts_from))
        AND (app.uid() IS NULL OR of_bond IN (SELECT app.my_bonds()))
    )
$$;

-- Is nothing to be asked of them now? So it is, too, for whoever is no member.
CREATE FUNCTION app.is_suspended(of_bond uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = person)
        OR EXISTS (SELECT FROM suspensions s WHERE s.bond_id = of_bond AND s.user_id = person)
        OR app.uid() IS NOT NULL AND of_bond NOT IN (SELECT app.my_bonds())
$$;

-- A job's hold on a bond: people first, by id, then the bond, as commands do.
CREATE FUNCTION app.hold_bond_for_job(of_bond uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.uid() IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM FROM users u WHERE u.id IN (SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond) ORDER BY u.id FOR KEY SHARE;
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    RETURN FOUND;
END
$$;

CREATE FUNCTION app.refuse(says text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '%', says USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Triggers on what commands and jobs write; what the database itself does (a person erased, somebody left) they let be.

CREATE FUNCTION app.guard_template() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND coalesce(CASE WHEN TG_OP = 'INSERT' THEN NEW.created_by ELSE OLD.created_by END <> app.uid(), true)
    THEN
        PERFORM app.refuse('a template is its creator''s');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON task_templates FOR EACH ROW EXECUTE FUNCTION app.guard_template();

-- May this be asked of that person, by who writes it now: for oneself without points, else by who leads them, and not while they
-- are suspended. A job asks what somebody who leads them asked for.
CREATE FUNCTION app.may_ask(of_bond uuid, asker uuid, person uuid, worth integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF person IS NULL OR asker IS NULL THEN
        PERFORM app.refuse('somebody asks it of somebody');
    ELSIF asker = person THEN
        IF worth <> 0 AND app.uid() IS NOT NULL THEN -- a job's came of who leads them
            PERFORM app.refuse('nobody gives themselves points');
        ELSIF app.uid() IS NULL AND app.is_suspended(of_bond, person) THEN
            PERFORM app.refuse('nothing is asked during a pause');
        END IF;
    ELSIF NOT app.leads(of_bond, asker, person) THEN
        PERFORM app.refuse('only who leads a person asks something of them');
    ELSIF app.is_suspended(of_bond, person) THEN
        PERFORM app.refuse('nothing is asked during a pause');
    END IF;
END
$$;

CREATE FUNCTION app.guard_series() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.assigned_by <> app.uid() THEN
            PERFORM app.refuse('whoever asks says so');
        END IF;
        PERFORM app.may_ask(NEW.bond_id, app.uid(), NEW.assigned_to, NEW.point_value);
    ELSIF OLD.ended_at IS NOT NULL THEN
        PERFORM app.refuse('it has ended');
    ELSIF NEW.ended_at IS NOT NULL AND NOT (coalesce(OLD.assigned_to = app.uid(), false)
        OR app.leads(OLD.bond_id, app.uid(), OLD.assigned_to)) THEN
        PERFORM app.refuse('it is ended by whom it is for, and by who leads them');
    ELSIF (OLD.title, OLD.description, OLD.priority, OLD.point_value, OLD.proof_required, OLD.proof_type, OLD.reminder_minutes,
            OLD.all_day, OLD.limit_keys, OLD.assigned_to)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.priority, NEW.point_value, NEW.proof_required, NEW.proof_type,
            NEW.reminder_minutes, NEW.all_day, NEW.limit_keys, NEW.assigned_to) THEN
        IF OLD.assigned_to = app.uid() AND OLD.assigned_by <> app.uid() THEN
            PERFORM app.refuse('whoever leads a person changes what they asked of them');
        END IF;
        PERFORM app.may_ask(NEW.bond_id, app.uid(), OLD.assigned_to, 0);
        PERFORM app.may_ask(NEW.bond_id, app.uid(), NEW.assigned_to, NEW.point_value);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON task_series FOR EACH ROW EXECUTE FUNCTION app.guard_series();

-- A job's login inherits the service's rights and does not become it.
CREATE FUNCTION app.guard_new_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> 'bond_writer' AND NOT EXISTS (
        SELECT FROM pg_roles r WHERE r.rolname = current_user AND NOT r.rolsuper AND pg_has_role(r.oid, 'game_service', 'USAGE')
    ) THEN
        RETURN NEW;
    END IF;
    IF NEW.status <> 'pending' OR NEW.approved_by IS NOT NULL OR NEW.extension_requested THEN
        PERFORM app.refuse('a task begins at its beginning');
    ELSIF current_user = 'bond_writer' AND coalesce(NEW.assigned_by <> app.uid(), true) THEN
        PERFORM app.refuse('whoever asks says so');
    ELSIF NEW.series_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM task_series s WHERE s.id = NEW.series_id AND s.bond_id = NEW.bond_id AND s.ended_at IS NULL
        AND s.assigned_to = NEW.assigned_to AND s.assigned_by = NEW.assigned_by AND s.point_value = NEW.point_value
    ) OR (app.uid() IS NULL AND NEW.series_id IS NULL) THEN
        PERFORM app.refuse('an occurrence is one of its series');
    ELSIF NEW.template_id IS NOT NULL AND current_user = 'bond_writer' THEN
        IF NOT EXISTS (SELECT FROM task_templates t WHERE t.id = NEW.template_id AND t.bond_id = NEW.bond_id) THEN
            PERFORM app.refuse('a template of another bond is none');
        END IF;
    END IF;
    PERFORM app.may_ask(NEW.bond_id, NEW.assigned_by, NEW.assigned_to, NEW.point_value);
    RETURN NEW;
END
$$;
CREATE TRIGGER guard_new BEFORE INSERT ON tasks FOR EACH ROW EXECUTE FUNCTION app.guard_new_task();

-- Each step of a task by whom it is, and when it was.
CREATE FUNCTION app.guard_task_step(old_row tasks, new_row tasks) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    theirs boolean := old_row.assigned_to IS NOT NULL AND old_row.assigned_to = app.uid();
    leader boolean := app.leads(old_row.bond_id, app.uid(), old_row.assigned_to);
BEGIN
    IF NOT (CASE (old_row.status, new_row.status)
        WHEN ('pending'::task_status_enum, 'in_progress'::task_status_enum) THEN theirs
        WHEN ('pending'::task_status_enum, 'completed'::task_status_enum) THEN theirs
        WHEN ('in_progress'::task_status_enum, 'completed'::task_status_enum) THEN theirs
        WHEN ('completed'::task_status_enum, 'approved'::task_status_enum) THEN leader AND NOT theirs
        WHEN ('completed'::task_status_enum, 'in_progress'::task_status_enum) THEN leader
            AND NOT app.is_suspended(old_row.bond_id, old_row.assigned_to)
        ELSE new_row.status = 'cancelled' AND (theirs OR leader)
    END) THEN
        PERFORM app.refuse('not theirs to do');
    END IF;
END
$$;

CREATE FUNCTION app.guard_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    granted boolean := coalesce(OLD.extension_requested AND NOT NEW.extension_requested AND NEW.due_date = OLD.extension_until, false);
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF OLD.status IN ('approved', 'cancelled') THEN
        PERFORM app.refuse('it is over');
    END IF;
    IF (OLD.title, OLD.description, OLD.priority, OLD.assigned_to, OLD.point_value, OLD.proof_required, OLD.proof_type,
            OLD.reminder_minutes, OLD.all_day, OLD.limit_keys)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.priority, NEW.assigned_to, NEW.point_value, NEW.proof_required,
            NEW.proof_type, NEW.reminder_minutes, NEW.all_day, NEW.limit_keys)
        OR (OLD.due_date IS DISTINCT FROM NEW.due_date AND NOT granted) THEN
        IF OLD.status NOT IN ('pending', 'in_progress') THEN
            PERFORM app.refuse('it is done');
        ELSIF OLD.assigned_to = app.uid() AND coalesce(OLD.assigned_by <> app.uid(), true) THEN
            PERFORM app.refuse('whoever leads a person changes what they asked of them');
        END IF;
        PERFORM app.may_ask(NEW.bond_id, app.uid(), OLD.assigned_to, 0);
        PERFORM app.may_ask(NEW.bond_id, app.uid(), NEW.assigned_to, NEW.point_value);
    ELSIF granted AND NOT app.leads(OLD.bond_id, app.uid(), OLD.assigned_to) THEN
        PERFORM app.refuse('who leads a person answers them');
    END IF;
    IF OLD.status <> NEW.status THEN
        PERFORM app.guard_task_step(OLD, NEW);
        NEW.started_at := CASE WHEN NEW.status = 'in_progress' THEN coalesce(OLD.started_at, app.moment()) ELSE OLD.started_at END;
        NEW.completed_at := CASE NEW.status WHEN 'completed' THEN app.moment() WHEN 'in_progress' THEN NULL ELSE OLD.completed_at END;
        NEW.approved_at := CASE WHEN NEW.status = 'approved' THEN app.moment() END;
        NEW.approved_by := CASE WHEN NEW.status = 'approved' THEN app.uid() END;
        NEW.cancelled_at := CASE WHEN NEW.status = 'cancelled' THEN app.moment() END;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON tasks FOR EACH ROW EXECUTE FUNCTION app.guard_task();

CREATE FUNCTION app.guard_removed_task() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND (OLD.status <> 'pending' OR coalesce(OLD.assigned_by <> app.uid(), true)) THEN
        PERFORM app.refuse('only who asked takes back what nobody began');
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER guard_removed BEFORE DELETE ON tasks FOR EACH ROW EXECUTE FUNCTION app.guard_removed_task();

CREATE FUNCTION app.guard_proof() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF TG_OP = 'DELETE' THEN
            IF OLD.user_id <> app.uid() THEN
                PERFORM app.refuse('a proof is its uploader''s');
            END IF;
        ELSIF NEW.user_id <> app.uid() OR NOT EXISTS (
            SELECT FROM tasks t WHERE t.id = NEW.task_id AND t.bond_id = NEW.bond_id AND t.assigned_to = NEW.user_id
        ) THEN
            PERFORM app.refuse('a proof is of one''s own task');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR DELETE ON task_proof FOR EACH ROW EXECUTE FUNCTION app.guard_proof();

-- A rule for all is its creator's, one for a person theirs who leads them, one for oneself one's own.
CREATE FUNCTION app.guard_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_rule rules;
    made boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        of_rule := NEW;
    ELSE
        of_rule := OLD;
    END IF;
    made := of_rule.created_by IS NOT NULL AND of_rule.created_by = app.uid();
    IF current_user = 'bond_writer' THEN
        IF TG_OP = 'INSERT' AND NOT made THEN
            PERFORM app.refuse('whoever makes a rule says so');
        ELSIF TG_OP = 'INSERT' AND of_rule.assigned_to IS NULL AND NOT of_rule.for_all THEN
            PERFORM app.refuse('a rule is for somebody, or for all');
        ELSIF NOT (CASE
            WHEN of_rule.assigned_to IS NULL OR of_rule.assigned_to = app.uid() THEN made
            ELSE app.leads(of_rule.bond_id, app.uid(), of_rule.assigned_to) OR (TG_OP = 'DELETE' AND made) END) THEN
            PERFORM app.refuse('only who leads a person makes rules for them');
        ELSIF TG_OP <> 'DELETE' AND of_rule.assigned_to <> app.uid() AND NEW.active
            AND app.is_suspended(of_rule.bond_id, of_rule.assigned_to) THEN
            PERFORM app.refuse('nothing is asked during a pause');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.title, OLD.description, OLD.rule_type, OLD.effective_from, OLD.effective_until)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.rule_type, NEW.effective_from, NEW.effective_until) THEN
        NEW.text_version := OLD.text_version + 1;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON rules FOR EACH ROW EXECUTE FUNCTION app.guard_rule();

CREATE FUNCTION app.guard_acknowledgement() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF NEW.user_id <> app.uid() OR NOT EXISTS (
            SELECT FROM rules r WHERE r.id = NEW.rule_id AND r.bond_id = NEW.bond_id AND r.text_version = NEW.text_version
            AND (r.for_all OR r.assigned_to = NEW.user_id)
        ) THEN
            PERFORM app.refuse('everybody says yes or no for themselves, to what a rule says now');
        ELSIF NOT NEW.declined AND app.is_suspended(NEW.bond_id, NEW.user_id) THEN
            PERFORM app.refuse('nobody is bound to anything during a pause');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON rule_acknowledgements FOR EACH ROW EXECUTE FUNCTION app.guard_acknowledgement();

CREATE FUNCTION app.guard_reward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    theirs boolean := OLD.assigned_to IS NOT NULL AND OLD.assigned_to = app.uid();
    made boolean := OLD.assigned_by IS NOT NULL AND OLD.assigned_by = app.uid();
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF (OLD.title, OLD.description, OLD.reward_type, OLD.point_cost, OLD.limit_keys)
        IS DISTINCT FROM (NEW.title, NEW.description, NEW.reward_type, NEW.point_cost, NEW.limit_keys)
        AND (OLD.status <> 'available' OR NOT made) THEN
        PERFORM app.refuse('a reward is changed by who gave it, until it is redeemed');
    END IF;
    IF OLD.status <> NEW.status THEN
        IF NOT (CASE (OLD.status, NEW.status)
            WHEN ('available'::reward_status_enum, 'redeemed'::reward_status_enum) THEN theirs
            WHEN ('redeemed'::reward_status_enum, 'fulfilled'::reward_status_enum) THEN
                NOT theirs AND (made OR app.leads(OLD.bond_id, app.uid(), OLD.assigned_to))
            WHEN ('available'::reward_status_enum, 'withdrawn'::reward_status_enum) THEN
                app.leads(OLD.bond_id, app.uid(), OLD.assigned_to)
            WHEN ('redeemed'::reward_status_enum, 'withdrawn'::reward_status_enum) THEN
                theirs OR app.leads(OLD.bond_id, app.uid(), OLD.assigned_to)
            ELSE false END) THEN
            PERFORM app.refuse('not theirs to do');
        END IF;
        NEW.redeemed_at := CASE WHEN NEW.status = 'redeemed' THEN app.moment() ELSE OLD.redeemed_at END;
        NEW.fulfilled_at := CASE WHEN NEW.status = 'fulfilled' THEN app.moment() END;
        NEW.withdrawn_at := CASE WHEN NEW.status = 'withdrawn' THEN app.moment() END;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON rewards FOR EACH ROW EXECUTE FUNCTION app.guard_reward();

CREATE FUNCTION app.guard_given_reward() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF TG_OP = 'DELETE' THEN
            IF OLD.status NOT IN ('available', 'withdrawn') OR coalesce(OLD.assigned_by <> app.uid(), true) THEN
                PERFORM app.refuse('what somebody paid for is not deleted');
            END IF;
        ELSIF NEW.status <> 'available' OR coalesce(NEW.assigned_by <> app.uid(), true)
            OR NOT app.leads(NEW.bond_id, app.uid(), NEW.assigned_to) THEN
            PERFORM app.refuse('who leads a person rewards them');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard_given BEFORE INSERT OR DELETE ON rewards FOR EACH ROW EXECUTE FUNCTION app.guard_given_reward();

-- Points: nobody writes the ledger. It follows from an approval, a reward's life, and two functions that test who asks.

CREATE FUNCTION app.write_points(
    of_bond uuid, person uuid, amount integer, of_kind points_kind_enum, of_type points_source_enum, of_source uuid, why jsonb,
    taken_back uuid
) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    entry uuid;
BEGIN
    IF amount = 0 OR person IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO points_ledger (bond_id, user_id, points, kind, source_type, source_id, reason, reverses, created_by)
        VALUES (of_bond, person, amount, of_kind, of_type, of_source, why, taken_back, app.uid()) RETURNING id INTO entry;
    IF amount > 0 THEN
        INSERT INTO point_balances AS b (bond_id, user_id, balance) VALUES (of_bond, person, amount)
            ON CONFLICT (bond_id, user_id) DO UPDATE SET balance = b.balance + excluded.balance;
    ELSE
        UPDATE point_balances b SET balance = b.balance + amount
            WHERE b.bond_id = of_bond AND b.user_id = person AND b.balance + amount >= 0;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'not enough points' USING ERRCODE = 'check_violation', CONSTRAINT = 'point_balances_not_negative';
        END IF;
    END IF;
    RETURN entry;
END
$$;

CREATE FUNCTION app.has_points(of_bond uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT coalesce((SELECT s.enable_points_system FROM bond_settings s WHERE s.bond_id = of_bond), false) $$;

CREATE FUNCTION app.award_task() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.has_points(NEW.bond_id) THEN
        PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, NEW.point_value, 'award', 'task', NEW.id, NULL, NULL);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER award AFTER UPDATE OF status ON tasks FOR EACH ROW WHEN (OLD.status <> 'approved' AND NEW.status = 'approved')
    EXECUTE FUNCTION app.award_task();

CREATE FUNCTION app.pay_reward() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF app.has_points(NEW.bond_id) THEN
            PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, NEW.point_value, 'grant', 'reward', NEW.id, NULL, NULL);
        END IF;
    ELSIF OLD.status = 'available' AND NEW.status = 'redeemed' THEN
        PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, -NEW.point_cost, 'redeem', 'reward', NEW.id, NULL, NULL);
    ELSIF OLD.status = 'redeemed' AND NEW.status = 'withdrawn' THEN
        PERFORM app.write_points(NEW.bond_id, NEW.assigned_to, NEW.point_cost, 'refund', 'reward', NEW.id, NULL, NULL);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER pay AFTER INSERT OR UPDATE OF status ON rewards FOR EACH ROW EXECUTE FUNCTION app.pay_reward();

CREATE FUNCTION app.give_points(of_bond uuid, person uuid, amount integer, why jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.uid() IS NULL OR of_bond NOT IN (SELECT app.my_open_bonds()) OR NOT app.leads(of_bond, app.uid(), person)
        OR NOT app.has_points(of_bond) OR (amount < 0 AND app.is_suspended(of_bond, person)) THEN
        PERFORM app.refuse('who leads a person gives them points');
    END IF;
    RETURN app.write_points(of_bond, person, amount, 'manual', 'manual', NULL, why, NULL);
END
$$;

-- What a task, a reward's gift or a person gave is taken back, once; what a reward took is its own to give back.
CREATE FUNCTION app.reverse_points(entry uuid, why jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    wrong points_ledger;
BEGIN
    SELECT * INTO wrong FROM points_ledger p WHERE p.id = entry;
    IF wrong.id IS NULL OR app.uid() IS NULL OR wrong.kind NOT IN ('award', 'grant', 'manual')
        OR wrong.bond_id NOT IN (SELECT app.my_open_bonds()) OR NOT app.leads(wrong.bond_id, app.uid(), wrong.user_id)
        OR NOT app.has_points(wrong.bond_id) OR (wrong.points > 0 AND app.is_suspended(wrong.bond_id, wrong.user_id)) THEN
        PERFORM app.refuse('who leads a person takes back points of theirs');
    END IF;
    RETURN app.write_points(wrong.bond_id, wrong.user_id, -wrong.points, 'reversal', wrong.source_type, wrong.source_id, why, wrong.id);
END
$$;

-- Nothing of an entry changes, by whomever; a name in it goes with its person.
CREATE FUNCTION app.keep_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER keep BEFORE UPDATE ON points_ledger FOR EACH ROW
    WHEN ((OLD.id, OLD.bond_id, OLD.user_id, OLD.points, OLD.reason, OLD.kind, OLD.source_type, OLD.source_id, OLD.reverses, OLD.created_at)
        IS DISTINCT FROM (NEW.id, NEW.bond_id, NEW.user_id, NEW.points, NEW.reason, NEW.kind, NEW.source_type, NEW.source_id,
            NEW.reverses, NEW.created_at))
    EXECUTE FUNCTION app.keep_entry();

-- Pauses: what is due moves by as long as it could not be asked for

-- The name of a time zone; UTC for what the database does not know.
CREATE FUNCTION app.known_zone(zone text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM 'epoch'::timestamptz AT TIME ZONE zone;
    RETURN coalesce(zone, 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 'UTC';
END
$$;

CREATE FUNCTION app.end_suspension(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    began timestamptz;
    zone text := app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = person));
    days integer;
    asking text := current_setting('request.jwt.claims', true);
BEGIN
    DELETE FROM suspensions s WHERE s.bond_id = of_bond AND s.user_id = person RETURNING s.since INTO began;
    days := ceil(extract(epoch FROM (app.moment() AT TIME ZONE zone) - (began AT TIME ZONE zone)) / 86400);
    IF days > 0 THEN
        PERFORM set_config('request.jwt.claims', '', true); -- the feed does not say whose pause it was
        UPDATE tasks t SET
            due_date = ((t.due_date AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone,
            extension_until = ((t.extension_until AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone
            WHERE t.bond_id = of_bond AND t.assigned_to = person AND t.status IN ('pending', 'in_progress')
            AND t.due_date IS NOT NULL AND t.created_at < began;
        PERFORM set_config('request.jwt.claims', coalesce(asking, ''), true);
    END IF;
END
$$;

CREATE FUNCTION app.suspend_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_bond uuid;
BEGIN
    IF NEW.submission_state = 'paused' THEN
        INSERT INTO suspensions (bond_id, user_id) SELECT m.bond_id, m.user_id FROM bond_members m WHERE m.user_id = NEW.id
            ON CONFLICT DO NOTHING;
    ELSE
        FOR of_bond IN SELECT m.bond_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id
            WHERE m.user_id = NEW.id AND b.status <> 'paused' ORDER BY m.bond_id
        LOOP
            PERFORM app.end_suspension(of_bond, NEW.id);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_suspend AFTER UPDATE OF submission_state ON users FOR EACH ROW
    WHEN ((OLD.submission_state = 'paused') <> (NEW.submission_state = 'paused')) EXECUTE FUNCTION app.suspend_person();

CREATE FUNCTION app.suspend_bond() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    person uuid;
BEGIN
    IF NEW.status = 'dissolved' THEN
        PERFORM app.end_obligations(NEW.id, NULL);
    ELSIF NEW.status = 'paused' THEN
        INSERT INTO suspensions (bond_id, user_id) SELECT m.bond_id, m.user_id FROM bond_members m WHERE m.bond_id = NEW.id
            ON CONFLICT DO NOTHING;
    ELSE
        FOR person IN SELECT m.user_id FROM bond_members m JOIN users u ON u.id = m.user_id
            WHERE m.bond_id = NEW.id AND u.submission_state <> 'paused' ORDER BY m.user_id
        LOOP
            PERFORM app.end_suspension(NEW.id, person);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER suspend AFTER UPDATE OF status ON bonds FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND 'paused' IN (OLD.status, NEW.status) OR OLD.status <> NEW.status AND NEW.status = 'dissolved')
    EXECUTE FUNCTION app.suspend_bond();

CREATE FUNCTION app.suspend_newcomer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO suspensions (bond_id, user_id) SELECT NEW.bond_id, NEW.user_id
        WHERE EXISTS (SELECT FROM users u WHERE u.id = NEW.user_id AND u.submission_state = 'paused')
        OR EXISTS (SELECT FROM bonds b WHERE b.id = NEW.bond_id AND b.status = 'paused')
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER suspend_newcomer AFTER INSERT ON bond_members FOR EACH ROW EXECUTE FUNCTION app.suspend_newcomer();

-- Whoever goes is asked nothing more: what was open is called off, what they showed and said yes to goes; null: everybody. What comes
-- again ends with who asked for it, too: nothing is asked in the name of somebody who is gone.
CREATE FUNCTION app.end_obligations(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE tasks t SET status = 'cancelled', cancelled_at = app.moment(), extension_requested = false
        WHERE t.bond_id = of_bond AND (person IS NULL OR t.assigned_to = person) AND t.status IN ('pending', 'in_progress');
    UPDATE task_series s SET ended_at = app.moment()
        WHERE s.bond_id = of_bond AND (person IS NULL OR person IN (s.assigned_to, s.assigned_by)) AND s.ended_at IS NULL;
    DELETE FROM task_proof p WHERE p.bond_id = of_bond AND (person IS NULL OR p.user_id = person);
    DELETE FROM rule_acknowledgements a WHERE a.bond_id = of_bond AND (person IS NULL OR a.user_id = person);
END
$$;

CREATE FUNCTION app.end_obligations_of_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.end_obligations(OLD.bond_id, OLD.user_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER end_obligations AFTER DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.end_obligations_of_gone();

GRANT EXECUTE ON FUNCTION app.leads(uuid, uuid, uuid), app.is_suspended(uuid, uuid), app.may_ask(uuid, uuid, uuid, integer),
    app.refuse(text), app.guard_task_step(tasks, tasks)
TO bond_writer, game_service;
GRANT EXECUTE ON FUNCTION app.give_points(uuid, uuid, integer, jsonb), app.reverse_points(uuid, jsonb) TO bond_writer;
GRANT EXECUTE ON FUNCTION app.hold_bond_for_job(uuid) TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (35, 'bond_obligations', '3415d05634757bf8c579c497930b1c5b6a30c563e60583a33487fbe3ce4a2866', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0036_bond_words.sql

-- Bonds: words and the rest. What two people write to themselves and to each other, what they plan, sign and keep, and the tables of
-- AI characters. Text of one person's own rows is sealed with their key, also while it is shared; text of shared rows with the bond's.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Enums: the reference's values first, ours after them.

CREATE TYPE journal_entry_type_enum AS ENUM ('personal', 'shared', 'gratitude', 'reflection', 'scene_log');
CREATE TYPE calendar_event_type_enum AS ENUM ('scene', 'task_deadline', 'important_date', 'ritual', 'check_in');
CREATE TYPE contract_status_enum AS ENUM ('draft', 'active', 'expired', 'superseded', 'pending_signature', 'withdrawn');
CREATE TYPE signature_status_enum AS ENUM ('pending', 'signed', 'declined');
CREATE TYPE scene_status_enum AS ENUM ('planned', 'agreed', 'done', 'called_off');
CREATE TYPE check_in_status_enum AS ENUM ('green', 'yellow', 'red');
CREATE TYPE message_role_enum AS ENUM ('user', 'assistant');
CREATE TYPE kinkster_provider_enum AS ENUM ('flowise', 'openai_responses');
CREATE TYPE experience_level_enum AS ENUM ('beginner', 'intermediate', 'advanced', 'expert');
-- Adults, and nothing between the ages: there is no value for anybody who is not one.
CREATE TYPE age_range_enum AS ENUM ('21-25', '26-30', '31-40', '41-50', '51-60', '61+');
CREATE TYPE generation_status_enum AS ENUM ('pending', 'running', 'done', 'refused', 'failed');

-- Files: pictures, sealed with the key of who uploaded them

CREATE TABLE files (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    place text NOT NULL CONSTRAINT idx_files_place UNIQUE,
    key_id text NOT NULL,
    content_type text NOT NULL,
    bytes integer NOT NULL,
    width integer,
    height integer,
    attached_at timestamptz,
    withdrawn_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT files_are_pictures CHECK (content_type IN ('image/jpeg', 'image/png', 'image/webp', 'image/avif')),
    CONSTRAINT files_bounded CHECK (
        bytes BETWEEN 1 AND 10485760 AND width BETWEEN 1 AND 16384 AND height BETWEEN 1 AND 16384
        AND char_length(place) <= 256 AND char_length(key_id) <= 64
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE files IS 'Pictures somebody uploaded: where the sealed bytes lie, and which key opens them.';
COMMENT ON COLUMN files.attached_at IS 'Since when it hangs on something: who else may see it, that row says.';
COMMENT ON COLUMN files.place IS 'The name under which the object store keeps the bytes; by itself it opens nothing.';
CREATE INDEX idx_files_user ON files (user_id, created_at DESC, id DESC);
CREATE INDEX idx_files_unattached ON files (created_at) WHERE attached_at IS NULL;
SELECT app.keep_own('files', 'INSERT, DELETE', 'attached_at, withdrawn_at');

-- Journal

CREATE TABLE journal_entries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb,
    content jsonb NOT NULL,
    entry_type journal_entry_type_enum NOT NULL DEFAULT 'personal',
    tags text[] NOT NULL DEFAULT '{}',
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_shared boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT journal_entries_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(content::text) <= 524288
        AND cardinality(tags) <= 20 AND octet_length(tags::text) <= 4096
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE journal_entries IS 'What somebody writes for themselves, and shows their bond where is_shared says so; sealed with their own key.';
CREATE INDEX idx_journal_entries_user ON journal_entries (user_id, created_at DESC, id DESC);
CREATE INDEX idx_journal_entries_bond ON journal_entries (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_journal_entries_tags ON journal_entries USING gin (tags);
SELECT app.keep_own('journal_entries', 'INSERT, DELETE', 'title, content, entry_type, tags, is_shared', 'is_shared', true);

-- Calendar. Without a bond an event is its creator's own, and goes with them: app.forget_words_of_erased below.

CREATE TABLE calendar_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    event_type calendar_event_type_enum NOT NULL DEFAULT 'important_date',
    start_date timestamptz NOT NULL,
    end_date timestamptz,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    ical_uid text NOT NULL DEFAULT gen_random_uuid()::text,
    recurrence_id text NOT NULL DEFAULT '',
    description jsonb,
    location jsonb,
    timezone text NOT NULL DEFAULT 'UTC',
    all_day boolean NOT NULL DEFAULT false,
    rrule text,
    exdates text[] NOT NULL DEFAULT '{}',
    sequence integer NOT NULL DEFAULT 0,
    reminder_minutes integer,
    imported boolean NOT NULL DEFAULT false,
    task_id uuid REFERENCES tasks (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT calendar_events_in_order CHECK (end_date >= start_date),
    CONSTRAINT calendar_events_deadlines CHECK ((event_type = 'task_deadline') = (task_id IS NOT NULL)),
    CONSTRAINT calendar_events_deadlines_shared CHECK (task_id IS NULL OR bond_id IS NOT NULL),
    CONSTRAINT calendar_events_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(description::text) <= 65536 AND octet_length(location::text) <= 4096
        AND char_length(ical_uid) BETWEEN 1 AND 255 AND char_length(recurrence_id) <= 32 AND char_length(timezone) <= 64
        AND char_length(rrule) <= 512 AND cardinality(exdates) <= 366 AND octet_length(exdates::text) <= 16384
        AND reminder_minutes BETWEEN 0 AND 40320
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE calendar_events IS 'Dates of a bond, sealed with its key; without a bond its creator''s own, sealed with theirs.';
COMMENT ON COLUMN calendar_events.task_id IS 'Whose deadline it is: written by the task''s commands alone.';
COMMENT ON COLUMN calendar_events.recurrence_id IS 'Of an occurrence that differs from its series, the moment it had, as iCalendar writes it; else empty.';
CREATE UNIQUE INDEX idx_calendar_events_uid ON calendar_events (bond_id, ical_uid, recurrence_id) WHERE bond_id IS NOT NULL;
CREATE UNIQUE INDEX idx_calendar_events_own_uid ON calendar_events (created_by, ical_uid, recurrence_id) WHERE bond_id IS NULL;
CREATE INDEX idx_calendar_events_bond ON calendar_events (bond_id, start_date, id) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_calendar_events_created_by ON calendar_events (created_by, start_date, id);
CREATE INDEX idx_calendar_events_series ON calendar_events (bond_id, created_by) WHERE rrule IS NOT NULL;
CREATE UNIQUE INDEX idx_calendar_events_task ON calendar_events (task_id) WHERE task_id IS NOT NULL;

SELECT app.seal('calendar_events');
GRANT SELECT ON calendar_events TO authenticated, bond_writer;
GRANT INSERT, DELETE ON calendar_events TO bond_writer;
GRANT UPDATE (title, event_type, start_date, end_date, recurrence_id, description, location, timezone, all_day, rrule, exdates, sequence,
    reminder_minutes) ON calendar_events TO bond_writer;
CREATE POLICY "Members can SELECT events of their bonds, and their own" ON calendar_events FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()));
CREATE POLICY "A member's command may INSERT" ON calendar_events FOR INSERT TO bond_writer
    WITH CHECK (created_by = (SELECT app.uid()) AND (bond_id IS NULL OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))));
CREATE POLICY "A member's command may UPDATE" ON calendar_events FOR UPDATE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()))
    WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()));
CREATE POLICY "A member's command may DELETE" ON calendar_events FOR DELETE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) OR bond_id IS NULL AND created_by = (SELECT app.uid()));
CREATE TRIGGER next_version BEFORE UPDATE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.next_version();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.note_change();

-- The address by which another program reads a calendar: its secret is kept as a hash, and ends with the membership.
CREATE TABLE calendar_feeds (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    secret_hash text NOT NULL CONSTRAINT idx_calendar_feeds_secret UNIQUE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT idx_calendar_feeds_one UNIQUE NULLS NOT DISTINCT (user_id, bond_id),
    CONSTRAINT calendar_feeds_bounded CHECK (char_length(secret_hash) <= 128)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE calendar_feeds IS 'Who feeds which calendar to another program; without a bond their own.';
CREATE INDEX idx_calendar_feeds_bond ON calendar_feeds (bond_id) WHERE bond_id IS NOT NULL;
SELECT app.keep_own('calendar_feeds', 'INSERT, DELETE');
REVOKE SELECT ON calendar_feeds FROM authenticated, bond_writer;
GRANT SELECT (id, user_id, bond_id, created_at) ON calendar_feeds TO authenticated, bond_writer;

-- Contracts: versions in a line, frozen while they are signed and ever after

CREATE TABLE contracts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    content jsonb NOT NULL,
    version_number integer NOT NULL DEFAULT 1,
    status contract_status_enum NOT NULL DEFAULT 'draft',
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    signed_at timestamptz,
    expires_at timestamptz,
    line_id uuid NOT NULL,
    content_sha256 text,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_contracts_of_bond UNIQUE (id, bond_id),
    CONSTRAINT idx_contracts_version UNIQUE (line_id, version_number),
    CONSTRAINT contracts_frozen_by_hash CHECK ((status = 'draft') = (content_sha256 IS NULL)),
    CONSTRAINT contracts_signed_once CHECK ((status IN ('draft', 'pending_signature')) = (signed_at IS NULL)),
    CONSTRAINT contracts_ended_once CHECK ((status IN ('withdrawn', 'expired', 'superseded')) = (ended_at IS NOT NULL)),
    CONSTRAINT contracts_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(content::text) <= 524288 AND version_number BETWEEN 1 AND 1000
        AND content_sha256 ~ '^[0-9a-f]{64}$'
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE contracts IS 'What members agreed on in writing. No legal force, either ends it at once.';
COMMENT ON COLUMN contracts.line_id IS 'The id of the first version, of which this is a later one.';
COMMENT ON COLUMN contracts.content_sha256 IS 'Of the text its parties sign, as canonical JSON; null while it is a draft.';
CREATE UNIQUE INDEX idx_contracts_active ON contracts (line_id) WHERE status = 'active';
CREATE INDEX idx_contracts_bond ON contracts (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_contracts_created_by ON contracts (created_by);
CREATE INDEX idx_contracts_expires ON contracts (expires_at) WHERE status = 'active';

CREATE TABLE contract_signatures (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    contract_id uuid NOT NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    status signature_status_enum NOT NULL DEFAULT 'pending',
    content_sha256 text,
    reason jsonb,
    signed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_contract_signatures_party UNIQUE (contract_id, user_id),
    FOREIGN KEY (contract_id, bond_id) REFERENCES contracts (id, bond_id) ON DELETE CASCADE,
    CONSTRAINT contract_signatures_signed CHECK (
        (status = 'signed') = (signed_at IS NOT NULL) AND (status = 'signed') = (content_sha256 IS NOT NULL)
    ),
    CONSTRAINT contract_signatures_bounded CHECK (octet_length(reason::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE contract_signatures IS 'The parties of a contract, and whether each signed its hash.';
CREATE INDEX idx_contract_signatures_contract ON contract_signatures (contract_id, bond_id);
CREATE INDEX idx_contract_signatures_bond ON contract_signatures (bond_id);
CREATE INDEX idx_contract_signatures_user ON contract_signatures (user_id);

SELECT app.share_in_bond('contracts', '', 'title, content, status, signed_at, expires_at, content_sha256, ended_at', true);
GRANT INSERT, DELETE ON contracts TO bond_writer;
CREATE POLICY "A member's command may INSERT" ON contracts FOR INSERT TO bond_writer WITH CHECK (
    bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) AND created_by = (SELECT app.uid()) AND status = 'draft'
);
CREATE POLICY "A member's command may DELETE" ON contracts FOR DELETE TO bond_writer USING (
    bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) AND created_by = (SELECT app.uid()) AND status = 'draft'
);

SELECT app.share_in_bond('contract_signatures', '', 'status, content_sha256, reason, signed_at', true);
GRANT INSERT, DELETE ON contract_signatures TO bond_writer;
CREATE POLICY "A member's command may INSERT" ON contract_signatures FOR INSERT TO bond_writer
    WITH CHECK (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())) AND status = 'pending');
-- Voided are only those of a draft: what was signed and is in force, or was, stays as it was signed.
CREATE POLICY "A member's command may DELETE" ON contract_signatures FOR DELETE TO bond_writer USING (
    bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))
    AND contract_id IN (SELECT c.id FROM contracts c WHERE c.bond_id = contract_signatures.bond_id AND c.status = 'draft')
);

-- A contract's text is free while it is a draft; from then on nobody changes it, in whatever role. In force is only what every party
-- signed as it stands.
CREATE FUNCTION app.keep_contract() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF (NEW.bond_id, NEW.line_id, NEW.version_number) <> (OLD.bond_id, OLD.line_id, OLD.version_number)
        OR OLD.status <> 'draft' AND (NEW.title, NEW.content, NEW.expires_at) IS DISTINCT FROM (OLD.title, OLD.content, OLD.expires_at)
        OR OLD.status <> 'draft' AND NEW.status <> 'draft' AND NEW.content_sha256 IS DISTINCT FROM OLD.content_sha256
        OR OLD.signed_at <> coalesce(NEW.signed_at, 'infinity') THEN
        RAISE EXCEPTION 'a contract that was given to be signed is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'pending_signature'), ('pending_signature', 'draft'), ('pending_signature', 'active'),
        ('active', 'superseded'), ('active', 'expired'), ('active', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'a contract that is % does not become %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status = 'active' AND OLD.status <> 'active' AND (
        SELECT count(*) < 2 OR bool_or(s.status <> 'signed' OR s.content_sha256 <> NEW.content_sha256)
        FROM contract_signatures s WHERE s.contract_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a contract is in force when every party signed it' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_contract BEFORE UPDATE OF title, content, version_number, status, bond_id, signed_at, expires_at, line_id,
    content_sha256 ON contracts FOR EACH ROW EXECUTE FUNCTION app.keep_contract();

-- Nobody signs for somebody else, or another text than the one that was given.
CREATE FUNCTION app.keep_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF OLD.user_id IS NULL OR OLD.user_id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a party themselves signs or declines' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF OLD.status <> 'pending' OR NOT EXISTS (
        SELECT FROM contracts c WHERE c.id = OLD.contract_id AND c.status = 'pending_signature'
            AND (NEW.status <> 'signed' OR c.content_sha256 = NEW.content_sha256)
    ) THEN
        RAISE EXCEPTION 'what is signed is the text that was given, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_signature BEFORE UPDATE ON contract_signatures FOR EACH ROW
    WHEN ((OLD.status, OLD.content_sha256, OLD.reason, OLD.signed_at, OLD.contract_id)
        IS DISTINCT FROM (NEW.status, NEW.content_sha256, NEW.reason, NEW.signed_at, NEW.contract_id))
    EXECUTE FUNCTION app.keep_signature();

-- Who signed what, and that it ended, for the ledger of consent; who ended it is nobody's to read there.
CREATE FUNCTION app.note_signature_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_consent(
        'bond:' || NEW.bond_id, 'contract_signed', app.consent_person(NEW.user_id, NULL),
        jsonb_build_object('contract', NEW.contract_id, 'content_sha256', NEW.content_sha256)
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER contract_signatures_note_consent AFTER UPDATE OF status ON contract_signatures
    FOR EACH ROW WHEN (NEW.status = 'signed' AND OLD.status <> 'signed') EXECUTE FUNCTION app.note_signature_consent();

CREATE FUNCTION app.note_contract_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_consent('bond:' || NEW.bond_id, 'contract_ended', NULL, jsonb_build_object('contract', NEW.id));
    RETURN NULL;
END
$$;
CREATE TRIGGER contracts_note_consent AFTER UPDATE OF status ON contracts
    FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status = 'withdrawn') EXECUTE FUNCTION app.note_contract_consent();

-- Scenes

CREATE TABLE scenes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    title jsonb NOT NULL,
    scene_date timestamptz,
    duration_minutes integer CHECK (duration_minutes BETWEEN 1 AND 10080),
    activities jsonb NOT NULL DEFAULT '[]',
    consent_details jsonb,
    aftercare_provided boolean NOT NULL DEFAULT false,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    status scene_status_enum NOT NULL DEFAULT 'planned',
    notes jsonb,
    aftercare_notes jsonb,
    logged_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_scenes_of_bond UNIQUE (id, bond_id),
    CONSTRAINT scenes_logged_once CHECK ((status = 'done') = (logged_at IS NOT NULL)),
    CONSTRAINT scenes_bounded CHECK (
        octet_length(title::text) <= 4096 AND octet_length(consent_details::text) <= 65536 AND octet_length(notes::text) <= 65536
        AND octet_length(aftercare_notes::text) <= 65536 AND octet_length(activities::text) <= 262144
    ),
    -- [{name: sealed, keys: [key], with: [user_id], notes?: sealed}]
    CONSTRAINT scenes_activities_shaped CHECK (CASE WHEN jsonb_typeof(activities) <> 'array' THEN false
        ELSE jsonb_array_length(activities) <= 30 AND NOT jsonb_path_exists(activities, '$[*] ? (!(
            @.type() == "object" && @.name.type() == "object" && @.keys.type() == "array" && @.with.type() == "array"
            && @.keys.size() <= 40 && @.with.size() <= 12 && (!exists(@.notes) || @.notes.type() == "object")
        ))') AND NOT jsonb_path_exists(activities, '$[*].keys[*] ? (@.type() != "string" || !(@ like_regex "^[a-z0-9_]{1,64}$"))')
        AND NOT jsonb_path_exists(activities, '$[*].with[*] ? (@.type() != "string" || !(@ like_regex "^[0-9a-f-]{36}$"))') END)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scenes IS 'What members plan, agree on and did together.';
COMMENT ON COLUMN scenes.activities IS '[{name, keys[], with: [user_id], notes?}]: name and notes sealed, keys of preferences and limits readable.';
CREATE INDEX idx_scenes_bond ON scenes (bond_id, scene_date DESC, id DESC);
CREATE INDEX idx_scenes_bond_created ON scenes (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_scenes_created_by ON scenes (created_by);
CREATE INDEX idx_scenes_activities ON scenes USING gin (activities jsonb_path_ops);
SELECT app.share_in_bond('scenes', 'INSERT, DELETE', 'title, scene_date, duration_minutes, activities, consent_details,'
    ' aftercare_provided, status, notes, aftercare_notes, logged_at', true);

-- Who agreed to which version of a scene. It is not edited: another version is agreed to anew.
CREATE TABLE scene_confirmations (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_scene_confirmations_id UNIQUE,
    scene_id uuid NOT NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    version integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (scene_id, user_id),
    FOREIGN KEY (scene_id, bond_id) REFERENCES scenes (id, bond_id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_confirmations IS 'Who of a scene''s participants confirmed it.';
COMMENT ON COLUMN scene_confirmations.version IS 'The version of the scene that was confirmed; of no other is it a word.';
CREATE INDEX idx_scene_confirmations_scene ON scene_confirmations (scene_id, bond_id);
CREATE INDEX idx_scene_confirmations_bond ON scene_confirmations (bond_id);
CREATE INDEX idx_scene_confirmations_user ON scene_confirmations (user_id);

SELECT app.seal('scene_confirmations');
GRANT SELECT ON scene_confirmations TO authenticated, bond_writer;
GRANT INSERT, DELETE ON scene_confirmations TO bond_writer;
CREATE POLICY "Members can SELECT rows of their bonds" ON scene_confirmations FOR SELECT TO authenticated, bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = scene_confirmations.bond_id AND mine.joined_at <= scene_confirmations.created_at
    ));
CREATE POLICY "A member's command may INSERT" ON scene_confirmations FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()) AND bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
-- Anybody's: who changes a scene takes back what was said of it before.
CREATE POLICY "A member's command may DELETE" ON scene_confirmations FOR DELETE TO bond_writer
    USING (bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
CREATE TRIGGER note_change AFTER INSERT OR DELETE ON scene_confirmations FOR EACH ROW EXECUTE FUNCTION app.note_change();

CREATE TABLE scene_debriefs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    scene_id uuid REFERENCES scenes (id) ON DELETE SET NULL,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    text jsonb NOT NULL,
    is_shared boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_scene_debriefs_one UNIQUE (scene_id, user_id),
    CONSTRAINT scene_debriefs_bounded CHECK (octet_length(text::text) <= 524288)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_debriefs IS 'What each says of a scene afterwards: first for themselves, then shared where they choose; sealed with their own key.';
CREATE INDEX idx_scene_debriefs_bond ON scene_debriefs (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_scene_debriefs_user ON scene_debriefs (user_id, created_at DESC, id DESC);
SELECT app.keep_own('scene_debriefs', 'INSERT, DELETE', 'text, is_shared', 'is_shared', true);

-- What is said to a bond is shared as long as it has one: by this column policies and the feed know.
CREATE FUNCTION app.share_with_its_bond() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.is_shared := NEW.bond_id IS NOT NULL;
    RETURN NEW;
END
$$;

-- Check-ins: one a person, bond and day

CREATE TABLE check_ins (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    status check_in_status_enum NOT NULL,
    notes jsonb,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    local_date date NOT NULL,
    timezone text NOT NULL DEFAULT 'UTC',
    is_shared boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_check_ins_day UNIQUE (user_id, bond_id, local_date),
    CONSTRAINT check_ins_bounded CHECK (octet_length(notes::text) <= 65536 AND char_length(timezone) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE check_ins IS 'How somebody is today, said to a bond; sealed with their own key, and theirs alone once they left.';
CREATE INDEX idx_check_ins_user ON check_ins (user_id, created_at DESC, id DESC);
CREATE INDEX idx_check_ins_bond ON check_ins (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE TRIGGER share_with_its_bond BEFORE INSERT OR UPDATE OF bond_id, is_shared ON check_ins
    FOR EACH ROW EXECUTE FUNCTION app.share_with_its_bond();
SELECT app.keep_own('check_ins', 'INSERT', 'status, notes, timezone', 'is_shared', true);

-- How somebody is only they say, in whatever role a statement runs.
CREATE FUNCTION app.keep_check_in() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF OLD.user_id IS DISTINCT FROM app.uid() AND (
        NEW.notes <> OLD.notes OR OLD.notes IS NULL AND NEW.notes IS NOT NULL
        OR (NEW.status, NEW.local_date, NEW.user_id) IS DISTINCT FROM (OLD.status, OLD.local_date, OLD.user_id)
    ) THEN
        RAISE EXCEPTION 'only a person themselves says how they are' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_check_in BEFORE UPDATE OF status, notes, local_date, user_id ON check_ins
    FOR EACH ROW EXECUTE FUNCTION app.keep_check_in();

-- AI characters

CREATE TABLE preset_config (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    preset_key text NOT NULL CONSTRAINT idx_preset_config_key UNIQUE,
    name text NOT NULL,
    role dynamic_role_enum NOT NULL DEFAULT 'switch',
    stats jsonb NOT NULL,
    config jsonb NOT NULL DEFAULT '{}',
    avatar_urls text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT preset_config_stats_allocated CHECK (CASE WHEN jsonb_typeof(stats) <> 'object'
        OR NOT stats ?& ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control']
        OR stats - ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control'] <> '{}'
        OR jsonb_path_exists(stats, '$.* ? (@.type() != "number" || @ < 1 || @ > 20 || @.floor() != @)') THEN false
        ELSE (stats ->> 'dominance')::numeric + (stats ->> 'submission')::numeric + (stats ->> 'charisma')::numeric
            + (stats ->> 'stamina')::numeric + (stats ->> 'creativity')::numeric + (stats ->> 'control')::numeric = 60 END)
);
COMMENT ON TABLE preset_config IS 'Characters to begin with: ours, nobody''s words.';
SELECT app.seal('preset_config');
GRANT SELECT ON preset_config TO authenticated, bond_writer;
CREATE POLICY "Everybody signed in can SELECT presets" ON preset_config FOR SELECT TO authenticated, bond_writer
    USING (active AND (SELECT app.uid()) IS NOT NULL);

CREATE TABLE kinksters (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name jsonb NOT NULL,
    display_name jsonb,
    role dynamic_role_enum NOT NULL DEFAULT 'switch',
    pronouns jsonb,
    archetype jsonb,
    bio jsonb,
    backstory jsonb,
    personality_traits jsonb,
    top_kinks jsonb,
    hard_limits jsonb,
    soft_limits jsonb,
    experience_level experience_level_enum,
    body_type jsonb,
    height jsonb,
    build jsonb,
    hair_color jsonb,
    hair_style jsonb,
    eye_color jsonb,
    skin_tone jsonb,
    facial_hair jsonb,
    age_range age_range_enum NOT NULL,
    clothing_style jsonb,
    favorite_colors jsonb,
    fetish_wear jsonb,
    aesthetic jsonb,
    stats jsonb NOT NULL,
    avatar_urls text[] NOT NULL DEFAULT '{}',
    provider kinkster_provider_enum NOT NULL DEFAULT 'openai_responses',
    openai_model text,
    openai_instructions jsonb,
    flowise_chatflow_id text,
    preset_id uuid REFERENCES preset_config (id) ON DELETE SET NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_primary boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT kinksters_stats_allocated CHECK (CASE WHEN jsonb_typeof(stats) <> 'object'
        OR NOT stats ?& ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control']
        OR stats - ARRAY['dominance', 'submission', 'charisma', 'stamina', 'creativity', 'control'] <> '{}'
        OR jsonb_path_exists(stats, '$.* ? (@.type() != "number" || @ < 1 || @ > 20 || @.floor() != @)') THEN false
        ELSE (stats ->> 'dominance')::numeric + (stats ->> 'submission')::numeric + (stats ->> 'charisma')::numeric
            + (stats ->> 'stamina')::numeric + (stats ->> 'creativity')::numeric + (stats ->> 'control')::numeric = 60 END),
    CONSTRAINT kinksters_texts_bounded CHECK (
        octet_length(name::text) <= 4096 AND octet_length(display_name::text) <= 4096 AND octet_length(pronouns::text) <= 4096
        AND octet_length(archetype::text) <= 4096 AND octet_length(bio::text) <= 65536 AND octet_length(backstory::text) <= 524288
        AND octet_length(personality_traits::text) <= 16384 AND octet_length(top_kinks::text) <= 16384
        AND octet_length(hard_limits::text) <= 16384 AND octet_length(soft_limits::text) <= 16384
        AND octet_length(openai_instructions::text) <= 65536
    ),
    CONSTRAINT kinksters_looks_bounded CHECK (
        octet_length(body_type::text) <= 4096 AND octet_length(height::text) <= 4096 AND octet_length(build::text) <= 4096
        AND octet_length(hair_color::text) <= 4096 AND octet_length(hair_style::text) <= 4096
        AND octet_length(eye_color::text) <= 4096 AND octet_length(skin_tone::text) <= 4096
        AND octet_length(facial_hair::text) <= 4096 AND octet_length(clothing_style::text) <= 4096
        AND octet_length(favorite_colors::text) <= 4096 AND octet_length(fetish_wear::text) <= 4096
        AND octet_length(aesthetic::text) <= 4096
    ),
    CONSTRAINT kinksters_bounded CHECK (
        cardinality(avatar_urls) <= 20 AND octet_length(avatar_urls::text) <= 16384 AND char_length(openai_model) <= 128
        AND char_length(flowise_chatflow_id) <= 128
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE kinksters IS 'Characters that an AI plays for their owner: adults, and sealed with the owner''s key.';
CREATE INDEX idx_kinksters_user ON kinksters (user_id, created_at DESC, id DESC);
CREATE INDEX idx_kinksters_preset ON kinksters (preset_id) WHERE preset_id IS NOT NULL;
CREATE UNIQUE INDEX idx_kinksters_primary ON kinksters (user_id) WHERE is_primary;
SELECT app.keep_own('kinksters', 'INSERT, DELETE', 'name, display_name, role, pronouns, archetype, bio, backstory, personality_traits,'
    ' top_kinks, hard_limits, soft_limits, experience_level, body_type, height, build, hair_color, hair_style, eye_color, skin_tone,'
    ' facial_hair, age_range, clothing_style, favorite_colors, fetish_wear, aesthetic, stats, avatar_urls, provider, openai_model,'
    ' openai_instructions, flowise_chatflow_id, preset_id, is_primary');

CREATE TABLE kinkster_creation_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL CONSTRAINT idx_kinkster_creation_sessions_user UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    step integer NOT NULL DEFAULT 1,
    draft jsonb,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT kinkster_creation_sessions_bounded CHECK (step BETWEEN 1 AND 100 AND octet_length(draft::text) <= 524288)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE kinkster_creation_sessions IS 'How far somebody is with making a character.';
CREATE INDEX idx_kinkster_creation_sessions_kinkster ON kinkster_creation_sessions (kinkster_id) WHERE kinkster_id IS NOT NULL;
SELECT app.keep_own('kinkster_creation_sessions', 'INSERT, DELETE', 'kinkster_id, step, draft');

-- Messages: of a bond, or of one person and a character

CREATE TABLE conversations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    title jsonb,
    provider kinkster_provider_enum NOT NULL DEFAULT 'openai_responses',
    openai_previous_response_id text,
    last_message_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_conversations_owner UNIQUE (id, user_id),
    CONSTRAINT conversations_bounded CHECK (octet_length(title::text) <= 4096 AND char_length(openai_previous_response_id) <= 256)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE conversations IS 'What somebody and a character talk: its owner''s alone.';
CREATE INDEX idx_conversations_user ON conversations (user_id, created_at DESC, id DESC);
CREATE INDEX idx_conversations_kinkster ON conversations (kinkster_id) WHERE kinkster_id IS NOT NULL;
SELECT app.keep_own('conversations', 'INSERT, DELETE', 'title, provider, openai_previous_response_id, last_message_at');

CREATE TABLE messages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    content jsonb,
    from_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    to_user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    conversation_id uuid,
    user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    role message_role_enum,
    read_at timestamptz,
    edited_at timestamptz,
    unsent_at timestamptz,
    partial boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT idx_messages_of_bond UNIQUE (id, bond_id),
    FOREIGN KEY (conversation_id, user_id) REFERENCES conversations (id, user_id) ON DELETE CASCADE,
    CONSTRAINT messages_of_one CHECK (num_nonnulls(bond_id, conversation_id) = 1),
    CONSTRAINT messages_own CHECK (num_nonnulls(conversation_id, user_id, role) IN (0, 3)),
    CONSTRAINT messages_unsent_empty CHECK (unsent_at IS NULL OR content IS NULL),
    CONSTRAINT messages_bounded CHECK (octet_length(content::text) <= 524288 AND (bond_id IS NULL OR octet_length(content::text) <= 65536))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE messages IS 'What members write to each other, sealed with the bond''s key; or one person and a character, sealed with that person''s.';
COMMENT ON COLUMN messages.user_id IS 'Whose alone it is: of a conversation''s messages its owner.';
COMMENT ON COLUMN messages.content IS 'Null once its sender took it back, or was erased.';
CREATE INDEX idx_messages_bond ON messages (bond_id, created_at DESC, id DESC) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_messages_conversation ON messages (conversation_id, user_id, created_at DESC, id DESC) WHERE conversation_id IS NOT NULL;
CREATE INDEX idx_messages_user ON messages (user_id, created_at DESC, id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX idx_messages_from ON messages (from_user_id);
CREATE INDEX idx_messages_to ON messages (to_user_id) WHERE to_user_id IS NOT NULL;

SELECT app.seal('messages');
GRANT SELECT ON messages TO authenticated, bond_writer;
GRANT INSERT, DELETE, UPDATE (content, read_at, edited_at, unsent_at, partial) ON messages TO bond_writer;
CREATE POLICY "Members can SELECT messages since they came, and their own" ON messages FOR SELECT TO authenticated, bond_writer
    USING (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine WHERE mine.bond_id = messages.bond_id AND mine.joined_at <= messages.created_at
    ));
CREATE POLICY "A member's command may INSERT" ON messages FOR INSERT TO bond_writer WITH CHECK (
    user_id = (SELECT app.uid()) OR from_user_id = (SELECT app.uid()) AND bond_id = ANY (ARRAY(SELECT app.my_open_bonds()))
);
CREATE POLICY "A member's command may UPDATE" ON messages FOR UPDATE TO bond_writer
    USING (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())))
    WITH CHECK (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
CREATE POLICY "A person's command may DELETE their own" ON messages FOR DELETE TO bond_writer USING (user_id = (SELECT app.uid()));
CREATE TRIGGER next_version BEFORE UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION app.next_version();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON messages FOR EACH ROW EXECUTE FUNCTION app.note_change();

-- What was said to others its sender alone changes or takes back, for a quarter of an hour, and it shows; read it only who it is for.
CREATE FUNCTION app.keep_message() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF (NEW.content, NEW.edited_at, NEW.unsent_at) IS DISTINCT FROM (OLD.content, OLD.edited_at, OLD.unsent_at) AND (
        OLD.from_user_id IS DISTINCT FROM app.uid() OR OLD.unsent_at IS NOT NULL
        OR OLD.created_at < app.moment() - interval '15 minutes'
        OR num_nonnulls(NEW.edited_at, NEW.unsent_at) = 0
    ) THEN
        RAISE EXCEPTION 'a message is its sender''s to change, for 15 minutes' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.read_at IS DISTINCT FROM OLD.read_at AND (OLD.to_user_id IS DISTINCT FROM app.uid() OR OLD.read_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a message is read once, by whom it is for' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_message BEFORE UPDATE OF content, read_at, edited_at, unsent_at ON messages
    FOR EACH ROW WHEN (OLD.bond_id IS NOT NULL) EXECUTE FUNCTION app.keep_message();

-- An erased person's message stays without its text.
CREATE FUNCTION app.empty_message() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.content := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER empty_message BEFORE UPDATE OF from_user_id ON messages
    FOR EACH ROW WHEN (OLD.bond_id IS NOT NULL AND NEW.from_user_id IS NULL) EXECUTE FUNCTION app.empty_message();

-- What hangs on a message, of a bond or of a conversation; a mark stays when its file is withdrawn.
CREATE TABLE ai_message_attachments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    message_id uuid NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
    bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    file_id uuid REFERENCES files (id) ON DELETE SET NULL,
    place integer NOT NULL DEFAULT 1,
    content_type text NOT NULL,
    bytes integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    FOREIGN KEY (message_id, bond_id) REFERENCES messages (id, bond_id) ON DELETE CASCADE,
    CONSTRAINT ai_message_attachments_bounded CHECK (place BETWEEN 1 AND 10 AND bytes >= 1 AND char_length(content_type) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE ai_message_attachments IS 'The pictures of messages, of both kinds. Without a file: withdrawn by who uploaded it.';
CREATE INDEX idx_ai_message_attachments_message ON ai_message_attachments (message_id, bond_id);
CREATE INDEX idx_ai_message_attachments_bond ON ai_message_attachments (bond_id) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_ai_message_attachments_user ON ai_message_attachments (user_id);
CREATE UNIQUE INDEX idx_ai_message_attachments_file ON ai_message_attachments (file_id) WHERE file_id IS NOT NULL;

SELECT app.seal('ai_message_attachments');
GRANT SELECT ON ai_message_attachments TO authenticated, bond_writer;
GRANT INSERT ON ai_message_attachments TO bond_writer;
CREATE POLICY "People can SELECT what hangs on messages they see" ON ai_message_attachments FOR SELECT TO authenticated, bond_writer
    USING (bond_id IS NULL AND user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = ai_message_attachments.bond_id AND mine.joined_at <= ai_message_attachments.created_at
    ));
-- A file of one's own, to a message of one's own, where anything may still be written.
CREATE POLICY "A member's command may INSERT" ON ai_message_attachments FOR INSERT TO bond_writer WITH CHECK (
    user_id = (SELECT app.uid()) AND (bond_id IS NULL OR bond_id = ANY (ARRAY(SELECT app.my_open_bonds())))
    AND file_id IN (SELECT f.id FROM files f WHERE f.user_id = (SELECT app.uid()))
    AND message_id IN (
        SELECT m.id FROM messages m WHERE m.bond_id IS NOT DISTINCT FROM ai_message_attachments.bond_id
            AND (SELECT app.uid()) IN (m.from_user_id, m.user_id)
    )
);
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON ai_message_attachments FOR EACH ROW EXECUTE FUNCTION app.note_change();

-- What an AI was asked for its owner: pictures, and the sessions of talk they cost

CREATE TABLE image_generations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    status generation_status_enum NOT NULL DEFAULT 'pending',
    style text,
    prompt jsonb,
    model text,
    file_id uuid REFERENCES files (id) ON DELETE SET NULL,
    failed_reason text,
    cost_micros bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT image_generations_bounded CHECK (
        octet_length(prompt::text) <= 65536 AND char_length(style) <= 64 AND char_length(model) <= 128
        AND char_length(failed_reason) <= 64 AND cost_micros >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE image_generations IS 'Pictures that somebody asked an AI for, and what became of each.';
CREATE INDEX idx_image_generations_user ON image_generations (user_id, created_at DESC, id DESC);
CREATE INDEX idx_image_generations_kinkster ON image_generations (kinkster_id) WHERE kinkster_id IS NOT NULL;
CREATE INDEX idx_image_generations_file ON image_generations (file_id) WHERE file_id IS NOT NULL;
CREATE INDEX idx_image_generations_open ON image_generations (created_at) WHERE status IN ('pending', 'running');
SELECT app.keep_own('image_generations', 'INSERT, DELETE');

CREATE TABLE agent_sessions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    conversation_id uuid REFERENCES conversations (id) ON DELETE SET NULL,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE SET NULL,
    provider kinkster_provider_enum NOT NULL,
    model text,
    outcome text,
    input_tokens integer NOT NULL DEFAULT 0,
    output_tokens integer NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    ended_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT agent_sessions_bounded CHECK (
        char_length(model) <= 128 AND char_length(outcome) <= 64 AND input_tokens >= 0 AND output_tokens >= 0 AND cost_micros >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE agent_sessions IS 'What each answer of an AI took and cost: numbers, no words.';
CREATE INDEX idx_agent_sessions_user ON agent_sessions (user_id, created_at DESC, id DESC);
CREATE INDEX idx_agent_sessions_conversation ON agent_sessions (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX idx_agent_sessions_kinkster ON agent_sessions (kinkster_id) WHERE kinkster_id IS NOT NULL;
CREATE INDEX idx_agent_sessions_day ON agent_sessions (created_at);
SELECT app.keep_own('agent_sessions', 'INSERT', 'model, outcome, input_tokens, output_tokens, cost_micros, ended_at');

CREATE TABLE scene_compositions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scene_id uuid REFERENCES scenes (id) ON DELETE SET NULL,
    title jsonb,
    composition jsonb,
    generation_id uuid REFERENCES image_generations (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT scene_compositions_bounded CHECK (octet_length(title::text) <= 4096 AND octet_length(composition::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_compositions IS 'How a picture of several characters is composed; its owner''s alone.';
CREATE INDEX idx_scene_compositions_user ON scene_compositions (user_id, created_at DESC, id DESC);
CREATE INDEX idx_scene_compositions_scene ON scene_compositions (scene_id) WHERE scene_id IS NOT NULL;
CREATE INDEX idx_scene_compositions_generation ON scene_compositions (generation_id) WHERE generation_id IS NOT NULL;
SELECT app.keep_own('scene_compositions', 'INSERT, DELETE', 'title, composition, generation_id');

CREATE TABLE character_poses (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kinkster_id uuid REFERENCES kinksters (id) ON DELETE CASCADE,
    composition_id uuid REFERENCES scene_compositions (id) ON DELETE SET NULL,
    name jsonb,
    pose jsonb,
    generation_id uuid REFERENCES image_generations (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT character_poses_bounded CHECK (octet_length(name::text) <= 4096 AND octet_length(pose::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE character_poses IS 'How a character stands in a picture; its owner''s alone.';
CREATE INDEX idx_character_poses_user ON character_poses (user_id, created_at DESC, id DESC);
CREATE INDEX idx_character_poses_kinkster ON character_poses (kinkster_id) WHERE kinkster_id IS NOT NULL;
CREATE INDEX idx_character_poses_composition ON character_poses (composition_id) WHERE composition_id IS NOT NULL;
CREATE INDEX idx_character_poses_generation ON character_poses (generation_id) WHERE generation_id IS NOT NULL;
SELECT app.keep_own('character_poses', 'INSERT, DELETE', 'composition_id, name, pose, generation_id');

-- Achievements: what there is to reach, and who did, computed from facts

CREATE TABLE achievements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    code text NOT NULL CONSTRAINT idx_achievements_code UNIQUE,
    category text NOT NULL,
    threshold integer NOT NULL DEFAULT 1,
    place integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT achievements_bounded CHECK (char_length(code) <= 64 AND char_length(category) <= 64 AND threshold >= 1)
);
COMMENT ON TABLE achievements IS 'What there is to reach: ours. Their words are the page''s.';
SELECT app.seal('achievements');
GRANT SELECT ON achievements TO authenticated, bond_writer;
CREATE POLICY "Everybody signed in can SELECT achievements" ON achievements FOR SELECT TO authenticated, bond_writer
    USING ((SELECT app.uid()) IS NOT NULL);

CREATE TABLE user_achievements (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    achievement_id uuid NOT NULL REFERENCES achievements (id) ON DELETE CASCADE,
    is_shared boolean NOT NULL DEFAULT true,
    reached_at timestamptz NOT NULL DEFAULT app.moment(),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT idx_user_achievements_once UNIQUE (user_id, bond_id, achievement_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE user_achievements IS 'What somebody reached in a bond; they keep it when they leave.';
CREATE INDEX idx_user_achievements_user ON user_achievements (user_id, created_at DESC, id DESC);
CREATE INDEX idx_user_achievements_bond ON user_achievements (bond_id) WHERE bond_id IS NOT NULL;
CREATE INDEX idx_user_achievements_achievement ON user_achievements (achievement_id);
CREATE TRIGGER share_with_its_bond BEFORE INSERT OR UPDATE OF bond_id, is_shared ON user_achievements
    FOR EACH ROW EXECUTE FUNCTION app.share_with_its_bond();
SELECT app.keep_own('user_achievements', 'INSERT', NULL, 'is_shared');

-- The end of a membership, and of a bond

-- What somebody is with in a scene, without somebody.
CREATE FUNCTION app.without_person(activities jsonb, person uuid) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(jsonb_set(one, '{with}', (one -> 'with') - person::text) ORDER BY place), '[]')
    FROM jsonb_array_elements(activities) WITH ORDINALITY a (one, place)
$$;

-- One's own words go home, unshared; what one is party of ends, or is a draft again.
CREATE FUNCTION app.take_words_home(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE journal_entries j SET is_shared = false, bond_id = NULL WHERE j.bond_id = of_bond AND j.user_id = person;
    UPDATE check_ins c SET bond_id = NULL WHERE c.bond_id = of_bond AND c.user_id = person;
    UPDATE scene_debriefs d SET is_shared = false, bond_id = NULL, scene_id = NULL WHERE d.bond_id = of_bond AND d.user_id = person;
    UPDATE user_achievements a SET bond_id = NULL WHERE a.bond_id = of_bond AND a.user_id = person;
    UPDATE resources r SET shared_with_partner = false, bond_id = NULL WHERE r.bond_id = of_bond AND r.user_id = person;
    DELETE FROM calendar_feeds f WHERE f.bond_id = of_bond AND f.user_id = person;
    UPDATE contracts c SET status = 'withdrawn', ended_at = app.moment()
        WHERE c.bond_id = of_bond AND c.status = 'active'
        AND EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = c.id AND s.user_id = person);
    UPDATE contracts c SET status = 'draft', content_sha256 = NULL
        WHERE c.bond_id = of_bond AND c.status = 'pending_signature'
        AND EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = c.id AND s.user_id = person);
    DELETE FROM contract_signatures s USING contracts c WHERE c.id = s.contract_id AND c.bond_id = of_bond AND c.status = 'draft';
END
$$;

-- A scene that is still to come is without who left, and nobody has agreed to that one yet.
CREATE FUNCTION app.leave_scenes(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    with_them jsonb := jsonb_build_array(jsonb_build_object('with', jsonb_build_array(person)));
    open_scene uuid;
BEGIN
    FOR open_scene IN
        SELECT s.id FROM scenes s WHERE s.bond_id = of_bond AND s.status IN ('planned', 'agreed') AND (
            s.created_by = person OR s.activities @> with_them
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person)
        )
    LOOP
        DELETE FROM scene_confirmations c WHERE c.scene_id = open_scene;
        UPDATE scenes s SET status = 'planned', activities = app.without_person(s.activities, person) WHERE s.id = open_scene;
    END LOOP;
END
$$;

CREATE FUNCTION app.end_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.take_words_home(OLD.bond_id, OLD.user_id);
    PERFORM app.leave_scenes(OLD.bond_id, OLD.user_id);
    RETURN NULL;
END
$$;
-- By its name it comes before settle_members, which may end the bond.
CREATE TRIGGER end_words AFTER DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.end_words();

CREATE FUNCTION app.end_words_of_bond() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.take_words_home(NEW.id, m.user_id) FROM bond_members m WHERE m.bond_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_words AFTER UPDATE OF status ON bonds FOR EACH ROW
    WHEN (NEW.status = 'dissolved' AND OLD.status <> 'dissolved') EXECUTE FUNCTION app.end_words_of_bond();

-- What no foreign key forgets of an erased person: events of their own, and that they were with somebody in a scene.
CREATE FUNCTION app.forget_words_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM calendar_events e WHERE e.created_by = OLD.id AND e.bond_id IS NULL;
    UPDATE scenes s SET activities = app.without_person(s.activities, OLD.id)
        WHERE s.activities @> jsonb_build_array(jsonb_build_object('with', jsonb_build_array(OLD.id)));
    RETURN OLD;
END
$$;
CREATE TRIGGER users_leave_words BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.forget_words_of_erased();

-- Keys: what of these tables is sealed with which. The service asks by these functions, and reads no row itself.

CREATE FUNCTION app.has_sealed_words(person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM journal_entries t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM calendar_events t WHERE t.created_by = person AND t.bond_id IS NULL)
        OR EXISTS (SELECT FROM scene_debriefs t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM check_ins t WHERE t.user_id = person AND t.notes IS NOT NULL)
        OR EXISTS (SELECT FROM files t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinksters t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinkster_creation_sessions t WHERE t.user_id = person AND t.draft IS NOT NULL)
        OR EXISTS (SELECT FROM conversations t WHERE t.user_id = person AND t.title IS NOT NULL)
        OR EXISTS (SELECT FROM messages t WHERE t.user_id = person AND t.content IS NOT NULL)
        OR EXISTS (SELECT FROM image_generations t WHERE t.user_id = person AND t.prompt IS NOT NULL)
        OR EXISTS (SELECT FROM scene_compositions t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM character_poses t WHERE t.user_id = person)
$$;

-- The keys that some of them need, people's and bonds', the newest of each table.
CREATE FUNCTION app.some_keys_of_words() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    (SELECT content ->> 'key_id' FROM journal_entries ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM calendar_events ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM contracts ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM scenes ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT text ->> 'key_id' FROM scene_debriefs ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT notes ->> 'key_id' FROM check_ins WHERE notes IS NOT NULL ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT key_id FROM files ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT name ->> 'key_id' FROM kinksters ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM messages WHERE content IS NOT NULL ORDER BY created_at DESC LIMIT 100)
$$;

-- Deletes what none of the keys held opens any more, or empties it where the rest of the row is readable. How many rows that were.
CREATE FUNCTION app.give_up_words(held text[]) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH journal AS (DELETE FROM journal_entries WHERE content ->> 'key_id' <> ALL (held) RETURNING 1),
        events AS (DELETE FROM calendar_events WHERE title ->> 'key_id' <> ALL (held) RETURNING 1),
        signed AS (DELETE FROM contracts WHERE content ->> 'key_id' <> ALL (held) RETURNING 1),
        planned AS (DELETE FROM scenes WHERE title ->> 'key_id' <> ALL (held) RETURNING 1),
        debriefs AS (DELETE FROM scene_debriefs WHERE text ->> 'key_id' <> ALL (held) RETURNING 1),
        days AS (UPDATE check_ins SET notes = NULL WHERE notes ->> 'key_id' <> ALL (held) RETURNING 1),
        pictures AS (DELETE FROM files WHERE key_id <> ALL (held) RETURNING 1),
        characters AS (DELETE FROM kinksters WHERE name ->> 'key_id' <> ALL (held) RETURNING 1),
        drafts AS (UPDATE kinkster_creation_sessions SET draft = NULL WHERE draft ->> 'key_id' <> ALL (held) RETURNING 1),
        talks AS (UPDATE conversations SET title = NULL WHERE title ->> 'key_id' <> ALL (held) RETURNING 1),
        said AS (DELETE FROM messages WHERE content ->> 'key_id' <> ALL (held) RETURNING 1),
        asked AS (UPDATE image_generations SET prompt = NULL WHERE prompt ->> 'key_id' <> ALL (held) RETURNING 1),
        composed AS (
            DELETE FROM scene_compositions WHERE coalesce(composition, title) ->> 'key_id' <> ALL (held) RETURNING 1
        ),
        posed AS (DELETE FROM character_poses WHERE coalesce(pose, name) ->> 'key_id' <> ALL (held) RETURNING 1)
    SELECT (SELECT count(*) FROM journal) + (SELECT count(*) FROM events) + (SELECT count(*) FROM signed)
        + (SELECT count(*) FROM planned) + (SELECT count(*) FROM debriefs) + (SELECT count(*) FROM days)
        + (SELECT count(*) FROM pictures) + (SELECT count(*) FROM characters) + (SELECT count(*) FROM drafts)
        + (SELECT count(*) FROM talks) + (SELECT count(*) FROM said) + (SELECT count(*) FROM asked)
        + (SELECT count(*) FROM composed) + (SELECT count(*) FROM posed)
$$;

-- A bond whose key is lost goes whole: nothing in it can be read any more. What people keep of their own goes where theirs is.
CREATE FUNCTION app.give_up_bonds(held text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    lost uuid[] := ARRAY(SELECT b.id FROM bonds b WHERE b.name ->> 'key_id' <> ALL (held));
    one uuid;
    given_up bigint;
BEGIN
    -- In the order in which commands hold them: the people, then the bonds.
    FOR one IN
        SELECT m.user_id FROM bond_members m WHERE m.bond_id = ANY (lost)
        UNION SELECT u.id FROM users u WHERE u.bond_id = ANY (lost) OR u.kink_identity ->> 'key_id' <> ALL (held)
        ORDER BY 1
    LOOP
        PERFORM FROM users u WHERE u.id = one FOR NO KEY UPDATE;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id = ANY (lost) ORDER BY b.id FOR UPDATE;
    DELETE FROM bonds b WHERE b.id = ANY (lost);
    given_up := cardinality(lost);
    WITH kept AS (DELETE FROM resources r WHERE r.title ->> 'key_id' <> ALL (held) RETURNING 1),
        identities AS (
            UPDATE users u SET kink_identity = NULL WHERE u.kink_identity ->> 'key_id' <> ALL (held) RETURNING 1
        )
    SELECT given_up + (SELECT count(*) FROM kept) + (SELECT count(*) FROM identities) INTO given_up;
    RETURN given_up;
END
$$;

GRANT EXECUTE ON FUNCTION app.has_sealed_words(uuid), app.some_keys_of_words(), app.give_up_words(text[]), app.give_up_bonds(text[])
TO game_service;

-- Has this person anything that only their own key opens?
CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
      OR EXISTS (SELECT FROM bond_join_requests r WHERE r.user_id = owner_user AND r.message IS NOT NULL)
      OR EXISTS (SELECT FROM submission_state_logs l WHERE l.user_id = owner_user AND l.reason IS NOT NULL)
      OR EXISTS (SELECT FROM personal_limits l WHERE l.user_id = owner_user AND l.words <> '{}')
      OR app.has_sealed_words(owner_user)
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (36, 'bond_words', '541efc92cbb3a02e59c3c363e9de392abc59e660253b6b0dcedb326f70854688', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0037_bond_lines.sql

-- Bonds over a socket: a command that is sent again gets the same acknowledgement, also of its place in the feed.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE bond_replies ADD COLUMN seq bigint;
COMMENT ON COLUMN bond_replies.seq IS 'The feed''s newest number when the command was done, of one that came over the socket.';
GRANT UPDATE (seq) ON bond_replies TO bond_writer;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (37, 'bond_lines', '4ac722246931abe2ee94e24a5520068d6fcaa4230156cf49e8b8321fcd3bde2b', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0038_bond_conversation.sql

-- Bonds: what is written to each other and of oneself. When it was, the server says and no command; how far somebody read is theirs
-- to move; who says that they are not well is heard by the others; and what a command answered of its talk, its retry answers, too.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- A word that a command's answer had beside its row ("talk_first"): one of the program's own, and nothing of the row.
ALTER TABLE bond_replies
    ADD COLUMN prompt text,
    ADD CONSTRAINT bond_replies_prompt_is_a_word CHECK (prompt ~ '^[a-z_]{1,32}$');
GRANT UPDATE (prompt) ON bond_replies TO bond_writer;

-- A row that a member's command makes is of the command's moment: by when it was made lists are in order, a newcomer sees it or not,
-- and a message may be changed.
CREATE FUNCTION app.begin_now() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.created_at := app.moment();
    RETURN NEW;
END
$$;

CREATE FUNCTION app.let_begin_now(written regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = written AND attname = 'created_at' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER begin_now BEFORE INSERT ON %s FOR EACH ROW WHEN (current_user = ''bond_writer'')'
            ' EXECUTE FUNCTION app.begin_now()', written);
    END IF;
END
$$;

DO $tables$
DECLARE
    written regclass;
BEGIN
    FOR written IN
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege('bond_writer', c.oid, 'INSERT')
        ORDER BY c.relname
    LOOP
        PERFORM app.let_begin_now(written);
    END LOOP;
END
$tables$;

-- As it was, and so is every table after this one.
CREATE OR REPLACE FUNCTION app.let_write_in_bond(written regclass, commands text, edits text, held text, kept text, entered text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF commands LIKE '%INSERT%' THEN
        EXECUTE format('GRANT INSERT ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may INSERT" ON %s FOR INSERT TO bond_writer WITH CHECK (%s)', written, entered);
        PERFORM app.let_begin_now(written);
    END IF;
    IF edits IS NOT NULL THEN
        EXECUTE format('GRANT UPDATE (%s) ON %s TO bond_writer', edits, written);
        EXECUTE format('CREATE POLICY "A member''s command may UPDATE" ON %s FOR UPDATE TO bond_writer USING (%s) WITH CHECK (%s)',
            written, held, kept);
    END IF;
    IF commands LIKE '%DELETE%' THEN
        EXECUTE format('GRANT DELETE ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may DELETE" ON %s FOR DELETE TO bond_writer USING (%s)', written, held);
    END IF;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = written AND attname = 'version' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER next_version BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION app.next_version()', written);
    END IF;
END
$$;

-- How far the caller read a bond's messages, and how many they did not: so many that anybody counts.
CREATE FUNCTION app.my_reading(of_bond uuid, OUT read_through timestamptz, OUT unread integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.read_through, (
        SELECT count(*) FROM (
            SELECT FROM messages s
            WHERE s.bond_id = of_bond AND s.created_at >= m.joined_at AND s.created_at > coalesce(m.read_through, '-infinity')
                AND s.unsent_at IS NULL AND (s.from_user_id IS NULL OR s.from_user_id <> m.user_id)
            LIMIT 1000
        ) s
    )::integer
    FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = (SELECT app.uid())
$$;

-- The caller has read up to this message. Others learn of it only where they are two, and by what the reader lets them know. A message
-- that waited for the bond may have come a little before the last that was read. False where there is no such message for the caller.
CREATE FUNCTION app.read_messages(of_bond uuid, of_message uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me bond_members;
    upto timestamptz;
BEGIN
    SELECT m.* INTO me FROM bond_members m JOIN bonds b ON b.id = m.bond_id
        WHERE m.bond_id = of_bond AND m.user_id = app.uid() AND b.status <> 'dissolved';
    SELECT s.created_at INTO upto FROM messages s WHERE s.id = of_message AND s.bond_id = of_bond AND s.created_at >= me.joined_at;
    IF upto IS NULL THEN
        RETURN false;
    END IF;
    IF me.read_receipts AND cardinality(app.members_of(of_bond)) = 2 THEN
        UPDATE messages s SET read_at = app.moment()
            WHERE s.bond_id = of_bond AND s.to_user_id = me.user_id AND s.read_at IS NULL AND s.created_at <= upto
            AND s.created_at > coalesce(me.read_through - interval '1 minute', '-infinity');
    END IF;
    UPDATE bond_members m SET read_through = upto
        WHERE m.bond_id = of_bond AND m.user_id = me.user_id AND (m.read_through IS NULL OR m.read_through < upto);
    RETURN true;
END
$$;

-- Who is not well today is heard, in words that say nothing: a red, and a second yellow in a row. Once a day for each.
CREATE FUNCTION app.tell_of_check_in() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.status = 'red' OR EXISTS (
        SELECT FROM check_ins c WHERE c.user_id = NEW.user_id AND c.bond_id = NEW.bond_id AND c.local_date = NEW.local_date - 1
            AND c.status = 'yellow'
    ) THEN
        PERFORM app.tell_of_bond(NEW.bond_id, app.members_of(NEW.bond_id), NEW.user_id, 'bond_check_in',
            'bond_check_in:' || NEW.id, CASE NEW.status WHEN 'red' THEN 2 ELSE 1 END, true);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT OR UPDATE OF status ON check_ins FOR EACH ROW
    WHEN (NEW.bond_id IS NOT NULL AND NEW.status <> 'green') EXECUTE FUNCTION app.tell_of_check_in();

-- Before a command that pauses the caller: the people of the bond, the caller as who changes, then all bonds of theirs. In the order
-- of hold_bond, so that no two wait for each other. Whoever is no member holds nothing.
CREATE FUNCTION app.hold_to_pause(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    member uuid;
BEGIN
    IF NOT app.uid() = ANY (app.members_of(of_bond)) THEN
        RETURN;
    END IF;
    FOR member IN SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond ORDER BY m.user_id LOOP
        IF member = app.uid() THEN
            PERFORM FROM users u WHERE u.id = member FOR NO KEY UPDATE;
        ELSE
            PERFORM FROM users u WHERE u.id = member FOR KEY SHARE;
        END IF;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = app.uid()) ORDER BY b.id FOR UPDATE;
END
$$;

GRANT EXECUTE ON FUNCTION app.my_reading(uuid) TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.read_messages(uuid, uuid), app.hold_to_pause(uuid) TO bond_writer;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (38, 'bond_conversation', '32c753362237393013ce0d1a1a6a95b428db6ef3c4e8a5e67298f71e98830b58', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0039_pacts.sql

-- Contracts and scenes: whose each step is, what a limit finds in a scene, who was asked how they are the day after. The last
-- signature supersedes the version before also where its signer came too late to see that one.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- What a scene's texts and tags name, as on everything that is aimed at somebody.
ALTER TABLE scenes ADD COLUMN limit_keys text[] NOT NULL DEFAULT '{}',
    ADD CONSTRAINT scenes_keys_bounded CHECK (cardinality(limit_keys) <= 200) NOT VALID;
ALTER TABLE scenes VALIDATE CONSTRAINT scenes_keys_bounded;
COMMENT ON COLUMN scenes.limit_keys IS 'What its texts and tags name: keys of preferences and limits.';
GRANT UPDATE (limit_keys) ON scenes TO bond_writer;

CREATE TABLE scene_prompts (
    scene_id uuid NOT NULL REFERENCES scenes (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sent_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (scene_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE scene_prompts IS 'Who was reminded of aftercare the day after a scene: once.';
CREATE INDEX idx_scene_prompts_user ON scene_prompts (user_id);
SELECT app.seal('scene_prompts');
SELECT app.let_service('scene_prompts', 'SELECT', 'INSERT');

-- Jobs look for what is due, and write by functions below.
SELECT app.let_service('scenes', 'SELECT');
CREATE INDEX idx_scenes_agreed ON scenes (id) WHERE status = 'agreed';
CREATE INDEX idx_scenes_logged ON scenes (logged_at) WHERE status = 'done';
SELECT app.let_service('contracts', 'SELECT');

-- Contracts: whose step it is. What the database itself does (a party left, time is up) it lets be.

CREATE FUNCTION app.guard_contract() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    party boolean;
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF (OLD.title, OLD.content, OLD.expires_at) IS DISTINCT FROM (NEW.title, NEW.content, NEW.expires_at)
        AND OLD.created_by IS DISTINCT FROM app.uid() THEN
        PERFORM app.refuse('a draft is its creator''s');
    END IF;
    IF OLD.status <> NEW.status THEN
        party := EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = OLD.id AND s.user_id = app.uid());
        IF NOT (CASE (OLD.status, NEW.status)
            WHEN ('draft'::contract_status_enum, 'pending_signature'::contract_status_enum) THEN coalesce(OLD.created_by = app.uid(), false)
            WHEN ('pending_signature'::contract_status_enum, 'draft'::contract_status_enum) THEN party
            WHEN ('pending_signature'::contract_status_enum, 'active'::contract_status_enum) THEN party
            WHEN ('active'::contract_status_enum, 'withdrawn'::contract_status_enum) THEN party
            ELSE false
        END) THEN
            PERFORM app.refuse('not theirs to do');
        END IF;
        -- Who is there now signs, all of them and nobody else.
        IF NEW.status = 'pending_signature' AND EXISTS (
            SELECT FROM (SELECT m.user_id FROM bond_members m WHERE m.bond_id = OLD.bond_id) m
            FULL JOIN (SELECT s.user_id FROM contract_signatures s WHERE s.contract_id = OLD.id) s USING (user_id)
            WHERE m.user_id IS NULL OR s.user_id IS NULL
        ) THEN
            PERFORM app.refuse('its parties are the members');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE ON contracts FOR EACH ROW EXECUTE FUNCTION app.guard_contract();

-- The caller's signature was the last: the version before is over, this one is in force. The caller may have come after that
-- other one, and not see it; who they are, and that everybody signed, is looked at here.
CREATE FUNCTION app.conclude_contract(of_contract uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    signed contracts;
BEGIN
    SELECT c.* INTO signed FROM contracts c
    WHERE c.id = of_contract AND c.status = 'pending_signature' AND c.bond_id IN (SELECT app.my_open_bonds());
    IF NOT FOUND
        OR NOT EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = of_contract AND s.user_id = app.uid() AND s.status = 'signed')
        OR EXISTS (SELECT FROM contract_signatures s WHERE s.contract_id = of_contract AND s.status <> 'signed') THEN
        RETURN false;
    END IF;
    UPDATE contracts c SET
        status = CASE WHEN c.expires_at <= app.moment() THEN 'expired'::contract_status_enum ELSE 'superseded' END,
        ended_at = least(c.expires_at, app.moment())
    WHERE c.line_id = signed.line_id AND c.bond_id = signed.bond_id AND c.status = 'active';
    UPDATE contracts c SET status = 'active', signed_at = app.moment() WHERE c.id = of_contract;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION app.conclude_contract(uuid) TO bond_writer;

-- The time of these is up. A job's, which holds the bond.
CREATE FUNCTION app.expire_contracts(of_bond uuid) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH expired AS (
        UPDATE contracts c SET status = 'expired', ended_at = c.expires_at
        WHERE c.bond_id = of_bond AND c.status = 'active' AND c.expires_at <= app.moment() AND app.uid() IS NULL RETURNING 1
    )
    SELECT count(*) FROM expired
$$;
GRANT EXECUTE ON FUNCTION app.expire_contracts(uuid) TO game_service;

-- The ledger of consent says of a contract when it came into force and when it ended, however it did.
CREATE OR REPLACE FUNCTION app.note_contract_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.status = 'active' THEN
        PERFORM app.append_consent(
            'bond:' || NEW.bond_id, 'contract_in_force', NULL,
            jsonb_build_object('contract', NEW.id, 'content_sha256', NEW.content_sha256)
        );
    ELSE
        PERFORM app.append_consent('bond:' || NEW.bond_id, 'contract_ended', NULL, jsonb_build_object('contract', NEW.id));
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER contracts_note_consent AFTER UPDATE OF status ON contracts
    FOR EACH ROW WHEN ((OLD.status = 'active') <> (NEW.status = 'active')) EXECUTE FUNCTION app.note_contract_consent();

-- Scenes: who takes part. Whoever is named and here; where nobody is named, everybody who was here when it was planned.
CREATE FUNCTION app.scene_people(of_scene uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.user_id FROM scenes s JOIN bond_members m ON m.bond_id = s.bond_id
    WHERE s.id = of_scene AND CASE WHEN jsonb_path_exists(s.activities, '$[*].with[*]')
        THEN s.activities @> jsonb_build_array(jsonb_build_object('with', jsonb_build_array(m.user_id)))
        ELSE m.joined_at <= s.created_at END
$$;

CREATE FUNCTION app.guard_scene() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    logged boolean;
    mine boolean;
    theirs boolean;
BEGIN
    mine := coalesce(OLD.created_by = app.uid(), false);
    IF TG_OP = 'DELETE' THEN
        IF current_user = 'bond_writer' AND (NOT mine OR OLD.status = 'done') THEN
            PERFORM app.refuse('a scene that is to come is its creator''s to take away');
        END IF;
        RETURN OLD;
    ELSIF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    theirs := app.uid() IN (SELECT app.scene_people(OLD.id));
    logged := NEW.status = 'done' AND OLD.status IN ('planned', 'agreed');
    IF (OLD.title, OLD.scene_date, OLD.activities, OLD.consent_details, OLD.limit_keys)
        IS DISTINCT FROM (NEW.title, NEW.scene_date, NEW.activities, NEW.consent_details, NEW.limit_keys)
        OR (OLD.duration_minutes, OLD.notes) IS DISTINCT FROM (NEW.duration_minutes, NEW.notes) AND NOT logged THEN
        IF NOT mine OR OLD.status NOT IN ('planned', 'agreed') OR NEW.status <> 'planned'
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = OLD.id) THEN
            PERFORM app.refuse('a scene is changed by its creator, and agreed to anew');
        END IF;
    END IF;
    IF (OLD.aftercare_provided, OLD.aftercare_notes) IS DISTINCT FROM (NEW.aftercare_provided, NEW.aftercare_notes)
        AND NOT (OLD.status = 'done' AND theirs) THEN
        PERFORM app.refuse('of aftercare those speak who were there');
    END IF;
    IF OLD.status <> NEW.status AND NOT (CASE (OLD.status, NEW.status)
        WHEN ('planned'::scene_status_enum, 'agreed'::scene_status_enum) THEN theirs AND NOT EXISTS (
            SELECT FROM app.scene_people(OLD.id) p (person)
            WHERE NOT EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = OLD.id AND c.user_id = p.person)
        )
        WHEN ('agreed'::scene_status_enum, 'planned'::scene_status_enum) THEN mine OR theirs
        ELSE theirs AND OLD.status IN ('planned', 'agreed') AND NEW.status IN ('called_off', 'done')
    END) THEN
        PERFORM app.refuse('not theirs to do');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE OR DELETE ON scenes FOR EACH ROW EXECUTE FUNCTION app.guard_scene();

-- Agreed to is a scene as it is, by who takes part in it, while it is planned.
CREATE FUNCTION app.guard_confirmation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> 'bond_writer' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM scenes s WHERE s.id = NEW.scene_id AND s.status = 'planned' AND s.version = NEW.version
            AND app.uid() IN (SELECT app.scene_people(s.id))
    ) THEN
        PERFORM app.refuse('a scene is agreed to as it is, by who takes part');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT ON scene_confirmations FOR EACH ROW EXECUTE FUNCTION app.guard_confirmation();

-- A limit that came later touches it: nobody has agreed to it any more. A job's, which holds the bond.
CREATE FUNCTION app.unsettle_scene(of_scene uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF app.uid() IS NOT NULL OR NOT EXISTS (SELECT FROM scenes s WHERE s.id = of_scene AND s.status = 'agreed') THEN
        RETURN false;
    END IF;
    DELETE FROM scene_confirmations c WHERE c.scene_id = of_scene;
    UPDATE scenes s SET status = 'planned' WHERE s.id = of_scene;
    RETURN true;
END
$$;
GRANT EXECUTE ON FUNCTION app.unsettle_scene(uuid) TO game_service;
GRANT EXECUTE ON FUNCTION app.scene_people(uuid) TO bond_writer, game_service;

-- Where nobody is named a scene is everybody's, also of who leaves: the others agree to it anew.
CREATE OR REPLACE FUNCTION app.leave_scenes(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    with_them jsonb := jsonb_build_array(jsonb_build_object('with', jsonb_build_array(person)));
    open_scene uuid;
BEGIN
    FOR open_scene IN
        SELECT s.id FROM scenes s WHERE s.bond_id = of_bond AND s.status IN ('planned', 'agreed') AND (
            s.created_by = person OR s.activities @> with_them OR NOT jsonb_path_exists(s.activities, '$[*].with[*]')
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person)
        )
    LOOP
        DELETE FROM scene_confirmations c WHERE c.scene_id = open_scene;
        UPDATE scenes s SET status = 'planned', activities = app.without_person(s.activities, person) WHERE s.id = open_scene;
    END LOOP;
END
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (39, 'pacts', 'b2c6dbe54e3087f32a0d4a54911dbc0692e39739e7aaf3defa341995a732f93f', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0040_calendar.sql

-- Time in bonds. A task's deadline is a date of the calendar that the database itself writes, so that it moves with the task on every
-- path (a command, the timetable, the end of a pause, somebody who leaves), and in the same transaction. Who is reminded of which date
-- stands in tables that whoever runs the timetable next finds. A pause that begins and ends twice a day moves what is due by one day.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Dates of the calendar

ALTER TABLE calendar_events ADD COLUMN last_date timestamptz;
COMMENT ON COLUMN calendar_events.last_date IS 'Of a series that ends, when its last occurrence begins at the latest: so that nobody counts them again.';
GRANT UPDATE (last_date) ON calendar_events TO bond_writer;
SELECT app.let_service('calendar_events', 'SELECT');

-- A date is its creator's, and a task's deadline the task's.
CREATE FUNCTION app.guard_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        IF (CASE WHEN TG_OP = 'INSERT' THEN NEW.task_id ELSE OLD.task_id END) IS NOT NULL THEN
            PERFORM app.refuse('a deadline is its task''s');
        ELSIF TG_OP <> 'INSERT' AND coalesce(OLD.created_by <> app.uid(), true) THEN
            PERFORM app.refuse('a date is its creator''s');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.guard_event();

-- A task's deadline, while the task is not called off. Its title is the task's own envelope: both are sealed with the bond's key.
CREATE FUNCTION app.keep_deadline() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.due_date IS NULL OR NEW.status = 'cancelled' THEN
        DELETE FROM calendar_events e WHERE e.task_id = NEW.id;
        RETURN NULL;
    END IF;
    INSERT INTO calendar_events AS e (title, event_type, start_date, bond_id, created_by, timezone, all_day, task_id)
        VALUES (NEW.title, 'task_deadline', NEW.due_date, NEW.bond_id, NEW.assigned_by,
            app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = NEW.assigned_to)), NEW.all_day, NEW.id)
        ON CONFLICT (task_id) WHERE task_id IS NOT NULL DO UPDATE SET
            title = excluded.title, start_date = excluded.start_date, timezone = excluded.timezone, all_day = excluded.all_day,
            sequence = e.sequence + 1
        WHERE (e.title, e.start_date, e.all_day) IS DISTINCT FROM (excluded.title, excluded.start_date, excluded.all_day);
    RETURN NULL;
END
$$;
CREATE TRIGGER keep_deadline AFTER INSERT OR UPDATE OF title, due_date, all_day, status, assigned_to ON tasks
    FOR EACH ROW EXECUTE FUNCTION app.keep_deadline();

INSERT INTO calendar_events (title, event_type, start_date, bond_id, created_by, timezone, all_day, task_id)
    SELECT t.title, 'task_deadline', t.due_date, t.bond_id, t.assigned_by,
        app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = t.assigned_to)), t.all_day, t.id
    FROM tasks t WHERE t.due_date IS NOT NULL AND t.status <> 'cancelled' ORDER BY t.bond_id, t.id
    ON CONFLICT DO NOTHING;

-- Feeds: which calendar a secret opens, whose it is, and whether it says what the dates are called. Found under a former secret of the
-- server's it is kept under the present one from then on.

ALTER TABLE calendar_feeds ADD COLUMN titles boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN calendar_feeds.titles IS 'Does it say what the dates are called, and not only of which kind they are?';
GRANT SELECT (titles) ON calendar_feeds TO authenticated, bond_writer;

CREATE FUNCTION app.open_feed(hashes text[]) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1] WHERE f.secret_hash = ANY (hashes) AND f.secret_hash <> hashes[1];
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;
GRANT EXECUTE ON FUNCTION app.open_feed(text[]) TO game_service;

-- Reminders: when to look at a date next, and who was reminded of what

CREATE TABLE event_alarms (
    event_id uuid PRIMARY KEY REFERENCES calendar_events (id) ON DELETE CASCADE,
    next_at timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE event_alarms IS 'When the timetable looks next whether somebody is to be reminded of a date.';
CREATE INDEX idx_event_alarms_next ON event_alarms (next_at);
SELECT app.seal('event_alarms');
SELECT app.let_service('event_alarms', 'SELECT', 'UPDATE', 'DELETE');

CREATE TABLE event_reminders (
    event_id uuid NOT NULL REFERENCES calendar_events (id) ON DELETE CASCADE,
    starts_at timestamptz NOT NULL,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    sent_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (event_id, starts_at, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE event_reminders IS 'Who was reminded of which date: once each.';
CREATE INDEX idx_event_reminders_user ON event_reminders (user_id, sent_at);
SELECT app.seal('event_reminders');
SELECT app.let_service('event_reminders', 'SELECT', 'INSERT', 'DELETE');

CREATE FUNCTION app.set_alarm() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.reminder_minutes IS NULL OR NEW.task_id IS NOT NULL THEN
        DELETE FROM event_alarms a WHERE a.event_id = NEW.id;
    ELSE
        INSERT INTO event_alarms (event_id, next_at) VALUES (NEW.id, app.moment())
            ON CONFLICT (event_id) DO UPDATE SET next_at = excluded.next_at;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER set_alarm AFTER INSERT OR UPDATE OF start_date, timezone, all_day, rrule, exdates, last_date, reminder_minutes
    ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.set_alarm();
INSERT INTO event_alarms (event_id, next_at)
    SELECT e.id, app.moment() FROM calendar_events e WHERE e.reminder_minutes IS NOT NULL AND e.task_id IS NULL;

-- Pauses: what is due moves by whole days, and by no more of them than the pauses since it was last said, all together

CREATE TABLE task_pauses (
    task_id uuid PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
    due_date timestamptz NOT NULL,
    ahead_s double precision NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE task_pauses IS 'By how much longer a due date was moved than the pauses took: the next one takes it from there.';
COMMENT ON COLUMN task_pauses.due_date IS 'The due date that this is true of: whoever says another begins anew.';
SELECT app.seal('task_pauses');

CREATE OR REPLACE FUNCTION app.end_suspension(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    began timestamptz;
    zone text := app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = person));
    lasted double precision;
    days integer;
    one record;
    due timestamptz;
    asking text := current_setting('request.jwt.claims', true);
BEGIN
    DELETE FROM suspensions s WHERE s.bond_id = of_bond AND s.user_id = person RETURNING s.since INTO began;
    lasted := extract(epoch FROM (app.moment() AT TIME ZONE zone) - (began AT TIME ZONE zone));
    IF began IS NULL OR lasted <= 0 THEN
        RETURN;
    END IF;
    PERFORM set_config('request.jwt.claims', '', true); -- the feed does not say whose pause it was
    FOR one IN
        SELECT t.id, t.due_date, coalesce(p.ahead_s, 0) AS ahead_s
        FROM tasks t LEFT JOIN task_pauses p ON p.task_id = t.id AND p.due_date = t.due_date
        WHERE t.bond_id = of_bond AND t.assigned_to = person AND t.status IN ('pending', 'in_progress')
            AND t.due_date IS NOT NULL AND t.created_at < began
        ORDER BY t.id
    LOOP
        days := greatest(ceil((lasted - one.ahead_s) / 86400), 0);
        due := one.due_date;
        IF days > 0 THEN
            UPDATE tasks t SET
                due_date = ((t.due_date AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone,
                extension_until = ((t.extension_until AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone
                WHERE t.id = one.id RETURNING t.due_date INTO due;
        END IF;
        INSERT INTO task_pauses (task_id, due_date, ahead_s) VALUES (one.id, due, one.ahead_s + days * 86400 - lasted)
            ON CONFLICT (task_id) DO UPDATE SET due_date = excluded.due_date, ahead_s = excluded.ahead_s;
    END LOOP;
    PERFORM set_config('request.jwt.claims', coalesce(asking, ''), true);
END
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (40, 'calendar', 'f4b5fbd3ebbbae1201a332b12257d4d07b6fae5f13c563df9980e87a8ac595be', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0041_files.sql

-- Files: a proof may hang one, what is gone leaves the object store too, and who may see a file is what it hangs on.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE task_proof ADD COLUMN file_id uuid REFERENCES files (id) ON DELETE SET NULL;
COMMENT ON COLUMN task_proof.file_id IS 'The picture; a photo without one was withdrawn by who showed it.';
CREATE UNIQUE INDEX idx_task_proof_file ON task_proof (file_id) WHERE file_id IS NOT NULL;

-- What is to go from the object store: bytes of rows that are gone, and bytes whose row has not come yet, which are noted before they
-- are put there. The row takes its note away; where it never comes, the note brings the bytes down.
CREATE TABLE files_to_delete (
    place text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT files_to_delete_bounded CHECK (char_length(place) <= 256)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE files_to_delete IS 'Places in the object store that are to be empty: nobody''s, and nothing is said of whose they were.';
CREATE INDEX idx_files_to_delete_due ON files_to_delete (due_at);
SELECT app.seal('files_to_delete');
SELECT app.let_service('files_to_delete', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('files', 'SELECT', 'DELETE');

-- A row takes its note away, and comes not where somebody has begun to bring its bytes down.
CREATE FUNCTION app.file_came() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM files_to_delete d WHERE d.place = NEW.place AND d.attempts = 0;
    IF EXISTS (SELECT FROM files_to_delete d WHERE d.place = NEW.place) THEN
        RAISE EXCEPTION 'these bytes are being deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER came BEFORE INSERT ON files FOR EACH ROW EXECUTE FUNCTION app.file_came();

CREATE FUNCTION app.file_went() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO files_to_delete (place, due_at) VALUES (OLD.place, app.moment())
        ON CONFLICT (place) DO UPDATE SET due_at = excluded.due_at;
    RETURN NULL;
END
$$;
CREATE TRIGGER went AFTER DELETE ON files FOR EACH ROW EXECUTE FUNCTION app.file_went();

-- Attached once, by who uploaded it: the row that it hangs on attaches it.
CREATE FUNCTION app.attach_file() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' THEN
        UPDATE files f SET attached_at = app.moment()
            WHERE f.id = NEW.file_id AND f.user_id = NEW.user_id AND f.attached_at IS NULL AND f.withdrawn_at IS NULL;
        IF NOT FOUND THEN
            PERFORM app.refuse('a file is attached once, by who uploaded it');
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER attach BEFORE INSERT ON task_proof FOR EACH ROW WHEN (NEW.file_id IS NOT NULL) EXECUTE FUNCTION app.attach_file();
CREATE TRIGGER attach BEFORE INSERT ON ai_message_attachments FOR EACH ROW WHEN (NEW.file_id IS NOT NULL)
    EXECUTE FUNCTION app.attach_file();

CREATE FUNCTION app.keep_attached() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.refuse('what was attached or withdrawn stays so');
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_attached BEFORE UPDATE OF attached_at, withdrawn_at ON files FOR EACH ROW
    WHEN (OLD.attached_at <> NEW.attached_at OR OLD.attached_at IS NOT NULL AND NEW.attached_at IS NULL
        OR OLD.withdrawn_at <> NEW.withdrawn_at OR OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NULL)
    EXECUTE FUNCTION app.keep_attached();

-- What hung on a row goes with it: a proof taken back, of whoever left, of a bond that is over.
CREATE FUNCTION app.drop_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM files f WHERE f.id = OLD.file_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER drop_file AFTER DELETE ON task_proof FOR EACH ROW WHEN (OLD.file_id IS NOT NULL) EXECUTE FUNCTION app.drop_file();
CREATE TRIGGER drop_file AFTER DELETE ON ai_message_attachments FOR EACH ROW WHEN (OLD.file_id IS NOT NULL)
    EXECUTE FUNCTION app.drop_file();

-- A message that was taken back shows no pictures, only that there were some.
CREATE FUNCTION app.drop_files_of_unsent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM files f USING ai_message_attachments a WHERE a.message_id = NEW.id AND f.id = a.file_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER drop_files AFTER UPDATE OF unsent_at ON messages FOR EACH ROW
    WHEN (OLD.unsent_at IS NULL AND NEW.unsent_at IS NOT NULL) EXECUTE FUNCTION app.drop_files_of_unsent();

-- Who has the message on their screen is told that it looks otherwise now.
CREATE FUNCTION app.file_withdrawn() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE messages m SET updated_at = app.moment() WHERE m.id = NEW.message_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER file_withdrawn AFTER UPDATE OF file_id ON ai_message_attachments FOR EACH ROW
    WHEN (OLD.file_id IS NOT NULL AND NEW.file_id IS NULL) EXECUTE FUNCTION app.file_withdrawn();

-- A file for whoever may see what it hangs on, as the policies of those tables say it: its uploader, and members who were there.
CREATE FUNCTION app.file_to_see(file uuid) RETURNS TABLE (
    id uuid, user_id uuid, place text, key_id text, content_type text, bytes integer
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT f.id, f.user_id, f.place, f.key_id, f.content_type, f.bytes FROM files f
    WHERE f.id = file AND f.withdrawn_at IS NULL AND (
        f.user_id = app.uid()
        OR EXISTS (
            SELECT FROM task_proof p JOIN app.my_bonds_since() mine ON mine.bond_id = p.bond_id AND mine.joined_at <= p.created_at
            WHERE p.file_id = f.id
        )
        OR EXISTS (
            SELECT FROM ai_message_attachments a
            JOIN app.my_bonds_since() mine ON mine.bond_id = a.bond_id AND mine.joined_at <= a.created_at
            WHERE a.file_id = f.id
        )
    )
$$;
GRANT EXECUTE ON FUNCTION app.file_to_see(uuid) TO authenticated;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (41, 'files', '47927b924c6b3338119d851fbf80ab8ee0fd1ee18438f08bedcf070798fe1324', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0042_bond_news.sql

-- News of bonds: what a member's command tells the others, and until when a push of it stands.
--
-- A push of a bond's names it and the row that it is about, so that one of what was called off, answered or taken back meanwhile is
-- void; both columns are empty in rows of a release before, which are sent as they were.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE notification_outbox
    ADD COLUMN bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    ADD COLUMN row_id uuid; -- of whichever table the kind is about
CREATE INDEX idx_notification_outbox_bond ON notification_outbox (bond_id) WHERE bond_id IS NOT NULL;

CREATE FUNCTION app.news_about(of_noun text, of_bond uuid, of_row uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT of_noun || ':' || coalesce(of_row, of_bond) $$;

-- A line in these members' lists by the command of another, and one to each of their devices; how many were told. `presses`: on
-- whoever takes a pause it is not pressed, they find it in the app. `once`: no other while the one before is unread. Not `pushed`: in
-- the app alone. Not `named`: nothing says whose doing it was. Between two of whom one has blocked the other nothing is told.
CREATE FUNCTION app.tell_news(
    of_bond uuid, people uuid[], of_kind text, of_noun text, of_row uuid, worth_s integer,
    presses boolean, once boolean, pushed boolean, named boolean
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    at timestamptz := app.moment();
    newest bigint := extract(epoch FROM app.moment()) * 1000;
    name text := app.news_about(of_noun, of_bond, of_row);
    told uuid[];
BEGIN
    IF NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = me) THEN
        RETURN 0;
    END IF;
    WITH line AS (
        INSERT INTO notifications AS n (id, user_id, from_user_id, kind, about, version, link, created_at)
        SELECT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 13))::bit(52)::bigint,
            m.user_id, CASE WHEN named THEN me END, of_kind, name, newest, '/bonds/' || of_bond, at
        FROM bond_members m
        WHERE m.bond_id = of_bond AND m.user_id = ANY (people) AND m.user_id <> me AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE (b.user_id = m.user_id AND b.blocked_user_id = me) OR (b.user_id = me AND b.blocked_user_id = m.user_id)
        )
        ON CONFLICT (user_id, about) DO UPDATE SET
            version = excluded.version, kind = excluded.kind, from_user_id = excluded.from_user_id,
            created_at = excluded.created_at, read_at = NULL
        WHERE n.version < excluded.version AND NOT (once AND n.read_at IS NULL)
        RETURNING n.user_id
    )
    SELECT coalesce(array_agg(line.user_id), '{}') INTO told FROM line;
    IF pushed THEN
        INSERT INTO notification_outbox (
            dedup_key, kind, user_id, from_user_id, device_id, bond_id, row_id, version, link, created_at, due_at, expires_at
        )
        SELECT name || ':' || newest || ':' || d.id, of_kind, d.user_id, CASE WHEN named THEN me END, d.id, of_bond, of_row, newest,
            '/bonds/' || of_bond, at, at, at + make_interval(secs => worth_s)
        FROM push_notification_tokens d
        WHERE d.user_id = ANY (told) AND NOT (presses AND app.is_suspended(of_bond, d.user_id))
        ON CONFLICT DO NOTHING;
    END IF;
    DELETE FROM notifications n USING (
        SELECT k.id, row_number() OVER (PARTITION BY k.user_id ORDER BY k.created_at DESC, k.id DESC) AS place
        FROM notifications k WHERE k.user_id = ANY (told)
    ) AS kept WHERE n.id = kept.id AND kept.place > 100;
    RETURN cardinality(told);
END
$$;

-- Whoever commands has seen it in the bond: what they were told of it counts as read.
CREATE FUNCTION app.read_news(of_bond uuid, of_noun text, of_row uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE notifications n SET read_at = app.moment()
        WHERE n.user_id = app.uid() AND n.about = app.news_about(of_noun, of_bond, of_row) AND n.read_at IS NULL
$$;

-- As it was, and the row says of which bond it is: whoever is in it no more is not sent it.
CREATE OR REPLACE FUNCTION app.tell_of_bond(
    of_bond uuid, people uuid[], who uuid, of_kind text, of_about text, of_version bigint, pushed boolean
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH line AS (
        INSERT INTO notifications AS n (id, user_id, from_user_id, kind, about, version, link, created_at)
        SELECT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 13))::bit(52)::bigint,
            u.id, who, of_kind, of_about, of_version, '/bonds/' || of_bond, app.moment()
        FROM users u
        WHERE u.id = ANY (people) AND u.id IS DISTINCT FROM who AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE (b.user_id = u.id AND b.blocked_user_id = who) OR (b.user_id = who AND b.blocked_user_id = u.id)
        )
        ON CONFLICT (user_id, about) DO UPDATE SET
            version = excluded.version, kind = excluded.kind, created_at = excluded.created_at, read_at = NULL
        WHERE n.version < excluded.version
        RETURNING n.user_id
    )
    INSERT INTO notification_outbox (
        dedup_key, kind, user_id, from_user_id, device_id, bond_id, version, link, created_at, due_at, expires_at
    )
    SELECT of_about || ':' || of_version || ':' || d.id, of_kind, d.user_id, who, d.id, of_bond, of_version, '/bonds/' || of_bond,
        app.moment(), app.moment(), app.moment() + interval '24 hours'
    FROM line JOIN push_notification_tokens d USING (user_id)
    WHERE pushed
    ON CONFLICT DO NOTHING
$$;

-- Is it still so, what a push tells this person? Of a bond that they are in no more nothing is. A kind that is not named here is.
CREATE FUNCTION app.news_stands(of_kind text, person uuid, of_bond uuid, of_row uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = person)
        AND (of_kind NOT IN ('task_new', 'task_again', 'task_due', 'rule_new', 'contract_sign', 'scene_confirm')
            OR NOT app.is_suspended(of_bond, person))
        AND CASE
            WHEN of_kind IN ('task_new', 'task_due', 'extension_answered') THEN EXISTS (
                SELECT FROM tasks t WHERE t.id = of_row AND t.assigned_to = person AND t.status IN ('pending', 'in_progress'))
            WHEN of_kind = 'task_again' THEN EXISTS (
                SELECT FROM tasks t WHERE t.id = of_row AND t.assigned_to = person AND t.status = 'in_progress')
            WHEN of_kind = 'task_done' THEN EXISTS (SELECT FROM tasks t WHERE t.id = of_row AND t.status = 'completed')
            WHEN of_kind = 'task_approved' THEN EXISTS (SELECT FROM tasks t WHERE t.id = of_row AND t.status = 'approved')
            WHEN of_kind = 'extension_asked' THEN EXISTS (SELECT FROM tasks t WHERE t.id = of_row AND t.extension_requested)
            WHEN of_kind = 'reward_new' THEN EXISTS (
                SELECT FROM rewards r WHERE r.id = of_row AND r.assigned_to = person AND r.status = 'available')
            WHEN of_kind = 'rule_new' THEN EXISTS (
                SELECT FROM rules r WHERE r.id = of_row AND r.active AND (r.for_all OR r.assigned_to = person) AND NOT EXISTS (
                    SELECT FROM rule_acknowledgements a
                    WHERE a.rule_id = r.id AND a.user_id = person AND a.text_version = r.text_version))
            WHEN of_kind = 'contract_sign' THEN EXISTS (
                SELECT FROM contracts c JOIN contract_signatures s ON s.contract_id = c.id
                WHERE c.id = of_row AND c.status = 'pending_signature' AND s.user_id = person AND s.status = 'pending')
            WHEN of_kind = 'contract_signed' THEN EXISTS (
                SELECT FROM contracts c WHERE c.id = of_row AND c.status IN ('pending_signature', 'active'))
            WHEN of_kind = 'scene_confirm' THEN EXISTS (
                SELECT FROM scenes s WHERE s.id = of_row AND s.status = 'planned' AND NOT EXISTS (
                    SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person AND c.version = s.version))
            WHEN of_kind = 'scene_agreed' THEN EXISTS (SELECT FROM scenes s WHERE s.id = of_row AND s.status = 'agreed')
            WHEN of_kind = 'message' THEN EXISTS (
                SELECT FROM messages m JOIN bond_members r ON r.bond_id = of_bond AND r.user_id = person
                WHERE m.bond_id = of_bond AND m.from_user_id <> person AND m.unsent_at IS NULL
                    AND m.created_at > coalesce(r.read_through, '-infinity') AND m.created_at >= r.joined_at)
            ELSE true
        END
$$;

GRANT EXECUTE ON FUNCTION app.tell_news(uuid, uuid[], text, text, uuid, integer, boolean, boolean, boolean, boolean),
    app.read_news(uuid, text, uuid) TO bond_writer;
GRANT EXECUTE ON FUNCTION app.news_stands(text, uuid, uuid, uuid) TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (42, 'bond_news', '16b165d4d5d9b574a0e668f9a2cfd7158bcbdbc0c321ea8ddf7d7f642e1aa10f', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0044_feeds_secret.sql

-- By which of the server's secrets the address of a calendar is known, so that an operator who exchanges it sees what still hangs on
-- the old one. Rows of before, and those that a release before keeps anew, do not say it until somebody asks for the calendar.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE calendar_feeds ADD COLUMN key_id text,
    ADD CONSTRAINT calendar_feeds_key_bounded CHECK (char_length(key_id) <= 64) NOT VALID;
ALTER TABLE calendar_feeds VALIDATE CONSTRAINT calendar_feeds_key_bounded;
COMMENT ON COLUMN calendar_feeds.key_id IS 'The public name of the secret that its hash is made with; null where nobody noted it.';

-- As before, for a release that does not say which secret it is.
CREATE OR REPLACE FUNCTION app.open_feed(hashes text[]) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1], key_id = NULL
        WHERE f.secret_hash = ANY (hashes) AND f.secret_hash <> hashes[1];
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;

CREATE FUNCTION app.open_feed(hashes text[], first_key text) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1], key_id = first_key
        WHERE f.secret_hash = ANY (hashes) AND (f.secret_hash, f.key_id) IS DISTINCT FROM (hashes[1], first_key);
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;
GRANT EXECUTE ON FUNCTION app.open_feed(text[], text) TO game_service;

-- How many feeds, and codes that open a bond, may hang on a secret that made keyed hashes in that time.
CREATE FUNCTION app.hang_on_secret(key text, since timestamptz, until timestamptz, at timestamptz, OUT feeds bigint, OUT codes bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT
        (SELECT count(*) FROM calendar_feeds f WHERE f.key_id = key OR (f.key_id IS NULL AND f.created_at <= until)),
        (SELECT count(*) FROM bonds b WHERE b.invite_expires_at > greatest(since, at)
            AND b.invite_expires_at - interval '30 days' <= until)
$$;
GRANT EXECUTE ON FUNCTION app.hang_on_secret(text, timestamptz, timestamptz, timestamptz) TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (44, 'feeds_secret', 'f11bcd8cf5e050b088171722d6bc00ebc89053eb70041ed6bb469f646b700673', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0045_system_characters.sql

-- System characters: an operator's, whom everybody signed in may talk with and make their own of, and nobody changes.
--
-- They are nobody's, so no key seals them: their texts are plain JSON where others have envelopes. The server writes them by functions
-- that reach nothing else, and so it has no right to anybody's own characters. Presets come with the program, which writes them.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE kinksters
    ALTER COLUMN user_id DROP NOT NULL,
    ADD COLUMN system_key text CONSTRAINT idx_kinksters_system_key UNIQUE,
    ADD CONSTRAINT kinksters_somebodys CHECK ((user_id IS NULL) = (system_key IS NOT NULL)),
    ADD CONSTRAINT kinksters_primary_of_somebody CHECK (NOT (is_primary AND user_id IS NULL)),
    ADD CONSTRAINT kinksters_system_key_bounded CHECK (system_key ~ '^[a-z0-9][a-z0-9-]{0,62}$');
COMMENT ON COLUMN kinksters.system_key IS 'Of a system character, what its operator calls it in files; null where it is somebody''s own.';
COMMENT ON TABLE kinksters IS 'Characters that an AI plays: adults, sealed with their owner''s key; without an owner an operator''s, for everybody.';
CREATE INDEX idx_kinksters_system ON kinksters (created_at DESC, id DESC) WHERE user_id IS NULL;
CREATE POLICY "Everybody signed in can SELECT system characters" ON kinksters FOR SELECT TO authenticated, bond_writer
    USING (user_id IS NULL AND (SELECT app.uid()) IS NOT NULL);

-- How many were written: none where it says the same already. `said` has the columns by their names, texts as they are.
CREATE FUNCTION app.put_system_character(of_key text, said jsonb) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH given AS (SELECT * FROM jsonb_populate_record(NULL::kinksters, said)),
        written AS (
            INSERT INTO kinksters AS k (
                system_key,
                name, display_name, role, pronouns, archetype, bio, backstory, personality_traits, top_kinks, hard_limits,
                soft_limits, experience_level, body_type, height, build, hair_color, hair_style, eye_color, skin_tone,
                facial_hair, age_range, clothing_style, favorite_colors, fetish_wear, aesthetic, stats, provider,
                openai_model, openai_instructions, flowise_chatflow_id
            )
            SELECT of_key,
                g.name, g.display_name, coalesce(g.role, 'switch'), g.pronouns, g.archetype, g.bio, g.backstory,
                g.personality_traits, g.top_kinks, g.hard_limits, g.soft_limits, g.experience_level, g.body_type, g.height,
                g.build, g.hair_color, g.hair_style, g.eye_color, g.skin_tone, g.facial_hair, g.age_range, g.clothing_style,
                g.favorite_colors, g.fetish_wear, g.aesthetic, g.stats, coalesce(g.provider, 'openai_responses'),
                g.openai_model, g.openai_instructions, g.flowise_chatflow_id
            FROM given g
            ON CONFLICT (system_key) DO UPDATE SET
                name = excluded.name, display_name = excluded.display_name, role = excluded.role,
                pronouns = excluded.pronouns, archetype = excluded.archetype, bio = excluded.bio,
                backstory = excluded.backstory, personality_traits = excluded.personality_traits,
                top_kinks = excluded.top_kinks, hard_limits = excluded.hard_limits, soft_limits = excluded.soft_limits,
                experience_level = excluded.experience_level, body_type = excluded.body_type, height = excluded.height,
                build = excluded.build, hair_color = excluded.hair_color, hair_style = excluded.hair_style,
                eye_color = excluded.eye_color, skin_tone = excluded.skin_tone, facial_hair = excluded.facial_hair,
                age_range = excluded.age_range, clothing_style = excluded.clothing_style,
                favorite_colors = excluded.favorite_colors, fetish_wear = excluded.fetish_wear,
                aesthetic = excluded.aesthetic, stats = excluded.stats, provider = excluded.provider,
                openai_model = excluded.openai_model, openai_instructions = excluded.openai_instructions,
                flowise_chatflow_id = excluded.flowise_chatflow_id
            WHERE (
                k.name, k.display_name, k.role, k.pronouns, k.archetype, k.bio, k.backstory, k.personality_traits,
                k.top_kinks, k.hard_limits, k.soft_limits, k.experience_level, k.body_type, k.height, k.build, k.hair_color,
                k.hair_style, k.eye_color, k.skin_tone, k.facial_hair, k.age_range, k.clothing_style, k.favorite_colors,
                k.fetish_wear, k.aesthetic, k.stats, k.provider, k.openai_model, k.openai_instructions, k.flowise_chatflow_id
            ) IS DISTINCT FROM (
                excluded.name, excluded.display_name, excluded.role, excluded.pronouns, excluded.archetype, excluded.bio,
                excluded.backstory, excluded.personality_traits, excluded.top_kinks, excluded.hard_limits,
                excluded.soft_limits, excluded.experience_level, excluded.body_type, excluded.height, excluded.build,
                excluded.hair_color, excluded.hair_style, excluded.eye_color, excluded.skin_tone, excluded.facial_hair,
                excluded.age_range, excluded.clothing_style, excluded.favorite_colors, excluded.fetish_wear,
                excluded.aesthetic, excluded.stats, excluded.provider, excluded.openai_model, excluded.openai_instructions,
                excluded.flowise_chatflow_id
            )
            RETURNING 1
        )
    SELECT count(*)::integer FROM written
$$;

CREATE FUNCTION app.system_characters() RETURNS TABLE (
    system_key text, name text, role text, age_range text, provider text, version integer, updated_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT k.system_key, k.name #>> '{}', k.role::text, k.age_range::text, k.provider::text, k.version, k.updated_at
    FROM kinksters k WHERE k.user_id IS NULL ORDER BY k.system_key
$$;

-- Was there one? What people talked about with it stays theirs, without it.
CREATE FUNCTION app.drop_system_character(of_key text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH gone AS (DELETE FROM kinksters k WHERE k.user_id IS NULL AND k.system_key = of_key RETURNING 1)
    SELECT EXISTS (SELECT FROM gone)
$$;

REVOKE ALL ON FUNCTION app.put_system_character(text, jsonb), app.system_characters(), app.drop_system_character(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.put_system_character(text, jsonb), app.system_characters(), app.drop_system_character(text)
TO game_service;

SELECT app.let_service('preset_config', 'SELECT', 'INSERT', 'UPDATE');

-- As in 0036, without those that no key seals.
CREATE OR REPLACE FUNCTION app.some_keys_of_words() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    (SELECT content ->> 'key_id' FROM journal_entries ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM calendar_events ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM contracts ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM scenes ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT text ->> 'key_id' FROM scene_debriefs ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT notes ->> 'key_id' FROM check_ins WHERE notes IS NOT NULL ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT key_id FROM files ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT name ->> 'key_id' FROM kinksters WHERE user_id IS NOT NULL ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM messages WHERE content IS NOT NULL ORDER BY created_at DESC LIMIT 100)
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (45, 'system_characters', '2ee27e71fff81f5f10829c4ee1769dcf0bc7b7bc225cc1a63078bd0439c0b347', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0046_talks.sql

-- Talks with characters: how far an answer is, who writes it and until when that is believed, and what a day may cost.
--
-- An answer is a row from before its provider is asked: streaming, then done, partial or refused, and then it stays so. Whoever writes
-- it says again and again that they are alive (alive_until); what nobody writes any more is partial for whoever comes next. Its cost is
-- reserved with it, so that nobody passes a budget at once with others, and settled when it has ended.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE message_status_enum AS ENUM ('streaming', 'done', 'partial', 'refused');

ALTER TABLE messages
    ADD COLUMN status message_status_enum,
    ADD CONSTRAINT messages_status_of_talk CHECK (status IS NULL OR conversation_id IS NOT NULL) NOT VALID;
COMMENT ON COLUMN messages.status IS 'Of an answer how far it is; null where a person wrote it.';
CREATE UNIQUE INDEX idx_messages_streaming ON messages (conversation_id) WHERE status = 'streaming';
GRANT UPDATE (status) ON messages TO bond_writer;

-- What was said in a talk stays as it was said; an answer grows until it has ended, once.
CREATE FUNCTION app.keep_talk() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND coalesce(OLD.status <> 'streaming', true) THEN
        PERFORM app.refuse('what was said in a talk stays as it was said');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_talk BEFORE UPDATE OF content, status, partial ON messages
    FOR EACH ROW WHEN (OLD.conversation_id IS NOT NULL AND (OLD.content, OLD.status, OLD.partial)
        IS DISTINCT FROM (NEW.content, NEW.status, NEW.partial)) EXECUTE FUNCTION app.keep_talk();

-- Both are of one command and one moment: the answer comes after what it answers.
CREATE FUNCTION app.come_after() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.created_at := NEW.created_at + interval '1 millisecond';
    RETURN NEW;
END
$$;
CREATE TRIGGER come_after BEFORE INSERT ON messages
    FOR EACH ROW WHEN (NEW.role = 'assistant' AND current_user = 'bond_writer') EXECUTE FUNCTION app.come_after();

ALTER TABLE conversations
    ADD COLUMN persona text,
    ADD COLUMN context_from timestamptz,
    ADD COLUMN flowise_session_id text,
    ADD CONSTRAINT conversations_continued CHECK (char_length(persona) <= 128 AND char_length(flowise_session_id) <= 64) NOT VALID;
COMMENT ON COLUMN conversations.persona IS 'A keyed hash of who answers here: character, provider and model. Another one begins anew.';
COMMENT ON COLUMN conversations.context_from IS 'What was said before is told to nobody any more.';
GRANT UPDATE (persona, context_from, flowise_session_id) ON conversations TO bond_writer;

ALTER TABLE agent_sessions
    ADD COLUMN message_id uuid REFERENCES messages (id) ON DELETE SET NULL,
    ADD COLUMN reserved_micros bigint NOT NULL DEFAULT 0,
    ADD COLUMN alive_until timestamptz,
    ADD COLUMN stop_asked_at timestamptz,
    ADD CONSTRAINT agent_sessions_reserved CHECK (reserved_micros >= 0) NOT VALID;
COMMENT ON COLUMN agent_sessions.reserved_micros IS 'What it may cost at most, taken from the budgets before it is asked for.';
COMMENT ON COLUMN agent_sessions.alive_until IS 'So long the process that writes the answer is believed to be there.';
COMMENT ON COLUMN agent_sessions.stop_asked_at IS 'Its person wants no more of it: heard by whoever writes it.';
CREATE UNIQUE INDEX idx_agent_sessions_message ON agent_sessions (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX idx_agent_sessions_open ON agent_sessions (alive_until) WHERE ended_at IS NULL;
GRANT UPDATE (message_id, reserved_micros, alive_until, stop_asked_at) ON agent_sessions TO bond_writer;

-- What a day cost, in all and of each: numbers, in millionths of the currency of the prices.
CREATE TABLE ai_spending (
    day date PRIMARY KEY,
    spent_micros bigint NOT NULL,
    CONSTRAINT ai_spending_counts CHECK (spent_micros >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE ai_spending IS 'What AIs cost on a UTC day, with what is reserved.';
SELECT app.seal('ai_spending');

CREATE TABLE ai_spending_of_people (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day date NOT NULL,
    spent_micros bigint NOT NULL,
    PRIMARY KEY (user_id, day),
    CONSTRAINT ai_spending_of_people_counts CHECK (spent_micros >= 0)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE ai_spending_of_people IS 'What AIs cost for one person on a UTC day, with what is reserved.';
CREATE INDEX idx_ai_spending_of_people_day ON ai_spending_of_people (day);
SELECT app.seal('ai_spending_of_people');

CREATE FUNCTION app.day_of(at timestamptz) RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT (at AT TIME ZONE 'UTC')::date $$;

-- Takes an amount from the caller's budget of today and from that of all; or says whose is used up: 'person' or 'all'. Who asks at the
-- same moment waits for the end of this transaction.
CREATE FUNCTION app.reserve_ai(amount bigint, most_of_person bigint, most_of_all bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    today date := app.day_of(app.moment());
BEGIN
    IF amount < 0 OR amount > most_of_person THEN
        RETURN 'person';
    ELSIF amount > most_of_all THEN
        RETURN 'all';
    END IF;
    INSERT INTO ai_spending_of_people AS s (user_id, day, spent_micros) VALUES (app.uid(), today, amount)
        ON CONFLICT (user_id, day) DO UPDATE SET spent_micros = s.spent_micros + amount
        WHERE s.spent_micros + amount <= most_of_person;
    IF NOT FOUND THEN
        RETURN 'person';
    END IF;
    INSERT INTO ai_spending AS s (day, spent_micros) VALUES (today, amount)
        ON CONFLICT (day) DO UPDATE SET spent_micros = s.spent_micros + amount WHERE s.spent_micros + amount <= most_of_all;
    IF NOT FOUND THEN
        UPDATE ai_spending_of_people s SET spent_micros = s.spent_micros - amount WHERE s.user_id = app.uid() AND s.day = today;
        RETURN 'all';
    END IF;
    RETURN NULL;
END
$$;

-- It cost this and not what was reserved that day. Nobody settles another's.
CREATE FUNCTION app.settle_ai(reserved_on timestamptz, reserved bigint, cost bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE ai_spending_of_people s SET spent_micros = greatest(0, s.spent_micros - reserved + cost)
        WHERE s.user_id = app.uid() AND s.day = app.day_of(reserved_on);
    UPDATE ai_spending s SET spent_micros = greatest(0, s.spent_micros - reserved + cost) WHERE s.day = app.day_of(reserved_on);
$$;

-- What nobody writes any more is partial; what it cost is not known, so that it cost what was reserved. Of the caller, or, asked by the
-- service, of all.
CREATE FUNCTION app.end_lost_answers(at timestamptz) RETURNS TABLE (user_id uuid, message_id uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH lost AS (
        UPDATE agent_sessions s SET outcome = 'answer_lost', ended_at = at, cost_micros = s.reserved_micros
        WHERE s.ended_at IS NULL AND s.alive_until < at AND (app.uid() IS NULL OR s.user_id = app.uid())
        RETURNING s.user_id, s.message_id
    )
    UPDATE messages m SET status = 'partial', partial = true FROM lost
    WHERE m.id = lost.message_id AND m.status = 'streaming'
    RETURNING m.user_id, m.id
$$;

CREATE FUNCTION app.forget_ai_spending(before date) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    DELETE FROM ai_spending s WHERE s.day < before;
    DELETE FROM ai_spending_of_people s WHERE s.day < before;
$$;

GRANT EXECUTE ON FUNCTION app.reserve_ai(bigint, bigint, bigint), app.settle_ai(timestamptz, bigint, bigint),
    app.end_lost_answers(timestamptz) TO bond_writer;
GRANT EXECUTE ON FUNCTION app.end_lost_answers(timestamptz), app.forget_ai_spending(date) TO game_service;

ALTER TABLE messages VALIDATE CONSTRAINT messages_status_of_talk;
ALTER TABLE conversations VALIDATE CONSTRAINT conversations_continued;
ALTER TABLE agent_sessions VALIDATE CONSTRAINT agent_sessions_reserved;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (46, 'talks', 'a30aba44392f1d17ffd8ac17e0605c4d89352fbdb559fa45037db5be59983832', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0047_pictures_of_characters.sql

-- Pictures of characters: a row of image_generations is what is asked for, its own outbox, and what became of it.
--
-- pending → running, for as long as it is leased → done, refused or failed; back to pending only where the provider surely took
-- nothing. One runs at a time of one person. The picture hangs on its row and goes with it, and the rows of a character with the
-- character.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE image_generations
    ADD COLUMN subject text NOT NULL DEFAULT 'avatar',
    ADD COLUMN due_at timestamptz NOT NULL DEFAULT app.moment(),
    ADD COLUMN leased_until timestamptz,
    ADD COLUMN attempts integer NOT NULL DEFAULT 0,
    ADD COLUMN reserved_micros bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT image_generations_subjects CHECK (subject IN ('avatar', 'composition', 'pose')),
    ADD CONSTRAINT image_generations_reserved CHECK (reserved_micros >= 0),
    ADD CONSTRAINT image_generations_leased CHECK ((status = 'running') = (leased_until IS NOT NULL)),
    ADD CONSTRAINT image_generations_ended CHECK ((status IN ('done', 'refused', 'failed')) = (finished_at IS NOT NULL)),
    DROP CONSTRAINT image_generations_kinkster_id_fkey,
    ADD CONSTRAINT image_generations_kinkster_id_fkey FOREIGN KEY (kinkster_id) REFERENCES kinksters (id) ON DELETE CASCADE;
COMMENT ON COLUMN image_generations.subject IS 'Of what it is: a done one of a character''s face joins that character''s avatars.';
COMMENT ON COLUMN image_generations.due_at IS 'Not asked before: the provider said when, or rests.';
COMMENT ON COLUMN image_generations.leased_until IS 'So long it is somebody''s who asks for it. What runs out is not asked again: it may have been drawn, and paid.';
COMMENT ON COLUMN image_generations.reserved_micros IS 'Taken from the day''s budgets when it was asked for: what it may cost.';
CREATE UNIQUE INDEX idx_image_generations_running ON image_generations (user_id) WHERE status = 'running';
CREATE INDEX idx_image_generations_due ON image_generations (due_at) WHERE status = 'pending';

-- The service takes what is due, and gives up what nobody draws any more; what became of it is written with its owner's rights.
SELECT app.let_service('image_generations', 'SELECT', 'UPDATE');
GRANT UPDATE (status, file_id, failed_reason, cost_micros, finished_at, leased_until, due_at) ON image_generations TO bond_writer;
CREATE POLICY "A member's command may UPDATE" ON image_generations FOR UPDATE TO bond_writer
    USING (user_id = (SELECT app.uid())) WITH CHECK (user_id = (SELECT app.uid()));

CREATE FUNCTION app.guard_generation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user NOT IN ('bond_writer', 'game_service') THEN
        RETURN NEW; -- what the database itself does: a file or a character is gone
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'pending' OR NEW.file_id IS NOT NULL OR NEW.cost_micros <> 0 OR NEW.attempts <> 0 THEN
            PERFORM app.refuse('a picture is asked for before it is there');
        END IF;
        IF NEW.kinkster_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM kinksters k WHERE k.id = NEW.kinkster_id AND k.user_id = NEW.user_id
        ) THEN
            PERFORM app.refuse('a picture is of a character of one''s own');
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.status, NEW.status, current_user::text) NOT IN (
        ('pending', 'running', 'game_service'), ('running', 'failed', 'game_service'),
        ('running', 'pending', 'bond_writer'), ('running', 'done', 'bond_writer'), ('running', 'refused', 'bond_writer'),
        ('running', 'failed', 'bond_writer'), ('pending', 'refused', 'bond_writer'), ('pending', 'failed', 'bond_writer')
    ) THEN
        PERFORM app.refuse('what became of a picture stays so');
    END IF;
    IF (NEW.status = 'done') <> (NEW.file_id IS NOT NULL) THEN
        PERFORM app.refuse('it is done when there is a picture');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON image_generations FOR EACH ROW EXECUTE FUNCTION app.guard_generation();
CREATE TRIGGER hang BEFORE UPDATE OF file_id ON image_generations FOR EACH ROW
    WHEN (OLD.file_id IS NULL AND NEW.file_id IS NOT NULL) EXECUTE FUNCTION app.attach_file();
CREATE TRIGGER drop_file AFTER DELETE ON image_generations FOR EACH ROW WHEN (OLD.file_id IS NOT NULL)
    EXECUTE FUNCTION app.drop_file();

-- Takes the pending one that waits longest, of somebody of whom none runs, where fewer than so many run in all. Whoever claims waits
-- for who claims: what runs is counted by one at a time.
CREATE FUNCTION app.claim_generation(at timestamptz, until timestamptz, at_once integer) RETURNS SETOF image_generations
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('image_generations', 0));
    IF (SELECT count(*) FROM image_generations g WHERE g.status = 'running') >= at_once THEN
        RETURN;
    END IF;
    RETURN QUERY UPDATE image_generations g SET status = 'running', leased_until = until, attempts = g.attempts + 1
        WHERE g.id = (
            SELECT p.id FROM image_generations p
            WHERE p.status = 'pending' AND p.due_at <= at AND NOT EXISTS (
                SELECT FROM image_generations r WHERE r.user_id = p.user_id AND r.status = 'running'
            )
            ORDER BY p.due_at, p.id LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING g.*;
END
$$;
GRANT EXECUTE ON FUNCTION app.claim_generation(timestamptz, timestamptz, integer) TO game_service;

-- Avatars are addresses of our own, of pictures that were drawn for their owner. Nobody else's address is ever kept.
CREATE FUNCTION app.keep_avatars() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND EXISTS (
        SELECT FROM unnest(NEW.avatar_urls) AS given (address) WHERE NOT EXISTS (
            SELECT FROM image_generations g
            WHERE g.user_id = NEW.user_id AND g.file_id IS NOT NULL AND '/api/files/' || g.file_id = given.address
        )
    ) THEN
        PERFORM app.refuse('an avatar is a picture that was drawn here');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_avatars BEFORE INSERT OR UPDATE OF avatar_urls ON kinksters FOR EACH ROW
    WHEN (NEW.avatar_urls <> '{}') EXECUTE FUNCTION app.keep_avatars();

-- A picture that is gone is nobody's face any more.
CREATE FUNCTION app.drop_avatar() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE kinksters k SET avatar_urls = array_remove(k.avatar_urls, '/api/files/' || OLD.id)
        WHERE k.user_id = OLD.user_id AND '/api/files/' || OLD.id = ANY (k.avatar_urls);
    RETURN NULL;
END
$$;
CREATE TRIGGER drop_avatar AFTER DELETE ON files FOR EACH ROW EXECUTE FUNCTION app.drop_avatar();

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (47, 'pictures_of_characters', 'c46ebf541706545584d374f05aa1455aed0f4c5ca09071b8bbd3b40582c63c0e', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0048_backups.sql

-- What was backed up, for whoever asks when that was last; and that a database was restored: where it takes its own place, as after
-- a restore into the emptied one, its lineage is another one all the same, and phones start over.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Written by who makes backups, as the owner; nothing of anybody's is in it.
CREATE TABLE backups (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    outcome text, -- 'done' once it was written and read back, else why not; null while it is made, and where that died
    place_name text NOT NULL,
    file_name text NOT NULL,
    bytes bigint,
    objects integer,
    CONSTRAINT backups_bounded CHECK (
        char_length(outcome) <= 64 AND char_length(place_name) <= 512 AND char_length(file_name) <= 128
        AND bytes >= 0 AND objects >= 0
    )
);
COMMENT ON COLUMN backups.place_name IS 'The folder or the bucket, without who we are to it.';
CREATE INDEX idx_backups_started_at ON backups (started_at);
SELECT app.seal('backups');
SELECT app.let_service('backups', 'SELECT');

ALTER TABLE database_lineage ADD COLUMN restored text CHECK (char_length(restored) <= 64);
COMMENT ON COLUMN database_lineage.restored IS 'Another text after each restore; null before the first.';

CREATE OR REPLACE FUNCTION app.meet_lineage(OUT lineage text, OUT renewed boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    lineage := app.lineage() || coalesce((SELECT '/' || l.restored FROM public.database_lineage l), '');
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

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (48, 'backups', 'a0e6ce06ae46e7358ff256f54047dc84b31696a11303c8afa1ac449aa4021ac9', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0049_achievements.sql

-- What there is to reach in bonds, and of a task whether its date fell into a pause. The words of what there is to reach are the
-- program's (rooms/bonds/achievements.py), in every language of its.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

INSERT INTO achievements (code, category, threshold, place) VALUES
    ('together_month', 'together', 1, 1),
    ('together_half_year', 'together', 6, 2),
    ('together_year', 'together', 12, 3),
    ('together_two_years', 'together', 24, 4),
    ('together_five_years', 'together', 60, 5),
    ('check_in_first', 'check_ins', 1, 6),
    ('check_in_week', 'check_ins', 7, 7),
    ('check_in_month', 'check_ins', 30, 8),
    ('check_in_hundred', 'check_ins', 100, 9),
    ('task_first', 'tasks', 1, 10),
    ('task_ten', 'tasks', 10, 11),
    ('task_hundred', 'tasks', 100, 12),
    ('on_time_five', 'on_time', 5, 13),
    ('on_time_twenty', 'on_time', 20, 14),
    ('rule_month', 'rules', 30, 15),
    ('contract_first', 'contracts', 1, 16),
    ('contract_again', 'contracts', 2, 17),
    ('scene_first', 'scenes', 1, 18),
    ('scene_ten', 'scenes', 10, 19),
    ('debrief_first', 'debriefs', 1, 20),
    ('gratitude_first', 'gratitude', 1, 21),
    ('gratitude_ten', 'gratitude', 10, 22),
    ('points_hundred', 'points', 100, 23),
    ('points_thousand', 'points', 1000, 24),
    ('reward_first', 'rewards', 1, 25)
ON CONFLICT (code) DO NOTHING;

-- Did a task's date fall into a pause, of whom it is for or of the bond? Then nobody was to keep it, whenever it was done. That
-- somebody pauses all of the bond are shown while it is so; when they did, and why, stands in a log that is theirs, and this says no
-- more of it. Of a task that the caller does not see: nothing.
CREATE FUNCTION app.fell_into_pause(of_task uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce((
        SELECT l.state = 'paused' FROM submission_state_logs l
        WHERE l.user_id = t.assigned_to AND l.created_at <= t.due_date ORDER BY l.created_at DESC, l.id DESC LIMIT 1
    ), false) OR coalesce((
        SELECT a.action = 'paused' FROM bond_activity_log a
        WHERE a.bond_id = t.bond_id AND a.action IN ('paused', 'resumed') AND a.created_at <= t.due_date
        ORDER BY a.created_at DESC, a.id DESC LIMIT 1
    ), false)
    FROM tasks t WHERE t.id = of_task AND t.bond_id IN (SELECT app.my_bonds())
$$;
GRANT EXECUTE ON FUNCTION app.fell_into_pause(uuid) TO authenticated;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (49, 'achievements', 'd1746e2b6280b371b8a83ea05c8001ac5e272c40c548f7994e30e1ce6c324efd', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0050_notion.sql

-- Notion: a person's own workspace as a mirror of what they may read here, in both directions.
--
-- Everything is one person's: their connection, their databases, which page is which row, what is in conflict, their runs. What a
-- page holds is not kept: of each field only a keyed hash of what was the same on both sides last, so that the two can be compared
-- in three ways. Words of Notion's that did not come in are kept sealed with their person's key until that is settled.
-- Rows that stand in no feed of a bond say by notion_signals that they changed, and only for who is connected.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TABLE notion_connections (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_notion_connections_id UNIQUE,
    connected_by text NOT NULL,
    state text NOT NULL DEFAULT 'connected',
    sealed text NOT NULL,
    workspace_id text,
    bot_id text,
    error text,
    tries integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT app.moment(),
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT notion_connections_ways CHECK (connected_by IN ('token', 'oauth')),
    CONSTRAINT notion_connections_states CHECK (state IN ('connected', 'broken')),
    CONSTRAINT notion_connections_bounded CHECK (
        octet_length(sealed) <= 16384 AND char_length(workspace_id) <= 64 AND char_length(bot_id) <= 64
        AND char_length(error) <= 64 AND tries >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_connections IS 'Whose Notion is connected, and until when it is left alone.';
COMMENT ON COLUMN notion_connections.sealed IS 'Tokens, what the workspace is called and the key of the hashes, sealed with the server''s secret.';
CREATE INDEX idx_notion_connections_due ON notion_connections (due_at) WHERE state = 'connected';
SELECT app.keep_own('notion_connections', '');
REVOKE SELECT ON notion_connections FROM authenticated, bond_writer;
GRANT SELECT (user_id, id, connected_by, state, workspace_id, bot_id, error, tries, due_at, created_at)
    ON notion_connections TO authenticated, bond_writer;
SELECT app.let_service('notion_connections', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- How often rows of theirs that stand in no feed changed. Apart from the connection, so that whoever writes a row waits for nobody.
CREATE TABLE notion_signals (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    head bigint NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_signals IS 'A number that moves when a row of somebody''s own changes.';
SELECT app.seal('notion_signals');
SELECT app.let_service('notion_signals', 'SELECT', 'INSERT', 'DELETE');

CREATE FUNCTION app.note_for_notion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    whose uuid;
BEGIN
    IF TG_TABLE_NAME = 'calendar_events' THEN
        whose := CASE WHEN TG_OP = 'DELETE' THEN OLD.created_by ELSE NEW.created_by END;
    ELSE
        whose := CASE WHEN TG_OP = 'DELETE' THEN OLD.user_id ELSE NEW.user_id END;
    END IF;
    UPDATE notion_signals s SET head = s.head + 1 WHERE s.user_id = whose;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON resources FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON check_ins FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON kinksters FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON image_generations FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON boundary_ratings FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();
CREATE TRIGGER note_for_notion AFTER INSERT OR UPDATE OR DELETE ON calendar_events FOR EACH ROW EXECUTE FUNCTION app.note_for_notion();

-- One database of theirs a kind. `flows`: its owner asked for it themselves; `texts`: and words may go along.
CREATE TABLE notion_databases (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_notion_databases_id UNIQUE,
    flows boolean NOT NULL DEFAULT false,
    texts boolean NOT NULL DEFAULT false,
    database_id text,
    data_source_id text,
    properties jsonb NOT NULL DEFAULT '{}',
    mark timestamptz,
    pulled_to text,
    pull_at timestamptz,
    whole_from timestamptz,
    whole_at timestamptz,
    looked text,
    last_pull_at timestamptz,
    last_push_at timestamptz,
    error text,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (user_id, kind),
    CONSTRAINT notion_databases_found CHECK ((database_id IS NULL) = (data_source_id IS NULL)),
    CONSTRAINT notion_databases_bounded CHECK (
        char_length(kind) <= 32 AND octet_length(properties::text) <= 16384 AND char_length(database_id) <= 64 AND char_length(data_source_id) <= 64
        AND char_length(pulled_to) <= 512 AND char_length(looked) <= 128 AND char_length(error) <= 64
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_databases IS 'The databases in somebody''s workspace: which kind is where, whether it flows, how far it is read.';
COMMENT ON COLUMN notion_databases.mark IS 'Up to which edit of Notion''s everything was looked at.';
COMMENT ON COLUMN notion_databases.whole_at IS 'When everything in it was read last; whole_from: since when that is being done again.';
COMMENT ON COLUMN notion_databases.looked IS 'What the bonds'' feeds and notion_signals said when everything here was looked at last.';
CREATE INDEX idx_notion_databases_source ON notion_databases (data_source_id) WHERE data_source_id IS NOT NULL;
SELECT app.keep_own('notion_databases', '');
SELECT app.let_service('notion_databases', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Which page is which row, for one person: a partner has their own.
CREATE TABLE notion_pages (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    entity_id uuid,
    page_id text,
    state text NOT NULL DEFAULT 'pending',
    base jsonb NOT NULL DEFAULT '{}',
    refused jsonb NOT NULL DEFAULT '{}',
    pushed text,
    edited_at timestamptz,
    seen_at timestamptz,
    look boolean NOT NULL DEFAULT false,
    tries integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT app.moment(),
    error text,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    FOREIGN KEY (user_id, kind) REFERENCES notion_databases (user_id, kind) ON DELETE CASCADE,
    CONSTRAINT idx_notion_pages_entity UNIQUE (user_id, kind, entity_id),
    CONSTRAINT idx_notion_pages_page UNIQUE (user_id, page_id),
    CONSTRAINT notion_pages_states CHECK (state IN ('pending', 'synced', 'conflict', 'failed', 'archived')),
    CONSTRAINT notion_pages_something CHECK (entity_id IS NOT NULL OR page_id IS NOT NULL),
    CONSTRAINT notion_pages_bounded CHECK (
        char_length(kind) <= 32 AND char_length(page_id) <= 64 AND octet_length(base::text) <= 16384
        AND octet_length(refused::text) <= 16384 AND char_length(pushed) <= 128 AND char_length(error) <= 64 AND tries >= 0
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_pages IS 'Which page of somebody''s workspace is which row, and what was the same on both sides last, as keyed hashes.';
COMMENT ON COLUMN notion_pages.pushed IS 'The version of the row, and what else may change of it, that its page has.';
COMMENT ON COLUMN notion_pages.look IS 'Somebody said that its page changed.';
CREATE INDEX idx_notion_pages_of_page ON notion_pages (page_id) WHERE page_id IS NOT NULL;
CREATE INDEX idx_notion_pages_open ON notion_pages (user_id, kind, due_at) WHERE state = 'pending' OR look;
SELECT app.keep_own('notion_pages', '');
SELECT app.let_service('notion_pages', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Words of Notion's that are not in, and why, until their person has said what is to be.
CREATE TABLE notion_conflicts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    page uuid NOT NULL CONSTRAINT idx_notion_conflicts_page UNIQUE REFERENCES notion_pages (id) ON DELETE CASCADE,
    kind text NOT NULL,
    fields text[] NOT NULL,
    theirs jsonb NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT notion_conflicts_bounded CHECK (
        char_length(kind) <= 32 AND cardinality(fields) <= 60 AND octet_length(theirs::text) <= 2097152 AND char_length(reason) <= 64
    )
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_conflicts IS 'What stands in a page and is not taken over, sealed with its person''s key.';
CREATE INDEX idx_notion_conflicts_user ON notion_conflicts (user_id, created_at DESC, id DESC);
SELECT app.keep_own('notion_conflicts', '');
SELECT app.let_service('notion_conflicts', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

CREATE TABLE notion_runs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind text NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    rows_in_all integer,
    rows_done integer NOT NULL DEFAULT 0,
    pages_seen integer NOT NULL DEFAULT 0,
    pushed integer NOT NULL DEFAULT 0,
    pulled integer NOT NULL DEFAULT 0,
    error text,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    FOREIGN KEY (user_id, kind) REFERENCES notion_databases (user_id, kind) ON DELETE CASCADE,
    CONSTRAINT notion_runs_states CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT notion_runs_ended CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
    CONSTRAINT notion_runs_bounded CHECK (char_length(kind) <= 32 AND char_length(error) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_runs IS 'A run through one kind that somebody asked for, and how far it is.';
CREATE UNIQUE INDEX idx_notion_runs_open ON notion_runs (user_id, kind) WHERE state IN ('waiting', 'running');
CREATE INDEX idx_notion_runs_kind ON notion_runs (user_id, kind, created_at DESC);
CREATE INDEX idx_notion_runs_ended ON notion_runs (finished_at) WHERE finished_at IS NOT NULL;
SELECT app.keep_own('notion_runs', '');
SELECT app.let_service('notion_runs', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Who went to Notion to say yes, and in which browser: good once, for some minutes.
CREATE TABLE notion_oauth_states (
    state_hash text PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    browser_hash text NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT notion_oauth_states_bounded CHECK (char_length(state_hash) <= 128 AND char_length(browser_hash) <= 128)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_oauth_states IS 'Who went to Notion to connect it, as keyed hashes.';
CREATE INDEX idx_notion_oauth_states_user ON notion_oauth_states (user_id);
CREATE INDEX idx_notion_oauth_states_expires ON notion_oauth_states (expires_at);
SELECT app.seal('notion_oauth_states');
SELECT app.let_service('notion_oauth_states', 'SELECT', 'INSERT', 'DELETE');

-- What Notion told already: told twice, it is heard once.
CREATE TABLE notion_deliveries (
    id text PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT notion_deliveries_bounded CHECK (char_length(id) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_deliveries IS 'Deliveries of Notion''s that were heard, for some days.';
CREATE INDEX idx_notion_deliveries_received ON notion_deliveries (received_at);
SELECT app.seal('notion_deliveries');
SELECT app.let_service('notion_deliveries', 'SELECT', 'INSERT', 'DELETE');

-- The token with which Notion introduces a subscription: for the operator to set, and nothing is trusted by it before.
CREATE TABLE notion_handshakes (
    id integer PRIMARY KEY,
    sealed text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT notion_handshakes_few CHECK (id BETWEEN 1 AND 5),
    CONSTRAINT notion_handshakes_bounded CHECK (octet_length(sealed) <= 2048)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE notion_handshakes IS 'Tokens that somebody who may be Notion sent, sealed, until an operator has set one.';
SELECT app.seal('notion_handshakes');
SELECT app.let_service('notion_handshakes', 'SELECT', 'INSERT', 'DELETE');

-- A character that its owner lets be seen goes into their second database of characters, too.
ALTER TABLE kinksters
    ADD COLUMN is_public boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT kinksters_public_of_somebody CHECK (NOT (is_public AND user_id IS NULL));
COMMENT ON COLUMN kinksters.is_public IS 'Its owner lets it be seen outside of here, in their own database for a community. In here nobody sees it.';
GRANT UPDATE (is_public) ON kinksters TO bond_writer;

-- Beside app.has_sealed, which is as it was: has this person any words of Notion's that only their own key opens?
CREATE FUNCTION app.has_sealed_of_notion(person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT FROM notion_conflicts t WHERE t.user_id = person) $$;
GRANT EXECUTE ON FUNCTION app.has_sealed_of_notion(uuid) TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (50, 'notion', 'ab0958d86efd3da1ae83721263b8d217275abeb86c0bb39a65b4ce808bf41bcd', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0052_imports.sql

-- What came from another program, and who was in a bond there.
--
-- Which row became which one here is kept, so that the same file again changes nothing. A file makes nobody a member: whoever was in
-- a bond there is asked, sees of it what it is called, and their yes is a request like any other, which the bond's members answer.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE import_answer_enum AS ENUM ('pending', 'accepted', 'refused');

CREATE TABLE imported_rows (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    source_table text NOT NULL,
    source_id uuid NOT NULL,
    row_id uuid,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (user_id, source_table, source_id),
    CONSTRAINT imported_rows_bounded CHECK (char_length(source_table) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE imported_rows IS 'Which row of another program was taken, for whom, and as which one here; without one it was refused for good.';
CREATE INDEX idx_imported_rows_source ON imported_rows (source_id);
SELECT app.seal('imported_rows');
SELECT app.let_service('imported_rows', 'SELECT');

-- Noted in the transaction that takes it, by whoever it is taken as: its owner, or somebody of a bond of theirs, who gives them points.
CREATE FUNCTION app.note_import(of_person uuid, of_table text, of_source uuid, of_row uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF of_person IS DISTINCT FROM app.uid() AND NOT EXISTS (
        SELECT FROM bond_members m WHERE m.user_id = of_person AND m.bond_id IN (SELECT app.my_open_bonds())
    ) THEN
        PERFORM app.refuse('an import is noted for oneself, or with whom one is in a bond');
    END IF;
    INSERT INTO imported_rows (user_id, source_table, source_id, row_id) VALUES (of_person, of_table, of_source, of_row);
END
$$;

CREATE TABLE imported_memberships (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status import_answer_enum NOT NULL DEFAULT 'pending',
    answered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT idx_imported_memberships_once UNIQUE (bond_id, user_id),
    CONSTRAINT imported_memberships_answered CHECK ((status = 'pending') = (answered_at IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE imported_memberships IS 'Who was in an imported bond elsewhere, and what they said to being in it here.';
CREATE INDEX idx_imported_memberships_user ON imported_memberships (user_id);
SELECT app.seal('imported_memberships');
SELECT app.let_service('imported_memberships', 'SELECT', 'INSERT');

-- What the caller is asked, with what the bond is called: they were in it. Of a bond that they are in, or that is over, nothing. A
-- yes is over when its request is: they were not let in, or have left since.
CREATE FUNCTION app.my_imports() RETURNS TABLE (
    id uuid, bond_id uuid, name jsonb, status text, created_at timestamptz, answered_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT i.id, i.bond_id, b.name, CASE WHEN i.status <> 'accepted' OR EXISTS (
            SELECT FROM bond_join_requests r WHERE r.bond_id = i.bond_id AND r.user_id = i.user_id AND r.status = 'pending'
                AND r.expires_at > app.moment()
        ) THEN i.status::text ELSE 'over' END, i.created_at, i.answered_at
    FROM imported_memberships i JOIN bonds b ON b.id = i.bond_id
    WHERE i.user_id = app.uid() AND b.status <> 'dissolved'
        AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = i.bond_id AND m.user_id = i.user_id)
    ORDER BY i.created_at DESC, i.id DESC
$$;

-- The caller's yes: a request, as if they had come with a code (`ask_to_join`). Said again it is the same one; after a no of theirs
-- it counts as well, for it is theirs.
CREATE FUNCTION app.accept_import(of_import uuid, new_id uuid, OUT outcome text, OUT request_id uuid, OUT in_bond uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
BEGIN
    outcome := 'none';
    SELECT i.bond_id INTO in_bond FROM imported_memberships i WHERE i.id = of_import AND i.user_id = me;
    IF in_bond IS NULL THEN
        RETURN;
    END IF;
    PERFORM app.hold_people(in_bond, me);
    IF NOT EXISTS (SELECT FROM bonds b WHERE b.id = in_bond AND b.status <> 'dissolved') THEN
        RETURN;
    ELSIF EXISTS (SELECT FROM bond_members m WHERE m.bond_id = in_bond AND m.user_id = me) THEN
        outcome := 'member';
        RETURN;
    END IF;
    UPDATE bond_join_requests r SET status = 'expired', answered_at = app.moment()
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending' AND r.expires_at <= app.moment();
    SELECT r.id INTO request_id FROM bond_join_requests r
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending';
    IF request_id IS NULL THEN
        outcome := app.may_not_ask(in_bond, me);
        IF outcome IS NOT NULL THEN
            RETURN;
        END IF;
        request_id := new_id;
        INSERT INTO bond_join_requests (id, bond_id, user_id) VALUES (new_id, in_bond, me);
        INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (in_bond, me, 'asked');
    END IF;
    outcome := 'asked';
    UPDATE imported_memberships i SET status = 'accepted', answered_at = app.moment()
        WHERE i.id = of_import AND i.status <> 'accepted';
    PERFORM app.tell_of_bond(in_bond, app.members_of(in_bond), me, 'bond_request', app.request_told(in_bond, me),
        extract(epoch FROM app.moment())::bigint / 86400, true);
END
$$;

-- The caller's no, which nobody is told; a request of theirs that waits is taken back. False where there is nothing to say it to.
CREATE FUNCTION app.refuse_import(of_import uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    in_bond uuid;
    asked uuid;
BEGIN
    SELECT i.bond_id INTO in_bond FROM imported_memberships i WHERE i.id = of_import AND i.user_id = me;
    IF in_bond IS NULL THEN
        RETURN false;
    END IF;
    PERFORM app.hold_people(in_bond, me);
    SELECT r.id INTO asked FROM bond_join_requests r
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending' AND r.expires_at > app.moment();
    IF asked IS NOT NULL THEN
        PERFORM app.answer_request(asked, 'withdrawn');
    END IF;
    UPDATE imported_memberships i SET status = 'refused', answered_at = app.moment()
        WHERE i.id = of_import AND i.status <> 'refused';
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION app.my_imports() TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.note_import(uuid, text, uuid, uuid), app.accept_import(uuid, uuid), app.refuse_import(uuid) TO bond_writer;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (52, 'imports', 'c58d894e3483e964803b45a3970217c56de6f0cc51ca09d5e385b3bec27e48ee', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0053_guard_boundaries.sql

-- What a boundary is called, and whether it is still asked, is its creator's to say: what others rated must not come to stand under other
-- words. So far the program alone refused it. Ratings write the derived columns, which are not among these.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE FUNCTION app.guard_boundary() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user = 'bond_writer' AND coalesce(OLD.created_by <> app.uid(), true) THEN
        PERFORM app.refuse('a boundary is its creator''s');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guard BEFORE UPDATE OF activity_name, category, keys, archived_at ON boundaries
    FOR EACH ROW EXECUTE FUNCTION app.guard_boundary();

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (53, 'guard_boundaries', '9e21a7008fe704e019207a171c9d557ccc3df60578a25122c18e5878c3883563', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0054_yeses.sql

-- Nobody's yes comes from a file, and nothing of a stranger's stays behind a new password.
--
-- What a file of another program brings in somebody's name (their ratings with yes, their messages, points) waits until they said yes to
-- it themselves, whoever founded the bond too; from the first yes on only that file brings anything into the bond. Addresses of
-- calendars end where a password is set by mail, as logins do.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE imported_memberships
    ADD COLUMN file_sha256 bytea,
    ADD COLUMN ratings integer NOT NULL DEFAULT 0,
    ADD COLUMN messages integer NOT NULL DEFAULT 0,
    ADD COLUMN points integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT imported_memberships_counted CHECK (ratings >= 0 AND messages >= 0 AND points >= 0) NOT VALID,
    ADD CONSTRAINT imported_memberships_of_a_file CHECK (octet_length(file_sha256) = 32) NOT VALID;
ALTER TABLE imported_memberships VALIDATE CONSTRAINT imported_memberships_counted;
ALTER TABLE imported_memberships VALIDATE CONSTRAINT imported_memberships_of_a_file;
COMMENT ON COLUMN imported_memberships.file_sha256 IS 'Of what the file says of the bond: what is said yes to. Null where it was asked by a release that did not note it.';
COMMENT ON COLUMN imported_memberships.ratings IS 'How many ratings with yes or maybe it has in this person''s name.';
COMMENT ON COLUMN imported_memberships.messages IS 'How many messages it has in this person''s name.';
COMMENT ON COLUMN imported_memberships.points IS 'How many entries of points it has in the bond.';

-- Somebody is asked, once; true where they were not before. What they have not said yes to yet is asked by the newest file, under another
-- id, so that nobody says yes to what they did not see.
CREATE FUNCTION app.ask_of_import(
    in_bond uuid, person uuid, new_file bytea, their_ratings integer, their_messages integer, all_points integer, at timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    made uuid;
BEGIN
    INSERT INTO imported_memberships (bond_id, user_id, file_sha256, ratings, messages, points, created_at)
        VALUES (in_bond, person, new_file, their_ratings, their_messages, all_points, at)
        ON CONFLICT (bond_id, user_id) DO NOTHING RETURNING id INTO made;
    IF made IS NULL THEN
        UPDATE imported_memberships i SET id = gen_random_uuid(), file_sha256 = new_file, ratings = their_ratings,
                messages = their_messages, points = all_points
            WHERE i.bond_id = in_bond AND i.user_id = person AND i.status <> 'accepted' AND i.file_sha256 IS DISTINCT FROM new_file;
    END IF;
    RETURN made IS NOT NULL;
END
$$;
GRANT EXECUTE ON FUNCTION app.ask_of_import(uuid, uuid, bytea, integer, integer, integer, timestamptz) TO game_service;
DROP POLICY "The service may insert" ON imported_memberships;   -- so that it writes nobody's yes
REVOKE INSERT ON imported_memberships FROM game_service;

-- As `my_imports`, and what comes in the caller's name; also of a bond that they are in, while something waits for their yes. Who has
-- left it since is not asked whether they want to be in it.
CREATE FUNCTION app.my_imported() RETURNS TABLE (
    id uuid, bond_id uuid, name jsonb, member boolean, ratings integer, messages integer, points integer, status text,
    created_at timestamptz, answered_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT i.id, i.bond_id, b.name, m.user_id IS NOT NULL, i.ratings, i.messages, i.points,
        CASE WHEN i.status <> 'accepted' OR EXISTS (
            SELECT FROM bond_join_requests r WHERE r.bond_id = i.bond_id AND r.user_id = i.user_id AND r.status = 'pending'
                AND r.expires_at > app.moment()
        ) THEN i.status::text ELSE 'over' END, i.created_at, i.answered_at
    FROM imported_memberships i JOIN bonds b ON b.id = i.bond_id
        LEFT JOIN bond_members m ON m.bond_id = i.bond_id AND m.user_id = i.user_id
    WHERE i.user_id = app.uid() AND b.status <> 'dissolved'
        AND CASE WHEN m.user_id IS NOT NULL THEN i.status <> 'accepted' AND i.ratings + i.messages + i.points > 0
            ELSE i.status <> 'pending' OR NOT EXISTS (
                SELECT FROM bond_activity_log a WHERE a.bond_id = i.bond_id AND a.user_id = i.user_id AND a.action IN ('left', 'removed')
            ) END
    ORDER BY i.created_at DESC, i.id DESC
$$;
GRANT EXECUTE ON FUNCTION app.my_imported() TO authenticated, bond_writer;

-- As before, and the yes of somebody who is in the bond already is noted, too.
CREATE OR REPLACE FUNCTION app.accept_import(of_import uuid, new_id uuid, OUT outcome text, OUT request_id uuid, OUT in_bond uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
BEGIN
    outcome := 'none';
    SELECT i.bond_id INTO in_bond FROM imported_memberships i WHERE i.id = of_import AND i.user_id = me;
    IF in_bond IS NULL THEN
        RETURN;
    END IF;
    PERFORM app.hold_people(in_bond, me);
    PERFORM FROM imported_memberships i WHERE i.id = of_import FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM bonds b WHERE b.id = in_bond AND b.status <> 'dissolved') THEN
        RETURN;
    ELSIF EXISTS (SELECT FROM bond_members m WHERE m.bond_id = in_bond AND m.user_id = me) THEN
        outcome := 'member';
        UPDATE imported_memberships i SET status = 'accepted', answered_at = app.moment()
            WHERE i.id = of_import AND i.status <> 'accepted';
        RETURN;
    END IF;
    UPDATE bond_join_requests r SET status = 'expired', answered_at = app.moment()
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending' AND r.expires_at <= app.moment();
    SELECT r.id INTO request_id FROM bond_join_requests r
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending';
    IF request_id IS NULL THEN
        outcome := app.may_not_ask(in_bond, me);
        IF outcome IS NOT NULL THEN
            RETURN;
        END IF;
        request_id := new_id;
        INSERT INTO bond_join_requests (id, bond_id, user_id) VALUES (new_id, in_bond, me);
        INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (in_bond, me, 'asked');
    END IF;
    outcome := 'asked';
    UPDATE imported_memberships i SET status = 'accepted', answered_at = app.moment()
        WHERE i.id = of_import AND i.status <> 'accepted';
    PERFORM app.tell_of_bond(in_bond, app.members_of(in_bond), me, 'bond_request', app.request_told(in_bond, me),
        extract(epoch FROM app.moment())::bigint / 86400, true);
END
$$;

-- No address of a calendar of this person's opens anything any more, in whatever bond.
CREATE FUNCTION app.end_feeds(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    DELETE FROM calendar_feeds f WHERE f.user_id = person
$$;
GRANT EXECUTE ON FUNCTION app.end_feeds(uuid) TO game_service;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (54, 'yeses', 'c09420771617f6c0756ec1b247943bfcf7bfe5b4d70694970d67ccdb4efe3fcc', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0055_draw_changes.sql

-- Most draws find what they have to know as it was at the draw before: a room asks whether it is, for less than to read it again.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- What decides whether a process may still draw on what it has read of these rooms (app.draw_facts), and what moves all the time,
-- a row a room. `limits_rev` says all that limits say, `whose` and `profiles` who sits there, in the order of the seats; `latest` is
-- when they saw a card last, in whatever room. Two rooms whose cards come at one moment may not see each other's.
CREATE FUNCTION app.draw_changes(rooms text[]) RETURNS TABLE (
    session_id text, limits_rev integer, unchecked boolean, bank_revision bigint, day text, resets_at timestamptz, used integer,
    premium boolean, own_cards boolean, whose text[], profiles integer[], latest timestamptz[]
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    midnight timestamptz := app.utc_midnight();
BEGIN
    RETURN QUERY
    SELECT s.session_id::text, s.limits_rev, s.limits_rev <> s.checked_rev, (SELECT revision FROM bank_revision),
        to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), midnight + interval '1 day',
        coalesce(
            CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count END,
            CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count END, 0
        ),
        coalesce(u.subscription_tier = 'premium' AND coalesce(u.subscription_expires_at > now(), true), false)
            OR coalesce(p.subscription_tier = 'premium' AND coalesce(p.subscription_expires_at > now(), true), false),
        app.has_own_cards(s.session_id),
        ARRAY[coalesce(a.user_id::text, a.anonymous_session_id), coalesce(b.user_id::text, b.anonymous_session_id)],
        ARRAY[a.profile_id, b.profile_id],
        ARRAY[
            CASE WHEN a.user_id IS NOT NULL THEN (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.user_id = a.user_id
            ) ELSE (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.anonymous_session_id = a.anonymous_session_id
            ) END,
            CASE WHEN b.user_id IS NOT NULL THEN (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.user_id = b.user_id
            ) ELSE (
                SELECT max(h.presented_at) FROM user_activity_history h WHERE h.anonymous_session_id = b.anonymous_session_id
            ) END
        ]
    FROM sessions s
    JOIN session_seats a ON a.session_id = s.session_id AND a.seat = 'A'
    JOIN session_seats b ON b.session_id = s.session_id AND b.seat = 'B'
    LEFT JOIN users u ON u.id = a.user_id
    LEFT JOIN anonymous_sessions n ON n.session_id = a.anonymous_session_id
    LEFT JOIN users p ON p.id = b.user_id
    WHERE s.session_id = ANY (rooms);
END
$$;

GRANT EXECUTE ON FUNCTION app.draw_changes(text[]) TO game_service;

-- The same time, from a plan that is kept: a function in SQL with a setting of its own is planned anew at every call.
CREATE OR REPLACE FUNCTION app.utc_midnight() RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
END
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (55, 'draw_changes', '22d887e4db688939c3269eaff173c1da47cdf6b8920882d8331bb24d6e4be439', 11);
RESET ROLE;

COMMIT;

BEGIN;

-- 0056_kept_plans.sql

-- What policies and commands of bonds ask, and what is asked before a key is made, with plans that a session keeps. A function in SQL
-- that has settings of its own is planned anew at every call: a quarter of what a change in a bond costs. By index alone: a plan that
-- is made while tables are small is kept when they are not.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- The signed-in person, or NULL: claims that are none and a malformed id are nobody. Asked by every policy, so without app.claims().
CREATE OR REPLACE FUNCTION app.uid() RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    claims jsonb;
BEGIN
    claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    RETURN CASE WHEN jsonb_typeof(claims) = 'object' THEN (claims ->> 'sub')::uuid END;
EXCEPTION WHEN invalid_text_representation OR untranslatable_character THEN
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.moment() RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(nullif(current_setting('app.moment', true), '')::timestamptz, statement_timestamp());
END
$$;

CREATE OR REPLACE FUNCTION app.my_bonds() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
    SELECT m.bond_id FROM bond_members m WHERE m.user_id = (SELECT app.uid());
END
$$;

CREATE OR REPLACE FUNCTION app.my_open_bonds() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
    SELECT m.bond_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id
    WHERE m.user_id = (SELECT app.uid()) AND b.status <> 'dissolved';
END
$$;

CREATE OR REPLACE FUNCTION app.my_bonds_since() RETURNS TABLE (bond_id uuid, joined_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
    SELECT m.bond_id, m.joined_at FROM bond_members m WHERE m.user_id = (SELECT app.uid());
END
$$;

CREATE OR REPLACE FUNCTION app.bond_people(of_bond uuid) RETURNS TABLE (
    id uuid, user_id uuid, display_name text, dynamic_role text, submission_state text, kink_identity jsonb, time_zone text,
    role_in_bond text, joined_at timestamptz, nickname jsonb, safewords jsonb, aftercare_needs jsonb, can_invite boolean,
    can_manage boolean, accepts_from uuid[], read_receipts boolean, presence boolean, paused_at timestamptz,
    dissolve_vote_at timestamptz, version integer, updated_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
    SELECT m.id, m.user_id, u.display_name, u.dynamic_role::text, u.submission_state::text, u.kink_identity, u.time_zone,
        m.role_in_bond::text, m.joined_at, m.nickname, m.safewords, m.aftercare_needs, m.can_invite,
        m.can_manage, m.accepts_from, m.read_receipts, m.presence, m.paused_at,
        m.dissolve_vote_at, m.version, m.updated_at
    FROM bond_members m JOIN users u ON u.id = m.user_id
    WHERE m.bond_id = of_bond AND EXISTS (
        SELECT FROM bond_members me WHERE me.bond_id = of_bond AND me.user_id = (SELECT app.uid())
    )
    ORDER BY m.joined_at, m.user_id;
END
$$;

CREATE OR REPLACE FUNCTION app.read_limits(of_bond uuid, of_people uuid[]) RETURNS TABLE (
    user_id uuid, profile_version text, boundaries jsonb, activities jsonb, truth_topics jsonb, anatomy jsonb,
    personal_limits text[], words jsonb[], rated text[]
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
    SELECT who.id, p.profile_version::text, p.boundaries, p.activities, p.truth_topics, p.anatomy,
        ARRAY(SELECT DISTINCT unnest(l.keys) FROM personal_limits l WHERE l.user_id = who.id),
        ARRAY(
            SELECT l.words FROM personal_limits l
            WHERE l.user_id = who.id AND l.bond_id = of_bond AND l.keys = '{}' AND l.words <> '{}' ORDER BY l.created_at, l.id
        ),
        ARRAY(
            SELECT DISTINCT unnest(b.keys) FROM boundary_ratings r JOIN boundaries b ON b.id = r.boundary_id
            WHERE r.user_id = who.id AND r.bond_id = of_bond AND r.rating IN ('maybe', 'no')
        )
    FROM unnest(of_people) AS who (id) LEFT JOIN profiles p ON p.user_id = who.id;
END
$$;

CREATE OR REPLACE FUNCTION app.limits_of_members(of_bond uuid, of_people uuid[]) RETURNS TABLE (
    user_id uuid, profile_version text, boundaries jsonb, activities jsonb, truth_topics jsonb, anatomy jsonb,
    personal_limits text[], words jsonb[], rated text[]
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN QUERY
    SELECT * FROM app.read_limits(of_bond, ARRAY(
        SELECT m.user_id FROM bond_members m
        WHERE m.bond_id = of_bond AND m.user_id = ANY (of_people) AND of_bond IN (SELECT app.my_open_bonds())
    ));
END
$$;

CREATE OR REPLACE FUNCTION app.has_sealed_words(person uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM journal_entries t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM calendar_events t WHERE t.created_by = person AND t.bond_id IS NULL)
        OR EXISTS (SELECT FROM scene_debriefs t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM check_ins t WHERE t.user_id = person AND t.notes IS NOT NULL)
        OR EXISTS (SELECT FROM files t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinksters t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinkster_creation_sessions t WHERE t.user_id = person AND t.draft IS NOT NULL)
        OR EXISTS (SELECT FROM conversations t WHERE t.user_id = person AND t.title IS NOT NULL)
        OR EXISTS (SELECT FROM messages t WHERE t.user_id = person AND t.content IS NOT NULL)
        OR EXISTS (SELECT FROM image_generations t WHERE t.user_id = person AND t.prompt IS NOT NULL)
        OR EXISTS (SELECT FROM scene_compositions t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM character_poses t WHERE t.user_id = person);
END
$$;

CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
      OR EXISTS (SELECT FROM bond_join_requests r WHERE r.user_id = owner_user AND r.message IS NOT NULL)
      OR EXISTS (SELECT FROM submission_state_logs l WHERE l.user_id = owner_user AND l.reason IS NOT NULL)
      OR EXISTS (SELECT FROM personal_limits l WHERE l.user_id = owner_user AND l.words <> '{}')
      OR app.has_sealed_words(owner_user);
END
$$;

CREATE OR REPLACE FUNCTION app.has_sealed_of_notion(person uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM notion_conflicts t WHERE t.user_id = person);
END
$$;

RESET search_path;
RESET ROLE;

SET ROLE game_owner;
INSERT INTO public.schema_migrations (version, name, checksum, oldest_code)
VALUES (56, 'kept_plans', '58cca1e45c48a870100d07f76443d14e3fc0db0d88c941d801590a3709816fb5', 11);
RESET ROLE;

COMMIT;
