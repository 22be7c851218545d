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
