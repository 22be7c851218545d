-- The game's schema: enums, tables, indexes, triggers and functions as the product's schema reference names them.
--
-- Where the reference lists both UNIQUE (or PRIMARY KEY) and a named index on the same column, the constraint carries
-- the index's name: one index, not two of the same. Every foreign key has an index.

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
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_users_subscription_tier ON users (subscription_tier);
CREATE INDEX idx_users_profile_completed ON users (profile_completed);
CREATE TRIGGER update_users_updated_at BEFORE UPDATE ON users
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
    CONSTRAINT survey_progress_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = 1)
);
CREATE INDEX idx_survey_progress_user_id ON survey_progress (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX idx_survey_progress_anonymous ON survey_progress (anonymous_session_id)
    WHERE anonymous_session_id IS NOT NULL;
CREATE UNIQUE INDEX idx_survey_progress_one_open ON survey_progress (user_id, survey_version)
    WHERE status = 'in_progress';
CREATE UNIQUE INDEX idx_survey_progress_one_open_anonymous ON survey_progress (anonymous_session_id, survey_version)
    WHERE status = 'in_progress';

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
    created_at timestamptz NOT NULL DEFAULT now()
);
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
    -- Profile 0 stands for people who are not here: open and hosted seats, and those who were erased.
    CONSTRAINT profiles_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = CASE WHEN id = 0 THEN 0 ELSE 1 END)
);
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

CREATE TABLE anonymous_sessions (
    session_id text PRIMARY KEY,
    profile_id integer REFERENCES profiles (id) ON DELETE CASCADE,
    device_fingerprint jsonb,
    last_accessed_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_anonymous_sessions_profile ON anonymous_sessions (profile_id);
CREATE INDEX idx_anonymous_sessions_last_accessed ON anonymous_sessions (last_accessed_at);

-- Partners

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
    CONSTRAINT partner_connections_not_oneself CHECK (requester_user_id <> recipient_user_id)
);
CREATE INDEX idx_partner_connections_requester ON partner_connections (requester_user_id);
CREATE INDEX idx_partner_connections_recipient_email ON partner_connections (recipient_email);
CREATE INDEX idx_partner_connections_recipient_user ON partner_connections (recipient_user_id);
CREATE INDEX idx_partner_connections_expires ON partner_connections (expires_at) WHERE status = 'pending';
CREATE TRIGGER update_partner_connections_updated_at BEFORE UPDATE ON partner_connections
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

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
);
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

CREATE TABLE push_notification_tokens (
    id serial PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_token text NOT NULL CONSTRAINT idx_push_tokens_device UNIQUE,
    platform platform_enum NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_push_tokens_user ON push_notification_tokens (user_id);
CREATE TRIGGER update_push_notification_tokens_updated_at BEFORE UPDATE ON push_notification_tokens
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- The activity bank

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

-- Sessions. Erasing one player leaves the game to the other: player columns fall back to profile 0, people to NULL.

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
    completed_at timestamptz
);
CREATE INDEX idx_sessions_primary_user ON sessions (primary_user_id);
CREATE INDEX idx_sessions_partner_user ON sessions (partner_user_id);
CREATE INDEX idx_sessions_intimacy_level ON sessions (intimacy_level);
CREATE INDEX idx_sessions_owner_user ON sessions (session_owner_user_id);
CREATE INDEX idx_sessions_player_a_profile ON sessions (player_a_profile_id);
CREATE INDEX idx_sessions_player_b_profile ON sessions (player_b_profile_id);
CREATE INDEX idx_sessions_primary_profile ON sessions (primary_profile_id);
CREATE INDEX idx_sessions_partner_profile ON sessions (partner_profile_id);

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
    CONSTRAINT user_activity_history_one_owner CHECK (num_nonnulls(user_id, anonymous_session_id) = 1)
);
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
);
CREATE INDEX idx_ai_logs_session ON ai_generation_logs (session_id);
CREATE INDEX idx_ai_logs_created ON ai_generation_logs (created_at DESC);

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
);
CREATE INDEX idx_subscription_user ON subscription_transactions (user_id);
CREATE INDEX idx_subscription_expires ON subscription_transactions (expires_at) WHERE status = 'active';
CREATE TRIGGER update_subscription_transactions_updated_at BEFORE UPDATE ON subscription_transactions
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

-- Legacy: the baseline is deprecated, the compatibility cache is used.

CREATE TABLE survey_baseline (
    id serial PRIMARY KEY,
    submission_id varchar(128),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER update_survey_baseline_updated_at BEFORE UPDATE ON survey_baseline
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();

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
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idx_compatibility_results_profile_a ON compatibility_results (profile_a_id);
CREATE INDEX idx_compatibility_results_profile_b ON compatibility_results (profile_b_id);

-- Anonymous people

-- An anonymous person is one id: what hangs on it by text goes with it, as a user's rows do by foreign key.
CREATE FUNCTION app.forget_anonymous_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM profiles WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM survey_progress WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM user_activity_history WHERE anonymous_session_id = OLD.session_id;
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

RESET search_path;
RESET ROLE;
