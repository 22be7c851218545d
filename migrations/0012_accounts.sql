-- What must happen after a commit is data; what an erased person leaves is nothing. Refresh tokens that survive a lost answer,
-- attempts counted alike for known and unknown addresses, retries that name nobody, and which key store the sealed rows need.

SET ROLE game_owner;
SET search_path = public;

-- Logins. `generation` counts refreshes and stands in the access tokens; `used_at` is when anything of the newest generation was
-- first used; `earlier` holds the hashes that came before it, newest first: [{hash, followed_at}].
ALTER TABLE logins
    ADD COLUMN generation integer NOT NULL DEFAULT 0,
    ADD COLUMN issued_at timestamptz,
    ADD COLUMN used_at timestamptz,
    ADD COLUMN earlier jsonb NOT NULL DEFAULT '[]';

-- Wrong passwords are counted by a keyed hash of the address, so that an address without an account costs the same statements.
CREATE TABLE login_attempts (
    address text PRIMARY KEY,
    failed_count integer NOT NULL DEFAULT 1,
    failed_since timestamptz NOT NULL
);
CREATE INDEX idx_login_attempts_since ON login_attempts (failed_since);
SELECT app.seal('login_attempts');
SELECT app.let_service('login_attempts', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Retries: caller and key are keyed hashes and the kept answer is sealed with the key itself, so what stood here in clear goes.
-- `person` is the keyed hash of whom the answer is about, where nobody asked.
DELETE FROM idempotency_keys;
ALTER TABLE idempotency_keys ADD COLUMN person text;
CREATE INDEX idx_idempotency_keys_person ON idempotency_keys (person) WHERE person IS NOT NULL;

-- When the newest token of an anonymous player was first used: from then on no key fetches it again.
ALTER TABLE anonymous_sessions ADD COLUMN token_used_at timestamptz;
UPDATE anonymous_sessions SET token_used_at = last_accessed_at;

-- Whose name or doing a mail carries ('user:<uuid>'), so that it goes with them.
ALTER TABLE mail_outbox ADD COLUMN about text;

-- Which key store the sealed rows of this database need.
CREATE TABLE key_store (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),
    store text NOT NULL,
    known_since timestamptz NOT NULL DEFAULT now()
);
SELECT app.seal('key_store');
SELECT app.let_service('key_store', 'SELECT', 'INSERT', 'UPDATE');

-- Whoever is deleted leaves a note of what is outside these tables: the key, hot copies of the rooms, mails in the development
-- mailbox (`mailbox` is a keyed hash of the address). It goes when all of that is gone.
ALTER TABLE erased_people
    ADD COLUMN rooms text[] NOT NULL DEFAULT '{}',
    ADD COLUMN mailbox text;
SELECT app.let_service('erased_people', 'UPDATE');

DROP TRIGGER users_note_erased ON users;
DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
CREATE OR REPLACE FUNCTION app.note_erased_person() RETURNS trigger
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
CREATE INDEX idx_session_seats_actor ON session_seats (actor) WHERE actor IS NOT NULL;

-- Rooms: the seat's fence rises too: what its phones have sent is refused, and every process closes them when it looks.
CREATE OR REPLACE FUNCTION app.empty_seat_of_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.actor := 'former';
    NEW.display_name := NULL;
    NEW.fence := OLD.fence + 1;
    RETURN NEW;
END
$$;

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
GRANT EXECUTE ON FUNCTION app.known_rules(jsonb) TO game_service;

CREATE OR REPLACE FUNCTION app.delete_deserted_session() RETURNS trigger
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

CREATE OR REPLACE FUNCTION app.forget_anonymous_session() RETURNS trigger
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
GRANT EXECUTE ON FUNCTION app.has_sealed(uuid, text) TO game_service;

-- Dead rows of what is private are cleared away soon, also where the table is large and little else happens in it.
DO $vacuum$
DECLARE
    private text;
BEGIN
    FOREACH private IN ARRAY ARRAY[
        'survey_submissions', 'survey_progress', 'credentials', 'one_time_tokens', 'partner_connections', 'remembered_partners',
        'push_notification_tokens', 'mail_outbox', 'idempotency_keys', 'erased_people', 'login_attempts', 'session_links'
    ] LOOP
        EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)', private);
    END LOOP;
    FOREACH private IN ARRAY ARRAY[
        'users', 'profiles', 'anonymous_sessions', 'logins', 'sessions', 'session_seats', 'user_activity_history',
        'compatibility_results', 'subscription_transactions', 'ai_generation_logs'
    ] LOOP
        EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50)', private);
    END LOOP;
END
$vacuum$;

RESET search_path;
RESET ROLE;
