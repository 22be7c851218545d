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
