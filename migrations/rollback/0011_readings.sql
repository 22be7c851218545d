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
