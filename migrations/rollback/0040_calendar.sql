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
