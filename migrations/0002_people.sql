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
