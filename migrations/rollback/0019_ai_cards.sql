-- Takes back 0019. Cards that an AI wrote go where no operator approved them, and what was asked and answered.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.has_own_cards(room text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
        JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
        WHERE a.session_id = room AND a.seat = 'A' AND k.approved_at IS NOT NULL
    );
END
$$;

CREATE OR REPLACE FUNCTION app.draw_own_cards(rooms text[]) RETURNS TABLE (
    session_id text, activity_id integer, activity_uid text, type text, rating text, intensity integer, script jsonb, tags jsonb,
    power_role text, preference_keys jsonb, domains jsonb, intensity_modifiers jsonb, requires_consent_negotiation boolean,
    audience_scope text, hard_boundaries jsonb, hard_limit_keys jsonb, required_bodyparts jsonb, source text, approved boolean,
    is_active boolean
)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT a.session_id::text, c.activity_id, c.activity_uid::text, c.type::text, c.rating::text, c.intensity, c.script, c.tags,
        c.power_role::text, c.preference_keys, c.domains, c.intensity_modifiers, c.requires_consent_negotiation,
        c.audience_scope::text, c.hard_boundaries, c.hard_limit_keys, c.required_bodyparts, c.source::text, c.approved,
        c.is_active
    FROM session_seats a
    JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
    JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
        AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
    JOIN activities c ON c.activity_id = k.activity_id
    WHERE a.session_id = ANY (rooms) AND a.seat = 'A' AND k.approved_at IS NOT NULL AND c.approved AND c.is_active
        AND EXISTS (
            SELECT FROM partner_connections p
            WHERE p.status = 'accepted'
                AND ((p.requester_user_id = a.user_id AND p.recipient_user_id = b.user_id)
                    OR (p.requester_user_id = b.user_id AND p.recipient_user_id = a.user_id))
        )
    ORDER BY a.session_id, c.activity_id;
END
$$;

DROP TRIGGER session_seats_forget_asked ON session_seats;
DELETE FROM room_cards;
DROP TABLE room_cards;
DROP TABLE card_budget;
DROP FUNCTION app.forget_room_card(), app.forget_what_was_asked();
DELETE FROM ai_generation_logs;
ALTER TABLE ai_generation_logs DROP CONSTRAINT ai_generation_logs_bounded;
DROP POLICY "The service may select" ON ai_generation_logs;
DROP POLICY "The service may insert" ON ai_generation_logs;
DROP POLICY "The service may delete" ON ai_generation_logs;
REVOKE ALL ON ai_generation_logs FROM game_service;
REVOKE ALL ON SEQUENCE ai_generation_logs_id_seq FROM game_service;

RESET search_path;
RESET ROLE;
