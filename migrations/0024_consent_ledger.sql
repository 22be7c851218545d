-- Who agreed to what, and when: entries that nobody changes any more, each holding the hash of the one before.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- Who an entry's `person` is. It goes with its person; the entries stay, and are nobody's then.
CREATE TABLE consent_people (
    person uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid CONSTRAINT idx_consent_people_user UNIQUE REFERENCES users (id) ON DELETE CASCADE,
    anonymous_session_id text CONSTRAINT idx_consent_people_anonymous UNIQUE
        REFERENCES anonymous_sessions (session_id) ON DELETE CASCADE,
    CONSTRAINT consent_people_one CHECK (num_nonnulls(user_id, anonymous_session_id) = 1)
);
COMMENT ON TABLE consent_people IS 'The random ids under which people stand in consent_ledger.';

-- A chain is a session's, a connection's, or what one person said of themselves (account:, limits:), so that whoever adds to it holds
-- the row that the entry is about, and nobody waits. Without a name; of a pause or a stop without the seat.
CREATE TABLE consent_ledger (
    chain text NOT NULL,
    number integer NOT NULL CHECK (number >= 1),
    at timestamptz NOT NULL,
    kind text NOT NULL,
    person uuid,
    detail jsonb NOT NULL,
    previous bytea,
    hash bytea NOT NULL,
    PRIMARY KEY (chain, number),
    CONSTRAINT consent_ledger_linked CHECK ((number = 1) = (previous IS NULL)),
    CONSTRAINT consent_ledger_bounded CHECK (octet_length(detail::text) <= 1024 AND char_length(chain) <= 160),
    CONSTRAINT consent_ledger_unattributed CHECK (kind NOT IN ('paused', 'stopped') OR person IS NULL)
);
COMMENT ON TABLE consent_ledger IS 'Consent as it was given and taken back: append-only, a chain of hashes for each thing it is about.';
CREATE INDEX idx_consent_ledger_person ON consent_ledger (person) WHERE person IS NOT NULL;

SELECT app.seal('consent_people');
SELECT app.let_service('consent_people', 'SELECT');
SELECT app.seal('consent_ledger');
SELECT app.let_service('consent_ledger', 'SELECT');

CREATE TRIGGER consent_ledger_append_only BEFORE UPDATE OR DELETE ON consent_ledger
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change_of_log();
CREATE TRIGGER consent_ledger_never_emptied BEFORE TRUNCATE ON consent_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change_of_log();

CREATE FUNCTION app.consent_hash(
    previous bytea, chain text, number integer, at timestamptz, kind text, person uuid, detail jsonb
) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sha256(coalesce(previous, '') || convert_to(concat_ws(E'\n',
        chain, number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), kind, coalesce(person::text, ''), detail
    ), 'UTF8'))
$$;

CREATE FUNCTION app.append_consent(of_chain text, of_kind text, of_person uuid, details jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    last_one consent_ledger;
    next_number integer;
BEGIN
    SELECT * INTO last_one FROM consent_ledger WHERE chain = of_chain ORDER BY number DESC LIMIT 1;
    IF last_one.kind = of_kind AND of_kind = 'limits_changed' AND last_one.at > now() - interval '1 minute' THEN
        RETURN; -- somebody goes through their limits: one entry says so
    END IF;
    next_number := coalesce(last_one.number, 0) + 1;
    INSERT INTO consent_ledger (chain, number, at, kind, person, detail, previous, hash)
    VALUES (of_chain, next_number, now(), of_kind, of_person, details, last_one.hash,
        app.consent_hash(last_one.hash, of_chain, next_number, now(), of_kind, of_person, details));
END
$$;

-- The random id of somebody; null for nobody, and for who is being erased.
CREATE FUNCTION app.consent_person(of_user uuid, of_anonymous text) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    found uuid;
BEGIN
    IF of_user IS NOT NULL THEN
        INSERT INTO consent_people (user_id) SELECT u.id FROM users u WHERE u.id = of_user ON CONFLICT DO NOTHING;
        SELECT p.person INTO found FROM consent_people p WHERE p.user_id = of_user;
    ELSIF of_anonymous IS NOT NULL THEN
        INSERT INTO consent_people (anonymous_session_id)
            SELECT a.session_id FROM anonymous_sessions a WHERE a.session_id = of_anonymous ON CONFLICT DO NOTHING;
        SELECT p.person INTO found FROM consent_people p WHERE p.anonymous_session_id = of_anonymous;
    END IF;
    RETURN found;
END
$$;

-- The functions below write for whoever changes what they stand on, requests included, and can only be called by their triggers.

CREATE FUNCTION app.note_account_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(NEW.id, NULL);
BEGIN
    IF NEW.adult_confirmed_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.adult_confirmed_at IS NULL) THEN
        PERFORM app.append_consent('account:' || who, 'adult_stated', who, '{}');
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.profile_sharing_setting IS DISTINCT FROM OLD.profile_sharing_setting THEN
        PERFORM app.append_consent(
            'account:' || who, 'sharing_changed', who, jsonb_build_object('to', NEW.profile_sharing_setting)
        );
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER users_note_first_consent AFTER INSERT ON users
    FOR EACH ROW WHEN (NEW.adult_confirmed_at IS NOT NULL) EXECUTE FUNCTION app.note_account_consent();
CREATE TRIGGER users_note_consent AFTER UPDATE OF adult_confirmed_at, profile_sharing_setting ON users
    FOR EACH ROW WHEN (
        NEW.adult_confirmed_at IS NOT NULL AND OLD.adult_confirmed_at IS NULL
        OR NEW.profile_sharing_setting IS DISTINCT FROM OLD.profile_sharing_setting
    ) EXECUTE FUNCTION app.note_account_consent();

CREATE FUNCTION app.note_anonymous_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(NULL, NEW.session_id);
BEGIN
    PERFORM app.append_consent('account:' || who, 'adult_stated', who, '{}');
    RETURN NULL;
END
$$;
CREATE TRIGGER anonymous_sessions_note_first_consent AFTER INSERT ON anonymous_sessions
    FOR EACH ROW WHEN (NEW.adult_confirmed_at IS NOT NULL) EXECUTE FUNCTION app.note_anonymous_consent();
CREATE TRIGGER anonymous_sessions_note_consent AFTER UPDATE OF adult_confirmed_at ON anonymous_sessions
    FOR EACH ROW WHEN (NEW.adult_confirmed_at IS NOT NULL AND OLD.adult_confirmed_at IS NULL)
    EXECUTE FUNCTION app.note_anonymous_consent();

-- That limits changed, and not to what: that stands in the profile alone.
CREATE FUNCTION app.note_limits_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    who uuid := app.consent_person(NEW.user_id, NEW.anonymous_session_id);
BEGIN
    IF who IS NOT NULL THEN
        PERFORM app.append_consent('limits:' || who, 'limits_changed', who, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER profiles_note_first_consent AFTER INSERT ON profiles
    FOR EACH ROW WHEN (NEW.boundaries ->> 'asked' = 'true') EXECUTE FUNCTION app.note_limits_consent();
CREATE TRIGGER profiles_note_consent AFTER UPDATE OF boundaries ON profiles
    FOR EACH ROW WHEN (NEW.boundaries IS DISTINCT FROM OLD.boundaries) EXECUTE FUNCTION app.note_limits_consent();

CREATE FUNCTION app.note_connection_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_chain text := 'connection:' || OLD.id;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.status = 'accepted' THEN
        PERFORM app.append_consent(of_chain, 'connection_accepted', app.consent_person(NEW.requester_user_id, NULL), '{}');
        PERFORM app.append_consent(of_chain, 'connection_accepted', app.consent_person(NEW.recipient_user_id, NULL), '{}');
    ELSE
        PERFORM app.append_consent(of_chain, 'connection_ended', NULL, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER partner_connections_note_consent AFTER UPDATE OF status ON partner_connections
    FOR EACH ROW WHEN ((OLD.status = 'accepted') <> (NEW.status = 'accepted')) EXECUTE FUNCTION app.note_connection_consent();
CREATE TRIGGER partner_connections_note_last_consent AFTER DELETE ON partner_connections
    FOR EACH ROW WHEN (OLD.status = 'accepted') EXECUTE FUNCTION app.note_connection_consent();

-- A game starts when both agree to the level it has then; a level goes up when both want it.
CREATE FUNCTION app.note_room_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_chain text := 'session:' || NEW.session_id;
    player session_seats;
    level_before text;
BEGIN
    IF NEW.type = 'started' THEN
        FOR player IN SELECT * FROM session_seats t WHERE t.session_id = NEW.session_id ORDER BY t.seat LOOP
            PERFORM app.append_consent(
                of_chain, 'agreed', app.consent_person(player.user_id, player.anonymous_session_id),
                (SELECT jsonb_build_object('level', s.intimacy_level) FROM sessions s WHERE s.session_id = NEW.session_id)
            );
        END LOOP;
    ELSIF NEW.type = 'level_changed' THEN
        SELECT l.detail ->> 'level' INTO level_before FROM consent_ledger l
        WHERE l.chain = of_chain AND l.detail ? 'level' ORDER BY l.number DESC LIMIT 1;
        PERFORM app.append_consent(
            of_chain,
            CASE WHEN strpos('GRX', NEW.event ->> 'level') > strpos('GRX', coalesce(level_before, 'G')) THEN 'level_raised'
                ELSE 'level_lowered' END,
            NULL, jsonb_build_object('level', NEW.event ->> 'level')
        );
    ELSE
        PERFORM app.append_consent(of_chain, NEW.type, NULL, '{}');
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_events_note_consent AFTER INSERT ON session_events
    FOR EACH ROW WHEN (NEW.type IN ('started', 'level_changed', 'paused', 'stopped', 'resumed'))
    EXECUTE FUNCTION app.note_room_consent();

-- The entries at which a chain is broken: one is missing before it, or it is not what it was.
CREATE FUNCTION app.broken_consents() RETURNS TABLE (chain text, number integer)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT l.chain, l.number
    FROM (
        SELECT e.*, lag(e.number, 1, 0) OVER of_chain AS number_before, lag(e.hash) OVER of_chain AS hash_before
        FROM consent_ledger e WINDOW of_chain AS (PARTITION BY e.chain ORDER BY e.number)
    ) l
    WHERE l.number <> l.number_before + 1 OR l.previous IS DISTINCT FROM l.hash_before
        OR l.hash <> app.consent_hash(l.previous, l.chain, l.number, l.at, l.kind, l.person, l.detail)
    ORDER BY l.chain, l.number
$$;

GRANT EXECUTE ON FUNCTION
    app.broken_consents(), app.consent_hash(bytea, text, integer, timestamptz, text, uuid, jsonb)
TO game_service;

RESET search_path;
RESET ROLE;
