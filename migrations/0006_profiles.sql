-- What two connected people may see of each other's profiles. Each view is one function that asks about the caller itself
-- and returns derived things only: never a single answer, a limit, a "maybe" or an inhibition score.
--
-- What rests on both people's answers is shown as it stood when it was last shown to both: when both had first answered,
-- when both have answered anew, or when they last sat down to play together. So nobody learns the other's answers by
-- changing their own and looking again. A yes that was taken back is gone at once.

SET ROLE game_owner;
SET search_path = public;

-- One row a pair, the lower profile id first. `details` is {now, shown, answered}: the result as it is, what the two are
-- shown, and which of the two have answered since.
ALTER TABLE compatibility_results
    ADD CONSTRAINT compatibility_results_one_a_pair UNIQUE (profile_a_id, profile_b_id),
    ADD COLUMN computed_at timestamptz NOT NULL DEFAULT now();

-- It goes with the connection.
CREATE FUNCTION app.delete_compatibility_of_pair() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM compatibility_results r
    USING profiles one, profiles other
    WHERE one.user_id = OLD.requester_user_id AND other.user_id = OLD.recipient_user_id
      AND r.profile_a_id = least(one.id, other.id) AND r.profile_b_id = greatest(one.id, other.id)
      AND NOT EXISTS (
        SELECT FROM partner_connections c
        WHERE c.status = 'accepted'
          AND (c.requester_user_id, c.recipient_user_id) IN (
            (OLD.requester_user_id, OLD.recipient_user_id), (OLD.recipient_user_id, OLD.requester_user_id)
          )
      );
    RETURN NULL;
END
$$;
CREATE TRIGGER partner_connections_delete_compatibility AFTER UPDATE OF status OR DELETE ON partner_connections
    FOR EACH ROW WHEN (OLD.status = 'accepted') EXECUTE FUNCTION app.delete_compatibility_of_pair();

-- Is the caller connected with this person at this moment?
CREATE FUNCTION app.is_connected(partner uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM partner_connections c
        WHERE c.status = 'accepted'
          AND ((c.requester_user_id = app.uid() AND c.recipient_user_id = partner)
            OR (c.requester_user_id = partner AND c.recipient_user_id = app.uid()))
    )
$$;

-- Have these two both sat down in one room since then?
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

-- What a pair is shown of its result at this moment.
CREATE FUNCTION app.shown_of(result compatibility_results, one uuid, other uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE WHEN app.played_since(one, other, result.computed_at)
        THEN result.details -> 'now' ELSE result.details -> 'shown' END
$$;

-- The items of the first list that are in the second, in the first one's order.
CREATE FUNCTION app.common_items(one jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_agg(item ORDER BY place), '[]')
    FROM jsonb_array_elements(one) WITH ORDINALITY AS items (item, place)
    WHERE jsonb_typeof(other) = 'array' AND other @> jsonb_build_array(item)
$$;

-- Scores as a partner may see them: a yes is 1, everything else 0; a maybe is nobody's business.
CREATE FUNCTION app.yeses(scores jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(
        jsonb_object_agg(key, CASE WHEN key = 'openness_score' THEN value
                                   WHEN value::numeric >= 0.7 THEN '1.0' ELSE '0.0' END), '{}')
    FROM jsonb_each(scores)
$$;

-- A partner's profile, as far as their sharing setting goes at this moment; NULL unless connected now. What the setting
-- does not open is null.
CREATE FUNCTION app.partner_profile(partner uuid) RETURNS jsonb
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

-- How well the caller and a partner fit, as both are shown it; NULL unless connected now. `result` is null while there is
-- none, `sharing` is the partner's setting.
CREATE FUNCTION app.partner_compatibility(partner uuid) RETURNS jsonb
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

GRANT EXECUTE ON FUNCTION app.partner_profile(uuid), app.partner_compatibility(uuid) TO authenticated;
GRANT EXECUTE ON FUNCTION app.shown_of(compatibility_results, uuid, uuid), app.played_since(uuid, uuid, timestamptz)
    TO game_service;

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
GRANT EXECUTE ON FUNCTION app.abandon_old_surveys(integer) TO game_service;
CREATE INDEX idx_survey_progress_open ON survey_progress (last_saved_at) WHERE status = 'in_progress';

-- Whoever deletes a person leaves a note, so that their key (outside the database) is deleted too, also when the process
-- that did it dies in between. The note goes with the key.
CREATE TABLE erased_people (
    person text PRIMARY KEY, -- 'user:<uuid>' or 'anon:<id>'
    at timestamptz NOT NULL DEFAULT now()
);
SELECT app.seal('erased_people');
SELECT app.let_service('erased_people', 'SELECT', 'INSERT', 'DELETE');

CREATE FUNCTION app.note_erased_person() RETURNS trigger
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

RESET search_path;
RESET ROLE;
