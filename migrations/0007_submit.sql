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
