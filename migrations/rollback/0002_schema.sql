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
