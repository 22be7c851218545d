-- Takes back 0056: these functions are planned at each call again.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.uid() RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (app.claims() ->> 'sub')::uuid;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.moment() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(nullif(current_setting('app.moment', true), '')::timestamptz, statement_timestamp())
$$;

CREATE OR REPLACE FUNCTION app.my_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

CREATE OR REPLACE FUNCTION app.my_open_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.bond_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id
    WHERE m.user_id = (SELECT app.uid()) AND b.status <> 'dissolved'
$$;

CREATE OR REPLACE FUNCTION app.my_bonds_since() RETURNS TABLE (bond_id uuid, joined_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id, m.joined_at FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

CREATE OR REPLACE FUNCTION app.bond_people(of_bond uuid) RETURNS TABLE (
    id uuid, user_id uuid, display_name text, dynamic_role text, submission_state text, kink_identity jsonb, time_zone text,
    role_in_bond text, joined_at timestamptz, nickname jsonb, safewords jsonb, aftercare_needs jsonb, can_invite boolean,
    can_manage boolean, accepts_from uuid[], read_receipts boolean, presence boolean, paused_at timestamptz,
    dissolve_vote_at timestamptz, version integer, updated_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.id, m.user_id, u.display_name, u.dynamic_role::text, u.submission_state::text, u.kink_identity, u.time_zone,
        m.role_in_bond::text, m.joined_at, m.nickname, m.safewords, m.aftercare_needs, m.can_invite,
        m.can_manage, m.accepts_from, m.read_receipts, m.presence, m.paused_at,
        m.dissolve_vote_at, m.version, m.updated_at
    FROM bond_members m JOIN users u ON u.id = m.user_id
    WHERE m.bond_id = of_bond AND of_bond IN (SELECT app.my_bonds())
    ORDER BY m.joined_at, m.user_id
$$;

CREATE OR REPLACE FUNCTION app.read_limits(of_bond uuid, of_people uuid[]) RETURNS TABLE (
    user_id uuid, profile_version text, boundaries jsonb, activities jsonb, truth_topics jsonb, anatomy jsonb,
    personal_limits text[], words jsonb[], rated text[]
)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT who.id, p.profile_version::text, p.boundaries, p.activities, p.truth_topics, p.anatomy,
        ARRAY(SELECT DISTINCT unnest(l.keys) FROM personal_limits l WHERE l.user_id = who.id),
        ARRAY(
            SELECT l.words FROM personal_limits l
            WHERE l.user_id = who.id AND l.bond_id = of_bond AND l.keys = '{}' AND l.words <> '{}' ORDER BY l.created_at, l.id
        ),
        ARRAY(
            SELECT DISTINCT unnest(b.keys) FROM boundary_ratings r JOIN boundaries b ON b.id = r.boundary_id
            WHERE r.user_id = who.id AND r.bond_id = of_bond AND r.rating IN ('maybe', 'no')
        )
    FROM unnest(of_people) AS who (id) LEFT JOIN profiles p ON p.user_id = who.id
$$;

CREATE OR REPLACE FUNCTION app.limits_of_members(of_bond uuid, of_people uuid[]) RETURNS TABLE (
    user_id uuid, profile_version text, boundaries jsonb, activities jsonb, truth_topics jsonb, anatomy jsonb,
    personal_limits text[], words jsonb[], rated text[]
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT * FROM app.read_limits(of_bond, ARRAY(
        SELECT m.user_id FROM bond_members m
        WHERE m.bond_id = of_bond AND m.user_id = ANY (of_people) AND of_bond IN (SELECT app.my_open_bonds())
    ))
$$;

CREATE OR REPLACE FUNCTION app.has_sealed_words(person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM journal_entries t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM calendar_events t WHERE t.created_by = person AND t.bond_id IS NULL)
        OR EXISTS (SELECT FROM scene_debriefs t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM check_ins t WHERE t.user_id = person AND t.notes IS NOT NULL)
        OR EXISTS (SELECT FROM files t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinksters t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinkster_creation_sessions t WHERE t.user_id = person AND t.draft IS NOT NULL)
        OR EXISTS (SELECT FROM conversations t WHERE t.user_id = person AND t.title IS NOT NULL)
        OR EXISTS (SELECT FROM messages t WHERE t.user_id = person AND t.content IS NOT NULL)
        OR EXISTS (SELECT FROM image_generations t WHERE t.user_id = person AND t.prompt IS NOT NULL)
        OR EXISTS (SELECT FROM scene_compositions t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM character_poses t WHERE t.user_id = person)
$$;

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
      OR EXISTS (SELECT FROM personal_limits l WHERE l.user_id = owner_user AND l.words <> '{}')
      OR app.has_sealed_words(owner_user)
$$;

CREATE OR REPLACE FUNCTION app.has_sealed_of_notion(person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT FROM notion_conflicts t WHERE t.user_id = person) $$;

RESET search_path;
RESET ROLE;
