-- What came from another program, and who was in a bond there.
--
-- Which row became which one here is kept, so that the same file again changes nothing. A file makes nobody a member: whoever was in
-- a bond there is asked, sees of it what it is called, and their yes is a request like any other, which the bond's members answer.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

CREATE TYPE import_answer_enum AS ENUM ('pending', 'accepted', 'refused');

CREATE TABLE imported_rows (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    source_table text NOT NULL,
    source_id uuid NOT NULL,
    row_id uuid,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    PRIMARY KEY (user_id, source_table, source_id),
    CONSTRAINT imported_rows_bounded CHECK (char_length(source_table) <= 64)
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE imported_rows IS 'Which row of another program was taken, for whom, and as which one here; without one it was refused for good.';
CREATE INDEX idx_imported_rows_source ON imported_rows (source_id);
SELECT app.seal('imported_rows');
SELECT app.let_service('imported_rows', 'SELECT');

-- Noted in the transaction that takes it, by whoever it is taken as: its owner, or somebody of a bond of theirs, who gives them points.
CREATE FUNCTION app.note_import(of_person uuid, of_table text, of_source uuid, of_row uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF of_person IS DISTINCT FROM app.uid() AND NOT EXISTS (
        SELECT FROM bond_members m WHERE m.user_id = of_person AND m.bond_id IN (SELECT app.my_open_bonds())
    ) THEN
        PERFORM app.refuse('an import is noted for oneself, or with whom one is in a bond');
    END IF;
    INSERT INTO imported_rows (user_id, source_table, source_id, row_id) VALUES (of_person, of_table, of_source, of_row);
END
$$;

CREATE TABLE imported_memberships (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bond_id uuid NOT NULL REFERENCES bonds (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    status import_answer_enum NOT NULL DEFAULT 'pending',
    answered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT app.moment(),
    CONSTRAINT idx_imported_memberships_once UNIQUE (bond_id, user_id),
    CONSTRAINT imported_memberships_answered CHECK ((status = 'pending') = (answered_at IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_threshold = 50);
COMMENT ON TABLE imported_memberships IS 'Who was in an imported bond elsewhere, and what they said to being in it here.';
CREATE INDEX idx_imported_memberships_user ON imported_memberships (user_id);
SELECT app.seal('imported_memberships');
SELECT app.let_service('imported_memberships', 'SELECT', 'INSERT');

-- What the caller is asked, with what the bond is called: they were in it. Of a bond that they are in, or that is over, nothing. A
-- yes is over when its request is: they were not let in, or have left since.
CREATE FUNCTION app.my_imports() RETURNS TABLE (
    id uuid, bond_id uuid, name jsonb, status text, created_at timestamptz, answered_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT i.id, i.bond_id, b.name, CASE WHEN i.status <> 'accepted' OR EXISTS (
            SELECT FROM bond_join_requests r WHERE r.bond_id = i.bond_id AND r.user_id = i.user_id AND r.status = 'pending'
                AND r.expires_at > app.moment()
        ) THEN i.status::text ELSE 'over' END, i.created_at, i.answered_at
    FROM imported_memberships i JOIN bonds b ON b.id = i.bond_id
    WHERE i.user_id = app.uid() AND b.status <> 'dissolved'
        AND NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = i.bond_id AND m.user_id = i.user_id)
    ORDER BY i.created_at DESC, i.id DESC
$$;

-- The caller's yes: a request, as if they had come with a code (`ask_to_join`). Said again it is the same one; after a no of theirs
-- it counts as well, for it is theirs.
CREATE FUNCTION app.accept_import(of_import uuid, new_id uuid, OUT outcome text, OUT request_id uuid, OUT in_bond uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
BEGIN
    outcome := 'none';
    SELECT i.bond_id INTO in_bond FROM imported_memberships i WHERE i.id = of_import AND i.user_id = me;
    IF in_bond IS NULL THEN
        RETURN;
    END IF;
    PERFORM app.hold_people(in_bond, me);
    IF NOT EXISTS (SELECT FROM bonds b WHERE b.id = in_bond AND b.status <> 'dissolved') THEN
        RETURN;
    ELSIF EXISTS (SELECT FROM bond_members m WHERE m.bond_id = in_bond AND m.user_id = me) THEN
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
        INSERT INTO bond_join_requests (id, bond_id, user_id) VALUES (new_id, in_bond, me);
        INSERT INTO bond_activity_log (bond_id, user_id, action) VALUES (in_bond, me, 'asked');
    END IF;
    outcome := 'asked';
    UPDATE imported_memberships i SET status = 'accepted', answered_at = app.moment()
        WHERE i.id = of_import AND i.status <> 'accepted';
    PERFORM app.tell_of_bond(in_bond, app.members_of(in_bond), me, 'bond_request', app.request_told(in_bond, me),
        extract(epoch FROM app.moment())::bigint / 86400, true);
END
$$;

-- The caller's no, which nobody is told; a request of theirs that waits is taken back. False where there is nothing to say it to.
CREATE FUNCTION app.refuse_import(of_import uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    in_bond uuid;
    asked uuid;
BEGIN
    SELECT i.bond_id INTO in_bond FROM imported_memberships i WHERE i.id = of_import AND i.user_id = me;
    IF in_bond IS NULL THEN
        RETURN false;
    END IF;
    PERFORM app.hold_people(in_bond, me);
    SELECT r.id INTO asked FROM bond_join_requests r
        WHERE r.bond_id = in_bond AND r.user_id = me AND r.status = 'pending' AND r.expires_at > app.moment();
    IF asked IS NOT NULL THEN
        PERFORM app.answer_request(asked, 'withdrawn');
    END IF;
    UPDATE imported_memberships i SET status = 'refused', answered_at = app.moment()
        WHERE i.id = of_import AND i.status <> 'refused';
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION app.my_imports() TO authenticated, bond_writer;
GRANT EXECUTE ON FUNCTION app.note_import(uuid, text, uuid, uuid), app.accept_import(uuid, uuid), app.refuse_import(uuid) TO bond_writer;

RESET search_path;
RESET ROLE;
