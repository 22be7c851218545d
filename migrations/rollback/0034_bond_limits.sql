-- Takes back 0034, with every rating and every limit that came of one.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    ) OR EXISTS (
        SELECT FROM session_notes n WHERE n.user_id = owner_user OR n.anonymous_session_id = owner_anonymous
    ) OR EXISTS (SELECT FROM users u WHERE u.id = owner_user AND u.kink_identity IS NOT NULL)
      OR EXISTS (SELECT FROM resources r WHERE r.user_id = owner_user)
      OR EXISTS (SELECT FROM bond_join_requests r WHERE r.user_id = owner_user AND r.message IS NOT NULL)
      OR EXISTS (SELECT FROM submission_state_logs l WHERE l.user_id = owner_user AND l.reason IS NOT NULL)
$$;

DROP TRIGGER follow_members_of_boundaries ON bond_members;
DROP TABLE bond_limit_answers, personal_limits, boundary_ratings, boundaries;
DROP FUNCTION app.note_personal_limits_consent(), app.raise_limits_rev_of_person(), app.hold_my_rooms(),
    app.limits_in_seat(text, text), app.limits_of_members(uuid, uuid[]), app.read_limits(uuid, uuid[]), app.is_mutual(uuid),
    app.ratings_seen(uuid[]), app.begin_unrated(), app.forget_ratings_of_gone(), app.follow_members_of_boundaries(), app.follow_rating(),
    app.derive_boundaries(uuid, uuid, boolean), app.keep_limit_own(), app.keep_rating_own();
DROP TYPE boundary_category_enum, boundary_rating_enum;

RESET search_path;
RESET ROLE;
