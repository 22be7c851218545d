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
