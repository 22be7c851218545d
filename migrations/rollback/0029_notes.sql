-- Takes back 0029.

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
    )
$$;

DROP TABLE session_notes;

RESET search_path;
RESET ROLE;
