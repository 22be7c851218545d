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

-- rollback/0015_bounds.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 15;
RESET ROLE;

-- Back to before 0015: rows may grow again.

SET ROLE game_owner;

ALTER TABLE users
    DROP CONSTRAINT users_notification_preferences_bounded,
    DROP CONSTRAINT users_demographics_bounded,
    DROP CONSTRAINT users_display_name_bounded,
    DROP CONSTRAINT users_email_bounded;

ALTER TABLE anonymous_sessions
    DROP CONSTRAINT anonymous_sessions_demographics_bounded,
    DROP CONSTRAINT anonymous_sessions_display_name_bounded,
    DROP CONSTRAINT anonymous_sessions_id_bounded,
    DROP CONSTRAINT anonymous_sessions_fingerprint_bounded;

ALTER TABLE survey_progress
    DROP CONSTRAINT survey_progress_answers_bounded,
    DROP CONSTRAINT survey_progress_current_question_bounded;

ALTER TABLE survey_submissions DROP CONSTRAINT survey_submissions_payload_bounded;

ALTER TABLE profiles
    DROP CONSTRAINT profiles_boundaries_bounded,
    DROP CONSTRAINT profiles_anatomy_bounded;

ALTER TABLE sessions
    DROP CONSTRAINT sessions_rules_bounded,
    DROP CONSTRAINT sessions_partner_anonymous_name_bounded,
    DROP CONSTRAINT sessions_partner_anonymous_anatomy_bounded;

ALTER TABLE session_seats DROP CONSTRAINT session_seats_display_name_bounded;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0013_closed.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 13;
RESET ROLE;

-- Everybody gets back what PostgreSQL gives by default, and the service its rights on whole tables.

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
SET search_path = public;

DROP FUNCTION app.close_database(), app.is_shared(), app.other_logins(), app.everybody_may(text), app.open_functions();

SELECT app.let_service('activities', 'DELETE');
SELECT app.let_service('credentials', 'DELETE');
SELECT app.let_service('job_runs', 'DELETE');
SELECT app.let_service('partner_connections', 'DELETE');
SELECT app.let_service('session_links', 'DELETE');
SELECT app.let_service('session_seats', 'DELETE');
-- Rights stand in the order in which they were given: the service's first.
REVOKE SELECT ON push_notification_tokens, subscription_transactions FROM authenticated;
SELECT app.let_service('ai_generation_logs', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('push_notification_tokens', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('subscription_transactions', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
SELECT app.let_service('survey_baseline', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');
GRANT SELECT ON push_notification_tokens, subscription_transactions TO authenticated;

DO $numbers$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND c.relowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO game_service', found.name);
    END LOOP;
END
$numbers$;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0012_accounts.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 12;
RESET ROLE;

-- Back to before 0012. Old logins stay; what was counted, kept for retries or noted in the new way is forgotten.

SET ROLE game_owner;
SET search_path = public;

DO $vacuum$
DECLARE
    private text;
BEGIN
    FOREACH private IN ARRAY ARRAY[
        'survey_submissions', 'survey_progress', 'credentials', 'one_time_tokens', 'partner_connections', 'remembered_partners',
        'push_notification_tokens', 'mail_outbox', 'idempotency_keys', 'erased_people', 'session_links', 'users', 'profiles',
        'anonymous_sessions', 'logins', 'sessions', 'session_seats', 'user_activity_history', 'compatibility_results',
        'subscription_transactions', 'ai_generation_logs'
    ] LOOP
        EXECUTE format('ALTER TABLE %I RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)', private);
    END LOOP;
END
$vacuum$;

DROP FUNCTION app.has_sealed(uuid, text);

CREATE OR REPLACE FUNCTION app.forget_anonymous_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM profiles WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM survey_progress WHERE anonymous_session_id = OLD.session_id;
    DELETE FROM user_activity_history WHERE anonymous_session_id = OLD.session_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.delete_deserted_session() RETURNS trigger
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
DROP FUNCTION app.known_rules(jsonb);

CREATE OR REPLACE FUNCTION app.empty_seat_of_erased() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.actor := 'former';
    NEW.display_name := NULL;
    RETURN NEW;
END
$$;

DROP INDEX idx_session_seats_actor;
DROP TRIGGER users_note_erased ON users;
DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
CREATE OR REPLACE FUNCTION app.note_erased_person() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO erased_people (person)
    VALUES (CASE TG_TABLE_NAME WHEN 'users' THEN 'user:' || (to_jsonb(OLD) ->> 'id')
                               ELSE 'anon:' || (to_jsonb(OLD) ->> 'session_id') END)
    ON CONFLICT (person) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_note_erased AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION app.note_erased_person();
CREATE TRIGGER anonymous_sessions_note_erased AFTER DELETE ON anonymous_sessions
    FOR EACH ROW EXECUTE FUNCTION app.note_erased_person();
DROP POLICY "The service may update" ON erased_people;
REVOKE UPDATE ON erased_people FROM game_service;
ALTER TABLE erased_people DROP COLUMN rooms, DROP COLUMN mailbox;

DROP TABLE key_store;
ALTER TABLE mail_outbox DROP COLUMN about;
ALTER TABLE anonymous_sessions DROP COLUMN token_used_at;

DELETE FROM idempotency_keys;
DROP INDEX idx_idempotency_keys_person;
ALTER TABLE idempotency_keys DROP COLUMN person;

DROP TABLE login_attempts;
ALTER TABLE logins DROP COLUMN generation, DROP COLUMN issued_at, DROP COLUMN used_at, DROP COLUMN earlier;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0011_readings.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 11;
RESET ROLE;

-- Back to before 0011: what is shown comes from the results themselves, which are computed anew.

SET ROLE game_owner;
SET search_path = public;

ALTER POLICY "Users can SELECT requests to their confirmed e-mail" ON partner_connections
    USING (
        status = 'pending' AND recipient_user_id IS NULL AND expires_at > now()
        AND lower(recipient_email) = (
            SELECT lower(u.email) FROM users u WHERE u.id = (SELECT app.uid()) AND u.email_confirmed_at IS NOT NULL
        )
    );
DROP TABLE blocked_people;
DROP FUNCTION app.raise_limits_rev_of_apart();

DELETE FROM compatibility_results;
DROP FUNCTION app.keep_compatibility(integer, integer, jsonb, timestamptz);
DROP FUNCTION app.settle_reading(integer, integer, timestamptz);
DROP FUNCTION app.is_reading_due(integer, integer, timestamptz);
DROP FUNCTION app.have_started_since(uuid, uuid, timestamptz);

CREATE FUNCTION app.played_since(one uuid, other uuid, since timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat <> a.seat
        WHERE a.user_id = one AND b.user_id = other AND greatest(a.joined_at, b.joined_at) > since
          AND a.joined_at IS NOT NULL AND b.joined_at IS NOT NULL
    )
$$;

CREATE FUNCTION app.shown_of(result compatibility_results, one uuid, other uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE WHEN app.played_since(one, other, result.computed_at)
        THEN result.details -> 'now' ELSE result.details -> 'shown' END
$$;

CREATE FUNCTION app.common_items(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(item ORDER BY place), '[]')
    FROM jsonb_array_elements(one) WITH ORDINALITY AS items (item, place)
    WHERE jsonb_typeof(other) = 'array' AND other @> jsonb_build_array(item)
$$;

CREATE FUNCTION app.yeses(scores jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(
        jsonb_object_agg(key, CASE WHEN key = 'openness_score' THEN value
                                   WHEN value::numeric >= 0.7 THEN '1.0' ELSE '0.0' END), '{}')
    FROM jsonb_each(scores)
$$;

CREATE OR REPLACE FUNCTION app.partner_profile(partner uuid) RETURNS jsonb
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
        'activities', CASE
            WHEN theirs.id IS NULL THEN NULL
            WHEN u.profile_sharing_setting = 'all_responses' THEN app.yeses(theirs.activities)
            WHEN u.profile_sharing_setting = 'overlapping_only'
                THEN app.common_items(shown.result -> 'overlap' -> 'activities', r.details -> 'now' -> 'overlap' -> 'activities')
        END,
        'truth_topics', CASE
            WHEN theirs.id IS NULL THEN NULL
            WHEN u.profile_sharing_setting = 'all_responses' THEN app.yeses(theirs.truth_topics)
            WHEN u.profile_sharing_setting = 'overlapping_only'
                THEN app.common_items(shown.result -> 'overlap' -> 'topics', r.details -> 'now' -> 'overlap' -> 'topics')
        END,
        'domain_scores', CASE WHEN u.profile_sharing_setting = 'all_responses' THEN theirs.domain_scores END,
        'power_dynamic', CASE WHEN u.profile_sharing_setting = 'all_responses' THEN theirs.power_dynamic END,
        'computed', r.details IS NOT NULL
    )
    FROM users u
    LEFT JOIN profiles mine ON mine.user_id = app.uid()
    LEFT JOIN profiles theirs ON theirs.user_id = u.id AND theirs.profile_version <> 'neutral'
    LEFT JOIN compatibility_results r
        ON r.profile_a_id = least(mine.id, theirs.id) AND r.profile_b_id = greatest(mine.id, theirs.id)
    LEFT JOIN LATERAL (SELECT app.shown_of(r, app.uid(), u.id) AS result WHERE r.id IS NOT NULL) AS shown ON true
    WHERE u.id = partner AND app.is_connected(partner)
$$;

CREATE OR REPLACE FUNCTION app.partner_compatibility(partner uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT jsonb_build_object(
        'sharing', u.profile_sharing_setting,
        'result', CASE WHEN u.profile_sharing_setting <> 'demographics_only' THEN jsonb_build_object(
            'score', shown.result -> 'score',
            'interpretation', shown.result -> 'interpretation',
            'breakdown', shown.result -> 'breakdown',
            'mutual_activities',
            app.common_items(shown.result -> 'mutual_activities', r.details -> 'now' -> 'mutual_activities'),
            'mutual_truth_topics',
            app.common_items(shown.result -> 'mutual_truth_topics', r.details -> 'now' -> 'mutual_truth_topics')
        ) END,
        'computed', r.details IS NOT NULL
    )
    FROM users u
    LEFT JOIN profiles mine ON mine.user_id = app.uid()
    LEFT JOIN profiles theirs ON theirs.user_id = u.id
    LEFT JOIN compatibility_results r
        ON r.profile_a_id = least(mine.id, theirs.id) AND r.profile_b_id = greatest(mine.id, theirs.id)
    LEFT JOIN LATERAL (SELECT app.shown_of(r, app.uid(), u.id) AS result WHERE r.id IS NOT NULL) AS shown ON true
    WHERE u.id = partner AND app.is_connected(partner)
$$;

DROP FUNCTION app.reading_with(uuid);
GRANT EXECUTE ON FUNCTION app.shown_of(compatibility_results, uuid, uuid), app.played_since(uuid, uuid, timestamptz)
    TO game_service;

CREATE FUNCTION app.keep_compatibility(a integer, b integer, result jsonb, answered integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    one uuid;
    other uuid;
    before jsonb;
    shown jsonb;
    anew jsonb;
    details jsonb;
BEGIN
    -- Whoever is erased, or ends the connection, at this moment goes first or waits: nothing of a pair outlives it.
    SELECT p.user_id INTO one FROM profiles p WHERE p.id = a FOR KEY SHARE;
    SELECT p.user_id INTO other FROM profiles p WHERE p.id = b FOR KEY SHARE;
    PERFORM FROM partner_connections c
    WHERE c.status = 'accepted' AND ((c.requester_user_id = one AND c.recipient_user_id = other)
        OR (c.requester_user_id = other AND c.recipient_user_id = one))
    FOR SHARE;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    SELECT r.details, r.details -> CASE WHEN EXISTS (
            SELECT FROM session_seats s JOIN session_seats t ON t.session_id = s.session_id AND t.seat <> s.seat
            WHERE s.user_id = one AND t.user_id = other AND greatest(s.joined_at, t.joined_at) > r.computed_at
              AND s.joined_at IS NOT NULL AND t.joined_at IS NOT NULL
        ) THEN 'now' ELSE 'shown' END
    INTO before, shown
    FROM compatibility_results r WHERE r.profile_a_id = a AND r.profile_b_id = b;

    IF shown IS NULL THEN
        details := jsonb_build_object('now', result, 'shown', result, 'answered', '[]'::jsonb);
    ELSE
        anew := CASE WHEN shown = before -> 'shown' THEN coalesce(before -> 'answered', '[]') ELSE '[]' END;
        IF answered IS NOT NULL AND NOT anew @> to_jsonb(answered) THEN
            anew := anew || to_jsonb(answered);
        END IF;
        details := CASE WHEN jsonb_array_length(anew) = 2
            THEN jsonb_build_object('now', result, 'shown', result, 'answered', '[]'::jsonb)
            ELSE jsonb_build_object('now', result, 'shown', shown, 'answered', anew) END;
    END IF;

    INSERT INTO compatibility_results AS r (profile_a_id, profile_b_id, compatibility_score, power_complement,
        domain_similarity, activity_overlap, truth_overlap, details, computed_at)
    VALUES (a, b, (result ->> 'score')::double precision, (result -> 'raw' ->> 'power_complement')::double precision,
        (result -> 'raw' ->> 'domain_similarity')::double precision,
        (result -> 'raw' ->> 'activity_overlap')::double precision,
        (result -> 'raw' ->> 'truth_overlap')::double precision, details, clock_timestamp())
    ON CONFLICT (profile_a_id, profile_b_id) DO UPDATE SET compatibility_score = excluded.compatibility_score,
        power_complement = excluded.power_complement, domain_similarity = excluded.domain_similarity,
        activity_overlap = excluded.activity_overlap, truth_overlap = excluded.truth_overlap,
        details = excluded.details, computed_at = excluded.computed_at;
END
$$;

CREATE OR REPLACE FUNCTION app.survey_standing(whose uuid, nameless text, version text) RETURNS jsonb
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
                'hard_limits', coalesce(p.boundaries -> 'hard_limits', '[]')
            ))), '[]')
            FROM jsonb_each(seen -> 'partners') AS partner
            JOIN profiles p ON p.user_id = partner.key::uuid AND p.profile_version <> 'neutral'
        )
    );
END
$$;

CREATE OR REPLACE FUNCTION app.write_submission(item jsonb, OUT profile_id integer, OUT made timestamptz, OUT moved timestamptz)
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
            activity_tags)
        VALUES (whose, nameless, whose IS NULL, submission, item ->> 'version', item ->> 'version',
            columns -> 'power_dynamic', columns -> 'arousal_propensity', columns -> 'domain_scores',
            columns -> 'activities', columns -> 'truth_topics', columns -> 'boundaries', columns -> 'anatomy',
            columns -> 'activity_tags')
        RETURNING p.id, p.created_at, p.updated_at INTO profile_id, made, moved;
    ELSE
        UPDATE profiles p
        SET submission_id = submission, profile_version = item ->> 'version', survey_version = item ->> 'version',
            power_dynamic = columns -> 'power_dynamic', arousal_propensity = columns -> 'arousal_propensity',
            domain_scores = columns -> 'domain_scores', activities = columns -> 'activities',
            truth_topics = columns -> 'truth_topics', boundaries = columns -> 'boundaries',
            anatomy = columns -> 'anatomy', activity_tags = columns -> 'activity_tags'
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
        fit -> 'result', profile_id
    ) FROM jsonb_array_elements(item -> 'fits') AS fit;
END
$$;

GRANT EXECUTE ON FUNCTION app.keep_compatibility(integer, integer, jsonb, integer) TO game_service;

DROP TABLE compatibility_readings;
ALTER TABLE profiles DROP COLUMN answered;

CREATE FUNCTION app.connected_profile_ids() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT p.id
    FROM partner_connections c
    JOIN profiles p
      ON p.user_id = CASE WHEN c.requester_user_id = app.uid() THEN c.recipient_user_id ELSE c.requester_user_id END
    WHERE c.status = 'accepted' AND app.uid() IN (c.requester_user_id, c.recipient_user_id)
$$;

GRANT EXECUTE ON FUNCTION app.connected_profile_ids() TO authenticated;
GRANT SELECT (id, profile_a_id, profile_b_id, compatibility_score, power_complement, domain_similarity,
              activity_overlap, truth_overlap, created_at)
    ON compatibility_results TO authenticated;
CREATE POLICY "Users can SELECT their compatibility with a partner" ON compatibility_results FOR SELECT TO authenticated
    USING (
        (profile_a_id IN (SELECT p.id FROM profiles p) AND profile_b_id IN (SELECT app.connected_profile_ids()))
        OR (profile_b_id IN (SELECT p.id FROM profiles p) AND profile_a_id IN (SELECT app.connected_profile_ids()))
    );

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0010_asked.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 10;
RESET ROLE;

-- `asked` stays in profiles.boundaries: the code before does not read it, and going forward again must not lose it.

SET ROLE game_owner;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0009_recheck.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 9;
RESET ROLE;

-- Back to before 0009: a change of limits was told by the process that took it.

SET ROLE game_owner;

-- The log, the replies, and what the log derives into the session's row. The session's end clears what a guest told.
CREATE OR REPLACE FUNCTION app.write_rooms(won app.room_command[]) RETURNS void
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
        partner_anonymous_name = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_name END,
        partner_anonymous_anatomy = CASE WHEN c.session ->> 'completed_at' IS NULL THEN s.partner_anonymous_anatomy END,
        last_active_at = now()
    FROM unnest(won) c
    WHERE s.session_id = c.session_id AND c.session IS NOT NULL;
END
$$;

DROP TRIGGER session_seats_raise_limits_rev ON session_seats;
DROP FUNCTION app.raise_limits_rev_of_seat();

DROP TRIGGER profiles_raise_limits_rev ON profiles;
CREATE TRIGGER profiles_raise_limits_rev AFTER UPDATE OF boundaries, activities, anatomy ON profiles
    FOR EACH ROW WHEN (
        (OLD.boundaries, OLD.activities, OLD.anatomy) IS DISTINCT FROM (NEW.boundaries, NEW.activities, NEW.anatomy)
    ) EXECUTE FUNCTION app.raise_limits_rev();

ALTER TABLE sessions DROP COLUMN checked_rev, DROP COLUMN at_limit;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0008_lean_commit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 8;
RESET ROLE;

-- Back to before 0008: the room's commit as 0005 had it.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.note_played(app.room_command[]);
DROP FUNCTION app.write_accounts(app.room_command[]);
DROP FUNCTION app.write_feedback(app.room_command[]);
DROP FUNCTION app.write_cards(app.room_command[]);
DROP FUNCTION app.write_rooms(app.room_command[]);
DROP TYPE app.room_verdict;
DROP TYPE app.room_command;

-- One row a command of the batch: `outcome` is won, replied (with the first reply's seq and hash), fenced, head, limits,
-- charge or card; `head` is the log's head as this transaction sees it.
CREATE FUNCTION app.append_commands(batch jsonb)
RETURNS TABLE (i integer, outcome text, seq integer, body_hash text, head integer)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    verdicts jsonb;
    won jsonb;
BEGIN
    PERFORM FROM sessions s
    WHERE s.session_id IN (SELECT x ->> 'session_id' FROM jsonb_array_elements(batch) x)
    ORDER BY s.session_id FOR UPDATE;
    PERFORM FROM users u
    WHERE u.id IN (SELECT (x -> 'account' ->> 'user_id')::uuid FROM jsonb_array_elements(batch) x)
    ORDER BY u.id FOR UPDATE;
    PERFORM FROM anonymous_sessions a
    WHERE a.session_id IN (SELECT x -> 'account' ->> 'anonymous_session_id' FROM jsonb_array_elements(batch) x)
    ORDER BY a.session_id FOR UPDATE;

    SELECT jsonb_agg(jsonb_build_object('i', v.i, 'outcome', v.outcome, 'seq', v.seq, 'hash', v.hash, 'head', v.head))
    INTO verdicts
    FROM (
        SELECT c.i, r.seq, encode(r.body_hash, 'hex') AS hash, s.head,
            CASE
                WHEN r.session_id IS NOT NULL THEN 'replied'
                WHEN c.fence IS NOT NULL AND c.fence IS DISTINCT FROM seat.fence THEN 'fenced'
                WHEN s.head IS DISTINCT FROM c.expected THEN 'head'
                WHEN c.limits_rev IS NOT NULL AND s.limits_rev IS DISTINCT FROM c.limits_rev THEN 'limits'
                WHEN c.card IS NOT NULL AND NOT EXISTS (
                    SELECT FROM activities a WHERE a.activity_id = c.card AND a.approved AND a.is_active
                ) THEN 'card'
                WHEN (c.charge ->> 'day') IS NOT NULL AND NOT coalesce((
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
        FROM jsonb_to_recordset(batch) AS c (
            i integer, session_id text, expected integer, seat text, fence bigint, limits_rev integer,
            card integer, charge jsonb, account jsonb, command_id uuid
        )
        LEFT JOIN sessions s ON s.session_id = c.session_id
        LEFT JOIN session_seats seat ON seat.session_id = c.session_id AND seat.seat = c.seat
        LEFT JOIN session_replies r ON r.session_id = c.session_id AND r.command_id = c.command_id
    ) AS v;

    SELECT jsonb_agg(x) INTO won
    FROM jsonb_array_elements(batch) x, jsonb_array_elements(verdicts) v
    WHERE v ->> 'outcome' = 'won' AND v -> 'i' = x -> 'i';
    IF won IS NOT NULL THEN
        PERFORM app.write_commands(won);
    END IF;

    RETURN QUERY
    SELECT v.i, v.outcome, v.seq, v.hash, v.head
    FROM jsonb_to_recordset(verdicts) AS v (i integer, outcome text, seq integer, hash text, head integer);
END
$$;

-- Everything a batch of winners writes: log, replies, the session's row, the turn log, histories, counts. Called by
-- append_commands under its locks. In plpgsql, where plans are kept; they are made while tables may still be small, so
-- scans of whole tables are forbidden. In plpgsql, because only there are plans kept.
CREATE FUNCTION app.write_commands(won jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    midnight timestamptz := app.utc_midnight();
BEGIN
    INSERT INTO session_events (session_id, seq, at, type, seat, event, cause)
    SELECT x ->> 'session_id', (ev ->> 'seq')::integer, (ev ->> 'at')::timestamptz, ev ->> 'type', ev ->> 'seat',
        ev -> 'event', nullif(ev -> 'cause', 'null')
    FROM jsonb_array_elements(won) x, jsonb_array_elements(x -> 'events') ev;

    INSERT INTO session_replies (session_id, command_id, body_hash, seq)
    SELECT x ->> 'session_id', (x ->> 'command_id')::uuid, decode(x ->> 'body_hash', 'hex'), (x ->> 'reply_seq')::integer
    FROM jsonb_array_elements(won) x WHERE x ->> 'command_id' IS NOT NULL;

    UPDATE sessions s
    SET head = (x ->> 'head')::integer,
        status = x -> 'session' ->> 'status',
        intimacy_level = (x -> 'session' ->> 'level')::intimacy_level_enum,
        rating = x -> 'session' ->> 'level',
        skip_count = (x -> 'session' ->> 'skip_count')::integer,
        truth_so_far = (x -> 'session' ->> 'truth')::integer,
        dare_so_far = (x -> 'session' ->> 'dare')::integer,
        current_step = (x -> 'session' ->> 'step')::integer,
        connection_confirmed_at = coalesce(s.connection_confirmed_at, (x -> 'session' ->> 'confirmed_at')::timestamptz),
        completed_at = coalesce(s.completed_at, (x -> 'session' ->> 'completed_at')::timestamptz),
        partner_anonymous_name = CASE WHEN x -> 'session' ->> 'completed_at' IS NULL THEN s.partner_anonymous_name END,
        partner_anonymous_anatomy = CASE WHEN x -> 'session' ->> 'completed_at' IS NULL THEN s.partner_anonymous_anatomy END,
        last_active_at = now()
    FROM jsonb_array_elements(won) x
    WHERE s.session_id = x ->> 'session_id' AND x -> 'session' <> 'null';

    DELETE FROM session_activities t
    USING jsonb_array_elements(won) x
    WHERE t.session_id = x ->> 'session_id' AND t.seq = (x ->> 'drop_turn')::integer;

    INSERT INTO session_activities
        (session_id, seq, activity_id, type, rating, intensity, script, tags, roles, source, template_id, checks)
    SELECT x ->> 'session_id', (t ->> 'seq')::integer, (t ->> 'activity_id')::integer, t ->> 'type', t ->> 'rating',
        (t ->> 'intensity')::integer, t -> 'script', t -> 'tags', t -> 'roles', t ->> 'source',
        (t ->> 'activity_id')::integer, t -> 'checks'
    FROM jsonb_array_elements(won) x, LATERAL (SELECT x -> 'turn' AS t) AS turn
    WHERE t <> 'null'
    ON CONFLICT (session_id, seq) DO UPDATE SET
        activity_id = excluded.activity_id, type = excluded.type, rating = excluded.rating,
        intensity = excluded.intensity, script = excluded.script, tags = excluded.tags, roles = excluded.roles,
        source = excluded.source, template_id = excluded.template_id, checks = excluded.checks, created_at = now();

    UPDATE user_activity_history h
    SET was_skipped = true
    FROM jsonb_array_elements(won) x
    WHERE h.session_id = x ->> 'session_id' AND h.turn = (x ->> 'skipped_turn')::integer AND NOT h.was_skipped
        AND NOT EXISTS (
            SELECT FROM user_activity_history later
            WHERE later.session_id = h.session_id AND later.turn = h.turn AND later.id > h.id
                AND later.user_id IS NOT DISTINCT FROM h.user_id
                AND later.anonymous_session_id IS NOT DISTINCT FROM h.anonymous_session_id
        );

    -- Whose history it is, the seats say now: a guest has none, and whoever was erased meanwhile has none any more.
    INSERT INTO user_activity_history
        (user_id, anonymous_session_id, session_id, activity_id, activity_type, presented_at, theme_tags, turn)
    SELECT seat.user_id, seat.anonymous_session_id, x ->> 'session_id', (h ->> 'activity_id')::integer,
        (h ->> 'type')::activity_type_enum, (h ->> 'at')::timestamptz, h -> 'themes', (h ->> 'turn')::integer
    FROM jsonb_array_elements(won) x, LATERAL (SELECT x -> 'shown' AS h) AS shown, session_seats seat
    WHERE h <> 'null' AND seat.session_id = x ->> 'session_id'
        AND num_nonnulls(seat.user_id, seat.anonymous_session_id) = 1;

    UPDATE user_activity_history h
    SET feedback_type = (f ->> 'feedback')::feedback_type_enum, feedback_executed = (f ->> 'executed')::boolean
    FROM jsonb_array_elements(won) x, LATERAL (SELECT x -> 'feedback' AS f) AS given, session_seats seat
    WHERE f <> 'null' AND seat.session_id = x ->> 'session_id' AND seat.seat = f ->> 'seat'
        AND h.id = (
            SELECT max(last.id) FROM user_activity_history last
            WHERE last.session_id = x ->> 'session_id' AND last.turn = (f ->> 'turn')::integer AND NOT last.was_skipped
                AND (last.user_id = seat.user_id OR last.anonymous_session_id = seat.anonymous_session_id)
        );

    UPDATE users u
    SET daily_activity_count = CASE WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_count ELSE 0 END + 1,
        daily_activity_reset_at = CASE
            WHEN u.daily_activity_reset_at >= midnight THEN u.daily_activity_reset_at ELSE now() END
    FROM jsonb_array_elements(won) x
    WHERE u.id = (x -> 'account' ->> 'user_id')::uuid AND x -> 'charge' ->> 'day' IS NOT NULL;

    UPDATE anonymous_sessions n
    SET daily_activity_count = CASE WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_count ELSE 0 END + 1,
        daily_activity_reset_at = CASE
            WHEN n.daily_activity_reset_at >= midnight THEN n.daily_activity_reset_at ELSE now() END
    FROM jsonb_array_elements(won) x
    WHERE n.session_id = x -> 'account' ->> 'anonymous_session_id' AND x -> 'charge' ->> 'day' IS NOT NULL;

    -- A turn given back counts only on the day it was charged, and never below nothing.
    UPDATE users u
    SET daily_activity_count = greatest(0, u.daily_activity_count - 1)
    FROM jsonb_array_elements(won) x
    WHERE u.id = (x -> 'account' ->> 'user_id')::uuid AND u.daily_activity_reset_at >= midnight
        AND (x ->> 'given_back')::date = (now() AT TIME ZONE 'UTC')::date;

    UPDATE anonymous_sessions n
    SET daily_activity_count = greatest(0, n.daily_activity_count - 1)
    FROM jsonb_array_elements(won) x
    WHERE n.session_id = x -> 'account' ->> 'anonymous_session_id' AND n.daily_activity_reset_at >= midnight
        AND (x ->> 'given_back')::date = (now() AT TIME ZONE 'UTC')::date;

    -- The people a finished game was played with move to the top of each other's lists.
    UPDATE remembered_partners p
    SET last_played_at = now()
    FROM jsonb_array_elements(won) x
    JOIN session_seats a ON a.session_id = x ->> 'session_id' AND a.seat = 'A'
    JOIN session_seats b ON b.session_id = x ->> 'session_id' AND b.seat = 'B'
    WHERE x -> 'session' ->> 'completed_at' IS NOT NULL AND (x -> 'session' ->> 'step')::integer > 0
        AND ((p.user_id = a.user_id AND p.partner_user_id = b.user_id)
            OR (p.user_id = b.user_id AND p.partner_user_id = a.user_id));
END
$$;

GRANT EXECUTE ON FUNCTION app.append_commands(jsonb) TO game_service;
GRANT EXECUTE ON FUNCTION app.write_commands(jsonb) TO game_service;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0007_submit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 7;
RESET ROLE;

-- Back to before 0007: a survey is handed in statement by statement.

SET ROLE game_owner;

DROP FUNCTION app.submit_surveys(jsonb);
DROP FUNCTION app.write_submission(jsonb);
DROP FUNCTION app.survey_standing(uuid, text, text);
DROP FUNCTION app.submission_rests_on(uuid, text, text);
DROP FUNCTION app.keep_compatibility(integer, integer, jsonb, integer);

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0006_profiles.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 6;
RESET ROLE;

-- Back to before 0006: no partner's view of a profile, no compatibility by pair, no note of who was erased.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
DROP TRIGGER users_note_erased ON users;
DROP FUNCTION app.note_erased_person();
DROP TABLE erased_people;
DROP INDEX idx_survey_progress_open;
DROP FUNCTION app.abandon_old_surveys(integer);
DROP FUNCTION app.partner_compatibility(uuid);
DROP FUNCTION app.partner_profile(uuid);
DROP FUNCTION app.yeses(jsonb);
DROP FUNCTION app.common_items(jsonb, jsonb);
DROP FUNCTION app.shown_of(compatibility_results, uuid, uuid);
DROP FUNCTION app.played_since(uuid, uuid, timestamptz);
DROP FUNCTION app.is_connected(uuid);
DROP TRIGGER partner_connections_delete_compatibility ON partner_connections;
DROP FUNCTION app.delete_compatibility_of_pair();
ALTER TABLE compatibility_results DROP COLUMN computed_at, DROP CONSTRAINT compatibility_results_one_a_pair;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0005_room_commit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 5;
RESET ROLE;

-- Back to before 0005: the room's commit and the turn of a history row.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.write_commands(jsonb);
DROP FUNCTION app.used_today(integer, timestamptz);
ALTER TABLE public.user_activity_history DROP COLUMN turn;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0004_access.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 4;
RESET ROLE;

-- Takes back 0004: policies, grants and row-level security. Until it is applied again only the owner reads anything.

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

DROP FUNCTION app.connected_profile_ids();
DROP FUNCTION app.let_service(regclass, text[]);
DROP FUNCTION app.seal(regclass);

REVOKE USAGE ON SCHEMA app FROM authenticated, anon, game_service;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0003_rooms_and_accounts.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 3;
RESET ROLE;

-- Takes back 0003: rooms' logs, the server's own accounts and books, and the columns it added.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE job_runs;
DROP TABLE idempotency_keys;
DROP TABLE mail_outbox;

DROP TRIGGER activities_raise_bank_revision ON activities;
DROP FUNCTION app.raise_bank_revision();
DROP TABLE bank_revision;

ALTER TABLE partner_connections
    DROP COLUMN session_id,
    DROP COLUMN recipient_accepted_at,
    DROP COLUMN requester_accepted_at,
    DROP COLUMN claimed_at,
    DROP COLUMN words;

DROP TABLE session_links;
DROP TABLE session_replies;
DROP TABLE session_events;
DROP FUNCTION app.refuse_change_of_log();

DROP TRIGGER profiles_raise_limits_rev ON profiles;
DROP FUNCTION app.raise_limits_rev();

DROP TABLE session_seats;
DROP FUNCTION app.delete_deserted_session();
DROP FUNCTION app.empty_seat_of_erased();

DROP INDEX idx_sessions_open;
ALTER TABLE sessions
    DROP COLUMN last_active_at,
    DROP COLUMN limits_rev,
    DROP COLUMN head,
    DROP COLUMN epoch;

DROP TABLE one_time_tokens;
DROP TABLE logins;
DROP TABLE credentials;

DROP FUNCTION reset_daily_activity_counts();

ALTER TABLE anonymous_sessions
    DROP COLUMN daily_activity_reset_at,
    DROP COLUMN daily_activity_count,
    DROP COLUMN revoked_at,
    DROP COLUMN token_version,
    DROP COLUMN adult_confirmed_at,
    DROP COLUMN profile_completed,
    DROP COLUMN demographics,
    DROP COLUMN display_name;

ALTER TABLE users
    DROP COLUMN adult_confirmed_at,
    DROP COLUMN email_confirmed_at;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0002_schema.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 2;
RESET ROLE;

-- Takes back 0002: the game's tables with all they hold, then what they were made of.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION set_anonymous_session_context(text);
DROP FUNCTION cleanup_old_anonymous_sessions(integer);
DROP FUNCTION check_daily_activity_limit(uuid, integer);
DROP FUNCTION get_excluded_activities_for_user(uuid, text);
DROP FUNCTION expire_pending_connections();

DROP TABLE compatibility_results;
DROP TABLE survey_baseline;
DROP TABLE subscription_transactions;
DROP TABLE ai_generation_logs;
DROP TABLE user_activity_history;
DROP TABLE session_activities;
DROP TABLE sessions;
DROP TABLE activities;
DROP TABLE push_notification_tokens;
DROP TABLE remembered_partners;
DROP TABLE partner_connections;
DROP TABLE anonymous_sessions;
DROP TABLE profiles;
DROP TABLE survey_submissions;
DROP TABLE survey_progress;
DROP TABLE users;

DROP FUNCTION app.forget_anonymous_session();
DROP FUNCTION app.rating_follows_level();
DROP FUNCTION enforce_remembered_partners_limit();
DROP FUNCTION app.keep_former_partner();
DROP FUNCTION app.delete_profile_submission();
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
