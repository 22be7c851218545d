-- Nobody's yes comes from a file, and nothing of a stranger's stays behind a new password.
--
-- What a file of another program brings in somebody's name (their ratings with yes, their messages, points) waits until they said yes to
-- it themselves, whoever founded the bond too; from the first yes on only that file brings anything into the bond. Addresses of
-- calendars end where a password is set by mail, as logins do.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE imported_memberships
    ADD COLUMN file_sha256 bytea,
    ADD COLUMN ratings integer NOT NULL DEFAULT 0,
    ADD COLUMN messages integer NOT NULL DEFAULT 0,
    ADD COLUMN points integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT imported_memberships_counted CHECK (ratings >= 0 AND messages >= 0 AND points >= 0) NOT VALID,
    ADD CONSTRAINT imported_memberships_of_a_file CHECK (octet_length(file_sha256) = 32) NOT VALID;
ALTER TABLE imported_memberships VALIDATE CONSTRAINT imported_memberships_counted;
ALTER TABLE imported_memberships VALIDATE CONSTRAINT imported_memberships_of_a_file;
COMMENT ON COLUMN imported_memberships.file_sha256 IS 'Of what the file says of the bond: what is said yes to. Null where it was asked by a release that did not note it.';
COMMENT ON COLUMN imported_memberships.ratings IS 'How many ratings with yes or maybe it has in this person''s name.';
COMMENT ON COLUMN imported_memberships.messages IS 'How many messages it has in this person''s name.';
COMMENT ON COLUMN imported_memberships.points IS 'How many entries of points it has in the bond.';

-- Somebody is asked, once; true where they were not before. What they have not said yes to yet is asked by the newest file, under another
-- id, so that nobody says yes to what they did not see.
CREATE FUNCTION app.ask_of_import(
    in_bond uuid, person uuid, new_file bytea, their_ratings integer, their_messages integer, all_points integer, at timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    made uuid;
BEGIN
    INSERT INTO imported_memberships (bond_id, user_id, file_sha256, ratings, messages, points, created_at)
        VALUES (in_bond, person, new_file, their_ratings, their_messages, all_points, at)
        ON CONFLICT (bond_id, user_id) DO NOTHING RETURNING id INTO made;
    IF made IS NULL THEN
        UPDATE imported_memberships i SET id = gen_random_uuid(), file_sha256 = new_file, ratings = their_ratings,
                messages = their_messages, points = all_points
            WHERE i.bond_id = in_bond AND i.user_id = person AND i.status <> 'accepted' AND i.file_sha256 IS DISTINCT FROM new_file;
    END IF;
    RETURN made IS NOT NULL;
END
$$;
GRANT EXECUTE ON FUNCTION app.ask_of_import(uuid, uuid, bytea, integer, integer, integer, timestamptz) TO game_service;
DROP POLICY "The service may insert" ON imported_memberships;   -- so that it writes nobody's yes
REVOKE INSERT ON imported_memberships FROM game_service;

-- As `my_imports`, and what comes in the caller's name; also of a bond that they are in, while something waits for their yes. Who has
-- left it since is not asked whether they want to be in it.
CREATE FUNCTION app.my_imported() RETURNS TABLE (
    id uuid, bond_id uuid, name jsonb, member boolean, ratings integer, messages integer, points integer, status text,
    created_at timestamptz, answered_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT i.id, i.bond_id, b.name, m.user_id IS NOT NULL, i.ratings, i.messages, i.points,
        CASE WHEN i.status <> 'accepted' OR EXISTS (
            SELECT FROM bond_join_requests r WHERE r.bond_id = i.bond_id AND r.user_id = i.user_id AND r.status = 'pending'
                AND r.expires_at > app.moment()
        ) THEN i.status::text ELSE 'over' END, i.created_at, i.answered_at
    FROM imported_memberships i JOIN bonds b ON b.id = i.bond_id
        LEFT JOIN bond_members m ON m.bond_id = i.bond_id AND m.user_id = i.user_id
    WHERE i.user_id = app.uid() AND b.status <> 'dissolved'
        AND CASE WHEN m.user_id IS NOT NULL THEN i.status <> 'accepted' AND i.ratings + i.messages + i.points > 0
            ELSE i.status <> 'pending' OR NOT EXISTS (
                SELECT FROM bond_activity_log a WHERE a.bond_id = i.bond_id AND a.user_id = i.user_id AND a.action IN ('left', 'removed')
            ) END
    ORDER BY i.created_at DESC, i.id DESC
$$;
GRANT EXECUTE ON FUNCTION app.my_imported() TO authenticated, bond_writer;

-- As before, and the yes of somebody who is in the bond already is noted, too.
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
    PERFORM FROM imported_memberships i WHERE i.id = of_import FOR UPDATE;
    IF NOT FOUND OR NOT EXISTS (SELECT FROM bonds b WHERE b.id = in_bond AND b.status <> 'dissolved') THEN
        RETURN;
    ELSIF EXISTS (SELECT FROM bond_members m WHERE m.bond_id = in_bond AND m.user_id = me) THEN
        outcome := 'member';
        UPDATE imported_memberships i SET status = 'accepted', answered_at = app.moment()
            WHERE i.id = of_import AND i.status <> 'accepted';
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

-- No address of a calendar of this person's opens anything any more, in whatever bond.
CREATE FUNCTION app.end_feeds(person uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    DELETE FROM calendar_feeds f WHERE f.user_id = person
$$;
GRANT EXECUTE ON FUNCTION app.end_feeds(uuid) TO game_service;

RESET search_path;
RESET ROLE;
