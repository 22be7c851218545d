-- Partners: pairing, whom somebody remembers, whom somebody has blocked, and what two connected people are shown of how they fit.
--
-- A reading holds what both said yes to, and what each said yes to for a partner with whom that is shared. It is made when
-- there is none, when the second of the two has answered anew, or when a game both sat in has started; at most once in 24
-- hours. It outlives the connection, so that nobody gets another by ending and making it again, and goes with either person.
-- So nobody learns the other's answers by changing their own and looking again.

SET ROLE game_owner;
SET search_path = public;

-- Pairing: `connection_token` holds the SHA-256 of the token; each side accepts once after comparing the words.
CREATE TABLE partner_connections (
    id serial PRIMARY KEY,
    requester_user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    recipient_email text NOT NULL,
    recipient_user_id uuid REFERENCES users (id) ON DELETE CASCADE,
    status connection_status_enum NOT NULL DEFAULT 'pending',
    connection_token text NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL DEFAULT now() + interval '5 minutes',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    words text[],
    claimed_at timestamptz,
    requester_accepted_at timestamptz,
    recipient_accepted_at timestamptz,
    session_id varchar(128) REFERENCES sessions (session_id) ON DELETE SET NULL,
    CONSTRAINT partner_connections_not_oneself CHECK (requester_user_id <> recipient_user_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_partner_connections_requester ON partner_connections (requester_user_id);
CREATE INDEX idx_partner_connections_recipient_email ON partner_connections (recipient_email);
CREATE INDEX idx_partner_connections_recipient_user ON partner_connections (recipient_user_id);
CREATE INDEX idx_partner_connections_expires ON partner_connections (expires_at) WHERE status = 'pending';
CREATE TRIGGER update_partner_connections_updated_at BEFORE UPDATE ON partner_connections
    FOR EACH ROW EXECUTE FUNCTION update_updated_at_column();
CREATE INDEX idx_partner_connections_session ON partner_connections (session_id);

-- Expires what nobody accepted in time; returns how many. A job calls it.
CREATE FUNCTION expire_pending_connections() RETURNS integer
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH expired AS (
        UPDATE partner_connections SET status = 'expired'
        WHERE status = 'pending' AND expires_at <= now()
        RETURNING 1
    )
    SELECT count(*)::integer FROM expired
$$;

CREATE TABLE remembered_partners (
    id serial PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    partner_user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    partner_name text NOT NULL,
    partner_email text NOT NULL,
    last_played_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (user_id, partner_user_id),
    CONSTRAINT remembered_partners_not_oneself CHECK (user_id <> partner_user_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
CREATE INDEX idx_remembered_partners_user ON remembered_partners (user_id);
CREATE INDEX idx_remembered_partners_last_played ON remembered_partners (user_id, last_played_at DESC);
CREATE INDEX idx_remembered_partners_partner ON remembered_partners (partner_user_id);

-- Keeps the ten partners played with last.
CREATE FUNCTION enforce_remembered_partners_limit() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    -- Two additions at once must see each other, or eleven stay.
    PERFORM FROM users WHERE id = NEW.user_id FOR NO KEY UPDATE;
    DELETE FROM remembered_partners
    WHERE user_id = NEW.user_id
      AND id IN (
        SELECT id FROM remembered_partners WHERE user_id = NEW.user_id
        ORDER BY last_played_at DESC, id DESC OFFSET 10
      );
    RETURN NULL;
END
$$;
CREATE TRIGGER trigger_enforce_remembered_partners_limit AFTER INSERT ON remembered_partners
    FOR EACH ROW EXECUTE FUNCTION enforce_remembered_partners_limit();

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

-- How two people fit

-- The exact result of two profiles, one row a pair, the lower profile id first; the server's alone. `details` is
-- {now, submission_a, submission_b}.
CREATE TABLE compatibility_results (
    id serial PRIMARY KEY,
    profile_a_id integer REFERENCES profiles (id) ON DELETE CASCADE,
    profile_b_id integer REFERENCES profiles (id) ON DELETE CASCADE,
    compatibility_score double precision NOT NULL,
    power_complement double precision,
    domain_similarity double precision,
    activity_overlap double precision,
    truth_overlap double precision,
    details jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    computed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT compatibility_results_one_a_pair UNIQUE (profile_a_id, profile_b_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
CREATE INDEX idx_compatibility_results_profile_a ON compatibility_results (profile_a_id);
CREATE INDEX idx_compatibility_results_profile_b ON compatibility_results (profile_b_id);

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

-- Keep how well a pair fits. A reading that was due before is made of what stood before. The pair is locked.
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

-- What a partner may see. Each is one function that asks about the caller itself; NULL unless connected now. Everything
-- comes from the stored reading, and the sharing setting is that of this moment: derived things only, never a single answer, a
-- limit, a "maybe" or an inhibition score.

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

CREATE FUNCTION app.partner_compatibility(partner uuid) RETURNS jsonb
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

RESET search_path;
RESET ROLE;
