-- Written by `game-server migrate bundle` for psql; not to be edited.

\set ON_ERROR_STOP on

DO $$
BEGIN
    IF NOT pg_try_advisory_lock(4071973001) THEN
        RAISE EXCEPTION 'another migration runner is at work on this database';
    END IF;
END
$$;
DO $$
BEGIN
    PERFORM set_config(name, meant, false) FROM pg_settings JOIN (VALUES
        ('default_transaction_isolation', 'read committed'), ('default_transaction_read_only', 'off'),
        ('lock_timeout', '10s'), ('statement_timeout', '0'), ('transaction_timeout', '0'),
        ('idle_in_transaction_session_timeout', '0')
    ) AS wanted (name, meant) USING (name);
END
$$;

BEGIN;

-- rollback/0056_kept_plans.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 56;
RESET ROLE;

-- Takes back 0056: these functions are planned at each call again.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.uid() RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (app.claims() ->> 'sub')::uuid;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION app.moment() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(nullif(current_setting('app.moment', true), '')::timestamptz, statement_timestamp())
$$;

CREATE OR REPLACE FUNCTION app.my_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

CREATE OR REPLACE FUNCTION app.my_open_bonds() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.bond_id FROM bond_members m JOIN bonds b ON b.id = m.bond_id
    WHERE m.user_id = (SELECT app.uid()) AND b.status <> 'dissolved'
$$;

CREATE OR REPLACE FUNCTION app.my_bonds_since() RETURNS TABLE (bond_id uuid, joined_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT m.bond_id, m.joined_at FROM bond_members m WHERE m.user_id = (SELECT app.uid()) $$;

CREATE OR REPLACE FUNCTION app.bond_people(of_bond uuid) RETURNS TABLE (
    id uuid, user_id uuid, display_name text, dynamic_role text, submission_state text, kink_identity jsonb, time_zone text,
    role_in_bond text, joined_at timestamptz, nickname jsonb, safewords jsonb, aftercare_needs jsonb, can_invite boolean,
    can_manage boolean, accepts_from uuid[], read_receipts boolean, presence boolean, paused_at timestamptz,
    dissolve_vote_at timestamptz, version integer, updated_at timestamptz
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT m.id, m.user_id, u.display_name, u.dynamic_role::text, u.submission_state::text, u.kink_identity, u.time_zone,
        m.role_in_bond::text, m.joined_at, m.nickname, m.safewords, m.aftercare_needs, m.can_invite,
        m.can_manage, m.accepts_from, m.read_receipts, m.presence, m.paused_at,
        m.dissolve_vote_at, m.version, m.updated_at
    FROM bond_members m JOIN users u ON u.id = m.user_id
    WHERE m.bond_id = of_bond AND of_bond IN (SELECT app.my_bonds())
    ORDER BY m.joined_at, m.user_id
$$;

CREATE OR REPLACE FUNCTION app.read_limits(of_bond uuid, of_people uuid[]) RETURNS TABLE (
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

CREATE OR REPLACE FUNCTION app.limits_of_members(of_bond uuid, of_people uuid[]) RETURNS TABLE (
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

CREATE OR REPLACE FUNCTION app.has_sealed_words(person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (SELECT FROM journal_entries t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM calendar_events t WHERE t.created_by = person AND t.bond_id IS NULL)
        OR EXISTS (SELECT FROM scene_debriefs t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM check_ins t WHERE t.user_id = person AND t.notes IS NOT NULL)
        OR EXISTS (SELECT FROM files t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinksters t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM kinkster_creation_sessions t WHERE t.user_id = person AND t.draft IS NOT NULL)
        OR EXISTS (SELECT FROM conversations t WHERE t.user_id = person AND t.title IS NOT NULL)
        OR EXISTS (SELECT FROM messages t WHERE t.user_id = person AND t.content IS NOT NULL)
        OR EXISTS (SELECT FROM image_generations t WHERE t.user_id = person AND t.prompt IS NOT NULL)
        OR EXISTS (SELECT FROM scene_compositions t WHERE t.user_id = person)
        OR EXISTS (SELECT FROM character_poses t WHERE t.user_id = person)
$$;

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
      OR app.has_sealed_words(owner_user)
$$;

CREATE OR REPLACE FUNCTION app.has_sealed_of_notion(person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT EXISTS (SELECT FROM notion_conflicts t WHERE t.user_id = person) $$;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0055_draw_changes.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 55;
RESET ROLE;

-- Takes back 0055: every draw reads all that it has to know.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.draw_changes(text[]);

CREATE OR REPLACE FUNCTION app.utc_midnight() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$ SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' $$;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0054_yeses.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 54;
RESET ROLE;

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

COMMIT;

BEGIN;

-- rollback/0053_guard_boundaries.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 53;
RESET ROLE;

-- Takes back 0053: the program alone says whose a boundary's name is.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER guard ON boundaries;
DROP FUNCTION app.guard_boundary();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0052_imports.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 52;
RESET ROLE;

-- Takes back 0052: what came from another program. The rows stay; which they were there is forgotten, and who was asked.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.refuse_import(uuid), app.accept_import(uuid, uuid), app.my_imports(),
    app.note_import(uuid, text, uuid, uuid);
DROP TABLE imported_memberships, imported_rows;
DROP TYPE import_answer_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0050_notion.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 50;
RESET ROLE;

-- Takes back 0050: Notion. What stands in people's workspaces stays theirs; which page is which row is forgotten.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.has_sealed_of_notion(uuid);
ALTER TABLE kinksters DROP COLUMN is_public;
DROP TRIGGER note_for_notion ON calendar_events;
DROP TRIGGER note_for_notion ON boundary_ratings;
DROP TRIGGER note_for_notion ON image_generations;
DROP TRIGGER note_for_notion ON kinksters;
DROP TRIGGER note_for_notion ON check_ins;
DROP TRIGGER note_for_notion ON resources;
DROP TRIGGER note_for_notion ON journal_entries;
DROP FUNCTION app.note_for_notion();
DROP TABLE notion_handshakes, notion_deliveries, notion_oauth_states, notion_runs, notion_conflicts, notion_pages, notion_databases,
    notion_signals, notion_connections;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0049_achievements.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 49;
RESET ROLE;

-- Takes back 0049: what there is to reach goes, and with it who did.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.fell_into_pause(uuid);
DELETE FROM achievements WHERE code IN (
    'together_month', 'together_half_year', 'together_year', 'together_two_years', 'together_five_years', 'check_in_first',
    'check_in_week', 'check_in_month', 'check_in_hundred', 'task_first', 'task_ten', 'task_hundred', 'on_time_five',
    'on_time_twenty', 'rule_month', 'contract_first', 'contract_again', 'scene_first', 'scene_ten', 'debrief_first',
    'gratitude_first', 'gratitude_ten', 'points_hundred', 'points_thousand', 'reward_first'
);

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0048_backups.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 48;
RESET ROLE;

-- Takes back 0048: what was backed up, and that a database was restored.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.meet_lineage(OUT lineage text, OUT renewed boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    lineage := app.lineage();
    renewed := false;
    IF lineage IS NULL OR EXISTS (SELECT FROM public.database_lineage l WHERE l.lineage = meet_lineage.lineage) THEN
        RETURN;
    END IF;
    PERFORM FROM public.database_lineage FOR UPDATE;
    IF EXISTS (SELECT FROM public.database_lineage l WHERE l.lineage = meet_lineage.lineage) THEN
        RETURN; -- another connection was first
    END IF;
    PERFORM FROM public.sessions WHERE status IN ('waiting', 'active') ORDER BY session_id FOR UPDATE;
    UPDATE public.sessions SET epoch = gen_random_uuid()::text WHERE status IN ('waiting', 'active');
    UPDATE public.database_lineage l SET lineage = meet_lineage.lineage, since = now();
    renewed := true;
END
$$;
ALTER TABLE database_lineage DROP COLUMN restored;
DROP TABLE backups;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0047_pictures_of_characters.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 47;
RESET ROLE;

-- Takes back 0047. Pictures that were asked for and are not there yet are asked for no more; those that are there stay their owner's.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER drop_avatar ON files;
DROP TRIGGER keep_avatars ON kinksters;
DROP TRIGGER drop_file ON image_generations;
DROP TRIGGER hang ON image_generations;
DROP TRIGGER guard ON image_generations;
DROP FUNCTION app.drop_avatar(), app.keep_avatars(), app.claim_generation(timestamptz, timestamptz, integer), app.guard_generation();
DROP POLICY "A member's command may UPDATE" ON image_generations;
REVOKE UPDATE (status, file_id, failed_reason, cost_micros, finished_at, leased_until, due_at) ON image_generations FROM bond_writer;
DROP POLICY "The service may update" ON image_generations;
DROP POLICY "The service may select" ON image_generations;
REVOKE SELECT, UPDATE ON image_generations FROM game_service;
DROP INDEX idx_image_generations_due, idx_image_generations_running;
ALTER TABLE image_generations
    DROP CONSTRAINT image_generations_kinkster_id_fkey,
    ADD CONSTRAINT image_generations_kinkster_id_fkey FOREIGN KEY (kinkster_id) REFERENCES kinksters (id) ON DELETE SET NULL,
    DROP COLUMN reserved_micros,
    DROP COLUMN attempts,
    DROP COLUMN leased_until,
    DROP COLUMN due_at,
    DROP COLUMN subject,
    DROP CONSTRAINT image_generations_ended;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0046_talks.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 46;
RESET ROLE;

-- Takes back 0046: talks with characters. What was said stays; how far answers were, and what days cost, is forgotten.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.forget_ai_spending(date), app.end_lost_answers(timestamptz), app.settle_ai(timestamptz, bigint, bigint),
    app.reserve_ai(bigint, bigint, bigint), app.day_of(timestamptz);
DROP TABLE ai_spending_of_people, ai_spending;
ALTER TABLE agent_sessions DROP COLUMN message_id, DROP COLUMN reserved_micros, DROP COLUMN alive_until, DROP COLUMN stop_asked_at;
ALTER TABLE conversations DROP COLUMN persona, DROP COLUMN context_from, DROP COLUMN flowise_session_id;
DROP TRIGGER come_after ON messages;
DROP TRIGGER keep_talk ON messages;
DROP FUNCTION app.come_after(), app.keep_talk();
ALTER TABLE messages DROP COLUMN status;
DROP TYPE message_status_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0045_system_characters.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 45;
RESET ROLE;

-- Takes back 0045: system characters go, and presets are written by nobody.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.some_keys_of_words() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    (SELECT content ->> 'key_id' FROM journal_entries ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM calendar_events ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM contracts ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT title ->> 'key_id' FROM scenes ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT text ->> 'key_id' FROM scene_debriefs ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT notes ->> 'key_id' FROM check_ins WHERE notes IS NOT NULL ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT key_id FROM files ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT name ->> 'key_id' FROM kinksters ORDER BY created_at DESC LIMIT 100)
    UNION (SELECT content ->> 'key_id' FROM messages WHERE content IS NOT NULL ORDER BY created_at DESC LIMIT 100)
$$;

DROP POLICY "The service may select" ON preset_config;
DROP POLICY "The service may insert" ON preset_config;
DROP POLICY "The service may update" ON preset_config;
REVOKE SELECT, INSERT, UPDATE ON preset_config FROM game_service;

DROP FUNCTION app.put_system_character(text, jsonb), app.system_characters(), app.drop_system_character(text);
DELETE FROM kinksters WHERE user_id IS NULL;
DROP POLICY "Everybody signed in can SELECT system characters" ON kinksters;
DROP INDEX idx_kinksters_system;
ALTER TABLE kinksters
    DROP CONSTRAINT kinksters_system_key_bounded,
    DROP CONSTRAINT kinksters_primary_of_somebody,
    DROP CONSTRAINT kinksters_somebodys,
    DROP COLUMN system_key,
    ALTER COLUMN user_id SET NOT NULL;
COMMENT ON TABLE kinksters IS 'Characters that an AI plays for their owner: adults, and sealed with the owner''s key.';

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0044_feeds_secret.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 44;
RESET ROLE;

-- Takes back 0044: by which secret a calendar's address is known.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.hang_on_secret(text, timestamptz, timestamptz, timestamptz), app.open_feed(text[], text);
CREATE OR REPLACE FUNCTION app.open_feed(hashes text[]) RETURNS TABLE (user_id uuid, bond_id uuid, titles boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE calendar_feeds f SET secret_hash = hashes[1] WHERE f.secret_hash = ANY (hashes) AND f.secret_hash <> hashes[1];
    RETURN QUERY SELECT f.user_id, f.bond_id, f.titles FROM calendar_feeds f WHERE f.secret_hash = hashes[1];
END
$$;
ALTER TABLE calendar_feeds DROP COLUMN key_id;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0042_bond_news.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 42;
RESET ROLE;

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

COMMIT;

BEGIN;

-- rollback/0041_files.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 41;
RESET ROLE;

-- Takes back 0041. What was to go from the object store stays there: empty files_to_delete before.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.file_to_see(uuid);
DROP TRIGGER file_withdrawn ON ai_message_attachments;
DROP TRIGGER drop_files ON messages;
DROP TRIGGER drop_file ON ai_message_attachments;
DROP TRIGGER drop_file ON task_proof;
DROP TRIGGER keep_attached ON files;
DROP TRIGGER attach ON ai_message_attachments;
DROP TRIGGER attach ON task_proof;
DROP TRIGGER went ON files;
DROP TRIGGER came ON files;
DROP FUNCTION app.file_withdrawn(), app.drop_files_of_unsent(), app.drop_file(), app.keep_attached(), app.attach_file(),
    app.file_went(), app.file_came();
DROP POLICY "The service may delete" ON files;
DROP POLICY "The service may select" ON files;
REVOKE SELECT, DELETE ON files FROM game_service;
DROP TABLE files_to_delete;
ALTER TABLE task_proof DROP COLUMN file_id;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0040_calendar.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 40;
RESET ROLE;

-- Takes back 0040. Deadlines go from the calendar: the tasks have them.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.end_suspension(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    began timestamptz;
    zone text := app.known_zone((SELECT u.time_zone FROM users u WHERE u.id = person));
    days integer;
    asking text := current_setting('request.jwt.claims', true);
BEGIN
    DELETE FROM suspensions s WHERE s.bond_id = of_bond AND s.user_id = person RETURNING s.since INTO began;
    days := ceil(extract(epoch FROM (app.moment() AT TIME ZONE zone) - (began AT TIME ZONE zone)) / 86400);
    IF days > 0 THEN
        PERFORM set_config('request.jwt.claims', '', true); -- the feed does not say whose pause it was
        UPDATE tasks t SET
            due_date = ((t.due_date AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone,
            extension_until = ((t.extension_until AT TIME ZONE zone) + make_interval(days => days)) AT TIME ZONE zone
            WHERE t.bond_id = of_bond AND t.assigned_to = person AND t.status IN ('pending', 'in_progress')
            AND t.due_date IS NOT NULL AND t.created_at < began;
        PERFORM set_config('request.jwt.claims', coalesce(asking, ''), true);
    END IF;
END
$$;
DROP TABLE task_pauses;

DROP TRIGGER set_alarm ON calendar_events;
DROP FUNCTION app.set_alarm();
DROP TABLE event_reminders, event_alarms;

DROP FUNCTION app.open_feed(text[]);
ALTER TABLE calendar_feeds DROP COLUMN titles;

DROP TRIGGER keep_deadline ON tasks;
DROP FUNCTION app.keep_deadline();
DELETE FROM calendar_events WHERE task_id IS NOT NULL;
DROP TRIGGER guard ON calendar_events;
DROP FUNCTION app.guard_event();
DROP POLICY "The service may select" ON calendar_events;
REVOKE SELECT ON calendar_events FROM game_service;
ALTER TABLE calendar_events DROP COLUMN last_date;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0039_pacts.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 39;
RESET ROLE;

-- Takes back 0039: who was reminded of aftercare is forgotten, and so is what scenes name.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.leave_scenes(of_bond uuid, person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    with_them jsonb := jsonb_build_array(jsonb_build_object('with', jsonb_build_array(person)));
    open_scene uuid;
BEGIN
    FOR open_scene IN
        SELECT s.id FROM scenes s WHERE s.bond_id = of_bond AND s.status IN ('planned', 'agreed') AND (
            s.created_by = person OR s.activities @> with_them
            OR EXISTS (SELECT FROM scene_confirmations c WHERE c.scene_id = s.id AND c.user_id = person)
        )
    LOOP
        DELETE FROM scene_confirmations c WHERE c.scene_id = open_scene;
        UPDATE scenes s SET status = 'planned', activities = app.without_person(s.activities, person) WHERE s.id = open_scene;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION app.note_contract_consent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM app.append_consent('bond:' || NEW.bond_id, 'contract_ended', NULL, jsonb_build_object('contract', NEW.id));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER contracts_note_consent AFTER UPDATE OF status ON contracts
    FOR EACH ROW WHEN (OLD.status = 'active' AND NEW.status = 'withdrawn') EXECUTE FUNCTION app.note_contract_consent();

DROP TRIGGER guard ON contracts;
DROP TRIGGER guard ON scenes;
DROP TRIGGER guard ON scene_confirmations;
DROP FUNCTION app.guard_contract(), app.guard_scene(), app.guard_confirmation(), app.conclude_contract(uuid), app.expire_contracts(uuid),
    app.unsettle_scene(uuid), app.scene_people(uuid);
DROP POLICY "The service may select" ON contracts;
DROP POLICY "The service may select" ON scenes;
REVOKE SELECT ON contracts, scenes FROM game_service;
DROP INDEX idx_scenes_agreed, idx_scenes_logged;
DROP TABLE scene_prompts;
ALTER TABLE scenes DROP COLUMN limit_keys;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0038_bond_conversation.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 38;
RESET ROLE;

-- Takes back 0038: which word stood beside an answer, and how far people read what they read meanwhile stays.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER tell ON check_ins;
DO $tables$
DECLARE
    written regclass;
BEGIN
    FOR written IN SELECT t.tgrelid FROM pg_trigger t WHERE t.tgname = 'begin_now' AND NOT t.tgisinternal LOOP
        EXECUTE format('DROP TRIGGER begin_now ON %s', written);
    END LOOP;
END
$tables$;
CREATE OR REPLACE FUNCTION app.let_write_in_bond(written regclass, commands text, edits text, held text, kept text, entered text)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF commands LIKE '%INSERT%' THEN
        EXECUTE format('GRANT INSERT ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may INSERT" ON %s FOR INSERT TO bond_writer WITH CHECK (%s)', written, entered);
    END IF;
    IF edits IS NOT NULL THEN
        EXECUTE format('GRANT UPDATE (%s) ON %s TO bond_writer', edits, written);
        EXECUTE format('CREATE POLICY "A member''s command may UPDATE" ON %s FOR UPDATE TO bond_writer USING (%s) WITH CHECK (%s)',
            written, held, kept);
    END IF;
    IF commands LIKE '%DELETE%' THEN
        EXECUTE format('GRANT DELETE ON %s TO bond_writer', written);
        EXECUTE format('CREATE POLICY "A member''s command may DELETE" ON %s FOR DELETE TO bond_writer USING (%s)', written, held);
    END IF;
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = written AND attname = 'version' AND NOT attisdropped) THEN
        EXECUTE format('CREATE TRIGGER next_version BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION app.next_version()', written);
    END IF;
END
$$;
DROP FUNCTION app.hold_to_pause(uuid), app.tell_of_check_in(), app.read_messages(uuid, uuid), app.my_reading(uuid),
    app.let_begin_now(regclass), app.begin_now();
ALTER TABLE bond_replies DROP COLUMN prompt;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0037_bond_lines.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 37;
RESET ROLE;

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE bond_replies DROP COLUMN seq;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0036_bond_words.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 36;
RESET ROLE;

-- Takes back 0036, with everything that was written there.

SET ROLE game_owner;
SET search_path = public;

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

DROP TRIGGER users_leave_words ON users;
DROP TRIGGER end_words ON bonds;
DROP TRIGGER end_words ON bond_members;
DROP FUNCTION app.give_up_bonds(text[]), app.give_up_words(text[]), app.some_keys_of_words(), app.has_sealed_words(uuid),
    app.forget_words_of_erased(), app.end_words_of_bond(), app.end_words(), app.leave_scenes(uuid, uuid), app.take_words_home(uuid, uuid),
    app.without_person(jsonb, uuid);
DROP TABLE user_achievements, achievements, character_poses, scene_compositions, agent_sessions, image_generations,
    ai_message_attachments, messages, conversations, kinkster_creation_sessions, kinksters, preset_config, check_ins, scene_debriefs,
    scene_confirmations, scenes, contract_signatures, contracts, calendar_feeds, calendar_events, journal_entries, files;
DROP FUNCTION app.note_contract_consent(), app.note_signature_consent(), app.empty_message(), app.keep_message(),
    app.keep_check_in(), app.share_with_its_bond(), app.keep_signature(), app.keep_contract();
DROP TYPE generation_status_enum, age_range_enum, experience_level_enum, kinkster_provider_enum, message_role_enum,
    check_in_status_enum, scene_status_enum, signature_status_enum, contract_status_enum, calendar_event_type_enum,
    journal_entry_type_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0035_bond_obligations.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 35;
RESET ROLE;

-- Takes back 0035, with every task, rule, reward and point.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER users_suspend ON users;
DROP TRIGGER suspend ON bonds;
DROP TRIGGER suspend_newcomer ON bond_members;
DROP TRIGGER end_obligations ON bond_members;
DROP FUNCTION app.guard_task_step(tasks, tasks);
DROP TABLE suspensions, point_balances, points_ledger, rewards, rule_acknowledgements, rules, task_reminders, task_proof, tasks,
    task_series, task_templates;
DROP FUNCTION app.end_obligations_of_gone(), app.end_obligations(uuid, uuid), app.suspend_newcomer(), app.suspend_bond(),
    app.suspend_person(), app.end_suspension(uuid, uuid), app.known_zone(text), app.keep_entry(), app.reverse_points(uuid, jsonb),
    app.give_points(uuid, uuid, integer, jsonb), app.pay_reward(), app.award_task(), app.has_points(uuid),
    app.write_points(uuid, uuid, integer, points_kind_enum, points_source_enum, uuid, jsonb, uuid), app.guard_given_reward(),
    app.guard_reward(), app.guard_acknowledgement(), app.guard_rule(), app.guard_proof(), app.guard_removed_task(), app.guard_task(),
    app.guard_new_task(), app.guard_series(), app.may_ask(uuid, uuid, uuid, integer), app.guard_template(), app.refuse(text),
    app.hold_bond_for_job(uuid), app.is_suspended(uuid, uuid), app.leads(uuid, uuid, uuid);
DROP TYPE points_kind_enum, points_source_enum, reward_status_enum, reward_type_enum, rule_type_enum, proof_type_enum,
    task_recurring_enum, task_priority_enum, task_status_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0034_bond_limits.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 34;
RESET ROLE;

-- Takes back 0034, with every rating and every limit that came of one.

SET ROLE game_owner;
SET search_path = public;

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

DROP TRIGGER follow_members_of_boundaries ON bond_members;
DROP TABLE bond_limit_answers, personal_limits, boundary_ratings, boundaries;
DROP FUNCTION app.note_personal_limits_consent(), app.raise_limits_rev_of_person(), app.hold_my_rooms(),
    app.limits_in_seat(text, text), app.limits_of_members(uuid, uuid[]), app.read_limits(uuid, uuid[]), app.is_mutual(uuid),
    app.ratings_seen(uuid[]), app.begin_unrated(), app.forget_ratings_of_gone(), app.follow_members_of_boundaries(), app.follow_rating(),
    app.derive_boundaries(uuid, uuid, boolean), app.keep_limit_own(), app.keep_rating_own();
DROP TYPE boundary_category_enum, boundary_rating_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0033_bond_people.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 33;
RESET ROLE;

-- Takes back 0033: who asks to come into a bond, and what states people have declared.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.leave_bonds_of_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM bonds b WHERE b.id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id = OLD.id) ORDER BY b.id FOR UPDATE;
    DELETE FROM bond_members m WHERE m.user_id = OLD.id;
    RETURN OLD;
END
$$;

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
$$;

DROP TRIGGER settle_voices ON bond_members;
DROP TABLE bond_join_voices, bond_join_requests, submission_state_logs;
DROP FUNCTION app.delete_dissolved(uuid, timestamptz),
    app.settle_due_requests(uuid),
    app.feed_begins(uuid),
    app.settle_voices(),
    app.pause_bond(uuid, boolean),
    app.vote_to_dissolve(uuid, boolean),
    app.settle_votes(uuid),
    app.dissolve_bond(uuid),
    app.transfer_bond(uuid, uuid),
    app.end_membership(uuid, uuid),
    app.invite_stands(uuid, text[]),
    app.set_invite(uuid, text, timestamptz),
    app.join_requests(uuid),
    app.withdraw_request(uuid, uuid),
    app.reject_request(uuid, uuid),
    app.approve_request(uuid, uuid),
    app.may_not_ask(uuid, uuid),
    app.code_is_good(bonds, text[]),
    app.ask_to_join(uuid, text[], uuid, jsonb),
    app.settle_requests(uuid),
    app.let_in(uuid),
    app.tell_members(uuid, uuid),
    app.answer_request(uuid, join_request_status_enum),
    app.request_told(uuid, uuid),
    app.has_room(uuid),
    app.members_of(uuid),
    app.tell_of_bond(uuid, uuid[], uuid, text, text, bigint, boolean),
    app.hold_bond_for(uuid, uuid),
    app.hold_people(uuid, uuid),
    app.most_bonds(),
    app.note_request();
DROP TYPE join_request_status_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0032_bonds.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 32;
RESET ROLE;

-- Takes back 0032, with every bond. The role stays, as the others do: it belongs to the whole cluster. Keys of bonds that are still in
-- the key store open nothing any more.

-- The release before refuses a login that is a member of more roles than it knows.
DO $memberships$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT l.rolname FROM pg_auth_members m JOIN pg_roles l ON l.oid = m.member
        WHERE m.roleid = 'bond_writer'::regrole AND (
            l.rolname IN (SELECT r.login FROM public.run_time_logins r)
            OR (l.rolname = 'game_worker' AND NOT EXISTS (SELECT FROM public.run_time_logins))
        )
    LOOP
        BEGIN
            EXECUTE format('REVOKE bond_writer FROM %I', found.rolname);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'an administrator has to run this before the release before starts: REVOKE bond_writer FROM %', quote_ident(found.rolname);
        END;
    END LOOP;
END
$memberships$;

SET ROLE game_owner;
SET search_path = public;

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
    )
$$;

DROP TRIGGER users_note_change ON users;
DROP TRIGGER users_keep_state_own ON users;
DROP TRIGGER users_end_bonds ON users;
DROP TRIGGER users_begin_erasing ON users;
DROP TRIGGER users_leave_bonds ON users;
DROP POLICY "A person's command may SELECT their own row" ON users;
DROP POLICY "A person's command may UPDATE their own row" ON users;
REVOKE ALL ON users FROM bond_writer;
ALTER TABLE users
    DROP COLUMN dynamic_role, DROP COLUMN submission_state, DROP COLUMN bond_id, DROP COLUMN kink_identity, DROP COLUMN time_zone,
    DROP COLUMN bonds_onboarded;

DROP FUNCTION app.found_bond(uuid, jsonb, jsonb, bond_type_enum, boolean, integer);
DROP TABLE resources, bond_replies, bond_changes, bond_activity_log, bond_settings, bond_members, bonds;
DROP FUNCTION app.note_change_of_person(), app.keep_state_own(), app.note_ended_bond(), app.end_bonds_of_erased(), app.begin_erasing(),
    app.leave_bonds_of_erased(), app.settle_members(), app.settle_bond(uuid), app.note_bond_change(), app.keep_to_oneself(),
    app.let_write_in_bond(regclass, text, text, text, text, text), app.keep_own(regclass, text, text, text, boolean),
    app.share_in_bond(regclass, text, text, boolean), app.seen_since(regclass, name), app.note_change(), app.append_change(uuid, text, uuid, text, uuid),
    app.next_version(), app.hold_myself(), app.hold_bond(uuid), app.bond_people(uuid), app.my_bonds_since(),
    app.my_open_bonds(), app.my_bonds(), app.moment();
DROP TYPE resource_category_enum, resource_type_enum, bond_type_enum, bond_status_enum, submission_state_enum, dynamic_role_enum;
REVOKE EXECUTE ON FUNCTION app.claims(), app.uid() FROM bond_writer;
REVOKE USAGE ON SCHEMA app FROM bond_writer;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0031_languages.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 31;
RESET ROLE;

-- Takes back 0031. Cards that are not English stay as they are, with their language in their tags: older programs refuse such tags.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER activities_tell_language ON activities;
DROP FUNCTION app.tell_language();
ALTER TABLE activities DROP COLUMN language;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0030_languages.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 30;
RESET ROLE;

-- Takes back 0030. Everybody reads English again.

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE mail_outbox DROP COLUMN language;
ALTER TABLE sign_ups DROP COLUMN language;
ALTER TABLE users DROP COLUMN language;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0029_notes.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 29;
RESET ROLE;

-- Takes back 0029.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.has_sealed(owner_user uuid, owner_anonymous text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM survey_progress p
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND p.answers ? 'key_id'
    ) OR EXISTS (
        SELECT FROM profiles p JOIN survey_submissions s ON s.submission_id = p.submission_id
        WHERE (p.user_id = owner_user OR p.anonymous_session_id = owner_anonymous) AND s.payload_json ? 'key_id'
    )
$$;

DROP TABLE session_notes;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0028_nothing_of_the_erased.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 28;
RESET ROLE;

-- Takes back 0028. What was forgotten stays forgotten.

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE survey_progress DROP CONSTRAINT survey_progress_anonymous_session_id_fkey;
ALTER TABLE profiles DROP CONSTRAINT profiles_anonymous_session_id_fkey;

DROP TRIGGER session_seats_forget_feedback ON session_seats;
DROP FUNCTION app.forget_feedback_of_seat();

DROP TRIGGER session_events_forget_only ON session_events;
DROP TRIGGER session_events_append_only ON session_events;
CREATE TRIGGER session_events_append_only BEFORE UPDATE ON session_events
    FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change_of_log();
DROP FUNCTION app.refuse_change_of_event();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0027_own_rows.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 27;
RESET ROLE;

-- Takes back 0027.

SET ROLE game_owner;
SET search_path = public;

DROP INDEX idx_partner_connections_addressed;

ALTER POLICY "Anonymous people can SELECT activities of their sessions" ON session_activities
    USING (session_id IN (SELECT s.session_id FROM sessions s));
ALTER POLICY "Users can SELECT activities of their sessions" ON session_activities
    USING (session_id IN (SELECT s.session_id FROM sessions s));

ALTER POLICY "Anonymous people can SELECT sessions they participate in" ON sessions
    USING (session_id IN (
        SELECT seats.session_id FROM session_seats seats
        WHERE seats.anonymous_session_id = (SELECT app.anonymous_session_id())
    ));
ALTER POLICY "Users can SELECT sessions they participate in" ON sessions
    USING (
        primary_user_id = (SELECT app.uid()) OR partner_user_id = (SELECT app.uid())
        OR session_id IN (SELECT seats.session_id FROM session_seats seats WHERE seats.user_id = (SELECT app.uid()))
    );

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0025_cards_of_today.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 25;
RESET ROLE;

-- Takes back 0025.

SET ROLE game_owner;

DO $$
DECLARE
    source text := pg_get_functiondef('app.draw_facts(text[])'::regprocedure);
    began integer := strpos(source, '(SELECT coalesce(sum(game.extra), 0)');
    ended integer := strpos(source, 'AS extra_today');
BEGIN
    EXECUTE overlay(source PLACING
        '(SELECT count(*) - count(DISTINCT (h.session_id, h.turn)) FROM (
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE h.user_id = a.user_id AND h.presented_at >= midnight
                UNION ALL
                SELECT h.session_id, h.turn FROM user_activity_history h
                WHERE a.user_id IS NULL AND h.anonymous_session_id = a.anonymous_session_id
                    AND h.presented_at >= midnight
            ) AS h
            JOIN session_seats together ON together.session_id = h.session_id AND together.actor = b.actor) '
        FROM began FOR ended - began);
END
$$;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0024_consent_ledger.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 24;
RESET ROLE;

-- Takes back 0024.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.broken_consents();
DROP TRIGGER session_events_note_consent ON session_events;
DROP FUNCTION app.note_room_consent();
DROP TRIGGER partner_connections_note_last_consent ON partner_connections;
DROP TRIGGER partner_connections_note_consent ON partner_connections;
DROP FUNCTION app.note_connection_consent();
DROP TRIGGER profiles_note_consent ON profiles;
DROP TRIGGER profiles_note_first_consent ON profiles;
DROP FUNCTION app.note_limits_consent();
DROP TRIGGER anonymous_sessions_note_consent ON anonymous_sessions;
DROP TRIGGER anonymous_sessions_note_first_consent ON anonymous_sessions;
DROP FUNCTION app.note_anonymous_consent();
DROP TRIGGER users_note_consent ON users;
DROP TRIGGER users_note_first_consent ON users;
DROP FUNCTION app.note_account_consent();
DROP FUNCTION app.consent_person(uuid, text);
DROP FUNCTION app.append_consent(text, text, uuid, jsonb);
DROP FUNCTION app.consent_hash(bytea, text, integer, timestamptz, text, uuid, jsonb);
DROP TABLE consent_ledger;
DROP TABLE consent_people;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0022_supabase.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 22;
RESET ROLE;

-- Takes back 0022. Whom Supabase signed in stays, and nobody can sign in as them: their logins go. Who was still to be deleted there is
-- forgotten: look at supabase_erasures first.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER credentials_refuse_password ON credentials;
DROP FUNCTION app.refuse_password();
DROP TABLE supabase_erasures;
DELETE FROM logins WHERE token_until IS NOT NULL;
ALTER TABLE logins DROP COLUMN token_until;
ALTER TABLE anonymous_sessions DROP COLUMN supabase_id;
ALTER TABLE users DROP COLUMN from_supabase;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0021_batch_locks.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 21;
RESET ROLE;

-- Takes back 0021.

SET ROLE game_owner;

DO $$
BEGIN
    EXECUTE replace(
        pg_get_functiondef(
            'app.append_commands(app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[],'
            ' app.live_turn[], app.live_feedback[], uuid[], text[])'::regprocedure
        ),
        'FOR NO KEY UPDATE;', 'FOR UPDATE;'
    );
END
$$;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0020_favourites.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 20;
RESET ROLE;

-- Takes back 0020.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.draw_favourites(text[]);

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0019_ai_cards.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 19;
RESET ROLE;

-- Takes back 0019. Cards that an AI wrote go where no operator approved them, and what was asked and answered.

SET ROLE game_owner;
SET search_path = public;

CREATE OR REPLACE FUNCTION app.has_own_cards(room text) RETURNS boolean
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

CREATE OR REPLACE FUNCTION app.draw_own_cards(rooms text[]) RETURNS TABLE (
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

DROP TRIGGER session_seats_forget_asked ON session_seats;
DELETE FROM room_cards;
DROP TABLE room_cards;
DROP TABLE card_budget;
DROP FUNCTION app.forget_room_card(), app.forget_what_was_asked();
DELETE FROM ai_generation_logs;
ALTER TABLE ai_generation_logs DROP CONSTRAINT ai_generation_logs_bounded;
DROP POLICY "The service may select" ON ai_generation_logs;
DROP POLICY "The service may insert" ON ai_generation_logs;
DROP POLICY "The service may delete" ON ai_generation_logs;
REVOKE ALL ON ai_generation_logs FROM game_service;
REVOKE ALL ON SEQUENCE ai_generation_logs_id_seq FROM game_service;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0018_couple_cards.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 18;
RESET ROLE;

-- Takes back 0018. What couples wrote for themselves goes: nothing else knows whose it is.

SET ROLE game_owner;
SET search_path = public;

DELETE FROM couple_cards;
DROP TRIGGER partner_connections_withhold_cards ON partner_connections;
DROP TRIGGER session_seats_delete_couples ON session_seats;
DROP POLICY "Users can SELECT activities of their own" ON activities;
DROP TABLE couple_cards;
DROP POLICY "The service may delete what a couple wrote" ON activities;
REVOKE DELETE ON activities FROM game_service;
DROP FUNCTION app.withhold_couple_cards(), app.forget_couple_card(), app.delete_couples_session(), app.recheck_rooms_of(uuid, uuid),
    app.has_own_cards(text), app.draw_own_cards(text[]);

DROP TRIGGER activities_raise_revision_by_insert ON activities;
DROP TRIGGER activities_raise_revision_by_update ON activities;
DROP TRIGGER activities_raise_revision_by_delete ON activities;
DROP TRIGGER activities_raise_bank_revision ON activities;
CREATE TRIGGER activities_raise_bank_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON activities
    FOR EACH STATEMENT EXECUTE FUNCTION app.raise_bank_revision();
DROP FUNCTION app.raise_revision_of_bank();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0017_google.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 17;
RESET ROLE;

-- Takes back 0017.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE voided_transactions;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0016_mail.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 16;
RESET ROLE;

-- Takes back 0016: mails that wait are tried again by the program before, but for those whose words only this one can read.

SET ROLE game_owner;
SET search_path = public;

ALTER TABLE job_runs DROP COLUMN last_due_at, DROP COLUMN last_done_at;
DROP TABLE refused_mail;
DROP TABLE sign_ups;
DELETE FROM mail_outbox WHERE params ? 'ciphertext' OR template = 'sign_up_asked';
UPDATE mail_outbox SET next_attempt_at = due_at WHERE sent_at IS NULL AND next_attempt_at = 'infinity';
ALTER TABLE mail_outbox DROP COLUMN due_at, DROP COLUMN expires_at, DROP COLUMN message_id;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0015_notifications.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 15;
RESET ROLE;

-- Takes back 0015. What was told, and whatever was not sent yet, goes.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE notification_outbox;
DROP TABLE notifications;

REVOKE SELECT (id, user_id, platform, created_at, updated_at) ON push_notification_tokens FROM authenticated;
GRANT SELECT ON push_notification_tokens TO authenticated;
REVOKE ALL ON push_notification_tokens FROM game_service;
REVOKE ALL ON SEQUENCE push_notification_tokens_id_seq FROM game_service;
DROP POLICY "The service may select" ON push_notification_tokens;
DROP POLICY "The service may insert" ON push_notification_tokens;
DROP POLICY "The service may update" ON push_notification_tokens;
DROP POLICY "The service may delete" ON push_notification_tokens;
ALTER TABLE push_notification_tokens DROP CONSTRAINT push_notification_tokens_bounded, DROP COLUMN login_id;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0014_subscriptions.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 14;
RESET ROLE;

-- Takes back 0014: what the stores told goes; what people have until when stays in users.

SET ROLE game_owner;
SET search_path = public;

REVOKE USAGE ON SEQUENCE subscription_transactions_id_seq FROM game_service;
REVOKE SELECT, INSERT, UPDATE ON subscription_transactions FROM game_service;
DROP POLICY "The service may select" ON subscription_transactions;
DROP POLICY "The service may insert" ON subscription_transactions;
DROP POLICY "The service may update" ON subscription_transactions;
DROP TABLE webhook_events;
DROP INDEX idx_subscription_line;
ALTER TABLE subscription_transactions DROP COLUMN line_id, DROP COLUMN product_id;
DROP TABLE retired_lines;
DROP TABLE subscription_lines;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0013_lineage.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 13;
RESET ROLE;

-- Takes back 0013.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.meet_lineage(), app.lineage();
DROP TABLE database_lineage;
ALTER TABLE schema_migrations DROP COLUMN oldest_code;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0012_secrets.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 12;
RESET ROLE;

-- Takes back 0012: the logins are those of before, and what is kept of their passwords goes.

SET ROLE game_owner;
SET search_path = public;

-- Logins that are not ours and keep what they had: they own something here, run the server, watch it, or are connected now.
CREATE OR REPLACE FUNCTION app.other_logins() RETURNS SETOF regrole
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT r.oid::regrole
    FROM pg_roles r
    WHERE NOT r.rolsuper AND r.rolname NOT LIKE 'pg\_%'
        AND r.rolname NOT IN ('game_owner', 'game_service', 'game_web', 'game_worker', 'authenticated', 'anon')
        AND (
            r.rolname = current_user OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
            OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND d.datdba = r.oid)
            OR EXISTS (
                SELECT FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
                WHERE d.datname = current_database() AND s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
                    AND s.deptype = 'o'
            )
            OR EXISTS (
                SELECT FROM pg_auth_members m JOIN pg_roles given ON given.oid = m.roleid
                WHERE m.member = r.oid AND given.rolname LIKE 'pg\_%'
            )
            OR EXISTS (
                SELECT FROM pg_stat_activity a
                WHERE a.datname = current_database() AND a.usesysid = r.oid AND r.rolcanlogin
            )
        )
$$;

-- Close the database as far as the caller may, each time `migrate up` runs: a restored or copied database has none of this.
-- Returns what stays open, as sentences. Runs with the caller's rights, who is an administrator.
CREATE OR REPLACE FUNCTION app.close_database() RETURNS SETOF text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = error
AS $$
DECLARE
    here CONSTANT text := current_database();
    others CONSTANT text := (SELECT string_agg(o::text, ', ') FROM app.other_logins() o);
    shared CONSTANT boolean := app.is_shared();
    called text := (SELECT string_agg(f::text, ', ') FROM app.open_functions() f);
BEGIN
    BEGIN
        IF app.everybody_may('TEMPORARY') THEN
            IF others IS NOT NULL THEN
                EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %s', here, others);
            END IF;
            EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', here);
        END IF;
        EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM game_web, game_worker, authenticated, anon, game_service', here);
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO game_web, game_worker', here);
        IF app.everybody_may('CONNECT') AND NOT shared THEN
            EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', here);
        END IF;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL; -- said below
    END;
    IF called IS NOT NULL THEN
        BEGIN
            IF others IS NOT NULL THEN
                EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', called, others);
            END IF;
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', called);
        EXCEPTION WHEN insufficient_privilege THEN
            NULL; -- said below
        END;
    END IF;
    IF app.everybody_may('TEMPORARY') THEN
        RETURN NEXT format('every login may make temporary tables. An administrator closes it with: '
            'REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC;', here);
    END IF;
    IF app.everybody_may('CONNECT') AND shared THEN
        RETURN NEXT 'every login of this server may connect, because objects of other programs live here too';
    ELSIF app.everybody_may('CONNECT') THEN
        RETURN NEXT format('every login of this server may connect. An administrator closes it with: '
            'GRANT CONNECT ON DATABASE %1$I TO game_web, game_worker; REVOKE CONNECT ON DATABASE %1$I FROM PUBLIC;', here);
    END IF;
    called := (SELECT string_agg(f::text, ', ') FROM app.open_functions() f);
    IF called IS NOT NULL THEN
        RETURN NEXT format('every login may call what nobody here needs. A superuser closes it with: '
            'REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC;', called);
    END IF;
END
$$;

DROP FUNCTION app.own_logins();
ALTER TABLE key_store DROP COLUMN place, DROP COLUMN held_until;
DROP TABLE secret_keys;
DROP TABLE run_time_logins;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0011_live_rooms.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 11;
RESET ROLE;

-- Takes back 0011: a batch comes as one jsonb, as in 0008.

SET ROLE game_owner;
SET search_path = public;

CREATE INDEX idx_activity_history_session ON user_activity_history (session_id);
DROP INDEX idx_activity_history_turn;
ALTER TABLE user_activity_history RESET (fillfactor);

CREATE INDEX idx_session_events_seat ON session_events (session_id, seat) WHERE seat IS NOT NULL;
ALTER TABLE session_events
    DROP CONSTRAINT session_events_seat_known,
    ADD FOREIGN KEY (session_id, seat) REFERENCES session_seats (session_id, seat) MATCH SIMPLE ON DELETE CASCADE;

DROP TRIGGER sessions_rating_follows_level ON sessions;
CREATE TRIGGER sessions_rating_follows_level BEFORE INSERT OR UPDATE OF intimacy_level, rating ON sessions
    FOR EACH ROW EXECUTE FUNCTION app.rating_follows_level();

DROP FUNCTION app.draw_facts(text[]), app.draw_tastes(text[]);
DROP FUNCTION app.append_commands(
        app.live_command[], app.live_event[], app.live_change[], app.live_card[], app.live_turn[], app.live_turn[],
        app.live_feedback[], uuid[], text[]
    ),
    app.write_rooms(app.live_command[], app.live_event[], app.live_change[], boolean[]),
    app.write_cards(app.live_card[], app.live_turn[], app.live_turn[], boolean[]),
    app.write_feedback(app.live_feedback[], boolean[]),
    app.write_accounts(app.live_command[], boolean, boolean, boolean[]),
    app.note_played(app.live_change[], boolean[]);
DROP TYPE app.live_command, app.live_event, app.live_change, app.live_card, app.live_turn, app.live_feedback;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0010_closed.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 10;
RESET ROLE;

-- Takes back 0010: everybody gets back what PostgreSQL gives by default.

DO $open$
DECLARE
    given record;
BEGIN
    BEGIN
        EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO PUBLIC', current_database());
        FOR given IN
            SELECT p.oid::regprocedure AS name FROM pg_proc p
            WHERE p.pronamespace = 'pg_catalog'::regnamespace
                AND (p.proname ~ '^lo_' AND p.proname NOT IN ('lo_import', 'lo_export') OR p.proname IN (
                    'loread', 'lowrite', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_logical_emit_message',
                    'pg_export_snapshot'
                ))
        LOOP
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', given.name);
        END LOOP;
    EXCEPTION WHEN insufficient_privilege THEN
        NULL; -- what this administrator could not close it need not open
    END;
END
$open$;

SET ROLE game_owner;

DROP FUNCTION app.close_database(), app.is_shared(), app.other_logins(), app.everybody_may(text), app.open_functions();

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0009_access.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 9;
RESET ROLE;

-- Takes back 0009: policies, grants and row-level security. Until it is applied again only the owner reads anything.

SET ROLE game_owner;
SET search_path = public;

DO $unseal$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT p.polname AS policy, p.polrelid::regclass AS name FROM pg_policy p
        JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', found.policy, found.name);
    END LOOP;
    FOR found IN
        SELECT c.oid::regclass AS name, c.relkind = 'S' AS is_sequence FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S')
          AND c.relowner = 'game_owner'::regrole
    LOOP
        IF found.is_sequence THEN
            EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM game_service', found.name);
        ELSE
            EXECUTE format('REVOKE ALL ON TABLE %s FROM anon, authenticated, game_service', found.name);
            EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', found.name);
            EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', found.name);
        END IF;
    END LOOP;
    FOR found IN
        SELECT p.oid::regprocedure AS name FROM pg_proc p
        WHERE p.pronamespace IN ('public'::regnamespace, 'app'::regnamespace, to_regnamespace('auth'))
          AND p.proowner = 'game_owner'::regrole
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM anon, authenticated, game_service', found.name);
    END LOOP;
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole) THEN
        REVOKE USAGE ON SCHEMA auth FROM authenticated, anon, game_service;
    END IF;
END
$unseal$;

DROP FUNCTION app.let_service(regclass, text[]);
DROP FUNCTION app.seal(regclass);

REVOKE USAGE ON SCHEMA app FROM authenticated, anon, game_service;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0008_commit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 8;
RESET ROLE;

-- Takes back 0008: the room's commit.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.note_played(app.room_command[]);
DROP FUNCTION app.write_accounts(app.room_command[]);
DROP FUNCTION app.write_feedback(app.room_command[]);
DROP FUNCTION app.write_cards(app.room_command[]);
DROP FUNCTION app.write_rooms(app.room_command[]);

DROP TYPE app.room_verdict;
DROP TYPE app.room_command;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0007_submit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 7;
RESET ROLE;

-- Takes back 0007: handing a survey in.

SET ROLE game_owner;

DROP FUNCTION app.submit_surveys(jsonb);
DROP FUNCTION app.write_submission(jsonb);
DROP FUNCTION app.survey_standing(uuid, text, text);
DROP FUNCTION app.submission_rests_on(uuid, text, text);

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0006_partners.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 6;
RESET ROLE;

-- Takes back 0006: connections, partners, and what they were shown.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.partner_compatibility(uuid);
DROP FUNCTION app.partner_profile(uuid);
DROP FUNCTION app.reading_with(uuid);
DROP FUNCTION app.is_connected(uuid);
DROP FUNCTION app.keep_compatibility(integer, integer, jsonb, timestamptz);
DROP FUNCTION app.settle_reading(integer, integer, timestamptz);
DROP FUNCTION app.is_reading_due(integer, integer, timestamptz);
DROP FUNCTION app.have_started_since(uuid, uuid, timestamptz);

DROP TABLE compatibility_readings;
DROP TABLE compatibility_results;
DROP TABLE blocked_people;
DROP TABLE remembered_partners;
DROP TABLE partner_connections;

DROP FUNCTION app.delete_compatibility_of_pair();
DROP FUNCTION app.raise_limits_rev_of_apart();
DROP FUNCTION enforce_remembered_partners_limit();
DROP FUNCTION expire_pending_connections();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0005_rooms.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 5;
RESET ROLE;

-- Takes back 0005: the rooms with their logs.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION get_excluded_activities_for_user(uuid, text);

DROP TRIGGER profiles_raise_limits_rev ON profiles;

DROP TABLE ai_generation_logs;
DROP TABLE user_activity_history;
DROP TABLE session_activities;
DROP TABLE session_links;
DROP TABLE session_replies;
DROP TABLE session_events;
DROP TABLE session_seats;
DROP TABLE sessions;

DROP FUNCTION app.refuse_change_of_log();
DROP FUNCTION app.raise_limits_rev_of_seat();
DROP FUNCTION app.raise_limits_rev();
DROP FUNCTION app.delete_deserted_session();
DROP FUNCTION app.known_rules(jsonb);
DROP FUNCTION app.empty_seat_of_erased();
DROP FUNCTION app.rating_follows_level();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0004_bank.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 4;
RESET ROLE;

-- Takes back 0004: the activity bank.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE bank_revision;
DROP TABLE activities;
DROP FUNCTION app.raise_bank_revision();

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0003_accounts.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 3;
RESET ROLE;

-- Takes back 0003: the server's own accounts and books.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
DROP TRIGGER users_note_erased ON users;
DROP FUNCTION app.note_erased_person();

DROP TABLE erased_people;
DROP TABLE key_store;
DROP TABLE job_runs;
DROP TABLE idempotency_keys;
DROP TABLE mail_outbox;
DROP TABLE login_attempts;
DROP TABLE one_time_tokens;
DROP TABLE logins;
DROP TABLE credentials;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0002_people.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 2;
RESET ROLE;

-- Takes back 0002: the people with all they answered, then what the tables were made of.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION app.has_sealed(uuid, text);
DROP FUNCTION reset_daily_activity_counts();
DROP FUNCTION set_anonymous_session_context(text);
DROP FUNCTION cleanup_old_anonymous_sessions(integer);
DROP FUNCTION app.abandon_old_surveys(integer);
DROP FUNCTION check_daily_activity_limit(uuid, integer);

DROP TABLE survey_baseline;
DROP TABLE subscription_transactions;
DROP TABLE push_notification_tokens;
DROP TABLE anonymous_sessions;
DROP TABLE profiles;
DROP TABLE survey_submissions;
DROP TABLE survey_progress;
DROP TABLE users;

DROP FUNCTION app.forget_anonymous_session();
DROP FUNCTION app.keep_former_partner();
DROP FUNCTION app.delete_profile_submission();
DROP FUNCTION app.used_today(integer, timestamptz);
DROP FUNCTION app.utc_midnight();
DROP FUNCTION update_updated_at_column();

DROP TYPE audience_scope_enum;
DROP TYPE subscription_status_enum;
DROP TYPE feedback_type_enum;
DROP TYPE activity_type_enum;
DROP TYPE intimacy_level_enum;
DROP TYPE platform_enum;
DROP TYPE connection_status_enum;
DROP TYPE survey_status_enum;
DROP TYPE profile_sharing_enum;
DROP TYPE subscription_tier_enum;
DROP TYPE auth_provider_enum;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0001_roles.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 1;
RESET ROLE;

-- Takes back what 0001 made in this database. The roles stay: other databases of the cluster may use them.

SET ROLE game_owner;

DO $auth$
BEGIN
    -- On Supabase the schema is not ours.
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'auth' AND nspowner = 'game_owner'::regrole) THEN
        DROP FUNCTION auth.uid();
        DROP SCHEMA auth;
    END IF;
END
$auth$;

DROP FUNCTION app.anonymous_session_id();
DROP FUNCTION app.uid();
DROP FUNCTION app.claims();
DROP TABLE public.schema_migrations;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
DROP SCHEMA app;

RESET ROLE;

REVOKE USAGE, CREATE ON SCHEMA public FROM game_owner;

COMMIT;
