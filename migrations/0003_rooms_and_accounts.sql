-- What the live rooms, the server's own sign-up and its jobs keep besides the product's schema reference.

SET ROLE game_owner;
SET search_path = public;

-- People

ALTER TABLE users
    ADD COLUMN email_confirmed_at timestamptz,
    ADD COLUMN adult_confirmed_at timestamptz;

-- An anonymous player has what a user has of it: a name, an anatomy, an age statement, a daily count.
ALTER TABLE anonymous_sessions
    ADD COLUMN display_name text,
    ADD COLUMN demographics jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN profile_completed boolean NOT NULL DEFAULT false,
    ADD COLUMN adult_confirmed_at timestamptz,
    ADD COLUMN token_version integer NOT NULL DEFAULT 1,
    ADD COLUMN revoked_at timestamptz,
    ADD COLUMN daily_activity_count integer NOT NULL DEFAULT 0 CHECK (daily_activity_count >= 0),
    ADD COLUMN daily_activity_reset_at timestamptz DEFAULT now();

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

CREATE TABLE credentials (
    user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    password_hash text NOT NULL,
    failed_count integer NOT NULL DEFAULT 0,
    failed_since timestamptz,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE logins (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    refresh_hash text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX idx_logins_user ON logins (user_id);

CREATE TABLE one_time_tokens (
    token_hash text PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('password_reset', 'confirm_email')),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX idx_one_time_tokens_user ON one_time_tokens (user_id);

-- Rooms: `head` is the last seq of the log, `limits_rev` moves when a player's limits do, `epoch` on a restore.

ALTER TABLE sessions
    ADD COLUMN epoch text NOT NULL DEFAULT gen_random_uuid()::text,
    ADD COLUMN head integer NOT NULL DEFAULT 0 CHECK (head >= 0),
    ADD COLUMN limits_rev integer NOT NULL DEFAULT 0,
    ADD COLUMN last_active_at timestamptz NOT NULL DEFAULT now();
-- The job that marks idle rooms abandoned looks only at open ones.
-- Not on last_active_at: every move changes that, and would have to touch the index.
CREATE INDEX idx_sessions_open ON sessions (created_at) WHERE status IN ('waiting', 'active');

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
    PRIMARY KEY (session_id, seat)
);
CREATE INDEX idx_session_seats_user ON session_seats (user_id);
CREATE INDEX idx_session_seats_anonymous ON session_seats (anonymous_session_id);
CREATE INDEX idx_session_seats_profile ON session_seats (profile_id);

-- An erased person leaves a seat that is nobody's, without a name. It must not become open to the next with the link.
CREATE FUNCTION app.empty_seat_of_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.actor := 'former';
    NEW.display_name := NULL;
    RETURN NEW;
END
$$;
CREATE TRIGGER session_seats_empty_of_erased BEFORE UPDATE OF user_id, anonymous_session_id ON session_seats
    FOR EACH ROW WHEN (
        (OLD.user_id IS NOT NULL AND NEW.user_id IS NULL AND NEW.actor = 'user:' || OLD.user_id)
        OR (OLD.anonymous_session_id IS NOT NULL AND NEW.anonymous_session_id IS NULL
            AND NEW.actor = 'anon:' || OLD.anonymous_session_id)
    ) EXECUTE FUNCTION app.empty_seat_of_erased();

-- A game whose last player was erased is nobody's: it goes, with its log.
CREATE FUNCTION app.delete_deserted_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
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
CREATE TRIGGER profiles_raise_limits_rev AFTER UPDATE OF boundaries, activities, anatomy ON profiles
    FOR EACH ROW WHEN (
        (OLD.boundaries, OLD.activities, OLD.anatomy) IS DISTINCT FROM (NEW.boundaries, NEW.activities, NEW.anatomy)
    ) EXECUTE FUNCTION app.raise_limits_rev();

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
);

-- Pairing: `connection_token` holds the SHA-256 of the token; each side accepts once after comparing the words.

ALTER TABLE partner_connections
    ADD COLUMN words text[],
    ADD COLUMN claimed_at timestamptz,
    ADD COLUMN requester_accepted_at timestamptz,
    ADD COLUMN recipient_accepted_at timestamptz,
    ADD COLUMN session_id varchar(128) REFERENCES sessions (session_id) ON DELETE SET NULL;
CREATE INDEX idx_partner_connections_session ON partner_connections (session_id);

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

-- The server's own books

CREATE TABLE mail_outbox (
    id bigserial PRIMARY KEY,
    recipient text NOT NULL,
    template text NOT NULL,
    params jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    failed_reason text
);
CREATE INDEX idx_mail_outbox_due ON mail_outbox (next_attempt_at) WHERE sent_at IS NULL;

CREATE TABLE idempotency_keys (
    caller text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    body_hash text NOT NULL,
    status integer NOT NULL,
    response jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, key)
);
CREATE INDEX idx_idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE job_runs (
    name text PRIMARY KEY,
    last_started_at timestamptz,
    last_finished_at timestamptz,
    last_outcome text
);

RESET search_path;
RESET ROLE;
