-- News of bonds: what a member's command tells the others, and until when a push of it stands.
--
-- A push of a bond's names it and the row that it is about, so that one of what was called off, answered or taken back meanwhile is
-- void; both columns are empty in rows of a release before, which are sent as they were.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE notification_outbox
    ADD COLUMN bond_id uuid REFERENCES bonds (id) ON DELETE CASCADE,
    ADD COLUMN row_id uuid; -- of whichever table the kind is about
CREATE INDEX idx_notification_outbox_bond ON notification_outbox (bond_id) WHERE bond_id IS NOT NULL;

CREATE FUNCTION app.news_about(of_noun text, of_bond uuid, of_row uuid) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT of_noun || ':' || coalesce(of_row, of_bond) $$;

-- A line in these members' lists by the command of another, and one to each of their devices; how many were told. `presses`: on
-- whoever takes a pause it is not pressed, they find it in the app. `once`: no other while the one before is unread. Not `pushed`: in
-- the app alone. Not `named`: nothing says whose doing it was. Between two of whom one has blocked the other nothing is told.
CREATE FUNCTION app.tell_news(
    of_bond uuid, people uuid[], of_kind text, of_noun text, of_row uuid, worth_s integer,
    presses boolean, once boolean, pushed boolean, named boolean
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    me uuid := app.uid();
    at timestamptz := app.moment();
    newest bigint := extract(epoch FROM app.moment()) * 1000;
    name text := app.news_about(of_noun, of_bond, of_row);
    told uuid[];
BEGIN
    IF NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = me) THEN
        RETURN 0;
    END IF;
    WITH line AS (
        INSERT INTO notifications AS n (id, user_id, from_user_id, kind, about, version, link, created_at)
        SELECT ('x' || right(replace(gen_random_uuid()::text, '-', ''), 13))::bit(52)::bigint,
            m.user_id, CASE WHEN named THEN me END, of_kind, name, newest, '/bonds/' || of_bond, at
        FROM bond_members m
        WHERE m.bond_id = of_bond AND m.user_id = ANY (people) AND m.user_id <> me AND NOT EXISTS (
            SELECT FROM blocked_people b
            WHERE (b.user_id = m.user_id AND b.blocked_user_id = me) OR (b.user_id = me AND b.blocked_user_id = m.user_id)
        )
        ON CONFLICT (user_id, about) DO UPDATE SET
            version = excluded.version, kind = excluded.kind, from_user_id = excluded.from_user_id,
            created_at = excluded.created_at, read_at = NULL
        WHERE n.version < excluded.version AND NOT (once AND n.read_at IS NULL)
        RETURNING n.user_id
    )
    SELECT coalesce(array_agg(line.user_id), '{}') INTO told FROM line;
    IF pushed THEN
        INSERT INTO notification_outbox (
            dedup_key, kind, user_id, from_user_id, device_id, bond_id, row_id, version, link, created_at, due_at, expires_at
        )
        SELECT name || ':' || newest || ':' || d.id, of_kind, d.user_id, CASE WHEN named THEN me END, d.id, of_bond, of_row, newest,
            '/bonds/' || of_bond, at, at, at + make_interval(secs => worth_s)
        FROM push_notification_tokens d
        WHERE d.user_id = ANY (told) AND NOT (presses AND app.is_suspended(of_bond, d.user_id))
        ON CONFLICT DO NOTHING;
    END IF;
    DELETE FROM notifications n USING (
        SELECT k.id, row_number() OVER (PARTITION BY k.user_id ORDER BY k.created_at DESC, k.id DESC) AS place
        FROM notifications k WHERE k.user_id = ANY (told)
    ) AS kept WHERE n.id = kept.id AND kept.place > 100;
    RETURN cardinality(told);
END
$$;

-- Whoever commands has seen it in the bond: what they were told of it counts as read.
CREATE FUNCTION app.read_news(of_bond uuid, of_noun text, of_row uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    UPDATE notifications n SET read_at = app.moment()
        WHERE n.user_id = app.uid() AND n.about = app.news_about(of_noun, of_bond, of_row) AND n.read_at IS NULL
$$;

-- As it was, and the row says of which bond it is: whoever is in it no more is not sent it.
CREATE OR REPLACE FUNCTION app.tell_of_bond(
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
    INSERT INTO notification_outbox (
        dedup_key, kind, user_id, from_user_id, device_id, bond_id, version, link, created_at, due_at, expires_at
    )
    SELECT of_about || ':' || of_version || ':' || d.id, of_kind, d.user_id, who, d.id, of_bond, of_version, '/bonds/' || of_bond,
        app.moment(), app.moment(), app.moment() + interval '24 hours'
    FROM line JOIN push_notification_tokens d USING (user_id)
    WHERE pushed
    ON CONFLICT DO NOTHING
$$;

-- Is it still so, what a push tells this person? Of a bond that they are in no more nothing is. A kind that is not named here is.
CREATE FUNCTION app.news_stands(of_kind text, person uuid, of_bond uuid, of_row uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = of_bond AND m.user_id = person)
        AND (of_kind NOT IN ('task_new', 'task_again', 'task_due', 'rule_new', 'contract_sign', 'scene_confirm')
            OR NOT app.is_suspended(of_bond, person))
        AND CASE
            WHEN of_kind IN ('task_new', 'task_due', 'extension_answered') THEN EXISTS (
                SELECT FROM tasks t WHERE t.id = of_row AND t.assigned_to = person AND t.status IN ('pending', 'in_progress'))
            WHEN of_kind = 'task_again' THEN EXISTS (
                SELECT FROM tasks t WHERE t.id = of_row AND t.assigned_to = person AND t.status = 'in_progress')
            WHEN of_kind = 'task_done' THEN EXISTS (SELECT FROM tasks t WHERE t.id = of_row AND t.status = 'completed')
            WHEN of_kind = 'task_approved' THEN EXISTS (SELECT FROM tasks t WHERE t.id = of_row AND t.status = 'approved')
            WHEN of_kind = 'extension_asked' THEN EXISTS (SELECT FROM tasks t WHERE t.id = of_row AND t.extension_requested)
            WHEN of_kind = 'reward_new' THEN EXISTS (
                SELECT FROM rewards r WHERE r.id = of_row AND r.assigned_to = person AND r.status = 'available')
            WHEN of_kind = 'rule_new' THEN EXISTS (
                SELECT FROM rules r WHERE r.id = of_row AND r.active AND (r.for_all OR r.assigned_to = person) AND NOT EXISTS (
                    SELECT FROM rule_acknowledgements a
                    WHERE a.rule_id = r.id AND a.user_id = person AND a.text_version = r.text_version))
            WHEN of_kind = 'contract_sign' THEN EXISTS (
                SELECT FROM contracts c JOIN contract_signatures s ON s.contract_id = c.id
                WHERE c.id = of_row AND c.status = 'pending_signature' AND s.user_id = person AND s.status = 'pending')
            WHEN of_kind = 'contract_signed' THEN EXISTS (
                SELECT FROM contracts c WHERE c.id = of_row AND c.status IN ('pending_signature', 'active'))
            WHEN of_kind = 'scene_confirm' THEN EXISTS (
                SELECT FROM scenes s WHERE s.id = of_row AND s.status = 'planned' AND NOT EXISTS (
                    SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person AND c.version = s.version))
            WHEN of_kind = 'scene_agreed' THEN EXISTS (SELECT FROM scenes s WHERE s.id = of_row AND s.status = 'agreed')
            WHEN of_kind = 'message' THEN EXISTS (
                SELECT FROM messages m JOIN bond_members r ON r.bond_id = of_bond AND r.user_id = person
                WHERE m.bond_id = of_bond AND m.from_user_id <> person AND m.unsent_at IS NULL
                    AND m.created_at > coalesce(r.read_through, '-infinity') AND m.created_at >= r.joined_at)
            ELSE true
        END
$$;

GRANT EXECUTE ON FUNCTION app.tell_news(uuid, uuid[], text, text, uuid, integer, boolean, boolean, boolean, boolean),
    app.read_news(uuid, text, uuid) TO bond_writer;
GRANT EXECUTE ON FUNCTION app.news_stands(text, uuid, uuid, uuid) TO game_service;

RESET search_path;
RESET ROLE;
