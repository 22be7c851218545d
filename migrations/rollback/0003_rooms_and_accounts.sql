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
