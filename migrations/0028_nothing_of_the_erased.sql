-- What an erased person said of a card goes out of the games that their partner keeps. What an anonymous player left hangs on them by
-- key, as an account's rows do.
-- oldest_code: 0011

SET ROLE game_owner;
SET search_path = public;

-- That somebody said something stays in the log, without what: a phone that resumes counts events. Nothing else in it ever changes.
CREATE FUNCTION app.refuse_change_of_event() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    forgotten session_events := OLD;
BEGIN
    forgotten.event := OLD.event - 'feedback' - 'executed';
    forgotten.cause := OLD.cause #- '{command,feedback}' #- '{command,executed}';
    IF OLD.type = 'feedback_given' AND NEW IS NOT DISTINCT FROM forgotten AND EXISTS (
        SELECT FROM session_seats t WHERE t.session_id = OLD.session_id AND t.seat = OLD.seat AND t.actor = 'former'
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER session_events_append_only ON session_events;

UPDATE session_events e
SET event = e.event - 'feedback' - 'executed',
    cause = e.cause #- '{command,feedback}' #- '{command,executed}'
FROM session_seats t
WHERE t.session_id = e.session_id AND t.seat = e.seat AND t.actor = 'former' AND e.type = 'feedback_given';

-- No statement changes the log, however few rows it finds; what a trigger would change in it is looked at row by row.
CREATE TRIGGER session_events_append_only BEFORE UPDATE ON session_events
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION app.refuse_change_of_log();
CREATE TRIGGER session_events_forget_only BEFORE UPDATE ON session_events
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change_of_event();

-- As its owner: the service may only add to the log. What may be changed in it, the trigger above says.
CREATE FUNCTION app.forget_feedback_of_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE session_events e
    SET event = e.event - 'feedback' - 'executed',
        cause = e.cause #- '{command,feedback}' #- '{command,executed}'
    WHERE e.session_id = NEW.session_id AND e.type = 'feedback_given' AND e.seat = NEW.seat;
    RETURN NULL;
END
$$;
CREATE TRIGGER session_seats_forget_feedback AFTER UPDATE OF user_id, anonymous_session_id ON session_seats
    FOR EACH ROW WHEN (NEW.actor = 'former') EXECUTE FUNCTION app.forget_feedback_of_seat();

-- A request that was under way at an erasure could leave these for good: no key held them. They are nobody's.
DELETE FROM profiles p WHERE p.anonymous_session_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM anonymous_sessions a WHERE a.session_id = p.anonymous_session_id);
DELETE FROM survey_progress s WHERE s.anonymous_session_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM anonymous_sessions a WHERE a.session_id = s.anonymous_session_id);
-- Deferred: app.forget_anonymous_session, which deletes them, runs after a key of the same table would have looked.
ALTER TABLE profiles ADD CONSTRAINT profiles_anonymous_session_id_fkey
    FOREIGN KEY (anonymous_session_id) REFERENCES anonymous_sessions (session_id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE survey_progress ADD CONSTRAINT survey_progress_anonymous_session_id_fkey
    FOREIGN KEY (anonymous_session_id) REFERENCES anonymous_sessions (session_id)
    DEFERRABLE INITIALLY DEFERRED;

RESET search_path;
RESET ROLE;
