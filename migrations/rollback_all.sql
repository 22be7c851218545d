-- Written by `game-server migrate bundle` for psql; not to be edited.

\set ON_ERROR_STOP on

DO $$
BEGIN
    IF NOT pg_try_advisory_lock(4071973001) THEN
        RAISE EXCEPTION 'another migration runner is at work on this database';
    END IF;
END
$$;

BEGIN;

-- rollback/0006_profiles.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 6;
RESET ROLE;

-- Back to before 0006: no partner's view of a profile, no compatibility by pair, no note of who was erased.

SET ROLE game_owner;
SET search_path = public;

DROP TRIGGER anonymous_sessions_note_erased ON anonymous_sessions;
DROP TRIGGER users_note_erased ON users;
DROP FUNCTION app.note_erased_person();
DROP TABLE erased_people;
DROP INDEX idx_survey_progress_open;
DROP FUNCTION app.abandon_old_surveys(integer);
DROP FUNCTION app.partner_compatibility(uuid);
DROP FUNCTION app.partner_profile(uuid);
DROP FUNCTION app.yeses(jsonb);
DROP FUNCTION app.common_items(jsonb, jsonb);
DROP FUNCTION app.shown_of(compatibility_results, uuid, uuid);
DROP FUNCTION app.played_since(uuid, uuid, timestamptz);
DROP FUNCTION app.is_connected(uuid);
DROP TRIGGER partner_connections_delete_compatibility ON partner_connections;
DROP FUNCTION app.delete_compatibility_of_pair();
ALTER TABLE compatibility_results DROP COLUMN computed_at, DROP CONSTRAINT compatibility_results_one_a_pair;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0005_room_commit.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 5;
RESET ROLE;

-- Back to before 0005: the room's commit and the turn of a history row.

SET ROLE game_owner;

DROP FUNCTION app.append_commands(jsonb);
DROP FUNCTION app.write_commands(jsonb);
DROP FUNCTION app.used_today(integer, timestamptz);
ALTER TABLE public.user_activity_history DROP COLUMN turn;

RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0004_access.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 4;
RESET ROLE;

-- Takes back 0004: policies, grants and row-level security. Until it is applied again only the owner reads anything.

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

DROP FUNCTION app.connected_profile_ids();
DROP FUNCTION app.let_service(regclass, text[]);
DROP FUNCTION app.seal(regclass);

REVOKE USAGE ON SCHEMA app FROM authenticated, anon, game_service;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0003_rooms_and_accounts.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 3;
RESET ROLE;

-- Takes back 0003: rooms' logs, the server's own accounts and books, and the columns it added.

SET ROLE game_owner;
SET search_path = public;

DROP TABLE job_runs;
DROP TABLE idempotency_keys;
DROP TABLE mail_outbox;

DROP TRIGGER activities_raise_bank_revision ON activities;
DROP FUNCTION app.raise_bank_revision();
DROP TABLE bank_revision;

ALTER TABLE partner_connections
    DROP COLUMN session_id,
    DROP COLUMN recipient_accepted_at,
    DROP COLUMN requester_accepted_at,
    DROP COLUMN claimed_at,
    DROP COLUMN words;

DROP TABLE session_links;
DROP TABLE session_replies;
DROP TABLE session_events;
DROP FUNCTION app.refuse_change_of_log();

DROP TRIGGER profiles_raise_limits_rev ON profiles;
DROP FUNCTION app.raise_limits_rev();

DROP TABLE session_seats;
DROP FUNCTION app.delete_deserted_session();
DROP FUNCTION app.empty_seat_of_erased();

DROP INDEX idx_sessions_open;
ALTER TABLE sessions
    DROP COLUMN last_active_at,
    DROP COLUMN limits_rev,
    DROP COLUMN head,
    DROP COLUMN epoch;

DROP TABLE one_time_tokens;
DROP TABLE logins;
DROP TABLE credentials;

DROP FUNCTION reset_daily_activity_counts();

ALTER TABLE anonymous_sessions
    DROP COLUMN daily_activity_reset_at,
    DROP COLUMN daily_activity_count,
    DROP COLUMN revoked_at,
    DROP COLUMN token_version,
    DROP COLUMN adult_confirmed_at,
    DROP COLUMN profile_completed,
    DROP COLUMN demographics,
    DROP COLUMN display_name;

ALTER TABLE users
    DROP COLUMN adult_confirmed_at,
    DROP COLUMN email_confirmed_at;

RESET search_path;
RESET ROLE;

COMMIT;

BEGIN;

-- rollback/0002_schema.sql

SET ROLE game_owner;
DELETE FROM public.schema_migrations WHERE version = 2;
RESET ROLE;

-- Takes back 0002: the game's tables with all they hold, then what they were made of.

SET ROLE game_owner;
SET search_path = public;

DROP FUNCTION set_anonymous_session_context(text);
DROP FUNCTION cleanup_old_anonymous_sessions(integer);
DROP FUNCTION check_daily_activity_limit(uuid, integer);
DROP FUNCTION get_excluded_activities_for_user(uuid, text);
DROP FUNCTION expire_pending_connections();

DROP TABLE compatibility_results;
DROP TABLE survey_baseline;
DROP TABLE subscription_transactions;
DROP TABLE ai_generation_logs;
DROP TABLE user_activity_history;
DROP TABLE session_activities;
DROP TABLE sessions;
DROP TABLE activities;
DROP TABLE push_notification_tokens;
DROP TABLE remembered_partners;
DROP TABLE partner_connections;
DROP TABLE anonymous_sessions;
DROP TABLE profiles;
DROP TABLE survey_submissions;
DROP TABLE survey_progress;
DROP TABLE users;

DROP FUNCTION app.forget_anonymous_session();
DROP FUNCTION app.rating_follows_level();
DROP FUNCTION enforce_remembered_partners_limit();
DROP FUNCTION app.keep_former_partner();
DROP FUNCTION app.delete_profile_submission();
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
