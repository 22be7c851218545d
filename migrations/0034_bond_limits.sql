-- What people of a bond say to single activities, each for themselves; what of it is mutual; and the limits that come of a
-- hard_no, which guard their person everywhere, also in games.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE boundary_rating_enum AS ENUM ('yes', 'maybe', 'no', 'hard_no');
CREATE TYPE boundary_category_enum AS ENUM ('impact', 'rope', 'sensation', 'power_exchange', 'roleplay', 'other');

-- What is rated

CREATE TABLE boundaries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    activity_name jsonb NOT NULL,
    category boundary_category_enum NOT NULL DEFAULT 'other',
    my_rating boundary_rating_enum,
    partner_rating boundary_rating_enum,
    is_hard_limit boolean NOT NULL DEFAULT false,
    is_soft_limit boolean NOT NULL DEFAULT false,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    keys text[] NOT NULL DEFAULT '{}',
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT boundaries_in_bond UNIQUE (id, bond_id),
    CONSTRAINT boundaries_bounded CHECK (octet_length(activity_name::text) <= 4096 AND cardinality(keys) <= 80),
    CONSTRAINT boundaries_show_matches CHECK (my_rating = 'yes' AND partner_rating = 'yes')
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE boundaries IS 'Activities that a bond''s members rate. What of the ratings stands here is what all of them may know.';
COMMENT ON COLUMN boundaries.my_rating IS 'Its creator''s, where two are in the bond and both said yes; else null.';
COMMENT ON COLUMN boundaries.is_hard_limit IS 'Somebody has shown a hard_no.';
COMMENT ON COLUMN boundaries.is_soft_limit IS 'Somebody has shown a maybe or a no, and nobody a hard_no.';
COMMENT ON COLUMN boundaries.keys IS 'What the name says to the limits: preference keys, else boundary keys. Without any only its words guard.';
CREATE INDEX idx_boundaries_bond ON boundaries (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_boundaries_created_by ON boundaries (created_by);

-- The truth: each writes only their own, and reads only their own here.
CREATE TABLE boundary_ratings (
    id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT idx_boundary_ratings_id UNIQUE,
    boundary_id uuid NOT NULL,
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rating boundary_rating_enum NOT NULL,
    shown boolean NOT NULL DEFAULT false,
    yes_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (boundary_id, user_id),
    CONSTRAINT boundary_ratings_of_one_bond FOREIGN KEY (boundary_id, bond_id) REFERENCES boundaries (id, bond_id) ON DELETE CASCADE
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE boundary_ratings IS 'What each member says to an activity. Others learn of it only what both said yes to, and what its owner shows.';
COMMENT ON COLUMN boundary_ratings.yes_at IS 'When it last became a yes: it may do so once in a day.';
CREATE INDEX idx_boundary_ratings_of_boundary ON boundary_ratings (boundary_id, bond_id);
CREATE INDEX idx_boundary_ratings_bond ON boundary_ratings (bond_id);
CREATE INDEX idx_boundary_ratings_user ON boundary_ratings (user_id);

-- What somebody never wants to meet, beside the limits of their profile.
CREATE TABLE personal_limits (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    words jsonb NOT NULL,
    keys text[] NOT NULL DEFAULT '{}',
    boundary_id uuid REFERENCES boundaries (id) ON DELETE SET NULL,
    bond_id uuid REFERENCES bonds (id) ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT personal_limits_once UNIQUE (user_id, boundary_id),
    CONSTRAINT personal_limits_bounded CHECK (octet_length(words::text) <= 4096 AND cardinality(keys) <= 80)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE personal_limits IS 'Limits that came of a hard_no: their owner''s alone, beyond the bond they came from.';
COMMENT ON COLUMN personal_limits.words IS 'Sealed with its owner''s key. Where there are no keys they guard the texts of the bond.';
COMMENT ON COLUMN personal_limits.keys IS 'Preference keys, of which both directions count as No, or boundary keys: they guard everywhere, games included.';
CREATE INDEX idx_personal_limits_boundary ON personal_limits (boundary_id) WHERE boundary_id IS NOT NULL;
CREATE INDEX idx_personal_limits_bond ON personal_limits (bond_id) WHERE bond_id IS NOT NULL;

-- How often somebody was told of a limit lately: whoever tries words until one goes through is told nothing any more.
CREATE TABLE bond_limit_answers (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    soft boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT app.moment()
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_limit_answers IS 'Texts that met somebody''s limit, by who wrote them: the last day''s, without the text.';
COMMENT ON COLUMN bond_limit_answers.soft IS 'Was it only something of which somebody is not sure?';
CREATE INDEX idx_bond_limit_answers_bond ON bond_limit_answers (bond_id, user_id, created_at);
CREATE INDEX idx_bond_limit_answers_user ON bond_limit_answers (user_id);

SELECT app.share_in_bond('boundaries', 'INSERT', 'activity_name, category, keys, archived_at');
SELECT app.let_service('boundaries', 'SELECT');
SELECT app.keep_own('boundary_ratings', 'INSERT', 'rating, shown, yes_at');
SELECT app.let_service('boundary_ratings', 'SELECT');

-- By hand: its owner takes a limit out also where the bond is over, or they are in it no more.
SELECT app.seal('personal_limits');
SELECT app.let_service('personal_limits', 'SELECT');
GRANT SELECT ON personal_limits TO authenticated, bond_writer;
GRANT INSERT, DELETE ON personal_limits TO bond_writer;
GRANT UPDATE (words) ON personal_limits TO game_service;
CREATE POLICY "People can SELECT rows of theirs" ON personal_limits FOR SELECT TO authenticated, bond_writer
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may INSERT their own" ON personal_limits FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may DELETE their own" ON personal_limits FOR DELETE TO bond_writer
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "The service may empty words whose key is lost" ON personal_limits FOR UPDATE TO game_service
    USING (true) WITH CHECK (words = '{}');
CREATE TRIGGER next_version BEFORE UPDATE ON personal_limits FOR EACH ROW EXECUTE FUNCTION app.next_version();

SELECT app.seal('bond_limit_answers');
GRANT SELECT, INSERT, DELETE ON bond_limit_answers TO bond_writer;
CREATE POLICY "A person's command may SELECT their own" ON bond_limit_answers FOR SELECT TO bond_writer
    USING (user_id = (SELECT app.uid()));
CREATE POLICY "A person's command may INSERT their own" ON bond_limit_answers FOR INSERT TO bond_writer
    WITH CHECK (user_id = (SELECT app.uid()) AND bond_id = ANY (ARRAY(SELECT app.my_open_bonds())));
CREATE POLICY "A person's command may DELETE their own" ON bond_limit_answers FOR DELETE TO bond_writer
    USING (user_id = (SELECT app.uid()));

-- Who rates: in whatever role a statement runs, a person themselves.
CREATE FUNCTION app.keep_rating_own() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.user_id IS DISTINCT FROM app.uid() THEN
        RAISE EXCEPTION 'only a person themselves rates for them' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_rating_own BEFORE INSERT OR UPDATE ON boundary_ratings FOR EACH ROW EXECUTE FUNCTION app.keep_rating_own();

-- Who names a limit and takes it out, likewise; it only goes with its person. A definer, because a role may not see that they are gone.
CREATE FUNCTION app.keep_limit_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    owner_of_it uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.keys) IS DISTINCT FROM (OLD.user_id, OLD.keys) OR (
        TG_OP <> 'UPDATE' AND owner_of_it IS DISTINCT FROM app.uid()
        AND EXISTS (SELECT FROM users u WHERE u.id = owner_of_it)
    ) THEN
        RAISE EXCEPTION 'only a person themselves names their limits, and takes them out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER keep_limit_own BEFORE INSERT OR UPDATE OR DELETE ON personal_limits
    FOR EACH ROW EXECUTE FUNCTION app.keep_limit_own();

-- What of the ratings all may know: of one boundary or of all in a bond. With `touched` the rows are new in the feed in any case,
-- because something of a rating is shown now, or is shown no more. What changes nothing else touches no row.
CREATE FUNCTION app.derive_boundaries(of_bond uuid, of_boundary uuid, touched boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE boundaries b
    SET my_rating = derived.both, partner_rating = derived.both,
        is_hard_limit = derived.hard, is_soft_limit = derived.soft AND NOT derived.hard
    FROM (
        SELECT one.id,
            CASE WHEN count(*) = 2 AND count(*) FILTER (WHERE r.rating = 'yes') = 2 THEN 'yes'::boundary_rating_enum END AS both,
            coalesce(bool_or(r.shown AND r.rating = 'hard_no'), false) AS hard,
            coalesce(bool_or(r.shown AND r.rating IN ('maybe', 'no')), false) AS soft
        FROM boundaries one
        JOIN bond_members m ON m.bond_id = one.bond_id
        LEFT JOIN boundary_ratings r ON r.boundary_id = one.id AND r.user_id = m.user_id
        WHERE one.bond_id = of_bond AND coalesce(one.id = of_boundary, true)
        GROUP BY one.id
    ) derived
    WHERE b.id = derived.id AND (
        touched OR (b.my_rating, b.partner_rating, b.is_hard_limit, b.is_soft_limit)
            IS DISTINCT FROM (derived.both, derived.both, derived.hard, derived.soft AND NOT derived.hard)
    )
$$;

CREATE FUNCTION app.follow_rating() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.derive_boundaries(
        NEW.bond_id, NEW.boundary_id,
        (CASE WHEN TG_OP = 'UPDATE' AND OLD.shown THEN OLD.rating END) IS DISTINCT FROM (CASE WHEN NEW.shown THEN NEW.rating END)
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_rating AFTER INSERT OR UPDATE ON boundary_ratings FOR EACH ROW EXECUTE FUNCTION app.follow_rating();

-- With whoever comes or goes other ratings are those of two.
CREATE FUNCTION app.follow_members_of_boundaries() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.derive_boundaries(CASE WHEN TG_OP = 'DELETE' THEN OLD.bond_id ELSE NEW.bond_id END, NULL, false);
    RETURN NULL;
END
$$;
CREATE TRIGGER follow_members_of_boundaries AFTER INSERT OR DELETE ON bond_members
    FOR EACH ROW EXECUTE FUNCTION app.follow_members_of_boundaries();

-- Under a new name nobody has said anything who is gone: what they said was said to another one. Their limits stay, under the words
-- that they meant.
CREATE FUNCTION app.forget_ratings_of_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM boundary_ratings r WHERE r.boundary_id = NEW.id
        AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = NEW.bond_id AND m.user_id = r.user_id);
    UPDATE personal_limits l SET boundary_id = NULL WHERE l.boundary_id = NEW.id
        AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = NEW.bond_id AND m.user_id = l.user_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_ratings_of_gone AFTER UPDATE OF activity_name ON boundaries FOR EACH ROW
    WHEN (OLD.activity_name <> NEW.activity_name) EXECUTE FUNCTION app.forget_ratings_of_gone();

-- A new row is nobody's match yet, whatever a command says.
CREATE FUNCTION app.begin_unrated() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.my_rating := NULL;
    NEW.partner_rating := NULL;
    NEW.is_hard_limit := false;
    NEW.is_soft_limit := false;
    RETURN NEW;
END
$$;
CREATE TRIGGER begin_unrated BEFORE INSERT ON boundaries FOR EACH ROW EXECUTE FUNCTION app.begin_unrated();

-- The ratings that the caller may know: their own, what others show, and the others' yes to what they said yes to themselves.
CREATE FUNCTION app.ratings_seen(of_boundaries uuid[]) RETURNS TABLE (boundary_id uuid, user_id uuid, rating text, shown boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT r.boundary_id, r.user_id, r.rating::text, r.shown AND (r.user_id = app.uid() OR r.rating <> 'yes')
    FROM boundary_ratings r
    JOIN bond_members m ON m.bond_id = r.bond_id AND m.user_id = r.user_id
    WHERE r.boundary_id = ANY (of_boundaries) AND r.bond_id IN (SELECT app.my_bonds()) AND (
        r.user_id = app.uid() OR r.shown OR r.rating = 'yes' AND EXISTS (
            SELECT FROM boundary_ratings mine
            WHERE mine.boundary_id = r.boundary_id AND mine.user_id = app.uid() AND mine.rating = 'yes'
        )
    )
    ORDER BY r.boundary_id, m.joined_at, r.user_id
$$;

-- Has the caller said yes, and another who is in the bond?
CREATE FUNCTION app.is_mutual(of_boundary uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM boundary_ratings mine
        JOIN boundary_ratings theirs ON theirs.boundary_id = mine.boundary_id AND theirs.user_id <> mine.user_id
        JOIN bond_members m ON m.bond_id = theirs.bond_id AND m.user_id = theirs.user_id
        WHERE mine.boundary_id = of_boundary AND mine.user_id = app.uid() AND mine.rating = 'yes' AND theirs.rating = 'yes'
            AND mine.bond_id IN (SELECT app.my_bonds())
    )
$$;

-- What the limits of these people say in a bond: their profiles, the keys of their own limits wherever they come from, the words
-- that guard this bond only, and what they rated maybe or no in it. A row a person.
CREATE FUNCTION app.read_limits(of_bond uuid, of_people uuid[]) RETURNS TABLE (
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

-- The same for a command that is aimed at them: of who is in this open bond with the caller, and of nobody else.
CREATE FUNCTION app.limits_of_members(of_bond uuid, of_people uuid[]) RETURNS TABLE (
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

-- For a draw: what the person in this seat never wants to meet, by their own limits. Beside app.draw_facts, not in it: what that
-- returns may not change while programs that have prepared it are running.
CREATE FUNCTION app.limits_in_seat(room text, of_seat text) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT unnest(l.keys) FROM session_seats t JOIN personal_limits l ON l.user_id = t.user_id
        WHERE t.session_id = room AND t.seat = of_seat
    );
END
$$;

-- The caller's open games, held before what will change their limits holds anybody: the room writer holds a game before its people.
CREATE FUNCTION app.hold_my_rooms() RETURNS SETOF text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.session_id::text FROM sessions s
    WHERE s.status IN ('waiting', 'active')
        AND s.session_id IN (SELECT t.session_id FROM session_seats t WHERE t.user_id = app.uid())
    ORDER BY s.session_id FOR NO KEY UPDATE OF s
$$;

-- Limits bite now, as those of a profile do (0005).
CREATE FUNCTION app.raise_limits_rev_of_person() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id ELSE OLD.user_id END;
BEGIN
    UPDATE sessions SET limits_rev = limits_rev + 1
    WHERE session_id IN (
        SELECT s.session_id FROM sessions s
        WHERE s.status IN ('waiting', 'active')
            AND s.session_id IN (SELECT t.session_id FROM session_seats t WHERE t.user_id = who)
        ORDER BY s.session_id
        FOR NO KEY UPDATE OF s
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER personal_limits_raise_limits_rev AFTER INSERT ON personal_limits
    FOR EACH ROW WHEN (NEW.keys <> '{}') EXECUTE FUNCTION app.raise_limits_rev_of_person();
CREATE TRIGGER personal_limits_raise_limits_rev_at_end AFTER DELETE ON personal_limits
    FOR EACH ROW WHEN (OLD.keys <> '{}') EXECUTE FUNCTION app.raise_limits_rev_of_person();

-- That limits changed stands in the ledger, as with those of a profile (0024), and not to what.
CREATE FUNCTION app.note_personal_limits_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id ELSE OLD.user_id END, NULL);
BEGIN
    IF who IS NOT NULL THEN
        PERFORM app.append_consent('limits:' || who, 'limits_changed', who, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER personal_limits_note_consent AFTER INSERT OR DELETE ON personal_limits
    FOR EACH ROW EXECUTE FUNCTION app.note_personal_limits_consent();

GRANT EXECUTE ON FUNCTION app.ratings_seen(uuid[]), app.is_mutual(uuid) TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.limits_of_members(uuid, uuid[]), app.hold_my_rooms() TO bond_writer;
GRANT EXECUTE ON FUNCTION app.read_limits(uuid, uuid[]), app.limits_in_seat(text, text) TO game_service;

-- Has this person anything that only their own key opens?
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
$$;

RESET search_path;
RESET ROLE;
