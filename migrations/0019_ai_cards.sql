-- Cards that an AI wrote for one room: which room, how often it may be asked a day, and that nothing of it outlives its people.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- The card itself is a row of `activities` (source 'ai_generated', not approved: for nobody else, until an operator approves it);
-- here is for which room it was made. It goes with the room.
CREATE TABLE room_cards (
    activity_id integer PRIMARY KEY REFERENCES activities (activity_id) ON DELETE CASCADE,
    session_id varchar(128) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
COMMENT ON TABLE room_cards IS 'For which room a card with the source ai_generated was made.';
CREATE INDEX idx_room_cards_session ON room_cards (session_id, activity_id DESC);

SELECT app.seal('room_cards');
SELECT app.let_service('room_cards', 'SELECT', 'INSERT');

-- How often a provider was asked on a UTC day, by all processes together.
CREATE TABLE card_budget (
    day date PRIMARY KEY,
    asked integer NOT NULL CHECK (asked >= 0)
);
COMMENT ON TABLE card_budget IS 'How many cards were asked of the AI on each UTC day, by all processes together.';

SELECT app.seal('card_budget');
SELECT app.let_service('card_budget', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

SELECT app.let_service('ai_generation_logs', 'SELECT', 'INSERT', 'DELETE');
GRANT USAGE ON SEQUENCE ai_generation_logs_id_seq TO game_service;
ALTER TABLE ai_generation_logs
    ADD CONSTRAINT ai_generation_logs_bounded CHECK (
        octet_length(prompt_text) <= 65536 AND octet_length(response_text) <= 65536
        AND octet_length(model_version) <= 256 AND octet_length(validation_failures::text) <= 8192
    );

-- A card that nobody approved for others goes with the room that it was made for. As the owner: it runs where a room is deleted,
-- whoever deletes it.
CREATE FUNCTION app.forget_room_card() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM activities WHERE activity_id = OLD.activity_id AND source = 'ai_generated' AND NOT approved;
    RETURN NULL;
END
$$;
CREATE TRIGGER room_cards_forget AFTER DELETE ON room_cards FOR EACH ROW EXECUTE FUNCTION app.forget_room_card();

-- What was asked for a room was made of both players' answers: it goes with either of them, although the game stays with the other.
-- The room is locked first, so that what is written about it at this moment is written before, and goes too, or not at all.
CREATE FUNCTION app.forget_what_was_asked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM sessions WHERE session_id = NEW.session_id FOR UPDATE;
    DELETE FROM room_cards WHERE session_id = NEW.session_id;
    DELETE FROM ai_generation_logs WHERE session_id = NEW.session_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_forget_asked AFTER UPDATE OF user_id, anonymous_session_id ON session_seats
    FOR EACH ROW WHEN (NEW.actor = 'former') EXECUTE FUNCTION app.forget_what_was_asked();

-- Has this room cards beside the bank? Asked with the facts of every draw, so it is two looks at an index.
CREATE OR REPLACE FUNCTION app.has_own_cards(room text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN EXISTS (SELECT FROM room_cards r WHERE r.session_id = room) OR EXISTS (
        SELECT FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
        JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
        WHERE a.session_id = room AND a.seat = 'A' AND k.approved_at IS NOT NULL
    );
END
$$;

-- The same with what was made for these rooms, the newest dozen: those before were shown, or were for another level or phase.
-- Such a card is approved for its room by its validation, and the limits are asked again for every draw.
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
    WITH own AS (
        SELECT a.session_id, k.activity_id
        FROM session_seats a
        JOIN session_seats b ON b.session_id = a.session_id AND b.seat = 'B'
        JOIN couple_cards k ON least(k.writer_id, k.partner_id) = least(a.user_id, b.user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(a.user_id, b.user_id)
        WHERE a.session_id = ANY (rooms) AND a.seat = 'A' AND k.approved_at IS NOT NULL
            AND EXISTS (
                SELECT FROM partner_connections p
                WHERE p.status = 'accepted'
                    AND ((p.requester_user_id = a.user_id AND p.recipient_user_id = b.user_id)
                        OR (p.requester_user_id = b.user_id AND p.recipient_user_id = a.user_id))
            )
        UNION ALL
        SELECT made.session_id, made.activity_id
        FROM unnest(rooms) AS room
        CROSS JOIN LATERAL (
            SELECT r.session_id, r.activity_id FROM room_cards r
            WHERE r.session_id = room ORDER BY r.activity_id DESC LIMIT 12
        ) AS made
    )
    SELECT own.session_id::text, c.activity_id, c.activity_uid::text, c.type::text, c.rating::text, c.intensity, c.script, c.tags,
        c.power_role::text, c.preference_keys, c.domains, c.intensity_modifiers, c.requires_consent_negotiation,
        c.audience_scope::text, c.hard_boundaries, c.hard_limit_keys, c.required_bodyparts, c.source::text, true,
        c.is_active
    FROM own JOIN activities c ON c.activity_id = own.activity_id
    WHERE c.is_active AND c.approved = (c.source = 'user_submitted')
    ORDER BY own.session_id, c.activity_id;
END
$$;

RESET search_path;
RESET ROLE;
