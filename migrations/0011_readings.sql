-- What two connected people are shown of how they fit, from one stored reading a pair; and whom somebody has blocked.
--
-- A reading holds what both said yes to, and what each said yes to for a partner with whom that is shared. It is made when
-- there is none, when the second of the two has answered anew, or when a game both sat in has started; at most once in 24
-- hours. It outlives the connection, so that nobody gets another by ending and making it again, and goes with either person.
-- The exact result of two profiles stays in `compatibility_results`, for the server only.

SET ROLE game_owner;
SET search_path = public;

-- Which questions somebody has answered: a score of 0 does not tell. NULL: handed in before this was kept.
ALTER TABLE profiles ADD COLUMN answered jsonb;

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
SELECT app.seal('compatibility_readings');
SELECT app.let_service('compatibility_readings', 'SELECT', 'INSERT', 'UPDATE');

-- Pairs that were shown something before: what they had been shown, as far as both still say yes to it, is their reading, and
-- it takes new answers of both, or a new game, to get another.
CREATE FUNCTION app.old_side(p profiles) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT jsonb_build_object(
        'yes', (SELECT coalesce(jsonb_agg(key), '[]') FROM jsonb_each(p.activities) WHERE value::numeric >= 0.7),
        'topics', (SELECT coalesce(jsonb_agg(key), '[]') FROM jsonb_each(p.truth_topics)
                   WHERE key <> 'openness_score' AND value::numeric >= 0.7),
        'power', CASE WHEN (p.power_dynamic ->> 'top_score')::numeric > 0 OR (p.power_dynamic ->> 'bottom_score')::numeric > 0
            THEN jsonb_build_object('orientation', p.power_dynamic -> 'orientation', 'preference',
                p.power_dynamic -> 'preference', 'confidence_band', p.power_dynamic -> 'confidence_band') END
    )
$$;
INSERT INTO compatibility_readings (profile_a_id, profile_b_id, submission_a, submission_b, reading)
SELECT r.profile_a_id, r.profile_b_id, a.submission_id, b.submission_id, jsonb_build_object(
    'a', app.old_side(a),
    'b', app.old_side(b),
    'overlap', coalesce(same.keys, '[]'),
    'mutual', coalesce(same.entries, '[]'),
    'mutual_topics', coalesce(topics.keys, '[]'),
    'enough', (
        SELECT count(*) >= 20 FROM jsonb_each(a.activities || (a.truth_topics - 'openness_score')) AS one
        WHERE (one.value::numeric > 0 OR a.boundaries -> 'declined' ? one.key)
          AND (coalesce((b.activities || b.truth_topics ->> one.key)::numeric, 0) > 0 OR b.boundaries -> 'declined' ? one.key)
    )
)
FROM compatibility_results r
JOIN profiles a ON a.id = r.profile_a_id AND a.profile_version <> 'neutral'
JOIN profiles b ON b.id = r.profile_b_id AND b.profile_version <> 'neutral'
CROSS JOIN LATERAL (
    SELECT jsonb_agg(key) AS keys, jsonb_agg(jsonb_build_object('key', key, 'gives', 'both')) AS entries
    FROM jsonb_array_elements_text(r.details -> 'shown' -> 'mutual_activities') AS key
    WHERE (a.activities ->> key)::numeric >= 0.7 AND (b.activities ->> key)::numeric >= 0.7
) AS same
CROSS JOIN LATERAL (
    SELECT jsonb_agg(key) AS keys
    FROM jsonb_array_elements_text(r.details -> 'shown' -> 'mutual_truth_topics') AS key
    WHERE (a.truth_topics ->> key)::numeric >= 0.7 AND (b.truth_topics ->> key)::numeric >= 0.7
) AS topics
WHERE r.details ? 'shown' AND r.profile_a_id < r.profile_b_id;
DROP FUNCTION app.old_side(profiles);
UPDATE compatibility_results SET details = jsonb_build_object('now', details -> 'now') WHERE details ? 'now';

-- The exact result is the server's alone.
DROP POLICY "Users can SELECT their compatibility with a partner" ON compatibility_results;
REVOKE ALL ON compatibility_results FROM authenticated, anon;
DROP FUNCTION app.connected_profile_ids();

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

-- Keep how well a pair fits, the lower profile id first: `details` is {now, submission_a, submission_b}. A reading that was due
-- before is made of what stood before. The pair is locked.
DROP FUNCTION app.keep_compatibility(integer, integer, jsonb, integer);
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

-- As before, with what a reading needs to know of a partner.
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
                'hard_limits', coalesce(p.boundaries -> 'hard_limits', '[]'),
                'declined_items', coalesce(p.boundaries -> 'declined', '[]'), 'answered', p.answered
            ))), '[]')
            FROM jsonb_each(seen -> 'partners') AS partner
            JOIN profiles p ON p.user_id = partner.key::uuid AND p.profile_version <> 'neutral'
        )
    );
END
$$;

-- As before, with the questions that were answered.
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

-- What a partner may see. Each is one function that asks about the caller itself; NULL unless connected now. Everything
-- comes from the stored reading, and the sharing setting is that of this moment.

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

CREATE OR REPLACE FUNCTION app.partner_compatibility(partner uuid) RETURNS jsonb
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

DROP FUNCTION app.shown_of(compatibility_results, uuid, uuid);
DROP FUNCTION app.played_since(uuid, uuid, timestamptz);
DROP FUNCTION app.common_items(jsonb, jsonb);
DROP FUNCTION app.yeses(jsonb);

GRANT EXECUTE ON FUNCTION app.have_started_since(uuid, uuid, timestamptz), app.is_reading_due(integer, integer, timestamptz),
    app.settle_reading(integer, integer, timestamptz), app.keep_compatibility(integer, integer, jsonb, timestamptz) TO game_service;

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
SELECT app.seal('blocked_people');
SELECT app.let_service('blocked_people', 'SELECT', 'INSERT', 'DELETE');
GRANT SELECT ON blocked_people TO authenticated;

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
REVOKE ALL ON FUNCTION app.raise_limits_rev_of_apart() FROM PUBLIC;
CREATE POLICY "Users can SELECT whom they blocked" ON blocked_people FOR SELECT TO authenticated
    USING (user_id = (SELECT app.uid()));

-- A request of somebody whom the owner of the address has blocked does not reach them.
ALTER POLICY "Users can SELECT requests to their confirmed e-mail" ON partner_connections
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

RESET search_path;
RESET ROLE;
