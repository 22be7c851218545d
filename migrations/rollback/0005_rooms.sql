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
