-- Takes back 0042: news of bonds. What still waits to be told of them goes unsent.

SET ROLE game_owner;
SET search_path = public;

DELETE FROM notification_outbox WHERE bond_id IS NOT NULL;
DROP FUNCTION app.tell_news(uuid, uuid[], text, text, uuid, integer, boolean, boolean, boolean, boolean),
    app.read_news(uuid, text, uuid), app.news_stands(text, uuid, uuid, uuid), app.news_about(text, uuid, uuid);
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
    INSERT INTO notification_outbox (dedup_key, kind, user_id, from_user_id, device_id, version, link, created_at, due_at, expires_at)
    SELECT of_about || ':' || of_version || ':' || d.id, of_kind, d.user_id, who, d.id, of_version, '/bonds/' || of_bond,
        app.moment(), app.moment(), app.moment() + interval '24 hours'
    FROM line JOIN push_notification_tokens d USING (user_id)
    WHERE pushed
    ON CONFLICT DO NOTHING
$$;
ALTER TABLE notification_outbox DROP COLUMN row_id, DROP COLUMN bond_id;

RESET search_path;
RESET ROLE;
