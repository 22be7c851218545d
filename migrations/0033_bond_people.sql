-- Who comes into a bond and who goes, by what everybody in it says; and what state somebody is in, which only they say.
--
-- A code or the id of a bond that is not private lets somebody ask; every member's yes lets them in, one no does not. What follows
-- from who is there (voices, votes, the founder, the codes) is counted by triggers, so that leaving, removing and erasing end alike.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE join_request_status_enum AS ENUM ('pending', 'approved', 'rejected', 'withdrawn', 'expired');

CREATE TABLE bond_join_requests (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status join_request_status_enum NOT NULL DEFAULT 'pending',
    message jsonb,
    expires_at timestamptz NOT NULL DEFAULT app.moment() + interval '14 days',
    answered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    updated_at timestamptz NOT NULL DEFAULT app.moment(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT bond_join_requests_bounded CHECK (octet_length(message::text) <= 65536),
    CONSTRAINT bond_join_requests_answered CHECK ((status = 'pending') = (answered_at IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_join_requests IS 'Who asks to be let into a bond. What they write with it is sealed with their own key.';
CREATE UNIQUE INDEX idx_bond_join_requests_pending ON bond_join_requests (bond_id, user_id) WHERE status = 'pending';
CREATE INDEX idx_bond_join_requests_bond ON bond_join_requests (bond_id, created_at DESC, id DESC);
CREATE INDEX idx_bond_join_requests_user ON bond_join_requests (user_id, bond_id);
CREATE INDEX idx_bond_join_requests_expires ON bond_join_requests (expires_at) WHERE status = 'pending';
CREATE INDEX idx_bond_join_requests_answered ON bond_join_requests (answered_at);

CREATE TABLE bond_join_voices (
    request_id uuid NOT NULL REFERENCES bond_join_requests (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (request_id, user_id)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE bond_join_voices IS 'Which members have said yes to a request. How many is shown, never who.';
CREATE INDEX idx_bond_join_voices_user ON bond_join_voices (user_id);

CREATE TABLE submission_state_logs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state submission_state_enum NOT NULL,
    reason jsonb,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT submission_state_logs_bounded CHECK (octet_length(reason::text) <= 65536)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE submission_state_logs IS 'What state somebody declared, when, and why, sealed: for nobody but themselves.';
CREATE INDEX idx_submission_state_logs_user ON submission_state_logs (user_id, created_at DESC, id DESC);

SELECT app.seal('bond_join_requests');
SELECT app.let_service('bond_join_requests', 'SELECT', 'DELETE');
GRANT SELECT ON bond_join_requests TO authenticated, bond_writer;
-- A member sees those that wait, and those that were answered since they came.
CREATE POLICY "People can SELECT requests of theirs and of their bonds" ON bond_join_requests
    FOR SELECT TO authenticated, bond_writer
    USING (user_id = (SELECT app.uid()) OR bond_id = ANY (ARRAY(SELECT app.my_bonds())) AND EXISTS (
        SELECT FROM app.my_bonds_since() mine
        WHERE mine.bond_id = bond_join_requests.bond_id AND coalesce(bond_join_requests.answered_at >= mine.joined_at, true)
    ));
SELECT app.seal('bond_join_voices');
SELECT app.let_service('bond_join_voices', 'SELECT');
SELECT app.keep_own('submission_state_logs', 'INSERT');
SELECT app.let_service('submission_state_logs', 'SELECT', 'DELETE');

-- Nobody's name stands at an answer: who said no, or yes last, is nobody's business.
CREATE FUNCTION app.note_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM app.append_change(OLD.bond_id, 'bond_join_requests', OLD.id, 'delete', NULL);
    ELSE
        PERFORM app.append_change(
            NEW.bond_id, 'bond_join_requests', NEW.id, lower(TG_OP), CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id END
        );
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_change AFTER INSERT OR UPDATE ON bond_join_requests FOR EACH ROW EXECUTE FUNCTION app.note_request();
CREATE TRIGGER note_change_gone AFTER DELETE ON bond_join_requests FOR EACH ROW WHEN (OLD.status = 'pending')
    EXECUTE FUNCTION app.note_request();
CREATE TRIGGER next_version BEFORE UPDATE ON bond_join_requests FOR EACH ROW EXECUTE FUNCTION app.next_version();

-- Bonds of one person.
CREATE FUNCTION app.most_bonds() RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT 20 $$;

-- Holding and telling

-- Everybody in a bond and one more, by id, then the bond. That one may come or go: their bonds are counted, and theirs changes.
CREATE FUNCTION app.hold_people(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN
        SELECT m.user_id FROM bond_members m WHERE m.bond_id = of_bond UNION SELECT person ORDER BY 1
    LOOP
        IF one = person THEN
            PERFORM FROM users u WHERE u.id = one FOR NO KEY UPDATE;
        ELSE
            PERFORM FROM users u WHERE u.id = one FOR KEY SHARE;
        END IF;
    END LOOP;
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
END
$$;

-- How a member's command begins that lets a person in or out. False for who is no member.
CREATE FUNCTION app.hold_bond_for(of_bond uuid, person uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid()) THEN
        RETURN false;
    END IF;
    PERFORM app.hold_people(of_bond, person);
    RETURN EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid());
END
$$;

-- A line in these people's lists, and with `pushed` one to each of their devices, in fixed words that name nobody. A person's own
-- doing they are not told, and between people of whom one has blocked the other nothing is.
CREATE FUNCTION app.tell_of_bond(
    of_bond uuid, people uuid[], who uuid, of_kind text, of_about text, of_version bigint, pushed boolean
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH line AS (
        INSERT INTO notifications AS n (id, user_id, from_user_id, kind, about, version, link, created_at)
        SELECT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 13))::bit(52)::bigint,
            u.id, who, of_kind, of_about, of_version, '/bonds/' || of_bond, app.moment()
        FROM users u
        WHERE u.id = ANY (people) AND u.id IS DISTINCT FROM who AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE (b.user_id = u.id AND b.blocked_user_id = who) OR (b.user_id = who AND b.blocked_user_id = u.id)
        )
        ON CONFLICT (user_id, about) DO UPDATE SET
            version = excluded.version, kind = excluded.kind, created_at = excluded.created_at, read_at = NULL
        WHERE n.version < excluded.version
        RETURNING n.user_id
    )
    INSERT INTO notification_outbox (dedup_key, kind, user_id, from_user_id, device_id, version, link, created_at, due_at, expires_at)
    SELECT of_about || ':' || of_version || ':' || d.id, of_kind, d.user_id, who, d.id, of_version, '/bonds/' || of_bond,
        app.moment(), app.moment(), app.moment() + interval '24 hours'
    FROM line JOIN push_notification_tokens d USING (user_id)
    WHERE pushed
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION app.members_of(of_bond uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT coalesce(array_agg(m.user_id), '{}') FROM bond_members m WHERE m.bond_id = of_bond $$;

-- Letting in

CREATE FUNCTION app.has_room(of_bond uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT (SELECT count(*) FROM bond_members m WHERE m.bond_id = of_bond)
        < least(t.max_members, CASE WHEN b.bond_type = 'dyad' THEN 2 ELSE 12 END)
    FROM bonds b JOIN bond_settings t ON t.bond_id = b.id
    WHERE b.id = of_bond
$$;

-- What the members of a bond are told of somebody who asks, under one name: whoever asks again on the same day rings once.
CREATE FUNCTION app.request_told(of_bond uuid, person uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT 'bond_request:' || of_bond || ':' || person $$;

-- An answered request is over, and what its bond's members were told of it goes.
CREATE FUNCTION app.answer_request(of_request uuid, answer join_request_status_enum) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    DELETE FROM notifications n USING bond_join_requests r
        WHERE r.id = of_request AND n.from_user_id = r.user_id AND n.about = app.request_told(r.bond_id, r.user_id);
    UPDATE bond_join_requests r SET status = answer, answered_at = app.moment() WHERE r.id = of_request;
$$;

-- Something that members share has changed: a line in their lists, by the one name that the bond has, and no push.
CREATE FUNCTION app.tell_members(of_bond uuid, who uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT app.tell_of_bond(of_bond, app.members_of(of_bond), who, 'bond_changed', 'bond_changed:' || of_bond,
        extract(epoch FROM app.moment())::bigint, false)
$$;

-- Whoever asks becomes a member, if there is room, and for them in one more bond. The bond is held; their own row is too, unless
-- somebody else's going brought this about: then nobody waits for it, and the timetable comes back.
CREATE FUNCTION app.let_in(of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked bond_join_requests;
    newcomer users;
BEGIN
    SELECT * INTO asked FROM bond_join_requests r WHERE r.id = of_request AND r.status = 'pending';
    SELECT * INTO newcomer FROM users u WHERE u.id = asked.user_id FOR NO KEY UPDATE SKIP LOCKED;
    IF newcomer.id IS NULL THEN
        RETURN 'busy';
    ELSIF NOT app.has_room(asked.bond_id) THEN
        RETURN 'full';
    ELSIF (SELECT count(*) FROM bond_members m WHERE m.user_id = newcomer.id) >= app.most_bonds() THEN
        RETURN 'many';
    END IF;
    PERFORM app.answer_request(asked.id, 'approved');
    INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (asked.bond_id, newcomer.id, 'joined');
    UPDATE users u SET bond_id = coalesce(u.bond_id, asked.bond_id), bonds_onboarded = u.bonds_onboarded OR u.dynamic_role IS NOT NULL
        WHERE u.id = newcomer.id;
    PERFORM app.tell_of_bond(
        asked.bond_id, ARRAY[newcomer.id], NULLIF(app.uid(), newcomer.id), 'bond_joined', 'bond_joined:' || asked.bond_id,
        extract(epoch FROM app.moment())::bigint, app.uid() IS DISTINCT FROM newcomer.id
    );
    INSERT INTO bond_members (bond_id, user_id, role_in_bond)
        VALUES (asked.bond_id, newcomer.id, coalesce(newcomer.dynamic_role, 'switch'));
    RETURN 'in';
END
$$;

-- Requests that everybody there has said yes to, since whoever had not is gone. One let in is one more to be asked for the next.
CREATE FUNCTION app.settle_requests(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked uuid;
BEGIN
    FOR asked IN
        SELECT r.id FROM bond_join_requests r JOIN bonds b ON b.id = r.bond_id
        WHERE r.bond_id = of_bond AND r.status = 'pending' AND r.expires_at > app.moment() AND b.status <> 'dissolved'
            AND EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond)
            AND NOT EXISTS (
                SELECT FROM bond_members m WHERE m.bond_id = of_bond AND NOT EXISTS (
                    SELECT FROM bond_join_voices v WHERE v.request_id = r.id AND v.user_id = m.user_id
                )
            )
        ORDER BY r.created_at, r.id
    LOOP
        EXIT WHEN app.let_in(asked) = 'in';
    END LOOP;
END
$$;

-- By a code (its hashes, under each of the server's secrets) or by the id of a bond that is not private. Whoever asks twice has
-- asked once; a no counts for a day. A single member may have said that who has the code need not be asked for.
CREATE FUNCTION app.ask_to_join(
    new_id uuid, codes text[], of_bond uuid, sealed_message jsonb, OUT outcome text, OUT request_id uuid, OUT in_bond uuid
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    bond bonds;
    is_member boolean;
    may boolean;
BEGIN
    outcome := 'none';
    in_bond := CASE WHEN codes IS NULL THEN of_bond ELSE (SELECT b.id FROM bonds b WHERE b.invite_code = ANY (codes) LIMIT 1) END;
    IF me IS NULL OR in_bond IS NULL THEN
        RETURN;
    END IF;
    PERFORM app.hold_people(in_bond, me);
    SELECT * INTO bond FROM bonds b WHERE b.id = in_bond;
    is_member := EXISTS (SELECT FROM bond_members m WHERE m.bond_id = in_bond AND m.user_id = me);
    may := CASE
        WHEN bond.id IS NULL THEN false
        WHEN codes IS NOT NULL THEN bond.status <> 'dissolved' AND app.code_is_good(bond, codes)
        ELSE is_member OR (NOT bond.is_private AND bond.status <> 'dissolved')
    END;
    IF NOT may THEN
        RETURN;
    ELSIF is_member THEN
        outcome := 'member';
        RETURN;
    END IF;
    UPDATE bond_join_requests r SET status = 'expired', answered_at = app.moment()
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending' AND r.expires_at <= app.moment();
    SELECT r.id INTO request_id FROM bond_join_requests r
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending';
    IF request_id IS NULL THEN
        outcome := app.may_not_ask(in_bond, me);
        IF outcome IS NOT NULL THEN
            RETURN;
        END IF;
        request_id := new_id;
        INSERT INTO bond_join_requests (id, bond_id, user_id, message) VALUES (new_id, in_bond, me, sealed_message);
        INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (in_bond, me, 'asked');
    END IF;
    outcome := 'asked';
    IF codes IS NOT NULL AND cardinality(app.members_of(in_bond)) = 1
        AND (SELECT t.auto_approve_members FROM bond_settings t WHERE t.bond_id = in_bond) THEN
        PERFORM app.tell_members(in_bond, me);
        outcome := app.let_in(request_id);
    ELSE
        PERFORM app.tell_of_bond(in_bond, app.members_of(in_bond), me, 'bond_request', app.request_told(in_bond, me),
            extract(epoch FROM app.moment())::bigint / 86400, true);
    END IF;
END
$$;

-- Given by somebody who may still invite, and not expired.
CREATE FUNCTION app.code_is_good(bond bonds, codes text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce(bond.invite_code = ANY (codes) AND bond.invite_expires_at > app.moment(), false) AND EXISTS (
        SELECT FROM bond_members m WHERE m.bond_id = bond.id AND m.user_id = bond.invited_by AND (m.can_invite OR m.can_manage)
    )
$$;

-- Why somebody may not ask now; null where they may.
CREATE FUNCTION app.may_not_ask(of_bond uuid, person uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM bond_join_requests r WHERE r.bond_id = of_bond AND r.user_id = person AND r.status = 'rejected'
                AND r.answered_at > app.moment() - interval '24 hours'
        ) THEN 'wait'
        WHEN (SELECT count(*) FROM bond_members m WHERE m.user_id = person) >= app.most_bonds() THEN 'many'
        WHEN NOT app.has_room(of_bond) THEN 'full'
    END
$$;

-- A member's yes; the last of them lets in. The bond and who asks are held.
CREATE FUNCTION app.approve_request(of_bond uuid, of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    waits boolean;
BEGIN
    SELECT r.status = 'pending' AND r.expires_at > app.moment() INTO waits FROM bond_join_requests r
        WHERE r.id = of_request AND r.bond_id = of_bond
            AND EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = me);
    IF waits IS NULL THEN
        RETURN 'none';
    ELSIF NOT waits OR EXISTS (SELECT FROM bond_join_voices v WHERE v.request_id = of_request AND v.user_id = me) THEN
        RETURN 'over';
    ELSIF NOT app.has_room(of_bond) THEN
        RETURN 'full';
    END IF;
    INSERT INTO bond_join_voices (request_id, user_id) VALUES (of_request, me);
    IF EXISTS (
        SELECT FROM bond_members m WHERE m.bond_id = of_bond AND NOT EXISTS (
            SELECT FROM bond_join_voices v WHERE v.request_id = of_request AND v.user_id = m.user_id
        )
    ) THEN
        UPDATE bond_join_requests r SET updated_at = app.moment() WHERE r.id = of_request;
        RETURN 'said';
    END IF;
    PERFORM app.tell_members(of_bond, me);
    RETURN app.let_in(of_request);
END
$$;

-- A member's no, or the asker's own. The bond and who asks are held.
CREATE FUNCTION app.reject_request(of_bond uuid, of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked bond_join_requests;
BEGIN
    SELECT * INTO asked FROM bond_join_requests r WHERE r.id = of_request AND r.bond_id = of_bond
        AND EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid());
    IF asked.id IS NULL THEN
        RETURN 'none';
    ELSIF asked.status = 'rejected' THEN
        RETURN 'same';
    ELSIF asked.status <> 'pending' OR asked.expires_at <= app.moment() THEN
        RETURN 'over';
    END IF;
    PERFORM app.answer_request(asked.id, 'rejected');
    INSERT INTO bond_activity_log (bond_id, action) VALUES (of_bond, 'request_rejected');
    PERFORM app.tell_of_bond(of_bond, ARRAY[asked.user_id], NULL, 'bond_declined', 'bond_declined:' || asked.id, 0, false);
    RETURN 'done';
END
$$;

CREATE FUNCTION app.withdraw_request(of_bond uuid, of_request uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked bond_join_requests;
BEGIN
    IF NOT EXISTS (SELECT FROM bond_join_requests r WHERE r.id = of_request AND r.bond_id = of_bond AND r.user_id = app.uid()) THEN
        RETURN 'none';
    END IF;
    PERFORM app.hold_people(of_bond, app.uid());
    SELECT * INTO asked FROM bond_join_requests r WHERE r.id = of_request;
    IF asked.status = 'withdrawn' THEN
        RETURN 'same';
    ELSIF asked.id IS NULL OR asked.status <> 'pending' OR asked.expires_at <= app.moment() THEN
        RETURN 'over';
    END IF;
    PERFORM app.answer_request(asked.id, 'withdrawn');
    RETURN 'done';
END
$$;

-- Requests to a bond as its members see them (those that wait, and those answered since they came), or as who asked sees their own.
-- How many have said yes is for members; who has, nobody but oneself.
CREATE FUNCTION app.join_requests(of_bond uuid) RETURNS TABLE (
    id uuid, bond_id uuid, user_id uuid, display_name text, status text, message jsonb, expires_at timestamptz,
    created_at timestamptz, updated_at timestamptz, version integer, approvals integer, members integer, approved_by_me boolean
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH mine AS (SELECT m.joined_at FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid())
    SELECT r.id, r.bond_id, r.user_id, u.display_name, r.status::text, r.message, r.expires_at, r.created_at, r.updated_at, r.version,
        CASE WHEN EXISTS (SELECT FROM mine) THEN (SELECT count(*) FROM bond_join_voices v WHERE v.request_id = r.id)::integer END,
        CASE WHEN EXISTS (SELECT FROM mine) THEN cardinality(app.members_of(of_bond)) END,
        EXISTS (SELECT FROM bond_join_voices v WHERE v.request_id = r.id AND v.user_id = app.uid())
    FROM bond_join_requests r JOIN users u ON u.id = r.user_id
    WHERE r.bond_id = of_bond AND (
        r.user_id = app.uid() OR EXISTS (SELECT FROM mine WHERE coalesce(r.answered_at >= mine.joined_at, true))
    )
$$;

-- Codes

-- The hash of a new code, or none: then the one before is void.
CREATE FUNCTION app.set_invite(of_bond uuid, code_hash text, until timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    had_one boolean;
BEGIN
    SELECT b.invite_code IS NOT NULL INTO had_one FROM bonds b WHERE b.id = of_bond AND b.status <> 'dissolved' AND EXISTS (
        SELECT FROM bond_members m WHERE m.bond_id = b.id AND m.user_id = app.uid() AND (m.can_invite OR m.can_manage)
    );
    IF had_one IS NULL THEN
        RETURN false;
    END IF;
    UPDATE bonds b SET invite_code = code_hash, invite_expires_at = until,
        invited_by = CASE WHEN code_hash IS NOT NULL THEN app.uid() END WHERE b.id = of_bond;
    IF code_hash IS NOT NULL OR had_one THEN
        INSERT INTO bond_activity_log (bond_id, user_id, action)
            VALUES (of_bond, app.uid(), CASE WHEN code_hash IS NULL THEN 'invite_revoked' ELSE 'invited' END);
    END IF;
    RETURN true;
END
$$;

-- Is this the code that is open now? For a retry, which is shown the same code again.
CREATE FUNCTION app.invite_stands(of_bond uuid, codes text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM bonds b WHERE b.id = of_bond AND b.invite_code = ANY (codes) AND b.id IN (SELECT app.my_bonds()))
$$;

-- Going, handing on, ending

-- By oneself always, but for a sole member, whose bond is dissolved instead; somebody else by who manages, and never the founder.
-- The bond and who goes are held. What of theirs goes with them follows from the row that is deleted.
CREATE FUNCTION app.end_membership(of_bond uuid, of_person uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me bond_members;
    bond bonds;
BEGIN
    SELECT * INTO me FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = app.uid();
    SELECT * INTO bond FROM bonds b WHERE b.id = of_bond;
    IF me.user_id IS NULL OR NOT of_person = ANY (app.members_of(of_bond)) THEN
        RETURN 'none';
    ELSIF of_person <> me.user_id AND (NOT me.can_manage OR coalesce(bond.founder_id = of_person, false)) THEN
        RETURN 'forbidden';
    ELSIF bond.status <> 'dissolved' AND cardinality(app.members_of(of_bond)) = 1 THEN
        RETURN 'last';
    END IF;
    PERFORM app.tell_members(of_bond, me.user_id);
    INSERT INTO bond_activity_log (bond_id, user_id, action)
        VALUES (of_bond, of_person, CASE WHEN of_person = me.user_id THEN 'left' ELSE 'removed' END);
    UPDATE users u SET bond_id = NULL WHERE u.id = of_person AND u.bond_id = of_bond;
    DELETE FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = of_person;
    RETURN 'done';
END
$$;

-- To another member, by the founder, whose rights stay. The bond is held.
CREATE FUNCTION app.transfer_bond(of_bond uuid, to_person uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM bonds b WHERE b.id = of_bond AND b.founder_id = app.uid() AND b.status <> 'dissolved')
        OR NOT to_person = ANY (app.members_of(of_bond)) THEN
        RETURN false;
    END IF;
    IF to_person <> app.uid() THEN
        UPDATE bond_members m SET can_invite = true, can_manage = true WHERE m.bond_id = of_bond AND m.user_id = to_person;
        UPDATE bonds b SET founder_id = to_person WHERE b.id = of_bond;
        INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (of_bond, to_person, 'transferred');
    END IF;
    RETURN true;
END
$$;

-- Over for everybody: read, exported and left for thirty days.
CREATE FUNCTION app.dissolve_bond(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked uuid;
BEGIN
    UPDATE bonds b SET status = 'dissolved', dissolved_at = app.moment(), invite_code = NULL, invite_expires_at = NULL, invited_by = NULL
        WHERE b.id = of_bond AND b.status <> 'dissolved';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    FOR asked IN SELECT r.id FROM bond_join_requests r WHERE r.bond_id = of_bond AND r.status = 'pending' LOOP
        PERFORM app.answer_request(asked, 'expired');
    END LOOP;
    INSERT INTO bond_activity_log (bond_id, action) VALUES (of_bond, 'dissolved');
    IF app.uid() IS NOT NULL THEN -- an erasure holds nobody else's row, and tells nobody
        PERFORM app.tell_members(of_bond, app.uid());
    END IF;
END
$$;

-- The sole one's vote, either's of two, more than half of more.
CREATE FUNCTION app.settle_votes(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    members integer;
    votes integer;
    needed integer;
BEGIN
    SELECT count(*), count(m.dissolve_vote_at) INTO members, votes FROM bond_members m WHERE m.bond_id = of_bond;
    needed := CASE WHEN members <= 2 THEN 1 ELSE members / 2 + 1 END;
    IF members > 0 AND votes >= needed THEN
        PERFORM app.dissolve_bond(of_bond);
    END IF;
END
$$;

-- The caller's vote, or that they take it back. The bond is held.
CREATE FUNCTION app.vote_to_dissolve(of_bond uuid, yes boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE bond_members m SET dissolve_vote_at = CASE WHEN yes THEN coalesce(m.dissolve_vote_at, app.moment()) END
        WHERE m.bond_id = of_bond AND m.user_id = app.uid() AND m.bond_id IN (SELECT app.my_open_bonds());
    IF FOUND THEN
        PERFORM app.settle_votes(of_bond);
        RETURN true;
    END IF;
    RETURN false;
END
$$;

-- The caller's pause of a bond, or that they take it back. Only what became of the bond is written down, and nobody's name at it.
CREATE FUNCTION app.pause_bond(of_bond uuid, yes boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    before_it bond_status_enum;
    after_it bond_status_enum;
BEGIN
    SELECT b.status INTO before_it FROM bonds b WHERE b.id = of_bond AND b.id IN (SELECT app.my_open_bonds());
    IF before_it IS NULL THEN
        RETURN false;
    END IF;
    UPDATE bond_members m SET paused_at = CASE WHEN yes THEN coalesce(m.paused_at, app.moment()) END
        WHERE m.bond_id = of_bond AND m.user_id = app.uid();
    SELECT b.status INTO after_it FROM bonds b WHERE b.id = of_bond;
    IF before_it <> after_it THEN
        INSERT INTO bond_activity_log (bond_id, action) VALUES (of_bond, CASE WHEN yes THEN 'paused' ELSE 'resumed' END);
    END IF;
    RETURN true;
END
$$;

-- What is counted anew whenever somebody comes or goes.
CREATE FUNCTION app.settle_voices() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    of_bond uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.bond_id ELSE NEW.bond_id END;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM bond_join_voices v USING bond_join_requests r
            WHERE v.request_id = r.id AND r.bond_id = of_bond AND v.user_id = OLD.user_id;
    END IF;
    PERFORM app.settle_votes(of_bond);
    PERFORM app.settle_requests(of_bond);
    RETURN NULL;
END
$$;
CREATE TRIGGER settle_voices AFTER INSERT OR DELETE ON bond_members FOR EACH ROW EXECUTE FUNCTION app.settle_voices();

-- An erased person's requests go first, too, with the bonds that they are made to held in the same order as everything else.
CREATE OR REPLACE FUNCTION app.leave_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM bonds b WHERE b.id IN (
        SELECT m.bond_id FROM bond_members m WHERE m.user_id = OLD.id
        UNION SELECT r.bond_id FROM bond_join_requests r WHERE r.user_id = OLD.id
    ) ORDER BY b.id FOR UPDATE;
    DELETE FROM bond_join_requests r WHERE r.user_id = OLD.id;
    INSERT INTO bond_activity_log (bond_id, action) SELECT m.bond_id, 'left' FROM bond_members m WHERE m.user_id = OLD.id;
    DELETE FROM bond_members m WHERE m.user_id = OLD.id;
    RETURN OLD;
END
$$;

-- The feed as it is kept: the first number that is still there. None for who is no member.
CREATE FUNCTION app.feed_begins(of_bond uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce((SELECT min(c.seq) FROM bond_changes c WHERE c.bond_id = of_bond), b.head + 1)
    FROM bonds b WHERE b.id = of_bond AND b.id IN (SELECT app.my_bonds())
$$;

-- What the timetable does. `of_bond` by `of_bond`, each in a transaction of its own.

CREATE FUNCTION app.settle_due_requests(of_bond uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    asked uuid;
BEGIN
    PERFORM FROM bonds b WHERE b.id = of_bond FOR UPDATE;
    FOR asked IN
        SELECT r.id FROM bond_join_requests r
        WHERE r.bond_id = of_bond AND r.status = 'pending' AND r.expires_at <= app.moment()
    LOOP
        PERFORM app.answer_request(asked, 'expired');
    END LOOP;
    PERFORM app.settle_requests(of_bond);
END
$$;

-- People are held before the bond, as everywhere: it may be the one that they see first.
CREATE FUNCTION app.delete_dissolved(of_bond uuid, before timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    one uuid;
BEGIN
    FOR one IN SELECT u.id FROM users u WHERE u.bond_id = of_bond ORDER BY u.id LOOP
        PERFORM FROM users u WHERE u.id = one FOR NO KEY UPDATE;
    END LOOP;
    DELETE FROM bonds b WHERE b.id = of_bond AND b.status = 'dissolved' AND b.dissolved_at < before;
    RETURN FOUND;
END
$$;

GRANT EXECUTE ON FUNCTION app.join_requests(uuid), app.feed_begins(uuid), app.invite_stands(uuid, text[])
TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.hold_bond_for(uuid, uuid), app.ask_to_join(uuid, text[], uuid, jsonb),
    app.approve_request(uuid, uuid), app.reject_request(uuid, uuid), app.withdraw_request(uuid, uuid),
    app.set_invite(uuid, text, timestamptz), app.end_membership(uuid, uuid), app.transfer_bond(uuid, uuid),
    app.vote_to_dissolve(uuid, boolean), app.pause_bond(uuid, boolean)
TO bond_writer;
GRANT EXECUTE ON FUNCTION app.settle_due_requests(uuid), app.delete_dissolved(uuid, timestamptz) TO game_service;

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
$$;

RESET search_path;
RESET ROLE;
