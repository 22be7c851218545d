-- Takes back 0054: what comes in somebody's name is asked with their membership alone, and feeds outlive a password that is set by mail.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.end_feeds(uuid), app.my_imported(), app.ask_of_import(uuid, uuid, bytea, integer, integer, integer, timestamptz);

CREATE OR REPLACE FUNCTION app.accept_import(of_import uuid, new_id uuid, OUT outcome text, OUT request_id uuid, OUT in_bond uuid)
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

SELECT app.let_service('imported_memberships', 'INSERT');
ALTER TABLE imported_memberships DROP COLUMN points, DROP COLUMN messages, DROP COLUMN ratings, DROP COLUMN file_sha256;

RESET search_path;
RESET ROLE;
