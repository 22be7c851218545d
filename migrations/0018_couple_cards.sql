-- Cards that a couple writes for itself, and how a card that only one room may see comes into a draw beside the bank.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- The card itself is a row of `activities` (source 'user_submitted', without a uid: its text is no identity between couples); here
-- is whose it is. Its writer approves it by writing, the partner with `approved_at`. It goes with either person.
CREATE TABLE couple_cards (
    activity_id integer PRIMARY KEY REFERENCES activities (activity_id) ON DELETE CASCADE,
    writer_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    partner_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    approved_at timestamptz,
    CONSTRAINT couple_cards_not_oneself CHECK (writer_id <> partner_id)
);
COMMENT ON TABLE couple_cards IS 'Whose a card with the source user_submitted is, and when the partner approved it.';
CREATE INDEX idx_couple_cards_writer ON couple_cards (writer_id, created_at DESC, activity_id DESC);
CREATE INDEX idx_couple_cards_partner ON couple_cards (partner_id, created_at DESC, activity_id DESC);
CREATE INDEX idx_couple_cards_pair ON couple_cards (least(writer_id, partner_id), greatest(writer_id, partner_id));

SELECT app.seal('couple_cards');
SELECT app.let_service('couple_cards', 'SELECT', 'INSERT', 'UPDATE', 'DELETE');

-- Both read their cards while they are connected: afterwards each has only what was played.
GRANT SELECT ON couple_cards TO authenticated;
CREATE POLICY "Users can SELECT cards of theirs and a connected partner's" ON couple_cards FOR SELECT TO authenticated
    USING (
        (writer_id = (SELECT app.uid()) OR partner_id = (SELECT app.uid()))
        AND EXISTS (
            SELECT FROM partner_connections c
            WHERE c.status = 'accepted'
                AND ((c.requester_user_id = couple_cards.writer_id AND c.recipient_user_id = couple_cards.partner_id)
                    OR (c.requester_user_id = couple_cards.partner_id AND c.recipient_user_id = couple_cards.writer_id))
        )
    );
CREATE POLICY "Users can SELECT activities of their own" ON activities FOR SELECT TO authenticated
    USING (source = 'user_submitted' AND activity_id IN (SELECT k.activity_id FROM couple_cards k));

-- Of the bank the service deletes nothing: it archives. What a couple wrote goes.
GRANT DELETE ON activities TO game_service;
CREATE POLICY "The service may delete what a couple wrote" ON activities FOR DELETE TO game_service
    USING (source = 'user_submitted');

-- The open rooms of these two are to be looked at again: a card of theirs may be gone from under them.
CREATE FUNCTION app.recheck_rooms_of(one uuid, other uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id IN (
        SELECT s.session_id FROM session_seats mine
        JOIN session_seats theirs ON theirs.session_id = mine.session_id AND theirs.user_id = other
        JOIN sessions s ON s.session_id = mine.session_id AND s.status IN ('waiting', 'active')
        WHERE mine.user_id = one
        ORDER BY s.session_id
        FOR NO KEY UPDATE OF s
    )
$$;

CREATE FUNCTION app.forget_couple_card() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF OLD.approved_at IS NOT NULL THEN -- before the card, as a room's commit holds the two in this order
        PERFORM app.recheck_rooms_of(OLD.writer_id, OLD.partner_id);
    END IF;
    DELETE FROM activities WHERE activity_id = OLD.activity_id AND source = 'user_submitted';
    RETURN NULL;
END
$$;
CREATE TRIGGER couple_cards_forget AFTER DELETE ON couple_cards FOR EACH ROW EXECUTE FUNCTION app.forget_couple_card();

-- The log is append-only, and what a couple wrote is not one person's to keep: a game in which such a card was shown goes with its log
-- as soon as one of the two is erased.
CREATE FUNCTION app.delete_couples_session() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM sessions s
    WHERE s.session_id = NEW.session_id AND EXISTS (
        SELECT FROM session_events e
        WHERE e.session_id = NEW.session_id AND e.type IN ('card_shown', 'card_replaced')
            AND e.event #>> '{card,source}' = 'user_submitted'
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_delete_couples AFTER UPDATE OF user_id ON session_seats
    FOR EACH ROW WHEN (NEW.actor = 'former') EXECUTE FUNCTION app.delete_couples_session();

-- Whoever is connected no more plays none of these cards any more, also where a room is open.
CREATE FUNCTION app.withhold_couple_cards() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM couple_cards k
        WHERE least(k.writer_id, k.partner_id) = least(OLD.requester_user_id, OLD.recipient_user_id)
            AND greatest(k.writer_id, k.partner_id) = greatest(OLD.requester_user_id, OLD.recipient_user_id)
            AND k.approved_at IS NOT NULL
    ) THEN
        PERFORM app.recheck_rooms_of(OLD.requester_user_id, OLD.recipient_user_id);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER partner_connections_withhold_cards AFTER UPDATE OF status OR DELETE ON partner_connections
    FOR EACH ROW WHEN (OLD.status = 'accepted') EXECUTE FUNCTION app.withhold_couple_cards();

-- Has this room cards beside the bank? Asked with the facts of every draw, so it is one look at an index.
CREATE FUNCTION app.has_own_cards(room text) RETURNS boolean
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

-- The cards that only these rooms may see, ready to be drawn: what its two players wrote and both approved, while they are
-- connected.
CREATE FUNCTION app.draw_own_cards(rooms text[]) RETURNS TABLE (
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

GRANT EXECUTE ON FUNCTION
    app.recheck_rooms_of(uuid, uuid), app.has_own_cards(text), app.draw_own_cards(text[])
TO game_service;

-- A process loads the bank anew when it has changed: not when a couple writes a card, nor when a card of another source waits to be
-- approved.
CREATE FUNCTION app.raise_revision_of_bank() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    is_of_bank boolean := false;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        is_of_bank := EXISTS (
            SELECT FROM after WHERE source = 'bank' OR (approved AND is_active AND source <> 'user_submitted')
        );
    END IF;
    IF TG_OP <> 'INSERT' AND NOT is_of_bank THEN
        is_of_bank := EXISTS (
            SELECT FROM before WHERE source = 'bank' OR (approved AND is_active AND source <> 'user_submitted')
        );
    END IF;
    IF is_of_bank THEN
        UPDATE bank_revision SET revision = revision + 1;
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER activities_raise_bank_revision ON activities;
CREATE TRIGGER activities_raise_bank_revision AFTER TRUNCATE ON activities
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_bank_revision();
CREATE TRIGGER activities_raise_revision_by_insert AFTER INSERT ON activities REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_revision_of_bank();
CREATE TRIGGER activities_raise_revision_by_update AFTER UPDATE ON activities
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_revision_of_bank();
CREATE TRIGGER activities_raise_revision_by_delete AFTER DELETE ON activities REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_revision_of_bank();

RESET search_path;
RESET ROLE;
