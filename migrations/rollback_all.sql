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

-- rollback/0011_typed_commit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 11;
RESET ROLE;

-- Takes back 0011: a batch comes as one jsonb again.

SET ROLE game_owner;
SET search_path = public;

CREATE INDEX idx_activity_history_session ON user_activity_history (session_id);
DROP INDEX idx_activity_history_turn;

DROP TRIGGER sessions_rating_follows_level ON sessions;
CREATE TRIGGER sessions_rating_follows_level BEFORE INSERT OR UPDATE OF intimacy_level, rating ON sessions
    FOR EACH ROW EXECUTE FUNCTION app.rating_follows_level();

DROP FUNCTION app.append_commands(
        app.room_command[], app.room_event[], app.room_change[], app.room_card[], app.room_turn[], app.room_turn[],
        app.room_feedback[], uuid[], text[]
    ),
    app.write_rooms(app.room_command[], app.room_event[], app.room_change[], boolean[]),
    app.write_cards(app.room_card[], app.room_turn[], app.room_turn[], boolean[]),
    app.write_feedback(app.room_feedback[], boolean[]),
    app.write_accounts(app.room_command[], boolean, boolean, boolean[]),
    app.note_played(app.room_change[], boolean[]);
DROP TYPE app.room_command, app.room_event, app.room_change, app.room_card, app.room_turn, app.room_feedback;

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

GRANT EXECUTE ON FUNCTION
    app.append_commands(jsonb), app.write_rooms(app.room_command[]), app.write_cards(app.room_command[]),
    app.write_feedback(app.room_command[]), app.write_accounts(app.room_command[]), app.note_played(app.room_command[])
TO game_service;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0010_closed.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 10;
RESET ROLE;

-- Takes back 0010: everybody gets back what PostgreSQL gives by default.

DO $open$
DECLARE
    given record;
BEGIN
    BEGIN
        EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
        FOR given IN
            SELECT p.oid::regprocedure AS name FROM pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::regnamespace
                AND (p.proname ~ '^lo_' AND p.proname NOT IN ('lo_import', 'lo_export') OR p.proname IN (
                    'loread', 'lowrite', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_logical_emit_message',
                    'pg_export_snapshot'
                ))
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', given.name);
        END LOOP;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL; -- what this administrator could not close it need not open
    END;
END
$open$;

SET ROLE game_owner;

DROP FUNCTION app.close_database(), app.is_shared(), app.other_logins(), app.everybody_may(text), app.open_functions();

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0009_access.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 9;
RESET ROLE;

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

COMMIT;

BEGIN;

-- rollback/0008_commit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 8;
RESET ROLE;

-- Takes back 0008: the room's commit.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.note_played(app.room_command[]);
DROP FUNCTION app.write_accounts(app.room_command[]);
DROP FUNCTION app.write_feedback(app.room_command[]);
DROP FUNCTION app.write_cards(app.room_command[]);
DROP FUNCTION app.write_rooms(app.room_command[]);

DROP TYPE app.room_verdict;
DROP TYPE app.room_command;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0007_submit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 7;
RESET ROLE;

-- Takes back 0007: handing a survey in.

SET ROLE game_owner;

DROP FUNCTION app.submit_surveys(jsonb);
DROP FUNCTION app.write_submission(jsonb);
DROP FUNCTION app.survey_standing(uuid, text, text);
DROP FUNCTION app.submission_rests_on(uuid, text, text);

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0006_partners.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 6;
RESET ROLE;

-- Takes back 0006: connections, partners, and what they were shown.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.partner_compatibility(uuid);
DROP FUNCTION app.partner_profile(uuid);
DROP FUNCTION app.reading_with(uuid);
DROP FUNCTION app.is_connected(uuid);
DROP FUNCTION app.keep_compatibility(integer, integer, jsonb, timestamptz);
DROP FUNCTION app.settle_reading(integer, integer, timestamptz);
DROP FUNCTION app.is_reading_due(integer, integer, timestamptz);
DROP FUNCTION app.have_started_since(uuid, uuid, timestamptz);

DROP TABLE compatibility_readings;
DROP TABLE compatibility_results;
DROP TABLE blocked_people;
DROP TABLE remembered_partners;
DROP TABLE partner_connections;

DROP FUNCTION app.delete_compatibility_of_pair();
DROP FUNCTION app.raise_limits_rev_of_apart();
DROP FUNCTION enforce_remembered_partners_limit();
DROP FUNCTION expire_pending_connections();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0005_rooms.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 5;
RESET ROLE;

-- Takes back 0005: the rooms with their logs.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION get_excluded_activities_for_user(uuid, text);

DROP TRIGGER profiles_raise_limits_rev ON profiles;

DROP TABLE ai_generation_logs;
DROP TABLE user_activity_history;
DROP TABLE session_activities;
DROP TABLE session_links;
DROP TABLE session_replies;
DROP TABLE session_events;
DROP TABLE session_seats;
DROP TABLE sessions;

DROP FUNCTION app.refuse_change_of_log();
DROP FUNCTION app.raise_limits_rev_of_seat();
DROP FUNCTION app.raise_limits_rev();
DROP FUNCTION app.delete_deserted_session();
DROP FUNCTION app.known_rules(jsonb);
DROP FUNCTION app.empty_seat_of_erased();
DROP FUNCTION app.rating_follows_level();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0004_bank.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 4;
RESET ROLE;

-- Takes back 0004: the activity bank.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE bank_revision;
DROP TABLE activities;
DROP FUNCTION app.raise_bank_revision();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0003_accounts.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 3;
RESET ROLE;

-- Takes back 0003: the server's own accounts and books.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
DROP TRIGGER users_note_erased ON users;
DROP FUNCTION app.note_erased_person();

DROP TABLE erased_people;
DROP TABLE key_store;
DROP TABLE job_runs;
DROP TABLE idempotency_keys;
DROP TABLE mail_outbox;
DROP TABLE login_attempts;
DROP TABLE one_time_tokens;
DROP TABLE logins;
DROP TABLE credentials;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0002_people.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 2;
RESET ROLE;

-- Takes back 0002: the people with all they answered, then what the tables were made of.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.has_sealed(uuid, text);
DROP FUNCTION reset_daily_activity_counts();
DROP FUNCTION set_anonymous_session_context(text);
DROP FUNCTION cleanup_old_anonymous_sessions(integer);
DROP FUNCTION app.abandon_old_surveys(integer);
DROP FUNCTION check_daily_activity_limit(uuid, integer);

DROP TABLE survey_baseline;
DROP TABLE subscription_transactions;
DROP TABLE push_notification_tokens;
DROP TABLE anonymous_sessions;
DROP TABLE profiles;
DROP TABLE survey_submissions;
DROP TABLE survey_progress;
DROP TABLE users;

DROP FUNCTION app.forget_anonymous_session();
DROP FUNCTION app.keep_former_partner();
DROP FUNCTION app.delete_profile_submission();
DROP FUNCTION app.used_today(integer, timestamptz);
DROP FUNCTION app.utc_midnight();
DROP FUNCTION update_updated_at_column();

DROP TYPE audience_scope_enum;
DROP TYPE subscription_status_enum;
DROP TYPE feedback_type_enum;
DROP TYPE activity_type_enum;
DROP TYPE intimacy_level_enum;
DROP TYPE platform_enum;
DROP TYPE connection_status_enum;
DROP TYPE survey_status_enum;
DROP TYPE profile_sharing_enum;
DROP TYPE subscription_tier_enum;
DROP TYPE auth_provider_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0001_roles.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 1;
RESET ROLE;

-- Takes back what 0001 made in this database. The roles stay: other databases of the cluster may use them.

SET ROLE game_owner;

DO $auth$
BEGIN
    -- On Supabase the schema is not ours.
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole) THEN
        DROP FUNCTION auth.uid();
        DROP SCHEMA auth;
    END IF;
END
$auth$;

DROP FUNCTION app.anonymous_session_id();
DROP FUNCTION app.uid();
DROP FUNCTION app.claims();
DROP TABLE public.schema_migrations;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
DROP SCHEMA app;

RESET ROLE;

REVOKE USAGE, CREATE ON SCHEMA public FROM game_owner;

COMMIT;
